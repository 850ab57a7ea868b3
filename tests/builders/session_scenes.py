"""Small random neighbourhoods, as a session page gets them and as Python has them."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from access15.config import WalkProfile, load_profiles
from access15.core.change.changes import Points
from access15.core.change.links import MissingLinks, find_missing_links
from access15.core.siting.corners import find_corners
from access15.core.streets.barriers import BARRIERS, Barriers, build_barriers
from access15.core.streets.network import WalkNetwork, build_network, hash_network
from access15.core.streets.pieces import place_samples
from access15.core.streets.slopes import build_slopes
from access15.core.walk.doors import (
    Doors,
    build_door_snapper,
    find_door_streets,
    snap_doors,
)
from access15.core.walk.snap import (
    MAX_SEAT_SNAP_M,
    Snapped,
    build_snapper,
    round_places,
    snap_points,
)
from access15.outputs.pages import session_data
from access15.outputs.pages.basemap import encode_flags, encode_numbers

METRES_PER_DEGREE = (
    1e5  # the page's projection in these tests: a plane, seven decimals are whole centimetres
)
MAX_SNAP_M = 60.0
CUTOFFS_MIN = (1.0, 2.0, 4.0)
RUNNER = Path(__file__).parent / "javascript" / "run_core.js"
TARGETS = ("hub", "library", "pharmacy")


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Streets, people, places and walkers."""

    network: WalkNetwork
    home_xy: NDArray[np.float64]
    people: NDArray[np.float64]
    facility_xy: NDArray[np.float64]
    second_xy: NDArray[np.float64]  # of second doors, those of the first facilities
    category: list[str]
    is_hub: NDArray[np.bool_]
    seat_xy: NDArray[np.float64]
    profiles: dict[str, WalkProfile]
    barriers: Barriers = field(default_factory=lambda: build_barriers({}))

    def snapped(self, xy: NDArray[np.float64]) -> Snapped:
        """Doors on the streets as they are, on whole centimetres."""
        snapper = build_door_snapper(self.network, find_door_streets(self.network))
        return round_places(self.network, snap_doors(snapper, xy, max_snap_m=MAX_SNAP_M))

    @property
    def seats(self) -> Snapped:
        """Seats on the streets as they are."""
        snapper = build_snapper(self.network, find_door_streets(self.network).is_open)
        return snap_points(snapper, self.seat_xy, max_snap_m=MAX_SEAT_SNAP_M)

    @property
    def facilities(self) -> Points:
        """Doors of the facilities, those that have a second one behind the others."""
        xy = np.concatenate([self.facility_xy, self.second_xy])
        owner = np.append(np.arange(len(self.facility_xy)), np.arange(len(self.second_xy)))
        return Points(xy, Doors(owner, self.snapped(xy)), MAX_SNAP_M)

    @property
    def links(self) -> MissingLinks:
        """Links that the streets lack."""
        return find_missing_links(self.network, self.barriers)

    def rows(self, target: str) -> NDArray[np.int64]:
        """Facilities of a target."""
        return np.flatnonzero(self.is_hub if target == "hub" else np.array(self.category) == target)

    def to_json(self) -> dict[str, Any]:
        """The session's data."""
        streets, doors = find_door_streets(self.network), self.facilities
        plane = {
            "middle": [0.0, 0.0],
            "half": [1.0, 1.0],
            "origin": [0.0, 0.0],
            "powers": [[0, 1], [1, 0]],
            "terms": [[0.0, METRES_PER_DEGREE], [METRES_PER_DEGREE, 0.0]],
        }
        facilities = [
            {
                "id": f"f{i}",
                "name": f"F {i}",
                "address": "",
                "category": category,
                "hub": bool(hub),
                "counted": True,
                "x": float(x),
                "y": float(y),
                "lon": float(x) / METRES_PER_DEGREE,
                "lat": float(y) / METRES_PER_DEGREE,
            }
            for i, ((x, y), category, hub) in enumerate(
                zip(self.facility_xy, self.category, self.is_hub, strict=True)
            )
        ]
        return {
            "format": 1,
            "study": "test",
            "area": {"id": "here", "name": "Here"},
            "at": None,
            "network_hash": hash_network(self.network),
            "streets": session_data._streets(self.network),
            "barriers": session_data._barriers(self.barriers, self.network),
            "bare_bridges": session_data._bare_bridges(self.barriers, self.network),
            "missing": session_data._missing_links(self.links, self.network),
            "profiles": [
                session_data._profile(self.network, profile) for profile in self.profiles.values()
            ],
            "join": {
                "is_open": encode_flags(streets.is_open),
                "is_through": encode_flags(streets.is_through),
                "homes": session_data._home_doors(self.network, self.snapped(self.home_xy)),
                "facilities": {
                    **session_data._snapped(doors.doors.snapped),
                    "owner": encode_numbers(doors.doors.owner),
                    "from": [
                        [len(self.facility_xy) + door, float(x), float(y)]
                        for door, (x, y) in enumerate(self.second_xy)
                    ],
                },
                "seats": session_data._snapped(self.seats),
            },
            "corners": self._corners(),
            "given": [],
            "homes": {
                **session_data._homes(self.home_xy, {"all": self.people}),
                "street": {"at": "", "name": ""},
            },
            "facilities": facilities,
            "seats": {
                name: session_data.encode_doubles(self.seat_xy[:, k]) for k, name in enumerate("xy")
            },
            "categories": [{"id": one} for one in TARGETS[1:]],
            "targets": list(TARGETS),
            "cutoffs_min": list(CUTOFFS_MIN),
            "max_snap_m": MAX_SNAP_M,
            "max_seat_snap_m": MAX_SEAT_SNAP_M,
            "to_metres": plane,
            "to_units": plane,
        }

    def _corners(self) -> dict[str, str]:
        """Every node at which a door may be, whoever walks."""
        everywhere = shapely.box(*(np.array([-1, -1, 1, 1]) * 1e6))
        node = find_corners(self.network, everywhere)
        degrees = np.rint(1e7 * self.network.node_xy[node] / METRES_PER_DEGREE).astype(np.int64)
        return {
            "node": session_data._encode_steps(node),
            "lon": session_data._encode_steps(degrees[:, 0]),
            "lat": session_data._encode_steps(degrees[:, 1]),
        }


