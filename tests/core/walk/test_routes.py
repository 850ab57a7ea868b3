"""The way between two doors: solved by hand, and on random streets as long as the search says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders.scenes import scenes
from builders.streets import Scene, Street, build_streets, snapped_at, walker
from hypothesis import given

from access15.config import WalkProfile
from access15.core.walk.graph import share_of
from access15.core.walk.metres import times_and_metres
from access15.core.walk.routes import (
    Way,
    WayFinder,
    build_way_finder,
    find_ways,
    join_stretches,
    list_parts,
)


def list_seconds(finder: WayFinder, way: Way) -> float:
    """Seconds between the first and the last point of a way, added up part by part."""
    impedance, total_s = finder.impedance, 0.0
    for i, edge in enumerate(way.edge.tolist()):
        start, stop = float(way.start[i]), float(way.stop[i])
        full_s = impedance.forward_s if stop > start else impedance.backward_s
        total_s += float(share_of(np.array([abs(stop - start)]), full_s[[edge]])[0])
        at_s = {0.0: float(impedance.at_u_s[edge]), 1.0: float(impedance.at_v_s[edge])}
        total_s += at_s[start] if i > 0 else 0.0
        total_s += at_s[stop] if i < len(way) - 1 else 0.0
    return total_s


@pytest.mark.parametrize("is_exact", [True, False])
def test_ways_are_those_of_the_search(is_exact: bool) -> None:
    """Seconds and metres are the search's to the last bit, and the parts hang together and add up
    to them.
    """

    @given(scene=scenes(exact=is_exact))
    def check(scene: Scene) -> None:
        network, impedance = scene.network, scene.impedance
        finder = WayFinder(
            network, impedance, scene.graph(towards=False), scene.graph(towards=True)
        )
        leaving = scene.placed_sources(towards=False)
        targets = scene.placed_targets(towards=False)
        n = len(targets)
        for i in range(len(leaving)):
            starts = scene.sources.take(np.full(n, i))
            ways = find_ways(finder, starts, scene.targets)
            one = leaving.take(slice(i, i + 1))
            time_s, distance_m = times_and_metres(finder.ahead, network, one, targets)
            assert [way.time_s for way in ways] == time_s.tolist()
            assert [way.distance_m for way in ways] == distance_m.tolist()
            for j, way in enumerate(ways):
                if not math.isfinite(way.time_s):
                    assert len(way) == 0
                    continue
                # 1. From door to door, each part beginning where the one before ended.
                ends = np.stack([network.edge_u[way.edge], network.edge_v[way.edge]], axis=1)
                assert (way.edge[0], way.start[0]) == (starts.edge[j], starts.fraction[j])
                last = scene.targets.edge[j], scene.targets.fraction[j]
                assert (way.edge[-1], way.stop[-1]) == last
                left = ends[np.arange(len(way)), way.stop.astype(int)][:-1]
                entered = ends[np.arange(len(way)), way.start.astype(int)][1:]
                assert left.tolist() == entered.tolist()
                # 2. The parts add up.
                metres = np.abs(way.stop - way.start) * network.length_m[way.edge]
                assert metres.sum() == pytest.approx(way.distance_m, rel=1e-12, abs=1e-9)
                offset_s = one.offset_s[0] + targets.offset_s[j]
                total_s = list_seconds(finder, way) + offset_s
                assert total_s == pytest.approx(way.time_s, rel=1e-12, abs=1e-9)

    check()


def build_corner() -> tuple[WayFinder, WalkProfile]:
    """A street, lights, a flight of 12 steps uphill and an unnamed path.

    ::

        a ---100 m, Via A--- b (lights) ===10 m steps, 20 % up=== c ---50 m, no name--- d
    """
    profile = walker("older_adult")
    network = build_streets(
        {"a": (0, 0), "b": (100, 0), "c": (110, 0), "d": (160, 0)},
        [
            Street("a", "b", crossing_v="signals", incline=0.0),
            Street("b", "c", steps=True, crossing_u="signals", incline=0.2),
            Street("d", "c"),
        ],
    )
    network.street.flags.writeable = network.step_count.flags.writeable = True
    network.street[0], network.step_count[1] = 1, 12
    object.__setattr__(network, "street_names", ("", "Via A"))
    return build_way_finder(network, profile), profile


def test_a_way_street_by_street() -> None:
    """Half of Via A, the lights, twelve steps that take up all of ten metres, and half the path."""
    finder, profile = build_corner()
    start, end = snapped_at((0, 0.5, 9.7)), snapped_at((2, 0.5))
    (way,) = find_ways(finder, start, end)
    (parts,) = list_parts(finder.network, profile, [way])
    told = join_stretches(parts)
    assert way.start.tolist() == [0.5, 0.0, 1.0]
    assert way.stop.tolist() == [1.0, 1.0, 0.5]
    assert told.street.tolist() == [1, 0, 0]
    assert told.length_m.tolist() == [50.0, 10.0, 25.0]
    assert told.steps_m.tolist() == [0.0, 10.0, 0.0]
    assert told.n_steps.tolist() == [0.0, 12.0, 0.0]
    assert told.n_waits.tolist() == [0.5, 0.5, 0.0]
    assert told.wait_s.sum() == profile.crossing_signals_s
    assert told.climb_m.tolist() == [0.0, 2.0, pytest.approx(math.nan, nan_ok=True)]
    assert (told.time_s.sum() + 9.7 / profile.pace_with_rests_ms) == pytest.approx(way.time_s)


def test_no_way_has_no_parts() -> None:
    """Where a door is on no street nothing is walked, and nothing fails."""
    finder, profile = build_corner()
    (way,) = find_ways(finder, snapped_at((-1, 0.0)), snapped_at((2, 0.5)))
    (parts,) = list_parts(finder.network, profile, [way])
    assert (way.time_s, len(way), len(join_stretches(parts))) == (math.inf, 0, 0)


def test_standing_at_the_door() -> None:
    """A way of no metres beside a flight that wheels cannot pass takes no time and is known."""
    finder, _ = build_corner()
    profile = walker("wheelchair")
    finder = build_way_finder(finder.network, profile)
    (way,) = find_ways(finder, snapped_at((1, 0.5)), snapped_at((1, 0.5)))
    (parts,) = list_parts(finder.network, profile, [way])
    assert (way.time_s, way.distance_m, parts.time_s.tolist()) == (0.0, 0.0, [0.0])
