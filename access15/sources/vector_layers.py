"""Layers of points and polygons: GeoPackage, shapefile and GeoJSON, zipped or not."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError

from access15.errors import InputDataError
from access15.files import check_input

NO_CRS = "has no coordinate reference system; save it with one"
_GIVE = "give GeoJSON, GeoPackage or a shapefile"
_SUFFIXES = (".gpkg", ".shp", ".geojson", ".json", ".fgb")


def read_layer(
    file: Path,
    layer: str | None,
    *,
    what: str,
    where: str,
) -> gpd.GeoDataFrame:
    """Read one layer, whatever the format."""
    if not file.exists():
        raise InputDataError(f"{file}: there is no such file; check {where} in the study")
    try:
        check_input(file)
        with warnings.catch_warnings():
            # geometry GDAL cannot make sense of arrives as none, which is told of by whoever needs
            # it
            warnings.simplefilter("ignore", category=RuntimeWarning)
            if zipfile.is_zipfile(file):
                path, name = _member(file, layer, where), None
            else:
                path, name = str(file), _choose_layer(file, layer, where)
            frame = gpd.read_file(
                path, engine="pyogrio", **({} if name is None else {"layer": name})
            )
    except (DataSourceError, DataLayerError, OSError) as error:
        raise InputDataError(f"{file}: cannot be read as {what}; {_GIVE}") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputDataError(f"{file}: is a table without outlines; {_GIVE}")
    return frame


def _choose_layer(
    file: Path,
    layer: str | None,
    where: str,
) -> str | None:
    """Name of the layer to read; None where the file holds no layer that is drawn, which reading it
    tells.
    """
    names = [str(name) for name, kind in pyogrio.list_layers(file) if kind is not None]
    return _pick(file, names, layer, where) if names else None


def _member(
    file: Path,
    layer: str | None,
    where: str,
) -> str:
    """GDAL's name of the file to read inside a zip archive."""
    with zipfile.ZipFile(file) as archive:
        paths = [name for name in archive.namelist() if Path(name).suffix.lower() in _SUFFIXES]
    if not paths:
        raise InputDataError(
            f"{file}: the archive holds no layer ({', '.join(_SUFFIXES)}); {_GIVE}"
        )
    stems = [Path(path).stem for path in paths]
    members = {
        path if stems.count(stem) > 1 else stem: path
        for path, stem in zip(paths, stems, strict=True)
    }
    return f"/vsizip/{{{file}}}/{members[_pick(file, list(members), layer, where)]}"


def _pick(
    file: Path,
    names: list[str],
    layer: str | None,
    where: str,
) -> str:
    """Choose a layer by name, or the only one there is."""
    if layer is None and len(names) == 1:
        return names[0]
    if layer in names:
        return str(layer)
    asked = "" if layer is None else f" and none is called {layer!r}"
    how = f"name one as 'layer' in {where}" if where == "[population]" else "keep only one"
    raise InputDataError(
        f"{file}: there are {len(names)} layers ({', '.join(names)}){asked}; {how}"
    )


def list_columns(frame: gpd.GeoDataFrame) -> list[str]:
    """Columns of a layer, without its geometry."""
    return [str(column) for column in frame.columns if column != frame.geometry.name]


def keep_polygons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Keep the polygons of each geometry, made valid."""
    shapes = np.asarray(shapes, dtype=object)
    is_good = (
        np.isin(shapely.get_type_id(shapes), (3, 6))
        & shapely.is_valid(shapes)
        & ~shapely.is_empty(shapes)
    )
    kept = shapes.copy()
    for i in np.flatnonzero(~is_good):
        # collections of multipolygons
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shapes[i])))
        kept[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return kept
