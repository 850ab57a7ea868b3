"""`access15 peba` and `access15 audit`: the list of a drawn town, filled in and read back, and the
sheet of what to look at.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path
from typing import Any

import docx
import pytest
from builders.command_line import Done, call
from builders.drawn_osm import lonlat
from builders.small_town import write_town
from openpyxl import Workbook, load_workbook

from access15.outputs.documents.peba_sheet import write_barrier_sheet
from access15.outputs.pages.audit import render_audit
from access15.sources.tables.barriers import read_barrier_sheet
from access15.workflows.audit import audit
from access15.workflows.peba import find_barriers

pytestmark = pytest.mark.usefixtures("said_in_italian")

# The west's hub stands on the steps: without a ramp nobody on wheels gets there.
WEST = ("west", "--study", "town.toml", "--osm", "town.osm", "--offline", "--cutoff", "4")


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> partial[Done]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write_town(tmp_path)
    return partial(call, capsys)


def fill_in(source: str, target: str, **cells: object) -> dict[str, Any]:
    """Fill in the first barrier as somebody does who moves columns and adds some; its row."""
    given = list(load_workbook(source).active.iter_rows(values_only=True))
    row = dict(zip(given[0], given[1], strict=True)) | cells
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["Sopralluogo del quartiere"])
    sheet.append([])
    sheet.append(["Mia colonna", *reversed(row)])
    sheet.append([None, *reversed(row.values())])
    sheet.append([])
    book.save(target)
    return row


def test_the_list_is_filled_in_and_the_next_run_knows(cli: partial[Done]) -> None:
    """29 of 211 live within four minutes of the hub if there is a ramp beside the steps."""
    done = cli("peba", *WEST, "-o", "out", "--lang", "en")
    assert (done.code, "1 barrier on the ways" in done.out) == (0, True), done.err
    assert "Today 0 of 211 people get there within 4\xa0minutes; 29 if no barrier" in done.out
    row = fill_in(
        "out/west_peba.xlsx",
        "filled.xlsx",
        **{"Kind found": "ramp", "Date of survey": "31/05/2026", "Photograph": "a.jpg"},
        **{"Cost (€)": "1.500,00", "Surveyor": "@SUM(1)"},
    )
    assert (row["Code"][:2], row["Barrier"], row["People let in if removed"]) == ("S-", "Steps", 29)
    again = cli("peba", *WEST, "-o", "again", "--lang", "en", "--obstacles", "filled.xlsx")
    assert "Today 29 of 211 people get there within 4\xa0minutes; 29 if" in again.out
    assert "No barrier is known on the ways." in again.out
    # 1. What was surveyed stays in the next sheet, under its code.
    (kept,) = read_barrier_sheet(Path("again/west_peba.xlsx"))
    assert (kept.code, kept.kind, kept.date) == (row["Code"], "ramp", "2026-05-31")
    assert (kept.photo, kept.cost_eur, kept.who) == ("a.jpg", 1500.0, "@SUM(1)")
    # 2. Every command takes it, and so does the study.
    study = Path("town.toml").read_text(encoding="utf-8")
    head, areas = study.split("[population]", 1)
    text = f'{head}obstacles = {{ files = ["filled.xlsx"] }}\n[population]{areas}'
    Path("town.toml").write_text(text, encoding="utf-8")
    third = cli("peba", *WEST, "-o", "third", "--lang", "en")
    assert third.out.replace("third/", "again/") == again.out
    told = cli("coverage", "town.toml", *WEST[3:], "--area", "west", "--lang", "en")
    assert told.code == 0, told.err
    assert "filled.xlsx: 1 of 1 surveyed obstacles are on the streets" in told.err


def test_what_has_no_street_is_named_and_kept(cli: partial[Done]) -> None:
    lon, lat = lonlat(100, 100)
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["Lat", "Lon", "Tipo rilevato"])
    sheet.append([lat, lon, "passaggio chiuso"])
    book.save("filled.xlsx")
    done = cli("peba", *WEST, "-o", "out", "--lang", "it", "--obstacles", "filled.xlsx")
    (code,) = re.findall(r"rilevate, ma senza una strada di oggi lì vicino: (P-\w{9})", done.out)
    assert f"rilevati, ma senza una strada di oggi lì vicino: {code}" in done.err
    kept = {one.code: one.kind for one in read_barrier_sheet(Path("out/west_peba.xlsx"))}
    assert kept[code] == "closed"
    words = "\n".join(text.text for text in docx.Document("out/west_peba.docx").paragraphs)
    assert f"{code}: Passaggio chiuso; qui oggi non c'è nessuna strada" in words


def test_an_old_map_gives_its_code_to_the_new_one(cli: partial[Done]) -> None:
    """The steps were surveyed where they were drawn six metres aside: the same barrier."""
    cli("peba", *WEST, "-o", "out", "--lang", "it")
    (row,) = read_barrier_sheet(Path("out/west_peba.xlsx"))
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["Codice", "Lat", "Lon", "Tipo rilevato", "Altezza (cm)", "Note"])
    sheet.append(["S-u0nd9he8e", row.lat + 5e-5, row.lon, "altro", 17, "corrimano rotto"])
    book.save("filled.xlsx")
    Path("filled.xlsx").rename("moved.xlsx")
    done = cli("peba", *WEST, "-o", "new", "--lang", "it", "--obstacles", "moved.xlsx")
    assert done.code == 2  # a code of another town, far from its coordinates
    sheet["A2"] = None
    book.save("moved.xlsx")
    done = cli("peba", *WEST, "-o", "new", "--lang", "it", "--obstacles", "moved.xlsx")
    assert done.code == 0, done.err
    found = {one.code: one for one in read_barrier_sheet(Path("new/west_peba.xlsx"))}
    assert {one.note for one in found.values()} == {"", "corrimano rotto"}


def test_text_of_data_is_text_and_the_bytes_are_the_same(cli: partial[Done]) -> None:
    study = Path("town.osm").read_text(encoding="utf-8").replace("Via 0 0", "=1+1 ..\\&lt;b&gt;")
    Path("town.osm").write_text(study, encoding="utf-8")
    asked = {"study": "town.toml", "osm": "town.osm", "offline": True, "cutoff_min": 4.0}
    found = find_barriers("west", **asked)
    assert found.barriers[0].street.startswith("=1+1 ")
    data = write_barrier_sheet(found, "it")
    assert data == write_barrier_sheet(found, "it")
    Path("a.xlsx").write_bytes(data)
    cell = load_workbook("a.xlsx").active["C2"]
    assert (cell.data_type, cell.value[:5], cell.quotePrefix) == ("s", "=1+1 ", True)
    page = render_audit(audit("west", **asked))
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_the_sheet_of_the_walk(cli: partial[Done]) -> None:
    """The hub's other door, and the steps that may have a ramp; each once, with its place."""
    done = cli("audit", *WEST, "-o", "a.html", "--lang", "en")
    assert done.code == 0, done.err
    assert "2. Via 0 0 / Via 1 0: if there is a ramp: 29 people more" in done.out
    page = Path("a.html").read_text(encoding="utf-8")
    assert page.count('class="code"') == page.count('<li class="stop">') == 2
    assert len(re.findall(r'<li class="asked"><span class="what">Steps', page)) == 1
    assert "<script" not in page
    assert not re.findall(r"https?://(?!www\.w3\.org/)", page)
    found = audit("west", study="town.toml", osm="town.osm", offline=True, cutoff_min=4.0, to="hub")
    assert [stop.people for stop in found.stops] == sorted(
        (stop.people for stop in found.stops), reverse=True
    )
    assert all(re.fullmatch(r"geo:-?\d+\.\d{6},-?\d+\.\d{6}", stop.geo) for stop in found.stops)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("peba", "nowhere"), "nowhere"),
        (("peba", "west", "--profile", "ghost"), "'ghost'"),
        (
            ("peba", "west", "--profile", "frail_seats"),
            "profile 'frail_seats' walks from seat to seat: barriers are not looked for",
        ),
        (
            ("peba", "west", "--to", "bar", "--group", "cats"),
            "barriers cannot be looked for\n",
        ),
        (("audit", "west", "--output", "a.pdf"), "a.pdf"),
    ],
)
def test_what_cannot_be_asked(cli: partial[Done], words: tuple[str, ...], told: str) -> None:
    done = cli(*words, "--study", "town.toml", "--osm", "town.osm", "--offline")
    assert (done.code, told in done.err, "Traceback" in done.err) == (2, True, False), done.err
    assert not Path("peba").exists()


@pytest.mark.parametrize(
    ("command", "module"), [("peba", "docx"), ("report", "docx"), ("report", "typst")]
)
def test_without_what_writes_documents_nothing_is_begun(
    cli: partial[Done], monkeypatch: pytest.MonkeyPatch, command: str, module: str
) -> None:
    """As in a process that has not imported it yet."""
    monkeypatch.setitem(sys.modules, module, None)
    for name in [one for one in sys.modules if one.startswith("access15.outputs.documents")]:
        monkeypatch.delitem(sys.modules, name)
    words = WEST if command == "peba" else WEST[:-2]
    done = cli(command, *words, "--lang", "it")
    assert (done.code, "pip install 'access15[documents]'" in done.err) == (2, True), done.err
    assert not Path(command).exists()


def test_where_nothing_unknown_moves_anything_there_is_no_sheet(cli: partial[Done]) -> None:
    done = cli("audit", *WEST[:-1], "0.2", "--profile", "plain", "-o", "a.html", "--lang", "it")
    assert done.code == 2
    assert "nessuna incognita sposta il risultato del profilo 'plain'" in done.err
    assert not Path("a.html").exists()
