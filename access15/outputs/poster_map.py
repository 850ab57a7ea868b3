"""The map of a poster: ground, bands of minutes, streets, names, signs of places.

Printed colours stay pale or grey, so that on a photograph of the sheet only stickers are strongly coloured
(`access15.sources.scan` relies on it), and dark to light, so that a copier without colours keeps the bands apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.outputs.basemap import ROAD_CLASSES, classify_streets
from access15.outputs.facts import HUB
from access15.outputs.findings import Findings
from access15.outputs.map_data import PAPER, blend_on_paper, pick_band_colours
from access15.outputs.poster_labels import Name, Placer, spiral, text_box
from access15.outputs.poster_pen import INK, WHITE, Pen
from access15.outputs.poster_places import Place
from access15.outputs.poster_sheet import Box, MapScale
from access15.outputs.poster_streets import StreetRuns
from access15.outputs.poster_text import CAP_HEIGHT, MM_PER_POINT, fit_size, measure_mm, shorten
from access15.outputs.texts import format_number

GREEN: Final = "#dbe8d0"
WATER: Final = "#c3dbe6"
GAINED_ALPHA: Final = 0.22
_EDGE: Final = "#5b4468"  # around the bands
_CASING: Final = "#8f8a80"
# class: width and width of the casing [mm], from below to above
_ROADS: Final = (
    ("service", 0.55, 0.85),
    ("minor", 1.15, 1.5),
    ("medium", 1.75, 2.15),
    ("major", 2.4, 2.85),
)
MINUTES_PT: Final = 16.0
_MINUTES_APART_MM: Final = 60.0
_LEAST_PART_MM2: Final = 60.0
_NUMBER_MM, _TARGET_MM, _SIGN_MM = 3.4, 4.8, 2.15  # half the size of the signs

Point = tuple[float, float]


@dataclass(frozen=True)
class NewPlace:
    """A place that a proposal adds or moves.

    Parameters
    ----------
    sign : str
        Its letter.
    name : str
        Plain text.
    x_m, y_m : float
        Where, in the study's CRS [m].
    """

    sign: str
    name: str
    x_m: float
    y_m: float


def collect_bands(findings: Findings, profile: str, target: str) -> list[shapely.Geometry]:
    """Ground from which a target is reached, of all hubs together where the target is the nearest hub.

    Parameters
    ----------
    findings : Findings
        The numbers of one area.
    profile : str
        Who walks.
    target : str
        ``"hub"``, a hub's facility id or a category.

    Returns
    -------
    list of shapely geometry
        One per cutoff, rising, maybe empty; in the study's CRS [m].
    """
    table = findings.area.service_areas
    asked = findings.area.area.hubs if target == HUB else (target,)
    mine = table[(table["profile"] == profile) & table["target"].isin(asked)]
    return [
        shapely.union_all(mine.geometry[mine["cutoff_min"] == cutoff].to_numpy())
        for cutoff in findings.result.cutoffs_min
    ]


def draw_ground(
    pen: Pen,
    findings: Findings,
    scale: MapScale,
    bands: Sequence[shapely.Geometry],
    after: shapely.Geometry | None = None,
) -> None:
    """Draw all that carries no text: ground, bands, streets, the edge of the neighbourhood.

    Parameters
    ----------
    pen : Pen
        Draws.
    findings : Findings
        The numbers of one area.
    scale : MapScale
        The way to the sheet.
    bands : sequence of shapely geometry
        As from `collect_bands`.
    after : shapely geometry, optional
        How far people get with a proposal; drawn as an outline.
    """
    area, box = findings.area, scale.box
    pen.box(box, fill=PAPER)
    under = area.backdrop
    pen.shapes(_bring(under.green.to_numpy(), scale), fill=GREEN, clip=box)
    pen.shapes(_bring(under.water.to_numpy(), scale), fill=WATER, clip=box)
    on_sheet = _bring(np.array(bands, dtype=object), scale)
    colours = [blend_on_paper(colour) for colour in pick_band_colours(len(bands))]
    for shape, colour in reversed(list(zip(on_sheet, colours, strict=True))):
        pen.shapes([shape], fill=colour, clip=box)
    if after is not None:  # ground that is gained, under the streets
        gained = shapely.difference(after, bands[-1]) if bands else after
        pen.shapes(_bring(np.array([gained], dtype=object), scale), fill=INK, alpha=GAINED_ALPHA, clip=box)
    pen.shapes(_bring(under.buildings.to_numpy(), scale), fill=INK, alpha=0.12, clip=box)
    _draw_streets(pen, findings, scale)
    for shape in on_sheet:
        pen.shapes([shape], edge=_EDGE, width_mm=0.45, clip=box)
    if after is not None:
        outline = _bring(np.array([after], dtype=object), scale)
        pen.shapes(outline, edge=WHITE, width_mm=1.5, clip=box)
        pen.shapes(outline, edge=INK, width_mm=0.8, clip=box)
    edge = [ring for zone in _bring(area.zones.geometry.to_numpy(), scale) for ring in _outlines(zone)]
    pen.lines(edge, colour=WHITE, width_mm=1.7, clip=box)
    pen.lines(edge, colour=INK, width_mm=0.9, dash_mm=(3.2, 1.6), clip=box)


def _draw_streets(pen: Pen, findings: Findings, scale: MapScale) -> None:
    network, box = findings.area.network, scale.box
    classes = classify_streets(network)
    lines = {
        name: _coordinates(_bring(network.lines[classes == index], scale)) for index, name in enumerate(ROAD_CLASSES)
    }
    rail = _coordinates(_bring(findings.area.backdrop.rail.to_numpy(), scale))
    pen.lines(rail, colour="#77726b", width_mm=0.7, clip=box)
    pen.lines(rail, colour=WHITE, width_mm=0.35, dash_mm=(1.6, 1.6), clip=box)
    pen.lines(lines["foot"], colour="#6f6a62", width_mm=0.32, dash_mm=(1.0, 0.7), clip=box)
    pen.lines(lines["steps"], colour=INK, width_mm=0.9, dash_mm=(0.4, 0.3), clip=box)
    for name, _, casing in _ROADS:
        pen.lines(lines[name], colour=_CASING, width_mm=casing, clip=box)
    for name, width, _ in _ROADS:
        pen.lines(lines[name], colour=WHITE, width_mm=width, clip=box)


def draw_labels(
    pen: Pen,
    findings: Findings,
    scale: MapScale,
    bands: Sequence[shapely.Geometry],
    *,
    places: Sequence[Place],
    new: Sequence[NewPlace],
) -> Placer:
    """Write minutes, signs and names; none lies on another.

    Parameters
    ----------
    pen : Pen
        Draws.
    findings : Findings
        The numbers of one area.
    scale : MapScale
        The way to the sheet.
    bands : sequence of shapely geometry
        As from `collect_bands`.
    places : sequence of Place
        What is drawn of the facilities.
    new : sequence of NewPlace
        What a proposal adds.

    Returns
    -------
    Placer
        What is taken now.
    """
    placer = Placer(scale.box.inset(1.0))
    marks: list[tuple[Place | NewPlace, bool]] = [
        *((place, False) for place in places if place.is_target),
        *((place, True) for place in new),
    ]
    at = [_spot(place, scale) for place, _ in marks]
    spots = [_take_near(placer, x, y, _TARGET_MM + 0.4, rings=6) for x, y in at]
    minutes = _place_minutes(findings, _bring(np.array(bands, dtype=object), scale), placer, scale.box)
    names = [_take_name(placer, place.name, spot) for (place, _), spot in zip(marks, spots, strict=True)]
    others = sorted((place for place in places if not place.is_target), key=lambda place: not place.is_numbered)
    runs = StreetRuns(findings, scale)
    streets = runs.place(placer, is_inside=True)  # in the neighbourhood before the signs, which may stand aside
    numbered = [_take_place(placer, place, scale) for place in others if place.is_numbered]
    streets += runs.place(placer, is_inside=False, before=streets)
    signs = numbered + [_take_place(placer, place, scale) for place in others if not place.is_numbered]
    _draw_lost(pen, scale, list(zip(others, signs, strict=True)))
    for name in streets:
        pen.label(name.x, name.y, name.text, name.size_pt, angle_deg=name.angle_deg, bold=name.rank <= 1, halo_mm=0.55)
    _draw_places(pen, scale, list(zip(others, signs, strict=True)))
    for x, y, width, height, text, deep in minutes:
        if deep is not None:
            _draw_leader(pen, deep, (x, y))
        pen.pill(x, y, width, height)
        pen.label(x, y, text, MINUTES_PT, bold=True, halo_mm=0.0)
    for there, spot in zip(at, spots, strict=True):
        if spot is not None and spot != there:
            _draw_leader(pen, there, spot)
    for (place, is_new), there, spot in zip(marks, at, spots, strict=True):
        _draw_target(pen, place.sign, there, spot, is_new=is_new)
    for name in (name for name in names if name is not None):
        pen.label(name.x, name.y, name.text, name.size_pt, bold=True, halo_mm=0.9)
    return placer


def _spot(place: Place | NewPlace, scale: MapScale) -> Point:
    x, y = scale.to_sheet(np.array([[place.x_m, place.y_m]]))[0]
    return float(x), float(y)


def _place_minutes(
    findings: Findings, bands: NDArray[np.object_], placer: Placer, box: Box
) -> list[tuple[float, float, float, float, str, Point | None]]:
    """Middle, size and text of the labels of the bands; with a point to be led to where none fits on its band."""
    lang, inner = findings.lang, shapely.GeometryCollection()
    found: list[tuple[float, float, float, float, str, Point | None]] = []
    frame = shapely.box(box.x, box.y, box.right, box.bottom)
    height = CAP_HEIGHT * MINUTES_PT * MM_PER_POINT + 2.4
    for band, cutoff in zip(bands, findings.result.cutoffs_min, strict=True):
        text = f"{format_number(cutoff, lang, decimals=0 if float(cutoff).is_integer() else 1)} min"
        width = measure_mm(text, MINUTES_PT, bold=True) + 3.6
        middles = _middles(shapely.intersection(shapely.difference(band, inner), frame), height / 2)
        inner, there = shapely.union(inner, band), list[Point]()
        for x, y in middles:
            far = all(np.hypot(x - a, y - b) >= _MINUTES_APART_MM for a, b in there)
            if far and placer.take(text_box(x, y, width, height)):
                there.append((x, y))
        found += [(x, y, width, height, text, None) for x, y in there]
        if middles and not there:
            beside = placer.take_first(spiral(*middles[0], 4.0, 12), partial(_box_at, width, height))
            found += [] if beside is None else [(*beside, width, height, text, middles[0])]
    return found


def _box_at(width_mm: float, height_mm: float, x: float, y: float) -> shapely.Polygon:
    return text_box(x, y, width_mm, height_mm)


def _middles(ring: shapely.Geometry, least_mm: float) -> list[tuple[float, float]]:
    """Points deep inside each part of a ring, the deepest first, then others where it is wide enough."""
    found: list[tuple[float, float, float]] = []
    for part in shapely.get_parts(ring):
        if not isinstance(part, shapely.Polygon) or part.area < _LEAST_PART_MM2:
            continue
        west, north, east, south = part.bounds
        grid = np.stack(np.meshgrid(np.arange(west, east, 3.0), np.arange(north, south, 3.0)), axis=-1).reshape(-1, 2)
        points = shapely.points(grid)
        points = points[shapely.contains(part, points)]
        depth = shapely.distance(points, part.boundary)
        deepest = shapely.maximum_inscribed_circle(part, tolerance=0.5)
        x, y = shapely.get_coordinates(deepest)[0]
        found.append((deepest.length + 1000.0, float(x), float(y)))  # every part is tried before others get a second
        keep = depth >= least_mm
        inner = zip(depth[keep].tolist(), shapely.get_coordinates(points[keep]).tolist(), strict=True)
        found += [(deep, x, y) for deep, (x, y) in inner]
    found.sort(key=lambda one: (-round(one[0], 3), one[1], one[2]))
    return [(x, y) for _, x, y in found]


def _take_near(placer: Placer, x: float, y: float, half_mm: float, *, rings: int) -> Point | None:
    return placer.take_first(spiral(x, y, half_mm * 0.6, rings), lambda a, b: text_box(a, b, 2 * half_mm, 2 * half_mm))


def _take_place(placer: Placer, place: Place, scale: MapScale) -> Point | None:
    half, rings = (_NUMBER_MM, 8) if place.is_numbered else (_SIGN_MM, 2)
    return _take_near(placer, *_spot(place, scale), half + 0.2, rings=rings)


def _take_name(placer: Placer, name: str, spot: Point | None) -> Name | None:
    if spot is None or not name:
        return None
    size = fit_size(name, 84.0, 15.0, least_pt=11.0, bold=True)
    text = shorten(name, 84.0, size, bold=True)
    width, height = measure_mm(text, size, bold=True) + 1.6, CAP_HEIGHT * size * MM_PER_POINT + 2.4
    x, y = spot
    beside, above = _TARGET_MM + 1.2 + width / 2, _TARGET_MM + 0.8 + height / 2
    tries = [(x + beside, y), (x - beside, y), (x, y + above), (x, y - above)]
    tries += [(x + sx * beside * 0.9, y + sy * above) for sx in (1, -1) for sy in (1, -1)]
    found = placer.take_first(tries, lambda a, b: text_box(a, b, width, height))
    return None if found is None else Name(text, *found, 0.0, size, 0)


def _draw_target(pen: Pen, sign: str, at: Point, spot: Point | None, *, is_new: bool) -> None:
    x, y = spot or at
    pen.disc(x, y, _TARGET_MM, fill=WHITE, edge=INK, width_mm=0.6)
    pen.disc(x, y, _TARGET_MM - 0.9, fill=WHITE if is_new else INK, edge=INK, width_mm=0.5)
    pen.label(x, y, sign, 15.0, bold=True, colour=INK if is_new else WHITE, halo_mm=0.0)


def _draw_leader(pen: Pen, at: Point, spot: Point) -> None:
    pen.lines([np.array([at, spot])], colour=INK, width_mm=0.45, clip=pen.sheet.map)
    pen.disc(*at, 0.8, fill=INK)


def _draw_lost(pen: Pen, scale: MapScale, places: Sequence[tuple[Place, Point | None]]) -> None:
    """Small signs, under all names, where a sign found no room: no place is lost."""
    for place in (place for place, spot in places if spot is None):
        x, y = _spot(place, scale)
        if place.is_numbered:
            pen.disc(x, y, 1.1, fill=INK, edge=WHITE, width_mm=0.3)
        else:
            pen.square(x, y, 0.8)


def _draw_places(pen: Pen, scale: MapScale, places: Sequence[tuple[Place, Point | None]]) -> None:
    for place, spot in places:
        at, half = _spot(place, scale), _NUMBER_MM if place.is_numbered else _SIGN_MM
        if spot is not None and np.hypot(spot[0] - at[0], spot[1] - at[1]) > half:
            _draw_leader(pen, at, spot)
    for place, spot in places:
        if spot is not None:
            draw_sign(pen, *spot, place.sign, is_numbered=place.is_numbered)


def draw_sign(pen: Pen, x: float, y: float, sign: str, *, is_numbered: bool) -> None:
    """Draw the sign of a place: a dark disc with a number, or a white square with the letters of a kind.

    Parameters
    ----------
    pen : Pen
        Draws.
    x, y : float
        Middle [mm].
    sign : str
        What stands in it.
    is_numbered : bool
        Whether it is a number.
    """
    if is_numbered:
        pen.disc(x, y, _NUMBER_MM, fill=INK, edge=WHITE, width_mm=0.4)
        pen.label(x, y, sign, 11.5 if len(sign) < 2 else 10.0, bold=True, colour=WHITE, halo_mm=0.0)
    else:
        pen.square(x, y, _SIGN_MM)
        pen.label(x, y, sign, 9.5 if len(sign) < 2 else 9.0, bold=True, halo_mm=0.0)


def _bring(shapes: NDArray[np.object_], scale: MapScale) -> NDArray[np.object_]:
    """Cut shapes a little outside the map and bring them onto the sheet."""
    west, south, east, north = scale.bounds_m
    rim = 10 * scale.metres_per_mm
    shapes = np.array([shape for shape in shapes if shape is not None], dtype=object)
    if not len(shapes):
        return shapes
    kept = shapely.clip_by_rect(shapes, west - rim, south - rim, east + rim, north + rim)
    kept = np.atleast_1d(kept)
    return np.array([shapely.transform(shape, scale.to_sheet) for shape in kept], dtype=object)


def _coordinates(shapes: NDArray[np.object_]) -> list[NDArray[np.float64]]:
    parts = shapely.get_parts(shapes) if len(shapes) else []
    return [
        shapely.get_coordinates(part) for part in parts if isinstance(part, shapely.LineString) and not part.is_empty
    ]


def _outlines(shape: shapely.Geometry) -> list[NDArray[np.float64]]:
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon) and not part.is_empty]
    return [shapely.get_coordinates(ring) for part in parts for ring in (part.exterior, *part.interiors)]
