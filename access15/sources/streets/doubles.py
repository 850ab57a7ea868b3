"""Stretches that two ways share, such as a square's outline drawn over the street along it: kept
once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import SHORTCUT, WHEELCHAIR
from access15.sources.streets.tags import WayTags

# streets between the same two nodes whose stated lengths differ by more are two
_SAME_LENGTH_M = 0.5


def find_stretches(
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    length_m: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the straight segments that lie upon another one.

    Returns the segments that share their stretch with another one, those of a stretch together, and
    the number of the stretch of each, rising from 0.

    Examples
    --------
    >>> import numpy as np
    >>> rows, stretch = find_stretches(np.array([0, 1, 2, 1]), np.array([1, 2, 1, 5]))
    >>> rows.tolist(), stretch.tolist()
    ([1, 2], [0, 0])
    """
    # 1. The same two nodes, in either direction, are one key; sorting puts doubles side by side.
    low, high = np.minimum(u, v), np.maximum(u, v)
    key = low * (int(high.max(initial=0)) + 1) + high
    order = np.argsort(key, kind="stable")
    is_same = np.diff(key[order]) == 0
    rows = order
    if len(order):
        rows = order[np.append(is_same, False) | np.append(False, is_same)]
    if length_m is None:
        is_new = np.diff(key[rows], prepend=key[rows[:1]]) != 0
        return rows, np.cumsum(is_new)
    # 2. Graphs draw a curved street as one straight edge: where stated lengths differ, two streets
    #    lead between the nodes. Sorted by length, a stretch ends where the next is longer.
    stated_m = np.nan_to_num(length_m[rows], nan=-math.inf)
    by_length = np.lexsort((stated_m, key[rows]))
    rows, stated_m = rows[by_length], stated_m[by_length]
    with np.errstate(invalid="ignore"):  # nothing said beside nothing said
        is_longer = np.diff(stated_m) > _SAME_LENGTH_M
    is_new = (np.diff(key[rows]) != 0) | is_longer
    first = np.zeros(min(len(rows), 1), dtype=np.int64)
    return rows, np.concatenate([first, np.cumsum(is_new)])


def choose_ways(
    stretch: NDArray[np.int64],
    tags: NDArray[np.int64],
    names: NDArray[np.int64],
    way_id: NDArray[np.int64],
    *,
    tag_sets: Sequence[WayTags],
    street_names: Sequence[str],
) -> NDArray[np.bool_]:
    """Choose which of the ways that share a stretch stands for it.

    The one that is easier for every walker comes first (no steps; then not closed to wheelchairs),
    for who may take either takes that one. Then a carriageway, whose border the other is; then one
    with a name; then one of which more is known. The order and direction of ways do not matter.
    """
    # 1. Grade tags and names once each, for a city has far fewer of them than of segments.
    used_tags, tag_row = np.unique(tags, return_inverse=True)
    used_names, name_row = np.unique(names, return_inverse=True)
    sets = [tag_sets[i] for i in used_tags.tolist()]
    streets = [street_names[i] for i in used_names.tolist()]
    grade = np.array([_grade(t) for t in sets], dtype=np.int64)
    n_unknown = np.array([_count_unknown(t) for t in sets], dtype=np.int64)
    is_unnamed = np.array([not name for name in streets], dtype=np.bool_)
    # 2. Where two are equally good, what they say decides, because their order in the file must
    #    not.
    tag_order = sorted(range(len(sets)), key=lambda i: _order_of_tags(sets[i]))
    name_order = sorted(range(len(streets)), key=lambda i: streets[i])
    # 3. The last key sorts first: stretch by stretch, the best way of each at its head.
    ranked = np.lexsort(
        (
            np.arange(len(stretch)),
            way_id,
            way_id == SHORTCUT,
            np.argsort(name_order)[name_row],
            np.argsort(tag_order)[tag_row],
            n_unknown[tag_row],
            is_unnamed[name_row],
            grade[tag_row],
            stretch,
        )
    )
    is_kept = np.zeros(len(stretch), dtype=np.bool_)
    is_kept[ranked[np.diff(stretch[ranked], prepend=-1) != 0]] = True
    return is_kept


def _grade(tags: WayTags) -> int:
    """Lower is better: not being walked along weighs most, then steps, then a closed door for
    wheelchairs, then being a border only.
    """
    is_closed = tags.wheelchair == WHEELCHAIR.index("no")
    return 8 * tags.is_only_crossed + 4 * tags.steps + 2 * is_closed + tags.is_walkway


def _count_unknown(tags: WayTags) -> int:
    """How many things that matter to walkers the tags do not say."""
    is_unknown = (
        math.isnan(tags.incline),
        math.isnan(tags.width_m),
        not tags.surface,
        not tags.wheelchair,
        not tags.is_crossing_stated,
    )
    return sum(is_unknown)


def _order_of_tags(tags: WayTags) -> tuple[str, ...]:
    """Any order will do that does not depend on the file's."""
    return tuple(str(value) for value in tags)
