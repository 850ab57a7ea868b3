"""Every question on a hill: one street, the hall on its top, solved by hand.

::

    hall, 100 m high
        ----___
               ----___   10 % down to the east
    0               1000 m
"""

from __future__ import annotations

import json
import math
import re
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from builders.command_line import Done, call
from builders.drawn_osm import lonlat
from builders.heights import write_heights
from builders.pages import read_session_data
from builders.seat_street import write_study

import access15
from access15.config import load_profiles, load_study
from access15.errors import InputDataError
from access15.outputs.poster.draw import draw_poster

FRAIL, OLDER = (load_profiles()[key] for key in ("frail", "older_adult"))
UP = math.exp(3.5 * 0.10)  # Tobler, beside the flat
# metres of the street that are walked up to the hall in 15 minutes: rests take their time as well
UP_M = 900 / (UP / FRAIL.pace_ms + FRAIL.rest_per_m_s)
FLAT_M = 900 * FRAIL.pace_with_rests_ms


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study, its hill, and a valley that has the hall at its bottom."""
    folder = tmp_path_factory.mktemp("hill")
    write_study(folder, benches_m=(90, 180))
    write_heights(folder / "hill.tif", lambda x, _: 100 - 0.1 * x)
    write_heights(folder / "valley.tif", lambda x, _: 100 + 0.1 * x)
    write_heights(folder / "half.tif", lambda x, _: np.where(x < 500, 100 - 0.1 * x, np.nan))
    return folder


@pytest.fixture
def ask(street: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Study and streets, as every function takes them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(street / "cache"))
    return {"study": street / "street.toml", "osm": street / "street.osm"}


def put_move(path: Path) -> Path:
    """A proposal that moves the hall 500 m down the street."""
    about = {"format": "access15-proposal", "version": 1, "study": "street", "area": "via"}
    move = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": lonlat(500, 0)},
        "properties": {"change": "move_facility", "facility_id": "hall"},
    }
    path.write_text(
        json.dumps({"type": "FeatureCollection", "access15": about, "features": [move]})
    )
    return path


def covered(table: pd.DataFrame, column: str = "covered", profile: str = "frail") -> float:
    keep = (table["zone"] == "all") & (table["profile"] == profile) & (table["category"] == "hub")
    rows = table[keep & (table["group"] == "total") & (table["cutoff_min"] == 15)]
    return float(rows[column].iloc[0])


def test_who_climbs_pays(street: Path, ask: dict[str, Any]) -> None:
    """Towards the hall on the hill everybody climbs; down into the valley 10 % are as the flat."""
    run = partial(access15.run, **ask)
    flat, hill, valley = run(), run(dem=[street / "hill.tif"]), run(dem=[street / "valley.tif"])
    assert covered(flat.coverage) == pytest.approx(FLAT_M, abs=3)
    assert covered(hill.coverage) == pytest.approx(UP_M, abs=3)
    assert covered(hill.coverage, profile="older_adult") == pytest.approx(
        900 * OLDER.pace_ms / UP, abs=3
    )
    # who starts the valley walks down
    assert covered(valley.coverage) == covered(flat.coverage)
    for one in (flat, hill, valley):
        assert (
            one.areas["via"]
            .residents.geometry.geom_equals(flat.areas["via"].residents.geometry)
            .all()
        )
    assert set(hill.coverage["network"]) == {"osm: street.osm; heights: hill.tif"}
    assert set(flat.coverage["network"]) == {"osm: street.osm"}
    told = hill.areas["via"].network_info.heights
    assert told is not None
    assert (told.measured_share, told.tagged_share, told.unknown_share) == (1.0, 0.0, 0.0)
    shares = hill.areas["via"].unknown_shares.set_index(["profile", "tag"])["share"]
    assert shares["frail", "incline"] == 0.0
    assert sorted(hill.inputs) == sorted([*flat.inputs, "hill.tif"])


def test_a_ridge_between_homes_and_hall(street: Path, ask: dict[str, Any]) -> None:
    """A city and a poster walk over it, and say where they know it from.

    ::

                    ___ 20 m
        hall   ___--   --___   homes
        0     200   400   600      1000 m

    Who comes from beyond climbs 10 % for 200 m, or less, and goes down for nothing; the summit is
    smoothed, which saves a few metres.
    """
    dem = [write_heights(street / "ridge.tif", lambda x, _: np.clip(20 - abs(x - 400) / 10, 0, 99))]
    climb_s = {one.id: (UP - 1) / one.pace_ms for one in (FRAIL, OLDER)}
    walk_s = 1 / FRAIL.pace_ms + FRAIL.rest_per_m_s
    # frail people run out of time on the slope, older ones behind it
    frail_m = (900 + 400 * climb_s["frail"]) / (walk_s + climb_s["frail"])
    older_m = 900 * OLDER.pace_ms - 200 * (UP - 1)
    assert 400 < frail_m < 600 < older_m
    solved = {
        "frail": pytest.approx(frail_m + 5, abs=5),
        "older_adult": pytest.approx(older_m + 8, abs=8),
    }
    told = "ridge.tif (cells of 20 m, date not stated)"
    # 1. The city: the share of the zone, and its page.
    city = access15.run_city(ask["study"], osm=ask["osm"], dem=dem)
    rows = city.zones[city.zones["category"] == "csrc"].query(
        "group == 'total' and cutoff_min == 15"
    )
    for zone in ("all", "1"):
        found = rows[rows["zone"] == zone].set_index("profile")
        assert found["covered"].to_dict() == solved
        assert (found["share"] == found["covered"] / 1000).all()
    assert set(rows["network"]) == {"osm: street.osm; heights: ridge.tif"}
    written = city.write(street / "city", lang="en")
    assert told in written["city.html"].read_text(encoding="utf-8")
    record = json.loads(written["run.json"].read_text(encoding="utf-8"))
    assert "ridge.tif" in {one["name"] for one in record["inputs"]}
    # 2. The poster: as many of a hundred, and the name and cells of the heights in small print.
    done = access15.run(**ask, dem=dem)
    assert {one: covered(done.coverage, profile=one) for one in solved} == solved
    drawn = draw_poster(done, "via", street / "poster.svg", profile="frail", size="A4")
    lines = re.findall("<text [^>]*>([^<]*)</text>", drawn["poster"].read_text(encoding="utf-8"))
    text = " ".join(" ".join(lines).split())
    assert "Su 100 residenti di 65 anni e più, 54 arrivano a piedi in 15" in text
    assert "ridge.tif (celle di 20 m, data non indicata)" in text


def test_of_what_is_not_known_it_is_told(
    street: Path, ask: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Heights end in the middle of the street; the rest counts as flat, in every output's words."""
    words = ("--osm", ask["osm"], "--dem", street / "half.tif", "--lang", "en", "--out")
    done = call(capsys, "run", ask["study"], *words, street / "maps")
    assert done.code == 0, done.err
    record = json.loads((street / "maps" / "run.json").read_text(encoding="utf-8"))
    heights = record["networks"][0]["heights"]
    assert [heights["files"][0][key] for key in ("name", "cell_m")] == ["half.tif", 20.0]
    assert (heights["measured_km"], heights["unknown_km"]) == (0.49, 0.51)
    assert heights["files"][0]["sha256"] in {one["sha256"] for one in record["inputs"]}
    told = "Of the streets' length 49% has the slope of the heights, 0% the one that the map tells"
    assert told in " ".join((done.out + done.err).split())
    pages = {
        path.name: path.read_text(encoding="utf-8") for path in (street / "maps").glob("*.html")
    }
    pages["via_session.html"] = str(read_session_data(pages["via_session.html"])["facts"]["en"])
    for name in ("index.html", "via.html", "via_session.html"):
        assert "half.tif (cells of 20 m, date not stated)" in pages[name], name


