"""Pictures of the session page for a person to look at: three sizes, both languages, grey and
without red.

Run: ``python tests/browser/take_pictures.py FOLDER [PAGE.html]``. Without a page it draws Chiesa
Rossa on the sketch; with ``ACCESS15_SHARED`` set, both neighbourhoods of Milan on the real extract.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))  # what the tests share

from builders.browser import CHROMIUM, FLAGS, LAPTOP, TABLET, wait_until_open
from builders.session_steps import choose, places, press, sign, two_places, use
from playwright.sync_api import Browser, Page, sync_playwright

import access15
from access15.outputs.pages.session import render_session

PROJECTOR = (1920, 1080)
SIZES = {"laptop": LAPTOP, "tablet": TABLET, "projector": PROJECTOR}
# what somebody without long-wave cones sees (Machado, Oliveira & Fernandes 2009, doi
# 10.1109/TVCG.2009.113)
PROTANOPIA = (
    "0.152286 1.052583 -0.204868 0 0 0.114503 0.786281 0.099216 0 0 -0.003882 -0.048116 "
    "1.051998 0 0 0 0 0 1 0"
)
FILTERS = {
    "grey": "document.documentElement.style.filter = 'grayscale(1)'",
    "protanopia": f"""(() => {{
      const space = "http://www.w3.org/2000/svg";
      const svg = document.createElementNS(space, "svg");
      const filter = document.createElementNS(space, "filter");
      const matrix = document.createElementNS(space, "feColorMatrix");
      filter.id = "protanopia";
      filter.setAttribute("color-interpolation-filters", "linearRGB");
      matrix.setAttribute("values", "{PROTANOPIA}");
      svg.setAttribute("width", "0");
      svg.setAttribute("height", "0");
      svg.style.position = "absolute";
      filter.append(matrix);
      svg.append(filter);
      document.body.append(svg);
      document.documentElement.style.filter = "url(#protanopia)";
    }})()""",
}


def begin(page: Page) -> None:
    """The page as it opens."""


def first(page: Page) -> None:
    """What is seen after the hint."""
    page.locator("#hint button").click()


def proposal(page: Page) -> None:
    """A place more, one moved, a street closed, a link, a note, votes."""
    first(page)
    page.evaluate("access15_session.map.getContainer().scrollIntoView()")
    free = places(page)
    use(page, "add", free[len(free) // 3])
    sign(page, "Casa di Quartiere").first.focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    use(page, "close", places(page)[0])
    use(page, "link", *two_places(page, 150, 400))
    use(page, "note", places(page)[-1])
    page.locator("#note-input").fill("Qui manca una panchina")
    press(page, "note-dialog", "done")
    for _ in range(7):
        page.locator("#vote-more").click()
    page.evaluate("document.querySelector('.panel').scrollTop = 0; scrollTo(0, 0)")


def removed(page: Page) -> None:
    """A centre taken away: who loses."""
    first(page)
    sign(page, "Casa di Quartiere").first.focus()
    page.keyboard.press("Delete")


def tool(page: Page) -> None:
    first(page)
    page.locator("[data-tool=add]").click()


def view(name: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        proposal(page)
        choose(page, "view", name)

    return show


def wheels(page: Page) -> None:
    """Streets alone, for a wheelchair."""
    proposal(page)
    choose(page, "profile", "wheelchair")
    page.locator("#filled").uncheck()


def comparison(page: Page) -> None:
    proposal(page)
    page.locator("#copy").click()
    use(page, "add", places(page)[len(places(page)) // 2])
    page.locator("#new-proposal").click()
    page.locator(".compare.wide").click()


def where(page: Page) -> None:
    """One more library, wherever it would help most."""
    first(page)
    choose(page, "target", "library")
    page.locator("#where-tool").click()
    page.locator("#where-progress").wait_for(state="hidden")


def card(page: Page) -> None:
    proposal(page)
    sign(page, "Nuovo luogo").click()


def key(page: Page) -> None:
    proposal(page)
    page.locator(".drawn").scroll_into_view_if_needed()


SCENES: dict[str, Callable[[Page], None]] = {
    "begin": begin,
    "first": first,
    "tool": tool,
    "proposal": proposal,
    "removed": removed,
    "difference": view("difference"),
    "both": view("both"),
    "wheels": wheels,
    "comparison": comparison,
    "card": card,
    "key": key,
}
FEW = ("first", "proposal", "comparison")  # in the other sizes, language and colours


def list_pictures() -> Iterator[tuple[str, str, str, str]]:
    """Scene, size, language and filter of every picture."""
    for scene in SCENES:
        yield scene, "laptop", "it", ""
    for scene in FEW:
        yield from ((scene, size, "it", "") for size in ("tablet", "projector"))
        yield scene, "laptop", "en", ""
        yield scene, "tablet", "en", ""
    for colours in FILTERS:
        yield from (
            (scene, "laptop", "it", colours) for scene in ("proposal", "difference", "removed")
        )


def take(
    browser: Browser, address: str, path: Path, scene: str, size: str, lang: str, colours: str
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    page = context.new_page()
    page.goto(address)
    wait_until_open(page)
    SCENES[scene](page)
    if lang == "en":
        page.evaluate("access15_session.useLanguage('en')")
    if colours:
        page.evaluate(FILTERS[colours])
    page.wait_for_timeout(300)
    page.screenshot(path=path)
    if scene == "proposal" and size == "laptop" and not colours:
        page.pdf(path=path.with_suffix(".pdf"), format="A3", landscape=True)
    context.close()


def draw_pages(folder: Path) -> list[Path]:
    """Session pages to take pictures of."""
    shared = os.environ.get("ACCESS15_SHARED")
    if shared:
        result = access15.run("milano", osm=Path(shared) / "data" / "osm" / "milano-2014.osm.pbf")
    else:
        result = access15.run("milano", areas=["chiesa_rossa"], offline=True)
    pages = []
    for area_id in result.areas:
        pages.append(folder / f"{area_id}_session.html")
        pages[-1].write_text(render_session(result, area_id), encoding="utf-8")
    return pages


def main(arguments: list[str]) -> None:
    if len(arguments) not in {1, 2}:
        raise SystemExit("usage: python tests/browser/take_pictures.py FOLDER [PAGE.html]")
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    pages = [Path(arguments[1])] if len(arguments) == 2 else draw_pages(folder)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for page in pages:
            for scene, size, lang, colours in list_pictures():
                name = "-".join(filter(None, [page.stem, scene, size, lang, colours])) + ".png"
                take(browser, page.resolve().as_uri(), folder / name, scene, size, lang, colours)
                print(folder / name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
