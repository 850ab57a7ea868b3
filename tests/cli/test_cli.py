"""Every command from the outside: its example works, its options count, and no mistake ends in a
traceback.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from builders.command_line import Done, call
from builders.drawn_osm import lonlat
from builders.small_town import write_questions, write_town

from access15.cli.app import COMMANDS as ALL
from access15.cli.lists import describe_command, spread_lists
from access15.config import data_dir, load_profiles
from access15.errors import ServiceError
from access15.testing import assert_table, read_table

COMMANDS = (
    "run",
    "coverage",
    "check",
    "geocode",
    "places",
    "fetch",
    "isochrone",
    "times",
    "nearest",
    "seats",
    "site",
    "city",
    "session",
    "compare",
    "poster",
    "scan",
    "report",
    "peba",
    "audit",
    "init",
    "schema",
    "qgis",
    "profiles",
    "doctor",
)
HOME = "45.4275,9.1748"
PLAIN_MS = load_profiles()["plain"].pace_ms
POINTS = "id,lat,lon\na,45.4280,9.1760\nb,45.4300,9.1800\nnowhere,,\n"
SMALL = ("--area", "chiesa_rossa", "--profile", "frail", "--cutoff", "5")


@pytest.fixture(autouse=True)
def own_folder(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """An empty folder to work in, an empty cache, and no way out: a service that is asked is not
    there.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> partial[Done]:
    return partial(call, capsys)


def put(text: str | bytes, name: str) -> Path:
    path = Path(name)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype={"zone": str})


# Help and examples
# ----------------------------------------------------------------------------------------------


def examples() -> dict[str, list[str]]:
    """The example at the end of each command's help, as words."""
    return {name: shlex.split(words) for name, (_, words) in ALL.items()}


def test_every_command_has_help_with_an_example(cli: partial[Done]) -> None:
    assert tuple(examples()) == COMMANDS
    for name, words in examples().items():
        assert words[0] == name
        done = cli(name, "--help")
        assert done.code == 0
        assert f"Example: access15 {name}" in done.out
        assert done.err == ""
    overview = cli("--help")
    assert overview.code == 0
    assert all(name in overview.out for name in COMMANDS)
    assert cli().code == 2


@pytest.mark.parametrize(
    "name", ["coverage", "check", "isochrone", "times", "nearest", "schema", "profiles", "doctor"]
)
def test_examples_work_as_they_stand(cli: partial[Done], name: str) -> None:
    """In a folder that holds the files they name, on the data that comes with access15."""
    shutil.copy(data_dir() / "facilities.csv", "facilities.csv")
    put(POINTS, "homes.csv")
    words = examples()[name]
    done = cli(*words)
    assert done.code == 0, done.err
    written = [
        word
        for word in words
        if Path(word).suffix in {".csv", ".geojson"} and word not in {"facilities.csv", "homes.csv"}
    ]
    assert all(Path(word).stat().st_size > 50 for word in written)
    assert bool(written) == (name in {"coverage", "isochrone", "times", "nearest"})


@pytest.mark.real_data
def test_example_of_run_works_as_it_stands(cli: partial[Done], extract: Path) -> None:
    shutil.copy(extract, "milano.osm.pbf")
    done = cli(*examples()["run"])
    assert done.code == 0, done.err
    assert "strade: estratto di OpenStreetMap, milano.osm.pbf" in done.err
    assert "… cammino in Chiesa Rossa" in done.err
    assert "Apri: maps/index.html" in done.out
    assert {p.name for p in Path("maps").iterdir()} == {
        *(
            "index.html",
            "chiesa_rossa.html",
            "chiesa_rossa_session.html",
            "coverage.csv",
            "measures.csv",
            "equity.csv",
        ),
        *("explain.csv", "fixes.csv", "facilities_out.csv", "results.gpkg", "run.json"),
        *("doors.csv", "range_budget.csv", "accessibility.html", "ro-crate-metadata.json"),
    }
    record = json.loads(Path("maps/run.json").read_text(encoding="utf-8"))
    assert record["command"] == describe_command(spread_lists(examples()["run"]))
    share = table(Path("maps/coverage.csv").read_text(encoding="utf-8")).set_index(
        ["zone", "profile", "category", "group", "cutoff_min"]
    )["share"]["all", "frail", "hub", "age_65_plus", 15]
    assert 0.05 < share < 0.5
    assert f"{share * 100:.0f}\u00a0%" in done.out


