"""Which street the land belongs to: a grid that holds the straight piece of street nearest to each
of its nodes, the same for every walker.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.reach.kernels.arrays import Field, Window
from access15.core.reach.kernels.near import TILE, fill_nearest, list_candidates
from access15.core.streets.network import WalkNetwork

HALF_WIDTH_M = 25.0
_STEP_M = 3.0  # half of what is left between two streets 6 m apart
_MOST_NODES = 3e7  # 16 by 16 km; land of more is held more coarsely, for memory's sake


@dataclass(frozen=True, eq=False)
class StreetField:
    """The land along some streets.

    Parameters
    ----------
    arrays : Field
        As the compiled loops take it.
    edge_box : ndarray of float64, shape (n_edges, 4)
        West, south, east and north of each of those streets; NaN for the others [m].
    """

    arrays: Field
    edge_box: NDArray[np.float64]

    def window_of(self, is_wanted: NDArray[np.bool_]) -> Window:
        """The part of the grid that holds all land of some streets, and nodes around it.

        Parameters
        ----------
        is_wanted : ndarray of bool, shape (n_edges,)
            Which streets of the field, at least one.

        Returns
        -------
        Window
            Rows and columns.
        """
        field, box = self.arrays, self.edge_box[is_wanted]
        west, south = box[:, 0].min() - HALF_WIDTH_M, box[:, 1].min() - HALF_WIDTH_M
        east, north = box[:, 2].max() + HALF_WIDTH_M, box[:, 3].max() + HALF_WIDTH_M
        # one step more than the land is wide: the outermost nodes must lie outside
        row = math.floor((south - field.south_m) / field.step_m) - 1
        column = math.floor((west - field.west_m) / field.step_m) - 1
        last_row = math.ceil((north - field.south_m) / field.step_m) + 1
        last_column = math.ceil((east - field.west_m) / field.step_m) + 1
        return Window(row, column, last_row - row + 1, last_column - column + 1)


def build_field(network: WalkNetwork, is_open: NDArray[np.bool_]) -> StreetField | None:
    """Divide the land along open streets: each place belongs to the nearest, of equally near ones
    to the first.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    is_open : ndarray of bool, shape (n_edges,)
        Streets that count.

    Returns
    -------
    StreetField or None
        The field; None where no street counts.
    """
    if not is_open.any():
        return None
    # 1. Streets as straight pieces, in the order of streets.
    ends, edge, span = _list_pieces(network, is_open)
    edge_box = _find_boxes(network.n_edges, ends, edge)
    # 2. A grid on round numbers, whatever streets it is asked for, so that the same land is drawn
    #    the same on every canvas.
    low = np.nanmin(edge_box[:, :2], axis=0) - HALF_WIDTH_M
    high = np.nanmax(edge_box[:, 2:], axis=0) + HALF_WIDTH_M
    step_m = max(_STEP_M, math.sqrt(float(np.prod(high - low)) / _MOST_NODES))
    tile_m = TILE * step_m
    first = np.floor(low / tile_m) - 1
    n_tiles = np.ceil(high / tile_m).astype(np.int64) + 1 - first.astype(np.int64)
    west_m, south_m = (first * tile_m).tolist()
    # 3. The few pieces that may be nearest somewhere in a tile, then the nearest of every node.
    columns, rows = n_tiles.tolist()
    frame = np.array([west_m, south_m])
    starts, listed = list_candidates(ends, frame, (rows, columns), tile_m, HALF_WIDTH_M)
    nearest = np.full((rows * TILE, columns * TILE), -1, dtype=np.int32)
    arrays = Field(west_m, south_m, step_m, nearest, columns, starts, listed, ends, edge, span)
    fill_nearest(arrays, HALF_WIDTH_M)
    return StreetField(arrays, edge_box)


def _list_pieces(
    network: WalkNetwork, is_open: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Straight pieces of open streets: their ends, their streets, and their fractions."""
    start = network.vertex_start
    edge = np.repeat(np.arange(network.n_edges), np.diff(start))
    begins = np.ones(len(edge), dtype=bool)
    begins[start[1:] - 1] = False
    first = np.flatnonzero(begins & is_open[edge])
    ends = np.concatenate([network.vertex_xy[first], network.vertex_xy[first + 1]], axis=1)
    owner = edge[first]
    along_m, total_m = network.along_m, network.along_m[start[owner + 1] - 1]
    whole_m = np.where(total_m > 0, total_m, 1.0)
    span = np.stack([along_m[first], along_m[first + 1]], axis=1) / whole_m[:, None]
    return np.ascontiguousarray(ends), owner, span


def _find_boxes(
    n_edges: int, ends: NDArray[np.float64], edge: NDArray[np.int64]
) -> NDArray[np.float64]:
    """West, south, east and north of each street; NaN where it has no piece."""
    boxes = np.full((n_edges, 4), np.nan)
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    np.fmin.at(boxes, (edge[:, None], np.array([0, 1])), low)
    np.fmax.at(boxes, (edge[:, None], np.array([2, 3])), high)
    return boxes
