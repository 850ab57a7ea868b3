"""How long the session page computes while somebody drags a facility, in Node. Printed, not
asserted.

Run: pytest tests/benchmarks/test_session_core_speed.py -s -o addopts=
The aim is under 5 ms for 95 of 100 steps in a neighbourhood, and under 50 ms at 100,000 junctions.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders.paths import TESTS_FOLDER

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders.session_scenes import METRES_PER_DEGREE, Neighbourhood, random_points, walkers

from access15.core.streets.network import WalkNetwork, build_network

pytestmark = pytest.mark.node


def _grid(rng: np.random.Generator, side: int) -> WalkNetwork:
    """Crossing streets, bent out of line; every ninth block is missing."""
    row, column = np.divmod(np.arange(side * side), side)
    node_xy = (
        np.rint(
            100 * (np.column_stack([column, row]) * 60.0 + rng.uniform(-15, 15, (side * side, 2)))
        )
        / 100
    )
    right, up = np.flatnonzero(column < side - 1), np.flatnonzero(row < side - 1)
    u, v = np.concatenate([right, up]), np.concatenate([right + 1, up + side])
    keep = rng.random(len(u)) > 0.11
    drawn = build_network(
        crs="EPSG:32632",
        node_xy=node_xy,
        edge_u=u[keep],
        edge_v=v[keep],
        crossing_u=rng.choice([0, 0, 1, 2, 3], int(keep.sum())),
        steps=rng.random(int(keep.sum())) < 0.01,
    )
    return build_network(
        crs=drawn.crs,
        node_xy=node_xy,
        edge_u=drawn.edge_u,
        edge_v=drawn.edge_v,
        crossing_u=drawn.crossing_u,
        steps=drawn.steps,
        length_m=np.rint(100 * drawn.length_m) / 100,
    )


@pytest.mark.parametrize(("side", "n_homes", "n_facilities"), [(66, 1_130, 40), (316, 20_000, 400)])
@pytest.mark.parametrize("profile", ["adult", "sitting"])
def test_drag(side: int, n_homes: int, n_facilities: int, profile: str) -> None:
    """A new library somewhere else at every step: placed, walked to, people counted and compared
    with today.
    """
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on PATH")
    rng = np.random.default_rng(15)
    network = _grid(rng, side)
    here = Neighbourhood(
        network=network,
        home_xy=random_points(rng, network, n_homes),
        people=rng.integers(0, 4096, n_homes) / 1024,
        facility_xy=random_points(rng, network, n_facilities),
        category=[str(one) for one in rng.choice(["library", "pharmacy"], n_facilities)],
        is_hub=rng.random(n_facilities) < 0.1,
        seat_xy=random_points(rng, network, n_homes // 3),
        profiles={profile: walkers()[profile]},
    )
    data = {**here.to_json(), "cutoffs_min": [5.0, 10.0, 15.0]}
    places = (random_points(rng, network, 300) / METRES_PER_DEGREE).tolist()
    asked = json.dumps({"session": data, "profile": profile, "target": "library", "places": places})
    script = TESTS_FOLDER / "builders" / "javascript" / "measure_core.js"
    done = subprocess.run(
        [node, str(script)], input=asked, capture_output=True, text=True, check=True
    )
    spent: dict[str, Any] = json.loads(done.stdout)
    print(
        f"\n{network.n_nodes} junctions, {network.n_edges} edges, {n_homes} homes, page "
        f"{len(asked) / 1e6:.1f} MB"
    )
    for name, ms in spent.items():
        half, most = np.quantile(ms, [0.5, 0.95])
        print(f"  {profile} {name:14} median {half:8.2f} ms, 95 of 100 within {most:8.2f} ms")
    assert len(spent["drag"]) == 280
