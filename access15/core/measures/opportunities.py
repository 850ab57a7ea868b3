"""Measures planners know, on walking times.

Those of opportunities work on `access15.core.walk.pairs.Pairs`, where sources are facilities and
targets are homes, so that memory grows with the pairs within the cutoff and not with homes times
facilities. What no pair names (a home or a facility out of reach) counts nothing: 0, never NaN.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.graph import Places, SearchGraph
from access15.core.walk.pairs import Pairs, k_nearest

# Walking trips of the 2009 US household travel survey fade by exp(-1.71 per mile), all purposes
# together (Yang & Diez-Roux 2012, doi:10.1016/j.amepre.2012.03.015); in seconds at an adult's 1.33
# m/s. Whoever is slower is taken to bear the same minutes, not the same metres (our assumption).
WALK_DECAY_PER_S = 1.71 / 1609.344 * 1.33
# Assumption: other forms of decay halve where the exponential one does, after 8.2 minutes.
HALF_WEIGHT_S = math.log(2.0) / WALK_DECAY_PER_S
# Assumption: a third of it, so that the logistic weight at the door is close to one.
LOGISTIC_SPREAD_S = HALF_WEIGHT_S / 3.0


def decay_exponential(
    time_s: NDArray[np.float64], *, rate_per_s: float = WALK_DECAY_PER_S
) -> NDArray[np.float64]:
    """Weights that fall by the same share every minute: ``f(t) = exp(-rate t)``.

    Wilson (1971), doi:10.1068/a030001.

    Parameters
    ----------
    time_s : ndarray of float64, shape (n,)
        Walks; inf when unreachable [s].
    rate_per_s : float
        How fast, above 0 [1/s]; by default `WALK_DECAY_PER_S`.

    Returns
    -------
    ndarray of float64, shape (n,)
        From 1 at the door down to 0 for inf.

    Examples
    --------
    >>> import numpy as np
    >>> decay_exponential(np.array([0.0, 60.0, np.inf]), rate_per_s=np.log(2) / 60).tolist()
    [1.0, 0.5, 0.0]
    """
    return np.asarray(np.exp(-rate_per_s * time_s))


def decay_gaussian(
    time_s: NDArray[np.float64], *, width_s: float = HALF_WEIGHT_S / math.sqrt(2.0 * math.log(2.0))
) -> NDArray[np.float64]:
    """Weights that fall slowly, then fast, then slowly: ``f(t) = exp(-t^2 / (2 width^2))``.

    Ingram (1971), doi:10.1080/09595237100185131.

    Parameters
    ----------
    time_s : ndarray of float64, shape (n,)
        Walks; inf when unreachable [s].
    width_s : float
        Where the fall is steepest, above 0 [s]; by default the weight halves after `HALF_WEIGHT_S`.

    Returns
    -------
    ndarray of float64, shape (n,)
        From 1 at the door down to 0 for inf.

    Examples
    --------
    >>> import numpy as np
    >>> decay_gaussian(np.array([0.0, 60.0, np.inf]), width_s=60.0).round(4).tolist()
    [1.0, 0.6065, 0.0]
    """
    return np.asarray(np.exp(-0.5 * (time_s / width_s) ** 2))


def decay_logistic(
    time_s: NDArray[np.float64],
    *,
    midpoint_s: float = HALF_WEIGHT_S,
    spread_s: float = LOGISTIC_SPREAD_S,
) -> NDArray[np.float64]:
    """Weights that hold, then drop around a midpoint, on an S-shaped curve.

    ``f(t) = (1 + exp(-m c)) / (1 + exp((t - m) c))`` with midpoint m and ``c = pi / (spread sqrt
    3)``: Bauer & Groneberg (2016), doi:10.1371/journal.pone.0159148, who take median and standard
    deviation of the observed times.

    Parameters
    ----------
    time_s : ndarray of float64, shape (n,)
        Walks; inf when unreachable [s].
    midpoint_s : float
        Where the drop is steepest [s]; by default `HALF_WEIGHT_S`.
    spread_s : float
        Standard deviation of the drop, above 0 [s]; by default `LOGISTIC_SPREAD_S`.

    Returns
    -------
    ndarray of float64, shape (n,)
        From 1 at the door down to 0 for inf.

    Examples
    --------
    >>> import numpy as np
    >>> walks_s = np.array([0.0, 600.0, np.inf])
    >>> decay_logistic(walks_s, midpoint_s=600.0, spread_s=60.0).round(4).tolist()
    [1.0, 0.5, 0.0]
    """
    from scipy.special import expit  # noqa: PLC0415 - who only walks waits for no scipy

    steepness = math.pi / (spread_s * math.sqrt(3.0))
    return np.asarray(expit((midpoint_s - time_s) * steepness) / expit(midpoint_s * steepness))


def count_opportunities(
    pairs: Pairs,
    *,
    n_homes: int,
    cutoff_s: float,
    supply: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Cumulative opportunities: what lies within the cutoff of each home, ``A_i = sum_j S_j [t_ij
    <= c]``.

    Geurs & van Wee (2004), doi:10.1016/j.jtrangeo.2003.10.005, who review it among others.

    Parameters
    ----------
    pairs : Pairs
        Facilities (sources) and homes (targets), searched at least up to the cutoff.
    n_homes : int
        Number of homes.
    cutoff_s : float
        Longest walk, inclusive [s].
    supply : ndarray of float64, shape (n_facilities,), optional
        What each facility offers, not negative; by default each counts 1.

    Returns
    -------
    ndarray of float64, shape (n_homes,)
        Sums; 0 where nothing is within reach.

    Examples
    --------
    >>> import numpy as np
    >>> pairs = Pairs(np.array([0, 1]), np.array([0, 0]), np.array([900.0, 901.0]))
    >>> count_opportunities(pairs, n_homes=2, cutoff_s=900.0).tolist()
    [1.0, 0.0]
    """
    return measure_gravity(
        pairs, (pairs.time_s <= cutoff_s).astype(np.float64), n_homes=n_homes, supply=supply
    )


