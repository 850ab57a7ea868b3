"""``index.html``: what was computed, from what, when, and what came out, in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pandas as pd

from access15.config import Label, Lang, WalkProfile
from access15.outputs.pages.budget import draw_budget
from access15.outputs.pages.curves import draw_gap_curves
from access15.outputs.pages.doors import describe_doors
from access15.outputs.pages.left_out import draw_left_out
from access15.outputs.pages.offline import assemble_page, fill_template, read_asset
from access15.outputs.words.aids import describe_aids
from access15.outputs.words.budget import describe_budget, title_budget
from access15.outputs.words.confidence import describe_confidence, write_covered, write_share
from access15.outputs.words.dates import describe_moment, format_date, format_moment, format_title
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.fixes import TOLD_FIXES, describe_fixes
from access15.outputs.words.gap import (
    describe_gap_data,
    describe_gap_detail,
    describe_gap_lead,
    describe_patterns,
    describe_range,
    describe_unknown_gap,
    write_gap,
    write_gaps,
    write_range,
)
from access15.outputs.words.groups import group_targets
from access15.outputs.words.legend import choose_profile, name_cutoff
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_minutes,
    format_number,
    format_pace,
    format_share,
)
from access15.outputs.words.people import is_estimate
from access15.outputs.words.sentences import add_unknown_hours, describe_finding, describe_unknown
from access15.outputs.words.sources import list_sources, list_warnings
from access15.outputs.words.texts import clean_text, say, say_or
from access15.outputs.words.voice import choose_voice
from access15.outputs.words.which_door import list_deciding_doors
from access15.results.aids import NO_AIDS, Aids
from access15.results.run import SPACING_LIMITS_M, RunResult

_STATUSES: Final = ("ok", "not_geocoded", "too_far_from_network", "unreachable")
_STYLES: Final = ("styles/page.css", "styles/index.css")


def render_index(
    result: RunResult,
    *,
    lang: Lang = "it",
    files: Mapping[str, str],
    aids: Mapping[str, Aids] | None = None,
) -> str:
    """Write the page of all results; the same result gives the same bytes."""
    aids = aids or {}
    lang = choose_voice(result, lang)
    found = {area_id: Findings(result, area_id, lang) for area_id in result.areas}
    title = format_title("index_title", result.at, lang, study=clean_text(result.study.name, lang))
    first = next(iter(found.values()))
    inputs = [(clean_text(name, lang), digest) for name, digest in result.inputs.items()]
    body = fill_template(
        "index.html.j2",
        say=lambda key: say(key, lang),
        title=title,
        lead=say("index_lead", lang, cutoffs=_join_cutoffs(result, lang)),
        computed=f"{say('computed', lang)}: {format_date(result.created, lang)}.",
        moment=describe_moment(result.at, lang),
        sketch=any(findings.area.network_info.kind == "sketch" for findings in found.values()),
        cutoffs=[format_cutoff(cutoff, lang) for cutoff in result.cutoffs_min],
        areas=[
            {
                **_build_screen(findings, aids.get(area_id, NO_AIDS)),
                **_build_folds(findings),
                "map": quote(files.get(area_id, "")),
                "session": quote(files.get(f"{area_id}_session", "")),
            }
            for area_id, findings in found.items()
        ],
        spacing_text=_own_text(result.study.texts.bike_spacing, lang),
        spacing=describe_spacing(result.station_spacing, lang),
        statuses=_count_statuses(found, lang),
        residents_off=[text for one in found.values() for text in _list_residents_off(one)],
        certificates=[(_area_name(one), _sum_certificates(one)) for one in found.values()],
        limits=_list_limits(found, lang),
        range_means=describe_range(first),
        sources=_group_sources(found),
        files=_list_files(result, files, lang),
        inputs=inputs,
    )
    head = "\n".join(f"<style>\n{read_asset(name)}</style>" for name in _STYLES)
    return assemble_page(
        title=title,
        lang=lang,
        head=head,
        body=body,
    )


def _join_cutoffs(result: RunResult, lang: Lang) -> str:
    """Cutoffs as numbers, without their unit."""
    texts = [format_cutoff(cutoff, lang).split("\u00a0")[0] for cutoff in result.cutoffs_min]
    return ", ".join(texts)


def _area_name(findings: Findings) -> str:
    """Name an area."""
    return clean_text(findings.area.area.name, findings.lang)


def _build_screen(findings: Findings, aids: Aids) -> dict[str, Any]:
    """What is seen first of one neighbourhood: the number, the map, and what would help most."""
    lang, name = findings.lang, _area_name(findings)
    chosen = findings.result.profiles[choose_profile(findings.result)]
    doors = list_deciding_doors(findings)
    others = [one.sentence for one in doors if not one.is_hub]
    return {
        "id": findings.area.area.id,
        "name": name,
        "deciding": [(one.head, one.sentence) for one in doors if one.is_hub],
        "deciding_more": others,
        "deciding_more_head": say("doors_decide_more", lang, n=format_number(len(others), lang)),
        **_build_gap(findings, chosen),
        "left_out": draw_left_out(findings, identifier=f"left-out-{findings.area.area.id}"),
        "aids": describe_aids(findings, aids, chosen.id),
        "aid_links": {
            "map": (say("aid_show", lang), say("aid_show_in", lang, area=name)),
            "where": (say("aid_where", lang), say("aid_where_in", lang, area=name)),
            "bench": (say("aid_bench_try", lang), say("aid_bench_try_in", lang, area=name)),
        },
        "open_map": say("open_map", lang, area=name),
        "open_session": say("open_session", lang, area=name),
    }


def _build_folds(findings: Findings) -> dict[str, Any]:
    """Everything else that the page says about one neighbourhood."""
    lang, result, name = findings.lang, findings.result, _area_name(findings)
    chosen = result.profiles[choose_profile(result)]
    label = chosen.label.in_lang(lang)
    warnings = list_warnings(findings)
    sure = say("fold_sure", lang)
    if warnings:
        sure = format_count("fold_sure_warned", len(warnings), lang)
    return {
        "warnings": warnings,
        "sure": sure,
        **_build_budget(findings),
        "curves": draw_gap_curves(findings, identifier=f"curves-{findings.area.area.id}"),
        "confidence": describe_confidence(findings, chosen.id),
        "doors": describe_doors(findings, chosen),
        "fixes_lead": say("fixes_lead", lang, label=clean_text(label, lang)),
        "fixes": describe_fixes(findings, chosen.id, HUB, n=TOLD_FIXES),
        "hub_title": say("hub_table", lang, area=name, who=findings.who()),
        "hub_rows": [_hub_row(findings, profile, chosen) for profile in result.profiles.values()],
        "score": _describe_score(findings, chosen),
        **_build_categories(findings, chosen),
    }


def _build_gap(findings: Findings, chosen: WalkProfile) -> dict[str, Any]:
    """The gap as the headline, or, where it is unknown, how many people get to a hub."""
    lang, cutoff = findings.lang, name_cutoff(findings)
    told, headline = describe_gap_lead(findings), describe_gap_detail(findings)
    if not told:
        sentences = (describe_headline(findings, chosen), describe_unknown_gap(findings))
        headline = " ".join(filter(None, sentences))
    claim = findings.name_profile(findings.result.study.claim)
    return {
        "gap": told,
        "gap_data": describe_gap_data(findings),
        "headline": headline,
        "gap_title": say("gap_title", lang, area=_area_name(findings), cutoff=cutoff),
        "gap_claim": say("gap_claim", lang, label=claim),
        "gaps": [
            {"told": row, "is_chosen": findings.group in row.groups}
            for row in write_gaps(findings, HUB)
        ],
        "patterns": describe_patterns(findings),
    }


def _build_budget(findings: Findings) -> dict[str, Any]:
    """What moves the gap most, as a chart and in words."""
    return {
        "budget": draw_budget(findings, identifier=f"budget-{findings.area.area.id}"),
        "budget_title": title_budget(findings),
        "budget_words": describe_budget(findings),
    }


def _build_categories(findings: Findings, chosen: WalkProfile) -> dict[str, Any]:
    """The table of kinds of place."""
    lang, study = findings.lang, findings.result.study
    beside = (study.claim, chosen.id)
    rest = [one for one in findings.result.profiles.values() if one.id not in beside]
    area, who = _area_name(findings), findings.who()
    own = findings.name_profile(study.own_profile(findings.group))
    return {
        "category_title": say(
            "category_table",
            lang,
            area=area,
            who=who,
            cutoff=name_cutoff(findings),
        ),
        "own": f"{say('gap_own', lang)} ({own})",
        "walkers": [profile.label.in_lang(lang) for profile in rest],
        "plain_title": say("what_it_says", lang, label=chosen.label.in_lang(lang)),
        "category_rows": _category_rows(findings, rest, chosen),
        "kinds_unknown": _describe_unknown_kinds(findings, chosen),
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
        share=write_share(findings, profile.id, last.share),
        cutoff=format_cutoff(last.cutoff_min, lang),
        label=profile.label.in_lang(lang),
        pace=format_pace(profile, lang),
    )
    if findings.result.at is None:
        return told
    at_moment = f"{told.rstrip('.')}, {format_moment(findings.result.at, lang)}"
    return add_unknown_hours(findings, at_moment, profile.id, HUB) + "."


def _hub_row(
    findings: Findings,
    profile: WalkProfile,
    chosen: WalkProfile,
) -> dict[str, Any]:
    """One walker's way to a hub: shares within each cutoff, and what half of the people need."""
    lang, nearest = findings.lang, findings.nearest(profile.id, HUB)
    unknown, median = say("unknown", lang), say("walk_none", lang)
    if nearest is not None and math.isfinite(nearest.median_min):
        median = format_minutes(nearest.median_min, lang)
    return {
        "label": profile.label.in_lang(lang),
        "pace": format_pace(profile, lang),
        "is_chosen": profile.id == chosen.id,
        "cells": [
            (
                write_covered(findings, profile.id, one),
                write_range(one, lang),
                unknown if math.isnan(one.covered) else format_number(one.covered, lang),
            )
            for one in findings.covered(profile.id, HUB)
        ],
        "median": median,
    }


