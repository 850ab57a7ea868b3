"""What an analyst asks, on the same 100 corners of Milan: frames of ours beside osmnx and pandana.

Run: pip install pandana, then ACCESS15_SHARED=... pytest tests/benchmarks/test_frames.py
--benchmark-only -o addopts=

All engines walk the same streets at the same pace, and must agree before times count; only areas
cannot: ours are land along the reached parts of streets, osmnx's example (`ego_graph`, then a
convex hull) is a hull around reached corners, so that corners are compared. r5py is left out: what
computes in it is a Java archive that is fetched from GitHub when it is first used.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import access15
from access15.config import load_profiles
from access15.core.streets.network import WalkNetwork
from access15.core.walk.impedance import build_impedance, label_nodes
from access15.results.run import NetworkInfo
from access15.workflows.network.streets import StreetNetwork
from access15.workflows.network.walker import build_ground

from .conftest import CUTOFF_S, Streets
from .test_search_speed import _nx_graph, _pandana_network, _time, nx  # noqa: F401 - fixtures

N = 100
PROFILE = "plain"


class Corners:
    """100 origins and 100 destinations at corners that doors open to, and the network around."""

    def __init__(self, network: WalkNetwork, streets: Streets) -> None:
        ground = build_ground(network, "milano", np.zeros((0, 2)))
        info = NetworkInfo("osm", "milano", "", "")
        self.net = StreetNetwork(
            network, info, walkers=load_profiles(), max_snap_m=1.0, ground=ground
        )
        through = np.flatnonzero(ground.doors.is_through)
        at_door = np.union1d(network.edge_u[through], network.edge_v[through])
        label, metres = label_nodes(network, build_impedance(network, load_profiles()[PROFILE]))
        main = np.flatnonzero(label == metres.argmax())
        usable = np.intersect1d(np.intersect1d(at_door, streets.homes), main)
        picked = np.random.default_rng(15).permutation(usable)[: 2 * N]
        self.origins, self.ends = picked[:N], picked[N:]
        self.frames = [
            gpd.GeoSeries(shapely.points(network.node_xy[nodes]), index=nodes, crs=network.crs)
            for nodes in (self.origins, self.ends)
        ]


@pytest.fixture(scope="session", name="corners")
def _corners(network: WalkNetwork, streets: Streets) -> Corners:
    return Corners(network, streets)


@pytest.fixture(scope="session", name="seconds")
def _seconds(streets: Streets, corners: Corners) -> Any:
    """Seconds between all of them, as scipy finds them."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - of benchmarks alone

    return dijkstra(streets.matrix, indices=corners.origins)[:, corners.ends]


class TestMatrix:
    """Seconds from every origin to every destination."""

    group = "matrix of 100 by 100"

    def test_access15(self, benchmark: Any, corners: Corners, seconds: Any) -> None:
        run = lambda: corners.net.travel_times(*corners.frames, profile=PROFILE, matrix=True)  # noqa: E731
        found = _time(benchmark, self.group, "access15", run)
        np.testing.assert_allclose(60.0 * found.to_numpy(), seconds, rtol=1e-9, atol=1e-6)

    def test_osmnx_and_networkx(
        self, benchmark: Any, corners: Corners, seconds: Any, nx_graph: Any
    ) -> None:
        origins = corners.origins[:10].tolist()

        def run() -> list[list[float]]:
            search = nx.single_source_dijkstra_path_length
            every = [search(nx_graph, one, weight="cost_s") for one in origins]
            return [[one.get(end, np.inf) for end in corners.ends.tolist()] for one in every]

        found = _time(benchmark, self.group, "osmnx, networkx", run, rounds=1, share=0.1)
        np.testing.assert_allclose(found, seconds[:10], rtol=1e-9)

    def test_pandana(
        self, benchmark: Any, corners: Corners, seconds: Any, pandana_network: Any
    ) -> None:
        pairs = np.repeat(corners.origins, N), np.tile(corners.ends, N)
        run = lambda: pandana_network.shortest_path_lengths(*pairs)  # noqa: E731
        found = np.array(_time(benchmark, self.group, "pandana", run)).reshape(N, N)
        # pandana counts in thousandths
        met = np.isfinite(seconds)
        np.testing.assert_allclose(found[met], seconds[met], atol=0.5)


