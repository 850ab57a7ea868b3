"""The command for whole files of points, and what `isochrone` does with one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from access15.cli.environment import spare_linear_algebra
from access15.cli.language import choose_language
from access15.cli.messages import say_line, say_network
from access15.cli.options import ProfileOpt, SpeedOpt, SpokenOpt, StudyOpt, read_number
from access15.cli.walks import choose_pace
from access15.config import StreetOptions, find_now
from access15.errors import ConfigError
from access15.remarks import Remark

if TYPE_CHECKING:
    import geopandas as gpd

_ENDINGS = (".csv", ".geojson", ".gpkg")


def nearest(
    *,
    origins: Annotated[Path, typer.Option("--from", help="help_nearest_from")],
    to: Annotated[Path, typer.Option("--to", help="help_to")],
    output: Annotated[Path, typer.Option("--output", "-o", help="help_nearest_output")],
    count: Annotated[int | None, typer.Option("--count", help="help_nearest_count")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="help_nearest_all")] = False,
    longest: Annotated[
        float | None,
        typer.Option("--cutoff", help="help_nearest_cutoff", parser=read_number, metavar="NUMBER"),
    ] = None,
    profile: ProfileOpt = "older_adult",
    speed_ms: SpeedOpt = None,
    study: StudyOpt = "milano",
    options: StreetOptions,
    lang: SpokenOpt = None,
) -> None:
    """Walking times from every point of a file to the nearest of another, or to all of them."""
    spare_linear_algebra()
    from access15.outputs.tables.layers import check_output_file
    from access15.sources.places.destinations import read_destinations
    from access15.workflows.network.asked import check_count, read_cutoff_s
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.points import measure_nearest

    check_output_file(output, endings=_ENDINGS)
    check_outputs([output], study=study, options=options, others=[origins, to])
    if is_all and count is not None:
        raise ConfigError(Remark("nearest_all_or_count", count=count))
    read_cutoff_s(longest, "--cutoff")
    most = 1 if count is None else check_count(count, "--count")
    found = measure_nearest(
        read_destinations(origins),
        read_destinations(to),
        count=None if is_all else most,
        profile=choose_pace(profile, speed_ms),
        cutoff_min=longest,
        study=study,
        now=find_now(),
        **options,
    )
    _write(found.table, output)
    spoken = choose_language(lang)
    say_network(found.network_info, spoken)
    n_reached = int((found.table["status"] == "ok").sum())
    told = Remark("nearest_reached", n=n_reached, n_all=len(found.table), file=output)
    say_line(told, spoken)


def _write(table: gpd.GeoDataFrame, output: Path) -> None:
    """Write answers as a table, or as a layer of the points they are about."""
    from access15.files import write_text_atomic
    from access15.outputs.tables.cells import format_csv
    from access15.outputs.tables.layers import write_layer
    from access15.results.schema import POINT_WALKS

    if output.suffix.lower() == ".csv":
        write_text_atomic(output, format_csv(table.drop(columns="geometry"), POINT_WALKS))
    else:
        write_layer(table, output, name=POINT_WALKS.name, now=find_now())
