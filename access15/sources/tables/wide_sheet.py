"""A few columns of the first sheet of a large Excel workbook, in little memory.

A region's census is a sheet of 300 MB. It is parsed as a stream, row by row, by the XML parser that
comes with Python: what is not asked for is never kept.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from access15.errors import InputDataError
from access15.remarks import Remark, list_some
from access15.sources.tables.cells import sheet_text
from access15.sources.tables.workbook import WORKBOOK_ERRORS, list_sheets, refuse_bombs

Chooser = Callable[[Sequence[str]], Sequence[str]]
# A region's 140 columns of 53,000 sections unpack to 260 MB, and take 10 s.
MAX_SHEET_BYTES = 400_000_000
MAX_TEXT_BYTES = 30_000_000  # of texts that are kept once for all cells; a character may take four
MAX_KEPT_BYTES = 250_000_000  # of memory
_CELL_BYTES, _ROW_BYTES, _CHARACTER_BYTES = 64, 200, 4  # what each takes at most
# Counts of people are short and stand again and again: each such text is kept once.
_SHORT, _AGAIN_BYTES = 4, 8
MAX_CELLS = 15_000_000  # empty ones included; a region has 7 million
_MAX_ROWS = 1_048_576  # Excel's own limits of rows, columns and characters of a cell
_MAX_COLUMNS = 16_384
_MAX_CHARACTERS = 32_767
_CHUNK = 1 << 20
_MAX_BEHIND = 16 * _CHUNK  # no mark of a sheet is as long
_TEXTS = "xl/sharedstrings.xml"
_MOST_NAMED = 8


class _Refused(Exception):  # noqa: N818  # told as an InputDataError by who knows the file
    """What a sheet holds cannot be read; its remark says why."""

    def __init__(self, why: Remark | None = None) -> None:
        super().__init__(why or Remark("sheet_damaged"))


def read_sheet_columns(path: Path, choose: Chooser) -> tuple[list[str], dict[int, list[str]]]:
    """Names and cells of the columns that are chosen from the header, rows by their number."""
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bombs(
                path,
                archive,
                most_sheet=MAX_SHEET_BYTES,
                most_other=MAX_TEXT_BYTES,
            )
            texts = _read_texts(archive)
            for sheet in list_sheets(archive):
                found = _Sheet(texts, choose)
                with archive.open(sheet.part) as opened:
                    found.read(opened)
                if found.names is not None:
                    return found.names, found.rows
    except _Refused as refused:
        [why] = refused.args
        raise InputDataError(Remark("error_at", where=str(path), text=why)) from None
    except InputDataError:
        raise
    except (expat.ExpatError, *WORKBOOK_ERRORS) as error:
        raise InputDataError(
            Remark("error_at", where=str(path), text=Remark("sheet_damaged"))
        ) from error
    raise InputDataError(Remark("wide_empty", path=str(path)))


def _parse(stream: IO[bytes], parser: Any) -> None:
    """Feed a part of a workbook to its parser, piece by piece."""
    n_fed = 0
    while chunk := stream.read(_CHUNK):
        n_fed += len(chunk)
        parser.Parse(chunk)
        if n_fed - parser.CurrentByteIndex > _MAX_BEHIND:
            raise _Refused
    parser.Parse(b"", 1)


def _make_parser() -> Any:
    """Parser of a part; no workbook defines entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.ordered_attributes = True

    def refuse_doctype(*_: object) -> None:
        """Entities unfold."""
        raise _Refused

    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def _read_texts(archive: zipfile.ZipFile) -> list[str]:
    """Texts that cells refer to by their number, without hints how to speak them."""
    name = next((one for one in archive.namelist() if one.lower() == _TEXTS), None)
    if name is None:
        return []
    texts: list[str] = []
    parts: list[str] = []
    n_begun = 0
    is_text = is_hint = False

    def close() -> None:
        """Keep the text that has ended."""
        if n_begun:
            texts.append("".join(parts))
            parts.clear()

    def start(tag: str, _: object) -> None:
        """A text begins, or a part of one."""
        nonlocal is_text, is_hint, n_begun
        local = tag.rpartition(":")[2]
        if local == "si":
            close()
            n_begun += 1
        is_hint = local == "rPh" or (is_hint and local == "t")
        is_text = local == "t" and not is_hint and n_begun > 0

    def end(_: str) -> None:
        """What follows stands between texts."""
        nonlocal is_text
        is_text = False

    def take(text: str) -> None:
        """Words of a text."""
        if is_text:
            parts.append(text)

    parser = _make_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = take
    with archive.open(name) as opened:
        _parse(opened, parser)
    close()
    return texts


