"""The honesty gap: which profile is whose, and what the claim says beyond it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

import access15
from access15.area.ranges import ENDS
from access15.area.study import study_area
from access15.area.walkers import AreaInputs
from access15.config import Area, Study, load_categories, load_profiles, load_study
from access15.core.streets.network import build_network
from access15.errors import ConfigError
from access15.results.gap import KEYS, add_gap
from access15.results.people import PeopleInfo
from access15.results.run import AreaResult, Backdrop, NetworkInfo
from access15.results.schema import COVERAGE

CRS = "EPSG:32632"
PROFILES = ("adult", "older_adult", "frail")
OWN = {"total": "adult", "age_65_plus": "older_adult", "age_80_plus": "frail"}


def make_area(
    *,
    profiles: tuple[str, ...] = PROFILES,
    claim: str = "adult",
    homes_m: tuple[float, ...] = (700, 800, 1000, 1300),
) -> AreaResult:
    """A street of 1.5 km; the hub and one library at its west end, a library nobody placed.

    ::

        hub, lib ---- 700 ---- 800 -------- 1000 ------------ 1300 -----   metres; 10, 20, 30, 40
        people of 65+
    """
    network = build_network(
        crs=CRS,
        node_xy=np.array([[0.0, 0.0], [1500.0, 0.0]]),
        edge_u=np.array([0]),
        edge_v=np.array([1]),
    )
    n = len(homes_m)
    residents = gpd.GeoDataFrame(
        {
            "resident_id": [str(i) for i in range(n)],
            "zone_id": ["1", "2"] * (n // 2) + ["1"] * (n % 2),
            "street": "",
            "total": 100.0,
            "age_65_plus": 10.0 * (1 + np.arange(n)),
            "age_80_plus": 1.5,
        },
        geometry=[Point(x, 0) for x in homes_m],
        crs=CRS,
    )
    rows = [
        ("hub-1", "cam", Point(0, 0), "ok"),
        ("lib-1", "library", Point(0, 0), "ok"),
        ("lib-2", "library", None, "not_geocoded"),
        ("far-1", "library", Point(0, 9000), "ok"),
        ("park-1", "park", None, "not_geocoded"),
    ]
    facilities = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=["facility_id", "category", "geometry", "status"]),
        geometry="geometry",
        crs=CRS,
    )
    nothing = gpd.GeoSeries([], crs=CRS)
    inputs = AreaInputs(
        area=Area(id="via", name="Via", zones=("1", "2"), hubs=("hub-1",)),
        network=network,
        network_info=NetworkInfo("graph", "street", "", ""),
        backdrop=Backdrop(nothing, nothing, nothing, nothing),
        zones=gpd.GeoDataFrame(
            {"zone_id": ["1", "2"]}, geometry=[box(0, 0, 900, 9), box(900, 0, 1500, 9)], crs=CRS
        ),
        facilities=facilities.assign(
            name="",
            precision=["official point", "official point", "none", "official point", "none"],
        ),
        residents=residents,
        categories={name: load_categories()[name] for name in ("library", "park")},
        cutoffs_min=(10.0, 15.0),
        own_profile=OWN,
        claim=claim,
        claim_pace_ms=load_profiles()[claim].pace_ms,
        max_snap_m=150.0,
        study_id="s",
        people_info=PeopleInfo(),
    )
    walkers = {name: load_profiles()[name] for name in profiles}
    tireless = {
        name: walker.model_copy(update={"rest_every_m": None, "rest_s": None})
        for name, walker in walkers.items()
    }
    return study_area(inputs, tireless)


@pytest.fixture(scope="module")
def area() -> AreaResult:
    return make_area()


def row(area: AreaResult, **wanted: object) -> pd.Series:
    table = area.coverage
    asked = {"zone": "all", "category": "hub", "group": "age_65_plus", "cutoff_min": 15.0, **wanted}
    for column, value in asked.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_gap_by_hand(area: AreaResult) -> None:
    """15 minutes are 1197 m for the adult (1.33 m/s), 873 m for the older adult."""
    adult, older = row(area, profile="adult"), row(area, profile="older_adult")
    assert (adult["covered"], adult["share"], adult["ratio"]) == (60.0, 0.6, 1.0)
    assert (older["covered"], older["share"], older["ratio"]) == (30.0, 0.3, 0.5)
    assert (older["gap_people"], older["gap_points"]) == (30.0, pytest.approx(30.0))
    assert (adult["gap_people"], adult["gap_points"]) == (0.0, 0.0)
    assert row(area, profile="older_adult", group="age_80_plus")["gap_people"] == 1.5
    assert not row(area, profile="older_adult", group="age_80_plus")["is_own"]
    assert row(area, profile="frail", group="age_80_plus")["is_own"]
    assert row(area, profile="older_adult")["is_own"]
    assert row(area, profile="adult", group="total")["is_own"]
    assert list(area.coverage.columns) == COVERAGE.list_names()


def test_unknown_places_have_neither_gap_nor_range(area: AreaResult) -> None:
    unknown = row(area, profile="older_adult", category="park")
    assert unknown["people"] == 100.0
    assert unknown[["covered", "share", *ENDS, "gap_people", "gap_points", "ratio"]].isna().all()


def test_people_of_each_facility_by_hand(area: AreaResult) -> None:
    """The frail reach 720 m, so that of the 80+ one home of four gets to the library; the claim
    counts three.
    """
    table = area.facilities.set_index("facility_id")
    told = {
        name: tuple(table.loc["lib-1", [f"own_{name}", f"claim_{name}", f"gap_{name}"]])
        for name in OWN
    }
    assert told == {
        "total": (300.0, 300.0, 0.0),
        "age_65_plus": (30.0, 60.0, 30.0),
        "age_80_plus": (1.5, 4.5, 3.0),
    }
    for nowhere in ("lib-2", "far-1", "park-1"):
        assert (
            table.loc[nowhere, [f"{part}_total" for part in ("own", "claim", "gap")]].isna().all()
        )


def test_precision_is_counted_of_places_here_or_maybe_here(area: AreaResult) -> None:
    """The library 9 km away is another neighbourhood's."""
    shares = area.precision_shares.set_index("precision")
    assert shares["n"].to_dict() == {"official point": 2, "none": 2}
    assert shares["share"].to_dict() == {"official point": 0.5, "none": 0.5}


