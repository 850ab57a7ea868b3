"""Values of OpenStreetMap tags: lists of words, and numbers; what cannot be read for certain is
unknown.
"""

from __future__ import annotations

import math
import re

_NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
_INCLINE = re.compile(rf"({_NUMBER})\s*(%|°|:\s*\d+(?:[.,]\d+)?)?")
_LENGTH = re.compile(rf"({_NUMBER})\s*(m|metres?|meters?|cm|mm)?", re.IGNORECASE)
_LAYER = re.compile(r"[+-]?[1-5]")  # OpenStreetMap knows layers from -5 to 5
_STEP_COUNT = re.compile(r"[0-9]{1,4}")
_LEVELS = re.compile(r"\d{1,3}(?:[.,]\d+)?")
_STOREY = re.compile(r"[+-]?\d{1,3}(?:\.\d+)?")
_SPEED = re.compile(rf"({_NUMBER})\s*(km/h|kmh|mph)?")
_KMH_PER_MPH = 1.609344
_LANES = re.compile(r"[0-9]{1,2}")
_MAX_LEVELS = 165.0  # the tallest building there is has 163
_METRES_PER = {"cm": 0.01, "mm": 0.001}  # of other units than metres
_MAX_LENGTH_M = 200.0  # no street is wider
_MAX_INCLINE = 2.0  # steeper than any stairs: a slip of the pen


def words(*lines: str) -> frozenset[str]:
    """The words of some lines, so that long lists of values stay readable."""
    return frozenset(word for line in lines for word in line.split())


def list_values(text: str) -> list[str]:
    """The values of a tag: mappers write several with semicolons between them."""
    return [part.strip() for part in text.split(";")]


def parse_incline(value: str) -> float:
    """Read an ``incline``."""
    match = _INCLINE.fullmatch(value.strip())
    if not match:
        return math.nan
    number, unit = _to_float(match[1]), match[2] or ""
    # "5%", "3°", "1:12"; a bare number other than 0 may be per cent or degrees: unknown
    if unit == "%":
        rise = number / 100
    elif unit == "°":
        rise = math.tan(math.radians(number)) if abs(number) < 90 else math.inf
    elif unit:
        run = _to_float(unit[1:].strip())
        rise = number / run if run else math.inf
    else:
        rise = 0.0 if number == 0 else math.nan
    return rise if abs(rise) <= _MAX_INCLINE else math.nan


def parse_length_m(value: str) -> float:
    """Read a length such as a width or the height of a kerb."""
    match = _LENGTH.fullmatch(value.strip())
    if not match:
        return math.nan
    unit = (match[2] or "m").lower()
    length_m = _to_float(match[1]) * _METRES_PER.get(unit, 1.0)
    return length_m if 0 <= length_m <= _MAX_LENGTH_M else math.nan


def parse_step_count(value: str) -> int:
    """Read a ``step_count``."""
    return int(value) if _STEP_COUNT.fullmatch(value.strip()) else 0


def parse_layer(value: str) -> int:
    """Read a ``layer``; 0 where it names none."""
    return int(value) if _LAYER.fullmatch(value) else 0


def parse_speed_kmh(value: str) -> float:
    """Read a ``maxspeed``."""
    match = _SPEED.fullmatch(value.strip())
    if not match:
        return math.nan
    return _to_float(match[1]) * (_KMH_PER_MPH if match[2] == "mph" else 1.0)


def parse_lanes(value: str) -> int:
    """Read ``lanes``; 0 when unknown."""
    return int(value) if _LANES.fullmatch(value.strip()) else 0


def parse_levels(value: str) -> float:
    """Read ``building:levels``, the storeys above the ground."""
    parts = list_values(value)
    if not all(_LEVELS.fullmatch(part) for part in parts):
        return math.nan
    levels = sum(map(_to_float, parts)) / len(parts)
    return levels if 0 < levels <= _MAX_LEVELS else math.nan


def parse_storey(value: str) -> float:
    """Read one number of a ``layer`` or ``level``; a range such as ``0-2`` is unknown."""
    return float(value) if _STOREY.fullmatch(value) else math.nan


def _to_float(text: str) -> float:
    """Read a number with a decimal point or comma."""
    return float(text.replace(",", "."))
