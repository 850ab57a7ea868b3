"""What the terminal says: a line per stage while it works, a table per neighbourhood at the end."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from access15.config import Lang
from access15.outputs.words.budget import describe_budget
from access15.outputs.words.confidence import describe_confidence, write_covered
from access15.outputs.words.dates import describe_moment, format_title
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.gap import (
    describe_gap_data,
    describe_gap_headline,
    describe_patterns,
    describe_unknown_gap,
    write_gaps,
)
from access15.outputs.words.legend import choose_profile
from access15.outputs.words.numbers import format_cutoff, format_pace
from access15.outputs.words.sentences import describe_covered, describe_finding
from access15.outputs.words.sources import describe_tables, list_warnings
from access15.outputs.words.texts import clean_text, list_texts, say
from access15.outputs.words.which_door import list_deciding_doors
from access15.results.run import RunResult


def draw_summary(result: RunResult, *, lang: Lang = "it") -> list[RenderableType]:
    """Draw the numbers of a run: one table and a few plain lines per neighbourhood."""
    parts: list[RenderableType] = []
    for area_id in result.areas:
        findings = Findings(result, area_id, lang)
        lines = (Padding(Text(line), (0, 0, 0, indent)) for indent, line in _list_lines(findings))
        parts += [*_draw_gap(findings), _draw_hub_table(findings), *lines, Text()]
    return parts


def format_stage(name: str, lang: Lang = "it") -> str:
    """Line that says which stage begins; what follows its name (a neighbourhood) is kept."""
    text = clean_text(name, lang)
    for key, stage in list_texts("stage_", "en").items():
        if text.startswith(stage):
            return f"… {say(key, lang)}{text.removeprefix(stage)}"
    return f"… {text}"


def _draw_gap(findings: Findings) -> list[RenderableType]:
    """What the usual claim says of every group beside what its own pace allows, first of all."""
    lang, study = findings.lang, findings.result.study
    area = clean_text(findings.area.area.name, lang)
    title = say("gap_title", lang, area=area, cutoff=format_cutoff(findings.last_cutoff_min, lang))
    table = Table(
        title=Text(title),
        title_justify="left",
        title_style="bold",
        pad_edge=False,
    )
    table.add_column(Text(say("group", lang)))
    heads = ("gap_claim", "gap_own", "gap_per_hundred", "gap_points", "gap_between", "gap_of")
    for head in heads:
        label = clean_text(findings.name_profile(study.claim), lang)
        table.add_column(Text(say(head, lang, label=label)), justify="right")
    for row in write_gaps(findings, HUB):
        own = f"{row.own} {row.own_range}".rstrip() + f"\n{row.own_pace}"
        style = "bold" if findings.group in row.groups else ""
        ratio = f"{row.ratio}\n{row.ratio_range}".rstrip()
        points = f"{row.points}\n{row.points_range}".rstrip()
        cells = (row.group, row.claim, own, ratio, points, row.between, row.people)
        table.add_row(*map(Text, cells), style=style)
    told = describe_gap_headline(findings) or describe_unknown_gap(findings)
    doors = list_deciding_doors(findings)
    deciding = [Text(one.sentence) for one in doors if one.is_hub]
    if n_more := len(doors) - len(deciding):
        deciding.append(Text(say("doors_decide_more", findings.lang, n=n_more) + " (doors.csv)"))
    says = [describe_gap_data(findings), describe_budget(findings)] if told else []
    lines = [Padding(Text(line), (0, 0, 0, 2)) for line in says if line]
    return [*deciding, *([Text(told, style="bold")] if told else []), *lines, table]


def _draw_hub_table(findings: Findings) -> Table:
    """Share of the headline's group within each cutoff of a hub, walkers side by side."""
    lang, profiles = findings.lang, findings.result.profiles
    area = clean_text(findings.area.area.name, lang)
    title = format_title("hub_table", findings.result.at, lang, area=area, who=findings.who())
    table = Table(
        title=Text(title),
        title_justify="left",
        title_style="bold",
        pad_edge=False,
    )
    table.add_column(Text(say("time", lang)))
    for profile in profiles.values():
        label = clean_text(profile.label.in_lang(lang), lang)
        pace = format_pace(profile, lang).replace(", ", "\n")
        table.add_column(Text(f"{label}\n{pace}"), justify="right")
    columns = [findings.covered(profile, HUB) for profile in profiles]
    for i, cutoff in enumerate(findings.result.cutoffs_min):
        style = "bold" if cutoff == findings.last_cutoff_min else ""
        head = f"{say('within', lang)} {format_cutoff(cutoff, lang)}"
        pairs = zip(profiles, columns, strict=True)
        shares = [write_covered(findings, key, column[i]) for key, column in pairs]
        table.add_row(*map(Text, (head, *shares)), style=style)
    return table


def _list_lines(findings: Findings) -> Iterator[tuple[int, str]]:
    """Lines under a table, each with its indent."""
    lang, result = findings.lang, findings.result
    profile = choose_profile(result)
    label = clean_text(result.profiles[profile].label.in_lang(lang), lang)
    if not describe_gap_headline(findings):
        yield 2, f"{label}: {describe_covered(findings, profile, HUB)}."
    if alike := describe_patterns(findings):
        yield 2, alike
    if missing := list(_list_missing(findings, profile)):
        yield 2, say("what_it_says", lang, label=label) + ":"
        yield from ((4, line) for line in missing)
    yield 2, f"{say('confidence', lang)}: {describe_confidence(findings, profile)}"
    if len(tables := describe_tables(result, lang)) > 1:
        yield 2, f"{say('facilities', lang)}: {'. '.join(tables)}."
    if moment := describe_moment(result.at, lang):
        yield 2, moment
    is_sketch = findings.area.network_info.kind == "sketch"
    warnings = [say("sketch_warning", lang)] if is_sketch else []
    for warning in (*warnings, *list_warnings(findings)):
        yield 2, f"{say('warning', lang)}: {warning}"


def _list_missing(findings: Findings, profile: str) -> Iterator[str]:
    """Kinds of place that nobody gets to, or of which nothing is known; those not listed last."""
    lang, unlisted = findings.lang, []
    for key, category in findings.result.categories.items():
        label = clean_text(category.label.in_lang(lang), lang)
        nearest = findings.nearest(profile, key)
        if nearest is not None and nearest.n_known == 0:
            unlisted.append(label)
        elif _is_missing(findings.covered(profile, key)[-1].share):
            yield f"{label}: {describe_finding(findings, profile, key)}"
    if unlisted:
        yield f"{say('unknown_none', lang)}: {', '.join(unlisted)}"


def _is_missing(share: float) -> bool:
    """Whether nothing is known, or nobody covered."""
    return math.isnan(share) or share == 0
