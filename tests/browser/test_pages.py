"""What people meet: pages without internet, large type, keys and fingers, numbers that are the
tables'.
"""

from __future__ import annotations

from typing import Any

import folium
import numpy as np
import pypdfium2
import pytest
from builders.browser import AREAS, LAPTOP, NASTY, PHONE, TABLET, Open
from builders.modules import ask_module
from builders.pixels import TEXTS, pixel
from playwright.sync_api import Page, expect

from access15.outputs.pages.basemap import encode_flags, encode_numbers
from access15.outputs.pages.folium_map import draw_map, render_map
from access15.outputs.pages.map_data import blend_on_paper, pick_band_colours
from access15.outputs.words.confidence import write_share
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.numbers import format_number
from access15.outputs.words.sentences import describe_finding
from access15.outputs.words.texts import clean_text
from access15.results.run import RunResult

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

PAGES = [f"{lang}/{name}.html" for lang in ("it", "en") for name in ("index", *AREAS)]
MAPS = [name for name in PAGES if "index" not in name]
TARGETS = """() => [...document.querySelectorAll("a, button, select, summary, label.walker, .leaflet-marker-icon")]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().width, one.getBoundingClientRect().height])"""


def choose(page: Page, profile: str, target: str) -> None:
    page.locator(f"input[value={profile}]").check(force=True)
    page.locator("#target").select_option(target)


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_for_nothing_have_language_and_title_and_may_be_zoomed(
    open_page: Open, name: str
) -> None:
    opened = open_page(name)
    if name in MAPS:
        for target in ("library", "bike_station", "wemi", "hub"):
            choose(opened.page, "frail", target)
        opened.page.locator(".leaflet-control-layers").hover()
        opened.page.locator(".leaflet-control-zoom-in").click()
        opened.page.wait_for_timeout(400)
    assert opened.troubles == []
    assert all(url.startswith(("file:", "data:", "blob:")) for url in opened.requests)
    assert len([url for url in opened.requests if url.startswith("file:")]) == 1
    page = opened.page
    assert page.evaluate("document.documentElement.lang") == name[:2]
    assert page.title()
    viewport = page.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
@pytest.mark.parametrize("name", PAGES)
def test_everything_can_be_read_and_hit(open_page: Open, name: str, size: tuple[int, int]) -> None:
    page = open_page(name, size).page
    for summary in page.locator("summary").all():
        if summary.locator("..").get_attribute("open") is None:
            summary.click()
    if name in MAPS:
        page.locator(".leaflet-marker-icon").first.focus()
        page.keyboard.press("Enter")
        page.locator(".leaflet-control-layers").hover()
    texts = page.evaluate(TEXTS)
    assert len(texts) > 40
    assert [text for text in texts if text[1] < 16] == []
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 18
    targets = page.evaluate(TARGETS)
    assert len(targets) > 2
    # to a tenth: a map that is being moved lies between pixels
    assert [target for target in targets if round(min(target[1:]), 1) < 44] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


# what the page says after each choice, made as a person makes it: by changing the control
TOLD = """(choices) => choices.map(([profile, target]) => {
  document.querySelector(`input[value=${profile}]`).checked = true;
  document.getElementById("target").value = target;
  document.getElementById("target").dispatchEvent(new Event("change", { bubbles: true }));
  const text = (id) => document.getElementById(id).textContent;
  return {
    share: text("share"),
    rows: [0, 1, 2].map((i) => [text(`people-${i}`), text(`share-${i}`)]),
    findings: [...document.querySelectorAll("#all-targets td")].map((cell) => cell.textContent),
  };
})"""


