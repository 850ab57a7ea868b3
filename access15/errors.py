"""The errors access15 raises: one tree, each telling what, where, value, rule and remedy."""

from __future__ import annotations

from collections.abc import Iterable


class Access15Error(Exception):
    """Base of every error access15 raises on purpose.

    Parameters
    ----------
    summary : str
        One sentence that says what went wrong.
    problems : iterable of str, optional
        Every single problem found, each with where, value, rule and remedy.
    """

    def __init__(self, summary: str, problems: Iterable[str] = ()) -> None:
        self.summary = summary
        self.problems = tuple(problems)
        super().__init__("\n".join([summary, *(f"  - {problem}" for problem in self.problems)]))


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
