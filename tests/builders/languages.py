"""Whether what is said in Italian holds English: words of its own, or lines left as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from access15.errors import Access15Error
from access15.remarks import Remark, put_in_lang

# Words that English sentences hold and Italian ones do not; "a", "in" and "is" of ids are no sign.
ENGLISH = re.compile(
    r"(?<![\w/.<>=-])(?:the|of|is|are|was|be|must|cannot|not|and|or|with|without|from|give|there|"
    r"its|which|what|has|have|holds|that|this|for|use|write|row|column)(?![\w/=-])",
    re.IGNORECASE,
)
# A text that is quoted may be cut: three dots stand for its end.
QUOTED = re.compile(
    r"'[^']*(?:'|\.\.\.)|\"[^\"]*(?:\"|\.\.\.)|`[^`]*`|«[^»]*»|“[^”]*”|\([^()]*(?:Error|error)[^()]*\)"
)
MOST_CHECKED = 200  # of an error's problems; those of 50,000 rows say the same


def list_english(texts: Iterable[str]) -> list[str]:
    """List what is not said in Italian: sentences without a code, or with English in them."""
    found = []
    for text in texts:
        if not isinstance(text, Remark):
            found.append(f"no remark: {text}")
            continue
        italian = text.in_lang("it")
        plain = QUOTED.sub("", _without_values(text, italian))
        if words := ENGLISH.findall(plain):
            found.append(f"{words}: {italian}")
        elif _is_same(text):
            found.append(f"same in both: {italian}")
    return found


def list_error_texts(error: Access15Error) -> list[str]:
    """Summary and problems of an error; of very many the first."""
    return [error.summary, *error.problems[:MOST_CHECKED]]


def _without_values(text: Remark, sentence: str) -> str:
    """A sentence without the values that stand in it as they came: paths, names, numbers."""
    for value in sorted(_list_values(text.values), key=len, reverse=True):
        if len(value) > 1:
            sentence = sentence.replace(value, " _ ")
    return sentence


def _list_values(values: Any, name: str = "") -> Iterator[str]:
    """Values of a remark, and of the remarks in it, that cannot be English of ours: without a
    space, of a file, or what a library says (`reason`, `said`).
    """
    if isinstance(values, Remark):
        yield from _list_values(values.values)
    elif isinstance(values, dict):
        for key, value in values.items():
            yield from _list_values(value, key)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _list_values(value, name)
    elif not isinstance(values, str) or name in ("reason", "said") or not re.search(r"\s", values):
        yield str(values)


def _is_same(text: Remark) -> bool:
    """Whether a sentence of words, not of values alone, is the same in both languages."""
    both = _without_values(text, str(text)), _without_values(text, put_in_lang(text, "it"))
    return both[0] == both[1] and len(re.findall(r"[^\W\d_]{3,}", QUOTED.sub("", both[1]))) > 1
