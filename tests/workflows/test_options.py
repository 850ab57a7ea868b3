"""What one question may be asked, its sisters may: on one street, solved by hand.

::

    hall ----- 400 ----- annex ------------ 600 ------------
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from builders.command_line import Done, call
from builders.drawn_osm import lonlat
from builders.seat_street import write_study

import access15
from access15.config import load_categories, load_profiles, load_study
from access15.errors import ConfigError, InputDataError
from access15.workflows.ground import StreetSource

PACE_M = 900 * load_profiles()["frail"].pace_with_rests_ms  # metres in 15 minutes


@pytest.fixture
def street(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The study; a second table of places, whose hall stands 400 m up the street and has hours; a
    proposal that moves it back.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_study(tmp_path, benches_m=(90, 180))
    lon, lat = lonlat(400, 0)
    (tmp_path / "annex.csv").write_text(
        "facility_id,name,category,lat,lon,opening_hours\n"
        f"hall,Municipio,csrc,{lat},{lon},Mo-Fr 09:00-12:00\n"
    )
    put_idea(tmp_path / "idea.geojson")
    return tmp_path


def put_idea(path: Path, **head: object) -> Path:
    about = {"format": "access15-proposal", "version": 1, "study": "street", "area": "via", **head}
    move = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": lonlat(600, 0)},
        "properties": {"change": "move_facility", "facility_id": "hall"},
    }
    path.write_text(
        json.dumps({"type": "FeatureCollection", "access15": about, "features": [move]})
    )
    return path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> partial[Done]:
    return partial(call, capsys)


def covered(table: pd.DataFrame, column: str) -> float:
    keep = (table["zone"] == "all") & (table["profile"] == "frail") & (table["category"] == "hub")
    rows = table[keep & (table["group"] == "total") & (table["cutoff_min"] == 15)]
    return float(rows[column].iloc[0])


def test_compare_at_a_moment_and_elsewhere(street: Path) -> None:
    compare = partial(
        access15.compare,
        street / "idea.geojson",
        study=street / "street.toml",
        osm=street / "street.osm",
        facilities=street / "annex.csv",
        quiet=True,
    )
    whenever, open_then, closed = compare(), compare(at="tue 10:00"), compare(at="sun 10:00")
    assert covered(whenever.coverage, "before") == pytest.approx(400 + PACE_M, abs=20)
    assert covered(open_then.coverage, "before") == covered(whenever.coverage, "before")
    assert covered(closed.coverage, "before") == 0
    assert closed.result.at is not None
    assert closed.result.at.weekday() == 6
    (note,) = closed.notes
    assert "was made for any time and is counted here for 20" in note
    assert whenever.notes == ()


def test_a_proposal_keeps_its_moment_unless_another_is_asked(street: Path) -> None:
    put_idea(street / "noon.geojson", at="tue 11:00")
    compare = partial(
        access15.compare,
        study=street / "street.toml",
        osm=street / "street.osm",
        facilities=street / "annex.csv",
        quiet=True,
    )
    own = compare(street / "noon.geojson")
    assert own.result.at is not None
    assert (own.result.at.weekday(), own.result.at.hour, own.notes) == (1, 11, ())
    both = [street / "idea.geojson", street / "noon.geojson"]
    with pytest.raises(InputDataError, match="count what is open at different moments"):
        compare(both)
    assert len(compare(both, at="tue 11:00").proposals) == 2


def test_compare_leaves_out_other_areas(street: Path) -> None:
    with pytest.raises(ConfigError, match="study 'street' has no area 'elsewhere'"):
        access15.compare(street / "idea.geojson", study=street / "street.toml", areas=["elsewhere"])


def test_compare_some_areas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    about = {"study": "milano", "area": "chiesa_rossa"}
    here = put_idea(tmp_path / "here.geojson", **about)
    there = put_idea(tmp_path / "there.geojson", study="milano", area="forlanini_salomone")
    text = here.read_text(encoding="utf-8").replace('"hall"', '"cam-04"')
    here.write_text(text, encoding="utf-8")
    compare = partial(access15.compare, offline=True, profiles=["frail"], cutoffs_min=[5])
    found = compare([here, there], areas=["chiesa_rossa"], quiet=True)
    assert [one.proposal.area for one in found.proposals] == ["chiesa_rossa"]
    assert list(found.result.areas) == ["chiesa_rossa"]
    with pytest.raises(InputDataError, match="no proposal is of area 'forlanini_salomone'"):
        compare(here, areas=["chiesa_rossa", "forlanini_salomone"])


def test_seats_at_a_moment_and_elsewhere(street: Path, cli: partial[Done]) -> None:
    look = partial(
        access15.find_seats,
        street / "street.toml",
        category="csrc",
        group="total",
        n=1,
        osm=street / "street.osm",
    )
    annex = partial(look, facilities=street / "annex.csv")
    assert look().summary["within_plain"].iloc[0] == pytest.approx(PACE_M, abs=20)
    elsewhere = pytest.approx(400 + PACE_M, abs=20)
    assert annex().summary["within_plain"].iloc[0] == elsewhere
    assert annex(at="tue 10:00").summary["within_plain"].iloc[0] == elsewhere
    assert annex(at="sun 10:00").summary["within_plain"].iloc[0] == 0
    words = ("seats", street / "street.toml", "--category", "csrc", "--osm", street / "street.osm")
    more = ("--facilities", street / "annex.csv", "--at", "sun 10:00", "--lang", "en")
    done = cli(*words, *more, "-o", street / "out")
    assert done.code == 0, done.err
    assert "at 10:00 on Sunday" in done.out
    summary = pd.read_csv(street / "out" / "seats_summary.csv")
    assert summary["at"].str.endswith(" 10:00").tolist() == [True]
    assert summary["within_plain"].tolist() == [0]


def test_isochrone_of_another_table(street: Path, cli: partial[Done]) -> None:
    study = load_study(street / "street.toml")
    words = ("isochrone", "--study", street / "street.toml", "--facility", "hall")
    more = ("--minutes", "5", "--osm", street / "street.osm", "--profile", "frail")
    metres = []
    for facilities in ([], ["--facilities", street / "annex.csv"]):
        done = cli(*words, *more, *facilities, "-o", street / "out.geojson")
        assert done.code == 0, done.err
        metres.append(float(done.out.split("min")[1].split("km")[0]))
    # at the street's end one way leads off, 400 m up two do
    assert metres == pytest.approx([PACE_M / 3000, 2 * PACE_M / 3000], abs=0.01)
    assert study.facilities.file.name == "places.csv"


def test_questions_take_streets_by_name_or_as_a_graph(street: Path) -> None:
    """The same streets as an extract, as a graph of them, and as a source made by hand."""
    study = load_study(street / "street.toml")
    done = access15.run(study, osm=street / "street.osm")
    network = done.areas["via"].network
    frail = load_profiles()["frail"]
    graph = access15.network_to_graph(network)
    source = StreetSource(street / "street.osm", study, street, done.created.date())
    ask = partial(access15.measure_isochrone, lonlat(0, 0), minutes=[5])
    found = [
        ask(profile="frail", study=street / "street.toml", osm=street / "street.osm"),
        ask(profile=frail, study=study, graph=graph),
        ask(profile=frail, source=source),
    ]
    metres = [one.areas["street_m"].iloc[0] for one in found]
    assert metres == pytest.approx([PACE_M / 3] * 3, abs=0.5)
    assert [one.network_info.kind for one in found] == ["osm", "graph", "osm"]
    with pytest.raises(ConfigError, match="the streets are named twice"):
        ask(profile=frail, source=source, graph=graph)
    with pytest.raises(ConfigError, match="profile 'ghost' is not known; known are adult"):
        ask(profile="ghost", source=source)


def test_times_take_walkers_and_graphs(street: Path) -> None:
    import geopandas as gpd  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    study = load_study(street / "street.toml")
    network = access15.run(study, osm=street / "street.osm").areas["via"].network
    slow = load_profiles()["frail"].at_pace(0.4).model_copy(update={"id": "slow"})
    homes = gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(lonlat(500, 0))], crs=4326)
    ask = partial(access15.measure_times, lonlat(0, 0), homes, study=study)
    table, info = ask(profile="slow", walkers={"slow": slow}, osm=street / "street.osm")
    again, graph_info = ask(profile=slow, graph=access15.network_to_graph(network))
    assert table["distance_m"].tolist() == pytest.approx([500], abs=0.2)
    assert again["travel_time_s"].tolist() == pytest.approx(table["travel_time_s"].tolist())
    assert (info.kind, graph_info.kind) == ("osm", "graph")


def test_a_run_knows_the_categories_it_is_given(street: Path) -> None:
    study = load_study(street / "street.toml")
    known = load_categories()
    renamed = known["csrc"].model_copy(update={"colour": "#000000"})
    done = access15.run(study, osm=street / "street.osm", categories={"csrc": renamed})
    assert done.categories["csrc"].colour == "#000000"
    with pytest.raises(ConfigError, match="category 'csrc' is not known; known are park"):
        access15.run(study, osm=street / "street.osm", categories={"park": known["park"]})


def test_no_profile_need_be_called_plain(street: Path) -> None:
    walkers = {name: load_profiles()[name] for name in ("older_adult", "frail")}
    table = (street / "places.csv").read_text(encoding="utf-8")
    lines = [
        f"bike{x},Bike {x},bike_station,{lat},{lon}"
        for x in (100, 350, 900)
        for lon, lat in [lonlat(x, 3)]
    ]
    (street / "places.csv").write_text("\n".join([table.strip(), *lines]) + "\n", encoding="utf-8")
    study = load_study(street / "street.toml").changed(categories=("csrc", "bike_station"))
    done = access15.run(study, osm=street / "street.osm", walkers=walkers)
    spacing = done.station_spacing.set_index("facility_id")
    assert spacing["spacing_m"].tolist() == pytest.approx([250, 250, 550], abs=7)
    assert spacing["neighbour_id"].tolist() == ["bike350", "bike100", "bike350"]
