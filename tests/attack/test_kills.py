"""Whoever reads a folder after a kill finds the set of before or the new one, at whatever moment.

One process of Python forks itself for every moment: the child writes and dies there, the parent
reads what is left, lets a next run write, and reads again.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from access15.errors import Access15Error
from access15.files import PARTIAL_PREFIX, publishing, replacing, staged_outputs

OLD = {"a.csv": "old a", "b.html": "old b", "deep/c.txt": "old c", "run.json": "old run"}
NEW = {"a.csv": "new a", "b.html": "new b", "deep/c.txt": "new c", "run.json": "new run"}
OTHERS = {"notes.txt": "mine", "deep/own.txt": "mine too", "mine/x.txt": "x"}

KILLER = """
import json, os, shutil, sys
from pathlib import Path
from access15.files import publishing, staged_outputs

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

def write():
    if how == "in place":
        def refuse(one, other):
            raise OSError(22, "Invalid argument")
        publishing.exchange = refuse
    elif how == "where one stands":
        os.chdir(target)
    with staged_outputs(Path(".") if how == "where one stands" else target) as folder:
        fill(folder, new)

def write_and_die(moment):
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
        write()
    finally:
        os._exit(0)

found, moment = [], 0
while True:
    shutil.rmtree(place, ignore_errors=True)
    Path(place).mkdir()
    if old:
        fill(target, old | others)
    child = os.fork()
    if child == 0:
        write_and_die(moment)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    after = read(target)
    if os.fork() == 0:
        try:
            write()
        finally:
            os._exit(0)
    os.wait()
    hidden = [str(path) for path in Path(place).rglob(".access15-partial-*")]
    found.append((code, after, read(target), hidden))
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
    generations = [after == NEW | others for _, after, *_ in found]
    assert generations == sorted(generations), "there is one moment at which all is new"
    for _, after, again, hidden in found:
        assert after in (old | others, NEW | others)
        assert (again, hidden) == (NEW | others, [])


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_a_poster_and_its_key_are_never_of_two_runs(tmp_path: Path) -> None:
    """Also in the folder that one stands in, where the key is missing for a moment."""
    old = {"x.pdf": "old", "x.json": "old"}
    new = {"x.pdf": "new", "x.json": "new"}
    for _, after, again, hidden in kill_at_every_step(tmp_path, "where one stands", old, new):
        found = {name: text for name, text in after.items() if name not in OTHERS}
        assert found in (old, {"x.pdf": "old"}, {"x.pdf": "new"}, new)
        assert (again, hidden) == (new | OTHERS, [])


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
@pytest.mark.parametrize("how", ["in place", "where one stands"])
def test_where_folders_cannot_be_exchanged_no_mixture_says_it_is_whole(
    tmp_path: Path, how: str
) -> None:
    """Its ``run.json`` is there with the old set or the new one, and the next run ends it."""
    for _, after, again, hidden in kill_at_every_step(tmp_path, how, OLD):
        assert after.keys() - {"run.json"} == (OLD | OTHERS).keys() - {"run.json"}
        assert all(
            text in {(OLD | OTHERS)[name], (NEW | OTHERS)[name]} for name, text in after.items()
        )
        if "run.json" in after:
            assert after in (OLD | OTHERS, NEW | OTHERS)
        assert (again, hidden) == (NEW | OTHERS, [])


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


@pytest.mark.parametrize("n_done", range(5))
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