def measure_gravity(
    pairs: Pairs,
    weight: NDArray[np.float64],
    *,
    n_homes: int,
    supply: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Gravity index: what can be reached, the nearer the more, ``A_i = sum_j S_j f(t_ij)``.

    Hansen (1959), doi:10.1080/01944365908978307. What lies beyond the cutoff of the pairs counts
    nothing.

    Parameters
    ----------
    pairs : Pairs
        Facilities (sources) and homes (targets).
    weight : ndarray of float64, shape (n_pairs,)
        ``f(t)`` of each pair, for example `decay_exponential` of ``pairs.time_s``.
    n_homes : int
        Number of homes.
    supply : ndarray of float64, shape (n_facilities,), optional
        What each facility offers, not negative; by default each counts 1.

    Returns
    -------
    ndarray of float64, shape (n_homes,)
        Index; 0 where nothing is within reach. One facility at the door counts 1.

    Examples
    --------
    >>> import numpy as np
    >>> pairs = Pairs(np.array([0, 1]), np.array([0, 0]), np.array([0.0, 60.0]))
    >>> weight = decay_exponential(pairs.time_s, rate_per_s=np.log(2) / 60)
    >>> measure_gravity(pairs, weight, n_homes=2).tolist()
    [1.5, 0.0]
    """
    offered = weight if supply is None else weight * supply[pairs.source]
    return np.bincount(pairs.target, weights=offered, minlength=n_homes).astype(np.float64)


def measure_score(
    travel_time_s: Mapping[str, NDArray[np.float64]],
    *,
    n_residents: int,
    cutoff_s: float,
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


def measure_spacing(
    graph: SearchGraph,
    arriving: Places,
    leaving: Places,
    *,
    pace_ms: float,
) -> Spacing:
    """Walking metres from every station to the nearest other one.

    Give it a graph without delays, so that seconds are metres over pace.

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
