"""Entrances and gates of an OpenStreetMap file, and the outlines they belong to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.drawn_osm import read_drawing

from access15.config import load_categories
from access15.sources.streets.tags import classify_way_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("entrance=main", "main"),
        ("entrance=yes", "entrance"),
        ("entrance=staircase", "entrance"),
        ("entrance=no", None),
        ("entrance=emergency", None),
        ("entrance=garage", None),
        ("entrance=yes access=private", None),
        ("barrier=gate", "gate"),
        ("barrier=gate entrance=main", "main"),
        ("barrier=gate locked=yes", None),
        ("barrier=gate access=no", None),
        ("barrier=bollard", None),
        ("highway=crossing", None),
    ],
)
def test_what_visitors_come_in_by(text: str, kind: str | None) -> None:
    assert classify_way_in(dict(part.split("=") for part in text.split())) == kind


def test_entrances_of_houses_and_gates_of_grounds(tmp_path: Path) -> None:
    """A hospital with a gate, a house with two entrances, and a pharmacy drawn on that house.

    ::

        1------------------------2   street
        +---gate---+   +-main-+
        | hospital |   | house|
        +----------+   +-side-+
    """
    nodes = {
        1: (0, 0),
        2: (300, 0),
        10: (0, -20),
        11: (50, -20, {"barrier": "gate"}),
        12: (100, -20),
        13: (100, -90),
        14: (0, -90),
        20: (150, -20),
        21: (170, -20, {"entrance": "main"}),
        22: (190, -20),
        23: (190, -50),
        24: (170, -50, {"entrance": "yes"}),
        25: (150, -50),
    }
    ways = {
        100: ([1, 2], {"highway": "residential"}),
        200: ([10, 11, 12, 13, 14, 10], {"amenity": "hospital", "name": "Maggiore"}),
        201: ([20, 21, 22, 23, 24, 25, 20], {"building": "yes", "amenity": "pharmacy"}),
    }
    categories = list(load_categories().values())
    found = read_drawing(tmp_path, nodes, ways, categories=categories).ways_in
    assert found is not None
    assert (len(found.buildings), len(found.grounds)) == (1, 1), "a house is no grounds"
    told = sorted(zip(np.rint(found.xy[:, 0]).tolist(), found.is_main, found.is_gate, strict=True))
    left = told[0][0] - 50
    assert [(round(x - left), bool(main), bool(gate)) for x, main, gate in told] == [
        (50, False, True),
        (170, False, False),
        (170, True, False),
    ]


def test_streets_lead_into_grounds(tmp_path: Path) -> None:
    """A hospital without a gate on the map: its drive crosses the outline at (50, -20).

    ::

        1-----3---------2   street
        +-----|-----+
        |     4     | hospital
        +-----------+
    """
    nodes = {
        1: (0, 0),
        2: (300, 0),
        3: (50, 0),
        4: (50, -50),
        10: (0, -20),
        12: (100, -20),
        13: (100, -90),
        14: (0, -90),
    }
    ways = {
        100: ([1, 3, 2], {"highway": "residential"}),
        101: ([3, 4], {"highway": "service"}),
        200: ([10, 12, 13, 14, 10], {"amenity": "hospital", "name": "Maggiore"}),
    }
    categories = list(load_categories().values())
    found = read_drawing(tmp_path, nodes, ways, categories=categories).ways_in
    assert found is not None
    assert (found.kind, found.led_into.tolist()) == (("hospital",), [0])
    west, _, _, north = found.grounds[0].bounds
    assert found.led_xy[0].tolist() == pytest.approx([west + 50, north], abs=0.05)


def test_without_entrances_nothing_is_kept(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (300, 0)}
    assert (
        read_drawing(tmp_path, nodes, {100: ([1, 2], {"highway": "residential"})}).ways_in is None
    )
