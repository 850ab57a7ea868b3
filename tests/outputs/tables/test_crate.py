"""The description of a run for archives: whole, readable by the library, the same bytes again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from builders.pages import HOSTILE
from builders.run import make_result
from rocrate.rocrate import ROCrate

from access15.outputs.bundle import list_run_files, write_run
from access15.outputs.tables.crate import CRATE_FILE
from access15.results.run import RunResult

AREA = "chiesa_rossa"


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result(area_ids=(AREA,))


@pytest.fixture(scope="module")
def folder(result: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("maps")
    write_run(result, made, command=["access15", "run", "a b"], aids={}, lang="en")
    return made


def entities(folder: Path) -> dict[str, Any]:
    graph = json.loads((folder / CRATE_FILE).read_text("utf-8"))["@graph"]
    found = {one["@id"]: one for one in graph}
    assert len(found) == len(graph)
    return found


def test_every_file_is_described(result: RunResult, folder: Path) -> None:
    found = entities(folder)
    written = {path.name for path in folder.iterdir()}
    files = {name for name, one in found.items() if one["@type"] == "File"}
    assert files | {CRATE_FILE} == written
    assert written <= set(list_run_files(result.study))
    assert {one["@id"] for one in found["./"]["hasPart"]} == files
    assert found["coverage.csv"]["encodingFormat"] == "text/csv"
    assert found[f"{AREA}.html"]["description"] == "Open the map of Chiesa Rossa"
    assert found[f"{AREA}_session.html"]["description"] == "Try out changes in Chiesa Rossa"


def test_it_says_from_what_by_what_and_when(result: RunResult, folder: Path) -> None:
    found = entities(folder)
    record = json.loads((folder / "run.json").read_text("utf-8"))
    run = found["#run"]
    assert run["@type"] == "CreateAction"
    assert run["description"] == "access15 run 'a b'"
    assert run["endTime"] == record["created"] == found["./"]["datePublished"]
    used = [found[one["@id"]] for one in run["object"]]
    told = [{"name": one["name"], "sha256": one["sha256"]} for one in used]
    assert told == record["inputs"]
    software = found[run["instrument"]["@id"]]
    assert software["softwareVersion"] == record["versions"]["access15"]
    assert found["./"]["license"] == record["networks"][0]["licence"]
    assert found["./"]["name"] == result.study.name


def test_the_library_reads_it(folder: Path) -> None:
    crate = ROCrate(folder)
    assert {one.id for one in crate.data_entities} == {
        path.name for path in folder.iterdir() if path.name != CRATE_FILE
    }


def test_the_same_run_is_described_by_the_same_bytes(
    result: RunResult, folder: Path, tmp_path: Path
) -> None:
    write_run(result, tmp_path, command=["access15", "run", "a b"], aids={}, lang="en")
    assert (tmp_path / CRATE_FILE).read_bytes() == (folder / CRATE_FILE).read_bytes()


def test_names_stay_text(tmp_path: Path) -> None:
    named = make_result(area_ids=(AREA,), area_name=HOSTILE)
    write_run(named, tmp_path, command=[], aids={})
    assert entities(tmp_path)["#run"]["description"] == "access15.run"
