"""What stands between streets, as files say it: tags, lines, outlines, and relations that are not
whole.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from builders.drawn_osm import CRS, ORIGIN, read_drawing
from builders.osm import read_file

from access15.core.streets.barriers import BARRIERS
from access15.sources.streets.area import StreetArea
from access15.sources.streets.tags import classify_barrier

STREETS = {10: ([1, 2], {"highway": "footway"})}
ENDS = {1: (0, 0), 2: (300, 0)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("waterway=river", "water"),
        ("waterway=canal layer=-1 cutting=yes", "water"),
        ("waterway=stream", "water"),
        ("waterway=ditch", "water"),
        ("waterway=riverbank", "water"),
        ("natural=water", "water"),
        ("landuse=reservoir", "water"),
        ("barrier=ditch", "water"),
        ("waterway=stream tunnel=culvert", None),
        ("waterway=canal tunnel=yes", None),
        ("waterway=canal covered=yes", None),
        ("waterway=river location=underground", None),
        ("natural=water covered=yes", None),
        ("waterway=river tunnel=no covered=no", "water"),
        ("railway=rail", "rail"),
        ("railway=tram", "rail"),
        ("railway=subway tunnel=yes", None),
        ("railway=rail bridge=yes", None),
        ("railway=rail bridge=no", "rail"),
        ("railway=abandoned", None),
        ("railway=platform", None),
        ("highway=motorway", "motorway"),
        ("highway=trunk bridge=viaduct", None),
        ("highway=primary motorroad=yes", "motorway"),
        ("highway=trunk tunnel=yes", None),
        ("highway=residential", None),
        ("building=yes", "building"),
        ("building=no", None),
        ("barrier=fence", "fence"),
        ("barrier=wall", "fence"),
        ("barrier=hedge", "fence"),
        ("barrier=city_wall", "fence"),
        ("leisure=pitch barrier=fence", "fence"),
        ("barrier=kerb", None),
        ("barrier=gate", None),
        ("barrier=bollard", None),
        ("barrier=retaining_wall", "retaining_wall"),
        ("man_made=embankment", "retaining_wall"),
        ("natural=cliff", "retaining_wall"),
        ("", None),
    ],
)
def test_what_stops_walkers(text: str, kind: str | None) -> None:
    assert classify_barrier(dict(pair.split("=") for pair in text.split())) == kind


def shapes_of(area: StreetArea, kind: str) -> list[shapely.Geometry]:
    """Barriers of one kind, in metres of the drawing, to the nearest metre."""
    own = area.barriers.shapes[area.barriers.kind == BARRIERS.index(kind)]
    return list(shapely.transform(own, lambda xy: np.rint(xy - ORIGIN)))


def test_lines_and_outlines_come_in_metres(tmp_path: Path) -> None:
    nodes = {
        **ENDS,
        21: (10, 20),
        22: (290, 20),
        31: (50, 50),
        32: (60, 50),
        33: (60, 60),
        34: (50, 60),
    }
    ways = {
        **STREETS,
        20: ([21, 22], {"waterway": "canal"}),
        21: ([31, 32, 33, 34, 31], {"building": "yes", "barrier": "fence"}),
        22: ([31, 32, 33, 34, 31], {"barrier": "fence", "leisure": "pitch"}),
    }
    area = read_drawing(tmp_path, nodes, ways)
    assert area.network.crs == CRS
    assert shapes_of(area, "water") == [shapely.LineString([(10, 20), (290, 20)])]
    (house,) = shapes_of(area, "building")
    assert house.area == 100
    (fence,) = shapes_of(area, "fence")
    assert (fence.geom_type, fence.length) == ("LineString", 40)
    assert len(area.barriers) == 3


def test_what_is_far_away_is_left_out(tmp_path: Path) -> None:
    nodes = {**ENDS, 21: (90_000, 0), 22: (90_100, 0)}
    area = read_drawing(tmp_path, nodes, {**STREETS, 20: ([21, 22], {"barrier": "wall"})})
    assert len(area.barriers) == 0


@pytest.mark.parametrize(
    ("tag", "kind"), [("natural=water", "water"), ("building=yes", "building")]
)
def test_banks_of_a_relation_that_is_not_whole(tmp_path: Path, tag: str, kind: str) -> None:
    """The relation names two ways and the file has one of them, without a tag of its own.

    ::

        21 ----------------- 22
        :                     :     way 71 is not in the file
        1 ------street------- 2
    """
    nodes = {**ENDS, 21: (0, 30), 22: (300, 30)}
    ways = {**STREETS, 70: ([21, 22], {})}
    key, value = tag.split("=")
    relations = {8: ([(70, "outer"), (71, "outer")], {"type": "multipolygon", key: value})}
    area = read_drawing(tmp_path, nodes, ways, relations=relations)
    assert shapes_of(area, kind) == [shapely.LineString([(0, 30), (300, 30)])]


def test_a_relation_that_is_whole_is_an_area(tmp_path: Path) -> None:
    nodes = {**ENDS, 21: (0, 30), 22: (300, 30), 23: (300, 50), 24: (0, 50)}
    ways = {**STREETS, 70: ([21, 22, 23], {}), 71: ([23, 24, 21], {})}
    tags = {"type": "multipolygon", "waterway": "riverbank"}
    relations = {8: ([(70, "outer"), (71, "outer")], tags)}
    found = shapes_of(read_drawing(tmp_path, nodes, ways, relations=relations), "water")
    assert sorted(shape.geom_type for shape in found) == ["LineString"] * 2 + ["MultiPolygon"]
    assert sum(shape.area for shape in found) == 300 * 20


def test_where_a_vertex_is_unknown_water_runs_on_and_a_fence_ends(tmp_path: Path) -> None:
    """Node 99 is not in the file: a canal goes straight on, a fence may have turned there."""
    nodes = {**ENDS, 21: (0, 30), 22: (50, 30), 23: (200, 30), 24: (300, 30)}
    refs = [21, 22, 99, 23, 24]
    canal = read_drawing(tmp_path, nodes, {**STREETS, 70: (refs, {"waterway": "canal"})})
    (line,) = shapes_of(canal, "water")
    assert line.length == 300
    fence = read_drawing(tmp_path, nodes, {**STREETS, 70: (refs, {"barrier": "fence"})})
    assert [part.length for part in shapes_of(fence, "fence")] == [50, 100]
    lonely = read_drawing(tmp_path, nodes, {**STREETS, 70: ([21, 99], {"waterway": "canal"})})
    assert shapes_of(lonely, "water") == []


@pytest.mark.real_data
def test_the_naviglio_pavese_has_a_bank(shared_dir: Path) -> None:
    """Relation 3186207 has three ways, of which the extract of October 2014 holds one; of its 78
    nodes six are known, where bridges and paths touch the bank.
    """
    data = read_file(shared_dir / "data" / "osm" / "milano-2014.osm.pbf", [])
    banks = [shapely.from_wkb(one) for one in data.barriers["water"]]
    near = [bank for bank in banks if bank.intersects(shapely.box(9.14, 45.38, 9.18, 45.44))]
    assert [shapely.get_num_points(bank) for bank in near] == [6]
