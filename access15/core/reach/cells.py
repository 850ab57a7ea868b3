"""The land along streets, divided among short stretches of street: each place to the nearest one.

Cells are Voronoi cells of the stretches' middles, cut off `HALF_WIDTH_M` from them. Neighbours
share their common edge vertex for vertex, so that any set of cells can be joined in linear time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi, cKDTree

from access15.core.reach.parts import StreetParts, cut_lines, cut_vertices, end_vertices
from access15.core.streets.network import WalkNetwork

HALF_WIDTH_M = 25.0
SLIT_M = 0.5  # half the width of a strip that stands for the street itself
_STRETCH_M = 15.0
_ARC_POINTS = 8
_BLOCK_M = 250.0
_TRIM = 0.01  # stretches end where their cells do, give or take rounding
_GRID_M = 1e-3  # middles nearer than this to each other share a cell


@dataclass(frozen=True, eq=False)
class StreetCells:
    """Stretches of street and the land nearest to each.

    Parameters
    ----------
    stretches : StreetParts
        Every open edge in stretches of equal length, sorted by edge and start.
    cell : ndarray of int64, shape (n_stretches,)
        Cell of each stretch; stretches whose middles coincide share one. A cell may hold none.
    polygon : ndarray of shapely Polygon, shape (n_cells,)
        The cells, a valid coverage.
    neighbours : ndarray of int64, shape (n_pairs, 2)
        Cells that touch.
    sites : shapely STRtree
        The cells' middles, in the order of the cells.
    stray, stray_cell : ndarray of int64, shape (n_strays,)
        Stretches that leave their own cell, as where a bridge crosses another street, and each
        cell that lies within `SLIT_M` of them.
    block : ndarray of int64, shape (n_cells,)
        Block of each cell: a square of `_BLOCK_M`.
    block_polygon : ndarray of shapely geometry, shape (n_blocks,)
        All cells of each block joined.
    """

    stretches: StreetParts
    cell: NDArray[np.int64]
    polygon: NDArray[np.object_]
    neighbours: NDArray[np.int64]
    sites: shapely.STRtree
    stray: NDArray[np.int64]
    stray_cell: NDArray[np.int64]
    block: NDArray[np.int64]
    block_polygon: NDArray[np.object_]

    def join(self, chosen: NDArray[np.bool_]) -> shapely.Geometry:
        """Union of cells.

        Parameters
        ----------
        chosen : ndarray of bool, shape (n_cells,)
            Which cells.

        Returns
        -------
        shapely Polygon or MultiPolygon
            Their land; blocks that are chosen whole are not joined anew.
        """
        full = np.bincount(self.block, weights=~chosen, minlength=len(self.block_polygon)) == 0
        loose = self.polygon[chosen & ~full[self.block]]
        return shapely.coverage_union_all(np.concatenate([self.block_polygon[full], loose]))

    def around(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Cells and those that touch them.

        Parameters
        ----------
        chosen : ndarray of bool, shape (n_cells,)
            Which cells.

        Returns
        -------
        ndarray of bool, shape (n_cells,)
            Those cells and their neighbours.
        """
        near = chosen.copy()
        for one, other in ((0, 1), (1, 0)):
            near[self.neighbours[chosen[self.neighbours[:, one]], other]] = True
        return near

    def only(self, is_wanted: NDArray[np.bool_]) -> StreetCells:
        """Cells of some streets; their land stays as it was divided among all.

        Parameters
        ----------
        is_wanted : ndarray of bool, shape (n_edges,)
            Streets whose cells are kept.

        Returns
        -------
        StreetCells
            Those streets' stretches, their cells, and the cells they stray into, which then hold no
            stretch.
        """
        chosen = is_wanted[self.stretches.edge]
        keep = np.zeros(len(self.polygon), dtype=bool)
        keep[self.cell[chosen]] = True
        keep[self.stray_cell[chosen[self.stray]]] = True
        new_cell, new_stretch = np.cumsum(keep) - 1, np.cumsum(chosen) - 1
        strays = chosen[self.stray]
        pairs = self.neighbours[keep[self.neighbours].all(axis=1)]
        block, joined = _join_blocks(self.polygon, self.block, keep, self.block_polygon)
        return StreetCells(
            stretches=self.stretches.take(chosen),
            cell=new_cell[self.cell[chosen]],
            polygon=self.polygon[keep],
            neighbours=new_cell[pairs],
            sites=shapely.STRtree(self.sites.geometries[keep]),
            stray=new_stretch[self.stray[strays]],
            stray_cell=new_cell[self.stray_cell[strays]],
            block=block,
            block_polygon=joined,
        )


