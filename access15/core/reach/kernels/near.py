"""The compiled loops of a field: which straight piece of street is nearest to a place."""

from __future__ import annotations

import math

import numpy as np

from access15.core.walk.kernels.compiled import jit, jit_inline

TILE = 4  # nodes along the side of a tile


@jit
def list_candidates(ends, frame, n_tiles, tile_m, width_m):  # type: ignore[no-untyped-def]
    """Straight pieces that may be the nearest to some place of each tile; offsets and pieces.

    `frame` is the south-west corner, `n_tiles` rows and columns, `width_m` how far pieces count.
    """
    n_rows, n_columns = n_tiles
    half_m = tile_m * math.sqrt(0.5)
    # 1. How far the nearest piece is from the middle of each tile. From any other place of the
    #    tile it is at most half a diagonal farther.
    least_m = np.full(n_rows * n_columns, np.inf)
    n_listed = np.zeros(n_rows * n_columns + 1, dtype=np.int64)
    listed = np.empty(0, dtype=np.int32)
    for turn in range(3):
        if turn == 2:
            # 3. Room for all of them; pieces come in rising order, so that each list rises too.
            for t in range(n_rows * n_columns):
                n_listed[t + 1] += n_listed[t]
            listed = np.empty(n_listed[-1], dtype=np.int32)
        for i in range(len(ends)):
            low_y, high_y = min(ends[i, 1], ends[i, 3]), max(ends[i, 1], ends[i, 3])
            low_x, high_x = min(ends[i, 0], ends[i, 2]), max(ends[i, 0], ends[i, 2])
            beside_m = width_m + half_m
            first_row = max(int((low_y - beside_m - frame[1]) / tile_m), 0)
            last_row = min(int((high_y + beside_m - frame[1]) / tile_m), n_rows - 1)
            first_column = max(int((low_x - beside_m - frame[0]) / tile_m), 0)
            last_column = min(int((high_x + beside_m - frame[0]) / tile_m), n_columns - 1)
            for row in range(first_row, last_row + 1):
                y = frame[1] + (row + 0.5) * tile_m
                for column in range(first_column, last_column + 1):
                    x = frame[0] + (column + 0.5) * tile_m
                    off_m = math.sqrt(meet(ends, i, x, y)[0])
                    t = row * n_columns + column
                    if turn == 0:
                        least_m[t] = min(least_m[t], off_m)
                        continue
                    # 2. So a piece may be the nearest to some place only when it is no more than a
                    #    whole diagonal farther from the middle; and it counts only within reach.
                    if off_m > min(least_m[t] + 2 * half_m, beside_m):
                        continue
                    if turn == 1:
                        n_listed[t + 1] += 1
                    else:
                        listed[n_listed[t]] = i
                        n_listed[t] += 1
    # 4. Filling has moved each start to the next tile's: they are moved back.
    for t in range(n_rows * n_columns, 0, -1):
        n_listed[t] = n_listed[t - 1]
    n_listed[0] = 0
    return n_listed, listed


@jit_inline
def meet(ends, i, x, y):  # type: ignore[no-untyped-def]
    """Square of the way from a place to a straight piece, and where on it they meet, from 0 to 1.

    Beyond its ends the way leads to the very corner, so that all pieces of a corner are equally
    near to the last digit.
    """
    a_x, a_y, b_x, b_y = ends[i, 0], ends[i, 1], ends[i, 2], ends[i, 3]
    ahead_x, ahead_y = b_x - a_x, b_y - a_y
    size = ahead_x * ahead_x + ahead_y * ahead_y
    share = 0.0
    if size > 0.0:
        share = ((x - a_x) * ahead_x + (y - a_y) * ahead_y) / size
    if share <= 0.0:
        return (x - a_x) ** 2 + (y - a_y) ** 2, 0.0
    if share >= 1.0:
        return (x - b_x) ** 2 + (y - b_y) ** 2, 1.0
    across = (x - a_x) * ahead_y - (y - a_y) * ahead_x
    return across * across / size, share


@jit_inline
def find_nearest(field, x, y):  # type: ignore[no-untyped-def]
    """The straight piece nearest to a place, the square of the way, and the fraction of its street.

    The place must lie on the grid; -1 where no piece is near.
    """
    tile_m = field.step_m * TILE
    column, row = int((x - field.west_m) / tile_m), int((y - field.south_m) / tile_m)
    t = row * field.tile_columns + column
    nearest, least, there = np.int64(-1), np.inf, 0.0
    for j in range(field.tile_start[t], field.tile_start[t + 1]):
        i = np.int64(field.tile_piece[j])
        off, share = meet(field.ends, i, x, y)
        if off < least:  # of equally near ones the first, which is the lowest street
            nearest, least, there = i, off, share
    if nearest < 0:
        return nearest, np.inf, 0.0
    return nearest, least, locate(field, nearest, there)


@jit_inline
def locate(field, i, share):  # type: ignore[no-untyped-def]
    """Fraction of the street where a straight piece is met; exact at its ends."""
    if share >= 1.0:
        return field.span[i, 1]
    return field.span[i, 0] + share * (field.span[i, 1] - field.span[i, 0])


@jit
def fill_nearest(field, width_m):  # type: ignore[no-untyped-def]
    """Write the nearest straight piece of every node."""
    n_rows, n_columns = field.nearest.shape
    for row in range(n_rows):
        y = field.south_m + row * field.step_m
        for column in range(n_columns):
            nearest, off, _ = find_nearest(field, field.west_m + column * field.step_m, y)
            if off <= width_m * width_m:
                field.nearest[row, column] = nearest
