"""Where somebody should go and look: the places of one neighbourhood whose unknowns move its result
most.

Every unknown is supposed to be the contrary of what it counts as, alone, and the walks are searched
anew: a kerb that is raised, a way that is too narrow or too rough to be passed, steps with a ramp,
a place entered by another of its plausible doors. Nobody loses a way but who walks it, so that
unknowns that few people pass need not be tried.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.area.barriers import BarrierQuestion, find_degrees, name_streets
from access15.area.siting.benches import list_facilities
from access15.core.change.barriers import BARRIER_KINDS, find_barriers
from access15.core.change.gains import Setting, build_fix_search
from access15.core.change.linked import add_links
from access15.core.change.links import no_links
from access15.core.change.passing import count_passing
from access15.core.change.unknowns import UNKNOWN_KINDS, Unknowns, find_unknowns
from access15.core.reach.walks import build_plain_walks
from access15.core.streets.names import NamedStreets
from access15.core.streets.network import WHEELCHAIR
from access15.core.walk.doors import Doors
from access15.results.audit import Stop
from access15.results.run import AreaResult

N_STOPS: Final = 10
# So near to a stop, whoever stands there sees the other, too. This project's choice.
_SEEN_M: Final = 40.0
_LEAST_PEOPLE: Final = 0.5  # who rounds to nobody is nobody


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A place to look at: what is not known, where, the most it can move, and what finds out."""

    checks: tuple[str, ...]
    xy: tuple[float, float]
    nodes: NDArray[np.int64]
    edges: NDArray[np.int64] | None
    most: float
    measure: Callable[[], float]
    is_gain: bool = False
    place: str = ""


@dataclass(frozen=True, eq=False)
class Audited:
    """What was found in one neighbourhood."""

    stops: tuple[Stop, ...]
    rows: NDArray[np.int64]
    n_people: float
    within: float


def find_stops(area: AreaResult, asked: BarrierQuestion, *, n: int = N_STOPS) -> Audited:
    """Choose the places to look at, each the one that moves most of those not seen from a stop
    before.
    """
    audit = _Audit(area, asked)
    candidates = [*audit.list_unknowns(), *audit.list_steps(), *audit.list_doors()]
    chosen = _choose(candidates, n)
    names = NamedStreets(area.network)
    stops = []
    for candidate, people in chosen:
        seen = [one for one in candidates if one.most > 0 and _is_seen(one, candidate)]
        checks = dict.fromkeys(candidate.checks)
        checks |= dict.fromkeys(check for one in seen for check in one.checks)
        street, is_near = name_streets(names, area.network, candidate.edges, candidate.nodes)
        lat, lon = find_degrees(np.array(candidate.xy), area.network.crs)
        stops.append(
            Stop(
                checks=tuple(checks),
                street=street,
                is_near=is_near,
                lat=lat,
                lon=lon,
                xy=candidate.xy,
                people=people,
                is_gain=candidate.is_gain,
                place=candidate.place,
            )
        )
    return Audited(tuple(stops), audit.rows, float(audit.people.sum()), audit.within)


def _choose(candidates: list[_Candidate], n: int) -> list[tuple[_Candidate, float]]:
    """The candidates that move most, of those not seen from one before; as few are tried as can
    be.
    """
    # a heap of what each can move at most; what was measured goes back with its true number
    heap = [(-one.most, i, False) for i, one in enumerate(candidates)]
    heapq.heapify(heap)
    chosen: list[tuple[_Candidate, float]] = []
    while heap and len(chosen) < n:
        most, i, is_measured = heapq.heappop(heap)
        if -most < _LEAST_PEOPLE:
            break
        one = candidates[i]
        if any(_is_seen(one, before) for before, _ in chosen):
            continue
        if is_measured:
            chosen.append((one, -most))
        else:
            heapq.heappush(heap, (-one.measure(), i, True))
    return chosen


def _is_seen(one: _Candidate, stop: _Candidate) -> bool:
    """Whether whoever stands at a stop sees a place."""
    return float(np.hypot(one.xy[0] - stop.xy[0], one.xy[1] - stop.xy[1])) <= _SEEN_M


