"""Studies without hubs or without residents, and groups with names of their own: what they ask."""

from __future__ import annotations

import re
from typing import Any

import pytest

from access15.config import Study, build_options, find_headline_group, load_study
from access15.errors import ConfigError
from access15.workflows.given import read_given

MILAN = load_study("milano")
GROUPS: dict[str, Any] = {"total": "total", "mayores": "age_65_plus", "poor": "age_80_plus"}


def change(**changes: Any) -> Study:
    """Milan's study with other values."""
    return MILAN.changed(**changes)


def without_hubs() -> list[dict[str, Any]]:
    return [area.model_dump() | {"hubs": ()} for area in MILAN.areas]


def people(**changes: Any) -> dict[str, Any]:
    plain = MILAN.population.model_dump() | {"labels": {}, "walks_as": {}, "around": None}
    return plain | changes


def homes(**changes: Any) -> dict[str, Any]:
    return {"kind": "homes", **changes}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"areas": [without_hubs()[0], MILAN.areas[1].model_dump()]},
            "areas 'chiesa_rossa' name no hubs, and others do; name them there too (hubs = [...]), "
            "or in no area",
        ),
        (
            {"hub_category": "pharmacy"},
            "hub_category = 'pharmacy' stands in for hubs, and areas name hubs too; remove one",
        ),
        (
            {"areas": without_hubs(), "hub_category": "castle"},
            "hub_category is 'castle', which categories does not ask for",
        ),
        (
            {"population": homes(file="a.csv")},
            "[population] kind = 'homes' counts no residents and reads no 'file' and no 'around'",
        ),
        (
            {"population": homes(groups={"total": "total"})},
            "[population] kind = 'homes' knows no groups of people; remove [population.groups]",
        ),
        (
            {"population": homes(walks_as={"total": "adult"})},
            "[population.walks_as] names 'total', not among the groups of [population.groups]: homes",
        ),
        ({"population": homes(zone_column="a")}, "[population] 'zone_column' is for kind 'zones'"),
        ({"population": people(file=None)}, 'without residents write kind = "homes"'),
        (
            {"population": people(groups={"total": "total", "homes": "x"}, around=None)},
            "[population.groups] 'homes' cannot be the name of a group",
        ),
    ],
)
def test_what_does_not_go_together(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(problem)):
        change(**changes)


def test_the_first_kind_stands_in_where_nobody_names_hubs() -> None:
    study = change(areas=without_hubs(), categories=("library", "pharmacy"))
    assert (study.hub_category, study.hub_stand_in) == (None, "library")
    assert study.asking(["pharmacy"]).hub_stand_in == "library"
    assert study.changed(hub_category="pharmacy").hub_stand_in == "pharmacy"
    assert MILAN.hub_stand_in is None


def test_groups_with_names_of_their_own_name_their_walker() -> None:
    study = change(population=people(groups=GROUPS, walks_as={"poor": "adult"}))
    rule = "[population.walks_as] does not say how 'mayores' walk; add mayores = 'older_adult'"
    with pytest.raises(ConfigError, match=re.escape(rule)):
        read_given(study, build_options())


def test_headlines_are_about_who_is_asked_for() -> None:
    assert find_headline_group(["total", "age_80_plus", "age_65_plus"]) == "age_65_plus"
    assert find_headline_group(["total", "mayores", "poor"]) == "mayores"
    assert find_headline_group(["total"]) == "total"
    assert find_headline_group(["homes"]) == "homes"


def test_homes_walk_as_the_first_who_is_not_the_claim() -> None:
    study = change(population=homes(), hub_category="park", areas=without_hubs())
    assert study.own_profile("homes") == "older_adult"
    assert (study.population.everybody, study.population.files) == ("homes", {})
    assert study.population.label_of("homes").it == "abitazioni"