def _category_rows(
    findings: Findings,
    walkers: Sequence[WalkProfile],
    chosen: WalkProfile,
) -> list[dict[str, Any]]:
    """Every kind of place of which something is known: the gap, shares of the other walkers, and
    the finding in words.
    """
    lang, kinds = findings.lang, findings.result.categories
    listed = [
        target
        for target in findings.targets()
        if target.is_category and findings.is_known(chosen.id, target.id)
    ]
    grouped = group_targets(listed, kinds, lang)
    return [
        {
            "group": "" if i else group,
            "label": clean_text(target.label, lang),
            "symbol": kinds[target.id].symbol,
            "colour": kinds[target.id].colour,
            "gap": write_gap(findings, target.id, [findings.group]),
            "shares": [
                write_covered(findings, walker.id, findings.covered(walker.id, target.id)[-1])
                for walker in walkers
            ],
            "finding": _describe_plainly(findings, chosen, target.id),
        }
        for group, targets in grouped
        for i, target in enumerate(targets)
    ]


def _describe_unknown_kinds(findings: Findings, profile: WalkProfile) -> str:
    """Name the kinds of place of which nothing is known: those not listed together."""
    lang, unlisted, reasons = findings.lang, [], []
    for target in findings.targets():
        if not target.is_category or findings.is_known(profile.id, target.id):
            continue
        label = clean_text(target.label, lang)
        nearest = findings.nearest(profile.id, target.id)
        if nearest is None or nearest.n_known == 0:
            unlisted.append(label)
            continue
        reason = describe_unknown(findings, profile.id, target.id)
        reason = add_unknown_hours(findings, reason, profile.id, target.id)
        reasons.append(say("kinds_unplaced", lang, kind=label, reason=reason))
    if unlisted:
        reasons.insert(0, say("kinds_unlisted", lang, kinds=", ".join(unlisted)))
    return say("kinds_unknown", lang, reasons=" ".join(reasons)) if reasons else ""


