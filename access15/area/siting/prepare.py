"""The best choices of more places, found before people look at a page."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from access15.area.siting.candidates import Candidates, list_corners, put_on_streets
from access15.core.siting.cover import Cover, solve_cover
from access15.core.siting.sets import CoverageSets, build_sets
from access15.core.streets.names import NamedStreets
from access15.results.prepared import Answer, Site
from access15.results.run import AreaResult


def list_given(
    area: AreaResult, points: gpd.GeoDataFrame, *, max_snap_m: float
) -> tuple[Site, ...]:
    """Places of a file that a street of the neighbourhood is near enough to."""
    put = put_on_streets(area, points, max_snap_m=max_snap_m)
    names = put.points["id"].astype(str)
    at = put.points.geometry
    return tuple(map(Site, names, at.x.tolist(), at.y.tolist()))


def find_answers(
    area: AreaResult,
    *,
    own_profile: dict[str, str],
    cutoff_min: float,
    most: int,
    max_snap_m: float,
    points: gpd.GeoDataFrame | None,
    least: int = 2,
    kinds: Collection[str] | None = None,
) -> Iterator[Answer]:
    """The best choices of `least` places up to `most`, of the given or every kind of which today's
    are known, for every group at its own pace.
    """
    cutoff_s, names = 60.0 * cutoff_min, NamedStreets(area.network)
    for group, profile in own_profile.items():
        if profile not in area.walkers:
            continue
        listed = list_corners(area, profile) if points is None else points
        put = put_on_streets(area, listed, max_snap_m=max_snap_m)
        walks = area.walkers[profile].walks.ending_at(put.doors)
        pairs = walks.pairs_within(np.arange(len(put)), cutoff_s=cutoff_s)
        people = area.residents[group].to_numpy(dtype=np.float64)
        for category in dict.fromkeys(one for _, one in area.travel_time_s):
            is_asked = kinds is None or category in kinds
            if not is_asked or not area.is_known(category):
                continue
            is_reached = np.asarray(area.travel_time_s[profile, category] <= cutoff_s)
            sets = build_sets(pairs, people=people, is_reached=is_reached, n_candidates=len(put))
            for best in _choose(sets, least, most):
                yield Answer(
                    profile,
                    category,
                    group,
                    cutoff_min,
                    gained=best.people,
                    most=best.most,
                    sites=tuple(_order(sets, best.chosen, put, names)),
                )


def _choose(sets: CoverageSets, least: int, most: int) -> Iterator[Cover]:
    """The best choice of each number, as long as one more brings anybody."""
    before: NDArray[np.int64] | None = None
    for n in range(least, most + 1):
        best = solve_cover(sets, n, fewer=before)
        if len(best.chosen) < n:
            return
        before = best.chosen
        yield best


def _order(
    sets: CoverageSets,
    chosen: NDArray[np.int64],
    put: Candidates,
    names: NamedStreets,
) -> Iterator[Site]:
    """Sites of a choice, each the one that adds most to those before."""
    left, taken, before = chosen.tolist(), list[int](), 0.0
    while left:
        sums = [sets.sum_covered(np.array([*taken, one])) for one in left]
        best = int(np.argmax(sums))
        taken.append(left.pop(best))
        row = int(sets.candidate[taken[-1]])
        one = put.points.iloc[row]
        node = int(one["node"])
        met = names.list_at(np.array([node])) if node >= 0 else []
        name = str(one["id"]) or " / ".join(met) or names.find_nearest(put.xy[row])
        yield Site(name, one.geometry.x, one.geometry.y, sums[best] - before)
        before = sums[best]
