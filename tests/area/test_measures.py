"""What is said of measures and equity: a village solved by hand, and Milan counted again."""

from __future__ import annotations

import math
from datetime import datetime
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from builders.streets import Street, build_streets, scene, snapped_at, walker

from access15.area.measures import read_capacity, tabulate_equity, tabulate_measures
from access15.core.measures.catchments import MOST_MISSING, Demand
from access15.core.measures.homes import HomeMeasures, measure_homes
from access15.core.measures.opportunities import HALF_WEIGHT_S
from access15.core.walk.pairs import pairs_within
from access15.core.walk.ranked import measure_ranked_times
from access15.results.schema import EQUITY, MEASURES
from access15.workflows.run import Run

INF = math.inf
HALF_M = HALF_WEIGHT_S  # at 1 m/s: where a facility counts one half


def measured(
    capacity: tuple[float, ...] = (math.nan,) * 3, demand: Demand | None = None
) -> HomeMeasures:
    """A street at 1 m/s, three places, three homes, 15 minutes.

    ::

        home 0 and place 0 --- 490 m --- home 1 --- 410 m --- place 1 --- 100 m --- place 2     home
        2 (an island)
    """
    streets = build_streets(
        {"A": (0.0, 0.0), "B": (1000.0, 0.0), "C": (3000.0, 0.0), "D": (3100.0, 0.0)},
        [Street("A", "B"), Street("C", "D")],
    )
    at_home_1 = HALF_M / 1000
    drawn = scene(
        streets,
        walker(pace_ms=1.0),
        snapped_at((0, 0.0), (0, 0.9), (0, 1.0)),
        snapped_at((0, 0.0), (0, at_home_1), (1, 0.5)),
    )
    walk = (
        drawn.graph(towards=True),
        drawn.placed_sources(towards=True),
        drawn.placed_targets(towards=True),
    )
    return measure_homes(
        pairs_within(*walk, cutoff_s=900.0),
        measure_ranked_times(*walk, k=3),
        people=np.array([30.0, 10.0, 10.0]),
        capacity=np.array(capacity),
        cutoff_s=900.0,
        demand=demand,
    )


def make_inputs(**changes: object) -> SimpleNamespace:
    """What the tables need of a neighbourhood; bike stations are in the list without a point."""
    given = {
        "study_id": "prova",
        "area": SimpleNamespace(id="nord", hubs=("hall",)),
        "counts_homes": False,
        "groups": ("total", "age_65_plus", "nobody"),
        "own_profile": {"total": "adult", "age_65_plus": "plain", "nobody": "plain"},
        "residents": pd.DataFrame(
            {"total": [30.0, 10.0, 10.0], "age_65_plus": [1.0, 2.0, 1.0], "nobody": [0.0, 0.0, 0.0]}
        ),
        "targets": {
            "hall": np.array([0]),
            "csrc": np.array([0, 1, 2]),
            "bike_station": np.array([3]),
        },
        "is_located": np.array([True, True, True, False]),
        "facilities": pd.DataFrame({"capacity": ["60", "2.5", "", ""]}),
        "cutoffs_min": (5.0, 15.0),
        "cutoffs_s": (300.0, 900.0),
        "at": None,
        "method": "by hand",
        "network_name": "sketch: prova",
    }
    inputs = SimpleNamespace(**{**given, **changes})
    inputs.open_at = np.full(len(inputs.facilities), "open", dtype=object)
    inputs.people = {name: inputs.residents[name].to_numpy() for name in inputs.groups}
    inputs.is_counted = inputs.is_located
    inputs.is_joined = inputs.is_among_streets = inputs.is_located
    return inputs


def test_homes_solved_by_hand() -> None:
    found = measured()
    assert found.ranked_s.tolist() == [
        pytest.approx([0.0, 900.0, 1000.0]),
        pytest.approx([900.0 - HALF_M, HALF_M, 1000.0 - HALF_M]),
        [INF, INF, INF],
    ]
    assert found.n_within.tolist() == [2, 3, 0]
    far = 0.5 ** ((900 - HALF_M) / HALF_M) + 0.5 ** ((1000 - HALF_M) / HALF_M)
    assert found.gravity.tolist() == pytest.approx([1 + 0.5 ** (900 / HALF_M), 0.5 + far, 0.0])
    # places 0 and 1 are shared by 40, place 2 by the 10 of home 1
    assert found.fca_2s.tolist() == pytest.approx([2 / 40, 2 / 40 + 1 / 10, 0.0])
    assert found.fca_2s @ [30, 10, 10] == pytest.approx(3.0)
    # zones end at 300, 600, 900 s; home 1 is 410 s from place 1, 490 s from place 0, 510 s from
    # place 2
    demand = np.array([30 + 6.8, 30 * 0.22 + 6.8, 6.8])
    assert found.fca_e2s.tolist() == pytest.approx(
        [1 / demand[0] + 0.22 / demand[1], (0.68 / demand).sum(), 0.0]
    )
    assert not found.has_capacity


