"""What the best choices come to in one neighbourhood, as rows of the tables of `results.schema`."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.siting.answers import Answer
from access15.area.siting.look import Look
from access15.area.siting.others import Other, find_others
from access15.core.siting.room import take_in
from access15.core.siting.rules import sum_held
from access15.core.streets.names import NamedStreets
from access15.crs import LONLAT, points_xy
from access15.results.schema import SITE_ALTERNATIVES, SITE_STREETS, SITES
from access15.results.table import GEOMETRY, Table

_ROUNDED = 1e-6  # people: sums in another order differ by far less


class Tables:
    """Rows about some choices, most places last."""

    def __init__(self, look: Look, answers: list[Answer]) -> None:
        self._look, self._answers = look, answers
        self._names = NamedStreets(look.area.network)
        self._is_today = look.today_s <= look.cutoff_s
        self._others = dict[tuple[int, int], list[Other]]()
        self._time_s = [look.find_seconds(one.places) for one in answers]

    def tabulate_curve(self) -> pd.DataFrame:
        """Today, and what each number of more places brings."""
        look = self._look
        value = self._today_value
        today = Answer(0, look.today, value, value, is_proven=True, greedy=0.0)
        rows = [self._describe(today, look.today_s, is_today=True)]
        for answer, time_s in zip(self._answers, self._time_s, strict=True):
            rows.append(self._describe(answer, time_s, is_today=False))
        return pd.DataFrame(rows).assign(
            area=look.area.area.id,
            area_name=look.area.area.name,
            objective=look.asked.objective,
            beyond=self._count_beyond(),
            n_candidates=look.n_new,
            **self._count_places(),
            method=look.area.people_info.join_methods(),
        )

    def _describe(
        self, answer: Answer, time_s: NDArray[np.float64], *, is_today: bool
    ) -> dict[str, Any]:
        """One choice: who is within the cutoff, how long all walk, and how sure it is."""
        look, people = self._look, self._look.people
        total, is_near = float(people.sum()), time_s <= look.cutoff_s
        within = self._sum_all(is_near)
        is_served = np.isfinite(time_s) & (people > 0)
        walked = float((people[is_served] * time_s[is_served]).sum())
        served = float(people[is_served].sum())
        n_stay = int((answer.places >= look.n_new).sum())
        return {
            "n_sites": answer.n,
            "is_today": is_today,
            "people": total,
            "within": within,
            "share": within / total if total > 0 else np.nan,
            "gained": float(people[is_near & ~self._is_today].sum()),
            "lost": float(people[self._is_today & ~is_near].sum()),
            "mean_min": walked / served / 60.0 if served > 0 else np.nan,
            "worst_min": float(time_s[is_served].max()) / 60.0 if served > 0 else np.nan,
            "unserved": float(people[~np.isfinite(time_s)].sum()),
            "n_leave": len(look.moving) - n_stay,
            **self._describe_bound(answer, time_s, is_today=is_today),
            **self._count_worth(answer, is_near, time_s),
            **self._count_groups(answer.places),
        }

    def _sum_all(self, is_near: NDArray[np.bool_]) -> float:
        """People of some homes; everybody is everybody, however sums are rounded."""
        people = self._look.people
        total, within = float(people.sum()), float(people[is_near].sum())
        return total if within > total - _ROUNDED else within

    def _describe_bound(
        self, answer: Answer, time_s: NDArray[np.float64], *, is_today: bool
    ) -> dict[str, Any]:
        """What no choice exceeds, in the unit of what is sought."""
        look = self._look
        told: dict[str, Any] = {"is_proven": answer.is_proven, "greedy": np.nan}
        told |= dict.fromkeys(("most", "least_mean_min", "least_worst_min"), np.nan)
        match look.asked.objective:
            case "average":
                is_served = np.isfinite(time_s)
                served = float(look.counted[is_served].sum())
                without = float(look.counted[~is_served & (look.times.row_of >= 0)].sum())
                if served > 0 and not is_today:
                    least_s = answer.bound - without * look.longest_s
                    told["least_mean_min"] = max(least_s, 0.0) / served / 60.0
            case "worst":
                told["least_worst_min"] = np.nan if is_today else answer.bound / 60.0
            case _:
                told["most"] = max(answer.bound - self._today_value, 0.0)
                told["greedy"] = answer.greedy
        return told

    @cached_property
    def _today_value(self) -> float:
        """What places of today that may move come to, as choices are counted."""
        look = self._look
        if look.room is not None:
            every = np.append(look.today, look.fixed)
            return take_in(look.room, every).worth - take_in(look.room, look.fixed).worth
        return sum_held(look.sets, look.today)

    def _count_worth(
        self, answer: Answer, is_near: NDArray[np.bool_], time_s: NDArray[np.float64]
    ) -> dict[str, float]:
        """What people count for, and who finds room, where either is asked for."""
        look, told = self._look, dict[str, float]()
        if look.asked.weights is not None:
            is_served = np.isfinite(time_s)
            total = float(look.counted[is_served].sum())
            walked = float((look.counted[is_served] * time_s[is_served]).sum())
            told["weighted"] = float(look.counted[is_near].sum())
            told["weighted_mean_min"] = walked / total / 60.0 if total > 0 else np.nan
        if look.room is not None:
            told["with_room"] = take_in(look.room, np.append(answer.places, look.fixed)).people
        if told and look.asked.is_by_reach:
            told["counted"] = max(answer.value - self._today_value, 0.0)
        return told

    def _count_groups(self, places: NDArray[np.int64]) -> dict[str, float]:
        """People of every group whom some sites bring within the cutoff at their own pace."""
        look, gained = self._look, dict[str, float]()
        for group, profile in look.asked.own_profile.items():
            is_today = look.find_today(profile) <= look.cutoff_s
            is_new = (look.find_seconds(places, profile) <= look.cutoff_s) & ~is_today
            people = look.area.residents[group].to_numpy(dtype=np.float64)
            gained[f"gained_{group}"] = float(people[is_new].sum())
        return gained

    def _count_beyond(self) -> float:
        """People whom no place brings within the cutoff."""
        look = self._look
        is_far = (look.today_s > look.cutoff_s) & (look.base_s > look.cutoff_s)
        return float(look.people[is_far & ~look.find_within()].sum())

    def _count_places(self) -> dict[str, int]:
        """Places of today: those that count, and those of which too little is known."""
        table = self._look.area.facilities
        table = table[table["category"] == self._look.asked.category]
        is_unknown = table["status"] == "not_geocoded"
        is_counted = table["status"] == "ok"
        if "open_at" in table:
            is_unknown |= table["open_at"] == "unknown"
            is_counted &= table["open_at"] == "open"
        return {"n_today": int(is_counted.sum()), "n_unknown": int(is_unknown.sum())}

    def tabulate_sites(self) -> gpd.GeoDataFrame:
        """The new places of every choice."""
        rows = list[dict[str, Any]]()
        for answer in self._answers:
            new, stays = self._part(answer)
            gained = self._count_added(stays, new)
            for k, place in enumerate(new.tolist()):
                rows.append(
                    {
                        "n_sites": answer.n,
                        "site": k + 1,
                        "change": "new",
                        **self._name(place),
                        "gained": gained[k],
                        "alone": self._count_alone(answer, place),
                        "n_alternatives": len(self._find_others(answer, k)),
                    }
                )
        return self._place(rows, SITES)

    def tabulate_moves(self) -> gpd.GeoDataFrame:
        """Places of today that may move, with every choice: those that stay, those that leave."""
        look, rows = self._look, list[dict[str, Any]]()
        for answer in self._answers:
            new, stays = self._part(answer)
            told = [("stays", one) for one in stays.tolist()]
            told += [("leaves", one) for one in np.setdiff1d(look.today, stays).tolist()]
            for k, (change, place) in enumerate(told, len(new) + 1):
                alone = self._count_alone(answer, place) if change == "stays" else 0.0
                same = {"n_sites": answer.n, "site": k, "change": change, **self._name(place)}
                rows.append({**same, "gained": np.nan, "alone": alone, "n_alternatives": 0})
        return self._place(rows, SITES)

    def _part(self, answer: Answer) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """New places of a choice, and those of today that it keeps."""
        is_new = answer.places < self._look.n_new
        return answer.places[is_new], answer.places[~is_new]

    def _count_added(self, stays: NDArray[np.int64], new: NDArray[np.int64]) -> list[float]:
        """People whom each new place brings within the cutoff, those before it being there."""
        look, gained = self._look, list[float]()
        before = look.find_seconds(stays) <= look.cutoff_s
        for one in new:
            own = look.find_nearest(np.array([one]), look.asked.profile) <= look.cutoff_s
            gained.append(float(look.people[own & ~before].sum()))
            before |= own
        return gained

    def _count_alone(self, answer: Answer, place: int) -> float:
        """People who are within the cutoff of one place of a choice alone."""
        look = self._look
        others = look.find_seconds(answer.places[answer.places != place]) <= look.cutoff_s
        own = look.find_nearest(np.array([place]), look.asked.profile) <= look.cutoff_s
        return float(look.people[own & ~others].sum())

    def tabulate_alternatives(self) -> gpd.GeoDataFrame:
        """Other places that would do nearly as well, best first."""
        rows = list[dict[str, Any]]()
        for answer in self._answers:
            for k in range(int((answer.places < self._look.n_new).sum())):
                for other in self._find_others(answer, k):
                    told = {"n_sites": answer.n, "site": k + 1, **self._name(other.place)}
                    rows.append(
                        {
                            **told,
                            "gained": other.gained,
                            "mean_min": other.mean_s / 60.0,
                            "worst_min": other.worst_s / 60.0,
                        }
                    )
        return self._place(rows, SITE_ALTERNATIVES)

    def _find_others(self, answer: Answer, k: int) -> list[Other]:
        """Candidates that may stand in for one new place of a choice, best first."""
        key = answer.n, k
        if key not in self._others:
            places = answer.places[answer.places < self._look.n_new]
            self._others[key] = find_others(self._look, answer, int(places[k]))
        return self._others[key]

    def tabulate_streets(self) -> pd.DataFrame:
        """Where the people live whom each choice brings within the cutoff, or leaves, by street."""
        look, tables = self._look, list[pd.DataFrame]()
        street = look.area.residents["street"].astype(str).to_numpy()
        for answer, time_s in zip(self._answers, self._time_s, strict=True):
            is_near = time_s <= look.cutoff_s
            is_new, is_lost = is_near & ~self._is_today, self._is_today & ~is_near
            changed = (is_new | is_lost) & (look.people > 0)
            own = pd.DataFrame(
                {
                    "street": street[changed],
                    "gained": np.where(is_new, look.people, 0.0)[changed],
                    "lost": np.where(is_lost, look.people, 0.0)[changed],
                }
            )
            by_street = own.groupby("street", as_index=False).sum()
            by_street = by_street.sort_values(
                ["gained", "lost", "street"], ascending=[False, False, True]
            )
            tables.append(by_street.assign(area=look.area.area.id, n_sites=answer.n))
        columns = [column.name for column in SITE_STREETS.columns]
        return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)

    def _name(self, place: int) -> dict[str, Any]:
        """Which place it is, and its address, else the streets it stands at."""
        look = self._look
        if place < look.n_new:
            one, xy = look.candidates.points.iloc[place], look.candidates.xy[place]
            node, at, name = int(one["node"]), one.geometry, one["id"]
            address = one["address"]
        else:
            row = int(look.moving[place - look.n_new])
            table = look.area.facilities.iloc[[row]]
            node, name = -1, str(table["facility_id"].iloc[0])
            address = table["address"].fillna("").iloc[0]
            at, xy = (
                table.to_crs(LONLAT).geometry.iloc[0],
                points_xy(table, look.area.network.crs)[0],
            )
        met = self._names.list_at(np.array([node])) if node >= 0 else []
        street = address or " / ".join(met) or self._names.find_nearest(xy)
        return {"candidate": name, "street": street, "lat": at.y, "lon": at.x, "geometry": at}

    def _place(self, rows: list[dict[str, Any]], table: Table) -> gpd.GeoDataFrame:
        """Rows with their neighbourhood and their points."""
        names = [*(column.name for column in table.columns), GEOMETRY]
        told = pd.DataFrame(rows, columns=names).assign(area=self._look.area.area.id)
        return gpd.GeoDataFrame(told, geometry=GEOMETRY, crs=LONLAT)
