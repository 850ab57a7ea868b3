"""The honesty gap in plain sentences: what the usual claim counts, what people reach at their own
pace.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from access15.config import Lang
from access15.core.measures.coverage import count_covered
from access15.outputs.words.curves import Curve, draw_curves
from access15.outputs.words.facts import HUB, Covered, Gap
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_number,
    format_of_hundred,
    format_pace,
    format_range,
    format_share,
)
from access15.outputs.words.texts import clean_text, say, say_or
from access15.results.run import PACE_RANGE_MS

# of the longest cutoff: streets are there beyond it, and the curves still lie apart
_CURVE_END: Final = 4 / 3
_CURVE_STEP_MIN: Final = 0.25
_UNKNOWN_TAGS: Final = {
    "kerb": "unknown_kerb",
    "incline": "unknown_incline",
    "surface": "unknown_surface",
}


def name_profile(findings: Findings, profile: str) -> str:
    """Name a profile."""
    known = findings.result.profiles.get(profile)
    return (
        profile if known is None else clean_text(known.label.in_lang(findings.lang), findings.lang)
    )


def describe_gap(findings: Findings, profile: str, target: str) -> str:
    """Say what the usual claim makes of the same people."""
    lang, study = findings.lang, findings.result.study
    walker = findings.result.profiles.get(study.claim)
    claim, own = (findings.covered(one, target)[-1].covered for one in (study.claim, profile))
    if walker is None or profile == study.claim or math.isnan(claim - own):
        return ""
    return say(
        "gap",
        lang,
        label=name_profile(findings, study.claim),
        pace=format_pace(walker, lang),
        covered=format_number(claim, lang),
        share=format_share(findings.covered(study.claim, target)[-1].share, lang),
        difference=_describe_difference(round(claim) - round(own), findings),
    )


def _describe_difference(people: int, findings: Findings) -> str:
    told = format_count("n_people", abs(people), findings.lang)
    return say("gap_more" if people >= 0 else "gap_fewer", findings.lang, people=told)


def describe_gap_headline(findings: Findings, target: str = HUB) -> str:
    """Say the gap of the headline's group in one plain sentence, of a hundred people."""
    lang, gap = findings.lang, findings.gap(target)
    if not gap.is_known:
        return ""
    told = say(
        "gap_headline",
        lang,
        who=findings.who(),
        claim=name_profile(findings, gap.claim_profile),
        claimed=format_of_hundred(gap.claim.share, lang),
        cutoff=format_cutoff(gap.own.cutoff_min, lang),
        label=name_profile(findings, gap.own_profile),
        own=format_of_hundred(gap.own.share, lang),
    )
    ends = write_range(gap.own, lang)
    return f"{told}{' ' + ends if ends else ''}. {_describe_lost(findings, gap)}"


def _describe_lost(findings: Findings, gap: Gap) -> str:
    people = gap.whole_people
    if people == 0:
        return say("gap_nobody", findings.lang)
    return format_count("gap_lost" if people > 0 else "gap_gained", abs(people), findings.lang)


def describe_unknown_gap(findings: Findings, target: str = HUB) -> str:
    """Say why a gap is unknown."""
    gap = findings.gap(target)
    missing = [
        one
        for one in dict.fromkeys((gap.claim_profile, gap.own_profile))
        if one not in findings.result.profiles
    ]
    if not missing:
        return ""
    return say(
        "gap_unknown",
        findings.lang,
        who=findings.who(),
        profiles=", ".join(f"«{one}»" for one in missing),
    )


class GapRow(NamedTuple):
    """One group's gap as finished texts.

    Parameters
    ----------
    group, people : str
        Name of the group and how many they are.
    claim : str
        Share that the usual claim covers.
    own, own_range, own_pace : str
        Share at their own pace, its range where it has one, and the name of that pace.
    between : str
        People whom the claim counts and their own pace does not.
    """

    group: str
    people: str
    claim: str
    own: str
    own_range: str
    own_pace: str
    between: str


