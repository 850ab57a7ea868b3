"""Whoever reads a folder after a kill finds the set of before or the new one, at whatever moment.

One process of Python forks itself for every moment: the child writes and dies there, the parent
reads what is left, lets a next run write, and reads again.
"""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from access15.errors import Access15Error
from access15.files import (
    PARTIAL_PREFIX,
    check_input,
    publishing,
    read_input,
    replacing,
    settling,
    staged_outputs,
    staging,
)
from access15.sources.places.destinations import read_destinations

OLD = {"a.csv": "old a", "b.html": "old b", "deep/c.txt": "old c", "run.json": "old run"}
NEW = {"a.csv": "new a", "b.html": "new b", "deep/c.txt": "new c", "run.json": "new run"}
OTHERS = {"notes.txt": "mine", "deep/own.txt": "mine too", "mine/x.txt": "x"}

KILLER = """
import json, os, shutil, sys
from pathlib import Path
from access15.files import publishing, read_input, staged_outputs

place, how, old, new, others = (json.loads(word) for word in sys.argv[1:])
target = Path(place) / "maps"

def fill(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

def read(folder):
    if not folder.exists():
        return {}
    paths = [path for path in folder.rglob("*") if path.is_file()]
    names = {str(path.relative_to(folder)): path.read_text() for path in paths}
    return {name: text for name, text in names.items() if ".access15-partial-" not in name}

def read_by_rule(folder):
    hidden = [path for path in Path(place).rglob(".access15-partial-*")]
    files = read(folder)
    for partial in hidden:
        rest = [partial / name for name in ("ready", "before") if (partial / name).is_dir()][:1]
        for one in rest if partial.parent == folder else []:
            there = {str(p.relative_to(one)): p.read_text() for p in one.rglob("*") if p.is_file()}
            assert not there.keys() & files.keys()
            files |= there
    return files

def write():
    if how == "in place":
        def refuse(one, other):
            raise OSError(22, "Invalid argument")
        publishing.exchange = refuse
    elif how == "where one stands":
        os.chdir(target)
    with staged_outputs(Path(".") if how == "where one stands" else target) as folder:
        fill(folder, new)

def die_at(moment, work):
    left = moment
    def watch(module, name):
        function = getattr(module, name)
        def watched(*args, **kwargs):
            nonlocal left
            if left == 0:
                os._exit(9)
            left -= 1
            return function(*args, **kwargs)
        setattr(module, name, watched)
    for name in ("rename", "replace", "link", "unlink", "rmdir", "mkdir", "symlink"):
        watch(os, name)
    watch(publishing, "exchange")
    try:
        work()
    finally:
        os._exit(0)

def let_die(moment, work):
    child = os.fork()
    if child == 0:
        die_at(moment, work)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def look():
    read_input(target / "mine.txt")

found, moment = [], 0
while True:
    shutil.rmtree(place, ignore_errors=True)
    Path(place).mkdir()
    if old:
        fill(target, old | others)
    code = let_die(moment, write)
    seen = [read(target)]
    wholes = [read_by_rule(target)]
    if target.exists():  # somebody reads there, killed at some moment too, and again
        (target / "mine.txt").touch()
        for dies_at in (moment % 7, -1):
            let_die(dies_at, look)
            seen.append(read(target))
            wholes.append(read_by_rule(target))
        (target / "mine.txt").unlink()
    for files in (*seen, *wholes):
        files.pop("mine.txt", None)
    let_die(-1, write)
    hidden = [str(path) for path in Path(place).rglob(".access15-partial-*")]
    found.append((code, seen, wholes, read(target), hidden))
    if code == 0:
        break
    moment += 1
print(json.dumps(found))
"""


def kill_at_every_step(
    place: Path, how: str, old: dict[str, str], new: dict[str, str] = NEW
) -> list[Any]:
    words = [json.dumps(one) for one in (str(place / "x"), how, old, new, OTHERS)]
    done = subprocess.run(
        [sys.executable, "-c", KILLER, *words], check=True, text=True, capture_output=True
    )
    found: list[Any] = json.loads(done.stdout)
    assert [code for code, *_ in found] == [9] * (len(found) - 1) + [0]
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="needs fork, and an exchange of folders")
@pytest.mark.parametrize("old", [OLD, {}], ids=["replaced", "first"])
def test_a_set_is_the_old_one_or_the_new_one(tmp_path: Path, old: dict[str, str]) -> None:
    others = OTHERS if old else {}
    found = kill_at_every_step(tmp_path, "whole", old)
    assert len(found) > 10
    generations = [seen[0] == NEW | others for _, seen, *_ in found]
    assert generations == sorted(generations), "there is one moment at which all is new"
    for _, seen, wholes, again, hidden in found:
        assert all(files in (old | others, NEW | others) for files in (*seen, *wholes))
        assert (again, hidden) == (NEW | others, [])


