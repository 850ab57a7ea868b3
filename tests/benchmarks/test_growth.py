"""How every stage grows with the city, from 20,000 to a million nodes as dense as each other.

An exponent of 1 is twice the time for twice the city. A search that a cutoff bounds grows far less;
what reads all of a network grows a little more where that no longer fits a core's cache.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import Any

import numpy as np
import pytest
import shapely
from builders.made_city import made_city

from access15.config import load_profiles
from access15.core.reach.parts import edge_times
from access15.core.reach.service_area import build_canvas, draw_service_areas
from access15.core.walk.graph import build_graph, place_nodes
from access15.core.walk.impedance import build_impedance
from access15.core.walk.search import nearest_at_nodes, reach

from .conftest import CUTOFF_S

SIZES = (20_000, 100_000, 300_000, 1_000_000)
_ROUNDS = 4
_NODES_PER_SOURCE = 1_500


class City:
    """A city of some size, and one walker on it."""

    def __init__(self, n_nodes: int) -> None:
        self.network = made_city(n_nodes)
        self.impedance = build_impedance(self.network, load_profiles()["plain"])
        self.graph = build_graph(self.network, self.impedance, towards=True)
        self.picked = np.random.default_rng(15).permutation(self.network.n_nodes)
        middle = self.network.node_xy.mean(axis=0)
        self.middle = int(np.argmin(np.hypot(*(self.network.node_xy - middle).T)))

    def some(self, n: int) -> Any:
        """Some nodes as places, in rising order."""
        return place_nodes(np.sort(self.picked[:n]))


def _prepare_reach(city: City, n: int) -> Callable[[], Any]:
    places = city.some(n)
    return lambda: reach(city.graph, places, cutoff_s=CUTOFF_S, threads=1)


def _prepare_nearest(city: City, n: int) -> Callable[[], Any]:
    places = city.some(n)
    return lambda: nearest_at_nodes(city.graph, places)


def _prepare_area(city: City) -> Callable[[], Any]:
    """The area of one search on a canvas of the streets around it."""
    network, impedance, source = city.network, city.impedance, place_nodes(np.array([city.middle]))
    node_s, _ = nearest_at_nodes(city.graph, source, cutoff_s=CUTOFF_S)
    times = edge_times(network, impedance, city.graph, node_s, source)
    around = shapely.Point(*network.node_xy[city.middle]).buffer(2500)
    is_near = np.zeros(network.n_edges, dtype=bool)
    is_near[shapely.STRtree(network.lines).query(around)] = True
    canvas = build_canvas(network, impedance.is_open & is_near)
    return lambda: draw_service_areas(canvas, impedance, times, cutoffs_s=(CUTOFF_S,))


# Every stage with the exponent that it must not exceed.
STAGES: dict[str, tuple[Callable[[City], Callable[[], Any]], float]] = {
    "reach of 1,000": (lambda city: _prepare_reach(city, 1000), 1.1),
    "counts of 200": (lambda city: _prepare_reach(city, 200), 1.1),
    "nearest of 40": (lambda city: _prepare_nearest(city, 40), 1.2),
    "nearest of one source per 1,500 nodes": (
        lambda city: _prepare_nearest(city, city.network.n_nodes // _NODES_PER_SOURCE),
        1.2,
    ),
    "building a graph": (
        lambda city: lambda: build_graph(city.network, city.impedance, towards=True),
        1.2,
    ),
    "one service area": (_prepare_area, 1.1),
}


@pytest.fixture(scope="module", name="cities")
def _cities() -> list[City]:
    return [City(n) for n in SIZES]


@pytest.mark.parametrize("stage", STAGES)
def test_growth(benchmark: Any, cities: list[City], stage: str) -> None:
    prepare, most = STAGES[stage]
    seconds = []
    for city in cities:
        run, least_s = prepare(city), np.inf
        for _ in range(_ROUNDS):
            began = process_time()
            run()
            least_s = min(least_s, process_time() - began)
        seconds.append(least_s)
    exponent = float(np.polyfit(np.log(SIZES), np.log(seconds), 1)[0])
    benchmark.group = f"growth from 20,000 to 1,000,000 nodes: {stage}"
    benchmark.extra_info.update(engine="access15", seconds=seconds, exponent=exponent)
    told = ", ".join(f"{n:,}: {1000 * s:.1f} ms" for n, s in zip(SIZES, seconds, strict=True))
    print(f"{stage}: {told} of CPU; exponent {exponent:.2f}")
    assert exponent <= most
    benchmark.pedantic(lambda: None, rounds=1)
