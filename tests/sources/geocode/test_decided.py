"""What a person decided of a place beside its point, as a review file holds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from access15.errors import InputDataError
from access15.sources.geocode.review import (
    COLUMNS,
    LATER_COLUMNS,
    read_review,
    write_review,
)

HEAD = ",".join((*COLUMNS, *LATER_COLUMNS))
ROW = "x,{id},S,V,{lat},{lon},address,m,p,d,{table},{door_lat},{door_lon},{checked},{within}"
PLAIN = {
    "id": "a",
    "lat": "45.4",
    "lon": "9.2",
    "table": "",
    "door_lat": "",
    "door_lon": "",
    "checked": "",
    "within": "",
}


def write(folder: Path, *rows: dict[str, str]) -> Path:
    path = folder / "review.csv"
    lines = [ROW.format(**{**PLAIN, **row}) for row in rows]
    path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    return path


def test_a_file_of_before_leaves_doors_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    path.write_text(f"{','.join(COLUMNS)}\nx,a,S,V,45.4,9.2,address,m,p,d\n", encoding="utf-8")
    choice = read_review(path).choices["a"]
    assert (choice.table, choice.doors, choice.checked, choice.within_m) == ("", None, "", None)


@pytest.mark.parametrize(
    ("lat", "lon", "doors"),
    [
        ("", "", None),
        ("-", "n.d.", None),
        ("none", "none", ()),
        ("None", "NONE", ()),
        ("45.4001", "9.2", (("45.4001000", "9.2000000"),)),
        ('"45,4001"', '"9,2"', (("45.4001000", "9.2000000"),)),
        (
            "45.4001;45.4002",
            "9.2;9.2001",
            (("45.4001000", "9.2000000"), ("45.4002000", "9.2001000")),
        ),
    ],
)
def test_doors(
    tmp_path: Path, lat: str, lon: str, doors: tuple[tuple[str, str], ...] | None
) -> None:
    path = write(tmp_path, {"door_lat": lat, "door_lon": lon})
    assert read_review(path).choices["a"].doors == doors


FAULTS = {
    "half a door": (
        {"door_lat": "45.4"},
        "door_lat is 45.4 and door_lon is empty: write both, or leave both empty.",
    ),
    "half of none": (
        {"door_lat": "none", "door_lon": "9.2"},
        "door_lon is 9.2 and door_lat is empty: write both, or leave both empty.",
    ),
    "uneven doors": (
        {"door_lat": "45.4;45.41", "door_lon": "9.2"},
        "door_lat has 2 values and door_lon has 1: write as many of each, with semicolons between "
        "them.",
    ),
    "a door in words": (
        {"door_lat": "left", "door_lon": "9.2"},
        "door_lat is left and door_lon is 9.2, not numbers: write decimal degrees such as 45.4539 "
        "and 9.1748.",
    ),
    "a door far away": (
        {"door_lat": "45.41", "door_lon": "9.2"},
        "door_lat is 45.41 and door_lon is 9.2, 1112 m from the place: a door is at most 500 m "
        "away; correct the door or the point.",
    ),
    "a door nowhere": (
        {"door_lat": "245.4", "door_lon": "9.2"},
        "door_lat is 245.4 and door_lon is 9.2, outside the study's area: correct the door, or "
        "leave both empty.",
    ),
    "checked by nobody": (
        {"checked": "yes"},
        "checked is 'yes', no date; write it as 2026-11-30, or leave it empty.",
    ),
    "checked the Italian way": (
        {"checked": "30/11/2026"},
        "checked is '30/11/2026', no date; write it as 2026-11-30, or leave it empty.",
    ),
    "checked on no day": (
        {"checked": "2026-02-30"},
        "checked is '2026-02-30', no date; write it as 2026-11-30, or leave it empty.",
    ),
    "metres in words": (
        {"within": "near"},
        "within_m is 'near', no number of metres; write one such as 120, or leave it empty.",
    ),
    "less than no metres": (
        {"within": "-5"},
        "within_m is '-5', no number of metres; write one such as 120, or leave it empty.",
    ),
}


@pytest.mark.parametrize(("row", "sentence"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_said(tmp_path: Path, row: dict[str, str], sentence: str) -> None:
    path = write(tmp_path, {"id": "fine"}, row)
    with pytest.raises(InputDataError, match=r"^review\.csv cannot be used") as caught:
        read_review(path)
    assert [str(one) for one in caught.value.problems] == [f"review.csv row 3: {sentence}"]


def test_all_that_is_wrong_at_once(tmp_path: Path) -> None:
    rows = [{**row, "id": f"p{i}"} for i, (row, _) in enumerate(FAULTS.values())]
    with pytest.raises(InputDataError, match=r"^review\.csv cannot be used") as caught:
        read_review(write(tmp_path, *rows))
    assert len(caught.value.problems) == len(FAULTS)


def test_one_id_in_two_tables_is_two_places(tmp_path: Path) -> None:
    rows = [{"id": "row-2", "table": name, "lat": lat} for name, lat in (("a", "45"), ("b", "46"))]
    path = write(tmp_path, *rows)
    found = read_review(path, "b")
    assert found.choices["row-2"].lat == 46
    assert [one.lat for one in found.others] == [45]
    assert len(read_review(path).every()) == 2
    twice = write(tmp_path, *rows, {**rows[1], "lat": "47"})
    with pytest.raises(InputDataError, match=r"row 4: facility 'row-2' is chosen twice"):
        read_review(twice)
    of_which = write(tmp_path, {"id": "row-2"}, rows[1])
    with pytest.raises(InputDataError, match=r"row 3: facility 'row-2' is chosen twice"):
        read_review(of_which, "b")
    assert len(read_review(of_which, "a").others) == 1


def test_a_file_written_anew_keeps_every_bit(tmp_path: Path) -> None:
    """Coordinates as they are, also of other tables."""
    lat, lon = 45.43373236446134, 9.181672394911116
    rows = [
        {
            "id": "a",
            "lat": repr(lat),
            "lon": repr(lon),
            "table": "a.csv",
            "door_lat": "45.4337;45.4338",
            "door_lon": "9.1817;9.1818",
            "checked": "2026-11-30",
            "within": "120",
        },
        {"id": "b", "table": "b.csv", "door_lat": "none", "door_lon": "none"},
    ]
    before = read_review(write(tmp_path, *rows), "a.csv")
    write_review((), tmp_path / "anew.csv", decided=before)
    after = read_review(tmp_path / "anew.csv", "a.csv")
    assert (after.choices["a"].lat, after.choices["a"].lon) == (lat, lon)
    for one, other in zip(before.every(), after.every(), strict=True):
        assert (one.doors, one.checked, one.within_m, one.table) == (
            *(other.doors, other.checked, other.within_m, other.table),
        )
