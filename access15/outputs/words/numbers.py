"""How numbers, shares, times and paces are written in Italian and English, through babel."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from typing import Final

from babel import Locale
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from access15.config import Lang, WalkProfile
from access15.outputs.words.texts import load_texts, say

NO_BREAK: Final = "\u00a0"
_MOST_DECIMALS: Final = 4  # of a cutoff in minutes: a hundredth of a second
# Italian sets a space before the sign, which the Italian of babel leaves out
_PERCENT: Final = {"it": f"#,##0{NO_BREAK}%", "en": "#,##0%"}


def _write_pattern(decimals: int) -> str:
    """Pattern of babel's: thousands apart, so many decimals."""
    return "#,##0" if decimals == 0 else f"#,##0.{'0' * decimals}"


def format_number(
    value: float,
    lang: Lang,
    *,
    decimals: int = 0,
) -> str:
    """Write a number: ``6.543`` and ``12,5`` in Italian, ``6,543`` and ``12.5`` in English."""
    return _format_decimal(repr(float(value)), lang, decimals)


@cache
def _format_decimal(number: str, lang: Lang, decimals: int) -> str:
    """Write a number that Python has written; pages write the same ones again and again."""
    # the exact binary fraction, which babel would otherwise round as it is printed
    exact = Decimal(float(number))
    return format_decimal(exact, format=_write_pattern(decimals), locale=lang)


def format_count(
    key: str,
    n: float,
    lang: Lang,
    **values: object,
) -> str:
    """Write how many of a thing there are: the text ``key.one`` or ``key.other``, as n asks for."""
    form = f"{key}.{Locale(lang).plural_form(n)}"
    # Italian has a form for whole millions too ("un milione di"), but they are written in digits
    known = form if form in load_texts() else f"{key}.other"
    return say(known, lang, n=format_number(n, lang), **values)


def format_share(share: float, lang: Lang) -> str:
    """Write a share in per cent, never rounding something to nothing nor nearly all to all."""
    if math.isnan(share):
        return say("unknown", lang)
    if 0 < share < 0.005:
        return f"<{NO_BREAK}{_format_percent('0.01', lang)}"
    if 0.995 <= share < 1:
        return f">{NO_BREAK}{_format_percent('0.99', lang)}"
    return _format_percent(str(share), lang)


@cache
def _format_percent(share: str, lang: Lang) -> str:
    """Write a share that Python has written in whole per cent."""
    # the decimal that is written, not the binary fraction below it: 23 of 40 are 58 %
    with localcontext(rounding=ROUND_HALF_UP):
        return format_percent(Decimal(share), format=_PERCENT[lang], locale=lang)


def format_range(
    low: float,
    high: float,
    lang: Lang,
) -> str:
    """Write the two ends of a share's range in per cent."""
    first, last = (format_share(share, lang) for share in (low, high))
    if first == last:
        return first
    if math.isnan(low) or math.isnan(high):
        return say("unknown", lang)
    # babel writes ranges of dates, not of numbers
    return f"{_cut_percent(first)}-{last}"


def format_of_hundred(share: float, lang: Lang) -> str:
    """Write how many of a hundred people a share is, never rounding somebody to nobody."""
    return _cut_percent(format_share(share, lang))


def _cut_percent(percent: str) -> str:
    """Leave the sign out of what `format_share` wrote."""
    return percent.removesuffix("%").rstrip(NO_BREAK)


def format_minutes(
    minutes: float,
    lang: Lang,
    *,
    down: bool = False,
) -> str:
    """Write a time, rounded up so that "15 minutes" is never more than fifteen."""
    whole = math.floor(minutes) if down else math.ceil(minutes)
    return _format_unit(whole, "duration-minute", lang)


def format_cutoff(cutoff_min: float, lang: Lang) -> str:
    """Write a cutoff exactly."""
    if float(cutoff_min).is_integer():
        return format_minutes(cutoff_min, lang)
    written = Decimal(repr(round(float(cutoff_min), _MOST_DECIMALS))).normalize()
    decimals = max(1, -int(written.as_tuple().exponent))
    return _format_unit(cutoff_min, "duration-minute", lang, decimals=decimals)


def _format_unit(
    value: float,
    unit: str,
    lang: Lang,
    *,
    decimals: int = 0,
) -> str:
    """Write a number with its unit, which never begins a line; times by their full name."""
    return _format_quantity(repr(float(value)), unit, lang, decimals)


@cache
def _format_quantity(number: str, unit: str, lang: Lang, decimals: int) -> str:
    """Write a number that Python has written, with its unit."""
    told = format_unit(
        Decimal(float(number)),
        unit,
        length="long" if unit.startswith("duration") else "short",
        format=_write_pattern(decimals),
        locale=lang,
    )
    return told.replace(" ", NO_BREAK)


def format_pace(profile: WalkProfile, lang: Lang) -> str:
    """Write a walker's pace."""
    metres = _format_unit(profile.pace_ms, "speed-meter-per-second", lang, decimals=2)
    kilometres = _format_unit(profile.pace_kmh, "speed-kilometer-per-hour", lang, decimals=1)
    pace = f"{metres}, {kilometres}"
    if profile.rest_s is None or profile.rest_every_m is None:
        return pace
    seconds = format_number(profile.rest_s, lang)
    every = format_number(profile.rest_every_m, lang)
    return say(
        "pace_with_rests",
        lang,
        pace=pace,
        seconds=seconds,
        every=every,
    )


def list_country_codes() -> dict[str, str]:
    """Codes of countries, in small letters, by their English names."""
    names = Locale("en").territories
    is_country = {code: name for code, name in names.items() if len(code) == len("it")}
    return {name: code.lower() for code, name in is_country.items() if code.isalpha()}
