"""``results.gpkg``: the layers of a run for QGIS, in its projected CRS (metres).

`access15.results.schema` says which layers there are and what they hold. The numbers of
``coverage_by_zone`` are those of ``coverage.csv``, whose rows for a whole area (zone ``all``) are
not repeated. What cannot be reached is ``Infinity`` (SQLite and QGIS compare it as a number), what
is unknown is NULL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from itertools import product
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio import errors as pyogrio_errors
from shapely import MultiLineString, MultiPolygon

from access15.errors import Access15Error
from access15.outputs.tables.cells import spell_out
from access15.remarks import Remark
from access15.results.guard import drop_nul
from access15.results.people import ALL
from access15.results.run import AreaResult, RunResult
from access15.results.schema import (
    CLOSED_DOORS,
    COVERAGE_BY_CELL,
    COVERAGE_BY_ZONE,
    FACILITIES_LAYER,
    FIXES,
    REACHED_STREETS,
    RESIDENTS,
    SERVICE_AREAS,
    TABLES,
)
from access15.results.stamp import format_stamp, stamped
from access15.results.table import Kind, Table

_SHAPES = {table.layer: table.geometry for table in TABLES.values() if table.layer}
GEOMETRY_TYPES = {
    table.layer: table.geometry
    for table in TABLES.values()
    if table.layer and table.package == FACILITIES_LAYER.package and table is not COVERAGE_BY_CELL
}
_DTYPES: Mapping[Kind, str] = {
    "text": "str",
    "number": "float64",
    "whole": "int64",
    "yes/no": "bool",
}
_MEASURES = (
    "covered",
    "share",
    "low",
    "high",
    "gap_people",
    "gap_points",
    "gap_low",
    "gap_high",
    "ratio",
    "ratio_low",
    "ratio_high",
)
# As QGIS makes it; QGIS looks a style up by layer and geometry column, with an empty schema.
_CREATE_LAYER_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)"""
_INSERT_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
    styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)
SELECT '', '', table_name, column_name, ?, ?, '', 1, ?, '', NULL, ?
FROM gpkg_geometry_columns WHERE table_name = ?"""
_EMPTY = {"MultiPolygon": MultiPolygon(), "MultiLineString": MultiLineString()}
_OUTSIDE_ERRORS = (
    pyogrio_errors.CRSError,
    pyogrio_errors.DataLayerError,
    pyogrio_errors.DataSourceError,
    pyogrio_errors.FeatureError,
    pyogrio_errors.FieldError,
    pyogrio_errors.GeometryError,
    sqlite3.Error,
)


def write_geopackage(
    result: RunResult,
    coverage: pd.DataFrame,
    facilities: gpd.GeoDataFrame,
    path: Path,
    *,
    styles: Mapping[str, str],
    finish: Callable[[sqlite3.Connection], None],
    more: Mapping[str, gpd.GeoDataFrame],
) -> None:
    """Write the layers of a run, and `more` of them, with the styles that QGIS opens them with;
    `finish` adds the map that they make together.
    """
    write_layers(
        lambda: {**build_layers(result, coverage, facilities), **more},
        path,
        styles=styles,
        finish=finish,
        now=result.created,
        about=describe_streets(result.study.name, result.areas),
    )


def write_layers(
    build: Callable[[], Mapping[str, gpd.GeoDataFrame]],
    path: Path,
    *,
    styles: Mapping[str, str],
    now: datetime,
    about: str,
    finish: Callable[[sqlite3.Connection], None] = lambda _: None,
) -> None:
    """Write the layers that are built with the styles that QGIS opens them with."""
    try:
        with stamped(now):
            layers = build()
            _write_layers(layers, path)
        with closing(sqlite3.connect(path)) as database, database:
            _check_whole(database, layers)
            _store_styles(database, styles, format_stamp(now))
            _describe_layers(database, about, format_stamp(now))
            finish(database)
    except _OUTSIDE_ERRORS as error:
        raise Access15Error(
            Remark("geopackage_not_written", name=path.name, reason=str(error))
        ) from error


def _write_layers(layers: Mapping[str, gpd.GeoDataFrame], path: Path) -> None:
    """Write every layer with its kind of shapes, that of an empty one too."""
    for name, frame in layers.items():
        pyogrio.write_dataframe(
            frame,
            path,
            layer=name,
            driver="GPKG",
            geometry_type=_SHAPES[name],
            promote_to_multi=_SHAPES[name] in _EMPTY,
            # the newest that QGIS 3.22 reads without a warning
            dataset_options={"VERSION": "1.3"},
        )


def _check_whole(database: sqlite3.Connection, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Read every layer back with its spatial index, which GDAL makes when it closes the file and
    leaves away, without a word, when the disk is full.
    """
    for name, frame in layers.items():
        for table, n in ((name, len(frame)), (f"rtree_{name}_geom", _n_shapes(frame))):
            (found,) = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608
            if found != n:
                raise sqlite3.DatabaseError(f"{table} has {found} of {n} rows")


