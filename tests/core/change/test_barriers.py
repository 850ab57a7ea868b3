"""What stops a walker in the street, who passes there, and what is not known, on streets solved by
hand and on random ones.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders.streets import Street, build_streets, walker
from numpy.typing import NDArray

from access15.core.change.barriers import BARRIER_KINDS, find_barriers, forget_barriers
from access15.core.change.gains import Setting, build_fix_search
from access15.core.change.linked import add_links
from access15.core.change.links import no_links
from access15.core.change.passing import count_passing
from access15.core.change.unknowns import UNKNOWN_KINDS, find_unknowns
from access15.core.reach.walks import PlainWalks, build_plain_walks
from access15.core.streets.network import KERBS, WalkNetwork, build_network
from access15.core.walk.doors import one_door_each
from access15.core.walk.impedance import Impedance, build_impedance
from access15.core.walk.routes import build_way_finder, find_ways
from access15.core.walk.snap import Snapped

# Pavements on both sides of a street, a zebra between raised kerbs k and l, steps from c to d, a
# way closed to wheels from b to e.
#
#   a ---- k =zebra= l ---- b ##closed## e
#                           |
#                           c ||steps|| d
NODES = {
    "a": (0, 0),
    "k": (40, 0),
    "l": (48, 0),
    "b": (88, 0),
    "e": (128, 0),
    "c": (88, -30),
    "d": (88, -42),
}
STREETS = [
    Street("a", "k", kerb_v="raised"),
    Street("k", "l", crossing_u="marked", crossing_v="marked", kerb_u="raised", kerb_v="raised"),
    Street("l", "b", kerb_u="raised"),
    Street("b", "e", wheelchair="no"),
    Street("b", "c"),
    Street("c", "d", steps=True),
]
PEOPLE = np.array([8.0, 4.0, 2.0])  # on a-k, on b-e, at d


def draw(kinds: str = "footway") -> WalkNetwork:
    network = build_streets(NODES, STREETS)
    return replace(network, highway_names=(kinds,), highway=np.zeros(len(STREETS), dtype=np.int64))


def snap(*places: tuple[int, float]) -> Snapped:
    edge, fraction = (np.array(column) for column in zip(*places, strict=True))
    return Snapped(edge.astype(np.int64), fraction.astype(np.float64), np.zeros(len(edge)))


HOMES = snap((0, 0.5), (3, 0.75), (5, 1.0))
LIBRARY = one_door_each(snap((4, 0.0)))  # at b, on the way to the steps


def walk(network: WalkNetwork, impedance: Impedance) -> PlainWalks:
    return build_plain_walks(network, impedance, homes=HOMES, facilities=LIBRARY)


def let_in(network: WalkNetwork, profile: str) -> dict[str, float]:
    """People whom each barrier alone keeps out."""
    who = walker(profile)
    cost = build_impedance(network, who)
    found = find_barriers(network, who, cost)
    streets = add_links(network, no_links())
    walks = walk(streets.network, cost)
    setting = Setting(streets, homes=HOMES, facilities=LIBRARY)
    search = build_fix_search(setting, walks, found.rows, len(found))
    rows = np.array([0])
    time_s, _ = walks.nearest(rows, cutoff_s=900.0)
    gains = search.gains(rows, time_s > 900.0, cutoff_s=900.0)
    people = np.bincount(gains.fix, PEOPLE[gains.home], len(found))
    return {
        f"{BARRIER_KINDS[kind]} {i}": float(n)
        for i, (kind, n) in enumerate(zip(found.kind, people, strict=True))
    }


def test_each_keeps_out_who_lives_behind_it() -> None:
    """Both kerbs of the zebra are one barrier; one of them gone would let nobody in. Who cannot get
    onto the zebra does not wait there.
    """
    assert let_in(draw(), "wheelchair") == {"kerb 0": 8.0, "steps 1": 2.0, "closed 2": 4.0}


def test_kerbs_of_other_streets_stay_apart() -> None:
    """Across a carriageway of its own class nothing says that both kerbs are of one crossing."""
    assert let_in(draw("residential"), "wheelchair") == {
        "kerb 0": 0.0,
        "kerb 1": 0.0,
        "steps 2": 2.0,
        "closed 3": 4.0,
    }


def test_nothing_but_steps_and_waits_delays_who_walks() -> None:
    assert let_in(draw(), "older_adult") == {"crossing 0": 0.0, "steps 1": 0.0}


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("width_m", 0.8, "narrow"),
        ("surface", 4, "surface"),
        ("smoothness", 3, "surface"),
        ("incline", 0.2, "slope"),
    ],
)
def test_why_a_way_stops_wheels(column: str, value: float, kind: str) -> None:
    """The way to the house is narrow, soft, broken or steep; all other streets as they were."""
    network = draw()
    values = getattr(network, column).copy()
    values[3] = value
    wheelchair = np.zeros(network.n_edges, dtype=np.uint8)
    changed = replace(network, **{column: values}, wheelchair=wheelchair)
    assert let_in(changed, "wheelchair")[f"{kind} 2"] == 4.0


def test_everybody_passes_where_nothing_stops_them() -> None:
    network, who = draw(), walker("wheelchair")
    cost = build_impedance(network, who)
    found = find_barriers(network, who, cost)
    free = walk(network, forget_barriers(network, who))
    passing = count_passing(free, np.array([0]), PEOPLE, cutoff_s=900.0)
    assert passing.edge.tolist() == [8.0, 8.0, 8.0, 4.0, 2.0, 2.0]
    assert passing.count(network, found).tolist() == [8.0, 2.0, 4.0]
    as_it_is = count_passing(walk(network, cost), np.array([0]), PEOPLE, cutoff_s=900.0)
    assert as_it_is.edge.tolist() == [0.0] * 6


def test_who_lives_on_the_street_of_the_door_passes_it_once() -> None:
    """A home at the very end of the library's own street: no node is gone over twice."""
    network, who = draw(), walker("adult")
    home, door = snap((4, 0.0)), one_door_each(snap((4, 0.5)))
    walks = build_plain_walks(network, build_impedance(network, who), homes=home, facilities=door)
    passing = count_passing(walks, np.array([0]), np.array([7.0]), cutoff_s=900.0)
    assert passing.edge.tolist() == [0.0, 0.0, 0.0, 0.0, 7.0, 0.0]


