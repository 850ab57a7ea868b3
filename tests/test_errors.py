"""One error: as many lines as a screen shows, each on one line."""

from __future__ import annotations

import pytest

from access15.errors import MOST_LINES, Access15Error


@pytest.mark.parametrize("n", [0, 1, 18, 19, 20, 49, 200_000])
def test_no_more_lines_than_a_screen_shows(n: int) -> None:
    error = Access15Error("wrong", [f"problem {i}" for i in range(n)])
    lines = str(error).split("\n")
    assert len(error.problems) == n
    assert len(lines) == min(n + 1, MOST_LINES)
    if n >= MOST_LINES:
        assert lines[-1] == f"  - and {n - 18} more"
    else:
        assert lines[1:] == [f"  - problem {i}" for i in range(n)]


def test_a_line_is_one_line() -> None:
    error = Access15Error("a\nb", ["\x1b[31m", "c" * 5000])
    assert str(error).split("\n")[:2] == ["a\\nb", "  - \\x1b[31m"]
    assert len(str(error)) < 1100
