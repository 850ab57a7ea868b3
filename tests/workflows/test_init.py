"""A new town from an extract alone: what is found, how it is said, and what cannot be used.

::

    0          400        800 m
    +-----------+----------+  400   outlines "Ovest" and "Est" (level 9) share the middle street;
    |   Ovest   |   Est    |        a pharmacy in each, names of quarters beside them
    +-----------+----------+  0
"""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import h3
import numpy as np
import pytest
import rasterio
from affine import Affine
from builders.command_line import call
from builders.drawn_osm import lonlat, write_osm
from builders.languages import ENGLISH

from access15.config import load_study
from access15.errors import Access15Error, InputDataError
from access15.remarks import put_in_lang
from access15.workflows.init import Asked, init

pytestmark = pytest.mark.usefixtures("said_in_italian")

NODES: dict[int, Any] = {
    1: (0, 0),
    2: (400, 0),
    3: (800, 0),
    4: (800, 400),
    5: (400, 400),
    6: (0, 400),
    10: (100, 10, {"amenity": "pharmacy", "name": "Ovest", "addr:country": "IT"}),
    11: (700, 10, {"amenity": "pharmacy", "website": "https://example.fr/a"}),
    12: (100, 200, {"place": "suburb", "name": "Borgo"}),
    13: (600, 200, {"place": "suburb", "name": "Porto"}),
    14: (300, 300, {"place": "town", "name": "Città Nuova"}),
    15: (600, 390, {"shop": "supermarket"}),
}
STREET = {"highway": "residential"}
WAYS: dict[int, Any] = {
    1: ([1, 2], STREET | {"name": "Via Sud"}),
    2: ([2, 3], STREET | {"name": "Via Sud"}),
    3: ([3, 4], STREET),
    4: ([4, 5], STREET),
    5: ([5, 6], STREET),
    6: ([6, 1], STREET),
    7: ([2, 5], STREET | {"name": "Via di Mezzo"}),
}


def boundary(name: str) -> dict[str, str]:
    return {"type": "boundary", "boundary": "administrative", "admin_level": "9", "name": name}


OUTLINES = {
    1: ([(1, "outer"), (7, "outer"), (5, "outer"), (6, "outer")], boundary("Ovest")),
    2: ([(2, "outer"), (3, "outer"), (4, "outer"), (7, "outer")], boundary("Èst")),
}
PARTIAL = {9: ([(1, "outer"), (77, "outer")], boundary("Altrove"))}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """The town with both outlines, and a part of a third."""
    return write_osm(
        tmp_path / "town.osm",
        NODES,
        WAYS,
        relations=OUTLINES | PARTIAL,
        bounds=(*lonlat(0, 0), *lonlat(800, 400)),
    )


def begin(folder: Path, osm: Path, **said: Any) -> dict[str, Any]:
    """Values of the study that is begun."""
    begun = init(Asked(folder=folder, osm=osm, **said))
    return tomllib.loads(begun.file.read_text(encoding="utf-8"))


