"""A city in tiles: the homes of some zones, all that their longest walks may meet, and what they
reach. Each tile is a task of its own that needs nothing else, in whatever process.

A tile holds the streets in its halo, as they are and with the links they lack. No walk within the
longest cutoff leaves the halo, and what a street costs is known of each street alone: every number
of a tile is that of one undivided run, to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.coverage import is_known, located
from access15.area.explain import list_unseen
from access15.area.seats import list_seat_places
from access15.area.walkers import HUB, AreaInputs
from access15.config import WalkProfile
from access15.core.change.explain import CAUSES, LIFTED, Causes, find_causes, lift_classes
from access15.core.change.fixes import FIX_KINDS, JOINING_KINDS, Fixes, find_fixes
from access15.core.change.gains import Setting
from access15.core.change.linked import LinkedStreets, add_links
from access15.core.seat_walk.walks import build_walks
from access15.core.streets.lookup import (
    BoxIndex,
    EdgeIndex,
    find_boxes,
    index_boxes,
    index_edges,
)
from access15.core.streets.network import WalkNetwork
from access15.core.streets.part import StreetPart, take_edges
from access15.core.walk.doors import Doors
from access15.core.walk.impedance import build_impedance
from access15.core.walk.snap import (
    MAX_SEAT_SNAP_M,
    Snapped,
    build_snapper,
    round_places,
    snap_points,
)
from access15.core.walk.walks import Walks
from access15.results.stretches import find_stretches, list_stretches

TILE_M: Final = 4000.0  # zones whose middles lie in one such square are one tile
_SLACK: Final = 1.02  # streets lie on whole centimetres, and are a bit longer or shorter for it
_SLACK_M: Final = 50.0
_LONG_M: Final = 5.0  # of shorter streets a centimetre is a part that counts
_JOINING: Final = tuple(FIX_KINDS.index(kind) for kind in JOINING_KINDS)


@dataclass(frozen=True, eq=False)
class TileStreets:
    """Streets of a tile and the places on them.

    Parameters
    ----------
    network : WalkNetwork
        The streets in its halo.
    is_link : ndarray of bool, shape (n_edges,)
        Whether an edge is a link that is not there.
    homes, seats : Snapped
        Homes of the tile, and all seats in its halo.
    doors : Doors
        Doors of the facilities in its halo; owners are numbered within the tile.
    """

    network: WalkNetwork
    is_link: NDArray[np.bool_]
    homes: Snapped
    seats: Snapped
    doors: Doors


@dataclass(frozen=True, eq=False)
class Tile:
    """A task: everything that the numbers of some zones depend on, beside `TileRules`.

    Parameters
    ----------
    streets, linked : TileStreets
        As they are, and cut where links could join them, with the links.
    fixes : Fixes
        Those links by what each would take.
    people : ndarray of float64, shape (n_groups, n_homes)
        People at each home.
    zone : ndarray of int64, shape (n_homes,)
        Zone of each home, numbered within the tile.
    n_zones : int
        How many zones there are.
    middle : ndarray of int64, shape (n_stretches,)
        The home in the middle of each stretch.
    counted, placed : mapping of str to ndarray of int64
        Facilities of each target that is known: those that count, and, where a moment is asked
        about, those that have a point, open or not.
    """

    streets: TileStreets
    linked: TileStreets
    fixes: Fixes
    people: NDArray[np.float64]
    zone: NDArray[np.int64]
    n_zones: int
    middle: NDArray[np.int64]
    counted: Mapping[str, NDArray[np.int64]]
    placed: Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class TileRules:
    """What is asked of every tile.

    Parameters
    ----------
    profiles : mapping of str to WalkProfile
        Who walks.
    cutoffs_s : tuple of float
        Longest walks, rising [s].
    claim_pace_ms : float
        Pace of the walk that is claimed for everybody [m/s].
    are_links_checked : bool
        Whether missing links are known to cross neither water nor buildings.
    """

    profiles: Mapping[str, WalkProfile]
    cutoffs_s: tuple[float, ...]
    claim_pace_ms: float
    are_links_checked: bool

    @property
    def explained(self) -> dict[str, WalkProfile]:
        """Walkers of whom it is told what closes the door: those on the maps, as in a run."""
        return {key: profile for key, profile in self.profiles.items() if profile.on_maps}


@dataclass(frozen=True, eq=False)
class TileFindings:
    """What the homes of a tile reach; targets are those of `Tile.counted`, in their order.

    Parameters
    ----------
    band : ndarray of uint8, shape (n_profiles, n_targets, n_homes)
        How many cutoffs each walk to the nearest exceeds.
    time_s : ndarray of float64, shape (n_profiles, n_targets, n_stretches)
        The walk from the home in the middle of each stretch; inf beyond the longest cutoff [s].
    causes : ndarray of float64, shape (n_explained, n_targets, n_zones, n_causes)
        Homes beyond it by cause, in the order of `CAUSES`.
    people, people_alone : ndarray of float64, (n_explained, n_targets, n_zones, n_groups, n_causes)
        People by the cause that is told, and by all that would let them in alone.
    """

    band: NDArray[np.uint8]
    time_s: NDArray[np.float64]
    causes: NDArray[np.float64]
    people: NDArray[np.float64]
    people_alone: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TilePlan:
    """Which part of a city a tile is.

    Parameters
    ----------
    name : str
        Column and row of its square.
    zones : tuple of str
        Its zones.
    rows : ndarray of int64
        Its homes, rows of the residents.
    """

    name: str
    zones: tuple[str, ...]
    rows: NDArray[np.int64]


def plan_tiles(inputs: AreaInputs) -> list[TilePlan]:
    """Gather zones by the square that their middle lies in; the same wherever the city begins."""
    x, y = shapely.get_coordinates(shapely.centroid(inputs.zones.geometry.to_numpy())).T
    names = [
        f"{column}_{row}"
        for column, row in zip((x // TILE_M).astype(int), (y // TILE_M).astype(int), strict=True)
    ]
    ids = tuple(inputs.zones["zone_id"].astype(str).tolist())
    zones: dict[str, list[int]] = {name: [] for name in sorted(set(names))}
    for i, name in enumerate(names):
        zones[name].append(i)
    # homes by tile, each tile's in their order
    tile_of = np.full(len(ids) + 1, -1)
    for i, own in enumerate(zones.values()):
        tile_of[own] = i
    homes = index_edges(tile_of[_number_zones(inputs, ids)])
    return [
        TilePlan(name, tuple(ids[one] for one in own), homes.list_on(np.array([i])))
        for i, (name, own) in enumerate(zones.items())
    ]


def list_city_targets(inputs: AreaInputs) -> list[str]:
    """Kinds of place that are asked about, after the hubs where the study names some."""
    return [*([HUB] if inputs.area.hubs else []), *inputs.categories]


def build_rules(inputs: AreaInputs, profiles: Mapping[str, WalkProfile]) -> TileRules:
    """What is asked of every tile of a city."""
    return TileRules(profiles, inputs.cutoffs_s, inputs.claim_pace_ms, not list_unseen(inputs))


@dataclass(frozen=True, eq=False)
class PlacedOn:
    """Streets and the places on them, from which tiles are cut.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    is_link : ndarray of bool, shape (n_edges,)
        Whether an edge is a link that is not there.
    boxes : BoxIndex
        Boxes of its edges.
    homes, seats : Snapped
        All homes and seats.
    doors : Doors
        All doors of facilities.
    doors_on, seats_on : EdgeIndex
        Doors and seats by edge.
    """

    network: WalkNetwork
    is_link: NDArray[np.bool_]
    boxes: BoxIndex
    homes: Snapped
    seats: Snapped
    doors: Doors
    doors_on: EdgeIndex
    seats_on: EdgeIndex


@dataclass(frozen=True, eq=False)
class CityGround:
    """All that the tiles of a city are cut from, as plain arrays: other processes read it from a
    file. Build with `lay_ground`.

    Parameters
    ----------
    streets, linked : PlacedOn
        As they are, and with the links they lack.
    fix_kind, fix_edge : ndarray of int64, shape (n_rows,)
        Kind of each single link, and its edge among the linked streets.
    fixes_on : EdgeIndex
        Those rows by edge.
    people : ndarray of float64, shape (n_homes, n_groups)
        People at each home.
    zone : ndarray of int64, shape (n_homes,)
        Zone of each home, -1 for none.
    stretch : ndarray of int64, shape (n_homes,)
        Stretch of each home.
    zones : tuple of str
        All zones.
    counted, placed : mapping of str to ndarray of int64
        As in `Tile`, facilities numbered in the whole city.
    halo_m : float
        How far from its homes a tile reaches [m].
    """

    streets: PlacedOn
    linked: PlacedOn
    fix_kind: NDArray[np.int64]
    fix_edge: NDArray[np.int64]
    fixes_on: EdgeIndex
    people: NDArray[np.float64]
    zone: NDArray[np.int64]
    stretch: NDArray[np.int64]
    zones: tuple[str, ...]
    counted: Mapping[str, NDArray[np.int64]]
    placed: Mapping[str, NDArray[np.int64]]
    halo_m: float

    def cut(self, plan: TilePlan) -> Tile:
        """Everything that the numbers of one tile depend on."""
        # 1. Streets in the halo, as they are and with links; the first hold all of the second.
        around = self._find_halo(self.streets.homes.take(plan.rows))
        streets, _ = _cut_out(self.streets, plan.rows, around)
        linked, part = _cut_out(self.linked, plan.rows, around)
        owners = np.unique(streets.doors.owner)
        # 2. What is numbered in the whole city is numbered in the tile.
        zones = np.flatnonzero(np.isin(self.zones, plan.zones))
        return Tile(
            streets=_number_owners(streets, owners),
            linked=_number_owners(linked, owners),
            fixes=self._take_joining(part),
            people=np.ascontiguousarray(self.people[plan.rows].T),
            zone=np.searchsorted(zones, self.zone[plan.rows]),
            n_zones=len(plan.zones),
            middle=find_stretches(self.stretch[plan.rows]).middle,
            counted={key: _among(found, owners) for key, found in self.counted.items()},
            placed={key: _among(found, owners) for key, found in self.placed.items()},
        )

    def _find_halo(self, homes: Snapped) -> tuple[float, float, float, float] | None:
        """Box that the longest walks from some homes stay within; None where none is at a
        street.
        """
        on = homes.edge[homes.is_snapped]
        if not len(on):
            return None
        around = self.streets.boxes.box[on]
        west, south = (around[:, :2].min(axis=0) - self.halo_m).tolist()
        east, north = (around[:, 2:].max(axis=0) + self.halo_m).tolist()
        return west, south, east, north

    def _take_joining(self, part: StreetPart) -> Fixes:
        """The links of a tile by what each would take."""
        rows = self.fixes_on.list_on(part.edges)
        nothing = np.zeros(len(rows), dtype=bool)
        edges = part.number(self.fix_edge[rows])
        return Fixes(self.fix_kind[rows], np.arange(len(rows)), edges, nothing, nothing)


def lay_ground(inputs: AreaInputs, rules: TileRules) -> CityGround:
    """Put a city's streets and places in the order in which tiles are cut from them."""
    # 1. Streets, as they are and with links, and everything on both.
    links = inputs.links
    linked = add_links(inputs.network, links)
    fixes = find_fixes(linked.network, linked.is_link, links.work)
    at_ground = build_snapper(inputs.network, inputs.door_streets.is_open)
    seat_xy = list_seat_places(inputs.seats, inputs.network.crs)
    seats = snap_points(at_ground, seat_xy, max_snap_m=MAX_SEAT_SNAP_M)
    seats = round_places(inputs.network, seats)
    homes, doors, move = inputs.home_snap, inputs.plausible_doors.taken, linked.move
    moved = Doors(doors.owner, move(doors.snapped))
    no_links = np.zeros(inputs.network.n_edges, dtype=bool)
    # 2. Single crossings and steps are not asked for.
    is_joining = np.isin(fixes.kind[fixes.row_fix], _JOINING)
    fix_edge = fixes.row_edge[is_joining]
    # 3. Which places count, of each kind of which anything is known.
    known = [target for target in list_city_targets(inputs) if is_known(inputs, target)]
    placed: dict[str, NDArray[np.int64]] = {}
    if inputs.at is not None:
        rows = {target: inputs.targets[target] for target in known}
        placed = {key: found[inputs.is_located[found]] for key, found in rows.items()}
    zones = tuple(inputs.zones["zone_id"].astype(str).tolist())
    return CityGround(
        streets=place_on(inputs.network, no_links, homes, doors, seats),
        linked=place_on(linked.network, linked.is_link, move(homes), moved, move(seats)),
        fix_kind=fixes.kind[fixes.row_fix[is_joining]],
        fix_edge=fix_edge,
        fixes_on=index_edges(fix_edge),
        people=inputs.residents[list(inputs.groups)].to_numpy(dtype=np.float64),
        zone=_number_zones(inputs, zones),
        stretch=list_stretches(inputs.residents),
        zones=zones,
        counted={target: located(inputs, target) for target in known},
        placed=placed,
        halo_m=find_halo_m(linked.network, rules),
    )


