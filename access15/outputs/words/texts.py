"""Texts for people by their key, in Italian and English; text from data made fit to stand there.

They lie in ``catalogue/*.toml``, as plain text: whoever puts them on a page escapes them there.
"""

from __future__ import annotations

import math
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final, Self

from access15.remarks import Lang, Remark, Words

MAX_NAME: Final = 160
_MAX_REMARK: Final = 600
# control signs, lone surrogates (which no UTF-8 page can hold), ends of lines and paragraphs
_UNWRITABLE: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING: Final = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # the order of letters


class Voice(str):
    """A language, and what is put otherwise in it: of homes, without hubs, in a study's own words.

    It is its language in every other way.

    Parameters
    ----------
    lang : {"it", "en"}
        The language.
    texts : mapping of str to str
        Texts that stand in for those of the catalogue, by key.
    """

    __slots__ = ("texts",)
    texts: Mapping[str, str]

    def __new__(cls, lang: Lang, texts: Mapping[str, str]) -> Self:
        """Make a language that knows texts of its own."""
        made = super().__new__(cls, lang)
        made.texts = texts
        return made


@cache
def load_texts() -> Mapping[str, Mapping[Lang, str]]:
    """Read every text of the catalogue, once."""
    files = sorted(_words_folder("catalogue").iterdir(), key=lambda file: file.name)
    texts: dict[str, Mapping[Lang, str]] = {}
    for file in files:
        texts.update(list_words(file))
    return texts


@cache
def _load_words() -> Mapping[str, Any]:
    """The catalogue, of which no text is read before it is asked for."""
    return Words(_words_folder("catalogue").iterdir())


@cache
def load_variant(name: str) -> Mapping[str, Mapping[Lang, str]]:
    """Read what is put otherwise where homes are counted (``homes``), or without ``no_hubs``."""
    return dict(list_words(_words_folder("variants") / f"{name}.toml"))


def _words_folder(name: str) -> Traversable:
    """A folder of texts."""
    return resources.files("access15") / "outputs" / "words" / name


def list_words(file: Traversable) -> Iterator[tuple[str, Mapping[Lang, str]]]:
    """Texts of a file, by key."""
    return _flatten(tomllib.loads(file.read_text(encoding="utf-8")))


def _flatten(tables: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[Lang, str]]]:
    """Texts by key; those that depend on a number under ``key.one`` and ``key.other``."""
    for key, table in tables.items():
        if "it" in table:
            yield key, table
            continue
        for form, text in table.items():
            yield f"{key}.{form}", text


def say(key: str, lang: Lang, /, **values: object) -> str:
    """Text in the language asked for."""
    template = _find_template(key, lang)
    return template.format(**values) if values else template


def say_remark(remark: str, lang: Lang) -> str:
    """Sentence of a remark in the language asked for; a text that is none as it is."""
    return clean_text(remark, lang, limit=_MAX_REMARK)


def _find_template(key: str, lang: Lang) -> str:
    """Text of a key before its values are filled in."""
    own = lang.texts.get(key) if isinstance(lang, Voice) else None
    if own is not None:
        return own
    words = _load_words().get(key, {})
    # what depends on a number has a key of its own for each form
    return words[lang] if lang in words else load_texts()[key][lang]


def say_or(
    key: str,
    lang: Lang,
    default: str,
) -> str:
    """Text of a key made from data, or the data where there is no such text."""
    return say(key, lang) if key in load_texts() else default


def name_own(text: str, lang: Lang) -> str:
    """What our own data say of a place or a value, which is English; any other text as it is."""
    return say_or(f"data_{text}", lang, text)


def list_texts(prefix: str, lang: Lang) -> dict[str, str]:
    """List the texts whose keys begin with a prefix, by key."""
    return {key: _find_template(key, lang) for key in load_texts() if key.startswith(prefix)}


def capitalise(sentence: str) -> str:
    """Begin a sentence with a capital letter, unless a unit begins it; leave the rest as it is."""
    return sentence if sentence.startswith(("m² ", "m ")) else sentence[:1].upper() + sentence[1:]


def describe_people(
    group: str,
    label: str,
    lang: Lang,
) -> str:
    """Name a group of residents inside a sentence."""
    from access15.config import HOMES  # noqa: PLC0415 - of models, which --help need not read

    if group == "total":
        return say("who_total", lang)
    if group == HOMES:
        return say("who_homes", lang)
    return say("who_age" if group.startswith("age_") else "who_group", lang, group=label)


def clean_text(
    value: object,
    lang: Lang,
    *,
    limit: int = MAX_NAME,
) -> str:
    """Text from data, on one line, without control signs, cut visibly where it is far too long;
    remarks are put into the language.

    It is still text from data: it must be escaped wherever it becomes part of a page.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    whole = value.in_lang(lang) if isinstance(value, Remark) else str(value)
    head = whole[: 4 * limit]
    if len(head) <= limit and head.isascii() and head.isprintable():
        return " ".join(head.split())
    text = " ".join("".join(" " if _is_unwritable(sign) else sign for sign in head).split())
    was_cut = len(text) > limit or len(whole) > len(head)
    return text[:limit].rstrip() + say("cut_text", lang) if was_cut else text


def _is_unwritable(sign: str) -> bool:
    """Whether a sign orders a screen or a page about, rather than standing on it."""
    return sign in _TURNING or unicodedata.category(sign) in _UNWRITABLE
