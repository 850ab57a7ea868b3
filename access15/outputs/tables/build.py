"""The numbers as tables: coverage, measures, equity, explanations, fixes, facilities as CSV, and
``results.gpkg``.

CSV files are UTF-8 with commas, decimal dots and ``\\n`` line ends, and the same run gives the same
bytes. An empty cell is "unknown", ``inf`` is "cannot be reached". A text that a spreadsheet would
run as a formula (it begins with ``= + - @``, a tab or a line end) gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.config import Lang
from access15.outputs.tables.geopackage import write_geopackage
from access15.outputs.tables.qgis import build_styles
from access15.results.gap import add_gap
from access15.results.run import COVERAGE_COLUMNS, AreaResult, RunResult

FACILITY_COLUMNS = (
    "facility_id",
    "name",
    "category",
    "address",
    "municipio",
    "lat",
    "lon",
    "precision",
    "source",
    "origin",
    "merged_osm",
    "status",
    "snap_m",
    "area",
    "hub_id",
    "opening_hours",
    "open_at",
)
TABLES = (
    "coverage.csv",
    "measures.csv",
    "equity.csv",
    "explain.csv",
    "fixes.csv",
    "facilities_out.csv",
    "results.gpkg",
)
MEASURE_COLUMNS = (
    "study",
    "area",
    "profile",
    "category",
    "group",
    "is_own",
    "people",
    "measure",
    "unit",
    "cutoff_min",
    "supply",
    "with_value",
    "mean",
    "p10",
    "p25",
    "median",
    "p75",
    "p90",
    "method",
    "network",
)
EQUITY_COLUMNS = (
    "study",
    "area",
    "profile",
    "category",
    "group",
    "is_own",
    "people",
    "shared",
    "gini",
    "theil",
    "palma",
    "cutoff_min",
    "beyond_people",
    "beyond_share",
    "unreachable_people",
    "beyond_mean_min",
    "gap",
    "squared_gap",
    "method",
    "network",
)
_DECIMALS = {
    "people": 2,
    "covered": 2,
    "share": 6,
    "low": 6,
    "high": 6,
    "gap_people": 2,
    "gap_points": 4,
    "lat": 6,
    "lon": 6,
    "snap_m": 2,
    "distance_m": 2,
    "travel_time_s": 3,
    "homes": 0,
    "people_alone": 2,
    "delay_s": 1,
    "length_m": 1,
    "detour_m": 0,
    "lat_to": 6,
    "lon_to": 6,
    "with_value": 2,
    "mean": 4,
    "p10": 4,
    "p25": 4,
    "median": 4,
    "p75": 4,
    "p90": 4,
    "gini": 4,
    "theil": 4,
    "palma": 4,
    "unknown_hours": 2,
    "unknown_hours_share": 6,
    "before": 2,
    "after": 2,
    "gained": 2,
    "lost": 2,
    "difference": 2,
    "share_before": 6,
    "share_after": 6,
    "metres": 1,
    "beyond_people": 2,
    "beyond_share": 6,
    "unreachable_people": 2,
    "beyond_mean_min": 2,
    "gap": 4,
    "squared_gap": 4,
}
_MINUTES_DECIMALS = 2
_GROUP_DECIMALS = 2
_ROUNDED = ("people", "covered", "share", "low", "high")
_GAPS = ("gap_people", "gap_points")
_HOURS = ("unknown_hours", "unknown_hours_share", "at")  # of a run at a moment; the last is a text
_PER_GROUP = ("own_", "claim_", "gap_")
_GAINED = "gained_"
_STATUS_RANK = {"ok": 0, "unreachable": 1, "too_far_from_network": 2, "not_geocoded": 3}
_ON_THE_STREETS = ("ok", "unreachable")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")


def write_tables(result: RunResult, folder: Path, *, lang: Lang = "it") -> dict[str, Path]:
    """Write the tables of a run."""
    coverage = build_coverage_table(result)
    facilities = build_facilities_table(result)
    paths = {name: folder / name for name in TABLES}
    paths["coverage.csv"].write_bytes(format_csv(coverage).encode("utf-8"))
    for name, table, columns in (
        ("measures.csv", result.measures, MEASURE_COLUMNS),
        ("equity.csv", result.equity, EQUITY_COLUMNS),
    ):
        told = [*columns, *(("at",) if "at" in table else ())]
        paths[name].write_bytes(format_csv(table.loc[:, told]).encode("utf-8"))
    paths["facilities_out.csv"].write_bytes(
        format_csv(_with_coordinates(facilities)).encode("utf-8")
    )
    paths["explain.csv"].write_bytes(format_csv(_stacked(result, "explanations")).encode("utf-8"))
    paths["fixes.csv"].write_bytes(format_csv(_stacked(result, "fixes")).encode("utf-8"))
    write_geopackage(
        result, coverage, facilities, paths["results.gpkg"], styles=build_styles(result, lang=lang)
    )
    return paths


def _stacked(result: RunResult, name: str) -> pd.DataFrame:
    """A table of every area, without shapes."""
    tables = [pd.DataFrame(getattr(area, name)) for area in result.areas.values()]
    return pd.concat(tables, ignore_index=True).drop(columns="geometry", errors="ignore")


def build_coverage_table(result: RunResult) -> pd.DataFrame:
    """Coverage of every area, rounded to what is written everywhere.

    Returns `COVERAGE_COLUMNS`, and of a run at a moment ``unknown_hours, unknown_hours_share, at``;
    people to two decimals, shares to six, NaN where unknown. The gap is the difference of the
    numbers as they are written.
    """
    told = [name for name in _HOURS if name in result.coverage]
    table = _rounded(result.coverage.loc[:, [*COVERAGE_COLUMNS, *told]], (*_ROUNDED, *told[:-1]))
    return _rounded(add_gap(table, result.study.claim), _GAPS)


def _rounded(table: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    # Python's own rounding, as in the CSV: pandas rounds some ties the other way
    return table.assign(
        **{
            name: [round(value, _DECIMALS[name]) for value in table[name].tolist()]
            for name in names
        }
    )


def build_facilities_table(result: RunResult) -> gpd.GeoDataFrame:
    """Every facility once, as seen from the neighbourhood whose hub is nearest.

    A facility is seen from several neighbourhoods. The one kept is where it can be reached, then
    where its first profile walks least, then where it lies nearest to a street. ``area`` and
    ``hub_id`` are empty for a facility on no neighbourhood's streets.

    Returns one row per input row, in its order: `FACILITY_COLUMNS` without coordinates,
    ``minutes_<profile>``, per group of that neighbourhood's residents ``own_<group>``,
    ``claim_<group>`` and ``gap_<group>``, and the point in the first area's CRS (None when not
    geocoded).
    """
    minutes = [f"minutes_{profile}" for profile in result.profiles]
    per_group = [
        f"{start}{group}" for group in result.study.population.groups for start in _PER_GROUP
    ]
    crs = next(iter(result.areas.values())).network.crs
    views = pd.concat([_view(area, crs) for area in result.areas.values()], ignore_index=True)
    views["rank"] = views["status"].map(_STATUS_RANK)
    best = (
        views.sort_values(["row", "rank", minutes[0], "snap_m"])
        .drop_duplicates("row")
        .reset_index(drop=True)
    )
    elsewhere = ~best["status"].isin(_ON_THE_STREETS)
    best.loc[elsewhere, ["area", "hub_id"]] = ""
    known = (
        best.columns if "open_at" in best else best.columns.drop("opening_hours", errors="ignore")
    )
    columns = [name for name in (*FACILITY_COLUMNS, *minutes, *per_group) if name in known]
    return gpd.GeoDataFrame(best[[*columns, "geometry"]], geometry="geometry", crs=crs)


def format_csv(table: pd.DataFrame) -> str:
    """Text of a CSV file with stable numbers and without formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(zip(*(_format_column(table[name]) for name in table.columns), strict=True))
    return out.getvalue()


