"""Residents of layers and census sections through the whole program, to the pages and the record of
the run.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from builders.command_line import call
from builders.las_palmas import MADE_UP_RESIDENTS

import access15
from access15.config import data_dir
from access15.outputs.words.methods import describe_method, spell_methods
from access15.results.people import METHODS
from access15.sources.zones import read_zones
from access15.workflows.run import Run

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SIDE_M = 400.0
OF_A_CENTIMETRE_M = 0.0075  # half the diagonal of a square centimetre (0.0071), and a projection
real_data = pytest.mark.real_data


def write_census(folder: Path, head: str = "SEZ2011;P1;P27;P28;P29") -> tuple[Path, int, int]:
    """Made-up square sections over Chiesa Rossa; the study, people in all, and people in rows
    without outline.
    """
    study = access15.load_study("milano")
    zone = read_zones(study.zones, wanted=["42"]).to_crs("EPSG:32632").geometry[0]
    west, south, east, north = zone.bounds
    corners = [
        (west + SIDE_M * i, south + SIDE_M * j)
        for i in range(int((east - west) // SIDE_M) + 1)
        for j in range(int((north - south) // SIDE_M) + 1)
    ]
    codes = [151460000001 + i for i in range(len(corners))]
    squares = [shapely.box(x, y, x + SIDE_M, y + SIDE_M) for x, y in corners]
    frame = gpd.GeoDataFrame(
        {"SEZ2011": [float(c) for c in codes]}, geometry=squares, crs="EPSG:32632"
    )
    frame.to_file(folder / "R03_11.shp")
    rows = [f"{c};{100 + i};{i % 7};5;10" for i, c in enumerate(codes)] + ["151468888880;33;0;0;1"]
    (folder / "sezioni.csv").write_text("\n".join([head, *rows]) + "\n", encoding="latin-1")
    text = (data_dir() / "studies" / "milano.toml").read_text(encoding="utf-8")
    begin, end = text.index("[population]"), text.index("[sketch]")
    text = f"""{text[:begin]}[population]
kind = "istat"
file = "sezioni.csv"
sections = "R03_11.shp"
year = 2011
source = "made up"

{text[end:]}""".replace('"../', f'"{data_dir()}/')
    (folder / "milano.toml").write_text(text, encoding="utf-8")
    return folder / "milano.toml", sum(100 + i for i in range(len(codes))), 33


def test_census_sections_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The people of every section are in the zone or told of as outside, on the page and in
    run.json.
    """
    study, people, homeless = write_census(tmp_path)
    out = tmp_path / "out"
    done = call(
        capsys,
        "run",
        study,
        "--area",
        "chiesa_rossa",
        "--profile",
        "adult",
        "--offline",
        "--out",
        out,
    )
    assert done.code == 0, done.err
    (residents,) = json.loads((out / "run.json").read_text(encoding="utf-8"))["residents"]
    assert residents["people"]["total"] + residents["people_outside"]["total"] == pytest.approx(
        people, abs=1e-5
    )
    assert residents["people_outside"]["total"] > 0
    assert {note["kind"]: note["people"] for note in residents["notes"]} == {
        "outside": residents["people_outside"]["total"],
        "fictitious": homeless,
        "census_2011": 0.0,
    }
    assert {method["method"] for method in residents["methods"]} <= {
        describe_method(code, "en").method for code in METHODS
    }
    inputs = {
        file["name"]
        for file in json.loads((out / "run.json").read_text(encoding="utf-8"))["inputs"]
    }
    assert {"sezioni.csv", "R03_11.shp", "R03_11.dbf", "R03_11.prj"} <= inputs
    coverage = pd.read_csv(out / "coverage.csv")
    assert set(coverage["group"]) == {"total", "age_65_plus", "age_75_plus"}
    assert (
        coverage["method"].str.contains(spell_methods("sections_streets", "en"), regex=False).all()
    )
    for page in ("index.html", "chiesa_rossa.html"):
        html = (out / page).read_text(encoding="utf-8")
        assert (
            "totali delle sezioni di censimento distribuiti in modo uniforme lungo le strade "
            "residenziali" in html
        )
        assert "sezioni.csv; R03_11.shp; made up" in html
        assert "abitano fuori dalle zone di questo calcolo: non sono contate" in html
    assert (
        "33 persone della fonte dei residenti stanno in sezioni fittizie dell'ISTAT (righe: 1)"
        in " ".join(done.out.split())
    )


