"""Read stickers off a photograph of a poster: find its corner markers, straighten it, find coloured
dots.

The only door to OpenCV, which comes with ``access15[scan]``. The poster prints pale and grey
colours only, so that on the sheet nothing but a sticker is strongly coloured.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from access15.errors import ConfigError, InputDataError
from access15.sources.proposals.picture import check_picture, describe_no_picture
from access15.sources.proposals.poster_key import PosterKey

MAX_BYTES: Final = 80_000_000
_MAX_SIDE_PX: Final = 6000
_PX_PER_MM: Final = 4.0
# at A3; beyond it the sheet is folded, or the markers are not of one sheet
_MAX_MISFIT_MM: Final = 1.5
# stickers as they are sold [mm], whatever the sheet
_LEAST_MM, _MOST_MM = 5.0, 24.0
_LEAST_SATURATION, _LEAST_CHROMA = 0.45, 0.24  # print stays below 0.36 and 0.23
_LEAST_ROUND: Final = 0.72
_LEAST_FILLED: Final = 0.93  # of a heap of stickers by discs; a strip of tape is filled less
# name: hues from and to [degrees]; the bands' purple, 265 to 330, is none of them
_HUES: Final = (
    ("red", 338.0, 22.0),
    ("yellow", 22.0, 72.0),
    ("green", 72.0, 172.0),
    ("blue", 172.0, 258.0),
)
COLOURS: Final = tuple(name for name, _, _ in _HUES)
_RETAKE: Final = (
    "lay the sheet flat, keep all four black corner squares in the picture, and take "
    "it from above in even light"
)


@dataclass(frozen=True)
class Sticker:
    """A coloured dot.

    Parameters
    ----------
    colour : str
        ``red``, ``yellow`` (or orange), ``green`` or ``blue``.
    x_mm, y_mm : float
        Its middle on the printed sheet, from the upper left corner, right and down [mm].
    x_m, y_m : float
        The same in the study's CRS [m].
    """

    colour: str
    x_mm: float
    y_mm: float
    x_m: float
    y_m: float


@dataclass(frozen=True)
class Scan:
    """What a photograph shows.

    Parameters
    ----------
    stickers : tuple of Sticker
        On the map, from above to below and from left to right.
    n_outside : int
        Dots on the sheet beside the map; left out.
    misfit_mm : float
        How well the markers fit a flat sheet: root mean square of the rest [mm].
    """

    stickers: tuple[Sticker, ...]
    n_outside: int
    misfit_mm: float


def scan_photo(path: Path, key: PosterKey) -> Scan:
    """Find the stickers on a photograph of a poster."""
    cv2 = _load_cv2()
    photo = _read(cv2, path)
    found = _find_markers(cv2, photo, key, path.name)
    to_photo, misfit_mm = _fit_sheet(cv2, found, key, path.name)
    flat = _straighten(cv2, photo, to_photo, key)
    _check_code(cv2, flat, key, path.name)
    dots = _find_dots(cv2, _even_light(flat))
    west, north, width, height = key.map_mm
    stickers, n_outside = [], 0
    for colour, x_mm, y_mm in dots:
        if west <= x_mm <= west + width and north <= y_mm <= north + height:
            stickers.append(Sticker(colour, x_mm, y_mm, *key.to_metres(x_mm, y_mm)))
        else:
            n_outside += 1
    stickers.sort(key=lambda one: (round(one.y_mm / 10), one.x_mm))
    return Scan(tuple(stickers), n_outside, misfit_mm)


def _load_cv2() -> ModuleType:
    """Import OpenCV, or say how to install it."""
    try:
        import cv2  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(
            "reading photographs needs OpenCV, which is not installed; install it with: pip "
            "install 'access15[scan]'"
        ) from error
    return cv2


def _read(cv2: Any, path: Path) -> NDArray[np.uint8]:
    """Read a photograph, at most `_MAX_SIDE_PX` pixels wide or high."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputDataError(
                f"{path.name}: larger than {MAX_BYTES // 1_000_000} MB; take a smaller picture"
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputDataError(
            f"{path}: cannot be read ({error.strerror or error}); name a photograph"
        ) from error
    check_picture(data, path.name)
    try:
        photo = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        photo = None
    if photo is None:
        raise InputDataError(describe_no_picture(path.name))
    side = max(photo.shape[:2])
    if side > _MAX_SIDE_PX:
        scale = _MAX_SIDE_PX / side
        photo = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(photo, dtype=np.uint8)