def draw_random(seed: int) -> tuple[WalkNetwork, Snapped, Snapped, NDArray[np.float64]]:
    """Streets between places at random, so that no two ways are equally long; homes, doors."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 600, (14, 2))
    u, v = (column.astype(np.int64) for column in np.triu_indices(14, 1))
    kept = rng.random(len(u)) < 0.3
    network = build_network(
        crs="EPSG:32632",
        node_xy=xy,
        edge_u=u[kept],
        edge_v=v[kept],
        crossing_u=rng.integers(0, 4, int(kept.sum())).astype(np.uint8),
        crossing_v=rng.integers(0, 4, int(kept.sum())).astype(np.uint8),
    )
    n = network.n_edges

    def place(k: int) -> Snapped:
        return Snapped(rng.integers(0, n, k), rng.uniform(0.1, 0.9, k), np.zeros(k))

    return network, place(9), place(2), rng.uniform(1, 9, 9)


@pytest.mark.parametrize("seed", range(8))
def test_passing_is_the_sum_of_all_ways(seed: int) -> None:
    """Every home's way to the nearer door, found street by street, one home at a time."""
    network, homes, doors, people = draw_random(seed)
    who = walker("older_adult")
    walks = build_plain_walks(
        network, build_impedance(network, who), homes=homes, facilities=one_door_each(doors)
    )
    rows = np.arange(2)
    found = count_passing(walks, rows, people, cutoff_s=900.0)
    expected, finder = np.zeros(network.n_edges), build_way_finder(network, who)
    for home in range(len(people)):
        start = homes.take(np.array([home, home]))
        way = min(find_ways(finder, start, doors), key=lambda one: one.time_s)
        if way.time_s <= 900.0:
            expected[np.unique(way.edge)] += people[home]
    np.testing.assert_allclose(found.edge, expected, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_no_unknown_stops_more_people_than_pass_it(seed: int) -> None:
    """And to suppose a kerb raised is to walk where it is."""
    network, homes, doors, people = draw_random(seed)
    who, rows = walker("wheelchair"), np.arange(2)
    cost = build_impedance(network, who)

    def reach(streets: WalkNetwork, impedance: Impedance) -> float:
        walks = build_plain_walks(streets, impedance, homes=homes, facilities=one_door_each(doors))
        return float(people[walks.nearest(rows, cutoff_s=900.0)[0] <= 900.0].sum())

    walks = build_plain_walks(network, cost, homes=homes, facilities=one_door_each(doors))
    unknowns = find_unknowns(network, who, cost)
    most = unknowns.bound(count_passing(walks, rows, people, cutoff_s=900.0))
    today = reach(network, cost)
    assert set(unknowns.kind.tolist()) == {
        UNKNOWN_KINDS.index("kerb"),
        UNKNOWN_KINDS.index("surface_width"),
    }
    for place in range(len(unknowns)):
        lost = today - reach(network, unknowns.shut(cost, place))
        assert lost <= most[place] + 1e-9
        own = unknowns.rows_of(place)
        if unknowns.kind[place] == UNKNOWN_KINDS.index("kerb"):
            kerbs = np.stack([network.kerb_u, network.kerb_v])
            for end, at in enumerate((unknowns.at_u[own], unknowns.at_v[own])):
                kerbs[end, unknowns.row_edge[own][at]] = KERBS.index("raised")
            raised = replace(network, kerb_u=kerbs[0], kerb_v=kerbs[1])
            assert lost == today - reach(raised, build_impedance(raised, who))


def test_what_is_written_down_is_not_unknown() -> None:
    """Ways that somebody says wheels pass, or whose width and ground are known, and known kerbs."""
    network, who = draw(), walker("wheelchair")
    known = replace(
        network,
        wheelchair=np.array([1, 0, 0, 1, 1, 0], dtype=np.uint8),
        width_m=np.array([np.nan, 2.0, 2.0, np.nan, np.nan, np.nan]),
        surface=np.array([0, 1, 1, 0, 0, 0], dtype=np.uint8),
    )
    assert len(find_unknowns(known, who, build_impedance(known, who))) == 0
    half = replace(known, surface=np.array([0, 0, 1, 0, 0, 0], dtype=np.uint8))
    found = find_unknowns(half, who, build_impedance(half, who))
    assert [UNKNOWN_KINDS[kind] for kind in found.kind] == ["surface"]
    assert found.row_edge.tolist() == [1]
