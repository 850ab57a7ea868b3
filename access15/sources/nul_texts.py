"""Texts that hold a NUL: GDAL ends them there without a word, so they are looked for beside it."""

from __future__ import annotations

import itertools
import json
import mmap
import re
import shutil
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.flatgeobuf import Content, find_nul_texts

# An escaped NUL; an escaped backslash before u0000 is none.
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_DBF_HEAD, _DBF_FIELD, _DBF_END = 32, 32, b"\r"
_DBF_BINARY = b"BGIPWOTY@+"  # numbers of fixed length, and references
_CHUNK = 1 << 23
_OVERLAP = 64  # of two chunks of JSON
_MAX_PARSED = 100_000_000
MAX_FEATURES = 1_000_000
# A view may compute without end: so many thousand steps of SQLite take seconds.
_STEP, _MOST_STEPS = 100_000, 3_000
_Found = tuple[str, str, int, int]  # layer, column, how many, the first feature; 0 where unknown


def refuse_endless_views(file: Path, opened: Path) -> None:
    """Refuse a GeoPackage with a view that comes to no end, before GDAL asks it for a row."""
    if opened.suffix.lower() not in (".gpkg", ".sqlite"):
        return
    try:
        with closing(_open_database(opened)) as base:
            views = base.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
            _limit_steps(base)
            for (name,) in views:
                try:
                    base.execute(f"SELECT * FROM {_quote(name)} LIMIT 1").fetchone()  # noqa: S608
                except sqlite3.OperationalError as error:
                    if "interrupted" in str(error):
                        raise _refuse_view(file, name) from None
    except (sqlite3.Error, OSError):  # damaged, which reading it tells
        return


