"""Streets that only join beyond the box that is read are no islands: a run reads on until it is
sure.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders.drawn_osm import box, lonlat, write_osm

import access15
from access15.sources.streets.widen import read_until_sure
from access15.workflows.run import Run

PACE_M_MIN = 1.33 * 60
NOW = datetime(2026, 10, 1, tzinfo=UTC)

# A village of a square kilometre between 0 and 1000 m. Two streets, and a railway between them: the
# northern one, the longer, is the main one in any box; the southern one joins it 4 km farther west.
#
#   -4000                0        1000      3000
#     +------------------|----A-----|---------+    y = 560, the hall at A
#     |                  |          |
#     +------------------|----B-----|              y = 440, a school at B, homes on both
#
NODES = {
    1: (-4000, 560),
    2: (500, 560),
    3: (3000, 560),
    4: (-4000, 440),
    5: (500, 440),
    6: (1000, 440),
}
ROAD = {"highway": "residential"}
WAYS = {10: ([1, 2, 3], ROAD), 11: ([4, 5, 6], ROAD)}
JOINED = {**WAYS, 12: ([1, 4], ROAD)}


@pytest.fixture
def village(tmp_path: Path) -> Path:
    w, s, e, n = box(0, 0, 1000, 1000)
    outline = {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}
    zone = {"type": "Feature", "properties": {"zone": "1", "name": "Centro"}, "geometry": outline}
    (tmp_path / "zones.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [zone]})
    )
    (tmp_path / "people.csv").write_text("zone,total\n1,100\n")
    hall, library = lonlat(500, 570), lonlat(500, 430)
    (tmp_path / "places.csv").write_text(
        "facility_id,name,category,lat,lon\n"
        f"hall,Municipio,csrc,{hall[1]},{hall[0]}\nbooks,Biblioteca,library,{library[1]},{library[0]}\n"
    )
    path = tmp_path / "village.toml"
    path.write_text(
        """
id = "village"
name = "Villaggio"
profiles = ["plain"]
categories = ["library"]
cutoffs_min = [5]
facilities = { file = "places.csv" }
zones = { file = "zones.geojson", id_column = "zone", name_column = "name" }
population = { file = "people.csv", zone_column = "zone", groups = { total = "total" } }
[[areas]]
id = "centre"
name = "Centro"
zones = ["1"]
hubs = ["hall"]
"""
    )
    return path


def walk_around(
    village: Path, ways: dict[int, tuple[list[int], dict[str, str]]], reach_m: float = 9000
) -> Run:
    edge = box(-reach_m, -reach_m, reach_m, reach_m)
    nodes = {**NODES, 98: (-reach_m + 9, 0), 99: (-reach_m + 9, 50)}
    extract = write_osm(
        village.parent / "village.osm", nodes, {**ways, 90: ([98, 99], ROAD)}, bounds=edge
    )
    return access15.run(village, osm=extract, now=NOW)


def test_homes_and_places_stay_on_their_own_street(village: Path) -> None:
    """The library is 120 m from the hall as the crow flies, and nine kilometres on foot."""
    run = walk_around(village, JOINED)
    area = run.areas["centre"]
    assert area.network_info.warnings == ()
    assert area.residents["snap_m"].max() < 1
    assert area.facilities["status"].tolist() == ["ok", "ok"]
    assert area.facilities["minutes_plain"].tolist() == pytest.approx(
        [20 / PACE_M_MIN, 9140 / PACE_M_MIN], rel=1e-3
    )
    share = run.coverage[run.coverage["zone"] == "all"].set_index("category")["share"]
    assert share["hub"] == pytest.approx(2 * (5 * PACE_M_MIN - 10) / 2000, abs=0.02)
    # of 1,000 points every two metres one more or less may lie within reach at either end, for
    # places lie on whole centimetres
    assert share["library"] == pytest.approx(share["hub"], abs=0.0021)


def test_an_island_is_told(village: Path) -> None:
    """It leaves every box, and nobody knows whether it is joined beyond the extract."""
    run = walk_around(village, WAYS, reach_m=3500)
    (warning,) = run.areas["centre"].network_info.warnings
    assert warning == (
        "village.osm: some streets of the area meet the others only beyond the streets at hand, if "
        "at all; who lives "
        "on them is taken to the nearest other street, and walks may come out wrong there; use a "
        "larger extract"
    )


def test_an_island_that_ends_in_the_box_is_just_an_island(village: Path) -> None:
    short = {10: WAYS[10], 11: ([5, 6], ROAD)}
    assert walk_around(village, short).areas["centre"].network_info.warnings == ()


@pytest.mark.parametrize(
    ("limit", "last", "is_sure", "asked"),
    [
        (99, 16, True, [(3, None), (5, 3), (9, 5)]),  # until it is sure
        (9, 9, False, [(3, None), (5, 3), (9, 5)]),  # until nothing is left
        (1, 3, False, [(3, None)]),
    ],
)
def test_wider_until_sure(
    limit: int, last: int, is_sure: bool, asked: list[tuple[int, int | None]]
) -> None:
    told = []

    def widen(found: int, before: int | None) -> int | None:
        told.append((found, before))
        wider = {3: 5, 5: 9, 9: 16}[found]
        return wider if wider <= limit else None

    found = read_until_sure(3, is_sure=lambda found: found > 10, widen=widen)
    assert (found, told) == ((last, is_sure), asked)
