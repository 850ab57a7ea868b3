"""The best places for more of one kind, looked for and told."""

from __future__ import annotations

from time import monotonic
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.siting.account import Account
from access15.area.siting.candidates import Candidates
from access15.area.siting.question import AreaSites, SiteQuestion
from access15.core.siting.cover import Cover, solve_cover
from access15.core.siting.kernels import price_sets
from access15.core.siting.sets import CoverageSets, build_sets
from access15.core.streets.names import NamedStreets
from access15.crs import LONLAT
from access15.results.run import AreaResult
from access15.results.schema import SITE_ALTERNATIVES, SITES
from access15.results.table import Table

_ROUNDED = 1e-6  # people: sums in another order differ by far less
NEARLY = 0.99  # of what is gained: another place that keeps so much is as good for other reasons


def find_area_sites(area: AreaResult, asked: SiteQuestion, candidates: Candidates) -> AreaSites:
    """Choose among candidates, for one more place and for more of them, with what that brings."""
    look = _Look(area, asked, candidates)
    # 1. One place after another is asked for anew: the best two need not have the best one in them.
    began, found = monotonic(), list[Cover]()
    for n in range(1, asked.n + 1):
        if look.is_enough(found[-1] if found else None):
            break
        spare_s = None if asked.seconds is None else asked.seconds - (monotonic() - began)
        fewer = found[-1].chosen if found else None
        best = solve_cover(look.sets, n, seconds=spare_s, fewer=fewer)
        if not len(best.chosen) or (found and best.people <= found[-1].people):
            break  # more would bring nobody
        found.append(best)
    # 2. Each choice in the order of what its places add, and whom they bring.
    ordered = [look.order(one.chosen) for one in found]
    alternatives = look.tabulate_alternatives(ordered)
    # 3. How sure that is, and who stays out.
    account = Account(area, asked, candidates, [look.sets.candidate[one] for one in ordered])
    curve, sites = account.add_ranges(
        look.tabulate_curve(found, ordered), look.tabulate_sites(ordered), nearly=NEARLY
    )
    return AreaSites(
        curve=curve,
        sites=account.add_served(sites, alternatives),
        alternatives=alternatives,
        streets=look.tabulate_streets(ordered),
        left_out=account.tabulate_left_out(),
        gain_streets=account.tabulate_gain_streets(look.sets),
    )


