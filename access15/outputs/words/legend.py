"""What stands in words beside a map: results, sources, warnings, places that cannot be drawn."""

from __future__ import annotations

import math
from typing import Any, Final

from access15.config import Lang
from access15.outputs.words.dates import format_date
from access15.outputs.words.findings import Findings, headline_group
from access15.outputs.words.honesty import describe_gap
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_number,
    format_pace,
    format_share,
)
from access15.outputs.words.people import describe_methods, describe_notes
from access15.outputs.words.texts import clean_text, say, say_or
from access15.results.run import RunResult

_MAX_SOURCES: Final = 20


def build_legend(findings: Findings, profile: str, target: str) -> dict[str, Any]:
    """Write everything the legend says about one walker and one target."""
    lang, walker = findings.lang, findings.result.profiles[profile]
    is_known, finding = (
        findings.is_known(profile, target),
        findings.describe_finding(profile, target),
    )
    reason = findings.describe_unknown(profile, target)
    covered = findings.covered(profile, target)
    pace = say("walker", lang, who=walker.who.in_lang(lang), pace=format_pace(walker, lang))
    gap = describe_gap(findings, profile, target)
    is_zero = is_known and covered[-1].covered == 0
    plain = [f"{finding}."] if is_zero else list(findings.describe_distance(profile, target))
    return {
        "share": format_share(covered[-1].share, lang)
        if is_known
        else say("covered_unknown", lang),
        "is_known": is_known,
        "sentence": _capital(findings.describe_covered(profile, target) if is_known else reason)
        + ".",
        "rows": [[_people(one.covered, lang), format_share(one.share, lang)] for one in covered],
        "notes": [
            *([gap] if gap else []),
            *_describe_undrawn(findings, target),
            *_describe_open(findings, profile, target),
            *plain,
            pace,
        ],
        "finding": finding,
        "groups": [
            [findings.who(group), _people(last.covered, lang), format_share(last.share, lang)]
            for group in findings.groups
            for last in findings.covered(profile, target, group)[-1:]
        ],
    }


def _describe_undrawn(findings: Findings, target: str) -> list[str]:
    """Say that the place's areas are left out, lest an empty map be read as nobody reached."""
    kind = findings.result.categories.get(target)
    return [] if kind is None or kind.draws_areas else [say("areas_not_drawn", findings.lang)]


def _describe_open(findings: Findings, profile: str, target: str) -> list[str]:
    """Say what the places of unknown hours would add to the numbers above."""
    share = findings.covered(profile, target)[-1].share
    said = "" if math.isnan(share) else format_share(share, findings.lang)
    told = findings.add_unknown_hours(said or say("unknown", findings.lang), profile, target)
    return [f"{_capital(told)}."] if findings.result.at is not None and "; " in told else []


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _people(count: float, lang: Lang) -> str:
    return say("unknown", lang) if math.isnan(count) else format_number(count, lang)


def list_sources(findings: Findings) -> list[tuple[str, str]]:
    """Say where the streets, residents and facilities of an area come from, and when it was
    computed.
    """
    lang, result, info = findings.lang, findings.result, findings.area.network_info
    population, zones = result.study.population, result.study.zones
    methods = describe_methods(findings)
    year = "" if population.year is None else say("population_year", lang, year=population.year)
    return [
        (
            say("streets", lang),
            say(
                "network_line",
                lang,
                kind=say(f"network_{info.kind}", lang),
                name=clean_text(info.name, lang),
                date=clean_text(info.date, lang) or say("date_unknown", lang),
                licence=clean_text(info.licence, lang, limit=300),
            ),
        ),
        (
            say("residents", lang),
            say(
                "population_line",
                lang,
                file="; ".join(
                    text
                    for text in (
                        clean_text(population.file.name, lang),
                        clean_text(population.sections_name, lang),
                        clean_text(population.source, lang, limit=300),
                        say("zones_line", lang, source=clean_text(zones.source, lang, limit=300))
                        if zones.source
                        else "",
                    )
                    if text
                ),
                year=year,
                method=say("method", lang, method="; ".join(methods)),
            ),
        ),
        (say("facilities", lang), _describe_facility_sources(findings)),
        (say("computed", lang), format_date(result.created, lang)),
    ]


def _describe_facility_sources(findings: Findings) -> str:
    lang, file = findings.lang, findings.result.study.facilities.file
    sources = sorted(
        {clean_text(source, lang) for source in findings.area.facilities["source"]} - {""}
    )
    named, rest = sources[:_MAX_SOURCES], len(sources) - _MAX_SOURCES
    if rest > 0:
        named.append(format_count("n_more_sources", rest, lang))
    return f"{clean_text(file.name, lang)}. {'; '.join(named)}"


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


def list_warnings(findings: Findings) -> list[str]:
    """List what the reader of the street data and of the residents must know."""
    info = findings.area.network_info
    network = () if info.kind == "sketch" else info.warnings
    return [
        *(clean_text(text, findings.lang, limit=400) for text in network),
        *describe_notes(findings),
    ]
