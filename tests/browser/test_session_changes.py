"""What a bench, a closed street or a new link does on the session page: said at once, seen, and
equal to Python's numbers; every group at its own pace.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders.browser import Opened
from builders.session_steps import (
    AREA,
    at,
    changes,
    choose,
    places,
    shown_numbers,
    sign,
    two_places,
    use,
)
from playwright.sync_api import Page, expect

from access15.area.siting.works import BENCH, WorkQuestion, find_area_works
from access15.outputs.pages.session import render_session
from access15.outputs.words.numbers import format_number
from access15.results.prepared import SessionSites
from access15.results.run import RunResult
from access15.sources.proposals.files import read_proposals
from access15.workflows.compare import compare

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

OWN = {
    "total": "adult",
    "age_65_plus": "older_adult",
    "age_80_plus": "frail",
    "age_80_plus_living_alone": "frail",
}
CHOICE = "(({ profile, isOne }) => [profile, isOne])(access15_session.store.choice)"
LIT = "(({ edges, ids }) => edges.length + ids.length)(access15_session.tools.lit())"
NOBODY = "Non cambia i 15\u00a0minuti di nessuno."


def _compare(page: Page, path: Path, result: RunResult) -> Any:
    """What Python says of the proposal on the page."""
    with page.expect_download() as download:
        page.locator("#save").click()
    download.value.save_as(path)
    table = compare(list(read_proposals(path)), result=result).coverage
    table = table[(table["zone"] == "all") & (table["category"] == "hub")]
    return table.set_index(["profile", "group", "cutoff_min"])


def test_every_group_walks_at_its_own_pace_until_somebody_asks_for_one(
    page: Page, today: RunResult
) -> None:
    table = today.areas[AREA].coverage
    table = table[(table["zone"] == "all") & (table["category"] == "hub")].set_index(
        ["profile", "group", "cutoff_min"]
    )
    shown = shown_numbers(page)
    # 80 and over, and those of them who live alone, live in the same places at the same pace
    assert {group for group, _ in shown} == {"total", "age_65_plus", "age_80_plus"}
    expect(page.locator("#numbers")).to_contain_text("80 anni e più che vivono soli: ")
    for (group, number), (_, told) in shown.items():
        covered = table.loc[(OWN[group], group, today.cutoffs_min[number]), "covered"]
        assert told == format_number(round(float(covered)), "it")
    # the headline, the map and the card follow the group
    choose(page, "group", "age_80_plus")
    assert page.evaluate(CHOICE) == ["frail", False]
    expect(page.locator("#headline .pace")).to_contain_text("82 anni")
    expect(page.locator(".card:has(:checked) .own-pace")).to_be_visible()
    expect(page.locator(".own-pace:visible")).to_have_count(1)
    # all as one walker: a card, or the switch; then all live alike, and are one row
    page.locator(".card:has([value=adult])").click()
    assert page.evaluate(CHOICE) == ["adult", True]
    expect(page.locator("input[name=pace][value=one]")).to_be_checked()
    expect(page.locator("#numbers-caption")).to_contain_text("una persona adulta")
    shown = shown_numbers(page)
    assert {group for group, _ in shown} == {"age_80_plus"}
    for (group, number), (_, told) in shown.items():
        covered = table.loc[("adult", group, today.cutoffs_min[number]), "covered"]
        assert told == format_number(round(float(covered)), "it")
    choose(page, "group", "total")
    assert page.evaluate(CHOICE) == ["adult", True]
    choose(page, "pace", "own")
    choose(page, "group", "age_65_plus")
    assert page.evaluate(CHOICE) == ["older_adult", False]


def test_a_closed_street_says_where_it_is_and_what_that_does(
    page: Page, today: RunResult, tmp_path: Path
) -> None:
    place = places(page)[0]
    page.locator("[data-tool=close]").click()
    page.mouse.move(*at(page, *place))
    # the stretch lights up before it is touched, and is named
    expect(page.locator("#said")).to_contain_text(re.compile(r"Toccate per cambiare: .+\."))
    assert page.evaluate(LIT) == 1
    named = (page.locator("#said").text_content() or "").split(": ", 1)[1].removesuffix(".")
    page.mouse.click(*at(page, *place))
    said = page.locator("#said")
    expect(said).to_contain_text(f"Strada chiusa: {named}.")
    expect(page.locator("#changes li")).to_contain_text(named)
    assert page.evaluate(LIT) == 2
    told = said.text_content() or ""
    table = _compare(page, tmp_path / "closed.geojson", today)
    row = table.loc[("older_adult", "age_65_plus", 15.0)]
    change = round(float(row["after"])) - round(float(row["before"]))
    if change:
        assert f"\u2212{format_number(-change, 'it')} residenti di 65 anni e più" in told
    else:
        assert NOBODY in told or "non cambiano;" in told
    # the same tool opens it again
    use(page, "close", place)
    assert changes(page) == []
    expect(said).to_contain_text("Riaperta")
    assert page.evaluate(LIT) >= 1


def test_a_stretch_without_a_name_is_told_by_its_neighbours(page: Page) -> None:
    """Every stretch: its own name, or none, and at most two others, which are not its own."""
    told = page.evaluate(
        """() => {
          const { model, actions } = access15_session;
          const { sentences } = actions;
          const { names, session } = model;
          return Array.from({ length: session.streets.nEdges }, (_, e) =>
            [names.of(e), names.between(e), sentences.stretch(e)]);
        }"""
    )
    n_between = 0
    for name, between, sentence in told:
        assert len(between) <= 2
        assert name not in between
        assert sentence.startswith(name[:50] if name else "senza nome")
        if len(between) == 2:
            assert f", fra {between[0][:50]}" in sentence
        n_between += len(between) == 2
    assert n_between > len(told) / 2


def test_a_link_that_changes_nothing_says_so(page: Page) -> None:
    one, other = two_places(page, 20, 60)
    use(page, "link", one, other)
    told = page.locator("#said").text_content() or ""
    assert "Nuovo passaggio di " in told
    assert NOBODY in told or "entro 15\u00a0minuti" in told
    page.locator("#undo").click()
    assert "Annullato" in (page.locator("#said").text_content() or "")


def test_a_bench_is_put_by_keys_alone_and_counts_as_in_python(
    start: Callable[..., Opened], seated: RunResult
) -> None:
    area = seated.areas[AREA]
    question = WorkQuestion(
        work=BENCH,
        category="hub",
        walker=seated.profiles["frail"],
        group="age_65_plus",
        cutoff_min=15.0,
        n=1,
    )
    found = find_area_works(area, question)
    today, best = found.curve.iloc[0], found.works.iloc[0]
    place = (float(best["lon"]), float(best["lat"]))
    opened = start(text=render_session(seated, AREA, sites=SessionSites(bench=place)))
    page = opened.page
    page.locator("[data-tool=bench]").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(CHOICE) == ["sitting", True]
    # who is within today, and who would be with seats everywhere, as `access15 site` says
    within = round(float(today["within"]))
    everywhere = round(float(today["within"]) + float(today["everything"]))
    expect(page.locator("#headline-more")).to_contain_text(
        f"fra via e porta: {format_number(everywhere, 'it')}; a {format_number(everywhere - within, 'it')} "
    )
    gaps = "access15_session.model.gaps([], 'sitting', 'hub', 'age_65_plus').edge.length"
    assert page.evaluate(gaps) > 0
    # given up: everybody walks as before
    page.keyboard.press("Escape")
    assert page.evaluate(CHOICE) == ["older_adult", False]
    assert changes(page) == []
    # at the place that Python found: of the first bench on the way to a hub, and of no other
    expect(page.locator("#best-bench")).to_be_hidden()
    choose(page, "target", "library")
    use(page, "bench")
    expect(page.locator("#best-bench")).to_be_hidden()
    choose(page, "target", "hub")
    page.locator("#best-bench").press("Enter")
    expect(page.locator("#best-bench")).to_be_hidden()
    expect(page.locator("#at-centre")).to_be_focused()
    page.keyboard.press("Enter")
    (bench,) = changes(page)
    assert (bench["lon"], bench["lat"]) == pytest.approx((best["lon"], best["lat"]), abs=5e-8)
    assert page.evaluate(CHOICE) == ["sitting", True]
    before, after = (int(one.replace(".", "")) for one in shown_numbers(page)["age_65_plus", 2][:2])
    change = after - before
    assert before == within
    assert change == pytest.approx(float(best["gained"]), abs=1.0)
    told = f"+{format_number(change, 'it')} residenti" if change else NOBODY
    expect(page.locator("#said")).to_contain_text(told)
    # arrows move it, and the answer follows
    sign(page, "Nuova panchina").focus()
    page.keyboard.press("ArrowUp")
    assert changes(page)[0]["lat"] > bench["lat"]
    expect(page.locator("#said")).to_contain_text("Spostato")
    page.keyboard.press("Delete")
    assert changes(page) == []
    assert opened.troubles == []


def test_the_index_leads_to_a_bench(start: Callable[..., Opened], seated_text: str) -> None:
    page = start(text=seated_text).page
    folder = page.url.split("#")[0]
    lon, lat = page.evaluate(
        """() => {
          const { lng, lat } = access15_session.map.getCenter();
          return [lng + 0.001, lat - 0.001];
        }"""
    )
    # a place of no sense opens the tool alone
    page.goto("about:blank")
    page.goto(f"{folder}#panchina=0,0")
    expect(page.locator("[data-tool=bench]")).to_have_attribute("aria-pressed", "true")
    assert changes(page) == []
    page.goto("about:blank")
    page.goto(f"{folder}#panchina={lon:.7f},{lat:.7f}")
    expect(page.locator("[data-tool=bench]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#hint")).to_be_hidden()
    page.wait_for_function("access15_session.map.getZoom() === 17")
    page.locator("#at-centre").click()
    (bench,) = changes(page)
    assert (bench["lon"], bench["lat"]) == pytest.approx((lon, lat), abs=1e-7)
