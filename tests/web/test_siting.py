"""One more place where it would help most: the session page finds what `access15 site` finds."""

from __future__ import annotations

import pytest
from builders.best_sites import best_site_of
from builders.session_oracle import solve_sites
from builders.session_scenes import (
    CUTOFFS_MIN,
    TARGETS,
    ask_core,
    random_changes,
    random_neighbourhood,
)

import access15
from access15.outputs.pages.session_data import build_session_data

pytestmark = pytest.mark.node

AREA = "chiesa_rossa"
N = 60


def test_people_gained_at_every_corner() -> None:
    """Random streets, people and proposals, every kind of walker: the same corners, the same people
    to the last bit, at every cutoff.
    """
    places = [random_neighbourhood(seed) for seed in range(N)]
    walkers = ("adult", "frail", "wheelchair", "sitting")
    questions = [
        {
            "session": i,
            "profile": walkers[i % 4],
            "target": TARGETS[i // 4 % 3],
            "cutoff_s": 60 * max(CUTOFFS_MIN),
            "changes": random_changes(i, here) if i % 3 else [],
            "want": ["sites"],
        }
        for i, here in enumerate(places)
    ]
    answers = ask_core([one.to_json() for one in places], questions)
    n_gained = 0
    for here, question, answer in zip(places, questions, answers, strict=True):
        found = answer["sites"]
        for k, cutoff in enumerate(CUTOFFS_MIN):
            expected = solve_sites(
                here, question["changes"], question["profile"], question["target"], 60 * cutoff
            )
            assert found["people"]["all"][k] == list(expected.values()), question
            n_gained += sum(gained > 0 for gained in expected.values())
        assert len(found["row"]) == len(expected)
    assert n_gained > 250


def assert_same_best(result: access15.Run, profiles: list[str], targets: list[str]) -> None:
    """The best corner for every group, of equal ones the first, and the people it brings."""
    data = build_session_data(result, AREA, "it")
    asked = [
        {
            "session": 0,
            "profile": profile,
            "target": target,
            "cutoff_s": 900,
            "changes": [],
            "want": ["best_sites"],
        }
        for profile in profiles
        for target in targets
    ]
    answers = iter(ask_core([data], asked))
    n_gained = 0
    for profile in profiles:
        find = best_site_of(result, AREA, profile)
        for target in targets:
            best = next(answers)["best_sites"]
            for group in result.study.population.groups:
                row, people, _ = find(target, group)
                assert best[group] == [row, people], (profile, target, group)
                n_gained += row >= 0
    assert n_gained > len(asked)


def test_the_best_corner_on_the_sketch(sketch: access15.Run) -> None:
    """For every walker, kind of place and group."""
    assert_same_best(sketch, list(sketch.profiles), list(sketch.categories))


def test_find_sites_says_the_same(sketch: access15.Run) -> None:
    """The best corner as the command tells and proves it: its people, and where it is to the
    centimetre.
    """
    data = build_session_data(sketch, AREA, "it")
    found = access15.site(category="library", areas=[AREA], offline=True)
    (row,) = found.sites.to_dict("records")
    question = {
        "session": 0,
        "profile": found.profile.id,
        "target": "library",
        "cutoff_s": 900,
        "changes": [],
        "want": ["best_sites", "apart"],
        "group": found.group,
    }
    (answer,) = ask_core([data], [question])
    first, second, third = answer["apart"]
    assert first == {"lon": row["lon"], "lat": row["lat"], "gained": row["gained"]}
    assert first["gained"] >= second["gained"] >= third["gained"] > 0


@pytest.mark.real_data
def test_the_best_corner_of_a_real_neighbourhood(milan: access15.Run) -> None:
    assert_same_best(milan, ["frail", "wheelchair"], ["library", "pharmacy"])
