"""The book of addresses: streets, house numbers and towns of an extract, and a register's numbers.

Who looks up an address here gets every place that it may mean. One name may be borne by several
streets: pieces of a name that lie together are one street, pieces far apart are several, and which
of them is meant is for a person to say unless the address or the study's place does.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from access15.sources.geocode.addresses import (
    Address,
    Street,
    StreetMatch,
    fold,
    match_streets,
    parse_bare,
    parse_street,
)
from access15.sources.geocode.candidates import Candidate, sort_by_middle
from access15.sources.geocode.home import Home, is_same_town
from access15.sources.geocode.house_numbers import match_numbers
from access15.sources.geocode.interpolation import interpolate
from access15.sources.geocode.register import Register
from access15.sources.streets.addresses import Addresses, Named

# Pieces of one name farther apart than this are two streets: of the 4,388 names within Milan's
# outline 15 are in two parts then, all by gaps of the map; in Las Palmas 87 of 2,925 names are
# borne by streets of several quarters.
ONE_STREET_M = 500.0
# A register's point farther from all streets of its name is a mistake.
FAR_FROM_STREET_M = 250.0
_MOST_OF_THEM = 0.9
_NEAR_NAME_M = 2000.0  # the point of a name says nothing of what lies farther
_METRES_PER_DEGREE = 111_195.0
_RANKS: tuple[StreetMatch, ...] = ("exact", "initials", "part")


@dataclass(frozen=True)
class Answer:
    """What the book says of an address.

    Parameters
    ----------
    candidates : tuple of Candidate
        The places that it may be, best first.
    is_open : bool
        Whether a person must decide between them.
    """

    candidates: tuple[Candidate, ...] = ()
    is_open: bool = False


@dataclass(frozen=True)
class _House:
    """A house number that somebody knows."""

    number: str
    town: str
    name: str
    lon: float
    lat: float
    provider: str
    date: str


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Everything that bears one name."""

    street: Street
    text: str
    lines: tuple[int, ...]
    houses: tuple[int, ...]
    number_lines: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Found:
    """One street that an address may mean."""

    text: str
    match: StreetMatch
    lines: tuple[int, ...]
    houses: tuple[int, ...]
    number_lines: tuple[int, ...]
    lon: float
    lat: float
    within_m: float | None
    town: str
    quarter: str
    settlement: str
    doubt: str = ""

    @property
    def label(self) -> str:
        """Its name and where it lies."""
        where = (self.quarter, self.town or (self.settlement if self.doubt else ""))
        return ", ".join(dict.fromkeys(one for one in (self.text, *where) if one))


