"""The scripts of the session page compute what Python computes, number by number.

Hundreds of random neighbourhoods go through Node in one process. Times, costs and doors must be
equal, not near.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.sparse.csgraph
import shapely
from builders.session_oracle import Answer, changed_streets, solve
from builders.session_scenes import (
    CUTOFFS_MIN,
    MAX_SNAP_M,
    METRES_PER_DEGREE,
    TARGETS,
    Neighbourhood,
    ask_core,
    numbers,
    random_changes,
    random_neighbourhood,
    random_points,
)
from builders.streets import Street, build_streets, walker
from numpy.typing import NDArray
from scipy.sparse import coo_array

from access15.core.change.way_round import find_bridged, list_bare_bridges
from access15.core.change.works import name_works
from access15.core.streets.barriers import build_barriers
from access15.core.walk.doors import find_door_streets
from access15.core.walk.graph import place_points
from access15.core.walk.impedance import build_impedance
from access15.core.walk.snap import build_snapper, snap_points

pytestmark = pytest.mark.node

N = 400
_WANT = ["times", "nodes", "parts", "covered", "costs", "streets", "home_doors"]


@pytest.fixture(scope="module")
def places() -> list[Neighbourhood]:
    return [random_neighbourhood(seed) for seed in range(N)]


@pytest.fixture(scope="module")
def sessions(places: list[Neighbourhood]) -> list[dict[str, Any]]:
    return [place.to_json() for place in places]


def _question(session: int, changes: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    rng = np.random.default_rng(20_000 + session)
    return {
        "session": session,
        "profile": str(rng.choice(["adult", "frail", "wheelchair", "sitting"])),
        "target": str(rng.choice(TARGETS)),
        "cutoff_s": float(rng.choice([60.0, 120.0, 240.0])),
        "changes": changes,
        "want": _WANT,
        **more,
    }


def _solve(here: Neighbourhood, question: dict[str, Any]) -> Answer:
    return solve(
        here, question["changes"], question["profile"], question["target"], question["cutoff_s"]
    )


def _assert_same(expected: Answer, found: dict[str, Any], what: object) -> None:
    impedance, network = expected.impedance, expected.streets.network
    costs = {
        "forward": impedance.forward_s,
        "backward": impedance.backward_s,
        "atU": impedance.at_u_s,
        "atV": impedance.at_v_s,
    }
    for name, seconds in costs.items():
        np.testing.assert_array_equal(
            numbers(found["costs"][name]), seconds, err_msg=f"{what} {name}"
        )
    np.testing.assert_array_equal(
        found["streets"]["length_m"], network.length_m, err_msg=f"{what} lengths"
    )
    assert found["streets"]["u"] == network.edge_u.tolist()
    assert found["streets"]["v"] == network.edge_v.tolist()
    for name, doors in (
        ("edge", expected.homes.snapped.edge),
        ("owner", expected.homes.owner),
    ):
        assert found["home_doors"][name] == doors.tolist(), what
    on = expected.homes.snapped.edge >= 0
    for name in ("fraction", "snap_m"):
        doors = getattr(expected.homes.snapped, name)
        np.testing.assert_array_equal(
            numbers(found["home_doors"][name])[on], doors[on], err_msg=f"{what} {name}"
        )
    np.testing.assert_array_equal(numbers(found["times"]), expected.home_s, err_msg=f"{what} homes")
    if expected.node_s is not None:
        np.testing.assert_array_equal(
            numbers(found["nodes"]), expected.node_s, err_msg=f"{what} nodes"
        )
    parts = expected.parts
    assert found["parts"]["edge"] == parts.edge.tolist(), what
    np.testing.assert_array_equal(found["parts"]["from"], parts.start, err_msg=f"{what} parts")
    np.testing.assert_array_equal(found["parts"]["to"], parts.stop, err_msg=f"{what} parts")


def _count(here: Neighbourhood, home_s: NDArray[np.float64]) -> list[float]:
    covered = []
    for cutoff in CUTOFFS_MIN:
        total = 0.0
        for people, seconds in zip(here.people.tolist(), home_s.tolist(), strict=True):
            total += people if seconds <= 60 * cutoff else 0.0
        covered.append(total)
    return covered


def test_streets_as_they_are(places: list[Neighbourhood], sessions: list[dict[str, Any]]) -> None:
    """Islands, parallel streets, loops, no length, steps, slopes, kerbs, crossings, rests,
    seats.
    """
    questions = [_question(i, []) for i in range(N)]
    for here, question, found in zip(places, questions, ask_core(sessions, questions), strict=True):
        expected = _solve(here, question)
        _assert_same(expected, found, question)
        assert found["covered"]["all"] == _count(here, expected.home_s)


def test_proposals(places: list[Neighbourhood], sessions: list[dict[str, Any]]) -> None:
    """Every kind of change, mixed; arrays of an earlier walk are written over."""
    questions = [_question(i, random_changes(i, here), reuse=True) for i, here in enumerate(places)]
    questions += [{**one, "profile": "sitting", "cutoff_s": 240.0} for one in questions]
    questions += [{**one, "profile": "wheelchair", "target": "library"} for one in questions[:N]]
    n = dict.fromkeys(("second", "anew", "links", "parts", "homeless"), 0)
    for question, found in zip(questions, ask_core(sessions, questions), strict=True):
        here = places[question["session"]]
        expected = _solve(here, question)
        _assert_same(expected, found, question)
        door = expected.homes.snapped.edge
        moved = expected.streets.linked.move(here.snapped(here.home_xy)).edge
        n["second"] += len(here.second_xy)
        n["anew"] += int((door != moved).sum())
        n["homeless"] += int(((door < 0) & (moved >= 0)).sum())
        n["links"] += int(expected.streets.linked.is_link.sum())
        n["parts"] += int(((expected.parts.start > 0) & (expected.parts.stop < 1)).sum())
    assert min(n.values()) > 50, f"the random proposals ask too little: {n}"


def test_changed_lines_and_faults(
    places: list[Neighbourhood], sessions: list[dict[str, Any]]
) -> None:
    """Streets are cut at the same places, and changes that mean nothing are told for the same
    reason.
    """
    questions = [_question(i, random_changes(i, here)) for i, here in enumerate(places)]
    kinds = set()
    for question, found in zip(questions, ask_core(sessions, questions), strict=True):
        expected = changed_streets(places[question["session"]], question["changes"])
        told = {one["id"]: one["code"] for one in found["streets"]["problems"]}
        assert told == {fault.id: fault.code for fault in expected.faults}, question
        kinds |= set(told.values())
        linked, streets = expected.linked, found["streets"]
        n = len(linked.piece_edge)
        assert streets["pieceEdge"] == linked.piece_edge.tolist()
        np.testing.assert_array_equal(streets["pieceStart"], linked.piece_start)
        np.testing.assert_array_equal(streets["pieceStop"], linked.piece_stop)
        assert np.array_equal(np.array(streets["isLink"], dtype=bool), linked.is_link)
        assert np.array_equal(np.array(streets["isClosed"], dtype=bool), expected.is_closed)
        xy = np.column_stack([streets["x"], streets["y"]])
        for e in range(len(linked.is_link)):
            mine = xy[streets["vertexStart"][e] : streets["vertexStart"][e + 1]]
            theirs = linked.network.vertex_xy[
                linked.network.vertex_start[e] : linked.network.vertex_start[e + 1]
            ]
            if e < n and linked.piece_start[e] == 0 and linked.piece_stop[e] == 1:
                theirs = expected.original.vertex_xy[
                    slice(*expected.original.vertex_start[linked.piece_edge[e] :][:2])
                ]
            assert shapely.LineString(mine).equals_exact(
                shapely.LineString(theirs), 0.0
            ) or np.array_equal(_without_doubles(mine), _without_doubles(theirs)), question
    assert kinds == {"no_street", "no_steps", "no_kerb", "too_short"} | (kinds & {"too_long"})


def _without_doubles(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    keep = np.ones(len(xy), dtype=bool)
    keep[1:] = (xy[1:] != xy[:-1]).any(axis=1)
    return xy[keep]


def test_equals_scipy(places: list[Neighbourhood], sessions: list[dict[str, Any]]) -> None:
    """Seconds at junctions, by another program: scipy's Dijkstra from a node before all doors."""
    questions = [
        {**_question(i, []), "profile": "frail", "cutoff_s": 1e6, "want": ["nodes"]}
        for i in range(N)
    ]
    n_reached = 0
    for here, question, found in zip(places, questions, ask_core(sessions, questions), strict=True):
        expected = _scipy_times(here, question)
        np.testing.assert_array_equal(numbers(found["nodes"]), expected)
        n_reached += int(np.isfinite(expected).sum())
    assert n_reached > N


