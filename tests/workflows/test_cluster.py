"""A city on workers is the city in one process, to the byte, whatever happens to the workers."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cloudpickle
import pandas as pd
import pytest
from builders.border_town import write_border_town

from access15.area import tiles
from access15.area.tiles import TilePlan
from access15.config import load_study
from access15.errors import Access15Error, ConfigError
from access15.outputs.words.city import describe_left_out
from access15.sources.streets.extract import describe_state
from access15.workflows import city as city_workflow
from access15.workflows import cluster as cluster_workflow
from access15.workflows.city import City, run_city
from access15.workflows.cluster import Cluster, Wanted, opened_cluster
from access15.workflows.tiles import FarTile, FarWalk

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.enable_socket]
NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Poisoned(FarWalk):
    """The tile of zone b fails wherever it is tried."""

    def __call__(self, plan: TilePlan) -> FarTile:
        if "b" in plan.zones:
            raise ValueError("no walls")
        return super().__call__(plan)


@dataclass(frozen=True)
class Killed(FarWalk):
    """The first worker that tries zone b is gone."""

    def __call__(self, plan: TilePlan) -> FarTile:
        there = self.store.folder / "died"
        if "b" in plan.zones and not there.exists():
            there.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(plan)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two processes for all tests of this module."""
    with opened_cluster(Wanted(workers=2), tmp_path_factory.mktemp("dask")) as opened:
        cloudpickle.register_pickle_by_value(sys.modules[__name__])
        yield opened
        cloudpickle.unregister_pickle_by_value(sys.modules[__name__])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study of three zones."""
    return write_border_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module", autouse=True)
def _small_tiles() -> Iterator[None]:
    """Each zone of the drawn town is a tile of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiles, "TILE_M", 400.0)
        yield


