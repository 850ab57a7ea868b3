"""The command line given odd options, folders and variables: refused in a sentence, or done."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from builders.command_line import call
from builders.small_town import write_questions, write_town

from access15.cli.environment import mend_environment
from access15.cli.start import main
from attack.test_malformed import check_told

pytestmark = pytest.mark.usefixtures("said_in_italian")

ODD = (
    *(
        "",
        " ",
        "nan",
        "-inf",
        "1e400",
        "9" * 400,
        "-1",
        "abc",
        "a" * 5000,
        "/",
        "..",
        "x/",
        "\udcff",
    ),
    *("\n", "\x1b[31m", "/dev/null", "loop", "broken", "a" * 300 + ".csv", "95,200", "nan,nan"),
    *("tue 99:00", "9999-12-31 23:59", "2026-02-30 10:00", "http://[::1", "ftp://x", "--", "-x"),
)
# A command as it works, and the options that get odd values; a number is the place of an argument.
COMMANDS: dict[str, tuple[str, tuple[str | int, ...]]] = {
    "check": ("check places.csv", ("--study", 1)),
    "coverage": ("coverage town.toml --osm town.osm --csv o.csv", ("--osm", "--area", 1)),
    "times": (
        "times --from 45.43,9.17 --to points.csv -o t.csv --study town.toml --osm town.osm",
        ("--from", "--to", "-o"),
    ),
    "isochrone": (
        "isochrone --at 45.43,9.17 --minutes 5 -o i.gpkg --study town.toml --osm town.osm",
        ("--at", "--minutes", "-o"),
    ),
    "scan": ("scan photo.jpg --poster key.json", ("--poster", 1)),
    "compare": ("compare proposal.geojson --study town.toml --osm town.osm -o c", ("--study", 1)),
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study, links that lead nowhere, and files to ask about."""
    folder = tmp_path_factory.mktemp("edges")
    write_town(folder)
    write_questions(folder)
    (folder / "loop").symlink_to("loop")
    (folder / "broken").symlink_to("nowhere")
    return folder


def put(line: str, option: str | int, value: str) -> list[str]:
    """A command line with one odd value."""
    words = line.split()
    if isinstance(option, int):
        words[option] = value
    elif option in words:
        words[words.index(option) + 1] = value
    else:
        words += [option, value]
    return words


@pytest.mark.parametrize(
    ("name", "option"), [(name, one) for name, (_, some) in COMMANDS.items() for one in some]
)
def test_odd_options(
    name: str,
    option: str | int,
    town: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Most are refused before any work; none ends in a traceback, or leaves half a file."""
    monkeypatch.chdir(town)
    before = {path.name for path in town.iterdir()}
    for value in ODD:
        done = call(capsys, *put(COMMANDS[name][0], option, value))
        assert done.code in (0, 2), (value, done.err)
        if done.code == 2:
            check_told(done.err.rpartition("access15: ")[2])
            assert {path.name for path in town.iterdir()} == before, value
        for new in {path.name for path in town.iterdir()} - before:
            path = town / new
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize(
    ("variable", "value"),
    [("COLUMNS", "²"), ("COLUMNS", "-5"), ("LINES", "x"), ("NUMBA_NUM_THREADS", "0")],
)
def test_variables_that_libraries_trip_over(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert list(mend_environment()) == [
        f"the environment variable {variable} is {value!r}, no number; it is not used"
    ]
    assert variable not in os.environ
    monkeypatch.setenv(variable, "8")
    assert list(mend_environment()) == []


def test_a_folder_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    done = call(capsys, "profiles")
    assert done.code == 2
    assert "the folder that access15 was started in is gone" in done.err


def test_the_first_thing_that_runs_is_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["access15", "coverage", "nowhere"])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setenv("COLUMNS", "²")
    with pytest.raises(SystemExit, match="2"):
        main()
    told = capsys.readouterr().err
    assert "note: the environment variable COLUMNS is '²'" in told
    assert "there is no study 'nowhere'" in told
