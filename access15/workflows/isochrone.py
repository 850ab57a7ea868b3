"""How far can one reach from here?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Unpack

import geopandas as gpd
import numpy as np
import shapely

from access15.config import (
    LONGEST_CUTOFF_MIN,
    StreetOptions,
    Study,
    WalkProfile,
    build_options,
    find_cutoffs_fault,
    find_walker,
)
from access15.core.reach.aside import StreetReach, TimedReach
from access15.core.reach.parts import StreetParts, cut_lines, edge_times, without
from access15.core.reach.service_area import ServiceArea, build_canvas, draw_service_areas
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import find_door_streets
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.search import nearest_at_nodes
from access15.crs import lonlat_xy, utm_crs
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.results.plain import PlainLayer, Values
from access15.results.run import NetworkInfo
from access15.workflows.ground import (
    Streets,
    StreetSource,
    check_no_seats,
    check_snapped,
    choose_source,
    find_ground,
)

_OF_PARTS = ("edge", "start", "stop")
_BESIDE_M = 100.0  # streets this far beyond the reach still bound its land


@dataclass(frozen=True, eq=False)
class Bands:
    """Streets of a map that are reached, each part under the smallest cutoff that reaches it.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    reach : StreetReach
        How far one gets on them.
    cutoffs_min : sequence of float
        Rising cutoffs [min].
    facts : mapping of str to object
        What is the same in every row.
    """

    network: WalkNetwork
    reach: StreetReach
    cutoffs_min: Sequence[float]
    facts: Mapping[str, object]

    def tabulate(self) -> PlainLayer:
        """Cut them, one row for each part."""
        bands: list[StreetParts] = []
        inner = StreetParts(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
        for minutes in self.cutoffs_min:
            reached = self.reach.parts(60.0 * minutes)
            reached = reached.take(self.network.is_mapped[reached.edge])
            bands.append(without(reached, inner))
            inner = reached
        n_rows = [len(band) for band in bands]
        parts = StreetParts(
            *(np.concatenate([getattr(band, name) for band in bands]) for name in _OF_PARTS)
        )
        names = np.array(self.network.street_names, dtype=object)
        columns: dict[str, Values] = {
            "minutes": np.repeat(np.array(self.cutoffs_min), n_rows),
            **{key: [value] * len(parts) for key, value in self.facts.items()},
            "street": names[self.network.street[parts.edge]],
            "street_m": parts.length_m(self.network),
        }
        return PlainLayer(columns, cut_lines(self.network, parts), self.network.crs)


@dataclass(frozen=True, eq=False)
class Isochrone:
    """Reach of one place for rising cutoffs.

    Parameters
    ----------
    land : PlainLayer
        What `areas` is made of.
    bands : Bands
        What `streets` is made of.
    snap_m : float
        Metres between the place and the street.
    network_info : NetworkInfo
        Where the streets come from.
    """

    land: PlainLayer
    bands: Bands
    snap_m: float
    network_info: NetworkInfo

    @cached_property
    def areas(self) -> gpd.GeoDataFrame:
        """Polygons.

        Returns
        -------
        GeoDataFrame
            ``minutes, profile, speed_ms, network, network_date, licence, area_m2, street_m`` and
            polygon geometry, one row per cutoff, in the projected CRS.
        """
        return self.land.to_frame()

    @cached_property
    def streets(self) -> gpd.GeoDataFrame:
        """Streets.

        Returns
        -------
        GeoDataFrame
            ``minutes`` (the smallest cutoff that reaches the part), ``profile, speed_ms, network,
            network_date, licence, street, street_m`` and line geometry, in the projected CRS.
        """
        return self.bands.tabulate().to_frame()


def measure_isochrone(
    lonlat: tuple[float, float],
    *,
    minutes: Sequence[float],
    profile: WalkProfile | str,
    source: StreetSource | None = None,
    max_snap_m: float | None = None,
    study: Study | str | Path = "milano",
    now: datetime | None = None,
    **options: Unpack[StreetOptions],
) -> Isochrone:
    """Where people can live and still walk to a place within the given minutes.

    Parameters
    ----------
    lonlat : tuple of float
        Longitude and latitude of the place.
    minutes : sequence of float
        Cutoffs, inclusive [min].
    profile : WalkProfile or str
        The walker, or its id.
    source : StreetSource, optional
        Which streets; by default those that `study` and the options say.
    max_snap_m : float, optional
        Farthest street from the place; by default the study's [m].
    study : Study, str or Path
        For streets at hand: a study, its name, or its TOML file.
    now : datetime, optional
        For the age of fetched streets, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    **options
        ``osm, graph, dem, walkers, cache, no_cache`` as for `access15.run`.

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
    asked = build_options(**options)
    source = choose_source(source, study, asked, now)
    walker = profile if isinstance(profile, WalkProfile) else find_walker(asked.walkers, profile)
    check_no_seats(walker)
    cutoffs_min = sort_minutes(minutes)
    cutoffs_s = tuple(60.0 * m for m in cutoffs_min)
    max_snap_m = source.study.max_snap_m if max_snap_m is None else max_snap_m
    crs = utm_crs(*lonlat)
    xy = lonlat_xy(np.array([lonlat]), crs)
    reach_m = cutoffs_s[-1] * walker.pace_with_rests_ms
    streets = Streets(source, crs, lonlat)
    padding_m = reach_m + max_snap_m
    ground = find_ground(streets, xy, walker, padding_m=padding_m, max_snap_m=max_snap_m)
    network, impedance, snapped = ground.network, ground.impedance, ground.snapped
    info = streets.drop_idle_warnings(ground.info, xy[0], padding_m)
    check_snapped(snapped, lonlat, max_snap_m, "place_off_streets")
    graph = build_graph(network, impedance, towards=True)
    sources = place_points(network, impedance, snapped, leaving=False)
    node_s, _ = nearest_at_nodes(graph, sources, cutoff_s=cutoffs_s[-1])
    times = edge_times(network, impedance, graph, node_s, sources)
    # streets far beyond the reach bound none of its land, and are many
    near_box = shapely.box(*(xy[0] - reach_m - _BESIDE_M), *(xy[0] + reach_m + _BESIDE_M))
    is_near = shapely.intersects(network.lines, near_box)
    is_drawn = find_door_streets(network).is_open & impedance.is_open & is_near
    canvas = build_canvas(network, is_drawn)
    drawn = draw_service_areas(canvas, impedance, times, cutoffs_s=cutoffs_s)
    facts: dict[str, object] = {
        "profile": walker.id,
        "speed_ms": walker.pace_ms,
        "network": info.title,
        "network_date": info.date,
        "licence": info.licence,
    }
    return Isochrone(
        land=_tabulate_areas(drawn, cutoffs_min, facts, crs),
        bands=Bands(network, TimedReach(times, impedance.pace_ms), cutoffs_min, facts),
        snap_m=float(snapped.snap_m[0]),
        network_info=info,
    )


def _tabulate_areas(
    drawn: Sequence[ServiceArea],
    cutoffs_min: Sequence[float],
    facts: Mapping[str, object],
    crs: str,
) -> PlainLayer:
    """Polygons, one row for each cutoff."""
    columns: dict[str, Values] = {
        "minutes": list(cutoffs_min),
        **{key: [value] * len(drawn) for key, value in facts.items()},
        "area_m2": [area.polygon.area for area in drawn],
        "street_m": [area.street_m for area in drawn],
    }
    shapes = np.full(len(drawn), None, dtype=object)
    shapes[:] = [area.polygon for area in drawn]
    return PlainLayer(columns, shapes, crs)


def sort_minutes(minutes: Sequence[float]) -> tuple[float, ...]:
    """Minutes in rising order, each once."""
    fault = (
        find_cutoffs_fault(minutes)
        if minutes
        else Remark("minutes_missing", most=LONGEST_CUTOFF_MIN)
    )
    if fault:
        raise InputDataError(Remark("minutes_unfit", fault=fault))
    return tuple(sorted(set(minutes)))
