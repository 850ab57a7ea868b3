"""Layers as people have them: read, or told in one sentence; nothing written beside them."""

from __future__ import annotations

import contextlib
import json
import math
import shutil
import sqlite3
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st

from access15.config import FacilitiesSource, load_categories
from access15.errors import InputDataError
from access15.sources import nul_texts, vector_layers
from access15.sources.flatgeobuf import find_nul_texts
from access15.sources.layer_files import choose_encoding, parse_encoding
from access15.sources.places.facilities import check_facilities
from access15.sources.places.points import ITALY_BOUNDS
from access15.sources.vector_layers import read_layer

NAMES = ["Città Studi", "Però", "Sant'Agnese"]
BOXES = [shapely.box(9 + i / 10, 45, 9.05 + i / 10, 45.1) for i in range(3)]
FRAME = gpd.GeoDataFrame({"nome": NAMES, "tot": [1, 2, 3]}, geometry=BOXES, crs="EPSG:4326")
RING = [[9, 45], [9.1, 45], [9.1, 45.1], [9, 45]]


def read(path: Path) -> tuple[gpd.GeoDataFrame, list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = read_layer(path, None, what="polygons", where="[zones]")
    return frame, [str(one.message) for one in caught]


def read_if_possible(path: Path) -> gpd.GeoDataFrame | None:
    """What a file holds; None where it is refused in a sentence that names it."""
    try:
        return read(path)[0]
    except InputDataError as error:
        named = str(error).startswith(f"{path}: ")
    assert named
    return None


def list_files(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


# --- the encoding of texts ------------------------------------------------------------------------

ENCODINGS = ["utf-8", "cp1252", "iso8859-1", "cp850"]
STATED = {
    "right": None,
    "none": b"",
    "UTF-8": b"UTF-8",
    "Windows": b"ANSI 1252",
    "Latin": b"ISO 88591",
    "nonsense": b"pippo",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("stated", STATED.values(), ids=STATED)
@pytest.mark.parametrize("is_zipped", [False, True], ids=["plain", "zipped"])
def test_texts_of_shapefiles(
    tmp_path: Path, encoding: str, stated: bytes | None, *, is_zipped: bool
) -> None:
    path = tmp_path / "z.shp"
    FRAME.to_file(path, encoding=encoding)
    if stated == b"":
        path.with_suffix(".cpg").unlink()
    elif stated is not None:
        path.with_suffix(".cpg").write_bytes(stated)
    if is_zipped:
        path = tmp_path / "z.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for one in tmp_path.glob("z.[!z]*"):
                archive.write(one, one.name)
    frame, told = read(path)
    assert frame["nome"].tolist() == NAMES
    if stated is None:
        assert told == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"UTF-8", "utf-8"),
        (b"65001", "utf-8"),
        (b"ANSI 1252", "cp1252"),
        (b"1252\r\n", "cp1252"),
        (b"88591", "iso8859-1"),
        (b"ISO-8859-15", "iso8859-15"),
        (b"CP850", "cp850"),
        (b"", None),
        (b"pippo", None),
        (b"\xff\xfe", None),
    ],
)
def test_stated_encodings(text: bytes, name: str | None) -> None:
    assert parse_encoding(text) == name


def test_text_that_a_short_field_cuts_is_still_utf8() -> None:
    cut = "Caffè".encode()[:-1].decode("latin-1")
    assert choose_encoding([cut, "Città".encode().decode("latin-1")], "cp1252") == "utf-8"
    assert choose_encoding(["abc"], None) is None


@pytest.mark.parametrize("damage", [b"\xff\xfe", b"\xe8", b"\xc3", b"\xed\xa0\x80"])
@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
def test_text_that_is_none_is_told_with_its_column(
    tmp_path: Path, damage: bytes, suffix: str
) -> None:
    path = tmp_path / f"z{suffix}"
    FRAME.assign(nome=["a", "QQQQ", "c"]).to_file(path)
    path.write_bytes(path.read_bytes().replace(b"QQQQ", damage.ljust(4)))
    with pytest.raises(InputDataError, match=r"column 'nome' of feature 2 holds text that is not"):
        read(path)


# --- shapes ---------------------------------------------------------------------------------------


def write_feature(path: Path, kind: str, coordinates: Any, **members: Any) -> Path:
    geometry = {"type": kind, "coordinates": coordinates}
    features = [{"type": "Feature", "properties": {"n": 1}, "geometry": geometry}]
    content = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(content))
    return path


