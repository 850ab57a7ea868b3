"""Streets whose people gain or lose, named, the most first."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from access15.config import Lang
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import clean_text, say

_NAME = 60


class StreetMoves(NamedTuple):
    """Who gains and who loses along a street.

    Parameters
    ----------
    name : str
        Name of the street, or that it has none.
    gained, lost : float
        People.
    """

    name: str
    gained: float
    lost: float

    def write_gained(self, lang: Lang) -> str:
        """Write who gains."""
        return _write("+", self.gained, lang)

    def write_lost(self, lang: Lang) -> str:
        """Write who loses."""
        return _write("−", self.lost, lang)


def rank_streets(
    table: pd.DataFrame,
    profile: str,
    category: str,
    group: str,
    lang: Lang,
) -> list[StreetMoves]:
    """List streets of `access15.results.schema.COMPARE_STREETS` by who gains, then who loses."""
    is_asked = (
        (table["profile"] == profile) & (table["category"] == category) & (table["group"] == group)
    )
    summed = table[is_asked].groupby("street", as_index=False)[["gained", "lost"]].sum()
    found = [
        StreetMoves(
            clean_text(row.street, lang, limit=_NAME) or say("session_no_street_name", lang),
            float(row.gained),
            float(row.lost),
        )
        for row in summed.itertuples()
    ]
    return sorted(found, key=lambda row: (-row.gained, -row.lost, row.name))


def _write(sign: str, people: float, lang: Lang) -> str:
    """Write whole people with a sign; never somebody as nobody."""
    if 0 < people < 0.5:
        return f"{sign}<1"
    return f"{sign}{format_number(round(people), lang)}"
