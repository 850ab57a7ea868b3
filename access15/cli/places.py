"""Commands for a table of places: what is wrong with it, and where its rows are."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from access15.cli.messages import out
from access15.cli.options import AddPlacesOpt, MapOpt, ServiceOpt, StudyOpt
from access15.config import (
    Options,
    build_options,
    find_now,
    is_study_name,
    load_categories,
    load_study,
)
from access15.errors import ConfigError, InputDataError

if TYPE_CHECKING:
    from access15.sources.people.counts import Counted


def check(
    file: Annotated[
        Path,
        typer.Argument(
            help="Facilities (CSV, GeoJSON, GeoPackage or Excel), a study with all its files, or "
            "proposals."
        ),
    ],
    study: Annotated[
        str | None,
        typer.Option(
            "--study",
            help="A study's name or its .toml file, checked with these facilities in place of its "
            "own; without it facilities are checked alone, as those of milano.",
        ),
    ] = None,
    add_places: AddPlacesOpt = None,
    map_columns: MapOpt = None,
) -> None:
    """Check facilities, a study with all its files, or proposals; print every problem at once."""
    from access15.sources.proposals.files import is_proposal_file

    build = partial(build_options, add_places=add_places, map_columns=map_columns)
    if is_proposal_file(file):
        _check_proposals(file, "milano" if study is None else study, build())
    elif study is not None:
        _check_study(study, build(facilities=file))
    elif file.suffix.lower() == ".toml" or is_study_name(str(file)):
        _check_study(str(file), build())
    elif add_places:
        raise ConfigError(
            "--add-places are checked beside a study's own places: give a study, access15 check "
            f"milano --add-places {add_places[0].name}"
        )
    else:
        _check_facilities(file, build())


def _check_study(study: str, options: Options) -> None:
    """Read everything that a run reads before it looks at streets."""
    from access15.workflows.given import read_given

    loaded = options.apply_to(load_study(study))
    given = read_given(loaded, options)
    counts = given.official.groupby(["category", "precision"]).size()
    for (category, precision), n in counts.items():
        out.print(f"{n:6d}  {category}, {precision}", soft_wrap=True)
    out.print(
        f"{study}: {len(given.official)} facilities, {len(given.zones)} zones, "
        f"{_count_residents(given.population)}, no problems",
        soft_wrap=True,
    )


def _count_residents(population: Counted | None) -> str:
    """Say how many residents are counted."""
    if population is None:
        return "no residents: homes are counted"
    return f"{population.places['total'].sum():.0f} residents counted"


def _check_proposals(file: Path, study: str, options: Options) -> None:
    """Read a file of proposals as compare does, for a study and all its files."""
    from access15.sources.proposals.files import read_proposals
    from access15.workflows.compare import check_study
    from access15.workflows.given import read_given

    found = read_proposals(file)
    loaded = options.apply_to(load_study(study))
    check_study(found, loaded, {})
    read_given(loaded, options)
    n = len(found)
    out.print(f"{file.name}: {n} proposal{'s' if n > 1 else ''}, no problems", soft_wrap=True)


def _check_facilities(file: Path, options: Options) -> None:
    """Check a table of facilities on its own."""
    from access15.sources.places.facilities import check_facilities
    from access15.sources.places.points import facility_bounds

    loaded = load_study()
    source = options.apply_to(loaded).facilities.alone(file)
    bounds = facility_bounds(loaded)
    report = check_facilities(source, categories=load_categories(), bounds=bounds)
    for warning in report.warnings:
        out.print(f"note: {warning}", soft_wrap=True)
    if report.problems:
        n_problems = len(report.problems)
        what = "problems" if n_problems > 1 else "problem"
        raise InputDataError(f"{file.name or file}: {n_problems} {what}", report.problems)
    for (category, precision), n in sorted(report.counts.items()):
        out.print(f"{n:6d}  {category}, {precision}", soft_wrap=True)
    out.print(f"{file.name}: {report.n_rows} facilities, no problems", soft_wrap=True)


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
    map_columns: MapOpt = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Use the gazetteer and the cache alone.")
    ] = False,
    service: ServiceOpt = "",
) -> None:
    """Find the points of facilities that have none, or only a street."""
    from access15.outputs.tables.layers import check_output_file
    from access15.workflows.geocode import geocode_file

    check_output_file(output, endings=(".csv", ".geojson", ".gpkg"))
    if review is not None:
        check_output_file(review, endings=(".csv",))
    lines = geocode_file(
        file,
        output,
        load_study(study),
        build_options(offline=offline, map_columns=map_columns),
        review=review,
        now=find_now(),
        service=service,
    )
    for line in lines:
        out.print(line, soft_wrap=True)
