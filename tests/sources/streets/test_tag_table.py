"""Every row of `tag_table.csv`, drawn and walked: what people may do where the tags say so."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import networkx as nx
import pytest
from builders.drawn_osm import box, lonlat, node_at, write_osm

from access15.config import load_profiles
from access15.core.streets.network import WalkNetwork
from access15.core.walk.impedance import build_impedance
from access15.sources.streets.boxes import Clip
from access15.sources.streets.cut import cut_areas
from access15.sources.streets.read import read_osm_data

CRS = "EPSG:32632"
TABLE = Path(__file__).with_name("tag_table.csv")
NOON, NIGHT = datetime.fromisoformat("2025-05-21T12:00"), datetime.fromisoformat("2025-05-21T23:30")
Tags = Mapping[str, str]
Walked = tuple[float, float]  # there and back again [s]

# The way under test is 80 m long, between A and B; 360 m lead round it. Z lies on its middle.
#
#     3 ---------------- 4
#     |                  |     140 m
#     A ------- Z ------ B     80 m
A, Z, B = (0, 0), (40, 0), (80, 0)
ROUND_M = 360.0


def tags(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split(";") if pair)


def walk_way(
    folder: Path,
    way: Tags,
    node: Tags | None = None,
    *,
    profile: str = "plain",
    at: datetime | None = None,
) -> Walked:
    """Seconds from A to B and back, on the way under test or round it."""
    nodes = {1: A, 2: (*Z, node or {}), 5: B, 3: (0, 140), 4: (80, 140)}
    ways = {10: ([1, 2, 5], way), 11: ([1, 3, 4, 5], {"highway": "footway", "surface": "asphalt"})}
    return walk_drawing(folder, nodes, ways, A, B, profile=profile, at=at)


def read_network(
    folder: Path, nodes: Mapping, ways: Mapping, *, at: datetime | None = None, **more: Mapping
) -> WalkNetwork:
    path = write_osm(folder / "drawing.osm", nodes, ways, **more)
    here = box(-600, -600, 900, 900)
    data = read_osm_data(path, ()) if at is None else read_osm_data(path, (), at)
    return cut_areas(data, path, {"here": Clip(box(0, 0, 1, 1), here)}, crs=CRS)["here"].network


def walk_drawing(
    folder: Path,
    nodes: Mapping,
    ways: Mapping,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    profile: str = "plain",
    at: datetime | None = None,
    **more: Mapping,
) -> Walked:
    """Seconds between two nodes of a drawing, there and back, by another program's search."""
    network = read_network(folder, nodes, ways, at=at, **more)
    cost = build_impedance(network, load_profiles()[profile])
    graph = nx.MultiDiGraph()
    for e in range(network.n_edges):
        u, v = int(network.edge_u[e]), int(network.edge_v[e])
        ends_s = cost.at_u_s[e] + cost.at_v_s[e]
        for a, b, seconds in ((u, v, cost.forward_s[e]), (v, u, cost.backward_s[e])):
            if math.isfinite(seconds + ends_s):
                graph.add_edge(a, b, s=float(seconds + ends_s))
    a, b = node_at(network, start), node_at(network, end)
    return tuple(  # type: ignore[return-value]
        nx.shortest_path_length(graph, x, y, weight="s") if nx.has_path(graph, x, y) else math.inf
        for x, y in ((a, b), (b, a))
    )


def _flat_s(metres: float, profile: str = "plain") -> float:
    return metres / load_profiles()[profile].pace_ms


def _is_s(found: float, expected: float) -> bool:
    return found == pytest.approx(expected, rel=2e-3, abs=0.1)


def _passes(folder: Path, way: str, node: str = "", **how: object) -> bool:
    there, back = walk_way(folder, tags(way), tags(node), **how)  # type: ignore[arg-type]
    is_straight = _is_s(there, _flat_s(80)) and _is_s(back, _flat_s(80))
    is_round = _is_s(there, _flat_s(ROUND_M)) and _is_s(back, _flat_s(ROUND_M))
    assert is_straight or is_round, (way, node, there, back)
    return is_straight


def _each(pattern: str) -> list[str]:
    """``a=1;b=x | y`` is ``a=1;b=x`` and ``a=1;b=y``."""
    pairs = [pair.split("=", 1) for pair in pattern.split(";")]
    found = [""]
    for key, values in pairs:
        found = [f"{one};{key}={value.strip()}" for one in found for value in values.split("|")]
    return found


