"""One layer as a file of its own: GeoJSON or GeoPackage."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from access15.errors import InputDataError
from access15.outputs.files import write_atomic

_DRIVERS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG"}


def check_layer_path(path: Path) -> None:
    """Refuse a file name whose format is not written, before any work is done.

    Parameters
    ----------
    path : Path
        Where a layer shall go.

    Raises
    ------
    InputDataError
        If it ends neither in .geojson nor in .gpkg.
    """
    if path.suffix.lower() not in _DRIVERS:
        raise InputDataError(
            f"{path}: files ending in {path.suffix or 'nothing'!r} are not written; use .geojson or .gpkg"
        )


def write_layer(frame: gpd.GeoDataFrame, path: Path, *, name: str) -> None:
    """Write one layer, GeoJSON in degrees (as its standard asks), GeoPackage in the frame's CRS.

    Parameters
    ----------
    frame : GeoDataFrame
        With a CRS.
    path : Path
        Ends in ``.geojson`` or ``.gpkg``.
    name : str
        Layer name in a GeoPackage.

    Raises
    ------
    InputDataError
        If the ending is another one.
    Access15Error
        If the file cannot be written.
    """
    check_layer_path(path)
    driver = _DRIVERS[path.suffix.lower()]
    if driver == "GeoJSON":
        text = frame.to_crs("EPSG:4326")
        write_atomic(path, lambda to: text.to_file(to, driver=driver, engine="pyogrio", RFC7946="YES"))
    else:
        write_atomic(path, lambda to: frame.to_file(to, driver=driver, layer=name, engine="pyogrio"))
