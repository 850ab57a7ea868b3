"""What of the streets hangs together: both ways, or for who may walk some of them one way only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.core.walk.kernels import joined


def label_joined(
    u: NDArray[np.int64], v: NDArray[np.int64], n_nodes: int
) -> tuple[NDArray[np.int64], int]:
    """Number the parts of nodes that links join.

    Parameters
    ----------
    u, v : ndarray of int64, shape (n_links,)
        Nodes at the ends of each link.
    n_nodes : int
        How many nodes there are.

    Returns
    -------
    label : ndarray of int64, shape (n_nodes,)
        Part of each node, numbered in the order of their first nodes.
    n_parts : int
        How many parts there are.

    Examples
    --------
    >>> import numpy as np
    >>> label, n_parts = label_joined(np.array([3, 0]), np.array([1, 2]), 5)
    >>> label.tolist(), n_parts
    ([0, 1, 0, 1, 2], 3)
    """
    ends = (np.ascontiguousarray(end, dtype=np.int64) for end in (u, v))
    label, n_parts = joined.label_joined(*ends, n_nodes)
    return label, int(n_parts)


def label_strongly(
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    out: NDArray[np.bool_],
    back: NDArray[np.bool_],
    n_nodes: int,
) -> tuple[NDArray[np.int64], int]:
    """Number the parts of nodes within which every node is reached from every other.

    What can be walked both ways is joined first. So little is left, escalators and ways that are
    one-way on foot, that the rest needs no compiled loop.

    Parameters
    ----------
    u, v : ndarray of int64, shape (n_links,)
        Nodes at the ends of each link.
    out, back : ndarray of bool, shape (n_links,)
        Whether it can be walked from u to v, and from v to u.
    n_nodes : int
        How many nodes there are.

    Returns
    -------
    label : ndarray of int64, shape (n_nodes,)
        Part of each node, numbered in the order of their first nodes.
    n_parts : int
        How many parts there are.

    Examples
    --------
    A ring of three, walked one way, and a blind alley that nobody gets out of:

    >>> import numpy as np
    >>> u, v = np.array([0, 1, 2, 2]), np.array([1, 2, 0, 3])
    >>> yes, no = np.ones(4, dtype=bool), np.zeros(4, dtype=bool)
    >>> label_strongly(u, v, yes, no, 4)[0].tolist()
    [0, 0, 0, 1]
    """
    both = out & back
    label, n_parts = label_joined(u[both], v[both], n_nodes)
    ahead, behind = out & ~back, back & ~out
    begin = label[np.concatenate([u[ahead], v[behind]])]
    end = label[np.concatenate([v[ahead], u[behind]])]
    is_link = begin != end
    if not is_link.any():
        return label, n_parts
    ring = _join_rings(begin[is_link].tolist(), end[is_link].tolist())
    parts, roots = np.array(list(ring)), np.array(list(ring.values()))
    joined_parts, n_joined = label_joined(parts, roots, n_parts)
    return joined_parts[label], n_joined


def _join_rings(begin: list[int], end: list[int]) -> dict[int, int]:
    """One node of the ring, or rings that meet, that each node lies on: itself on none.

    Tarjan (1972), doi:10.1137/0201010, without recursion.
    """
    ways: dict[int, list[int]] = {node: [] for node in (*begin, *end)}
    for a, b in zip(begin, end, strict=True):
        ways[a].append(b)
    number: dict[int, int] = {}
    lowest: dict[int, int] = {}
    ring: dict[int, int] = {}
    waiting: list[int] = []
    for first, begins in ways.items():
        if first in number:
            continue
        path = [(first, iter(begins))]
        number[first] = lowest[first] = len(number)
        waiting.append(first)
        while path:
            here, rest = path[-1]
            there = next(rest, None)
            if there is None:
                path.pop()
                if path:
                    before = path[-1][0]
                    lowest[before] = min(lowest[before], lowest[here])
                if lowest[here] == number[here]:
                    _close_ring(here, waiting, ring)
            elif there not in number:
                number[there] = lowest[there] = len(number)
                waiting.append(there)
                path.append((there, iter(ways[there])))
            elif there not in ring:
                lowest[here] = min(lowest[here], number[there])
    return ring


def _close_ring(root: int, waiting: list[int], ring: dict[int, int]) -> None:
    """Give all that wait since a node to its ring."""
    node = -1
    while node != root:
        node = waiting.pop()
        ring[node] = root
