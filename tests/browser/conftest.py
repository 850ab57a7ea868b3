"""A browser without internet, and pages to open in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from builders.border_town import write_border_town
from builders.browser import AREAS, CHROMIUM, FLAGS, LAPTOP, NASTY, Open, Opened, wait_until_open
from builders.places_study import look, write_study
from builders.run import make_result
from builders.session_steps import AREA, NAME, with_obstacles
from builders.small_town import write_town
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

import access15
from access15.outputs.pages.accessibility import STATEMENT_FILE, render_statement
from access15.outputs.pages.city import render_city
from access15.outputs.pages.folium_map import render_map
from access15.outputs.pages.index import render_index
from access15.outputs.pages.places import render_places
from access15.outputs.pages.session import render_session
from access15.outputs.pages.sites import render_sites
from access15.results.run import RunResult

# what an earlier test left unsaved is not offered to the next; a page that is loaded again keeps its own
FORGET = """if (performance.getEntriesByType("navigation")[0].type === "navigate") localStorage.clear()"""

OnceForAll = Callable[[str, Callable[[], Any]], Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for a module, closed after it: the worker goes on with tests that need none."""
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
def folder(
    tmp_path_factory: pytest.TempPathFactory, result: RunResult, once_for_all: OnceForAll
) -> Path:
    """Index and maps in both languages, as a run writes them."""
    folder = tmp_path_factory.mktemp("maps")
    for name, text in once_for_all("pages", lambda: _render(result)).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def _render(result: RunResult) -> dict[str, str]:
    """Text of every page by its name."""
    names = {area: f"{area}.html" for area in AREAS}
    statement_of = ["index.html", *names.values()]
    texts = {}
    for lang in ("it", "en"):
        texts[f"{lang}/index.html"] = render_index(result, lang=lang, files=names)
        texts[f"{lang}/{STATEMENT_FILE}"] = render_statement(result, lang=lang, pages=statement_of)
        for area, name in names.items():
            texts[f"{lang}/{name}"] = render_map(result, area, lang=lang)
    return texts


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[Callable[[tuple[int, int]], BrowserContext]]:
    """A window of each size, offline, made once for a module: pages keep nothing that another could find."""
    made: dict[tuple[int, int], BrowserContext] = {}

    def having(size: tuple[int, int]) -> BrowserContext:
        if size not in made:
            made[size] = _new_context(browser, size)
        return made[size]

    yield having
    for context in made.values():
        context.close()


def _new_context(browser: Browser, size: tuple[int, int]) -> BrowserContext:
    return browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)


@pytest.fixture
def open_page(
    browser: Browser,
    contexts: Callable[[tuple[int, int]], BrowserContext],
    folder: Path,
) -> Iterator[Open]:
    """Open a file of the folder, offline; alone where a test changes the clock of its window."""
    opened_pages = []
    own_contexts = []

    def opening(
        name: str,
        size: tuple[int, int] = LAPTOP,
        *,
        text: str | None = None,
        is_alone: bool = False,
    ) -> Opened:
        if is_alone:
            own_contexts.append(_new_context(browser, size))
        context = own_contexts[-1] if is_alone else contexts(size)
        opened = Opened(context.new_page())
        page = opened.page
        if not is_alone:
            page.add_init_script(FORGET)
        opened_pages.append(page)
        page.on("request", lambda request: opened.requests.append(request.url))
        page.on("requestfailed", lambda request: opened.troubles.append(f"failed: {request.url}"))
        page.on(
            "console", lambda message: opened.troubles.append(f"{message.type}: {message.text}")
        )
        page.on("pageerror", lambda error: opened.troubles.append(f"error: {error}"))
        page.on("dialog", lambda dialog: opened.troubles.append(f"dialog: {dialog.message}"))
        path = folder / name
        if text is not None:
            path.write_text(text, encoding="utf-8")
        page.goto(path.as_uri())
        wait_until_open(page)
        return opened

    yield opening
    for page in opened_pages:
        page.close()
    for context in own_contexts:
        context.close()


@pytest.fixture(scope="session")
def today(sketch: RunResult) -> RunResult:
    """Chiesa Rossa, walked for true."""
    return sketch


@pytest.fixture(scope="session")
def page_text(today: RunResult, once_for_all: OnceForAll) -> str:
    text: str = once_for_all("session-page", lambda: render_session(today, AREA))
    return text


@pytest.fixture(scope="session")
def seated(today: RunResult) -> RunResult:
    """The same neighbourhood with seats, and somebody who needs them."""
    return with_obstacles(today)


@pytest.fixture(scope="session")
def seated_text(seated: RunResult, once_for_all: OnceForAll) -> str:
    text: str = once_for_all("seated-page", lambda: render_session(seated, AREA))
    return text


@pytest.fixture
def start(open_page: Open, page_text: str) -> Callable[..., Opened]:
    """Open the page and close its hint, as everybody does first."""

    def starting(
        size: tuple[int, int] = LAPTOP, text: str = "", *, is_alone: bool = False
    ) -> Opened:
        opened = open_page(NAME, size, text=text or page_text, is_alone=is_alone)
        hint = opened.page.locator("#hint")
        if hint.is_visible():
            hint.locator("button").click()
        return opened

    return starting


@pytest.fixture
def page(start: Callable[..., Opened]) -> Iterator[Page]:
    opened = start()
    yield opened.page
    assert opened.troubles == []


@pytest.fixture(scope="session")
def places_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn town with two tables of places."""
    folder = tmp_path_factory.mktemp("places")
    write_study(folder)
    return folder


@pytest.fixture(scope="session")
def places_text(places_folder: Path, once_for_all: OnceForAll) -> str:
    """Its page of places, with what a service answered."""
    toml = places_folder / "town.toml"
    text: str = once_for_all(
        "places-page", lambda: render_places(look(toml, places_folder / "cache"))
    )
    return text


@pytest.fixture(scope="session")
def sites_text(tmp_path_factory: pytest.TempPathFactory, once_for_all: OnceForAll) -> str:
    """The page of the best places of the drawn town's west."""

    def draw() -> str:
        folder = tmp_path_factory.mktemp("sites")
        found = access15.site(
            write_town(folder),
            category="csrc",
            n=2,
            cutoff_min=2.5,
            worlds=16,
            osm=folder / "town.osm",
            offline=True,
        )
        return render_sites(found, "west")

    text: str = once_for_all("sites-page", draw)
    return text


@pytest.fixture(scope="session")
def city_text(tmp_path_factory: pytest.TempPathFactory, once_for_all: OnceForAll) -> str:
    """The page of the drawn city, beside which the map of one quarter lies."""

    def draw() -> str:
        folder = tmp_path_factory.mktemp("city")
        study, osm = write_border_town(folder), folder / "town.osm"
        found = access15.run_city(study, grid="square:100", osm=osm, no_cache=True)
        (folder / "a").mkdir()
        (folder / "a" / "a.html").write_text("", encoding="utf-8")
        return render_city(found, folder, lang="it")

    return str(once_for_all("city-page", draw))


@pytest.fixture
def start_places(open_page: Open, places_text: str) -> Callable[..., Opened]:
    """Open the page of places and close its hint, as everybody does first."""

    def starting(size: tuple[int, int] = LAPTOP) -> Opened:
        opened = open_page("it/places.html", size, text=places_text)
        opened.page.locator("#hint button").click()
        return opened

    return starting
