"""People of a zone spread over points, every total preserved exactly."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.reach.parts import StreetParts, cut_vertices, end_vertices
from access15.core.streets.network import WalkNetwork

# Shares are whole 1024ths of a person: sums of such numbers are exact in float64, in any order.
_UNITS_PER_PERSON = 1024


def spread_total(total: float, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Split a total in proportion to weights, so that the parts sum to it exactly.

    Largest remainders (Hamilton's method) decide the last units; equal remainders go to the first.

    Parameters
    ----------
    total : float
        People, in whole 1024ths.
    weights : ndarray of float64, shape (n,)
        Not negative, at least one above zero.

    Returns
    -------
    ndarray of float64, shape (n,)
        People at each point, in 1024ths.

    Raises
    ------
    ValueError
        If nothing has a weight, or the total is negative or not in whole 1024ths.

    Examples
    --------
    >>> import numpy as np
    >>> spread_total(10, np.array([1.0, 1.0, 2.0])).tolist()
    [2.5, 2.5, 5.0]
    >>> float(spread_total(1, np.ones(3)).sum())
    1.0
    """
    if not 0 < weights.sum() < np.inf or (weights < 0).any():
        raise ValueError("weights must be finite and not negative, and one must be above zero")
    if not (total >= 0 and float(total * _UNITS_PER_PERSON).is_integer()):
        raise ValueError(
            f"a total of {total} people cannot be spread: it must be whole 1024ths from 0 up"
        )
    units = round(total * _UNITS_PER_PERSON)
    exact = units * (weights / weights.sum())
    floor = np.floor(exact)
    short = int(units - floor.sum())
    floor[np.argsort(floor - exact, kind="stable")[:short]] += 1
    return np.asarray(floor / _UNITS_PER_PERSON)


def round_people(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts to the nearest 1024th of a person, the finest that sums are exact in.

    Parameters
    ----------
    counts : ndarray of float64
        People, maybe with decimals.

    Returns
    -------
    ndarray of float64
        The same shape, in 1024ths; whole numbers stay as they are.

    Examples
    --------
    >>> import numpy as np
    >>> round_people(np.array([3.0, 0.3])).tolist()
    [3.0, 0.2998046875]
    """
    return np.asarray(np.round(counts * _UNITS_PER_PERSON) / _UNITS_PER_PERSON)


def street_points(
    network: WalkNetwork,
    is_used: NDArray[np.bool_],
    zone: shapely.Geometry,
    *,
    spacing_m: float = 25.0,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Points along streets inside a zone, each standing for an equal stretch of its street.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    is_used : ndarray of bool, shape (n_edges,)
        Streets to use.
    zone : shapely Polygon or MultiPolygon
        In the network's CRS.
    spacing_m : float
        Longest stretch one point stands for [m].

    Returns
    -------
    edge : ndarray of int64, shape (n,)
        Edge of each point.
    xy : ndarray of float64, shape (n, 2)
        Points, in the middle of their stretch [m].
    stretch_m : ndarray of float64, shape (n,)
        Length each point stands for [m].
    """
    shapely.prepare(zone)
    used = np.flatnonzero(is_used & (network.length_m > 0))
    edges = used[shapely.intersects(zone, network.lines[used])]
    n = np.maximum(np.ceil(network.length_m[edges] / spacing_m).astype(np.int64), 1)
    edge, count = np.repeat(edges, n), np.repeat(n, n)
    rank = np.arange(len(edge)) - np.repeat(np.cumsum(n) - n, n)
    first_half = StreetParts(edge, rank / count, (rank + 0.5) / count)
    vertices, owner = cut_vertices(network, first_half)
    xy = vertices[end_vertices(owner)[1]]
    inside = shapely.contains_xy(zone, xy[:, 0], xy[:, 1])
    return edge[inside], xy[inside], (network.length_m[edge] / count)[inside]
