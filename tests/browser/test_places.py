"""The page of a study's places: what it shows, what hands and keys do, and the file that it saves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from builders.browser import LAPTOP, TABLET, Open, Opened
from builders.drawn_osm import lonlat
from builders.places_study import ELMS, HOSTILE, look
from builders.session_steps import LEAVING, UNNAMED
from playwright.sync_api import Page, expect

from access15.cli.app import main
from access15.outputs.pages.places import render_places
from access15.sources.geocode.review import read_review

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

NOW = "() => access15_places.book.now"
TARGETS = """() => [...document.querySelectorAll("button, select, summary, .segments label, .leaflet-marker-icon")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().width, one.getBoundingClientRect().height])
  .filter(([, width, height]) => Math.min(width, height) < 44)"""
SMALL_TEXT = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 16)
  .map((one) => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def page(start_places: Callable[..., Opened]) -> Iterator[Page]:
    opened = start_places()
    yield opened.page
    assert opened.troubles == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:", "blob:"))] == []


def pick(page: Page, name: str) -> None:
    page.locator("#list button", has_text=name).click()


def decision(page: Page, facility_id: str) -> dict[str, Any]:
    number = page.evaluate(
        "(id) => access15_places.book.places.findIndex((one) => one.id === id)", facility_id
    )
    found: dict[str, Any] = page.evaluate(NOW)[number]
    return found


def where(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Where a place lies on the screen."""
    x, y = page.evaluate(
        """([lon, lat]) => {
          const map = access15_places.map;
          const corner = map.getContainer().getBoundingClientRect();
          const point = map.latLngToContainerPoint([lat, lon]);
          return [corner.x + point.x, corner.y + point.y];
        }""",
        [lon, lat],
    )
    return x, y


def drag(page: Page, label: str, east: float, south: float) -> None:
    box = page.locator(f".leaflet-marker-icon[aria-label^='{label}']").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + east / 2, y + south / 2, steps=3)
    page.mouse.move(x + east, y + south, steps=3)
    page.mouse.up()


def save(page: Page, path: Path) -> Path:
    with page.expect_download() as waiting:
        page.locator("#save").click()
    waiting.value.save_as(path)
    return path


# --- what is shown


def test_the_doubtful_come_first_each_with_its_reason(page: Page) -> None:
    lines = page.locator("#list button .line-text").all_inner_texts()
    told = [tuple(line.split("\n")[:2]) for line in lines]
    assert told[0][0] == "Casa est"  # a hub
    reasons = dict(told)
    assert reasons["Due olmi"] == "2 risposte fra cui scegliere"
    assert reasons["Solo via"] == "una risposta sola, da confermare"  # between neighbourhoods
    assert re.fullmatch(r"2 porte possibili: \d+\xa0% o \d+\xa0%", reasons["Casa ovest"])
    assert list(reasons.values())[-2:] == 2 * ["nessun dubbio"]
    assert reasons["Con la porta"] == "nessun dubbio"
    pick(page, "Solo via")
    told = page.locator("#doubts").inner_text()
    assert "solo la via, ±804 m" in told
    assert page.locator("#counter").inner_text() == "0 di 7 controllati."
    assert page.locator("#counter-open").inner_text() == "Da guardare: 5."


def test_texts_of_tables_are_text(page: Page) -> None:
    pick(page, "Bar")
    assert page.locator("#place-name").inner_text() == HOSTILE
    assert page.locator("#list b, #place-name b").count() == 0


def test_filters_by_kind_neighbourhood_and_state(page: Page) -> None:
    lines = page.locator("#list button")
    # a neighbourhood may be called "all": what stands for every one is no id
    values = page.locator("#kind option, #area option").evaluate_all(
        "all => all.map((one) => one.value)"
    )
    assert [one for one in values if not one.isidentifier()] == ["*", "*", "-"]
    page.locator("#area").select_option("west")
    assert (
        page.locator("#counter").inner_text() == "0 di 7 controllati."
    )  # what has no point may be
    page.locator("#state").select_option("no_point")
    assert lines.count() == 3
    page.locator("#area").select_option("-")
    page.locator("#state").select_option("all")
    assert page.locator("#list .line-name").all_inner_texts() == [
        *("Casa est", "Senza via", "Due olmi"),
    ]
    page.locator("#state").select_option("checked")
    assert lines.count() == 0
    expect(page.locator("#list-empty")).to_be_visible()


def test_both_languages_and_back(page: Page) -> None:
    page.locator("input[value=en]").check(force=True)
    assert page.title() == "Places of “Città disegnata”"
    assert "answers to choose between" in page.locator("#list").inner_text()
    page.locator("input[value=it]").check(force=True)
    assert page.title() == "Luoghi di «Città disegnata»"


# --- what is decided


