"""Texts of the session page: each is said somewhere, and what the page says there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import access15
from access15.outputs.words.catalogue_session import SESSION_TEXTS

PACKAGE = Path(access15.__file__).parent
# keys that are put together in the page: the beginning is in the code
PREFIXES = ("change_", "hint_", "problem_", "refused_", "warned_", "view_", "tool_", "stops_")
SCRIPTS = sorted((PACKAGE / "web" / "session").glob("*.js"))
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (
        *SCRIPTS,
        PACKAGE / "web" / "templates" / "session.html.j2",
        PACKAGE / "outputs" / "pages" / "session.py",
    )
)


def test_every_text_is_said() -> None:
    written = set(re.findall(r"""["'`](?:session_)?(\w+)["'`]""", CODE))
    keys = [key.removeprefix("session_") for key in SESSION_TEXTS]
    assert [key for key in keys if key not in written and not key.startswith(PREFIXES)] == []
    assert all(f"{prefix}${{" in CODE or f'"{prefix}' in CODE for prefix in PREFIXES)


def test_whatever_the_page_says_is_a_text() -> None:
    said = re.findall(r"""(?:say|words|named)\("(\w+)"[,)]""", CODE)
    assert len(said) > 100
    missing = {
        key for key in said if f"session_{key}" not in SESSION_TEXTS and key not in SESSION_TEXTS
    }
    assert missing <= {"no_script", "sketch_warning", "limit_not_modelled", "date_unknown"}


@pytest.mark.parametrize("key", SESSION_TEXTS)
def test_placeholders_are_filled_by_name_alone(key: str) -> None:
    for text in SESSION_TEXTS[key]:
        assert re.fullmatch(r"[^{}]*(?:\{[a-z_]+\}[^{}]*)*", text)