class AddressBook:
    """Streets and house numbers by the names of streets.

    Parameters
    ----------
    known : Addresses
        What the extract knows.
    provider : str
        Whose data that is, with licence.
    register : Register, optional
        House numbers of a register.
    home : Home, optional
        Where addresses lie that name no town.
    """

    def __init__(
        self,
        known: Addresses,
        provider: str,
        register: Register | None = None,
        home: Home | None = None,
    ) -> None:
        self._known = known
        self._provider = provider
        self._home = home
        xy = known.houses.xy
        rows = zip(known.houses.number, known.houses.town, known.houses.name, xy, strict=True)
        self._houses = [
            _House(number, town, name, float(lon), float(lat), provider, known.date)
            for number, town, name, (lon, lat) in rows
        ]
        self._of_house = list(known.houses.street)
        self.n_far = 0
        if register is not None:
            self._add_register(register)

    # -- what is looked up ------------------------------------------------------------------------

    def find(self, address: Address) -> Answer:
        """Every place that an address may be; of a corner, where its two streets meet."""
        if address.street is None:
            return self._find_bare(address)
        streets = self._find_streets(address.street, address.town)
        if address.corner is not None:
            corners = self._find_corners(address, streets)
            if corners.candidates:
                return corners
        return self._find_in(address, streets)

    def _find_bare(self, address: Address) -> Answer:
        """An address that begins with no kind of street ("Main Street 5"): its streets have to be
        called so, else it stays a question.
        """
        bare = parse_bare(address.text)
        if bare.street is None:
            return Answer()
        streets = self._find_streets(bare.street, bare.town)
        streets = [one for one in streets if one.match == "exact"]
        as_written = [one for one in streets if fold(one.text) == fold(bare.street.text)]
        if as_written:
            return self._find_in(bare, as_written)
        answer = self._find_in(bare, streets) if bare.number else Answer()
        return replace(answer, is_open=bool(answer.candidates))

    def _find_in(self, address: Address, streets: Sequence[_Found]) -> Answer:
        """The house asked for in any of some streets, else the streets themselves."""
        # 1. Streets that may be another town's stand against nothing.
        sure = [one for one in streets if not one.doubt] or list(streets)
        houses = [(one, self._find_houses(address, one)) for one in sure]
        for precision in ("address", "neighbouring number", "interpolated"):
            found: list[Candidate] = []
            others: list[tuple[_Found, list[Candidate]]] = []
            best = len(_RANKS)
            for street, several in houses:
                fitting = [one for one in several if one.precision == precision]
                found += fitting
                if fitting:
                    best = min(best, _RANKS.index(street.match))
                else:
                    others.append((street, several))
            if not found:
                continue
            # 2. Where another street bears the name as well, the number may be asked for there. A
            #    name of which only a part was written is somebody's only if that one looks at it.
            rivals = [
                several[0] if several else self._stand_for(street)
                for street, several in others
                if _RANKS.index(street.match) <= best
                if street.lines or not _has_lines(sure)
            ]
            is_part = _RANKS[best] == "part"
            return Answer((*found, *rivals), is_open=bool(rivals) or is_part)
        # 3. Only the street is known.
        drawn = [one for one in sure if one.lines] or sure
        return Answer(tuple(self._stand_for(one) for one in drawn), is_open=len(drawn) > 1)

    def _find_houses(self, address: Address, street: _Found) -> list[Candidate]:
        """Houses of a street that bear a number, or stand beside it; of one that goes on into
        another town those that are not there.
        """
        found = []
        for row in street.houses:
            house = self._houses[row]
            precision = match_numbers(address.number, house.number)
            if precision is None:
                continue
            town = self._find_town(house.lon, house.lat) or house.town or street.town
            quarter = self._find_nearest(self._known.quarters, house.lon, house.lat)
            doubt = self._judge((house.lon, house.lat), town, quarter, address.town)
            if doubt is None or (doubt and not street.doubt):
                continue
            parts = (house.name, f"{street.text} {house.number}", quarter, town)
            label = ", ".join(dict.fromkeys(one for one in parts if one))
            found.append(
                Candidate(
                    house.lat,
                    house.lon,
                    precision,
                    label,
                    house.provider,
                    house.date,
                    doubt=doubt,
                )
            )
        return [*_keep_first_source(found), *self._interpolate(address.number, street)]

    def _interpolate(self, number: str, street: _Found) -> Iterator[Candidate]:
        """Places that lines of interpolation give a number."""
        for row in street.number_lines:
            between = interpolate(self._known.lines[row], number)
            if between is not None:
                yield Candidate(
                    between.lat,
                    between.lon,
                    "interpolated",
                    f"{street.text} {number} ({between.first} ... {between.last})",
                    self._provider,
                    self._known.date,
                    doubt=street.doubt,
                    within_m=between.within_m,
                )

    def _find_corners(self, address: Address, streets: Sequence[_Found]) -> Answer:
        """Nodes that the two streets of a corner share, under the surest reading of their names."""
        assert address.corner is not None  # noqa: S101 - its caller asks for a corner
        others = self._find_streets(address.corner, address.town)
        meetings: dict[int, list[Candidate]] = defaultdict(list)
        for one in streets:
            for other in others:
                if one.lines == other.lines:
                    continue
                doubt = one.doubt or other.doubt
                rank = _RANKS.index(one.match) + _RANKS.index(other.match) + (9 if doubt else 0)
                label = f"{one.text} / {other.label}"
                meetings[rank] += [
                    Candidate(
                        lat, lon, "corner", label, self._provider, self._known.date, doubt=doubt
                    )
                    for lon, lat in sort_by_middle(self._list_nodes(one) & self._list_nodes(other))
                ]
        best = next((meetings[rank] for rank in sorted(meetings) if meetings[rank]), [])
        return Answer(tuple(best))

    def _list_nodes(self, street: _Found) -> set[tuple[float, float]]:
        """Places of the nodes of a street."""
        shapes = self._known.streets.shapes[list(street.lines)]
        return set(map(tuple, shapely.get_coordinates(shapes).tolist()))

    def _stand_for(self, street: _Found) -> Candidate:
        """The point that stands for a street of which no more is known."""
        around = "" if street.within_m is None else f" (± {street.within_m:.0f} m)"
        return Candidate(
            street.lat,
            street.lon,
            "street",
            street.label + around,
            self._provider,
            self._known.date,
            street=f"{fold(street.text)}, {street.lat:.5f}, {street.lon:.5f}",
            doubt=street.doubt,
            within_m=street.within_m,
        )

    def list_towns(self) -> tuple[str, ...]:
        """Municipalities that the home lies in: those drawn there, else the one that its houses
        name.
        """
        if self._home is None:
            return ()
        outlines, towns = self._home.outlines, self._known.towns
        inside = shapely.point_on_surface(outlines)
        drawn = [towns.names[i] for i in np.flatnonzero(shapely.contains(towns.shapes, inside))]
        if drawn:
            return tuple(drawn)
        xy = self._known.houses.xy
        is_here = shapely.contains_xy(outlines, *xy.T) if len(xy) else np.zeros(0, dtype=bool)
        named = Counter(self._known.houses.town[i] for i in np.flatnonzero(is_here))
        del named[""]
        first = named.most_common(1)
        is_sure = bool(first) and first[0][1] >= _MOST_OF_THEM * named.total()
        return (first[0][0],) if is_sure else ()

    # -- streets by their names -------------------------------------------------------------------

    @cached_property
    def _by_name(self) -> dict[tuple[str, ...], _Pieces]:
        """Everything that bears a name, by kind and words."""
        rows: dict[tuple[str, ...], tuple[Street, Counter[str], list[list[int]]]] = {}
        several = (
            self._known.streets.names,
            self._of_house,
            tuple(line.street for line in self._known.lines),
        )
        keys: dict[str, tuple[Street, tuple[str, ...]]] = {}
        for k, names in enumerate(several):
            for row, name in enumerate(names):
                if not name:
                    continue
                if name not in keys:
                    street = parse_street(name) or Street("", name)
                    keys[name] = street, (street.kind, *street.words)
                street, key = keys[name]
                entry = rows.setdefault(key, (street, Counter(), [[], [], []]))
                # the map's own spelling goes before that of houses
                entry[1][name] += 1000 if k == 0 else 1
                entry[2][k].append(row)
        return {
            key: _Pieces(street, counts.most_common(1)[0][0], *(tuple(one) for one in parts))
            for key, (street, counts, parts) in rows.items()
            if len(key) > 1
        }

    @cached_property
    def _by_last_word(self) -> dict[str, list[_Pieces]]:
        """Names by their last word, which is the surname and must be whole."""
        known: dict[str, list[_Pieces]] = defaultdict(list)
        for key, pieces in self._by_name.items():
            known[key[-1]].append(pieces)
        return known

    def _find_streets(self, asked: Street, town: str) -> list[_Found]:
        """Streets that a name may mean, those that match best; elsewhere ones with their doubt."""
        if not asked.words:
            return []
        matches: dict[StreetMatch, list[_Pieces]] = defaultdict(list)
        for pieces in self._by_last_word.get(asked.words[-1], []):
            match = match_streets(asked, pieces.street)
            if match is not None:
                matches[match].append(pieces)
        # One at home under part of its name goes before another town's of that very name; what only
        # a house says of its street does not hide one that is drawn.
        elsewhere: list[_Found] = []
        sure: list[_Found] = []
        for rank in _RANKS:
            found = self._list_judged(matches[rank], rank, town) if matches[rank] else []
            sure += [street for street in found if not street.doubt]
            if _has_lines(sure):
                break
            elsewhere = elsewhere or found
        return self._keep_within(sure) or elsewhere

    def _list_judged(
        self,
        pieces: Sequence[_Pieces],
        match: StreetMatch,
        town: str,
    ) -> list[_Found]:
        """Streets of some names with their doubts, without those that surely are another's."""
        found = []
        for street in self._part(pieces, match):
            doubt = self._judge((street.lon, street.lat), street.town, street.quarter, town)
            if doubt is not None:
                found.append(replace(street, doubt=doubt))
        return found

    def _keep_within(self, streets: list[_Found]) -> list[_Found]:
        """Those that touch the zones themselves, where any does: the others begin beyond them."""
        if self._home is None or self._home.zones is None or len(streets) < 2:
            return streets
        zones = self._home.zones
        within = [
            street
            for street in streets
            if any(zones.intersects(shape) for shape in self._list_shapes(street))
        ]
        return within or streets

    def _list_shapes(self, street: _Found) -> Iterator[shapely.Geometry]:
        """All that is drawn of a street, and its houses."""
        for kind in ("lines", "houses", "number_lines"):
            yield from (self._shape_of(kind, row) for row in getattr(street, kind))

    def _part(self, pieces: Sequence[_Pieces], match: StreetMatch) -> list[_Found]:
        """The streets that all that bears some names falls into, by distance."""
        owners = [
            (one, kind, row)
            for one in pieces
            for kind in ("lines", "houses", "number_lines")
            for row in getattr(one, kind)
        ]
        shapes = self._to_metres([self._shape_of(kind, row) for _, kind, row in owners])
        near = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=ONE_STREET_M)
        pairs = coo_matrix((np.ones(near.shape[1]), near), shape=(len(owners),) * 2)
        n, label = connected_components(pairs, directed=False)
        groups = [np.flatnonzero(label == k).tolist() for k in range(n)]
        groups = _join_interrupted([(shapes[group], group) for group in groups])
        return [self._make_found([owners[i] for i in group], match) for group in groups]

    def _shape_of(self, kind: str, row: int) -> shapely.Geometry:
        """Where a piece of a street lies."""
        if kind == "lines":
            return self._known.streets.shapes[row]
        if kind == "houses":
            return shapely.Point(self._houses[row].lon, self._houses[row].lat)
        xy = self._known.lines[row].xy
        return shapely.LineString(xy) if len(xy) > 1 else shapely.MultiPoint(xy)

    def _make_found(
        self,
        owners: Sequence[tuple[_Pieces, str, int]],
        match: StreetMatch,
    ) -> _Found:
        """One street, its point and where it lies."""
        rows: dict[str, tuple[int, ...]] = {"lines": (), "houses": (), "number_lines": ()}
        for _, kind, row in owners:
            rows[kind] = (*rows[kind], row)
        # 1. The point: on the street, as near to its middle as it goes.
        drawn = [("lines", row) for row in rows["lines"]]
        drawn = drawn or [("houses", row) for row in rows["houses"]]
        drawn = drawn or [("number_lines", row) for row in rows["number_lines"]]
        metres = shapely.union_all(self._to_metres([self._shape_of(*one) for one in drawn]))
        corners = shapely.get_coordinates(metres)
        middle = shapely.Point((corners.min(axis=0) + corners.max(axis=0)) / 2)
        on_street = shapely.get_coordinates(shapely.shortest_line(metres, middle))[0]
        within_m = math.ceil(np.hypot(*(corners - on_street).T).max())
        lon, lat = on_street / self._scale
        # 2. Its town: the one it lies in, else the one that its houses name with one voice.
        names = {self._houses[row].town for row in rows["houses"]} - {""}
        town = self._find_town(lon, lat)
        if not town and len(names) == 1 and not self._is_stranger(named := names.pop(), lon, lat):
            town = named
        texts = Counter(one.text for one, _, _ in owners)
        return _Found(
            text=texts.most_common(1)[0][0],
            match=match,
            lines=rows["lines"],
            houses=rows["houses"],
            number_lines=rows["number_lines"],
            lon=float(lon),
            lat=float(lat),
            within_m=float(within_m) if rows["lines"] else None,
            town=town,
            quarter=self._find_nearest(self._known.quarters, lon, lat),
            settlement=self._find_nearest(self._known.settlements, lon, lat),
        )

    def _is_stranger(self, town: str, lon: float, lat: float) -> bool:
        """Whether a town that houses name is another than the study's, at a place within it: the
        street goes on beyond the border.
        """
        if self._home is None or not self._home.towns:
            return False
        is_own = any(is_same_town(town, one) for one in self._home.towns)
        return not is_own and bool(shapely.contains_xy(self._home.outlines, lon, lat))

    def _judge(
        self,
        lonlat: tuple[float, float],
        town: str,
        quarter: str,
        asked: str,
    ) -> str | None:
        """Why a place may be in another town than the address, which may name one; empty where it
        is sure, None where it surely is.
        """
        own = (town, quarter)
        if not town:  # the nearest name is better than none
            own = (quarter, self._find_nearest(self._known.settlements, *lonlat))
        if asked and any(is_same_town(asked, one) for one in own if one):
            return ""
        if asked and town and self._knows_town(asked):
            return None
        return "" if self._home is None else self._home.judge(lonlat, town, asked)

    def _knows_town(self, town: str) -> bool:
        """Whether a name is that of a town or quarter that the extract or the study knows."""
        homes = self._home.towns if self._home is not None else ()
        drawn = (self._known.towns, self._known.quarters, self._known.settlements)
        known = (*(name for one in drawn for name in one.names), *homes)
        return any(is_same_town(town, one) for one in known)

    # -- where things lie -------------------------------------------------------------------------

    @cached_property
    def _scale(self) -> NDArray[np.float64]:
        """Metres per degree of longitude and latitude, in the middle of all."""
        shapes = self._known.streets.shapes
        lats = [house.lat for house in self._houses]
        if len(shapes):
            lats = shapely.get_y(shapely.centroid(shapes)).tolist()
        lat = float(np.median(lats)) if lats else 0.0
        return np.array([np.cos(np.radians(lat)), 1.0]) * _METRES_PER_DEGREE

    def _to_metres(self, shapes: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
        """Shapes in metres, true within a town."""
        several = np.empty(len(shapes), dtype=object)
        several[:] = shapes
        return np.asarray(shapely.transform(several, lambda xy: xy * self._scale))

    def _find_town(self, lon: float, lat: float) -> str:
        """Municipality that a place lies in; empty where none is drawn."""
        towns = self._known.towns
        is_in = shapely.contains_xy(towns.shapes, lon, lat)
        return next((towns.names[i] for i in np.flatnonzero(is_in)), "")

    def _find_nearest(self, known: Named, lon: float, lat: float) -> str:
        """Quarter or town whose name stands nearest; empty where none is near."""
        if not known.names:
            return ""
        xy = (shapely.get_coordinates(known.shapes) - [lon, lat]) * self._scale
        away_m = np.hypot(*xy.T)
        nearest = int(away_m.argmin())
        return known.names[nearest] if away_m[nearest] <= _NEAR_NAME_M else ""

    # -- the register -----------------------------------------------------------------------------

    def _add_register(self, register: Register) -> None:
        """Add a register's numbers, but those far from every street of their name."""
        near: dict[str, NDArray[np.object_] | None] = {}
        for row in register.rows:
            lines = near.get(row.street)
            if row.street not in near:
                lines = near[row.street] = self._find_lines(row.street)
            point = shapely.Point(np.array([row.lon, row.lat]) * self._scale)
            if lines is not None and shapely.distance(lines, point).min() > FAR_FROM_STREET_M:
                self.n_far += 1
                continue
            house = _House(
                row.number, row.town, "", row.lon, row.lat, register.provider, register.date
            )
            self._houses.append(house)
            self._of_house.append(row.street)

    def _find_lines(self, name: str) -> NDArray[np.object_] | None:
        """Lines in metres of the streets that a name may mean; None where there are none."""
        street = parse_street(name)
        words = street.words if street is not None else ()
        rows = []
        for i, own in self._lines_by_last_word.get(words[-1] if words else "", []):
            if street is not None and match_streets(street, own) is not None:
                rows.append(i)
        if not rows:
            return None
        return self._to_metres([self._known.streets.shapes[i] for i in rows])

    @cached_property
    def _lines_by_last_word(self) -> dict[str, list[tuple[int, Street]]]:
        """Lines of streets by the last word of their names."""
        known: dict[str, list[tuple[int, Street]]] = defaultdict(list)
        streets: dict[str, Street] = {}
        for row, name in enumerate(self._known.streets.names):
            if name not in streets:
                streets[name] = parse_street(name) or Street("", name)
            words = streets[name].words
            if words:
                known[words[-1]].append((row, streets[name]))
        return known


def _join_interrupted(
    parts: Sequence[tuple[NDArray[np.object_], list[int]]],
) -> list[list[int]]:
    """Parts of a name, of which those are one street that lie no farther from a longer one than
    half its length: a long street may be interrupted for as long.
    """
    several = [(shapely.union_all(shapes), rows) for shapes, rows in parts]
    several.sort(key=lambda one: -_measure_extent(one[0]))
    joined: list[tuple[shapely.Geometry, list[int]]] = []
    for shape, rows in several:
        for k, (whole, own) in enumerate(joined):
            if shapely.distance(whole, shape) <= _measure_extent(whole) / 2:
                joined[k] = shapely.union(whole, shape), own + rows
                break
        else:
            joined.append((shape, rows))
    return [rows for _, rows in joined]


def _measure_extent(shape: shapely.Geometry) -> float:
    """Longer side of the box around a shape [m]."""
    west, south, east, north = shapely.bounds(shape)
    return float(max(east - west, north - south))


def _has_lines(streets: Sequence[_Found]) -> bool:
    """Whether any of some streets is drawn."""
    return any(one.lines for one in streets)


def _keep_first_source(found: Sequence[Candidate]) -> list[Candidate]:
    """Of each precision what the first source says: the extract goes before the register."""
    first: dict[str, str] = {}
    for one in found:
        first.setdefault(one.precision, one.provider)
    return [one for one in found if one.provider == first[one.precision]]
