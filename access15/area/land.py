"""The land from which services are reached: drawn when somebody asks for it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.walkers import HUB, AreaInputs
from access15.core.reach.aside import StreetReach
from access15.core.reach.field import HALF_WIDTH_M
from access15.core.reach.land import (
    N_POINTS,
    LandCertificate,
    LandPoints,
    certify_land,
    scatter_points,
)
from access15.core.reach.service_area import (
    AreaCanvas,
    ServiceArea,
    build_canvas,
    certify,
    draw_reach,
    narrow_canvas,
)
from access15.core.walk.impedance import Impedance
from access15.results.walker import Walker

HOME_MARGIN_M = 300.0


@dataclass(frozen=True, eq=False)
class AreaDrawing:
    """Service areas of a neighbourhood to be drawn: who asks only for numbers waits for none.

    Parameters
    ----------
    inputs : AreaInputs
        The neighbourhood.
    walkers : sequence of Walker
        Who walks.
    travel_time_s : mapping of (profile id, target) to ndarray, shape (n_residents,)
        Walks from the homes, which the areas are checked on [s].
    """

    inputs: AreaInputs
    walkers: Sequence[Walker]
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]]

    def __call__(self) -> gpd.GeoDataFrame:
        """Draw the areas of every walker and target, in threads.

        Returns
        -------
        GeoDataFrame
            `access15.results.schema.SERVICE_AREAS`.
        """
        canvases = _build_canvases(self.inputs, self.walkers)
        targets = [target for target in self.inputs.targets if _is_drawn(self.inputs, target)]
        tasks = [(walker, target) for walker in self.walkers for target in targets]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads only take more room
            drawn = list(pool.map(lambda task: self._draw(canvases, *task), tasks))
        rows = pd.DataFrame([row for some in drawn for row in some])
        return gpd.GeoDataFrame(rows, geometry="geometry", crs=self.inputs.network.crs)

    def _draw(self, canvases: _Canvases, walker: Walker, target: str) -> list[dict[str, Any]]:
        """Areas of one walker and one target."""
        inputs = self.inputs
        rows = inputs.targets[target]
        is_hub = target in inputs.area.hubs
        canvas = canvases.wide if is_hub else canvases.home
        land = canvases.hub_land if is_hub else canvases.home_land
        reach = walker.walks.reach(rows[inputs.is_counted[rows]])
        drawn = draw_reach(canvas, reach, cutoffs_s=inputs.cutoffs_s)
        checks = _check_land(inputs, walker, land, reach, drawn)
        time_s = self.travel_time_s[walker.profile.id, target]
        return _area_rows(inputs, walker, target, drawn, checks=checks, time_s=time_s)


def _is_drawn(inputs: AreaInputs, target: str) -> bool:
    """Whether a target has service areas of its own: each hub, and categories that ask for them."""
    if target in inputs.categories:
        return inputs.categories[target].draws_areas or target == inputs.hub_category
    return target in inputs.area.hubs


def _check_land(
    inputs: AreaInputs,
    walker: Walker,
    land: LandPoints,
    reach: StreetReach,
    drawn: list[ServiceArea],
) -> list[LandCertificate]:
    """The certificate on land of each cutoff's area."""
    return [
        certify_land(
            one.polygon,
            land,
            reach,
            cutoff_s=cutoff_s,
            pace_ms=walker.profile.pace_with_rests_ms,
        )
        for one, cutoff_s in zip(drawn, inputs.cutoffs_s, strict=True)
    ]


def _area_rows(
    inputs: AreaInputs,
    walker: Walker,
    target: str,
    drawn: list[ServiceArea],
    *,
    checks: list[LandCertificate],
    time_s: NDArray[np.float64],
) -> list[dict[str, Any]]:
    """Service areas of one walker and one target, each with its certificate."""
    is_hub = target in inputs.area.hubs or target == inputs.hub_category
    rows = []
    inner_min = 0.0
    for cutoff_min, service_area, land in zip(inputs.cutoffs_min, drawn, checks, strict=True):
        certificate = certify(
            service_area.polygon, inputs.home_xy, time_s, cutoff_s=60.0 * cutoff_min
        )
        rows.append(
            {
                "area": inputs.area.id,
                "profile": walker.profile.id,
                "target_kind": "hub" if is_hub else "category",
                "target": target,
                "cutoff_min": cutoff_min,
                "minutes_from": inner_min,
                "area_m2": service_area.polygon.area,
                "street_m": service_area.street_m,
                "false_inside": certificate.false_inside,
                "missed_outside": certificate.missed_outside,
                "land_points": land.n_inside,
                "land_farther": land.farther,
                "land_farther_s": land.farther_s,
                "land_missed": land.missed,
                "geometry": service_area.polygon,
            }
        )
        inner_min = cutoff_min
    return rows


