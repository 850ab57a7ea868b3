"""NULs in the texts of a FlatGeobuf: GDAL ends them there, so the file itself is looked through.

The format is a mark of eight bytes, a header, an index that may be missing, and features one behind
the other; headers and features are FlatBuffers tables behind their size.
"""

from __future__ import annotations

import mmap
import struct
from collections import Counter
from collections.abc import Iterator

Content = bytes | mmap.mmap  # of a whole file
_MARK_BYTES = 8
_NODE_BYTES = 40  # of the index: a box of four numbers, and where its feature is
_HEADER_COLUMNS, _HEADER_COUNT, _HEADER_NODE = (
    7,
    8,
    9,
)  # fields of a header, in the order of its schema
_COLUMN_NAME, _COLUMN_TYPE = 0, 1
_FEATURE_PROPERTIES = 1
_USUAL_NODE = 16  # entries of a node of the index where the header states none
# Bytes of a value by its type: byte, ubyte, bool, short, ushort, int, uint, long, ulong, float,
# double; then come those with their length before them: string, JSON, date and time, binary.
_SIZES = (1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8)
_TEXTS = (11, 12, 13)


def find_nul_texts(content: Content) -> list[tuple[str, int, int]]:
    """Name of each column with such texts, how many, and the first feature, counted from 1.

    Raises `struct.error`, `IndexError` or `ValueError` for what is no FlatGeobuf.
    """
    header_end = _MARK_BYTES + 4 + _read(content, "<I", _MARK_BYTES)
    header = _find_table(content, _MARK_BYTES + 4)
    names, types = _list_columns(content, header)
    n = _read_field(content, header, _HEADER_COUNT, "<Q", 0)
    node = _read_field(content, header, _HEADER_NODE, "<H", _USUAL_NODE)
    at = header_end + _measure_index(n, node)
    counts: Counter[int] = Counter()
    first: dict[int, int] = {}
    for row, properties in enumerate(_walk_features(content, at), 1):
        for column in _list_nul_columns(properties, types):
            counts[column] += 1
            first.setdefault(column, row)
    return [(names[column], counts[column], first[column]) for column in sorted(counts)]


def _walk_features(content: Content, at: int) -> Iterator[bytes]:
    """The properties of one feature after the other."""
    while at < len(content):
        size = _read(content, "<I", at)
        place = _find_field(content, _find_table(content, at + 4), _FEATURE_PROPERTIES)
        if place is not None:
            start = place + _read(content, "<I", place)
            yield content[start + 4 : start + 4 + _read(content, "<I", start)]
        else:
            yield b""
        at += 4 + size


def _list_nul_columns(properties: bytes, types: list[int]) -> Iterator[int]:
    """Columns of one feature whose text holds a NUL."""
    at = 0
    while at < len(properties):
        column = _read(properties, "<H", at)
        kind = types[column]
        at += 2
        if kind < len(_SIZES):
            at += _SIZES[kind]
            continue
        size = _read(properties, "<I", at)
        if kind in _TEXTS and b"\0" in properties[at + 4 : at + 4 + size]:
            yield column
        at += 4 + size


def _measure_index(n_features: int, node: int) -> int:
    """Bytes of the index: its features, and the nodes above them down to one."""
    if not node or not n_features:
        return 0
    if node < 2:
        raise ValueError  # no tree of such nodes comes to a root
    n_nodes = level = n_features
    while level > 1:
        level = -(-level // node)
        n_nodes += level
    return n_nodes * _NODE_BYTES


def _list_columns(content: Content, header: int) -> tuple[list[str], list[int]]:
    """Names and types of the columns."""
    place = _find_field(content, header, _HEADER_COLUMNS)
    if place is None:
        return [], []
    start = place + _read(content, "<I", place)
    names, types = [], []
    for i in range(_read(content, "<I", start)):
        entry = start + 4 + 4 * i
        column = entry + _read(content, "<I", entry)
        name = _find_field(content, column, _COLUMN_NAME)
        if name is None:
            raise ValueError  # a column without a name
        text = name + _read(content, "<I", name)
        end = text + 4 + _read(content, "<I", text)
        names.append(content[text + 4 : end].decode("utf-8", "replace"))
        types.append(_read_field(content, column, _COLUMN_TYPE, "<B", 0))
    return names, types


def _find_table(content: Content, at: int) -> int:
    """Where the root table of a FlatBuffer lies."""
    return at + _read(content, "<I", at)


def _find_field(content: Content, table: int, field: int) -> int | None:
    """Where a field of a table lies; None where it keeps its default."""
    about = table - _read(content, "<i", table)
    if 4 + 2 * field >= _read(content, "<H", about):
        return None
    offset = _read(content, "<H", about + 4 + 2 * field)
    return table + offset if offset else None


def _read_field(content: Content, table: int, field: int, form: str, default: int) -> int:
    """A number in a table."""
    place = _find_field(content, table, field)
    return default if place is None else _read(content, form, place)


def _read(content: Content, form: str, at: int) -> int:
    """A number at a place of the file."""
    if at < 0:
        raise ValueError  # a place before the file
    number: int = struct.unpack_from(form, content, at)[0]
    return number
