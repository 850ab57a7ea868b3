"""Best places in drawn worlds: what Worlds counts with the place there, and the run where nothing is
drawn.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from access15.area.ranges import Worlds
from access15.area.siting.minutes import DrawnWalks, draw_walks
from access15.area.siting.worlds import draw_choices
from access15.area.walkers import HUB, AreaInputs, build_walkers
from access15.config import Area, load_profiles
from access15.core.measures import ranges
from access15.core.streets.network import build_network
from access15.core.walk.doors import one_door_each
from access15.results.people import PeopleInfo
from access15.results.run import Backdrop, NetworkInfo

CRS = "EPSG:32632"
N, STEP_M = 7, 160.0
SPOTS = ((0.0, 0.0), (960.0, 480.0), (480.0, 950.0), (300.0, 320.0))


def make_inputs(*, method: str = "zones_streets", seed: int = 1) -> AreaInputs:
    """A square of streets and paths with a place in its corner, and three where a next one may be.

    All four are hubs, so that `Worlds` counts them too.
    """
    draw = np.random.default_rng(seed)
    at = np.arange(N * N).reshape(N, N)
    edges = np.concatenate(
        [
            np.stack([at[:, :-1].ravel(), at[:, 1:].ravel()], axis=1),
            np.stack([at[:-1].ravel(), at[1:].ravel()], axis=1),
        ]
    )
    network = build_network(
        crs=CRS,
        node_xy=STEP_M * np.argwhere(at >= 0).astype(float),
        edge_u=edges[:, 0],
        edge_v=edges[:, 1],
        highway=draw.integers(0, 3, len(edges)),
        highway_names=("residential", "service", "footway"),
        street=draw.integers(0, 5, len(edges)),
        street_names=("", "Via A", "Via B", "Via C", "Via D"),
    )
    nothing = gpd.GeoSeries([], crs=CRS)
    side = (N - 1) * STEP_M
    along = np.stack([draw.uniform(0, side, 80), STEP_M * draw.integers(0, N, 80)], axis=1)
    people = draw.uniform(0, 9, 80)
    ids = [f"hub-{i}" for i in range(len(SPOTS))]
    return AreaInputs(
        area=Area(id="via", name="Via", zones=("1",), hubs=tuple(ids)),
        network=network,
        network_info=NetworkInfo("graph", "street", "", ""),
        backdrop=Backdrop(nothing, nothing, nothing, nothing),
        zones=gpd.GeoDataFrame(
            {"zone_id": ["1"]}, geometry=[box(-9, -9, side + 9, side + 9)], crs=CRS
        ),
        facilities=gpd.GeoDataFrame(
            pd.DataFrame(
                {"facility_id": ids, "category": "cam", "status": "ok", "precision": "none"}
            ),
            geometry=[Point(*spot) for spot in SPOTS],
            crs=CRS,
        ),
        residents=gpd.GeoDataFrame(
            {"zone_id": "1", "street": "", "total": people, "age_65_plus": people / 3},
            geometry=[Point(*xy) for xy in along],
            crs=CRS,
        ),
        categories={},
        cutoffs_min=(7.0,),
        own_profile={"total": "adult", "age_65_plus": "older_adult"},
        claim="adult",
        claim_pace_ms=1.33,
        max_snap_m=150.0,
        study_id="via",
        people_info=PeopleInfo(methods={"1": (method,)}),
        residential_highways=("residential",),
    )


@pytest.mark.parametrize("method", ["zones_streets", "points"])
def test_worlds_with_a_place_there_count_as_many_more(method: str) -> None:
    inputs = make_inputs(method=method)
    (walker,) = build_walkers(inputs, {"older_adult": load_profiles()["older_adult"]})
    doors = one_door_each(walker.doors.snapped.take(np.array([1, 2, 3])))
    choices = [np.array([2]), np.array([1, 0]), np.array([0, 1, 2])]
    asked = {"category": "hub-0", "group": "age_65_plus", "n_worlds": 40}
    one, two, three = draw_choices(inputs, walker, doors, choices, **asked)
    worlds = Worlds(inputs)
    settings = worlds.set_up([walker], ["hub-0", HUB])
    counted = worlds.count(settings, worlds.draws, ["hub-0", HUB])
    today, every = (counted["older_adult", key][0, 1, 0, :40] for key in ("hub-0", HUB))
    assert three.gained == pytest.approx(every - today, abs=1e-9)
    assert one.gained.std() > 0
    # no other can stand where all are: the best in each place's stead is itself
    assert three.best == pytest.approx(np.tile(three.gained, (3, 1)))
    assert (one.best[0] >= one.gained).all()
    assert (two.gained <= three.gained + 1e-9).all()
    low, high = one.find_range()
    assert one.gained.min() <= low < high <= one.gained.max()
    stays = one.stays_best(0.99)
    assert stays == pytest.approx([(one.gained >= 0.99 * one.best[0] - 1e-6).mean()])
    # of one place the best is known; the best two are at least these, and at most all three
    assert one.anew.tolist() == one.best[0].tolist()
    assert len(two.anew) == 32
    assert (two.anew >= two.best[:, :32].max(axis=0) - 1e-9).all()
    pairs = [np.array(pair) for pair in ([0, 1], [0, 2], [1, 2])]
    every_pair = draw_choices(inputs, walker, doors, pairs, **asked)
    most = np.max([each.gained[:32] for each in every_pair], axis=0)
    assert two.anew == pytest.approx(most)
    assert two.stays_chosen(0.99) == pytest.approx((two.gained[:32] >= 0.99 * most - 1e-6).mean())
    assert one.stays_chosen(0.99) == one.stays_best(0.99)[0]
    # fewer worlds are the first of them
    (few,) = draw_choices(inputs, walker, doors, choices[:1], **(asked | {"n_worlds": 5}))
    assert few.gained.tolist() == one.gained[:5].tolist()


def test_where_nothing_is_drawn_every_world_is_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = make_inputs()
    build = ranges.build_draws
    monkeypatch.setattr(
        "access15.area.ranges.build_draws", lambda *a, **k: build(*a, **k).only("nothing")
    )
    (walker,) = build_walkers(inputs, {"older_adult": load_profiles()["older_adult"]})
    people = inputs.residents["age_65_plus"].to_numpy()
    is_near = [walker.walks.nearest(np.array([i]), cutoff_s=420.0)[0] <= 420.0 for i in range(4)]
    gained = [people[near & ~is_near[0]].sum() for near in is_near[1:]]
    doors = one_door_each(walker.doors.snapped.take(np.array([1, 2, 3])))
    (found,) = draw_choices(
        inputs,
        walker,
        doors,
        [np.array([0])],
        category="hub-0",
        group="age_65_plus",
        n_worlds=16,
    )
    assert found.gained == pytest.approx(np.full(16, gained[0]))
    assert found.best[0] == pytest.approx(np.full(16, max(gained)))
    assert found.stays_best(0.99).tolist() == [float(gained[0] >= 0.99 * max(gained))]


def test_who_needs_seats_and_who_asks_for_none_has_no_worlds() -> None:
    inputs = make_inputs()
    (walker,) = build_walkers(inputs, {"older_adult": load_profiles()["older_adult"]})
    doors = one_door_each(walker.doors.snapped.take(np.array([1])))
    (found,) = draw_choices(
        inputs, walker, doors, [np.array([0])], category="hub-0", group="total", n_worlds=0
    )
    assert np.isnan(found.find_range()).all()
    assert np.isnan(found.stays_best(0.99)).all()


@pytest.mark.parametrize("cutoff_min", [3.0, 7.0, 11.0])
def test_walks_in_worlds_are_those_that_worlds_count(cutoff_min: float) -> None:
    inputs = replace(make_inputs(), cutoffs_min=(cutoff_min,))
    (walker,) = build_walkers(inputs, {"older_adult": load_profiles()["older_adult"]})
    doors = one_door_each(walker.doors.snapped.take(np.array([1, 2, 3])))
    choices = [
        np.array(one, dtype=np.int64)
        for one in ([], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2])
    ]
    asked = {"category": "hub-0", "group": "age_65_plus", "n_worlds": 20}
    reached = draw_choices(inputs, walker, doors, choices[1:], **asked)
    for is_worst in (False, True):
        none, *found = draw_walks(
            inputs, walker, doors, choices, **asked, longest_s=900.0, is_worst=is_worst
        )
        for one, other in zip(found, reached, strict=True):
            assert one.gained == pytest.approx(other.gained, abs=1e-9)
        assert not none.gained.any()
        assert not none.saved_s.any()
        assert np.isnan(none.stays_chosen(0.99))
        assert none.n_anew == 0
        assert (found[-1].mean_s < none.mean_s).all()
        assert found[0].saved_s.std() > 0
        # the best in a place's stead is the best of the choices that have the others
        stead = {0: [[0, 1, 2]], 3: [[1, 3, 5], [0, 3, 4]], 4: [[2, 4, 5], [0, 3, 4]], 6: [[6]] * 3}
        for row, others in stead.items():
            check_best(found[row], [[found[each] for each in every] for every in others])


def check_best(one: DrawnWalks, others: list[list[DrawnWalks]]) -> None:
    """Whether the best in each place's stead is the best of some choices, world by world."""
    good = []
    for k, every in enumerate(others):
        saved = np.max([each.saved_s for each in every], axis=0)
        worst = np.min([each.worst_s for each in every], axis=0)
        if one.is_worst:
            assert one.best_worst_s[k] == pytest.approx(worst, abs=1e-9)
            assert one.best_without[k] == pytest.approx(np.zeros(len(saved)), abs=1e-9)
        else:
            assert one.best_saved_s[k] == pytest.approx(saved, abs=1e-6)
        is_saved, is_short = one.saved_s >= 0.99 * saved - 1e-6, one.worst_s * 0.99 <= worst + 1e-6
        good.append(is_short if one.is_worst else is_saved)
    assert one.stays_best(0.99).tolist() == np.mean(good, axis=1).tolist()
    assert one.stays_chosen(0.99) == np.all(good, axis=0).mean()