@dataclass
class Runs:
    """Runs of the town, each with a cache of its own unless it is named."""

    folder: Path
    town: Path
    told: list[str]

    def run(self, cache: str, **asked: Any) -> City:
        given: dict[str, Any] = {
            "study": self.town,
            "osm": self.town.parent / "town.osm",
            "profiles": ["adult", "frail_seats"],
            "cache": self.folder / cache,
            "progress": self.told.append,
        }
        return run_city(now=NOW, **given | asked)

    def write(self, city: City, name: str) -> dict[str, str]:
        """Every file by its hash; the folder itself is always called the same."""
        out = self.folder / name / "city"
        city.write(out)
        return {
            path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(out.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def runs(tmp_path: Path, town: Path) -> Runs:
    return Runs(tmp_path, town, [])


@pytest.fixture(scope="module")
def alone(
    town: Path, tmp_path_factory: pytest.TempPathFactory, _small_tiles: None
) -> dict[str, str]:
    """What one process writes."""
    runs = Runs(tmp_path_factory.mktemp("alone"), town, [])
    return runs.write(runs.run("cache"), "one")


def list_scratch(cache: Path) -> list[str]:
    """What workers and this process shared, and should be gone."""
    return [path.name for path in (cache / "tiles").iterdir() if path.suffix != ".zip"]


def test_equal_to_one_process(
    runs: Runs, cluster: Cluster, alone: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, and nothing is left behind."""
    far = runs.run("far", scheduler=cluster.address)
    assert runs.write(far, "two") == alone
    assert any(
        line.startswith("workers: 2; see them work at http://127.0.0.1:") for line in runs.told
    )
    assert runs.told[-2] == "tiles done: 3 of 3"
    del far
    assert list_scratch(runs.folder / "far") == []
    # one process goes on where workers were: no tile is walked again
    monkeypatch.setattr("access15.workflows.tiles.walk_tile", None)
    assert runs.write(runs.run("far"), "three") == alone


def test_a_worker_that_is_lost(
    runs: Runs, cluster: Cluster, alone: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tile goes to another, and nobody notices."""
    monkeypatch.setattr(city_workflow, "FarWalk", Killed)
    far = runs.run("far", scheduler=cluster.address)
    assert (runs.folder / "far" / "tiles" / "died").exists()
    assert far.lost == ()
    assert runs.write(far, "two") == alone


def test_a_tile_that_always_fails(
    runs: Runs, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told and left out; all else is what a run without it would say."""
    monkeypatch.setattr(city_workflow, "FarWalk", Poisoned)
    city = runs.run("far", scheduler=cluster.address)
    (lost,) = city.lost
    assert (lost.zones, lost.reason) == (("b",), "ValueError: no walls")
    assert f"tile {lost.name} failed everywhere and is skipped: ValueError: no walls" in runs.told
    assert set(city.zones["zone"]) == {"all", "a", "c"}
    assert describe_left_out(city, "it") == [
        f"Manca 1 quartiere, perché il suo riquadro ({lost.name}) è fallito ovunque: Zona b. "
        "Motivo: ValueError: no walls."
    ]
    written = runs.write(city, "one")
    assert "homes/zone_id=b/part.parquet" not in written
    page = (runs.folder / "one" / "city" / "city.html").read_text(encoding="utf-8")
    assert "è fallito ovunque: Zona b" in page
    record = json.loads((runs.folder / "one" / "city" / "run.json").read_text(encoding="utf-8"))
    assert record["lost"] == [{"tile": lost.name, "zones": ["b"], "reason": lost.reason}]
    study = load_study(runs.town)
    rest = study.changed(areas=tuple(area for area in study.areas if area.id != "b"))
    alone = runs.run("alone", study=rest)
    pd.testing.assert_frame_equal(city.zones, alone.zones, check_exact=True)
    pd.testing.assert_frame_equal(city.explained, alone.explained, check_exact=True)


def test_a_scheduler_that_goes_away(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is finished is kept, and the sentence says how to go on."""
    with opened_cluster(Wanted(workers=1), runs.folder) as mortal:

        def go_away(line: str) -> None:
            if line == "tiles done: 1 of 3":
                mortal.close()

        asked = rf"scheduler {mortal.address} is gone; finished tiles are kept"
        with pytest.raises(Access15Error, match=asked):
            runs.run("far", scheduler=mortal.address, progress=go_away)
    assert list((runs.folder / "far" / "tiles").glob("*.zip"))
    assert list_scratch(runs.folder / "far") == []


def test_workers_that_cannot_be_used(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version, and a folder that they do not see: each worker is named."""
    ours = {**describe_state("area"), "python": "3.9.1 x86_64 little"}
    monkeypatch.setattr("access15.workflows.cluster.describe_state", lambda _: ours)
    with pytest.raises(
        Access15Error, match=r"workers of the scheduler cannot be used \(4\)"
    ) as met:
        cluster.check(tmp_path / "elsewhere")
    told = str(met.value)
    assert told.count("python is '3.11.") == 2
    assert "here '3.9.1 x86_64 little'; numbers could differ, install the same there" in told
    assert told.count(f"it does not see the folder {tmp_path / 'elsewhere'}; choose with") == 2


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"workers": 0}, "--workers is 0; write a whole number from 1 to 1000"),
        ({"workers": 1001}, "--workers is 1001; write a whole number from 1 to 1000"),
        ({"scheduler": ""}, "--scheduler is ''; write the address"),
        ({"scheduler": "10.0.0.5:8786"}, "--scheduler is '10.0.0.5:8786'; write the address"),
        ({"scheduler": "tcp://host:0"}, "--scheduler is 'tcp://host:0'; write the address"),
        ({"scheduler": "tcp://host:99999"}, "for example tcp://10.0.0.5:8786"),
        ({"scheduler": "http://host:80"}, "for example tcp://10.0.0.5:8786"),
        ({"workers": 2, "scheduler": "tcp://[::1]:8786"}, "leave one of them out"),
    ],
)
def test_what_cannot_be_asked(said_in_italian: None, asked: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(problem)):
        run_city("milano", **asked)


def test_nobody_at_the_address(
    said_in_italian: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cluster_workflow, "_WAIT_S", 0.5)
    with pytest.raises(Access15Error, match=r"tcp://127.0.0.1:9 does not answer within 0 seconds"):
        run_city("milano", scheduler="tcp://127.0.0.1:9", cache=tmp_path)


def test_without_dask(said_in_italian: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"pip install 'access15\[cluster\]'"):
        run_city("milano", workers=2)