class _Audit:
    """One neighbourhood, its people and their walks as far as anything is known."""

    def __init__(self, area: AreaResult, asked: BarrierQuestion) -> None:
        self._area, self._network = area, area.network
        self._walker = area.walkers[asked.walker.id]
        self._cutoff_s = 60.0 * asked.cutoff_min
        self.rows = list_facilities(area, asked.category)
        self.people = area.residents[asked.group].to_numpy(dtype=np.float64)
        self._plain = build_plain_walks(
            self._network,
            self._walker.impedance,
            homes=self._walker.resident_snap,
            facilities=self._walker.doors,
        )
        time_s, _ = self._plain.nearest(self.rows, cutoff_s=self._cutoff_s)
        self._is_out = time_s > self._cutoff_s
        self.within = float(self.people[~self._is_out].sum())

    def list_unknowns(self) -> Iterator[_Candidate]:
        """Crossings and ways that may stop this walker."""
        network = self._network
        found = find_unknowns(network, self._walker.profile, self._walker.impedance)
        passing = count_passing(self._plain, self.rows, self.people, cutoff_s=self._cutoff_s)
        most = np.minimum(found.bound(passing), self.within)
        for place in np.flatnonzero(most >= _LEAST_PEOPLE).tolist():
            own = found.rows_of(place)
            edges, kind = found.row_edge[own], UNKNOWN_KINDS[int(found.kind[place])]
            nodes = np.append(network.edge_u[edges], network.edge_v[edges])
            half = shapely.line_interpolate_point(network.lines[edges[0]], 0.5, normalized=True)
            xy = shapely.get_coordinates(half)[0]
            if kind == "kerb":
                at_u, at_v = network.edge_u[edges], network.edge_v[edges]
                nodes = np.append(at_u[found.at_u[own]], at_v[found.at_v[own]])
                xy = network.node_xy[np.unique(nodes)].mean(axis=0)
            yield _Candidate(
                checks=tuple(kind.split("_")),
                xy=(float(xy[0]), float(xy[1])),
                nodes=np.unique(nodes),
                edges=None,
                most=float(most[place]),
                measure=partial(self._count_stopped, found, place),
            )

    def _count_stopped(self, found: Unknowns, place: int) -> float:
        """People who get there no more if one place cannot be passed."""
        walks = build_plain_walks(
            self._network,
            found.shut(self._walker.impedance, place),
            homes=self._walker.resident_snap,
            facilities=self._walker.doors,
        )
        time_s, _ = walks.nearest(self.rows, cutoff_s=self._cutoff_s)
        return self.within - float(self.people[time_s <= self._cutoff_s].sum())

    def list_steps(self) -> Iterator[_Candidate]:
        """Steps that stop this walker unless there is a ramp, of which nothing is written."""
        network, walker = self._network, self._walker
        found = find_barriers(network, walker.profile, walker.impedance)
        streets = add_links(network, no_links())
        setting = Setting(
            streets,
            homes=streets.move(walker.resident_snap),
            facilities=Doors(walker.doors.owner, streets.move(walker.doors.snapped)),
        )
        search = build_fix_search(setting, self._plain, found.rows, len(found))
        gains = search.gains(self.rows, self._is_out, cutoff_s=self._cutoff_s)
        gained = np.bincount(gains.fix, self.people[gains.home], len(found))
        is_asked = (found.kind == BARRIER_KINDS.index("steps")) & (gained >= _LEAST_PEOPLE)
        for flight in np.flatnonzero(is_asked).tolist():
            edges = found.rows.edge[found.rows_of(flight)]
            if (network.wheelchair[edges] != WHEELCHAIR.index("unknown")).any():
                continue
            half = shapely.line_interpolate_point(network.lines[edges[0]], 0.5, normalized=True)
            x, y = shapely.get_coordinates(half)[0].tolist()
            yield _Candidate(
                checks=("steps",),
                xy=(x, y),
                nodes=np.unique(np.append(network.edge_u[edges], network.edge_v[edges])),
                edges=edges,
                most=float(gained[flight]),
                measure=partial(float, gained[flight]),
                is_gain=True,
            )

    def list_doors(self) -> Iterator[_Candidate]:
        """Places that may be entered by another door."""
        known, network = self._walker.plausible_doors, self._network
        is_asked = np.isin(known.owner, self.rows) & known.snapped.is_snapped
        taken = self._walker.doors
        for row in self.rows.tolist():
            others = np.flatnonzero(is_asked & (known.owner == row) & ~known.is_taken)
            own = np.flatnonzero(is_asked & (known.owner == row) & known.is_taken)
            if not (len(others) and len(own)):
                continue
            moved = []
            for door in others.tolist():
                alone = Doors(known.owner[[door]], known.snapped.take(np.array([door])))
                doors = taken.take(taken.owner != row).join(alone)
                time_s, _ = self._plain.ending_at(doors).nearest(self.rows, cutoff_s=self._cutoff_s)
                moved.append(float(self.people[time_s <= self._cutoff_s].sum()) - self.within)
            largest = max(moved, key=abs)
            edge = int(known.snapped.edge[own[0]])
            at = self._area.facilities.geometry.iloc[row]
            yield _Candidate(
                checks=("door",),
                xy=(float(at.x), float(at.y)),
                nodes=np.array([network.edge_u[edge], network.edge_v[edge]]),
                edges=None,
                most=abs(largest),
                measure=partial(abs, largest),
                is_gain=largest > 0,
                place=str(self._area.facilities["name"].iloc[row] or ""),
            )
