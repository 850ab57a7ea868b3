"""The guard at the edge: whatever escapes ends in one sentence, and the details in a file.

Faults that people can mend are `access15.errors.Access15Error` and told where they are found. What
arrives here is a fault of access15 itself, or of the machine it runs on.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import platform
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

import platformdirs

from access15.cli.messages import err
from access15.errors import Access15Error, InputDataError, name_reason
from access15.remarks import Lang, Remark, put_in_lang

FAULT = 1  # exit code of a fault of ours, or of the machine
REFUSED = 2  # exit code of what people can mend
# What a system says of a name, wherever it is asked.
_REFUSED = (
    *(errno.ENAMETOOLONG, errno.EACCES, errno.EPERM, errno.ELOOP),
    *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR),
)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


def mend_streams() -> None:
    """Make the three standard streams such that saying something never fails.

    A stream that was closed (``2>&-``) leads nowhere, so that no file that is opened later takes
    its number; letters that a screen cannot show are replaced.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the system gives the lowest number that is free
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123
        elif isinstance(stream, io.TextIOWrapper) and mode == "w":
            stream.reconfigure(errors="replace")


def check_folder() -> None:
    """Refuse to begin in a folder that was removed, in which no path means anything."""
    try:
        Path.cwd()
    except OSError:
        raise InputDataError(Remark("folder_gone")) from None


def say_error(sentence: str, lang: Lang) -> None:
    """Say on standard error what went wrong; where nobody can hear it, the exit code says it."""
    with contextlib.suppress(OSError, ValueError, SystemExit):
        err.print(f"access15: {put_in_lang(sentence, lang)}", soft_wrap=True)


def finish_output(lang: Lang) -> int:
    """Hand on what was said last; the exit code, 0 where all of it arrived."""
    try:
        sys.stdout.flush()
    except OSError as error:
        # else Python tries again at its end, and complains there
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno != errno.EPIPE:  # whoever closed a pipe has read enough
            say_error(_describe_system(error), lang)
        return FAULT
    return 0


def report_fault(fault: BaseException, lang: Lang) -> int:
    """Say in one sentence what nobody foresaw, and keep the details; the exit code."""
    if isinstance(fault, MemoryError):
        say_error(Remark("memory_short"), lang)
        return FAULT
    if isinstance(fault, BrokenPipeError):  # whoever closed a pipe has read enough
        return finish_output(lang) or FAULT
    if isinstance(fault, OSError) and fault.errno in _NO_ROOM:
        say_error(_describe_system(fault), lang)
        return FAULT
    if isinstance(fault, OSError) and fault.errno in _REFUSED and fault.filename is not None:
        name = os.fsdecode(fault.filename)
        refused = Access15Error(Remark("file_refused", name=name, why=name_reason(fault)))
        say_error(refused.in_lang(lang), lang)
        return REFUSED
    path = _keep(_describe(fault))
    where = _place(fault)
    if path is None:
        say_error(Remark("fault_untold", where=where), lang)
    else:
        say_error(Remark("fault_kept", where=where, path=path), lang)
    return FAULT


def _describe_system(error: OSError) -> Remark:
    """Sentence about a disk, or another end of the output, that takes nothing more."""
    why = name_reason(error)
    if error.filename:
        why = Remark("error_at", where=why, text=error.filename)
    return Remark("system_full", why=why)


def _place(fault: BaseException) -> str:
    """Kind of a fault, and the line of ours where it arose."""
    ours = Path(__file__).parents[1]
    steps = [
        step
        for step in traceback.extract_tb(fault.__traceback__)
        if Path(step.filename).is_relative_to(ours)
    ]
    kind = type(fault).__name__
    if not steps:
        return kind
    file, line = Path(steps[-1].filename).name, steps[-1].lineno
    return Remark("fault_at", kind=kind, file=file, line=line)


def _describe(fault: BaseException) -> str:
    """Where a fault arose, and in which versions; the person's home is not named."""
    from importlib import metadata

    try:
        version = metadata.version("access15")
    except metadata.PackageNotFoundError:  # run from a folder of its sources
        version = "not installed"
    head = f"access15 {version}, Python {platform.python_version()}, {platform.system()}\n\n"
    text = head + "".join(traceback.format_exception(fault))
    home = os.path.expanduser("~")  # noqa: PTH111  # Path.home fails where there is none
    return text.replace(home, "~") if len(home) > 1 else text


def _keep(text: str) -> Path | None:
    """Write the details into the first folder that takes them; its path, None where none does."""
    prefix = f"access15-fault-{datetime.now(UTC):%Y%m%d-%H%M%S}-"
    for find_folder in (_find_own_folder, tempfile.gettempdir):
        try:
            handle, path = tempfile.mkstemp(".txt", prefix, find_folder())
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8", errors="replace"))
        except (OSError, ValueError, RuntimeError):  # closed to us; the next may not be
            continue
        return Path(path).absolute()
    return None


def _find_own_folder() -> str:
    """Folder of the user's own for what programs note of themselves."""
    folder = platformdirs.user_state_path("access15", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)
