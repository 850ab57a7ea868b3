"""Texts of the page of places: each is said somewhere, and what the page says there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import access15
from access15.outputs.words.texts import load_texts

WEB = Path(access15.__file__).parent / "web"
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (*(WEB / "places").glob("*.js"), WEB / "templates" / "places.html.j2")
)
KEYS = {key.removeprefix("look_") for key in load_texts() if key.startswith("look_")}
# what scripts put together: the beginning, and every end
ENDS = {
    "state_": ("all", "open", "changed", "left", "checked", "no_point"),
    "door_by_": ("given", "entrance", "address", "street", "nearest", "beside"),
    "hint_": ("point", "door"),
    "problem_": ("outside", "door_far", "doors_far", "no_place", "no_point"),
    "did_": ("undo", "redo"),
}


def test_every_text_is_said_and_nothing_else() -> None:
    assert set(re.findall(r"say\(\s*`(\w+_)\$\{", CODE)) <= set(ENDS)
    put_together = {f"{prefix}{end}" for prefix, ends in ENDS.items() for end in ends}
    words = set(re.findall(r"""["'`](\w+)["'`]""", CODE))
    assert sorted(KEYS - words - put_together) == []
    said = set(re.findall(r"""(?:say|words|named)\("(\w+)"[,)]""", CODE)) - {"no_script"}
    assert len(said) > 50
    assert sorted((said | put_together) - KEYS) == []


@pytest.mark.parametrize("key", sorted(KEYS))
def test_placeholders_are_filled_by_name_alone(key: str) -> None:
    for text in load_texts()[f"look_{key}"].values():
        assert re.fullmatch(r"[^{}]*(?:\{[a-z_]+\}[^{}]*)*", text)
