"""Coverage at a moment: only what is open counts, what nobody knows is told apart, everywhere."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from access15 import load_study, run
from access15.config import Lang, data_dir
from access15.outputs.terminal.summary import draw_summary
from access15.workflows.run import Run

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)  # a Sunday
HOURS = {"cam-04": "Mo-Fr 09:00-18:00", "csrc-07": "Sa 09:00-12:00", "library-01": "Mo 14:00-19:00"}
KEYS = ["zone", "profile", "category", "group", "cutoff_min"]


@pytest.fixture(scope="module")
def facilities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's own facilities, some with opening hours."""
    with (data_dir() / "facilities.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    path = tmp_path_factory.mktemp("hours") / "facilities.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "opening_hours"])
        writer.writeheader()
        writer.writerows(
            {**row, "opening_hours": HOURS.get(row["facility_id"], "")} for row in rows
        )
    return path


@pytest.fixture(scope="module")
def runs(facilities: Path) -> dict[str, Run]:
    """The sketch of Chiesa Rossa, whenever and at three moments."""
    asked = {
        "ever": None,
        "tuesday": "mar 10:00",
        "saturday": "sat 10:00",
        "night": "2026-11-24 03:00",
    }
    study = load_study("milano").changed(
        categories=("cam", "csrc", "library", "pharmacy", "drinking_fountain")
    )
    return {
        name: run(
            study,
            facilities=facilities,
            profiles=["older_adult"],
            areas=["chiesa_rossa"],
            cutoffs_min=[15],
            offline=True,
            at=at,
            now=NOW,
        )
        for name, at in asked.items()
    }


def older(found: Run, category: str) -> pd.Series:
    table = found.coverage
    here = (
        (table["zone"] == "all")
        & (table["group"] == "age_65_plus")
        & (table["category"] == category)
    )
    return table[here].iloc[0]


def test_only_what_is_open_counts(runs: dict[str, Run]) -> None:
    """Boifava (cam-04) is open on Tuesday, De André (csrc-07) is not: the hub is Boifava alone.

    De André adds nobody at 15 minutes: with the door of its own address Boifava is within 15
    minutes of all who live nearer to De André. What they lose on Tuesday is time, each of them, and
    who lives within 5 minutes of De André has no hub within 5.
    """
    tuesday, ever = runs["tuesday"], runs["ever"]
    area, always = tuesday.areas["chiesa_rossa"], ever.areas["chiesa_rossa"]
    assert set(area.nearest_id["older_adult", "hub"]) <= {"cam-04", ""}
    assert (
        older(tuesday, "hub")["covered"]
        == older(tuesday, "cam")["covered"]
        <= older(ever, "hub")["covered"]
    )
    at_de_andre = np.asarray(always.nearest_id["older_adult", "hub"]) == "csrc-07"
    assert at_de_andre.any()
    then_s, ever_s = (one.travel_time_s["older_adult", "hub"] for one in (area, always))
    assert (then_s[at_de_andre] > ever_s[at_de_andre]).all()
    np.testing.assert_array_equal(then_s[~at_de_andre], ever_s[~at_de_andre])
    people = always.residents["age_65_plus"].to_numpy()
    assert 0 < people[then_s <= 300].sum() < people[ever_s <= 300].sum()
    assert older(tuesday, "hub")["unknown_hours"] == 0
    saturday = runs["saturday"].areas["chiesa_rossa"]
    assert set(saturday.nearest_id["older_adult", "hub"]) <= {"csrc-07", ""}
    assert 0 < older(runs["saturday"], "hub")["covered"] < older(ever, "hub")["covered"]


