"""Residents of the cells of a raster (GeoTIFF): people per cell, as WorldPop and GHSL publish them.

The whole raster is read once, strip by strip: every cell is judged and counted. Cells near the
zones become outlines, the people of all others are told of as living outside.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from access15.config import PopulationSource
from access15.core.reach.spread import round_people
from access15.errors import ConfigError, InputDataError
from access15.files import check_input
from access15.remarks import Remark
from access15.sources.people.counts import Counted, is_no_count, shorten
from access15.sources.vector_layers import NO_CRS

_CELLS_AT_ONCE: Final = 4_000_000
_MOST_CELLS: Final = 400_000_000  # Italy in cells of 3 seconds has 200 million
_MOST_DRAWN: Final = 1_000_000  # cells around the zones of one study
_MOST_PEOPLE: Final = 1e9  # in one cell
# No land so large holds so many: a density in the place of counts does.
_LARGE_M2: Final = 2000.0
_MOST_PER_M2: Final = 0.5  # 500,000 per km2; the densest hectares of the densest towns have less
_METRES_PER_DEGREE: Final = 111_320.0
# WorldPop calls densities ..._pd_..., counts ..._ppp_...
_DENSITY_NAME: Final = re.compile(r"(?<![a-z0-9])pd(?![a-z0-9])")


@dataclass(frozen=True, eq=False)
class _Cells:
    """Cells of a raster that hold people."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    people: NDArray[np.float64]  # by cell and group

    def select(self, rows: NDArray[np.bool_]) -> _Cells:
        """Some of them."""
        return _Cells(self.row[rows], self.column[rows], self.people[rows])


def read_raster(source: PopulationSource, zones: gpd.GeoDataFrame | None) -> Counted:
    """Read a raster of people; without zones all of it is judged and nothing is drawn."""
    rasterio = _load_rasterio()
    file = source.need_file()
    try:
        check_input(file)
        with warnings.catch_warnings():
            # a raster that lies nowhere is told in words of our own
            warnings.simplefilter("ignore")
            with rasterio.open(file, driver="GTiff") as raster:
                return _read(source, raster, zones)
    except OSError as error:  # rasterio's own errors are among these
        reason = f" ({error.strerror})" if error.strerror else ""
        told = Remark("raster_unreadable", file=str(file), reason=reason)
        raise InputDataError(told) from None


def _load_rasterio() -> ModuleType:
    """Import rasterio, or say how to install it."""
    try:
        import rasterio  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(Remark("raster_no_reader")) from error
    return rasterio  # type: ignore[no-any-return]


def _read(source: PopulationSource, raster: Any, zones: gpd.GeoDataFrame | None) -> Counted:
    """Read an open raster."""
    unusable = Remark("counts_unusable", file=str(source.file))
    # 1. What the file says of itself: where it lies, what its bands are.
    problems = _judge(source, raster)
    if problems:
        raise InputDataError(unusable, problems)
    # 2. Every cell is judged and counted; those near the zones are kept.
    near = None if zones is None else _find_near(raster, zones)
    kept: list[_Cells] = []
    elsewhere = np.zeros(len(source.groups))
    for cells, found in _read_strips(source, raster):
        problems += found
        is_near = _are_near(cells, near)
        elsewhere += cells.select(~is_near).people.sum(axis=0)
        kept.append(cells.select(is_near))
    if problems:
        raise InputDataError(unusable, shorten(problems))
    # 3. Their outlines, in the raster's own coordinates.
    groups = list(source.groups)
    n_drawn = sum(len(cells.row) for cells in kept)
    if n_drawn > _MOST_DRAWN:
        raise InputDataError(
            Remark("raster_too_many", file=str(source.file), n=n_drawn, most=_MOST_DRAWN)
        )
    row = np.concatenate([cells.row for cells in kept])
    column = np.concatenate([cells.column for cells in kept])
    table = pd.DataFrame(np.concatenate([cells.people for cells in kept]), columns=groups)
    table["place_id"] = [f"{r},{c}" for r, c in zip(row + 1, column + 1, strict=True)]
    places = gpd.GeoDataFrame(
        table, geometry=_draw(raster.transform, row, column), crs=_find_crs(raster)
    )
    return Counted("cells", places, elsewhere=dict(zip(groups, elsewhere.tolist(), strict=True)))


def _judge(source: PopulationSource, raster: Any) -> list[str]:
    """What a raster says of itself that makes it no raster of people."""
    problems: list[str] = []
    if raster.crs is None:
        problems.append(Remark(NO_CRS))
    elif not ((crs := _find_crs(raster)).is_geographic or crs.is_projected):
        problems.append(Remark("raster_crs_nowhere", crs=crs.name))
    if raster.transform.is_identity or raster.transform.is_degenerate:
        problems.append(Remark("raster_nowhere"))
    n_cells = raster.width * raster.height
    if n_cells > _MOST_CELLS:
        problems.append(Remark("raster_too_large", n=n_cells, most=_MOST_CELLS))
    for group in source.groups:
        problems += [
            Remark("raster_no_band", group=group, band=band, n=raster.count)
            for band in source.columns_of(group)
            if not (band.isascii() and band.isdecimal() and 1 <= int(band) <= raster.count)
        ]
    complex_kinds = {kind for kind in raster.dtypes if kind.startswith("complex")}
    problems += [Remark("raster_complex", kind=kind) for kind in sorted(complex_kinds)]
    words = [source.file_name.rpartition(".")[0], *raster.descriptions, *raster.units]
    about = str(raster.tags().get("TIFFTAG_IMAGEDESCRIPTION", ""))
    words += [] if "count" in about.lower() else [about]
    density = [word for word in words if word and _is_density(str(word))]
    if density:
        problems.append(Remark("raster_density", words=str(density[0])[:80]))
    return problems


