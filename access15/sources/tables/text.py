"""Tables in text files: CSV in the encodings people have, GeoJSON, and lists of records in plain
JSON.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from access15.errors import InputDataError
from access15.files import read_input
from access15.sources.json_text import parse_json
from access15.sources.overpass_json import (
    describe_unplaced,
    is_answer,
    list_elements,
    tabulate_elements,
)
from access15.sources.tables.cells import cell_text
from access15.sources.tables.columns import (
    Fault,
    Table,
    refuse_too_many,
    tabulate,
    tabulate_records,
)

_DELIMITERS = ",;\t|"
# Accented letters that were taken for Windows-1252 once (Ã¨ for è), or lost.
_DAMAGED = re.compile("\u00c3[\u0080-\u00bf\u2018-\u2022\u0160-\u0192]|\u00e2\u20ac|\ufffd")
# Everything that shapely raises for a geometry that is none.
_BAD_GEOMETRY = (
    *(shapely.errors.ShapelyError, KeyError, ValueError, TypeError, AttributeError, IndexError),
    *(OverflowError, RecursionError),
)
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


def read_text(path: Path) -> tuple[str, list[str]]:
    """Decode a text file: UTF-8, or the Western European encoding of older Windows programs."""
    try:
        data = read_input(path)
    except OSError as error:
        raise InputDataError(
            f"{path} cannot be read ({error.strerror}): check its permissions."
        ) from None
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise InputDataError(
                f"{path.name} is {what}, not a text table: save it as CSV (UTF-8) or give it its "
                "right ending."
            )
    if b"\x00" in data:
        raise InputDataError(
            f"{path.name} holds binary data, not text: save the table as CSV (UTF-8)."
        )
    if data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise InputDataError(f"{path.name} is a web page, not a table: download the data itself.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decode_western(path.name, data, error.start)
    damage = _DAMAGED.search(text)
    if damage is None:
        return text, []
    line = text.count("\n", 0, damage.start()) + 1
    return text, [
        f"{path.name} line {line} has {damage[0]!r}: accents were damaged before it was saved; "
        "correct them."
    ]


def _decode_western(
    name: str,
    data: bytes,
    first_bad: int,
) -> tuple[str, list[str]]:
    """Decode the encoding of older Windows programs, and note that it was taken for it."""
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
    return text, [
        f"{name} is not UTF-8 (line {line}): read as Windows-1252; check the accents, then save as "
        "UTF-8."
    ]


def read_csv(
    name: str,
    text: str,
    notes: list[str],
) -> Table:
    """Split a CSV text into columns; the separator is the one its first line has most of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    if delimiter not in first:
        raise InputDataError(
            f"{name} is not a table: its first line, {first[:60]!r}, has no comma, semicolon or "
            "tab between columns."
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            refuse_too_many(name, len(records) - 1)
    except csv.Error as error:
        raise InputDataError(
            f"{name} line {reader.line_num}: a cell cannot be read ({error}); check the quotation "
            "marks around it."
        ) from None
    return tabulate(name, records, notes)


def read_json(
    name: str,
    text: str,
    notes: list[str],
) -> Table:
    """Make columns of GeoJSON, or of the only list of records in another JSON file."""
    content = parse_json(text, name, remedy="download or export it again")
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        return _tabulate_features(name, content, notes)
    if is_answer(content):
        return _tabulate_answer(name, content, notes)
    records = _find_records(content)
    if records is None:
        raise InputDataError(
            f"{name} is JSON without a list of features or of records: it is not a table."
        )
    refuse_too_many(name, len(records))
    numbers = range(1, len(records) + 1)
    return Table(name, tabulate_records(records), numbers, "feature", notes=tuple(notes))


def _tabulate_answer(name: str, content: dict[str, Any], notes: list[str]) -> Table:
    """Make columns of the tags of an Overpass answer."""
    elements = list_elements(content, name)
    refuse_too_many(name, len(elements))
    if told := describe_unplaced(elements):
        notes = [*notes, f"{name}: {told}."]
    return Table(
        name,
        tabulate_records(tabulate_elements(elements)),
        range(1, len(elements) + 1),
        "feature",
        geometries=[None if one.middle is None else shapely.Point(one.middle) for one in elements],
        crs="EPSG:4326",
        tags=[one.tags for one in elements],
        notes=tuple(notes),
    )


def _find_records(content: object) -> list[dict[str, Any]] | None:
    """List of records of a plain JSON file: the file itself, or the only list inside it."""
    lists = [content] if isinstance(content, list) else []
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
    if len(lists) == 1 and all(isinstance(record, dict) for record in lists[0]):
        return lists[0]
    return None


def _tabulate_features(
    name: str,
    content: dict[str, Any],
    notes: list[str],
) -> Table:
    """Make columns of the properties of GeoJSON features."""
    features = content.get("features")
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise InputDataError(
            f"{name}: its 'features' are not a list of GeoJSON features; export it again."
        )
    refuse_too_many(name, len(features))
    properties = [feature.get("properties") for feature in features]
    records = [one if isinstance(one, dict) else {} for one in properties]
    geometries: list[BaseGeometry | None] = []
    faults = []
    for number, feature in enumerate(features, start=1):
        drawn = feature.get("geometry")
        try:
            geometries.append(shapely.geometry.shape(drawn) if drawn else None)
        except _BAD_GEOMETRY:
            geometries.append(None)
            what = "its geometry is not valid GeoJSON; draw the point again."
            faults.append(Fault(number, f"{name} feature {number}: {what}"))
    return Table(
        name,
        tabulate_records(records),
        range(1, len(features) + 1),
        "feature",
        geometries=geometries,
        crs=_find_crs(content),
        feature_ids=_list_ids(features),
        faults=tuple(faults),
        notes=tuple(notes),
    )


def _list_ids(features: list[dict[str, Any]]) -> list[str]:
    """Ids of GeoJSON features, empty where one has none; no list where none has one."""
    ids = [feature.get("id") for feature in features]
    if not any(isinstance(one, str | int) for one in ids):
        return []
    return [cell_text(one) if isinstance(one, str | int | float) else "" for one in ids]


def _find_crs(content: dict[str, Any]) -> str:
    """CRS of a GeoJSON file: longitude and latitude, unless it has the older "crs" member."""
    crs = content.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else "EPSG:4326"
