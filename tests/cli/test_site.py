"""`access15 site`: the best places of a drawn town, its files, and what cannot be asked."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from builders.command_line import call
from builders.small_town import write_town

import access15
from access15.testing import assert_table, read_table

FILES = {
    *("site_curve.csv", "sites.csv", "sites.geojson", "site_streets.csv"),
    *("site_alternatives.csv", "site_alternatives.geojson", "site_left_out.csv", "sites.gpkg"),
}
CUTOFF = ("--cutoff", "2.5")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    write_town(folder)
    return folder


def site_of(
    capsys: pytest.CaptureFixture[str],
    town: Path,
    out: Path,
    *words: object,
    study: str = "town.toml",
    told_in: str = "out",
) -> str:
    given = ("site", town / study, "--osm", town / "town.osm", "--offline", "-o", out)
    done = call(capsys, *given, "--category", "csrc", *CUTOFF, *words)
    assert done.code == 0, done.err
    return " ".join(getattr(done, told_in).split())


def test_every_number_is_told_and_its_proposal_gives_it(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Within 2.5 minutes an older adult walks 146 m, so that one place leaves most of four blocks
    of 200 m out, and each further one takes in other corners.
    """
    out = tmp_path / "sites"
    told = site_of(capsys, town, out, "--new", "3", "--lang", "en")
    proposals = {f"{area}_{n}.geojson" for area in ("west", "east") for n in (1, 2, 3)}
    pages = {f"{area}_sites.html" for area in ("west", "east")}
    assert {path.name for path in out.iterdir()} == FILES | proposals | pages
    for name in ("site_curve", "sites", "site_alternatives", "site_streets", "site_left_out"):
        assert_table(read_table(out / f"{name}.csv", name), name)
    assert_table(gpd.read_file(out / "sites.geojson"), "sites")
    curve = pd.read_csv(out / "site_curve.csv")
    west = curve[curve["area"] == "west"]
    assert west["n_sites"].tolist() == [0, 1, 2, 3]
    assert west["within"].is_monotonic_increasing
    assert west["is_proven"].all()
    assert (west["most"] == west["gained"]).all()
    assert "65 and over within 2.5 minutes of Social and cultural centre" in told
    assert "one at a" not in told
    # each step brings at most what the one before did: people are counted once
    steps = west["gained"].diff().dropna()
    assert (steps.diff().dropna() <= 1e-6).all()
    # what one choice gains, its proposal gains, to the last digit that is written
    found = access15.compare(
        [out / "west_2.geojson"], study=town / "town.toml", osm=town / "town.osm", offline=True
    )
    table = found.coverage
    row = table[
        (table["zone"] == "all")
        & (table["profile"] == "older_adult")
        & (table["category"] == "csrc")
        & (table["group"] == "age_65_plus")
    ].iloc[-1]
    two = west[west["n_sites"] == 2].iloc[0]
    assert row["cutoff_min"] == two["cutoff_min"] == 2.5
    assert row["after"] == pytest.approx(two["within"], abs=0.005)
    streets = pd.read_csv(out / "site_streets.csv")
    own = streets[(streets["area"] == "west") & (streets["n_sites"] == 2)]
    assert own["gained"].sum() == pytest.approx(two["gained"], abs=0.05)
    sites = pd.read_csv(out / "sites.csv")
    own = sites[(sites["area"] == "west") & (sites["n_sites"] == 2)]
    assert own["gained"].sum() == pytest.approx(two["gained"], abs=0.02)