def _describe_plainly(
    findings: Findings,
    profile: WalkProfile,
    target: str,
) -> str:
    """Say how well a kind of place is reached, and how long half of the people need."""
    finding = describe_finding(findings, profile.id, target)
    nearest = findings.nearest(profile.id, target)
    covered = findings.covered(profile.id, target)[-1].covered
    if nearest is None or not covered > 0 or not math.isfinite(nearest.median_min):
        return finding
    minutes = format_minutes(nearest.median_min, findings.lang)
    return say("finding_median", findings.lang, share=finding, minutes=minutes)


def _describe_score(findings: Findings, profile: WalkProfile) -> str:
    """Say how many of the kinds of service asked for are in reach on average."""
    residents = findings.area.residents
    weights = residents[findings.group].to_numpy(dtype=np.float64)
    scores = residents[f"score_{profile.id}"].to_numpy(dtype=np.float64)
    if not weights.sum() > 0 or np.isnan(scores).any():
        return ""
    share = format_share(float(np.average(scores, weights=weights)), findings.lang)
    return say("score", findings.lang, label=profile.label.in_lang(findings.lang), share=share)


def _sum_certificates(findings: Findings) -> list[str]:
    """Zones drawn, points checked in them, and how many of these are wrong."""
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
    """Count the facilities of each status, area by area."""
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
    """Say how many people of an area live where no street leads to."""
    residents, name = findings.area.residents, _area_name(findings)
    everybody = findings.result.study.population.everybody
    off = float(residents.loc[residents["status"] != "ok", everybody].sum())
    if off == 0:
        return []
    n = format_number(off, findings.lang)
    return [f"{name}: {say('residents_off', findings.lang, n=n, who=findings.who(everybody))}"]


