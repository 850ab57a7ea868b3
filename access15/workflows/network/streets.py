"""Streets that are read once and asked often, with frames going in and coming out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.measures.coverage import count_covered
from access15.core.reach.service_area import draw_reach
from access15.core.streets.network import WalkNetwork
from access15.core.walk.doors import snap_doors
from access15.core.walk.snap import Snapped, round_places
from access15.crs import LONLAT
from access15.errors import Gathering, InputDataError
from access15.remarks import Remark
from access15.results.run import NetworkInfo
from access15.sources.streets.at_hand import find_extent
from access15.sources.streets.boxes import Box
from access15.workflows.isochrone import Bands
from access15.workflows.network.asked import (
    DEFAULT_PROFILE,
    Direction,
    ProfileLike,
    check_count,
    check_direction,
    choose_walker,
    read_cutoff_s,
    read_cutoffs,
    read_snap_m,
)
from access15.workflows.network.frames import WalkFrame
from access15.workflows.network.points import Points, read_points
from access15.workflows.network.walker import Ground, WalkerHere, group_places
from access15.workflows.network.ways import Routes, read_pairs, tabulate_routes

if TYPE_CHECKING:
    import folium
    from matplotlib.axes import Axes

_TOO_LONG = {True: "beyond_cutoff", False: "unreachable"}  # whether a cutoff was asked for


@dataclass(frozen=True, eq=False)
class Covered:
    """Who reaches a place, home by home and summed up.

    Parameters
    ----------
    homes : GeoDataFrame
        One row for each home, with its own index: ``status, minutes, place`` (label of the nearest
        one), ``within`` (the smallest cutoff that it is within, NaN beyond all), the columns of
        people asked for, and the homes' points in their own CRS.
    table : DataFrame
        ``people_of`` (the column, or ``homes``), ``minutes``, ``people``, ``within``, ``share``.
    """

    homes: WalkFrame
    table: pd.DataFrame

    def explore(self, **kwargs: Any) -> folium.Map:
        """Show the homes on a map; see `WalkFrame.explore`."""
        return self.homes.explore(**kwargs)

    def plot(self, **kwargs: Any) -> Axes:
        """Draw the homes with matplotlib; see `WalkFrame.plot`."""
        return self.homes.plot(**kwargs)


class StreetNetwork:
    """Streets around an area, ready to be asked; from `access15.read_network`.

    Methods take GeoDataFrames (or GeoSeries) of points in any coordinate system and give frames
    with the same index and system. No row is dropped: one without a point is ``not_geocoded``, one
    farther from the streets than `max_snap_m` is ``too_far_from_network``, and where no way leads
    minutes are inf and the status says why. ``attrs`` of every frame says of whom, at which pace
    and from which streets its numbers are.

    Parameters
    ----------
    network : WalkNetwork
        The streets as arrays, in a projected CRS.
    info : NetworkInfo
        Where they come from, and what one must know of them.
    walkers : mapping of str to WalkProfile
        Who is known by name.
    max_snap_m : float
        Farthest street from a point, unless a method is told another [m].
    ground : Ground
        The same streets, set up for doors, with the seats on them.
    """

    def __init__(
        self,
        network: WalkNetwork,
        info: NetworkInfo,
        *,
        walkers: Mapping[str, WalkProfile],
        max_snap_m: float,
        ground: Ground,
    ) -> None:
        self.network, self.info = network, info
        self.walkers, self.max_snap_m = dict(walkers), max_snap_m
        self._ground = ground
        self._here: dict[str, WalkerHere] = {}
        box = find_extent(network)
        self._box: Box = (0.0, 0.0, 0.0, 0.0) if box is None else box

    def __repr__(self) -> str:
        """As short as a cell of a notebook should be."""
        km = float(self.network.length_m[self.network.is_mapped].sum()) / 1000.0
        west, south, east, north = self._box
        dated = f", {self.info.date}" if self.info.date else ""
        notes = f", {len(self.info.warnings)} notes in info.warnings" if self.info.warnings else ""
        size = f"{self.network.n_edges:,} streets, {km:,.0f} km"
        where = f"lon {west:.3f} to {east:.3f}, lat {south:.3f} to {north:.3f}, {self.crs}"
        return f"<StreetNetwork {self.info.name}{dated}: {size}, {where}{notes}>"

    @property
    def crs(self) -> str:
        """Projected coordinate system that the streets are measured in."""
        return self.network.crs

    @property
    def streets(self) -> gpd.GeoDataFrame:
        """Every street as a line: ``street, highway, way_id, metres``, in `crs`."""
        network = self.network
        names = np.array(network.street_names, dtype=object)[network.street]
        classes = np.array(network.highway_names, dtype=object)[network.highway]
        columns = {
            "street": names,
            "highway": classes,
            "way_id": network.way_id,
            "metres": network.length_m,
        }
        frame = gpd.GeoDataFrame(columns, geometry=network.lines, crs=network.crs)
        return frame[network.is_mapped].reset_index(drop=True)

    def travel_times(
        self,
        origins: gpd.GeoDataFrame | gpd.GeoSeries,
        destinations: gpd.GeoDataFrame | gpd.GeoSeries,
        *,
        cutoff_min: float | None = None,
        profile: ProfileLike = DEFAULT_PROFILE,
        matrix: bool = False,
        max_snap_m: float | None = None,
    ) -> pd.DataFrame:
        """Walks from every origin to every destination, as ``access15 times`` computes them.

        Parameters
        ----------
        origins, destinations : GeoDataFrame or GeoSeries
            Points, in any coordinate systems.
        cutoff_min : float, optional
            Longest walk, inclusive [min]; without it there is no limit.
        profile : str, WalkProfile or dict
            Who walks: a name, a profile, or changes to one (``{"id": "frail", "pace_ms": 0.6}``).
        matrix : bool
            Whether minutes come as a table of origins by destinations.
        max_snap_m : float, optional
            Farthest street from a point [m]; by default the network's.

        Returns
        -------
        DataFrame
            One row for each pair, origin by origin: ``origin`` and ``destination`` (labels),
            ``status``, ``minutes`` (door to door; inf where not reached), ``metres`` (along the
            streets, NaN for who walks from seat to seat), ``snap_m`` (off the streets, both ends
            together). As a matrix ``minutes`` alone.

        Raises
        ------
        InputDataError
            If a frame has no CRS, rows that are no points, labels that stand twice, or points so
            far away that nobody can mean them; all rows are named at once.
        ConfigError
            If the walker is not known or no walker.

        Examples
        --------
        >>> import access15, geopandas as gpd
        >>> net = access15.read_network(area="milano")
        >>> homes = gpd.GeoSeries.from_xy([9.1766, 9.1735], [45.4171, 45.4155], crs=4326)
        >>> times = net.travel_times(homes, homes, profile="adult")
        >>> times["status"].tolist()
        ['ok', 'ok', 'ok', 'ok']
        """
        asked = Gathering()
        cutoff_s = asked.read(lambda: read_cutoff_s(cutoff_min))
        here, most_m = self._read_walker(asked, profile, max_snap_m)
        starts, ends = self._read_points(asked, origins=origins, destinations=destinations)
        at_starts, at_ends = self._join(starts, most_m), self._join(ends, most_m)
        time_s, metres = here.measure_matrix(at_starts, at_ends, cutoff_s)
        if matrix:
            table = pd.DataFrame(time_s / 60.0, index=starts.index, columns=ends.index)
            return self._sign(table, here, cutoff_min)
        n, m = time_s.shape
        of_start = np.repeat(starts.name_status(at_starts), m)
        of_end = np.tile(ends.name_status(at_ends), n)
        walked = np.where(np.isfinite(time_s.ravel()), "ok", _TOO_LONG[cutoff_min is not None])
        at_end = np.where(of_end == "ok", walked, of_end)
        table = pd.DataFrame(
            {
                "origin": starts.index.repeat(m),
                "destination": ends.index.take(np.tile(np.arange(m), n)),
                "status": np.where(of_start == "ok", at_end, of_start).astype(object),
                "minutes": time_s.ravel() / 60.0,
                "metres": metres.ravel(),
                "snap_m": (at_starts.snap_m[:, None] + at_ends.snap_m).ravel(),
            }
        )
        return self._sign(table, here, cutoff_min)

    def nearest(
        self,
        origins: gpd.GeoDataFrame | gpd.GeoSeries,
        destinations: gpd.GeoDataFrame | gpd.GeoSeries,
        *,
        k: int = 1,
        cutoff_min: float | None = None,
        profile: ProfileLike = DEFAULT_PROFILE,
        max_snap_m: float | None = None,
    ) -> WalkFrame:
        """Find the k destinations nearest to every origin, as ``access15 run`` measures walks.

        Doors lie on whole centimetres, as on the session page, so that minutes differ from those of
        `travel_times` by up to a hundredth of a second.

        Parameters
        ----------
        origins, destinations : GeoDataFrame or GeoSeries
            Points, in any coordinate systems.
        k : int
            How many, 1 or more.
        cutoff_min : float, optional
            Longest walk, inclusive [min]; without it there is no limit.
        profile : str, WalkProfile or dict
            Who walks, as in `travel_times`.
        max_snap_m : float, optional
            Farthest street from a point [m]; by default the network's.

        Returns
        -------
        GeoDataFrame
            `k` rows for each origin, with its index and its point: ``rank`` (1 is the nearest),
            ``destination`` (label; None where there is none), ``status``, ``minutes`` (inf where
            there is none).

        Raises
        ------
        InputDataError
            As in `travel_times`, or if `k` is no whole number from 1 up.
        ConfigError
            If the walker is not known, no walker, or needs seats and none is known.

        Examples
        --------
        >>> import access15, geopandas as gpd
        >>> net = access15.read_network(area="milano")
        >>> homes = gpd.GeoSeries.from_xy([9.1766, 9.1735], [45.4171, 45.4155], crs=4326)
        >>> net.nearest(homes, homes)["destination"].tolist()
        [0, 1]
        """
        asked = Gathering()
        n = asked.read(lambda: check_count(k))
        cutoff_s = asked.read(lambda: read_cutoff_s(cutoff_min))
        here, most_m = self._read_walker(asked, profile, max_snap_m)
        starts, ends = self._read_points(asked, origins=origins, destinations=destinations)
        at_starts = round_places(self.network, self._join(starts, most_m))
        at_ends = round_places(self.network, self._join(ends, most_m))
        time_s, which = here.rank_nearest(at_starts, at_ends, n, cutoff_s)
        found = which.ravel()
        of_start = np.repeat(starts.name_status(at_starts), n)
        walked = np.where(found >= 0, "ok", _TOO_LONG[cutoff_min is not None])
        columns = {
            "rank": np.tile(np.arange(1, n + 1), len(starts)),
            "destination": _name_found(ends.index, found),
            "status": np.where(of_start == "ok", walked, of_start).astype(object),
            "minutes": time_s.ravel() / 60.0,
        }
        shapes = np.repeat(starts.shapes, n)
        frame = WalkFrame(columns, geometry=shapes, crs=starts.crs, index=starts.index.repeat(n))
        signed: WalkFrame = self._sign(frame, here, cutoff_min)
        return signed

    def coverage(
        self,
        homes: gpd.GeoDataFrame | gpd.GeoSeries,
        places: gpd.GeoDataFrame | gpd.GeoSeries,
        *,
        minutes: float | Sequence[float] = 15.0,
        people: str | Sequence[str] | None = None,
        profile: ProfileLike = DEFAULT_PROFILE,
        max_snap_m: float | None = None,
    ) -> Covered:
        """Who reaches a place within the minutes, as ``access15 run`` counts it.

        Parameters
        ----------
        homes : GeoDataFrame or GeoSeries
            Points where people live, in any coordinate system.
        places : GeoDataFrame or GeoSeries
            Points of the service.
        minutes : float or sequence of float
            Cutoffs, inclusive [min].
        people : str or sequence of str, optional
            Columns of `homes` that say how many live there; without them homes are counted.
        profile : str, WalkProfile or dict
            Who walks, as in `travel_times`.
        max_snap_m : float, optional
            Farthest street from a point [m]; by default the network's.

        Returns
        -------
        Covered
            Homes with their walk, and the table of shares.

        Raises
        ------
        InputDataError
            As in `travel_times`, or if a column of people is not there or holds something else
            than numbers from 0 up.
        ConfigError
            If the walker is not known, no walker, or needs seats and none is known.

        Examples
        --------
        >>> import access15, geopandas as gpd
        >>> net = access15.read_network(area="milano")
        >>> homes = gpd.GeoSeries.from_xy([9.1766, 9.1735], [45.4171, 45.4155], crs=4326)
        >>> net.coverage(homes, homes, minutes=5).table["share"].tolist()
        [1.0]
        """
        asked = Gathering()
        cutoffs = asked.read(lambda: read_cutoffs(minutes))
        here, most_m = self._read_walker(asked, profile, max_snap_m)
        counted = asked.read(lambda: _read_people(homes, people))
        starts, ends = self._read_points(asked, homes=homes, places=places)
        at_homes = round_places(self.network, self._join(starts, most_m))
        at_ends = round_places(self.network, self._join(ends, most_m))
        time_s, which = here.find_nearest(at_homes, at_ends, np.inf)
        status = starts.name_status(at_homes)
        status[(status == "ok") & (which < 0)] = "unreachable"
        first = np.searchsorted([60.0 * one for one in cutoffs], time_s)
        columns = {
            "status": status,
            "minutes": time_s / 60.0,
            "place": _name_found(ends.index, which),
            "within": np.append(cutoffs, np.nan)[first],
            **counted,
        }
        frame = WalkFrame(columns, geometry=starts.shapes, crs=starts.crs, index=starts.index)
        groups = counted or {"homes": np.ones(len(starts))}
        table = _tabulate_shares(groups, time_s, cutoffs)
        return Covered(self._sign(frame, here, cutoffs[-1]), self._sign(table, here, cutoffs[-1]))

    def isochrones(
        self,
        points: gpd.GeoDataFrame | gpd.GeoSeries,
        *,
        minutes: float | Sequence[float] = (5.0, 10.0, 15.0),
        profile: ProfileLike = DEFAULT_PROFILE,
        direction: Direction = "towards",
        max_snap_m: float | None = None,
    ) -> WalkFrame:
        """Land around every point that is within the minutes, as ``access15 isochrone`` draws it.

        Parameters
        ----------
        points : GeoDataFrame or GeoSeries
            Points, in any coordinate system.
        minutes : float or sequence of float
            Cutoffs, inclusive [min].
        profile : str, WalkProfile or dict
            Who walks, as in `travel_times`.
        direction : {"towards", "from"}
            Who can walk to the point, or where one can walk from it.
        max_snap_m : float, optional
            Farthest street from a point [m]; by default the network's.

        Returns
        -------
        GeoDataFrame
            One row for each point and cutoff, with the points' index and in their CRS: ``minutes``,
            ``profile``, ``direction``, ``status``, ``snap_m``, ``area_m2``, ``street_m``, and the
            polygon; where a point is on no street there is none, and measures are NaN.

        Raises
        ------
        InputDataError
            As in `travel_times`, or if nobody walks so long.
        ConfigError
            If the walker is not known or no walker, needs seats and none is known, or is asked
            where one gets from the point; or if the direction is another.

        Examples
        --------
        >>> import access15, geopandas as gpd
        >>> net = access15.read_network(area="milano")
        >>> place = gpd.GeoSeries.from_xy([9.1766], [45.4171], index=["a"], crs=4326)
        >>> areas = net.isochrones(place, minutes=[5, 10])
        >>> areas.index.tolist(), areas["minutes"].tolist()
        (['a', 'a'], [5.0, 10.0])
        """
        cutoffs, towards, here, (starts,), most_m = self._read_reach(
            minutes, direction, profile, max_snap_m, points=points
        )
        snapped = self._join(starts, most_m)
        polygons = np.full((len(starts), len(cutoffs)), None, dtype=object)
        area_m2, street_m = np.full(polygons.shape, np.nan), np.full(polygons.shape, np.nan)
        cutoffs_s = [60.0 * one for one in cutoffs]
        placed = np.where(snapped.is_snapped[:, None], starts.xy, np.nan)
        for rows in group_places(placed):
            canvas = here.build_land(placed[rows], cutoffs_s[-1])
            for row in rows.tolist():
                one = snapped.take(slice(row, row + 1))
                found = here.reach(one, cutoffs_s[-1], towards=towards)
                areas = draw_reach(canvas, found, cutoffs_s=tuple(cutoffs_s))
                for column, area in enumerate(areas):
                    polygons[row, column] = area.polygon
                    area_m2[row, column] = area.polygon.area
                    street_m[row, column] = area.street_m
        n = len(cutoffs)
        columns = {
            "minutes": np.tile(cutoffs, len(starts)),
            "profile": here.profile.id,
            "direction": direction,
            "status": np.repeat(starts.name_status(snapped), n),
            "snap_m": np.repeat(snapped.snap_m, n),
            "area_m2": area_m2.ravel(),
            "street_m": street_m.ravel(),
        }
        index = starts.index.repeat(n)
        frame = WalkFrame(columns, geometry=polygons.ravel(), crs=self.crs, index=index)
        signed: WalkFrame = self._sign(frame.to_crs(starts.crs), here, cutoffs[-1])
        return signed

    def reach(
        self,
        places: gpd.GeoDataFrame | gpd.GeoSeries,
        *,
        minutes: float | Sequence[float] = 15.0,
        profile: ProfileLike = DEFAULT_PROFILE,
        direction: Direction = "towards",
        max_snap_m: float | None = None,
    ) -> WalkFrame:
        """Streets from which any of the places is reached within the minutes, cut to the metre.

        Parameters
        ----------
        places : GeoDataFrame or GeoSeries
            Points, in any coordinate system; the nearest one counts.
        minutes : float or sequence of float
            Cutoffs, inclusive [min].
        profile : str, WalkProfile or dict
            Who walks, as in `travel_times`.
        direction : {"towards", "from"}
            Who can walk to a place, or where one can walk from one.
        max_snap_m : float, optional
            Farthest street from a point [m]; by default the network's.

        Returns
        -------
        GeoDataFrame
            One row for each part of a street, in the places' CRS: ``minutes`` (the smallest cutoff
            that reaches it), ``profile``, ``street``, ``street_m``, and the line.

        Raises
        ------
        InputDataError
            As in `isochrones`.
        ConfigError
            As in `isochrones`.

        Examples
        --------
        >>> import access15, geopandas as gpd
        >>> net = access15.read_network(area="milano")
        >>> place = gpd.GeoSeries.from_xy([9.1766], [45.4171], crs=4326)
        >>> bool(net.reach(place, minutes=5)["street_m"].sum() > 300)
        True
        """
        cutoffs, towards, here, (ends,), most_m = self._read_reach(
            minutes, direction, profile, max_snap_m, places=places
        )
        found = here.reach(self._join(ends, most_m), 60.0 * cutoffs[-1], towards=towards)
        bands = Bands(self.network, found, cutoffs, {"profile": here.profile.id})
        table = bands.tabulate().to_frame()
        signed: WalkFrame = self._sign(WalkFrame(table).to_crs(ends.crs), here, cutoffs[-1])
        return signed

    def routes(
        self,
        origins: gpd.GeoDataFrame | gpd.GeoSeries,
        destinations: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
        *,
        profile: ProfileLike = DEFAULT_PROFILE,
        max_snap_m: float | None = None,
    ) -> Routes:
        """Find the fastest way from every origin to its counterpart, street by street.

        Parameters
        ----------
        origins : GeoDataFrame or GeoSeries
            Points; or, without `destinations`, lines from start to end.
        destinations : GeoDataFrame or GeoSeries, optional
            As many points, row by row.
        profile : str, WalkProfile or dict
            Who walks, as in `travel_times`.
        max_snap_m : float, optional
            Farthest street from a point [m]; by default the network's.

        Returns
        -------
        Routes
            A line for each pair, and the table of its streets; minutes and metres are those of
            `travel_times`.

        Raises
        ------
        InputDataError
            As in `travel_times`, or if there are not as many ends as starts.
        ConfigError
            If the walker is not known, no walker, or needs seats: from seat to seat it is known
            whether one arrives, not by which way.

        Examples
        --------
        >>> import access15, geopandas as gpd
        >>> net = access15.read_network(area="milano")
        >>> start = gpd.GeoSeries.from_xy([9.1766], [45.4171], crs=4326)
        >>> end = gpd.GeoSeries.from_xy([9.1735], [45.4155], crs=4326)
        >>> net.routes(start, end, profile="adult").lines["status"].tolist()
        ['ok']
        """
        asked = Gathering()
        here, most_m = self._read_walker(asked, profile, max_snap_m, ("seats_ways", "travel_times"))
        pairs = asked.read(
            lambda: read_pairs(origins) if destinations is None else (origins, destinations)
        )
        given = {} if pairs is None else dict(zip(("origins", "destinations"), pairs, strict=True))
        starts, ends = self._read_points(asked, **given)
        if len(starts) != len(ends):
            told = Remark("pairs_lengths", n_origins=len(starts), n_destinations=len(ends))
            raise InputDataError(told)
        found = tabulate_routes(
            here, starts, ends, self._join(starts, most_m), self._join(ends, most_m)
        )
        return Routes(self._sign(found.lines, here, None), self._sign(found.streets, here, None))

    def _set(self, profile: ProfileLike) -> WalkerHere:
        """A walker on these streets, kept for the next question."""
        walker = choose_walker(self.walkers, profile)
        key = walker.model_dump_json()
        if key not in self._here:
            self._here[key] = WalkerHere(walker, self._ground)
        return self._here[key]

    def _read_walker(
        self,
        asked: Gathering,
        profile: ProfileLike,
        max_snap_m: float | None,
        plain: tuple[str, str] | None = None,
    ) -> tuple[WalkerHere, float]:
        """Read who walks and how far doors may lie off; `plain` tells who needs seats that not."""

        def read() -> WalkerHere:
            here = self._set(profile)
            if plain is not None:
                here.check_plain(*plain)
            return here

        return asked.read(read), asked.read(lambda: read_snap_m(max_snap_m, self.max_snap_m))

    def _read_points(self, asked: Gathering, **given: object) -> list[Points]:
        """Read frames of points, then raise whatever is wrong with all that was asked."""
        found = [
            asked.read(
                lambda what=what, frame=frame: read_points(  # type: ignore[misc]
                    frame, what, crs=self.crs, box=self._box, streets=self.info.name
                )
            )
            for what, frame in given.items()
        ]
        asked.check()
        return found

    def _read_reach(
        self,
        minutes: float | Sequence[float],
        direction: Direction,
        profile: ProfileLike,
        max_snap_m: float | None,
        **given: object,
    ) -> tuple[tuple[float, ...], bool, WalkerHere, list[Points], float]:
        """Read what `isochrones` and `reach` are asked."""
        asked = Gathering()
        cutoffs = asked.read(lambda: read_cutoffs(minutes))
        towards = asked.read(lambda: check_direction(direction))
        plain = ("seats_from", 'direction="towards"') if towards is False else None
        here, most_m = self._read_walker(asked, profile, max_snap_m, plain)
        return cutoffs, towards, here, self._read_points(asked, **given), most_m

    def _join(self, points: Points, max_snap_m: float) -> Snapped:
        """Join points to the street that their doors open to."""
        return snap_doors(self._ground.snapper, points.xy, max_snap_m=max_snap_m)

    def _sign(self, frame: Any, here: WalkerHere, cutoff_min: float | None) -> Any:
        """Say in a frame's ``attrs`` of whom and from which streets its numbers are."""
        frame.attrs = {
            "profile": here.profile.id,
            "pace_ms": here.profile.pace_ms,
            "cutoff_min": cutoff_min,
            "network": f"{self.info.kind}: {self.info.name}",
            "heights": ", ".join(self.info.heights.names) if self.info.heights else "",
            "network_date": self.info.date,
            "licence": self.info.licence,
        }
        return frame.on_streets(self.network) if isinstance(frame, WalkFrame) else frame


