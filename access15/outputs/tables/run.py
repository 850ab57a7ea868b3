"""The tables of a run: coverage, measures, equity, explanations, fixes, doors and facilities as
CSV, and its layers as ``results.gpkg`` or a GeoParquet file each.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.config import USUAL, Format, Grid, Lang
from access15.crs import LONLAT
from access15.outputs.tables.cells import round_as_written, write_csv
from access15.outputs.tables.geopackage import GEOMETRY_TYPES, build_layers, write_geopackage
from access15.outputs.tables.grid import build_cells_layer
from access15.outputs.tables.project import build_project, store_project
from access15.outputs.tables.qgis import build_styles
from access15.results.gap import add_gap
from access15.results.run import AreaResult, RunResult
from access15.results.schema import (
    COVERAGE,
    COVERAGE_BY_CELL,
    DOORS,
    EQUITY,
    EXPLANATIONS,
    FACILITIES,
    FIXES,
    MEASURES,
    RANGE_BUDGET,
)
from access15.results.table import GEOMETRY

LAYERS_FILE = "results.gpkg"
RUN_TABLES = (
    COVERAGE,
    RANGE_BUDGET,
    MEASURES,
    EQUITY,
    EXPLANATIONS,
    FIXES,
    DOORS,
    FACILITIES,
)
_STATUS_RANK = {
    "ok": 0,
    "unreachable": 1,
    "too_far_from_network": 2,
    "not_geocoded": 3,
}
_NOTHING = {"text": "", "number": np.nan, "whole": 0, "yes/no": False}
_ON_THE_STREETS = ("ok", "unreachable")


def list_table_files(formats: Collection[Format], *, has_cells: bool = False) -> list[str]:
    """List the files of tables and layers in some formats, those of a grid among them."""
    names = []
    cells = [COVERAGE_BY_CELL] if has_cells else []
    if "csv" in formats:
        names += [table.files[0] for table in (*RUN_TABLES, *cells)]
    if "gpkg" in formats:
        names.append(LAYERS_FILE)
    if "geoparquet" in formats:
        layers = [*GEOMETRY_TYPES, *(table.layer for table in cells)]
        names += [f"{layer}.parquet" for layer in layers]
    return names


def write_tables(
    result: RunResult,
    folder: Path,
    *,
    formats: Collection[Format] = USUAL,
    lang: Lang = "it",
    grid: Grid | None = None,
) -> dict[str, Path]:
    """Write the tables of a run, and its layers."""
    coverage = build_coverage_table(result)
    facilities = build_facilities_table(result)
    more = {} if grid is None else {COVERAGE_BY_CELL.layer: build_cells_layer(result, grid)}
    if "csv" in formats:
        _write_csvs(result, coverage, facilities, folder)
        for cells in more.values():
            write_csv(pd.DataFrame(cells.drop(columns=GEOMETRY)), COVERAGE_BY_CELL, folder)
    if "gpkg" in formats:
        project = build_project(result, lang, has_cells=bool(more))
        write_geopackage(
            result,
            coverage,
            facilities,
            folder / LAYERS_FILE,
            styles=build_styles(result, lang=lang, has_cells=bool(more)),
            finish=lambda database: store_project(database, project, LAYERS_FILE, result.created),
            more=more,
        )
    if "geoparquet" in formats:
        for layer, frame in {**build_layers(result, coverage, facilities), **more}.items():
            path = folder / f"{layer}.parquet"
            frame.to_parquet(path, index=False, compression="zstd", geometry_encoding="WKB")
    return {name: folder / name for name in list_table_files(formats, has_cells=bool(more))}


def _write_csvs(
    result: RunResult,
    coverage: pd.DataFrame,
    facilities: gpd.GeoDataFrame,
    folder: Path,
) -> None:
    """Write every table as text."""
    frames: dict[str, pd.DataFrame] = {
        COVERAGE.name: coverage,
        RANGE_BUDGET.name: _stack(result, "range_budget"),
        MEASURES.name: result.measures,
        EQUITY.name: result.equity,
        EXPLANATIONS.name: _stack(result, "explanations"),
        FIXES.name: _stack(result, "fixes"),
        DOORS.name: _stack(result, "doors"),
        FACILITIES.name: _add_set_aside(_add_coordinates(facilities), result),
    }
    for table in RUN_TABLES:
        write_csv(frames[table.name], table, folder)


def build_coverage_table(result: RunResult) -> pd.DataFrame:
    """Coverage of every area, rounded to what is written everywhere.

    Gap and ratio are those of the numbers as they are written.
    """
    coverage = result.coverage
    table = round_as_written(coverage[COVERAGE.arrange(coverage.columns)], COVERAGE)
    return round_as_written(add_gap(table, result.study.claim), COVERAGE)


def build_facilities_table(result: RunResult) -> gpd.GeoDataFrame:
    """Every facility once, as seen from the neighbourhood whose hub is nearest.

    A facility is seen from several neighbourhoods. The one kept is where it can be reached, then
    where its first profile walks least, then where it lies nearest to a street. ``area`` and
    ``hub_id`` are empty for a facility on no neighbourhood's streets.

    Returns one row per input row, in its order, as `access15.results.schema.FACILITIES` without
    coordinates, and the point in the first area's CRS (None when not geocoded).
    """
    table = FACILITIES.fill(profile=result.profiles, group=result.study.population.groups)
    crs = next(iter(result.areas.values())).network.crs
    views = pd.concat([_view(area, crs) for area in result.areas.values()], ignore_index=True)
    views["rank"] = views["status"].map(_STATUS_RANK)
    first = next(iter(result.profiles))
    ranked = views.sort_values(["row", "rank", f"minutes_{first}", "snap_m"])
    best = ranked.drop_duplicates("row").reset_index(drop=True)
    elsewhere = ~best["status"].isin(_ON_THE_STREETS)
    best.loc[elsewhere, ["area", "hub_id"]] = ""
    if "open_at" not in best:
        best = best.drop(columns="opening_hours", errors="ignore")
    columns = table.arrange(best.columns)
    return gpd.GeoDataFrame(best[[*columns, GEOMETRY]], geometry=GEOMETRY, crs=crs)


def _view(area: AreaResult, crs: str) -> pd.DataFrame:
    """Facilities as one neighbourhood sees them."""
    frame = area.facilities.to_crs(crs) if area.network.crs != crs else area.facilities
    return pd.DataFrame(frame).assign(row=np.arange(len(frame)), area=area.area.id)


def _add_coordinates(facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    """Latitude and longitude in place of points."""
    points = facilities.geometry.to_crs(LONLAT)
    return pd.DataFrame(facilities.drop(columns=GEOMETRY)).assign(lat=points.y, lon=points.x)


def _add_set_aside(facilities: pd.DataFrame, result: RunResult) -> pd.DataFrame:
    """Rows of the tables that are counted under another row, or not at all, behind the others."""
    rows = result.places_info.set_aside
    if not result.places_info.added or rows is None:
        return facilities
    own = pd.DataFrame(rows).assign(lat=rows.geometry.y, lon=rows.geometry.x)
    told = own[[name for name in facilities.columns if name in own.columns]].copy()
    table = FACILITIES.fill(profile=result.profiles, group=result.study.population.groups)
    for column in table.columns:
        if column.name in told or column.name not in facilities:
            continue
        told[column.name] = _NOTHING[column.kind]
        if column.may_be_inf:
            told[column.name] = np.inf
    return pd.concat([facilities, told[facilities.columns]], ignore_index=True)


def _stack(result: RunResult, name: str) -> pd.DataFrame:
    """A table of every area, one below the other."""
    tables = [pd.DataFrame(getattr(area, name)) for area in result.areas.values()]
    return pd.concat(tables, ignore_index=True)
