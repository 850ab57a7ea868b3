"""The sea: what lies to the right of the coastlines that cross a box."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.sources.streets.boxes import Box

_BESIDE_DEG = 1e-7  # about a centimetre: to which side of a coastline a point is asked for


def fill_sea(coast: NDArray[np.object_], box: Box) -> NDArray[np.object_]:
    """Polygons of the sea in a box [degrees].

    OpenStreetMap draws a coastline with the land on its left. Where one ends in the box, nobody
    can say where the sea ends, and none is drawn there.
    """
    frame = shapely.box(*box)
    here = coast[shapely.intersects(coast, frame)] if len(coast) else coast
    if not len(here):
        return np.array([], dtype=object)
    # 1. Coastlines and the edge of the box cut it into pieces.
    inside = shapely.intersection(here, frame)
    noded = shapely.union_all([frame.exterior, *inside])
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    # 2. Every stretch of a coastline says which piece is sea and which is land, by its length in
    #    the box; one that ends there has the same piece on both sides, and says nothing.
    ends = np.concatenate([_segments(shapely.get_coordinates(line)) for line in here])
    step = ends[:, 1] - ends[:, 0]
    ends, step = ends[(step != 0).any(axis=1)], step[(step != 0).any(axis=1)]
    parts = shapely.intersection(shapely.linestrings(ends), frame)
    is_inside = shapely.length(parts) > 0
    step, parts = step[is_inside], parts[is_inside]
    length = shapely.length(parts)
    middle = shapely.get_coordinates(shapely.line_interpolate_point(parts, 0.5, normalized=True))
    to_right = np.column_stack([step[:, 1], -step[:, 0]])
    to_right *= _BESIDE_DEG / np.hypot(*step.T)[:, None]
    tree, says = shapely.STRtree(pieces), np.zeros(len(pieces))
    for side in (1.0, -1.0):
        beside = shapely.points(middle + side * to_right)
        stretch, piece = tree.query(beside, predicate="intersects")
        np.add.at(says, piece, side * length[stretch])
    return np.asarray(pieces[says > 0], dtype=object)


def _segments(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Straight stretches of a line, both ends of each."""
    return np.stack([xy[:-1], xy[1:]], axis=1)
