"""Height models of made ground around the drawing's origin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import rasterio
from builders.drawn_osm import CRS, ORIGIN
from numpy.typing import NDArray
from rasterio.transform import Affine

Ground = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
_CELL_M = 20.0


def write_heights(
    path: Path,
    ground: Ground,
    *,
    size_m: tuple[float, float] = (1400, 600),
    nodata: float = -9999.0,
) -> Path:
    """Write the heights of ground, a function of metres from the origin, from 200 m west and half
    of the height south of it; NaN is missing.
    """
    n = np.ceil(np.array(size_m) / _CELL_M).astype(int)
    west, north = -200.0, size_m[1] / 2
    x, y = np.meshgrid(
        west + (np.arange(n[0]) + 0.5) * _CELL_M, north - (np.arange(n[1]) + 0.5) * _CELL_M
    )
    heights = np.nan_to_num(ground(x, y), nan=nodata).astype("float32")
    corner = Affine.translation(ORIGIN[0] + west, ORIGIN[1] + north)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=n[0],
        height=n[1],
        count=1,
        dtype="float32",
        crs=CRS,
        transform=corner @ Affine.scale(_CELL_M, -_CELL_M),
        nodata=nodata,
    ) as raster:
        raster.write(heights, 1)
    return path
