"""Which language the terminal speaks: that of ``--lang``, else Italian where the system does."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from access15.remarks import Lang

_OPTION = "--lang"
# The first that is set says which language messages are in (POSIX).
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def find_language(words: Sequence[str], environ: Mapping[str, str]) -> Lang | None:
    """Language that a command line asks for, else that of the locale; None where neither does.

    Examples
    --------
    >>> find_language(["run", "milano", "--lang=en"], {"LANG": "it_IT.UTF-8"})
    'en'
    >>> find_language(["run", "milano"], {"LANG": "it_IT.UTF-8"})
    'it'
    """
    asked: str | None = None
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        option, sign, value = word.partition("=")
        if word == "--":
            break
        if option == _OPTION:
            asked = value if sign else following
    return _as_language(asked) or read_locale(environ)


def read_locale(environ: Mapping[str, str], system: str = sys.platform) -> Lang | None:
    """Italian where the system's messages are; None for every other language.

    LANGUAGE lists languages, best first, and counts only beside a locale, as for gettext.
    """
    name = next((value for one in _VARIABLES if (value := environ.get(one))), "")
    if not name and system == "win32":
        name = locale.getlocale()[0] or ""
    if _split_name(name) in ("", "c", "posix"):
        return None
    listed = [one for one in environ.get("LANGUAGE", "").split(":") if one]
    known = [lang for lang in map(_speaks, [*listed, name]) if lang]
    return "it" if known[:1] == ["it"] else None


def choose_language(given: str | None, default: Lang = "en") -> Lang:
    """Language of a command that was given one or none: the locale's, else the default."""
    return _as_language(given) or read_locale(os.environ) or default


def _as_language(word: str | None) -> Lang | None:
    """A word as a language that is spoken; a wrong one is told where options are read."""
    if word == "it":
        return "it"
    return "en" if word == "en" else None


def _speaks(name: str) -> Lang | None:
    """Language of a locale's name, as POSIX or Windows writes it, if it is one of ours."""
    language = _split_name(name).replace("-", "_").partition("_")[0]
    if language in ("it", "italian"):
        return "it"
    return "en" if language in ("en", "english", "c") else None


def _split_name(name: str) -> str:
    """A locale's name without its encoding and variant."""
    return name.partition(".")[0].partition("@")[0].lower()
