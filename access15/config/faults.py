"""What is wrong with a value, in words of our own: where, the rule, and what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from functools import reduce
from typing import Any

from access15.remarks import Remark

_MOST_SHOWN = 80  # letters of a value that is shown
# Codes of rules by the name that pydantic gives them.
_RULES = {
    "missing": "rule_missing",
    "extra_forbidden": "rule_unknown_key",
    "string_type": "rule_text",
    "path_type": "rule_path",
    "bool_type": "rule_true_or_false",
    "bool_parsing": "rule_true_or_false",
    "int_type": "rule_whole_unquoted",
    "int_parsing": "rule_whole_unquoted",
    "int_parsing_size": "rule_fewer_digits",
    "int_from_float": "rule_whole",
    "float_type": "rule_number_unquoted",
    "float_parsing": "rule_number_unquoted",
    "finite_number": "rule_finite",
    "tuple_type": "rule_list",
    "list_type": "rule_list",
    "dict_type": "rule_table",
    "model_type": "rule_table",
    "model_attributes_type": "rule_table",
    "string_too_short": "rule_not_empty",
}
# The same for rules with a limit, and what pydantic calls that.
_LIMITS = {
    "greater_than": ("rule_more_than", "gt"),
    "greater_than_equal": ("rule_at_least", "ge"),
    "less_than": ("rule_less_than", "lt"),
    "less_than_equal": ("rule_at_most", "le"),
    "too_short": ("rule_least_values", "min_length"),
    "too_long": ("rule_most_values", "max_length"),
    "string_too_long": ("rule_most_letters", "max_length"),
}
# What texts must look like, by the pattern that checks it.
_LOOKS = {
    r"^[a-z][a-z0-9_]*$": "rule_id",
    r"^([a-z][a-z0-9_]*)?$": "rule_id",
    r"^#[0-9a-f]{6}$": "rule_colour",
    r"^[a-z]{2}(,[a-z]{2})*$": "rule_countries",
    r"^https?://[^\s@]+$": "rule_web_address",
}
# What pydantic adds to the place of a value that may be of several kinds.
_KIND = re.compile(
    r"(?:str|int|float|bool|none)|(?:tuple|list|dict|literal|nullable|function).*\[.*"
)


def list_sentences(details: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every fault that pydantic found as a sentence, one for each place.

    A value that may be of several kinds is told of once: by the rule of the kind that it is, else
    by all of them. A validator of ours raises `ValueError` with a `Remark`, or with several of them
    in one of the code ``rule_together``.
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
    return [
        line
        for place, several in rules.items()
        if f"{place.rpartition('.coordinates')[0]}.type" not in wrong
        and not _follows(place, found[place], rules)
        for line in _say(place, reduce(_either, several), found[place])
    ]


def _either(first: str, last: str) -> Remark:
    """Two rules of which one is enough."""
    return Remark("either", first=first, last=last)


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
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # a number of more digits than Python writes
        return Remark("value_too_long")
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
    if kind == "value_error":
        own: str = context["error"].args[0]
        return own
    if kind == "string_pattern_mismatch":
        return Remark(_LOOKS.get(str(context["pattern"]), "rule_written_otherwise"))
    if kind in ("literal_error", "enum"):
        return Remark("rule_one_of", values=_list_choices(str(context["expected"])))
    if kind == "unknown_change":
        return Remark("rule_change", kinds=context["kinds"])
    if kind in _LIMITS:
        code, name = _LIMITS[kind]
        return Remark(code, n=context[name])
    return Remark(_RULES.get(kind, "rule_other"))


def _list_choices(expected: str) -> str:
    """Values of which one must be chosen, which pydantic lists in English."""
    *first, last = re.split(r", | or ", expected)
    return Remark("either", first=first, last=last) if first else last


def _say(
    place: str,
    rule: str,
    detail: Mapping[str, Any],
) -> Iterator[str]:
    """One fault as a sentence: where, what, and the value."""
    if not place and isinstance(rule, Remark) and rule.code == "rule_together":
        # what does not go together in a whole file is several sentences of one place
        yield from rule.values["problems"]
    elif not place:
        yield rule
    # a table would be printed back whole, and of a missing value there is only what lies around it
    elif isinstance(detail["input"], dict) or detail["type"] == "missing":
        yield Remark("error_at", where=place, text=rule)
    else:
        yield Remark("fault_found", where=place, text=rule, value=show_value(detail["input"]))
