"""What a proposal changes, in words, and what of it counts for nothing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely

from access15.config.proposal import ORIGIN
from access15.crs import lonlat_xy
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import clean_text, say, say_or
from access15.results.compared import AreaComparison

_NAME = 60


def list_changes(findings: Findings, one: AreaComparison) -> list[str]:
    """Say every change of a proposal as the session page does, with what its file says of it."""
    return [_describe(findings, row) for row in one.changes.itertuples()]


def _describe(findings: Findings, row: Any) -> str:
    """Say one change: what, where, what is known of it, why it does not count."""
    lang = findings.lang
    key = f"session_change_{_choose_kind(row)}"  # a text of the page, which has one for each kind
    told = say(
        key,
        lang,
        name=_name(findings, row),
        street=clean_text(row.street, lang, limit=_NAME) or say("session_no_street_name", lang),
        metres=_measure(findings, row),
        category=_name_category(findings, str(row.category)),
    )
    if row.status != "ok":
        told = say("verdict_no_status", lang, change=told, why=say(f"nothing_{row.status}", lang))
    keys = {name: f"session_origin_{name}" for name in ORIGIN if getattr(row, name)}
    origin = [
        say(key, lang, value=_value(name, getattr(row, name), findings))
        for name, key in keys.items()
    ]
    return " ".join([told, *origin])


def _choose_kind(row: Any) -> str:
    """A new way is named by the work it takes."""
    is_more = row.kind == "add_link" and row.work not in ("", "missing_link")
    return str(row.work if is_more else row.kind)


def _value(name: str, value: object, findings: Findings) -> str:
    """What a file says of a change; how good its place is, in the language of the reader."""
    text = clean_text(value, findings.lang, limit=300)
    return say_or(f"precision_{text}", findings.lang, text) if name == "precision" else text


def _name(findings: Findings, row: Any) -> str:
    """Name of the place that is new or changed."""
    lang = findings.lang
    if row.name:
        return clean_text(row.name, lang, limit=_NAME)
    table = findings.area.facilities
    names = table.loc[table["facility_id"] == row.facility_id, "name"].tolist()
    return clean_text(names[0], lang, limit=_NAME) if names else say("session_unknown_place", lang)


def _name_category(findings: Findings, category: str) -> str:
    """Name of a kind of place."""
    known = findings.result.categories.get(category)
    if known is None:
        return say("session_hub", findings.lang) if category == HUB else category
    return clean_text(known.label.in_lang(findings.lang), findings.lang)


def _measure(findings: Findings, row: Any) -> str:
    """Whole metres between the ends of a new way, or from where a place was."""
    crs = findings.area.network.crs
    here, there = (row.lon, row.lat), (row.lon_to, row.lat_to)
    ends = [one for one in (here, there) if not math.isnan(one[0])]
    if len(ends) == 2:
        (a, b) = lonlat_xy(np.array(ends), crs)
        return format_number(round(math.dist(a, b)), findings.lang)
    table = findings.area.facilities
    points = table.loc[table["facility_id"] == row.facility_id].geometry.tolist()
    if not ends or not points or not isinstance(points[0], shapely.Point):
        return ""
    (a,) = lonlat_xy(np.array(ends), crs)
    return format_number(round(math.dist(a, (points[0].x, points[0].y))), findings.lang)