@dataclass(frozen=True, eq=False)
class _Canvases:
    """Land that service areas are drawn on, the same for all walkers.

    Parameters
    ----------
    wide : AreaCanvas
        Land along all streets that a hub's area may lie on, for the areas of hubs.
    home : AreaCanvas
        Land in the neighbourhood and `HOME_MARGIN_M` around it, for the areas of categories.
    hub_land, home_land : LandPoints
        Random places that the areas of hubs and of categories are checked on.
    """

    wide: AreaCanvas
    home: AreaCanvas
    hub_land: LandPoints
    home_land: LandPoints


def _build_canvases(inputs: AreaInputs, walkers: Sequence[Walker]) -> _Canvases:
    """The land of a neighbourhood; a street that one walker cannot pass is never reached."""
    network = inputs.network
    impedances = [walker.impedance for walker in walkers]
    # places belong to the streets that doors open to, and so does the land around them
    is_open = inputs.door_streets.is_open & np.any([one.is_open for one in impedances], axis=0)
    home = inputs.zones.geometry.union_all().buffer(HOME_MARGIN_M)
    is_home = np.zeros(network.n_edges, dtype=bool)
    is_home[shapely.STRtree(network.lines).query(home, predicate="intersects")] = True
    wide = build_canvas(network, is_open & _is_near(inputs, home, impedances))
    narrow = narrow_canvas(wide, is_home)
    # the few areas of hubs are what readers look at first, so that they are checked more closely
    on_hubs = scatter_points(wide, _land_of_hubs(inputs, walkers), n=4 * N_POINTS)
    return _Canvases(wide, narrow, on_hubs, scatter_points(narrow, home))


def _land_of_hubs(inputs: AreaInputs, walkers: Sequence[Walker]) -> shapely.Geometry | None:
    """Land that anybody may walk from to a hub in the longest time; None where no hub is placed."""
    hubs = inputs.facilities[inputs.is_hub]
    places = hubs.geometry[~(hubs.geometry.isna() | hubs.geometry.is_empty)]
    if not len(places):
        return None
    longest_m = inputs.cutoffs_s[-1] * max(walker.impedance.pace_ms for walker in walkers)
    return shapely.buffer(places.union_all(), longest_m)


def _is_near(
    inputs: AreaInputs,
    home: shapely.Geometry,
    impedances: list[Impedance],
) -> NDArray[np.bool_]:
    """Streets that areas are drawn on, and those beside them, between which the land is divided.

    Nobody gets farther from a hub, in a straight line, than the quickest street leads in the time.
    """
    # 1. The quickest that anybody gets ahead in a straight line. A street handed over may be stated
    #    shorter than it is drawn, so that drawn metres count; one that takes no time reaches
    #    everywhere.
    network, lines = inputs.network, inputs.network.lines
    drawn_m = shapely.length(lines)
    quickest_ms = 0.0
    for impedance in impedances:
        seconds = np.minimum(impedance.forward_s, impedance.backward_s)
        walks = (drawn_m > 0) & np.isfinite(seconds)
        if not seconds[walks].all():
            return np.ones(network.n_edges, dtype=bool)
        along_ms = float((drawn_m[walks] / seconds[walks]).max(initial=0.0))
        quickest_ms = max(quickest_ms, impedance.pace_ms, along_ms)
    # 2. Streets within that reach of a hub or of home, and as far beside them as land is divided.
    hubs = inputs.facilities.geometry.to_numpy()[inputs.targets[HUB]]
    reach_m = quickest_ms * inputs.cutoffs_s[-1]
    land = shapely.union_all([home, *shapely.buffer(hubs, reach_m)])
    tree = shapely.STRtree(lines)
    is_near = np.zeros(network.n_edges, dtype=bool)
    is_near[tree.query(land, predicate="dwithin", distance=4 * HALF_WIDTH_M)] = True
    return is_near
