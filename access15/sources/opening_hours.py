"""The door to opening hours: whether places are open at a moment, as OpenStreetMap writes their
hours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Literal

import pandas as pd
from opening_hours import (  # type: ignore[attr-defined, unused-ignore]  # its stubs leave out the errors
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
)

from access15.config import Category
from access15.config.moments import Moment

OpenState = Literal["open", "closed", "unknown"]
MAX_LENGTH = 2000  # OpenStreetMap's longest value has 255 characters; a table may join some
_SCHOOL_HOLIDAYS = re.compile(r"\bSH\b")
_HOLIDAYS = re.compile(r"\bPH\b")
_NOON = 12


def find_hours_fault(text: str) -> str:
    """Say what is wrong with opening hours."""
    if len(text) > MAX_LENGTH:
        return f"it has {len(text)} characters, more than {MAX_LENGTH}"
    try:
        OpeningHours(text, auto_country=False, auto_timezone=False)
    except ParserError as error:
        place = re.search(r"--> 1:(\d+)", str(error))
        return f"it cannot be read from character {place[1]} on" if place else "it cannot be read"
    return ""


def find_state(
    text: str,
    at: datetime,
    *,
    country: str | None,
    is_named_day: bool,
) -> OpenState:
    """Whether a place is open."""
    if not text or len(text) > MAX_LENGTH or _SCHOOL_HOLIDAYS.search(text):
        return "unknown"
    if _HOLIDAYS.search(text) and country is None and is_named_day:
        return "unknown"
    try:
        hours = OpeningHours(
            text,
            country=country,
            auto_country=False,
            auto_timezone=False,
        )
    except ParserError:
        return "unknown"
    state, comment = hours.state(at)
    if state == State.CLOSED:
        return "closed"
    return "open" if state == State.OPEN and not comment else "unknown"


def find_states(
    texts: Sequence[str],
    at: datetime,
    *,
    country: str | None,
    is_named_day: bool,
) -> list[OpenState]:
    """Whether places are open; each different text is read once."""
    known = {
        t: find_state(t, at, country=country, is_named_day=is_named_day)
        for t in dict.fromkeys(texts)
    }
    return [known[text] for text in texts]


def list_open_states(
    facilities: pd.DataFrame,
    categories: Mapping[str, Category],
    at: datetime,
    *,
    country: str | None,
    is_named_day: bool,
) -> list[OpenState]:
    """Whether facilities are open."""
    hours = (
        facilities["opening_hours"].tolist()
        if "opening_hours" in facilities
        else [""] * len(facilities)
    )
    states = find_states(
        [text or "" for text in hours], at, country=country, is_named_day=is_named_day
    )
    never_closed = {key for key, category in categories.items() if not category.has_hours}
    return [
        "open" if kind in never_closed and not text else state
        for kind, text, state in zip(facilities["category"], hours, states, strict=True)
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
