"""Proposals beside today: numbers that can be held against a run of what is proposed."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

import access15
from access15.area.compare import draw_changed_areas
from access15.config.proposal import Change, Proposal
from access15.errors import Access15Warning, InputDataError
from access15.results.run import RunResult
from access15.testing import assert_table
from access15.workflows.compare import Comparison, compare

pytestmark = pytest.mark.usefixtures("said_in_italian")

KEYS = ["zone", "profile", "category", "group", "cutoff_min"]
BOIFAVA_NORTH = (9.1760, 45.4350)


TODAY: list[RunResult] = []


@pytest.fixture(scope="module", autouse=True)
def _today(sketch: RunResult) -> Iterator[None]:
    """The run that all tests look at."""
    TODAY.append(sketch)
    yield
    TODAY.clear()


def today() -> RunResult:
    """Chiesa Rossa on the sketch that comes with access15."""
    return TODAY[0]


def propose(*changes: dict[str, Any], **more: Any) -> Proposal:
    numbered = tuple(Change(**{"id": f"c{i}", **one}) for i, one in enumerate(changes, start=1))
    return Proposal(
        **{
            "id": "a",
            "name": "Idea",
            "study": "milano",
            "area": "chiesa_rossa",
            "changes": numbered,
            **more,
        }
    )


def of(proposal: Proposal, result: RunResult | None = None) -> Comparison:
    return compare(proposal, result=result or today())


BORDER_M = 0.5  # how exactly a border is drawn

MOVED = {"kind": "move_facility", "facility_id": "cam-04", "place": BOIFAVA_NORTH}
ADDED = {
    "kind": "add_facility",
    "name": "Nuovo centro",
    "category": "hub",
    "place": (9.1690, 45.4330),
}
GONE = {"kind": "remove_facility", "facility_id": "csrc-07"}


def test_nothing_proposed_is_today_to_the_last_bit() -> None:
    found = of(propose())
    for key, seconds in found.proposals[0].travel_time_s.items():
        np.testing.assert_array_equal(seconds, today().areas["chiesa_rossa"].travel_time_s[key])
    table = found.coverage
    assert_table(table, "compare")
    assert (table["before"].dropna() == table["after"].dropna()).all()
    assert table[["gained", "lost"]].sum().sum() == 0
    assert found.streets.empty
    assert_table(found.streets, "compare_streets")
    assert_table(found.changes, "compare_changes")


def test_before_is_the_coverage_of_a_run() -> None:
    run = today().areas["chiesa_rossa"].coverage.set_index(KEYS)["covered"]
    before = of(propose(MOVED)).coverage.set_index(KEYS)["before"]
    pd.testing.assert_series_equal(before, run.loc[before.index], check_names=False, rtol=1e-12)


def test_after_is_a_run_of_what_is_proposed(tmp_path: Path) -> None:
    """The same facilities written into a table give the same people, and everybody the same walk,
    to the last bit: places and their doors lie on whole centimetres, whoever says where.
    """
    table = pd.read_csv(access15.load_study("milano").facilities.file, dtype=str)
    row = table["facility_id"] == "cam-04"
    table.loc[row, ["lon", "lat"]] = [str(BOIFAVA_NORTH[0]), str(BOIFAVA_NORTH[1])]
    path = tmp_path / "moved.csv"
    table.to_csv(path, index=False)
    proposed = access15.run("milano", areas=["chiesa_rossa"], facilities=path, offline=True)
    area = proposed.areas["chiesa_rossa"]
    found = of(propose(MOVED))
    for key, seconds in area.travel_time_s.items():
        if key in found.proposals[0].travel_time_s:  # not single hubs
            np.testing.assert_array_equal(found.proposals[0].travel_time_s[key], seconds)
    after = found.coverage.set_index(KEYS)["after"]
    run = area.coverage.set_index(KEYS)["covered"].loc[after.index]
    pd.testing.assert_series_equal(after, run, check_names=False, rtol=1e-12)


def test_gains_less_losses_are_the_difference_and_zones_and_streets_sum_up() -> None:
    found = of(propose(MOVED, GONE))
    table = found.coverage.dropna(subset=["after"])
    np.testing.assert_allclose(table["gained"] - table["lost"], table["difference"], atol=1e-9)
    np.testing.assert_allclose(table["before"] + table["difference"], table["after"], atol=1e-9)
    assert table["lost"].sum() > 0
    assert table["gained"].sum() > 0
    whole = table[table["zone"] == "all"].set_index(KEYS[1:])[["before", "after", "gained", "lost"]]
    zones = (
        table[table["zone"] != "all"].groupby(KEYS[1:])[["before", "after", "gained", "lost"]].sum()
    )
    np.testing.assert_allclose(zones.loc[whole.index], whole, atol=1e-6)
    longest = table[(table["zone"] == "all") & (table["cutoff_min"] == 15)]
    by_street = found.streets.groupby(["profile", "category", "group"])[["gained", "lost"]].sum()
    for row in longest.itertuples():
        expected = (row.gained, row.lost)
        key = (row.profile, row.category, row.group)
        told = tuple(by_street.loc[key]) if key in by_street.index else (0.0, 0.0)
        assert told == pytest.approx(expected, abs=1e-9)


def test_one_more_hub_never_lowers_coverage_and_one_fewer_never_raises_it() -> None:
    more, fewer = of(propose(ADDED)).coverage, of(propose(GONE)).coverage
    hubs = more["category"] == "hub"
    assert (more.loc[hubs, "lost"] == 0).all()
    assert more.loc[hubs, "gained"].sum() > 0
    assert (more.loc[~hubs, ["gained", "lost"]].fillna(0) == 0).all(axis=None), (
        "a new hub is of no category"
    )
    assert (fewer["gained"].fillna(0) == 0).all()


def test_the_first_known_place_of_a_kind_makes_it_known() -> None:
    """No WeMi space has a certain point: today is unknown, not zero."""
    wemi = {"kind": "add_facility", "name": "WeMi", "category": "wemi", "place": BOIFAVA_NORTH}
    table = of(propose(wemi)).coverage
    row = table[
        (table["category"] == "wemi") & (table["zone"] == "all") & (table["cutoff_min"] == 15)
    ]
    assert row["before"].isna().all()
    assert (row["after"] > 0).all()
    assert row["difference"].isna().all()


def test_what_means_nothing_is_told_and_changes_nothing() -> None:
    proposal = propose(
        {"kind": "remove_steps", "place": BOIFAVA_NORTH},
        {"kind": "add_facility", "name": "Lontano", "category": "hub", "place": (9.1500, 45.4150)},
        network="0123456789abcdef",
    )
    with pytest.warns(Access15Warning) as caught:
        found = of(proposal)
    told = sorted(str(one.message) for one in caught)
    assert told[0].startswith(
        "proposal 'Idea' was made on other streets than street_sketch_segments.csv"
    )
    assert (
        told[1] == "proposal 'Idea', 'c1' (remove_steps) changes nothing: no steps lie within 30 m"
    )
    assert (
        "'c2' (add_facility) changes nothing: no street that any walker of the run can reach"
        in told[2]
    )
    assert found.changes["status"].tolist() == ["no_steps", "too_far_from_network"]
    assert found.coverage[["gained", "lost"]].sum().sum() == 0


@pytest.mark.parametrize(
    ("proposal", "message"),
    [
        (
            propose(study="roma"),
            "proposal 'Idea' is of study 'roma', not 'milano'; name its study with --study",
        ),
        (propose(area="duomo"), "is of area 'duomo', not one of the study's: chiesa_rossa"),
        (propose({**GONE, "facility_id": "x"}), "'c1': there is no facility 'x' in the study"),
        (
            propose({**ADDED, "category": "cinema"}),
            "'c1': category 'cinema' is not in the study; known are hub, ",
        ),
        (
            propose({**ADDED, "place": (45.4330, 9.1690)}),
            "outside the streets of Chiesa Rossa; are the two swapped",
        ),
    ],
)
def test_proposals_that_cannot_be_compared(proposal: Proposal, message: str) -> None:
    with pytest.raises(InputDataError) as caught:
        of(proposal)
    assert message in str(caught.value)


def test_seven_side_by_side_are_too_many() -> None:
    with pytest.raises(InputDataError, match="7 proposals are of area 'chiesa_rossa'; at most 6"):
        compare([propose()] * 7, result=today())
    with pytest.raises(InputDataError, match="there is no proposal to compare"):
        compare([], result=today())


def test_changes_of_streets_are_named_and_measured() -> None:
    link = {"kind": "add_link", "place": (9.1736, 45.4300), "place_to": (9.1716, 45.4300)}
    table = of(propose(link, {"kind": "close_link", "place": (9.1749, 45.4300)}, MOVED)).changes
    assert table["street"].tolist() == [
        "Via San Domenico Savio / Alzaia Naviglio Pavese",
        "Via San Domenico Savio",
        "",
    ]
    assert (table["metres"][:2] > 50).all()
    assert table["lon_to"].tolist()[0] == 9.1716


def test_proposals_of_several_files_get_ids_that_differ(tmp_path: Path) -> None:
    content = {
        "type": "FeatureCollection",
        "access15": {
            "format": "access15-proposal",
            "version": 1,
            "study": "milano",
            "area": "chiesa_rossa",
        },
        "features": [],
    }
    paths = [tmp_path / f"{name}.geojson" for name in ("tavolo_1", "tavolo_2")]
    for path in paths:
        path.write_text(json.dumps(content), encoding="utf-8")
    found = compare([*paths, propose()], result=today())
    assert [one.proposal.id for one in found.proposals] == ["a", "tavolo_2-a", "a-2"]
    assert [one.proposal.name for one in found.proposals] == ["tavolo_1", "tavolo_2", "Idea"]


@pytest.mark.real_data
def test_a_fix_of_the_list_gains_what_the_list_says(milan: RunResult) -> None:
    """Links among the street fixes of Milan, proposed one by one, let in the people that the
    ranking counts.
    """
    fixes = milan.areas["forlanini_salomone"].fixes
    fixes = fixes[fixes["profile"] == "older_adult"]
    links = fixes[fixes["kind"] == "missing_link"].nlargest(5, "gained_age_65_plus")
    assert (links["gained_age_65_plus"] > 0).sum() == 5
    for fix in links.itertuples():
        change = {
            "kind": "add_link",
            "place": (fix.lon, fix.lat),
            "place_to": (fix.lon_to, fix.lat_to),
        }
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = of(propose(change, area="forlanini_salomone"), milan).coverage
        row = found[
            (found["zone"] == "all")
            & (found["profile"] == "older_adult")
            & (found["category"] == fix.category)
            & (found["group"] == "age_65_plus")
            & (found["cutoff_min"] == 15)
        ]
        assert row["gained"].item() == pytest.approx(fix.gained_age_65_plus, abs=1e-6)
        assert row["lost"].item() == 0


def test_areas_of_a_proposal_hold_the_homes_that_arrive_and_lie_inside_one_another() -> None:
    result = today()
    proposal = propose(
        MOVED, {"kind": "add_link", "place": (9.1736, 45.4300), "place_to": (9.1716, 45.4300)}
    )
    homes = result.areas["chiesa_rossa"].residents.geometry.to_numpy()
    for profile in ("older_adult", "wheelchair"):
        areas = draw_changed_areas(result, proposal, profile=profile, target="hub")
        seconds = of(proposal).proposals[0].travel_time_s[profile, "hub"]
        for area, minutes in zip(areas, result.cutoffs_min, strict=True):
            inside = shapely.intersects(area, homes)
            assert not (inside & (seconds > 60 * minutes)).any()
            missed = homes[~inside & ~(seconds > 60 * minutes)]
            assert len(missed) <= 1
            assert (shapely.distance(area, missed) < BORDER_M).all()
        assert areas[0].difference(areas[1]).area < 1e-3
        assert areas[1].difference(areas[2]).area < 1e-3


def test_areas_of_no_proposal_are_todays() -> None:
    result = today()
    table = result.areas["chiesa_rossa"].service_areas
    hubs = table[(table["profile"] == "frail") & (table["target_kind"] == "hub")]
    drawn = draw_changed_areas(result, propose(), profile="frail", target="hub")
    for area, minutes in zip(drawn, result.cutoffs_min, strict=True):
        together = shapely.union_all(hubs.geometry[hubs["cutoff_min"] == minutes].to_numpy())
        assert area.symmetric_difference(together).area < 0.01 * together.area
