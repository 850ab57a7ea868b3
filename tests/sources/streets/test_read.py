"""OpenStreetMap files become walking networks, backdrops and facilities; broken ones become
sentences.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import itertools
import re
import shutil
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pytest
import shapely
from builders.drawn_osm import (
    CRS,
    ORIGIN,
    box,
    kerbs_at,
    lonlat,
    node_at,
    places,
    read_drawing,
    walk,
    write_osm,
)
from builders.osm import read_osm

from access15.config import load_categories
from access15.core.streets.network import (
    SHORTCUT,
    SURFACES,
    WHEELCHAIR,
    WalkNetwork,
    polyline_lengths_m,
)
from access15.errors import CrsError, NetworkDataError
from access15.sources.streets.area import StreetArea
from access15.sources.streets.boxes import Clip

ROAD = {"highway": "residential", "name": "Via Boifava"}
FOOT = {"highway": "footway"}
CATEGORIES = list(load_categories().values())

#   1 --- 2 --- 3      Via Boifava, 100 m each; a footway goes north from 2
#         |
#         4
NODES = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (100, 50)}
WAYS = {10: ([1, 2, 3], ROAD), 11: ([2, 4], FOOT)}


def edge_between(network: WalkNetwork, a: tuple[float, float], b: tuple[float, float]) -> int:
    u, v = node_at(network, a), node_at(network, b)
    found = np.flatnonzero(
        ((network.edge_u == u) & (network.edge_v == v))
        | ((network.edge_u == v) & (network.edge_v == u))
    )
    assert len(found) == 1
    return int(found[0])


def test_drawing_becomes_nodes_and_edges(tmp_path: Path) -> None:
    area = read_drawing(tmp_path, NODES, WAYS)
    network = area.network
    assert network.crs == CRS
    assert places(network) == {(0, 0), (100, 0), (200, 0), (100, 50)}
    footway = edge_between(network, (100, 0), (100, 50))
    assert network.length_m[footway] == pytest.approx(50, abs=0.02)
    assert network.highway_names[network.highway[footway]] == "footway"
    assert network.street_names[network.street[footway]] == ""
    assert network.way_id[footway] == 11
    road = edge_between(network, (0, 0), (100, 0))
    assert network.street_names[network.street[road]] == "Via Boifava"
    assert network.highway_names == ("footway", "residential")
    assert (area.info.kind, area.info.name, area.info.date, area.info.warnings[1:]) == (
        "osm",
        "drawing.osm",
        "",
        (),
    )
    assert area.info.sha256 == hashlib.sha256((tmp_path / "drawing.osm").read_bytes()).hexdigest()
    assert "OpenStreetMap" in area.info.licence


@pytest.mark.parametrize("suffix", [".osm", ".osm.bz2", ".osm.gz", ".osm.pbf"])
def test_every_format_gives_the_same(tmp_path: Path, suffix: str) -> None:
    plain = write_osm(tmp_path / "plain.osm", NODES, WAYS)
    path = tmp_path / f"packed{suffix}"
    if suffix == ".osm.bz2":
        path.write_bytes(bz2.compress(plain.read_bytes()))
    elif suffix == ".osm.gz":
        path.write_bytes(gzip.compress(plain.read_bytes()))
    elif suffix == ".osm":
        shutil.copy(plain, path)
    else:
        with osmium.SimpleWriter(str(path)) as writer:
            for item in osmium.FileProcessor(str(plain)):
                writer.add(item)
    clips = {"a": Clip(box(0, 0, 200, 50), box(-10, -10, 210, 60))}
    area = read_osm(path, clips, crs=CRS, categories=[])["a"]
    assert places(area.network) == {(0, 0), (100, 0), (200, 0), (100, 50)}
    assert area.network.length_m.sum() == pytest.approx(250, abs=0.05)


def test_bends_stay_and_the_length_is_that_of_the_line(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (30, 40), 3: (60, 0), 4: (160, 0)}
    network = read_drawing(tmp_path, nodes, {10: ([1, 2, 3, 4], ROAD)}).network
    assert network.n_edges == 1
    assert network.length_m[0] == pytest.approx(200, abs=0.05)
    np.testing.assert_allclose(
        network.vertex_xy - ORIGIN, [(0, 0), (30, 40), (60, 0), (160, 0)], atol=0.02
    )
    drawn_m = polyline_lengths_m(network.vertex_start, network.vertex_xy)
    np.testing.assert_allclose(network.length_m, drawn_m, atol=0.021)  # both on whole centimetres


def test_tags_reach_the_network(tmp_path: Path) -> None:
    tags = {
        "highway": "steps",
        "step_count": "9",
        "incline": "20%",
        "surface": "sett",
        "width": "1,5",
        "wheelchair": "no",
        "tunnel": "yes",
        "bridge": "yes",
        "name": "Scalinata",
    }
    network = read_drawing(tmp_path, {1: (0, 0), 2: (10, 0)}, {10: ([1, 2], tags)}).network
    values = [
        network.steps,
        network.step_count,
        network.surface,
        network.width_m,
        network.wheelchair,
        network.tunnel,
    ]
    expected = [True, 9, SURFACES.index("rough"), 1.5, WHEELCHAIR.index("no"), True]
    assert [v[0] for v in values] == expected
    assert network.bridge[0]
    uphill = (
        network.incline[0] if network.edge_u[0] == node_at(network, (0, 0)) else -network.incline[0]
    )
    assert uphill == 0.2


def test_steps_are_shared_out_where_a_flight_is_cut(tmp_path: Path) -> None:
    #   1 ==== 2 == 3        10 steps; a path leaves the landing at 2
    #          4
    nodes = {1: (0, 0), 2: (20, 0), 3: (30, 0), 4: (20, -20)}
    ways = {10: ([1, 2, 3], {"highway": "steps", "step_count": "10"}), 11: ([2, 4], FOOT)}
    network = read_drawing(tmp_path, nodes, ways).network
    long, short = edge_between(network, (0, 0), (20, 0)), edge_between(network, (20, 0), (30, 0))
    assert (network.step_count[long], network.step_count[short]) == (7, 3)


def test_ways_of_one_street_are_joined_and_those_over_and_under_are_not(tmp_path: Path) -> None:
    #  1 -- 2 -- 3 over 4 -- 5, which shares no node with it
    nodes = {1: (0, 0), 2: (50, 0), 3: (100, 0), 4: (25, -50), 5: (25, 50)}
    ways = {10: ([1, 2], ROAD), 11: ([3, 2], ROAD), 12: ([4, 5], FOOT)}
    network = read_drawing(tmp_path, nodes, ways).network
    assert sorted(network.length_m.round().tolist()) == [100, 100]
    assert places(network) == {(0, 0), (100, 0), (25, -50), (25, 50)}


def test_rings_and_ways_that_cross_themselves(tmp_path: Path) -> None:
    #  a square without junction, and a way shaped like a P
    nodes = {
        1: (0, 0),
        2: (10, 0),
        3: (10, 10),
        4: (0, 10),
        5: (100, 0),
        6: (100, 20),
        7: (110, 20),
        8: (110, 10),
        9: (100, 10),
    }
    ways = {
        10: ([1, 2, 3, 4, 1], {"highway": "pedestrian", "area": "yes"}),
        11: ([5, 9, 6, 7, 8, 9], FOOT),
    }
    network = read_drawing(tmp_path, nodes, ways).network
    assert sorted(network.length_m.round(1).tolist()) == [10, 40, 40]
    assert (network.edge_u == network.edge_v).sum() == 2
    assert places(network) == {(0, 0), (100, 0), (100, 10)}


def test_repeated_and_coinciding_nodes_do_no_harm(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (50, 0), 3: (50, 0), 4: (100, 0)}
    network = read_drawing(
        tmp_path, nodes, {10: ([1, 2, 2, 3, 4], ROAD), 11: ([4, 4], FOOT)}
    ).network
    assert network.n_edges == 1
    assert network.length_m[0] == pytest.approx(100, abs=0.05)
    lone = read_drawing(
        tmp_path, {1: (0, 0), 2: (50, 0), 3: (50, 0)}, {10: ([1, 2], ROAD), 11: ([2, 3], FOOT)}
    ).network
    assert sorted(lone.length_m.round().tolist()) == [0, 50], "an edge without length is an edge"


def test_missing_nodes_cut_a_way_in_two(tmp_path: Path) -> None:
    #   1 -- 2 -- (99) -- 3 -- 4    99 is not in the file, and 5 has no neighbour at all
    nodes = {1: (0, 0), 2: (50, 0), 3: (150, 0), 4: (200, 0), 5: (0, 50)}
    ways = {
        10: ([1, 2, 99, 3, 4], ROAD),
        11: ([5, 98], FOOT),
        12: ([97, 96], FOOT),
        13: ([5], FOOT),
    }
    network = read_drawing(tmp_path, nodes, ways).network
    assert places(network) == {(0, 0), (50, 0), (150, 0), (200, 0)}
    assert network.length_m.round().tolist() == [50, 50]


def test_blocked_barriers_end_every_way(tmp_path: Path) -> None:
    nodes = {**NODES, 2: (100, 0, {"barrier": "gate", "access": "private"})}
    network = read_drawing(tmp_path, nodes, WAYS).network
    assert (network.n_nodes, network.n_edges) == (6, 3)
    assert np.bincount(np.concatenate([network.edge_u, network.edge_v])).max() == 1
    open_gate = read_drawing(tmp_path, {**NODES, 2: (100, 0, {"barrier": "gate"})}, WAYS).network
    assert (open_gate.n_nodes, open_gate.n_edges) == (4, 3)


def test_barriers_within_a_way(tmp_path: Path) -> None:
    ways = {10: ([1, 2, 3], FOOT)}
    stile = read_drawing(
        tmp_path, {**NODES, 2: (100, 0, {"barrier": "kissing_gate"})}, ways
    ).network
    assert kerbs_at(stile, (100, 0)) == {"footway raised": 2}
    closed = read_drawing(
        tmp_path, {**NODES, 2: (100, 0, {"barrier": "gate", "access": "no"})}, ways
    ).network
    assert (closed.n_nodes, closed.n_edges) == (4, 2)


def test_squares_drawn_as_multipolygons_can_be_walked_around(tmp_path: Path) -> None:
    #   4 ------- 3 --- 9   a square whose outline is two ways; way 20 is a street by itself,
    #   |  5-6    |     |   21 has no tags; 22 is the outline of a fountain in the middle;
    #   |  8-7    |     |   a second square shares the side from 2 to 3; way 25 leaves from 3
    #   1 ------- 2 -- 10
    nodes = {
        1: (0, 0),
        2: (90, 0),
        3: (90, 60),
        4: (0, 60),
        5: (40, 40),
        6: (50, 40),
        7: (50, 20),
        8: (40, 20),
        9: (120, 60),
        10: (120, 0),
        11: (90, 100),
    }
    ways = {20: ([1, 2], ROAD), 21: ([2, 3, 4, 1], {}), 22: ([5, 6, 7, 8, 5], {})}
    ways |= {24: ([2, 10, 9, 3, 2], {}), 25: ([3, 11], FOOT)}
    square = {"type": "multipolygon", "highway": "pedestrian", "name": "Piazza Nuova"}
    relations = {
        5: ([(20, "outer"), (21, "outer"), (22, "inner")], square),
        6: ([(24, "outer")], {**square, "name": "Piazzetta"}),
    }
    network = read_drawing(tmp_path, nodes, ways, relations=relations).network
    names = [network.street_names[i] for i in network.street]
    lengths = Counter()
    for name, length_m in zip(names, network.length_m, strict=True):
        lengths[name] += round(float(length_m))
    first, second = lengths.pop("Piazza Nuova"), lengths.pop("Piazzetta")
    assert lengths == {"Via Boifava": 90, "": 40}
    assert {first - 210, second - 120} == {0, 60}, "the side they share is there once"
    assert first + second == 60 + 90 + 60 + 60 + 30 + 60 + 30
    assert walk(network, (0, 0), (90, 0))[0] == pytest.approx(90, abs=0.05)
    assert set(network.way_id.tolist()) == {20, 25, -1}


def test_only_segments_with_an_end_in_the_padded_box_are_kept(tmp_path: Path) -> None:
    #  ... -200 --- -100 --- 0 --- 100 --- 200 ...        box from -10 to 110
    nodes = {i: (100.0 * (i - 5), 0) for i in range(1, 10)} | {20: (-500, 300), 21: (500, 300)}
    path = write_osm(
        tmp_path / "long.osm", nodes, {10: (list(range(1, 10)), ROAD), 11: ([20, 21], FOOT)}
    )
    clips = {
        "middle": Clip(box(0, 0, 100, 0), box(-10, -10, 110, 10)),
        "west": Clip(box(-400, 0, -300, 0), box(-410, -10, -290, 10)),
    }
    areas = read_osm(path, clips, crs=CRS, categories=[])
    assert list(areas) == ["middle", "west"]
    assert places(areas["middle"].network) == {(-100, 0), (200, 0)}
    assert places(areas["west"].network) == {(-400, 0), (-200, 0)}


STATED = box(0, 0, 1000, 1000)


def clip_of(core: tuple[float, ...], padding: float) -> Clip:
    west, south, east, north = core
    return Clip(box(*core), box(west - padding, south - padding, east + padding, north + padding))


def stated_extract(folder: Path) -> Path:
    """A file whose header states a box of one kilometre, with a street in its middle."""
    return write_osm(
        folder / "town.osm", {1: (450, 500), 2: (550, 500)}, {10: ([1, 2], ROAD)}, bounds=STATED
    )


def in_words(found: tuple[float, ...]) -> str:
    west, south, east, north = found
    return f"(lon {west:.5f} to {east:.5f}, lat {south:.5f} to {north:.5f})"


def test_area_inside_the_extract_needs_no_words(tmp_path: Path) -> None:
    area = read_osm(
        stated_extract(tmp_path), {"a": clip_of((400, 400, 600, 600), 399)}, crs=CRS, categories=[]
    )["a"]
    assert area.info.warnings == ()


def test_padding_that_is_cut_is_a_warning(tmp_path: Path) -> None:
    clip = clip_of((400, 400, 600, 600), 450)
    area = read_osm(stated_extract(tmp_path), {"a": clip}, crs=CRS, categories=[])["a"]
    assert area.info.warnings == (
        f"town.osm, area 'a': the streets around the area are cut by the extract's edge: needed "
        f"{in_words(clip.padded_box)}, extract {in_words(STATED)}; walks that leave the area there "
        "may come out too "
        "long; use a larger extract",
    )


@pytest.mark.parametrize(
    ("core", "expected"),
    [
        ((800, 400, 1100, 600), "is cut by the edge of the extract"),
        ((400, -50, 600, 600), "is cut by the edge of the extract"),
        ((1100, 400, 1200, 600), "lies outside the extract"),
        ((400, -300, 600, -200), "lies outside the extract"),
    ],
)
def test_area_not_covered_is_told_with_both_boxes(
    tmp_path: Path, core: tuple, expected: str
) -> None:
    clip = clip_of(core, 10)
    sentence = (
        f"town.osm, area 'a': the area {in_words(clip.core_box)} {expected} {in_words(STATED)}; "
    )
    with pytest.raises(NetworkDataError, match=f"^{re.escape(sentence)}"):
        read_osm(stated_extract(tmp_path), {"a": clip}, crs=CRS, categories=[])


def test_all_areas_not_covered_are_told_at_once(tmp_path: Path) -> None:
    clips = {
        "a": clip_of((1100, 400, 1200, 600), 10),
        "b": clip_of((400, 400, 600, 600), 10),
        "c": clip_of((900, 400, 1100, 600), 10),
    }
    with pytest.raises(NetworkDataError, match="does not cover 2 areas") as told:
        read_osm(stated_extract(tmp_path), clips, crs=CRS, categories=[])
    assert [problem[:22] for problem in told.value.problems] == [
        "town.osm, area 'a': th",
        "town.osm, area 'c': th",
    ]


def test_area_without_walkable_way(tmp_path: Path) -> None:
    clip = clip_of((10, 10, 100, 100), 5)
    sentence = (
        f"area 'a': there is no walkable way in the area {in_words(clip.padded_box)}; the "
        f"extract {in_words(STATED)}"
    )
    with pytest.raises(NetworkDataError, match=re.escape(sentence)):
        read_osm(stated_extract(tmp_path), {"a": clip}, crs=CRS, categories=[])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.osm.pbf", None, "there is no such file; give an OpenStreetMap extract"),
        (
            "page.osm",
            b"<html><body>404</body></html>",
            r"cannot be read as OpenStreetMap data \(Unknown top-level",
        ),
        ("empty.osm", b"", "cannot be read as OpenStreetMap data"),
        ("empty.osm.pbf", b"", "cannot be read as OpenStreetMap data"),
        ("noise.osm.pbf", b"noise" * 400, r"cannot be read as OpenStreetMap data \(PBF error"),
        ("noise.osm.bz2", b"noise" * 400, r"cannot be read as OpenStreetMap data \(bzip2 error"),
        ("table.csv", b"a,b\n1,2\n", "Could not detect file format"),
        (
            "id.osm",
            b'<osm version="0.6"><node id="x" lat="1" lon="1"/></osm>',
            r"is empty.*\. Not all of it could be read: objects without a usable id: 1 \(left out\)",
        ),
        (
            "far.osm",
            b'<osm version="0.6"><node id="1" lat="451" lon="1"><tag k="amenity" v="bench"/></node>'
            b"</osm>",
            r"is empty.*\. Not all of it could be read: nodes without a place: 1 \(left out\)",
        ),
        ("old.osm", b'<osm version="0.5"></osm>', "Can not read file with version 0.5"),
        (
            "order.osm",
            b'<osm version="0.6"><way id="2"><tag k="highway" v="path"/></way><way id="1"/></osm>',
            r"is empty.*\. Not all of it could be read: ways of fewer than two nodes: 1 \(left out\)",
        ),
        (
            "bare.osm",
            b'<osm version="0.6"><bounds minlon="9" minlat="45" maxlon="10" maxlat="46"/></osm>',
            "there is no walkable way in the area",
        ),
        ("void.osm", b'<osm version="0.6"></osm>', "the street data is empty"),
    ],
)
def test_broken_files_are_told_in_a_sentence(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NetworkDataError, match=message):
        read_osm(path, {"a": clip_of((0, 0, 10, 10), 5)}, crs=CRS, categories=[])


def test_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NetworkDataError, match="is a folder; name the OpenStreetMap extract in it"):
        read_osm(tmp_path, {"a": clip_of((0, 0, 10, 10), 5)}, crs=CRS, categories=[])


@pytest.mark.parametrize(
    ("crs", "message"),
    [
        ("EPSG:4326", "does not measure metres"),
        ("EPSG:3857", "Web Mercator"),
        ("EPSG:32632x", "no known coordinate"),
    ],
)
def test_crs_must_measure_metres(tmp_path: Path, crs: str, message: str) -> None:
    clip = clip_of((400, 400, 600, 600), 10)
    with pytest.raises(CrsError, match=message):
        read_osm(stated_extract(tmp_path), {"a": clip}, crs=crs, categories=[])


@pytest.mark.parametrize(("timestamp", "date"), [("2014-10-07T12:00:00Z", "2014-10-07"), ("", "")])
def test_date_is_that_of_the_newest_object(tmp_path: Path, timestamp: str, date: str) -> None:
    assert read_drawing(tmp_path, NODES, WAYS, timestamp=timestamp).info.date == date


def test_date_in_the_header_goes_first(tmp_path: Path) -> None:
    plain = write_osm(tmp_path / "plain.osm", NODES, WAYS, timestamp="2014-10-07T12:00:00Z")
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2023-02-21T03:31:14Z")
    with osmium.SimpleWriter(str(tmp_path / "dated.osm.pbf"), header=header) as writer:
        for item in osmium.FileProcessor(str(plain)):
            writer.add(item)
    clips = {"a": Clip(box(0, 0, 200, 50), box(-10, -10, 210, 60))}
    assert (
        read_osm(tmp_path / "dated.osm.pbf", clips, crs=CRS, categories=[])["a"].info.date
        == "2023-02-21"
    )


# facilities: a pharmacy as a point, the same as a building 20 m away, a library as a building
# shaped like a U, a post office outside the padded box, and a thing of no category
U_SHAPE = {
    101: (0, 10),
    102: (0, 50),
    103: (10, 50),
    104: (10, 20),
    105: (30, 20),
    106: (30, 50),
    107: (40, 50),
    108: (40, 10),
}
FACILITY_NODES = {
    **NODES,
    **U_SHAPE,
    50: (
        100,
        20,
        {
            "amenity": "pharmacy",
            "name": "Farmacia Boifava",
            "opening_hours": "24/7",
            "addr:street": "Via Boifava",
            "addr:housenumber": "1/A",
            "addr:city": "Milano",
        },
    ),
    51: (115, 30),
    52: (125, 30),
    53: (125, 40),
    54: (115, 40),
    55: (5000, 5000, {"amenity": "post_office"}),
    56: (20, 30, {"amenity": "waste_basket"}),
    57: (60, 30, {"amenity": "pharmacy"}),
    58: (61, 30, {"railway": "subway_entrance", "name": "Missori"}),
    59: (62, 30, {"railway": "subway_entrance", "name": "Missori"}),
}
FACILITY_WAYS = {
    **WAYS,
    60: (
        [51, 52, 53, 54, 51],
        {"building": "yes", "amenity": "pharmacy", "name": "farmacia boifava"},
    ),
    61: ([*U_SHAPE, 101], {"amenity": "library", "name": "Biblioteca <b>Chiesa Rossa</b>"}),
    62: ([101, 102], {"amenity": "library", "name": "not closed"}),
}


def facilities(folder: Path) -> gpd.GeoDataFrame:
    return read_drawing(folder, FACILITY_NODES, FACILITY_WAYS, categories=CATEGORIES).facilities


def test_facilities_come_from_points_and_outlines(tmp_path: Path) -> None:
    frame = facilities(tmp_path)
    assert list(frame.columns) == [
        "facility_id",
        "name",
        "category",
        "address",
        "source",
        "osm_id",
        "opening_hours",
        "precision",
        "status",
        "geometry",
    ]
    assert frame.crs == "EPSG:4326"
    assert frame["facility_id"].tolist() == [
        "osm-node-50",
        "osm-node-57",
        "osm-node-58",
        "osm-node-59",
        "osm-way-61",
    ]
    assert frame["category"].tolist() == [
        "pharmacy",
        "pharmacy",
        "metro_stop",
        "metro_stop",
        "library",
    ]
    pharmacy = frame.iloc[0]
    assert (
        pharmacy["name"],
        pharmacy["address"],
        pharmacy["opening_hours"],
        pharmacy["osm_id"],
    ) == (
        "Farmacia Boifava",
        "Via Boifava 1/A, Milano",
        "24/7",
        "node/50",
    )
    assert (pharmacy.geometry.x, pharmacy.geometry.y) == pytest.approx(lonlat(100, 20), abs=1e-7)
    assert frame.iloc[1]["name"] == frame.iloc[1]["address"] == frame.iloc[1]["opening_hours"] == ""
    assert frame.iloc[4]["name"] == "Biblioteca <b>Chiesa Rossa</b>"
    assert (frame["source"] == "OpenStreetMap").all()


def test_point_of_an_outline_lies_inside_it(tmp_path: Path) -> None:
    point = facilities(tmp_path).set_index("facility_id").geometry["osm-way-61"]
    outline = shapely.Polygon([lonlat(*xy) for xy in U_SHAPE.values()])
    assert outline.contains(point)
    assert not outline.contains(outline.centroid)


def test_multipolygon_is_a_facility_with_its_point_outside_the_hole(tmp_path: Path) -> None:
    nodes = {
        **NODES,
        1: (0, 0),
        31: (0, 100),
        32: (90, 100),
        33: (90, 190),
        34: (0, 190),
        41: (10, 110),
        42: (80, 110),
        43: (80, 180),
        44: (10, 180),
    }
    ways = {**WAYS, 30: ([31, 32, 33, 34, 31], {}), 40: ([41, 42, 43, 44, 41], {})}
    tags = {"type": "multipolygon", "shop": "supermarket", "name": "Mercato"}
    area = read_drawing(
        tmp_path,
        nodes,
        ways,
        relations={7: ([(30, "outer"), (40, "inner")], tags)},
        categories=CATEGORIES,
    )
    assert area.facilities["facility_id"].tolist() == ["osm-relation-7"]
    hole = shapely.box(*box(10, 110, 80, 180))
    assert not hole.contains(area.facilities.geometry[0])


def test_no_category_asked_for_no_facility(tmp_path: Path) -> None:
    frame = read_drawing(tmp_path, FACILITY_NODES, FACILITY_WAYS).facilities
    assert len(frame) == 0
    assert frame.crs == "EPSG:4326"
    assert "geometry" in frame


def test_backdrop_is_cut_to_the_padded_box_and_projected(tmp_path: Path) -> None:
    nodes = {
        **NODES,
        # park with a pond cut out as a relation
        21: (20, -100),
        22: (60, -100),
        23: (60, -60),
        24: (20, -60),
        25: (30, -90),
        26: (50, -90),
        27: (50, -70),
        28: (30, -70),
        31: (-5000, 20),
        32: (5000, 20),  # canal through the box
        33: (0, 200),
        34: (200, 200),
        35: (0, 220),
        36: (200, 220),
        41: (150, 10),
        42: (170, 10),
        43: (170, 30),
        44: (150, 30),
        51: (9000, 9000),
        52: (9100, 9000),
        53: (9100, 9100),
    }
    ways = {
        **WAYS,
        70: ([21, 22, 23, 24, 21], {}),
        71: ([25, 26, 27, 28, 25], {"natural": "water"}),
        72: ([31, 32], {"waterway": "canal"}),
        73: ([33, 34, 999], {"railway": "rail"}),
        74: ([35, 36], {"railway": "subway", "tunnel": "yes"}),
        75: ([41, 42, 43, 44, 41], {"building": "apartments"}),
        76: ([51, 52, 53, 51], {"leisure": "park"}),
        77: ([33], {"railway": "rail"}),
    }
    relations = {8: ([(70, "outer"), (71, "inner")], {"type": "multipolygon", "leisure": "park"})}
    backdrop = read_drawing(tmp_path, nodes, ways, relations=relations).backdrop
    series = {kind: getattr(backdrop, kind) for kind in ("water", "green", "rail", "buildings")}
    assert all(s.crs == CRS for s in series.values())
    assert {kind: len(s) for kind, s in series.items()} == {
        "water": 2,
        "green": 1,
        "rail": 1,
        "buildings": 1,
    }
    assert series["green"].area.sum() == pytest.approx(40 * 40 - 20 * 20, rel=1e-3)
    assert series["buildings"].area.sum() == pytest.approx(400, rel=1e-3)
    assert series["rail"].length.sum() == pytest.approx(200, abs=0.1)
    lines = series["water"][series["water"].geom_type == "LineString"]
    assert lines.length.sum() == pytest.approx(2200, abs=10), "cut 1 km beyond the drawing"


def test_empty_backdrop_has_a_crs(tmp_path: Path) -> None:
    backdrop = read_drawing(tmp_path, NODES, WAYS).backdrop
    assert [len(getattr(backdrop, kind)) for kind in ("water", "green", "rail", "buildings")] == [
        0,
        0,
        0,
        0,
    ]
    assert backdrop.water.crs == CRS


# ---- real data

MILAN_CLIPS = {
    "chiesa_rossa": Clip((9.1605, 45.4190, 9.1968, 45.4366), (9.1425, 45.4063, 9.2148, 45.4493)),
    "forlanini": Clip((9.2348, 45.4346, 9.2590, 45.4621), (9.2168, 45.4219, 9.2770, 45.4748)),
}


@pytest.fixture(scope="module")
def milan(shared_dir: Path) -> dict[str, StreetArea]:
    return read_osm(
        shared_dir / "data/osm/milano-2014.osm.pbf", MILAN_CLIPS, crs=CRS, categories=CATEGORIES
    )


def independent_length_m(path: Path, clip: Clip) -> float:
    """Length of walkable segments by pyosmium's own haversine, way by way, with rules written a
    second time.
    """
    never = {
        "motorway",
        "motorway_link",
        "construction",
        "proposed",
        "raceway",
        "services",
        "rest_area",
        "bus_stop",
    }
    west, south, east, north = clip.padded_box
    total_m = 0.0
    for way in (
        osmium.FileProcessor(str(path))
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
    ):
        tags = {tag.k: tag.v for tag in way.tags}
        highway, foot = tags.get("highway", ""), tags.get("foot", "")
        allowed = foot in {"yes", "designated", "permissive", "official"}
        if (
            "platform" not in (highway, tags.get("railway"), tags.get("public_transport"))
            and not highway
        ):
            continue
        if (
            highway in never
            or foot in {"no", "private"}
            or (highway.startswith("trunk") and not allowed)
        ):
            continue
        if tags.get("access") in {"no", "private"} and not allowed:
            continue
        known = [node for node in way.nodes if node.location.valid()]
        for a, b in itertools.pairwise(known):
            if any(west <= n.lon <= east and south <= n.lat <= north for n in (a, b)):
                total_m += osmium.geom.haversine_distance(a.location, b.location)
    return total_m


@pytest.mark.real_data
def test_milan_has_the_streets_that_a_second_count_finds(
    milan: dict[str, StreetArea], shared_dir: Path
) -> None:
    for area_id, clip in MILAN_CLIPS.items():
        expected_m = independent_length_m(shared_dir / "data/osm/milano-2014.osm.pbf", clip)
        network = milan[area_id].network
        mapped_m = network.length_m[network.way_id != SHORTCUT].sum()
        assert mapped_m == pytest.approx(expected_m, rel=5e-3)


@pytest.mark.real_data
def test_milan_networks_are_sound(milan: dict[str, StreetArea]) -> None:
    for area in milan.values():
        network = area.network
        assert np.isfinite(network.vertex_xy).all()
        assert np.isfinite(network.length_m).all()
        assert (network.length_m >= 0).all()
        first, last = network.vertex_start[:-1], network.vertex_start[1:] - 1
        np.testing.assert_array_equal(network.vertex_xy[first], network.node_xy[network.edge_u])
        np.testing.assert_array_equal(network.vertex_xy[last], network.node_xy[network.edge_v])
        assert set(np.concatenate([network.edge_u, network.edge_v])) == set(range(network.n_nodes))
        assert network.steps.any()
        assert {1, 2, 3, 4, 5} >= set(network.crossing_u) - {0} >= {2, 3}
        assert {"Via Pietro Boifava", "Viale Ungheria"} & set(network.street_names)


@pytest.mark.real_data
def test_milan_south_padding_is_cut_neither_silently_nor_fatally(shared_dir: Path) -> None:
    clip = Clip((9.1605, 45.4190, 9.1968, 45.4366), (9.1425, 45.3900, 9.2148, 45.4493))
    area = read_osm(
        shared_dir / "data/osm/milano-2014.osm.pbf", {"a": clip}, crs=CRS, categories=[]
    )["a"]
    assert "cut by the extract's edge" in area.info.warnings[0]


@pytest.mark.real_data
def test_las_palmas_has_water_green_buildings_and_shops(shared_dir: Path) -> None:
    clip = Clip((-15.445, 28.090, -15.415, 28.120), (-15.460, 28.077, -15.400, 28.133))
    path = shared_dir / "data/osm/las-palmas-2023.osm.pbf"
    area = read_osm(path, {"town": clip}, crs="EPSG:32628", categories=CATEGORIES)["town"]
    assert min(len(area.backdrop.green), len(area.backdrop.buildings)) > 100
    assert {"pharmacy", "supermarket", "library"} <= set(area.facilities["category"])
    assert area.info.date == "2023-02-21"
    assert not area.facilities["facility_id"].duplicated().any()


@pytest.mark.real_data
@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_truncated_extract_is_told(shared_dir: Path, tmp_path: Path, share: float) -> None:
    whole = (shared_dir / "data/osm/milano-2014.osm.pbf").read_bytes()
    path = tmp_path / "half.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(
        NetworkDataError, match=r"cannot be read as OpenStreetMap data .*may be incomplete"
    ):
        read_osm(path, MILAN_CLIPS, crs=CRS, categories=[])


# A street round two sides of a square, and a footway straight across it.
#
#     4 ------- 3
#     |       .        1-2-3 along the street: 200 m
#     |    .           1-5-3 on the footway: 141.4 m
#     1 ------- 2
ROUND_NODES = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100), -5: (50, 50)}
ROUND_WAYS = {10: ([1, 2, 3], ROAD), 12: ([1, 4], ROAD), -11: ([1, -5, 3], FOOT)}


def write_pbf(source: Path, target: Path, *, is_with_locations: bool = False) -> Path:
    """The same file as PBF; with places on its ways, nodes without tags are left out."""
    kept = [
        one.replace(tags=dict(one.tags), location=(one.lon, one.lat))
        for one in osmium.FileProcessor(str(source), osmium.osm.NODE)
    ]
    suffix = ",locations_on_ways=true" if is_with_locations else ""
    with osmium.SimpleWriter(osmium.io.File(str(target), f"osm.pbf{suffix}")) as writer:
        for node in [] if is_with_locations else kept:
            writer.add_node(node)
        for item in osmium.FileProcessor(str(source)).with_locations():
            if item.is_way():
                writer.add(item)
    return target


def read_here(path: Path) -> WalkNetwork:
    clips = {"a": Clip(box(0, 0, 100, 100), box(-10, -10, 110, 110))}
    return read_osm(path, clips, crs=CRS, categories=[])["a"].network


def test_ids_below_zero_are_read_as_an_editor_writes_them(tmp_path: Path) -> None:
    network = read_drawing(tmp_path, ROUND_NODES, ROUND_WAYS).network
    assert walk(network, (0, 0), (100, 100))[0] == pytest.approx(141.42, rel=1e-3)
    assert sorted(network.way_id.tolist()) == [-1, 10, 12], "an editor's way is no way of the map"


def test_places_on_ways_are_read_where_nodes_are_left_out(tmp_path: Path) -> None:
    nodes = {abs(ref): place for ref, place in ROUND_NODES.items()}
    ways = {abs(way): ([abs(ref) for ref in refs], t) for way, (refs, t) in ROUND_WAYS.items()}
    plain = write_osm(tmp_path / "plain.osm", nodes, ways)
    network = read_here(write_pbf(plain, tmp_path / "ways.osm.pbf", is_with_locations=True))
    assert walk(network, (0, 0), (100, 100))[0] == pytest.approx(141.42, rel=1e-3)
    assert network.length_m.sum() == pytest.approx(read_here(plain).length_m.sum(), abs=0.1)


PARK = {"type": "multipolygon", "leisure": "park", "name": "Parco Grande"}
PARK_NODES = {**NODES, 20: (20, 10), 21: (80, 10), 22: (80, 60), 23: (20, 60), 24: (40, 10)}
PARK_WAYS = {
    **WAYS,
    30: ([20, 24, 21, 22], {}),
    31: ([20, 23, 22], {}),
    32: ([1, 24], {"highway": "footway"}),
}


@pytest.mark.parametrize(
    "members",
    [
        [(30, "outer"), (31, "outer")],
        [(31, "outer"), (30, "outer"), (99, "inner")],
        [(30, ""), (31, "")],
    ],
    ids=["whole", "a hole is missing", "without roles"],
)
def test_park_of_several_ways_is_a_park(tmp_path: Path, members: list) -> None:
    area = read_drawing(
        tmp_path, PARK_NODES, PARK_WAYS, categories=CATEGORIES, relations={5: (members, PARK)}
    )
    found = area.facilities
    assert found["osm_id"].tolist() == ["relation/5"]
    assert found["name"].tolist() == ["Parco Grande"]
    assert area.backdrop.green.area.sum() == pytest.approx(60 * 50, rel=0.01)


def test_relation_without_a_closed_outline_is_told(tmp_path: Path) -> None:
    lost = {5: ([(30, "outer"), (98, "outer")], PARK)}
    area = read_drawing(tmp_path, PARK_NODES, PARK_WAYS, categories=CATEGORIES, relations=lost)
    assert area.facilities.empty
    assert area.info.warnings[-1] == (
        "drawing.osm: areas drawn by several ways are left out where too few of these are in the "
        "file to close an outline: relation/5 (Parco Grande); use a larger extract"
    )
