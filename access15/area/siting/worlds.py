"""How sure the best places are: whom they bring, and who else would, in many drawn worlds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from access15.area.ranges import Worlds
from access15.area.walkers import AreaInputs
from access15.core.measures.kernels import (
    Drawn,
    Sites,
    Walked,
    mask_homes,
    mask_sites,
    weigh_masks,
)
from access15.core.measures.ranges import find_range
from access15.core.siting.kernels import choose_greedily, swap_until_best
from access15.core.siting.sets import CoverageSets
from access15.core.walk.doors import Doors
from access15.core.walk.draws import Block, search_block
from access15.core.walk.kernels.draws import LANES
from access15.results.walker import Walker

Masks = NDArray[np.uint16]
# Worlds in which choices of two and more are looked for anew, the first of all: Sobol's are spread
# evenly from the first on.
N_ANEW = 32
_ROUNDED = 1e-6  # people: sums in another order differ by far less


@dataclass(frozen=True, eq=False)
class DrawnChoice:
    """One choice of places in every world.

    Parameters
    ----------
    gained : ndarray of float64, shape (n_worlds,)
        People whom it brings within the cutoff.
    best : ndarray of float64, shape (n_sites, n_worlds)
        People whom the best of all candidates in the stead of each place would bring, with the
        others.
    anew : ndarray of float64, shape (n_anew,)
        In the first of the worlds, people whom the best choice brings that is found there: for one
        place the best of all, for more the greedy one improved by exchanges.
    """

    gained: NDArray[np.float64]
    best: NDArray[np.float64]
    anew: NDArray[np.float64]

    @property
    def n_anew(self) -> int:
        """In how many worlds the best choice was looked for anew."""
        return len(self.anew)

    def find_range(self) -> tuple[float, float]:
        """People whom it brings in nine worlds of ten; NaN without worlds."""
        if not len(self.gained):
            return float("nan"), float("nan")
        low, high = find_range(self.gained)
        return float(low), float(high)

    def stays_best(self, nearly: float) -> NDArray[np.float64]:
        """Share of the worlds in which no other candidate in the stead of a place brings more,
        beyond what is nearly as good; NaN without worlds.
        """
        if not len(self.gained):
            return np.full(len(self.best), np.nan)
        return np.asarray((self.gained >= nearly * self.best - _ROUNDED).mean(axis=1))

    def stays_chosen(self, nearly: float) -> float:
        """Share of the worlds of `anew` in which the choice is nearly as good; NaN without any."""
        if not len(self.anew):
            return float("nan")
        gained = self.gained[: len(self.anew)]
        return float((gained >= nearly * self.anew - _ROUNDED).mean())


def draw_choices(
    inputs: AreaInputs,
    walker: Walker,
    doors: Doors,
    choices: Sequence[NDArray[np.int64]],
    *,
    category: str,
    group: str,
    n_worlds: int,
) -> list[DrawnChoice]:
    """Count anew whom choices among candidates bring, in the worlds that ranges of a run are made
    of.

    `doors` has one door for each candidate, whose rows `choices` are. No world is drawn for who
    needs seats, as in the ranges of a run.
    """
    n_worlds = 0 if walker.profile.needs_seat else n_worlds
    found = [
        DrawnChoice(
            gained=np.empty(n_worlds),
            best=np.empty((len(one), n_worlds)),
            anew=np.empty(n_worlds if len(one) == 1 else min(n_worlds, N_ANEW)),
        )
        for one in choices
    ]
    if not n_worlds:
        return found
    look = _Reach(inputs, walker, doors, category=category, group=group)
    for first in range(0, n_worlds, LANES):
        n = min(LANES, n_worlds - first)
        for one, (gained, best, anew) in zip(found, look.count(choices, first), strict=True):
            one.gained[first : first + n] = gained[:n]
            one.best[:, first : first + n] = best[:, :n]
            n_anew = max(0, min(n, len(one.anew) - first))
            one.anew[first : first + n_anew] = anew[:n_anew]
    return found


class DrawnLook:
    """One walker, candidates and today's places in drawn worlds.

    Parameters
    ----------
    inputs : AreaInputs
        The neighbourhood.
    walker : Walker
        Who walks.
    doors : Doors
        One door for each candidate.
    category, group : str
        Kind of place, and who is counted.
    longest_s : float, optional
        Longest walk that is looked at; by default the longest that is asked for [s].
    """

    def __init__(
        self,
        inputs: AreaInputs,
        walker: Walker,
        doors: Doors,
        *,
        category: str,
        group: str,
        longest_s: float | None = None,
    ) -> None:
        self._worlds = Worlds(inputs, longest_s=longest_s)
        self._cutoff_s = inputs.cutoffs_s[-1]
        self._group, self._category = inputs.groups.index(group), category
        (self._setting,) = self._worlds.set_up([walker], [category])
        self._doors, self._n = doors, len(doors.snapped.edge)
        self._factor, self._keeps = self._worlds.share_out()
        self._is_open = self._worlds.open_doors()

    def _aim(self, start: NDArray[np.int64], node: NDArray[np.int32]) -> Sites:
        """Candidates as the compiled loops take them."""
        snapped, edge = self._doors.snapped, self._worlds.stretches.edge
        return Sites(
            doors=self._setting.streets.on_streets(snapped.edge),
            fraction=snapped.fraction,
            snap_m=snapped.snap_m,
            start=start,
            node=node,
            begin=np.searchsorted(edge, snapped.edge, side="left"),
            end=np.searchsorted(edge, snapped.edge, side="right"),
        )

    def _walk_block(self, block: Block) -> Walked:
        """Streets of the walker in some worlds."""
        streets = self._setting.streets
        return Walked(streets.arcs, block.cost_s, streets.home_s, block.lanes)

    def _weigh(self, block: Block) -> NDArray[np.float64]:
        """People of every home in each world."""
        stretches = self._worlds.stretches
        homes = stretches.homes
        size = np.diff(homes.begin)
        keeps = self._keeps[homes.zone, self._group][:, block.worlds]
        factor = np.repeat(self._factor[:, block.worlds] * keeps, size, axis=0)
        return np.ascontiguousarray(homes.people[:, self._group, None] * factor)

    def _search_today(self, block: Block) -> Drawn:
        """How far nodes are from the places of today."""
        aimed = self._setting.targets[self._category]
        is_door = np.ascontiguousarray(self._is_open[:, block.worlds])[aimed.rows]
        node_s = search_block(
            self._setting.streets,
            block,
            aimed.doors,
            aimed.snapped,
            is_open=is_door,
            order=aimed.order,
        )
        return Drawn(block.lanes, is_door, node_s, np.empty((0, LANES)))

    @property
    def _parts(self) -> list[tuple[int, int]]:
        """Candidates in parts, one for each thread's turn."""
        ends = np.linspace(0, self._n, 2 * (os.cpu_count() or 1) + 1).astype(int)
        return list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))


