"""The best places in plain words: what one more brings, where it would be, and how sure that is."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from access15.config import Lang
from access15.outputs.words.dates import describe_moment, format_date
from access15.outputs.words.methods import spell_methods
from access15.outputs.words.numbers import (
    format_count,
    format_number,
    format_share,
)
from access15.outputs.words.sites import (
    describe_enough,
    describe_left_out,
    describe_none,
    describe_proof,
    describe_site_title,
    describe_sought,
    describe_stability,
    describe_today,
    describe_walks,
    describe_why,
    describe_worlds,
    format_gained,
    format_minutes_both,
    is_enough,
    name_site,
)
from access15.outputs.words.texts import clean_text, say, say_remark
from access15.outputs.words.voice import choose_voice_of_methods
from access15.results.siting import SiteFindings

_HEADS = (
    *("sites_n", "sites_where", "sites_gained", "sites_share", "sites_minutes"),
    "sites_proof",
)


def draw_site_findings(findings: SiteFindings, *, lang: Lang = "it") -> list[RenderableType]:
    """Put what was found in plain words, neighbourhood by neighbourhood."""
    lang = choose_voice_of_methods(findings.curve["method"], lang)
    parts: list[RenderableType] = []
    for area, curve in findings.curve.groupby("area", sort=False):
        sites = findings.sites[findings.sites["area"] == area]
        parts += _draw_head(findings, curve.iloc[0], lang)
        more = curve[~curve["is_today"]]
        parts.append(
            _draw_curve(more, sites, lang)
            if len(more)
            else Text(describe_none(findings, curve, lang))
        )
        parts += [Text(line) for line in _draw_why(findings, sites, lang)]
        parts += [Text(line) for line in _draw_end(findings, curve, lang)]
        parts.append(Text())
    return [*parts, Text(say("sites_note_free" if findings.is_free else "sites_note", lang))]


def _draw_head(findings: SiteFindings, row: pd.Series, lang: Lang) -> list[Text]:
    """Who walks where, and how many are within the time today."""
    moment = describe_moment(findings.at, lang)
    lines = [describe_today(row, lang), describe_walks(row.to_dict(), lang)]
    lines += [*describe_sought(findings, lang), *([moment] if moment else [])]
    title = describe_site_title(findings, row, lang)
    return [Text(title, style="bold"), *(Text(f"  {line}") for line in lines)]


def _draw_curve(curve: pd.DataFrame, sites: pd.DataFrame, lang: Lang) -> Table:
    """What each number of places brings, and where they would be."""
    table = Table(pad_edge=False)
    for i, head in enumerate(_HEADS):
        table.add_column(Text(say(head, lang)), justify="right" if i in (0, 2, 3, 4) else "left")
    for row in curve.to_dict("records"):
        own = sites[sites["n_sites"] == row["n_sites"]]
        where = "\n".join(_say_where(site, lang) for site in own.to_dict("records"))
        table.add_row(
            Text(str(row["n_sites"])),
            Text(where),
            Text(format_gained(row, lang)),
            Text(format_share(row["share"], lang)),
            Text(format_minutes_both(row, lang)),
            Text(describe_proof(row, lang)),
        )
    return table


def _say_where(site: dict[Any, Any], lang: Lang) -> str:
    """Name one place."""
    told = f"{name_site(site, lang)} ({site['lat']:.5f}, {site['lon']:.5f})"
    if site["change"] == "stays":
        return say("sites_place_stays", lang, place=told)
    if site["change"] == "leaves":
        return say("sites_place_leaves", lang, place=told)
    if not site["n_alternatives"]:
        return told
    return f"{told}; {format_count('sites_others', site['n_alternatives'], lang)}"


def _draw_why(findings: SiteFindings, sites: pd.DataFrame, lang: Lang) -> list[str]:
    """Say of each place of the largest choice why it is there."""
    own = sites[sites["n_sites"] == sites["n_sites"].max()]
    return [
        f"{site['site']}. {name_site(site, lang)}. {describe_why(findings, site, lang)}"
        for site in own.to_dict("records")
    ]


def _draw_end(findings: SiteFindings, curve: pd.DataFrame, lang: Lang) -> list[str]:
    """What remains to be known."""
    last, lines = curve.iloc[-1], list[str]()
    if findings.share is not None and last["n_sites"] > 0:
        key = "sites_enough" if is_enough(findings, curve) else "sites_not_enough"
        share = format_share(findings.share, lang)
        lines.append(format_count(key, last["n_sites"], lang, share=share))
        lines += describe_enough(findings, curve, lang)
    lines += _list_unkept(findings, curve, lang)
    if last["people"] > 0:
        left_out = findings.left_out[findings.left_out["area"] == last["area"]]
        first, *causes = describe_left_out(left_out, lang)
        lines += [first, *(f"  {cause}" for cause in causes)]
    if last["beyond"] >= 0.5:
        lines.append(format_count("sites_left", round(last["beyond"]), lang))
    stability = describe_stability(findings, last.to_dict(), lang)
    lines += [stability] if stability else []
    if last["n_worlds"]:
        lines.append(describe_worlds(int(last["n_worlds"]), lang))
    lines.append(
        say(
            "sites_known",
            lang,
            n=format_number(last["n_candidates"], lang),
            streets=clean_text(say_remark(findings.sources[last["area"]], lang), lang, limit=200),
            method=clean_text(spell_methods(last["method"], lang), lang, limit=300),
            date=format_date(findings.created, lang),
        )
    )
    return lines


def _list_unkept(findings: SiteFindings, curve: pd.DataFrame, lang: Lang) -> list[str]:
    """Say with how many places no choice keeps the rules, before those with which one does."""
    numbers = curve["n_sites"][~curve["is_today"]]
    first = 0 if findings.is_free else 1
    unkept = range(first, int(numbers.min()) if len(numbers) else first)
    told = ", ".join(format_number(n, lang) for n in unkept)
    return [say("sites_unkept", lang, numbers=told)] if told else []
