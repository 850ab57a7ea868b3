"""The page of a city as somebody uses it: finds a quarter, changes who walks, looks at it, prints."""

from __future__ import annotations

import pytest
from builders.browser import LAPTOP, PHONE, TABLET, Open
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_a_quarter_is_found_and_looked_at(
    open_page: Open, city_text: str, size: tuple[int, int]
) -> None:
    opened = open_page("city.html", size, text=city_text)
    page = opened.page
    expect(page.locator("#list li")).to_have_count(3)
    page.locator("#search").fill("ZONA B")
    expect(page.locator("#found")).to_have_text("1 di 3 quartieri")
    page.locator("#list button").click()
    card = page.locator("#card")
    expect(card.locator("h3")).to_have_text("Zona b")
    expect(card.locator("code")).to_contain_text("--area b --osm town.osm")
    page.locator("#search").fill("")
    page.locator("#map path").first.click()
    expect(card.locator("a.button")).to_have_attribute("href", "a/a.html")
    page.locator("#kind").select_option("1")
    page.locator("#walker").select_option("2")
    page.locator("#measure").select_option("ratio")
    expect(page.locator("#map-title")).to_contain_text("Biblioteca")
    assert opened.troubles == []


@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
def test_cells_are_looked_at(open_page: Open, city_text: str, size: tuple[int, int]) -> None:
    """They are unpacked when asked for, coloured and counted by class, and open by a tap."""
    opened = open_page("city_cells.html", size, text=city_text)
    page = opened.page
    page.locator("#cells").select_option("cells")
    cells = page.locator("#map .cells path")
    expect(page.locator("#legend")).to_contain_text("celle:")
    legend = page.locator("#legend li").all_inner_texts()
    assert sum(int(text.rsplit(":", 1)[1].rstrip(")")) for text in legend) == cells.count() > 9
    cells.first.click(force=True)
    expect(page.locator("#card h3")).to_contain_text("Cella CRS32632RES100mN")
    page.locator("#card .close").click()
    expect(page.locator("#card")).to_be_hidden()
    page.locator("#cells").select_option("")
    expect(page.locator("#legend")).to_contain_text("quartieri:")
    assert opened.troubles == []


def test_numbers_of_the_page_are_those_of_the_table(open_page: Open, city_text: str) -> None:
    """The list is sorted by gap, and people whom the claim loses are the gap of all of them."""
    page = open_page("city_numbers.html", LAPTOP, text=city_text).page
    values = page.locator("#list .value").all_inner_texts()
    points = [float(text.split()[0].replace(",", ".")) for text in values]
    assert points == sorted(points, reverse=True)
    legend = page.locator("#legend li").all_inner_texts()
    assert sum(int(text.rsplit(":", 1)[1].rstrip(")")) for text in legend) == 3
