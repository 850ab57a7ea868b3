"""`access15 site` for benches, crossings, kerbs and steps: by hand, its files, what cannot be
asked.
"""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from builders.command_line import call
from builders.seat_street import write_study
from builders.small_town import write_town

from access15.cli.works import WORK_KINDS
from access15.sources.proposals.files import read_proposal
from access15.testing import assert_table, read_table
from access15.workflows import works as workflow

FILES = {"work_curve.csv", "works.csv", "works.geojson", "work_streets.csv"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    write_town(folder)
    return folder


def works_of(capsys: pytest.CaptureFixture[str], folder: Path, *words: object) -> str:
    given = ("site", folder / "street.toml", "--osm", folder / "street.osm", "--offline")
    done = call(capsys, *given, "-o", folder / "out", "--lang", "en", *words)
    assert done.code == 0, done.err
    return " ".join(done.out.split())


def test_benches_on_one_street(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Benches at 90 m and 270 m: one between opens 180 m of street, the next goes on behind.

    ::

        service -- 90 -- bench ---- 180 ---- bench ---- 310 m within 15 minutes
    """
    write_study(tmp_path, benches_m=(90,), layer_m=(270, 5000))
    told = works_of(capsys, tmp_path, "--category", "bench", "--to", "csrc", "--new", "2")
    out = tmp_path / "out"
    proposals = {path.name for path in out.glob("*_[12].geojson")}
    assert {path.name for path in out.iterdir()} == FILES | proposals
    for name in ("work_curve", "works", "work_streets"):
        assert_table(read_table(out / f"{name}.csv", name), name)
    assert_table(gpd.read_file(out / "works.geojson"), "works")
    curve = pd.read_csv(out / "work_curve.csv")
    assert curve["n_works"].tolist() == [0, 1, 2]
    assert curve["within"].iloc[0] == pytest.approx(19, abs=2)
    # from 190 m to 270 m, and 100 m behind the second bench; then 100 m behind the new one
    assert curve["gained"].tolist()[1:] == pytest.approx([18, 28], abs=2)
    assert curve["is_proven"].all()
    assert (curve["most"] == curve["gained"]).all()
    assert curve["n_today"].tolist() == [2, 2, 2]
    assert "Via, new benches: 65 and over within 15 minutes of Social and cultural centre" in told
    [first, second] = sorted(out.glob("*_[12].geojson"))
    assert [one.kind for one in read_proposal(first).changes] == ["add_bench"]
    assert [one.kind for one in read_proposal(second).changes] == ["add_bench"] * 2
    rows = pd.read_csv(out / "works.csv")
    features = json.loads(second.read_text(encoding="utf-8"))["features"]
    assert [one["geometry"]["coordinates"] for one in features] == [
        [pytest.approx(row.lon, abs=1e-6), pytest.approx(row.lat, abs=1e-6)]
        for row in rows[rows["n_works"] == 2].itertuples()
    ]


@pytest.mark.parametrize("work", ["crossing", "kerb", "steps"])
def test_a_town_where_nothing_is_to_be_mended(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], work: str
) -> None:
    """What is not mapped is no candidate, and is told as none."""
    given = ("site", town / "town.toml", "--osm", town / "town.osm", "--offline", "-o", tmp_path)
    done = call(
        capsys, *given, "--category", work, "--to", "csrc", "--cutoff", "2.5", "--area", "west"
    )
    assert done.code == 0, done.err
    curve = pd.read_csv(tmp_path / "work_curve.csv")
    assert curve["everything"].iloc[0] >= curve["gained"].max() - 0.01
    assert curve["is_proven"].all()
    assert_table(read_table(tmp_path / "work_curve.csv", "work_curve"), "work_curve")
    assert_table(read_table(tmp_path / "works.csv", "works"), "works")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("--category", "steps", "--candidates", "category:market", "--worlds", "3"),
            "with --category steps the options --candidates, --worlds say nothing",
        ),
        (("--category", "csrc", "--to", "hub"), "with --category csrc the options --to say"),
        (
            ("--category", "bench", "--profile", "adult"),
            "profile 'adult' states no rest_every_m: benches change nothing for it",
        ),
        (
            ("--category", "steps", "--profile", "frail_seats"),
            "profile 'frail_seats' walks from seat to seat, for whom steps is not looked for yet",
        ),
        (("--category", "bench", "--to", "casino"), "category 'casino' is not known; known are"),
        (
            ("--category", "bench", "--new", "21", "--share", "2", "--seconds", "0"),
            "21 works are asked for; give a number from 1 to 20",
        ),
        (("--category", "bench", "--group", "x"), "group 'x' is not in the study; it counts"),
    ],
)
def test_what_cannot_be_asked(
    town: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    told: str,
) -> None:
    given = ("site", town / "town.toml", "--osm", town / "town.osm", "--offline", "--lang", "en")
    done = call(capsys, *given, "-o", tmp_path / "out", *words)
    assert done.code == 2
    assert told in " ".join(done.err.split())
    assert not (tmp_path / "out").exists()


def test_the_command_knows_what_the_workflow_does() -> None:
    assert workflow.WORK_KINDS == WORK_KINDS
