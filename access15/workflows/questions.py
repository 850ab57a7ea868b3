"""Single questions: how far can one reach from here, and how long is the walk to there?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import LONGEST_CUTOFF_MIN, Study, WalkProfile
from access15.core.reach.parts import StreetParts, cut_lines, edge_times, parts_within, without
from access15.core.reach.service_area import build_canvas, draw_service_areas
from access15.core.streets.network import WalkNetwork
from access15.core.walk.cut_off import find_cut_off, is_place_cut_off
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.impedance import Impedance, build_impedance
from access15.core.walk.search import nearest_at_nodes, times_and_metres
from access15.core.walk.snap import Snapped, build_snapper, snap_points
from access15.crs import LONLAT, lonlat_xy, points_xy, to_box, utm_crs
from access15.errors import ConfigError, InputDataError, NetworkDataError
from access15.results.run import NetworkInfo
from access15.sources.places.points import is_inside
from access15.sources.streets.area import Clip, OsmArea, format_box
from access15.sources.streets.build import Box
from access15.sources.streets.cut import areas_from_data
from access15.sources.streets.overpass import read_fetched
from access15.sources.streets.read import read_osm_data
from access15.sources.streets.sketch import read_sketch
from access15.sources.streets.widen import read_until_sure
from access15.workflows.run import facility_bounds

# Streets are read at least this far around, so that it does not depend on the question which
# component is the main one; what was fetched and the sketch end about there.
_LEAST_PAD_M = 3000.0
_LEAST_PAD_WITHOUT_EXTRACT_M = 1200.0
_FARTHEST_M = 200_000.0  # nobody walks there: such points do not widen the streets that are read
_BESIDE_M = 100.0  # streets this far beyond the reach still bound its land


@dataclass(frozen=True)
class Isochrone:
    """Reach of one place for rising cutoffs.

    Parameters
    ----------
    areas : GeoDataFrame
        ``minutes, profile, speed_ms, area_m2, street_m, network, date`` and polygon geometry, one
        row per cutoff, in the projected CRS.
    streets : GeoDataFrame
        ``minutes`` (the smallest cutoff that reaches the part), ``profile, street, street_m`` and
        line geometry, in the projected CRS.
    snap_m : float
        Metres between the place and the street.
    network_info : NetworkInfo
        Where the streets come from.
    """

    areas: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    snap_m: float
    network_info: NetworkInfo


@dataclass(frozen=True)
class StreetSource:
    """Where single questions take their streets from.

    Parameters
    ----------
    osm : Path, optional
        An OpenStreetMap extract; without it fetched streets, or the study's sketch.
    study : Study
        For the sketch and the categories.
    cache_dir : Path
        Where fetched streets are.
    today : date
        For the age of fetched streets.
    """

    osm: Path | None
    study: Study
    cache_dir: Path
    today: date


def measure_isochrone(
    lonlat: tuple[float, float],
    *,
    minutes: Sequence[float],
    profile: WalkProfile,
    source: StreetSource,
    max_snap_m: float | None = None,
) -> Isochrone:
    """Where people can live and still walk to a place within the given minutes.

    Parameters
    ----------
    lonlat : tuple of float
        Longitude and latitude of the place.
    minutes : sequence of float
        Cutoffs, inclusive [min].
    profile : WalkProfile
        The walker.
    source : StreetSource
        Which streets.
    max_snap_m : float, optional
        Farthest street from the place; by default the study's [m].

    Returns
    -------
    Isochrone
        Polygons and streets.

    Raises
    ------
    InputDataError
        If the cutoffs are not positive or no street is near.
    ConfigError
        If there are no streets at hand, or the walker needs seats.
    """
    _check_no_seats(profile)
    cutoffs_min = _rising(minutes)
    cutoffs_s = tuple(60.0 * m for m in cutoffs_min)
    max_snap_m = source.study.max_snap_m if max_snap_m is None else max_snap_m
    crs = utm_crs(*lonlat)
    xy = lonlat_xy(np.array([lonlat]), crs)
    reach_m = cutoffs_s[-1] * profile.pace_with_rests_ms
    streets = _Streets(source, crs, lonlat)
    ground = _find_ground(
        streets, xy, profile, padding_m=reach_m + max_snap_m, max_snap_m=max_snap_m
    )
    network, impedance, snapped = ground.network, ground.impedance, ground.snapped
    info = streets.tell_reach(ground.info, xy[0], reach_m + max_snap_m)
    _check_snapped(snapped, lonlat, profile, max_snap_m, "place")
    graph = build_graph(network, impedance, towards=True)
    sources = place_points(network, impedance, snapped, leaving=False)
    node_s, _ = nearest_at_nodes(graph, sources, cutoff_s=cutoffs_s[-1])
    times = edge_times(network, impedance, graph, node_s, sources)
    near = shapely.intersects(
        network.lines, shapely.box(*(xy[0] - reach_m - _BESIDE_M), *(xy[0] + reach_m + _BESIDE_M))
    )
    drawn = draw_service_areas(
        build_canvas(network, impedance.is_main & near), impedance, times, cutoffs_s=cutoffs_s
    )
    facts = {
        "profile": profile.id,
        "speed_ms": profile.pace_ms,
        "network": f"{info.kind}: {info.name}",
        "network_date": info.date,
        "licence": info.licence,
    }
    rows = [
        {
            "minutes": m,
            **facts,
            "area_m2": a.polygon.area,
            "street_m": a.street_m,
            "geometry": a.polygon,
        }
        for m, a in zip(cutoffs_min, drawn, strict=True)
    ]
    bands = []
    inner = StreetParts(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    for cutoff_min, cutoff_s in zip(cutoffs_min, cutoffs_s, strict=True):
        reached = parts_within(times, cutoff_s=cutoff_s)
        bands.append(
            _street_rows(network, without(reached, inner), {"minutes": cutoff_min, **facts})
        )
        inner = reached
    streets = gpd.GeoDataFrame(pd.concat(bands, ignore_index=True), geometry="geometry", crs=crs)
    areas = gpd.GeoDataFrame(rows, geometry="geometry", crs=crs)
    return Isochrone(
        areas=areas, streets=streets, snap_m=float(snapped.snap_m[0]), network_info=info
    )


def measure_times(
    lonlat: tuple[float, float],
    destinations: gpd.GeoDataFrame,
    *,
    profile: WalkProfile,
    source: StreetSource,
    max_snap_m: float | None = None,
) -> tuple[pd.DataFrame, NetworkInfo]:
    """Walks from one place to many.

    Parameters
    ----------
    lonlat : tuple of float
        Longitude and latitude of the start.
    destinations : GeoDataFrame
        ``id`` and point geometry.
    profile : WalkProfile
        The walker.
    source : StreetSource
        Which streets.
    max_snap_m : float, optional
        Farthest street from a point; by default the study's [m].

    Returns
    -------
    times : DataFrame
        ``id, status, snap_m`` (metres off the network at both ends together), ``distance_m``
        (metres along the network between the snapped points), ``travel_time_s`` (door to door);
        inf where there is no way. Rows in the order of `destinations`.
    info : NetworkInfo
        Where the streets come from, and a warning for walks that streets beyond the extract might
        shorten.

    Raises
    ------
    InputDataError
        If no street is near the start, or coordinates look swapped.
    ConfigError
        If there are no streets at hand, or the walker needs seats.
    """
    _check_no_seats(profile)
    max_snap_m = source.study.max_snap_m if max_snap_m is None else max_snap_m
    crs = utm_crs(*lonlat)
    start_xy, xy = lonlat_xy(np.array([lonlat]), crs), points_xy(destinations, crs)
    away_m = np.hypot(*(xy - start_xy[0]).T)
    streets = _Streets(source, crs, lonlat)
    streets.check_swapped(destinations[away_m > _FARTHEST_M])
    everything = np.concatenate([start_xy, xy])

    def read(padding_m: float) -> _Walks:
        ground = _find_ground(
            streets, everything, profile, padding_m=padding_m, max_snap_m=max_snap_m
        )
        _check_snapped(ground.snapped, lonlat, profile, max_snap_m, "start")
        table = _tabulate_times(ground)
        edge = shapely.intersection(ground.box, streets.limits_m).boundary
        reach_m = table["travel_time_s"].to_numpy() * profile.pace_with_rests_ms
        return _Walks(ground, table, _find_uncertain(everything, ground.snapped, reach_m, edge))

    def widen(walks: _Walks, before: _Walks | None) -> _Walks | None:
        if streets.is_all(walks.ground, before.ground if before else None):
            return None
        return read(2 * walks.ground.padding_m)

    walks, _ = read_until_sure(
        read(0.0), is_sure=lambda walks: not walks.may_be_shorter.any(), widen=widen
    )
    table = walks.table
    table.loc[destinations.geometry.isna().to_numpy(), "status"] = "not_geocoded"
    table.insert(0, "id", destinations["id"].to_numpy())
    return table, streets.tell_times(walks.ground.info, int(walks.may_be_shorter.sum()), len(table))


def _find_uncertain(
    xy: NDArray[np.float64], snapped: Snapped, reach_m: NDArray[np.float64], edge: shapely.Geometry
) -> NDArray[np.bool_]:
    """Whether streets beyond the edge might shorten each walk from the first point to the others.

    A way that leaves the known streets is at least as long as to their edge and back from there.
    """
    placed = snapped.is_snapped
    to_edge_m = shapely.distance(shapely.points(xy[placed]), edge)
    return np.asarray(reach_m[placed[1:]] > to_edge_m[0] + to_edge_m[1:])


def _tabulate_times(ground: _Ground) -> pd.DataFrame:
    """Walks from the first point to the others, ``id`` still missing."""
    network, impedance = ground.network, ground.impedance
    start, ends = (_take(ground.snapped, rows) for rows in (slice(1), slice(1, None)))
    graph = build_graph(network, impedance, towards=False)
    leaving = place_points(network, impedance, start, leaving=True)
    arriving = place_points(network, impedance, ends, leaving=False)
    time_s, distance_m = times_and_metres(graph, network, leaving, arriving)
    status = np.where(
        ends.is_snapped, np.where(np.isfinite(time_s), "ok", "unreachable"), "too_far_from_network"
    )
    snap_m = start.snap_m[0] + ends.snap_m
    table = {
        "status": status.astype(object),
        "snap_m": snap_m,
        "distance_m": distance_m,
        "travel_time_s": time_s,
    }
    return pd.DataFrame(table)


@dataclass(frozen=True, eq=False)
class _Ground:
    """Streets of a box, and some points on them."""

    network: WalkNetwork
    info: NetworkInfo
    impedance: Impedance
    snapped: Snapped
    box: shapely.Geometry
    padding_m: float
    is_joined: bool  # whether it is sure which of the points' streets hang together


@dataclass(frozen=True, eq=False)
class _Walks:
    """Walks on some streets, and whether streets beyond them might shorten each that is placed."""

    ground: _Ground
    table: pd.DataFrame
    may_be_shorter: NDArray[np.bool_]


def _find_ground(
    streets: _Streets,
    xy: NDArray[np.float64],
    profile: WalkProfile,
    *,
    padding_m: float,
    max_snap_m: float,
) -> _Ground:
    """Read the streets around points, wider until it is sure which of them hang together."""
    is_near = np.hypot(*(xy - xy[0]).T) <= _FARTHEST_M
    near = xy[is_near]

    def read(padding_m: float) -> _Ground:
        box = shapely.box(*(near.min(axis=0) - padding_m), *(near.max(axis=0) + padding_m))
        area = streets.read(xy[0], box)
        network, impedance = area.network, build_impedance(area.network, profile)
        snapped = snap_points(build_snapper(network, impedance.is_main), xy, max_snap_m=max_snap_m)
        cut_off = find_cut_off(network, impedance, box)
        is_cut_off = is_place_cut_off(network, impedance, cut_off, near, snapped.snap_m[is_near])
        is_joined = not is_cut_off.any()
        return _Ground(network, area.info, impedance, snapped, box, padding_m, is_joined)

    def widen(ground: _Ground, before: _Ground | None) -> _Ground | None:
        return None if streets.is_all(ground, before) else read(2 * ground.padding_m)

    first = read(max(padding_m, streets.least_pad_m))
    ground, _ = read_until_sure(first, is_sure=lambda ground: ground.is_joined, widen=widen)
    return ground


def _take(snapped: Snapped, rows: slice) -> Snapped:
    return Snapped(snapped.edge[rows], snapped.fraction[rows], snapped.snap_m[rows])


def _check_snapped(
    snapped: Snapped,
    lonlat: tuple[float, float],
    profile: WalkProfile,
    max_snap_m: float,
    what: str,
) -> None:
    if not snapped.is_snapped[0]:
        raise InputDataError(
            f"the {what} {lonlat[1]:.5f},{lonlat[0]:.5f} is {snapped.snap_m[0]:.0f} m from the "
            "nearest street that "
            f"{profile.id} can walk, the limit is {max_snap_m:.0f} m; move it or use other street "
            "data"
        )


def _check_no_seats(profile: WalkProfile) -> None:
    if profile.needs_seat:
        raise ConfigError(
            f"profile {profile.id!r} needs seats, which single questions do not know; use access15 "
            "run or "
            "access15 seats, or set needs_seat = false"
        )


def _rising(minutes: Sequence[float]) -> tuple[float, ...]:
    wrong = [f"{m:g}" for m in minutes if not 0 < m <= LONGEST_CUTOFF_MIN]
    if wrong or not minutes:
        what = ", ".join(wrong) or "missing"
        raise InputDataError(
            f"minutes are {what}; give numbers above 0 and up to {LONGEST_CUTOFF_MIN}"
        )
    return tuple(sorted(set(minutes)))


def _street_rows(
    network: WalkNetwork, parts: StreetParts, facts: dict[str, object]
) -> gpd.GeoDataFrame:
    names = np.array(network.street_names, dtype=object)[network.street[parts.edge]]
    columns = {**facts, "street": names, "street_m": parts.length_m(network)}
    return gpd.GeoDataFrame(columns, geometry=cut_lines(network, parts), crs=network.crs)


class _Streets:
    """The best street data at hand, read once and cut as often as needed."""

    def __init__(self, source: StreetSource, crs: str, lonlat: tuple[float, float]) -> None:
        self._crs = crs
        self._lonlat = lonlat
        self._box: Box | None = None
        self._is_sketch = False
        self._read = self._open(source)
        self._bounds = self._box or facility_bounds(source.study)
        self.has_extract = self._box is not None
        self.least_pad_m = _LEAST_PAD_M if self.has_extract else _LEAST_PAD_WITHOUT_EXTRACT_M

    @property
    def limits_m(self) -> shapely.Geometry:
        """Land that the extract covers; the whole plane where that is not known."""
        if self._box is None:
            return shapely.box(-1e9, -1e9, 1e9, 1e9)
        return gpd.GeoSeries([shapely.box(*self._box)], crs=LONLAT).to_crs(self._crs).iloc[0]

    def read(self, place: NDArray[np.float64], box: shapely.Geometry) -> OsmArea:
        """Streets of a box around a place."""
        boxes = gpd.GeoSeries([shapely.points(place), box], crs=self._crs).to_crs(LONLAT)
        try:
            area = self._read(
                Clip(core_box=to_box(boxes[0].bounds), padded_box=to_box(boxes[1].bounds))
            )
        except NetworkDataError as error:
            if self._is_swapped(*self._lonlat):
                raise InputDataError(_swapped_sentence("the place", *self._lonlat)) from error
            raise
        self._is_sketch = area.info.kind == "sketch"
        return area

    def is_all(self, ground: _Ground, before: _Ground | None) -> bool:
        """Whether a wider box would hold no more streets, or, of a sketch, those of another
        neighbourhood.
        """
        if self.has_extract:
            return bool(ground.box.covers(self.limits_m))
        is_same = before is not None and ground.network.n_edges == before.network.n_edges
        return is_same or self._is_sketch

    def check_swapped(self, far: gpd.GeoDataFrame) -> None:
        """Refuse far-away points that would be near with latitude and longitude exchanged."""
        points = far.to_crs(LONLAT)
        rows = zip(points["id"], points.geometry.x, points.geometry.y, strict=True)
        if problems := [
            _swapped_sentence(f"point {i!r}", x, y) for i, x, y in rows if self._is_swapped(x, y)
        ]:
            raise InputDataError("the points cannot be used", problems)

    def tell_reach(
        self, info: NetworkInfo, place: NDArray[np.float64], reach_m: float
    ) -> NetworkInfo:
        """Leave out warnings of a cut that no walk of that length comes to."""
        needed = shapely.points(place).buffer(reach_m, cap_style="square")
        return (
            replace(info, warnings=())
            if self.has_extract and self.limits_m.covers(needed)
            else info
        )

    def tell_times(self, info: NetworkInfo, n: int, n_all: int) -> NetworkInfo:
        """Say how many walks streets beyond the extract might shorten."""
        if self._box is None:
            return info
        text = (
            f"{n} of {n_all} walks pass so near to the edge of the extract {format_box(self._box)} "
            "that streets beyond "
            "it might shorten them; use a larger extract"
        )
        return replace(info, warnings=(text,) if n else ())

    def _is_swapped(self, lon: float, lat: float) -> bool:
        bounds = self._bounds
        return (
            bounds is not None
            and is_inside((lat, lon), bounds)
            and not is_inside((lon, lat), bounds)
        )

    def _open(self, source: StreetSource) -> Callable[[Clip], OsmArea]:
        if source.osm is not None:
            path, data = source.osm, read_osm_data(source.osm, ())
            self._box = data.box
            return lambda clip: areas_from_data(data, path, {"here": clip}, crs=self._crs)["here"]
        return lambda clip: _read_kept(source, clip, self._crs)


def _read_kept(source: StreetSource, clip: Clip, crs: str) -> OsmArea:
    """Streets fetched before, else the study's sketch."""
    fetched = read_fetched(
        {"here": clip}, cache_dir=source.cache_dir, crs=crs, categories=(), today=source.today
    )
    if fetched is not None:
        return fetched["here"]
    if source.study.sketch is None:
        raise ConfigError(
            f"study {source.study.id!r} has no streets: it names no sketch and none were fetched; "
            "give an extract with --osm, or run access15 fetch"
        )
    return read_sketch(source.study.sketch, clip, crs=crs)


def _swapped_sentence(what: str, lon: float, lat: float) -> str:
    return (
        f"{what} is at latitude {lat:g} and longitude {lon:g}, far from the streets at hand: "
        "latitude and longitude "
        "look swapped; exchange them"
    )
