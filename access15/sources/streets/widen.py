"""Streets read widely enough: until a test is satisfied, or nothing is left to be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.streets.network import WalkNetwork
from access15.core.walk.cut_off import find_cut_off
from access15.core.walk.doors import build_door_snapper, find_door_streets, snap_doors
from access15.core.walk.impedance import build_impedance
from access15.crs import LONLAT, points_xy
from access15.remarks import Remark
from access15.sources.streets.area import StreetArea
from access15.sources.streets.boxes import Box, Clip, is_box_inside

_Read = TypeVar("_Read")
_WIDEST_DEG = 0.2  # some 20 km: what is joined farther away than that is an island to walkers


def read_until_sure(
    first: _Read,
    *,
    is_sure: Callable[[_Read], bool],
    widen: Callable[[_Read, _Read | None], _Read | None],
) -> tuple[_Read, bool]:
    """Widen what was read until it is sure, or nothing is left; the last reading, and whether it
    is sure.

    `widen` takes a reading and the one before it; it returns None when no more can be read.
    """
    found, before = first, None
    while not is_sure(found):
        wider = widen(found, before)
        if wider is None:
            return found, False
        found, before = wider, found
    return found, True


@dataclass(frozen=True, eq=False)
class Need:
    """What must be sure about the streets of one box.

    Parameters
    ----------
    land : shapely.Geometry
        Where people live, in the projected CRS.
    facilities : GeoDataFrame
        Facilities that walkers from there may come to.
    reach_m : float
        Longest walk of any walker [m].
    max_snap_m : float
        Farthest street a facility may belong to [m].
    profiles : collection of WalkProfile
        The walkers.
    """

    land: shapely.Geometry
    facilities: gpd.GeoDataFrame
    reach_m: float
    max_snap_m: float
    profiles: Collection[WalkProfile]


def widen_streets(
    areas: Mapping[str, StreetArea],
    clips: Mapping[str, Clip],
    needs: Mapping[str, Need],
    *,
    limits: Box | None = None,
    read: Callable[[str, Clip], StreetArea] | None = None,
) -> dict[str, StreetArea]:
    """Read areas again, wider, whose streets may be joined to the main ones outside their box.

    People and facilities belong to a walker's main component. A street that comes into the box
    from outside and meets no other in it looks like an island there, though it is none.
    """
    wide = dict(areas)
    for key, area in areas.items():
        if key in needs:
            read_one = partial(read, key) if read else None
            wide[key] = _widen(area, clips[key], needs[key], limits, read_one)
    return wide


def _widen(
    area: StreetArea,
    clip: Clip,
    need: Need,
    limits: Box | None,
    read: Callable[[Clip], StreetArea] | None,
) -> StreetArea:
    """Read one area wider until it is sure which streets hang together, or say that it is not."""
    info = area.info

    def is_sure(found: tuple[StreetArea, Clip]) -> bool:
        area, clip = found
        return not _is_unsure(area, _overlap(clip.padded_box, limits), need)

    def widen(found: tuple[StreetArea, Clip], _: object) -> tuple[StreetArea, Clip] | None:
        clip = found[1]
        is_all = limits is not None and is_box_inside(limits, clip.padded_box)
        if read is None or is_all or clip.core_box[0] - clip.padded_box[0] >= _WIDEST_DEG:
            return None
        wider = _double_padding(clip)
        # that a wider box than needed sticks out of the extract is no fault: the warnings stay
        found_wider = read(wider)
        kept = replace(info, heights=found_wider.info.heights)
        return replace(found_wider, info=kept), wider

    (area, _), is_known = read_until_sure((area, clip), is_sure=is_sure, widen=widen)
    if is_known:
        return area
    unsure = Remark("remark_unsure", name=info.name)
    return replace(area, info=replace(area.info, warnings=(*info.warnings, unsure)))


def _overlap(box: Box, limits: Box | None) -> Box:
    """What of a box the source knows."""
    if limits is None:
        return box
    return (
        max(box[0], limits[0]),
        max(box[1], limits[1]),
        min(box[2], limits[2]),
        min(box[3], limits[3]),
    )


def _is_unsure(
    area: StreetArea,
    known_box: Box,
    need: Need,
) -> bool:
    """Whether streets that any walker needs may be joined to the main ones outside the box."""
    network = area.network
    known = gpd.GeoSeries([shapely.box(*known_box)], crs=LONLAT)
    box = known.to_crs(network.crs).iloc[0]
    places = np.concatenate(
        [points_xy(need.facilities, network.crs), points_xy(area.facilities, network.crs)]
    )
    places = places[shapely.dwithin(need.land, shapely.points(places), need.reach_m)]
    return any(_is_unsure_for(profile, network, box, need, places) for profile in need.profiles)


def _is_unsure_for(
    profile: WalkProfile,
    network: WalkNetwork,
    box: shapely.Geometry,
    need: Need,
    places: NDArray[np.float64],
) -> bool:
    """Whether one walker's homes or places are on streets that the box cuts off."""
    # 1. Islands that leave the box; those that end inside are islands wherever one looks.
    impedance = build_impedance(network, profile)
    cut_off = find_cut_off(network, impedance, box)
    if not cut_off.any():
        return False
    # 2. People live along every street of the land.
    if shapely.intersects(need.land, network.lines[cut_off]).any():
        return True
    # 3. A place is cut off where such a street is its own.
    snapper = build_door_snapper(network, find_door_streets(network))
    snapped = snap_doors(snapper, places, max_snap_m=need.max_snap_m)
    return bool(cut_off[snapped.edge[snapped.is_snapped]].any())


def _double_padding(clip: Clip) -> Clip:
    """The boxes with twice the padding."""
    core, padded = clip.core_box, clip.padded_box
    west, south, east, north = (2 * p - c for c, p in zip(core, padded, strict=True))
    return Clip(core, (west, south, east, north))
