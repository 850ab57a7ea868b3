"""Coverage: how many people of a group live within a cutoff of a service."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Share:
    """People of a group and how many of them are covered.

    Parameters
    ----------
    people : float
        Residents of the group.
    covered : float
        Those within the cutoff; NaN where nothing is known of the service.
    """

    people: float
    covered: float

    @property
    def share(self) -> float:
        """Share covered, 0 to 1; NaN where there is nobody or nothing is known."""
        return self.covered / self.people if self.people > 0 else math.nan


def measure_coverage(travel_time_s: NDArray[np.float64], people: NDArray[np.float64], *, cutoff_s: float) -> Share:
    """People within the cutoff, inclusive.

    Parameters
    ----------
    travel_time_s : ndarray of float64, shape (n,)
        Door-to-door walks to the nearest facility; inf when unreachable [s].
    people : ndarray of float64, shape (n,)
        Residents of the group at each point.
    cutoff_s : float
        Longest walk, inclusive [s].

    Returns
    -------
    Share
        Sums over the points.

    Examples
    --------
    >>> import numpy as np
    >>> measure_coverage(np.array([900.0, np.nextafter(900.0, 1e9)]), np.array([3.0, 1.0]), cutoff_s=900.0)
    Share(people=4.0, covered=3.0)
    """
    return Share(float(people.sum()), float(people[travel_time_s <= cutoff_s].sum()))


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
    if not weights.sum() > 0:
        return math.inf
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulated, cumulated[-1] / 2)])
