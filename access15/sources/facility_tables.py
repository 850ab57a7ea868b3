"""Tables of facilities as they come: CSV, GeoJSON, other JSON, GeoPackage and Excel, turned into rows of text.

Nothing is interpreted here but the file's format: every cell becomes text, every row keeps the
number a person sees (a spreadsheet's row, header 1; a feature counted from 1).
"""

from __future__ import annotations

import csv
import io
import json
import math
import warnings
import xml.etree.ElementTree as ET
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from access15.errors import InputDataError

MAX_BYTES = 200_000_000
MAX_ROWS = 200_000
_SUFFIXES = (".csv", ".txt", ".tsv", ".geojson", ".json", ".gpkg", ".xlsx", ".xlsm")
_DELIMITERS = ",;\t|"
# First bytes that tell what a file really is, whatever its name says.
_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or one with a password"),
    (b"PK\x03\x04", "an Excel workbook or a zip archive"),
    (b"SQLite format 3\x00", "a GeoPackage or another SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)
# Everything a damaged workbook makes openpyxl, zipfile or the XML parser raise.
_WORKBOOK_ERRORS = (zipfile.BadZipFile, zlib.error, ET.ParseError, KeyError, ValueError, TypeError, OSError, EOFError)


@dataclass(frozen=True)
class RawRow:
    """One row of a table.

    Parameters
    ----------
    number : int
        Row as a spreadsheet shows it (header 1), or feature counted from 1.
    cells : dict of str to str
        Text by header; empty where there is nothing.
    geometry : shapely geometry, optional
        What the file draws for this row, in the table's CRS.
    """

    number: int
    cells: dict[str, str]
    geometry: BaseGeometry | None = None


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one row.

    Parameters
    ----------
    number : int
        The row, to sort by.
    sentence : str
        Where, value, rule and remedy.
    """

    number: int
    sentence: str


@dataclass(frozen=True)
class RawTable:
    """A table as text.

    Parameters
    ----------
    name : str
        File name without folders.
    row_word : {"row", "feature"}
        What a row is called in messages.
    headers : tuple of str
        Column names in the file's order.
    rows : tuple of RawRow
        Rows in the file's order.
    has_geometry : bool
        Whether the format draws geometry.
    crs : str, optional
        Coordinate reference system the file itself states.
    faults : tuple of RowFault
        Rows that could not be read as the format asks.
    warnings : tuple of str
        What the reader should know.
    """

    name: str
    row_word: Literal["row", "feature"]
    headers: tuple[str, ...]
    rows: tuple[RawRow, ...]
    has_geometry: bool = False
    crs: str | None = None
    faults: tuple[RowFault, ...] = ()
    warnings: tuple[str, ...] = ()

    def fault(self, row: RawRow, what: str) -> RowFault:
        """Fault of a row, with the file and row said first.

        Parameters
        ----------
        row : RawRow
            The row.
        what : str
            Value, rule and remedy.

        Returns
        -------
        RowFault
            The whole sentence.
        """
        return RowFault(row.number, f"{self.name} {self.row_word} {row.number}: {what}")


def read_table(path: Path) -> RawTable:
    """Read a table of any accepted format.

    Parameters
    ----------
    path : Path
        ``.csv`` (also ``.tsv``, ``.txt``), ``.geojson`` or ``.json``, ``.gpkg``, ``.xlsx``; at most
        200 MB and 200,000 rows.

    Returns
    -------
    RawTable
        Its rows as text.

    Raises
    ------
    InputDataError
        If it is missing, empty, too large, or not a table.
    """
    suffix = path.suffix.lower()
    size = _size_of(path)
    if suffix not in _SUFFIXES:
        raise InputDataError(
            f"{path.name}: files ending in {suffix or 'nothing'!r} are not read; "
            "save it as CSV, GeoJSON, GeoPackage (.gpkg) or Excel (.xlsx)."
        )
    if size == 0:
        raise InputDataError(f"{path.name} is empty: it has no header and no rows; check that it was saved.")
    if size > MAX_BYTES:
        raise InputDataError(
            f"{path.name} is {size / 1e6:,.0f} MB, above the limit of {MAX_BYTES / 1e6:,.0f} MB: "
            "keep only the rows of the study area."
        )
    if suffix == ".gpkg":
        table = _read_geopackage(path)
    elif suffix in (".xlsx", ".xlsm"):
        table = _read_workbook(path)
    else:
        text, notes = _decode(path)
        table = (
            _read_json(path.name, text, notes) if suffix in (".json", ".geojson") else _read_csv(path.name, text, notes)
        )
    if not table.rows and not table.faults:
        raise InputDataError(f"{path.name} has a header and no rows: there is no facility in it.")
    return table


def cell_text(value: object) -> str:
    """Text of one cell, whatever type its file gave it.

    Parameters
    ----------
    value : object
        Number, text, date, list or nothing.

    Returns
    -------
    str
        Trimmed text with single spaces; whole floats lose their ``.0``; empty for nothing.
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return " ".join(str(value).split())


def _size_of(path: Path) -> int:
    try:
        if path.is_dir():
            raise InputDataError(f"{path} is a folder: give the file of facilities inside it.")
        return path.stat().st_size
    except OSError as error:
        raise InputDataError(f"{path} cannot be read ({error.strerror}): check the path and its permissions.") from None


def _decode(path: Path) -> tuple[str, list[str]]:
    """Text of a file: UTF-8, or the Western European encoding of older Windows programs with a warning."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputDataError(f"{path} cannot be read ({error.strerror}): check its permissions.") from None
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise InputDataError(
                f"{path.name} is {what}, not a text table: save it as CSV (UTF-8) or give it its right ending."
            )
    if b"\x00" in data:
        raise InputDataError(f"{path.name} holds binary data, not text: save the table as CSV (UTF-8).")
    if data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise InputDataError(f"{path.name} is a web page, not a table: download the data itself.")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        return _decode_western(path.name, data, error.start)


def _decode_western(name: str, data: bytes, first_bad: int) -> tuple[str, list[str]]:
    line = data.count(b"\n", 0, first_bad) + 1
    if any(ord(char) > 127 for char in data.decode("utf-8", errors="ignore")):
        raise InputDataError(
            f"{name} line {line} is not UTF-8 although other lines are: two encodings are mixed; "
            "save the whole file as UTF-8."
        )
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise InputDataError(
            f"{name} line {line} is neither UTF-8 nor Windows-1252 text: save the file as UTF-8."
        ) from None
    return text, [f"{name} is not UTF-8 (line {line}): read as Windows-1252; check the accents, then save as UTF-8."]


def _read_csv(name: str, text: str, notes: list[str]) -> RawTable:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    if delimiter not in first:
        raise InputDataError(
            f"{name} is not a table: its first line, {first[:60]!r}, has no comma, semicolon or tab between columns."
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            _refuse_too_many(name, len(records))
    except csv.Error as error:
        raise InputDataError(
            f"{name} line {reader.line_num}: a cell cannot be read ({error}); check the quotation marks around it."
        ) from None
    return _table_of_records(name, records, notes)


def _table_of_records(name: str, records: Sequence[Sequence[object]], notes: Iterable[str]) -> RawTable:
    """Table of lists of cells, the first that is not blank being the header."""
    lines = [(number, [cell_text(cell) for cell in record]) for number, record in enumerate(records, start=1)]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        raise InputDataError(f"{name} is empty: it has no header and no rows; check that it was saved.")
    headers = lines[0][1]
    while headers and not headers[-1]:
        headers.pop()
    _refuse_bad_headers(name, headers)
    rows, faults = [], []
    for number, cells in lines[1:]:
        if any(cells[len(headers) :]) or len(cells) < len(headers):
            what = f"it has {len(cells)} cells, the header has {len(headers)}"
            remedy = "put text that contains the separator in quotation marks"
            faults.append(RowFault(number, f"{name} row {number}: {what}; {remedy}."))
        else:
            rows.append(RawRow(number, dict(zip(headers, cells, strict=False))))
    return RawTable(name, "row", tuple(headers), tuple(rows), faults=tuple(faults), warnings=tuple(notes))


def _refuse_bad_headers(name: str, headers: Sequence[str]) -> None:
    twice = sorted({header for header in headers if headers.count(header) > 1})
    if "" in headers:
        raise InputDataError(f"{name}: column {list(headers).index('') + 1} has no header; name it or delete it.")
    if twice:
        raise InputDataError(
            f"{name}: more than one column is named {', '.join(map(repr, twice))}; rename all but one."
        )


def _refuse_too_many(name: str, n_rows: int) -> None:
    if n_rows > MAX_ROWS + 1:
        raise InputDataError(
            f"{name} has more than {MAX_ROWS:,} rows, the limit: keep only the rows of the study area."
        )


def _read_json(name: str, text: str, notes: list[str]) -> RawTable:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise InputDataError(f"{name} is not valid JSON ({error}): download or export it again.") from None
    except RecursionError:
        raise InputDataError(f"{name} is JSON nested too deep to be a table: export it again.") from None
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        return _table_of_features(name, content, notes)
    records = _json_records(content)
    if records is None:
        raise InputDataError(f"{name} is JSON without a list of features or of records: it is not a table.")
    _refuse_too_many(name, len(records))
    headers = tuple(dict.fromkeys(key for record in records for key in record))
    rows = (RawRow(i, _text_cells(record, headers)) for i, record in enumerate(records, start=1))
    return RawTable(name, "feature", headers, tuple(rows), warnings=tuple(notes))


def _json_records(content: object) -> list[dict[str, Any]] | None:
    """List of records of a plain JSON file: the file itself, or the only list inside it."""
    lists = [content] if isinstance(content, list) else []
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
    if len(lists) == 1 and all(isinstance(record, dict) for record in lists[0]):
        return lists[0]
    return None


def _text_cells(record: dict[str, Any], headers: Sequence[str]) -> dict[str, str]:
    return {header: cell_text(record.get(header)) for header in headers}


def _table_of_features(name: str, content: dict[str, Any], notes: list[str]) -> RawTable:
    features = content.get("features")
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise InputDataError(f"{name}: its 'features' are not a list of GeoJSON features; export it again.")
    _refuse_too_many(name, len(features))
    records = [feature["properties"] if isinstance(feature.get("properties"), dict) else {} for feature in features]
    headers = tuple(dict.fromkeys(key for record in records for key in record))
    rows, faults = [], []
    for number, (feature, record) in enumerate(zip(features, records, strict=True), start=1):
        try:
            geometry = shapely.geometry.shape(feature["geometry"]) if feature.get("geometry") else None
        except (shapely.errors.ShapelyError, KeyError, ValueError, TypeError, AttributeError, IndexError):
            what = "its geometry is not valid GeoJSON; draw the point again."
            faults.append(RowFault(number, f"{name} feature {number}: {what}"))
            geometry = None
        rows.append(RawRow(number, _text_cells(record, headers), geometry))
    crs = content.get("crs")
    stated = crs.get("properties", {}).get("name") if isinstance(crs, dict) else "EPSG:4326"
    return RawTable(
        name,
        "feature",
        headers,
        tuple(rows),
        has_geometry=True,
        crs=stated,
        faults=tuple(faults),
        warnings=tuple(notes),
    )


def _read_geopackage(path: Path) -> RawTable:
    try:
        layer = _layer_of(path)
        frame = gpd.read_file(path, layer=layer, engine="pyogrio", rows=MAX_ROWS + 2)
    except (DataSourceError, DataLayerError) as error:
        reason = str(error).splitlines()[0][:120]
        raise InputDataError(f"{path.name} is not a readable GeoPackage ({reason}): export it again.") from None
    _refuse_too_many(path.name, len(frame))
    has_geometry = isinstance(frame, gpd.GeoDataFrame)
    geometries = list(frame.geometry) if has_geometry else [None] * len(frame)
    plain = frame.drop(columns=frame.geometry.name) if has_geometry else frame
    headers = tuple(str(column) for column in plain.columns)
    rows = [
        RawRow(number, {header: _cell_of_frame(value) for header, value in zip(headers, values, strict=True)}, geometry)
        for number, (values, geometry) in enumerate(
            zip(plain.itertuples(index=False, name=None), geometries, strict=True), start=1
        )
    ]
    crs = frame.crs.to_string() if has_geometry and frame.crs is not None else None
    return RawTable(path.name, "feature", headers, tuple(rows), has_geometry=has_geometry, crs=crs)


def _cell_of_frame(value: object) -> str:
    """Cell of a typed layer, where a missing number is NaN."""
    return "" if isinstance(value, float) and math.isnan(value) else cell_text(value)


def _layer_of(path: Path) -> str:
    """Layer that holds the facilities: the only one, or the one called so."""
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    if len(layers) == 1:
        return layers[0]
    if "facilities" in layers:
        return "facilities"
    raise InputDataError(
        f"{path.name} has {len(layers)} layers ({', '.join(layers)}) and none is called 'facilities': "
        "export the one with the facilities alone."
    )


def _read_workbook(path: Path) -> RawTable:
    from openpyxl import load_workbook  # noqa: PLC0415  # slow to import and seldom needed
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validation rules, which do not touch the values read here
            warnings.simplefilter("ignore", category=UserWarning)
            book = load_workbook(path, read_only=True, data_only=True)
            try:
                sheets = book.worksheets
                records: list[tuple[object, ...]] = []
                for record in sheets[0].iter_rows(values_only=True):
                    records.append(record)
                    _refuse_too_many(path.name, len(records))
                others = [sheet.title for sheet in sheets[1:]]
                first_sheet = sheets[0].title
            finally:
                book.close()
    except InputDataError:
        raise
    except (InvalidFileException, IndexError, *_WORKBOOK_ERRORS):
        raise InputDataError(
            f"{path.name} is not a readable Excel workbook (damaged, with a password, or another format): "
            "save it again as .xlsx or as CSV (UTF-8)."
        ) from None
    notes = []
    if others:
        notes.append(
            f"{path.name}: only the first sheet, {first_sheet!r}, is read; not {', '.join(map(repr, others))}."
        )
    return _table_of_records(path.name, records, notes)
