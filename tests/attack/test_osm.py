"""OpenStreetMap files with broken objects, in every order, from editors, services and histories: the
rest is read, and what is not is counted by kind.
"""

from __future__ import annotations

import bz2
import gzip
import itertools
import json
import lzma
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest
import shapely
from builders.osm import read_osm
from hypothesis import given
from hypothesis import strategies as st

from access15.config import load_categories
from access15.errors import InputDataError, NetworkDataError
from access15.sources.streets.boxes import Clip
from access15.sources.streets.collect import OsmData
from access15.sources.streets.fetched import _store
from access15.sources.streets.read import read_osm_data
from access15.sources.streets.relations import close_rings

CATEGORIES = list(load_categories().values())
# A road of two nodes, a park beside it, and a bench.
NODES = {
    1: (9.18, 45.43),
    2: (9.181, 45.43),
    11: (9.18, 45.431),
    12: (9.181, 45.431),
    13: (9.181, 45.432),
    14: (9.18, 45.432),
}
NODE = [f'<node id="{ref}" lon="{x}" lat="{y}"/>' for ref, (x, y) in NODES.items()]
BENCH = '<node id="20" lon="9.1805" lat="45.4301"><tag k="amenity" v="bench"/></node>'
ROAD = '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>'
RING = "".join(f'<nd ref="{ref}"/>' for ref in (11, 12, 13, 14, 11))
PARK = f'<way id="2">{RING}<tag k="leisure" v="park"/></way>'
GOOD = [*NODE, BENCH, ROAD, PARK]
ORDER = ("node", "way", "relation")


def osm(*parts: str) -> str:
    return f'<osm version="0.6">{"".join(parts)}</osm>'


def sort(parts: list[str]) -> list[str]:
    return sorted(parts, key=lambda part: ORDER.index(part[1:].split()[0].rstrip("/>")))


def read(folder: Path, text: str | bytes, name: str = "a.osm") -> OsmData:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_osm_data(path, CATEGORIES)


def is_good(data: OsmData) -> bool:
    """Whether road, park and bench are there."""
    categories = {place.category for place in data.places}
    return 1 in data.ways.way_id and {"park", "bench"} <= categories and len(data.seats) == 1


