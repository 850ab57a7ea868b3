"""The best choice of so many places in one neighbourhood, by what is sought and by what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from access15.area.siting.look import Look
from access15.core.siting.center import solve_center
from access15.core.siting.cover import solve_cover
from access15.core.siting.median import solve_median
from access15.core.siting.room import Room, solve_room, take_in
from access15.core.siting.ruled import (
    prefer_as_near,
    solve_center_by_rules,
    solve_median_by_rules,
)
from access15.core.siting.rules import (
    Floor,
    Ruled,
    Rules,
    keep_preferred,
    solve_cover_by_rules,
    sum_held,
)
from access15.core.siting.sets import Tell
from access15.remarks import Remark

_ROUNDED = 1e-6  # people: sums in another order differ by far less


@dataclass(frozen=True, eq=False)
class Answer:
    """The best choice of so many places.

    Parameters
    ----------
    n : int
        How many more places than today.
    places : ndarray of int64
        Those chosen, in the order of what they add.
    value : float
        What is sought: people, or person-seconds, or seconds of the longest walk.
    bound : float
        What no choice is better than.
    is_proven : bool
        Whether no choice is better.
    greedy : float
        What always choosing the best next place comes to; nan where that was not looked for.
    fault : str
        ``impossible`` or ``not_found``, where there is none.
    """

    n: int
    places: NDArray[np.int64]
    value: float
    bound: float
    is_proven: bool
    greedy: float = np.nan
    fault: str = ""


def answer_all(look: Look, tell: Callable[[int, float, float], None]) -> list[Answer]:
    """The best choice of each number of places, until more bring nothing.

    What the greedy choice of each comes to, and what none is better than, is told at once.
    """
    asked, began = look.asked, monotonic()
    answers = list[Answer]()
    for n in range(0 if asked.is_free else 1, asked.n + 1):
        best = next((one for one in reversed(answers) if not one.fault), None)
        if is_enough(look, best):
            break
        spare_s = None if asked.seconds is None else asked.seconds - (monotonic() - began)
        found = _answer(look, n, best, spare_s, partial(tell, n))
        if not found.fault and _brings_nothing(look, found, best):
            break
        answers.append(found)
    return answers


def is_enough(look: Look, best: Answer | None) -> bool:
    """Whether so many are within the cutoff that no more places are asked for."""
    share = look.asked.share
    if share is None:
        return False
    time_s = look.today_s if best is None else look.find_seconds(best.places)
    people = float(look.people.sum())
    return float(look.people[time_s <= look.cutoff_s].sum()) >= share * people - _ROUNDED


def _brings_nothing(look: Look, found: Answer, best: Answer | None) -> bool:
    """Whether one more place brings nothing."""
    if look.asked.is_free and best is None:
        return False
    if not len(found.places):
        return True
    return best is not None and len(found.places) <= len(best.places) and not _improves(found, best)


def _improves(found: Answer, best: Answer) -> bool:
    """Whether a choice is better than one of fewer places."""
    return abs(found.value - best.value) > _ROUNDED


def _answer(
    look: Look,
    n: int,
    fewer: Answer | None,
    seconds: float | None,
    tell: Tell,
) -> Answer:
    """The best choice of so many more places than today."""
    most = n + len(look.moving)
    if not look.asked.is_by_reach:
        answer = _walk(look, most, seconds, tell)
    elif look.room is not None:
        answer = _fill(look, look.room, most, seconds)
    else:
        answer = _cover(look, most, fewer, seconds, tell)
    answer = replace(answer, n=n)
    return answer if answer.fault else replace(answer, places=order(look, answer.places))


def _cover(
    look: Look,
    most: int,
    fewer: Answer | None,
    seconds: float | None,
    tell: Tell,
) -> Answer:
    """Most people within the cutoff."""
    began, sets = monotonic(), look.sets
    known = None if fewer is None else np.unique(sets.set_of[fewer.places])
    if most > 0:
        best = solve_cover(
            sets,
            most,
            seconds=seconds,
            fewer=None if known is None else known[known >= 0],
            tell=None if look.has_rules else tell,
        )
        places, people, bound = sets.candidate[best.chosen], best.people, best.most
    else:
        places, people, bound = np.zeros(0, dtype=np.int64), 0.0, 0.0
    if not look.has_rules:
        return Answer(0, places, people, bound, people >= bound, best.greedy)
    # what is best of all is best of those that keep the rules, where it keeps them
    spare_s = None if seconds is None else seconds - (monotonic() - began)
    if people >= bound and look.rules.are_kept_by(places):
        rules = look.rules.with_more(floor=Floor(sets, people))
        places = keep_preferred(rules, most, places, seconds=spare_s)
        return Answer(0, places, people, people, is_proven=True)
    return _make_answer(solve_cover_by_rules(sets, most, look.rules, seconds=spare_s))


def _make_answer(ruled: Ruled) -> Answer:
    """What a question with rules came to."""
    is_proven = ruled.value == ruled.bound
    return Answer(0, ruled.chosen, ruled.value, ruled.bound, is_proven, fault=ruled.fault)


def _walk(look: Look, most: int, seconds: float | None, tell: Tell) -> Answer:
    """Least average or least worst walk."""
    began, times = monotonic(), look.times
    answer = Answer(0, np.zeros(0, dtype=np.int64), np.nan, np.nan, is_proven=False)
    is_average = look.asked.objective == "average"
    # in minutes; with rules nobody has looked for a greedy choice
    scale = 60.0 * (times.people if is_average else 1.0)
    told = None if look.has_rules else lambda found, bound: tell(found / scale, bound / scale)
    if most > 0 and is_average:
        near = solve_median(times, most, seconds=seconds, tell=told)
        answer = Answer(0, near.chosen, near.person_s, near.least_s, near.is_proven)
    elif most > 0:
        far = solve_center(times, most, seconds=seconds, tell=told)
        answer = Answer(0, far.chosen, far.worst_s, far.least_s, far.is_proven)
    if not look.has_rules:
        return answer
    spare_s = None if seconds is None else max(seconds - (monotonic() - began), 0.0)
    is_best = answer.is_proven and look.rules.are_kept_by(answer.places)
    if is_best and not look.asked.is_free:
        return answer
    if is_best and is_average:
        places = prefer_as_near(times, most, look.rules, answer.places)
        return replace(answer, places=places)
    if is_average:
        return _make_answer(solve_median_by_rules(times, most, look.rules, seconds=spare_s))
    # without the rules nothing is longer than with them
    least_s = answer.bound if answer.is_proven else 0.0
    ruled = solve_center_by_rules(times, most, look.rules, least_s=least_s, seconds=spare_s)
    return _make_answer(ruled)


def _fill(look: Look, room: Room, most: int, seconds: float | None) -> Answer:
    """Most people within the cutoff who find room, those of places that stay among them."""
    rules = widen(look.rules, len(look.staying))
    ruled = solve_room(room, most + len(look.staying), rules, seconds=seconds)
    if ruled.fault:
        return _make_answer(ruled)
    base = take_in(room, look.fixed).worth
    chosen = ruled.chosen[ruled.chosen < look.n_places]
    is_proven = ruled.value == ruled.bound
    return Answer(0, chosen, ruled.value - base, ruled.bound - base, is_proven)


def widen(rules: Rules, n: int) -> Rules:
    """Rules with so many more places, which stay and hold nobody whom a rule is about."""
    none = np.full(n, -1)
    return replace(
        rules,
        is_required=np.append(rules.is_required, np.ones(n, dtype=bool)),
        one_of=np.append(rules.one_of, none),
        is_preferred=np.append(rules.is_preferred, np.zeros(n, dtype=bool)),
        must=tuple(replace(one, set_of=np.append(one.set_of, none)) for one in rules.must),
        floors=tuple(
            replace(one, sets=replace(one.sets, set_of=np.append(one.sets.set_of, none)))
            for one in rules.floors
        ),
    )


def order(look: Look, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places of today that are kept, then new ones, each the one that adds most to those before."""
    kept = places[places >= look.n_new]
    left, ordered = places[places < look.n_new].tolist(), kept.tolist()
    walks = {one: look.find_nearest(np.array([one]), look.asked.profile) for one in left}
    time_s = look.find_seconds(kept)
    while left:
        best = max(left, key=lambda one: _weigh(look, time_s, walks[one]))
        time_s = np.minimum(time_s, walks[best])
        left.remove(best)
        ordered.append(best)
    return np.array(ordered, dtype=np.int64)


