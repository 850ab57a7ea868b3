"""The best places for all of Milan, as a program of its own whose memory and seconds are its own.

Run: ACCESS15_SHARED=... python tests/benchmarks/milan_sites.py cover|average|average_without
Every quarter (NIL) that the extract covers whole is one neighbourhood, every corner a candidate,
every resident point a home, all as `access15 run` has them; older adults, 15 minutes, CSRC.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from access15.area.siting.candidates import list_corners, put_on_streets
from access15.config import build_options, load_study
from access15.core.reach.walks import PlainWalks
from access15.core.siting.cover import solve_cover
from access15.core.siting.median import solve_median
from access15.core.siting.sets import build_sets
from access15.core.siting.times import build_time_sets
from access15.core.walk.pairs import Pairs
from access15.crs import LONLAT
from access15.workflows.run import run_study

PROFILE, GROUP, CATEGORY, CUTOFF_S = "older_adult", "age_65_plus", "csrc", 900.0
MOST = 10
WIDTH_S = 15.0  # of a street that p-median takes as one home
_CHUNK = 1000  # candidates: all pairs at once are 180 million
_THREADS = 2


@dataclass(frozen=True, eq=False)
class Town:
    """What is asked about: walks to all corners, people, seconds today."""

    walks: PlainWalks
    n: int
    people: NDArray[np.float64]
    today_s: NDArray[np.float64]

    def list_pairs(self) -> Iterator[Pairs]:
        """Corners with all homes within the cutoff, some corners at a time."""
        for first in range(0, self.n, _CHUNK):
            rows = np.arange(first, min(first + _CHUNK, self.n))
            found = self.walks.pairs_within(rows, cutoff_s=CUTOFF_S)
            yield Pairs(found.source + first, found.target, found.time_s)


def list_whole_zones(extract: Path, outlines: Path) -> list[str]:
    """Quarters that lie in the extract's box whole."""
    box = osmium.io.Reader(str(extract)).header().box()
    low, high = box.bottom_left, box.top_right
    zones = gpd.read_file(outlines).to_crs(LONLAT)
    inside = zones.within(shapely.box(low.lon, low.lat, high.lon, high.lat))
    return [str(one) for one in zones["nil"][inside]]


def build_town(extract: Path) -> Town:
    """Milan as one neighbourhood."""
    study = load_study("milano_city")
    zones = list_whole_zones(extract, study.zones.file)
    area = study.areas[0].model_copy(update={"id": "milano", "name": "Milano", "zones": zones})
    options = build_options(profiles=[PROFILE], cutoffs_min=[CUTOFF_S / 60], osm=extract)
    small = options.apply_to(study.model_copy(update={"areas": (area,)})).asking([CATEGORY])
    done = run_study(small, options, now=None, progress=lambda _: None).areas["milano"]
    corners = put_on_streets(done, list_corners(done, PROFILE), max_snap_m=small.max_snap_m)
    walks = done.walkers[PROFILE].walks.ending_at(corners.doors)
    assert isinstance(walks, PlainWalks)
    people = done.residents[GROUP].to_numpy(dtype=np.float64)
    return Town(walks, len(corners), people, done.travel_time_s[PROFILE, CATEGORY])


def solve_covers(town: Town) -> dict[str, Any]:
    """One to ten more places that bring most people within the cutoff, each proven."""
    sets = build_sets(
        town.list_pairs(),
        people=town.people,
        is_reached=town.today_s <= CUTOFF_S,
        n_candidates=town.n,
    )
    _ = sets.held
    # the one that takes longest begins first
    with ThreadPoolExecutor(_THREADS) as pool:
        found = list(pool.map(lambda n: solve_cover(sets, n), range(MOST, 0, -1)))[::-1]
    return {
        "demand": len(sets.weight),
        "sets": len(sets),
        "pairs": len(sets.demand),
        "gained": [one.people for one in found],
        "greedy": [one.greedy for one in found],
        "gap": max(1.0 - one.people / one.most for one in found),
        "is_proven": all(one.is_proven for one in found),
    }


