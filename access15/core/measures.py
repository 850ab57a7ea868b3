"""Measures planners know, on walking times: the fifteen-minute score and station spacing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.graph import Places, SearchGraph
from access15.core.search import k_nearest


def measure_score(
    travel_time_s: Mapping[str, NDArray[np.float64]], *, n_residents: int, cutoff_s: float
) -> NDArray[np.float64]:
    """Fifteen-minute score: categories within the cutoff over categories asked.

    Parameters
    ----------
    travel_time_s : mapping of str to ndarray of float64, shape (n_residents,)
        Seconds to the nearest facility of each category asked [s].
    n_residents : int
        Number of demand points.
    cutoff_s : float
        Longest walk, inclusive [s].

    Returns
    -------
    ndarray of float64, shape (n_residents,)
        From 0 to 1; 0 where no category is asked.

    Examples
    --------
    >>> import numpy as np
    >>> times = {"library": np.array([600.0, np.inf]), "park": np.array([900.0, 901.0])}
    >>> measure_score(times, n_residents=2, cutoff_s=900.0).tolist()
    [1.0, 0.0]
    """
    if not travel_time_s:
        return np.zeros(n_residents)
    within = np.stack([times <= cutoff_s for times in travel_time_s.values()])
    return np.asarray(within.mean(axis=0))


@dataclass(frozen=True, eq=False)
class Spacing:
    """Distance from each station to its nearest neighbour.

    Parameters
    ----------
    neighbour : ndarray of int64, shape (n,)
        Index of the nearest other station, -1 where none is connected.
    spacing_m : ndarray of float64, shape (n,)
        Walking metres to it; inf where none is connected [m].
    """

    neighbour: NDArray[np.int64]
    spacing_m: NDArray[np.float64]


def measure_spacing(graph: SearchGraph, arriving: Places, leaving: Places, *, pace_ms: float) -> Spacing:
    """Walking metres from every station to the nearest other one.

    Give it a graph without delays (the ``plain`` profile), so that seconds are metres over pace.

    Parameters
    ----------
    graph : SearchGraph
        Built ``towards=True``.
    arriving, leaving : Places
        The same stations, placed as ends and as starts of walks.
    pace_ms : float
        Pace of the graph [m/s].

    Returns
    -------
    Spacing
        One row per station.
    """
    time_s, which = k_nearest(graph, arriving, leaving, k=2)
    own = np.arange(len(arriving))
    # two stations at one spot are each other's neighbour, whichever the search names first
    second = np.where(which[:, 0] == own, 1, 0)
    return Spacing(neighbour=which[own, second], spacing_m=time_s[own, second] * pace_ms)
