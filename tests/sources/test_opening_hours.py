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
    list_open_states,
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


MILAN = (9.17, 45.43)
JUNE = "2026-06-21"  # the sun rises at 5:35 and sets at 21:15 in Milan
DECEMBER = "2026-12-21"  # 8:00, 16:42
SUN = [
    ("sunrise-sunset", JUNE, "20:30", "open"),
    ("sunrise-sunset", JUNE, "21:14", "open"),
    ("sunrise-sunset", JUNE, "21:16", "closed"),
    ("sunrise-sunset", JUNE, "05:30", "closed"),
    ("sunrise-sunset", JUNE, "06:00", "open"),
    ("sunrise-sunset", DECEMBER, "17:30", "closed"),
    ("sunrise-sunset", DECEMBER, "07:45", "closed"),
    ("sunrise-sunset", DECEMBER, "16:30", "open"),
    ("dawn-dusk", JUNE, "21:30", "open"),
    ("dawn-dusk", DECEMBER, "17:00", "open"),
    ("dawn-dusk", DECEMBER, "17:40", "closed"),
    ("(sunrise+01:00)-(sunset-01:00)", JUNE, "20:30", "closed"),
    ("(sunrise+01:00)-(sunset-01:00)", JUNE, "20:10", "open"),
    ("(sunset-01:00)-24:00", DECEMBER, "15:30", "closed"),
    ("(sunset-01:00)-24:00", DECEMBER, "15:50", "open"),
    ("08:00-sunset", JUNE, "21:00", "open"),
    ("Mo-Sa sunrise-sunset", JUNE, "12:00", "closed"),  # a Sunday
    ("Mar-Oct 07:00-sunset; Nov-Feb 08:00-17:00", JUNE, "21:00", "open"),
    ("Mar-Oct 07:00-sunset; Nov-Feb 08:00-17:00", DECEMBER, "16:50", "open"),
    ("sunset-sunrise", DECEMBER, "17:00", "open"),
    ("sunset-sunrise", DECEMBER, "12:00", "closed"),
    ("sunset+", DECEMBER, "16:30", "closed"),
    ("sunset+", DECEMBER, "20:00", "unknown"),
    ("(sunset-01:00)+", DECEMBER, "20:00", "unknown"),
    ("09:00-sunset+", DECEMBER, "16:00", "open"),
    ("09:00-sunset+", DECEMBER, "18:00", "unknown"),
    ("sunrise-sunset || unknown", DECEMBER, "18:00", "unknown"),
    ("sunrise-sunset", "2026-03-29", "02:30", "closed"),  # the hour that is left out
    ("sunrise-sunset", "2026-10-25", "02:30", "closed"),  # and the one that comes twice
    ("sunrise-sunset", "2026-10-25", "06:40", "closed"),  # the clock is back: 6:52
    ("sunrise-sunset", "2026-10-24", "07:40", "closed"),  # still summer time: 7:51
]


@pytest.mark.parametrize(("hours", "day", "clock", "expected"), SUN)
def test_the_sun_of_the_place(hours: str, day: str, clock: str, expected: str) -> None:
    at = datetime.fromisoformat(f"{day} {clock}")
    state = find_state(hours, at, country="IT", is_named_day=True, lonlat=MILAN)
    assert state == expected


@pytest.mark.parametrize(
    ("hours", "day", "clock", "expected"),
    [
        ("sunrise-sunset", JUNE, "12:00", "open"),  # day everywhere
        ("sunrise-sunset", JUNE, "20:30", "unknown"),
        ("sunrise-sunset", DECEMBER, "17:30", "unknown"),
        ("sunrise-sunset", DECEMBER, "00:30", "closed"),
        ("sunset-sunrise", JUNE, "12:00", "closed"),
        ('09:00-12:00 open, 12:00-13:00 unknown "until sunset"', JUNE, "09:30", "open"),
        ('09:00-10:00 "no SH, no PH"', JUNE, "12:30", "closed"),
    ],
)
def test_the_sun_of_an_unknown_place(hours: str, day: str, clock: str, expected: str) -> None:
    """What holds in every place is certain, all else is not."""
    at = datetime.fromisoformat(f"{day} {clock}")
    assert find_state(hours, at, country=None, is_named_day=True) == expected


@pytest.mark.parametrize("place", [(9.0, 91.0), (181.0, 45.0), (math.nan, 45.0)])
def test_places_that_are_none(place: tuple[float, float]) -> None:
    state = find_state("sunrise-sunset", TUESDAY, country="IT", is_named_day=True, lonlat=place)
    assert state == "unknown"


