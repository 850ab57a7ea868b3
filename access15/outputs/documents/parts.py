"""What a document is made of, whoever writes it: headings, text, lists, tables, pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from access15.config import Lang

# what XML 1.0 cannot hold; other control signs are taken out where text is cleaned
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_FIRST: Final = 2.0  # how much wider the first column of a table is than the others


@dataclass(frozen=True)
class Heading:
    """A heading; one of level 1 begins a part that stands by itself, one of 3 parts a page."""

    text: str
    level: int = 1
    begins_page: bool = False


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    is_small: bool = False


@dataclass(frozen=True)
class Items:
    """A list."""

    items: Sequence[str]


@dataclass(frozen=True)
class Grid:
    """A table with one row of heads; the first column names its row. Columns `texts` begin at the
    left, the others hold numbers; `widths` are shares of the page, by default those of a table of
    numbers.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: Sequence[int] = (0,)
    widths: Sequence[float] = ()


@dataclass(frozen=True)
class Picture:
    """A picture as PNG, what stands below it, and what it shows for those who cannot see it; as
    wide as there is room, or so wide.
    """

    png: bytes = field(repr=False)
    caption: str
    alt: str
    wide_cm: float | None = None


@dataclass(frozen=True)
class Pictures:
    """Pictures beside each other."""

    pictures: Sequence[Picture]


Part = Heading | Text | Items | Grid | Pictures


@dataclass(frozen=True)
class Document:
    """A document.

    Parameters
    ----------
    title, subtitle : str
        What it is, and of what.
    lang : {"it", "en"}
        Its language.
    created : datetime
        When its numbers were computed.
    parts : sequence of Part
        What it holds, in order.
    is_upright : bool
        Whether its paper stands, for text; else it lies, for tables.
    footer : str
        What stands below every page, before its number; empty for no footer.
    body_pt : float
        Size of its letters [points].
    """

    title: str
    subtitle: str
    lang: Lang
    created: datetime
    parts: Sequence[Part]
    is_upright: bool = False
    footer: str = ""
    body_pt: float = 11.0


def list_widths(grid: Grid) -> list[float]:
    """Shares of the page that the columns of a table take."""
    return list(grid.widths) or [_FIRST, *[1.0] * (len(grid.head) - 1)]


def fit_xml(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _NO_XML.sub("", text)


LOCALES: Final[dict[str, str]] = {"it": "it-IT", "en": "en-GB"}
