"""What every test of these shares."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _errors_are_said_in_italian(said_in_italian: None) -> None:
    """Every error and warning that these tests meet is said in both languages."""