def test_points_are_no_estimate(tmp_path: Path) -> None:
    """Nobody is told that homes are guessed where they come as points; the points are in the
    outputs as they were, on whole centimetres: homes lie on them so that pages send exactly what
    Python counts.
    """
    study = access15.load_study("milano")
    zone = read_zones(study.zones, wanted=["42"]).to_crs("EPSG:32632").geometry[0]
    points = [zone.representative_point(), zone.centroid]
    gpd.GeoDataFrame({"n": [2, 3]}, geometry=points, crs="EPSG:32632").to_file(
        tmp_path / "homes.gpkg"
    )
    people = {"kind": "layer", "file": tmp_path / "homes.gpkg", "groups": {"total": "n"}}
    small = {"categories": ("library",), "profiles": ("adult",), "cutoffs_min": (5.0,)}
    run = access15.run(
        study.changed(population=people, **small), areas=["chiesa_rossa"], offline=True, now=NOW
    )
    run.write(tmp_path / "out")
    homes = gpd.read_file(tmp_path / "out" / "results.gpkg", layer="residents").to_crs("EPSG:32632")
    assert homes["total"].tolist() == [2, 3]
    moved_m = homes.geometry.distance(gpd.GeoSeries(points, crs=homes.crs))
    assert moved_m.max() < OF_A_CENTIMETRE_M
    html = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "punti dello strato fornito, così come sono" in html
    assert "Dove abitano i residenti è una stima" not in html


def test_faults_are_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, *_ = write_census(tmp_path, head="SEZ2011;P1;P27;P28;ETA")
    (tmp_path / "R03_11.prj").unlink()
    done = call(
        capsys,
        "run",
        study,
        "--area",
        "chiesa_rossa",
        "--profile",
        "adult",
        "--offline",
        "--out",
        tmp_path / "out",
    )
    assert done.code == 2
    text = " ".join(done.err.split())
    assert "there is no column 'P29'; the columns are SEZ2011, P1, P27, P28, ETA" in text
    assert "has no coordinate reference system; save it with one" in text
    assert "Traceback" not in text
    assert not (tmp_path / "out").exists()


def test_check_counts_everybody_of_the_sections(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By zone and in all; who has no place on the map, and of which day the count is."""
    study, people, homeless = write_census(tmp_path)
    done = call(capsys, "check", study, "--area", "chiesa_rossa", "--lang", "it")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert f"{people:6d}  persone, total, in tutta la fonte" in lines
    assert any("persone, age_75_plus, nella zona 42" in line for line in lines)
    told = " ".join(lines)
    assert "censimento ISTAT del 9 ottobre 2011" in told
    assert f"{homeless} persone della fonte dei residenti stanno in sezioni fittizie" in told


def test_doctor_looks_for_the_sections(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study, *_ = write_census(tmp_path)
    (tmp_path / "sezioni.csv").unlink()
    done = call(capsys, "doctor", study)
    lines = dict(line.split(": ", 1) for line in done.out.splitlines() if ": " in line)
    assert lines["residents"].endswith("sezioni.csv (MISSING)")
    assert lines["census sections"].endswith("R03_11.shp (found)")


# Real towns
# --------------------------------------------------------------------------------------------------


@real_data
def test_a_town_with_buildings(las_palmas: tuple[Path, Run], tmp_path: Path) -> None:
    """Vegueta is mapped house by house; of San José's slope two fifths are: there people stay along
    the streets. A home lies in its building but for the rounding to whole centimetres.
    """
    town = las_palmas[1]
    area = town.areas["cono_sur"]
    assert area.people_info.methods == {
        "vegueta": ("zones_buildings",),
        "sanjose": ("zones_streets",),
    }
    for zone, people in MADE_UP_RESIDENTS.items():
        here = area.residents[area.residents["zone_id"] == zone]
        assert tuple(here[list(town.study.population.groups)].sum()) == people
    homes = area.residents[area.residents["zone_id"] == "vegueta"]
    assert len(homes) == 791
    buildings = shapely.STRtree(area.backdrop.buildings.to_numpy())
    beside_m = buildings.query_nearest(homes.geometry.to_numpy(), return_distance=True)[1]
    assert beside_m.max() < OF_A_CENTIMETRE_M
    assert (homes["status"] == "ok").mean() > 0.99
    assert homes["snap_m"].median() < 10
    methods = town.coverage.drop_duplicates("zone").set_index("zone")["method"]
    assert methods["vegueta"] == "zones_buildings"
    assert "zones_streets" in methods["all"]
    town.write(tmp_path, lang="it")
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert (
        "San José, ladera: totali di zona distribuiti in modo uniforme lungo le strade residenziali"
        in html
    )
    assert "Vegueta: totali di zona distribuiti fra gli edifici residenziali" in html
    assert "mancano le case che nessuno ha mappato" in html
    assert "Residenti fra 791 edifici: i piani sono noti per 2" in html


@real_data
@pytest.mark.parametrize("spread", ["auto", "buildings"])
def test_a_town_without_buildings(shared_dir: Path, spread: str) -> None:
    """Milan's extract of 2014 maps no homes there: streets, and a warning where buildings were
    asked for.
    """
    study = access15.load_study("milano")
    population: Any = study.population.model_copy(update={"spread": spread})
    small = study.changed(
        population=population, profiles=("adult",), categories=("library",), cutoffs_min=(5.0,)
    )
    run = access15.run(
        small,
        osm=shared_dir / "data" / "osm" / "milano-2014.osm.pbf",
        areas=["chiesa_rossa"],
        now=NOW,
    )
    info = run.areas["chiesa_rossa"].people_info
    assert info.methods == {"42": ("zones_streets",)}
    assert [(note.kind, note.people, note.n) for note in info.notes] == (
        [("no_buildings", 29331.0, 1)] if spread == "buildings" else []
    )
