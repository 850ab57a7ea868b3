"""Reading that neither waits nor fills the computer, and never half a set of files."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from access15.files.settling import settle
from access15.remarks import Remark

MAX_INPUT_BYTES = 2_000_000_000
_NO_FILES = (
    (stat.S_ISFIFO, "file_a_pipe"),
    (stat.S_ISSOCK, "file_a_socket"),
    (stat.S_ISCHR, "file_a_device"),
    (stat.S_ISBLK, "file_a_device"),
)
_CHUNK = 1 << 20


def name_file(path: Path) -> str:
    """A file's name as a record can keep it: bytes that are no UTF-8 become question marks."""
    return path.name.encode("utf-8", "replace").decode("utf-8")


def check_input(path: Path, most_bytes: int = MAX_INPUT_BYTES) -> None:
    """Raise an OSError that says why unless a path is a regular file of a bearable size.

    Who opens a pipe waits until somebody writes into it, and a device gives bytes without end.
    """
    settle(path)
    _check_status(path.stat(), path, most_bytes)


def read_input(path: Path, most_bytes: int = MAX_INPUT_BYTES) -> bytes:
    """Bytes of a regular file of a bearable size; an OSError that says why for anything else."""
    settle(path)
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
        raise IsADirectoryError(errno.EISDIR, Remark("file_a_folder"), str(path))
    for is_other, code in _NO_FILES:
        if is_other(status.st_mode):
            raise OSError(errno.EINVAL, Remark(code), str(path))
    if status.st_size > most_bytes:
        raise _too_large(path, most_bytes)


def _too_large(path: Path, most_bytes: int) -> OSError:
    """Error for a file that is larger than is read."""
    return OSError(errno.EFBIG, Remark("file_too_large", most=most_bytes / 1e6), str(path))
