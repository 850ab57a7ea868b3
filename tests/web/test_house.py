""" "My house" on the session page: Python's times and metres, a way that is one, what would help."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from builders.house_links import find_opening_links, sort_links
from builders.session_oracle import Answer, solve
from builders.session_scenes import (
    TARGETS,
    Neighbourhood,
    ask_core,
    random_changes,
    random_neighbourhood,
)
from builders.streets import Street, build_streets

from access15.core.reach.walks import build_plain_walks
from access15.core.seat_walk.walks import build_walks
from access15.core.streets.barriers import build_barriers
from access15.core.walk.graph import build_graph, place_points
from access15.core.walk.impedance import build_impedance
from access15.core.walk.metres import times_and_metres
from access15.core.walk.routes import WayFinder, find_ways, list_parts

pytestmark = pytest.mark.node

N = 100
WALKERS = ("adult", "frail", "wheelchair", "sitting")
CUTOFF_S = 240.0
PACE_MS = 1.5
Asked = tuple[Neighbourhood, dict[str, Any], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def houses() -> list[Asked]:
    """Ways from every home of random neighbourhoods, most of them changed."""
    places = [random_neighbourhood(seed) for seed in range(N)]
    questions = [
        {
            "session": i,
            "profile": WALKERS[i % 4],
            "target": TARGETS[i // 4 % 3],
            "cutoff_s": CUTOFF_S,
            "pace_ms": PACE_MS,
            "changes": random_changes(i, here) if i % 3 else [],
            "want": ["houses", "missing"],
        }
        for i, here in enumerate(places)
    ]
    answers = ask_core([one.to_json() for one in places], questions)
    for question, answer in zip(questions, answers, strict=True):
        question["missing"] = answer["missing"]
    found = [answer["houses"] for answer in answers]
    return list(zip(places, questions, found, strict=True))


def _solve(here: Neighbourhood, question: dict[str, Any]) -> Answer:
    return solve(here, question["changes"], question["profile"], question["target"], CUTOFF_S)


def test_times_and_metres_are_pythons(houses: list[Asked]) -> None:
    """To the nearest place and to the next one, to the last bit, as `access15 times` walks them."""
    n_found = 0
    for here, question, found in houses:
        if question["profile"] == "sitting":
            continue
        answer = _solve(here, question)
        network, impedance = answer.streets.network, answer.impedance
        graph = build_graph(network, impedance, towards=False)
        doors = answer.sources
        ends = place_points(network, impedance, doors.snapped, leaving=False)
        starts = place_points(network, impedance, answer.homes.snapped, leaving=True)
        for home, one in enumerate(found):
            time_s, metres = times_and_metres(graph, network, starts.take([home]), ends)
            best = {}
            for owner, *way in zip(
                doors.owner.tolist(), time_s.tolist(), metres.tolist(), strict=True
            ):
                if way[0] <= CUTOFF_S:
                    best[owner] = min(best.get(owner, way), way)
            expected = sorted(best.values())[:2]
            assert [[way["seconds"], way["metres"]] for way in one["ways"]] == expected, question
            n_found += len(expected)
    assert n_found > 300


def test_who_must_sit_walks_as_in_a_run(houses: list[Asked]) -> None:
    n_found = 0
    for here, question, found in houses:
        if question["profile"] == "sitting":
            expected = _solve(here, question).home_s
            times_s = [one["ways"][0]["seconds"] if one["ways"] else np.inf for one in found]
            np.testing.assert_array_equal(times_s, expected)
            n_found += int(np.isfinite(expected).sum())
    assert n_found > 50


def test_a_way_hangs_together_and_adds_up(houses: list[Asked]) -> None:
    """Every stretch begins where the one before it ends, from the home to the door of the place;
    the stretches take as many seconds and metres as the whole.
    """
    for here, question, found in houses:
        answer = _solve(here, question)
        network, homes = answer.streets.network, answer.homes.snapped
        ends = {0: network.edge_u, 1: network.edge_v}
        for home, one in enumerate(found):
            for way in one["ways"]:
                pieces, rows = way["pieces"], way["rows"]
                assert pieces[0]["edge"] == homes.edge[home]
                assert pieces[0]["from"] == homes.fraction[home]
                assert [pieces[-1]["edge"], pieces[-1]["to"]] == list(way["end"].values())
                for before, after in itertools.pairwise(pieces):
                    if before["isCorner"][1]:
                        assert after["isCorner"][0]
                        left = ends[before["to"]][before["edge"]]
                        assert left == ends[after["from"]][after["edge"]]
                    else:  # a seat, half-way along a street
                        assert before["edge"] == after["edge"]
                        assert before["to"] == after["from"]
                seconds = sum(row["seconds"] for row in rows) + sum(way["aside_s"])
                assert seconds == pytest.approx(way["seconds"], abs=1e-9)
                assert sum(row["metres"] for row in rows) == pytest.approx(way["metres"], abs=1e-9)
                told = [piece for row in rows for piece in row["pieces"]]
                assert [one for one in pieces if one in told] == told
                streets = network.street[[piece["edge"] for piece in told]].tolist()
                assert [row["street"] for row in rows for _ in row["pieces"]] == streets


def test_ways_and_their_parts_are_pythons(houses: list[Asked]) -> None:
    """Edge by edge, from where to where on each; metres, waits, rests and climbs of the whole."""
    n_found = 0
    for here, question, found in houses:
        if question["profile"] == "sitting":
            continue
        answer, profile = _solve(here, question), here.profiles[question["profile"]]
        network, doors = answer.streets.network, answer.sources.snapped
        finder = WayFinder(
            network,
            answer.impedance,
            build_graph(network, answer.impedance, towards=False),
            build_graph(network, answer.impedance, towards=True),
        )
        for home, one in enumerate(found[:6]):
            starts = answer.homes.snapped.take([home] * len(doors.edge))
            ways = find_ways(finder, starts, doors) if one["ways"] else []
            for told in one["ways"]:
                pieces = [
                    [piece[key] for key in ("edge", "from", "to")] for piece in told["pieces"]
                ]
                [way] = [
                    way
                    for way, edge, at in zip(ways, doors.edge, doors.fraction, strict=True)
                    if [way.time_s, edge, at] == [told["seconds"], *told["end"].values()]
                ][:1]
                assert np.column_stack([way.edge, way.start, way.stop]).tolist() == pieces
                [parts] = list_parts(network, profile, [way])
                rows = told["rows"]
                for key, expected in (
                    ("metres", parts.length_m),
                    ("wait_s", parts.wait_s),
                    ("rest_s", parts.rest_s),
                    ("waits", parts.n_waits),
                ):
                    assert sum(row[key] for row in rows) == pytest.approx(expected.sum())
                climb_m, is_known = parts.climb_m, np.isfinite(parts.climb_m)
                climbed = sum(row["climb_m"] for row in rows)
                assert climbed == pytest.approx(climb_m[is_known].sum())
                known_m = sum(row["known_m"] for row in rows)
                assert known_m == pytest.approx(parts.length_m[is_known].sum())
                n_found += 1
    assert n_found > 150


def test_what_would_help_is_what_explain_lifts(houses: list[Asked]) -> None:
    """Crossings, kerbs, rests, seats, steps and pace, each lifted alone."""
    n_told = 0
    for here, question, found in houses:
        answer = _solve(here, question)
        profile = here.profiles[question["profile"]]
        doors = answer.sources
        network, closed = answer.streets.network, answer.streets.is_closed
        common = {"homes": answer.homes.snapped, "facilities": doors}
        quick = profile.model_copy(update={"pace_ms": PACE_MS})
        walks = {
            name: build_walks(
                network,
                profile,
                build_impedance(network, profile, lifted=name, is_closed=closed),
                seats=answer.seats,
                **common,
            )
            for name in ("crossings", "kerbs", "steps", "rests")
        }
        walks["pace"] = build_walks(
            network,
            quick,
            build_impedance(network, quick, is_closed=closed),
            seats=answer.seats,
            **common,
        )
        walks["seats"] = build_plain_walks(network, answer.impedance, **common)
        everywhere = np.unique(doors.owner)
        lifted = {
            name: one.nearest(everywhere, cutoff_s=CUTOFF_S)[0] for name, one in walks.items()
        }
        for home, one in enumerate(found):
            for told in one["helps"]:
                assert told["seconds"] == pytest.approx(lifted[told["name"]][home], abs=1e-9)
                n_told += 1
            # what is not told changes nothing for this walker, or is no obstacle of theirs
            for name in set(lifted) - {told["name"] for told in one["helps"]}:
                is_asked = name != "rests" or not profile.needs_seat
                if is_asked and np.isfinite(lifted[name][home]):
                    assert lifted[name][home] == pytest.approx(answer.home_s[home], abs=1e-9)
    assert n_told > 300


def test_missing_links_are_carried_whole(houses: list[Asked]) -> None:
    """Both ends, metres and what each takes, the easiest first."""
    n_found = 0
    for here, question, _ in houses:
        told, links = question["missing"], sort_links(here.network, here.links)
        assert told["ends"]["edge"] == [*links.edge_a.tolist(), *links.edge_b.tolist()]
        ends = [*links.fraction_a.tolist(), *links.fraction_b.tolist()]
        assert told["ends"]["fraction"] == pytest.approx(ends, abs=1e-9)
        assert told["metres"] == pytest.approx(links.gap_m.tolist(), abs=1e-6)
        assert told["work"] == links.work.tolist() == sorted(told["work"])
        n_found += len(links)
    assert n_found > 50


def test_links_that_alone_help_are_what_closes_the_door(houses: list[Asked]) -> None:
    """The same links for the same homes, and the same walks, as Python's search of single fixes."""
    linked = [here for here, _, _ in houses if len(here.links)]
    asked = list(itertools.product(range(len(linked)), WALKERS[:3], TARGETS))
    questions = [
        {
            "session": i,
            "profile": profile,
            "target": target,
            "cutoff_s": CUTOFF_S,
            "want": ["links"],
        }
        for i, profile, target in asked
    ]
    answers = ask_core([here.to_json() for here in linked], questions)
    n_told = n_none = 0
    for (i, profile, target), answer in zip(asked, answers, strict=True):
        here = linked[i]
        links = sort_links(here.network, here.links)
        is_out = ~(solve(here, [], profile, target, CUTOFF_S).home_s <= CUTOFF_S)
        expected = find_opening_links(
            here.network,
            links,
            here.profiles[profile],
            homes=here.snapped(here.home_xy),
            facilities=here.facilities.doors,
            rows=here.rows(target),
            is_out=is_out,
            cutoff_s=CUTOFF_S,
        )
        for home in np.flatnonzero(is_out).tolist():
            told = answer["links"][home]
            order = [(links.work[one["row"]], one["seconds"]) for one in told]
            assert order == sorted(order)
            within = {one["row"]: one["seconds"] for one in told if one["seconds"] <= CUTOFF_S}
            assert within == pytest.approx(expected.get(home, {}), abs=1e-6)
            n_told += len(within)
            n_none += not within
    assert n_told > 20
    assert n_none > 20


