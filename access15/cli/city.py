"""The command for a whole city."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from access15.cli.guard import FAULT
from access15.cli.lists import describe_command
from access15.cli.messages import Language, make_progress, out, say_network, say_open
from access15.cli.options import LangOpt
from access15.config import RunOptions, build_options, load_study, parse_grid
from access15.errors import ConfigError
from access15.remarks import Remark


def city(
    *,
    study: Annotated[str | None, typer.Argument(help="help_city_study")] = None,
    zones: Annotated[Path | None, typer.Option("--zones", help="help_city_zones")] = None,
    zone_id: Annotated[str | None, typer.Option("--zone-id", help="help_city_zone_id")] = None,
    people: Annotated[Path | None, typer.Option("--people", help="help_city_people")] = None,
    grid: Annotated[
        str | None, typer.Option("--grid", help="help_grid", metavar="KIND:SIZE")
    ] = None,
    options: RunOptions,
    workers: Annotated[int | None, typer.Option("--workers", help="help_workers")] = None,
    scheduler: Annotated[str | None, typer.Option("--scheduler", help="help_scheduler")] = None,
    folder: Annotated[Path, typer.Option("--out", help="help_out")] = Path("city"),
    lang: LangOpt = Language.it,
) -> None:
    """Answer for every zone of a whole city at once: a page, tables and layers."""
    from access15.outputs.pages.city import load_extra
    from access15.outputs.tables.city import list_city_files
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.terminal.city import draw_city
    from access15.workflows.city import run_city
    from access15.workflows.cluster import read_wanted
    from access15.workflows.own_inputs import check_outputs

    progress = make_progress(lang.value)
    check_output_folder(folder)
    for name in ("mapclassify", "pyarrow"):  # told before the work, not after
        load_extra(name)
    read_wanted(workers, scheduler)
    cells = None if grid is None else parse_grid(grid)
    named = study or "milano_city"
    if zones is not None or zone_id is not None or people is not None:
        if study is not None:
            raise ConfigError(Remark("city_study_twice", study=study))
        named = str(_begin(folder, zones, zone_id, people, options.get("osm")))
    asked = build_options(**options).apply_to(load_study(named))
    outputs = [folder / name for name in list_city_files(asked)]
    check_outputs(outputs, study=asked, options=options)
    result = run_city(
        named, grid=cells, progress=progress, workers=workers, scheduler=scheduler, **options
    )
    progress("writing maps and tables")
    files = result.write(folder, lang=lang.value, command=describe_command(sys.argv[1:]))
    say_network(result.network_info, lang.value)
    for part in draw_city(result, lang=lang.value):
        out.print(part)
    say_open(files["city.html"], lang.value)
    if result.lost:  # all else is written
        raise typer.Exit(FAULT)


def _begin(
    folder: Path,
    zones: Path | None,
    zone_id: str | None,
    people: Path | None,
    osm: str | Path | None,
) -> Path:
    """Write the study of zones that are named on the command line, in a folder of its own."""
    from access15.files import check_inputs_stay
    from access15.workflows.city_study import PLACES_FILE, STUDY_FILE, begin_city

    given = {"--osm": osm, "--zones": zones, "--zone-id": zone_id}
    missing = [name for name, value in given.items() if value is None]
    if zones is None or zone_id is None or osm is None:
        raise ConfigError(Remark("city_zones_missing", missing=missing))
    own = folder / "study"
    read = [one for one in (zones, people, Path(osm)) if one is not None]
    check_inputs_stay([own / STUDY_FILE, own / PLACES_FILE], read)
    return begin_city(own, osm=Path(osm), zones=zones, zone_id=zone_id, people=people)
