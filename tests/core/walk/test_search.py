"""Walks solved by hand on drawn streets, and the traps of the compiled search."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
import shapely
from builders.matrix import travel_matrix
from builders.streets import (
    CRS,
    Oracle,
    Scene,
    Street,
    build_streets,
    read_milan,
    scene,
    snapped_at,
    walker,
)
from hypothesis import given
from hypothesis import strategies as st

from access15.core.streets.network import WalkNetwork, build_network
from access15.core.walk.graph import SearchGraph, build_graph, place_nodes
from access15.core.walk.impedance import Impedance, build_impedance, find_main
from access15.core.walk.metres import times_and_metres
from access15.core.walk.pairs import k_nearest, pairs_within
from access15.core.walk.search import nearest, nearest_at_nodes, reach
from access15.core.walk.snap import build_snapper, snap_points

INF = math.inf


def matrix(ends: Scene, *, towards: bool = True, cutoff_s: float = INF) -> np.ndarray:
    """Seconds, one row per target, one column per source."""
    return travel_matrix(
        ends.graph(towards=towards),
        ends.placed_sources(towards=towards),
        ends.placed_targets(towards=towards),
        cutoff_s=cutoff_s,
    )


def test_block_solved_by_hand() -> None:
    """One walk door to door, with everything that costs time.

    ::

        A ---97 m--- B ---48.5 m, signals at C--- C ---29.1 m of steps--- D
                     |                                                    |
                     +---------------------- 485 m, flat -----------------+

    An older person (0.97 m/s) from a door 9.7 m off the street, 24.25 m (a quarter) after A, to D:
    door 10 s, to B 75 s, B to C 50 s, signals 10 + 10 s, steps 30 x 3 = 90 s: 245 s.
    Over the flat way: 10 + 75 + 500 = 585 s. Coming back it is the same.
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (97.0, 0.0), "C": (145.5, 0.0), "D": (174.6, 0.0)},
        [
            Street("A", "B"),
            Street("B", "C", crossing_v="signals"),
            Street("C", "D", crossing_u="signals", steps=True),
            Street("D", "B", length_m=485.0),
        ],
    )
    door, at_d = snapped_at((0, 0.25, 9.7)), snapped_at((2, 1.0))
    for profile_id, seconds in (
        ("older_adult", 10 + 75 + 50 + 20 + 90),
        ("adult", (9.7 + 72.75 + 48.5 + 2 * 29.1) / 1.33 + 15),
        # frail: steps 29.1 / 0.8 * 10 = 363.75 s and a wait of 25 s are still quicker than 485 m;
        # and 0.3 s of rest with every metre
        ("frail", (9.7 + 72.75 + 48.5) / 0.8 + 25 + 363.75 + 0.3 * (9.7 + 72.75 + 48.5 + 29.1)),
        # wheels: no steps, so the flat way round
        ("wheelchair", (9.7 + 72.75 + 485.0) / 0.83),
    ):
        there = scene(network, walker(profile_id), at_d, door)
        assert matrix(there, towards=True)[0, 0] == pytest.approx(seconds)
        assert matrix(there, towards=False)[0, 0] == pytest.approx(seconds)


def test_uphill_differs_from_downhill() -> None:
    """Who walks towards the facility at the top of a 10 % slope climbs; who leaves it goes down.

    ::

        A ---133 m, +10 %--- B      up 100 s * exp(0.35) = 141.9 s, down 100 s (|-0.10 + 0.05| =
        0.05)
    """
    network = build_streets({"A": (0.0, 0.0), "B": (133.0, 0.0)}, [Street("A", "B", incline=0.1)])
    ends = scene(network, walker("adult"), snapped_at((0, 1.0)), snapped_at((0, 0.0)))
    assert matrix(ends, towards=True)[0, 0] == pytest.approx(100 * math.exp(0.35))
    assert matrix(ends, towards=False)[0, 0] == pytest.approx(100.0)


