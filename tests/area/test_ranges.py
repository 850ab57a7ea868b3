"""Ranges of one neighbourhood: worked out by hand, the same every time, and the run where nothing is
drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

import access15
from access15.area.coverage import tabulate_coverage
from access15.area.ranges import ENDS, Ranges, measure_ranges
from access15.area.walkers import HUB, AreaInputs, build_walkers
from access15.config import Area, load_profiles
from access15.core.measures import ranges
from access15.core.measures.uncertain import FACTORS
from access15.core.streets.network import build_network
from access15.core.walk.doors import PlausibleDoors
from access15.core.walk.snap import Snapped
from access15.results.people import PeopleInfo
from access15.results.run import Backdrop, NetworkInfo
from access15.results.schema import RANGE_BUDGET

CRS = "EPSG:32632"
OWN = {"total": "adult", "age_65_plus": "older_adult"}


def make_inputs(
    method: str = "",
    *,
    highways: tuple[str, ...] = ("residential", "service"),
    highway: tuple[int, ...] = (0, 0, 1),
    homes: Mapping[float, float] | None = None,
) -> AreaInputs:
    """A street of two edges with the hub at its west end, and a lane that leaves it.

    ::

        hub ------- 500 m ------- corner ------- 500 m ------- end
                                    |
                                    | lane, 500 m
    """
    homes = homes or {100.0: 10.0, 700.0: 10.0, 900.0: 10.0}
    network = build_network(
        crs=CRS,
        node_xy=np.array([[0.0, 0.0], [500.0, 0.0], [1000.0, 0.0], [500.0, -500.0]]),
        edge_u=np.array([0, 1, 1]),
        edge_v=np.array([1, 2, 3]),
        highway=np.array(highway),
        highway_names=highways,
        street=np.array([1, 2, 3]),
        street_names=("", "Via Ovest", "Via Est", "Vicolo"),
    )
    nothing = gpd.GeoSeries([], crs=CRS)
    people = list(homes.values())
    return AreaInputs(
        area=Area(id="via", name="Via", zones=("1",), hubs=("hub-1",)),
        network=network,
        network_info=NetworkInfo("graph", "street", "", ""),
        backdrop=Backdrop(nothing, nothing, nothing, nothing),
        zones=gpd.GeoDataFrame({"zone_id": ["1"]}, geometry=[box(-10, -600, 1010, 10)], crs=CRS),
        facilities=gpd.GeoDataFrame(
            pd.DataFrame(
                {"facility_id": ["hub-1"], "category": "cam", "status": "ok", "precision": "none"}
            ),
            geometry=[Point(0, 0)],
            crs=CRS,
        ),
        residents=gpd.GeoDataFrame(
            {
                "resident_id": [str(i) for i in range(len(people))],
                "zone_id": "1",
                "street": "",
                "total": people,
                "age_65_plus": people,
            },
            geometry=[Point(x, 0) for x in homes],
            crs=CRS,
        ),
        categories={},
        cutoffs_min=(10.0, 15.0),
        own_profile=OWN,
        claim="adult",
        claim_pace_ms=1.33,
        max_snap_m=150.0,
        study_id="s",
        people_info=PeopleInfo(methods={"1": (method,)} if method else {}),
        residential_highways=("residential",),
    )


def measure(inputs: AreaInputs) -> tuple[Ranges, pd.DataFrame]:
    profiles = {name: load_profiles()[name] for name in ("adult", "older_adult")}
    walkers = build_walkers(inputs, profiles)
    measured = measure_ranges(inputs, walkers)
    rows = inputs.targets[HUB]
    times = {(w.profile.id, HUB): w.walks.nearest(rows)[0] for w in walkers}
    table = tabulate_coverage(inputs, times, measured.ends)
    is_asked = (table["zone"] == "all") & (table["group"] == "age_65_plus")
    return measured, table[is_asked & (table["cutoff_min"] == 15.0)].set_index("profile")


def swings(measured: Ranges, number: str) -> dict[str, tuple[float, float]]:
    table = measured.budget
    table = table[(table["number"] == number) & (table["profile"] == "older_adult")]
    return {row.factor: (row.low, row.high) for row in table.itertuples()}


def test_pace_alone_by_hand() -> None:
    """The older adult walks 873 m in 15 minutes, 738 to 1008 m in nine worlds of ten; the adult
    1197 m, 1062 to 1332 m. Of homes at 100, 700 and 900 m the adult reaches all in every world.
    """
    measured, table = measure(make_inputs())
    older, adult = table.loc["older_adult"], table.loc["adult"]
    assert older["share"] == pytest.approx(2 / 3)
    assert (older["low"], older["high"]) == pytest.approx((2 / 3, 1.0))
    assert (older["gap_low"], older["gap_high"]) == pytest.approx((0.0, 100 / 3))
    assert (older["ratio_low"], older["ratio"], older["ratio_high"]) == pytest.approx(
        (2 / 3, 2 / 3, 1.0)
    )
    assert (adult["low"], adult["high"], adult["gap_low"], adult["gap_high"]) == (1, 1, 0, 0)
    for number, alone in (("share", (2 / 3, 1.0)), ("ratio", (2 / 3, 1.0)), ("gap", (0, 100 / 3))):
        found = swings(measured, number)
        assert tuple(found) == FACTORS
        assert found.pop("pace") == pytest.approx(alone)
        middle = 2 / 3 if number != "gap" else 100 / 3
        assert list(found.values()) == [pytest.approx((middle, middle))] * 6


def test_density_and_classes_are_drawn_only_where_zones_were_spread() -> None:
    """The lane's homes are 600 m away and more: with them the older adult reaches fewer."""
    homes = {50.0 * i + 25.0: 10.0 for i in range(20)}
    spread, _ = measure(make_inputs("zones_streets", homes=homes))
    found = swings(spread, "share")
    # as many live along each of two streets; 17 of 20 homes within 873 m, 10 of them in Via Ovest
    assert found["pace"][0] < 0.85 < found["pace"][1]
    assert found["people"][0] < 0.85 < found["people"][1]
    # the lane with homes as dense: 500 m more, of which 373 within reach
    assert found["classes"] == pytest.approx(((17 + 7) / 30, 17 / 20), abs=0.02)
    counted, _ = measure(make_inputs("points", homes=homes))
    assert swings(counted, "share")["people"] == pytest.approx((0.85, 0.85))
    assert swings(counted, "share")["classes"] == pytest.approx((0.85, 0.85))
    built, _ = measure(make_inputs("zones_buildings", homes=homes))
    assert swings(built, "share")["people"] == pytest.approx(found["people"], abs=0.02)
    assert swings(built, "share")["classes"] == pytest.approx((0.85, 0.85))


