"""The compiled loops over seconds between homes and candidates: greedy, swaps, and prices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.compiled import jit, jit_inline

_SURELY = 1e-9  # of all person-seconds: differences added up drift by less
_ALIKE = 1e-13  # of all person-seconds: sums in another order differ by about as much


class ByHome(NamedTuple):
    """Candidates of each home, nearest first.

    Parameters
    ----------
    start : ndarray of int64, shape (n_homes + 1,)
        Home ``i`` has the candidates ``start[i]:start[i + 1]``.
    candidate : ndarray of int32
        Who.
    time_s : ndarray of float64
        How far [s].
    people : ndarray of float64, shape (n_homes,)
        Who lives there, more than 0.
    """

    start: NDArray[np.int64]
    candidate: NDArray[np.int32]
    time_s: NDArray[np.float64]
    people: NDArray[np.float64]


class ByCandidate(NamedTuple):
    """Homes of each candidate.

    Parameters
    ----------
    start : ndarray of int64, shape (n_candidates + 1,)
        Candidate ``j`` has the homes ``start[j]:start[j + 1]``.
    home : ndarray of int32
        Which.
    time_s : ndarray of float64
        How far [s].
    """

    start: NDArray[np.int64]
    home: NDArray[np.int32]
    time_s: NDArray[np.float64]


@jit
def list_by_home(of, home, n_homes):  # type: ignore[no-untyped-def]
    """The candidates of each home, nearest first, then by their number."""
    start = np.zeros(n_homes + 1, dtype=np.int64)
    for i in of.home:
        start[home[i] + 1] += 1
    for row in range(n_homes):
        start[row + 1] += start[row]
    candidate = np.empty(start[-1], dtype=np.int32)
    time_s = np.empty(start[-1])
    at = start[:-1].copy()
    for j in range(len(of.start) - 1):
        for i in range(of.start[j], of.start[j + 1]):
            row = home[of.home[i]]
            candidate[at[row]], time_s[at[row]] = j, of.time_s[i]
            at[row] += 1
    for row in range(n_homes):
        begin, end = start[row], start[row + 1]
        order = np.argsort(time_s[begin:end], kind="mergesort")
        candidates, seconds = candidate[begin:end][order], time_s[begin:end][order]
        for i in range(len(order)):  # one by one, as in `grown`
            candidate[begin + i], time_s[begin + i] = candidates[i], seconds[i]
    return start, candidate, time_s


@jit
def save_with_each(homes, until_s, n_candidates):  # type: ignore[no-untyped-def]
    """Person-seconds that each candidate saves of the seconds that every home has now."""
    saved = np.zeros(n_candidates)
    for row in range(len(until_s)):
        for i in range(homes.start[row], homes.start[row + 1]):
            if homes.time_s[i] >= until_s[row]:
                break
            saved[homes.candidate[i]] += homes.people[row] * (until_s[row] - homes.time_s[i])
    return saved


@jit_inline
def _change(homes, row, before_s, after_s, saved):  # type: ignore[no-untyped-def]
    """Tell what every candidate saves when one home's seconds are others."""
    people = homes.people[row]
    longest_s = max(before_s, after_s)
    for i in range(homes.start[row], homes.start[row + 1]):
        time_s = homes.time_s[i]
        if time_s >= longest_s:
            break
        more_s = max(after_s - time_s, 0.0) - max(before_s - time_s, 0.0)
        saved[homes.candidate[i]] += people * more_s


@jit
def choose_nearer_greedily(homes, candidates, today_s, n):  # type: ignore[no-untyped-def]
    """Up to `n` candidates, each the one that saves most, as long as any saves anything."""
    n_candidates = len(candidates.start) - 1
    best_s = today_s.copy()
    saved = save_with_each(homes, best_s, n_candidates)
    chosen = np.empty(min(n, n_candidates), dtype=np.int64)
    little = _SURELY * (today_s * homes.people).sum()
    for k in range(len(chosen)):
        one = np.argmax(saved)
        if saved[one] <= little:  # differences added up may leave a trace of nothing
            saved = save_with_each(homes, best_s, n_candidates)
            one = np.argmax(saved)
            if saved[one] <= 0.0:
                return chosen[:k]
        chosen[k] = one
        for i in range(candidates.start[one], candidates.start[one + 1]):
            row = candidates.home[i]
            if candidates.time_s[i] < best_s[row]:
                _change(homes, row, best_s[row], candidates.time_s[i], saved)
                best_s[row] = candidates.time_s[i]
        saved[one] = 0.0
    return chosen


