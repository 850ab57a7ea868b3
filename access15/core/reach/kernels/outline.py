"""The compiled loops of a border: sparse marching squares whose crossings are found on the rule
itself.
"""

from __future__ import annotations

import math

import numpy as np

from access15.core.reach.kernels.arrays import Crossings
from access15.core.reach.kernels.arrive import arrive_at, arrive_from
from access15.core.reach.kernels.near import list_near, locate, meet
from access15.core.walk.kernels.compiled import jit, jit_inline

_HALVINGS = 6  # a crossing is known to a 64th of a step: 5 cm
_WHOLE = 15  # of the kinds of squares: the sum of 1, 2, 4, 8 for corners inside, against the clock
_SOUTH_WEST, _SOUTH_EAST = 5, 10  # two corners across from each other


@jit
def find_crossings(seconds, window, cutoff_s):  # type: ignore[no-untyped-def]
    """Lines of the grid that the border crosses: one end inside, the other outside."""
    n_rows, n_columns = seconds.shape
    along, upright = np.zeros(n_rows + 1, dtype=np.int64), np.zeros(n_rows + 1, dtype=np.int64)
    n = 0
    # the first turn counts, the second writes: no array grows
    inside, outside = np.empty((0, 2), dtype=np.int64), np.empty((0, 2), dtype=np.int64)
    for turn in range(2):
        if turn == 1:
            inside, outside = np.empty((n, 2), dtype=np.int64), np.empty((n, 2), dtype=np.int64)
        n = 0
        for row in range(n_rows):
            for upwards in range(2):
                starts = upright if upwards else along
                starts[row] = n
                if row + upwards == n_rows:
                    continue
                for column in range(n_columns - 1 + upwards):
                    there = row + upwards, column + 1 - upwards
                    is_inside = seconds[row, column] <= cutoff_s
                    if is_inside == (seconds[there] <= cutoff_s):
                        continue
                    if turn == 1:
                        near, far = (inside, outside) if is_inside else (outside, inside)
                        near[n, 0], near[n, 1] = window.row + row, window.column + column
                        far[n, 0], far[n, 1] = window.row + there[0], window.column + there[1]
                    n += 1
        along[n_rows], upright[n_rows] = n, n
    return Crossings(along, upright, inside, outside)


@jit
def place_crossings(rule, crossings, cutoff_s):  # type: ignore[no-untyped-def]
    """Where the border crosses each line, halved on the rule; what was found inside is kept."""
    # Nothing is interpolated: the land may end abruptly where another street begins to be nearer.
    # Arrays are taken out of their tuples here, because in the loop that would cost more than the
    # work.
    field, arrivals, is_reached = rule.field, rule.arrivals, rule.is_reached
    ends, edges = field.ends, field.edge
    most_off = rule.width_m * rule.width_m
    longest = 0
    for t in range(len(field.tile_start) - 1):
        longest = max(longest, field.tile_start[t + 1] - field.tile_start[t])
    pieces, offs = np.empty(longest, dtype=np.int64), np.empty(longest)
    xy = np.empty((len(crossings.inside), 2))
    for i in range(len(xy)):
        row, column = crossings.inside[i, 0], crossings.inside[i, 1]
        up, ahead = crossings.outside[i, 0] - row, crossings.outside[i, 1] - column
        # 1. All of a line lies in one tile, and few pieces may be the nearest anywhere on it.
        x = field.west_m + (column + 0.5 * ahead) * field.step_m
        y = field.south_m + (row + 0.5 * up) * field.step_m
        n = list_near(field, x, y, 0.5 * field.step_m, pieces, offs)
        # 2. They alone are asked for the nearest, of equally near ones the first.
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            x = field.west_m + (column + middle * ahead) * field.step_m
            y = field.south_m + (row + middle * up) * field.step_m
            nearest, least, there = np.int64(-1), np.inf, 0.0
            for j in range(n):
                off, share = meet(ends, pieces[j], x, y)
                if off < least:
                    nearest, least, there = pieces[j], off, share
            time_s = np.inf
            if least <= most_off and is_reached[edges[nearest]]:
                fraction = locate(field, nearest, there)
                time_s = arrive_from(arrivals, edges[nearest], fraction, math.sqrt(least))
            if time_s <= cutoff_s:
                low = middle
            else:
                high = middle
        xy[i, 0] = field.west_m + (column + low * ahead) * field.step_m
        xy[i, 1] = field.south_m + (row + low * up) * field.step_m
    return xy


@jit
def follow_border(rule, seconds, window, crossings, squares, cutoff_s):  # type: ignore[no-untyped-def]
    """The crossing that follows each along the border, the land on the left; and the one at which
    the border comes into each of some squares, -1 where it does not or comes twice.

    `squares` are numbers in the window, row by row, rising.
    """
    follows = np.full(len(crossings.inside), -1, dtype=np.int64)
    comes, asked = np.full(len(squares), -1, dtype=np.int64), 0
    n_rows, n_columns = seconds.shape
    for row in range(n_rows - 1):
        # 1. Crossings come in the order of columns: those around a square are the next in line.
        south, north = crossings.along[row], crossings.along[row + 1]
        west = crossings.upright[row]
        if south == west and north == crossings.upright[row + 1] and west == north:
            continue
        for column in range(n_columns - 1):
            kind = _kind_of(seconds, row, column, cutoff_s)
            if kind in (0, _WHOLE):
                continue
            is_south = (kind & 1) != (kind >> 1 & 1)
            is_north = (kind >> 2 & 1) != (kind >> 3 & 1)
            is_west = (kind >> 3 & 1) != (kind & 1)
            east = west + is_west
            # 2. In each square the border leads from where it leaves the land, walking around the
            #    square against the clock, to where it comes back to it.
            if kind in (_SOUTH_WEST, _SOUTH_EAST):
                # two corners across from each other: their land is one if the middle is inside
                x = rule.field.west_m + (window.column + column + 0.5) * rule.field.step_m
                y = rule.field.south_m + (window.row + row + 0.5) * rule.field.step_m
                is_one = arrive_at(rule, x, y) <= cutoff_s
                if kind == _SOUTH_WEST:
                    follows[south], follows[north] = (east, west) if is_one else (west, east)
                else:
                    follows[east], follows[west] = (north, south) if is_one else (south, north)
            else:
                leaves, enters = _ends_of(kind, south, east, north, west)
                follows[leaves] = enters
                square = row * n_columns + column
                while asked < len(squares) and squares[asked] <= square:
                    if squares[asked] == square:
                        comes[asked] = leaves
                    asked += 1
            south, north, west = south + is_south, north + is_north, east
    return follows, comes


@jit_inline
def _kind_of(seconds, row, column, cutoff_s):  # type: ignore[no-untyped-def]
    """Which corners of a square are inside: 1, 2, 4, 8 from the south-west against the clock."""
    kind = np.int64(seconds[row, column] <= cutoff_s)
    kind += 2 * np.int64(seconds[row, column + 1] <= cutoff_s)
    kind += 4 * np.int64(seconds[row + 1, column + 1] <= cutoff_s)
    return kind + 8 * np.int64(seconds[row + 1, column] <= cutoff_s)


@jit_inline
def _ends_of(kind, south, east, north, west):  # type: ignore[no-untyped-def]
    """The crossing where the border leaves the land, and the one where it comes back."""
    leaves, enters = -1, -1
    sides = (south, east, north, west)
    for side in range(4):
        is_inside, is_next = kind >> side & 1, kind >> (side + 1) % 4 & 1
        if is_inside and not is_next:
            leaves = sides[side]
        if is_next and not is_inside:
            enters = sides[side]
    return leaves, enters
