"""Seats and people put on streets."""

from __future__ import annotations

from builders.streets import Scene, snapped_at
from hypothesis import strategies as st

from access15.core.seat_walk.graph import RestGraph, RestPlaces, build_rest_graph, place_resting
from access15.core.walk.snap import Snapped

NOBODY = snapped_at()


def placed(
    some: Scene, seats: Snapped, candidates: Snapped | None = None
) -> tuple[RestGraph, RestPlaces, RestPlaces]:
    graph = build_rest_graph(some.network, some.impedance, seats, candidates=candidates)
    return (
        graph,
        place_resting(graph, some.sources, leaving=False),
        place_resting(graph, some.targets, leaving=True),
    )


@st.composite
def seats_on(draw: st.DrawFn, some: Scene, most: int = 5) -> Snapped:
    """Seats anywhere, also several at one place, at the ends of edges and off the network."""
    edge = st.integers(-1, some.network.n_edges - 1)
    return snapped_at(
        *draw(st.lists(st.tuples(edge, st.integers(0, 8).map(lambda n: n / 8)), max_size=most))
    )
