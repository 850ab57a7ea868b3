"""What closes the door, in sentences, in the key of the map, and as data of the page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import WalkProfile
from access15.outputs.pages.basemap import MapFrame, encode_numbers
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.fixes import SHOWN_FIXES, describe_gain, rank_fixes
from access15.outputs.words.numbers import format_cutoff, format_number
from access15.outputs.words.texts import clean_text, say


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
    "rests": DoorSign("semi_circle", "#c39bff"),
    "seats": DoorSign("hexagon", "#8a5a2b"),
    "steps": DoorSign("diamond", "#c0261c"),
    "missing_link": DoorSign("star", "#ff8fd2"),
    "pace": DoorSign("circle", "#ffffff"),
    "mapping_fault": DoorSign("asterisk_fill", "#d5d9e0"),
    "gate": DoorSign("shield", "#f58a1f"),
    "lift_or_ramp": DoorSign("arrow", "#2f9e8f"),
    "bridge": DoorSign("trapezoid", "#2864c8"),
    "distance": DoorSign("cross_fill", "#5b6470"),
    "off_network": DoorSign("cross2", "#111111"),
}

# causes with a sentence of their own: a question to the map, and what nothing taken away would open
_APART: Final = ("mapping_fault", "distance", "off_network")
_OPENED: Final = frozenset(DOOR_SIGNS) - set(_APART)


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


def list_causes(
    findings: Findings,
    profile: str,
    target: str,
) -> NDArray[np.object_] | None:
    """Cause of every stretch of homes, in the order of `AreaResult.stretches`.

    Returns causes, empty for those within the longest cutoff; None where it was not looked into.
    """
    table = findings.area.closed_doors
    if f"door_{target}" not in table.columns:
        return None
    found = table.loc[table["profile"] == profile, f"door_{target}"].to_numpy(dtype=object)
    return found if len(found) == len(findings.area.stretches) else None


def describe_doors(findings: Findings, profile: WalkProfile) -> str:
    """Say in one breath why people are out of reach of a hub."""
    lang, table = findings.lang, findings.area.explanations
    is_of_profile = (table["profile"] == profile.id) & (table["category"] == HUB)
    own = table[is_of_profile & (table["group"] == findings.group)]
    people = dict(zip(own["cause"], own["people"].astype(float), strict=True))
    total = sum(people.values())
    if not total > 0:  # NaN where unknown
        return ""
    told = {cause: format_number(n, lang) for cause, n in people.items() if n >= 0.5}
    ways = [say(f"opens_{cause}", lang, people=n) for cause, n in told.items() if cause in _OPENED]
    opened = say("doors_open", lang, ways=", ".join(ways)) if ways else say("doors_none", lang)
    lead = say(
        "doors_lead",
        lang,
        people=format_number(total, lang),
        who=findings.who(),
        cutoff=format_cutoff(findings.last_cutoff_min, lang),
        label=clean_text(profile.label.in_lang(lang), lang),
    )
    rest = [say(f"doors_{cause}", lang, people=told[cause]) for cause in _APART if cause in told]
    return " ".join([lead, opened, *rest])


def build_door_data(findings: Findings, frame: MapFrame) -> dict[str, Any]:
    """Gather what the page draws of closed doors and fixes."""
    causes, fixes = {}, {}
    for profile, target in product(findings.result.profiles, findings.targets()):
        key = f"{profile}|{target.id}"
        found = list_causes(findings, profile, target.id)
        # unknown where all are closed at the moment asked
        is_told = found is not None and "unknown" not in found
        if found is not None and is_told and findings.is_known(profile, target.id):
            causes[key] = _encode_causes(found)
        listed = rank_fixes(findings, profile, target.id, n=SHOWN_FIXES)
        if len(listed):
            texts = [describe_gain(findings, row) for row in listed.to_dict("records")]
            fixes[key] = _place_fixes(listed, texts, frame)
    return {
        "signs": [list(sign) for sign in DOOR_SIGNS.values()],
        "causes": causes,
        "fixes": fixes,
    }


def _encode_causes(causes: NDArray[np.object_]) -> str:
    """Causes of the homes left out, by their place among the signs."""
    places = {cause: i for i, cause in enumerate(DOOR_SIGNS)}
    numbers = [places[cause] for cause in causes.tolist() if cause]
    return encode_numbers(np.array(numbers, dtype=np.int64))


def _place_fixes(
    listed: pd.DataFrame,
    texts: Sequence[str],
    frame: MapFrame,
) -> list[list[Any]]:
    """Text, middle, lines and part of each fix."""
    shapes = listed["geometry"].to_numpy()
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    places = frame.to_lat_lon(middles).tolist()
    lines = [_lat_lon_lines(frame, shape) for shape in shapes]
    return [list(one) for one in zip(texts, places, lines, listed["part"], strict=True)]


def _lat_lon_lines(frame: MapFrame, shape: shapely.MultiLineString) -> list[list[list[float]]]:
    """Lines of a fix as the page draws them."""
    xy, line = shapely.get_coordinates(shapely.get_parts(shape), return_index=True)
    if not len(xy):
        return []
    starts = np.flatnonzero(np.diff(line)) + 1
    return [part.tolist() for part in np.split(frame.to_lat_lon(xy), starts)]
