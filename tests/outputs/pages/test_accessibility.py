"""The accessibility statement of a run's pages."""

from __future__ import annotations

import pytest
from builders.run import make_result

from access15.config import Lang
from access15.outputs.pages.accessibility import render_statement

PAGES = ["index.html", "chiesa_rossa.html", "chiesa_rossa_session.html"]


@pytest.mark.parametrize(
    ("lang", "title", "blanks", "status"),
    [
        (
            "it",
            "Dichiarazione di accessibilità",
            ["[da compilare: nome di chi pubblica]", "[da compilare: recapito di chi pubblica]"],
            "parzialmente conformi",
        ),
        (
            "en",
            "Accessibility statement",
            [
                "[to be filled in: name of the publisher]",
                "[to be filled in: contact of the publisher]",
            ],
            "partially compliant",
        ),
    ],
)
def test_statement_says_what_is_known_and_asks_for_the_rest(
    lang: Lang, title: str, blanks: list[str], status: str
) -> None:
    page = render_statement(make_result(area_ids=["chiesa_rossa"]), lang=lang, pages=PAGES)
    assert f"<h1>{title}</h1>" in page
    assert [blank for blank in blanks if f"<mark>{blank}</mark>" in page] == blanks
    assert page.count("<mark>") == 2
    assert status in page
    assert all(f'<a href="{name}">{name}</a>' in page for name in PAGES)


def test_same_result_gives_the_same_statement() -> None:
    one, other = (
        render_statement(make_result(area_ids=["chiesa_rossa"]), pages=PAGES) for _ in range(2)
    )
    assert one == other