def random_network(rng: np.random.Generator, *, side_m: float = 300.0) -> WalkNetwork:
    """Streets on whole centimetres: parallel ones, loops, some of no length, islands, every kind of
    obstacle.
    """
    n_nodes = int(rng.integers(2, 16))
    n_edges = int(rng.integers(1, 3 * n_nodes))
    node_xy = rng.integers(0, int(100 * side_m), (n_nodes, 2)) / 100
    node_xy[rng.random(n_nodes) < 0.2] = np.rint(
        node_xy[0]
    )  # several at one place: edges of no length
    u, v = rng.integers(0, n_nodes, (2, n_edges))
    again = rng.random(n_edges) < 0.15
    u[again], v[again] = u[0], v[0]
    inner = [
        rng.integers(0, int(100 * side_m), (int(rng.choice([0, 0, 0, 1, 3])), 2)) / 100
        for _ in range(n_edges)
    ]
    lines = [
        np.vstack([node_xy[a], via, node_xy[b]]) for a, via, b in zip(u, inner, v, strict=True)
    ]
    drawn = build_network(
        crs="EPSG:32632",
        node_xy=node_xy,
        edge_u=u,
        edge_v=v,
        vertex_xy=np.vstack(lines),
        vertex_start=np.cumsum([0, *map(len, lines)]),
        highway=rng.integers(0, 2, n_edges),
        highway_names=("residential", "service"),
        other_level=rng.random(n_edges) < 0.1,
        steps=rng.random(n_edges) < 0.15,
        incline=np.where(rng.random(n_edges) < 0.3, rng.integers(-15, 16, n_edges) / 100, np.nan),
        wheelchair=rng.choice([0, 0, 0, 1, 2], n_edges),
        crossing_u=rng.choice([0, 0, 1, 2, 3, 4, 5], n_edges),
        crossing_v=rng.choice([0, 0, 1, 2, 3, 4, 5], n_edges),
        kerb_u=rng.choice([0, 0, 0, 1, 2], n_edges),
        kerb_v=rng.choice([0, 0, 0, 1, 2], n_edges),
        **_random_ground(np.random.default_rng(n_edges), n_edges),
    )
    longer = np.where(
        rng.random(n_edges) < 0.1, 7.77, 0.0
    )  # the ground may be longer than the line
    return replace(drawn, length_m=np.rint(100 * (drawn.length_m + longer)) / 100)


def _random_ground(rng: np.random.Generator, n: int) -> dict[str, NDArray[Any]]:
    """What few streets tell of: counted steps, slopes in words, one way, what they are made of."""
    share = np.where(rng.random(n) < 0.1, rng.integers(1, 100, n) / 100, 1.0)
    ground = {
        "step_share": share,
        "slope": rng.choice([0, 0, 0, 0, 0, 0, 1, 2, 3], n),
        "one_way": rng.choice([0, 0, 0, 0, 0, 0, 0, 1, 2], n),
        "conveying": rng.random(n) < 0.05,
        "level": rng.choice([0, 0, 0, 0, 1, -1], n),
        "surface": rng.choice([0, 0, 0, 0, 1, 1, 2, 3, 4], n),
        "smoothness": rng.choice([0, 0, 0, 0, 0, 1, 1, 2, 3], n),
        "width_m": np.where(rng.random(n) < 0.1, rng.integers(4, 30, n) / 10, np.nan),
    }
    return {**ground, "bridge": ground["level"] > 0}


def random_points(rng: np.random.Generator, network: WalkNetwork, n: int) -> NDArray[np.float64]:
    """Points near streets, some on them exactly, some far away, all on whole centimetres."""
    vertex = network.vertex_xy[rng.integers(0, len(network.vertex_xy), n)]
    other = network.vertex_xy[rng.integers(0, len(network.vertex_xy), n)]
    kind = rng.random(n)[:, None]
    near = vertex + rng.normal(0, 15, (n, 2))
    xy = np.where(kind < 0.15, vertex, np.where(kind < 0.3, (vertex + other) / 2, near))
    return np.asarray(np.rint(100 * np.where(kind > 0.95, xy + 500, xy)) / 100)


