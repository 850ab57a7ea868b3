"""One neighbourhood while its best places are looked for: places, walks to them, and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.area.siting.candidates import Candidates
from access15.area.siting.parts import keep_short, search_parts
from access15.area.siting.question import AskedFloor, SiteQuestion
from access15.core.siting.room import Room, build_room
from access15.core.siting.rules import Floor, Rules
from access15.core.siting.sets import CoverageSets, build_sets
from access15.core.siting.times import TimeSets, build_time_sets
from access15.core.walk.doors import Doors
from access15.core.walk.pairs import Pairs
from access15.core.walk.walks import Walks
from access15.crs import points_xy
from access15.results.run import AreaResult

_ALIKE_S = 1e-6  # a walk that is found twice


class Look:
    """What a question comes to in one neighbourhood.

    Places are candidates first, then the places of today that may move, then those that stay.
    """

    def __init__(self, area: AreaResult, asked: SiteQuestion, candidates: Candidates) -> None:
        self.area, self.asked, self.candidates = area, asked, candidates
        self.cutoff_s = 60.0 * asked.cutoff_min
        self.people = area.residents[asked.group].to_numpy(dtype=np.float64)
        zone = area.residents["zone_id"].astype(str)
        weights = np.ones(len(zone)) if asked.weights is None else zone.map(asked.weights)
        self.worth = np.asarray(weights, dtype=np.float64)
        self.counted = self.people * self.worth
        today = _list_today(area, asked.category)
        may_move = _stand_inside(area, today) if asked.is_free else np.zeros(len(today), bool)
        self._base_s = dict[str, NDArray[np.float64]]()
        self.moving, self.staying = today[may_move], today[~may_move]

    @property
    def n_new(self) -> int:
        """How many candidates there are."""
        return len(self.candidates)

    @property
    def n_places(self) -> int:
        """How many places may be chosen: candidates, and those of today that may move."""
        return self.n_new + len(self.moving)

    @property
    def today(self) -> NDArray[np.int64]:
        """Those of today that may move, as they are chosen."""
        return self.n_new + np.arange(len(self.moving))

    @property
    def fixed(self) -> NDArray[np.int64]:
        """Those of today that stay."""
        return self.n_places + np.arange(len(self.staying))

    @cached_property
    def doors(self) -> Doors:
        """Where every place is entered."""
        rows = np.append(self.moving, self.staying)
        number = np.full(len(self.area.facilities), -1, dtype=np.int64)
        number[rows] = self.n_new + np.arange(len(rows))
        taken = self.area.plausible_doors.taken
        own = taken.take(number[taken.owner] >= 0)
        return self.candidates.doors.join(Doors(number[own.owner], own.snapped))

    def walk(self, profile: str) -> Walks:
        """The walks of somebody to all places."""
        return self.area.walkers[profile].walks.ending_at(self.doors)

    def find_today(self, profile: str | None = None) -> NDArray[np.float64]:
        """Seconds to the nearest place of today."""
        return self.area.travel_time_s[profile or self.asked.profile, self.asked.category]

    def find_base(self, profile: str) -> NDArray[np.float64]:
        """Seconds to the nearest place that stays whatever is chosen."""
        if not len(self.moving):
            return self.find_today(profile)
        if profile not in self._base_s:
            self._base_s[profile] = self.find_nearest(self.fixed, profile)
        return self._base_s[profile]

    def find_seconds(
        self, places: NDArray[np.int64], profile: str | None = None
    ) -> NDArray[np.float64]:
        """Seconds to the nearest of a choice, or of the places that stay."""
        profile = profile or self.asked.profile
        return np.minimum(self.find_base(profile), self.find_nearest(places, profile))

    def find_nearest(self, places: NDArray[np.int64], profile: str) -> NDArray[np.float64]:
        """Seconds to the nearest of some places alone."""
        if not len(places):
            return np.full(len(self.people), np.inf)
        return self.walk(profile).nearest(places)[0]

    @cached_property
    def base_s(self) -> NDArray[np.float64]:
        """Seconds to the nearest place that stays."""
        return self.find_base(self.asked.profile)

    @cached_property
    def today_s(self) -> NDArray[np.float64]:
        """Seconds to the nearest place of today."""
        return self.find_today()

    def search(
        self, n: int, *, profile: str | None = None, cutoff_s: float | None = None
    ) -> Iterator[Pairs]:
        """The first so many places with the homes within the cutoff of them, in parts."""
        walks = self.walk(profile or self.asked.profile)
        within_s = self.cutoff_s if cutoff_s is None else cutoff_s
        return search_parts(walks, np.arange(n), cutoff_s=within_s)

    def search_some(self, places: NDArray[np.int64]) -> Iterator[Pairs]:
        """Some places, by their positions, with the homes within the cutoff of them, in parts."""
        return search_parts(self.walk(self.asked.profile), places, cutoff_s=self.cutoff_s)

    def find_within(self) -> NDArray[np.bool_]:
        """Homes within the cutoff of any place that may be chosen."""
        every = np.arange(self.n_places)
        if not len(every):
            return np.zeros(len(self.people), dtype=bool)
        time_s, _ = self.walk(self.asked.profile).nearest(every, cutoff_s=self.cutoff_s)
        return np.asarray(time_s <= self.cutoff_s)

    @cached_property
    def pairs(self) -> Pairs:
        """Places that may be chosen with all homes that they are of use to.

        What is sought in minutes needs them all at once, and is refused where they are too many.
        """
        walks = self.walk(self.asked.profile)
        return walks.pairs_within(np.arange(self.n_places), cutoff_s=np.inf)

    @cached_property
    def sets(self) -> CoverageSets:
        """Whom every place would bring within the cutoff."""
        return build_sets(
            self.search(self.n_places),
            people=self.counted,
            is_reached=self.base_s <= self.cutoff_s,
            n_candidates=self.n_places,
        )

    @cached_property
    def times(self) -> TimeSets:
        """How far every home would walk to each place.

        Of the least average, who is without a place counts as `longest_s`, lest the first places
        go to the few who live on a street that leads nowhere; of the least worst walk, nothing is
        worse than to be without.
        """
        return build_time_sets(
            self.pairs,
            people=self.counted,
            today_s=self.base_s,
            n_candidates=self.n_places,
            largest_s=self.longest_s if self.asked.objective == "average" else None,
        )

    @cached_property
    def longest_s(self) -> float:
        """The longest walk that anybody has today, or could have to any place [s]."""
        is_counted = (self.counted > 0) & np.isfinite(self.base_s)
        walked_s = self.base_s[is_counted].max(initial=0.0)
        return max(1.0, float(walked_s), float(self.pairs.time_s.max(initial=0.0)))

    @cached_property
    def gains(self) -> CoverageSets:
        """Whom one more candidate would bring within the cutoff today."""
        if not len(self.moving) and self.asked.weights is None:
            return self.sets
        return build_sets(
            self.search(self.n_new),
            people=self.people,
            is_reached=self.today_s <= self.cutoff_s,
            n_candidates=self.n_new,
        )

    @cached_property
    def room(self) -> Room | None:
        """Whom every place would take, where any candidate takes only so many."""
        if not self.asked.has_room:
            return None
        given = self.candidates.points["capacity"].to_numpy(dtype=np.float64)
        rows = np.append(self.moving, self.staying)
        return build_room(
            self.walk(self.asked.profile).pairs_within(
                np.arange(self.n_places + len(self.staying)), cutoff_s=self.cutoff_s
            ),
            people=self.people,
            worth=self.worth,
            capacity=np.append(given, _read_capacity(self.area, rows)),
        )

    @property
    def has_rules(self) -> bool:
        """Whether a choice must keep anything, or places of today may move."""
        asked, points = self.asked, self.candidates.points
        is_bound = bool(points["required"].any() or (points["one_of"] != "").any())
        return asked.is_free or bool(asked.floors) or is_bound

    @cached_property
    def rules(self) -> Rules:
        """What a choice must keep."""
        points = self.candidates.points
        names, kind = np.unique(points["one_of"].to_numpy(dtype=str), return_inverse=True)
        kind = np.where(names[kind] == "", -1, kind) if len(names) else np.zeros(0, dtype=np.int64)
        n_moving = len(self.moving)
        is_new = np.arange(self.n_places) < self.n_new
        rules = Rules(
            is_required=np.append(points["required"].to_numpy(bool), np.zeros(n_moving, bool)),
            one_of=np.append(kind, np.full(n_moving, -1)).astype(np.int64),
            is_preferred=~is_new,
            floors=tuple(self.build_floor(one) for one in self.asked.floors),
        )
        return rules.with_more(must=self._keep_losers()) if self.asked.is_lossless else rules

    def build_floor(self, floor: AskedFloor) -> Floor:
        """A floor, those aside whom a place reaches that stays."""
        people, is_base = self._count_floor(floor)
        near = self.search(self.n_places, profile=floor.profile)
        sets = build_sets(near, people=people, is_reached=is_base, n_candidates=self.n_places)
        least = floor.share * people.sum() - people[is_base].sum()
        return Floor(sets, max(0.0, float(least)))

    def share_floor(self, floor: AskedFloor, held: float) -> float:
        """Share of those whom a floor is about, with so many beside those of places that stay."""
        people, is_base = self._count_floor(floor)
        total = float(people.sum())
        return (float(people[is_base].sum()) + held) / total if total > 0 else 1.0

    def _count_floor(self, floor: AskedFloor) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Who counts for a floor, and whom places reach that stay."""
        residents = self.area.residents
        people = residents[floor.group].to_numpy(dtype=np.float64)
        if floor.zone:
            people = np.where(residents["zone_id"].astype(str) == floor.zone, people, 0.0)
        return people, self.find_base(floor.profile) <= self.cutoff_s

    def _keep_losers(self) -> CoverageSets:
        """Who would be worse off than today without one of the places that are as near."""
        if self.asked.is_by_reach:
            pairs, is_held = self.search(self.n_places), self.today_s <= self.cutoff_s
            is_reached = self.base_s <= self.cutoff_s
        else:
            is_held = np.isfinite(self.today_s)
            is_reached = self.base_s <= self.today_s + _ALIKE_S
            longest_s = self.today_s[is_held].max(initial=0.0) + _ALIKE_S
            near = self.search(self.n_places, cutoff_s=float(longest_s))
            pairs = keep_short(near, self.today_s + _ALIKE_S)
        return build_sets(
            pairs,
            people=(is_held & (self.people > 0)).astype(np.float64),
            is_reached=is_reached,
            n_candidates=self.n_places,
        )


def _list_today(area: AreaResult, category: str) -> NDArray[np.int64]:
    """Facilities of a kind that count: with a certain point, open at the moment asked for."""
    table = area.facilities
    is_counted = (table["category"] == category) & (table["status"] != "not_geocoded")
    if "open_at" in table:
        is_counted &= table["open_at"] == "open"
    is_met = area.plausible_doors.taken.is_met(len(table))
    return np.flatnonzero(is_counted.to_numpy(dtype=bool) & is_met)


def _stand_inside(area: AreaResult, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether facilities stand in the neighbourhood."""
    land = shapely.union_all(area.zones.geometry.to_numpy())
    xy = points_xy(area.facilities.iloc[rows], area.network.crs)
    return np.asarray(shapely.intersects_xy(land, *xy.T), dtype=bool)


def _read_capacity(area: AreaResult, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """People whom places of today take; inf where nobody says."""
    if "capacity" not in area.facilities:
        return np.full(len(rows), np.inf)
    texts = area.facilities["capacity"].to_numpy(dtype=object)[rows]
    return np.array([float(text) if text else np.inf for text in texts], dtype=np.float64)
