"""What of a file of streets could not be read as it stands, counted by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

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
    "relations in relations",
    "deleted objects",
    "earlier versions of objects",
    "objects that stand twice",
    "objects without a usable id",
    "tags without a name or too long",
    "other elements",
]
# What was done about each kind.
_DONE: dict[Kind, str] = {
    "nodes without a place": "left out",
    "ways without places": "left out",
    "ways of fewer than two nodes": "left out",
    "ways with nodes that are not in the file": "cut there",
    "outlines with nodes that are not in the file": "left out",
    "outlines that cross themselves": "mended",
    "outlines without an area": "left out",
    "relations with missing members": "read as far as they go",
    "relations without places": "left out",
    "relations in relations": "not followed",
    "deleted objects": "left out",
    "earlier versions of objects": "left out",
    "objects that stand twice": "the last one is read",
    "objects without a usable id": "left out",
    "tags without a name or too long": "left out",
    "other elements": "left out",
}


def describe_unread(counts: Mapping[Kind, int]) -> str:
    """Say by kind what could not be read; empty where everything could.

    Examples
    --------
    >>> describe_unread({"ways without places": 3, "deleted objects": 1})
    'ways without places: 3 (left out); deleted objects: 1 (left out)'
    """
    told = [f"{kind}: {counts[kind]} ({done})" for kind, done in _DONE.items() if counts.get(kind)]
    return "; ".join(told)
