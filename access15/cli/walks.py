"""Commands for single walks: how far from here, and how long to there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from access15.cli.environment import spare_linear_algebra
from access15.cli.language import choose_language
from access15.cli.messages import Language, out, say_line, say_network
from access15.cli.options import (
    AddPlacesOpt,
    FacilitiesOpt,
    MapOpt,
    ProfileOpt,
    RegisterOpt,
    ReplaceOpt,
    ServiceOpt,
    SpeedOpt,
    SpokenOpt,
    StudyOpt,
    read_minutes,
)
from access15.config import (
    PlaceOptions,
    StreetOptions,
    WalkProfile,
    build_options,
    choose_register,
    find_now,
    find_walker,
    load_profiles,
    load_study,
)
from access15.errors import ConfigError, InputDataError
from access15.remarks import Lang, Remark

if TYPE_CHECKING:
    from access15.workflows.isochrone import Isochrone


def isochrone(
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="help_isochrone_output")],
    minutes: Annotated[
        list[float],
        typer.Option(
            "--minutes", help="help_isochrone_minutes", parser=read_minutes, metavar="NUMBER"
        ),
    ],
    at: Annotated[str | None, typer.Option("--at", help="help_isochrone_at")] = None,
    points: Annotated[Path | None, typer.Option("--points", help="help_isochrone_points")] = None,
    facility: Annotated[str | None, typer.Option("--facility", help="help_facility")] = None,
    address: Annotated[str | None, typer.Option("--address", help="help_address")] = None,
    profile: ProfileOpt = "older_adult",
    speed_ms: SpeedOpt = None,
    study: StudyOpt = "milano",
    options: StreetOptions,
    facilities: FacilitiesOpt = None,
    add_places: AddPlacesOpt = None,
    replace_categories: ReplaceOpt = None,
    map_columns: MapOpt = None,
    register: RegisterOpt = None,
    streets: Annotated[bool, typer.Option("--streets", help="help_streets")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="help_address_offline")] = False,
    service: ServiceOpt = "",
    lang: SpokenOpt = None,
) -> None:
    """Where people can live and still walk to a place within the minutes given."""
    spare_linear_algebra()
    from access15.outputs.tables.layers import check_layer_path, write_layer
    from access15.workflows.isochrone import measure_isochrone
    from access15.workflows.located import locate
    from access15.workflows.own_inputs import check_outputs

    check_layer_path(output)
    of_places: PlaceOptions = {
        "facilities": facilities,
        "add_places": add_places,
        "replace_categories": replace_categories,
        "map_columns": map_columns,
    }
    others = [one for one in (register, points) if one is not None]
    check_outputs([output], study=study, options={**options, **of_places}, others=others)
    now = find_now()
    if facility is None and address is None:
        _check_places(of_places)
    if register is not None and address is None:
        raise ConfigError(Remark("register_without_address"))
    if points is not None:
        if any(one is not None for one in (at, facility, address)):
            raise InputDataError(Remark("place_not_clear"))
        walker = choose_pace(profile, speed_ms)
        _draw_around(
            points,
            output,
            minutes=minutes,
            walker=walker,
            study=study,
            streets=streets,
            options=options,
            lang=lang,
        )
        return
    wanted: PlaceOptions = {**of_places, **options, "offline": offline}
    asked = build_options(**wanted)
    loaded = asked.apply_to(load_study(study))
    place = locate(
        loaded,
        asked,
        at=at,
        facility=facility,
        address=address,
        now=now,
        register=choose_register(loaded.address_register, register, map_columns),
        service=service,
    )
    walker = choose_pace(profile, speed_ms)
    found = measure_isochrone(
        place,
        minutes=minutes,
        profile=walker,
        study=loaded,
        now=now,
        **options,
    )
    table = found.bands.tabulate() if streets else found.land
    write_layer(table, output, name="streets" if streets else "isochrone", now=now)
    _say_areas(found, output, choose_language(lang))


def _check_places(of_places: PlaceOptions) -> None:
    """Refuse options that say where places are, where none is asked for."""
    for key, value in of_places.items():
        if value:
            name = "map" if key == "map_columns" else key.replace("_", "-")
            raise ConfigError(Remark("option_of_places", option=f"--{name}"))


def _say_areas(found: Isochrone, output: Path, spoken: Lang) -> None:
    """Say how far one gets, and where it was written."""
    from access15.outputs.words.texts import say

    say_network(found.network_info, spoken)
    told = found.land.columns
    rows = zip(told["minutes"], told["street_m"], told["area_m2"], strict=True)
    for minutes, street_m, area_m2 in rows:
        cells = {
            "minutes": f"{minutes:5.4g}",
            "km": f"{street_m / 1000:8.2f}",
            "ha": f"{area_m2 / 10_000:8.2f}",
        }
        if spoken == "it":
            cells = {key: number.replace(".", ",") for key, number in cells.items()}
        out.print(say("isochrone_row", spoken, **cells))
    out.print(f"{output}", soft_wrap=True)


def _draw_around(
    points: Path,
    output: Path,
    *,
    minutes: list[float],
    walker: WalkProfile,
    study: str,
    streets: bool,
    options: StreetOptions,
    lang: Language | None,
) -> None:
    """Draw who reaches each point of a file, or the streets from which any is reached."""
    from access15.outputs.tables.layers import write_layer
    from access15.sources.places.destinations import read_destinations
    from access15.workflows.isochrone import sort_minutes
    from access15.workflows.points import measure_isochrones

    now = find_now()
    found = measure_isochrones(
        read_destinations(points),
        minutes=sort_minutes(minutes),
        profile=walker,
        streets=streets,
        study=study,
        now=now,
        **options,
    )
    write_layer(found.table, output, name="streets" if streets else "isochrone", now=now)
    spoken = choose_language(lang)
    say_network(found.network_info, spoken)
    if not streets:
        rows = found.table.drop_duplicates("id")
        n_placed = int((rows["status"] == "ok").sum())
        told = Remark("isochrones_drawn", n=n_placed, n_all=len(rows), file=output)
        say_line(told, spoken)
    else:
        out.print(f"{output}", soft_wrap=True)


def times(
    *,
    start: Annotated[str, typer.Option("--from", help="help_from")],
    to: Annotated[Path, typer.Option("--to", help="help_to")],
    output: Annotated[Path, typer.Option("--output", "-o", help="help_times_output")],
    profile: ProfileOpt = "older_adult",
    speed_ms: SpeedOpt = None,
    study: StudyOpt = "milano",
    options: StreetOptions,
    lang: SpokenOpt = None,
) -> None:
    """Walking times from one place to many points."""
    spare_linear_algebra()
    from access15.outputs.tables.layers import check_output_file, write_times
    from access15.sources.places.destinations import read_destination_rows
    from access15.workflows.located import parse_lat_lon
    from access15.workflows.own_inputs import check_outputs
    from access15.workflows.times import list_times

    check_output_file(output, endings=(".csv",))
    check_outputs([output], study=study, options=options, others=[to])
    found = list_times(
        parse_lat_lon(start, "--from"),
        read_destination_rows(to),
        profile=choose_pace(profile, speed_ms),
        study=study,
        **options,
    )
    status = found.columns["status"]
    write_times(found.columns, output)
    spoken = choose_language(lang)
    say_network(found.network_info, spoken)
    n_reached = int((status == "ok").sum())
    told = Remark("times_reached", n=n_reached, n_all=len(status), file=output)
    say_line(told, spoken)


def choose_pace(profile: str, speed_ms: float | None) -> WalkProfile:
    """Profile of that id, at another pace where one is given."""
    walker = find_walker(load_profiles(), profile)
    if speed_ms is None:
        return walker
    try:
        return walker.at_pace(speed_ms)
    except ConfigError as error:
        raise ConfigError(Remark("pace_of_nobody", pace=speed_ms), error.problems) from error
