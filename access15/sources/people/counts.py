"""Counts of people as files hold them: checked, added up to groups, in whole 2**-20 of a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.core.reach.spread import round_people
from access15.remarks import Remark
from access15.results.people import CountedOn, PeopleNote

_MOST = 1e9  # no place on earth has a billion people
_TOLD = 20
# Names of columns that are no counts of people: 12 % of nobody knows whom, people per km2 of nobody
# knows how many.
_NO_COUNT = re.compile(
    r"%|‰|km²|/ ?ha(?![a-z])|(?<![a-z])(perc|pct|percent\w*|share|quota|rate|tasso|ratio|incidenza"
    r"|densit\w*|indice|index|proporzione|proportion|frazione|fraction|km2|kmq|sqkm"
    r"|per ha|per mille|per 1000)(?![a-z])"
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
        also ``has_row``, whether the variables have a row for it, ``town``, its municipality, and
        ``has_town``, whether they have any row for that.
    elsewhere : mapping of str to float
        People by group in rows of other municipalities, which have no outline.
    notes : tuple of PeopleNote
        What the reader must know of the source, whichever zones are asked for.
    """

    counted_on: CountedOn | Literal["points"]
    places: gpd.GeoDataFrame
    elsewhere: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[PeopleNote, ...] = ()


def add_up(
    table: pd.DataFrame,
    groups: Mapping[str, tuple[str, ...]],
    locate: Callable[[int], str],
) -> tuple[pd.DataFrame, list[str]]:
    """Add columns up to groups.

    Returns one column per group, in whole 2**-20, indexed like `table`, NaN where a count is bad;
    and what is wrong, with what `locate` calls the row: counts that are none, and groups larger
    than the total.
    """
    problems: list[str] = []
    counts = {}
    for column in dict.fromkeys(column for several in groups.values() for column in several):
        cells = table[column]
        counts[column] = parse_counts(cells)
        if len(cells) and is_no_count(column):
            what = describe_no_count(column, quote(cells.iloc[0]))
            problems.append(Remark("error_at", where=locate(0), text=what))
            counts[column] = np.full(len(cells), np.nan)
            continue
        problems += [
            describe_count(locate(i), column, cells.iloc[i])
            for i in np.flatnonzero(np.isnan(counts[column])).tolist()
        ]
    problems += _find_shares(table, groups, counts, locate)
    people = {
        group: round_people(np.sum([counts[column] for column in columns], axis=0))
        for group, columns in groups.items()
    }
    total = people["total"]
    for group, count in people.items():
        problems += [
            Remark(
                "more_than_all",
                where=locate(i),
                group=group,
                people=float(count[i]),
                total=float(total[i]),
            )
            for i in np.flatnonzero(count > total).tolist()
        ]
    return pd.DataFrame(people, index=table.index), problems


def _find_shares(
    table: pd.DataFrame,
    groups: Mapping[str, tuple[str, ...]],
    counts: Mapping[str, NDArray[np.float64]],
    locate: Callable[[int], str],
) -> list[str]:
    """Columns of parts of people where all residents are counted whole: percentages, mostly.

    Estimates part people, but then they part all residents too.
    """
    total = np.concatenate([counts[column] for column in groups["total"]])
    if np.isnan(total).any() or (total % 1 != 0).any():
        return []
    problems: list[str] = []
    for column in counts:
        parted = np.flatnonzero(np.isfinite(counts[column]) & (counts[column] % 1 != 0))
        if len(parted):
            row = int(parted[0])
            value = quote(table[column].iloc[row])
            problems.append(Remark("share_of_whole", where=locate(row), column=column, value=value))
    return problems


def describe_count(where: str, column: str, value: object) -> Remark:
    """Sentence about a cell that holds no number of people."""
    return Remark("no_count", where=where, column=column, value=quote(value))


def is_no_count(column: str) -> bool:
    """Whether a column is called a share, a percentage or a density."""
    return _NO_COUNT.search(column.lower().replace("_", " ")) is not None


def describe_no_count(column: str, quoted: str) -> Remark:
    """Sentence about a column that is called a share, a percentage or a density."""
    return Remark("no_count_by_name", column=column, value=quoted)


def describe_columns(headers: Sequence[str], most: int | None = None) -> Remark:
    """Words that list the columns of a table, or the first of them."""
    if not headers:
        return Remark("columns_none")
    shown = list(headers[:most])
    rest = len(headers) - len(shown)
    more: Remark | str = Remark("columns_more", n=rest) if rest else ""
    return Remark("columns_are", names=shown, more=more)


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


def parse_counts(column: pd.Series) -> NDArray[np.float64]:
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


def quote(value: object) -> str:
    """A cell as people see it in their file."""
    is_nan = isinstance(value, float) and np.isnan(value)
    if value is None or value is pd.NA or is_nan:
        return Remark("cell_empty")
    return repr(value) if isinstance(value, str) else str(value)


def sum_people(people: pd.DataFrame, groups: Iterable[str]) -> dict[str, float]:
    """Add up the people of some rows, exactly."""
    return {group: float(people[group].sum()) for group in groups}


def shorten(problems: list[str]) -> list[str]:
    """Tell the first problems and how many more there are."""
    more = len(problems) - _TOLD
    return [*problems[:_TOLD], Remark("more_problems", n=more)] if more > 0 else problems