def _own_text(text: Label | None, lang: Lang) -> str:
    """A text of the study's own, empty where it has none."""
    return "" if text is None else clean_text(text.in_lang(lang), lang, limit=400)


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
    key: str,
    distances_m: np.ndarray[Any, np.dtype[np.float64]],
    lang: Lang,
) -> str:
    """Say how many stations have their nearest other one beyond each limit."""
    n = len(distances_m)
    values: dict[str, object] = {"stations": format_count("n_stations", n, lang)}
    for limit_m in SPACING_LIMITS_M:
        beyond = int((distances_m > limit_m).sum())
        values[f"over_{limit_m}"] = format_number(beyond, lang)
        values[f"share_{limit_m}"] = format_share(beyond / n, lang)
    return say(key, lang, **values)


def _list_limits(found: Mapping[str, Findings], lang: Lang) -> list[str]:
    """List what the numbers do not say."""
    keys = ["limit_minutes", "limit_not_modelled", "limit_doors"]
    if any(map(is_estimate, found.values())):
        keys.insert(0, "limit_people")
    return [say(key, lang) for key in keys]


def _group_sources(found: Mapping[str, Findings]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sources under the names of the areas that share them."""
    named: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for findings in found.values():
        named.setdefault(tuple(list_sources(findings)[:-1]), []).append(_area_name(findings))
    return [(", ".join(names), list(sources)) for sources, names in named.items()]


def _list_files(
    result: RunResult,
    files: Mapping[str, str],
    lang: Lang,
) -> list[tuple[str, str, str]]:
    """List the files written beside the page: address, name and what is in it."""
    listed = []
    for name, address in files.items():
        area_id = name.removesuffix("_session")
        about = say_or(f"file_{name}", lang, "")
        if area_id in result.areas:
            key = "open_map" if area_id == name else "open_session"
            about = say(key, lang, area=clean_text(result.areas[area_id].area.name, lang))
        listed.append((quote(address), address, about))
    return listed