def _find_markers(
    cv2: Any, photo: NDArray[np.uint8], key: PosterKey, name: str
) -> dict[int, NDArray[np.float64]]:
    """Corners of the four markers in the photo, each from its upper left clockwise [px]."""
    wanted = [marker.id for marker in key.markers]
    best: dict[int, NDArray[np.float64]] = {}
    for picture, scale in _tries(cv2, cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)):
        found, ids = _detect(cv2, picture)
        twice = sorted({i for i in ids if i in wanted and ids.count(i) > 1})
        if twice:
            raise InputDataError(
                f"{name}: more than one sheet is in the picture; photograph one sheet at a time"
            )
        mine = {i: corners / scale for i, corners in zip(ids, found, strict=True) if i in wanted}
        best = max(best, mine, key=len)
        if len(best) == len(wanted):
            return best
    if not best:
        raise InputDataError(
            f"{name}: none of the poster's corner markers was found in this picture; {_RETAKE}"
        )
    raise InputDataError(
        f"{name}: only {len(best)} of the poster's 4 corner markers were found; {_RETAKE}"
    )


def _tries(cv2: Any, grey: NDArray[np.uint8]) -> list[tuple[NDArray[np.uint8], float]]:
    """The picture as it is, smaller (against grain), and with its light evened."""
    pictures = [(grey, 1.0)]
    for side in (2400, 1400):
        scale = side / max(grey.shape)
        if scale < 0.9:
            pictures.append(
                (cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), scale)
            )
    clearer = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8))
    return pictures + [(clearer.apply(picture), scale) for picture, scale in pictures]


def _detect(cv2: Any, grey: NDArray[np.uint8]) -> tuple[list[NDArray[np.float64]], list[int]]:
    """Corners of the markers in a grey picture, and their ids."""
    settings = cv2.aruco.DetectorParameters()
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.minMarkerPerimeterRate = 0.015
    settings.adaptiveThreshWinSizeMax = 63
    markers = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, ids, _ = cv2.aruco.ArucoDetector(markers, settings).detectMarkers(grey)
    if ids is None:
        return [], []
    return [np.asarray(one, dtype=np.float64).reshape(4, 2) for one in corners], [
        int(i) for i in ids.ravel()
    ]


def _fit_sheet(
    cv2: Any, found: dict[int, NDArray[np.float64]], key: PosterKey, name: str
) -> tuple[NDArray[np.float64], float]:
    """Projection from millimetres of the sheet to pixels, and how well the sheet is flat [mm]."""
    on_sheet = np.concatenate([marker.corners_mm() for marker in key.markers])
    in_photo = np.concatenate([found[marker.id] for marker in key.markers])
    to_photo, _ = cv2.findHomography(on_sheet, in_photo, 0)
    if to_photo is None or not np.isfinite(to_photo).all() or abs(np.linalg.det(to_photo)) < 1e-12:
        raise InputDataError(
            f"{name}: the corner markers do not lie as on a sheet of paper; {_RETAKE}"
        )
    back = cv2.perspectiveTransform(in_photo.reshape(-1, 1, 2), np.linalg.inv(to_photo)).reshape(
        -1, 2
    )
    misfit_mm = float(np.sqrt(np.mean(np.sum((back - on_sheet) ** 2, axis=1))))
    if not misfit_mm <= _MAX_MISFIT_MM * key.size_factor:
        raise InputDataError(
            f"{name}: the corner markers are {misfit_mm:.1f} mm off a flat sheet of {key.size}; "
            "check that the key is "
            f"of this sheet, or {_RETAKE}"
        )
    return np.asarray(to_photo, dtype=np.float64), misfit_mm


