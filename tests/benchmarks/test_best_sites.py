"""The best places: ours beside spopt, all of Milan, and how the seconds grow.

Run: pip install spopt pulp, then ACCESS15_SHARED=... pytest tests/benchmarks/test_best_sites.py
--benchmark-only -o addopts= -s. Values agree before seconds count.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from access15.config import load_profiles
from access15.core.siting.center import solve_center
from access15.core.siting.cover import solve_cover
from access15.core.siting.median import solve_median
from access15.core.siting.sets import build_sets
from access15.core.siting.times import build_time_sets
from access15.core.streets.network import build_network
from access15.core.walk.graph import build_graph, place_nodes
from access15.core.walk.impedance import build_impedance
from access15.core.walk.pairs import Pairs, pairs_within

PROGRAM = Path(__file__).parent / "milan_sites.py"
CUTOFF_S = 900.0
_CHUNK = 1000  # places: all pairs at once would be 30 million
MOST_GB = 3.0
MOST_GAP = 0.01


class Plain:
    """A plain of homes and candidates, as the crow flies at a metre a second."""

    def __init__(self, n_homes: int, n_candidates: int, *, side_m: float, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.home = rng.random((n_homes, 2)) * side_m
        self.place = rng.random((n_candidates, 2)) * side_m
        self.people = rng.integers(1, 10, n_homes).astype(np.float64)

    @property
    def time_s(self) -> NDArray[np.float64]:
        """Seconds of homes (rows) to candidates."""
        return np.linalg.norm(self.home[:, None] - self.place[None], axis=2)


@pytest.fixture(scope="module", name="plain")
def _plain() -> Plain:
    return Plain(150, 40, side_m=4000.0, seed=3)


def _time(benchmark: Any, group: str, engine: str, run: Any) -> Any:
    benchmark.group = group
    benchmark.extra_info.update(engine=engine)
    return benchmark.pedantic(run, rounds=3, warmup_rounds=1)


def _solve_own(plain: Plain, objective: str, n: int) -> float:
    """Value of our best choice; pairs are put together within the time."""
    none_s = np.full(len(plain.people), np.inf)
    time_s = plain.time_s
    home, place = np.indices(time_s.shape).reshape(2, -1)
    order = np.argsort(place, kind="stable")
    every = Pairs(place[order], home[order], time_s.ravel()[order])
    if objective == "cover":
        near = every.time_s <= CUTOFF_S
        sets = build_sets(
            Pairs(every.source[near], every.target[near], every.time_s[near]),
            people=plain.people,
            is_reached=np.zeros(len(none_s), dtype=bool),
            n_candidates=len(plain.place),
        )
        best = solve_cover(sets, n)
        assert best.is_proven
        return best.people
    times = build_time_sets(
        every, people=plain.people, today_s=none_s, n_candidates=len(plain.place)
    )
    if objective == "average":
        median = solve_median(times, n)
        assert median.is_proven
        return median.person_s
    center = solve_center(times, n)
    assert center.is_proven
    return center.worst_s


def _solve_spopt(plain: Plain, objective: str, n: int) -> float:
    """Value of spopt's best choice, with the solver that pulp brings."""
    locate = pytest.importorskip("spopt.locate", reason="spopt is not installed")
    pulp = pytest.importorskip("pulp", reason="pulp is not installed")
    if objective == "cover":
        model = locate.MCLP.from_cost_matrix(plain.time_s, plain.people, CUTOFF_S, n)
    elif objective == "average":
        model = locate.PMedian.from_cost_matrix(plain.time_s, plain.people, n)
    else:
        model = locate.PCenter.from_cost_matrix(plain.time_s, n)
    solved = model.solve(pulp.PULP_CBC_CMD(msg=False))
    return float(solved.problem.objective.value())


@pytest.mark.parametrize("objective", ["cover", "average", "worst"])
class TestSpopt:
    """150 homes, 40 candidates, three places: the same value, and the seconds beside it."""

    def test_access15(self, benchmark: Any, plain: Plain, objective: str) -> None:
        own = _solve_own(plain, objective, 3)
        assert own == pytest.approx(_solve_spopt(plain, objective, 3), rel=1e-6)
        run = lambda: _solve_own(plain, objective, 3)  # noqa: E731
        assert _time(benchmark, f"best 3 of 40 places, {objective}", "access15", run) == own

    def test_spopt(self, benchmark: Any, plain: Plain, objective: str) -> None:
        own = _solve_own(plain, objective, 3)
        run = lambda: _solve_spopt(plain, objective, 3)  # noqa: E731
        value = _time(benchmark, f"best 3 of 40 places, {objective}", "spopt, CBC", run)
        assert value == pytest.approx(own, rel=1e-6)


