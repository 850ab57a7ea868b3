"""The session page with keys, fingers and weak eyes, in two languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest
from builders.browser import LAPTOP, PHONE, TABLET, Open, Opened, wait_until_open
from builders.pixels import TEXTS
from builders.session_steps import (
    NAME,
    NEW_PLACE,
    STEP_M,
    TARGETS,
    UNNAMED,
    ZOOMED,
    changes,
    choose,
    places,
    show_tools,
    use,
)
from playwright.sync_api import Page, expect

from access15.config.categories import load_categories

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


# --- keyboard, sizes, names


def test_everything_is_done_with_keys_alone(page: Page) -> None:
    page.keyboard.press("Escape")
    tool = page.locator("[data-tool=add]")
    tool.focus()
    page.keyboard.press("Enter")
    page.locator("#at-centre").focus()
    page.keyboard.press("Enter")
    assert len(changes(page)) == 1
    name = "document.activeElement.getAttribute('aria-label')"
    assert "Nuovo luogo 1" in page.evaluate(name)
    centre = page.evaluate("access15_session.map.getCenter()")
    for key, metres, axis in (
        ("ArrowUp", STEP_M, "lat"),
        ("Shift+ArrowRight", 5 * STEP_M, "lon"),
        ("ArrowDown", -STEP_M, "lat"),
    ):
        before = changes(page)[0]
        page.keyboard.press(key)
        after = changes(page)[0]
        per_degree = 111_320 * (1 if axis == "lat" else np.cos(np.radians(before["lat"])))
        assert (after[axis] - before[axis]) * per_degree == pytest.approx(metres, abs=0.1)
        assert "Nuovo luogo 1" in page.evaluate(name)
    assert page.evaluate("access15_session.map.getCenter()") == centre, (
        "arrows move the sign, not the map"
    )
    page.keyboard.press("Enter")
    expect(page.locator("#place-dialog")).to_be_visible()
    page.locator("#place-name").fill("Centro nuovo")
    page.keyboard.press("Enter")
    page.wait_for_timeout(60)
    assert changes(page)[0]["name"] == "Centro nuovo"
    assert "Centro nuovo" in page.evaluate(name)
    page.keyboard.press("Delete")
    assert changes(page) == []
    for tool_name, kind in (("close", "close_link"), ("note", "note")):
        page.evaluate(
            "([lon, lat]) => access15_session.map.setView([lat, lon], 16, {animate: false})",
            list(places(page)[0]),
        )
        page.locator(f"[data-tool={tool_name}]").focus()
        page.keyboard.press("Enter")
        page.locator("#at-centre").focus()
        page.keyboard.press("Enter")
        if kind == "note":
            page.keyboard.type("qui manca una panchina")
            page.locator("#note-dialog button[value=done]").press("Enter")
            page.wait_for_timeout(60)
    assert [one["change"] for one in changes(page)] == ["close_link"]
    assert (
        page.evaluate("access15_session.history.active.notes[0].text") == "qui manca una panchina"
    )


def test_focus_goes_round_and_can_be_seen(page: Page) -> None:
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const one = document.activeElement;
              const shown = one.closest("label") && one.matches("input[type=radio]") ? one.closest("label") : one;
              const style = getComputedStyle(shown);
              const name = one.id || one.dataset.tool || one.value || one.className;
              return [name, style.outlineStyle, parseFloat(style.outlineWidth)];
            }"""
        )
        seen.add(found[0])
        assert found[1:] == ["solid", 3] or found[0] in {"", "file"} or "leaflet" in found[0], found
    assert {"save", "target", "older_adult", "add", "new-proposal", "vote-more"} <= seen


@pytest.mark.parametrize("size", [LAPTOP, TABLET, ZOOMED], ids=["laptop", "tablet", "zoomed"])
@pytest.mark.parametrize("lang", ["it", "en"])
def test_everything_can_be_read_hit_and_named(
    start: Callable[..., Opened], size: tuple[int, int], lang: str
) -> None:
    page = start(size).page
    choose(page, "language", lang)
    page.evaluate("access15_session.map.getContainer().scrollIntoView()")
    use(page, "add", NEW_PLACE)
    page.locator("#new-proposal").click()
    page.locator(".sources summary").click()
    page.locator("[data-tool=link]").click()
    for opened in ("", "#help", ".compare.wide", "#rename"):
        if opened:
            page.locator(opened).click()
        assert [text for text in page.evaluate(TEXTS) if text[1] < 16] == []
        assert [target for target in page.evaluate(TARGETS) if round(min(target[1:]), 1) < 44] == []
        assert page.evaluate(UNNAMED) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        page.keyboard.press("Escape")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 18


