"""``access15 places`` from end to end: a study with doubtful places, its page, its review file."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders.command_line import call
from builders.places_study import NOW, look, with_service, write_study

import access15
from access15.errors import Access15Warning, InputDataError
from access15.outputs.pages.places import render_places
from access15.results.review import PlacesReview, ReviewedPlace
from access15.results.run import RunResult
from access15.sources.geocode.review import COLUMNS, LATER_COLUMNS

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HEAD = ",".join((*COLUMNS, *LATER_COLUMNS))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    write_study(folder)
    return folder


@pytest.fixture(scope="module")
def review(folder: Path) -> PlacesReview:
    return look(folder / "town.toml", folder / "cache")


def read_data(page: str) -> dict[str, Any]:
    found = re.search(r'id="access15-places-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_every_place_of_every_table_is_there(review: PlacesReview) -> None:
    """Also a hub without a point, and places without ids."""
    homes = [(one.facility_id, one.table, one.own_id) for one in review.places]
    assert homes == [
        ("hall-west", "places.csv", "hall-west"),
        ("hall-east", "places.csv", "hall-east"),
        ("street", "places.csv", "street"),
        ("door", "places.csv", "door"),
        ("mine-row-2", "mine.csv", "row-2"),
        ("mine-row-3", "mine.csv", "row-3"),
        ("mine-row-4", "mine.csv", "row-4"),
    ]
    by_id = {one.facility_id: one for one in review.places}
    assert by_id["hall-east"].point is None
    assert len(by_id["mine-row-2"].candidates) == 2
    assert [one.facility_id for one in review.places if one.differs] == ["mine-row-3"]
    assert by_id["door"].has_own_doors
    # the far end of the road between the neighbourhoods, at (1000, 0) m
    assert by_id["street"].street_m == pytest.approx(804.1, abs=0.2)


def test_what_is_found_has_its_door(review: PlacesReview) -> None:
    """The run is one with the points as geocoding leaves them."""
    found = review.result.areas["west"].facilities.set_index("facility_id")
    assert found.loc["mine-row-3", "status"] == "ok"
    assert found.loc["mine-row-3", "door_source"] == "street"
    data = read_data(render_places(review))
    ways = {one["id"]: one["ways"] for one in data["places"]}
    assert ways["mine-row-3"][0]["taken"]
    assert ways["hall-east"] == []


def test_the_same_places_give_the_same_page_and_it_is_small(review: PlacesReview) -> None:
    page = render_places(review)
    assert page == render_places(review)
    assert len(page.encode()) < 400_000
    assert render_places(review, lang="en") != page


def test_from_python_and_from_the_command_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"osm": folder / "town.osm", "cache": tmp_path / "cache", "no_cache": True}
    page = tmp_path / "one.html"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Access15Warning)
        study = folder / "town.toml"
        with_service(
            lambda service: access15.review_places(
                page, study=study, now=NOW, service=service, **options
            )
        )
    assert len(read_data(page.read_text(encoding="utf-8"))["places"]) == 7
    words = ("--osm", folder / "town.osm", "--offline", "--lang", "en", "-o", tmp_path / "two.html")
    done = call(capsys, "places", folder / "town.toml", *words)
    assert done.code == 0
    assert done.out.splitlines() == [f"Open: {tmp_path / 'two.html'}"]
    assert "… looking up addresses" in done.err.splitlines()
    data = read_data((tmp_path / "two.html").read_text(encoding="utf-8"))
    doubts = {one["id"]: one["doubts"]["en"] for one in data["places"]}
    assert (
        doubts["mine-row-2"][0][0] == "no point: nobody on the internet was asked for the address"
    )
    assert data["notices"]["en"] == [
        "4 addresses were not asked for on the internet: with it, some may be found."
    ]


BAD = {
    "another study's table": (
        "x,a,S,V,45.43,9.18,address,m,p,d,other.csv,,,,",
        "review.csv row 2: the study has no table 'other.csv'; its own are places.csv, mine.csv. "
        "Use the file that this study's page saved.",
    ),
    "a place that is not there": (
        "x,gone,S,V,45.43,9.18,address,m,p,d,places.csv,,,,",
        "review.csv row 2: no table of the study has a facility 'gone'. Use the file that this "
        "study's page saved.",
    ),
    "a place chosen twice, once without its table": (
        "x,street,S,V,45.43,9.18,address,m,p,d,,,,,\n"
        "x,street,S,V,45.44,9.18,address,m,p,d,places.csv,,,,",
        "review.csv row 3: facility 'street' is chosen twice. Keep one x for each facility.",
    ),
    "of another table": (
        "x,row-2,S,V,45.43,9.18,address,m,p,d,places.csv,,,,",
        "review.csv row 2: no table of the study has a facility 'row-2'. Use the file that this "
        "study's page saved.",
    ),
}


@pytest.mark.parametrize(("row", "sentence"), BAD.values(), ids=BAD)
def test_decisions_of_something_else_are_refused(
    folder: Path, tmp_path: Path, row: str, sentence: str
) -> None:
    path = tmp_path / "review.csv"
    path.write_text(f"{HEAD}\n{row}\n", encoding="utf-8")
    with pytest.raises(InputDataError, match=r"^the review file cannot be used") as caught:
        look(folder / "town.toml", tmp_path / "cache", review=path)
    assert [str(one) for one in caught.value.problems] == [sentence]


def test_what_was_decided_is_on_the_page(folder: Path, tmp_path: Path) -> None:
    """By id alone too, as somebody writes it by hand; a hub that gets its point is walked to."""
    path = tmp_path / "review.csv"
    rows = [
        "x,hall-east,Casa est,,45.4340,9.1930,confirmed,,placed by hand,2026-11-29,,,,2026-11-30,",
        "x,row-4,Senza via,,45.4330,9.1800,confirmed,,placed by hand,2026-11-29,mine.csv,,,,",
        "x,door,Con la porta,,45.4337,9.1816,official point,,,,places.csv,none,none,,",
    ]
    path.write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    found = look(folder / "town.toml", tmp_path / "cache", review=path)
    by_id = {one.facility_id: one for one in found.places}
    assert by_id["hall-east"].point == (45.434, 9.193)
    assert by_id["hall-east"].checked == "2026-11-30"
    assert by_id["mine-row-4"].provider == "placed by hand"
    assert by_id["door"].doors == ()
    east = found.result.areas["east"].facilities.set_index("facility_id")
    assert east.loc["hall-east", "status"] == "ok"


def test_no_input_is_replaced(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = tmp_path / "review.html"
    review.write_text("mine", encoding="utf-8")
    words = ("--osm", folder / "town.osm", "--review", review, "-o", review)
    done = call(capsys, "places", folder / "town.toml", *words)
    assert done.code == 2
    assert review.read_text(encoding="utf-8") == "mine"


def test_a_fault_of_the_review_is_told_and_not_the_hub_that_has_no_point_yet(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    review = tmp_path / "review.csv"
    review.write_text(f"{HEAD}\nx,a,S,V,here,9.18,address,m,p,d,,,,,\n", encoding="utf-8")
    words = ("--osm", folder / "town.osm", "--review", review, "-o", tmp_path / "page.html")
    done = call(capsys, "places", folder / "town.toml", *words)
    assert done.code == 2
    assert "review.csv row 2: lat is 'here' and lon is '9.18', not two numbers" in done.err
    assert "hub" not in done.err
    assert not (tmp_path / "page.html").exists()


@pytest.mark.real_data
def test_milan_with_both_neighbourhoods_is_a_page_under_its_limit(
    milan: RunResult, review: PlacesReview
) -> None:
    table = milan.areas["chiesa_rossa"].facilities
    official = table[table["origin"] == "official"].to_crs("EPSG:4326")
    places = tuple(
        ReviewedPlace(
            facility_id=row["facility_id"],
            table="facilities.csv",
            own_id=row["facility_id"],
            point=None if row["geometry"] is None else (row["geometry"].y, row["geometry"].x),
            precision=row["precision"],
            match="",
            provider="",
            date="",
            within="",
            doors=(),
            has_own_doors=False,
            checked="",
            differs=False,
            ending="" if row["status"] != "not_geocoded" else "nothing found",
            street_m=None,
            candidates=(),
        )
        for row in official.to_dict("records")
    )
    page = render_places(replace(review, result=milan, places=places))
    assert len(page.encode()) < 1_200_000
    told = read_data(page)["places"]
    assert len(told) == 178
    doubts = {one["id"]: one["doubts"]["it"] for one in told}
    assert doubts["cam-04"][0][0] == "4 porte possibili: 31\xa0% o 35\xa0%"
    assert told[0]["doubts"]["it"][0][0] == "nessun punto: l'indirizzo non è stato trovato"
    worst = [bool(one["doubts"]["it"]) for one in told]
    assert worst == sorted(worst, reverse=True)
