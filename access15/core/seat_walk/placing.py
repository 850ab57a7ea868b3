"""Which gaps between seats cut people off, and where new seats would bring most of them back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.core.seat_walk.graph import RestGraph, RestPlaces
from access15.core.seat_walk.kernels.arrays import CANDIDATE, SEAT
from access15.core.seat_walk.search import (
    SLACK_M,
    Lifting,
    RestAnswers,
    RestLabels,
    answer_targets,
    nearest_with_seats,
    spread_labels,
)

DOOR = -1  # stands for the destination as the near end of a gap, and for the homes as its far end
_LONGEST_CHAIN = 4
_TRIES = 40


@dataclass(frozen=True, eq=False)
class Gap:
    """A stretch of way without a seat that is longer than the limit.

    Parameters
    ----------
    near : int
        Node of the seat at the end towards the destination; `DOOR` where it is the destination.
    source : int
        Index of the destination walked to.
    far : int
        Node of the seat at the other end; `DOOR` where homes are there.
    street : int
        Street of those homes, as the network indexes it; -1 where the far end is a seat.
    metres : float
        Length of the way between the ends; to the farthest of the homes [m].
    farthest : int
        The farthest of the homes; -1 where the far end is a seat.
    alone : ndarray of int64
        Homes that arrive as soon as this gap alone is closed.
    together : ndarray of int64
        Homes that other gaps cut off as well.
    """

    near: int
    source: int
    far: int
    street: int
    metres: float
    farthest: int
    alone: NDArray[np.int64]
    together: NDArray[np.int64]


@dataclass(frozen=True)
class NewSeat:
    """A place for a new seat.

    Parameters
    ----------
    row : int
        Row of the graph's cuts.
    step : int
        Seats of one step are of use together; steps count from 1.
    gained : float
        People who arrive thanks to this seat, those before it being there.
    total : float
        People who arrive thanks to all seats so far.
    """

    row: int
    step: int
    gained: float
    total: float


@dataclass(frozen=True, eq=False)
class SeatQuestion:
    """Who walks where, from seat to seat.

    Parameters
    ----------
    graph : RestGraph
        The streets, cut at seats and candidates.
    sources : RestPlaces
        Destinations.
    homes : RestPlaces
        Starts.
    people : ndarray of float64, shape (n_homes,)
        How many people live at each.
    limit_m : float
        Longest gap between seats, inclusive [m].
    cutoff_s : float
        Longest walk, inclusive [s].
    """

    graph: RestGraph
    sources: RestPlaces
    homes: RestPlaces
    people: NDArray[np.float64]
    limit_m: float
    cutoff_s: float


def reach_homes(question: SeatQuestion, extra: Iterable[int] = ()) -> NDArray[np.bool_]:
    """Which homes arrive in time from seat to seat.

    Parameters
    ----------
    question : SeatQuestion
        Who walks where.
    extra : iterable of int
        Candidates that are made seats, as rows of the graph's cuts.

    Returns
    -------
    ndarray of bool, shape (n_homes,)
        True where they do.
    """
    rows = np.array(list(extra), dtype=np.int64)
    graph = question.graph.with_seats(rows) if len(rows) else question.graph
    time_s, _ = nearest_with_seats(
        graph,
        question.sources,
        question.homes,
        limit_m=question.limit_m,
        cutoff_s=question.cutoff_s,
    )
    return np.asarray(np.isfinite(time_s))


def find_gaps(question: SeatQuestion, *, at_most: int = 12) -> list[Gap]:
    """Gaps that cut homes off which are near enough to arrive in time.

    Every home takes the way on which the fewest new seats would be needed, wherever they stood,
    then the fastest of these. Where all that are needed lie in one gap, the home would arrive but
    for that gap.

    Parameters
    ----------
    question : SeatQuestion
        Who walks where; candidates of its graph play no part.
    at_most : int
        Ways that lack more seats than that are not looked at.

    Returns
    -------
    list of Gap
        In no particular order. Gaps between the same two seats are one; gaps that end at homes are
        one for each seat and street.
    """
    # 1. Search with a seat pretended wherever a gap gets too long, each at the price of one; labels
    #    with fewer pretended come first, so that a way without any is never overlooked.
    graph = question.graph.without_candidates()
    labels, found = _search(question, graph, Lifting(at_most=at_most, anywhere=True))
    # 2. Walk each home's way back to the destination and note the gaps on it. A gap is named by its
    #    ends, because homes behind one another share it; where it ends at homes, by their street.
    kept: dict[tuple[int, int, int, int], list[tuple[int, float, bool]]] = {}
    for home in _list_helped(question, found):
        crossed = _gaps_of(question, graph, labels, found, home)
        for near, far, street, metres in crossed:
            source = int(found.which[home]) if near == DOOR else -1
            key = (near, source, far, street)
            kept.setdefault(key, []).append((home, metres, len(crossed) == 1))
    return [_gap(key, rows, found) for key, rows in kept.items()]


def _search(
    question: SeatQuestion,
    graph: RestGraph,
    lifting: Lifting,
) -> tuple[RestLabels, RestAnswers]:
    """Search from the destinations, and what it says of the homes."""
    sources, limit_m, cutoff_s = question.sources, question.limit_m, question.cutoff_s
    labels = spread_labels(
        graph,
        sources,
        limit_m=limit_m,
        cutoff_s=cutoff_s,
        lifting=lifting,
    )
    found = answer_targets(
        graph,
        labels,
        sources,
        question.homes,
        limit_m=limit_m,
        cutoff_s=cutoff_s,
        lifting=lifting,
    )
    return labels, found


def count_missing_seats(question: SeatQuestion, *, at_most: int) -> NDArray[np.int64]:
    """How many new seats every home needs, at the least.

    Parameters
    ----------
    question : SeatQuestion
        Who walks where; seats are placed at the candidates of its graph.
    at_most : int
        How many are looked for.

    Returns
    -------
    ndarray of int64, shape (n_homes,)
        Fewest candidates on any way that arrives in time; one more than `at_most` where so many do
        not do.
    """
    _, found = _search(question, question.graph, Lifting(at_most=at_most))
    return np.where(np.isfinite(found.time_s), found.lifted, at_most + 1)


def _list_helped(question: SeatQuestion, found: RestAnswers) -> list[int]:
    """Homes with people who arrive in time only when something is lifted."""
    is_helped = (found.lifted > 0) & np.isfinite(found.time_s) & (question.people > 0)
    helped: list[int] = np.flatnonzero(is_helped).tolist()
    return helped


def _gap(
    key: tuple[int, int, int, int],
    rows: list[tuple[int, float, bool]],
    found: RestAnswers,
) -> Gap:
    """One gap, with the homes whose ways cross it."""
    near, _, far, street = key
    farthest, metres, _ = max(rows, key=lambda row: (row[1], -row[0]))
    return Gap(
        near=near,
        source=int(found.which[rows[0][0]]),
        far=far,
        street=street,
        metres=metres,
        farthest=farthest if far == DOOR else -1,
        alone=np.array([home for home, _, is_alone in rows if is_alone], dtype=np.int64),
        together=np.array([home for home, _, is_alone in rows if not is_alone], dtype=np.int64),
    )


def _gaps_of(
    question: SeatQuestion,
    graph: RestGraph,
    labels: RestLabels,
    found: RestAnswers,
    home: int,
) -> list[tuple[int, int, int, float]]:
    """Near end, far end, street of the homes and metres of every gap beyond the limit on one home's
    way.
    """
    homes, limit_m = question.homes, question.limit_m + SLACK_M
    street = int(graph.network.street[homes.edge[home]])
    # 1. Home and destination on one piece: the whole way is one gap.
    label = int(found.label[home])
    if label < 0:
        source = int(found.which[home])
        along = abs(homes.fraction[home] - question.sources.fraction[source])
        metres = along * graph.network.length_m[homes.edge[home]]
        metres += homes.offset_m[home] + question.sources.offset_m[source]
        return [(DOOR, DOOR, street, float(metres))]
    # 2. From the home to the end of its piece that the way leaves over; on a loop, whose ends are
    #    one node, the nearer.
    over_a = homes.node_a[home] == labels.node[label]
    metres = homes.metres_a_m[home] if over_a else homes.metres_b_m[home]
    if homes.node_a[home] == homes.node_b[home]:
        metres = min(homes.metres_a_m[home], homes.metres_b_m[home])
    gaps, far = [], DOOR
    is_seat = graph.kind[labels.node] == SEAT
    if not is_seat[label]:
        metres += labels.gap_m[label]
    # 3. From seat to seat to the destination. A label counts metres since the last real seat, never
    #    since a pretended one, so that a long gap is one however many seats were pretended in it.
    while True:
        stop = label
        while stop >= 0 and not is_seat[stop]:
            stop = int(labels.before[stop])
        near = DOOR if stop < 0 else int(labels.node[stop])
        if metres > limit_m:
            gaps.append((near, far, street if far == DOOR else -1, float(metres)))
        if stop < 0:
            return gaps
        metres, far, label = labels.gap_m[stop], near, int(labels.before[stop])
        if label < 0:
            if metres > limit_m:
                gaps.append((DOOR, far, -1, float(metres)))
            return gaps


def propose_seats(question: SeatQuestion, *, n: int) -> list[NewSeat]:
    """Places for new seats, one step after the other, each step the one that gains most people per
    seat.

    Greedy with chains. One seat alone often brings nobody back where two in a row would, so that
    people reached is not a submodular function of the seats, and the usual bound of greedy choice
    (63 % of the best) does not hold: there is no guarantee. Hence every step may place several
    seats: those that some home lacks on the way that lacks fewest (an exact search), up to
    `_LONGEST_CHAIN`. Of single seats every candidate that can be of use is tried.

    Parameters
    ----------
    question : SeatQuestion
        Who walks where; seats are placed at the candidates of its graph.
    n : int
        How many at most.

    Returns
    -------
    list of NewSeat
        In order; fewer than `n` where no more help.
    """
    placed: list[NewSeat] = []
    before = question.people[reach_homes(question)].sum()
    reached = before
    step = 0
    # gains are counted anew after every seat, because each changes what the next is worth
    while len(placed) < n:
        rows = [seat.row for seat in placed]
        chain = _best_chain(question, rows, n - len(placed), float(reached))
        if not chain:
            break
        step += 1
        for row in chain:
            rows.append(row)
            now = question.people[reach_homes(question, rows)].sum()
            placed.append(NewSeat(row, step, float(now - reached), float(now - before)))
            reached = now
    return placed


def _best_chain(
    question: SeatQuestion,
    placed: list[int],
    left: int,
    reached: float,
) -> tuple[int, ...]:
    """Seats of the next step, from the destination outwards; none where nothing helps."""
    # 1. Which candidates each home lacks on the way that lacks fewest: the chains worth trying.
    graph = question.graph.with_seats(np.array(placed, dtype=np.int64))
    labels, found = _search(question, graph, Lifting(at_most=min(left, _LONGEST_CHAIN)))
    people_of: dict[tuple[int, ...], float] = {}
    for home in _list_helped(question, found):
        chain = _seats_of(graph, labels, int(found.label[home]))
        people_of[chain] = people_of.get(chain, 0.0) + float(question.people[home])
    # 2. Those first that promise most people for each seat: a chain also serves everybody who
    #    lacks only a part of it. The time may still run out, so that many are tried.
    promise = _promise(people_of)
    chains = sorted(promise, key=lambda c: (-promise[c], len(c), c))[:_TRIES]
    # 3. Where one seat alone may help: every candidate that somebody could come from today.
    is_near = (graph.kind[labels.node] == CANDIDATE) & (labels.lifted == 0)
    singles = np.unique(labels.node[is_near] - graph.network.n_nodes).tolist()
    chains += [(row,) for row in singles]
    # 4. Try them for real; of equal gain for each seat the fewest, then the lowest.
    best: tuple[float, int, tuple[int, ...]] = (0.0, 0, ())
    for chain in dict.fromkeys(chains):
        gain = float(question.people[reach_homes(question, [*placed, *chain])].sum()) - reached
        rank = (-gain / len(chain), len(chain), chain)
        if gain > 0 and rank < best:
            best = rank
    return best[2]


def _promise(people_of: dict[tuple[int, ...], float]) -> dict[tuple[int, ...], float]:
    """People for each seat of a chain, with those who lack only a part of it."""
    sets = {chain: frozenset(chain) for chain in people_of}
    promise = {}
    for chain, seats in sets.items():
        served = [people for other, people in people_of.items() if sets[other] <= seats]
        promise[chain] = sum(served) / len(chain)
    return promise


def _seats_of(
    graph: RestGraph,
    labels: RestLabels,
    label: int,
) -> tuple[int, ...]:
    """Candidates used as seats on the way of a label, from the destination outwards."""
    chain = []
    while label >= 0:
        before = int(labels.before[label])
        lifted_before = int(labels.lifted[before]) if before >= 0 else 0
        if labels.lifted[label] > lifted_before:
            chain.append(int(labels.node[label]) - graph.network.n_nodes)
        label = before
    return tuple(reversed(chain))