def blocked(*ways: str, nodes: tuple[str, ...] = ("",)) -> Callable[[Path], None]:
    def check(folder: Path) -> None:
        for way in (one for pattern in ways for one in _each(pattern)):
            for node in nodes:
                assert not _passes(folder, way, node), (way, node)

    return check


def passes(*ways: str, nodes: tuple[str, ...] = ("",), **how: object) -> Callable[[Path], None]:
    def check(folder: Path) -> None:
        for way in (one for pattern in ways for one in _each(pattern)):
            for node in nodes:
                assert _passes(folder, way, node, **how), (way, node)

    return check


def _permit(folder: Path) -> None:
    others = "delivery | emergency | psv | permit | military | agricultural | forestry"
    blocked(f"highway=service;access={others}")(folder)
    passes("highway=service;access=delivery;foot=yes | designated | permissive | official")(folder)


def _locked_gate(folder: Path) -> None:
    blocked("highway=footway", nodes=("barrier=gate;locked=yes",))(folder)
    passes("highway=footway", nodes=("barrier=gate;locked=yes;foot=yes", "barrier=gate"))(folder)


def _private_door(folder: Path) -> None:
    doors = ("entrance=yes;access=private", "door=yes;access=no")
    blocked("highway=corridor | footway", nodes=doors)(folder)
    passes("highway=corridor | footway", nodes=("entrance=yes", "door=yes"))(folder)


def _beside_its_pavement(folder: Path) -> None:
    for kind in ("primary", "secondary", "tertiary"):
        for told in ("foot=use_sidepath", "sidewalk=separate", "sidewalk:both=separate"):
            blocked(f"highway={kind};{told}")(folder)
        _cross_carriageway(folder, kind)
    passes("highway=primary;sidewalk=both", "highway=primary")(folder)


def _cross_carriageway(folder: Path, kind: str) -> None:
    """A crossing drawn in two halves over a carriageway that nobody walks along: one wait."""
    #      3 pavement          the halves meet on the carriageway
    #      :
    #  1 --2-- 5
    #      :
    #      4 pavement
    nodes = {1: (-60, 0), 2: (0, 0), 5: (60, 0), 3: (0, 8), 4: (0, -8), 6: (50, 8), 7: (50, -8)}
    across = {"highway": "footway", "footway": "crossing", "crossing": "zebra"}
    ways = {
        10: ([1, 2, 5], {"highway": kind, "sidewalk": "separate"}),
        11: ([3, 2], across),
        12: ([4, 2], across),
        13: ([3, 6], {"highway": "footway", "footway": "sidewalk"}),
        14: ([4, 7], {"highway": "footway", "footway": "sidewalk"}),
    }
    there, back = walk_drawing(folder, nodes, ways, (0, 8), (0, -8), profile="older_adult")
    wait_s = load_profiles()["older_adult"].crossing_marked_s
    assert _is_s(there, _flat_s(16, "older_adult") + wait_s)
    assert _is_s(back, there)


def _quiet_street(folder: Path) -> None:
    """Pavements on both sides of a quiet street, joined only at its far end, 300 m away."""
    #   3 ------------------ 4     pavement, y = 6
    #   1 ------------------ 2     street, joined to neither here
    #   5 ------------------ 6     pavement, y = -6
    nodes = {
        1: (0, 0),
        2: (300, 0),
        3: (0, 6),
        4: (300, 6),
        5: (0, -6),
        6: (300, -6),
        7: (0, 30),
        8: (0, -30),
    }
    side = {"highway": "footway", "footway": "sidewalk"}
    for kind in ("residential", "living_street", "service"):
        ways = {
            10: ([1, 2], {"highway": kind, "sidewalk": "separate"}),
            11: ([3, 4], side),
            12: ([5, 6], side),
            13: ([4, 6], side),
            14: ([3, 7], {"highway": "path"}),
            15: ([5, 8], {"highway": "path"}),
        }
        there, _ = walk_drawing(folder, nodes, ways, (0, 6), (0, -6), profile="adult")
        adult = load_profiles()["adult"]
        assert _is_s(there, 12 / adult.pace_ms + adult.crossing_unmarked_s), kind
        ways[10] = ([1, 2], {"highway": kind, "sidewalk": "separate", "maxspeed": "70"})
        there, _ = walk_drawing(folder, nodes, ways, (0, 6), (0, -6), profile="adult")
        assert there > 600 / adult.pace_ms, "a fast street is not crossed anywhere"


