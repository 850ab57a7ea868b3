"""Commands for a table of places: what is wrong with it, and where its rows are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from access15.cli.language import choose_language
from access15.cli.messages import (
    Language,
    make_progress,
    out,
    say_line,
    say_networks,
    say_open,
)
from access15.cli.options import (
    LangOpt,
    MapOpt,
    NoCacheOpt,
    OsmOpt,
    RegisterOpt,
    ServiceOpt,
    SpokenOpt,
    StudyArg,
    StudyOpt,
)
from access15.cli.problems import names_study
from access15.config import (
    CheckOptions,
    Lang,
    Options,
    ReviewOptions,
    build_options,
    choose_register,
    find_now,
    load_categories,
    load_study,
)
from access15.errors import ConfigError, InputDataError
from access15.remarks import Remark

if TYPE_CHECKING:
    import geopandas as gpd

    from access15.sources.people.counts import Counted


def check(
    *,
    file: Annotated[
        Path,
        typer.Argument(help="help_checked_file"),
    ],
    study: Annotated[
        str | None,
        typer.Option(
            "--study",
            help="help_checked_study",
        ),
    ] = None,
    options: CheckOptions,
    lang: SpokenOpt = None,
) -> None:
    """Check facilities, a study with all its files, or proposals; print every problem at once."""
    from access15.sources.proposals.files import is_proposal_file

    spoken = choose_language(lang)
    if is_proposal_file(file):
        asked = build_options(**options)
        _check_proposals(file, "milano" if study is None else study, asked, spoken)
    elif study is not None:
        if names_study(file):
            raise ConfigError(Remark("checked_two_studies", file=file, study=study))
        if options.get("facilities"):
            raise ConfigError(Remark("checked_twice", file=file.name))
        options["facilities"] = file
        _check_study(study, build_options(**options), spoken)
    elif names_study(file):
        _check_study(str(file), build_options(**options), spoken)
    else:
        _refuse_without_study(options)
        options["facilities"] = file
        _check_facilities(file, build_options(**options), spoken)


def _refuse_without_study(options: CheckOptions) -> None:
    """Refuse options that say something of a study where none is checked."""
    if added := options.get("add_places"):
        raise ConfigError(Remark("added_alone", file=Path(added[0]).name))
    names = {"cutoffs_min": "cutoff", "profiles": "profile", "areas": "area"}
    given = [
        f"--{names.get(key, key).replace('_', '-')}"
        for key, value in options.items()
        if value and key not in ("map_columns", "crs")
    ]
    if given:
        raise ConfigError(Remark("checked_alone", options=given))


def _check_study(study: str, options: Options, lang: Lang) -> None:
    """Read everything that a run reads before it looks at streets."""
    from access15.workflows.given import read_given

    loaded = options.apply_to(load_study(study))
    given = read_given(loaded, options)
    counts = given.official.groupby(["category", "precision"]).size()
    _say_counts(dict(counts.items()), lang)
    groups = list(loaded.population.groups)
    if given.population is not None:
        _say_people(given.population, given.zones, groups, lang)
    residents = _count_residents(given.population)
    n_places, n_zones = len(given.official), len(given.zones)
    told = Remark("check_study", study=study, places=n_places, zones=n_zones, residents=residents)
    say_line(told, lang)


def _count_residents(population: Counted | None) -> Remark:
    """Say how many residents are counted."""
    if population is None:
        return Remark("check_homes")
    from access15.sources.people.inside import sum_all

    return Remark("check_residents", n=round(sum_all(population, ["total"])["total"]))


def _say_people(
    population: Counted, zones: gpd.GeoDataFrame, groups: list[str], lang: Lang
) -> None:
    """Say how many people of each group live in every zone, and how many the source counts."""
    from access15.outputs.words.people import describe_note
    from access15.sources.people.inside import sum_all, sum_inside

    inside = sum_inside(population, zones, groups)
    for zone_id, name in zip(zones["zone_id"], zones["name"], strict=True):
        for group in groups:
            n = inside.loc[zone_id, group]
            told = Remark("check_people_of_zone", zone=zone_id, name=name, group=group)
            out.print(f"{n:6.0f}  {told.in_lang(lang)}", soft_wrap=True)
    everybody = sum_all(population, groups)
    if everybody.any() and not inside.to_numpy().any():
        say_line(Remark("check_people_elsewhere"), lang)
    whole = "zones" if population.counted_on == "zones" else "source"
    for group, n in everybody.items():
        told = Remark(f"check_people_of_{whole}", group=str(group))
        out.print(f"{n:6.0f}  {told.in_lang(lang)}", soft_wrap=True)
    if population.counted_on not in ("zones", "points"):
        say_line(Remark("check_people_by_area"), lang)
    for note in population.notes:
        say_line(describe_note(note, lang), lang)


def _say_counts(counts: Mapping[tuple[str, str], int], lang: Lang) -> None:
    """Say how many places there are of each category and precision."""
    from access15.outputs.words.texts import say_or

    for (category, precision), n in counts.items():
        named = precision if lang == "en" else say_or(f"precision_{precision}", lang, precision)
        out.print(f"{n:6d}  {category}, {named}", soft_wrap=True)


def _check_proposals(file: Path, study: str, options: Options, lang: Lang) -> None:
    """Read a file of proposals as compare does, for a study and all its files."""
    from access15.sources.proposals.files import read_proposals
    from access15.workflows.compare import check_study
    from access15.workflows.given import read_given

    found = read_proposals(file)
    loaded = options.apply_to(load_study(study))
    check_study(found, loaded, {})
    read_given(loaded, options)
    say_line(Remark("check_proposals", file=file.name, n=len(found)), lang)


def _check_facilities(file: Path, options: Options, lang: Lang) -> None:
    """Check a table of facilities on its own."""
    from access15.sources.places.facilities import check_facilities
    from access15.sources.places.points import facility_bounds

    loaded = load_study()
    source = options.apply_to(loaded).facilities.alone(file)
    bounds = facility_bounds(loaded)
    report = check_facilities(source, categories=load_categories(), bounds=bounds)
    for warning in report.warnings:
        say_line(Remark("check_note", text=warning), lang)
    if report.problems:
        told = Remark("check_problems", file=file.name or file, n=len(report.problems))
        raise InputDataError(told, report.problems)
    _say_counts(dict(sorted(report.counts.items())), lang)
    say_line(Remark("check_facilities", file=file.name, n_rows=report.n_rows), lang)


def places(
    *,
    study: StudyArg = "milano",
    options: ReviewOptions,
    review: Annotated[
        Path | None,
        typer.Option("--review", help="help_places_review"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="help_places_output"),
    ] = None,
    register: RegisterOpt = None,
    service: ServiceOpt = "",
    lang: LangOpt = Language.it,
) -> None:
    """Write the offline page on which every place's point and door are checked and set right."""
    from access15.outputs.tables.layers import check_output_file
    from access15.workflows.review import review_places

    loaded = load_study(study)
    path = output or Path(f"{loaded.id}_places.html")
    check_output_file(path, endings=(".html",))
    result = review_places(
        path,
        study=loaded,
        review=review,
        lang=lang.value,
        register=register,
        service=service,
        progress=make_progress(lang.value),
        **options,
    )
    say_networks(result, lang.value)
    say_open(path, lang.value)