def test_a_run_without_the_claim_has_an_unknown_gap() -> None:
    area = make_area(profiles=("frail",))
    assert row(area, profile="frail")["covered"] == 10.0
    assert area.coverage[["gap_people", "gap_points"]].isna().all(axis=None)
    table = area.facilities.set_index("facility_id")
    assert table.loc["lib-1", "own_age_80_plus"] == 1.5
    assert np.isnan(
        table.loc["lib-1", "own_age_65_plus"]
    )  # nobody of 65 and over walks in this run
    assert table[["claim_total", "gap_age_80_plus"]].isna().all(axis=None)


@settings(deadline=None, max_examples=15)
@given(
    homes_m=st.lists(st.floats(0, 1500), min_size=2, max_size=6), claim=st.sampled_from(PROFILES)
)
def test_ends_are_in_order_and_gap_is_the_difference(homes_m: list[float], claim: str) -> None:
    table = make_area(homes_m=tuple(homes_m), claim=claim).coverage
    known = table[table["category"] != "park"]
    for low, high in zip(ENDS[::2], ENDS[1::2], strict=True):
        ends = known[[low, high]].dropna()
        assert (ends[low] <= ends[high]).all()
    claimed = known[known["profile"] == claim].set_index([*KEYS])
    for one in known.itertuples():
        beside = claimed.loc[tuple(getattr(one, key) for key in KEYS)]
        assert one.gap_people == beside["covered"] - one.covered
        assert one.gap_points == 100.0 * (beside["share"] - one.share)
    zones = known[known["zone"] != "all"].groupby(["profile", "category", "group", "cutoff_min"])
    whole = known[known["zone"] == "all"].set_index(["profile", "category", "group", "cutoff_min"])
    for column in ("people", "covered", "gap_people"):
        assert whole[column].to_numpy() == pytest.approx(
            zones[column].sum().reindex(whole.index).to_numpy()
        )


