"""The embedded sketch of main streets: enough for a first look, not for decisions."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.config import SketchSource
from access15.core.streets.network import WalkNetwork, build_network, round_to_centimetres
from access15.core.streets.simplify import simplify_network
from access15.crs import LONLAT
from access15.errors import Gathering, NetworkDataError, name_reason
from access15.files import check_input
from access15.remarks import Remark
from access15.results.run import NetworkInfo
from access15.sources.streets.area import OSM_LICENCE, StreetArea, build_backdrop, build_facilities
from access15.sources.streets.boxes import Box, Clip, format_box
from access15.sources.streets.build import project

_NODE_COLUMNS = ("node_id", "lat", "lon")
_SEGMENT_COLUMNS = ("from_node", "to_node", "street", "highway")


def read_sketch(
    source: SketchSource,
    clip: Clip,
    *,
    crs: str,
) -> StreetArea:
    """Read the sketched streets of an area."""
    nodes = _read_table(source.nodes, _NODE_COLUMNS)
    segments = _read_table(source.segments, _SEGMENT_COLUMNS)
    lon_lat, ends = _check_sketch(source, nodes, segments)

    # 1. Points in the same place are one: the sketches of two areas meet there.
    places, place_of_node = np.unique(lon_lat, axis=0, return_inverse=True)
    ends = place_of_node.reshape(-1)[ends]
    # 2. A whole segment is taken where it comes into the box: it has no vertices to be cut at.
    chosen = _choose_segments(places, ends, clip.padded_box)
    if not len(chosen):
        box = format_box(clip.padded_box)
        raise NetworkDataError(Remark("sketch_elsewhere", path=source.segments, box=box))
    drawn = _to_network(project(places, LONLAT, crs), ends[chosen], segments.iloc[chosen], crs)
    network = round_to_centimetres(simplify_network(drawn))
    info = NetworkInfo(
        kind="sketch",
        name=source.segments.name,
        date="",
        licence=OSM_LICENCE,
        sha256=hashlib.sha256(source.segments.read_bytes()).hexdigest(),
        warnings=(Remark("remark_sketch"),),
    )
    return StreetArea(
        network, build_backdrop(crs), build_facilities([], np.array([], dtype=object)), info
    )


def check_sketch(source: SketchSource) -> None:
    """Refuse a sketch whose tables cannot be used."""
    all_of = Gathering()
    nodes = all_of.read(lambda: _read_table(source.nodes, _NODE_COLUMNS))
    segments = all_of.read(lambda: _read_table(source.segments, _SEGMENT_COLUMNS))
    if nodes is not None and segments is not None:
        all_of.read(lambda: _check_sketch(source, nodes, segments))
    all_of.check()


def _choose_segments(
    places: NDArray[np.float64],
    ends: NDArray[np.int64],
    box: Box,
) -> NDArray[np.int64]:
    """Rows of the segments with an end in the box, each stretch once."""
    west, south, east, north = box
    is_inside = np.all((places >= [west, south]) & (places <= [east, north]), axis=1)
    rows = np.flatnonzero(is_inside[ends[:, 0]] | is_inside[ends[:, 1]])
    _, first = np.unique(np.sort(ends[rows], axis=1), axis=0, return_index=True)
    return rows[np.sort(first)]


def _to_network(
    node_xy: NDArray[np.float64],
    ends: NDArray[np.int64],
    segments: pd.DataFrame,
    crs: str,
) -> WalkNetwork:
    """Straight streets between the nodes, with their names and classes."""
    street_names, street = np.unique(["", *segments["street"]], return_inverse=True)
    highway_names, highway = np.unique(segments["highway"].to_numpy(dtype=str), return_inverse=True)
    return build_network(
        crs=crs,
        node_xy=node_xy,
        edge_u=ends[:, 0],
        edge_v=ends[:, 1],
        highway=highway,
        highway_names=tuple(highway_names.tolist()),
        street=street[1:],
        street_names=tuple(street_names.tolist()),
    )


def _read_table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a CSV table as texts, and make sure that it has its columns."""
    try:
        check_input(path)
        table = pd.read_csv(
            path,
            dtype=str,
            keep_default_na=False,
            encoding="utf-8",
        )
    except OSError as error:
        raise NetworkDataError(
            Remark("sketch_unreadable", path=path, reason=name_reason(error))
        ) from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise NetworkDataError(Remark("sketch_no_table", path=path)) from error
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise NetworkDataError(
            Remark("sketch_columns_missing", path=path, missing=missing, needed=columns)
        )
    return table


def _check_sketch(
    source: SketchSource,
    nodes: pd.DataFrame,
    segments: pd.DataFrame,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Places of the nodes (lon, lat) and rows of the segments' ends, or every fault at once."""
    problems: list[Remark] = []
    points = source.nodes.name
    # 1. Places on the globe.
    lon_lat = np.full((len(nodes), 2), np.nan)
    for axis, (name, limit) in enumerate((("lon", 180.0), ("lat", 90.0))):
        lon_lat[:, axis] = pd.to_numeric(nodes[name], errors="coerce")
        is_bad = ~(np.abs(lon_lat[:, axis]) <= limit)
        problems += [
            Remark(
                "sketch_place_unread",
                file=points,
                row=row + 2,
                column=name,
                value=nodes[name].iloc[row],
                most=limit,
            )
            for row in np.flatnonzero(is_bad)
        ]
    # 2. Nodes that can be told apart.
    row_of: dict[str, int] = {}
    for row, node_id in enumerate(nodes["node_id"]):
        row_of.setdefault(node_id, row)
    problems += [
        Remark("sketch_node_twice", file=points, row=row + 2, id=node_id)
        for row, node_id in enumerate(nodes["node_id"])
        if row_of[node_id] != row
    ]
    # 3. Segments between nodes that are there.
    ends = np.zeros((len(segments), 2), dtype=np.int64)
    for side, name in enumerate(("from_node", "to_node")):
        for row, node_id in enumerate(segments[name]):
            if node_id not in row_of:
                problems.append(
                    Remark(
                        "sketch_node_missing",
                        file=source.segments.name,
                        row=row + 2,
                        column=name,
                        id=node_id,
                        nodes=points,
                    )
                )
            ends[row, side] = row_of.get(node_id, 0)
    if problems:
        raise NetworkDataError(
            Remark("sketch_faults", name=source.segments.name, n=len(problems)), problems
        )
    return lon_lat, ends
