""" "My house" on the session page: a tap or a street is answered as Python answers, told, printed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from builders.browser import LAPTOP, PHONE, TABLET, Opened
from builders.pages import HOSTILE
from builders.session_steps import (
    AREA,
    LEAVING,
    TARGETS,
    UNNAMED,
    at,
    changes,
    choose,
    nowhere,
    places,
    use,
    with_obstacles,
)
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from access15.core.walk.doors import build_door_snapper, find_door_streets, snap_doors
from access15.core.walk.routes import build_way_finder, find_ways
from access15.core.walk.snap import Snapped, round_places
from access15.outputs.pages.session import render_session
from access15.results.run import AreaResult, RunResult

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

FAR_S = 3600.0
KIND = "drinking_fountain"
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
# what the page found for a walker: seconds and metres of the nearest place and the next one
FOUND = """(profile) => {
  const { house } = access15_session;
  const found = house.look(house.changes, profile);
  return found ? found.ways.map((way) => [way.seconds, way.metres, found.world.facilities[way.facility].id]) : null;
}"""
METRES = """() => {
  const { house, model } = access15_session;
  return model.session.toMetres(house.place.lon, house.place.lat);
}"""
# dark pixels of the first card's map, and the letters of its signs: the house has a picture
DRAWN = """() => {
  const sheet = document.querySelector(".house-map canvas");
  const { data } = sheet.getContext("2d").getImageData(0, 0, sheet.width, sheet.height);
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) {
    dark += data[i + 3] > 0 && data[i] < 60 && data[i + 1] < 60 && data[i + 2] < 60 ? 1 : 0;
  }
  const [own] = document.querySelectorAll(".house-map");
  return [dark, [...own.querySelectorAll(".house-map-sign")].map((one) => one.textContent)];
}"""
PLACE = "() => access15_session.house.place"
CARD = "() => document.querySelector('#house-card').innerText"


def open_house(page: Page) -> None:
    page.locator("#house-tool").click()
    expect(page.locator("#house")).to_be_visible()


def type_street(page: Page, typed: str) -> None:
    page.locator("#house-street").fill(typed)
    page.locator("#house-street").press("Enter")
    expect(page.locator("#house-card")).to_be_visible()


def snap(area: AreaResult, xy: list[float], max_snap_m: float) -> Snapped:
    """The door of a house on whole centimetres, as those of homes."""
    point = np.rint(100 * np.array([xy])) / 100
    snapper = build_door_snapper(area.network, find_door_streets(area.network))
    return round_places(area.network, snap_doors(snapper, point, max_snap_m=max_snap_m))


def find_nearest(area: AreaResult, profile: Any, door: Snapped, category: str) -> list[list[Any]]:
    """Seconds, metres and places of Python's ways to the two nearest places of a kind."""
    rows = np.flatnonzero(area.facilities["category"] == category)
    doors = area.plausible_doors.taken
    row, which = doors.of(rows)
    ends = doors.snapped.take(row)
    finder = build_way_finder(area.network, profile)
    starts = door.take(np.zeros(len(row), dtype=np.int64))
    best: dict[str, list[Any]] = {}
    for way, one in zip(find_ways(finder, starts, ends), which, strict=True):
        name = str(area.facilities["facility_id"].iloc[rows[one]])
        if way.time_s <= FAR_S:
            best[name] = min(best.get(name, [np.inf]), [way.time_s, way.distance_m, name])
    return sorted(best.values())[:2]


