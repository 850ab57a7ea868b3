"""The honesty gap in plain sentences: what the usual claim counts, what people reach at their own
pace.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from access15.config import Lang
from access15.core.measures.uncertain import (
    DENSITY_SIGMA,
    MOST_MISSING,
    MOST_TIMES,
    N_DRAWS,
    PACE_RANGE_MS,
)
from access15.outputs.words.confidence import write_covered, write_of_hundred
from access15.outputs.words.dates import format_date
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
from access15.outputs.words.texts import clean_text, say


def describe_gap(
    findings: Findings,
    profile: str,
    target: str,
) -> str:
    """Say what the usual claim makes of the same people."""
    lang, study = findings.lang, findings.result.study
    walker = findings.result.profiles.get(study.claim)
    claim, own = (findings.covered(one, target)[-1].covered for one in (study.claim, profile))
    if walker is None or profile == study.claim or math.isnan(claim - own):
        return ""
    return say(
        "gap",
        lang,
        label=findings.name_profile(study.claim),
        pace=format_pace(walker, lang),
        covered=format_number(claim, lang),
        share=format_share(findings.covered(study.claim, target)[-1].share, lang),
        difference=_describe_difference(round(claim) - round(own), findings),
    )


def _describe_difference(people: int, findings: Findings) -> str:
    """Say how many people more the claim counts, or fewer."""
    told = format_count("n_people", abs(people), findings.lang)
    return say("gap_more" if people >= 0 else "gap_fewer", findings.lang, people=told)


def describe_gap_headline(findings: Findings, target: str = HUB) -> str:
    """Say the gap of the headline's group in plain sentences, of a hundred people."""
    told = (describe_gap_lead(findings, target), describe_gap_detail(findings, target))
    return " ".join(filter(None, told))


def describe_gap_lead(findings: Findings, target: str = HUB) -> str:
    """Say the one number that stands first: what the claim is worth, or the share itself."""
    lang, gap = findings.lang, findings.gap(target)
    if not gap.is_known:
        return ""
    if _has_ratio(gap):
        ends = write_ratio_range(gap.own, lang)
        ratio = _add_range(format_of_hundred(gap.own.ratio, lang), ends)
        return say("gap_ratio", lang, who=findings.who(), ratio=ratio)
    told = say(
        "gap_headline",
        lang,
        who=findings.who(),
        claim=findings.name_profile(gap.claim_profile),
        claimed=write_of_hundred(findings, gap.claim_profile, gap.claim.share),
        cutoff=format_cutoff(gap.own.cutoff_min, lang),
        label=findings.name_profile(gap.own_profile),
        own=write_of_hundred(findings, gap.own_profile, gap.own.share),
    )
    return _add_range(told, write_range(gap.own, lang)) + "."


def describe_gap_detail(findings: Findings, target: str = HUB) -> str:
    """Say what stands behind the first number: both shares, the points between, the people."""
    gap = findings.gap(target)
    if not gap.is_known:
        return ""
    points = _describe_points(findings, gap) if _has_ratio(gap) else ""
    return f"{points} {_describe_lost(findings, gap)}".strip()


def _has_ratio(gap: Gap) -> bool:
    """Whether own pace and claim are two walks, and somebody is claimed to be near."""
    return gap.claim_profile != gap.own_profile and not math.isnan(gap.own.ratio)


def _describe_points(findings: Findings, gap: Gap) -> str:
    """Say both shares and the points between them."""
    lang, own = findings.lang, gap.own
    walker = findings.result.profiles[gap.own_profile]
    return say(
        "gap_both",
        lang,
        claim=findings.name_profile(gap.claim_profile),
        claimed=write_of_hundred(findings, gap.claim_profile, gap.claim.share),
        cutoff=format_cutoff(own.cutoff_min, lang),
        label=findings.name_profile(gap.own_profile),
        pace=format_pace(walker, lang),
        own=_add_range(
            write_of_hundred(findings, gap.own_profile, own.share), write_range(own, lang)
        ),
        points=_add_range(_format_points(own.gap_points, lang), write_gap_range(own, lang)),
    )


def describe_gap_data(findings: Findings) -> str:
    """Say on what streets and residents, of what date, the gap is computed."""
    lang, info = findings.lang, findings.area.network_info
    year = findings.result.study.population.year
    return say(
        "gap_data",
        lang,
        kind=say(f"network_{info.kind}", lang),
        name=clean_text(info.name, lang),
        date=clean_text(info.date, lang) or say("date_unknown", lang),
        year=say("date_unknown", lang) if year is None else year,
        computed=format_date(findings.result.created, lang),
    )


def _describe_lost(findings: Findings, gap: Gap) -> str:
    """Say how many people do not get there, or do though nobody said so."""
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
    """The gap of one group, or of several that are one finding, as finished texts.

    Parameters
    ----------
    groups : tuple of str
        Their ids.
    group, people : str
        Names of the groups and how many each are.
    claim : str
        Share that the usual claim covers.
    own, own_range, own_pace : str
        Share at their own pace, its range where it has one, and the name of that pace.
    ratio, ratio_range : str
        How many of a hundred whom the claim counts get there at their own pace, and its range.
    points, points_range : str
        Percentage points between the two, and their range.
    between : str
        People of each group whom the claim counts and their own pace does not.
    """

    groups: tuple[str, ...]
    group: str
    people: str
    claim: str
    own: str
    own_range: str
    own_pace: str
    ratio: str
    ratio_range: str
    points: str
    points_range: str
    between: str


