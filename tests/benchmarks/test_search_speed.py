"""Four tasks on the Milan extract, ours beside other engines; results agree before times count.

Run: pip install igraph pandana, then ACCESS15_SHARED=... pytest tests/benchmarks --benchmark-only
-o addopts= Slow engines do a part of the task, told as `share`; the table scales them up.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pytest
from builders.matrix import travel_matrix
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from access15.core.walk.graph import place_nodes
from access15.core.walk.search import nearest_at_nodes, reach

from .conftest import CUTOFF_S, Streets

nx = pytest.importorskip("networkx")

_SEARCHES = 100  # rows of a dense answer held at once


@pytest.fixture(scope="session", name="nx_graph")
def _nx_graph(streets: Streets) -> Any:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(streets.network.n_nodes))
    graph.add_weighted_edges_from(
        zip(streets.source.tolist(), streets.to.tolist(), streets.cost_s.tolist(), strict=True),
        weight="cost_s",
    )
    return graph


@pytest.fixture(scope="session", name="ig_graph")
def _ig_graph(streets: Streets) -> Any:
    igraph = pytest.importorskip("igraph", reason="igraph is not installed")
    arcs = np.column_stack([streets.source, streets.to])
    graph = igraph.Graph(n=streets.network.n_nodes, edges=arcs, directed=True)
    graph.es["cost_s"] = streets.cost_s
    return graph


@pytest.fixture(scope="session", name="pandana_network")
def _pandana_network(streets: Streets) -> Any:
    return _build_pandana(streets, streets.source, streets.to)


@pytest.fixture(scope="session", name="pandana_backwards")
def _pandana_backwards(streets: Streets) -> Any:
    """Streets from their ends: pandana walks from nodes to places, these tasks from places."""
    return _build_pandana(streets, streets.to, streets.source)


def _build_pandana(streets: Streets, begin: NDArray[np.int64], end: NDArray[np.int64]) -> Any:
    pandana = pytest.importorskip("pandana", reason="pandana is not installed")
    xy = streets.network.node_xy
    return pandana.Network(
        pd.Series(xy[:, 0]),
        pd.Series(xy[:, 1]),
        pd.Series(begin),
        pd.Series(end),
        pd.DataFrame({"cost_s": streets.cost_s}),
        twoway=False,
    )


def _time(
    benchmark: Any,
    group: str,
    engine: str,
    run: Callable[[], Any],
    *,
    rounds: int = 3,
    share: float = 1.0,
) -> Any:
    benchmark.group = group
    benchmark.extra_info.update(engine=engine, share=share)
    return benchmark.pedantic(run, rounds=rounds, warmup_rounds=1 if rounds > 1 else 0)


def _scipy_reach(streets: Streets, origins: NDArray[np.int64]) -> NDArray[np.int64]:
    counts = [
        np.isfinite(
            dijkstra(streets.matrix, indices=origins[i : i + _SEARCHES], limit=CUTOFF_S)
        ).sum(axis=1)
        for i in range(0, len(origins), _SEARCHES)
    ]
    return np.concatenate(counts)


@pytest.fixture(scope="session", name="reached")
def _reached(streets: Streets) -> NDArray[np.int64]:
    return _scipy_reach(streets, streets.origins)


class TestReach:
    """1,000 reaches of 15 minutes: how many nodes each."""

    group = "1,000 x 15-minute reach"

    @pytest.mark.parametrize("threads", [1, 2])
    def test_access15(
        self, benchmark: Any, streets: Streets, reached: NDArray[np.int64], threads: int
    ) -> None:
        places = place_nodes(streets.origins)
        run = lambda: reach(streets.graph, places, cutoff_s=CUTOFF_S, threads=threads)  # noqa: E731
        engine = "access15" if threads == 1 else "access15, 2 threads"
        assert (np.diff(_time(benchmark, self.group, engine, run, rounds=7).start) == reached).all()

    def test_scipy(self, benchmark: Any, streets: Streets, reached: NDArray[np.int64]) -> None:
        counts = _time(
            benchmark, self.group, "scipy", lambda: _scipy_reach(streets, streets.origins)
        )
        assert (counts == reached).all()

    def test_networkx(
        self, benchmark: Any, streets: Streets, nx_graph: Any, reached: NDArray[np.int64]
    ) -> None:
        search = nx.single_source_dijkstra_path_length

        def run() -> list[int]:
            return [
                len(search(nx_graph, int(o), cutoff=CUTOFF_S, weight="cost_s"))
                for o in streets.origins
            ]

        assert _time(benchmark, self.group, "networkx", run) == reached.tolist()

    def test_pandana(
        self, benchmark: Any, streets: Streets, pandana_network: Any, reached: NDArray[np.int64]
    ) -> None:
        run = lambda: pandana_network.nodes_in_range(streets.origins, CUTOFF_S)  # noqa: E731
        found = _time(benchmark, self.group, "pandana", run)
        counts = found.groupby("source").size().reindex(streets.origins).to_numpy()
        # pandana rounds costs to thousandths
        assert np.abs(counts - reached).max() <= 3

    def test_igraph(
        self, benchmark: Any, streets: Streets, ig_graph: Any, reached: NDArray[np.int64]
    ) -> None:
        some = streets.origins[:25]

        def run() -> NDArray[np.int64]:
            answers = np.array(ig_graph.distances(source=some.tolist(), weights="cost_s"))
            return np.asarray((answers <= CUTOFF_S).sum(axis=1))

        counts = _time(benchmark, self.group, "igraph (no cutoff)", run, share=25 / 1000)
        assert (counts == reached[:25]).all()


class TestNearest:
    """Nearest of 40 facilities from every node, for six categories."""

    group = "nearest of 6 x 40 facilities, all nodes"

    @pytest.fixture(scope="class", name="truth")
    @classmethod
    def _truth(cls, streets: Streets) -> NDArray[np.float64]:
        return cls._scipy(streets)

    @staticmethod
    def _scipy(streets: Streets) -> NDArray[np.float64]:
        return np.stack(
            [dijkstra(streets.matrix, indices=group, min_only=True) for group in streets.groups]
        )

    def test_access15(self, benchmark: Any, streets: Streets, truth: NDArray[np.float64]) -> None:
        places = [place_nodes(group) for group in streets.groups]
        run = lambda: np.stack([nearest_at_nodes(streets.graph, place)[0] for place in places])  # noqa: E731
        assert (_time(benchmark, self.group, "access15", run, rounds=7) == truth).all()

    def test_access15_threads(
        self, benchmark: Any, streets: Streets, truth: NDArray[np.float64]
    ) -> None:
        """As a run does it: the categories side by side, since the search holds no lock."""
        places = [place_nodes(group) for group in streets.groups]
        with ThreadPoolExecutor(2) as pool:

            def run() -> NDArray[np.float64]:
                return np.stack(
                    list(pool.map(lambda p: nearest_at_nodes(streets.graph, p)[0], places))
                )

            assert (
                _time(benchmark, self.group, "access15, 2 threads", run, rounds=7) == truth
            ).all()

    def test_scipy(self, benchmark: Any, streets: Streets, truth: NDArray[np.float64]) -> None:
        assert (_time(benchmark, self.group, "scipy", lambda: self._scipy(streets)) == truth).all()

    def test_networkx(
        self, benchmark: Any, streets: Streets, nx_graph: Any, truth: NDArray[np.float64]
    ) -> None:
        search = nx.multi_source_dijkstra_path_length

        def run() -> list[dict[int, float]]:
            return [
                search(nx_graph, set(group.tolist()), weight="cost_s") for group in streets.groups
            ]

        found = _time(benchmark, self.group, "networkx", run)
        assert all(
            truth[i, node] == cost_s
            for i, answer in enumerate(found)
            for node, cost_s in answer.items()
        )

    def test_pandana(
        self, benchmark: Any, streets: Streets, pandana_backwards: Any, truth: NDArray[np.float64]
    ) -> None:
        xy = streets.network.node_xy

        def run() -> NDArray[np.float64]:
            answers = []
            for i, group in enumerate(streets.groups):
                x, y = pd.Series(xy[group, 0]), pd.Series(xy[group, 1])
                pandana_backwards.set_pois(f"c{i}", CUTOFF_S, 1, x, y)
                answers.append(
                    pandana_backwards.nearest_pois(CUTOFF_S, f"c{i}", num_pois=1)[1].to_numpy()
                )
            return np.stack(answers)

        found = _time(benchmark, self.group, "pandana (within 15 min)", run)
        near = truth < CUTOFF_S - 1
        assert np.abs(found[near] - truth[near]).max() < 0.5

    def test_igraph(
        self, benchmark: Any, streets: Streets, ig_graph: Any, truth: NDArray[np.float64]
    ) -> None:
        group = streets.groups[0]

        def run() -> NDArray[np.float64]:
            return np.array(ig_graph.distances(source=group.tolist(), weights="cost_s")).min(axis=0)

        assert (
            _time(benchmark, self.group, "igraph", run, rounds=1, share=1 / 6) == truth[0]
        ).all()


class TestCount:
    """How many of 200 facilities lie within 15 minutes of every node."""

    group = "cumulative count, 200 facilities"

    @pytest.fixture(scope="class", name="truth")
    @classmethod
    def _truth(cls, streets: Streets) -> NDArray[np.int64]:
        return cls._scipy(streets)

    @staticmethod
    def _scipy(streets: Streets) -> NDArray[np.int64]:
        found = dijkstra(streets.matrix, indices=streets.facilities, limit=CUTOFF_S)
        return np.asarray(np.isfinite(found).sum(axis=0))

    def test_access15(self, benchmark: Any, streets: Streets, truth: NDArray[np.int64]) -> None:
        places = place_nodes(streets.facilities)

        def run() -> NDArray[np.int64]:
            found = reach(streets.graph, places, cutoff_s=CUTOFF_S, threads=1)
            return np.bincount(found.node, minlength=streets.graph.n_nodes)

        assert (_time(benchmark, self.group, "access15", run, rounds=7) == truth).all()

    def test_scipy(self, benchmark: Any, streets: Streets, truth: NDArray[np.int64]) -> None:
        assert (_time(benchmark, self.group, "scipy", lambda: self._scipy(streets)) == truth).all()

    def test_networkx(
        self, benchmark: Any, streets: Streets, nx_graph: Any, truth: NDArray[np.int64]
    ) -> None:
        search = nx.single_source_dijkstra_path_length

        def run() -> NDArray[np.int64]:
            counts = np.zeros(streets.graph.n_nodes, dtype=np.int64)
            for facility in streets.facilities:
                counts[list(search(nx_graph, int(facility), cutoff=CUTOFF_S, weight="cost_s"))] += 1
            return counts

        assert (_time(benchmark, self.group, "networkx", run) == truth).all()

    def test_pandana(
        self, benchmark: Any, streets: Streets, pandana_backwards: Any, truth: NDArray[np.int64]
    ) -> None:
        def run() -> NDArray[np.float64]:
            pandana_backwards.set(pd.Series(streets.facilities), name="f")
            return np.asarray(
                pandana_backwards.aggregate(CUTOFF_S, type="count", name="f").to_numpy()
            )

        assert np.abs(_time(benchmark, self.group, "pandana", run) - truth).max() <= 1


class TestMatrix:
    """Walks of 10,000 homes to 200 facilities within 15 minutes."""

    group = "matrix 10,000 x 200, 15 minutes"

    @pytest.fixture(scope="class", name="truth")
    @classmethod
    def _truth(cls, streets: Streets) -> NDArray[np.float64]:
        return cls._scipy(streets)

    @staticmethod
    def _scipy(streets: Streets) -> NDArray[np.float64]:
        found = dijkstra(streets.matrix.T.tocsr(), indices=streets.facilities, limit=CUTOFF_S)
        return np.asarray(found[:, streets.homes].T)

    def test_access15(self, benchmark: Any, streets: Streets, truth: NDArray[np.float64]) -> None:
        facilities, homes = place_nodes(streets.facilities), place_nodes(streets.homes)

        def run() -> NDArray[np.float64]:
            return travel_matrix(streets.reversed, facilities, homes, cutoff_s=CUTOFF_S, threads=1)

        assert (_time(benchmark, self.group, "access15", run, rounds=7) == truth).all()

    def test_scipy(self, benchmark: Any, streets: Streets, truth: NDArray[np.float64]) -> None:
        assert (_time(benchmark, self.group, "scipy", lambda: self._scipy(streets)) == truth).all()

    def test_networkx(
        self, benchmark: Any, streets: Streets, nx_graph: Any, truth: NDArray[np.float64]
    ) -> None:
        backwards = nx_graph.reverse()
        search = nx.single_source_dijkstra_path_length

        def run() -> NDArray[np.float64]:
            matrix = np.full((streets.graph.n_nodes, len(streets.facilities)), np.inf)
            for column, facility in enumerate(streets.facilities):
                found = search(backwards, int(facility), cutoff=CUTOFF_S, weight="cost_s")
                matrix[list(found), column] = list(found.values())
            return np.asarray(matrix[streets.homes])

        assert (_time(benchmark, self.group, "networkx", run) == truth).all()

    def test_igraph(
        self, benchmark: Any, streets: Streets, ig_graph: Any, truth: NDArray[np.float64]
    ) -> None:
        some, homes = streets.facilities[:20].tolist(), streets.homes.tolist()

        def run() -> NDArray[np.float64]:
            return np.array(
                ig_graph.distances(source=some, target=homes, weights="cost_s", mode="in")
            ).T

        found = _time(benchmark, self.group, "igraph (no cutoff)", run, rounds=1, share=20 / 200)
        near = np.isfinite(truth[:, :20])
        assert (found[near] == truth[:, :20][near]).all()

    def test_pandana(
        self, benchmark: Any, streets: Streets, pandana_network: Any, truth: NDArray[np.float64]
    ) -> None:
        some = streets.facilities[:4]
        homes, ends = np.tile(streets.homes, 4), np.repeat(some, len(streets.homes))
        run = lambda: np.array(pandana_network.shortest_path_lengths(homes, ends))  # noqa: E731
        warnings.simplefilter("ignore")  # some homes lead nowhere, and pandana says so
        found = (
            _time(benchmark, self.group, "pandana (no cutoff)", run, rounds=1, share=4 / 200)
            .reshape(4, -1)
            .T
        )
        near = np.isfinite(truth[:, :4])
        assert np.abs(found[near] - truth[:, :4][near]).max() < 0.5
