"""House numbers in all the ways they are written: 18 a-b, 51/55, 26/1."""

from __future__ import annotations

import re
from typing import Literal

NumberMatch = Literal["address", "neighbouring number"]
_RED = "r"
_COLOURS = {"rosso": _RED, "rossa": _RED}
_BLACK = ("nero", "nera")  # what is not red is black, and seldom said
_LONGEST = 200  # letters
_AS_DECIMAL = re.compile(r"^(\s*\d+)[.,]0\s*$")  # a spreadsheet's way to write 12
_NUMBER_PARTS = re.compile(r"\d+|[a-z]+", re.IGNORECASE)


def match_numbers(asked: str, known: str) -> NumberMatch | None:
    """How well a known house number answers the one asked for."""
    wanted = split_number(asked)
    best: NumberMatch | None = None
    for text in re.split(r"[;,]", known):
        found = split_number(text)
        if not wanted or not found:
            continue
        # 1. The number itself, or 51 where 51/55 is one house.
        if found == wanted or _is_end_of_range(found, wanted) or _is_end_of_range(wanted, found):
            return "address"
        # 2. Red numbers count shops and dwellings by themselves: 12 red may be far from 12.
        if (_RED in found[1:]) != (_RED in wanted[1:]):
            continue
        # 3. The same number with other letters is next door, unless 18b is part of 18 a-b.
        if found[0] == wanted[0]:
            is_one_of_letters = len(found) == 2 and found[1].isalpha() and found[1] in wanted[1:]
            if is_one_of_letters:
                return "address"
            best = "neighbouring number"
    return best


def number_texts(number: str) -> list[str]:
    """Write a house number from exact to coarse, as OpenStreetMap writes it."""
    parts = split_number(number)
    if not parts:
        return []
    texts = [parts[0]]
    if len(parts) > 1:
        texts.insert(0, f"{parts[0]}/{parts[1].upper()}")
        if _is_range(parts):
            texts.append(parts[1])
    return texts


def split_number(number: str) -> tuple[str, ...]:
    """Numbers and letters of a house number; nothing where it begins with no number, or is none of
    any street.
    """
    if len(number) > _LONGEST:
        return ()
    number = _AS_DECIMAL.sub(r"\1", number)
    written = (part.lower().lstrip("0") for part in _NUMBER_PARTS.findall(number))
    parts = tuple(_COLOURS.get(part, part) for part in written if part not in _BLACK)
    return parts if parts and parts[0].isdecimal() else ()


def _is_range(parts: tuple[str, ...]) -> bool:
    """Whether two numbers are the ends of a range (51/55), not a number and its sub-number
    (26/1).
    """
    if len(parts) != 2 or not parts[1].isdigit():
        return False
    first, last = int(parts[0]), int(parts[1])
    return last > first and (last - first) % 2 == 0  # one side of a street has the odd numbers


def _is_end_of_range(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether a plain number is the first or last of a range."""
    return len(one) == 1 and _is_range(other) and one[0] in other
