"""Benches as things that help together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.core.seat_walk.kernels.arrays import CANDIDATE
from access15.core.seat_walk.placing import (
    SeatQuestion,
    count_missing_seats,
    propose_seats,
    reach_homes,
)
from access15.core.siting.together import Works

_LOOKED_FOR = 4  # new seats on one way; where more are missing, one more is known to be needed


def build_bench_works(question: SeatQuestion) -> tuple[Works, NDArray[np.int64]]:
    """Put new seats as things of which any may be built.

    Parameters
    ----------
    question : SeatQuestion
        Who walks where; seats are placed at the candidates of its graph.

    Returns
    -------
    works : Works
        One thing for each candidate. What is proposed is that of `propose_seats`; of single seats
        it tries all that can be of use.
    rows : ndarray of int64
        Row of the graph's cuts of each.
    """
    graph = question.graph
    rows = np.flatnonzero(graph.kind[graph.network.n_nodes :] == CANDIDATE)

    def propose(n: int) -> tuple[NDArray[np.int64], bool]:
        """The greedy choice."""
        chosen = np.array([seat.row for seat in propose_seats(question, n=n)], dtype=np.int64)
        return np.searchsorted(rows, np.sort(chosen)), n == 1

    works = Works(
        n=len(rows),
        people=question.people,
        reach=lambda chosen: reach_homes(question, rows[chosen]),
        propose=propose,
        fewest=count_missing_seats(question, at_most=_LOOKED_FOR),
    )
    return works, rows
