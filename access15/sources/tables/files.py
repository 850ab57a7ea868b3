"""Tables as they come: CSV, GeoJSON, other JSON, GeoPackage and Excel, turned into columns of text.

Nothing is interpreted here but the file's format: every cell becomes text, every row keeps the
number a person sees (a spreadsheet's row, header 1; a feature counted from 1).
"""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Literal

import geopandas as gpd
import pyogrio
from pyproj.exceptions import CRSError as ProjCrsError
from shapely.errors import ShapelyError

from access15.errors import InputDataError, name_ending, name_reason
from access15.files import check_input, name_file
from access15.remarks import Remark
from access15.sources.layer_files import list_gdal_errors, opened_apart
from access15.sources.nul_texts import refuse_endless_views, refuse_nul
from access15.sources.tables import columns
from access15.sources.tables.cells import cell_text
from access15.sources.tables.columns import Table, refuse_too_many
from access15.sources.tables.features import read_json
from access15.sources.tables.text import read_csv, read_text
from access15.sources.tables.workbook import read_workbook, refuse_other_files

MAX_BYTES = 200_000_000
Row = Literal["facility", "point", "zone", "cell"]  # what a table lists, for messages
Rows = Literal["facilities", "points", "zones", "cells", "residents"]
_SUFFIXES = (".csv", ".txt", ".tsv", ".geojson", ".json", ".gpkg", ".xlsx", ".xlsm")
# tables that QGIS and GDAL keep for themselves
_OWN_LAYERS = ("layer_styles", "qgis_projects", "qgis_layer_metadata", "ogr_empty_table")


def read_table(
    path: Path,
    row: Row,
    rows: Rows,
    *,
    may_be_empty: bool = False,
) -> Table:
    """Read a table of any accepted format; `row` and `rows` say what it lists, for messages."""
    suffix = path.suffix.lower()
    size = _size_of(path, rows)
    if suffix == ".xls":
        refuse_other_files(path)
    if suffix not in _SUFFIXES:
        raise InputDataError(
            Remark("table_other_ending", name=path.name, ending=name_ending(suffix))
        )
    if size == 0:
        raise InputDataError(Remark("table_empty", name=path.name))
    if size > MAX_BYTES:
        megabytes = {"size": size / 1e6, "most": MAX_BYTES / 1e6}
        raise InputDataError(Remark("table_file_too_large", name=path.name, **megabytes))
    table = _read_format(path, suffix, rows)
    if not len(table) and not table.faults and not may_be_empty:
        nothing = Remark(f"table_no_{row}")
        raise InputDataError(Remark("table_without_rows", name=path.name, nothing=nothing))
    return table


def _size_of(path: Path, rows: Rows) -> int:
    """Size of a file [bytes], and a sentence where there is none."""
    try:
        if path.is_dir():
            of = Remark(f"table_of_{rows}")
            raise InputDataError(Remark("table_is_folder", path=str(path), of=of))
        check_input(path)
        return path.stat().st_size
    except OSError as error:
        raise InputDataError(
            Remark("table_unreadable", path=str(path), reason=name_reason(error))
        ) from None


def _read_format(
    path: Path,
    suffix: str,
    rows: Rows,
) -> Table:
    """Read a file as its name's ending says."""
    if suffix == ".gpkg":
        return _read_geopackage(path, rows)
    if suffix in (".xlsx", ".xlsm"):
        return read_workbook(path)
    text, notes = read_text(path)
    if suffix in (".json", ".geojson"):
        return read_json(name_file(path), text, notes)
    return read_csv(name_file(path), text, notes)


def _read_geopackage(path: Path, rows: Rows) -> Table:
    """Read the layer of a GeoPackage that holds the rows."""
    try:
        with opened_apart(path) as (opened, _), warnings.catch_warnings():
            # GDAL warns of small faults of the container, which do not touch the rows
            warnings.simplefilter("ignore", category=RuntimeWarning)
            refuse_endless_views(path, opened)
            layer, notes = _choose_layer(opened, rows)
            refuse_nul(path, opened, layer)
            frame = gpd.read_file(
                opened,
                layer=layer,
                engine="pyogrio",
                on_invalid="fix",
                rows=columns.MAX_ROWS + 1,
            )
    except list_gdal_errors() as error:
        reason = str(error).splitlines()[0][:120]
        raise InputDataError(
            Remark("table_geopackage_unreadable", name=path.name, reason=reason)
        ) from None
    except (UnicodeDecodeError, ShapelyError, ProjCrsError):
        raise InputDataError(Remark("table_geopackage_damaged", name=path.name)) from None
    refuse_too_many(name_file(path), len(frame))
    geometries, crs = None, None
    cells = frame
    if isinstance(frame, gpd.GeoDataFrame):
        geometries = list(frame.geometry)
        crs = None if frame.crs is None else frame.crs.to_string()
        cells = frame.drop(columns=frame.geometry.name)
    return Table(
        name_file(path),
        {str(header): [_cell_of_frame(cell) for cell in cells[header]] for header in cells},
        range(1, len(frame) + 1),
        "feature",
        geometries=geometries,
        crs=crs,
        notes=notes,
    )


def _cell_of_frame(value: object) -> str:
    """Cell of a typed layer, where a missing number is NaN."""
    return "" if isinstance(value, float) and math.isnan(value) else cell_text(value)


def _choose_layer(path: Path, wanted: Rows) -> tuple[str, tuple[str, ...]]:
    """Layer that holds the rows, and which others are not read.

    It is the one called as the rows are, else the only one, the only one that is drawn, or the only
    one of points. What programs keep in a file for themselves (QGIS's styles and projects) is none.
    """
    kinds = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    kinds = {name: kind for name, kind in kinds.items() if name.lower() not in _OWN_LAYERS} or kinds
    drawn = [name for name, kind in kinds.items() if kind is not None]
    points = [name for name in drawn if "point" in str(kinds[name]).lower()]
    called = [name for name in kinds if name == wanted]
    for names in (called, list(kinds), drawn, points):
        if len(names) == 1:
            others = [repr(name) for name in kinds if name != names[0]]
            note = Remark("remark_layers", name=path.name, layer=names[0], others=others)
            return names[0], (note,) if others else ()
    raise InputDataError(
        Remark(
            "table_layers",
            name=path.name,
            n_layers=len(kinds),
            layers=list(kinds),
            wanted=wanted,
            of=Remark(f"table_of_{wanted}"),
        )
    )
