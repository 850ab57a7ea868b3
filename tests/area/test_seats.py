"""Seats: read from every kind of layer, each place once, and the run of who needs them."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders.drawn_osm import lonlat, read_drawing
from builders.osm import read_file
from builders.seat_street import list_walkers, write_study

import access15
from access15.area.ranges import ENDS
from access15.config import load_profiles, load_study
from access15.core.walk.impedance import build_impedance, find_main
from access15.errors import Access15Warning, ConfigError, InputDataError
from access15.sources.places.seats import join_seats, read_seats, seats_from_osm
from access15.workflows.ground import StreetSource
from access15.workflows.isochrone import measure_isochrone
from access15.workflows.run import Run

pytestmark = pytest.mark.usefixtures("said_in_italian")

CRS = "EPSG:32632"
OVERPASS = {
    "version": 0.6,
    "elements": [
        {"type": "node", "id": 1, "lat": 45.4, "lon": 9.1, "tags": {"amenity": "bench"}},
        {
            "type": "way",
            "id": 2,
            "center": {"lat": 45.41, "lon": 9.11},
            "nodes": [8],
            "tags": {"amenity": "bench"},
        },
        {"type": "way", "id": 3, "nodes": [7, 8], "tags": {"amenity": "bench"}},
        {"type": "way", "id": 4, "nodes": [6], "tags": {"amenity": "bench"}},
        {
            "type": "node",
            "id": 5,
            "lat": 45.4,
            "lon": 9.3,
            "tags": {"highway": "bus_stop", "bench": "yes"},
        },
        {"type": "node", "id": 7, "lat": 45.42, "lon": 9.12},
        {"type": "node", "id": 8, "lat": 45.44, "lon": 9.14},
        {
            "type": "node",
            "id": 9,
            "lat": 45.4,
            "lon": 9.3,
            "tags": {"highway": "bus_stop", "bench": "no"},
        },
        {"type": "node", "id": 10, "lat": 95.4, "lon": 9.3, "tags": {"amenity": "bench"}},
    ],
}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_what_overpass_answers(tmp_path: Path) -> None:
    """Nodes, centres of ways, middles of their nodes; a way of which no node is known, and
    nonsense, have no place.
    """
    answer = write(tmp_path / "b.json", json.dumps(OVERPASS))
    with pytest.warns(Access15Warning, match=r"b\.json: 2 of 6 elements have no place; ask for"):
        found = read_seats([answer])
    assert found["seat_id"].tolist() == ["node/1", "way/2", "way/3", "way/4", "node/5", "node/10"]
    places = [None if p is None else (round(p.x, 6), round(p.y, 6)) for p in found.geometry]
    assert places == [(9.1, 45.4), (9.11, 45.41), (9.13, 45.43), None, (9.3, 45.4), None]
    joined = join_seats([found], crs=CRS)
    assert joined["status"].tolist() == ["ok", "ok", "ok", "not_geocoded", "ok", "not_geocoded"]


def test_layers_of_the_user(tmp_path: Path) -> None:
    """CSV, GeoJSON, GeoPackage; the ids of OpenStreetMap are known again, others carry their file's
    name.
    """
    table = write(tmp_path / "a.csv", "id,lat,lon\nx,45.4,9.1\n")
    points = gpd.GeoDataFrame(
        {"id": ["node/1", "2"]}, geometry=gpd.points_from_xy([9.2, 9.3], [45.4, 45.4]), crs=4326
    )
    points.to_file(tmp_path / "b.geojson")
    points.to_crs(CRS).to_file(tmp_path / "c.gpkg")
    found = read_seats([table, tmp_path / "b.geojson", tmp_path / "c.gpkg"])
    assert found["seat_id"].tolist() == ["a.csv:x", "node/1", "b.geojson:2", "node/1", "c.gpkg:2"]
    assert found["source"].tolist() == ["a.csv", "b.geojson", "b.geojson", "c.gpkg", "c.gpkg"]
    np.testing.assert_allclose(found.geometry.x, [9.1, 9.2, 9.3, 9.2, 9.3])
    assert join_seats([found], crs=CRS)["status"].tolist() == [
        "ok",
        "ok",
        "ok",
        "duplicate",
        "duplicate",
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("b.json", "{", "b.json is not valid JSON (line 1, column 2); fetch or export it again"),
        (
            "b.json",
            '{"elements": [{"type": "node", "id": 1, "lat": 45, "lon": 9, "tags": {"amenity": '
            '"bar"}}]}',
            "b.json: none of its 1 elements with tags is a seat; ask for amenity=bench",
        ),
        ("b.txt2", "x", "b.txt2: files ending in '.txt2' are not read"),
        ("b.csv", "a,b\n1,2\n", "b.csv has no columns lat and lon"),
    ],
)
def test_unusable_layers(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(InputDataError) as caught:
        read_seats([write(tmp_path / name, text)])
    assert message in str(caught.value)


def test_all_unusable_layers_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputDataError, match="the layers of seats cannot be used") as caught:
        read_seats([write(tmp_path / "a.json", "{"), tmp_path / "gone.csv"])
    assert len(caught.value.problems) == 2


def test_same_place_and_same_id_once() -> None:
    """1.9 m apart is one place, 2.1 m two; a chain of near ones is one; the same id is one wherever
    it is.
    """
    x = np.array([0.0, 1.9, 10.0, 12.1, 20.0, 21.5, 23.0, 500.0])
    ids = ["a", "b", "c", "d", "e", "f", "g", "a"]
    layer = gpd.GeoDataFrame(
        {"seat_id": ids, "source": "f"},
        geometry=shapely.points(514_000.0 + x, 5_031_000.0),
        crs=CRS,
    ).to_crs(4326)
    found = join_seats([layer.iloc[:4], layer.iloc[4:]], crs=CRS)
    assert found["status"].tolist() == [
        "ok",
        "duplicate",
        "ok",
        "ok",
        "ok",
        "duplicate",
        "duplicate",
        "duplicate",
    ]
    assert found["same_as"].tolist() == ["", "a", "", "", "", "e", "e", "a"]
    assert len(join_seats([layer.iloc[:0]], crs=CRS)) == 0


def test_seats_of_an_extract(tmp_path: Path) -> None:
    """Benches as points and as ways, and stops that say they have one."""
    nodes = {
        1: (0, 0),
        2: (100, 0),
        3: (10, 5, {"amenity": "bench"}),
        4: (20, 0),
        5: (24, 0),
        6: (50, 5, {"highway": "bus_stop", "bench": "yes"}),
        7: (60, 5, {"highway": "bus_stop", "bench": "no"}),
        8: (70, 5, {"amenity": "bar"}),
    }
    ways = {10: ([1, 4, 5, 2], {"highway": "footway"}), 11: ([4, 5], {"amenity": "bench"})}
    area = read_drawing(tmp_path, nodes, ways)
    assert [seat[0] for seat in area.seats] == ["node/3", "node/6", "way/11"]
    assert area.seats[2][1:] == pytest.approx(lonlat(22, 0), abs=1e-7)
    assert seats_from_osm(area.seats, "x")["source"].tolist() == ["x"] * 3


@pytest.mark.real_data
def test_real_benches(shared_dir: Path) -> None:
    """6,282 benches of 2025 and those of the extract of 2014: none is lost, most of the old ones
    are in both.
    """
    layer = read_seats([shared_dir / "data" / "milano" / "benches_2025.json"])
    assert len(layer) == 6282
    assert layer["seat_id"].str.startswith("way/").sum() == 113
    mapped = read_file(shared_dir / "data" / "osm" / "milano-2014.osm.pbf", ()).seats
    joined = join_seats([seats_from_osm(mapped, "2014"), layer], crs=CRS)
    assert len(joined) == len(mapped) + 6282
    assert set(joined["status"]) == {"ok", "duplicate"}
    assert joined.loc[joined["status"] == "duplicate", "same_as"].isin(joined["seat_id"]).all()


def share(run: Run, profile: str = "frail", minutes: float = 15.0) -> float:
    table = run.areas["via"].coverage
    keep = (
        (table["profile"] == profile) & (table["cutoff_min"] == minutes) & (table["zone"] == "all")
    )
    return float(
        table[keep & (table["category"] == "csrc") & (table["group"] == "age_65_plus")][
            "share"
        ].iloc[0]
    )


def run_street(folder: Path, **more: object) -> Run:
    return access15.run(folder / "street.toml", osm=folder / "street.osm", offline=True, **more)  # type: ignore[arg-type]


def test_a_run_of_who_needs_seats(tmp_path: Path) -> None:
    """Benches at 90 and 180 m of the extract, 270 m of a layer: up to 370 m away they come, of 580
    m in 15 min.
    """
    write_study(tmp_path, benches_m=(90, 180), layer_m=(270, 271, 700))
    run = run_street(tmp_path, walkers=list_walkers())
    assert share(run) == pytest.approx(0.37, abs=0.02)
    assert share(run, minutes=5.0) == pytest.approx(300 / 1.55 / 1000, abs=0.02)
    assert share(run, "older_adult") == pytest.approx(0.873, abs=0.02)
    area = run.areas["via"]
    assert area.seats is not None
    assert area.seats["status"].tolist() == ["ok", "ok", "ok", "duplicate", "ok"]
    areas = area.service_areas[area.service_areas["profile"] == "frail"]
    assert areas["false_inside"].tolist() == [0] * len(areas)
    streets = area.reached_streets[area.reached_streets["profile"] == "frail"]
    assert streets["street_m"].sum() == pytest.approx(370.0, abs=0.5)
    assert areas[areas["target"] == "hall"]["street_m"].max() == pytest.approx(370.0, abs=0.5)
    row = area.coverage[
        (area.coverage["profile"] == "frail") & (area.coverage["cutoff_min"] == 15.0)
    ].iloc[0]
    assert row[list(ENDS)].isna().all()  # which benches serve is not asked in every world
    within = area.n_within["frail", "csrc"]
    np.testing.assert_array_equal(within == 1, area.travel_time_s["frail", "csrc"] <= 900.0)
    ranked = area.home_measures["frail", "csrc"].ranked_s
    np.testing.assert_array_equal(ranked[:, 0], area.travel_time_s["frail", "csrc"])
    assert np.isinf(ranked[:, 1]).all()
    assert run.inputs.keys() >= {"benches.csv"}
    # from 370 m to 580 m seats alone are missing; beyond it is simply too far
    table = area.explanations
    keep = (
        (table["profile"] == "frail")
        & (table["category"] == "csrc")
        & (table["group"] == "age_65_plus")
    )
    people = table[keep].set_index("cause")["people"]
    assert people["seats"] == pytest.approx(21, abs=3)
    assert people["distance"] == pytest.approx(42, abs=3)


def test_seats_of_one_run(tmp_path: Path) -> None:
    """`--seats` adds to the study's layers; another bench covers more, none fewer."""
    write_study(tmp_path, benches_m=(90,))
    extra = write(tmp_path / "more.csv", "id,lat,lon\n" + "b,{1},{0}\n".format(*lonlat(185, 0)))
    few, more = (
        run_street(tmp_path, walkers=list_walkers(), seats=seats) for seats in ([], [extra])
    )
    assert (share(few), share(more)) == (
        pytest.approx(0.19, abs=0.02),
        pytest.approx(0.285, abs=0.02),
    )
    fewer_s, more_s = (one.areas["via"].travel_time_s["frail", "hub"] for one in (few, more))
    assert (more_s <= fewer_s + 1e-9).all()


