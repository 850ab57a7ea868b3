"""Arcs lined up by node, of parallel ones the cheapest: as a sort of all of them says."""

from __future__ import annotations

import numpy as np
import pytest

from access15.core.walk.kernels.adjacency import line_up
from access15.core.walk.kernels.arrays import ARC

N_NODES = 5000  # more than two blocks


def sorted_arcs(u: np.ndarray, v: np.ndarray, *seconds_and_metres: np.ndarray) -> np.ndarray:
    """The node that each arc leaves beside the arc: of each pair the best by cost, length, edge."""
    out_s, back_s, length_m = seconds_and_metres
    edge = np.tile(np.arange(len(u)), 2)
    leaves, to = np.concatenate([u, v]), np.concatenate([v, u])
    cost_s = np.concatenate([out_s, back_s])
    order = np.lexsort((edge, length_m[edge], cost_s, to, leaves))
    order = order[np.isfinite(cost_s[order]) & (leaves[order] != to[order])]
    pairs = np.stack([leaves, to], axis=1)[order]
    order = order[np.append(True, (np.diff(pairs, axis=0) != 0).any(axis=1))[: len(order)]]
    arcs = np.zeros(len(order), dtype=[("leaves", np.int64), *ARC.descr])
    for name, values in (("leaves", leaves), ("cost_s", cost_s), ("to", to), ("edge", edge)):
        arcs[name] = values[order]
    return arcs


@pytest.mark.parametrize("seed", range(6))
def test_streets_in_any_order(seed: int) -> None:
    """Loops, squares of many streets, parallel ones of equal cost and length, closed directions."""
    rng = np.random.default_rng(seed)
    n = (0, 1, 40, 400, 9000, 9000)[seed]
    u = rng.integers(0, N_NODES, n)
    v = np.clip(u + rng.integers(-40, 41, n), 0, N_NODES - 1)
    far = rng.random(n) < 0.1
    v[far] = rng.integers(0, N_NODES, far.sum())
    square = rng.random(n) < 0.01 * seed
    u[square], v[square] = 17, 17 + rng.integers(0, 60, square.sum())
    out_s, back_s = rng.integers(1, 4, (2, n)).astype(float)
    out_s[rng.random(n) < 0.1], back_s[rng.random(n) < 0.2] = np.inf, np.inf
    length_m = rng.integers(1, 3, n).astype(float)
    begin, arcs = line_up(N_NODES, u, v, out_s, back_s, length_m)
    expected = sorted_arcs(u, v, out_s, back_s, length_m)
    assert (np.repeat(np.arange(N_NODES), np.diff(begin)) == expected["leaves"]).all()
    assert begin[0] == 0
    assert len(arcs) == len(expected)
    for name in arcs.dtype.names or ():
        assert (arcs[name] == expected[name]).all()
