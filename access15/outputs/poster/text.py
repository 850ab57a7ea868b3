"""Text of a poster: what its font can write, how wide it is, how it is cut and broken."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

from access15.config import Lang
from access15.outputs.words.texts import clean_text

MM_PER_POINT: Final = 25.4 / 72
CAP_HEIGHT: Final = 0.729  # of DejaVu Sans, in ems
_MISSING: Final = "\u25a1"
_CUT: Final = "…"


@cache
def font_file(*, bold: bool) -> str:
    """Name the file of the poster's font, which comes with matplotlib."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name)


@cache
def _known_signs() -> frozenset[int]:
    """Code points that both the plain and the bold font can write."""
    plain, bold = (FT2Font(font_file(bold=bold)) for bold in (False, True))
    return frozenset(set(plain.get_charmap()) & set(bold.get_charmap()))


def plain_text(
    value: object,
    lang: Lang,
    *,
    limit: int = 160,
) -> str:
    """Text from data that the poster's font can write; what it lacks becomes an empty square."""
    cleaned = clean_text(value, lang, limit=limit)
    seen = [sign for sign in cleaned if unicodedata.category(sign) != "Cf"]
    return "".join(sign if _can_write(sign) else _MISSING for sign in seen)


def _can_write(sign: str) -> bool:
    """Whether the font has a sign."""
    return ord(sign) in _known_signs() and ord(sign) < 0x10000


@lru_cache(maxsize=4096)
def measure_mm(
    text: str,
    size_pt: float,
    *,
    bold: bool = False,
) -> float:
    """Width of a text."""
    font = FontProperties(fname=font_file(bold=bold), size=size_pt)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) * MM_PER_POINT


def shorten(
    text: str,
    width_mm: float,
    size_pt: float,
    *,
    bold: bool = False,
) -> str:
    """Cut a text visibly to a width."""
    if measure_mm(text, size_pt, bold=bold) <= width_mm:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measure_mm(text[:middle].rstrip() + _CUT, size_pt, bold=bold) <= width_mm
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + _CUT


def wrap(
    text: str,
    width_mm: float,
    size_pt: float,
    *,
    lines: int,
    bold: bool = False,
) -> list[str]:
    """Break a text into lines; the last is cut visibly where the room ends."""
    words, found = text.split(), [""]
    for i, word in enumerate(words):
        longer = f"{found[-1]} {word}".strip()
        if measure_mm(longer, size_pt, bold=bold) <= width_mm or not found[-1]:
            found[-1] = longer
        elif len(found) == lines:
            found[-1] = " ".join([found[-1], *words[i:]])
            break
        else:
            found.append(word)
    return [shorten(line, width_mm, size_pt, bold=bold) for line in found]


def fit_size(
    text: str,
    width_mm: float,
    size_pt: float,
    *,
    least_pt: float,
    bold: bool = False,
) -> float:
    """Largest size at which a text fits a width."""
    width = measure_mm(text, size_pt, bold=bold)
    if width <= 0:
        return size_pt
    return max(least_pt, min(size_pt, 0.995 * size_pt * width_mm / width))
