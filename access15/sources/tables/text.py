"""Tables in text files: CSV in the encodings and with the quirks that people have."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from access15.errors import InputDataError, name_reason
from access15.files import read_input
from access15.remarks import Remark
from access15.sources.tables.cells import parse_number
from access15.sources.tables.columns import Table, refuse_too_many, tabulate
from access15.sources.tables.header import find_header

_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r"[ \t\"]*sep=([,;|\t])[ \t\",;]*(?:\r\n|\r|\n)", re.IGNORECASE)
_SAMPLE_LINES = 200  # enough to see what stands between the cells
_SAMPLE_CHARS = 200_000
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Accented letters that were taken for Windows-1252 once (Ã¨ for è), or lost.
_DAMAGED = re.compile("\u00c3[\u0080-\u00bf\u2018-\u2022\u0160-\u0192]|\u00e2\u20ac|\ufffd")
# First bytes that tell what a file really is, whatever its name says, and what that is called.
_SIGNATURES = (
    (b"%PDF", "table_is_pdf"),
    (b"\xd0\xcf\x11\xe0", "table_is_xls"),
    (b"PK\x03\x04", "table_is_zip"),
    (b"SQLite format 3\x00", "table_is_sqlite"),
    (b"\x89PNG", "table_is_picture"),
    (b"\xff\xd8\xff", "table_is_picture"),
)


def read_text(path: Path) -> tuple[str, list[str]]:
    """Decode a text file: UTF-8, or the Western European encoding of older Windows programs."""
    try:
        data = read_input(path)
    except OSError as error:
        raise InputDataError(
            Remark("table_file_unreadable", path=str(path), reason=name_reason(error))
        ) from None
    for signature, code in _SIGNATURES:
        if data.startswith(signature):
            raise InputDataError(Remark("table_not_text", name=path.name, what=Remark(code)))
    if data.startswith(_UTF16_MARKS):
        return _decode_utf16(path.name, data), []
    if b"\x00" in data:
        raise InputDataError(Remark("table_binary", name=path.name))
    if data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise InputDataError(Remark("table_web_page", name=path.name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decode_western(path.name, data, error.start)
    damage = _DAMAGED.search(text)
    if damage is None:
        return text, []
    line = text.count("\n", 0, damage.start()) + 1
    return text, [Remark("remark_damaged_accents", name=path.name, line=line, text=damage[0])]


def _decode_utf16(name: str, data: bytes) -> str:
    """Decode what Excel calls Unicode text."""
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        raise InputDataError(Remark("table_not_utf16", name=name)) from None


def _decode_western(
    name: str,
    data: bytes,
    first_bad: int,
) -> tuple[str, list[str]]:
    """Decode the encoding of older Windows programs, and note that it was taken for it."""
    line = data.count(b"\n", 0, first_bad) + 1
    if any(ord(char) > 127 for char in data.decode("utf-8", errors="ignore")):
        raise InputDataError(Remark("table_two_encodings", name=name, line=line))
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise InputDataError(Remark("table_no_encoding", name=name, line=line)) from None
    return text, [Remark("remark_western", name=name, line=line)]


def read_csv(
    name: str,
    text: str,
    notes: list[str],
) -> Table:
    """Split a CSV text into columns, and refuse quotation marks that swallow rows."""
    text, delimiter = find_delimiter(text)
    if not delimiter:
        first = next((line for line in text.splitlines() if line.strip()), "")
        raise InputDataError(Remark("table_no_separator", name=name, line=first[:60]))
    records: list[list[str]] = []
    first_lines: list[int] = []
    for line, record in read_records(name, text, delimiter):
        records.append(record)
        first_lines.append(line)
        refuse_too_many(name, len(records) - 1)
    _refuse_swallowed(name, records, first_lines, delimiter)
    return tabulate(name, records, notes)


def find_delimiter(text: str) -> tuple[str, str]:
    """The text without a line ``sep=;``, and what stands between its cells; empty where nothing.

    It is the sign by which most lines fall into the same number of cells: a title above the header,
    commas in addresses and decimal commas do not agree with each other.
    """
    stated = _SEP_LINE.match(text)
    if stated:
        return text[stated.end() :], stated[1]
    scores = {sign: _score_delimiter(text[:_SAMPLE_CHARS], sign) for sign in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: scores[delimiter])
    return text, best if any(scores[best]) else ""


def _score_delimiter(sample: str, delimiter: str) -> tuple[bool, int]:
    """How well a sign parts a text into cells: whether the header is one, and how many cells agree.

    Where the sign only stands inside cells, the first line that it parts has numbers in it.
    """
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records = [record for record in _read_some(reader) if any(record)]
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return False, 0
    agreeing = max(n_lines * (width - 1) for width, n_lines in widths.items())
    lines = list(enumerate([cell.strip() for cell in record] for record in records))
    header = lines[find_header(lines)][1]
    return not any(parse_number(cell) is not None for cell in header), agreeing


def _read_some(reader: Iterator[list[str]]) -> list[list[str]]:
    """The first records of a table, as far as they can be read."""
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) == _SAMPLE_LINES:
                break
    except csv.Error:  # told by whoever reads the whole file
        pass
    return records


def read_records(name: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records of a CSV, each with the line it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputDataError(
            Remark("table_bad_cell", name=name, line=line, reason=str(error))
        ) from None


def _refuse_swallowed(
    name: str,
    records: Sequence[Sequence[str]],
    first_lines: Sequence[int],
    delimiter: str,
) -> None:
    """Refuse cells in which quotation marks join whole rows of the table."""
    width = Counter(map(len, records)).most_common(1)[0][0] if records else 0
    problems = []
    for line, record in zip(first_lines, records, strict=True):
        n_rows = _count_swallowed(record, delimiter, width)
        if n_rows:
            last = line + n_rows - 1
            problems.append(
                Remark("table_stray_quote", name=name, line=line, last=last, n_rows=n_rows)
            )
    if problems:
        raise InputDataError(Remark("table_stray_quotes", problems=problems))


def _count_swallowed(record: Sequence[str], delimiter: str, width: int) -> int:
    """How many rows stray quotation marks made one of; 0 where a cell only has several lines.

    Lines inside a cell are rows where the first completes the row that the cell is in, each other
    is as wide as the table, and the last goes on in what stands behind the cell.
    """
    for place, cell in enumerate(record):
        first, *others = cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if not others:
            continue
        n_behind = len(record) - place - 1
        widths = [line.count(delimiter) + 1 for line in others if line.strip()]
        if not widths:
            continue
        widths[-1] += n_behind
        completes = place + first.count(delimiter) + 1 == width
        if completes and all(one == width for one in widths):
            return 1 + len(others)
    return 0
