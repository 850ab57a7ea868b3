"""Walk a drawn region of any size on workers, and say what it cost: does twice the streets take twice
the seconds, and no more memory for each worker?

    python tests/tools/walk_region.py --nodes 5000000 --workers 2 FOLDER

The streets are a grid of blocks with a bit of chance, as many edges for each corner as in Milan, and
links that they lack; homes stand at every corner. Nothing is read: of the workflow of a city it is
what comes after reading, joining and putting people where they live. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from access15.area.tiles import (
    TILE_M,
    CityGround,
    TilePlan,
    TileRules,
    find_halo_m,
    place_on,
)
from access15.config import load_profiles
from access15.core.change.fixes import FIX_KINDS
from access15.core.streets.lookup import index_edges
from access15.core.streets.network import CROSSINGS, WalkNetwork, build_network
from access15.core.walk.doors import Doors
from access15.core.walk.snap import Snapped
from access15.files import scratch_folder
from access15.files.store import Store
from access15.results.city import HomeColumns
from access15.workflows.cluster import Failed, Wanted, opened_cluster
from access15.workflows.tiles import FarWalk, lay_out

STEP_M: Final = 50.0
CRS: Final = "EPSG:32632"
EDGES: Final = 0.76  # of the grid's: 1.52 for each corner, as in the Milan extract
LINKS: Final = 0.02  # of the others: links that are not there
PLACES: Final = {"csrc": 2000, "library": 5000}  # corners for each place
GROUPS: Final = ("total", "age_65_plus")
PROFILES: Final = ("adult", "older_adult")
CUTOFFS_S: Final = (300.0, 600.0, 900.0)


@dataclass(frozen=True, eq=False)
class Region:
    """A drawn region."""

    ground: CityGround
    rules: TileRules
    plans: list[TilePlan]
    node_xy: NDArray[np.float64]


def draw_region(n_nodes: int, seed: int = 0) -> Region:
    """Draw streets, homes, places and zones."""
    rng = np.random.default_rng(seed)
    # 1. Corners, and the streets between neighbours of a row and of a column.
    side = round(np.sqrt(n_nodes))
    n_nodes = side * side
    column, row = np.divmod(np.arange(n_nodes), side)
    node_xy = np.round(
        np.column_stack([column, row]) * STEP_M + rng.uniform(-9, 9, (n_nodes, 2)), 2
    )
    east, north = np.flatnonzero(column < side - 1), np.flatnonzero(row < side - 1)
    u = np.concatenate([east, north])
    v = np.concatenate([east + side, north + 1])
    chance = rng.random(len(u))
    is_street, is_link = chance < EDGES, (chance >= EDGES) & (chance < EDGES + LINKS)
    streets = draw_streets(node_xy, u[is_street], v[is_street], rng)
    linked = append_links(streets, u[is_link], v[is_link])
    links = np.arange(streets.n_edges, linked.n_edges)
    # 2. A home at every corner where a street begins, which are nearly all; places somewhere.
    at, edge = np.unique(streets.edge_u, return_index=True)
    homes = Snapped(edge, np.zeros(len(edge)), np.zeros(len(edge)))
    doors, counted, n_doors = [], {}, 0
    for kind, corners in PLACES.items():
        n = max(n_nodes // corners, 1)
        doors.append(rng.choice(streets.n_edges, n, replace=False))
        counted[kind] = np.arange(n_doors, n_doors + n)
        n_doors += n
    on = np.concatenate(doors)
    placed = Doors(np.arange(n_doors), Snapped(on, np.full(n_doors, 0.5), np.zeros(n_doors)))
    nowhere = Snapped(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    # 3. Four zones in a tile.
    xy = node_xy[at]
    zone_side = int(np.ceil(side * STEP_M / (TILE_M / 2))) + 1
    zone = (np.maximum(xy, 0.0) // (TILE_M / 2)).astype(np.int64) @ np.array([zone_side, 1])
    rules = TileRules({key: load_profiles()[key] for key in PROFILES}, CUTOFFS_S, 4.8 / 3.6, True)
    people = rng.integers(0, 12, len(at)).astype(np.float64)
    no_links = np.zeros(streets.n_edges, dtype=bool)
    ground = CityGround(
        streets=place_on(streets, no_links, homes, placed, nowhere),
        linked=place_on(
            linked, np.arange(linked.n_edges) >= streets.n_edges, homes, placed, nowhere
        ),
        fix_kind=np.full(len(links), FIX_KINDS.index("missing_link")),
        fix_edge=links,
        fixes_on=index_edges(links),
        people=np.column_stack([people, people // 4]),
        zone=zone,
        stretch=np.arange(len(at)),
        zones=tuple(f"z{i}" for i in range(zone_side * zone_side)),
        counted=counted,
        placed={},
        halo_m=find_halo_m(linked, rules),
    )
    return Region(ground, rules, plan_region(zone, zone_side), xy)


def draw_streets(
    node_xy: NDArray[np.float64],
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    rng: np.random.Generator,
) -> WalkNetwork:
    """Streets between corners: some with a crossing, a few with steps."""
    n = len(u)
    crossing = np.where(rng.random(n) < 0.1, CROSSINGS.index("unmarked"), 0).astype(np.uint8)
    return build_network(
        crs=CRS,
        node_xy=node_xy,
        edge_u=u,
        edge_v=v,
        highway_names=("residential",),
        street_names=("", *(f"Via {i}" for i in range(1, 1000))),
        street=rng.integers(0, 1000, n),
        steps=rng.random(n) < 0.005,
        crossing_u=crossing,
        crossing_v=crossing,
    )


def append_links(streets: WalkNetwork, u: NDArray[np.int64], v: NDArray[np.int64]) -> WalkNetwork:
    """The streets with links behind them."""
    more = np.zeros(len(u), dtype=np.int64)
    return build_network(
        crs=CRS,
        node_xy=streets.node_xy,
        edge_u=np.append(streets.edge_u, u),
        edge_v=np.append(streets.edge_v, v),
        highway_names=(*streets.highway_names, "link"),
        street_names=streets.street_names,
        highway=np.append(streets.highway, more + 1),
        street=np.append(streets.street, more),
        steps=np.append(streets.steps, more.astype(bool)),
        crossing_u=np.append(streets.crossing_u, more.astype(np.uint8)),
        crossing_v=np.append(streets.crossing_v, more.astype(np.uint8)),
    )


def plan_region(zone: NDArray[np.int64], zone_side: int) -> list[TilePlan]:
    """Tiles of two by two zones."""
    column, row = np.divmod(zone, zone_side)
    tile, where = np.unique((column // 2) * zone_side + row // 2, return_inverse=True)
    by_tile = index_edges(where)
    plans = []
    for i, key in enumerate(tile.tolist()):
        rows = by_tile.list_on(np.array([i]))
        zones = tuple(f"z{number}" for number in np.unique(zone[rows]).tolist())
        plans.append(TilePlan(f"{key // zone_side}_{key % zone_side}", zones, rows))
    return plans


def list_homes(region: Region) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Homes of every tile, as a city's residents are kept."""
    ground = region.ground
    for plan in region.plans:
        rows = plan.rows
        columns: dict[str, Any] = {
            "resident_id": [f"r{i}" for i in rows.tolist()],
            "zone_id": [ground.zones[i] for i in ground.zone[rows].tolist()],
            "street": "",
            "stretch": ground.stretch[rows],
        }
        columns |= {group: ground.people[rows, i] for i, group in enumerate(GROUPS)}
        points = gpd.points_from_xy(*region.node_xy[rows].T)
        yield plan.name, gpd.GeoDataFrame(columns, geometry=points, crs=CRS)


