"""The session page keeps what nobody saved: "riprendi?" when it opens again, and nothing of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builders.browser import Opened, wait_until_open
from builders.pages import HOSTILE
from builders.session_steps import AREA, NAME, NEW_PLACE, STATE, choose, press, sign, use
from playwright.sync_api import Page, expect

from access15.outputs.pages.session import render_session
from access15.results.run import RunResult

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

Start = Callable[..., Opened]
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('access15 draft '))"
TEXTS = f"{KEPT}.map((key) => localStorage.getItem(key))"
# what a browser does where a page may keep nothing, or has no room
DENIED = """Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } })"""
ABSENT = """Object.defineProperty(window, "localStorage", { value: null })"""
FULL = """Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); }"""


@pytest.fixture
def alone(start: Start) -> Opened:
    """A page in a window of its own."""
    return start(is_alone=True)


def crash(page: Page) -> None:
    """End a page without a word to it."""
    page.evaluate("addEventListener('pagehide', (event) => event.stopImmediatePropagation(), true)")
    page.close()


def close(page: Page, other: Page) -> None:
    """Close a page, and wait until the browser has noticed on a busy machine."""
    n = 1 if other.evaluate("'access15_session' in window") else 0  # its own
    wait_for_locks(other, n + 1)
    page.close()
    wait_for_locks(other, n)


def wait_for_locks(page: Page, n: int) -> None:
    """Until so many pages say that somebody is at them; each says it a moment after it is open."""
    for _ in range(200):
        if page.evaluate("navigator.locks.query().then(({ held }) => held.length)") == n:
            return
        page.wait_for_timeout(20)


def again(page: Page, url: str = "") -> Page:
    """The same page, opened in a new tab of the same window."""
    fresh = page.context.new_page()
    fresh.goto(url or page.url)
    wait_until_open(fresh)
    return fresh


def resume(page: Page) -> None:
    """Go on with the draft that is offered, and wait until it is there."""
    page.locator("#draft-dialog button[value=resume]").click()
    expect(page.locator("#said")).to_have_text("Ripreso il lavoro non salvato.")


def wait_for_drafts(page: Page, n: int) -> None:
    """Until the browser keeps so many; a step is kept in the next turn after it is shown."""
    for _ in range(100):
        if len(page.evaluate(KEPT)) == n:
            return
        page.wait_for_timeout(20)
    assert len(page.evaluate(KEPT)) == n


def work(page: Page) -> str:
    """A place, a note, a vote, a second proposal; what is there then."""
    use(page, "add", NEW_PLACE)
    use(page, "note", (9.1750, 45.4330))
    page.locator("#note-input").fill("buio la sera\n<b>e freddo</b>")
    press(page, "note-dialog", "done")
    page.locator("#copy").click()
    choose(page, "profile", "frail")
    page.locator("#vote-more").click()
    wait_for_drafts(page, 1)
    return str(page.evaluate(STATE))


def test_a_crash_loses_nothing_and_the_keyboard_brings_it_back(alone: Opened) -> None:
    page = alone.page
    url, state, context = page.url, work(page), page.context
    fresh = again(page)
    expect(fresh.locator("#draft-dialog")).to_be_hidden()  # somebody is still at it
    expect(fresh.locator("#hint")).to_be_visible()
    fresh.close()
    crash(page)
    blank = context.new_page()
    blank.goto(url)
    wait_until_open(blank)
    expect(blank.locator("#draft-dialog")).to_be_visible()
    expect(blank.locator("#hint")).to_be_hidden()
    expect(blank.locator("#draft-what")).to_contain_text("Proposte: 2. Modifiche: 2. Note: 2.")
    assert blank.evaluate("document.activeElement.value") == "resume"
    blank.keyboard.press("Enter")
    expect(blank.locator("#said")).to_have_text("Ripreso il lavoro non salvato.")
    expect(blank.locator("#draft-dialog")).to_be_hidden()
    assert blank.evaluate(STATE) == state
    assert blank.evaluate("access15_session.history.active.name") == "Proposta A (copia)"
    assert blank.evaluate("access15_session.store.choice.profile") == "frail"
    assert blank.evaluate("access15_session.history.isSaved()") is False
    assert len(blank.evaluate(KEPT)) == 1  # its own, no longer the other's
    blank.reload()
    expect(blank.locator("#draft-dialog")).to_be_visible()
    blank.keyboard.press("Escape")  # asked again another time
    blank.reload()
    blank.locator("#draft-dialog button[value=drop]").click()
    assert blank.evaluate("access15_session.history.active.changes") == []
    blank.reload()
    expect(blank.locator("#hint")).to_be_visible()
    assert blank.evaluate(KEPT) == []


def test_what_is_in_a_file_is_not_kept_and_the_file_is_as_before(alone: Opened) -> None:
    page = alone.page
    use(page, "add", NEW_PLACE)
    wait_for_drafts(page, 1)
    (kept,) = page.evaluate(TEXTS)
    with page.expect_download() as download:
        page.locator("#save").click()
    text = download.value.path().read_text(encoding="utf-8")
    saved, draft = json.loads(text), json.loads(kept)
    assert "active" not in saved["access15"]
    assert draft["features"] == saved["features"]
    wait_for_drafts(page, 0)
    page.locator("#vote-more").click()
    wait_for_drafts(page, 1)
    page.locator("#undo").click()  # as in the file again
    wait_for_drafts(page, 0)


def test_two_tabs_keep_their_own(alone: Opened) -> None:
    page = alone.page
    use(page, "add", NEW_PLACE)
    other = again(page)
    other.locator("#hint button").click()
    other.locator("#vote-more").click()
    other.locator("#vote-more").click()
    wait_for_drafts(page, 2)
    other.evaluate("localStorage.clear()")  # the other puts its own back at once
    wait_for_drafts(page, 1)
    other.locator("#vote-more").click()
    wait_for_drafts(page, 2)
    votes = sorted(
        json.loads(one)["access15"]["proposals"][0]["votes"] for one in page.evaluate(TEXTS)
    )
    assert votes == [0, 3]
    url = page.url
    close(page, other)
    other.goto("about:blank")
    other.goto(url)
    resume(other)  # the younger
    assert other.evaluate("access15_session.history.active.votes") == 3
    last = again(other)
    resume(last)
    assert [one["change"] for one in last.evaluate("access15_session.history.active.changes")] == [
        "add_facility"
    ]


def test_drafts_of_other_data_are_not_offered(
    alone: Opened, today: RunResult, folder: Path, page_text: str
) -> None:
    """The same page after one person has moved in knows nothing of what was made on it before."""
    page, context = alone.page, alone.page.context
    use(page, "add", NEW_PLACE)
    wait_for_drafts(page, 1)
    url = page.url
    page.close()
    area = today.areas[AREA]
    homes = area.residents.copy()
    homes.loc[homes.index[0], "total"] += 1
    moved = replace(today, areas={AREA: replace(area, residents=homes)})
    (folder / NAME).write_text(render_session(moved, AREA), encoding="utf-8")
    other = context.new_page()
    other.goto(url)
    wait_until_open(other)
    expect(other.locator("#hint")).to_be_visible()
    expect(other.locator("#draft-dialog")).to_be_hidden()
    (folder / NAME).write_text(page_text, encoding="utf-8")
    other.goto(url)
    expect(other.locator("#draft-dialog")).to_be_visible()


@pytest.mark.parametrize("broken", [DENIED, ABSENT, FULL], ids=["denied", "absent", "full"])
def test_a_browser_that_keeps_nothing_says_so_once(alone: Opened, broken: str) -> None:
    page = alone.page
    page.add_init_script(broken)
    page.goto(page.url)
    page.locator("#hint button").click()
    use(page, "add", NEW_PLACE)
    said = page.locator("#said")
    expect(said).to_contain_text("non può conservare il lavoro")
    page.locator("#vote-more").click()
    page.wait_for_timeout(100)
    expect(said).to_contain_text("Voti per Proposta A: 1")
    fresh = page.context.new_page()
    fresh.add_init_script(broken)
    fresh.goto(page.url)
    expect(fresh.locator("#hint")).to_be_visible()


def _hostile(kind: str, text: str) -> str:
    draft = json.loads(text)
    feature = draft["features"][0]
    match kind:
        case "not json":
            return text[: len(text) // 2]
        case "other area":
            draft["access15"]["area"] = "forlanini_salomone"
        case "far away":
            feature["geometry"]["coordinates"] = [0, 0]
        case "prototype":
            return text.replace('"change"', '"__proto__"')
        case "no name":
            feature["properties"]["name"] = {"toString": 1}
    return json.dumps(draft)


@pytest.mark.parametrize("kind", ["not json", "other area", "far away", "prototype", "no name"])
def test_a_draft_is_read_as_a_file_is(alone: Opened, kind: str) -> None:
    page = alone.page
    use(page, "add", NEW_PLACE)
    wait_for_drafts(page, 1)
    ((key, text),) = page.evaluate(f"{KEPT}.map((key) => [key, localStorage.getItem(key)])")
    spoilt = again(page)
    close(page, spoilt)
    spoilt.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, _hostile(kind, text)])
    spoilt.reload()
    expect(spoilt.locator("#said")).to_contain_text("non si può leggere")
    expect(spoilt.locator("#hint")).to_be_visible()
    assert spoilt.evaluate(KEPT) == []


def test_names_in_a_draft_stay_text(alone: Opened) -> None:
    page = alone.page
    use(page, "add", NEW_PLACE)
    wait_for_drafts(page, 1)
    ((key, text),) = page.evaluate(f"{KEPT}.map((key) => [key, localStorage.getItem(key)])")
    fresh = again(page)
    close(page, fresh)
    draft = json.loads(text)
    evil = HOSTILE[:200]
    draft["access15"]["proposals"][0]["name"] = evil
    draft["access15"]["created"] = "<img src=x onerror=alert(1)>"
    draft["access15"]["active"] = draft["access15"]["category"] = evil
    draft["features"][0]["properties"]["name"] = evil
    fresh.evaluate("([key, text]) => localStorage.setItem(key, text)", [key, json.dumps(draft)])
    fresh.reload()
    said: list[str] = []
    fresh.on("dialog", lambda dialog: said.append(dialog.message))
    resume(fresh)
    assert fresh.evaluate("access15_session.history.active.name") == evil
    assert fresh.locator("main img, main script, dialog img").count() == 0
    expect(sign(fresh, "script")).to_have_count(1)
    assert said == []