def _straighten(
    cv2: Any, photo: NDArray[np.uint8], to_photo: NDArray[np.float64], key: PosterKey
) -> NDArray[np.float64]:
    """The sheet as if scanned: `_PX_PER_MM` pixels per millimetre, red, green and blue from 0
    to 1.
    """
    width, height = (round(side * _PX_PER_MM) for side in key.sheet_mm)
    # pixel centres: the middle of the first pixel is half a pixel from the sheet's edge
    to_mm = np.array(
        [[1 / _PX_PER_MM, 0, 0.5 / _PX_PER_MM], [0, 1 / _PX_PER_MM, 0.5 / _PX_PER_MM], [0, 0, 1]]
    )
    pixels = math.sqrt(abs(np.linalg.det(to_photo[:2, :2])))  # of the photo per millimetre, about
    if pixels > 1.5 * _PX_PER_MM:
        photo = cv2.GaussianBlur(photo, (0, 0), 0.4 * pixels / _PX_PER_MM)
    flat = cv2.warpPerspective(
        photo,
        to_photo @ to_mm,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(flat[:, :, ::-1], dtype=np.float64) / 255.0


def _check_code(cv2: Any, flat: NDArray[np.float64], key: PosterKey, name: str) -> None:
    """Refuse a photo of another poster, where its code can be read at all."""
    x, y, width, height = (round(value * _PX_PER_MM) for value in key.code_mm)
    crop = np.ascontiguousarray(
        flat[max(y, 0) : y + height, max(x, 0) : x + width, ::-1] * 255
    ).astype(np.uint8)
    if not crop.size:
        return
    try:
        text, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.resize(crop, None, fx=2.0, fy=2.0))
    except cv2.error:  # the detector fails on some pictures without a code
        return
    if text.startswith("access15-poster") and text != key.code:
        raise InputDataError(
            f"{name}: shows another poster ({text}) than the key is of ({key.code}); name its own "
            "key"
        )


