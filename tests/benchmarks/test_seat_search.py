"""Walks from seat to seat beside the plain search, on the Milan extract with the benches of 2025.

Run: ACCESS15_SHARED=... pytest tests/benchmarks/test_seat_search.py --benchmark-only -o addopts=
The aim is at most ten times the plain search at the limits people use (up to 500 m).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from access15.config import load_profiles
from access15.core.seat_walk.graph import build_rest_graph, place_resting
from access15.core.seat_walk.search import nearest_with_seats
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.impedance import build_impedance
from access15.core.walk.search import nearest
from access15.core.walk.snap import Snapped, build_snapper, snap_points
from access15.crs import points_xy
from access15.sources.places.seats import read_seats

GROUP = "nearest of 40 facilities, 10,000 homes, 6,282 benches"


class SeatStreets:
    """Facilities, homes and benches on the frail person's main component."""

    def __init__(self, network: WalkNetwork, benches: Path) -> None:
        impedance = build_impedance(network, load_profiles()["frail"])
        rng = np.random.default_rng(15)
        main = np.flatnonzero(impedance.is_open)
        facilities = Snapped(rng.choice(main, 40), rng.random(40), np.zeros(40))
        homes = Snapped(rng.choice(main, 10_000), rng.random(10_000), np.zeros(10_000))
        xy = points_xy(read_seats([benches]), network.crs)
        seats = snap_points(build_snapper(network, impedance.is_open), xy, max_snap_m=25.0)
        self.graph = build_graph(network, impedance, towards=True)
        self.ends = place_points(network, impedance, facilities, leaving=False)
        self.starts = place_points(network, impedance, homes, leaving=True)
        self.rest_graph = build_rest_graph(network, impedance, seats)
        self.rest_ends = place_resting(self.rest_graph, facilities, leaving=False)
        self.rest_starts = place_resting(self.rest_graph, homes, leaving=True)


@pytest.fixture(scope="session", name="seat_streets")
def _seat_streets(network: WalkNetwork, extract: Path) -> SeatStreets:
    return SeatStreets(network, extract.parents[1] / "milano" / "benches_2025.json")


def test_plain(benchmark: Any, seat_streets: SeatStreets) -> None:
    some = seat_streets
    benchmark.group = GROUP
    benchmark.extra_info.update(engine="access15")
    time_s, _ = benchmark.pedantic(
        lambda: nearest(some.graph, some.ends, some.starts), rounds=9, warmup_rounds=1
    )
    assert np.isfinite(time_s).mean() > 0.99


@pytest.mark.parametrize("limit_m", [50.0, 100.0, 200.0, 500.0, 1000.0, np.inf])
def test_from_seat_to_seat(benchmark: Any, seat_streets: SeatStreets, limit_m: float) -> None:
    some = seat_streets
    benchmark.group = GROUP
    benchmark.extra_info.update(engine=f"a seat every {limit_m:g} m")

    def search() -> Any:
        return nearest_with_seats(
            some.rest_graph, some.rest_ends, some.rest_starts, limit_m=limit_m
        )

    time_s, _ = benchmark.pedantic(search, rounds=9, warmup_rounds=1)
    plain_s, _ = nearest(some.graph, some.ends, some.starts)
    assert (time_s >= plain_s - 1e-6).all()
    if limit_m == np.inf:
        np.testing.assert_allclose(time_s, plain_s, rtol=1e-12)
