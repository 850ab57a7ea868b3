"""The plugin in the profiles of QGIS, and the real QGIS with it."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from builders.command_line import Done, call
from builders.paths import TESTS_FOLDER
from builders.qgis import run_script
from pyproj import Transformer

import access15
from access15.config import load_profiles
from access15.outputs.qgis.build import PLUGIN
from access15.workflows.points import measure_nearest
from access15.workflows.qgis import find_profiles

PLUGINS = Path("python") / "plugins" / PLUGIN


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> partial[Done]:
    """The command line of a user whose home is empty."""
    for name in ("XDG_DATA_HOME", "QGIS_CUSTOM_CONFIG_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return partial(call, capsys)


def make_profile(name: str, *, base: str = "home/.local/share/QGIS/QGIS3") -> Path:
    folder = Path(base) / "profiles" / name
    folder.mkdir(parents=True)
    return folder


def test_a_folder_and_a_zip(cli: partial[Done]) -> None:
    done = cli("qgis", "-o", "made")
    assert done.code == 0
    assert "Install from ZIP" in done.out
    assert Path("made", PLUGIN, "metadata.txt").exists()
    assert Path("made", f"{PLUGIN}.zip").stat().st_size > 5_000
    assert cli("qgis", "-o", "made").code == 0, "its own is replaced"
    assert not Path("home").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of Linux")
def test_every_profile_is_found_and_named(cli: partial[Done]) -> None:
    make_profile("default")
    make_profile("work")
    make_profile("flat", base="home/.var/app/org.qgis.qgis/data/QGIS/QGIS3")
    Path("home/.local/share/QGIS/QGIS3/profiles/profiles.ini").write_text("[core]\n")
    done = cli("qgis", "--install")
    assert done.code == 0
    assert [line.split("profiles/")[1].split("/")[0] for line in done.out.splitlines()[:3]] == [
        "default",
        "work",
        "flat",
    ]
    assert "tick access15" in done.out
    done = cli("qgis", "--install", "--user-profile", "nobody")
    assert done.code == 2
    assert "no profile 'nobody'; it has default, work" in done.err


def test_one_profile_alone(cli: partial[Done], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QGIS_CUSTOM_CONFIG_PATH", "own")
    made = [make_profile(name, base="own") for name in ("a", "b")]
    assert cli("qgis", "--install", "--user-profile", "b", "--lang", "it").code == 0
    assert [(one / PLUGINS).exists() for one in made] == [False, True]


def test_without_a_profile_the_remedy_is_told(cli: partial[Done]) -> None:
    done = cli("qgis", "--install")
    assert done.code == 2
    assert "open QGIS once" in done.err
    assert "QGIS3" in done.err
    done = cli("qgis", "--user-profile", "x")
    assert done.code == 2
    assert "add --install" in done.err
    assert not Path("qgis").exists()


def test_an_older_one_is_replaced_whole(
    cli: partial[Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QGIS_CUSTOM_CONFIG_PATH", "own")
    plugin = make_profile("a", base="own") / PLUGINS
    assert cli("qgis", "--install").code == 0
    settings = json.loads((plugin / "settings.json").read_text("utf-8"))
    beside = plugin.parent / "hers.py"
    beside.write_text("hers")
    outside = Path("outside.txt")
    outside.write_text("hers")
    (plugin / "older.py").write_text("stale")
    settings["files"] += ["older.py", f"../../../../../../{outside}", 3]
    (plugin / "settings.json").write_text(json.dumps(settings))
    assert cli("qgis", "--install").code == 0
    assert not (plugin / "older.py").exists()
    assert beside.read_text() == "hers"
    assert outside.read_text() == "hers", "whatever an old list says"


@pytest.mark.parametrize("content", [None, "{}", '{"files": [], "plugin": "other"}', "["])
def test_what_is_not_ours_is_never_touched(
    cli: partial[Done], monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    monkeypatch.setenv("QGIS_CUSTOM_CONFIG_PATH", "own")
    first, second = (make_profile(name, base="own") for name in ("a", "b"))
    foreign = second / PLUGINS
    foreign.mkdir(parents=True)
    if content is not None:
        (foreign / "settings.json").write_text(content)
    done = cli("qgis", "--install")
    assert done.code == 2
    assert "is there already and is not the plugin of access15" in done.err
    assert not (first / PLUGINS).exists(), "nothing is touched unless all can be"
    assert [one.name for one in foreign.iterdir()] == (["settings.json"] if content else [])


def test_a_link_is_not_followed(cli: partial[Done], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QGIS_CUSTOM_CONFIG_PATH", "own")
    plugin = make_profile("a", base="own") / PLUGINS
    plugin.parent.mkdir(parents=True)
    assert cli("qgis", "-o", "elsewhere").code == 0
    plugin.symlink_to(Path("elsewhere", PLUGIN).resolve())
    assert cli("qgis", "--install").code == 2


def test_profiles_of_nobody() -> None:
    assert find_profiles({"QGIS_CUSTOM_CONFIG_PATH": "/nowhere", "HOME": "/nowhere"}) is not None


# --- the real QGIS ------------------------------------------------------------------------------

PLACES = ["POINT(9.1766 45.4170)", "POINT(9.1735 45.4155)", "POINT(9.18 45.5)", ""]
# the first two in the system that Milan's maps used for decades, Monte Mario / Italy 1
_TO_MONTE_MARIO = Transformer.from_crs("EPSG:4326", "EPSG:3003", always_xy=True)
MONTE_MARIO = [
    "POINT({} {})".format(*_TO_MONTE_MARIO.transform(*place))
    for place in ((9.1766, 45.4170), (9.1735, 45.4155))
]


@pytest.fixture
def ask(cli: partial[Done], tmp_path: Path) -> Any:
    """Asks questions in QGIS, of the access15 that is tested."""
    assert cli("qgis", "-o", "plugin").code == 0
    settings = tmp_path / "plugin" / PLUGIN / "settings.json"
    changed = json.loads(settings.read_text("utf-8"))
    root = str(Path(access15.__file__).parents[1])
    start = f"import sys; sys.path.insert(0, {root!r}); from access15.cli.start import main; main()"
    changed["command"] = [sys.executable, "-P", "-c", start]
    settings.write_text(json.dumps(changed), encoding="utf-8")

    def run(*questions: dict[str, Any], lang: str = "it") -> Any:
        file = tmp_path / "questions.json"
        file.write_text(json.dumps({"lang": lang, "ask": questions}), encoding="utf-8")
        script = TESTS_FOLDER / "tools" / "ask_in_qgis.py"
        own = {"QGIS_CUSTOM_CONFIG_PATH": str(tmp_path / "config")}
        return run_script(script, str(tmp_path / "plugin"), str(file), **own)

    return run


def _read_places() -> gpd.GeoDataFrame:
    points = gpd.GeoSeries.from_wkt(PLACES[:2], crs="EPSG:4326")
    return gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=points)


@pytest.mark.qgis
def test_algorithms_run_in_qgis(ask: Any, tmp_path: Path) -> None:
    """Layers in two systems, ids kept, in Italian; the answers come in their styles."""
    areas, near = tmp_path / "areas.gpkg", tmp_path / "near.gpkg"
    streets = {"STUDY": "milano", "PROFILE": 2}
    found = ask(
        {
            "algorithm": "access15:service_areas",
            "parameters": {**streets, "MINUTES": "5 10", "OUTPUT": str(areas)},
            "layers": {"POINTS": [PLACES, "EPSG:4326", ["a", "b", "far", "none"]]},
        },
        {
            "algorithm": "access15:nearest",
            "parameters": {**streets, "COUNT": 2, "OUTPUT": str(near)},
            "layers": {
                "FROM": [MONTE_MARIO, "EPSG:3003", [7, 8]],
                "TO": [PLACES[:2], "EPSG:4326", ["a", "b"]],
            },
        },
        {
            "algorithm": "access15:service_areas",
            "parameters": {**streets, "MINUTES": "5 --streets", "OUTPUT": str(tmp_path / "x.gpkg")},
            "layers": {"POINTS": [PLACES, "EPSG:4326", ["a", "b", "far", "none"]]},
        },
        {
            "algorithm": "access15:service_areas",
            "parameters": {**streets, "MINUTES": "5", "OUTPUT": str(tmp_path / "x.shp")},
            "layers": {"POINTS": [PLACES, "EPSG:4326", ["a", "b", "far", "none"]]},
        },
        {
            "algorithm": "access15:coverage",
            "parameters": {"STUDY": "--help", "FOLDER": str(tmp_path / "x")},
        },
    )
    assert found["product"] == [], "nothing of access15 is loaded into QGIS"
    assert sorted(found["algorithms"]) == [
        *("best_site", "coverage", "doors", "nearest", "service_areas", "travel_times"),
    ]
    assert found["algorithms"]["doors"] == "Che cosa chiude la porta"
    assert not found["left"]
    drawn, ranked, misused, refused, unknown = found["answers"]
    layer = drawn["layers"]["OUTPUT"]
    assert drawn["is_done"]
    assert layer["n"] == 8, "nothing is dropped"
    assert layer["crs"] == "EPSG:32632"
    assert layer["rules"][0] == "da 0 a 5 minuti"
    assert drawn["percent"][-1] == 100.0
    assert any("2 punti su 4" in line for line in drawn["said"])
    layer = ranked["layers"]["OUTPUT"]
    assert [(row["id"], row["to_id"]) for row in layer["rows"]] == [
        *(("7", "a"), ("7", "b"), ("8", "b"), ("8", "a")),
    ]
    alone = measure_nearest(
        *(_read_places() for _ in range(2)), count=1, profile=load_profiles()["frail"]
    ).table
    first = [float(row["minutes"]) for row in layer["rows"][::2]]
    assert first == pytest.approx(alone["minutes"].tolist(), abs=0.1), "the same places"
    assert layer["rules"][0] == "Minuti fino al più vicino"
    assert not misused["is_done"]
    assert "'--streets' non è un numero" in misused["errors"][0]
    assert "solo .gpkg" in refused["refused"]
    assert "non c'è uno studio '--help'" in unknown["errors"][0]
    assert not (tmp_path / "x.gpkg").exists()
    assert not (tmp_path / "x").exists()


@pytest.mark.qgis
def test_a_study_in_qgis_and_one_that_is_stopped(ask: Any, tmp_path: Path) -> None:
    small = {"STUDY": "milano", "AREA": "chiesa_rossa", "PROFILE": 2}
    whole = {**small, "FOLDER": str(tmp_path / "whole")}
    half = {**small, "FOLDER": str(tmp_path / "half")}
    places = {"PLACES": [MONTE_MARIO, "EPSG:3003", ["n1", "n2"]]}
    found = ask(
        {
            "algorithm": "access15:coverage",
            "parameters": {**whole, "KIND": 6, "PLACES_NAME": "code"},
            "layers": places,
        },
        {"algorithm": "access15:doors", "parameters": half, "cancel_after": 2},
        lang="en",
    )
    done, stopped = found["answers"]
    assert done["is_done"], done["errors"]
    assert sorted(done["loaded"]) == [
        "Homes, by minutes on foot",
        "Places reached on foot",
        "Share who get there, by neighbourhood",
        "Streets reached",
    ]
    assert all(one["is_valid"] and one["rules"] for one in done["layers"].values())
    assert not stopped["is_done"]
    assert stopped["errors"] == ["Stopped; results written before are untouched."]
    assert not (tmp_path / "half").exists()
    facilities = (tmp_path / "whole" / "facilities_out.csv").read_text("utf-8")
    assert "n1," in facilities, "her own places are counted"
