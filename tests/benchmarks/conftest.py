"""The streets all engines run on, and the table of ratios at the end."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders.osm import read_osm
from scipy.sparse import csr_array

from access15.config import load_profiles
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import SearchGraph, build_graph
from access15.core.walk.impedance import build_impedance
from access15.sources.streets.boxes import Clip

CUTOFF_S = 900.0
ENGINES = ("scipy", "networkx", "pandana", "igraph")


@pytest.fixture(scope="session", name="extract")
def _extract() -> Path:
    value = os.environ.get("ACCESS15_SHARED")
    if not value:
        pytest.skip("benchmarks run on the Milan extract: set ACCESS15_SHARED")
    return Path(value) / "data" / "osm" / "milano-2014.osm.pbf"


@pytest.fixture(scope="session", name="network")
def _network(extract: Path) -> WalkNetwork:
    clip = Clip(core_box=(9.16, 45.42, 9.26, 45.46), padded_box=(9.0, 45.3, 9.5, 45.6))
    return read_osm(extract, {"milano": clip}, crs="EPSG:32632", categories=[])["milano"].network


class Streets:
    """One walker on the main component, for every engine: node numbers, arcs and costs."""

    def __init__(self, network: WalkNetwork) -> None:
        impedance = build_impedance(network, load_profiles()["plain"])
        self.network = network
        self.graph: SearchGraph = build_graph(network, impedance, towards=False)
        self.reversed: SearchGraph = build_graph(network, impedance, towards=True)
        self.source = np.repeat(np.arange(network.n_nodes), np.diff(self.graph.indptr))
        self.to = self.graph.arcs["to"].astype(np.int64)
        self.cost_s = self.graph.arcs["cost_s"].copy()
        size = (network.n_nodes, network.n_nodes)
        self.matrix = csr_array((self.cost_s, self.to, self.graph.indptr), shape=size)
        main = np.unique(
            np.concatenate([network.edge_u[impedance.is_open], network.edge_v[impedance.is_open]])
        )
        picked = np.random.default_rng(15).permutation(main)
        self.origins = np.sort(picked[:1000])
        self.groups = [np.sort(picked[1000 + 40 * i : 1040 + 40 * i]) for i in range(6)]
        self.facilities = np.sort(picked[1300:1500])
        self.homes = np.sort(picked[1500:11500])


@pytest.fixture(scope="session", name="streets")
def _streets(network: WalkNetwork) -> Streets:
    return Streets(network)


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: Any) -> None:
    """Note what was measured, for `tests/tools/write_speed.py`."""
    del config
    installed = {name: find_version(name) for name in ("access15", *ENGINES, "numba", "numpy")}
    machine_info["versions"] = {name: one for name, one in installed.items() if one}


def find_version(name: str) -> str:
    """Version of a library, empty where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print, per task, each engine's median and how many times longer than ours it takes."""
    session = getattr(config, "_benchmarksession", None)
    medians: dict[str, dict[str, float]] = {}
    for bench in session.benchmarks if session else []:
        if not bench.has_error:
            share = bench.extra_info.get("share", 1.0)
            medians.setdefault(bench.group, {})[bench.extra_info["engine"]] = (
                bench.stats.median * 1000 / share
            )
    for group, engines in medians.items():
        own = engines.get("access15")
        terminalreporter.write_line(f"\n{group}")
        for engine, ms in sorted(engines.items(), key=lambda item: item[1]):
            ratio = f"{ms / own:8.1f} x" if own else ""
            terminalreporter.write_line(f"  {engine:28} {ms:12,.1f} ms {ratio}")
