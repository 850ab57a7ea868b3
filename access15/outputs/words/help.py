"""What ``--help`` says: texts of their own file, which nothing else reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from access15.outputs.words.texts import list_words
from access15.remarks import Lang


@cache
def _load_help() -> Mapping[str, Mapping[Lang, str]]:
    """Texts of the help, by key, read once somebody asks."""
    folder = resources.files("access15") / "outputs" / "words" / "commands"
    return dict(list_words(folder / "help.toml"))


def say(key: str, lang: Lang, /, **values: object) -> str:
    """Text of the help in the language asked for."""
    text = _load_help()[key][lang]
    return text.format(**values) if values else text
