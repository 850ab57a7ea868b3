"""What each person of a zone counts for, from a table: an index of frailty, of need, of income."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.tables.columns import Problems, Table, list_repeated
from access15.sources.tables.files import read_table
from access15.sources.tables.header import simplify_header

# Headers in the form of `simplify_header`.
_HEADERS = {
    "zone_id": ("zone_id", "zone", "zona", "id_zona", "id_nil", "nil"),
    "weight": ("weight", "peso"),
}
_NUMBER = re.compile(r"\d{1,9}([.,]\d{1,9})?")


def read_weights(path: Path, zones: Sequence[str]) -> dict[str, float]:
    """Read what each person of every zone counts for; other zones may stand in the table, too."""
    table = read_table(path, "zone", "zones")
    problems = Problems(table)
    columns = {meaning: _find_column(table, meaning, problems) for meaning in _HEADERS}
    found = dict[str, float]()
    if all(columns.values()):
        ids = [text.strip() for text in table.columns[columns["zone_id"]]]
        for row, first in list_repeated(ids):
            problems.add(
                row, Remark("weights_zone_twice", zone=ids[row], where=table.locate(first))
            )
        for row, text in enumerate(table.columns[columns["weight"]]):
            found[ids[row]] = _read_weight(problems, row, text.strip())
        missing = [zone for zone in zones if zone not in found]
        if missing:
            problems.add_header(Remark("weights_zones_missing", name=path.name, zones=missing))
        elif not problems.sentences() and not any(found[zone] for zone in zones):
            problems.add_header(Remark("weights_all_zero", name=path.name))
    if told := problems.sentences():
        raise InputDataError(Remark("weights_unusable", name=path.name), told)
    return found


def _find_column(table: Table, meaning: str, problems: Problems) -> str:
    """Header of a meaning; empty where there is none, or more than one."""
    found = [one for one in table.columns if simplify_header(one) in _HEADERS[meaning]]
    if len(found) != 1:
        told = {"name": table.name, "column": meaning, "columns": list(table.columns)}
        problems.add_header(Remark("weights_column", **told))
    return found[0] if len(found) == 1 else ""


def _read_weight(problems: Problems, row: int, text: str) -> float:
    """A number from 0 on."""
    if not _NUMBER.fullmatch(text):
        problems.add(row, Remark("weights_no_number", value=text[:40]))
        return 0.0
    return float(text.replace(",", "."))
