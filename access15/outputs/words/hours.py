"""What opening hours say of the places of a target, and what they leave unknown."""

from __future__ import annotations

import math

from access15.config import Lang
from access15.outputs.words.numbers import format_share
from access15.outputs.words.texts import say
from access15.results.run import AreaResult


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
