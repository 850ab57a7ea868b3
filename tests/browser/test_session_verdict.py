"""The verdict on proposals: page, tables, documents and single walks tell equal numbers; one A3 sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pandas as pd
import pptx
import pypdfium2
import pytest
from builders.browser import Open, Opened
from builders.session_steps import NEW_PLACE, use
from builders.small_town import lonlat, write_town
from playwright.sync_api import Page, expect

import access15
from access15.config.proposal import Change, Note, Proposal
from access15.outputs.pages.session import render_session
from access15.workflows.compare import Comparison, compare
from access15.workflows.times import measure_times

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

MM = 72 / 25.4
NEW_DOOR = lonlat(393, 340)  # one street is the nearest, whoever projects
MOVES = re.compile(r"(\S+) \((.+?)\)(?: (\+\S+) (−\S+))?")
# every row of the table: what it is about, and its cells
ROWS = """() => [...document.querySelectorAll("#compare-table tbody")].map((body) =>
  [...body.rows].map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\\s+/g, " ").trim())))"""


def proposals() -> list[Proposal]:
    """The only place of a kind is closed: nobody arrives; then it is closed and opened elsewhere."""

    def one(proposal_id: str, name: str, *changes: dict[str, Any], **more: Any) -> Proposal:
        numbered = tuple(Change(**{"id": f"c{i}", **it}) for i, it in enumerate(changes, start=1))
        about = {"study": "town", "area": "west", "category": "csrc"}
        return Proposal(id=proposal_id, name=name, changes=numbered, **about, **more)

    gone = {"kind": "remove_facility", "facility_id": "hall-west"}
    new = {"kind": "add_facility", "name": "Casa", "category": "csrc", "place": NEW_DOOR}
    notes = (Note(id="n", number=1, place=lonlat(10, 10), text="È <b>lontano</b>"),)
    return [one("a", "Chiudere", gone), one("b", "Altrove", gone, new, votes=7, notes=notes)]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    write_town(folder)
    return folder


@pytest.fixture(scope="module")
def found(town: Path) -> Comparison:
    """Within four minutes, which some homes need and some do not."""
    result = access15.run(
        town / "town.toml", osm=town / "town.osm", areas=["west"], cutoffs_min=[4], no_cache=True
    )
    return compare(proposals(), result=result, quiet=True)


@pytest.fixture
def opened(open_page: Open, found: Comparison) -> Iterator[Opened]:
    """The page of the town with both proposals, the comparison open."""
    given = [one.proposal for one in found.proposals]
    opened = open_page("it/town.html", text=render_session(found.result, "west", proposals=given))
    opened.page.locator(".compare.wide").click()
    yield opened
    assert opened.troubles == []


def read(text: str) -> int:
    return int(re.sub(r"\D", "", text)) * (-1 if text.startswith("−") else 1)


def rows_of(found: Comparison, proposal: str) -> pd.DataFrame:
    table = found.coverage
    is_whole = (table["zone"] == "all") & (table["category"] == "csrc")
    return table[is_whole & (table["proposal"] == proposal)].set_index(["group", "profile"])


def test_page_tables_documents_and_walks_tell_the_same(
    opened: Opened, found: Comparison, town: Path, tmp_path: Path
) -> None:
    """A place opens where there is none: people within the time are those of walks from its door."""
    result = found.result
    bodies = opened.page.evaluate(ROWS)
    # below their heads; who must sit down walks on the page alone where nobody asked for them
    ids = opened.page.evaluate("access15_session.data.profiles.map((one) => one.id)")
    groups, walkers = bodies[2][1:], bodies[3][1:]
    walkers = [row for row, one in zip(walkers, ids, strict=True) if one in result.profiles]
    headline = opened.page.evaluate("access15_session.store.choice.group")
    study = result.study
    asked = [
        (row, (group, study.own_profile(group)))
        for row, group in zip(groups, study.population.groups, strict=True)
    ]
    asked += [
        (row, (headline, profile)) for row, profile in zip(walkers, result.profiles, strict=True)
    ]
    n_moved = 0
    for row, key in asked:
        for cell, proposal in zip(row[2:], ("a", "b"), strict=True):
            table = rows_of(found, proposal).loc[key]
            after, _, gained, lost = MOVES.fullmatch(cell).groups()
            assert read(row[1].split(" ")[0]) == round(table["before"])
            assert read(after) == round(table["after"])
            assert abs(read(gained) - table["gained"]) <= 1.5
            assert abs(-read(lost) - table["lost"]) <= 1.5
            assert read(gained) + read(lost) == round(table["after"]) - round(table["before"])
            n_moved += read(gained) > 0 > read(lost)
    assert n_moved >= 2  # gains beside losses
    # documents: the very same texts
    files = found.write(tmp_path, formats="docx,pptx")
    made = docx.Document(str(files["west_compare.docx"]))
    tables = [[[c.text for c in row.cells] for row in table.rows] for table in made.tables]
    slides = [
        [[c.text for c in row.cells] for row in shape.table.rows]
        for slide in pptx.Presentation(str(files["west_compare.pptx"])).slides
        for shape in slide.shapes
        if shape.has_table
    ]
    for written in (tables, slides):
        of_group = [table[1:] for table in written if table[0][0] == "Gruppo"]
        of_walker = [table[1:] for table in written if table[0][0] == "Chi cammina"]
        for k in (0, 1):
            for rows, shown in ((of_group[k], groups), (of_walker[k], walkers)):
                for cells, row in zip(rows, shown, strict=True):
                    after, share, gained, lost = MOVES.fullmatch(row[2 + k]).groups()
                    assert cells[-4:-1] == [after, gained, lost]
                    assert cells[-1].split(" → ")[1].replace("\xa0", " ") == share
    # single walks: from the new door to every home
    residents = result.areas["west"].residents
    homes = residents.to_crs("EPSG:4326")[["resident_id", "geometry"]]
    homes = homes.rename(columns={"resident_id": "id"})
    for profile in result.profiles:
        walks, _ = measure_times(
            NEW_DOOR,
            homes,
            profile=profile,
            study=town / "town.toml",
            osm=town / "town.osm",
            no_cache=True,
        )
        seconds = walks["travel_time_s"].to_numpy()
        # a door of a proposal lies on whole centimetres, that of a walk where it falls
        there = found.proposals[1].travel_time_s[profile, "csrc"]
        np.testing.assert_allclose(seconds, there, atol=0.1)
        is_near, is_sure = seconds <= 240, abs(seconds - 240) > 0.1
        for group in study.population.groups:
            people = residents[group].to_numpy()
            after = rows_of(found, "b").loc[(group, profile), "after"]
            unsure = people[~is_sure].sum()
            assert people[is_near & is_sure].sum() <= after + 1e-6
            assert after <= people[is_near & is_sure].sum() + unsure + 1e-6
            assert unsure < 0.05 * after


def test_streets_are_those_of_the_table(opened: Opened, found: Comparison) -> None:
    bodies = opened.page.evaluate(ROWS)
    gaining, losing = bodies[4][1:]
    profile = opened.page.evaluate("access15_session.store.choice.profile")
    group = opened.page.evaluate("access15_session.store.choice.group")
    table = found.streets
    of = (table["profile"] == profile) & (table["group"] == group) & (table["category"] == "csrc")
    n_named = 0
    for k, proposal in enumerate(("a", "b")):
        summed = (
            table[of & (table["proposal"] == proposal)].groupby("street")[["gained", "lost"]].sum()
        )
        for cells, kind, sign in ((gaining, "gained", "+"), (losing, "lost", "−")):
            told = dict(re.findall(r"(Via \d \d) [+−](\S+)", cells[2 + k]))
            most = summed[kind].sort_values(ascending=False)
            assert len(told) == min(5, int((most > 0).sum()))
            for street, people in told.items():
                assert int(people) == round(most[street])
            assert sign in cells[2 + k] or not told
            n_named += len(told)
    assert n_named > 3


def test_both_are_told_of_whoever_looks(opened: Opened) -> None:
    """Maps with words for those who cannot see them, votes and notes as text, keys alone."""
    page = opened.page
    assert page.evaluate("document.activeElement.id") == "compare-title"
    expect(page.locator("#compare-title")).to_have_text("Città d'ovest: proposte a confronto")
    maps = page.locator("canvas.verdict-map")
    expect(maps).to_have_count(3)
    labels = [one.get_attribute("aria-label") for one in maps.all()]
    assert labels[0] == "Mappa delle case, Oggi: arrivano in più 0, non più 0"
    assert re.fullmatch(
        r"Mappa delle case, Chiudere: arrivano in più 0, non più [1-9]\d*", labels[1] or ""
    )
    drawn = page.evaluate(
        """() => [...document.querySelectorAll("canvas.verdict-map")].map((canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const colours = new Set();
          for (let i = 0; i < data.length; i += 4) if (data[i + 3]) colours.add([...data.slice(i, i + 3)].join());
          return [...colours].sort();
        })"""
    )
    reached, far, gained, lost = "157,186,214", "60,15,87", "0,105,92", "217,102,11"
    seen = [{reached, far, gained, lost} & set(one) for one in drawn]
    assert seen[:2] == [{reached, far}, {far, lost}]
    assert {gained, lost} <= seen[2]
    expect(page.locator("#compare-table")).to_contain_text("È <b>lontano</b>")
    page.evaluate("window.print = () => { window.printed = true; }")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed") is True


def read_sheet(page: Page) -> str:
    """Text of the one lying A3 that is printed."""
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(document) == 1
    width, height = document[0].get_size()
    assert [round(width / MM), round(height / MM)] == [420, 297]
    text: str = document[0].get_textpage().get_text_range()
    return text


def test_the_verdict_is_one_sheet_of_a3(opened: Opened) -> None:
    page = opened.page
    text = read_sheet(page)
    for told in (
        "proposte a confronto",
        "Chiudere",
        "Altrove",
        "Guadagnano",
        "Perdono",
        "lontano",
        "Strade:",
    ):
        assert told in text
    assert "Salva" not in text  # nothing else of the page
    assert page.evaluate("document.body.className") == ""
    expect(page.locator("#compare-dialog #compare-table")).to_be_visible()
    page.keyboard.press("Escape")
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(format="A3", landscape=True)))
    assert (
        "Guadagnano" not in document[0].get_textpage().get_text_range()
    )  # the session's sheet again


def test_much_that_was_written_is_one_sheet_too(
    start: Callable[..., Opened],
) -> None:
    """Six proposals with long names, forty changes and notes each: cut, counted, and all on it."""
    page = start().page
    page.evaluate(
        """() => {
          const { edits, history, store } = access15_session;
          let doc = edits.renameProposal(history.now, "Lunghissimo nome di una proposta ".repeat(6));
          for (let i = 0; i < 40; i += 1) {
            doc = edits.addNote(doc, { lon: 9.175, lat: 45.433, text: "Nota che non finisce mai ".repeat(20) });
            doc = edits.addChange(doc, { change: "add_bench", lon: 9.175 + i / 1e5, lat: 45.433 });
          }
          for (let i = 0; i < 5; i += 1) doc = edits.copyProposal(doc, "Copia ".repeat(30));
          store.take(doc);
        }"""
    )
    page.locator(".compare.wide").click()
    text = read_sheet(page)
    assert text.count("… e altre 34") == 12  # six are told of forty changes, and of forty notes
    assert "Perdono" in text


def test_a_place_put_on_the_page_is_told(page: Page) -> None:
    """Numbers of the minutes, and in the same cell who gains and who loses."""
    use(page, "add", NEW_PLACE)
    page.locator("#copy").click()
    page.locator(".compare.wide").click()
    cell = page.locator("#compare-table tbody").first.locator("tr").nth(2).locator("td").nth(1)
    after, change, gained, lost = cell.inner_text().replace("▲\xa0", "").split()
    before = page.locator("#compare-table tbody tr").nth(2).locator("td").first.inner_text()
    assert read(after) - read(before) == read(change) == read(gained) + read(lost)
