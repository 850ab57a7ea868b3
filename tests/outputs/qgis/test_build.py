"""The plugin's files: what QGIS needs, the words that its code asks for, a Python of 3.9."""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import xml.etree.ElementTree as ET
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

from access15.config import load_categories, load_profiles
from access15.outputs.qgis.build import PLUGIN, build_plugin, pack_plugin

FILES = build_plugin(load_profiles(), load_categories())
CODE = {name: text for name, text in FILES.items() if name.endswith(".py")}


def test_what_qgis_reads() -> None:
    described = ConfigParser(interpolation=None)
    described.read_string(FILES["metadata.txt"])
    general = described["general"]
    assert general["hasProcessingProvider"] == "yes"
    assert general["qgisMinimumVersion"] == "3.22"
    needed = ("name", "description", "version", "author", "email", "about")
    assert all(general[key] for key in needed)
    settings = json.loads(FILES["settings.json"])
    assert settings["command"] == [sys.executable, "-P", "-m", "access15"]
    assert settings["files"] == sorted(FILES)
    assert [one["id"] for one in settings["profiles"]] == list(load_profiles())
    assert {one["id"] for one in settings["categories"]} == set(load_categories())


@pytest.mark.parametrize("name", CODE)
def test_code_is_of_python_3_9_and_imports_nothing_of_ours(name: str) -> None:
    tree = ast.parse(CODE[name], feature_version=(3, 9))
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {
        (node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and not node.level
    }
    assert names <= {"qgis", *sys.stdlib_module_names}
    assert not any(isinstance(node, ast.Match) for node in ast.walk(tree))
    if name != "__init__.py":
        assert "from __future__ import annotations" in CODE[name], "types such as str | None"


def test_every_word_that_the_code_asks_for_goes_along() -> None:
    words = json.loads(FILES["words.json"])
    assert set(words) == {"it", "en"}
    assert set(words["it"]) == set(words["en"])
    code = "\n".join(CODE.values())
    asked = set(re.findall(r'"(plugin_\w+)"', code))
    questions = re.findall(r'\bkey(?:, \w+)*(?:, \w+)? = "(\w+)"', code)
    layers = re.findall(r'"(\w+)"', "".join(re.findall(r"layers = \(([^)]*)\)", code)))
    assert len(questions) == 6
    asked |= {f"plugin_{one}{end}" for one in questions for end in ("", "_help")}
    asked |= {f"plugin_layer_{one}" for one in layers}
    assert asked <= set(words["it"])


def test_styles_and_sign_are_sound() -> None:
    styles = [name for name in FILES if name.endswith(".qml")]
    assert len(styles) == 4
    for name in (*styles, "icon.svg"):
        assert ET.fromstring(FILES[name]).tag.endswith(("qgis", "svg"))  # noqa: S314


def test_the_zip_holds_the_folder_and_is_the_same_every_time(tmp_path: Path) -> None:
    packed = pack_plugin(FILES)
    assert packed == pack_plugin(build_plugin(load_profiles(), load_categories()))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [f"{PLUGIN}/{name}" for name in FILES]
        archive.extractall(tmp_path)
    for name, text in FILES.items():
        assert (tmp_path / PLUGIN / name).read_text(encoding="utf-8") == text
