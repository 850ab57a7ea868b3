"""Facilities read, checked and written: the same rows and order in and out, each with a status."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio.errors
from numpy.typing import NDArray

from access15.config import Category, FacilitiesSource, find_now
from access15.errors import Access15Error, Access15Warning, ConfigError, InputDataError
from access15.files import name_file, replacing
from access15.remarks import Remark
from access15.results.encode import encode_layer
from access15.results.guard import guard_cell
from access15.results.stamp import stamped
from access15.sources.places import cells
from access15.sources.places.certainty import find_uncertain
from access15.sources.places.doors import join_doors, read_doors
from access15.sources.places.headers import (
    KNOWN,
    REPLACED,
    Columns,
    check_needed,
    choose_mapped,
    describe_unmapped,
    find_meaning,
    is_id,
    match_headers,
    note_unread,
)
from access15.sources.places.points import Bounds, read_points, resolve_crs
from access15.sources.places.written import draw_written
from access15.sources.streets.tags import find_place
from access15.sources.tables.columns import Problems, RowWord, Table, list_repeated, name_row
from access15.sources.tables.files import read_table

# columns of the result in their order; the optional ones only where the file has them
_OPTIONAL = ("municipio", "door_lat", "door_lon", "capacity", "opening_hours")
_WRITTEN = (
    *("facility_id", "name", "category", "address", "municipio"),
    *("door_lat", "door_lon", "precision", "source", "capacity", "opening_hours"),
)


@dataclass(frozen=True)
class FacilitiesReport:
    """What is right and wrong with a file of facilities.

    Parameters
    ----------
    problems : tuple of str
        Faults that keep the file from being used, one sentence each.
    warnings : tuple of str
        What the reader should know; the file can be used.
    n_rows : int
        Rows with content, header not counted.
    counts : dict of (str, str) to int
        Rows by category and precision, in the file's order of appearance.
    numbers : tuple of int
        Each row as a spreadsheet shows it.
    row_word : {"row", "feature"}
        What a row is called.
    unmapped : frozenset of str
        Meanings of ``added_columns`` that this table has no such column for.
    """

    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    n_rows: int
    counts: dict[tuple[str, str], int]
    numbers: tuple[int, ...] = ()
    row_word: RowWord = "row"
    unmapped: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class OneTable:
    """One table of several that a study reads, as `read_facilities` gives it."""

    name: str
    frame: gpd.GeoDataFrame
    report: FacilitiesReport

    @property
    def unmapped(self) -> frozenset[str]:
        """Meanings of the study's ``added_columns`` that this table has no such column for."""
        return self.report.unmapped

    def name_rows(self) -> list[Remark]:
        """Name every row as a person finds it."""
        word = self.report.row_word
        return [
            Remark("table_place", name=self.name, where=name_row(word, number))
            for number in self.report.numbers
        ]


def read_facilities(
    source: FacilitiesSource,
    *,
    categories: Mapping[str, Category],
    bounds: Bounds | None,
) -> gpd.GeoDataFrame:
    """Read a table of facilities.

    Headers may be Italian or English, numbers may have decimal commas, coordinates may be in any
    CRS. ``source.columns`` says which header holds what where that cannot be guessed; a value
    starting with ``=`` holds for every row: ``columns = { name = "Toponimo", category = "=library"
    }``. Without a column of ids facilities are called ``row-<number>``, which is said in a warning.

    Returns EPSG:4326, the file's rows in the file's order: ``facility_id, name, category, address,
    municipio`` (if the file has it), ``precision, source, capacity`` (if the file has it: a number
    as text, empty where unknown), ``door_lat`` and ``door_lon`` (if the file has them: degrees as
    text, those of several doors with semicolons between them; further rows of one id are further
    doors of it), ``opening_hours`` (if the file has them: as OpenStreetMap writes
    them, empty where unknown), the file's other columns as text, ``origin`` (``official``),
    ``merged_osm`` (empty), ``status`` (``ok``, or ``not_geocoded`` for a row without a point or
    whose precision is too coarse for a walking time), ``geometry`` (Point; None where there is
    none).
    """
    if source.file is None:
        raise ConfigError(Remark("facilities_none_to_read"))
    return read_one(source, source.file, categories=categories, bounds=bounds).frame