@pytest.mark.parametrize("layer_m", [None, [5000.0]])
def test_no_seat_known(tmp_path: Path, layer_m: list[float] | None) -> None:
    write_study(tmp_path, layer_m=layer_m)
    with pytest.raises(
        ConfigError, match="profile 'frail' needs seats, and not one is known in Via: give a layer"
    ):
        run_street(tmp_path, walkers=list_walkers())


def test_seats_change_nothing_for_who_needs_none(tmp_path: Path) -> None:
    write_study(tmp_path, benches_m=(90,))
    assert share(run_street(tmp_path)) == pytest.approx(0.58, abs=0.02)


def test_single_questions_know_no_seats(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path, benches_m=(90,)))
    frail = load_profiles()["frail"].model_copy(update={"needs_seat": True})
    source = StreetSource(osm=tmp_path / "street.osm", study=study, cache_dir=tmp_path, today=None)  # type: ignore[arg-type]
    with pytest.raises(
        ConfigError, match="profile 'frail' needs seats, which single questions do not know"
    ):
        measure_isochrone(lonlat(0, 0), minutes=[15], profile=frail, source=source)


@pytest.mark.real_data
def test_frail_people_never_reach_more_than_older_adults(shared_dir: Path) -> None:
    """On every street of Milan a frail person needs at least the older adult's seconds."""
    from builders.streets import read_milan  # noqa: PLC0415

    network = read_milan(shared_dir)
    older, frail = (
        build_impedance(network, load_profiles()[name]) for name in ("older_adult", "frail")
    )
    for name in ("forward_s", "backward_s", "at_u_s", "at_v_s"):
        assert (getattr(frail, name) >= getattr(older, name)).all()
    assert (find_main(network, frail) == find_main(network, older)).all()
