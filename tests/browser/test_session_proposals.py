"""The session page: proposals side by side, votes, notes, files, and names that stay text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builders.browser import LAPTOP, Open, Opened
from builders.pages import HOSTILE
from builders.session_steps import (
    AREA,
    NAME,
    NEW_PLACE,
    STATE,
    changes,
    choose,
    places,
    press,
    shown_numbers,
    sign,
    two_places,
    use,
)
from playwright.sync_api import Page, expect

from access15.outputs.pages.session import render_session
from access15.results.run import RunResult
from access15.sources.proposals.files import read_proposals

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


# --- proposals, votes, notes


def test_six_proposals_at_most_side_by_side(page: Page) -> None:
    use(page, "add", NEW_PLACE)
    page.locator("#copy").click()
    sign(page, "Boifava").focus()
    page.keyboard.press("Delete")
    for _ in range(4):
        page.locator("#new-proposal").click()
    expect(page.locator(".tab")).to_have_count(6)
    page.locator("#new-proposal").press("Enter")
    expect(page.locator(".tab")).to_have_count(6)
    expect(page.locator("#said")).to_contain_text("il massimo")
    page.locator("#rename").click()
    page.locator("#name-input").fill("Vicino al mercato")
    page.keyboard.press("Enter")
    page.wait_for_timeout(60)
    for _ in range(7):
        page.locator("#vote-more").click()
    page.locator("#vote-less").click()
    expect(page.locator("#votes .vote")).to_have_count(6)
    page.locator(".compare.wide").click()
    table = page.locator("#compare-table")
    heads = table.locator("thead th").all_text_contents()
    assert heads[0] == "Oggi"
    assert heads[1:3] == ["Proposta A", "Proposta A (copia)"]
    assert heads[6] == "Vicino al mercato"
    rows = table.locator("tbody").first.locator("tr")
    expect(rows).to_have_count(5)
    expect(rows.nth(3).locator("td").nth(6).locator(".vote")).to_have_count(6)
    assert rows.nth(4).locator("td").all_text_contents() == ["", "1", "2", "0", "0", "0", "0"]
    last = [
        cell.split("▲")[0].split("▼")[0].split("=")[0]
        for cell in rows.nth(2).locator("td").all_text_contents()
    ]
    page.keyboard.press("Escape")
    page.locator("input[name=proposal][value=p1]").check(force=True)
    told = shown_numbers(page)["age_65_plus", 2]
    assert last[:2] == told[:2]


def test_deleting_comes_back_and_the_last_one_is_emptied(page: Page) -> None:
    use(page, "add", NEW_PLACE)
    state = page.evaluate(STATE)
    page.locator("#delete").click()
    assert changes(page) == []
    expect(page.locator(".tab")).to_have_count(1)
    page.locator("#undo").click()
    assert page.evaluate(STATE) == state


def test_notes_are_numbered_pins_with_text(page: Page) -> None:
    use(page, "note", NEW_PLACE)
    press(page, "note-dialog", "done")
    expect(page.locator("#note-empty")).to_be_visible()
    page.locator("#note-input").fill("qui manca una panchina")
    press(page, "note-dialog", "done")
    use(page, "note", (9.1750, 45.4330))
    page.locator("#note-input").fill("buio la sera")
    press(page, "note-dialog", "done")
    assert page.locator(".a15-mark .pin").all_text_contents() == ["1", "2"]
    expect(page.locator("#notes li")).to_have_count(2)
    sign(page, "Nota 1").click()
    press(page, "note-dialog", "delete")
    assert page.locator(".a15-mark .pin").all_text_contents() == ["1"]
    assert page.evaluate("access15_session.history.active.notes.map((one) => one.text)") == [
        "buio la sera"
    ]
    use(page, "note", NEW_PLACE)
    page.keyboard.press("Escape")
    expect(page.locator("#notes li")).to_have_count(1)


def test_cards_say_who_walks_and_choose(page: Page, today: RunResult) -> None:
    cards = page.locator(".card")
    expect(cards).to_have_count(len(today.profiles))
    assert "82 anni, con il bastone" in cards.nth(2).locator(".who").text_content()
    assert cards.locator("svg.picture use").count() == len(today.profiles)
    pictures = page.evaluate(
        "[...document.querySelectorAll('.card svg use')].map((one) => one.getAttribute('href'))"
    )
    assert len(set(pictures)) == len(pictures)
    assert "Non può fare scale" in cards.nth(3).locator(".stops").text_content()
    expect(cards.nth(2).locator(".nearest")).to_have_text(
        re.compile(r"Metà in \d+ min|Più di metà oltre 60 min")
    )
    cards.nth(2).click()
    assert page.evaluate("access15_session.store.choice.profile") == "frail"
    use(page, "add", NEW_PLACE)
    for card in cards.all():
        assert re.match(r"[▲▼=]", card.locator(".change").text_content() or "")


def test_the_card_of_a_place(page: Page) -> None:
    use(page, "add", NEW_PLACE)
    sign(page, "Nuovo luogo").click()
    page.locator("#place-category").select_option("library")
    page.locator("#place-capacity").fill("40")
    press(page, "place-dialog", "done")
    assert {**changes(page)[0], "lon": 0, "lat": 0} == {
        "id": "c1",
        "change": "add_facility",
        "name": "Nuovo luogo 1",
        "category": "library",
        "capacity": 40,
        "lon": 0,
        "lat": 0,
    }
    sign(page, "Boifava").click()
    expect(page.locator("#place-fields")).to_be_hidden()
    expect(page.locator("#place-restore")).to_be_hidden()
    press(page, "place-dialog", "remove")
    expect(page.locator(".a15-mark .a15-disc.is-gone")).to_have_count(1)
    expect(page.locator("#said")).to_contain_text("Tolto: Casa di Quartiere Boifava")
    sign(page, "Boifava").click()
    press(page, "place-dialog", "restore")
    expect(page.locator(".a15-mark .a15-disc.is-gone")).to_have_count(0)
    assert [one["change"] for one in changes(page)] == ["add_facility"]


def test_the_hint_comes_once_and_help_brings_it_back(open_page: Open, page_text: str) -> None:
    page = open_page(NAME, text=page_text).page
    hint = page.locator("#hint")
    expect(hint).to_be_visible()
    expect(hint.locator("li")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(hint).to_be_hidden()
    use(page, "add", NEW_PLACE)
    expect(hint).to_be_hidden()
    page.locator("#help").click()
    expect(hint).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(".sources summary").click()
    told = page.locator("#facts").inner_text()
    for word in (
        "Il passo.",
        "0,97\u00a0m/s",
        "Quello che non si sa.",
        "Strade.",
        "Residenti.",
        "Metodo",
    ):
        assert word in told


# --- files, and names that are text


def test_saved_and_opened_again_it_is_the_same(
    start: Callable[..., Opened], tmp_path: Path
) -> None:
    page = start().page
    use(page, "add", NEW_PLACE)
    sign(page, "De Andr").focus()
    page.keyboard.press("ArrowLeft")
    use(page, "note", places(page)[-1])
    page.locator("#note-input").fill("qui manca una panchina")
    press(page, "note-dialog", "done")
    page.locator("#vote-more").click()
    page.locator("#copy").click()
    choose(page, "profile", "frail")
    assert page.evaluate("access15_session.history.isSaved()") is False
    with page.expect_download() as download:
        page.locator("#save").click()
    assert re.fullmatch(
        rf"access15_milano_{AREA}_\d{{4}}-\d\d-\d\d\.geojson", download.value.suggested_filename
    )
    assert page.evaluate("access15_session.history.isSaved()") is True
    path = tmp_path / "saved.geojson"
    download.value.save_as(path)
    text = page.evaluate("document.getElementById('headline').textContent")
    opened = start()
    again = opened.page
    again.locator("#file").set_input_files(path)
    expect(again.locator("#said")).to_contain_text("2 proposte")
    assert json.loads(again.evaluate(STATE)) == json.loads(page.evaluate(STATE))
    assert again.evaluate("access15_session.store.choice.profile") == "frail"
    again.locator("input[name=proposal]").last.check(force=True)
    assert again.locator("#headline").text_content() == text
    again.locator("#undo").click()
    assert changes(again) == []
    assert opened.troubles == []


def test_a_page_can_begin_with_proposals(
    start: Callable[..., Opened], today: RunResult, tmp_path: Path
) -> None:
    page = start().page
    use(page, "add", NEW_PLACE)
    use(page, "link", *two_places(page, 150, 400))
    with page.expect_download() as download:
        page.locator("#save").click()
    path = tmp_path / "saved.geojson"
    download.value.save_as(path)
    begun = start(text=render_session(today, AREA, proposals=read_proposals(path))).page
    expect(begun.locator("#hint")).to_be_hidden()
    assert begun.locator("#headline").text_content() == page.locator("#headline").text_content()
    assert changes(begun) == changes(page)


@pytest.mark.parametrize(
    ("said", "looked_at"),
    [
        ({"profile": "frail", "category": "library"}, {"profile": "frail", "target": "library"}),
        ({"profile": "ghost", "category": "ghost"}, {"profile": "older_adult", "target": "hub"}),
        ({}, {"profile": "older_adult", "target": "hub"}),
    ],
)
def test_it_then_looks_where_the_file_looked(
    start: Callable[..., Opened],
    today: RunResult,
    tmp_path: Path,
    said: dict[str, str],
    looked_at: dict[str, str],
) -> None:
    path = tmp_path / "saved.geojson"
    path.write_text(collection(**said), encoding="utf-8")
    begun = start(text=render_session(today, AREA, proposals=read_proposals(path))).page
    choice = begun.evaluate("access15_session.store.choice")
    assert {key: choice[key] for key in looked_at} == looked_at


def head(**values: object) -> dict[str, object]:
    return {"format": "access15-proposal", "version": 1, "study": "milano", "area": AREA, **values}


def collection(**values: object) -> str:
    return json.dumps({"type": "FeatureCollection", "access15": head(**values), "features": []})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "non è GeoJSON"),
        ("[1, 2]", "non è un file di proposte"),
        ('{"type": "FeatureCollection", "features": []}', "non è un file di proposte"),
        (collection(version=7), "altra versione"),
        (collection(area="forlanini_salomone"), "altro quartiere"),
        (
            collection(proposals=[{"id": f"p{i}", "name": "x"} for i in range(7)]),
            "più di 6 proposte",
        ),
        ("x" * 2_100_000, "più grande di 2 MB"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(
    page: Page, tmp_path: Path, text: str, sentence: str
) -> None:
    use(page, "add", NEW_PLACE)
    state = page.evaluate(STATE)
    path = tmp_path / "wrong.geojson"
    path.write_text(text, encoding="utf-8")
    page.locator("#file").set_input_files(path)
    expect(page.locator("#said")).to_contain_text(sentence)
    expect(page.locator("#said")).to_contain_text("wrong.geojson")
    assert page.evaluate(STATE) == state


def test_a_file_is_dropped_onto_the_page(page: Page) -> None:
    page.evaluate(
        """(text) => {
          const files = new DataTransfer();
          files.items.add(new File([text], "dropped.geojson"));
          for (const kind of ["dragover", "drop"]) {
            const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: files });
            document.body.dispatchEvent(event);
          }
        }""",
        collection(proposals=[{"id": "a", "name": "Caduta"}]),
    )
    expect(page.locator("#said")).to_contain_text("dropped.geojson")
    expect(page.locator(".tab")).to_have_text(["Caduta"])


def test_a_file_of_other_streets_is_opened_with_a_warning(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "older.geojson"
    path.write_text(
        collection(network="0" * 16, proposals=[{"id": "a", "name": "Vecchia"}]), encoding="utf-8"
    )
    page.locator("#file").set_input_files(path)
    expect(page.locator("#said")).to_contain_text("strade di un'altra data")
    expect(page.locator(".tab")).to_have_text(["Vecchia"])


@pytest.mark.parametrize(
    "name", [HOSTILE, "<img src=x onerror=alert(1)>", "\u202eabc \u05d0\u05d1", "${7*7}"]
)
def test_names_that_people_type_are_text_everywhere(
    start: Callable[..., Opened], name: str, tmp_path: Path
) -> None:
    opened = start()
    page = opened.page
    use(page, "add", NEW_PLACE)
    sign(page, "Nuovo luogo").click()
    page.locator("#place-name").fill(name)
    press(page, "place-dialog", "done")
    page.locator("#rename").click()
    page.locator("#name-input").fill(name)
    page.keyboard.press("Enter")
    page.wait_for_timeout(60)
    use(page, "note", (9.1750, 45.4330))
    page.locator("#note-input").fill(name)
    press(page, "note-dialog", "done")
    page.locator(".compare.wide").click()
    page.keyboard.press("Escape")
    assert page.locator("img, main script, dialog script").count() == 0
    shown = page.locator(".a15-hub-name bdi").all_text_contents()
    assert any(name.split(maxsplit=1)[0][:10] in text for text in shown)
    assert "49" not in " ".join(shown)
    with page.expect_download() as download:
        page.locator("#save").click()
    path = tmp_path / "hostile.geojson"
    download.value.save_as(path)
    (proposal,) = read_proposals(path)
    page.locator("#file").set_input_files(path)
    expect(page.locator("#said")).to_contain_text("hostile.geojson")
    assert changes(page)[0]["name"] == name.strip()
    assert (
        proposal.changes[0].name.strip() == " ".join(name.split()).strip()
        or proposal.changes[0].name
    )
    assert opened.troubles == []


def test_a_very_long_name_is_shortened_and_the_page_lives(page: Page) -> None:
    page.evaluate(
        """([lon, lat]) => {
          const { edits } = access15_session;
          access15_session.actions.commit(edits.addChange(access15_session.history.now,
            { change: "add_facility", name: "N".repeat(100000), category: "hub", lon, lat }));
        }""",
        list(NEW_PLACE),
    )
    told = page.evaluate("document.body.innerText")
    assert "N" * 161 not in told
    assert "…" in told
    assert page.evaluate("document.documentElement.scrollWidth") <= LAPTOP[0]
    page.locator("#undo").click()
    assert changes(page) == []


def test_hostile_data_is_text(start: Callable[..., Opened], today: RunResult) -> None:
    area = today.areas[AREA]
    named = area.facilities.assign(name=HOSTILE, address=HOSTILE)
    hostile = replace(
        today,
        areas={
            AREA: replace(
                area, facilities=named, area=area.area.model_copy(update={"name": HOSTILE})
            )
        },
    )
    opened = start(text=render_session(hostile, AREA))
    page = opened.page
    page.locator(".a15-mark").first.click()
    expect(page.locator("#place-dialog")).to_be_visible()
    assert page.locator("img, main script").count() == 0
    assert "<img" in (page.locator("#title").text_content() or "")
    assert opened.troubles == []
