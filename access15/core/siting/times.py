"""How far every home would walk to each candidate: what a question of seconds comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.cover import solve_cover
from access15.core.siting.sets import build_sets
from access15.core.siting.time_kernels import (
    ByCandidate,
    ByHome,
    find_seconds,
    list_by_home,
)
from access15.core.walk.pairs import Pairs


@dataclass(frozen=True, eq=False)
class TimeSets:
    """Homes that some candidate brings nearer, with the candidates that do.

    Rows are homes with people whom some candidate is nearer to than any place of today; all
    other homes keep the seconds that they have, whatever is chosen.

    Parameters
    ----------
    homes : ByHome
        Per row its people and the candidates that are nearer than today's place, nearest first.
    candidates : ByCandidate
        The same by candidate; a candidate that is nearer to nobody has no rows.
    today_s : ndarray of float64, shape (n_rows,)
        Seconds today, at most the largest that counts; inf where there is no place [s].
    row_of : ndarray of int64, shape (n_homes,)
        Row of each home; -1 for one that no candidate brings nearer, or that has nobody.
    fixed_people, fixed_s : float
        People with a place today whom no candidate brings nearer, and their person-seconds.
    fixed_worst_s : float
        The longest of the walks of these; 0 where there are none [s].
    beyond : float
        People who have no place today and whom no candidate reaches.
    """

    homes: ByHome
    candidates: ByCandidate
    today_s: NDArray[np.float64]
    row_of: NDArray[np.int64]
    fixed_people: float
    fixed_s: float
    fixed_worst_s: float
    beyond: float

    def __len__(self) -> int:
        return len(self.candidates.start) - 1

    @property
    def people(self) -> float:
        """People whom somebody reaches today, or could."""
        return float(self.homes.people.sum()) + self.fixed_people

    def find_seconds(self, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        """Walk from every row to the nearest place of today or of a choice.

        Parameters
        ----------
        chosen : ndarray of int64
            Candidates.

        Returns
        -------
        ndarray of float64, shape (n_rows,)
            Seconds; inf where there is none [s].
        """
        return np.asarray(find_seconds(self.candidates, self.today_s, chosen))

    def sum_up(self, chosen: NDArray[np.int64]) -> tuple[float, float]:
        """What a choice leaves to everybody together.

        Parameters
        ----------
        chosen : ndarray of int64
            Candidates.

        Returns
        -------
        unserved : float
            People whom a candidate could reach, and neither the choice nor a place of today does.
        person_s : float
            Seconds of all others together, each as often as people live there [s].
        """
        time_s = self.find_seconds(chosen)
        is_served = np.isfinite(time_s)
        person_s = float((self.homes.people[is_served] * time_s[is_served]).sum())
        return float(self.homes.people[~is_served].sum()), person_s + self.fixed_s

    def find_worst(self, chosen: NDArray[np.int64]) -> float:
        """The longest walk that a choice leaves to anybody who has a place.

        Parameters
        ----------
        chosen : ndarray of int64
            Candidates.

        Returns
        -------
        float
            Seconds; 0 where nobody has one [s].
        """
        time_s = self.find_seconds(chosen)
        return max(float(time_s[np.isfinite(time_s)].max(initial=0.0)), self.fixed_worst_s)

    def leave_needed(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """A choice without the candidates that nobody misses.

        Parameters
        ----------
        chosen : ndarray of int64
            Candidates.

        Returns
        -------
        ndarray of int64
            Those that somebody walks to for want of another as near, rising.
        """
        needed = np.sort(chosen)
        time_s = self.find_seconds(needed)
        for one in needed.tolist():
            others = needed[needed != one]
            if np.array_equal(self.find_seconds(others), time_s):
                needed = others
        return needed

    def list_pairs(self) -> Pairs:
        """Candidates with the rows that they bring nearer.

        Returns
        -------
        Pairs
            Sources are candidates, targets are rows.
        """
        of = self.candidates
        source = np.repeat(np.arange(len(self)), np.diff(of.start))
        return Pairs(source, of.home.astype(np.int64), of.time_s)


def build_time_sets(
    pairs: Pairs | Iterable[Pairs],
    *,
    people: NDArray[np.float64],
    today_s: NDArray[np.float64],
    n_candidates: int,
    largest_s: float | None = None,
) -> TimeSets:
    """Put together whom every candidate would bring nearer, and by how much.

    Parameters
    ----------
    pairs : Pairs or iterable of Pairs
        Candidates (sources) with the homes that they reach (targets), sorted by source. Parts
        follow each other by candidates, and are asked for one after another.
    people : ndarray of float64, shape (n_homes,)
        Who lives there, not negative.
    today_s : ndarray of float64, shape (n_homes,)
        Seconds to the nearest place of today that stays; inf where there is none [s].
    n_candidates : int
        How many candidates were asked about.
    largest_s : float, optional
        What a longer walk, or none at all, counts as; pairs beyond it are not needed. By default
        every walk counts as what it takes, and homes without a place are without [s].

    Returns
    -------
    TimeSets
        Rows in the order of their homes.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.core.walk.pairs import Pairs
    >>> pairs = Pairs(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([60.0, 90.0, 30.0]))
    >>> today_s = np.array([80.0, np.inf, 20.0])
    >>> sets = build_time_sets(pairs, people=np.ones(3), today_s=today_s, n_candidates=2)
    >>> sets.today_s.tolist(), sets.sum_up(np.array([1]))
    ([80.0, inf], (0.0, 130.0))
    """
    # 1. Pairs that bring somebody nearer. Left out is where nobody lives, or no place is and none
    #    could be.
    counted_s = today_s if largest_s is None else np.minimum(today_s, largest_s)
    is_reached = np.isfinite(today_s)
    size = np.zeros(n_candidates, dtype=np.int64)
    home, time_s = [np.zeros(0, dtype=np.int32)], [np.zeros(0)]
    for part in [pairs] if isinstance(pairs, Pairs) else pairs:
        is_pair = part.time_s <= (np.inf if largest_s is None else largest_s)
        is_reached[part.target[is_pair]] = True
        is_pair &= (part.time_s < counted_s[part.target]) & (people[part.target] > 0)
        size += np.bincount(part.source[is_pair], minlength=n_candidates)
        home.append(part.target[is_pair].astype(np.int32))
        time_s.append(part.time_s[is_pair])
    of = ByCandidate(np.append(0, np.cumsum(size)), np.concatenate(home), np.concatenate(time_s))
    del home, time_s
    # 2. Homes that any candidate brings nearer.
    is_row = np.zeros(len(people), dtype=bool)
    is_row[of.home] = True
    row_of = np.where(is_row, np.cumsum(is_row) - 1, -1)
    # 3. By home, and those whom nothing changes.
    own = people[is_row].astype(np.float64)
    start, candidate, nearest_s = list_by_home(of, row_of, len(own))
    by_home = ByHome(start, candidate, nearest_s, own)
    is_fixed = ~is_row & is_reached & (people > 0)
    return TimeSets(
        homes=by_home,
        candidates=ByCandidate(of.start, row_of[of.home].astype(np.int32), of.time_s),
        today_s=counted_s[is_row].astype(np.float64),
        row_of=row_of,
        fixed_people=float(people[is_fixed].sum()),
        fixed_s=float((people[is_fixed] * counted_s[is_fixed]).sum()),
        fixed_worst_s=float(counted_s[is_fixed].max(initial=0.0)),
        beyond=float(people[~is_reached].sum()),
    )


def serve_most(
    sets: TimeSets,
    n: int,
    *,
    seconds: float | None = None,
) -> tuple[NDArray[np.int64], float]:
    """Choose the candidates that leave fewest people without any place, however far it is.

    Parameters
    ----------
    sets : TimeSets
        Homes and candidates.
    n : int
        How many at most.
    seconds : float, optional
        When to end; by default when it is proven [s].

    Returns
    -------
    chosen : ndarray of int64
        Candidates, rising.
    least : float
        People whom any choice leaves without, at least.
    """
    is_new = ~np.isfinite(sets.today_s)
    people = sets.homes.people
    covers = build_sets(
        sets.list_pairs(), people=people, is_reached=~is_new, n_candidates=len(sets)
    )
    best = solve_cover(covers, n, seconds=seconds)
    return covers.candidate[best.chosen], max(float(people[is_new].sum()) - best.most, 0.0)


def take_within(sets: TimeSets, within_s: float) -> TimeSets:
    """The same question where a longer walk counts as being without a place.

    Parameters
    ----------
    sets : TimeSets
        Homes and candidates.
    within_s : float
        The longest walk, inclusive [s].

    Returns
    -------
    TimeSets
        The same candidates.
    """
    pairs = sets.list_pairs()
    is_near = pairs.time_s <= within_s
    return build_time_sets(
        Pairs(pairs.source[is_near], pairs.target[is_near], pairs.time_s[is_near]),
        people=sets.homes.people,
        today_s=np.where(sets.today_s <= within_s, sets.today_s, np.inf),
        n_candidates=len(sets),
    )
