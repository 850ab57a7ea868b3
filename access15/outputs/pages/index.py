"""``index.html``: what was computed, from what, when, and what came out, in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pandas as pd

from access15.config import Lang, WalkProfile
from access15.outputs.pages.curves import (
    draw_gap_curves,
)
from access15.outputs.pages.doors import TOLD_FIXES, describe_doors, describe_fixes
from access15.outputs.pages.offline import assemble_page, fill_template, read_asset
from access15.outputs.words.confidence import (
    describe_confidence,
)
from access15.outputs.words.dates import describe_moment, format_date, format_moment, format_title
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.gap import (
    describe_gap_headline,
    describe_range,
    describe_unknown_gap,
    write_gap,
    write_range,
)
from access15.outputs.words.groups import group_targets
from access15.outputs.words.legend import (
    choose_profile,
    name_cutoff,
)
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_minutes,
    format_number,
    format_pace,
    format_share,
)
from access15.outputs.words.people import is_estimate
from access15.outputs.words.sentences import (
    add_unknown_hours,
    describe_finding,
    describe_unknown,
)
from access15.outputs.words.sources import (
    list_sources,
    list_warnings,
)
from access15.outputs.words.texts import clean_text, say, say_or
from access15.results.run import SPACING_LIMITS_M, RunResult

_STATUSES: Final = ("ok", "not_geocoded", "too_far_from_network", "unreachable")
_STYLES: Final = ("styles/page.css", "styles/index.css")


def render_index(result: RunResult, *, lang: Lang = "it", files: Mapping[str, str]) -> str:
    """Write the page of all results; the same result gives the same bytes."""
    found = {area_id: Findings(result, area_id, lang) for area_id in result.areas}
    title = format_title("index_title", result.at, lang, study=clean_text(result.study.name, lang))
    first = next(iter(found.values()))
    computed = f"{say('computed', lang)}: {format_date(result.created, lang)}."
    warnings = dict.fromkeys(
        text for findings in found.values() for text in list_warnings(findings)
    )
    body = fill_template(
        "index.html.j2",
        say=lambda key: say(key, lang),
        title=title,
        lead=say("index_lead", lang, cutoffs=_join_cutoffs(result, lang)),
        computed=computed,
        moment=describe_moment(result.at, lang),
        sketch=any(findings.area.network_info.kind == "sketch" for findings in found.values()),
        warnings=list(warnings),
        cutoffs=[format_cutoff(cutoff, lang) for cutoff in result.cutoffs_min],
        areas=[
            _build_area(findings, files.get(area_id, ""), files.get(f"{area_id}_session", ""))
            for area_id, findings in found.items()
        ],
        spacing=describe_spacing(result.station_spacing, lang),
        statuses=_count_statuses(found, lang),
        residents_off=[
            text for findings in found.values() for text in _list_residents_off(findings)
        ],
        certificates=[
            (_area_name(findings), _sum_certificates(findings)) for findings in found.values()
        ],
        limits=_list_limits(found, lang),
        range_means=describe_range(first),
        sources=_group_sources(found),
        files=_list_files(result, files, lang),
        inputs=[
            (clean_text(name, first.lang), fingerprint)
            for name, fingerprint in result.inputs.items()
        ],
    )
    head = "\n".join(f"<style>\n{read_asset(name)}</style>" for name in _STYLES)
    return assemble_page(title=title, lang=lang, head=head, body=body)


def _join_cutoffs(result: RunResult, lang: Lang) -> str:
    texts = [format_cutoff(cutoff, lang).split("\u00a0")[0] for cutoff in result.cutoffs_min]
    return ", ".join(texts)


def _area_name(findings: Findings) -> str:
    return clean_text(findings.area.area.name, findings.lang)


def _build_area(findings: Findings, address: str, session: str) -> dict[str, Any]:
    lang, result, name = findings.lang, findings.result, _area_name(findings)
    chosen = result.profiles[choose_profile(result)]
    cutoff, claim = name_cutoff(findings), findings.name_profile(result.study.claim)
    told = describe_gap_headline(findings)
    rest = [
        profile
        for profile in result.profiles.values()
        if profile.id not in (result.study.claim, chosen.id)
    ]
    return {
        "name": name,
        "gap": told,
        "headline": ""
        if told
        else " ".join(
            filter(None, (describe_headline(findings, chosen), describe_unknown_gap(findings)))
        ),
        "gap_title": say("gap_title", lang, area=name, cutoff=cutoff),
        "gap_claim": say("gap_claim", lang, label=claim),
        "gaps": [
            {"told": write_gap(findings, HUB, group), "is_chosen": group == findings.group}
            for group in findings.groups
        ],
        "curves": draw_gap_curves(findings, identifier=f"curves-{findings.area.area.id}"),
        "confidence": describe_confidence(findings, chosen.id),
        "doors": describe_doors(findings, chosen),
        "fixes_lead": say("fixes_lead", lang, label=clean_text(chosen.label.in_lang(lang), lang)),
        "fixes": describe_fixes(findings, chosen.id, HUB, n=TOLD_FIXES),
        "map": quote(address),
        "open_map": say("open_map", lang, area=name),
        "session": quote(session),
        "open_session": say("open_session", lang, area=name),
        "hub_title": say("hub_table", lang, area=name, who=findings.who()),
        "hub_rows": [_hub_row(findings, profile, chosen) for profile in result.profiles.values()],
        "score": _describe_score(findings, chosen),
        "category_title": say("category_table", lang, area=name, who=findings.who(), cutoff=cutoff),
        "own": f"{say('gap_own', lang)} "
        f"({findings.name_profile(result.study.own_profile(findings.group))})",
        "walkers": [profile.label.in_lang(lang) for profile in rest],
        "plain_title": say("what_it_says", lang, label=chosen.label.in_lang(lang)),
        "category_rows": _category_rows(findings, rest, chosen),
    }


def describe_headline(findings: Findings, profile: WalkProfile) -> str:
    """Say in one sentence how many people get to a hub."""
    lang, last = findings.lang, findings.covered(profile.id, HUB)[-1]
    if math.isnan(last.covered):
        reason = describe_unknown(findings, profile.id, HUB)
        told = say("headline_unknown", lang, who=findings.who(), reason=reason)
        return add_unknown_hours(findings, told.rstrip("."), profile.id, HUB) + "."
    told = say(
        "headline",
        lang,
        covered=format_number(last.covered, lang),
        people=format_number(last.people, lang),
        who=findings.who(),
        share=format_share(last.share, lang),
        cutoff=format_cutoff(last.cutoff_min, lang),
        label=profile.label.in_lang(lang),
        pace=format_pace(profile, lang),
    )
    if findings.result.at is None:
        return told
    at_moment = f"{told.rstrip('.')}, {format_moment(findings.result.at, lang)}"
    return add_unknown_hours(findings, at_moment, profile.id, HUB) + "."


def _hub_row(findings: Findings, profile: WalkProfile, chosen: WalkProfile) -> dict[str, Any]:
    lang, nearest = findings.lang, findings.nearest(profile.id, HUB)
    median = math.inf if nearest is None else nearest.median_min
    unknown = say("unknown", lang)
    return {
        "label": profile.label.in_lang(lang),
        "pace": format_pace(profile, lang),
        "is_chosen": profile.id == chosen.id,
        "cells": [
            (
                format_share(one.share, lang),
                write_range(one, lang),
                unknown if math.isnan(one.covered) else format_number(one.covered, lang),
            )
            for one in findings.covered(profile.id, HUB)
        ],
        "median": format_minutes(median, lang) if math.isfinite(median) else say("walk_none", lang),
    }


def _category_rows(
    findings: Findings, walkers: Sequence[WalkProfile], chosen: WalkProfile
) -> list[dict[str, Any]]:
    lang, kinds = findings.lang, findings.result.categories
    grouped = group_targets(
        [target for target in findings.targets() if target.is_category], kinds, lang
    )
    return [
        {
            "group": "" if i else group,
            "label": clean_text(target.label, lang),
            "symbol": kinds[target.id].symbol,
            "colour": kinds[target.id].colour,
            "gap": write_gap(findings, target.id, findings.group),
            "shares": [
                format_share(findings.covered(walker.id, target.id)[-1].share, lang)
                for walker in walkers
            ],
            "finding": _describe_plainly(findings, chosen, target.id),
            "is_known": not math.isnan(findings.covered(chosen.id, target.id)[-1].covered),
        }
        for group, targets in grouped
        for i, target in enumerate(targets)
    ]


def _describe_plainly(findings: Findings, profile: WalkProfile, target: str) -> str:
    finding, nearest = (
        describe_finding(findings, profile.id, target),
        findings.nearest(profile.id, target),
    )
    covered = findings.covered(profile.id, target)[-1].covered
    if nearest is None or not covered > 0 or not math.isfinite(nearest.median_min):
        return finding
    minutes = format_minutes(nearest.median_min, findings.lang)
    return say("finding_median", findings.lang, share=finding, minutes=minutes)


def _describe_score(findings: Findings, profile: WalkProfile) -> str:
    residents = findings.area.residents
    weights = residents[findings.group].to_numpy(dtype=np.float64)
    scores = residents[f"score_{profile.id}"].to_numpy(dtype=np.float64)
    if not weights.sum() > 0 or np.isnan(scores).any():
        return ""
    share = format_share(float(np.average(scores, weights=weights)), findings.lang)
    return say("score", findings.lang, label=profile.label.in_lang(findings.lang), share=share)


def _sum_certificates(findings: Findings) -> list[str]:
    drawn = findings.area.service_areas
    drawn = drawn[~drawn.geometry.is_empty]
    counts = (
        len(drawn),
        len(drawn) * len(findings.area.residents),
        int(drawn["false_inside"].sum()),
        int(drawn["missed_outside"].sum()),
    )
    return [format_number(count, findings.lang) for count in counts]


def _count_statuses(found: Mapping[str, Findings], lang: Lang) -> list[tuple[str, list[str]]]:
    tables = [findings.area.facilities["status"] for findings in found.values()]
    present = dict.fromkeys([*_STATUSES, *(str(status) for table in tables for status in table)])
    return [
        (
            say_or(f"status_{status}", lang, status),
            [format_number(int((t == status).sum()), lang) for t in tables],
        )
        for status in present
    ]


def _list_residents_off(findings: Findings) -> list[str]:
    residents, name = findings.area.residents, _area_name(findings)
    off = float(residents.loc[residents["status"] != "ok", "total"].sum())
    if off == 0:
        return []
    n = format_number(off, findings.lang)
    return [f"{name}: {say('residents_off', findings.lang, n=n, who=findings.who('total'))}"]


def describe_spacing(stations: pd.DataFrame, lang: Lang) -> list[str]:
    """Say how far bike stations stand from one another."""
    if stations.empty:
        return [say("spacing_none", lang)]
    spacing_m = stations["spacing_m"].to_numpy(dtype=np.float64)
    is_measured = np.isfinite(spacing_m)
    told = []
    if is_measured.any():
        told.append(_describe_beyond("spacing_found", spacing_m[is_measured], lang))
    if not is_measured.all():
        straight_m = stations["straight_m"].to_numpy(dtype=np.float64)
        told.append(_describe_beyond("spacing_straight", straight_m[~is_measured], lang))
    return told


def _describe_beyond(
    key: str, distances_m: np.ndarray[Any, np.dtype[np.float64]], lang: Lang
) -> str:
    n = len(distances_m)
    values: dict[str, object] = {"stations": format_count("n_stations", n, lang)}
    for limit_m in SPACING_LIMITS_M:
        beyond = int((distances_m > limit_m).sum())
        values[f"over_{limit_m}"] = format_number(beyond, lang)
        values[f"share_{limit_m}"] = format_share(beyond / n, lang)
    return say(key, lang, **values)


def _list_limits(found: Mapping[str, Findings], lang: Lang) -> list[str]:
    return [
        *([say("limit_people", lang)] if any(map(is_estimate, found.values())) else []),
        say("limit_minutes", lang),
        say("limit_not_modelled", lang),
        say("limit_doors", lang),
    ]


def _group_sources(found: Mapping[str, Findings]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sources under the names of the areas that share them."""
    named: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for findings in found.values():
        named.setdefault(tuple(list_sources(findings)[:-1]), []).append(_area_name(findings))
    return [(", ".join(names), list(sources)) for sources, names in named.items()]


def _list_files(
    result: RunResult, files: Mapping[str, str], lang: Lang
) -> list[tuple[str, str, str]]:
    listed = []
    for name, address in files.items():
        if name in result.areas:
            area = clean_text(result.areas[name].area.name, lang)
            listed.append((quote(address), address, say("open_map", lang, area=area)))
        elif name.removesuffix("_session") in result.areas:
            area = clean_text(result.areas[name.removesuffix("_session")].area.name, lang)
            listed.append((quote(address), address, say("open_session", lang, area=area)))
        else:
            listed.append((quote(address), address, say_or(f"file_{name}", lang, "")))
    return listed