def measure_process() -> dict[str, float]:
    """Seconds of computing of this process, its largest memory, and what of it is its own [MB]."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    own = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return {
        "cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": round(used.ru_maxrss / 1024),
        "own_mb": round(int(own.split()[1]) / 1024),
    }


def main() -> None:
    """Draw, walk, and say what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--nodes", type=int, default=5_000_000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    with scratch_folder(asked.folder) as folder:
        with opened_cluster(Wanted(workers=asked.workers), folder) as cluster:
            cluster.check(folder)
            begin = time.perf_counter()
            region = draw_region(asked.nodes)
            lay_out(folder, region.ground, list_homes(region))
            laid = measure_process()
            named = HomeColumns(PROFILES, tuple(PLACES), GROUPS, CRS)
            work = FarWalk(folder, region.rules, Store(folder / "kept"), "region", named)
            before, began = cluster.measure(measure_process), time.perf_counter()
            within = 0
            for i, found in cluster.walk(work, region.plans, [one.name for one in region.plans]):
                if isinstance(found, Failed):
                    raise SystemExit(f"tile {region.plans[i].name}: {found.reason}")
                within += int((found.found.band[1, 0] < len(CUTOFFS_S)).sum())
                if i % 50 == 0:
                    print(f"{i} of {len(region.plans)}", flush=True)
            ended = time.perf_counter()
            after = cluster.measure(measure_process)
        written = [path.stat().st_size for path in folder.rglob("part.parquet")]
        ground = (folder / "ground.bin").stat().st_size
    told = {
        "n_nodes": region.ground.streets.network.n_nodes,
        "n_edges": region.ground.streets.network.n_edges,
        "n_homes": len(region.ground.zone),
        "n_tiles": len(region.plans),
        "within_15": within,
        "drawn_and_laid_s": round(began - begin, 1),
        "walked_s": round(ended - began, 1),
        "before": laid,
        "workers": [
            {**after[key], "cpu_s": round(after[key]["cpu_s"] - before[key]["cpu_s"], 1)}
            for key in after
        ],
        "ground_mb": round(ground / 1e6),
        "parts": len(written),
        "parts_mb": round(sum(written) / 1e6, 1),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
