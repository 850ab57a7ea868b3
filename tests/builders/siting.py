"""Small questions of places, and the answer by trying every choice."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.times import TimeSets, build_time_sets
from access15.core.walk.pairs import Pairs


@dataclass(frozen=True, eq=False)
class Question:
    """Seconds of candidates (rows) to homes (columns), inf where there is no way."""

    time_s: NDArray[np.float64]
    people: NDArray[np.float64]
    today_s: NDArray[np.float64]
    n: int

    def build(self, *, largest_s: float | None = None) -> TimeSets:
        """The question as the core asks it."""
        return build_time_sets(
            self.list_pairs(),
            people=self.people,
            today_s=self.today_s,
            n_candidates=len(self.time_s),
            largest_s=largest_s,
        )

    def list_pairs(self) -> Pairs:
        """Candidates with the homes that they reach."""
        source, target = np.nonzero(np.isfinite(self.time_s))
        return Pairs(source, target, self.time_s[source, target])

    @property
    def is_counted(self) -> NDArray[np.bool_]:
        """Homes with people that somebody reaches today or could."""
        nearest_s = np.minimum(self.time_s.min(axis=0), self.today_s)
        return np.isfinite(nearest_s) & (self.people > 0)

    @property
    def own_people(self) -> NDArray[np.float64]:
        """People of these homes."""
        return self.people[self.is_counted]

    def walk_with_each_choice(self) -> NDArray[np.float64]:
        """Seconds of these homes (columns) with every choice (rows)."""
        n = min(self.n, len(self.time_s))
        choices = np.array(list(itertools.combinations(range(len(self.time_s)), n)))
        time_s = np.minimum(self.time_s[choices].min(axis=1), self.today_s)
        return np.asarray(time_s[:, self.is_counted])


def ask_many(
    n: int,
    *,
    seed: int,
    n_candidates: int | None = None,
    n_homes: int | None = None,
) -> Iterator[Question]:
    """Questions with and without places of today, with ties, homes out of reach and without people.

    Parameters
    ----------
    n : int
        How many.
    seed : int
        Of what is drawn.
    n_candidates, n_homes : int, optional
        How many each has; by default at most nine and thirteen.

    Yields
    ------
    Question
        Of at most four places.
    """
    rng = np.random.default_rng(seed)
    for _ in range(n):
        shape = (n_candidates or rng.integers(1, 10), n_homes or rng.integers(1, 14))
        if rng.random() < 0.5:  # many ties
            time_s = 30.0 * rng.integers(0, 8, shape)
        else:
            place, home = rng.random((shape[0], 1, 2)), rng.random((1, shape[1], 2))
            time_s = 900.0 * np.hypot(*np.moveaxis(place - home, 2, 0))
        time_s[rng.random(time_s.shape) < rng.choice([0.0, 0.2, 0.5, 0.8])] = np.inf
        is_near = rng.random(shape[1]) < rng.choice([0.0, 0.5, 1.0])
        today_s = np.where(is_near, 40.0 * rng.integers(0, 8, shape[1]), np.inf)
        people = rng.choice([0.0, 1.0, 1.0, 2.0, 2.5, 7.0, 0.1], shape[1])
        yield Question(time_s, people, today_s, int(rng.integers(1, 5)))
