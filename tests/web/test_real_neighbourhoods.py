"""Proposals between the session page and Python: the same file, the same numbers; wrong files are
refused.
"""

from __future__ import annotations

import copy
import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders.session_scenes import ask_core, numbers, random_neighbourhood

from access15.outputs.pages.session_data import build_session_data
from access15.results.run import RunResult
from access15.sources.proposals.files import read_proposals
from access15.workflows.compare import compare
from access15.workflows.run import run

pytestmark = pytest.mark.node

AREA = "chiesa_rossa"
HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> \u202e\"'\\ ${x} \U0001f600"


def _run(**more: Any) -> RunResult:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run(
            "milano", areas=[AREA], offline=True, now=datetime(2026, 3, 5, tzinfo=UTC), **more
        )


def make_proposals(data: dict[str, Any], n: int, seed: int) -> list[dict[str, Any]]:
    """Proposals as the page holds them, with changes of every kind in the middle of the
    neighbourhood.
    """
    rng = np.random.default_rng(seed)
    (south, west), (north, east) = data["bounds"]
    ids = [str(one["id"]) for one in data["facilities"]]

    def place(inner: float = 0.5) -> tuple[float, float]:
        lon = rng.uniform(west + inner / 2 * (east - west), east - inner / 2 * (east - west))
        lat = rng.uniform(south + inner / 2 * (north - south), north - inner / 2 * (north - south))
        return float(lon), float(lat)

    kinds = [
        "add_facility",
        "move_facility",
        "remove_facility",
        "set_door",
        "add_link",
        "close_link",
        "remove_steps",
        "add_kerb_ramp",
        "add_bench",
    ]
    proposals = []
    for k in range(n):
        picked = iter(rng.permutation(ids).tolist())
        changes = []
        for i, kind in enumerate([*kinds, *rng.choice(kinds, 6)]):
            lon, lat = place()
            change: dict[str, Any] = {
                "id": f"c{k}-{i}",
                "change": str(kind),
                "lon": lon,
                "lat": lat,
            }
            if kind == "add_facility":
                category = "hub" if i == 0 else str(rng.choice(data["targets"]))
                change |= {
                    "name": HOSTILE,
                    "category": category,
                    "capacity": 40 if i == 0 else None,
                }
            if kind in ("move_facility", "remove_facility", "set_door"):
                change["facility_id"] = next(picked)
            if kind == "add_link":
                change |= {
                    "lon2": lon + rng.uniform(-1, 1) * 2e-3,
                    "lat2": lat + rng.uniform(-1, 1) * 2e-3,
                }
            changes.append(change)
        notes = [{"id": f"n{k}", "lon": lon, "lat": lat, "text": HOSTILE, "number": 1}]
        proposals.append(
            {
                "id": f"p{k}",
                "name": f"{HOSTILE} {k}",
                "votes": k,
                "changes": changes,
                "notes": notes,
            }
        )
    return proposals


