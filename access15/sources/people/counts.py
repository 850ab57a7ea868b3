"""Counts of people as files hold them: checked, added up to groups, in whole 2**-20 of a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.core.reach.spread import round_people
from access15.results.people import CountedOn

_MOST = 1e9  # no place on earth has a billion people
_TOLD = 20
# Names of columns that are no counts of people: 12 % of nobody knows whom, people per km2 of nobody
# knows how many.
_NO_COUNT = re.compile(
    r"%|km²|(?<![a-z])(perc|pct|percent\w*|share|quota|rate|tasso|ratio|incidenza|densit\w*"
    r"|km2|kmq|sqkm|per ha)(?![a-z])"
)
_WHOLE = re.compile(r"[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,9}\.([0-9]+)")
_THOUSANDS = 3  # digits behind a point that may part thousands


@dataclass(frozen=True, eq=False)
class Counted:
    """People as a source counts them, before they are put where they live.

    Parameters
    ----------
    counted_on : {"zones", "sections", "polygons", "cells", "points"}
        What a row of `places` is.
    places : GeoDataFrame
        ``place_id``, one column of people per group, polygons or points in any CRS; for sections
        also ``has_row``, whether the variables have a row for it.
    elsewhere : mapping of str to float
        People by group in rows of other municipalities, which have no outline.
    no_outline : mapping of str to float
        People by group in rows of these municipalities that have no outline.
    n_no_outline : int
        How many rows those are.
    """

    counted_on: CountedOn | Literal["points"]
    places: gpd.GeoDataFrame
    elsewhere: Mapping[str, float] = field(default_factory=dict)
    no_outline: Mapping[str, float] = field(default_factory=dict)
    n_no_outline: int = 0


def add_up(
    table: pd.DataFrame,
    groups: Mapping[str, tuple[str, ...]],
    names: pd.Series,
) -> tuple[pd.DataFrame, list[str]]:
    """Add columns up to groups.

    Returns one column per group, in whole 2**-20, indexed like `table`, NaN where a count is bad;
    and what is wrong: counts that are none, and groups larger than the total.
    """
    problems: list[str] = []
    counts = {}
    for column in dict.fromkeys(column for several in groups.values() for column in several):
        cells = table[column]
        counts[column] = _to_counts(cells)
        if len(cells) and is_no_count(column):
            problems.append(f"{names.iloc[0]}: {describe_no_count(column, _quote(cells.iloc[0]))}")
            counts[column] = np.full(len(cells), np.nan)
            continue
        rule = "it must be a number of people, 0 or more"
        problems += [
            f"{names.iloc[i]}: {column} is {_quote(cells.iloc[i])}, {rule}"
            for i in np.flatnonzero(np.isnan(counts[column]))
        ]
    people = {
        group: round_people(np.sum([counts[column] for column in columns], axis=0))
        for group, columns in groups.items()
    }
    total = people["total"]
    for group, count in people.items():
        problems += [
            f"{names.iloc[i]}: {group} is {count[i]:g}, more than all residents ({total[i]:g})"
            for i in np.flatnonzero(count > total)
        ]
    return pd.DataFrame(people, index=table.index), problems


def is_no_count(column: str) -> bool:
    """Whether a column is called a share, a percentage or a density."""
    return _NO_COUNT.search(column.lower().replace("_", " ")) is not None


def describe_no_count(column: str, quoted: str) -> str:
    """Sentence about a column that is called a share, a percentage or a density."""
    return (
        f"{column} is {quoted}, by its name a share or a density; give a column that counts "
        "people, or rename it if it does"
    )


def parse_decimals(cells: Sequence[str]) -> pd.Series:
    """Numbers of a column in which a point can only part decimals, else its texts.

    One point with other than three digits behind it says what all of them are.
    """
    texts = [text.strip() for text in cells]
    digits = [len(found[1]) for text in texts if (found := _DECIMAL.fullmatch(text))]
    if all(one == _THOUSANDS for one in digits):
        return pd.Series(texts, dtype=object)
    return pd.Series(
        [float(text) if _DECIMAL.fullmatch(text) else text for text in texts], dtype=object
    )


def _to_counts(column: pd.Series) -> NDArray[np.float64]:
    """Counts, NaN where there is none: text with a point or a comma may be thousands or decimals,
    nobody knows.
    """
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        counts = column.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        counts = np.array([_to_number(value) for value in column.astype(object)], dtype=np.float64)
    is_possible = (counts >= 0) & (counts < _MOST)
    return np.asarray(np.where(is_possible, counts, np.nan))


def _to_number(value: object) -> float:
    """Number of people in a cell, NaN where it is none."""
    if isinstance(value, float):
        return value
    is_whole = isinstance(value, str) and _WHOLE.fullmatch(value.strip())
    return float(str(value)) if is_whole else np.nan


def _quote(value: object) -> str:
    """A cell as people see it in their file."""
    is_nan = isinstance(value, float) and np.isnan(value)
    if value is None or value is pd.NA or is_nan:
        return "empty"
    return repr(value) if isinstance(value, str) else str(value)


def sum_people(people: pd.DataFrame, groups: Iterable[str]) -> dict[str, float]:
    """Add up the people of some rows, exactly."""
    return {group: float(people[group].sum()) for group in groups}


def shorten(problems: list[str]) -> list[str]:
    """Tell the first problems and how many more there are."""
    more = len(problems) - _TOLD
    return [*problems[:_TOLD], f"and {more} more problems"] if more > 0 else problems
