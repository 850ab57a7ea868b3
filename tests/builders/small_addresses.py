"""A quarter with house numbers, in metres (north is up, one sign is about 25 m):

                 Via dei Pini                        Sud: 6 km away
   12r o           |                                   Via Roma
  12 o o 12A       |   #20#  (22)   30 . . . . . 40      --------   5 o
  -----------------+-------------------------------
  Via Roma      Piazza Duomo (beside it)      Via 1 Maggio, Via 11 Maggio, Viale Papa Giovanni XXIII

20 is a way, 22 a relation, from 30 to 40 the even numbers are interpolated.
"""

from __future__ import annotations

from pathlib import Path

from builders.drawn_osm import box, write_osm

from access15.sources.streets.boxes import Box

BOX: Box = box(-2_000, -9_000, 3_000, 3_000)
NAMES = {
    10: ((0, 0), (200, 0), "Via Roma"),
    11: ((200, 0), (600, 0), "Via Roma"),
    12: ((200, 0), (200, 300), "Via dei Pini"),
    13: ((0, 500), (300, 500), "Via 1 Maggio"),
    14: ((0, 600), (300, 600), "Via 11 Maggio"),
    15: ((0, 700), (300, 700), "Viale Papa Giovanni XXIII"),
    16: ((0, -6_000), (300, -6_000), "Via Roma"),
    17: ((0, 800), (200, 800), "Via Giuseppe Verdi"),
    18: ((0, 900), (200, 900), "Via Anita Garibaldi"),
}
HOUSES = {
    101: (100, 10, "12", "Via Roma"),
    102: (110, 10, "12/A", "Via Roma"),
    103: (100, 200, "12r", "Via Roma"),
    104: (150, -5_990, "5", "Via Roma"),
    105: (150, 510, "5", "Via 1 Maggio"),
    106: (150, 710, "7", "Viale Papa Giovanni XXIII"),
    107: (150, 810, "3", "Via Giuseppe Verdi"),
    108: (60, 910, "8", "Via Anita Garibaldi"),
}


def draw_quarter(path: Path, *, timestamp: str = "2025-04-03T00:00:00Z") -> Path:
    """Write the drawing above."""
    nodes: dict[int, tuple[float, float] | tuple[float, float, dict[str, str]]] = {}
    ways: dict[int, tuple[list[int], dict[str, str]]] = {}
    corners: dict[tuple[float, float], int] = {}
    for way, (one, other, name) in NAMES.items():
        refs = []
        for place in (one, other):
            ref = corners.setdefault(place, 1 + len(corners))
            nodes[ref] = place
            refs.append(ref)
        ways[way] = (refs, {"highway": "residential", "name": name})
    for ref, (x, y, number, street) in HOUSES.items():
        nodes[ref] = (x, y, {"addr:housenumber": number, "addr:street": street})
    nodes[109] = (100, 30, {"place": "quarter", "name": "Nord"})
    nodes[110] = (100, -5_900, {"place": "quarter", "name": "Sud"})
    # a house of four corners, one of two ways, and a line of numbers
    nodes |= dict(zip(range(200, 208), [*_square(300), *_square(360)], strict=True))
    ways[20] = ([200, 201, 202, 203, 200], {"building": "yes", **_address("20", "Via Roma")})
    ways[21] = ([204, 205, 206], {})
    ways[22] = ([206, 207, 204], {})
    for ref, x, number in ((301, 400, "30"), (302, 450, ""), (303, 500, "40")):
        nodes[ref] = (x, 12, _address(number, "Via Roma")) if number else (x, 12)
    ways[30] = ([301, 302, 303], {"addr:interpolation": "even"})
    whole = {"type": "multipolygon", "building": "yes", **_address("22", "Via Roma")}
    return write_osm(
        path,
        nodes,
        ways,
        relations={1: ([(21, "outer"), (22, "outer")], whole)},
        bounds=BOX,
        timestamp=timestamp,
    )


def _address(number: str, street: str) -> dict[str, str]:
    return {"addr:housenumber": number, "addr:street": street}


def _square(x: float) -> list[tuple[float, float]]:
    return [(x, 20), (x + 20, 20), (x + 20, 40), (x, 40)]
