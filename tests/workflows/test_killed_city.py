"""A city that is killed twenty times and resumed is the same to the byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from builders.border_town import write_border_town
from builders.paths import TESTS_FOLDER

TOOL = TESTS_FOLDER / "tools" / "kill_city.py"


def test_killed_at_twenty_random_moments(tmp_path: Path) -> None:
    """The process ends at once, whatever it is at; what it had found is taken from there."""
    study = write_border_town(tmp_path / "town")
    town = ("--study", str(study), "--osm", str(tmp_path / "town" / "town.osm"))
    words = (str(TOOL), str(tmp_path), *town, "--profile", "adult", "--at-once", "7")
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1].startswith("20 kills in "), lines
    assert lines[-1].endswith(" files the same to the byte")
    kept = {line.rpartition(": ")[2] for line in lines[:-1]}
    assert len(kept) > 1, "some were killed with answers kept, some without"
