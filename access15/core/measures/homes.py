"""Everything measured of one walker and one kind of service, home by home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.measures.catchments import (
    Demand,
    measure_2sfca,
    measure_e2sfca,
    split_cutoff,
)
from access15.core.measures.opportunities import decay_exponential, measure_gravity
from access15.core.walk.pairs import Pairs

N_RANKED = 3


@dataclass(frozen=True, eq=False)
class HomeMeasures:
    """What one walker has of one service at each home.

    Parameters
    ----------
    ranked_s : ndarray of float64, shape (n, N_RANKED)
        Seconds to the nearest, second and third nearest, without a limit; inf where fewer can be
        reached [s].
    n_within : ndarray of int64, shape (n,)
        How many lie within the cutoff.
    gravity : ndarray of float64, shape (n,)
        Gravity index of those within the cutoff, exponential decay.
    fca_2s, fca_2s_least : ndarray of float64, shape (n,)
        Supply per resident, 2SFCA; with the known demand, and with what may be missing.
    fca_e2s, fca_e2s_least : ndarray of float64, shape (n,)
        Supply per resident, E2SFCA in thirds of the cutoff; the same.
    has_capacity : bool
        Whether supply is capacity; otherwise every facility counts 1.
    """

    ranked_s: NDArray[np.float64]
    n_within: NDArray[np.int64]
    gravity: NDArray[np.float64]
    fca_2s: NDArray[np.float64]
    fca_2s_least: NDArray[np.float64]
    fca_e2s: NDArray[np.float64]
    fca_e2s_least: NDArray[np.float64]
    has_capacity: bool


def measure_homes(
    pairs: Pairs,
    ranked_s: NDArray[np.float64],
    *,
    people: NDArray[np.float64],
    capacity: NDArray[np.float64],
    cutoff_s: float,
    demand: Demand | None = None,
) -> HomeMeasures:
    """Every measure of the homes, whatever search found the pairs and the ranks.

    The number within the cutoff and the gravity index count facilities; only the floating
    catchments weigh them by capacity, and only where the capacity of all is known: a sum of places
    and of places unknown says nothing.

    Parameters
    ----------
    pairs : Pairs
        Facilities (sources) and homes (targets) within the cutoff.
    ranked_s : ndarray of float64, shape (n, k)
        Seconds to the k nearest facilities, without a limit; inf where fewer can be reached [s].
    people : ndarray of float64, shape (n,)
        Residents of each home, who share what there is.
    capacity : ndarray of float64, shape (n_facilities,)
        What each facility can take in, above 0; NaN where unknown.
    cutoff_s : float
        Longest walk, inclusive [s].
    demand : Demand, optional
        Who shares each facility; by default the residents given, at the pace of the pairs.

    Returns
    -------
    HomeMeasures
        One row per home.
    """
    has_capacity = bool(len(capacity)) and not np.isnan(capacity).any()
    supply = capacity if has_capacity else np.ones(len(capacity))
    zones_s = split_cutoff(cutoff_s)
    within = weighed = None
    if demand is not None:
        within, weighed = demand.within, demand.weighed
    fca_2s = measure_2sfca(pairs, people=people, supply=supply, cutoff_s=cutoff_s, demand=within)
    fca_e2s = measure_e2sfca(pairs, people=people, supply=supply, zones_s=zones_s, demand=weighed)
    fca_2s_least, fca_e2s_least = fca_2s, fca_e2s
    if demand is not None and demand.missing_within.any():
        fca_2s_least = measure_2sfca(
            pairs,
            people=people,
            supply=supply,
            cutoff_s=cutoff_s,
            demand=demand.within + demand.missing_within,
        )
        fca_e2s_least = measure_e2sfca(
            pairs,
            people=people,
            supply=supply,
            zones_s=zones_s,
            demand=demand.weighed + demand.missing_weighed,
        )
    return HomeMeasures(
        ranked_s=ranked_s,
        n_within=np.bincount(pairs.target, minlength=len(people)),
        gravity=measure_gravity(pairs, decay_exponential(pairs.time_s), n_homes=len(people)),
        fca_2s=fca_2s,
        fca_2s_least=fca_2s_least,
        fca_e2s=fca_e2s,
        fca_e2s_least=fca_e2s_least,
        has_capacity=has_capacity,
    )