@jit_inline
def _bring_nearer(candidates, one, best_s):  # type: ignore[no-untyped-def]
    """Let homes walk to one more candidate where that is nearer."""
    for i in range(candidates.start[one], candidates.start[one + 1]):
        row = candidates.home[i]
        best_s[row] = min(best_s[row], candidates.time_s[i])


@jit
def find_seconds(candidates, today_s, chosen):  # type: ignore[no-untyped-def]
    """Seconds from every home to the nearest of today's and the chosen."""
    best_s = today_s.copy()
    for one in chosen:
        _bring_nearer(candidates, one, best_s)
    return best_s


@jit
def swap_until_nearest(homes, candidates, today_s, chosen):  # type: ignore[no-untyped-def]
    """Exchange one chosen candidate for another as long as that saves; changes `chosen`."""
    n_candidates = len(candidates.start) - 1
    best_s = find_seconds(candidates, today_s, chosen)
    saved = save_with_each(homes, best_s, n_candidates)
    k, n_kept = 0, 0  # so many in a row that no exchange betters
    while n_kept < len(chosen):
        # 1. Without the one: only homes that walk to it change, and with them few candidates.
        own, others = chosen[k], np.concatenate((chosen[:k], chosen[k + 1 :]))
        without_s = find_seconds(candidates, today_s, others)
        _change_where(homes, candidates, own, best_s, without_s, saved)
        saved[others] = 0.0
        other = np.argmax(saved)
        n_kept += 1
        # 2. Whether the best in its stead is better, to the last bit but a few.
        if other != own:
            chosen[k] = other
            other_s = find_seconds(candidates, today_s, chosen)
            before = (homes.people * best_s).sum()
            if (homes.people * (best_s - other_s)).sum() > _ALIKE * before:
                n_kept, best_s = 1, other_s
            else:
                chosen[k] = own
        # 3. All anew with it: differences added up for long would drift.
        if n_kept == 1:
            saved = save_with_each(homes, best_s, n_candidates)
        else:
            _change_where(homes, candidates, own, without_s, best_s, saved)
        k = (k + 1) % len(chosen)


@jit_inline
def _change_where(homes, candidates, one, before_s, after_s, saved):  # type: ignore[no-untyped-def]
    """Tell what every candidate saves when homes of one candidate have other seconds."""
    for i in range(candidates.start[one], candidates.start[one + 1]):
        row = candidates.home[i]
        if before_s[row] != after_s[row]:
            _change(homes, row, before_s[row], after_s[row], saved)


@jit_inline
def _find_dearest(saved, n, dearest):  # type: ignore[no-untyped-def]
    """Put the `n` that save most into `dearest`, most first; of the same the first."""
    used = 0
    for one in range(len(saved)):
        if used < n:
            at = used
            used += 1
        elif saved[one] <= saved[dearest[n - 1]]:
            continue
        else:
            at = n - 1
        while at > 0 and saved[dearest[at - 1]] < saved[one]:
            dearest[at] = dearest[at - 1]
            at -= 1
        dearest[at] = one


