"""The compiled loops of a border: sparse marching squares whose crossings are found on the rule
itself.
"""

from __future__ import annotations

import math

import numpy as np

from access15.core.reach.kernels.arrays import Crossings
from access15.core.reach.kernels.arrive import arrive_at, arrive_from
from access15.core.reach.kernels.near import TILE, locate, meet
from access15.core.walk.kernels.compiled import jit, jit_inline

_HALVINGS = 5  # a border gives way to a 32nd of the way to a corner
_NONE, _ALL = np.uint64(0), np.uint64(0x0101010101010101)  # of eight nodes are inside
_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
_PARTS = 64  # of a step a crossing is known to one: 5 cm
# of the kinds of squares, the sum of 1, 2, 4, 8 for corners inside against the clock, those of two
# corners across from each other
_SOUTH_WEST, _SOUTH_EAST = 5, 10


@jit
def find_crossings(is_inside, eights, window):  # type: ignore[no-untyped-def]
    """Lines of the grid that the border crosses: one end inside, the other outside.

    `eights` is `is_inside` again, eight nodes at a time: most of them are all like their
    neighbours, and are passed over at once.
    """
    n_rows, n_columns = is_inside.shape
    along, upright = np.zeros(n_rows + 1, dtype=np.int64), np.zeros(n_rows + 1, dtype=np.int64)
    inside, outside = np.empty((0, 2), dtype=np.int64), np.empty((0, 2), dtype=np.int64)
    n = 0
    # the first turn counts, the second writes: no array grows
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
                for i in range(eights.shape[1]):
                    here = eights[row, i]
                    if upwards:
                        is_alike = here == eights[row + 1, i]
                    else:
                        beside = eights[row, min(i + 1, eights.shape[1] - 1)]
                        is_alike = here == beside and here in (_NONE, _ALL)
                    if is_alike:
                        continue
                    for column in range(8 * i, min(8 * i + 8, n_columns - 1 + upwards)):
                        there = row + upwards, column + 1 - upwards
                        is_within = is_inside[row, column]
                        if is_within == is_inside[there]:
                            continue
                        if turn == 1:
                            near, far = (inside, outside) if is_within else (outside, inside)
                            near[n, 0], near[n, 1] = window.row + row, window.column + column
                            far[n, 0], far[n, 1] = window.row + there[0], window.column + there[1]
                        n += 1
        along[n_rows], upright[n_rows] = n, n
    return Crossings(along, upright, inside, outside)


@jit
def place_crossings(rule, crossings, cutoff_s):  # type: ignore[no-untyped-def]
    """Where the border crosses each line, to a 64th of it, by the rule; the inside end is kept."""
    # Nothing is interpolated: the land may end abruptly where another street begins to be nearer.
    # Arrays are taken out of their tuples here, because in the loop that would cost more than the
    # work.
    field, arrivals, known_s = rule.field, rule.arrivals, rule.known_s
    ends, edges, nearest, tile_piece = field.ends, field.edge, field.nearest, field.tile_piece
    width_m, most_off = rule.width_m, rule.width_m * rule.width_m
    xy = np.empty((len(crossings.inside), 2))
    for i in range(len(xy)):
        row, column = crossings.inside[i, 0], crossings.inside[i, 1]
        up, ahead = crossings.outside[i, 0] - row, crossings.outside[i, 1] - column
        near_x, near_y = field.west_m + column * field.step_m, field.south_m + row * field.step_m
        ahead_m, up_m = ahead * field.step_m, up * field.step_m
        # 1. Where the border seems to be: where the time runs out, or where another street, or
        #    none, begins to be the nearest.
        near, far = np.int64(nearest[row, column]), np.int64(nearest[row + up, column + ahead])
        far_x, far_y = near_x + ahead_m, near_y + up_m
        lead_m = _lead_m(ends, near, far, near_x, near_y, width_m)
        lag_m = -_lead_m(ends, near, far, far_x, far_y, width_m)
        seems = lead_m / (lead_m + lag_m) if lead_m + lag_m > 0.0 else 0.5
        # 2. All of a line lies in one tile.
        t = np.int64((near_y + 0.5 * up_m - field.south_m) / (TILE * field.step_m))
        t *= field.tile_columns
        t += np.int64((near_x + 0.5 * ahead_m - field.west_m) / (TILE * field.step_m))
        begin, end = field.tile_start[t], field.tile_start[t + 1]
        # 3. From there in steps that double, and then in halves.
        low, high, step = np.int64(0), np.int64(_PARTS), np.int64(1)
        at = np.int64(_PARTS * seems)
        while high - low > 1:
            at = min(max(at, low + 1), high - 1)
            x, y = near_x + at / _PARTS * ahead_m, near_y + at / _PARTS * up_m
            piece, least, there = np.int64(-1), np.inf, 0.0
            for j in range(begin, end):
                off, along = meet(ends, np.int64(tile_piece[j]), x, y)
                if off < least:  # of equally near ones the first
                    piece, least, there = np.int64(tile_piece[j]), off, along
            time_s = known_s[edges[piece]] if least <= most_off else np.inf
            if np.isnan(time_s):
                fraction = locate(field, piece, there)
                time_s = arrive_from(arrivals, edges[piece], fraction, math.sqrt(least))
            if time_s <= cutoff_s:
                low, at = at, at + step
            else:
                high, at = at, at - step
            step *= 2
            if not low < at < high or (low > 0 and high < _PARTS):
                at = (low + high) // 2
        xy[i, 0], xy[i, 1] = near_x + low / _PARTS * ahead_m, near_y + low / _PARTS * up_m
    return xy


