"""A study's table of places and those added to it, each place once; what is the same is told."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.config import Category, FacilitiesSource
from access15.crs import LONLAT
from access15.errors import Access15Warning, ConfigError, Gathering, InputDataError
from access15.remarks import Remark, list_some
from access15.results.places import MERGED, REPLACED, AddedTable, PlacesInfo
from access15.sources.places.facilities import OneTable, count_categories, read_one
from access15.sources.places.headers import CONSTANT, KNOWN, describe_unknown
from access15.sources.places.points import Bounds
from access15.sources.places.same import Twins, find_twins, measure_apart

_MOST_NAMED = 8
_TAKEN = ("opening_hours", "capacity", "door_lat", "door_lon", "address", "municipio")
_POINT = ("geometry", "precision", "status", "source")


@dataclass(frozen=True, eq=False)
class Places:
    """Places of a study's tables, EPSG:4326 as `facilities.read_facilities`, and their story."""

    frame: gpd.GeoDataFrame
    info: PlacesInfo


def read_places(
    source: FacilitiesSource,
    *,
    categories: Mapping[str, Category],
    bounds: Bounds | None,
) -> Places:
    """Read a study's own table of places and those beside it.

    A place that two tables list is one place (`same.find_twins` says when). The row of the first
    stays and takes what it does not know: hours, capacity, doors, a certain point. A warning tells
    each.
    """
    # 1. Each table on its own; all that is wrong with any of them at once.
    own, others = _read_tables(source, categories, bounds)
    # 2. What others stand in for is set aside.
    frame = own.frame
    if others:
        frame = frame.assign(listed_in=list(map(str, own.name_rows())), merged_into="")
    is_replaced = frame["category"].isin(source.replace_categories)
    aside = [frame[is_replaced].assign(status=REPLACED, merged_into="")]
    frame = frame[~is_replaced].reset_index(drop=True)
    # 3. One table after the other is joined to what is there.
    all_of = Gathering()
    added, notes = [], []
    for one in others:
        joined = all_of.read(partial(_join, frame, one, (own, *others)))
        if joined is None:
            continue
        frame = joined.frame
        aside.append(joined.merged)
        n_merged = len(joined.merged)
        added.append(AddedTable(one.name, len(one.frame) - n_merged, n_merged))
        notes.append(joined.note)
    all_of.check()
    info = PlacesInfo(
        added=tuple(added),
        n_replaced=int(is_replaced.sum()),
        replaced=source.replace_categories,
        unlisted=_list_unlisted(source, own.frame, frame, categories, bounds),
        instead_of="" if source.instead_of is None else source.instead_of.name,
        set_aside=_stack(aside),
    )
    for note in (*notes, *_describe_replaced(info, own.name)):
        warnings.warn(note, Access15Warning, stacklevel=2)
    return Places(frame, info)


def _read_tables(
    source: FacilitiesSource,
    categories: Mapping[str, Category],
    bounds: Bounds | None,
) -> tuple[OneTable, list[OneTable]]:
    """Read the study's own table and the others, or tell all that is wrong with any of them."""
    all_of = Gathering()
    all_of.read(lambda: _check_asked(source, categories))
    read = partial(read_one, source, categories=categories, bounds=bounds)
    tables = [
        all_of.read(partial(read, path, is_added=n > 0)) for n, path in enumerate(source.tables)
    ]
    if not tables:
        all_of.errors.append(ConfigError(Remark("places_no_table")))
    if not all_of.errors:
        all_of.read(lambda: _check_mapped(source, tables))
    all_of.check()
    return tables[0], tables[1:]


def _check_asked(source: FacilitiesSource, categories: Mapping[str, Category]) -> None:
    """Refuse a replacement by nothing, unknown kinds, and columns that access15 does not know."""
    problems = []
    if source.replace_categories and len(source.tables) < 2:
        problems.append(Remark("places_replaced_by_nothing", kinds=source.replace_categories))
    problems += [
        Remark("places_replaced_no_category", kind=key)
        for key in source.replace_categories
        if key not in categories
    ]
    maps = [source.added_columns, *(one.map for one in source.files)]
    asked = dict.fromkeys(pair for one in maps for pair in one.items())
    problems += [
        Remark("places_map_known", told=describe_unknown(meaning, header), known=KNOWN)
        for meaning, header in asked
        if meaning not in KNOWN
    ]
    if problems:
        raise ConfigError(Remark("places_not_as_asked"), problems)


def _check_mapped(source: FacilitiesSource, tables: Sequence[OneTable]) -> None:
    """Refuse a mapping that no table has a use for."""
    lost = frozenset.intersection(*(one.unmapped for one in tables))
    names = [one.name for one in tables]
    problems = []
    for meaning, header in source.added_columns.items():
        if meaning not in lost:
            continue
        is_there = header.startswith(CONSTANT)
        code = "places_mapped_is_there" if is_there else "places_mapped_nowhere"
        problems.append(Remark(code, meaning=meaning, header=header, names=names))
    maps = {one.path: one.map for one in source.files}
    for path, table in zip(source.tables, tables, strict=True):
        problems += [
            _describe_lost(meaning, header, table.name)
            for meaning, header in maps.get(path, {}).items()
            if meaning in table.unmapped
        ]
    if problems:
        raise InputDataError(Remark("places_mapped_not_there"), problems)


