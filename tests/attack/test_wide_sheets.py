"""A few columns of a workbook of any size: what a sheet may look like, and what is made to hurt.

Every sheet here is written by hand, for the programs that write workbooks do it in their own ways.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from access15.errors import InputDataError
from access15.sources.tables import wide_sheet
from access15.sources.tables.wide import read_columns

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>SEZ</t></is></c><c r="B1" t="s"><v>0</v></c></row>'
)
TEXTS = (
    f"<sst {MAIN}><si><t>P1</t></si><si><r><t>via </t></r><r><t>Roma</t></r><rPh><t>hint</t></rPh>"
    "</si><si/><si><t>7</t></si></sst>"
)


def write(path: Path, *sheets: str, texts: str = TEXTS) -> Path:
    """A workbook of these sheets."""
    names = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="s{i}" sheetId="{i}" r:id="r{i}"/>' for i in names)
    links = "".join(f'<Relationship Id="r{i}" Target="worksheets/sheet{i}.xml"/>' for i in names)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml", f'<workbook {MAIN} xmlns:r="r"><sheets>{listed}</sheets></workbook>'
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        archive.writestr("xl/sharedStrings.xml", texts)
        for i, sheet in zip(names, sheets, strict=True):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", sheet)
    return path


def draw(rows: str, head: str = HEAD) -> str:
    return f'<worksheet {MAIN}><dimension ref="A1"/><sheetData>{head}{rows}</sheetData></worksheet>'


def take(headers: Sequence[str]) -> list[str]:
    return [name for name in ("SEZ", "P1") if name in headers]


# rows below the header, and what is read of them: number, SEZ, P1
READ = {
    "numbers": (
        '<row r="2"><c r="A2"><v>11</v></c><c r="B2"><v>3.5</v></c></row>',
        (2, "11", "3.5"),
    ),
    "no references": ("<row><c><v>11</v></c><c><v>3</v></c></row>", (2, "11", "3")),
    "a cell left out": ('<row r="9"><c r="B9"><v>3</v></c></row>', (9, "", "3")),
    "cells in another order": (
        '<row r="2"><c r="B2"><v>3</v></c><c r="A2"><v>11</v></c></row>',
        (2, "11", "3"),
    ),
    "texts of the book": (
        '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>3</v></c></row>',
        (2, "via Roma", "7"),
    ),
    "an empty text": (
        '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>3</v></c></row>',
        (2, "", "3"),
    ),
    "runs and hints": (
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>a</t></r><rPh><t>h</t></rPh><r><t>b</t></r>'
        '</is></c><c r="B2"><v>3</v></c></row>',
        (2, "ab", "3"),
    ),
    "formulas with values": (
        '<row r="2"><c r="A2" t="str"><f>1&amp;1</f><v>11</v></c><c r="B2"><f>1+2</f><v>3</v></c>'
        "</row>",
        (2, "11", "3"),
    ),
    "a formula whose text is empty": (
        '<row r="2"><c r="A2" t="str"><f>""</f><v></v></c><c r="B2"><v>3</v></c></row>',
        (2, "", "3"),
    ),
    "a formula elsewhere without a value": (
        '<row r="2"><c r="A2"><v>11</v></c><c r="B2"><v>3</v></c><c r="C2"><f>1</f></c></row>',
        (2, "11", "3"),
    ),
    "signs": (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>a&amp;b &#233;<![CDATA[<x>]]></t></is></c>'
        '<c r="B2"><v>3</v></c></row>',
        (2, "a&b é<x>", "3"),
    ),
    "an error as it stands": (
        '<row r="2"><c r="A2"><v>11</v></c><c r="B2" t="e"><v>#N/A</v></c></row>',
        (2, "11", "#N/A"),
    ),
    "guarded text": (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>\'=1</t></is></c><c r="B2"><v>3</v></c></row>',
        (2, "=1", "3"),
    ),
    "lines between": (
        '\n <row r="2">\n  <c r="A2">\n <v>11</v>\n </c>\n<c r="B2"><v>3</v>\n</c>\n</row>\n',
        (2, "11", "3"),
    ),
    "an empty row before": (
        '<row r="2"/><row r="3"><c r="A3" s="1"/></row><row r="4"><c r="A4"><v>1</v></c></row>',
        (4, "1", ""),
    ),
    "the last column": (
        '<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>far</v></c></row>',
        (2, "1", ""),
    ),
}


@pytest.mark.parametrize(("rows", "found"), READ.values(), ids=READ)
@pytest.mark.parametrize("prefix", ["", "x:"], ids=["plain", "prefix"])
def test_what_a_sheet_may_look_like(
    tmp_path: Path, rows: str, found: tuple[int, str, str], prefix: str
) -> None:
    sheet = draw(rows)
    if prefix:
        sheet = sheet.replace("<", f"<{prefix}").replace(f"<{prefix}/", f"</{prefix}")
        sheet = sheet.replace(f"<{prefix}![CDATA[<{prefix}x>]]", "<![CDATA[<x>]]")
        sheet = sheet.replace("xmlns=", "xmlns:x=")
    table = read_columns(write(tmp_path / "t.xlsx", sheet), take)
    assert [(i, *row) for i, row in zip(table.index, table.to_numpy(), strict=True)] == [found]


CELL = '<row r="2"><c r="A2"%s</c></row>'
DAMAGED = "is not a readable Excel workbook (damaged, with a password, or another format); save it"
REFUSED = {
    "formulas without values": (
        draw('<row r="2"><c r="A2"><f>B2</f></c><c r="B2"><f>1</f><v/></c></row>'),
        "the cells A2, B2 hold formulas without their values; open it in a spreadsheet",
    ),
    "ten formulas": (
        draw("".join(f'<row r="{i}"><c r="A{i}"><f>1</f></c></row>' for i in range(2, 12))),
        "the cells A2, A3, A4, A5, A6, A7, A8, A9 and 2 more hold formulas",
    ),
    "a text that is not there": (draw(CELL % ' t="s"><v>4</v>'), "refers to a text that is not"),
    "a text before the first": (draw(CELL % ' t="s"><v>-1</v>'), "refers to a text that is not"),
    "a text by no number": (draw(CELL % ' t="s"><v>x</v>'), DAMAGED),
    "a row twice": (
        draw('<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'),
        "it holds row 2 twice",
    ),
    "a cell twice": (
        draw('<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>'),
        "row 2 holds a cell twice",
    ),
    "no column of Excel": (draw('<row r="2"><c r="XFE2"><v>1</v></c></row>'), DAMAGED),
    "a column of many letters": (draw(f'<row r="2"><c r="{"A" * 999}2"/></row>'), DAMAGED),
    "more columns than Excel has": (draw("<row>" + "<c/>" * 16_385 + "</row>"), DAMAGED),
    "a column in small letters": (draw('<row r="2"><c r="a2"><v>1</v></c></row>'), DAMAGED),
    "a row by no number": (draw('<row r="two"><c r="A2"><v>1</v></c></row>'), DAMAGED),
    "a row of many digits": (draw(f'<row r="{"9" * 5000}"><c r="A2"/></row>'), DAMAGED),
    "a long text": (
        draw(CELL % (' t="inlineStr"><is><t>' + "a" * 40_000 + "</t></is>")),
        "row 2 has a cell of more than 32,767 characters; save it as CSV (UTF-8)",
    ),
    "a long text in pieces": (
        draw(CELL % (' t="inlineStr"><is>' + "<t>&amp;a&amp;</t>" * 20_000 + "</is>")),
        "row 2 has a cell of more than 32,767 characters",
    ),
    "entities that grow": (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + draw(CELL % "><v>&a;</v>"),
        DAMAGED,
    ),
    "a file of this computer": (
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + draw(CELL % "><v>&a;</v>"),
        DAMAGED,
    ),
    "half a sheet": (draw("")[:-40], DAMAGED),
    "no XML": ("x", DAMAGED),
    "NUL": (draw(CELL % "><v>1\x002</v>"), DAMAGED),
    "nothing": (draw("", head=""), "is empty; it has no header and no rows"),
    "another encoding": ('<?xml version="1.0" encoding="klingon"?>' + draw(""), DAMAGED),
}


@pytest.mark.parametrize(("sheet", "words"), REFUSED.values(), ids=REFUSED)
def test_sheets_that_are_refused(tmp_path: Path, sheet: str, words: str) -> None:
    with pytest.raises(InputDataError) as told:
        read_columns(write(tmp_path / "t.xlsx", sheet), take)
    assert str(told.value).startswith(f"{tmp_path / 't.xlsx'}: ")
    assert words in str(told.value)


def test_a_mark_without_end_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide_sheet, "_CHUNK", 1000)
    monkeypatch.setattr(wide_sheet, "_MAX_BEHIND", 5000)
    path = write(tmp_path / "t.xlsx", draw(f'<row r="2" spans="{"1" * 20_000}"/>'))
    with pytest.raises(InputDataError, match="is not a readable Excel workbook"):
        read_columns(path, take)


def test_more_than_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide_sheet, "MAX_KEPT_BYTES", 3000)
    rows = "".join(f'<row r="{i}"><c r="A{i}"><v>1</v></c></row>' for i in range(2, 20))
    told = r"t\.xlsx: the columns SEZ, P1 hold more than 0\.003 MB; keep only the rows of the study"
    with pytest.raises(InputDataError, match=told):
        read_columns(write(tmp_path / "t.xlsx", draw(rows)), take)


@pytest.mark.parametrize(("limit", "what"), [("_MAX_ROWS", "rows"), ("MAX_CELLS", "cells")])
def test_rows_and_cells_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, what: str
) -> None:
    monkeypatch.setattr(wide_sheet, limit, 10)
    told = f"more than 10 {what}, empty ones included; delete what stands below the table"
    with pytest.raises(InputDataError, match=told):
        read_columns(write(tmp_path / "t.xlsx", draw("<row><c/></row>" * 11)), take)


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ("MAX_SHEET_BYTES", "xl/worksheets/sheet1.xml unpacks to"),
        ("MAX_TEXT_BYTES", "its texts and formats unpack to"),
    ],
)
def test_parts_are_measured_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, told: str
) -> None:
    monkeypatch.setattr(wide_sheet, limit, 100)
    with pytest.raises(InputDataError, match=told):
        read_columns(write(tmp_path / "t.xlsx", draw("")), take)


def test_a_cover_sheet_is_passed_over(tmp_path: Path) -> None:
    full = draw('<row r="2"><c r="A2"><v>1</v></c></row>')
    path = write(tmp_path / "t.xlsx", draw("", head=""), full)
    assert read_columns(path, take)["SEZ"].tolist() == ["1"]


def test_headers_twice_and_columns_without_one(tmp_path: Path) -> None:
    head = '<row><c t="inlineStr"><is><t>SEZ</t></is></c><c/><c t="inlineStr"><is><t>SEZ</t></is></c></row>'
    rows = "<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>"
    table = read_columns(write(tmp_path / "t.xlsx", draw(rows, head=head)), list)
    assert table.to_dict("list") == {"SEZ": ["1"]}


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(-9, 9**9), st.text("àb'= <&", max_size=4)), max_size=4), max_size=5))  # fmt: skip
def test_it_is_what_a_spreadsheet_program_wrote(rows: list[list[object]]) -> None:
    """Every cell comes back, in its row and column, but for empty ones."""
    import tempfile  # noqa: PLC0415

    names = ["a", "b", "c", "d"]
    book = Workbook()
    for row in [names, *rows]:
        book.active.append(["" if one == "=" else one for one in row])
    for line in book.active.iter_rows():
        for cell in line:
            if cell.data_type == "f":
                cell.data_type = "s"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.xlsx"
        book.save(path)
        table = read_columns(path, list)
    wanted = {}
    for number, row in enumerate(rows, start=2):
        cells = [wide_sheet.sheet_text("" if one in (None, "=") else one) for one in row]
        if any(cells):
            wanted[number] = cells + [""] * (4 - len(cells))
    assert {i: list(row) for i, row in zip(table.index, table.to_numpy(), strict=True)} == wanted
