"""What ISTAT's tables of census sections must say of themselves, and what may be read of them.

- The year of a table stands in the name that ISTAT gives it (``R03_indicatori_2021_sezioni.xlsx``,
  ``R03_Lombardia_2023_sezioni.xlsx``). Codes of columns tell nothing for certain: those of 2021 and
  of 2023 are the same but for what the second adds (``PF9``, ``NA1``, ``EM1`` to ``EM6``).
- Sums, where all their columns are there: ``P2`` men and ``P3`` women are ``P1``; ``P14`` to
  ``P29`` are everybody by age, ``P30`` to ``P45`` men, ``P67`` to ``P82`` women.
- ``777777x`` and ``888888x`` are fictitious sections. Some of the second are drawn, in a park: who
  is counted there has no fixed home. ``999999x`` is contested land, which is land.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.config import CENSUS_YEARS, PopulationSource
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.results.people import NoteKind, PeopleNote
from access15.sources.people.counts import describe_count, parse_counts

SECTION_DIGITS: Final = 7
_FICTITIOUS: Final = r"(?:777777|888888)[0-9]"
_YEAR: Final = re.compile(r"(?<!\d)(?:" + "|".join(map(str, CENSUS_YEARS)) + r")(?!\d)")
# Sections of which years each key names: the first data of 2021 lie on the sections of 2011.
_YEARS_OF_KEY: Final[Mapping[str, tuple[int, ...]]] = {
    "SEZ2011": (2011, 2021),
    "SEZ21_ID": (2021, 2023),
}
_ONLY_2023: Final = ("PF9", "NA1", *(f"EM{i}" for i in range(1, 7)))
_NOTES: Final[Mapping[int, NoteKind]] = {
    2011: "census_2011",
    2021: "census_2021",
    2023: "census_2023",
}


def _list_codes(first: int, last: int) -> tuple[str, ...]:
    """Codes of neighbouring columns."""
    return tuple(f"P{i}" for i in range(first, last + 1))


# What must add up: the columns and what they are together.
_SUMS: Final[Sequence[tuple[tuple[str, ...], str]]] = (
    (("P2", "P3"), "P1"),
    (_list_codes(14, 29), "P1"),
    (_list_codes(30, 45), "P2"),
    (_list_codes(67, 82), "P3"),
)
# an unknown zone is one that sections without data cover by this share
_UNKNOWN_SHARE: Final = 0.95


def find_year(source: PopulationSource, headers: Sequence[str], key: str) -> tuple[int, list[str]]:
    """Year of a table: that of its name, else that of the study; and what is wrong with it."""
    file = source.file_name
    named = [int(year) for year in dict.fromkeys(_YEAR.findall(file))]
    year = named[0] if len(named) == 1 else source.year
    only = [column for column in _ONLY_2023 if column in headers]
    hint: Remark | str = Remark("census_hint", columns=only) if only else ""
    if year is None:
        years = _YEARS_OF_KEY.get(key, CENSUS_YEARS)
        asked = {"example": years[0], "years": list(years)}
        return 0, [Remark("census_no_year", file=file, hint=hint, **asked)]
    if source.year not in (None, year):
        return year, [Remark("census_two_years", file=file, named=year, stated=source.year)]
    if year not in _YEARS_OF_KEY.get(key, CENSUS_YEARS):
        return year, [Remark("census_other_bases", file=file, key=key, year=year)]
    if only and year != 2023:
        return year, [Remark("census_other_columns", file=file, columns=only, year=year)]
    return year, []


def list_summed(headers: Collection[str]) -> list[str]:
    """Columns that sums are checked with, of those that are there."""
    return list(
        dict.fromkeys(column for parts, total in _find_sums(headers) for column in (total, *parts))
    )


def _find_sums(headers: Collection[str]) -> list[tuple[tuple[str, ...], str]]:
    """Sums of which every column is there."""
    return [sums for sums in _SUMS if {*sums[0], sums[1]}.issubset(headers)]


def find_wrong_sums(table: pd.DataFrame, file: str) -> list[str]:
    """Sections whose sexes or ages do not add up, and cells of theirs that are no counts; where one
    is empty there is nothing to compare.
    """
    sections = table["key"].to_numpy()
    counts = {column: parse_counts(table[column]) for column in list_summed(table.columns)}
    problems: list[str] = [
        describe_count(
            Remark("in_section", file=file, section=sections[row]), column, table[column].iloc[row]
        )
        for column, numbers in counts.items()
        for row in np.flatnonzero(np.isnan(numbers) & (table[column] != "")).tolist()
    ]
    for parts, total in _find_sums(table.columns):
        added = np.sum([counts[part] for part in parts], axis=0)
        is_known = np.isfinite(added) & np.isfinite(counts[total])
        first, last = parts[0], parts[-1]
        named = (
            f"{first} + {last}" if len(parts) == 2 else Remark("columns_to", first=first, last=last)
        )
        problems += [
            Remark(
                "census_sum",
                where=Remark("in_section", file=file, section=sections[row]),
                parts=named,
                added=float(added[row]),
                column=total,
                total=float(counts[total][row]),
            )
            for row in np.flatnonzero(is_known & (added != counts[total])).tolist()
        ]
    return problems


def are_fictitious(keys: pd.Series) -> pd.Series:
    """Whether keys are those of sections that stand for no place."""
    return keys.str.fullmatch(r"[0-9]+" + _FICTITIOUS)


def make_year_note(year: int) -> PeopleNote:
    """Say when the people were counted."""
    return PeopleNote(_NOTES[year])


def name_towns(keys: pd.Series) -> pd.Series:
    """Code of the municipality of each section, in six digits as ISTAT writes it."""
    return keys.str[:-SECTION_DIGITS].str.zfill(6)


def refuse_unknown(
    source: PopulationSource, places: gpd.GeoDataFrame, zones: gpd.GeoDataFrame
) -> None:
    """Refuse zones that lie in municipalities of which the table has no row: who lives there is
    unknown, and unknown is not nobody.
    """
    unknown = places[~places["has_town"]]
    lands = zones.geometry.to_crs(places.crs).to_numpy()
    shapes = unknown.geometry.to_numpy()
    zone, place = shapely.STRtree(shapes).query(lands, predicate="intersects")
    common_m2 = shapely.area(shapely.intersection(lands[zone], shapes[place]))
    covered = np.bincount(zone, common_m2, minlength=len(lands)) / shapely.area(lands)
    problems = []
    for row in np.flatnonzero(covered >= _UNKNOWN_SHARE):
        towns = sorted(set(unknown["town"].iloc[place[zone == row]]))
        name = str(zones["zone_id"].iloc[row])
        problems.append(
            Remark("census_unknown_zone", zone=name, file=source.file_name, towns=towns)
        )
    if problems:
        raise InputDataError(Remark("census_unusable"), problems)
