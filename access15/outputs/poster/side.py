"""What stands beside the map of a poster: the key of the bands and the table of places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import shapely

from access15.config import Lang
from access15.outputs.pages.map_data import blend_on_paper, pick_band_colours
from access15.outputs.poster.ground import GAINED_ALPHA, draw_border
from access15.outputs.poster.key import QR_MM
from access15.outputs.poster.panels import GREY
from access15.outputs.poster.pen import INK, Pen
from access15.outputs.poster.places import Row
from access15.outputs.poster.proposal import NewPlace
from access15.outputs.poster.sheet import Box, Sheet
from access15.outputs.poster.signs import LOST_MM, draw_dot, draw_letter, draw_sign, format_minutes
from access15.outputs.poster.text import CAP_HEIGHT, MM_PER_POINT, fit_size, measure_mm, shorten
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_cutoff, format_number
from access15.outputs.words.texts import say

_MAX_ROW_MM: Final = 9.0
_HIGH_ROW_MM: Final = 7.6  # letters are larger in rows that are higher
_ROW_PT: Final = 10.0  # smallest size of a row
_SWATCH_MM: Final = 18.0  # of a colour and the gap beside it
_KEY_PT: Final = 12.5  # of minutes and people beside the colours
_BETWEEN_MM: Final = 3.0  # minutes and people


def draw_side(
    pen: Pen,
    findings: Findings,
    profile: str,
    target: str,
    *,
    rows: Sequence[Row],
    new: Sequence[NewPlace] = (),
    n_lost: int = 0,
    after: Sequence[float] = (),
    has_outline: bool = False,
) -> None:
    """Draw the key of the bands and the table of places."""
    box, is_lying = pen.sheet.side, pen.sheet.is_lying
    key_box = Box(box.x, box.y, 92, box.h - QR_MM)
    if is_lying:
        key_box = Box(box.x, box.y, box.w, 46)
    bottom = _draw_key(
        pen, key_box, findings, profile, target, after=after, has_outline=has_outline
    )
    # beside the key on a standing sheet, in two columns; below it on a lying one
    wide = (box.w - 98 - 4) / 2
    columns = [Box(box.x + 98 + i * (wide + 4), box.y, wide, box.h) for i in range(2)]
    if is_lying:
        high = box.bottom - bottom - 3 - QR_MM - 3
        columns = [Box(box.x, bottom + 3, box.w, high)]
    lost = say("poster_lost", findings.lang, n=format_number(n_lost, findings.lang))
    lost_row = Row("", lost, "", is_target=False, is_numbered=False)
    _draw_table(pen, columns, findings, [*rows, lost_row] if n_lost else rows, new)


def count_rows(sheet: Sheet, new: Sequence[NewPlace]) -> int:
    """How many places the table has room for."""
    table_mm = sheet.side.h - 46 - QR_MM - 6 - 7.5
    rows = int(table_mm // 5.6) if sheet.is_lying else 18
    return max(4, rows - 1 - len({one.sign for one in new}))


def _draw_key(
    pen: Pen,
    box: Box,
    findings: Findings,
    profile: str,
    target: str,
    *,
    after: Sequence[float],
    has_outline: bool,
) -> float:
    """The key: a row per band, one for the outline, one for the edge of the zones; where it ends
    [mm].
    """
    lang, least_pt = findings.lang, pen.sheet.least_pt
    is_known = findings.is_known(profile, target)
    covered = findings.covered(profile, target)
    is_beside = is_known and len(after) == len(covered)
    columns = _draw_key_head(pen, box, findings, is_beside=is_beside)
    y = box.y + 8
    pitch = min(9.5, (box.h - 13.5 - 6.5 * has_outline) / max(len(covered), 1))
    colours = [blend_on_paper(colour) for colour in pick_band_colours(len(covered))]
    for i, (one, colour) in enumerate(zip(covered, colours, strict=True)):
        base = y + pitch / 2 + 1.4
        pen.box(
            Box(box.x, y, 15, pitch - 1.6),
            fill=colour,
            edge=INK,
            width_mm=0.3,
        )
        number = _format_people(findings, one.covered) if is_known and not columns else ""
        told = say("poster_band", lang, cutoff=format_cutoff(one.cutoff_min, lang))
        room_mm = box.w - _SWATCH_MM - _BETWEEN_MM - measure_mm(number, _KEY_PT, bold=True)
        # a number of square metres needs the room of words
        if columns or measure_mm(told, _KEY_PT) > room_mm:
            told = format_minutes(one.cutoff_min, lang)
        pen.write(box.x + _SWATCH_MM, base, told, _KEY_PT)
        if columns:
            for x, people in zip(columns, (one.covered, after[i]), strict=True):
                pen.write(x, base, format_number(people, lang), _KEY_PT, bold=True, at="right")
        elif is_known:
            room_mm = box.w - _SWATCH_MM - _BETWEEN_MM - measure_mm(told, _KEY_PT)
            size_pt = fit_size(number, room_mm, _KEY_PT, least_pt=least_pt, bold=True)
            pen.write(box.right, base, number, size_pt, bold=True, at="right")
        y += pitch
    if has_outline:
        _draw_outline_row(pen, Box(box.x, y, box.w, 5.5), findings, after)
        y += 6.5
    draw_border(pen, box.x, y + 2.6, 15.0)
    pen.write(box.x + _SWATCH_MM, y + 4, say("poster_zone", lang), max(11.0, least_pt))
    return y + 5


def _draw_key_head(
    pen: Pen,
    box: Box,
    findings: Findings,
    *,
    is_beside: bool,
) -> tuple[float, ...]:
    """Head of the key; where people stand in two columns, the right edges of both."""
    lang, title = findings.lang, say("poster_bands", findings.lang)
    if not is_beside:
        pen.write(box.x, box.y + 5, title, 15.0, bold=True)
        return ()
    size_pt = max(10.0, pen.sheet.least_pt)
    today, beside = say("poster_people_today", lang), say("poster_people_after", lang)
    columns = (box.right - measure_mm(beside, size_pt) - 3.0, box.right)
    for x, text in zip(columns, (today, beside), strict=True):
        pen.write(x, box.y + 5, text, size_pt, at="right", colour=GREY)
    room = columns[0] - measure_mm(today, size_pt) - 2.5 - box.x
    size = fit_size(title, room, 15.0, least_pt=10.0, bold=True)
    pen.write(box.x, box.y + 5, shorten(title, room, size, bold=True), size, bold=True)
    return columns


def _draw_outline_row(
    pen: Pen,
    box: Box,
    findings: Findings,
    after: Sequence[float],
) -> None:
    """What the outline means, with how many people get there."""
    swatch = shapely.box(box.x, box.y, box.x + 15, box.y + 4.2)
    pen.shapes([swatch], fill=INK, alpha=GAINED_ALPHA)
    pen.shapes([swatch], edge=INK, width_mm=0.8)
    cutoff_min, lang = findings.last_cutoff_min, findings.lang
    least_pt = pen.sheet.least_pt
    full = say("poster_band_after", lang, cutoff=format_cutoff(cutoff_min, lang))
    short = say("poster_after", lang, cutoff=format_minutes(cutoff_min, lang))
    people = _format_people(findings, after[-1]) if after else ""
    number = format_number(after[-1], lang) if after else ""
    for text, told in ((full, people), (short, people), (short, number)):  # the first that has room
        room = box.w - _SWATCH_MM - measure_mm(told, 12.0, bold=True) - 2
        if measure_mm(text, least_pt) <= room:
            break
    size = fit_size(text, room, 11.0, least_pt=least_pt)
    pen.write(box.x + _SWATCH_MM, box.y + 3.6, shorten(text, room, size), size)
    if told:
        pen.write(box.right, box.y + 3.6, told, 12.0, bold=True, at="right")


def _format_people(findings: Findings, count: float) -> str:
    """A number of people, in words after it."""
    return f"{format_number(count, findings.lang)} {say('people', findings.lang).lower()}"


def _draw_table(
    pen: Pen,
    columns: Sequence[Box],
    findings: Findings,
    rows: Sequence[Row],
    new: Sequence[NewPlace],
) -> None:
    """The table of places: what a proposal changes first."""
    lang, first = findings.lang, columns[0]
    pen.write(first.x, first.y + 5, say("poster_places", lang), 15.0, bold=True)
    changed = _list_changed(new, first.w - 9, lang)
    lines = [*(row for row, _ in changed), *rows]
    if not lines:
        nothing = shorten(say("poster_no_places", lang), first.w, 11.0)
        pen.write(first.x, first.y + 13, nothing, 11.0)
        return
    boxes = [Box(column.x, column.y + 7.5, column.w, column.h - 7.5) for column in columns]
    per_column = -(-len(lines) // len(boxes))
    pitch = min(_MAX_ROW_MM, boxes[0].h / per_column)
    for i, row in enumerate(lines):
        box = boxes[i // per_column]
        at = Box(box.x, box.y + (i % per_column) * pitch, box.w, pitch)
        x, y = at.x + 3.6, at.y + pitch / 2
        if i < len(changed):
            _, is_gone = changed[i]
            draw_letter(pen, x, y, row.sign, min(3.5, pitch / 2 - 0.1), is_gone=is_gone)
        elif row.dot:
            draw_dot(pen, x, y, row.dot)
        elif row.sign:
            draw_sign(pen, x, y, row.sign, is_numbered=row.is_numbered)
        else:
            pen.square(x, y, LOST_MM)
        _write_row(pen, at, row)


def _list_changed(
    new: Sequence[NewPlace],
    room_mm: float,
    lang: Lang,
) -> list[tuple[Row, bool]]:
    """Rows of what a proposal changes, and whether it takes each away; one row for all that found
    no letter.
    """
    lettered = [one for one in new if one.sign != "+"]
    found = []
    for one in lettered:
        row = Row(one.sign, _name_new(one, room_mm), "", is_target=True, is_numbered=True)
        found.append((row, one.is_gone))
    if len(lettered) < len(new):
        more = say("poster_more", lang, n=format_number(len(new) - len(lettered), lang))
        found.append((Row("+", more, "", is_target=True, is_numbered=True), False))
    return found


def _name_new(place: NewPlace, room_mm: float) -> str:
    """Name, and what happens to it, which is never cut."""
    if not place.kind:
        return place.name
    more = f" ({place.kind})"
    left_mm = room_mm - measure_mm(more, _ROW_PT, bold=True)
    return shorten(place.name, left_mm, _ROW_PT, bold=True) + more


def _write_row(
    pen: Pen,
    box: Box,
    row: Row,
) -> None:
    """A row: the name, and the kind at the right where it says more and has room."""
    bold, room_mm = row.is_target, box.w - 9
    wanted_pt = 12.0 if row.is_target else 11.0
    if box.h > _HIGH_ROW_MM:
        wanted_pt += 1.0
    size = fit_size(row.name, room_mm, wanted_pt, least_pt=_ROW_PT, bold=bold)
    base = box.y + box.h / 2 + CAP_HEIGHT * size * MM_PER_POINT / 2
    name = shorten(row.name, room_mm, size, bold=bold)
    pen.write(box.x + 9, base, name, size, bold=bold)
    left_mm = room_mm - measure_mm(name, size, bold=bold) - 2.5
    kind, kind_pt = row.kind.partition(" (")[0], max(9.5, pen.sheet.least_pt)
    is_told = not kind or kind.casefold() in name.casefold()
    if not is_told and measure_mm(kind, kind_pt) <= left_mm:
        pen.write(box.right - left_mm, base, kind, kind_pt, colour=GREY)
