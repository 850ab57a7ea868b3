"""How many people any choice of places could cover at most, and which candidates that rules out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.kernels import find_dearest, lower_prices, price_sets
from access15.core.siting.sets import CoverageSets

_ROUNDS = 300
_PATIENCE = 20  # rounds without a better bound, after which steps are halved


@dataclass(frozen=True, eq=False)
class Bound:
    """What no choice can exceed.

    Parameters
    ----------
    most : float
        People.
    most_with : ndarray of float64, shape (n_sets,)
        People of any choice that has the set in it, at most.
    """

    most: float
    most_with: NDArray[np.float64]


def bound_cover(sets: CoverageSets, n: int, *, least: float) -> Bound:
    """Bound the people that `n` sets can hold, by prices of the demand.

    Parameters
    ----------
    sets : CoverageSets
        The candidates.
    n : int
        How many are chosen, from 1 to all.
    least : float
        People of the best choice known.

    Returns
    -------
    Bound
        Not below what the best choice holds.
    """
    # Whoever is covered pays a price to every chosen set that holds them, and keeps the rest of
    # their weight. A home in two chosen sets then counts twice, never less than once: for any
    # prices from 0 to the weight, the n dearest sets and what everybody keeps are a bound. Prices
    # begin at the weights (Cordeau, Furini & Ljubic 2019, doi:10.1016/j.ejor.2018.12.021, relax the
    # same way) and fall where more than one chosen set is paid (subgradients with Polyak's step).
    price = lower_prices(sets.held, n, least, _ROUNDS, _PATIENCE)
    worth = price_sets(sets.start, sets.demand, price)
    dearest = find_dearest(worth, n)
    most = float((sets.weight - price).sum() + worth[dearest].sum())
    # one more set in the choice takes the place of the cheapest of the dearest
    instead = most - worth[dearest[-1]] + worth
    instead[dearest] = most
    return Bound(most, np.minimum(instead, most))