def test_open_rings_are_closed_and_told(tmp_path: Path) -> None:
    frame, told = read(write_feature(tmp_path / "z.geojson", "Polygon", [RING[:-1]]))
    assert frame.geometry[0].equals(shapely.Polygon(RING))
    assert told == ["z.geojson: there are outlines that are not closed; they are closed"]


UNDRAWN = {
    "empty ring": ("Polygon", [[]]),
    "nothing": ("Polygon", []),
    "line of one point": ("LineString", [[9, 45]]),
    "not a number": ("Polygon", [[[9, math.nan], *RING[1:-1], [9, math.nan]]]),
    "endless": ("Polygon", [[[9, math.inf], *RING[1:-1], [9, math.inf]]]),
    "endless, one of several": (
        "MultiPolygon",
        [[RING], [[[9, math.inf], *RING[1:-1], [9, math.inf]]]],
    ),
    "texts": ("Polygon", [[["9", "45"], ["9", "46"], ["10", "46"], ["9", "45"]]]),
    "nested too little": ("Polygon", RING),
    "point without numbers": ("Point", []),
    "point at nothing": ("Point", [None, None]),
    "unknown kind": ("Circle", [9, 45]),
}


@pytest.mark.parametrize(("kind", "coordinates"), UNDRAWN.values(), ids=UNDRAWN)
def test_what_is_no_shape_is_not_drawn(tmp_path: Path, kind: str, coordinates: Any) -> None:
    frame = read_if_possible(write_feature(tmp_path / "z.geojson", kind, coordinates))
    shapes = [None] if frame is None else list(frame.geometry)
    assert len(shapes) == 1
    assert shapes[0] is None or shapes[0].is_empty


KINDS = {
    "with height": shapely.Polygon([(9, 45, 1), (9.1, 45, 2), (9.1, 45.1, 3)]),
    "bow tie": shapely.Polygon([(9, 45), (9.1, 45.1), (9.1, 45), (9, 45.1)]),
    "several": shapely.MultiPolygon(BOXES),
    "collection": shapely.GeometryCollection([*BOXES, shapely.Point(9, 45)]),
    "point": shapely.Point(9, 45),
    "line": shapely.LineString([(9, 45), (9.1, 45)]),
    "nothing": None,
    "empty": shapely.Polygon(),
}


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg"])
@pytest.mark.parametrize("shape", KINDS.values(), ids=KINDS)
def test_kinds_of_shapes(tmp_path: Path, suffix: str, shape: shapely.Geometry | None) -> None:
    path = tmp_path / f"z{suffix}"
    shapes = gpd.GeoSeries([BOXES[0], shape], crs="EPSG:4326")
    kinds = {"geometry_type": "Unknown"} if suffix != ".geojson" else {}
    gpd.GeoDataFrame({"n": [1, 2]}, geometry=shapes).to_file(path, **kinds)
    frame, _ = read(path)
    assert len(frame) == 2


@pytest.mark.parametrize("feature", [None, {}, {"type": "Feature"}, 7, "x", []])
def test_features_that_are_none(tmp_path: Path, feature: object) -> None:
    path = tmp_path / "z.geojson"
    good = json.loads(FRAME.to_json())["features"]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature, *good]}))
    frame = read_if_possible(path)
    assert frame is None or frame["tot"].dropna().tolist() == [1, 2, 3]


# --- systems --------------------------------------------------------------------------------------

CRS_MEMBERS: list[Any] = [
    None,
    32632,
    {},
    {"type": "name", "properties": {"name": "urn:pippo"}},
    {"type": "name", "properties": {"name": "EPSG:99999"}},
    {"type": "link", "properties": {"href": "http://localhost:9/x"}},
]


@pytest.mark.parametrize("member", CRS_MEMBERS)
def test_metres_that_say_to_be_degrees_are_refused(tmp_path: Path, member: Any) -> None:
    ring = [[514000 + x, 5034000 + y] for x, y in ((0, 0), (9, 0), (9, 9), (0, 0))]
    path = write_feature(tmp_path / "z.geojson", "Polygon", [ring], crs=member)
    with pytest.raises(InputDataError, match=r"such as 514000, 5\.034e\+06\) are no degrees"):
        read(path)


