"""Layers of QGIS as files that access15 reads, and its files as styled layers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProcessingException,
    QgsVectorLayer,
)

_DIGITS = 9  # of degrees: a tenth of a millimetre


def write_points(
    source: Any,
    path: str,
    context: Any,
    *,
    no_crs: str,
    id_field: str = "",
    name_field: str = "",
    with_attributes: bool = False,
    more: dict[str, str] | None = None,
) -> None:
    """Write the features of a layer in any coordinate system as GeoJSON, in degrees.

    Ids stay: those of the field, else the features' own. Attributes go along where they are asked
    for, one of them as the name; `more` are attributes that all features get. A layer without a
    system is refused in the words `no_crs`.
    """
    if not source.sourceCrs().isValid():
        raise QgsProcessingException(no_crs)
    lonlat = QgsCoordinateReferenceSystem("EPSG:4326")
    to = QgsCoordinateTransform(source.sourceCrs(), lonlat, context.transformContext())
    fields = [one.name() for one in source.fields()] if with_attributes else []
    fields = [one for one in fields if one not in (id_field, name_field)]
    features = []
    for feature in source.getFeatures():
        own = _plain(feature[id_field]) if id_field else feature.id()
        properties = {field: _plain(feature[field]) for field in fields}
        if name_field:
            properties["name"] = _plain(feature[name_field])
        if id_field or not with_attributes:
            properties = {"id": _name(own), **properties}
        shape = _shape(feature.geometry(), to)
        row = {"type": "Feature", "id": _name(own), "geometry": shape}
        features.append({**row, "properties": {**properties, **(more or {})}})
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    Path(path).write_text(text, encoding="utf-8")


def _shape(geometry: Any, to: Any) -> Any:
    """A shape in degrees; None where there is none."""
    if geometry.isNull() or geometry.isEmpty():
        return None
    moved = QgsGeometry(geometry)
    moved.transform(to)
    return json.loads(moved.asJson(_DIGITS))


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if value is None or value == NULL:
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    return value.toString() if hasattr(value, "toString") else str(value)


def _name(value: Any) -> str:
    """An id as text; whole numbers without decimals."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def dress(path: str, style: str) -> None:
    """Keep a style in the GeoPackage, so that its layer looks so wherever it is opened."""
    layer = QgsVectorLayer(path, "access15", "ogr")
    layer.loadNamedStyle(style)
    is_default = True
    layer.saveStyleToDatabase("access15", "access15", is_default, "")
