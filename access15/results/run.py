"""What a run hands to the outputs: plain records of frames and arrays.

Between `core` and the outputs, so that sources and outputs never need to see each other.
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.config import Area, Category, Study, WalkProfile
from access15.core.streets.barriers import Barriers, build_barriers
from access15.core.streets.network import WalkNetwork, hash_network
from access15.core.walk.doors import PlausibleDoors
from access15.remarks import Remark
from access15.results.asked import Explained, Measured
from access15.results.people import PeopleInfo
from access15.results.places import PlacesInfo
from access15.results.stretches import HomeStretches, gather_homes
from access15.results.walker import Walker

if TYPE_CHECKING:  # who asks for a single walk loads no measures
    from access15.core.measures.homes import HomeMeasures

# A single fix that lets fewer people in is not told: nobody knows so well where people live. This
# project's choice.
LEAST_GAIN = 3.0
SPACING_LIMITS_M = (300, 400)  # the bike-sharing plan's own rule: stations at most 300-400 m apart
NetworkKind = Literal["osm", "overpass", "graph", "sketch"]


@dataclass(frozen=True)
class HeightFile:
    """A height model that slopes were computed from.

    Parameters
    ----------
    name : str
        File, without folders.
    sha256 : str
        Its hash.
    date : str
        Date that the file states, such as ``"2019-05-01"``; empty where it states none.
    cell_m : float
        Longer side of its cells, near the streets [m].
    to_metres : float
        What its heights were multiplied by: 1 for metres, 0.3048 for feet.
    """

    name: str
    sha256: str
    date: str
    cell_m: float
    to_metres: float = 1.0


@dataclass(frozen=True)
class HeightsInfo:
    """Where the slopes of streets come from, and of how much of them one is known.

    Parameters
    ----------
    files : tuple of HeightFile
        Height models.
    spacing_m : float
        Heights were looked up along streets, so far apart [m].
    tagged_m : float
        Metres of street whose slope the map tells, which was kept [m].
    measured_m : float
        Metres of street whose slope is that of the heights [m].
    unknown_m : float
        Metres of street without either; they count as flat [m].
    """

    files: tuple[HeightFile, ...]
    spacing_m: float
    tagged_m: float
    measured_m: float
    unknown_m: float

    @property
    def measured_share(self) -> float:
        """Share of the streets' length whose slope is that of the heights; NaN without streets."""
        return self._share_of(self.measured_m)

    @property
    def tagged_share(self) -> float:
        """Share of the streets' length whose slope the map tells; NaN without streets."""
        return self._share_of(self.tagged_m)

    @property
    def unknown_share(self) -> float:
        """Share of the streets' length whose slope is not known; NaN without streets."""
        return self._share_of(self.unknown_m)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files."""
        return tuple(one.name for one in self.files)

    def _share_of(self, metres: float) -> float:
        """A part of the streets' length."""
        whole_m = self.tagged_m + self.measured_m + self.unknown_m
        return metres / whole_m if whole_m > 0 else math.nan


@dataclass(frozen=True)
class NetworkInfo:
    """Where a walking network comes from; shown with every number computed on it.

    Parameters
    ----------
    kind : {"osm", "overpass", "graph", "sketch"}
        How it was obtained.
    name : str
        File or service, without folders.
    date : str
        Date of the street data as known, for example ``"2014-10"``; empty when unknown.
    licence : str
        Licence and attribution of the street data.
    sha256 : str
        Hash of the file named; empty where there is none. A sketch is named by its file of
        segments; ``run.json`` lists the hash of its points among the inputs.
    warnings : tuple of Remark
        What the reader must know: of what was cut at an edge, and of what could not be read.
    heights : HeightsInfo, optional
        Where the slopes of its streets come from; None where only from the map.
    """

    kind: NetworkKind
    name: str
    date: str
    licence: str
    sha256: str = ""
    warnings: tuple[Remark, ...] = ()
    heights: HeightsInfo | None = None

    @property
    def title(self) -> str:
        """Kind and name, and the heights that its slopes come from."""
        named = f"{self.kind}: {self.name}"
        return f"{named}; heights: {', '.join(self.heights.names)}" if self.heights else named


