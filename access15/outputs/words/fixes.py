"""Single street fixes in words, ranked for every page alike: by people, a street and kind once."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from access15.config import Lang
from access15.core.change.fixes import JOINING_KINDS, UNSTABLE
from access15.outputs.words.findings import PARTS, Findings
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import clean_text, say

SHOWN_FIXES: Final = 10  # of each part on a map
TOLD_FIXES: Final = 3  # of each part on the index


def rank_fixes(
    findings: Findings,
    profile: str,
    target: str,
    *,
    n: int,
) -> pd.DataFrame:
    """List the fixes that let most people of the headline's group in, the first of each part.

    Returns rows of `Findings.fixes`, the best first.
    """
    own = findings.fixes.get((profile, target))
    return pd.DataFrame() if own is None else own.groupby("part", sort=False).head(n)


def describe_fixes(
    findings: Findings,
    profile: str,
    target: str,
    *,
    n: int,
) -> dict[str, list[str]]:
    """Say what could be mended, built and looked at, where, and how many people it lets in."""
    listed = rank_fixes(findings, profile, target, n=n)
    told: dict[str, list[str]] = {part: [] for part in PARTS}
    for row in listed.to_dict("records"):
        told[row["part"]].append(describe_gain(findings, row))
    return told


def describe_gain(findings: Findings, row: dict[str, Any]) -> str:
    """Name one ranked fix, and say how many people it lets in."""
    lang = findings.lang
    what = describe_fix(row, lang)
    if row["n_places"] > 1:
        what = say("fix_places", lang, what=what, n=format_number(row["n_places"], lang))
    gained, low, high = (row[f"gained{end}_{findings.group}"] for end in ("", "_low", "_high"))
    people, fewest, most = (format_number(float(n), lang) for n in (gained, low, high))
    if row["part"] == UNSTABLE:  # 2.9 people are fewer than the 3 that are told
        fewest = format_number(math.floor(low), lang)
    if fewest == most:
        return say("fix_gain", lang, what=what, people=people, who=findings.who_more())
    return say("fix_gain_range", lang, what=what, low=fewest, high=most, who=findings.who_more())


def describe_fix(row: dict[str, Any], lang: Lang) -> str:
    """Name one fix and its place."""
    values: dict[str, object] = {"street": _format_street(row["street"], row, lang)}
    if row["kind"] == "crossings":
        values["crossing"] = say(f"crossing_{row['crossing']}", lang)
        values["delay"] = format_number(float(row["delay_s"]), lang)
    if row["kind"] == "steps" or row["kind"] in JOINING_KINDS:
        values["metres"] = format_number(math.ceil(float(row["length_m"])), lang)
    if row["kind"] in JOINING_KINDS:
        values["street_to"] = _format_street(row["street_to"], row, lang)
    what = say(f"fix_{row['kind']}", lang, **values)
    if row["kind"] != "missing_link":
        return what
    unseen = str(row["unseen"]).replace(" ", "_")
    return say(f"fix_check_{unseen}" if unseen else "fix_check", lang, what=what)


def _format_street(
    name: object,
    row: dict[str, Any],
    lang: Lang,
) -> str:
    """Name a street, or say that the place is near it."""
    street = clean_text(name, lang, limit=80)
    if not street:
        return say("fix_nowhere", lang)
    return say("fix_near", lang, street=street) if row["is_near"] else street
