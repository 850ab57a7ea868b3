"""People who come within reach and who fall out of it, whole, as every output writes them."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from access15.config import Lang
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import say


class Moves(NamedTuple):
    """People of one group within one cutoff, today and with a proposal.

    Parameters
    ----------
    people : int
        How many there are.
    before, after : int or None
        How many get there; None where nothing is known.
    gained, lost : int
        How many get there only with the proposal, and only today.
    """

    people: int
    before: int | None
    after: int | None
    gained: int
    lost: int

    @property
    def is_moved(self) -> bool:
        """Whether anybody is shown to gain or to lose."""
        return self.gained > 0 or self.lost > 0

    def share(self, n: int | None) -> float:
        """Share that so many are, 0 to 1; NaN where unknown or where nobody lives."""
        return math.nan if n is None or self.people == 0 else n / self.people


def read_moves(row: Any) -> Moves:
    """Round a row of `access15.results.schema.COMPARE` so that what is shown adds up."""
    before, after = (_round_known(number) for number in (row.before, row.after))
    difference = 0 if before is None or after is None else after - before
    gained, lost = (0.0 if math.isnan(n) else float(n) for n in (row.gained, row.lost))
    return Moves(round(row.people), before, after, *add_up(gained, lost, difference))


def add_up(gained: float, lost: float, difference: int) -> tuple[int, int]:
    """Whole people who gain and lose: their difference is the one shown; as `addUp` of the page."""
    if lost == 0:
        return max(0, difference), 0
    gain = 0 if gained == 0 else max(round(gained), difference)
    return gain, max(0, gain - difference)


def _round_known(number: float) -> int | None:
    """Whole people, or that nobody knows."""
    return None if math.isnan(number) else round(number)


def format_people(n: int | None, lang: Lang) -> str:
    """Write whole people, or that they are unknown."""
    return say("unknown", lang) if n is None else format_number(n, lang)


def format_gained(moves: Moves, lang: Lang) -> str:
    """Write who gains, with its sign also where nobody does."""
    return f"+{format_number(moves.gained, lang)}"


def format_lost(moves: Moves, lang: Lang) -> str:
    """Write who loses, with its sign also where nobody does."""
    return f"−{format_number(moves.lost, lang)}"