def test_a_tap_is_answered_as_python_does(start: Callable[..., Opened], today: RunResult) -> None:
    """For every walker, with steps and raised kerbs about: the same places, seconds and metres to
    the last bit; who must sit walks as in a run.
    """
    result = with_obstacles(today)
    area = result.areas[AREA]
    opened = start(text=render_session(result, AREA))
    page = opened.page
    choose(page, "target", KIND)
    open_house(page)
    free = places(page)
    sat = []
    rows = np.flatnonzero(area.facilities["category"] == KIND)
    near = np.isfinite(area.walkers["sitting"].walks.nearest(rows, cutoff_s=FAR_S)[0])
    homes = area.residents.geometry[near].to_crs("EPSG:4326")
    for place in [*free[:: len(free) // 3], *zip(homes.x[::99], homes.y[::99], strict=True)]:
        page.evaluate("(place) => access15_session.map.setView(place, 16)", place[::-1])
        page.mouse.click(*at(page, *place))
        door = snap(area, page.evaluate(METRES), result.study.max_snap_m)
        for key, profile in result.profiles.items():
            found = page.evaluate(FOUND, key)
            if profile.needs_seat:
                walks = area.walkers[key].walks.starting_at(door)
                nearest_s: NDArray[np.float64] = walks.nearest(rows, cutoff_s=FAR_S)[0]
                assert [one[0] for one in found[:1]] == nearest_s[np.isfinite(nearest_s)].tolist()
                sat += found
            else:
                assert found == find_nearest(area, profile, door, KIND), key
    assert sat
    for key in result.profiles:
        page.evaluate("(profile) => access15_session.store.choose({ profile })", key)
        found = page.evaluate(FOUND, key)
        minutes = f"{math.ceil(found[0][0] / 60)}\u00a0minuti" if found else ""
        expect(page.locator("#house-minutes")).to_have_text(minutes)
    assert opened.troubles == []


def test_keys_alone_from_the_street_to_the_print(page: Page) -> None:
    """Accents, capitals and "Via" need not be typed; arrows choose, Enter takes, arrows move."""
    page.evaluate("window.print = () => { document.body.dataset.printed = '1'; }")
    page.locator("#house-tool").focus()
    page.keyboard.press("Enter")
    field = page.locator("#house-street")
    expect(field).to_be_focused()
    page.keyboard.type("BOIFÀVA pietro")
    options = page.locator("#house-list [role=option]")
    expect(options).to_have_text(["Via Pietro Boifava"])
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    field.fill("de")
    names = options.all_inner_texts()
    assert 1 < len(names) <= 8
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(field).to_have_value(names[1])
    expect(page.locator("#house-found")).to_contain_text(names[1])
    expect(page.locator("#house-said")).to_contain_text("15\u00a0minuti, al passo di")
    before = page.evaluate(PLACE)
    pin = page.locator(".a15-mark:has(.a15-my-house)")
    pin.focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(pin).to_be_focused()
    after = page.evaluate(PLACE)
    assert (after["lat"] - before["lat"]) * 111_320 == pytest.approx(100, abs=0.1)
    page.locator("#house-others button").last.focus()
    page.keyboard.press("Tab")
    expect(page.locator("#house-print")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.body.dataset.printed") == "1"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    pin.focus()
    page.keyboard.press("Delete")
    expect(page.locator("#house-card")).to_be_hidden()
    assert page.evaluate(PLACE) is None
    page.locator("#house-close").press("Enter")
    expect(page.locator("#house-tool")).to_be_focused()


def test_the_streets_add_up_to_the_way(page: Page) -> None:
    """Whole minutes and metres of the rows are those of the whole; nothing unknown is told as 0."""
    choose(page, "target", "library")
    open_house(page)
    type_street(page, "montegani")
    rows = page.locator(".house-streets li").all()
    cells = [row.locator("span").all_inner_texts() for row in rows]
    shown = sum(int(time.split()[0]) for _, time in cells if "<" not in time)
    whole = int(page.locator("#house-minutes").inner_text().split()[0])
    assert len(rows) > 1
    assert shown == whole
    told = page.locator(".house-facts dd").all_inner_texts()
    assert told[-1] == "non si sa"  # nobody has mapped a slope in this sketch
    (way, *_) = page.evaluate(FOUND, page.evaluate("access15_session.store.choice.profile"))
    head = page.locator("#house-more h3", has_text="La strada da fare").inner_text()
    assert f"{round(way[1]):,} m".replace(",", ".") in head
    # names from data stay text
    rename = "(name) => { access15_session.data.streets.street_names[1] = name; }"
    page.evaluate(rename, f"Via {HOSTILE}")
    page.locator("#house-street").fill("img")
    expect(page.locator("#house-list [role=option]")).to_contain_text("<img")
    page.locator("#house-list [role=option]").first.click()
    assert page.locator("#house img").count() == 0
    expect(page.locator("#house-found")).to_contain_text("<img")


def test_what_alone_would_help_and_the_next_place(page: Page) -> None:
    """Beyond fifteen minutes: another pace or a nearer place; where time is up lies on the way."""
    choose(page, "target", "hub")
    choose(page, "profile", "frail")
    open_house(page)
    type_street(page, "Montegani")
    expect(page.locator("#house-said")).to_contain_text("Oltre 15\u00a0minuti")
    expect(page.locator(".house-helps li").last).to_contain_text("Un luogo più vicino")
    heads = page.locator("#house-more h3").all_inner_texts()
    assert [one.split(",")[0].split(":")[0] for one in heads] == ["Che cosa", "La strada da fare"]
    expect(page.locator("#house-more p").last).to_contain_text("Se questo luogo chiude: ")
    found = page.evaluate(FOUND, "frail")
    assert found[0][0] > 900
    assert found[1][0] >= found[0][0]
    assert found[1][2] != found[0][2]
    choose(page, "profile", "adult")
    expect(page.locator("#house-others button").first).to_be_visible()
    assert page.evaluate(FOUND, "adult")[0][0] < found[0][0]


# a home that a missing link alone brings within the longest minutes, and how soon
LINKED = """() => {
  const { house, model, store, data } = access15_session;
  store.choose({ isHouse: true });
  for (const profile of data.profiles.map((one) => one.id)) {
    for (const target of data.targets.filter((one) => model.isKnown([], one))) {
      store.choose({ profile, target });
      const seconds = model.walk(model.today, profile, target).homeTime;
      for (const i of Array.from(seconds.keys()).filter((i) => !(seconds[i] <= model.session.longest_s))) {
        house.put(house.lonLatOf(model.homeUnits(i)));
        const link = house.link(house.look(house.changes, profile));
        if (link) return { ...house.place, seconds: link.seconds };
      }
    }
  }
  return null;
}"""


def test_the_missing_link_that_alone_would_help(
    start: Callable[..., Opened], today: RunResult
) -> None:
    """Told with where, how long and that somebody must look; one press puts it into the proposal, and
    the walk is then what was told. Who must sit is told of none.
    """
    area = today.areas[AREA]
    drawn = replace(area.inputs, network_info=replace(area.network_info, kind="osm"))
    linked = replace(today, areas={AREA: replace(area, inputs=drawn)})
    opened = start(text=render_session(linked, AREA))
    page = opened.page
    place = page.evaluate(LINKED)
    page.evaluate("(place) => access15_session.house.put(place)", place)
    page.evaluate("access15_session.store.refresh()")
    link = page.locator(".house-link")
    minutes = f"{math.ceil(place['seconds'] / 60)}\u00a0minuti"
    expect(link).to_contain_text(re.compile(r"Nuovo passaggio di \d+ m.*(fra|presso) "))
    expect(link).to_contain_text(f": {minutes}. È una linea retta sulla mappa")
    assert Axe().run(page, options=RULES).response["violations"] == []
    link.locator("button").focus()
    page.keyboard.press("Enter")
    (change,) = changes(page)
    assert change["change"] == "add_link"
    expect(page.locator("#house-minutes")).to_have_text(minutes)
    expect(page.locator("#house-said")).to_contain_text("Entro 15\u00a0minuti")
    assert (
        page.evaluate(FOUND, page.evaluate("access15_session.store.choice.profile"))[0][0]
        == (place["seconds"])
    )
    page.locator("#undo").click()
    choose(page, "language", "en")
    expect(link).to_contain_text("somebody must look on the spot")
    assert opened.troubles == []


def test_today_and_with_the_proposal(page: Page) -> None:
    """A place beside the house is told at once, in both worlds; a tool's tap moves no house; nothing
    of the house is part of a proposal.
    """
    choose(page, "target", "library")
    open_house(page)
    type_street(page, "Montegani")
    assert page.evaluate(LEAVING) is False
    before = page.evaluate(PLACE)
    minutes = page.locator("#house-minutes").inner_text()
    use(page, "add", (before["lon"], before["lat"]))
    assert page.evaluate(PLACE) == before
    assert len(changes(page)) == 1
    expect(page.locator("#house-to")).to_contain_text("Nuovo luogo 1")
    expect(page.locator("#house-more p").first).to_contain_text(f"Oggi: {minutes}. Con la proposta")
    choose(page, "view", "today")
    expect(page.locator("#house-minutes")).to_have_text(minutes)
    assert "house" not in json.dumps(page.evaluate("access15_session.history.now"))
    page.locator("#undo").click()
    expect(page.locator("#house-minutes")).to_have_text(minutes)


def test_where_there_is_no_street_and_where_nobody_knows(page: Page) -> None:
    """A name that no street has, a place far from all streets, a kind of place nobody has listed."""
    place = nowhere(page)
    open_house(page)
    page.locator("#house-street").fill("Via Che Non C'è")
    expect(page.locator("#house-list")).to_be_hidden()
    expect(page.locator("#house-found")).to_have_text("Nessuna via con questo nome qui intorno.")
    page.keyboard.press("Enter")
    assert page.evaluate(PLACE) is None
    page.mouse.click(*at(page, *place))
    expect(page.locator("#house-said")).to_contain_text("Qui non c'è una strada entro")
    expect(page.locator("#house-print")).to_be_hidden()
    unknown = page.evaluate(
        "() => { const { model, data } = access15_session;"
        " return data.targets.filter((one) => !model.isKnown([], one)); }"
    )
    assert unknown
    choose(page, "target", unknown[0])
    expect(page.locator("#house-said")).not_to_be_empty()
    assert page.locator("#house-minutes").inner_text() == ""
    assert "non ci si arriva" not in page.evaluate(CARD)  # unknown is no "never"


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_for_fingers_ears_and_both_languages(
    start: Callable[..., Opened], size: tuple[int, int]
) -> None:
    opened = start(size)
    page = opened.page
    choose(page, "target", "library")
    choose(page, "profile", "frail")
    open_house(page)
    page.locator("#house-street").fill("via")
    if size == LAPTOP:  # the list is the same at every size
        assert Axe().run(page, options=RULES).response["violations"] == []
    type_street(page, "Montegani")
    small = [one for one in page.evaluate(TARGETS) if min(one[1:]) < 44]
    assert small == []
    assert page.evaluate(UNNAMED) == []
    assert Axe().run(page, options=RULES).response["violations"] == []
    wide = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert page.evaluate(wide) is False
    # on a phone, where the card stands below, the map says it in short
    minutes = page.locator("#house-minutes")
    is_below = minutes.evaluate("(one) => one.getBoundingClientRect().top > innerHeight")
    said = f"Da casa mia a: Biblioteca Chiesa Rossa: {minutes.inner_text()}" if is_below else ""
    assert page.locator("#said").inner_text() == said
    choose(page, "language", "en")
    expect(page.locator("#house-card")).to_contain_text("From my house to:")
    assert "minut " not in page.evaluate(CARD)
    assert opened.troubles == []


def test_two_cards_on_an_a4(page: Page) -> None:
    """Today's and the proposal's where there is one, else the same twice; the page is back after."""
    page.evaluate("window.print = () => {}")
    choose(page, "target", "library")
    open_house(page)
    type_street(page, "Montegani")
    page.locator("#house-print").click()
    assert page.locator(".house-map canvas[role=img][aria-label^='Da casa mia a:']").count() == 2
    dark, signs = page.evaluate(DRAWN)
    assert dark > 1000  # the way, three pixels to one and five wide
    assert signs == ["", "L"]
    text = read_sheet(page)
    assert text.count("Da casa mia a:") == 2
    assert text.count("Casa: Via Lodovico Montegani") == 2
    assert text.count("Strade: ") == 2  # not cut off at the foot
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#house-paper article").count() == 0
    before = page.evaluate(PLACE)
    use(page, "add", (before["lon"], before["lat"]))
    page.locator("#house-print").click()
    text = read_sheet(page)
    assert text.count("Nuovo luogo 1") >= 1
    assert "Oggi" in text
    assert "Proposta A" in text


def read_sheet(page: Page) -> str:
    """Text of the one upright A4 that is printed."""
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(document) == 1
    width, height = document[0].get_size()
    assert [round(width), round(height)] == [595, 842]
    text: str = document[0].get_textpage().get_text_range()
    return text