def _is_density(text: str) -> bool:
    """Whether words about a raster say that it holds no counts."""
    return is_no_count(text) or _DENSITY_NAME.search(text.lower().replace("_", " ")) is not None


def _read_strips(source: PopulationSource, raster: Any) -> Iterator[tuple[_Cells, list[str]]]:
    """Cells with people, from north to south, and what is wrong with them."""
    groups = {group: source.columns_of(group) for group in source.groups}
    bands = [int(band) for several in groups.values() for band in several]
    bands = list(dict.fromkeys(bands))
    height = max(_CELLS_AT_ONCE // (raster.width * len(bands)), 1)
    for top in range(0, raster.height, height):
        rows = (top, min(top + height, raster.height))
        read = raster.read(bands, window=(rows, (0, raster.width)), masked=True)
        values = np.where(np.ma.getmaskarray(read), np.nan, read.data.astype(np.float64))
        scale = np.array([raster.scales[band - 1] for band in bands])[:, None, None]
        offset = np.array([raster.offsets[band - 1] for band in bands])[:, None, None]
        values = values * scale + offset
        problems = [
            text
            for band, one in zip(bands, values, strict=True)
            for text in _find_no_people(one, band, top)
        ]
        counts = dict(zip(bands, np.nan_to_num(values, nan=0.0), strict=True))
        sums = [sum(counts[int(band)] for band in several) for several in groups.values()]
        yield _take(raster, list(groups), round_people(np.stack(sums)), top, problems)


def _find_no_people(values: NDArray[np.float64], band: int, top: int) -> list[str]:
    """Cells of a band that hold no number of people; a cell without a value holds nobody."""
    with np.errstate(invalid="ignore"):
        rows, columns = np.nonzero((values < 0) | (values > _MOST_PEOPLE))
    return [
        Remark(
            "raster_no_count",
            band=band,
            row=top + r + 1,
            column=c + 1,
            value=float(values[r, c]),
            most=_MOST_PEOPLE,
        )
        for r, c in zip(rows[:30].tolist(), columns[:30].tolist(), strict=True)
    ]


def _take(
    raster: Any,
    groups: list[str],
    sums: NDArray[np.float64],
    top: int,
    problems: list[str],
) -> tuple[_Cells, list[str]]:
    """Cells of a strip that hold people, and groups that are larger than everybody."""
    row, column = np.nonzero(sums.any(axis=0))
    people = sums[:, row, column].T
    cells = _Cells(row + top, column, people)
    if problems:
        return cells, problems
    total = people[:, groups.index("total")]
    for i, group in enumerate(groups):
        problems += [
            Remark(
                "more_than_all",
                where=Remark("in_cell", row=int(cells.row[k]) + 1, column=int(column[k]) + 1),
                group=group,
                people=float(people[k, i]),
                total=float(total[k]),
            )
            for k in np.flatnonzero(people[:, i] > total)[:30]
        ]
    # a density per km2 in cells of a hectare looks like a hundred times the people
    if len(total):
        k = int(np.argmax(total))
        area_m2 = _measure_cell(raster, int(cells.row[k]), int(column[k]))
        if area_m2 >= _LARGE_M2 and total[k] > area_m2 * _MOST_PER_M2:
            where = Remark("in_cell", row=int(cells.row[k]) + 1, column=int(column[k]) + 1)
            problems.append(
                Remark("raster_crowd", where=where, people=float(total[k]), area_m2=area_m2)
            )
    return cells, problems


def _measure_cell(raster: Any, row: int, column: int) -> float:
    """Area of a cell [m2], to a few percent."""
    area = abs(raster.transform.determinant)
    crs = _find_crs(raster)
    if crs.is_geographic:
        _, lat = _place(raster.transform, np.array([column + 0.5]), np.array([row + 0.5]))
        return float(area * _METRES_PER_DEGREE**2 * max(np.cos(np.deg2rad(lat[0])), 0.0))
    return float(area * crs.axis_info[0].unit_conversion_factor ** 2)


def _find_crs(raster: Any) -> pyproj.CRS:
    """Coordinate reference system of a raster."""
    return pyproj.CRS.from_wkt(raster.crs.to_wkt())


def _find_near(raster: Any, zones: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """First and last row and column that may touch a zone."""
    # outlines bend where the coordinates change: points in between, and one cell more
    land = gpd.GeoSeries(zones.geometry, crs=zones.crs)
    step = max(np.ptp(land.total_bounds[[0, 2]]) / 20, 1e-9)
    west, south, east, north = land.segmentize(step).to_crs(_find_crs(raster)).total_bounds
    back = ~raster.transform
    x, y = np.array([west, west, east, east]), np.array([south, north, south, north])
    columns, rows = _place(back, x, y)
    return rows.min() - 2, rows.max() + 1, columns.min() - 2, columns.max() + 1


def _are_near(cells: _Cells, near: tuple[float, float, float, float] | None) -> NDArray[np.bool_]:
    """Whether each cell may touch a zone."""
    if near is None:
        return np.zeros(len(cells.row), dtype=np.bool_)
    top, bottom, left, right = near
    is_row = (cells.row >= top) & (cells.row <= bottom)
    return np.asarray(is_row & (cells.column >= left) & (cells.column <= right))


def _place(
    transform: Any, x: NDArray[Any], y: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Carry points over by an affine transform."""
    a, b, c, d, e, f = tuple(transform)[:6]
    return a * x + b * y + c, d * x + e * y + f


def _draw(transform: Any, row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.object_]:
    """Outlines of cells in the raster's coordinates."""
    corners = [
        np.column_stack(_place(transform, column + right, row + down))
        for right, down in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    return np.asarray(shapely.polygons(np.stack(corners, axis=1)), dtype=object)
