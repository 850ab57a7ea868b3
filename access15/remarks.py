"""What the reader of results must know: a code with its numbers, put into words from the catalogue.

Whoever finds something out hands over the code; pages and terminals say it in their language. As
itself a remark is its English sentence, which Python and records show.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, Self

_WORDS: Final = ("outputs", "words", "catalogue", "remarks.toml")


class Remark(str):
    """Something the reader must know, as a code of the catalogue with what belongs into its words.

    Parameters
    ----------
    code : str
        Key of the catalogue's ``remarks.toml``.
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
        remark = super().__new__(cls, _spell(code, values, "en"))
        remark.code, remark.values = code, values
        return remark

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        """What makes it again, in another process."""
        return (self.code,), self.values

    def in_lang(self, lang: Literal["it", "en"]) -> str:
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
        return str(self) if lang == "en" else _spell(self.code, self.values, lang)


def list_some(names: Sequence[str], most: int) -> dict[str, Any]:
    """First of some names and how many more there are, as values ``names`` and ``more``."""
    rest = len(names) - most
    return {"names": tuple(names[:most]), "more": Remark("remark_more", n=rest) if rest > 0 else ""}


@cache
def _load_words() -> Mapping[str, Any]:
    """Words by code, read once."""
    file = resources.files("access15").joinpath(*_WORDS)
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _spell(code: str, values: Mapping[str, Any], lang: str) -> str:
    """Words of a code with its values in them."""
    words = _load_words()[code]
    if "one" in words:
        words = words["one" if values["n"] == 1 else "other"]
    template: str = words[lang]
    return template.format(**{key: _write(value, lang) for key, value in values.items()})


def _write(value: Any, lang: str) -> Any:
    """A value as it stands in words."""
    if isinstance(value, Remark):
        return _spell(value.code, value.values, lang)
    if isinstance(value, Iterable) and not isinstance(value, str):
        several = list(value)
        sign = "; " if all(isinstance(one, Remark) for one in several) else ", "
        return sign.join(str(_write(one, lang)) for one in several)
    return value
