"""Which entrances belong to a place: those mapped of its grounds or of its building, else where
streets lead into its grounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

# This project's choices. Entrances are drawn as nodes of the outline, to the centimetre; a point
# outside all buildings belongs to one at most as far away as points are put beside their house.
ON_OUTLINE_M = 1.0
BESIDE_BUILDING_M = 15.0


@dataclass(frozen=True, eq=False)
class WaysIn:
    """Mapped entrances and the outlines they lie on, in metres.

    Parameters
    ----------
    buildings : ndarray of shapely polygons
        Outlines of buildings.
    grounds : ndarray of shapely polygons
        Outlines of places that are drawn whole, such as a hospital or a school.
    xy : ndarray of float64, shape (n, 2)
        Entrances and gates [m].
    is_main : ndarray of bool, shape (n,)
        Whether it is said to be the main one.
    is_gate : ndarray of bool, shape (n,)
        Whether it is a gate, which leads into grounds and not into a building.
    kind : tuple of str
        What kind of place each of the grounds is.
    led_xy : ndarray of float64, shape (m, 2)
        Where streets lead into grounds [m].
    led_into : ndarray of int64, shape (m,)
        Which grounds, rising.
    """

    buildings: NDArray[np.object_]
    grounds: NDArray[np.object_]
    xy: NDArray[np.float64]
    is_main: NDArray[np.bool_]
    is_gate: NDArray[np.bool_]
    kind: tuple[str, ...]
    led_xy: NDArray[np.float64]
    led_into: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Entered:
    """Entrances of places.

    Parameters
    ----------
    owner : ndarray of int64, shape (n,)
        Row of the place, rising.
    xy : ndarray of float64, shape (n, 2)
        Where [m].
    is_used : ndarray of bool, shape (n,)
        Whether people are known to come in there: a way into grounds, or the main entrance.
    """

    owner: NDArray[np.int64]
    xy: NDArray[np.float64]
    is_used: NDArray[np.bool_]


NO_WAY_IN = Entered(np.zeros(0, dtype=np.int64), np.zeros((0, 2)), np.zeros(0, dtype=bool))


def find_ways_in(
    ways: WaysIn,
    xy: NDArray[np.float64],
    *,
    beside_m: float = BESIDE_BUILDING_M,
    kind: NDArray[np.object_] | None = None,
) -> Entered:
    """Find the entrances of places: the gates of the grounds that contain it, else the entrances of
    the building that contains or is nearest to it, else where streets lead into grounds of its own
    kind around it.

    Parameters
    ----------
    ways : WaysIn
        What is mapped.
    xy : ndarray of float64, shape (n, 2)
        Places; NaN where unknown [m].
    beside_m : float
        How far from a building a place may be put and still be in it [m].
    kind : ndarray of object, shape (n,), optional
        What each place is: a hospital in a hospital's grounds is reached where streets lead into
        them, a fountain there is not. Without it nothing is.

    Returns
    -------
    Entered
        Places of which no way in is known have no row.
    """
    known = np.flatnonzero(np.isfinite(xy).all(axis=1))
    points = shapely.points(xy[known])
    # 1. Grounds that contain the place, of several the smallest that has a way in.
    in_grounds = _find_on(ways.grounds, ways.xy)
    place, outline = _find_containing(ways.grounds, points)
    place, outline = _smallest_entered(ways.grounds, place, outline, in_grounds[1])
    owner, row = _list_rows(known[place], outline, *in_grounds)
    is_used = np.ones(len(row), dtype=bool)
    # 2. Of the others the building around them, or the nearest one beside them.
    rest = np.setdiff1d(np.arange(len(known)), place)
    doors = np.flatnonzero(~ways.is_gate)
    at_buildings = _find_on(ways.buildings, ways.xy[doors])
    near, building = shapely.STRtree(ways.buildings).query_nearest(
        points[rest], max_distance=beside_m, all_matches=False
    )
    of_building, entrance = _list_rows(known[rest[near]], building, *at_buildings)
    owner = np.append(owner, of_building)
    row = np.append(row, doors[entrance])
    is_used = np.append(is_used, ways.is_main[doors[entrance]])
    found_xy = ways.xy[row]
    # 3. What is left and is itself such grounds is entered where streets lead into them.
    if kind is not None:
        rest = np.setdiff1d(known, owner)
        place, outline = _find_containing(ways.grounds, shapely.points(xy[rest]))
        is_own = np.array(ways.kind, dtype=object)[outline] == kind[rest[place]]
        place, outline = place[is_own], outline[is_own]
        place, outline = _smallest_entered(ways.grounds, place, outline, ways.led_into)
        led = np.arange(len(ways.led_into))
        led_owner, led = _list_rows(rest[place], outline, led, ways.led_into)
        owner = np.append(owner, led_owner)
        found_xy = np.concatenate([found_xy, ways.led_xy[led]])
        is_used = np.append(is_used, np.ones(len(led), dtype=bool))
    order = np.argsort(owner, kind="stable")
    return Entered(owner[order], found_xy[order], is_used[order])


def _find_on(
    outlines: NDArray[np.object_], xy: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Entrances on outlines: rows of entrances and of outlines, by outline."""
    edges = shapely.boundary(outlines)
    row, outline = shapely.STRtree(edges).query(
        shapely.points(xy), predicate="dwithin", distance=ON_OUTLINE_M
    )
    order = np.lexsort((row, outline))
    return row[order], outline[order]


def _find_containing(
    outlines: NDArray[np.object_], points: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Outlines that contain points: rows of points and of outlines."""
    place, outline = shapely.STRtree(outlines).query(points, predicate="intersects")
    return place, outline


def _smallest_entered(
    outlines: NDArray[np.object_],
    place: NDArray[np.int64],
    outline: NDArray[np.int64],
    entered: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of several outlines around a place the smallest that has a way in."""
    has_way_in = np.isin(outline, entered)
    place, outline = place[has_way_in], outline[has_way_in]
    order = np.lexsort((outline, shapely.area(outlines[outline]), place))
    place, outline = place[order], outline[order]
    first = np.diff(place, prepend=-1) != 0
    return place[first], outline[first]


def _list_rows(
    owner: NDArray[np.int64],
    outline: NDArray[np.int64],
    entrance: NDArray[np.int64],
    of_outline: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Owners and all entrances of their outline."""
    first = np.searchsorted(of_outline, outline)
    counts = np.searchsorted(of_outline, outline, side="right") - first
    which = np.repeat(np.arange(len(owner)), counts)
    within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner[which], entrance[first[which] + within]