def test_stated_system_of_geojson_is_used(tmp_path: Path) -> None:
    ring = [[514000 + x, 5034000 + y] for x, y in ((0, 0), (9, 0), (9, 9), (0, 0))]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32632"}}
    frame, _ = read(write_feature(tmp_path / "z.geojson", "Polygon", [ring], crs=crs))
    assert frame.crs == "EPSG:32632"


# --- files ----------------------------------------------------------------------------------------


def write_wal(path: Path) -> None:
    FRAME.to_file(path)
    with sqlite3.connect(path) as database:
        database.execute("pragma journal_mode=wal")
    database.close()


WRITTEN: dict[str, Callable[[Path], object]] = {
    "z.gml": lambda path: FRAME.to_file(path, driver="GML"),
    "z.kml": lambda path: FRAME.to_file(path, driver="KML"),
    "z.gpx": lambda path: FRAME.set_geometry(FRAME.geometry.boundary)[["geometry"]].to_file(
        path, driver="GPX", layer="tracks", FORCE_GPX_TRACK="YES"
    ),
    "z.gpkg": FRAME.to_file,
    "wal.gpkg": write_wal,
    "z.fgb": FRAME.to_file,
    "z.geojson": FRAME.to_file,
    "z.shp": FRAME.to_file,
    "z.tab": lambda path: FRAME.to_file(path, driver="MapInfo File"),
}


@pytest.mark.parametrize(("name", "write"), WRITTEN.items(), ids=WRITTEN)
@pytest.mark.parametrize("is_locked", [False, True], ids=["folder", "locked folder"])
def test_nothing_is_written_beside_a_layer(
    tmp_path: Path, name: str, write: Callable[[Path], object], *, is_locked: bool
) -> None:
    write(tmp_path / name)
    for generated in ("z.gfs", "z.xsd"):
        (tmp_path / generated).unlink(missing_ok=True)
    before = list_files(tmp_path)
    if is_locked:
        tmp_path.chmod(0o555)
    try:
        frame, _ = read(tmp_path / name)
    finally:
        tmp_path.chmod(0o755)
    assert len(frame) == 3
    assert list_files(tmp_path) == before


@pytest.mark.parametrize("missing", [".shx", ".prj", ".dbf", ".cpg", ".shx .dbf", ".shx .prj .cpg"])
def test_shapefiles_that_lack_a_part(tmp_path: Path, missing: str) -> None:
    FRAME.assign(nome="N").to_file(tmp_path / "z.shp")
    for suffix in missing.split():
        (tmp_path / f"z{suffix}").unlink()
    before = list_files(tmp_path)
    frame, told = read(tmp_path / "z.shp")
    assert len(frame) == 3
    assert (frame.crs is None) == (".prj" in missing)
    assert ("nome" in frame) == (".dbf" not in missing)
    assert any("its .shx is missing" in note for note in told) == (".shx" in missing)
    assert list_files(tmp_path) == before


OTHERS = {
    "TopoJSON": ("z.json", b'{"type": "Topology", "arcs": []}', "is TopoJSON"),
    "names another file": (
        "z.geojson",
        b'<OGRVRTDataSource><OGRVRTLayer name="z"><SrcDataSource>/etc/hosts</SrcDataSource>'
        b"</OGRVRTLayer></OGRVRTDataSource>",
        "cannot be read as a layer of polygons",
    ),
    "names another file, as GML": (
        "z.gml",
        b"<OGRVRTDataSource></OGRVRTDataSource>",
        "cannot be read as a layer of polygons",
    ),
    "table": ("z.csv", b"nil,name\n1,Uno\n", "is a table without outlines"),
    "workbook": ("z.xlsx", b"PK\x03\x04", "is a table without outlines"),
    "picture": ("z.png", b"\x89PNG", "files ending in '.png' are not read as layers"),
    "no ending": ("z", b"{}", "files ending in 'nothing' are not read as layers"),
    "VRT": ("z.vrt", b"<OGRVRTDataSource/>", "files ending in '.vrt' are not read as layers"),
    "empty": ("z.gpkg", b"", "cannot be read as a layer of polygons"),
    "text": ("z.gpkg", b"hello", "cannot be read as a layer of polygons"),
    "half a database": ("z.gpkg", b"SQLite format 3\x00" + bytes(90), "cannot be read as"),
    "half a shapefile": ("z.shp", b"\x00\x00\x27\x0a" + bytes(30), "cannot be read as"),
    "half an archive": ("z.zip", b"PK\x03\x04" + bytes(30), "cannot be read as"),
    "half of JSON": ("z.geojson", b'{"type": "FeatureCollection", "features": [', "cannot be read"),
    "other JSON": ("z.geojson", b'{"a": 1}', "cannot be read as a layer of polygons"),
    "web page": ("z.kml", b"<!DOCTYPE html><html>", "cannot be read as a layer of polygons"),
    "UTF-16": ("z.geojson", "{}".encode("utf-16"), "cannot be read as a layer of polygons"),
}


