"""The session page: what people at a table do with it, and that its numbers are Python's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders.browser import Opened
from builders.session_steps import (
    AREA,
    NEW_PLACE,
    STATE,
    at,
    changes,
    choose,
    nowhere,
    places,
    press,
    shown_numbers,
    sign,
    two_places,
    use,
    with_obstacles,
)
from playwright.sync_api import Page, expect

from access15.outputs.pages.session import render_session
from access15.outputs.words.numbers import format_number
from access15.results.run import RunResult
from access15.sources.proposals.files import read_proposals
from access15.workflows.compare import compare

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


# --- nothing leaves, nothing fails


@pytest.mark.parametrize("lang", ["it", "en"])
def test_the_page_asks_for_nothing_whatever_is_done(
    start: Callable[..., Opened], today: RunResult, lang: Any
) -> None:
    opened = start(text=render_session(today, AREA, lang=lang))
    page = opened.page
    assert page.evaluate("document.documentElement.lang") == lang
    use(page, "add", NEW_PLACE)
    for other in ("en", "it"):
        choose(page, "language", other)
        assert page.evaluate("document.documentElement.lang") == other
    for profile in today.profiles:
        choose(page, "profile", profile)
    for target in ("library", "pharmacy", "hub"):
        choose(page, "target", target)
    for view in ("today", "difference", "both", "proposal"):
        choose(page, "view", view)
    page.locator("#filled").uncheck()
    with page.expect_download():
        page.locator("#save").click()
    page.locator(".compare.wide").click()
    assert opened.troubles == []
    assert len([url for url in opened.requests if url.startswith("file:")]) == 1
    assert all(url.startswith(("file:", "data:", "blob:")) for url in opened.requests)
    viewport = page.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport


def test_the_policy_allows_no_network(start: Callable[..., Opened]) -> None:
    page = start().page
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    assert "default-src 'none'" in policy
    assert "http" not in policy.replace("http-equiv", "")
    refused = page.evaluate("fetch('data:text/plain,x').then(() => 'sent', () => 'refused')")
    assert refused == "refused"


# --- the numbers are Python's


def test_counts_are_those_of_compare(page: Page, today: RunResult, tmp_path: Path) -> None:
    """Today and two proposals, made by hand in the page, for every walker, group and cutoff."""
    use(page, "add", NEW_PLACE)
    sign(page, "De Andr").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowUp")
    use(page, "close", places(page)[0])
    page.locator("#new-proposal").click()
    sign(page, "Boifava").focus()
    page.keyboard.press("Delete")
    use(page, "link", *two_places(page, 150, 400))
    with page.expect_download() as download:
        page.locator("#save").click()
    path = tmp_path / "saved.geojson"
    download.value.save_as(path)
    proposals = read_proposals(path)
    assert [one.name for one in proposals] == ["Proposta A", "Proposta B"]
    kinds = [[change.kind for change in one.changes] for one in proposals]
    assert kinds == [
        ["add_facility", "move_facility", "close_link"],
        ["remove_facility", "add_link"],
    ]
    table = compare(list(proposals), result=today).coverage
    table = table[table["zone"] == "all"].set_index(
        ["proposal", "profile", "category", "group", "cutoff_min"]
    )
    n_moved = 0
    for proposal in proposals:
        page.locator(f"input[name=proposal][value={proposal.id}]").check(force=True)
        for target in ("hub", "csrc"):
            choose(page, "target", target)
            for profile in today.profiles:
                choose(page, "profile", profile)
                for (group, number), told in shown_numbers(page).items():
                    row = table.loc[proposal.id, profile, target, group, today.cutoffs_min[number]]
                    before, after = round(float(row["before"])), round(float(row["after"]))
                    assert told[:2] == [format_number(before, "it"), format_number(after, "it")]
                    change = after - before
                    sign_of = "▲\u00a0+" if change > 0 else "▼\u00a0−" if change < 0 else "=\u00a0"
                    assert told[2] == sign_of + format_number(abs(change), "it")
                    n_moved += change != 0
    assert n_moved > 20


def test_today_is_the_run(page: Page, today: RunResult) -> None:
    table = today.areas[AREA].coverage
    table = table[(table["zone"] == "all") & (table["category"] == "hub")].set_index(
        ["profile", "group", "cutoff_min"]
    )
    for profile in today.profiles:
        choose(page, "profile", profile)
        for (group, number), (_, told) in shown_numbers(page).items():
            covered = round(
                float(table.loc[(profile, group, today.cutoffs_min[number]), "covered"])
            )
            assert told == format_number(covered, "it")
    for card in page.locator(".card").all():
        profile = card.locator("input").get_attribute("value")
        covered = round(float(table.loc[(profile, "age_65_plus", 15.0), "covered"]))
        assert card.locator(".change").text_content() == format_number(covered, "it")


# --- taps, drags, undo


def test_a_tap_adds_exactly_one_and_only_with_a_tool(page: Page) -> None:
    page.mouse.click(*at(page, *NEW_PLACE))
    assert changes(page) == []
    use(page, "add", NEW_PLACE, NEW_PLACE)
    (added,) = changes(page)
    assert added["change"] == "add_facility"
    assert (added["lon"], added["lat"]) == pytest.approx(NEW_PLACE, abs=2e-4)
    assert added["category"] == "hub"
    expect(page.locator("#headline-number")).to_contain_text("▲")


def test_a_tap_on_a_sign_and_a_drag_add_none(page: Page) -> None:
    sign(page, "Boifava").click()
    expect(page.locator("#place-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("[data-tool=add]").click()
    x, y = at(page, *NEW_PLACE)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y + 60, steps=6)
    page.mouse.up()
    assert changes(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#at-centre")).to_be_hidden()


def test_a_sign_is_dragged_and_numbers_follow_on_the_way(page: Page) -> None:
    before = page.locator("#headline").text_content()
    box = sign(page, "Boifava").bounding_box()
    assert box is not None
    x, y = box["x"] + 24, box["y"] + 24
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 80, steps=8)
    page.wait_for_timeout(200)
    assert page.evaluate("access15_session.store.isHeld")
    assert changes(page) == []
    on_the_way = page.locator("#headline").text_content()
    assert on_the_way != before
    page.mouse.up()
    (moved,) = changes(page)
    assert (moved["change"], moved["facility_id"]) == ("move_facility", "cam-04")
    assert page.locator("#headline").text_content() == on_the_way
    expect(page.locator("#changes")).to_contain_text("Spostato di")
    assert page.locator("dialog[open]").count() == 0


def test_undo_redo_and_back_to_today_are_exact(page: Page) -> None:
    states = [page.evaluate(STATE)]
    for step in (
        lambda: use(page, "add", NEW_PLACE),
        lambda: (sign(page, "Boifava").focus(), page.keyboard.press("ArrowUp")),
        lambda: (sign(page, "De Andr").focus(), page.keyboard.press("Delete")),
        lambda: page.locator("#vote-more").click(),
        lambda: page.locator("#reset").click(),
        lambda: page.locator("#new-proposal").click(),
        lambda: page.locator("#delete").click(),
    ):
        step()
        states.append(page.evaluate(STATE))
    assert len(set(states)) >= 7
    for state in reversed(states[:-1]):
        page.locator("#undo").click()
        assert page.evaluate(STATE) == state
    expect(page.locator("#undo")).to_have_attribute("aria-disabled", "true")
    for state in states[1:]:
        page.keyboard.press("Control+Shift+z")
        assert page.evaluate(STATE) == state
    assert page.evaluate("access15_session.history.now.proposals[0].changes") == []


# --- what cannot be


def test_wheels_reach_no_more_than_feet_of_the_same_pace(
    start: Callable[..., Opened], today: RunResult
) -> None:
    page = start(text=render_session(with_obstacles(today), AREA)).page
    reach = page.evaluate(
        """() => {
          const { model } = access15_session;
          const { session, today } = model;
          const [feet, wheels] = ["adult", "wheelchair"].map((id) => session.profiles.find((one) => one.id === id));
          const { pace_ms, pace_with_rests_ms, crossings } = feet;
          Object.assign(wheels, { pace_ms, pace_with_rests_ms, crossings });
          feet.steps_factor = 1;
          return [feet, wheels].map(({ id }) => {
            const walk = model.walk([...today], id, "hub");
            return [...walk.nodeTime].map((t) => (t < Infinity ? t : 1e9));
          });
        }"""
    )
    feet, wheels = map(np.array, reach)
    assert (wheels >= feet - 1e-9).all()
    assert (wheels > feet + 1).any()
    assert (feet < 1e9).any()


def test_a_place_far_from_streets_is_told_not_counted_as_zero(page: Page) -> None:
    use(page, "add", nowhere(page))
    assert [one["change"] for one in changes(page)] == ["add_facility"]
    expect(page.locator("#said")).to_contain_text("a più di 150 m da ogni strada")
    expect(page.locator("#headline")).to_contain_text("troppo lontano da una strada")
    expect(page.locator("#headline-number")).to_have_text("!")
    expect(page.locator("#changes .problem")).to_have_count(1)
    page.locator("#changes button", has_text="Togli").click()
    assert changes(page) == []


def test_what_is_unknown_is_not_zero(page: Page, today: RunResult) -> None:
    known = page.evaluate("access15_session.data.known")
    unknown = next(one for one in today.categories if one not in known)
    choose(page, "target", unknown)
    expect(page.locator("#headline-number")).to_have_text("Non noto")
    expect(page.locator("#headline")).to_contain_text("non vuol dire zero")
    assert all(told == ["non noto", "?"] for told in shown_numbers(page).values())
    use(page, "add", NEW_PLACE)
    assert re.fullmatch(r"[\d.]+", page.locator("#headline-number").text_content() or "")
    assert all(told[0] == "non noto" and told[2] == "?" for told in shown_numbers(page).values())


def test_a_tool_used_where_it_means_nothing_says_so(page: Page) -> None:
    use(page, "close", nowhere(page))
    expect(page.locator("#said")).to_contain_text("Qui non c'è una strada")
    expect(page.locator("[data-tool=close]")).to_have_attribute("aria-pressed", "true")
    page.evaluate("access15_session.map.setView([45.4, 9.25], 14, { animate: false })")
    use(page, "add", (9.25, 45.4))
    expect(page.locator("#said")).to_contain_text("fuori dalle strade")
    assert changes(page) == []


# --- streets


def test_tools_for_steps_kerbs_and_benches_are_offered_where_they_mean_something(
    start: Callable[..., Opened], today: RunResult
) -> None:
    page = start().page
    for tool in ("steps", "ramp", "bench"):
        expect(page.locator(f"[data-tool={tool}]")).to_be_hidden()
    page = start(text=render_session(with_obstacles(today), AREA)).page
    for tool, kind in (("steps", "remove_steps"), ("ramp", "add_kerb_ramp")):
        expect(page.locator(f"[data-tool={tool}]")).to_be_visible()
        place = page.evaluate(
            """(tool) => {
              const { session } = access15_session.model;
              const { x, y, vertexStart, steps, kerbU } = session.streets;
              const { west, east, south, north } = session.box;
              const isIn = (e) => Math.abs(x[vertexStart[e]] - (west + east) / 2) < 900
                && Math.abs(y[vertexStart[e]] - (south + north) / 2) < 900;
              const edge = steps.findIndex((_, e) => isIn(e) && (tool === "steps" ? steps[e] : kerbU[e] === 2));
              const line = access15_session.streets.line(edge);
              const { frame } = access15_session.data;
              const point = L.point(frame.west + frame.unit * line[0], frame.north - frame.unit * line[1]);
              const { lat, lng } = L.Projection.SphericalMercator.unproject(point);
              access15_session.map.setView([lat, lng], 17, { animate: false });
              return [lng, lat];
            }""",
            tool,
        )
        use(page, tool, tuple(place))
        assert changes(page)[-1]["change"] == kind
        expect(page.locator("#said")).to_contain_text("Fatto")
    choose(page, "profile", "sitting")
    expect(page.locator("#cards")).to_contain_text("Vuole una panchina ogni 100 m")
    use(page, "bench", places(page)[0])
    assert changes(page)[-1]["change"] == "add_bench"
    sign(page, "Nuova panchina").focus()
    before = changes(page)[-1]["lat"]
    page.keyboard.press("ArrowUp")
    assert changes(page)[-1]["lat"] > before


def test_streets_are_closed_and_linked_and_taken_back_from_the_list(page: Page) -> None:
    use(page, "close", places(page)[0])
    use(page, "link", *two_places(page, 150, 400))
    assert [one["change"] for one in changes(page)] == ["close_link", "add_link"]
    items = page.locator("#changes li")
    expect(items.nth(0)).to_contain_text("Strada chiusa: ")
    expect(items.nth(1)).to_contain_text(re.compile(r"Nuovo passaggio di \d\d\d m"))
    gained = page.evaluate(
        """() => {
          const { model, store } = access15_session;
          const { profile, target, group } = store.choice;
          return model.cell(store.changes, profile, target, group, model.data.cutoffs_min.length - 1).difference;
        }"""
    )
    said = page.locator("#headline").text_content() or ""
    assert ("Altri" in said) == (gained > 1)
    sign(page, "Nuovo passaggio").click()
    expect(page.locator("#change-dialog")).to_be_visible()
    press(page, "change-dialog", "remove")
    assert [one["change"] for one in changes(page)] == ["close_link"]
    items.nth(0).locator("button", has_text="Togli").click()
    assert changes(page) == []


def test_a_link_tells_its_length_before_it_is_made(page: Page) -> None:
    one, other = two_places(page, 550, 800)
    use(page, "link", one)
    page.locator("#said").filter(has_text="finisce").wait_for()
    page.mouse.move(*at(page, *other))
    expect(page.locator("#said")).to_have_text(
        re.compile(r"Ora toccate dove finisce: [5-8]\d\d m\.")
    )
    page.mouse.click(*at(page, *other))
    expect(page.locator("#said")).to_contain_text("più lungo di 500 m")
    assert changes(page) == []