def test_examples_that_need_a_service(cli: partial[Done], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one, fetch says so; geocode writes what it knows. Both ask for what the study
    needs.
    """
    asked: list[str] = []

    def gone(clips: dict[str, object], **_: object) -> None:
        asked.extend(clips)
        raise ServiceError("overpass.example.org cannot be reached; try again later")

    monkeypatch.setattr("access15.sources.streets.at_hand.fetch_osm", gone)
    done = cli(*examples()["fetch"])
    assert (done.code, asked) == (2, ["chiesa_rossa", "forlanini_salomone"])
    assert (
        done.err.splitlines()[-1]
        == "access15: overpass.example.org cannot be reached; try again later"
    )
    shutil.copy(data_dir() / "facilities.csv", "facilities.csv")
    from access15.sources.geocode.nominatim import NominatimGeocoder  # noqa: PLC0415

    monkeypatch.setattr(
        "access15.sources.geocode.nominatim.NominatimGeocoder",
        partial(NominatimGeocoder, sleep=lambda _: None),
    )
    done = cli(*examples()["geocode"])
    assert done.code == 0
    assert "cannot be reached: this computer has no internet, or the service is down" in done.out
    with Path("geocoded.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 178


def test_streets_are_fetched_though_the_stations_are_gone(
    cli: partial[Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is asked for; what is gone is told, and the exit code says that not all was had."""

    def gone(*_: object, **__: object) -> list[str]:
        raise ServiceError("feed.example.org cannot be reached; try again later")

    monkeypatch.setattr("access15.workflows.bikes.fetch_bikes", gone)
    monkeypatch.setattr(
        "access15.sources.streets.at_hand.fetch_streets",
        lambda *_, **__: ["chiesa_rossa: 3 streets"],
    )
    done = cli("fetch")
    assert (done.code, done.out.strip()) == (2, "chiesa_rossa: 3 streets")
    assert "note: feed.example.org cannot be reached; try again later" in done.err
    monkeypatch.setattr(
        "access15.workflows.bikes.fetch_bikes",
        lambda *_, **__: ["bike stations fetched: BikeMi 318"],
    )
    done = cli("fetch")
    assert (done.code, done.out.splitlines()[0]) == (0, "bike stations fetched: BikeMi 318")


def test_profiles_state_every_source(cli: partial[Done]) -> None:
    done = cli("profiles")
    for walker in load_profiles().values():
        assert (
            f"{walker.id}: {walker.label.en}, {walker.who.en}; {walker.pace_ms:g} m/s" in done.out
        )
        for field, text in walker.sources.items():
            assert f"    {field} = {getattr(walker, field)}: {text}" in done.out


def test_doctor_tells_what_a_run_would_use(cli: partial[Done], own_folder: Path) -> None:
    done = cli("doctor")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].startswith("access15 0.1.0, Python 3.")
    assert sum(line.endswith("(found)") for line in lines) == 7
    assert "a run uses: the sketch of main streets, unless --osm is given" in lines
    assert any(
        line.startswith("fetched streets: ") and "none; run access15 fetch" in line
        for line in lines
    )
    assert any(line.startswith("answers of geocoders: ") and "none yet" in line for line in lines)
    text = (
        (data_dir() / "studies" / "milano.toml")
        .read_text(encoding="utf-8")
        .replace("../nil_population", "../nope")
    )
    put(text.partition("[sketch]")[0] + text[text.index("[[areas]]") :], "mine.toml")
    lines = cli("doctor", "mine.toml").out.splitlines()
    assert any(line.startswith("residents: ") and line.endswith("(MISSING)") for line in lines)
    assert "a run uses: --osm, or fetches streets" in lines


# Lists of values
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "isochrone --minutes 5 10 15 -o x",
            "isochrone --minutes 5 --minutes 10 --minutes 15 -o x",
        ),
        ("isochrone --minutes 5 --minutes 10", "isochrone --minutes 5 --minutes 10"),
        ("run --cutoff 5 1e1 7.5 milano", "run --cutoff 5 --cutoff 1e1 --cutoff 7.5 milano"),
        ("run --cutoff 5 -5 nan", "run --cutoff 5 --cutoff -5 --cutoff nan"),
        (
            "run --profile frail older_adult milano",
            "run --profile frail --profile older_adult milano",
        ),
        ("run --area a b my.toml", "run --area a --area b my.toml"),
        ("run --profile frail --area a", "run --profile frail --area a"),
        ("coverage --area a b --csv c.csv d", "coverage --area a --area b --csv c.csv d"),
        ("seats --area a b milano", "seats --area a --area b milano"),
        ("fetch --area a b --profile c d", "fetch --area a --area b --profile c --profile d"),
        # one walker, or a neighbourhood behind the walkers: a name that follows is no part of a list
        ("seats --profile frail a", "seats --profile frail a"),
        ("session --profile frail a", "session --profile frail a"),
        ("times --profile frail --to x", "times --profile frail --to x"),
        ("run --profile", "run --profile"),
        ("run --cutoff --area", "run --cutoff --area"),
        ("", ""),
    ],
)
def test_spread_lists(words: str, expected: str) -> None:
    assert spread_lists(words.split()) == expected.split()


