"""Where a table begins and ends: titles above its header, remarks below its last row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from access15.remarks import Remark

Line = tuple[int, list[str]]  # a row's number and its cells
_SAMPLE_ROWS = 1000  # enough to see how wide a table is
_MOST_ABOVE = 30  # rows above a header
_MOST_BELOW = 20  # rows of remarks below a table


class Parts(NamedTuple):
    """A table's header, its rows, and what stands above and below them."""

    header: list[str]
    rows: list[Line]
    above: list[Line]
    below: list[Line]
    repeated: list[int]


def part_table(lines: Sequence[Line]) -> Parts:
    """Tell the header and the rows of a table from titles, remarks and repeated headers."""
    at = find_header(lines)
    header = list(lines[at][1])
    while header and not header[-1]:
        header.pop()
    rows, below = _part_remarks(list(lines[at + 1 :]), len(header))
    repeated = [number for number, cells in rows if cells[: len(header)] == header]
    return Parts(
        header=header,
        rows=[line for line in rows if line[1][: len(header)] != header],
        above=list(lines[:at]),
        below=below,
        repeated=repeated,
    )


def find_header(lines: Sequence[Line]) -> int:
    """Which line holds the names of the columns: the first that is no title.

    A title fills a cell or two; the names fill more than half as many cells as the rows do.
    """
    filled = [0 if _is_comment(cells) else sum(map(bool, cells)) for _, cells in lines]
    # the second widest: one row that is too long says nothing of the table
    typical = sorted(filled[:_SAMPLE_ROWS])[-2:][0]
    is_wide = [2 * n > typical for n in filled[:_MOST_ABOVE]]
    return is_wide.index(True) if any(is_wide) else 0


def _part_remarks(rows: list[Line], width: int) -> tuple[list[Line], list[Line]]:
    """Rows of a table, and the remarks below it: one cell of several words in a line of its own."""
    below: list[Line] = []
    while len(rows) > 1 and width > 2 and len(below) < _MOST_BELOW and _is_remark(rows[-1][1]):
        below.insert(0, rows.pop())
    return rows, below


def _is_comment(cells: Sequence[str]) -> bool:
    """Whether a line says itself that it is no row: a sign, a space and words."""
    return bool(cells) and cells[0].startswith("# ")


def _is_remark(cells: Sequence[str]) -> bool:
    """Whether a row is a sentence rather than data."""
    text, *others = cells
    return not any(others) and (" " in text or text.endswith(":"))


def describe_parts(name: str, parts: Parts) -> list[str]:
    """Notes about what is not read as rows."""
    notes: list[str] = []
    above = [line for line in parts.above if not _is_comment(line[1])]
    beside = (("remark_above_header", above), ("remark_below_table", parts.below))
    for code, lines in beside:
        if lines:
            rows = Remark("remark_in_row", name=name, names=[n for n, _ in lines], more="")
            text = next(cell for cell in lines[0][1] if cell)
            notes.append(Remark(code, rows=rows, text=text[:60]))
    if parts.repeated:
        rows = Remark("remark_in_row", name=name, names=parts.repeated[:10], more="")
        notes.append(Remark("remark_header_again", rows=rows))
    return notes


def simplify_header(header: str) -> str:
    """Header in the form the known headers are written in."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", header) if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "_", bare.casefold()).strip("_")
