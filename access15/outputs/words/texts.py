"""How texts, numbers, times and names are written in Italian and English.

The texts are plain text: whoever puts them on a page escapes them there.
"""

from __future__ import annotations

import math
import unicodedata
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from access15.config import Lang, WalkProfile
from access15.outputs.words.catalogue import TEXTS

NO_BREAK = "\u00a0"
MAX_NAME = 160

_MONTHS_IT = (
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
)
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def say(key: str, lang: Lang, /, **values: object) -> str:
    """Text in the language asked for."""
    template = TEXTS[key][0 if lang == "it" else 1]
    return template.format(**values) if values else template


def say_or(key: str, lang: Lang, default: str) -> str:
    """Text of a key made from data, or the data where there is no such text."""
    return say(key, lang) if key in TEXTS else default


def format_number(value: float, lang: Lang, *, decimals: int = 0) -> str:
    """Write a number: ``6.543`` and ``12,5`` in Italian, ``6,543`` and ``12.5`` in English."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "it" else text


def format_share(share: float, lang: Lang) -> str:
    """Write a share in per cent, never rounding something to nothing nor nearly all to all."""
    if math.isnan(share):
        return say("unknown", lang)
    percent = f"{NO_BREAK}%" if lang == "it" else "%"
    if 0 < share < 0.005:
        return f"<{NO_BREAK}1{percent}"
    if 0.995 <= share < 1:
        return f">{NO_BREAK}99{percent}"
    return format_number(_whole_percent(share), lang) + percent


def _whole_percent(share: float) -> int:
    # the decimal that is written, not the binary fraction below it: 23 of 40 are 58 %
    return int((100 * Decimal(str(share))).quantize(Decimal(1), ROUND_HALF_UP))


def format_range(low: float, high: float, lang: Lang) -> str:
    """Write the two ends of a share's range in per cent."""
    ends = [format_share(share, lang) for share in (low, high)]
    if ends[0] == ends[1]:
        return ends[0]
    if math.isnan(low) or math.isnan(high):
        return say("unknown", lang)
    return f"{ends[0].removesuffix('%').rstrip(NO_BREAK)}-{ends[1]}"


def format_of_hundred(share: float, lang: Lang) -> str:
    """Write how many of a hundred people a share is, never rounding somebody to nobody."""
    return format_share(share, lang).removesuffix("%").rstrip(NO_BREAK)


def format_minutes(minutes: float, lang: Lang, *, down: bool = False) -> str:
    """Write a time, rounded up so that "15 minutes" is never more than fifteen."""
    whole = math.floor(minutes) if down else math.ceil(minutes)
    singular, plural = ("minuto", "minuti") if lang == "it" else ("minute", "minutes")
    return f"{format_number(whole, lang)}{NO_BREAK}{singular if whole == 1 else plural}"


def format_cutoff(cutoff_min: float, lang: Lang) -> str:
    """Write a cutoff exactly."""
    if float(cutoff_min).is_integer():
        return format_minutes(cutoff_min, lang)
    unit = "minuti" if lang == "it" else "minutes"
    return f"{format_number(cutoff_min, lang, decimals=1)}{NO_BREAK}{unit}"


def format_count(n: int, lang: Lang, *, it: tuple[str, str], en: tuple[str, str]) -> str:
    """Write how many of a thing, in the right number."""
    singular, plural = it if lang == "it" else en
    return f"{format_number(n, lang)} {singular if n == 1 else plural}"


def format_pace(profile: WalkProfile, lang: Lang) -> str:
    """Write a walker's pace."""
    metres = format_number(profile.pace_ms, lang, decimals=2)
    kilometres = format_number(profile.pace_kmh, lang, decimals=1)
    pace = f"{metres}{NO_BREAK}m/s, {kilometres}{NO_BREAK}km/h"
    if profile.rest_s is None or profile.rest_every_m is None:
        return pace
    seconds, every = (
        format_number(value, lang) for value in (profile.rest_s, profile.rest_every_m)
    )
    of, each = ("riposi di", "ogni") if lang == "it" else ("rests of", "every")
    return f"{pace}, {of} {seconds}{NO_BREAK}s {each} {every}{NO_BREAK}m"


def format_date(moment: datetime, lang: Lang) -> str:
    """Write a day and hour."""
    months, hour = (_MONTHS_IT, "ore ") if lang == "it" else (_MONTHS_EN, "")
    return (
        f"{moment.day} {months[moment.month - 1]} {moment.year}, {hour}{moment:%H:%M %Z}".rstrip()
    )


def describe_people(group: str, label: str, lang: Lang) -> str:
    """Name a group of residents inside a sentence."""
    if group == "total":
        return say("who_total", lang)
    return say("who_age" if group.startswith("age_") else "who_group", lang, group=label)


def clean_text(value: object, lang: Lang, *, limit: int = MAX_NAME) -> str:
    """Text from data, on one line, without control signs, cut visibly where it is far too long.

    It is still text from data: it must be escaped wherever it becomes part of a page.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    head = str(value)[: 4 * limit]
    if len(head) <= limit and head.isascii() and head.isprintable():
        return " ".join(head.split())
    # Cc: control signs, Cs: lone surrogates, which no UTF-8 page can hold
    kept = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign for sign in head
    )
    text = " ".join(kept.split())
    was_cut = len(text) > limit or len(str(value)) > len(head)
    return text[:limit].rstrip() + say("cut_text", lang) if was_cut else text
