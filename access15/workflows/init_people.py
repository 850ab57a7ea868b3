"""The residents of a new study: a table or layer somebody hands over, else homes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from access15.config import PopulationSource, WalkProfile
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.people.counts import describe_columns, is_no_count
from access15.sources.people.h3_cells import find_cell_column
from access15.sources.people.raster import read_raster
from access15.sources.streets.values import words
from access15.sources.streets.where import simplify_name
from access15.sources.tables.files import read_table
from access15.sources.vector_layers import list_columns, read_layer

_LAYERS: Final = (".gpkg", ".shp", ".geojson", ".zip", ".json")
_RASTERS: Final = (".tif", ".tiff")
_TOTAL: Final = words(
    "total totale tot residenti residents population popolazione poblacion populacao pop p1",
    "habitantes abitanti people persone personas pessoas inhabitants",
)
_OLD_WORDS: Final = ("anzian", "mayor", "idos", "elder", "older", "old", "senior", "aine")
_OLD_AGE, _FRAIL_AGE = 60, 80
_AGE: Final = re.compile(r"(?<!\d)(\d{2})(?!\d)")
_YOUNG: Final = re.compile(r"under|menor|minor|meno|junior")
_NUMBER: Final = re.compile(r"[0-9]+([.][0-9]+)?")
_KEY: Final = re.compile(r"[^a-z0-9]+")

_MOST_NAMED: Final = 8  # zones
_SECTION_KEYS: Final = ("SEZ21_ID", "SEZ2011")  # of ISTAT's tables of census sections

Ask = Callable[[str, Sequence[str], str], str]


@dataclass(frozen=True)
class People:
    """Residents of a new study.

    Parameters
    ----------
    values : dict of str to Any
        What ``[population]`` says.
    reasons : dict of str to str
        How it was chosen, by key.
    zone_id : {"id", "name"}
        Which column of the zones' file the residents name zones by.
    how_zones : str
        Why.
    """

    values: dict[str, Any]
    reasons: dict[str, str] = field(default_factory=dict)
    zone_id: str = "id"
    how_zones: str = ""


def find_people(
    path: Path | None,
    zones: gpd.GeoDataFrame,
    walkers: Mapping[str, WalkProfile],
    ask: Ask,
) -> People:
    """Read what a file of residents counts; homes where there is none."""
    if path is None:
        return People({"kind": "homes"}, {"kind": Remark("init_no_people")})
    if path.suffix.lower() in _RASTERS:
        values = {"kind": "raster", "file": path.name, "walks_as": {"total": "adult"}}
        read_raster(PopulationSource(kind="raster", file=path), zones)
        return People(values, {"kind": Remark("init_people_raster")})
    if path.suffix.lower() in _LAYERS:
        frame = read_layer(path, None, what="residents", where="--people")
        columns = {name: _is_numeric(frame[name]) for name in list_columns(frame)}
        return _describe(path, "layer", columns, walkers, ask)
    table = read_table(path, "zone", "residents")
    if keys := [key for key in _SECTION_KEYS if key in table.columns]:
        raise InputDataError(Remark("init_census", path=str(path), key=keys[0]))
    if header := find_cell_column(table):
        columns = {
            name: name != header and _counts_cells(cells) for name, cells in table.columns.items()
        }
        people = _describe(path, "h3", columns, walkers, ask)
        people.values["cell_column"] = header
        people.reasons["cell_column"] = Remark("init_cell_column")
        return people
    numeric = {name: _holds_counts(cells) for name, cells in table.columns.items()}
    people = _describe(path, "zones", numeric, walkers, ask)
    names = [str(name) for name in zones["name"]]
    key = _find_zone_column(path, table.columns, names)
    people.values["zone_column"] = key
    people.reasons["zone_column"] = Remark("init_zone_column")
    return People(people.values, people.reasons, "name", Remark("init_zone_names"))


def _describe(
    path: Path,
    kind: str,
    columns: Mapping[str, bool],
    walkers: Mapping[str, WalkProfile],
    ask: Ask,
) -> People:
    """Which columns count whom, and as whom they walk."""
    counted = [name for name, is_count in columns.items() if is_count]
    total = next((name for name in counted if _key(name) in _TOTAL), "")
    if not total:
        told = describe_columns(list(columns))
        if named := next((name for name in columns if _key(name) in _TOTAL), ""):
            raise InputDataError(Remark("init_total_no_count", path=str(path), column=named))
        raise InputDataError(Remark("init_no_total", path=str(path), columns=told))
    ages = [
        name for name in counted if name != total and not is_no_count(name) and _guess_walker(name)
    ]
    groups = {"total": total} | {_key(name): name for name in ages}
    walks_as = {"total": "adult"}
    for group, name in list(groups.items())[1:]:
        default = _guess_walker(name)
        walks_as[group] = ask(Remark("ask_walker", column=name), list(walkers), default)
    left = [name for name in counted if name not in groups.values()]
    rest: Remark | str = Remark("init_groups_left", names=left) if left else ""
    reasons: dict[str, str] = {
        "kind": Remark(f"init_people_{kind}"),
        "groups": Remark("init_groups", left=rest),
        "walks_as": Remark("init_walks_as"),
    }
    values = {
        "kind": kind,
        "file": path.name,
        "groups": groups,
        "labels": {key: {"it": name, "en": name} for key, name in groups.items() if key != "total"},
        "walks_as": walks_as,
    }
    if not ages:
        del values["labels"]
    return People(values, reasons)


def _find_zone_column(
    path: Path, columns: Mapping[str, Sequence[str]], names: Sequence[str]
) -> str:
    """The column that names every zone."""
    wanted = set(names)
    best = max(columns, key=lambda one: len(wanted & set(columns[one])), default="")
    missing = sorted(wanted - set(columns.get(best, ())))
    if not missing:
        return best
    named = list(map(repr, missing[:_MOST_NAMED]))
    raise InputDataError(Remark("init_zones_unnamed", path=str(path), zones=named))


def _guess_walker(name: str) -> str:
    """As whom the people of a column walk by its name; empty where it speaks of no older people."""
    plain = simplify_name(name)
    if _YOUNG.search(plain):
        return ""
    ages = [int(found) for found in _AGE.findall(plain)]
    if any(age >= _FRAIL_AGE for age in ages):
        return "frail"
    is_old = any(word in plain for word in _OLD_WORDS) or any(age >= _OLD_AGE for age in ages)
    return "older_adult" if is_old else ""


def _key(name: str) -> str:
    """A column's name as the id of a group."""
    text = _KEY.sub("_", simplify_name(name)).strip("_")
    return text if text[:1].isalpha() else f"age_{text}"


def _holds_counts(cells: Sequence[str]) -> bool:
    """Whether all cells of a column are whole numbers of people."""
    return bool(cells) and all(cell.isascii() and cell.isdecimal() for cell in cells)


def _counts_cells(cells: Sequence[str]) -> bool:
    """Whether all of a column are numbers of people, which estimates for cells part."""
    return bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)


def _is_numeric(column: Any) -> bool:
    """Whether a column of a layer holds numbers."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
