"""ISTAT's census sections: outlines (basi territoriali) joined with the census variables by
section.

Formats, as ISTAT describes and publishes them ("Basi territoriali e variabili censuarie",
istat.it/it/archivio/104317; "Dati per sezioni di censimento", istat.it/it/archivio/285267 and
istat.it/notizia/dati-per-sezioni-di-censimento):

- Outlines: a shapefile per region in UTM 32N, key ``SEZ2011`` (2011) or ``SEZ21_ID`` (2021); both
  are the municipality's code ``PRO_COM`` followed by the section's number, ``SEZ``, in seven
  digits. In a shapefile the key may be a decimal number.
- Variables: a table per region with the same key; CSV with semicolons in 2011, XLSX in 2021 and
  2023. ``P1`` is everybody; ``P14`` to ``P29`` are five-year classes of age from under 5 to over
  74, the same in all years. Hence 65 and over is ``P27 + P28 + P29``, 75 and over ``P29``; 80 and
  over is not published by section.
- Data of 31-12-2021 and of 31-12-2023 lie on the sections of 2021, whose first digits are the
  municipalities of 31-12-2021. The first data of 2021 were published on the sections of 2011, with
  the key ``SEZ2011``.
- Sections without residents have no row since 2021. Of some municipalities (59 in 2023) no row is
  published at all: who lives there is unknown.
- Sections that stand for no place: ``777777x`` (L'Aquila's temporary housing, 2011), ``888888x``
  (people without a fixed home, drawn in a park since 2021); ``999999x`` is contested land.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.config import PopulationSource
from access15.errors import Access15Warning, InputDataError
from access15.remarks import Remark, list_some
from access15.results.people import PeopleNote
from access15.sources.people.census import (
    SECTION_DIGITS,
    are_fictitious,
    find_wrong_sums,
    find_year,
    list_summed,
    make_year_note,
    name_towns,
)
from access15.sources.people.counts import (
    Counted,
    add_up,
    describe_columns,
    quote,
    shorten,
    sum_people,
)
from access15.sources.tables.wide import read_columns
from access15.sources.vector_layers import NO_CRS, keep_polygons, list_columns, read_layer

_T = TypeVar("_T")
_KEYS: Final = ("SEZ21_ID", "SEZ2011", "SEZ")
_MUNICIPALITY: Final = ("PRO_COM", "PROCOM")
_MOST_NAMED: Final = 8  # municipalities
_MOST_CODE: Final = 1e15  # 15 digits, which a decimal number holds exactly
_MOST_COLUMNS: Final = 12


def read_sections(source: PopulationSource) -> Counted:
    """Read census sections with their people."""
    # 1. Both files are read before anything is said, so that the faults of both are told at once.
    problems: list[str] = []
    table = _try(lambda: _read_variables(source), problems)
    outlines = _try(lambda: _read_outlines(source), problems)
    if table is None or outlines is None:
        raise _refuse(problems)
    rows_key = _find_key(table.columns, source.id_column)
    shapes_key = _find_key(list_columns(outlines), source.id_column)
    file, sections = source.file_name, source.sections_name
    if {rows_key, shapes_key} == {"SEZ2011", "SEZ21_ID"}:
        values = {"file": file, "key": rows_key, "sections": sections, "other": shapes_key}
        raise _refuse([Remark("census_two_bases", **values)])
    # 2. Keys are written in many ways: they are compared as codes in the whole country.
    table["key"], bad_rows = _full_keys(table, rows_key, source.need_file())
    outlines["key"], bad_shapes = _full_keys(outlines, shapes_key, source.sections or Path())
    problems += [*bad_rows, *bad_shapes]
    if problems:  # of what has no code no more is said
        table, outlines = (frame[frame["key"] != ""] for frame in (table, outlines))
    problems += _find_repeated(table["key"], file)
    problems += _find_repeated(outlines["key"], sections)
    # 3. Columns are added up to the groups of the study.
    keys = table["key"].to_numpy()
    groups = {group: source.columns_of(group) for group in source.groups}
    people, bad = add_up(
        table, groups, lambda row: Remark("in_section", file=file, section=keys[row])
    )
    problems += bad or find_wrong_sums(table, file)
    problems += _find_undrawn(table, people["total"], outlines, sections)
    if not problems and not table["key"].isin(outlines["key"]).any():
        first = {"section": keys[0], "outline": outlines["key"].iloc[0]}
        problems.append(Remark("census_nothing_common", file=file, sections=sections, **first))
    if problems:
        raise _refuse(shorten(problems))
    # 4. People and outlines meet by the key.
    joined = table.assign(**{group: people[group] for group in groups})
    counted = _join(source, joined, outlines)
    year: int = table.attrs["year"]
    return replace(counted, notes=(make_year_note(year), *counted.notes))


def _refuse(problems: list[str]) -> InputDataError:
    """Error about census sections."""
    return InputDataError(Remark("census_unusable"), problems)


def _try(read: Callable[[], _T], problems: list[str]) -> _T | None:
    """Read, or collect what is wrong and give nothing."""
    try:
        return read()
    except InputDataError as error:
        problems += [
            Remark("error_at", where=error.summary, text=problem) for problem in error.problems
        ] or [error.summary]
        return None


def _read_variables(source: PopulationSource) -> pd.DataFrame:
    """Read the census variables: the keys of sections and the columns asked for."""
    wanted = dict.fromkeys(column for group in source.groups for column in source.columns_of(group))
    years: list[int] = []

    def choose(headers: Sequence[str]) -> Sequence[str]:
        """Keys and columns to read; all that are missing are told at once."""
        problems: list[str] = []
        if missing := [repr(column) for column in wanted if column not in headers]:
            columns = describe_columns(headers, _MOST_COLUMNS)
            problems.append(Remark("counts_no_columns", missing=missing, columns=columns))
        key = _find_key(headers, source.id_column)
        if key == "":
            problems.append(_describe_no_key(headers, source.id_column))
        year, wrong = find_year(source, headers, key)
        years.append(year)
        if problems := [*problems, *wrong]:
            raise InputDataError(Remark("counts_of", file=str(source.file)), problems)
        keys = [key for key in (*_KEYS, *_MUNICIPALITY) if key in headers]
        if source.id_column:
            keys = [source.id_column]
        chosen = list(dict.fromkeys([*keys, *wanted, *list_summed(headers)]))
        if twice := [repr(name) for name in chosen if headers.count(name) > 1]:
            name = source.file_name
            raise InputDataError(Remark("table_header_twice", name=name, columns=twice))
        return chosen

    table = read_columns(source.need_file(), choose)
    if table.empty:
        raise InputDataError(Remark("counts_no_rows", file=str(source.file)))
    table.attrs["year"] = years[0]
    return table


def _read_outlines(source: PopulationSource) -> gpd.GeoDataFrame:
    """Read the outlines of sections and their keys."""
    file = source.sections or Path()
    frame = read_layer(file, source.layer, what="sections", where="[population]")
    columns = list_columns(frame)
    problems = [Remark(NO_CRS)] if frame.crs is None else []
    if _find_key(columns, source.id_column) == "":
        problems.append(_describe_no_key(columns, source.id_column))
    if not len(frame):
        problems.append(Remark("counts_nothing"))
    if problems:
        raise InputDataError(Remark("counts_of", file=str(file)), problems)
    keys = [key for key in (source.id_column, *_KEYS, *_MUNICIPALITY) if key in columns]
    areas = keep_polygons(frame.geometry.to_numpy())
    numbers = pd.RangeIndex(1, len(frame) + 1)
    return gpd.GeoDataFrame(frame[keys].set_axis(numbers), geometry=areas, crs=frame.crs)


def _find_key(headers: Sequence[str], id_column: str | None) -> str:
    """Column that names sections; empty when there is none."""
    names = (id_column,) if id_column else _KEYS
    return next((name for name in names if name in headers), "")


def _describe_no_key(headers: Sequence[str], id_column: str | None) -> Remark:
    """Sentence about a table in which nothing names the sections."""
    names: Remark | str = id_column or Remark("census_keys")
    return Remark("census_no_key", names=names, columns=describe_columns(headers, _MOST_COLUMNS))


def _full_keys(
    frame: pd.DataFrame,
    key: str,
    file: Path,
) -> tuple[pd.Series, list[str]]:
    """Code of each section in the whole country, as text, empty where it is none; the number in its
    municipality is completed.
    """
    word = "feature" if isinstance(frame, gpd.GeoDataFrame) else "row"
    codes, problems = _codes(frame[key], file, word)
    municipality = next((name for name in _MUNICIPALITY if name in frame.columns), None)
    if key == "SEZ" and municipality is not None and codes.str.len().max() <= SECTION_DIGITS:
        places, more = _codes(frame[municipality], file, word)
        whole = places + codes.str.zfill(SECTION_DIGITS)
        return whole.where((places != "") & (codes != ""), ""), problems + more
    return codes, problems


def _codes(
    column: pd.Series,
    file: Path,
    word: str,
) -> tuple[pd.Series, list[str]]:
    """Codes as digits without zeros in front, however the file writes them (0151460000001,
    151460000001.0); empty where a cell holds none.
    """
    if pd.api.types.is_float_dtype(column):
        is_whole = np.isfinite(column) & (column % 1 == 0) & (column >= 0) & (column < _MOST_CODE)
        whole = pd.Series(np.where(is_whole, column, 0), index=column.index).astype(np.int64)
        text = whole.astype(str).where(is_whole, "")
    else:
        text = column.astype(str).str.strip().str.removesuffix(".0")
    is_code = text.str.fullmatch(r"[0-9]{1,15}")
    problems: list[str] = [
        Remark(
            f"census_code_{word}",
            file=file.name,
            column=str(column.name),
            value=quote(column.iloc[i]),
            n=int(column.index[i]),
        )
        for i in np.flatnonzero(~is_code)
    ]
    return text.str.lstrip("0").replace("", "0").where(is_code, ""), problems


def _find_repeated(keys: pd.Series, name: str) -> list[str]:
    """Sections that stand more than once."""
    counts = keys.value_counts(sort=False)
    return [
        Remark("census_repeated", file=name, section=key, n=int(n))
        for key, n in counts[counts > 1].items()
    ]


def _join(
    source: PopulationSource,
    table: pd.DataFrame,
    outlines: gpd.GeoDataFrame,
) -> Counted:
    """Put people on outlines, and count those whose section has none, or stands for no place.

    Without an outline are rows of other municipalities, of which the outlines were never given.
    """
    groups = list(source.groups)
    # 1. Who is counted where nobody lives is told of, and stays in no park.
    is_fictitious = are_fictitious(table["key"])
    is_drawn = table["key"].isin(outlines["key"])
    here = name_towns(table["key"]).isin(name_towns(outlines["key"]))
    outlines = outlines[~are_fictitious(outlines["key"])]
    notes = _note_people("fictitious", table[is_fictitious & here])
    notes += _note_people("no_outline", table[~is_fictitious & ~is_drawn & here])
    # 2. Of a municipality without any row nothing is known; one section without a row is empty.
    joined = outlines[["key"]].merge(table[["key", *groups]], on="key", how="left")
    town = name_towns(joined["key"])
    has_town = town.isin(name_towns(table["key"])).to_numpy(dtype=np.bool_)
    if not has_town.all():
        _warn_of_unknown(source, sorted(set(town[~has_town])))
    has_row = joined["total"].notna().to_numpy(dtype=np.bool_)
    people = joined[groups].fillna(0.0)
    places = people.assign(place_id=joined["key"], has_row=has_row, has_town=has_town, town=town)
    return Counted(
        "sections",
        gpd.GeoDataFrame(places, geometry=outlines.geometry.to_numpy(), crs=outlines.crs),
        elsewhere=sum_people(table[~is_drawn & ~here], groups),
        notes=tuple(notes),
    )


def _note_people(kind: Literal["fictitious", "no_outline"], rows: pd.DataFrame) -> list[PeopleNote]:
    """Say how many people some rows count, where they count any."""
    n = int((rows["total"] > 0).sum())
    return [PeopleNote(kind, people=float(rows["total"].sum()), n=n)] if n else []


def _warn_of_unknown(source: PopulationSource, towns: list[str]) -> None:
    """Say which municipalities have outlines and no row."""
    some = list_some(towns, _MOST_NAMED)
    names = {"file": source.file_name, "sections": source.sections_name}
    remark = Remark("remark_towns_unknown", n=len(towns), **names, **some)
    warnings.warn(remark, Access15Warning, stacklevel=2)


def _find_undrawn(
    table: pd.DataFrame,
    total: pd.Series,
    outlines: gpd.GeoDataFrame,
    name: str,
) -> list[str]:
    """Sections with residents whose outline is empty."""
    undrawn = outlines["key"][shapely.is_empty(outlines.geometry.to_numpy())]
    is_place = ~are_fictitious(table["key"])
    rows = np.flatnonzero(table["key"].isin(undrawn) & is_place & (total > 0))
    return [
        Remark(
            "census_undrawn",
            file=name,
            section=table["key"].iloc[i],
            people=float(total.iloc[i]),
        )
        for i in rows
    ]
