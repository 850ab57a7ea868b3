"""Outlines of areas: closed ways, from the same corner and in the same direction however drawn."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

Line = tuple[list[int], NDArray[np.float64]]  # nodes and where they are


def close_outline(refs: list[int], xy: NDArray[np.float64]) -> Line | None:
    """Ring of a way that ends where it began; None where it has no three corners.

    It begins at its western corner and runs anticlockwise, so that distances along it do not depend
    on where a mapper began.
    """
    # 1. Three corners; a place that is named twice in a row is one.
    is_corner = np.ones(len(xy), dtype=np.bool_)
    is_corner[1:] = (xy[1:] != xy[:-1]).any(axis=1)
    corners = np.flatnonzero(is_corner)
    if len(corners) and bool((xy[corners[0]] == xy[corners[-1]]).all()):
        corners = corners[:-1]
    if len(corners) < 3:
        return None
    # 2. Its first corner, and its direction by the sign of its area.
    x, y = xy[corners].T
    corners = np.roll(corners, -int(np.lexsort((y, x))[0]))
    corners = np.append(corners, corners[0])
    x, y = xy[corners].T - xy[corners[0]][:, None]
    if float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) < 0:
        corners = corners[::-1]
    return [refs[i] for i in corners.tolist()], xy[corners]


def fill_outline(xy: NDArray[np.float64]) -> tuple[shapely.MultiPolygon, bool]:
    """Area inside a ring, and whether it had to be mended; empty where nothing is inside."""
    drawn = shapely.Polygon(xy)
    if shapely.is_valid(drawn):
        return shapely.MultiPolygon([drawn]), False
    return keep_areas(shapely.make_valid(drawn)), True


def keep_areas(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """What of a shape has an inside; mending may leave lines."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    return shapely.MultiPolygon(list(parts[is_area]))