def _name_found(index: pd.Index, which: NDArray[np.int64]) -> NDArray[np.object_]:
    """Labels of rows, None for -1."""
    labels = np.full(len(index) + 1, None, dtype=object)
    for row, label in enumerate(index):
        labels[row] = label
    return labels[which]


def _read_people(homes: Any, people: str | Sequence[str] | None) -> dict[str, NDArray[np.float64]]:
    """Columns that say how many live at each home."""
    wanted = [people] if isinstance(people, str) else list(people or ())
    columns = list(homes.columns) if isinstance(homes, pd.DataFrame) else []
    problems: list[str] = []
    found: dict[str, NDArray[np.float64]] = {}
    for name in wanted:
        if name not in columns:
            told = Remark("people_column_missing", what="homes", column=name, columns=columns)
            problems.append(told)
            continue
        values = pd.to_numeric(homes[name], errors="coerce").to_numpy(dtype=np.float64)
        for row in np.flatnonzero(~(np.isfinite(values) & (values >= 0))).tolist():
            where = {"row": repr(homes.index[row]), "column": name}
            problems.append(Remark("people_wrong", **where, value=repr(homes[name].iloc[row])))
        found[name] = values
    if problems:
        raise InputDataError(Remark("frame_unfit", what="homes"), problems)
    return found