def _describe_lost(meaning: str, header: str, name: str) -> Remark:
    """Say why a table has no use for what is mapped of it alone."""
    code = "constant_of_one" if header.startswith(CONSTANT) else "mapped_of_one"
    return Remark(code, meaning=meaning, header=header, name=name)


@dataclass(frozen=True, eq=False)
class _Joined:
    """What is there with a table joined to it, its rows that were there, and a word on them."""

    frame: gpd.GeoDataFrame
    merged: gpd.GeoDataFrame
    note: Remark


def _join(known: gpd.GeoDataFrame, table: OneTable, tables: Sequence[OneTable]) -> _Joined:
    """Join a table's rows to the places known before it, which stand in some of all tables."""
    rows = table.frame.assign(listed_in=list(map(str, table.name_rows())), merged_into="")
    twins = find_twins(known, rows)
    if twins.conflicts:
        named = {str(where): where for one in tables for where in one.name_rows()}
        problems = [
            _describe_conflict(rows.iloc[row], known.iloc[at], named) for row, at in twins.conflicts
        ]
        raise InputDataError(Remark("places_not_added", name=table.name), problems)
    pairs = dict(sorted(twins.pairs.items()))
    # 1. What is there takes from its twin what it does not know.
    result = known.copy()
    for column in rows.columns.difference(result.columns, sort=False):
        result[column] = ""
    for row, at in pairs.items():
        _complete(result, at, rows.iloc[row])
    # 2. The rest comes behind.
    is_twin = np.isin(np.arange(len(rows)), list(pairs))
    added = rows[~is_twin].copy()
    for column in result.columns.difference(added.columns, sort=False):
        added[column] = ""
    frame = _stack([result, added[result.columns]])
    merged = rows[is_twin].assign(
        status=MERGED, merged_into=known["facility_id"].iloc[list(pairs.values())].to_numpy()
    )
    note = _describe_joined(known, rows, twins, table)
    return _Joined(result if frame is None else frame, merged, note)


def _complete(frame: gpd.GeoDataFrame, at: int, twin: pd.Series) -> None:
    """Give a known place what only its twin knows."""
    where = frame.index[at]
    if frame.at[where, "status"] != "ok" and twin["status"] == "ok":
        for column in _POINT:
            frame.at[where, column] = twin[column]
    for column in _TAKEN:
        if column in twin.index and not str(frame.at[where, column] or ""):
            frame.at[where, column] = twin[column]


def _describe_conflict(mine: pd.Series, other: pd.Series, named: Mapping[str, Remark]) -> Remark:
    """Say that two places have one id."""
    return Remark(
        "places_one_id",
        where=named[mine["listed_in"]],
        id=mine["facility_id"],
        name=mine["name"],
        other=other["name"],
        there=named[other["listed_in"]],
    )


def _describe_joined(
    known: gpd.GeoDataFrame,
    rows: gpd.GeoDataFrame,
    twins: Twins,
    table: OneTable,
) -> Remark:
    """Say how many rows of a table are new, and which are there already."""
    named: list[Remark] = []
    for row, at in sorted(twins.pairs.items()):
        away_m = measure_apart(rows, row, known, at) if len(named) < _MOST_NAMED else np.inf
        apart = Remark("remark_apart", metres=f"{away_m:.0f}") if np.isfinite(away_m) else ""
        twin = {
            "row": str(table.report.numbers[row]),
            "title": str(rows["name"].iat[row]),
            "id": str(known["facility_id"].iat[at]),
        }
        named.append(Remark("remark_twin", apart=apart, **twin))
    merged: Remark | str = ""
    if named:
        some = list_some(named, _MOST_NAMED)
        merged = Remark("remark_places_merged", n=len(named), **some)
    n_new = len(rows) - len(named)
    return Remark("remark_places_added", name=table.name, n=n_new, merged=merged)


def _list_unlisted(
    source: FacilitiesSource,
    own: gpd.GeoDataFrame,
    joined: gpd.GeoDataFrame,
    categories: Mapping[str, Category],
    bounds: Bounds | None,
) -> tuple[str, ...]:
    """List the kinds that only what was replaced lists."""
    before = {str(kind) for kind in own["category"] if kind in source.replace_categories}
    if source.instead_of is not None and source.instead_of != source.file:
        before |= count_categories(source, source.instead_of, categories, bounds)
    missing = before - set(joined["category"])
    return tuple(kind for kind in categories if kind in missing)


def _describe_replaced(info: PlacesInfo, own: str) -> Iterator[Remark]:
    """Say what was replaced, and which kinds are unknown because nobody lists them any more."""
    if info.n_replaced:
        kinds = info.replaced
        yield Remark("remark_places_replaced", name=own, n=info.n_replaced, kinds=kinds)
    if not info.unlisted:
        return
    remedy = Remark("remark_add_instead" if info.instead_of else "remark_list_them")
    name = info.instead_of or own
    yield Remark("remark_kinds_unlisted", name=name, kinds=info.unlisted, remedy=remedy)


def _stack(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame | None:
    """Rows of several tables, one below the other; None where there are none."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return None
    joined = pd.concat(filled, ignore_index=True)
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=LONLAT)
