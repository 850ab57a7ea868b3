"""What a person may choose for a run: read once, applied to a study once."""

from __future__ import annotations

from pathlib import Path

import pytest

from access15.config import (
    Options,
    RunOptions,
    Study,
    build_options,
    load_categories,
    load_profiles,
    load_study,
)
from access15.config.moments import parse_moment
from access15.errors import ConfigError


def test_what_is_left_out_stays_as_the_study_says() -> None:
    study, options = load_study(), build_options()
    assert options.apply_to(study) == study
    assert tuple(options.choose_profiles(study)) == study.profiles
    assert (options.walkers, options.categories) == (load_profiles(), load_categories())


def test_every_choice_counts(tmp_path: Path) -> None:
    options = build_options(
        facilities=str(tmp_path / "places.csv"),
        profiles=["frail", "adult", "frail"],
        cutoffs_min=[10, 5, 10],
        areas=["forlanini_salomone"],
        osm="milano.osm.pbf",
        graph="milano.graphml",
        seats=["benches.csv"],
        at="tue 10:00",
        offline=True,
        cache=tmp_path,
    )
    study = options.apply_to(load_study())
    assert study.facilities.file == tmp_path / "places.csv"
    assert study.cutoffs_min == (5.0, 10.0)
    assert [area.id for area in study.areas] == ["forlanini_salomone"]
    assert study.seats is not None
    assert study.seats.files == (Path("benches.csv"),)
    assert study.profiles == load_study().profiles  # whose claim it is stays
    assert list(options.choose_profiles(study)) == ["frail", "adult"]
    assert (options.osm, options.graph) == (Path("milano.osm.pbf"), Path("milano.graphml"))
    assert options.at == parse_moment("mar 10:00")
    assert (options.offline, options.cache.fetched) == (True, tmp_path)


def test_keywords_and_options_have_the_same_names() -> None:
    """A new option is one that every function takes and that is read."""
    assert set(RunOptions.__annotations__) == set(Options.__dataclass_fields__)


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"cutoffs_min": [0, 5, 200]}, "cutoffs are 0, 200; give minutes above 0 and up to 120"),
        ({"cutoffs_min": range(1, 62)}, "cutoffs are 61 values; give at most 60"),
        ({"at": "noon"}, "the moment is 'noon'; write a weekday and a time"),
        ({"walkers": {"me": load_profiles()["frail"]}}, "walkers stand under other ids than their"),
        ({"areas": ["atlantis"]}, "study 'milano' has no area 'atlantis': its areas are"),
    ],
)
def test_what_cannot_be_is_refused(wrong: RunOptions, match: str) -> None:
    study: Study = load_study()
    with pytest.raises(ConfigError, match=match):
        build_options(**wrong).apply_to(study)
