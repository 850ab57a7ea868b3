"""Every single fix equals a whole computation with that one fix, on random streets solved by
networkx.

The whole computation changes the streets themselves (a crossing untagged, steps paved flat, a kerb
taken away, a link opened) and sets the walker out on them anew; everybody keeps their door.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from builders.streets import CRS, Oracle, Scene, Street, build_streets, walker
from hypothesis import given, settings
from hypothesis import strategies as st

from access15.config import WalkProfile
from access15.core.change.explain import CAUSES, LIFTED, LiftedWalks, find_causes, lift_obstacles
from access15.core.change.fixes import FIX_KINDS, JOINING_KINDS, Fixes, find_fixes
from access15.core.change.gains import FixSearch, Setting, find_moving_doors
from access15.core.change.linked import LinkedStreets, add_links
from access15.core.change.links import WORKS, MissingLinks, no_links
from access15.core.streets.network import WalkNetwork, build_network
from access15.core.walk.doors import (
    Doors,
    PlausibleDoors,
    build_door_snapper,
    find_door_streets,
    one_door_each,
    snap_doors,
)
from access15.core.walk.impedance import build_impedance
from access15.core.walk.snap import Snapped

MAX_SNAP_M = 40.0
WALKERS = ("adult", "older_adult", "frail", "wheelchair", "plain")


@dataclass(frozen=True, eq=False)
class Town:
    """Random streets with obstacles, links that could be built, homes and facilities."""

    streets: LinkedStreets
    setting: Setting
    fixes: Fixes
    profile: WalkProfile

    def walks(self) -> LiftedWalks:
        """What is tested."""
        return lift_obstacles(self.setting, self.fixes, self.profile, adult_pace_ms=1.33)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Parallel edges, loops, islands behind steps and kerbs, points off the street."""
    n_nodes = draw(st.integers(2, 8))
    cell = st.tuples(st.integers(0, 5), st.integers(0, 5))
    node_xy = np.array(draw(st.lists(cell, min_size=n_nodes, max_size=n_nodes)), dtype=float) * 30.0
    node = st.integers(0, n_nodes - 1)
    code = st.sampled_from([0, 0, 0, 1, 2, 3])
    kerb = st.sampled_from([0, 0, 0, 1, 2])
    edge = st.tuples(
        node, node, st.sampled_from([False, False, True]), code, code, kerb, kerb, st.integers(0, 2)
    )
    edges = draw(st.lists(edge, min_size=1, max_size=12))
    u, v, steps, crossing_u, crossing_v, kerb_u, kerb_v, closed = (
        np.array(c) for c in zip(*edges, strict=True)
    )
    length_m = np.hypot(*(node_xy[u] - node_xy[v]).T)
    network = build_network(
        crs=CRS,
        node_xy=node_xy,
        edge_u=u,
        edge_v=v,
        length_m=length_m + draw(st.sampled_from([0.0, 12.5])),
        steps=steps,
        crossing_u=crossing_u,
        crossing_v=crossing_v,
        kerb_u=kerb_u,
        kerb_v=kerb_v,
        wheelchair=np.where(closed == 2, 2, 0),
        way_id=np.arange(len(edges)) // 2,
    )
    ends = st.tuples(st.integers(0, len(edges) - 1), st.integers(0, 4).map(lambda n: n / 4))
    links = draw(st.lists(st.tuples(ends, ends), max_size=4))
    works = draw(st.lists(st.sampled_from(WORKS), min_size=len(links), max_size=len(links)))
    streets = add_links(network, make_links(network, links, works))
    profile = walker(draw(st.sampled_from(WALKERS)))
    place = st.tuples(st.integers(-2, 32), st.integers(-2, 32))
    homes, facilities = (
        make_points(
            network,
            streets,
            np.array(draw(st.lists(place, max_size=n)), dtype=float).reshape(-1, 2),
        )
        for n in (6, 4)
    )
    n_facilities = len(facilities.edge)
    owner = np.array(
        draw(st.lists(st.integers(0, 2), min_size=n_facilities, max_size=n_facilities))
    )
    return Town(
        streets,
        Setting(streets, homes, Doors(owner.astype(np.int64), facilities)),
        find_fixes(
            streets.network, streets.is_link, np.array([WORKS.index(name) for name in works])
        ),
        profile,
    )


