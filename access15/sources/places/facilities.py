"""Facilities read, checked and written: the same rows and order in and out, each with a status."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio.errors
from numpy.typing import NDArray

from access15.config import Category, FacilitiesSource
from access15.errors import Access15Error, Access15Warning, InputDataError
from access15.files import replacing
from access15.sources.places import checks
from access15.sources.places.merge import merge_osm_facilities
from access15.sources.places.points import Bounds, read_points, resolve_crs
from access15.sources.tables.columns import KNOWN, REPLACED, Columns, match_columns, meaning_of
from access15.sources.tables.files import read_table
from access15.sources.tables.rows import RawTable, harmless_text

__all__ = [
    "FacilitiesReport",
    "check_facilities",
    "merge_osm_facilities",
    "read_facilities",
    "write_facilities",
]

_KEPT = ("capacity", "opening_hours")
_OPTIONAL = ("municipio", *_KEPT)  # columns of the result only where the file has them


@dataclass(frozen=True)
class FacilitiesReport:
    """What is right and wrong with a file of facilities.

    Parameters
    ----------
    problems : tuple of str
        Faults that keep the file from being used, one sentence each.
    warnings : tuple of str
        What the reader should know; the file can be used.
    n_rows : int
        Rows with content, header not counted.
    counts : dict of (str, str) to int
        Rows by category and precision, in the file's order of appearance.
    """

    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    n_rows: int
    counts: dict[tuple[str, str], int]


def read_facilities(
    source: FacilitiesSource, *, categories: Mapping[str, Category], bounds: Bounds | None
) -> gpd.GeoDataFrame:
    """Read a table of facilities.

    Headers may be Italian or English, numbers may have decimal commas, coordinates may be in any
    CRS. ``source.columns`` says which header holds what where that cannot be guessed; a value
    starting with ``=`` holds for every row: ``columns = { name = "Toponimo", category = "=library"
    }``. Without a column of ids facilities are called ``row-<number>``, which is said in a warning.

    Returns EPSG:4326, the file's rows in the file's order: ``facility_id, name, category, address,
    municipio`` (if the file has it), ``precision, source, capacity`` (if the file has it: a number
    as text, empty where unknown), ``opening_hours`` (if the file has them: as OpenStreetMap writes
    them, empty where unknown), the file's other columns as text, ``origin`` (``official``),
    ``merged_osm`` (empty), ``status`` (``ok``, or ``not_geocoded`` for a row without a point or
    whose precision is too coarse for a walking time), ``geometry`` (Point; None where there is
    none).
    """
    frame, report = _load(source, categories, bounds)
    if report.problems or frame is None:
        n_problems = len(report.problems)
        raise InputDataError(
            f"{source.file.name} cannot be used: {n_problems} "
            f"problem{'s' if n_problems > 1 else ''} to correct",
            report.problems,
        )
    for warning in report.warnings:
        warnings.warn(warning, Access15Warning, stacklevel=2)
    return frame


def check_facilities(
    source: FacilitiesSource, *, categories: Mapping[str, Category], bounds: Bounds | None
) -> FacilitiesReport:
    """Find everything that is wrong with a table of facilities."""
    return _load(source, categories, bounds)[1]


def write_facilities(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write facilities so that `read_facilities` gives them back."""
    drivers = {".csv": "CSV", ".geojson": "GeoJSON", ".gpkg": "GPKG"}
    driver = drivers.get(path.suffix.lower())
    if driver is None:
        raise InputDataError(
            f"{path.name}: facilities are written as .csv, .geojson or .gpkg; choose one of these."
        )
    frame = frame.to_crs("EPSG:4326")
    frame = frame.rename(columns=_unmistakable_names(frame, geopackage=driver == "GPKG"))
    with replacing(path) as partial:
        if driver == "CSV":
            _as_table(frame).to_csv(partial, index=False, encoding="utf-8", lineterminator="\n")
            return
        try:
            frame.to_file(partial, driver=driver, layer="facilities", engine="pyogrio")
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise Access15Error(
                f"{path} cannot be written ({error}); check the folder and the disk"
            ) from error