@jit_inline
def _lead_m(ends, near, far, x, y, width_m):  # type: ignore[no-untyped-def]
    """How much nearer a place is to one straight piece than to another, or to the farthest land."""
    other_m = math.sqrt(meet(ends, far, x, y)[0]) if far >= 0 else width_m
    return other_m - math.sqrt(meet(ends, near, x, y)[0])


@jit
def follow_border(rule, is_inside, window, crossings, squares, cutoff_s):  # type: ignore[no-untyped-def]
    """The crossing that follows each along the border, the land on the left; and the one at which
    the border comes into each of some squares, -1 where it does not or comes twice.

    `squares` are numbers in the window, row by row, rising.
    """
    follows = np.full(len(crossings.inside), -1, dtype=np.int64)
    comes, asked = np.full(len(squares), -1, dtype=np.int64), 0
    n_rows, n_columns = is_inside.shape
    for row in range(n_rows - 1):
        # 1. Crossings come in the order of columns: those around a square are the next in line.
        south, north = crossings.along[row], crossings.along[row + 1]
        west, column = crossings.upright[row], -1
        last = crossings.upright[row], crossings.upright[row + 1], crossings.along[row + 1]
        while south < last[0] or north < last[1] or west < last[2]:
            beside = n_columns
            if south < last[0]:
                beside = min(crossings.inside[south, 1], crossings.outside[south, 1])
            if north < last[1]:
                beside = min(beside, crossings.inside[north, 1], crossings.outside[north, 1])
            if west < last[2]:
                beside = min(beside, crossings.inside[west, 1] - 1)
            column = max(beside - window.column, column + 1)
            kind = _kind_of(is_inside, row, column)
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
def _kind_of(is_inside, row, column):  # type: ignore[no-untyped-def]
    """Which corners of a square are inside: 1, 2, 4, 8 from the south-west against the clock."""
    kind = np.int64(is_inside[row, column]) + 2 * np.int64(is_inside[row, column + 1])
    kind += 4 * np.int64(is_inside[row + 1, column + 1])
    return kind + 8 * np.int64(is_inside[row + 1, column])


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


