"""What is told of the best places beside what they bring: whom, how surely, and who stays out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.explain import explain_with
from access15.area.siting.candidates import Candidates
from access15.area.siting.minutes import DrawnWalks, draw_walks
from access15.area.siting.question import SiteQuestion
from access15.area.siting.worlds import DrawnChoice, draw_choices
from access15.core.change.explain import CAUSES
from access15.core.siting.kernels import price_sets
from access15.core.siting.sets import CoverageSets
from access15.crs import LONLAT, points_xy
from access15.results.run import AreaResult
from access15.results.schema import SITE_GAIN_STREETS, SITE_LEFT_OUT

_NINE_OF_TEN = (0.05, 0.95)
_TOLD_STREETS = 3
# Average and longest walk, in the order of `DrawnWalks.find_walks_range`.
_WALK_ENDS = ("mean_low_min", "mean_high_min", "worst_low_min", "worst_high_min")
_ROUNDED = 1e-9  # shares of people: sums in another order differ by less

Choices = Sequence[NDArray[np.int64]]


class Account:
    """One neighbourhood whose best places are known, and asked about further.

    Parameters
    ----------
    area : AreaResult
        The neighbourhood.
    asked : SiteQuestion
        What was asked.
    candidates : Candidates
        Where a place could be.
    choices : sequence of ndarray of int64
        Rows of the candidates of every choice, in the order in which they are told.
    """

    def __init__(
        self, area: AreaResult, asked: SiteQuestion, candidates: Candidates, choices: Choices
    ) -> None:
        self._area, self._asked, self._candidates = area, asked, candidates
        self._choices = choices
        self._cutoff_s = 60.0 * asked.cutoff_min
        self._people = area.residents[asked.group].to_numpy(dtype=np.float64)
        self._street = area.residents["street"].astype(str).to_numpy()
        self._today_s = np.asarray(area.travel_time_s[asked.profile, asked.category])
        self._walks = area.walkers[asked.profile].walks.ending_at(candidates.doors)

    def add_ranges(
        self,
        curve: pd.DataFrame,
        sites: gpd.GeoDataFrame,
        *,
        nearly: float,
        longest_s: float | None = None,
    ) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
        """Tables with how sure every choice is, in drawn worlds.

        Where not people within the cutoff are counted but how long all walk, who is without a place
        counts as `longest_s`.
        """
        today, drawn = self._draw(longest_s)
        n_worlds = len(drawn[0].gained) if drawn else 0
        ends = [(0.0, 0.0) if n_worlds else (np.nan, np.nan), *(one.find_range() for one in drawn)]
        stays = [share for one in drawn for share in one.stays_best(nearly)]
        low, high = zip(*ends, strict=True)
        walks = [
            one.find_walks_range() if isinstance(one, DrawnWalks) else (np.nan,) * len(_WALK_ENDS)
            for one in (today, *drawn)
        ]
        told = curve.assign(
            gained_low=low,
            gained_high=high,
            **{name: np.array(walks)[:, i] / 60.0 for i, name in enumerate(_WALK_ENDS)},
            n_worlds=n_worlds,
            stays_best=[np.nan, *(one.stays_chosen(nearly) for one in drawn)],
            n_anew=[0, *(one.n_anew for one in drawn)],
        )
        return told, sites.assign(stays_best=np.array(stays, dtype=np.float64))

    def _draw(
        self, longest_s: float | None
    ) -> tuple[DrawnWalks | None, Sequence[DrawnChoice] | Sequence[DrawnWalks]]:
        """Today, where it is asked how long all walk, and every choice in drawn worlds."""
        asked = self._asked
        given = (self._area.inputs, self._area.walkers[asked.profile], self._candidates.doors)
        n_worlds = asked.n_worlds if self._choices else 0
        if longest_s is None:
            drawn = draw_choices(
                *given,
                self._choices,
                category=asked.category,
                group=asked.group,
                n_worlds=n_worlds,
            )
            return None, drawn
        today, *walks = draw_walks(
            *given,
            [np.zeros(0, dtype=np.int64), *self._choices],
            category=asked.category,
            group=asked.group,
            n_worlds=n_worlds,
            longest_s=longest_s,
            is_worst=asked.objective == "worst",
        )
        return today, walks

    def add_served(
        self, sites: gpd.GeoDataFrame, alternatives: gpd.GeoDataFrame
    ) -> gpd.GeoDataFrame:
        """Sites with where those live whom each brings, how long they walk today, and the best
        other place.
        """
        rows: list[dict[str, Any]] = []
        is_far = self._today_s > self._cutoff_s
        for chosen in self._choices:
            is_near = self._find_near(chosen)
            for k in range(len(chosen)):
                is_new = is_far & is_near[k] & ~is_near[:k].any(axis=0)
                rows.append(self._describe_served(is_new))
        told = pd.DataFrame(rows, columns=["serves", "today_low_min", "today_high_min"])
        others = self._find_next_best(sites, alternatives)
        columns = pd.concat([told, others], axis=1).set_axis(sites.index)
        return sites.assign(**{str(name): columns[name] for name in columns})

    def _find_near(self, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Homes within the cutoff of each of some candidates, shape (n_chosen, n_homes)."""
        is_near = np.zeros((len(chosen), len(self._people)), dtype=bool)
        if len(chosen):
            pairs = self._walks.pairs_within(chosen, cutoff_s=self._cutoff_s)
            is_near[pairs.source, pairs.target] = True
        return is_near

    def _describe_served(self, is_new: NDArray[np.bool_]) -> dict[str, object]:
        """Streets of most of some people, and how long nine of ten of them walk today."""
        people, time_s = self._people[is_new], self._today_s[is_new]
        by_street = pd.Series(people).groupby(self._street[is_new]).sum()
        by_street = by_street[(by_street.index != "") & (by_street > 0)]
        most = by_street.sort_values(ascending=False, kind="stable").index[:_TOLD_STREETS]
        low_s, high_s = _find_quantiles(time_s, people)
        return {
            "serves": "; ".join(most),
            "today_low_min": low_s / 60.0,
            "today_high_min": high_s / 60.0,
        }

    def _find_next_best(
        self, sites: gpd.GeoDataFrame, alternatives: gpd.GeoDataFrame
    ) -> pd.DataFrame:
        """How far other candidates that do as well are from each site, and what the best keeps."""
        keys, crs = ["n_sites", "site"], self._area.network.crs
        xy = points_xy(alternatives, crs)
        rows_of = alternatives.reset_index(drop=True).groupby(keys).indices
        total = sites.groupby("n_sites")["gained"].sum()
        told = []
        for n, site, at in zip(sites["n_sites"], sites["site"], points_xy(sites, crs), strict=True):
            rows = rows_of.get((n, site), np.zeros(0, dtype=np.int64))
            if not len(rows):
                told.append((np.nan, np.nan, np.nan))
                continue
            away_m = np.hypot(*(xy[rows] - at).T)
            share = (
                min(alternatives["gained"].iloc[rows[0]] / total[n], 1.0) if total[n] else np.nan
            )
            told.append((float(away_m[0]), share, float(away_m.max())))
        columns = ["next_best_m", "next_best_share", "farthest_m"]
        return pd.DataFrame(told, columns=columns)

    def tabulate_left_out(
        self, n: int, time_s: NDArray[np.float64], gone: NDArray[np.int64]
    ) -> gpd.GeoDataFrame:
        """Who stays beyond the cutoff of every place when most are added, by street and cause.

        `n` is how many those are, `time_s` how long everybody then walks, and `gone` are rows of
        facilities of today that leave.
        """
        last = self._choices[-1] if self._choices else np.zeros(0, dtype=np.int64)
        area, asked = self._area, self._asked
        is_out = (time_s > self._cutoff_s) & (self._people > 0)
        names = [*SITE_LEFT_OUT.list_names(), "geometry"]
        if not is_out.any():
            return gpd.GeoDataFrame(columns=names, geometry="geometry", crs=LONLAT)
        walker, new = area.walkers[asked.profile], self._candidates.doors
        new = new.take(np.isin(new.owner, last))
        causes = explain_with(area.inputs, walker, asked.category, new, is_out=is_out, gone=gone)
        every = np.arange(len(self._candidates))
        once_more_s, _ = self._walks.nearest(every, cutoff_s=self._cutoff_s)
        homes = pd.DataFrame(
            {
                "street": self._street,
                "cause": np.array([*CAUSES, ""], dtype=object)[causes.cause],
                "people": self._people,
                "another": np.where(once_more_s <= self._cutoff_s, self._people, 0.0),
                "xy": list(points_xy(area.residents, area.network.crs)),
            }
        )[is_out]
        rows, at = [], []
        for (street, cause), own in homes.groupby(["street", "cause"], sort=False):
            rows.append(
                {
                    "area": area.area.id,
                    "n_sites": n,
                    "street": street,
                    "cause": cause,
                    "people": own["people"].sum(),
                    "another": own["another"].sum(),
                }
            )
            at.append(_find_middle(np.stack(own["xy"].to_list())))
        points = gpd.GeoSeries(shapely.points(np.array(at)), crs=area.network.crs).to_crs(LONLAT)
        told = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=points.to_numpy(), crs=LONLAT)
        order = told.sort_values(["people", "street"], ascending=[False, True], kind="stable")
        return gpd.GeoDataFrame(order[names].reset_index(drop=True))

    def tabulate_gain_streets(self, sets: CoverageSets) -> gpd.GeoDataFrame:
        """Streets between corners, with whom one more place at the better end would bring.

        Empty where candidates are no corners.
        """
        network = self._area.network
        gain = np.full(network.n_nodes, np.nan)
        node = self._candidates.points["node"].to_numpy(dtype=np.int64)
        worth = np.append(price_sets(sets.start, sets.demand, sets.weight), 0.0)
        gain[node[node >= 0]] = worth[sets.set_of[node >= 0]]
        ends = np.stack([gain[network.edge_u], gain[network.edge_v]])
        edge = np.flatnonzero(~np.isnan(ends).any(axis=0))
        columns = {
            "area": self._area.area.id,
            "street": np.array(network.street_names, dtype=object)[network.street[edge]],
            "gained": ends[:, edge].max(axis=0),
        }
        told = pd.DataFrame(columns, index=range(len(edge)))[SITE_GAIN_STREETS.list_names()]
        lines = gpd.GeoSeries(network.lines[edge], crs=network.crs).to_crs(LONLAT)
        return gpd.GeoDataFrame(told, geometry=lines.to_numpy(), crs=LONLAT)


def _find_quantiles(
    values: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[float, float]:
    """Least values that a twentieth, and nineteen twentieths, of some weights do not exceed."""
    if not weight.sum() > 0:
        return np.nan, np.nan
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weight[order]) / weight.sum()
    last = len(order) - 1
    low, high = np.minimum(np.searchsorted(share, np.array(_NINE_OF_TEN) - _ROUNDED), last)
    return float(values[order[low]]), float(values[order[high]])


def _find_middle(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of some points the one nearest to their mean."""
    away_m = np.hypot(*(xy - xy.mean(axis=0)).T)
    return np.asarray(xy[int(np.argmin(away_m))])