def _weigh(
    look: Look, before_s: NDArray[np.float64], own_s: NDArray[np.float64]
) -> tuple[float, float]:
    """What a place adds: people within the cutoff, then seconds saved; else the other way round."""
    is_new = (own_s <= look.cutoff_s) & (before_s > look.cutoff_s)
    gained = float(look.counted[is_new].sum())
    capped = np.minimum(before_s, 1e6)
    saved = float((look.counted * np.maximum(capped - np.minimum(own_s, capped), 0.0)).sum())
    return (gained, saved) if look.asked.is_by_reach else (saved, gained)


def list_faults(look: Look, answers: list[Answer]) -> tuple[Remark, ...]:
    """Why no choice keeps the rules: what is the best that each floor allows by itself."""
    if not answers or any(not one.fault for one in answers):
        return ()
    n, asked = answers[-1].n, look.asked
    most = n + len(look.moving)
    if answers[-1].fault == "not_found":
        return (Remark("sites_not_found", area=look.area.area.name, seconds=asked.seconds),)
    problems = list[Remark]()
    n_required = int(look.rules.is_required.sum())
    if n_required > most:
        problems.append(Remark("sites_required_many", n_required=n_required, n=n))
    for floor in asked.floors:
        built = look.build_floor(floor)
        best = solve_cover(built.sets, max(most, 1)) if len(built.sets) else None
        held = 0.0 if best is None else sum_held(built.sets, built.sets.candidate[best.chosen])
        reached = look.share_floor(floor, held)
        if held < built.least - _ROUNDED:
            where = Remark("sites_floor_zone", zone=floor.zone) if floor.zone else ""
            problems.append(
                Remark(
                    "sites_floor_high",
                    group=floor.group,
                    where=where,
                    share=floor.share,
                    best=np.floor(reached * 1000) / 1000,
                    n=n,
                )
            )
    return tuple(problems) or (Remark("sites_rules_together", n=n),)
