"""Who waits to be walked on from: buckets of a few seconds each, in place of a heap.

Taking the next node from a bucket needs no comparison. Within a bucket a node may be taken too
early; it is then put back when its cost falls, so that every cost ends as the least sum over all
ways, equal to Dijkstra's. A bucket is emptied in rounds (all that wait, then all that came
meanwhile), which bounds the work where streets are short. Who waits with a cost that has fallen
since is passed over.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels.compiled import grown, jit

# `next` chains those who wait in one bucket: rows of the same array, -1 at the end
WAITING = np.dtype([("cost_s", np.float64), ("node", np.uint32), ("next", np.int32)])
# Indices are unsigned: with signed ones every access first asks whether to count from the end.
ZERO, ONE = np.uint64(0), np.uint64(1)
LAST_NUMBER = np.int64(np.iinfo(np.int64).max)
_MOST_BUCKETS = 1 << 20
_ALWAYS = True


class Queue(NamedTuple):
    """Who waits, bucket by bucket.

    Parameters
    ----------
    waiting : ndarray of `WAITING`
        All who ever waited, in the order in which they came; the end is room for more.
    first : ndarray of int32, shape (n_buckets,)
        Row of the last who came to each bucket; -1 for nobody. Buckets are used in a circle.
    per_s : float
        Buckets per second [1/s].
    """

    waiting: NDArray[np.void]
    first: NDArray[np.int32]
    per_s: float


class Progress(NamedTuple):
    """How far a search has come.

    Parameters
    ----------
    n_put, n_taken : uint64
        How many came to wait, and how many of them were looked at.
    n_touched : uint64
        How many nodes have been reached.
    number : int64
        The bucket being emptied, counted from 0 seconds.
    """

    n_put: np.uint64
    n_taken: np.uint64
    n_touched: np.uint64
    number: np.int64


@jit
def open_queue(graph, longest_seed_s, cutoff_s, room):  # type: ignore[no-untyped-def]
    """An empty queue with room for so many."""
    # 1. What waits is never farther ahead of what is taken than the longest arc, or seed, because
    #    it came from there; nor than the cutoff. So many seconds must fit into the circle.
    span_s = max(graph.longest_s, longest_seed_s)
    if cutoff_s < span_s:
        span_s = max(cutoff_s, 0.0)
    # 2. One very long arc (a ferry) must not ask for millions of buckets: they get wider instead.
    per_s = 1.0 / max(graph.bucket_s, span_s / _MOST_BUCKETS)
    # 3. A power of two, so that a mask takes the place of a division at every arc.
    n = 4
    while n < span_s * per_s + 4.0:
        n *= 2
    return Queue(np.empty(room, dtype=WAITING), np.full(n, -1, dtype=np.int32), per_s)


@jit
def longest_finite(seed_s):  # type: ignore[no-untyped-def]
    """Seconds of the farthest seed that is anywhere; 0 without one."""
    longest_s = 0.0
    for i in range(len(seed_s)):
        if longest_s < seed_s[i] < np.inf:
            longest_s = seed_s[i]
    return longest_s


@jit
def is_seed(node, time_s, cutoff_s):  # type: ignore[no-untyped-def]
    """Whether a search starts here: at a node, within the cutoff, and not at inf or NaN."""
    return node >= 0 and time_s <= cutoff_s and time_s != np.inf


@jit
def put(waiting, n_put, first, per_s, node, cost_s):  # type: ignore[no-untyped-def]
    """Let a node wait; `waiting` must have room."""
    return put_if(_ALWAYS, waiting, n_put, first, per_s, node, cost_s)


@jit
def put_if(is_better, waiting, n_put, first, per_s, node, cost_s):  # type: ignore[no-untyped-def]
    """Let a node wait if it is better; returns how many came to wait by now."""
    # Written down in any case, because whether an arc is a better way cannot be foreseen and a
    # wrong guess costs the processor more than the whole step. What is written for one that is not
    # better is written over by the next.
    bucket = np.uint64(np.int64(cost_s * per_s)) & np.uint64(len(first) - 1)
    before = first[bucket]
    waiting[n_put].cost_s = cost_s
    waiting[n_put].node = node
    waiting[n_put].next = before
    first[bucket] = np.int32(n_put) if is_better else before
    return n_put + np.uint64(is_better)


@jit
def put_back(waiting, first, bucket, entry):  # type: ignore[no-untyped-def]
    """Let those of a bucket that were not taken yet wait on; `entry` is the first of them."""
    last = np.uint64(entry)
    while waiting[last].next >= 0:
        last = np.uint64(waiting[last].next)
    waiting[last].next = first[bucket]
    first[bucket] = entry


@jit
def with_room(queue, n_put, more):  # type: ignore[no-untyped-def]
    """The same queue with room for more; asking at every arc instead would cost more."""
    if n_put + more <= np.uint64(len(queue.waiting)):
        return queue
    larger = grown(queue.waiting, np.int64(n_put), np.int64(n_put + more))
    return Queue(larger, queue.first, queue.per_s)