def _scipy_times(here: Neighbourhood, question: dict[str, Any]) -> NDArray[np.float64]:
    network, profile = here.network, here.profiles[question["profile"]]
    i = build_impedance(network, profile)
    rows = here.rows(question["target"])
    doors = place_points(
        network,
        i,
        here.facilities.doors.take(np.isin(here.facilities.doors.owner, rows)).snapped,
        leaving=False,
    )
    start, u, v = network.n_nodes, network.edge_u, network.edge_v
    origin = np.concatenate([u, v, np.full(2 * len(doors), start)])
    to = np.concatenate([v, u, doors.node_a, doors.node_b])
    back_s, out_s = i.at_v_s + i.backward_s + i.at_u_s, i.at_u_s + i.forward_s + i.at_v_s
    cost_s = np.concatenate([back_s, out_s, doors.cost_a_s, doors.cost_b_s])
    cheapest: dict[tuple[int, int], float] = {}
    for a, b, seconds in zip(origin.tolist(), to.tolist(), cost_s.tolist(), strict=True):
        if b >= 0 and a != b and seconds < np.inf:
            cheapest[a, b] = min(seconds, cheapest.get((a, b), np.inf))
    ends = np.array(list(cheapest), dtype=np.int64).reshape(-1, 2)
    graph = coo_array(
        (np.array(list(cheapest.values())), (ends[:, 0], ends[:, 1])), shape=(start + 1, start + 1)
    )
    return np.asarray(scipy.sparse.csgraph.dijkstra(graph.tocsr(), indices=start)[:start])


