"""Minutes, signs and names on the map of a poster; none lies on another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.config import Lang
from access15.outputs.poster.ground import bring
from access15.outputs.poster.labels import Name, Placer, spiral, text_box
from access15.outputs.poster.pen import INK, WHITE, Pen
from access15.outputs.poster.places import Place
from access15.outputs.poster.proposal import NewPlace
from access15.outputs.poster.sheet import Box, MapScale
from access15.outputs.poster.streets import StreetRuns
from access15.outputs.poster.text import CAP_HEIGHT, MM_PER_POINT, fit_size, measure_mm, shorten
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import say

MINUTES_PT: Final = 16.0
LOST_MM: Final = 0.9  # half the mark of a place whose sign found no room
_MINUTES_APART_MM: Final = 60.0
_LEAST_PART_MM2: Final = 60.0
_GRID_MM: Final = 3.0  # between points where minutes are tried
# half the size of the signs
_NUMBER_MM: Final = 3.4
_TARGET_MM: Final = 4.8
_SIGN_MM: Final = 2.15
_SIGN_PT: Final = 9.5  # letters of that size fit into such a sign
_DOT_MM: Final = (0.95, 0.75)  # of the forms of dots: a ring, and a full one
_MARK_NAME_MM: Final = 84.0  # longest name beside a mark
_GONE: Final = "#45404c"
_STREET_NAME: Final = "#3d3a36"

Point = tuple[float, float]


@dataclass(frozen=True)
class _Mark:
    """A large sign: where the walk leads, or what a proposal changes."""

    sign: str
    name: str
    more: str  # what happens to it, in a line of its own
    at: Point
    is_new: bool
    is_gone: bool = False


class _Minutes(NamedTuple):
    """The label of a band: middle and size of its box; `deep` inside the band it is led to, where
    none fits on the band.
    """

    x: float
    y: float
    width_mm: float
    height_mm: float
    text: str
    deep: Point | None


def draw_labels(
    pen: Pen,
    findings: Findings,
    scale: MapScale,
    bands: Sequence[shapely.Geometry],
    *,
    places: Sequence[Place],
    new: Sequence[NewPlace],
) -> int:
    """Write minutes, signs and names; none lies on another."""
    # 1. Who comes first keeps the place: marks, minutes, the names of marks.
    placer = Placer(scale.box.inset(1.0))
    marks = _list_marks(findings, scale, places, new)
    spots = [_take_near(placer, *mark.at, _TARGET_MM + 0.4, rings=6) for mark in marks]
    on_sheet = bring(np.array(bands, dtype=object), scale)
    minutes = _place_minutes(findings, on_sheet, placer, scale.box)
    least_pt = pen.sheet.least_name_pt
    names = [
        name
        for mark, spot in zip(marks, spots, strict=True)
        for name in _take_name(placer, mark, spot, least_pt)
    ]
    # 2. Streets of the neighbourhood before the signs, which may stand aside; streets around it
    #    last.
    others = [place for place in places if not place.is_target and not place.dot]
    others.sort(key=lambda place: not place.is_numbered)
    runs = StreetRuns(findings, scale, least_pt=least_pt)
    streets = runs.place(placer, is_inside=True)
    halves = [_size_sign(pen, place) for place in others]
    signs = [
        _take_near(placer, *_spot(place, scale), half + 0.2, rings=10 if place.is_numbered else 7)
        for place, half in zip(others, halves, strict=True)
    ]
    streets += runs.place(placer, is_inside=False, before=streets)
    # 3. Drawn the other way round: what matters most lies on top.
    drawn = list(zip(others, signs, strict=True))
    for place in places:
        if place.dot:
            draw_dot(pen, *_spot(place, scale), place.dot)
    _draw_lost(pen, scale, drawn)
    _draw_street_names(pen, streets)
    _draw_moves(pen, scale, new)
    _draw_places(pen, scale, drawn)
    _draw_minutes(pen, minutes)
    _draw_marks(pen, marks, spots)
    for name in names:
        pen.label(name.x, name.y, name.text, name.size_pt, bold=True, halo_mm=0.9)
    return sum(spot is None for spot in signs)


def _draw_street_names(pen: Pen, names: Sequence[Name]) -> None:
    """Names along their streets, those of large ones in bold."""
    for name in names:
        pen.label(
            name.x,
            name.y,
            name.text,
            name.size_pt,
            angle_deg=name.angle_deg,
            bold=name.rank <= 1,
            colour=_STREET_NAME,
            halo_mm=0.55,
        )


def _list_marks(
    findings: Findings,
    scale: MapScale,
    places: Sequence[Place],
    new: Sequence[NewPlace],
) -> list[_Mark]:
    """Targets, and what a proposal changes; what moves has a mark in both places."""
    targets = [place for place in places if place.is_target]
    marks = [_Mark(one.sign, one.name, "", _spot(one, scale), is_new=False) for one in targets]
    here = say("poster_was_here", findings.lang)
    for one in new:
        at = _spot(one, scale)
        marks.append(_Mark(one.sign, one.name, one.kind, at, is_new=True, is_gone=one.is_gone))
        if one.was_m is not None:
            was = _to_sheet(scale, *one.was_m)
            marks.append(_Mark(one.sign, "", here, was, is_new=True, is_gone=True))
    return marks


def _spot(place: Place | NewPlace, scale: MapScale) -> Point:
    """Where a place is on the sheet."""
    return _to_sheet(scale, place.x_m, place.y_m)


def _to_sheet(
    scale: MapScale,
    x_m: float,
    y_m: float,
) -> Point:
    """Bring a point onto the sheet."""
    x, y = scale.to_sheet(np.array([[x_m, y_m]]))[0]
    return float(x), float(y)


def _place_minutes(
    findings: Findings,
    bands: NDArray[np.object_],
    placer: Placer,
    box: Box,
) -> list[_Minutes]:
    """Labels of the bands, several on a large one, far from each other."""
    lang, inner = findings.lang, shapely.GeometryCollection()
    found: list[_Minutes] = []
    frame = shapely.box(box.x, box.y, box.right, box.bottom)
    height = CAP_HEIGHT * MINUTES_PT * MM_PER_POINT + 2.4
    for band, cutoff in zip(bands, findings.result.cutoffs_min, strict=True):
        text = format_minutes(cutoff, lang)
        width = measure_mm(text, MINUTES_PT, bold=True) + 3.6
        ring = shapely.intersection(shapely.difference(band, inner), frame)
        inner = shapely.union(inner, band)
        middles = _middles(ring, height / 2)
        there: list[Point] = []
        for x, y in middles:
            is_far = all(np.hypot(x - a, y - b) >= _MINUTES_APART_MM for a, b in there)
            if is_far and placer.take(text_box(x, y, width, height)):
                there.append((x, y))
        found += [_Minutes(x, y, width, height, text, None) for x, y in there]
        if middles and not there:
            places = spiral(*middles[0], 4.0, 12)
            beside = placer.take_first(places, partial(_box_at, width, height))
            if beside is not None:
                found.append(_Minutes(*beside, width, height, text, middles[0]))
    return found


def format_minutes(cutoff_min: float, lang: Lang) -> str:
    """Write a cutoff as short as it stands on the map."""
    decimals = 0 if float(cutoff_min).is_integer() else 1
    return f"{format_number(cutoff_min, lang, decimals=decimals)} min"


def _draw_minutes(pen: Pen, minutes: Sequence[_Minutes]) -> None:
    """Labels of the bands, with a line to the band where one stands beside it."""
    for one in minutes:
        if one.deep is not None:
            _draw_leader(pen, one.deep, (one.x, one.y))
        pen.pill(one.x, one.y, one.width_mm, one.height_mm)
        pen.label(one.x, one.y, one.text, MINUTES_PT, bold=True, halo_mm=0.0)


def _box_at(
    width_mm: float,
    height_mm: float,
    x: float,
    y: float,
) -> shapely.Polygon:
    """A level box around a point."""
    return text_box(x, y, width_mm, height_mm)


def _middles(ring: shapely.Geometry, least_mm: float) -> list[tuple[float, float]]:
    """Points deep inside each part of a ring, the deepest first, then others where it is wide
    enough.
    """
    found: list[tuple[float, float, float]] = []
    for part in shapely.get_parts(ring):
        if not isinstance(part, shapely.Polygon) or part.area < _LEAST_PART_MM2:
            continue
        west, north, east, south = part.bounds
        across, down = np.arange(west, east, _GRID_MM), np.arange(north, south, _GRID_MM)
        grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
        points = shapely.points(grid)
        points = points[shapely.contains(part, points)]
        depth = shapely.distance(points, part.boundary)
        deepest = shapely.maximum_inscribed_circle(part, tolerance=0.5)
        x, y = shapely.get_coordinates(deepest)[0]
        # every part is tried before others get a second
        found.append((deepest.length + 1000.0, float(x), float(y)))
        is_wide = depth >= least_mm
        places = shapely.get_coordinates(points[is_wide]).tolist()
        inner = zip(depth[is_wide].tolist(), places, strict=True)
        found += [(deep, x, y) for deep, (x, y) in inner]
    found.sort(key=lambda one: (-round(one[0], 3), one[1], one[2]))
    return [(x, y) for _, x, y in found]


def _take_near(
    placer: Placer,
    x: float,
    y: float,
    half_mm: float,
    *,
    rings: int,
) -> Point | None:
    """Take a square as near to a point as there is room."""
    places = spiral(x, y, half_mm * 0.6, rings)
    return placer.take_first(places, partial(_box_at, 2 * half_mm, 2 * half_mm))


def _size_sign(pen: Pen, place: Place) -> float:
    """Half the size of a sign [mm]; letters are larger on a sheet that is printed smaller."""
    if place.is_numbered:
        return _NUMBER_MM
    return _SIGN_MM * max(1.0, pen.sheet.least_pt / _SIGN_PT)


def _take_name(
    placer: Placer,
    mark: _Mark,
    spot: Point | None,
    least_pt: float,
) -> list[Name]:
    """Name of a mark, and below it what happens to it; nothing where there is no room."""
    if spot is None or not mark.name + mark.more:
        return []
    lines = _set_name(mark, max(11.0, least_pt))
    heights = [CAP_HEIGHT * pt * MM_PER_POINT + 1.6 for _, pt in lines]
    widths = [measure_mm(text, pt, bold=True) for text, pt in lines]
    width, height = max(widths) + 1.6, sum(heights) + 0.8
    found = placer.take_first(_list_beside(spot, width, height), partial(_box_at, width, height))
    if found is None:
        return []
    side = np.sign(round(found[0] - spot[0], 3))  # lines begin, or end, beside their sign
    middles = np.cumsum(heights) - np.array(heights) / 2 - sum(heights) / 2
    names = []
    for (text, pt), wide, middle in zip(lines, widths, middles, strict=True):
        x = float(found[0] - side * (max(widths) - wide) / 2)
        names.append(Name(text, x, float(found[1] + middle), 0.0, pt, 0))
    return names


def _set_name(mark: _Mark, least_pt: float) -> list[tuple[str, float]]:
    """Lines of a mark's name with their sizes [points]."""
    lines = []
    more_pt = max(12.0, least_pt)
    if mark.name:
        size = fit_size(mark.name, _MARK_NAME_MM, 15.0, least_pt=least_pt, bold=True)
        lines.append((shorten(mark.name, _MARK_NAME_MM, size, bold=True), size))
        more_pt = max(least_pt, 0.85 * size)
    if mark.more:
        lines.append((shorten(mark.more, _MARK_NAME_MM, more_pt, bold=True), more_pt))
    return lines


