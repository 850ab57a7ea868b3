"""The compiled loop that finds what hangs together."""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.compiled import jit


@jit
def label_joined(u, v, n_nodes):  # type: ignore[no-untyped-def]
    """Number of the part of every node, parts in the order of their first nodes."""
    above = np.arange(n_nodes)
    # 1. Every link joins the trees of its ends: the one with the higher root hangs below the other,
    #    and who is passed on the way up is hung one step higher.
    for i in range(len(u)):
        a, b = u[i], v[i]
        while above[a] != a:
            above[a] = above[above[a]]
            a = above[a]
        while above[b] != b:
            above[b] = above[above[b]]
            b = above[b]
        if a < b:
            above[b] = a
        else:
            above[a] = b
    # 2. A root is the lowest node of its part, and is met before all others of it.
    label = np.empty(n_nodes, dtype=np.int64)
    n_parts = 0
    for i in range(n_nodes):
        if above[i] == i:
            label[i] = n_parts
            n_parts += 1
        else:
            # what a node hangs below has a lower number and its label already
            label[i] = label[above[i]]
    return label, n_parts
