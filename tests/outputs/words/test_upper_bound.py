"""A share that unknown kerbs and slopes could only make less is said as the most there may be."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from builders.run import make_result

from access15.outputs.pages.session_data import build_session_data
from access15.outputs.poster.words import build_headline
from access15.outputs.words.confidence import (
    describe_confidence,
    is_upper_bound,
    write_of_hundred,
    write_share,
)
from access15.outputs.words.findings import Findings


def findings(profile: str, lang: str = "it", **shares: float) -> Findings:
    """A run of which so much of the streets walked is unknown."""
    result = make_result(profiles=("adult", "older_adult", profile))
    rows = [
        {"area": "chiesa_rossa", "profile": profile, "tag": tag, "share": share}
        for tag, share in shares.items()
    ]
    area = replace(result.areas["chiesa_rossa"], unknown_shares=pd.DataFrame(rows))
    return Findings(
        replace(result, areas={**result.areas, "chiesa_rossa": area}), "chiesa_rossa", lang
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("profile", "shares", "expected"),
    [
        ("wheelchair", {"kerb": 0.4, "incline": 0.0}, True),
        ("wheelchair", {"kerb": 0.0, "incline": 0.9}, True),
        ("wheelchair", {"kerb": 0.0, "incline": 0.0, "surface": 0.9}, False),
        ("wheelchair", {"kerb": float("nan"), "incline": 0.0}, False),
        ("frail", {"kerb": 0.9, "incline": 0.9}, False),
    ],
)
def test_only_who_may_be_stopped_has_an_upper_bound(
    profile: str, shares: dict[str, float], expected: bool
) -> None:
    assert is_upper_bound(findings(profile, **shares), profile) is expected


@pytest.mark.parametrize(
    ("lang", "share", "expected"),
    [
        ("it", 0.23, "al massimo 23 %"),
        ("en", 0.23, "at most 23%"),
        ("en", 0.0, "0%"),
        ("it", float("nan"), "non noto"),
    ],
)
def test_share_is_written_as_at_most(lang: str, share: float, expected: str) -> None:
    found = write_share(findings("wheelchair", lang, kerb=0.5), "wheelchair", share)
    assert found.replace("\u202f", " ").replace("\u00a0", " ") == expected


def test_the_reason_stands_beside_it() -> None:
    told = describe_confidence(findings("wheelchair", "en", kerb=0.5), "wheelchair")
    assert "the shares of “Wheelchair user” are the most there may be" in told
    assert "most there may be" not in describe_confidence(
        findings("wheelchair", "en", kerb=0.0), "wheelchair"
    )


@pytest.mark.parametrize(
    ("profile", "expected"), [("wheelchair", "at most 7"), ("frail", "7"), ("adult", "7")]
)
def test_of_a_hundred_it_is_at_most_so_many(profile: str, expected: str) -> None:
    assert write_of_hundred(findings("wheelchair", "en", kerb=0.5), profile, 0.07) == expected


def test_a_poster_says_at_most() -> None:
    told = findings("wheelchair", "en", kerb=0.5)
    line = build_headline(told, "wheelchair", "hub", None).lines[1]
    assert line.startswith("at most ")
    assert not build_headline(told, "older_adult", "hub", None).lines[1].startswith("at most ")


def test_a_session_page_knows_whose_shares_are_the_most_there_may_be() -> None:
    told = findings("wheelchair", "en", kerb=0.5)
    page = build_session_data(told.result, "chiesa_rossa", "en")
    bounds = {profile["id"]: profile["is_at_most"] for profile in page["profiles"]}
    assert bounds == {"adult": False, "older_adult": False, "wheelchair": True}