def make_links(
    network: WalkNetwork,
    ends: list[tuple[tuple[int, float], tuple[int, float]]],
    works: list[str] | None = None,
) -> MissingLinks:
    """Links between places on edges, however far apart."""
    edge = np.array([[a[0], b[0]] for a, b in ends], dtype=np.int64).reshape(-1, 2)
    fraction = np.array([[a[1], b[1]] for a, b in ends], dtype=float).reshape(-1, 2)
    at = network.node_xy[network.edge_u[edge]] * (1 - fraction[..., None])
    at = at + network.node_xy[network.edge_v[edge]] * fraction[..., None]
    gap_m = np.hypot(*(at[:, 0] - at[:, 1]).T)
    no_detour = np.full(len(ends), np.inf)
    work = [WORKS.index(name) for name in works or ["missing_link"] * len(ends)]
    return MissingLinks(
        edge[:, 0],
        fraction[:, 0],
        edge[:, 1],
        fraction[:, 1],
        gap_m,
        no_detour,
        np.array(work, dtype=np.int64),
    )


def make_points(network: WalkNetwork, streets: LinkedStreets, cells: np.ndarray) -> Snapped:
    """Points snapped as the pipeline does: once, on the streets as they are."""
    snapper = build_door_snapper(network, find_door_streets(network))
    return streets.move(snap_doors(snapper, cells * 5.0, max_snap_m=MAX_SNAP_M))


def mended(town: Town, fix: int) -> tuple[WalkNetwork, np.ndarray]:
    """The streets with one thing mended, and which edges are still closed."""
    network, fixes = town.streets.network, town.fixes
    own = fixes.row_fix == fix
    edges, lifts_u, lifts_v = fixes.row_edge[own], fixes.lifts_u[own], fixes.lifts_v[own]
    closed = town.streets.is_link.copy()
    kind = FIX_KINDS[fixes.kind[fix]]
    changes = {}
    if kind in ("crossings", "kerbs"):
        name = kind.removesuffix("s").removesuffix("ing") + ("ing" if kind == "crossings" else "")
        for end, lifts in (("u", lifts_u), ("v", lifts_v)):
            values = getattr(network, f"{name}_{end}").copy()
            values[edges[lifts]] = 0
            changes[f"{name}_{end}"] = values
    elif kind == "steps":
        for name, value in (("steps", False), ("wheelchair", 0)):
            values = getattr(network, name).copy()
            values[edges] = value
            changes[name] = values
    else:
        closed[edges] = False
    return replace(network, **changes), closed


def whole_times(
    town: Town, network: WalkNetwork, closed: np.ndarray, profile: WalkProfile
) -> np.ndarray:
    """Seconds from every home to the nearest facility, by networkx on the streets given."""
    impedance = build_impedance(network, profile, is_closed=closed)
    scene = Scene(network, impedance, town.setting.facilities.snapped, town.setting.homes)
    return Oracle(scene).target_times(towards=True).min(axis=0, initial=np.inf)


def base_times(town: Town) -> np.ndarray:
    return whole_times(town, town.streets.network, town.streets.is_link, town.profile)