def _assert_same_numbers(result: RunResult, folder: Path, *, n: int) -> None:
    data = build_session_data(result, AREA, "it")
    proposals = make_proposals(data, n, 15)
    chosen = {"created": "2026-11-27T18:00:00Z", "profile": "frail", "category": "hub"}
    (text,) = ask_core([data], [{"session": 0, "write": proposals, "chosen": chosen}])
    path = folder / "saved.geojson"
    path.write_text(text, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # changes that mean nothing there
        compared = compare(list(read_proposals(path)), result=result)
    (opened,) = ask_core([data], [{"session": 0, "file": text}])
    assert opened["warnings"] == []
    assert [one["name"] for one in opened["proposals"]] == [one["name"] for one in proposals]
    questions = [
        {
            "session": 0,
            "profile": profile["id"],
            "target": target,
            "changes": proposal["changes"],
            "cutoff_s": 60 * max(data["cutoffs_min"]),
            "want": ["times", "covered", "compared"],
        }
        for proposal in opened["proposals"]
        for profile in data["profiles"]
        for target in data["targets"]
    ]
    first = {"profile": data["profiles"][0]["id"], "target": data["targets"][0], "want": ["drawn"]}
    drawn = ask_core([data], [{**one, **first} for one in questions[:: len(questions) // n]])
    for mine, found in zip(compared.proposals, drawn, strict=True):
        works = mine.changes[mine.changes["work"] != ""].set_index("change")["work"]
        assert {one["id"]: one["work"] for one in found["drawn"]["links"]} == works.to_dict()
    answers = iter(ask_core([data], questions))
    n_gained = 0.0
    for proposal, mine in zip(opened["proposals"], compared.proposals, strict=True):
        table = mine.coverage[mine.coverage["zone"] == "all"].set_index(
            ["profile", "category", "group"]
        )
        for profile in data["profiles"]:
            for target in data["targets"]:
                found = next(answers)
                expected = mine.travel_time_s[profile["id"], target]
                last_s = 60 * max(data["cutoffs_min"])
                np.testing.assert_array_equal(
                    numbers(found["times"]),
                    np.where(expected <= last_s, expected, np.inf),
                    err_msg=f"{proposal['id']} {profile['id']} {target}",
                )
                for group in data["homes"]["people"]:
                    rows = table.loc[(profile["id"], target, group)]
                    if rows["after"].notna().all():
                        assert found["covered"][group] == rows["after"].tolist()
                        assert found["compared"]["gained"][group] == rows["gained"].tolist()
                        assert found["compared"]["lost"][group] == rows["lost"].tolist()
                        n_gained += sum(found["compared"]["gained"][group])
    assert n_gained > 0


def test_same_numbers_as_compare_on_the_sketch(sketch: RunResult, tmp_path: Path) -> None:
    """Written by the page, read by both: equal times and people for every walker and
    destination.
    """
    _assert_same_numbers(sketch, tmp_path, n=4)


@pytest.mark.real_data
def test_same_numbers_as_compare_in_milan(shared_dir: Path, tmp_path: Path) -> None:
    """As above on real streets, with real benches, for everybody of the study and for who must sit
    down.
    """
    data = shared_dir / "data"
    profiles = ("adult", "older_adult", "frail", "wheelchair", "frail_seats")
    benches = [data / "milano" / "benches_2025.json"]
    result = _run(osm=data / "osm" / "milano-2014.osm.pbf", profiles=profiles, seats=benches)
    page = build_session_data(result, AREA, "it")
    known = result.areas[AREA].seats
    assert known is not None
    assert len(page["seats"]["x"]) < 8 * len(known) / 3, (
        "benches of the whole city stay out of the page"
    )
    _assert_same_numbers(result, tmp_path, n=6)


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """A session's data; coordinates are thousandths of a degree."""
    return random_neighbourhood(3).to_json()


def _file(**head: Any) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [0.001, 0.001]}
    return {
        "type": "FeatureCollection",
        "access15": {
            "format": "access15-proposal",
            "version": 1,
            "study": "test",
            "area": "here",
            **head,
        },
        "features": [
            {"type": "Feature", "geometry": place, "properties": {"change": "close_link"}},
            {
                "type": "Feature",
                "id": 7,
                "geometry": None,
                "properties": {"change": "remove_facility", "facility_id": "f0", "name": None},
            },
            {
                "type": "Feature",
                "id": "n",
                "geometry": place,
                "properties": {"change": "note", "text": "Here!"},
            },
        ],
    }


def _open(page: dict[str, Any], *files: Any) -> list[Any]:
    texts = [file if isinstance(file, str) else json.dumps(file) for file in files]
    found: list[Any] = ask_core([page], [{"session": 0, "file": text} for text in texts])
    return found


def test_opens_what_is_written_by_hand(page: dict[str, Any], tmp_path: Path) -> None:
    """Nothing but the changes: one proposal named after the file, in the page as in Python."""
    (found,) = _open(page, "\ufeff" + json.dumps(_file()))
    (proposal,) = found["proposals"]
    assert [one["change"] for one in proposal["changes"]] == ["close_link", "remove_facility"]
    assert [one["id"] for one in proposal["changes"]] == ["feature 1", "7"]
    assert proposal["notes"] == [
        {"id": "n", "lon": 0.001, "lat": 0.001, "text": "Here!", "number": 1}
    ]
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(_file()), encoding="utf-8")
    (mine,) = read_proposals(path)
    assert [(one.id, one.kind) for one in mine.changes] == [
        (one["id"], one["change"]) for one in proposal["changes"]
    ]


def test_saves_what_it_opened(page: dict[str, Any]) -> None:
    """Saved, opened and saved again: the same text, to the byte."""
    (found,) = _open(page, _file(proposals=[{"id": "x", "name": HOSTILE, "votes": 3}]))
    (once,) = ask_core([page], [{"session": 0, "write": found["proposals"], "chosen": {}}])
    (again,) = _open(page, once)
    (twice,) = ask_core([page], [{"session": 0, "write": again["proposals"], "chosen": {}}])
    assert once == twice
    assert json.loads(once)["access15"]["proposals"] == [{"id": "x", "name": HOSTILE, "votes": 3}]
    assert json.loads(once)["access15"]["network"] == page["network_hash"]


def test_another_network_and_unknown_facilities_are_told(page: dict[str, Any]) -> None:
    """Both can still be shown; the numbers may differ."""
    file = _file(network="0123456789abcdef")
    file["features"][1]["properties"]["facility_id"] = "gone"
    (found,) = _open(page, file)
    assert [one["code"] for one in found["warnings"]] == ["other_network", "unknown_facility"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("not_json", "{"),
        ("not_json", ""),
        ("not_json", '{"type": NaN}'),
        ("not_proposals", "[]"),
        ("not_proposals", "null"),
        ("not_proposals", '{"type": "FeatureCollection", "features": []}'),
        ("too_large", " " * 2_000_001),
    ],
)
def test_refuses_other_files(page: dict[str, Any], code: str, text: str) -> None:
    """Whatever somebody picks by mistake."""
    (found,) = _open(page, text)
    assert found["error"] == code


@pytest.mark.parametrize(
    ("code", "head"),
    [
        ("wrong_format", {"format": "other"}),
        ("wrong_version", {"version": 2}),
        ("other_area", {"area": "there"}),
        ("other_area", {"study": "rome"}),
        ("too_many_proposals", {"proposals": [{"id": str(i), "name": "A"} for i in range(7)]}),
        ("double_id", {"proposals": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]}),
        ("bad_head", {"proposals": [{"id": "a", "name": "x" * 201}]}),
        ("bad_head", {"proposals": [{"id": "a", "name": "A", "votes": -1}]}),
        ("bad_head", {"proposals": [None]}),
    ],
)
def test_refuses_heads(page: dict[str, Any], code: str, head: dict[str, Any]) -> None:
    """Files of another kind, of another neighbourhood, or of too much."""
    (found,) = _open(page, _file(**head))
    assert found["error"] == code


