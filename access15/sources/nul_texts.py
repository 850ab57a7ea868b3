"""Texts that hold a NUL: GDAL ends them there without a word, so they are looked for beside it."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from access15.errors import InputDataError

# An escaped NUL; an escaped backslash before u0000 is none.
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_DBF_HEAD, _DBF_FIELD, _DBF_END = 32, 32, b"\r"
_DBF_BINARY = b"BGIPWOTY@+"  # numbers of fixed length, and references
_Found = tuple[str, str, int, int]  # layer, column, how many, the first feature


def refuse_nul(file: Path, opened: Path, layer: str | None) -> None:
    """Refuse a layer of a GeoPackage, shapefile or GeoJSON that is read if its texts hold NULs.

    `opened` is the file, or its copy.
    """
    suffix = opened.suffix.lower()
    found: Iterable[_Found] = ()
    try:
        if suffix in (".gpkg", ".sqlite"):
            with closing(sqlite3.connect(f"{opened.as_uri()}?mode=ro", uri=True)) as base:
                found = list(_in_database(base, layer))
        elif suffix == ".shp":
            tables = [one for one in opened.parent.iterdir() if _belongs(one.name, opened.name)]
            found = [hit for one in tables for hit in _in_dbf(one.stem, one.read_bytes())]
        elif suffix in (".geojson", ".json"):
            found = _in_json(opened.stem, opened.read_bytes())
    except (sqlite3.Error, ValueError, OSError):  # damaged, which reading it tells
        return
    _refuse(file, found)


def refuse_nul_in_archive(file: Path, member: str) -> None:
    """Refuse a file in an archive if its texts hold NULs."""
    suffix = Path(member).suffix.lower()
    found: Iterable[_Found] = ()
    try:
        with zipfile.ZipFile(file) as archive:
            if suffix in (".gpkg", ".sqlite"):
                with closing(sqlite3.connect(":memory:")) as base:
                    base.deserialize(archive.read(member))
                    found = list(_in_database(base, None))
            elif suffix == ".shp":
                tables = [name for name in archive.namelist() if _belongs(name, member)]
                found = [hit for one in tables for hit in _in_dbf(one, archive.read(one))]
            elif suffix in (".geojson", ".json"):
                found = _in_json(Path(member).stem, archive.read(member))
    except (sqlite3.Error, ValueError, OSError, zipfile.BadZipFile):  # reading it tells
        return
    _refuse(file, found)


def _belongs(name: str, shapes: str) -> bool:
    """Whether a file is the table of a shapefile."""
    stem = shapes.rpartition(".")[0]
    return name.casefold() == f"{stem}.dbf".casefold()


def _refuse(file: Path, found: Iterable[_Found]) -> None:
    """Say in which columns there are any."""
    problems = [
        f"column {column!r} of {layer!r}: {n} {'text' if n == 1 else 'texts'}, the first in "
        f"feature {first}"
        for layer, column, n, first in found
    ]
    if problems:
        raise InputDataError(
            f"{file}: there are texts with a NUL inside, behind which nothing can be read; take "
            "it out",
            problems,
        )


def _in_database(base: sqlite3.Connection, layer: str | None) -> Iterator[_Found]:
    """NULs in the texts of a layer of a GeoPackage, or of all its tables of places."""
    layers = [layer]
    if layer is None:
        tables = base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        own = ("sqlite_", "gpkg_", "rtree_", "layer_styles", "qgis_")
        layers = [name for (name,) in tables if not name.startswith(own)]
    for name in layers:
        table = _quote(str(name))
        columns = [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
        for column in columns:
            cell = _quote(column)
            where = f"typeof({cell}) = 'text' AND instr({cell}, char(0)) > 0"
            sql = f"SELECT count(*), min(rowid) FROM {table} WHERE {where}"  # noqa: S608  # quoted
            n, first = base.execute(sql).fetchone()
            if n:
                yield str(name), column, n, first


def _quote(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _in_dbf(name: str, data: bytes) -> Iterator[_Found]:
    """NULs in the fields of a dBase table that have text behind them: many programs fill with
    them.
    """
    start, width = (int.from_bytes(data[i : i + 2], "little") for i in (8, 10))
    if width < 1 or start > len(data):
        return
    n = min(int.from_bytes(data[4:8], "little"), (len(data) - start) // width)
    rows = np.frombuffer(data, np.uint8, n * width, start).reshape(n, width)
    place = 1  # behind the mark of deleted rows
    for at in range(_DBF_HEAD, start, _DBF_FIELD):
        about = data[at : at + _DBF_FIELD]
        if about[:1] == _DBF_END or len(about) < _DBF_FIELD:
            return
        cells = rows[:, place : place + about[16]]
        place += about[16]
        if about[11:12] in (bytes([one]) for one in _DBF_BINARY) or not cells.size:
            continue
        is_nul = np.logical_or.accumulate(cells == 0, axis=1)
        is_text = ~np.isin(cells, np.frombuffer(b"\0 ", np.uint8))
        hits = np.flatnonzero((is_nul & is_text).any(axis=1))
        if len(hits):
            column = about[:11].partition(b"\0")[0].decode("latin-1")
            yield Path(name).stem, column, len(hits), int(hits[0]) + 1


def _in_json(name: str, data: bytes) -> Iterator[_Found]:
    """NULs in the properties of GeoJSON, which writes them as an escape."""
    if not _ESCAPED.search(data):
        return
    hits: dict[str, list[int]] = {}
    collection = json.loads(data.decode("utf-8-sig"))
    features = collection.get("features") if isinstance(collection, dict) else None
    for number, feature in enumerate(features if isinstance(features, list) else (), start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        for column, value in (properties if isinstance(properties, dict) else {}).items():
            if "\\u0000" in json.dumps([column, value]):
                hits.setdefault(column, []).append(number)
    for column, numbers in hits.items():
        yield name, column, len(numbers), numbers[0]
