"""The page of a report that says what is not known."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Final

from access15.core.measures.uncertain import N_DRAWS
from access15.outputs.documents.parts import Grid, Heading, Items, Part, Text
from access15.outputs.words.budget import list_movers
from access15.outputs.words.confidence import is_upper_bound, write_of_hundred
from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings
from access15.outputs.words.fixes import describe_fix, rank_fixes
from access15.outputs.words.numbers import (
    format_count,
    format_number,
    format_of_hundred,
    format_share,
)
from access15.outputs.words.people import is_estimate
from access15.outputs.words.sources import list_warnings
from access15.outputs.words.texts import capitalise, clean_text, say
from access15.outputs.words.which_door import list_deciding_doors

_TAGS: Final = ("kerb", "incline", "surface")
_MOST_MOVERS: Final = 4
_MOST_DOORS: Final = 2
_MOST_WALKERS: Final = 6
_MOST_LOOKS: Final = 2
_MOST_KINDS: Final = 30
_MOST_WARNINGS: Final = 2
_WARNING: Final = 300
_NAME: Final = 60


def list_doubts(findings: Findings, profile: str, values: Mapping[str, object]) -> Iterator[Part]:
    """How sure the number is; streets, places and people of which something is unknown; warnings.

    `values` are whom the report is about, as its texts name them.
    """
    lang = findings.lang
    yield Heading(say("report_h_sure", lang), 2)
    yield from _list_sure(findings, profile, values)
    yield Heading(say("report_h_streets", lang), 2)
    yield from _list_streets(findings, profile)
    yield Heading(say("report_h_places", lang), 2)
    yield Text(" ".join(_describe_places(findings, profile)))
    yield Heading(say("report_h_people", lang), 2)
    yield Text(" ".join(_describe_people(findings, values)))
    yield from _list_warnings(findings)


def _list_sure(findings: Findings, profile: str, values: Mapping[str, object]) -> Iterator[Part]:
    """The range of the number, what moves it, and doors that decide."""
    lang, one = findings.lang, findings.covered(profile, HUB)[-1]
    key = "report_sure"
    if math.isnan(one.share):
        key = "report_sure_unknown"
    elif math.isnan(one.low):
        key = "report_sure_none"
    told = say(
        key,
        lang,
        **values,
        share=write_of_hundred(findings, profile, one.share),
        low=format_of_hundred(one.low, lang),
        high=format_of_hundred(one.high, lang),
        n=format_number(N_DRAWS, lang),
    )
    yield Text(told)
    if not math.isnan(one.share) and is_upper_bound(findings, profile):
        yield Text(say("report_at_most", lang))
    movers = list_movers(findings).get("share", [])[:_MOST_MOVERS]
    if movers and not math.isnan(one.share):
        yield Grid(
            say("report_movers", lang, **values),
            [say(f"report_col_{key}", lang) for key in ("mover", "low", "high")],
            [
                (
                    capitalise(mover.label),
                    *(format_of_hundred(end / 100.0, lang) for end in (mover.low, mover.high)),
                )
                for mover in movers
            ],
            widths=(4.0, 1.0, 1.0),
        )
    doors = [door for door in list_deciding_doors(findings) if door.is_hub]
    names = dict(
        zip(findings.area.facilities["facility_id"], findings.area.facilities["name"], strict=True)
    )
    for door in doors[:_MOST_DOORS]:
        place = clean_text(names.get(door.facility_id), lang, limit=_NAME) or door.facility_id
        told = say(
            "report_door",
            lang,
            place=f"«{place}»",
            low=format_of_hundred(door.least, lang),
            high=format_of_hundred(door.most, lang),
            label=findings.name_profile(door.profile),
        )
        yield Text(told)


def _list_streets(findings: Findings, profile: str) -> Iterator[Part]:
    """What the map does not say of streets, and where two may well meet."""
    lang, table = findings.lang, findings.area.unknown_shares
    rows = []
    for walker in list(findings.result.profiles)[:_MOST_WALKERS]:
        own = table[table["profile"] == walker]
        shares = dict(zip(own["tag"], own["share"].astype(float), strict=True))
        cells = (format_share(shares.get(tag, math.nan), lang) for tag in _TAGS)
        rows.append((findings.name_profile(walker), *cells))
    yield Grid(
        say("report_unknown_streets", lang),
        [say("report_col_tag", lang), *(say(f"report_tag_{tag}", lang) for tag in _TAGS)],
        rows,
        widths=(3.0, 1.0, 1.0, 1.0),
    )
    ranked = rank_fixes(findings, profile, HUB, n=_MOST_LOOKS)
    looks = [] if ranked.empty else ranked[ranked["part"] == "look"].to_dict("records")
    if looks:
        yield Text(say("report_look", lang))
        yield Items([describe_fix(row, lang) for row in looks])


def _describe_places(findings: Findings, profile: str) -> Iterator[str]:
    """Kinds of place of which nothing is known, and places without a certain point."""
    lang = findings.lang
    unlisted: list[str] = []
    unplaced: list[str] = []
    for target in findings.targets():
        if target.is_category and not findings.is_known(profile, target.id):
            nearest = findings.nearest(profile, target.id)
            is_listed = nearest is not None and nearest.n_known > 0
            label = clean_text(target.label, lang, limit=_NAME)
            (unplaced if is_listed else unlisted).append(label)
    for key, kinds in (("unlisted", unlisted), ("unplaced", unplaced)):
        if kinds:
            told = ", ".join(kinds[:_MOST_KINDS])
            if len(kinds) > _MOST_KINDS:
                more = format_number(len(kinds) - _MOST_KINDS, lang)
                told = say("names_and_more", lang, names=told, n=more)
            yield say(f"report_kinds_{key}", lang, kinds=told)
    n_off = int((findings.area.facilities["status"] == "not_geocoded").sum())
    if n_off:
        yield format_count("report_places_off", n_off, lang)
    elif not unlisted and not unplaced:
        yield say("report_places_known", lang)


def _describe_people(findings: Findings, values: Mapping[str, object]) -> Iterator[str]:
    """How far it is known where people live."""
    lang, result = findings.lang, findings.result
    population = result.study.population
    if population.counts_homes:
        yield say("report_people_homes", lang, **values)
    elif is_estimate(findings):
        yield say("report_people_estimate", lang)
    else:
        yield say("report_people_counted", lang)
    patterns = list(findings.patterns.values())
    alike = [group for group, first in findings.patterns.items() if patterns.count(first) > 1]
    if alike:
        labels = (findings.name_groups([group]) for group in alike[:_MOST_WALKERS])
        yield say("report_people_alike", lang, groups=", ".join(labels))
    residents = findings.area.residents
    off = float(residents.loc[residents["status"] != "ok", findings.group].sum())
    if round(off):
        yield say("report_people_off", lang, **values, n=format_number(off, lang))


def _list_warnings(findings: Findings) -> Iterator[Part]:
    """What the readers of the data must know, as far as there is room."""
    lang, warnings = findings.lang, list_warnings(findings)
    if not warnings:
        return
    yield Heading(say("report_h_warnings", lang), 2)
    for text in warnings[:_MOST_WARNINGS]:
        yield Text(capitalise(clean_text(text, lang, limit=_WARNING)), is_small=True)
    n_more = len(warnings) - _MOST_WARNINGS
    if n_more > 0:
        yield Text(say("report_warnings_more", lang, n=format_number(n_more, lang)), is_small=True)
