"""What stands around the map of a poster: headline, circles for remarks, sources, code, scale,
markers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import quote_plus, urlencode

import numpy as np
import segno

from access15.config import Lang
from access15.outputs.poster.pen import INK, WHITE, Pen
from access15.outputs.poster.sheet import MARKER_CELLS, Box, MapScale, PaperSize, Sheet, lay_out
from access15.outputs.poster.text import MM_PER_POINT, fit_size, measure_mm, shorten, wrap
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import say

GREY: Final = "#4a4650"
_RULE: Final = "#a9a3ad"
_DOTS: Final = "#4d3a5c"
_LOST_DOTS: Final = "#c9c2cf"
QR_MM: Final = 25.0
_MAX_ID_SIGNS: Final = 48
_STICKER_R_MM: Final = 6.0
MOST_SOURCES_MM: Final = 60.0
_SOURCE_PITCH: Final = MM_PER_POINT * 1.12
_LEAST_SOURCE_PT: Final = 4.0
_ANY_LINES: Final = 1000
_BOLD_FROM_PT: Final = 18.0


@dataclass(frozen=True)
class Headline:
    """The words at the top.

    Parameters
    ----------
    title : str
        Where, and to what.
    lines : tuple of str
        The headline in one or two lines.
    notes : tuple of (str, float)
        What is said below it, and how large [points].
    n_of_hundred : int or None
        How many of the hundred dots are dark; None where unknown.
    n_after : int or None
        The same with the proposal.
    size_pt : float
        Largest size of the headline [points].
    """

    title: str
    lines: tuple[str, ...]
    notes: tuple[tuple[str, float], ...]
    n_of_hundred: int | None
    n_after: int | None = None
    size_pt: float = 31.0


def draw_head(pen: Pen, head: Headline) -> None:
    """Write the headline, with a hundred dots of which the covered are dark."""
    box = pen.sheet.head
    dots = 0.0 if head.n_of_hundred is None else min(box.h - 4, 34.0)
    room = box.w - dots - (8 if dots else 0)
    title = fit_size(head.title, room, 16.0, least_pt=11.0)
    pen.write(box.x, box.y + 5, shorten(head.title, room, title), title, colour=GREY)
    for line, base_mm, size_pt, bold in _set_lines(head, room, box.h - 6, pen.sheet.least_pt):
        pen.write(box.x, box.y + 6 + base_mm, line, size_pt, bold=bold)
    if dots:
        _draw_hundred(
            pen, Box(box.right - dots, box.y + 1, dots, dots), head.n_of_hundred or 0, head.n_after
        )


def _set_lines(
    head: Headline, room_mm: float, high_mm: float, least_pt: float
) -> list[tuple[str, float, float, bool]]:
    """Lines of the headline and its notes with base line and size, all smaller together until they
    fit.
    """
    for smaller in (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.5):
        most = head.size_pt * smaller**0.5  # what is said below gives way first
        size = min(fit_size(line, room_mm, most, least_pt=15.0, bold=True) for line in head.lines)
        lines, y = [], 0.0
        for line in head.lines:
            y += size * MM_PER_POINT * 1.12
            lines.append((shorten(line, room_mm, size, bold=True), y, size, True))
        y += 1.0
        for note, asked_pt in head.notes:
            bold, wanted = asked_pt > _BOLD_FROM_PT, max(least_pt, asked_pt * smaller)
            note_pt = fit_size(
                note, room_mm, wanted, least_pt=max(least_pt, 0.72 * wanted), bold=bold
            )
            for part in wrap(note, room_mm, note_pt, lines=2, bold=bold):
                y += note_pt * MM_PER_POINT * 1.22
                lines.append((part, y, note_pt, bold))
        if y <= high_mm:
            break
    return lines


def _draw_hundred(pen: Pen, box: Box, n: int, after: int | None) -> None:
    step = box.w / 10
    after = n if after is None else after
    for i in range(100):
        x, y = box.x + (i % 10 + 0.5) * step, box.y + (i // 10 + 0.5) * step
        is_new, is_lost = n <= i < after, after <= i < n
        fill = _LOST_DOTS if is_lost else _DOTS if i < n else WHITE
        pen.disc(x, y, step * 0.36, fill=fill, edge=_DOTS, width_mm=0.9 if is_new else 0.3)
        if is_new:
            pen.disc(x, y, step * 0.13, fill=_DOTS)


def draw_strip(pen: Pen, lang: Lang) -> None:
    """Draw twelve numbered circles, each for a second sticker, with lines for the street and the
    reason.
    """
    box, told = pen.sheet.strip, say("poster_strip", lang)
    size = fit_size(told, box.w, 12.5, least_pt=10.0, bold=True)
    pen.write(box.x, box.y + 4.2, shorten(told, box.w, size, bold=True), size, bold=True)
    columns = 4 if pen.sheet.is_lying else 3
    wide, high = box.w / columns, (box.h - 6.0) / (12 // columns)
    radius = min(_STICKER_R_MM, high / 2 - 0.3)
    for i in range(12):
        x, y = box.x + (i % columns) * wide, box.y + 6.0 + (i // columns + 0.5) * high
        pen.disc(x + radius + 0.3, y, radius, fill=WHITE, edge=INK, width_mm=0.4)
        pen.label(x + radius + 0.3, y, str(i + 1), 12.0, bold=True, colour="#8d8792", halo_mm=0.0)
        _draw_lines(pen, x + 2 * radius + 2.0, x + wide - 4.0, y + radius - 1.5, lang)


def _draw_lines(pen: Pen, start: float, end: float, y: float, lang: Lang) -> None:
    """A line for the street, and a longer one for the reason."""
    middle = start + 0.36 * (end - start)
    for left, right, key in ((start, middle - 1.5, "poster_where"), (middle, end, "poster_why")):
        text, size_pt = say(key, lang), max(9.5, pen.sheet.least_pt)
        pen.write(left, y - 0.5, text, size_pt, colour=GREY)
        line = np.array([[left + measure_mm(text, size_pt) + 1.0, y], [right, y]])
        pen.lines([line], colour=_RULE, width_mm=0.35)


def measure_sources(
    sources: Sequence[tuple[str, str]], size: PaperSize, *, is_lying: bool
) -> float:
    """How high the sources are, told whole."""
    sheet = lay_out(size, is_lying=is_lying)
    lines = wrap(_join_sources(sources), sheet.source.w, sheet.source_pt, lines=_ANY_LINES)
    return min(MOST_SOURCES_MM, len(lines) * sheet.source_pt * _SOURCE_PITCH + 0.5)


def draw_sources(pen: Pen, sources: Sequence[tuple[str, str]]) -> None:
    """Write where the data come from, smaller where even a high box does not hold it."""
    box, text, size_pt = pen.sheet.source, _join_sources(sources), pen.sheet.source_pt
    lines = wrap(text, box.w, size_pt, lines=_ANY_LINES)
    while len(lines) * size_pt * _SOURCE_PITCH > box.h and size_pt > _LEAST_SOURCE_PT:
        size_pt *= 0.94
        lines = wrap(text, box.w, size_pt, lines=_ANY_LINES)
    pitch = size_pt * _SOURCE_PITCH
    for i, line in enumerate(lines[: int(box.h / pitch + 0.01)]):
        pen.write(box.x, box.y + (i + 0.8) * pitch, line, size_pt, colour=GREY)


def _join_sources(sources: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"{head}: {sentence.rstrip('. ')}." for head, sentence in sources)


def qr_text(study: str, area: str, proposal: str) -> str:
    """Text of the code: which study, area and proposal the sheet is of."""
    ids = {"study": _short_id(study), "area": _short_id(area), "proposal": _short_id(proposal)}
    return "access15-poster?" + urlencode({"v": 1, **ids})


def _short_id(name: str) -> str:
    """An id as the code holds it: one that is long, or becomes long in percent signs, is told by
    its fingerprint.
    """
    if len(quote_plus(name)) <= _MAX_ID_SIGNS:
        return name
    return sha256(name.encode("utf-8", "replace")).hexdigest()[:16]


def qr_box(sheet: Sheet) -> Box:
    """Where the code stands, its white rim included."""
    box = sheet.side
    if sheet.is_lying:
        return Box(box.right - QR_MM, box.bottom - QR_MM, QR_MM, QR_MM)
    return Box(box.x, box.bottom - QR_MM, QR_MM, QR_MM)


def draw_code(pen: Pen, text: str) -> None:
    """Draw the QR code."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=3)]
    box, cell = qr_box(pen.sheet), QR_MM / len(rows)
    # each run of dark cells is one rectangle: gaps between cells would confuse readers
    boxes = []
    for j, row in enumerate(rows):
        start = None
        for i, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = i
            elif not dark and start is not None:
                boxes.append(
                    Box(box.x + start * cell, box.y + j * cell, (i - start) * cell, cell * 1.02)
                )
                start = None
    pen.boxes(boxes, fill="#000000")


