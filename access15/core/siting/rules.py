"""Rules that a choice of places must keep, whatever it is chosen for, and the best that keep them.

Floors, nobody worse off, places that must be chosen and places of which only one may: all are rows
of one programme (`programme`), which HiGHS solves to proof.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.programme import Answer, Programme, list_holders
from access15.core.siting.sets import CoverageSets

_ROUNDED = 1e-6  # people: sums in another order differ by far less


@dataclass(frozen=True, eq=False)
class Floor:
    """So many people must be held.

    Parameters
    ----------
    sets : CoverageSets
        Whom each place holds of those whom the floor is about.
    least : float
        People, those aside who are held whatever is chosen.
    """

    sets: CoverageSets
    least: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Rules:
    """What a choice of places must keep.

    Parameters
    ----------
    is_required : ndarray of bool, shape (n_places,)
        Places that must be chosen.
    one_of : ndarray of int64, shape (n_places,)
        Number of those of which at most one may be chosen; -1 for any other place.
    is_preferred : ndarray of bool, shape (n_places,)
        Places that stay rather than others, where that costs nothing: those of today.
    must : tuple of CoverageSets
        Demand that must be held, all of it.
    floors : tuple of Floor
        Demand of which a part must be held.
    """

    is_required: NDArray[np.bool_]
    one_of: NDArray[np.int64]
    is_preferred: NDArray[np.bool_]
    must: tuple[CoverageSets, ...] = ()
    floors: tuple[Floor, ...] = ()

    @property
    def n_places(self) -> int:
        """How many places there are."""
        return len(self.is_required)

    def with_more(self, *, must: CoverageSets | None = None, floor: Floor | None = None) -> Rules:
        """The same and more.

        Parameters
        ----------
        must : CoverageSets, optional
            Demand that must be held.
        floor : Floor, optional
            Demand of which a part must be held.

        Returns
        -------
        Rules
            With these.
        """
        return replace(
            self,
            must=(*self.must, *([] if must is None else [must])),
            floors=(*self.floors, *([] if floor is None else [floor])),
        )

    def are_kept_by(self, places: NDArray[np.int64]) -> bool:
        """Whether a choice keeps all rules.

        Parameters
        ----------
        places : ndarray of int64
            Rows of the places chosen.

        Returns
        -------
        bool
            Whether it does.
        """
        is_chosen = np.zeros(self.n_places, dtype=bool)
        is_chosen[places] = True
        one_of = self.one_of[places]
        kinds = one_of[one_of >= 0]
        return (
            bool(is_chosen[self.is_required].all())
            and len(np.unique(kinds)) == len(kinds)
            and all(sum_held(one, places) >= one.weight.sum() - _ROUNDED for one in self.must)
            and all(sum_held(one.sets, places) >= one.least - _ROUNDED for one in self.floors)
        )


@dataclass(frozen=True, eq=False)
class Ruled:
    """The best choice that keeps the rules.

    Parameters
    ----------
    chosen : ndarray of int64
        Rows of places, rising.
    value : float
        What it comes to: people, or seconds.
    bound : float
        What no choice that keeps the rules is better than.
    fault : {"", "impossible", "not_found"}
        Why there is none: it is proven that no choice keeps the rules, or none was found in time.
    """

    chosen: NDArray[np.int64]
    value: float
    bound: float
    fault: Literal["", "impossible", "not_found"] = ""


def allow_all(n_places: int) -> Rules:
    """Rules that every choice keeps.

    Parameters
    ----------
    n_places : int
        How many places there are.

    Returns
    -------
    Rules
        None.
    """
    none = np.zeros(n_places, dtype=bool)
    return Rules(is_required=none, one_of=np.full(n_places, -1), is_preferred=none)


def sum_held(sets: CoverageSets, places: NDArray[np.int64]) -> float:
    """People whom some places hold together, each once.

    Parameters
    ----------
    sets : CoverageSets
        Whom each place holds.
    places : ndarray of int64
        Rows of places.

    Returns
    -------
    float
        People.
    """
    chosen = sets.set_of[places]
    return sets.sum_covered(np.unique(chosen[chosen >= 0]))


def begin_programme(rules: Rules, n: int) -> Programme:
    """Put the rules, and how many places may be chosen, into a programme.

    Parameters
    ----------
    rules : Rules
        What is to be kept.
    n : int
        How many places at most.

    Returns
    -------
    Programme
        Without anything to be sought.
    """
    made = Programme(rules.n_places)
    made.lower[rules.is_required] = 1.0
    each = np.arange(rules.n_places)
    made.add_rows(1, (np.zeros_like(each), each, np.ones(len(each))), high=float(n))
    bound = np.flatnonzero(rules.one_of >= 0)
    if len(bound):
        kinds, kind = np.unique(rules.one_of[bound], return_inverse=True)
        made.add_rows(len(kinds), (kind.ravel(), bound, np.ones(len(bound))), high=1.0)
    for must in rules.must:
        made.add_rows(len(must.weight), list_holders(must), low=1.0)
    for floor in rules.floors:
        first = made.add_held(floor.sets, np.zeros(len(floor.sets.weight)))
        column = first + np.arange(len(floor.sets.weight))
        # as shares, so that what HiGHS takes for equal does not depend on how many people there are
        scale = 1.0 / max(floor.least, 1.0)
        entries = (np.zeros_like(column), column, floor.sets.weight * scale)
        made.add_rows(1, entries, low=(floor.least - _ROUNDED / 2) * scale)
    return made


def solve_cover_by_rules(
    sets: CoverageSets,
    n: int,
    rules: Rules,
    *,
    seconds: float | None = None,
) -> Ruled:
    """Find the places that hold most people of all choices that keep the rules.

    Parameters
    ----------
    sets : CoverageSets
        Whom each place holds.
    n : int
        How many places at most.
    rules : Rules
        What is to be kept.
    seconds : float, optional
        When to end with the best found and what no other exceeds [s].

    Returns
    -------
    Ruled
        The choice; of several as good, one with as many preferred places as any.
    """
    began = monotonic()
    made = begin_programme(rules, n)
    made.add_held(sets, -sets.weight)
    answer, chosen = solve_kept(made, rules, seconds=seconds)
    if answer.value is None:
        return find_none(answer)
    people = sum_held(sets, chosen)
    most = min(max(-answer.bound, people), float(sets.weight.sum()))
    if most <= people + _ROUNDED:
        most = people
    spare_s = None if seconds is None else seconds - (monotonic() - began)
    kept = rules.with_more(floor=Floor(sets, people))
    return Ruled(keep_preferred(kept, n, chosen, seconds=spare_s), people, most)


def solve_kept(
    made: Programme, rules: Rules, *, seconds: float | None = None
) -> tuple[Answer, NDArray[np.int64]]:
    """Solve a programme, and hold what it chooses against the rules themselves.

    Parameters
    ----------
    made : Programme
        From `begin_programme`, with what is sought.
    rules : Rules
        What is to be kept.
    seconds : float, optional
        When to stop with the best found [s].

    Returns
    -------
    answer : Answer
        Without values where no choice was found.
    places : ndarray of int64
        Rows of the places chosen, rising.
    """
    until = None if seconds is None else monotonic() + seconds
    while True:
        spare_s = None if until is None else max(until - monotonic(), 0.0)
        answer = made.solve(seconds=spare_s)
        places = made.read_places(answer)
        if answer.value is None or rules.are_kept_by(places):
            return answer, places
        # HiGHS takes a millionth more or less for equal: such a choice is ruled out
        is_chosen = np.zeros(made.n_places)
        is_chosen[places] = 1.0
        each = np.arange(made.n_places)
        made.add_rows(1, (np.zeros_like(each), each, 1.0 - 2.0 * is_chosen), low=1.0 - len(places))


def find_none(answer: Answer) -> Ruled:
    """Say that no choice was found.

    Parameters
    ----------
    answer : Answer
        Without a choice.

    Returns
    -------
    Ruled
        With its fault.
    """
    none = np.zeros(0, dtype=np.int64)
    return Ruled(none, np.nan, np.nan, "impossible" if answer.is_impossible else "not_found")


def keep_preferred(
    rules: Rules,
    n: int,
    chosen: NDArray[np.int64],
    *,
    seconds: float | None = None,
) -> NDArray[np.int64]:
    """Of all choices that keep the rules, one with most preferred places, and no needless others.

    Parameters
    ----------
    rules : Rules
        What is to be kept, what was sought among it.
    n : int
        How many places at most.
    chosen : ndarray of int64
        A choice that keeps the rules.
    seconds : float, optional
        When to end with the best found [s].

    Returns
    -------
    ndarray of int64
        Rows of places, rising.
    """
    preferred = np.flatnonzero(rules.is_preferred)
    if len(preferred) and not np.isin(preferred, chosen).all():
        made = begin_programme(rules, n)
        made.cost[preferred] = -1.0
        _, found = solve_kept(made, rules, seconds=seconds)
        if len(found) and _count(rules, found) > _count(rules, chosen):
            chosen = found
    for one in chosen[~rules.is_preferred[chosen]].tolist():
        others = chosen[chosen != one]
        if rules.are_kept_by(others):
            chosen = others
    return np.sort(chosen)


def _count(rules: Rules, chosen: NDArray[np.int64]) -> int:
    """Preferred places of a choice."""
    return int(rules.is_preferred[chosen].sum())
