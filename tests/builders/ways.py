"""Ways with tags, and networks built from them."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from builders.drawn_osm import CRS, ORIGIN

from access15.core.streets.network import WalkNetwork
from access15.sources.streets.build import build_streets
from access15.sources.streets.tags import NodeTags, WayTags, classify_node, classify_way
from access15.sources.streets.ways import NodeTable, WayTable

Way = tuple[int, list[int], str]


GRID = (
    3  # nodes lie on a grid of 3 x 3, 20 m apart: near enough for junctions to take crossings over
)


WAY_KINDS = {
    "street": {"highway": "residential"},
    "driveway": {"highway": "service"},
    "footway": {"highway": "footway"},
    "steps": {"highway": "steps"},
    "ramp": {"highway": "path", "incline": "5%"},
    "zebra": {"highway": "footway", "footway": "crossing", "crossing": "zebra"},
    "lights": {"highway": "footway", "footway": "crossing", "crossing": "traffic_signals"},
}


NODE_KINDS = {
    "zebra": {"highway": "crossing", "crossing": "zebra"},
    "lights": {"highway": "traffic_signals"},
    "kerb": {"kerb": "raised"},
    "gate": {"barrier": "gate", "access": "private"},
}


def build(ways: list[Way], nodes: dict[int, str]) -> WalkNetwork:
    """Network of ways ``(id, nodes, kind)`` between nodes of the grid."""
    tag_sets: dict[WayTags, int] = {}
    kinds = []
    for _, _, kind in ways:
        tags = classify_way(WAY_KINDS[kind])
        assert tags is not None
        kinds.append(tag_sets.setdefault(tags, len(tag_sets)))
    marks: dict[int, NodeTags] = {}
    for node, kind in nodes.items():
        found = classify_node(NODE_KINDS[kind])
        assert found is not None
        marks[node] = found
    refs = np.array([ref for _, members, _ in ways for ref in members], dtype=np.int64)
    table = WayTable(
        way_id=np.array([way_id for way_id, _, _ in ways], dtype=np.int64),
        tags=np.array(kinds, dtype=np.int64),
        tag_sets=tuple(tag_sets),
        street=np.zeros(len(ways), dtype=np.int64),
        street_names=("",),
        start=np.cumsum([0, *(len(members) for _, members, _ in ways)]),
        node_id=refs,
        xy=np.column_stack([refs % GRID, refs // GRID]) * 20.0 + ORIGIN,
    )
    return build_streets(table, NodeTable.from_tags(marks), crs=CRS, source_crs=CRS)


@st.composite
def drawings(draw: st.DrawFn) -> tuple[list[Way], dict[int, str]]:
    """Up to seven ways along the lines of the grid, and some nodes with something on them."""
    ways = []
    for way_id in range(10, 10 + draw(st.integers(1, 7))):
        x, y = draw(st.integers(0, GRID - 1)), draw(st.integers(0, GRID - 1))
        members = [x + GRID * y]
        for dx, dy in draw(
            st.lists(st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1)]), min_size=1, max_size=5)
        ):
            x, y = min(max(x + dx, 0), GRID - 1), min(max(y + dy, 0), GRID - 1)
            if x + GRID * y not in members:
                members.append(x + GRID * y)
        kind = draw(st.sampled_from(["street", "street", "footway", "footway", *sorted(WAY_KINDS)]))
        if len(members) > 1:
            ways.append((way_id, members, kind))
    used = sorted({node for _, members, _ in ways for node in members})
    marks = st.dictionaries(st.sampled_from(used), st.sampled_from(sorted(NODE_KINDS)), max_size=5)
    return ways, draw(marks) if used else {}
