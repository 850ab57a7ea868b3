"""Homes where no residents are known, solved by hand.

::

    y=20  [A 10x10, 2 storeys]      [B 20x10, none stated: 4]
    y=0   o------------------------o------------------------o     200 m of residential street
          0                       100                      200
          zone west: x < 100       zone east: x > 100

Floor of A: 10 * 10 * 2 = 200 m²; of B: 20 * 10 * 4 = 800 m².
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders.drawn_osm import CRS, ORIGIN, box, write_osm
from builders.osm import read_osm

from access15.config import HOMES, PopulationSource
from access15.errors import InputDataError
from access15.results.people import PeopleNote
from access15.sources.people.homes import place_homes
from access15.sources.people.residents import settle_people
from access15.sources.streets.boxes import Clip

pytestmark = pytest.mark.usefixtures("said_in_italian")

SOURCE = PopulationSource(kind="homes")
NODES: dict[int, Any] = {1: (0, 0), 2: (100, 0), 3: (200, 0)}
A = {11: (45, 15), 12: (55, 15), 13: (55, 25), 14: (45, 25)}
B = {21: (140, 15), 22: (160, 15), 23: (160, 25), 24: (140, 25)}
STREET: dict[int, Any] = {
    1: ([1, 2], {"highway": "residential", "name": "Via Ovest"}),
    2: ([2, 3], {"highway": "residential", "name": "Via Est"}),
}
BUILDINGS: dict[int, Any] = {
    3: ([11, 12, 13, 14, 11], {"building": "house", "building:levels": "2"}),
    4: ([21, 22, 23, 24, 21], {"building": "apartments"}),
}


def draw_zones(*spans_m: tuple[str, float, float], low_m: float = -50) -> gpd.GeoDataFrame:
    x, y = ORIGIN
    shapes = [shapely.box(x + w, y + low_m, x + e, y + low_m + 100) for _, w, e in spans_m]
    ids = [name for name, _, _ in spans_m]
    return gpd.GeoDataFrame({"zone_id": ids, "name": ids}, geometry=shapes, crs=CRS)


def place(
    tmp_path: Path, ways: dict[int, Any], *areas: gpd.GeoDataFrame
) -> list[tuple[gpd.GeoDataFrame, Any]]:
    """Homes of the areas."""
    extent = box(-300, -300, 500, 300)
    path = write_osm(tmp_path / "t.osm", NODES | A | B, ways, bounds=extent)
    clip = Clip(core_box=box(-100, -60, 300, 60), padded_box=extent)
    streets = read_osm(path, {"here": clip}, crs=CRS, categories=[])["here"]
    named = {f"area{k}": zones for k, zones in enumerate(areas)}
    found = place_homes(SOURCE, named, dict.fromkeys(named, streets), dict.fromkeys(named, clip))
    settled = settle_people(
        SOURCE, None, named, dict.fromkeys(named, streets), dict.fromkeys(named, clip)
    )
    for key, (homes, info) in found.items():
        assert settled[key].residents[HOMES].tolist() == homes[HOMES].tolist()
        assert (settled[key].info, settled[key].around) == (info, None)
    return list(found.values())


WEST_EAST = draw_zones(("west", -10, 100), ("east", 100, 210))


def test_buildings_count_by_their_floor(tmp_path: Path) -> None:
    # a house stands within 30 m of 20 + 2 * 26 m of the west's street, which is not enough there
    zones = draw_zones(("west", 25, 75), ("east", 125, 175))
    ((homes, info),) = place(tmp_path, STREET | BUILDINGS, zones)
    assert homes[HOMES].tolist() == pytest.approx([200, 800], rel=0.01)
    assert homes["zone_id"].tolist() == ["west", "east"]
    assert dict(info.methods) == {"west": ("homes_buildings",), "east": ("homes_buildings",)}
    assert list(homes["street"]) == ["Via Ovest", "Via Est"]


def test_streets_count_by_their_length_where_buildings_are_not_mapped(tmp_path: Path) -> None:
    ((homes, info),) = place(tmp_path, STREET, WEST_EAST)
    assert homes.groupby("zone_id")[HOMES].sum().to_dict() == pytest.approx(
        {"west": 100, "east": 100}, rel=1e-3
    )
    assert dict(info.methods) == {"west": ("homes_streets",), "east": ("homes_streets",)}


def test_one_unit_for_the_whole_run(tmp_path: Path) -> None:
    """Where one area has no buildings, no area counts floors: shares can be set side by side."""
    mapped, bare = draw_zones(("west", 25, 75)), draw_zones(("far", 180, 210))
    found = place(tmp_path, STREET | BUILDINGS, mapped, bare)
    assert [list(info.methods.values()) for _, info in found] == [
        [("homes_streets",)],
        [("homes_streets",)],
    ]


def test_a_zone_without_homes_is_told(tmp_path: Path) -> None:
    zones = draw_zones(("west", 25, 75), ("sea", 400, 450))
    ((homes, info),) = place(tmp_path, STREET | BUILDINGS, zones)
    assert set(homes["zone_id"]) == {"west"}
    assert info.notes == (PeopleNote("no_homes", n=1),)
    assert np.isfinite(homes[HOMES]).all()


def test_an_area_without_homes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputDataError, match=r"no homes are mapped in the zones of 'area0'"):
        place(tmp_path, STREET | BUILDINGS, draw_zones(("sea", 400, 450)))
