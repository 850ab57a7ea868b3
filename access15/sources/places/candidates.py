"""Where a new place could be, from a file: points, and what must be kept of each."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.places.destinations import read_points_with
from access15.sources.tables.columns import Problems, Table
from access15.sources.tables.header import simplify_header

# Headers in the form of `simplify_header`.
_HEADERS = {
    "required": ("required", "obbligatorio", "richiesto"),
    "excluded": ("excluded", "escluso"),
    "one_of": ("only_one_of", "solo_uno_di"),
    "address": ("address", "indirizzo", "via"),
    "capacity": ("capacity", "capienza", "capacita", "posti"),
}
_YES, _NO = ("yes", "sì", "si'", "si"), ("no", "")
_NUMBER = re.compile(r"\d{1,9}([.,]\d{1,3})?")


def read_candidates(path: Path) -> gpd.GeoDataFrame:
    """Read candidates with what must be kept of each, without those that are excluded.

    Returns ``id``, ``node`` (-1: none is a corner of the streets), ``required`` (bool), ``one_of``
    (name of those of which at most one may be chosen; empty for any other), ``address`` (empty
    where none is given), ``capacity`` (people; inf without a limit) and point geometry in
    EPSG:4326, None where the row has no coordinates.
    """
    points = read_points_with(path, _read_rules).to_frame()
    if not points.geometry.notna().any():
        raise InputDataError(Remark("sites_no_candidate", name=path.name))
    left = points[~points.pop("excluded").to_numpy(dtype=bool)]
    if not left.geometry.notna().any():
        raise InputDataError(Remark("sites_all_excluded", name=path.name))
    return gpd.GeoDataFrame(left.reset_index(drop=True).assign(node=-1))


def _read_rules(
    table: Table, problems: Problems, points: Sequence[BaseGeometry | None]
) -> Mapping[str, Sequence[object]]:
    """Columns beside the points."""
    texts = {meaning: _find_texts(table, meaning, problems) for meaning in _HEADERS}
    required = [_read_yes(problems, i, "required", one) for i, one in enumerate(texts["required"])]
    excluded = [_read_yes(problems, i, "excluded", one) for i, one in enumerate(texts["excluded"])]
    first = dict[str, int]()
    for i, name in enumerate(texts["one_of"]):
        if required[i] and excluded[i]:
            problems.add(i, Remark("candidate_both"))
        if required[i] and points[i] is None:
            problems.add(i, Remark("candidate_without_point"))
        if required[i] and name and first.setdefault(name, i) != i:
            where = table.locate(first[name])
            problems.add(i, Remark("candidate_required_twice", name=name, where=where))
    return {
        "required": required,
        "excluded": excluded,
        "one_of": texts["one_of"],
        "address": texts["address"],
        "capacity": [_read_count(problems, i, one) for i, one in enumerate(texts["capacity"])],
    }


def _find_texts(table: Table, meaning: str, problems: Problems) -> Sequence[str]:
    """Cells of a meaning, empty where the table has none."""
    found = [one for one in table.columns if simplify_header(one) in _HEADERS[meaning]]
    if len(found) > 1:
        problems.add_header(
            Remark("candidate_columns_twice", name=table.name, columns=found, meaning=meaning)
        )
    texts = table.columns[found[0]] if found else [""] * len(table)
    return [text.strip() for text in texts]


def _read_yes(problems: Problems, row: int, meaning: str, text: str) -> bool:
    """Whether a cell says yes."""
    word = text.casefold()
    if word not in (*_YES, *_NO):
        problems.add(row, Remark("candidate_no_yes", column=meaning, value=text[:40]))
    return word in _YES


def _read_count(problems: Problems, row: int, text: str) -> float:
    """People whom a candidate takes; inf where nothing is said."""
    if not text:
        return math.inf
    count = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else np.nan
    if not count > 0:
        problems.add(row, Remark("candidate_capacity", value=text[:40]))
        return math.inf
    return count
