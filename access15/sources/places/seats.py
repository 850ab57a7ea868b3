"""Places to sit down: benches of OpenStreetMap and layers of the user, each once."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from access15.crs import LONLAT, points_xy
from access15.errors import Access15Warning, InputDataError
from access15.files import name_file
from access15.remarks import Remark
from access15.sources.overpass_json import (
    Element,
    Place,
    describe_unplaced,
    read_overpass,
)
from access15.sources.places.destinations import read_destinations
from access15.sources.streets.seats import is_seat

SAME_PLACE_M = 2.0  # two records this near to each other are one place to sit down
_OSM_ID = re.compile(r"(node|way|relation)/\d+")


def read_seats(files: Iterable[Path]) -> gpd.GeoDataFrame:
    """Read layers of seats.

    Returns ``seat_id`` (OpenStreetMap's kind and id such as ``node/1``, or file and id), ``source``
    (the file's name) and point geometry in EPSG:4326, None where a record has no place.
    """
    frames, problems = [], []
    for path in files:
        try:
            frames.append(_read_layer(Path(path)))
        except InputDataError as error:
            problems += [error.summary, *error.problems]
    if problems:
        if len(problems) == 1:
            raise InputDataError(problems[0])
        raise InputDataError(Remark("seats_unusable"), problems)
    return _together(frames)


def seats_from_osm(seats: Iterable[tuple[str, float, float]], name: str) -> gpd.GeoDataFrame:
    """Seats of an extract as a layer."""
    rows = list(dict.fromkeys(seats))
    return _layer([row[0] for row in rows], [(row[1], row[2]) for row in rows], name)


def join_seats(layers: Sequence[gpd.GeoDataFrame], *, crs: str) -> gpd.GeoDataFrame:
    """All layers as one, in which every place stands once as ``ok``.

    Returns ``seat_id, source, status, same_as`` and point geometry: no record is dropped.
    ``status`` is ``ok``, ``not_geocoded`` without a place, or ``duplicate`` of the earlier seat
    named in ``same_as``: the same OpenStreetMap id, or at most `SAME_PLACE_M` away.
    """
    # 1. Records are one place to sit down where their id is the same, or where they all but touch.
    seats = _together(layers).to_crs(crs)
    xy = points_xy(seats, crs)
    ids = seats["seat_id"].to_numpy(dtype=object)
    known = np.flatnonzero(np.isfinite(xy).all(axis=1))
    first = _first_of_same(ids, xy, known)
    # 2. The first of them stays, the others say whose double they are.
    is_double = first != np.arange(len(ids))
    status = np.full(len(ids), "not_geocoded", dtype=object)
    status[known] = "ok"
    status[is_double] = "duplicate"
    seats["status"] = status
    seats["same_as"] = np.where(is_double, ids[first], "")
    return seats[["seat_id", "source", "status", "same_as", "geometry"]]


def _first_of_same(
    ids: NDArray[np.object_],
    xy: NDArray[np.float64],
    known: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Row of the first record of each place; records without a place stay alone."""
    # 1. Places that stand near each other, each once: 20,000 records on one point are 200 million
    #    pairs.
    spots, first_there, spot = np.unique(xy[known], axis=0, return_index=True, return_inverse=True)
    near = np.zeros((0, 2), dtype=np.int64)
    if len(spots):
        near = first_there[cKDTree(spots).query_pairs(SAME_PLACE_M, output_type="ndarray")]
    # 2. Records on one point, and those with one id.
    _, same_id = np.unique(ids[known].astype(str), return_inverse=True)
    alike = [_list_twins(spot.reshape(-1)), _list_twins(same_id)]
    # 3. Pairs that hang together are one place: a bench near one layer's may have another's id.
    pairs = known[np.concatenate([near, *alike])]
    links = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(len(ids),) * 2)
    n, label = connected_components(links.tocsr(), directed=False)
    first = np.full(n, len(ids))
    np.minimum.at(first, label, np.arange(len(ids)))
    return np.asarray(first[label])


def _list_twins(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of rows with one label that hold all of them together: neighbours when sorted by it."""
    order = np.argsort(labels, kind="stable")
    twins = np.flatnonzero(np.diff(labels[order]) == 0)
    return np.stack([order[twins], order[twins + 1]], axis=1)


def _read_layer(path: Path) -> gpd.GeoDataFrame:
    """Read a layer of seats: an answer of Overpass, or a table of points."""
    seats = _list_seats(path) if path.suffix.lower() == ".json" else None
    if seats is not None:
        return _layer([one.label for one in seats], [one.middle for one in seats], name_file(path))
    points = read_destinations(path)
    ids = [one if _OSM_ID.fullmatch(one) else f"{name_file(path)}:{one}" for one in points["id"]]
    return gpd.GeoDataFrame(
        {"seat_id": ids, "source": name_file(path)}, geometry=points.geometry.to_numpy(), crs=LONLAT
    )


def _list_seats(path: Path) -> list[Element] | None:
    """Seats of an Overpass answer; None where the file is another kind of JSON."""
    elements = read_overpass(path)
    if elements is None:
        return None
    seats = [one for one in elements if is_seat(one.tags)]
    if not seats:
        raise InputDataError(Remark("seats_none", name=path.name, n_elements=len(elements)))
    if told := describe_unplaced(seats):
        remark = Remark("remark_of_file", name=path.name, told=told)
        warnings.warn(remark, Access15Warning, stacklevel=2)
    return seats


def _layer(
    ids: Sequence[str],
    places: Sequence[Place | None],
    source: str,
) -> gpd.GeoDataFrame:
    """Seats as a layer."""
    points = [None if place is None else shapely.Point(place) for place in places]
    columns = {
        "seat_id": np.array(ids, dtype=object),
        "source": np.full(len(ids), source, dtype=object),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(points, crs=LONLAT), crs=LONLAT)


def _together(layers: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Layers one below the other."""
    some = [layer for layer in layers if len(layer)]
    if not some:
        return _layer([], [], "")
    return gpd.GeoDataFrame(pd.concat(some, ignore_index=True), geometry="geometry", crs=LONLAT)
