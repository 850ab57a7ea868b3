"""The door to OpenStreetMap: files, what was fetched, and graphs handed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from access15.config import Category
from access15.sources.streets.area import Clip, OsmArea
from access15.sources.streets.cut import areas_from_data
from access15.sources.streets.graph import network_from_graph
from access15.sources.streets.overpass import (
    OVERPASS_URL,
    describe_fetched,
    fetch_osm,
    read_fetched,
)
from access15.sources.streets.read import read_osm_data

__all__ = [
    "OVERPASS_URL",
    "Clip",
    "OsmArea",
    "describe_fetched",
    "fetch_osm",
    "network_from_graph",
    "read_fetched",
    "read_osm",
]


def read_osm(
    path: Path, clips: Mapping[str, Clip], *, crs: str, categories: Iterable[Category]
) -> dict[str, OsmArea]:
    """Read the streets, backdrop and facilities of some areas from one OpenStreetMap file."""
    path = Path(path)
    return areas_from_data(read_osm_data(path, categories), path, clips, crs=crs)