def draw_scale(pen: Pen, scale: MapScale, lang: Lang) -> None:
    """Draw the bar of metres, the scale in words and the north arrow."""
    side, code = pen.sheet.side, qr_box(pen.sheet)
    x = side.x if pen.sheet.is_lying else code.right + 8
    bar_m = max(
        step
        for step in (50, 100, 200, 250, 500, 1000, 2000)
        if step / scale.metres_per_mm <= 44 or step == 50
    )
    wide, y = bar_m / scale.metres_per_mm, side.bottom - 10
    for i in range(4):
        pen.box(
            Box(x + i * wide / 4, y, wide / 4, 2.2),
            fill=INK if i % 2 == 0 else WHITE,
            edge=INK,
            width_mm=0.35,
        )
    for part in (0, 1):
        metres = f"{format_number(bar_m * part, lang)}{' m' if part else ''}"
        pen.write(x + wide * part, y - 1.4, metres, 11.0, at="center" if part else "left")
    denominator = format_number(round(1000 * scale.metres_per_mm / pen.sheet.factor), lang)
    told = say("poster_scale", lang, n=denominator, size=pen.sheet.size)
    told_pt = max(9.5, pen.sheet.least_pt)
    pen.write(x, y + 7.5, told, told_pt)
    north = x + max(wide + 15, measure_mm(told, told_pt) + 6)
    pen.polygon(
        [(north, y - 11), (north + 3.2, y + 1), (north, y - 1.8), (north - 3.2, y + 1)], fill=INK
    )
    pen.label(north, y + 4.2, say("poster_north", lang), 13.0, bold=True, halo_mm=0.0)


def draw_markers(pen: Pen) -> None:
    """Draw the four corner markers, by which a photograph of the sheet is straightened."""
    for box, cells in zip(pen.sheet.markers, MARKER_CELLS, strict=True):
        cell = box.w / 6
        pen.box(box, fill="#000000")
        white = [
            Box(box.x + (i + 1) * cell, box.y + (j + 1) * cell, cell, cell)
            for j, row in enumerate(cells)
            for i, bit in enumerate(row)
            if bit == "1"
        ]
        pen.boxes(white, fill=WHITE)
