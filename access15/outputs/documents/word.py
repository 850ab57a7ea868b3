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
    list_widths,
)

_PAGE_CM: Final = (29.7, 21.0)  # A4, lying: tables of numbers are wide; text stands
_MARGIN_CM: Final = 1.8
_SMALL: Final = 9 / 11  # of the letters of the text
# Letters that every machine has, or others as wide, and their sizes in upright documents.
_LETTERS: Final = "Arial"
_SIZES: Final = {
    "Normal": 1.0,
    "Title": 1.8,
    "Subtitle": 1.0,
    "Heading 1": 1.4,
    "Heading 2": 1.1,
    "Caption": 0.9,
}
_TABLE: Final = "Light Grid Accent 1"


def write_word(document: Document) -> bytes:
    """Write a document as .docx; the same document gives the same bytes."""
    made: Any = docx.Document()
    _settle(made, document)
    made.add_heading(fit_xml(document.title), level=0)
    made.add_paragraph(fit_xml(document.subtitle), style="Subtitle")
    for part in document.parts:
        _write_part(made, part, document)
    buffer = io.BytesIO()
    made.save(buffer)
    return settle_archive(buffer.getvalue())


def _settle(made: Any, document: Document) -> None:
    """Set paper, language, title and date, and what stands below every page."""
    section = made.sections[0]
    size = map(Cm, _PAGE_CM)
    section.orientation = WD_ORIENT.LANDSCAPE
    if document.is_upright:
        size = map(Cm, reversed(_PAGE_CM))
        section.orientation = WD_ORIENT.PORTRAIT
        _tighten(made, document.body_pt)
    section.page_width, section.page_height = size
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Cm(_MARGIN_CM))
    made.styles["Normal"].font.size = Pt(document.body_pt)
    if document.footer:
        _write_footer(section.footer.paragraphs[0], document)
    for lang in made.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), LOCALES[document.lang])
    about = made.core_properties
    about.title, about.language = fit_xml(document.title), LOCALES[document.lang]
    about.author = about.last_modified_by = "access15"
    about.comments = ""
    about.created = about.modified = document.created.replace(tzinfo=None)


def _tighten(made: Any, body_pt: float) -> None:
    """Make room: a page of text stands closer than a page of tables."""
    above = {"Heading 1": 0.0, "Heading 2": 0.7, "Title": 0.0}
    for name, times in _SIZES.items():
        style = made.styles[name]
        style.font.size, style.font.name = Pt(times * body_pt), _LETTERS
        for key in ("asciiTheme", "hAnsiTheme"):  # the theme's letters would be taken before ours
            style.element.rPr.rFonts.attrib.pop(qn(f"w:{key}"), None)
        style.paragraph_format.space_before = Pt(above.get(name, 0.0) * body_pt)
        style.paragraph_format.space_after = Pt(0.35 * body_pt)
    normal = made.styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(0.4 * body_pt), 1.0
    made.styles["List Bullet"].paragraph_format.space_after = Pt(0.15 * body_pt)
    made.styles["Caption"].paragraph_format.space_after = Pt(0.2 * body_pt)


def _write_footer(paragraph: Any, document: Document) -> None:
    """Write the words below every page, and which page it is of how many."""
    pieces = (f"{fit_xml(document.footer)}  ", "PAGE", " / ", "NUMPAGES")
    for text in pieces:
        run = paragraph.add_run()
        run.font.size = Pt(_SMALL * document.body_pt)
        if text.isupper():
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), text)
            field.append(run._r)
            paragraph._p.append(field)
        else:
            run.text = text


def _write_part(made: Any, part: Part, document: Document) -> None:
    """Write a part below all that is there."""
    match part:
        case Heading(text, level, begins_page):
            heading = made.add_heading(fit_xml(text), level=level)
            heading.paragraph_format.page_break_before = begins_page or None
        case Text(text, is_small):
            run = made.add_paragraph().add_run(fit_xml(text))
            run.font.size = Pt(document.body_pt * (_SMALL if is_small else 1.0))
        case Items(items):
            for item in items:
                made.add_paragraph(fit_xml(item), style="List Bullet")
        case Grid():
            _write_grid(made, part, document)
        case Pictures(pictures):
            _write_pictures(made, list(pictures), _measure_room(document))


def _measure_room(document: Document) -> float:
    """How wide the text is [cm]."""
    return _PAGE_CM[document.is_upright] - 2 * _MARGIN_CM


def _write_grid(made: Any, grid: Grid, document: Document) -> None:
    """Write a table under its caption."""
    caption = made.add_paragraph(fit_xml(grid.caption), style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = made.add_table(rows=1, cols=len(grid.head), style=_TABLE)
    _fill(table.rows[0], grid.head, grid.texts)
    shares = list_widths(grid)
    one = _measure_room(document) / sum(shares)
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
    below = made.add_paragraph()
    if document.is_upright:  # pages of text: cells as the text around them, little room below
        for run in (r for row in table.rows for c in row.cells for r in c.paragraphs[0].runs):
            run.font.size = Pt(0.9 * document.body_pt)
        below.paragraph_format.space_after = Pt(0)
        below.paragraph_format.line_spacing = Pt(0.6 * document.body_pt)


def _fill(row: Any, cells: Any, texts: Any) -> None:
    """Write the cells of a row, numbers to the right, and keep it on one page."""
    whole = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(whole)
    for i, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        cell.text = fit_xml(text)
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)
        if i not in texts:
            cell.paragraphs[0].alignment = 2


def _write_pictures(made: Any, pictures: list[Picture], room_cm: float) -> None:
    """Put pictures beside each other, the words of each below it."""
    table = made.add_table(rows=2, cols=len(pictures))
    width = room_cm / max(len(pictures), 2) - 0.4
    for i, picture in enumerate(pictures):
        run = table.cell(0, i).paragraphs[0].add_run()
        wide = Cm(picture.wide_cm or width)
        drawn = run.add_picture(io.BytesIO(picture.png), width=wide)
        drawn._inline.docPr.set("descr", fit_xml(picture.alt))
        table.cell(1, i).text = fit_xml(picture.caption)
