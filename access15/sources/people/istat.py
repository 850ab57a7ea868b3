"""ISTAT's census sections: outlines (basi territoriali) joined with the census variables by
section.

Formats, as ISTAT describes and publishes them ("Basi territoriali e variabili censuarie",
istat.it/it/archivio/104317; "Dati per sezioni di censimento", istat.it/it/archivio/285267 and
istat.it/notizia/dati-per-sezioni-di-censimento):

- Outlines: a shapefile per region in UTM 32N, key ``SEZ2011`` (2011) or ``SEZ21_ID`` (2021); both
  are the municipality's code ``PRO_COM`` followed by the section's number, ``SEZ``, in seven
  digits. In a shapefile the key may be a decimal number.
- Variables: a table per region with the same key; CSV with semicolons in 2011, XLSX in 2021. ``P1``
  is everybody; ``P14`` to ``P29`` are five-year classes of age from under 5 to over 74, the same in
  both years. Hence 65 and over is ``P27 + P28 + P29``, 75 and over ``P29``; 80 and over is not
  published by section.
- Sections without residents have no row in 2021. Rows of fictitious sections have no outline:
  ``777777x`` (L'Aquila's temporary housing, 2011), ``888888x`` (people without a fixed home),
  ``999999x`` (contested land).
- The first data of 2021 were published on the sections of 2011, with the key ``SEZ2011``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.config import PopulationSource
from access15.errors import InputDataError
from access15.sources.people.counts import Counted, add_up, shorten, sum_people
from access15.sources.tables.wide import read_columns
from access15.sources.vector_layers import NO_CRS, keep_polygons, list_columns, read_layer

_T = TypeVar("_T")
_KEYS: Final = ("SEZ21_ID", "SEZ2011", "SEZ")
_MUNICIPALITY: Final = ("PRO_COM", "PROCOM")
_SECTION_DIGITS: Final = 7
_UNUSABLE: Final = "residents of census sections cannot be used"


def read_sections(source: PopulationSource) -> Counted:
    """Read census sections with their people."""
    # 1. Both files are read before anything is said, so that the faults of both are told at once.
    problems: list[str] = []
    table = _try(lambda: _read_variables(source), problems)
    outlines = _try(lambda: _read_outlines(source), problems)
    if table is None or outlines is None:
        raise InputDataError(_UNUSABLE, problems)
    rows_key = _find_key(table.columns, source.id_column)
    shapes_key = _find_key(list_columns(outlines), source.id_column)
    file, sections = source.file_name, source.sections_name
    if {rows_key, shapes_key} == {"SEZ2011", "SEZ21_ID"}:
        what = f"{file} has {rows_key}, {sections} has {shapes_key}"
        raise InputDataError(
            _UNUSABLE, [f"{what}: sections of 2011 and 2021 differ; take both files of one year"]
        )
    # 2. Keys are written in many ways: they are compared as codes in the whole country.
    table["key"], bad_rows = _full_keys(table, rows_key, source.need_file())
    outlines["key"], bad_shapes = _full_keys(outlines, shapes_key, source.sections or Path())
    problems += [*bad_rows, *bad_shapes]
    problems += _find_repeated(table["key"], file)
    problems += _find_repeated(outlines["key"], sections)
    # 3. Columns are added up to the groups of the study.
    names = file + " section " + table["key"].astype(str)
    groups = {group: source.columns_of(group) for group in source.groups}
    people, bad = add_up(table, groups, names)
    problems += [*bad, *_find_undrawn(table, people["total"], outlines, sections)]
    if not problems and not table["key"].isin(outlines["key"]).any():
        problems.append(
            f"no section of {file} (such as {table['key'].iloc[0]}) is in {sections} "
            f"(such as {outlines['key'].iloc[0]}): take the files of one region and year"
        )
    if problems:
        raise InputDataError(_UNUSABLE, shorten(problems))
    # 4. People and outlines meet by the key.
    return _join(source, table.assign(**{group: people[group] for group in groups}), outlines)


def _try(read: Callable[[], _T], problems: list[str]) -> _T | None:
    """Read, or collect what is wrong and give nothing."""
    try:
        return read()
    except InputDataError as error:
        problems += [f"{error.summary}: {problem}" for problem in error.problems] or [error.summary]
        return None


def _read_variables(source: PopulationSource) -> pd.DataFrame:
    """Read the census variables: the keys of sections and the columns asked for."""
    wanted = dict.fromkeys(column for group in source.groups for column in source.columns_of(group))

    def choose(headers: Sequence[str]) -> Sequence[str]:
        """Keys and columns to read; all that are missing are told at once."""
        problems = []
        if missing := [repr(column) for column in wanted if column not in headers]:
            problems.append(f"there is no column {', '.join(missing)}; {_list_some(headers)}")
        if _find_key(headers, source.id_column) == "":
            problems.append(_describe_no_key(headers, source.id_column))
        if problems:
            raise InputDataError(str(source.file), problems)
        keys = [key for key in (*_KEYS, *_MUNICIPALITY) if key in headers]
        if source.id_column:
            keys = [source.id_column]
        return list(dict.fromkeys([*keys, *wanted]))

    table = read_columns(source.need_file(), choose)
    if table.empty:
        raise InputDataError(f"{source.file}: has a header and no rows")
    return table


def _read_outlines(source: PopulationSource) -> gpd.GeoDataFrame:
    """Read the outlines of sections and their keys."""
    file = source.sections or Path()
    frame = read_layer(file, source.layer, what="a layer of sections", where="[population]")
    columns = list_columns(frame)
    problems = [NO_CRS] if frame.crs is None else []
    if _find_key(columns, source.id_column) == "":
        problems.append(_describe_no_key(columns, source.id_column))
    if not len(frame):
        problems.append("there is nothing in it")
    if problems:
        raise InputDataError(str(file), problems)
    keys = [key for key in (source.id_column, *_KEYS, *_MUNICIPALITY) if key in columns]
    areas = keep_polygons(frame.geometry.to_numpy())
    numbers = pd.RangeIndex(1, len(frame) + 1)
    return gpd.GeoDataFrame(frame[keys].set_axis(numbers), geometry=areas, crs=frame.crs)


def _find_key(headers: Sequence[str], id_column: str | None) -> str:
    """Column that names sections; empty when there is none."""
    names = (id_column,) if id_column else _KEYS
    return next((name for name in names if name in headers), "")


def _describe_no_key(headers: Sequence[str], id_column: str | None) -> str:
    """Sentence about a table in which nothing names the sections."""
    names = id_column or " or ".join(_KEYS)
    return f"there is no column {names} that names the sections; {_list_some(headers)}"


def _list_some(headers: Sequence[str]) -> str:
    """Words that list the first columns of a wide table."""
    more = f" and {len(headers) - 12} more" if len(headers) > 12 else ""
    return f"the columns are {', '.join(headers[:12]) or 'none'}{more}"


def _full_keys(
    frame: pd.DataFrame,
    key: str,
    file: Path,
) -> tuple[pd.Series, list[str]]:
    """Code of each section in the whole country, as text; the number in its municipality is
    completed.
    """
    word = "feature" if isinstance(frame, gpd.GeoDataFrame) else "row"
    codes, problems = _codes(frame[key], f"{file.name}: {key}", word)
    municipality = next((name for name in _MUNICIPALITY if name in frame.columns), None)
    if key == "SEZ" and municipality is not None and codes.str.len().max() <= _SECTION_DIGITS:
        places, more = _codes(frame[municipality], f"{file.name}: {municipality}", word)
        return places + codes.str.zfill(_SECTION_DIGITS), problems + more
    return codes, problems


def _codes(
    column: pd.Series,
    what: str,
    word: str,
) -> tuple[pd.Series, list[str]]:
    """Codes as digits without zeros in front, however the file writes them (0151460000001,
    151460000001.0).
    """
    if pd.api.types.is_float_dtype(column):
        is_whole = np.isfinite(column) & (column % 1 == 0) & (column >= 0)
        whole = pd.Series(np.where(is_whole, column, 0), index=column.index).astype(np.int64)
        text = whole.astype(str).where(is_whole, "")
    else:
        text = column.astype(str).str.strip().str.removesuffix(".0")
    is_code = text.str.fullmatch(r"[0-9]{1,15}")
    rule = "it must be a section's code, digits only"
    problems = [
        f"{what} is {column.iloc[i]!r} in {word} {column.index[i]}, {rule}"
        for i in np.flatnonzero(~is_code)
    ]
    return text.str.lstrip("0").replace("", "0"), problems


def _find_repeated(keys: pd.Series, name: str) -> list[str]:
    """Sections that stand more than once."""
    counts = keys.value_counts(sort=False)
    return [
        f"{name}: section {key} stands {n} times, it must be once"
        for key, n in counts[counts > 1].items()
    ]


def _join(
    source: PopulationSource,
    table: pd.DataFrame,
    outlines: gpd.GeoDataFrame,
) -> Counted:
    """Put people on outlines, and count those whose section has none.

    Without an outline are rows of other municipalities, of which the outlines were never given, and
    fictitious sections of these.
    """
    groups = list(source.groups)
    is_drawn = table["key"].isin(outlines["key"])
    here = table["key"].str[:-_SECTION_DIGITS].isin(outlines["key"].str[:-_SECTION_DIGITS])
    lost = table[~is_drawn & here]
    joined = outlines[["key"]].merge(table[["key", *groups]], on="key", how="left")
    has_row = joined["total"].notna().to_numpy(dtype=np.bool_)
    people = joined[groups].fillna(0.0)
    places = people.assign(place_id=joined["key"], has_row=has_row)
    return Counted(
        "sections",
        gpd.GeoDataFrame(places, geometry=outlines.geometry.to_numpy(), crs=outlines.crs),
        elsewhere=sum_people(table[~is_drawn & ~here], groups),
        no_outline=sum_people(lost, groups),
        n_no_outline=int((lost["total"] > 0).sum()),
    )


def _find_undrawn(
    table: pd.DataFrame,
    total: pd.Series,
    outlines: gpd.GeoDataFrame,
    name: str,
) -> list[str]:
    """Sections with residents whose outline is empty."""
    undrawn = outlines["key"][shapely.is_empty(outlines.geometry.to_numpy())]
    rows = np.flatnonzero(table["key"].isin(undrawn) & (total > 0))
    return [
        f"{name}: section {table['key'].iloc[i]} has {total.iloc[i]:g} residents and no outline; "
        "draw it, or delete it"
        for i in rows
    ]
