"""Texts in two languages, and how numbers, times and names are written."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import access15
from access15.config import load_profiles
from access15.outputs.words.catalogue import TEXTS
from access15.outputs.words.texts import (
    MAX_NAME,
    clean_text,
    describe_people,
    format_count,
    format_cutoff,
    format_date,
    format_minutes,
    format_number,
    format_of_hundred,
    format_pace,
    format_range,
    format_share,
    say,
    say_or,
)

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# keys that are put together from data: the beginning is in the code
PREFIXES = ("open_at_", "status_", "precision_", "network_", "people_", "file_", "poster_change_")


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same_things(key: str) -> None:
    italian, english = TEXTS[key]
    assert italian.strip()
    assert english.strip()
    assert set(PLACEHOLDER.findall(italian)) == set(PLACEHOLDER.findall(english))


def test_every_text_is_used() -> None:
    package = Path(access15.__file__).parent
    sources = [*package.rglob("*.py"), *package.rglob("*.j2")]
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in sources if path.name != "catalogue.py"
    )
    written = set(re.findall(r"""["'](\w+)["']""", code))
    assert [key for key in TEXTS if key not in written and not key.startswith(PREFIXES)] == []
    assert all(f'"{prefix}{{' in code for prefix in PREFIXES)


@pytest.mark.parametrize(
    ("value", "decimals", "italian", "english"),
    [
        (6543, 0, "6.543", "6,543"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (12.5, 1, "12,5", "12.5"),
        (999, 0, "999", "999"),
        (0, 0, "0", "0"),
        (-1234.5, 1, "-1.234,5", "-1,234.5"),
    ],
)
def test_numbers(value: float, decimals: int, italian: str, english: str) -> None:
    assert format_number(value, "it", decimals=decimals) == italian
    assert format_number(value, "en", decimals=decimals) == english


@pytest.mark.parametrize(
    ("share", "italian", "english"),
    [
        (0.0, "0 %", "0%"),
        (1e-9, "< 1 %", "< 1%"),
        (0.0049, "< 1 %", "< 1%"),
        (0.006, "1 %", "1%"),
        (0.49, "49 %", "49%"),
        (0.994, "99 %", "99%"),
        (23 / 40, "58 %", "58%"),
        (0.9999, "> 99 %", "> 99%"),
        (1.0, "100 %", "100%"),
        (math.nan, "non noto", "unknown"),
    ],
)
def test_shares_are_zero_or_all_only_when_they_are(
    share: float, italian: str, english: str
) -> None:
    assert format_share(share, "it").replace("\u00a0", " ") == italian
    assert format_share(share, "en").replace("\u00a0", " ") == english


@pytest.mark.parametrize(
    ("minutes", "down", "expected"),
    [
        (15.0, False, "15 minuti"),
        (math.nextafter(15.0, 16.0), False, "16 minuti"),
        (0.2, False, "1 minuto"),
        (0.0, False, "0 minuti"),
        (24.9, True, "24 minuti"),
        (1200.0, False, "1.200 minuti"),
    ],
)
def test_minutes_are_rounded_up_and_down_for_at_least(
    minutes: float, down: bool, expected: str
) -> None:
    assert format_minutes(minutes, "it", down=down) == expected.replace(" ", "\u00a0")


def test_cutoffs_are_exact() -> None:
    assert format_cutoff(15.0, "it") == "15\u00a0minuti"
    assert format_cutoff(7.5, "it") == "7,5\u00a0minuti"
    assert format_cutoff(7.5, "en") == "7.5\u00a0minutes"
    assert format_cutoff(1, "en") == "1\u00a0minute"


def test_pace_and_date_and_counts() -> None:
    older = load_profiles()["older_adult"]
    assert format_pace(older, "it") == "0,97\u00a0m/s, 3,5\u00a0km/h"
    assert format_pace(older, "en") == "0.97\u00a0m/s, 3.5\u00a0km/h"
    frail = load_profiles()["frail"]
    assert (
        format_pace(frail, "it")
        == "0,80\u00a0m/s, 2,9\u00a0km/h, riposi di 30\u00a0s ogni 100\u00a0m"
    )
    assert (
        format_pace(frail, "en")
        == "0.80\u00a0m/s, 2.9\u00a0km/h, rests of 30\u00a0s every 100\u00a0m"
    )
    moment = datetime(2026, 3, 5, 9, 7, tzinfo=UTC)
    assert format_date(moment, "it") == "5 marzo 2026, ore 09:07 UTC"
    assert format_date(moment, "en") == "5 March 2026, 09:07 UTC"
    words = {"it": ("luogo", "luoghi"), "en": ("place", "places")}
    assert [format_count(n, "it", **words) for n in (0, 1, 1234)] == [
        "0 luoghi",
        "1 luogo",
        "1.234 luoghi",
    ]
    assert format_count(1, "en", **words) == "1 place"


@pytest.mark.parametrize(
    ("group", "label", "expected"),
    [
        ("total", "tutti i residenti", "residenti"),
        ("age_65_plus", "65 anni e più", "residenti di 65 anni e più"),
        ("renters", "in affitto", "residenti (in affitto)"),
    ],
)
def test_groups_fit_into_a_sentence(group: str, label: str, expected: str) -> None:
    assert describe_people(group, label, "it") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (math.nan, ""),
        ("  Via \t Boifava\n17 ", "Via Boifava 17"),
        ("nul\x00 bell\x07 line\u2028sep", "nul bell line sep"),
        ("half \ud83d of a pair", "half of a pair"),
        (17, "17"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("مركز الحي", "مركز الحي"),
    ],
)
def test_text_from_data_becomes_one_clean_line(value: object, expected: str) -> None:
    assert clean_text(value, "it") == expected


def test_huge_text_is_cut_visibly() -> None:
    assert clean_text("x" * 100_000, "it") == "x" * MAX_NAME + "… (testo tagliato)"
    assert clean_text("x" * 100_000, "en").endswith("… (text cut)")
    assert clean_text("x" * MAX_NAME, "it") == "x" * MAX_NAME
    assert clean_text(" " * 100_000, "it") == "… (testo tagliato)"


def test_words_made_from_data() -> None:
    assert say_or("status_ok", "it", "ok") == "sulla rete delle strade"
    assert say_or("status_new_kind", "it", "new_kind") == "new_kind"
    with pytest.raises(KeyError, match="no_such_text"):
        say("no_such_text", "it")


@pytest.mark.parametrize(
    ("low", "high", "italian", "english"),
    [
        (0.61, 0.68, "61-68 %", "61-68%"),
        (0.612, 0.614, "61 %", "61%"),
        (0.0, 0.003, "0-< 1 %", "0-< 1%"),
        (0.002, 0.12, "< 1-12 %", "< 1-12%"),
        (0.4, 1.0, "40-100 %", "40-100%"),
        (math.nan, math.nan, "non noto", "unknown"),
        (math.nan, 0.5, "non noto", "unknown"),
    ],
)
def test_ranges(low: float, high: float, italian: str, english: str) -> None:
    assert format_range(low, high, "it").replace("\u00a0", " ") == italian
    assert format_range(low, high, "en").replace("\u00a0", " ") == english


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0"), (0.004, "< 1"), (0.005, "1"), (0.575, "58"), (0.996, "> 99"), (1.0, "100")],
)
def test_of_a_hundred(share: float, told: str) -> None:
    assert (
        format_of_hundred(share, "it").replace("\u00a0", " ")
        == told
        == format_of_hundred(share, "en").replace("\u00a0", " ")
    )
