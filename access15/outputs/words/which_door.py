"""Doors that decide: where another plausible door of a hub would change how many are near."""

from __future__ import annotations

from typing import Final, NamedTuple

import pandas as pd

from access15.outputs.words.findings import Findings
from access15.outputs.words.legend import choose_profile
from access15.outputs.words.numbers import format_cutoff, format_number, format_share
from access15.outputs.words.texts import clean_text, say

# This project's choice: less than this is within what a table rounds to whole per cents.
DECIDES_POINTS: Final = 2.0


class DecidingDoor(NamedTuple):
    """A hub whose door decides.

    Parameters
    ----------
    facility_id : str
        The hub.
    sentence : str
        What its doors would give.
    """

    facility_id: str
    sentence: str


def list_deciding_doors(findings: Findings) -> list[DecidingDoor]:
    """List the hubs of which another door moves a walker's share by more than `DECIDES_POINTS`.

    Told of the walker that pages open with, where its share moves so far, else of the one whose
    share moves most.
    """
    table = findings.area.doors
    told = []
    for facility_id, doors in table.groupby("facility_id", sort=False):
        profile = _choose_walker(findings, doors)
        if profile:
            sentence = _describe(findings, doors, profile)
            told.append(DecidingDoor(str(facility_id), sentence))
    return told


def _choose_walker(findings: Findings, doors: pd.DataFrame) -> str:
    """The walker to tell of; empty where no share moves so far."""
    first = choose_profile(findings.result)
    moves = {
        profile: 100.0 * float((doors[name] - doors[name].iloc[0]).abs().max())
        for profile in findings.result.profiles
        if (name := f"share_{profile}") in doors
    }
    if moves.get(first, 0.0) > DECIDES_POINTS:
        return first
    most = max(moves, key=lambda profile: moves[profile], default="")
    return most if most and moves[most] > DECIDES_POINTS else ""


def _describe(findings: Findings, doors: pd.DataFrame, profile: str) -> str:
    """Say what the door taken gives, and what the others would."""
    lang = findings.lang
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
        hub=clean_text(doors["name"].iloc[0], lang),
        street=_name_door(findings, doors.iloc[0]),
        others="; ".join(
            f"{_name_door(findings, row)}: {format_share(row[f'share_{profile}'], lang)}"
            for _, row in others.iterrows()
        ),
    )


def _name_door(findings: Findings, row: pd.Series) -> str:
    """Name the street of a door, and how far off it is."""
    lang = findings.lang
    street = clean_text(row["door_street"], lang) or say("door_unnamed", lang)
    return say("door_at", lang, street=street, metres=format_number(float(row["door_m"]), lang))