class _Sheet:
    """What is kept of a sheet while it is parsed.

    `names` are the chosen headers, None until a row has any cell; `rows` their cells.
    """

    def __init__(self, texts: Sequence[str], choose: Chooser) -> None:
        self.names: list[str] | None = None
        self.rows: dict[int, list[str]] = {}
        self._texts = texts
        self._choose = choose
        self._places: dict[int, int] = {}  # column: which of the chosen
        self._columns: dict[str, int] = {}  # letters: column
        self._short: dict[str, str] = {}
        self._unstored: list[str] = []
        self._n_bytes = self._n_rows = self._n_cells = 0
        self._row = 0
        self._cells: dict[int, str] = {}  # of the row so far
        # of the cell that is being read
        self._column = -1
        self._about: list[str] = []
        self._parts: list[str] = []
        self._n_characters = 0
        self._is_wanted = self._is_text = self._is_hint = self._has_formula = False

    def read(self, stream: IO[bytes]) -> None:
        """Parse a sheet; what is wrong with its cells is told at the end, together."""
        parser = _make_parser()
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._take
        _parse(stream, parser)
        self._end_row()
        if self._unstored:
            raise _Refused(Remark("sheet_unstored", **list_some(self._unstored, _MOST_NAMED)))

    def _start(self, tag: str, attributes: list[str]) -> None:
        """A row, a cell or a part of a cell begins; called for each of millions."""
        local = tag.rpartition(":")[2]
        if local == "c":
            self._start_cell(attributes)
        elif local in ("v", "t"):
            self._is_text = self._is_wanted and not self._is_hint
        elif local == "f":
            self._is_text, self._has_formula = False, True
        elif local in ("r", "rPh"):  # runs of a text, and how it is spoken
            self._is_text, self._is_hint = False, local == "rPh"
        elif local == "row":
            self._end_row()
            self._count_row()
            number = dict(zip(attributes[::2], attributes[1::2], strict=True)).get("r")
            self._row = self._row + 1 if number is None else int(number)
        elif local != "is":  # what stands below the rows
            self._end_cell()

    def _count_row(self) -> None:
        """Refuse a sheet of more rows or cells than can be read in seconds, empty ones included."""
        self._n_rows += 1
        if self._n_rows > _MAX_ROWS:
            raise _Refused(Remark("sheet_too_many_rows", most=_MAX_ROWS))
        if self._n_cells > MAX_CELLS:
            raise _Refused(Remark("sheet_too_many_cells", most=MAX_CELLS))

    def _take(self, text: str) -> None:
        """Words of a cell."""
        if not self._is_text:
            return
        self._parts.append(text)
        self._n_characters += len(text)
        if self._n_characters > _MAX_CHARACTERS:
            raise _Refused(Remark("sheet_long_cell", row=self._row, most=_MAX_CHARACTERS))

    def _start_cell(self, attributes: list[str]) -> None:
        """A cell begins: is it of a column that was chosen?"""
        if self._is_wanted:
            self._end_cell()
        self._n_cells += 1
        if attributes and attributes[0] == "r":
            letters = attributes[1].rstrip("0123456789")
            found = self._columns.get(letters)
            self._column = self._number_column(letters) if found is None else found
        else:
            self._column += 1
            if self._column >= _MAX_COLUMNS:
                raise _Refused
        self._is_wanted = self._column in self._places or self.names is None
        self._is_text = False
        if self._is_wanted:
            self._about, self._parts, self._n_characters = attributes, [], 0
            self._is_hint = self._has_formula = False

    def _number_column(self, letters: str) -> int:
        """Number of a column from 0, as its letters say."""
        number = 0
        for letter in letters[:4]:
            number = number * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
        if not 1 <= number <= _MAX_COLUMNS:
            raise _Refused
        self._columns[letters] = number - 1
        return number - 1

    def _end_cell(self) -> None:
        """Keep the text of a cell that was wanted."""
        if not self._is_wanted:
            return
        self._is_wanted = self._is_text = False
        text = "".join(self._parts)
        # most cells of a census: a number that stood before, told so for each of millions
        if text in self._short and "t" not in self._about and self._column not in self._cells:
            self._cells[self._column] = self._short[text]
            self._n_bytes += _AGAIN_BYTES
            return
        about = dict(zip(self._about[::2], self._about[1::2], strict=True))
        kind = about.get("t", "n")
        if self._has_formula and not text and kind != "str":
            self._unstored.append(about.get("r") or Remark("sheet_in_row", row=self._row))
        if kind == "s" and text.strip():
            number = int(text)
            if not 0 <= number < len(self._texts):
                raise _Refused(Remark("sheet_lost_text", row=self._row))
            text = self._texts[number]
        if text := sheet_text(text):
            if self._column in self._cells:
                raise _Refused(Remark("sheet_cell_twice", row=self._row))
            self._cells[self._column] = self._keep(text)

    def _keep(self, text: str) -> str:
        """The text as it is kept, counted with what it takes."""
        if text in self._short:
            self._n_bytes += _AGAIN_BYTES
            return self._short[text]
        self._n_bytes += _CELL_BYTES + _CHARACTER_BYTES * len(text)
        if len(text) <= _SHORT and text.isascii():
            self._n_bytes += _CELL_BYTES  # in the list of those that are kept once
            self._short[text] = text
        return text

    def _end_row(self) -> None:
        """Choose from the header, the first row with any cell; keep the others that have any."""
        self._end_cell()
        self._column = -1
        cells, self._cells = self._cells, {}
        if not cells:
            return
        if self.names is None:
            self.names = list(dict.fromkeys(self._choose(list(cells.values()))))
            headers = {text: column for column, text in reversed(cells.items())}
            self._places = {headers[name]: i for i, name in enumerate(self.names)}
            return
        row = [""] * len(self._places)
        for column, text in cells.items():
            row[self._places[column]] = text
        if self._row in self.rows:
            raise _Refused(Remark("sheet_row_twice", row=self._row))
        self.rows[self._row] = row
        self._n_bytes += _ROW_BYTES
        if self._n_bytes > MAX_KEPT_BYTES:
            columns = list_some(self.names, _MOST_NAMED)
            raise _Refused(Remark("sheet_too_much", most=MAX_KEPT_BYTES / 1e6, **columns))
