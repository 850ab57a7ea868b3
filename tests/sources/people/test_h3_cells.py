"""Residents of H3 cells: every cell once, nobody lost, every fault told with its row."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import h3
import numpy as np
import pytest
import shapely
from builders.settling import settle
from builders.streets import CRS, Street, build_streets
from hypothesis import given, settings
from hypothesis import strategies as st

from access15.config import PopulationSource
from access15.config.model import validated
from access15.core.streets.network import WalkNetwork
from access15.errors import ConfigError, InputDataError
from access15.results.people import PeopleNote
from access15.sources.people.h3_cells import parse_cell, read_h3_cells
from access15.sources.people.residents import Settled

LAT, LON = 45.4325, 9.1795
MIDDLE = h3.latlng_to_cell(LAT, LON, 9)
RING = h3.grid_ring(MIDDLE, 1)
AROUND = h3.grid_ring(MIDDLE, 2)
PARENT = h3.cell_to_parent(MIDDLE, 8)


def outline(*cells: str) -> shapely.Geometry:
    """Land of cells, in metres."""
    shapes = [shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(cell)]) for cell in cells]
    return gpd.GeoSeries([shapely.union_all(shapes)], crs="EPSG:4326").to_crs(CRS).iloc[0]


def zone() -> gpd.GeoDataFrame:
    """One zone: the cell in the middle and the six around it."""
    land = outline(MIDDLE, *RING).buffer(0.01)
    return gpd.GeoDataFrame({"zone_id": ["Z"]}, geometry=[land], crs=CRS)


def street() -> WalkNetwork:
    """One residential street through the middle, from the western edge of the zone to its eastern.

    ::

        A ------- via Media ------- B
    """
    west, _, east, _ = outline(MIDDLE, *RING).bounds
    y = outline(MIDDLE).centroid.y
    network = build_streets({"A": (west, y), "B": (east, y)}, [Street("A", "B")])
    return replace(
        network,
        highway=np.array([0]),
        highway_names=("residential",),
        street=np.array([1]),
        street_names=("", "via Media"),
    )


def source(path: Path, **values: Any) -> PopulationSource:
    given = {"kind": "h3", "file": path, "groups": {"total": "people"}} | values
    return PopulationSource.model_validate(given)


def write(path: Path, rows: list[str], header: str = "cell,people") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def settle_cells(path: Path, **values: Any) -> Settled:
    made = source(path, **values)
    return settle(made, read_h3_cells(made), zone(), street())


def test_people_live_along_the_streets_of_their_cell(tmp_path: Path) -> None:
    """Where a cell has no street they stand in its middle; who lives around is told of."""
    west = min(RING, key=lambda cell: outline(cell).centroid.x)
    north = max(RING, key=lambda cell: outline(cell).centroid.y)
    path = write(tmp_path / "h.csv", [f"{MIDDLE},64", f"{north},8", f"{west},0", f"{AROUND[0]},5"])
    settled = settle_cells(path)
    found = settled.residents
    assert found["total"].sum() == 72.0
    assert found[found["street"] == "via Media"]["total"].sum() == 64.0
    assert (
        outline(MIDDLE)
        .buffer(20.01)
        .covers(shapely.union_all(found[found["street"] == "via Media"].geometry.to_numpy()))
    )
    alone = found[found["street"] == ""]
    assert alone["total"].tolist() == [8.0]
    assert outline(north).covers(alone.geometry.iloc[0])
    assert settled.info.outside == {"total": 5.0}
    assert settled.info.notes == (
        PeopleNote("cells", people=77.0, n=3),
        PeopleNote("outside", people=5.0),
    )
    assert settled.info.methods["Z"] == ("cells_streets", "cells_middle")


def test_people_stand_in_the_middle_of_their_cell_where_asked(tmp_path: Path) -> None:
    path = write(tmp_path / "h.csv", [f"{MIDDLE},64", f"{RING[0]},8"])
    settled = settle_cells(path, spread="centre")
    assert settled.residents["total"].tolist() == [64.0, 8.0]
    assert settled.info.methods["Z"] == ("cells_centre",)
    for cell, at in zip((MIDDLE, RING[0]), settled.residents.geometry, strict=True):
        assert outline(cell).covers(at)
    assert settled.residents["street"].tolist() == ["via Media", "via Media"]


@settings(max_examples=20, deadline=None)
@given(
    counts=st.lists(st.integers(0, 3000), min_size=19, max_size=19).filter(lambda c: any(c[:7])),
    spread=st.sampled_from(["auto", "streets", "centre"]),
)
def test_everybody_is_in_the_zone_or_told_of(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], spread: str
) -> None:
    cells = [MIDDLE, *RING, *AROUND]
    rows = [f"{cell},{n}" for cell, n in zip(cells, counts, strict=True)]
    path = write(tmp_path_factory.mktemp("h") / "h.csv", rows)
    settled = settle_cells(path, spread=spread)
    assert settled.residents["total"].sum() == sum(counts[:7])
    assert settled.info.outside["total"] == sum(counts[7:])


@pytest.mark.parametrize("spelt", [MIDDLE.upper(), f"0x{MIDDLE}", str(int(MIDDLE, 16)), MIDDLE])
def test_ways_to_write_an_index(spelt: str) -> None:
    assert parse_cell(f" {spelt} ") == MIDDLE


def test_a_cell_across_the_date_line_is_whole(tmp_path: Path) -> None:
    cell = h3.latlng_to_cell(-16.8, 180.0, 5)
    found = read_h3_cells(source(write(tmp_path / "h.csv", [f"{cell},3"])))
    west, _, east, _ = found.places.total_bounds
    assert 179 < west < 180 < east < 181


def test_points_that_can_only_part_decimals(tmp_path: Path) -> None:
    """1.234 may be a thousand; beside 2.5 it is one and a bit."""
    path = write(tmp_path / "h.csv", [f"{MIDDLE},1.234", f"{RING[0]},2.5", f"{RING[1]},7"])
    counts = read_h3_cells(source(path)).places["total"].tolist()
    assert counts == [round(1.234 * 2**20) / 2**20, 2.5, 7.0]


def test_cells_of_several_sizes_that_do_not_overlap(tmp_path: Path) -> None:
    other = h3.cell_to_parent(h3.grid_ring(MIDDLE, 9)[0], 8)
    path = write(tmp_path / "h.csv", [f"{MIDDLE},1", f"{other},2"])
    assert read_h3_cells(source(path)).places["total"].tolist() == [1.0, 2.0]


NO_COUNT = "it must be a number of people, 0 or more"
INDEX = "it must be the index of an H3 cell, such as 89a901291abffff"
BY_NAME = (
    "by its name a share or a density; give a column that counts people, or rename it if it does"
)
LIST = "no single column holds H3 indexes such as 89a901291abffff; name it as 'cell_column' in [population]"


@pytest.mark.parametrize(
    ("header", "rows", "more", "problem"),
    [
        ("cell,people", ["x,1"], {"cell_column": "cell"}, f"row 2: cell is 'x', {INDEX}"),
        ("cell,people", [f"{MIDDLE},1", f"{RING[0]},3", ",2"], {}, f"row 4: cell is '', {INDEX}"),
        ("cell,people", [f"{MIDDLE},1", f"{RING[0]},1", "8.91EF+17,2"], {}, f"row 4: cell is '8.91EF+17', {INDEX}"),
        ("cell,people", [f"{MIDDLE},1", f"{RING[0]},1", f"{MIDDLE[:-1]}0,2"], {}, f"row 4: cell is '{MIDDLE[:-1]}0', {INDEX}"),
        ("cell,people", [f"{MIDDLE},1", f"{MIDDLE},2"], {}, f"row 3: cell {MIDDLE} stands already in row 2; keep one"),
        ("cell,people", [f"{MIDDLE},1", f"{MIDDLE.upper()},2"], {}, f"row 3: cell {MIDDLE} stands already in row 2; keep one"),
        ("cell,people", [f"{MIDDLE},1", f"{PARENT},2"], {}, f"row 2: cell {MIDDLE} lies in cell {PARENT} of row 3, whose people would count twice; keep one size"),
        ("cell,people", [f"{MIDDLE},-1"], {}, f"row 2: people is '-1', {NO_COUNT}"),
        ("cell,people", [f"{MIDDLE},many"], {}, f"row 2: people is 'many', {NO_COUNT}"),
        ("cell,people", [f"{MIDDLE},"], {}, f"row 2: people is '', {NO_COUNT}"),
        ("cell,people", [f"{MIDDLE},12%"], {}, f"row 2: people is '12%', {NO_COUNT}"),
        ("cell,people", [f'{MIDDLE},"12,5"'], {}, f"row 2: people is '12,5', {NO_COUNT}"),
        ("cell,people", [f"{MIDDLE},1.234"], {}, f"row 2: people is '1.234', {NO_COUNT}"),
        ("cell,people", [f"{MIDDLE},1e3"], {}, f"row 2: people is '1e3', {NO_COUNT}"),
        ("cell,people", [f"{MIDDLE},nan"], {}, f"row 2: people is 'nan', {NO_COUNT}"),
        ("cell,people", [f"{MIDDLE},inf"], {}, f"row 2: people is 'inf', {NO_COUNT}"),
        ("cell,people", [f"{MIDDLE},1000000000"], {}, f"row 2: people is '1000000000', {NO_COUNT}"),
        ("cell,people,old", [f"{MIDDLE},5,6"], {"groups": {"total": "people", "old": "old"}}, "row 2: old is 6, more than all residents (5)"),
        ("cell,density", [f"{MIDDLE},5"], {"groups": {"total": "density"}}, f"row 2: density is '5', {BY_NAME}"),
        ("cell,people_per_km2", [f"{MIDDLE},5"], {"groups": {"total": "people_per_km2"}}, f"row 2: people_per_km2 is '5', {BY_NAME}"),
        ("cell,people,pct_old", [f"{MIDDLE},50,6"], {"groups": {"total": "people", "old": "pct_old"}}, f"row 2: pct_old is '6', {BY_NAME}"),
        ("cell,people,% anziani", [f"{MIDDLE},50,6"], {"groups": {"total": "people", "old": "% anziani"}}, f"row 2: % anziani is '6', {BY_NAME}"),
        ("cell,persons", [f"{MIDDLE},5"], {}, "there is no column 'people'; the columns are cell, persons"),
        ("cell,people", [f"{MIDDLE},5"], {"cell_column": "h3"}, "there is no column 'h3'; the columns are cell, people"),
        ("place,people", ["a,1", "b,2"], {}, f"{LIST} (the columns are place, people)"),
        ("cell,other,people", [f"{MIDDLE},{PARENT},1"], {}, f"{LIST} (the columns are cell, other, people)"),
    ],
)  # fmt: skip
def test_unusable_cells(
    tmp_path: Path, header: str, rows: list[str], more: dict[str, Any], problem: str
) -> None:
    path = write(tmp_path / "h.csv", rows, header)
    text = f"{path}: residents cannot be used\n  - {problem}"
    with pytest.raises(InputDataError, match=f"^{re.escape(text)}$"):
        read_h3_cells(source(path, **more))


def test_all_faults_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "h.csv", [f"{MIDDLE},-1", f"{RING[0]},x", f"y,{1}"])
    with pytest.raises(InputDataError, match=r"(?s)row 4: cell is 'y'.*row 2: people.*row 3"):
        read_h3_cells(source(path))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"kind": "layer", "cell_column": "c"},
            "[population] 'cell_column' is for kind 'h3', not for 'layer'; remove it",
        ),
        (
            {"kind": "layer", "spread": "centre"},
            "[population] spread = 'centre' is for kind 'h3' or 'raster', whose rows are small; for "
            "'layer' write 'auto', 'buildings' or 'streets'",
        ),
        (
            {"kind": "h3", "zone_column": "z"},
            "[population] 'zone_column' is for kind 'zones', not for 'h3'; remove it",
        ),
    ],
)
def test_unusable_keys(values: dict[str, Any], message: str) -> None:
    text = f"p: not a valid PopulationSource\n  - {message}"
    given = {"file": "p", "groups": {"total": "t"}, **values}
    with pytest.raises(ConfigError, match=f"^{re.escape(text)}$"):
        validated(PopulationSource, given, "p")


@pytest.mark.real_data
def test_porto_alegre(shared_dir: Path) -> None:
    path = shared_dir / "data" / "porto_alegre" / "poa_hexgrid.csv"
    found = read_h3_cells(source(path, groups={"total": "population"}))
    assert len(found.places) == 1227
    assert found.places["total"].sum() == 812_935  # awk -F, '{ s += $4 } END { print s }'
    west, south, east, north = found.places.total_bounds
    assert (west, south) > (-51.3, -30.2)
    assert (east, north) < (-51.0, -29.9)
