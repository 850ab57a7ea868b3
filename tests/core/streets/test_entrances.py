"""Entrances of parks: streets drawn by hand, drawn files, and counts on real extracts."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import shapely
from builders.drawn_osm import read_drawing
from builders.osm import read_file

from access15.config import load_categories
from access15.core.streets.entrances import KINDS, MERGE_M, Entrances, Segments, find_entrances
from access15.sources.streets.entrances import locate_places

PARK = shapely.box(0, 0, 100, 60)


def find(
    nodes: dict[str, tuple[float, float]], streets: str, *, locked: str = "", area: object = PARK
) -> Entrances:
    """Entrances of one outline; streets are runs of node letters, `locked` nodes are private
    gates.
    """
    names = list(nodes)
    ends = [
        (names.index(a), names.index(b))
        for run in streets.split()
        for a, b in itertools.pairwise(run)
    ]
    return find_entrances(
        np.array([area], dtype=object),
        Segments(
            ends=np.array(ends, dtype=np.int64).reshape(-1, 2),
            xy=np.array(list(nodes.values()), dtype=np.float64),
            is_blocked=np.array([name in locked for name in names], dtype=np.bool_),
        ),
    )


def told(found: Entrances) -> list[tuple[str, float, float]]:
    return sorted(
        (KINDS[kind], round(x, 3), round(y, 3))
        for kind, (x, y) in zip(found.kind, found.xy.tolist(), strict=True)
    )


def test_ways_into_a_park() -> None:
    """Hand-solved: of five paths that touch the edge three lead in.

          D
    60  +-|--------------+
        | |   G          |      A-B: a street outside, along nothing | |   |    fence |      D-C:
        crosses the edge at (20, 60) from outside: entrance | C---H-----F    |      E-F: begins ON
        the edge at E, where the street S-E-T runs along it: entrance (60, 0) |           |    |
        G: the path H-G ends at the edge (40, 60), nothing beyond: no entrance
     0  S===========E==T-+      K-L: crosses at (100, 30): entrance
             A---B
    """
    nodes = {
        "A": (20.0, -20.0),
        "B": (50.0, -20.0),
        "C": (20.0, 30.0),
        "D": (20.0, 90.0),
        "E": (60.0, 0.0),
        "F": (60.0, 30.0),
        "G": (40.0, 60.0),
        "H": (40.0, 30.0),
        "S": (0.0, 0.0),
        "T": (80.0, 0.0),
        "K": (130.0, 30.0),
        "L": (90.0, 30.0),
    }
    found = find(nodes, "AB DCHF EF SET HG KL")
    assert told(found) == [("crossing", 20, 60), ("crossing", 60, 0), ("crossing", 100, 30)]


def test_distances_along_the_outline() -> None:
    """The ring of `shapely.box` runs from the lower right corner up, left, down and back."""
    found = find(
        {"A": (130.0, 30.0), "B": (90.0, 30.0), "C": (50.0, -20.0), "D": (50.0, 20.0)}, "AB CD"
    )
    assert np.round(found.along_m, 3).tolist() == [30, 60 + 100 + 60 + 50]
    assert found.area.tolist() == [0, 0]


def test_a_street_straight_through_a_small_park_leads_in_twice() -> None:
    found = find({"A": (-50.0, 30.0), "B": (150.0, 30.0)}, "AB")
    assert told(found) == [("crossing", 0, 30), ("crossing", 100, 30)]


def test_a_street_along_the_edge_is_no_crossing() -> None:
    """0.9 m inside the line is the mapper's hand, 1.1 m and it runs inside."""
    nodes = {"A": (-50.0, 0.9), "B": (150.0, 0.9)}
    assert told(find(nodes, "AB")) == [("edge", 100, 0.9)]
    nodes = {"A": (-50.0, 1.1), "B": (150.0, 1.1)}
    assert told(find(nodes, "AB")) == [("crossing", 0, 1.1), ("crossing", 100, 1.1)]


def test_carriageway_and_pavement_are_one_entrance() -> None:
    nodes = {
        "A": (20.0, -9.0),
        "B": (20.0, 9.0),
        "C": (34.9, -9.0),
        "D": (34.9, 9.0),
        "E": (49.95, -9.0),
        "F": (49.95, 9.0),
    }
    found = find(nodes, "AB CD EF")
    assert MERGE_M == 15
    assert told(found) == [("crossing", 20, 0), ("crossing", 49.95, 0)]


def test_locked_gates_do_not_lead_in() -> None:
    nodes = {
        "A": (20.0, -9.0),
        "G": (20.0, -0.5),
        "B": (20.0, 30.0),
        "C": (70.0, -9.0),
        "D": (70.0, 30.0),
    }
    assert told(find(nodes, "AGB CD", locked="G")) == [("crossing", 70, 0)]
    assert told(find(nodes, "AGB CD")) == [("crossing", 20, 0), ("crossing", 70, 0)]


