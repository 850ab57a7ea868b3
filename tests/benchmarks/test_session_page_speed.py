"""Opening the session page of a real neighbourhood, beside Folium's own map of the same place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from builders.browser import CHROMIUM, FLAGS, LAPTOP, wait_until_open
from playwright.sync_api import Page, sync_playwright

import access15
from access15.outputs.pages.folium_map import render_map
from access15.outputs.pages.session import render_session

AREA = "chiesa_rossa"
OPENING = "opening a page of Chiesa Rossa in Chromium"
PAGES: dict[str, Callable[..., str]] = {"access15": render_session, "folium map": render_map}


@pytest.fixture(scope="module", name="milan")
def _milan(extract: Path) -> access15.Run:
    return access15.run("milano", osm=extract, now=datetime(2026, 10, 1, 9, 30, tzinfo=UTC))


@pytest.fixture(scope="module", name="page")
def _page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser.new_page(viewport={"width": LAPTOP[0], "height": LAPTOP[1]})
        browser.close()


@pytest.mark.parametrize("engine", list(PAGES))
def test_opening(
    benchmark: Any, page: Page, milan: access15.Run, engine: str, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGES[engine](milan, AREA), encoding="utf-8")
    benchmark.group = OPENING
    benchmark.extra_info.update(engine=engine)

    def open_it() -> None:
        page.goto(path.as_uri())
        wait_until_open(page)

    benchmark.pedantic(open_it, rounds=5, warmup_rounds=1)
    assert page.title()
