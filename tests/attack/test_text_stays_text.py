"""Text from data stays text: no formula, no order to a screen, no markup, no path."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sys
import warnings
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from builders.command_line import call
from builders.pages import Page
from builders.small_town import write_questions, write_town
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table as Drawn
from rich.text import Text

from access15.cli.messages import Screen
from access15.config import FacilitiesSource, load_categories, load_study
from access15.errors import Access15Error, Access15Warning, ConfigError, show_text
from access15.outputs.tables.cells import format_csv
from access15.results.guard import guard_cell, unguard_cell
from access15.results.schema import COVERAGE, TIMES
from access15.sources.geocode.candidates import Candidate
from access15.sources.geocode.review import Question, read_review, write_review
from access15.sources.places.facilities import check_facilities, read_facilities, write_facilities
from access15.sources.tables.files import read_table
from access15.testing import read_table as read_own

NOW = datetime(2026, 3, 5, 14, 5, tzinfo=UTC)

# Spreadsheets
# ------------------------------------------------------------------------------------------------

SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"
UNSEEN = ' "\u00a0\u200b\u200d\u2060\ufeff\u00ad\u202e\x00\x1b\x85\u3000'
NUMBER = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?")


def is_run(cell: str) -> bool:
    """Whether a spreadsheet might take a cell for a formula."""
    seen = cell.lstrip(UNSEEN)
    # a row of numbers that is split nowhere is none either
    return seen.startswith(tuple(SIGNS)) and not NUMBER.fullmatch(seen.split(",", maxsplit=1)[0])


def split_like_spreadsheets(text: str) -> list[str]:
    """Cells of a file, split at commas by the rules, at semicolons and tabs with and without."""
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    for line in text.splitlines():
        for delimiter in ";\t|":
            cells += line.split(delimiter)
            cells += next(csv.reader([line], delimiter=delimiter), [])
    return cells


def write_cells(*cells: str) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()


NASTY = st.text(st.sampled_from(SIGNS + UNSEEN + "';\t\n\r\x0b\x85\u2028,a1.eE5|("), max_size=12)


@given(NASTY | st.text())
def test_a_guarded_text_is_read_as_it_was(text: str) -> None:
    assert unguard_cell(guard_cell(text)) == text


@given(NASTY, NASTY)
def test_no_split_of_a_file_makes_a_formula(one: str, other: str) -> None:
    guarded = write_cells("first", *(guard_cell(text) for text in (one, other)))
    assert [cell for cell in split_like_spreadsheets(guarded) if is_run(cell)] == []


CELLS = {
    "=1+1": "'=1+1",
    "+39 02 1234": "'+39 02 1234",
    "-1+cmd|' /C calc'!A0": "'-1+cmd|' /C calc'!A0",
    "@SUM(A1)": "'@SUM(A1)",
    "＝1+1": "'＝1+1",
    "－2": "'－2",
    "\u200b=1": "'\u200b=1",
    "\ufeff＠x": "'\ufeff＠x",
    ' "=1"': '\' "=1"',
    "\tx": "'\tx",
    "\rx": "'\rx",
    "Bar;=1+1": "Bar;'=1+1",
    'Bar;"=1+1"': 'Bar;\'"=1+1"',
    "Bar; \u200b@x;y;+2": "Bar;' \u200b@x;y;'+2",
    "Bar\t=1": "Bar\t'=1",
    "Bar\n=1": "Bar\n'=1",
    "Bar\x85=1": "Bar\x85'=1",
    "Bar|=1": "Bar|'=1",
    "\u3164\ufe0f=1": "'\u3164\ufe0f=1",
    "Bar,=1": "Bar,'=1",
    "Bar,-1+cmd|x": "Bar,'-1+cmd|x",
    "'=1": "''=1",
    # what is none
    "-5": "-5",
    "+5,25": "+5,25",
    "-1.5e-7": "-1.5e-7",
    "45.1, -9.2": "45.1, -9.2",
    "LINESTRING (9 45, -9 -46.5)": "LINESTRING (9 45, -9 -46.5)",
    "Mo-Fr 08:00-12:00; PH off": "Mo-Fr 08:00-12:00; PH off",
    "l'altro = uno": "l'altro = uno",
    "'quoted'": "'quoted'",
}


@pytest.mark.parametrize(("text", "cell"), CELLS.items())
def test_what_is_guarded_and_what_is_not(text: str, cell: str) -> None:
    assert guard_cell(text) == cell
    assert unguard_cell(cell) == text


HOSTILE_CELLS = [text for text in CELLS if text == " ".join(text.split())]


@pytest.fixture
def places() -> gpd.GeoDataFrame:
    """Facilities whose names, and the header of a column of their own, are formulas."""
    n = len(HOSTILE_CELLS)
    return gpd.GeoDataFrame(
        {
            "facility_id": [f"f{i}" for i in range(n)],
            "name": HOSTILE_CELLS,
            "category": "library",
            "address": "",
            "precision": "address",
            "source": "",
            "=HYPERLINK(1);=2": HOSTILE_CELLS,
            "origin": "official",
            "merged_osm": "",
            "status": "ok",
        },
        geometry=[shapely.Point(9.17, 45.43)] * n,
        crs="EPSG:4326",
    )


@pytest.mark.filterwarnings("ignore::access15.errors.Access15Warning")
@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg"])
def test_facilities_come_back(tmp_path: Path, places: gpd.GeoDataFrame, suffix: str) -> None:
    path = tmp_path / f"places{suffix}"
    write_facilities(places, path, now=NOW)
    if suffix == ".csv":
        assert not any(map(is_run, split_like_spreadsheets(path.read_text(encoding="utf-8"))))
    else:  # no spreadsheets: what was written is what it is
        kept = gpd.read_file(path)
        assert list(kept["name"]) == HOSTILE_CELLS
    again = read_facilities(FacilitiesSource(file=path), categories=load_categories(), bounds=None)
    assert list(again["name"]) == HOSTILE_CELLS
    assert list(again["=HYPERLINK(1);=2"]) == HOSTILE_CELLS


def test_a_workbook_of_what_we_wrote_comes_back(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", guard_cell("=name")])
    for text in HOSTILE_CELLS:
        book.active.append(["x", guard_cell(text)])
    book.save(tmp_path / "book.xlsx")
    table = read_table(tmp_path / "book.xlsx", "place", "places")
    assert list(table.columns["=name"]) == HOSTILE_CELLS


def test_tables_of_a_run_come_back(tmp_path: Path) -> None:
    n = len(HOSTILE_CELLS)
    frame = pd.DataFrame(
        {
            "id": HOSTILE_CELLS,
            "status": "ok",
            "snap_m": -1.5,
            "distance_m": 1.0,
            "travel_time_s": 1.0,
        }
    )
    text = format_csv(frame, TIMES)
    assert text.count(",-1.5,") == n, "numbers stay numbers"
    assert not any(map(is_run, split_like_spreadsheets(text)))
    path = tmp_path / "times.csv"
    path.write_text(text, encoding="utf-8")
    assert list(read_own(path, TIMES)["id"]) == HOSTILE_CELLS
    header = format_csv(pd.DataFrame({"people": [1.0]}), COVERAGE).splitlines()[0]
    assert header == "people"


def test_a_review_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    place = Candidate(45.4, 9.1, "address", "=label;=1", "nominatim", "2026-03-05", "")
    write_review((Question("f", "=Sede;=1", "+via, 1", (place,)),), path)
    text = path.read_text(encoding="utf-8-sig")
    assert not any(map(is_run, split_like_spreadsheets(text)))
    path.write_text(text.replace("\n,f", "\nx,f"), encoding="utf-8")
    (choice,) = read_review(path).choices.values()
    assert (choice.name, choice.address, choice.match) == ("=Sede;=1", "+via, 1", "=label;=1")


@pytest.mark.parametrize("key", ["name", "id", "category"])
def test_nul_signs_are_told_at_reading(tmp_path: Path, key: str) -> None:
    properties = {"id": "a", "name": "Bar", "category": "library"}
    properties[key] += "\x00x"
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [9.17, 45.43]},
        "properties": properties,
    }
    path = tmp_path / "places.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    source = FacilitiesSource(file=path)
    report = check_facilities(source, categories=load_categories(), bounds=None)
    assert "holds a NUL, which no text may; take it out" in " ".join(report.problems)


def test_nul_signs_end_no_text_that_is_written(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"id": ["a\x00b"], "status": "ok", "snap_m": 0.0, "distance_m": 1.0, "travel_time_s": 1.0}
    )
    assert format_csv(frame, TIMES).splitlines()[1].startswith("ab,ok")


# Screens
# ------------------------------------------------------------------------------------------------

UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
ORDERS = (
    "\x1b[31mred",
    "\x1b]8;;http://example.org\x07link\x1b]8;;\x07",
    "\x1b]0;title\x9c",
    "\x9b2J",
    "\x90q\x9c",
    "bell\x07",
    "over\rwritten",
    "back\x08\x08space",
    "\u202egnp.exe",
    "\u2066x\u2069",
    "line\u2028line\u2029",
    "next\x85line",
    "half \ud800",
    "\x7f\x00\x0b\x0c",
)


def print_string(text: str, console: Screen) -> None:
    console.print(text, soft_wrap=True)


def print_text(text: str, console: Screen) -> None:
    console.print(Text(text))


def print_table(text: str, console: Screen) -> None:
    table = Drawn(text, title=text)
    table.add_row(text)
    table.add_row(Text(text))
    console.print(table)


def print_error(text: str, console: Screen) -> None:
    console.print(f"access15: {Access15Error(text, [text])}", soft_wrap=True)


def print_warning(text: str, console: Screen) -> None:
    console.print(warnings.formatwarning(Access15Warning(text), Access15Warning, "x.py", 1))


@pytest.mark.parametrize("text", ORDERS, ids=ascii)
@pytest.mark.parametrize(
    "show", [print_string, print_text, print_table, print_error, print_warning]
)
def test_no_order_reaches_a_screen(text: str, show: object) -> None:
    console = Screen()
    console.file = io.StringIO()
    assert callable(show)
    show(text, console)
    assert not UNSAFE.search(console.file.getvalue())


def test_markup_and_codes_of_pictures_are_text(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().print("[bold]Bar[/bold] [link=http://x]y[/link] :smile:", soft_wrap=True)
    assert capsys.readouterr().out == "[bold]Bar[/bold] [link=http://x]y[/link] :smile:\n"


@given(st.text())
def test_what_is_shown_is_safe_and_says_what_was_there(text: str) -> None:
    shown = show_text(text)
    assert not UNSAFE.search(shown)
    assert UNSAFE.search(text) or shown == text


def test_a_warning_is_safe_in_python_too() -> None:
    with pytest.warns(Access15Warning, match=r"Bar \\x1b\[31m") as caught:
        warnings.warn("Bar \x1b[31m", Access15Warning, stacklevel=1)
    assert not UNSAFE.search(str(caught[0].message))


WORDS = (
    ("run", "{}"),
    ("run", "--{}"),
    ("run", "milano", "--area", "{}"),
    ("run", "milano", "--lang", "{}"),
    ("check", "{}.csv"),
    ("isochrone", "--facility", "{}", "--minutes", "5", "-o", "x.geojson"),
    ("isochrone", "--at", "{}", "--minutes", "5", "-o", "x.geojson"),
    ("times", "--from", "1,1", "--to", "{}", "-o", "x.csv"),
    ("compare", "{}"),
    ("scan", "{}", "--poster", "{}"),
    ("{}",),
)


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_words_of_a_command_are_told_safely(
    words: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(capsys, *(word.format("\x1b[31m\u202e\x9b") for word in words))
    assert done.code == 2
    assert not UNSAFE.search(done.out + done.err)


# A whole run of a town whose names are all of this at once
# ------------------------------------------------------------------------------------------------

EVIL = (
    "=1+1;=2+2 \x1b]8;;http://example.org\x07\x9b31m\u202e\u2066[bold] </script>"
    "<!--<script><b id=evil onclick=x()>`${x}`\"' onload='x()' javascript:x() {{7*7}}"
)
SAFE_IN_XML = re.sub("[\x00-\x1f\x7f-\x9f]", "", EVIL)


# a name that is no UTF-8, as archives of other computers hold
STREETS = os.fsdecode(b"t\xf6wn.osm") if sys.platform == "linux" else "town.osm"


def write_evil_town(folder: Path) -> None:
    """A study whose place, street, zone, group and neighbourhood are named by somebody evil."""
    path = write_town(folder)
    write_questions(folder)
    quoted = json.dumps(EVIL)  # TOML has JSON's escapes
    text = path.read_text(encoding="utf-8").replace('"Città d\'ovest"', quoted)
    text += f"\n[population.labels]\ntotal = {{ it = {quoted}, en = {quoted} }}\n"
    path.write_text(text.replace('"Città disegnata"', quoted), encoding="utf-8")
    for name in ("places.csv", "zones.geojson", "proposal.geojson"):
        given_text = (folder / name).read_text(encoding="utf-8")
        for old in ("Casa Città d'ovest", "Città d'ovest", "Citt\\u00e0 d'ovest", "Nuova casa"):
            new = quoted[1:-1] if name.endswith("json") else '"' + EVIL.replace('"', '""') + '"'
            given_text = given_text.replace(old, new)
        (folder / name).write_text(given_text, encoding="utf-8")
    streets = ET.parse(folder / "town.osm")  # noqa: S314 - ours
    for tag in streets.iter("tag"):
        if tag.get("k") == "name":
            tag.set("v", SAFE_IN_XML)
    streets.write(folder / STREETS, encoding="utf-8", xml_declaration=True)


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evil")
    write_evil_town(folder)
    return folder


OSM = ("town.toml", "--osm", STREETS, "--area", "west")
STUDY = ("west", "--study", "town.toml", "--osm", STREETS)
COMPARE = ("compare", "proposal.geojson", "--study", "town.toml", "--osm", STREETS)


@pytest.mark.parametrize(
    "words",
    [
        ("check", "places.csv", "--study", "town.toml"),
        ("doctor", "town.toml"),
        ("coverage", *OSM),
        ("run", *OSM, "--out", "run"),
        (*COMPARE, "--out", "compare"),
        ("poster", *STUDY, "--size", "A4", "--proposal", "proposal.geojson", "-o", "a4.svg"),
    ],
    ids=lambda words: words[0],
)
def test_nothing_evil_comes_out(
    words: tuple[str, ...],
    evil: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(evil)
    monkeypatch.setenv("XDG_CACHE_HOME", str(evil / "cache"))
    before = {path for path in evil.rglob("*") if path.is_file()}
    done = call(capsys, *words)
    assert done.code == 0, done.err
    assert not UNSAFE.search(done.out + done.err)
    if words[0] == "coverage":
        assert not any(map(is_run, split_like_spreadsheets(done.out)))
    written = [path for path in evil.rglob("*") if path.is_file() and path not in before]
    for path in written:
        if path.suffix == ".csv":
            text = path.read_text(encoding="utf-8")
            assert not any(map(is_run, split_like_spreadsheets(text))), path.name
        elif path.suffix == ".html":
            check_page(path.read_text(encoding="utf-8"))
        elif path.suffix == ".svg":
            tags = {one.tag.rpartition("}")[2] for one in ET.parse(path).iter()}  # noqa: S314 - ours
            assert not tags & {"script", "b", "a", "foreignObject"}


def check_page(text: str) -> None:
    """No name became an element, an attribute, or a link."""
    page = Page(text)
    for tag, attributes in page.elements:
        assert attributes.get("id") != "evil"
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("href", "src", "action"):
            assert not (attributes.get(name) or "").lstrip().lower().startswith("javascript:")
    for script in page.scripts:
        assert "</script" not in script.lower()
        assert "<!--" not in script
    assert "\u202e" not in re.sub("<script.*?</script>", "", text, flags=re.DOTALL)


# Names of files
# ------------------------------------------------------------------------------------------------

NOT_SMALL = "must be small letters, digits and _, and begin with a letter"
DEVICE = "must not be a device of Windows, which no file can be called there"
IDS = {
    "..": NOT_SMALL,
    "../west": NOT_SMALL,
    "a/b": NOT_SMALL,
    "a\\b": NOT_SMALL,
    "C:west": NOT_SMALL,
    "": NOT_SMALL,
    ".hidden": NOT_SMALL,
    "west\n": NOT_SMALL,
    "west\x00": NOT_SMALL,
    "con": DEVICE,
    "nul": DEVICE,
    "com1": DEVICE,
    "lpt9": DEVICE,
    "a" * 61: "must have at most 60 characters",
}


@pytest.mark.parametrize(("area", "rule"), IDS.items(), ids=lambda value: ascii(value[:12]))
@pytest.mark.parametrize("what", ["area", "study"])
def test_no_id_is_a_path(what: str, area: str, rule: str, tmp_path: Path) -> None:
    path = write_town(tmp_path)
    old = '"west"\nname' if what == "area" else '"town"\nname'
    text = path.read_text(encoding="utf-8").replace(f"id = {old}", f"id = {json.dumps(area)}\nname")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(rule)):
        load_study(path)
