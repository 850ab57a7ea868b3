"""`access15 city` without a study: zones, residents and an extract, and what is missing of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from builders.border_town import write_border_town
from builders.command_line import Done, call

from access15.testing import read_table

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