# What may stand in a file beside what is good, and how it is counted.
STRANGE = [
    ('<node id="30"><tag k="amenity" v="bench"/></node>', "nodes without a place"),
    ('<node id="30" lon="9" lat="91"><tag k="amenity" v="bench"/></node>', "nodes without a place"),
    ('<node id="30" lon="190" lat="45"><tag k="shop" v="bakery"/></node>', None),
    (
        '<node id="30" lon="nan" lat="45"><tag k="amenity" v="bench"/></node>',
        "nodes without a place",
    ),
    ('<node id="30" lon="x" lat=""><tag k="amenity" v="bench"/></node>', "nodes without a place"),
    ('<node id="30" lon="1e400" lat="45"/>', None),
    ('<node id="x" lon="9" lat="45"/>', "objects without a usable id"),
    ('<node lon="9" lat="45"><tag k="amenity" v="bench"/></node>', None),
    ('<node id="" lon="9" lat="45"/>', "objects without a usable id"),
    (f'<node id="{10**30}" lon="9" lat="45"/>', "objects without a usable id"),
    (f'<node id="{10**17}" lon="9" lat="45"/>', None),
    ('<node id="-5" lon="9" lat="45"/>', None),
    ('<node id="0" lon="9" lat="45"/>', None),
    ('<way id="30"><tag k="highway" v="path"/></way>', "ways of fewer than two nodes"),
    ('<way id="30"><nd ref="1"/><tag k="highway" v="path"/></way>', "ways of fewer than two nodes"),
    (
        '<way id="30"><nd ref="1"/><nd ref="1"/><tag k="highway" v="path"/></way>',
        "ways of fewer than two nodes",
    ),
    (
        '<way id="30"><nd ref="98"/><nd ref="99"/><tag k="highway" v="path"/></way>',
        "ways without places",
    ),
    (
        '<way id="30"><nd ref="1"/><nd ref="2"/><nd ref="99"/><tag k="highway" v="path"/></way>',
        "ways with nodes that are not in the file",
    ),
    ('<way id="30"><nd ref="x"/><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>', None),
    (
        '<way id="30"><nd/><nd ref=""/><tag k="highway" v="path"/></way>',
        "ways of fewer than two nodes",
    ),
    (
        '<way id="30"><nd ref="11"/><nd ref="13"/><nd ref="12"/><nd ref="14"/><nd ref="11"/>'
        '<tag k="building" v="yes"/></way>',
        "outlines that cross themselves",
    ),
    (
        '<way id="30"><nd ref="1"/><nd ref="2"/><nd ref="1"/><nd ref="2"/><nd ref="1"/>'
        '<tag k="building" v="yes"/></way>',
        None,
    ),
    (
        '<way id="30"><nd ref="11"/><nd ref="12"/><nd ref="13"/><nd ref="99"/><nd ref="11"/>'
        '<tag k="building" v="yes"/></way>',
        "outlines with nodes that are not in the file",
    ),
    (
        '<relation id="30"><member type="way" ref="99" role="outer"/>'
        '<tag k="type" v="multipolygon"/><tag k="leisure" v="park"/></relation>',
        "relations with missing members",
    ),
    (
        '<relation id="30"><tag k="type" v="multipolygon"/><tag k="leisure" v="park"/></relation>',
        "relations without places",
    ),
    (
        '<relation id="30"><member type="relation" ref="30" role="outer"/>'
        '<tag k="type" v="multipolygon"/><tag k="leisure" v="park"/></relation>',
        "relations that hold themselves or nest too deep",
    ),
    ('<relation id="30"><member type="x" ref="1" role=""/><member/></relation>', None),
    (
        f'<node id="30" lon="9.18" lat="45.43"><tag k="{"k" * 10_000}" v="v"/></node>',
        "tags without a name or too long",
    ),
    (
        f'<node id="30" lon="9.18" lat="45.43"><tag k="name" v="{"v" * 10_000}"/></node>',
        "tags without a name or too long",
    ),
    ('<node id="30" lon="9.18" lat="45.43"><tag v="v"/><tag k="a"/></node>', None),
    ('<node id="30" lon="9.18" lat="45.43"><tag k="name" v="a\x01&#2;b"/></node>', None),
    ('<node id="30" lon="9.18" lat="45.43" visible="false"/>', "deleted objects"),
    ('<node id="30" lon="9.18" lat="45.43" action="delete"/>', "deleted objects"),
    ('<node id="30" lon="9.18" lat="45.43" action="modify"/>', None),
    ('<node id="30" lon="9.18" lat="45.43" timestamp="soon" version="x" uid="y" user=""/>', None),
    (
        '<node id="2" version="0" lon="9" lat="44"/><node id="2" version="-1" lon="8" lat="44"/>',
        None,
    ),
]


@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
@pytest.mark.parametrize(("strange", "kind"), STRANGE, ids=range(len(STRANGE)))
def test_a_strange_object_leaves_the_rest(
    tmp_path: Path, strange: str, kind: str | None, first: bool
) -> None:
    parts = sort([strange, *GOOD] if first else [*GOOD, strange])
    data = read(tmp_path, osm(*parts))
    assert 1 in data.ways.way_id
    assert {"park", "bench"} <= {place.category for place in data.places}
    if kind is not None:
        assert data.unread.get(kind), dict(data.unread)  # type: ignore[call-overload]


@pytest.mark.parametrize("order", list(itertools.permutations(("node", "way", "relation"))))
@pytest.mark.parametrize("step", [1, -1])
def test_the_order_of_objects_does_not_matter(
    tmp_path: Path, order: tuple[str, ...], step: int
) -> None:
    square = (
        '<relation id="5"><member type="way" ref="2" role="outer"/><tag k="type" '
        'v="multipolygon"/><tag k="leisure" v="park"/></relation>'
    )
    parts = sorted([*GOOD, square][::step], key=lambda one: order.index(one[1:].split()[0]))
    data = read(tmp_path, osm(*parts))
    assert is_good(data)
    assert sum(place.category == "park" for place in data.places) == 2


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("most", [1, 40, 1 << 35, 10**17])
def test_ids_of_any_size_and_sign(tmp_path: Path, sign: int, most: int) -> None:
    def name(ref: int) -> int:
        return sign * (most + ref)

    text = osm(*GOOD)
    for ref in sorted({*NODES, 20}, reverse=True):
        text = text.replace(f'node id="{ref}"', f'node id="{name(ref)}"')
        text = text.replace(f'ref="{ref}"', f'ref="#{name(ref)}"')
    data = read(tmp_path, text.replace("#", ""))
    assert is_good(data)
    assert [seat for seat, *_ in data.seats] == [f"node/{name(20)}"]


PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("pack", PACKERS)
@pytest.mark.parametrize("name", ["a.osm.{}", "map", "export.xml", "a.osm"])
@pytest.mark.parametrize("is_odd", [True, False])
def test_packed_and_misnamed_files(tmp_path: Path, pack: str, name: str, is_odd: bool) -> None:
    text = osm(*GOOD).replace('id="20"', 'id="-20"') if is_odd else osm(*GOOD)
    assert is_good(read(tmp_path, PACKERS[pack](text.encode()), name.format(pack)))


@pytest.mark.parametrize("name", ["map", "export.xml", "a.osm.gz", "a.osm.pbf"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n", '<?xml version="1.0"?>', "<!-- a -->"])
def test_plain_text_whatever_its_name(tmp_path: Path, name: str, mark: str) -> None:
    assert is_good(read(tmp_path, mark + osm(*GOOD), name))


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95, 0.999])
@pytest.mark.parametrize("pack", ["", *PACKERS])
@pytest.mark.parametrize("is_odd", [True, False])
def test_files_that_broke_off_are_refused(
    tmp_path: Path, share: float, pack: str, is_odd: bool
) -> None:
    text = osm(*GOOD).replace('id="20"', 'id="-20"') if is_odd else osm(*GOOD)
    whole = PACKERS[pack](text.encode()) if pack else text.encode()
    with pytest.raises(NetworkDataError, match="cannot be read as OpenStreetMap data"):
        read(tmp_path, whole[: int(len(whole) * share)], f"a.osm.{pack}".rstrip("."))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<html/>", "Unknown top-level element"),
        ('<osm version="0.5"/>', "version 0.5"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><osm version="0.6">&b;</osm>', "ntities"),
        ("{}", "is JSON, and no answer of Overpass"),
        ('{"elements": 7}', "is JSON, and no answer of Overpass"),
        ("{", "is not valid JSON"),
        ('{"elements": [], "remark": "runtime error: timeout"}', "gave up before the end"),
        (osm("<remark>runtime error: out of memory</remark>", *GOOD), "gave up before the end"),
        (b"\x28\xb5\x2f\xfd" + b"x" * 50, r"packed with Zstandard, which is not read; unpack it"),
        (b"", "cannot be read as OpenStreetMap data"),
        (b"\x00" * 500, "cannot be read as OpenStreetMap data"),
        (b"\xff\xe0nonsense", "cannot be read as OpenStreetMap data"),
        (b"\x1f\x8bnonsense", "cannot be read as OpenStreetMap data"),
        (b"BZhnonsense", "cannot be read as OpenStreetMap data"),
        (b"\xfd7zXZ\x00nonsense", "cannot be read as OpenStreetMap data"),
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c", "cannot be read as OpenStreetMap data"),
    ],
)
def test_what_is_no_extract_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InputDataError, match=message):
        read(tmp_path, text)


# What an editor or a history says of an object, and whether it is there in the end.
VERSIONS = [
    (['version="1"', 'version="2" visible="false"'], False),
    (['version="2" visible="false"', 'version="1"'], False),
    (['version="1" visible="false"', 'version="2" visible="true"'], True),
    (['version="1"', 'version="2"', 'version="3"'], True),
    (['action="delete"'], False),
    (['action="delete" visible="true"'], False),
    (['action="modify" visible="true"'], True),
    (['visible="false"'], False),
    (["", ""], True),
]


@pytest.mark.parametrize(("states", "is_there"), VERSIONS)
def test_versions_of_an_object(tmp_path: Path, states: list[str], is_there: bool) -> None:
    for part, find in ((BENCH, "seats"), (ROAD, "ways"), (PARK, "places")):
        others = [one for one in GOOD if one != part]
        versions = [part.replace(" ", f" {state} ", 1) for state in states]
        data = read(tmp_path, osm(*sort([*others, *versions])))
        n_found = {
            "seats": len(data.seats),
            "ways": int((data.ways.way_id == 1).sum()),
            "places": sum(place.category == "park" for place in data.places),
        }
        assert n_found[find] == is_there


@pytest.mark.parametrize("section", ["create", "modify", "delete"])
def test_changes(tmp_path: Path, section: str) -> None:
    rest = "".join(one for one in GOOD if one != BENCH)
    text = f'<osmChange version="0.6"><create>{rest}</create><{section}>{BENCH}</{section}></osmChange>'
    data = read(tmp_path, text, "a.osc")
    assert len(data.seats) == (section != "delete")
    assert 1 in data.ways.way_id


