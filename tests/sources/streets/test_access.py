"""Tags that hold for some hours only, and when streets are walked where nobody asks."""

from __future__ import annotations

from datetime import datetime

import pytest

from access15.config.moments import parse_moment
from access15.sources.streets.access import WORKING_DAY, apply_hours, choose_time, find_pavement

MORNING = datetime.fromisoformat("2025-05-21T10:00")  # a Wednesday
NIGHT = datetime.fromisoformat("2025-05-21T23:00")
SUNDAY = datetime.fromisoformat("2025-05-25T10:00")


@pytest.mark.parametrize(
    ("condition", "morning", "night", "sunday"),
    [
        ("yes @ (06:00-22:00)", "yes", "no", "yes"),
        ("yes @ 06:00-22:00", "yes", "no", "yes"),
        ("yes @ (Mo-Fr 08:00-18:00)", "yes", "no", "no"),
        ("yes @ (Mo-Fr 08:00-18:00; Sa-Su 09:00-12:00)", "yes", "no", "yes"),
        ("yes @ (08:00-24:00); private @ (Su)", "yes", "yes", "private"),
        ("yes @ (snow)", "no", "no", "no"),
        ("yes", "no", "no", "no"),
        ("", "no", "no", "no"),
    ],
)
def test_conditions_hold_at_their_hours(
    condition: str, morning: str, night: str, sunday: str
) -> None:
    tags = {"foot": "no", "foot:conditional": condition}
    found = [apply_hours(tags, at)["foot"] for at in (MORNING, NIGHT, SUNDAY)]
    assert found == [morning, night, sunday]


def test_other_tags_stay() -> None:
    tags = {"highway": "path", "access:conditional": "no @ (22:00-06:00)"}
    assert apply_hours(tags, MORNING) == tags
    assert apply_hours(tags, NIGHT) == {**tags, "access": "no"}


def test_without_a_moment_it_is_ten_on_a_working_day() -> None:
    assert choose_time(None) == WORKING_DAY == MORNING
    assert choose_time(parse_moment("2026-12-25 08:30")) == datetime.fromisoformat(
        "2026-12-25T08:30"
    )
    sunday = choose_time(parse_moment("sun 10:00"))
    assert (sunday.weekday(), sunday.hour) == (6, 10)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"sidewalk": "both"}, "own"),
        ({"sidewalk:left": "yes"}, "own"),
        ({"sidewalk": "separate"}, "separate"),
        ({"sidewalk:both": "separate"}, "separate"),
        ({"sidewalk:left": "separate", "sidewalk:right": "no"}, "separate"),
        ({"sidewalk:left": "separate", "sidewalk:right": "yes"}, "own"),
        ({"foot": "use_sidepath"}, "separate"),
        ({"sidewalk": "no"}, "none"),
        ({}, "unknown"),
    ],
)
def test_where_people_walk_along_a_street(tags: dict[str, str], expected: str) -> None:
    assert find_pavement(tags) == expected
