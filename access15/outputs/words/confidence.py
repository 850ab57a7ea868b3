"""How certain the numbers of an area are: what is unknown of its streets and its places."""

from __future__ import annotations

import math
from typing import Final

from access15.outputs.words.facts import Covered
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import (
    format_number,
    format_of_hundred,
    format_range,
    format_share,
)
from access15.outputs.words.texts import clean_text, say, say_or

_UNKNOWN_TAGS: Final = {
    "kerb": "unknown_kerb",
    "incline": "unknown_incline",
    "surface": "unknown_surface",
}


def describe_confidence(findings: Findings, profile: str) -> str:
    """Say in one line what is unknown of an area's streets and facilities."""
    told = [*_describe_streets(findings, profile), *_describe_bound(findings, profile)]
    return " ".join([*told, *_describe_places(findings)])


def is_upper_bound(findings: Findings, profile: str) -> bool:
    """Whether kerbs or slopes that nobody mapped may stop a walker: the share is the most there may
    be.
    """
    sitting = findings.result.sitting
    walker = findings.result.profiles.get(profile)
    if walker is None and sitting is not None and sitting.id == profile:
        walker = sitting
    if walker is None:
        return False
    stops = {"kerb"} if walker.raised_kerb == "impassable" else set()
    stops |= {"incline"} if walker.max_incline is not None else set()
    of_all = set().union(*findings.unknown_tags.values())
    return not stops.isdisjoint(findings.unknown_tags.get(profile, of_all))


def write_share(findings: Findings, profile: str, share: float) -> str:
    """Write a share of people, as "at most" where what is unknown could only make it less."""
    return _bound(findings, profile, share, format_share(share, findings.lang))


def write_covered(findings: Findings, profile: str, covered: Covered) -> str:
    """Write the share of those covered; of a run at a moment from what is known to be open to what
    may be.
    """
    lang, most = findings.lang, covered.share_if_open
    least = 0.0 if math.isnan(covered.share) else covered.share
    if math.isnan(most) or format_share(most, lang) == format_share(covered.share, lang):
        return write_share(findings, profile, covered.share)
    ends = _bound(findings, profile, most, format_range(least, most, lang))
    return say("share_if_open", lang, range=ends)


def write_of_hundred(findings: Findings, profile: str, share: float) -> str:
    """Write how many of a hundred people a share is, as `write_share` does."""
    return _bound(findings, profile, share, format_of_hundred(share, findings.lang))


def _bound(findings: Findings, profile: str, share: float, told: str) -> str:
    """Say of a share that was written that it is the most there may be, where it is."""
    if math.isnan(share) or share == 0 or not is_upper_bound(findings, profile):
        return told
    return say("at_most", findings.lang, share=told)


def _describe_bound(findings: Findings, profile: str) -> list[str]:
    """Say why a share is an upper bound."""
    if not is_upper_bound(findings, profile):
        return []
    return [say("at_most_why", findings.lang, label=findings.name_profile(profile))]


def _describe_streets(findings: Findings, profile: str) -> list[str]:
    """Say of what share of the length walked each tag is unknown."""
    lang, table = findings.lang, findings.area.unknown_shares
    table = table[table["profile"] == profile]
    told = []
    for tag, share in zip(table["tag"], table["share"].astype(float), strict=True):
        if not math.isnan(share):
            told.append(say(_UNKNOWN_TAGS[tag], lang, share=format_share(share, lang)))
        elif tag == "kerb":
            told.append(say("no_crossings", lang))
    return [say("unknown_streets", lang, tags=", ".join(told))] if told else []


def _describe_places(findings: Findings) -> list[str]:
    """Say how exactly the facilities are placed."""
    lang, table = findings.lang, findings.area.precision_shares
    if table.empty:
        return []
    kinds = []
    for name, share in zip(table["precision"], table["share"], strict=True):
        kind = say_or(f"precision_{name}", lang, clean_text(name, lang, limit=40))
        kinds.append(f"{kind} {format_share(float(share), lang)}")
    n = format_number(int(table["n"].sum()), lang)
    return [say("precision_line", lang, n=n, kinds=", ".join(kinds))]
