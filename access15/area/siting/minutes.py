"""How sure the places are that make walks shortest: how long all walk in many drawn worlds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.area.siting.worlds import DrawnLook
from access15.area.walkers import AreaInputs
from access15.core.measures.nearer_kernels import (
    AskedOf,
    Ground,
    measure_sites,
    walk_to_doors,
    walk_to_sites,
)
from access15.core.measures.ranges import find_range
from access15.core.walk.doors import Doors
from access15.core.walk.draws import Block
from access15.core.walk.kernels.draws import LANES
from access15.results.walker import Walker

_ROUNDED = 1e-6  # people and seconds: sums in another order differ by far less
# Walks that are so many times longer than the longest of the run are none.
_NO_WALK = 2.0
# What is told of a choice, and of the best in each place's stead.
_OWN = ("gained", "mean_s", "worst_s", "saved_s", "without")
_BEST = ("best_saved_s", "best_without", "best_worst_s")


@dataclass(frozen=True, eq=False)
class DrawnWalks:
    """How long all walk with one choice of places, in every world.

    Parameters
    ----------
    gained : ndarray of float64, shape (n_worlds,)
        People whom it brings within the cutoff.
    mean_s, worst_s : ndarray of float64, shape (n_worlds,)
        Average and longest walk of whom a way leads to a place; NaN where that is nobody [s].
    saved_s : ndarray of float64, shape (n_worlds,)
        Person-seconds saved [s].
    without : ndarray of float64, shape (n_worlds,)
        People from whom no way leads to a place.
    best_saved_s : ndarray of float64, shape (n_sites, n_worlds)
        Person-seconds that the best of all candidates for it in the stead of each place saves, with
        the others; of no meaning where `is_worst` [s].
    best_without, best_worst_s : ndarray of float64, shape (n_sites, n_worlds)
        The same of the one with which fewest are without a place, then the longest walk is least;
        of no meaning where not `is_worst`.
    is_worst : bool
        Whether the longest walk is what counts, and not the seconds saved.
    """

    gained: NDArray[np.float64]
    mean_s: NDArray[np.float64]
    worst_s: NDArray[np.float64]
    saved_s: NDArray[np.float64]
    without: NDArray[np.float64]
    best_saved_s: NDArray[np.float64]
    best_without: NDArray[np.float64]
    best_worst_s: NDArray[np.float64]
    is_worst: bool

    @property
    def n_anew(self) -> int:
        """In how many worlds each place was compared with all other candidates."""
        return len(self.gained) if len(self.best_saved_s) else 0

    def find_range(self) -> tuple[float, float]:
        """People whom it brings in nine worlds of ten; NaN without worlds."""
        return _find_ends(self.gained)

    def find_walks_range(self) -> tuple[float, float, float, float]:
        """Average, then longest walk, in nine worlds of ten; NaN without worlds [s]."""
        return *_find_ends(self.mean_s), *_find_ends(self.worst_s)

    def stays_best(self, nearly: float) -> NDArray[np.float64]:
        """Share of the worlds in which no candidate in the stead of a place is better, beyond what
        is nearly as good; NaN without worlds.
        """
        is_good = self._is_good(nearly)
        return is_good.mean(axis=1) if len(self.gained) else np.full(len(is_good), np.nan)

    def stays_chosen(self, nearly: float) -> float:
        """Share of the worlds in which that is so of all of its places; NaN without any."""
        is_good = self._is_good(nearly)
        return float(is_good.all(axis=0).mean()) if is_good.size else float("nan")

    def _is_good(self, nearly: float) -> NDArray[np.bool_]:
        """Whether the choice is nearly as good as with the best in each place's stead."""
        if not self.is_worst:
            return self.saved_s >= nearly * self.best_saved_s - _ROUNDED
        worst_s = np.nan_to_num(self.worst_s)
        is_short = nearly * worst_s <= self.best_worst_s + _ROUNDED
        return (self.without <= self.best_without + _ROUNDED) & is_short


