"""Ways of putting residents where they live, in words: frames hold codes, readers get sentences."""

from __future__ import annotations

from typing import NamedTuple

from access15.config import Lang
from access15.outputs.words.texts import clean_text, say
from access15.results.people import JOIN, METHODS


class MethodWords(NamedTuple):
    """One way in words.

    Parameters
    ----------
    method : str
        What was counted and where people were put.
    weakness : str
        What that cannot know.
    """

    method: str
    weakness: str


def describe_method(code: str, lang: Lang) -> MethodWords:
    """Describe one of `access15.results.people.METHODS`."""
    if code == "points":
        return MethodWords(say("put_points", lang), say("weakness_points", lang))
    counted_on, _, put_on = code.partition("_")
    if counted_on == "homes":  # found on the map, not put there
        return MethodWords(say(f"homes_on_{put_on}", lang), say(f"homes_miss_{put_on}", lang))
    weakness = say(f"weakness_{put_on}", lang)
    counted, put = say(f"counted_{counted_on}", lang), say(f"put_{put_on}", lang)
    return MethodWords(f"{counted} {put}", weakness)


def split_methods(joined: object) -> list[str]:
    """List the codes in a cell of a table."""
    return [code for code in str(joined).split(JOIN) if code]


def spell_methods(joined: object, lang: Lang) -> str:
    """Write the codes in a cell as words; what is no code stays as it is."""
    told = []
    for code in split_methods(joined):
        if code in METHODS:
            told.append(": ".join(describe_method(code, lang)))
        else:
            told.append(clean_text(code, lang, limit=400))
    return JOIN.join(told)
