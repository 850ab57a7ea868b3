"""Barriers of one neighbourhood on the ways to chosen places: where, what, and whom each stops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from access15.area.explain import try_doors
from access15.area.fixes import name_place_at
from access15.area.siting.benches import list_facilities
from access15.config import WalkProfile
from access15.core.change.barriers import (
    BARRIER_KINDS,
    StreetBarriers,
    find_barriers,
    find_crossing_kerbs,
    forget_barriers,
)
from access15.core.change.gains import FixSearch, Gains, Setting, build_fix_search
from access15.core.change.linked import add_links
from access15.core.change.links import no_links
from access15.core.change.passing import count_passing
from access15.core.change.unknowns import shut_edges
from access15.core.reach.walks import build_plain_walks
from access15.core.streets.names import NamedStreets
from access15.core.streets.network import CROSSINGS, KERBS, SURFACES, WalkNetwork
from access15.core.streets.obstacles import OBSTACLES, place_obstacles
from access15.core.walk.doors import Doors
from access15.crs import LONLAT
from access15.results.barriers import FAMILIES, SAME_PLACE_M, Barrier, Surveyed, name_place
from access15.results.run import LEAST_GAIN, AreaResult

LEAST_PEOPLE: Final = 1.0  # who is fewer than one person is nobody
_CROSSING: Final = BARRIER_KINDS.index("crossing")
_WAYS: Final = ("steps", "closed", "narrow", "surface", "slope")


@dataclass(frozen=True, kw_only=True)
class BarrierQuestion:
    """Whose barriers are asked for, and on the ways to what.

    Parameters
    ----------
    category : str
        Kind of place walked to, or ``hub``.
    walker : WalkProfile
        Who walks; nobody who needs seats.
    group : str
        Who is counted.
    cutoff_min : float
        Longest walk, inclusive [min].
    """

    category: str
    walker: WalkProfile
    group: str
    cutoff_min: float


@dataclass(frozen=True, eq=False)
class AreaBarriers:
    """What was found in one neighbourhood."""

    barriers: tuple[Barrier, ...]
    settled: tuple[Surveyed, ...]
    gone: tuple[Surveyed, ...]
    n_places: int
    n_people: float
    within: float
    within_free: float


@dataclass(frozen=True, eq=False)
class _Counted:
    """People by barrier: let in, with the fewest and most of any other door, and passing."""

    gained: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    passing: NDArray[np.float64]


def find_area_barriers(
    area: AreaResult, asked: BarrierQuestion, surveyed: Sequence[Surveyed]
) -> AreaBarriers:
    """List the barriers on the ways to the nearest of some places, the first lets most people in.

    A barrier is on the ways where somebody would pass it if nothing stopped this walker, and where
    removing it alone lets anybody in. `surveyed` are rows of sheets that were filled in.
    """
    network, walks = area.network, area.walkers[asked.walker.id]
    people = area.residents[asked.group].to_numpy(dtype=np.float64)
    rows, cutoff_s = list_facilities(area, asked.category), 60.0 * asked.cutoff_min
    # 1. Everything that costs this walker time or stops it, and the ways of who is not stopped.
    found = find_barriers(network, asked.walker, walks.impedance)
    free = build_plain_walks(
        network,
        forget_barriers(network, asked.walker),
        homes=walks.resident_snap,
        facilities=walks.doors,
    )
    free_s, _ = free.nearest(rows, cutoff_s=cutoff_s)
    passing = count_passing(free, rows, people, cutoff_s=cutoff_s)
    time_s, _ = walks.walks.nearest(rows, cutoff_s=cutoff_s)
    # 2. Whom each lets in alone.
    is_out = time_s > cutoff_s
    counted = _count(
        area,
        asked,
        found,
        rows=rows,
        is_out=is_out,
        passing=passing.count(network, found),
    )
    # 3. What is told: whole people decide the order, then who passes, then the place, because the
    #    last digits of sums must not.
    described = _Described(network, asked.walker, found)
    told, doubtful = described.list_told(counted)

    def suppose_raised(number: int) -> float:
        """People who get there no more if kerbs that nobody knows are raised."""
        if number not in doubtful:
            return np.nan
        own = found.rows_of(number)
        edge = found.rows.edge[own]
        shut = shut_edges(walks.impedance, edge, found.lifts_u[own], found.lifts_v[own])
        stopped = build_plain_walks(
            network, shut, homes=walks.resident_snap, facilities=walks.doors
        )
        then_s, _ = stopped.nearest(rows, cutoff_s=cutoff_s)
        return float(people[~is_out].sum() - people[then_s <= cutoff_s].sum())

    listed = [
        replace(described.describe(number, counted), stake=suppose_raised(number))
        for number in told
    ]
    listed.sort(key=_rank)
    barriers, left = _join_surveyed(_number_codes(listed), surveyed, network.crs)
    is_there = _find_there(network, left)
    return AreaBarriers(
        barriers=tuple(barriers),
        settled=tuple(row for row, there in zip(left, is_there, strict=True) if there),
        gone=tuple(row for row, there in zip(left, is_there, strict=True) if not there),
        n_places=len(rows),
        n_people=float(people.sum()),
        within=float(people[~is_out].sum()),
        within_free=float(people[free_s <= cutoff_s].sum()),
    )


def _count(
    area: AreaResult,
    asked: BarrierQuestion,
    found: StreetBarriers,
    *,
    rows: NDArray[np.int64],
    is_out: NDArray[np.bool_],
    passing: NDArray[np.float64],
) -> _Counted:
    """People whom each barrier keeps out, with the doors taken and with any other."""
    walks, n = area.walkers[asked.walker.id], len(found)
    people = area.residents[asked.group].to_numpy(dtype=np.float64)
    cutoff_s = 60.0 * asked.cutoff_min
    streets = add_links(area.network, no_links())
    setting = Setting(
        streets,
        homes=streets.move(walks.resident_snap),
        facilities=Doors(walks.doors.owner, streets.move(walks.doors.snapped)),
    )
    plain = build_plain_walks(
        streets.network, walks.impedance, homes=setting.homes, facilities=setting.facilities
    )
    search: FixSearch = build_fix_search(setting, plain, found.rows, n)
    gains = search.gains(rows, is_out, cutoff_s=cutoff_s)
    near = plain.pairs_within(rows, cutoff_s=cutoff_s)
    is_alone = np.bincount(near.target, minlength=len(people)) <= 1
    inputs = replace(area.inputs, cutoffs_min=(asked.cutoff_min,))
    others = try_doors(inputs, streets, search, gains, rows=rows, is_alone=is_alone, people=people)
    gained = _add_up(gains, people, n)
    each = [gained, *(_add_up(one, people, n) for one in others)]
    is_tried = gained >= LEAST_GAIN
    low = np.where(is_tried, np.min(each, axis=0), gained)
    high = np.where(is_tried, np.max(each, axis=0), gained)
    return _Counted(gained, low, high, passing)


def _add_up(gains: Gains, people: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """People whom each barrier keeps out."""
    counts = np.bincount(gains.fix, weights=people[gains.home], minlength=n)
    return np.asarray(counts, dtype=np.float64)


class _Described:
    """Barriers of one walker as they are listed."""

    def __init__(self, network: WalkNetwork, walker: WalkProfile, found: StreetBarriers) -> None:
        self._network, self._walker, self._found = network, walker, found
        self._names, self._kerb = NamedStreets(network), find_crossing_kerbs(network)

    def list_told(self, counted: _Counted) -> tuple[list[int], set[int]]:
        """Barriers that anybody passes or that keep anybody out, and crossings of unknown kerbs.

        A crossing whose wait keeps nobody out is none of them, unless its kerbs may stop this
        walker and nobody knows them.
        """
        keeps_out = counted.gained >= LEAST_PEOPLE
        told = keeps_out | (counted.passing >= LEAST_PEOPLE)
        is_crossing = self._found.kind == _CROSSING
        is_doubtful = np.zeros(len(self._found), dtype=bool)
        if self._walker.raised_kerb == "impassable":
            first = np.searchsorted(self._found.rows.fix, np.arange(len(self._found)))
            edge = self._found.rows.edge[first]
            ends = self._network.edge_u[edge], self._network.edge_v[edge]
            node = np.where(self._found.lifts_v[first], ends[1], ends[0])
            is_doubtful = is_crossing & (self._kerb[node] == KERBS.index("unknown"))
        told &= ~is_crossing | keeps_out | is_doubtful
        return np.flatnonzero(told).tolist(), set(np.flatnonzero(is_doubtful).tolist())

    def describe(self, number: int, counted: _Counted) -> Barrier:
        """One barrier."""
        network, found = self._network, self._found
        own = found.rows_of(number)
        edges, kind = found.rows.edge[own], BARRIER_KINDS[int(found.kind[number])]
        at_u, at_v = found.lifts_u[own], found.lifts_v[own]
        is_way = kind in _WAYS
        if is_way:
            at_u = at_v = np.ones(len(edges), dtype=bool)
        nodes = np.unique(np.append(network.edge_u[edges[at_u]], network.edge_v[edges[at_v]]))
        middle = network.node_xy[nodes].mean(axis=0)
        if is_way:
            half = shapely.line_interpolate_point(network.lines[edges[0]], 0.5, normalized=True)
            middle = shapely.get_coordinates(half)[0]
        street, is_near = name_streets(self._names, network, edges if is_way else None, nodes)
        lat, lon = find_degrees(middle, network.crs)
        ways = sorted({int(way) for way in network.way_id[edges] if way >= 0})
        made = Barrier(
            code=f"{FAMILIES[kind]}-{name_place(lat, lon)}",
            kind=kind,
            street=street,
            is_near=is_near,
            lat=lat,
            lon=lon,
            osm=" ".join(f"way/{way}" for way in ways),
            gained=float(counted.gained[number]),
            low=float(counted.low[number]),
            high=float(counted.high[number]),
            passing=float(counted.passing[number]),
        )
        if is_way:
            return self._measure_way(made, edges)
        crossings = np.append(network.crossing_u[edges[at_u]], network.crossing_v[edges[at_v]])
        return self._measure_crossing(made, int(crossings.max(initial=0)), int(nodes[0]))

    def _measure_way(self, barrier: Barrier, edges: NDArray[np.int64]) -> Barrier:
        """What the map knows of steps, or of a way that cannot be passed."""
        network = self._network
        widths_m, slopes = network.width_m[edges], np.abs(network.incline[edges])
        surface = SURFACES[int(network.surface[edges].max(initial=0))]
        return replace(
            barrier,
            length_m=float(network.length_m[edges].sum()),
            width_m=float(np.nanmin(widths_m)) if np.isfinite(widths_m).any() else np.nan,
            incline=float(np.nanmax(slopes)) if np.isfinite(slopes).any() else np.nan,
            step_count=int(network.step_count[edges].sum()),
            surface="" if surface == "unknown" else surface,
        )

    def _measure_crossing(self, barrier: Barrier, code: int, node: int) -> Barrier:
        """What the map knows of a crossing, or of its kerb."""
        walker, kerb = self._walker, KERBS[int(self._kerb[node])]
        if barrier.kind != "crossing":
            return replace(barrier, kerb=kerb)
        waits_s = {
            "unmarked": walker.crossing_unmarked_s,
            "marked": walker.crossing_marked_s,
            "signals": walker.crossing_signals_s,
            "wide": walker.crossing_wide_s,
        }
        crossing = CROSSINGS[code]
        return replace(barrier, crossing=crossing, wait_s=waits_s[crossing], kerb=kerb)


def name_streets(
    names: NamedStreets,
    network: WalkNetwork,
    edges: NDArray[np.int64] | None,
    nodes: NDArray[np.int64],
) -> tuple[str, bool]:
    """Names of the streets where something is, and whether they are only that of one nearby: of a
    way its own name, else those at its outer ends.
    """
    if edges is None:
        return name_place_at(names, network, nodes)
    own = sorted({network.street_names[one] for one in network.street[edges].tolist() if one})
    if own:
        return " / ".join(own), False
    ends, n = np.unique(np.append(network.edge_u[edges], network.edge_v[edges]), return_counts=True)
    outer = ends[n == 1]
    return name_place_at(names, network, outer if len(outer) else ends)


def _rank(barrier: Barrier) -> tuple[float, ...]:
    """Sort by people let in, then kept out if a kerb is raised, then passing, then by place."""
    stake = 0.0 if np.isnan(barrier.stake) else barrier.stake
    people = (-round(barrier.gained), -round(stake), -round(barrier.passing))
    return (*people, barrier.lat, barrier.lon)


def find_degrees(xy: NDArray[np.float64], crs: str) -> tuple[float, float]:
    """Latitude and longitude of a place, to six decimals."""
    point = gpd.GeoSeries([shapely.Point(xy)], crs=crs).to_crs(LONLAT).iloc[0]
    return round(point.y, 6), round(point.x, 6)


def _number_codes(barriers: Sequence[Barrier]) -> list[Barrier]:
    """Barriers whose codes are each another: those of one family at one place are numbered."""
    seen: dict[str, int] = {}
    made = []
    for one in barriers:
        n = seen[one.code] = seen.get(one.code, 0) + 1
        made.append(one if n == 1 else replace(one, code=f"{one.code}-{n}"))
    return made


def _join_surveyed(
    barriers: list[Barrier], surveyed: Sequence[Surveyed], crs: str
) -> tuple[list[Barrier], list[Surveyed]]:
    """Give each row of a sheet to the barrier of its code, else to the nearest of its family."""
    # 1. By code: nothing of the streets has changed there.
    by_code = {one.code: i for i, one in enumerate(barriers)}
    taken: dict[int, Surveyed] = {}
    left = []
    for row in surveyed:
        i = by_code.get(row.code)
        if i is not None and i not in taken:
            taken[i] = row
        else:
            left.append(row)
    # 2. By place: a map that was drawn anew lies a few metres aside.
    gone = []
    places = _find_metres([(one.lon, one.lat) for one in barriers], crs)
    for row, at in zip(left, _find_metres([(one.lon, one.lat) for one in left], crs), strict=True):
        away_m = np.hypot(*(places - at).T) if len(places) else np.zeros(0)
        near = [
            (float(away_m[i]), i)
            for i in np.flatnonzero(away_m <= SAME_PLACE_M).tolist()
            if i not in taken and FAMILIES[barriers[i].kind] == row.family
        ]
        if near:
            taken[min(near)[1]] = row
        else:
            gone.append(row)
    # 3. The code of the sheet stays, which stands on photographs and in plans.
    for i, row in taken.items():
        barriers[i] = replace(barriers[i], code=row.code, surveyed=row)
    return barriers, gone


def _find_there(network: WalkNetwork, rows: Sequence[Surveyed]) -> NDArray[np.bool_]:
    """Whether a crossing, or a street, is where each row of a sheet says."""
    kinds = [OBSTACLES.index("kerb_raised" if one.family == "A" else "barrier") for one in rows]
    points = _find_metres([(one.lon, one.lat) for one in rows], network.crs)
    shapes = np.asarray(shapely.points(points), dtype=object)
    return place_obstacles(network, np.array(kinds, dtype=np.int64), shapes)[1]


def _find_metres(lonlat: Sequence[tuple[float, float]], crs: str) -> NDArray[np.float64]:
    """Places in the streets' own metres."""
    points = gpd.GeoSeries(shapely.points(lonlat or np.zeros((0, 2))), crs=LONLAT).to_crs(crs)
    return np.asarray(shapely.get_coordinates(points.to_numpy()), dtype=np.float64).reshape(-1, 2)