class _Reach(DrawnLook):
    """Whom candidates reach within the cutoff, world by world in bits."""

    @cached_property
    def _sites(self) -> Sites:
        """Candidates with the nodes that each could reach in time."""
        streets, snapped = self._setting.streets, self._doors.snapped
        on_streets = streets.on_streets(snapped.edge)
        return self._aim(*streets.reach_quickest(on_streets, snapped, self._worlds.draws.walks))

    def count(
        self, choices: Sequence[NDArray[np.int64]], first: int
    ) -> list[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]:
        """People whom each choice gains, would with the best in each place's stead, and whom the
        best choice gains that is found, in the worlds from `first` on.
        """
        # 1. Who reaches a place of today, and who each candidate, world by world in bits.
        block = self._setting.streets.price(self._worlds.draws.walks, first)
        weight = self._weigh(block)
        is_asked = weight.any(axis=1)
        today = self._mask_today(block)
        masks = self._mask_sites(block)
        # 2. Each place of a choice is asked for anew: who is left where only the others are.
        held, needs = [], []
        for chosen in choices:
            for k in range(len(chosen)):
                others = np.bitwise_or.reduce(masks[np.delete(chosen, k)], axis=0)
                held.append(others & ~today)
                needs.append(~(others | today))
        if not needs:
            nobody = np.zeros(LANES)
            return [(nobody, np.zeros((0, LANES)), nobody) for _ in choices]
        asked = np.where(is_asked, np.array(needs), 0).astype(np.uint16)
        total = self._sum(masks, asked, weight)
        before = weigh_masks(np.array(held), np.full((1, len(today)), 0xFFFF, np.uint16), weight)
        total += before[:, 0]
        # 3. The place itself, the best of all candidates, and the best choice that is found.
        numbers = {len(chosen) for chosen in choices if len(chosen) > 1 and first < N_ANEW}
        anew = self._choose_anew(masks, today, weight, sorted(numbers))
        found, j = [], 0
        for chosen in choices:
            rows = np.arange(j, j + len(chosen))
            best = total[:, rows].max(axis=0)
            most = best.max(axis=0)
            found.append((total[chosen[0], j], best, np.maximum(most, anew.get(len(chosen), 0.0))))
            j += len(chosen)
        return found

    def _choose_anew(
        self, masks: Masks, today: Masks, weight: NDArray[np.float64], numbers: list[int]
    ) -> dict[int, NDArray[np.float64]]:
        """People whom the greedy choice of so many places brings in each world, improved."""
        if not numbers:
            return {}

        def choose(lane: int) -> list[float]:
            bit = np.uint16(1 << lane)
            left = np.where(today & bit, 0.0, weight[:, lane])
            rows = np.flatnonzero(left > 0)
            site, demand = np.nonzero(masks[:, rows] & bit)
            start = np.searchsorted(site, np.arange(len(masks) + 1))
            every = np.arange(len(masks))
            sets = CoverageSets(
                start=start,
                demand=demand.astype(np.int32),
                weight=np.ascontiguousarray(left[rows]),
                candidate=every,
                set_of=every,
                demand_of=np.arange(len(rows)),
            )
            return [_sum_greedily(sets, n) for n in numbers]

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = np.array(list(pool.map(choose, range(LANES))))
        return dict(zip(numbers, found.T, strict=True))

    def _mask_today(self, block: Block) -> Masks:
        """Homes within reach of a place of today."""
        homes, beside = self._worlds.stretches.homes, self._setting.targets[self._category].beside
        drawn = self._search_today(block)
        return np.asarray(mask_homes(self._setting.edges, homes, beside, drawn, self._cutoff_s))

    def _mask_sites(self, block: Block) -> Masks:
        """Homes within reach of each candidate alone, shape (n_candidates, n_homes)."""
        walked, sites = self._walk_block(block), self._sites
        edges, homes = self._setting.edges, self._worlds.stretches.homes

        def mask(part: tuple[int, int]) -> Masks:
            return np.asarray(mask_sites(walked, edges, homes, sites, self._cutoff_s, *part))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.concatenate(list(pool.map(mask, self._parts)))

    def _sum(self, masks: Masks, needs: Masks, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """People whom each candidate holds, shape (n_candidates, n_questions, LANES)."""

        def add(part: tuple[int, int]) -> NDArray[np.float64]:
            return np.asarray(weigh_masks(masks[slice(*part)], needs, weight))

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.concatenate(list(pool.map(add, self._parts)))


def _sum_greedily(sets: CoverageSets, n: int) -> float:
    """People whom the greedy choice of `n` sets holds once it is improved by exchanges."""
    chosen = choose_greedily(sets.held, n)
    swap_until_best(sets.held, chosen)
    return sets.sum_covered(chosen)