def _find_ends(values: NDArray[np.float64]) -> tuple[float, float]:
    """Ends of a range; NaN without worlds."""
    if not len(values) or np.isnan(values).any():
        return float("nan"), float("nan")
    low, high = find_range(values)
    return float(low), float(high)


def draw_walks(
    inputs: AreaInputs,
    walker: Walker,
    doors: Doors,
    choices: Sequence[NDArray[np.int64]],
    *,
    category: str,
    group: str,
    n_worlds: int,
    longest_s: float,
    is_worst: bool,
) -> list[DrawnWalks]:
    """Look anew how long all walk with choices among candidates, in the worlds that ranges of a run
    are made of.

    `doors` has one door for each candidate, whose rows `choices` are. Among seconds saved, who is
    without a place counts as `longest_s`, walked at the pace of the world. No world is drawn for
    who needs seats, as in the ranges of a run.
    """
    n_worlds = 0 if walker.profile.needs_seat else n_worlds
    found = [_make_empty(len(one), n_worlds, is_worst=is_worst) for one in choices]
    if not n_worlds:
        return found
    look = _Minutes(inputs, walker, doors, category=category, group=group, longest_s=longest_s)
    for first in range(0, n_worlds, LANES):
        n = min(LANES, n_worlds - first)
        for one, told in zip(found, look.measure(choices, first, is_worst=is_worst), strict=True):
            for name, values in told.items():
                getattr(one, name)[..., first : first + n] = values[..., :n]
    return found


def _make_empty(n_sites: int, n_worlds: int, *, is_worst: bool) -> DrawnWalks:
    """Walks with a choice of so many places, to be filled in."""
    own = {name: np.empty(n_worlds) for name in _OWN}
    best = {name: np.empty((n_sites, n_worlds)) for name in _BEST}
    return DrawnWalks(**own, **best, is_worst=is_worst)


