"""A study of a new town from an extract alone: what is not said is looked up, and how is written
beside it.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import shapely

from access15.config import (
    Category,
    FacilitiesSource,
    Lang,
    find_now,
    load_categories,
    load_profiles,
    load_study,
)
from access15.config.reference import build_schema
from access15.config.written import SCHEMA_FILE, write_study
from access15.crs import utm_crs
from access15.errors import Gathering, InputDataError
from access15.files import name_file, staged_outputs
from access15.outputs.words.begin import describe_study
from access15.outputs.words.numbers import list_country_codes
from access15.remarks import Remark, put_in_lang
from access15.sources.places.facilities import read_facilities
from access15.sources.streets.parts import Parts, split_area
from access15.sources.streets.survey import Survey, survey_extract
from access15.sources.streets.where import (
    Chosen,
    choose_area,
    choose_country,
    name_town,
    simplify_name,
)
from access15.workflows.init_people import People, find_people
from access15.workflows.init_places import (
    OwnTable,
    describe_places,
    locate_places,
    write_places,
)

# Asks a question with possible answers and a default, which it gives where nobody is there to ask.
Ask = Callable[[str, Sequence[str], str], str]
_PROFILES: Final = ("adult", "older_adult", "frail", "wheelchair")
# kinds that the first numbers are best about, where the planner's own places do not say it
_LIKELY_GOALS: Final = (
    *("pharmacy", "supermarket", "doctor", "post_office", "library", "market", "bakery", "bank"),
    *("park", "metro_stop", "toilets", "drinking_fountain", "place_of_worship", "surface_stop"),
)
_HEADER: Final = "facility_id,name,category,address,lat,lon,opening_hours,source"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is said of a new study.

    Parameters
    ----------
    folder : Path
        Where it is written; missing or empty.
    osm : Path
        The extract.
    admin : str
        Name of a boundary or quarter of the extract; empty where another way is taken.
    area : Path, optional
        Layer of polygons.
    around : str
        A place as ``LAT,LON``; with `radius_m`.
    radius_m : float, optional
        How far around it [m].
    places : tuple of Path
        Tables of places of the planner's own.
    people : Path, optional
        Table or layer of residents.
    lang : {"it", "en"}, optional
        Language of the README and of the comments in the study; without it that of the country.
    """

    folder: Path
    osm: Path
    admin: str = ""
    area: Path | None = None
    around: str = ""
    radius_m: float | None = None
    places: tuple[Path, ...] = ()
    people: Path | None = None
    lang: Lang | None = None


@dataclass(frozen=True)
class Begun:
    """A study that was begun.

    Parameters
    ----------
    file : Path
        Its ``study.toml``.
    decided : tuple of str
        How each value was chosen, one sentence each.
    next_commands : tuple of str
        What to run next.
    """

    file: Path
    decided: tuple[str, ...]
    next_commands: tuple[str, ...]