def elements(form: str) -> list[dict[str, Any]]:
    """The good file as an Overpass service gives it."""
    nodes = [{"type": "node", "id": ref, "lon": x, "lat": y} for ref, (x, y) in NODES.items()]
    bench = {"type": "node", "id": 20, "lon": 9.1805, "lat": 45.4301, "tags": {"amenity": "bench"}}
    ways: list[dict[str, Any]] = [
        {"type": "way", "id": 1, "tags": {"highway": "residential"}, "nodes": [1, 2]},
        {"type": "way", "id": 2, "tags": {"leisure": "park"}, "nodes": [11, 12, 13, 14, 11]},
    ]
    if form == "body":
        return [bench, *ways, *nodes]
    for way in ways:
        way["geometry"] = [{"lon": NODES[r][0], "lat": NODES[r][1]} for r in way["nodes"]]
    if form == "twice":
        bare = [{key: way[key] for key in ("type", "id", "nodes")} for way in ways]
        return [*bare, bench, *ways, *ways]
    if form == "geometry alone":
        ways = [{key: way[key] for key in way if key != "nodes"} for way in ways]
    return [bench, *ways]


@pytest.mark.parametrize("form", ["body", "geom", "geometry alone", "twice"])
def test_answers_of_overpass_are_extracts(tmp_path: Path, form: str) -> None:
    assert is_good(read(tmp_path, json.dumps({"elements": elements(form)}), "a.json"))


@pytest.mark.parametrize("is_named", [True, False])
def test_xml_of_overpass_with_places_on_its_ways(tmp_path: Path, is_named: bool) -> None:
    ways = "".join((ROAD, PARK))
    for ref, (x, y) in NODES.items():
        name = f'ref="{ref}" ' if is_named else ""
        ways = ways.replace(f'<nd ref="{ref}"/>', f'<nd {name}lon="{x}" lat="{y}"/>')
    head = '<note>ODbL</note><meta osm_base="2026-11-20T10:00:00Z"/>'
    ways = ways.replace(
        '<way id="2">', '<way id="2"><bounds minlat="1" minlon="2"/><center lat="1"/>'
    )
    data = read(tmp_path, osm(head, BENCH, ways))
    assert is_good(data)
    assert data.date == "2026-11-20"


def test_members_that_a_relation_draws(tmp_path: Path) -> None:
    drawn = "".join(f'<nd lon="{NODES[r][0]}" lat="{NODES[r][1]}"/>' for r in (11, 12, 13, 14, 11))
    park = (
        f'<relation id="5"><member type="way" ref="77" role="outer">{drawn}</member>'
        '<tag k="type" v="multipolygon"/><tag k="leisure" v="park"/></relation>'
    )
    data = read(tmp_path, osm(*NODE, ROAD, park))
    assert [(place.kind, place.osm_id) for place in data.places] == [("relation", 5)]


# Corners of two squares, one in the other, and one that touches the outer one at a corner.
CORNERS = {
    1: (0, 0),
    2: (8, 0),
    3: (8, 8),
    4: (0, 8),
    11: (2, 2),
    12: (4, 2),
    13: (4, 4),
    14: (2, 4),
    21: (10, 8),
    22: (10, 10),
    23: (8, 10),
}


def write_relation(ways: dict[int, list[int]], members: list[tuple[int, str]]) -> str:
    nodes = [
        f'<node id="{r}" lon="{9 + x / 1000}" lat="{45 + y / 1000}"/>'
        for r, (x, y) in CORNERS.items()
    ]
    lines = [
        f'<way id="{w}">{"".join(f"<nd ref={chr(34)}{r}{chr(34)}/>" for r in refs)}</way>'
        for w, refs in ways.items()
    ]
    parts = "".join(f'<member type="way" ref="{r}" role="{role}"/>' for r, role in members)
    return osm(
        *nodes,
        *lines,
        f'<relation id="5">{parts}<tag k="type" v="multipolygon"/><tag k="leisure" v="park"/></relation>',
    )


HALVES = {1: [1, 2, 3], 2: [3, 4, 1], 3: [11, 12, 13, 14, 11]}
TOUCHING = {**HALVES, 4: [3, 21, 22], 5: [22, 23, 3], 6: [3, 13]}