def test_what_is_found_is_filled_in(tmp_path: Path, town: Path) -> None:
    made = begin(tmp_path / "new", town)
    assert made["id"] == "citta_nuova"
    assert made["countries"] == "it"
    assert made["crs"] == "EPSG:32632"
    assert made["categories"] == ["pharmacy", "supermarket"]
    assert made["hub_category"] == "pharmacy"
    assert made["population"] == {"kind": "homes"}
    assert made["areas"][0]["zones"] == ["ovest", "est"]
    text = (tmp_path / "new" / "study.toml").read_text(encoding="utf-8")
    assert "Qui: quelle trovate nell'area: pharmacy 2, supermarket 1" in text
    assert "Qui: confini amministrativi dell'estratto" in text
    zones = gpd.read_file(tmp_path / "new" / "zones.geojson").to_crs("EPSG:32632")
    assert zones["name"].tolist() == ["Ovest", "Èst"]
    assert zones.area.to_numpy() == pytest.approx([160_000, 160_000], rel=1e-2)
    files = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert files == ["README.md", "places.csv", "study.schema.json", "study.toml", "zones.geojson"]
    readme = (tmp_path / "new" / "README.md").read_text(encoding="utf-8")
    assert "access15 run" in readme
    assert "- `pharmacy`: Farmacia" in readme
    lines = (tmp_path / "new" / "places.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# category: pharmacy = Farmacia / supermarket = Supermercato"
    assert lines[1].startswith("facility_id,name,category,address,lat,lon")


def test_without_outlines_the_nearest_name_is_the_zone(tmp_path: Path) -> None:
    osm = write_osm(tmp_path / "t.osm", NODES, WAYS, bounds=(*lonlat(0, 0), *lonlat(800, 400)))
    begin(tmp_path / "new", osm)
    zones = gpd.read_file(tmp_path / "new" / "zones.geojson").to_crs("EPSG:32632")
    assert sorted(zones["name"]) == ["Borgo", "Porto"]
    areas = dict(zip(zones["name"], zones.area, strict=True))  # the border lies in the middle, 350
    assert areas["Borgo"] == pytest.approx(350 * 400, rel=0.01)
    assert areas["Porto"] == pytest.approx(450 * 400, rel=0.01)


def test_without_names_there_is_one_zone(tmp_path: Path) -> None:
    nodes = {key: node for key, node in NODES.items() if key not in (12, 13, 14)}
    osm = write_osm(tmp_path / "t.osm", nodes, WAYS)
    made = begin(tmp_path / "Mein Ort", osm)
    assert made["areas"] == [{"id": "mein_ort", "name": "Mein Ort", "zones": ["mein_ort"]}]


def test_addresses_of_own_places_are_looked_up(tmp_path: Path, town: Path) -> None:
    """What the extract knows stands in a table of the folder, and what is open beside it."""
    house = {"addr:housenumber": "7", "addr:street": "Via Uno"}
    osm = write_osm(
        tmp_path / "streets.osm",
        {**NODES, 901: (200, 60, house), 902: (150, 50), 903: (250, 50), 904: (600, 60, house)},
        {**WAYS, 901: ([902, 903], {"highway": "residential", "name": "Via Uno"})},
        relations=OUTLINES | PARTIAL,
        bounds=(*lonlat(0, 0), *lonlat(800, 400)),
    )
    mine = tmp_path / "mine.csv"
    mine.write_text(
        "facility_id,name,category,address\na,A,csrc,Via Uno 9\nb,B,csrc,Via Uno 7\n",
        encoding="utf-8",
    )
    begun = init(Asked(folder=tmp_path / "new", osm=osm, places=(mine,)))
    made = tomllib.loads(begun.file.read_text(encoding="utf-8"))
    assert made["facilities"]["files"] == ["mine_points.csv"]
    table = (tmp_path / "new" / "mine_points.csv").read_text(encoding="utf-8")
    assert "a,A,csrc,Via Uno 9" in table
    review = (tmp_path / "new" / "to_decide.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in review[1:]] == ["b", "b"]
    assert any("0 of 2 addresses have their point" in line for line in begun.decided)


def test_where_no_tag_says_the_country_coordinate_systems_do(tmp_path: Path) -> None:
    nodes = {key: node[:2] if key in (10, 11) else node for key, node in NODES.items()}
    made = begin(tmp_path / "new", write_osm(tmp_path / "t.osm", nodes, WAYS))
    assert made["countries"] == "it"


def test_a_boundary_by_its_name(tmp_path: Path, town: Path) -> None:
    made = begin(tmp_path / "new", town, admin="est")
    assert made["name"] == "Èst"
    assert made["categories"] == ["pharmacy", "supermarket"]


def test_own_places_decide_what_the_numbers_are_about(tmp_path: Path, town: Path) -> None:
    lon, lat = lonlat(200, 10)
    mine = tmp_path / "mine.csv"
    mine.write_text(f"name,category,lat,lon\nCirco,csrc,{lat},{lon}\n", encoding="utf-8")
    answers: list[str] = []

    def ask(question: str, known: Any, default: str) -> str:
        answers.append(f"{question} {default}")
        return "supermarket"

    asked = Asked(folder=tmp_path / "new", osm=town, people=None)
    begun = init(asked, ask)
    assert load_study(begun.file).hub_category == "supermarket"
    assert answers == ["Which kind of place should the first numbers be about? pharmacy"]


def test_people_of_the_zones_and_how_they_walk(tmp_path: Path, town: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "barrio,residentes,poblacion,mayores,anziani_85,menores\n"
        "Ovest,x,100,20,5,9\nÈst,x,50,10,1,3\n",
        encoding="utf-8",
    )
    made = begin(tmp_path / "new", town, people=people)
    population = made["population"]
    assert population["groups"] == {
        "total": "poblacion",
        "mayores": "mayores",
        "anziani_85": "anziani_85",
    }
    assert population["walks_as"] == {
        "total": "adult",
        "mayores": "older_adult",
        "anziani_85": "frail",
    }
    assert population["zone_column"] == "barrio"
    assert made["zones"]["id_column"] == "name"
    assert made["areas"][0]["zones"] == ["Ovest", "Èst"]
    assert population["file"] == "../people.csv"


def test_people_of_hexagons(tmp_path: Path, town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column of H3 indexes is found, whatever it is called; spots without a count are not taken."""
    lon, lat = lonlat(200, 10)
    cells = h3.grid_disk(h3.latlng_to_cell(lat, lon, 9), 2)
    people = tmp_path / "hexagons.csv"
    rows = "".join(f"{cell},{10 * i},{i + 1}.0,\n" for i, cell in enumerate(cells))
    people.write_text(f"esagono,population,over 65,jobs\n{rows}", encoding="utf-8")
    population = begin(tmp_path / "new", town, people=people)["population"]
    assert (population["kind"], population["cell_column"]) == ("h3", "esagono")
    assert population["groups"] == {"total": "population", "over_65": "over 65"}
    checked = call(capsys, "check", tmp_path / "new" / "study.toml")
    total = 10 * sum(range(19))
    problem = "row 2: over_65 is 1, more than all residents (0)"
    assert (checked.code, problem in checked.err) == (2, True), checked.err
    people.write_text(people.read_text().replace(",0,1.0,", ",0,0.0,"), encoding="utf-8")
    checked = call(capsys, "check", tmp_path / "new" / "study.toml")
    assert (checked.code, f"{total} residents counted" in checked.out) == (0, True), checked
    lines = checked.out.splitlines()
    assert f"{total:6d}  people, total, in the whole source" in lines
    assert any("people, over_65, in zone ovest (Ovest)" in line for line in lines)
    assert "People of cells, sections or polygons across a zone are parted by area here; a run" in (
        checked.out
    )
    assert "None of these residents" not in checked.out
    elsewhere = h3.grid_disk(h3.latlng_to_cell(28.1, -15.4, 9), 2)
    rows = "".join(f"{cell},{10 * i},{i},\n" for i, cell in enumerate(elsewhere))
    people.write_text(f"esagono,population,over 65,jobs\n{rows}", encoding="utf-8")
    checked = call(capsys, "check", tmp_path / "new" / "study.toml")
    assert (
        "None of these residents live in the study's zones: are they of another town" in checked.out
    )


def test_people_of_a_raster(tmp_path: Path, town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its first band is everybody; what is wrong with it is told before anything is written."""
    lon, lat = lonlat(0, 0)
    people = tmp_path / "people.tif"
    shape = {"height": 9, "width": 9, "count": 1, "dtype": "int16", "crs": "EPSG:4326"}
    corner = Affine(0.001, 0, lon - 0.004, 0, -0.001, lat + 0.004)
    with rasterio.open(people, "w", driver="GTiff", **shape, transform=corner) as raster:
        raster.write(np.full((1, 9, 9), 3, dtype=np.int16))
    population = begin(tmp_path / "new", town, people=people)["population"]
    assert population == {"kind": "raster", "file": "../people.tif", "walks_as": {"total": "adult"}}
    checked = call(capsys, "check", tmp_path / "new" / "study.toml", "--lang", "it")
    assert "   243  persone, total, in tutta la fonte" in checked.out.splitlines()  # all 81 cells
    with rasterio.open(people, "r+") as raster:
        raster.write(np.full((1, 9, 9), -1, dtype=np.int16))
    with pytest.raises(InputDataError, match="band 1, row 1, column 1 is -1, it must be a number"):
        begin(tmp_path / "other", town, people=people)
    assert not (tmp_path / "other").exists()


def test_people_of_a_layer_with_names(tmp_path: Path, town: Path) -> None:
    """Columns of text and of answers count nobody; nor does a share, whatever its age."""
    people = tmp_path / "people.gpkg"
    columns = {"nome": ["a"], "vero": [True], "residenti": [9], "over 65": [2], "% over 65": [22]}
    spot = gpd.points_from_xy(*zip(lonlat(100, 100), strict=True))
    gpd.GeoDataFrame(columns, geometry=spot, crs="EPSG:4326").to_file(people)
    population = begin(tmp_path / "new", town, people=people)["population"]
    assert (population["kind"], population["groups"]) == (
        "layer",
        {"total": "residenti", "over_65": "over 65"},
    )


def test_next_commands_can_be_typed(tmp_path: Path, town: Path) -> None:
    """Names with spaces and apostrophes are one word for the shell."""
    osm = town.rename(tmp_path / "l'estratto nuovo.osm")
    folder = tmp_path / "mia città"
    begun = init(Asked(folder=folder, osm=osm))
    study = str(folder / "study.toml")
    check, run = (shlex.split(command) for command in begun.next_commands)
    assert check == ["access15", "check", study]
    assert run == ["access15", "run", study, "--osm", str(osm), "--out", str(folder / "maps")]
    assert begun.next_commands[1] in (folder / "README.md").read_text("utf-8")


def test_the_command_asks_nothing_without_a_terminal(
    tmp_path: Path, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = call(capsys, "init", tmp_path / "new", "--osm", town, "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert f"written: {tmp_path / 'new' / 'study.toml'}" in done.out
    assert done.out.splitlines()[-1].endswith("--lang en")
    checked = call(capsys, "check", tmp_path / "new" / "study.toml")
    assert checked.code == 0
    assert "no residents: homes are counted, no problems" in checked.out


def test_a_study_begins_in_italian(
    tmp_path: Path, town: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for or by the locale: what is decided, every comment, the README; values stay."""
    people = tmp_path / "people.csv"
    people.write_text("zona,totale,over 65,cani\nOvest,9,2,5\nÈst,8,3,1\n", encoding="utf-8")
    words = ("--osm", town, "--people", people)
    asked = call(capsys, "init", tmp_path / "it", *words, "--lang", "it")
    english = call(capsys, "init", tmp_path / "en", *words, "--lang", "en")
    monkeypatch.setenv("LC_ALL", "it_IT.UTF-8")
    spoken = call(capsys, "init", tmp_path / "locale", *words)
    assert (asked.code, spoken.code, asked.err, spoken.err) == (0, 0, "", "")
    texts = {
        one: (tmp_path / one / "study.toml").read_text("utf-8") for one in ("it", "en", "locale")
    }
    assert texts["locale"] == texts["it"] != texts["en"]
    assert tomllib.loads(texts["it"]) == tomllib.loads(texts["en"])
    comments = [line for line in texts["it"].splitlines() if line.startswith("#")]
    told = [re.sub(r"'.*?'|^# [a-z_]+ = .*?  #|^# \[.*", "", line) for line in comments[1:]]
    assert [line for line in told if ENGLISH.search(line)] == []
    assert "# Nome dello studio sulle pagine" in comments
    assert any(line.endswith("Qui: fuso UTM del centro dell'area") for line in comments)
    assert "colonne il cui nome dice chi contano; non prese: cani" in texts["it"]
    readme = (tmp_path / "it" / "README.md").read_text("utf-8")
    assert '- crs = "EPSG:32632": fuso UTM del centro dell\'area' in readme
    assert "  max_snap_m = 150: il solito" in asked.out.splitlines()
    assert "  max_snap_m = 150: the usual one" in english.out.splitlines()
    assert "Here: 1 of 1 addresses of the extract say so" in texts["en"]
    assert "Here: those found in the area: pharmacy 2, supermarket 1" in texts["en"]
    assert "Here: administrative boundaries of the extract" in texts["en"]


def test_questions_are_asked_in_the_language_of_the_terminal(tmp_path: Path, town: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("zona,totale,over 65\nOvest,9,2\nÈst,8,3\n", encoding="utf-8")
    asked: list[str] = []

    def answer(question: str, answers: Sequence[str], default: str) -> str:
        del answers
        asked.append(put_in_lang(question, "it"))
        return default

    init(Asked(folder=tmp_path / "new", osm=town, people=people), answer)
    assert asked == [
        "Come cammina chi è contato in 'over 65'?",
        "Di quale tipo di luogo devono parlare i primi numeri?",
    ]


Prepare = Callable[[Path], Any]


def put(name: str, content: bytes | str) -> Prepare:
    def prepare(folder: Path) -> None:
        data = content.encode() if isinstance(content, str) else content
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)

    return prepare


def polygon(*lonlats: tuple[float, float]) -> str:
    ring = [list(one) for one in lonlats]
    geometry = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return json.dumps({"type": "Feature", "properties": {}, "geometry": geometry})


NOTHING: Prepare = lambda _: None  # noqa: E731
LAT_LON = "45.4275,9.1791"
BAD: list[tuple[Prepare, dict[str, Any], str]] = [
    (put("new/x", "x"), {}, "new: is not empty; name a new folder"),
    (put("new", "x"), {}, "new: is a file; name a new folder for the study"),
    (NOTHING, {"osm": "no.osm.pbf"}, "no.osm.pbf: there is no such file"),
    (put("e.osm", ""), {"osm": "e.osm"}, "e.osm: "),
    (put("e.osm.pbf", "hello"), {"osm": "e.osm.pbf"}, "cannot be read as OpenStreetMap data"),
    (put("e.osm", "<osm version='0.6'></osm>"), {"osm": "e.osm"}, "e.osm: "),
    (NOTHING, {"osm": "."}, "is a folder; name the OpenStreetMap extract in it"),
    (NOTHING, {"admin": "Ovst"}, "the nearest names are 'Ovest'"),
    (NOTHING, {"admin": "Altrove"}, "the extract holds only a part of its outline (relation/9)"),
    (NOTHING, {"admin": "Borgo"}, "as a point only, without an outline; give --around 45."),
    (NOTHING, {"admin": "???"}, "no boundary or quarter of that name"),
    (NOTHING, {"around": LAT_LON}, "--around LAT,LON and --radius M go together"),
    (NOTHING, {"radius_m": 500.0}, "--around LAT,LON and --radius M go together"),
    (
        NOTHING,
        {"around": LAT_LON, "radius_m": 500.0, "admin": "Ovest"},
        "--admin and --around say the area more than once",
    ),
    (NOTHING, {"around": "here", "radius_m": 500.0}, "--around is 'here'; write latitude and"),
    (NOTHING, {"around": "45.4", "radius_m": 500.0}, "--around is '45.4'; write latitude and"),
    (NOTHING, {"around": "nan,9", "radius_m": 500.0}, "--around is 'nan,9'; write latitude and"),
    (NOTHING, {"around": "95,9.1", "radius_m": 500.0}, "--around is '95,9.1'; write latitude"),
    (NOTHING, {"around": "45.1,9.1", "radius_m": 500.0}, "lies outside the extract"),
    (NOTHING, {"around": "0,0", "radius_m": 0.0}, "lies outside the extract"),
    (NOTHING, {"around": "swapped", "radius_m": 500.0}, "latitude and longitude look swapped"),
    (NOTHING, {"around": "middle", "radius_m": 0.0}, "--radius is 0; give metres from 100 to"),
    (NOTHING, {"around": "middle", "radius_m": -5.0}, "--radius is -5; give metres from 100"),
    (NOTHING, {"around": "middle", "radius_m": 1e9}, "--radius is 1e+09; give metres from 100"),
    (NOTHING, {"around": "middle", "radius_m": float("nan")}, "--radius is nan; give metres"),
    (NOTHING, {"area": "no.geojson"}, "no.geojson: there is no such file"),
    (put("a.geojson", "{"), {"area": "a.geojson"}, "a.geojson: "),
    (
        put("a.geojson", polygon((1, 1), (2, 1), (2, 2))),
        {"area": "a.geojson"},
        "a.geojson: lies outside the extract",
    ),
    (put("p.csv", "name,category\n"), {"places": "p.csv"}, "p.csv"),
    (
        put("p.csv", "name,category,lat,lon\nA,castle,45.4,9.1\n"),
        {"places": "p.csv"},
        "'castle'",
    ),
    (NOTHING, {"places": "no.csv"}, "no.csv"),
    (NOTHING, {"people": "no.csv"}, "no.csv cannot be read"),
    (put("r.csv", "zone,total\n"), {"people": "r.csv"}, "has a header and no rows"),
    (
        put("r.csv", "PROCOM;SEZ21_ID;P1\n15146;151460000001;5\n"),
        {"people": "r.csv"},
        "r.csv: is ISTAT's table of census sections (SEZ21_ID), which needs their outlines: begin",
    ),
    (
        put("r.csv", "zone,all\nOvest,5\n"),
        {"people": "r.csv"},
        "there is no column of all residents; call it total (the columns are zone, all)",
    ),
    (
        put("r.csv", "zone,total\nOvest,1.234\nÈst,5\n"),
        {"people": "r.csv"},
        "r.csv: 'total' must count all residents, and not all of its rows hold a number of people",
    ),
    (
        put("r.csv", "zone,total\nOvest,5\n"),
        {"people": "r.csv"},
        "no column names every zone of the area; missing are 'Èst'",
    ),
    (
        put("r.csv", "total,x\n5,a\n6,b\n"),
        {"people": "r.csv"},
        "missing are 'Ovest', 'Èst': write a column with the zones' names",
    ),
    (put("r.geojson", "[]"), {"people": "r.geojson"}, "r.geojson: "),
]


@pytest.mark.parametrize(("prepare", "said", "problem"), BAD)
def test_bad_input(
    tmp_path: Path, town: Path, prepare: Prepare, said: dict[str, Any], problem: str
) -> None:
    prepare(tmp_path)
    lon, lat = lonlat(400, 200)
    words = {"middle": f"{lat},{lon}", "swapped": f"{lon},{lat}"}
    given = {
        key: words.get(value, value) if key == "around" else value for key, value in said.items()
    }
    for key in ("osm", "area", "people"):
        if key in given:
            given[key] = tmp_path / given[key]
    if "places" in given:
        given["places"] = (tmp_path / given["places"],)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(Access15Error, match=re.escape(problem)):
        init(Asked(**{"folder": tmp_path / "new", "osm": town, **given}))
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_all_problems_at_once(tmp_path: Path, town: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "x").touch()
    with pytest.raises(Access15Error, match=r"(?s)is not empty.*nearest names.*no\.csv"):
        init(
            Asked(
                folder=tmp_path / "new",
                osm=town,
                admin="Ovst",
                places=(tmp_path / "no.csv",),
            )
        )


def test_own_places_are_added_and_checked(
    tmp_path: Path, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lon, lat = lonlat(200, 10)
    mine = tmp_path / "mine.csv"
    row = f"circo,Circo,csrc,{lat},{lon}"
    mine.write_text(f"facility_id,name,category,lat,lon\n{row}\n", encoding="utf-8")
    made = begin(tmp_path / "new", town, places=(mine,))
    assert made["hub_category"] == "csrc"
    assert made["facilities"] == {
        "file": "places.csv",
        "files": ["../mine.csv"],
        "may_be_empty": True,
    }
    checked = call(capsys, "check", tmp_path / "new" / "study.toml")
    assert (checked.code, checked.out.splitlines()[-1].split(": ")[1]) == (
        0,
        "1 facilities, 2 zones, no residents",
    )
