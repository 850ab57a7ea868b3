"""How certain the coverage of one neighbourhood is: counted anew in many drawn worlds."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.walkers import HUB, AreaInputs
from access15.config import find_headline_group
from access15.core.measures.kernels import DoorsBeside, Drawn, cover_homes
from access15.core.measures.ranges import (
    Draws,
    build_draws,
    find_range,
    measure_budget,
    open_doors,
)
from access15.core.measures.stretches import Residents, Stretches, build_stretches
from access15.core.measures.uncertain import DOUBTFUL_CLASSES, FACTORS
from access15.core.reach.spread import street_points
from access15.core.streets.network import WalkNetwork
from access15.core.walk.draws import Block, DrawnStreets, build_drawn_streets, search_block
from access15.core.walk.kernels.draws import LANES, OnStreets
from access15.core.walk.snap import Snapped
from access15.results.schema import RANGE_BUDGET
from access15.results.walker import Walker

# Paths that may be missing: what OpenStreetMap has of them ages fastest, and gates lock them.
PATHS = ("footway", "path", "steps", "track", "pedestrian", "cycleway", "bridleway")
# Only totals of zones are spread along streets of which nobody knows how densely people live there.
_ALONG_STREETS = "zones_streets"
_OF_ZONES = "zones_"

# People within reach, shape (n_zones + 1, n_groups, n_cutoffs, n_draws), all zones together first.
Counts = NDArray[np.float64]


# Columns of `schema.COVERAGE`, each shaped (n_zones + 1, n_groups, n_cutoffs).
Ends = Mapping[str, NDArray[np.float64]]
ENDS = ("low", "high", "gap_low", "gap_high", "ratio_low", "ratio_high")


@dataclass(frozen=True, eq=False)
class Ranges:
    """How certain everything counted in a neighbourhood is.

    Parameters
    ----------
    ends : dict of (str, str) to Ends
        Ends of the ranges by profile and target; none for who needs seats.
    budget : DataFrame
        `schema.RANGE_BUDGET`.
    """

    ends: dict[tuple[str, str], Ends]
    budget: pd.DataFrame


def measure_ranges(inputs: AreaInputs, walkers: list[Walker]) -> Ranges:
    """Count people within reach in many worlds, and in worlds where one thing alone is drawn.

    Who needs seats is left out: which benches serve is a search of its own, too long for so many.
    """
    drawn = [walker for walker in walkers if not walker.profile.needs_seat]
    targets = [target for target in inputs.targets if target not in inputs.area.hubs]
    worlds = Worlds(inputs)
    # 1. All at once: what the ranges of every target are made of.
    draws = worlds.draws
    settings = worlds.set_up(drawn, targets)
    counts = worlds.count(settings, draws, targets)
    ends = {
        key: _find_ends(counts, key, inputs.claim, worlds.people[:, :, None, None])
        for key in counts
    }
    # 2. One at a time, to the nearest hub only: what moves the number most.
    alone = {}
    for factor in FACTORS:
        alone[factor] = worlds.count(settings, draws.only(factor), [HUB])
    return Ranges(ends, _tabulate_budget(inputs, drawn, alone, worlds.people))


def _find_ends(
    counts: Mapping[tuple[str, str], Counts],
    key: tuple[str, str],
    claim: str,
    people: NDArray[np.float64],
) -> Ends:
    """Ends of the ranges of a share, of its gap to the claim and of its ratio to it."""
    target = key[1]
    numbers = _compare(counts[key], counts.get((claim, target)), people)
    ends = [end for number in numbers.values() for end in find_range(number)]
    return dict(zip(ENDS, ends, strict=True))


def _compare(
    own: Counts, claimed: Counts | None, people: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Share, gap in points and ratio in every world; NaN where there is none."""
    beside = np.full(own.shape, np.nan) if claimed is None else claimed
    none = np.full(own.shape, np.nan)
    share = np.divide(own, people, out=none.copy(), where=people > 0)
    claimed_share = np.divide(beside, people, out=none.copy(), where=people > 0)
    ratio = np.divide(own, beside, out=none, where=beside > 0)
    return {"share": share, "gap": 100.0 * (claimed_share - share), "ratio": ratio}


