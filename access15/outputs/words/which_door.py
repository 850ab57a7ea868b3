"""Doors that decide: where another plausible door of a place would change how many are near."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.legend import choose_profile
from access15.outputs.words.numbers import format_cutoff, format_number, format_share
from access15.outputs.words.texts import clean_text, say

# This project's choice: less than this is within what a table rounds to whole per cents.
DECIDES_POINTS: Final = 2.0


class DecidingDoor(NamedTuple):
    """A place whose door decides.

    Parameters
    ----------
    facility_id : str
        The place.
    sentence : str
        What its doors would give.
    head : str
        The same in a few words: the least and the most.
    is_hub : bool
        Whether it decides as a hub, and so for the headline.
    profile : str
        Walker that the shares are of.
    n_doors : int
        How many it may have.
    least, most : float
        Shares that its doors give.
    """

    facility_id: str
    sentence: str
    head: str
    is_hub: bool
    profile: str
    n_doors: int
    least: float
    most: float


def list_deciding_doors(findings: Findings) -> list[DecidingDoor]:
    """List the places of which another door moves a walker's share by more than `DECIDES_POINTS`.

    Hubs come first, and are not told again as places of their kind. Told of the walker that pages
    open with, where its share moves so far, else of the one whose share moves most.
    """
    table = findings.area.doors
    places = table.groupby(["category", "facility_id"], sort=False)
    # how far each walker's share moves by another door than the one taken, which stands first
    names = [name for name in findings.result.profiles if f"share_{name}" in table]
    shares, place = table[[f"share_{name}" for name in names]].to_numpy(), places.ngroup()
    taken = np.unique(place, return_index=True)[1]
    points = pd.DataFrame(100.0 * np.abs(shares - shares[taken][place]), columns=names)
    moved = points.groupby(place.to_numpy()).max()
    told: dict[str, DecidingDoor] = {}
    for row in moved.index[(moved > DECIDES_POINTS).any(axis=1)]:
        category, facility_id = table[["category", "facility_id"]].iloc[taken[row]]
        if facility_id in told:
            continue
        profile = _choose_walker(findings, moved.loc[row])
        doors = places.get_group((category, facility_id))
        sentence = _describe(findings, str(category), doors, profile)
        own = doors[f"share_{profile}"]
        told[facility_id] = DecidingDoor(
            str(facility_id),
            sentence,
            _shorten(findings, doors, profile),
            category == HUB,
            profile=profile,
            n_doors=len(doors),
            least=float(own.min()),
            most=float(own.max()),
        )
    return list(told.values())


def _choose_walker(findings: Findings, moved: pd.Series) -> str:
    """The walker to tell of, one of whom the share moves so far."""
    first = choose_profile(findings.result)
    return first if moved.get(first, 0.0) > DECIDES_POINTS else str(moved.idxmax())


def _shorten(findings: Findings, doors: pd.DataFrame, profile: str) -> str:
    """Say that a door decides, between which shares."""
    lang, shares = findings.lang, doors[f"share_{profile}"]
    return say(
        "door_decides_short",
        lang,
        name=clean_text(doors["name"].iloc[0], lang, limit=60) or say("no_name", lang),
        least=format_number(100 * shares.min(), lang),
        most=format_share(shares.max(), lang),
        label=findings.name_profile(profile),
    )


def _describe(findings: Findings, category: str, doors: pd.DataFrame, profile: str) -> str:
    """Say what the door taken gives, and what the others would."""
    lang = findings.lang
    kind = name_target(findings, category)
    shares = doors[f"share_{profile}"]
    others = doors[~doors["is_taken"]]
    return say(
        "door_decides",
        lang,
        least=format_share(shares.min(), lang),
        most=format_share(shares.max(), lang),
        who=findings.who(),
        cutoff=format_cutoff(findings.last_cutoff_min, lang),
        label=findings.name_profile(profile),
        kind=kind,
        place=clean_text(doors["name"].iloc[0], lang) or say("no_name", lang),
        street=_name_door(findings, doors.iloc[0]),
        others="; ".join(
            f"{_name_door(findings, row)}: {format_share(row[f'share_{profile}'], lang)}"
            for _, row in others.iterrows()
        ),
    )


def name_target(findings: Findings, category: str) -> str:
    """Name what a door leads to: a hub, or a place of its kind."""
    lang = findings.lang
    if category == HUB:
        return say("door_of_hub", lang)
    label = findings.result.categories[category].label.in_lang(lang)
    return say("door_of_kind", lang, kind=clean_text(label, lang))


def _name_door(findings: Findings, row: pd.Series) -> str:
    """Name the street of a door, and how far off it is."""
    lang = findings.lang
    street = clean_text(row["door_street"], lang) or say("door_unnamed", lang)
    return say("door_at", lang, street=street, metres=format_number(float(row["door_m"]), lang))