POSTERS = {"x.pdf": "old", "x.json": "old"}, {"x.pdf": "new", "x.json": "new"}
TABLES = {"a.csv": "old", "b.csv": "old"}, {"a.csv": "new", "b.csv": "new", "c.geojson": "new"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize(
    ("how", "old", "new"),
    [
        ("in place", OLD, NEW),
        ("where one stands", OLD, NEW),
        ("where one stands", *POSTERS),
        ("in place", *TABLES),
        ("in place", {}, NEW),
        ("where one stands", POSTERS[0], NEW),
    ],
    ids=["run", "run here", "poster", "no run.json", "first", "other set"],
)
def test_where_folders_cannot_be_exchanged_sets_are_not_mixed(
    tmp_path: Path, how: str, old: dict[str, str], new: dict[str, str]
) -> None:
    """Files of two sets never lie side by side; with what lies hidden it is one of them, whole; and
    whoever reads or writes there next puts it into place.
    """
    others = OTHERS if old else {}
    stays = {name: text for name, text in old.items() if name not in new}
    before, after = old | others, stays | others | new
    found = kill_at_every_step(tmp_path, how, old, new)
    assert len(found) > 10
    news = []
    for _, seen, wholes, again, hidden in found:
        for files in seen:
            assert files.items() <= before.items() or files.items() <= after.items()
            assert others.items() <= files.items()
        assert seen[-1] in (before, after), "who has read there finds it whole"
        assert all(whole in (before, after) for whole in wholes)
        news.append(wholes[0] == after)
        assert [whole == after for whole in wholes] == [news[-1]] * len(wholes)
        assert (again, hidden) == (after, [])
    assert news == sorted(news), "there is one moment at which the new set counts"


def leave_half(folder: Path) -> Path:
    """What a process has left that was killed on the way."""
    partial = folder / f"{PARTIAL_PREFIX}dead"
    fill(partial / "ready", {"b.csv": "new b"})
    fill(partial / "before", {"a.csv": "old a", "b.csv": "old b"})
    fill(folder, {"a.csv": "new a"})
    return partial


@pytest.mark.parametrize("name", ["a.csv", "b.csv", "link.csv"])
@pytest.mark.parametrize("look", [read_input, check_input])
def test_who_reads_finishes_a_set(tmp_path: Path, name: str, look: Callable[[Path], Any]) -> None:
    folder = tmp_path / "maps"
    leave_half(folder)
    (tmp_path / "link.csv").symlink_to(folder / "b.csv")
    path = (tmp_path if name.startswith("link") else folder) / name
    assert look(path) in (None, f"new {name[0]}".encode(), b"new b")
    assert read(folder) == {"a.csv": "new a", "b.csv": "new b"}


def test_half_a_set_that_cannot_be_finished_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a share that may only be read."""
    partial = leave_half(tmp_path)
    monkeypatch.setattr(settling, "finish", lambda *_: (_ for _ in ()).throw(PermissionError()))
    monkeypatch.setattr(settling, "_WAIT_S", 0.0)
    told = (
        "the files it was written with are only partly in place; repeat the command that wrote "
        f"them, or move what lies in {partial / 'ready'} beside it"
    )
    with pytest.raises(OSError, match=re.escape(told)):
        read_input(tmp_path / "a.csv")
    with pytest.raises(Access15Error, match=r"a\.csv cannot be read .*only partly in place"):
        read_destinations(tmp_path / "a.csv")


def test_a_set_that_is_just_being_written_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process holds it, and has done before the last look."""
    partial = leave_half(tmp_path)
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            (partial / "ready" / "b.csv").replace(tmp_path / "b.csv")

    monkeypatch.setattr(settling.time, "sleep", wait)
    with settling.locked(partial) as lock:
        assert lock is settling.Lock.OURS
        assert read_input(tmp_path / "a.csv") == b"new a"
    assert len(waits) == 3
    assert (tmp_path / "b.csv").read_text("utf-8") == "new b"


@pytest.mark.parametrize(
    ("locks", "n_folders"),
    [
        pytest.param(["theirs", "ours"], 2, id="taken for abandoned before it was locked"),
        pytest.param(["nobody's"], 1, id="a network share without locks"),
    ],
)
def test_a_hidden_folder_that_another_process_holds_is_not_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locks: list[str], n_folders: int
) -> None:
    """Who cleans up has it locked and is about to remove it: another one is made."""
    seen = []

    @contextmanager
    def locked(folder: Path) -> Iterator[settling.Lock]:
        seen.append(folder.name)
        yield settling.Lock(locks[len(seen) - 1])

    monkeypatch.setattr(staging, "locked", locked)
    staging.write_text_atomic(tmp_path / "a.csv", "whole")
    assert read(tmp_path) == {"a.csv": "whole"}
    assert len(set(seen)) == len(seen) == n_folders