def test_a_place_without_a_point_gets_one_by_a_tap(page: Page) -> None:
    pick(page, "Casa est")
    assert page.locator("#said").inner_text() == "Toccate la mappa dov'è il luogo."
    assert page.locator("#check").get_attribute("aria-disabled") == "true"
    lon, lat = lonlat(1100, 222)
    page.evaluate(
        "([lat, lon]) => access15_places.map.setView([lat, lon], 18, {animate: false})", [lat, lon]
    )
    page.mouse.click(*where(page, lon, lat))
    found = decision(page, "hall-east")
    assert found["point"] == pytest.approx([lat, lon], abs=2e-5)
    assert (found["precision"], found["provider"]) == ("confirmed", "placed by hand")
    assert found["date"] == page.evaluate("new Date().toLocaleDateString('sv')")
    assert found["checked"] == ""
    page.locator("#check").click()
    assert decision(page, "hall-east")["checked"] == found["date"]
    assert page.locator("#counter").inner_text() == "1 di 7 controllati."


def test_answers_are_chosen_on_the_map_and_in_the_list(page: Page) -> None:
    pick(page, "Due olmi")
    page.locator(".leaflet-marker-icon[aria-label^='Risposta 2']").click()
    lon, lat = lonlat(*ELMS[1])
    assert decision(page, "mine-row-2")["point"] == [pytest.approx(lat), pytest.approx(lon)]
    page.locator("#answers button").first.click()
    lon, lat = lonlat(*ELMS[0])
    found = decision(page, "mine-row-2")
    assert found["point"] == [pytest.approx(lat), pytest.approx(lon)]
    assert (found["precision"], found["match"]) == ("address", "5, Via degli Olmi")
    assert found["checked"] == page.evaluate("new Date().toLocaleDateString('sv')")


def test_undo_takes_every_step_back_and_looks_where_it_was(page: Page) -> None:
    before = page.evaluate(NOW)
    pick(page, "Casa ovest")
    drag(page, "Punto di Casa ovest", 40, 20)
    pick(page, "Due olmi")
    page.locator("#answers button").first.click()
    pick(page, "Senza via")
    page.locator("#leave").click()
    after = page.evaluate(NOW)
    assert after != before
    for _ in range(3):
        page.keyboard.press("Control+z")
    assert page.evaluate(NOW) == before
    assert page.locator("#place-name").inner_text() == "Casa ovest"
    for _ in range(3):
        page.keyboard.press("Control+Shift+Z")
    assert page.evaluate(NOW) == after


def test_leaving_a_place_gives_back_what_it_was(page: Page) -> None:
    pick(page, "Casa ovest")
    before = decision(page, "hall-west")
    drag(page, "Punto di Casa ovest", 40, 20)
    pick(page, "Casa ovest")
    page.locator("#leave").click()
    assert decision(page, "hall-west") == {**before, "isLeft": True}
    page.locator("#state").select_option("left")
    assert page.locator("#list button").count() == 1


def test_doors_are_chosen_dragged_and_taken_out(page: Page) -> None:
    pick(page, "Casa ovest")
    assert page.locator("#doors li").count() >= 1
    page.locator("#doors button").first.click()
    (door,) = decision(page, "hall-west")["doors"]
    drag(page, "Porta 1 di Casa ovest", 30, 0)
    (moved,) = decision(page, "hall-west")["doors"]
    assert float(moved[1]) > float(door[1])
    assert float(moved[0]) == pytest.approx(float(door[0]), abs=1e-5)
    pick(page, "Con la porta")
    page.locator("#doors button").click()
    assert decision(page, "door")["doors"] == []


def test_what_cannot_be_is_refused_with_its_reason(page: Page) -> None:
    pick(page, "Con la porta")
    before = page.evaluate(NOW)
    said = page.locator("#said")
    lon, lat = lonlat(900, 150)
    page.evaluate("(place) => access15_places.actions.movePoint(place)", {"lon": lon, "lat": lat})
    assert said.inner_text() == (
        "La porta resterebbe a più di 500 m: togliete o spostate prima la porta."
    )
    page.evaluate("(place) => access15_places.actions.addDoor(place)", {"lon": lon, "lat": lat})
    assert said.inner_text() == "Una porta sta al massimo a 500 m dal suo luogo."
    page.evaluate("(place) => access15_places.actions.movePoint(place)", {"lon": 9.3, "lat": lat})
    assert said.inner_text() == "Quel punto è fuori dalla zona dello studio."
    assert page.evaluate(NOW) == before


# --- hands, keys and eyes