@pytest.mark.parametrize("name", MAPS)
def test_choosing_changes_the_numbers_to_those_of_the_run(
    open_page: Open, result: RunResult, name: str
) -> None:
    lang: Any = name[:2]
    area = name[3:].removesuffix(".html")
    findings, table = Findings(result, area, lang), result.areas[area].coverage
    table = table[(table["zone"] == "all") & (table["group"] == "age_65_plus")]
    unknown, head = {"it": ("non noto", "Non noto"), "en": ("unknown", "Unknown")}[lang]
    targets = findings.targets()
    choices = [(profile, target.id) for profile in result.profiles for target in targets]
    told = open_page(name).page.evaluate(TOLD, choices)
    for (profile, target), page in zip(choices, told, strict=True):
        assert page["findings"] == [describe_finding(findings, profile, one.id) for one in targets]
        rows = table[(table["profile"] == profile) & (table["category"] == target)].sort_values(
            "cutoff_min"
        )
        if target in ("wemi", "pharmacy"):
            assert (page["share"], page["rows"]) == (head, [[unknown, unknown]] * 3)
        elif len(rows):  # a single hub is not in the table
            shares = [write_share(findings, profile, share) for share in rows["share"]]
            people = [format_number(covered, lang) for covered in rows["covered"]]
            assert page["rows"] == [list(pair) for pair in zip(people, shares, strict=True)]
            assert page["share"].casefold() == shares[-1].casefold()  # "At most" begins it


def test_zero_is_said_and_unknown_is_said(open_page: Open) -> None:
    page = open_page("it/forlanini_salomone.html").page
    choose(page, "wheelchair", "bike_station")
    assert page.locator("#share").text_content() == "0\u00a0%"
    assert "il più vicino a" in (page.locator("#notes").text_content() or "")
    choose(page, "wheelchair", "pharmacy")
    assert page.locator("#sentence").text_content() == (
        "Nessun luogo di questo tipo nell'elenco (non vuol dire zero)."
    )