def _tabulate_budget(
    inputs: AreaInputs,
    walkers: list[Walker],
    alone: Mapping[str, Mapping[tuple[str, str], Counts]],
    people: NDArray[np.float64],
) -> pd.DataFrame:
    """What each factor alone makes of the numbers of the headline's group, to the nearest hub."""
    group = find_headline_group(inputs.groups)
    at = inputs.groups.index(group)
    rows = []
    for walker in walkers:
        profile = walker.profile.id
        found: dict[str, dict[str, tuple[float, ...]]] = {}
        for factor, counts in alone.items():
            if (profile, HUB) not in counts:
                continue
            own, claimed = counts[profile, HUB], counts.get((inputs.claim, HUB))
            beside = None if claimed is None else claimed[0, at, -1]
            numbers = _compare(own[0, at, -1], beside, people[0, at])
            for number, values in numbers.items():
                found.setdefault(number, {})[factor] = tuple(map(float, find_range(values)))
        for number, ends in found.items():
            parts = measure_budget({factor: high - low for factor, (low, high) in ends.items()})
            for factor, (low, high) in ends.items():
                rows.append(
                    {
                        "study": inputs.study_id,
                        "area": inputs.area.id,
                        "profile": profile,
                        "category": HUB,
                        "group": group,
                        "cutoff_min": inputs.cutoffs_min[-1],
                        "number": number,
                        "factor": factor,
                        "low": low,
                        "high": high,
                        "swing": high - low,
                        "part": parts[factor],
                        "method": inputs.method,
                        "network": inputs.network_name,
                    }
                )
    return pd.DataFrame(rows, columns=RANGE_BUDGET.list_names())


@dataclass(frozen=True, eq=False)
class Target:
    """Doors of what one walker asks for, and the order in which nodes are reached from them."""

    rows: NDArray[np.int64]
    snapped: Snapped
    doors: OnStreets
    beside: DoorsBeside
    order: tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class WorldSetting:
    """One walker, ready to be sent through worlds."""

    profile: str
    streets: DrawnStreets
    edges: OnStreets
    targets: dict[str, Target]


