"""Making files beside their place, and what becomes of them when a run fails, is stopped or killed.

Everything is made in a hidden folder on the same file system. What a killed run left behind is
finished or removed by the next write to the same place.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from access15.errors import Access15Error, OutputError, name_reason
from access15.files.publishing import (
    copy_nature,
    find_rest,
    list_files,
    may_be_exchanged,
    publish_in_place,
    publish_whole,
)
from access15.files.settling import (
    PARTIAL_PREFIX,
    Lock,
    list_partials,
    locked,
    remove_abandoned,
)
from access15.remarks import Remark

_NEW = "new"
_CANNOT_SYNC = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}  # file systems that know no such thing


@dataclass
class _Work:
    """What this process has begun to write: hidden folders, and folders made for what comes into
    them; whether files are just being put into place, and what to do after that.
    """

    partials: list[Path] = field(default_factory=list)
    made: list[Path] = field(default_factory=list)
    is_publishing: bool = False
    leave: Callable[[str], object] | None = None


_WORK = _Work()


def leave_cleanly(leave: Callable[[str], object]) -> None:
    """Remove what is half made and leave, telling what became of the files; where some are just
    being put into place, once they are there.
    """
    if _WORK.is_publishing:
        _WORK.leave = leave
        return
    _clear()
    leave("results written before are untouched")


def _clear() -> None:
    """Remove what is half made."""
    for partial in _WORK.partials:
        _remove(partial)
    _remove_empty(_WORK.made)


@contextmanager
def staged_outputs(target: Path) -> Iterator[Path]:
    """Make a set of files that replaces the previous one only when all are made, as one.

    Files of the target that the new set does not hold stay as they are.
    """
    with _told_in_a_sentence(target), ExitStack() as on_exit:
        real = Path(os.path.realpath(target))
        on_exit.enter_context(_made_folder(real))
        remove_abandoned(real)
        is_beside = may_be_exchanged(real)
        place = real.parent if is_beside else real
        if is_beside:
            remove_abandoned(place)
        new = on_exit.enter_context(_partial_folder(place)) / _NEW
        new.mkdir()
        if is_beside:
            copy_nature(real, new)
        yield new
        _sync(new)
        with _publishing():
            # another process that is writing there would lose its folder
            is_alone = not list_partials(real)
            if is_beside and is_alone and publish_whole(new, real):
                return
            if is_beside:
                inside = on_exit.enter_context(_partial_folder(real))
                new = Path(shutil.move(new, inside / _NEW))
            publish_in_place(new, real)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Make one file that replaces the previous one only when it is complete."""
    check_replaceable(path)
    with _told_in_a_sentence(path.parent), ExitStack() as on_exit:
        real = Path(os.path.realpath(path.parent))
        on_exit.enter_context(_made_folder(real))
        remove_abandoned(real)
        new = on_exit.enter_context(_partial_folder(real)) / _NEW
        new.mkdir()
        yield new / path.name
        _sync(new)
        with _publishing():
            publish_in_place(new, real)


@contextmanager
def scratch_folder(place: Path) -> Iterator[Path]:
    """Make a hidden folder for what other processes read as long as this one works; what a killed
    run left there is removed.
    """
    with _told_in_a_sentence(place), ExitStack() as on_exit:
        real = Path(os.path.realpath(place))
        on_exit.enter_context(_made_folder(real))
        remove_abandoned(real)
        yield on_exit.enter_context(_partial_folder(real))


def write_text_atomic(path: Path, text: str) -> None:
    """Write a UTF-8 text file with ``\\n`` line ends, whole or not at all."""
    write_bytes_atomic(path, text.encode("utf-8"))


def write_bytes_atomic(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all."""
    with replacing(path) as partial:
        partial.write_bytes(data)


def check_replaceable(path: Path) -> None:
    """Refuse to put a file in the place of a folder, a device or a pipe.

    A device such as ``/dev/null`` would be gone for every program of the computer, and so would
    ``/dev/stdout``, a link to whatever a program writes to.
    """
    folder = os.path.realpath(path.parent)
    is_system = folder in ("/dev", "/dev/fd") or folder.startswith("/proc/")
    if is_system or (path.exists() and not path.is_file()):
        raise OutputError(Remark("not_replaceable", path=path))


@contextmanager
def _told_in_a_sentence(target: Path) -> Iterator[None]:
    """Say in one sentence what the system refused."""
    try:
        yield
    except Access15Error:  # some of ours are OSErrors as well
        raise
    except OSError as error:
        raise Access15Error(
            Remark("nothing_written", path=target, reason=_reason(error))
        ) from error


@contextmanager
def _publishing() -> Iterator[None]:
    """Files are being put into place: who wants to leave waits for it."""
    _WORK.is_publishing = True
    try:
        yield
    finally:
        _WORK.is_publishing = False
        if _WORK.leave is not None:
            _clear()
            _WORK.leave("what was just being written is there, whole")


def _sync(folder: Path) -> None:
    """Have the system write every file to the disk now: what does not fit there is told here."""
    for name in list_files(folder):
        with (folder / name).open("r+b") as file:
            try:
                os.fsync(file.fileno())
            except OSError as error:
                if error.errno not in _CANNOT_SYNC:
                    raise


@contextmanager
def _made_folder(target: Path) -> Iterator[None]:
    """Make the folder; remove it, and those above it that were missing, if it gets nothing."""
    missing = [folder for folder in (target, *target.parents) if not folder.exists()]
    _WORK.made = [*missing, *_WORK.made]  # innermost first
    try:
        target.mkdir(parents=True, exist_ok=True)
        yield
    finally:
        _remove_empty(missing)
        _WORK.made = [folder for folder in _WORK.made if folder not in missing]


def _remove_empty(folders: list[Path]) -> None:
    """Remove folders that were made and got nothing."""
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def _partial_folder(place: Path) -> Iterator[Path]:
    """Make a hidden folder, locked as long as this process lives; remove it at the end."""
    while True:
        folder = place / f"{PARTIAL_PREFIX}{os.urandom(4).hex()}"
        _WORK.partials.append(folder)
        try:
            folder.mkdir(mode=0o700)
            with locked(folder) as lock:
                # another process may have taken it for abandoned before it was locked
                if lock is not Lock.THEIRS and folder.is_dir():
                    yield folder
                    return
        finally:
            _remove(folder)  # what stays is removed by the next write
            _WORK.partials.remove(folder)


def _remove(partial: Path) -> None:
    """Remove a hidden folder, but not files that could neither be put into place nor taken back."""
    if find_rest(partial) is None:
        shutil.rmtree(partial, ignore_errors=True)


def _reason(error: OSError) -> str:
    """Why the system refused, and which file."""
    what = name_reason(error) or type(error).__name__
    return Remark("error_at", where=what, text=error.filename) if error.filename else what
