"""Single files: a layer as GeoJSON or GeoPackage, walking times as CSV; paths are checked before
any work.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from access15.config import find_now
from access15.crs import LONLAT
from access15.errors import Access15Error, OutputError, name_ending
from access15.files import check_replaceable, replacing, write_text_atomic
from access15.outputs.tables.cells import format_csv
from access15.remarks import Remark
from access15.results.encode import encode_layer
from access15.results.schema import TIMES
from access15.results.stamp import stamped

_GEOJSON_DEGREES = 1e-7  # RFC 7946: seven decimals, about a centimetre


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


def write_times(table: pd.DataFrame, path: Path) -> None:
    """Write walking times for other programs: nothing rounded before the ninth decimal."""
    write_text_atomic(path, format_csv(table, TIMES))


def _round_shapes(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Shapes on the digits that GeoJSON keeps, each of the kind that it was.

    Whoever rounds while writing may mend a polygon into a collection of polygons and lines, which
    programs such as QGIS do not draw, and a street of millimetres into a point; it is empty here.
    """
    rounded = shapely.set_precision(frame.geometry.to_numpy(), _GEOJSON_DEGREES)
    return frame.set_geometry(gpd.GeoSeries(rounded, index=frame.index, crs=frame.crs))


def write_layer(
    frame: gpd.GeoDataFrame,
    path: Path,
    *,
    name: str,
    now: datetime | None = None,
) -> None:
    """Write one layer, GeoJSON in degrees (as its standard asks), GeoPackage in the frame's CRS
    with the time of its last change."""
    check_layer_path(path)
    with replacing(path) as partial, stamped(find_now(now)):
        try:
            if path.suffix.lower() == ".geojson":
                degrees = _round_shapes(frame.to_crs(LONLAT))
                data = encode_layer(degrees, driver="GeoJSON", name=path.stem, RFC7946="YES")
            else:
                data = encode_layer(frame, driver="GPKG", name=name, VERSION="1.3")
        except (DataSourceError, DataLayerError) as error:
            raise Access15Error(
                Remark("layer_not_written", path=path, reason=str(error))
            ) from error
        partial.write_bytes(data)
