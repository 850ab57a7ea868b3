"""The best places in sentences: where each is, why, how surely, and who stays out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from access15.config import Lang
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_minutes,
    format_number,
    format_pace,
    format_share,
)
from access15.outputs.words.texts import clean_text, say
from access15.results.siting import SiteFindings

_ROUNDED: Final = 1e-9  # shares: sums in another order differ by less
_LEAST_TOLD: Final = 0.5  # people: fewer are written as none
_TOLD_CAUSES: Final = 3
_TOLD_STREETS: Final = 3
# What a choice, and a place, stays the best at.
_STAYS: Final = {
    "cover": "sites_stays",
    "enough": "sites_stays",
    "average": "sites_stays_average",
    "worst": "sites_stays_worst",
}
_WHY_STAYS: Final = {
    "cover": "sites_why_stays",
    "enough": "sites_why_stays",
    "average": "sites_why_stays_average",
    "worst": "sites_why_stays_worst",
}


def describe_site_title(findings: SiteFindings, row: Mapping[Any, Any], lang: Lang) -> str:
    """Say who walks where in one neighbourhood."""
    return say(
        "sites_title",
        lang,
        area=clean_text(row["area_name"], lang),
        people=clean_text(findings.people.in_lang(lang), lang),
        cutoff=format_cutoff(findings.cutoff_min, lang),
        service=clean_text(findings.service.in_lang(lang), lang),
        who=clean_text(findings.profile.who.in_lang(lang), lang),
        pace=format_pace(findings.profile, lang),
    )


def describe_today(row: Mapping[Any, Any], lang: Lang) -> str:
    """Say how many are within the time today, and of how many places."""
    return say(
        "sites_today",
        lang,
        within=format_number(row["within"], lang),
        people_n=format_number(row["people"], lang),
        share=format_share(row["share"], lang),
        n_today=format_number(row["n_today"], lang),
        n_unknown=format_number(row["n_unknown"], lang),
    )


def describe_proof(row: Mapping[Any, Any], lang: Lang) -> str:
    """Say how sure it is that no other choice is better, and what choosing one by one gives."""
    is_by_reach = row["objective"] in ("cover", "enough")
    if row["is_proven"]:
        told = say("sites_proven" if is_by_reach else "sites_proven_best", lang)
    elif is_by_reach:
        told = say("sites_bound", lang, most=format_number(row["most"], lang))
    else:
        least_min = row["least_mean_min" if row["objective"] == "average" else "least_worst_min"]
        told = say("sites_bound_min", lang, least=_format_walk(least_min, lang))
    counted = row.get("counted", row["gained"])
    if math.isnan(row["greedy"]) or round(row["greedy"]) == round(counted):
        return told
    return f"{told}; {say('sites_greedy', lang, n=format_number(row['greedy'], lang))}"


def describe_stability(findings: SiteFindings, row: Mapping[Any, Any], lang: Lang) -> str:
    """Say in how many worlds a choice stays the best, or why that cannot be looked at."""
    if not math.isnan(row["stays_best"]):
        share, n = format_share(row["stays_best"], lang), format_number(row["n_anew"], lang)
        return say(_STAYS[row["objective"]], lang, share=share, n=n)
    if row["is_today"]:
        return ""
    if findings.profile.needs_seat:
        return say("sites_unsure_seats", lang)
    if findings.is_free:
        return say("sites_unsure_free", lang)
    return say("sites_unsure_rules", lang) if row["n_worlds"] else ""


def describe_walks(row: Mapping[Any, Any], lang: Lang) -> str:
    """Say how long people walk with a choice; nothing where nobody can get anywhere."""
    if math.isnan(row["mean_min"]):
        return ""
    told = {
        which: _format_ranged(row, which, _format_walk(row[f"{which}_min"], lang), lang)
        for which in ("mean", "worst")
    }
    walks = say("sites_walks", lang, **told)
    if row["unserved"] < 0.5:
        return walks
    return walks + say("sites_unserved", lang, n=format_number(row["unserved"], lang))


def format_minutes_both(row: Mapping[Any, Any], lang: Lang) -> str:
    """The average and the longest walk, with their ranges in drawn worlds where there are any."""
    if math.isnan(row["mean_min"]) or math.isnan(row["worst_min"]):
        return say("unknown", lang)
    told = {
        which: _format_ranged(
            row, which, format_number(row[f"{which}_min"], lang, decimals=1), lang
        )
        for which in ("mean", "worst")
    }
    return say("sites_minutes_both", lang, **told)


def _format_ranged(row: Mapping[Any, Any], which: str, told: str, lang: Lang) -> str:
    """A walk with its range in drawn worlds, where there is one."""
    ends = [row[f"{which}_{end}_min"] for end in ("low", "high")]
    if any(math.isnan(end) for end in ends):
        return told
    low, high = (format_number(end, lang, decimals=1) for end in ends)
    return say("sites_walk_range", lang, walk=told, low=low, high=high)


def _format_walk(minutes: float, lang: Lang) -> str:
    """Write a walk to a tenth of a minute."""
    return format_cutoff(round(minutes, 1), lang)


def describe_none(findings: SiteFindings, curve: pd.DataFrame, lang: Lang) -> str:
    """Say why no more places are proposed."""
    if findings.share is not None and is_enough(findings, curve):
        return say("sites_enough_today", lang, share=format_share(findings.share, lang))
    return say("sites_none", lang)


def is_enough(findings: SiteFindings, curve: pd.DataFrame) -> bool:
    """Whether the share asked for is reached."""
    last = curve.iloc[-1]
    return findings.share is None or bool(last["share"] >= findings.share - _ROUNDED)


def name_site(site: Mapping[Any, Any], lang: Lang) -> str:
    """Name a candidate by its id and the streets it stands at."""
    named = [clean_text(site["candidate"], lang), clean_text(site["street"], lang)]
    return ", ".join(one for one in named if one) or say("no_name", lang)


def describe_why(findings: SiteFindings, site: Mapping[Any, Any], lang: Lang) -> str:
    """Say in one sentence whom a site brings, from where, and what else would do."""
    if site["change"] == "leaves":
        return say("sites_why_leaves", lang)
    if site["change"] == "stays":
        return format_count("sites_why_there", round(site["alone"]), lang)
    cutoff = format_cutoff(findings.cutoff_min, lang)
    people = clean_text(findings.people.in_lang(lang), lang)
    told = format_count("sites_why", round(site["gained"]), lang, people=people, cutoff=cutoff)
    if site["serves"]:
        streets = [clean_text(one, lang) for one in str(site["serves"]).split("; ")]
        told += say("sites_why_streets", lang, streets=", ".join(streets))
    told += _describe_walk(site["today_low_min"], site["today_high_min"], lang)
    if math.isnan(site["next_best_m"]):
        told += say("sites_why_alone", lang)
    else:
        metres, far = (format_number(site[end], lang) for end in ("next_best_m", "farthest_m"))
        n = site["n_alternatives"]
        told += format_count("sites_why_next", n, lang, metres=metres, far=far)
    if not math.isnan(site["stays_best"]):
        share = format_share(site["stays_best"], lang)
        told += say(_WHY_STAYS[findings.objective], lang, share=share)
    return f"{told}."


def _describe_walk(low_min: float, high_min: float, lang: Lang) -> str:
    """How far nine of ten of them are from a place today; nothing where nobody is gained."""
    if math.isnan(low_min):
        return ""
    if math.isinf(low_min):
        return say("sites_why_today_none", lang)
    if math.isinf(high_min):
        return say("sites_why_today_far", lang, low=format_minutes(low_min, lang))
    low, high = math.ceil(low_min), math.ceil(high_min)
    if low == high:
        return say("sites_why_today_one", lang, low=format_minutes(low, lang))
    return say(
        "sites_why_today", lang, low=format_number(low, lang), high=format_minutes(high, lang)
    )


def format_gained(row: Mapping[Any, Any], lang: Lang) -> str:
    """People gained, with their range in drawn worlds where there is one; who is lost, who finds
    room.
    """
    gained = format_gained_range(row, lang)
    if row["lost"] >= _LEAST_TOLD:
        gained = say("sites_lost", lang, gained=gained, lost=format_number(row["lost"], lang))
    if "with_room" in row:
        gained = say("sites_room", lang, gained=gained, n=format_number(row["with_room"], lang))
    return gained


def format_gained_range(row: Mapping[Any, Any], lang: Lang) -> str:
    """People gained, with their range in drawn worlds where there is one."""
    gained = format_number(row["gained"], lang)
    if math.isnan(row["gained_low"]):
        return gained
    low, high = (format_number(row[end], lang) for end in ("gained_low", "gained_high"))
    return say("sites_range", lang, gained=gained, low=low, high=high)


def describe_lost(row: Mapping[Any, Any], lang: Lang) -> list[str]:
    """Say who gets to a place today and no more, and who finds room; nothing where all do."""
    lines = []
    if row["lost"] >= _LEAST_TOLD:
        lines.append(say("sites_page_lost", lang, n=format_number(row["lost"], lang)))
    if "with_room" in row:
        lines.append(say("sites_page_room", lang, n=format_number(row["with_room"], lang)))
    return lines


def describe_sought(findings: SiteFindings, lang: Lang) -> list[str]:
    """Say what is sought, where that is not most people within the time, and what is kept."""
    lines = []
    if findings.objective == "enough" and findings.share is not None:
        lines.append(say("sites_sought_enough", lang, share=format_share(findings.share, lang)))
    if findings.objective == "average":
        lines.append(say("sites_sought_average", lang))
    if findings.objective == "worst":
        lines.append(say("sites_sought_worst", lang))
    if findings.has_rules:
        lines.append(say("sites_rules", lang))
    if "weighted" in findings.curve:
        lines.append(say("sites_weighted", lang))
    return lines


def describe_enough(findings: SiteFindings, curve: pd.DataFrame, lang: Lang) -> list[str]:
    """Say that fewer places are not enough, where that is proven."""
    last = curve.iloc[-1]
    fewer = curve[(curve["n_sites"] < last["n_sites"]) & (curve["n_sites"] > 0)]
    is_reached = bool(last["share"] >= (findings.share or 0.0) - 1e-9)
    if findings.objective != "enough" or not is_reached or last["n_sites"] < 1:
        return []
    if not fewer["is_proven"].all() or findings.has_rules:
        return []
    return [say("sites_fewer", lang, n=format_number(last["n_sites"], lang))]


def describe_worlds(n_worlds: int, lang: Lang) -> str:
    """Say what the ranges are of; nothing where none were drawn."""
    return say("sites_worlds", lang, n=format_number(n_worlds, lang)) if n_worlds else ""


def describe_left_out(left_out: pd.DataFrame, lang: Lang) -> list[str]:
    """Say who stays out of one neighbourhood, and why: how many, then the commonest causes."""
    total = float(left_out["people"].sum()) if len(left_out) else 0.0
    if total < _LEAST_TOLD:
        return [say("sites_out_nobody", lang)]
    lines = [format_count("sites_out", round(total), lang)]
    another = float(left_out["another"].sum())
    if another >= _LEAST_TOLD:
        lines[0] += say("sites_out_another", lang, n=format_number(another, lang))
    by_cause = left_out.groupby("cause", sort=False)["people"].sum()
    told_of = by_cause[by_cause >= _LEAST_TOLD].sort_values(ascending=False, kind="stable")
    for cause in told_of.index[:_TOLD_CAUSES]:
        own = left_out[left_out["cause"] == cause].head(_TOLD_STREETS)
        streets = [
            say(
                "sites_out_street",
                lang,
                street=clean_text(one["street"], lang) or say("no_name", lang),
                n=format_number(one["people"], lang),
            )
            for one in own.to_dict("records")
        ]
        told = {"n": format_number(by_cause[cause], lang), "streets": ", ".join(streets)}
        lines.append(say("sites_out_cause", lang, cause=say(f"cause_{cause}", lang), **told))
    return lines
