"""Two folders change places at once: between the old set of files and the new there is no moment.

Linux has ``renameat2`` for it and macOS ``renamex_np``; Python knows neither, so they are called
through ctypes. Elsewhere, and on file systems that cannot, it is refused.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_AT_FDCWD = -100  # fcntl.h of Linux
_RENAME_EXCHANGE = 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h of macOS


def exchange(one: Path, other: Path) -> None:
    """Give each of two folders the other's name, both at once; OSError where that cannot be."""
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux":
        name = "renameat2"
        arguments = (_AT_FDCWD, first, _AT_FDCWD, second, ctypes.c_uint(_RENAME_EXCHANGE))
    elif sys.platform == "darwin":
        name = "renamex_np"
        arguments = (first, second, ctypes.c_uint(_RENAME_SWAP))
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    function = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if function is None:  # an old C library
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    if function(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(one), None, str(other))