def place_on(
    network: WalkNetwork,
    is_link: NDArray[np.bool_],
    homes: Snapped,
    doors: Doors,
    seats: Snapped,
) -> PlacedOn:
    """Streets and the places on them, in the order in which tiles are cut out."""
    return PlacedOn(
        network=network,
        is_link=is_link,
        boxes=index_boxes(find_boxes(network)),
        homes=homes,
        seats=seats,
        doors=doors,
        doors_on=index_edges(doors.snapped.edge),
        seats_on=index_edges(seats.edge),
    )


def _number_zones(inputs: AreaInputs, zones: tuple[str, ...]) -> NDArray[np.int64]:
    """Number of each home's zone, -1 where it lies in none of them."""
    number = {zone: i for i, zone in enumerate(zones)}
    # a city has a million homes in a hundred zones
    which, ids = pd.factorize(inputs.residents["zone_id"].astype(str))
    of_id = np.array([*(number.get(one, -1) for one in ids), -1], dtype=np.int64)
    return np.asarray(of_id[which])


def _cut_out(
    whole: PlacedOn,
    rows: NDArray[np.int64],
    around: tuple[float, float, float, float] | None,
) -> tuple[TileStreets, StreetPart]:
    """Streets that meet a box, with some homes and whatever else lies on them."""
    edges = np.zeros(0, dtype=np.int64) if around is None else whole.boxes.find(*around)
    part = take_edges(whole.network, edges)
    doors = whole.doors.take(whole.doors_on.list_on(edges))
    seats = whole.seats.take(whole.seats_on.list_on(edges))
    streets = TileStreets(
        network=part.network,
        is_link=whole.is_link[edges],
        homes=_renumber(whole.homes.take(rows), part),
        seats=_renumber(seats, part),
        doors=Doors(doors.owner, _renumber(doors.snapped, part)),
    )
    return streets, part


