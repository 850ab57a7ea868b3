"""Proposals beside today in plain words: who arrives, who no longer does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from access15.config import Lang
from access15.outputs.words.findings import HUB, Findings, headline_group
from access15.outputs.words.moves import (
    format_gained,
    format_lost,
    format_people,
    read_moves,
)
from access15.outputs.words.numbers import format_cutoff, format_number, format_pace
from access15.outputs.words.sources import list_sources
from access15.outputs.words.streets import rank_streets
from access15.outputs.words.texts import clean_text, describe_people, say
from access15.outputs.words.voice import choose_voice
from access15.results.compared import AreaComparison
from access15.results.people import ALL
from access15.results.run import RunResult

_MOST_STREETS: Final = 5


def draw_comparison(
    result: RunResult,
    compared: Sequence[AreaComparison],
    *,
    lang: Lang,
) -> list[RenderableType]:
    """Put a comparison in words and tables for the terminal."""
    lang = choose_voice(result, lang)
    group, cutoff_min = headline_group(result), result.cutoffs_min[-1]
    label = clean_text(result.group_labels.get(group, {}).get(lang, group), lang)
    parts: list[RenderableType] = []
    for one in compared:
        proposal, coverage = one.proposal, one.coverage
        is_whole = (coverage["zone"] == ALL) & (coverage["group"] == group)
        own = coverage[is_whole & (coverage["cutoff_min"] == cutoff_min)]
        title = say(
            "comparison_title",
            lang,
            area=clean_text(result.areas[proposal.area].area.name, lang),
            name=clean_text(proposal.name, lang, limit=60),
            who=describe_people(group, label, lang),
            cutoff=format_cutoff(cutoff_min, lang),
        )
        parts.append(_draw_table(result, own, title, lang))
        if _is_moved(own):
            parts.append(Text(say("comparison_note", lang)))
            parts += [Text(line) for line in _list_streets(result, one, group, lang)]
        else:
            parts.append(Text(say("comparison_same", lang)))
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


def _list_streets(
    result: RunResult,
    one: AreaComparison,
    group: str,
    lang: Lang,
) -> Iterator[str]:
    """Streets that gain and lose at the group's own pace: to hubs, else to what else moves."""
    profile = result.study.own_profile(group)
    own = one.streets[(one.streets["profile"] == profile) & (one.streets["group"] == group)]
    for target in sorted(dict.fromkeys(own["category"]), key=lambda key: key != HUB)[:1]:
        ranked = rank_streets(own, profile, target, group, lang)
        gaining = [f"{row.name} {row.write_gained(lang)}" for row in ranked if row.gained > 0]
        by_lost = sorted(ranked, key=lambda row: -row.lost)
        losing = [f"{row.name} {row.write_lost(lang)}" for row in by_lost if row.lost > 0]
        label = result.profiles[profile].label.in_lang(lang)
        name = say("targets_hubs", lang)
        if target != HUB:
            name = result.categories[target].label.in_lang(lang)
        about = clean_text(f"{name}, {label}", lang)
        if gaining:
            yield say("comparison_gaining", lang, about=about, streets=_join(gaining, lang))
        if losing:
            yield say("comparison_losing", lang, about=about, streets=_join(losing, lang))


def _join(streets: Sequence[str], lang: Lang) -> str:
    """The first streets, and how many more there are."""
    more = len(streets) - _MOST_STREETS
    rest = (
        [say("verdict_more_streets", lang, n=format_number(more, lang)).lower()] if more > 0 else []
    )
    return "; ".join([*streets[:_MOST_STREETS], *rest])


def _format_change(row: pd.Series, lang: Lang) -> str:
    """Whole people before and after, and below them who gains and who loses, both always."""
    moves = read_moves(row)
    if moves.after is None:
        return say("unknown", lang)
    text = f"{format_people(moves.before, lang)} → {format_number(moves.after, lang)}"
    if moves.before is None:
        return text
    return f"{text}\n{format_gained(moves, lang)} {format_lost(moves, lang)}"
