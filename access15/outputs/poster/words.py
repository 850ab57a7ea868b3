"""What a poster says in words: headline, title, pace, where the data come from."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final

from access15.outputs.poster.panels import Headline
from access15.outputs.poster.proposal import PosterProposal
from access15.outputs.poster.text import plain_text
from access15.outputs.words.confidence import write_of_hundred
from access15.outputs.words.dates import format_day, format_moment
from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_number,
    format_of_hundred,
    format_pace,
)
from access15.outputs.words.sentences import describe_unknown
from access15.outputs.words.sources import describe_tables, list_sources
from access15.outputs.words.texts import capitalise, name_own, say

_MAX_CREDITS: Final = 60
_SHORT_NAME: Final = 24  # signs of a proposal's name that stand in a large headline
_DATED: Final = re.compile(r"(?P<name>[^()]+) \((?P<date>[^()]+)\)")


def build_headline(
    findings: Findings,
    profile: str,
    target: str,
    proposal: PosterProposal | None,
) -> Headline:
    """Say how many of a hundred get there, today and with a proposal."""
    lang, last = findings.lang, findings.covered(profile, target)[-1]
    cutoff, who = format_cutoff(last.cutoff_min, lang), plain_text(findings.who(), lang)
    is_known = findings.is_known(profile, target) and not math.isnan(last.share)
    is_beside = proposal is not None and not math.isnan(proposal.covered_share_after)
    told = write_of_hundred(findings, profile, last.share) if is_known else ""
    notes: list[tuple[str, float]] = []
    lines: tuple[str, ...] = (say("poster_unknown", lang, cutoff=cutoff),)
    if not findings.is_known(profile, target):
        reason = plain_text(describe_unknown(findings, profile, target), lang)
        notes.append((capitalise(reason), 14.0))
    if is_known:
        is_one = format_of_hundred(last.share, lang) == "1"
        key = "poster_arrive.one" if is_one else "poster_arrive.other"  # also for "< 1"
        lines = (say("poster_hundred", lang, who=who), say(key, lang, n=told, cutoff=cutoff))
    if proposal is not None and is_beside:
        lines, more = _set_beside(findings, profile, proposal, told)
        notes = [*more, *notes, (_describe_whom(findings, profile, cutoff), 16.0)]
    elif proposal is not None:
        name = plain_text(proposal.name, lang, limit=60)
        notes.insert(0, (say("poster_proposal_unknown", lang, name=name), 17.0))
    if not is_beside:
        notes.append((_describe_pace(findings, profile), 16.0))
    n_before = n_after = None
    if is_known:
        notes.append((_describe_data(findings, proposal, last.covered, last.people), 12.5))
        n_before = _dots(last.share)
        n_after = None if proposal is None else _dots(proposal.covered_share_after)
    return Headline(_title(findings, target, proposal), lines, tuple(notes), n_before, n_after)


def _set_beside(
    findings: Findings,
    profile: str,
    proposal: PosterProposal,
    today: str,
) -> tuple[tuple[str, ...], list[tuple[str, float]]]:
    """Two lines equally large, and the proposal's name below them where it is long."""
    lang, name = findings.lang, plain_text(proposal.name, findings.lang, limit=60)
    n = write_of_hundred(findings, profile, proposal.covered_share_after)
    second = say("poster_today", lang, n=today) if today else say("poster_today_unknown", lang)
    if len(name) <= _SHORT_NAME:
        return (say("poster_proposal", lang, name=name, n=n), second), []
    named = (say("poster_named", lang, name=name), 19.0)
    return (say("poster_with_proposal", lang, n=n), second), [named]


def _dots(share: float) -> int | None:
    """Dots of a hundred that are filled."""
    return None if math.isnan(share) else math.floor(100 * share + 0.5)


def _title(findings: Findings, target: str, proposal: PosterProposal | None) -> str:
    """Name what the walk goes to; a proposal may add another to the only hub."""
    lang, area = findings.lang, plain_text(findings.area.area.name, findings.lang, limit=60)
    names = {hub: plain_text(name, lang) for hub, name in findings.hub_names().items()}
    if target == HUB and len(names) == 1 and proposal is None:
        target = next(iter(names))
    if target == HUB:
        title = say("poster_to_hub", lang, area=area)
    elif target in names:
        title = say("poster_to_named", lang, area=area, name=names[target])
    else:
        kind = plain_text(findings.result.categories[target].label.in_lang(lang), lang)
        title = say("poster_to_nearest", lang, area=area, name=kind)
    at = findings.result.at
    return title if at is None else f"{title}, {format_moment(at, lang)}"