def _by_day(folder: Path) -> None:
    way = tags("highway=footway;foot=no;foot:conditional=yes @ (06:00-22:00)")
    assert _is_s(walk_way(folder, way)[0], _flat_s(80))  # ten on a working day
    assert _is_s(walk_way(folder, way, at=NOON)[0], _flat_s(80))
    assert _is_s(walk_way(folder, way, at=NIGHT)[0], _flat_s(ROUND_M))


def _closed_by_night(folder: Path) -> None:
    way = tags("highway=footway;access:conditional=no @ (22:00-06:00)")
    assert _is_s(walk_way(folder, way)[0], _flat_s(80))
    assert _is_s(walk_way(folder, way, at=NIGHT)[0], _flat_s(ROUND_M))


def _escalator(folder: Path) -> None:
    for word, is_back in (("forward", False), ("backward", True)):
        way = tags(f"highway=steps;conveying={word}")
        found = walk_way(folder, way, profile="adult")
        with_it, against = found[::-1] if is_back else found
        assert _is_s(with_it, _flat_s(80, "adult"))
        assert _is_s(against, _flat_s(ROUND_M, "adult"))


def _one_way(folder: Path) -> None:
    there, back = walk_way(folder, tags("highway=footway;oneway:foot=yes"))
    assert _is_s(there, _flat_s(80))
    assert _is_s(back, _flat_s(ROUND_M))
    passes("highway=footway;oneway=yes")(folder)


def _lift(folder: Path) -> None:
    for key, profile in load_profiles().items():
        flat_s = 80 / profile.pace_with_rests_ms
        by_node = walk_way(folder, tags("highway=footway"), {"highway": "elevator"}, profile=key)
        by_way = walk_way(folder, tags("highway=elevator"), profile=key)
        assert profile.lift_s > 0
        for found in (by_node[0], by_way[0]):
            assert _is_s(found, min(flat_s + profile.lift_s, ROUND_M / profile.pace_with_rests_ms))


def _few_steps(folder: Path) -> None:
    profile = load_profiles()["older_adult"]
    tread_m = 0.3
    extra_m = 3 * tread_m * (profile.steps_factor - 1)
    for kind in ("footway", "steps"):
        way = tags(f"highway={kind};step_count=3")
        found = walk_way(folder, way, profile="older_adult")
        assert _is_s(found[0], (80 + extra_m) / profile.pace_ms)
    all_steps = walk_way(folder, tags("highway=steps"), profile="older_adult")
    assert _is_s(all_steps[0], 80 * profile.steps_factor / profile.pace_ms)


def _ramp(folder: Path) -> None:
    flat_s = _flat_s(80, "wheelchair")
    way = tags("highway=steps;ramp:wheelchair=yes")
    assert _is_s(walk_way(folder, way, profile="wheelchair")[0], flat_s)
    blocked_s = walk_way(folder, tags("highway=steps;wheelchair=yes"), profile="wheelchair")[0]
    assert _is_s(blocked_s, _flat_s(ROUND_M, "wheelchair"))


def _wheels(folder: Path) -> None:
    profile = load_profiles()["wheelchair"]
    told = {
        "smoothness=very_bad": math.inf,
        "smoothness=horrible": math.inf,
        "smoothness=bad": profile.ground_factor(smoothness="bad"),
        "smoothness=good": 1.0,
        "surface=sand": math.inf,
        "surface=cobblestone": profile.ground_factor(surface="rough"),
        "width=0.8": math.inf,
        "width=0.9": 1.0,
        "incline=steep": math.inf,
        "incline=12%": math.inf,
        "incline=up": math.exp(3.5 * profile.incline_up),
    }
    for text, factor in told.items():
        there = walk_way(folder, tags(f"highway=footway;{text}"), profile="wheelchair")[0]
        assert _is_s(there, min(80 * factor, ROUND_M) / profile.pace_ms), text
    assert profile.ground_factor(surface="rough") > 1
    passes("highway=footway;smoothness=very_bad;surface=sand;width=0.5")(folder)


def _wide_road(folder: Path) -> None:
    #           4
    #      1 -- 2 -- 3     four lanes
    #           5
    nodes = {1: (-60, 0), 2: (0, 0), 3: (60, 0), 4: (0, 60), 5: (0, -60)}
    for side in ("residential", "footway", "service"):
        ways = {
            10: ([1, 2, 3], tags("highway=secondary;lanes=4")),
            11: ([4, 2, 5], {"highway": side}),
        }
        for key, profile in load_profiles().items():
            found = walk_drawing(folder, nodes, ways, (0, 60), (0, -60), profile=key)[0]
            assert profile.crossing_wide_s > 0
            assert _is_s(found, 120 / profile.pace_with_rests_ms + profile.crossing_wide_s)