def _list_beside(
    spot: Point,
    width_mm: float,
    height_mm: float,
) -> list[Point]:
    """Where a name may stand around its mark: right, left, below, above, then at the corners."""
    x, y = spot
    beside = _TARGET_MM + 1.2 + width_mm / 2
    above = _TARGET_MM + 0.8 + height_mm / 2
    straight = [(x + beside, y), (x - beside, y), (x, y + above), (x, y - above)]
    corners = [(x + sx * beside * 0.9, y + sy * above) for sx in (1, -1) for sy in (1, -1)]
    return straight + corners


def _draw_marks(
    pen: Pen,
    marks: Sequence[_Mark],
    spots: Sequence[Point | None],
) -> None:
    """Large signs, with a line to where they belong if they stand aside."""
    for mark, spot in zip(marks, spots, strict=True):
        if spot is not None and spot != mark.at:
            _draw_leader(pen, mark.at, spot)
    for mark, spot in zip(marks, spots, strict=True):
        x, y = spot or mark.at
        if mark.is_new:
            draw_letter(pen, x, y, mark.sign, _TARGET_MM, is_gone=mark.is_gone)
        else:
            pen.disc(
                x,
                y,
                _TARGET_MM,
                fill=WHITE,
                edge=INK,
                width_mm=0.6,
            )
            pen.disc(
                x,
                y,
                _TARGET_MM - 0.9,
                fill=INK,
                edge=INK,
                width_mm=0.5,
            )
            pen.label(
                x,
                y,
                mark.sign,
                15.0,
                bold=True,
                colour=WHITE,
                halo_mm=0.0,
            )


