"""What a whole city's answer is without."""

from __future__ import annotations

from access15.outputs.words.numbers import format_count
from access15.outputs.words.texts import clean_text
from access15.remarks import Lang
from access15.results.city import CityResult


def describe_left_out(city: CityResult, lang: Lang) -> list[str]:
    """Sentences about zones that are not counted: outside the extract, and of tiles that failed."""
    told = []
    if city.left_out:
        names = ", ".join(clean_text(name or zone, lang) for zone, name in city.left_out)
        told.append(format_count("city_left_out", len(city.left_out), lang, names=names))
    for tile in city.lost:
        found = [clean_text(city.lost_names[zone] or zone, lang) for zone in tile.zones]
        told.append(
            format_count(
                "city_lost",
                len(found),
                lang,
                tile=tile.name,
                names=", ".join(found),
                reason=clean_text(tile.reason, lang, limit=300),
            )
        )
    return told