def _describe_pace(findings: Findings, profile: str) -> str:
    """Say whose pace it is."""
    walker, lang = findings.result.profiles[profile], findings.lang
    who = plain_text(walker.who.in_lang(lang), lang)
    return say("poster_pace", lang, who=who, pace=format_pace(walker, lang))


def _describe_whom(
    findings: Findings,
    profile: str,
    cutoff: str,
) -> str:
    """Say who is counted, within how long and at what pace."""
    who, pace = plain_text(findings.who(), findings.lang), _describe_pace(findings, profile)
    told = say("poster_of_whom", findings.lang, who=capitalise(who), cutoff=cutoff)
    return f"{told}, {pace[:1].lower()}{pace[1:]}"


def _describe_data(
    findings: Findings,
    proposal: PosterProposal | None,
    covered: float,
    people: float,
) -> str:
    """Say how many people it is of, on which streets, computed when."""
    lang, info = findings.lang, findings.area.network_info
    streets = plain_text(info.name, lang, limit=60)
    if info.kind == "sketch":
        streets = say("network_sketch", lang)
    dated = ", ".join(filter(None, (streets, plain_text(info.date, lang))))
    year = findings.result.study.population.year
    told = say(
        "poster_data",
        lang,
        covered=format_number(covered, lang),
        people=format_number(people, lang),
        who=plain_text(findings.who(), lang),
        year="" if year is None else say("population_year", lang, year=year),
        network=dated,
        date=format_day(findings.result.created, lang),
    )
    if proposal is None or not proposal.covered_after:
        return told
    after = format_number(proposal.covered_after[-1], lang)
    return f"{say('poster_data_after', lang, n=after)} {told[:1].lower()}{told[1:]}"


def describe_difference(
    findings: Findings,
    profile: str,
    target: str,
    proposal: PosterProposal,
) -> str:
    """Say in one sentence what a proposal makes of today: of whom, within how long, whose pace."""
    lang, last = findings.lang, findings.covered(profile, target)[-1]
    pace = _describe_pace(findings, profile)
    whose = {
        "who": capitalise(plain_text(findings.who(), lang)),
        "cutoff": format_cutoff(last.cutoff_min, lang),
        "pace": f"{pace[:1].lower()}{pace[1:]}",
    }
    if not proposal.covered_after or not findings.is_known(profile, target):
        return say("sides_unknown", lang, **whose)
    before, after = round(last.covered), round(proposal.covered_after[-1])
    if after == before:
        return say("sides_same", lang, n=format_number(before, lang), **whose)
    return say(
        "sides_more" if after > before else "sides_fewer",
        lang,
        n=format_number(abs(after - before), lang),
        before=format_number(before, lang),
        after=format_number(after, lang),
        **whose,
    )


def list_credits(findings: Findings) -> list[tuple[str, str]]:
    """Say when it was computed and where streets, residents and places come from, with every
    licence.
    """
    lang = findings.lang
    streets, residents, (places, _), computed = (
        (plain_text(head, lang), plain_text(text, lang, limit=4000))
        for head, text in list_sources(findings)
    )
    sources = set(findings.area.facilities["source"])
    texts = {plain_text(name_own(source, lang), lang, limit=400) for source in sources}
    named = group_credits({part.strip() for text in texts for part in text.split(";")} - {""})
    rest = len(named) - _MAX_CREDITS
    if rest > 0:
        more = format_count("n_more_sources", rest, lang)
        named[_MAX_CREDITS:] = [more]
    return [
        computed,
        streets,
        residents,
        (places, f"{'. '.join(describe_tables(findings.result, lang))}. {'; '.join(named)}"),
    ]


def group_credits(sources: Iterable[str]) -> list[str]:
    """Tell sources of one publisher and one licence together."""
    groups: dict[tuple[str, str], dict[str, list[str]]] = {}
    alone = []
    for source in sorted(set(sources)):
        body, _, licence = source.rpartition(", ")
        words = body.split()
        first = next((i for i, word in enumerate(words) if any(map(str.isdigit, word))), 0)
        if not first:
            alone.append(source)
            continue
        which = " ".join(words[first:])
        dated = _DATED.fullmatch(which)
        name, date = (dated["name"], dated["date"]) if dated else (which, "")
        groups.setdefault((" ".join(words[:first]), licence), {}).setdefault(date, []).append(name)
    told = []
    for (publisher, licence), dates in groups.items():
        parts = [f"{', '.join(names)} ({date})" for date, names in dates.items() if date]
        parts += [", ".join(names) for date, names in dates.items() if not date]
        told.append(f"{publisher} {', '.join(parts)}, {licence}")
    return sorted([*told, *alone])