def test_closed_is_zero_and_unknown_is_unknown(runs: dict[str, Run]) -> None:
    """At three in the night both hubs are closed for certain; of the libraries one is, the others
    may be open.
    """
    night, ever = runs["night"], runs["ever"]
    assert older(night, "hub")[["covered", "share", "unknown_hours"]].tolist() == [0, 0, 0]
    library = older(night, "library")
    assert library["covered"] == 0  # one is known to be closed
    assert library["unknown_hours"] > 0
    assert pd.isna(older(night, "pharmacy")["covered"])  # none in the list, as ever
    assert older(night, "pharmacy")["unknown_hours"] == 0
    fountains = older(night, "drinking_fountain")  # they never close
    assert fountains["covered"] == older(ever, "drinking_fountain")["covered"] > 0


def test_unknown_hours_never_make_more_than_everything_open(runs: dict[str, Run]) -> None:
    ever = runs["ever"].coverage.set_index(KEYS)["covered"]
    for name in ("tuesday", "saturday", "night"):
        table = runs[name].coverage.set_index(KEYS)
        at_most = table["covered"].fillna(0) + table["unknown_hours"]
        assert (at_most <= ever.fillna(0) + 1e-9).all()
        assert (table["unknown_hours"] >= 0).all()
        assert (
            (table["unknown_hours_share"] * table["people"] - table["unknown_hours"]).abs() < 1e-9
        ).all()
        assert set(table["at"]) == {runs[name].at.strftime("%Y-%m-%d %H:%M")}  # type: ignore[union-attr]


def test_without_a_moment_nothing_changes(runs: dict[str, Run]) -> None:
    ever = runs["ever"]
    assert ever.at is None
    assert {"at", "unknown_hours"}.isdisjoint(ever.coverage)
    assert "open_at" not in ever.areas["chiesa_rossa"].facilities


def test_status_says_the_streets_not_the_hours(runs: dict[str, Run]) -> None:
    """With every hub closed homes and places are on the streets as before."""
    night, ever = runs["night"].areas["chiesa_rossa"], runs["ever"].areas["chiesa_rossa"]
    assert night.residents["status"].equals(ever.residents["status"])
    assert night.facilities["status"].equals(ever.facilities["status"])
    assert night.facilities["minutes_older_adult"].equals(ever.facilities["minutes_older_adult"])


@pytest.mark.parametrize(
    ("lang", "moment", "unknown"),
    [
        ("it", "alle 10:00 di martedì", "fino a"),
        ("en", "at 10:00 on Tuesday", "up to"),
    ],
)
def test_every_output_says_when(
    runs: dict[str, Run], tmp_path: Path, lang: Lang, moment: str, unknown: str
) -> None:
    tuesday = runs["tuesday"]
    assert tuesday.at == datetime(2026, 11, 24, 10)  # noqa: DTZ001 - local
    files = tuesday.write(tmp_path, lang=lang)
    for page in ("index.html", "chiesa_rossa.html"):
        text = files[page if page in files else "chiesa_rossa"].read_text(encoding="utf-8")
        title = text.split("<title>")[1].split("</title>")[0]
        assert moment in title
        assert unknown in text
        assert "(24/11/2026)" in text
    assert (
        json.loads((tmp_path / "run.json").read_text())["parameters"]["at"] == "2026-11-24T10:00:00"
    )
    for name in ("coverage.csv", "measures.csv", "equity.csv"):
        assert set(pd.read_csv(tmp_path / name)["at"]) == {"2026-11-24 10:00"}, name
    places = pd.read_csv(tmp_path / "facilities_out.csv", keep_default_na=False).set_index(
        "facility_id"
    )
    assert places.loc["cam-04", ["opening_hours", "open_at"]].tolist() == [
        "Mo-Fr 09:00-18:00",
        "open",
    ]
    assert places.loc["csrc-07", "open_at"] == "closed"
    assert places.loc["csrc-06", "open_at"] == "unknown"
    console = Console(width=200, file=io.StringIO())
    console.print(*draw_summary(tuesday, lang=lang))
    assert moment in console.file.getvalue()  # type: ignore[attr-defined]


def test_none_open_is_said_plainly(runs: dict[str, Run], tmp_path: Path) -> None:
    files = runs["night"].write(tmp_path)
    text = files["index.html"].read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "0 %, nessuno aperto alle 3:00 di martedì" in text
