"""What axe-core finds against WCAG 2.1 A and AA on every page: nothing, at every size."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from builders.browser import LAPTOP, PHONE, TABLET, Open
from builders.contrast import share_readable, to_rgb
from builders.session_steps import places, show_tools
from PIL import Image
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

LYING = (1180, 820)
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
        show_tools(page)
        page.locator(f"[data-tool={tool}]").click()
        assert list_violations(page) == []
        page.locator("#at-centre").click()
        assert list_violations(page) == []
    expect(page.locator("#changes li")).to_have_count(2)


def test_what_is_open_breaks_no_rule_at_any_size(open_page: Open, page_text: str) -> None:
    """The card of a house that is left out, and the verdict; also on a tablet that lies."""
    page = open_page("open_axe.html", LAPTOP, text=page_text).page
    page.locator("#hint button").click()
    page.evaluate("access15_session.store.choose({ profile: 'frail', isHouse: true })")
    page.locator("#house-street").fill("Montegani")
    page.locator("#house-street").press("Enter")
    expect(page.locator(".house-helps")).to_be_visible()
    for width, height in (LYING, TABLET, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        assert list_violations(page) == []
    page.locator("#house-close").click()
    page.locator("#copy").click()
    page.locator(".compare.wide").click()
    expect(page.locator("#compare-dialog")).to_be_visible()
    for width, height in (PHONE, TABLET, LYING):
        page.set_viewport_size({"width": width, "height": height})
        assert list_violations(page) == []
        wide = page.locator("#compare-dialog .scroll")
        assert wide.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 4


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


# what is written on canvases: where on the screen, in which colour; nothing more once it is silent
LISTEN = """
globalThis.written = [];
globalThis.isSilent = false;
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
  if (globalThis.isSilent) {
    return;
  }
  const { actualBoundingBoxLeft: left, actualBoundingBoxRight: right,
          actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = this.measureText(text);
  const [canvas, turned, colour, font] = [this.canvas, this.getTransform(), this.fillStyle, this.font];
  globalThis.written.push(() => {
    const frame = canvas.getBoundingClientRect();
    const share = canvas.width ? frame.width / canvas.width : 0;
    const corners = [[-left, -up], [right, -up], [right, down], [-left, down]]
      .map(([across, along]) => turned.transformPoint({ x: x + across, y: y + along }));
    return { text, colour, font,
             xs: corners.map((one) => frame.x + share * one.x), ys: corners.map((one) => frame.y + share * one.y) };
  });
  write.call(this, text, x, y, ...more);
};
"""
NAMES = """[...document.querySelectorAll(".a15-hub-name")].map((one) => {
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const { color, fontFamily } = getComputedStyle(one);
  return { text: one.textContent, colour: color, font: fontFamily, xs: [left, right], ys: [top, bottom] };
})"""


def list_dim(page: Page) -> tuple[list[str], list[str]]:
    """Texts over the map, and those of them that do not stand out from what lies under them."""

    def draw() -> None:
        page.evaluate("document.fonts.dispatchEvent(new Event('loadingdone'))")

    def look() -> Any:
        return np.array(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))

    page.evaluate("document.fonts.ready.then(() => { written.length = 0; })")
    draw()
    texts = page.evaluate("written.map((one) => one())")
    texts += page.evaluate(NAMES)
    written = look()
    page.evaluate("isSilent = true")
    page.add_style_tag(content=".a15-hub-name { color: transparent !important }")
    draw()
    bare = look()
    seen, dim = [], []
    for one in texts:
        assert "Titillium Web" in one["font"]
        rows = slice(max(0, int(min(one["ys"]))), int(max(one["ys"])) + 1)
        columns = slice(max(0, int(min(one["xs"]))), int(max(one["xs"])) + 1)
        if (bare[rows, columns] == written[rows, columns]).all():
            continue  # beyond the screen, or under a button
        seen.append(one["text"])
        if (
            share_readable(bare[rows, columns], written[rows, columns], read_rgb(one["colour"]))
            < 0.9
        ):
            dim.append(one["text"])
    return seen, dim


def read_rgb(colour: str) -> tuple[int, ...]:
    """Colours as a canvas and as a style tell them."""
    if colour.startswith("#"):
        return to_rgb(colour)
    return tuple(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(", "))


@pytest.mark.parametrize("kind", ["map", "session"])
def test_what_is_written_over_the_map_stands_out(
    open_page: Open, page_text: str, kind: str
) -> None:
    """axe-core does not see it: names of streets, minutes and hubs, 4.5 to 1 around their strokes."""
    if kind == "session":
        page = open_page("dim_session.html", text=page_text).page
    else:
        page = open_page("it/chiesa_rossa.html").page
    page.add_init_script(LISTEN)
    page.reload()
    for hint in page.locator("#hint button").all():
        hint.click()
    seen, dim = list_dim(page)
    assert len(seen) > 15
    assert any("min" in text for text in seen)
    assert any("Casa di Quartiere" in text for text in seen)
    assert dim == []


def test_a_broken_rule_is_found(open_page: Open) -> None:
    text = '<html lang="it"><title>x</title><main><h1>x</h1><img src="data:,"></main></html>'
    page = open_page("broken_axe.html", text=text).page
    assert [one["rule"] for one in list_violations(page)] == ["image-alt"]
