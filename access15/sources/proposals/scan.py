"""Read stickers off a photograph of a poster: find its corner markers, straighten it, find coloured
dots.

The only door to OpenCV, which comes with ``access15[scan]``. The poster prints pale and grey
colours only, so that on the sheet nothing but a sticker is strongly coloured.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np

from access15.errors import ConfigError, InputDataError, name_reason
from access15.files import read_input
from access15.remarks import Remark
from access15.sources.proposals.dots import even_light, find_dots
from access15.sources.proposals.picture import check_picture, describe_no_picture
from access15.sources.proposals.poster_key import PosterKey
from access15.sources.proposals.sheet import (
    Photo,
    check_code,
    find_markers,
    fit_sheet,
    straighten,
)

MAX_BYTES: Final = 80_000_000
_MAX_SIDE_PX: Final = 6000


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
    # 1. The sheet is found by its markers, and must be flat and the key's own.
    cv2 = _load_cv2()
    photo = _read(cv2, path)
    found = find_markers(cv2, photo, key, path.name)
    to_photo, misfit_mm = fit_sheet(cv2, found, key, path.name)
    flat = straighten(cv2, photo, to_photo, key)
    check_code(cv2, flat, key, path.name)
    # 2. Strong colours on it are stickers; those on the map stand for a place on the ground.
    dots = find_dots(cv2, even_light(flat))
    west, north, width, height = key.map_mm
    stickers = []
    n_outside = 0
    for colour, x_mm, y_mm in dots:
        if west <= x_mm <= west + width and north <= y_mm <= north + height:
            stickers.append(Sticker(colour, x_mm, y_mm, *key.to_metres(x_mm, y_mm)))
        else:
            n_outside += 1
    # 3. As people read: in rows of a centimetre, from left to right.
    stickers.sort(key=lambda one: (round(one.y_mm / 10), one.x_mm))
    return Scan(tuple(stickers), n_outside, misfit_mm)


def _load_cv2() -> ModuleType:
    """Import OpenCV, or say how to install it."""
    try:
        import cv2  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(Remark("photo_needs_opencv")) from error
    return cv2


def read_photo(path: Path) -> bytes:
    """Read the file of a photograph; what is no picture, or too large, is refused."""
    try:
        if path.stat().st_size > MAX_BYTES:
            most = MAX_BYTES // 1_000_000
            raise InputDataError(Remark("photo_too_large", name=path.name, most=most))
        data = read_input(path, MAX_BYTES)
    except OSError as error:
        raise InputDataError(
            Remark("photo_unreadable", path=str(path), reason=name_reason(error))
        ) from error
    check_picture(data, path.name)
    return data


def _read(cv2: Any, path: Path) -> Photo:
    """Read a photograph, at most `_MAX_SIDE_PX` pixels wide or high."""
    data = read_photo(path)
    try:
        photo = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        photo = None
    if photo is None:
        raise InputDataError(describe_no_picture(path.name))
    side = max(photo.shape[:2])
    if side > _MAX_SIDE_PX:
        scale = _MAX_SIDE_PX / side
        photo = cv2.resize(
            photo,
            None,
            fx=scale,
            fy=scale,
            interpolation=cv2.INTER_AREA,
        )
    return np.asarray(photo, dtype=np.uint8)
