"""Read the streets of an area once, for as many questions as one likes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from numbers import Real
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.config import Options, Study, WalkProfile, build_options, load_study
from access15.crs import LONLAT, check_scale, lonlat_xy, to_box, utm_crs
from access15.errors import ConfigError, CrsError, InputDataError
from access15.files.store import Store
from access15.remarks import Remark
from access15.sources.streets.access import choose_time
from access15.sources.streets.area import StreetArea, StreetsAlone
from access15.sources.streets.at_hand import choose_crs
from access15.sources.streets.boxes import Box, Clip
from access15.sources.streets.extract import Extract
from access15.sources.streets.heights import check_overlap, lift_streets, read_heights
from access15.sources.zones import read_zones
from access15.workflows.ground import StreetSource, choose_source, read_kept
from access15.workflows.network.points import read_points
from access15.workflows.network.streets import StreetNetwork, is_box, to_lonlat_box
from access15.workflows.network.walker import build_ground

_PADDING_M = 3000.0  # as single questions read around their places
_MAX_SNAP_M: float = Study.model_fields["max_snap_m"].default


@dataclass(frozen=True, eq=False)
class _Asked:
    """Where streets are needed."""

    box: Box
    crs: str
    study: Study | None


def read_network(
    osm: str | Path | None = None,
    *,
    area: Study
    | str
    | gpd.GeoDataFrame
    | gpd.GeoSeries
    | tuple[float, float, float, float]
    | None = None,
    padding_m: float = _PADDING_M,
    seats: gpd.GeoDataFrame | gpd.GeoSeries | None = None,
    dem: str | Path | Sequence[str | Path] | None = None,
    at: str | datetime | None = None,
    walkers: Mapping[str, WalkProfile] | None = None,
    cache: str | Path | None = None,
    no_cache: bool = False,
    now: datetime | None = None,
) -> StreetNetwork:
    """Read the streets of an area, to be asked for times, ways and areas.

    What was read of an extract is kept in the cache: the same area is there at once the next time,
    in this session or another, for as long as the file and the rules stay as they are.

    Parameters
    ----------
    osm : str or Path, optional
        An OpenStreetMap extract (``.osm.pbf``, ``.osm``); without it the streets that a study has
        at hand, fetched before or sketched.
    area : Study, str, GeoDataFrame, GeoSeries or tuple of float, optional
        Where the questions will be: a study or its name, anything with a geometry, or a box (west,
        south, east, north) in degrees. Without it all that the extract holds.
    padding_m : float
        How far around it streets are read, for walks that lead out and back [m].
    seats : GeoDataFrame or GeoSeries, optional
        Places to sit down, beside those on the map, for walkers who need them.
    dem : str, Path or sequence of these, optional
        Heights of the ground (GeoTIFFs of one band, in any coordinate system), from which the
        slopes of streets follow; a slope that the map tells (``incline``) is kept. By default those
        that a study names, else none: slopes are then those that the map tells.
    at : str or datetime, optional
        When the streets are walked, such as ``"tue 10:30"``: some are open for some hours only.
    walkers : mapping of str to WalkProfile, optional
        Who is known by name; by default the profiles that come with access15.
    cache : str or Path, optional
        Folder of what is kept; by default the user's own.
    no_cache : bool
        Whether the extract is read anew and nothing is kept.
    now : datetime, optional
        For the age of fetched streets, with time zone; by default the clock's.

    Returns
    -------
    StreetNetwork
        The streets; ``info.warnings`` says what one must know of them, such as walks that may be
        too long because the extract ends there.

    Raises
    ------
    InputDataError
        If the extract cannot be read or does not cover the area, the area is none, or heights
        cannot be used or lie elsewhere.
    ConfigError
        If there is neither an extract nor a study, a study is not known, or heights are given and
        rasterio (``access15[raster]``) is not installed.

    Examples
    --------
    >>> import access15
    >>> net = access15.read_network(area="milano")
    >>> net.info.kind, net.crs
    ('sketch', 'EPSG:32632')
    """
    models = [dem] if isinstance(dem, str | Path) else dem
    options = build_options(
        osm=osm, dem=models, at=at, walkers=walkers, cache=cache, no_cache=no_cache
    )
    if not _is_length(padding_m):
        raise InputDataError(Remark("network_padding", value=repr(padding_m)))
    asked = _find_area(area, options)
    heights = read_heights(options.find_heights(asked.study))
    found = lift_streets(_read_streets(asked, options, padding_m, now), heights)
    check_overlap(heights, [found])
    network = found.network
    lonlat = np.array([(lon, lat) for _, lon, lat in found.seats]).reshape(-1, 2)
    seat_xy = [lonlat_xy(lonlat, network.crs)]
    if seats is not None:
        given = read_points(seats, "seats", crs=network.crs, box=asked.box, streets=found.info.name)
        seat_xy.append(given.xy)
    max_snap_m = _MAX_SNAP_M if asked.study is None else asked.study.max_snap_m
    ground = build_ground(network, found.info.name, np.concatenate(seat_xy))
    return StreetNetwork(
        network, found.info, walkers=options.walkers, max_snap_m=max_snap_m, ground=ground
    )


def _is_length(value: object) -> bool:
    """Whether something is metres, 0 or more."""
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    return is_number and 0 <= float(value) < math.inf  # type: ignore[arg-type]


def _find_area(area: Any, options: Options) -> _Asked:
    """Box of an area and the system its streets are measured in."""
    if area is None:
        if options.osm is None:
            raise ConfigError(Remark("network_without_file"))
        box = open_extract(options).box
        # an empty extract is refused where it is cut
        return _ask(box if box is not None else (0.0, 0.0, 1.0, 1.0))
    if isinstance(area, Study | str):
        study = area if isinstance(area, Study) else load_study(area)
        wanted = [zone for one in study.areas for zone in one.zones]
        zones = read_zones(study.zones, wanted=wanted)
        return _Asked(to_lonlat_box(zones), choose_crs(study, zones), study)
    if options.osm is None:
        raise ConfigError(Remark("network_without_file"))
    if isinstance(area, gpd.GeoDataFrame | gpd.GeoSeries):
        return _ask(_bound_frame(area))
    is_row = isinstance(area, tuple | list | np.ndarray) and len(area) == 4
    if not is_row or not all(isinstance(one, Real) for one in area):
        raise InputDataError(Remark("area_of_network", kind=type(area).__name__))
    box = to_box(area)
    if not is_box(box):
        raise InputDataError(Remark("area_box_wrong", box=", ".join(f"{one:g}" for one in box)))
    return _ask(box)


def _bound_frame(area: gpd.GeoDataFrame | gpd.GeoSeries) -> Box:
    """Box around the geometries of a frame."""
    has_shape = isinstance(area, gpd.GeoSeries) or area.active_geometry_name is not None
    shapes = area.geometry if has_shape else pd.Series([], dtype=object)
    if len(shapes) == 0 or (shapes.isna() | shapes.is_empty).all():
        raise InputDataError(Remark("area_frame_empty"))
    if area.crs is None:
        raise CrsError(Remark("frame_without_crs", what="area"))
    west, south, east, north = box = to_lonlat_box(area)
    if not is_box((west - 1e-9, south - 1e-9, east + 1e-9, north + 1e-9)):
        raise InputDataError(Remark("area_box_wrong", box=", ".join(f"{one:g}" for one in box)))
    return box


def _ask(box: Box) -> _Asked:
    """A box, in the system of its middle; land too wide for one is refused."""
    west, south, east, north = box
    crs = utm_crs((west + east) / 2, (south + north) / 2)
    land = gpd.GeoSeries([shapely.box(*box)], crs=LONLAT).to_crs(crs)
    check_scale(crs, land.total_bounds)
    return _Asked(box, crs, None)


def open_extract(options: Options) -> Extract:
    """The extract that was given."""
    if options.osm is None:
        raise ConfigError(Remark("network_without_file"))
    store = None if options.readings is None else Store(options.readings)
    return Extract(options.osm, (), choose_time(options.at), store=store)


def _read_streets(
    asked: _Asked, options: Options, padding_m: float, now: datetime | None
) -> StreetsAlone | StreetArea:
    """Streets of a box and around it."""
    land = gpd.GeoSeries([shapely.box(*asked.box)], crs=LONLAT).to_crs(asked.crs)
    west, south, east, north = land.total_bounds
    padded = shapely.box(west - padding_m, south - padding_m, east + padding_m, north + padding_m)
    around = gpd.GeoSeries([padded], crs=asked.crs).to_crs(LONLAT).total_bounds
    clip = Clip(core_box=asked.box, padded_box=to_box(around))
    if options.osm is None:
        if asked.study is None:
            raise ConfigError(Remark("network_without_file"))
        source: StreetSource = choose_source(None, asked.study, options, now)
        return read_kept(source, clip, asked.crs)
    return open_extract(options).cut_streets(clip, asked.crs)