def test_a_link_between_two_streets_solved_by_hand() -> None:
    """60 m over the link in place of 620 m round by the west, and 200 m from half-way along A-B.

    A ----------------- B 300 m, the home 10 m before B
    |                   :  40 m, nothing drawn
    C ----------------- D 300 m, the library 10 m before D
    """
    nodes = {"A": (0.0, 40.0), "B": (300.0, 40.0), "C": (0.0, 0.0), "D": (300.0, 0.0)}
    streets = [Street("A", "B"), Street("C", "D"), Street("A", "C")]
    here = replace(
        random_neighbourhood(0),
        network=build_streets(nodes, streets),
        home_xy=np.array([[290.0, 40.0], [150.0, 40.0]]),
        people=np.ones(2),
        facility_xy=np.array([[290.0, 0.0]]),
        second_xy=np.zeros((0, 2)),
        category=["library"],
        is_hub=np.zeros(1, dtype=bool),
        seat_xy=np.zeros((0, 2)),
        barriers=build_barriers({}),
    )
    question = {"session": 0, "target": "library", "cutoff_s": CUTOFF_S, "want": ["times", "links"]}
    questions = [{**question, "profile": profile} for profile in ("adult", "frail")]
    for asked, found in zip(questions, ask_core([here.to_json()], questions), strict=True):
        walker = here.profiles[asked["profile"]]
        assert found["times"] == [None, None]  # 620 m and 480 m
        [[one], other] = found["links"]
        expected = 60.0 / walker.pace_with_rests_ms
        assert one == {"row": 0, "seconds": pytest.approx(expected, abs=1e-9)}
        is_near = 200.0 / walker.pace_with_rests_ms <= CUTOFF_S
        assert [link["row"] for link in other] == [0] * is_near
        assert is_near == (walker.id == "adult")