def test_cutoff_is_inclusive_to_the_last_bit(
    places: list[Neighbourhood], sessions: list[dict[str, Any]]
) -> None:
    """Who needs exactly the cutoff arrives; with one unit in the last place less, nobody does."""
    wide = [
        {**_question(i, random_changes(i, here)), "want": ["times"]}
        for i, here in enumerate(places)
    ]
    questions: list[dict[str, Any]] = []
    asked: list[int] = []
    for question, found in zip(wide, ask_core(sessions, wide), strict=True):
        times = numbers(found["times"])
        times[np.isinf(times)] = -1.0
        home = int(np.argmax(times))
        if times[home] > 0:
            for cutoff_s in (times[home], np.nextafter(times[home], 0)):
                questions.append({**question, "cutoff_s": float(cutoff_s)})
                asked.append(home)
    assert len(questions) > N
    answers = ask_core(sessions, questions)
    for home, question, found in zip(asked[::2], questions[::2], answers[::2], strict=True):
        assert found["times"][home] == question["cutoff_s"]
    for home, found in zip(asked[1::2], answers[1::2], strict=True):
        assert found["times"][home] is None


def test_snaps_as_geos(places: list[Neighbourhood], sessions: list[dict[str, Any]]) -> None:
    """The nearest street, the lowest of equally near ones, and the very place on it."""
    points = [
        random_points(np.random.default_rng(30_000 + i), here.network, 40)
        for i, here in enumerate(places)
    ]
    questions = [
        {"session": i, "snap": xy.tolist(), "limit_m": MAX_SNAP_M} for i, xy in enumerate(points)
    ]
    for here, xy, found in zip(places, points, ask_core(sessions, questions), strict=True):
        is_open = find_door_streets(here.network).is_open
        expected = snap_points(build_snapper(here.network, is_open), xy, max_snap_m=MAX_SNAP_M)
        edge, fraction, snap_m = zip(*found, strict=True)
        assert list(edge) == expected.edge.tolist()
        np.testing.assert_array_equal(fraction, expected.fraction)
        on = expected.is_snapped
        np.testing.assert_array_equal(numbers(list(snap_m))[on], expected.snap_m[on])


def _horseshoe() -> Neighbourhood:
    """A (0, 0), B (400, 0), C (400, 300), D (0, 300); steps between B and C. Homes at D and C, a
    library at A.
    """
    nodes = {"A": (0.0, 0.0), "B": (400.0, 0.0), "C": (400.0, 300.0), "D": (0.0, 300.0)}
    pace = walker("plain", pace_ms=1.0)
    profiles = {
        "plain": pace,
        "wheels": pace.model_copy(update={"id": "wheels", "steps": "impassable"}),
    }
    return Neighbourhood(
        network=build_streets(
            nodes, [Street("A", "B"), Street("B", "C", steps=True), Street("C", "D")]
        ),
        home_xy=np.array([[0.0, 300.0], [400.0, 300.0]]),
        people=np.array([2.0, 3.0]),
        facility_xy=np.array([[0.0, 0.0]]),
        second_xy=np.zeros((0, 2)),
        category=["library"],
        is_hub=np.array([False]),
        seat_xy=np.zeros((0, 2)),
        profiles=profiles,
    )


