"""Studies, profiles and categories: what planners edit, and every mistake told in full."""

from __future__ import annotations

import math
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from access15.config import (
    Area,
    WalkProfile,
    choose,
    data_dir,
    load_categories,
    load_profiles,
    load_study,
)
from access15.errors import ConfigError

PROFILES = (data_dir() / "profiles.toml").read_text(encoding="utf-8")
STUDY = (data_dir() / "studies" / "milano.toml").read_text(encoding="utf-8")

CATEGORY = """
[library]
label = { it = "Biblioteca", en = "Library" }
colour = "#2e5090"
symbol = "L"
osm_tags = ["amenity=library"]
"""

WALKER = """
[slow]
label = { it = "Lento", en = "Slow" }
who = { it = "chi", en = "who" }
pace_ms = 0.5
steps = "slower"
steps_factor = 2.0
crossing_signals_s = 1
crossing_marked_s = 1
crossing_unmarked_s = 1
raised_kerb = "passable"
incline = "slower"

[slow.sources]
pace_ms = "a"
steps = "b"
crossing_signals_s = "c"
raised_kerb = "d"
incline = "e"
"""
FACTORS_TOLD = (
    ": incline_factors are pairs [slope, factor] of rising slopes, among them [0, 1], the flat"
)


def changed(text: str, old: str, new: str) -> str:
    """The text with one thing exchanged, which must be there."""
    assert old in text
    return text.replace(old, new, 1)


def message(path: Path, summary: str, *problems: str) -> str:
    """Pattern of the whole message."""
    lines = [f"{path}: {summary}", *(f"  - {problem}" for problem in problems)]
    return f"^{re.escape(chr(10).join(lines))}$"


def test_profiles_that_come_with_access15() -> None:
    """The four walkers of the design, in its order, the plain one off the maps, and who needs
    benches.
    """
    profiles = load_profiles()
    assert list(profiles) == ["adult", "older_adult", "frail", "wheelchair", "plain", "frail_seats"]
    assert [p.pace_ms for p in profiles.values()] == [1.33, 0.97, 0.80, 0.83, 1.33, 0.80]
    assert [p.steps for p in profiles.values()] == [
        "slower",
        "slower",
        "avoided",
        "impassable",
        "plain",
        "avoided",
    ]
    assert [p.on_maps for p in profiles.values()] == [True, True, True, True, False, True]
    assert profiles["older_adult"].steps_factor == 3.0
    assert (profiles["wheelchair"].raised_kerb, profiles["wheelchair"].max_incline) == (
        "impassable",
        0.08,
    )
    assert profiles["older_adult"].pace_kmh == pytest.approx(3.5, abs=0.01)
    assert (
        profiles["frail"].rest_every_m,
        profiles["frail"].rest_s,
        profiles["frail"].needs_seat,
    ) == (100, 30, False)
    assert profiles["frail"].rest_per_m_s == 0.3
    assert profiles["frail"].pace_with_rests_ms == pytest.approx(
        100 / 155
    )  # 125 s of walking and 30 s of rest
    assert [p.rest_per_m_s for p in profiles.values() if not p.id.startswith("frail")] == [0.0] * 4
    assert {p.id for p in profiles.values() if p.needs_seat} == {"frail_seats"}
    assert profiles["adult"].pace_with_rests_ms == 1.33
    delays = ("crossing_signals_s", "crossing_marked_s", "crossing_unmarked_s")
    assert [getattr(profiles["plain"], name) for name in delays] == [0.0, 0.0, 0.0]
    for profile in profiles.values():
        assert all(profile.sources.values())
        assert profile.label.in_lang("it") == profile.label.it != profile.label.in_lang("en")


def test_categories_that_come_with_access15() -> None:
    """Each has its own colour and symbol, and the study asks for known ones only."""
    categories = load_categories()
    assert len({c.colour for c in categories.values()}) == len(categories)
    assert len({c.symbol for c in categories.values()}) == len(categories)
    study = load_study("milano")
    assert set(study.categories) <= set(categories)
    assert set(study.profiles) <= set(load_profiles())
    assert list(choose(categories, ["library", "cam"], "category")) == ["library", "cam"]


