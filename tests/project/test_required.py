"""In CI a test of real data or of a page must run: a skip is a failure there, and only there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from builders.paths import TESTS_FOLDER

TESTS = """
import pytest

@pytest.mark.real_data
def test_needs_data(shared_dir):
    pass

@pytest.mark.browser
def test_needs_a_browser():
    pytest.skip("no chromium")

@pytest.mark.node
def test_needs_node():
    pytest.skip("no node")

@pytest.mark.qgis
def test_needs_qgis():
    pytest.skip("no QGIS")

def test_skips_for_another_reason():
    pytest.skip("not here")
"""


def run_pytest(folder: Path, variables: dict[str, str]) -> str:
    (folder / "conftest.py").write_text((TESTS_FOLDER / "conftest.py").read_text(encoding="utf-8"))
    (folder / "test_made_up.py").write_text(TESTS, encoding="utf-8")
    (folder / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n    real_data\n    browser\n    node\n    qgis\n", encoding="utf-8"
    )
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("ACCESS15_", "PYTEST_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", str(folder)],
        env={**kept, **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout


@pytest.mark.parametrize(
    ("variables", "closing", "sentence"),
    [
        ({}, "5 skipped", "real data: set ACCESS15_SHARED to the folder"),
        (
            {"ACCESS15_REQUIRE_SHARED": "1"},
            "4 skipped, 1 error",
            "ACCESS15_REQUIRE_SHARED=1 forbids to skip this test",
        ),
        (
            {"ACCESS15_REQUIRE_BROWSER": "1"},
            "1 failed, 4 skipped",
            "this test: Skipped: no chromium",
        ),
        ({"ACCESS15_REQUIRE_NODE": "1"}, "1 failed, 4 skipped", "this test: Skipped: no node"),
        ({"ACCESS15_REQUIRE_QGIS": "1"}, "1 failed, 4 skipped", "this test: Skipped: no QGIS"),
        ({"ACCESS15_REQUIRE_SHARED": "0"}, "5 skipped", "no chromium"),
        (
            {"ACCESS15_SHARED": "/nowhere"},
            "4 skipped, 1 error",
            "ACCESS15_SHARED=/nowhere holds no data/osm folder",
        ),
    ],
)
def test_skips(tmp_path: Path, variables: dict[str, str], closing: str, sentence: str) -> None:
    output = run_pytest(tmp_path, variables)
    assert closing in output
    assert sentence in output
