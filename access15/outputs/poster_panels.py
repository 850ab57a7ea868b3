"""What stands around the map of a poster: headline, key, table, circles for remarks, sources, code, markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import quote_plus, urlencode

import numpy as np
import segno
import shapely

from access15.config import Lang
from access15.outputs.findings import Findings
from access15.outputs.map_data import blend_on_paper, pick_band_colours
from access15.outputs.poster_map import GAINED_ALPHA, NewPlace, draw_sign
from access15.outputs.poster_pen import INK, WHITE, Pen
from access15.outputs.poster_places import Row
from access15.outputs.poster_sheet import MARKER_CELLS, Box, MapScale, Sheet
from access15.outputs.poster_text import CAP_HEIGHT, MM_PER_POINT, fit_size, measure_mm, shorten, wrap
from access15.outputs.texts import format_cutoff, format_number, say

_GREY: Final = "#4a4650"
_RULE: Final = "#a9a3ad"
_DOTS: Final = "#4d3a5c"
QR_MM: Final = 25.0
_MAX_ID_SIGNS: Final = 48
_STICKER_R_MM: Final = 6.0
_MAX_ROW_MM: Final = 9.0
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
    """Write the headline, with a hundred dots of which the covered are dark.

    Parameters
    ----------
    pen : Pen
        Draws.
    head : Headline
        The words.
    """
    box = pen.sheet.head
    dots = 0.0 if head.n_of_hundred is None else min(box.h - 4, 34.0)
    room = box.w - dots - (8 if dots else 0)
    title = fit_size(head.title, room, 16.0, least_pt=11.0)
    pen.write(box.x, box.y + 5, shorten(head.title, room, title), title, colour=_GREY)
    for line, base_mm, size_pt, bold in _set_lines(head, room, box.h - 6):
        pen.write(box.x, box.y + 6 + base_mm, line, size_pt, bold=bold)
    if dots:
        _draw_hundred(pen, Box(box.right - dots, box.y + 1, dots, dots), head.n_of_hundred or 0, head.n_after)


def _set_lines(head: Headline, room_mm: float, high_mm: float) -> list[tuple[str, float, float, bool]]:
    """Lines of the headline and its notes with base line and size, all smaller together until they fit."""
    for smaller in (1.0, 0.94, 0.88, 0.82, 0.76, 0.7):
        most = head.size_pt * smaller
        size = min(fit_size(line, room_mm, most, least_pt=15.0, bold=True) for line in head.lines)
        lines, y = [], 0.0
        for line in head.lines:
            y += size * MM_PER_POINT * 1.12
            lines.append((shorten(line, room_mm, size, bold=True), y, size, True))
        y += 1.0
        for note, asked_pt in head.notes:
            bold, wanted = asked_pt > _BOLD_FROM_PT, max(9.0, asked_pt * smaller)
            note_pt = fit_size(note, room_mm, wanted, least_pt=max(9.0, 0.72 * wanted), bold=bold)
            for part in wrap(note, room_mm, note_pt, lines=2, bold=bold):
                y += note_pt * MM_PER_POINT * 1.22
                lines.append((part, y, note_pt, bold))
        if y <= high_mm:
            break
    return lines


def _draw_hundred(pen: Pen, box: Box, n: int, after: int | None) -> None:
    step = box.w / 10
    for i in range(100):
        x, y = box.x + (i % 10 + 0.5) * step, box.y + (i // 10 + 0.5) * step
        is_new = after is not None and n <= i < after
        pen.disc(x, y, step * 0.36, fill=_DOTS if i < n else WHITE, edge=_DOTS, width_mm=0.9 if is_new else 0.3)
        if is_new:
            pen.disc(x, y, step * 0.13, fill=_DOTS)


def draw_side(
    pen: Pen,
    findings: Findings,
    profile: str,
    target: str,
    *,
    rows: Sequence[Row],
    new: Sequence[NewPlace],
    has_outline: bool = False,
) -> None:
    """Draw the key of the bands and the table of places.

    Parameters
    ----------
    pen : Pen
        Draws.
    findings : Findings
        The numbers of one area.
    profile : str
        Who walks.
    target : str
        Where to.
    rows : sequence of Row
        The table.
    new : sequence of NewPlace
        What a proposal adds.
    has_outline : bool
        Whether the map shows how far people get with the proposal.
    """
    box = pen.sheet.side
    if pen.sheet.is_lying:
        bottom = _draw_key(pen, Box(box.x, box.y, box.w, 44), findings, profile, target, has_outline=has_outline)
        table = Box(box.x, bottom + 4, box.w, box.bottom - bottom - 4 - QR_MM - 4)
        _draw_table(pen, [table], findings, rows, new)
    else:
        _draw_key(
            pen, Box(box.x, box.y, 92, 39 if has_outline else 36), findings, profile, target, has_outline=has_outline
        )
        wide = (box.w - 98 - 4) / 2
        columns = [Box(box.x + 98 + i * (wide + 4), box.y, wide, box.h) for i in range(2)]
        _draw_table(pen, columns, findings, rows, new)


def count_rows(sheet: Sheet) -> int:
    """How many places the table has room for.

    Parameters
    ----------
    sheet : Sheet
        The sheet.

    Returns
    -------
    int
        Rows.
    """
    return 19 if sheet.is_lying else 18


def _draw_key(pen: Pen, box: Box, findings: Findings, profile: str, target: str, *, has_outline: bool) -> float:
    lang, y = findings.lang, box.y + 5
    pen.write(box.x, y, say("poster_bands_today" if has_outline else "poster_bands", lang), 15.0, bold=True)
    covered = findings.covered(profile, target)
    colours = [blend_on_paper(colour) for colour in pick_band_colours(len(covered))]
    pitch = min(9.5, (box.h - 15 - 5.5 * has_outline) / max(len(covered), 1))
    y += 3
    for one, colour in zip(covered, colours, strict=True):
        pen.box(Box(box.x, y, 15, pitch - 1.6), fill=colour, edge=INK, width_mm=0.3)
        text = say("poster_band", lang, cutoff=format_cutoff(one.cutoff_min, lang))
        pen.write(box.x + 18, y + pitch / 2 + 1.4, text, 12.5)
        if findings.is_known(profile, target):
            people = format_number(one.covered, lang)
            label = say("people", lang).lower()
            pen.write(box.right, y + pitch / 2 + 1.4, f"{people} {label}", 12.5, bold=True, at="right")
        y += pitch
    if has_outline:
        cutoff = format_cutoff(findings.last_cutoff_min, lang)
        gained = shapely.box(box.x, y - 0.4, box.x + 15, y + 3.8)
        pen.shapes([gained], fill=INK, alpha=GAINED_ALPHA)
        pen.shapes([gained], edge=INK, width_mm=0.8)
        text = shorten(say("poster_band_after", lang, cutoff=cutoff), box.w - 18, 11.0)
        pen.write(box.x + 18, y + 3, text, 11.0)
        y += 5.5
    dash = [np.array([[box.x, y + 2.6], [box.x + 15, y + 2.6]])]
    pen.lines(dash, colour=INK, width_mm=0.9, dash_mm=(3.2, 1.6))
    pen.write(box.x + 18, y + 4, say("poster_zone", lang), 11.0)
    return y + 5


def _draw_table(
    pen: Pen, columns: Sequence[Box], findings: Findings, rows: Sequence[Row], new: Sequence[NewPlace]
) -> None:
    lang, first = findings.lang, columns[0]
    pen.write(first.x, first.y + 5, say("poster_places", lang), 15.0, bold=True)
    named = [one for one in new if one.sign != "+"]
    lines = [Row(one.sign, one.name, "", is_target=True, is_numbered=True) for one in named]
    if len(named) < len(new):
        more = say("poster_more", lang, n=format_number(len(new) - len(named), lang))
        lines.append(Row("+", more, "", is_target=True, is_numbered=True))
    n_new = len(lines)
    lines += list(rows)
    if not lines:
        pen.write(first.x, first.y + 13, shorten(say("poster_no_places", lang), first.w, 11.0), 11.0)
        return
    boxes = [Box(column.x, column.y + 7.5, column.w, column.h - 7.5) for column in columns]
    per_column = -(-len(lines) // len(boxes))
    pitch = min(_MAX_ROW_MM, boxes[0].h / per_column)
    for i, row in enumerate(lines):
        box = boxes[i // per_column]
        _draw_row(pen, Box(box.x, box.y + (i % per_column) * pitch, box.w, pitch), row, is_new=i < n_new)


def _draw_row(pen: Pen, box: Box, row: Row, *, is_new: bool) -> None:
    middle = box.y + box.h / 2
    if is_new:
        pen.disc(box.x + 3.6, middle, 3.2, fill=WHITE, edge=INK, width_mm=0.6)
        pen.label(box.x + 3.6, middle, row.sign, 11.0, bold=True, halo_mm=0.0)
    else:
        draw_sign(pen, box.x + 3.6, middle, row.sign, is_numbered=row.is_numbered)
    size = (12.0 if row.is_target else 11.0) + (1.0 if box.h > 7.6 else 0.0)
    size = fit_size(row.name, box.w - 9, size, least_pt=10.0, bold=row.is_target)
    base = middle + CAP_HEIGHT * size * MM_PER_POINT / 2
    name = shorten(row.name, box.w - 9, size, bold=row.is_target)
    pen.write(box.x + 9, base, name, size, bold=row.is_target)
    left = box.w - 9 - measure_mm(name, size, bold=row.is_target) - 2.5
    kind = row.kind.partition(" (")[0]
    if kind and kind.casefold() not in name.casefold() and measure_mm(kind, 9.5) <= left:
        pen.write(box.right - left, base, kind, 9.5, colour=_GREY)


def draw_strip(pen: Pen, lang: Lang) -> None:
    """Draw twelve numbered circles for stickers, each with a line to write on.

    Parameters
    ----------
    pen : Pen
        Draws.
    lang : {"it", "en"}
        Language.
    """
    box = pen.sheet.strip
    pen.write(box.x, box.y + 3.6, shorten(say("poster_strip", lang), box.w, 11.0, bold=True), 11.0, bold=True)
    columns = 6
    wide, high = box.w / columns, (box.h - 5.0) / 2
    radius = min(_STICKER_R_MM, high / 2 - 0.3)
    for i in range(2 * columns):
        x, y = box.x + (i % columns) * wide + radius + 0.3, box.y + 5.0 + (i // columns + 0.5) * high
        pen.disc(x, y, radius, fill=WHITE, edge=INK, width_mm=0.4)
        pen.label(x, y, str(i + 1), 12.0, bold=True, colour="#8d8792", halo_mm=0.0)
        line = np.array([[x + radius + 2, y + radius - 1.0], [box.x + (i % columns + 1) * wide - 3, y + radius - 1.0]])
        pen.lines([line], colour=_RULE, width_mm=0.35)


def draw_sources(pen: Pen, sources: Sequence[tuple[str, str]]) -> None:
    """Write where the data come from.

    Parameters
    ----------
    pen : Pen
        Draws.
    sources : sequence of (str, str)
        Heads and sentences.
    """
    box = pen.sheet.source
    text = " ".join(
        f"{head}: {sentence.rstrip('. ')}{'' if sentence.endswith('…') else '.'}" for head, sentence in sources
    )
    pitch = 8.0 * MM_PER_POINT * 1.12
    for i, line in enumerate(wrap(text, box.w, 8.0, lines=int(box.h // pitch))):
        pen.write(box.x, box.y + (i + 0.8) * pitch, line, 8.0, colour=_GREY)


def qr_text(study: str, area: str, proposal: str) -> str:
    """Text of the code: which study, area and proposal the sheet is of.

    Parameters
    ----------
    study, area, proposal : str
        Ids; the proposal may be empty.

    Returns
    -------
    str
        For example ``access15-poster?v=1&study=milano&area=chiesa_rossa&proposal=``.
    """
    ids = {"study": _short_id(study), "area": _short_id(area), "proposal": _short_id(proposal)}
    return "access15-poster?" + urlencode({"v": 1, **ids})


def _short_id(name: str) -> str:
    """An id as the code holds it: one that is long, or becomes long in percent signs, is told by its fingerprint."""
    if len(quote_plus(name)) <= _MAX_ID_SIGNS:
        return name
    return sha256(name.encode("utf-8", "replace")).hexdigest()[:16]


def qr_box(sheet: Sheet) -> Box:
    """Where the code stands, its white rim included.

    Parameters
    ----------
    sheet : Sheet
        The sheet.

    Returns
    -------
    Box
        A square [mm].
    """
    box = sheet.side
    if sheet.is_lying:
        return Box(box.right - QR_MM, box.bottom - QR_MM, QR_MM, QR_MM)
    return Box(box.x, box.bottom - QR_MM, QR_MM, QR_MM)


def draw_code(pen: Pen, text: str) -> None:
    """Draw the QR code.

    Parameters
    ----------
    pen : Pen
        Draws.
    text : str
        As from `qr_text`.
    """
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
                boxes.append(Box(box.x + start * cell, box.y + j * cell, (i - start) * cell, cell * 1.02))
                start = None
    pen.boxes(boxes, fill="#000000")


def draw_scale(pen: Pen, scale: MapScale, lang: Lang) -> None:
    """Draw the bar of metres, the scale in words and the north arrow.

    Parameters
    ----------
    pen : Pen
        Draws.
    scale : MapScale
        The way to the sheet.
    lang : {"it", "en"}
        Language.
    """
    side, code = pen.sheet.side, qr_box(pen.sheet)
    x = side.x if pen.sheet.is_lying else code.right + 8
    bar_m = max(step for step in (50, 100, 200, 250, 500, 1000, 2000) if step / scale.metres_per_mm <= 44 or step == 50)
    wide, y = bar_m / scale.metres_per_mm, side.bottom - 10
    for i in range(4):
        pen.box(Box(x + i * wide / 4, y, wide / 4, 2.2), fill=INK if i % 2 == 0 else WHITE, edge=INK, width_mm=0.35)
    for part in (0, 1):
        metres = f"{format_number(bar_m * part, lang)}{' m' if part else ''}"
        pen.write(x + wide * part, y - 1.4, metres, 11.0, at="center" if part else "left")
    denominator = format_number(round(1000 * scale.metres_per_mm / pen.sheet.factor), lang)
    told = say("poster_scale", lang, n=denominator, size=pen.sheet.size)
    pen.write(x, y + 7.5, told, 9.5)
    north = x + max(wide + 15, measure_mm(told, 9.5) + 6)
    pen.polygon([(north, y - 11), (north + 3.2, y + 1), (north, y - 1.8), (north - 3.2, y + 1)], fill=INK)
    pen.label(north, y + 4.2, say("poster_north", lang), 13.0, bold=True, halo_mm=0.0)


def draw_markers(pen: Pen) -> None:
    """Draw the four corner markers, by which a photograph of the sheet is straightened.

    Parameters
    ----------
    pen : Pen
        Draws.
    """
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