def _open_database(path: Path) -> sqlite3.Connection:
    """A database that is only read."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _refuse_view(file: Path, name: str) -> InputDataError:
    """Error for a view without end."""
    return InputDataError(Remark("layer_endless_view", file=str(file), layer=name))


def refuse_nul(file: Path, opened: Path, layer: str | None) -> None:
    """Refuse a layer that is read if its texts hold NULs, or if it is computed and comes to no end:
    of a GeoPackage, shapefile, GeoJSON or FlatGeobuf.

    `opened` is the file, or its copy.
    """
    suffix = opened.suffix.lower()
    found: list[_Found] = []
    try:
        if suffix in (".gpkg", ".sqlite"):
            with closing(
                sqlite3.connect(f"{opened.absolute().as_uri()}?mode=ro", uri=True)
            ) as base:
                found = list(_in_database(base, file, layer))
        elif suffix == ".shp":
            for one in opened.parent.iterdir():
                if _belongs(one.name, opened.name):
                    with one.open("rb") as table:
                        found += _in_dbf(one.stem, table)
        elif suffix in (".geojson", ".json"):
            with opened.open("rb") as text:
                found = list(_in_json(opened.stem, text))
        elif suffix == ".fgb":
            with (
                opened.open("rb") as layers,
                mmap.mmap(layers.fileno(), 0, access=mmap.ACCESS_READ) as content,
            ):
                found = _in_flatgeobuf(opened.stem, content)
    except InputDataError:  # it is a ValueError, too
        raise
    except (sqlite3.Error, struct.error, LookupError, ValueError, OSError):
        return  # damaged, which reading it tells
    _refuse(file, found)


def refuse_nul_in_archive(file: Path, member: str) -> None:
    """Refuse a file in an archive if its texts hold NULs, or if it is computed without end."""
    suffix = Path(member).suffix.lower()
    found: list[_Found] = []
    try:
        with zipfile.ZipFile(file) as archive:
            if suffix in (".gpkg", ".sqlite"):
                with tempfile.TemporaryDirectory(prefix="access15-") as folder:
                    copy = Path(folder) / "layer.gpkg"
                    with archive.open(member) as packed, copy.open("wb") as unpacked:
                        shutil.copyfileobj(packed, unpacked)
                    refuse_endless_views(file, copy)
                    refuse_nul(file, copy, None)
                return
            if suffix == ".shp":
                for one in archive.namelist():
                    if _belongs(one, member):
                        with archive.open(one) as table:
                            found += _in_dbf(Path(one).stem, table)
            elif suffix in (".geojson", ".json"):
                with archive.open(member) as text:
                    found = list(_in_json(Path(member).stem, text))
            elif suffix == ".fgb":
                found = _in_flatgeobuf(Path(member).stem, archive.read(member))
    except InputDataError:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, LookupError):  # reading it tells
        return
    except (ValueError, OSError, RuntimeError):  # and this
        return
    _refuse(file, found)


def _belongs(name: str, shapes: str) -> bool:
    """Whether a file is the table of a shapefile."""
    stem = shapes.rpartition(".")[0]
    return name.casefold() == f"{stem}.dbf".casefold()


def _refuse(file: Path, found: Iterable[_Found]) -> None:
    """Say in which columns there are any."""
    problems = [
        Remark(
            "nul_in_column", column=column, layer=layer, n=n, first=first or Remark("nul_unknown")
        )
        for layer, column, n, first in found
    ]
    if problems:
        raise InputDataError(Remark("nul_in_layer", file=str(file)), problems)


def _in_flatgeobuf(name: str, content: Content) -> list[_Found]:
    """NULs in the texts of a FlatGeobuf."""
    return [(name, *found) for found in find_nul_texts(content)]


def _in_database(base: sqlite3.Connection, file: Path, layer: str | None) -> Iterator[_Found]:
    """NULs in the texts of a layer of a GeoPackage, or of all its tables of places."""
    kinds = dict(
        base.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')")
    )
    own = ("sqlite_", "gpkg_", "rtree_", "layer_styles", "qgis_")
    layers = [name for name in kinds if not name.startswith(own)] if layer is None else [layer]
    for name in layers:
        table = _quote(name)
        is_view = kinds.get(name) == "view"
        _limit_steps(base if is_view else None)
        columns = [row[1] for row in base.execute(f"PRAGMA table_info({table})")]
        for column in columns:
            cell = _quote(column)
            is_hit = f"typeof({cell}) = 'text' AND instr({cell}, char(0)) > 0"
            rows = f"SELECT {is_hit} AS hit FROM {table} LIMIT {MAX_FEATURES + 1}"  # noqa: S608
            try:
                (n,) = base.execute(f"SELECT count(*) FROM ({rows}) WHERE hit").fetchone()  # noqa: S608
            except sqlite3.OperationalError:
                if not is_view:
                    raise
                raise _refuse_view(file, name) from None
            if n:
                yield (
                    name,
                    column,
                    n,
                    next(i for i, (hit,) in enumerate(base.execute(rows), 1) if hit),
                )


def _limit_steps(base: sqlite3.Connection | None) -> None:
    """Have a database give up what takes too many steps."""
    if base is not None:
        steps = itertools.count()
        base.set_progress_handler(lambda: next(steps) > _MOST_STEPS, _STEP)


def _quote(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _in_dbf(name: str, table: IO[bytes]) -> Iterator[_Found]:
    """NULs in the fields of a dBase table that have text behind them: many programs fill with
    them.
    """
    head = table.read(_DBF_HEAD)
    start, width = (int.from_bytes(head[i : i + 2], "little") for i in (8, 10))
    if width < 1 or start < _DBF_HEAD:
        return
    about = table.read(start - _DBF_HEAD)
    fields: dict[str, slice] = {}
    place = 1  # behind the mark of deleted rows
    for at in range(0, len(about) - _DBF_FIELD + 1, _DBF_FIELD):
        field = about[at : at + _DBF_FIELD]
        if field[:1] == _DBF_END:
            break
        if field[11] not in _DBF_BINARY:
            column = field[:11].partition(b"\0")[0].decode("latin-1")
            fields[column] = slice(place, place + field[16])
        place += field[16]
    hits: dict[str, list[int]] = {column: [] for column in fields}
    first = 1
    while len(block := table.read(_CHUNK // width * width or width)) >= width:
        n = len(block) // width
        rows = np.frombuffer(block, np.uint8, n * width).reshape(n, width)
        for column, cells in fields.items():
            found = np.flatnonzero(_has_more_behind_nul(rows[:, cells]))
            hits[column] += (found + first).tolist()
        first += n
    for column, numbers in hits.items():
        if numbers:
            yield name, column, len(numbers), numbers[0]


def _has_more_behind_nul(cells: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """For each row of characters, whether a NUL has anything but NULs and spaces behind it."""
    is_nul = cells == 0
    if not is_nul.any():
        return np.zeros(len(cells), np.bool_)
    is_behind = np.logical_or.accumulate(is_nul, axis=1)
    return np.asarray((is_behind & ~is_nul & (cells != ord(" "))).any(axis=1))


def _in_json(name: str, text: IO[bytes]) -> Iterator[_Found]:
    """NULs in the properties of GeoJSON, which writes them as an escape."""
    before = b""
    is_hit = False
    while not is_hit and (chunk := text.read(_CHUNK)):
        is_hit = _ESCAPED.search(before + chunk) is not None
        before = chunk[-_OVERLAP:]
    if not is_hit:
        return
    text.seek(0)
    data = text.read(_MAX_PARSED + 1)
    if len(data) > _MAX_PARSED:
        yield name, "?", 1, 0
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
