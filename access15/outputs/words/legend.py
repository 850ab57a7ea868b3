"""What stands in words beside a map: what one walker reaches, and places that cannot be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from access15.config import Lang
from access15.outputs.words.confidence import write_covered
from access15.outputs.words.findings import Findings, headline_group
from access15.outputs.words.gap import describe_gap
from access15.outputs.words.numbers import format_cutoff, format_number, format_pace, format_share
from access15.outputs.words.sentences import (
    add_unknown_hours,
    describe_covered,
    describe_distance,
    describe_finding,
    describe_unknown,
)
from access15.outputs.words.texts import capitalise, clean_text, say, say_or
from access15.results.run import RunResult


def build_legend(
    findings: Findings,
    profile: str,
    target: str,
) -> dict[str, Any]:
    """Write everything the legend says about one walker and one target."""
    lang = findings.lang
    is_known = findings.is_known(profile, target)
    covered = findings.covered(profile, target)
    share, sentence = say("covered_unknown", lang), describe_unknown(findings, profile, target)
    if is_known or covered[-1].share_if_open > 0:
        share = write_covered(findings, profile, covered[-1])
    if is_known:
        sentence = describe_covered(findings, profile, target)
    return {
        "share": share,
        "is_known": is_known,
        "sentence": capitalise(sentence) + ".",
        "rows": [
            [_people(one.covered, lang), write_covered(findings, profile, one)] for one in covered
        ],
        "notes": list(_list_notes(findings, profile, target)),
        "finding": describe_finding(findings, profile, target),
        "groups": [
            _write_groups(findings, profile, target, groups)
            for groups in findings.list_lines(by_pace=False)
        ],
    }


def _list_notes(
    findings: Findings,
    profile: str,
    target: str,
) -> Iterator[str]:
    """What stands in small print below the numbers."""
    lang, walker = findings.lang, findings.result.profiles[profile]
    if gap := describe_gap(findings, profile, target):
        yield gap
    yield from _describe_undrawn(findings, target)
    yield from _describe_open(findings, profile, target)
    if findings.covered(profile, target)[-1].covered == 0:
        yield f"{describe_finding(findings, profile, target)}."
    else:
        yield from describe_distance(findings, profile, target)
    yield say("walker", lang, who=walker.who.in_lang(lang), pace=format_pace(walker, lang))


def _write_groups(
    findings: Findings,
    profile: str,
    target: str,
    groups: Sequence[str],
) -> list[str]:
    """Names, people and share of groups of one pattern within the longest cutoff."""
    lang = findings.lang
    last = [findings.covered(profile, target, group)[-1] for group in groups]
    people = " · ".join(_people(one.covered, lang) for one in last)
    names = findings.who(groups[0]) if len(groups) == 1 else findings.name_groups(groups)
    return [names, people, write_covered(findings, profile, last[0])]


def _describe_undrawn(findings: Findings, target: str) -> list[str]:
    """Say that the place's areas are left out, lest an empty map be read as nobody reached."""
    kind = findings.result.categories.get(target)
    return [] if kind is None or kind.draws_areas else [say("areas_not_drawn", findings.lang)]


def _describe_open(
    findings: Findings,
    profile: str,
    target: str,
) -> list[str]:
    """Say what the places of unknown hours would add to the numbers above."""
    share = findings.covered(profile, target)[-1].share
    said = "" if math.isnan(share) else format_share(share, findings.lang)
    told = add_unknown_hours(findings, said or say("unknown", findings.lang), profile, target)
    has_more = findings.result.at is not None and "; " in told
    return [f"{capitalise(told)}."] if has_more else []


def _people(count: float, lang: Lang) -> str:
    """Write a number of people, or that it is unknown."""
    return say("unknown", lang) if math.isnan(count) else format_number(count, lang)


def list_undrawn(findings: Findings) -> list[tuple[str, str, str]]:
    """List the facilities that have no point to be drawn at."""
    lang, table = findings.lang, findings.area.facilities
    missing = table[table.geometry.isna() | table.geometry.is_empty]
    return [
        (
            clean_text(row["name"], lang) or say("no_name", lang),
            clean_text(row["address"], lang) or say("no_address", lang),
            say_or(f"status_{row['status']}", lang, str(row["status"])),
        )
        for row in missing.to_dict("records")
    ]


def name_cutoff(findings: Findings) -> str:
    """Name the longest cutoff."""
    return format_cutoff(findings.last_cutoff_min, findings.lang)


def choose_profile(result: RunResult) -> str:
    """Choose the walker that pages open with."""
    own = result.study.own_profile(headline_group(result))
    others = [profile for profile in result.profiles if profile != result.study.claim]
    return own if own in result.profiles else next(iter([*others, *result.profiles]))
