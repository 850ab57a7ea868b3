"""Columns that count nobody, in every kind of file of residents: percentages, densities, negative
numbers, parts of people and texts are refused with their row, and so is the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
import rasterio
from affine import Affine
from openpyxl import Workbook
from shapely.geometry import Point, box

from access15.config import PopulationSource
from access15.errors import InputDataError
from access15.sources.people.residents import check_population

CELLS = sorted(h3.grid_ring(h3.latlng_to_cell(45.43, 9.18, 9), 1))[:2]
NOT_A_NUMBER = "it must be a number of people, 0 or more"
WHOLE = "it must be a whole number of people"
RENAME = (
    "by its name a share or a density; give a column that counts people, or rename it if it does"
)
PARTED = (
    "a part of a person where all residents are whole numbers, as a share is; give a column that "
    "counts people"
)
Rows = list[dict[str, Any]]


def zones(folder: Path, rows: Rows) -> PopulationSource:
    """A table with a row per zone, the zone first."""
    table = pd.DataFrame([{"zone": name, **row} for name, row in zip("NS", rows, strict=True)])
    table.to_csv(folder / "t.csv", index=False)
    return PopulationSource(file=folder / "t.csv", zone_column="zone", groups=groups(rows))


def zones_in_excel(folder: Path, rows: Rows) -> PopulationSource:
    book = Workbook()
    book.active.append(["zone", *rows[0]])
    for name, row in zip("NS", rows, strict=True):
        book.active.append([name, *row.values()])
    book.save(folder / "t.xlsx")
    return PopulationSource(file=folder / "t.xlsx", zone_column="zone", groups=groups(rows))


def points(folder: Path, rows: Rows) -> PopulationSource:
    """A GeoPackage of points."""
    spots = [Point(9.18, 45.43), Point(9.19, 45.44)]
    gpd.GeoDataFrame(rows, geometry=spots, crs="EPSG:4326").to_file(folder / "t.gpkg")
    return PopulationSource(kind="layer", file=folder / "t.gpkg", groups=groups(rows))


def polygons(folder: Path, rows: Rows) -> PopulationSource:
    """GeoJSON of polygons with an id."""
    squares = [box(9.18, 45.43, 9.19, 45.44), box(9.19, 45.43, 9.2, 45.44)]
    frame = gpd.GeoDataFrame([{"id": f"q{i}", **row} for i, row in enumerate(rows)])
    frame.set_geometry(squares, crs="EPSG:4326").to_file(folder / "t.geojson")
    more = {"kind": "layer", "id_column": "id"}
    return PopulationSource(file=folder / "t.geojson", groups=groups(rows), **more)


def hexagons(folder: Path, rows: Rows) -> PopulationSource:
    table = pd.DataFrame([{"h3": cell, **row} for cell, row in zip(CELLS, rows, strict=True)])
    table.to_csv(folder / "t.csv", index=False)
    return PopulationSource(kind="h3", file=folder / "t.csv", groups=groups(rows))


def raster(folder: Path, rows: Rows) -> PopulationSource:
    """A band of 1 x 2 cells for each column, of about a hectare each."""
    bands = np.array([[[row[name] for row in rows]] for name in rows[0]], dtype=np.float64)
    profile = {"driver": "GTiff", "height": 1, "width": 2, "count": len(bands), "dtype": "float64"}
    place = {"crs": "EPSG:32632", "transform": Affine(100, 0, 514_000, 0, -100, 5_031_000)}
    with rasterio.open(folder / "t.tif", "w", **profile, **place) as made:
        made.write(bands)
    named = {name: str(i) for i, name in enumerate(groups(rows), start=1)}
    return PopulationSource(kind="raster", file=folder / "t.tif", groups=named)


def census(folder: Path, rows: Rows) -> PopulationSource:
    """Sections of 2021, made up."""
    codes = [151460000001, 151460000002]
    table = pd.DataFrame([{"SEZ21_ID": one, **row} for one, row in zip(codes, rows, strict=True)])
    table.to_csv(folder / "t_2021.csv", index=False, sep=";")
    squares = [box(0, 0, 100, 100), box(100, 0, 200, 100)]
    outlines = gpd.GeoDataFrame({"SEZ21_ID": codes}, geometry=squares, crs="EPSG:32632")
    outlines.to_file(folder / "s.gpkg")
    more = {"kind": "istat", "sections": folder / "s.gpkg"}
    return PopulationSource(file=folder / "t_2021.csv", groups=groups(rows), **more)


def groups(rows: Rows) -> dict[str, str]:
    """The first column is everybody, the second the group `old`."""
    return dict(zip(("total", "old"), rows[0], strict=False))


GOOD = {"all": 120, "old": 30}


def second(**cells: Any) -> Rows:
    """Two rows, the second with other cells; a column of another name takes the place of `old`."""
    names = ["all", next((name for name in cells if name != "all"), "old")]
    bad = {"all": 120, names[1]: 30, **cells}
    return [dict(zip(names, GOOD.values(), strict=True)), bad]


@pytest.mark.parametrize(
    ("make", "rows", "problem"),
    [
        (zones, second(old="25 %"), f"zone 'S': old is '25 %', {WHOLE}"),
        (zones, second(old=-3), f"zone 'S': old is '-3', {WHOLE}"),
        (zones, second(old="0.25"), f"zone 'S': old is '0.25', {WHOLE}"),
        (zones, second(all="1.200"), f"zone 'S': all is '1.200', {WHOLE}"),
        (
            zones,
            second(old_perc=25),
            f"zone 'N': old_perc is '30', {RENAME}\n  - zone 'S': old_perc is '25', {RENAME}",
        ),
        (zones_in_excel, second(old=25.5), f"zone 'S': old is '25.5', {WHOLE}"),
        (zones_in_excel, second(all="n.d."), f"zone 'S': all is 'n.d.', {WHOLE}"),
        (points, second(old=-3), f"feature 2: old is -3, {NOT_A_NUMBER}"),
        (points, second(old=25.5), f"feature 2: old is 25.5, {PARTED}"),
        (points, second(all=np.nan), f"feature 2: all is empty, {NOT_A_NUMBER}"),
        (polygons, second(old=True), f"id q1: old is 'True', {NOT_A_NUMBER}"),
        (polygons, second(old="many"), f"id q1: old is 'many', {NOT_A_NUMBER}"),
        (polygons, second(per_km2=3), f"id q0: per_km2 is 30, {RENAME}"),
        (polygons, second(old=130), "id q1: old is 130, more than all residents (120)"),
        (hexagons, second(old="0.2533"), f"row 3: old is 0.2533, {PARTED}"),
        (hexagons, second(old="25%"), f"row 3: old is '25%', {NOT_A_NUMBER}"),
        (hexagons, second(old=-0.5), f"row 3: old is '-0.5', {NOT_A_NUMBER}"),
        (
            hexagons,
            second(**{"indice di vecchiaia": 3}),
            f"row 2: indice di vecchiaia is '30', {RENAME}",
        ),
        (
            raster,
            second(old=-3),
            "band 2, row 1, column 2 is -3, it must be a number of people, 0 to 1,000,000,000; "
            "what stands for no data must be the file's nodata value",
        ),
        (raster, second(old=130), "row 1, column 2: old is 130, more than all residents (120)"),
        (
            raster,
            second(all=9_000),
            "row 1, column 2: 9000 people on 10,000 m² are more than live anywhere; take the "
            "raster of counts, people per cell, not of densities",
        ),
        (
            census,
            second(P29="12,5"),
            f"t_2021.csv section 151460000002: P29 is '12,5', {NOT_A_NUMBER}",
        ),
        (census, second(P29=-1), f"t_2021.csv section 151460000002: P29 is '-1', {NOT_A_NUMBER}"),
        (
            census,
            second(P29="3.5"),
            f"t_2021.csv section 151460000002: P29 is '3.5', {NOT_A_NUMBER}",
        ),
    ],
)
@pytest.mark.usefixtures("said_in_italian")
def test_what_counts_nobody_is_refused_with_its_row(
    tmp_path: Path,
    make: Callable[[Path, Rows], PopulationSource],
    rows: Rows,
    problem: str,
) -> None:
    source = make(tmp_path, rows)
    told = f"{source.file}: residents cannot be used"
    if source.kind == "istat":
        told = "residents of census sections cannot be used"
    message = f"{told}\n  - {problem}"
    with pytest.raises(InputDataError, match=f"^{re.escape(message)}$"):
        check_population(source, ["N", "S"])


@pytest.mark.parametrize("make", [points, polygons, hexagons])
def test_estimates_part_everybody(
    tmp_path: Path, make: Callable[[Path, Rows], PopulationSource]
) -> None:
    """Where all residents are parted too, a group may be."""
    check_population(make(tmp_path, second(all=120.25, old=30.5)), [])
