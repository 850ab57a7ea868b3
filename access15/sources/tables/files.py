"""Tables of facilities as they come: CSV, GeoJSON, other JSON, GeoPackage and Excel, turned into
rows of text.

Nothing is interpreted here but the file's format: every cell becomes text, every row keeps the
number a person sees (a spreadsheet's row, header 1; a feature counted from 1).
"""

from __future__ import annotations

import math
import struct
import warnings
import xml.etree.ElementTree as ET
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from access15.errors import InputDataError
from access15.sources.tables import rows as facility_rows
from access15.sources.tables.rows import (
    THINGS,
    RawRow,
    RawTable,
    Thing,
    cell_text,
    refuse_too_many,
    table_of_records,
)
from access15.sources.tables.text import read_csv, read_json, read_text

MAX_BYTES = 200_000_000
_SUFFIXES = (".csv", ".txt", ".tsv", ".geojson", ".json", ".gpkg", ".xlsx", ".xlsm")
# Everything a damaged workbook makes openpyxl, zipfile or the XML parser raise.
_WORKBOOK_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, ET.ParseError, OSError, EOFError, RuntimeError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError),
)


def read_table(path: Path, *, thing: Thing = "facility") -> RawTable:
    """Read a table of any accepted format."""
    suffix = path.suffix.lower()
    size = _size_of(path, thing)
    if suffix not in _SUFFIXES:
        raise InputDataError(
            f"{path.name}: files ending in {suffix or 'nothing'!r} are not read; "
            "save it as CSV, GeoJSON, GeoPackage (.gpkg) or Excel (.xlsx)."
        )
    if size == 0:
        raise InputDataError(
            f"{path.name} is empty: it has no header and no rows; check that it was saved."
        )
    if size > MAX_BYTES:
        raise InputDataError(
            f"{path.name} is {size / 1e6:,.0f} MB, above the limit of {MAX_BYTES / 1e6:,.0f} MB: "
            "keep only the rows of the study area."
        )
    if suffix == ".gpkg":
        table = _read_geopackage(path, thing)
    elif suffix in (".xlsx", ".xlsm"):
        table = _read_workbook(path)
    else:
        text, notes = read_text(path)
        table = (
            read_json(path.name, text, notes)
            if suffix in (".json", ".geojson")
            else read_csv(path.name, text, notes)
        )
    if not table.rows and not table.faults:
        raise InputDataError(f"{path.name} has a header and no rows: there is no {thing} in it.")
    return replace(table, thing=thing)


def _size_of(path: Path, thing: Thing) -> int:
    try:
        if path.is_dir():
            raise InputDataError(f"{path} is a folder: give the file of {THINGS[thing]} inside it.")
        return path.stat().st_size
    except OSError as error:
        raise InputDataError(
            f"{path} cannot be read ({error.strerror}): check the path and its permissions."
        ) from None


def _read_geopackage(path: Path, thing: Thing) -> RawTable:
    try:
        with warnings.catch_warnings():
            # GDAL warns of small faults of the container, which do not touch the rows
            warnings.simplefilter("ignore", category=RuntimeWarning)
            layer = _layer_of(path, THINGS[thing])
            frame = gpd.read_file(
                path, layer=layer, engine="pyogrio", rows=facility_rows.MAX_ROWS + 1
            )
    except (DataSourceError, DataLayerError) as error:
        reason = str(error).splitlines()[0][:120]
        raise InputDataError(
            f"{path.name} is not a readable GeoPackage ({reason}): export it again."
        ) from None
    refuse_too_many(path.name, len(frame))
    has_geometry = isinstance(frame, gpd.GeoDataFrame)
    geometries = list(frame.geometry) if has_geometry else [None] * len(frame)
    plain = frame.drop(columns=frame.geometry.name) if has_geometry else frame
    headers = tuple(str(column) for column in plain.columns)
    rows = [
        RawRow(
            number,
            {header: _cell_of_frame(value) for header, value in zip(headers, values, strict=True)},
            geometry,
        )
        for number, (values, geometry) in enumerate(
            zip(plain.itertuples(index=False, name=None), geometries, strict=True), start=1
        )
    ]
    crs = frame.crs.to_string() if has_geometry and frame.crs is not None else None
    return RawTable(path.name, "feature", headers, tuple(rows), has_geometry=has_geometry, crs=crs)


def _cell_of_frame(value: object) -> str:
    """Cell of a typed layer, where a missing number is NaN."""
    return "" if isinstance(value, float) and math.isnan(value) else cell_text(value)


def _layer_of(path: Path, wanted: str) -> str:
    """Layer that holds the facilities or points: the only one, or the one called so."""
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    if len(layers) == 1:
        return layers[0]
    if wanted in layers:
        return wanted
    raise InputDataError(
        f"{path.name} has {len(layers)} layers ({', '.join(layers)}) and none is called "
        f"{wanted!r}: "
        f"export the one with the {wanted} alone."
    )


def _read_workbook(path: Path) -> RawTable:
    from openpyxl import load_workbook  # noqa: PLC0415  # slow to import and seldom needed
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with path.open("rb") as file, warnings.catch_warnings():
            # openpyxl warns of styles and validation rules, which do not touch the values read here
            warnings.simplefilter("ignore", category=UserWarning)
            book = load_workbook(file, read_only=True, data_only=True)
            try:
                sheets = book.worksheets
                records: list[tuple[object, ...]] = []
                for record in sheets[0].iter_rows(values_only=True):
                    records.append(record)
                    refuse_too_many(path.name, len(records) - 1)
                others = [sheet.title for sheet in sheets[1:]]
                first_sheet = sheets[0].title
            finally:
                book.close()
    except InputDataError:
        raise
    except (InvalidFileException, *_WORKBOOK_ERRORS):
        raise InputDataError(
            f"{path.name} is not a readable Excel workbook (damaged, with a password, or another "
            "format): "
            "save it again as .xlsx or as CSV (UTF-8)."
        ) from None
    notes = []
    if others:
        notes.append(
            f"{path.name}: only the first sheet, {first_sheet!r}, is read; not "
            f"{', '.join(map(repr, others))}."
        )
    # a workbook leaves out empty cells at the end of a row
    width = max(map(len, records), default=0)
    return table_of_records(
        path.name, [(*record, *[None] * (width - len(record))) for record in records], notes
    )
