"""Places with the homes near them, some places at a time: all of a city would not find room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.pairs import Pairs
from access15.core.walk.walks import Walks

_PLACES = 1000  # at a time: 29,484 corners of Milan have 180 million homes within 15 minutes
# Candidates times homes: what is kept of each, all at once, takes 1 GB of drawn worlds, and 12 GB
# of walks at most.
_MOST_AT_ONCE = 500_000_000


def search_parts(walks: Walks, rows: NDArray[np.int64], *, cutoff_s: float) -> Iterator[Pairs]:
    """Some places with the homes within the cutoff of them; sources are positions in `rows`."""
    for first in range(0, len(rows), _PLACES):
        found = walks.pairs_within(rows[first : first + _PLACES], cutoff_s=cutoff_s)
        yield Pairs(found.source + first, found.target, found.time_s)


def keep_short(parts: Iterable[Pairs], most_s: NDArray[np.float64]) -> Iterator[Pairs]:
    """Of pairs in parts those that take no longer than so many seconds of each home."""
    for one in parts:
        is_short = one.time_s <= most_s[one.target]
        yield Pairs(one.source[is_short], one.target[is_short], one.time_s[is_short])


def are_too_many(n_candidates: int, n_homes: int) -> bool:
    """Whether candidates and homes are too many for anything that is kept of every two of them."""
    return n_candidates * n_homes > _MOST_AT_ONCE
