"""`access15 seats`: tables and layers, solved by hand on one street, and on the two
neighbourhoods.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from builders.command_line import call
from builders.drawn_osm import lonlat
from builders.seat_street import write_study

import access15
from access15.config import load_profiles
from access15.testing import assert_table, read_table

FILES = {
    "new_seats.csv",
    "new_seats.geojson",
    "seat_gaps.csv",
    "seat_gaps.geojson",
    "seats.geojson",
    "seats_summary.csv",
}


def seats_of(capsys: pytest.CaptureFixture[str], folder: Path, *words: object) -> str:
    done = call(
        capsys,
        "seats",
        folder / "street.toml",
        "--osm",
        folder / "street.osm",
        "--offline",
        "-o",
        folder / "out",
        *words,
    )
    assert done.code == 0, done.err
    return done.out


def test_one_street_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Benches at 90 m and 270 m: 180 m between them, then none; people all along up to 580 m
    (15 min).

    ::

        service -- 90 -- bench ---- 180 ---- bench ---- 310 m within 15 minutes
    """
    write_study(tmp_path, benches_m=(90,), layer_m=(270, 5000))
    told = seats_of(capsys, tmp_path, "--category", "csrc", "--n", "3", "--lang", "en")
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    for name in ("seats_summary", "seat_gaps", "new_seats"):
        assert_table(read_table(tmp_path / "out" / f"{name}.csv", name), name)
    for name in ("seat_gaps", "new_seats", "seats"):
        assert_table(gpd.read_file(tmp_path / "out" / f"{name}.geojson"), name)
    summary = read_table(tmp_path / "out" / "seats_summary.csv", "seats_summary").iloc[0]
    assert (summary["people"], summary["n_seats"]) == (100, 2)
    assert summary["within_plain"] == pytest.approx(58, abs=2)
    assert summary["within_seats"] == pytest.approx(19, abs=2)
    gaps = pd.read_csv(tmp_path / "out" / "seat_gaps.csv")
    between, inside, beyond = (gaps.iloc[i] for i in range(3))
    assert (between["street"], between["near"], between["far"]) == (
        "Via Lunga",
        "node/100",
        "benches.csv:b0",
    )
    assert between["gap_m"] == pytest.approx(180, abs=0.2)
    assert between["people_alone"] == pytest.approx(10, abs=2)  # from 270 m to 370 m
    assert between["people_together"] == pytest.approx(21, abs=2)  # from 370 m to 580 m
    assert (inside["near"], inside["far"]) == ("node/100", "homes")  # who lives in the gap itself
    assert inside["people_alone"] == pytest.approx(8, abs=2)  # from 190 m to 270 m
    assert (beyond["near"], beyond["far"], beyond["people_alone"]) == ("benches.csv:b0", "homes", 0)
    lon, lat = lonlat(90, 0)
    assert (between["lat"], between["lon"]) == (
        pytest.approx(lat, abs=2e-6),
        pytest.approx(lon, abs=2e-6),
    )
    new = pd.read_csv(tmp_path / "out" / "new_seats.csv")
    assert new["order"].tolist() == [1, 2, 3]
    assert new["gained"].iloc[0] == pytest.approx(18, abs=2)
    assert new["total"].iloc[-1] == pytest.approx(
        37, abs=3
    )  # up to 580 m at most, on a grid of 20 m
    assert new["total"].tolist() == pytest.approx(new["gained"].cumsum().tolist())
    assert summary["within_proposed"] == pytest.approx(
        summary["within_seats"] + new["total"].iloc[-1], abs=0.01
    )
    layer = gpd.read_file(tmp_path / "out" / "new_seats.geojson")
    assert layer.crs.to_epsg() == 4326
    assert layer.geometry.x.tolist() == pytest.approx(new["lon"].tolist(), abs=2e-6)
    every = gpd.read_file(tmp_path / "out" / "seats.geojson")
    assert every["status"].tolist() == ["ok", "ok", "too_far_from_network"]
    assert "65" in told or "age_65_plus" in told
    for word in (
        "a person of 82 with a stick",
        "0.80",
        "100 m",
        "15 min",
        "street.osm",
        "only what is on the map counts",
    ):
        assert word in " ".join(told.split())