def _change(kind: str, *xy: float, **more: Any) -> dict[str, Any]:
    names = ("lon", "lat", "lon2", "lat2")
    return {
        "id": kind,
        "change": kind,
        **dict(zip(names, (one / METRES_PER_DEGREE for one in xy), strict=False)),
        **more,
    }


@pytest.mark.parametrize(
    ("profile", "changes", "seconds"),
    [
        ("plain", [], [1100.0, 700.0]),
        ("plain", [_change("add_link", 0, 0, 0, 300)], [300.0, 700.0]),
        ("plain", [_change("add_link", 100, 5, 100, 290)], [500.0, 700.0]),
        ("plain", [_change("close_link", 390, 100)], [np.inf, np.inf]),
        (
            "plain",
            [_change("close_link", 390, 100), _change("add_link", 0, 0, 0, 300)],
            [300.0, 700.0],
        ),
        ("plain", [_change("add_facility", 300, 310, category="library")], [310.0, 110.0]),
        ("plain", [_change("move_facility", 400, 0, facility_id="f0")], [700.0, 300.0]),
        ("plain", [_change("remove_facility", 0, 0, facility_id="f0")], [np.inf, np.inf]),
        # nobody at C or D gets over the steps
        ("wheels", [], [np.inf, np.inf]),
        ("wheels", [_change("remove_steps", 390, 100)], [1100.0, 700.0]),
        ("wheels", [_change("add_link", 0, 0, 0, 300)], [300.0, 700.0]),
    ],
)
def test_solved_by_hand(profile: str, changes: list[dict[str, Any]], seconds: list[float]) -> None:
    """One metre is one second; the horseshoe is 1,100 m long."""
    question = {
        "session": 0,
        "profile": profile,
        "target": "library",
        "cutoff_s": 2000.0,
        "changes": changes,
    }
    (found,) = ask_core([_horseshoe().to_json()], [{**question, "want": ["times"]}])
    assert numbers(found["times"]).tolist() == seconds


@pytest.mark.parametrize(
    ("kind", "shape", "work"),
    [
        ("water", shapely.LineString([(0, 150), (400, 150)]), "bridge"),
        ("rail", shapely.box(90, 140, 110, 160), "bridge"),
        ("fence", shapely.LineString([(100, 150), (100, 160)]), "gate"),
        ("fence", shapely.LineString([(100, 299.9), (200, 299.9)]), "missing_link"),
        ("retaining_wall", shapely.LineString([(0, 0), (100, 150), (0, 300)]), "lift_or_ramp"),
        ("retaining_wall", shapely.LineString([(0, 0), (99.99, 150), (0, 300)]), "missing_link"),
        ("building", shapely.box(90, 140, 110, 160), "missing_link"),
    ],
    ids=["canal", "area", "along", "at the very end", "touched", "a centimetre off", "house"],
)
def test_what_a_new_way_would_take(kind: str, shape: shapely.Geometry, work: str) -> None:
    """From (100, 0) to (100, 300): page and Python say the same of what lies between."""
    barriers = build_barriers({kind: np.array([shape], dtype=object)})
    here = replace(_horseshoe(), barriers=barriers)
    question = _question(0, [_change("add_link", 100, 5, 100, 290)], want=["drawn"])
    question |= {"profile": "plain", "target": "library"}
    (found,) = ask_core([here.to_json()], [question])
    assert found["drawn"]["found"]["add_link"]["work"] == work
    changed = changed_streets(here, question["changes"])
    assert name_works(changed, barriers) == {"add_link": work}


