"""The moment a run is about, and what opening hours make unknown, in words."""

from __future__ import annotations

import math
from datetime import datetime

from access15.config import Lang
from access15.outputs.words.texts import format_share, say
from access15.results.run import AreaResult

_DAYS_IT = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def format_moment(at: datetime, lang: Lang) -> str:
    """Say when.

    Examples
    --------
    >>> from datetime import datetime
    >>> tuesday = datetime(2026, 11, 24, 10), datetime(2026, 11, 24, 1, 30)
    >>> tuple(format_moment(moment, "it") for moment in tuesday)
    ('alle 10:00 di martedì', "all'1:30 di martedì")
    """
    clock = f"{at.hour}:{at.minute:02d}"
    if lang == "en":
        return f"at {clock} on {_DAYS_EN[at.weekday()]}"
    return f"""{"all'" if at.hour == 1 else "alle "}{clock} di {_DAYS_IT[at.weekday()]}"""


def describe_moment(at: datetime | None, lang: Lang) -> str:
    """Say that only what is open at a moment counts, and which day was taken."""
    if at is None:
        return ""
    return say(
        "moment_note", lang, moment=format_moment(at, lang), date=f"{at.day}/{at.month}/{at.year}"
    )


def format_title(key: str, at: datetime | None, lang: Lang, **values: object) -> str:
    """Title of a page, with the moment where there is one."""
    title = say(key, lang, **values)
    if at is None:
        return title
    question = title.endswith("?")
    return f"{title.rstrip('?')}, {format_moment(at, lang)}{'?' if question else ''}"


def list_states(area: AreaResult, target: str) -> list[str]:
    """List whether the places of a target are open, those with a certain point."""
    table = area.facilities
    if "open_at" not in table:
        return []
    hubs = (
        area.area.hubs if target == "hub" else tuple(hub for hub in area.area.hubs if hub == target)
    )
    is_it = table["facility_id"].isin(hubs) if hubs else table["category"] == target
    return [
        str(state) for state in table.loc[is_it & (table["status"] != "not_geocoded"), "open_at"]
    ]


def add_unknown_hours(
    text: str, unknown_hours: float, covered: float, people: float, lang: Lang
) -> str:
    """Add to a finding how many more people there would be if places of unknown hours were open."""
    if not unknown_hours > 0 or not people > 0:
        return text
    certain = 0.0 if math.isnan(covered) else covered
    most = format_share((certain + unknown_hours) / people, lang)
    return say("finding_hours", lang, finding=text, most=most)
