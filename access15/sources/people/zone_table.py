"""Residents per zone, from a table with a row per zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from access15.config import PopulationSource
from access15.errors import InputDataError
from access15.sources.people.counts import describe_no_count, is_no_count
from access15.sources.tables.columns import ID_HEADER
from access15.sources.tables.files import read_table

_MAX_DIGITS = 9  # no zone has a billion people


def read_zone_totals(source: PopulationSource, *, wanted: Iterable[str]) -> pd.DataFrame:
    """Read how many people live in each zone.

    Returns indexed by ``zone_id`` in the order wanted; one float column per group.
    """
    table = read_table(source.need_file(), "zone", "zones")
    table = table.with_feature_ids(lambda header: header == ID_HEADER)
    groups = {group: source.columns_of(group) for group in source.groups}
    counted = [column for columns in groups.values() for column in columns]
    zone_column = source.zone_column or ""
    keys = [zone_column, *([source.year_column] if source.year_column else [])]
    needed = dict.fromkeys([*keys, *counted])
    if missing := [repr(column) for column in needed if column not in table.columns]:
        raise InputDataError(
            f"{source.file}: there is no column {', '.join(missing)}; the columns are "
            f"{', '.join(table.columns)}"
        )
    lines = pd.DataFrame({column: table.columns[column] for column in needed}, dtype=object)
    if source.year_column:
        lines = lines[lines[source.year_column] == str(source.year)]
    people: dict[str, dict[str, float]] = {}
    problems = [fault.sentence for fault in table.faults]
    for zone_id in dict.fromkeys(wanted):
        hits = lines[lines[zone_column] == zone_id]
        if len(hits) != 1:
            year = f" for {source.year}" if source.year else ""
            problems.append(f"zone {zone_id!r} stands {len(hits)} times{year}, it must be once")
            continue
        people[zone_id], faults = _read_people(zone_id, hits.iloc[0].to_dict(), groups)
        problems += faults
    if problems:
        raise InputDataError(f"{source.file}: residents cannot be used", problems)
    return pd.DataFrame.from_dict(people, orient="index").rename_axis("zone_id")


def _read_people(
    zone_id: str,
    line: Mapping[str, str],
    groups: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, float], list[str]]:
    """People of a zone by group, and what is wrong with them."""
    counted = dict.fromkeys(column for columns in groups.values() for column in columns)
    bad = {column for column in counted if not _is_count(line[column]) or is_no_count(column)}
    problems = [
        f"zone {zone_id!r}: {_describe(column, line[column])}"
        for column in counted
        if column in bad
    ]
    good = {group: columns for group, columns in groups.items() if bad.isdisjoint(columns)}
    people = {
        group: float(sum(int(line[column]) for column in columns))
        for group, columns in good.items()
    }
    total = people.get("total", np.inf)
    problems += [
        f"zone {zone_id!r}: {group} is {count:.0f}, more than all residents ({total:.0f})"
        for group, count in people.items()
        if count > total
    ]
    return people, problems


def _describe(column: str, text: str) -> str:
    """What is wrong with a count of people."""
    if is_no_count(column):
        return describe_no_count(column, repr(text))
    return f"{column} is {text!r}, it must be a whole number of people"


def _is_count(text: str) -> bool:
    """Whether a text is a whole number of people."""
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
