"""The errors access15 raises: one tree, each telling what, where, value, rule and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from access15.remarks import Lang, Remark, put_in_lang

MOST_LINES = 20  # of one error, its summary and the count of the rest among them
_T = TypeVar("_T")
# What systems say of a file that they do not give, and its code.
_SYSTEM_WORDS = {
    "No such file or directory": "system_no_file",
    "Permission denied": "system_no_permission",
    "Operation not permitted": "system_not_permitted",
    "Is a directory": "system_a_folder",
    "Not a directory": "system_no_folder",
    "Input/output error": "system_input_output",
    "No space left on device": "system_no_space",
    "Read-only file system": "system_read_only",
    "File name too long": "system_name_too_long",
    "Too many levels of symbolic links": "system_link_loop",
    "Invalid argument": "system_invalid",
    "Too many open files": "system_too_many_open",
    "No such device or address": "system_no_device",
    "File too large": "system_file_too_large",
    "Disk quota exceeded": "system_quota",
    "Device or resource busy": "system_busy",
}
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


def name_reason(error: OSError) -> str:
    """Why the system did not give a file, as a remark where its words are known.

    Examples
    --------
    >>> import errno, os
    >>> name_reason(OSError(errno.EACCES, os.strerror(errno.EACCES))).in_lang("it")
    'permesso negato'
    """
    said = error.strerror or str(error)
    return Remark(_SYSTEM_WORDS[said]) if said in _SYSTEM_WORDS else said


def name_ending(suffix: str) -> str:
    """A file name's ending as errors show it; a remark where there is none.

    Examples
    --------
    >>> name_ending(".pdf"), name_ending("")
    ("'.pdf'", "'nothing'")
    """
    return repr(suffix) if suffix else Remark("no_ending")


class Access15Error(Exception):
    """Base of every error access15 raises on purpose.

    Parameters
    ----------
    summary : str or Remark
        One sentence that says what went wrong.
    problems : iterable of str or Remark, optional
        Every single problem found, each with where, value, rule and remedy. All are kept; the text
        of the error shows as many as fit on a screen, and counts the rest.

    Examples
    --------
    >>> error = Access15Error(Remark("error_rest", n=2), ["row 3: no name"])
    >>> print(error.in_lang("it"))
    e altri 2
      - row 3: no name
    """

    def __init__(self, summary: str, problems: Iterable[str] = ()) -> None:
        self.summary = summary
        self.problems = tuple(problems)
        super().__init__(self.in_lang("en"))

    def in_lang(self, lang: Lang) -> str:
        """Text of the error in the language asked for.

        Parameters
        ----------
        lang : {"it", "en"}
            The language.

        Returns
        -------
        str
            At most 20 lines; what stands in the input is shown as it is.
        """
        return "\n".join([_fit_line(put_in_lang(self.summary, lang)), *self._list_lines(lang)])

    def _list_lines(self, lang: Lang) -> list[str]:
        """Lines below the summary."""
        return [f"  - {line}" for line in _shorten(self.problems, MOST_LINES - 1, lang)]


def _shorten(
    problems: Sequence[str],
    n_lines: int,
    lang: Lang,
) -> list[str]:
    """Problems as lines, the last of which counts the rest where they are more."""
    n_shown = len(problems) if len(problems) <= n_lines else max(n_lines - 1, 1)
    n_rest = len(problems) - n_shown
    rest = [Remark("error_rest", n=n_rest).in_lang(lang)] if n_rest else []
    return [*(_fit_line(put_in_lang(problem, lang)) for problem in problems[:n_shown]), *rest]


def _fit_line(text: str) -> str:
    """Text on one line: control characters written out, the middle of a very long one left out."""
    line = show_text(text).replace("\t", "\\t").replace("\n", "\\n")
    if len(line) <= _MOST_LETTERS:
        return line
    half = _MOST_LETTERS // 2
    return f"{line[:half]} ... {line[-half:]}"


def _share_lines(counts: Sequence[int]) -> int:
    """Most lines that each of some errors may have beside its summary; short ones leave theirs."""
    free = MOST_LINES - 1 - len(counts)
    shares = range(1, MOST_LINES)
    return max((n for n in shares if sum(min(n, count) for count in counts) <= free), default=1)


class InputDataError(Access15Error, ValueError):
    """A file or table given by the user cannot be used as it is."""


class OutputError(InputDataError):
    """A file cannot be written where it was asked for; told before anything is read."""


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


class CombinedError(InputDataError, ConfigError):
    """Several files or settings cannot be used as they are: each one's own problems.

    Parameters
    ----------
    errors : sequence of Access15Error
        What is wrong with each. All problems are kept; of each the text shows its fair share.
    """

    def __init__(self, errors: Sequence[Access15Error]) -> None:
        self.errors = tuple(errors)
        problems = [text for one in errors for text in (one.summary, *one.problems)]
        super().__init__(Remark("error_several", n=len(errors)), problems)

    def _list_lines(self, lang: Lang) -> list[str]:
        """Each error's summary with its fair share of problems."""
        n_lines = _share_lines([len(one.problems) for one in self.errors])
        lines: list[str] = []
        for one in self.errors:
            lines.append(f"  - {_fit_line(put_in_lang(one.summary, lang))}")
            lines += [f"    - {line}" for line in _shorten(one.problems, n_lines, lang)]
        if len(lines) < MOST_LINES:
            return lines
        # too many for more than their names
        summaries = _shorten([one.summary for one in self.errors], MOST_LINES - 1, lang)
        return [f"  - {line}" for line in summaries]


class Gathering:
    """Errors of several readers, so that all are told at once."""

    def __init__(self) -> None:
        self.errors: list[Access15Error] = []

    def read(self, reader: Callable[[], _T]) -> _T | Any:
        """Call a reader; None where it fails, its error kept until `check` raises it.

        Parameters
        ----------
        reader : callable
            Takes nothing, gives what it read.

        Returns
        -------
        object
            What it read.
        """
        try:
            return reader()
        except CombinedError as error:
            self.errors += error.errors
        except (InputDataError, ConfigError) as error:
            self.errors.append(error)
        return None

    def check(self) -> None:
        """Raise what was kept: the one error as it is, several as one.

        Raises
        ------
        Access15Error
            If any reader failed.
        """
        if len(self.errors) == 1:
            raise self.errors[0]
        if self.errors:
            raise CombinedError(self.errors)


class Access15Warning(UserWarning):
    """Something the reader of the results must know, that does not stop the work."""

    def __str__(self) -> str:
        """Write the message for a screen, whatever names it holds."""
        return show_text(super().__str__())