def find_halo_m(network: WalkNetwork, rules: TileRules) -> float:
    """How far from a home its longest walk can lead at most, in a straight line [m]."""
    paces = [rules.claim_pace_ms, *(profile.pace_ms for profile in rules.profiles.values())]
    ends = network.node_xy[network.edge_v] - network.node_xy[network.edge_u]
    straight_m = np.hypot(*ends.T)
    # a source may say that a street is shorter than it is drawn
    is_long = straight_m > _LONG_M
    ratio = network.length_m[is_long] / straight_m[is_long]
    shortest = min(float(ratio.min(initial=1.0)), 1.0)
    return rules.cutoffs_s[-1] * max(paces) / max(shortest, 1e-3) * _SLACK + _SLACK_M


def _renumber(snapped: Snapped, part: StreetPart) -> Snapped:
    """Places on a part of the streets; those elsewhere are nowhere."""
    edge = part.number(snapped.edge)
    return Snapped(edge, np.where(edge >= 0, snapped.fraction, 0.0), snapped.snap_m)


def _number_owners(streets: TileStreets, owners: NDArray[np.int64]) -> TileStreets:
    """Doors whose owners are numbered within the tile."""
    doors = Doors(np.searchsorted(owners, streets.doors.owner), streets.doors.snapped)
    return TileStreets(streets.network, streets.is_link, streets.homes, streets.seats, doors)