def test_lists_and_repeated_options_are_the_same(cli: partial[Done]) -> None:
    listed = (
        "coverage --profile frail adult milano --cutoff 5 10 --area chiesa_rossa forlanini_salomone"
    )
    repeated = (
        "coverage --profile frail --profile adult --cutoff 10 --cutoff 5 --area "
        "chiesa_rossa --area forlanini_salomone"
    )
    one, two = cli(*listed.split()), cli(*repeated.split())
    assert one.code == two.code == 0
    assert one.out == two.out
    found = table(one.out)
    assert found["profile"].unique().tolist() == ["frail", "adult"]
    assert found["cutoff_min"].unique().tolist() == [5, 10]
    assert found["area"].unique().tolist() == ["chiesa_rossa", "forlanini_salomone"]
    part = table(cli("coverage", "--profile=frail", "--cutoff=5", "--area=forlanini_salomone").out)
    beside_claim = [name for name in part.columns if name.startswith(("gap", "ratio"))]
    assert part[beside_claim].isna().all(axis=None), "without the adult's claim there is no zero"
    part, found = (one.drop(columns=beside_claim) for one in (part, found))
    keys = ["area", "zone", "profile", "category", "group", "cutoff_min"]
    pd.testing.assert_frame_equal(
        part.set_index(keys),
        found.set_index(keys).loc[pd.MultiIndex.from_frame(part[keys])],
        check_like=True,
    )


# What of an extract could not be read
# ----------------------------------------------------------------------------------------------

HERE = ",".join(f"{value:.7f}" for value in reversed(lonlat(0, 0)))
READERS = {
    "run": ("run", "town.toml", "--area", "west", "--out", "maps"),
    "coverage": ("coverage", "town.toml", "--area", "west"),
    "isochrone": (
        "isochrone",
        "--study",
        "town.toml",
        "--at",
        HERE,
        "--minutes",
        "5",
        "-o",
        "a.gpkg",
    ),
    "times": ("times", "--study", "town.toml", "--from", HERE, "--to", "points.csv", "-o", "t.csv"),
    "nearest": (
        *("nearest", "--study", "town.toml", "--from", "points.csv", "--to", "points.csv"),
        *("-o", "n.csv"),
    ),
    "seats": ("seats", "town.toml", "--category", "hub", "--area", "west", "-o", "seats"),
    "site": ("site", "town.toml", "--category", "csrc", "--area", "west", "-o", "sites"),
    "city": ("city", "town.toml", "--area", "west", "--out", "city"),
    "session": ("session", "west", "--study", "town.toml"),
    "compare": ("compare", "proposal.geojson", "--study", "town.toml", "-o", "compared"),
    "poster": ("poster", "west", "--study", "town.toml", "-o", "west.svg"),
    "report": ("report", "west", "--study", "town.toml", "-o", "report"),
    "peba": ("peba", "west", "--study", "town.toml", "-o", "peba"),
    "audit": ("audit", "west", "--study", "town.toml"),
}
ITALIAN = {
    *("run", "coverage", "seats", "site", "city", "session", "compare", "poster"),
    *("report", "peba", "audit"),
}


@pytest.mark.parametrize("command", READERS)
def test_what_of_an_extract_is_not_read_is_told(cli: partial[Done], command: str) -> None:
    """In the language of the command, once, whatever is asked of the extract."""
    write_town(Path())
    write_questions(Path())
    whole = Path("town.osm").read_text("utf-8")
    odd = '<way id="7000"><nd ref="100"/><tag k="highway" v="path"/></way>'
    odd += '<way id="7001" visible="false"/>'
    put(whole.replace("</osm>", f"{odd}</osm>"), "edited.osm")
    done = cli(*READERS[command], "--osm", "edited.osm")
    assert done.code == 0, done.err
    english = (
        "edited.osm: not all of it could be read: ways of fewer than two nodes: 1 (left out); "
        "deleted objects: 1 (left out)"
    )
    italian = (
        "edited.osm: non tutto si è potuto leggere: linee con meno di due nodi: 1 (lasciate "
        "fuori); oggetti cancellati: 1 (lasciati fuori)"
    )
    said = " ".join(f"{done.out} {done.err}".split())
    expected, other = (italian, english) if command in ITALIAN else (english, italian)
    assert (said.count(expected), said.count(other)) == (1, 0), said


# Options count
# --------------------------------------------------------------------------------------------------


