"""A map on paper: printed to PDF as a person would, and the sheet looked at."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from builders.browser import AREAS, LAPTOP, TABLET, Open
from builders.printed import (
    MAP_MM,
    MARGIN_MM,
    MEDIUM_ROAD,
    PIXELS_PER_MM,
    inked,
    n_like,
    print_page,
)

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

VIEW = """() => {
  const map = window[Object.keys(window).find((name) => name.startsWith("map_"))];
  return [map.getZoom(), map.getCenter().lat, map.getCenter().lng];
}"""


@pytest.mark.parametrize("landscape", [True, False], ids=["lying", "upright"])
@pytest.mark.parametrize("paper", ["A3", "A4"])
@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
def test_a_map_prints_on_one_sheet(
    open_page: Open, size: tuple[int, int], paper: str, landscape: bool
) -> None:
    """Streets, bands and key, all on one page, and the map drawn to its very corners."""
    page = open_page("it/chiesa_rossa.html", size).page
    colours = [
        tuple(
            map(int, re.findall(r"\d+", page.evaluate(f"getComputedStyle({one}).backgroundColor")))
        )
        for one in ("document.getElementById('swatch-0')", "document.getElementById('swatch-2')")
    ]
    (sheet,) = print_page(page, paper=paper, landscape=landscape)
    assert 0.2 < inked(sheet) < 0.95
    zoom = 1 if paper == "A3" else 0.7
    left, top = MARGIN_MM * PIXELS_PER_MM, MARGIN_MM * PIXELS_PER_MM
    if not landscape:  # in the middle
        left = int((sheet.shape[1] - MAP_MM[0] * zoom * PIXELS_PER_MM) / 2)
    width, height = (int(side * zoom * PIXELS_PER_MM) - 8 for side in MAP_MM)
    drawn = sheet[top + 8 :, left + 8 :][:height, :width]
    assert n_like(drawn, MEDIUM_ROAD) > 40
    for colour in colours:
        assert n_like(drawn, colour) > 2000
    for corner in (
        drawn[:60, :60],
        drawn[:60, -60:],
        drawn[-300:-240, :60],
        drawn[-300:-240, -60:],
    ):
        assert inked(corner) > 0.9
    assert (
        inked(sheet[top + 8 + height :]) + inked(sheet[:, left + 8 + width :]) > 0.03
    )  # words beside the map


@pytest.mark.parametrize("name", [f"{lang}/{area}.html" for lang in ("it", "en") for area in AREAS])
def test_every_map_prints_on_one_sheet(open_page: Open, name: str) -> None:
    opened = open_page(name)
    (sheet,) = print_page(opened.page, paper="A3", landscape=True)
    assert inked(sheet) > 0.2
    assert opened.troubles == []


def test_paper_shows_what_was_chosen_and_the_screen_comes_back(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html").page
    (hub,) = print_page(page, paper="A3", landscape=True)
    page.locator("input[value=adult]").check(force=True)
    before = page.evaluate(VIEW)
    (adult,) = print_page(page, paper="A3", landscape=True)
    assert (hub != adult).any(axis=2).mean() > 0.01
    assert page.evaluate(VIEW) == before
    assert page.evaluate("document.body.className") == ""
    assert page.evaluate("document.querySelector('.folium-map').clientHeight") == LAPTOP[1]


def test_paper_shows_the_place_that_was_looked_at(open_page: Open) -> None:
    """Whoever has gone nearer prints that, not the whole neighbourhood."""
    page = open_page("it/chiesa_rossa.html").page
    (whole,) = print_page(page, paper="A3", landscape=True)
    for _ in range(3):
        page.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(350)
    (near,) = print_page(page, paper="A3", landscape=True)
    drawn = (slice(200, 1400), slice(200, 1800))
    assert (whole[drawn] != near[drawn]).any(axis=2).mean() > 0.2


def test_paper_tells_only_of_what_is_drawn(open_page: Open) -> None:
    """The signs of what closes the door stand in the key when their layer is on the map."""
    page = open_page("en/chiesa_rossa.html").page

    def words() -> str:
        sheets = pypdfium2.PdfDocument(page.pdf(format="A3", landscape=True))
        return " ".join(sheet.get_textpage().get_text_range() for sheet in sheets)

    heads = page.locator("details[data-layer] > summary").all_text_contents()
    assert len(heads) == 2
    assert not any(head in words() for head in heads)
    page.locator(".leaflet-control-layers").hover()
    for label in page.locator(".leaflet-control-layers-overlays label").all():
        label.locator("input").check()
    assert all(head in words() for head in heads)