def read_one(
    source: FacilitiesSource,
    path: Path,
    *,
    categories: Mapping[str, Category],
    bounds: Bounds | None,
    is_added: bool = False,
) -> OneTable:
    """Read one of a study's tables; ids that the rows of an added one get name the table."""
    one = source.own_table(path)
    one = one.model_copy(update={"columns": {}}) if is_added else one
    frame, report = _read(
        one, path, categories, bounds, named=f"{Path(name_file(path)).stem}-" if is_added else ""
    )
    if report.problems or frame is None:
        summary = Remark("facilities_unusable", name=path.name, n=len(report.problems))
        raise InputDataError(summary, report.problems)
    for warning in report.warnings:
        warnings.warn(warning, Access15Warning, stacklevel=2)
    return OneTable(name_file(path), frame, report)


def count_categories(
    source: FacilitiesSource,
    path: Path,
    categories: Mapping[str, Category],
    bounds: Bounds | None,
) -> set[str]:
    """Kinds that a table lists, whatever else is wrong with it."""
    return {kind for kind, _ in _read(source.alone(path), path, categories, bounds)[1].counts}


def check_facilities(
    source: FacilitiesSource,
    *,
    categories: Mapping[str, Category],
    bounds: Bounds | None,
) -> FacilitiesReport:
    """Find everything that is wrong with a table of facilities."""
    if source.file is None:
        raise ConfigError(Remark("facilities_none_to_check"))
    return _read(source, source.file, categories, bounds)[1]


def write_facilities(
    frame: gpd.GeoDataFrame,
    path: Path,
    *,
    now: datetime | None = None,
) -> None:
    """Write facilities so that `read_facilities` gives them back; a GeoPackage bears the time."""
    drivers: dict[str, Literal["CSV", "GeoJSON", "GPKG"]] = {
        ".csv": "CSV",
        ".geojson": "GeoJSON",
        ".gpkg": "GPKG",
    }
    driver = drivers.get(path.suffix.lower())
    if driver is None:
        raise InputDataError(Remark("facilities_other_ending", name=path.name))
    frame = frame.to_crs("EPSG:4326")
    frame = frame.rename(columns=_unmistakable_names(frame, geopackage=driver == "GPKG"))
    with replacing(path) as partial, stamped(find_now(now)):
        if driver == "CSV":
            _as_table(frame).to_csv(
                partial,
                index=False,
                encoding="utf-8",
                lineterminator="\n",
            )
            return
        try:
            data = encode_layer(frame, driver=driver, name="facilities")
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise Access15Error(
                Remark("facilities_not_written", path=str(path), reason=str(error))
            ) from error
        partial.write_bytes(data)