def test_run_honours_its_options(cli: partial[Done]) -> None:
    """Language, tiles, area, walker, cutoff and folder; other facilities; offline."""
    text = (data_dir() / "facilities.csv").read_text(encoding="utf-8")
    put(
        text.replace("Boifava", "BOIFAVA MIA")
        + "new-1,Nuova,library,,5,45.4275,9.1748,official point,me\n",
        "mine.csv",
    )
    english = cli(
        "run",
        *SMALL,
        "--out",
        "en",
        "--lang",
        "en",
        "--facilities",
        "mine.csv",
        "--tiles",
        "--offline",
    )
    assert english.code == 0, english.err
    assert "Open: en/index.html" in english.out
    assert "… walking in Chiesa Rossa" in english.err
    assert "streets: sketch of main streets, street_sketch_segments.csv" in english.err
    page = Path("en/chiesa_rossa.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in page
    assert "BOIFAVA MIA" in page
    assert "tile.openstreetmap.org" in page
    out = pd.read_csv("en/facilities_out.csv").set_index("facility_id")
    assert len(out) == 179
    assert out.loc["new-1", "status"] == "ok"
    assert [name for name in out.columns if name.startswith("minutes_")] == ["minutes_frail"]
    italian = cli("run", *SMALL, "--out", "it")
    assert italian.code == 0
    page = Path("it/chiesa_rossa.html").read_text(encoding="utf-8")
    assert '<html lang="it"' in page
    assert "tile.openstreetmap.org" not in page
    assert "Apri: it/index.html" in italian.out
    one, two = (
        table(Path(name, "coverage.csv").read_text(encoding="utf-8")) for name in ("en", "it")
    )
    assert set(one["profile"]) == {"frail"}
    assert set(one["cutoff_min"]) == {5}
    library = one["category"] == "library"
    assert (
        one.loc[library, "covered"].sum() > two.loc[library, "covered"].sum()
    )  # the new one is near
    assert not Path("it/forlanini_salomone.html").exists()


def test_coverage_on_screen_and_in_a_file(cli: partial[Done]) -> None:
    screen = cli("coverage", *SMALL)
    kept = cli("coverage", *SMALL, "--csv", "deep/c.csv")
    assert screen.code == kept.code == 0
    assert kept.out == ""
    assert Path("deep/c.csv").read_text(encoding="utf-8") == screen.out
    assert cli("run", *SMALL, "--out", "o").code == 0
    assert Path("o/coverage.csv").read_text(encoding="utf-8") == screen.out
    assert screen.out.splitlines()[0] == (
        "study,area,zone,profile,category,group,cutoff_min,people,covered,share,low,high,gap_people,gap_points,"
        "gap_low,gap_high,ratio,ratio_low,ratio_high,no_range,is_own,"
        "method,network,status"
    )


@pytest.mark.real_data
def test_isochrone_on_real_streets(cli: partial[Done], extract: Path) -> None:
    """One feature per cutoff, GeoJSON in degrees, GeoPackage in metres; streets that add up."""
    place = (
        "--facility",
        "cam-04",
        "--profile",
        "plain",
        "--osm",
        extract,
        "--minutes",
        "5",
        "10",
        "15",
    )
    assert cli("isochrone", *place, "-o", "a.geojson").code == 0
    assert cli("isochrone", *place, "-o", "a.gpkg").code == 0
    assert cli("isochrone", *place, "--streets", "-o", "s.geojson").code == 0
    raw = json.loads(Path("a.geojson").read_text(encoding="utf-8"))
    assert len(raw["features"]) == 3
    assert {"minutes", "profile", "area_m2", "street_m"} <= set(raw["features"][0]["properties"])
    lonlat, metres, streets = (gpd.read_file(name) for name in ("a.geojson", "a.gpkg", "s.geojson"))
    assert lonlat["minutes"].tolist() == [5, 10, 15]
    assert set(lonlat["profile"]) == {"plain"}
    west, south, east, north = lonlat.total_bounds
    assert 9.1 < west < east < 9.2
    assert 45.4 < south < north < 45.5
    assert metres.crs == "EPSG:32632"
    assert metres.area.tolist() == pytest.approx(metres["area_m2"].tolist(), rel=1e-9)
    assert lonlat["street_m"].tolist() == pytest.approx(metres["street_m"].tolist())
    for row in lonlat.itertuples():
        # tunnels are walked, and no land belongs to them
        walked_m = streets.loc[streets["minutes"] <= row.minutes, "street_m"].sum()
        assert 0.98 * walked_m < row.street_m <= walked_m * (1 + 1e-6)
    assert streets.geom_type.isin(["LineString", "MultiLineString"]).all()
    slow = cli("isochrone", *place, "--speed-ms", "0.8", "-o", "slow.geojson")
    assert slow.code == 0
    assert (gpd.read_file("slow.geojson")["street_m"] < lonlat["street_m"]).all()
    where = pd.read_csv(data_dir() / "facilities.csv").set_index("facility_id").loc["cam-04"]
    at = ("--at", f"{where['lat']},{where['lon']}", *place[2:], "-o", "at.geojson")
    assert cli("isochrone", *at).code == 0
    assert gpd.read_file("at.geojson")["street_m"].tolist() == lonlat["street_m"].tolist()


@pytest.mark.real_data
def test_times_on_real_streets(cli: partial[Done], extract: Path) -> None:
    """The columns promised, in the file's order, and seconds that are metres at the plain pace in
    what is written.
    """
    points = put(POINTS, "punti.csv")
    command = ("times", "--from", HOME, "--to", points, "--osm", extract)
    done = cli(*command, "--profile", "plain", "-o", "t.csv")
    assert done.code == 0
    assert "2 of 3 points reached; t.csv" in done.out
    found = read_table("t.csv", "times")
    assert_table(found, "times")
    found = found.set_index("id")
    assert found["status"].tolist() == ["ok", "ok", "not_geocoded"]
    for row in found.iloc[:2].itertuples():
        assert row.travel_time_s == pytest.approx(
            (row.distance_m + row.snap_m) / PLAIN_MS, abs=1e-6
        )
    assert cli(*command, "--profile", "plain", "--speed-ms", "0.665", "-o", "slow.csv").code == 0
    slow = pd.read_csv("slow.csv").set_index("id")
    assert slow["travel_time_s"].iloc[0] == pytest.approx(
        2 * found["travel_time_s"].iloc[0], abs=1e-6
    )
    assert cli(*command, "--profile", "frail", "-o", "frail.csv").code == 0
    assert (
        pd.read_csv("frail.csv")["travel_time_s"].iloc[:2] > found["travel_time_s"].to_numpy()[:2]
    ).all()
    shapes = gpd.GeoDataFrame(
        {"id": ["a"]}, geometry=gpd.points_from_xy([9.1760], [45.4280]), crs="EPSG:4326"
    )
    shapes.to_crs("EPSG:32632").to_file("punti.gpkg")
    assert (
        cli(*command[:4], "punti.gpkg", *command[5:], "--profile", "plain", "-o", "g.csv").code == 0
    )
    assert pd.read_csv("g.csv")["travel_time_s"].iloc[0] == pytest.approx(
        found["travel_time_s"].iloc[0], abs=1e-3
    )


def test_check_counts_what_is_right(cli: partial[Done]) -> None:
    done = cli("check", data_dir() / "facilities.csv")
    assert done.code == 0
    assert done.out.splitlines()[-1] == "facilities.csv: 178 facilities, no problems"
    assert "    15  casa_di_quartiere, official point" in done.out.splitlines()


# Mistakes
# --------------------------------------------------------------------------------------------------

RUN = ("run", *SMALL)
ISO = ("isochrone", "--minutes", "5", "-o", "new.geojson")
AT = (*ISO, "--at", HOME)
TIMES = ("times", "--from", HOME, "--to", "points.csv", "-o", "new.csv")
STUDY = (
    (data_dir() / "studies" / "milano.toml")
    .read_text(encoding="utf-8")
    .replace('"../', f'"{data_dir()}/')
)
HEADERS = "facility_id,name,category,lat,lon\n"


def study_with(old: str, new: str) -> str:
    assert old in STUDY
    return STUDY.replace(old, new, 1)


# What a person types and puts into the folder, and words of the sentence that answers.
MISTAKES: list[tuple[tuple[str, ...], dict[str, str | bytes], str]] = [
    # no such thing
    ((*RUN, "roma"), {}, r"there is no study 'roma': give a \.toml file or one of: milano"),
    ((*RUN, "nope.toml"), {}, "there is no study 'nope.toml'"),
    ((*RUN, "some/folder/milano"), {}, "there is no study 'some/folder/milano'"),
    (
        ("run", "--profile", "frail", "fraile"),
        {},
        "profile 'fraile' is not known; known are adult, older_adult, frail",
    ),
    (
        ("run", "--area", "chiesa_rossa", "porta_romana"),
        {},
        "has no area 'porta_romana': its areas are chiesa_rossa",
    ),
    ((*AT, "--profile", "fraile"), {}, "profile 'fraile' is not known"),
    ((*TIMES, "--profile", "fraile"), {"points.csv": POINTS}, "profile 'fraile' is not known"),
    ((*AT, "--study", "roma"), {}, "there is no study 'roma'"),
    (("fetch", "roma"), {}, "there is no study 'roma'"),
    (("doctor", "roma"), {}, "there is no study 'roma'"),
    (("check", "f.csv", "--study", "roma"), {"f.csv": HEADERS}, "there is no study 'roma'"),
    (
        ("check", "milano", "--study", "milano"),
        {},
        r"^access15: milano is a study, and --study names one, too \(milano\): check one at a time",
    ),
    (("nosuch",), {}, "No such command 'nosuch'"),
    (("run", "milano", "roma"), {}, "unexpected extra argument"),
    (("run", "--nosuch"), {}, "No such option: --nosuch"),
    (("run", "--area"), {}, "requires an argument"),
    (("run", "--lang", "fr"), {}, "'fr' is not one of 'it', 'en'"),
    # numbers
    *[
        (
            ("run", *SMALL[:4], "--cutoff", value),
            {},
            f"cutoffs are {value}; give minutes above 0 and up to 120",
        )
        for value in ("0", "-5", "1000", "nan", "inf")
    ],
    (
        ("coverage", "--cutoff", "5", "-5", "nan"),
        {},
        "cutoffs are -5, nan; give minutes above 0 and up to 120",
    ),
    (("run", "--cutoff", "abc"), {}, "is no number; write one such as"),
    (("run", "--cutoff", "5,10"), {}, "may be one number or two; write 7.5 for one, 5 10 for two"),
    *[
        (
            ("isochrone", "--at", HOME, "-o", "new.geojson", "--minutes", value),
            {},
            f"minutes are {value}; give minutes",
        )
        for value in ("0", "-5", "1000", "nan", "inf")
    ],
    (
        ("isochrone", "--at", HOME, "-o", "new.geojson", "--minutes", "abc"),
        {},
        "is no number; write one such as",
    ),
    (("isochrone", "--at", HOME, "-o", "new.geojson"), {}, "Missing option '--minutes'"),
    *[
        ((*AT, "--speed-ms", value), {}, f"--speed-ms is {value}, a pace at which nobody walks")
        for value in ("0", "-1", "50", "nan", "inf", "0.1")
    ],
    (
        (*TIMES, "--speed-ms", "nan"),
        {"points.csv": POINTS},
        "--speed-ms is nan, a pace at which nobody walks",
    ),
    ((*AT, "--speed-ms", "fast"), {}, "is no number; write one such as"),
    # places
    *[
        ((*ISO, "--at", value), {}, r"--at is .*; write latitude and longitude as 45\.4275,9\.1748")
        for value in (
            "garbage",
            "",
            "45.4275",
            "45.4275,9.1748,3",
            "45.4275;9.1748",
            "45,4275 9,1748",
        )
    ],
    *[
        (
            (*ISO, "--at", value),
            {},
            "latitude lies between -90 and 90, longitude between -180 and 180",
        )
        for value in ("nan,9", "45,nan", "inf,9", "91,9", "45,181")
    ],
    ((*ISO, "--at", "9.1748,45.4275"), {}, "latitude and longitude look swapped; exchange them"),
    (
        ("times", "--from", "9.1748,45.4275", *TIMES[3:]),
        {"points.csv": POINTS},
        "look swapped; exchange them",
    ),
    (
        ("times", "--from", "here", *TIMES[3:]),
        {"points.csv": POINTS},
        "--from is 'here'; write latitude",
    ),
    ((*ISO, "--at", "45.5,9.0"), {}, "there is no street of the sketch in the area"),
    (
        (*ISO, "--at", "45.4223,9.1830"),
        {},
        r"is \d+ m from the nearest street that may be walked, the limit is 150 m; move it",
    ),
    (
        ISO,
        {},
        "the place is not clear: give exactly one of --at, --facility, --address and --points",
    ),
    *(
        (
            (*ISO, "--at", HOME, option, value),
            {},
            f"{option} is only read to find --facility or --address; leave it away with --at",
        )
        for option, value in (
            ("--facilities", "f.csv"),
            ("--add-places", "f.csv"),
            ("--replace-categories", "csrc"),
            ("--map", "name=Nome"),
        )
    ),
    ((*AT, "--facility", "cam-04"), {}, "the place is not clear: give exactly one"),
    (
        (*ISO, "--facility", "nope"),
        {},
        "facility 'nope' is not in facilities.csv; see column facility_id",
    ),
    (
        (*ISO, "--facility", "wemi-01"),
        {},
        r"'wemi-01' has no certain point \(precision: street\); geocode the file",
    ),
    (
        (*ISO, "--address", " ", "--offline"),
        {},
        "the address ' ' was not found: nobody knows it; give the place with",
    ),
    # streets
    (
        (*RUN, "--osm", "nope.osm.pbf"),
        {},
        "nope.osm.pbf: there is no such file; give an OpenStreetMap extract",
    ),
    ((*RUN, "--osm", "."), {}, "is a folder; name the OpenStreetMap extract in it"),
    (
        (*RUN, "--osm", "notes.txt"),
        {"notes.txt": "hello"},
        "notes.txt: cannot be read as OpenStreetMap data",
    ),
    (
        (*RUN, "--osm", "e.osm.pbf"),
        {"e.osm.pbf": b""},
        "e.osm.pbf: cannot be read as OpenStreetMap data",
    ),
    (
        (*AT, "--osm", "g.osm.pbf"),
        {"g.osm.pbf": b"x" * 99},
        "g.osm.pbf: cannot be read as OpenStreetMap data",
    ),
    (
        (*RUN, "--osm", "x.osm"),
        {"x.osm": "<osm version='0.6'><node"},
        "x.osm: cannot be read as OpenStreetMap data",
    ),
    (
        (*RUN, "--osm", "x.osm"),
        {"x.osm": "<osm version='0.6'></osm>"},
        "x.osm.*the street data is empty",
    ),
    (
        (*RUN, "--at", "25/12"),
        {},
        r"the moment is '25/12'; write a weekday and a time \(tue 10:00, mar 10:00\)",
    ),
    ((*RUN, "--at", "mar 25:00"), {}, "the moment is 'mar 25:00'; write a weekday and a time"),
    # facilities
    (
        (*RUN, "--facilities", "nope.csv"),
        {},
        r"nope.csv cannot be read \(No such file or directory\)",
    ),
    ((*RUN, "--facilities", "f.csv"), {"f.csv": HEADERS}, "f.csv has a header and no rows"),
    (
        (*RUN, "--facilities", "f.csv"),
        {"f.csv": f"{HEADERS}a,A,library,45.43,9.17\n"},
        "hub 'cam-04' is not among the",
    ),
    (
        ("check", "nope.csv"),
        {},
        r"nope.csv: 1 problem\n  - .*cannot be read \(No such file or directory\)",
    ),
    (("check", "."), {}, "is a folder: give the file of facilities inside it"),
    (
        ("check", "f.csv"),
        {"f.csv": f"{HEADERS}a,,library,45.43,9.17\na,A,libary,9.17,45.43\n"},
        r"(?s)f.csv: 4 problems\n.*name is empty.*look swapped.*'a' is already in row 2.*libary' "
        r"is not known",
    ),
    # points
    ((*TIMES,), {}, r"points.csv cannot be read \(No such file or directory\)"),
    ((*TIMES,), {"points.csv": ""}, "points.csv is empty"),
    ((*TIMES,), {"points.csv": "id,lat,lon\n"}, "points.csv has a header and no rows"),
    (
        (*TIMES,),
        {"points.csv": "id,a,b\n1,2,3\n"},
        "points.csv has no columns lat and lon: its columns are id, a, b",
    ),
    (
        (*TIMES,),
        {"points.csv": "id,lat,lon\na,45.43,9.18\na,45.44,9.18\n"},
        "row 3: id 'a' is already in row 2; give",
    ),
    (
        (*TIMES,),
        {"points.csv": "id,lat,lon\na,x,9\nb,nan,9\nc,inf,9\nd,45,\ne,99,9\n"},
        r"(?s)row 2: lat is 'x'.*row 3: lat is 'nan'.*row 4: lat is 'inf'.*row 5: .*lon is "
        r"empty.*row 6: .*outside",
    ),
    (
        (*TIMES,),
        {"points.csv": "id,lat,lon\na,9.18,45.43\n"},
        "point 'a' is at latitude 9.18 and longitude 45.43",
    ),
    ((*TIMES[:4], "p.geojson", *TIMES[5:]), {"p.geojson": "{nope"}, "p.geojson is not valid JSON"),
    # studies
    (
        (*RUN, "s.toml"),
        {"s.toml": ""},
        r"(?s)s.toml: not a valid Study\n.*id: is missing; add it.*areas: is missing; add it",
    ),
    ((*RUN, "s.toml"), {"s.toml": "[[areas"}, "s.toml: not valid TOML"),
    ((*RUN, "s.toml"), {"s.toml": b"\xff\xfe"}, "s.toml: not UTF-8 text; save the file as UTF-8"),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with("max_snap_m", "max_snap")},
        "max_snap: is not known here; correct its name or remove it",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with("max_snap_m = 150", 'max_snap_m = "far"')},
        "max_snap_m: .*must be a number",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with("[5, 10, 15]", "[5, nan]")},
        "cutoffs_min.1: .*neither nan nor infinite",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with("[5, 10, 15]", '"5"')},
        "cutoffs_min: must be a list in square brackets",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with('zones = ["42"]', "zones = [42]")},
        r"areas\.0\.zones\.0: .*must be a text",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with('zones = ["42"]', 'zones = ["99"]')},
        "zone '99' stands 0 times",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with('"csrc", "cam"', '"csrc", "camm"')},
        "category 'camm' is not known",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with('"csrc-07"', '"csrc-99"')},
        "hub 'csrc-99' is not among the facilities",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with('"csrc-07"', '"wemi-01"')},
        "hub 'wemi-01' has no certain point; geocode",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with("EPSG:32632", "EPSG:4326")},
        "does not measure metres",
    ),
    ((*RUN, "s.toml"), {"s.toml": study_with("EPSG:32632", "EPSG:3857")}, "Web Mercator"),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with("EPSG:32632", "nonsense")},
        "no known coordinate reference system",
    ),
    ((*RUN, "s.toml"), {"s.toml": study_with("nil_population", "nope")}, "nope.csv cannot be read"),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with("nil_outlines", "nope")},
        "nope.geojson: there is no such file",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with('id_column = "nil"', 'id_column = "NIL"')},
        "there is no column 'NIL'",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with("year = 2024", "year = 1999")},
        "zone '42' stands 0 times for 1999",
    ),
    (
        (*RUN, "s.toml"),
        {"s.toml": study_with('id = "chiesa_rossa"', 'id = "index"')},
        "cannot be called 'index'",
    ),
    # where to write
    (
        (*RUN, "--out", "notes.txt"),
        {"notes.txt": "mine"},
        "notes.txt is a file; name a folder to write to",
    ),
    (
        (*RUN, "--out", "notes.txt/maps"),
        {"notes.txt": "mine"},
        "notes.txt is a file; name a folder to write to",
    ),
    ((*RUN, "--out", "/proc/maps"), {}, "/proc/maps: nothing could be written there"),
    (("coverage", *SMALL, "--csv", "."), {}, r"^access15: \. is a folder; name a file in it\n$"),
    (
        ("isochrone", "--at", HOME, "--minutes", "5", "-o", "x.shp"),
        {},
        "'.shp' are not written; use .geojson or .gpkg",
    ),
    (
        ("isochrone", "--at", HOME, "--minutes", "5", "-o", "x"),
        {},
        "ending in 'nothing' are not written",
    ),
    (
        ("isochrone", "--at", HOME, "--minutes", "5", "-o", "/proc/x.geojson"),
        {},
        "nothing could be written|cannot be",
    ),
    (
        (*TIMES[:-1], "x.geojson"),
        {"points.csv": POINTS},
        "ending in '.geojson' are not written; use .csv",
    ),
    (
        (*TIMES[:-1], "points.csv"),
        {"points.csv": POINTS},
        "points.csv is read here and would be replaced",
    ),
]


