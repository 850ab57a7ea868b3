"""Files of points: the same walks as one by one, ids kept, nothing dropped."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from builders.command_line import Done, call
from builders.drawn_osm import lonlat
from builders.small_town import write_town

from access15.config import load_profiles
from access15.errors import InputDataError
from access15.sources.places.destinations import read_destinations
from access15.testing import assert_table, read_table
from access15.workflows.isochrone import measure_isochrone
from access15.workflows.points import measure_isochrones, measure_nearest
from access15.workflows.times import measure_times

POINTS = "id,lat,lon\nb,45.4155,9.1735\na,45.4170,9.1766\nfar,45.5000,9.1800\nnone,,\n"
FRAIL = load_profiles()["frail"]


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> gpd.GeoDataFrame:
    path = tmp_path_factory.mktemp("points") / "points.csv"
    path.write_text(POINTS, encoding="utf-8")
    return read_destinations(path)


def test_every_pair_is_as_one_by_one(points: gpd.GeoDataFrame) -> None:
    found = measure_nearest(points, points, count=None, profile=FRAIL).table
    assert len(found) == 16
    assert list(dict.fromkeys(found["id"])) == ["b", "a", "far", "none"], "in the order given"
    alone, _ = measure_times((9.1766, 45.4170), points, profile=FRAIL)
    of_a = found[found["id"] == "a"].set_index("to_id")
    for row in alone.itertuples():
        np.testing.assert_allclose(of_a.loc[row.id, "minutes"] * 60.0, row.travel_time_s)
        assert of_a.loc[row.id, "status"] == row.status
    assert of_a["rank"].tolist() == [1, 2, 3, 4]
    assert of_a["minutes"].is_monotonic_increasing
    assert of_a.index[0] == "a"
    assert set(found.loc[found["id"] == "far", "status"]) == {"too_far_from_network"}
    assert set(found.loc[found["id"] == "none", "status"]) == {"not_geocoded"}


def test_the_nearest_are_the_first_of_every_pair(points: gpd.GeoDataFrame) -> None:
    """To a hundredth of a second: doors of the nearest lie on whole centimetres."""
    pairs = measure_nearest(points, points, count=None, profile=FRAIL).table
    found = measure_nearest(points, points, count=2, profile=FRAIL).table
    first = pairs[pairs["rank"] <= 2].reset_index(drop=True)
    assert found["id"].tolist() == first["id"].tolist()
    reached = found["status"] == "ok"
    assert found.loc[reached, "to_id"].tolist() == first.loc[reached, "to_id"].tolist()
    np.testing.assert_allclose(found["minutes"], first["minutes"], atol=0.01 / 60.0)
    assert found.loc[~reached, "to_id"].tolist() == [""] * 4
    near = measure_nearest(points, points, count=2, profile=FRAIL, cutoff_min=5.0).table
    assert near["status"].tolist()[:4] == ["ok", "beyond_cutoff"] * 2


def test_isochrones_are_as_one_by_one(points: gpd.GeoDataFrame) -> None:
    found = measure_isochrones(points, minutes=(5.0, 10.0), profile=FRAIL).table
    assert found["id"].tolist() == ["b", "b", "a", "a", "far", "far", "none", "none"]
    alone = measure_isochrone((9.1766, 45.4170), minutes=[5, 10], profile="frail").areas
    of_a = found[found["id"] == "a"]
    np.testing.assert_allclose(of_a["area_m2"], alone["area_m2"], rtol=1e-9)
    assert found.geometry[4] is None
    assert np.isnan(found.loc[4, "area_m2"])
    streets = measure_isochrones(points, minutes=(5.0,), profile=FRAIL, streets=True).table
    assert set(streets.columns) >= {"minutes", "street", "street_m"}
    assert "id" not in streets


@pytest.mark.parametrize("n", [1, 3])
def test_points_beyond_the_extract_are_too_far(tmp_path: Path, n: int) -> None:
    """One point alone in the extract is enough; none of the others is dropped."""
    write_town(tmp_path)
    lon, lat = lonlat(0, 0)
    rows = [f"p{i},{lat},{lonlat(20 * i, 0)[0]}" for i in range(n)]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(["id,lat,lon", *rows, f"far,{lat + 0.3},{lon}", ""]), "utf-8")
    points = read_destinations(path)
    asked = {"profile": FRAIL, "osm": tmp_path / "town.osm", "cache": tmp_path / "cache"}
    found = measure_nearest(points, points, count=1, **asked).table.set_index("id")
    assert found.loc["far", "status"] == "too_far_from_network"
    assert found["status"].tolist()[:n] == ["ok"] * n
    beyond = points[points["id"] == "far"]
    with pytest.raises(InputDataError, match="outside the extract"):
        measure_nearest(beyond, beyond, count=1, **asked)


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> partial[Done]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Path("points.csv").write_text(POINTS, encoding="utf-8")
    return partial(call, capsys)


def test_files_that_are_written(cli: partial[Done]) -> None:
    both = ("nearest", "--from", "points.csv", "--to", "points.csv")
    assert cli(*both, "--all", "-o", "all.csv").code == 0
    table = read_table("all.csv", "point_walks")
    assert_table(table, "point_walks")
    done = cli(*both, "--count", "2", "--cutoff", "5", "-o", "near.gpkg", "--lang", "it")
    assert done.code == 0
    assert "2 camminate su 8 possibili" in done.out
    layer = gpd.read_file("near.gpkg")
    assert layer.geometry.isna().sum() == 2, "nothing is dropped"
    around = ("isochrone", "--points", "points.csv", "--minutes", "5", "10")
    done = cli(*around, "-o", "areas.gpkg")
    assert "2 of 4 points have their areas" in done.out
    assert len(gpd.read_file("areas.gpkg")) == 8
    assert cli(*around, "--streets", "-o", "streets.geojson").code == 0
    assert len(gpd.read_file("streets.geojson")) > 5


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("nearest --all --count 2 -o x.csv", "--all asks for every pair and --count 2"),
        ("nearest --count 0 -o x.csv", "0"),
        ("nearest --cutoff -1 -o x.csv", "-1"),
        ("nearest -o x.shp", "x.shp"),
        ("nearest -o points.csv", "points.csv"),
    ],
)
def test_what_is_refused(cli: partial[Done], words: str, told: str) -> None:
    command, *more = words.split()
    done = cli(command, "--from", "points.csv", "--to", "points.csv", *more)
    assert done.code == 2
    assert told in done.err
    assert not Path("x.csv").exists()
    assert Path("points.csv").read_text("utf-8") == POINTS


@pytest.mark.parametrize("other", [("--at", "45.4,9.1"), ("--facility", "cam-04")])
def test_one_place_or_many(cli: partial[Done], other: tuple[str, str]) -> None:
    done = cli("isochrone", "--points", "points.csv", *other, "--minutes", "5", "-o", "x.gpkg")
    assert done.code == 2
    assert "exactly one of --at, --facility, --address and --points" in done.err
