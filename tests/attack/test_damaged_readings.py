"""What was kept of an extract is damaged, poisoned, full, or made by two at once: the extract is
read anew, that is said once, and nothing of what lies there is ever run.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer.main
from builders.drawn_osm import CRS, box, write_osm

import access15
from access15.cli.app import COMMANDS, app
from access15.config import build_options
from access15.errors import Access15Warning
from access15.files import store as stores
from access15.files.store import Kept, Question, Store
from access15.sources.streets import extract
from access15.sources.streets.boxes import Clip
from access15.sources.streets.extract import Extract

HERE = {"here": Clip(box(0, 0, 400, 200), box(-500, -500, 900, 700))}
ASKED = Question("town.osm", {"what": "x"}, {"file": "1"})


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_TOLD", set())


@pytest.fixture
def town(tmp_path: Path) -> Path:
    nodes = {i: (100.0 * i, 0.0) for i in range(9)}
    ways = {1: (range(1, 9), {"highway": "footway", "name": "Via Lunga"})}
    return write_osm(tmp_path / "town.osm", nodes, ways, bounds=box(-600, -600, 1000, 800))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "readings")


def cut(path: Path, store: Store) -> list[list[float]]:
    area = Extract(path, (), store=store).cut(HERE, CRS)["here"]
    return np.asarray(area.network.vertex_xy).tolist()


def rewrite(path: Path, change: Callable[[Any, bytes], tuple[Any, bytes]], how: int = 0) -> None:
    """Write a well-formed file that holds something else."""
    with zipfile.ZipFile(path) as file:
        values, raw = json.loads(file.read("values.json")), file.read("arrays.bin")
    told, raw = change(values, raw)
    with zipfile.ZipFile(path, "w", how) as file:
        file.writestr("values.json", json.dumps(told))
        file.writestr("arrays.bin", raw)


def flip(path: Path, share: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * share)] ^= 0x40
    path.write_bytes(content)


def put_in(values: Any, raw: bytes, new: Any) -> tuple[Any, bytes]:
    return {**values, "values": new}, raw


def far_nodes(values: Any, raw: bytes) -> tuple[Any, bytes]:
    """Edges that lead to node a billion: compiled loops would read any memory."""
    return values, b"\x00\x94\x35\x77\x00\x00\x00\x00" * (len(raw) // 8) + raw[len(raw) // 8 * 8 :]


def evil_pickle(path: Path) -> bytes:
    class Evil:
        def __reduce__(self) -> Any:
            return (Path.touch, (path.with_name("was-run"),))

    return pickle.dumps(Evil())


def put_pickle_as_array(path: Path) -> None:
    held = io.BytesIO()
    np.save(held, np.array([evil_pickle(path)], dtype=object), allow_pickle=True)
    rewrite(path, lambda values, _: (values, held.getvalue()))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "without its last byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "another file": lambda path: path.write_bytes(b"no zip at all" * 99),
    "a pickle": lambda path: path.write_bytes(evil_pickle(path)),
    "a pickle as array": put_pickle_as_array,
    "a bit of its values": lambda path: flip(path, 0.3),
    "a bit of its arrays": lambda path: flip(path, 0.85),
    "packed, so that it may be a bomb": lambda path: rewrite(
        path, lambda values, _: (values, bytes(3_000_000)), zipfile.ZIP_DEFLATED
    ),
    "no values": lambda path: rewrite(path, lambda values, raw: put_in(values, raw, None)),
    "other values": lambda path: rewrite(path, lambda values, raw: put_in(values, raw, [[1]])),
    "endless brackets": lambda path: rewrite(path, lambda *_: ("[" * 9 + "]" * 9, b"")),
    "no arrays": lambda path: rewrite(path, lambda values, _: (values, b"")),
    "nodes that are not there": lambda path: rewrite(path, far_nodes),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_is_damaged_is_read_anew_and_said_once(
    town: Path, store: Store, damage: str, tmp_path: Path
) -> None:
    before = cut(town, store)
    for path in sorted(store.folder.glob("*.zip")):
        DAMAGE[damage](path)
    with pytest.warns(Access15Warning) as told:
        assert cut(town, store) == before
    assert not list(tmp_path.rglob("was-run"))
    said = [str(one.message) for one in told]
    assert said[0] == (
        f"what is kept in {store.folder} is damaged: the file is read anew; nothing else changes"
    )
    if damage == "a folder":  # nothing can be put in its place
        assert [one.partition(":")[0] for one in said[1:]] == [
            f"the cache {store.folder} cannot be written"
        ]
        return
    assert len(said) == 1
    assert cut(town, store) == before  # and is kept again, whole: a warning would be an error


def test_a_kept_file_under_another_name_answers_no_other_question(town: Path, store: Store) -> None:
    wider = {"here": Clip(box(0, 0, 400, 200), box(-590, -590, 990, 790))}
    before = cut(town, store)
    names = set(store.folder.glob("*.zip"))
    Extract(town, (), store=store).cut(wider, CRS)
    (other,) = set(store.folder.glob("*.zip")) - names
    for path in names:
        path.write_bytes(other.read_bytes())
    with pytest.warns(Access15Warning, match="has changed since it was last read"):
        assert cut(town, store) == before


@pytest.mark.parametrize("how", ["a file in its place", "a disk without room"])
def test_a_folder_that_takes_nothing(
    town: Path, store: Store, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "a file in its place":
        store.folder.write_text("not a folder")
    else:
        monkeypatch.setattr(zipfile.ZipFile, "writestr", fail_for_want_of_room)
    with pytest.warns(Access15Warning, match="cannot be written: every run reads") as told:
        first = cut(town, store)
    assert len(told) == 1  # of two that could not be kept
    assert cut(town, store) == first


def fail_for_want_of_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_an_extract_that_changes_while_it_is_read_is_not_kept(
    town: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = extract.read_osm_data

    def read_and_write(path: Path, *more: Any) -> Any:
        found = read(path, *more)
        path.write_bytes(path.read_bytes() + b"\n")
        return found

    monkeypatch.setattr(extract, "read_osm_data", read_and_write)
    cut(town, store)
    assert store.measure() == (0, 0)


def test_what_was_not_asked_for_longest_goes_first(tmp_path: Path) -> None:
    store = Store(tmp_path, most_bytes=10_000)
    questions = [Question(f"{i}", {}, {}) for i in range(4)]
    for i, question in enumerate(questions[:3]):
        store.keep(question, Kept(i, bytes(3_000)))
        os.utime(tmp_path / question.file_name, (i, i))
    assert store.find(questions[0]) == Kept(0, bytes(3_000))  # asked for: no longer the oldest
    store.keep(questions[3], Kept(3, bytes(3_000)))
    assert [store.find(one) is not None for one in questions] == [True, False, True, True]
    assert store.measure()[1] <= 10_000
    with pytest.warns(Access15Warning, match=r"^big is too large to be kept \(0 MB\)"):
        store.keep(Question("big", {}, {}), Kept(0, bytes(6_000)))


SIX = """
import sys
from pathlib import Path
from access15.files.store import Kept, Question, Store

