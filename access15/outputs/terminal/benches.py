"""Missing seats in plain words: how many people arrive, where the gaps are, where benches help."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from access15.config import Lang
from access15.outputs.words.dates import describe_moment, format_date
from access15.outputs.words.methods import spell_methods
from access15.outputs.words.numbers import format_count, format_cutoff, format_number, format_pace
from access15.outputs.words.texts import clean_text, say, say_remark
from access15.outputs.words.voice import choose_voice_of_methods
from access15.results.benches import SeatFindings

_SHOWN = 5  # gaps of a neighbourhood; the file holds them all
_GAP_HEADS = (
    "benches_where",
    "benches_from",
    "benches_to",
    "benches_metres",
    "benches_alone",
    "benches_together",
)
_NEW_HEADS = (
    "benches_number",
    "benches_step",
    "benches_where",
    "benches_place",
    "benches_gained",
    "benches_total",
)


def draw_seat_findings(findings: SeatFindings, *, lang: Lang = "it") -> list[RenderableType]:
    """Put what was found in plain words, neighbourhood by neighbourhood."""
    lang = choose_voice_of_methods(findings.summary["method"], lang)
    parts: list[RenderableType] = []
    for row in findings.summary.to_dict("records"):
        gaps = findings.gaps[findings.gaps["area"] == row["area"]].head(_SHOWN)
        new = findings.proposals[findings.proposals["area"] == row["area"]]
        parts += _draw_head(findings, row, len(new), lang)
        parts.append(_draw_gaps(gaps, lang) if len(gaps) else Text(say("benches_none_gaps", lang)))
        parts.append(_draw_new(new, lang) if len(new) else Text(say("benches_none_new", lang)))
        parts.append(Text())
    return [*parts, Text(say("benches_note", lang))]


def _draw_head(
    findings: SeatFindings,
    row: dict[Any, Any],
    n_new: int,
    lang: Lang,
) -> list[Text]:
    """Who walks where, and how many arrive without, with today's and with new seats."""
    title = say(
        "benches_title",
        lang,
        area=clean_text(row["area_name"], lang),
        group=clean_text(findings.group.in_lang(lang), lang),
        cutoff=format_cutoff(findings.cutoff_min, lang),
        service=clean_text(findings.service.in_lang(lang), lang),
    )
    walker = say(
        "benches_walker",
        lang,
        who=clean_text(findings.profile.who.in_lang(lang), lang),
        pace=format_pace(findings.profile, lang),
        limit=format_number(findings.limit_m, lang),
    )
    known = format_count(
        "benches_known",
        row["n_seats"],
        lang,
        streets=clean_text(say_remark(findings.sources[row["area_name"]], lang), lang, limit=200),
        method=clean_text(spell_methods(row["method"], lang), lang, limit=300),
        date=format_date(findings.created, lang),
    )
    counts = (
        (say("benches_within_plain", lang), row["within_plain"]),
        (say("benches_within_seats", lang), row["within_seats"]),
        (format_count("benches_within_proposed", n_new, lang), row["within_proposed"]),
    )
    lines = [f"{label}: {_format_part(n, row['people'], lang)}" for label, n in counts]
    moment = describe_moment(findings.at, lang)
    told = [walker, *([moment] if moment else []), *lines, known]
    return [Text(title, style="bold"), *(Text(f"  {line}") for line in told)]


def _format_part(
    count: float,
    people: float,
    lang: Lang,
) -> str:
    """How many of how many, and their share where there is anybody."""
    part = f"{format_number(count, lang)} / {format_number(people, lang)}"
    if not people > 0:
        return part
    return f"{part} ({format_number(100 * count / people, lang, decimals=1)} %)"


def _draw_gaps(gaps: gpd.GeoDataFrame, lang: Lang) -> Table:
    """The worst gaps of one neighbourhood."""
    table = _begin_table("benches_gaps", _GAP_HEADS, lang, right=(3, 4, 5))
    for row in gaps.to_dict("records"):
        far = say("benches_homes", lang) if row["far"] == "homes" else row["far"]
        table.add_row(
            Text(clean_text(row["street"], lang)),
            Text(f"{clean_text(row['near'], lang)}\n{row['lat']:.5f}, {row['lon']:.5f}"),
            Text(f"{clean_text(far, lang)}\n{row['lat_to']:.5f}, {row['lon_to']:.5f}"),
            Text(format_number(row["gap_m"], lang)),
            Text(format_number(row["people_alone"], lang)),
            Text(format_number(row["people_together"], lang)),
        )
    return table


def _draw_new(new: gpd.GeoDataFrame, lang: Lang) -> Table:
    """The new benches of one neighbourhood, in the order of building."""
    table = _begin_table("benches_new", _NEW_HEADS, lang, right=(0, 1, 4, 5))
    for row in new.to_dict("records"):
        table.add_row(
            Text(str(row["order"])),
            Text(str(row["step"])),
            Text(clean_text(row["street"], lang)),
            Text(f"{row['lat']:.5f}, {row['lon']:.5f}"),
            Text(format_number(row["gained"], lang)),
            Text(format_number(row["total"], lang)),
        )
    return table


def _begin_table(
    title: str,
    heads: tuple[str, ...],
    lang: Lang,
    *,
    right: tuple[int, ...],
) -> Table:
    """A table with its heads, some columns to the right."""
    table = Table(
        title=Text(say(title, lang)),
        title_justify="left",
        pad_edge=False,
    )
    for i, head in enumerate(heads):
        table.add_column(Text(say(head, lang)), justify="right" if i in right else "left")
    return table