def test_where_nothing_is_drawn_walks_are_those_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = make_inputs()
    build = ranges.build_draws
    monkeypatch.setattr(
        "access15.area.ranges.build_draws", lambda *a, **k: build(*a, **k).only("nothing")
    )
    (walker,) = build_walkers(inputs, {"older_adult": load_profiles()["older_adult"]})
    people = inputs.residents["age_65_plus"].to_numpy()
    today_s, *own_s = (walker.walks.nearest(np.array([i]))[0] for i in range(4))
    longest_s = 1300.0
    assert today_s.max() > longest_s > np.median(today_s)
    choices = [np.array([2]), np.array([0, 1])]
    doors = one_door_each(walker.doors.snapped.take(np.array([1, 2, 3])))
    asked = {"category": "hub-0", "group": "age_65_plus", "n_worlds": 16}
    for is_worst in (False, True):
        found = draw_walks(
            inputs, walker, doors, choices, **asked, longest_s=longest_s, is_worst=is_worst
        )
        for chosen, one in zip(choices, found, strict=True):
            time_s = np.min([today_s, *(own_s[i] for i in chosen)], axis=0)
            saved = people @ (np.minimum(today_s, longest_s) - np.minimum(time_s, longest_s))
            assert one.mean_s == pytest.approx(np.full(16, people @ time_s / people.sum()))
            assert one.worst_s == pytest.approx(np.full(16, time_s.max()))
            assert one.saved_s == pytest.approx(np.full(16, saved))
            assert not one.without.any()