@jit
def dent_border(rule, is_inside, window, xy, follows, asked, cutoff_s):  # type: ignore[no-untyped-def]
    """Where the border gives way that leads straight from some places to the next ones; and after
    which of them.

    Land of other streets may reach in between two crossings, or a notch where the land of two
    streets meets: the middle is outside then, and gives way to the corner of its square that lies
    deepest inside, or of the square behind, as far as is needed. What is drawn stays in the square,
    or in one without a border, and so crosses nothing.
    """
    field, arrivals, known_s = rule.field, rule.arrivals, rule.known_s
    ends, edges, tile_piece = field.ends, field.edge, field.tile_piece
    most_off, tile_m = rule.width_m * rule.width_m, field.step_m * TILE
    dents, after = np.empty((len(asked), 2)), np.empty(len(asked), dtype=np.int64)
    n_dents = 0
    for i in asked:
        a_x, a_y, b_x, b_y = xy[i, 0], xy[i, 1], xy[follows[i], 0], xy[follows[i], 1]
        out_x, out_y = 0.5 * (a_x + b_x), 0.5 * (a_y + b_y)
        corner_x, corner_y, low, high = out_x, out_y, 0.0, 1.0
        for turn in range(_HALVINGS + 1):
            # 1. First the middle, then halfway between what is inside and what is not.
            share = 0.5 * (low + high) if turn else 1.0
            x, y = corner_x + share * (out_x - corner_x), corner_y + share * (out_y - corner_y)
            t = int((y - field.south_m) / tile_m) * field.tile_columns
            t += int((x - field.west_m) / tile_m)
            piece, least, there = np.int64(-1), np.inf, 0.0
            for j in range(field.tile_start[t], field.tile_start[t + 1]):
                off, along = meet(ends, np.int64(tile_piece[j]), x, y)
                if off < least:
                    piece, least, there = np.int64(tile_piece[j]), off, along
            time_s = known_s[edges[piece]] if least <= most_off else np.inf
            if np.isnan(time_s):
                fraction = locate(field, piece, there)
                time_s = arrive_from(arrivals, edges[piece], fraction, math.sqrt(least))
            if turn:
                low, high = (share, high) if time_s <= cutoff_s else (low, share)
            elif time_s <= cutoff_s:
                break
            else:
                # 2. Into its square; or, where hardly any of that is left of the border, into the
                #    next one, if all of that seems to be land and so has no border of its own.
                way = a_x, a_y, b_x, b_y
                corner = _find_deepest(field, window, is_inside, way, 0.0)
                if corner[2] < 0.25 * field.step_m:
                    beside = _find_deepest(field, window, is_inside, way, 0.5 * field.step_m)
                    corner = beside if beside[2] > corner[2] else corner
                corner_x, corner_y, deep_m = corner
                if deep_m == 0.0:
                    break
            if turn == _HALVINGS:
                dents[n_dents, 0] = corner_x + low * (out_x - corner_x)
                dents[n_dents, 1] = corner_y + low * (out_y - corner_y)
                after[n_dents] = i
                n_dents += 1
    return dents[:n_dents], after[:n_dents]


@jit_inline
def _find_deepest(field, window, is_inside, way, aside_m):  # type: ignore[no-untyped-def]
    """The corner on the left of a way that is farthest from it, and how far; 0 where none is.

    Of the square that holds its middle, or a place so far to the left of that; the latter has to be
    inside with all its corners.
    """
    a_x, a_y, b_x, b_y = way
    ahead_x, ahead_y, x, y = b_x - a_x, b_y - a_y, 0.5 * (a_x + b_x), 0.5 * (a_y + b_y)
    long_m = math.sqrt(ahead_x * ahead_x + ahead_y * ahead_y)
    best_x, best_y, deepest_m, n_inside = x, y, 0.0, 0
    if long_m == 0.0:
        return best_x, best_y, deepest_m
    column = int((x - aside_m * ahead_y / long_m - field.west_m) / field.step_m)
    row = int((y + aside_m * ahead_x / long_m - field.south_m) / field.step_m)
    for up, ahead in _CORNERS:
        at = row + up - window.row, column + ahead - window.column
        if not is_inside[at]:
            continue
        n_inside += 1
        node_x = field.west_m + (column + ahead) * field.step_m
        node_y = field.south_m + (row + up) * field.step_m
        deep_m = (ahead_x * (node_y - y) - ahead_y * (node_x - x)) / long_m
        if deep_m > deepest_m:
            best_x, best_y, deepest_m = node_x, node_y, deep_m
    if aside_m > 0.0 and n_inside < len(_CORNERS):
        return x, y, 0.0
    return best_x, best_y, deepest_m


@jit
def find_doubtful(nearest, crossings, follows):  # type: ignore[no-untyped-def]
    """Whether the border may not lead straight from each crossing to the next.

    It does where the same piece of street is near both, and none beyond them.
    """
    inside, outside = crossings.inside, crossings.outside
    is_doubtful = np.ones(len(follows), dtype=np.bool_)
    for i in range(len(follows)):
        to = follows[i]
        if nearest[inside[i, 0], inside[i, 1]] != nearest[inside[to, 0], inside[to, 1]]:
            continue
        beyond = nearest[outside[i, 0], outside[i, 1]], nearest[outside[to, 0], outside[to, 1]]
        is_doubtful[i] = beyond[0] >= 0 or beyond[1] >= 0
    return is_doubtful
