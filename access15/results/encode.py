"""A layer as the bytes of a file, so that whoever writes them is told when the disk is full.

GDAL closes a file on a full disk without a word: GeoJSON was cut, and GeoPackages had no spatial
index. In memory it cannot fail that way.
"""

from __future__ import annotations

import io
from typing import Literal

import geopandas as gpd


def encode_layer(
    frame: gpd.GeoDataFrame,
    *,
    driver: Literal["GeoJSON", "GPKG"],
    name: str,
    **options: str,
) -> bytes:
    """Encode one layer under a name, with options of GDAL's driver."""
    file = io.BytesIO()
    frame.to_file(
        file,
        driver=driver,
        layer=name,
        engine="pyogrio",
        **options,
    )
    return file.getvalue()
