"""The numbers as tables: ``coverage.csv``, ``facilities_out.csv`` and ``results.gpkg``.

CSV files are UTF-8 with commas, decimal dots and ``\\n`` line ends, and the same run gives the same
bytes. An empty cell is "unknown", ``inf`` is "cannot be reached". A text that a spreadsheet would
run as a formula (it begins with ``= + - @``, a tab or a line end) gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.config import Lang
from access15.errors import InputDataError
from access15.outputs.files import write_atomic, write_text_atomic
from access15.outputs.geopackage import write_frame, write_geopackage
from access15.outputs.qgis_styles import build_styles
from access15.results import AreaResult, RunResult

COVERAGE_COLUMNS = (
    "study", "area", "zone", "profile", "category", "group", "cutoff_min",
    "people", "covered", "share", "method", "network",
)  # fmt: skip
FACILITY_COLUMNS = (
    "facility_id", "name", "category", "address", "municipio", "lat", "lon", "precision", "source",
    "origin", "merged_osm", "status", "snap_m", "area", "hub_id",
)  # fmt: skip
_COVERAGE_DECIMALS = {"people": 2, "covered": 2, "share": 6}
_FACILITY_DECIMALS = {"lat": 6, "lon": 6, "snap_m": 1}
_MINUTES_DECIMALS = 2
_TIMES_DECIMALS = {"snap_m": 3, "distance_m": 3, "travel_time_s": 3}
_DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG"}
_STATUS_RANK = {"ok": 0, "unreachable": 1, "too_far_from_network": 2, "not_geocoded": 3}
_ON_THE_STREETS = ("ok", "unreachable")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n")


def write_tables(result: RunResult, folder: Path, *, lang: Lang = "it") -> dict[str, Path]:
    """Write the three tables of a run.

    Parameters
    ----------
    result : RunResult
        A finished run.
    folder : Path
        An existing folder.
    lang : {"it", "en"}
        Language of the names in the GeoPackage's styles.

    Returns
    -------
    dict of str to Path
        The files written, by name.

    Raises
    ------
    Access15Error
        If a file cannot be written.
    """
    coverage = build_coverage_table(result.coverage)
    facilities = build_facilities_table(result)
    paths = {name: folder / name for name in ("coverage.csv", "facilities_out.csv", "results.gpkg")}
    write_text_atomic(paths["coverage.csv"], format_csv(coverage, _COVERAGE_DECIMALS))
    write_text_atomic(paths["facilities_out.csv"], facilities_csv(facilities))
    write_geopackage(result, coverage, facilities, paths["results.gpkg"], styles=build_styles(result, lang=lang))
    return paths


def coverage_csv(coverage: pd.DataFrame) -> str:
    """Coverage as the text of ``coverage.csv``.

    Parameters
    ----------
    coverage : DataFrame
        `COVERAGE_COLUMNS`.

    Returns
    -------
    str
        Header and rows.
    """
    return format_csv(build_coverage_table(coverage), _COVERAGE_DECIMALS)


def facilities_csv(facilities: gpd.GeoDataFrame) -> str:
    """Facilities as the text of ``facilities_out.csv``.

    Parameters
    ----------
    facilities : GeoDataFrame
        From `build_facilities_table`.

    Returns
    -------
    str
        Header and rows, points in degrees.
    """
    points = facilities.geometry.to_crs("EPSG:4326")
    table = pd.DataFrame(facilities.drop(columns="geometry")).assign(lat=points.y, lon=points.x)
    minutes = [name for name in table.columns if name.startswith("minutes_")]
    columns = [name for name in FACILITY_COLUMNS if name in table.columns]
    return format_csv(table[[*columns, *minutes]], _FACILITY_DECIMALS | dict.fromkeys(minutes, _MINUTES_DECIMALS))


def times_csv(times: pd.DataFrame) -> str:
    """Walking times from one place as the text of a CSV file.

    Parameters
    ----------
    times : DataFrame
        ``id, status, snap_m, distance_m, travel_time_s``.

    Returns
    -------
    str
        Header and rows; metres and seconds to three decimals.
    """
    return format_csv(times, _TIMES_DECIMALS)


def write_layer(frame: gpd.GeoDataFrame, path: Path, *, name: str) -> None:
    """Write one layer as GeoJSON (longitude and latitude) or GeoPackage (the frame's CRS).

    Parameters
    ----------
    frame : GeoDataFrame
        The features.
    path : Path
        File to make: ``.geojson`` or ``.gpkg``.
    name : str
        Name of the layer.

    Raises
    ------
    InputDataError
        If the file's suffix is neither.
    Access15Error
        If the file cannot be written; the previous one is unchanged.
    """
    driver = _DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise InputDataError(f"{path.name}: layers are written as .geojson or .gpkg; give the file one of these names")
    shown = frame.to_crs("EPSG:4326") if driver == "GeoJSON" else frame
    write_atomic(path, lambda partial: write_frame(shown, partial, layer=name, driver=driver))


def build_coverage_table(coverage: pd.DataFrame) -> pd.DataFrame:
    """Coverage rounded to what is written everywhere.

    Parameters
    ----------
    coverage : DataFrame
        `COVERAGE_COLUMNS`.

    Returns
    -------
    DataFrame
        The same columns; people to two decimals, shares to six, NaN where unknown.
    """
    return coverage.loc[:, list(COVERAGE_COLUMNS)].round(_COVERAGE_DECIMALS)


def build_facilities_table(result: RunResult) -> gpd.GeoDataFrame:
    """Every facility once, as seen from the neighbourhood whose hub is nearest.

    A facility is seen from several neighbourhoods. The one kept is where it can be reached, then
    where its first profile walks least, then where it lies nearest to a street. ``area`` and
    ``hub_id`` are empty for a facility on no neighbourhood's streets.

    Parameters
    ----------
    result : RunResult
        A finished run.

    Returns
    -------
    GeoDataFrame
        One row per input row, in its order: `FACILITY_COLUMNS` without coordinates,
        ``minutes_<profile>`` and the point in the first area's CRS (None when not geocoded).
    """
    minutes = [f"minutes_{profile}" for profile in result.profiles]
    crs = next(iter(result.areas.values())).network.crs
    views = pd.concat([_view(area, crs) for area in result.areas.values()], ignore_index=True)
    views["rank"] = views["status"].map(_STATUS_RANK)
    best = views.sort_values(["row", "rank", minutes[0], "snap_m"]).drop_duplicates("row").reset_index(drop=True)
    elsewhere = ~best["status"].isin(_ON_THE_STREETS)
    best.loc[elsewhere, ["area", "hub_id"]] = ""
    columns = [name for name in (*FACILITY_COLUMNS, *minutes) if name in best.columns]
    return gpd.GeoDataFrame(best[[*columns, "geometry"]], geometry="geometry", crs=crs)


def format_csv(table: pd.DataFrame, decimals: Mapping[str, int]) -> str:
    """Text of a CSV file with stable numbers and without formulas.

    Parameters
    ----------
    table : DataFrame
        What to write; the index is not.
    decimals : mapping of str to int
        Decimals of number columns; six significant digits where not given.

    Returns
    -------
    str
        Header and rows.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    cells = [[_format_cell(value, decimals.get(name)) for value in table[name].tolist()] for name in table.columns]
    writer.writerows(zip(*cells, strict=True))
    return out.getvalue()


def _view(area: AreaResult, crs: str) -> pd.DataFrame:
    frame = area.facilities.to_crs(crs) if area.network.crs != crs else area.facilities
    return pd.DataFrame(frame).assign(row=np.arange(len(frame)), area=area.area.id)


def _format_cell(value: object, decimals: int | None) -> str:
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n")  # a lone \r would end the row for some readers
        return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
    if isinstance(value, float):
        return _format_number(value, decimals)
    if value is None or value is pd.NA:
        return ""
    return str(value)


def _format_number(value: float, decimals: int | None) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = f"{value:g}" if decimals is None else f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0.0 else text