@pytest.mark.parametrize(("name", "content", "words"), OTHERS.values(), ids=OTHERS)
def test_what_is_no_layer(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputDataError) as refused:  # its words differ by the case
        read(tmp_path / name)
    assert str(refused.value).startswith(f"{tmp_path / name}: ")
    assert words in str(refused.value)
    assert list(list_files(tmp_path)) == [name]


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".fgb", ".geojson", ".kml", ".gml"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_cut_files_are_told_or_read(tmp_path: Path, suffix: str, share: float) -> None:
    path = tmp_path / f"z{suffix}"
    FRAME.to_file(path, **({"driver": suffix[1:].upper()} if suffix in (".kml", ".gml") else {}))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    frame = read_if_possible(path)
    assert frame is None or len(frame) <= 3


def test_archive_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("access15.sources.vector_layers._MOST_UNPACKED", 1000)
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("z.geojson", " " * 2000)
    with pytest.raises(InputDataError, match=r"z\.zip: unpacks to 0 MB, above the limit of"):
        read(path)


# --- GeoPackages of facilities --------------------------------------------------------------------

POINTS = gpd.GeoDataFrame(
    {"id": ["a", "b"], "nome": "N", "tipo": "library"},
    geometry=[shapely.Point(9.17123, 45.42751), shapely.Point(9.18123, 45.42752)],
    crs="EPSG:4326",
)


@pytest.mark.parametrize(
    "table", ["layer_styles", "qgis_projects", "QGIS_PROJECTS", "qgis_layer_metadata", "note"]
)
@pytest.mark.parametrize("other", ["", "zone", "facilities"])
def test_tables_beside_a_layer_of_points(tmp_path: Path, table: str, other: str) -> None:
    path = tmp_path / "t.gpkg"
    POINTS.to_file(path, layer=other if other == "facilities" else "farmacie")
    if other == "zone":
        FRAME.to_file(path, layer=other)
    if other == "facilities":
        POINTS.to_file(path, layer="vecchie")
    with sqlite3.connect(path) as database:
        database.execute(f"create table {table} (id integer primary key, styleQML text)")
        database.execute(
            "insert into gpkg_contents (table_name, data_type, identifier) values (?, ?, ?)",
            (table, "attributes", table),
        )
    database.close()
    shutil.copy(path, tmp_path / "before.gpkg")
    report = check_facilities(
        FacilitiesSource(file=path), categories=load_categories(), bounds=ITALY_BOUNDS
    )
    assert report.problems == ()
    assert report.counts == {("library", "given"): 2}
    is_own = table.lower().startswith(("layer_styles", "qgis"))
    others = [name for name in (other.replace("facilities", "vecchie"), table) if name]
    told = [name for name in others if not (is_own and name == table)]
    assert all(any(repr(name) in note for note in report.warnings) for name in told)
    assert path.read_bytes() == (tmp_path / "before.gpkg").read_bytes()


# --- NUL inside texts -----------------------------------------------------------------------------

MARK = "Xq7"  # stands where the NUL will


def put_nul(path: Path, *, mark: str = MARK) -> Path:
    """Put a NUL for the first letter of a mark, as a program may write it."""
    if path.suffix == ".gpkg":
        with sqlite3.connect(path) as base:
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
                base.execute(f'DROP TRIGGER "{name}"')
            columns = [one[1] for one in base.execute(f'PRAGMA table_info("{path.stem}")')]
            for column in columns[2:]:
                base.execute(
                    f'UPDATE "{path.stem}" SET "{column}" = replace("{column}", ?, ?) '  # noqa: S608
                    f"WHERE typeof(\"{column}\") = 'text'",
                    (mark, "\x00" + mark[1:]),
                )
        base.close()
        return path
    kept = path.with_suffix(".dbf") if path.suffix == ".shp" else path
    escaped = b"\\u0000" if path.suffix == ".geojson" else b"\x00"
    data = kept.read_bytes().replace(mark.encode(), escaped + mark[1:].encode())
    kept.write_bytes(data)
    return path


