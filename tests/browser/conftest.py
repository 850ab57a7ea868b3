"""A browser without internet, and pages to open in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from factories import make_result
from playwright.sync_api import Browser, Page, sync_playwright
from test_offline import HOSTILE

from access15.outputs.folium_map import render_map
from access15.outputs.report import render_index
from access15.results import RunResult

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AREAS = ("chiesa_rossa", "forlanini_salomone")
LAPTOP = (1366, 768)
TABLET = (800, 1180)
PHONE = (390, 844)
NASTY = {
    "facility_id": "nasty",
    "name": HOSTILE,
    "address": "\u202e" + HOSTILE,
    "category": "library",
    "lat": 45.4300,
    "lon": 9.1790,
    "precision": "official point",
    "source": HOSTILE,
}


@dataclass
class Opened:
    """A page and everything that went wrong or left the machine while it was open."""

    page: Page
    requests: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.is_file():
        pytest.skip(f"browser: {CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def result() -> RunResult:
    return make_result(area_ids=AREAS, facilities=[NASTY])


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, result: RunResult) -> Path:
    """Index and maps in both languages, as a run writes them."""
    folder = tmp_path_factory.mktemp("maps")
    names = {area: f"{area}.html" for area in AREAS}
    for lang in ("it", "en"):
        (folder / lang).mkdir()
        (folder / lang / "index.html").write_text(render_index(result, lang=lang, files=names), encoding="utf-8")
        for area, name in names.items():
            (folder / lang / name).write_text(render_map(result, area, lang=lang), encoding="utf-8")
    return folder


@pytest.fixture
def open_page(browser: Browser, folder: Path) -> Iterator[Open]:
    """Open a file of the folder in a context of its own, offline."""
    contexts = []

    def opening(name: str, size: tuple[int, int] = LAPTOP, *, text: str | None = None) -> Opened:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
        contexts.append(context)
        opened = Opened(context.new_page())
        page = opened.page
        page.on("request", lambda request: opened.requests.append(request.url))
        page.on("requestfailed", lambda request: opened.troubles.append(f"failed: {request.url}"))
        page.on("console", lambda message: opened.troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: opened.troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: opened.troubles.append(f"dialog: {dialog.message}"))
        path = folder / name
        if text is not None:
            path.write_text(text, encoding="utf-8")
        page.goto(path.as_uri())
        return opened

    yield opening
    for context in contexts:
        context.close()
