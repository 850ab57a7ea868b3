"""What every test shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder with the real OpenStreetMap and city data; tests that need it skip where it is absent."""
    value = os.environ.get("ACCESS15_SHARED")
    if not value:
        pytest.skip("real data: set ACCESS15_SHARED to the folder that holds data/osm and data/milano")
    path = Path(value).resolve()
    if not (path / "data" / "osm").is_dir():
        pytest.fail(f"ACCESS15_SHARED={value} holds no data/osm folder")
    return path
