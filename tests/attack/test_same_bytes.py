"""Same input, same bytes: every command that writes, twice, with all varied that should not matter.

Folder, hash seed, threads and processors, time zone, locale, width of the terminal and the wall
clock itself differ between the two; ``SOURCE_DATE_EPOCH`` and the input are the same.
"""

from __future__ import annotations

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import matplotlib
import pytest
from builders.command_line import call
from builders.drawn_osm import lonlat
from builders.overpass import Answer, service
from builders.small_town import write_questions, write_town

import access15
from access15.config import build_options, find_now, is_clock_fixed, load_study
from access15.errors import ConfigError
from access15.workflows.geocode import geocode_file

EPOCH = "1772719500"  # 5 March 2026, 14:05 UTC
OSM = ("town.toml", "--osm", "town.osm")
STUDY = ("--study", "town.toml", "--osm", "town.osm")
AT = ("isochrone", "--facility", "hall-west", "--minutes", "5", "9", *STUDY, "-o")
COMMANDS = (
    ("run", *OSM, "--out", "OUT/run"),
    ("coverage", *OSM, "--area", "west", "--profile", "adult", "--csv", "OUT/coverage.csv"),
    ("seats", *OSM, "--area", "west", "--category", "csrc", "-o", "OUT/seats"),
    ("site", *OSM, "--area", "west", "--category", "csrc", "--new", "2", "-o", "OUT/sites"),
    (
        *("site", *OSM, "--area", "east", "--category", "csrc", "--objective", "average"),
        *("--free-existing", "--worlds", "0", "-o", "OUT/moved"),
    ),
    ("city", *OSM, "--grid", "h3:9", "--out", "OUT/city"),
    ("session", "west", *STUDY, "--sites", "2", "-o", "OUT/session.html"),
    ("places", *OSM, "--offline", "-o", "OUT/places.html"),
    (
        *("compare", "proposal.geojson", *STUDY, "--format", "csv,docx,pptx"),
        *("--out", "OUT/compare"),
    ),
    ("poster", "west", *STUDY, "--proposal", "proposal.geojson", "--size", "A4", "-o", "OUT/p.png"),
    (
        *("poster", "west", *STUDY, "--proposal", "proposal.geojson", "--side-by-side"),
        *("--size", "A4", "-o", "OUT/sides.svg"),
    ),
    ("report", "west", *STUDY, "-o", "OUT/report"),
    ("peba", "west", *STUDY, "-o", "OUT/peba"),
    ("audit", "west", *STUDY, "--lang", "en", "-o", "OUT/audit.html"),
    ("scan", "OUT/p.png", "--poster", "OUT/p.json", "-o", "OUT/scan.geojson"),
    ("poster", "west", *STUDY, "--size", "A4", "-o", "OUT/w.pdf"),
    ("poster", "east", *STUDY, "--size", "A4", "--lang", "en", "-o", "OUT/e.svg"),
    (*AT, "OUT/areas.geojson"),
    (*AT, "OUT/areas.gpkg"),
    (*AT, "OUT/streets.gpkg", "--streets"),
    ("times", "--from", "PLACE", "--to", "points.csv", *STUDY, "-o", "OUT/times.csv"),
    *(
        ("nearest", "--from", "points.csv", "--to", "points.csv", *STUDY, "-o", f"OUT/near.{kind}")
        for kind in ("csv", "gpkg")
    ),
    (
        *("isochrone", "--points", "points.csv", "--minutes", "5", *STUDY),
        *("-o", "OUT/around.gpkg"),
    ),
    *(
        ("geocode", "addresses.csv", "--offline", "--study", "town.toml", "-o", f"OUT/found.{kind}")
        for kind in ("csv", "geojson", "gpkg")
    ),
)
# Run in a process of its own: some of this is read once, when Python or a library starts.
RUNNER = """
import json, os, sys
given = json.load(sys.stdin)
os.cpu_count = lambda: given["processors"]
from access15.cli.app import main

for words in given["commands"]:
    print("$", *words, file=sys.stderr)
    sys.argv = ["access15", *words]
    try:
        main()
    except SystemExit as stop:
        if stop.code:
            raise
"""
PLACE = "{:.5f},{:.5f}".format(*lonlat(3, 3)[::-1])
THERE = {
    "PYTHONHASHSEED": "2",
    "NUMBA_NUM_THREADS": "1",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    "COLUMNS": "200",
}


