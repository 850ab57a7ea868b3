"""Moments and opening hours: what people write, what is open then, and what nobody can know."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from access15.config import FacilitiesSource, load_categories
from access15.config.moments import Moment, parse_moment
from access15.errors import ConfigError
from access15.sources.opening_hours import (
    find_hours_fault,
    find_state,
    find_states,
    holiday_country,
    pick_time,
)
from access15.sources.places.facilities import check_facilities, read_facilities, write_facilities
from access15.sources.places.merge import merge_osm_facilities

TUESDAY = datetime(2026, 11, 24, 10)  # noqa: DTZ001 - opening hours are local
CHRISTMAS = datetime(2026, 12, 25, 10)  # noqa: DTZ001 - a Friday
TEN = time(10)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("tue 10:00", Moment(TEN, weekday=1)),
        ("Tuesday 10:00", Moment(TEN, weekday=1)),
        ("mar 10:00", Moment(TEN, weekday=1)),
        ("Martedì 10.00", Moment(TEN, weekday=1)),
        ("martedi' 10", Moment(TEN, weekday=1)),
        ("dom 9:30", Moment(time(9, 30), weekday=6)),
        ("sun 9:30", Moment(time(9, 30), weekday=6)),
        ("gio 23:59", Moment(time(23, 59), weekday=3)),
        ("  lun   0:00 ", Moment(time(0), weekday=0)),
        ("2026-12-25 10:00", Moment(TEN, day=date(2026, 12, 25))),
        ("2026-12-25T10:00", Moment(TEN, day=date(2026, 12, 25))),
        (CHRISTMAS, Moment(TEN, day=date(2026, 12, 25))),
    ],
)
def test_moments(text: str | datetime, moment: Moment) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tue",
        "10:00",
        "tue 24:00",
        "tue 10:60",
        "m 10:00",
        "xyz 10:00",
        "tue 10:00 11:00",
        "2026-12-25",
        "25/12 10:00",
    ],
)
def test_moments_that_are_none(text: str) -> None:
    message = (
        f"the moment is {text!r}; write a weekday and a time (tue 10:00, mar 10:00) "
        "or a date and a time (2026-12-25 10:00)"
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}$"):
        parse_moment(text)


def test_time_zones_are_refused() -> None:
    with pytest.raises(
        ConfigError, match=re.escape("opening hours are local: leave the zone away")
    ):
        parse_moment("2026-12-25T10:00+01:00")


@given(st.text(max_size=30))
def test_any_text_is_a_moment_or_told(text: str) -> None:
    try:
        moment = parse_moment(text)
    except ConfigError as error:
        assert "the moment is" in error.summary  # noqa: PT017 - both ends are right
    else:
        assert (moment.weekday is None) != (moment.day is None)


@pytest.mark.parametrize(
    ("hours", "at", "expected"),
    [
        ("24/7", TUESDAY, "open"),
        ("Mo-Fr 09:00-18:00", TUESDAY, "open"),
        ("Mo-Fr 10:00-18:00", TUESDAY, "open"),  # from the first minute on
        ("Mo-Fr 08:00-10:00", TUESDAY, "closed"),  # to the last minute before
        ("Tu off; 09:00-18:00", TUESDAY, "open"),  # the later rule holds
        ("09:00-18:00; Tu off", TUESDAY, "closed"),
        ("Mo-Fr 09:00-18:00; PH off", TUESDAY, "open"),
        ("Mo-Fr 09:00-18:00; PH off", CHRISTMAS, "closed"),
        (
            "Mo-Fr 09:00-18:00",
            CHRISTMAS,
            "open",
        ),  # who says nothing of holidays is taken at the word
        ("22:00-11:00", TUESDAY, "open"),  # past midnight
        ("Apr-Oct 08:00-20:00", TUESDAY, "closed"),
        ("", TUESDAY, "unknown"),
        ("lun-ven 9-18", TUESDAY, "unknown"),
        ("Mo-Fr 9-18", TUESDAY, "unknown"),
        ("unknown", TUESDAY, "unknown"),
        ("Tu 09:00-12:00 unknown", TUESDAY, "unknown"),
        ('Mo-Fr 09:00-18:00 "su appuntamento"', TUESDAY, "unknown"),
        ('"by appointment"', TUESDAY, "unknown"),
        ("Mo-Fr 09:00-18:00; SH off", TUESDAY, "unknown"),  # school holidays are in no calendar
        ("24/7;" * 1000, TUESDAY, "unknown"),
    ],
)
def test_states(hours: str, at: datetime, expected: str) -> None:
    assert find_state(hours, at, country="IT", is_named_day=True) == expected
    assert find_states([hours, "24/7", hours], at, country="IT", is_named_day=True) == [
        expected,
        "open",
        expected,
    ]


def test_holidays_of_an_unknown_country() -> None:
    """An ordinary Tuesday is none; the 25th of December may be one."""
    hours = "Mo-Fr 09:00-18:00; PH off"
    assert find_state(hours, TUESDAY, country=None, is_named_day=False) == "open"
    assert find_state(hours, CHRISTMAS, country=None, is_named_day=True) == "unknown"
    assert find_state("Mo-Fr 09:00-18:00", CHRISTMAS, country=None, is_named_day=True) == "open"
    assert (holiday_country("it"), holiday_country("it,ch"), holiday_country("zz")) == (
        "IT",
        None,
        None,
    )


def test_a_weekday_stands_for_the_next_that_is_no_holiday() -> None:
    today = date(2026, 12, 22)  # a Tuesday
    assert pick_time(parse_moment("tue 10:00"), today, country="IT") == datetime(2026, 12, 22, 10)  # noqa: DTZ001
    assert pick_time(parse_moment("mer 10:00"), today, country="IT") == datetime(2026, 12, 23, 10)  # noqa: DTZ001
    assert pick_time(parse_moment("ven 10:00"), today, country="IT") == datetime(2027, 1, 8, 10)  # noqa: DTZ001
    assert pick_time(parse_moment("ven 10:00"), today, country=None) == CHRISTMAS
    assert pick_time(parse_moment("2026-12-25 10:00"), today, country="IT") == CHRISTMAS


@given(st.text(max_size=60))
def test_any_text_may_stand_in_the_data(hours: str) -> None:
    state = find_state(hours, TUESDAY, country="IT", is_named_day=False)
    assert state in ("open", "closed", "unknown")
    if hours and find_hours_fault(hours):
        assert state == "unknown"


HEADER = "facility_id,name,category,lat,lon,opening_hours\n"


@pytest.fixture
def source(tmp_path: Path) -> Callable[[str], FacilitiesSource]:
    def write(rows: str) -> FacilitiesSource:
        path = tmp_path / "f.csv"
        path.write_text(HEADER + rows, encoding="utf-8")
        return FacilitiesSource(file=path)

    return write


def test_official_hours(source: Callable[[str], FacilitiesSource], tmp_path: Path) -> None:
    """They are read, kept as they are, and survive being written and read again."""
    rows = "a,A,library,45.43,9.17,Mo-Fr 09:00-18:00; PH off\nb,B,library,45.43,9.18,n.d.\n"
    frame = read_facilities(source(rows), categories=load_categories(), bounds=None)
    assert list(frame["opening_hours"]) == ["Mo-Fr 09:00-18:00; PH off", ""]
    write_facilities(frame, tmp_path / "out.csv")
    again = read_facilities(
        FacilitiesSource(file=tmp_path / "out.csv"), categories=load_categories(), bounds=None
    )
    assert list(again["opening_hours"]) == list(frame["opening_hours"])


def test_faulty_official_hours(source: Callable[[str], FacilitiesSource]) -> None:
    report = check_facilities(
        source("a,A,library,45.43,9.17,Mo-Fr 9-18\n"), categories=load_categories(), bounds=None
    )
    assert report.problems == (
        "f.csv row 2: opening_hours is 'Mo-Fr 9-18': it cannot be read from character 7 on; write "
        "them as "
        "OpenStreetMap does ('Mo-Fr 09:00-18:00; Sa 09:00-12:30'), or leave it empty.",
    )


def test_hours_of_a_twin_are_taken_where_none_are_known() -> None:
    def places(rows: list[tuple[str, float, str]], **more: object) -> gpd.GeoDataFrame:
        columns = {
            "facility_id": [row[0] for row in rows],
            "name": ["Baggio"] * len(rows),
            "category": ["library"] * len(rows),
            "opening_hours": [row[2] for row in rows],
            "status": ["ok"] * len(rows),
            **more,
        }
        return gpd.GeoDataFrame(
            columns, geometry=[Point(514_000 + row[1], 5_031_000) for row in rows], crs="EPSG:32632"
        )

    official = places(
        [("a", 0, ""), ("b", 500, "24/7"), ("c", 900, "")],
        share=[3.0, 4.0, 5.0],
        merged_osm=[""] * 3,
    )
    osm = places(
        [("n1", 5, "Mo 09:00-10:00"), ("n2", 505, "Tu 09:00-10:00"), ("n3", 2000, "We 09:00-10:00")]
    )
    merged = merge_osm_facilities(official, osm, crs="EPSG:32632")
    assert list(merged["facility_id"]) == ["a", "b", "c", "n3"]
    assert list(merged["opening_hours"]) == ["Mo 09:00-10:00", "24/7", "", "We 09:00-10:00"]
    assert merged["share"].tolist()[:3] == [3, 4, 5]
    assert math.isnan(merged["share"].iat[3])