def _n_shapes(frame: gpd.GeoDataFrame) -> int:
    """How many rows of a layer have a shape that is not empty."""
    shapes = frame.geometry.to_numpy()
    return int((~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)).sum())


def build_layers(
    result: RunResult,
    coverage: pd.DataFrame,
    facilities: gpd.GeoDataFrame,
) -> dict[str, gpd.GeoDataFrame]:
    """Build the frames of the GeoPackage's layers, typed, so that an empty one has its columns
    too.
    """
    crs = next(iter(result.areas.values())).network.crs
    areas = list(result.areas.values())
    doors = CLOSED_DOORS.fill(group=result.study.population.groups)
    layers = {
        FACILITIES_LAYER.layer: type_columns(facilities, FACILITIES_LAYER),
        SERVICE_AREAS.layer: _stack(
            [type_columns(a.service_areas, SERVICE_AREAS) for a in areas], crs
        ),
        REACHED_STREETS.layer: _stack(
            [type_columns(area.reached_streets, REACHED_STREETS) for area in areas], crs
        ),
        RESIDENTS.layer: _stack([build_residents_layer(result, area) for area in areas], crs),
        COVERAGE_BY_ZONE.layer: build_zones_layer(result, coverage, crs),
        CLOSED_DOORS.layer: _stack([type_columns(area.closed_doors, doors) for area in areas], crs),
        FIXES.layer: _stack([type_columns(area.fixes, FIXES) for area in areas], crs),
    }
    return {name: _with_empty_multis(layer, GEOMETRY_TYPES[name]) for name, layer in layers.items()}


def build_residents_layer(result: RunResult, area: AreaResult) -> gpd.GeoDataFrame:
    """Build the layer of homes with their people and walking minutes, a row per stretch of street.

    Which facility is the nearest is told for hubs and the categories that count in the score, and
    for these how many lie within the longest cutoff.
    """
    groups, middle = list(result.study.population.groups), area.stretches.middle
    homes = area.stretches.list_rows(area.residents, groups)
    scored = [category.id for category in result.categories.values() if category.counts_in_score]
    columns: dict[str, object] = {
        f"{target}_min_{profile}": area.travel_time_s[profile, target][middle] / 60.0
        for profile, target in product(result.profiles, ("hub", *result.categories))
        if (profile, target) in area.travel_time_s
    }
    columns |= {
        f"{target}_id_{profile}": area.nearest_id[profile, target][middle]
        for profile, target in product(result.profiles, ("hub", *scored))
        if (profile, target) in area.nearest_id
    }
    columns |= {
        f"{target}_n_{profile}": area.n_within[profile, target][middle]
        for profile, target in product(result.profiles, scored)
        if (profile, target) in area.n_within
    }
    methods = area.coverage.drop_duplicates("zone").set_index("zone")["method"]
    frame = pd.DataFrame(homes.drop(columns=homes.geometry.name))
    frame = frame.assign(area=area.area.id, method=homes["zone_id"].map(methods))
    frame = pd.concat([frame, pd.DataFrame(columns, index=frame.index)], axis=1)
    table = RESIDENTS.fill(group=groups, profile=result.profiles)
    return type_columns(gpd.GeoDataFrame(frame, geometry=homes.geometry), table)


