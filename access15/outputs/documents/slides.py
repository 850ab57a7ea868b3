"""The same document as slides, as .pptx: a slide for each heading, tables that are cut where a
slide ends, pictures with alternative text.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any, Final

import pptx
from pptx.enum.text import PP_ALIGN
from pptx.util import Cm, Pt

from access15.outputs.documents.archive import settle_archive
from access15.outputs.documents.parts import (
    LOCALES,
    Document,
    Grid,
    Heading,
    Items,
    Picture,
    Pictures,
    Text,
    fit_xml,
)

_SLIDE_CM: Final = (33.867, 19.05)
_MARGIN_CM: Final = 1.2
_TOP_CM: Final = 3.0  # below the title
_LINE_CM: Final = 0.62  # of a cell's text
_CELL_CM: Final = 0.3  # around it
_SIGN_CM: Final = 0.27  # of a cell's text
_FIRST: Final = 2.0  # how much wider the first column is than the others
_LINE_SIGNS: Final = 95  # of text on one line
_TITLE_PT, _TEXT_PT, _CELL_PT, _SMALL_PT = 26, 18, 14, 11
_TITLE_ONLY: Final = 5  # of the layouts that come with python-pptx


def write_slides(document: Document) -> bytes:
    """Write a document as .pptx; the same document gives the same bytes."""
    deck = _Deck(document)
    deck.open()
    for part in document.parts:
        match part:
            case Heading(text, 3):
                deck.write([text], is_bold=True)
            case Heading(text, level):
                deck.begin(text, level)
            case Text(text, is_small):
                deck.write([text], is_small=is_small)
            case Items(items):
                deck.write([f"• {item}" for item in items])
            case Grid():
                deck.tabulate(part)
            case Pictures(pictures):
                deck.show(list(pictures))
    return deck.close()


class _Deck:
    """Slides that are being written: where the next thing goes on the last of them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._made: Any = pptx.Presentation()
        self._made.slide_width, self._made.slide_height = map(Cm, _SLIDE_CM)
        self._slide: Any = None
        self._part = self._title = document.title
        self._top_cm = _TOP_CM

    def open(self) -> None:
        """Begin with the title of the whole."""
        about = self._made.core_properties
        about.title = fit_xml(self._document.title)
        about.language = LOCALES[self._document.lang]
        about.author = about.last_modified_by = "access15"
        about.created = about.modified = self._document.created.replace(tzinfo=None)
        self._new(self._document.title)
        self.write([self._document.subtitle])

    def close(self) -> bytes:
        """Finish."""
        buffer = io.BytesIO()
        self._made.save(buffer)
        return settle_archive(buffer.getvalue())

    def begin(self, text: str, level: int) -> None:
        """Begin a slide; one of a lower level says also what it is a part of."""
        if level == 1:
            self._part = text
        self._new(text if level == 1 else f"{self._part}: {text}")

    def _new(self, title: str) -> None:
        """Add a slide."""
        self._title = title
        self._slide = self._made.slides.add_slide(self._made.slide_layouts[_TITLE_ONLY])
        shape = self._slide.shapes.title
        shape.left, shape.top = Cm(_MARGIN_CM), Cm(0.6)
        shape.width, shape.height = Cm(_SLIDE_CM[0] - 2 * _MARGIN_CM), Cm(2.0)
        self._put(shape.text_frame, title, _TITLE_PT)
        self._top_cm = _TOP_CM

    def _room_cm(self) -> float:
        """Height that is left."""
        return _SLIDE_CM[1] - _MARGIN_CM - self._top_cm

    def write(
        self,
        texts: Sequence[str],
        *,
        is_small: bool = False,
        is_bold: bool = False,
    ) -> None:
        """Write paragraphs, on further slides where one is full."""
        size = _SMALL_PT if is_small else _TEXT_PT
        signs = _LINE_SIGNS * _TEXT_PT // size
        for text in texts:
            high = (len(text) // signs + 1) * size * 0.0353 * 1.3 + 0.25
            if high > self._room_cm():
                self._new(self._title)
            box = self._slide.shapes.add_textbox(
                Cm(_MARGIN_CM), Cm(self._top_cm), Cm(_SLIDE_CM[0] - 2 * _MARGIN_CM), Cm(high)
            )
            box.text_frame.word_wrap = True
            self._put(box.text_frame, text, size, is_bold=is_bold)
            self._top_cm += high

    def tabulate(self, grid: Grid) -> None:
        """Write a table, its head again on every slide that it goes on to."""
        widths = _share_width(len(grid.head))
        head_cm = _measure_row(grid.head, widths)
        rows, is_first = list(grid.rows), True
        while rows or is_first:
            is_first = False
            least_cm = head_cm + (_measure_row(rows[0], widths) if rows else 0.0) + 1.2
            if self._top_cm > _TOP_CM and least_cm > self._room_cm():
                self._new(self._title)
            self.write([grid.caption], is_small=True)
            n, high = 0, head_cm
            while n < len(rows):
                row_cm = _measure_row(rows[n], widths)
                if n and high + row_cm > self._room_cm():
                    break
                n, high = n + 1, high + row_cm
            self._draw_table(grid, rows[:n], widths)
            self._top_cm += high + 0.3
            rows = rows[n:]

    def _draw_table(
        self, grid: Grid, rows: Sequence[Sequence[str]], widths: Sequence[float]
    ) -> None:
        """Put a table on the slide."""
        frame = self._slide.shapes.add_table(
            len(rows) + 1,
            len(grid.head),
            Cm(_MARGIN_CM),
            Cm(self._top_cm),
            Cm(sum(widths)),
            Cm(len(rows) + 1),
        )
        # python-pptx has no word for what a table says to those who cannot see it
        frame._element.nvGraphicFramePr.cNvPr.set("descr", fit_xml(grid.caption))
        frame.table.first_row = True
        for column, width in zip(frame.table.columns, widths, strict=True):
            column.width = Cm(width)
        for i, row in enumerate([grid.head, *rows]):
            frame.table.rows[i].height = Cm(_measure_row(row, widths))
            for j, text in enumerate(row):
                cell = frame.table.cell(i, j)
                self._put(cell.text_frame, text, _CELL_PT, is_right=j > 0)

    def show(self, pictures: Sequence[Picture]) -> None:
        """Put pictures beside each other, the words of each below it."""
        for first in range(0, len(pictures), 2):
            if self._top_cm > _TOP_CM + 4:
                self._new(self._title)
            self._show_pair(pictures[first : first + 2])

    def _show_pair(self, pictures: Sequence[Picture]) -> None:
        """Two pictures, each as large as its half of the slide allows."""
        width = (_SLIDE_CM[0] - 3 * _MARGIN_CM) / 2
        high = self._room_cm() - 1.6
        for i, picture in enumerate(pictures):
            left = _MARGIN_CM + i * (width + _MARGIN_CM)
            drawn = self._slide.shapes.add_picture(
                io.BytesIO(picture.png), Cm(left), Cm(self._top_cm), height=Cm(high)
            )
            if drawn.width > Cm(width):
                drawn.width, drawn.height = Cm(width), int(drawn.height * Cm(width) / drawn.width)
            drawn._element.nvPicPr.cNvPr.set("descr", fit_xml(picture.alt))
            box = self._slide.shapes.add_textbox(
                Cm(left), Cm(self._top_cm + high), Cm(width), Cm(1.4)
            )
            box.text_frame.word_wrap = True
            self._put(box.text_frame, picture.caption, _CELL_PT)
        self._top_cm = _SLIDE_CM[1]

    def _put(
        self,
        frame: Any,
        text: str,
        size: int,
        *,
        is_right: bool = False,
        is_bold: bool = False,
    ) -> None:
        """Write one paragraph in the document's language."""
        frame.clear()
        paragraph = frame.paragraphs[0]
        run = paragraph.add_run()
        run.text = fit_xml(text).replace("\n", " ").replace("\v", " ")
        run.font.size = Pt(size)
        run.font.bold = is_bold or None
        run._r.get_or_add_rPr().set("lang", LOCALES[self._document.lang])
        if is_right:
            paragraph.alignment = PP_ALIGN.RIGHT


def _share_width(n: int) -> list[float]:
    """Widths of columns [cm]: the first, which names its row, is the widest."""
    one = (_SLIDE_CM[0] - 2 * _MARGIN_CM) / (n - 1 + _FIRST)
    return [_FIRST * one, *[one] * (n - 1)]


def _measure_row(row: Sequence[str], widths: Sequence[float]) -> float:
    """Height of a row whose longest text has room [cm]."""
    lines = max(
        math.ceil(len(text) * _SIGN_CM / (width - 0.5))
        for text, width in zip(row, widths, strict=True)
    )
    return max(lines, 1) * _LINE_CM + _CELL_CM
