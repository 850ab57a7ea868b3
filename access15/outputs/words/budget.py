"""What moves the numbers of the gap most, in words: what to ask, or look at, first."""

from __future__ import annotations

from typing import Final, NamedTuple

from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_cutoff, format_number
from access15.outputs.words.texts import capitalise, clean_text, say

# Numbers as a reader meets them, and what they are multiplied by to be of a hundred.
NUMBERS: Final = {"ratio": 100.0, "gap": 1.0, "share": 100.0}
_LEAST: Final = 0.5  # of a hundred: what moves a number less is told of none


class Mover(NamedTuple):
    """One uncertain thing and what it alone makes of a number.

    Parameters
    ----------
    factor : str
        Which, of `core.measures.uncertain.FACTORS`.
    label : str
        Its name.
    low, high : float
        Ends of the range of the number, of a hundred.
    part : float
        Its part in the budget, 0 to 1.
    """

    factor: str
    label: str
    low: float
    high: float
    part: float

    @property
    def swing(self) -> float:
        """From the low end to the high one."""
        return self.high - self.low


def list_movers(findings: Findings) -> dict[str, list[Mover]]:
    """List what moves each number of the headline, the most first; what moves it little is left
    out.
    """
    table = findings.area.range_budget
    own = findings.result.study.own_profile(findings.group)
    is_asked = (table["profile"] == own) & (table["category"] == HUB)
    table = table[is_asked & (table["group"] == findings.group)]
    movers = {}
    for number, times in NUMBERS.items():
        rows = table[table["number"] == number]
        columns = (rows[name] for name in ("factor", "low", "high", "part"))
        found = [
            Mover(str(factor), _name(str(factor), findings), low * times, high * times, part)
            for factor, low, high, part in zip(*columns, strict=True)
        ]
        found = [mover for mover in found if mover.swing >= _LEAST]
        if found:
            movers[number] = sorted(found, key=lambda mover: -mover.swing)
    return movers


def _name(factor: str, findings: Findings) -> str:
    """Name an uncertain thing."""
    return say(f"factor_{factor}", findings.lang)


def title_budget(findings: Findings) -> str:
    """Say what the chart is about."""
    lang, study = findings.lang, findings.result.study
    return say(
        "budget_title",
        lang,
        area=clean_text(findings.area.area.name, lang),
        who=findings.who(),
        label=findings.name_profile(study.own_profile(findings.group)),
        cutoff=format_cutoff(findings.last_cutoff_min, lang),
    )


def title_number(number: str, findings: Findings) -> str:
    """Name one of the numbers of the budget, of whom it is."""
    claim = findings.name_profile(findings.result.study.claim)
    return say(f"budget_{number}", findings.lang, who=findings.who(), claim=claim)


def describe_budget(findings: Findings) -> str:
    """Say for each number what moves it most, and what to ask first."""
    lang, movers = findings.lang, list_movers(findings)
    told = [_describe_number(findings, number, found) for number, found in movers.items()]
    if not told:
        return ""
    # over the three numbers together: who asks wants one answer for all of them
    total: dict[str, float] = {}
    for found in movers.values():
        for mover in found:
            total[mover.factor] = total.get(mover.factor, 0.0) + mover.part
    first, *rest = sorted(total, key=lambda factor: -total[factor])
    advice = say("budget_ask", lang, first=say(f"ask_{first}", lang))
    if rest:
        then = say(f"ask_{rest[0]}", lang)
        advice = say("budget_ask_both", lang, first=say(f"ask_{first}", lang), then=then)
    return " ".join([*told, advice])


def _describe_number(findings: Findings, number: str, found: list[Mover]) -> str:
    """Say what moves one number most, alone from where to where."""
    lang, most = findings.lang, found[0]
    values = {
        "number": title_number(number, findings),
        "most": most.label,
        "low": format_number(round(most.low), lang),
        "high": format_number(round(most.high), lang),
    }
    told = say("budget_most", lang, **values)
    if len(found) > 1:
        told = say("budget_most_then", lang, **values, then=found[1].label)
    return capitalise(told)
