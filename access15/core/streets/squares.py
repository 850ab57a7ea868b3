"""Open squares are crossed straight: which of their entries see each other."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

MAX_ENTRIES = 40  # all pairs of so many, the nearest as many pairs beyond that
_SLACK_M = 0.05  # a line along the edge is not outside for a rounded coordinate


def find_sight_lines(
    outline: shapely.Geometry,
    entries: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Straight lines on which an open area is crossed.

    The shortest way inside an area with holes and bays bends only at corners that point into it, so
    these are stops too. Lines along the edge are left out: the edge itself is a way.

    Parameters
    ----------
    outline : shapely Polygon or MultiPolygon
        The area, with holes [m].
    entries : ndarray of float64, shape (n, 2)
        Places on its edge where people come in [m].

    Returns
    -------
    stops : ndarray of float64, shape (m, 2)
        The entries, then the corners that point into the area [m].
    pairs : ndarray of int64, shape (k, 2)
        Stops that see each other across the area; at most as many as 40 stops have pairs, the
        nearest of them.

    Examples
    --------
    >>> import numpy as np
    >>> stops, pairs = find_sight_lines(shapely.box(0, 0, 30, 40), np.array([[0, 0], [30.0, 40]]))
    >>> pairs.tolist()
    [[0, 1]]
    """
    # 1. Stops: nobody crosses an area that has fewer than two entries.
    stops = np.concatenate([entries, _find_inward_corners(outline)])
    if len(entries) < 2:
        return stops, np.zeros((0, 2), dtype=np.int64)
    a, b = np.triu_indices(len(stops), k=1)
    gap_m = np.hypot(*(stops[a] - stops[b]).T)
    # 2. A crowd of entries is crossed between neighbours: a far one is reached over nearer ones.
    most = MAX_ENTRIES * (MAX_ENTRIES - 1) // 2
    nearest = np.sort(np.argsort(gap_m, kind="stable")[:most])
    a, b, gap_m = a[nearest], b[nearest], gap_m[nearest]
    # 3. A line is seen along where all of it lies in the area, and not only on its edge.
    lines = shapely.linestrings(np.stack([stops[a], stops[b]], axis=1))
    land = shapely.buffer(outline, _SLACK_M, join_style="mitre")
    shapely.prepare(land)
    is_inside = shapely.covers(land, lines) & (gap_m > 0)
    inner = shapely.buffer(outline, -_SLACK_M, join_style="mitre")
    is_across = shapely.intersects(inner, lines)
    seen = np.flatnonzero(is_inside & is_across)
    return stops, np.column_stack([a[seen], b[seen]]).astype(np.int64)


def _find_inward_corners(outline: shapely.Geometry) -> NDArray[np.float64]:
    """Vertices of the rings at which the area takes up more than half of the round."""
    corners = [np.zeros((0, 2))]
    for polygon in shapely.get_parts(outline):
        for ring in shapely.get_rings(shapely.orient_polygons(polygon)):
            xy = shapely.get_coordinates(ring)[:-1]
            into, out = xy - np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0) - xy
            # with the area on the left, a turn to the right is a corner that points into it
            turn = into[:, 0] * out[:, 1] - into[:, 1] * out[:, 0]
            corners.append(xy[turn < -1e-9])
    return np.concatenate(corners)
