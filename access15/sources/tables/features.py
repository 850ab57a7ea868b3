"""Features of GeoJSON, and lists of records in plain JSON, as columns of text."""

from __future__ import annotations

from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.json_text import parse_json
from access15.sources.overpass_json import (
    describe_unplaced,
    is_answer,
    list_elements,
    tabulate_elements,
)
from access15.sources.tables.cells import cell_text
from access15.sources.tables.columns import Fault, Table, refuse_too_many, tabulate_records

# Everything that shapely raises for a geometry that is none.
_BAD_GEOMETRY = (
    *(shapely.errors.ShapelyError, KeyError, ValueError, TypeError, AttributeError, IndexError),
    *(OverflowError, RecursionError),
)


def read_json(
    name: str,
    text: str,
    notes: list[str],
) -> Table:
    """Make columns of GeoJSON, or of the only list of records in another JSON file."""
    content = parse_json(text, name, remedy=Remark("json_export_again"))
    if isinstance(content, dict) and content.get("type") == "Topology":
        raise InputDataError(Remark("table_topojson", name=name))
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        return _tabulate_features(name, content, notes)
    if is_answer(content):
        return _tabulate_answer(name, content, notes)
    records = _find_records(content)
    if records is None:
        raise InputDataError(Remark("table_json_without_list", name=name))
    refuse_too_many(name, len(records))
    numbers = range(1, len(records) + 1)
    return Table(name, tabulate_records(records), numbers, "feature", notes=tuple(notes))


def _tabulate_answer(name: str, content: dict[str, Any], notes: list[str]) -> Table:
    """Make columns of the tags of an Overpass answer."""
    elements = list_elements(content, name)
    refuse_too_many(name, len(elements))
    if told := describe_unplaced(elements):
        notes = [*notes, Remark("remark_of_table", name=name, told=told)]
    return Table(
        name,
        tabulate_records(tabulate_elements(elements)),
        range(1, len(elements) + 1),
        "feature",
        geometries=[None if one.middle is None else shapely.Point(one.middle) for one in elements],
        crs="EPSG:4326",
        tags=[one.tags for one in elements],
        notes=tuple(notes),
    )


def _find_records(content: object) -> list[dict[str, Any]] | None:
    """List of records of a plain JSON file: the file itself, or the only list inside it."""
    lists = [content] if isinstance(content, list) else []
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
    if len(lists) == 1 and all(isinstance(record, dict) for record in lists[0]):
        return lists[0]
    return None


def _tabulate_features(
    name: str,
    content: dict[str, Any],
    notes: list[str],
) -> Table:
    """Make columns of the properties of GeoJSON features."""
    features = content.get("features")
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise InputDataError(Remark("table_no_features", name=name))
    refuse_too_many(name, len(features))
    properties = [feature.get("properties") for feature in features]
    records = [one if isinstance(one, dict) else {} for one in properties]
    geometries: list[BaseGeometry | None] = []
    faults = []
    for number, feature in enumerate(features, start=1):
        drawn = feature.get("geometry")
        try:
            geometries.append(shapely.geometry.shape(drawn) if drawn else None)
        except _BAD_GEOMETRY:
            geometries.append(None)
            faults.append(Fault.of_row(name, "feature", number, Remark("table_bad_geometry")))
    return Table(
        name,
        tabulate_records(records),
        range(1, len(features) + 1),
        "feature",
        geometries=geometries,
        crs=_find_crs(content),
        feature_ids=_list_ids(features),
        faults=tuple(faults),
        notes=tuple(notes),
    )


def _list_ids(features: list[dict[str, Any]]) -> list[str]:
    """Ids of GeoJSON features, empty where one has none; no list where none has one."""
    ids = [feature.get("id") for feature in features]
    if not any(isinstance(one, str | int) for one in ids):
        return []
    return [cell_text(one) if isinstance(one, str | int | float) else "" for one in ids]


def _find_crs(content: dict[str, Any]) -> str:
    """CRS of a GeoJSON file: longitude and latitude, unless it has the older "crs" member."""
    crs = content.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else "EPSG:4326"