@pytest.mark.parametrize(
    ("words", "inputs", "sentence"), MISTAKES, ids=[" ".join(m[0])[-60:] for m in MISTAKES]
)
def test_mistakes_end_in_a_sentence(
    cli: partial[Done],
    own_folder: Path,
    words: tuple[str, ...],
    inputs: dict[str, str | bytes],
    sentence: str,
) -> None:
    for name, content in inputs.items():
        put(content, name)
    for name in ("new.geojson", "new.csv", "maps/index.html"):
        Path(name).parent.mkdir(exist_ok=True)
        put("from before", name)
    before = files(own_folder)
    done = cli(*words)
    assert done.code == 2
    assert re.search(sentence, done.err), done.err
    assert "Traceback" not in done.err
    assert len(done.err) < 2500
    told = [line for line in done.err.splitlines() if line.startswith(("access15: ", "Error: "))]
    assert len(told) == 1
    assert files(own_folder) == before


@pytest.mark.real_data
@pytest.mark.parametrize("command", [RUN, AT, TIMES], ids=["run", "isochrone", "times"])
@pytest.mark.parametrize(
    ("name", "size", "sentence"),
    [
        ("milano-2014", 1_500_000, "o.osm.pbf: cannot be read as OpenStreetMap data"),
        ("las-palmas-2023", None, "lies outside the extract"),
    ],
    ids=["truncated", "elsewhere"],
)
def test_extracts_that_do_not_serve(
    *,
    cli: partial[Done],
    own_folder: Path,
    shared_dir: Path,
    command: tuple[str, ...],
    name: str,
    size: int | None,
    sentence: str,
) -> None:
    """Cut short, or of another town; earlier results stay."""
    data = (shared_dir / "data" / "osm" / f"{name}.osm.pbf").read_bytes()
    put(data[:size], "o.osm.pbf")
    put(POINTS, "points.csv")
    put("from before", "new.geojson")
    Path("maps").mkdir()
    put("from before", "maps/coverage.csv")
    before = files(own_folder)
    done = cli(*command, "--osm", "o.osm.pbf")
    assert done.code == 2
    assert sentence in done.err
    assert files(own_folder) == before