class _Minutes(DrawnLook):
    """How long all walk to candidates and today's places in drawn worlds."""

    def __init__(
        self,
        inputs: AreaInputs,
        walker: Walker,
        doors: Doors,
        *,
        category: str,
        group: str,
        longest_s: float,
    ) -> None:
        self._run_longest_s, self._profile = longest_s, walker.profile
        self._longest_s = _NO_WALK * max(longest_s, inputs.cutoffs_s[-1])
        super().__init__(
            inputs, walker, doors, category=category, group=group, longest_s=self._longest_s
        )
        none = np.zeros(self._n + 1, dtype=np.int64)
        self._sites = self._aim(none, np.zeros(0, dtype=np.int32))

    def measure(
        self, choices: Sequence[NDArray[np.int64]], first: int, *, is_worst: bool
    ) -> list[dict[str, NDArray[np.float64]]]:
        """What `DrawnWalks` tells of each choice, in the worlds from `first` on."""
        # 1. How long all walk today, and with each of those chosen.
        block = self._setting.streets.price(self._worlds.draws.walks, first)
        weight = self._weigh(block)
        drawn, walked = self._search_today(block), self._walk_block(block)
        edges, homes = self._setting.edges, self._worlds.stretches.homes
        beside = self._setting.targets[self._category].beside
        today_s = walk_to_doors(edges, homes, beside, drawn, self._longest_s)
        ground = Ground(walked, edges, homes, self._sites, drawn.node_s, self._longest_s)
        every = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *choices]))
        with_s = walk_to_sites(ground, every)
        # 2. Each place of a choice is asked for anew: how far all are from the others.
        bases = []
        for chosen in choices:
            rows = np.searchsorted(every, chosen)
            for k in range(len(chosen)):
                others = with_s[np.delete(rows, k)].min(axis=0, initial=np.inf)
                bases.append(np.minimum(today_s, others))
        most_s = self._count_longest(block)
        found = self._measure_all(ground, _ask(bases, weight, most_s, is_worst=is_worst))
        # 3. The choice itself, and the best of all candidates.
        told, j = [], 0
        for chosen in choices:
            time_s = with_s[np.searchsorted(every, chosen)].min(axis=0, initial=np.inf)
            time_s = np.minimum(time_s, today_s)
            own = self._describe(today_s, time_s, weight, most_s)
            own |= {name: np.empty((len(chosen), LANES)) for name in _BEST}
            for k in range(len(chosen)):
                before = _save(today_s, bases[j], weight, most_s)
                for name, values in zip(_BEST, _find_best(found[:, j], before), strict=True):
                    own[name][k] = values
                j += 1
            told.append(own)
        return told

    def _count_longest(self, block: Block) -> NDArray[np.float64]:
        """What it counts to be without a place: the longest walk of the run, at each world's
        pace.
        """
        return self._run_longest_s * self._profile.pace_with_rests_ms / block.lanes.off_ms

    def _measure_all(self, ground: Ground, asked: AskedOf | None) -> NDArray[np.float64]:
        """What all candidates come to, as `measure_sites` tells it."""
        if asked is None:
            return np.empty((self._n, 0, 3, LANES))

        def measure(part: tuple[int, int]) -> NDArray[np.float64]:
            return np.asarray(measure_sites(ground, asked, *part))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.concatenate(list(pool.map(measure, self._parts)))

    def _describe(
        self,
        today_s: NDArray[np.float64],
        time_s: NDArray[np.float64],
        weight: NDArray[np.float64],
        most_s: NDArray[np.float64],
    ) -> dict[str, NDArray[np.float64]]:
        """What a choice comes to in each world."""
        is_new = (time_s <= self._cutoff_s) & (today_s > self._cutoff_s)
        is_served = np.isfinite(time_s) & (weight > 0)
        served = np.where(is_served, weight, 0.0).sum(axis=0)
        walked_s = np.where(is_served, time_s, 0.0)
        none = np.full(LANES, np.nan)
        total_s = (weight * walked_s).sum(axis=0)
        return {
            "gained": np.where(is_new, weight, 0.0).sum(axis=0),
            "mean_s": np.divide(total_s, served, out=none.copy(), where=served > 0),
            "worst_s": np.where(served > 0, walked_s.max(axis=0, initial=0.0), none),
            "saved_s": _save(today_s, time_s, weight, most_s),
            "without": np.where(np.isfinite(time_s), 0.0, weight).sum(axis=0),
        }


def _ask(
    bases: list[NDArray[np.float64]],
    weight: NDArray[np.float64],
    most_s: NDArray[np.float64],
    *,
    is_worst: bool,
) -> AskedOf | None:
    """Questions as the compiled loop takes them; None where there is none."""
    if not bases:
        return None
    base_s = np.where(weight > 0, np.array(bases), 0.0)
    if not is_worst:
        order, rest_s = np.zeros((len(bases), 0), dtype=np.int64), np.zeros((len(bases), 0, LANES))
        return AskedOf(base_s, order, rest_s, weight, most_s, is_worst)
    order = np.argsort(-base_s.mean(axis=2), axis=1, kind="stable")
    back_s = np.take_along_axis(base_s, order[:, ::-1, None], axis=1)
    rest_s = np.ascontiguousarray(np.maximum.accumulate(back_s, axis=1)[:, ::-1])
    return AskedOf(base_s, order, rest_s, weight, most_s, is_worst)


def _save(
    before_s: NDArray[np.float64],
    after_s: NDArray[np.float64],
    weight: NDArray[np.float64],
    most_s: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Person-seconds saved in each world."""
    less_s = np.minimum(before_s, most_s) - np.minimum(after_s, most_s)
    return np.asarray((weight * less_s).sum(axis=0))


def _find_best(
    found: NDArray[np.float64], before_s: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Most seconds saved, fewest without a place, and the least longest walk with these."""
    saved_s, without, worst_s = found.transpose(1, 0, 2)
    fewest = without.min(axis=0)
    is_least = without <= fewest + _ROUNDED
    return before_s + saved_s.max(axis=0), fewest, np.where(is_least, worst_s, np.inf).min(axis=0)
