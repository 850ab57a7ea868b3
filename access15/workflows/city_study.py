"""A study of a whole city from an extract, zones and residents: each zone a neighbourhood."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from access15.config import ZoneSource, load_categories, load_profiles, load_study
from access15.errors import Gathering, InputDataError
from access15.files import name_file, staged_outputs
from access15.outputs.words.numbers import list_country_codes
from access15.remarks import Remark
from access15.sources.streets.survey import survey_extract
from access15.sources.streets.where import choose_country, simplify_name
from access15.sources.vector_layers import list_columns, read_layer
from access15.sources.zones import read_zones
from access15.workflows.init import count_kinds, take_default
from access15.workflows.init_people import People, find_people

STUDY_FILE: Final = "study.toml"
PLACES_FILE: Final = "places.csv"
_PROFILES: Final = ("adult", "older_adult", "frail", "wheelchair")
_NAMES: Final = ("name", "nome", "denominazione", "quartiere", "nombre", "nome_zona")
_HEADER: Final = "facility_id,name,category,address,lat,lon,opening_hours,source\n"
_PLAIN: Final = re.compile(r"[^a-z0-9]+")


def begin_city(
    folder: Path,
    *,
    osm: Path,
    zones: Path,
    zone_id: str,
    people: Path | None = None,
) -> Path:
    """Write a study of all zones of a layer; what is not said is looked up in the extract.

    Parameters
    ----------
    folder : Path
        Where ``study.toml`` and ``places.csv`` are written; made when missing.
    osm : Path
        The extract: which kinds of place there are, and in which country.
    zones : Path
        Layer of polygons.
    zone_id : str
        Column of it that names the zones, as the residents do.
    people : Path, optional
        Table or layer of residents; without it homes are counted.

    Returns
    -------
    Path
        The study's file.

    Raises
    ------
    Access15Error
        If anything that was said cannot be used; all problems are told at once, nothing is written.
    """
    categories = load_categories()
    all_of = Gathering()
    survey = all_of.read(lambda: survey_extract(osm, categories.values()))
    read: Any = all_of.read(lambda: _read_outlines(zones, zone_id))
    all_of.check()
    outlines, name_column = read
    found: People = find_people(
        people, outlines.assign(name=outlines["zone_id"]), load_profiles(), take_default
    )
    land = outlines.geometry.union_all()
    counts = count_kinds(survey, land)
    kinds = [key for key in categories if counts.get(key)]
    if not kinds:
        raise InputDataError(Remark("init_no_place", osm=str(osm)))
    country, _ = choose_country(survey, land, list_country_codes())
    population = dict(found.values)
    if people is not None:
        population["file"] = _relative(people, folder)
    head = {
        "id": "city",
        "name": zones.stem,
        "countries": country,
        "cutoffs_min": [5, 10, 15],
        "profiles": list(_PROFILES),
        "categories": kinds,
        "areas": _list_areas(outlines),
        "facilities": {"file": PLACES_FILE, "may_be_empty": True},
        "zones": {
            "file": _relative(zones, folder),
            "source": name_file(zones),
            "id_column": zone_id,
            "name_column": name_column,
        },
        "population": population,
    }
    with staged_outputs(folder) as staging:
        lines = [f"{key} = {_write(value)}" for key, value in head.items()]
        (staging / STUDY_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
        (staging / PLACES_FILE).write_text(_HEADER, encoding="utf-8")
    load_study(folder / STUDY_FILE)
    return folder / STUDY_FILE


def _read_outlines(zones: Path, zone_id: str) -> tuple[gpd.GeoDataFrame, str]:
    """Outlines of every zone, and the column of their names: the ids' where there is none."""
    frame = read_layer(zones, None, what="polygons", where="--zones")
    named = {simplify_name(column): column for column in list_columns(frame)}
    name = next((named[key] for key in _NAMES if key in named), zone_id)
    source = ZoneSource(file=zones, id_column=zone_id, name_column=name)
    return read_zones(source, where="--zones"), name


def _list_areas(outlines: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """A neighbourhood for each zone, with an id that files may bear."""
    areas: list[dict[str, Any]] = []
    taken: set[str] = set()
    for zone, name in zip(outlines["zone_id"].astype(str), outlines["name"], strict=True):
        slug = _PLAIN.sub("_", simplify_name(zone)).strip("_")[:40] or "zone"
        own, n = f"zone_{slug}", 1
        while own in taken:
            n += 1
            own = f"zone_{slug}_{n}"
        taken.add(own)
        areas.append({"id": own, "name": name or zone, "zones": [zone]})
    return areas


def _relative(path: Path, folder: Path) -> str:
    """A file as the study in a folder names it."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _write(value: object) -> str:
    """A value as TOML: as JSON, but for tables, which stand on one line."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{json.dumps(key)} = {_write(one)}" for key, one in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return "[\n    " + ",\n    ".join(map(_write, value)) + ",\n]"
    return json.dumps(value, ensure_ascii=False)
