"""Barriers in plain words: where, what, how much, and what a surveyor is asked."""

from __future__ import annotations

import math

from access15.config import Lang, WalkProfile
from access15.outputs.words.dates import format_date
from access15.outputs.words.methods import spell_methods
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_number,
    format_pace,
    format_share,
)
from access15.outputs.words.texts import (
    capitalise,
    clean_text,
    describe_people,
    say,
    say_remark,
)
from access15.results.audit import AuditFindings, Stop
from access15.results.barriers import Barrier, BarrierFindings


def name_street(street: str, lang: Lang, *, is_near: bool) -> str:
    """Name where something is, or say that it is near a street."""
    name = clean_text(street, lang)
    if not name:
        return say("fix_nowhere", lang)
    return say("peba_near", lang, street=name) if is_near else name


def name_barrier(barrier: Barrier, lang: Lang) -> str:
    """Name what a barrier is."""
    if barrier.kind == "crossing":
        return say("peba_kind_crossing", lang, crossing=say(f"crossing_{barrier.crossing}", lang))
    return say(f"peba_kind_{barrier.kind}", lang)


def describe_measure(barrier: Barrier, lang: Lang) -> str:
    """Say what the map knows of a barrier's size."""
    parts = []
    if math.isfinite(barrier.wait_s):
        parts.append(say("peba_wait", lang, seconds=format_number(barrier.wait_s, lang)))
    if barrier.kerb:
        parts.append(say(f"peba_kerb_{barrier.kerb}", lang))
    if barrier.kind == "steps":
        n = barrier.step_count
        parts.append(format_count("peba_steps", n, lang) if n else say("peba_steps_unknown", lang))
    if math.isfinite(barrier.length_m):
        metres = format_number(math.ceil(barrier.length_m), lang)
        parts.append(say("peba_length", lang, metres=metres))
    if math.isfinite(barrier.width_m):
        centimetres = format_number(100 * barrier.width_m, lang)
        parts.append(say("peba_width", lang, centimetres=centimetres))
    if math.isfinite(barrier.incline):
        parts.append(say("peba_incline", lang, share=format_share(barrier.incline, lang)))
    if barrier.surface:
        parts.append(say(f"peba_surface_{barrier.surface}", lang))
    return ", ".join(parts)


def format_door_range(barrier: Barrier, lang: Lang) -> str:
    """Write the fewest and most people let in with any plausible door; empty where all agree."""
    low, high = (format_number(n, lang) for n in (barrier.low, barrier.high))
    return "" if low == high else f"{low} - {high}"


def describe_today(findings: BarrierFindings, lang: Lang) -> str:
    """Say how many get there today, and how many if nothing stopped them."""
    return say(
        "peba_today",
        lang,
        cutoff=format_cutoff(findings.cutoff_min, lang),
        within=format_number(findings.within, lang),
        people_n=format_number(findings.n_people, lang),
        free=format_number(findings.within_free, lang),
        n_places=format_number(findings.n_places, lang),
    )


def describe_about(findings: BarrierFindings, lang: Lang) -> list[str]:
    """Say what the list is, of whom, at which pace and from which data."""
    return [
        say("peba_law", lang),
        describe_today(findings, lang),
        say(
            "peba_whom" if findings.profile.steps == "impassable" else "peba_whom_walking",
            lang,
            people=name_people(findings, lang),
            who=clean_text(findings.profile.who.in_lang(lang), lang),
            pace=format_pace(findings.profile, lang),
        ),
        say("peba_order", lang),
        say("peba_unknown", lang),
        say(
            "peba_data",
            lang,
            streets=clean_text(say_remark(findings.source, lang), lang, limit=200),
            method=clean_text(spell_methods(findings.method, lang), lang, limit=300),
            date=format_date(findings.created, lang),
        ),
    ]


def list_rules(lang: Lang) -> list[str]:
    """Say how a sheet is filled in, how it is used, what it changes and what is only shown."""
    return [say(key, lang) for key in ("peba_fill", "peba_back", "peba_rules", "peba_shown")]


def describe_title(findings: BarrierFindings, lang: Lang) -> tuple[str, str]:
    """Title and subtitle of the list."""
    title = say("peba_title", lang, area=clean_text(findings.area_name, lang))
    subtitle = say(
        "peba_subtitle",
        lang,
        who=name_walker(findings.profile, lang),
        cutoff=format_cutoff(findings.cutoff_min, lang),
        service=clean_text(findings.service.in_lang(lang), lang),
        people=name_people(findings, lang),
    )
    return title, subtitle


def name_people(findings: BarrierFindings | AuditFindings, lang: Lang) -> str:
    """Name who is counted, inside a sentence."""
    label = clean_text(findings.people.in_lang(lang), lang)
    return describe_people(findings.group, label, lang)


def name_walker(profile: WalkProfile, lang: Lang) -> str:
    """Name who walks, as a sentence begins."""
    return capitalise(clean_text(profile.label.in_lang(lang), lang))


def describe_move(stop: Stop, lang: Lang) -> str:
    """Say what depends on what is not known at a stop."""
    keys = ("audit_fewer", "audit_more")
    if stop.checks[0] == "door":
        keys = ("audit_door_fewer", "audit_door_more")
    return say(keys[stop.is_gain], lang, people=format_number(stop.people, lang))