def build_zones_layer(
    result: RunResult,
    coverage: pd.DataFrame,
    crs: str,
) -> gpd.GeoDataFrame:
    """Build the layer of zones with their coverage, groups and cutoffs side by side.

    Returns one row per zone, profile and category, in the order of `coverage`.
    """
    keys = ["area", "zone", "profile", "category"]
    table = coverage[coverage["zone"] != ALL]
    first = table[[*keys, "method", "network"]].drop_duplicates(keys).set_index(keys)
    columns: dict[str, pd.Series] = {}
    for group, of_group in table.groupby("group", sort=False):
        columns[f"people_{group}"] = of_group.drop_duplicates(keys).set_index(keys)["people"]
        for cutoff, part in of_group.groupby("cutoff_min"):
            values = part.set_index(keys)
            columns |= {
                zone_column(measure, str(group), float(cutoff)): values[measure]
                for measure in _MEASURES
            }
    wide = pd.concat([first, pd.DataFrame(columns, index=first.index)], axis=1)
    zones = _stack([_list_zones(area) for area in result.areas.values()], crs)
    rows = zones.merge(wide.reset_index(), on=["area", "zone"], how="right")
    return type_columns(rows.set_crs(crs, allow_override=True), COVERAGE_BY_ZONE)


def _list_zones(area: AreaResult) -> gpd.GeoDataFrame:
    """Outlines of one neighbourhood's zones."""
    zones = area.zones[["zone_id", "name", "geometry"]].rename(columns={"zone_id": "zone"})
    return type_columns(zones.assign(area=area.area.id), COVERAGE_BY_ZONE)


def zone_column(
    measure: str,
    group: str,
    cutoff_min: float,
) -> str:
    """Name of a column of ``coverage_by_zone``."""
    return f"{measure}_{group}_{cutoff_min:g}min".replace(".", "_")


def type_columns(frame: gpd.GeoDataFrame, table: Table) -> gpd.GeoDataFrame:
    """Columns that the table holds, in its order and with its types."""
    columns: dict[str, pd.Series] = {}
    for name in table.arrange(frame.columns):
        kind = table[name].kind
        values = spell_out(frame[name]) if table[name].codes else frame[name]
        if kind == "text":
            values = values.astype("object").map(_write_text, na_action="ignore")
        columns[name] = values.astype(_DTYPES[kind])
    return gpd.GeoDataFrame(
        columns,
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
        index=frame.index,
    )


def _write_text(value: object) -> str:
    """A text whole: GDAL would end it at a NUL."""
    return drop_nul(str(value))


def _stack(frames: list[gpd.GeoDataFrame], crs: str) -> gpd.GeoDataFrame:
    """Layers of several areas as one, in the first one's CRS."""
    return pd.concat([frame.to_crs(crs) for frame in frames], ignore_index=True)


def _with_empty_multis(frame: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Empty shapes as empty multi-shapes: GDAL would make a multi-shape of one empty part."""
    if kind not in _EMPTY or frame.empty:
        return frame
    shapes = frame.geometry.to_numpy().copy()
    shapes[frame.geometry.is_empty.to_numpy()] = _EMPTY[kind]
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _store_styles(
    database: sqlite3.Connection,
    styles: Mapping[str, str],
    now: str,
) -> None:
    """Store the styles as QGIS does, each the default of its layer."""
    database.execute(_CREATE_LAYER_STYLES)
    database.executemany(
        _INSERT_STYLE,
        [("access15", qml, f"access15: {layer}", now, layer) for layer, qml in styles.items()],
    )
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 0)"
    )
    database.execute(
        "INSERT INTO gpkg_ogr_contents (table_name, feature_count) VALUES ('layer_styles', ?)",
        [len(styles)],
    )


def describe_streets(study: str, areas: Mapping[str, AreaResult]) -> str:
    """What layers were computed on, as they say themselves."""
    infos = [area.network_info for area in areas.values()]
    networks = dict.fromkeys(info.title.replace(": ", " ", 1).strip() for info in infos)
    licences = dict.fromkeys(info.licence for info in infos)
    return f"{study}. Streets: {', '.join(networks)} ({'; '.join(licences)})"


def _describe_layers(database: sqlite3.Connection, about: str, now: str) -> None:
    """Say on every layer what it was computed on, and when."""
    database.execute(
        "UPDATE gpkg_contents SET description = ? WHERE data_type = 'features'", [about]
    )
    database.execute("UPDATE gpkg_contents SET last_change = ?", [now])