def test_what_greed_finds_is_told_before_the_proof(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sites"
    words = ("--new", "2", "--worlds", "0")
    told = site_of(capsys, town, out, *words, "--lang", "en", told_in="err")
    curve = pd.read_csv(out / "site_curve.csv")
    two = curve[(curve["area"] == "west") & (curve["n_sites"] == 2)].iloc[0]
    start, _, rest = told.partition(", +2: ")
    assert start.count("found one at a time, before the proof, in ") == 2
    assert rest.startswith(f"{two['greedy']:.0f} (≤ ")
    assert float(rest.split("≤ ")[1].split(")")[0]) >= two["gained"]
    mean = site_of(capsys, town, out, *words, "--objective", "average", told_in="err")
    assert "scelti uno alla volta, prima della prova, a " in mean
    assert " min (≥ " in mean


def test_no_more_places_than_are_enough(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = site_of(capsys, town, tmp_path / "a", "--new", "9", "--share", "0,5", "--lang", "it")
    curve = pd.read_csv(tmp_path / "a" / "site_curve.csv")
    for _, own in curve.groupby("area"):
        assert own["share"].iloc[-1] >= 0.5
        assert (own["share"].iloc[:-1] < 0.5).all()
    assert "Con 3 luoghi in più la quota richiesta (50 %) è raggiunta" in told
    told = site_of(capsys, town, tmp_path / "b", "--share", "1", "--lang", "it")
    assert "Con 1 luogo in più la quota richiesta (100 %) non è raggiunta" in told
    assert "luoghi in più la" not in told
    told = site_of(capsys, town, tmp_path / "c", "--share", "0.01", "--lang", "en")
    assert "the share asked for (1%) is reached today" in told
    page = (tmp_path / "c" / "west_sites.html").read_text(encoding="utf-8")
    assert "No more are needed: the share asked for (1%) is reached today." in page
    # everybody, however the sums of people are rounded
    told = site_of(capsys, town, tmp_path / "d", "--share", "1", "--cutoff", "7.25", "--new", "9")
    assert "entro 7,25 minuti da" in told
    assert told.count("la quota richiesta (100 %) è raggiunta") == 2
    assert ">" not in told


def test_candidates_of_a_file_and_of_other_kinds(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plots = tmp_path / "plots.csv"
    sites = access15.site(
        town / "town.toml", category="csrc", cutoff_min=2.5, osm=town / "town.osm", offline=True
    ).sites
    best = sites[sites["area"] == "west"].iloc[0]
    rows = f'lotto =1,{best["lat"]},{best["lon"]},"=Via Uno, 3"\nfar,45.9,9.9,\nno,,,\n'
    plots.write_text(f"id,lat,lon,indirizzo\n{rows}")
    err = site_of(capsys, town, tmp_path / "a", "--candidates", plots, "--new", "2", told_in="err")
    # one lies far from every street, one has no point: neither is left out unsaid
    assert "Candidati che non si considerano: 2 su 3, senza un punto certo o a più di 150 m" in err
    found = pd.read_csv(tmp_path / "a" / "sites.csv")
    west = found[found["area"] == "west"]
    assert west["candidate"].tolist() == ["lotto =1"]
    assert west["street"].tolist() == ["'=Via Uno, 3"]  # no formula
    assert west["gained"].iloc[0] == pytest.approx(best["gained"], abs=0.01)
    told = site_of(capsys, town, tmp_path / "b", "--candidates", "category:library", "--lang", "en")
    assert "Candidates: 2. Streets: town.osm" in told
    named = json.loads((tmp_path / "b" / "west_1.geojson").read_text(encoding="utf-8"))
    (feature,) = named["features"]
    assert named["access15"]["proposals"][0]["name"].endswith(": the best one")
    assert feature["properties"]["change"] == "add_facility"


def test_it_is_told_why_how_surely_and_who_stays_out(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = site_of(capsys, town, tmp_path / "a", "--new", "2", "--lang", "en", "--worlds", "32")
    sites = read_table(tmp_path / "a" / "sites.csv", "sites")
    curve = read_table(tmp_path / "a" / "site_curve.csv", "site_curve")
    left_out = read_table(tmp_path / "a" / "site_left_out.csv", "site_left_out")
    for row in sites[sites["n_sites"] == 2].to_dict("records"):
        assert row["why"].startswith(f"Brings {row['gained']:.0f} people (65 and over) within 2.5")
        assert " ".join(row["why"].split()) in told
        for street in row["serves"].split("; "):
            assert street in row["why"]
    # everybody beyond the cutoff has one cause
    for area, own in curve.groupby("area"):
        last = own.iloc[-1]
        out = left_out[left_out["area"] == area]
        assert out["people"].sum() == pytest.approx(last["people"] - last["within"], abs=0.05)
        # who is beyond every candidate is not brought by another one
        beyond = out["people"].sum() - out["another"].sum()
        assert beyond == pytest.approx(last["beyond"], abs=0.05)
        assert f"{out['people'].sum():.0f} people are still left out" in told
        assert (own["gained_low"] <= own["gained_high"]).all()
        assert (own["n_worlds"] == 32).all()
    assert sites["stays_best"].between(0, 1).all()
    # the layers are those of the tables
    for name, table in (("sites", sites), ("site_left_out", left_out)):
        layer = gpd.read_file(tmp_path / "a" / "sites.gpkg", layer=name)
        assert_table(layer, name)
        assert len(layer) == len(table)
        assert layer.crs == "EPSG:32632"
    with closing(sqlite3.connect(tmp_path / "a" / "sites.gpkg")) as database:
        styled = database.execute("SELECT f_table_name, useAsDefault FROM layer_styles").fetchall()
    names = ("sites", "site_alternatives", "site_gain_streets", "site_left_out")
    assert styled == [(name, 1) for name in names]
    streets = gpd.read_file(tmp_path / "a" / "sites.gpkg", layer="site_gain_streets")
    assert_table(streets, "site_gain_streets")
    for area, own in sites[sites["n_sites"] == 1].groupby("area"):
        most = streets[streets["area"] == area]["gained"].max()
        assert most == pytest.approx(own["gained"].sum(), abs=0.01)
    # the page says what the tables say, on the map and beside it
    alternatives = read_table(tmp_path / "a" / "site_alternatives.csv", "site_alternatives")
    page = (tmp_path / "a" / "west_sites.html").read_text(encoding="utf-8")
    data = json.loads(page.split('id="access15-sites-data">')[1].split("</script>")[0])
    for n, choice in data["choices"].items():
        own = sites[(sites["area"] == "west") & (sites["n_sites"] == int(n))]
        assert [one["why"] for one in choice["sites"]] == own["why"].tolist()
        assert [(one["lat"], one["lon"]) for one in choice["sites"]] == [
            (lat, lon) for lat, lon in zip(own["lat"], own["lon"], strict=True)
        ]
        others = alternatives[
            (alternatives["area"] == "west") & (alternatives["n_sites"] == int(n))
        ]
        assert len(choice["others"]) == len(others)
        row = curve[(curve["area"] == "west") & (curve["n_sites"] == int(n))].iloc[0]
        ranged = f"{row['gained']:,.0f} ({row['gained_low']:,.0f}-{row['gained_high']:,.0f})"
        assert f"{ranged} more people within the time" in page
        assert ranged in told
        assert f'<p class="share">{100 * row["share"]:.0f}%</p>' in page
    told = site_of(capsys, town, tmp_path / "b", "--worlds", "0", "--lang", "it")
    assert "mondi" not in told
    # a page of a neighbourhood that is not asked about now would look current
    (tmp_path / "b" / "north_sites.html").write_text("somebody else's")
    site_of(capsys, town, tmp_path / "b", "--worlds", "0", "--area", "west")
    left = {path.name for path in (tmp_path / "b").glob("*.html")}
    assert left == {"west_sites.html", "north_sites.html"}
    assert "mondi" not in (tmp_path / "b" / "west_sites.html").read_text(encoding="utf-8")
    none = read_table(tmp_path / "b" / "sites.csv", "sites")
    assert none["stays_best"].isna().all()


def test_who_needs_seats_has_no_worlds_and_who_gets_nowhere_today_is_told(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = site_of(capsys, town, tmp_path / "a", "--profile", "frail_seats", "--lang", "en")
    assert "they cannot get to any place today" in told
    assert "drawn worlds" not in told
    assert "no worlds are drawn for who needs seats, as in coverage.csv" in told
    sites = read_table(tmp_path / "a" / "sites.csv", "sites")
    assert np.isinf(sites["today_low_min"]).all()
    assert gpd.read_file(tmp_path / "a" / "sites.geojson")["today_low_min"].isna().all()
    assert (read_table(tmp_path / "a" / "site_curve.csv", "site_curve")["n_worlds"] == 0).all()


def test_who_stops_early_is_told_what_is_not_proven(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site_of(capsys, town, tmp_path / "out", "--new", "2", "--seconds", "0.000001")
    curve = pd.read_csv(tmp_path / "out" / "site_curve.csv")
    assert (curve["gained"] <= curve["most"]).all()
    assert (curve["is_proven"] == (curve["gained"] == curve["most"])).all()


def test_homes_are_not_called_people(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (town / "town.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("[population]")
    homes = f'{head}[population]\nkind = "homes"\n[[areas]]{rest.split("[[areas]]", 1)[1]}'
    (town / "homes.toml").write_text(homes, encoding="utf-8")
    told = site_of(capsys, town, tmp_path / "it", "--share", "0.9", study="homes.toml")
    assert "di 2.400 m di strade con abitazioni (" in told
    assert "m di strade con abitazioni: oltre il tempo da ogni candidato" in told
    assert "Che cosa si conta: abitazioni, senza residenti" in told
    assert "Persone" not in told
    assert "persone restano" not in told
    # one group and one cutoff: compare was at a loss
    found = access15.compare(
        [tmp_path / "it" / "west_1.geojson"],
        study=town / "homes.toml",
        osm=town / "town.osm",
        offline=True,
    )
    curve = pd.read_csv(tmp_path / "it" / "site_curve.csv").iloc[1]
    own = found.coverage.query("profile == 'older_adult' and category == 'csrc' and zone == 'all'")
    assert own["after"].tolist() == [pytest.approx(curve["within"], abs=0.005)]
    lang = ("--lang", "en")
    given = ("seats", town / "homes.toml", "--osm", town / "town.osm", "--offline", *CUTOFF)
    done = call(capsys, *given, "--category", "csrc", "-o", tmp_path / "seats", *lang)
    assert done.code == 0, done.err
    told = " ".join(done.out.split())
    assert "homes (m of streets with homes), within 2.5 minutes of Social" in told
    assert "Residents" not in told


def test_other_kinds_than_what_stands_in_for_hubs(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Studies that `init` begins have no hubs: before, only their own stand-in could be asked for."""
    text = re.sub(r"hubs = .*\n", "", (town / "town.toml").read_text(encoding="utf-8"))
    text = text.replace('categories = ["csrc"]', 'categories = ["library"]')
    text = text.replace('id = "town"', 'id = "town"\nhub_category = "library"')
    (town / "no_hubs.toml").write_text(text, encoding="utf-8")
    # which doors are drawn depends on which places a study has
    words = ("--worlds", "0", "--lang", "en")
    plain = site_of(capsys, town, tmp_path / "a", *words)
    told = site_of(capsys, town, tmp_path / "b", *words, study="no_hubs.toml")
    assert told.split("Candidates")[0] == plain.split("Candidates")[0]
    err = site_of(capsys, town, tmp_path / "c", study="no_hubs.toml", told_in="err")
    assert "Lo studio non chiede 'csrc': compare e la pagina di sessione aprono" in err
    for category in ("csrc", "hub"):
        given = ("seats", town / "no_hubs.toml", "--osm", town / "town.osm", "--offline", *CUTOFF)
        done = call(capsys, *given, "--category", category, "-o", tmp_path / "seats")
        assert done.code == 0, done.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--category", "bar"), "category 'bar' is not known; known are pharmacy, "),
        (("--category", "hub"), "category 'hub' is not known"),
        (("--group", "dogs"), "group 'dogs' is not in the study; it counts total, age_65_plus"),
        (("--profile", "ghost"), "profile 'ghost' is not known"),
        (("--new", "0"), "0 more places are asked for; give a number from 1 to 20"),
        (("--new", "21"), "21 more places are asked for; give a number from 1 to 20"),
        (("--share", "0"), "the share asked for is 0; give a number above 0 and up to 1, such as"),
        (("--share", "90"), "the share asked for is 90; give a number above 0 and up to 1"),
        (("--share", "nan"), "the share asked for is nan; give a number above 0 and up to 1"),
        (("--seconds", "-1"), "the search is given -1 seconds; give a number above 0"),
        (("--seconds", "inf"), "the search is given inf seconds; give a number above 0"),
        (("--worlds", "129"), "129 drawn worlds are asked for; give a number from 0 to 128"),
        (("--worlds", "-1"), "-1 drawn worlds are asked for; give a number from 0 to 128"),
        (("--cutoff", "0"), "cutoffs are 0; give minutes above 0"),
        (
            ("--candidates", "category:csrc"),
            "places of 'csrc' cannot be candidates for more places of 'csrc'; give another",
        ),
        (("--candidates", "category:"), "category '' is not known"),
        (("--candidates", "category:library,ghost"), "category 'ghost' is not known"),
        (("--candidates", "gone.csv"), "gone.csv"),
        (("--area", "north"), "has no area 'north'"),
        (("--new", "0", "--share", "2"), "the best places cannot be looked for"),
    ],
)
def test_what_cannot_be_asked(
    town: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    message: str,
) -> None:
    out, osm = tmp_path / "out", town / "town.osm"
    asked = () if "--category" in words else ("--category", "csrc")
    done = call(capsys, "site", town / "town.toml", "--osm", osm, "-o", out, *asked, *words)
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,lat,lon\na,,\n", "plots.csv: no candidate has a point; add lat and lon"),
        ("id,lat,lon\na,95,9\n", "plots.csv"),
        ("id\na\n", "plots.csv"),
        ("", "plots.csv"),
    ],
)
def test_bad_candidates(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    plots = tmp_path / "plots.csv"
    plots.write_text(text)
    given = ("site", town / "town.toml", "--osm", town / "town.osm", "-o", tmp_path / "out")
    done = call(capsys, *given, "--category", "csrc", "--candidates", plots, "--share", "2")
    assert done.code == 2
    assert message in done.err
    assert "the share asked for is 2" in done.err
    assert plots.read_text() == text