class TestNearest:
    """The nearest destination of every origin."""

    group = "nearest of 100, from 100"

    def test_access15(self, benchmark: Any, corners: Corners, seconds: Any) -> None:
        run = lambda: corners.net.nearest(*corners.frames, profile=PROFILE)  # noqa: E731
        found = _time(benchmark, self.group, "access15", run)
        # places on whole centimetres: corners lie on them, ends of streets to half of one
        np.testing.assert_allclose(60.0 * found["minutes"], seconds.min(axis=1), atol=0.05)

    def test_osmnx_and_networkx(
        self, benchmark: Any, corners: Corners, seconds: Any, nx_graph: Any
    ) -> None:
        backwards = nx_graph.reverse()

        def run() -> list[float]:
            ends = set(corners.ends.tolist())
            found = nx.multi_source_dijkstra_path_length(backwards, ends, weight="cost_s")
            return [found.get(one, np.inf) for one in corners.origins.tolist()]

        found = _time(benchmark, self.group, "osmnx, networkx", run, rounds=1)
        np.testing.assert_allclose(found, seconds.min(axis=1), rtol=1e-9)

    def test_pandana(
        self, benchmark: Any, corners: Corners, seconds: Any, pandana_network: Any
    ) -> None:
        longest_s = float(seconds.min(axis=1).max()) + 1.0
        xy = corners.net.network.node_xy[corners.ends]

        def run() -> pd.Series:
            pandana_network.set_pois("ends", longest_s, 1, pd.Series(xy[:, 0]), pd.Series(xy[:, 1]))
            return pandana_network.nearest_pois(longest_s, "ends", num_pois=1)[1]

        found = _time(benchmark, self.group, "pandana", run)
        told = found.loc[corners.origins].to_numpy()
        np.testing.assert_allclose(told, seconds.min(axis=1), atol=0.5)


class TestIsochrones:
    """Land within 15 minutes from every origin; of osmnx the corners, whose hull is its area."""

    group = "100 isochrones of 15 minutes"

    def test_access15(self, benchmark: Any, corners: Corners, streets: Streets) -> None:
        frame = corners.frames[0]
        run = lambda: corners.net.isochrones(  # noqa: E731
            frame, minutes=15, profile=PROFILE, direction="from"
        )
        found = _time(benchmark, self.group, "access15", run, rounds=1)
        xy = streets.network.node_xy
        reached = _reach_corners(streets, corners.origins)
        drawn = np.isin(
            np.arange(len(xy)), np.unique(streets.network.edge_u[corners.net._ground.doors.is_open])
        )
        for area, is_reached in zip(found.geometry, reached, strict=True):
            own = np.flatnonzero(is_reached & drawn)
            inside = shapely.intersects_xy(shapely.buffer(area, 0.5), *xy[own].T)
            assert inside.mean() > 0.98

    def test_osmnx_and_networkx(
        self, benchmark: Any, corners: Corners, streets: Streets, nx_graph: Any
    ) -> None:
        xy = streets.network.node_xy
        origins = corners.origins[:10].tolist()

        def run() -> list[list[int]]:
            found = []
            for one in origins:
                ego = nx.ego_graph(nx_graph, one, radius=CUTOFF_S, distance="cost_s")
                shapely.convex_hull(shapely.multipoints(xy[list(ego)]))
                found.append(sorted(ego))
            return found

        found = _time(benchmark, self.group, "osmnx, networkx", run, rounds=1, share=0.1)
        reached = _reach_corners(streets, corners.origins[:10])
        assert found == [np.flatnonzero(one).tolist() for one in reached]


class TestReading:
    """The streets of the extract, ready to be asked, when they were read before."""

    group = "read again what was kept"

    def test_access15(self, benchmark: Any, extract: Any, tmp_path: Any) -> None:
        def run() -> StreetNetwork:
            return access15.read_network(extract, area=(9.16, 45.41, 9.26, 45.46), cache=tmp_path)

        assert _time(benchmark, self.group, "access15", run).network.n_edges > 1000

    def test_osmnx(self, benchmark: Any, tmp_path: Any, nx_graph: Any) -> None:
        """A GraphML file of as many streets, which is how osmnx keeps a network."""
        graphml = tmp_path / "kept.graphml"
        nx.write_graphml(nx_graph, graphml)
        run = lambda: nx.read_graphml(graphml)  # noqa: E731
        found = _time(benchmark, self.group, "osmnx, networkx", run, rounds=1)
        assert len(found) == len(nx_graph)


def _reach_corners(streets: Streets, origins: Any) -> Any:
    """Which corners are within the cutoff of each origin."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - of benchmarks alone

    return dijkstra(streets.matrix, indices=origins, limit=CUTOFF_S) <= CUTOFF_S