def _square(folder: Path) -> None:
    """An open square, as a way and as a relation: straight from corner to corner."""
    #   4 ------- 3
    #   |         |     150 x 189 m: round two sides 339 m, straight 241.3 m
    #   1 ------- 2
    corners = {1: (0, 0), 2: (150, 0), 3: (150, 189), 4: (0, 189)}
    nodes = {**corners, 5: (-50, 0), 6: (200, 189)}
    streets = {20: ([5, 1], {"highway": "footway"}), 21: ([3, 6], {"highway": "footway"})}
    straight_m = math.hypot(150, 189)
    for kind in ("pedestrian", "footway"):
        area = {"highway": kind, "area": "yes"}
        ways = {**streets, 10: ([1, 2, 3, 4, 1], area)}
        assert _is_s(walk_drawing(folder, nodes, ways, (0, 0), (150, 189))[0], _flat_s(straight_m))
        ways = {**streets, 10: ([1, 2, 3, 4, 1], {})}
        relation = {30: ([(10, "outer")], {"type": "multipolygon", **area})}
        found = walk_drawing(folder, nodes, ways, (0, 0), (150, 189), relations=relation)
        assert _is_s(found[0], _flat_s(straight_m))


def _multi_valued(folder: Path) -> None:
    assert _is_s(walk_way(folder, {"highway": "unclassified;residential"})[0], _flat_s(80))


ROWS: dict[str, Callable[[Path], None]] = {
    "access limited to others": _permit,
    "permit on foot": blocked("highway=footway;foot=permit"),
    "closed or gone": blocked(
        "highway=footway;disused=yes",
        "highway=footway;abandoned=yes",
        "highway=path;construction=yes",
    ),
    "gate locked": _locked_gate,
    "wall or fence across": blocked("highway=footway", nodes=("barrier=wall", "barrier=fence")),
    "private door or entrance": _private_door,
    "lift gate of a car park": passes(
        "highway=residential | service", nodes=("barrier=lift_gate;access=private",)
    ),
    "gate private but open on foot": passes(
        "highway=footway", nodes=("barrier=gate;access=private;foot=yes",)
    ),
    "trunk with pavements": passes("highway=trunk;sidewalk=both | left | right | yes"),
    "fast tunnel without pavement": blocked(
        "highway=primary;sidewalk=no;tunnel=yes;maxspeed=90",
    ),
    "carriageway beside its own pavement": _beside_its_pavement,
    "quiet street with mapped pavements": _quiet_street,
    "open by day": _by_day,
    "closed by night": _closed_by_night,
    "escalator against its direction": _escalator,
    "one way on foot": _one_way,
    "lift": _lift,
    "few steps on a long way": _few_steps,
    "steps with a ramp": _ramp,
    "surface and smoothness": _wheels,
    "wide road without a mapped crossing": _wide_road,
    "pier": passes("man_made=pier"),
    "ferry": blocked("route=ferry", "highway=footway;route=ferry"),
    "open square": _square,
    "mountain path": blocked(
        "highway=path;sac_scale=alpine_hiking | demanding_alpine_hiking | difficult_alpine_hiking",
        "highway=via_ferrata",
        "highway=path;golf=cartpath",
    ),
    "multi-valued highway": _multi_valued,
}


def test_every_row_of_the_table_has_its_walk() -> None:
    with TABLE.open(encoding="utf-8") as file:
        assert {row["situation"] for row in csv.DictReader(file)} == set(ROWS)


@pytest.mark.parametrize("situation", ROWS)
def test_row(tmp_path: Path, situation: str) -> None:
    ROWS[situation](tmp_path)


def test_without_a_pavement_in_sight_a_fast_tunnel_stays_unknown(tmp_path: Path) -> None:
    passes(
        "highway=primary;tunnel=yes;maxspeed=90",
        "highway=primary;sidewalk=no;tunnel=yes;maxspeed=50",
        "highway=primary;sidewalk=no;tunnel=building_passage;maxspeed=90",
    )(tmp_path)


def test_values_of_a_tag_all_deny_or_one_allows(tmp_path: Path) -> None:
    blocked("highway=footway")  # the plain way is no example of its own
    assert _is_s(walk_way(tmp_path, {"highway": "footway", "foot": "no;private"})[0], _flat_s(360))
    assert _is_s(walk_way(tmp_path, {"highway": "footway", "foot": "no;yes"})[0], _flat_s(80))


def test_lonlat_is_where_the_drawing_is() -> None:
    assert lonlat(0, 0) == pytest.approx((9.179, 45.434), abs=0.01)
