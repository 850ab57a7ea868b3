"""Files of heights of the ground (height models): GeoTIFFs, what they say of themselves, and what
they hold.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from access15.crs import LONLAT
from access15.errors import ConfigError, InputDataError, name_reason
from access15.files import check_input, name_file
from access15.remarks import Remark
from access15.sources.streets.boxes import Box
from access15.sources.vector_layers import NO_CRS

Place = tuple[float, float]  # longitude and latitude
_MOST_BYTES: Final = 200_000_000_000  # only what lies beneath streets is read
_GLOBE: Final = pyproj.Geod(ellps="WGS84")
_STAMP: Final = re.compile(r"(\d{4})[:-](\d{2})[:-](\d{2})")
_MOST_DEGREES, _POLE = 540.0, 90.01  # some files go on beyond the date line, or end half a cell off
_FINEST_M: Final = 0.01
_COARSEST_M: Final = 100.0  # of larger cells a street on a slope and one across it are the same
_LEAST_M, _MOST_M = -500.0, 9000.0  # of any land; what lies beyond is no height
# Units as GDAL and those who write files call them.
_UNITS: Final = {
    **dict.fromkeys(("", "m", "metre", "metres", "meter", "meters", "metro", "metri"), 1.0),
    **dict.fromkeys(("ft", "foot", "feet", "international foot", "piedi"), 0.3048),
    **dict.fromkeys(
        ("us survey foot", "us survey feet", "us-ft", "ftus", "foot_us", "us foot"), 1200 / 3937
    ),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
    **dict.fromkeys(("dm", "decimetre", "decimetres", "decimeter", "decimeters"), 0.1),
}


class _Transform(NamedTuple):
    """Columns and rows of corners of cells to coordinates: ``x = a column + b row + c``."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    def place(self, column: Any, row: Any) -> tuple[Any, Any]:
        """Coordinates of corners of cells."""
        return (
            self.a * column + self.b * row + self.c,
            self.d * column + self.e * row + self.f,
        )

    def find(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Columns and rows of points; the middle of the first cell is 0, 0."""
        det = self.a * self.e - self.b * self.d
        east, south = x - self.c, y - self.f
        column = (self.e * east - self.b * south) / det - 0.5
        return column, (self.a * south - self.d * east) / det - 0.5


@dataclass(frozen=True, eq=False)
class Model:
    """One file: where its cells lie, and what they hold."""

    path: Path
    crs: pyproj.CRS
    transform: _Transform
    n_rows: int
    n_columns: int
    to_metres: float
    date: str

    @property
    def grid(self) -> tuple[Any, ...]:
        """What files share that are parts of one model: system, cells, and where these begin."""
        steps = self.transform.a, self.transform.b, self.transform.d, self.transform.e
        origin = (round(100 * one) % 100 for one in self.transform.find(0.0, 0.0))
        return (self.crs.to_wkt(), *(float(f"{one:.9g}") for one in steps), *origin)

    @property
    def box(self) -> Box:
        """West, south, east and north [degrees]; inf where its system leads nowhere."""
        x, y = self.transform.place(
            np.array([0, self.n_columns, 0, self.n_columns]),
            np.array([0, 0, self.n_rows, self.n_rows]),
        )
        return find_extent_of(np.column_stack([x, y]), self.crs)


def read_models(files: Sequence[Path]) -> list[Model]:
    """Open height models; all that is wrong with any of them is told at once."""
    rasterio = _load_rasterio()
    models: list[Model] = []
    problems: list[str] = []
    for path in dict.fromkeys(files):
        try:
            with _opened(rasterio, path) as raster:
                found = _judge(raster)
                problems += [Remark("error_at", where=name_file(path), text=one) for one in found]
                models += [] if found else [_describe(path, raster)]
        except InputDataError as error:
            problems.append(error.summary)
    if len(problems) == 1:
        raise InputDataError(problems[0])
    if problems:
        raise InputDataError(Remark("heights_unusable", n=len(problems)), problems)
    return models


@contextmanager
def opened(model: Model) -> Iterator[Any]:
    """An open file of heights, for `read_rows`."""
    with _opened(_load_rasterio(), model.path) as raster:
        yield raster


def read_rows(
    raster: Any,
    model: Model,
    rows: tuple[int, int],
    columns: tuple[int, int],
) -> NDArray[np.float64]:
    """Heights of some cells; NaN where the file has none [m]."""
    read = raster.read(1, window=(rows, columns), masked=True)
    values = np.where(np.ma.getmaskarray(read), np.nan, read.data.astype(np.float64))
    values = (values * raster.scales[0] + raster.offsets[0]) * model.to_metres
    with np.errstate(invalid="ignore"):
        wrong = np.argwhere((values < _LEAST_M) | (values > _MOST_M))
    if len(wrong):
        row, column = wrong[0].tolist()
        told = Remark(
            "heights_no_height",
            file=name_file(model.path),
            row=rows[0] + row + 1,
            column=columns[0] + column + 1,
            value=float(read.data[row, column]),
            least=_LEAST_M,
            most=_MOST_M,
        )
        raise InputDataError(told)
    return np.asarray(values)


def measure_cell(model: Model, place: Place) -> tuple[float, float]:
    """Width and height of a cell at a place, or of the middle one where that is elsewhere [m]."""
    x, y = pyproj.Transformer.from_crs(LONLAT, model.crs, always_xy=True).transform(*place)
    column, row = model.transform.find(x, y)
    if not (0 <= column < model.n_columns and 0 <= row < model.n_rows):
        column, row = model.n_columns / 2, model.n_rows / 2
    corners = model.transform.place(
        np.array([column, column + 1, column]), np.array([row, row, row + 1])
    )
    lon, lat = pyproj.Transformer.from_crs(model.crs, LONLAT, always_xy=True).transform(*corners)
    _, _, sides_m = _GLOBE.inv(lon[[0, 0]], lat[[0, 0]], lon[1:], lat[1:])
    return float(sides_m[0]), float(sides_m[1])


def find_extent_of(xy: NDArray[np.float64], crs: pyproj.CRS | str) -> Box:
    """Box around points [degrees]."""
    to_lonlat = pyproj.Transformer.from_crs(crs, LONLAT, always_xy=True)
    found: Box = to_lonlat.transform_bounds(*xy.min(axis=0), *xy.max(axis=0))
    return found


def _load_rasterio() -> ModuleType:
    """Import rasterio, or say how to install it."""
    try:
        import rasterio  # noqa: PLC0415
    except ImportError as error:
        raise ConfigError(Remark("heights_no_reader")) from error
    return rasterio  # type: ignore[no-any-return]


@contextmanager
def _opened(rasterio: ModuleType, path: Path) -> Iterator[Any]:
    """An open GeoTIFF; what its readers raise is told in a sentence."""
    try:
        check_input(path, _MOST_BYTES)
        with warnings.catch_warnings():
            # a raster that lies nowhere is told in words of our own
            warnings.simplefilter("ignore")
            raster = rasterio.open(path, driver="GTiff")
        with raster:
            yield raster
    # what rasterio raises of files that are broken, names that are no text among it
    except (OSError, UnicodeError, CRSError, rasterio.errors.RasterioError) as error:
        said = name_reason(error) if isinstance(error, OSError) and error.strerror else ""
        reason = f" ({said})" if said else ""
        told = Remark("heights_unreadable", file=name_file(path), reason=reason)
        raise InputDataError(told) from None


def _judge(raster: Any) -> list[Remark]:
    """What a raster says of itself that makes it no height model."""
    problems: list[Remark] = []
    is_somewhere = not (raster.transform.is_identity or raster.transform.is_degenerate)
    if not is_somewhere:
        problems.append(Remark("raster_nowhere"))
    if raster.crs is None:
        problems.append(Remark(NO_CRS))
    else:
        crs = pyproj.CRS.from_wkt(raster.crs.to_wkt())
        if not (crs.is_geographic or crs.is_projected):
            problems.append(Remark("raster_crs_nowhere", crs=crs.name))
        elif is_somewhere:
            problems += _judge_cells(_describe(Path(), raster))
    if raster.count != 1:
        problems.append(Remark("heights_bands", n=raster.count))
    if kinds := {kind for kind in raster.dtypes if kind.startswith("complex")}:
        problems.append(Remark("heights_complex", kind=min(kinds)))
    if _find_unit(raster) is None:
        problems.append(Remark("heights_unit", unit=str(raster.units[0])[:40]))
    return problems


def _judge_cells(model: Model) -> list[Remark]:
    """What is wrong with where cells lie, and how large they are."""
    west, south, east, north = model.box
    is_on_earth = all(map(math.isfinite, (west, south, east, north)))
    is_on_earth = is_on_earth and max(abs(west), abs(east)) <= _MOST_DEGREES
    if not is_on_earth or south < -_POLE or north > _POLE:
        return [Remark("heights_nowhere", crs=model.crs.name)]
    sides_m = measure_cell(model, ((west + east) / 2, (south + north) / 2))
    if not min(sides_m) >= _FINEST_M:
        return [Remark("raster_nowhere")]
    cell_m = max(sides_m)
    if cell_m > _COARSEST_M:
        return [Remark("heights_coarse", metres=cell_m, most=_COARSEST_M)]
    return []


def _describe(path: Path, raster: Any) -> Model:
    """What is asked of an open raster."""
    stamp = str(raster.tags().get("TIFFTAG_DATETIME", ""))
    date = _STAMP.match(stamp)
    return Model(
        path=path,
        crs=pyproj.CRS.from_wkt(raster.crs.to_wkt()),
        transform=_Transform(*tuple(raster.transform)[:6]),
        n_rows=raster.height,
        n_columns=raster.width,
        to_metres=_find_unit(raster) or 1.0,
        date="-".join(date.groups()) if date else "",
    )


def _find_unit(raster: Any) -> float | None:
    """Metres of one unit of its heights, as the band says it, else its vertical system; metres
    where neither does. None for a unit that is none of height.
    """
    told = str(raster.units[0] or "").strip().lower()
    if told or raster.crs is None:
        return _UNITS.get(told)
    crs = pyproj.CRS.from_wkt(raster.crs.to_wkt())
    vertical = [axis for one in crs.sub_crs_list for axis in one.axis_info if one.is_vertical]
    return float(vertical[0].unit_conversion_factor) if vertical else 1.0