@dataclass(frozen=True)
class Backdrop:
    """What is drawn under the streets; in the network's CRS, each maybe empty.

    Parameters
    ----------
    water, green, rail, buildings : GeoSeries
        Polygons and lines.
    sea : GeoSeries
        Polygons; what of the sea a coastline parts from the land.
    """

    water: gpd.GeoSeries
    green: gpd.GeoSeries
    rail: gpd.GeoSeries
    buildings: gpd.GeoSeries
    sea: gpd.GeoSeries = field(default_factory=lambda: gpd.GeoSeries([]))


@dataclass(frozen=True)
class AreaResult:
    """Everything computed for one neighbourhood.

    All frames are in the network's projected CRS (metres); `access15.results.schema` says what
    their columns are.

    Parameters
    ----------
    area : Area
        Its definition.
    network : WalkNetwork
        Streets of the padded area.
    network_info : NetworkInfo
        Where they come from.
    backdrop : Backdrop
        Water, green, rail, buildings for the map.
    zones : GeoDataFrame
        ``zone_id, name, geometry`` (outlines, also called NIL in Milan).
    facilities : GeoDataFrame
        Every facility of the study as seen from this area (same rows and order in each area):
        ``facility_id, name, category, address, precision, source, origin`` (``official`` or
        ``osm``), ``merged_osm`` (OSM ids merged into an official row), ``is_hub``, ``status``
        (``ok, not_geocoded, too_far_from_network, unreachable``), ``snap_m`` (metres to the street,
        inf when not snapped), ``hub_id`` (nearest hub of the area) and ``minutes_<profile>``
        (walking minutes to it, inf when unreachable); per group of this area's residents how many
        live within the longest cutoff of this very facility at the group's own pace
        (``own_<group>``), how many the claim counts (``claim_<group>``) and the people between
        (``gap_<group>``), NaN for a facility not on this area's streets or a profile not in the
        run; ``open_at`` (``open, closed, unknown``) of a run at a moment; ``geometry`` (None when
        not geocoded).
    residents : GeoDataFrame
        Demand points: ``resident_id, zone_id, street, stretch, status, snap_m``, one column of
        people per group, ``score_<profile>`` (fifteen-minute score, 0 to 1), ``geometry``. Along
        streets they lie at most two metres apart; those of one `stretches` are drawn and listed as
        one.
    travel_time_s : mapping of (profile id, target) to ndarray, shape (n_residents,)
        Door-to-door seconds to the nearest facility; ``target`` is a category id, a hub's
        facility id, or ``"hub"`` for the nearest hub. inf when unreachable.
    nearest_id : mapping of (profile id, target) to ndarray of object, shape (n_residents,)
        Which facility that is; empty string when none.
    draw_areas : callable
        Draws `service_areas`. Smaller cutoffs lie inside larger ones. Areas of hubs are whole;
        areas of categories are drawn inside the neighbourhood and 300 m around it, where its
        residents are. Shapes are (Multi)Polygons, maybe empty.
    reached_streets : GeoDataFrame
        `schema.REACHED_STREETS`.
    coverage : DataFrame
        `schema.COVERAGE`. ``low`` and ``high`` hold the share of nine drawn worlds of ten. The gaps
        are NaN when the claim's profile is not in the run; all but ``people``
        are NaN where no facility of the category has a certain point (unknown, not zero). Of a run
        at a moment only what is known to be open counts; ``covered`` is NaN where no hours of the
        category are known.
    range_budget : DataFrame
        `schema.RANGE_BUDGET`: what each uncertain thing alone makes of the numbers of the headline.
    measure : callable
        Measures `home_measures`, `measures` and `equity`.
    nearest : DataFrame
        `schema.NEAREST`; inf where there is none on the network, or most cannot reach one.
    unknown_shares : DataFrame
        `schema.UNKNOWN_SHARES`.
    explain : callable
        Explains: `explanations`, `closed_doors` and `fixes`.
    walkers : mapping of str to Walker
        The walkers that all this was computed with, by profile id: their walks, and the doors of
        facilities, residents and seats in the order of those frames.
    try_doors : callable
        Tries `doors`.
    people_info : PeopleInfo
        How the residents were put where they live, and whom that leaves out.
    seats : GeoDataFrame, optional
        `schema.SEATS`; None where no source of seats is known.
    barriers : Barriers
        What stands between streets, as far as it is mapped.
    inputs : object
        What all this was computed from, `access15.area.walkers.AreaInputs`, for further questions.
    """

    area: Area
    network: WalkNetwork
    network_info: NetworkInfo
    backdrop: Backdrop
    zones: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    residents: gpd.GeoDataFrame
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]]
    nearest_id: Mapping[tuple[str, str], NDArray[np.object_]]
    draw_areas: Callable[[], gpd.GeoDataFrame]
    reached_streets: gpd.GeoDataFrame
    coverage: pd.DataFrame
    range_budget: pd.DataFrame
    measure: Callable[[], Measured]
    nearest: pd.DataFrame
    unknown_shares: pd.DataFrame
    explain: Callable[[], Explained]
    walkers: Mapping[str, Walker]
    try_doors: Callable[[], pd.DataFrame]
    people_info: PeopleInfo = field(default_factory=PeopleInfo)
    seats: gpd.GeoDataFrame | None = None
    barriers: Barriers = field(default_factory=lambda: build_barriers({}))
    inputs: Any = None

    def is_known(self, target: str) -> bool:
        """Whether anything is known of a target; what is not known is not zero."""
        rows = self.coverage[
            (self.coverage["category"] == target) & (self.coverage["zone"] == "all")
        ]
        return bool(rows["covered"].notna().any())

    @cached_property
    def service_areas(self) -> gpd.GeoDataFrame:
        """Service areas, `schema.SERVICE_AREAS`, drawn when they are first asked for."""
        return self.draw_areas()

    @property
    def home_measures(self) -> Mapping[tuple[str, str], HomeMeasures]:
        """Every measure of access, home by home; targets as in `travel_time_s`."""
        return self.measure().homes

    @property
    def n_within(self) -> dict[tuple[str, str], NDArray[np.int64]]:
        """How many facilities lie within the longest cutoff, by profile id and category id, each of
        shape (n_residents,).
        """
        return {
            key: homes.n_within
            for key, homes in self.home_measures.items()
            if key[1] != "hub" and key[1] not in self.area.hubs
        }

    @property
    def measures(self) -> pd.DataFrame:
        """`schema.MEASURES`.

        Minutes have no limit of time, the others count within the longest cutoff and share among
        all residents of the area. Mean and percentiles are weighted by the people of the group; the
        percentiles are inf where that share cannot get there. NaN where no facility of the category
        has a certain point (unknown, not zero), or nobody is of the group.
        """
        return self.measure().measures

    @property
    def equity(self) -> pd.DataFrame:
        """`schema.EQUITY`.

        NaN where nobody has anything to share, and beside the score what is of walks to the
        nearest. ``beyond_mean_min`` and the gaps (FGT of order 1 and 2, over the cutoff) are of
        those who can get there.
        """
        return self.measure().equity

    @property
    def explanations(self) -> pd.DataFrame:
        """`schema.EXPLANATIONS`.

        The cause is the one thing that, lifted alone, lets a home in: the street fix that leaves
        the shortest walk, else ``pace``: the adult's; a link that may cross unseen water or
        buildings only after that; ``distance`` where nothing alone does, ``off_network`` for homes
        on no street of this walker, or ``unknown`` (then all NaN) where no facility has a certain
        point. Causes that concern nobody have no row.
        """
        return self.explain().explanations

    @property
    def closed_doors(self) -> gpd.GeoDataFrame:
        """`schema.CLOSED_DOORS`, by profile in the order of `stretches`."""
        return self.explain().closed_doors

    @property
    def fixes(self) -> gpd.GeoDataFrame:
        """`schema.FIXES`, of the hub and the categories that count in the score.

        Shapes are short strokes at a crossing or kerb, the steps, the link; a link runs from
        ``lat, lon`` to ``lat_to, lon_to``.
        """
        return self.explain().fixes

    @property
    def doors(self) -> pd.DataFrame:
        """`schema.DOORS`: what each door that a hub has or could have would give."""
        return self.try_doors()

    @cached_property
    def stretches(self) -> HomeStretches:
        """Homes gathered as they are drawn and listed."""
        return gather_homes(self.residents)

    @property
    def plausible_doors(self) -> PlausibleDoors:
        """Where facilities meet the streets, and where they could as well; owners are rows of
        `facilities`.
        """
        return next(iter(self.walkers.values())).plausible_doors

    @property
    def network_hash(self) -> str:
        """Sixteen digits that name the streets, as `access15.core.streets.network.hash_network`."""
        return hash_network(self.network)

    @property
    def precision_shares(self) -> pd.DataFrame:
        """How certain the points of the facilities are, `schema.PRECISION_SHARES`.

        Of the facilities on this area's streets and those without a certain point, which may be
        anywhere.
        """
        here = self.facilities[self.facilities["status"] != "too_far_from_network"]
        counts = here["precision"].astype(str).value_counts()
        columns = {
            "area": self.area.id,
            "precision": counts.index,
            "n": counts.to_numpy(),
        }
        return pd.DataFrame(columns).assign(share=lambda table: table["n"] / max(len(here), 1))