def _as_table(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Frame without geometry, with lat and lon after the address."""
    columns = [
        column for column in frame.columns if column not in (frame.geometry.name, "lat", "lon")
    ]
    at = columns.index("municipio" if "municipio" in columns else "address") + 1
    table = pd.DataFrame(frame[columns])
    for offset, (name, values) in enumerate((("lat", frame.geometry.y), ("lon", frame.geometry.x))):
        table.insert(
            at + offset, name, ["" if np.isnan(value) else f"{value:.7f}" for value in values]
        )
    return table.map(lambda value: harmless_text(value) if isinstance(value, str) else value)


def _unmistakable_names(frame: gpd.GeoDataFrame, *, geopackage: bool) -> dict[str, str]:
    """New names for a user's columns that would be mistaken for ours, or that a GeoPackage keeps
    for itself.
    """
    names: dict[str, str] = {}
    taken = {
        *frame.columns.intersection([*KNOWN, *REPLACED]),
        *(("fid", "geom") if geopackage else ()),
    }
    for column in frame.columns.difference([*KNOWN, *REPLACED], sort=False):
        free = column
        while free.casefold() in taken or meaning_of(free):
            free += "_original"
        taken.add(free.casefold() if geopackage else free)
        if free != column:
            names[column] = free
    return names


def _load(
    source: FacilitiesSource, categories: Mapping[str, Category], bounds: Bounds | None
) -> tuple[gpd.GeoDataFrame | None, FacilitiesReport]:
    try:
        table = read_table(source.file)
        crs, notes = resolve_crs(table, source.crs)
    except InputDataError as error:
        return None, FacilitiesReport((error.summary,), (), 0, {})
    columns, problems = match_columns(table, source.columns)
    points, bad_points = read_points(table, columns, crs=crs, bounds=bounds)
    ids, bad_ids, id_notes = checks.read_ids(table, columns)
    names, bad_names = checks.read_names(table, columns)
    category_ids, bad_categories = checks.read_categories(table, columns, categories)
    precisions, bad_precisions, precision_notes = checks.read_precisions(
        table, columns, [point is not None for point in points]
    )
    capacities, bad_capacities = checks.read_capacities(table, columns)
    hours, bad_hours = checks.read_hours(table, columns)
    faults = [
        *table.faults,
        *bad_points,
        *bad_ids,
        *bad_names,
        *bad_categories,
        *bad_precisions,
        *bad_capacities,
    ]
    faults += bad_hours
    by_row = [fault.sentence for fault in sorted(faults, key=lambda fault: fault.number)]
    cells = {"facility_id": ids, "name": names, "category": category_ids, "precision": precisions}
    optional = {"capacity": capacities, "opening_hours": hours}
    cells |= {meaning: values for meaning, values in optional.items() if meaning in columns}
    report = FacilitiesReport(
        problems=(*problems, *by_row),
        warnings=(*table.warnings, *notes, *id_notes, *precision_notes),
        n_rows=len(table.rows),
        counts=dict(Counter(zip(category_ids, precisions, strict=True))),
    )
    return _build_frame(table, columns, cells, points), report


def _build_frame(
    table: RawTable, columns: Columns, cells: Mapping[str, list[str]], points: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    data: dict[str, object] = {}
    for meaning in (
        "facility_id",
        "name",
        "category",
        "address",
        "municipio",
        "precision",
        "source",
        *_KEPT,
    ):
        if meaning in cells:
            data[meaning] = cells[meaning]
        elif meaning not in _OPTIONAL or meaning in columns:
            data[meaning] = [columns.value(row, meaning) for row in table.rows]
    used = {columns.headers[m] for m in columns.headers}
    for header in table.headers:
        if header not in used and header not in data and header not in REPLACED:
            data[header] = [row.cells[header] for row in table.rows]
    usable = [precision in checks.USABLE_PRECISIONS for precision in cells["precision"]]
    data["origin"] = "official"
    data["merged_osm"] = ""
    data["status"] = ["ok" if good else "not_geocoded" for good in usable]
    frame = pd.DataFrame(data, index=pd.RangeIndex(len(table.rows)))
    return gpd.GeoDataFrame(
        frame, geometry=gpd.GeoSeries(list(points), crs="EPSG:4326"), crs="EPSG:4326"
    )