def test_all_questions_walk_on_the_hill(street: Path, ask: dict[str, Any]) -> None:
    dem = [street / "hill.tif"]
    study = load_study(street / "street.toml")
    # 1. Where people can live and still climb to the hall; a graph of the streets has slopes, too.
    hall = lonlat(0, 0)
    isochrone = partial(access15.measure_isochrone, hall, minutes=[15], profile="frail", **ask)
    assert isochrone(dem=dem).areas["street_m"].iloc[0] == pytest.approx(UP_M, abs=0.5)
    assert isochrone().areas["street_m"].iloc[0] == pytest.approx(FLAT_M, abs=0.5)
    # 2. From the hall one walks down, to it up.
    homes = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(lonlat(500, 0))], crs=4326)
    down, info = access15.measure_times(hall, homes, profile="older_adult", dem=dem, **ask)
    assert down["travel_time_s"].iloc[0] == pytest.approx(500 / OLDER.pace_ms, rel=1e-3)
    assert info.title == "osm: street.osm; heights: hill.tif"
    # 3. A network that is kept answers both ways.
    kept = access15.read_network(ask["osm"], area=study, dem=dem[0])
    goal = gpd.GeoDataFrame(geometry=[shapely.Point(hall)], crs=4326)
    (up_min,) = kept.travel_times(homes, goal, profile="older_adult")["minutes"]
    (down_min,) = kept.travel_times(goal, homes, profile="older_adult")["minutes"]
    assert (up_min, down_min) == pytest.approx(
        (UP * 500 / OLDER.pace_ms / 60, 500 / OLDER.pace_ms / 60), rel=1e-3
    )
    (way,) = kept.routes(homes, goal, profile="older_adult").lines.itertuples()
    assert (way.minutes, way.climb_m, way.fall_m) == pytest.approx((up_min, 50.0, 0.0), abs=0.1)
    # 4. Benches, a proposal, the next place.
    place: dict[str, Any] = {"category": "csrc", "group": "total", "n": 1, "dem": dem}
    seats = access15.find_seats(ask["study"], osm=ask["osm"], **place)
    assert seats.summary["within_plain"].iloc[0] == pytest.approx(UP_M, abs=3)
    before = access15.compare(put_move(street / "idea.geojson"), dem=dem, quiet=True, **ask)
    assert covered(before.coverage, "before") == pytest.approx(UP_M, abs=3)
    # 500 m down the street half of those who come climb, half walk down
    assert covered(before.coverage, "after") == pytest.approx(500 + UP_M, abs=5)
    best = access15.site(ask["study"], osm=ask["osm"], profile="frail", worlds=0, **place)
    today = best.curve[best.curve["is_today"]]
    assert today["within"].iloc[0] == pytest.approx(UP_M, abs=3)


