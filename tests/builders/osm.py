"""Files of OpenStreetMap: the real ones, which `conftest` reads once for all tests, and drawn ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from access15.config import Category
from access15.sources.streets.area import StreetArea
from access15.sources.streets.boxes import Clip
from access15.sources.streets.collect import OsmData
from access15.sources.streets.cut import cut_areas
from access15.sources.streets.read import read_osm_data


def read_file(path: Path, categories: Iterable[Category]) -> OsmData:
    """Read a whole file."""
    return read_osm_data(path, categories)


def read_osm(
    path: Path, clips: Mapping[str, Clip], *, crs: str, categories: Iterable[Category]
) -> dict[str, StreetArea]:
    """Read the streets, backdrop and facilities of some areas: what a workflow does in two steps."""
    path = Path(path)
    return cut_areas(read_file(path, categories), path, clips, crs=crs)
