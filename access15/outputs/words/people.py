"""How residents were put where they live, and whom that leaves out, in Italian and English."""

from __future__ import annotations

from typing import Final

from access15.config import Lang
from access15.outputs.words.findings import Findings
from access15.outputs.words.methods import spell_methods, split_methods
from access15.outputs.words.numbers import format_number, format_share
from access15.outputs.words.texts import clean_text, say
from access15.results.people import ALL, PeopleNote

_MOST_NAMED: Final = 6


def describe_methods(findings: Findings) -> list[str]:
    """Say how the residents of an area were put where they live, each way with its weakness."""
    lang, zones = findings.lang, findings.area.zones
    names = dict(zip(zones["zone_id"].astype(str), zones["name"], strict=True))
    zones_of: dict[str, list[str]] = {}
    for zone, methods in _list_methods(findings).items():
        name = clean_text(names.get(zone, zone), lang) or zone
        for method in methods:
            zones_of.setdefault(method, []).append(name)
    told = {method: spell_methods(method, lang) for method in zones_of}
    if len(told) == 1:
        return list(told.values())
    return [f"{_join(zones_of[method], lang)}: {sentence}" for method, sentence in told.items()]


def is_estimate(findings: Findings) -> bool:
    """Whether anybody of an area was put where they live by estimate."""
    return any(
        method != "points" for methods in _list_methods(findings).values() for method in methods
    )


def _list_methods(findings: Findings) -> dict[str, list[str]]:
    """Methods of each zone."""
    table = findings.area.coverage
    table = table[table["zone"] != ALL].drop_duplicates(["zone", "method"])
    return {
        str(zone): [method for joined in rows for method in split_methods(joined)]
        for zone, rows in table.groupby("zone", sort=False)["method"]
    }


def _join(names: list[str], lang: Lang) -> str:
    """Names with commas alone, as in a label: babel would end the list with an "and"."""
    told = ", ".join(names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return told if more <= 0 else say("names_and_more", lang, names=told, n=more)


def describe_notes(findings: Findings) -> list[str]:
    """Say what the reader must know about the residents of an area."""
    told = [describe_note(note, findings.lang) for note in findings.area.people_info.notes]
    return [*_describe_basis(findings), *told]


def _describe_basis(findings: Findings) -> list[str]:
    """Say that homes are counted, or that the first numbers are the claim's own, unasked."""
    study, lang = findings.result.study, findings.lang
    if study.population.counts_homes:
        return [say("people_homes_only", lang)]
    is_told = findings.group in study.population.walks_as
    if is_told or study.own_profile(findings.group) != study.claim:
        return []
    group = findings.name_groups([findings.group])
    return [say("people_claim_only", lang, group=group, label=findings.name_profile(study.claim))]


def describe_note(note: PeopleNote, lang: Lang) -> str:
    """Say one thing the reader must know, with its numbers."""
    return say(
        f"people_{note.kind}",
        lang,
        people=format_number(note.people, lang),
        n=format_number(note.n, lang),
        share=format_share(note.share, lang),
        names=", ".join(note.names),
    )