@given(town=towns(), share=st.floats(0.2, 1.0))
@settings(max_examples=150)
def test_each_fix_equals_a_whole_computation(town: Town, share: float) -> None:
    walks = town.walks()
    rows = np.arange(3)
    before = base_times(town)
    np.testing.assert_allclose(walks.base.nearest(rows)[0], before, rtol=1e-9)
    known = before[np.isfinite(before)]
    cutoff_s = share * float(known.max()) if known.size else 600.0
    is_out = before > cutoff_s
    assert walks.fixes is not None
    gains = walks.fixes.gains(rows, is_out, cutoff_s=cutoff_s)
    found = np.full((len(town.fixes), len(before)), np.inf)
    found[gains.fix, gains.home] = gains.time_s
    for fix in range(len(town.fixes)):
        network, closed = mended(town, fix)
        after = whole_times(town, network, closed, town.profile)
        assert (after <= before * (1 + 1e-12)).all()
        expected = np.where(is_out & (after <= cutoff_s), after, np.inf)
        near_cutoff = np.abs(after - cutoff_s) < 1e-6  # sums in another order
        np.testing.assert_allclose(found[fix][~near_cutoff], expected[~near_cutoff], rtol=1e-9)


@given(town=towns(), share=st.floats(0.2, 1.0))
@settings(max_examples=150)
def test_lifting_a_class_never_loses_a_home_and_says_what_it_opens(
    town: Town, share: float
) -> None:
    walks = town.walks()
    rows = np.arange(3)
    before = base_times(town)
    known = before[np.isfinite(before)]
    cutoff_s = share * float(known.max()) if known.size else 600.0
    is_out, on = before > cutoff_s, town.setting.homes.is_snapped
    lifted_s = {
        name: without.nearest(rows, cutoff_s=cutoff_s)[0] for name, without in walks.lifted.items()
    }
    causes = find_causes(lifted_s, is_out=is_out, is_snapped=on, cutoff_s=cutoff_s)
    assert ((causes.cause >= 0) == is_out).all()  # so that people by cause sum to those left out
    network = town.streets.network
    for number, name in enumerate(LIFTED):
        if name in ("seats", "hours"):  # nobody here needs seats, and no moment is asked
            assert not causes.opens[:, number].any()
            continue
        after = whole_times(town, *class_lifted(town, network, name))
        assert (after <= before * (1 + 1e-12)).all()
        near_cutoff = np.abs(after - cutoff_s) < 1e-6
        opens = is_out & (after <= cutoff_s)
        np.testing.assert_array_equal(causes.opens[~near_cutoff, number], opens[~near_cutoff])
    told = causes.cause[is_out]
    for home, cause in zip(np.flatnonzero(is_out), told, strict=True):
        if cause < len(LIFTED):
            assert causes.opens[home, cause]
        else:
            assert not causes.opens[home].any()
            assert CAUSES[cause] == ("distance" if on[home] else "off_network")


@given(towns(), st.data())
@settings(max_examples=60)
def test_other_doors_bring_what_a_search_made_for_them_brings(
    town: Town, data: st.DataObject
) -> None:
    """Doors of facilities are put anywhere else, and every fix asked again."""
    walks = town.walks()
    n_pieces = len(town.streets.piece_edge)
    owner = np.arange(int(town.setting.facilities.owner.max(initial=-1)) + 1)
    place = st.tuples(st.integers(0, n_pieces - 1), st.integers(0, 4).map(lambda n: n / 4))
    places = data.draw(st.lists(place, min_size=len(owner), max_size=len(owner)))
    elsewhere = Snapped(
        np.array([edge for edge, _ in places], dtype=np.int64),
        np.array([fraction for _, fraction in places], dtype=np.float64),
        np.full(len(owner), 3.0),
    )
    doors = Doors(owner, elsewhere)
    made_for = replace(town, setting=replace(town.setting, facilities=doors)).walks()
    assert walks.fixes is not None
    assert made_for.fixes is not None
    moved = walks.fixes.ending_at(doors)
    for cutoff_s in (100.0, 300.0):
        time_s, _ = moved.walks.nearest(owner, cutoff_s=cutoff_s)
        found = moved.gains(owner, time_s > cutoff_s, cutoff_s=cutoff_s)
        expected = made_for.fixes.gains(owner, time_s > cutoff_s, cutoff_s=cutoff_s)
        np.testing.assert_array_equal(found.fix, expected.fix)
        np.testing.assert_array_equal(found.home, expected.home)
        np.testing.assert_array_equal(found.time_s, expected.time_s)