def test_a_lock_says_whose_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with settling.locked(tmp_path) as ours, settling.locked(tmp_path) as theirs:
        assert (ours, theirs) == (settling.Lock.OURS, settling.Lock.THEIRS)
    with settling.locked(tmp_path / "gone") as gone:
        assert gone is settling.Lock.THEIRS

    def flock(*_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(settling.fcntl, "flock", flock)
    with settling.locked(tmp_path) as without:
        assert without is settling.Lock.NOBODYS


def fill(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def read(folder: Path) -> dict[str, str]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "out" / "maps"
    fill(folder, OLD | OTHERS)
    return folder


@pytest.fixture
def in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system on which folders cannot be exchanged."""

    def refuse(one: Path, other: Path) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(one), None, str(other))

    monkeypatch.setattr(publishing, "exchange", refuse)


@pytest.mark.parametrize("n_done", range(9))
def test_a_rename_that_fails_takes_the_others_back(
    target: Path, in_place: None, monkeypatch: pytest.MonkeyPatch, n_done: int
) -> None:
    replace, left = Path.replace, n_done

    def refuse(self: Path, other: Path) -> Path:
        nonlocal left
        left -= 1
        if left == -1:  # as when a program on Windows holds it open
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(other))
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", refuse)
    with (
        pytest.raises(Access15Error, match=r"nothing could be written there \(Permission denied"),
        staged_outputs(target) as folder,
    ):
        fill(folder, {"0.txt": "not there before"} | NEW)
    assert read(target) == OLD | OTHERS


@pytest.mark.parametrize("n_done", range(9))
def test_what_can_neither_be_placed_nor_taken_back_waits(
    target: Path, in_place: None, monkeypatch: pytest.MonkeyPatch, n_done: int
) -> None:
    """From one rename on, nothing can be renamed any more: nothing is lost."""
    replace, left = Path.replace, n_done

    def refuse(self: Path, other: Path) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(other))
        return replace(self, other)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", refuse)
        told = "only a part of the files is in place|nothing could be written there"
        with pytest.raises(Access15Error, match=told), staged_outputs(target) as folder:
            fill(folder, {"0.txt": "not there before"} | NEW)
    read_input(target / "notes.txt")
    assert read(target) in (OLD | OTHERS, NEW | OTHERS | {"0.txt": "not there before"})


def test_what_somebody_changed_after_a_kill_stays(target: Path) -> None:
    """A set that was ready is not put into place over what came later."""
    partial = target / f"{PARTIAL_PREFIX}dead"
    fill(partial / "ready", {"a.csv": "new a", "run.json": "new run"})
    fill(partial / "before", {"a.csv": "what was there", "run.json": "old run"})
    (target / "run.json").unlink()
    with replacing(target / "other.txt") as path:
        path.write_text("other", encoding="utf-8")
    assert read(target) == OLD | OTHERS | {"other.txt": "other"}


def test_the_folder_stays_what_it_was(tmp_path: Path) -> None:
    """Rights, links in it, a link to it, and what lies in it."""
    real = tmp_path / "real"
    fill(real, OLD | OTHERS)
    real.chmod(0o2750)
    (real / "mine" / "link").symlink_to("x.txt")
    (real / "gone").symlink_to("nowhere")
    (tmp_path / "maps").symlink_to("real")
    inode = (real / "notes.txt").stat().st_ino
    with staged_outputs(tmp_path / "maps") as folder:
        fill(folder, NEW)
    assert (tmp_path / "maps").readlink() == Path("real")
    assert real.stat().st_mode & 0o7777 == 0o2750
    assert (real / "mine" / "link").readlink() == Path("x.txt")
    assert (real / "gone").readlink() == Path("nowhere")
    assert (real / "notes.txt").stat().st_ino == inode
    assert read(real) == NEW | OTHERS | {"mine/link": "x"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["maps", "real"]


def test_what_somebody_saves_meanwhile_is_kept(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = publishing.exchange

    def save_and_exchange(one: Path, other: Path) -> None:
        (target / "notes.txt").unlink()
        fill(target, {"notes.txt": "later", "mine/new.txt": "new", "late/deep/x": "y"})
        exchange(one, other)

    monkeypatch.setattr(publishing, "exchange", save_and_exchange)
    with staged_outputs(target) as folder:
        fill(folder, NEW)
    late = {"notes.txt": "later", "mine/new.txt": "new", "late/deep/x": "y"}
    assert read(target) == NEW | OTHERS | late


@pytest.mark.parametrize("n_others", [999, 1001])
def test_somebodys_large_folder_is_not_exchanged(tmp_path: Path, n_others: int) -> None:
    others = {f"{i}.txt": "" for i in range(n_others)}
    target = tmp_path / "documents"
    fill(target, others)
    inode = target.stat().st_ino
    with staged_outputs(target) as folder:
        fill(folder, NEW)
    assert (target.stat().st_ino == inode) == (n_others > 1000)
    assert read(target) == NEW | others
    assert [path.name for path in tmp_path.iterdir()] == ["documents"]


def test_who_writes_there_at_the_same_time_keeps_their_folder(target: Path) -> None:
    with replacing(target / "other.txt") as path:
        with staged_outputs(target) as folder:
            fill(folder, NEW)
        path.write_text("other", encoding="utf-8")
    assert read(target) == NEW | OTHERS | {"other.txt": "other"}
