"""Floating catchment areas: how much of a service there is for each resident, others counted.

A facility's supply is shared among the people who can walk to it; a home adds up the shares of the
facilities it reaches. Facilities do not end at the edge of a study: `Demand` holds everybody who
shares them, from around it too, each at their own pace, and what is missing where nobody knows who
lives.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.walk.pairs import Pairs

# Weights of three equal zones of travel time, with slow decay: Luo & Qi (2009),
# doi:10.1016/j.healthplace.2009.06.002.
LUO_QI_WEIGHTS = (1.0, 0.68, 0.22)
# On streets that cross at right angles, r metres of walking reach a diamond of 2 r2 of land, as
# much as a disc of this share of r.
_DISC_OF_WALK = math.sqrt(2.0 / math.pi)
# A measure that unknown demand would change by more is not told: this project's choice.
MOST_MISSING = 0.2


@dataclass(frozen=True, eq=False)
class Demand:
    """People who share each facility; those of the study and all around.

    Parameters
    ----------
    within, weighed : ndarray of float64, shape (n_facilities,)
        People within the cutoff, and people by the weight of their zone of travel time (E2SFCA).
    missing_within, missing_weighed : ndarray of float64, shape (n_facilities,)
        People to be expected besides where it is unknown who lives, by the same counts.
    """

    within: NDArray[np.float64]
    weighed: NDArray[np.float64]
    missing_within: NDArray[np.float64]
    missing_weighed: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> Demand:
        """Some of the facilities.

        Parameters
        ----------
        rows : ndarray of int64
            Which.

        Returns
        -------
        Demand
            Those rows.
        """
        return Demand(
            self.within[rows],
            self.weighed[rows],
            self.missing_within[rows],
            self.missing_weighed[rows],
        )

    def __add__(self, other: Demand) -> Demand:
        return Demand(
            self.within + other.within,
            self.weighed + other.weighed,
            self.missing_within + other.missing_within,
            self.missing_weighed + other.missing_weighed,
        )


def join_demands(parts: Sequence[Demand]) -> Demand:
    """Put demands of several facilities one behind the other.

    Parameters
    ----------
    parts : sequence of Demand
        Of some facilities each.

    Returns
    -------
    Demand
        Of all, in that order.
    """
    none = np.zeros(0)
    return Demand(
        np.concatenate([none, *(part.within for part in parts)]),
        np.concatenate([none, *(part.weighed for part in parts)]),
        np.concatenate([none, *(part.missing_within for part in parts)]),
        np.concatenate([none, *(part.missing_weighed for part in parts)]),
    )


def count_demand(
    pairs: Pairs,
    people: NDArray[np.float64],
    *,
    n_facilities: int,
    cutoff_s: float,
) -> Demand:
    """Count the people of one pace who share each facility.

    Parameters
    ----------
    pairs : Pairs
        Facilities (sources) and homes (targets), in the study and around it, walked at the pace of
        those who live there.
    people : ndarray of float64, shape (n_homes,)
        Who walks so, not negative.
    n_facilities : int
        Number of facilities.
    cutoff_s : float
        Longest walk, inclusive [s].

    Returns
    -------
    Demand
        With nobody missing; demands of several paces add up.

    Examples
    --------
    >>> import numpy as np
    >>> pairs = Pairs(np.array([0, 0]), np.array([0, 1]), np.array([100.0, 400.0]))
    >>> demand = count_demand(pairs, np.array([10.0, 50.0]), n_facilities=1, cutoff_s=900.0)
    >>> demand.within.tolist(), demand.weighed.tolist()
    ([60.0], [44.0])
    """
    # people of each zone first, and last who is beyond: in whatever order pairs come, whole people
    # (and parts of them that binary numbers hold) add up to the same
    zones_s = split_cutoff(cutoff_s)
    n_zones = len(zones_s) + 1
    key = n_zones * pairs.source + np.searchsorted(zones_s, pairs.time_s, side="left")
    counts = np.bincount(key, weights=people[pairs.target], minlength=n_zones * n_facilities)
    by_zone = counts.reshape(n_facilities, n_zones)[:, :-1].astype(np.float64)
    nobody = np.zeros(n_facilities)
    weighed = (by_zone * np.array(LUO_QI_WEIGHTS)).sum(axis=1)
    return Demand(by_zone.sum(axis=1), weighed, nobody, nobody)


def estimate_missing(
    xy: NDArray[np.float64],
    known: shapely.Geometry,
    *,
    reach_m: float,
    people_per_m2: float,
) -> Demand:
    """Estimate the people of one pace who share a facility and of whom nobody knows.

    The land that a facility's catchment is expected to cover, and of which it is unknown who lives
    there, times the density of the study. A catchment is taken for a disc as large as what streets
    that cross at right angles let reach in the time: ``2 r2`` for a walk of ``r`` metres.

    Parameters
    ----------
    xy : ndarray of float64, shape (n_facilities, 2)
        Facilities [m]; NaN where there is no certain point, which nobody shares.
    known : shapely Geometry
        Land whose residents are known, in the same CRS.
    reach_m : float
        Longest walk [m].
    people_per_m2 : float
        Density of the study's people of that pace.

    Returns
    -------
    Demand
        With nobody known.

    Examples
    --------
    Nothing is known: two square kilometres around a facility, at a hundred people each:

    >>> import numpy as np
    >>> nothing = shapely.Polygon()
    >>> here = np.zeros((1, 2))
    >>> missing = estimate_missing(here, nothing, reach_m=1000.0, people_per_m2=1e-4)
    >>> missing.missing_within.round().tolist()
    [200.0]
    """
    is_placed = np.isfinite(xy).all(axis=1)
    points = shapely.points(xy[is_placed])
    shapely.prepare(known)
    ends = [0.0]
    unknown_m2 = [np.zeros(len(points))]
    for end_m in split_cutoff(reach_m):
        discs = shapely.buffer(points, end_m * _DISC_OF_WALK, quad_segs=32)
        # most discs lie inside: to cut them would cost far more than to ask
        is_cut = ~shapely.covers(known, discs)
        cut = discs[is_cut]
        unknown = np.zeros(len(points))
        unknown[is_cut] = shapely.area(cut) - shapely.area(shapely.intersection(cut, known))
        unknown_m2.append(unknown)
        ends.append(end_m)
    rings_m2 = np.maximum(np.diff(np.array(unknown_m2), axis=0), 0.0)
    nobody = np.zeros(len(xy))
    within, weighed = nobody.copy(), nobody.copy()
    within[is_placed] = rings_m2.sum(axis=0) * people_per_m2
    weighed[is_placed] = (rings_m2 * np.array(LUO_QI_WEIGHTS)[:, None]).sum(axis=0) * people_per_m2
    return Demand(nobody, nobody, within, weighed)


def split_cutoff(cutoff: float) -> list[float]:
    """Ends of the zones of E2SFCA: thirds of the longest walk.

    Parameters
    ----------
    cutoff : float
        Longest walk, in any unit.

    Returns
    -------
    list of float
        Rising; the last is the cutoff itself.
    """
    n = len(LUO_QI_WEIGHTS)
    return [*(cutoff * i / n for i in range(1, n)), cutoff]


def weigh_zones(
    time_s: NDArray[np.float64],
    zones_s: Sequence[float],
    weights: Sequence[float],
) -> NDArray[np.float64]:
    """Weight of walks by the zone of travel time they end in; 0 beyond the last.

    Parameters
    ----------
    time_s : ndarray of float64, shape (n,)
        Walks [s].
    zones_s : sequence of float
        Where each zone ends, inclusive, rising [s].
    weights : sequence of float
        Weight of each zone.

    Returns
    -------
    ndarray of float64, shape (n,)
        Weights.
    """
    # side="left": who walks exactly as long as a zone lasts is inside it
    zone = np.searchsorted(np.asarray(zones_s, dtype=np.float64), time_s, side="left")
    return np.append(np.asarray(weights, dtype=np.float64), 0.0)[zone]


def measure_2sfca(
    pairs: Pairs,
    *,
    people: NDArray[np.float64],
    supply: NDArray[np.float64],
    cutoff_s: float,
    demand: NDArray[np.float64] | None = None,
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
    demand : ndarray of float64, shape (n_facilities,), optional
        People who share each facility, weighed in the same way; by default those of the homes
        given, all at the pace of the pairs.

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
    return measure_catchments(pairs, weight, people=people, supply=supply, demand=demand)


def measure_e2sfca(
    pairs: Pairs,
    *,
    people: NDArray[np.float64],
    supply: NDArray[np.float64],
    zones_s: Sequence[float],
    weights: Sequence[float] = LUO_QI_WEIGHTS,
    demand: NDArray[np.float64] | None = None,
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
    demand : ndarray of float64, shape (n_facilities,), optional
        People who share each facility, weighed in the same way; by default those of the homes
        given, all at the pace of the pairs.

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
    weight = weigh_zones(pairs.time_s, zones_s, weights)
    return measure_catchments(pairs, weight, people=people, supply=supply, demand=demand)


def measure_catchments(
    pairs: Pairs,
    weight: NDArray[np.float64],
    *,
    people: NDArray[np.float64],
    supply: NDArray[np.float64],
    demand: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Floating catchment areas with any weights.

    Where nobody else shares the facilities, the people at each home times its result sum up to the
    supply of all facilities that anybody reaches.

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
    demand : ndarray of float64, shape (n_facilities,), optional
        People who share each facility, weighed in the same way; by default those of the homes
        given, all at the pace of the pairs.

    Returns
    -------
    ndarray of float64, shape (n_homes,)
        Supply per person; 0 where nothing is within reach. A facility that nobody reaches offers
        nothing to anybody.
    """
    # 1. Around every facility: whoever reaches it shares it, the nearer the more.
    if demand is None:
        here = weight * people[pairs.target]
        demand = np.asarray(
            np.bincount(pairs.source, weights=here, minlength=len(supply)), dtype=np.float64
        )
    share = np.divide(supply, demand, out=np.zeros(len(supply)), where=demand > 0)
    # 2. Around every home: the shares of all it reaches add up, with the same weights.
    return np.bincount(
        pairs.target, weights=weight * share[pairs.source], minlength=len(people)
    ).astype(np.float64)