def gather_homes(town: Town) -> tuple[Town, NDArray[np.int64], float]:
    """Homes a few seconds from each other on one street as one, and by how much that may matter.

    Whoever walks from one of them could walk by way of another: their walks to the nearest of any
    places differ by no more than the way between them. Returns the smaller town, the home of it
    for each home, and the person-seconds by which all walks together may differ.
    """
    walks, homes, people = town.walks, town.walks.homes, town.people
    length_s = np.maximum(walks.impedance.forward_s, walks.impedance.backward_s)[homes.edge]
    along_s = np.where(np.isfinite(length_s), homes.fraction * length_s, 0.0)
    # where one direction is closed nobody walks by way of a neighbour
    is_joined = (homes.edge >= 0) & np.isfinite(length_s)
    alone = np.where(is_joined, -1, np.arange(len(people)))
    keys = np.stack([homes.edge, np.floor(along_s / WIDTH_S), alone])
    _, group = np.unique(keys, axis=1, return_inverse=True)
    middle_s = np.bincount(group, people * along_s) / np.maximum(np.bincount(group, people), 1e-9)
    order = np.lexsort((np.abs(along_s - middle_s[group]), group))
    own = order[np.append(True, np.diff(group[order]) > 0)]
    stands_for = own[group]
    apart_s = np.abs(along_s - along_s[stands_for])
    with np.errstate(invalid="ignore"):
        aside_s = np.abs(homes.offset_s - homes.offset_s[stands_for])
    apart_s = apart_s + np.where(stands_for == np.arange(len(people)), 0.0, aside_s)
    smaller = Town(
        replace(walks, homes=homes.take(own)), town.n, np.bincount(group, people), town.today_s[own]
    )
    return smaller, group, float((people * apart_s)[people > 0].sum())


def solve_medians(town: Town, *, has_today: bool) -> dict[str, Any]:
    """One to ten more places that are nearest on average; a walk over the cutoff counts as that."""
    today_s = town.today_s if has_today else np.full(len(town.people), np.inf)
    town = replace(town, today_s=np.minimum(today_s, CUTOFF_S))
    smaller, _, apart_s = gather_homes(town)
    sets = build_time_sets(
        smaller.list_pairs(),
        people=smaller.people,
        today_s=smaller.today_s,
        n_candidates=town.n,
        largest_s=CUTOFF_S,
    )
    answers = []
    for n in range(1, MOST + 1):
        best = solve_median(sets, n, seconds=0.0)
        # what all homes really walk, and what no choice is below
        own_s, _ = town.walks.nearest(best.chosen, cutoff_s=CUTOFF_S)
        person_s = float((town.people * np.minimum(town.today_s, own_s)).sum())
        answers.append((person_s, best.least_s - apart_s, best.person_s, best.least_s))
    value, least, gathered, gathered_least = np.array(answers).T
    today = float((town.people * town.today_s).sum())
    return {
        "demand": len(sets.today_s),
        "pairs": len(sets.homes.time_s),
        "mean_s": (value / town.people.sum()).tolist(),
        "today_s": today / town.people.sum(),
        "gap": float((1.0 - least / value).max()),
        "gap_of_gathered": float((1.0 - gathered_least / gathered).max()),
        "gap_of_saved": float(((gathered - gathered_least) / (today - gathered)).max()),
    }


def main() -> None:
    """Solve what is asked for, and write what it took."""
    asked = sys.argv[1]
    town = build_town(Path(os.environ["ACCESS15_SHARED"]) / "data/osm/milano-2014.osm.pbf")
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, own = monotonic(), process_time()
    if asked == "cover":
        told = solve_covers(town)
    else:
        told = solve_medians(town, has_today=asked == "average")
    told |= {
        "seconds": monotonic() - wall,
        "cpu_s": process_time() - own,
        "candidates": town.n,
        "homes": len(town.people),
        "before_gb": base / 1e6,
        "most_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
