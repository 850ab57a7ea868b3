"""The QGIS of this machine, for tests against the real thing."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

PYTHON = "/usr/bin/python3"  # Debian's, for which its QGIS is installed


@functools.cache
def find_fault() -> str:
    """Why QGIS cannot be used; empty where it can."""
    try:
        done = run([PYTHON, "-c", "import qgis.core"], {})
    except OSError as error:
        return f"no QGIS: {error}"
    lines = done.stderr.strip().splitlines()
    return f"no QGIS for {PYTHON}: {lines[-1]}" if done.returncode else ""


def run(words: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program that uses QGIS, without a screen and without this environment's Python."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        words,
        env={**kept, "QT_QPA_PLATFORM": "offscreen", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def run_script(script: Path, *words: str, **variables: str) -> Any:
    """Run a script in QGIS's Python, and read the JSON of its last line."""
    if fault := find_fault():
        pytest.skip(fault)
    done = run([PYTHON, str(script), *words], variables)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
