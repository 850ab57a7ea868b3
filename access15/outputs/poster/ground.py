"""The map of a poster: ground, bands of minutes, streets.

Printed colours stay pale or grey, so that on a photograph of the sheet only stickers are strongly
coloured (`sources.proposals.scan` relies on it), and dark to light, so that a copier without
colours keeps the bands apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.outputs.pages.basemap import ROAD_CLASSES, classify_streets, split_water
from access15.outputs.pages.blocks import find_blocks
from access15.outputs.pages.map_data import PAPER, blend_on_paper, pick_band_colours
from access15.outputs.poster.pen import INK, WHITE, Pen
from access15.outputs.poster.sheet import MapScale
from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings

GREEN: Final = "#dbe8d0"
WATER: Final = "#c3dbe6"
BLOCKS: Final = "#ebe5d8"
GAINED_ALPHA: Final = 0.22
_TINT_ALPHA: Final = 0.5  # of the bands over the streets
_EDGE: Final = "#5b4468"  # around the bands
_BEFORE_MM: Final = (0.9, 0.9)  # dashes round what was reached before
_BORDER_MM: Final = (3.2, 1.6)  # dashes of the neighbourhood's edge
_SHORE: Final = "#8fb6c8"
_CASING: Final = "#a39d92"
_RAIL: Final = "#77726b"
_FOOTWAY: Final = "#6f6a62"
_FULL_WIDTH_M: Final = 12.0  # per mm; on smaller scales streets are narrower
_LEAST_WIDTH: Final = 0.5
# class: width and width of the casing [mm], from below to above
_ROADS: Final = (
    ("service", 0.55, 0.85),
    ("minor", 1.15, 1.5),
    ("medium", 1.75, 2.15),
    ("major", 2.4, 2.85),
)


def collect_bands(findings: Findings, profile: str, target: str) -> list[shapely.Geometry]:
    """Ground from which a target is reached, of all hubs together where the target is the nearest
    hub.
    """
    table = findings.area.service_areas
    asked = findings.hub_targets() if target == HUB else (target,)
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
    *,
    before: shapely.Geometry | None = None,
) -> None:
    """Draw all that carries no text: ground, bands, streets, the edge of the neighbourhood.

    Round what is reached ``after`` or was ``before`` the bands runs a line.
    """
    area, box = findings.area, scale.box
    under = area.backdrop
    gained = None
    if after is not None:
        gained = shapely.difference(after, bands[-1]) if bands else after
    # 1. Under the streets: grounds, bands from the largest to the smallest, what is gained.
    water, streams = split_water(under)
    pen.box(box, fill=PAPER)
    pen.shapes(bring(find_blocks(area.network, under), scale), fill=BLOCKS, clip=box)
    pen.shapes(bring(under.green.to_numpy(), scale), fill=GREEN, clip=box)
    pen.shapes(bring(water, scale), fill=WATER, edge=_SHORE, width_mm=0.25, clip=box)
    pen.lines(_coordinates(bring(streams, scale)), colour=_SHORE, width_mm=1.5, clip=box)
    pen.lines(_coordinates(bring(streams, scale)), colour=WATER, width_mm=1.1, clip=box)
    on_sheet = bring(np.array(bands, dtype=object), scale)
    colours = [blend_on_paper(colour) for colour in pick_band_colours(len(bands))]
    # each band without those inside it: what is transparent is so once
    rings = [
        shape if i == 0 else shapely.difference(shape, on_sheet[i - 1])
        for i, shape in enumerate(on_sheet)
    ]
    for shape, colour in zip(rings, colours, strict=True):
        pen.shapes([shape], fill=colour, clip=box)
    if gained is not None:
        pen.shapes(_bring_one(gained, scale), fill=INK, alpha=GAINED_ALPHA, clip=box)
    pen.shapes(bring(under.buildings.to_numpy(), scale), fill=INK, alpha=0.12, clip=box)
    _draw_streets(pen, findings, scale)
    # 2. Over them the bands again, so that streets in them are a paler tint; then the edges: of
    #    all that is reached, of the ground reached afterwards, of the zones.
    for shape, colour in zip(rings, colours, strict=True):
        pen.shapes([shape], fill=colour, alpha=_TINT_ALPHA, clip=box)
    pen.shapes(on_sheet[-1:], edge=_EDGE, width_mm=0.4, clip=box)
    if after is not None:
        outline = _bring_one(after, scale)
        pen.shapes(outline, edge=WHITE, width_mm=1.5, clip=box)
        pen.shapes(outline, edge=INK, width_mm=0.8, clip=box)
    if before is not None:
        around = shapely.get_exterior_ring(shapely.get_parts(_bring_one(before, scale)))
        edge = [shapely.get_coordinates(ring) for ring in around]
        pen.lines(edge, colour=INK, width_mm=0.5, dash_mm=_BEFORE_MM, clip=box)
    zones = bring(area.zones.geometry.to_numpy(), scale)
    edge = [ring for zone in zones for ring in _outlines(zone)]
    pen.lines(edge, colour=WHITE, width_mm=1.7, clip=box)
    pen.lines(edge, colour=INK, width_mm=0.9, dash_mm=_BORDER_MM, clip=box)


def draw_border(
    pen: Pen,
    x: float,
    y: float,
    wide_mm: float,
) -> None:
    """Draw a sample of the neighbourhood's edge, for the key."""
    line = np.array([[x, y], [x + wide_mm, y]])
    pen.lines([line], colour=INK, width_mm=0.9, dash_mm=_BORDER_MM)


