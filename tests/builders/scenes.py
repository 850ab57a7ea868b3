"""Random streets with points on them, for properties."""

from __future__ import annotations

import math

import numpy as np
from builders.streets import CRS, Scene
from hypothesis import strategies as st

from access15.core.streets.network import build_network
from access15.core.walk.impedance import Impedance
from access15.core.walk.snap import Snapped

_QUARTERS = st.integers(0, 40).map(lambda n: n / 4)


_COST = st.one_of(_QUARTERS, st.sampled_from([0.0, 1.0, 1.0, math.inf]))


_END = st.sampled_from([0.0, 0.0, 0.0, 0.5, 2.5, math.inf])


_EIGHTHS = st.integers(0, 8).map(lambda n: n / 8)


_ANY_COST = st.one_of(st.floats(0.0, 1e4, allow_subnormal=False), st.just(math.inf))


_ANY_END = st.sampled_from([0.0, 0.1, 3.3, math.inf])


_ANY_FRACTION = st.floats(0.0, 1.0, allow_subnormal=False)


_ANY_METRES = st.floats(0.0, 150.0, allow_subnormal=False)


@st.composite
def scenes(draw: st.DrawFn, *, exact: bool = True, max_points: int = 5) -> Scene:
    """Random scene: parallel edges, self loops, zero and infinite costs, islands, unsnapped
    points.
    """
    cost, end, fraction, metres = (
        (_COST, _END, _EIGHTHS, _QUARTERS)
        if exact
        else (_ANY_COST, _ANY_END, _ANY_FRACTION, _ANY_METRES)
    )
    n_nodes = draw(st.integers(1, 7))
    node = st.integers(0, n_nodes - 1)
    edges = draw(st.lists(st.tuples(node, node, cost, cost, end, end, metres), max_size=14))
    u, v, forward, backward, at_u, at_v, length = (
        (np.array(column, dtype=float) for column in zip(*edges, strict=True))
        if edges
        else [np.zeros(0)] * 7
    )
    network = build_network(
        crs=CRS,
        node_xy=np.stack([np.arange(n_nodes), np.arange(n_nodes) % 3], axis=1).astype(float),
        edge_u=u.astype(np.int64),
        edge_v=v.astype(np.int64),
        length_m=length,
    )
    impedance = Impedance(
        pace_ms=0.5 if exact else 0.97,
        forward_s=forward,
        backward_s=backward,
        at_u_s=at_u,
        at_v_s=at_v,
    )
    edge = st.integers(-1, len(edges) - 1)
    points = st.lists(st.tuples(edge, fraction, metres), max_size=max_points)
    return Scene(network, impedance, _snapped(draw(points)), _snapped(draw(points)))


def _snapped(points: list[tuple[int, float, float]]) -> Snapped:
    edge = np.array([p[0] for p in points], dtype=np.int64)
    on = edge >= 0
    return Snapped(
        edge=edge,
        fraction=np.where(on, np.array([p[1] for p in points], dtype=float), 0.0),
        snap_m=np.where(on, np.array([p[2] for p in points], dtype=float), np.inf),
    )
