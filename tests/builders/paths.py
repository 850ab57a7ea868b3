"""Where the project's own folders are."""

from __future__ import annotations

from pathlib import Path

TESTS_FOLDER = Path(__file__).resolve().parents[1]
ROOT = TESTS_FOLDER.parent
PACKAGE = ROOT / "access15"
