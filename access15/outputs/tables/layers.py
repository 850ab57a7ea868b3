"""Single files: a layer as GeoJSON or GeoPackage, walking times as CSV; paths are checked before
any work.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyogrio.errors import DataLayerError, DataSourceError

from access15.errors import Access15Error, InputDataError
from access15.files import replacing, write_text_atomic
from access15.outputs.tables.cells import format_csv
from access15.results.schema import TIMES

_DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG"}


def check_output_file(
    path: Path,
    *,
    endings: Sequence[str] = (),
    inputs: Sequence[Path] = (),
) -> None:
    """Refuse a file name that cannot be written, before any work is done."""
    if path.is_dir():
        raise InputDataError(f"{path} is a folder; name a file in it")
    if endings and path.suffix.lower() not in endings:
        use = " or ".join([", ".join(endings[:-1]), endings[-1]] if len(endings) > 1 else endings)
        raise InputDataError(
            f"{path}: files ending in {path.suffix or 'nothing'!r} are not written; use {use}"
        )
    if path.resolve() in [other.resolve() for other in inputs]:
        raise InputDataError(
            f"{path} is read here and would be replaced; name another file to write"
        )
    check_output_folder(path.parent)


def check_output_folder(folder: Path) -> None:
    """Refuse a folder that cannot be made, before any work is done."""
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not nearest.is_dir():
        raise InputDataError(f"{nearest} is a file; name a folder to write to")


def check_layer_path(path: Path) -> None:
    """Refuse a file name that no layer is written to, before any work is done."""
    check_output_file(path, endings=(".geojson", ".gpkg"))


def write_times(table: pd.DataFrame, path: Path) -> None:
    """Write walking times for other programs: nothing rounded before the ninth decimal."""
    write_text_atomic(path, format_csv(table, TIMES))


def write_layer(
    frame: gpd.GeoDataFrame,
    path: Path,
    *,
    name: str,
) -> None:
    """Write one layer, GeoJSON in degrees (as its standard asks), GeoPackage in the frame's CRS."""
    check_layer_path(path)
    driver = _DRIVERS[path.suffix.lower()]
    with replacing(path) as partial:
        try:
            if driver == "GeoJSON":
                frame.to_crs("EPSG:4326").to_file(
                    partial,
                    driver=driver,
                    engine="pyogrio",
                    RFC7946="YES",
                )
            else:
                frame.to_file(
                    partial,
                    driver=driver,
                    layer=name,
                    engine="pyogrio",
                    VERSION="1.3",
                )
        except (DataSourceError, DataLayerError) as error:
            raise Access15Error(
                f"{path} cannot be written ({error}); check the folder and the disk"
            ) from error
