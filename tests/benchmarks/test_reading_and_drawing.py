"""Reading the extract, drawing a service area and the whole run, beside the usual ways."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from builders.osm import read_osm

from access15.config import load_profiles
from access15.core.reach.parts import cut_lines, edge_times, parts_within
from access15.core.reach.service_area import build_canvas, draw_service_areas
from access15.core.streets.network import WalkNetwork
from access15.core.walk.graph import build_graph, place_nodes
from access15.core.walk.impedance import build_impedance
from access15.core.walk.search import nearest_at_nodes
from access15.sources.streets.boxes import Clip

from .conftest import CUTOFF_S

CLIP = Clip(core_box=(9.16, 45.42, 9.26, 45.46), padded_box=(9.0, 45.3, 9.5, 45.6))
READING = "reading the Milan extract into a walking network"
DRAWING = "one 15-minute service area"
MOST_KB = 1_000_000  # of memory a whole run may take


def _record(benchmark: Any, group: str, engine: str) -> None:
    benchmark.group = group
    benchmark.extra_info.update(engine=engine)


def test_read_access15(benchmark: Any, extract: Path) -> None:
    _record(benchmark, READING, "access15")
    run = lambda: read_osm(extract, {"all": CLIP}, crs="EPSG:32632", categories=[])  # noqa: E731
    assert benchmark.pedantic(run, rounds=3, warmup_rounds=1)["all"].network.n_edges > 80_000


def test_read_osmnx(benchmark: Any, extract: Path, network: WalkNetwork, tmp_path: Path) -> None:
    import osmium  # noqa: PLC0415 - only where the comparison runs
    import osmnx  # noqa: PLC0415

    text = tmp_path / "milano.osm"
    present: set[int] = set()
    with osmium.SimpleWriter(str(text)) as writer:
        for item in osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY):
            if item.is_node():
                present.add(item.id)
                writer.add(item)
            else:  # OSMnx refuses ways that leave the extract
                writer.add(
                    item.replace(nodes=[node.ref for node in item.nodes if node.ref in present])
                )
    _record(benchmark, READING, "osmnx graph_from_xml")
    run = lambda: osmnx.graph_from_xml(text, retain_all=True)  # noqa: E731
    graph = benchmark.pedantic(run, rounds=1)
    # every highway, simplified by other rules: the same order of size is all that can agree
    assert 0.5 < graph.number_of_nodes() / network.n_nodes < 3


def test_read_pyrosm(benchmark: Any, extract: Path, network: WalkNetwork) -> None:
    pyrosm = pytest.importorskip("pyrosm", reason="pyrosm is not installed")
    _record(benchmark, READING, "pyrosm")
    run = lambda: pyrosm.OSM(str(extract)).get_network(network_type="walking", nodes=True)  # noqa: E731
    nodes, _ = benchmark.pedantic(run, rounds=1)
    assert len(nodes) > network.n_nodes


@pytest.fixture(scope="session", name="reached")
def _reached(network: WalkNetwork) -> Any:
    impedance = build_impedance(network, load_profiles()["adult"])
    graph = build_graph(network, impedance, towards=True)
    middle = network.node_xy.mean(axis=0)
    main = np.unique(network.edge_u[impedance.is_open])
    source = place_nodes(main[[int(np.argmin(np.hypot(*(network.node_xy[main] - middle).T)))]])
    node_s, _ = nearest_at_nodes(graph, source)
    times = edge_times(network, impedance, graph, node_s, source)
    near = shapely.STRtree(network.lines).query(shapely.Point(*middle).buffer(2500))
    is_near = np.zeros(network.n_edges, dtype=bool)
    is_near[near] = True
    return impedance, times, build_canvas(network, impedance.is_open & is_near)


def test_draw_access15(benchmark: Any, reached: Any) -> None:
    impedance, times, canvas = reached
    _record(benchmark, DRAWING, "access15")
    run = lambda: draw_service_areas(canvas, impedance, times, cutoffs_s=(CUTOFF_S,))  # noqa: E731
    (area,) = benchmark.pedantic(run, rounds=5, warmup_rounds=1)
    strips = shapely.union_all(
        shapely.buffer(cut_lines(canvas.network, area.parts), 25, quad_segs=2)
    )
    # ours leaves out the land nearer to unreached streets and narrows where the time runs out
    assert 0.8 < area.polygon.intersection(strips).area / strips.area <= 1


def test_draw_multi_line_buffer(benchmark: Any, network: WalkNetwork, reached: Any) -> None:
    lines = shapely.multilinestrings(
        cut_lines(network, parts_within(reached[1], cutoff_s=CUTOFF_S))
    )
    _record(benchmark, DRAWING, "MultiLineString.buffer")
    assert (
        benchmark.pedantic(lambda: lines.buffer(25, quad_segs=2), rounds=3, warmup_rounds=1).area
        > 0
    )


def test_draw_strips(benchmark: Any, network: WalkNetwork, reached: Any) -> None:
    lines = cut_lines(network, parts_within(reached[1], cutoff_s=CUTOFF_S))
    _record(benchmark, DRAWING, "union of a buffer per street")
    run = lambda: shapely.union_all(shapely.buffer(lines, 25, quad_segs=2))  # noqa: E731
    assert benchmark.pedantic(run, rounds=3, warmup_rounds=1).area > 0


_MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "access15", *sys.argv[1:]], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _run(benchmark: Any, folder: Path, *options: str) -> None:
    # through a small process: a child counts as its own the memory of the one that starts it
    command = [sys.executable, "-c", _MEASURED, "run", "--offline", "--out", str(folder), *options]
    run = lambda: subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: E731
    done = benchmark.pedantic(run, rounds=3, warmup_rounds=1)
    assert (folder / "run.json").is_file()
    benchmark.extra_info["most_kb"] = int(done.stdout)
    assert int(done.stdout) < MOST_KB


def test_whole_run(benchmark: Any, extract: Path, tmp_path: Path) -> None:
    _record(benchmark, "access15 run --osm, both neighbourhoods, every output, warm", "access15")
    _run(benchmark, tmp_path / "maps", "--osm", str(extract))
    assert benchmark.stats.stats.min <= 15, (
        "of three runs the quickest, on two cores that nothing else uses"
    )


def test_default_run(benchmark: Any, tmp_path: Path) -> None:
    _record(
        benchmark, "access15 run, both neighbourhoods on the sketch, every output, warm", "access15"
    )
    _run(benchmark, tmp_path / "maps")
    assert benchmark.stats.stats.min <= 20, (
        "of three runs the quickest, on two cores that nothing else uses"
    )
