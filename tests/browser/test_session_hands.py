"""The session page with keys, fingers and weak eyes, in two languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from builders.browser import LAPTOP, TABLET, Open, Opened, wait_until_open
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
    use,
)
from playwright.sync_api import Page, expect

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
