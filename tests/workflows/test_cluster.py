"""A city on workers is the city in one process, to the byte, whatever happens to the workers."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import cloudpickle
import dask
import pandas as pd
import pytest
from builders.border_town import write_border_town
from builders.command_line import call

from access15.area import tiles
from access15.area.tiles import TilePlan
from access15.config import load_study
from access15.errors import Access15Error, ConfigError
from access15.outputs.words.city import describe_left_out
from access15.sources.streets.extract import describe_state
from access15.testing import read_table
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


@dataclass(frozen=True)
class Deadly(FarWalk):
    """Zone b ends whatever process tries it, as a full memory or a broken library would."""

    def __call__(self, plan: TilePlan) -> FarTile:
        if "b" in plan.zones:
            with (self.store.folder / "died").open("a", encoding="ascii") as file:
                print(os.getpid(), file=file)
            os._exit(3)
        return super().__call__(plan)


@dataclass(frozen=True)
class Noted(FarWalk):
    """Notes every tile that is walked, not taken from what is kept."""

    def __call__(self, plan: TilePlan) -> FarTile:
        def walk(tile: tiles.Tile, rules: tiles.TileRules) -> tiles.TileFindings:
            (self.store.folder / f"{plan.name}.walked").touch()
            return tiles.walk_tile(tile, rules)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("access15.workflows.tiles.walk_tile", walk)
            return super().__call__(plan)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two processes for all tests of this module; a tile that ended both is given up (by default
    one that ended four).
    """
    import distributed  # noqa: PLC0415, F401 - brings the settings that one is changed of

    patient = dask.config.set({"distributed.scheduler.allowed-failures": 1})
    with patient, opened_cluster(Wanted(workers=2), tmp_path_factory.mktemp("dask")) as opened:
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
            "grid": "square:100",
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


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Homes of every tile that this process walked, and did not take from what is kept."""
    sizes: list[int] = []

    def walk(tile: tiles.Tile, rules: tiles.TileRules) -> tiles.TileFindings:
        sizes.append(len(tile.zone))
        return tiles.walk_tile(tile, rules)

    monkeypatch.setattr("access15.workflows.tiles.walk_tile", walk)
    return sizes


def list_scratch(cache: Path) -> list[str]:
    """What workers and this process shared, and should be gone."""
    return [path.name for path in (cache / "tiles").iterdir() if path.suffix != ".zip"]


def test_equal_to_one_process(
    runs: Runs, cluster: Cluster, alone: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte, cells among it, and nothing is left behind."""
    assert any(name.startswith("cells/category=csrc/") for name in alone)
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


def test_workers_go_on_where_one_process_was(
    runs: Runs,
    cluster: Cluster,
    alone: dict[str, str],
    walked: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tiles that it had finished are taken from the cache, all others are walked, to the byte."""
    monkeypatch.setattr(city_workflow, "FarWalk", Noted)
    kept = runs.folder / "cache" / "tiles"
    runs.run("cache")
    assert len(walked) == 3
    finished = sorted(kept.glob("*.zip"))
    assert len(finished) == 3
    finished[1].unlink()  # as if it had been killed before its last tile
    assert runs.write(runs.run("cache", scheduler=cluster.address), "two") == alone
    assert len(list(kept.glob("*.walked"))) == 1
    # all are kept now: neither walks any
    assert runs.write(runs.run("cache", scheduler=cluster.address), "three") == alone
    assert runs.write(runs.run("cache"), "four") == alone
    assert (len(list(kept.glob("*.walked"))), len(walked)) == (1, 3)


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


def test_a_scheduler_that_goes_away(
    runs: Runs, alone: dict[str, str], walked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is finished is kept, and the sentence says how to go on: also in one process."""
    with opened_cluster(Wanted(workers=1), runs.folder) as mortal:

        def go_away(line: str) -> None:
            if line == "tiles done: 1 of 3":
                mortal.close()

        asked = rf"scheduler {mortal.address} is gone; finished tiles are kept"
        with pytest.raises(Access15Error, match=asked):
            runs.run("far", scheduler=mortal.address, progress=go_away)
    n_kept = len(list((runs.folder / "far" / "tiles").glob("*.zip")))
    assert n_kept
    assert list_scratch(runs.folder / "far") == []
    assert runs.write(runs.run("far"), "two") == alone
    assert len(walked) == 3 - n_kept


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


def test_a_tile_that_kills_every_worker(
    runs: Runs,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is told by the terminal and the exit code; the rest is done by workers that took the place
    of the dead.
    """
    monkeypatch.setattr(city_workflow, "FarWalk", Deadly)
    words = ["--osm", str(runs.town.parent / "town.osm"), "--profile", "adult", "--lang", "en"]
    words += ["--out", str(runs.folder / "out")]
    monkeypatch.setenv("XDG_CACHE_HOME", str(runs.folder))
    done = call(capsys, "city", str(runs.town), *words, "--scheduler", cluster.address)
    assert done.code == 1, done.err
    cache = runs.folder / "access15"
    died = (cache / "tiles" / "died").read_text(encoding="ascii").split()
    assert len(set(died)) == 2
    last = re.sub(r"\s+", " ", done.out)
    asked = (
        r"Without 1 quarter, because its tile \(\w+\) failed everywhere: Zona b. Reason: it ended"
    )
    assert re.search(asked, last), last
    table = read_table(runs.folder / "out" / "zones.csv", "zones")
    assert set(table["zone"]) == {"a", "c", "all"}
    assert list_scratch(cache) == ["died"]


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


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (None, "does not answer within 0 seconds"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "is no scheduler of Dask; mend the address"),
        (bytes(64), "is no scheduler of Dask; mend the address"),
    ],
)
def test_something_else_at_the_address(
    said_in_italian: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    said: bytes | None,
    problem: str,
) -> None:
    """What listens and says nothing, a page, and noise."""
    monkeypatch.setattr(cluster_workflow, "_WAIT_S", 0.5)
    met: list[socket.socket] = []

    def answer() -> None:
        met.append(door.accept()[0])
        if said is not None:
            met[0].sendall(said)

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = Thread(target=answer)
        thread.start()
        with pytest.raises(Access15Error, match=problem):
            run_city("milano", scheduler=f"tcp://127.0.0.1:{door.getsockname()[1]}", cache=tmp_path)
        thread.join()
        met[0].close()


def test_workers_that_are_gone_for_good(
    said_in_italian: None, runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody begins them anew: what is finished is kept, and the sentence says how to go on."""
    monkeypatch.setattr(cluster_workflow, "_LEFT_S", 0.1)
    monkeypatch.setattr(cluster_workflow, "_ASK_AGAIN_S", 0.1)
    with opened_cluster(Wanted(workers=1), runs.folder) as mortal:

        def lose_workers(line: str) -> None:
            if line == "tiles done: 1 of 3":
                mortal._client.cluster.scale(0)

        asked = rf"{mortal.address} has had no workers for 0 seconds; finished tiles are kept"
        with pytest.raises(Access15Error, match=asked):
            runs.run("far", scheduler=mortal.address, progress=lose_workers)
    assert list((runs.folder / "far" / "tiles").glob("*.zip"))


def test_without_dask(said_in_italian: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"pip install 'access15\[cluster\]'"):
        run_city("milano", workers=2)