def test_study_that_comes_with_access15() -> None:
    """Two neighbourhoods, their hubs and NIL, cutoffs in seconds, every file there."""
    study = load_study("milano")
    assert [(a.id, a.zones, a.hubs) for a in study.areas] == [
        ("chiesa_rossa", ("42",), ("cam-04", "csrc-07")),
        ("forlanini_salomone", ("30",), ("csrc-06",)),
    ]
    assert study.cutoffs_s == (300.0, 600.0, 900.0)
    assert study.area("chiesa_rossa").name == "Chiesa Rossa"
    assert study.sketch is not None
    for path in (
        study.facilities.file,
        study.zones.file,
        study.population.file,
        study.sketch.nodes,
        study.sketch.segments,
    ):
        assert path.is_absolute()
        assert path.is_file()


def test_study_file_elsewhere_has_paths_relative_to_it(tmp_path: Path) -> None:
    folder = tmp_path / "studies"
    folder.mkdir()
    path = folder / "mine.toml"
    path.write_text(
        changed(STUDY, '"../nil_outlines.geojson"', '"zones.geojson"'), encoding="utf-8"
    )
    study = load_study(path)
    assert study.zones.file == folder / "zones.geojson"
    assert study.facilities.file.resolve() == tmp_path / "facilities.csv"
    assert load_study(str(path)) == study


def test_changed_study_is_checked_again() -> None:
    study = load_study("milano")
    assert study.changed(cutoffs_min=(7.5,), areas=study.areas[:1]).cutoffs_s == (450.0,)
    assert study.changed(facilities=study.facilities) == study
    assert isinstance(study.changed(areas=study.areas[1:]).areas[0], Area)
    expected = (
        "study 'milano': not a valid Study\n  - cutoffs_min is 15, 5; it must rise and "
        "hold "
        "no value twice"
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(expected)}$"):
        study.changed(cutoffs_min=(15, 5))


@pytest.mark.parametrize(
    ("speed_ms", "problem"),
    [
        (0.1, "pace_ms: must be more than 0.1 (found 0.1)"),
        (-1.0, "pace_ms: must be more than 0.1 (found -1.0)"),
        (5.0, "pace_ms: must be less than 5 (found 5.0)"),
    ],
)
def test_nobody_walks_at_that_pace(speed_ms: float, problem: str) -> None:
    with pytest.raises(
        ConfigError,
        match=f"^{re.escape(f'profile {chr(39)}adult{chr(39)}: not a valid WalkProfile')}",
    ):
        load_profiles()["adult"].at_pace(speed_ms)
    with pytest.raises(ConfigError, match=re.escape(problem)):
        load_profiles()["adult"].at_pace(speed_ms)


def test_another_pace_changes_nothing_else() -> None:
    adult = load_profiles()["adult"]
    assert adult.at_pace(0.9).model_dump() == {**adult.model_dump(), "pace_ms": 0.9}


@pytest.mark.parametrize("name", ["torino", "../torino", "", "milano.txt"])
def test_no_such_study(name: str) -> None:
    expected = f"there is no study {name!r}: give a .toml file or one of: milano, milano_city"
    with pytest.raises(ConfigError, match=f"^{re.escape(expected)}$"):
        load_study(name)


def test_no_such_area_and_no_such_item() -> None:
    expected = "study 'milano' has no area 'x': its areas are chiesa_rossa, forlanini_salomone"
    with pytest.raises(ConfigError, match=f"^{re.escape(expected)}$"):
        load_study().area("x")
    expected = (
        "the study asks for a profile that does not exist\n"
        "  - profile 'x' is not known; known are a, b\n  - profile 'y' is not known; known are a, b"
    )
    with pytest.raises(ConfigError, match=f"^{re.escape(expected)}$"):
        choose({"a": 1, "b": 2}, ["x", "a", "y"], "profile")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "cannot be read (No such file or directory); check the path"),
        (b"\xff\xfe", "not UTF-8 text; save the file as UTF-8"),
        (
            b"[slow",
            "not valid TOML (at end of document); look there for a quotation mark or a bracket that is "
            "missing, a text without quotation marks, or a name that stands twice",
        ),
        (
            b"a = 1\na = 2\n",
            "not valid TOML (at line 2, column 6); look there for a quotation mark or a bracket that is "
            "missing, a text without quotation marks, or a name that stands twice",
        ),
        (
            b'a = "d\\zone.csv"\n',
            "not valid TOML (at line 1, column 9): a backslash in a text in quotation marks; write / in "
            "paths, as in data/zones.geojson",
        ),
        (
            b'a = "C:\\users"\n',
            "not valid TOML (at line 1, column 10): a backslash in a text in quotation marks; write / "
            "in paths, as in data/zones.geojson",
        ),
    ],
)
def test_unreadable_files(tmp_path: Path, data: bytes | None, sentence: str) -> None:
    path = tmp_path / "file.toml"
    if data is not None:
        path.write_bytes(data)
    for load in (load_profiles, load_categories):
        with pytest.raises(ConfigError, match=message(path, sentence)):
            load(path)