@pytest.mark.parametrize(
    ("ways", "members", "area"),
    [
        (HALVES, [(1, "outer"), (2, "outer"), (3, "inner")], 60),
        (HALVES, [(1, "outer"), (2, "outer")], 64),
        (HALVES, [(1, ""), (2, ""), (3, "")], 60),
        (HALVES, [(1, ""), (2, ""), (3, "inner")], 60),
        (HALVES, [(1, "outer"), (2, "outer"), (3, "outer")], 64),
        (HALVES, [(2, "outer"), (1, "outer"), (1, "outer"), (2, "outer"), (3, "inner")], 60),
        (HALVES, [(1, "inner"), (2, "outer")], 64),
        (HALVES, [(1, "outer"), (2, "outer"), (99, "inner")], 64),
        (HALVES, [(1, "outer"), (99, "outer")], 0),
        (TOUCHING, [(1, "outer"), (4, "outer"), (5, "outer"), (2, "outer")], 68),
        (TOUCHING, [(1, "outer"), (6, "outer"), (2, "outer")], 64),
        (TOUCHING, [(6, "outer"), (4, "outer"), (2, "outer"), (5, "outer"), (1, "outer")], 68),
        ({1: [1, 3, 2, 4, 1]}, [(1, "outer")], 32),
        ({1: [1, 2, 3, 4, 1], 2: [4, 3, 2, 1, 4]}, [(1, "outer"), (2, "outer")], 64),
    ],
)
def test_relations_as_far_as_they_go(
    tmp_path: Path, ways: dict[int, list[int]], members: list[tuple[int, str]], area: float
) -> None:
    data = read(tmp_path, write_relation(ways, members))
    outlines = shapely.from_wkb(np.array(data.backdrop["green"], dtype=object))
    assert shapely.area(outlines).sum() * 1e6 == pytest.approx(area, abs=1e-6)
    assert len(data.places) + len(data.lost) == 1


@given(st.permutations(range(8)), st.lists(st.booleans(), min_size=8, max_size=8))
def test_rings_close_in_any_order(order: list[int], turned: list[bool]) -> None:
    """Two rings that touch at a node, and two dead ends at it."""
    refs = [[1, 2], [2, 3], [3, 4], [4, 1], [1, 5], [5, 6], [6, 1], [1, 7]]
    lines = [(refs[i][::-1] if turned[i] else refs[i], np.zeros((2, 2))) for i in order]
    steps = [frozenset(pair) for ring, _ in close_rings(lines) for pair in itertools.pairwise(ring)]
    assert sorted(map(sorted, steps)) == [[1, 2], [1, 4], [1, 5], [1, 6], [2, 3], [3, 4], [5, 6]]


@pytest.mark.parametrize("at", range(0, 1000, 40))
@pytest.mark.parametrize("byte", [b"\x00", b"\xff", b"<", b'"', b"&"])
def test_a_damaged_byte_is_told_or_does_no_harm(tmp_path: Path, at: int, byte: bytes) -> None:
    whole = osm(*GOOD).encode()
    damaged = whole[:at] + byte + whole[at + 1 :]
    told = ""
    try:
        data = read(tmp_path, damaged)
    except NetworkDataError as error:
        told = str(error)
    else:
        told = f"{len(data.ways.way_id)} ways"
    assert "a.osm: cannot be read as OpenStreetMap data" in told or told in ("0 ways", "1 ways")


def test_a_broken_object_of_an_answer_does_not_refuse_the_answer(tmp_path: Path) -> None:
    answer = osm('<meta osm_base="2026-11-20T10:00:00Z"/>', *sort([*GOOD, STRANGE[4][0]]))
    target = tmp_path / "streets.osm.pbf"
    _store(answer.encode(), target, (9.1, 45.4, 9.2, 45.5), "stub")
    assert is_good(read_osm_data(target, CATEGORIES))


def test_what_is_not_read_is_a_warning_of_the_area(tmp_path: Path) -> None:
    path = tmp_path / "a.osm"
    path.write_text(osm(*sort([*GOOD, STRANGE[13][0], STRANGE[31][0]])))
    box = (9.18, 45.43, 9.181, 45.43)
    area = read_osm(path, {"a": Clip(box, box)}, crs="EPSG:32632", categories=[])["a"]
    assert area.info.warnings[-1] == (
        "a.osm: not all of it could be read: ways of fewer than two nodes: 1 (left out); deleted "
        "objects: 1 (left out)"
    )


def relation(ref: int, *members: tuple[str, int | str, str], **tags: str) -> str:
    """A relation as XML."""
    parts = [f'<member type="{kind}" ref="{of}" role="{role}"/>' for kind, of, role in members]
    marks = [f'<tag k="{key}" v="{value}"/>' for key, value in tags.items()]
    return f'<relation id="{ref}">{"".join([*parts, *marks])}</relation>'


