"""Text of a poster: what its font can write, how wide it is, how it is cut and broken."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.font_manager import FontEntry, FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

from access15.config import Lang
from access15.outputs.pages.typeface import FAMILY, font_path
from access15.outputs.words.texts import clean_text

MM_PER_POINT: Final = 25.4 / 72
CAP_HEIGHT: Final = 0.692  # of Titillium Web, in ems
# What matplotlib knows the typeface by, and the one that writes what it has no sign for: names of
# our own, so that nothing installed on this machine is taken for them.
OWN: Final = f"access15 {FAMILY}"
BESIDE: Final = "access15 DejaVu Sans"
_MISSING: Final = "\u25a1"
_CUT: Final = "…"


@cache
def _choose_font(*, bold: bool) -> FontProperties:
    """The poster's typeface in a weight; matplotlib's own writes the signs that it lacks."""
    weight = 700 if bold else 400
    for name, path in zip((OWN, BESIDE), list_font_files(bold=bold), strict=True):
        known = FontEntry(fname=str(path), name=name, weight=weight, size="scalable")
        fontManager.ttflist.append(known)
    return FontProperties(family=[OWN, BESIDE], weight=weight)


def size_font(size_pt: float, *, bold: bool = False) -> FontProperties:
    """The poster's typeface in a weight and a size."""
    font = _choose_font(bold=bold).copy()
    font.set_size(size_pt)
    return font


def list_font_files(*, bold: bool) -> tuple[Path, Path]:
    """Files of the two typefaces of the poster in a weight."""
    beside = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return font_path(bold=bold), Path(mpl.get_data_path()) / "fonts" / "ttf" / beside


@cache
def _known_signs() -> frozenset[int]:
    """Code points that can be written in both weights."""
    plain, bold = (
        {sign for path in list_font_files(bold=bold) for sign in FT2Font(str(path)).get_charmap()}
        for bold in (False, True)
    )
    return frozenset(plain & bold)


def plain_text(
    value: object,
    lang: Lang,
    *,
    limit: int = 160,
) -> str:
    """Text from data that the poster's fonts can write; what they lack becomes an empty square."""
    return write_known(clean_text(value, lang, limit=limit))


def write_known(text: str) -> str:
    """A text in signs that the fonts can write; what they lack becomes an empty square."""
    seen = [sign for sign in text if unicodedata.category(sign) != "Cf"]
    return "".join(sign if _can_write(sign) else _MISSING for sign in seen)


def _can_write(sign: str) -> bool:
    """Whether the fonts have a sign."""
    return ord(sign) in _known_signs() and ord(sign) < 0x10000


@lru_cache(maxsize=4096)
def measure_mm(
    text: str,
    size_pt: float,
    *,
    bold: bool = False,
) -> float:
    """Width of a text."""
    font = size_font(size_pt, bold=bold)
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
