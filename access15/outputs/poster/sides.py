"""A sheet with two maps: who gets there today, and with a proposal, at one scale and in one key.

It is looked at and talked about; it has no circles for stickers and no key to read photographs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from access15.config import Lang
from access15.files import staged_outputs
from access15.outputs.pages.map_data import blend_on_paper, pick_band_colours
from access15.outputs.poster.draw import (
    check_asked,
    check_poster_path,
    find_area,
    find_bounds,
    save_picture,
    styled,
)
from access15.outputs.poster.ground import collect_bands, draw_before, draw_border, draw_ground
from access15.outputs.poster.panels import (
    GREY,
    draw_bar,
    draw_head,
    draw_north,
    draw_sources,
    measure_sources,
)
from access15.outputs.poster.pen import INK, Pen
from access15.outputs.poster.places import choose_places
from access15.outputs.poster.proposal import NewPlace, PosterProposal, list_new_places
from access15.outputs.poster.sheet import Box, MapScale, PaperSize, Sheet, fit_map, lay_out
from access15.outputs.poster.signs import draw_labels, draw_letter
from access15.outputs.poster.text import fit_size, measure_mm, shorten, wrap
from access15.outputs.poster.words import build_headline, describe_difference, list_credits
from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_cutoff, format_number
from access15.outputs.words.texts import say
from access15.results.run import RunResult

_EDGE_MM: Final = 10.0
_GAP_MM: Final = 6.0  # between the maps
_KEY_MM: Final = 31.0  # high: caption of the numbers, bands, border and scale
_FINE_PT: Final = 9.0  # as printed
_ROWS: Final = 8  # places that may be numbered
_SWATCH_MM: Final = 13.0
_LETTER_MM: Final = 4.15


@dataclass(frozen=True, eq=False)
class _Side:
    """One of the two maps."""

    caption: str
    sheet: Sheet
    scale: MapScale
    bands: tuple[shapely.Geometry, ...]
    gone: frozenset[str]
    new: tuple[NewPlace, ...]
    before: shapely.Geometry | None = None


def draw_sides(
    result: RunResult,
    area_id: str,
    path: Path,
    *,
    proposal: PosterProposal,
    profile: str,
    target: str = HUB,
    size: PaperSize = "A3",
    lang: Lang = "it",
) -> dict[str, Path]:
    """Draw today and a proposal side by side."""
    check_poster_path(path, has_key=False)
    findings = find_area(result, area_id, lang)
    check_asked(findings, profile, target)
    today = collect_bands(findings, profile, target)
    sources = list_credits(findings)
    source_mm = measure_sources(sources, size, is_lying=True, wide_mm=_lay_out(size, 0.0).source.w)
    sheet = _lay_out(size, source_mm)
    left = fit_map(find_bounds(findings, [*today, *proposal.service_areas]), sheet)
    right_box = replace_x(sheet.map, sheet.map.right + _GAP_MM)
    right = replace(left, box=right_box)
    named = say("sides_proposal", lang, name=proposal.name)
    sides = (
        _Side(say("sides_today", lang), sheet, left, tuple(today), frozenset(), ()),
        _Side(
            named,
            replace(sheet, map=right_box),
            right,
            proposal.service_areas or tuple(shapely.Polygon() for _ in today),
            proposal.gone,
            tuple(list_new_places(findings, right, proposal)),
            today[-1],
        ),
    )
    pen = Pen(sheet)
    with styled():
        for side in sides:
            _draw_side(pen, findings, side, target)
        head = replace(build_headline(findings, profile, target, proposal), size_pt=26.0)
        told = describe_difference(findings, profile, target, proposal)
        draw_head(pen, replace(head, notes=((told, 15.0), *head.notes[-1:])))
        _draw_key(pen, findings, sides, profile=profile, target=target, proposal=proposal)
        draw_sources(pen, sources)
        picture = save_picture(pen, path.suffix.lower(), findings)
    with staged_outputs(path.parent) as folder:
        (folder / path.name).write_bytes(picture)
    return {"poster": path}


def replace_x(box: Box, x: float) -> Box:
    """The same box elsewhere along a row."""
    return Box(x, box.y, box.w, box.h)


def _lay_out(size: PaperSize, source_mm: float) -> Sheet:
    """Divide a lying sheet: headline, two maps of one size, their key, the sources."""
    plain = lay_out(size, is_lying=True)
    wide = plain.w_mm - 2 * _EDGE_MM
    source = Box(_EDGE_MM, plain.h_mm - 5 - source_mm, wide, source_mm)
    key = Box(_EDGE_MM, source.y - 2 - _KEY_MM, wide, _KEY_MM)
    top = 60.0
    map_box = Box(_EDGE_MM, top, (wide - _GAP_MM) / 2, key.y - 3 - top)
    head = Box(_EDGE_MM, 6, wide, 44)
    return replace(plain, head=head, map=map_box, side=key, source=source, fine_pt=_FINE_PT)


def _draw_side(
    pen: Pen,
    findings: Findings,
    side: _Side,
    target: str,
) -> None:
    """Draw one map: ground, bands, the places walked to, and what the proposal changes."""
    box = side.scale.box
    places, _ = choose_places(findings, target, side.scale.bounds_m, rows=_ROWS, gone=side.gone)
    walked_to = [place for place in places if place.is_target]
    draw_ground(pen, findings, side.scale, side.bands, before=side.before)
    draw_labels(pen, findings, side.scale, side.bands, places=walked_to, new=side.new)
    pen.box(box, edge=INK, width_mm=0.5)
    size_pt = fit_size(side.caption, box.w, 16.0, least_pt=pen.sheet.least_pt, bold=True)
    caption = shorten(side.caption, box.w, size_pt, bold=True)
    pen.write(box.x, box.y - 2.4, caption, size_pt, bold=True)


def _draw_key(
    pen: Pen,
    findings: Findings,
    sides: tuple[_Side, _Side],
    *,
    profile: str,
    target: str,
    proposal: PosterProposal,
) -> None:
    """The key of both maps: bands with the people of each, border, changes, scale."""
    box, lang = pen.sheet.side, findings.lang
    columns = (box.w * 0.36, box.w * 0.66)
    left = Box(box.x, box.y, columns[0] - 6, box.h)
    _draw_bands(pen, left, findings, profile=profile, target=target, proposal=proposal)
    changed = Box(box.x + columns[0], box.y, columns[1] - columns[0] - 6, box.h)
    _draw_changes(pen, changed, sides[1].new, lang)
    x, y, size_pt = box.x + columns[1], box.y + 5, max(11.0, pen.sheet.least_pt)
    draw_border(pen, x, y - 1.4, 15.0)
    pen.write(x + 18, y, say("poster_zone", lang), size_pt)
    cutoff = format_cutoff(findings.last_cutoff_min, lang)
    draw_before(pen, x, y + 5.1, 15.0)
    told = say("sides_before", lang, cutoff=cutoff)
    pen.write(x + 18, y + 6.5, shorten(told, box.right - x - 18, size_pt), size_pt)
    bar = y + 18
    wide = draw_bar(pen, x, bar, sides[0].scale, lang)
    denominator = round(1000 * sides[0].scale.metres_per_mm / pen.sheet.factor)
    told = say("poster_scale", lang, n=format_number(denominator, lang), size=pen.sheet.size)
    scale_pt = max(9.5, pen.sheet.least_pt)
    pen.write(x, bar + 7.5, told, scale_pt)
    draw_north(pen, x + max(wide + 12, measure_mm(told, scale_pt)) + 8, bar + 2, lang)


def _draw_bands(
    pen: Pen,
    box: Box,
    findings: Findings,
    *,
    profile: str,
    target: str,
    proposal: PosterProposal,
) -> None:
    """A row for each band: its colour, its minutes, people today and with the proposal."""
    lang, covered = findings.lang, findings.covered(profile, target)
    size_pt = pen.sheet.least_pt
    heads = (say("poster_people_today", lang), say("poster_people_after", lang))
    rights = (box.right - measure_mm(heads[1], size_pt) - 4.0, box.right)
    title = say("poster_bands", lang)
    room = rights[0] - measure_mm(heads[0], size_pt) - 2.5 - box.x
    title_pt = fit_size(title, room, 13.0, least_pt=size_pt, bold=True)
    pen.write(box.x, box.y + 5, shorten(title, room, title_pt, bold=True), title_pt, bold=True)
    is_known = findings.is_known(profile, target)
    after = proposal.covered_after or (float("nan"),) * len(covered)
    for x, head in zip(rights, heads, strict=True):
        pen.write(x, box.y + 5, head, size_pt, at="right", colour=GREY)
    pitch = min(8.0, (box.h - 8) / max(1, len(covered)))
    colours = map(blend_on_paper, pick_band_colours(len(covered)))
    for i, (one, colour, then) in enumerate(zip(covered, colours, after, strict=True)):
        y = box.y + 8 + i * pitch
        pen.box(Box(box.x, y, _SWATCH_MM, pitch - 1.4), fill=colour, edge=INK, width_mm=0.3)
        base = y + pitch / 2 + 1.1
        row_pt = max(pen.sheet.least_pt, min(12.0, pitch * 1.9))
        told = say("poster_band", lang, cutoff=format_cutoff(one.cutoff_min, lang))
        pen.write(box.x + _SWATCH_MM + 3, base, told, row_pt)
        for x, people in zip(
            rights, (one.covered if is_known else float("nan"), then), strict=True
        ):
            number = say("unknown", lang) if np.isnan(people) else format_number(people, lang)
            pen.write(x, base, number, row_pt, bold=True, at="right")


def _draw_changes(pen: Pen, box: Box, new: tuple[NewPlace, ...], lang: Lang) -> None:
    """What the proposal changes, letter by letter, as far as there is room."""
    pen.write(box.x, box.y + 5, say("sides_changes", lang), 13.0, bold=True)
    size_pt, y = max(11.0, pen.sheet.least_pt), box.y + 8.0
    pitch, beside = 2 * _LETTER_MM + 0.8, box.x + 2 * _LETTER_MM + 2
    n_rows = int((box.h - 8) / pitch)
    shown = new if len(new) <= n_rows else new[: n_rows - 1]
    for one in shown:
        draw_letter(
            pen, box.x + _LETTER_MM, y + pitch / 2, one.sign, _LETTER_MM, is_gone=one.is_gone
        )
        told = f"{one.name} ({one.kind})" if one.kind else one.name
        line = wrap(told, box.right - beside, size_pt, lines=1)[0]
        pen.write(beside, y + pitch / 2 + 1.4, line, size_pt)
        y += pitch
    if len(shown) < len(new):
        more = say("poster_more", lang, n=format_number(len(new) - len(shown), lang))
        pen.write(beside, y + pitch / 2 + 1.4, more, size_pt)