def _among(rows: NDArray[np.int64], owners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers within the tile of those facilities that it holds."""
    return np.searchsorted(owners, rows[np.isin(rows, owners)])


def walk_tile(tile: Tile, rules: TileRules) -> TileFindings:
    """Send every walker to every target, and say of homes left out what alone would let them in."""
    shape = (len(rules.profiles), len(tile.counted))
    band = np.zeros((*shape, len(tile.zone)), dtype=np.uint8)
    time_s = np.zeros((*shape, len(tile.middle)))
    told = _CauseCounts(tile, len(rules.explained))
    explained = list(rules.explained)
    for i, profile in enumerate(rules.profiles.values()):
        walks = _set_out(tile.streets, profile)
        lifted = _lift(tile, profile, rules) if profile.id in explained else {}
        for j, (target, rows) in enumerate(tile.counted.items()):
            found_s, _ = walks.nearest(rows, cutoff_s=rules.cutoffs_s[-1])
            band[i, j] = sum(found_s > cutoff_s for cutoff_s in rules.cutoffs_s)
            time_s[i, j] = found_s[tile.middle]
            if profile.id in explained:
                causes = _explain(tile, target, lifted, found_s > rules.cutoffs_s[-1], rules)
                told.put(explained.index(profile.id), j, causes)
    return TileFindings(band, time_s, told.homes, told.people, told.people_alone)


def _set_out(streets: TileStreets, profile: WalkProfile) -> Walks:
    """A walker on the streets of a tile, as they are."""
    return build_walks(
        streets.network,
        profile,
        build_impedance(streets.network, profile),
        homes=streets.homes,
        facilities=streets.doors,
        seats=streets.seats,
    )


def _lift(tile: Tile, profile: WalkProfile, rules: TileRules) -> dict[str, Walks]:
    """A walker with each class of obstacles lifted, and as today to places that are closed."""
    streets = tile.linked
    nothing = np.zeros(0)
    linked = LinkedStreets(
        streets.network, np.zeros(0, dtype=np.int64), nothing, nothing, streets.is_link
    )
    setting = Setting(linked, streets.homes, streets.doors, streets.seats)
    pace_ms = max(rules.claim_pace_ms, profile.pace_ms)
    lifted = dict(lift_classes(setting, tile.fixes, profile, adult_pace_ms=pace_ms).lifted)
    if tile.placed:
        lifted["hours"] = build_walks(
            streets.network,
            profile,
            build_impedance(streets.network, profile, is_closed=streets.is_link),
            homes=streets.homes,
            facilities=streets.doors,
            seats=streets.seats,
        )
    return lifted


def _explain(
    tile: Tile,
    target: str,
    lifted: Mapping[str, Walks],
    is_out: NDArray[np.bool_],
    rules: TileRules,
) -> tuple[NDArray[np.int64], Causes]:
    """Homes left out, and what alone would let each in."""
    out = np.flatnonzero(is_out)
    cutoff_s, lifted_s = rules.cutoffs_s[-1], {}
    for name, walks in lifted.items():
        rows = tile.placed[target] if name == "hours" else tile.counted[target]
        lifted_s[name] = walks.nearest(rows, cutoff_s=cutoff_s)[0][out]
    causes = find_causes(
        lifted_s,
        is_out=np.ones(len(out), dtype=bool),
        is_snapped=tile.linked.homes.is_snapped[out],
        cutoff_s=cutoff_s,
        are_links_checked=rules.are_links_checked,
    )
    return out, causes


class _CauseCounts:
    """Homes and people of every zone by cause."""

    def __init__(self, tile: Tile, n_walkers: int) -> None:
        self._tile = tile
        shape = (n_walkers, len(tile.counted), tile.n_zones)
        self.homes = np.zeros((*shape, len(CAUSES)))
        self.people = np.zeros((*shape, len(tile.people), len(CAUSES)))
        self.people_alone = np.zeros_like(self.people)

    def put(self, i: int, j: int, found: tuple[NDArray[np.int64], Causes]) -> None:
        """Count those who are left out of one target."""
        out, causes = found
        tile, n = self._tile, len(CAUSES)
        zone, size = tile.zone[out], tile.n_zones * n
        told = zone * n + causes.cause
        self.homes[i, j] = np.bincount(told, minlength=size).reshape(-1, n)
        for group, people in enumerate(tile.people[:, out]):
            by_cause = np.bincount(told, people, minlength=size).reshape(-1, n)
            self.people[i, j, :, group] = by_cause
            alone = by_cause.copy()
            for cause in range(len(LIFTED)):
                opened = causes.opens[:, cause]
                alone[:, cause] = np.bincount(zone[opened], people[opened], tile.n_zones)
            self.people_alone[i, j, :, group] = alone
