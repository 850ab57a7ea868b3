"""Run access15 in its own environment: nothing of it is loaded into the Python of QGIS.

Works with every Python from 3.9 on, and knows nothing of QGIS.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

# What the programs of QGIS are told by their start, and another Python must not be.
_FOREIGN = (
    "GDAL_DATA",
    "GDAL_DRIVER_PATH",
    "PROJ_DATA",
    "PROJ_LIB",
    "PROJ_NETWORK",
    "VIRTUAL_ENV",
)
_PATIENCE_S = 5.0  # between asking a child to end and ending it
_LOOK_S = 0.1  # how often somebody's wish to stop is looked for
_ERROR = "access15: "  # how its one sentence about a fault begins


class ChildError(Exception):
    """access15 could not be started, or ended with a fault; its text is for people."""


class Stopped(Exception):  # noqa: N818 - nothing is wrong
    """Somebody asked to stop."""


def run(
    command: Sequence[str],
    words: Sequence[str],
    *,
    folder: str,
    say: Callable[[str], None],
    is_stopped: Callable[[], bool],
) -> None:
    """Run a command with its words, which no shell ever reads, until it ends or is stopped.

    `say` gets every line as it comes. A fault is raised with the sentences that access15 said.
    """
    child = _start([*command, *words], folder)
    lines: queue.Queue[tuple[str, bool]] = queue.Queue()
    readers = [
        threading.Thread(target=_read, args=(stream, is_error, lines), daemon=True)
        for stream, is_error in ((child.stdout, False), (child.stderr, True))
    ]
    for reader in readers:
        reader.start()
    told: list[str] = []
    last = ""
    try:
        while any(reader.is_alive() for reader in readers) or not lines.empty():
            if is_stopped():
                raise Stopped
            with suppress(queue.Empty):
                line, is_error = lines.get(timeout=_LOOK_S)
                last = line if is_error else last
                if is_error and (told or line.startswith(_ERROR)):
                    told.append(line)
                else:
                    say(line)
        code = child.wait()
    finally:
        _end(child)
    if code:
        raise ChildError("\n".join(told)[len(_ERROR) :] or last or f"access15: {code}")


def _start(words: Sequence[str], folder: str) -> subprocess.Popen[str]:
    """Start a child in a group of its own, so that all of it can be ended."""
    more: dict[str, object] = {"start_new_session": True}
    if sys.platform == "win32":
        more = {"creationflags": 0x08000000}  # CREATE_NO_WINDOW
    try:
        return subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
            list(words),
            cwd=folder,
            env=clean_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            **more,
        )
    except (OSError, ValueError) as error:
        raise ChildError(f"{words[0]}: {error}") from error


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables without those that are meant for the Python and the libraries of QGIS."""
    kept = {
        name: value
        for name, value in environ.items()
        if name not in _FOREIGN and not name.startswith("PYTHON")
    }
    return {**kept, "PYTHONUTF8": "1", "COLUMNS": "120", "NO_COLOR": "1"}


def _read(stream: IO[str], is_error: bool, lines: queue.Queue[tuple[str, bool]]) -> None:  # noqa: FBT001
    """Hand on the lines of a stream."""
    with stream:
        for line in stream:
            lines.put((line.rstrip(), is_error))


def _end(child: subprocess.Popen[str]) -> None:
    """End a child that still runs: it removes what is half made, or is ended."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        _kill(child)
        child.wait()


def _kill(child: subprocess.Popen[str]) -> None:
    """End a child and what it started."""
    if sys.platform == "win32":
        child.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(child.pid, 9)