def test_key_shows_the_colours_of_the_map(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html").page
    choose(page, "adult", "cam-04")
    for box in ("Residenti oltre", "Centri (hub)", "Confine"):  # nothing over the bands
        page.locator(".leaflet-control-layers").hover()
        page.locator(".leaflet-control-layers label", has_text=box).click()
    page.mouse.move(5, 5)
    page.evaluate("access15_page.writing.remove()")
    page.evaluate("access15_page.base.remove()")
    page.wait_for_timeout(300)
    hub = page.evaluate(
        """() => {
          const hub = access15_page.data.facilities.find((one) => one.name === "Casa di Quartiere Boifava");
          const at = access15_page.map.latLngToContainerPoint([hub.lat, hub.lon]);
          const corner = access15_page.map.getContainer().getBoundingClientRect();
          return [corner.x + at.x, corner.y + at.y];
        }"""
    )
    # discs of 5, 10 and 15 minutes around the hub: look right of it, half-way through each band
    pixels_per_metre = page.evaluate(
        """() => { const map = access15_page.map; const c = map.getCenter();
          const p = map.latLngToContainerPoint(c);
          return 100 / map.distance(c, map.containerPointToLatLng([p.x + 100, p.y])); }"""
    )
    metres_per_minute = 60 * 1.33 / 1.3
    for i, minutes in enumerate((2.5, 7.5, 12.5)):
        shown = pixel(page, hub[0] + minutes * metres_per_minute * pixels_per_metre, hub[1])
        expected = blend_on_paper(pick_band_colours(3)[i])
        swatch = page.locator(f"#swatch-{i}").evaluate(
            "(one) => getComputedStyle(one).backgroundColor"
        )
        rgb = [int(expected[j : j + 2], 16) for j in (1, 3, 5)]
        assert swatch == f"rgb({rgb[0]}, {rgb[1]}, {rgb[2]})"
        assert np.abs(np.array(shown) - rgb).max() <= 2


def test_streets_bands_names_and_people_are_drawn(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html").page
    painted = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".a15-canvas")].map((canvas) => {
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          let n = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) n += 1;
          return [canvas.parentElement.className.match(/leaflet-(a15-\\w+)/)[1], n];
        }))"""
    )
    assert set(painted) == {
        f"a15-{name}" for name in ("base", "veil", "bands", "outline", "dots", "writing")
    }
    assert min(painted.values()) > 3000


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_a_neighbourhood_is_one_screen_of_the_index(open_page: Open, size: tuple[int, int]) -> None:
    """One large sentence, who is left out on a map beside it, three things that would help; nothing
    wider than the screen, everything else folded.
    """
    opened = open_page("it/index.html", size)
    page = opened.page
    sentences, maps = page.locator(".gap"), page.locator("svg.left-out")
    assert sentences.count() == maps.count() == 2
    told, drawn = sentences.first.bounding_box(), maps.first.bounding_box()
    assert told is not None
    assert drawn is not None
    assert told["y"] + told["height"] < size[1], "read without scrolling"
    assert sentences.first.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)") >= 24
    heights = page.locator(".area").evaluate_all(
        """(areas) => areas.map((one) => one.querySelector(".aids").getBoundingClientRect().bottom
          - one.getBoundingClientRect().top)"""
    )
    if size == LAPTOP:
        assert drawn["x"] >= told["x"] + told["width"]
        assert drawn["y"] + drawn["height"] <= size[1]
        assert max(heights) <= size[1]
    assert drawn["x"] + drawn["width"] <= size[0]
    # words of the map are as large on the screen as other words, whatever it is scaled to
    small = maps.first.evaluate(
        """(svg) => Math.min(...[...svg.querySelectorAll("text")].map(
          (one) => parseFloat(getComputedStyle(one).fontSize) * svg.getScreenCTM().a))"""
    )
    assert small >= 15.5
    assert page.locator("table:visible").count() == 0
    seen = page.locator("main").inner_text()
    folds = page.locator("summary:visible").all_inner_texts()
    assert len(seen.split()) - sum(len(one.split()) for one in folds) < 600
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert opened.troubles == []


def test_the_index_prints_a_sheet_for_each_neighbourhood(open_page: Open) -> None:
    page = open_page("it/index.html", LAPTOP).page
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    texts = [" ".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document]
    assert len(texts) == len(AREAS)
    for text, name in zip(texts, ("Chiesa Rossa", "Forlanini-Salomone"), strict=True):
        assert name in text
        assert "Che cosa aiuterebbe di più" in text
        assert "Gruppo per gruppo" not in text


def test_names_in_the_chart_fit_and_keep_apart(open_page: Open) -> None:
    page = open_page("it/index.html", PHONE).page
    page.locator("summary", has_text="Minuto per minuto").first.click()
    boxes = page.locator("svg.curves").first.evaluate(
        """(svg) => [...svg.querySelectorAll("text")].map((one) => {
          const box = one.getBBox();
          return [box.x, box.y, box.width, box.height];
        })"""
    )
    width, height = (
        float(part)
        for part in (page.locator("svg.curves").first.get_attribute("viewBox") or "").split()[2:]
    )
    for i, (x, y, w, h) in enumerate(boxes):
        assert x >= -0.5
        assert x + w <= width + 0.5
        assert y + h <= height
        for left, top, across, down in boxes[:i]:
            apart = (
                x >= left + across or left >= x + w or y >= top + 0.8 * down or top >= y + 0.8 * h
            )
            assert apart


def test_nothing_lies_on_an_open_popup_on_a_telephone(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html", PHONE).page
    page.wait_for_timeout(600)  # the map zooms to its neighbourhood as it opens
    page.locator(".leaflet-marker-icon").first.focus()
    page.keyboard.press("Enter")
    close = page.locator(".leaflet-popup-close-button")
    expect(close).to_be_focused()
    expect(page.locator(".leaflet-control-layers")).to_be_hidden()
    page.wait_for_timeout(600)  # the map moves until the popup is in sight
    place, frame = close.bounding_box(), page.locator(".leaflet-container").bounding_box()
    assert place is not None
    assert frame is not None
    assert frame["y"] <= place["y"]
    assert place["x"] + place["width"] <= frame["x"] + frame["width"]
    close.click()
    expect(page.locator(".leaflet-control-layers")).to_be_visible()


def test_hostile_names_are_text_in_the_popup(open_page: Open) -> None:
    opened = open_page("it/chiesa_rossa.html")
    page = opened.page
    choose(page, "adult", "library")
    page.locator(".leaflet-marker-icon[aria-label*='onerror']").click()
    popup = page.locator(".leaflet-popup-content")
    expect(popup.locator("h3").first).to_have_text(clean_text(NASTY["name"], "it"))
    assert popup.locator("img, script").count() == 0
    assert popup.locator("dd").nth(1).get_attribute("dir") == "auto"
    assert opened.troubles == []


def test_popup_tells_a_place_its_people_and_its_minutes(open_page: Open, result: RunResult) -> None:
    page = open_page("it/chiesa_rossa.html").page
    choose(page, "older_adult", "library")
    page.locator(".leaflet-marker-icon[aria-label^='Biblioteca Chiesa Rossa']").click()
    text = page.locator(".leaflet-popup-content").inner_text()
    for said in (
        "Biblioteca Chiesa Rossa",
        "Indirizzo",
        "punto ufficiale",
        "sulla rete delle strade",
        "A piedi fino a",
        "Chiesa Rossa: residenti di 65 anni e più entro 15",
        "Al loro passo (Persona anziana)",
        "Passo «Adulto»",
        "Differenza",
    ):
        assert said in text
    assert text.count("minut") == 5
    library = (
        result.areas["chiesa_rossa"].facilities.set_index("name").loc["Biblioteca Chiesa Rossa"]
    )
    cells = page.locator(".leaflet-popup-content table").first.locator("td").all_inner_texts()
    people = [format_number(library[f"{kind}_age_65_plus"], "it") for kind in ("own", "claim")]
    assert [cell.split()[0] for cell in cells[:2]] == people
    assert cells[2] == format_number(
        round(library["claim_age_65_plus"]) - round(library["own_age_65_plus"]), "it"
    )
    choose(page, "older_adult", "wemi")
    page.locator(".leaflet-marker-icon[aria-label^='Spazio WeMi Valla']").click()
    content = page.locator(".leaflet-popup-content")
    expect(content).to_have_count(1)  # the one before fades away
    assert (
        "Vedi la piattaforma WeMi del Comune di Milano (wemi.comune.milano.it)"
        in content.inner_text()
    )
    assert "posizione incerta" in content.inner_text()
    assert content.locator("a").count() == 0


def test_places_under_one_finger_open_together(open_page: Open, result: RunResult) -> None:
    library = (
        result.areas["chiesa_rossa"].facilities.set_index("name").loc["Biblioteca Chiesa Rossa"]
    )
    assert library["category"] == "library"
    page = open_page("it/chiesa_rossa.html").page
    choose(page, "adult", "library")
    for _ in range(4):
        page.locator(".leaflet-control-zoom-out").click()
        page.wait_for_timeout(350)
    page.locator(".leaflet-marker-icon[aria-label^='Biblioteca Chiesa Rossa']").click(force=True)
    cards = page.locator(".a15-card h3")
    assert "Biblioteca Chiesa Rossa" in cards.all_text_contents()
    assert cards.count() >= 2
    assert page.locator(".a15-several").text_content() == f"{cards.count()} luoghi in questo punto"


def test_everything_works_with_keys_alone(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "older_adult"
    before = page.locator("#share").text_content()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.querySelector('input[name=profile]:checked').value") == "frail"
    assert page.locator("#share").text_content() != before
    outline = page.locator(".walker", has=page.locator("input:checked")).evaluate(
        "(one) => getComputedStyle(one).outlineStyle + "
        "parseFloat(getComputedStyle(one).outlineWidth)"
    )
    assert outline == "solid3"  # black, around two pixels of white
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "target"
    marker = page.locator(".leaflet-marker-icon").first
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content h3")).to_have_count(1)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Chiudi"
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    assert marker.evaluate("(one) => one === document.activeElement")


def test_every_control_has_a_name(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html").page
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("a, button, select, input, .leaflet-marker-icon")]
          .filter((one) => one.checkVisibility())
          .filter((one) => !(one.getAttribute("aria-label") || one.title || one.textContent.trim()
            || (one.labels && [...one.labels].some((label) => label.textContent.trim()))))
          .map((one) => one.outerHTML.slice(0, 90))"""
    )
    assert unnamed == []