def _as_table(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Frame without geometry, with lat and lon after the address."""
    columns = [
        column for column in frame.columns if column not in (frame.geometry.name, "lat", "lon")
    ]
    at = columns.index("municipio" if "municipio" in columns else "address") + 1
    table = pd.DataFrame(frame[columns])
    for offset, (name, values) in enumerate((("lat", frame.geometry.y), ("lon", frame.geometry.x))):
        table.insert(
            at + offset, name, ["" if np.isnan(value) else f"{value:.7f}" for value in values]
        )
    table.columns = [guard_cell(str(name)) for name in table.columns]
    return table.map(lambda value: guard_cell(value) if isinstance(value, str) else value)


def _unmistakable_names(frame: gpd.GeoDataFrame, *, geopackage: bool) -> dict[str, str]:
    """New names for a user's columns that would be mistaken for ours, or that a GeoPackage keeps
    for itself.
    """
    names: dict[str, str] = {}
    taken = {
        *frame.columns.intersection([*KNOWN, *REPLACED]),
        *(("fid", "geom") if geopackage else ()),
    }
    for column in frame.columns.difference([*KNOWN, *REPLACED], sort=False):
        free = column
        while free.casefold() in taken or find_meaning(free):
            free += "_original"
        taken.add(free.casefold() if geopackage else free)
        if free != column:
            names[column] = free
    return names


def _read(
    source: FacilitiesSource,
    path: Path,
    categories: Mapping[str, Category],
    bounds: Bounds | None,
    *,
    named: str = "",
) -> tuple[gpd.GeoDataFrame | None, FacilitiesReport]:
    """Read a table and say what is wrong with it; no frame where the file is no table at all.

    Rows without an id are `named` by what they begin with.
    """
    # 1. The file becomes a table of text columns.
    try:
        # a table that waits to be filled in, beside others or the places of OpenStreetMap
        may_be_empty = source.may_be_empty or path in source.tables[source.file is not None :]
        table = read_table(path, "facility", "facilities", may_be_empty=may_be_empty)
        table = table.with_feature_ids(is_id)
        more, unmapped = choose_mapped(table, source.added_columns)
        mapping = {**source.columns, **more}
        table = _name_categories(table, mapping, categories)
        problems = Problems(table)
        if not source.files and not named and unmapped:
            problems.add_header(describe_unmapped(table, source.added_columns, unmapped))
        # 2. Its headers are matched to what they mean.
        columns = match_headers(table, mapping, problems, "facility")
        columns = draw_written(columns, problems, bounds)
        crs = resolve_crs(columns.table, source.crs, problems)
    except InputDataError as error:
        return None, FacilitiesReport(error.problems or (error.summary,), (), 0, {})
    check_needed(columns, mapping, problems)
    if columns.table.tags is None:  # of OpenStreetMap's tags all say what a place is
        note_unread(columns, problems)
    # 3. Each column becomes values; what is wrong with them is collected.
    points = read_points(columns, problems, crs=crs, bounds=bounds)
    has_doors = "door_lat" in columns and "door_lon" in columns
    doors = read_doors(columns, points, problems, bounds=bounds) if has_doors else []
    ids = cells.read_ids(columns, problems, named=named)
    uncertain = find_uncertain(columns, points, ids, problems)
    has_point = [one is not None for one in points]
    values = {
        "facility_id": ids,
        "name": cells.read_names(columns, problems),
        "category": cells.read_categories(columns, problems, categories),
        "precision": cells.read_precisions(columns, problems, has_point, uncertain),
        "capacity": cells.read_capacities(columns, problems),
        "opening_hours": cells.read_hours(columns, problems),
    }
    doors_of_others = {row for row, _ in list_repeated(ids)} if has_doors else set()
    # 4. The values become a frame, the problems a report.
    report = FacilitiesReport(
        problems=tuple(problems.sentences()),
        warnings=tuple(problems.notes),
        n_rows=len(table),
        counts=dict(Counter(zip(values["category"], values["precision"], strict=True))),
        numbers=tuple(n for i, n in enumerate(columns.table.numbers) if i not in doors_of_others),
        row_word=columns.table.row_word,
        unmapped=unmapped,
    )
    frame = _build_frame(columns, values, points)
    return join_doors(frame, doors) if has_doors else frame, report


def _name_categories(
    table: Table,
    mapping: Mapping[str, str],
    categories: Mapping[str, Category],
) -> Table:
    """Table with the category that each row's tags of OpenStreetMap say, unless it has another."""
    if table.tags is None or "category" in mapping or "category" in table.columns:
        return table
    found = [find_place(tags, categories.values()) for tags in table.tags]
    ids = ["" if place is None else place.category for place in found]
    return replace(table, columns={**table.columns, "category": ids})


def _build_frame(
    columns: Columns,
    values: Mapping[str, Sequence[str]],
    points: NDArray[np.object_],
) -> gpd.GeoDataFrame:
    """Put values, the file's other columns and what follows from both into a frame."""
    data: dict[str, Sequence[str]] = {
        meaning: values.get(meaning, columns.texts(meaning))
        for meaning in _WRITTEN
        if meaning in columns or meaning not in _OPTIONAL
    }
    taken = {*columns.headers.values(), *data, *REPLACED}
    data |= {
        header: texts for header, texts in columns.table.columns.items() if header not in taken
    }
    frame = pd.DataFrame(data, index=pd.RangeIndex(len(columns.table)))
    is_usable = frame["precision"].isin(cells.USABLE_PRECISIONS)
    frame = frame.assign(
        origin="official",
        merged_osm="",
        status=np.where(is_usable, "ok", "not_geocoded"),
    )
    geometry = gpd.GeoSeries(list(points), crs="EPSG:4326")
    return gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")
