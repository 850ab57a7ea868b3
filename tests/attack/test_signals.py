"""Stopped at any moment, access15 says one sentence, ends with the signal's code and leaves nothing
half made.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")

# What the command line is when it is loaded: it says that it is there, and waits.
START = """
import sys
class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "access15.cli.app":
            work()
sys.meta_path.insert(0, Slow())
from access15.cli.start import main
def wait():
    print("now", flush=True)
    for _ in range(600):
        time.sleep(0.1)
"""
IMPORTING = """
import time
def work():
    wait()
"""
WRITING = """
import time
from access15.files import staged_outputs
def work():
    with staged_outputs("new/maps") as folder, (folder / "a").open("w") as file:
        file.write("half")
        wait()
"""
PUBLISHING = """
import os, signal, time
from access15.files import publishing, staged_outputs
exchange = publishing.exchange
def slow(one, other):
    print("now", flush=True)
    time.sleep(0.5)
    exchange(one, other)
publishing.exchange = slow
def work():
    with staged_outputs("old") as folder:
        (folder / "a").write_text("new")
    wait()
"""
CALLED_BY_C = """
import ctypes, time
def work():
    ctypes.CFUNCTYPE(None)(wait)()
"""
WHEN_DELETED = """
import time
class Thing:
    def __del__(self):
        wait()
def work():
    thing = Thing()
    del thing
"""
IN_THREADS = """
import threading, time
def work():
    for _ in range(3):
        threading.Thread(target=lambda: time.sleep(600)).start()
    wait()
"""
NOTHING = "access15: stopped; nothing was begun\n"
UNTOUCHED = "access15: stopped; results written before are untouched\n"
WHOLE = "access15: stopped; what was just being written is there, whole\n"


def stop(folder: Path, code: str, *numbers: signal.Signals) -> tuple[int, str]:
    """Start, wait until it is there, and send signals; how it ended, and what it said."""
    with subprocess.Popen(
        [sys.executable, "-c", f"{code}{START}main()"],
        text=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "now\n"
        for number in numbers:
            process.send_signal(number)
        said = process.stderr.read()
    return process.returncode, said


@pytest.mark.parametrize(
    ("code", "number", "sentence"),
    [
        (IMPORTING, signal.SIGINT, NOTHING),
        (IMPORTING, signal.SIGTERM, NOTHING),
        (IMPORTING, signal.SIGHUP, NOTHING),
        (WRITING, signal.SIGTERM, UNTOUCHED),
        (PUBLISHING, signal.SIGINT, WHOLE),
        (CALLED_BY_C, signal.SIGINT, NOTHING),
        (WHEN_DELETED, signal.SIGINT, NOTHING),
        (IN_THREADS, signal.SIGTERM, NOTHING),
    ],
)
def test_a_signal_ends_in_a_sentence(
    tmp_path: Path, code: str, number: signal.Signals, sentence: str
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a").write_text("old")
    assert stop(tmp_path, code, number) == (128 + number, sentence)
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["a"]
    assert (tmp_path / "old" / "a").read_text() == ("new" if sentence == WHOLE else "old")


def test_signals_that_somebody_ignores_stay_ignored(tmp_path: Path) -> None:
    """As under nohup, and in the background of a shell."""
    ignoring = f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{IMPORTING}"
    done = stop(tmp_path, ignoring, signal.SIGINT, signal.SIGTERM)
    assert done == (128 + signal.SIGTERM, NOTHING)