def draw_letter(
    pen: Pen,
    x: float,
    y: float,
    sign: str,
    radius_mm: float,
    *,
    is_gone: bool,
) -> None:
    """Draw the sign of what a proposal changes: a white disc; dashed and struck where nothing is
    left.
    """
    size_pt = 3.1 * radius_mm
    if not is_gone:
        pen.disc(
            x,
            y,
            radius_mm,
            fill=WHITE,
            edge=INK,
            width_mm=0.6,
        )
        pen.disc(
            x,
            y,
            0.81 * radius_mm,
            fill=WHITE,
            edge=INK,
            width_mm=0.5,
        )
        pen.label(x, y, sign, size_pt, bold=True, halo_mm=0.0)
        return
    pen.disc(
        x,
        y,
        radius_mm,
        fill=WHITE,
        edge=WHITE,
        width_mm=0.6,
    )
    turns, ring_mm = np.linspace(0.0, 2 * np.pi, 61), 0.92 * radius_mm
    ring = np.column_stack([x + ring_mm * np.cos(turns), y + ring_mm * np.sin(turns)])
    pen.lines(
        [ring],
        colour=INK,
        width_mm=0.9,
        dash_mm=(1.7, 1.1),
    )
    away = 0.95 * radius_mm
    stroke = np.array([[x - away, y + away], [x + away, y - away]])
    pen.lines([stroke], colour=INK, width_mm=0.9)
    pen.label(
        x,
        y,
        sign,
        size_pt,
        bold=True,
        colour=_GONE,
        halo_mm=0.6,
    )


