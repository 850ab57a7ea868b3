"""One error: as many lines as a screen shows, each on one line."""

from __future__ import annotations

import pytest

from access15.errors import (
    MOST_LINES,
    Access15Error,
    CombinedError,
    ConfigError,
    Gathering,
    InputDataError,
    NetworkDataError,
)
from access15.remarks import Remark


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


def test_several_things_each_get_their_share() -> None:
    """A long list of one file does not hide the next file's only problem."""
    all_of = Gathering()
    assert all_of.read(lambda: 3) == 3

    def fail(error: Access15Error) -> None:
        raise error

    first = InputDataError("a.csv is bad", [f"row {i}" for i in range(500)])
    second = ConfigError("s.toml is bad", ["x"])
    for error in (first, second):
        assert all_of.read(lambda error=error: fail(error)) is None
    with pytest.raises(CombinedError, match=r"^2 things cannot be used as they are") as caught:
        all_of.check()
    assert str(caught.value).split("\n") == [
        "2 things cannot be used as they are",
        "  - a.csv is bad",
        *(f"    - row {i}" for i in range(15)),
        "    - and 485 more",
        "  - s.toml is bad",
        "    - x",
    ]
    assert len(caught.value.problems) == 503


def test_one_thing_is_told_as_it_is() -> None:
    all_of = Gathering()
    all_of.check()

    def fail() -> None:
        raise NetworkDataError("only this")

    all_of.read(fail)
    with pytest.raises(NetworkDataError, match=r"^only this$"):
        all_of.check()


@pytest.mark.parametrize("n", [2, 5, 9, 12, 30])
def test_never_more_lines_than_a_screen_shows(n: int) -> None:
    errors = [InputDataError(f"{i}", [f"{k}" for k in range(50)]) for i in range(n)]
    assert len(str(CombinedError(errors)).split("\n")) <= MOST_LINES


def test_errors_know_italian() -> None:
    rest = Remark("error_rest", n=3)
    error = InputDataError(rest, ["riga", rest])
    assert str(error) == "and 3 more\n  - riga\n  - and 3 more"
    assert error.in_lang("it") == "e altri 3\n  - riga\n  - e altri 3"
    several = CombinedError([error, ConfigError("s.toml", [rest])])
    assert several.in_lang("it").split("\n") == [
        "2 cose non si possono usare così come sono",
        "  - e altri 3",
        *("    - riga", "    - e altri 3"),
        "  - s.toml",
        "    - e altri 3",
    ]
    many = InputDataError("a.csv", ["x"] * 30)
    assert many.in_lang("it").split("\n")[-1] == "  - e altri 12"
