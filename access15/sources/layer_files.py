"""Files of layers as GDAL may open them: what they are, apart where a driver writes beside them,
and in which encoding their texts are.
"""

from __future__ import annotations

import codecs
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pyogrio

from access15.errors import InputDataError, name_ending
from access15.remarks import Remark

LayerOf = Literal["obstacles", "points", "polygons", "residents", "sections"]
LAYER_SUFFIXES = (".gpkg", ".shp", ".geojson", ".json", ".fgb", ".gml", ".kml", ".gpx")
_OTHER_SUFFIXES = (".kmz", ".zip", ".sqlite", ".tab", ".mif")
# First bytes of each format: GDAL looks at the content alone, and some contents name other files.
_BEGINNINGS = {
    **dict.fromkeys((".gpkg", ".sqlite"), (b"SQLite format 3\x00",)),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".fgb": (b"fgb",),
    **dict.fromkeys((".geojson", ".json"), (b"{", b"[")),
    **dict.fromkeys((".gml", ".kml", ".gpx"), (b"<",)),
    **dict.fromkeys((".kmz", ".zip"), (b"PK",)),
}
_ROOTS = {".gml": rb"featurecollection|gml", ".kml": rb"kml", ".gpx": rb"gpx"}
_BINARY = (".shp", ".fgb")
_TABLES = (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".dbf")
_MARKS = b"\xef\xbb\xbf \t\r\n"
_HEAD = 65_536
_WAL = b"\x02\x02"  # bytes 18 and 19 of a SQLite file that keeps a log beside it
_SIGNS_IN_WORDS = "\u2019\u2018\u00b0\u00aa\u00ba\u00b7\u00ad\xa0"
_RAW = "ISO-8859-1"  # gives every byte as one character, so that nothing is lost before it is known


def list_gdal_errors() -> tuple[type[Exception], ...]:
    """What reading a layer with GDAL raises where it cannot be read."""
    raised = pyogrio.errors
    return (
        *(raised.DataLayerError, raised.DataSourceError),
        *(raised.FeatureError, raised.FieldError, raised.GeometryError),
    )


def check_layer_file(file: Path, what: LayerOf) -> None:
    """Refuse what is no layer, before GDAL looks for one in it."""
    suffix = file.suffix.lower()
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    if head.startswith(b"PK") and suffix not in _TABLES:
        return  # an archive: the layer inside is looked at by itself
    if suffix in _TABLES:
        raise InputDataError(Remark("layer_is_table", file=str(file)))
    if suffix not in (*LAYER_SUFFIXES, *_OTHER_SUFFIXES):
        ending = name_ending(suffix)
        raise InputDataError(Remark("layer_other_ending", file=str(file), ending=ending))
    beginning = head if suffix in _BINARY else head.lstrip(_MARKS)
    is_other = not head or not beginning.startswith(_BEGINNINGS.get(suffix, b""))
    if suffix in _ROOTS:
        root = rb"<(?:\w+:)?(?:" + _ROOTS[suffix] + rb")\b"
        is_other |= not re.search(root, head, re.IGNORECASE)
    if is_other:
        raise InputDataError(refuse_layer(file, what))
    if suffix in (".geojson", ".json") and re.search(rb'"type"\s*:\s*"Topology"', head):
        raise InputDataError(Remark("layer_topojson", file=str(file)))


def refuse_layer(file: Path, what: LayerOf) -> Remark:
    """Say that a file is not the layer it should be."""
    return Remark("layer_unreadable", file=str(file), what=Remark(f"layer_of_{what}"))


