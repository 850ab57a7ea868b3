"""JSON as others write it, read so that every text can be written again and every number counted.

JSON allows what no file can keep: half of a character (``\\ud800``), NUL inside a text, numbers of
400 digits, thousands of brackets in one another. Each is told with its place.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from access15.errors import InputDataError, name_reason
from access15.files import read_input
from access15.remarks import Remark

# What a text must hold before it is worth looking at each of its values.
_SUSPECT = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)|[eE]\+?\d{3}|\d{300}")
_HALF = re.compile("[\ud800-\udfff]")
_MOST_DIGITS = 308  # of a whole number that is also a decimal one


class _TooLarge(float):
    """A number beyond all that can be counted with."""


def read_json_file(path: Path, *, remedy: str) -> Any:
    """Read a file of JSON, in UTF-8 with or without a mark."""
    try:
        text = read_input(path).decode("utf-8-sig")
    except OSError as error:
        raise InputDataError(
            Remark("json_unreadable", path=str(path), reason=name_reason(error))
        ) from None
    except UnicodeDecodeError as error:
        raise InputDataError(Remark("json_not_utf8", name=path.name, byte=error.start)) from None
    return parse_json(text, path.name, remedy=remedy)


def parse_json(
    text: str,
    name: str,
    *,
    remedy: str,
) -> Any:
    """Read JSON; `name` says of what file or answer, `remedy` what a person does about faults."""
    is_suspect = _SUSPECT.search(text) is not None
    try:
        if is_suspect:
            content = json.loads(text, parse_int=_read_whole, parse_float=_read_decimal)
        else:
            content = json.loads(text)
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        raise InputDataError(
            Remark("json_invalid", name=name, line=line, column=column, remedy=remedy)
        ) from None
    except RecursionError:
        raise InputDataError(Remark("json_too_deep", name=name, remedy=remedy)) from None
    if is_suspect and (problems := list(_list_faults(content))):
        raise InputDataError(Remark("json_faulty", name=name, remedy=remedy), problems)
    return content


def _read_whole(digits: str) -> int | float:
    """Whole number of a text."""
    return int(digits) if len(digits) <= _MOST_DIGITS else _TooLarge(math.inf)


def _read_decimal(digits: str) -> float:
    """Decimal number of a text."""
    value = float(digits)
    return value if math.isfinite(value) else _TooLarge(value)


def _list_faults(content: Any) -> Iterator[str]:
    """What no file could keep, with its place, in the order of the text."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [((), content)]
    while waiting:
        place, value = waiting.pop()
        inside: list[tuple[tuple[str | int, ...], Any]] = []
        if isinstance(value, dict):
            inside = [((*place, key), key) for key in value]
            inside += [((*place, key), one) for key, one in value.items()]
        elif isinstance(value, list):
            inside = [((*place, i), one) for i, one in enumerate(value)]
        elif fault := _find_fault(value):
            yield Remark("error_at", where=_name_place(place), text=fault)
        waiting += reversed(inside)


def _find_fault(value: Any) -> Remark | None:
    """What is wrong with one text or number."""
    if isinstance(value, _TooLarge):
        return Remark("json_number_too_large")
    if isinstance(value, str) and _HALF.search(value):
        return Remark("json_half_character", text=_show(value))
    if isinstance(value, str) and "\x00" in value:
        return Remark("json_nul", text=_show(value))
    return None


def _show(text: str) -> str:
    """The beginning of a text, with what cannot be shown written out."""
    return f"{text[:40]!r}..." if len(text) > 40 else repr(text)


def _name_place(place: tuple[str | int, ...]) -> str | Sequence[str]:
    """Place of a value as people find it: lists are counted from 1."""
    parts = [str(part + 1) if isinstance(part, int) else _show(part)[1:-1] for part in place]
    if parts[:1] == ["features"] and len(parts) > 1:
        return [Remark("json_feature", number=parts[1]), *parts[2:]]
    return parts or Remark("json_whole")
