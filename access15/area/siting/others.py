"""Other candidates that may stand in for one of a choice: 99 % as good, and all rules kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.area.siting.answers import Answer
from access15.area.siting.look import Look
from access15.core.siting.kernels import price_sets
from access15.core.siting.room import take_in
from access15.core.walk.pairs import Pairs

# Of what is gained, or of how long people walk: another place that is as good is one for other
# reasons.
NEARLY = 0.99
_ROUNDED = 1e-6  # people: sums in another order differ by far less


@dataclass(frozen=True)
class Other:
    """A candidate in the stead of one of a choice, and what all then come to.

    Parameters
    ----------
    place : int
        Which.
    gained : float
        People brought within the cutoff who are not within it today.
    mean_s : float
        Average walk of whom somebody reaches; nan where that is not sought [s].
    worst_s : float
        Longest walk of them; nan where that is not sought [s].
    """

    place: int
    gained: float
    mean_s: float = np.nan
    worst_s: float = np.nan


def find_others(look: Look, answer: Answer, place: int) -> list[Other]:
    """Candidates that may stand in for a place of a choice, best first."""
    rest = answer.places[answer.places != place]
    base_s = look.find_seconds(rest)
    match look.asked.objective:
        case "average":
            found = _find_near_average(look, answer, base_s)
        case "worst":
            found = _find_near_worst(look, answer, base_s)
        case _:
            found = _find_near_cover(look, answer, rest, base_s)
    taken = set(answer.places.tolist())
    return [
        one
        for one in found
        if one.place not in taken
        and (not look.has_rules or look.rules.are_kept_by(np.append(rest, one.place)))
    ]


def _find_near_cover(
    look: Look, answer: Answer, rest: NDArray[np.int64], base_s: NDArray[np.float64]
) -> list[Other]:
    """Candidates with which nearly as many count as are within the cutoff."""
    least, is_far = NEARLY * answer.value, base_s > look.cutoff_s
    before = float(look.counted[~is_far & (look.base_s > look.cutoff_s)].sum())
    rows = _list_hopeful(look, is_far, least - before)
    # 1. The people whom these few reach, anew and one by one.
    is_gain = (look.today_s > look.cutoff_s) & is_far
    counted, people = np.where(is_far, look.counted, 0.0), np.where(is_gain, look.people, 0.0)
    more, new, is_known = np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    for near in look.search_some(rows):
        more += np.bincount(near.source, counted[near.target], len(rows))
        new += np.bincount(near.source, people[near.target], len(rows))
        is_known[near.source] = True
    total = before + more
    gained = float(look.people[~is_far & (look.today_s > look.cutoff_s)].sum()) + new
    # 2. Where places take only so many, those who find room.
    if look.room is not None:
        others = np.append(rest, look.fixed)
        base = take_in(look.room, look.fixed).worth
        for k in np.flatnonzero(is_known & (total >= least)).tolist():
            total[k] = take_in(look.room, np.append(others, rows[k])).worth - base
    good = np.flatnonzero(is_known & (total >= least))
    good = good[np.argsort(-total[good], kind="stable")]
    return [Other(int(rows[k]), float(gained[k])) for k in good]


def _list_hopeful(look: Look, is_far: NDArray[np.bool_], least: float) -> NDArray[np.int64]:
    """Candidates that may bring so many of those who are far, by the sets; sums are rounded."""
    sets = look.sets
    known = np.flatnonzero((sets.demand_of >= 0) & is_far)
    far = np.bincount(sets.demand_of[known], look.counted[known], len(sets.weight))
    more = np.append(price_sets(sets.start, sets.demand, far), 0.0)[sets.set_of[: look.n_new]]
    return np.flatnonzero(more >= least - _ROUNDED)


def _find_near_average(look: Look, answer: Answer, base_s: NDArray[np.float64]) -> list[Other]:
    """Candidates with which people walk hardly longer on average."""
    pairs = _take_new(look, look.pairs)
    # who is without a place counts as the longest walk, as in the search
    could = np.isfinite(look.base_s) | (look.times.row_of >= 0)
    counted = np.where(could, look.counted, 0.0)
    base = np.minimum(base_s, look.longest_s)
    nearer = np.minimum(pairs.time_s - base[pairs.target], 0.0)
    seconds = float((counted * base).sum()) + _add(look, pairs, counted[pairs.target] * nearer)
    own = np.minimum(look.find_seconds(answer.places), look.longest_s)
    is_good = seconds * NEARLY <= float((counted * own).sum())
    rows = np.flatnonzero(is_good)
    rows = rows[np.argsort(seconds[rows], kind="stable")]
    return [_measure(look, base_s, int(one)) for one in rows]


def _find_near_worst(look: Look, answer: Answer, base_s: NDArray[np.float64]) -> list[Other]:
    """Candidates with which nobody walks much longer than anybody does, and all have a place."""
    pairs = _take_new(look, look.pairs)
    own_s = look.find_seconds(answer.places)
    needs = np.isfinite(own_s) & (look.counted > 0)
    most_s = float(own_s[needs].max(initial=0.0)) / NEARLY
    is_far = needs & (base_s > most_s)
    n_near = _add(look, pairs, (is_far[pairs.target] & (pairs.time_s <= most_s)).astype(float))
    found = [_measure(look, base_s, int(one)) for one in np.flatnonzero(n_near >= is_far.sum())]
    return sorted(found, key=lambda one: (one.worst_s, one.mean_s))


def _measure(look: Look, base_s: NDArray[np.float64], place: int) -> Other:
    """What a choice comes to with one more place."""
    own_s = look.find_nearest(np.array([place]), look.asked.profile)
    time_s = np.minimum(base_s, own_s)
    is_served = np.isfinite(time_s) & (look.people > 0)
    people = look.people[is_served]
    is_new = (time_s <= look.cutoff_s) & (look.today_s > look.cutoff_s)
    return Other(
        place,
        float(look.people[is_new].sum()),
        float((people * time_s[is_served]).sum() / people.sum()) if len(people) else np.nan,
        float(time_s[is_served].max(initial=0.0)),
    )


def _take_new(look: Look, pairs: Pairs) -> Pairs:
    """Pairs of candidates."""
    is_new = pairs.source < look.n_new
    return Pairs(pairs.source[is_new], pairs.target[is_new], pairs.time_s[is_new])


def _add(look: Look, pairs: Pairs, each: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums over the pairs of every candidate."""
    summed = np.bincount(pairs.source, weights=each, minlength=look.n_new)
    return summed.astype(np.float64)