def _join_blocks(
    polygon: NDArray[np.object_],
    block: NDArray[np.int64],
    keep: NDArray[np.bool_],
    whole: NDArray[np.object_] | None,
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Blocks of the kept cells, numbered anew, and their land, joined only where some cell is
    missing.
    """
    names, new = np.unique(block[keep], return_inverse=True)
    new = new.reshape(-1)
    groups = np.split(
        polygon[keep][np.argsort(new, kind="stable")], np.cumsum(np.bincount(new))[:-1]
    )
    n_before = np.bincount(block, minlength=int(names.max(initial=-1)) + 1)[names]
    joined = np.empty(len(names), dtype=object)
    for i, group in enumerate(groups if len(names) else []):
        is_whole = whole is not None and len(group) == n_before[i]
        joined[i] = (
            whole[names[i]] if whole is not None and is_whole else shapely.coverage_union_all(group)
        )
    return new, joined


def build_street_cells(network: WalkNetwork, is_open: NDArray[np.bool_]) -> StreetCells:
    """Divide the land along open streets.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    is_open : ndarray of bool, shape (n_edges,)
        Streets that count.

    Returns
    -------
    StreetCells
        Stretches and cells, in the network's CRS.
    """
    stretches = split_edges(network, np.flatnonzero(is_open), step_m=_STRETCH_M)
    middles = part_ends(
        network,
        StreetParts(stretches.edge, stretches.start, (stretches.start + stretches.stop) / 2),
    )[1]
    sites, cell = np.unique(np.round(middles / _GRID_M) * _GRID_M, axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    if len(sites) == 0:
        empty, none = np.zeros(0, dtype=object), np.zeros(0, dtype=np.int64)
        return StreetCells(
            stretches,
            cell,
            empty,
            none.reshape(0, 2),
            shapely.STRtree(empty),
            none,
            none,
            cell,
            empty,
        )
    pairs, ends = _common_edges(sites)
    polygon = _close_cells(sites, pairs, ends)
    stray, stray_cell = _find_strays(network, stretches, cell, polygon)
    _, block = np.unique(np.floor(sites / _BLOCK_M), axis=0, return_inverse=True)
    block, joined = _join_blocks(
        polygon, block.reshape(-1), np.ones(len(polygon), dtype=bool), None
    )
    tree = shapely.STRtree(shapely.points(sites))
    return StreetCells(stretches, cell, polygon, pairs, tree, stray, stray_cell, block, joined)


def _find_strays(
    network: WalkNetwork,
    stretches: StreetParts,
    cell: NDArray[np.int64],
    polygon: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stretches that leave their own cell, and the cells that lie within `SLIT_M` of each."""
    # Ends are left out, because they lie on borders, on one side or the other by rounding.
    trim = _TRIM * (stretches.stop - stretches.start)
    inner = StreetParts(stretches.edge, stretches.start + trim, stretches.stop - trim)
    strays = np.flatnonzero(~shapely.covers(polygon[cell], cut_lines(network, inner)))
    lines = cut_lines(network, stretches.take(strays))
    which, near = shapely.STRtree(polygon).query(lines, predicate="dwithin", distance=SLIT_M)
    return strays[which], near


def split_edges(
    network: WalkNetwork,
    edges: NDArray[np.int64],
    *,
    step_m: float,
) -> StreetParts:
    """Edges in stretches of equal length, none longer than a step.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    edges : ndarray of int64
        Which edges, rising.
    step_m : float
        Longest stretch [m].

    Returns
    -------
    StreetParts
        Sorted by edge and start; a zero-length edge is one stretch.
    """
    n = np.maximum(np.ceil(network.length_m[edges] / step_m).astype(np.int64), 1)
    rank = np.arange(int(n.sum())) - np.repeat(np.cumsum(n) - n, n)
    count = np.repeat(n, n)
    return StreetParts(np.repeat(edges, n), rank / count, (rank + 1) / count)


def part_ends(
    network: WalkNetwork, parts: StreetParts
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First and last point of parts of streets.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    parts : StreetParts
        Which parts.

    Returns
    -------
    first, last : ndarray of float64, shape (n, 2)
        Points in the network's CRS [m].
    """
    xy, owner = cut_vertices(network, parts)
    first, last = end_vertices(owner)
    return xy[first], xy[last]


def _common_edges(sites: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Neighbouring sites and the edge between them within reach; shapes (n, 2) and (n, 2, 2)."""
    # 1. The whole diagram, in a frame of four far sites: real cells are then all finite.
    low, high = sites.min(axis=0), sites.max(axis=0)
    far = float((high - low).max()) + 10 * HALF_WIDTH_M
    centre = (low + high) / 2
    frame = centre + 4 * far * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    # qhull is exact to a share of the coordinates' size: keep them small
    diagram = Voronoi(np.concatenate([sites, frame]) - centre)
    pairs = np.asarray(diagram.ridge_points, dtype=np.int64)
    vertices = np.array(diagram.ridge_vertices, dtype=np.int64)
    real = (pairs < len(sites)).all(axis=1) & (vertices >= 0).all(axis=1)
    pairs, vertices = pairs[real], vertices[real]
    # 2. Sites farther apart than two widths share no land that is kept.
    a, b = sites[pairs[:, 0]], sites[pairs[:, 1]]
    half_m = np.hypot(*(b - a).T) / 2
    near = half_m < HALF_WIDTH_M
    pairs, vertices, a, b, half_m = pairs[near], vertices[near], a[near], b[near], half_m[near]
    across = np.stack([-(b - a)[:, 1], (b - a)[:, 0]], axis=1) / (2 * half_m[:, None])
    middle = (a + b) / 2
    corner = diagram.vertices + centre
    # 3. An edge is cut where it leaves the circle around its sites. Each corner is judged once, so
    #    that the cells around it agree to the last digit and remain a coverage.
    radius_m = cKDTree(sites).query(corner)[0]
    chord_m = np.sqrt(HALF_WIDTH_M**2 - half_m**2)
    along_m = np.einsum("nki,ni->nk", corner[vertices] - middle[:, None, :], across)
    inside = radius_m[vertices] <= HALF_WIDTH_M
    clipped_m = np.clip(along_m, -chord_m[:, None], chord_m[:, None])
    on_circle = middle[:, None, :] + clipped_m[:, :, None] * across[:, None, :]
    ends = np.where(inside[:, :, None], corner[vertices], on_circle)
    kept = inside.any(axis=1) | (np.abs(clipped_m[:, 0] - clipped_m[:, 1]) > _GRID_M)
    return pairs[kept], ends[kept]


def _close_cells(
    sites: NDArray[np.float64],
    pairs: NDArray[np.int64],
    ends: NDArray[np.float64],
) -> NDArray[np.object_]:
    """Polygons around the sites: common edges, and arcs where nobody else is near."""
    # 1. Where nobody else is near, a cell ends on an arc: points of it that are nobody else's.
    angle = np.arange(_ARC_POINTS) * 2 * np.pi / _ARC_POINTS
    arc = (
        sites[:, None, :]
        + HALF_WIDTH_M * np.stack([np.cos(angle), np.sin(angle)], axis=1)[None, :, :]
    )
    arc = arc.reshape(-1, 2)
    arc_owner = np.repeat(np.arange(len(sites)), _ARC_POINTS)
    own = cKDTree(sites).query(arc)[1] == arc_owner
    owner = np.concatenate([np.repeat(pairs[:, 0], 2), np.repeat(pairs[:, 1], 2), arc_owner[own]])
    xy = np.concatenate([ends.reshape(-1, 2), ends.reshape(-1, 2), arc[own]])
    # 2. Sorted by angle around its site, corners of a convex cell are its ring.
    offset = xy - sites[owner]
    order = np.lexsort((np.arctan2(offset[:, 1], offset[:, 0]), owner))
    owner, xy = owner[order], xy[order]
    fresh = np.ones(len(owner), dtype=bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (xy[1:] != xy[:-1]).any(axis=1)
    owner, xy = owner[fresh], xy[fresh]
    first, last = end_vertices(owner)
    # a ring may also close on the vertex it began with
    again = (xy[first] == xy[last]).all(axis=1)
    drop = np.flatnonzero(last)[again & (np.flatnonzero(last) != np.flatnonzero(first))]
    owner, xy = np.delete(owner, drop), np.delete(xy, drop, axis=0)
    polygons: NDArray[np.object_] = shapely.polygons(shapely.linearrings(xy, indices=owner))
    return polygons