def write_gap(findings: Findings, target: str, group: str) -> GapRow:
    """Write the gap of one group of people."""
    lang, gap = findings.lang, findings.gap(target, group)
    return GapRow(
        group=clean_text(findings.result.group_labels.get(group, {}).get(lang, group), lang),
        people=format_number(gap.own.people, lang),
        claim=format_share(gap.claim.share, lang),
        own=format_share(gap.own.share, lang),
        own_range=write_range(gap.own, lang),
        own_pace=name_profile(findings, gap.own_profile),
        between=say("unknown", lang)
        if math.isnan(gap.people)
        else format_number(gap.whole_people, lang),
    )


def write_range(covered: Covered, lang: Lang) -> str:
    """Write the range of a share in brackets."""
    ends = format_range(covered.low, covered.high, lang)
    return "" if ends in (format_share(covered.share, lang), say("unknown", lang)) else f"({ends})"


def describe_range(findings: Findings) -> str:
    """Say what the range beside a share is, and what it is not."""
    return say(
        "range_means", findings.lang, pace=format_number(PACE_RANGE_MS, findings.lang, decimals=2)
    )


def describe_confidence(findings: Findings, profile: str) -> str:
    """Say in one line what is unknown of an area's streets and facilities."""
    lang, table = findings.lang, findings.area.unknown_shares
    table = table[table["profile"] == profile]
    tags = [
        say("no_crossings", lang)
        if math.isnan(share)
        else say(_UNKNOWN_TAGS[tag], lang, share=format_share(share, lang))
        for tag, share in zip(table["tag"], table["share"].astype(float), strict=True)
        if tag == "kerb" or not math.isnan(share)
    ]
    told = [say("unknown_streets", lang, tags=", ".join(tags))] if tags else []
    precision = findings.area.precision_shares
    kinds = [
        f"{say_or(f'precision_{name}', lang, clean_text(name, lang, limit=40))} "
        f"{format_share(float(share), lang)}"
        for name, share in zip(precision["precision"], precision["share"], strict=True)
    ]
    if kinds:
        n = format_number(int(precision["n"].sum()), lang)
        told.append(say("precision_line", lang, n=n, kinds=", ".join(kinds)))
    return " ".join(told)


def draw_gap_curves(findings: Findings, *, identifier: str) -> str:
    """Draw the share of the headline's group that gets to a hub, minute by minute, a curve per
    profile.
    """
    lang, result = findings.lang, findings.result
    people = findings.area.residents[findings.group].to_numpy(dtype=np.float64)
    shown = [
        profile for profile in result.profiles if (profile, HUB) in findings.area.travel_time_s
    ]
    shown = [profile for profile in shown if findings.is_known(profile, HUB)]
    if not shown or not people.sum() > 0:
        return ""
    minutes = _curve_minutes(result.cutoffs_min)
    own = result.study.own_profile(findings.group)
    curves = []
    for profile in shown:
        covered = count_covered(
            findings.area.travel_time_s[profile, HUB],
            people[None],
            cutoffs_s=(60.0 * minutes).tolist(),
        )
        curves.append(
            Curve(name_profile(findings, profile), covered[0] / people.sum(), profile == own)
        )
    return draw_curves(
        curves,
        minutes=minutes,
        cutoffs_min=result.cutoffs_min,
        title=say(
            "curves_title", lang, area=clean_text(findings.area.area.name, lang), who=findings.who()
        ),
        description=" ".join(_describe_curve(findings, profile) for profile in shown),
        people=findings.who(),
        lang=lang,
        identifier=identifier,
    )


def _curve_minutes(cutoffs_min: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    last = cutoffs_min[-1] * _CURVE_END
    even = np.linspace(0.0, last, round(last / _CURVE_STEP_MIN) + 1)
    return np.union1d(even, np.asarray(cutoffs_min, dtype=np.float64))


def _describe_curve(findings: Findings, profile: str) -> str:
    shares = ", ".join(
        f"{format_share(one.share, findings.lang)} {say('within', findings.lang).lower()} "
        f"{format_cutoff(one.cutoff_min, findings.lang)}"
        for one in findings.covered(profile, HUB)
    )
    return f"{name_profile(findings, profile)}: {shares}."
