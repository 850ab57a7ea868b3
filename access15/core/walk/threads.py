"""Searches over many sources, in parts on several threads: the compiled loops hold no lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHUNK = 32
Ragged = tuple[NDArray[np.int64], NDArray[Any], NDArray[Any]]


def search_in_parts(
    run: Callable[[slice], Ragged],
    n: int,
    *,
    threads: int | None,
) -> Ragged:
    """Run a search over parts of its sources, and join what they found.

    Parameters
    ----------
    run : callable
        Searches from some of the sources; returns offsets, who was found, and how far.
    n : int
        Number of sources.
    threads : int or None
        How many to use; None for one per processor.

    Returns
    -------
    start : ndarray of int64, shape (n + 1,)
        Source ``i`` owns the rows ``start[i]:start[i + 1]``.
    found : ndarray
        Who, row by row.
    time_s : ndarray of float64
        How far [s].
    """
    threads = threads or os.cpu_count() or 1
    parts = _cut(n, threads)
    if len(parts) == 1:
        found = [run(parts[0])]
    else:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(run, parts))
    # Every part counts its rows from 0: they are shifted by the rows of the parts before.
    starts = [np.zeros(1, dtype=np.int64)]
    n_before = 0
    for offsets, who, _ in found:
        starts.append(offsets[1:] + n_before)
        n_before += len(who)
    who, time_s = (np.concatenate([part[column] for part in found]) for column in (1, 2))
    return np.concatenate(starts), who, time_s


def _cut(n: int, threads: int) -> list[slice]:
    """Parts of n sources: two per thread, so that nobody waits long for the slowest.

    Every part pays for arrays as long as the network: few sources are not worth parting.
    """
    if threads == 1 or n <= _CHUNK:
        return [slice(0, n)]
    size = max(_CHUNK, -(-n // (2 * threads)))
    return [slice(low, min(low + size, n)) for low in range(0, n, size)]
