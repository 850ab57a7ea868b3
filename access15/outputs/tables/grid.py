"""The coverage of a run by the cells of a grid, as a layer."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from access15.config import Grid
from access15.outputs.tables.geopackage import type_columns
from access15.results.cells import CellsAsked, count_area_cells
from access15.results.run import AreaResult, RunResult
from access15.results.schema import COVERAGE_BY_CELL


def build_cells_layer(result: RunResult, grid: Grid) -> gpd.GeoDataFrame:
    """Build the layer of cells with their coverage, groups and cutoffs side by side.

    Returns one row per neighbourhood, cell, profile and category, in the CRS of the first
    neighbourhood. What nothing is known of is NULL, as in ``coverage.csv``.
    """
    crs = next(iter(result.areas.values())).network.crs
    groups = list(result.study.population.groups)
    asked = CellsAsked(
        tuple(result.profiles),
        result.study.claim,
        {group: result.study.own_profile(group) for group in groups},
        tuple(f"{minutes:g}min".replace(".", "_") for minutes in result.cutoffs_min),
    )
    parts = [_list_rows(area, result, grid, asked).to_crs(crs) for area in result.areas.values()]
    return type_columns(pd.concat(parts, ignore_index=True), COVERAGE_BY_CELL)


def _list_rows(
    area: AreaResult, result: RunResult, grid: Grid, asked: CellsAsked
) -> gpd.GeoDataFrame:
    """Rows of one neighbourhood."""
    counts = count_area_cells(area, grid, list(asked.own), result.cutoffs_min)
    first = area.coverage.iloc[0]
    return pd.concat(
        [
            counts.list_rows(target, asked).assign(
                area=area.area.id,
                category=target,
                method=area.people_info.join_methods(),
                network=first["network"],
            )
            for target in dict.fromkeys(area.coverage["category"].astype(str))
        ],
        ignore_index=True,
    )
