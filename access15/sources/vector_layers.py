"""Layers of points and polygons: GeoPackage, shapefile and GeoJSON, zipped or not."""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError as ProjCrsError
from shapely.errors import ShapelyError

from access15.errors import Access15Warning, InputDataError
from access15.files import check_input
from access15.remarks import Remark, list_some
from access15.sources.layer_files import (
    LAYER_SUFFIXES,
    LayerOf,
    check_layer_file,
    choose_encoding,
    decode_raw,
    find_stated_encoding,
    is_utf8,
    list_gdal_errors,
    opened_apart,
    parse_encoding,
    refuse_layer,
)
from access15.sources.nul_texts import (
    MAX_FEATURES,
    refuse_endless_views,
    refuse_nul,
    refuse_nul_in_archive,
)

NO_CRS = "layer_no_crs"  # what is wrong with a layer that says of no system
_SUFFIXES = LAYER_SUFFIXES
_MOST_DEGREES = 540.0  # some files go on counting beyond the date line
_MOST_NAMED = 8
_GPX_LAYERS = ("waypoints", "routes", "tracks")  # the others are the points of these
_MOST_UNPACKED = 2_000_000_000  # a region's census sections unpack to less


def read_layer(
    file: Path,
    layer: str | None,
    *,
    what: LayerOf,
    where: str,
) -> gpd.GeoDataFrame:
    """Read one layer, whatever the format; nothing is written beside it."""
    if not file.exists():
        raise InputDataError(Remark("layer_missing", file=str(file), where=where))
    try:
        check_input(file)
        check_layer_file(file, what)
        with opened_apart(file) as (path, notes):
            frame = _read(path, file, layer, where)
    except UnicodeDecodeError:
        text = _describe_bad_text(file, layer, where)
        raise InputDataError(Remark("error_at", where=str(file), text=text)) from None
    except list_gdal_errors() as error:
        raise InputDataError(refuse_layer(file, what)) from error
    # pyogrio finds no first layer in a cut file by an IndexError
    except (OSError, ShapelyError, ProjCrsError, zipfile.BadZipFile, IndexError) as error:
        raise InputDataError(refuse_layer(file, what)) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputDataError(Remark("layer_is_table", file=str(file)))
    _check_place(frame, file)
    frame, told = _drop_endless(frame, file)
    for note in (*notes, *told):
        warnings.warn(note, Access15Warning, stacklevel=2)
    return frame


def _read(path: Path, file: Path, layer: str | None, where: str) -> gpd.GeoDataFrame:
    """Read a layer of a file, with its texts in the encoding they are in."""
    options: dict[str, str] = {}
    stated = None
    source = str(path)
    if zipfile.is_zipfile(path) and path.suffix.lower() != ".kmz":
        source = f"/vsizip/{{{path}}}/{(member := _find_member(path, layer, where))}"
        stated = _find_zipped_encoding(path, member)
        refuse_nul_in_archive(file, member)
    else:
        refuse_endless_views(file, path)
        name = _choose_layer(path, layer, where)
        options = {} if name is None else {"layer": name}
        refuse_nul(file, path, name)
        stated = find_stated_encoding(path) if path.suffix.lower() == ".shp" else None
    is_shapefile = source.lower().endswith(".shp")
    if is_shapefile:
        options["encoding"] = "ISO-8859-1"
    with warnings.catch_warnings(record=True) as caught:
        # geometry GDAL cannot make sense of arrives as none, which is told of by whoever needs it
        warnings.simplefilter("always", category=RuntimeWarning)
        frame = gpd.read_file(
            source,
            engine="pyogrio",
            on_invalid="fix",
            rows=MAX_FEATURES + 1,
            **options,
        )
    if len(frame) > MAX_FEATURES:
        raise InputDataError(Remark("layer_too_long", file=str(file), most=MAX_FEATURES))
    if any("Non closed ring" in str(one.message) for one in caught):
        note = Remark("remark_open_rings", name=file.name)
        warnings.warn(note, Access15Warning, stacklevel=2)
    return _decode(frame, file, stated) if is_shapefile else frame


def _decode(frame: gpd.GeoDataFrame, file: Path, stated: str | None) -> gpd.GeoDataFrame:
    """Texts of a shapefile in the encoding they are in, told where it is another than stated."""
    headers = [column for column in frame.columns if column != getattr(frame, "_geometry", None)]
    texts = [str(header) for header in headers]
    texts += [cell for header in headers for cell in frame[header] if isinstance(cell, str)]
    encoding = choose_encoding(texts, stated)
    if encoding is None:
        return frame
    if encoding != stated:
        said = Remark("remark_cpg_says", stated=stated) if stated else Remark("remark_no_cpg")
        note = Remark("remark_encoding", name=file.name, encoding=encoding, said=said)
        warnings.warn(note, Access15Warning, stacklevel=2)
    for header in headers:
        if pd.api.types.is_string_dtype(frame[header]) or frame[header].dtype == object:
            frame[header] = [decode_raw(cell, encoding) for cell in frame[header]]
    return frame.rename(columns={header: decode_raw(header, encoding) for header in headers})


