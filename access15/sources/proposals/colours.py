"""What the colours of stickers are called."""

from __future__ import annotations

from typing import Final

_COLOUR_NAMES: Final = {
    "it": {"red": "rosso", "yellow": "giallo", "green": "verde", "blue": "blu"},
    "en": {"red": "red", "yellow": "yellow", "green": "green", "blue": "blue"},
}
_PLURALS_IT: Final = {"red": "rossi", "yellow": "gialli", "green": "verdi", "blue": "blu"}


def name_colour(colour: str, lang: str) -> str:
    """Name a sticker by its colour."""
    if lang == "it":
        return f"bollino {_COLOUR_NAMES['it'][colour]}"
    return f"{_COLOUR_NAMES['en'][colour]} sticker"


def tell_colour(colour: str, n: int, lang: str) -> str:
    """Say how many stickers have a colour."""
    if lang == "en":
        return f"{n} {_COLOUR_NAMES['en'][colour]}"
    name = _COLOUR_NAMES["it"][colour]
    return f"{n} {name if n == 1 else _PLURALS_IT[colour]}"