def test_layer_control_closes_with_escape_and_follows_the_choice(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html").page
    choose(page, "adult", "library")
    toggle = page.locator(".leaflet-control-layers-toggle")
    assert toggle.text_content() == "Cosa mostrare"
    toggle.focus()
    page.keyboard.press("Enter")
    library = page.locator(".leaflet-control-layers label", has_text="Biblioteca").locator("input")
    expect(library).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-control-layers-expanded")).to_have_count(0)
    choose(page, "adult", HUB)
    expect(library).not_to_be_checked()


def test_a_reloaded_page_shows_what_its_controls_say(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html").page
    choose(page, "frail", "library")
    page.reload()
    chosen = page.evaluate(
        "[document.querySelector('input[name=profile]:checked').value, target.value]"
    )
    assert page.evaluate("Object.values(access15_page.choice())") == chosen


def test_home_button_brings_the_neighbourhood_back(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html").page
    before = page.evaluate("access15_page.map.getCenter()")
    page.evaluate("access15_page.map.setView([45.6, 9.5], 12, {animate: false})")
    page.locator(".a15-home").click()
    page.wait_for_timeout(600)
    after = page.evaluate("access15_page.map.getCenter()")
    assert (after["lat"], after["lng"]) == pytest.approx((before["lat"], before["lng"]), abs=1e-4)


def test_map_stands_above_the_result_on_an_upright_tablet(open_page: Open) -> None:
    page = open_page("it/chiesa_rossa.html", TABLET).page
    boxes = {
        name: page.locator(name).bounding_box()
        for name in (".choices", ".folium-map", "section.result", ".more")
    }
    tops = [box["y"] for box in boxes.values() if box]
    assert len(tops) == 4
    assert tops == sorted(tops)
    assert boxes[".folium-map"]["height"] > 500
    assert boxes[".folium-map"]["width"] == TABLET[0]


def test_page_decodes_what_python_encodes() -> None:
    values = np.array([0, 1, -1, 63, -64, 64, -65, 2**31, -(2**40), 8191, -8192, 5])
    asked = [[encode_numbers(values)]]
    assert ask_module("core/decode.js", "decodeNumbers", asked) == [values.tolist()]
    flags = np.array([True, False, False, True, True, False, True, False, True])
    asked = [[encode_flags(flags), 9]]
    assert ask_module("core/decode.js", "decodeFlags", asked) == [flags.tolist()]


def test_folium_layers_added_by_others_work_offline(open_page: Open, result: RunResult) -> None:
    drawn = draw_map(result, "chiesa_rossa")
    group = folium.FeatureGroup(name="Prova").add_to(drawn)
    folium.CircleMarker([45.43, 9.18], popup=folium.Popup("ciao", show=True)).add_to(drawn)
    folium.Marker([45.431, 9.181]).add_to(group)
    opened = open_page("it/more.html", text=drawn.get_root().render())
    assert opened.troubles == []
    expect(opened.page.locator(".leaflet-popup-content")).to_have_text("ciao")
    assert opened.page.locator("img.leaflet-marker-icon").evaluate("(one) => one.naturalWidth") > 0
    opened.page.locator(".leaflet-control-layers").hover()
    expect(opened.page.locator(".leaflet-control-layers label", has_text="Prova")).to_have_count(1)


def test_online_tiles_are_not_asked_for_until_somebody_does(
    open_page: Open, result: RunResult
) -> None:
    opened = open_page("it/tiles.html", text=render_map(result, "chiesa_rossa", tiles=True))
    assert [url for url in opened.requests if url.startswith("http")] == []
    opened.page.locator(".leaflet-control-layers").hover()
    opened.page.locator(".leaflet-control-layers label", has_text="Mappa in rete").click()
    opened.page.wait_for_timeout(300)
    assert any(url.startswith("https://tile.openstreetmap.org/") for url in opened.requests)


def test_injected_scripts_do_not_run(open_page: Open, result: RunResult) -> None:
    page = render_map(result, "chiesa_rossa").replace(
        "</main>", "<script>window.ran = 1</script></main>", 1
    )
    opened = open_page("it/injected.html", text=page)
    assert opened.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in trouble for trouble in opened.troubles)