def _tabulate_shares(
    groups: Mapping[str, NDArray[np.float64]],
    time_s: NDArray[np.float64],
    cutoffs: Sequence[float],
) -> pd.DataFrame:
    """People of each group within each cutoff, and their share; NaN where there is nobody."""
    people = np.stack(list(groups.values()))
    within = count_covered(time_s, people, cutoffs_s=[60.0 * one for one in cutoffs])
    total = people.sum(axis=1)
    everybody = np.where(total > 0, total, np.nan)
    n = len(cutoffs)
    return pd.DataFrame(
        {
            "people_of": np.repeat(list(groups), n),
            "minutes": np.tile(cutoffs, len(groups)),
            "people": np.repeat(total, n),
            "within": within.ravel(),
            "share": (within / everybody[:, None]).ravel(),
        }
    )


def to_lonlat_box(frame: gpd.GeoDataFrame | gpd.GeoSeries) -> Box:
    """Box around what a frame holds [degrees]."""
    west, south, east, north = frame.geometry.to_crs(LONLAT).total_bounds
    return float(west), float(south), float(east), float(north)


def is_box(box: Box) -> bool:
    """Whether a box of degrees can be one."""
    west, south, east, north = box
    return -180 <= west < east <= 180 and -84 <= south < north <= 84
