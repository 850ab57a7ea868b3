"""What axe-core finds against WCAG 2.1 A and AA on every page: nothing, at every size."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from builders.browser import LAPTOP, PHONE, TABLET, Open
from builders.session_steps import places
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


def list_violations(page: Page) -> list[dict[str, Any]]:
    """Rules broken, with the elements that break them."""
    found: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        {"rule": one["id"], "where": [node["html"][:200] for node in one["nodes"]]}
        for one in found["violations"]
    ]


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
@pytest.mark.parametrize("name", ["index", "chiesa_rossa", "accessibility"])
def test_pages_break_no_rule(open_page: Open, name: str, size: tuple[int, int]) -> None:
    page = open_page(f"it/{name}.html", size).page
    for summary in page.locator("details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()
    assert list_violations(page) == []


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_session_page_breaks_no_rule(
    open_page: Open, page_text: str, size: tuple[int, int]
) -> None:
    page = open_page("session_axe.html", size, text=page_text).page
    assert list_violations(page) == []


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_a_bench_and_a_closed_street_break_no_rule(
    open_page: Open, seated_text: str, size: tuple[int, int]
) -> None:
    """With the tool in hand, and with what was put."""
    page = open_page("seats_axe.html", size, text=seated_text).page
    page.locator("#hint button").click()
    lon, lat = places(page)[0]
    page.evaluate("(at) => access15_session.map.setView(at, 16, { animate: false })", [lat, lon])
    for tool in ("bench", "close"):
        page.locator(f"[data-tool={tool}]").click()
        assert list_violations(page) == []
        page.locator("#at-centre").click()
        assert list_violations(page) == []
    expect(page.locator("#changes li")).to_have_count(2)


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_page_of_places_breaks_no_rule(
    open_page: Open, places_text: str, size: tuple[int, int]
) -> None:
    page = open_page("places_axe.html", size, text=places_text).page
    assert list_violations(page) == []
    page.locator("#hint button").click()
    page.locator("#list button", has_text="Due olmi").click()
    page.locator("#answers button").first.click()
    assert list_violations(page) == []


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_page_of_the_best_places_breaks_no_rule(
    open_page: Open, sites_text: str, size: tuple[int, int]
) -> None:
    opened = open_page("sites_axe.html", size, text=sites_text)
    page = opened.page
    page.locator("input[value='2']").check(force=True)
    for summary in page.locator("details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()
    page.locator(".leaflet-marker-pane .a15-site").last.click()
    # a card that is still fading in has little contrast
    expect(page.locator(".leaflet-popup")).to_have_css("opacity", "1")
    assert list_violations(page) == []
    assert opened.troubles == []


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_page_of_a_city_breaks_no_rule(
    open_page: Open, city_text: str, size: tuple[int, int]
) -> None:
    page = open_page("city_axe.html", size, text=city_text).page
    assert list_violations(page) == []
    page.locator("#list button").first.click()
    page.locator("#measure").select_option("share")
    assert list_violations(page) == []


def test_a_broken_rule_is_found(open_page: Open) -> None:
    text = '<html lang="it"><title>x</title><main><h1>x</h1><img src="data:,"></main></html>'
    page = open_page("broken_axe.html", text=text).page
    assert [one["rule"] for one in list_violations(page)] == ["image-alt"]