@dataclass
class _Draft:
    """A study on its way: values by table and key, and how they were chosen."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: dict[tuple[str, str], str] = field(default_factory=dict)

    def put(self, table: str, key: str, value: object, reason: str = "") -> None:
        """Write a value and how it was chosen."""
        self.values.setdefault(table, {})[key] = value
        if reason:
            self.reasons[table, key] = reason


def take_default(question: str, answers: Sequence[str], default: str) -> str:
    """Answer every question with its default."""
    del question, answers
    return default


def init(asked: Asked, ask: Ask = take_default) -> Begun:
    """Write a study of a new town: ``study.toml``, ``places.csv``, ``zones.geojson``, a README.

    Parameters
    ----------
    asked : Asked
        What is said of it.
    ask : callable
        Asks what is not; by default nobody is asked and the defaults are taken.

    Returns
    -------
    Begun
        The study, how each value was chosen, and the next commands.

    Raises
    ------
    Access15Error
        If anything that was said cannot be used; all problems are told at once, nothing is written.
    """
    categories, walkers = load_categories(), load_profiles()
    # 1. All that is wrong with what was said, at once.
    all_of = Gathering()
    all_of.read(lambda: _check_folder(asked.folder))
    survey = all_of.read(lambda: survey_extract(asked.osm, categories.values()))
    found: Any = None if survey is None else all_of.read(lambda: _choose_area(asked, survey))
    own = [all_of.read(partial(_read_places, path, categories)) for path in asked.places]
    all_of.check()
    chosen: Chosen = found
    # 2. Where, in which coordinates, in which parts.
    draft = _Draft()
    centre = chosen.shape.centroid
    crs = utm_crs(centre.x, centre.y)
    parts = split_area(chosen.shape, survey, crs, chosen.name or asked.folder.name)
    people = find_people(asked.people, parts.zones, walkers, ask)
    zones = _name_zones(parts, chosen)
    _put_town(draft, asked, survey, chosen, crs)
    _put_zones(draft, asked, parts, people)
    # 3. Which places, and what the first numbers are about.
    counts = count_kinds(survey, chosen.shape)
    mine = _count_own([one for one in own if one is not None])
    tables = locate_places(
        list(zip(asked.places, own, strict=True)),
        folder=asked.folder,
        osm=asked.osm,
        area=chosen.shape,
        towns=draft.values["study"].get("towns", ()),
        now=find_now(),
    )
    _put_places(draft, asked, counts, mine, ask)
    _put_tables(draft, asked, tables)
    _put_people(draft, people)
    draft.put("areas", "id", _slug(chosen.name or asked.folder.name) or "area")
    draft.put("areas", "name", chosen.name or asked.folder.name, chosen.how)
    draft.put("areas", "zones", list(zones[people.zone_id]))
    return _write(asked, draft, zones, categories, tables)


def _check_folder(folder: Path) -> None:
    """Refuse a folder in which something lies already."""
    if folder.is_file():
        raise InputDataError(Remark("init_folder_a_file", folder=str(folder)))
    if folder.is_dir() and any(folder.iterdir()):
        raise InputDataError(Remark("init_folder_not_empty", folder=str(folder)))


def _choose_area(asked: Asked, survey: Survey) -> Chosen:
    """The area that is asked for."""
    return choose_area(
        survey,
        admin=asked.admin,
        file=asked.area,
        around=asked.around,
        radius_m=asked.radius_m,
    )


def _read_places(path: Path, categories: Mapping[str, Category]) -> gpd.GeoDataFrame:
    """Read a table of the planner's own places."""
    return read_facilities(FacilitiesSource(file=path), categories=categories, bounds=None)


def _begin_table(kinds: Mapping[str, Category], lang: Lang) -> str:
    """A table without places: what the categories mean on one line, then the header."""
    meanings = " / ".join(f"{key} = {kind.label.in_lang(lang)}" for key, kind in kinds.items())
    return f"# category: {meanings.replace(',', ' ')}\n{_HEADER}\n"


def _show(value: object) -> str:
    """A value as it is told: as JSON, which reads as TOML."""
    return json.dumps(value, ensure_ascii=False)


def _slug(name: str) -> str:
    """A name as an id of files."""
    text = "_".join(simplify_name(name).split())[:40]
    return text if text[:1].isalpha() else f"area_{text}".rstrip("_")


def _name_zones(parts: Parts, chosen: Chosen) -> gpd.GeoDataFrame:
    """Zones with an id and a name each, no id twice."""
    zones = parts.zones.copy()
    zones["name"] = [name or f"{chosen.name} (…)".strip() for name in zones["name"]]
    ids: list[str] = []
    for name in zones["name"]:
        own = _slug(str(name)) or "zone"
        n = sum(one == own or one.startswith(f"{own}-") for one in ids)
        ids.append(f"{own}-{n + 1}" if n else own)
    zones.insert(0, "id", ids)
    return zones


def _put_town(draft: _Draft, asked: Asked, survey: Survey, chosen: Chosen, crs: str) -> None:
    """Name, country and coordinates."""
    country, how = choose_country(survey, chosen.shape, list_country_codes())
    name = chosen.name or asked.folder.name
    draft.put("study", "id", _slug(name))
    draft.put("study", "name", name)
    draft.put("study", "countries", country, how)
    if town := name_town(survey):
        draft.put("study", "towns", [town], Remark("init_one_town"))
    draft.put("study", "crs", crs, Remark("init_utm"))
    draft.put("study", "cutoffs_min", [5, 10, 15], Remark("init_usual_three"))
    draft.put("study", "profiles", list(_PROFILES), Remark("init_profiles"))
    draft.put("study", "max_snap_m", 150, Remark("init_usual"))


def _put_zones(draft: _Draft, asked: Asked, parts: Parts, people: People) -> None:
    """The zones' file, and where they come from."""
    how = Remark(f"init_zones_{parts.how}", n=len(parts.zones))
    draft.put("zones", "file", "zones.geojson", how)
    source = f"{name_file(asked.osm)}, © OpenStreetMap contributors, ODbL 1.0"
    draft.put("zones", "source", source)
    draft.put("zones", "id_column", people.zone_id, people.how_zones)
    draft.put("zones", "name_column", "name")