def _ask_milan(benchmark: Any, asked: str) -> dict[str, Any]:
    """Solve in a program of its own, and keep what it told."""
    benchmark.group = f"Milan, 76 quarters, every corner, 1 to 10 more places: {asked}"
    benchmark.extra_info.update(engine="access15")
    command = [sys.executable, str(PROGRAM), asked]
    run = lambda: subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: E731
    told: dict[str, Any] = json.loads(benchmark.pedantic(run, rounds=1).stdout)
    benchmark.extra_info.update(told)
    print(json.dumps(told, indent=1))
    return told


def test_milan_cover(benchmark: Any, extract: Path) -> None:
    told = _ask_milan(benchmark, "cover")
    assert told["is_proven"]
    assert told["most_gb"] < MOST_GB
    assert told["seconds"] < 60, "on two cores that nothing else uses"


@pytest.mark.parametrize("asked", ["average", "average_without"])
def test_milan_average(benchmark: Any, extract: Path, asked: str) -> None:
    told = _ask_milan(benchmark, asked)
    assert told["gap"] <= MOST_GAP
    assert told["seconds"] < 300, "on two cores that nothing else uses"


class City:
    """Blocks of about a hundred metres, one way in seven missing, a home and a place at corners."""

    def __init__(self, n: int) -> None:
        rng = np.random.default_rng(n)
        side = int(np.ceil(np.sqrt(n)))
        row, column = np.divmod(np.arange(n), side)
        node_xy = 100.0 * np.stack([column, row], axis=1) + rng.uniform(-30, 30, (n, 2))
        node = np.arange(n)
        right, up = node[column < side - 1], node[:-side]
        right = right[right + 1 < n]
        u, v = np.append(right, up), np.append(right + 1, up + side)
        kept = rng.random(len(u)) > 1 / 7
        u, v = u[kept], v[kept]
        drawn = build_network(
            crs="EPSG:32632",
            node_xy=node_xy,
            edge_u=u,
            edge_v=v,
        )
        walker = build_impedance(drawn, load_profiles()["older_adult"])
        self.graph = build_graph(drawn, walker, towards=True)
        self.people = rng.integers(1, 100, n).astype(np.float64)
        self.n = n

    def list_pairs(self) -> Iterator[Pairs]:
        """Places with all homes within the cutoff, some places at a time."""
        every = place_nodes(np.arange(self.n))
        for first in range(0, self.n, _CHUNK):
            part = place_nodes(np.arange(first, min(first + _CHUNK, self.n)))
            found = pairs_within(self.graph, part, every, cutoff_s=CUTOFF_S)
            yield Pairs(found.source + first, found.target, found.time_s)


def _solve_cover_of(city: City) -> None:
    """One, two and five places that hold most people, proven, searches included."""
    sets = build_sets(
        city.list_pairs(),
        people=city.people,
        is_reached=np.zeros(city.n, dtype=bool),
        n_candidates=city.n,
    )
    for n in (1, 2, 5):
        assert solve_cover(sets, n).is_proven


def _solve_median_of(city: City) -> None:
    """One, two and five places that are nearest on average, proven, searches included."""
    sets = build_time_sets(
        city.list_pairs(),
        people=city.people,
        today_s=np.full(city.n, np.inf),
        n_candidates=city.n,
        largest_s=CUTOFF_S,
    )
    for n in (1, 2, 5):
        assert solve_median(sets, n).is_proven


@pytest.mark.parametrize("solve", [_solve_cover_of, _solve_median_of], ids=["cover", "average"])
def test_growth(benchmark: Any, solve: Callable[[City], None]) -> None:
    """One to five places among 10,000 to 200,000 corners of cities as dense as each other."""
    sizes = [10_000, 20_000, 50_000, 100_000, 200_000]
    solve(City(1_000))  # compiled
    seconds = []
    for n in sizes:
        city = City(n)
        began = process_time()
        solve(city)
        seconds.append(process_time() - began)
    exponent = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    benchmark.group = f"growth from 10,000 to 200,000 candidates, {solve.__name__}"
    benchmark.extra_info.update(engine="access15", seconds=seconds, exponent=exponent)
    told = ", ".join(f"{n:,}: {s:.2f} s" for n, s in zip(sizes, seconds, strict=True))
    print(f"{solve.__name__}: {told} of CPU; exponent {exponent:.2f}")
    assert exponent < 1.5
    benchmark.pedantic(lambda: None, rounds=1)
