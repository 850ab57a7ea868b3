"""The sketch of main streets."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from builders.drawn_osm import CRS, ORIGIN, box, lonlat, places

from access15.config import SketchSource, load_study
from access15.errors import CrsError, NetworkDataError
from access15.sources.streets.boxes import Clip
from access15.sources.streets.sketch import read_sketch

#   1 -- 2 -- 3        Via Lunga, and Via Corta from 4, which lies where 2 lies, up to 5
NODES = {"1": (0, 0), "2": (50, 0), "3": (100, 0), "4": (50, 0), "5": (50, 40)}
SEGMENTS = [
    ("1", "2", "Via Lunga", "tertiary"),
    ("2", "3", "Via Lunga", "tertiary"),
    ("4", "5", "Via Corta", "residential"),
]
CLIP = Clip(box(0, 0, 100, 40), box(-10, -10, 110, 50))


def write_sketch(
    folder: Path, nodes: dict[str, tuple[float, float]], segments: list[tuple[str, str, str, str]]
) -> SketchSource:
    rows = [
        f"{name},here,{lat:.7f},{lon:.7f}"
        for name, (lon, lat) in ((n, lonlat(*xy)) for n, xy in nodes.items())
    ]
    node_file, segment_file = folder / "nodes.csv", folder / "segments.csv"
    node_file.write_text("\n".join(["node_id,area,lat,lon", *rows]), encoding="utf-8")
    lines = ["from_node,to_node,street,highway", *(",".join(row) for row in segments)]
    segment_file.write_text("\n".join(lines), encoding="utf-8")
    return SketchSource(nodes=node_file, segments=segment_file)


def test_points_in_the_same_place_connect(tmp_path: Path) -> None:
    area = read_sketch(write_sketch(tmp_path, NODES, SEGMENTS), CLIP, crs=CRS)
    network = area.network
    assert places(network) == {(0, 0), (50, 0), (100, 0), (50, 40)}
    named = {
        (network.street_names[s], network.highway_names[h], round(float(m)))
        for s, h, m in zip(network.street, network.highway, network.length_m, strict=True)
    }
    assert named == {("Via Lunga", "tertiary", 50), ("Via Corta", "residential", 40)}
    assert network.street_names == ("", "Via Corta", "Via Lunga")
    assert (network.way_id == -1).all()


def test_it_says_that_it_is_a_sketch(tmp_path: Path) -> None:
    area = read_sketch(write_sketch(tmp_path, NODES, SEGMENTS), CLIP, crs=CRS)
    assert (area.info.kind, area.info.name, area.info.date) == ("sketch", "segments.csv", "")
    assert area.info.warnings == (
        "sketch of main streets, for a first look; run `access15 fetch` or give `--osm` for real "
        "work",
    )
    assert area.info.sha256 == hashlib.sha256((tmp_path / "segments.csv").read_bytes()).hexdigest()
    assert "ODbL" in area.info.licence


def test_it_has_neither_backdrop_nor_facilities(tmp_path: Path) -> None:
    area = read_sketch(write_sketch(tmp_path, NODES, SEGMENTS), CLIP, crs=CRS)
    assert [
        len(getattr(area.backdrop, kind)) for kind in ("water", "green", "rail", "buildings")
    ] == [0] * 4
    assert (len(area.facilities), area.backdrop.water.crs) == (0, CRS)


def test_straight_street_of_several_segments_is_one_edge(tmp_path: Path) -> None:
    network = read_sketch(write_sketch(tmp_path, NODES, SEGMENTS[:2]), CLIP, crs=CRS).network
    assert (network.n_nodes, network.n_edges) == (2, 1)
    np.testing.assert_allclose(network.vertex_xy - ORIGIN, [(0, 0), (50, 0), (100, 0)], atol=0.02)


def test_segments_listed_twice_count_once_and_those_outside_not_at_all(tmp_path: Path) -> None:
    nodes = {**NODES, "6": (300, 0), "7": (400, 0), "8": (500, 0)}
    segments = [
        *SEGMENTS,
        ("3", "2", "Via Lunga", "tertiary"),
        ("3", "6", "Via Lunga", "tertiary"),
        ("6", "7", "Via Lunga", "tertiary"),
        ("7", "8", "Via Lontana", "tertiary"),
    ]
    network = read_sketch(write_sketch(tmp_path, nodes, segments), CLIP, crs=CRS).network
    assert network.length_m.sum() == pytest.approx(50 + 50 + 40 + 200, abs=0.1)
    assert "Via Lontana" not in network.street_names


def test_unnamed_street(tmp_path: Path) -> None:
    network = read_sketch(
        write_sketch(tmp_path, NODES, [("1", "3", "", "service")]), CLIP, crs=CRS
    ).network
    assert (network.street.tolist(), network.street_names) == ([0], ("",))


@pytest.mark.parametrize(
    ("nodes", "segments", "problems"),
    [
        (
            {**NODES, "9": (0, 10)},
            [("1", "77", "Via A", "road"), ("78", "2", "Via B", "road")],
            [
                "segments.csv row 2: to_node '77' is not in nodes.csv",
                "segments.csv row 3: from_node '78' is not in nodes.csv",
            ],
        ),
    ],
)
def test_all_unknown_nodes_are_told(
    tmp_path: Path, nodes: dict, segments: list, problems: list[str]
) -> None:
    with pytest.raises(NetworkDataError, match="the street sketch has 2 faults") as told:
        read_sketch(write_sketch(tmp_path, nodes, segments), CLIP, crs=CRS)
    assert sorted(told.value.problems) == sorted(problems)


def test_bad_coordinates_and_doubles_are_told(tmp_path: Path) -> None:
    source = write_sketch(tmp_path, NODES, SEGMENTS)
    source.nodes.write_text(
        "node_id,lat,lon\n1,45.1,9.1\n2,north,9.1\n1,95,\n3,45.1,9.1\n4,45.1,9.1\n5,45.1,nan\n"
    )
    with pytest.raises(NetworkDataError, match="faults") as told:
        read_sketch(source, CLIP, crs=CRS)
    assert sorted(told.value.problems) == [
        "nodes.csv row 3: lat is 'north'; give degrees, at most 90",
        "nodes.csv row 4: lat is '95'; give degrees, at most 90",
        "nodes.csv row 4: lon is ''; give degrees, at most 180",
        "nodes.csv row 4: node_id '1' is used twice; every node needs its own",
        "nodes.csv row 7: lon is 'nan'; give degrees, at most 180",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"", "not a CSV table"),
        (b"\xff\xfe\x00", "not a CSV table"),
        (b"node_id,lat\n1,45\n", "column lon is missing; a sketch needs node_id, lat, lon"),
    ],
)
def test_broken_tables_are_told(tmp_path: Path, content: bytes | None, message: str) -> None:
    source = write_sketch(tmp_path, NODES, SEGMENTS)
    source.nodes.unlink()
    if content is not None:
        source.nodes.write_bytes(content)
    with pytest.raises(NetworkDataError, match=f"{re.escape(str(source.nodes))}: {message}"):
        read_sketch(source, CLIP, crs=CRS)


def test_sketch_of_another_place(tmp_path: Path) -> None:
    elsewhere = Clip(box(5000, 0, 5100, 40), box(4990, -10, 5110, 50))
    with pytest.raises(NetworkDataError, match="no street of the sketch in the area"):
        read_sketch(write_sketch(tmp_path, NODES, SEGMENTS), elsewhere, crs=CRS)


def test_crs_must_measure_metres(tmp_path: Path) -> None:
    with pytest.raises(CrsError, match="Web Mercator"):
        read_sketch(write_sketch(tmp_path, NODES, SEGMENTS), CLIP, crs="EPSG:3857")


@pytest.mark.parametrize(
    ("padded", "street"),
    [
        ((9.143, 45.407, 9.214, 45.451), "Via Pietro Boifava"),
        ((9.217, 45.421, 9.277, 45.475), "Via Zante"),
    ],
)
def test_embedded_sketch_is_all_there(
    padded: tuple[float, float, float, float], street: str
) -> None:
    source = load_study("milano").sketch
    assert source is not None
    network = read_sketch(source, Clip(padded, padded), crs=CRS).network
    assert street in network.street_names
    graph = nx.MultiGraph(list(zip(network.edge_u.tolist(), network.edge_v.tolist(), strict=True)))
    largest = max(nx.connected_components(graph), key=len)
    assert len(largest) > 0.95 * network.n_nodes
    assert network.length_m.min() > 0
