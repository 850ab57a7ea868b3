"""`check` takes what changes a study's files, as the commands that it stands before do."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.command_line import call

from access15.config.model import data_dir

OWN = "facility_id,name,category,lat,lon\nmia,Centro mio,csrc,45.4300,9.1790\n"


def test_options_of_a_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Added places that stand in, fewer neighbourhoods and walkers: what would be counted."""
    own = tmp_path / "mine.csv"
    own.write_text(OWN, encoding="utf-8")
    done = call(
        *(capsys, "check", "milano", "--add-places", own, "--replace-categories", "library"),
        *("--profile", "adult", "--area", "chiesa_rossa", "--cutoff", "10"),
    )
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert not any(", library" in line or "  library," in line for line in lines)
    assert lines[-1].startswith("milano: ")
    assert any("people, age_65_plus, in zone 42" in line for line in lines)
    assert not any("in zone 30" in line for line in lines)


def test_what_is_wrong_with_options_is_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(
        *(capsys, "check", "milano", "--osm", tmp_path / "no.pbf", "--seats", tmp_path / "b.csv"),
        *("--profile", "adultt", "--replace-categories", "bars", "--crs", "EPSG:3003"),
    )
    assert done.code == 2
    told = (
        "no.pbf: there is no such file",
        "b.csv cannot be read",
        "profile 'adultt' is not known",
        "'bars' is not a category",
        "says the coordinates of places that are added, and there are none",
    )
    assert [text for text in told if text not in done.err] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("--profile", "adult", "--area", "chiesa_rossa"),
            "--profile, --area is about a study, and a table is checked alone here: name the study "
            "with --study",
        ),
        (("--add-places", "a.csv"), "--add-places are checked beside a study's own places"),
        (
            ("--study", "milano", "--facilities", "a.csv"),
            "facilities.csv stands in for the study's places already, and --facilities names "
            "others: remove one of them, or give it with --add-places",
        ),
        (
            ("--crs", "EPSG:5773"),
            "'EPSG:5773' (EGM96 height) is no system of degrees, nor of x and y on the ground; "
            'write for example crs = "EPSG:32632"',
        ),
        (("--crs", "EPSG:1"), "'EPSG:1' is not a coordinate reference system"),
    ],
)
def test_a_table_alone(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    done = call(capsys, "check", data_dir() / "facilities.csv", *words)
    assert (done.code, message in " ".join(done.err.split())) == (2, True), done.err
