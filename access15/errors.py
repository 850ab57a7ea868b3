"""The errors access15 raises: one tree, each telling what, where, value, rule and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_LINES = 20  # of one error, its summary and the count of the rest among them
_MOST_LETTERS = 1000  # of one line
# What would move the cursor, colour or rename the screen, link, ring, end a line or turn the order
# of letters (ECMA-48, UAX 9): controls of seven and of eight bits but tab and line's end,
# separators of lines, marks that reorder, and halves of letters.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def show_text(text: str) -> str:
    """Text as it may reach a screen: signs that screens obey are written out, as Python does.

    Examples
    --------
    >>> print(show_text("Bar \x1b[31mrosso"))
    Bar \\x1b[31mrosso
    """
    return _UNSAFE.sub(lambda found: repr(found[0])[1:-1], text)


class Access15Error(Exception):
    """Base of every error access15 raises on purpose.

    Parameters
    ----------
    summary : str
        One sentence that says what went wrong.
    problems : iterable of str, optional
        Every single problem found, each with where, value, rule and remedy. All are kept; the text
        of the error shows as many as fit on a screen, and counts the rest.
    """

    def __init__(self, summary: str, problems: Iterable[str] = ()) -> None:
        self.summary = summary
        self.problems = tuple(problems)
        lines = list(self.problems)
        if len(lines) >= MOST_LINES:
            n_shown = MOST_LINES - 2
            lines = [*lines[:n_shown], f"and {len(lines) - n_shown} more"]
        shown = (f"  - {_fit_line(line)}" for line in lines)
        super().__init__("\n".join([_fit_line(summary), *shown]))


def _fit_line(text: str) -> str:
    """Text on one line: control characters written out, the middle of a very long one left out."""
    line = show_text(text).replace("\t", "\\t").replace("\n", "\\n")
    if len(line) <= _MOST_LETTERS:
        return line
    half = _MOST_LETTERS // 2
    return f"{line[:half]} ... {line[-half:]}"


class InputDataError(Access15Error, ValueError):
    """A file or table given by the user cannot be used as it is."""


class ConfigError(Access15Error, ValueError):
    """A study, profile or category definition is not valid."""


class NetworkDataError(InputDataError):
    """Street data cannot be turned into a walking network."""


class CrsError(InputDataError):
    """A coordinate reference system is missing or unfit for measuring metres."""


class ServiceError(Access15Error, ConnectionError):
    """A service on the internet is gone, refuses, or answers nonsense."""


class MissingOfflineAssetError(Access15Error, LookupError):
    """A page would need a script or style sheet that access15 does not carry."""


class Access15Warning(UserWarning):
    """Something the reader of the results must know, that does not stop the work."""

    def __str__(self) -> str:
        """Write the message for a screen, whatever names it holds."""
        return show_text(super().__str__())