def _even_light(flat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide by the light, a quadratic surface through the brightest paper of each part of the
    sheet.
    """
    height, width, _ = flat.shape
    step = max(8, round(14 * _PX_PER_MM))
    rows, columns = np.arange(0, height - step // 2, step), np.arange(0, width - step // 2, step)
    places, whites = [], []
    for y in rows:
        for x in columns:
            tile = flat[y : y + step, x : x + step].reshape(-1, 3)
            bright = tile[tile.sum(axis=1) >= np.quantile(tile.sum(axis=1), 0.85)]
            spread = bright.max(axis=1) - bright.min(axis=1)
            paler = bright[spread <= np.median(spread)]
            places.append(((x + step / 2) / width - 0.5, (y + step / 2) / height - 0.5))
            whites.append(np.median(paler, axis=0))
    surface = _fit_surface(np.array(places), np.array(whites))
    v, u = (np.arange(height) / height - 0.5)[:, None], (np.arange(width) / width - 0.5)[None, :]
    even = np.empty_like(flat)
    # in the order of `_terms`
    for channel, (one, by_u, by_v, by_uu, by_uv, by_vv) in enumerate(surface.T):
        light = (one + by_u * u + by_uu * u * u) + (by_v * v + by_vv * v * v) + (by_uv * v) * u
        np.divide(flat[:, :, channel], np.maximum(light, 0.02), out=even[:, :, channel])
    return np.clip(even, 0.0, 1.0, out=even)


def _terms(u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """Terms of a surface of the second degree, shape (n, 6)."""
    return np.stack([np.ones_like(u), u, v, u * u, u * v, v * v], axis=-1)


def _fit_surface(places: NDArray[np.float64], whites: NDArray[np.float64]) -> NDArray[np.float64]:
    """Least squares through paper alone: tiles much darker than the surface are stickers, hands,
    print.
    """
    terms, kept = _terms(places[:, 0], places[:, 1]), np.ones(len(places), dtype=bool)
    surface: NDArray[np.float64] = np.zeros((terms.shape[1], 3))
    for _ in range(6):
        surface = np.asarray(
            np.linalg.lstsq(terms[kept], whites[kept], rcond=None)[0], dtype=np.float64
        )
        rest = (whites / np.maximum(terms @ surface, 0.02)).min(axis=1)
        again = rest > max(0.9, float(np.quantile(rest, 0.25)))
        if (again == kept).all() or again.sum() < 3 * terms.shape[1]:
            break
        kept = again
    return surface


def _find_dots(cv2: Any, flat: NDArray[np.float64]) -> list[tuple[str, float, float]]:
    """Colour and middle of the strongly coloured discs [mm]."""
    high, low = flat.max(axis=2), flat.min(axis=2)
    chroma = high - low
    hue = _hue(flat, high, chroma)
    is_strong = (chroma >= _LEAST_CHROMA) & (chroma >= _LEAST_SATURATION * np.maximum(high, 1e-6))
    found = []
    for name, start, end in _HUES:
        inside = (hue >= start) & (hue < end) if start < end else (hue >= start) | (hue < end)
        mask = (is_strong & inside).astype(np.uint8)
        # what is written on a sticker
        mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _brush(cv2, 1.6))
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, _brush(cv2, 3.2))  # strokes of coloured pens
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        for outline in outlines:
            found += [(name, x, y) for x, y in _split(cv2, outline, mask.shape)]
    return [(name, (x + 0.5) / _PX_PER_MM, (y + 0.5) / _PX_PER_MM) for name, x, y in found]


def _hue(
    flat: NDArray[np.float64], high: NDArray[np.float64], chroma: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Hue of every pixel [degrees]."""
    red, green, blue = flat[:, :, 0], flat[:, :, 1], flat[:, :, 2]
    safe = np.maximum(chroma, 1e-9)
    sixth = np.where(
        high == red,
        (green - blue) / safe,
        np.where(high == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    return (60.0 * sixth) % 360.0


def _brush(cv2: Any, diameter_mm: float) -> NDArray[np.uint8]:
    """Disc to close gaps and wipe strokes with."""
    side = 2 * round(diameter_mm * _PX_PER_MM / 2) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), dtype=np.uint8)


def _split(cv2: Any, outline: NDArray[np.int32], shape: Sequence[int]) -> list[tuple[float, float]]:
    """Middles of one disc, or of several that touch [px]; none for what is no disc."""
    area = float(cv2.contourArea(outline))
    _, radius = cv2.minEnclosingCircle(outline)
    least, most = _LEAST_MM * _PX_PER_MM / 2, _MOST_MM * _PX_PER_MM / 2
    if area < _LEAST_ROUND * math.pi * least**2:
        return []
    if radius <= most and area >= _LEAST_ROUND * math.pi * radius**2:
        moments = cv2.moments(outline)
        return [(moments["m10"] / moments["m00"], moments["m01"] / moments["m00"])]
    blob = np.zeros((shape[0], shape[1]), dtype=np.uint8)
    cv2.drawContours(blob, [outline], -1, 1, thickness=-1)
    left, top, width, height = cv2.boundingRect(outline)
    blob = np.pad(blob[top : top + height, left : left + width], 1)
    return [(x + left - 1, y + top - 1) for x, y in _part_discs(cv2, blob, least, most)]


def _part_discs(
    cv2: Any, blob: NDArray[np.uint8], least: float, most: float
) -> list[tuple[float, float]]:
    """Middles of discs of one size that touch or overlap a little [px]; none where the blob is no
    heap of discs.
    """
    depth = cv2.distanceTransform(blob, cv2.DIST_L2, 5)
    radius = float(depth.max())
    if not least <= radius <= most:
        return []
    peaks = np.argwhere((depth >= cv2.dilate(depth, _brush(cv2, 2.0))) & (depth >= 0.8 * radius))
    peaks = peaks[np.argsort([-_share_free(depth, peak) for peak in peaks], kind="stable")]
    middles: list[NDArray[np.int64]] = []
    for peak in peaks:
        if all(np.hypot(*(peak - other)) >= 1.3 * radius for other in middles):
            middles.append(peak)
    inside = np.argwhere(blob > 0)
    away = np.hypot(*(inside[:, None, :] - np.array(middles)[None, :, :]).transpose(2, 0, 1))
    nearest, near = away.argmin(axis=1), away.min(axis=1) <= 1.04 * radius
    if near.mean() < _LEAST_FILLED:
        return []
    return [
        tuple(inside[near & (nearest == i)].mean(axis=0)[::-1].tolist())
        for i in range(len(middles))
    ]


def _share_free(depth: NDArray[np.float64], peak: NDArray[np.int64]) -> float:
    """Share of the circle just outside a peak that is free: much round a disc, little between discs
    that touch.
    """
    turns = np.linspace(0.0, math.tau, 90, endpoint=False)
    radius = 1.06 * depth[peak[0], peak[1]] + 1.0
    rows = np.rint(peak[0] + radius * np.sin(turns)).astype(np.int64)
    columns = np.rint(peak[1] + radius * np.cos(turns)).astype(np.int64)
    inside = (rows >= 0) & (rows < depth.shape[0]) & (columns >= 0) & (columns < depth.shape[1])
    return 1.0 - float((depth[rows[inside], columns[inside]] > 0).sum()) / len(turns)
