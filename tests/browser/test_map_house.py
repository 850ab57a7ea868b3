""" "My house" on the map of a neighbourhood: the zones that are drawn, and the way to the session page."""

from __future__ import annotations

import re

import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe
from builders.browser import LAPTOP, PHONE, TABLET, Open
from builders.session_steps import AREA
from playwright.sync_api import Page, expect
from pyproj import Transformer

from access15.outputs.pages.folium_map import render_map
from access15.outputs.pages.session import render_session
from access15.results.run import RunResult

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
NAME = f"{AREA}_house.html"
BESIDE = f"{AREA}_session.html"


def tap_middle(page: Page, right: int, down: int) -> None:
    """Tap the map beside its middle."""
    box = page.locator(".folium-map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down)


def read_place(page: Page) -> tuple[float, float]:
    """Longitude and latitude behind the link to the session page."""
    href = page.locator("#house-card a").get_attribute("href")
    found = re.fullmatch(rf"{BESIDE}#casa=(.+),(.+)", href or "")
    assert found
    return float(found[1]), float(found[2])


def test_zones_are_told_as_they_are_drawn(open_page: Open, result: RunResult) -> None:
    """For every walker the narrowest zone that holds the nearest street; of taps in and out."""
    area = result.areas[AREA]
    opened = open_page(NAME, text=render_map(result, AREA, session=BESIDE))
    page = opened.page
    page.locator("#house summary").click()
    page.locator("#target").select_option("library")
    to_metres = Transformer.from_crs("EPSG:4326", area.network.crs, always_xy=True)
    streets = shapely.union_all(area.network.lines)
    zones = area.service_areas[area.service_areas["target"] == "library"]
    told = set()
    for right, down in [(0, 0), (-120, 60), (150, -80), (60, 170), (-200, -150)]:
        tap_middle(page, right, down)
        point = shapely.Point(to_metres.transform(*read_place(page)))
        street = shapely.shortest_line(streets, point).coords[0]
        if zones.boundary.distance(shapely.Point(street)).min() < 5:
            continue  # the zone is drawn a little rounder than it is
        shown = page.locator("#house-zones dd").all_inner_texts()
        if point.distance(streets) > result.study.max_snap_m:
            assert shown == []
            continue
        for profile, text in zip(result.profiles, shown, strict=True):
            own = zones[zones["profile"] == profile].sort_values("cutoff_min")
            within = own["cutoff_min"][own.covers(shapely.Point(street))].tolist()
            last = max(result.cutoffs_min)
            expected = f"entro {within[0]:g} min" if within else f"oltre {last:g} min"
            assert text == expected, (profile, right, down)
            told.add(text)
    assert len(told) > 1
    page.locator("#house summary").click()
    expect(page.locator(".a15-my-house")).to_have_count(0)
    assert opened.troubles == []


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_a_street_leads_to_the_way_on_the_session_page(
    open_page: Open, result: RunResult, page_text: str, size: tuple[int, int]
) -> None:
    """By keys alone: the street, the zones, the link; there the card of the same house is open."""
    open_page(BESIDE, size, text=page_text)
    opened = open_page(NAME, size, text=render_map(result, AREA, session=BESIDE))
    page = opened.page
    page.locator("#house summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#house-street")).to_be_focused()
    page.keyboard.type("montegani")
    page.keyboard.press("Enter")
    expect(page.locator("#house-found")).to_contain_text("Via Lodovico Montegani")
    assert Axe().run(page, options=RULES).response["violations"] == []
    lon, lat = read_place(page)
    page.keyboard.press("Tab")
    expect(page.locator("#house-card a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#house-minutes")).to_contain_text("minut")
    place = page.evaluate("access15_session.house.place")
    assert [place["lon"], place["lat"]] == pytest.approx([lon, lat])
    assert opened.troubles == []


def test_without_a_session_page_beside_it_there_is_no_link(result: RunResult) -> None:
    assert "Apri la pagina di sessione con questa casa" not in render_map(result, AREA)
    assert "Apri la pagina di sessione con" in render_map(result, AREA, session=BESIDE)


def test_an_address_that_asks_for_nothing_known(open_page: Open, page_text: str) -> None:
    """Not a number, a place beyond the streets: the page opens as always."""
    name = "it/asked_session.html"
    open_page(name, text=page_text)
    for asked in ("casa=9.18", "casa=1,1", "casa=<img>,45", "x"):
        page = open_page(f"{name}").page
        page.evaluate("(asked) => { location.hash = asked; }", asked)
        page.reload()
        expect(page.locator("#hint")).to_be_visible()
        assert page.evaluate("access15_session.house.place") is None


def test_the_texts_of_both_pages_are_one_language(result: RunResult) -> None:
    """English pages say it in English."""
    for text in (
        render_map(result, AREA, lang="en", session=BESIDE),
        render_session(result, AREA, lang="en"),
    ):
        assert ">My house<" in text
        assert ">La mia casa<" not in text
