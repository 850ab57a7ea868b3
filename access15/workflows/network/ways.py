"""Ways between pairs of points as lines, and street by street."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.core.reach.parts import StreetParts, cut_vertices, points_at
from access15.core.streets.network import WalkNetwork
from access15.core.walk.routes import Way, WayParts, find_ways, join_stretches, list_parts
from access15.core.walk.snap import Snapped
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.workflows.network.frames import WalkFrame
from access15.workflows.network.points import Points
from access15.workflows.network.walker import WalkerHere

if TYPE_CHECKING:
    import folium
    from matplotlib.axes import Axes

# What a stretch of street costs, in the units of people.
_MINUTES = {"walk_min": "walk_s", "rest_min": "rest_s", "wait_min": "wait_s"}
_COUNTS = {
    "waits": "n_waits",
    "steps": "n_steps",
    "steps_m": "steps_m",
    "climb_m": "climb_m",
    "fall_m": "fall_m",
}


@dataclass(frozen=True, eq=False)
class Routes:
    """Ways between pairs of points.

    Parameters
    ----------
    lines : GeoDataFrame
        One row for each pair, with the index and in the CRS of the origins: ``origin``,
        ``destination`` (labels), ``status``, ``minutes`` (door to door), ``metres`` (along the
        streets), ``snap_m`` (off the streets, both ends together), ``door_min``, ``walk_min``,
        ``rest_min``, ``wait_min`` (of those minutes: between doors and streets, on foot, resting,
        waiting), ``waits`` (crossings and lifts), ``steps``
        (NaN where a flight's are not counted on the map), ``steps_m``, ``climb_m``, ``fall_m`` (NaN
        where the slope of any part is not known), and the line from street to street.
    streets : DataFrame
        One row for each stretch, in order: ``route`` (label of its row in `lines`), ``stretch``
        (from 1), ``street`` (empty where it has no name), ``highway``, ``metres``, ``minutes`` and
        the same columns as in `lines`.
    """

    lines: WalkFrame
    streets: pd.DataFrame

    def explore(self, **kwargs: Any) -> folium.Map:
        """Show the lines on a map; see `WalkFrame.explore`."""
        return self.lines.explore(**kwargs)

    def plot(self, **kwargs: Any) -> Axes:
        """Draw the lines with matplotlib; see `WalkFrame.plot`."""
        return self.lines.plot(**kwargs)


def read_pairs(given: Any) -> tuple[gpd.GeoSeries, gpd.GeoSeries]:
    """Starts and ends of lines."""
    if not isinstance(given, gpd.GeoDataFrame | gpd.GeoSeries):
        raise InputDataError(Remark("frame_kind", what="origins", kind=type(given).__name__))
    series = given.geometry
    starts, ends = np.full((2, len(series)), None, dtype=object)
    problems = []
    for row, (label, line) in enumerate(zip(series.index, series.array, strict=True)):
        if line is None or line.is_empty:
            continue
        if not isinstance(line, shapely.LineString):
            problems.append(Remark("pairs_shape", row=repr(label), kind=line.geom_type))
            continue
        starts[row], ends[row] = shapely.get_point(line, 0), shapely.get_point(line, -1)
    if problems:
        raise InputDataError(Remark("frame_unfit", what="origins"), problems)
    return (
        gpd.GeoSeries(starts, index=series.index, crs=series.crs),
        gpd.GeoSeries(ends, index=series.index, crs=series.crs),
    )


def tabulate_routes(
    here: WalkerHere, starts: Points, ends: Points, at_starts: Snapped, at_ends: Snapped
) -> Routes:
    """Ways of one walker as frames."""
    network = here.ground.network
    ways = find_ways(here.finder, at_starts, at_ends)
    parts = list_parts(network, here.profile, ways)
    of_start, of_end = starts.name_status(at_starts), ends.name_status(at_ends)
    walked = np.where([np.isfinite(way.time_s) for way in ways], "ok", "unreachable")
    status = np.where(of_start == "ok", np.where(of_end == "ok", walked, of_end), of_start)
    pace_ms = here.profile.pace_with_rests_ms
    is_way = np.array([len(way) > 0 for way in ways], dtype=bool)
    columns = {
        "origin": starts.index.to_numpy(),
        "destination": ends.index.to_numpy(),
        "status": status.astype(object),
        "minutes": np.array([way.time_s for way in ways]) / 60.0,
        "metres": np.array([way.distance_m for way in ways], dtype=np.float64),
        "snap_m": at_starts.snap_m + at_ends.snap_m,
        "door_min": (at_starts.snap_m + at_ends.snap_m) / pace_ms / 60.0,
        **{name: _sum_up(parts, of) / 60.0 for name, of in _MINUTES.items()},
        **{name: _sum_up(parts, of) for name, of in _COUNTS.items()},
    }
    frame = WalkFrame(
        columns, geometry=_draw_ways(network, ways), crs=network.crs, index=starts.index
    )
    told = ["door_min", *_MINUTES, *_COUNTS]
    frame.loc[~is_way, told] = np.nan
    tables = [
        _tabulate_way(network, label, join_stretches(part))
        for label, part in zip(starts.index, parts, strict=True)
    ]
    nothing = _tabulate_way(network, None, list_parts(network, here.profile, [_NO_WAY])[0])
    return Routes(frame.to_crs(starts.crs), pd.concat([*tables, nothing], ignore_index=True))


_NO_WAY = Way(np.inf, np.inf, np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))


def _sum_up(parts: list[WayParts], name: str) -> NDArray[np.float64]:
    """Sum of a column of each way."""
    return np.array([getattr(one, name).sum() for one in parts], dtype=np.float64)


def _tabulate_way(network: WalkNetwork, label: object, parts: WayParts) -> pd.DataFrame:
    """Stretches of one way."""
    columns = {
        "route": np.full(len(parts), label, dtype=object),
        "stretch": np.arange(1, len(parts) + 1),
        "street": np.array(network.street_names, dtype=object)[parts.street],
        "highway": np.array(network.highway_names, dtype=object)[parts.highway],
        "metres": parts.length_m,
        "minutes": parts.time_s / 60.0,
        **{name: getattr(parts, of) / 60.0 for name, of in _MINUTES.items()},
        **{name: getattr(parts, of) for name, of in _COUNTS.items()},
    }
    return pd.DataFrame(columns)


def _draw_ways(network: WalkNetwork, ways: list[Way]) -> NDArray[np.object_]:
    """Lines of ways, None where there is none."""
    lines = np.full(len(ways), None, dtype=object)
    for row, way in enumerate(ways):
        if len(way):
            lines[row] = shapely.LineString(np.concatenate(list(_list_vertices(network, way))))
    return lines


def _list_vertices(network: WalkNetwork, way: Way) -> Iterator[NDArray[np.float64]]:
    """Vertices of each part of a way, in the direction walked; the last place at the end."""
    low, high = np.minimum(way.start, way.stop), np.maximum(way.start, way.stop)
    xy, owner = cut_vertices(network, StreetParts(way.edge, low, high))
    first = np.searchsorted(owner, np.arange(len(way) + 1))
    for part in range(len(way)):
        own = xy[first[part] : first[part + 1]]
        own = own if way.stop[part] >= way.start[part] else own[::-1]
        yield own if part == 0 else own[1:]
    if len(way) == 1 and low[0] == high[0]:
        yield points_at(network, way.edge, way.stop)
