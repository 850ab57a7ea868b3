"""The sheet of a walk audit in a browser and on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from builders.browser import LAPTOP, PHONE, Open
from builders.small_town import write_town

from access15.outputs.pages.audit import render_audit
from access15.results.audit import AuditFindings
from access15.workflows.audit import audit

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

LONG = " / ".join(["Via Lunghissima del Quartiere Grande"] * 6)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> AuditFindings:
    """Ten stops at one place, each with the longest name that there may be."""
    folder = tmp_path_factory.mktemp("town")
    write_town(folder)
    found = audit(
        "west",
        study=folder / "town.toml",
        osm=folder / "town.osm",
        offline=True,
        cutoff_min=4.0,
        cache=folder / "cache",
    )
    return replace(found, stops=(replace(found.stops[1], street=LONG),) * 10)


def test_map_and_ten_stops_are_three_sides_of_a4(
    open_page: Open, full: AuditFindings, tmp_path: Path
) -> None:
    opened = open_page("audit.html", LAPTOP, text=render_audit(full, lang="it"))
    file = tmp_path / "audit.pdf"
    opened.page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    paper = pypdfium2.PdfDocument(file)
    try:
        assert len(paper) == 3
        width, height = paper[0].get_size()
        assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
        told = [paper[i].get_textpage().get_text_range() for i in range(3)]
    finally:
        paper.close()
    assert "Camminata di verifica" in told[0]
    assert [text.count("Cordolo") for text in told] == [0, 5, 5]
    assert opened.troubles == []


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_it_breaks_no_rule_and_fits(
    open_page: Open, full: AuditFindings, size: tuple[int, int]
) -> None:
    page = open_page("audit_axe.html", size, text=render_audit(full, lang="en")).page
    broken = Axe().run(page).response["violations"]
    assert [one["id"] for one in broken] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    numbers = page.locator(".map circle[r='4.6']")
    boxes = [numbers.nth(i).bounding_box() for i in range(10)]
    places = [(round(box["x"]), round(box["y"])) for box in boxes if box is not None]
    assert len(set(places)) == 10, "numbers at one place make room for each other"