def test_italian_by_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_study(tmp_path, benches_m=(90,))
    told = seats_of(
        capsys,
        tmp_path,
        "--category",
        "hub",
        "--group",
        "total",
        "--limit-m",
        "200",
        "--cutoff",
        "5",
    )
    for word in (
        "una persona di 82 anni con il bastone",
        "ogni 200 m",
        "Nessun vuoto esclude",
        "a 5 minuti da",
        "1 seduta nota sulle strade",
        "lungo le strade",
        "Nessuna panchina nuova",
    ):
        assert word in " ".join(told.split())
    assert pd.read_csv(tmp_path / "out" / "seat_gaps.csv").empty
    assert gpd.read_file(tmp_path / "out" / "new_seats.geojson").empty


def test_no_seat_at_all_is_where_benches_are_needed_most(tmp_path: Path) -> None:
    """Unlike a run of who needs seats, looking for missing ones starts from none."""
    found = access15.find_seats(
        write_study(tmp_path),
        category="csrc",
        osm=tmp_path / "street.osm",
        offline=True,
        n=2,
        cutoff_min=5.0,
    )
    assert found.summary["n_seats"].tolist() == [0]
    assert found.gaps["near"].tolist() == ["Municipio"]
    assert found.proposals["total"].iloc[-1] == pytest.approx(
        100 * (300 / 1.55 - 100) / 1000, abs=3
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--category", "bar"), "category 'bar' is not known; known are hub, pharmacy"),
        (("--category", "csrc", "--profile", "ghost"), "profile 'ghost' is not known"),
        (
            ("--category", "csrc", "--profile", "adult"),
            "profile 'adult' states no rest_every_m; say with --limit-m",
        ),
        (
            ("--category", "csrc", "--group", "dogs"),
            "group 'dogs' is not in the study; it counts total, age_65_plus",
        ),
        (
            ("--category", "csrc", "--n", "0"),
            "0 new seats are asked for; give a number from 1 to 100",
        ),
        (
            ("--category", "csrc", "--limit-m", "3"),
            "the longest gap between seats is 3 m; give metres from 10 to 5000",
        ),
        (("--category", "csrc", "--cutoff", "0"), "cutoffs are 0; give minutes above 0"),
        (("--category", "csrc", "--seats", "gone.csv"), "gone.csv"),
        (("--category", "bar", "--n", "0"), "missing seats cannot be looked for"),
    ],
)
def test_what_cannot_be_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    write_study(tmp_path, benches_m=(90,))
    done = call(
        capsys,
        "seats",
        tmp_path / "street.toml",
        "--osm",
        tmp_path / "street.osm",
        "-o",
        tmp_path / "out",
        *words,
    )
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.real_data
def test_the_two_neighbourhoods(shared_dir: Path) -> None:
    """With the benches of 2025 hardly anybody of 65 and over gets to a hub; ten more help
    hundreds in Chiesa Rossa. In Forlanini none do: the hub lies 104 m from the street of its
    address, farther than this walker gets without a seat.
    """
    osm = shared_dir / "data" / "osm" / "milano-2014.osm.pbf"
    benches = shared_dir / "data" / "milano" / "benches_2025.json"
    found = access15.find_seats(
        "milano", category="hub", osm=osm, seats=[benches], offline=True, n=10
    )
    assert found.limit_m == load_profiles()["frail"].rest_every_m == 100
    assert (found.summary["within_seats"] < 0.01 * found.summary["people"]).all()
    share = (found.summary["within_proposed"] / found.summary["people"]).tolist()
    assert share[0] > 0.05
    assert share[1] == 0
    assert (found.summary["within_proposed"] <= found.summary["within_plain"] + 1e-6).all()
    assert (found.gaps["gap_m"] > 100).all()
    records = found.seats.groupby("area").size()
    assert (records >= 6282).all()
    assert set(found.seats["status"]) == {"ok", "duplicate", "too_far_from_network"}
