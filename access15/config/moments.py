"""Moments as people say them: ``tue 10:00``, ``mar 10:00``, ``2026-12-25 10:00``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from access15.errors import ConfigError
from access15.remarks import Remark

_EN = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_IT = ("lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato", "domenica")
_LEAST_LETTERS = 3
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")


@dataclass(frozen=True)
class Moment:
    """A weekday, or one day, and a time of day; local, without a time zone.

    Parameters
    ----------
    clock : time
        Time of day.
    weekday : int, optional
        0 for Monday to 6 for Sunday.
    day : date, optional
        The day, where one is named.
    """

    clock: time
    weekday: int | None = None
    day: date | None = None

    def days(self, today: date) -> list[datetime]:
        """Times it may stand for, the nearest first."""
        if self.day is not None:
            return [datetime.combine(self.day, self.clock)]
        ahead = ((self.weekday or 0) - today.weekday()) % 7
        return [
            datetime.combine(today + timedelta(days=ahead + 7 * week), self.clock)
            for week in range(10)
        ]

    def is_at(self, time: datetime) -> bool:
        """Whether a local time is this moment, to the minute."""
        is_day = time.weekday() == self.weekday if self.day is None else time.date() == self.day
        is_clock = (time.hour, time.minute) == (self.clock.hour, self.clock.minute)
        return is_day and is_clock


def parse_moment(text: str | datetime) -> Moment:
    """Read a moment.

    Examples
    --------
    >>> parse_moment("mar 10:00") == parse_moment("Tuesday 10.00")
    True
    """
    if isinstance(text, datetime):
        return _of_datetime(text, text.isoformat())
    words = text.split()
    if len(words) == 2:
        weekday, clock = _weekday(words[0]), _clock(words[1])
        if weekday is not None and clock is not None:
            return Moment(clock=clock, weekday=weekday)
    has_time = re.search(r"\d[T ]\d", text.strip()) is not None
    try:
        found = datetime.fromisoformat(text.strip()) if has_time else None
    except ValueError:
        found = None
    if found is None:
        raise ConfigError(Remark("moment_unreadable", text=text))
    return _of_datetime(found, text)


def _of_datetime(value: datetime, text: str) -> Moment:
    """Moment of one day; a time with a zone is refused."""
    if value.tzinfo is not None:
        raise ConfigError(Remark("moment_with_zone", text=text))
    return Moment(clock=value.time(), day=value.date())


def _weekday(word: str) -> int | None:
    """Number of a weekday from the first letters of its name; None where it is none, or several."""
    plain = word.casefold().rstrip(".,").replace("ì", "i").replace("i'", "i")
    if len(plain) < _LEAST_LETTERS:
        return None
    named = [*enumerate(_EN), *enumerate(_IT)]
    found = {number for number, name in named if name.startswith(plain)}
    return found.pop() if len(found) == 1 else None


def _clock(word: str) -> time | None:
    """Time of day; None where it is none."""
    found = _CLOCK.fullmatch(word)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