def places_off(town: Town, snapped: Snapped) -> np.ndarray:
    """A place as far from each door as it is said to be off the street."""
    lines = town.streets.network.lines[np.maximum(snapped.edge, 0)]
    at = shapely.line_interpolate_point(lines, snapped.fraction, normalized=True)
    off_m = np.where(snapped.is_snapped, snapped.snap_m, np.nan)
    return shapely.get_coordinates(at).reshape(-1, 2) + np.column_stack(
        [off_m, np.zeros_like(off_m)]
    )


@given(town=towns(), cutoff_s=st.sampled_from([30.0, 60.0, 120.0, 300.0]), data=st.data())
@settings(max_examples=60)
def test_a_door_left_out_moves_no_gain(town: Town, cutoff_s: float, data: st.DataObject) -> None:
    """Every alternative door is tried, for some of the fixes; those left out change nothing."""
    walks = town.walks()
    assert walks.fixes is not None
    taken, rows = town.setting.facilities, np.arange(3)
    n_pieces = len(town.streets.piece_edge)
    place = st.tuples(
        st.integers(0, 2), st.integers(0, n_pieces - 1), st.integers(0, 4).map(lambda n: n / 4)
    )
    others = data.draw(st.lists(place, max_size=3))
    owner, edge, fraction = np.array(others, dtype=float).reshape(-1, 3).T
    beside = Snapped(edge.astype(np.int64), fraction, np.full(len(others), 3.0))
    every = taken.join(Doors(owner.astype(np.int64), beside))
    is_taken = np.arange(len(every.owner)) < len(taken.owner)
    doors = PlausibleDoors(
        every.owner,
        every.snapped,
        is_taken,
        places_off(town, every.snapped),
        np.zeros(len(is_taken), dtype=np.int64),
    )
    pairs = walks.base.pairs_within(rows, cutoff_s=cutoff_s)
    homes = town.setting.homes
    is_alone = np.bincount(pairs.target, minlength=len(homes.edge)) <= 1
    homes_xy = places_off(town, homes)[is_alone & homes.is_snapped]
    walks_m = cutoff_s * town.profile.pace_ms
    network = town.streets.network
    moving = find_moving_doors(network, doors, rows, homes_xy, walks_m=walks_m)
    is_wanted = np.array(data.draw(st.lists(st.booleans(), min_size=len(town.fixes))))
    is_wanted = is_wanted[: len(town.fixes)].astype(bool)

    def let_in(search: FixSearch) -> list[tuple[int, int]]:
        time_s, _ = search.walks.nearest(rows, cutoff_s=cutoff_s)
        gains = search.gains(rows, time_s > cutoff_s, cutoff_s=cutoff_s)
        return list(zip(gains.fix.tolist(), gains.home.tolist(), strict=True))

    few = walks.fixes.of_fixes(is_wanted)
    today = let_in(few)
    assert today == [(fix, home) for fix, home in let_in(walks.fixes) if is_wanted[fix]]
    for door in np.flatnonzero(~is_taken):
        is_kept = is_taken & (every.owner != every.owner[door])
        is_kept[door] = True
        with_it = let_in(few.ending_at(every.take(is_kept)))
        all_of_it = let_in(walks.fixes.ending_at(every.take(is_kept)))
        assert with_it == [(fix, home) for fix, home in all_of_it if is_wanted[fix]]
        if door not in moving:
            assert with_it == today