def test_capacity_counts_only_where_all_is_known() -> None:
    """Places of 60, 20 and 10; with one unknown each counts 1, and the table says so."""
    known = measured((60.0, 20.0, 10.0))
    assert known.has_capacity
    assert known.fca_2s.tolist() == pytest.approx([80 / 40, 80 / 40 + 1.0, 0.0])
    assert known.gravity.tolist() == measured().gravity.tolist()
    partly = measured((60.0, math.nan, 10.0))
    assert not partly.has_capacity
    assert partly.fca_2s.tolist() == measured().fca_2s.tolist()
    inputs = make_inputs(targets={"csrc": np.array([0, 1, 2])})
    assert read_capacity(inputs, np.array([0, 1, 2])).tolist() == pytest.approx(
        [60.0, 2.5, math.nan], nan_ok=True
    )
    bare = make_inputs(facilities=pd.DataFrame({"name": ["a", "b"]}))
    assert np.isnan(read_capacity(bare, np.array([0, 1]))).all()
    table = tabulate_measures(inputs, {("plain", "csrc"): known}).set_index(["measure", "group"])
    assert table.loc[("2sfca", "total"), ["unit", "supply"]].tolist() == [
        "places per 1000 residents",
        "capacity",
    ]
    assert table.loc[("n_within", "total"), ["unit", "supply"]].tolist() == ["facilities", ""]
    assert math.isnan(table.loc[("2sfca", "total"), "mean"])  # 90 places over 50 residents
    assert table.loc[("2sfca", "total"), "missing_demand"] == 0.0
    assert math.isnan(table.loc[("n_within", "total"), "missing_demand"])


def test_what_unknown_demand_may_change_is_told_or_left_out() -> None:
    """Place 0 is shared by 40 and by another 9 of whom nobody knows: less than a fifth, and told;
    by 11, and the row is empty.
    """
    inputs = make_inputs(targets={"csrc": np.array([0, 1, 2])})
    nobody = np.zeros(3)
    for missing, is_told in ((9.0, True), (11.0, False)):
        found = measured(
            demand=Demand(
                np.array([40.0, 40.0, 10.0]),
                np.array([40.0, 40.0, 10.0]),
                np.array([missing, missing, missing / 4]),
                nobody,
            )
        )
        assert found.fca_2s.tolist() == pytest.approx([2 / 40, 2 / 40 + 1 / 10, 0.0])
        table = tabulate_measures(inputs, {("plain", "csrc"): found})
        row = table.set_index(["measure", "group"]).loc[("2sfca", "total")]
        assert row["missing_demand"] == pytest.approx(missing / (40 + missing))
        assert (row["with_value"] == 50.0) == is_told
        assert math.isnan(row["median"]) != is_told
        assert math.isnan(row["mean"])
        enhanced = table.set_index(["measure", "group"]).loc[("e2sfca", "total")]
        assert enhanced["missing_demand"] == 0.0
        assert not math.isnan(enhanced["median"])


def test_measures_table_by_hand() -> None:
    homes = {
        ("plain", "hall"): measured(),
        ("plain", "csrc"): measured(),
        ("plain", "bike_station"): measured(),
    }
    table = tabulate_measures(make_inputs(), homes)
    assert list(table.columns) == MEASURES.list_names()
    assert set(table["category"]) == {"csrc", "bike_station"}, "single hubs have no rows"
    assert len(table) == 2 * 7 * 3
    rows = table.set_index(["category", "measure", "group"])
    nearest = rows.loc[("csrc", "minutes_nearest", "age_65_plus")]
    # one person 0 s away, two 410 s, one who cannot get there
    one = (900 - HALF_M) / 60
    assert (nearest["people"], nearest["with_value"], nearest["is_own"]) == (4.0, 3.0, True)
    assert nearest["mean"] == pytest.approx(2 * one / 3)
    assert nearest[["p10", "p25", "median", "p75", "p90"]].tolist() == pytest.approx(
        [0.0, 0.0, one, one, INF]
    )
    assert math.isnan(nearest["cutoff_min"])
    within = rows.loc[("csrc", "n_within", "total")]
    assert (within["mean"], within["median"], within["p90"], within["is_own"]) == (
        90 / 50,
        2.0,
        3.0,
        False,
    )
    assert within["cutoff_min"] == 15.0
    numbers = ["with_value", "mean", "p10", "p25", "median", "p75", "p90"]
    assert rows.loc["bike_station", numbers].isna().all(axis=None), "unknown is not zero"
    nobody = rows.xs("nobody", level="group").loc["csrc"]
    assert (nobody[["people", "with_value"]] == 0).all(axis=None)
    assert nobody[numbers[1:]].isna().all(axis=None)


