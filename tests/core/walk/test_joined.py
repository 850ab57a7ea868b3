"""What hangs together, against scipy on random links."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from access15.core.walk.joined import label_joined, label_strongly

LINKS = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8), st.booleans(), st.booleans()), max_size=24
)
Link = tuple[int, int, bool, bool]


def number_in_order(label: np.ndarray) -> list[int]:
    """The same parts, numbered in the order of their first nodes."""
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].tolist()


@given(links=LINKS)
def test_parts_are_those_of_scipy(links: list[Link]) -> None:
    n = 9
    u, v, out, back = np.array(links, dtype=np.int64).reshape(-1, 4).T
    is_out, is_back = out.astype(bool), back.astype(bool)
    for directed in (False, True):
        rows = np.concatenate([u[is_out], v[is_back]]) if directed else u
        columns = np.concatenate([v[is_out], u[is_back]]) if directed else v
        matrix = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n)).tocsr()
        n_parts, told = connected_components(matrix, directed=directed, connection="strong")
        if directed:
            label, n_found = label_strongly(u, v, is_out, is_back, n)
        else:
            label, n_found = label_joined(u, v, n)
        assert n_found == n_parts
        assert label.tolist() == number_in_order(told)
