"""What closes the door, in sentences, in the key of the map, and as data of the page."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import Lang, WalkProfile
from access15.outputs.pages.basemap import MapFrame, encode_numbers
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.numbers import format_cutoff, format_number
from access15.outputs.words.texts import clean_text, say

SHOWN_FIXES: Final = 10
TOLD_FIXES: Final = 3


class DoorSign(NamedTuple):
    """How homes with one cause are drawn: told apart without colour too.

    Parameters
    ----------
    shape : str
        As the page's script and QGIS call it.
    colour : str
        Fill.
    """

    shape: str
    colour: str


# In the order of `access15.core.change.explain.CAUSES`: light and dark, and no two shapes alike.
DOOR_SIGNS: Final[dict[str, DoorSign]] = {
    "hours": DoorSign("pentagon", "#9fd18b"),
    "crossings": DoorSign("square", "#ffd23f"),
    "kerbs": DoorSign("triangle", "#7fd4e8"),
    "seats": DoorSign("hexagon", "#8a5a2b"),
    "steps": DoorSign("diamond", "#c0261c"),
    "missing_link": DoorSign("star", "#ff8fd2"),
    "pace": DoorSign("circle", "#ffffff"),
    "distance": DoorSign("cross_fill", "#5b6470"),
    "off_network": DoorSign("cross2", "#111111"),
}


def list_signs(findings: Findings) -> list[tuple[int, str]]:
    """List the causes that occur on a map, for its key."""
    table = findings.area.closed_doors
    doors = [name for name in table.columns if name.startswith("door_")]
    found = set(pd.unique(table[doors].to_numpy(dtype=object).ravel())) if doors else set()
    return [
        (i, say(f"cause_{cause}", findings.lang))
        for i, cause in enumerate(DOOR_SIGNS)
        if cause in found
    ]


def list_causes(findings: Findings, profile: str, target: str) -> NDArray[np.object_] | None:
    """Cause of every home, in the order of the residents.

    Returns causes, empty for homes within the longest cutoff; None where it was not looked into.
    """
    table = findings.area.closed_doors
    if f"door_{target}" not in table.columns:
        return None
    found = table.loc[table["profile"] == profile, f"door_{target}"].to_numpy(dtype=object)
    return found if len(found) == len(findings.area.residents) else None


def list_fixes(findings: Findings, profile: str, target: str, *, n: int) -> pd.DataFrame:
    """List the fixes that let most people of the headline's group in.

    Links that may cross what the street data do not show come after all others.

    Returns rows of `access15.results.run.AreaResult.fixes`, the best first.
    """
    own = findings.fixes.get((profile, target))
    if own is None:
        return pd.DataFrame()
    own = own[own[f"gained_{findings.group}"] >= 0.5]
    return own.assign(doubt=own["unseen"] != "").sort_values(["doubt", "rank"]).head(n)


def describe_doors(findings: Findings, profile: WalkProfile) -> str:
    """Say in one breath why people are out of reach of a hub."""
    lang, table = findings.lang, findings.area.explanations
    own = table[
        (table["profile"] == profile.id)
        & (table["category"] == HUB)
        & (table["group"] == findings.group)
    ]
    people = dict(zip(own["cause"], own["people"].astype(float), strict=True))
    total = sum(people.values())
    if not total > 0:  # NaN where unknown
        return ""
    ways = [
        say(f"opens_{cause}", lang, people=format_number(n, lang))
        for cause, n in people.items()
        if f"opens_{cause}" in _OPENED and n >= 0.5
    ]
    told = [
        say(
            "doors_lead",
            lang,
            people=format_number(total, lang),
            who=findings.who(),
            cutoff=format_cutoff(findings.last_cutoff_min, lang),
            label=clean_text(profile.label.in_lang(lang), lang),
        ),
        say("doors_open", lang, ways=", ".join(ways)) if ways else say("doors_none", lang),
    ]
    told += [
        say(f"doors_{cause}", lang, people=format_number(people[cause], lang))
        for cause in ("distance", "off_network")
        if people.get(cause, 0.0) >= 0.5
    ]
    return " ".join(told)


_OPENED: Final = frozenset(
    f"opens_{cause}" for cause in DOOR_SIGNS if cause not in {"distance", "off_network"}
)


def describe_fixes(findings: Findings, profile: str, target: str, *, n: int) -> list[str]:
    """Say what could be mended, where, and how many people it lets in."""
    lang = findings.lang
    return [
        say(
            "fix_gain",
            lang,
            what=describe_fix(row, lang),
            people=format_number(float(row[f"gained_{findings.group}"]), lang),
            who=findings.who(),
        )
        for row in list_fixes(findings, profile, target, n=n).to_dict("records")
    ]


def describe_fix(row: dict[str, Any], lang: Lang) -> str:
    """Name one fix and its place."""
    values: dict[str, object] = {"street": _format_street(row["street"], row, lang)}
    if row["kind"] == "crossings":
        values["crossing"] = say(f"crossing_{row['crossing']}", lang)
        values["delay"] = format_number(float(row["delay_s"]), lang)
    if row["kind"] in {"steps", "missing_link"}:
        values["metres"] = format_number(math.ceil(float(row["length_m"])), lang)
    if row["kind"] == "missing_link":
        values["street_to"] = _format_street(row["street_to"], row, lang)
    what = say(f"fix_{row['kind']}", lang, **values)
    if row["kind"] != "missing_link":
        return what
    unseen = str(row["unseen"]).replace(" ", "_")
    return say(f"fix_check_{unseen}" if unseen else "fix_check", lang, what=what)


def _format_street(name: object, row: dict[str, Any], lang: Lang) -> str:
    street = clean_text(name, lang, limit=80)
    if not street:
        return say("fix_nowhere", lang)
    return say("fix_near", lang, street=street) if row["is_near"] else street


def build_door_data(findings: Findings, frame: MapFrame) -> dict[str, Any]:
    """Gather what the page draws of closed doors and fixes."""
    names = list(DOOR_SIGNS)
    causes, fixes = {}, {}
    for profile in findings.result.profiles:
        for target in findings.targets():
            key = f"{profile}|{target.id}"
            found = list_causes(findings, profile, target.id)
            # all are closed at the moment asked
            is_told = found is not None and "unknown" not in found
            if found is not None and is_told and findings.is_known(profile, target.id):
                numbers = np.array(
                    [names.index(cause) for cause in found.tolist() if cause], dtype=np.int64
                )
                causes[key] = encode_numbers(numbers)
            listed = list_fixes(findings, profile, target.id, n=SHOWN_FIXES)
            if len(listed):
                texts = describe_fixes(findings, profile, target.id, n=SHOWN_FIXES)
                shapes = listed["geometry"].to_numpy()
                places = frame.to_lat_lon(
                    shapely.get_coordinates(shapely.centroid(shapes))
                ).tolist()
                lines = [_lat_lon_lines(frame, shape) for shape in shapes]
                fixes[key] = [list(one) for one in zip(texts, places, lines, strict=True)]
    return {"signs": [list(sign) for sign in DOOR_SIGNS.values()], "causes": causes, "fixes": fixes}


def _lat_lon_lines(frame: MapFrame, shape: shapely.MultiLineString) -> list[list[list[float]]]:
    xy, line = shapely.get_coordinates(shapely.get_parts(shape), return_index=True)
    if not len(xy):
        return []
    return [
        part.tolist() for part in np.split(frame.to_lat_lon(xy), np.flatnonzero(np.diff(line)) + 1)
    ]
