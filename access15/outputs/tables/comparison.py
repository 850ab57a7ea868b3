"""What a comparison writes: tables, and session pages that open with its proposals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
from rich.console import RenderableType
from rich.table import Table as TextTable
from rich.text import Text

from access15.config import Lang
from access15.config.proposal import Proposal
from access15.files import staged_outputs
from access15.outputs.pages.session import render_session
from access15.outputs.tables.cells import format_csv
from access15.outputs.words.findings import HUB, Findings, headline_group
from access15.outputs.words.legend import list_sources
from access15.outputs.words.numbers import format_cutoff, format_number, format_pace
from access15.outputs.words.texts import clean_text, describe_people, say
from access15.results.run import RunResult
from access15.results.table import Table

_WORDS: Final = {
    "it": {
        "title": "{area}, proposta «{name}»: {who} entro {cutoff}, oggi → con la proposta",
        "place": "Luogo",
        "same": "Non cambia nulla: nessuna casa passa il limite in un senso o nell'altro.",
        "lost": "{lost} non più",
        "note": "«N non più»: persone che oggi ci arrivano e con la proposta non più; sono già "
        "tolte dalla differenza.",
    },
    "en": {
        "title": "{area}, proposal “{name}”: {who} within {cutoff}, today → with the proposal",
        "place": "Place",
        "same": "Nothing changes: no home crosses the limit either way.",
        "lost": "{lost} no longer",
        "note": "“N no longer”: people who arrive today and no longer would; the difference is net "
        "of them.",
    },
}


def write_comparison(
    result: RunResult,
    proposals: Sequence[Proposal],
    frames: Sequence[tuple[Table, pd.DataFrame]],
    folder: Path,
    *,
    lang: Lang,
) -> dict[str, Path]:
    """Write the tables of a comparison and a page for each neighbourhood."""
    names: list[str] = []
    with staged_outputs(folder) as staging:
        for table, frame in frames:
            (name,) = table.files
            (staging / name).write_bytes(format_csv(frame, table).encode("utf-8"))
            names.append(name)
        for area_id in dict.fromkeys(one.area for one in proposals):
            own = [one for one in proposals if one.area == area_id]
            page = render_session(result, area_id, lang=lang, proposals=own)
            names.append(f"{area_id}_compare.html")
            (staging / names[-1]).write_text(page, encoding="utf-8")
    return {name: folder / name for name in names}


def draw_comparison(
    result: RunResult, coverage: pd.DataFrame, proposals: Sequence[Proposal], *, lang: Lang
) -> list[RenderableType]:
    """Put a comparison in words and tables for the terminal."""
    group = headline_group(result)
    shown = coverage[
        (coverage["zone"] == "all")
        & (coverage["group"] == group)
        & (coverage["cutoff_min"] == result.cutoffs_min[-1])
    ]
    parts: list[RenderableType] = []
    for proposal in proposals:
        own = shown[shown["proposal"] == proposal.id]
        words = _WORDS[lang]
        label = clean_text(result.group_labels.get(group, {}).get(lang, group), lang)
        title = words["title"].format(
            area=clean_text(result.areas[proposal.area].area.name, lang),
            name=clean_text(proposal.name, lang, limit=60),
            who=describe_people(group, label, lang),
            cutoff=format_cutoff(result.cutoffs_min[-1], lang),
        )
        parts.append(_draw_table(result, own, title, lang))
        if not ((own["gained"] > 0) | (own["lost"] > 0)).any():
            parts.append(Text(words["same"]))
        if (own["lost"] > 0).any():
            parts.append(Text(words["note"]))
        sources = list_sources(Findings(result, proposal.area, lang))
        parts += [Text(f"{head}. {text}") for head, text in sources[:2]]
    return parts


def _draw_table(result: RunResult, own: pd.DataFrame, title: str, lang: Lang) -> TextTable:
    """Hubs, and every category where a home crosses the limit, for each walker."""
    table = TextTable(title=title, title_justify="left")
    table.add_column(_WORDS[lang]["place"])
    for profile in result.profiles.values():
        table.add_column(
            f"{profile.label.in_lang(lang)}\n{format_pace(profile, lang)}", justify="right"
        )
    by_target = own.set_index(["category", "profile"])
    for target in dict.fromkeys(own["category"]):
        rows = by_target.loc[target]
        if target != HUB and not ((rows["gained"] > 0) | (rows["lost"] > 0)).any():
            continue
        name = (
            say("targets_hubs", lang)
            if target == HUB
            else result.categories[target].label.in_lang(lang)
        )
        table.add_row(
            clean_text(name, lang), *(_tell(rows.loc[profile], lang) for profile in result.profiles)
        )
    return table


def _tell(row: pd.Series, lang: Lang) -> str:
    """Whole people before and after; the difference is that of the numbers shown."""
    if pd.isna(row["after"]):
        return say("unknown", lang)
    after = round(float(row["after"]))
    if pd.isna(row["before"]):
        return f"{say('unknown', lang)} → {format_number(after, lang)}"
    before = round(float(row["before"]))
    sign = "+" if after >= before else "−"
    was, now, between = (format_number(n, lang) for n in (before, after, abs(after - before)))
    told = f"{was} → {now}\n{sign}{between}"
    if row["lost"] > 0:
        told += f" ({_WORDS[lang]['lost'].format(lost=format_number(float(row['lost']), lang))})"
    return told