# From outside this process
# --------------------------------------------------------------------------------------


def test_module_and_script_are_the_same() -> None:
    script = Path(sys.executable).with_name("access15")
    outputs = [
        subprocess.run([*start, "profiles"], capture_output=True, text=True, check=True).stdout
        for start in ([str(script)], [sys.executable, "-m", "access15"])
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].startswith("adult: Adult")


def test_stopped_and_killed_runs_leave_what_was_there(own_folder: Path, cli: partial[Done]) -> None:
    """Ctrl-C says that nothing changed; a run killed while it writes leaves only what the next one
    clears away, beside the folder.
    """
    assert cli("run", *SMALL, "--out", "maps").code == 0
    before = files(own_folder)
    other = ("--area", "chiesa_rossa", "--profile", "adult", "--cutoff", "10")
    command = [sys.executable, "-m", "access15", "run", *other, "--out", "maps"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    hows = (("leggo", signal.SIGTERM), ("cammino", signal.SIGINT), ("scrivo", signal.SIGKILL))
    for when, how in hows:
        pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL}
        with subprocess.Popen(command, text=True, env=environment, **pipes) as process:
            assert process.stderr is not None
            assert any(when in line for line in process.stderr)
            process.send_signal(how)
            rest = process.stderr.read()
        if how is not signal.SIGKILL:
            assert process.returncode == 128 + how
            assert "access15: stopped; results written before are untouched" in rest
            assert "Traceback" not in rest
        else:
            assert process.returncode == -signal.SIGKILL
        assert {
            name: data for name, data in files(own_folder).items() if "partial" not in name
        } == before
    assert cli("run", *SMALL, "--out", "maps").code == 0
    assert not list(own_folder.rglob(".access15-partial-*"))
