"""Which street a place's door opens to, and which others it could as well open to.

The first of these that says something: a door that was given, the mapped entrances of its building
or grounds, the street its address names, the nearest street that is no dead-end service way, the
nearest of all. What the others say is kept, and so are streets about as near.

Between a place and the street of its address may lie its own grounds, whose gate nobody mapped: a
fence or a wall is no reason against an address, which says on which side the gate is. Nobody is let
in across water or a motorway, so that such a street is only one that could be the door.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.streets.barriers import BARRIERS, Barriers
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import THROUGH_MARGIN_M, DoorStreets, PlausibleDoors
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.impedance import Impedance
from access15.core.walk.pairs import pairs_within
from access15.core.walk.snap import NO_POINTS, Snapped, build_snapper, snap_points

# How a door was found; "beside" is only ever an alternative.
DOOR_SOURCES: Final = ("given", "entrance", "address", "street", "nearest", "beside")
GIVEN, ENTRANCE, ADDRESS, STREET, NEAREST, BESIDE = range(len(DOOR_SOURCES))

# This project's choices. A point on a map is put within some 10 to 15 m of the door it stands for:
# streets that differ by less in their distance could as well be the one.
BESIDE_MARGIN_M = 15.0
APART_M = 25.0  # doors nearer to each other by street than that are one
MOST_DOORS = 5  # of one place, beside those taken
_CUTS_OFF = ("water", "motorway")  # not rails: trams run in the very streets that people enter from
_UP_TO = 0.98


@dataclass(frozen=True, eq=False)
class DoorHints:
    """What is known of places' doors beside where the places are.

    Parameters
    ----------
    given_owner : ndarray of int64, shape (n_given,)
        Row of a place whose door somebody gave.
    given_xy : ndarray of float64, shape (n_given, 2)
        Those doors [m].
    entrance_owner : ndarray of int64, shape (n_entrances,)
        Row of the place.
    entrance_xy : ndarray of float64, shape (n_entrances, 2)
        Mapped entrances of its building, or gates of its grounds [m].
    is_used : ndarray of bool, shape (n_entrances,)
        Whether people come in there: main entrances, and gates; else the one nearest to the point.
    address_owner, address_street : ndarray of int64, shape (n_named,)
        Row of a place, and index of a street that its address names.
    """

    given_owner: NDArray[np.int64]
    given_xy: NDArray[np.float64]
    entrance_owner: NDArray[np.int64]
    entrance_xy: NDArray[np.float64]
    is_used: NDArray[np.bool_]
    address_owner: NDArray[np.int64]
    address_street: NDArray[np.int64]


_NO_ROW = np.zeros(0, dtype=np.int64)
_NO_XY = np.zeros((0, 2))
NO_HINTS = DoorHints(_NO_ROW, _NO_XY, _NO_ROW, _NO_XY, np.zeros(0, dtype=bool), _NO_ROW, _NO_ROW)


@dataclass(frozen=True, eq=False)
class HomeEntrances:
    """Entrances of buildings that people live in.

    Parameters
    ----------
    owner : ndarray of int64, shape (n,)
        Row of a home, each at most once.
    xy : ndarray of float64, shape (n, 2)
        The entrance nearest to it [m].
    """

    owner: NDArray[np.int64]
    xy: NDArray[np.float64]


NO_ENTRANCES = HomeEntrances(_NO_ROW, _NO_XY)


@dataclass(frozen=True, eq=False)
class _Answers:
    """Doors that the rules name; `is_used` of those that are taken if their rule is."""

    owner: NDArray[np.int64]
    source: NDArray[np.int64]
    is_used: NDArray[np.bool_]
    xy: NDArray[np.float64]
    snapped: Snapped

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> _Answers:
        """Some of them."""
        return _Answers(
            self.owner[rows],
            self.source[rows],
            self.is_used[rows],
            self.xy[rows],
            self.snapped.take(rows),
        )

    def join(self, *others: _Answers) -> _Answers:
        """These and others."""
        every = (self, *others)
        return _Answers(
            owner=np.concatenate([one.owner for one in every]),
            source=np.concatenate([one.source for one in every]),
            is_used=np.concatenate([one.is_used for one in every]),
            xy=np.concatenate([one.xy for one in every]),
            snapped=NO_POINTS.join(*(one.snapped for one in every)),
        )


def choose_doors(
    network: WalkNetwork,
    streets: DoorStreets,
    xy: NDArray[np.float64],
    hints: DoorHints,
    *,
    max_snap_m: float,
    barriers: Barriers | None = None,
) -> PlausibleDoors:
    """Choose the doors of places, and keep those that could as well be the door.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    streets : DoorStreets
        Which of them doors open to.
    xy : ndarray of float64, shape (n, 2)
        Places in the network's CRS; NaN where unknown [m].
    hints : DoorHints
        What else is known.
    max_snap_m : float
        Farthest street, inclusive [m].
    barriers : Barriers, optional
        What is mapped between streets.

    Returns
    -------
    PlausibleDoors
        Sorted by owner; a place that meets no street has one door that is nowhere.
    """
    # 1. What each rule says: doors and entrances are joined to the street they open to, and streets
    #    are looked for around the place itself.
    near = _find_near(network, streets, xy, max_snap_m)
    answers = _join_given(network, streets, hints, max_snap_m).join(
        _join_entrances(network, streets, xy, hints, max_snap_m),
        _find_addressed(network, near, hints, xy, barriers),
        _find_nearest(network, streets, near, xy),
    )
    # 2. The first rule that says something is taken: all doors given, all entrances used.
    first = np.full(len(xy), len(DOOR_SOURCES))
    np.minimum.at(first, answers.owner, answers.source)
    is_first = answers.source == first[answers.owner]
    is_taken = is_first & answers.is_used
    # 3. Alternatives: what other rules say, and streets about as near; of a door that was given
    #    there is none.
    beside = _find_beside(network, near, answers.take(is_taken), xy)
    every = answers.join(beside)
    is_taken = np.append(is_taken, np.zeros(len(beside.owner), dtype=bool))
    is_kept = is_taken | (first[every.owner] != GIVEN)
    every, is_taken = every.take(is_kept), is_taken[is_kept]
    order = np.lexsort((every.snapped.snap_m, every.source, ~is_taken, every.owner))
    every, is_taken = every.take(order), is_taken[order]
    is_apart = _find_apart(network, every, is_taken)
    every, is_taken = every.take(is_apart), is_taken[is_apart]
    alone = np.setdiff1d(np.arange(len(xy)), every.owner)
    lost = _find_lost(network, streets, xy, alone)
    every, is_taken = every.join(lost), np.append(is_taken, lost.is_used)
    order = np.argsort(every.owner, kind="stable")
    every, is_taken = every.take(order), is_taken[order]
    return PlausibleDoors(every.owner, every.snapped, is_taken, every.xy, every.source)


@dataclass(frozen=True, eq=False)
class _Near:
    """Streets within the limit of places, by place and then distance."""

    owner: NDArray[np.int64]
    edge: NDArray[np.int64]
    away_m: NDArray[np.float64]

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> _Near:
        """Some of the rows."""
        return _Near(self.owner[rows], self.edge[rows], self.away_m[rows])

    def first_of(self, key: NDArray[np.int64]) -> _Near:
        """The nearest street of each key."""
        return self.take(np.sort(np.unique(key, return_index=True)[1]))


def _find_near(
    network: WalkNetwork,
    streets: DoorStreets,
    xy: NDArray[np.float64],
    max_snap_m: float,
) -> _Near:
    """Every street that takes doors within the limit of every place."""
    known = np.flatnonzero(np.isfinite(xy).all(axis=1))
    edges = np.flatnonzero(streets.is_open)
    lines, points = network.lines[edges], shapely.points(xy[known])
    which, hit = shapely.STRtree(lines).query(points, predicate="dwithin", distance=max_snap_m)
    away_m = shapely.distance(points[which], lines[hit])
    owner, edge = known[which], edges[hit]
    order = np.lexsort((edge, away_m, owner))
    return _Near(owner[order], edge[order], away_m[order])


def _put(
    network: WalkNetwork,
    near: _Near,
    source: int,
    xy: NDArray[np.float64],
) -> _Answers:
    """Places on the streets chosen for them."""
    origin = xy[near.owner]
    located = shapely.line_locate_point(
        network.lines[near.edge], shapely.points(origin), normalized=True
    )
    fraction = np.clip(np.nan_to_num(located), 0.0, 1.0)
    return _Answers(
        owner=near.owner,
        source=np.full(len(near.owner), source),
        is_used=np.ones(len(near.owner), dtype=bool),
        xy=origin,
        snapped=Snapped(near.edge, fraction, near.away_m),
    )


def _join_given(
    network: WalkNetwork,
    streets: DoorStreets,
    hints: DoorHints,
    max_snap_m: float,
) -> _Answers:
    """Doors that were given, at the nearest street: whoever gives one means that street."""
    snapper = build_snapper(network, streets.is_open)
    snapped = snap_points(snapper, hints.given_xy, max_snap_m=max_snap_m)
    n = len(hints.given_owner)
    found = _Answers(
        hints.given_owner, np.full(n, GIVEN), np.ones(n, dtype=bool), hints.given_xy, snapped
    )
    return found.take(snapped.is_snapped)


def _join_entrances(
    network: WalkNetwork,
    streets: DoorStreets,
    xy: NDArray[np.float64],
    hints: DoorHints,
    max_snap_m: float,
) -> _Answers:
    """Mapped entrances, at the street each opens to."""
    owner, entrance_xy = hints.entrance_owner, hints.entrance_xy
    near = _find_near(network, streets, entrance_xy, max_snap_m)
    nearest = _find_nearest(network, streets, near, entrance_xy)
    nearest = nearest.take(_first_rows(nearest.owner))
    row = nearest.owner
    # where none is known to be used, people are taken to use the one nearest to the point
    away_m = np.hypot(*(entrance_xy[row] - xy[owner[row]]).T)
    is_used = hints.is_used[row].copy()
    has_used = np.zeros(len(xy), dtype=bool)
    has_used[owner[row][is_used]] = True
    order = np.lexsort((row, away_m, owner[row]))
    closest = order[_first_rows(owner[row][order])]
    is_used[closest] |= ~has_used[owner[row][closest]]
    n = len(row)
    return _Answers(owner[row], np.full(n, ENTRANCE), is_used, entrance_xy[row], nearest.snapped)


def _find_addressed(
    network: WalkNetwork,
    near: _Near,
    hints: DoorHints,
    xy: NDArray[np.float64],
    barriers: Barriers | None,
) -> _Answers:
    """The nearest place of the street that each address names, of those that nothing cuts off; else
    the nearest of all, as one that could be the door.
    """
    n_names = len(network.street_names)
    named = np.unique(hints.address_owner * n_names + hints.address_street)
    is_named = np.isin(near.owner * n_names + network.street[near.edge], named)
    mine = near.take(is_named & (network.street[near.edge] > 0))
    found = _put(network, mine, ADDRESS, xy)
    is_cut_off = _find_cut_off(network, found, barriers)
    first = found.take(~is_cut_off)
    first = first.take(_first_rows(first.owner))
    rest = found.take(~np.isin(found.owner, first.owner))
    rest = rest.take(_first_rows(rest.owner))
    doubted = _Answers(
        owner=rest.owner,
        source=np.full(len(rest.owner), BESIDE),
        is_used=np.zeros(len(rest.owner), dtype=bool),
        xy=rest.xy,
        snapped=rest.snapped,
    )
    return first.join(doubted)


def _find_cut_off(
    network: WalkNetwork, found: _Answers, barriers: Barriers | None
) -> NDArray[np.bool_]:
    """Whether water or a motorway lies between each place and its street."""
    if barriers is None or not len(found.owner):
        return np.zeros(len(found.owner), dtype=bool)
    at = shapely.line_interpolate_point(
        network.lines[found.snapped.edge], found.snapped.fraction, normalized=True
    )
    # the very end stands on the street, which may run along a canal
    ahead = shapely.get_coordinates(at).reshape(-1, 2) - found.xy
    lines = shapely.linestrings(np.stack([found.xy, found.xy + _UP_TO * ahead], axis=1))
    crossed = barriers.find_crossed(lines)
    return np.asarray(crossed[:, [BARRIERS.index(kind) for kind in _CUTS_OFF]].any(axis=1))


def _find_nearest(
    network: WalkNetwork,
    streets: DoorStreets,
    near: _Near,
    xy: NDArray[np.float64],
) -> _Answers:
    """The nearest street that is no dead-end service way and, behind it, the nearest of all."""
    every = near.first_of(near.owner)
    least_m = np.full(len(xy), np.inf)
    least_m[every.owner] = every.away_m
    through = near.take(streets.is_through[near.edge])
    through = through.first_of(through.owner)
    through = through.take(through.away_m <= least_m[through.owner] + THROUGH_MARGIN_M)
    found = _put(network, through, STREET, xy).join(_put(network, every, NEAREST, xy))
    return found.take(np.argsort(found.owner, kind="stable"))


def _find_beside(
    network: WalkNetwork,
    near: _Near,
    taken: _Answers,
    xy: NDArray[np.float64],
) -> _Answers:
    """Other streets about as near as the one taken, each once."""
    # 1. How far away the street taken is; a mapped entrance leaves no doubt of that kind.
    limit_m = np.full(len(xy), -np.inf)
    is_guess = taken.source > ENTRANCE
    limit_m[taken.owner[is_guess]] = taken.snapped.snap_m[is_guess] + BESIDE_MARGIN_M
    mine = near.take(near.away_m <= limit_m[near.owner])
    # 2. Streets by name, or by way where they have none; not the one taken.
    name = _name_streets(network)
    key = mine.owner * (int(name.max(initial=0)) + 1) + name[mine.edge]
    own = taken.owner * (int(name.max(initial=0)) + 1) + name[taken.snapped.edge]
    is_other = ~np.isin(key, own)
    mine, key = mine.take(is_other), key[is_other]
    return _put(network, mine.first_of(key), BESIDE, xy)


def _name_streets(network: WalkNetwork) -> NDArray[np.int64]:
    """A number for each street: by its name, else by its way, else by itself."""
    n = len(network.street_names)
    _, way = np.unique(network.way_id, return_inverse=True)
    of_way = n + way
    of_edge = n + int(way.max(initial=0)) + 1 + np.arange(network.n_edges)
    unnamed = np.where(network.way_id >= 0, of_way, of_edge)
    return np.asarray(np.where(network.street > 0, network.street, unnamed), dtype=np.int64)


def _find_apart(
    network: WalkNetwork,
    every: _Answers,
    is_taken: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Doors to keep: those taken, and of the others at most a handful that lie apart."""
    # 1. Which doors lie together by street, whoever walks.
    no_wait = np.zeros(network.n_edges)
    in_metres = Impedance(1.0, network.length_m, network.length_m, no_wait, no_wait)
    on_street = Snapped(every.snapped.edge, every.snapped.fraction, np.zeros(len(every.owner)))
    places = [
        place_points(network, in_metres, on_street, leaving=leaving) for leaving in (False, True)
    ]
    graph = build_graph(network, in_metres, towards=True)
    pairs = pairs_within(graph, *places, cutoff_s=APART_M, threads=1)
    is_own = every.owner[pairs.source] == every.owner[pairs.target]
    together: dict[int, list[int]] = {}
    for one, other in zip(
        pairs.source[is_own].tolist(), pairs.target[is_own].tolist(), strict=True
    ):
        together.setdefault(one, []).append(other)
    # 2. In the order in which they were found, each is kept where none before it is the same.
    is_kept = np.zeros(len(every.owner), dtype=bool)
    n_more = np.zeros(int(every.owner.max(initial=-1)) + 1, dtype=np.int64)
    for row, owner in enumerate(every.owner.tolist()):
        is_same = any(is_kept[other] for other in together.get(row, ()))
        if is_taken[row] or (not is_same and n_more[owner] < MOST_DOORS):
            is_kept[row] = True
            n_more[owner] += not is_taken[row]
    return is_kept


def _find_lost(
    network: WalkNetwork,
    streets: DoorStreets,
    xy: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> _Answers:
    """Places that no street is near enough to: one door each, nowhere, with the metres told."""
    found = snap_points(build_snapper(network, streets.is_open), xy[rows], max_snap_m=-1.0)
    n = len(rows)
    return _Answers(rows, np.full(n, NEAREST), np.ones(n, dtype=bool), xy[rows], found)


def _first_rows(sorted_key: NDArray[np.int64]) -> NDArray[np.int64]:
    """First row of each value of a sorted key."""
    return np.flatnonzero(np.diff(sorted_key, prepend=-1) != 0)
