"""Two commands from real extracts of towns that nobody prepared to opened maps."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from builders.command_line import call

# file below data/, middle and radius [m], language, what homes are counted in
TOWNS = {
    "las_palmas": (
        "osm/las-palmas-2023.osm.pbf",
        ("28.0990,-15.4150", 220),
        "en",
        "m² of homes",
    ),
    "porto_alegre": (
        "porto_alegre/porto-alegre-2020.osm.pbf",
        ("-30.0346,-51.2177", 220),
        "it",
        "m di strade con abitazioni",
    ),
}


@pytest.fixture(scope="module", params=TOWNS)
def town(
    request: pytest.FixtureRequest, shared_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """Name of a town, and the folder of its study and maps."""
    file, (around, radius_m), lang, _ = TOWNS[request.param]
    osm = shared_dir / "data" / file
    folder = tmp_path_factory.mktemp("towns") / request.param
    capsys: Any = request.getfixturevalue("capsys_of_module")
    place = (f"--around={around}", "--radius", radius_m)
    begun = call(capsys, "init", folder, "--osm", osm, *place, "--lang", lang, "--yes")
    assert (begun.code, begun.err) == (0, "")
    study, maps = folder / "study.toml", folder / "maps"
    run = call(capsys, "run", study, "--osm", osm, "--out", maps, "--lang", lang)
    assert run.code == 0, run.err
    (folder / "said.txt").write_text(run.out, encoding="utf-8")
    return request.param, folder


@pytest.fixture(scope="module")
def capsys_of_module(request: pytest.FixtureRequest) -> Any:
    """What is printed, for fixtures of a module."""

    class Streams:
        manager = request.config.pluginmanager.getplugin("capturemanager")

        def readouterr(self) -> tuple[str, str]:
            out, err = self.manager.read_global_capture()
            return str(out), str(err)

    return Streams()


@pytest.mark.real_data
def test_maps_with_zones_a_number_and_its_caveats(town: tuple[str, Path]) -> None:
    name, folder = town
    unit = TOWNS[name][3]
    said = " ".join((folder / "said.txt").read_text(encoding="utf-8").split())
    index = (folder / "maps" / "index.html").read_text(encoding="utf-8")
    for text in (said, index):
        assert f"100 {unit}" in text  # of every 100, or out of 100
        words = re.sub(r"base64,[^)]*", "", text).lower().replace("github", "")  # no typeface
        assert "hub" not in words
    caveat = "Residents are not known" if name == "las_palmas" else "I residenti non sono noti"
    assert caveat in index
    assert caveat in said
    zones = json.loads((folder / "zones.geojson").read_text(encoding="utf-8"))["features"]
    assert len(zones) == {"las_palmas": len(zones), "porto_alegre": 1}[name] > 0
    with (folder / "maps" / "coverage.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["group"] for row in rows} == {"homes"}
    counted = {row["method"].partition(":")[0] for row in rows}
    assert counted <= {"homes, without residents", "abitazioni, senza residenti"}
    shares = [float(row["share"]) for row in rows if row["category"] == "hub" and row["share"]]
    assert shares
    assert all(0 <= share <= 1 for share in shares)
    pages = {path.name for path in (folder / "maps").glob("*.html")}
    assert len(pages) >= 3


@pytest.mark.real_data
def test_residents_of_hexagons(
    shared_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Porto Alegre's 1,227 cells hold 812,935 people, all of whom are read."""
    data = shared_dir / "data" / "porto_alegre"
    osm, people = data / "porto-alegre-2020.osm.pbf", data / "poa_hexgrid.csv"
    place = ("--around=-30.0346,-51.2177", "--radius", 220)
    begun = call(
        capsys, "init", tmp_path / "poa", "--osm", osm, *place, "--people", people, "--yes"
    )
    assert (begun.code, begun.err) == (0, "")
    checked = call(capsys, "check", tmp_path / "poa" / "study.toml")
    assert checked.code == 0, checked.err
    assert checked.out.endswith("1 zones, 812935 residents counted, no problems\n")
