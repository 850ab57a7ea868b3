"""Records of other programs, also malformed ones: answers of Overpass, rows of GBFS feeds."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest

from access15.config import FacilitiesSource, load_categories
from access15.errors import Access15Warning, InputDataError
from access15.sources.overpass_json import list_elements, read_overpass
from access15.sources.places.facilities import check_facilities, read_facilities
from access15.sources.places.stations import leave_out, read_rows

HERE = {"lat": 45.4, "lon": 9.1}
THERE = {"lat": 45.5, "lon": 9.3}
CORNERS = [{"lat": 45.4 + y, "lon": 9.1 + x} for x, y in ((0, 0), (0.1, 0), (0.1, 0.1), (0, 0.1))]
BENCH = {"amenity": "bench"}
NODES = [{"type": "node", "id": 7, **HERE}, {"type": "node", "id": 8, **THERE}]
# every value that a program may write where a number, a text, a list or an object is expected
STRANGE: list[Any] = [
    *(None, True, False, 0, -1, 1e308, 10**400, math.nan, math.inf, "", "x", "45.4", "\ud800"),
    *([], [None], [[]], [1], ["x"], {}, {"lat": None}, {"lat": 45.4}, {"a": {"b": []}}),
]


@pytest.mark.parametrize(
    ("element", "beside", "middle"),
    [
        ({"type": "node", **HERE}, [], (9.1, 45.4)),
        ({"type": "way", "center": THERE}, [], (9.3, 45.5)),
        ({"type": "way", "geometry": [HERE, THERE]}, [], (9.2, 45.45)),
        ({"type": "way", "geometry": [None, HERE, None]}, [], (9.1, 45.4)),
        ({"type": "way", "geometry": [*CORNERS, CORNERS[0]]}, [], (9.15, 45.45)),
        ({"type": "way", "nodes": [7, 8]}, NODES, (9.2, 45.45)),
        ({"type": "way", "nodes": [7, 99]}, NODES, (9.1, 45.4)),
        (
            {
                "type": "way",
                "bounds": {"minlat": 45, "minlon": 9, "maxlat": 46, "maxlon": 10},
            },
            [],
            (9.5, 45.5),
        ),
        (
            {
                "type": "relation",
                "members": [{"type": "way", "ref": 1, "geometry": [HERE, THERE]}],
            },
            [],
            (9.2, 45.45),
        ),
        (
            {"type": "relation", "members": [{"type": "way", "ref": 5}]},
            [*NODES, {"type": "way", "id": 5, "nodes": [7, 8]}],
            (9.2, 45.45),
        ),
        ({"type": "relation", "members": [{"type": "relation", "ref": 1}]}, [], None),
        ({"type": "way"}, [], None),
        ({"type": "way", "nodes": [98, 99]}, NODES, None),
        ({"type": "node", "lat": 95.0, "lon": 9.1}, [], None),
        ({"type": "node", "lat": "45.4", "lon": "9.1"}, [], None),
    ],
)
def test_every_way_of_asking_gives_a_place(
    element: dict[str, Any], beside: list[dict[str, Any]], middle: tuple[float, float] | None
) -> None:
    elements = [{"id": 1, "tags": BENCH, **element}, *beside]
    (found,) = list_elements({"elements": elements}, "a.json")
    assert found.label == f"{element['type']}/1"
    assert found.middle == (middle if middle is None else pytest.approx(middle))
    assert (found.shape is None) == (middle is None)


def test_an_element_that_stands_twice_is_one() -> None:
    """`out ids` and then `out center`, for example."""
    told = [
        {"type": "way", "id": 1},
        {"type": "way", "id": 1, "tags": BENCH},
        {"type": "way", "id": 1, "center": HERE},
    ]
    for order in itertools.permutations(told):
        (found,) = list_elements({"elements": list(order)}, "a.json")
        assert found.middle == (9.1, 45.4)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (
            {"elements": [], "remark": 'runtime error: Query timed out in "query" after 2 s'},
            r"a.json: the service gave up before the end \('runtime error: Query timed out",
        ),
        (
            {"elements": [{"type": "count", "id": 0, "tags": {"total": "5"}}]},
            "a.json: the answer counts places and has none in it; ask for them with `out center`",
        ),
    ],
)
def test_answers_that_are_not_whole(tmp_path: Path, raw: object, message: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(raw))
    with pytest.raises(InputDataError, match=message):
        read_overpass(path)


@pytest.mark.parametrize("key", ["type", "id", "lat", "center", "geometry", "nodes", "members"])
@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_strange_values_in_an_answer_do_no_harm(key: str, value: object) -> None:
    """What is strange is left out or has no place; the bench beside it stays."""
    for kind in ("node", "way", "relation"):
        strange = {"type": kind, "id": 1, "tags": BENCH, key: value}
        good = {"type": "node", "id": 2, "tags": BENCH, **HERE}
        found = list_elements({"elements": [strange, value, good]}, "a.json")
        assert found[-1].label == "node/2"
        assert found[-1].middle == (9.1, 45.4)


@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_strange_tags_do_no_harm(value: object) -> None:
    strange = [
        {"type": "node", "id": i, **HERE, "tags": t} for i, t in enumerate([value, {"a": value}])
    ]
    good = {"type": "node", "id": 2, "tags": BENCH, **HERE}
    assert list_elements({"elements": [*strange, good]}, "a.json")[-1].tags == BENCH


LIBRARY = {
    "type": "way",
    "id": 1,
    "center": {"lat": 45.46123, "lon": 9.19234},
    "tags": {"amenity": "library", "name": "Sormani"},
}
BANK = {
    "type": "node",
    "id": 2,
    "lat": 45.46321,
    "lon": 9.18765,
    "tags": {"amenity": "bank", "capacity": "yes"},
}


def test_an_answer_is_a_table_of_facilities(tmp_path: Path) -> None:
    path = tmp_path / "places.json"
    path.write_text(json.dumps({"elements": [LIBRARY, BANK, *NODES]}))
    found = read_facilities(FacilitiesSource(file=path), categories=load_categories(), bounds=None)
    assert found["facility_id"].tolist() == ["way/1", "node/2"]
    assert found["name"].tolist() == ["Sormani", "node/2"]
    assert found["category"].tolist() == ["library", "bank"]
    assert found["status"].tolist() == ["ok", "ok"]
    assert (found.geometry.x.tolist(), found.geometry.y.tolist()) == (
        [9.19234, 9.18765],
        [45.46123, 45.46321],
    )


def test_places_of_an_answer_without_a_point_are_told(tmp_path: Path) -> None:
    lost = {key: value for key, value in LIBRARY.items() if key != "center"}
    path = tmp_path / "places.json"
    path.write_text(json.dumps({"elements": [lost, BANK]}))
    source = FacilitiesSource(file=path)
    with pytest.warns(Access15Warning, match=r"places\.json: 1 of 2 elements have no place; ask"):
        found = read_facilities(source, categories=load_categories(), bounds=None)
    assert found["status"].tolist() == ["not_geocoded", "ok"]


def test_elements_of_no_category_are_told(tmp_path: Path) -> None:
    path = tmp_path / "places.json"
    path.write_text(json.dumps({"elements": [{**BANK, "tags": {"amenity": "fountain"}}]}))
    report = check_facilities(
        FacilitiesSource(file=path), categories=load_categories(), bounds=None
    )
    (problem,) = report.problems
    assert problem.startswith("places.json feature 1: the category is empty; write one of: ")


STATION = {"station_id": "a", "name": "Duomo", **HERE}


@pytest.mark.parametrize("key", ["station_id", "name", "address", "lat", "lon"])
@pytest.mark.parametrize("value", STRANGE, ids=range(len(STRANGE)))
def test_strange_values_in_a_station_do_no_harm(key: str, value: object) -> None:
    good = {"station_id": "good", "name": "B", **THERE}
    found = read_rows([{**STATION, key: value}, value, good], ["it"])
    assert found.stations[-1].id == "good"
    assert found.n_unusable == 3 - len(found.stations)
    assert leave_out(found, [value, {"station_id": value}, {"station_id": "good", key: value}])


@pytest.mark.parametrize(
    ("row", "ids"),
    [
        ({"station_id": 7}, ["7"]),
        ({"station_id": 7.0}, ["7"]),
        ({"station_id": 10**300}, []),
        ({"station_id": True}, []),
        ({"lat": "45.4", "lon": "9.1"}, ["a"]),
        ({"lat": 0, "lon": 0}, []),
        ({"lat": None}, []),
        ({"is_virtual_station": True, "name": None}, ["a"]),
    ],
)
def test_stations_as_operators_write_them(row: dict[str, Any], ids: list[str]) -> None:
    found = read_rows([{**STATION, **row}], ["it"])
    assert [one.id for one in found.stations] == ids
    assert found.n_unusable == 1 - len(ids)


def test_one_id_at_several_places() -> None:
    near = {**STATION, "lat": 45.4005}  # 56 m
    far = {**STATION, **THERE}
    found = read_rows([STATION, near, far, {**far, "lat": 45.6}], ["it"])
    assert [one.id for one in found.stations] == ["a", "a-2", "a-3"]
    assert (found.n_unusable, len(found.notes)) == (1, 1)


@pytest.mark.parametrize(
    ("status", "n_left", "note"),
    [
        ({"is_installed": False}, 0, "1 of 1 stations are not installed: they are left out"),
        ({"is_installed": 0}, 0, "1 of 1 stations are not installed: they are left out"),
        ({"is_installed": True, "is_renting": False}, 1, None),
        (
            {"is_installed": 1, "is_renting": 0, "is_returning": 0},
            1,
            "1 stations neither rent nor take bikes now: they are kept",
        ),
        ({}, 1, None),
        ({"is_installed": None}, 1, None),
        ({"is_installed": "false"}, 1, None),
    ],
)
def test_status_of_a_station(status: dict[str, Any], n_left: int, note: str | None) -> None:
    left = leave_out(read_rows([STATION], ["it"]), [{"station_id": "a", **status}])
    assert len(left.stations) == n_left
    assert left.notes == (() if note is None else (note,))