_POINT = {"type": "Point", "coordinates": [0.001, 0.001]}
_ADD = {"change": "add_facility", "name": "New", "category": "library"}


@pytest.mark.parametrize(
    ("code", "feature"),
    [
        ("not_feature", None),
        ("not_feature", {"type": "Feature", "geometry": _POINT}),
        ("unknown_change", {"geometry": _POINT, "properties": {"change": "__proto__"}}),
        ("wrong_place", {"geometry": None, "properties": _ADD}),
        ("wrong_place", {"geometry": {**_POINT, "coordinates": [0.001, 91]}, "properties": _ADD}),
        ("wrong_place", {"geometry": {**_POINT, "coordinates": [0.001, None]}, "properties": _ADD}),
        ("wrong_place", {"geometry": _POINT, "properties": {"change": "add_link"}}),
        ("outside", {"geometry": {**_POINT, "coordinates": [9.2, 45.4]}, "properties": _ADD}),
        ("no_name", {"geometry": _POINT, "properties": {**_ADD, "name": ""}}),
        ("no_name", {"geometry": _POINT, "properties": {**_ADD, "name": {"toString": "x"}}}),
        ("no_name", {"geometry": _POINT, "properties": {**_ADD, "name": "x" * 201}}),
        ("unknown_category", {"geometry": _POINT, "properties": {**_ADD, "category": "casino"}}),
        ("wrong_capacity", {"geometry": _POINT, "properties": {**_ADD, "capacity": 0}}),
        ("wrong_origin", {"geometry": _POINT, "properties": {**_ADD, "source": "x" * 301}}),
        ("wrong_origin", {"geometry": _POINT, "properties": {**_ADD, "precision": 3}}),
        ("no_facility_id", {"geometry": _POINT, "properties": {"change": "move_facility"}}),
        ("no_text", {"geometry": _POINT, "properties": {"change": "note", "text": "x" * 501}}),
        ("unknown_proposal", {"geometry": _POINT, "properties": {**_ADD, "proposal": "z"}}),
        (
            "changed_twice",
            {"geometry": _POINT, "properties": {"change": "move_facility", "facility_id": "f0"}},
        ),
        (
            "same_place",
            {
                "geometry": {"type": "LineString", "coordinates": [[0.001, 0.001], [0.001, 0.001]]},
                "properties": {"change": "add_link"},
            },
        ),
    ],
)
def test_refuses_features(page: dict[str, Any], code: str, feature: dict[str, Any] | None) -> None:
    """One wrong feature, told by its number; everything else of the file is right."""
    file = copy.deepcopy(_file())
    file["features"].append(feature and {"type": "Feature", **feature})
    (found,) = _open(page, file)
    assert found["error"] == code
    assert found["values"].get("number", 4) == 4


def test_names_all_that_is_wrong(page: dict[str, Any]) -> None:
    """Not only the first."""
    file = _file()
    file["features"] += [
        None,
        {"type": "Feature", "geometry": _POINT, "properties": {"change": "fly"}},
    ]
    (found,) = _open(page, file)
    assert "not_feature" in found["message"]
    assert "unknown_change" in found["message"]


def test_too_many_changes(page: dict[str, Any]) -> None:
    """At most two hundred changes and as many notes in a proposal."""
    change, _, note = _file()["features"]
    whole, more, talk = (
        {**_file(), "features": n}
        for n in ([change] * 200 + [note] * 200, [change] * 201, [note] * 201)
    )
    full, crowded, loud = _open(page, whole, more, talk)
    assert len(full["proposals"][0]["changes"]) == len(full["proposals"][0]["notes"]) == 200
    assert crowded["error"] == "too_many_changes"
    assert loud["error"] == "too_many_notes"


def test_another_moment_and_other_minutes_are_told(page: dict[str, Any]) -> None:
    (found,) = _open(page, _file(at="2026-12-25 10:00", cutoffs_min=[3, 7]))
    assert [one["code"] for one in found["warnings"]] == ["other_moment", "other_cutoffs"]


@pytest.mark.parametrize("given", ["x" * 201, 1.5, "\ud800", True])
def test_ids_that_python_refuses_are_refused(page: dict[str, Any], given: Any) -> None:
    file = _file()
    file["features"][0]["id"] = given
    (found,) = _open(page, file)
    assert found["error"] == "wrong_id"