def draw_before(
    pen: Pen,
    x: float,
    y: float,
    wide_mm: float,
) -> None:
    """Draw a sample of the line round what was reached before, for the key."""
    line = np.array([[x, y], [x + wide_mm, y]])
    pen.lines([line], colour=INK, width_mm=0.5, dash_mm=_BEFORE_MM)


def _draw_streets(pen: Pen, findings: Findings, scale: MapScale) -> None:
    """Rails and ways, the large ones over the small, all casings under all streets."""
    network, box = findings.area.network, scale.box
    classes = classify_streets(network)
    lines = {
        name: _coordinates(bring(network.lines[classes == index], scale))
        for index, name in enumerate(ROAD_CLASSES)
    }
    rail = _coordinates(bring(findings.area.backdrop.rail.to_numpy(), scale))
    pen.lines(rail, colour=_RAIL, width_mm=0.7, clip=box)
    pen.lines(rail, colour=WHITE, width_mm=0.35, dash_mm=(1.6, 1.6), clip=box)
    pen.lines(lines["foot"], colour=_FOOTWAY, width_mm=0.32, dash_mm=(1.0, 0.7), clip=box)
    pen.lines(lines["steps"], colour=INK, width_mm=0.9, dash_mm=(0.4, 0.3), clip=box)
    share = min(1.0, max(_LEAST_WIDTH, _FULL_WIDTH_M / scale.metres_per_mm))
    for name, width, casing in _ROADS:
        wide_mm = width * share + (casing - width)
        pen.lines(lines[name], colour=_CASING, width_mm=wide_mm, clip=box)
    for name, width, _ in _ROADS:
        pen.lines(lines[name], colour=WHITE, width_mm=width * share, clip=box)


def bring(shapes: NDArray[np.object_], scale: MapScale) -> NDArray[np.object_]:
    """Cut shapes a little outside the map and bring them onto the sheet."""
    west, south, east, north = scale.bounds_m
    rim = 10 * scale.metres_per_mm
    shapes = np.array([shape for shape in shapes if shape is not None], dtype=object)
    if not len(shapes):
        return shapes
    kept = shapely.clip_by_rect(shapes, west - rim, south - rim, east + rim, north + rim)
    kept = np.atleast_1d(kept)
    return np.array([shapely.transform(shape, scale.to_sheet) for shape in kept], dtype=object)


def _bring_one(shape: shapely.Geometry, scale: MapScale) -> NDArray[np.object_]:
    """Bring a single shape onto the sheet."""
    return bring(np.array([shape], dtype=object), scale)


def _coordinates(shapes: NDArray[np.object_]) -> list[NDArray[np.float64]]:
    """Vertices of every line among some shapes."""
    parts = shapely.get_parts(shapes) if len(shapes) else []
    lines = [part for part in parts if isinstance(part, shapely.LineString) and not part.is_empty]
    return [shapely.get_coordinates(line) for line in lines]


def _outlines(shape: shapely.Geometry) -> list[NDArray[np.float64]]:
    """Vertices of every ring of a shape."""
    found = []
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon) and not part.is_empty:
            rings = (part.exterior, *part.interiors)
            found += [shapely.get_coordinates(ring) for ring in rings]
    return found
