"""Missing seats: the gaps that cut most people off from a service, and the best places for new
benches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.seats import tabulate_seats
from access15.area.siting.benches import ask_seats, find_seat
from access15.area.walkers import HUB
from access15.config import (
    Label,
    Options,
    PlaceOptions,
    Study,
    WalkProfile,
    build_options,
    choose,
    find_headline_group,
    load_study,
)
from access15.core.reach.walks import build_plain_walks
from access15.core.seat_walk.placing import (
    DOOR,
    Gap,
    NewSeat,
    SeatQuestion,
    find_gaps,
    propose_seats,
    reach_homes,
)
from access15.core.streets.names import NamedStreets
from access15.core.walk.snap import Snapped
from access15.crs import LONLAT
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.results.benches import SeatFindings
from access15.results.run import AreaResult
from access15.results.schema import NEW_SEATS, SEAT_GAPS, SEATS
from access15.results.table import GEOMETRY, Table
from access15.sources.places.seats import join_seats
from access15.workflows.run import Progress, Run, run_study

MOST_SEATS = 100
_HUBS = Label(it="Hub", en="Hub")


def find_seats(
    study: Study | str | Path = "milano",
    *,
    category: str,
    profile: str = "frail",
    group: str | None = None,
    n: int = 10,
    limit_m: float | None = None,
    cutoff_min: float = 15.0,
    areas: Sequence[str] | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[PlaceOptions],
) -> SeatFindings:
    """Find the gaps between seats that cut people off from a service, and places for new benches.

    Parameters
    ----------
    study : Study, str or Path
        A study, its name, or its TOML file.
    category : str
        Service walked to; ``"hub"`` for the nearest hub of the neighbourhood.
    profile : str
        Who walks.
    group : str, optional
        Who is counted; by default the group of the study's headlines.
    n : int
        How many new benches at most, in each neighbourhood.
    limit_m : float, optional
        Longest gap between seats; by default the profile's ``rest_every_m`` [m].
    cutoff_min : float
        Longest walk, inclusive [min].
    areas : sequence of str, optional
        Fewer neighbourhoods than the study's.
    now : datetime, optional
        Time of the run, with time zone; by default that of the environment's
        ``SOURCE_DATE_EPOCH``, else the clock's.
    progress : callable, optional
        Called with the name of each stage as it starts.
    **options
        ``osm, graph, dem, facilities, seats, at, offline, walkers, categories, cache`` as for
        `access15.run`; benches of an extract count.

    Returns
    -------
    SeatFindings
        Gaps, new benches, and every seat with its status.

    Raises
    ------
    ConfigError
        If something asked for does not exist.
    Access15Error
        If any input cannot be used.
    """
    given = build_options(
        profiles=[profile],
        cutoffs_min=[cutoff_min],
        areas=areas,
        **options,
    )
    loaded = study if isinstance(study, Study) else load_study(study)
    group = group or find_headline_group(loaded.population.groups)
    walker = choose(given.walkers, [profile], "profile")[profile]
    limit = _check_asked(
        loaded,
        given,
        category=category,
        walker=walker,
        group=group,
        n=n,
        limit_m=limit_m,
    )
    asked = _Asked(category, walker, group, n, limit, cutoff_min)
    kinds = loaded.categories[:1] if category == HUB else (category,)
    small = given.apply_to(loaded).asking(kinds)
    say = progress or (lambda _: None)
    done = run_study(small, given, now=now, progress=say)
    found = []
    for area in done.areas.values():
        say(f"looking for missing seats in {area.area.name}")
        found.append(_look(area, asked))
    return _join_findings(done, found, asked, given)


@dataclass(frozen=True)
class _Asked:
    """What is asked about missing seats, checked."""

    category: str
    walker: WalkProfile
    group: str
    n: int
    limit_m: float
    cutoff_min: float


def _check_asked(
    study: Study,
    options: Options,
    *,
    category: str,
    walker: WalkProfile,
    group: str,
    n: int,
    limit_m: float | None,
) -> float:
    """Refuse what does not exist, and numbers that mean nothing; the longest gap [m]."""
    problems = []
    known = [HUB, *options.categories]
    if category not in known:
        problems.append(Remark("seats_category_unknown", category=category, known=known))
    if group not in study.population.groups:
        groups = tuple(study.population.groups)
        problems.append(Remark("seats_group_unknown", group=group, groups=groups))
    if not 1 <= n <= MOST_SEATS:
        problems.append(Remark("seats_too_many", asked=n, most=MOST_SEATS))
    limit = walker.rest_every_m if limit_m is None else limit_m
    if limit is None:
        problems.append(Remark("seats_without_gap", profile=walker.id))
    elif not 10 <= limit <= 5000:
        problems.append(Remark("seats_gap_odd", limit=limit))
    if len(problems) == 1:
        raise ConfigError(problems[0])
    if problems:
        raise ConfigError(Remark("seats_unfit"), problems)
    return float(limit or 0.0)


@dataclass(frozen=True, eq=False)
class _Found:
    """What one neighbourhood lacks."""

    summary: dict[str, Any]
    gaps: gpd.GeoDataFrame
    proposals: gpd.GeoDataFrame
    seats: gpd.GeoDataFrame


def _look(area: AreaResult, asked: _Asked) -> _Found:
    """Look for missing seats in one neighbourhood."""
    network, done = area.network, area.walkers[asked.walker.id]
    seats, homes = done.seat_snap, done.resident_snap
    put = ask_seats(
        area,
        category=asked.category,
        profile=asked.walker.id,
        group=asked.group,
        limit_m=asked.limit_m,
        cutoff_s=60.0 * asked.cutoff_min,
    )
    question, people, facilities = put.question, put.question.people, put.facilities
    plain = build_plain_walks(network, done.impedance, homes=homes, facilities=put.doors)
    plain_s, _ = plain.nearest(put.rows, cutoff_s=60.0 * asked.cutoff_min)
    new = propose_seats(question, n=asked.n)
    within = float(people[reach_homes(question)].sum())
    listed = area.seats if area.seats is not None else join_seats([], crs=network.crs)
    names = _Names(area, question, seats, listed, facilities)
    summary = {
        "area": area.area.id,
        "area_name": area.area.name,
        "people": float(people.sum()),
        "within_plain": float(people[np.isfinite(plain_s)].sum()),
        "within_seats": within,
        "within_proposed": within + (new[-1].total if new else 0.0),
        "n_seats": int(seats.is_snapped.sum()),
        "method": area.people_info.join_methods(),
    }
    return _Found(
        summary,
        names.tabulate_gaps(find_gaps(question)),
        names.tabulate_new(new),
        tabulate_seats(listed, seats).assign(area=area.area.id),
    )


class _Names:
    """Names and coordinates of what was found in one neighbourhood."""

    def __init__(
        self,
        area: AreaResult,
        question: SeatQuestion,
        seats: Snapped,
        listed: gpd.GeoDataFrame,
        facilities: gpd.GeoDataFrame,
    ) -> None:
        self._area, self._question, self._facilities = area, question, facilities
        self._network = area.network
        self._streets = NamedStreets(self._network)
        on = np.flatnonzero(seats.is_snapped)
        places = list(zip(seats.edge[on].tolist(), seats.fraction[on].tolist(), strict=True))
        ids = listed["seat_id"].to_numpy(dtype=object)[on].tolist()
        # of several seats at one place the first gives its name
        self._seat_at = dict(zip(reversed(places), map(str, reversed(ids)), strict=True))

    def tabulate_gaps(self, gaps: list[Gap]) -> gpd.GeoDataFrame:
        """Gaps as rows, worst first."""
        ends = [(self._find_near_end(gap), self._find_far_end(gap)) for gap in gaps]
        rows = [self._describe(gap, *both) for gap, both in zip(gaps, ends, strict=True)]
        columns = ["area", "street", "near", "far", "gap_m", "people_alone", "people_together"]
        frame = gpd.GeoDataFrame(
            pd.DataFrame(rows, columns=columns),
            geometry=[shapely.LineString(both) for both in ends],
            crs=self._network.crs,
        )
        frame = frame.sort_values(
            ["people_alone", "people_together", "gap_m"],
            ascending=[False, False, True],
            kind="stable",
        ).reset_index(drop=True)
        frame.insert(1, "rank", np.arange(1, len(frame) + 1))
        lines = frame.geometry.to_crs(LONLAT)
        degrees = np.array([line.coords for line in lines]).reshape(-1, 2, 2)
        frame["lon"], frame["lat"] = degrees[:, 0].T
        frame["lon_to"], frame["lat_to"] = degrees[:, 1].T
        return frame

    def tabulate_new(self, new: list[NewSeat]) -> gpd.GeoDataFrame:
        """New seats as rows, in the order of building."""
        places = [find_seat(self._question, seat.row) for seat in new]
        frame = gpd.GeoDataFrame(
            {
                "area": [self._area.area.id] * len(new),
                "order": np.arange(1, len(new) + 1),
                "step": np.array([seat.step for seat in new], dtype=np.int64),
                "street": [self._streets.find_nearest(place) for place in places],
                "gained": [round(seat.gained, 2) for seat in new],
                "total": [round(seat.total, 2) for seat in new],
            },
            geometry=[shapely.Point(place) for place in places],
            crs=self._network.crs,
        )
        degrees = frame.geometry.to_crs(LONLAT)
        return frame.assign(lat=degrees.y, lon=degrees.x)

    def _describe(
        self,
        gap: Gap,
        near: NDArray[np.float64],
        far: NDArray[np.float64],
    ) -> dict[str, Any]:
        """One gap: where it is, between what, and whom it cuts off."""
        people = self._question.people
        is_to_door = gap.far == DOOR
        return {
            "area": self._area.area.id,
            "street": self._streets.find_nearest(far if is_to_door else (near + far) / 2),
            "near": self._facility(gap)[0] if gap.near == DOOR else self._find_seat(gap.near),
            "far": "homes" if is_to_door else self._find_seat(gap.far),
            "gap_m": round(gap.metres, 1),
            "people_alone": round(float(people[gap.alone].sum()), 2),
            "people_together": round(float(people[gap.together].sum()), 2),
        }

    def _find_near_end(self, gap: Gap) -> NDArray[np.float64]:
        """Where a gap begins: at a seat, or at the facility."""
        if gap.near != DOOR:
            return find_seat(self._question, gap.near - self._network.n_nodes)
        point = self._facility(gap)[1]
        return np.array([point.x, point.y])

    def _find_far_end(self, gap: Gap) -> NDArray[np.float64]:
        """Where a gap ends: at a seat, or at the farthest home."""
        if gap.far != DOOR:
            return find_seat(self._question, gap.far - self._network.n_nodes)
        point = self._area.residents.geometry.iloc[gap.farthest]
        return np.array([point.x, point.y])

    def _find_seat(self, node: int) -> str:
        """Id of the seat at a node of the graph of seats."""
        row = node - self._network.n_nodes
        graph = self._question.graph
        return self._seat_at[int(graph.split_edge[row]), float(graph.split_fraction[row])]

    def _facility(self, gap: Gap) -> tuple[str, shapely.Point]:
        """Name and point of the facility that a gap lies before."""
        row = self._facilities.iloc[gap.source]
        return str(row["name"]) or str(row["facility_id"]), row.geometry


def _join_findings(
    done: Run,
    found: list[_Found],
    asked: _Asked,
    options: Options,
) -> SeatFindings:
    """Put what was found in all neighbourhoods together."""
    labels = done.group_labels[asked.group]
    infos = [area.network_info for area in done.areas.values()]
    kind = done.study.hub_stand_in if asked.category == HUB else asked.category
    service = _HUBS if kind is None else options.categories[kind].label
    return SeatFindings(
        study_name=done.study.name,
        profile=asked.walker,
        service=service,
        group=Label(it=labels["it"], en=labels["en"]),
        limit_m=asked.limit_m,
        cutoff_min=asked.cutoff_min,
        created=done.created,
        at=done.at,
        read_files=done.read_files,
        warnings=tuple(dict.fromkeys(note for one in infos for note in one.warnings)),
        sources={area.area.name: _name_streets(area) for area in done.areas.values()},
        summary=pd.DataFrame([one.summary for one in found]),
        gaps=_stack([one.gaps for one in found], SEAT_GAPS),
        proposals=_stack([one.proposals for one in found], NEW_SEATS),
        seats=_stack([one.seats for one in found], SEATS),
    )


def _stack(frames: list[gpd.GeoDataFrame], table: Table) -> gpd.GeoDataFrame:
    """Tables of all neighbourhoods as one, with the columns of the schema."""
    joined = pd.concat(frames, ignore_index=True)
    return gpd.GeoDataFrame(joined[[*table.arrange(joined.columns), GEOMETRY]])


def _name_streets(area: AreaResult) -> str:
    """Name of a neighbourhood's streets, with their date where it is known."""
    info = area.network_info
    return Remark("remark_dated", name=info.name, date=info.date) if info.date else info.name
