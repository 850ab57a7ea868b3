"""What runs access15 from QGIS: words no shell reads, every line as it comes, an end on request."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from access15.outputs.qgis.plugin.child import ChildError, Stopped, clean_environment, run


def ask(script: str, *words: str, folder: Path, stop_after: int | None = None) -> list[str]:
    said: list[str] = []
    run(
        [sys.executable, "-c", script],
        words,
        folder=str(folder),
        say=said.append,
        is_stopped=lambda: stop_after is not None and len(said) >= stop_after,
    )
    return said


def test_words_arrive_as_they_are(tmp_path: Path) -> None:
    evil = ["$(touch hit)", "; touch hit", "a b", "'\"", "--name=è\n", "`touch hit`", "%PATH%"]
    script = "import sys; print(ascii(sys.argv[1:]))"
    assert ask(script, *evil, folder=tmp_path) == [ascii(evil)]
    assert list(tmp_path.iterdir()) == []


def test_every_line_is_told_and_a_fault_with_its_sentences(tmp_path: Path) -> None:
    script = """
import sys
print("reading", file=sys.stderr, flush=True)
print("access15: 2 things cannot be used\\n  - one\\n  - two", file=sys.stderr)
sys.exit(2)
"""
    said: list[str] = []
    with pytest.raises(ChildError, match=r"^2 things cannot be used\n  - one\n  - two$"):
        run(
            [sys.executable, "-c", script],
            [],
            folder=str(tmp_path),
            say=said.append,
            is_stopped=lambda: False,
        )
    assert said == ["reading"]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("import sys; print('Error: no such option', file=sys.stderr); sys.exit(2)", "no such opt"),
        ("import sys; sys.exit(3)", "access15: 3"),
        ("raise SystemExit('access15: nothing')", "^nothing$"),
    ],
)
def test_faults_without_a_sentence_say_the_last_line(
    tmp_path: Path, script: str, told: str
) -> None:
    with pytest.raises(ChildError, match=told):
        ask(script, folder=tmp_path)


def test_a_python_that_is_gone(tmp_path: Path) -> None:
    gone = str(tmp_path / "python")
    with pytest.raises(ChildError, match="python: "):
        run([gone], [], folder=str(tmp_path), say=print, is_stopped=lambda: False)
    with pytest.raises(ChildError, match="null"):
        ask("", "a\0b", folder=tmp_path)


def test_who_asks_to_stop_is_heard(tmp_path: Path) -> None:
    """The child is told, and may remove what is half made."""
    script = """
import os, signal, sys, time
def leave(*_):
    open("left", "w").close()
    os._exit(143)
signal.signal(signal.SIGTERM, leave)
print(os.getpid(), flush=True)
time.sleep(60)
"""
    said: list[str] = []
    with pytest.raises(Stopped):
        run(
            [sys.executable, "-c", script],
            [],
            folder=str(tmp_path),
            say=said.append,
            is_stopped=lambda: bool(said),
        )
    assert (tmp_path / "left").exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(said[0]), 0)


def test_a_child_that_does_not_hear_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access15.outputs.qgis.plugin.child._PATIENCE_S", 0.2)
    script = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), flush=True)
time.sleep(60)
"""
    said: list[str] = []
    with pytest.raises(Stopped):
        run(
            [sys.executable, "-c", script],
            [],
            folder=str(tmp_path),
            say=said.append,
            is_stopped=lambda: bool(said),
        )
    with pytest.raises(ProcessLookupError):
        os.kill(int(said[0]), 0)


def test_a_child_knows_nothing_of_the_python_of_qgis() -> None:
    given = {"PYTHONHOME": "/qgis", "PYTHONPATH": "/qgis", "PROJ_LIB": "/qgis", "HOME": "/home"}
    kept = clean_environment(given)
    assert kept["HOME"] == "/home"
    assert "/qgis" not in kept.values()


def test_long_answers_do_not_block(tmp_path: Path) -> None:
    script = "import sys; print('x' * 70 + '\\n', file=sys.stderr, end='') or [print('y' * 99) for _ in range(20000)]"
    assert len(ask(script, folder=tmp_path)) == 20_001