def geocode(
    file: Annotated[Path, typer.Argument(help="help_geocoded_file")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="help_geocode_output")],
    study: StudyOpt = "milano",
    review: Annotated[
        Path | None,
        typer.Option("--review", help="help_review"),
    ] = None,
    osm: OsmOpt = None,
    register: RegisterOpt = None,
    map_columns: MapOpt = None,
    offline: Annotated[bool, typer.Option("--offline", help="help_geocode_offline")] = False,
    no_cache: NoCacheOpt = False,
    service: ServiceOpt = "",
    lang: SpokenOpt = None,
) -> None:
    """Find the points of facilities that have none, or only a street: among the study's own places,
    in the extract, in the register of addresses, then at Nominatim.
    """
    from access15.outputs.tables.layers import check_output_file
    from access15.workflows.geocode import geocode_file

    check_output_file(output, endings=(".csv", ".geojson", ".gpkg"))
    if review is not None:
        check_output_file(review, endings=(".csv",))
    loaded = load_study(study)
    spoken = choose_language(lang)
    lines = geocode_file(
        file,
        output,
        loaded,
        build_options(
            osm=osm,
            map_columns=map_columns,
            offline=offline,
            no_cache=no_cache,
        ),
        review=review,
        now=find_now(),
        register=choose_register(loaded.address_register, register, map_columns),
        service=service,
        lang=spoken,
    )
    for line in lines:
        say_line(line, spoken)
