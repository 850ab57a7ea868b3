"""Which rows of a table are places that another lists: by id, else by kind, name and place."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.crs import points_xy, utm_crs
from access15.sources.places.merge import are_similar_names

NEAR_M = 40.0  # as for places of OpenStreetMap: two sides of a street, not two houses of it
# 17, 15/a, 71/73, 36 bis: the number, its letter, its further numbers
_NUMBER = re.compile(r"(?<!\w)\d{1,4}(?: ?/ ?\w{1,4}| ?[a-df-z](?!\w)| ?(?:bis|ter)(?!\w))*(?!\w)")
_SIGN = r"(?:n|nr|num|civico)?[.° ]*"  # what may stand before a number
_BEFORE = re.compile(rf"(?<!\w){_SIGN}$")
_AHEAD = re.compile(rf"^{_SIGN}(?=\d)")
_KIND_TEXT = """
    via viale piazza piazzale largo corso vicolo strada alzaia ripa calle avenida street road
"""
_KINDS_OF_STREET = frozenset(_KIND_TEXT.split())
House = tuple[str, str]  # street and number


@dataclass(frozen=True, eq=False)
class Twins:
    """Rows that another table lists already.

    Parameters
    ----------
    pairs : dict of int to int
        Row to the known place's row.
    conflicts : tuple of (int, int)
        The same of those whose ids say that they are one place and all else that they are not.
    """

    pairs: dict[int, int]
    conflicts: tuple[tuple[int, int], ...]


def find_twins(known: gpd.GeoDataFrame, rows: gpd.GeoDataFrame) -> Twins:
    """Find the rows that are places known already, each known place at most once.

    1. The same id says that it is the same place, unless kind, name and point, or the house number
       say otherwise: then nobody knows, and it is a conflict.
    2. Of the others those of one kind and with one name, where accents, signs and capitals do not
       count, that lie at most 40 m apart or have one address; never with two house numbers. The
       nearest pairs go first.
    """
    here, there = _Side(rows), _Side(known)
    pairs: dict[int, int] = {}
    conflicts = []
    at_id = {str(key): at for at, key in enumerate(known["facility_id"])}
    for row, key in enumerate(rows["facility_id"].astype(str)):
        if key not in at_id:
            continue
        at = at_id[key]
        if _may_be_one(here, row, there, at):
            pairs[row] = at
        else:
            conflicts.append((row, at))
    taken = set(pairs.values())
    found = dict.fromkeys([*_list_near(here, there), *_list_at_one_house(here, there)])
    for _, row, at in sorted(found):
        if row not in pairs and at not in taken:
            pairs[row] = at
            taken.add(at)
    return Twins(pairs, tuple(conflicts))


class _Side:
    """What is compared of one table's places."""

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        self.frame = frame
        self.kinds = frame["category"].astype(str).tolist()
        self.names = [_simplify(str(name)) for name in frame["name"]]
        self.houses = [read_house(str(text or "")) for text in frame["address"]]

    @cached_property
    def is_placed(self) -> NDArray[np.bool_]:
        """Whether each place has a certain point."""
        return np.asarray(self.frame["status"] == "ok")

    def find_zone(self) -> str | None:
        """UTM zone of the first certain point."""
        if not self.is_placed.any():
            return None
        first = self.frame.geometry[self.is_placed].iloc[0]
        return utm_crs(first.x, first.y)

    def project(self, crs: str) -> NDArray[np.float64]:
        """Certain points in metres; NaN for the other places."""
        xy = np.full((len(self.frame), 2), np.nan)
        xy[self.is_placed] = points_xy(self.frame[self.is_placed], crs)
        return xy


def _may_be_one(here: _Side, row: int, there: _Side, at: int) -> bool:
    """Whether two places of one id may be one."""
    if here.kinds[row] != there.kinds[at] or are_two_houses(here.houses[row], there.houses[at]):
        return False
    names = (str(side.frame["name"].iat[i]) for side, i in ((here, row), (there, at)))
    return are_similar_names(*names) or measure_apart(here.frame, row, there.frame, at) <= NEAR_M


def measure_apart(
    rows: gpd.GeoDataFrame,
    row: int,
    known: gpd.GeoDataFrame,
    at: int,
) -> float:
    """Metres between two places; inf where either has no certain point."""
    two = [rows.iloc[row], known.iloc[at]]
    if any(one["status"] != "ok" for one in two):
        return np.inf
    points = gpd.GeoSeries([one.geometry for one in two], crs=rows.crs)
    x, y = points_xy(gpd.GeoDataFrame(geometry=points), utm_crs(points[0].x, points[0].y)).T
    return float(np.hypot(x[1] - x[0], y[1] - y[0]))


def _list_near(here: _Side, there: _Side) -> Iterator[tuple[float, int, int]]:
    """Pairs of one kind and name near each other: metres apart, row and known row."""
    crs = here.find_zone()
    if crs is None or not there.is_placed.any():
        return
    xy, their_xy = here.project(crs), there.project(crs)
    rows, ats = np.flatnonzero(here.is_placed), np.flatnonzero(there.is_placed)
    tree = shapely.STRtree(shapely.points(their_xy[ats]))
    found = tree.query(shapely.points(xy[rows]), predicate="dwithin", distance=NEAR_M)
    for row, at in zip(rows[found[0]].tolist(), ats[found[1]].tolist(), strict=True):
        is_same = here.kinds[row] == there.kinds[at] and here.names[row] == there.names[at]
        if here.names[row] and is_same and not are_two_houses(here.houses[row], there.houses[at]):
            yield float(np.hypot(*(xy[row] - their_xy[at]))), row, at


def _list_at_one_house(here: _Side, there: _Side) -> Iterator[tuple[float, int, int]]:
    """Pairs of one kind, name and address, behind those that lie near each other."""
    at_house = defaultdict(list)
    for at, house in enumerate(there.houses):
        if house is not None:
            at_house[there.kinds[at], there.names[at], house].append(at)
    for row, house in enumerate(here.houses):
        if house is None or not here.names[row]:
            continue
        for at in at_house.get((here.kinds[row], here.names[row], house), ()):
            yield NEAR_M, row, at


def _simplify(text: str) -> str:
    """A text as letters and digits without accents, so that only what differs differs."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare.casefold()))


def read_house(address: str) -> House | None:
    """Street and house number of an address; None where it names no number.

    Examples
    --------
    >>> read_house("Via Boifava, 17")
    ('via boifava', '17')
    >>> read_house("Via XX Settembre 15/A, 20123 Milano")
    ('via xx settembre', '15/a')
    """
    first, *others = (part.strip() for part in " ".join(address.casefold().split()).split(","))
    # 1. "Via Boifava, 17": the number begins what stands behind the comma.
    number = _NUMBER.match(_AHEAD.sub("", others[0])) if others else None
    street = first
    # 2. "Via 25 Aprile 3": else it is the last one, behind more than the kind of street.
    if number is None:
        numbers = list(_NUMBER.finditer(first))
        if not numbers:
            return None
        number = numbers[-1]
        street = _BEFORE.sub("", first[: number.start()])
    if not set(_simplify(street).split()) - _KINDS_OF_STREET:
        return None
    parts = re.sub(r"(?<=\d)(?=[a-z])", "/", re.sub(r"[ /]+", "/", number.group()))
    return _simplify(street), parts


def are_two_houses(one: House | None, other: House | None) -> bool:
    """Whether two addresses name different house numbers."""
    return one is not None and other is not None and one[1] != other[1]
