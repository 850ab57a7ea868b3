"""A whole city in plain words: the quarters where the claim flatters most."""

from __future__ import annotations

from typing import Final

import pandas as pd
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from access15.config import Lang, find_headline_group
from access15.outputs.words.city import describe_left_out
from access15.outputs.words.numbers import (
    format_cutoff,
    format_number,
    format_share,
)
from access15.outputs.words.texts import clean_text, describe_people, say
from access15.outputs.words.voice import choose_voice_of_methods
from access15.results.city import CityResult
from access15.results.people import ALL

_TOLD: Final = 10
_HEADS: Final = ("city_col_zone", "city_col_claimed", "city_col_own", "city_col_gap")


def draw_city(city: CityResult, *, lang: Lang = "it") -> list[RenderableType]:
    """Put the ranking by gap in plain words, for the headline's group and the worst kind."""
    lang = choose_voice_of_methods(city.zones["method"], lang)
    parts: list[RenderableType] = []
    table = choose_ranking(city)
    if not table.empty:
        parts += _draw_ranking(city, table, lang)
    parts += map(Text, describe_left_out(city, lang))
    return parts


def choose_ranking(city: CityResult) -> pd.DataFrame:
    """Rows of the headline's group at its own pace, of the kind with the most people lost."""
    group = find_headline_group(city.groups)
    zones = city.zones
    asked = (zones["group"] == group) & zones["is_own"] & (zones["zone"] != ALL)
    rows = zones[asked & (zones["cutoff_min"] == city.cutoffs_min[-1])]
    rows = rows[rows["gap_people"].notna()]
    if rows.empty:
        return rows
    lost = rows.groupby("category", sort=False)["gap_people"].sum()
    return rows[rows["category"] == lost.idxmax()].sort_values("rank_gap", kind="stable")


def _draw_ranking(city: CityResult, rows: pd.DataFrame, lang: Lang) -> list[RenderableType]:
    """The worst quarters as a table."""
    first = rows.iloc[0]
    kind, group = str(first["category"]), str(first["group"])
    category = city.categories.get(kind)
    service = say("city_hub", lang) if category is None else category.label.in_lang(lang)
    label = city.group_labels[group]["it" if lang == "it" else "en"]
    title = say(
        "city_top",
        lang,
        claim=clean_text(city.profiles[city.study.claim].label.in_lang(lang), lang),
        people=describe_people(group, clean_text(label, lang), lang),
        cutoff=format_cutoff(city.cutoffs_min[-1], lang),
        service=clean_text(service, lang),
    )
    drawn = Table(box=None, pad_edge=False)
    for i, head in enumerate((*_HEADS, "city_col_lost")):
        drawn.add_column(say(head, lang), justify="right" if i else "left")
    for row in rows.head(_TOLD).to_dict("records"):
        claimed = row["share"] + row["gap_points"] / 100.0
        drawn.add_row(
            clean_text(row["name"] or row["zone"], lang),
            format_share(claimed, lang),
            format_share(row["share"], lang),
            format_number(row["gap_points"], lang, decimals=1),
            format_number(row["gap_people"], lang),
        )
    return [Text(title, style="bold"), drawn]
