"""The best benches, crossings, kerbs and steps of one neighbourhood, with what they bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.fixes import Described, tabulate_places
from access15.area.siting.benches import ask_seats, find_seats_xy, list_facilities
from access15.config import WalkProfile
from access15.core.change.explain import lift_obstacles
from access15.core.change.fixes import FIX_KINDS, find_fixes
from access15.core.change.gains import Setting
from access15.core.change.linked import add_links
from access15.core.change.links import no_links
from access15.core.change.mending import Mending
from access15.core.siting.benches import build_bench_works
from access15.core.siting.cover import Cover
from access15.core.siting.together import Works, order_works, solve_together
from access15.core.streets.names import NamedStreets
from access15.core.walk.doors import Doors
from access15.crs import LONLAT
from access15.results.run import AreaResult
from access15.results.schema import WORK_STREETS, WORKS
from access15.results.table import Table

BENCH: Final = "bench"
FIXED: Final = {"crossing": "crossings", "kerb": "kerbs", "steps": "steps"}
_NEAR_M = 150.0  # so far others are tried in the stead of one
_NEARLY = 0.99  # of what is gained: another that keeps so much is as good for other reasons
_ROUNDED = 1e-6  # people: sums in another order differ by far less


@dataclass(frozen=True, kw_only=True)
class WorkQuestion:
    """What is asked about things in the street, checked.

    Parameters
    ----------
    work : str
        ``bench``, or one of `FIXED`.
    category : str
        Where to: kind of place, or ``hub``.
    walker : WalkProfile
        Who walks.
    group : str
        Who is counted.
    cutoff_min : float
        Longest walk, inclusive [min].
    n : int
        How many at most.
    share : float, optional
        Share of the people that is enough.
    seconds : float, optional
        How long to look for a proof [s].
    """

    work: str
    category: str
    walker: WalkProfile
    group: str
    cutoff_min: float
    n: int
    share: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, eq=False)
class AreaWorks:
    """What was found in one neighbourhood: rows of `schema.WORK_CURVE` and the other tables."""

    curve: pd.DataFrame
    works: gpd.GeoDataFrame
    streets: pd.DataFrame


@dataclass(frozen=True, eq=False)
class _Put:
    """Things that may be built, where each is [m], the names of the streets there, and how many of
    the kind there are today.
    """

    works: Works
    xy: NDArray[np.float64]
    name: Callable[[int], str]
    n_today: int


def find_area_works(area: AreaResult, asked: WorkQuestion) -> AreaWorks:
    """Choose among things, for one and for more of them, with what that brings."""
    put = _put_benches(area, asked) if asked.work == BENCH else _put_fixes(area, asked)
    people = float(put.works.people.sum())
    is_today = put.works.reach(np.zeros(0, dtype=np.int64))
    within = float(put.works.people[is_today].sum())

    def is_enough(gained: float) -> bool:
        """Whether no more are asked for."""
        return asked.share is not None and within + gained >= asked.share * people - _ROUNDED

    found = solve_together(put.works, asked.n, seconds=asked.seconds, is_enough=is_enough)
    told = _Told(area, put, is_today, found)
    return AreaWorks(
        told.tabulate_curve(len(list_facilities(area, asked.category))),
        told.tabulate_works(),
        told.tabulate_streets(),
    )


def _put_benches(area: AreaResult, asked: WorkQuestion) -> _Put:
    """Benches in the middle of short stretches."""
    assert asked.walker.rest_every_m is not None  # noqa: S101 - checked before
    question = ask_seats(
        area,
        category=asked.category,
        profile=asked.walker.id,
        group=asked.group,
        limit_m=asked.walker.rest_every_m,
        cutoff_s=60.0 * asked.cutoff_min,
    ).question
    works, rows = build_bench_works(question)
    names, at = NamedStreets(area.network), find_seats_xy(question, rows)
    n_seats = int(area.walkers[asked.walker.id].seat_snap.is_snapped.sum())
    return _Put(works, at, lambda row: names.find_nearest(at[row]), n_seats)


def _put_fixes(area: AreaResult, asked: WorkQuestion) -> _Put:
    """Crossings, kerbs or steps as they are mapped, each as one work."""
    # 1. The streets without links: what is mended lies where it is.
    walker, walks = asked.walker, area.walkers[asked.walker.id]
    streets = add_links(area.network, no_links())
    fixes = find_fixes(streets.network, streets.is_link)
    setting = Setting(
        streets,
        homes=streets.move(walks.resident_snap),
        facilities=Doors(walks.doors.owner, streets.move(walks.doors.snapped)),
        seats=streets.move(walks.seat_snap),
    )
    search = lift_obstacles(setting, fixes, walker, adult_pace_ms=walker.pace_ms).fixes
    assert search is not None  # noqa: S101 - checked before: this walker needs no seat
    # 2. Those of the kind that cost this walker anything.
    is_kind = fixes.kind == FIX_KINDS.index(FIXED[asked.work])
    numbers = np.flatnonzero(is_kind & np.isin(np.arange(len(fixes)), search.rows.fix))
    people = area.residents[asked.group].to_numpy(dtype=np.float64)
    rows, cutoff_s = list_facilities(area, asked.category), 60.0 * asked.cutoff_min
    mending = Mending(setting, search, rows, cutoff_s)

    def propose(n: int) -> tuple[NDArray[np.int64], bool]:
        """Each the best next one; the first is the best of all."""
        chosen = mending.choose_greedily(people, n, among=numbers)
        return np.searchsorted(numbers, np.sort(chosen)), n == 1

    works = Works(
        n=len(numbers),
        people=people,
        reach=lambda chosen: mending.reach(numbers[chosen]),
        propose=propose,
        fewest=np.ones(len(people), dtype=np.int64),
    )
    places = tabulate_places(Described(streets, fixes, no_links(), ""), numbers)
    at = gpd.GeoSeries(gpd.points_from_xy(places["lon"], places["lat"]), crs=LONLAT)
    at = at.to_crs(area.network.crs)
    street = places["street"].astype(str).to_numpy()
    xy = np.column_stack([at.x, at.y])
    return _Put(works, xy, lambda row: str(street[row]), int(is_kind.sum()))


class _Told:
    """Tables of what was found in one neighbourhood."""

    def __init__(
        self, area: AreaResult, put: _Put, is_today: NDArray[np.bool_], found: list[Cover]
    ) -> None:
        self._area, self._put, self._works, self._found = area, put, put.works, found
        self._is_today = is_today
        self._within = float(put.works.people[is_today].sum())
        self._ordered = [order_works(put.works, one.chosen.tolist()) for one in found]

    def tabulate_curve(self, n_places: int) -> pd.DataFrame:
        """Today, and what each number of things brings."""
        people = float(self._works.people.sum())
        today = Cover(np.zeros(0, dtype=np.int64), 0.0, 0.0, 0.0)
        rows = [
            {
                "n_works": n,
                "people": people,
                "within": self._within + best.people,
                "share": (self._within + best.people) / people if people > 0 else np.nan,
                "gained": best.people,
                "most": best.most,
                "is_proven": best.is_proven,
                "greedy": best.greedy,
            }
            for n, best in enumerate([today, *self._found])
        ]
        return pd.DataFrame(rows).assign(
            area=self._area.area.id,
            area_name=self._area.area.name,
            everything=self._count(np.arange(self._works.n)),
            n_candidates=self._works.n,
            n_today=self._put.n_today,
            n_places=n_places,
            method=self._area.people_info.join_methods(),
        )

    def _count(self, rows: NDArray[np.int64]) -> float:
        """People whom some things bring."""
        return float(self._works.people[self._works.reach(np.sort(rows))].sum()) - self._within

    def tabulate_works(self) -> gpd.GeoDataFrame:
        """The things of every choice."""
        rows, at = [], []
        for n, chosen in enumerate(self._ordered, start=1):
            before, total = 0.0, self._count(chosen)
            for k, row in enumerate(chosen.tolist()):
                now = self._count(chosen[: k + 1])
                others = np.delete(chosen, k)
                rows.append(
                    {
                        "n_works": n,
                        "work": k + 1,
                        "street": self._put.name(row),
                        "gained": now - before,
                        "alone": total - self._count(others),
                        "n_near": self._count_near(row, others, total),
                    }
                )
                at.append(self._put.xy[row])
                before = now
        points = gpd.points_from_xy(*np.array(at).reshape(-1, 2).T, crs=self._area.network.crs)
        degrees = gpd.GeoSeries(points).to_crs(LONLAT)
        columns = ["n_works", "work", "street", "gained", "alone", "n_near"]
        table = pd.DataFrame(rows, columns=columns).assign(
            area=self._area.area.id, lat=degrees.y.to_numpy(), lon=degrees.x.to_numpy()
        )
        return gpd.GeoDataFrame(_arrange(table, WORKS), geometry=degrees.to_numpy(), crs=LONLAT)

    def _count_near(self, row: int, others: NDArray[np.int64], total: float) -> int:
        """Others near one that keep nearly all of what a choice brings, in its stead."""
        away_m = np.hypot(*(self._put.xy - self._put.xy[row]).T)
        near = np.flatnonzero(away_m <= _NEAR_M)
        near = near[(near != row) & ~np.isin(near, others)]
        counts = [self._count(np.append(others, one)) for one in near.tolist()]
        return sum(count >= _NEARLY * total for count in counts)

    def tabulate_streets(self) -> pd.DataFrame:
        """Where the people live whom each choice brings, by street."""
        street = self._area.residents["street"].astype(str).to_numpy()
        tables = []
        for n, chosen in enumerate(self._ordered, start=1):
            is_new = self._works.reach(np.sort(chosen)) & ~self._is_today
            is_new &= self._works.people > 0
            gained = pd.DataFrame({"street": street, "gained": self._works.people})[is_new]
            by_street = gained.groupby("street", as_index=False).sum()
            by_street = by_street.sort_values(["gained", "street"], ascending=[False, True])
            tables.append(by_street.assign(area=self._area.area.id, n_works=n))
        empty = pd.DataFrame(columns=WORK_STREETS.list_names())
        return _arrange(pd.concat(tables) if tables else empty, WORK_STREETS)


def _arrange(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """A frame with the columns of its table, in their order."""
    known: Any = frame[table.list_names()]
    return pd.DataFrame(known)
