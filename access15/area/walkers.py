"""What one neighbourhood's computation starts from, and every walker set on its streets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.area.seats import check_seats_known, list_seat_places
from access15.config import HOMES, Area, Category, WalkProfile
from access15.core.change.links import MissingLinks, find_missing_links, no_links
from access15.core.seat_walk.walks import build_walks
from access15.core.streets.barriers import Barriers, build_barriers
from access15.core.streets.network import WalkNetwork
from access15.core.walk.choice import NO_ENTRANCES, NO_HINTS, DoorHints, HomeEntrances, choose_doors
from access15.core.walk.doors import (
    DoorStreets,
    PlausibleDoors,
    build_door_snapper,
    find_door_streets,
    label_parts,
    snap_doors,
)
from access15.core.walk.impedance import build_impedance
from access15.core.walk.snap import (
    MAX_SEAT_SNAP_M,
    Snapped,
    build_snapper,
    round_places,
    snap_points,
)
from access15.crs import points_xy
from access15.results.people import Around, PeopleInfo
from access15.results.run import Backdrop, NetworkInfo
from access15.results.walker import Walker

HUB = "hub"


@dataclass(frozen=True, eq=False)
class AreaInputs:
    """What one neighbourhood's computation starts from; frames are in the network's CRS.

    Parameters
    ----------
    area : Area
        Its definition.
    network : WalkNetwork
        Streets of the padded area.
    network_info : NetworkInfo
        Where they come from.
    backdrop : Backdrop
        For the map.
    zones : GeoDataFrame
        ``zone_id, name, geometry``.
    facilities : GeoDataFrame
        Every facility of the study.
    residents : GeoDataFrame
        Demand points with people per group.
    categories : mapping of str to Category
        The categories asked.
    cutoffs_min : tuple of float
        Longest walks, rising [min].
    own_profile : mapping of str to str
        Columns of people in `residents`, and the profile each group walks as.
    claim : str
        Profile whose walk is usually claimed for everybody; maybe not among the walkers.
    claim_pace_ms : float
        Pace of that profile [m/s].
    max_snap_m : float
        Farthest street from a point [m].
    study_id : str
        For the tables.
    people_info : PeopleInfo
        How people were put where they live; told in every row of the coverage.
    at : datetime, optional
        Local time at which places must be open; the facilities then have a column ``open_at``.
    seats : GeoDataFrame, optional
        From `access15.sources.places.seats.join_seats`; None where no source of seats is known.
    door_hints : DoorHints
        What is known of the facilities' doors beside where they are.
    home_entrances : HomeEntrances
        Mapped entrances of the buildings that residents live in.
    barriers : Barriers
        What stands between streets.
    residential_highways : tuple of str
        Classes of street that totals of zones are spread along.
    around : Around, optional
        People around, who share the services; None where nobody asked who they are.
    hub_category : str, optional
        Category whose places stand in for hubs in a study that names none.
    own_walkers : mapping of str to WalkProfile
        How the groups walk, by the profiles' ids; maybe not among the walkers.
    """

    area: Area
    network: WalkNetwork
    network_info: NetworkInfo
    backdrop: Backdrop
    zones: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame
    categories: Mapping[str, Category]
    cutoffs_min: tuple[float, ...]
    own_profile: Mapping[str, str]
    claim: str
    claim_pace_ms: float
    max_snap_m: float
    study_id: str
    people_info: PeopleInfo
    at: datetime | None = None
    seats: gpd.GeoDataFrame | None = None
    door_hints: DoorHints = NO_HINTS
    home_entrances: HomeEntrances = NO_ENTRANCES
    barriers: Barriers = field(default_factory=lambda: build_barriers({}))
    residential_highways: tuple[str, ...] = ()
    around: Around | None = None
    hub_category: str | None = None
    own_walkers: Mapping[str, WalkProfile] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """How the neighbourhood's people were put where they live."""
        return self.people_info.join_methods()

    @property
    def cutoffs_s(self) -> tuple[float, ...]:
        """Longest walks, rising [s]."""
        return tuple(60.0 * minutes for minutes in self.cutoffs_min)

    @property
    def groups(self) -> tuple[str, ...]:
        """Columns of people in `residents`."""
        return tuple(self.own_profile)

    @property
    def everybody(self) -> str:
        """The group that all others are part of: residents, or homes."""
        return HOMES if self.counts_homes else "total"

    @property
    def counts_homes(self) -> bool:
        """Whether no residents are known, and shares are of homes."""
        return HOMES in self.groups

    @cached_property
    def people(self) -> dict[str, NDArray[np.float64]]:
        """People of each group at every demand point."""
        return {group: self.residents[group].to_numpy(dtype=np.float64) for group in self.groups}

    @cached_property
    def home_xy(self) -> NDArray[np.float64]:
        """Where the demand points are, shape (n_residents, 2) [m]."""
        return np.asarray(shapely.get_coordinates(self.residents.geometry.to_numpy()))

    @cached_property
    def is_hub(self) -> NDArray[np.bool_]:
        """Whether each facility is a hub, or stands in for one in a study without hubs."""
        if self.hub_category is None:
            return np.asarray(self.facilities["facility_id"].isin(self.area.hubs))
        return np.asarray(self.facilities["category"] == self.hub_category)

    @property
    def network_name(self) -> str:
        """Kind, name and date of the streets, and the heights of its slopes, as in every row
        of the tables.
        """
        info = self.network_info
        dated = f"{info.kind}: {info.name}" + (f" ({info.date})" if info.date else "")
        named = info.heights.names if info.heights is not None else ()
        return f"{dated}; heights: {', '.join(named)}" if named else dated

    @cached_property
    def is_located(self) -> NDArray[np.bool_]:
        """Whether each facility has a certain point."""
        return np.asarray(self.facilities["status"] != "not_geocoded")

    @cached_property
    def open_at(self) -> NDArray[np.object_]:
        """Whether each facility is ``open``, ``closed`` or ``unknown``; all open where no moment is
        asked.
        """
        if self.at is None:
            return np.full(len(self.facilities), "open", dtype=object)
        return np.asarray(self.facilities["open_at"], dtype=object)

    @cached_property
    def is_counted(self) -> NDArray[np.bool_]:
        """Whether each facility has a certain point and is known to be open."""
        return np.asarray(self.is_located & (self.open_at == "open"))

    @cached_property
    def links(self) -> MissingLinks:
        """Links that the streets lack; none on a sketch, where what is missing was never drawn."""
        if self.network_info.kind == "sketch":
            return no_links()
        return find_missing_links(self.network, self.barriers)

    @cached_property
    def door_streets(self) -> DoorStreets:
        """Streets that doors open to, whoever walks."""
        return find_door_streets(self.network)

    @cached_property
    def home_snap(self) -> Snapped:
        """Where residents meet the streets: at the mapped entrance of their building, if any; on
        whole centimetres, for pages send no more.
        """
        snapper = build_door_snapper(self.network, self.door_streets)
        found = snap_doors(snapper, self.home_door_xy, max_snap_m=self.max_snap_m)
        return round_places(self.network, found)

    @cached_property
    def home_door_xy(self) -> NDArray[np.float64]:
        """What of each home is joined to the streets: itself, or an entrance to it [m]."""
        xy = points_xy(self.residents, self.network.crs)
        xy[self.home_entrances.owner] = self.home_entrances.xy
        return xy

    @cached_property
    def plausible_doors(self) -> PlausibleDoors:
        """Where facilities meet the streets, and where they could as well, on whole centimetres;
        nowhere without a certain point.
        """
        xy = points_xy(self.facilities, self.network.crs)
        found = choose_doors(
            self.network,
            self.door_streets,
            np.where(self.is_located[:, None], xy, np.nan),
            self.door_hints,
            max_snap_m=self.max_snap_m,
            barriers=self.barriers,
        )
        return replace(found, snapped=round_places(self.network, found.snapped))

    @cached_property
    def is_joined(self) -> NDArray[np.bool_]:
        """Whether each facility has a door on a part of the streets that anybody lives on.

        One inside private grounds whose gate is not mapped has none.
        """
        part = label_parts(self.network)
        edge_u = self.network.edge_u
        lived_on = part[edge_u[self.home_snap.edge[self.home_snap.is_snapped]]]
        doors = self.plausible_doors.taken
        doors = doors.take(doors.snapped.is_snapped)
        found = np.zeros(len(self.facilities), dtype=bool)
        found[doors.owner] = np.isin(part[edge_u[doors.snapped.edge]], lived_on)
        return found

    @cached_property
    def is_among_streets(self) -> NDArray[np.bool_]:
        """Whether each facility stands in the box of the neighbourhood's streets, or at one."""
        xy = points_xy(self.facilities, self.network.crs)
        west, south, east, north = shapely.total_bounds(self.network.lines)
        x, y = xy.T
        is_inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        return np.asarray(is_inside | self.plausible_doors.taken.is_met(len(xy)))

    @cached_property
    def targets(self) -> dict[str, NDArray[np.int64]]:
        """Rows of the facilities behind each target: every hub, all hubs together, every
        category.
        """
        ids = self.facilities["facility_id"].to_numpy()
        kinds = self.facilities["category"].to_numpy()
        hubs = {hub: np.flatnonzero(ids == hub) for hub in self.area.hubs}
        together = {HUB: np.flatnonzero(self.is_hub)}
        return {
            **hubs,
            **together,
            **{category: np.flatnonzero(kinds == category) for category in self.categories},
        }


def build_walkers(inputs: AreaInputs, profiles: Mapping[str, WalkProfile]) -> list[Walker]:
    """Every profile on an area's network, all at the same doors."""
    network = inputs.network
    seat_xy = list_seat_places(inputs.seats, network.crs)
    at_ground = build_snapper(network, inputs.door_streets.is_open)
    seats = snap_points(at_ground, seat_xy, max_snap_m=MAX_SEAT_SNAP_M)
    seats = round_places(network, seats)
    for profile in profiles.values():
        check_seats_known(profile, seats, inputs.area.name)
    return set_walkers(network, profiles, inputs.plausible_doors, inputs.home_snap, seats)


def set_walkers(
    network: WalkNetwork,
    profiles: Mapping[str, WalkProfile],
    doors: PlausibleDoors,
    homes: Snapped,
    seats: Snapped,
) -> list[Walker]:
    """Every profile on a network, whose places are on the streets already."""
    walkers = []
    for profile in profiles.values():
        walks = build_walks(
            network,
            profile,
            build_impedance(network, profile),
            homes=homes,
            facilities=doors.taken,
            seats=seats,
        )
        walkers.append(Walker(profile, walks, doors, homes, seats))
    return walkers
