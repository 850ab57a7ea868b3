""" "Where would it help most?" on the session page: Python's corner, and what people do with it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from builders.best_sites import best_site_of
from builders.browser import LAPTOP, PHONE, TABLET, Opened, wait_until_open
from builders.session_steps import (
    AREA,
    TARGETS,
    UNNAMED,
    changes,
    choose,
    press,
    show_tools,
    sign,
    with_obstacles,
)
from playwright.sync_api import Page, expect

from access15.outputs.pages.session import render_session
from access15.results.prepared import Answer, SessionSites, Site
from access15.results.run import RunResult

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

SPOTS = "() => access15_session.where.spots().map((one) => [one.gained, one.lon, one.lat])"
PLACES = (Site("Via Uno", 9.1800, 45.4325, 300.25), Site("Via Due", 9.1755, 45.4290, 200.25))
HEADLINE = "() => document.querySelector('#headline-number').textContent"


def look(page: Page) -> None:
    """Open the part and wait until every corner has been tried."""
    show_tools(page)
    page.locator("#where-tool").click()
    wait(page)


def wait(page: Page) -> None:
    expect(page.locator("#where-progress")).to_be_hidden()


def spots(page: Page) -> list[list[float]]:
    found: list[list[float]] = page.evaluate(SPOTS)
    return found


def prepared_for(result: RunResult, group: str = "age_65_plus") -> Answer:
    profile = result.study.own_profile(group)
    return Answer(profile, "library", group, max(result.cutoffs_min), 500.5, 500.5, PLACES)


def test_the_best_corner_is_pythons(start: Callable[..., Opened], today: RunResult) -> None:
    """For every walker, one who must sit and one who takes no steps among them, and every group;
    what was being looked for before is no longer.
    """
    result = with_obstacles(today)
    opened = start(text=render_session(result, AREA))
    page = opened.page
    choose(page, "target", "library")
    page.locator("#where-tool").click()
    n_gained = 0
    for profile in result.profiles:
        find = best_site_of(result, AREA, profile)  # type: ignore[arg-type]
        choose(page, "target", "csrc")
        choose(page, "profile", profile)
        choose(page, "target", "library")
        wait(page)
        for group in result.study.population.groups:
            choose(page, "group", group)
            row, gained, place = find("library", group)
            best = spots(page)[:1]
            assert best == ([[gained, *place]] if row >= 0 else []), (profile, group)
            n_gained += row >= 0
    assert n_gained > len(result.profiles)
    assert opened.troubles == []


def test_a_pin_puts_the_place_there_and_undo_takes_it_back(page: Page) -> None:
    choose(page, "target", "library")
    look(page)
    before = spots(page)
    assert [one[0] for one in before] == sorted((one[0] for one in before), reverse=True)
    pin = page.locator(".leaflet-marker-icon:has(.a15-site)").first
    gained = pin.locator(".a15-site span").inner_text()
    pin.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#site-gained")).to_contain_text(gained.removeprefix("+"))
    assert page.locator("#site-groups dt").count() == page.locator("#group option").count()
    press(page, "site-dialog", "put")
    (change,) = changes(page)
    kind = [change["change"], change["category"], change["lon"], change["lat"]]
    assert kind == ["add_facility", "library", *before[0][1:]]
    # what was promised is what the headline says now
    assert page.evaluate(HEADLINE).split()[-1] == gained
    wait(page)
    assert spots(page)[:1] != before[:1]
    page.locator("#undo").click()
    wait(page)
    assert spots(page) == before
    assert changes(page) == []


def test_what_is_given_up_stops(page: Page) -> None:
    """A proposal under change, another view: nothing old is shown, nothing goes on."""
    choose(page, "target", "library")
    look(page)
    page.locator("input[name='where-minutes'][value='0']").check(force=True)
    near = spots(page)
    page.locator("input[name='where-minutes'][value='2']").check(force=True)
    assert spots(page)[0][0] > near[0][0]
    page.evaluate("access15_session.store.hold(true)")
    assert spots(page) == []
    page.evaluate("access15_session.store.hold(false); access15_session.store.refresh()")
    wait(page)
    choose(page, "view", "today")
    expect(page.locator("#where")).to_be_hidden()
    assert page.locator(".leaflet-marker-icon .a15-site").count() == 0
    assert page.locator("#where-tool").get_attribute("aria-pressed") == "false"
    look(page)
    page.locator("#where-close").click()
    expect(page.locator("#where")).to_be_hidden()
    expect(page.locator("#where-tool")).to_be_focused()


@pytest.mark.parametrize("size", [LAPTOP, TABLET, PHONE], ids=["laptop", "tablet", "phone"])
def test_for_fingers_ears_and_both_languages(
    start: Callable[..., Opened], today: RunResult, size: tuple[int, int]
) -> None:
    sites = SessionSites(answers=(prepared_for(today),))
    page = start(size, text=render_session(today, AREA, sites=sites)).page
    choose(page, "target", "library")
    look(page)
    small = [one for one in page.evaluate(TARGETS) if min(one[1:]) < 44]
    assert small == []
    assert page.evaluate(UNNAMED) == []
    expect(page.locator("#where-said")).to_contain_text("persone in più")
    choose(page, "language", "en")
    wait(page)
    expect(page.locator("#where-said")).to_contain_text("more people")
    expect(page.locator("#where-limit")).to_contain_text("only how many people")
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
    assert Axe().run(page, options=rules).response["violations"] == []
    page.locator("#where-best button").first.click()
    assert Axe().run(page, options=rules).response["violations"] == []


def test_an_answer_for_two_becomes_a_proposal(
    start: Callable[..., Opened], today: RunResult
) -> None:
    sites = SessionSites(answers=(prepared_for(today),))
    opened = start(text=render_session(today, AREA, lang="en", sites=sites))
    page = opened.page
    choose(page, "target", "library")
    look(page)
    (told,) = page.locator("#where-answers li").all()
    expect(told).to_contain_text("For 2: 500 more people, proven")
    told.locator("button").first.click()
    assert spots(page) == [[300.25, 9.18, 45.4325], [200.25, 9.1755, 45.429]]
    told.locator("button").nth(1).click()
    added = [(one["change"], one["lon"], one["lat"]) for one in changes(page)]
    assert added == [("add_facility", one.lon, one.lat) for one in PLACES]
    assert page.locator("#tabs input").count() == 2
    expect(page.locator("#where-more-note")).to_contain_text("your changes do not count")
    choose(page, "profile", "wheelchair")
    expect(page.locator("#where-answers li")).to_have_count(0)
    expect(page.locator("#where-more-note")).to_contain_text("each group at its own pace")
    assert opened.troubles == []


def test_places_given_are_chosen_among(start: Callable[..., Opened], today: RunResult) -> None:
    sites = SessionSites(given=PLACES)
    page = start(text=render_session(today, AREA, sites=sites)).page
    choose(page, "target", "library")
    look(page)
    found = spots(page)
    assert {tuple(one[1:]) for one in found} <= {(one.lon, one.lat) for one in PLACES}
    first = page.locator("#where-best li").first
    expect(first).to_contain_text(re.compile("Via (Uno|Due)"))
    page.locator("input[name='where-among'][value='corners']").check(force=True)
    wait(page)
    assert spots(page)[0][0] >= found[0][0]
    # what a tool puts down comes where one taps, a pin or not
    page.locator("[data-tool=note]").click()
    page.locator(".leaflet-marker-icon:has(.a15-site)").first.click()
    page.locator("#note-input").fill("Qui")
    press(page, "note-dialog", "done")
    expect(sign(page, "Qui")).to_have_count(1)


def test_an_address_opens_the_page_at_the_question(start: Callable[..., Opened]) -> None:
    """From the index one tap leads to where it helps most, without the page's first hint."""
    opened = start()
    page = opened.page
    page.goto(f"{page.url}#where")
    page.reload()
    wait_until_open(page)
    wait(page)
    expect(page.locator("#where")).to_be_visible()
    expect(page.locator("#where-said")).not_to_be_empty()
    assert page.locator("#where-tool").get_attribute("aria-pressed") == "true"
    assert page.locator("#hint[open]").count() == 0
    assert opened.troubles == []