def _find_zipped_encoding(path: Path, member: str) -> str | None:
    """Encoding that the .cpg of a shapefile in an archive states."""
    wanted = f"{member.rpartition('.')[0]}.cpg".casefold()
    with zipfile.ZipFile(path) as archive:
        found = [name for name in archive.namelist() if name.casefold() == wanted]
        return parse_encoding(archive.read(found[0])) if found else None


def _describe_bad_text(file: Path, layer: str | None, where: str) -> Remark:
    """Which column of a layer holds text that is none, and in which feature."""
    options = {}
    source = str(file)
    if zipfile.is_zipfile(file):
        source = f"/vsizip/{{{file}}}/{_find_member(file, layer, where)}"
    elif layer is not None:
        options["layer"] = layer
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)
        frame = pyogrio.read_dataframe(
            source, read_geometry=False, encoding="ISO-8859-1", **options
        )
    for header in frame.columns:
        for row, cell in enumerate(frame[header], start=1):
            if isinstance(cell, str) and not is_utf8(cell):
                return Remark("layer_bad_text", column=str(header), number=row)
    return Remark("layer_bad_name")


def _check_place(frame: gpd.GeoDataFrame, file: Path) -> None:
    """Refuse systems that lead to no place on earth, and degrees that are none."""
    if frame.crs is None:
        return
    if not (frame.crs.is_geographic or frame.crs.is_projected):
        raise InputDataError(Remark("layer_crs_nowhere", file=str(file), crs=frame.crs.name))
    shapes = frame.geometry.to_numpy()
    xy = shapely.get_coordinates(shapes)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if frame.crs.is_geographic and len(xy) and np.abs(xy).max() > _MOST_DEGREES:
        x, y = xy[0].tolist()
        raise InputDataError(Remark("layer_no_degrees", file=str(file), x=x, y=y))


def _drop_endless(frame: gpd.GeoDataFrame, file: Path) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Take shapes whose coordinates are no numbers for not drawn, and say so."""
    shapes = frame.geometry.to_numpy()
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    bad = np.unique(owner[~np.isfinite(xy).all(axis=1)])
    if not len(bad):
        return frame, []
    kept = np.array(shapes, dtype=object)
    kept[bad] = None
    numbers = list_some([str(row + 1) for row in bad], _MOST_NAMED)
    rows = Remark("remark_in_feature", name=file.name, **numbers)
    note = Remark("remark_endless", rows=rows)
    return frame.set_geometry(gpd.GeoSeries(kept, index=frame.index, crs=frame.crs)), [note]


def _choose_layer(
    file: Path,
    layer: str | None,
    where: str,
) -> str | None:
    """Name of the layer to read; None where the file holds no layer that is drawn, which reading it
    tells.
    """
    names = [str(name) for name, kind in pyogrio.list_layers(file) if kind is not None]
    if layer is None and len(names) > 1 and file.suffix.lower() == ".gpx":
        names = [name for name in names if name in _GPX_LAYERS and _has_features(file, name)]
    return _pick(file, names, layer, where) if names else None


def _has_features(file: Path, layer: str) -> bool:
    """Whether there is anything in a layer."""
    return int(pyogrio.read_info(file, layer=layer, force_feature_count=True)["features"]) > 0


def _find_member(
    file: Path,
    layer: str | None,
    where: str,
) -> str:
    """Name of the file to read inside a zip archive."""
    with zipfile.ZipFile(file) as archive:
        _refuse_bomb(file, archive)
        paths = [name for name in archive.namelist() if Path(name).suffix.lower() in _SUFFIXES]
    if not paths:
        raise InputDataError(Remark("layer_none_packed", file=str(file), endings=_SUFFIXES))
    stems = [Path(path).stem for path in paths]
    members = {
        path if stems.count(stem) > 1 else stem: path
        for path, stem in zip(paths, stems, strict=True)
    }
    return members[_pick(file, list(members), layer, where)]


def _refuse_bomb(file: Path, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to more than any layer needs."""
    n_bytes = sum(one.file_size for one in archive.infolist())
    if n_bytes > _MOST_UNPACKED:
        megabytes = {"size": n_bytes / 1e6, "most": _MOST_UNPACKED / 1e6}
        raise InputDataError(Remark("layer_unpacks", file=str(file), **megabytes))


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
    asked = "" if layer is None else Remark("layer_none_called", layer=layer)
    how = Remark("layer_keep_one")
    if where == "[population]":
        how = Remark("layer_name_one", where=where)
    told = {"n_layers": len(names), "layers": names, "asked": asked, "how": how}
    raise InputDataError(Remark("layer_several", file=str(file), **told))


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
