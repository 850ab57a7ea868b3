"""Tables and layers in the formats asked for: the same rows in each, whoever reads them."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from builders.run import make_result

from access15.config import FORMATS
from access15.outputs.bundle import list_run_files, write_run
from access15.outputs.tables.geopackage import GEOMETRY_TYPES
from access15.results.run import RunResult

CSVS = {
    *("coverage.csv", "range_budget.csv", "measures.csv", "equity.csv"),
    *("explain.csv", "fixes.csv", "doors.csv", "facilities_out.csv"),
}
PARQUETS = {f"{layer}.parquet" for layer in GEOMETRY_TYPES}


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result(area_ids=("chiesa_rossa",))


def names_of(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir() if one.suffix in (".csv", ".gpkg", ".parquet")}


@pytest.fixture(scope="module")
def folder(result: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("all")
    write_run(result, made, command=[], aids={}, formats=FORMATS)
    return made


@pytest.mark.parametrize("layer", GEOMETRY_TYPES)
def test_a_layer_is_the_same_in_every_format(folder: Path, layer: str) -> None:
    """As geopandas reads it, and as DuckDB does."""
    package = gpd.read_file(folder / "results.gpkg", layer=layer)
    parquet = gpd.read_parquet(folder / f"{layer}.parquet")
    assert list(parquet.columns) == list(package.columns)
    assert parquet.crs == package.crs
    assert len(parquet) == len(package)
    is_equal = parquet.geometry.geom_equals(package.geometry)
    assert (is_equal | parquet.geometry.isna() | parquet.geometry.is_empty).all()
    for name in parquet.columns.drop("geometry"):
        if parquet[name].dtype == np.float64:
            np.testing.assert_array_equal(parquet[name], package[name].astype(float))
    with duckdb.connect() as database:
        database.execute("SET enable_geoparquet_conversion = false")
        found = database.execute(f"SELECT * FROM '{folder / layer}.parquet'").fetchall()  # noqa: S608
        described = [one[0] for one in database.description or ()]
    assert described == list(parquet.columns)
    assert len(found) == len(parquet)


def test_a_later_run_leaves_no_other_format(
    result: RunResult, folder: Path, tmp_path: Path
) -> None:
    """Nor removes what somebody else put there."""
    assert names_of(folder) == CSVS | PARQUETS | {"results.gpkg"}
    (tmp_path / "fixes.parquet").write_text("hers")
    write_run(result, tmp_path, command=[], aids={}, formats=("csv",))
    assert names_of(tmp_path) == CSVS | {"fixes.parquet"}
    assert (tmp_path / "fixes.parquet").read_text() == "hers"
    write_run(result, tmp_path, command=[], aids={}, formats=("gpkg", "geoparquet"))
    assert names_of(tmp_path) == PARQUETS | {"results.gpkg"}
    record = json.loads((tmp_path / "run.json").read_text("utf-8"))
    written = {one.name for one in tmp_path.iterdir()}
    assert set(record["files"]) == written
    assert written == set(list_run_files(result.study, ("gpkg", "geoparquet"))) - {
        "forlanini_salomone.html",
        "forlanini_salomone_session.html",
    }
    write_run(result, tmp_path, command=[], aids={})
    assert names_of(tmp_path) == CSVS | {"results.gpkg"}


@pytest.mark.parametrize("text", ["", "[]", '{"files": 3}', '{"files": [{}]}', "\x00", "{"])
def test_a_record_that_is_none_removes_nothing(
    result: RunResult, tmp_path: Path, text: str
) -> None:
    (tmp_path / "run.json").write_text(text)
    (tmp_path / "facilities.parquet").write_text("hers")
    write_run(result, tmp_path, command=[], aids={}, formats=("csv",))
    assert (tmp_path / "facilities.parquet").exists()


def test_numbers_stay_numbers(folder: Path) -> None:
    homes = pd.read_parquet(folder / "residents.parquet")
    assert homes["age_65_plus"].sum() == pytest.approx(
        gpd.read_file(folder / "results.gpkg", layer="residents")["age_65_plus"].sum()
    )