def write_gaps(findings: Findings, target: str) -> list[GapRow]:
    """Write the gap of every group of people; those of one pattern and pace on one line."""
    return [write_gap(findings, target, groups) for groups in findings.list_lines(by_pace=True)]


def write_gap(
    findings: Findings,
    target: str,
    groups: Sequence[str],
) -> GapRow:
    """Write the gap of groups that have the same shares."""
    lang = findings.lang
    gaps = [findings.gap(target, group) for group in groups]
    between = say("unknown", lang)
    if not any(math.isnan(gap.people) for gap in gaps):
        between = " · ".join(format_number(gap.whole_people, lang) for gap in gaps)
    gap = gaps[0]
    claim = format_share(gap.claim.share, lang)
    if not math.isnan(gap.claim.share_if_open):
        claim = write_covered(findings, gap.claim_profile, gap.claim)
    return GapRow(
        groups=tuple(groups),
        group=findings.name_groups(groups),
        people=" · ".join(format_number(gap.own.people, lang) for gap in gaps),
        claim=claim,
        own=write_covered(findings, gap.own_profile, gap.own),
        own_range=write_range(gap.own, lang),
        own_pace=findings.name_profile(gap.own_profile),
        ratio=_format_or_unknown(gap.own.ratio, lang, format_of_hundred),
        ratio_range=write_ratio_range(gap.own, lang),
        points=_format_or_unknown(gap.own.gap_points, lang, _format_points),
        points_range=write_gap_range(gap.own, lang),
        between=between,
    )


def describe_patterns(findings: Findings) -> str:
    """Say which groups are known by one total only, and what that means for their shares."""
    patterns = findings.patterns
    alike = [group for group in patterns if list(patterns.values()).count(patterns[group]) > 1]
    if not alike:
        return ""
    labels = findings.result.group_labels
    names = [
        clean_text(labels.get(group, {}).get(findings.lang, group), findings.lang)
        for group in alike
    ]
    return say("same_pattern_note", findings.lang, groups=", ".join(names))


def write_range(covered: Covered, lang: Lang) -> str:
    """Write the range of a share in brackets, or why it has none."""
    if math.isnan(covered.low) and not math.isnan(covered.share):
        return say("range_of_seats", lang)
    ends = format_range(covered.low, covered.high, lang)
    says_nothing = ends in {format_share(covered.share, lang), say("unknown", lang)}
    return "" if says_nothing else f"({ends})"


def write_ratio_range(covered: Covered, lang: Lang) -> str:
    """Write the range of a ratio, of a hundred, in brackets, or why it has none."""
    if math.isnan(covered.low) and not math.isnan(covered.ratio):
        return say("range_of_seats", lang)
    ends = (format_of_hundred(end, lang) for end in (covered.ratio_low, covered.ratio_high))
    return _bracket(ends, format_of_hundred(covered.ratio, lang), lang)


def write_gap_range(covered: Covered, lang: Lang) -> str:
    """Write the range of a gap, in points, in brackets, or why it has none."""
    if math.isnan(covered.low) and not math.isnan(covered.gap_points):
        return say("range_of_seats", lang)
    if math.isnan(covered.gap_low):
        return ""
    ends = [_format_points(end, lang) for end in (covered.gap_low, covered.gap_high)]
    return _bracket(ends, _format_points(covered.gap_points, lang), lang)


def _bracket(ends: Iterable[str], middle: str, lang: Lang) -> str:
    """Two ends in brackets; nothing where they say nothing."""
    low, high = ends
    if say("unknown", lang) in {low, high} or low == high == middle:
        return ""
    joint = say("range_joint_negative" if low.startswith(("-", "\u2212")) else "range_joint", lang)
    return f"({low}{joint}{high})"


def _add_range(number: str, ends: str) -> str:
    """A number and its range, where it has one."""
    return f"{number} {ends}".rstrip()


def _format_points(points: float, lang: Lang) -> str:
    """Write percentage points, whole; never a zero with a sign."""
    return format_number(round(points) + 0.0, lang)


def _format_or_unknown(number: float, lang: Lang, write: Callable[[float, Lang], str]) -> str:
    """Write a number, or that it is unknown."""
    return say("unknown", lang) if math.isnan(number) else write(number, lang)


def describe_range(findings: Findings) -> str:
    """Say what the range beside a number is, and what it is not."""
    lang = findings.lang
    return say(
        "range_means",
        lang,
        n=format_number(N_DRAWS, lang),
        pace=format_number(PACE_RANGE_MS, lang, decimals=2),
        times=format_number(MOST_TIMES, lang),
        sigma=format_number(DENSITY_SIGMA, lang, decimals=1),
        missing=format_share(MOST_MISSING, lang),
    )