# Each row: what is exchanged in the profile above, and the problems told.
@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        (
            "pace_ms = 0.5",
            "pace_ms = 'fast'",
            ["pace_ms: must be a number, without quotation marks (found 'fast')"],
        ),
        ("pace_ms = 0.5", "pace_ms = 5", ["pace_ms: must be less than 5 (found 5)"]),
        (
            'steps = "slower"',
            'steps = "slow"',
            ["steps: must be 'plain', 'slower', 'avoided' or 'impassable' (found 'slow')"],
        ),
        (
            'steps = "slower"',
            'steps = "impassable"',
            ["profile 'slow': steps = 'impassable' takes no steps_factor"],
        ),
        (
            "steps_factor = 2.0",
            "steps_factor = 1.0",
            ["profile 'slow': steps = 'slower' needs a steps_factor above 1"],
        ),
        (
            "steps_factor = 2.0",
            "steps_factor = 0.5",
            ["steps_factor: must be at least 1 (found 0.5)"],
        ),
        (
            "crossing_marked_s = 1",
            "crossing_marked_s = -1",
            ["crossing_marked_s: must be at least 0 (found -1)"],
        ),
        (
            'incline = "slower"',
            'incline = "slower"\nmax_incline = 8',
            ["max_incline: must be at most 1 (found 8)"],
        ),
        (
            'incline = "slower"',
            'incline = "slower"\nincline_factors = [[0.05, 1.5], [0.0, 1.0]]',
            [
                "profile 'slow' states no source for incline_factors",
            ],
        ),
        *(
            (
                'incline = "slower"\n\n[slow.sources]',
                f'incline = "{rule}"\nincline_factors = {pairs}\n\n[slow.sources]\n'
                'incline_factors = "f"',
                [f"profile 'slow'{told}"],
            )
            for rule, pairs, told in (
                ("slower", "[[0.05, 1.5], [0.0, 1.0]]", FACTORS_TOLD),
                ("slower", "[[0.0, 1.1], [0.05, 1.5]]", FACTORS_TOLD),
                ("slower", "[[-0.05, 1.0], [0.05, 1.5]]", FACTORS_TOLD),
                (
                    "ignored",
                    "[[0.0, 1.0], [0.05, 1.5]]",
                    ': with incline = "ignored" there are no incline_factors; remove them, or write'
                    ' "slower"',
                ),
            )
        ),
        (
            'incline = "slower"',
            'incline = "slower"\nshoes = 1',
            ["shoes: is not known here; correct its name or remove it (found 1)"],
        ),
        ('steps = "b"\n', "", ["profile 'slow' states no source for steps"]),
        (
            'incline = "slower"',
            'incline = "slower"\nrest_every_m = 100\nrest_s = 30',
            ["profile 'slow' states no source for rest_every_m, rest_s"],
        ),
        (
            'incline = "slower"\n\n[slow.sources]',
            'incline = "slower"\nrest_every_m = 100\n\n[slow.sources]\nrest_every_m = "f"',
            ["profile 'slow': rest_every_m and rest_s go together; state both or neither"],
        ),
        (
            'incline = "slower"\n\n[slow.sources]',
            'incline = "slower"\nrest_s = 30\n\n[slow.sources]\nrest_s = "f"',
            ["profile 'slow': rest_every_m and rest_s go together; state both or neither"],
        ),
        (
            'incline = "slower"',
            'incline = "slower"\nneeds_seat = true',
            ["profile 'slow': needs_seat = true needs rest_every_m, the longest gap between seats"],
        ),
        (
            'incline = "slower"',
            'incline = "slower"\nrest_every_m = 0\nrest_s = -1',
            [
                "rest_every_m: must be at least 10 (found 0)",
                "rest_s: must be at least 0 (found -1)",
            ],
        ),
        (
            'it = "Lento"',
            'it = ""',
            ["label.it: must not be empty (found '')"],
        ),
    ],
)
def test_unusable_profiles(tmp_path: Path, old: str, new: str, problems: list[str]) -> None:
    path = tmp_path / "profiles.toml"
    path.write_text(changed(WALKER, old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=message(path, "not a valid WalkProfile", *problems)):
        load_profiles(path)


def test_all_problems_of_a_profile_at_once(tmp_path: Path) -> None:
    path = tmp_path / "profiles.toml"
    text = changed(
        changed(WALKER, "pace_ms = 0.5", "pace_ms = 9"),
        "crossing_marked_s = 1",
        "crossing_marked_s = 900",
    )
    path.write_text(text, encoding="utf-8")
    problems = (
        "pace_ms: must be less than 5 (found 9)",
        "crossing_marked_s: must be at most 300 (found 900)",
    )
    with pytest.raises(ConfigError, match=message(path, "not a valid WalkProfile", *problems)):
        load_profiles(path)


MUST = (
    'must be written key=value (several that hold together: "amenity=fountain + '
    'drinking_water=yes"; '
    'any value: "name=*"; not this one: "access!=customers")'
)


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        (
            "#2e5090",
            "#2E5090",
            ["colour: must be a colour such as #2e5090, in small letters (found '#2E5090')"],
        ),
        (
            "#2e5090",
            "red",
            ["colour: must be a colour such as #2e5090, in small letters (found 'red')"],
        ),
        ('"L"', '"LIB"', ["symbol: must have at most 2 characters (found 'LIB')"]),
        ('"amenity=library"', '"library"', [f"category 'library': OSM tag 'library' {MUST}"]),
        ('"amenity=library"', '"=library"', [f"category 'library': OSM tag '=library' {MUST}"]),
        ('"amenity=library"', '"a=b + "', [f"category 'library': OSM tag 'a=b + ' {MUST}"]),
        (
            '"amenity=library"',
            '"a=b + c", "d"',
            [
                f"category 'library': OSM tag 'a=b + c' {MUST}; OSM tag 'd' {MUST}",
            ],
        ),
        (
            '"amenity=library"',
            '"access!=no + a=b"',
            [
                "category 'library': OSM tag 'access!=no + a=b' begins with what is forbidden; "
                "begin with a tag that the place has",
            ],
        ),
        (
            '"amenity=library"',
            '"a=b + c!=*"',
            [
                "category 'library': OSM tag 'a=b + c!=*' forbids any value; name the value that "
                "is forbidden",
            ],
        ),
        (
            'symbol = "L"',
            'symbol = "L"\nneed = "books"\ncounts_in_score = false',
            [
                "category 'library': need = 'books' is asked by the score, which counts_in_score = "
                "false leaves out",
            ],
        ),
        (
            'symbol = "L"',
            'symbol = "L"\ngroup = "healt"',
            [
                "[library] group is 'healt'; use one of health, food, money_post, sociality, "
                "green_rest, transport, "
                "social_support, other",
            ],
        ),
        (
            "[library]",
            '["li brary"]',
            ["id: must be small letters, digits and _, and begin with a letter (found 'li brary')"],
        ),
    ],
)
def test_unusable_categories(tmp_path: Path, old: str, new: str, problems: list[str]) -> None:
    path = tmp_path / "categories.toml"
    path.write_text(changed(CATEGORY, old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=message(path, "not a valid Category", *problems)):
        load_categories(path)


RISE = "cutoffs_min is {}; it must rise and hold no value twice"
TWICE = "area ids must differ; 'forlanini_salomone' stands more than once: rename one"
BETWEEN = "cutoffs_min holds {}; give minutes above 0 and up to 120"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("[5, 10, 15]", "[5, 5]", RISE.format("5, 5")),
        ("[5, 10, 15]", "[15, 5]", RISE.format("15, 5")),
        ("[5, 10, 15]", "[]", RISE.format("empty")),
        ("[5, 10, 15]", "[0, 5]", BETWEEN.format("0")),
        ("[5, 10, 15]", "[-1, 5, 120.5]", BETWEEN.format("-1, 120.5")),
        ("[5, 10, 15]", "[999]", BETWEEN.format("999")),
        ("[5, 10, 15]", "[1e300]", BETWEEN.format("1e+300")),
        ("[5, 10, 15]", str([*range(1, 62)]), "cutoffs_min holds 61 values; give at most 60"),
        ("[5, 10, 15]", str([7] * 400), "cutoffs_min holds 400 values; give at most 60"),
        (
            "max_snap_m = 150",
            "max_snap_m = 0",
            "max_snap_m: must be more than 0 (found 0)",
        ),
        (
            "max_snap_m = 150",
            "max_snap_m = 2001",
            "max_snap_m: must be at most 2000 (found 2001)",
        ),
        (
            'countries = "it"',
            'countries = "Italia"',
            "countries: must be country codes of two small letters, such as it or it,ch (found 'Italia')",
        ),
        (
            'id = "chiesa_rossa"',
            'id = "forlanini_salomone"',
            TWICE,
        ),
        (
            'zones = ["42"]',
            "zones = []",
            "areas.0.zones: must hold at least 1 value (found [])",
        ),
        (
            'hubs = ["csrc-06"]',
            "hubs = 6",
            "areas.1.hubs: must be a list in square brackets (found 6)",
        ),
        (
            'file = "../facilities.csv"',
            "file = 3",
            "facilities.file: must be a path in quotation marks (found 3)",
        ),
    ],
)
def test_unusable_studies(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(changed(STUDY, old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=message(path, "not a valid Study", problem)):
        load_study(path)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('total = "total"\n', "", "population: [population.groups] must have a 'total'"),
        ("year = 2024\n", "", "population: [population] 'year' and 'year_column' go together"),
        ("[zones]", "[zone]", "zones: is missing; add it"),
    ],
)
def test_study_without_what_it_needs(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(changed(STUDY, old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(problem)):
        load_study(path)


FAULTY = "reported to the owner of config.py"


@pytest.mark.parametrize("text", ["x = 3", "x = [1]", "x = 'a'"])
def test_entry_that_is_no_table(tmp_path: Path, text: str) -> None:
    """A line outside every table is told, not a TypeError."""
    path = tmp_path / "file.toml"
    path.write_text(text, encoding="utf-8")
    for load in (load_profiles, load_categories):
        with pytest.raises(ConfigError, match=rf"^{re.escape(str(path))}: "):
            load(path)


@pytest.mark.parametrize(
    ("base", "old", "new"),
    [
        (STUDY, "[5, 10, 15]", "[nan]"),
        (STUDY, "[5, 10, 15]", "[5, nan]"),
        (WALKER, "steps_factor = 2.0", "steps_factor = inf"),
    ],
)
def test_numbers_that_are_none(tmp_path: Path, base: str, old: str, new: str) -> None:
    """TOML knows nan and inf; no cutoff and no factor may be one."""
    path = tmp_path / "file.toml"
    path.write_text(changed(base, old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match="must be a number, neither nan nor infinite"):
        (load_study if base is STUDY else load_profiles)(path)


def test_messages_stay_one_sentence(tmp_path: Path) -> None:
    """What is missing is named; the whole table is not printed back."""
    path = tmp_path / "study.toml"
    path.write_text(changed(STUDY, "[zones]", "[zone]"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:  # the length is the point
        load_study(path)
    assert all(len(problem) < 200 for problem in caught.value.problems)


def test_problems_of_all_profiles_at_once(tmp_path: Path) -> None:
    """Two faulty profiles in one file: both are told."""
    second = WALKER.replace("[slow", "[slower").replace("pace_ms = 0.5", "pace_ms = 9")
    path = tmp_path / "profiles.toml"
    path.write_text(changed(WALKER, "pace_ms = 0.5", "pace_ms = 8") + second, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"(?s)found 8.*found 9"):
        load_profiles(path)


def test_profile_file_matches_its_own_reading() -> None:
    """Nothing a planner writes is ignored: every key of the file arrives in the profile."""
    for profile_id, table in tomllib.loads(PROFILES).items():
        profile: WalkProfile = load_profiles()[profile_id]
        for key, value in table.items():
            found = getattr(profile, key)
            is_label = key in ("label", "who")
            assert (found.model_dump() if is_label else found) == value
        assert math.isfinite(profile.pace_ms)


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("max_snap_m", True, "true"),
        ("padding_m", False, "false"),
        ("cutoffs_min", [True, 5], "[True, 5]"),
        ("max_snap_m", date(2024, 1, 1), "2024-01-01"),
    ],
)
def test_an_answer_is_no_number(key: str, value: object, shown: str) -> None:
    """Python takes true for 1: a study whose homes were joined to streets within a metre."""
    with pytest.raises(ConfigError) as refused:
        load_study().changed(**{key: value})
    told = f"{key}: must be a number, without quotation marks (found {shown})"
    assert refused.value.problems == (told,)
