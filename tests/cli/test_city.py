"""`access15 city` without a study: zones, residents and an extract, and what is missing of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builders.border_town import write_border_town
from builders.command_line import Done, call

from access15.results.city import LostTile
from access15.testing import read_table
from access15.workflows import city as city_workflow
from access15.workflows.city import City, run_city

ZONES = ("--zones", "zones.geojson")


@pytest.fixture
def cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> partial[Done]:
    """The command line in a folder with the drawn city's files."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write_border_town(tmp_path)
    return partial(call, capsys)


def test_a_city_of_zones_writes_its_study_beside_the_page(cli: partial[Done]) -> None:
    named = ("--zone-id", "zone", "--people", "people.csv")
    osm = ("--osm", "town.osm", "--profile", "adult", "--lang", "en")
    done = cli("city", *ZONES, *named, *osm, "--out", "out")
    assert done.code == 0, done.err
    table = read_table(Path("out/zones.csv"), "zones")
    assert set(table["zone"]) == {"a", "b", "c", "all"}
    page = Path("out/city.html").read_text(encoding="utf-8")
    assert "access15 run out/study/study.toml --area zone_a --osm town.osm --out out/zone_a" in page
    assert len(page) < 3_000_000


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("borders.toml", *ZONES), "study 'borders.toml' names zones and residents already"),
        (ZONES, "a city without a study needs --osm, --zone-id as well"),
        (("--people", "people.csv", "--osm", "town.osm"), "needs --zones, --zone-id as well"),
        (
            (*ZONES, "--zone-id", "zona", "--osm", "town.osm"),
            "zones.geojson: there is no column 'zona'; the columns are zone, name",
        ),
    ],
)
def test_what_is_missing_is_told(cli: partial[Done], words: tuple[str, ...], problem: str) -> None:
    done = cli("city", *words, "--lang", "en")
    assert done.code == 2
    assert problem in " ".join(done.err.split()), done.err
    assert not Path("city").exists()


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (("--workers", "0"), "--workers is 0; write a whole number from 1 to 1000"),
        (("--scheduler", "here"), "--scheduler is 'here'; write the address as Dask's scheduler"),
    ],
)
def test_workers_that_cannot_be(cli: partial[Done], asked: tuple[str, ...], problem: str) -> None:
    done = cli("city", "borders.toml", "--osm", "town.osm", *asked, "--lang", "en")
    assert done.code == 2
    assert problem in " ".join(done.err.split()), done.err
    assert not Path("city").exists()


def test_a_tile_that_failed_is_told_last_and_by_the_exit_code(
    cli: partial[Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything else is written."""

    def run_without_b(*given: Any, **named: Any) -> City:
        city = run_city(*given, **named)
        lost = (LostTile("1_12", ("b",), "ValueError: no walls"),)
        return replace(city, lost=lost, lost_names={"b": "Zona b"})

    monkeypatch.setattr(city_workflow, "run_city", run_without_b)
    named = ("--osm", "town.osm", "--profile", "adult", "--lang", "en", "--out", "out")
    done = cli("city", "borders.toml", *named)
    assert done.code == 1, done.err
    last = " ".join(done.out.split())
    assert (
        "Without 1 quarter, because its tile (1_12) failed everywhere: Zona b. "
        "Reason: ValueError: no walls." in last
    )
    assert Path("out/city.html").exists()
