"""The search in many drawn worlds equals, world by world, the search that a run does in one."""

from __future__ import annotations

import numpy as np
import pytest
from builders.streets import CRS, walker
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.core.measures.kernels import DoorsBeside, Drawn, Homes, cover_homes
from access15.core.reach.walks import build_plain_walks
from access15.core.streets.network import WalkNetwork, build_network
from access15.core.walk.doors import one_door_each
from access15.core.walk.draws import WalkDraws, build_drawn_streets, search_block
from access15.core.walk.impedance import build_impedance
from access15.core.walk.kernels.draws import LANES
from access15.core.walk.snap import Snapped

CUTOFFS_S = (300.0, 900.0)


def make_streets(rng: np.random.Generator, n_nodes: int, n_edges: int) -> WalkNetwork:
    """Random streets with steps, slopes, crossings and kerbs, some of no length at all."""
    lengths = rng.uniform(0, 200, n_edges) * (rng.random(n_edges) > 0.1)
    return build_network(
        crs=CRS,
        node_xy=rng.uniform(0, 400, (n_nodes, 2)),
        edge_u=rng.integers(0, n_nodes, n_edges),
        edge_v=rng.integers(0, n_nodes, n_edges),
        length_m=lengths,
        steps=rng.random(n_edges) < 0.1,
        incline=np.where(rng.random(n_edges) < 0.5, np.nan, rng.normal(0, 0.05, n_edges)),
        crossing_u=rng.integers(0, 4, n_edges).astype(np.uint8),
        crossing_v=rng.integers(0, 4, n_edges).astype(np.uint8),
        kerb_u=rng.integers(0, 3, n_edges).astype(np.uint8) * (rng.random(n_edges) < 0.2),
    )


def make_points(rng: np.random.Generator, n: int, n_edges: int) -> Snapped:
    edge = rng.integers(-1, n_edges, n)
    fraction = np.where(rng.random(n) < 0.3, rng.integers(0, 2, n), rng.random(n))
    return Snapped(edge, np.where(edge < 0, 0.0, fraction), rng.uniform(0, 40, n))


def no_draws(network: WalkNetwork, n: int = LANES) -> WalkDraws:
    """Worlds that are all as the run has it."""
    path = np.full(network.n_edges, -1)
    return WalkDraws(np.zeros(n), np.ones(n), np.ones(n), path, np.zeros((0, n), dtype=bool))


