"""What four pages on a neighbourhood begin with, as a line of the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from access15.config import Lang
from access15.outputs.words.dates import describe_moment
from access15.outputs.words.findings import Findings
from access15.outputs.words.left_out import choose_walker, describe_left_out, name_asked
from access15.outputs.words.numbers import format_pace
from access15.outputs.words.texts import say
from access15.results.run import RunResult


def list_report_lines(result: RunResult, area_id: str, *, lang: Lang = "it") -> Iterator[str]:
    """Whom the pages are of, and how many of them are left out."""
    findings = Findings(result, area_id, lang)
    voice, values = findings.lang, name_asked(findings)
    yield say("report_title", voice, **values)
    walker = result.profiles[choose_walker(findings)]
    yield say("report_about", voice, **values, pace=format_pace(walker, voice))
    yield describe_left_out(findings)
    moment = describe_moment(result.at, voice)
    if moment:
        yield moment
