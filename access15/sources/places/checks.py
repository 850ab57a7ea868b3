"""Checks of a facilities table, row by row: ids, names, categories, precision."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process, utils

from access15.config import Category
from access15.sources.places.opening_hours import find_hours_fault
from access15.sources.places.points import MISSING
from access15.sources.tables.columns import Columns
from access15.sources.tables.rows import RawTable, RowFault

# How well a point is known. A walking time may start from the first kind only.
USABLE_PRECISIONS = (
    "official point",
    "operator feed",
    "address",
    "neighbouring number",
    "corner",
    "openstreetmap",
    "edge",  # of a park that no street crosses, where a street is nearest
    "confirmed",  # a person chose the point in the review table
    "given",  # the file has a point and does not say how well it is known
)
UNUSABLE_PRECISIONS = ("street", "place", "none")
PRECISIONS = USABLE_PRECISIONS + UNUSABLE_PRECISIONS

_ITALIAN_PRECISIONS = {
    "punto ufficiale": "official point",
    "dati del gestore": "operator feed",
    "indirizzo": "address",
    "numero civico": "address",
    "civico vicino": "neighbouring number",
    "incrocio": "corner",
    "via": "street",
    "strada": "street",
    "nessuna": "none",
}
# a spreadsheet may write 12 as 12.0; "1.200" and "1,200" mean one thing in Italian and another in
# English
_COUNT = re.compile(r"0*([1-9]\d*)(?:[.,]0)?")
_SIMILAR = 60.0  # least likeness [%] of a name worth suggesting


def read_ids(table: RawTable, columns: Columns) -> tuple[list[str], list[RowFault], list[str]]:
    """Identifier of every row."""
    if "facility_id" not in columns:
        ids = [f"row-{row.number}" for row in table.rows]
        names = f"{ids[0]} to {ids[-1]}" if ids else "row-<number>"
        note = (
            f"{table.name} has no column for the facility_id: facilities are called {names} by "
            "their place "
            "in the file; add an id column so that ids survive a new order."
        )
        return ids, [], [note]
    ids, faults = [], []
    first_seen: dict[str, int] = {}
    for row in table.rows:
        facility_id = columns.value(row, "facility_id")
        ids.append(facility_id)
        if not facility_id:
            faults.append(table.fault(row, "facility_id is empty; give every facility its own id."))
        elif facility_id in first_seen:
            seen = f"{table.row_word} {first_seen[facility_id]}"
            what = (
                f"facility_id {facility_id!r} is already in {seen}; give every facility its own id."
            )
            faults.append(table.fault(row, what))
        else:
            first_seen[facility_id] = row.number
    return ids, faults, []


def read_names(table: RawTable, columns: Columns) -> tuple[list[str], list[RowFault]]:
    """Name of every row."""
    names = [columns.value(row, "name") for row in table.rows]
    faults = [
        table.fault(row, "the name is empty; write what people call the place.")
        for row, name in zip(table.rows, names, strict=True)
        if "name" in columns and name.casefold() in MISSING
    ]
    return names, faults


def read_categories(
    table: RawTable, columns: Columns, categories: Mapping[str, Category]
) -> tuple[list[str], list[RowFault]]:
    """Category id of every row."""
    names = {
        utils.default_process(text): key
        for key, c in categories.items()
        for text in (c.label.it, c.label.en)
    }
    names |= {utils.default_process(key): key for key in categories}
    ids, faults = [], []
    for row in table.rows:
        text = columns.value(row, "category")
        known = text if text in categories else names.get(utils.default_process(text))
        ids.append(known or text)
        if known is None and "category" in columns:
            what = f"category {text!r} is not known" if text else "the category is empty"
            faults.append(table.fault(row, f"{what}; {_suggestion(text, names, categories)}"))
    return ids, faults


def _suggestion(text: str, names: Mapping[str, str], categories: Mapping[str, Category]) -> str:
    nearest = process.extractOne(
        text,
        list(names),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=_SIMILAR,
    )
    if nearest is not None:
        category = categories[names[nearest[0]]]
        return f"did you mean {category.id!r} ({category.label.it})?"
    return f"write one of: {', '.join(categories)}."


def read_precisions(
    table: RawTable, columns: Columns, has_point: Sequence[bool]
) -> tuple[list[str], list[RowFault], list[str]]:
    """How well each row's point is known."""
    precisions, faults, empty_claims = [], [], []
    for row, point in zip(table.rows, has_point, strict=True):
        text = columns.value(row, "precision")
        word = " ".join(text.casefold().replace("_", " ").split())
        word = _ITALIAN_PRECISIONS.get(word, word)
        if word in MISSING and word != "none":
            word = "given" if point else "none"
        if word not in PRECISIONS:
            nearest = process.extractOne(word, PRECISIONS, scorer=fuzz.WRatio)[0]
            what = (
                f"precision {text!r} is not known; did you mean {nearest!r}? Known: "
                f"{', '.join(PRECISIONS)}."
            )
            faults.append(table.fault(row, what))
        elif word in USABLE_PRECISIONS and not point:
            empty_claims.append(str(row.number))
            word = "none"
        precisions.append(word)
    warnings = []
    if empty_claims:
        warnings.append(
            f"{table.name} {table.row_word} "
            f"{', '.join(empty_claims[:10])}{' ...' if len(empty_claims) > 10 else ''}: "
            "a precision is stated and there are no coordinates; precision is taken as 'none'."
        )
    return precisions, faults, warnings


def read_capacities(table: RawTable, columns: Columns) -> tuple[list[str], list[RowFault]]:
    """How much each facility can take in: places, beds, bicycles, in whatever unit the table
    counts.
    """
    capacities, faults = [], []
    for row in table.rows:
        text = columns.value(row, "capacity").strip()
        count = _COUNT.fullmatch(text)
        if count is None and text.casefold() not in MISSING:
            what = (
                f"capacity is {text!r}; write a whole number above 0, or leave it empty where "
                "it is not known."
            )
            faults.append(table.fault(row, what))
        capacities.append(count[1] if count else "")
    return capacities, faults


def read_hours(table: RawTable, columns: Columns) -> tuple[list[str], list[RowFault]]:
    """Opening hours of every row."""
    hours, faults = [], []
    for row in table.rows:
        text = columns.value(row, "opening_hours")
        text = "" if text.casefold() in MISSING else text
        hours.append(text)
        if text and (fault := find_hours_fault(text)):
            remedy = (
                "write them as OpenStreetMap does ('Mo-Fr 09:00-18:00; Sa 09:00-12:30'), or "
                "leave it empty"
            )
            faults.append(table.fault(row, f"opening_hours is {text[:80]!r}: {fault}; {remedy}."))
    return hours, faults