class _Look:
    """One neighbourhood while its best places are looked for."""

    def __init__(self, area: AreaResult, asked: SiteQuestion, candidates: Candidates) -> None:
        self._area, self._asked, self._candidates = area, asked, candidates
        self._names = NamedStreets(area.network)
        self._cutoff_s = 60.0 * asked.cutoff_min
        self._people = area.residents[asked.group].to_numpy(dtype=np.float64)
        self._is_reached = self._find_reached(asked.profile)
        walks = area.walkers[asked.profile].walks.ending_at(candidates.doors)
        self.sets: CoverageSets = build_sets(
            walks.pairs_within(np.arange(len(candidates)), cutoff_s=self._cutoff_s),
            people=self._people,
            is_reached=self._is_reached,
            n_candidates=len(candidates),
        )

    def _find_reached(self, profile: str) -> NDArray[np.bool_]:
        """Homes within the cutoff of a place of today."""
        time_s = self._area.travel_time_s[profile, self._asked.category]
        return np.asarray(time_s <= self._cutoff_s)

    @property
    def _within(self) -> float:
        """People within the cutoff today."""
        return float(self._people[self._is_reached].sum())

    def is_enough(self, best: Cover | None) -> bool:
        """Whether so many are within the cutoff that no more places are asked for."""
        if self._asked.share is None:
            return False
        gained = 0.0 if best is None else best.people
        return self._reach(gained) >= self._asked.share * float(self._people.sum()) - _ROUNDED

    def _reach(self, gained: float) -> float:
        """People within the cutoff, with those who are gained; everybody is everybody."""
        people, reached = float(self._people.sum()), self._within + gained
        return people if reached > people - _ROUNDED else reached

    def order(self, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sets of a choice, each the one that adds most to those before."""
        left, ordered = chosen.tolist(), list[int]()
        while left:
            sums = [self.sets.sum_covered(np.array([*ordered, one])) for one in left]
            ordered.append(left.pop(int(np.argmax(sums))))
        return np.array(ordered, dtype=np.int64)

    def tabulate_curve(self, found: list[Cover], ordered: list[NDArray[np.int64]]) -> pd.DataFrame:
        """Today, and what each number of more places brings."""
        people = float(self._people.sum())
        today = Cover(np.zeros(0, dtype=np.int64), 0.0, 0.0, 0.0)
        choices = [np.zeros(0, dtype=np.int64), *ordered]
        rows = []
        for n, (best, chosen) in enumerate(zip([today, *found], choices, strict=True)):
            reached = self._reach(best.people)
            rows.append(
                {
                    "n_sites": n,
                    "people": people,
                    "within": reached,
                    "share": reached / people if people > 0 else np.nan,
                    "gained": best.people,
                    "most": best.most,
                    "is_proven": best.is_proven,
                    "greedy": best.greedy,
                    **self._count_groups(chosen),
                }
            )
        unreached = self._people[~self._is_reached & (self.sets.demand_of < 0)]
        return pd.DataFrame(rows).assign(
            area=self._area.area.id,
            area_name=self._area.area.name,
            beyond=float(unreached.sum()),
            n_candidates=len(self._candidates),
            **self._count_places(),
            method=self._area.people_info.join_methods(),
        )

    def _count_groups(self, chosen: NDArray[np.int64]) -> dict[str, float]:
        """People of every group whom some sites bring within the cutoff at their own pace."""
        rows, area = self.sets.candidate[chosen], self._area
        gained = {}
        for group, profile in self._asked.own_profile.items():
            is_new = np.zeros(len(self._people), dtype=bool)
            if len(rows):
                walks = area.walkers[profile].walks.ending_at(self._candidates.doors)
                time_s, _ = walks.nearest(rows, cutoff_s=self._cutoff_s)
                is_new = (time_s <= self._cutoff_s) & ~self._find_reached(profile)
            gained[f"gained_{group}"] = float(area.residents[group].to_numpy()[is_new].sum())
        return gained

    def _count_places(self) -> dict[str, int]:
        """Places of today: those that count, and those of which too little is known."""
        table = self._area.facilities
        table = table[table["category"] == self._asked.category]
        is_unknown = table["status"] == "not_geocoded"
        is_counted = table["status"] == "ok"
        if "open_at" in table:
            is_unknown |= table["open_at"] == "unknown"
            is_counted &= table["open_at"] == "open"
        return {"n_today": int(is_counted.sum()), "n_unknown": int(is_unknown.sum())}

    def tabulate_sites(self, ordered: list[NDArray[np.int64]]) -> gpd.GeoDataFrame:
        """The places of every choice."""
        rows, at = [], []
        for chosen in ordered:
            before = 0.0
            for k, one in enumerate(chosen):
                total = self.sets.sum_covered(chosen[: k + 1])
                others = self.sets.sum_covered(np.delete(chosen, k))
                row = int(self.sets.candidate[one])
                rows.append(
                    {
                        "n_sites": len(chosen),
                        "site": k + 1,
                        **self._name(row),
                        "gained": total - before,
                        "alone": self.sets.sum_covered(chosen) - others,
                        "n_alternatives": len(self._list_others(chosen, k)),
                    }
                )
                at.append(row)
                before = total
        return self._place(rows, at, SITES)

    def tabulate_alternatives(self, ordered: list[NDArray[np.int64]]) -> gpd.GeoDataFrame:
        """Other places that would do nearly as well, best first."""
        rows, at = [], []
        for chosen in ordered:
            for k in range(len(chosen)):
                for row, gained in self._list_others(chosen, k):
                    told = {"n_sites": len(chosen), "site": k + 1, **self._name(row)}
                    rows.append({**told, "gained": gained})
                    at.append(row)
        return self._place(rows, at, SITE_ALTERNATIVES)

    def _list_others(self, chosen: NDArray[np.int64], k: int) -> list[tuple[int, float]]:
        """Candidates that may stand in for one of a choice, with what all then gain, best first."""
        sets, most = self.sets, self.sets.sum_covered(chosen)
        is_left = ~sets.find_covered(np.delete(chosen, k))
        base = float(sets.weight[~is_left].sum())
        total = base + price_sets(sets.start, sets.demand, np.where(is_left, sets.weight, 0.0))
        total[np.delete(chosen, k)] = -np.inf
        rows = np.flatnonzero(sets.set_of >= 0)
        gained = total[sets.set_of[rows]]
        is_good = (gained >= NEARLY * most) & (rows != sets.candidate[chosen[k]])
        rows, gained = rows[is_good], gained[is_good]
        order = np.argsort(-gained, kind="stable")
        return list(zip(rows[order].tolist(), gained[order].tolist(), strict=True))

    def tabulate_streets(self, ordered: list[NDArray[np.int64]]) -> pd.DataFrame:
        """Where the people live whom each choice brings, by street."""
        street = self._area.residents["street"].astype(str).to_numpy()
        is_known, tables = self.sets.demand_of >= 0, []
        for chosen in ordered:
            is_new = is_known.copy()
            is_new[is_known] = self.sets.find_covered(chosen)[self.sets.demand_of[is_known]]
            new = pd.DataFrame({"street": street[is_new], "gained": self._people[is_new]})
            by_street = new.groupby("street", as_index=False).sum()
            by_street = by_street.sort_values(["gained", "street"], ascending=[False, True])
            tables.append(by_street.assign(area=self._area.area.id, n_sites=len(chosen)))
        columns = ["area", "n_sites", "street", "gained"]
        return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)

    def _name(self, row: int) -> dict[str, Any]:
        """Which candidate it is, and the streets it stands at."""
        one = self._candidates.points.iloc[row]
        node = int(one["node"])
        met = self._names.list_at(np.array([node])) if node >= 0 else []
        street = " / ".join(met) or self._names.find_nearest(self._candidates.xy[row])
        place = one.geometry
        return {"candidate": one["id"], "street": street, "lat": place.y, "lon": place.x}

    def _place(self, rows: list[dict[str, Any]], at: list[int], table: Table) -> gpd.GeoDataFrame:
        """Rows with their neighbourhood and their points."""
        names = [column.name for column in table.columns]
        told = pd.DataFrame(rows, columns=names).assign(area=self._area.area.id)
        points = self._candidates.points.geometry.to_numpy()[at]
        return gpd.GeoDataFrame(told, geometry=points, crs=LONLAT)
