"""QR codes as rows of dark cells."""

from __future__ import annotations

from collections.abc import Sequence

import segno


def list_dark_runs(text: str, *, error: str = "m", border: int = 3) -> list[list[tuple[int, int]]]:
    """Where dark cells begin, and where the next light one follows, in every row of the code of a
    text with a white border; there are as many rows as columns.
    """
    code = segno.make(text, error=error, micro=False)
    return [_find_runs(list(row)) for row in code.matrix_iter(border=border)]


def _find_runs(cells: Sequence[int]) -> list[tuple[int, int]]:
    """Where runs of dark cells begin, and where the next light one follows."""
    runs, start = [], None
    for i, is_dark in enumerate([*cells, 0]):
        if is_dark and start is None:
            start = i
        elif not is_dark and start is not None:
            runs.append((start, i))
            start = None
    return runs
