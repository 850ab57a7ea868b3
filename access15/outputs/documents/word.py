"""A document that can be edited, as .docx: real headings, heads of tables that screen readers and
page breaks know, pictures with alternative text.
"""

from __future__ import annotations

import io
from typing import Any, Final

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from access15.outputs.documents.archive import settle_archive
from access15.outputs.documents.parts import (
    LOCALES,
    Document,
    Grid,
    Heading,
    Items,
    Part,
    Picture,
    Pictures,
    Text,
    fit_xml,
)

_PAGE_CM: Final = (29.7, 21.0)  # A4, lying: tables of numbers are wide
_MARGIN_CM: Final = 1.8
_SMALL_PT: Final = 9
_BODY_PT: Final = 11
_FIRST: Final = 2.0  # how much wider the first column of a table is than the others
_TABLE: Final = "Light Grid Accent 1"


def write_word(document: Document) -> bytes:
    """Write a document as .docx; the same document gives the same bytes."""
    made: Any = docx.Document()
    _settle(made, document)
    made.add_heading(fit_xml(document.title), level=0)
    made.add_paragraph(fit_xml(document.subtitle), style="Subtitle")
    for part in document.parts:
        _write_part(made, part)
    buffer = io.BytesIO()
    made.save(buffer)
    return settle_archive(buffer.getvalue())


def _settle(made: Any, document: Document) -> None:
    """Set paper, language, title and date."""
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = map(Cm, _PAGE_CM)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(_MARGIN_CM))
    made.styles["Normal"].font.size = Pt(_BODY_PT)
    for lang in made.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), LOCALES[document.lang])
    about = made.core_properties
    about.title, about.language = fit_xml(document.title), LOCALES[document.lang]
    about.author = about.last_modified_by = "access15"
    about.comments = ""
    about.created = about.modified = document.created.replace(tzinfo=None)


def _write_part(made: Any, part: Part) -> None:
    """Write a part below all that is there."""
    match part:
        case Heading(text, level):
            made.add_heading(fit_xml(text), level=level)
        case Text(text, is_small):
            run = made.add_paragraph().add_run(fit_xml(text))
            run.font.size = Pt(_SMALL_PT if is_small else _BODY_PT)
        case Items(items):
            for item in items:
                made.add_paragraph(fit_xml(item), style="List Bullet")
        case Grid():
            _write_grid(made, part)
        case Pictures(pictures):
            _write_pictures(made, list(pictures))


def _write_grid(made: Any, grid: Grid) -> None:
    """Write a table under its caption."""
    caption = made.add_paragraph(fit_xml(grid.caption), style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = made.add_table(rows=1, cols=len(grid.head), style=_TABLE)
    _fill(table.rows[0], grid.head, grid.texts)
    shares = grid.widths or [_FIRST, *[1.0] * (len(grid.head) - 1)]
    one = (_PAGE_CM[0] - 2 * _MARGIN_CM) / sum(shares)
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Cm(share * one)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in grid.rows:
        _fill(table.add_row(), row, grid.texts)
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            cell.width = column.width
    described = OxmlElement("w:tblDescription")
    described.set(qn("w:val"), fit_xml(grid.caption))
    table._tblPr.append(described)
    made.add_paragraph()


def _fill(row: Any, cells: Any, texts: Any) -> None:
    """Write the cells of a row, numbers to the right, and keep it on one page."""
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(whole)
    for i, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        cell.text = fit_xml(text)
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)
        if i not in texts:
            cell.paragraphs[0].alignment = 2


def _write_pictures(made: Any, pictures: list[Picture]) -> None:
    """Put pictures beside each other, the words of each below it."""
    table = made.add_table(rows=2, cols=len(pictures))
    width = (_PAGE_CM[0] - 2 * _MARGIN_CM) / max(len(pictures), 2) - 0.4
    for i, picture in enumerate(pictures):
        run = table.cell(0, i).paragraphs[0].add_run()
        drawn = run.add_picture(io.BytesIO(picture.png), width=Cm(width))
        drawn._inline.docPr.set("descr", fit_xml(picture.alt))
        table.cell(1, i).text = fit_xml(picture.caption)