def _draw_moves(
    pen: Pen,
    scale: MapScale,
    new: Sequence[NewPlace],
) -> None:
    """A dashed arrow from where a place is to where it would be."""
    for one in new:
        if one.was_m is None:
            continue
        start = np.array(_to_sheet(scale, *one.was_m))
        end = np.array(_spot(one, scale))
        length = float(np.hypot(*(end - start)))
        if length < 2 * _TARGET_MM + 6:
            continue
        along = (end - start) / length
        across = np.array([-along[1], along[0]])
        tip = end - along * (_TARGET_MM + 0.8)
        line = [np.array([start, tip - along * 3.5])]
        pen.lines(
            line,
            colour=WHITE,
            width_mm=1.8,
            clip=pen.sheet.map,
        )
        pen.lines(
            line,
            colour=INK,
            width_mm=0.7,
            dash_mm=(2.4, 1.6),
            clip=pen.sheet.map,
        )
        corners = [tip, tip - along * 4.5 + across * 2.0, tip - along * 4.5 - across * 2.0]
        pen.polygon([(float(x), float(y)) for x, y in corners], fill=INK)


def _draw_leader(
    pen: Pen,
    at: Point,
    spot: Point,
) -> None:
    """A line from where something is to where its sign stands."""
    pen.lines(
        [np.array([at, spot])],
        colour=INK,
        width_mm=0.45,
        clip=pen.sheet.map,
    )
    pen.disc(*at, 0.8, fill=INK)


def _draw_lost(
    pen: Pen,
    scale: MapScale,
    places: Sequence[tuple[Place, Point | None]],
) -> None:
    """Small marks, under all names, where a sign found no room: no place is lost."""
    for place, spot in places:
        if spot is None:
            pen.square(*_spot(place, scale), LOST_MM)


def _draw_places(
    pen: Pen,
    scale: MapScale,
    places: Sequence[tuple[Place, Point | None]],
) -> None:
    """Signs of places, with a line to where they belong if they stand aside."""
    for place, spot in places:
        at = _spot(place, scale)
        half = _size_sign(pen, place)
        if spot is not None and math.dist(spot, at) > half:
            _draw_leader(pen, at, spot)
    for place, spot in places:
        if spot is not None:
            draw_sign(pen, *spot, place.sign, is_numbered=place.is_numbered)


def draw_dot(pen: Pen, x: float, y: float, dot: int) -> None:
    """Draw one of very many places of a kind, so small that it hides nothing."""
    fill = WHITE if dot == 1 else INK
    pen.disc(x, y, _DOT_MM[dot - 1], fill=fill, edge=INK if dot == 1 else WHITE, width_mm=0.3)


def draw_sign(
    pen: Pen,
    x: float,
    y: float,
    sign: str,
    *,
    is_numbered: bool,
) -> None:
    """Draw the sign of a place: a dark disc with a number, or a white square with the letters of a
    kind.
    """
    if is_numbered:
        size_pt = 11.5 if len(sign) < 2 else 10.0
        pen.disc(
            x,
            y,
            _NUMBER_MM,
            fill=INK,
            edge=WHITE,
            width_mm=0.4,
        )
        pen.label(
            x,
            y,
            sign,
            size_pt,
            bold=True,
            colour=WHITE,
            halo_mm=0.0,
        )
    else:
        pen.square(x, y, _SIGN_MM * max(1.0, pen.sheet.least_pt / _SIGN_PT))
        size_pt = pen.sheet.least_pt
        if len(sign) < 2:
            size_pt = max(_SIGN_PT, size_pt)
        pen.label(x, y, sign, size_pt, bold=True, halo_mm=0.0)
