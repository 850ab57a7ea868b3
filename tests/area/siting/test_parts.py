"""Pairs are searched in parts, which nothing depends on; what needs them all says when it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders.small_town import write_town

import access15
from access15.results.siting import SiteFindings

TABLES = ("curve", "sites", "alternatives", "streets", "left_out", "gain_streets")
RULES = {"free_existing": True, "no_losers": True, "floors": ["each=0.1"]}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    write_town(folder)
    return folder


def find(town: Path, **asked: Any) -> SiteFindings:
    return access15.site(
        town / "town.toml",
        category="csrc",
        cutoff_min=2.5,
        areas=["west"],
        osm=town / "town.osm",
        offline=True,
        **asked,
    )


@pytest.mark.parametrize("asked", [{}, RULES], ids=["plain", "rules"])
def test_parts_change_nothing(
    town: Path, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = find(town, n=2, worlds=0, **asked)
    assert whole.curve["n_candidates"].iloc[0] > 3  # several parts, and a smaller last one
    assert len(whole.alternatives) or asked
    monkeypatch.setattr("access15.area.siting.parts._PLACES", 2)
    parted = find(town, n=2, worlds=0, **asked)
    for name in TABLES:
        one, other = pd.DataFrame(getattr(whole, name)), pd.DataFrame(getattr(parted, name))
        if name == "curve":
            one, other = one.drop(columns="date"), other.drop(columns="date")
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_no_worlds_are_drawn_of_too_many_candidates(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access15.area.siting.parts._MOST_AT_ONCE", 10)
    found = find(town)
    n, homes = found.curve["n_candidates"].iloc[0], len(found.run.areas["west"].residents)
    assert (found.curve["n_worlds"] == 0).all()
    assert found.sites["stays_best"].isna().all()
    told = f"no worlds drawn, as there are too many candidates ({n} for {homes} resident points)"
    assert [told in note for note in found.warnings].count(True) == 1
    # who asked for none, or where none are drawn anyway, need not be told
    for asked in ({"worlds": 0}, {"free_existing": True}):
        assert not any("no worlds" in note for note in find(town, **asked).warnings)


def test_minutes_are_not_sought_among_too_many(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("access15.area.siting.parts._MOST_AT_ONCE", 10)
    with pytest.raises(
        access15.Access15Error,
        match=r"candidates times \d+ resident points are too many for --objective average, which "
        r"keeps all walks at once \(at most 500 million pairs\); name fewer candidates with "
        r"--candidates, a smaller area, or ask for --objective cover or enough",
    ):
        find(town, objective="average")
