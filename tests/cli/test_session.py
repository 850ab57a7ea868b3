"""The commands of a session from the outside: what they write, which options count, and how
mistakes end.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from builders.command_line import Done, call
from builders.pages import read_session_data
from builders.small_town import write_questions, write_town

import access15
from access15.testing import assert_table, read_table

PLACE = [9.1760, 45.4350]
MOVE = {"change": "move_facility", "facility_id": "cam-04"}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, without streets fetched before."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> partial[Done]:
    return partial(call, capsys)


def put_proposal(name: str = "idea.geojson", *changes: dict[str, Any], **head: Any) -> Path:
    about = {
        "format": "access15-proposal",
        "version": 1,
        "study": "milano",
        "area": "chiesa_rossa",
        **head,
    }
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": PLACE},
            "properties": change,
        }
        for change in changes or (MOVE,)
    ]
    path = Path(name)
    path.write_text(
        json.dumps({"type": "FeatureCollection", "access15": about, "features": features})
    )
    return path


def test_session_writes_one_page_and_nothing_else(cli: partial[Done], own_folder: Path) -> None:
    done = cli(
        "session",
        "chiesa_rossa",
        "--offline",
        "--profile",
        "frail",
        "--cutoff",
        "7",
        "--lang",
        "en",
    )
    assert done.code == 0, done.err
    assert [path.name for path in own_folder.iterdir()] == ["chiesa_rossa_session.html"]
    data = read_session_data((own_folder / "chiesa_rossa_session.html").read_text(encoding="utf-8"))
    assert [one["id"] for one in data["profiles"]] == ["frail"]
    assert data["cutoffs_min"] == [7]
    assert data["lang"] == "en"
    assert data["at"] is None
    assert done.out.strip() == "Open: chiesa_rossa_session.html"


def test_session_opens_with_proposals_at_their_minutes(cli: partial[Done]) -> None:
    path = put_proposal("idea.geojson", MOVE, cutoffs_min=[4, 8])
    done = cli("session", "chiesa_rossa", "--offline", "--proposals", path, "-o", "page.html")
    assert done.code == 0, done.err
    data = read_session_data(Path("page.html").read_text(encoding="utf-8"))
    assert data["cutoffs_min"] == [4, 8]
    (proposal,) = data["proposals"]
    assert [one["facility_id"] for one in proposal["changes"]] == ["cam-04"]


def test_compare_writes_tables_and_a_page_and_says_who_gains(
    cli: partial[Done], own_folder: Path
) -> None:
    stray = {"change": "remove_steps"}
    path = put_proposal("idea.geojson", MOVE, stray)
    done = cli("compare", path, "--offline", "--profile", "older_adult", "frail", "--out", "out")
    assert done.code == 0, done.err
    names = {
        "compare.csv",
        "compare_streets.csv",
        "compare_changes.csv",
        "chiesa_rossa_compare.html",
    }
    assert {one.name for one in (own_folder / "out").iterdir()} == names
    for name in ("compare", "compare_streets", "compare_changes"):
        assert_table(read_table(f"out/{name}.csv", name), name)
    table = read_table("out/compare.csv", "compare")
    assert set(table["profile"]) == {"older_adult", "frail"}
    row = table[
        (table["zone"] == "all")
        & (table["profile"] == "frail")
        & (table["category"] == "hub")
        & (table["group"] == "age_65_plus")
        & (table["cutoff_min"] == 15)
    ].iloc[0]
    assert row["gained"] - row["lost"] == pytest.approx(row["difference"], abs=0.011)
    told = "".join(done.out.split())
    assert f"{row['before']:,.0f}→{row['after']:,.0f}".replace(",", ".") in told
    assert "nil_population.csv" in told
    assert (
        "nota: la proposta 'idea', 'feature 2' (remove_steps) non cambia nulla: nessuna scala entro "
        "30 m" in done.err
    )
    assert table["people"].max() == pytest.approx(29_331)


def test_compare_is_the_same_from_python(cli: partial[Done]) -> None:
    path = put_proposal()
    assert (
        cli(
            "compare", path, "--offline", "--profile", "frail", "--cutoff", "5", "10", "-o", "out"
        ).code
        == 0
    )
    found = access15.compare(path, profiles=["frail"], cutoffs_min=[5, 10], offline=True).coverage
    written = pd.read_csv("out/compare.csv")
    assert set(written["cutoff_min"]) == {5, 10}
    assert len(written) == len(found)
    for name in ("people", "before", "after", "gained", "lost", "difference"):
        assert written[name].to_numpy() == pytest.approx(
            found[name].to_numpy(), abs=0.0051, nan_ok=True
        )


def test_session_prepares_answers_for_more_places(cli: partial[Done], own_folder: Path) -> None:
    """What is proven before is what `access15 site` proves; places of a file come with the page."""
    write_town(own_folder)
    write_questions(own_folder)
    town = ("--study", "town.toml", "--osm", "town.osm", "--cutoff", "2.5")
    done = cli("session", "west", *town, "--sites", "3", "-o", "page.html")
    assert done.code == 0, done.err
    given = {"study": "town.toml", "osm": "town.osm", "offline": True, "areas": ["west"]}
    found = access15.site(category="csrc", n=3, cutoff_min=2.5, **given)
    curve = found.curve.set_index("n_sites")
    prepared = read_session_data(Path("page.html").read_text(encoding="utf-8"))["prepared"]
    of_csrc = [one for one in prepared["answers"] if one["target"] == "csrc"]
    answers = [one for one in of_csrc if one["group"] == found.group]
    assert [len(one["at"]) for one in answers] == [2, 3]
    for one in answers:
        assert one["profile"] == found.profile.id
        n = len(one["at"])
        assert one["most"] == one["gained"]
        assert one["gained"] == pytest.approx(curve.loc[n, "gained"], abs=1e-6)
        assert sum(one["adds"]) == pytest.approx(one["gained"])
        sites = found.sites[found.sites["n_sites"] == n]
        places = list(zip(sites["lon"], sites["lat"], strict=True))
        told = [prepared["places"][i] for i in one["at"]]
        assert [(place["lon"], place["lat"]) for place in told] == places
    options = ("--site-candidates", "points.csv", "-o", "page.html")
    done = cli("session", "west", *town, *options)
    assert done.code == 0, done.err
    data = read_session_data(Path("page.html").read_text(encoding="utf-8"))
    assert [one["name"] for one in data["given"]] == [f"p{i}" for i in range(9)]
    assert data["prepared"] == {"places": [], "answers": []}


MISTAKES = [
    (
        ("session", "chiesa_rossa", "--sites", "1"),
        "answers for up to 1 more places are asked for; give a number from 2 to 5",
    ),
    (
        ("session", "chiesa_rossa", "--site-candidates", "points.csv"),
        "points.csv: no place is near enough to a street of chiesa_rossa; give places in the",
    ),
    (
        ("session", "chiesa_rossa", "--site-candidates", "bound.csv"),
        "bound.csv: the page only counts people within the minutes and cannot keep capacity",
    ),
    (
        ("session", "duomo"),
        "study 'milano' has no area 'duomo': its areas are chiesa_rossa, forlanini_salomone",
    ),
    (
        ("session", "chiesa_rossa", "-o", "page.pdf"),
        "page.pdf: files ending in '.pdf' are not written; use .html",
    ),
    (("session", "chiesa_rossa", "-o", "."), "is a folder; name a file in it"),
    (("session", "chiesa_rossa", "--proposals", "none.geojson"), "none.geojson: cannot be read"),
    (
        ("session", "forlanini_salomone", "--proposals", "idea.geojson"),
        "idea.geojson is of area 'chiesa_rossa', not 'forlanini_salomone'; name that area",
    ),
    (
        ("session", "chiesa_rossa", "--proposals", "far.geojson"),
        "does not stand on this neighbourhood's streets",
    ),
    (("compare", "roma.geojson"), "is of study 'roma', not 'milano'; name its study with --study"),
    (("compare", "idea.geojson", "broken.geojson"), "broken.geojson is not valid JSON"),
    (("compare", "idea.geojson", "-o", "idea.geojson"), "idea.geojson is a file; name a folder"),
    (("compare", "noon.geojson", "idea.geojson"), "count what is open at different moments"),
    (("compare", "quick.geojson", "slow.geojson"), "made at different minutes (3/6 and 5/10)"),
]


@pytest.mark.parametrize(
    ("words", "message"), MISTAKES, ids=[" ".join(case[0]) for case in MISTAKES]
)
def test_mistakes_end_in_a_sentence(
    cli: partial[Done], own_folder: Path, words: tuple[str, ...], message: str
) -> None:
    put_proposal()
    put_proposal("roma.geojson", study="roma")
    put_proposal("noon.geojson", at="2026-12-01 12:00")
    put_proposal("quick.geojson", cutoffs_min=[3, 6])
    put_proposal("slow.geojson", cutoffs_min=[5, 10])
    put_proposal("far.geojson", {**MOVE, "facility_id": "cam-01"})
    Path("broken.geojson").write_text("{")
    Path("points.csv").write_text("id,lat,lon\na,45.1,9.1\n")
    Path("bound.csv").write_text("id,lat,lon,capacity\na,45.43,9.18,40\n")
    before = {path: path.read_bytes() for path in own_folder.iterdir() if path.is_file()}
    done = cli(*words, "--offline")
    assert done.code == 2
    assert message in " ".join(done.err.split())
    assert "Traceback" not in done.err
    assert {path: path.read_bytes() for path in own_folder.iterdir() if path.is_file()} == before