GROUNDS = {"type": "multipolygon", "leisure": "park"}
AREA = {"type": "multipolygon"}
RINGED = f'<way id="2">{RING}</way>'
CIRCLE = "relations that hold themselves or nest too deep"
MISSING = "relations with missing members"
# relations in relations, as nobody prepared them: how many parks, and what is told
NESTED: dict[str, tuple[list[str], int, dict[str, int]]] = {
    "ids of 19 digits": (
        [
            relation(1, ("relation", 2**62, "outer"), **GROUNDS),
            relation(2**62, ("way", 2, "outer"), **AREA),
        ],
        1,
        {},
    ),
    "an id of 31 digits": (
        [relation(1, ("way", 2, "outer"), ("relation", "9" * 31, ""), **GROUNDS)],
        1,
        {MISSING: 1},
    ),
    "an id that is a word": (
        [relation(1, ("way", 2, "outer"), ("relation", "two", ""), **GROUNDS)],
        1,
        {MISSING: 1},
    ),
    "ids below zero": (
        [
            relation(-1, ("relation", -2, "outer"), **GROUNDS),
            relation(-2, ("way", 2, "outer"), **AREA),
        ],
        1,
        {},
    ),
    "one that is deleted": (
        [
            relation(1, ("way", 2, "outer"), ("relation", 3, ""), **GROUNDS),
            relation(3, ("way", 2, "outer"), **AREA).replace(">", ' visible="false">', 1),
        ],
        1,
        {MISSING: 1, "deleted objects": 1},
    ),
    "two in each other": (
        [
            relation(1, ("way", 2, "outer"), ("relation", 3, ""), **GROUNDS),
            relation(3, ("way", 2, "outer"), ("relation", 1, ""), **GROUNDS),
        ],
        2,
        {CIRCLE: 2},
    ),
    "nothing but a circle": (
        [
            relation(1, ("relation", 3, ""), **GROUNDS),
            relation(3, ("relation", 1, ""), **AREA),
        ],
        0,
        {CIRCLE: 1, "relations without places": 1},
    ),
    "one a hundred times": (
        [
            relation(1, *[("relation", 3, "")] * 100, ("relation", 3, "inner"), **GROUNDS),
            relation(3, ("way", 2, "outer"), **AREA),
        ],
        1,
        {},
    ),
    "each in each": (
        [
            relation(
                i, ("way", 2, "outer"), *[("relation", j, "") for j in range(1, 31)], **GROUNDS
            )
            for i in range(1, 31)
        ],
        30,
        {CIRCLE: 30},
    ),
    "an empty one": (
        [
            relation(1, ("way", 2, "outer"), ("relation", 3, ""), **GROUNDS),
            relation(3, **AREA),
        ],
        1,
        {},
    ),
    "a site of sites": (
        [
            relation(1, ("relation", 3, ""), type="site", leisure="park"),
            relation(3, ("relation", 4, ""), type="site"),
            relation(4, ("way", 2, "outer"), **AREA),
        ],
        1,
        {},
    ),
}


@pytest.mark.parametrize("case", NESTED)
def test_relations_in_relations(tmp_path: Path, case: str) -> None:
    relations, n_parks, told = NESTED[case]
    data = read(tmp_path, osm(*NODE, ROAD, RINGED, *relations))
    assert sum(one.kind == "relation" for one in data.places) == n_parks
    assert dict(+data.unread) == told


def test_missing_nodes_and_ways_of_19_digits(tmp_path: Path) -> None:
    """osmium's table of wanted ids would reach up to the largest: 600 petabytes."""
    path = tmp_path / "a.osm.pbf"
    mutable = osmium.osm.mutable
    with osmium.SimpleWriter(str(path)) as writer:
        for ref, place in NODES.items():
            writer.add_node(mutable.Node(id=ref, location=place))
        road = [1, 2**62, 2]
        writer.add_way(mutable.Way(id=1, nodes=road, tags={"highway": "residential"}))
        writer.add_way(mutable.Way(id=2**62, nodes=[11, 12, 13, 14, 11]))
        members = [("w", 2**62, "outer"), ("w", 2**62 - 1, "outer"), ("r", 2**62, "")]
        writer.add_relation(mutable.Relation(id=1, members=members, tags=GROUNDS))
    data = read_osm_data(path, CATEGORIES)
    assert [one.kind for one in data.places] == ["relation"]
    assert dict(+data.unread) == {"ways with nodes that are not in the file": 1, MISSING: 1}
