"""What new ways of a proposal would take: in whole centimetres, as the page of a session counts.

`web/core/change/works.js` computes the same. Buildings are left out: they are many, and whoever
draws a way sees them on the page.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.core.change.changes import ChangedStreets
from access15.core.change.links import MAX_TRIM_M, TRIM_SHARE, WORK_OF_BARRIER, WORKS
from access15.core.change.way_round import find_bridged, list_bare_bridges
from access15.core.streets.barriers import BARRIERS, Barriers
from access15.core.streets.network import WalkNetwork


@dataclass(frozen=True, eq=False)
class BarrierPieces:
    """Straight pieces of barriers; build with `list_barrier_pieces`.

    Parameters
    ----------
    work : ndarray of int64, shape (n,)
        What crossing each takes, index into `access15.core.change.links.WORKS`.
    ends_cm : ndarray of int64, shape (n, 2, 2)
        Where each begins and ends [cm].
    """

    work: NDArray[np.int64]
    ends_cm: NDArray[np.int64]


def list_barrier_pieces(barriers: Barriers, network: WalkNetwork) -> BarrierPieces:
    """Take barriers apart, as far as they lie among the streets.

    Parameters
    ----------
    barriers : Barriers
        What stands between streets.
    network : WalkNetwork
        The streets.

    Returns
    -------
    BarrierPieces
        Of lines, and of the edges of areas.
    """
    # 1. Every straight piece, from each vertex to the next of the same line.
    work_of_kind = np.array([WORK_OF_BARRIER.get(kind, -1) for kind in BARRIERS])
    work = work_of_kind[barriers.kind]
    lines, row = shapely.get_parts(_outlines(barriers.shapes[work >= 0]), return_index=True)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    cm = np.rint(100.0 * xy).astype(np.int64)
    is_piece = np.diff(line) == 0
    ends_cm = np.stack([cm[:-1], cm[1:]], axis=1)[is_piece]
    piece_work = work[work >= 0][row[line[:-1][is_piece]]]
    # 2. A river is longer than the neighbourhood: no way is drawn where there are no streets.
    if not network.n_edges:
        return BarrierPieces(piece_work[:0], ends_cm[:0])
    low = np.floor(100.0 * network.vertex_xy.min(axis=0))
    high = np.ceil(100.0 * network.vertex_xy.max(axis=0))
    is_here = (ends_cm.max(axis=1) >= low).all(axis=1) & (ends_cm.min(axis=1) <= high).all(axis=1)
    return BarrierPieces(piece_work[is_here], ends_cm[is_here])


def _outlines(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Lines as they are, and the edges of areas."""
    is_area = shapely.get_dimensions(shapes) == 2
    return np.where(is_area, shapely.boundary(shapes), shapes)


def find_way_works(
    pieces: BarrierPieces,
    ends_m: NDArray[np.float64],
    length_m: NDArray[np.float64],
    *,
    is_level: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Say what straight new ways would take; never that they are a fault of the map.

    Parameters
    ----------
    pieces : BarrierPieces
        What may be crossed.
    ends_m : ndarray of float64, shape (n, 2, 2)
        Where the ways begin and end, on whole centimetres [m].
    length_m : ndarray of float64, shape (n,)
        Their lengths [m].
    is_level : ndarray of bool, shape (n,)
        Whether both ends lie on the same level.

    Returns
    -------
    ndarray of int64, shape (n,)
        Index into `access15.core.change.links.WORKS`.
    """
    link, lift = WORKS.index("missing_link"), WORKS.index("lift_or_ramp")
    found = np.where(is_level, link, lift)
    for row, (start, stop) in enumerate(ends_m):
        # the very ends stand on streets, which may run along a fence or over a canal
        trim = min(TRIM_SHARE, MAX_TRIM_M / length_m[row])
        step = (stop - start) * trim
        way_cm = np.rint(100.0 * np.stack([start + step, stop - step])).astype(np.int64)
        is_crossed = _meet(way_cm, pieces.ends_cm)
        found[row] = max(found[row], pieces.work[is_crossed].max(initial=0))
    return found


def name_works(streets: ChangedStreets, barriers: Barriers) -> dict[str, str]:
    """Say what the new ways of a proposal would take.

    Parameters
    ----------
    streets : ChangedStreets
        The streets with them.
    barriers : Barriers
        What stands between the streets of today.

    Returns
    -------
    dict of str to str
        One of `access15.core.change.links.WORKS` by change.
    """
    today, linked = streets.original, streets.linked
    rows = np.flatnonzero(linked.is_link)
    begins, ends = streets.begins, streets.ends
    works = find_way_works(
        list_barrier_pieces(barriers, today),
        linked.network.vertex_xy[linked.network.vertex_start[rows][:, None] + [0, 1]],
        linked.network.length_m[rows],
        is_level=today.level[begins.edge] == today.level[ends.edge],
    )
    # what no map shows is told by the way round; a lift may lead to that very bridge
    is_bridged = find_bridged(today, begins, ends, list_bare_bridges(today, barriers))
    is_bridged &= works < WORKS.index("lift_or_ramp")
    works = np.where(is_bridged, WORKS.index("bridge"), works)
    return {change: WORKS[work] for change, work in zip(streets.links, works.tolist(), strict=True)}


def _meet(way: NDArray[np.int64], pieces: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a straight way touches straight pieces; exact, for whole numbers."""
    # 1. Their boxes overlap,
    low, high = way.min(axis=0), way.max(axis=0)
    overlaps = (pieces.max(axis=1) >= low).all(axis=1) & (pieces.min(axis=1) <= high).all(axis=1)
    # 2. and neither lies on one side of the other.
    of_way = [_turn(way[0], way[1], pieces[:, end]) for end in (0, 1)]
    of_piece = [_turn(pieces[:, 0], pieces[:, 1], way[end]) for end in (0, 1)]
    is_apart = (np.sign(of_way[0]) * np.sign(of_way[1]) > 0) | (
        np.sign(of_piece[0]) * np.sign(of_piece[1]) > 0
    )
    return np.asarray(overlaps & ~is_apart)


def _turn(a: NDArray[np.int64], b: NDArray[np.int64], c: NDArray[np.int64]) -> NDArray[np.int64]:
    """Above zero where a, b, c turn left, 0 where they lie on one line."""
    return np.asarray(
        (b[..., 0] - a[..., 0]) * (c[..., 1] - a[..., 1])
        - (b[..., 1] - a[..., 1]) * (c[..., 0] - a[..., 0])
    )
