"""The door to opening hours: whether places are open at a moment, as OpenStreetMap writes their
hours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import geopandas as gpd
from opening_hours import (  # type: ignore[attr-defined, unused-ignore]  # its stubs leave out the errors
    InvalidCoordinatesError,
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
)

from access15.config import Category
from access15.config.moments import Moment
from access15.crs import LONLAT
from access15.remarks import Remark

OpenState = Literal["open", "closed", "unknown"]
MAX_LENGTH = 2000  # OpenStreetMap's longest value has 255 characters; a table may join some
_SCHOOL_HOLIDAYS = re.compile(r"\bSH\b")
_HOLIDAYS = re.compile(r"\bPH\b")
_NOON = 12
LonLat = tuple[float, float]
_COMMENT = re.compile(r'"[^"]*"')
_SUN = re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b")
_FALLBACK = re.compile(r'\|\|(?=(?:[^"]*"[^"]*")*[^"]*$)')
_TIME = (
    r"(?:\d{1,2}:\d{2}|\b(?:sunrise|sunset|dawn|dusk)\b"
    r"|\((?:sunrise|sunset|dawn|dusk)[+-]\d{1,2}:\d{2}\))"
)
_OPEN_END = re.compile(rf"(?P<start>{_TIME})(?:\s*-\s*(?P<end>{_TIME}))?\s*\+(?!\d)")
_EVENT = re.compile(r"\(?([a-z]+)(?:([+-])(\d{1,2}:\d{2}))?")
_LATEST_END = "30:00"  # six in the morning
# Where the sun keeps other hours than elsewhere: early and late in its time zone, north and south.
_PLACES: Sequence[LonLat] = ((-8.7, 42.2), (23.2, 53.1), (10.7, 59.9), (13.4, 38.1), (-68.3, -54.8))


def find_hours_fault(text: str) -> str:
    """Say what is wrong with opening hours."""
    if len(text) > MAX_LENGTH:
        return Remark("hours_too_long", n=len(text), most=MAX_LENGTH)
    try:
        OpeningHours(text, auto_country=False, auto_timezone=False)
    except UnicodeEncodeError:
        return Remark("hours_half_a_letter")
    except ParserError as error:
        place = re.search(r"--> 1:(\d+)", str(error))
        return Remark("hours_unread_from", place=place[1]) if place else Remark("hours_unread")
    return ""


def find_state(
    text: str,
    at: datetime,
    *,
    country: str | None,
    is_named_day: bool,
    lonlat: LonLat | None = None,
) -> OpenState:
    """Whether a place is open; unknown where its hours cannot be evaluated for certain."""
    said = _COMMENT.sub('""', text)
    if not text or len(text) > MAX_LENGTH or _SCHOOL_HOLIDAYS.search(said):
        return "unknown"
    if _HOLIDAYS.search(said) and country is None and is_named_day:
        return "unknown"
    # the sun sets at another time in every place; where nobody knows the place, all must agree
    places: Sequence[LonLat | None] = (lonlat,)
    if lonlat is None and _SUN.search(said):
        places = _PLACES
    found = {_find_state_of_groups(text, at, country, place) for place in places}
    return found.pop() if len(found) == 1 else "unknown"


def _find_state_of_groups(
    text: str,
    at: datetime,
    country: str | None,
    lonlat: LonLat | None,
) -> OpenState:
    """State of groups of rules, of which each holds only where those before it say closed."""
    for group in _FALLBACK.split(text):
        # 1. Nobody says when an open end ends: what holds while it is over at once and while it
        #    goes on into the night is certain.
        shortest = _evaluate(_OPEN_END.sub(_end_at_once, group), at, country, lonlat)
        longest = _evaluate(_OPEN_END.sub(_end_late, group), at, country, lonlat)
        if shortest != longest:
            return "unknown"
        # 2. The library takes a fallback by the day, not by the minute.
        if shortest != "closed":
            return shortest
    return "closed"


def _evaluate(
    text: str,
    at: datetime,
    country: str | None,
    lonlat: LonLat | None,
) -> OpenState:
    """State of rules without open ends and fallbacks."""
    try:
        hours = OpeningHours(
            text,
            country=country,
            coords=None if lonlat is None else (lonlat[1], lonlat[0]),
            auto_country=False,
            auto_timezone=lonlat is not None,
        )
    except (ParserError, InvalidCoordinatesError, UnicodeEncodeError):
        return "unknown"
    state, comment = hours.state(at)
    if state == State.CLOSED:
        return "closed"
    return "open" if state == State.OPEN and not comment else "unknown"


def _end_late(span: re.Match[str]) -> str:
    """The longest that a span with an open end may be."""
    return f"{span['start']}-{_LATEST_END}"


def _end_at_once(span: re.Match[str]) -> str:
    """The shortest that a span with an open end may be: to its stated end, else its first
    minute.
    """
    start, end = span["start"], span["end"]
    if end is not None:
        return f"{start}-{end}"
    named = _EVENT.match(start)
    event, sign, clock = named.groups() if named else ("", "+", start)
    hour, minute = map(int, (clock or "00:00").split(":"))
    minutes = (hour * 60 + minute) * (-1 if sign == "-" else 1) + 1
    written = "{:02d}:{:02d}".format(*divmod(abs(minutes), 60))
    later = f"({event}{'-' if minutes < 0 else '+'}{written})" if event else written
    return f"{start}-{later}"


def find_states(
    texts: Sequence[str],
    at: datetime,
    *,
    country: str | None,
    is_named_day: bool,
    lonlats: Sequence[LonLat | None] | None = None,
) -> list[OpenState]:
    """Whether places are open; each different text is read once, or once for each place where it
    names the sun.
    """
    places = [None] * len(texts) if lonlats is None else lonlats
    keys = [
        (text, place if _SUN.search(text) else None)
        for text, place in zip(texts, places, strict=True)
    ]
    known = {
        key: find_state(key[0], at, country=country, is_named_day=is_named_day, lonlat=key[1])
        for key in dict.fromkeys(keys)
    }
    return [known[key] for key in keys]


def list_open_states(
    facilities: gpd.GeoDataFrame,
    categories: Mapping[str, Category],
    at: datetime,
    *,
    country: str | None,
    is_named_day: bool,
) -> list[OpenState]:
    """Whether facilities are open."""
    hours = [""] * len(facilities)
    if "opening_hours" in facilities:
        hours = facilities["opening_hours"].fillna("").astype(str).tolist()
    states = find_states(
        hours,
        at,
        country=country,
        is_named_day=is_named_day,
        lonlats=_list_lonlats(facilities),
    )
    # kinds that do not close by day are open then where nobody writes hours; else nobody can tell
    kinds = facilities["category"].astype(str).tolist()
    usual = {key: category.open_when_unstated for key, category in categories.items()}
    unless_stated = find_states(
        ["" if text else usual.get(kind, "") for kind, text in zip(kinds, hours, strict=True)],
        at,
        country=country,
        is_named_day=is_named_day,
        lonlats=_list_lonlats(facilities),
    )
    return [
        "open" if is_usual == "open" else state
        for is_usual, state in zip(unless_stated, states, strict=True)
    ]


def _list_lonlats(facilities: gpd.GeoDataFrame) -> list[LonLat | None]:
    """Longitude and latitude of each facility; None where it has no point."""
    points = facilities.geometry.to_crs(LONLAT)
    return [
        None if point is None or point.is_empty else (float(point.x), float(point.y))
        for point in points
    ]


def holiday_country(countries: str) -> str | None:
    """Country whose public holidays hold in a study."""
    code = countries.upper()
    try:
        OpeningHours(
            "PH",
            country=code,
            auto_country=False,
            auto_timezone=False,
        )
    except UnknownCountryError:
        return None
    return code


def pick_time(
    moment: Moment,
    today: date,
    *,
    country: str | None,
) -> datetime:
    """Choose the day that a moment stands for."""
    times = moment.days(today)
    if country is None or len(times) == 1:
        return times[0]
    holidays = OpeningHours(
        "PH",
        country=country,
        auto_country=False,
        auto_timezone=False,
    )
    ordinary = [one for one in times if not holidays.is_open(one.replace(hour=_NOON))]
    return next(iter(ordinary), times[0])