@jit
def price_homes(homes, candidates, today_s, until_s, least, rounds, patience):  # type: ignore[no-untyped-def]
    """Raise a bound by the seconds up to which a home pays; returns those of the best bound.

    `least` holds the person-seconds of the best choice known and how many are chosen.
    """
    known, n = least
    n = int(n)
    n_candidates = len(candidates.start) - 1
    until_s = until_s.copy()
    best_until_s = until_s.copy()
    most, step, waited = -np.inf, 1.0, 0
    dearest = np.empty(n, dtype=np.int64)
    times = np.zeros(len(until_s), dtype=np.int64)
    saved = save_with_each(homes, until_s, n_candidates)
    paid = (homes.people * until_s).sum()
    for k in range(rounds):
        if k % 50 == 49:  # differences added up for long would drift
            saved = save_with_each(homes, until_s, n_candidates)
            paid = (homes.people * until_s).sum()
        _find_dearest(saved, n, dearest)
        bound = paid - saved[dearest].sum()
        waited += 1
        if bound > most:
            if bound > most + 1e-6 * abs(known - most):
                waited = 0
            most = bound
            best_until_s[:] = until_s
        if bound >= known or step < 1e-4:
            break
        if waited >= patience:
            step, waited = step / 2.0, 0
        # 1. How many of the dearest each home pays.
        times[:] = 0
        for one in dearest:
            for i in range(candidates.start[one], candidates.start[one + 1]):
                row = candidates.home[i]
                if candidates.time_s[i] < until_s[row]:
                    times[row] += 1
        # 2. Who pays none pays longer, up to the seconds of today; who pays several less long.
        length = 0.0
        for row in range(len(until_s)):
            if times[row] > 1 or (times[row] == 0 and until_s[row] < today_s[row]):
                length += homes.people[row] * (1.0 - times[row]) ** 2
        if length == 0.0:
            break
        by_s = step * (known - bound) / length
        for row in range(len(until_s)):
            if times[row] == 1:
                continue
            nearest_s = homes.time_s[homes.start[row]]
            other_s = until_s[row] + by_s * (1.0 - times[row])
            other_s = min(max(other_s, nearest_s), today_s[row])
            if other_s != until_s[row]:
                _change(homes, row, until_s[row], other_s, saved)
                paid += homes.people[row] * (other_s - until_s[row])
                until_s[row] = other_s
    return best_until_s


@jit
def find_second(candidates, today_s, chosen):  # type: ignore[no-untyped-def]
    """Seconds to the second nearest of today's and the chosen."""
    first_s, second_s = today_s.copy(), today_s.copy()
    is_new = np.zeros(len(today_s), dtype=np.bool_)
    for one in chosen:
        for i in range(candidates.start[one], candidates.start[one + 1]):
            row, time_s = candidates.home[i], candidates.time_s[i]
            if not is_new[row] or time_s < first_s[row]:
                second_s[row] = first_s[row]
                first_s[row] = time_s
                is_new[row] = True
            elif time_s < second_s[row]:
                second_s[row] = time_s
    return second_s


@jit
def list_steps(homes, position, draws, most_s, today_s):  # type: ignore[no-untyped-def]
    """The sets of nearest candidates of every home, each with the seconds to the next farther one.

    Returns marks, person-seconds, the set inside, offsets of members, members (positions), the
    last set of every home, and the person-seconds that nothing changes.
    """
    n_homes = len(today_s)
    n_steps, n_members = _count_steps(homes, position, most_s, today_s)
    mark = np.empty((n_steps, 2), dtype=np.uint64)
    person_s = np.zeros(n_steps)
    inside = np.full(n_steps, -1, dtype=np.int64)
    start = np.zeros(n_steps + 1, dtype=np.int64)
    member = np.empty(n_members, dtype=np.int64)
    last = np.full(n_homes, -1, dtype=np.int64)
    fixed_s, step, at = 0.0, -1, 0
    for row in range(n_homes):
        one, other = np.uint64(0), np.uint64(0)
        before_s = -1.0
        for i in range(homes.start[row], homes.start[row + 1]):
            time_s = homes.time_s[i]
            if time_s >= today_s[row] or time_s > most_s[row]:
                break
            who = position[homes.candidate[i]]
            if who < 0:
                continue
            if time_s != before_s:
                step += 1
                if before_s < 0:
                    fixed_s += homes.people[row] * time_s
                else:
                    person_s[step - 1] = homes.people[row] * (time_s - before_s)
                    inside[step] = step - 1
                before_s = time_s
            one += draws[0, who]
            other += draws[1, who]
            member[at] = who
            at += 1
            mark[step, 0], mark[step, 1], start[step + 1] = one, other, at
        if before_s < 0:
            fixed_s += homes.people[row] * today_s[row]
            continue
        last[row] = step
        if today_s[row] <= most_s[row]:
            person_s[step] = homes.people[row] * (today_s[row] - before_s)
    return mark, person_s, inside, start, member, last, fixed_s


@jit
def _count_steps(homes, position, most_s, today_s):  # type: ignore[no-untyped-def]
    """How many sets of nearest candidates all homes have, and how many members are new in them."""
    n_steps, n_members = 0, 0
    for row in range(len(today_s)):
        before_s = -1.0
        for i in range(homes.start[row], homes.start[row + 1]):
            time_s = homes.time_s[i]
            if time_s >= today_s[row] or time_s > most_s[row]:
                break
            if position[homes.candidate[i]] >= 0:
                n_members += 1
                n_steps += time_s != before_s
                before_s = time_s
    return n_steps, n_members