def class_lifted(
    town: Town, network: WalkNetwork, name: str
) -> tuple[WalkNetwork, np.ndarray, WalkProfile]:
    """The streets with one class lifted, which edges are still closed, and the walker, maybe at
    another pace.
    """
    none, closed, profile = (
        np.zeros(network.n_edges, dtype=np.uint8),
        town.streets.is_link,
        town.profile,
    )
    if name == "crossings":
        network = replace(network, crossing_u=none, crossing_v=none)
    elif name == "kerbs":
        network = replace(network, kerb_u=none, kerb_v=none)
    elif name == "steps":
        wheelchair = np.where(network.steps, 0, network.wheelchair)
        network = replace(network, steps=none.astype(bool), wheelchair=wheelchair)
    elif name in JOINING_KINDS:
        closed = closed & ~np.isin(np.arange(network.n_edges), town.fixes.edges_of(name))
    elif name == "rests":
        profile = profile.model_copy(update={"rest_every_m": None, "rest_s": None})
    else:
        profile = profile.at_pace(max(1.33, profile.pace_ms))
    return network, closed, profile


def test_a_home_on_an_island_is_let_in_by_what_joins_it() -> None:
    """Solved by hand. S service, H home at (205, 55), whose door is on B-D, whoever walks.

          D (200, 60) |  . H |            B-D is an island behind the steps A-B; the link runs from
          (180, 0) to (200, 34) B (200, 8)
    S-----A (200, 0)
    """
    network = build_network(
        crs=CRS,
        node_xy=np.array([[0.0, 0.0], [200.0, 0.0], [200.0, 8.0], [200.0, 60.0]]),
        edge_u=np.array([0, 1, 2]),
        edge_v=np.array([1, 2, 3]),
        steps=np.array([False, True, False]),
    )
    streets = add_links(network, make_links(network, [((0, 0.9), (2, 0.5))]))
    profile = walker("wheelchair")
    homes = make_points(network, streets, np.array([[41.0, 11.0]]))
    facilities = one_door_each(make_points(network, streets, np.array([[0.0, 0.0]])))
    fixes = find_fixes(streets.network, streets.is_link)
    walks = Town(streets, Setting(streets, homes, facilities), fixes, profile).walks()
    assert walks.base.nearest(np.array([0]))[0].tolist() == [np.inf]
    assert walks.fixes is not None
    gains = walks.fixes.gains(np.array([0]), np.array([True]), cutoff_s=400.0)
    assert [FIX_KINDS[fixes.kind[fix]] for fix in gains.fix] == ["steps", "missing_link"]
    link_m = 5 + 21 + np.hypot(20, 34) + 180
    np.testing.assert_allclose(gains.time_s * profile.pace_ms, [5 + 47 + 8 + 200, link_m])
    lifted_s = {
        name: without.nearest(np.array([0]), cutoff_s=400.0)[0]
        for name, without in walks.lifted.items()
    }
    causes = find_causes(
        lifted_s, is_out=np.array([True]), is_snapped=homes.is_snapped, cutoff_s=400.0
    )
    assert CAUSES[causes.cause[0]] == "missing_link"  # the shorter walk


def test_steps_that_end_at_a_kerb_are_still_somebodys_street() -> None:
    """Wheels on the flat reach the steps a-b from a; those gone, who lives beside them gets
    in.

    ::

        c---a====b|    The kerb at b stays: nobody passes it, and the house beside the steps needs
        only a.
    """
    town = build_streets(
        {"c": (0, 0), "a": (200, 0), "b": (290, 0)},
        [Street("c", "a"), Street("a", "b", steps=True, kerb_v="raised")],
    )
    streets = add_links(town, no_links())
    homes = make_points(town, streets, np.array([[56.0, 0.6]]))
    facilities = one_door_each(make_points(town, streets, np.array([[2.0, 0.0]])))
    wheels = walker("wheelchair", pace_ms=1.0)
    setting = Setting(streets, homes, facilities)
    fixes = find_fixes(streets.network, streets.is_link)
    walks = lift_obstacles(setting, fixes, wheels, adult_pace_ms=1.0)
    assert walks.fixes is not None
    gains = walks.fixes.gains(np.array([0]), np.array([True]), cutoff_s=900.0)
    kinds = [FIX_KINDS[fixes.kind[fix]] for fix in gains.fix]
    assert dict(zip(kinds, gains.time_s.tolist(), strict=True)) == {"steps": 3.0 + 80.0 + 190.0}
