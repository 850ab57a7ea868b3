"""Who waits, tile by tile: a search everywhere at once that stays near the processor.

Sources lie all over a region, and who is next to be walked on from is somewhere else each time: on
a million streets every step would wait for memory. Nodes are numbered so that neighbours lie
together (`sort_nodes`): some thousand in a row are a tile. A search settles one tile after the
other as far as a window of time allows; who is reached in another tile, or later, waits outside,
until that tile's turn or the next window. A tile may be settled more than once in a window, when
somebody comes in sooner. Costs end as the least sums over all ways in whatever order they fall.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.buckets import WAITING
from access15.core.walk.kernels.compiled import grown, jit

TILE = np.uint64(
    13
)  # nodes of a tile, as a power of two: with their labels they fit a core's cache
BUCKETS = 256
MANY = 64  # of those who wait in a tile are worth reading all its labels
_LINE = 4  # rows of 16 bytes that memory hands over at once
_FREE, _USED, _FIRST, _IN_LINE, _READ = range(5)  # places in `Outside.state`


class Outside(NamedTuple):
    """Who waits for the turn of a tile.

    Parameters
    ----------
    waiting : ndarray of `WAITING`
        All who wait, chained by tile; those who wait no more are chained to be used again.
    now, later : ndarray of int32, shape (n_tiles,)
        The last who came to each tile, within this window and after it; -1 for nobody.
    least_s : ndarray of float64, shape (n_tiles,)
        The least cost of those who wait for later; inf for nobody [s].
    line : ndarray of int32, shape (n_tiles,)
        Tiles whose turn comes in this window, in a circle.
    is_in_line : ndarray of bool, shape (n_tiles,)
        Whether each stands there.
    state : ndarray of int64, shape (4,)
        The first row of `waiting` to be used again, how many rows have ever been used, the first in
        line, and how many stand there.
    """

    waiting: NDArray[np.void]
    now: NDArray[np.int32]
    later: NDArray[np.int32]
    least_s: NDArray[np.float64]
    line: NDArray[np.int32]
    is_in_line: NDArray[np.bool_]
    state: NDArray[np.int64]


@jit
def open_outside(n_nodes, room):  # type: ignore[no-untyped-def]
    """Nobody waits, with room for so many."""
    n_tiles = (n_nodes >> np.int64(TILE)) + 1
    nobody = np.full(n_tiles, -1, dtype=np.int32)
    state = np.zeros(5, dtype=np.int64)
    state[_FREE] = -1
    return Outside(
        np.empty(room, dtype=WAITING),
        nobody,
        nobody.copy(),
        np.full(n_tiles, np.inf),
        nobody.copy(),
        np.zeros(n_tiles, dtype=np.bool_),
        state,
    )


@jit
def has_room(outside, more):  # type: ignore[no-untyped-def]
    """Whether so many more may come to wait outside."""
    return outside.state[_USED] + more <= len(outside.waiting)


@jit
def with_more_room(outside, more):  # type: ignore[no-untyped-def]
    """The same with room for more."""
    used = outside.state[_USED]
    waiting = grown(outside.waiting, used, used + more)
    return Outside(
        waiting,
        outside.now,
        outside.later,
        outside.least_s,
        outside.line,
        outside.is_in_line,
        outside.state,
    )


@jit
def wait_outside(outside, node, cost_s, end_s):  # type: ignore[no-untyped-def]
    """Let a node wait for its tile's turn, in this window or after it; there must be room."""
    state = outside.state
    row = state[_FREE]
    if row >= 0:
        state[_FREE] = outside.waiting[row].next
    else:
        row = state[_USED]
        state[_USED] += 1
    tile = node >> TILE
    outside.waiting[row].cost_s = cost_s
    outside.waiting[row].node = node
    if cost_s < end_s:
        outside.waiting[row].next = outside.now[tile]
        outside.now[tile] = row
        stand_in_line(outside, tile)
    else:
        outside.waiting[row].next = outside.later[tile]
        outside.later[tile] = row
        outside.least_s[tile] = min(outside.least_s[tile], cost_s)


@jit
def stand_in_line(outside, tile):  # type: ignore[no-untyped-def]
    """Let a tile have its turn in this window, unless it stands in line already."""
    if not outside.is_in_line[tile]:
        state = outside.state
        at = state[_FIRST] + state[_IN_LINE]
        if at >= len(outside.line):
            at -= len(outside.line)
        outside.line[at] = tile
        outside.is_in_line[tile] = True
        state[_IN_LINE] += 1


@jit
def take_next(outside):  # type: ignore[no-untyped-def]
    """The tile whose turn it is; -1 where this window is done."""
    state = outside.state
    if state[_IN_LINE] == 0:
        return np.int64(-1)
    tile = np.int64(outside.line[state[_FIRST]])
    state[_FIRST] = state[_FIRST] + 1 if state[_FIRST] + 1 < len(outside.line) else 0
    state[_IN_LINE] -= 1
    outside.is_in_line[tile] = False
    return tile


@jit
def open_window(outside, length_s):  # type: ignore[no-untyped-def]
    """Begin at the least cost that waits; returns where the window begins and ends, inf for none.

    The tiles where somebody waits for it stand in line, and those who do wait for now.
    """
    start_s = outside.least_s.min()
    if start_s == np.inf:
        return start_s, start_s
    end_s = start_s + length_s
    if end_s == start_s:  # seconds so many that the window is lost among their digits
        end_s = np.nextafter(start_s, np.inf)
    for tile in range(len(outside.later)):
        if outside.least_s[tile] >= end_s:
            continue
        row = outside.later[tile]
        outside.later[tile] = -1
        outside.least_s[tile] = np.inf
        while row >= 0:
            entry = outside.waiting[row]
            following = entry.next
            if entry.cost_s < end_s:
                entry.next = outside.now[tile]
                outside.now[tile] = row
            else:
                entry.next = outside.later[tile]
                outside.later[tile] = row
                outside.least_s[tile] = min(outside.least_s[tile], entry.cost_s)
            row = following
        stand_in_line(outside, tile)
    return start_s, end_s


@jit
def let_go(outside, row):  # type: ignore[no-untyped-def]
    """Who waited in a row waits no more; returns the next of its chain."""
    following = outside.waiting[row].next
    outside.waiting[row].next = outside.state[_FREE]
    outside.state[_FREE] = row
    return following


@jit
def read_ahead(outside, label, tile):  # type: ignore[no-untyped-def]
    """Have the labels of a tile near the processor: row after row, memory comes fast."""
    low = tile << np.int64(TILE)
    high = min(low + (1 << np.int64(TILE)), len(label) - 1)
    read = np.int64(0)
    for node in range(low, high, _LINE):
        read += label[node].source
    outside.state[_READ] = read  # what nobody uses, nobody would read
