"""Who is left out of a neighbourhood's hubs, in short sentences for everybody."""

from __future__ import annotations

import math

from access15.outputs.words.confidence import write_of_hundred
from access15.outputs.words.facts import HUB, Covered
from access15.outputs.words.findings import Findings
from access15.outputs.words.legend import choose_profile
from access15.outputs.words.numbers import format_cutoff, format_number
from access15.outputs.words.sentences import describe_unknown
from access15.outputs.words.texts import clean_text, say

_NAME = 60


def choose_walker(findings: Findings) -> str:
    """As whom the headline's group walks; where nobody does, who pages open with."""
    own = findings.result.study.own_profile(findings.group)
    return own if own in findings.result.profiles else choose_profile(findings.result)


def name_asked(findings: Findings) -> dict[str, object]:
    """Who is asked for, where they go, by when, at which pace: what every sentence takes."""
    lang = findings.lang
    return {
        "area": clean_text(findings.area.area.name, lang, limit=_NAME),
        "who": findings.who(),
        "more": findings.who_more(),
        "goal": say("report_goal", lang),
        "cutoff": format_cutoff(findings.last_cutoff_min, lang),
        "label": findings.name_profile(choose_walker(findings)),
    }


def count_out(one: Covered) -> float:
    """People who do not get there, as the difference of what is written; NaN where unknown."""
    if math.isnan(one.covered):
        return math.nan
    return float(round(one.people) - round(one.covered))


def describe_left_out(findings: Findings) -> str:
    """Say how many get there, and how many do not."""
    lang, profile, values = findings.lang, choose_walker(findings), name_asked(findings)
    one = findings.covered(profile, HUB)[-1]
    if not one.people > 0:
        return say("report_out_empty", lang, **values)
    more = findings.unknown_hours(profile, HUB)
    hours = say("report_if_open", lang, **values, n=format_number(more, lang)) if more > 0 else ""
    if math.isnan(one.covered):
        reason = describe_unknown(findings, profile, HUB)
        return f"{say('report_out_unknown', lang, **values, reason=reason)} {hours}".strip()
    key = "report_out"
    if round(one.covered) == 0:
        key = "report_out_all"
    elif count_out(one) == 0:
        key = "report_out_nobody"
    told = say(
        key,
        lang,
        **values,
        people=format_number(one.people, lang),
        covered=format_number(one.covered, lang),
        out=format_number(count_out(one), lang),
        share=write_of_hundred(findings, profile, one.share),
    )
    return f"{told} {hours}".strip()
