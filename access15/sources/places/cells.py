"""Columns of a table of facilities turned into values, each with its problems: one function per
column.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from rapidfuzz import fuzz, process, utils

from access15.config import Category
from access15.remarks import Remark, list_some
from access15.sources.italian_hours import read_italian_hours
from access15.sources.opening_hours import find_hours_fault
from access15.sources.places.headers import Columns
from access15.sources.tables.cells import MISSING
from access15.sources.tables.columns import Problems, list_repeated

# How well a point is known. A walking time may start from the first kind only.
USABLE_PRECISIONS = (
    "official point",
    "operator feed",
    "address",
    "neighbouring number",
    "interpolated",  # between two numbers of its street that are known
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
    "civico interpolato": "interpolated",
    "interpolato": "interpolated",
    "incrocio": "corner",
    "via": "street",
    "strada": "street",
    "nessuna": "none",
}
# a spreadsheet may write 12 as 12.0; "1.200" and "1,200" mean one thing in Italian and another in
# English
_COUNT = re.compile(r"0*([1-9]\d*)(?:[.,]0)?")
_SIMILAR = 60.0  # least likeness [%] of a name worth suggesting
_MOST_LISTED = 50  # texts to be reviewed
# what only somebody writes who knows OpenStreetMap's way: a mistake in it is a mistake
_LIKE_OSM = re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|Mar)\b[^a-z]*(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|\d)")
_MAY_BE_MARCH = re.compile(r"\bmar\b", re.IGNORECASE)
_MOST_NAMED = 10  # rows named in one sentence


def read_ids(columns: Columns, problems: Problems, *, named: str = "") -> Sequence[str]:
    """Identifier of every row; its number, behind what it is named by, where there is none."""
    table = columns.table
    if "facility_id" not in columns:
        ids = [f"{named}row-{number}" for number in table.numbers]
        first, last = (
            (ids[0], ids[-1]) if ids else (f"{named}row-1", Remark("id_of_row", named=named))
        )
        problems.notes.append(Remark("remark_no_ids", name=table.name, first=first, last=last))
        return ids
    ids = list(columns.texts("facility_id"))
    first_row = dict(list_repeated(ids))
    for row, facility_id in enumerate(ids):
        if not facility_id:
            problems.add(row, Remark("facility_id_missing"))
        elif row in first_row and columns.texts("door_lat")[row].casefold() in MISSING:
            seen = table.locate(first_row[row])
            problems.add(row, Remark("facility_id_twice", id=facility_id, where=seen))
    return ids


def read_names(columns: Columns, problems: Problems) -> Sequence[str]:
    """Name of every row."""
    names = columns.texts("name")
    for row, name in enumerate(names):
        if "name" in columns and name.casefold() in MISSING:
            problems.add(row, Remark("facility_name_missing"))
    return names


def read_categories(
    columns: Columns,
    problems: Problems,
    categories: Mapping[str, Category],
) -> list[str]:
    """Category id of every row, which may be written as an id or as a label."""
    labels = {
        utils.default_process(label): key
        for key, category in categories.items()
        for label in (category.label.it, category.label.en)
    }
    names = labels | {utils.default_process(key): key for key in categories}
    ids = []
    for row, text in enumerate(columns.texts("category")):
        known = text if text in categories else names.get(utils.default_process(text))
        ids.append(known or text)
        if known is None and "category" in columns:
            hint = _suggest_category(text, names, categories)
            unknown = Remark("category_not_known", category=text, hint=hint)
            problems.add(row, unknown if text else Remark("category_missing", hint=hint))
    return ids


def _suggest_category(
    text: str,
    names: Mapping[str, str],
    categories: Mapping[str, Category],
) -> Remark:
    """Words for the category that is written most alike, else for all of them."""
    nearest = process.extractOne(
        text,
        list(names),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=_SIMILAR,
    )
    if nearest is None:
        return Remark("category_write_one", categories=list(categories))
    category = categories[names[nearest[0]]]
    return Remark("category_nearest", category=category.id, label=category.label.it)


def read_precisions(
    columns: Columns,
    problems: Problems,
    has_point: Sequence[bool],
    uncertain: Collection[int] = (),
) -> list[str]:
    """How well each row's point is known; rows that are uncertain are places where nothing is
    stated.
    """
    table = columns.table
    precisions, empty_claims = [], []
    for row, text in enumerate(columns.texts("precision")):
        word = " ".join(text.casefold().replace("_", " ").split())
        word = _ITALIAN_PRECISIONS.get(word, word)
        if word in MISSING and word != "none":
            known = "place" if row in uncertain else "given"
            word = known if has_point[row] else "none"
        if word not in PRECISIONS:
            nearest = process.extractOne(word, PRECISIONS, scorer=fuzz.WRatio)[0]
            known_of = {"nearest": nearest, "known": PRECISIONS}
            problems.add(row, Remark("precision_not_known", precision=text, **known_of))
        elif word in USABLE_PRECISIONS and not has_point[row]:
            empty_claims.append(str(table.numbers[row]))
            word = "none"
        precisions.append(word)
    if empty_claims:
        named = list_some(empty_claims, _MOST_NAMED)
        rows = Remark(f"remark_in_{table.row_word}", name=table.name, **named)
        problems.notes.append(Remark("remark_empty_claims", rows=rows))
    return precisions


def read_capacities(columns: Columns, problems: Problems) -> list[str]:
    """How much each facility can take in: places, beds, bicycles, in whatever unit the table
    counts.
    """
    capacities = []
    for row, text in enumerate(columns.texts("capacity")):
        count = _COUNT.fullmatch(text)
        if count is None and text.casefold() not in MISSING:
            problems.add(row, Remark("capacity_no_count", capacity=text))
        capacities.append(count[1] if count else "")
    return capacities


def read_hours(columns: Columns, problems: Problems) -> list[str]:
    """Opening hours of every row, as OpenStreetMap writes them; empty where nobody can tell.

    What is written in Italian is turned into that. What cannot be read for certain is listed, to be
    looked at by somebody, and counts as unknown.
    """
    table = columns.table
    hours: list[str] = []
    unread: list[Remark] = []
    for row, text in enumerate(columns.texts("opening_hours")):
        if text.casefold() in MISSING:
            hours.append("")
            continue
        fault = find_hours_fault(text)
        said = read_italian_hours(text) if fault or _MAY_BE_MARCH.search(text) else None
        if said is not None and find_hours_fault(said):
            said = None
        if not fault and said is None:
            hours.append(text)
        elif fault and said is not None:
            hours.append(said)
        elif _LIKE_OSM.search(text):
            what = fault or Remark("hours_march_or_tuesday")
            problems.add(row, Remark("hours_unreadable", hours=text[:80], fault=what))
            hours.append("")
        else:
            number = table.numbers[row]
            unread.append(Remark("remark_hours_of_row", row=number, text=text[:80]))
            hours.append("")
    if unread:
        named = list_some(unread, _MOST_LISTED)
        problems.notes.append(Remark("remark_hours_unread", name=table.name, **named))
    return hours
