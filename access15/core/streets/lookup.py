"""What lies in a box or on some streets, looked up without going through a whole country."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.streets.network import WalkNetwork

_SQUARE_M = 1000.0  # a few hundred streets; any side finds the same


@dataclass(frozen=True, eq=False)
class BoxIndex:
    """Boxes by the square that their south-west corner lies in; build with `index_boxes`.

    Parameters
    ----------
    box : ndarray of float64, shape (n, 4)
        West, south, east and north of each [m].
    order : ndarray of int64, shape (n,)
        Rows by square; those larger than a square come first.
    key : ndarray of int64, shape (n,)
        Number of the square of each, in that order; -1 of those larger.
    corner : ndarray of int64, shape (4,)
        First column and row of squares, and how many of each there are.
    """

    box: NDArray[np.float64]
    order: NDArray[np.int64]
    key: NDArray[np.int64]
    corner: NDArray[np.int64]

    def find(self, west: float, south: float, east: float, north: float) -> NDArray[np.int64]:
        """List the boxes that meet a box.

        Parameters
        ----------
        west, south, east, north : float
            Its sides [m].

        Returns
        -------
        ndarray of int64
            Rows, rising.
        """
        column, row, n_columns, n_rows = self.corner.tolist()
        # a box that is no larger than a square begins at most one square farther west and south
        first, last = (
            np.floor(np.array([west - _SQUARE_M, east]) / _SQUARE_M).astype(np.int64) - column
        )
        low, high = np.floor(np.array([south - _SQUARE_M, north]) / _SQUARE_M).astype(int) - row
        low, high = max(low, 0), min(high, n_rows - 1)
        columns = np.arange(max(first, 0), min(last, n_columns - 1) + 1)
        if low > high:
            columns = columns[:0]
        begin = np.searchsorted(self.key, columns * n_rows + low)
        end = np.searchsorted(self.key, columns * n_rows + high, side="right")
        n_large = np.searchsorted(self.key, 0)
        found = self.order[np.append(np.arange(n_large), list_ranges(begin, end))]
        box = self.box[found]
        is_in = (box[:, 2] >= west) & (box[:, 0] <= east)
        is_in &= (box[:, 3] >= south) & (box[:, 1] <= north)
        return np.sort(found[is_in])


@dataclass(frozen=True, eq=False)
class EdgeIndex:
    """Places in the order of the edges that they lie on; build with `index_edges`.

    Parameters
    ----------
    order : ndarray of int64, shape (n,)
        Rows by edge.
    edge : ndarray of int64, shape (n,)
        Edge of each, rising.
    """

    order: NDArray[np.int64]
    edge: NDArray[np.int64]

    def list_on(self, edges: NDArray[np.int64]) -> NDArray[np.int64]:
        """List the places that lie on some edges.

        Parameters
        ----------
        edges : ndarray of int64
            Which, each once.

        Returns
        -------
        ndarray of int64
            Rows, rising.
        """
        begin = np.searchsorted(self.edge, edges)
        end = np.searchsorted(self.edge, edges, side="right")
        return np.sort(self.order[list_ranges(begin, end)])


def index_boxes(box: NDArray[np.float64]) -> BoxIndex:
    """Sort boxes by the square that their south-west corner lies in.

    Parameters
    ----------
    box : ndarray of float64, shape (n, 4)
        West, south, east and north of each [m].

    Returns
    -------
    BoxIndex
        To be asked what meets a box.

    Examples
    --------
    >>> import numpy as np
    >>> streets = np.array([[0.0, 0, 50, 5], [9_000, 0, 9_050, 5], [40, 0, 9_000, 5]])
    >>> index_boxes(streets).find(30.0, -10.0, 200.0, 10.0).tolist()
    [0, 2]
    """
    at = np.floor(box[:, :2] / _SQUARE_M).astype(np.int64)
    first = at.min(axis=0, initial=np.iinfo(np.int64).max) if len(at) else np.zeros(2, np.int64)
    column, row = (at - first).T
    n_columns, n_rows = (int(one.max(initial=0)) + 1 for one in (column, row))
    is_large = (box[:, 2:] - box[:, :2] > _SQUARE_M).any(axis=1)
    key = np.where(is_large, -1, column * n_rows + row)
    order = np.argsort(key, kind="stable")
    return BoxIndex(box, order, key[order], np.array([*first.tolist(), n_columns, n_rows]))


def index_edges(edge: NDArray[np.int64]) -> EdgeIndex:
    """Sort places by the edge that they lie on.

    Parameters
    ----------
    edge : ndarray of int64, shape (n,)
        Edge of each, -1 where it lies on none.

    Returns
    -------
    EdgeIndex
        To be asked which lie on some edges.
    """
    order = np.argsort(edge, kind="stable")
    return EdgeIndex(order, edge[order])


def find_boxes(network: WalkNetwork) -> NDArray[np.float64]:
    """Box around each edge.

    Parameters
    ----------
    network : WalkNetwork
        The streets.

    Returns
    -------
    ndarray of float64, shape (n_edges, 4)
        West, south, east and north [m].
    """
    if network.n_edges == 0:
        return np.zeros((0, 4))
    begin = network.vertex_start[:-1]
    low = np.minimum.reduceat(network.vertex_xy, begin, axis=0)
    high = np.maximum.reduceat(network.vertex_xy, begin, axis=0)
    return np.hstack([low, high])


def list_ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """List all whole numbers of some ranges, one range after the other.

    Parameters
    ----------
    begin, end : ndarray of int64, shape (n,)
        First number of each, and the one after its last.

    Returns
    -------
    ndarray of int64
        The numbers.
    """
    n = end - begin
    skip = np.repeat(begin - (np.cumsum(n) - n), n)
    return skip + np.arange(len(skip))