@pytest.mark.parametrize("towards", [True, False])
def test_same_street_directly_or_around(towards: bool) -> None:
    """Two doors on one street; the direct way is not always the fastest.

    ::

        A ---P---------400 m of steps---------Q--- B       P at 0.1, Q at 0.9; steps take twice the
        time +----------------- 40 m, flat -------------+

    adult: direct 320 m of steps = 320 / 1.33 * 2; around 40 + 40 m of steps twice as slow and 40 m
    flat.
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (400.0, 0.0)},
        [Street("A", "B", steps=True), Street("A", "B", length_m=40.0)],
    )
    p, q, near_p = (0, 0.1), (0, 0.9), (0, 0.15)
    ends = scene(network, walker("adult"), snapped_at(p), snapped_at(q, near_p, p))
    around_s, direct_s = (2 * 40 * 2 + 40) / 1.33, 20 / 1.33 * 2
    assert matrix(ends, towards=towards)[:, 0] == pytest.approx([around_s, direct_s, 0.0])


@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
def test_same_spot_takes_only_the_way_to_the_street(fraction: float) -> None:
    """Two doors opposite each other: 8 m and 5.3 m at 1.33 m/s, also at the ends and beside a
    crossing.
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (50.0, 0.0)},
        [Street("A", "B", crossing_u="signals", crossing_v="signals")],
    )
    ends = scene(
        network, walker("adult"), snapped_at((0, fraction, 8.0)), snapped_at((0, fraction, 5.3))
    )
    assert matrix(ends)[0, 0] == pytest.approx(13.3 / 1.33)


def test_cutoff_is_inclusive_to_the_ulp() -> None:
    """Exactly 900 s is within, one ulp less is not; for every search.

    ::

        A ---1197 m--- B      1197 / 1.33 = 900 s
    """
    network = build_streets({"A": (0.0, 0.0), "B": (1197.0, 0.0)}, [Street("A", "B")])
    ends = scene(network, walker(), snapped_at((0, 0.0)), snapped_at((0, 1.0)))
    seconds = float(matrix(ends)[0, 0])
    assert seconds == 900.0
    graph, sources, targets = (
        ends.graph(towards=True),
        ends.placed_sources(towards=True),
        ends.placed_targets(towards=True),
    )
    for cutoff_s, is_within in ((seconds, True), (math.nextafter(seconds, 0.0), False)):
        pairs = pairs_within(graph, sources, targets, cutoff_s=cutoff_s)
        assert (pairs.target.tolist() == [0]) == is_within
        assert math.isfinite(nearest(graph, sources, targets, cutoff_s=cutoff_s)[0][0]) == is_within
        assert math.isfinite(nearest_at_nodes(graph, sources, cutoff_s=cutoff_s)[0][1]) == is_within
        assert (1 in reach(graph, sources, cutoff_s=cutoff_s).node) == is_within
        assert (
            math.isfinite(k_nearest(graph, sources, targets, k=1, cutoff_s=cutoff_s)[0][0, 0])
            == is_within
        )
        assert (
            len(pairs_within(graph, sources, targets, cutoff_s=cutoff_s).source) == 1
        ) == is_within


