"""What stands around the map of a poster: headline, circles for remarks, sources, scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from access15.config import Lang
from access15.outputs.poster.key import qr_box
from access15.outputs.poster.pen import INK, WHITE, Pen
from access15.outputs.poster.sheet import Box, MapScale, PaperSize, lay_out
from access15.outputs.poster.text import MM_PER_POINT, fit_size, measure_mm, shorten, wrap
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import say

GREY: Final = "#4a4650"
_RULE: Final = "#a9a3ad"
_DOTS: Final = "#4d3a5c"
_LOST_DOTS: Final = "#c9c2cf"
_NUMBER: Final = "#716b77"
_STICKER_R_MM: Final = 6.0
_N_CIRCLES: Final = 12
MOST_SOURCES_MM: Final = 90.0
_SOURCE_PITCH: Final = MM_PER_POINT * 1.06
_LEAST_SOURCE_PT: Final = 4.0
_BARS_M: Final = (50, 100, 200, 250, 500, 1000, 2000)
_MAX_BAR_MM: Final = 44.0
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
    title_pt = fit_size(head.title, room, 16.0, least_pt=11.0)
    title = shorten(head.title, room, title_pt)
    pen.write(box.x, box.y + 5, title, title_pt, colour=GREY)
    lines = _set_lines(head, room, box.h - 6, pen.sheet.least_pt)
    for line, base_mm, size_pt, bold in lines:
        pen.write(box.x, box.y + 6 + base_mm, line, size_pt, bold=bold)
    if dots:
        square = Box(box.right - dots, box.y + 1, dots, dots)
        _draw_hundred(pen, square, head.n_of_hundred or 0, head.n_after)


def _set_lines(
    head: Headline,
    room_mm: float,
    high_mm: float,
    least_pt: float,
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
            bold = asked_pt > _BOLD_FROM_PT
            wanted_pt = max(least_pt, asked_pt * smaller)
            smallest_pt = max(least_pt, 0.72 * wanted_pt)
            note_pt = fit_size(note, room_mm, wanted_pt, least_pt=smallest_pt, bold=bold)
            for part in wrap(note, room_mm, note_pt, lines=2, bold=bold):
                y += note_pt * MM_PER_POINT * 1.22
                lines.append((part, y, note_pt, bold))
        if y <= high_mm:
            break
    return lines


def _draw_hundred(
    pen: Pen,
    box: Box,
    n: int,
    after: int | None,
) -> None:
    """A hundred dots, of which the covered are dark; those a proposal gains have a heart, those it
    loses are pale.
    """
    step = box.w / 10
    after = n if after is None else after
    for i in range(100):
        x = box.x + (i % 10 + 0.5) * step
        y = box.y + (i // 10 + 0.5) * step
        is_new, is_lost = n <= i < after, after <= i < n
        fill = _DOTS if i < n else WHITE
        if is_lost:
            fill = _LOST_DOTS
        edge_mm = 0.9 if is_new else 0.3
        pen.disc(
            x,
            y,
            step * 0.36,
            fill=fill,
            edge=_DOTS,
            width_mm=edge_mm,
        )
        if is_new:
            pen.disc(x, y, step * 0.13, fill=_DOTS)


def draw_strip(pen: Pen, lang: Lang) -> None:
    """Draw twelve numbered circles, each for a second sticker, with lines for the street and the
    reason.
    """
    box, told = pen.sheet.strip, say("poster_strip", lang)
    size = fit_size(told, box.w, 12.5, least_pt=10.0, bold=True)
    title = shorten(told, box.w, size, bold=True)
    pen.write(box.x, box.y + 4.2, title, size, bold=True)
    columns = 4 if pen.sheet.is_lying else 3
    wide = box.w / columns
    high = (box.h - 6.0) / (_N_CIRCLES // columns)
    radius = min(_STICKER_R_MM, high / 2 - 0.3)
    for i in range(_N_CIRCLES):
        x = box.x + (i % columns) * wide
        y = box.y + 6.0 + (i // columns + 0.5) * high
        middle = x + radius + 0.3
        pen.disc(
            middle,
            y,
            radius,
            fill=WHITE,
            edge=INK,
            width_mm=0.4,
        )
        pen.label(
            middle,
            y,
            str(i + 1),
            12.0,
            bold=True,
            colour=_NUMBER,
            halo_mm=0.0,
        )
        _draw_lines(pen, x + 2 * radius + 2.0, x + wide - 4.0, y + radius - 1.5, lang)


def _draw_lines(
    pen: Pen,
    start: float,
    end: float,
    y: float,
    lang: Lang,
) -> None:
    """A line for the street, and a longer one for the reason."""
    middle = start + 0.36 * (end - start)
    size_pt = max(9.5, pen.sheet.least_pt)
    for left, right, key in ((start, middle - 1.5, "poster_where"), (middle, end, "poster_why")):
        text = say(key, lang)
        pen.write(left, y - 0.5, text, size_pt, colour=GREY)
        start_x = left + measure_mm(text, size_pt) + 1.0
        line = np.array([[start_x, y], [right, y]])
        pen.lines([line], colour=_RULE, width_mm=0.35)


def measure_sources(
    sources: Sequence[tuple[str, str]],
    size: PaperSize,
    *,
    is_lying: bool,
    wide_mm: float | None = None,
) -> float:
    """How high the sources are, told whole, in the box of the sheet or one of another width."""
    sheet = lay_out(size, is_lying=is_lying)
    room_mm = sheet.source.w if wide_mm is None else wide_mm
    lines = wrap(_join_sources(sources), room_mm, sheet.source_pt, lines=_ANY_LINES)
    return min(MOST_SOURCES_MM, len(lines) * sheet.source_pt * _SOURCE_PITCH + 0.5)


def draw_sources(pen: Pen, sources: Sequence[tuple[str, str]]) -> None:
    """Write where the data come from, smaller where even a high box does not hold it."""
    box, text = pen.sheet.source, _join_sources(sources)
    size_pt = pen.sheet.source_pt
    lines = wrap(text, box.w, size_pt, lines=_ANY_LINES)
    while len(lines) * size_pt * _SOURCE_PITCH > box.h and size_pt > _LEAST_SOURCE_PT:
        size_pt *= 0.94
        lines = wrap(text, box.w, size_pt, lines=_ANY_LINES)
    pitch = size_pt * _SOURCE_PITCH
    for i, line in enumerate(lines[: int(box.h / pitch + 0.01)]):
        pen.write(box.x, box.y + (i + 0.8) * pitch, line, size_pt, colour=GREY)


def _join_sources(sources: Sequence[tuple[str, str]]) -> str:
    """All sources in one text, each with its heading and one full stop."""
    return " ".join(f"{head}: {sentence.rstrip('. ')}." for head, sentence in sources)


def draw_scale(
    pen: Pen,
    scale: MapScale,
    lang: Lang,
) -> None:
    """Draw the bar of metres, the scale in words and the north arrow."""
    side, code = pen.sheet.side, qr_box(pen.sheet)
    x = side.x if pen.sheet.is_lying else code.right + 8
    y = side.bottom - 10
    wide = draw_bar(pen, x, y, scale, lang)
    denominator = format_number(round(1000 * scale.metres_per_mm / pen.sheet.factor), lang)
    told = say("poster_scale", lang, n=denominator, size=pen.sheet.size)
    pen.write(x, y + 7.5, told, max(9.5, pen.sheet.least_pt))
    draw_north(pen, x + wide + 15, y - 2, lang)


def draw_north(
    pen: Pen,
    x: float,
    foot: float,
    lang: Lang,
) -> None:
    """Draw the north arrow, its foot at a height."""
    arrow = [(x, foot - 12), (x + 3.2, foot), (x, foot - 2.8), (x - 3.2, foot)]
    pen.polygon(arrow, fill=INK)
    pen.label(x, foot + 3.2, say("poster_north", lang), 13.0, bold=True, halo_mm=0.0)


def draw_bar(
    pen: Pen,
    x: float,
    y: float,
    scale: MapScale,
    lang: Lang,
) -> float:
    """Draw a bar of four parts, the longest round one that has room; return its width [mm]."""
    shortest_m, *longer_m = _BARS_M
    fitting_m = [step for step in longer_m if step / scale.metres_per_mm <= _MAX_BAR_MM]
    bar_m = max([shortest_m, *fitting_m])
    wide = bar_m / scale.metres_per_mm
    for i in range(4):
        fill = INK if i % 2 == 0 else WHITE
        part = Box(x + i * wide / 4, y, wide / 4, 2.2)
        pen.box(
            part,
            fill=fill,
            edge=INK,
            width_mm=0.35,
        )
    size_pt = max(11.0, pen.sheet.least_pt)
    pen.write(x, y - 1.4, format_number(0, lang), size_pt)
    pen.write(x + wide, y - 1.4, f"{format_number(bar_m, lang)} m", size_pt, at="center")
    return wide
