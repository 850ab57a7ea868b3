"""``results.gpkg``: the layers of a run for QGIS, in its projected CRS (metres).

``facilities``, ``service_areas``, ``reached_streets``, ``residents``, ``closed_doors`` and
``fixes`` are what was computed, one row each; a home also tells which facility is the nearest and
how many lie within the longest cutoff. ``coverage_by_zone`` holds the zones' outlines, one row per
zone, profile and category, with ``people_<group>`` and, side by side,
``covered_<group>_<cutoff>min``, the same of ``share``, ``low``, ``high``, ``gap_people`` and
``gap_points``; its numbers are those of ``coverage.csv``, whose rows for a whole area (zone
``all``) are not repeated. What cannot be reached is ``Infinity`` (SQLite and QGIS compare it as a
number), what is unknown is NULL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio import errors as pyogrio_errors
from shapely import MultiLineString, MultiPolygon

from access15.errors import Access15Error
from access15.results.run import AreaResult, RunResult

GEOMETRY_TYPES = {
    "facilities": "Point",
    "service_areas": "MultiPolygon",
    "reached_streets": "MultiLineString",
    "residents": "Point",
    "coverage_by_zone": "MultiPolygon",
    "closed_doors": "Point",
    "fixes": "MultiLineString",
}
_SERVICE_AREAS = {
    "area": "str",
    "profile": "str",
    "target_kind": "str",
    "target": "str",
    "cutoff_min": "float64",
    "minutes_from": "float64",
    "area_m2": "float64",
    "street_m": "float64",
    "false_inside": "Int64",
    "missed_outside": "Int64",
}
_NUMBERS = ("minutes_", "own_", "claim_", "gap_")  # columns of facilities that begin so
_MEASURES = ("covered", "share", "low", "high", "gap_people", "gap_points")
_ZONES = {"area": "str", "zone_id": "str", "name": "str"}
_REACHED_STREETS = {
    "area": "str",
    "profile": "str",
    "target": "str",
    "cutoff_min": "float64",
    "street": "str",
    "street_m": "float64",
}
_TEXTS = frozenset(
    {
        "study",
        "area",
        "profile",
        "category",
        "resident_id",
        "zone_id",
        "street",
        "street_to",
        "fix_id",
        "kind",
    }
    | {"crossing", "unseen", "osm"}
)
_WHOLE = {"rank": "int64", "homes": "int64", "step_count": "int64", "is_near": "bool"}
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
) -> None:
    """Write the layers of a run with the styles that QGIS opens them with."""
    try:
        for name, frame in build_layers(result, coverage, facilities).items():
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver="GPKG",
                geometry_type=GEOMETRY_TYPES[name],
                promote_to_multi=GEOMETRY_TYPES[name] in _EMPTY,
                # the newest that QGIS 3.22 reads without a warning
                dataset_options={"VERSION": "1.3"},
            )
        with closing(sqlite3.connect(path)) as database, database:
            _store_styles(database, styles, _timestamp(result.created))
            _describe_layers(database, result)
    except _OUTSIDE_ERRORS as error:
        raise Access15Error(
            f"{path.name}: could not be written ({error}); check that the disk has room"
        ) from error


def build_layers(
    result: RunResult, coverage: pd.DataFrame, facilities: gpd.GeoDataFrame
) -> dict[str, gpd.GeoDataFrame]:
    """Build the frames of the GeoPackage's layers, typed, so that an empty one has its columns
    too.
    """
    crs = next(iter(result.areas.values())).network.crs
    areas = list(result.areas.values())
    numbers = {name: "float64" for name in facilities.columns if name.startswith(_NUMBERS)}
    texts = {
        name: "str" for name in facilities.columns if name not in {*numbers, "snap_m", "geometry"}
    }
    layers = {
        "facilities": _typed(facilities, {**texts, "snap_m": "float64", **numbers}),
        "service_areas": _stack(
            [_typed(area.service_areas, _SERVICE_AREAS) for area in areas], crs
        ),
        "reached_streets": _stack(
            [_typed(area.reached_streets, _REACHED_STREETS) for area in areas], crs
        ),
        "residents": _stack([build_residents_layer(result, area) for area in areas], crs),
        "coverage_by_zone": build_zones_layer(result, coverage, crs),
        "closed_doors": _stack(
            [_typed(area.closed_doors, _types_of(area.closed_doors)) for area in areas], crs
        ),
        "fixes": _stack([_typed(area.fixes, _types_of(area.fixes)) for area in areas], crs),
    }
    return {name: _with_empty_multis(layer, GEOMETRY_TYPES[name]) for name, layer in layers.items()}


def _types_of(frame: gpd.GeoDataFrame) -> dict[str, str]:
    """Types by name, so that an empty frame has them too: what is not named here is a number."""
    types = {name: "float64" for name in frame.columns if name != "geometry"}
    texts = [name for name in types if name in _TEXTS or name.startswith(("door_", "opens_"))]
    types |= dict.fromkeys(texts, "str")
    return types | {name: kind for name, kind in _WHOLE.items() if name in types}


def build_residents_layer(result: RunResult, area: AreaResult) -> gpd.GeoDataFrame:
    """Build the layer of homes with their people and walking minutes.

    Returns ``resident_id, area, zone_id, street, status, snap_m, method``, one column of people per
    group, ``score_<profile>``, ``hub_min_<profile>`` to the nearest hub and
    ``<category>_min_<profile>`` to the nearest facility [min], inf when unreachable. For hubs and
    the categories that count in the score also ``hub_id_<profile>`` and
    ``<category>_id_<profile>``, which facility that is (empty when none), and
    ``<category>_n_<profile>``, how many lie within the longest cutoff.
    """
    homes = area.residents
    groups = [group for group in result.study.population.groups if group in homes.columns]
    columns: dict[str, object] = {
        f"{target}_min_{profile}": area.travel_time_s[profile, target] / 60.0
        for profile in result.profiles
        for target in ("hub", *result.categories)
        if (profile, target) in area.travel_time_s
    }
    scored = [category.id for category in result.categories.values() if category.counts_in_score]
    nearest: dict[str, object] = {
        f"{target}_id_{profile}": area.nearest_id[profile, target]
        for profile in result.profiles
        for target in ("hub", *scored)
        if (profile, target) in area.nearest_id
    }
    counts: dict[str, object] = {
        f"{target}_n_{profile}": area.n_within[profile, target]
        for profile in result.profiles
        for target in scored
        if (profile, target) in area.n_within
    }
    methods = area.coverage.drop_duplicates("zone").set_index("zone")["method"]
    frame = pd.DataFrame(homes.drop(columns=homes.geometry.name)).assign(area=area.area.id)
    frame["method"] = homes["zone_id"].map(methods)
    frame = pd.concat(
        [frame, pd.DataFrame({**columns, **nearest, **counts}, index=frame.index)], axis=1
    )
    scores = [f"score_{profile}" for profile in result.profiles]
    types = dict.fromkeys(("resident_id", "area", "zone_id", "street", "status"), "str")
    types |= {"snap_m": "float64", "method": "str"}
    types |= dict.fromkeys((*groups, *scores, *columns), "float64")
    types |= dict.fromkeys(nearest, "str") | dict.fromkeys(counts, "int64")
    return _typed(gpd.GeoDataFrame(frame, geometry=homes.geometry), types)


def build_zones_layer(result: RunResult, coverage: pd.DataFrame, crs: str) -> gpd.GeoDataFrame:
    """Build the layer of zones with their coverage, groups and cutoffs side by side.

    Returns one row per zone, profile and category, in the order of `coverage`.
    """
    keys = ["area", "zone", "profile", "category"]
    table = coverage[coverage["zone"] != "all"]
    wide = table[[*keys, "method", "network"]].drop_duplicates(keys).set_index(keys)
    for group, of_group in table.groupby("group", sort=False):
        wide[f"people_{group}"] = of_group.drop_duplicates(keys).set_index(keys)["people"]
        for cutoff, part in of_group.groupby("cutoff_min"):
            values = part.set_index(keys)
            for measure in _MEASURES:
                wide[zone_column(measure, str(group), float(cutoff))] = values[measure]
    numbers = list(wide.columns[2:])
    zones = _stack(
        [_typed(a.zones.assign(area=a.area.id), _ZONES) for a in result.areas.values()], crs
    )
    rows = zones.rename(columns={"zone_id": "zone"}).merge(
        wide.reset_index(), on=["area", "zone"], how="right"
    )
    texts = dict.fromkeys(
        ("area", "zone", "name", "profile", "category", "method", "network"), "str"
    )
    return _typed(
        rows.set_crs(crs, allow_override=True), {**texts, **dict.fromkeys(numbers, "float64")}
    )


def zone_column(measure: str, group: str, cutoff_min: float) -> str:
    """Name of a column of ``coverage_by_zone``."""
    return f"{measure}_{group}_{cutoff_min:g}min".replace(".", "_")


def _typed(frame: gpd.GeoDataFrame, types: Mapping[str, str]) -> gpd.GeoDataFrame:
    columns = {
        name: frame[name].astype("object" if kind == "str" else kind)
        for name, kind in types.items()
    }
    for name, kind in types.items():
        if kind == "str":
            columns[name] = columns[name].map(str, na_action="ignore").astype("str")
    return gpd.GeoDataFrame(
        columns, geometry=frame.geometry.to_numpy(), crs=frame.crs, index=frame.index
    )


def _stack(frames: list[gpd.GeoDataFrame], crs: str) -> gpd.GeoDataFrame:
    return pd.concat([frame.to_crs(crs) for frame in frames], ignore_index=True)


def _with_empty_multis(frame: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Empty shapes as empty multi-shapes: GDAL would make a multi-shape of one empty part."""
    if kind not in _EMPTY or frame.empty:
        return frame
    shapes = frame.geometry.to_numpy().copy()
    shapes[frame.geometry.is_empty.to_numpy()] = _EMPTY[kind]
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _store_styles(database: sqlite3.Connection, styles: Mapping[str, str], now: str) -> None:
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


def _describe_layers(database: sqlite3.Connection, result: RunResult) -> None:
    """Say on every layer what it was computed on, and when."""
    networks = dict.fromkeys(
        f"{a.network_info.kind} {a.network_info.name}".strip() for a in result.areas.values()
    )
    licences = dict.fromkeys(a.network_info.licence for a in result.areas.values())
    text = f"{result.study.name}. Streets: {', '.join(networks)} ({'; '.join(licences)})"
    database.execute(
        "UPDATE gpkg_contents SET description = ? WHERE data_type = 'features'", [text]
    )
    database.execute("UPDATE gpkg_contents SET last_change = ?", [_timestamp(result.created)])


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
