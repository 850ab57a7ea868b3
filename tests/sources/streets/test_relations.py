"""Areas made of relations, and relations in these: followed as far as they are in the file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import osmium
import pytest
from builders.drawn_osm import read_drawing, write_osm

from access15.config import load_categories
from access15.sources.streets.relations import read_areas

CATEGORIES = list(load_categories().values())
NOTHING: dict[str, str] = {}
PARK = {"type": "multipolygon", "leisure": "park", "name": "Parco"}
AREA = {"type": "multipolygon"}
SITE = {"type": "site", "amenity": "library", "name": "Biblioteca"}
IN = "relation"
# Four squares side by side, each 20 m wide and 10 m apart, and one of 10 m inside the first.
#
#   +-------+   +-------+   +-------+
#   | +--+  |   |  41   |   |  42   |
#   | |50|  |   |       |   |       |
#   | +--+40|   |       |   |       |
#   +-------+   +-------+   +-------+
#   ------------- 30, a street -------
NODES = {1: (0, -5), 2: (100, -5)}
WAYS: dict[int, tuple[list[int], dict[str, str]]] = {30: ([1, 2], {"highway": "residential"})}
for way, west, south, width in ((40, 0, 0, 20), (41, 30, 0, 20), (42, 60, 0, 20), (50, 5, 5, 10)):
    corners = [(0, 0), (width, 0), (width, width), (0, width)]
    NODES |= {10 * way + i: (west + x, south + y) for i, (x, y) in enumerate(corners)}
    WAYS[way] = ([10 * way + i for i in (0, 1, 2, 3, 0)], {})
PART = 20.0 * 20.0


@pytest.mark.parametrize(
    ("relations", "area_m2", "told"),
    [
        ({1: ([(40, "outer"), (2, "outer", IN)], PARK), 2: ([(41, "outer")], AREA)}, 2, {}),
        ({1: ([(2, "", IN)], PARK), 2: ([(41, "")], NOTHING)}, 1, {}),
        # behind one another, the last one first
        (
            {
                1: ([(2, "", IN)], PARK),
                2: ([(41, "outer"), (3, "outer", IN)], AREA),
                3: ([(42, "outer")], AREA),
            },
            2,
            {},
        ),
        # a hole, and land in it again
        ({1: ([(40, "outer"), (2, "inner", IN)], PARK), 2: ([(50, "outer")], AREA)}, 0.75, {}),
        ({1: ([(2, "inner", IN), (40, "outer")], PARK), 2: ([(50, "inner")], AREA)}, 1, {}),
        # one in two others is there once
        (
            {
                1: ([(2, "", IN), (3, "", IN)], PARK),
                2: ([(4, "", IN)], AREA),
                3: ([(4, "", IN)], AREA),
                4: ([(40, "outer")], AREA),
            },
            1,
            {},
        ),
        # members that are not there
        (
            {1: ([(40, "outer"), (9, "outer", IN)], PARK)},
            1,
            {"relations with missing members": 1},
        ),
        (
            {1: ([(40, "outer"), (2, "", IN)], PARK), 2: ([(99, "outer")], AREA)},
            1,
            {"relations with missing members": 1},
        ),
        # circles
        (
            {1: ([(40, "outer"), (1, "outer", IN)], PARK)},
            1,
            {"relations that hold themselves or nest too deep": 1},
        ),
        (
            {1: ([(40, "outer"), (2, "", IN)], PARK), 2: ([(41, "outer"), (1, "", IN)], AREA)},
            2,
            {"relations that hold themselves or nest too deep": 1},
        ),
        # a part of another area is an area of its own
        ({1: ([(40, "outer"), (2, "subarea", IN)], PARK), 2: ([(41, "outer")], AREA)}, 1, {}),
        # ids that no file has
        ({1: ([(40, "outer"), (0, "", IN)], PARK)}, 1, {"relations with missing members": 1}),
        ({1: ([(40, "outer"), (-7, "", IN)], PARK)}, 1, {"relations with missing members": 1}),
    ],
)
def test_relations_in_relations(
    tmp_path: Path, relations: dict, area_m2: float, told: dict[str, int]
) -> None:
    area = read_drawing(tmp_path, NODES, WAYS, relations=relations)
    assert area.backdrop.green.area.sum() == pytest.approx(area_m2 * PART, rel=0.01)
    found = {
        note.code: note.values["n"]
        for one in area.info.warnings
        if one.code == "remark_unread"
        for note in one.values["told"]
    }
    assert found == {f"unread_{kind.replace(' ', '_')}": n for kind, n in told.items()}


@pytest.mark.parametrize("n", [3, 8, 9, 500])
def test_depth_has_an_end(tmp_path: Path, n: int) -> None:
    chain: dict = {i: ([(i + 1, "", IN)], AREA) for i in range(1, n + 1)}
    chain |= {1: ([(2, "", IN)], PARK), n + 1: ([(40, "outer")], AREA)}
    path = write_osm(tmp_path / "deep.osm", NODES, WAYS, relations=chain)
    unread: Counter = Counter()
    places = osmium.FileProcessor(str(path)).with_locations("sparse_mem_array")
    for _ in places:
        pass
    file = osmium.io.File(str(path))
    found = list(read_areas(file, {"leisure"}, places.node_location_storage, unread))
    assert [one.osm_id for one in found] == [1]
    assert found[0].outline.is_empty == (n > 8)
    assert unread["relations that hold themselves or nest too deep"] == (n > 8)


@pytest.mark.parametrize(
    ("members", "tags_of_41", "places"),
    [
        ([(40, ""), (41, "")], {}, ["relation/1"]),
        ([(40, "perimeter"), (50, "building")], {}, ["relation/1"]),
        ([(40, ""), (2, "", IN)], {}, ["relation/1"]),
        # its part is the library
        ([(40, ""), (41, "")], {"amenity": "library"}, ["way/41"]),
        # without any area nobody knows where it is
        ([(1, "label", "node")], {}, []),
    ],
)
def test_sites_are_places(
    tmp_path: Path, members: list, tags_of_41: dict[str, str], places: list[str]
) -> None:
    ways = {**WAYS, 41: (WAYS[41][0], tags_of_41)}
    relations = {1: (members, SITE), 2: ([(42, "outer")], AREA)}
    area = read_drawing(tmp_path, NODES, ways, categories=CATEGORIES, relations=relations)
    assert area.facilities["osm_id"].tolist() == places
    is_told = any("relations without places: 1" in one for one in area.info.warnings)
    assert is_told == (not places)