@contextmanager
def opened_apart(file: Path) -> Iterator[tuple[Path, list[str]]]:
    """Path that GDAL may open without writing beside the file, and what the reader should know.

    GML gets a ``.gfs``, a shapefile without index a ``.shx``, a GeoPackage with a log ``-wal`` and
    ``-shm``: these are opened as copies in a folder of their own.
    """
    lacks_index = file.suffix.lower() == ".shp" and not _has_sibling(file, ".shx")
    if not (file.suffix.lower() == ".gml" or lacks_index or _keeps_log(file)):
        yield file, []
        return
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="access15-") as folder:
        for one in _list_siblings(file):
            shutil.copyfile(one, Path(folder) / one.name)
        if lacks_index:
            notes.append(Remark("remark_no_shx", name=file.name))
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
        try:
            yield Path(folder) / file.name, notes
        finally:
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _keeps_log(file: Path) -> bool:
    """Whether a GeoPackage keeps a log beside it."""
    if file.suffix.lower() not in (".gpkg", ".sqlite"):
        return False
    with file.open("rb") as opened:
        return opened.read(20)[18:] == _WAL or file.with_name(f"{file.name}-wal").exists()


def _list_siblings(file: Path) -> list[Path]:
    """The file, and those that belong to it by their names."""
    return [
        one
        for one in file.parent.iterdir()
        if one.is_file() and (one.stem == file.stem or one.name == f"{file.name}-wal")
    ]


def _has_sibling(file: Path, suffix: str) -> bool:
    """Whether a file of the same name with another ending stands beside it."""
    return any(one.suffix.lower() == suffix for one in _list_siblings(file))


def find_stated_encoding(file: Path) -> str | None:
    """Encoding that a shapefile's ``.cpg`` states, as Python calls it; None where it says none."""
    found = [one for one in _list_siblings(file) if one.suffix.lower() == ".cpg"]
    return parse_encoding(found[0].read_bytes()) if found else None


def parse_encoding(stated: bytes) -> str | None:
    """Name of an encoding as a ``.cpg`` writes it, as Python calls it; None where it knows none."""
    text = stated[:100].decode("ascii", errors="ignore").strip()
    number = re.fullmatch(r"(?:ansi |windows-|cp|ibm|iso[ -]?)?(\d{3,5})", text, re.IGNORECASE)
    if number:
        text = f"iso8859-{number[1][4:]}" if number[1].startswith("8859") else f"cp{number[1]}"
    try:
        return codecs.lookup(text).name
    except LookupError:
        return None


def choose_encoding(texts: Sequence[str], stated: str | None) -> str | None:
    """Encoding in which texts that were read byte by byte make sense; None where any does.

    Text that is UTF-8 is never so by chance. Else the stated encoding counts, unless another one of
    old Windows or DOS programs leaves fewer signs inside words.
    """
    data = [text.encode(_RAW) for text in texts if not text.isascii()]
    if not data:
        return None
    n_wide = sum(_is_decodable(one, "utf-8") for one in data)
    # a field that is too short for its text cuts the last letter in two
    if n_wide and 2 * n_wide >= len(data):
        return "utf-8"
    candidates = [stated] if stated not in (None, "utf-8", "ascii") else []
    candidates += ["cp1252", "cp850"]
    usable = [
        encoding
        for encoding in candidates
        if encoding is not None and all(_is_decodable(one, encoding) for one in data)
    ]
    return min(usable, key=lambda encoding: _count_odd(data, encoding), default=_RAW)


def _count_odd(data: Sequence[bytes], encoding: str) -> int:
    """Signs and capitals inside words, and controls: what a wrong encoding makes of accents."""
    n = 0
    for one in data:
        text = one.decode(encoding)
        for before, char in pairwise(text):
            is_sign = not char.isalpha() and char not in _SIGNS_IN_WORDS
            is_capital = char.isupper() and before.islower()
            n += not char.isascii() and before.isalpha() and (is_sign or is_capital)
        n += sum("\x80" <= char <= "\x9f" for char in text)
    return n


def _is_decodable(data: bytes, encoding: str) -> bool:
    """Whether bytes are text of an encoding."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def is_utf8(text: str) -> bool:
    """Whether a text that was read byte by byte is UTF-8."""
    return text.isascii() or _is_decodable(text.encode(_RAW), "utf-8")


def decode_raw(text: object, encoding: str) -> object:
    """A text that was read byte by byte, in its encoding; anything else as it is."""
    return text.encode(_RAW).decode(encoding, errors="replace") if isinstance(text, str) else text
