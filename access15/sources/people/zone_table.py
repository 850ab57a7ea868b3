"""Residents per zone, from a table with a row per zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from access15.config import PopulationSource
from access15.errors import InputDataError
from access15.sources.tables.files import read_table

_MAX_DIGITS = 9  # no zone has a billion people


def read_zone_totals(source: PopulationSource, *, wanted: Iterable[str]) -> pd.DataFrame:
    """Read how many people live in each zone.

    Returns indexed by ``zone_id`` in the order wanted; one float column per group.
    """
    table = read_table(source.file)
    columns = {group: source.columns_of(group) for group in source.groups}
    zone_column = source.zone_column or ""
    keys = [zone_column, *([source.year_column] if source.year_column else [])]
    needed = [*keys, *(column for several in columns.values() for column in several)]
    if missing := [repr(column) for column in dict.fromkeys(needed) if column not in table.headers]:
        raise InputDataError(
            f"{source.file}: there is no column {', '.join(missing)}; the columns are "
            f"{', '.join(table.headers)}"
        )
    lines = [row.cells for row in table.rows]
    if source.year_column:
        lines = [line for line in lines if line[source.year_column] == str(source.year)]
    rows: dict[str, dict[str, float]] = {}
    problems = [fault.sentence for fault in table.faults]
    for zone_id in dict.fromkeys(wanted):
        hits = [line for line in lines if line[zone_column] == zone_id]
        if len(hits) != 1:
            year = f" for {source.year}" if source.year else ""
            problems.append(f"zone {zone_id!r} stands {len(hits)} times{year}, it must be once")
            continue
        rows[zone_id], faults = _people(zone_id, hits[0], columns)
        problems += faults
    if problems:
        raise InputDataError(f"{source.file}: residents cannot be used", problems)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("zone_id")


def _people(
    zone_id: str, line: dict[str, str], groups: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, float], list[str]]:
    """People of a zone by group, and what is wrong with them."""
    bad = {
        column: line[column]
        for several in groups.values()
        for column in several
        if not _is_count(line[column])
    }
    problems = [
        f"zone {zone_id!r}: {column} is {text!r}, it must be a whole number of people"
        for column, text in bad.items()
    ]
    people = {
        group: float(sum(int(line[column]) for column in columns))
        for group, columns in groups.items()
        if not bad.keys() & set(columns)
    }
    total = people.get("total", np.inf)
    problems += [
        f"zone {zone_id!r}: {group} is {count:.0f}, more than all residents ({total:.0f})"
        for group, count in people.items()
        if count > total
    ]
    return people, problems


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
