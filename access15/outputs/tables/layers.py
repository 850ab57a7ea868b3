"""Single files: a layer as GeoJSON or GeoPackage, walking times as CSV; paths are checked before
any work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pyogrio

from access15.config import find_now
from access15.crs import LONLAT
from access15.errors import Access15Error, OutputError, name_ending
from access15.files import check_replaceable, replacing, write_text_atomic
from access15.outputs.tables.cells import format_columns
from access15.remarks import Remark
from access15.results.encode import encode_geojson, encode_layer, round_shapes
from access15.results.plain import PlainLayer, Values
from access15.results.schema import TIMES
from access15.results.stamp import stamped


def check_output_file(
    path: Path,
    *,
    endings: Sequence[str] = (),
) -> None:
    """Refuse a file name that cannot be written, before any work is done."""
    if path.is_dir():
        raise OutputError(Remark("output_is_folder", path=path))
    check_replaceable(path)
    if endings and path.suffix.lower() not in endings:
        use: str = endings[-1]
        if len(endings) > 1:
            use = Remark("either", first=tuple(endings[:-1]), last=endings[-1])
        ending = name_ending(path.suffix)
        raise OutputError(Remark("ending_not_written", path=path, ending=ending, use=use))
    check_output_folder(path.parent)


def check_output_folder(folder: Path) -> None:
    """Refuse a folder that cannot be made, before any work is done."""
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise OutputError(Remark("folder_is_file", path=nearest))


def check_layer_path(path: Path) -> None:
    """Refuse a file name that no layer is written to, before any work is done."""
    check_output_file(path, endings=(".geojson", ".gpkg"))


def write_times(columns: Mapping[str, Values], path: Path) -> None:
    """Write walking times for other programs: nothing rounded before the ninth decimal."""
    write_text_atomic(path, format_columns(columns, TIMES))


def _to_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A frame in degrees, on the digits that GeoJSON keeps."""
    degrees = frame.to_crs(LONLAT)
    rounded = round_shapes(degrees.geometry.to_numpy())
    return degrees.set_geometry(gpd.GeoSeries(rounded, index=frame.index, crs=LONLAT))


def write_layer(
    layer: gpd.GeoDataFrame | PlainLayer,
    path: Path,
    *,
    name: str,
    now: datetime | None = None,
) -> None:
    """Write one layer, GeoJSON in degrees (as its standard asks), GeoPackage in the frame's CRS
    with the time of its last change."""
    check_layer_path(path)
    is_text = path.suffix.lower() == ".geojson"
    with replacing(path) as partial:
        if is_text and isinstance(layer, PlainLayer):
            data = encode_geojson(layer, path.stem)
        else:
            frame = layer.to_frame() if isinstance(layer, PlainLayer) else layer
            data = _encode(frame, path, name, is_text=is_text, now=find_now(now))
        partial.write_bytes(data)


def _encode(
    frame: gpd.GeoDataFrame, path: Path, name: str, *, is_text: bool, now: datetime
) -> bytes:
    """Bytes of a layer, by GDAL."""
    try:
        with stamped(now):
            if is_text:
                degrees = _to_degrees(frame)
                return encode_layer(degrees, driver="GeoJSON", name=path.stem, RFC7946="YES")
            return encode_layer(frame, driver="GPKG", name=name, VERSION="1.3")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise Access15Error(Remark("layer_not_written", path=path, reason=str(error))) from error
