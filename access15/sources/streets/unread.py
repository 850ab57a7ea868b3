"""What of a file of streets could not be read as it stands, counted by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from access15.remarks import Remark

Kind = Literal[
    "nodes without a place",
    "ways without places",
    "ways of fewer than two nodes",
    "ways with nodes that are not in the file",
    "outlines with nodes that are not in the file",
    "outlines that cross themselves",
    "outlines without an area",
    "relations with missing members",
    "relations without places",
    "relations that hold themselves or nest too deep",
    "deleted objects",
    "earlier versions of objects",
    "objects that stand twice",
    "objects without a usable id",
    "tags without a name or too long",
    "other elements",
]


def list_unread(counts: Mapping[Kind, int]) -> tuple[Remark, ...]:
    """List by kind what could not be read, and what was done about it; none where everything could.

    Examples
    --------
    >>> list_unread({"ways without places": 3, "deleted objects": 1})
    ('ways without places: 3 (left out)', 'deleted objects: 1 (left out)')
    """
    told = [kind for kind in get_args(Kind) if counts.get(kind)]
    return tuple(Remark(f"unread_{kind.replace(' ', '_')}", n=counts[kind]) for kind in told)
