"""The public works of the two neighbourhoods: proposals that come with access15 and open at once."""

from __future__ import annotations

import json
import warnings
from typing import Any

import pandas as pd
import pytest
from builders.paths import ROOT
from builders.session_scenes import ask_core
from tools.write_works import FOLDER, tell_works

from access15.outputs.pages.session_data import build_session_data
from access15.results.run import RunResult
from access15.sources.proposals.files import read_proposals
from access15.workflows.compare import Comparison, compare
from access15.workflows.run import run

FILES = sorted(path.name for path in FOLDER.glob("*.geojson"))


AREA_OF = {name: name.removesuffix(".geojson") for name in FILES}


@pytest.fixture(scope="module")
def today(sketch: RunResult) -> dict[str, RunResult]:
    """Both neighbourhoods on the sketch, by their file."""
    other = run("milano", areas=["forlanini_salomone"], profiles=["older_adult"], offline=True)
    return {"chiesa_rossa.geojson": sketch, "forlanini_salomone.geojson": other}


@pytest.fixture(scope="module")
def compared(today: dict[str, RunResult]) -> dict[str, Comparison]:
    """Every proposal on the sketch, which does not have the steps."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: compare(FOLDER / name, result=result) for name, result in today.items()}


def test_the_files_are_those_of_the_table_and_the_sketch() -> None:
    found = {name: (FOLDER / name).read_text(encoding="utf-8") for name in FILES}
    assert found == tell_works(), "run python tests/tools/write_works.py"


def test_every_work_is_told() -> None:
    rows = (ROOT / "data" / "works.csv").read_text(encoding="utf-8").splitlines()[1:]
    told = " ".join(
        note.text for name in FILES for one in read_proposals(FOLDER / name) for note in one.notes
    )
    assert [row.split(",")[0] for row in rows if f"{row.split(',')[0]}, " not in told] == []


def test_every_change_says_how_good_its_point_is_and_who_says_so() -> None:
    changes = [
        change for name in FILES for one in read_proposals(FOLDER / name) for change in one.changes
    ]
    assert {change.precision for change in changes} == {"street", "corner"}
    assert all(change.state and change.source for change in changes)


def test_compare_opens_them(compared: dict[str, Comparison]) -> None:
    table = pd.concat([one.changes for one in compared.values()]).set_index("change")
    assert table["status"].to_dict() == {"w1": "no_steps", "w5": "ok", "w6": "ok", "w7": "ok"}
    assert table.loc["w7", ["precision", "state"]].to_list() == [
        "corner",
        "pianificata nel 2022; stato nel 2026 non trovato",
    ]
    assert table["source"].str.contains("OpenStreetMap").all()


@pytest.mark.node
@pytest.mark.parametrize("name", FILES)
def test_the_session_page_opens_them_and_saves_what_they_say(
    name: str, today: dict[str, RunResult]
) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    data = build_session_data(today[name], AREA_OF[name], "it")
    (opened,) = ask_core([data], [{"session": 0, "file": text}])
    assert opened["warnings"] == []
    (saved,) = ask_core([data], [{"session": 0, "write": opened["proposals"], "chosen": {}}])
    assert list_told(json.loads(saved)) == list_told(json.loads(text))


def list_told(file: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What changes say of where they come from."""
    keys = ("change", "precision", "state", "source")
    return [
        (one["id"], one["geometry"], *(one["properties"].get(key) for key in keys))
        for one in file["features"]
        if one["properties"]["change"] != "note"
    ]
