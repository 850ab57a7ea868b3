"""A layer as the bytes of a file, so that whoever writes them is told when the disk is full.

GDAL closes a file on a full disk without a word: GeoJSON was cut, and GeoPackages had no spatial
index. In memory it cannot fail that way.
"""

from __future__ import annotations

import io
import json
from typing import Final, Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.crs import LONLAT, change_shapes
from access15.results.plain import PlainLayer

_DIGITS: Final = 7  # RFC 7946: about a centimetre
_HALF_ROUND: Final = 180.0  # degrees


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


def round_shapes(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes on the digits that GeoJSON keeps, each of the kind that it was.

    Whoever rounds while writing may mend a polygon into a collection of polygons and lines, which
    programs such as QGIS do not draw, and a street of millimetres into a point; it is empty here.
    """
    return np.asarray(shapely.set_precision(shapes, 10.0**-_DIGITS), dtype=object)


def encode_geojson(layer: PlainLayer, name: str) -> bytes:
    """Encode a layer that is no frame as GeoJSON in degrees (RFC 7946), as `encode_layer` does of a
    frame; what crosses the date line is left to that, for it must be cut there.
    """
    shapes = round_shapes(change_shapes(layer.shapes, layer.crs, LONLAT))
    bounds = shapely.bounds(shapes)
    if (bounds[:, 2] - bounds[:, 0] > _HALF_ROUND).any():
        frame = PlainLayer(layer.columns, shapes, LONLAT).to_frame()
        return encode_layer(frame, driver="GeoJSON", name=name, RFC7946="YES")
    # exterior rings run anticlockwise; the nearest number to seven digits is written as seven
    turned = shapely.orient_polygons(shapes)
    drawn = shapely.to_geojson(shapely.transform(turned, lambda xy: np.round(xy, _DIGITS)))
    columns = {key: np.asarray(values).tolist() for key, values in layer.columns.items()}
    features = []
    for row, shape in enumerate(drawn):
        told = {key: values[row] for key, values in columns.items()}
        properties = json.dumps(told, ensure_ascii=False)
        features.append(f'{{"type": "Feature", "properties": {properties}, "geometry": {shape}}}')
    head = f'{{"type": "FeatureCollection", "name": {json.dumps(name, ensure_ascii=False)}'
    rows = ",\n".join(features)
    return f'{head}, "features": [\n{rows}\n]}}\n'.encode()
