"""Reading that neither waits nor fills the computer, and writing so that a failed or killed run
never leaves a broken file.

Everything is made in a hidden folder inside the target (the same file system, so that a rename is
atomic) and renamed into place only when all of it is made. A folder that a killed run left behind
is removed by the next write to the same place.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from access15.errors import Access15Error, InputDataError

if sys.platform != "win32":
    import fcntl

PARTIAL_PREFIX = ".access15-partial-"
LAST_FILE = "run.json"
MAX_INPUT_BYTES = 2_000_000_000
_NO_FILES = (
    (stat.S_ISFIFO, "it is a pipe, not a file"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)
_CHUNK = 1 << 20


def check_input(path: Path, most_bytes: int = MAX_INPUT_BYTES) -> None:
    """Raise an OSError that says why unless a path is a regular file of a bearable size.

    Who opens a pipe waits until somebody writes into it, and a device gives bytes without end.
    """
    _check_status(path.stat(), path, most_bytes)


def read_input(path: Path, most_bytes: int = MAX_INPUT_BYTES) -> bytes:
    """Bytes of a regular file of a bearable size; an OSError that says why for anything else."""
    # not to wait where a pipe takes the file's place between looking and opening
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        _check_status(os.fstat(handle), path, most_bytes)
        parts, n_bytes = [], 0
        # files that the system makes up while they are read state no size
        while part := file.read(_CHUNK):
            parts.append(part)
            n_bytes += len(part)
            if n_bytes > most_bytes:
                raise _too_large(path, most_bytes)
    return b"".join(parts)


def _check_status(status: os.stat_result, path: Path, most_bytes: int) -> None:
    """Raise an OSError for what is no regular file, or too large."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file", str(path))
    for is_other, words in _NO_FILES:
        if is_other(status.st_mode):
            raise OSError(errno.EINVAL, words, str(path))
    if status.st_size > most_bytes:
        raise _too_large(path, most_bytes)


def _too_large(path: Path, most_bytes: int) -> OSError:
    """Error for a file that is larger than is read."""
    return OSError(errno.EFBIG, f"it is larger than {most_bytes / 1e6:g} MB", str(path))


@contextmanager
def staged_outputs(target: Path) -> Iterator[Path]:
    """Make a set of files that replaces the previous one only when all are made.

    Each file replaces its namesake by one rename, `LAST_FILE` last: whoever finds it finds a
    finished set. Should a rename fail (a file open in another program), those before it are taken
    back. Files of the target that the new set does not hold stay as they are.
    """
    made: list[Path] = []
    with ExitStack() as on_exit:
        try:
            made = _make_folder(target)
            on_exit.callback(_remove_empty, made)
            _remove_abandoned(target)
            partial = on_exit.enter_context(_partial_folder(target))
            new = partial / "new"
            new.mkdir()
            yield new
            _publish(new, target, backup=partial / "old")
        except Access15Error:  # some of ours are OSErrors as well
            raise
        except OSError as error:
            raise Access15Error(
                f"{target}: nothing could be written there ({_reason(error)}); check that it is a "
                "folder you may write "
                "to and that the disk has room, or name another one; what was there is unchanged"
            ) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Make one file that replaces the previous one only when it is complete."""
    with staged_outputs(path.parent) as folder:
        yield folder / path.name


def check_inputs_stay(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse files to write that are read in the same run, by whatever name or link, before any
    work is done.
    """
    read: dict[object, Path] = {}
    for path in inputs:
        for mark in _identify(path):
            read.setdefault(mark, path)
    problems = []
    for path in outputs:
        found = [read[mark] for mark in _identify(path) if mark in read]
        if found:
            problems.append(
                f"{path} {_also_known_as(path, found[0])}is read here and would be replaced; name "
                "another file to write"
            )
    if len(problems) == 1:
        raise InputDataError(problems[0])
    if problems:
        raise InputDataError(
            f"{len(problems)} files that are read here would be replaced", problems
        )


def write_text_atomic(path: Path, text: str) -> None:
    """Write a UTF-8 text file with ``\\n`` line ends, whole or not at all."""
    write_bytes_atomic(path, text.encode("utf-8"))


def write_bytes_atomic(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all."""
    with replacing(path) as partial:
        partial.write_bytes(data)


def _identify(path: Path) -> list[object]:
    """Marks of a file: its real path, and, of one that is there, its place on the disk, which all
    links to it share, and other spellings where a system takes them for the same.
    """
    marks: list[object] = []
    try:
        marks.append(os.path.realpath(path))
        found = path.stat()
    except (OSError, ValueError):  # there is nothing that could be lost
        return marks
    return [*marks, (found.st_dev, found.st_ino)]


def _also_known_as(path: Path, own: Path) -> str:
    """Say under which name a file is read, where it is another one."""
    is_same_name = os.path.abspath(path) == os.path.abspath(own)  # noqa: PTH100 - links stay
    return "" if is_same_name else f"is {own}, which "


def _make_folder(target: Path) -> list[Path]:
    """Make the folder; those that were missing, innermost first."""
    missing = [folder for folder in (target, *target.parents) if not folder.exists()]
    target.mkdir(parents=True, exist_ok=True)
    return missing


def _remove_empty(folders: list[Path]) -> None:
    """Remove folders that were made and got nothing."""
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def _partial_folder(target: Path) -> Iterator[Path]:
    """Make a hidden folder in the target, locked as long as this process lives; remove it at the
    end.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PARTIAL_PREFIX, dir=target))
        with _lock(folder):
            if not folder.is_dir():  # another process took it for abandoned before it was locked
                continue
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)  # what stays is removed by the next write
            return


def _remove_abandoned(target: Path) -> None:
    """Remove what killed processes left; folders that a living process holds stay."""
    for folder in target.glob(PARTIAL_PREFIX + "*"):
        with _lock(folder) as is_ours:
            if is_ours:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _lock(folder: Path) -> Iterator[bool]:
    """Lock a folder; whether it is ours. The system releases it when the process dies."""
    if sys.platform == "win32":
        yield False  # folders cannot be locked there: nothing is ever taken for abandoned
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:  # removed by another process in the meantime
        yield False
        return
    try:
        yield _try_lock(handle)
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    """Lock a file; whether it could be had."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held by a living process, or a network share without locks
        return False
    return True


def _publish(
    new: Path,
    target: Path,
    *,
    backup: Path,
) -> None:
    """Rename every file into place; take all back if one cannot be."""
    names = sorted(
        (path.relative_to(new) for path in new.rglob("*") if path.is_file()), key=_last_file_last
    )
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (target / name).exists():
            (backup / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(target / name, backup / name)
    done: list[Path] = []
    try:
        for name in names:
            done.append(name)  # before the rename: taking back what was not done changes nothing
            (new / name).replace(target / name)
    except BaseException:
        for name in done:
            if (backup / name).exists():
                (backup / name).replace(target / name)
            else:
                (target / name).unlink(missing_ok=True)
        raise


def _reason(error: OSError) -> str:
    """Why the system refused, and which file."""
    what = error.strerror or str(error) or type(error).__name__
    return f"{what}: {error.filename}" if error.filename else what


def _last_file_last(name: Path) -> tuple[bool, str]:
    """Order of renaming."""
    return name.name == LAST_FILE, name.as_posix()
