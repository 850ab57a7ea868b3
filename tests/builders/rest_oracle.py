"""Walks from seat to seat by brute force: a search over every place and every number of metres
since a seat.

Built on the oracle of `streets`, where every seat is a place of its own. States are (place, metres
since the last seat, lifted); nothing is ever left out because another state looks better, so the
code under test shares no idea with it. Exact for seconds and metres that are multiples of a power
of two.
"""

from __future__ import annotations

import heapq
import itertools
from typing import Any

import numpy as np
from builders.streets import Oracle, Scene
from numpy.typing import NDArray

from access15.core.walk.snap import Snapped


class RestOracle:
    """Fewest seconds with at most so many obstacles lifted, for every source and target."""

    def __init__(self, scene: Scene, seats: Snapped, candidates: Snapped | None = None) -> None:
        candidates = candidates or Snapped(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
        n = len(scene.targets.edge)
        self.scene = scene
        points = scene.targets.join(seats, candidates)
        oracle = Oracle(Scene(scene.network, scene.impedance, scene.sources, points))
        self.graph = oracle.graph.reverse(copy=True)  # outwards from the destination
        for kind, some in (("source", scene.sources), ("target", scene.targets)):
            for i, off_m in enumerate(some.snap_m.tolist()):
                for a, b in itertools.permutations([(kind, i), ("street", (kind, i))]):
                    if self.graph.has_edge(a, b):
                        self.graph.edges[a, b]["m"] = off_m
        self.seats = {("street", ("target", n + j)) for j in range(len(seats.edge))}
        last = n + len(seats.edge)
        self.candidates = {("street", ("target", last + j)) for j in range(len(candidates.edge))}

    def times(
        self, limit_m: float, *, at_most: int = 0, anywhere: bool = False
    ) -> NDArray[np.float64]:
        """Seconds by number lifted, shape (at_most + 1, n_sources, n_targets)."""
        n_sources, n_targets = len(self.scene.sources.edge), len(self.scene.targets.edge)
        found = np.full((at_most + 1, n_sources, n_targets), np.inf)
        for i in range(n_sources):
            for (place, _, k), seconds in self._states(i, limit_m, at_most, anywhere).items():
                if place[0] == "target" and place[1] < n_targets:
                    found[k, i, place[1]] = min(found[k, i, place[1]], seconds)
        return found

    def _states(self, i: int, limit_m: float, at_most: int, anywhere: bool) -> dict[Any, float]:
        begin = (("source", i), 0.0, 0)
        done: dict[Any, float] = {}
        heap: list[tuple[float, int, Any]] = [(0.0, 0, begin)]
        number = itertools.count(1)
        while heap:
            seconds, _, state = heapq.heappop(heap)
            if state in done:
                continue
            done[state] = seconds
            place, metres, k = state
            after = [(place, 0.0, k + 1)] if place in self.candidates and k < at_most else []
            for to, link in self.graph[place].items():
                since = metres + link["m"] if limit_m < np.inf else 0.0
                lifted = k
                while since > limit_m and anywhere and limit_m > 0 and lifted < at_most:
                    since, lifted = (
                        since - limit_m,
                        lifted + 1,
                    )  # a seat just where the limit is reached
                if since > limit_m:
                    continue
                after.append((to, 0.0 if to in self.seats else since, lifted))
            for state_after in after:
                step_s = 0.0 if state_after[0] == place else self.graph[place][state_after[0]]["s"]
                heapq.heappush(heap, (seconds + step_s, next(number), state_after))
        return done
