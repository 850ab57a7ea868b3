"""House numbers along a line: where 15 stands between 13 and 19."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from access15.sources.geocode.house_numbers import split_number
from access15.sources.streets.addresses import NumberLine

_METRES_PER_DEGREE = 111_195.0
_STEPS = {"even": 2, "odd": 2, "all": 1}
_LONGEST_STEP = 1000


@dataclass(frozen=True)
class Between:
    """Where a number lies on a line.

    Parameters
    ----------
    lon, lat : float
        The point [degrees].
    first, last : str
        The numbers that are known on either side of it.
    within_m : float
        Length of the line from one to the other: the house is no farther away along it [m].
    """

    lon: float
    lat: float
    first: str
    last: str
    within_m: float


def interpolate(line: NumberLine, number: str) -> Between | None:
    """Where a house number lies on a line that counts past it; None where it does not.

    The numbers that the line's own nodes bear are no houses between others, and are not found here.
    """
    wanted = split_number(number)
    if not wanted:
        return None
    for i, j in _list_stretches(line):
        share = _find_share(line.kind, (line.numbers[i], line.numbers[j]), wanted)
        if share is not None:
            lon, lat, length_m = _go_along(line.xy[i : j + 1], share)
            return Between(lon, lat, line.numbers[i], line.numbers[j], length_m)
    return None


def _list_stretches(line: NumberLine) -> Iterator[tuple[int, int]]:
    """From each node that bears a number to the next one that does."""
    at = [i for i, number in enumerate(line.numbers) if number]
    yield from pairwise(at)


def _find_share(
    kind: str,
    ends: tuple[str, str],
    wanted: tuple[str, ...],
) -> float | None:
    """How far along a stretch a number lies, between 0 and 1; None where it is not on it."""
    counted = [_count(kind, split_number(end)) for end in ends]
    asked = _count(kind, wanted)
    if asked is None or counted[0] is None or counted[1] is None:
        return None
    (house, first), (other_house, last), (own_house, own) = counted[0], counted[1], asked
    # 1. Letters count within one house number, numbers within the street.
    if not (house == other_house == own_house) or not min(first, last) < own < max(first, last):
        return None
    # 2. Both ends and the number are of one series: the even ones, every fourth, ...
    step = _find_step(kind)
    if step is None or (last - first) % step or (own - first) % step:
        return None
    if kind in ("even", "odd") and first % 2 != (kind == "odd"):
        return None
    return (own - first) / (last - first)


def _count(kind: str, parts: tuple[str, ...]) -> tuple[str, int] | None:
    """The house and the place in its series that a number has; None where it is of another kind."""
    if kind == "alphabetic":
        letter = parts[1] if len(parts) == 2 else ""
        is_of_series = len(parts) in (1, 2) and re.fullmatch("[a-z]?", letter)
        return (parts[0], ord(letter) - ord("a") + 1 if letter else 0) if is_of_series else None
    return ("", int(parts[0])) if len(parts) == 1 else None


def _find_step(kind: str) -> int | None:
    """From one number to the next; None of a kind that nobody knows."""
    if kind == "alphabetic":
        return 1
    if re.fullmatch("[0-9]{1,4}", kind) and 0 < int(kind) <= _LONGEST_STEP:
        return int(kind)
    return _STEPS.get(kind)


def _go_along(xy: NDArray[np.float64], share: float) -> tuple[float, float, float]:
    """Longitude, latitude and the whole length of a line, a share of its length from its start."""
    metres = xy * [np.cos(np.radians(xy[0, 1])) * _METRES_PER_DEGREE, _METRES_PER_DEGREE]
    steps = np.hypot(*np.diff(metres, axis=0).T)
    gone = np.concatenate([[0.0], np.cumsum(steps)])
    at = share * gone[-1]
    lon, lat = (float(np.interp(at, gone, xy[:, k])) for k in (0, 1))
    return lon, lat, float(gone[-1])
