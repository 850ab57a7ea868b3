"""Columns that stand for several, and the order they are put in."""

from __future__ import annotations

import pytest

from access15.results.table import Column, Table

WALKS = Table(
    "walks",
    "one row per home",
    (
        Column("home", "text", "the home"),
        Column("note", "text", "a word", is_optional=True),
        Column("<group>", "number", "people"),
        Column("own_<group>", "number", "people who arrive"),
        Column("min_<profile>_<target>", "number", "minutes"),
        Column("method", "text", "how"),
    ),
)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("home", "home"),
        ("total", "<group>"),
        ("own_total", "own_<group>"),
        ("min_adult_hub", "min_<profile>_<target>"),
        ("own_", "<group>"),  # nothing is left for the group: it is another one's name
    ],
)
def test_a_name_is_found_by_what_says_most(name: str, column: str) -> None:
    assert WALKS[name].name == column


def test_shapes_are_no_column() -> None:
    assert WALKS.find("geometry") is None
    with pytest.raises(KeyError, match="table 'walks' has no column 'geometry'"):
        WALKS["geometry"]


def test_filled_columns_take_turns() -> None:
    assert WALKS.list_names(group=["total", "old"], profile=["adult"], target=["hub", "cam"]) == [
        "home",
        "total",
        "own_total",
        "old",
        "own_old",
        "min_adult_hub",
        "min_adult_cam",
        "method",
    ]


def test_what_is_not_filled_stays_open() -> None:
    half = WALKS.fill(group=["total"])
    assert [column.name for column in half.columns] == [
        "home",
        "note",
        "total",
        "own_total",
        "min_<profile>_<target>",
        "method",
    ]
    assert half.find("old") is None
    assert half["min_adult_hub"].about == "minutes"


def test_names_are_arranged_and_strangers_left_out() -> None:
    half = WALKS.fill(group=["total"])
    given = ["method", "min_b_x", "odd", "own_total", "min_a_x", "geometry", "home", "total"]
    assert half.arrange(given) == ["home", "total", "own_total", "min_b_x", "min_a_x", "method"]
