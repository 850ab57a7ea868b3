"""Putting into place what a killed run left, by whoever next writes or reads there.

A hidden folder is locked as long as the process lives that made it; one that can be locked is
abandoned.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path

from access15.files.publishing import find_rest, finish
from access15.remarks import Remark

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

PARTIAL_PREFIX = ".access15-partial-"
_LOCK_FILE = "lock"  # where folders themselves cannot be locked
_HELD = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}  # how systems say that another has the lock
_N_LOOKS, _WAIT_S = 20, 0.05  # files move into place within milliseconds


def settle(file: Path) -> None:
    """Put a file's folder in order before the file is read; an OSError where that cannot be, and
    files of its set are elsewhere.
    """
    folders = [file.parent]
    with suppress(OSError, ValueError):
        folders.append(Path(os.path.realpath(file)).parent)
    for folder in dict.fromkeys(folders):
        for look in range(_N_LOOKS):
            rests = list(filter(None, map(find_rest, list_partials(folder))))
            if not rests:
                break
            if look > 0:
                time.sleep(_WAIT_S)  # somebody is at it
            with suppress(OSError):  # told below
                remove_abandoned(folder)
        else:
            raise OSError(
                errno.EBUSY,
                Remark("set_not_whole", folder=rests[0]),
                str(file),
            )


def remove_abandoned(place: Path) -> None:
    """Finish or remove what killed processes left; folders that a living process holds stay."""
    for folder in list_partials(place):
        with locked(folder) as lock:
            if lock is Lock.OURS:
                finish(folder, place)
                shutil.rmtree(folder, ignore_errors=True)
        if lock is Lock.OURS:
            shutil.rmtree(folder, ignore_errors=True)  # Windows keeps what is open, as a lock is


def list_partials(place: Path) -> list[Path]:
    """Hidden folders of ours in a folder."""
    try:
        with os.scandir(place) as entries:
            return [Path(one.path) for one in entries if one.name.startswith(PARTIAL_PREFIX)]
    except (OSError, ValueError):  # no folder, or none that may be listed
        return []


class Lock(Enum):
    """Who holds the lock of a folder."""

    OURS = "ours"
    THEIRS = "theirs"  # or the folder is gone
    NOBODYS = "nobody's"  # a network share without locks


@contextmanager
def locked(folder: Path) -> Iterator[Lock]:
    """Lock a folder; whose the lock is. The system releases it when the process dies."""
    try:
        if sys.platform == "win32":
            handle = os.open(folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT)
        else:
            handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:  # removed by another process in the meantime
        yield Lock.THEIRS
        return
    try:
        yield _try_lock(handle)
    finally:
        os.close(handle)


def _try_lock(handle: int) -> Lock:
    """Lock a file; whose the lock is now."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return Lock.THEIRS if error.errno in _HELD else Lock.NOBODYS
    return Lock.OURS