def count_in_worlds(
    network: WalkNetwork,
    profile: WalkProfile,
    homes: Snapped,
    doors: Snapped,
    draws: WalkDraws,
    is_open: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Which homes are within each cutoff in each world, shape (n_homes, n_cutoffs, n_worlds)."""
    streets = build_drawn_streets(network, profile, homes, draws, cutoff_s=CUTOFFS_S[-1])
    on_streets = streets.on_streets(doors.edge)
    rows = np.flatnonzero(doors.is_snapped)
    by_edge = rows[np.argsort(doors.edge[rows], kind="stable")]
    beside = DoorsBeside(
        np.searchsorted(doors.edge[by_edge], homes.edge, side="left"),
        np.searchsorted(doors.edge[by_edge], homes.edge, side="right"),
        by_edge,
        doors.fraction,
        doors.snap_m,
    )
    n = len(homes.edge)
    alone = Homes(np.arange(n + 1), np.arange(n), homes.fraction, homes.snap_m, np.ones((n, 1)))
    order = streets.order_nodes(on_streets, doors)
    found = np.zeros((n, 1, len(CUTOFFS_S), len(draws)))
    for first in range(0, len(draws), LANES):
        block = streets.price(draws, first)
        open_here = np.ones((len(doors.edge), LANES), dtype=bool)
        if is_open is not None:
            open_here = np.ascontiguousarray(is_open[:, block.worlds])
        node_s = search_block(streets, block, on_streets, doors, is_open=open_here, order=order)
        covered = np.zeros((n, 1, len(CUTOFFS_S), LANES))
        drawn = Drawn(block.lanes, open_here, node_s, np.ones((n, LANES)))
        cover_homes(
            streets.on_streets(homes.edge), alone, beside, drawn, np.array(CUTOFFS_S), covered
        )
        found[..., block.worlds] = covered
    return found[:, 0]


def walk_once(
    network: WalkNetwork, profile: WalkProfile, homes: Snapped, doors: Snapped
) -> NDArray[np.float64]:
    """Walk as a run does."""
    impedance = build_impedance(network, profile)
    walks = build_plain_walks(network, impedance, homes=homes, facilities=one_door_each(doors))
    return walks.nearest(np.arange(len(doors.edge)))[0]


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    profile=st.sampled_from(["adult", "older_adult", "frail", "wheelchair", "plain"]),
)
def test_undrawn_worlds_are_the_run_to_the_last_bit(seed: int, profile: str) -> None:
    """Cutoffs at the very seconds of homes: one bit more and the home would be out."""
    rng = np.random.default_rng(seed)
    network = make_streets(rng, 12, 30)
    homes, doors = make_points(rng, 20, 30), make_points(rng, 3, 30)
    times_s = walk_once(network, walker(profile), homes, doors)
    streets = build_drawn_streets(
        network, walker(profile), homes, no_draws(network), cutoff_s=CUTOFFS_S[-1]
    )
    on_streets = streets.on_streets(doors.edge)
    block = streets.price(no_draws(network), 0)
    node_s = search_block(
        streets,
        block,
        on_streets,
        doors,
        is_open=np.ones((3, LANES), dtype=bool),
        order=streets.order_nodes(on_streets, doors),
    )
    by_edge = np.argsort(doors.edge, kind="stable")
    by_edge = by_edge[doors.edge[by_edge] >= 0]
    beside = DoorsBeside(
        np.searchsorted(doors.edge[by_edge], homes.edge, side="left"),
        np.searchsorted(doors.edge[by_edge], homes.edge, side="right"),
        by_edge,
        doors.fraction,
        doors.snap_m,
    )
    alone = Homes(np.arange(21), np.arange(20), homes.fraction, homes.snap_m, np.ones((20, 1)))
    drawn = Drawn(block.lanes, np.ones((3, LANES), dtype=bool), node_s, np.ones((20, LANES)))
    for cutoff_s in np.unique(times_s[times_s <= CUTOFFS_S[-1]]):
        ends_s = np.array([np.nextafter(cutoff_s, 0.0), cutoff_s])
        covered = np.zeros((20, 1, 2, LANES))
        cover_homes(streets.on_streets(homes.edge), alone, beside, drawn, ends_s, covered)
        for c, end_s in enumerate(ends_s):
            wanted = np.repeat((times_s <= end_s)[:, None], LANES, axis=1)
            np.testing.assert_array_equal(covered[:, 0, c], wanted)


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    profile=st.sampled_from(["adult", "older_adult", "frail", "wheelchair"]),
)
def test_every_world_is_a_run_of_its_own(seed: int, profile: str) -> None:
    """Each world walked again by a profile of that pace, those waits and those rests."""
    rng = np.random.default_rng(seed)
    network = make_streets(rng, 14, 30)
    homes, doors = make_points(rng, 25, 30), make_points(rng, 3, 30)
    n = 21  # more than one block, and not a whole number of them
    draws = WalkDraws(
        rng.normal(0, 0.1, n),
        rng.uniform(0.01, 2, n),
        rng.uniform(0, 2, n),
        np.full(network.n_edges, -1),
        np.zeros((0, n), dtype=bool),
    )
    is_open = rng.random((3, n)) < 0.6
    found = count_in_worlds(network, walker(profile), homes, doors, draws, is_open)
    for i in range(n):
        one = walker(profile)
        waits = {
            name: getattr(one, name) * draws.waits[i]
            for name in ("crossing_unmarked_s", "crossing_marked_s", "crossing_signals_s")
        }
        rests = {} if one.rest_s is None else {"rest_s": one.rest_s * draws.rests[i]}
        pace_ms = float(draws.paces_ms(one)[i])
        one = one.model_copy(update={"pace_ms": pace_ms, **waits, **rests})
        times_s = walk_once(network, one, homes, doors.take(is_open[:, i]))
        for c, cutoff_s in enumerate(CUTOFFS_S):
            # a time that rounds to the cutoff may fall on either side
            is_clear = np.abs(times_s - cutoff_s) > 1e-6
            np.testing.assert_array_equal(
                found[is_clear, c, i], (times_s <= cutoff_s)[is_clear].astype(float)
            )


def test_a_missing_path_lets_nobody_through_but_lets_out_who_lives_on_it() -> None:
    """A path of 100 m, or 400 m round by the street; the door at the corner A.

    ::

        A --- path, home h 30 m from A --- B -- home k
         \\                               /
          +------ street, 400 m ---------+
    """
    network = build_network(
        crs=CRS,
        node_xy=np.array([[0.0, 0.0], [100.0, 0.0], [200.0, 0.0]]),
        edge_u=np.array([0, 0, 1]),
        edge_v=np.array([1, 1, 2]),
        length_m=np.array([100.0, 400.0, 100.0]),
    )
    homes = Snapped(np.array([0, 2]), np.array([0.3, 0.1]), np.zeros(2))
    door = Snapped(np.array([1]), np.array([0.0]), np.zeros(1))
    is_missing = np.zeros((1, LANES), dtype=bool)
    is_missing[0, 1::2] = True
    flat = no_draws(network)
    draws = WalkDraws(flat.pace_shift_ms, flat.waits, flat.rests, np.array([0, -1, -1]), is_missing)
    found = count_in_worlds(network, walker("plain"), homes, door, draws)
    # at 1.33 m/s 300 s are 399 m: h walks 30 m; k walks 110 m, or 410 m where the path is missing
    assert found[0, 0].tolist() == [1.0] * LANES
    assert found[1, 0].tolist() == [1.0, 0.0] * (LANES // 2)
    assert found[1, 1].tolist() == [1.0] * LANES


def test_nobody_is_slower_than_half_the_pace() -> None:
    frail = walker("frail")
    draws = WalkDraws(
        np.array([-0.7, -0.1, 0.1]), np.ones(3), np.ones(3), np.zeros(0), np.zeros((0, 3))
    )
    assert draws.paces_ms(frail).tolist() == pytest.approx([0.4, 0.7, 0.9])


def test_no_streets_at_all() -> None:
    network = build_network(
        crs=CRS,
        node_xy=np.zeros((0, 2)),
        edge_u=np.zeros(0, dtype=np.int64),
        edge_v=np.zeros(0, dtype=np.int64),
    )
    nowhere = Snapped(np.array([-1]), np.zeros(1), np.array([np.inf]))
    found = count_in_worlds(network, walker("adult"), nowhere, nowhere, no_draws(network))
    assert not found.any()
