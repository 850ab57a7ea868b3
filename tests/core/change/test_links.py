"""Short ways that are missing: drawn streets, and every barrier that may lie between them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely
from builders.streets import Street, build_streets
from hypothesis import given
from hypothesis import strategies as st

import access15
from access15.core.change.links import MAX_GAP_M, WORKS, find_missing_links
from access15.core.streets.barriers import BARRIERS, Barriers, build_barriers
from access15.core.streets.network import WalkNetwork

INF = math.inf
NOTHING = build_barriers({})


def stands(kind: str, *shapes: shapely.Geometry) -> Barriers:
    """Barriers of one kind."""
    return build_barriers({kind: np.array(shapes, dtype=object)})


def works(network: WalkNetwork, barriers: Barriers = NOTHING) -> list[str]:
    """What each link takes."""
    return [WORKS[work] for work in find_missing_links(network, barriers).work]


def ladder(gap_m: float = 40.0, **tags: object) -> WalkNetwork:
    """Two streets side by side, joined at their west ends only; the way round from B to D is 2 x
    300 m and the gap.

    A ----300 m---- B
    |               :   gap_m
    C ----300 m---- D
    """
    nodes = {"A": (0.0, gap_m), "B": (300.0, gap_m), "C": (0.0, 0.0), "D": (300.0, 0.0)}
    return build_streets(nodes, [Street("A", "B", **tags), Street("C", "D"), Street("A", "C")])  # type: ignore[arg-type]


def test_a_link_between_the_ends_of_two_streets() -> None:
    """Shortest at every place along the two, so the ends are the only vertices; nothing else within
    100 m is left.
    """
    links = find_missing_links(ladder(), NOTHING)
    assert len(links) == 1
    assert sorted([int(links.edge_a[0]), int(links.edge_b[0])]) == [0, 1]
    assert (links.fraction_a.tolist(), links.fraction_b.tolist()) == ([1.0], [1.0])
    assert links.gap_m[0] == 40.0
    assert links.detour_m[0] == INF  # 640 m, beyond the 300 m that are measured


@pytest.mark.parametrize(
    ("gap_m", "n"), [(0.05, 0), (0.1, 1), (MAX_GAP_M, 1), (MAX_GAP_M + 0.1, 0)]
)
def test_only_links_up_to_60_m(gap_m: float, n: int) -> None:
    assert len(find_missing_links(ladder(gap_m), NOTHING)) == n


@pytest.mark.parametrize(
    ("length_m", "n"),
    [
        (79.0, 0),
        (80.0, 1),
    ],  # round by the west: 2 x 80 + 40 = 200 m, and five times the gap of 40 m
)
def test_only_where_the_way_round_is_long(length_m: float, n: int) -> None:
    nodes = {"A": (0.0, 40.0), "B": (length_m, 40.0), "C": (0.0, 0.0), "D": (length_m, 0.0)}
    links = find_missing_links(
        build_streets(nodes, [Street("A", "B"), Street("C", "D"), Street("A", "C")]), NOTHING
    )
    assert len(links) == n
    assert links.detour_m.tolist() == [200.0] * n


@pytest.mark.parametrize(
    ("kind", "work"),
    [
        ("water", "bridge"),
        ("rail", "bridge"),
        ("motorway", "bridge"),
        ("fence", "gate"),
        ("retaining_wall", "lift_or_ramp"),
    ],
)
@pytest.mark.parametrize(
    "shape",
    [
        shapely.LineString([(250, 20), (350, 20)]),
        shapely.box(290, 10, 310, 12),
        shapely.LineString([(200, 0), (310, 39)]),
    ],
    ids=["across", "area", "aslant"],
)
def test_what_is_crossed_says_what_it_takes(kind: str, work: str, shape: shapely.Geometry) -> None:
    """The link at the east ends crosses the barrier; elsewhere the streets have no other vertex.

    ::

        A ----300 m---- B
        |          ~~~~~:~~~~~
        C ----300 m---- D
    """
    assert works(ladder(), stands(kind, shape)) == [work]
    assert works(ladder(), stands(kind, shapely.box(400, 0, 420, 40))) == ["missing_link"]


def test_no_way_goes_through_a_building() -> None:
    house = shapely.box(290, 10, 310, 12)
    assert works(ladder(), stands("building", house)) == []
    assert works(ladder(), stands("building", shapely.box(400, 0, 420, 40))) == ["missing_link"]


def test_the_hardest_barrier_counts() -> None:
    """A fence along a canal: a gate alone leads into the water."""
    line = np.array([shapely.LineString([(250, 20), (350, 20)])], dtype=object)
    assert works(ladder(), build_barriers({"fence": line, "water": line})) == ["bridge"]
    assert works(ladder(), build_barriers({"fence": line, "retaining_wall": line})) == [
        "lift_or_ramp"
    ]


@pytest.mark.parametrize(
    ("gap_m", "work"), [(0.1, "mapping_fault"), (7.9, "mapping_fault"), (8.0, "missing_link")]
)
def test_below_8_m_the_map_is_looked_at_first(gap_m: float, work: str) -> None:
    assert works(ladder(gap_m)) == [work]


@pytest.mark.parametrize(
    ("gap_m", "streets", "work"),
    [
        (15.9, [1, 1, 0], "mapping_fault"),
        (16.0, [1, 1, 0], "missing_link"),
        (15.9, [1, 2, 0], "missing_link"),
        (15.9, [0, 0, 0], "missing_link"),  # two ways without a name are not one street
    ],
)
def test_ways_of_one_street_lie_apart_by_the_halves_of_both(
    gap_m: float, streets: list[int], work: str
) -> None:
    """A street and a cycleway of its name beside it, or its two carriageways."""
    names = ("", "Via A", "Via B")
    network = replace(ladder(gap_m), street=np.array(streets), street_names=names)
    assert works(network) == [work]


def test_a_small_gap_with_a_fence_in_it_is_no_fault_of_the_map() -> None:
    fence = shapely.LineString([(250, 2), (350, 2)])
    assert works(ladder(4.0), stands("fence", fence)) == ["gate"]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ([0, 0, 0], ["missing_link"]),
        ([1, 0, 0], ["lift_or_ramp"]),
        ([0, -1, 0], ["lift_or_ramp"]),
        ([-1, -1, 0], ["missing_link"]),
    ],
)
def test_between_levels_a_lift_or_a_ramp_is_needed(level: list[int], expected: list[str]) -> None:
    """A street on an embankment or in a cutting beside one at the ground."""
    assert works(replace(ladder(), level=np.array(level, dtype=np.int8))) == expected
    near = replace(ladder(4.0), level=np.array([1, 0, 0], dtype=np.int8))
    assert works(near) == ["lift_or_ramp"]  # never a fault of the map


@pytest.mark.parametrize(("name", "level"), [("bridge", 1), ("tunnel", -1)])
def test_bridges_and_tunnels_are_joined_by_lifts_only(name: str, level: int) -> None:
    """C-D on a bridge (in a tunnel): from A-B at the ground a lift, from a bridge beside it
    nothing, for between two bridges there is no ground.
    """
    is_there, lies = np.array([False, True, False]), np.array([0, level, 0], dtype=np.int8)
    assert works(replace(ladder(), **{name: is_there}, level=lies)) == ["lift_or_ramp"]
    both, up = np.array([True, True, False]), np.array([level, level, 0], dtype=np.int8)
    assert works(replace(ladder(), **{name: both}, level=up)) == []


def test_a_street_above_is_not_crossed() -> None:
    """E-F runs between A-B and C-D: at the ground links end there, above it they pass beneath."""
    for level, joined in ((0, (0, 3)), (2, (0, 1))):
        lies = np.array([0, 0, 0, level], dtype=np.int8)
        links = find_missing_links(replace(between(), level=lies), NOTHING)
        assert [WORKS[work] for work in links.work] == ["missing_link"]
        assert (links.edge_a[0], links.edge_b[0]) == joined


def between() -> WalkNetwork:
    """A ladder with a street E-F between its two, from the east.

    ::

        A ----300 m---- B
        |        E----------- F
        C ----300 m---- D
    """
    nodes = {
        "A": (0.0, 40.0),
        "B": (300.0, 40.0),
        "C": (0.0, 0.0),
        "D": (300.0, 0.0),
        "E": (250.0, 20.0),
        "F": (900.0, 20.0),
    }
    return build_streets(
        nodes, [Street("A", "B"), Street("C", "D"), Street("A", "C"), Street("E", "F")]
    )


def test_no_link_across_a_street_or_from_steps_bridges_and_tunnels() -> None:
    assert len(find_missing_links(ladder(steps=True), NOTHING)) == 0
    # a bridge of which nobody knows the level
    for name in ("bridge", "tunnel"):
        lies = {name: np.array([False, True, False])}
        assert len(find_missing_links(replace(ladder(), **lies), NOTHING)) == 0
    links = find_missing_links(between(), NOTHING)
    assert {
        frozenset(pair) for pair in zip(links.edge_a.tolist(), links.edge_b.tolist(), strict=True)
    } <= {
        frozenset((0, 3)),
        frozenset((1, 3)),
    }


def test_the_easiest_of_links_beside_each_other_is_kept() -> None:
    """At the ends B-D a fence stands in a gap of 40 m; 90 m to the west the gap is 41 m and free.

    ::

        A ---------E--- B     E-B and F-D are 90 m long: within 100 m at both ends
        |          :  ==:==
        C ---------F--- D
    """
    nodes = {
        "A": (0.0, 41.0),
        "E": (210.0, 41.0),
        "B": (300.0, 40.0),
        "C": (0.0, 0.0),
        "F": (210.0, 0.0),
        "D": (300.0, 0.0),
    }
    names = [("A", "E"), ("E", "B"), ("C", "F"), ("F", "D"), ("A", "C")]
    network = build_streets(nodes, [Street(*pair) for pair in names])
    assert [round(m) for m in find_missing_links(network, NOTHING).gap_m] == [40]
    fenced = find_missing_links(network, stands("fence", shapely.box(250, 20, 350, 21)))
    assert [WORKS[work] for work in fenced.work] == ["missing_link"]
    assert fenced.gap_m[0] > 40.0


# --- what the map leaves out --------------------------------------------------------------------


def canal(n_bridges: int = 1, **tags: object) -> WalkNetwork:
    """Two towpaths whose water nobody drew, joined by bridges at their west ends.

    ::

        A ------- E ----300 m---- B
        ||        ||
        C ------- F ----300 m---- D
    """
    nodes = {
        "A": (0.0, 25.0),
        "E": (60.0, 25.0),
        "B": (360.0, 25.0),
        "C": (0.0, 0.0),
        "F": (60.0, 0.0),
        "D": (360.0, 0.0),
    }
    names = [("A", "E"), ("E", "B"), ("C", "F"), ("F", "D"), ("E", "F"), ("A", "C")]
    network = build_streets(nodes, [Street(*pair) for pair in names[: 4 + n_bridges]])
    is_bridge = np.arange(network.n_edges) >= 4
    return replace(network, bridge=is_bridge, level=is_bridge.astype(np.int8), **tags)  # type: ignore[arg-type]


def test_a_bridge_on_the_way_round_tells_of_water_that_is_not_mapped() -> None:
    """B-D is 625 m round by the bridge E-F: what passes beneath it passes between B and D, too."""
    assert works(canal()) == ["bridge"]
    assert works(canal(n_bridges=2)) == ["bridge"]  # the second is on no shortest way
    plain = replace(canal(), bridge=np.zeros(5, dtype=bool), level=np.zeros(5, dtype=np.int8))
    assert works(plain) == ["missing_link"]


def test_a_bridge_over_what_is_mapped_tells_nothing() -> None:
    """Rails beneath the bridge that end before B-D: what is mapped is crossed, or it is not."""
    rails = shapely.LineString([(50, 12), (100, 12)])
    assert works(canal(), stands("rail", rails)) == ["missing_link"]
    through = shapely.LineString([(50, 12), (400, 12)])
    assert works(canal(), stands("rail", through)) == ["bridge"]


def test_two_bridges_one_after_the_other_tell_nothing() -> None:
    """The way round crosses the brook twice: it need not pass between B and D.

    ::

             ~
        A ---=--- B       the brook comes and goes beneath the two bridges of the west end
        |    ~
        C ---=--- D
             ~
    """
    nodes = {
        "A": (0.0, 25.0),
        "G": (20.0, 25.0),
        "E": (30.0, 25.0),
        "B": (360.0, 25.0),
        "C": (0.0, 0.0),
        "H": (20.0, 0.0),
        "F": (30.0, 0.0),
        "D": (360.0, 0.0),
    }
    names = ["AG", "GE", "EB", "CH", "HF", "FD", "AC"]
    network = build_streets(nodes, [Street(*pair) for pair in names])
    is_bridge = np.isin(np.arange(7), [1, 4])
    brook = replace(network, bridge=is_bridge, level=is_bridge.astype(np.int8))
    assert works(brook) == ["missing_link"]


# --- properties ---------------------------------------------------------------------------------

_PLACES = st.tuples(st.integers(-20, 320), st.integers(-20, 60))
_LINES = st.lists(_PLACES, min_size=2, max_size=4).map(shapely.LineString)


@given(
    st.lists(st.tuples(st.sampled_from(BARRIERS), _LINES), max_size=6),
    st.floats(0.5, 60.0),
)
def test_every_link_is_what_it_crosses(
    drawn: list[tuple[str, shapely.LineString]], gap_m: float
) -> None:
    """Whatever stands there: each link told is free of buildings, and told by its hardest barrier;
    one more barrier never makes it easier.
    """
    network = ladder(gap_m)
    kinds = {kind: np.array([s for k, s in drawn if k == kind], dtype=object) for kind in BARRIERS}
    links = find_missing_links(network, build_barriers(kinds))
    easiest = find_missing_links(network, NOTHING)
    assert len(links) <= len(easiest) == 1
    trim = min(0.02, 0.5 / max(gap_m, 1.0)) * gap_m
    inner = shapely.LineString([(300.0, trim), (300.0, gap_m - trim)])
    met = {kind for kind, shape in drawn if inner.intersects(shape)}
    hardest = 1 if gap_m >= 8 else 0
    hardest = max(
        [hardest]
        + [WORKS.index("gate")] * ("fence" in met)
        + [WORKS.index("lift_or_ramp")] * ("retaining_wall" in met)
        + [WORKS.index("bridge")] * bool(met & {"water", "rail", "motorway"})
    )
    assert links.work.tolist() == ([] if "building" in met else [hardest])


# --- the real neighbourhood ---------------------------------------------------------------------


@pytest.mark.real_data
def test_the_naviglio_pavese_is_known_as_a_barrier(milan: access15.Run) -> None:
    """Of the twenty leading links of October 2014 five crossed the canal, of which the extract has
    one bank south of 45.4327 and nothing but the bridges north of it.
    """
    area = milan.areas["chiesa_rossa"]
    fixes = area.fixes
    across = fixes[
        fixes["street"].str.contains("Naviglio Pavese")
        & fixes["street_to"].str.contains("Chiesa Rossa|Ascanio Sforza")
        | fixes["street_to"].str.contains("Naviglio Pavese")
        & fixes["street"].str.contains("Chiesa Rossa|Ascanio Sforza")
    ]
    assert len(across)
    assert set(across["kind"]) == {"bridge"}
