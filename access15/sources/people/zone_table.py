"""Residents per zone, from a table with a row per zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from access15.config import PopulationSource
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.people.counts import describe_columns, describe_no_count, is_no_count
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
        columns = describe_columns(list(table.columns))
        what = Remark("counts_no_columns", missing=missing, columns=columns)
        raise InputDataError(Remark("error_at", where=str(source.file), text=what))
    lines = pd.DataFrame({column: table.columns[column] for column in needed}, dtype=object)
    if source.year_column:
        lines = lines[lines[source.year_column] == str(source.year)]
    people: dict[str, dict[str, float]] = {}
    problems: list[str] = [fault.sentence for fault in table.faults]
    for zone_id in dict.fromkeys(wanted):
        hits = lines[lines[zone_column] == zone_id]
        if len(hits) != 1:
            year: Remark | str = Remark("zone_of_year", year=source.year) if source.year else ""
            problems.append(Remark("zone_not_once", zone=zone_id, n=len(hits), year=year))
            continue
        people[zone_id], faults = _read_people(zone_id, hits.iloc[0].to_dict(), groups)
        problems += faults
    if problems:
        raise InputDataError(Remark("counts_unusable", file=str(source.file)), problems)
    return pd.DataFrame.from_dict(people, orient="index").rename_axis("zone_id")


def _read_people(
    zone_id: str,
    line: Mapping[str, str],
    groups: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, float], list[str]]:
    """People of a zone by group, and what is wrong with them."""
    counted = dict.fromkeys(column for columns in groups.values() for column in columns)
    bad = {column for column in counted if not _is_count(line[column]) or is_no_count(column)}
    where = Remark("in_zone", zone=zone_id)
    problems: list[str] = [
        _describe(where, column, line[column]) for column in counted if column in bad
    ]
    good = {group: columns for group, columns in groups.items() if bad.isdisjoint(columns)}
    people = {
        group: float(sum(int(line[column]) for column in columns))
        for group, columns in good.items()
    }
    total = people.get("total", np.inf)
    problems += [
        Remark("zone_more_than_all", where=where, group=group, people=count, total=total)
        for group, count in people.items()
        if count > total
    ]
    return people, problems


def _describe(where: str, column: str, text: str) -> Remark:
    """What is wrong with a count of people."""
    if is_no_count(column):
        return Remark("error_at", where=where, text=describe_no_count(column, repr(text)))
    return Remark("zone_no_count", where=where, column=column, value=repr(text))


def _is_count(text: str) -> bool:
    """Whether a text is a whole number of people."""
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
