"""The coverage of a run by the cells of a grid: the same people, in every format."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from builders.run import make_result

from access15.config import FORMATS, Grid, parse_grid
from access15.outputs.bundle import list_run_files, write_run
from access15.outputs.tables.grid import build_cells_layer
from access15.outputs.tables.project import build_project
from access15.outputs.tables.qgis import build_styles
from access15.results.run import RunResult
from access15.testing import assert_table, read_table

NAME = "coverage_by_cell"


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result(area_ids=("chiesa_rossa",))


@pytest.mark.parametrize("text", ["h3:9", "square:100", "square:10000"])
def test_cells_add_up_to_the_neighbourhood_to_the_bit(sketch: RunResult, text: str) -> None:
    """People are whole 2**-20ths, as they are read; so are their sums, in whatever order."""
    cells = build_cells_layer(sketch, parse_grid(text))
    coverage = sketch.coverage[sketch.coverage["zone"] == "all"]
    assert len(coverage) > 20
    n_known = 0
    for row in coverage.itertuples():
        here = (cells["area"] == row.area) & (cells["profile"] == row.profile)
        part = cells[here & (cells["category"] == row.category)]
        assert part["cell"].is_unique
        assert part[f"people_{row.group}"].sum() == row.people
        assert (part[f"is_own_{row.group}"] == row.is_own).all()
        covered = part[f"covered_{row.group}_{row.cutoff_min:g}min"]
        if np.isnan(row.covered):
            assert covered.isna().all(), "unknown is not zero"
        else:
            n_known += 1
            assert covered.sum() == row.covered
    assert n_known > 10


def test_every_home_lies_in_its_cell(result: RunResult) -> None:
    cells = build_cells_layer(result, Grid("square", 100))
    assert (cells.geometry.area == 10_000.0).all()
    outlines = cells.drop_duplicates("cell")
    homes = next(iter(result.areas.values())).residents
    found = gpd.sjoin(homes, outlines[["cell", "geometry"]], predicate="intersects")
    assert set(found["cell"]) == set(outlines["cell"])


def test_every_format_holds_them(result: RunResult, tmp_path: Path) -> None:
    grid = parse_grid("h3:9")
    files = write_run(result, tmp_path, command=[], aids={}, formats=FORMATS, grid=grid)
    assert f"{NAME}.csv" in files
    parquet = gpd.read_parquet(tmp_path / f"{NAME}.parquet")
    package = gpd.read_file(tmp_path / "results.gpkg", layer=NAME)
    table = read_table(tmp_path / f"{NAME}.csv", NAME)
    assert_table(table, NAME)
    assert len(parquet) == len(package) == len(table) > 0
    for column in parquet.columns.drop("geometry"):
        if parquet[column].dtype == np.float64:
            np.testing.assert_array_equal(parquet[column], package[column].astype(float))
            np.testing.assert_allclose(table[column], parquet[column], atol=1e-4)
    record = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert record["grid"] == "h3:9"
    assert set(record["files"]) == {one.name for one in tmp_path.iterdir()}
    assert set(record["files"]) <= set(list_run_files(result.study, FORMATS, has_cells=True))
    with closing(sqlite3.connect(tmp_path / "results.gpkg")) as database:
        found = database.execute(
            "SELECT useAsDefault FROM layer_styles WHERE f_table_name = ?", [NAME]
        ).fetchall()
    assert found == [(1,)]
    # a later run without cells leaves none
    write_run(result, tmp_path, command=[], aids={})
    assert not list(tmp_path.glob(f"{NAME}.*"))
    assert "grid" not in json.loads((tmp_path / "run.json").read_text("utf-8"))


def test_qgis_shows_them_where_they_are_asked_for(result: RunResult) -> None:
    assert NAME not in build_styles(result)
    columns = set(build_cells_layer(result, parse_grid("h3:9")).columns)
    filters = build_styles(result, has_cells=True)[NAME].split("&quot;")
    assert {part for i, part in enumerate(filters) if i % 2} <= columns
    sheets = [
        sheet.layer
        for group in build_project(result, "it", has_cells=True).groups
        for sheet in group.sheets
    ]
    assert NAME in sheets
