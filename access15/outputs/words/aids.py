"""What would help a neighbourhood most, in a sentence each: a place, a street, a bench."""

from __future__ import annotations

from typing import NamedTuple

from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings
from access15.outputs.words.fixes import describe_fixes
from access15.outputs.words.numbers import format_cutoff, format_number
from access15.outputs.words.texts import clean_text, say
from access15.results.aids import Aids

_LEAST_PEOPLE = 0.5  # fewer are written as nobody


class Aid(NamedTuple):
    """One thing that would help: what it is, what it brings, and the page that shows it."""

    name: str
    told: str
    shows: str  # "map", or on the session page "where" or "bench"
    part: str = ""  # of that page, where it opens


def describe_aids(findings: Findings, aids: Aids, profile: str) -> list[Aid]:
    """Say what one place, one street fix and one bench would bring."""
    lang = findings.lang
    return [
        Aid(say("aid_place", lang), _describe_place(findings, aids), "where", "#where"),
        Aid(say("aid_street", lang), _describe_street(findings, profile), "map"),
        Aid(say("aid_bench", lang), _describe_bench(findings, aids), *_find_bench_page(aids)),
    ]


def _find_bench_page(aids: Aids) -> tuple[str, str]:
    """Where a bench can be tried out: at the place of the best one, if there is one."""
    if aids.bench is None:
        return "map", ""
    if aids.bench.place is None:
        return "bench", "#panchina"
    lon, lat = aids.bench.place
    return "bench", f"#panchina={lon:.7f},{lat:.7f}"


def _describe_place(findings: Findings, aids: Aids) -> str:
    """Say where one more hub brings most people."""
    lang, best = findings.lang, aids.place
    if best is None or best.gained < _LEAST_PEOPLE:
        key = "aid_place_nobody" if aids.n_corners else "aid_place_unknown"
        return say(key, lang, who=findings.who_more())
    return say(
        "aid_place_told",
        lang,
        street=clean_text(best.sites[0].name, lang, limit=80),
        gained=format_number(best.gained, lang),
        who=findings.who_more(),
        cutoff=format_cutoff(best.cutoff_min, lang),
        label=findings.name_profile(best.profile),
        n=format_number(aids.n_corners, lang),
    )


def _describe_street(findings: Findings, profile: str) -> str:
    """Say which single street fix lets most people in."""
    lang, fixes = findings.lang, describe_fixes(findings, profile, HUB, n=1)
    if fixes["mend"]:
        walker = findings.name_profile(profile)
        return say("aid_street_told", lang, fix=fixes["mend"][0], label=walker)
    return say("fixes_none", lang)


def _describe_bench(findings: Findings, aids: Aids) -> str:
    """Say where one bench brings most people who must sit down, and what all could bring."""
    lang, bench = findings.lang, aids.bench
    if bench is None:
        return say("aid_bench_unknown", lang)
    values = {
        "who": findings.who_more(),
        "street": clean_text(bench.street, lang, limit=80),
        "gained": format_number(bench.gained, lang),
        "everywhere": format_number(bench.everywhere, lang),
        "metres": format_number(bench.rest_every_m, lang),
        "label": findings.name_profile(bench.profile),
    }
    if bench.everywhere < _LEAST_PEOPLE:
        is_far = bench.anywhere - bench.today < _LEAST_PEOPLE
        return say("aid_bench_nobody" if is_far else "aid_bench_door", lang, **values)
    if bench.gained < _LEAST_PEOPLE:
        return say("aid_bench_many", lang, **values)
    return say("aid_bench_told", lang, **values)
