"""Texts of the session page: each is said somewhere, and what the page says there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import access15
from access15.config.proposal import ChangeKind
from access15.outputs.words.texts import load_texts

PACKAGE = Path(access15.__file__).parent
SCRIPTS = sorted(
    path for path in (PACKAGE / "web").rglob("*.js") if path.parent.name not in {"places", "city"}
)
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (
        *SCRIPTS,
        PACKAGE / "web" / "templates" / "session.html.j2",
        PACKAGE / "outputs" / "pages" / "session.py",
    )
)
KEYS = {key.removeprefix("session_") for key in load_texts() if key.startswith("session_")}
# said of what the page shares with the map page and the index
SHARED = {"no_script", "too_old", "sketch_warning", "limit_not_modelled", "date_unknown"}
# keys that scripts put together: the beginning, and the ends that are found as words in a script
TEMPLATE = re.compile(r"`(\w+_)\$\{")


def words(code: str) -> set[str]:
    """Everything that stands in quotation marks and could be a key."""
    return set(re.findall(r"""["'`](?:session_)?(\w+)["'`]""", code))


def test_every_text_is_said() -> None:
    prefixes = set(TEMPLATE.findall(CODE)) & {f"{key.split('_')[0]}_" for key in KEYS}
    known = {"change_", "hint_", "origin_", "problem_", "refused_", "warned_", "view_", "no_"} | {
        "house_",
        "help_",
        "verdict_",
    }
    assert prefixes == known
    # `needs: ["name"]` of a change is refused as no_name
    written = words(CODE) | {f"no_{name}" for name in words(CODE)}
    # the template lists the tools' keys of the buttons
    ends = {
        prefix: {f"{prefix}{word}" for word in written}
        for prefix in (*prefixes, "tool_", "verdict_streets_")
    }
    said = written.union(*ends.values())
    assert sorted(KEYS - said) == []


def test_whatever_the_page_says_is_a_text() -> None:
    said = re.findall(r"""(?:say|words|named)\("(\w+)"[,)]""", CODE)
    assert len(said) > 100
    missing = {key.removeprefix("session_") for key in said} - KEYS
    assert missing <= SHARED
    assert {f"change_{kind}" for kind in get_args(ChangeKind) if kind != "note"} <= KEYS


@pytest.mark.parametrize("key", sorted(KEYS))
def test_placeholders_are_filled_by_name_alone(key: str) -> None:
    for text in load_texts()[f"session_{key}"].values():
        assert re.fullmatch(r"[^{}]*(?:\{[a-z_]+\}[^{}]*)*", text)
