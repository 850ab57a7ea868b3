"""Open squares, drawn and solved by hand: who sees whom, and how far it is across."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from access15.core.streets.squares import MAX_ENTRIES, find_sight_lines


def across_m(outline: shapely.Polygon, start: tuple, end: tuple, *others: tuple) -> float:
    """Shortest way from entry to entry over sight lines and the edge."""
    entries = np.array([start, end, *others], dtype=float)
    stops, pairs = find_sight_lines(outline, entries)
    graph = nx.MultiGraph()
    for i, j in pairs.tolist():
        graph.add_edge(tuple(stops[i]), tuple(stops[j]), m=float(np.hypot(*(stops[i] - stops[j]))))
    for ring in shapely.get_rings(outline):
        marks = {
            float(shapely.line_locate_point(ring, shapely.Point(x))): tuple(x)
            for x in stops
            if shapely.distance(ring, shapely.Point(x)) < 1e-9
        }
        order = [*sorted(marks)]
        for m, n in itertools.pairwise([*order, *order[:1]]):
            graph.add_edge(marks[m], marks[n], m=(n - m) % ring.length)
    return float(nx.shortest_path_length(graph, tuple(entries[0]), tuple(entries[1]), weight="m"))


def test_square_is_crossed_straight() -> None:
    #   o-------B     150 x 189 m
    #   |     . |     round two sides 339 m, straight 241.3 m
    #   A-------o
    square = shapely.box(0, 0, 150, 189)
    assert across_m(square, (0, 0), (150, 189)) == pytest.approx(math.hypot(150, 189))


def test_corner_of_an_l_is_turned_tightly() -> None:
    #   B--o             the bend at (20, 20) points into the square:
    #   |  |             A to it 82.5 m, from it to B 82.5 m
    #   |  o------o
    #   o---------A
    bent = shapely.Polygon([(0, 0), (100, 0), (100, 20), (20, 20), (20, 100), (0, 100)])
    expected = math.hypot(80, 20) * 2
    assert across_m(bent, (100, 0), (0, 100)) == pytest.approx(expected)


def test_hole_is_walked_round() -> None:
    #   o---------o      a fountain of 20 x 20 m in the middle of 100 x 100 m
    #   A   [ ]   B      straight 100 m; over two of its corners
    #   o---------o
    square = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    expected = 2 * math.hypot(40, 10) + 20
    assert across_m(square, (0, 50), (100, 50)) == pytest.approx(expected)


def test_one_entry_crosses_nothing() -> None:
    assert len(find_sight_lines(shapely.box(0, 0, 9, 9), np.array([[0.0, 0.0]]))[1]) == 0


def test_edges_are_ways_already() -> None:
    corners = np.array([[0.0, 0], [9, 0], [9, 9], [0, 9]])
    _, pairs = find_sight_lines(shapely.box(0, 0, 9, 9), corners)
    assert pairs.tolist() == [[0, 2], [1, 3]]


def test_many_entries_are_crossed_between_the_nearest() -> None:
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    entries = np.column_stack([np.cos(angle), np.sin(angle)]) * 100
    stops, pairs = find_sight_lines(shapely.Polygon(entries), entries)
    gap_m = np.hypot(*(stops[pairs[:, 0]] - stops[pairs[:, 1]]).T)
    assert 0 < len(pairs) <= MAX_ENTRIES * (MAX_ENTRIES - 1) // 2
    assert gap_m.max() < 200 * math.sin(math.radians(3 * 8) / 2), "seven places on, at most"


@given(
    heights=st.lists(st.integers(1, 9), min_size=3, max_size=8),
    ends=st.tuples(st.integers(0, 7), st.integers(0, 7)),
)
def test_never_shorter_than_straight_and_never_outside(
    heights: list[int], ends: tuple[int, int]
) -> None:
    """Skylines of steps 10 m wide, entered from below anywhere: all lines lie inside."""
    top = [(10 * (i + d), 10 * h) for i, h in enumerate(heights) for d in (0, 1)]
    width = 10 * len(heights)
    skyline = shapely.make_valid(shapely.Polygon([(0, 0), (width, 0), *reversed(top)]))
    a, b = (10 * (end % len(heights)) + 5 for end in ends)
    entries = np.array([[a, 0], [b, 0], [a, 10 * heights[ends[0] % len(heights)]]], dtype=float)
    stops, pairs = find_sight_lines(skyline, entries)
    lines = shapely.linestrings(stops[pairs]) if len(pairs) else np.array([], dtype=object)
    assert shapely.covers(skyline.buffer(0.06), lines).all()
    if a != b:
        assert across_m(skyline, tuple(entries[2]), tuple(entries[1]), tuple(entries[0])) >= (
            math.dist(entries[2], entries[1]) - 1e-6
        )