@pytest.mark.parametrize(
    ("n_bridges", "rails", "work"),
    [
        (1, None, "bridge"),  # what passes beneath the bridge passes beneath the new way
        (2, None, "missing_link"),  # it came in beneath the one and left beneath the other
        (1, shapely.LineString([(-50, 150), (50, 150)]), "missing_link"),  # the rails end there
    ],
)
def test_a_new_way_over_what_the_map_leaves_out(
    n_bridges: int, rails: shapely.LineString | None, work: str
) -> None:
    """From (100, 0) to (100, 300): the way round leads over bridges of the west side.

    ::

        D ------------------ E    y = 300, x from 0 to 400
        =  bridge, 100-200
        C ------------------ .    and a second bridge, 250-260
        |
        A -------- ..... --- B    y = 0
    """
    nodes = {
        "A": (0.0, 0.0),
        "B": (400.0, 0.0),
        "C": (0.0, 100.0),
        "D": (0.0, 200.0),
        "F": (0.0, 250.0),
        "G": (0.0, 260.0),
        "H": (0.0, 300.0),
        "E": (400.0, 300.0),
    }
    network = build_streets(
        nodes, [Street(*pair) for pair in ("AB", "AC", "CD", "DF", "FG", "GH", "HE")]
    )
    is_bridge = np.isin(np.arange(7), [2, 4][:n_bridges])
    network = replace(network, bridge=is_bridge, level=is_bridge.astype(np.int8))
    kinds = {} if rails is None else {"rail": np.array([rails], dtype=object)}
    here = replace(_horseshoe(), network=network, barriers=build_barriers(kinds))
    question = _question(0, [_change("add_link", 100, 5, 100, 290)], want=["drawn"])
    question |= {"profile": "plain", "target": "library"}
    (found,) = ask_core([here.to_json()], [question])
    assert found["drawn"]["found"]["add_link"]["work"] == work
    changed = changed_streets(here, question["changes"])
    assert name_works(changed, here.barriers) == {"add_link": work}


def test_ways_between_levels(places: list[Neighbourhood], sessions: list[dict[str, Any]]) -> None:
    """Random barriers, levels and bridges: every new way is called the same by both."""
    questions = [
        _question(i, random_changes(i, here), want=["drawn"]) for i, here in enumerate(places)
    ]
    works, n_bridged = set(), 0
    for question, found in zip(questions, ask_core(sessions, questions), strict=True):
        here = places[question["session"]]
        changed = changed_streets(here, question["changes"])
        expected = name_works(changed, here.barriers)
        bare = list_bare_bridges(here.network, here.barriers)
        n_bridged += find_bridged(here.network, changed.begins, changed.ends, bare).sum()
        drawn = found["drawn"]["links"]
        assert {one["id"]: one["work"] for one in drawn} == expected, question
        works |= set(expected.values())
    assert works == {"missing_link", "gate", "lift_or_ramp", "bridge"}
    assert n_bridged > 0  # told by the way round, not by what is mapped


def test_what_is_drawn() -> None:
    """Reached parts, pieces and links; who walks how long."""
    changes = [_change("add_link", 100, 5, 100, 290)]
    question = {
        "session": 0,
        "profile": "plain",
        "target": "library",
        "cutoff_s": 450.0,
        "changes": changes,
    }
    want = ["parts", "drawn", "minutes"]
    (found,) = ask_core([_horseshoe().to_json()], [{**question, "want": want}])
    # along AB, 50 m up the steps, over the link to D and C as far as 50 m; pieces of 100, 300, 300,
    # 300 and 100 m
    lengths_m = np.array([100, 300, 300, 300, 100, 300])
    parts = found["parts"]
    reached_m = (np.array(parts["to"]) - parts["from"]) * lengths_m[parts["edge"]]
    assert reached_m.tolist() == pytest.approx([100, 300, 50, 50, 50, 300])
    drawn = found["drawn"]
    assert drawn["pieces"] == {
        "edge": [0, 0, 1, 2, 2, -1],
        "from": [0, 0.25, 0, 0, 0.75, 0],
        "to": [0.25, 1, 1, 0.75, 1, 1],
    }
    link = {"line": [100, 0, 100, 300], "length_m": 300, "work": "missing_link"}
    assert drawn["links"] == [{"id": "add_link", **link}]
    assert drawn["found"] == {"add_link": link}
    assert found["minutes"] == {"median_s": None, "share_reached": 0, "people": 5}


def test_half_of_the_people() -> None:
    """Two walk 500 s and three 700 s: half of the five are there after 700 s, all within 1,000
    s.
    """
    question = {
        "session": 0,
        "profile": "plain",
        "target": "library",
        "changes": [_change("add_link", 100, 5, 100, 290)],
    }
    asked = [
        {**question, "cutoff_s": cutoff_s, "want": ["minutes"]} for cutoff_s in (1000.0, 600.0)
    ]
    found = ask_core([_horseshoe().to_json()], asked)
    assert found[0]["minutes"] == {"median_s": 700, "share_reached": 1, "people": 5}
    assert found[1]["minutes"] == {"median_s": None, "share_reached": 0.4, "people": 5}