def _put_places(
    draft: _Draft,
    asked: Asked,
    counts: Mapping[str, int],
    mine: Mapping[str, int],
    ask: Ask,
) -> None:
    """Tables of places, the kinds that there are, and the one that the first numbers are about."""
    known = load_categories()
    found = [key for key in known if counts.get(key) or mine.get(key)]
    if not found:
        raise InputDataError(Remark("init_no_place", osm=str(asked.osm)))
    told = [f"{key} {counts.get(key, 0) + mine.get(key, 0)}" for key in found]
    draft.put("study", "categories", found, Remark("init_categories", counts=told))
    likely = [key for key in _LIKELY_GOALS if key in found]
    default = max(mine, key=lambda key: mine[key]) if mine else next(iter(likely), found[0])
    goal = ask(Remark("ask_goal"), found, default)
    why = Remark("init_most_own" if mine else "init_often")
    draft.put("study", "hub_category", goal, why if goal == default else Remark("init_answered"))


def _put_tables(draft: _Draft, asked: Asked, tables: Sequence[OwnTable]) -> None:
    """The table to be filled in, and the planner's own."""
    draft.put("facilities", "file", "places.csv")
    draft.put("facilities", "may_be_empty", value=True)
    if tables:
        how = describe_places(tables, asked.folder / "study.toml", asked.osm)
        draft.put("facilities", "files", [one.name for one in tables], how)


def _count_own(own: Sequence[gpd.GeoDataFrame]) -> dict[str, int]:
    """The planner's own places by category."""
    mine: dict[str, int] = {}
    for frame in own:
        for kind, n in frame["category"].value_counts().items():
            mine[str(kind)] = mine.get(str(kind), 0) + int(n)
    return mine


def count_kinds(survey: Survey, area: shapely.Geometry) -> dict[str, int]:
    """Places of the area by category."""
    shapely.prepare(area)
    counts: dict[str, int] = {}
    for kind, shape in survey.places:
        if area.intersects(shape):
            counts[kind] = counts.get(kind, 0) + 1
    return counts


def _put_people(draft: _Draft, people: People) -> None:
    """Residents, or that homes are counted."""
    for key, value in people.values.items():
        draft.put("population", key, value, people.reasons.get(key, ""))


def _write(
    asked: Asked,
    draft: _Draft,
    zones: gpd.GeoDataFrame,
    categories: Mapping[str, Category],
    tables: Sequence[OwnTable],
) -> Begun:
    """Write the folder, whole or not at all, and read the study once to be sure of it."""
    values = draft.values
    if asked.people is not None:
        path = os.path.relpath(asked.people.resolve(), asked.folder.resolve())
        values["population"]["file"] = Path(path).as_posix()
    lang: Lang = asked.lang or ("it" if values["study"]["countries"] == "it" else "en")
    folder = asked.folder
    study, osm, maps = (
        shlex.quote(str(path)) for path in (folder / "study.toml", asked.osm, folder / "maps")
    )
    commands = (
        f"access15 check {study}",
        f"access15 run {study} --osm {osm} --out {maps}{'' if lang == 'it' else ' --lang en'}",
    )
    kinds = {key: categories[key] for key in values["study"]["categories"]}
    decided = tuple(
        Remark("init_decided", key=key, value=_show(values[table][key]), reason=reason)
        for (table, key), reason in draft.reasons.items()
    )
    told = [put_in_lang(one, lang) for one in decided]
    readme = describe_study(values["study"]["name"], told, kinds, commands, lang)
    with staged_outputs(folder) as staging:
        text = write_study(values, draft.reasons, lang)
        (staging / "study.toml").write_text(text, encoding="utf-8")
        schema = json.dumps(build_schema("study"), indent=1, ensure_ascii=False)
        (staging / SCHEMA_FILE).write_text(schema + "\n", encoding="utf-8")
        zones.to_file(staging / "zones.geojson", driver="GeoJSON", engine="pyogrio")
        (staging / "places.csv").write_text(_begin_table(kinds, lang), encoding="utf-8")
        write_places(tables, staging, find_now())
        (staging / "README.md").write_text(readme, encoding="utf-8")
        load_study(staging / "study.toml")
    return Begun(folder / "study.toml", decided, commands)
