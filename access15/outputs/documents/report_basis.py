"""The page of a report that says how it was computed: steps, walkers, sources, words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from access15 import __version__
from access15.config import Lang, WalkProfile
from access15.outputs.documents.parts import Grid, Heading, Items, Part
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_number, format_pace, format_share
from access15.outputs.words.sources import list_sources
from access15.outputs.words.texts import capitalise, clean_text, say

_STEPS: Final = ("streets", "homes", "way", "time", "within", "whole")
_WORDS: Final = ("pace", "kerb", "share")
_MOST_WALKERS: Final = 6
_SOURCE: Final = 650
_NAME: Final = 60


def list_basis(findings: Findings, values: Mapping[str, object]) -> Iterator[Part]:
    """Steps of the computation, who walks how, where the data come from, what words mean.

    `values` are whom the report is about, as its texts name them.
    """
    lang, result = findings.lang, findings.result
    yield Heading(say("report_h_steps", lang), 2)
    yield Items([say(f"report_step_{step}", lang, **values) for step in _STEPS])
    yield Grid(
        say("report_walkers", lang),
        [say(f"report_col_{key}", lang) for key in ("who", "pace", "wait", "rest", "stops")],
        [
            _describe_walker(walker, lang)
            for walker in list(result.profiles.values())[:_MOST_WALKERS]
        ],
        texts=(0, 1, 2, 3, 4),
        widths=(3.4, 2.3, 1.4, 1.9, 2.2),
    )
    sources = [
        (head, clean_text(text, lang, limit=_SOURCE)) for head, text in list_sources(findings)
    ]
    version = say(
        "report_version_told",
        lang,
        version=__version__,
        network=findings.area.network_hash,
        study=clean_text(result.study.id, lang, limit=_NAME),
    )
    yield Grid(
        say("report_sources", lang),
        (say("report_col_what", lang), say("report_col_source", lang)),
        [*sources, (say("report_version", lang), version)],
        texts=(0, 1),
        widths=(1.2, 6.0),
    )
    yield Heading(say("report_h_words", lang), 2)
    area_id = findings.area.area.id
    yield Items(
        [
            *(say(f"report_word_{word}", lang) for word in _WORDS),
            say("report_word_again", lang, area=area_id),
        ]
    )


def _describe_walker(walker: WalkProfile, lang: Lang) -> tuple[str, ...]:
    """Who walks, how fast, how long they wait and rest, and what stops them."""
    stops = []
    if walker.steps == "impassable":
        stops.append(say("report_stop_steps", lang))
    if walker.raised_kerb == "impassable":
        stops.append(say("report_stop_kerb", lang))
    if walker.max_incline is not None:
        stops.append(say("report_stop_incline", lang, share=format_share(walker.max_incline, lang)))
    rest = say("report_rest_none", lang)
    if walker.rest_every_m is not None:
        rest = say(
            "report_rest",
            lang,
            rest=format_number(walker.rest_s or 0.0, lang),
            every=format_number(walker.rest_every_m, lang),
        )
    who = capitalise(clean_text(walker.who.in_lang(lang), lang, limit=_NAME))
    return (
        f"{clean_text(walker.label.in_lang(lang), lang, limit=_NAME)}: {who[:1].lower()}{who[1:]}",
        format_pace(walker, lang),
        say("report_seconds", lang, n=format_number(walker.crossing_signals_s, lang)),
        rest,
        ", ".join(stops) or say("report_stop_none", lang),
    )
