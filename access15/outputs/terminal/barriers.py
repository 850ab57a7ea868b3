"""Barriers and stops of a walk audit in plain words: how many, and the first of them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from access15.config import Lang
from access15.outputs.words.barriers import (
    describe_move,
    describe_title,
    describe_today,
    name_barrier,
    name_street,
)
from access15.outputs.words.dates import describe_moment
from access15.outputs.words.numbers import format_count, format_number
from access15.outputs.words.texts import say
from access15.outputs.words.voice import choose_voice_of_methods
from access15.results.audit import AuditFindings
from access15.results.barriers import Barrier, BarrierFindings

_TOLD = 5


def list_barrier_lines(findings: BarrierFindings, *, lang: Lang = "it") -> Iterator[str]:
    """Lines that say what was found."""
    lang = choose_voice_of_methods([findings.method], lang)
    yield from describe_title(findings, lang)
    yield from filter(None, (describe_today(findings, lang), describe_moment(findings.at, lang)))
    n = len(findings.barriers)
    yield format_count("peba_found", n, lang) if n else say("peba_none", lang)
    for number, one in enumerate(findings.barriers[:_TOLD], start=1):
        yield f"  {_write_line(number, one, lang)}"
    if findings.gone:
        yield say("peba_lost", lang, codes=", ".join(one.code for one in findings.gone))


def _write_line(number: int, barrier: Barrier, lang: Lang) -> str:
    """One barrier."""
    stake = ""
    if not math.isnan(barrier.stake):
        stake = say("peba_line_stake", lang, n=format_number(barrier.stake, lang))
    return say(
        "peba_line",
        lang,
        number=number,
        place=name_street(barrier.street, lang, is_near=barrier.is_near),
        kind=name_barrier(barrier, lang),
        gained=format_number(barrier.gained, lang),
        passing=format_number(barrier.passing, lang),
        stake=stake,
    )


def list_audit_lines(findings: AuditFindings, *, lang: Lang = "it") -> Iterator[str]:
    """Lines that say where to go and look."""
    lang = choose_voice_of_methods([findings.method], lang)
    yield format_count("audit_lead", len(findings.stops), lang)
    for number, stop in enumerate(findings.stops, start=1):
        where = name_street(stop.street, lang, is_near=stop.is_near)
        yield f"  {number}. {where}: {describe_move(stop, lang)}"