def test_panel_and_map_stand_beside_each_other_or_one_below_the_other(
    start: Callable[..., Opened],
) -> None:
    boxes = []
    for size in (LAPTOP, TABLET):
        page = start(size).page
        boxes.append(
            {
                name: page.locator(name).bounding_box()
                for name in (".result", ".folium-map", ".walkers", ".tools")
            }
        )
    laptop, tablet = boxes
    assert laptop[".result"]["x"] + laptop[".result"]["width"] <= laptop[".folium-map"]["x"]
    assert laptop[".folium-map"]["height"] > 600
    tops = [tablet[name]["y"] for name in (".result", ".tools", ".folium-map", ".walkers")]
    assert tops == sorted(tops)
    assert tablet[".folium-map"]["height"] > 560
    assert tops[2] + tablet[".folium-map"]["height"] < TABLET[1], (
        "the map is seen whole without scrolling"
    )


def test_motion_is_left_out_for_whoever_asks(open_page: Open, page_text: str) -> None:
    page = open_page(NAME, text=page_text).page
    assert page.evaluate("access15_session.map._zoomAnimated")
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    wait_until_open(page)
    assert not page.evaluate("access15_session.map._zoomAnimated")


def test_languages_change_everything_at_once(page: Page) -> None:
    use(page, "add", NEW_PLACE)
    italian = page.locator("#headline-more").text_content() or ""
    assert re.search(r"su 6\.543", italian)
    choose(page, "language", "en")
    english = page.locator("#headline-more").text_content() or ""
    assert re.search(r"of 6,543", english)
    assert page.title() == "Chiesa Rossa: what if we changed it?"
    told = page.evaluate(
        "document.body.innerText + [...document.querySelectorAll('[aria-label]')].map((one) => "
        "one.ariaLabel)"
    )
    for word in ("Salva", "Aggiungi", "Oggi", "Voti", "entro", "Legenda", "minuti", "Ingrandisci"):
        assert word not in told
    assert "Undo" in told


def test_a_browser_that_cannot_unpack_the_page_says_so(
    open_page: Open, start: Callable[..., Opened]
) -> None:
    opened = start()
    page = opened.page
    page.add_init_script("delete globalThis.DecompressionStream")
    page.reload()
    wait_until_open(page)
    expect(page.locator("#too-old")).to_be_visible()
    expect(page.locator("#too-old")).to_contain_text("Questo browser è troppo vecchio")
    expect(page.locator("h1")).to_have_text("Chiesa Rossa: e se cambiassimo?")
    assert page.locator("button:visible").count() == 0
    assert opened.troubles == []


# --- a telephone, a tablet on its side

TABLET_ON_ITS_SIDE = (1180, 820)
# what one can press, outside the map's own signs: where it is, and what is written on it
PRESSED = """() => [...document.querySelectorAll(
    "main button, main select, main summary, main .segments label, main .card, .tools button, .a15-views label, .leaflet-control-zoom a, .leaflet-control > button"
  )]
  .filter((one) => one.checkVisibility() && !one.closest("dialog"))
  .map((one) => {
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return { name: one.id || one.textContent.trim(), left, top, right, bottom, cut: one.scrollWidth - one.clientWidth };
  })"""


def _overlap(a: dict[str, float], b: dict[str, float]) -> bool:
    """Whether two boxes have more than a pixel in common."""
    wide = min(a["right"], b["right"]) - max(a["left"], b["left"])
    high = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    return wide > 1 and high > 1


@pytest.mark.parametrize(
    "size", [PHONE, TABLET, TABLET_ON_ITS_SIDE], ids=["phone", "tablet", "on its side"]
)
def test_nothing_lies_over_anything_or_is_cut(
    start: Callable[..., Opened], size: tuple[int, int]
) -> None:
    page = start(size).page
    for lang in ("it", "en"):
        choose(page, "language", lang)
        show_tools(page)
        found = page.evaluate(PRESSED)
        assert len(found) > 30
        assert [one for one in found if one["left"] < 0 or one["right"] > size[0]] == []
        assert [one for one in found if one["cut"] > 1] == []
        pairs = [(a["name"], b["name"]) for a, b in combinations(found, 2) if _overlap(a, b)]
        assert pairs == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_on_a_telephone_the_map_comes_first_and_the_tools_are_one_row(
    start: Callable[..., Opened],
) -> None:
    page = start(PHONE).page
    box = page.locator(".folium-map").bounding_box()
    assert box is not None
    assert box["y"] < 0.2 * PHONE[1]
    assert box["height"] > 0.55 * PHONE[1]
    tools = page.locator(".tools button:visible")
    assert len({round(one.bounding_box()["y"]) for one in tools.all()}) == 1  # type: ignore[index]
    more = page.locator("#more-tools")
    expect(more).to_have_text("Strumenti")
    expect(page.locator("[data-tool=add]")).to_be_hidden()
    # 1. it shows the others, by the keyboard too, and Escape folds them again
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-tool=add]")).to_be_visible()
    expect(more).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.locator("[data-tool=add]")).to_be_hidden()
    # 2. a tool in hand stays in sight, the others do not
    more.click()
    page.locator("[data-tool=note]").click()
    expect(page.locator("[data-tool=note]")).to_be_visible()
    expect(page.locator("[data-tool=add]")).to_be_hidden()
    page.locator("#stop-tool").click()
    expect(page.locator("[data-tool=note]")).to_be_hidden()


