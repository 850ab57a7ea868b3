"""A few columns of large tables: CSV in the encodings people have, or the first sheet of an Excel
workbook.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from access15.errors import InputDataError
from access15.files import check_input
from access15.sources.tables.cells import sheet_text
from access15.sources.tables.files import MAX_BYTES
from access15.sources.tables.text import find_delimiter, read_records, read_text
from access15.sources.tables.workbook import refuse_bombs, refuse_other_files

# A region's 140 columns of 50,000 sections unpack to 300 MB.
_MAX_SHEET_BYTES = 600_000_000
_MAX_OTHER_BYTES = 100_000_000
# GDAL's options for workbooks
_AS_TEXT: Final[Mapping[str, str]] = {"HEADERS": "FORCE", "FIELD_TYPES": "STRING"}
_GIVE = "give CSV or XLSX; unpack an archive first"
Chooser = Callable[[Sequence[str]], Sequence[str]]


def read_columns(path: Path, choose: Chooser) -> pd.DataFrame:
    """Read some columns of a table as text.

    Returns text, a column for each that was chosen; rows without any cell are left out. Its index
    is the row number as a spreadsheet shows it.
    """
    try:
        check_input(path)
        size = path.stat().st_size
    except OSError as error:
        raise InputDataError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    if size > MAX_BYTES:
        raise InputDataError(
            f"{path}: {size / 1e6:,.0f} MB, above the limit of {MAX_BYTES / 1e6:,.0f} MB"
        )
    suffix = path.suffix.lower()
    if suffix in (".csv", ".txt", ".tsv"):
        return _collect(path, _csv_rows(path), choose)
    if suffix in (".xlsx", ".xlsm"):
        return _read_workbook(path, choose)
    raise InputDataError(
        f"{path}: files ending in {suffix or 'nothing'!r} are not read here; {_GIVE}"
    )


def _collect(
    path: Path,
    rows: Iterator[Sequence[str]],
    choose: Chooser,
) -> pd.DataFrame:
    """Chosen cells of every row that has any, told apart by the header's length."""
    header: list[str] = []
    names: list[str] = []
    kept: dict[int, list[str]] = {}
    faults = []
    for number, row in enumerate(rows, start=1):
        if not any(row):
            continue
        if not header:
            header = [sheet_text(cell) for cell in row]
            names = list(choose([name for name in header if name]))
            places = [header.index(name) for name in names]
        elif len(row) < len(header) or any(row[len(header) :]):
            faults.append(
                f"row {number} has {len(row)} cells, the header has {len(header)}; check its "
                "separators"
            )
        else:
            kept[number] = [sheet_text(row[i]) for i in places]
    if not header:
        raise InputDataError(f"{path}: is empty; it has no header and no rows")
    if faults:
        more = [f"and {len(faults) - 20} more rows"] if len(faults) > 20 else []
        raise InputDataError(f"{path}: cannot be read as a table", [*faults[:20], *more])
    return pd.DataFrame(
        list(kept.values()),
        columns=names,
        index=list(kept),
        dtype=object,
    )


def _csv_rows(path: Path) -> Iterator[Sequence[str]]:
    """Rows of a CSV, one by one."""
    text, delimiter = find_delimiter(read_text(path)[0])
    for _, record in read_records(path.name, text, delimiter or ","):
        yield record


def _read_workbook(path: Path, choose: Chooser) -> pd.DataFrame:
    """GDAL reads a region's 140 columns 25 times faster than openpyxl."""
    refuse_other_files(path)
    try:
        with zipfile.ZipFile(path) as archive:
            refuse_bombs(path, archive, most_sheet=_MAX_SHEET_BYTES, most_other=_MAX_OTHER_BYTES)
        with warnings.catch_warnings():
            # GDAL warns where the content is no workbook, which the missing columns tell
            warnings.simplefilter("ignore", category=RuntimeWarning)
            found = pyogrio.read_info(path, layer=0, **_AS_TEXT)["fields"]
            headers = [str(name) for name in found]
            if not headers:
                raise InputDataError(f"{path}: is empty; it has no header and no rows")
            names = list(choose(headers))
            table = pyogrio.read_dataframe(
                path,
                layer=0,
                columns=names,
                read_geometry=False,
                fid_as_index=True,
                **_AS_TEXT,
            )
    except (DataSourceError, DataLayerError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise InputDataError(
            f"{path}: is not a readable Excel workbook (damaged, with a password, or another "
            "format); save it again"
        ) from error
    filled = table[names].dropna(how="all").astype(object)
    return filled.map(lambda cell: "" if pd.isna(cell) else sheet_text(cell))
