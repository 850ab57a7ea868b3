"""What is wrong with a value, in words of our own: where, the rule, and what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_MOST_SHOWN = 80  # letters of a value that is shown
# Rules by the name that pydantic gives them; braces are filled from what it says of the rule.
_RULES = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not known here; correct its name or remove it",
    "string_type": "must be a text in quotation marks",
    "path_type": "must be a path in quotation marks",
    "bool_type": "must be true or false, without quotation marks",
    "bool_parsing": "must be true or false, without quotation marks",
    "int_type": "must be a whole number, without quotation marks",
    "int_parsing": "must be a whole number, without quotation marks",
    "int_parsing_size": "must be a whole number of fewer digits",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number, without quotation marks",
    "float_parsing": "must be a number, without quotation marks",
    "finite_number": "must be a number, neither nan nor infinite",
    "tuple_type": "must be a list in square brackets",
    "list_type": "must be a list in square brackets",
    "dict_type": "must be a table of names and values",
    "model_type": "must be a table of names and values",
    "model_attributes_type": "must be a table of names and values",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "string_too_long": "must have at most {max_length} characters",
    "unknown_change": "{message}",
    "value_error": "{message}",
}
# What texts must look like, by the pattern that checks it.
_LOOKS = {
    r"^[a-z][a-z0-9_]*$": "must be small letters, digits and _, and begin with a letter",
    r"^([a-z][a-z0-9_]*)?$": "must be small letters, digits and _, and begin with a letter",
    r"^#[0-9a-f]{6}$": "must be a colour such as #2e5090, in small letters",
    r"^[a-z]{2}(,[a-z]{2})*$": "must be country codes of two small letters, such as it or it,ch",
    r"^https?://[^\s@]+$": "must be an address that begins with http:// or https://",
}
# What pydantic adds to the place of a value that may be of several kinds.
_KIND = re.compile(
    r"(?:str|int|float|bool|none)|(?:tuple|list|dict|literal|nullable|function).*\[.*"
)


def list_sentences(details: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every fault that pydantic found as a sentence, one for each place.

    A value that may be of several kinds is told of once: by the rule of the kind that it is, else
    by all of them.
    """
    rules: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    for detail in details:
        place = _name_place(detail["loc"])
        several, rule = rules.setdefault(place, []), _find_rule(detail)
        if rule not in several:
            several.append(rule)
        found[place] = detail
    # coordinates of a line are none of a point: that they are a line's is told already
    wrong = {place for place in rules if place.endswith(".type")}
    told = [
        _say(place, " or ".join(several), found[place])
        for place, several in rules.items()
        if f"{place.rpartition('.coordinates')[0]}.type" not in wrong
        and not _follows(place, found[place], rules)
    ]
    # what does not go together in a whole file is several sentences of one place
    return [line for one in told for line in one.split("\n")]


def _follows(
    place: str,
    detail: Mapping[str, Any],
    places: Iterable[str],
) -> bool:
    """Whether a list is too short only because what stands in it is told of already."""
    is_short = detail["type"] == "too_short"
    return is_short and any(other.startswith(f"{place}.") for other in places)


def show_value(value: object) -> str:
    """A value as a person would write it, cut where it is long."""
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # a number of more digits than Python writes
        return "a value too long to be shown"
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}..."


def _name_place(place: tuple[str | int, ...]) -> str:
    """Place of a value in its file, without the kinds that were tried."""
    parts = list(place)
    while len(parts) > 1 and isinstance(parts[-1], str) and _KIND.fullmatch(parts[-1]):
        parts.pop()
    return ".".join(map(str, parts))


def _find_rule(detail: Mapping[str, Any]) -> str:
    """The rule that a value breaks."""
    kind, context = str(detail["type"]), dict(detail.get("ctx", {}))
    if kind == "string_pattern_mismatch":
        return _LOOKS.get(str(context["pattern"]), "is not written as it must be")
    if kind == "string_too_short":
        return "must not be empty"
    if kind in ("too_short", "too_long"):
        return _count_rule(kind, context)
    message = str(detail["msg"]).removeprefix("Value error, ")
    return _RULES.get(kind, "is not valid").format(**context, message=message)


def _count_rule(kind: str, context: Mapping[str, Any]) -> str:
    """The rule of a list that is too short or too long."""
    is_short = kind == "too_short"
    n = context["min_length" if is_short else "max_length"]
    return f"must hold {'at least' if is_short else 'at most'} {n} value{'s' if n != 1 else ''}"


def _say(
    place: str,
    rule: str,
    detail: Mapping[str, Any],
) -> str:
    """One fault as a sentence: where, what, and the value."""
    if not place:
        return rule
    # a table would be printed back whole, and of a missing value there is only what lies around it
    is_shown = not isinstance(detail["input"], dict) and detail["type"] != "missing"
    shown = f" (found {show_value(detail['input'])})" if is_shown else ""
    return f"{place}: {rule}{shown}"
