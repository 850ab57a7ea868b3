"""What a run found, in plain sentences: zero is said as zero, unknown as unknown."""

from __future__ import annotations

import math
from collections.abc import Iterator

from access15.outputs.words.confidence import write_share
from access15.outputs.words.dates import format_moment
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_minutes,
    format_number,
    format_share,
)
from access15.outputs.words.texts import say


def describe_unknown(
    findings: Findings,
    profile: str,
    target: str,
) -> str:
    """Say why the coverage of a target is unknown."""
    nearest = findings.nearest(profile, target)
    if nearest is None or nearest.n_known == 0:
        return say("unknown_none", findings.lang)
    places = format_count("n_places", nearest.n_known, findings.lang)
    if findings.list_states(target):
        return say("unknown_hours", findings.lang, places=places)
    return say("unknown_uncertain", findings.lang, places=places)


def describe_finding(
    findings: Findings,
    profile: str,
    target: str,
) -> str:
    """Say in a few words how well a target is reached within the longest cutoff."""
    lang = findings.lang
    if not findings.is_known(profile, target):
        why = f"{say('unknown', lang)}: {describe_unknown(findings, profile, target)}"
        return add_unknown_hours(findings, why, profile, target)
    share = _describe_share(findings, profile, target)
    finding = add_unknown_hours(findings, share, profile, target)
    n = findings.n_uncertain(target)
    if n == 0:
        return finding
    others = format_count("n_more_places", n, lang)
    return say("finding_others", lang, finding=finding, others=others)


def add_unknown_hours(
    findings: Findings,
    finding: str,
    profile: str,
    target: str,
) -> str:
    """Add to a finding how many people there would be if places of unknown hours were open."""
    last = findings.covered(profile, target)[-1]
    more = findings.unknown_hours(profile, target)
    if not more > 0 or not last.people > 0:
        return finding
    certain = 0.0 if math.isnan(last.covered) else last.covered
    most = format_share((certain + more) / last.people, findings.lang)
    return say("finding_hours", findings.lang, finding=finding, most=most)


def _describe_share(
    findings: Findings,
    profile: str,
    target: str,
) -> str:
    """Share within the longest cutoff; where it is zero, how far the nearest place is."""
    lang, at = findings.lang, findings.result.at
    share = findings.covered(profile, target)[-1].share
    text, nearest = write_share(findings, profile, share), findings.nearest(profile, target)
    if nearest is None or share > 0:
        return text
    if math.isfinite(nearest.nearest_min):
        minutes = format_minutes(nearest.nearest_min, lang)
        return say("zero_nearest", lang, zero=text, minutes=minutes)
    if math.isfinite(nearest.at_least_min):
        minutes = format_minutes(nearest.at_least_min, lang, down=True)
        # a straight line within the cutoff: the streets known may be what is missing
        is_near = nearest.at_least_min <= findings.last_cutoff_min
        key = "zero_beyond_map" if is_near else "zero_straight"
        return say(key, lang, zero=text, minutes=minutes)
    if at is not None and "open" not in findings.list_states(target):
        return say("zero_closed", lang, zero=text, moment=format_moment(at, lang))
    return say("zero_no_way", lang, zero=text)


def describe_covered(
    findings: Findings,
    profile: str,
    target: str,
) -> str:
    """Say how many people of the headline's group are covered within the longest cutoff."""
    if not findings.is_known(profile, target):
        return describe_finding(findings, profile, target)
    lang, at = findings.lang, findings.result.at
    last = findings.covered(profile, target)[-1]
    told = say(
        "covered",
        lang,
        covered=format_number(last.covered, lang),
        people=format_number(last.people, lang),
        who=findings.who(),
        cutoff=format_cutoff(last.cutoff_min, lang),
    )
    return told if at is None else f"{told}, {format_moment(at, lang)}"


def describe_distance(
    findings: Findings,
    profile: str,
    target: str,
) -> Iterator[str]:
    """Say how near the nearest home is and how long half of the people need."""
    lang, nearest = findings.lang, findings.nearest(profile, target)
    last = findings.covered(profile, target)[-1]
    if nearest is None or not last.covered > 0:
        return
    if math.isfinite(nearest.nearest_min):
        yield say("best_home", lang, minutes=format_minutes(nearest.nearest_min, lang))
    if math.isfinite(nearest.median_min):
        minutes = format_minutes(nearest.median_min, lang)
        yield say("median", lang, who=findings.who(), minutes=minutes)
    else:
        yield say("median_none", lang, who=findings.who())