def walkers() -> dict[str, WalkProfile]:
    """Those that come with access15, and one who needs seats."""
    known = load_profiles()
    odd = {
        "crossing_signals_s": 20.3,
        "crossing_marked_s": 5.7,
        "crossing_unmarked_s": 9.1,
    }  # sums must be rounded
    found = {key: known[key].model_copy(update=odd) for key in ("adult", "frail", "wheelchair")}
    return found | {
        "sitting": found["frail"].model_copy(update={"id": "sitting", "needs_seat": True})
    }


def random_neighbourhood(seed: int) -> Neighbourhood:
    """A neighbourhood, the same for the same seed; one in four lies on hills."""
    rng = np.random.default_rng(seed)
    network = random_network(rng)
    hilly = put_on_hills(network, seed) if seed % 4 == 3 else network
    n_homes, n_facilities = int(rng.integers(1, 25)), int(rng.integers(1, 8))
    return Neighbourhood(
        network=hilly,
        home_xy=random_points(rng, network, n_homes),
        people=rng.integers(0, 4096, n_homes) / 1024,
        facility_xy=random_points(rng, network, n_facilities),
        second_xy=random_points(rng, network, int(rng.integers(0, n_facilities + 1))),
        category=[str(one) for one in rng.choice(TARGETS[1:], n_facilities)],
        is_hub=rng.random(n_facilities) < 0.4,
        seat_xy=random_points(rng, network, int(rng.integers(0, 9))),
        profiles=walkers(),
        barriers=random_barriers(rng, network),
    )


def put_on_hills(network: WalkNetwork, seed: int) -> WalkNetwork:
    """The streets cut where their slope changes, on ground that is not known everywhere."""
    rng = np.random.default_rng(30_000 + seed)
    samples = place_samples(network)
    x, y = samples.xy.T
    east_m, north_m, high_m = rng.uniform(30, 200, 3) / np.array([1, 1, 15])
    height_m = high_m * (np.sin(x / east_m) + np.cos(y / north_m))
    return build_slopes(network, samples, np.where(x > 280, np.nan, height_m)).network


def random_barriers(rng: np.random.Generator, network: WalkNetwork) -> Barriers:
    """Lines and areas of every kind among the streets, some of whose corners lie on them."""
    shapes: dict[str, list[shapely.Geometry]] = {kind: [] for kind in BARRIERS}
    for kind in rng.choice(BARRIERS, int(rng.integers(0, 7))):
        xy = random_points(rng, network, int(rng.integers(2, 5)))
        line = shapely.LineString(xy)
        shapes[str(kind)].append(line if rng.random() < 0.6 else line.buffer(3.0))
    return build_barriers({kind: np.array(own, dtype=object) for kind, own in shapes.items()})


def random_changes(seed: int, here: Neighbourhood) -> list[dict[str, Any]]:
    """A proposal of any changes, as the page holds it."""
    rng = np.random.default_rng(10_000 + seed)
    kinds = [
        "add_facility",
        "move_facility",
        "remove_facility",
        "set_door",
        "add_link",
        "close_link",
        "remove_steps",
        "add_kerb_ramp",
        "add_bench",
    ]
    changes: list[dict[str, Any]] = []
    touched: set[str] = set()
    for i, kind in enumerate(rng.choice(kinds, int(rng.integers(1, 10)))):
        (x, y), (x2, y2) = random_points(rng, here.network, 2)
        change: dict[str, Any] = {"id": f"c{i}", "change": str(kind), **_place(x, y)}
        if kind == "add_link":
            change |= {"lon2": _place(x2, y2)["lon"], "lat2": _place(x2, y2)["lat"]}
        if kind == "add_facility":
            change |= {"name": f"New {i}", "category": str(rng.choice(TARGETS))}
        if kind in ("move_facility", "remove_facility", "set_door"):
            facility = f"f{rng.integers(0, len(here.facility_xy))}"
            if facility in touched:
                continue
            touched.add(facility)
            change["facility_id"] = facility
        changes.append(change)
    return changes


def _place(x: float, y: float) -> dict[str, float]:
    return {
        "lon": round(float(x) / METRES_PER_DEGREE, 7),
        "lat": round(float(y) / METRES_PER_DEGREE, 7),
    }


def ask_core(sessions: list[dict[str, Any]], questions: list[dict[str, Any]]) -> list[Any]:
    """Answers of the page's scripts in Node; inf comes back as None."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on PATH: install Node to run the page's scripts without a browser")
    asked = json.dumps({"sessions": sessions, "questions": questions})
    done = subprocess.run(
        [node, str(RUNNER)], input=asked, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[Any] = json.loads(done.stdout)
    return found


def numbers(values: list[float | None]) -> NDArray[np.float64]:
    """Numbers of an answer, None being inf."""
    return np.array([np.inf if one is None else one for one in values], dtype=np.float64)
