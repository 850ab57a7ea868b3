"""Texts of the page of a city: each is said somewhere, and what the page says there is."""

from __future__ import annotations

import re
from pathlib import Path

import access15
from access15.outputs.words.texts import load_texts

CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((Path(access15.__file__).parent / "web" / "city").glob("*.js"))
)
KEYS = {key.removeprefix("city_js_") for key in load_texts() if key.startswith("city_js_")}
TITLES = {"title_share", "title_gap", "title_ratio"}
CLASSES = {"class", "class_first", "class_last"}


def test_every_text_is_said_and_nothing_else() -> None:
    assert set(re.findall(r"say\(\s*`(\w+_)\$\{", CODE)) == {"title_"}
    words = set(re.findall(r"""["'`](\w+)["'`]""", CODE)) | TITLES
    assert sorted(KEYS - words) == []
    said = set(re.findall(r"""say\("(\w+)"[,)]""", CODE))
    assert len(said) > 10
    assert sorted((said | TITLES | CLASSES) - KEYS) == []
