"""Proposals beside today in plain words: who arrives, who no longer does."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from access15.config import Lang
from access15.config.proposal import Proposal
from access15.outputs.words.findings import HUB, Findings, headline_group
from access15.outputs.words.numbers import format_cutoff, format_number, format_pace
from access15.outputs.words.sources import list_sources
from access15.outputs.words.texts import clean_text, describe_people, say
from access15.outputs.words.voice import choose_voice
from access15.results.people import ALL
from access15.results.run import RunResult


def draw_comparison(
    result: RunResult,
    coverage: pd.DataFrame,
    proposals: Sequence[Proposal],
    *,
    lang: Lang,
) -> list[RenderableType]:
    """Put a comparison in words and tables for the terminal."""
    lang = choose_voice(result, lang)
    group, cutoff_min = headline_group(result), result.cutoffs_min[-1]
    is_whole = (coverage["zone"] == ALL) & (coverage["group"] == group)
    shown = coverage[is_whole & (coverage["cutoff_min"] == cutoff_min)]
    label = clean_text(result.group_labels.get(group, {}).get(lang, group), lang)
    parts: list[RenderableType] = []
    for proposal in proposals:
        own = shown[shown["proposal"] == proposal.id]
        title = say(
            "comparison_title",
            lang,
            area=clean_text(result.areas[proposal.area].area.name, lang),
            name=clean_text(proposal.name, lang, limit=60),
            who=describe_people(group, label, lang),
            cutoff=format_cutoff(cutoff_min, lang),
        )
        parts.append(_draw_table(result, own, title, lang))
        if not _is_moved(own):
            parts.append(Text(say("comparison_same", lang)))
        if (own["lost"] > 0).any():
            parts.append(Text(say("comparison_note", lang)))
        sources = list_sources(Findings(result, proposal.area, lang))
        parts += [Text(f"{head}. {text}") for head, text in sources[:2]]
    return parts


def _draw_table(
    result: RunResult,
    own: pd.DataFrame,
    title: str,
    lang: Lang,
) -> Table:
    """Hubs, and every category where a home crosses the limit, for each walker."""
    table = Table(title=title, title_justify="left")
    table.add_column(say("comparison_place", lang))
    for profile in result.profiles.values():
        head = f"{profile.label.in_lang(lang)}\n{format_pace(profile, lang)}"
        table.add_column(head, justify="right")
    by_target = own.set_index(["category", "profile"])
    for target in dict.fromkeys(own["category"]):
        rows = by_target.loc[target]
        if target == HUB:
            name = say("targets_hubs", lang)
        elif _is_moved(rows):
            name = result.categories[target].label.in_lang(lang)
        else:
            continue
        cells = (_format_change(rows.loc[profile], lang) for profile in result.profiles)
        table.add_row(clean_text(name, lang), *cells)
    return table


def _is_moved(rows: pd.DataFrame) -> bool:
    """Whether a home crosses the limit."""
    return bool(((rows["gained"] > 0) | (rows["lost"] > 0)).any())


def _format_change(row: pd.Series, lang: Lang) -> str:
    """Whole people before and after; the difference is that of the numbers shown."""
    if pd.isna(row["after"]):
        return say("unknown", lang)
    after = round(float(row["after"]))
    if pd.isna(row["before"]):
        return f"{say('unknown', lang)} → {format_number(after, lang)}"
    before = round(float(row["before"]))
    sign = "+" if after >= before else "−"
    was, now, between = (format_number(n, lang) for n in (before, after, abs(after - before)))
    text = f"{was} → {now}\n{sign}{between}"
    if row["lost"] > 0:
        lost = format_number(float(row["lost"]), lang)
        text += f" ({say('comparison_lost', lang, lost=lost)})"
    return text
