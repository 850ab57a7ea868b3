"""Contrast as WCAG 2.1 measures it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEAST = 4.5  # of text


def to_rgb(colour: str) -> tuple[int, ...]:
    """Red, green, blue of ``#rrggbb``."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def find_lights(rgb: NDArray[Any]) -> NDArray[np.float64]:
    """Relative luminance of colours in 0 to 255, the last axis red, green, blue."""
    parts = np.asarray(rgb, dtype=np.float64) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ (0.2126, 0.7152, 0.0722))


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``."""
    return float(find_lights(np.array(to_rgb(colour))))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def share_readable(
    bare: NDArray[Any], written: NDArray[Any], colour: tuple[int, ...], reach: int = 1
) -> float:
    """Share of what lies around the strokes of a text that its colour stands out from.

    ``bare`` and ``written`` are the picture without and with the text, each of shape (h, w, 3).
    """
    moved = np.abs(written.astype(int) - bare.astype(int)).sum(axis=2)
    strokes = moved > 0.25 * max(moved.max(), 1)
    around = strokes.copy()
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            around |= np.roll(strokes, (down, right), axis=(0, 1))
    if not strokes.any():  # as if it were not there
        return 0.0
    light = find_lights(np.array(colour))
    grounds = find_lights(bare[around])
    ratios = (np.maximum(grounds, light) + 0.05) / (np.minimum(grounds, light) + 0.05)
    return float((ratios >= _LEAST).mean())