def test_a_study_names_its_heights(street: Path, ask: dict[str, Any]) -> None:
    text = (street / "street.toml").read_text(encoding="utf-8")
    own = street / "own.toml"
    own.write_text(
        text.replace(
            "[population]", '[heights]\nfiles = ["hill.tif"]\nsource = "me"\n[population]'
        ),
        encoding="utf-8",
    )
    hill = access15.run(own, osm=ask["osm"])
    assert covered(hill.coverage) == pytest.approx(UP_M, abs=3)
    # --dem takes its place
    valley = access15.run(own, osm=ask["osm"], dem=[street / "valley.tif"])
    assert covered(valley.coverage) == pytest.approx(FLAT_M, abs=3)
    found = access15.measure_isochrone(
        lonlat(0, 0), minutes=[15], profile="frail", study=own, osm=ask["osm"]
    )
    assert found.areas["street_m"].iloc[0] == pytest.approx(UP_M, abs=0.5)


def test_heights_elsewhere_are_refused(street: Path, ask: dict[str, Any]) -> None:
    far = write_heights(street / "far.tif", lambda x, _: x * np.nan)
    with pytest.raises(
        InputDataError, match=r"^far\.tif: no street has a height: the model covers"
    ):
        access15.run(**ask, dem=[far])


def test_what_is_wrong_is_told_beside_everything_else(
    street: Path, ask: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    cli: partial[Done] = partial(call, capsys)
    words = ("--dem", street / "no.tif", "--dem", street / "people.csv", "--lang", "en")
    done = cli("run", ask["study"], "--osm", street / "no.osm", *words, "--out", street / "x")
    assert done.code == 2
    for told in ("no.osm", "no.tif: cannot be read as a GeoTIFF (No such", "people.csv: cannot be"):
        assert told in done.err
    checked = cli("check", ask["study"], *words)
    assert (checked.code, "heights of the ground cannot be used" in checked.err) == (2, True)