ENDS = [
    ("18:00+", "17:59", "closed"),
    ("18:00+", "18:00", "open"),
    ("18:00+", "18:01", "unknown"),
    ("18:00+", "23:59", "unknown"),
    ("18:00+", "00:30", "unknown"),  # of the evening before
    ("18:00+", "05:59", "unknown"),
    ("18:00+", "06:00", "closed"),
    ("Tu 18:00+", "00:30", "closed"),  # nothing on Monday evening
    ("Mo 18:00+", "00:30", "unknown"),
    ("08:00-12:00+", "07:00", "closed"),
    ("08:00-12:00+", "11:59", "open"),
    ("08:00-12:00+", "12:00", "unknown"),
    ("08:00-12:00+", "20:00", "unknown"),
    ("08:00-12:00+, 14:00-18:00", "15:00", "open"),
    ("09:00-12:00,14:00+", "13:00", "closed"),
    ("09:00-12:00,14:00+", "10:00", "open"),
    ("22:00-02:00+", "01:00", "open"),
    ("22:00-02:00+", "03:00", "unknown"),
    ("2020+ 09:00-12:00", "10:00", "open"),
    ("2020+ 09:00-12:00", "13:00", "closed"),
    ("easter +1 day off; 09:00-12:00", "10:00", "open"),
    ('Mo-Fr 09:00-18:00 || "su appuntamento"', "10:00", "open"),
    ('Mo-Fr 09:00-18:00 || "su appuntamento"', "20:00", "unknown"),
    ('Sa 09:00-18:00 || "a || b"', "10:00", "unknown"),
    ("Sa 09:00-12:00 || unknown", "10:00", "unknown"),
    ("Sa 09:00-12:00 || Tu 09:00-12:00", "10:00", "open"),
    ("Sa 09:00-12:00 || Tu 09:00-12:00", "13:00", "closed"),
    ("Tu off || unknown", "10:00", "unknown"),
    ("Tu 08:00-09:00 || Tu 12:00+", "13:00", "unknown"),
    ("Sa 09:00-12:00 || off", "10:00", "closed"),
    ('Mo-Fr 09:00-12:00 || Mo-Fr 15:00-18:00 || "chiamare"', "16:00", "open"),
    ('Mo-Fr 09:00-12:00 || Mo-Fr 15:00-18:00 || "chiamare"', "20:00", "unknown"),
    ("||", "10:00", "unknown"),
    ("24/7 ||", "10:00", "open"),
    ("week 48 09:00-12:00", "10:00", "open"),
    ("week 01-10 09:00-12:00", "10:00", "closed"),
    ("Tu[1] 09:00-12:00", "10:00", "closed"),
    ("Tu[4] 09:00-12:00", "10:00", "open"),
    ("Mo 22:00-11:00", "10:00", "open"),
    ("Mo 18:00-26:00", "01:30", "open"),
    ("24/7 off", "10:00", "closed"),
    ('24/7 closed "lavori"', "10:00", "closed"),
    ("10:00", "10:00", "unknown"),
    ("by appointment", "10:00", "unknown"),
    ("(", "10:00", "unknown"),
    ("\u0000", "10:00", "unknown"),
    ("\ud800", "10:00", "unknown"),
    ("99:99-99:99", "10:00", "unknown"),
    ("+", "10:00", "unknown"),
    ("09:00-12:00 || " * 100 + "off", "10:00", "open"),
]


@pytest.mark.parametrize(("hours", "clock", "expected"), ENDS)
def test_open_ends_and_fallbacks(hours: str, clock: str, expected: str) -> None:
    at = datetime.fromisoformat(f"2026-11-24 {clock}")  # a Tuesday, the fourth of November
    assert find_state(hours, at, country="IT", is_named_day=True) == expected


def test_facilities_have_the_sun_of_their_own_place() -> None:
    """At half past four on 21 December it is night in Bari and day in Turin."""
    frame = gpd.GeoDataFrame(
        {"category": ["toilets"] * 4, "opening_hours": ["sunrise-sunset"] * 3 + [None]},
        geometry=[Point(16.87, 41.12), Point(7.68, 45.07), None, Point(7.68, 45.07)],
        crs="EPSG:4326",
    ).to_crs("EPSG:32632")
    at = datetime.fromisoformat("2026-12-21 16:35")
    states = list_open_states(frame, load_categories(), at, country="IT", is_named_day=True)
    assert states == ["closed", "open", "unknown", "unknown"]


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
