"""Commands for single walks: how far from here, and how long to there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from access15.cli.messages import out, say_network
from access15.cli.options import (
    AddPlacesOpt,
    FacilitiesOpt,
    MapOpt,
    ProfileOpt,
    ReplaceOpt,
    ServiceOpt,
    SpeedOpt,
    StudyOpt,
    read_minutes,
)
from access15.config import (
    PlaceOptions,
    StreetOptions,
    WalkProfile,
    build_options,
    find_now,
    find_walker,
    load_profiles,
    load_study,
)
from access15.errors import ConfigError


def isochrone(
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write: .geojson or .gpkg.")
    ],
    minutes: Annotated[
        list[float],
        typer.Option(
            "--minutes", help="Cutoffs; one or several.", parser=read_minutes, metavar="NUMBER"
        ),
    ],
    at: Annotated[str | None, typer.Option("--at", help="Place as LAT,LON.")] = None,
    facility: Annotated[
        str | None, typer.Option("--facility", help="Place as a facility id of the study.")
    ] = None,
    address: Annotated[str | None, typer.Option("--address", help="Place as an address.")] = None,
    profile: ProfileOpt = "older_adult",
    speed_ms: SpeedOpt = None,
    study: StudyOpt = "milano",
    options: StreetOptions,
    facilities: FacilitiesOpt = None,
    add_places: AddPlacesOpt = None,
    replace_categories: ReplaceOpt = None,
    map_columns: MapOpt = None,
    streets: Annotated[
        bool, typer.Option("--streets", help="Write the reached streets, not polygons.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Look addresses up in the gazetteer and cache alone.")
    ] = False,
    service: ServiceOpt = "",
) -> None:
    """Where people can live and still walk to a place within the minutes given."""
    from access15.outputs.tables.layers import check_layer_path, write_layer
    from access15.workflows.geocode import locate
    from access15.workflows.isochrone import measure_isochrone
    from access15.workflows.own_inputs import check_outputs

    check_layer_path(output)
    of_places: PlaceOptions = {
        "facilities": facilities,
        "add_places": add_places,
        "replace_categories": replace_categories,
        "map_columns": map_columns,
    }
    check_outputs([output], study=study, options={**options, **of_places})
    now = find_now()
    for key, value in of_places.items():
        if value and facility is None and address is None:
            name = "map" if key == "map_columns" else key.replace("_", "-")
            raise ConfigError(
                f"--{name} is only read to find --facility or --address; leave it away with --at"
            )
    wanted: PlaceOptions = {**of_places, "offline": offline}
    asked = build_options(**wanted)
    loaded = asked.apply_to(load_study(study))
    place = locate(
        loaded,
        asked,
        at=at,
        facility=facility,
        address=address,
        now=now,
        service=service,
    )
    walker = _find_walker(profile, speed_ms)
    found = measure_isochrone(
        place,
        minutes=minutes,
        profile=walker,
        study=loaded,
        now=now,
        **options,
    )
    if streets:
        write_layer(found.streets, output, name="streets", now=now)
    else:
        write_layer(found.areas, output, name="isochrone", now=now)
    say_network(found.network_info)
    for row in found.areas.itertuples():
        out.print(
            f"{row.minutes:5.4g} min  {row.street_m / 1000:8.2f} km of street  "
            f"{row.area_m2 / 10_000:8.2f} ha"
        )
    out.print(f"{output}", soft_wrap=True)


def times(
    *,
    start: Annotated[str, typer.Option("--from", help="Start as LAT,LON.")],
    to: Annotated[Path, typer.Option("--to", help="Points: CSV with id, lat, lon, or GeoJSON.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV to write.")],
    profile: ProfileOpt = "older_adult",
    speed_ms: SpeedOpt = None,
    study: StudyOpt = "milano",
    options: StreetOptions,
) -> None:
    """Walking times from one place to many points."""
    from access15.outputs.tables.layers import check_output_file, write_times
    from access15.sources.places.destinations import read_destinations
    from access15.workflows.geocode import parse_lat_lon
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.times import measure_times

    check_output_file(output, endings=(".csv",))
    check_outputs([output], study=study, options=options, others=[to])
    table, info = measure_times(
        parse_lat_lon(start, "--from"),
        read_destinations(to),
        profile=_find_walker(profile, speed_ms),
        study=study,
        **options,
    )
    write_times(table, output)
    say_network(info)
    n_reached = (table["status"] == "ok").sum()
    out.print(f"{n_reached} of {len(table)} points reached; {output}", soft_wrap=True)


def _find_walker(profile: str, speed_ms: float | None) -> WalkProfile:
    """Profile of that id, at another pace where one is given."""
    walker = find_walker(load_profiles(), profile)
    if speed_ms is None:
        return walker
    try:
        return walker.at_pace(speed_ms)
    except ConfigError as error:
        raise ConfigError(
            f"--speed-ms is {speed_ms:g}, a pace at which nobody walks", error.problems
        ) from error
