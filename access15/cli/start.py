"""The first thing that runs: whoever stops access15, at whatever moment, gets a sentence.

A signal does not raise `KeyboardInterrupt` here. An exception is lost where it arises in a
destructor, in the end of a weak reference or in a function that C code calls (a run stopped by
Ctrl-C once went on to its end, with exit code 0), and it waits for threads that still count. What
is half made is removed, and the process ends.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

from access15.cli.language import find_language

# What is said when access15 is stopped: here, for a signal may come in the middle of reading a file
_ITALIAN = {
    "stopped": "interrotto",
    "nothing was begun": "non era stato iniziato nulla",
    "results written before are untouched": "i risultati scritti prima sono intatti",
    "what was just being written is there, whole": "ciò che si stava scrivendo c'è, per intero",
}
# Ctrl-C, what ends a program, and the end of its terminal; Windows knows no SIGHUP
_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
# Between two looks for what cycles keep alive: Python's own are so near to each other that imports
# take a fifth longer. What answers and ends leaves so little behind that none is needed.
_COLLECT_AFTER = (100_000, 20, 20)
_SOON_DONE = {"isochrone", "times"}


def _is_soon_done() -> bool:
    """Whether the command is one that answers at once; other words may be names of studies."""
    return not _SOON_DONE.isdisjoint(sys.argv[1:2])


def start() -> None:
    """Run the command line as a program of its own.

    What answers at once ends at once: to take down piece by piece what was imported costs Python
    half as long as the answer. Files are closed by then, and what waits for the end is called.
    """
    if not _is_soon_done():
        main()
        return
    try:
        main()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        os._exit(end.code)


def main() -> None:
    """Run the command line, ready to be stopped before the first second of imports."""
    gc.set_threshold(*_COLLECT_AFTER)
    with _uncollected() if _is_soon_done() else contextlib.nullcontext():
        _run()


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing is looked for that cycles keep alive."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _run() -> None:
    """Run the command line."""
    for one in _SIGNALS:
        if signal.getsignal(one) is not signal.SIG_IGN:  # nohup, or a shell's background
            signal.signal(one, _stop)
    from access15.cli.environment import mend_environment, put_imports_off

    if _is_soon_done():
        put_imports_off()
    unfit = list(mend_environment())
    from access15.cli.app import main as run

    run(unfit)


def _stop(number: int, frame: FrameType | None) -> None:
    """End with 128 and the signal's number, as shells do."""
    del frame
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    leave_cleanly = getattr(sys.modules.get("access15.files"), "leave_cleanly", None)
    if leave_cleanly is None:  # not loaded yet: nothing is begun
        _leave(128 + number, "nothing was begun")
    leave_cleanly(lambda told: _leave(128 + number, told))


def _leave(code: int, told: str) -> NoReturn:
    """Say what became of the files, and end without waiting for threads."""
    # the streams may be just in use
    with contextlib.suppress(OSError, RuntimeError, ValueError, AttributeError):
        sys.stdout.flush()
    words = ["stopped", told]
    if find_language(sys.argv[1:], os.environ) == "it":
        words = [_ITALIAN.get(one, one) for one in words]
    with contextlib.suppress(OSError):
        os.write(2, f"access15: {'; '.join(words)}\n".encode())
    os._exit(code)