class Worlds:
    """The worlds of one neighbourhood and whom they count."""

    def __init__(self, inputs: AreaInputs, *, longest_s: float | None = None) -> None:
        self.inputs = inputs
        self._longest_s = inputs.cutoffs_s[-1] if longest_s is None else longest_s
        zone_ids = list(inputs.zones["zone_id"].astype(str))
        self.n_zones = len(zone_ids)
        self._people = inputs.residents[list(inputs.groups)].to_numpy(dtype=np.float64)
        number = {zone: i for i, zone in enumerate(zone_ids)}
        self._zone = inputs.residents["zone_id"].astype(str).map(number).to_numpy(dtype=np.int64)
        by_zone = [self._people[self._zone == zone].sum(axis=0) for zone in range(self.n_zones)]
        self.people = np.array([self._people.sum(axis=0), *by_zone])
        # where people are counted finer than by zone nothing is drawn of where they live
        methods = [inputs.people_info.methods.get(zone, ()) for zone in zone_ids]
        knows_classes = bool(inputs.residential_highways)
        self._is_along = np.array([knows_classes and used == (_ALONG_STREETS,) for used in methods])
        self._is_spread = np.array(
            [bool(used) and all(one.startswith(_OF_ZONES) for one in used) for used in methods]
        )

    @cached_property
    def draws(self) -> Draws:
        """The worlds: all walkers walk in the same."""
        return build_draws(
            _number_paths(self.inputs.network),
            n_streets=int(self.stretches.street.max(initial=0)) + 1,
            n_facilities=len(self.inputs.facilities),
        )

    @cached_property
    def stretches(self) -> Stretches:
        """Homes and those that there may be besides, stretch by stretch."""
        network, snapped = self.inputs.network, self._residents.snapped
        edge, is_on = np.maximum(snapped.edge, 0), snapped.is_snapped
        # a named street has one density, because those who live along it live in like houses
        name = network.street[edge]
        key = np.where(name > 0, name, len(network.street_names) + edge)
        street = np.unique(key, return_inverse=True)[1]
        street = np.where(is_on & self._is_spread[self._residents.zone], street, -1)
        kind = _list_kinds(network)[edge]
        kind = np.where(is_on & self._is_along[self._residents.zone], kind, -1)
        return build_stretches(self._residents, street, kind)

    @cached_property
    def _residents(self) -> Residents:
        """Everybody, and points along streets that may have homes though the study says no."""
        inputs, network = self.inputs, self.inputs.network
        is_sure = np.ones(len(self._zone), dtype=bool)
        found = Residents(inputs.home_snap, self._zone, self._people, is_sure)
        kinds = _list_kinds(network)
        class_of = np.array(network.highway_names, dtype=object)[network.highway]
        has_homes = np.isin(class_of, inputs.residential_highways)
        at_ground = ~network.other_level
        outlines = inputs.zones.geometry.to_numpy()
        for zone in np.flatnonzero(self._is_along):
            sure_m = street_points(network, has_homes & at_ground, outlines[zone])[2].sum()
            is_doubtful = (kinds >= 0) & ~has_homes & at_ground
            edge, xy, length_m = street_points(network, is_doubtful, outlines[zone])
            # as densely as along the streets that the study names
            people = length_m[:, None] / sure_m * self.people[zone + 1]
            fraction = shapely.line_locate_point(
                network.lines[edge], shapely.points(xy), normalized=True
            )
            here = np.full(len(edge), zone)
            beside = Snapped(edge, fraction, np.zeros(len(edge)))
            found = found.join(Residents(beside, here, people, np.zeros(len(edge), dtype=bool)))
        return found

    def set_up(self, walkers: list[Walker], targets: list[str]) -> list[WorldSetting]:
        """Every walker with its part of the streets and the doors of what is asked for."""

        def set_one(walker: Walker) -> WorldSetting:
            streets = build_drawn_streets(
                self.inputs.network,
                walker.profile,
                self._residents.snapped,
                self.draws.walks,
                cutoff_s=self._longest_s,
            )
            found = {target: self._aim(streets, target) for target in targets}
            edges = streets.on_streets(self.stretches.edge)
            return WorldSetting(walker.profile.id, streets, edges, found)

        with ThreadPoolExecutor() as pool:
            return list(pool.map(set_one, walkers))

    def _aim(self, streets: DrawnStreets, target: str) -> Target:
        """Doors of a target's places that have a certain point and are open."""
        wanted = self.inputs.targets[target]
        wanted = wanted[self.inputs.is_counted[wanted]]
        doors, edge = self.inputs.plausible_doors, self.stretches.edge
        rows = np.flatnonzero(np.isin(doors.owner, wanted) & doors.snapped.is_snapped)
        snapped = doors.snapped.take(rows)
        by_edge = np.argsort(snapped.edge, kind="stable")
        on_edge = snapped.edge[by_edge]
        beside = DoorsBeside(
            begin=np.searchsorted(on_edge, edge, side="left"),
            end=np.searchsorted(on_edge, edge, side="right"),
            row=by_edge,
            fraction=snapped.fraction,
            snap_m=snapped.snap_m,
        )
        on_streets = streets.on_streets(snapped.edge)
        return Target(rows, snapped, on_streets, beside, streets.order_nodes(on_streets, snapped))

    def open_doors(self) -> NDArray[np.bool_]:
        """Which of the plausible doors are doors in each world."""
        return open_doors(self.inputs.plausible_doors, self.draws.door)

    def share_out(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How many live along each stretch in each world, and what keeps each zone whole."""
        return self.stretches.share_out(self.draws, self.n_zones)

    def count(
        self, settings: list[WorldSetting], draws: Draws, targets: list[str]
    ) -> dict[tuple[str, str], Counts]:
        """People within reach of every target in every world."""
        shape = (*self.people.shape, len(self.inputs.cutoffs_s), len(draws))
        keys = [(setting.profile, target) for setting in settings for target in targets]
        counts = {key: np.zeros(shape) for key in keys}
        factor, keeps = self.stretches.share_out(draws, self.n_zones)
        is_open = open_doors(self.inputs.plausible_doors, draws.door)

        def count_block(task: tuple[WorldSetting, int]) -> None:
            setting, first = task
            block = setting.streets.price(draws.walks, first)
            near = factor.take(block.worlds, axis=1)
            is_door = is_open.take(block.worlds, axis=1)
            n = min(LANES, len(draws) - first)
            for target in targets:
                covered = self._cover(setting, block, target, near, is_door)
                covered *= keeps[:, :, None, block.worlds]
                out = counts[setting.profile, target]
                out[1:, :, :, first : first + n] = covered[..., :n]
                out[0, :, :, first : first + n] = covered[..., :n].sum(axis=0)

        blocks = range(0, len(draws), LANES)
        with ThreadPoolExecutor() as pool:
            list(pool.map(count_block, product(settings, blocks)))
        return counts

    def _cover(
        self,
        setting: WorldSetting,
        block: Block,
        target: str,
        factor: NDArray[np.float64],
        is_open: NDArray[np.bool_],
    ) -> Counts:
        """People of every zone, group and cutoff within reach, before zones are made whole."""
        aimed = setting.targets[target]
        n_groups, n_cutoffs = len(self.inputs.groups), len(self.inputs.cutoffs_s)
        covered = np.zeros((self.n_zones, n_groups, n_cutoffs, LANES))
        is_door = is_open[aimed.rows]
        node_s = search_block(
            setting.streets,
            block,
            aimed.doors,
            aimed.snapped,
            is_open=is_door,
            order=aimed.order,
        )
        cover_homes(
            setting.edges,
            self.stretches.homes,
            aimed.beside,
            Drawn(block.lanes, is_door, node_s, factor),
            np.array(self.inputs.cutoffs_s),
            covered,
        )
        return covered


def _list_kinds(network: WalkNetwork) -> NDArray[np.int64]:
    """Which of the doubtful classes each edge is of; -1 for none."""
    names = [
        DOUBTFUL_CLASSES.index(name) if name in DOUBTFUL_CLASSES else -1
        for name in network.highway_names
    ]
    return np.array(names, dtype=np.int64)[network.highway]


def _number_paths(network: WalkNetwork) -> NDArray[np.int64]:
    """Number of each edge among the paths that may be missing; -1 for other edges."""
    codes = [i for i, name in enumerate(network.highway_names) if name in PATHS]
    is_path = np.isin(network.highway, codes)
    return np.where(is_path, np.cumsum(is_path) - 1, -1)
