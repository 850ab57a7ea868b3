"""Text stays text in spreadsheets: what would be run as a formula gets an apostrophe in front.

One pair of functions for every table that access15 writes and every one it reads. What is read back
is what was written, sign for sign; a table of somebody else's may bear the same apostrophes.
"""

from __future__ import annotations

import re
from typing import Final

# Signs that begin a formula, in full width and as small forms too, which some spreadsheets fold.
_SIGNS: Final = r"=+\-@＝＋－＠﹦﹢﹣﹫"
# What ends a row or a cell where a file is split otherwise than it was written.
_ENDS: Final = r";|\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029"
# What a spreadsheet may skip before the sign: spaces, controls, quotation marks, what has no width.
_SKIPPED: Final = (
    r"[ \"\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5"
    r"\u180b-\u180f\u2000-\u200f\u202a-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
    r"\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)
_NUMBER: Final = r"[+-]?(?:[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?"
# 1. A cell begins with the text. Italian spreadsheets split a file at semicolons, even inside a
#    value, others at tabs, and then know no quotation marks, so that a line's end inside a value is
#    one too: what stands behind these may begin a cell as well.
# 2. A number is none of this: it stays a number. So does a tab or a line's end, which some
#    spreadsheets skip, only at the very beginning.
# 3. Behind a comma only a program that knows no quotation marks begins a cell: numbers of a list or
#    of a shape ("45.1, -9.2") stay as they are.
_BEGINS: Final = (
    rf"(?:^(?!{_NUMBER}\Z)|(?<=[{_ENDS}]))(?='*{_SKIPPED}[{_SIGNS}])"
    r"|^(?='*[\t\r\n])"
    rf"|(?<=,)(?='*{_SKIPPED}[{_SIGNS}])(?!'*[ ]*[+-][ 0-9.()+-]*(?:[,{_ENDS}]|\Z))"
)
_OPEN: Final = re.compile(_BEGINS)
_GUARDED: Final = re.compile(rf"(?:{_BEGINS})'")


def guard_cell(text: str) -> str:
    """Text of a cell or of a header that no spreadsheet runs, wherever it splits the file.

    Examples
    --------
    >>> guard_cell("=1+1"), guard_cell("-5,2"), guard_cell("Bar;=1+1")
    ("'=1+1", '-5,2', "Bar;'=1+1")
    """
    return _OPEN.sub("'", text)


def unguard_cell(text: str) -> str:
    """Text as it was before `guard_cell`.

    Examples
    --------
    >>> unguard_cell("'=1+1"), unguard_cell("Bar;'=1+1"), unguard_cell("l'altro")
    ('=1+1', 'Bar;=1+1', "l'altro")
    """
    return _GUARDED.sub("", text)


def drop_nul(text: str) -> str:
    """Text without the sign at which programs in C stop reading."""
    return text.replace("\x00", "")
