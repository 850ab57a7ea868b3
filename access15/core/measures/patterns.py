"""Groups of people who are spread alike: what is found of one is found of all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Totals are divided to 2**-20 of a person (`access15.core.reach.spread`): two divisions by the same
# weights differ by no more than this.
_ALIKE_PEOPLE = 2.0**-18


def find_patterns(people: NDArray[np.float64]) -> NDArray[np.int64]:
    """Find groups that are proportional to one another at all homes.

    Groups known by one total only are spread by the same weights, so that of any walk they have the
    same share: several equal shares are then one finding.

    Parameters
    ----------
    people : ndarray of float64, shape (n_groups, n_homes)
        Residents of each group at each home.

    Returns
    -------
    ndarray of int64, shape (n_groups,)
        Pattern of each group, the row of the first group that is spread like it. A group of nobody
        is like no other.

    Examples
    --------
    >>> import numpy as np
    >>> find_patterns(np.array([[6.0, 2.0], [1.0, 1.0], [3.0, 1.0], [0.0, 0.0]])).tolist()
    [0, 1, 0, 3]
    """
    totals = people.sum(axis=1)
    patterns = np.arange(len(people))
    for row, total in enumerate(totals):
        for first in np.unique(patterns[:row]):
            # both as if they were as many as the fewer of the two
            fewer = min(total, totals[first])
            if not fewer > 0:
                continue
            ours, theirs = people[row] * (fewer / total), people[first] * (fewer / totals[first])
            if np.abs(ours - theirs).max(initial=0.0) <= _ALIKE_PEOPLE:
                patterns[row] = first
                break
    return patterns