@dataclass(frozen=True)
class RunResult:
    """A finished run.

    Parameters
    ----------
    study : Study
        What was asked.
    profiles : dict of str to WalkProfile
        The walkers, in order.
    categories : dict of str to Category
        The categories, in order.
    cutoffs_min : tuple of float
        Cutoffs [min], rising.
    areas : dict of str to AreaResult
        Results per neighbourhood, by area id.
    station_spacing : DataFrame
        `schema.STATION_SPACING`.
    group_labels : dict of str to Label-like mapping
        Names of the groups of people by language.
    created : datetime
        When, with time zone.
    at : datetime, optional
        Local time at which only what is open counts; None where opening hours were not asked.
    places_info : PlacesInfo
        Tables of places beside the study's own, and what was the same place or replaced.
    stage_s : dict of str to float
        Seconds per stage; none where the clock is fixed.
    inputs : dict of str to str
        Input file name to sha256.
    read_files : tuple of Path
        Every file that was, or could have been, read: no output may replace one.
    sitting : WalkProfile, optional
        A walker who needs a seat on the way and is none of ``profiles``, for pages on which benches
        are put; None where one of them needs one, or nobody known does.
    """

    study: Study
    profiles: dict[str, WalkProfile]
    categories: dict[str, Category]
    cutoffs_min: tuple[float, ...]
    areas: dict[str, AreaResult]
    station_spacing: pd.DataFrame
    group_labels: dict[str, dict[str, str]]
    created: datetime
    at: datetime | None = None
    places_info: PlacesInfo = field(default_factory=PlacesInfo)
    stage_s: dict[str, float] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    read_files: tuple[Path, ...] = ()
    sitting: WalkProfile | None = None

    def list_walkers_at_table(self, area_id: str) -> dict[str, WalkProfile]:
        """List who walks on the session page: the profiles, and where seats are known whoever needs
        them.
        """
        walker = next(iter(self.areas[area_id].walkers.values()), None)
        if self.sitting is None or walker is None or not walker.seat_snap.is_snapped.any():
            return self.profiles
        return {**self.profiles, self.sitting.id: self.sitting}

    def complete(self) -> None:
        """Compute what waits to be asked for, in all neighbourhoods at once."""

        def ask(area: AreaResult) -> None:
            area.explain()
            area.measure()
            area.try_doors()
            _ = area.service_areas

        n_threads = min(len(self.areas), os.cpu_count() or 1)
        # libraries change the process's warnings for a moment, in threads behind each other's back:
        # put them back after
        with warnings.catch_warnings(), ThreadPoolExecutor(n_threads) as pool:
            list(pool.map(ask, self.areas.values()))

    @property
    def coverage(self) -> pd.DataFrame:
        """Coverage of every area, one long table."""
        return pd.concat([area.coverage for area in self.areas.values()], ignore_index=True)

    @property
    def measures(self) -> pd.DataFrame:
        """Measures of access of every area, one long table."""
        return pd.concat([area.measures for area in self.areas.values()], ignore_index=True)

    @property
    def equity(self) -> pd.DataFrame:
        """How evenly access is shared in every area, one long table."""
        return pd.concat([area.equity for area in self.areas.values()], ignore_index=True)