store, own = Store(Path(sys.argv[1])), sys.argv[2].encode()
for i in range(30):
    question = Question(str(i % 3), {}, {})
    store.keep(question, Kept(i % 3, own * 50_000))
    found = store.find(question)
    assert found.values == i % 3
    assert found.arrays in (b"a" * 50_000, b"b" * 50_000), found.arrays[:9]
"""


def test_six_processes_keep_the_same_at_once(tmp_path: Path) -> None:
    all_six = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", SIX, str(tmp_path), own], stderr=subprocess.PIPE
        )
        for own in "ababab"
    ]
    said = [one.communicate(timeout=120)[1] for one in all_six]
    assert said == [b""] * 6
    assert [one.returncode for one in all_six] == [0] * 6
    assert len(list(tmp_path.iterdir())) == 3  # and nothing half made


def test_without_the_cache_nothing_is_kept(town: Path, tmp_path: Path) -> None:
    places: dict[str, Any] = {"minutes": [5.0], "profile": "plain"}
    there = (HERE["here"].core_box[0], HERE["here"].core_box[1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plain = access15.measure_isochrone(
            there, **places, osm=town, cache=tmp_path / "c", no_cache=True
        )
        assert not (tmp_path / "c").exists()
        kept = [
            access15.measure_isochrone(there, **places, osm=town, cache=tmp_path / "c")
            for _ in range(2)
        ]
    assert Store(build_options(cache=tmp_path / "c").cache.readings).measure()[0] > 0
    for one in kept:
        assert one.areas.equals(plain.areas)
        assert one.streets.equals(plain.streets)
        assert one.network_info == plain.network_info


def test_every_command_that_takes_an_extract_can_do_without_the_cache() -> None:
    group = typer.main.get_command(app)
    context = typer.Context(group)
    commands = {name: group.get_command(context, name) for name in COMMANDS}
    options = {
        name: {text for one in command.params for text in one.opts}
        for name, command in commands.items()
    }
    # init looks at what nobody has read yet, and keeps nothing; check asks only whether it is there
    takes = {name for name, own in options.items() if "--osm" in own} - {"init", "check"}
    assert {"run", "compare", "session", "poster", "times", "isochrone", "coverage"} <= takes
    assert {name for name, own in options.items() if "--no-cache" in own} == takes
