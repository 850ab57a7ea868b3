"""Posters as pictures: rasterised, with stickers on them, photographed from anywhere in any
light.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from access15.sources.proposals.poster_key import PosterKey

PX_PER_MM = 6
# blue, green, red, as OpenCV has them
STICKERS = {
    "red": (40, 30, 215),
    "yellow": (0, 200, 250),
    "green": (70, 160, 30),
    "blue": (200, 90, 20),
}
Dot = tuple[float, float, str]


def rasterise(pdf: Path, px_per_mm: float = PX_PER_MM) -> NDArray[np.uint8]:
    """The first page, blue, green, red."""
    document = pypdfium2.PdfDocument(str(pdf))
    try:
        bitmap = document[0].render(scale=px_per_mm * 25.4 / 72, rev_byteorder=False)
        return bitmap.to_numpy()[:, :, :3].copy()
    finally:
        document.close()


def read_text(pdf: Path) -> str:
    """All text of the first page."""
    document = pypdfium2.PdfDocument(str(pdf))
    try:
        return document[0].get_textpage().get_text_range()
    finally:
        document.close()


def scatter_dots(key: PosterKey, n: int, *, seed: int) -> list[Dot]:
    """Places on the map for stickers of four colours, none on another."""
    rng = np.random.default_rng(seed)
    left, top, width, height = key.map_mm
    dots: list[Dot] = []
    while len(dots) < n:
        x, y = rng.uniform(left + 7, left + width - 7), rng.uniform(top + 7, top + height - 7)
        if all(math.hypot(x - a, y - b) > 13.5 for a, b, _ in dots):
            dots.append((x, y, list(STICKERS)[len(dots) % 4]))
    return dots


def stick(
    sheet: NDArray[np.uint8], dots: Sequence[Dot], *, diameter_mm: float = 12.0
) -> NDArray[np.uint8]:
    """The sheet with stickers on it."""
    out = sheet.copy()
    for x, y, colour in dots:
        centre = (round(x * PX_PER_MM * 16), round(y * PX_PER_MM * 16))
        cv2.circle(
            out,
            centre,
            round(diameter_mm / 2 * PX_PER_MM * 16),
            STICKERS[colour],
            -1,
            cv2.LINE_AA,
            4,
        )
    return out


@lru_cache(maxsize=1)
def _draw_grain(side_px: int) -> NDArray[np.float32]:
    """The grain of a square colour picture."""
    shape = (side_px, side_px, 3)
    return np.random.default_rng(7).standard_normal(shape, dtype=np.float32)


def photograph(
    sheet: NDArray[np.uint8],
    path: Path,
    *,
    angle_deg: float = 0.0,
    tilt: float = 0.0,
    shade: float = 0.0,
    cast: tuple[float, float, float] = (1.0, 1.0, 1.0),
    noise: float = 3.0,
    quality: int = 85,
    side_px: int = 2200,
    lens: float = 0.0,
) -> Path:
    """A square photograph of the sheet on a table, turned, seen aslant, darker to one side, in
    coloured light.

    ``lens`` is how much straight lines bend: by that share at the middle of the picture's sides.
    """
    height, width = sheet.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    turn = math.radians(angle_deg)
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    there = (
        (corners - [width / 2, height / 2])
        @ rotation.T
        * (0.85 * side_px / math.hypot(width, height))
    )
    there = there * (1 + tilt * there[:, 1:] / side_px) + side_px / 2
    projection = cv2.getPerspectiveTransform(corners.astype(np.float32), there.astype(np.float32))
    table = np.full((side_px, side_px, 3), (90, 110, 130), dtype=np.uint8)
    seen = cv2.warpPerspective(
        sheet,
        projection,
        (side_px, side_px),
        table,
        flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_TRANSPARENT,
    )
    down, right = (line / side_px for line in np.ogrid[0:side_px, 0:side_px])
    if lens:
        bent = 1 + lens * ((2 * right - 1) ** 2 + (2 * down - 1) ** 2)
        there_x, there_y = (((2 * part - 1) * bent + 1) / 2 * side_px for part in (right, down))
        seen = cv2.remap(
            seen, there_x.astype(np.float32), there_y.astype(np.float32), cv2.INTER_LINEAR
        )
    light = (1 - shade * (0.6 * right + 0.4 * down)).astype(np.float32)[:, :, None] * np.array(
        cast, dtype=np.float32
    )
    picture = np.clip(seen * light + noise * _draw_grain(side_px), 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    path.write_bytes(data.tobytes())
    return path
