"""What every test shares."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

# HYPOTHESIS_PROFILE=ci looks for new examples, thousands of every property; the default runs a few
# hundred, always the same, so that a change is judged by what it changes.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=300, derandomize=True)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# Markers whose tests may skip for want of something, and the variable that forbids it (set in CI to
# 1).
REQUIRED = {
    "real_data": "ACCESS15_REQUIRE_SHARED",
    "browser": "ACCESS15_REQUIRE_BROWSER",
    "node": "ACCESS15_REQUIRE_NODE",
}


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder with the real OpenStreetMap and city data; tests that need it skip where it is
    absent.
    """
    value = os.environ.get("ACCESS15_SHARED")
    if not value:
        pytest.skip(
            "real data: set ACCESS15_SHARED to the folder that holds data/osm and data/milano"
        )
    path = Path(value).resolve()
    if not (path / "data" / "osm").is_dir():
        pytest.fail(f"ACCESS15_SHARED={value} holds no data/osm folder")
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where what the test needs must be there."""
    report = yield
    for marker, variable in REQUIRED.items():
        is_skip = report.skipped and not hasattr(report, "wasxfail")  # an expected failure did run
        if is_skip and item.get_closest_marker(marker) and os.environ.get(variable) == "1":
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            report.outcome = "failed"
            report.longrepr = f"{variable}=1 forbids to skip this test: {reason}"
    return report
