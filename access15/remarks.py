"""What people must be told: a code with its values, put into words from the catalogue.

Whoever finds something out, or refuses an input, hands over the code; pages and terminals say it in
their language. As itself a remark is its English sentence, which Python and records show.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any, Literal, Self

Lang = Literal["it", "en"]
_PLAIN = (str, int, float)  # values that stand in English words as they are, remarks too
_SWAPPED = str.maketrans(",.", ".,")
_HEADER = re.compile(r"^\[(\w+)[\w.]*\]", re.MULTILINE)


class Remark(str):
    """Something people must be told, as a code of the catalogue with what belongs into its words.

    Parameters
    ----------
    code : str
        Key of ``remarks.toml`` in ``outputs/words/catalogue``, or of a file in
        ``outputs/words/errors``.
    **values : str, int, float, Remark or sequence of these
        What the words name. Several are listed, remarks with semicolons between them. Where the
        catalogue has two forms, that of one is taken if ``n`` is 1.

    Attributes
    ----------
    code : str
        As given.
    values : dict of str to object
        As given.

    Examples
    --------
    >>> remark = Remark("remark_area", name="milano.osm.pbf", area="nord")
    >>> remark, remark.in_lang("it")
    ("milano.osm.pbf, area 'nord'", 'milano.osm.pbf, quartiere «nord»')
    """

    __slots__ = ("code", "values")
    code: str
    values: dict[str, Any]

    def __new__(cls, code: str, **values: Any) -> Self:
        """Put a remark into English words."""
        remark = super().__new__(cls, _spell_english(code, values))
        remark.code, remark.values = code, values
        return remark

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """What makes it again, in another process."""
        return (self.code,), self.values

    def in_lang(self, lang: Lang) -> str:
        """Sentence in the language asked for.

        Parameters
        ----------
        lang : {"it", "en"}
            The language.

        Returns
        -------
        str
            The sentence; names from data stand in it as they are.
        """
        return str.__str__(self) if lang == "en" else _spell_italian(self.code, self.values)


def list_some(names: Sequence[str], most: int) -> dict[str, Any]:
    """First of some names and how many more there are, as values ``names`` and ``more``."""
    rest = len(names) - most
    return {"names": tuple(names[:most]), "more": Remark("remark_more", n=rest) if rest > 0 else ""}


def put_in_lang(text: str, lang: Lang) -> str:
    """A remark in the language asked for; any other text as it is."""
    return text.in_lang(lang) if isinstance(text, Remark) else text


def write_remark(value: Any) -> Any:
    """A remark, or what stands in one, in plain values: its code, and what belongs into its words.

    Examples
    --------
    >>> write_remark(Remark("error_rest", n=2))
    {'error_rest': {'n': 2}}
    """
    if isinstance(value, Remark):
        return {value.code: {key: write_remark(one) for key, one in value.values.items()}}
    if isinstance(value, tuple | list):
        return [write_remark(one) for one in value]
    if type(value) not in (str, int, float):
        raise TypeError(f"{value!r} stands in no remark")
    return value


def read_remark(node: Any) -> Remark:
    """What `write_remark` wrote, in the words of today."""
    remark = _read_plain(node)
    if not isinstance(remark, Remark):
        raise TypeError("this is no remark")
    return remark


def _read_plain(node: Any) -> Any:
    """A remark, or what stands in one."""
    if isinstance(node, dict):
        ((code, values),) = node.items()
        return Remark(code, **{key: _read_plain(one) for key, one in dict(values).items()})
    if isinstance(node, list):
        return tuple(map(_read_plain, node))
    if type(node) not in (str, int, float):
        raise TypeError("this stands in no remark")
    return node


class Words(Mapping[str, Any]):
    """Tables of TOML files by code, each read when it is first asked for: most commands say a few
    sentences, and wait for no others.

    Parameters
    ----------
    files : iterable of Traversable
        Files whose tables have one header each, or two (``[code.one]``, ``[code.other]``).
    """

    def __init__(self, files: Iterable[Traversable]) -> None:
        self._files = tuple(files)
        self._read: dict[str, Any] = {}

    def __getitem__(self, code: str) -> Any:
        if code not in self._read:
            self._read[code] = self._cut_out(code)
        return self._read[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def _cut_out(self, code: str) -> Any:
        """Read one table."""
        text, start, stop = self._places[code]
        try:
            return tomllib.loads(text[start:stop])[code]
        except (tomllib.TOMLDecodeError, KeyError):  # a line of a text looked like a header
            return self._all[code]

    @cached_property
    def _places(self) -> dict[str, tuple[str, int, int]]:
        """Where each table begins, and where the next does."""
        places: dict[str, tuple[str, int, int]] = {}
        for file in self._files:
            text = file.read_text(encoding="utf-8")
            headers = [(found[1], found.start()) for found in _HEADER.finditer(text)]
            for (code, start), (_, stop) in pairwise([*headers, ("", len(text))]):
                begin = places[code][1] if code in places else start
                places[code] = (text, begin, stop)
        return places

    @cached_property
    def _all(self) -> Mapping[str, Any]:
        """Every table."""
        return {code: words for file in self._files for code, words in _read_words(file).items()}


@cache
def _load_remarks() -> Mapping[str, Any]:
    """Words of what a reader of results must know, by code."""
    return Words([_words_folder() / "catalogue" / "remarks.toml"])


@cache
def _load_errors() -> Mapping[str, Any]:
    """Words of what is wrong with an input, by code."""
    return Words((_words_folder() / "errors").iterdir())


def _words_folder() -> Traversable:
    """Where all words lie."""
    return resources.files("access15") / "outputs" / "words"


def _read_words(file: Traversable) -> Mapping[str, Any]:
    """Words of one file, by code."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _find_template(code: str, lang: Lang, is_one: bool, /) -> str:  # noqa: FBT001  # quicker so
    """Words of a code; of its two forms that for one, or for any other number."""
    words = _load_remarks().get(code) or _load_errors()[code]
    if "one" in words:
        words = words["one" if is_one else "other"]
    template: str = words[lang]
    return template


class _ItalianNumbers(string.Formatter):
    """Writes thousands with points and decimals with commas where a number is to have signs."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """A value as its place in the words says, such as ``{n:,}``."""
        text: str = super().format_field(value, format_spec)
        return text.translate(_SWAPPED) if "," in format_spec else text


_ITALIAN = _ItalianNumbers()


def _spell_english(code: str, values: Mapping[str, Any]) -> str:
    """English words of a code; quick, as a table may have 50,000 faulty rows."""
    template = _find_template(code, "en", values.get("n") == 1)
    for value in values.values():
        if not isinstance(value, _PLAIN):
            return template.format(**{key: _write(one, "en") for key, one in values.items()})
    return template.format(**values)


def _spell_italian(code: str, values: Mapping[str, Any]) -> str:
    """Italian words of a code."""
    template = _find_template(code, "it", values.get("n") == 1)
    return _ITALIAN.format(template, **{key: _write(one, "it") for key, one in values.items()})


def _write(value: Any, lang: Lang) -> Any:
    """A value as it stands in words."""
    if isinstance(value, Remark):
        return value.in_lang(lang)
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value
    several = list(value)
    sign = "; " if all(isinstance(one, Remark) for one in several) else ", "
    return sign.join(str(_write(one, lang)) for one in several)
