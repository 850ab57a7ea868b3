"""Coverage: how many people of a group live within a cutoff of a service."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from access15.core.measures.quantiles import find_quantiles


def count_covered(
    travel_time_s: NDArray[np.float64],
    people: NDArray[np.float64],
    *,
    cutoffs_s: Sequence[float],
) -> NDArray[np.float64]:
    """People of several groups within several cutoffs, inclusive.

    Every sum runs over all points in one order, those beyond the cutoff as zero: shorter walks and
    longer cutoffs never give fewer people, not even in the last digit.

    Parameters
    ----------
    travel_time_s : ndarray of float64, shape (n,)
        Door-to-door walks to the nearest facility; inf when unreachable [s].
    people : ndarray of float64, shape (n_groups, n)
        Residents of each group at each point.
    cutoffs_s : sequence of float
        Longest walks, inclusive [s].

    Returns
    -------
    ndarray of float64, shape (n_groups, n_cutoffs)
        People.

    Examples
    --------
    >>> import numpy as np
    >>> people = np.array([[3.0, 1.0, 2.0], [1.0, 0.0, 2.0]])
    >>> count_covered(np.array([300.0, 900.0, np.inf]), people, cutoffs_s=[300.0, 900.0]).tolist()
    [[3.0, 4.0], [1.0, 1.0]]
    """
    counts = [(people * (travel_time_s <= cutoff_s)).sum(axis=1) for cutoff_s in cutoffs_s]
    return np.stack(counts, axis=1) if counts else np.zeros((len(people), 0))


def count_per_source(
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
    people: NDArray[np.float64],
    *,
    n_sources: int,
) -> NDArray[np.float64]:
    """People of several groups who reach each facility.

    Parameters
    ----------
    sources, targets : ndarray of int64, shape (n_pairs,)
        Which facility and which point lie within the cutoff of each other, from
        `core.walk.pairs.pairs_within`.
    people : ndarray of float64, shape (n_groups, n_points)
        Residents of each group at each point.
    n_sources : int
        Number of facilities.

    Returns
    -------
    ndarray of float64, shape (n_groups, n_sources)
        People.

    Examples
    --------
    >>> import numpy as np
    >>> pairs = np.array([0, 0, 2]), np.array([0, 1, 1])
    >>> count_per_source(*pairs, np.array([[3.0, 1.0]]), n_sources=3).tolist()
    [[4.0, 0.0, 1.0]]
    """
    return np.stack(
        [np.bincount(sources, weights=group[targets], minlength=n_sources) for group in people]
    )


def weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Smallest value that at least half of the weight does not exceed.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        May hold inf.
    weights : ndarray of float64, shape (n,)
        Not negative.

    Returns
    -------
    float
        The median; inf when there is no weight.

    Examples
    --------
    >>> import numpy as np
    >>> weighted_median(np.array([1.0, 2.0, np.inf]), np.array([1.0, 2.0, 1.0]))
    2.0
    """
    return float(weighted_quantiles(values, weights[None], (0.5,))[0, 0])


def weighted_quantiles(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    shares: Sequence[float],
) -> NDArray[np.float64]:
    """Smallest values that at least these shares of the weight do not exceed, for several weights.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        May hold inf.
    weights : ndarray of float64, shape (n_groups, n)
        Not negative.
    shares : sequence of float, length m
        From 0 to 1.

    Returns
    -------
    ndarray of float64, shape (n_groups, m)
        The quantiles; inf when there is no weight.

    Examples
    --------
    >>> import numpy as np
    >>> values, people = np.array([1.0, 2.0, np.inf]), np.array([[1.0, 2.0, 1.0]])
    >>> weighted_quantiles(values, people, (0.25, 0.75, 0.9)).tolist()
    [[1.0, 2.0, inf]]
    """
    order = np.argsort(values, kind="stable")
    wanted = np.array(shares, dtype=np.float64)
    rising = np.argsort(wanted)
    found = np.full((len(weights), len(shares)), np.inf)
    # point by point, because the weights of all groups at one point stand together
    by_point = np.ascontiguousarray(weights.T)
    found[:, rising] = find_quantiles(values, order, by_point, wanted[rising])
    return found