def _format_column(column: pd.Series) -> list[str]:
    decimals = _places(str(column.name))
    return [_format_cell(value, decimals) for value in column.tolist()]


def _view(area: AreaResult, crs: str) -> pd.DataFrame:
    frame = area.facilities.to_crs(crs) if area.network.crs != crs else area.facilities
    return pd.DataFrame(frame).assign(row=np.arange(len(frame)), area=area.area.id)


def _with_coordinates(facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    points = facilities.geometry.to_crs("EPSG:4326")
    table = pd.DataFrame(facilities.drop(columns="geometry")).assign(lat=points.y, lon=points.x)
    columns = [name for name in FACILITY_COLUMNS if name in table.columns]
    return table[
        [*columns, *(name for name in table.columns if name.startswith(("minutes_", *_PER_GROUP)))]
    ]


def _places(column: str) -> int | None:
    """Decimals of a number column; None for six significant digits."""
    if column.startswith("minutes_"):
        return _MINUTES_DECIMALS
    return _DECIMALS.get(
        column, _GROUP_DECIMALS if column.startswith((*_PER_GROUP, _GAINED)) else None
    )


def _format_cell(value: object, decimals: int | None) -> str:
    if isinstance(value, str):
        # a lone \r would end the row for some readers
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
    if isinstance(value, float):
        return _format_number(value, decimals)
    return "" if value is None or value is pd.NA else str(value)


def _format_number(value: float, decimals: int | None) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = f"{value:g}" if decimals is None else f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text
