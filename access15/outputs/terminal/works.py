"""The best works in the street in plain words: what they bring together, and how sure that is."""

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
    format_cutoff,
    format_number,
    format_pace,
    format_share,
)
from access15.outputs.words.texts import clean_text, say, say_remark
from access15.outputs.words.voice import choose_voice_of_methods
from access15.results.works import WorkFindings

_HEADS = ("works_n", "sites_where", "sites_gained", "sites_share", "sites_proof")


def draw_work_findings(findings: WorkFindings, *, lang: Lang = "it") -> list[RenderableType]:
    """Put what was found in plain words, neighbourhood by neighbourhood."""
    lang = choose_voice_of_methods(findings.curve["method"], lang)
    parts: list[RenderableType] = []
    for area, curve in findings.curve.groupby("area", sort=False):
        works = findings.works[findings.works["area"] == area]
        more, first = curve[curve["n_works"] > 0], curve.iloc[0].to_dict()
        parts += [Text(line) for line in _list_head(findings, first, lang)]
        if len(more):
            parts.append(_draw_curve(more, works, lang))
        parts += [Text(f"  {_say_everything(findings, first, lang)}"), Text()]
    return [*parts, Text(say(f"works_note_{findings.work}", lang))]


def _list_head(findings: WorkFindings, row: dict[Any, Any], lang: Lang) -> list[str]:
    """Who walks where, how many are within the time today, and from which data."""
    title = say(
        f"works_title_{findings.work}",
        lang,
        area=clean_text(row["area_name"], lang),
        people=clean_text(findings.people.in_lang(lang), lang),
        cutoff=format_cutoff(findings.cutoff_min, lang),
        service=clean_text(findings.service.in_lang(lang), lang),
        who=clean_text(findings.profile.who.in_lang(lang), lang),
        pace=format_pace(findings.profile, lang),
    )
    today = say(
        "works_today",
        lang,
        within=format_number(row["within"], lang),
        people_n=format_number(row["people"], lang),
        share=format_share(row["share"], lang),
        n_places=format_number(row["n_places"], lang),
    )
    known = say(
        "works_known",
        lang,
        n=format_number(row["n_candidates"], lang),
        n_today=format_number(row["n_today"], lang),
        streets=clean_text(say_remark(findings.sources[row["area"]], lang), lang, limit=200),
        method=clean_text(spell_methods(row["method"], lang), lang, limit=300),
        date=format_date(findings.created, lang),
    )
    moment = describe_moment(findings.at, lang)
    return [title, *(f"  {line}" for line in (today, moment, known) if line)]


def _draw_curve(curve: pd.DataFrame, works: pd.DataFrame, lang: Lang) -> Table:
    """What each number of works brings, and where they are."""
    table = Table(pad_edge=False)
    for i, head in enumerate(_HEADS):
        table.add_column(Text(say(head, lang)), justify="right" if i in (0, 2, 3) else "left")
    for row in curve.to_dict("records"):
        own = works[works["n_works"] == row["n_works"]]
        where = "\n".join(_say_where(work, lang) for work in own.to_dict("records"))
        table.add_row(
            Text(str(row["n_works"])),
            Text(where or say("works_none", lang)),
            Text(format_number(row["gained"], lang)),
            Text(format_share(row["share"], lang)),
            Text(_say_proof(row, lang)),
        )
    return table


def _say_where(work: dict[Any, Any], lang: Lang) -> str:
    """Name one place."""
    place = clean_text(work["street"], lang) or say("no_name", lang)
    told = f"{place} ({work['lat']:.5f}, {work['lon']:.5f})"
    if not work["n_near"]:
        return told
    return f"{told}; {format_count('works_near', work['n_near'], lang)}"


def _say_proof(row: dict[Any, Any], lang: Lang) -> str:
    """Say how sure it is that no other choice brings more, and what choosing by steps gives."""
    told = say("sites_proven", lang)
    if not row["is_proven"]:
        told = say("works_bound", lang, most=format_number(row["most"], lang))
    if round(row["greedy"]) == round(row["gained"]):
        return told
    return f"{told}; {say('sites_greedy', lang, n=format_number(row['greedy'], lang))}"


def _say_everything(findings: WorkFindings, row: dict[Any, Any], lang: Lang) -> str:
    """Say what all of them together would bring."""
    return say(
        f"works_everything_{findings.work}", lang, gained=format_number(row["everything"], lang)
    )
