"""Cells as people and programs write them: text, nothing, numbers with points or commas."""

from __future__ import annotations

import json
import math
import re

from access15.results.guard import unguard_cell

# What tables write for "nothing"; "nan" is not among them: it is a computation gone wrong.
MISSING = ("", "-", "--", "n.d.", "nd", "n/d", "na", "n/a", "null", "none")
_LARGEST_EXACT = 1e15  # whole numbers below it are written without a point

_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_GROUPED = re.compile(
    r"[+-]?\d{1,3}(?:(?:\.\d{3})+(?:,\d+)?|(?:,\d{3})+(?:\.\d+)?|(?:['\u2019 ]\d{3})+(?:[.,]\d+)?)",
    re.ASCII,
)

# 45°25'39.0"N, N 45 25.65, 45.4275°: signs of any shape, a letter in front or behind
_DEGREE_SIGNS = re.compile(r"[°º\u02da'\u2032\u2019\u00b4`\"\u2033\u201d]|(?<=\d)(?:deg|[dms])")
_DEGREES = re.compile(
    r"(?P<before>[NSEWO] ?)?(?P<sign>[+-])?(?P<deg>\d{1,3}(?:[.,]\d+)?)"
    r"(?: (?P<min>\d{1,2}(?:[.,]\d+)?))?(?: (?P<sec>\d{1,2}(?:[.,]\d+)?))?(?P<after> ?[NSEWO])?",
    re.IGNORECASE,
)


def cell_text(value: object) -> str:
    """Text of one cell, whatever type its file gave it."""
    if value is None:
        return ""
    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < _LARGEST_EXACT
        return str(int(value)) if is_whole else repr(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return " ".join(str(value).split())


def sheet_text(value: object) -> str:
    """Text of one cell of a spreadsheet, as it was before access15 kept it from being a formula."""
    return cell_text(unguard_cell(value) if isinstance(value, str) else value)


def parse_number(text: str, *, grouped: bool = False) -> float | None:
    """Number written with a decimal point or comma; None where the text is none."""
    text = text.strip()
    if _PLAIN.fullmatch(text):
        value = float(text.replace(",", "."))
        return value if math.isfinite(value) else None
    if grouped and _GROUPED.fullmatch(text):
        return _parse_grouped(text)
    return None


def parse_degrees(text: str) -> float | None:
    """Degrees, also with minutes, seconds and the letter of a hemisphere; None where they are none.

    South and west are negative; O is west, as in Italian.
    """
    found = _DEGREES.fullmatch(" ".join(_DEGREE_SIGNS.sub(" ", text).split()))
    if not found:
        return None
    parts = [float((found[name] or "0").replace(",", ".")) for name in ("deg", "min", "sec")]
    if parts[1] >= 60 or parts[2] >= 60:
        return None
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    letter = (found["before"] or found["after"] or "").strip().upper()
    return -degrees if found["sign"] == "-" or letter in ("S", "W", "O") else degrees


def _parse_grouped(text: str) -> float:
    """Number with separators of thousands: a last sign that stands once among others is decimal."""
    separators = re.findall(r"[^\d+-]", text)
    last = separators[-1]
    is_decimal = last in ".," and separators.count(last) == 1 and len(separators) > 1
    digits = text.replace(last, "_") if is_decimal else text
    return float(re.sub(r"[^\d+_-]", "", digits).replace("_", "."))
