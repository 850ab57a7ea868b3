"""Doors given in a table of facilities: read, refused with one sentence each, written back."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import pytest

from access15.config import FacilitiesSource, load_categories
from access15.errors import InputDataError
from access15.sources.places.doors import list_given_doors
from access15.sources.places.facilities import check_facilities, read_facilities, write_facilities
from access15.sources.places.points import ITALY_BOUNDS

HEAD = "facility_id,name,category,lat,lon,door_lat,door_lon\n"
PLACE = "h,Zante,csrc,45.4595,9.2480"


def read(path: Path) -> gpd.GeoDataFrame:
    source = FacilitiesSource(file=path)
    return read_facilities(source, categories=load_categories(), bounds=ITALY_BOUNDS)


def write(tmp_path: Path, *rows: str, head: str = HEAD) -> Path:
    path = tmp_path / "places.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_rows_of_one_id_are_doors_of_one_place_and_survive_writing(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f"{PLACE},45.4596,9.2481",
        "k,Kiosk,csrc,45.4600,9.2490,,",
        f"{PLACE},45.4594,9.2479",
    )
    frame = read(path)
    assert frame["facility_id"].tolist() == ["h", "k"]
    owner, lonlat = list_given_doors(frame)
    assert owner.tolist() == [0, 0]
    assert lonlat.tolist() == [[9.2481, 45.4596], [9.2479, 45.4594]]
    write_facilities(frame, tmp_path / "again.csv")
    again = read(tmp_path / "again.csv")
    assert list_given_doors(again)[1].tolist() == lonlat.tolist()


def test_without_the_columns_nothing_is_given(tmp_path: Path) -> None:
    path = write(tmp_path, PLACE, head="facility_id,name,category,lat,lon\n")
    assert list_given_doors(read(path))[0].tolist() == []


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            "45.4596,",
            "door_lat is 45.4596 and door_lon is empty: write both, or leave both empty.",
        ),
        (
            "x,9.2481",
            "door_lat is x and door_lon is 9.2481, not numbers: write decimal degrees such as "
            "45.4539 and 9.1748.",
        ),
        (
            "9.2481,45.4596",
            "door_lat is 9.2481 and door_lon is 45.4596, outside the study's area: the two look "
            "swapped; exchange them, or leave both empty.",
        ),
        (
            "12.5,9.2481",
            "door_lat is 12.5 and door_lon is 9.2481, outside the study's area: correct the door, "
            "or leave both empty.",
        ),
        (
            "45.4695,9.2480",
            "door_lat is 45.4695 and door_lon is 9.248, 1112 m from the place: a door is at most "
            "500 m away; correct the door or the point.",
        ),
        (
            "45.4596;45.4597,9.2481",
            "door_lat has 2 values and door_lon has 1: write as many of each, with semicolons "
            "between them.",
        ),
    ],
)
def test_bad_doors_are_told_all_at_once(tmp_path: Path, cells: str, sentence: str) -> None:
    path = write(tmp_path, f"{PLACE},{cells}", f"k{PLACE},{cells}")
    told = [f"places.csv row {row}: {sentence}" for row in (2, 3)]
    report = check_facilities(
        FacilitiesSource(file=path), categories=load_categories(), bounds=ITALY_BOUNDS
    )
    assert list(report.problems) == told
    with pytest.raises(InputDataError, match=re.escape("places.csv cannot be used: 2 problems")):
        read(path)


def test_an_id_twice_without_a_door_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, f"{PLACE},45.4596,9.2481", f"{PLACE},,")
    report = check_facilities(
        FacilitiesSource(file=path), categories=load_categories(), bounds=ITALY_BOUNDS
    )
    assert list(report.problems) == [
        "places.csv row 3: facility_id 'h' is already in row 2; give every facility its own id, "
        "or door_lat and door_lon where the row is another door of it."
    ]


def test_one_column_of_the_two_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, f"{PLACE},45.4596", head=HEAD.removesuffix(",door_lon\n") + "\n")
    report = check_facilities(
        FacilitiesSource(file=path), categories=load_categories(), bounds=ITALY_BOUNDS
    )
    assert len(report.problems) == 1
    assert "has a column for door_lat and none for door_lon" in report.problems[0]