def pack(path: Path) -> Path:
    """A layer in an archive."""
    archive = path.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w") as opened:
        for one in path.parent.iterdir():
            if one.stem == path.stem and one != archive:
                opened.write(one, one.name)
    return archive


@pytest.mark.parametrize("ending", [".gpkg", ".shp", ".geojson"])
@pytest.mark.parametrize("is_packed", [False, True], ids=["file", "archive"])
@pytest.mark.parametrize(
    ("column", "texts", "told"),
    [
        ("nome", ["a", f"Ca{MARK}sa", f"{MARK}x"], "2 texts, the first in feature 2"),
        ("id", [f"1{MARK}", "2", "3"], "1 text, the first in feature 1"),
        ("nome", ["a", f"{MARK} ", "c"], "1 text, the first in feature 2"),
        ("è", ["Città", f"Però{MARK}", "c"], "1 text, the first in feature 2"),
    ],
    ids=["names", "ids", "first", "accents"],
)
def test_texts_that_nul_would_cut_are_refused(
    tmp_path: Path, ending: str, is_packed: bool, column: str, texts: list[str], told: str
) -> None:
    path = tmp_path / f"zone{ending}"
    FRAME.assign(**{column: texts}).to_file(path)
    put_nul(path)
    given = pack(path) if is_packed else path
    with pytest.raises(InputDataError) as error:
        read_layer(given, None, what="polygons", where="[zones]")
    assert str(error.value).startswith(f"{given}: there are texts with a NUL inside, behind which")
    assert told in str(error.value)
    assert "of 'zone'" in str(error.value)


@pytest.mark.parametrize("is_packed", [False, True], ids=["file", "archive"])
@pytest.mark.parametrize("index", ["YES", "NO"])
def test_texts_that_nul_would_cut_in_a_flatgeobuf(
    tmp_path: Path, index: str, is_packed: bool
) -> None:
    """Beside numbers, which are full of zeros, texts that are empty or missing, and times."""
    path = tmp_path / "zone.fgb"
    frame = FRAME.assign(
        n=[0, 1, 256],
        x=[0.0, 1.5, -1.0],
        is_new=[True, False, True],
        made=pd.to_datetime(["2024-01-01", None, "2025-02-03"]),
        è=["", None, f"Però{MARK}"],
        nome=[f"Ca{MARK}sa", "a", f"{MARK}x"],
    )
    frame.to_file(path, SPATIAL_INDEX=index)
    whole, _ = read(path)
    assert sorted(whole["nome"]) == sorted(frame["nome"])
    given = pack(put_nul(path)) if is_packed else put_nul(path)
    with pytest.raises(InputDataError, match="there are texts with a NUL inside") as error:
        read_layer(given, None, what="polygons", where="[zones]")
    assert "column 'nome' of 'zone': 2 texts, the first in feature" in str(error.value)
    assert "column 'è' of 'zone': 1 text, the first in feature" in str(error.value)
    assert len(error.value.problems) == 2
    if index == "NO":
        assert "2 texts, the first in feature 1" in str(error.value)
        assert "1 text, the first in feature 3" in str(error.value)