@pytest.mark.parametrize(
    "size", [LAPTOP, TABLET, TABLET_ON_ITS_SIDE, PHONE], ids=["laptop", "tablet", "side", "phone"]
)
def test_the_neighbourhood_fills_the_map(
    start: Callable[..., Opened], size: tuple[int, int]
) -> None:
    page = start(size).page
    left, top, right, bottom, wide, high = page.evaluate(
        """() => {
          const { map, data } = access15_session;
          const [[south, west], [north, east]] = data.bounds;
          const [a, b] = [map.latLngToContainerPoint([north, west]), map.latLngToContainerPoint([south, east])];
          const { x, y } = map.getSize();
          return [a.x, a.y, b.x, b.y, x, y];
        }"""
    )
    switch = page.locator(".a15-views").bounding_box()
    window = page.locator(".folium-map").bounding_box()
    assert switch is not None
    assert window is not None
    assert left >= -1
    assert right <= wide + 1
    assert bottom <= high + 1
    assert top >= switch["y"] + switch["height"] - window["y"]  # below the switch of views
    free = high - top
    assert max((right - left) / wide, (bottom - top) / free) > 0.85


def test_places_of_the_kind_that_is_asked_about_are_large_and_others_are_dots(
    start: Callable[..., Opened],
) -> None:
    page = start().page
    n_hubs = page.locator(".a15-mark .a15-hub").count()
    assert n_hubs > 0
    assert page.locator(".a15-dot").count() == 0
    assert page.locator(".a15-hub-name").count() > 0
    choose(page, "target", "library")
    assert page.locator(".a15-mark .a15-hub.a15-dot").count() == n_hubs
    large = page.locator(".a15-mark .a15-disc:not(.a15-dot)")
    assert large.count() > 0
    assert all(one.bounding_box()["width"] >= 38 for one in large.all())  # type: ignore[index]
    dot = page.locator(".a15-mark:has(.a15-dot)").first
    expect(page.locator(".a15-hub-name")).to_have_count(0)
    # a dot is as easy to take hold of as any sign, and says what it is
    assert dot.bounding_box()["width"] >= 44  # type: ignore[index]
    assert dot.get_attribute("aria-label")
    dot.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#place-dialog")).to_be_visible()


def test_a_new_hub_has_a_sign_of_its_own(start: Callable[..., Opened]) -> None:
    """A hospital's was the same letter."""
    page = start().page
    choose(page, "target", "hub")
    use(page, "add", NEW_PLACE)
    own = page.locator(".a15-mark .is-new").inner_text()
    kinds = [one.symbol for one in load_categories().values()]
    assert own.strip() != ""
    assert own not in kinds
    assert len(set(kinds)) == len(kinds)


# every minute and name of a street that is written, as points over it in pixels of the window
WRITTEN = """async () => {
  const drawn = CanvasRenderingContext2D.prototype;
  const { fillText } = drawn;
  const texts = [];
  drawn.fillText = function (text, x, y) {
    const { left, top, width } = this.canvas.getBoundingClientRect();
    const share = width / this.canvas.width;
    const [half, matrix] = [this.measureText(text).width / 2, this.getTransform()];
    const points = [];
    for (const along of [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]) {
      for (const down of [-7, 0, 7]) {
        const { x: right, y: below } = matrix.transformPoint({ x: x + along * half, y: y + down });
        points.push([left + right * share, top + below * share]);
      }
    }
    texts.push([text, points]);
    return fillText.call(this, text, x, y);
  };
  access15_session.layers.writing.redraw();
  await new Promise((done) => setTimeout(done, 300));
  drawn.fillText = fillText;
  return texts;
}"""


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_minutes_and_streets_never_lie_on_signs(
    start: Callable[..., Opened], size: tuple[int, int]
) -> None:
    page = start(size).page
    page.evaluate("scrollTo(0, 0)")
    for target in ("hub", "library"):
        choose(page, "target", target)
        written = page.evaluate(WRITTEN)
        assert any(text.endswith(" min") for text, _ in written)
        assert size == PHONE or any(text.startswith("Via ") for text, _ in written)
        for disc in page.locator(".a15-mark .a15-disc").all():
            box = disc.bounding_box()
            assert box is not None
            over = [
                text
                for text, points in written
                for x, y in points
                if box["x"] < x < box["x"] + box["width"]
                and box["y"] < y < box["y"] + box["height"]
            ]
            assert over == []
