"""The page of the best places: what the choice of a number shows, and what is printed."""

from __future__ import annotations

import pytest
from builders.browser import LAPTOP, Open
from builders.printed import inked, print_page

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_a_number_of_places_shows_its_own(open_page: Open, sites_text: str) -> None:
    opened = open_page("sites_page.html", LAPTOP, text=sites_text)
    page = opened.page
    signs = page.locator(".leaflet-marker-pane .a15-site")
    assert signs.all_inner_texts() == ["1"]
    assert page.locator("[data-n='1'] .share").is_visible()
    assert not page.locator("[data-n='2'] .share").is_visible()
    assert not page.locator("[data-last]").is_visible()
    page.locator("input[value='2']").check(force=True)
    assert signs.all_inner_texts() == ["1", "2"]
    assert not page.locator("[data-n='1'] .share").is_visible()
    assert page.locator("[data-n='2'] h3").count() == 2
    # who is left out is told of all places together
    assert page.locator("[data-last]").is_visible()
    signs.last.click()
    why = page.locator("[data-n='2'] li p").last.inner_text()
    assert page.locator(".leaflet-popup-content p").inner_text() == why
    assert all(one.startswith("file:") for one in opened.requests)
    assert opened.troubles == []


def test_it_prints_what_is_chosen_on_one_sheet(open_page: Open, sites_text: str) -> None:
    page = open_page("sites_paper.html", LAPTOP, text=sites_text).page
    page.locator("input[value='2']").check(force=True)
    for paper, is_lying in (("A3", True), ("A4", False)):
        (sheet,) = print_page(page, paper=paper, landscape=is_lying)
        assert 0.2 < inked(sheet) < 0.95
