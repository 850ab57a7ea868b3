"""The command line: thin, one function per command."""

from __future__ import annotations

import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from access15.cli.options import (
    AreasOpt,
    AtOpt,
    CutoffsOpt,
    FacilitiesOpt,
    LangOpt,
    Language,
    OfflineOpt,
    OsmOpt,
    ProfileOpt,
    ProfilesOpt,
    SeatsOpt,
    ServiceOpt,
    SpeedOpt,
    StudyArg,
    StudyOpt,
    err,
    out,
    say,
    say_network,
    say_networks,
    tell_stages,
)
from access15.cli.paper import poster, scan
from access15.cli.session import compare, session
from access15.config import (
    Study,
    WalkProfile,
    is_study_name,
    load_categories,
    load_profiles,
    load_study,
)
from access15.errors import (
    Access15Error,
    Access15Warning,
    ConfigError,
    InputDataError,
    ServiceError,
)

if TYPE_CHECKING:
    from access15.workflows.ground import StreetSource

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Who can walk to which service within 15 minutes, at their own pace.",
    epilog="Example: access15 run milano --osm milano.osm.pbf",
)

STOPPED = 130


def main() -> None:
    """Run the command line; problems with input end in one clear message and exit code 2."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", Access15Warning)
            warnings.showwarning = _show_warning
            app(args=spread_lists(sys.argv[1:]))
    except Access15Error as error:
        err.print(f"access15: {error}", soft_wrap=True)
        sys.exit(2)
    except SystemExit as stop:
        if stop.code == STOPPED:  # what Typer makes of Ctrl-C
            err.print("access15: stopped; results written before are untouched")
        raise


@app.command(
    epilog="Example: access15 run milano --osm milano.osm.pbf --area chiesa_rossa --out maps"
)
def run(
    study: StudyArg = "milano",
    osm: OsmOpt = None,
    facilities: FacilitiesOpt = None,
    profile: ProfilesOpt = None,
    cutoff: CutoffsOpt = None,
    area: AreasOpt = None,
    seats: SeatsOpt = None,
    folder: Annotated[
        Path, typer.Option("--out", help="Folder for index, maps and tables.")
    ] = Path("maps"),
    lang: LangOpt = Language.it,
    offline: OfflineOpt = False,
    at: AtOpt = None,
    tiles: Annotated[
        bool, typer.Option("--tiles", help="Offer an online background layer on the maps.")
    ] = False,
) -> None:
    """Compute coverage and write maps and tables."""
    from access15.outputs.tables.layers import check_output_folder
    from access15.outputs.terminal import draw_summary
    from access15.workflows import run as pipeline

    tell = tell_stages(lang)
    check_output_folder(folder)
    result = pipeline.run(
        study,
        osm=osm,
        facilities=facilities,
        profiles=profile,
        cutoffs_min=cutoff,
        areas=area,
        offline=offline,
        at=at,
        progress=tell,
        seats=seats or (),
    )
    tell("writing maps and tables")
    files = result.write(folder, lang=lang.value, tiles=tiles, command=sys.argv[1:])
    say_networks(result)
    for part in draw_summary(result, lang=lang.value):
        out.print(part)
    out.print(f"{'Apri' if lang is Language.it else 'Open'}: {files['index.html']}", soft_wrap=True)


@app.command(
    epilog="Example: access15 coverage milano --profile frail --cutoff 15 --csv coverage.csv"
)
def coverage(
    study: StudyArg = "milano",
    osm: OsmOpt = None,
    facilities: FacilitiesOpt = None,
    profile: ProfilesOpt = None,
    cutoff: CutoffsOpt = None,
    area: AreasOpt = None,
    seats: SeatsOpt = None,
    offline: OfflineOpt = False,
    at: AtOpt = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="File to write; without it the screen.")
    ] = None,
) -> None:
    """Compute the numbers alone, for scripts."""
    from access15.files import write_text_atomic
    from access15.outputs.tables.cells import format_csv
    from access15.outputs.tables.layers import check_output_file
    from access15.outputs.tables.run import build_coverage_table
    from access15.results.schema import COVERAGE
    from access15.workflows import run as pipeline

    if csv is not None:
        check_output_file(csv)
    result = pipeline.run(
        study,
        osm=osm,
        facilities=facilities,
        profiles=profile,
        cutoffs_min=cutoff,
        areas=area,
        offline=offline,
        at=at,
        progress=say,
        seats=seats or (),
    )
    say_networks(result)
    text = format_csv(build_coverage_table(result), COVERAGE)
    if csv is None:
        sys.stdout.write(text)
    else:
        write_text_atomic(csv, text)
        say(f"{len(result.coverage)} rows in {csv}")


@app.command(epilog="Example: access15 check facilities.csv")
def check(
    file: Annotated[Path, typer.Argument(help="Facilities: CSV, GeoJSON, GeoPackage or Excel.")],
    study: StudyOpt = "milano",
) -> None:
    """Check a facilities file and print every problem at once."""
    from access15.sources.places.facilities import check_facilities
    from access15.workflows.run import facility_bounds

    loaded = load_study(study)
    source = loaded.facilities.model_copy(update={"file": file})
    report = check_facilities(source, categories=load_categories(), bounds=facility_bounds(loaded))
    for warning in report.warnings:
        out.print(f"note: {warning}", soft_wrap=True)
    if report.problems:
        n_problems = len(report.problems)
        raise InputDataError(
            f"{file.name}: {n_problems} problem{'s' if n_problems > 1 else ''}", report.problems
        )
    for (category, precision), n in sorted(report.counts.items()):
        out.print(f"{n:6d}  {category}, {precision}", soft_wrap=True)
    out.print(f"{file.name}: {report.n_rows} facilities, no problems", soft_wrap=True)


@app.command(
    epilog="Example: access15 geocode facilities.csv -o geocoded.csv --review to_decide.csv"
)
def geocode(
    file: Annotated[Path, typer.Argument(help="Facilities to geocode.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write: .csv, .geojson or .gpkg.")
    ],
    study: StudyOpt = "milano",
    review: Annotated[
        Path | None,
        typer.Option(
            "--review", help="Ambiguous answers to decide; read when it exists, then written anew."
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Use the gazetteer and the cache alone.")
    ] = False,
    service: ServiceOpt = "",
) -> None:
    """Find the points of facilities that have none, or only a street."""
    from access15.outputs.tables.layers import check_output_file
    from access15.workflows.geocode import geocode_file

    check_output_file(
        output, endings=(".csv", ".geojson", ".gpkg"), inputs=(file, *([review] if review else []))
    )
    if review is not None:
        check_output_file(review, endings=(".csv",), inputs=(file,))
    loaded = load_study(study)
    lines = geocode_file(
        file, output, loaded, review=review, offline=offline, now=datetime.now(UTC), service=service
    )
    for line in lines:
        out.print(line, soft_wrap=True)


@app.command(epilog="Example: access15 fetch milano")
def fetch(
    study: StudyArg = "milano",
    service: Annotated[
        str, typer.Option("--service", help="Another Overpass service; empty for the public one.")
    ] = "",
) -> None:
    """Fetch a study's streets from OpenStreetMap and its bike stations into the cache, for later
    runs.
    """
    from access15.sources.streets.at_hand import fetch_streets
    from access15.workflows.bikes import fetch_bikes

    loaded, now = load_study(study), datetime.now(UTC)
    gone: ServiceError | None = None
    try:
        for line in fetch_bikes(loaded, now=now, progress=say):
            out.print(line, soft_wrap=True)
    except ServiceError as error:  # the streets are fetched all the same
        err.print(f"note: {error}", soft_wrap=True)
        gone = error
    for line in fetch_streets(loaded, today=now.date(), progress=say, service=service):
        out.print(line, soft_wrap=True)
    if gone is not None:
        raise gone


@app.command(
    epilog="Example: access15 isochrone --facility cam-04 --minutes 5 10 15 --profile frail -o "
    "boifava.geojson"
)
def isochrone(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write: .geojson or .gpkg.")
    ],
    minutes: Annotated[list[float], typer.Option("--minutes", help="Cutoffs; one or several.")],
    at: Annotated[str | None, typer.Option("--at", help="Place as LAT,LON.")] = None,
    facility: Annotated[
        str | None, typer.Option("--facility", help="Place as a facility id of the study.")
    ] = None,
    address: Annotated[str | None, typer.Option("--address", help="Place as an address.")] = None,
    profile: ProfileOpt = "older_adult",
    speed_ms: SpeedOpt = None,
    osm: OsmOpt = None,
    study: StudyOpt = "milano",
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

    check_layer_path(output)
    loaded = load_study(study)
    place = locate(
        loaded,
        at=at,
        facility=facility,
        address=address,
        offline=offline,
        now=datetime.now(UTC),
        service=service,
    )
    found = measure_isochrone(
        place, minutes=minutes, profile=_walker(profile, speed_ms), source=_source(loaded, osm)
    )
    write_layer(
        found.streets if streets else found.areas,
        output,
        name="streets" if streets else "isochrone",
    )
    say_network(found.network_info.kind, found.network_info.name, found.network_info.warnings)
    for row in found.areas.itertuples():
        out.print(
            f"{row.minutes:5.4g} min  {row.street_m / 1000:8.2f} km of street  "
            f"{row.area_m2 / 10_000:8.2f} ha"
        )
    out.print(f"{output}", soft_wrap=True)


@app.command(
    epilog="Example: access15 times --from 45.4275,9.1748 --to homes.csv --profile frail -o "
    "times.csv"
)
def times(
    start: Annotated[str, typer.Option("--from", help="Start as LAT,LON.")],
    to: Annotated[Path, typer.Option("--to", help="Points: CSV with id, lat, lon, or GeoJSON.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV to write.")],
    profile: ProfileOpt = "older_adult",
    speed_ms: SpeedOpt = None,
    osm: OsmOpt = None,
    study: StudyOpt = "milano",
) -> None:
    """Walking times from one place to many points."""
    from access15.outputs.tables.layers import check_output_file, write_times
    from access15.sources.places.destinations import read_destinations
    from access15.workflows.geocode import parse_lat_lon
    from access15.workflows.times import measure_times

    check_output_file(output, endings=(".csv",), inputs=(to,))
    table, info = measure_times(
        parse_lat_lon(start, "--from"),
        read_destinations(to),
        profile=_walker(profile, speed_ms),
        source=_source(load_study(study), osm),
    )
    write_times(table, output)
    say_network(info.kind, info.name, info.warnings)
    out.print(
        f"{(table['status'] == 'ok').sum()} of {len(table)} points reached; {output}",
        soft_wrap=True,
    )


@app.command(
    epilog="Example: access15 seats milano --category csrc --osm milano.osm.pbf --seats "
    "benches.json -o seats"
)
def seats(
    category: Annotated[
        str, typer.Option("--category", help="Service walked to; hub for the nearest hub.")
    ],
    folder: Annotated[Path, typer.Option("--output", "-o", help="Folder for tables and layers.")],
    study: StudyArg = "milano",
    profile: ProfileOpt = "frail",
    group: Annotated[
        str, typer.Option("--group", help="Who is counted: a group of the study.")
    ] = "age_65_plus",
    n: Annotated[int, typer.Option("--n", help="New benches at most, in each neighbourhood.")] = 10,
    limit_m: Annotated[
        float | None,
        typer.Option("--limit-m", help="Longest gap between seats; by default the profile's."),
    ] = None,
    cutoff: Annotated[float, typer.Option("--cutoff", help="Minutes.")] = 15.0,
    area: AreasOpt = None,
    osm: OsmOpt = None,
    layers: SeatsOpt = None,
    offline: OfflineOpt = False,
    lang: LangOpt = Language.it,
) -> None:
    """Find where missing seats cut people off, and the best places for new benches."""
    from access15.outputs.tables.benches import draw_seat_findings, write_seat_findings
    from access15.outputs.tables.layers import check_output_folder
    from access15.workflows.benches import find_seats

    check_output_folder(folder)
    found = find_seats(
        study,
        category=category,
        profile=profile,
        group=group,
        n=n,
        limit_m=limit_m,
        cutoff_min=cutoff,
        areas=area,
        osm=osm,
        seats=layers or (),
        offline=offline,
        progress=tell_stages(lang),
    )
    files = write_seat_findings(found, folder)
    for part in draw_seat_findings(found, lang=lang.value):
        out.print(part, soft_wrap=False)
    out.print(", ".join(str(path) for path in files.values()), soft_wrap=True)


app.command(
    epilog="Example: access15 session chiesa_rossa --osm milano.osm.pbf -o chiesa_rossa.html"
)(session)
app.command(epilog="Example: access15 compare proposal.geojson --osm milano.osm.pbf -o comparison")(
    compare
)
app.command(
    epilog="Example: access15 poster chiesa_rossa --osm milano.osm.pbf --size A3 -o "
    "chiesa_rossa.pdf"
)(poster)
app.command(
    epilog="Example: access15 scan photo.jpg --poster chiesa_rossa.json -o stickers.geojson"
)(scan)


@app.command(epilog="Example: access15 profiles")
def profiles() -> None:
    """List who walks, how, and where each value comes from."""
    for walker in load_profiles().values():
        pace = f"{walker.pace_ms:g} m/s ({walker.pace_kmh:.1f} km/h)"
        out.print(f"{walker.id}: {walker.label.en}, {walker.who.en}; {pace}", soft_wrap=True)
        for field, source in walker.sources.items():
            value = getattr(walker, field)
            out.print(f"    {field} = {value}: {source}", soft_wrap=True)


@app.command(epilog="Example: access15 doctor")
def doctor(study: StudyArg = "milano") -> None:
    """Show versions, data, caches and the streets a run would use."""
    from access15.workflows.doctor import describe

    for line in describe(load_study(study), today=datetime.now(UTC).date()):
        out.print(line, soft_wrap=True)


def spread_lists(argv: list[str]) -> list[str]:
    """Allow ``--minutes 5 10 15`` for ``--minutes 5 --minutes 10 --minutes 15``.

    Examples
    --------
    >>> spread_lists(["isochrone", "--minutes", "5", "10", "-o", "x.geojson"])
    ['isochrone', '--minutes', '5', '--minutes', '10', '-o', 'x.geojson']
    >>> spread_lists(["run", "--area", "a", "b", "--cutoff", "5", "milano"])
    ['run', '--area', 'a', '--area', 'b', '--cutoff', '5', 'milano']
    """
    lists = {"--minutes", "--cutoff"}
    if argv[:1] in (["run"], ["coverage"], ["compare"]):
        lists |= {"--profile", "--area"}
    spread: list[str] = []
    option = ""
    for word in argv:
        first = bool(spread) and spread[-1] == option
        if option and not first and _is_listed(option, word):
            spread += [option, word]
        else:
            spread.append(word)
            if not first:
                option = word if word in lists else ""
    return spread


def _is_listed(option: str, word: str) -> bool:
    if option in ("--minutes", "--cutoff"):
        return _is_number(word)
    if word.startswith("-"):
        return False
    return "." not in word and not is_study_name(word)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _walker(profile: str, speed_ms: float | None) -> WalkProfile:
    known = load_profiles()
    if profile not in known:
        raise ConfigError(f"profile {profile!r} is not known; known are {', '.join(known)}")
    if speed_ms is None:
        return known[profile]
    try:
        return known[profile].at_pace(speed_ms)
    except ConfigError as error:
        raise ConfigError(
            f"--speed-ms is {speed_ms:g}, a pace at which nobody walks", error.problems
        ) from error


def _source(study: Study, osm: Path | None) -> StreetSource:
    from access15.sources.streets.at_hand import cache_dir
    from access15.workflows.ground import StreetSource

    return StreetSource(
        osm=osm, study=study, cache_dir=cache_dir(study), today=datetime.now(UTC).date()
    )


def _show_warning(  # the standard library's own signature
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del filename, lineno, file, line
    if issubclass(category, Access15Warning):
        err.print(f"note: {message}", soft_wrap=True)