@pytest.mark.parametrize(("y", "expected"), [(-30.0, ("edge", 20.0, 0.0)), (-30.01, None)])
def test_a_park_without_paths_is_entered_beside_the_nearest_street(
    y: float, expected: tuple[str, float, float] | None
) -> None:
    """The street is 30 m off, no further: A at (20, y), B farther away."""
    found = find({"A": (20.0, y), "B": (20.0, y - 40)}, "AB")
    if expected is None:
        [(kind, x, y_inside)] = told(found)
        assert kind == "none"
        assert PARK.contains(shapely.Point(x, y_inside))
    else:
        assert told(found) == [expected]


def test_paths_shut_inside_a_park_are_not_the_street_beside_it() -> None:
    """The inner loop is nearer to the edge than the street, and no way in."""
    nodes = {"A": (40.0, 10.0), "B": (60.0, 10.0), "C": (80.0, -20.0), "D": (90.0, -20.0)}
    assert told(find(nodes, "AB CD")) == [("edge", 80, 0)]


def test_a_pond_in_the_middle_has_its_own_edge() -> None:
    """A path from outside to an island in the pond crosses four edges; those of the pond come after
    the outer ones.
    """
    park = PARK.difference(shapely.box(40, 20, 60, 40))
    found = find({"A": (-50.0, 30.0), "B": (50.0, 30.0)}, "AB", area=park)
    assert told(found) == [("crossing", 0, 30), ("crossing", 40, 30)]
    assert found.along_m[1] > PARK.exterior.length


def test_nothing_to_find() -> None:
    nobody = Segments(np.zeros((0, 2), np.int64), np.zeros((0, 2)), np.zeros(0, np.bool_))
    assert find_entrances(np.array([], dtype=object), nobody).area.size == 0
    assert told(find({}, "")) == [("none", 50, 30)]


def test_parks_of_a_drawn_file_become_entrances(tmp_path: Path) -> None:
    """A park with two ways in, one without paths, a private one, a flower bed, a park drawn as a
    point.

    The tunnel T under the first park is no way in.
    """
    nodes = {
        1: (-100, 0),
        2: (400, 0),  # the street
        3: (0, 20),
        4: (100, 20),
        5: (100, 80),
        6: (0, 80),  # Parco Uno
        # its path from the street to the east
        7: (50, 0),
        8: (50, 50),
        9: (150, 50),
        10: (150, 0),
        # a nameless park beside the street
        20: (200, 10),
        21: (250, 10),
        22: (250, 40),
        23: (200, 40),
        30: (300, 10),
        31: (350, 10),
        32: (350, 40),
        33: (300, 40),  # private
        40: (10, -5),
        41: (20, -5),
        42: (20, -15),
        43: (10, -15),  # a bed
        50: (380, 15, {"leisure": "park", "name": "Punto"}),
        60: (20, 0),
        61: (20, 120),
    }
    ways = {
        100: ([1, 60, 7, 10, 2], {"highway": "residential"}),
        101: ([7, 8, 9, 10], {"highway": "footway"}),
        102: ([60, 61], {"highway": "footway", "tunnel": "yes"}),
        200: (
            [3, 4, 5, 6, 3],
            {"leisure": "park", "name": "Parco Uno", "opening_hours": "08:00-18:00"},
        ),
        201: ([20, 21, 22, 23, 20], {"leisure": "park"}),
        202: ([30, 31, 32, 33, 30], {"leisure": "park", "access": "private"}),
        203: ([40, 41, 42, 43, 40], {"leisure": "garden"}),
    }
    area = read_drawing(tmp_path, nodes, ways, categories=list(load_categories().values()))
    found = area.facilities.set_index("facility_id")
    assert set(found["category"]) == {"park"}
    assert sorted(found.index) == [
        "osm-node-50",
        "osm-way-200-e130",
        "osm-way-200-e50",
        "osm-way-201-e0",
    ]
    assert found.loc[
        "osm-way-200-e50", ["name", "osm_id", "precision", "status", "opening_hours"]
    ].tolist() == [
        "Parco Uno",
        "way/200",
        "openstreetmap",
        "ok",
        "08:00-18:00",
    ]
    assert found.loc["osm-way-201-e0", "precision"] == "edge"


def count_parks(extract: Path, crs: str) -> tuple[int, dict[str, int]]:
    data = read_file(extract, load_categories().values())
    assert data.box is not None
    points = locate_places(data.places, data.ways, data.nodes, [data.box], crs=crs)
    counts: dict[str, int] = {}
    for place, precision in zip(points.place.tolist(), points.precision, strict=True):
        if data.places[place].by_entrance:
            counts[precision] = counts.get(precision, 0) + 1
    n_parks = len({p for p in points.place.tolist() if data.places[p].by_entrance})
    assert n_parks == sum(place.by_entrance for place in data.places)  # every one of them is there
    return n_parks, counts


@pytest.mark.real_data
def test_entrances_of_real_parks(shared_dir: Path) -> None:
    """Milan's extract holds the outlines of three parks only (its other park ways lack their
    nodes).
    """
    osm = shared_dir / "data" / "osm"
    assert count_parks(osm / "milano-2014.osm.pbf", "EPSG:32632") == (3, {"openstreetmap": 8})
    n_parks, counts = count_parks(osm / "las-palmas-2023.osm.pbf", "EPSG:32628")
    assert n_parks == 317
    assert counts == {"openstreetmap": 244, "edge": 225, "place": 1}
