"""Obstacles that somebody surveyed: layers of points and lines, and answers of Overpass."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.config import ObstaclesSource
from access15.core.streets.network import KERBS
from access15.core.streets.obstacles import MAX_KERB_M, MAX_OBSTACLE_M, OBSTACLES, place_obstacles
from access15.crs import LONLAT
from access15.errors import Access15Warning, InputDataError
from access15.files import name_file
from access15.remarks import Remark, list_some
from access15.results.barriers import Surveyed
from access15.sources.overpass_json import Element, describe_unplaced, read_overpass
from access15.sources.streets.area import StreetArea
from access15.sources.streets.tags import MAX_FLUSH_KERB_M, classify_node
from access15.sources.streets.values import parse_length_m
from access15.sources.vector_layers import NO_CRS, list_columns, read_layer

_WORDS = ("kerb", *(name for name in OBSTACLES if name != "passable"))
_MOST_NAMED = 8


def read_obstacles(source: ObstaclesSource) -> gpd.GeoDataFrame:
    """Read layers of obstacles.

    Returns ``kind`` (index into `OBSTACLES`), ``source``, ``width_m`` (NaN where nobody measured),
    ``code`` (empty but for rows of sheets of barriers) and points and lines in EPSG:4326. All
    that is wrong with the files is told at once.
    """
    frames: list[gpd.GeoDataFrame] = []
    problems: list[str] = []
    for path in source.files:
        try:
            frames.append(_read_file(path, source))
        except InputDataError as error:
            problems += [error.summary, *error.problems] if error.problems else [error.summary]
    if len(problems) == 1:
        raise InputDataError(problems[0])
    if problems:
        raise InputDataError(Remark("obstacles_unusable"), problems)
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=LONLAT)


def place_surveyed(rows: Iterable[Surveyed]) -> gpd.GeoDataFrame:
    """Rows of sheets of barriers as a layer of `read_obstacles`, with their ``code``; what moves no
    figure is left out.
    """
    found = [(kind, one) for one in rows if (kind := _find_meaning(one)) is not None]
    points = shapely.points([(one.lon, one.lat) for _, one in found] or np.zeros((0, 2)))
    frame = _build([kind for kind, _ in found], [one.file for _, one in found], points)
    return gpd.GeoDataFrame(
        frame.assign(
            width_m=np.array([one.width_m for _, one in found], dtype=np.float64),
            code=np.array([one.code for _, one in found], dtype=object),
        )
    )


def _find_meaning(row: Surveyed) -> int | None:
    """Index into `OBSTACLES` of what was surveyed; None where nothing follows from it.

    A kerb is what its height says, a narrow place what its width says; what was removed, or never
    was there, is a flush kerb at a crossing and a way that wheels pass elsewhere.
    """
    at_crossing = row.family == "A"
    if row.state == "removed" or row.kind == "none":
        return OBSTACLES.index("kerb_flush" if at_crossing else "passable")
    is_kerb = row.kind in ("kerb_raised", "kerb_flush") or (at_crossing and not row.kind)
    if is_kerb and math.isfinite(row.height_m):
        return _find_kind("kerb", row.height_m)
    if row.kind in ("", "narrow") and not at_crossing and math.isfinite(row.width_m):
        return OBSTACLES.index("narrow")
    meanings = {"ramp": "passable", "closed": "barrier", "other": "", "": ""}
    word = meanings.get(row.kind, row.kind)
    return OBSTACLES.index(word) if word else None


def add_obstacles(area: StreetArea, obstacles: gpd.GeoDataFrame | None) -> StreetArea:
    """Put surveyed obstacles on the streets of an area; what stands on none is told."""
    if obstacles is None:
        return area
    network = area.network
    west, south = network.node_xy.min(axis=0) - MAX_OBSTACLE_M
    east, north = network.node_xy.max(axis=0) + MAX_OBSTACLE_M
    here = obstacles.to_crs(network.crs).cx[west:east, south:north]
    placed, is_placed = place_obstacles(
        network,
        here["kind"].to_numpy(dtype=np.int64),
        here.geometry.to_numpy(),
        here["width_m"].to_numpy(dtype=np.float64),
    )
    told = Remark(
        "remark_obstacles",
        names=sorted(set(here["source"])) or Remark("remark_obstacle_layers"),
        n=int(is_placed.sum()),
        n_all=len(here),
        kerb_m=MAX_KERB_M,
        obstacle_m=MAX_OBSTACLE_M,
    )
    lost = [code for code in here["code"][~is_placed] if code]
    beside = [Remark("remark_obstacles_lost", **list_some(lost, _MOST_NAMED))] if lost else []
    info = replace(area.info, warnings=(*area.info.warnings, told, *beside))
    return replace(area, network=placed, info=info)


def _read_file(path: Path, source: ObstaclesSource) -> gpd.GeoDataFrame:
    """Read one file of obstacles."""
    answer = _read_kerbs(path) if path.suffix.lower() == ".json" else None
    if answer is not None:
        return answer
    frame = read_layer(path, None, what="obstacles", where="[obstacles]")
    columns = {name: source.columns.get(name, name) for name in ("kind", "height", "source")}
    problems = _find_faults(frame, path, columns, source)
    if problems:
        raise InputDataError(Remark("layer_faults", name=path.name, n=len(problems)), problems)
    heights = _texts(frame, columns["height"])
    words = [source.kinds.get(word, word) for word in _texts(frame, columns["kind"])]
    kinds = [_find_kind(word, parse_length_m(h)) for word, h in zip(words, heights, strict=True)]
    origins = [text or name_file(path) for text in _texts(frame, columns["source"])]
    return _build(kinds, origins, frame.to_crs(LONLAT).geometry.to_numpy())


def _find_faults(
    frame: gpd.GeoDataFrame,
    path: Path,
    columns: Mapping[str, str],
    source: ObstaclesSource,
) -> list[Remark]:
    """Everything that is wrong with a layer."""
    file = path.name
    problems = (
        [] if frame.crs is not None else [Remark("error_at", where=file, text=Remark(NO_CRS))]
    )
    there = list_columns(frame)
    asked = {name: columns[name] for name in ("kind", *source.columns)}
    for name, column in asked.items():
        if column not in there:
            problems.append(
                Remark("obstacle_column_missing", file=file, column=column, what=name, known=there)
            )
    known = {*_WORDS, *source.kinds}
    words = _texts(frame, columns["kind"])
    strange = sorted(set(words) - known) if columns["kind"] in there else []
    problems += [
        Remark("obstacle_kind_unknown", file=file, word=word, known=_WORDS) for word in strange
    ]
    for row, text in enumerate(_texts(frame, columns["height"]), start=1):
        if text and math.isnan(parse_length_m(text)):
            problems.append(Remark("obstacle_height_unread", file=file, row=row, text=text))
    drawn = frame.geometry.to_numpy()
    is_usable = ~shapely.is_missing(drawn) & ~shapely.is_empty(drawn)
    is_usable &= shapely.get_dimensions(drawn) < 2
    problems += [
        Remark("obstacle_without_line", file=file, row=row + 1)
        for row in np.flatnonzero(~is_usable).tolist()
    ]
    return problems


def _texts(frame: gpd.GeoDataFrame, column: str) -> list[str]:
    """A column as texts; empty where it is missing."""
    if column not in frame.columns:
        return [""] * len(frame)
    return ["" if _is_missing(value) else str(value).strip() for value in frame[column]]


def _is_missing(value: Any) -> bool:
    """Whether a cell holds nothing; a list, which JSON may hold, is something."""
    return bool(np.ndim(value) == 0 and pd.isna(value))


def _find_kind(word: str, height_m: float) -> int:
    """Index into `OBSTACLES`; a kerb is raised unless its height is small."""
    if word != "kerb":
        return OBSTACLES.index(word)
    is_flush = height_m <= MAX_FLUSH_KERB_M
    return OBSTACLES.index("kerb_flush" if is_flush else "kerb_raised")


def _read_kerbs(path: Path) -> gpd.GeoDataFrame | None:
    """Kerbs of an Overpass answer; None where the file is another kind of JSON."""
    elements = read_overpass(path)
    if elements is None:
        return None
    found = [(_find_kerb(one), one) for one in elements]
    kerbs = [(kind, one) for kind, one in found if kind is not None]
    if not kerbs:
        raise InputDataError(Remark("no_kerbs", name=path.name, n=len(elements)))
    placed = [(kind, shape) for kind, one in kerbs if (shape := one.shape) is not None]
    told = describe_unplaced([one for _, one in kerbs])
    if not placed:
        raise InputDataError(Remark("remark_of_file", name=path.name, told=told))
    if told:
        remark = Remark("remark_of_file", name=path.name, told=told)
        warnings.warn(remark, Access15Warning, stacklevel=2)
    shapes = np.array([shape for _, shape in placed], dtype=object)
    return _build([kind for kind, _ in placed], [name_file(path)] * len(placed), shapes)


def _find_kerb(element: Element) -> int | None:
    """Index into `OBSTACLES`, None where an element says nothing of a kerb."""
    found = classify_node(element.tags)
    kerb = KERBS[found.kerb] if found is not None else "unknown"
    kind = {"raised": "kerb_raised", "flush": "kerb_flush"}.get(kerb)
    return None if kind is None else OBSTACLES.index(kind)


def _build(kinds: list[int], sources: list[str], shapes: Any) -> gpd.GeoDataFrame:
    """Obstacles as a layer."""
    return gpd.GeoDataFrame(
        {
            "kind": np.array(kinds, dtype=np.int64),
            "source": np.array(sources, dtype=object),
            "width_m": np.full(len(kinds), np.nan),
            "code": np.full(len(kinds), "", dtype=object),
        },
        geometry=gpd.GeoSeries(shapes, crs=LONLAT),
        crs=LONLAT,
    )
