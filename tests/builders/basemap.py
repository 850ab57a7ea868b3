"""Reading back what a page draws."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def read_numbers(text: str) -> Iterator[int]:
    value, shift = 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            yield value >> 1 if not value & 1 else -((value + 1) >> 1)
            value, shift = 0, 0


def read_lines(text: str) -> list[NDArray[np.int64]]:
    numbers = read_numbers(text)
    lines, at = [], np.zeros(2, dtype=np.int64)
    for _ in range(next(numbers)):
        points = []
        for _ in range(next(numbers)):
            at = at + np.array([next(numbers), next(numbers)])
            points.append(at)
        lines.append(np.array(points))
    assert list(numbers) == []
    return lines
