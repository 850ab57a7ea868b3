"""Days, times of day and the moment a run is about, in words, through babel."""

from __future__ import annotations

from datetime import datetime

from babel import dates

from access15.config import Lang
from access15.outputs.words.texts import say


def format_date(moment: datetime, lang: Lang) -> str:
    """Write a day and hour."""
    # babel would turn the hour into UTC and give the zone as a number
    clock = f"{_format_time(moment, 'HH:mm', lang)} {moment.tzname() or ''}".rstrip()
    return say("day_and_hour", lang, day=format_day(moment, lang), clock=clock)


def format_day(moment: datetime, lang: Lang) -> str:
    """Write a day."""
    return dates.format_date(moment, "d MMMM y", locale=lang)


def format_moment(at: datetime, lang: Lang) -> str:
    """Say when, by the day of the week.

    Examples
    --------
    >>> from datetime import datetime
    >>> tuesday = datetime(2026, 11, 24, 10), datetime(2026, 11, 24, 1, 30)
    >>> tuple(format_moment(moment, "it") for moment in tuesday)
    ('alle 10:00 di martedì', "all'1:30 di martedì")
    """
    # in Italian one o'clock begins with a vowel, which the article before it gives way to
    key = "moment_at_one" if at.hour == 1 else "moment"
    clock = _format_time(at, "H:mm", lang)
    return say(key, lang, clock=clock, day=dates.format_date(at, "EEEE", locale=lang))


def _format_time(
    moment: datetime,
    pattern: str,
    lang: Lang,
) -> str:
    """Write the hour as it stands, whatever its zone."""
    return dates.format_time(moment.replace(tzinfo=None), pattern, locale=lang)


def describe_moment(at: datetime | None, lang: Lang) -> str:
    """Say that only what is open at a moment counts, and which day was taken."""
    if at is None:
        return ""
    date = dates.format_date(at, "d/M/y", locale=lang)
    return say("moment_note", lang, moment=format_moment(at, lang), date=date)


def format_title(
    key: str,
    at: datetime | None,
    lang: Lang,
    **values: object,
) -> str:
    """Title of a page, with the moment where there is one."""
    title = say(key, lang, **values)
    if at is None:
        return title
    question = "?" if title.endswith("?") else ""
    return f"{title.rstrip('?')}, {format_moment(at, lang)}{question}"
