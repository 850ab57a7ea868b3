"""Seconds between all places of two lists as a table: what `pairs_within` lists, for comparisons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.graph import Places, SearchGraph
from access15.core.walk.pairs import pairs_within


def travel_matrix(
    graph: SearchGraph,
    sources: Places,
    targets: Places,
    *,
    cutoff_s: float,
    threads: int | None = None,
) -> NDArray[np.float64]:
    """Seconds of every target (row) and source (column); inf beyond the cutoff."""
    pairs = pairs_within(
        graph, sources, targets, cutoff_s=cutoff_s, threads=threads, is_sorted=False
    )
    matrix = np.full((len(targets), len(sources)), np.inf)
    matrix[pairs.target, pairs.source] = pairs.time_s
    return matrix