def list_commands(out: str, url: str) -> list[list[str]]:
    """Words of every command that writes."""
    fetch = ("fetch", "town.toml", "--service", url)
    return [
        [word.replace("OUT", out).replace("PLACE", PLACE) for word in words]
        for words in (*COMMANDS, fetch)
    ]


def start(folder: Path, out: str, url: str, processors: int) -> subprocess.Popen[str]:
    """Write the study into a folder and begin to run every command on it, elsewhere."""
    folder.mkdir(parents=True)
    write_town(folder)
    write_questions(folder)
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **THERE, "XDG_CACHE_HOME": str(folder / out / "cache")},
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({"commands": list_commands(out, url), "processors": processors}))
    process.stdin.close()
    return process


def list_files(folder: Path) -> list[str]:
    """Every file of a folder and its folders."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def set_readings_aside(folder: Path) -> int:
    """Take away what is kept of extracts, which is for the machine alone and names their paths; how
    much that was.
    """
    readings = folder / "cache" / "access15" / "readings"
    n_kept = len(list_files(readings))
    shutil.rmtree(readings)
    return n_kept


def test_every_file_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = tmp_path / "here", tmp_path / "a folder" / "là"
    one.mkdir()
    write_town(one)
    write_questions(one)
    monkeypatch.setenv("MPLCONFIGDIR", matplotlib.get_cachedir())  # its list of fonts takes seconds
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    with service(Answer((one / "town.osm").read_bytes())) as stub:
        monkeypatch.chdir(one)
        monkeypatch.setenv("XDG_CACHE_HOME", str(one / "out" / "cache"))
        for words in list_commands("out", stub.url):
            done = call(capsys, *words)
            assert done.code == 0, done.err
        # then, and not at once, so that no loop is compiled twice
        with start(other, "elsewhere", stub.url, 3) as process:
            assert process.stderr is not None
            said = process.stderr.read()
        assert process.returncode == 0, said
    one, other = one / "out", other / "elsewhere"
    assert set_readings_aside(one) == set_readings_aside(other) > 0
    written = list_files(one)
    assert written == list_files(other)
    assert len(written) >= 44
    endings = {Path(name).suffix for name in written}
    assert endings >= {*(".pdf", ".png", ".svg", ".gpkg"), *(".html", ".json", ".csv", ".geojson")}
    _, differing, unread = filecmp.cmpfiles(one, other, written, shallow=False)
    assert (differing, unread) == ([], [])
    record = json.loads((one / "run" / "run.json").read_text(encoding="utf-8"))
    assert record["created"] == "2026-03-05T14:05:00+00:00"
    assert record["stages_s"] == {}
    assert record["command"] == ["run", "town.toml", "--osm", "town.osm"]
    machine = re.compile(re.escape(str(tmp_path)).encode() + b"|" + os.fsencode(Path.home()) + b"/")
    assert [name for name in written if machine.search((one / name).read_bytes())] == []


BAD_EPOCHS = ("", "soon", "-1", "1.5", "1e9", " 1", "1_000", "٣", "253402300800", "9" * 400)


@pytest.mark.parametrize("value", BAD_EPOCHS)
@pytest.mark.parametrize("command", [("run", "--offline"), ("check", "x.xlsx")], ids=" ".join)
def test_an_unusable_epoch_is_one_error(
    value: str,
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", value)
    done = call(capsys, *command)
    assert done.code == 2
    assert done.err.replace("\n", " ").strip() == (
        f"access15: the environment variable SOURCE_DATE_EPOCH is {value[:60]!r}; it fixes the "
        "time that is written into every file: give whole seconds since 1970, from 0 to "
        "253402300799, or unset it"
    )
    assert list(tmp_path.iterdir()) == []


def test_what_is_given_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    assert find_now() == datetime(2026, 3, 5, 14, 5, tzinfo=UTC)
    given = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
    assert find_now(given) == given
    assert is_clock_fixed()
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert is_clock_fixed(given)
    assert not is_clock_fixed()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ConfigError, match="now is 2026-10-01T09:30:00, without a time zone"):
        access15.run("milano", offline=True, now=datetime(2026, 10, 1, 9, 30))  # noqa: DTZ001


def test_a_geopackage_bears_the_time_given(tmp_path: Path) -> None:
    study = load_study(write_town(tmp_path))
    write_questions(tmp_path)
    asked = build_options(offline=True, cache=tmp_path / "cache")
    written = []
    for name in ("one.gpkg", "other.gpkg"):
        now = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
        path = tmp_path / name
        geocode_file(tmp_path / "addresses.csv", path, study, asked, review=None, now=now)
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert b"2026-10-01T09:30:00.000Z" in written[0]
