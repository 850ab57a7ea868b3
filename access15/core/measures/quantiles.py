"""The compiled loop of quantiles: one value by the weights of several groups."""

from __future__ import annotations

import numpy as np

from access15.core.walk.kernels.compiled import jit


@jit
def find_quantiles(values, order, weights, shares):  # type: ignore[no-untyped-def]
    """Smallest values that at least these rising shares of each group's weight do not exceed.

    `order` sorts the values, `weights` has a row for each; inf for a group without weight.
    """
    n_groups = weights.shape[1]
    found = np.full((n_groups, len(shares)), np.inf)
    total, reached = np.zeros(n_groups), np.zeros(n_groups)
    n_found = np.zeros(n_groups, dtype=np.int64)
    # the whole in the same order as its parts, so that the last of them is all of it
    for i in order:
        for g in range(n_groups):
            total[g] += weights[i, g]
    least = np.nextafter(0.0, 1.0)  # a value without weight is nobody's, not even the least
    for i in order:
        for g in range(n_groups):
            reached[g] += weights[i, g]
            while n_found[g] < len(shares) and total[g] > 0.0:
                if reached[g] < max(total[g] * shares[n_found[g]], least):
                    break
                found[g, n_found[g]] = values[i]
                n_found[g] += 1
    return found
