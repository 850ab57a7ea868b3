"""The best places for new seats, found by trying every choice: what `propose_seats` is judged by."""

from __future__ import annotations

import itertools

import numpy as np

from access15.core.seat_walk.kernels.arrays import CANDIDATE
from access15.core.seat_walk.placing import SeatQuestion, reach_homes


def choose_seats_exactly(question: SeatQuestion, *, n: int) -> tuple[tuple[int, ...], float]:
    """The best places for new seats among all choices of candidates: only for a handful of them.

    Parameters
    ----------
    question : SeatQuestion
        Who walks where.
    n : int
        How many at most.

    Returns
    -------
    rows : tuple of int
        Candidates, as rows of the graph's cuts; the fewest, then the lowest, of equally good ones.
    gained : float
        People who arrive thanks to them.
    """
    graph = question.graph
    candidates = np.flatnonzero(graph.kind[graph.network.n_nodes :] == CANDIDATE).tolist()
    before = float(question.people[reach_homes(question)].sum())
    best: tuple[tuple[int, ...], float] = ((), 0.0)
    for size in range(1, min(n, len(candidates)) + 1):
        for rows in itertools.combinations(candidates, size):
            gained = float(question.people[reach_homes(question, rows)].sum()) - before
            if gained > best[1] + 1e-9:
                best = (rows, gained)
    return best