@jit
def weigh_each(homes, candidates, best_s, farthest, fixed_s):  # type: ignore[no-untyped-def]
    """What each candidate would leave: people without, the worst seconds, person-seconds.

    `farthest` holds the rows by their seconds, most first, those without any before all others.
    """
    n_candidates = len(candidates.start) - 1
    left = np.zeros((n_candidates, 3))
    seen = np.full(len(best_s), -1, dtype=np.int64)
    is_new = np.isinf(best_s)
    without = homes.people[is_new].sum()
    person_s = (homes.people[~is_new] * best_s[~is_new]).sum()
    for one in range(n_candidates):
        worst_s = fixed_s
        left[one, 0], left[one, 2] = without, person_s
        for i in range(candidates.start[one], candidates.start[one + 1]):
            row, time_s = candidates.home[i], candidates.time_s[i]
            seen[row] = one
            worst_s = max(worst_s, min(time_s, best_s[row]))
            if is_new[row]:
                left[one, 0] -= homes.people[row]
                left[one, 2] += homes.people[row] * time_s
            elif time_s < best_s[row]:
                left[one, 2] -= homes.people[row] * (best_s[row] - time_s)
        # whoever is farthest of those whom it does not reach
        for row in farthest:
            if seen[row] != one and not is_new[row]:
                worst_s = max(worst_s, best_s[row])
                break
        left[one, 1] = worst_s
    return left


@jit
def cover_greedily(homes, candidates, is_left, within_s):  # type: ignore[no-untyped-def]
    """Candidates that have some homes within a time, each the one with most of those left."""
    n_candidates = len(candidates.start) - 1
    is_left = is_left.copy()
    size = np.zeros(n_candidates, dtype=np.int64)
    n_left = is_left.sum()
    for row in np.flatnonzero(is_left):
        for i in range(homes.start[row], homes.start[row + 1]):
            if homes.time_s[i] > within_s:
                break
            size[homes.candidate[i]] += 1
    chosen = np.empty(n_candidates, dtype=np.int64)
    n = 0
    while n_left > 0:
        one = np.argmax(size)
        if size[one] == 0:
            return chosen[:0]
        chosen[n] = one
        n += 1
        for i in range(candidates.start[one], candidates.start[one + 1]):
            row = candidates.home[i]
            if candidates.time_s[i] > within_s or not is_left[row]:
                continue
            is_left[row] = False
            n_left -= 1
            for k in range(homes.start[row], homes.start[row + 1]):
                if homes.time_s[k] > within_s:
                    break
                size[homes.candidate[k]] -= 1
    return chosen[:n]


@jit
def count_apart(homes, is_left, within_s, n_candidates):  # type: ignore[no-untyped-def]
    """How many homes, at least, no candidate has within a time together with another of them."""
    rows = np.flatnonzero(is_left)
    size = np.zeros(len(rows), dtype=np.int64)
    for k in range(len(rows)):
        for i in range(homes.start[rows[k]], homes.start[rows[k] + 1]):
            if homes.time_s[i] > within_s:
                break
            size[k] += 1
    is_used = np.zeros(n_candidates, dtype=np.bool_)
    n = 0
    for k in np.argsort(size, kind="mergesort"):
        begin, end = homes.start[rows[k]], homes.start[rows[k]] + size[k]
        is_apart = True
        for i in range(begin, end):
            if is_used[homes.candidate[i]]:
                is_apart = False
                break
        if is_apart:
            n += 1
            for i in range(begin, end):
                is_used[homes.candidate[i]] = True
    return n


@jit
def drop_larger(bits):  # type: ignore[no-untyped-def]
    """Which sets (bits, sorted by size) have no other one inside; of the same the first."""
    n, n_words = bits.shape
    is_kept = np.ones(n, dtype=np.bool_)
    for i in range(n):
        for k in range(i):
            if not is_kept[k]:
                continue
            is_inside = True
            for word in range(n_words):
                if bits[k, word] & ~bits[i, word]:
                    is_inside = False
                    break
            if is_inside:
                is_kept[i] = False
                break
    return is_kept
