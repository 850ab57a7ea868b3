"""Which OpenStreetMap objects are meant: tags written as a planner writes them, read once."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from access15.remarks import Remark

_CONDITION = re.compile(r"(?P<key>[^=!\s][^=!]*?)\s*(?P<sign>!?=)\s*(?P<value>\S.*?)\s*")


class TagCondition(NamedTuple):
    """One tag that an object must have, or must not have.

    Parameters
    ----------
    key, value : str
        The tag; the value ``*`` stands for any.
    is_wanted : bool
        Whether the object must have it.
    """

    key: str
    value: str
    is_wanted: bool


class TagRule(NamedTuple):
    """Tags that hold together.

    Parameters
    ----------
    conditions : tuple of TagCondition
        All must hold; the first is a tag that the object must have.
    """

    conditions: tuple[TagCondition, ...]

    @property
    def key(self) -> str:
        """Key that an object of this kind has at least."""
        return self.conditions[0].key

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that the rule looks at."""
        return tuple(condition.key for condition in self.conditions)


@cache
def read_tag_rule(text: str) -> TagRule:
    """Read a rule as it stands in ``categories.toml``.

    Examples
    --------
    >>> read_tag_rule("amenity=toilets + access!=customers").keys
    ('amenity', 'access')
    """
    conditions = []
    for part in text.split(" + "):
        found = _CONDITION.fullmatch(part.strip())
        if found is None:
            raise ValueError(Remark("tag_unreadable", tag=text))
        conditions.append(TagCondition(found["key"], found["value"], found["sign"] == "="))
    if not conditions[0].is_wanted:
        raise ValueError(Remark("tag_begins_forbidden", tag=text))
    if any(not c.is_wanted and c.value == "*" for c in conditions):
        raise ValueError(Remark("tag_forbids_all", tag=text))
    return TagRule(tuple(conditions))
