"""Texts in two languages, and how numbers, times and names are written."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from builders.languages import ENGLISH, QUOTED

import access15
from access15.cli.app import COMMANDS
from access15.cli.works import WORK_KINDS
from access15.config import Lang, data_dir, load_profiles
from access15.config.proposal import ChangeKind
from access15.core.change.barriers import BARRIER_KINDS
from access15.core.change.changes import FaultCode
from access15.core.change.explain import CAUSES, LIFTED
from access15.core.change.fixes import FIX_KINDS
from access15.core.measures.uncertain import FACTORS
from access15.core.streets.network import KERBS, SURFACES
from access15.outputs.documents.peba_sheet import COLUMNS
from access15.outputs.words.dates import format_date
from access15.outputs.words.doubts import DOUBTS
from access15.outputs.words.methods import describe_method, spell_methods
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_minutes,
    format_number,
    format_of_hundred,
    format_pace,
    format_range,
    format_share,
)
from access15.outputs.words.texts import (
    MAX_NAME,
    clean_text,
    describe_people,
    list_words,
    say,
    say_or,
)
from access15.results.audit import CHECKS
from access15.results.barriers import FAMILIES, STATES, SURVEYED_KINDS
from access15.results.people import METHODS, CountedOn, NoteKind, PutOn
from access15.results.run import NetworkKind
from access15.sources.layer_files import LayerOf
from access15.sources.proposals.dots import COLOURS
from access15.sources.streets.parts import HowZoned
from access15.sources.streets.unread import Kind
from access15.sources.tables.files import Row, Rows

PLACEHOLDER = re.compile(r"\{(\w+)(?:![rs])?(?::[^}]*)?\}")
PACKAGE = Path(access15.__file__).parent
WORDS = PACKAGE / "outputs" / "words"
FILES = [
    file
    for name in ("catalogue", "errors", "commands")
    for file in sorted((WORDS / name).iterdir())
]
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in (*PACKAGE.rglob("*.py"), *(PACKAGE / "web").rglob("*.j2"))
)
# what is asked in QGIS
QUESTIONS = ("service_areas", "travel_times", "nearest", "coverage", "best_site", "doors")
# keys that the code puts together, by their beginning: every end that it may ask for
PUT_TOGETHER: Mapping[str, Iterable[str]] = {
    "cause_": CAUSES,
    "city_measure_": ("share", "gap", "ratio"),
    "plugin_": {f"{one}{end}" for one in QUESTIONS for end in ("", "_help")},
    "plugin_layer_": (
        *("coverage_by_zone", "service_areas", "reached_streets", "residents", "closed_doors"),
        *("fixes", "sites", "site_gain_streets", "site_left_out", "site_alternatives"),
    ),
    "left_out_": ("reached", "between", "far"),
    "opens_": set(LIFTED) - {"mapping_fault"},
    "doors_": ("mapping_fault", "distance", "off_network"),
    "fix_": FIX_KINDS,
    "works_title_": WORK_KINDS,
    "works_everything_": WORK_KINDS,
    "works_note_": WORK_KINDS,
    "works_proposal_": set(WORK_KINDS) - {"crossing"},
    "fix_check_": ("water", "buildings", "water_buildings"),
    "crossing_": ("signals", "marked", "unmarked", "wide"),
    "open_at_": ("open", "closed", "unknown"),
    "status_": ("ok", "not_geocoded", "too_far_from_network", "unreachable"),
    "network_": get_args(NetworkKind),
    "factor_": FACTORS,
    "ask_": FACTORS,
    "budget_": ("ratio", "gap", "share"),
    "people_": get_args(NoteKind),
    "counted_": set(get_args(CountedOn)) - {"homes"},
    "homes_on_": set(get_args(PutOn)) - {"middle", "centre"},
    "homes_miss_": set(get_args(PutOn)) - {"middle", "centre"},
    "put_": (*get_args(PutOn), "points"),
    "weakness_": (*get_args(PutOn), "points"),
    "poster_change_": set(get_args(ChangeKind)) - {"note"},
    "sticker_": COLOURS,
    "n_": COLOURS,
    "peba_kind_": set(BARRIER_KINDS) - {"crossing"},
    "peba_work_": BARRIER_KINDS,
    "peba_family_": set(FAMILIES.values()),
    "peba_found_": SURVEYED_KINDS,
    "peba_state_": STATES,
    "peba_kerb_": KERBS,
    "peba_surface_": set(SURFACES) - {"unknown"},
    "peba_col_": (*(column.key for column in COLUMNS), "photo"),
    "audit_check_": CHECKS,
    "audit_answers_": CHECKS,
    "barriers_": (
        *("height_unread", "height_odd", "width_unread", "width_odd", "lat_unread", "lon_unread"),
    ),
    "report_col_": (
        *("group", "people", "in", "out", "share", "work", "walker", "gained", "mover", "low"),
        *("high", "who", "pace", "wait", "rest", "stops"),
    ),
    "report_kinds_": ("unlisted", "unplaced"),
    "report_step_": ("streets", "homes", "way", "time", "within", "whole"),
    "report_tag_": ("kerb", "incline", "surface"),
    "report_word_": ("pace", "kerb", "share"),
    "remark_in_": ("row", "feature"),
    "layer_of_": get_args(LayerOf),
    "table_no_": get_args(Row),
    "table_of_": get_args(Rows),
    "census_code_": ("row", "feature"),
    "init_zones_": get_args(HowZoned),
    "init_people_": ("zones", "layer", "raster", "h3"),
    "check_people_of_": ("zones", "source"),
    "command_": ("overview", *COMMANDS),
    "argument_": ("study", "area", "file", "files", "photo", "folder", "kind"),
    "value_": ("path", "str", "int"),
    "doubt_": {*DOUBTS, "one_to_decide", "within"},
    "more_": ("street", "place", "interpolated", "neighbour"),
    "unread_": [kind.replace(" ", "_") for kind in get_args(Kind)],
    "nothing_": (*get_args(FaultCode), "too_far_from_network"),
}
# what our own data say in English: where values come from, and of addresses
FACILITIES = pd.read_csv(data_dir() / "facilities.csv")
OWN = {
    *(text for walker in load_profiles().values() for text in walker.sources.values()),
    *(one for one in FACILITIES["source"].unique() if "project sheet" in one or "press" in one),
    *(one for one in FACILITIES["address"].dropna().unique() if "not stated" in one),
}
# the same, where the code does without a text for what it does not know: what there may be
NAMED_BY_DATA: Mapping[str, Iterable[str]] = {
    "precision_": (
        "official point",
        "operator feed",
        *("address", "corner", "confirmed", "given"),
        "neighbouring number",
        "interpolated",
        "edge",
        "place",
        "street",
        "none",
        "openstreetmap",
    ),
    "file_": (
        "coverage.csv",
        "coverage_by_cell.csv",
        "range_budget.csv",
        "measures.csv",
        "equity.csv",
        "facilities_out.csv",
        "results.gpkg",
        "explain.csv",
        "fixes.csv",
        "run.json",
        "ro-crate-metadata.json",
        "accessibility.html",
    ),
    "data_": OWN,
}


@cache
def load_everything() -> Mapping[str, Mapping[Lang, str]]:
    """Texts of the catalogue and of errors, by key."""
    return {key: text for file in FILES for key, text in list_words(file)}


def list_plain_keys() -> set[str]:
    """Keys as the code writes them: without session page, and without the form for a number."""
    found = {key.removesuffix(".one").removesuffix(".other") for key in load_everything()}
    return {key for key in found if not key.startswith(("session_", "look_", "stage_", "city_js_"))}


def list_put_together() -> set[str]:
    return {f"{prefix}{end}" for prefix, ends in PUT_TOGETHER.items() for end in ends}


@pytest.mark.parametrize("key", load_everything())
def test_both_languages_say_the_same_things(key: str) -> None:
    text = load_everything()[key]
    assert set(text) == {"it", "en"}
    italian, english = (set(PLACEHOLDER.findall(text[lang])) for lang in ("it", "en"))
    assert italian == english
    assert all(one.strip() for one in text.values())


def test_no_key_stands_twice_and_numbers_have_both_forms() -> None:
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in FILES]
    keys = [key for tables in files for key in tables]
    assert len(keys) == len(set(keys)) > 500
    counted = {key: table for tables in files for key, table in tables.items() if "it" not in table}
    assert {tuple(sorted(table)) for table in counted.values()} == {("one", "other")}


def test_every_text_is_used() -> None:
    written = set(re.findall(r"""["'](\w+)["']""", CODE))
    written |= {key.removesuffix(".one") for key in re.findall(r'"(\w+\.one)"', CODE)}
    by_data = {f"{prefix}{end}" for prefix, ends in NAMED_BY_DATA.items() for end in ends}
    assert sorted(list_plain_keys() - written - list_put_together() - by_data) == []


def test_whatever_the_code_asks_for_is_a_text() -> None:
    keys = list_plain_keys()
    said = set(
        re.findall(r"""\b(?:say|format_count|format_title|Remark)\(\s*["'](\w+)["']""", CODE)
    )
    assert len(said) > 150
    of_pages = ("session_", "look_")
    assert sorted({key for key in said if not key.startswith(of_pages)} - keys) == []
    assert sorted(list_put_together() - keys) == []
    prefixes = re.findall(r'(?:say|say_or|format_count|Remark)\(\s*f"(\w+_)\{', CODE)
    assert set(prefixes) == {*PUT_TOGETHER, *NAMED_BY_DATA}


@pytest.mark.parametrize("n", [0.0, 1.0, -1.0, 0.5, 12345.678, 0.045, 1e9, 2.675, 99.5])
@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_numbers_are_rounded_as_python_writes_them(n: float, decimals: int) -> None:
    assert format_number(n, "en", decimals=decimals) == f"{n:,.{decimals}f}"


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
    assert format_cutoff(7.25, "it") == "7,25\u00a0minuti"
    assert format_cutoff(0.1 + 0.2, "en") == "0.3\u00a0minutes"
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
    assert [format_count("n_places", n, "it") for n in (0, 1, 1234, 1_000_000)] == [
        "0 luoghi",
        "1 luogo",
        "1.234 luoghi",
        "1.000.000 luoghi",
    ]
    assert format_count("n_places", 1, "en") == "1 place"


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


@pytest.mark.parametrize("code", METHODS)
def test_every_method_has_its_weakness_in_both_languages(code: str) -> None:
    italian, english = describe_method(code, "it"), describe_method(code, "en")
    assert all(italian + english)
    assert italian != english
    assert spell_methods(code, "en") == f"{english.method}: {english.weakness}"


def test_methods_of_a_cell() -> None:
    assert spell_methods("points + by hand", "en") == (
        "points of the layer, as they are: homes are as exact as the layer + by hand"
    )
    assert spell_methods("", "it") == ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_italian_text_holds_english(file: Path) -> None:
    """Outside quotes and placeholders: those hold what people wrote, names of columns and keys."""
    found = {
        key: words
        for key, text in list_words(file)
        if (words := ENGLISH.findall(QUOTED.sub("", PLACEHOLDER.sub("_", text["it"]))))
    }
    assert found == {}
