"""Files appear whole or not at all, whatever happens to the process, the folder or the disk."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
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


def test_run_json_is_renamed_last(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed: list[str] = []
    replace = Path.replace

    def spy(self: Path, other: Path) -> Path:
        renamed.append(other.name)
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", spy)
    with staged_outputs(target) as folder:
        fill(folder, {"z.txt": "z"} | NEW)
    assert renamed == ["a.csv", "b.html", "z.txt", "run.json"]


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


def test_a_rename_that_fails_takes_the_others_back(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def refuse(self: Path, other: Path) -> Path:
        if (
            other.name == "run.json" and self.parent.name == "new"
        ):  # as when a program on Windows holds it open
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(other))
        return replace(self, other)

    monkeypatch.setattr(Path, "replace", refuse)
    with (
        pytest.raises(Access15Error, match=r"Permission denied: .*run\.json"),
        staged_outputs(target) as folder,
    ):
        fill(folder, {"0.txt": "not there before"} | NEW)
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


def run_and_kill(target: Path, body: str) -> subprocess.CompletedProcess[str]:
    script = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from access15.files import staged_outputs
        target = Path(sys.argv[1])
        def die():
            os.kill(os.getpid(), signal.SIGKILL)
        """
    ) + textwrap.dedent(body)
    return subprocess.run(
        [sys.executable, "-c", script, str(target)],
        check=False,
        text=True,
        capture_output=True,
        timeout=60,
    )


def test_killed_while_making_leaves_the_old_files(target: Path) -> None:
    done = run_and_kill(
        target,
        """
        with staged_outputs(target) as folder:
            (folder / "a.csv").write_text("new a")
            with (folder / "b.html").open("w") as file:
                file.write("new")
                file.flush()
                die()
        """,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert read(target) == OLD
    assert len(leftovers(target)) == 1, "the dead process cannot clean up"
    with staged_outputs(target) as folder:
        fill(folder, NEW)
    assert read(target) == NEW
    assert leftovers(target) == []


@pytest.mark.parametrize("n_renamed", [0, 1, 2])
def test_killed_between_renames_leaves_every_file_whole(target: Path, n_renamed: int) -> None:
    done = run_and_kill(
        target,
        f"""
        replace, count = Path.replace, 0
        def stop(self, other):
            global count
            if count == {n_renamed}:
                die()
            count += 1
            return replace(self, other)
        Path.replace = stop
        with staged_outputs(target) as folder:
            for name in ("a.csv", "b.html", "run.json"):
                (folder / name).write_text("new " + name.partition(".")[0])
        """,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    names = list(OLD)
    assert read(target) == {
        name: (NEW if i < n_renamed else OLD)[name] for i, name in enumerate(names)
    }
    assert read(target)["run.json"] == "old run", "an unfinished set must not look finished"
    write_text_atomic(target / "a.csv", "next")
    assert leftovers(target) == []


def test_two_runs_at_once_do_not_disturb_each_other(target: Path) -> None:
    with staged_outputs(target) as first:
        fill(first, {"a.csv": "first"})
        with staged_outputs(target) as second:
            assert (first / "a.csv").is_file(), "the second run took the first for abandoned"
            fill(second, {"a.csv": "second"})
        assert read(target)["a.csv"] == "second"
    assert read(target)["a.csv"] == "first"
    assert leftovers(target) == []
