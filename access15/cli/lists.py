"""Lists on the command line: several values after one option."""

from __future__ import annotations

from access15.config import is_study_name

_NUMBERS = {"--minutes", "--cutoff"}
# Options that take lists of names, by command: not where a name may follow that is no part of it.
_NAMES = {
    "run": {"--profile", "--area"},
    "coverage": {"--profile", "--area"},
    "compare": {"--profile", "--area"},
    "fetch": {"--profile", "--area"},
    "seats": {"--area"},
}


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
    if option in _NUMBERS:
        return _is_number(word)
    if word.startswith("-"):
        return False
    return "." not in word and not is_study_name(word)


def _is_number(word: str) -> bool:
    """Whether a word is a number."""
    try:
        float(word)
    except ValueError:
        return False
    return True