def test_everything_is_done_with_keys_alone(page: Page) -> None:
    page.locator("#list button", has_text="Senza via").focus()
    page.keyboard.press("Enter")
    page.locator("#put-point").press("Enter")
    page.locator("#at-centre").press("Enter")
    assert decision(page, "mine-row-4")["point"]
    point = page.locator(".leaflet-marker-icon[aria-label^='Punto di Senza via']")
    point.focus()
    centre = page.evaluate("access15_places.map.getCenter()")
    for key, metres in (("ArrowUp", 5), ("Shift+ArrowUp", 25)):
        lat = decision(page, "mine-row-4")["point"][0]
        page.keyboard.press(key)
        moved = decision(page, "mine-row-4")["point"][0] - lat
        assert moved * 111_320 == pytest.approx(metres, abs=0.1)
        name = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert name == "Punto di Senza via", "the focus stays on what is moved"
    assert page.evaluate("access15_places.map.getCenter()") == centre
    page.locator("#put-door").press("Enter")
    page.locator("#at-centre").press("Enter")
    door = page.locator(".leaflet-marker-icon[aria-label^='Porta 1']")
    door.press("ArrowRight")
    assert len(decision(page, "mine-row-4")["doors"]) == 1
    page.locator(".leaflet-marker-icon[aria-label^='Porta 1']").press("Delete")
    assert decision(page, "mine-row-4")["doors"] == []
    page.locator("#put-point").press("Enter")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "put-point"
    page.locator("#check").press("Enter")
    assert decision(page, "mine-row-4")["checked"]
    pick(page, "Due olmi")
    page.locator(".leaflet-marker-icon[aria-label^='Risposta 1']").press("Enter")
    assert decision(page, "mine-row-2")["match"] == "5, Via degli Olmi"


@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
def test_fingers_and_eyes(start_places: Callable[..., Opened], size: tuple[int, int]) -> None:
    page = start_places(size).page
    pick(page, "Due olmi")
    for probe in (TARGETS, SMALL_TEXT, UNNAMED):
        assert page.evaluate(probe) == []
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(wide) is False


# --- the file


def test_geocode_gives_what_the_page_showed(
    page: Page, places_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the bit: points, doors, precision, source, day, and that somebody looked."""
    pick(page, "Casa ovest")
    drag(page, "Punto di Casa ovest", 33, 21)
    pick(page, "Casa est")
    page.mouse.click(*where(page, *lonlat(300, 300)))
    page.locator("#put-door").click()
    page.mouse.click(*where(page, *lonlat(310, 290)))
    page.locator("#check").click()
    pick(page, "Solo via")
    page.locator("#check").click()
    pick(page, "Con la porta")
    page.locator("#doors button").click()
    pick(page, "Due olmi")
    page.locator("#answers button").nth(1).click()
    page.locator("#leave").click()
    page.locator("#undo").click()
    assert page.evaluate(LEAVING)
    review = save(page, tmp_path / "review.csv")
    assert not page.evaluate(LEAVING)
    shown = dict(
        zip(
            page.evaluate("access15_places.book.places.map((one) => one.id)"),
            page.evaluate(NOW),
            strict=True,
        )
    )
    found = {}
    for table, prefix in (("places.csv", ""), ("mine.csv", "mine-")):
        out = tmp_path / f"{table}.gpkg"
        geocode(places_folder, table, review, out, monkeypatch)
        for row in gpd.read_file(out).to_dict("records"):
            told = {key: one or "" for key, one in row.items() if key != "geometry"}
            found[f"{prefix}{row['facility_id']}"] = {**told, "geometry": row["geometry"]}
    assert set(found) == set(shown)
    for key, one in shown.items():
        row = found[key]
        point = row["geometry"]
        assert (None if point is None else [point.y, point.x]) == one["point"], key
        doors = zip(*(row.get(k, "").split(";") for k in ("door_lat", "door_lon")), strict=True)
        assert [list(door) for door in doors if any(door)] == one["doors"], key
        told = [row[k] for k in ("precision", "geocode_provider", "geocode_date", "geocode_match")]
        assert told == [one[k] for k in ("precision", "provider", "date", "match")], key
        assert row.get("geocode_checked", "") == one["checked"], key
    assert {key for key, one in shown.items() if one["checked"]} == {
        *("hall-east", "street", "mine-row-2"),
    }


def geocode(
    folder: Path, table: str, review: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a planner does, without internet."""
    words = ["geocode", folder / table, "--study", folder / "town.toml", "--offline"]
    words += ["--review", review, "-o", out]
    monkeypatch.setattr("sys.argv", ["access15", *map(str, words)])
    with pytest.raises(SystemExit, match=r"^(0|None)?$"):
        main()


def test_the_work_goes_on_another_day(
    page: Page, open_page: Open, places_folder: Path, tmp_path: Path
) -> None:
    pick(page, "Due olmi")
    page.locator("#answers button").first.click()
    pick(page, "Con la porta")
    page.locator("#doors button").click()
    page.locator("#check").click()
    review = save(page, tmp_path / "review.csv")
    before = {one["id"]: now for one, now in by_id(page)}
    found = look(places_folder / "town.toml", tmp_path / "cache", review=review)
    again = open_page("it/places_again.html", text=render_places(found)).page
    again.locator("#hint button").click()
    after = {one["id"]: now for one, now in by_id(again)}
    assert after == before
    assert again.locator("#counter").inner_text() == "2 di 7 controllati."
    kept, first = (
        {one.facility_id: replace(one, where="") for one in read_review(path).every()}
        for path in (save(again, tmp_path / "again.csv"), review)
    )
    assert kept == first
    assert set(first) == {"door", "row-2", "row-3"}


def by_id(page: Page) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    places = page.evaluate("access15_places.book.places")
    yield from zip(places, page.evaluate(NOW), strict=True)
