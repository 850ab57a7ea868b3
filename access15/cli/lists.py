"""The words of a command line: several values after one option, and what a record keeps of them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from access15.files import name_file
from access15.remarks import Lang

_OUTPUTS = {"--out", "--output", "-o"}
_NUMBERS = {"--minutes", "--cutoff"}
# Options that take lists of names, by command: not where a name may follow that is no part of it.
_NAMES = {
    "run": {"--profile", "--area"},
    "coverage": {"--profile", "--area"},
    "compare": {"--profile", "--area"},
    "fetch": {"--profile", "--area"},
    "places": {"--area"},
    "seats": {"--area"},
}


def lead_with_command(words: list[str]) -> list[str]:
    """Put a language that is named before the command behind it; alone, it asks for the overview.

    Examples
    --------
    >>> lead_with_command(["--lang", "it", "run", "milano"])
    ['run', '--lang', 'it', 'milano']
    """
    n = 1 if words and words[0].startswith("--lang=") else 2
    before, after = words[:n], words[n:]
    if not before or before[0].partition("=")[0] != "--lang" or before[-1] == before[0] == "--lang":
        return words
    if not after:
        return [] if before[-1].removeprefix("--lang=") in get_args(Lang) else words
    return words if after[0].startswith("-") else [after[0], *before, *after[1:]]


def spread_lists(argv: list[str]) -> list[str]:
    """Allow ``--minutes 5 10 15`` for ``--minutes 5 --minutes 10 --minutes 15``.

    Examples
    --------
    >>> spread_lists(["isochrone", "--minutes", "5", "10", "-o", "x.geojson"])
    ['isochrone', '--minutes', '5', '--minutes', '10', '-o', 'x.geojson']
    >>> spread_lists(["run", "--area", "a", "b", "--cutoff", "5", "milano"])
    ['run', '--area', 'a', '--area', 'b', '--cutoff', '5', 'milano']
    """
    lists = _NUMBERS | _NAMES.get(argv[0] if argv else "", set())
    spread: list[str] = []
    option = ""
    for word in argv:
        first = bool(spread) and spread[-1] == option
        if option and not first and _is_listed(option, word):
            spread += [option, word]
        else:
            spread.append(word)
            if not first:
                option = word if word in lists else ""
    return spread


def _is_listed(option: str, word: str) -> bool:
    """Whether a word goes on a list that an option began."""
    from access15.config import is_study_name  # studies are models, which --help need not read

    if option in _NUMBERS:
        return _is_number(word)
    if word.startswith("-"):
        return False
    return "." not in word and not is_study_name(word)


def _is_number(word: str) -> bool:
    """Whether a word is a number."""
    try:
        float(word.replace(",", "."))
    except ValueError:
        return False
    return True


def describe_command(argv: list[str]) -> list[str]:
    """Write a command line as a record keeps it: files by their names, without where it wrote.

    The record lies in the folder that was written to, and says the hashes of the files; which
    folders a computer has concerns nobody else, and would differ from run to run.

    Examples
    --------
    >>> describe_command(["run", "studies/town.toml", "--osm=osm/town.osm.pbf", "--out", "maps"])
    ['run', 'town.toml', '--osm=town.osm.pbf']
    """
    told: list[str] = []
    is_output = False
    for word in argv:
        option, sign, value = word.partition("=") if word.startswith("--") else ("", "", word)
        if is_output or (option in _OUTPUTS and sign):
            is_output = False
        elif word in _OUTPUTS:
            is_output = True
        else:
            told.append(f"{option}{sign}{_name(value)}")
    return told


def _name(word: str) -> str:
    """A path's last part, and any other word as it is; a file's name need not be Unicode."""
    return name_file(Path(word)) or word