def test_what_is_nearly_as_good_in_seconds_saved_and_in_the_longest_walk() -> None:
    def make(*, is_worst: bool) -> DrawnWalks:
        four = np.zeros(4)
        return DrawnWalks(
            gained=four,
            mean_s=np.array([np.nan, 1.0, 2.0, 3.0]),
            worst_s=np.array([1000.0, 1010.0, 1011.0, 900.0]),
            saved_s=np.array([0.0, 99.0, 98.0, 100.0]),
            without=np.array([0.0, 0.0, 0.0, 5.0]),
            best_saved_s=np.array([[0.0, 100.0, 100.0, 100.0], [0.0, 100.0, 100.0, 102.0]]),
            best_without=np.zeros((2, 4)),
            best_worst_s=np.array([[1000.0] * 4, [1000.0, 900.0, 1000.0, 1000.0]]),
            is_worst=is_worst,
        )

    saved, worst = make(is_worst=False), make(is_worst=True)
    assert saved.stays_best(0.99).tolist() == [0.75, 0.5]
    assert saved.stays_chosen(0.99) == 0.5
    # 1010 s are within 1 % of 1000 s, 1011 s are not; 900 s with five left out are no better
    assert worst.stays_best(0.99).tolist() == [0.5, 0.25]
    assert worst.stays_chosen(0.99) == 0.25
    # an average of nobody in some world has no range
    assert np.isnan(saved.find_walks_range()[:2]).all()
    assert saved.find_walks_range()[2:] == pytest.approx((915.0, 1010.85))
