"""Heights of the ground from GeoTIFFs (height models), and streets with the slopes they make.

Cells finer than some 10 m are averaged to about that; then each is averaged with its neighbours to
the left and right and above and below, which count half (1-2-1), where both are known. Between the
middles of four cells heights go over evenly (bilinear).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import pyproj
from numpy.typing import NDArray

from access15.config import HeightsSource
from access15.core.streets.pieces import SPACING_M, place_samples
from access15.core.streets.slopes import build_slopes
from access15.errors import InputDataError
from access15.files import name_file
from access15.remarks import Remark
from access15.results.run import HeightFile, HeightsInfo
from access15.sources.streets.area import StreetArea, StreetsAlone
from access15.sources.streets.boxes import Box, format_box, join_boxes
from access15.sources.streets.height_files import (
    Model,
    Place,
    find_extent_of,
    measure_cell,
    opened,
    read_models,
    read_rows,
)

_Streets = TypeVar("_Streets", bound=StreetArea | StreetsAlone)
_CELLS_AT_ONCE: Final = 4_000_000
_AROUND: Final = 2  # cells beyond those beneath streets: smoothed with, and to interpolate
_FINE_M: Final = 10.0


class Heights:
    """Heights of the ground, of one file or several; build with `read_heights`."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._models = tuple(models)

    @cached_property
    def _hashes(self) -> tuple[tuple[str, str], ...]:
        """Name and hash of every file."""
        found = []
        for one in self._models:
            with one.path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            found.append((name_file(one.path), sha256))
        return tuple(found)

    @cached_property
    def box(self) -> Box:
        """West, south, east and north of all files together [degrees]."""
        return join_boxes([one.box for one in self._models], 0.0)

    def list_files(self, place: Place) -> tuple[HeightFile, ...]:
        """What each file is, and how large its cells are near a place."""
        return tuple(
            HeightFile(name, sha256, one.date, max(measure_cell(one, place)), one.to_metres)
            for one, (name, sha256) in zip(self._models, self._hashes, strict=True)
        )

    def look_up(self, xy: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
        """Heights at points in a projected system; NaN where no file has one [m].

        Files of one grid are parts of one model. Of several models the finest that knows a point
        counts, in whatever order they are given.
        """
        found = np.full(len(xy), np.nan)
        place = find_middle(xy, crs)
        grids: dict[tuple[Any, ...], list[Model]] = {}
        for one in self._models:
            grids.setdefault(one.grid, []).append(one)
        sizes = {key: max(measure_cell(parts[0], place)) for key, parts in grids.items()}
        for key in sorted(grids, key=lambda key: (sizes[key], repr(key))):
            lost = np.flatnonzero(np.isnan(found))
            if len(lost):
                found[lost] = _look_up(grids[key], xy[lost], crs, place)
        return found


def read_heights(source: HeightsSource | None) -> Heights | None:
    """Open the height models of a study; None where it names none."""
    return None if source is None else Heights(read_models(source.files))


def lift_streets(streets: _Streets, heights: Heights | None) -> _Streets:
    """Streets with the slopes of the ground, and what is known of them."""
    if heights is None:
        return streets
    network = streets.network
    samples = place_samples(network)
    slopes = build_slopes(network, samples, heights.look_up(samples.xy, network.crs))
    info = HeightsInfo(
        files=heights.list_files(find_middle(network.node_xy, network.crs)),
        spacing_m=SPACING_M,
        tagged_m=slopes.tagged_m,
        measured_m=slopes.measured_m,
        unknown_m=slopes.unknown_m,
    )
    lifted = replace(streets, network=slopes.network, info=replace(streets.info, heights=info))
    return replace(lifted, uncut=network) if isinstance(lifted, StreetArea) else lifted


def check_overlap(heights: Heights | None, areas: Sequence[StreetArea | StreetsAlone]) -> None:
    """Refuse height models that know no height of any street."""
    if heights is None or not areas:
        return
    told = [one.info.heights for one in areas if one.info.heights is not None]
    if any(one.measured_m > 0 for one in told):
        return
    boxes = [find_extent_of(one.network.node_xy, one.network.crs) for one in areas]
    names = [one.name for one in told[0].files]
    raise InputDataError(
        Remark(
            "heights_elsewhere",
            names=names,
            box=format_box(heights.box),
            streets=format_box(join_boxes(boxes, 0.0)),
        )
    )


def find_middle(xy: NDArray[np.float64], crs: str) -> Place:
    """Middle of the box of some points [degrees]."""
    if not len(xy):
        return 0.0, 0.0
    west, south, east, north = find_extent_of(xy, pyproj.CRS.from_user_input(crs))
    return (west + east) / 2, (south + north) / 2


def _look_up(
    parts: Sequence[Model],
    xy: NDArray[np.float64],
    crs: str,
    place: Place,
) -> NDArray[np.float64]:
    """Heights at points, of files of one grid."""
    # 1. Points in cells of the grid, which begins at its north-western file; fine cells are taken
    #    together in blocks.
    first = min(parts, key=lambda one: (one.transform.c, one.transform.f))
    to_model = pyproj.Transformer.from_crs(crs, first.crs, always_xy=True)
    cells = np.column_stack(first.transform.find(*to_model.transform(xy[:, 0], xy[:, 1])))
    n_fine = [max(round(_FINE_M / side_m), 1) for side_m in measure_cell(first, place)]
    block = np.array(n_fine, dtype=np.int64)
    cells = (cells - (block - 1) / 2) / block
    found = np.full(len(xy), np.nan)
    is_somewhere = np.isfinite(cells).all(axis=1)
    if not is_somewhere.any():
        return found
    # 2. Only the blocks beneath the points and around them are read.
    low = np.floor(cells[is_somewhere].min(axis=0)).astype(np.int64) - _AROUND
    high = np.floor(cells[is_somewhere].max(axis=0)).astype(np.int64) + _AROUND + 2
    offsets = [_find_offset(one, first) for one in parts]
    sizes = [(one.n_columns, one.n_rows) for one in parts]
    ends = np.add(offsets, sizes).max(axis=0)
    low = np.maximum(low, np.min(offsets, axis=0) // block)
    high = np.minimum(high, -(-ends // block))
    if (high <= low).any():
        return found
    mean = _Mean(low, high, block)
    for one, offset in zip(parts, offsets, strict=True):
        mean.read(one, offset)
    # 3. Light smoothing, then evenly from cell to cell.
    heights = mean.finish()
    for axis in (0, 1):
        heights = _smooth(heights, axis)
    found[is_somewhere] = _interpolate(heights, cells[is_somewhere] - low)
    return found


def _find_offset(model: Model, first: Model) -> NDArray[np.int64]:
    """Column and row of a file's first cell in the grid of another."""
    corner = model.transform.place(0.5, 0.5)
    return np.rint(first.transform.find(*corner)).astype(np.int64)


class _Mean:
    """Means of the heights in blocks of cells; where files lie over each other all count."""

    def __init__(
        self, low: NDArray[np.int64], high: NDArray[np.int64], block: NDArray[np.int64]
    ) -> None:
        self._low, self._high, self._block = low, high, block
        shape = tuple((high - low)[::-1].tolist())
        self._sum_m, self._n = np.zeros(shape), np.zeros(shape)

    def read(self, model: Model, offset: NDArray[np.int64]) -> None:
        """Add what a file holds of the blocks, strip by strip."""
        size = np.array([model.n_columns, model.n_rows])
        begin = np.maximum(self._low * self._block - offset, 0)
        end = np.minimum(self._high * self._block - offset, size)
        if (end <= begin).any():
            return
        height = max(_CELLS_AT_ONCE // int(end[0] - begin[0]), 1)
        columns = (np.arange(begin[0], end[0]) + offset[0]) // self._block[0] - self._low[0]
        with opened(model) as raster:
            for top in range(int(begin[1]), int(end[1]), height):
                low = min(top + height, int(end[1]))
                values = read_rows(raster, model, (top, low), (int(begin[0]), int(end[0])))
                rows = (np.arange(top, low) + offset[1]) // self._block[1] - self._low[1]
                is_known = np.isfinite(values)
                for whole, part in (
                    (self._sum_m, np.where(is_known, values, 0.0)),
                    (self._n, is_known.astype(np.float64)),
                ):
                    _add_blocks(whole, part, rows, columns)

    def finish(self) -> NDArray[np.float64]:
        """Means of blocks of which at least half is known; NaN of the others."""
        is_known = self._n >= np.prod(self._block) / 2
        return np.where(is_known, self._sum_m / np.maximum(self._n, 1.0), np.nan)


def _add_blocks(
    whole: NDArray[np.float64],
    part: NDArray[np.float64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> None:
    """Add the sums of blocks; `rows` and `columns` say which block each line of cells is of."""
    first_row = np.flatnonzero(np.diff(rows, prepend=rows[0] - 1))
    first_column = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    sums = np.add.reduceat(np.add.reduceat(part, first_row, axis=0), first_column, axis=1)
    whole[np.ix_(rows[first_row], columns[first_column])] += sums


def _smooth(heights: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    """Average cells with both neighbours along an axis, 1-2-1; an even slope stays as it is."""
    one = np.moveaxis(heights.copy(), axis, 0)
    own = np.moveaxis(heights, axis, 0)
    if len(own) > 2:
        mean = (own[:-2] + 2.0 * own[1:-1] + own[2:]) / 4.0
        one[1:-1] = np.where(np.isnan(mean), own[1:-1], mean)
    return np.moveaxis(one, 0, axis)


def _interpolate(heights: NDArray[np.float64], cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Heights between the middles of cells; NaN where one of those that count is not known."""
    n_rows, n_columns = heights.shape
    column, row = np.floor(cells).astype(np.int64).T
    right, down = (cells - np.floor(cells)).T
    found = np.zeros(len(cells))
    for row_step, row_weight in ((0, 1.0 - down), (1, down)):
        for column_step, column_weight in ((0, 1.0 - right), (1, right)):
            r, c = row + row_step, column + column_step
            is_there = (r >= 0) & (r < n_rows) & (c >= 0) & (c < n_columns)
            value = np.full(len(cells), np.nan)
            value[is_there] = heights[r[is_there], c[is_there]]
            weight = row_weight * column_weight
            found += np.where(weight > 0, weight * value, 0.0)
    return found