def test_parallel_streets_keep_the_cheapest_per_direction() -> None:
    """Two streets between the same corners: the ramp is better down, the flat one up; costs never
    add up.

    ::

        A ===== B      ramp 133 m at +10 %: up 141.9 s, down 100 s; flat 159.6 m: 120 s
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (133.0, 0.0)},
        [Street("A", "B", incline=0.1), Street("B", "A", length_m=159.6)],
    )
    graph = build_graph(network, build_impedance(network, walker("adult")), towards=False)
    found = travel_matrix(
        graph, place_nodes(np.array([0, 1])), place_nodes(np.array([0, 1])), cutoff_s=INF
    )
    assert found == pytest.approx(np.array([[0.0, 100.0], [120.0, 0.0]]))


def test_metres_follow_the_fastest_way_not_the_shortest() -> None:
    """50 m of steps at double time lose against 80 m of flat: 60.2 s, 80 m; 5 m off the street is
    no way along it.

    ::

        A --50 m steps-- B
        +---80 m flat----+
    """
    network = build_streets(
        {"A": (0.0, 0.0), "B": (50.0, 0.0)},
        [Street("A", "B", steps=True), Street("A", "B", length_m=80.0)],
    )
    ends = scene(
        network,
        walker("adult"),
        snapped_at((0, 0.0, 5.0)),
        snapped_at((0, 1.0), (-1, 0.0), (0, 0.0)),
    )
    graph = ends.graph(towards=False)
    time_s, metres = times_and_metres(
        graph, network, ends.placed_sources(towards=False), ends.placed_targets(towards=False)
    )
    assert time_s.tolist() == pytest.approx([85 / 1.33, INF, 5 / 1.33])
    assert metres.tolist() == [80.0, INF, 0.0]


@pytest.mark.parametrize("towards", [True, False])
def test_times_and_metres_between_junctions(towards: bool) -> None:
    """Junctions are places too, on either side."""
    network = build_streets({"A": (0.0, 0.0), "B": (133.0, 0.0)}, [Street("A", "B")])
    graph = build_graph(network, build_impedance(network, walker()), towards=towards)
    found = times_and_metres(
        graph, network, place_nodes(np.array([0])), place_nodes(np.array([0, 1]))
    )
    assert [column.tolist() for column in found] == [[0.0, 100.0], [0.0, 133.0]]


# --- traps of the compiled loops ---------------------------------------------------------------


def chain(costs_s: np.ndarray, shortcut_s: float = INF) -> SearchGraph:
    """Nodes in a row, and maybe a shortcut from the first to the last."""
    n = len(costs_s)
    network = build_network(
        crs=CRS,
        node_xy=np.zeros((n + 1, 2)),
        edge_u=np.append(np.arange(n), 0),
        edge_v=np.append(np.arange(n) + 1, n),
    )
    seconds, none = np.append(costs_s, shortcut_s), np.zeros(n + 1)
    return build_graph(network, Impedance(1.0, seconds, seconds, none, none), towards=False)


def test_costs_that_are_one_in_float32_stay_apart() -> None:
    """900 s and 900 s + 1e-12 s have the same heap key; the smaller still wins, by its exact
    value.
    """
    for more in (1e-12, -1e-12, 2e-13):
        legs = np.array([300.0, 300.0, 300.0])
        direct_s = 900.0 + more
        time_s, _ = nearest_at_nodes(chain(legs, direct_s), place_nodes(np.array([0])))
        assert time_s[3] == min(900.0, direct_s)
    many = np.full(9_000, 0.1)
    time_s, _ = nearest_at_nodes(chain(many), place_nodes(np.array([0])))
    np.testing.assert_array_equal(time_s, np.cumsum(np.insert(many, 0, 0.0)))


def test_lower_source_wins_after_a_float32_collision() -> None:
    """Source 1 is met first by its key, source 0 is nearer by 1e-12 s."""
    graph = chain(np.array([100.0 - 1e-12, 100.0]))
    time_s, which = nearest_at_nodes(graph, place_nodes(np.array([2, 0])))
    assert (time_s[1], which[1]) == (100.0 - 1e-12, 1)
    equal = chain(np.array([100.0, 100.0]))
    assert nearest_at_nodes(equal, place_nodes(np.array([2, 0])))[1][1] == 0


def test_waiting_nodes_and_results_grow() -> None:
    """A star with 5,000 arms fills the list of waiting nodes beyond 1,024 and the results beyond
    4,096.
    """
    n = 5_000
    rng = np.random.default_rng(0)
    seconds = rng.permutation(n).astype(float) + 1
    network = build_network(
        crs=CRS,
        node_xy=np.zeros((n + 1, 2)),
        edge_u=np.zeros(n, dtype=int),
        edge_v=np.arange(n) + 1,
    )
    none = np.zeros(n)
    graph = build_graph(network, Impedance(1.0, seconds, seconds, none, none), towards=False)
    centre = place_nodes(np.zeros(3, dtype=np.int64))
    found = reach(graph, centre, cutoff_s=INF)
    assert np.diff(found.start).tolist() == [n + 1] * 3
    for i in range(3):
        own = slice(found.start[i], found.start[i + 1])
        order = np.argsort(found.node[own])
        np.testing.assert_array_equal(found.time_s[own][order], np.insert(seconds, 0, 0.0))
    everywhere = place_nodes(np.arange(n + 1))
    np.testing.assert_array_equal(
        travel_matrix(graph, centre, everywhere, cutoff_s=2_500.0)[:, 1],
        np.where(np.insert(seconds, 0, 0.0) <= 2_500.0, np.insert(seconds, 0, 0.0), INF),
    )
    np.testing.assert_array_equal(nearest_at_nodes(graph, centre)[0], np.insert(seconds, 0, 0.0))


def test_a_search_that_runs_out_of_room_loses_nobody() -> None:
    """Every node next to every other: each pass finds more ways than there are nodes, and goes on
    where it stopped.
    """
    n = 90
    u, v = np.triu_indices(n, k=1)
    seconds = np.random.default_rng(3).choice([0.25, 1.0, 2.5, 7.0, 400.0], len(u))
    network = build_network(crs=CRS, node_xy=np.zeros((n, 2)), edge_u=u, edge_v=v)
    none = np.zeros(len(u))
    graph = build_graph(network, Impedance(1.0, seconds, seconds, none, none), towards=False)
    oracle = nx.Graph()
    oracle.add_weighted_edges_from(
        zip(u.tolist(), v.tolist(), seconds.tolist(), strict=True), weight="cost_s"
    )
    sources = np.array([70, 3, 41])
    away = np.array(
        [
            [nx.dijkstra_path_length(oracle, s, t, weight="cost_s") for t in range(n)]
            for s in sources
        ]
    )
    time_s, which = nearest_at_nodes(replace(graph, bucket_s=1e3), place_nodes(sources))
    np.testing.assert_array_equal(time_s, away.min(axis=0))
    np.testing.assert_array_equal(which, away.argmin(axis=0))
    found = reach(replace(graph, bucket_s=1e3), place_nodes(sources), cutoff_s=INF, threads=1)
    for i in range(3):
        own = slice(found.start[i], found.start[i + 1])
        np.testing.assert_array_equal(found.time_s[own][np.argsort(found.node[own])], away[i])


@pytest.mark.parametrize("bucket_s", [1e-6, 0.1, 1.0, 50.0, 1e9])
@pytest.mark.parametrize("longest_s", [1.0, 300.0, 1e7])
def test_width_of_buckets_changes_nothing(bucket_s: float, longest_s: float) -> None:
    """Nodes all in one bucket, each in its own, or far ahead behind one very long street: the same
    answer.
    """
    rng = np.random.default_rng(7)
    n, m = 400, 1_200
    seconds = rng.choice([0.0, 0.25, 1.0, 7.3, 60.1, longest_s], m)
    back = rng.choice([0.0, 0.5, 2.0, 9.1, longest_s, INF], m)
    network = build_network(
        crs=CRS,
        node_xy=np.zeros((n, 2)),
        edge_u=rng.integers(0, n, m),
        edge_v=rng.integers(0, n, m),
    )
    none = np.zeros(m)
    graph = build_graph(network, Impedance(1.0, seconds, back, none, none), towards=False)
    odd = replace(graph, bucket_s=bucket_s)
    oracle = nx.MultiDiGraph()
    oracle.add_nodes_from(range(n))
    for u, v, out_s, back_s in zip(
        network.edge_u.tolist(), network.edge_v.tolist(), seconds, back, strict=True
    ):
        oracle.add_edge(u, v, cost_s=out_s)
        if np.isfinite(back_s):
            oracle.add_edge(v, u, cost_s=back_s)
    places = replace(place_nodes(np.array([0, 5, 9])), cost_a_s=np.array([0.0, longest_s, 3.0]))
    for cutoff_s in (0.0, 30.0, longest_s, INF):
        found = reach(odd, places, cutoff_s=cutoff_s)
        for i, (node, seed_s) in enumerate(zip([0, 5, 9], places.cost_a_s, strict=True)):
            own = slice(found.start[i], found.start[i + 1])
            away = nx.single_source_dijkstra_path_length(oracle, node, weight="cost_s")
            near = {v: seed_s + t for v, t in away.items()}
            got = dict(zip(found.node[own].tolist(), found.time_s[own].tolist(), strict=True))
            expected = {v: t for v, t in near.items() if t <= cutoff_s}
            assert got.keys() == expected.keys()
            assert got == pytest.approx(expected, rel=1e-12)
        np.testing.assert_array_equal(
            nearest_at_nodes(odd, places, cutoff_s=cutoff_s),
            nearest_at_nodes(graph, places, cutoff_s=cutoff_s),
        )


# --- what must not change the answer -----------------------------------------------------------


def random_city(rng: np.random.Generator, n_nodes: int = 60, n_edges: int = 110) -> WalkNetwork:
    """Straight streets between random corners, some steep, some steps, some crossings."""
    return build_network(
        crs=CRS,
        node_xy=rng.uniform(0, 1_000, (n_nodes, 2)),
        edge_u=rng.integers(0, n_nodes, n_edges),
        edge_v=rng.integers(0, n_nodes, n_edges),
        incline=np.where(rng.random(n_edges) < 0.5, np.nan, rng.uniform(-0.12, 0.12, n_edges)),
        steps=rng.random(n_edges) < 0.1,
        crossing_u=rng.integers(0, 4, n_edges),
        crossing_v=rng.integers(0, 4, n_edges),
    )


def doors(
    network: WalkNetwork,
    rng: np.random.Generator,
    n: int,
    *,
    profile_id: str,
    max_snap_m: float = 80.0,
) -> Scene:
    """Random doors snapped by the code under test; the same points are sources and targets."""
    impedance = build_impedance(network, walker(profile_id))
    snapper = build_snapper(network, find_main(network, impedance))
    sources, targets = (
        snap_points(snapper, rng.uniform(0, 1_000, (n, 2)), max_snap_m=max_snap_m) for _ in range(2)
    )
    return Scene(network, impedance, sources, targets)


_SEEDS = st.integers(0, 10**6)
_PROFILES = st.sampled_from(["adult", "older_adult", "frail", "wheelchair", "plain"])


@given(seed=_SEEDS, profile_id=_PROFILES, towards=st.booleans())
def test_threads_change_nothing(seed: int, profile_id: str, towards: bool) -> None:
    """One thread or two: the same bits, in the same order, with enough sources for several
    parts.
    """
    rng = np.random.default_rng(seed)
    ends = doors(random_city(rng), rng, 70, profile_id=profile_id)
    graph, sources = ends.graph(towards=towards), ends.placed_sources(towards=towards)
    targets = ends.placed_targets(towards=towards)
    one, two = (reach(graph, sources, cutoff_s=600.0, threads=threads) for threads in (1, 2))
    for name in ("start", "node", "time_s"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    one_pairs, two_pairs = (
        pairs_within(graph, sources, targets, cutoff_s=600.0, threads=threads) for threads in (1, 2)
    )
    for name in ("source", "target", "time_s"):
        np.testing.assert_array_equal(getattr(one_pairs, name), getattr(two_pairs, name))


@given(seed=_SEEDS, profile_id=_PROFILES)
def test_turning_a_street_around_changes_nothing(seed: int, profile_id: str) -> None:
    """u and v of any edge exchanged, with incline and ends: the same seconds and metres."""
    rng = np.random.default_rng(seed)
    network = random_city(rng)
    turned = rng.random(network.n_edges) < 0.5
    backwards = build_network(
        crs=CRS,
        node_xy=network.node_xy,
        edge_u=np.where(turned, network.edge_v, network.edge_u),
        edge_v=np.where(turned, network.edge_u, network.edge_v),
        incline=np.where(turned, -network.incline, network.incline),
        steps=network.steps,
        crossing_u=np.where(turned, network.crossing_v, network.crossing_u),
        crossing_v=np.where(turned, network.crossing_u, network.crossing_v),
    )
    profile = walker(profile_id)
    edge, fraction = rng.integers(0, network.n_edges, 20), rng.integers(0, 9, 20) / 8
    found = []
    for streets, f in (
        (network, fraction),
        (backwards, np.where(turned[edge], 1 - fraction, fraction)),
    ):
        snapped = snapped_at(*zip(edge.tolist(), f.tolist(), [5.0] * 20, strict=True))
        found.append(matrix(Scene(streets, build_impedance(streets, profile), snapped, snapped)))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9, atol=1e-9)


@given(seed=_SEEDS, profile_id=_PROFILES)
def test_splitting_a_street_changes_nothing(seed: int, profile_id: str) -> None:
    """A junction put into the middle of any street, without a crossing: the same seconds."""
    rng = np.random.default_rng(seed)
    network = random_city(rng, 30, 50)
    share = rng.uniform(0.0, 1.0, network.n_edges)
    n, m = network.n_nodes, network.n_edges
    u, v = network.edge_u, network.edge_v
    middle_xy = network.node_xy[u] + share[:, None] * (network.node_xy[v] - network.node_xy[u])
    none = np.zeros(m, dtype=int)
    split = build_network(
        crs=CRS,
        node_xy=np.concatenate([network.node_xy, middle_xy]),
        edge_u=np.concatenate([u, n + np.arange(m)]),
        edge_v=np.concatenate([n + np.arange(m), v]),
        incline=np.tile(network.incline, 2),
        steps=np.tile(network.steps, 2),
        crossing_u=np.concatenate([network.crossing_u, none]),
        crossing_v=np.concatenate([none, network.crossing_v]),
    )
    profile = walker(profile_id)
    found = []
    edge, fraction = rng.integers(0, m, 15), rng.uniform(0.0, 1.0, 15)
    late = fraction > share[edge]
    inner = np.where(late, (fraction - share[edge]) / (1 - share[edge]), fraction / share[edge])
    for streets, e, f in (
        (network, edge, fraction),
        (split, np.where(late, edge + m, edge), inner),
    ):
        snapped = snapped_at(*zip(e.tolist(), f.tolist(), strict=True))
        found.append(matrix(Scene(streets, build_impedance(streets, profile), snapped, snapped)))
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9, atol=1e-6)


@given(seed=_SEEDS, profile_id=_PROFILES, towards=st.booleans())
def test_one_more_street_or_facility_never_lengthens_a_walk(
    seed: int, profile_id: str, towards: bool
) -> None:
    """Adding can only help: times fall or stay, counts rise or stay."""
    rng = np.random.default_rng(seed)
    full = random_city(rng)
    keep = np.arange(full.n_edges) < full.n_edges - 5
    columns = {
        name: getattr(full, name)[keep] for name in ("incline", "steps", "crossing_u", "crossing_v")
    }
    fewer = build_network(
        crs=CRS, node_xy=full.node_xy, edge_u=full.edge_u[keep], edge_v=full.edge_v[keep], **columns
    )
    profile = walker(profile_id)
    points = snapped_at(
        *((int(rng.integers(0, fewer.n_edges)), float(rng.random()), 5.0) for _ in range(12))
    )
    before, after = (
        matrix(Scene(streets, build_impedance(streets, profile), points, points), towards=towards)
        for streets in (fewer, full)
    )
    assert (after <= before).all()
    ends = Scene(full, build_impedance(full, profile), points, points)
    graph, targets = ends.graph(towards=towards), ends.placed_targets(towards=towards)
    sources = ends.placed_sources(towards=towards)
    fewer_sources = sources.take(slice(0, 8))
    assert (nearest(graph, sources, targets)[0] <= nearest(graph, fewer_sources, targets)[0]).all()
    few, more = (
        pairs_within(graph, some, targets, cutoff_s=600.0) for some in (fewer_sources, sources)
    )
    counts, more_counts = (
        np.bincount(pairs.target, minlength=len(targets)) for pairs in (few, more)
    )
    assert (more_counts >= counts).all()


# --- the Milan extract -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def milan(shared_dir: Path) -> WalkNetwork:
    """All of Milan."""
    return read_milan(shared_dir)


@pytest.mark.real_data
@pytest.mark.parametrize("profile_id", ["plain", "older_adult"])
def test_milan_equals_networkx_and_scipy(milan: WalkNetwork, profile_id: str) -> None:
    """200 random junctions of the Milan extract: seconds bit by bit as networkx and scipy count
    them.
    """
    impedance = build_impedance(milan, walker(profile_id))
    graph = build_graph(milan, impedance, towards=False)
    cheapest: dict[tuple[int, int], float] = {}
    for u, v, there_s, back_s in zip(
        milan.edge_u.tolist(),
        milan.edge_v.tolist(),
        ((impedance.at_u_s + impedance.forward_s) + impedance.at_v_s).tolist(),
        ((impedance.at_v_s + impedance.backward_s) + impedance.at_u_s).tolist(),
        strict=True,
    ):
        for a, b, seconds in ((u, v, there_s), (v, u, back_s)):
            if a != b and seconds < INF:  # nobody walks against an escalator
                cheapest[a, b] = min(cheapest.get((a, b), INF), seconds)
    assert len(cheapest) == len(graph.arcs)
    oracle = nx.DiGraph()
    oracle.add_nodes_from(range(milan.n_nodes))
    oracle.add_weighted_edges_from((a, b, s) for (a, b), s in cheapest.items())
    rows, columns = np.array(list(cheapest)).T
    # scipy reads a stored 0 as "no edge": the least positive float instead, far below any sum's
    # last bit
    weights = np.maximum(np.array(list(cheapest.values())), 5e-324)
    sparse = scipy.sparse.csr_array(
        (weights, (rows, columns)), shape=(milan.n_nodes, milan.n_nodes)
    )
    origins = np.random.default_rng(15).choice(milan.n_nodes, 200, replace=False)
    found = reach(graph, place_nodes(origins), cutoff_s=900.0)
    scipy_s = scipy.sparse.csgraph.dijkstra(sparse, indices=origins, limit=900.0)
    for i, origin in enumerate(origins.tolist()):
        own = slice(found.start[i], found.start[i + 1])
        ours = dict(zip(found.node[own].tolist(), found.time_s[own].tolist(), strict=True))
        theirs = nx.single_source_dijkstra_path_length(oracle, origin, cutoff=900.0)
        assert ours == theirs
        assert set(ours) == set(np.flatnonzero(np.isfinite(scipy_s[i])).tolist())
        np.testing.assert_array_equal(scipy_s[i][list(ours)], list(ours.values()))


@pytest.mark.real_data
def test_milan_door_to_door_equals_the_split_graph(milan: WalkNetwork) -> None:
    """60 doors of Milan put into the graph as nodes: nearest and matrix as networkx finds them."""
    rng = np.random.default_rng(30)
    impedance = build_impedance(milan, walker("older_adult"))
    snapper = build_snapper(milan, find_main(milan, impedance))
    low, high = shapely.total_bounds(milan.lines).reshape(2, 2)
    middle = (low + high) / 2
    points = [
        snap_points(snapper, middle + rng.uniform(-900, 900, (n, 2)), max_snap_m=150.0)
        for n in (8, 52)
    ]
    ends = Scene(milan, impedance, *points)
    expected = Oracle(ends).target_times(towards=True)
    graph, sources, targets = (
        ends.graph(towards=True),
        ends.placed_sources(towards=True),
        ends.placed_targets(towards=True),
    )
    np.testing.assert_allclose(
        travel_matrix(graph, sources, targets, cutoff_s=INF), expected.T, rtol=1e-12
    )
    time_s, which = nearest(graph, sources, targets)
    np.testing.assert_allclose(time_s, expected.min(axis=0), rtol=1e-12)
    np.testing.assert_array_equal(
        which[np.isfinite(time_s)], expected.argmin(axis=0)[np.isfinite(time_s)]
    )