def test_a_door_elsewhere_widens_the_range() -> None:
    """Were the door at the end of the lane, 700 m away for the home in the west would be 1100 m."""
    inputs = make_inputs()
    two = PlausibleDoors(
        np.array([0, 0]),
        Snapped(np.array([0, 2]), np.array([0.0, 1.0]), np.zeros(2)),
        np.array([True, False]),
        np.array([[0.0, 0.0], [500.0, -500.0]]),
        np.zeros(2, dtype=np.int64),
    )
    inputs.__dict__["plausible_doors"] = two
    measured, table = measure(inputs)
    # from the lane's end: 900 m to the home at 100 m, 700 m and 900 m to the others
    assert swings(measured, "share")["door"] == pytest.approx((1 / 3, 2 / 3))
    assert table.loc["older_adult", "low"] == pytest.approx(1 / 3)


def test_the_same_inputs_give_the_same_ranges() -> None:
    first, table = measure(make_inputs("zones_streets"))
    second, again = measure(make_inputs("zones_streets"))
    pd.testing.assert_frame_equal(first.budget, second.budget)
    pd.testing.assert_frame_equal(table, again)
    assert list(first.budget.columns) == RANGE_BUDGET.list_names()


def test_parts_of_every_number_add_up() -> None:
    measured, _ = measure(make_inputs("zones_streets"))
    parts = measured.budget.groupby(["profile", "number"])["part"].sum()
    assert parts["older_adult"].to_numpy() == pytest.approx(1.0)
    assert parts["adult", "gap"] == 0.0  # of the claim itself


def test_where_nothing_is_drawn_every_world_is_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    build = ranges.build_draws
    monkeypatch.setattr(
        "access15.area.ranges.build_draws",
        lambda *args, **more: build(*args, **more).only("nothing"),
    )
    measured, table = measure(make_inputs("zones_streets"))
    for low, high, number in (
        ("low", "high", "share"),
        ("gap_low", "gap_high", "gap_points"),
        ("ratio_low", "ratio_high", "ratio"),
    ):
        pd.testing.assert_series_equal(table[low], table[number], check_names=False)
        pd.testing.assert_series_equal(table[high], table[number], check_names=False)
    assert (measured.budget["swing"] == 0).all()


def test_without_the_claim_there_is_a_range_of_the_share_alone() -> None:
    inputs = make_inputs()
    walkers = build_walkers(inputs, {"older_adult": load_profiles()["older_adult"]})
    measured = measure_ranges(inputs, walkers)
    ends = measured.ends["older_adult", HUB]
    assert np.isfinite([ends["low"], ends["high"]]).all()
    assert all(np.isnan(ends[name]).all() for name in ENDS[2:])
    unknown = measured.budget[measured.budget["number"] != "share"]
    assert unknown[["low", "high", "swing", "part"]].isna().all(axis=None)


def test_who_needs_seats_has_no_range() -> None:
    inputs = make_inputs()
    frail = load_profiles()["frail"].model_copy(update={"needs_seat": True})
    walkers = build_walkers(
        replace(
            inputs, seats=gpd.GeoDataFrame({"status": ["ok"]}, geometry=[Point(50, 0)], crs=CRS)
        ),
        {"frail": frail},
    )
    measured = measure_ranges(inputs, walkers)
    assert measured.ends == {}
    assert measured.budget.empty
    time_s = {("frail", HUB): np.zeros(len(inputs.residents))}
    table = tabulate_coverage(inputs, time_s, measured.ends)
    assert set(table["no_range"]) == {"seats"}


@pytest.mark.real_data
def test_milan_ranges_hold_what_the_run_says(milan: access15.Run) -> None:
    """Of the people of 65 and over within 15 minutes of a hub, and the gap is never nothing."""
    table = milan.coverage
    table = table[
        (table["zone"] == "all")
        & (table["category"] == HUB)
        & (table["group"] == "age_65_plus")
        & (table["cutoff_min"] == 15.0)
        & table["is_own"]
    ]
    assert len(table) == 2
    assert (table["low"] < table["share"]).all()
    assert (table["share"] < table["high"]).all()
    assert (table["gap_low"] > 5.0).all()
    assert (table["gap_low"] < table["gap_high"]).all()
    assert (table["ratio_high"] < 1.0).all()
    assert (table["ratio_low"] < table["ratio_high"]).all()
