"""Questions about whole files of points: who reaches each, which is nearest, how long to all?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Unpack

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.config import Options, StreetOptions, Study, WalkProfile, build_options, load_study
from access15.results.run import NetworkInfo
from access15.workflows.network.read import open_extract, read_network
from access15.workflows.network.streets import StreetNetwork

_LEAST_AROUND_M = 3000.0  # ways out and back, as far as single questions look at first
_KEPT = ("id", "to_id", "rank", "status", "minutes", "distance_m", "snap_m")


@dataclass(frozen=True, eq=False)
class Answer:
    """A table of answers.

    Parameters
    ----------
    table : GeoDataFrame
        As `access15.results.schema` says of it, with shapes.
    network_info : NetworkInfo
        Where the streets come from.
    """

    table: gpd.GeoDataFrame
    network_info: NetworkInfo


def measure_isochrones(
    points: gpd.GeoDataFrame,
    *,
    minutes: tuple[float, ...],
    profile: WalkProfile,
    streets: bool = False,
    study: Study | str | Path = "milano",
    now: datetime | None = None,
    **options: Unpack[StreetOptions],
) -> Answer:
    """Land from which each point is reached, or the streets from which any is."""
    loaded = _load(study)
    reach_m = 60.0 * max(minutes) * profile.pace_with_rests_ms + loaded.max_snap_m
    net = _open([points], reach_m, loaded, now, options)
    asked = points.set_index("id")
    most_m = loaded.max_snap_m
    if streets:
        found = net.reach(asked, minutes=minutes, profile=profile, max_snap_m=most_m)
        found = found.reset_index(drop=True)
    else:
        found = net.isochrones(asked, minutes=minutes, profile=profile, max_snap_m=most_m)
        found = found.rename_axis("id").reset_index().drop(columns=["direction", "snap_m"])
    info = net.info
    table = gpd.GeoDataFrame(found.drop(columns="profile")).assign(
        profile=profile.id,
        speed_ms=profile.pace_ms,
        network=f"{info.kind}: {info.name}",
        network_date=info.date,
        licence=info.licence,
    )
    order = ("id", "minutes", "profile", "speed_ms", "network", "network_date", "licence")
    first = [name for name in order if name in table]
    rest = [name for name in ("status", "street", "area_m2", "street_m") if name in table]
    return Answer(table[[*first, *rest, "geometry"]].to_crs(net.crs), info)


def measure_nearest(
    origins: gpd.GeoDataFrame,
    destinations: gpd.GeoDataFrame,
    *,
    count: int | None,
    profile: WalkProfile,
    cutoff_min: float | None = None,
    study: Study | str | Path = "milano",
    now: datetime | None = None,
    **options: Unpack[StreetOptions],
) -> Answer:
    """Walks from every origin to the `count` nearest destinations, or without one to all.

    Rows are in the order of the origins, the nearest first; shapes are those of the origins.
    """
    loaded = _load(study)
    net = _open([origins, destinations], _LEAST_AROUND_M, loaded, now, options)
    starts, ends = origins.set_index("id"), destinations.set_index("id")
    most_m = loaded.max_snap_m
    if count is not None:
        found = net.nearest(
            starts, ends, k=count, cutoff_min=cutoff_min, profile=profile, max_snap_m=most_m
        )
        table = found.rename_axis("id").reset_index().rename(columns={"destination": "to_id"})
        table["to_id"] = table["to_id"].fillna("")
    else:
        table = _rank_all(
            net, starts, ends, cutoff_min=cutoff_min, profile=profile, max_snap_m=most_m
        )
    kept = [name for name in _KEPT if name in table]
    return Answer(gpd.GeoDataFrame(table)[[*kept, "geometry"]], net.info)


def _rank_all(
    net: StreetNetwork,
    starts: gpd.GeoDataFrame,
    ends: gpd.GeoDataFrame,
    *,
    cutoff_min: float | None,
    profile: WalkProfile,
    max_snap_m: float,
) -> gpd.GeoDataFrame:
    """Walks to every destination, ranked by their minutes; as far as the next are equal, in the
    order given.
    """
    table = net.travel_times(
        starts, ends, cutoff_min=cutoff_min, profile=profile, max_snap_m=max_snap_m
    )
    row = np.repeat(np.arange(len(starts)), len(ends))
    order = np.lexsort([table["minutes"].to_numpy(), row])
    ranked = table.take(order).rename(
        columns={"origin": "id", "destination": "to_id", "metres": "distance_m"}
    )
    ranked["rank"] = np.tile(np.arange(1, len(ends) + 1), len(starts))
    shapes = starts.geometry.to_numpy()[row[order]]
    return gpd.GeoDataFrame(pd.DataFrame(ranked), geometry=shapes, crs=starts.crs)


def _load(study: Study | str | Path) -> Study:
    """A study, for its streets and how far doors may lie off them."""
    return study if isinstance(study, Study) else load_study(study)


def _open(
    frames: list[gpd.GeoDataFrame],
    around_m: float,
    study: Study,
    now: datetime | None,
    options: StreetOptions,
) -> StreetNetwork:
    """Streets around all points of an extract, else those that the study has at hand."""
    asked = build_options(**options)
    area = study if asked.osm is None else _choose_points(frames, asked)
    heights = asked.find_heights(study)
    return read_network(
        asked.osm,
        dem=None if heights is None else heights.files,
        area=area,
        padding_m=max(_LEAST_AROUND_M, around_m),
        walkers=asked.walkers,
        cache=options.get("cache"),
        no_cache=asked.no_cache,
        now=now,
    )


def _choose_points(frames: list[gpd.GeoDataFrame], asked: Options) -> gpd.GeoSeries:
    """Points within the extract, around which it is read: those beyond are too far from its
    streets. Where none lies there, all of them, which are then refused.
    """
    points = pd.concat([one.geometry for one in frames])
    box = open_extract(asked).box
    if box is None:
        return points
    west, south, east, north = box
    inside = points.cx[west:east, south:north]
    return points if inside.empty else inside
