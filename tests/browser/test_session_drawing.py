"""The session page on screen and paper: colours, views, budgets, and other Folium layers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import folium
import numpy as np
import pypdfium2
import pytest
from builders.browser import LAPTOP, TABLET, Open, Opened
from builders.printed import (
    MAP_MM,
    MARGIN_MM,
    MEDIUM_ROAD,
    PIXELS_PER_MM,
    inked,
    n_like,
    print_page,
)
from builders.session_steps import (
    AREA,
    LEAVING,
    NEW_PLACE,
    changes,
    choose,
    sign,
    use,
)
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from access15.errors import ConfigError
from access15.outputs.pages.map_data import blend_on_paper, pick_band_colours
from access15.outputs.pages.session import SessionMap, draw_session, render_session
from access15.results.run import RunResult

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


LEAST_ALIKE = 60  # pixels around a corner: the middle of a street is wider


def around(page: Page, x: float, y: float) -> NDArray[np.uint8]:
    """What is drawn within 40 pixels of a point."""
    clip = {"x": x - 40, "y": y - 40, "width": 80, "height": 80}
    return np.asarray(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB"))


# --- on paper, and colours


@pytest.mark.parametrize("landscape", [True, False], ids=["lying", "upright"])
@pytest.mark.parametrize("size", [LAPTOP, TABLET], ids=["laptop", "tablet"])
def test_a_session_prints_on_one_a3_sheet(
    start: Callable[..., Opened], size: tuple[int, int], landscape: bool
) -> None:
    page = start(size).page
    use(page, "add", NEW_PLACE)
    page.locator("#vote-more").click()
    colours = [blend_on_paper(colour) for colour in pick_band_colours(3)]
    (sheet,) = print_page(page, paper="A3", landscape=landscape)
    left = top = MARGIN_MM * PIXELS_PER_MM
    if not landscape:
        left = int((sheet.shape[1] - MAP_MM[0] * PIXELS_PER_MM) / 2)
    width, height = (int(side * PIXELS_PER_MM) - 8 for side in MAP_MM)
    drawn = sheet[top + 8 :, left + 8 :][:height, :width]
    assert n_like(drawn, MEDIUM_ROAD) > 40
    for colour in (colours[0], colours[2]):
        assert n_like(drawn, tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))) > 2000
    assert n_like(drawn, (0x35, 0x31, 0x2B)) > 500, "names of streets"
    assert inked(sheet[top + 8 + height :]) + inked(sheet[:, left + 8 + width :]) > 0.03


@pytest.mark.parametrize("landscape", [True, False], ids=["lying", "upright"])
@pytest.mark.parametrize("paper", ["A3", "A4", "Letter"])
def test_a_session_prints_on_one_sheet_of_any_size(page: Page, paper: str, landscape: bool) -> None:
    use(page, "add", NEW_PLACE)
    (sheet,) = pypdfium2.PdfDocument(page.pdf(format=paper, landscape=landscape))
    words = sheet.get_textpage().get_text_range()
    assert "Proposta A" in words
    assert "Calcolato" in words, "the last of the sources"
    assert "confine del quartiere" in words, "the last of the key"


def test_a_sheet_says_what_was_proposed_and_the_screen_comes_back(page: Page) -> None:
    use(page, "add", NEW_PLACE)
    choose(page, "view", "both")
    document = pypdfium2.PdfDocument(page.pdf(format="A3", landscape=True))
    words = " ".join(sheet.get_textpage().get_text_range() for sheet in document)
    for word in ("Proposta A", "Nuovo luogo 1", "82 anni", "Legenda", "Il passo", "OpenStreetMap"):
        assert word in words
    assert "Salva" not in words
    assert "Stampata è la proposta" in words
    expect(page.locator("#paper-both")).to_be_hidden()
    assert page.evaluate("access15_session.store.choice.view") == "both"
    assert page.evaluate("document.body.classList.contains('a15-paper')") is False
    assert page.locator(".a15-second").count() == 1


@pytest.mark.parametrize("landscape", [True, False], ids=["lying", "upright"])
def test_a_sheet_has_room_for_a_full_proposal(page: Page, landscape: bool) -> None:
    page.evaluate(
        """([lon, lat]) => {
          const { edits } = access15_session;
          let doc = access15_session.history.now;
          for (let i = 0; i < 9; i += 1) {
            doc = edits.addChange(doc, { change: "add_facility", name: `Luogo ${i}`, category: "hub", lon, lat });
          }
          for (let i = 0; i < 30; i += 1) {
            doc = edits.addNote(doc, { text: `Nota-${i} ${"qui manca una panchina ".repeat(20)}`, lon, lat });
          }
          access15_session.actions.commit(doc);
        }""",
        list(NEW_PLACE),
    )
    (sheet,) = pypdfium2.PdfDocument(page.pdf(format="A4", landscape=landscape))
    words = sheet.get_textpage().get_text_range()
    assert "Nota-4" in words
    assert "Nota-5" not in words
    assert "e altre 25 righe nel file" in words
    assert "Calcolato" in words


@pytest.mark.parametrize("is_filled", [True, False], ids=["zones", "streets"])
def test_key_shows_the_colours_of_the_map(page: Page, is_filled: bool) -> None:
    choose(page, "profile", "adult")
    if not is_filled:
        page.locator("#filled").uncheck()
    page.evaluate(
        """() => {
          const { layers, marks, map } = access15_session;
          for (const [name, layer] of Object.entries(layers)) if (name !== "bands") layer.remove();
          marks.markers().forEach((marker) => marker.remove());
          map.setZoom(17, { animate: false });
        }"""
    )
    for i in range(3):
        # a corner of a street part that is in this band alone
        x, y = page.evaluate(
            """(i) => {
              const { model, streets, map, data } = access15_session;
              const walk = model.walk(model.today, "adult", "hub");
              const { u, v } = model.session.streets;
              const limits = [0, ...data.cutoffs_min].map((n) => 60 * n);
              const isIn = (node) => walk.nodeTime[node] > limits[i] + 45 && walk.nodeTime[node] <= limits[i + 1] - 45;
              const isAlone = (e) => isIn(u[e]) && isIn(v[e]);
              const edge = u.findIndex((_, e) => isAlone(e));
              const line = streets.line(edge);
              const { frame } = data;
              const point = L.point(frame.west + frame.unit * line[0], frame.north - frame.unit * line[1]);
              map.setView(L.Projection.SphericalMercator.unproject(point), 18, { animate: false });
              const size = map.getSize();
              const corner = map.getContainer().getBoundingClientRect();
              return [corner.x + size.x / 2, corner.y + size.y / 2];
            }""",
            i,
        )
        swatch = page.locator(f"#swatch-{i}").evaluate(
            "(one) => getComputedStyle(one).backgroundColor"
        )
        away = np.array(255)
        for _ in range(50):  # the canvas is drawn when the browser gets to it
            page.wait_for_timeout(100)
            key = [int(part) for part in re.findall(r"\d+", swatch)]
            away = np.abs(around(page, x, y).astype(int) - key).max(axis=2)
            if (away <= 2).sum() > LEAST_ALIKE:  # on its street, or beside it
                break
        assert (away <= 2).sum() > LEAST_ALIKE
        if is_filled:
            expected = blend_on_paper(pick_band_colours(3)[i])
            assert (
                swatch == f"rgb({', '.join(str(int(expected[j : j + 2], 16)) for j in (1, 3, 5))})"
            )


def n_painted(page: Page, pane: str) -> int:
    painted: int = page.evaluate(
        """(pane) => {
          const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let n = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) n += 1;
          return n;
        }""",
        pane,
    )
    return painted


def test_views_draw_what_they_promise(start: Callable[..., Opened]) -> None:
    page = start().page
    assert n_painted(page, "a15-base") > 3000
    assert n_painted(page, "a15-bands") > 3000
    assert n_painted(page, "a15-writing") > 1000
    assert n_painted(page, "a15-homes") == 0
    use(page, "add", NEW_PLACE)
    assert n_painted(page, "a15-homes") > 500
    assert n_painted(page, "a15-difference") == 0
    choose(page, "view", "difference")
    assert n_painted(page, "a15-difference") > 500
    choose(page, "view", "today")
    assert n_painted(page, "a15-homes") == 0
    assert sign(page, "Nuovo luogo").count() == 0
    choose(page, "view", "both")
    assert page.locator(".a15-side").all_text_contents() == ["Oggi", "Proposta A"]
    same = page.evaluate(
        """() => {
          const { map } = access15_session;
          const { second } = access15_session.views;
          const size = map.getSize();
          const left = second.map.containerPointToLatLng([size.x / 4, size.y / 2]);
          const right = map.containerPointToLatLng([0.75 * size.x, size.y / 2]);
          return map.latLngToContainerPoint(left).distanceTo(map.latLngToContainerPoint(right));
        }"""
    )
    assert same <= 2, "pixels"


def test_a_tap_in_the_half_of_today_means_the_place_that_is_seen_there(page: Page) -> None:
    choose(page, "view", "both")
    page.locator("[data-tool=add]").click()
    lon, lat = page.evaluate(
        """() => {
          const { lat, lng } = access15_session.views.second.map.containerPointToLatLng([200, 300]);
          return [lng, lat];
        }"""
    )
    box = page.locator(".a15-second").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 200, box["y"] + 300)
    (added,) = changes(page)
    assert (added["lon"], added["lat"]) == pytest.approx((lon, lat), abs=1e-4)


def test_whoever_changes_today_sees_the_proposal(page: Page) -> None:
    choose(page, "view", "today")
    sign(page, "Boifava").focus()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("access15_session.store.choice.view") == "proposal"
    assert len(changes(page)) == 1
    choose(page, "view", "today")
    box = sign(page, "De Andr").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 24, box["y"] + 24)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 60, steps=5)
    page.mouse.up()
    assert page.evaluate("access15_session.store.choice.view") == "proposal"
    assert [one["change"] for one in changes(page)] == ["move_facility", "move_facility"]


# --- budgets, and building


@pytest.mark.parametrize("area_id", ["chiesa_rossa", "forlanini_salomone"])
@pytest.mark.real_data
def test_real_neighbourhoods_keep_to_the_budget(
    open_page: Open, milan: RunResult, area_id: str
) -> None:
    text = render_session(milan, area_id)
    assert len(text.encode()) < 1_200_000
    opened = open_page("real.html", text=text)
    expect(opened.page.locator("#headline")).not_to_be_empty()
    assert opened.troubles == []


def test_two_builds_are_the_same_and_an_unknown_area_is_refused(
    today: RunResult, page_text: str
) -> None:
    assert render_session(today, AREA) == page_text
    with pytest.raises(
        ConfigError, match="this run has no area 'nowhere': its areas are chiesa_rossa"
    ):
        SessionMap(today, "nowhere")


def test_other_folium_layers_stand_beside_it(
    start: Callable[..., Opened], today: RunResult
) -> None:
    drawn = draw_session(today, AREA)
    folium.Marker(
        NEW_PLACE[::-1], icon=folium.DivIcon(html="<b class='guest'>ciao</b>"), popup="ciao"
    ).add_to(drawn)
    folium.CircleMarker([45.43, 9.17], radius=20).add_to(drawn)
    folium.LayerControl().add_to(drawn)
    opened = start(text=str(drawn.get_root().render()))
    page = opened.page
    expect(page.locator(".guest")).to_have_text("ciao")
    page.locator(".guest").click()
    expect(page.locator(".leaflet-popup-content")).to_be_visible()
    use(page, "add", (9.1720, 45.4290))
    assert len(changes(page)) == 1
    assert opened.troubles == []


def test_it_can_be_added_to_any_folium_map(today: RunResult) -> None:
    plain = folium.Map(location=[45.43, 9.18], zoom_start=14, tiles=None)
    SessionMap(today, AREA).add_to(plain)
    text = plain.get_root().render()
    assert text.index('id="access15-session-data"') < text.index(".openSession(map_")
    assert text.index("leaflet.js") < text.index("class CanvasLayer extends L.Renderer")


def test_leaving_with_unsaved_changes_is_asked_about(start: Callable[..., Opened]) -> None:
    opened = start()
    page = opened.page
    use(page, "add", NEW_PLACE)
    assert page.evaluate(LEAVING)
    page.locator("#undo").click()
    assert not page.evaluate(LEAVING)
