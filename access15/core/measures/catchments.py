"""Floating catchment areas: how much of a service there is for each resident, others counted.

A facility's supply is shared among the people who can walk to it; a home adds up the shares of the
facilities it reaches. People who live outside the homes given are not counted, so that facilities
whose catchment crosses the edge of the study look less crowded than they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.pairs import Pairs

# Weights of three equal zones of travel time, with slow decay: Luo & Qi (2009),
# doi:10.1016/j.healthplace.2009.06.002.
LUO_QI_WEIGHTS = (1.0, 0.68, 0.22)


def measure_2sfca(
    pairs: Pairs,
    *,
    people: NDArray[np.float64],
    supply: NDArray[np.float64],
    cutoff_s: float,
) -> NDArray[np.float64]:
    """Two-step floating catchment area: supply per person, everybody within the cutoff alike.

    ``R_j = S_j / sum_k P_k [t_kj <= c]``, then ``A_i = sum_j R_j [t_ij <= c]``: Luo & Wang (2003),
    doi:10.1068/b29120.

    Parameters
    ----------
    pairs : Pairs
        Facilities (sources) and homes (targets), searched at least up to the cutoff.
    people : ndarray of float64, shape (n_homes,)
        Who shares the supply, not negative.
    supply : ndarray of float64, shape (n_facilities,)
        What each facility offers, not negative.
    cutoff_s : float
        Longest walk, inclusive [s].

    Returns
    -------
    ndarray of float64, shape (n_homes,)
        Supply per person; 0 where nothing is within reach.

    Examples
    --------
    Ten places for five people, two of whom also reach a place of their own:

    >>> import numpy as np
    >>> pairs = Pairs(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([100.0, 200.0, 50.0]))
    >>> people, supply = np.array([3.0, 2.0]), np.array([10.0, 1.0])
    >>> measure_2sfca(pairs, people=people, supply=supply, cutoff_s=900.0).tolist()
    [2.0, 2.5]
    """
    weight = (pairs.time_s <= cutoff_s).astype(np.float64)
    return measure_catchments(pairs, weight, people=people, supply=supply)


def measure_e2sfca(
    pairs: Pairs,
    *,
    people: NDArray[np.float64],
    supply: NDArray[np.float64],
    zones_s: Sequence[float],
    weights: Sequence[float] = LUO_QI_WEIGHTS,
) -> NDArray[np.float64]:
    """Enhanced two-step floating catchment area: the nearer zone weighs more, in both steps.

    ``R_j = S_j / sum_k P_k W(t_kj)``, then ``A_i = sum_j R_j W(t_ij)``, W a step function: Luo & Qi
    (2009), doi:10.1016/j.healthplace.2009.06.002.

    Parameters
    ----------
    pairs : Pairs
        Facilities (sources) and homes (targets), searched at least up to the last zone.
    people : ndarray of float64, shape (n_homes,)
        Who shares the supply, not negative.
    supply : ndarray of float64, shape (n_facilities,)
        What each facility offers, not negative.
    zones_s : sequence of float
        Where each zone ends, inclusive, rising [s]. Luo and Qi drive 10, 20 and 30 minutes; for
        walking thirds of the cutoff are usual.
    weights : sequence of float
        Weight of each zone.

    Returns
    -------
    ndarray of float64, shape (n_homes,)
        Supply per person; 0 where nothing is within reach.

    Raises
    ------
    ValueError
        If zones do not rise or their number is not that of the weights.
    """
    if len(zones_s) != len(weights) or list(zones_s) != sorted(set(zones_s)):
        raise ValueError(
            f"zones {tuple(zones_s)} with weights {tuple(weights)}: zones must rise, one weight "
            "for each"
        )
    # side="left": who walks exactly as long as a zone lasts is inside it; beyond the last weigh 0
    zone = np.searchsorted(np.asarray(zones_s, dtype=np.float64), pairs.time_s, side="left")
    weight = np.append(np.asarray(weights, dtype=np.float64), 0.0)[zone]
    return measure_catchments(pairs, weight, people=people, supply=supply)


def measure_catchments(
    pairs: Pairs,
    weight: NDArray[np.float64],
    *,
    people: NDArray[np.float64],
    supply: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Floating catchment areas with any weights.

    The people at each home times its result sum up to the supply of all facilities that anybody
    reaches.

    Parameters
    ----------
    pairs : Pairs
        Facilities (sources) and homes (targets).
    weight : ndarray of float64, shape (n_pairs,)
        Weight of each pair, not negative.
    people : ndarray of float64, shape (n_homes,)
        Who shares the supply, not negative.
    supply : ndarray of float64, shape (n_facilities,)
        What each facility offers, not negative.

    Returns
    -------
    ndarray of float64, shape (n_homes,)
        Supply per person; 0 where nothing is within reach. A facility that nobody reaches offers
        nothing to anybody.
    """
    # 1. Around every facility: whoever reaches it shares it, the nearer the more.
    demand = np.bincount(pairs.source, weights=weight * people[pairs.target], minlength=len(supply))
    share = np.divide(supply, demand, out=np.zeros(len(supply)), where=demand > 0)
    # 2. Around every home: the shares of all it reaches add up. The same weights in both steps, so
    #    that people times their result give back the supply.
    return np.bincount(
        pairs.target, weights=weight * share[pairs.source], minlength=len(people)
    ).astype(np.float64)