def test_equity_table_by_hand() -> None:
    homes = {
        ("plain", "hall"): measured(),
        ("plain", "csrc"): measured(),
        ("plain", "bike_station"): measured(),
    }
    score = {"plain": np.array([1.0, 0.5, 0.0])}
    table = tabulate_equity(make_inputs(cutoffs_min=(5.0,)), homes, score)
    assert list(table.columns) == EQUITY.list_names()
    rows = table.set_index(["category", "group"])
    assert set(rows.index.get_level_values(0)) == {"csrc", "bike_station", "score"}
    hub = rows.loc[("csrc", "age_65_plus")]
    assert (hub["shared"], hub["cutoff_min"], hub["beyond_people"], hub["beyond_share"]) == (
        "gravity",
        5.0,
        3.0,
        0.75,
    )
    assert hub["unreachable_people"] == 1.0
    beyond_min = (900 - HALF_M) / 60 - 5
    assert hub["beyond_mean_min"] == pytest.approx(beyond_min)
    assert hub["gap"] == pytest.approx(2 / 3 * beyond_min / 5)
    # rising: one on the island with nothing, one at the door of place 0 at 1.28, two between all
    # at 0.50 + 0.56 + 0.49 together
    none, one, two = sorted(measured().gravity.tolist())
    assert (none, one, two) == pytest.approx((0.0, 1.28, 1.55), abs=0.005)
    assert hub["gini"] == pytest.approx((-3 * none - one + two + 3 * two) / (4 * (one + 2 * two)))
    assert hub["palma"] == pytest.approx(0.4 * two / (0.6 * one))
    by_score = rows.loc[("score", "total")]
    assert (by_score["shared"], by_score["people"]) == ("score", 50.0)
    assert by_score["palma"] == pytest.approx(
        5.0 / 5.0
    )  # 5 people with 1; 10 with 0 and 10 with 0.5
    late = [
        "beyond_people",
        "beyond_share",
        "unreachable_people",
        "beyond_mean_min",
        "gap",
        "squared_gap",
    ]
    assert by_score[late].isna().all()
    unknown = rows.loc["bike_station", ["gini", "theil", "palma", *late]]
    assert unknown.isna().all(axis=None)


def test_a_run_at_a_moment_says_when() -> None:
    homes = {("plain", "csrc"): measured()}
    inputs = make_inputs(at=datetime(2026, 11, 24, 10, 0))  # noqa: DTZ001  # local time, as places state their hours
    for table in (tabulate_measures(inputs, homes), tabulate_equity(inputs, homes, {})):
        assert set(table["at"]) == {"2026-11-24 10:00"}


@pytest.mark.real_data
def test_milan_says_the_same_in_every_table(milan: Run) -> None:
    """Nearest minutes, counts and shares beyond agree with the search, the counts and the
    coverage.
    """
    area = milan.areas["chiesa_rossa"]
    for (profile, target), homes in area.home_measures.items():
        np.testing.assert_array_equal(homes.ranked_s[:, 0], area.travel_time_s[profile, target])
        assert (homes.ranked_s[:, :-1] <= homes.ranked_s[:, 1:]).all()
        for rank in range(3):
            assert ((homes.ranked_s[:, rank] <= 900.0) == (homes.n_within > rank)).all()
        assert ((homes.gravity > 0) == (homes.n_within > 0)).all()
    cover = area.coverage[(area.coverage["zone"] == "all") & (area.coverage["cutoff_min"] == 15)]
    key = ["profile", "category", "group"]
    both = area.equity.merge(cover, on=key, suffixes=("", "_covered"))
    known = both[both["covered"].notna()]
    assert len(known) > 100
    assert (known["people"] - known["beyond_people"]).to_numpy() == pytest.approx(
        known["covered"].to_numpy(), abs=0.01
    )
    assert both[both["covered"].isna()]["beyond_people"].isna().all()


@pytest.mark.real_data
def test_milan_shares_with_its_neighbours(milan: Run) -> None:
    """All who live around are known: nothing is left out, and Chiesa Rossa has no more of its hubs
    than if it were alone.
    """
    area = milan.areas["chiesa_rossa"]
    table = area.measures
    shared = table[table["measure"].isin(["2sfca", "e2sfca"]) & (table["category"] == "hub")]
    assert (shared["missing_demand"] < MOST_MISSING).all()
    assert shared["median"].notna().all()
    assert table["mean"][table["measure"].isin(["2sfca", "e2sfca"])].isna().all()
    people = area.residents["total"].to_numpy(dtype=float)
    found = area.home_measures["adult", "hub"]
    assert 0 < (found.fca_2s * people).sum() < 2.0, "two hubs, shared with who lives around"
