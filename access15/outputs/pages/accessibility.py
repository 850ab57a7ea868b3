"""``accessibility.html``: how far the pages of a run are open to everybody, for whoever publishes
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from typing import Final
from urllib.parse import quote

from access15.config import Lang
from access15.outputs.pages.offline import assemble_page, fill_template, read_asset
from access15.outputs.words.dates import format_date
from access15.outputs.words.texts import say
from access15.results.run import RunResult

STATEMENT_FILE: Final = "accessibility.html"
_BARRIERS: Final = ("access_not_map", "access_not_drag", "access_not_gis", "access_not_tried")
_STYLES: Final = ("styles/page.css", "styles/index.css")


def render_statement(result: RunResult, *, lang: Lang = "it", pages: Sequence[str]) -> str:
    """Write the accessibility statement of a run's pages; what only a publisher knows is left
    open.
    """
    title = say("access_title", lang)
    body = fill_template(
        "accessibility.html.j2",
        say=lambda key: say(key, lang),
        title=title,
        pages=[(quote(name), name) for name in pages],
        barriers=[say(key, lang) for key in _BARRIERS],
        written=say(
            "access_written_text",
            lang,
            date=format_date(result.created, lang),
            version=metadata.version("access15"),
        ),
    )
    head = "\n".join(f"<style>\n{read_asset(name)}</style>" for name in _STYLES)
    return assemble_page(title=title, lang=lang, head=head, body=body)
