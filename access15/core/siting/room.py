"""Places that take only so many people: who finds room is assigned, and the best choice proven.

The capacitated maximal covering location problem (Pirkul & Schilling 1991,
doi:10.1287/mnsc.37.2.233): people of one home may go to different places.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.programme import Programme, list_holders
from access15.core.siting.rules import Ruled, Rules, begin_programme, find_none, solve_kept
from access15.core.siting.sets import CoverageSets, build_sets
from access15.core.walk.pairs import Pairs

_ROUNDED = 1e-6  # people


@dataclass(frozen=True, eq=False)
class Room:
    """Whom places could take.

    Parameters
    ----------
    sets : CoverageSets
        Whom each place holds; weights are people, whom capacities count.
    worth : ndarray of float64, shape (n_demand,)
        What each person counts for.
    capacity : ndarray of float64, shape (n_places,)
        People whom each place takes; inf without a limit.
    """

    sets: CoverageSets
    worth: NDArray[np.float64]
    capacity: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Taken:
    """Who finds room.

    Parameters
    ----------
    people : float
        How many.
    worth : float
        What they count for.
    """

    people: float
    worth: float


def build_room(
    pairs: Pairs,
    *,
    people: NDArray[np.float64],
    worth: NDArray[np.float64],
    capacity: NDArray[np.float64],
) -> Room:
    """Put together whom places could take.

    Parameters
    ----------
    pairs : Pairs
        Places (sources) with the homes within the cutoff of them (targets).
    people : ndarray of float64, shape (n_homes,)
        Who lives there.
    worth : ndarray of float64, shape (n_homes,)
        What each of them counts for.
    capacity : ndarray of float64, shape (n_places,)
        People whom each place takes; inf without a limit.

    Returns
    -------
    Room
        Homes that the same places hold, and whose people count the same, are one.
    """
    # 1. One more place for each worth, which holds all homes of that worth: others are never one.
    kinds, kind = np.unique(worth, return_inverse=True)
    home, n_places = np.arange(len(people)), len(capacity)
    marked = Pairs(
        np.append(pairs.source, n_places + kind.ravel()),
        np.append(pairs.target, home),
        np.append(pairs.time_s, np.zeros(len(home))),
    )
    is_held = np.zeros(len(people), dtype=bool)
    is_held[pairs.target] = True
    sets = build_sets(
        marked,
        people=people,
        is_reached=~is_held,
        n_candidates=n_places + len(kinds),
    )
    # 2. Those places stand aside again.
    known = sets.demand_of >= 0
    each = np.zeros(len(sets.weight))
    each[sets.demand_of[known]] = worth[known]
    own = CoverageSets(
        sets.start,
        sets.demand,
        sets.weight,
        sets.candidate,
        sets.set_of[:n_places],
        sets.demand_of,
    )
    return Room(own, each, capacity)


def solve_room(
    room: Room,
    n: int,
    rules: Rules,
    *,
    seconds: float | None = None,
) -> Ruled:
    """Find the places in which most people within reach find room.

    Parameters
    ----------
    room : Room
        Whom places could take.
    n : int
        How many places at most.
    rules : Rules
        What is to be kept.
    seconds : float, optional
        When to end with the best found and what no other exceeds [s].

    Returns
    -------
    Ruled
        The choice; its value is what those who find room count for.
    """
    began = monotonic()
    made = begin_programme(rules, n)
    _assign(made, room)
    answer, chosen = solve_kept(made, rules, seconds=seconds)
    if answer.value is None:
        return find_none(answer)
    value = take_in(room, chosen).worth
    most = max(-answer.bound, value)
    slack = _ROUNDED * max(1.0, value)
    if most <= value + slack:
        most = value
    spare_s = None if seconds is None else seconds - (monotonic() - began)
    if rules.is_preferred.any():
        chosen = _prefer(room, n, rules, chosen, least=value - slack, seconds=spare_s)
    for one in chosen[~rules.is_preferred[chosen]].tolist():
        others = chosen[chosen != one]
        if rules.are_kept_by(others) and take_in(room, others).worth >= value - slack:
            chosen = others
    return Ruled(chosen, value, most)


def take_in(room: Room, places: NDArray[np.int64]) -> Taken:
    """Assign people to chosen places, so that as much as possible finds room.

    Parameters
    ----------
    room : Room
        Whom places could take.
    places : ndarray of int64
        Rows of the places chosen.

    Returns
    -------
    Taken
        Who finds room.
    """
    if not len(places) or not len(room.sets.weight):
        return Taken(0.0, 0.0)
    made = Programme(len(room.capacity))
    made.lower[places] = 1.0
    made.upper[:] = made.lower
    part = _assign(made, room)
    answer = made.relax()
    if answer.value is None:
        return Taken(0.0, 0.0)
    taken = answer.value[part.column] * part.people
    return Taken(float(taken.sum()), float((taken * part.worth).sum()))


@dataclass(frozen=True, eq=False)
class _Parts:
    """Columns that say which part of a demand finds room somewhere, its people, and their worth."""

    column: NDArray[np.int64]
    people: NDArray[np.float64]
    worth: NDArray[np.float64]


def _assign(made: Programme, room: Room, *, is_sought: bool = True) -> _Parts:
    """Put in who goes where: only to chosen places, nobody twice, and no more than find room."""
    sets, capacity = room.sets, room.capacity
    demand, place, _ = list_holders(sets)
    is_limited = np.isfinite(capacity[place])
    # 1. One number for each demand and limited place; places without a limit take all there is.
    demand_to, place_to = demand[is_limited], place[is_limited]
    n, n_to = len(sets.weight), len(demand_to)
    of = np.append(demand_to, np.arange(n))
    people, worth = sets.weight[of], room.worth[of]
    first = made.add_columns(-people * worth if is_sought else np.zeros(len(of)))
    column = first + np.arange(len(of))
    one, minus = np.ones(n_to), np.full(n_to, -1.0)
    made.add_rows(
        n_to, (np.arange(n_to), place_to, one), (np.arange(n_to), column[:n_to], minus), low=0.0
    )
    free, free_place = demand[~is_limited], place[~is_limited]
    made.add_rows(
        n,
        (free, free_place, np.ones(len(free))),
        (np.arange(n), column[n_to:], np.full(n, -1.0)),
        low=0.0,
    )
    # 2. Nobody goes to two places, and no place takes more than it can.
    made.add_rows(n, (of, column, np.ones(len(of))), high=1.0)
    limited, row = np.unique(place_to, return_inverse=True)
    made.add_rows(
        len(limited),
        (np.arange(len(limited)), limited, capacity[limited]),
        (row.ravel(), column[:n_to], -sets.weight[demand_to]),
        low=0.0,
    )
    return _Parts(column, people, worth)


def _prefer(
    room: Room,
    n: int,
    rules: Rules,
    chosen: NDArray[np.int64],
    *,
    least: float,
    seconds: float | None,
) -> NDArray[np.int64]:
    """Of all choices that are as good, one with most preferred places."""
    made = begin_programme(rules, n)
    parts = _assign(made, room, is_sought=False)
    scale = 1.0 / max(least, 1.0)
    entries = (np.zeros_like(parts.column), parts.column, parts.people * parts.worth * scale)
    made.add_rows(1, entries, low=least * scale)
    made.cost[rules.is_preferred] = -1.0
    _, found = solve_kept(made, rules, seconds=seconds)
    is_as_good = take_in(room, found).worth >= least
    is_better = rules.is_preferred[found].sum() > rules.is_preferred[chosen].sum()
    return found if is_as_good and is_better else chosen
