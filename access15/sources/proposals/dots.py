"""Coloured dots on a straightened sheet: its light evened, strong colours found, discs told apart.

OpenCV comes as an argument: `access15.sources.proposals.scan` alone imports it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from access15.sources.proposals.sheet import PX_PER_MM, Sheet

Floats = NDArray[np.float64]
Mask = NDArray[np.uint8]  # (height, width), 1 where something is

# stickers as they are sold [mm], whatever the sheet
_LEAST_MM, _MOST_MM = 5.0, 24.0
_LEAST_SATURATION, _LEAST_CHROMA = 0.45, 0.24  # print stays below 0.36 and 0.23
_TILE_MM: Final = 14.0  # of the sheet, in which white is looked for
_LEAST_ROUND: Final = 0.72
_LEAST_COVERED: Final = 0.6  # of a sticker by its colour, numbers on it left aside
_LEAST_FILLED: Final = 0.93  # of a heap of stickers by discs; a strip of tape is filled less
# name: hues from and to [degrees]; the bands' purple, 265 to 330, is none of them
_HUES: Final = (
    ("red", 338.0, 22.0),
    ("yellow", 22.0, 72.0),
    ("green", 72.0, 172.0),
    ("blue", 172.0, 258.0),
)
COLOURS: Final = tuple(name for name, _, _ in _HUES)


def even_light(flat: Sheet) -> Sheet:
    """Divide by the light, a quadratic surface through the brightest paper of each part of the
    sheet.
    """
    # 1. White of each tile: the palest of its brightest points, so that little print is needed to
    #    be absent.
    height, width, _ = flat.shape
    step = max(8, round(_TILE_MM * PX_PER_MM))
    places, whites = [], []
    for y in range(0, height - step // 2, step):
        for x in range(0, width - step // 2, step):
            tile = flat[y : y + step, x : x + step].reshape(-1, 3)
            brightness = tile.sum(axis=1)
            bright = tile[brightness >= np.quantile(brightness, 0.85)]
            spread = bright.max(axis=1) - bright.min(axis=1)
            whites.append(np.median(bright[spread <= np.median(spread)], axis=0))
            places.append(((x + step / 2) / width - 0.5, (y + step / 2) / height - 0.5))
    # 2. Light falls smoothly: a surface through these whites, and every pixel divided by it.
    surface = _fit_surface(np.array(places), np.array(whites))
    v = (np.arange(height) / height - 0.5)[:, None]
    u = (np.arange(width) / width - 0.5)[None, :]
    even = np.empty_like(flat)
    # in the order of `_terms`
    for channel, (one, by_u, by_v, by_uu, by_uv, by_vv) in enumerate(surface.T):
        light = (one + by_u * u + by_uu * u * u) + (by_v * v + by_vv * v * v) + (by_uv * v) * u
        np.divide(flat[:, :, channel], np.maximum(light, 0.02), out=even[:, :, channel])
    return np.clip(even, 0.0, 1.0, out=even)


def _terms(u: Floats, v: Floats) -> Floats:
    """Terms of a surface of the second degree, shape (n, 6)."""
    return np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=-1)


def _fit_surface(places: Floats, whites: Floats) -> Floats:
    """Least squares through paper alone: tiles much darker than the surface are stickers, hands,
    print.
    """
    terms = _terms(places[:, 0], places[:, 1])
    kept = np.ones(len(places), dtype=bool)
    surface: Floats = np.zeros((terms.shape[1], 3))
    for _ in range(6):
        fitted, *_ = np.linalg.lstsq(terms[kept], whites[kept], rcond=None)
        surface = np.asarray(fitted, dtype=np.float64)
        rest = (whites / np.maximum(terms @ surface, 0.02)).min(axis=1)
        again = rest > max(0.9, float(np.quantile(rest, 0.25)))
        if (again == kept).all() or again.sum() < 3 * terms.shape[1]:
            break
        kept = again
    return surface


def find_dots(cv2: Any, flat: Sheet) -> list[tuple[str, float, float]]:
    """Colour and middle of the strongly coloured discs [mm]."""
    # 1. The poster prints nothing so strong: what is, was put on it.
    high, low = flat.max(axis=2), flat.min(axis=2)
    chroma = high - low
    hue = _hue(flat, high, chroma)
    is_strong = (chroma >= _LEAST_CHROMA) & (chroma >= _LEAST_SATURATION * np.maximum(high, 1e-6))
    found = []
    for name, start, end in _HUES:
        from_start, to_end = hue >= start, hue < end
        is_hue = from_start & to_end if start < end else from_start | to_end  # red lies around 0
        seen = (is_strong & is_hue).astype(np.uint8)
        # 2. Gaps close where something is written on a sticker; strokes of coloured pens vanish.
        mask = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, _brush(cv2, 1.6))
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, _brush(cv2, 3.2))
        # 3. What is left is a sticker, several that touch, or something else.
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for outline in outlines:
            if _measure_cover(cv2, outline, seen) >= _LEAST_COVERED:
                found += [(name, x, y) for x, y in _split(cv2, outline, mask.shape)]
    return [(name, (x + 0.5) / PX_PER_MM, (y + 0.5) / PX_PER_MM) for name, x, y in found]


def _hue(
    flat: Sheet,
    high: Floats,
    chroma: Floats,
) -> Floats:
    """Hue of every pixel [degrees]."""
    red, green, blue = np.moveaxis(flat, 2, 0)
    safe = np.maximum(chroma, 1e-9)
    from_red = (green - blue) / safe
    from_green = 2 + (blue - red) / safe
    from_blue = 4 + (red - green) / safe
    sixth = np.select([high == red, high == green], [from_red, from_green], from_blue)
    return np.asarray((60.0 * sixth) % 360.0)


def _brush(cv2: Any, diameter_mm: float) -> Mask:
    """Disc to close gaps and wipe strokes with."""
    side = 2 * round(diameter_mm * PX_PER_MM / 2) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)


def _measure_cover(cv2: Any, outline: NDArray[np.int32], seen: Mask) -> float:
    """Share of a shape that has the colour itself; where strokes of a pen meet it is little."""
    left, top, width, height = cv2.boundingRect(outline)
    blob = np.zeros((height, width), dtype=np.uint8)
    cv2.drawContours(blob, [outline - (left, top)], -1, 1, thickness=-1)
    return float(seen[top : top + height, left : left + width][blob > 0].mean())


def _split(
    cv2: Any,
    outline: NDArray[np.int32],
    shape: Sequence[int],
) -> list[tuple[float, float]]:
    """Middles of one disc, or of several that touch [px]; none for what is no disc."""
    # 1. Too small for a sticker.
    area = float(cv2.contourArea(outline))
    _, radius = cv2.minEnclosingCircle(outline)
    least, most = _LEAST_MM * PX_PER_MM / 2, _MOST_MM * PX_PER_MM / 2
    if area < _LEAST_ROUND * math.pi * least**2:
        return []
    # 2. One disc fills the circle around it.
    if radius <= most and area >= _LEAST_ROUND * math.pi * radius**2:
        moments = cv2.moments(outline)
        return [(moments["m10"] / moments["m00"], moments["m01"] / moments["m00"])]
    # 3. Else it may be several; a frame of nothing lets the depth be measured at the edge.
    blob = np.zeros((shape[0], shape[1]), dtype=np.uint8)
    cv2.drawContours(blob, [outline], -1, 1, thickness=-1)
    left, top, width, height = cv2.boundingRect(outline)
    blob = np.pad(blob[top : top + height, left : left + width], 1)
    return [(x + left - 1, y + top - 1) for x, y in _part_discs(cv2, blob, least, most)]


def _part_discs(
    cv2: Any,
    blob: Mask,
    least: float,
    most: float,
) -> list[tuple[float, float]]:
    """Middles of discs of one size that touch or overlap a little [px]; none where the blob is no
    heap of discs.
    """
    # 1. Deep inside a disc the edge is one radius away.
    depth = cv2.distanceTransform(blob, cv2.DIST_L2, 5)
    radius = float(depth.max())
    if not least <= radius <= most:
        return []
    # 2. Middles are peaks of that depth, the freest first; a second one so near is the same disc.
    is_peak = depth >= cv2.dilate(depth, _brush(cv2, 2.0))
    peaks = np.argwhere(is_peak & (depth >= 0.8 * radius))
    peaks = peaks[np.argsort([-_share_free(depth, peak) for peak in peaks], kind="stable")]
    middles: list[NDArray[np.int64]] = []
    for peak in peaks:
        if all(np.hypot(*(peak - other)) >= 1.3 * radius for other in middles):
            middles.append(peak)
    # 3. Discs fill the whole blob, or it is something else, such as a strip of tape.
    inside = np.argwhere(blob > 0)
    offsets = inside[:, None, :] - np.array(middles)[None, :, :]
    away = np.hypot(*offsets.transpose(2, 0, 1))
    nearest = away.argmin(axis=1)
    is_near = away.min(axis=1) <= 1.04 * radius
    if is_near.mean() < _LEAST_FILLED:
        return []
    # 4. The middle of what is nearest to a peak is truer than the peak.
    parts = [inside[is_near & (nearest == i)] for i in range(len(middles))]
    return [tuple(part.mean(axis=0)[::-1].tolist()) for part in parts]


def _share_free(depth: Floats, peak: NDArray[np.int64]) -> float:
    """Share of the circle just outside a peak that is free: much round a disc, little between discs
    that touch.
    """
    turns = np.linspace(0.0, math.tau, 90, endpoint=False)
    radius = 1.06 * depth[peak[0], peak[1]] + 1.0
    rows = np.rint(peak[0] + radius * np.sin(turns)).astype(np.int64)
    columns = np.rint(peak[1] + radius * np.cos(turns)).astype(np.int64)
    height, width = depth.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return 1.0 - float((depth[rows[inside], columns[inside]] > 0).sum()) / len(turns)
