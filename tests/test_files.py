"""Files appear whole or not at all, whatever happens to the process, the folder or the disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from access15.errors import Access15Error, ServiceError
from access15.files import (
    PARTIAL_PREFIX,
    replacing,
    staged_outputs,
    write_bytes_atomic,
    write_text_atomic,
)

OLD = {"a.csv": "old a", "b.html": "old b", "run.json": "old run"}
NEW = {"a.csv": "new a", "b.html": "new b", "run.json": "new run"}


def fill(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def read(folder: Path) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def leftovers(folder: Path) -> list[Path]:
    return list(folder.glob(PARTIAL_PREFIX + "*"))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "maps"
    folder.mkdir()
    fill(folder, OLD)
    return folder


def test_new_set_replaces_the_old_one_and_leaves_other_files_alone(target: Path) -> None:
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    with staged_outputs(target) as folder:
        fill(folder, NEW)
        assert read(target) == OLD | {"notes.txt": "mine"}
    assert read(target) == NEW | {"notes.txt": "mine"}
    assert leftovers(target) == []


def test_folders_are_made_and_files_may_lie_deeper(tmp_path: Path) -> None:
    with staged_outputs(tmp_path / "x" / "y") as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "f.txt").write_text("f", encoding="utf-8")
    assert (tmp_path / "x" / "y" / "deep" / "f.txt").read_text(encoding="utf-8") == "f"


def test_files_get_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("", encoding="utf-8")
    write_text_atomic(tmp_path / "atomic.txt", "")
    assert (tmp_path / "atomic.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode


@pytest.mark.parametrize("error", [RuntimeError("boom"), KeyboardInterrupt(), SystemExit(3)])
def test_failure_while_making_changes_nothing(target: Path, error: BaseException) -> None:
    with pytest.raises(type(error), match=str(error) or None), staged_outputs(target) as folder:  # noqa: PT012
        fill(folder, NEW)
        raise error
    assert read(target) == OLD
    assert leftovers(target) == []


def test_failure_leaves_no_new_folder(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="boom"), staged_outputs(tmp_path / "x" / "y"):
        raise RuntimeError("boom")
    assert list(tmp_path.iterdir()) == []


def test_our_own_errors_pass_unchanged_even_if_they_are_oserrors(target: Path) -> None:
    with pytest.raises(ServiceError, match=r"^Overpass is gone$"), staged_outputs(target):
        raise ServiceError("Overpass is gone")


def test_full_disk_is_told_in_one_sentence(target: Path) -> None:
    sentence = (
        r"maps: nothing could be written there \(No space left on device\); check that it is a "
        r"folder you may write to "
        r"and that the disk has room, or name another one; what was there is unchanged$"
    )
    with pytest.raises(Access15Error, match=sentence), staged_outputs(target) as folder:  # noqa: PT012
        fill(folder, {"a.csv": "new a"})
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert read(target) == OLD
    assert leftovers(target) == []


def test_a_folder_in_the_place_of_a_file(target: Path) -> None:
    (target / "b.html").unlink()
    (target / "b.html").mkdir()
    with (
        pytest.raises(Access15Error, match=r"nothing could be written there \(Is a directory"),
        staged_outputs(target) as folder,
    ):
        fill(folder, {"0.txt": "not there before"} | NEW)
    assert read(target) == {"a.csv": "old a", "run.json": "old run"}
    assert leftovers(target) == []


@pytest.mark.parametrize(
    ("where", "reason"),
    [("file", "File exists|Not a directory"), ("file/below", "Not a directory")],
)
def test_target_that_is_a_file(tmp_path: Path, where: str, reason: str) -> None:
    (tmp_path / "file").write_text("precious", encoding="utf-8")
    with (
        pytest.raises(
            Access15Error, match=rf"{where}: nothing could be written there \(({reason})"
        ),
        staged_outputs(tmp_path / where),
    ):
        raise AssertionError("must not get here")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "precious"


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    if (
        os.geteuid() == 0
    ):  # root may write anywhere: become nobody, to whom pytest's folder is closed
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        folder.chmod(0o500)
        try:
            yield
        finally:
            folder.chmod(0o700)


def test_folder_that_may_not_be_written(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with (
        pytest.raises(Access15Error, match=r"nothing could be written there \(Permission denied"),
        without_rights(closed),
        staged_outputs(closed / "maps"),
    ):
        raise AssertionError("must not get here")


def test_one_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "one.txt"
    write_text_atomic(path, "è\nà")
    assert path.read_bytes() == b"\xc3\xa8\n\xc3\xa0"
    write_bytes_atomic(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    names: list[str] = []

    def write(partial: Path) -> None:
        names.append(partial.name)
        partial.write_text("third", encoding="utf-8")

    with replacing(path) as partial:
        write(partial)
    assert (names, path.read_text(encoding="utf-8")) == (["one.txt"], "third")


def test_one_file_that_fails_keeps_the_old_one(target: Path) -> None:
    def write(partial: Path) -> None:
        partial.write_text("half", encoding="utf-8")
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(partial))

    with (
        pytest.raises(Access15Error, match=r"Input/output error: .*a\.csv"),
        replacing(target / "a.csv") as partial,
    ):
        write(partial)
    assert read(target) == OLD


def test_two_runs_at_once_do_not_disturb_each_other(target: Path) -> None:
    with staged_outputs(target) as first:
        fill(first, {"a.csv": "first"})
        with staged_outputs(target) as second:
            assert (first / "a.csv").is_file(), "the second run took the first for abandoned"
            fill(second, {"a.csv": "second"})
        assert read(target)["a.csv"] == "second"
    assert read(target)["a.csv"] == "first"
    assert leftovers(target) == []