def test_gap_of_a_table_without_the_claim_is_unknown() -> None:
    table = pd.DataFrame(
        {
            "area": "a",
            "zone": "all",
            "category": "hub",
            "group": "total",
            "cutoff_min": 15.0,
            "profile": ["adult", "frail"],
            "covered": [5.0, 2.0],
            "share": [0.5, 0.2],
        }
    )
    assert add_gap(table, "adult")["gap_people"].tolist() == [0.0, 3.0]
    assert add_gap(table, "plain")["gap_people"].isna().all()
    assert "gap_people" not in table.columns


# --- who walks how --------------------------------------------------------------------------------


def test_milano_says_how_its_groups_walk() -> None:
    study = load_study("milano")
    assert study.claim == "adult"
    assert {group: study.own_profile(group) for group in study.population.groups} == {
        "total": "adult",
        "age_65_plus": "older_adult",
        "age_80_plus": "frail",
        "age_80_plus_living_alone": "frail",
    }


@pytest.mark.parametrize(
    ("profiles", "claim", "expected"),
    [
        (("adult", "older_adult", "frail"), None, ("adult", "adult", "older_adult")),
        (("frail", "adult", "older_adult"), "adult", ("adult", "adult", "frail")),
        (("frail", "adult"), None, ("frail", "frail", "adult")),
        (("frail",), None, ("frail", "frail", "frail")),
    ],
)
def test_groups_that_the_study_does_not_name(
    profiles: tuple[str, ...], claim: str | None, expected: tuple[str, ...]
) -> None:
    study = load_study("milano")
    silent = study.population.model_copy(update={"walks_as": {}})
    study = study.changed(profiles=profiles, claim_profile=claim, population=silent)
    assert (study.claim, study.own_profile("total"), study.own_profile("age_65_plus")) == expected


def test_unknown_claim_and_unknown_group_are_told() -> None:
    study = load_study("milano")
    with pytest.raises(
        ConfigError,
        match="claim_profile 'plain' is not a profile of the study: its profiles are adult, ",
    ):
        study.changed(claim_profile="plain")
    walks_as = {"age_60_plus": "frail", "poor": "adult"}
    with pytest.raises(
        ConfigError,
        match=r"\[population.walks_as\] names 'age_60_plus', 'poor', not among the groups of",
    ):
        study.changed(population={**study.population.model_dump(), "walks_as": walks_as})


def test_a_group_that_walks_as_nobody_known_is_told() -> None:
    study = load_study("milano")
    wrong: Study = study.changed(
        population=study.population.model_copy(update={"walks_as": {"age_65_plus": "old"}})
    )
    with pytest.raises(
        ConfigError,
        match=r"\[population.walks_as\] age_65_plus = 'old' is not known; known are adult, ",
    ):
        access15.run(wrong, offline=True)


def test_a_run_of_one_walker_is_still_measured_against_the_study(tmp_path: Path) -> None:
    run = access15.run(
        "milano", profiles=["frail"], cutoffs_min=[5], areas=["chiesa_rossa"], offline=True
    )
    assert list(run.profiles) == ["frail"]
    assert run.study.claim == "adult"
    assert run.coverage["gap_people"].isna().all()
    assert set(run.coverage.loc[run.coverage["is_own"], "group"]) == {
        "age_80_plus",
        "age_80_plus_living_alone",
    }
    run.write(tmp_path)
    assert ",frail,hub,age_80_plus,5,2394.00," in (tmp_path / "coverage.csv").read_text(
        encoding="utf-8"
    )
