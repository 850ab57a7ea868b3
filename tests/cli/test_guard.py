"""The guard at the edge: what nobody foresaw ends in one sentence, wherever its streams lead."""

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path

import pytest
from builders.command_line import call

from access15.cli import at_hand, guard


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder for what programs note of themselves."""
    folder = tmp_path / "state"
    monkeypatch.setattr(guard.platformdirs, "user_state_path", lambda *_, **__: folder)
    return folder


def break_profiles(monkeypatch: pytest.MonkeyPatch, fault: BaseException) -> None:
    """Let the command ``profiles`` fail."""

    def fail() -> None:
        raise fault

    monkeypatch.setattr(at_hand, "load_profiles", fail)


def test_a_fault_is_kept_in_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:
    break_profiles(monkeypatch, IndexError("index 3 of \ud800"))
    done = call(capsys, "profiles")
    (kept,) = state.iterdir()
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(
        "access15: something happened that access15 does not know (IndexError, at_hand.py line "
    )
    assert str(kept) in done.err
    assert "Traceback" not in done.err
    text = kept.read_text(encoding="utf-8")
    assert "IndexError: index 3 of ?" in text
    assert "Traceback (most recent call last)" in text


def test_the_file_names_no_home(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, state: Path
) -> None:
    monkeypatch.setenv("HOME", "/home/maria.rossi")
    break_profiles(monkeypatch, KeyError("/home/maria.rossi/work.csv"))
    call(capsys, "profiles")
    (kept,) = state.iterdir()
    assert "KeyError: '~/work.csv'" in kept.read_text(encoding="utf-8")


def test_details_go_where_there_is_room(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    state: Path,
    tmp_path: Path,
) -> None:
    state.write_text("a file where the folder would be")
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setattr(guard.tempfile, "gettempdir", lambda: str(other))
    break_profiles(monkeypatch, ValueError("x"))
    assert str(other) in call(capsys, "profiles").err
    monkeypatch.setattr(guard.tempfile, "gettempdir", lambda: str(tmp_path / "nowhere"))
    told = call(capsys, "profiles").err
    assert "no folder to keep the details in could be written to" in told


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (MemoryError(), "there is not enough memory for this"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device); make room"),
        (OSError(errno.EROFS, "Read-only", "/x/y"), "(Read-only: /x/y); make room"),
    ],
)
def test_faults_of_the_machine_are_not_ours(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    state: Path,
    fault: BaseException,
    sentence: str,
) -> None:
    break_profiles(monkeypatch, fault)
    done = call(capsys, "profiles")
    assert done.code == 1
    assert sentence in done.err
    assert not state.exists()


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_letters_that_a_screen_cannot_show_are_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    screen = (tmp_path / "screen").open("w", encoding=encoding)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "argv", ["access15", "coverage", "perch\u00e9 \u4e2d \udce9"])
    with pytest.raises(SystemExit, match="2"), screen:
        guard_main()
    told = (tmp_path / "screen").read_text(encoding=encoding)
    assert "there is no study 'perch" in told


def guard_main() -> None:
    """The whole command line."""
    from access15.cli.app import main  # noqa: PLC0415  # as the console script does

    main()


class Full(io.StringIO):
    """A stream to a disk without room."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [("stderr", ("coverage", "nowhere"), "2"), ("stdout", ("profiles",), "1")],
)
def test_nobody_listens(
    monkeypatch: pytest.MonkeyPatch, name: str, words: tuple[str, ...], code: str
) -> None:
    """Neither answers nor errors can be said: the exit code still tells."""
    monkeypatch.setattr(sys, "argv", ["access15", *words])
    monkeypatch.setattr(sys, name, Full())
    with pytest.raises(SystemExit, match=code):
        guard_main()