@settings(max_examples=200)
@given_by(data=st.data())
def test_any_change_of_a_flatgeobuf_is_no_surprise(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever a byte says, looking for texts ends, and nothing but a damaged file is meant."""
    path = tmp_path_factory.getbasetemp() / "any.fgb"
    if not path.exists():
        FRAME.to_file(path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(struct.error, LookupError, ValueError):
        find_nul_texts(bytes(content[: data.draw(st.integers(0, len(content)))]))


def test_facilities_with_nul_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "places.gpkg"
    places = gpd.GeoDataFrame(
        {"facility_id": ["a", "b"], "name": [f"C{MARK}", "B"], "category": [f"csrc{MARK}", "csrc"]},
        geometry=gpd.points_from_xy([9.1, 9.2], [45.4, 45.4]),
        crs="EPSG:4326",
    )
    places.to_file(path)
    report = check_facilities(
        FacilitiesSource(file=put_nul(path)), categories=load_categories(), bounds=ITALY_BOUNDS
    )
    told = " ".join(report.problems)
    assert "column 'name' of 'places': 1 text, the first in feature 1" in told
    assert "column 'category' of 'places': 1 text, the first in feature 1" in told


def test_nul_that_only_fills_and_words_that_look_like_it_stay(tmp_path: Path) -> None:
    FRAME[["nome", "geometry"]].to_file(tmp_path / "filled.shp")
    table = tmp_path / "filled.dbf"
    data = table.read_bytes()
    head = int.from_bytes(data[8:10], "little")
    table.write_bytes(data[:head] + data[head:].replace(b"  ", b"\0\0"))
    frame, _ = read(tmp_path / "filled.shp")
    assert [name.strip() for name in frame["nome"]] == NAMES
    FRAME.assign(nome=["\\u0000", "C:\\u0000\\x", "c"]).to_file(tmp_path / "words.geojson")
    frame, _ = read(tmp_path / "words.geojson")
    assert frame["nome"].tolist() == ["\\u0000", "C:\\u0000\\x", "c"]


@pytest.mark.parametrize("ending", [".shp", ".geojson"])
def test_nul_is_found_wherever_pieces_of_a_file_end(
    tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"zone{ending}"
    FRAME.assign(nome=["a", "b", f"Ca{MARK}sa"]).to_file(path)
    put_nul(path)
    for size in (7, 64, 100, 1000):
        monkeypatch.setattr(nul_texts, "_CHUNK", size)
        with pytest.raises(InputDataError, match="1 text, the first in feature 3"):
            read(path)
    monkeypatch.setattr(nul_texts, "_MAX_PARSED", 10)
    with pytest.raises(InputDataError, match=r"1 text, the first in feature (3|unknown)"):
        read(path)


def write_view(path: Path, sql: str) -> Path:
    """A GeoPackage whose zones are computed from a table of three."""
    FRAME.to_file(path, layer="real")
    with sqlite3.connect(path) as base:
        base.execute(f"CREATE VIEW zones AS {sql}")
        base.execute(
            "INSERT INTO gpkg_contents(table_name, data_type, identifier, srs_id) "
            "VALUES ('zones', 'features', 'zones', 4326)"
        )
        base.execute("INSERT INTO gpkg_geometry_columns VALUES ('zones','geom','POLYGON',4326,0,0)")
    base.close()
    return path


def read_view(path: Path) -> gpd.GeoDataFrame:
    return read_layer(path, "zones", what="polygons", where="[zones]")


def test_views_are_read(tmp_path: Path) -> None:
    path = write_view(tmp_path / "a.gpkg", "SELECT fid, geom, nome, tot FROM real WHERE tot > 1")
    assert read_view(path)["nome"].tolist() == NAMES[1:]
    cut = "SELECT fid, geom, nome || char(0) || 'x' AS nome, tot FROM real"
    path = write_view(tmp_path / "b.gpkg", cut)
    with pytest.raises(
        InputDataError, match="column 'nome' of 'zones': 3 texts, the first in feat"
    ):
        read_view(path)


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
VIEWS = {
    "rows without end": f"{ENDLESS} SELECT n.x AS fid, geom, nome FROM n, real",  # noqa: S608
    "a cell without end": f"SELECT fid, geom, ({ENDLESS} SELECT max(x) FROM n) AS nome FROM real",  # noqa: S608
    "a sieve without end": f"SELECT fid, geom, nome FROM real WHERE 0 IN ({ENDLESS} SELECT x FROM n)",  # noqa: S608
}


@pytest.mark.parametrize("sql", VIEWS.values(), ids=VIEWS)
def test_views_that_come_to_no_end_are_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    monkeypatch.setattr(nul_texts, "_MOST_STEPS", 20)
    path = write_view(tmp_path / "a.gpkg", sql)
    told = r"a\.gpkg: the layer 'zones' is a view that cannot be computed within seconds; save its"
    with pytest.raises(InputDataError, match=told):
        read_view(path)


def test_more_features_than_a_study_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_layers, "MAX_FEATURES", 2)
    FRAME.to_file(tmp_path / "a.gpkg")
    with pytest.raises(InputDataError, match=r"a\.gpkg: has more than 2 features, the limit; keep"):
        read(tmp_path / "a.gpkg")
