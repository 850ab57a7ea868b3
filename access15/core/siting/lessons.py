"""The choice of things that bring most people, by what is known of whom each home needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

import numpy as np
from numpy.typing import NDArray

from access15.core.siting.programme import Programme

_FEW = 400_000  # choices that are all tried, rather than handed to HiGHS
_AT_ONCE = 20_000


@dataclass(frozen=True, eq=False)
class Lessons:
    """What is known: a home comes only where every lesson about it is met.

    Parameters
    ----------
    things : ndarray of bool, shape (n_lessons, n_things)
        Things that meet each lesson, any one of them.
    homes : ndarray of bool, shape (n_lessons, n_homes)
        Homes that each lesson is about.
    weight : ndarray of float64, shape (n_homes,)
        People.
    """

    things: NDArray[np.bool_]
    homes: NDArray[np.bool_]
    weight: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Promise:
    """The choice that lessons allow to bring most.

    Parameters
    ----------
    chosen : ndarray of int64
        Things, rising.
    is_in : ndarray of bool, shape (n_homes,)
        Homes that it may bring.
    most : float
        People whom no choice exceeds.
    """

    chosen: NDArray[np.int64]
    is_in: NDArray[np.bool_]
    most: float


def choose_by_lessons(lessons: Lessons, n: int, *, seconds: float | None = None) -> Promise:
    """Find the choice of `n` things that all lessons allow to bring most people.

    Parameters
    ----------
    lessons : Lessons
        What is known.
    n : int
        How many things.
    seconds : float, optional
        When to stop with the best found [s].

    Returns
    -------
    Promise
        The choice.
    """
    # 1. Things of which no lesson speaks apart are one, and one that another does for in every
    #    lesson is left out; homes of which none speaks apart are one, too.
    things, first = np.unique(lessons.things, axis=1, return_index=True)
    is_best = _find_undominated(things)
    things, first = things[:, is_best], first[is_best]
    homes, home_of = np.unique(lessons.homes, axis=1, return_inverse=True)
    weight = np.zeros(homes.shape[1])
    np.add.at(weight, home_of.ravel(), lessons.weight)
    # 2. Few choices are all tried, which takes less time than to prove it of many.
    few = Lessons(things, homes, weight)
    n = min(n, things.shape[1])
    if comb(things.shape[1], n) <= _FEW:
        found = _try_all(few, n)
    else:
        found = _ask_programme(few, n, seconds=seconds)
    return Promise(np.sort(first[found.chosen]), found.is_in[home_of.ravel()], found.most)


def _find_undominated(things: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Columns that no other column, all of which differ, has all marks of."""
    marks = things.astype(np.float32)
    shared = marks.T @ marks
    is_within = shared == marks.sum(axis=0)[:, None]
    is_within[np.diag_indices_from(is_within)] = False
    return np.asarray(~is_within.any(axis=1))


def _try_all(lessons: Lessons, n: int) -> Promise:
    """The best of all choices; the first of equals."""
    about = lessons.homes.astype(np.float32)
    best, most = np.zeros(0, dtype=np.int64), -1.0
    is_in = np.zeros(len(lessons.weight), dtype=bool)
    for chosen in _list_choices(lessons.things.shape[1], n):
        is_met = lessons.things[:, chosen].any(axis=2)  # (n_lessons, n_choices)
        comes = (~is_met).T.astype(np.float32) @ about == 0
        people = comes @ lessons.weight
        k = int(np.argmax(people))
        if people[k] > most:
            best, most, is_in = chosen[k], float(people[k]), comes[k]
    return Promise(best, is_in, most)


def _list_choices(n_things: int, n: int) -> Iterator[NDArray[np.int64]]:
    """Every choice, so many at once; shape (n_choices, n)."""
    choices = combinations(range(n_things), n)
    while block := list(islice(choices, _AT_ONCE)):
        yield np.array(block, dtype=np.int64).reshape(-1, n)


def _ask_programme(lessons: Lessons, n: int, *, seconds: float | None) -> Promise:
    """The best of all choices, by HiGHS."""
    # a lesson is met (1) by at least one of its things, a home comes where all of its are
    n_lessons, n_things = lessons.things.shape
    made = Programme(n_things)
    met = made.add_columns(np.zeros(n_lessons))
    come = made.add_columns(-lessons.weight)
    lesson, thing = np.nonzero(lessons.things)
    each = np.arange(n_lessons)
    of_things = (lesson, thing, np.ones(len(lesson)))
    made.add_rows(n_lessons, of_things, (each, met + each, np.full(n_lessons, -1.0)), low=0.0)
    of, home = np.nonzero(lessons.homes)
    pair, one = np.arange(len(of)), np.ones(len(of))
    made.add_rows(len(of), (pair, met + of, one), (pair, come + home, -one), low=0.0)
    count = (np.zeros(n_things, dtype=np.int64), np.arange(n_things), np.ones(n_things))
    made.add_rows(1, count, high=float(n))
    answer = made.solve(seconds=seconds)
    # it minimises what we maximise
    is_in = np.zeros(len(lessons.weight), dtype=bool)
    if answer.value is not None:
        is_in = answer.value[come:] > 0.5
    return Promise(made.read_places(answer), is_in, -answer.bound)
