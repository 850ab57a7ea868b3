"""Addresses with more than one possible place: a table that a person edits and gives back."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import shapely

from access15.errors import InputDataError
from access15.files import replacing
from access15.remarks import Remark
from access15.results.guard import guard_cell
from access15.sources.geocode.candidates import Candidate
from access15.sources.geocode.decided import (
    DOORS,
    GivenDoor,
    find_checked_fault,
    find_metres_fault,
    read_decided_doors,
    write_doors,
)
from access15.sources.places.cells import PRECISIONS
from access15.sources.tables.cells import parse_number
from access15.sources.tables.columns import Problems
from access15.sources.tables.files import read_table

COLUMNS = (
    *("choose", "facility_id", "name", "address"),
    *("lat", "lon", "precision"),
    *("match", "provider", "date"),
)
# what files of before this version do not have
LATER_COLUMNS = ("table", *DOORS, "checked", "within_m")
_YES = ("x", "si", "sì", "yes", "y", "1")
_NO = ("", "no", "n", "0", "-")


@dataclass(frozen=True)
class Choice:
    """What a person decided for one facility.

    Parameters
    ----------
    facility_id : str
        Which facility.
    lat, lon : float
        Where it is [degrees].
    precision : str
        How well the point is known; ``confirmed`` for a place that was found by its name, or where
        the table does not say.
    provider, date, match : str
        Where the point comes from, as in the table.
    name, address : str
        What the table says of the facility.
    where : str
        File and row, for messages.
    table : str
        Name of the table that lists the facility; empty for whichever it is.
    doors : tuple of (str, str), optional
        Its doors, latitude and longitude [degrees]; None where the table's stay.
    checked : str
        Day on which a person looked at it, ISO date; empty where nobody did.
    within_m : float, optional
        How far from the point it may be [m]; None where that is not known.
    """

    facility_id: str
    lat: float
    lon: float
    precision: str
    provider: str
    date: str
    match: str
    name: str
    address: str
    where: str
    table: str = ""
    doors: tuple[GivenDoor, ...] | None = None
    checked: str = ""
    within_m: float | None = None


@dataclass(frozen=True)
class Question:
    """An address with several possible places, or one that only a person can confirm.

    Parameters
    ----------
    facility_id, name, address : str
        Which facility, as in its table.
    candidates : tuple of Candidate
        The possible places, the likeliest first.
    """

    facility_id: str
    name: str
    address: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class ReviewTable:
    """Choices read back from a review file.

    Parameters
    ----------
    choices : dict of str to Choice
        By facility id; facilities without a choice are not in it.
    others : tuple of Choice
        Choices for facilities of other tables.
    """

    choices: dict[str, Choice]
    others: tuple[Choice, ...] = ()

    def every(self) -> tuple[Choice, ...]:
        """List the choices for whichever table."""
        return (*self.choices.values(), *self.others)


def write_review(
    questions: tuple[Question, ...],
    path: Path,
    *,
    decided: ReviewTable | None = None,
) -> None:
    """Write the open questions for a person: one row per possible place.

    The person puts an ``x`` under ``choose`` in one row of each facility and gives the file back.
    Coordinates may be corrected by hand; set ``precision`` to ``confirmed`` then.
    """
    with replacing(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, *LATER_COLUMNS))
        for row in (*_decided_rows(decided), *_open_rows(questions)):
            writer.writerow([guard_cell(cell) for cell in row])


def _decided_rows(decided: ReviewTable | None) -> list[tuple[str, ...]]:
    """Rows of what a person decided already, so that nothing is asked twice."""
    choices = decided.every() if decided else ()
    return [
        (
            *("x", one.facility_id, one.name, one.address),
            # as it is, to the bit: these are no measurements any more
            *(repr(one.lat), repr(one.lon), one.precision),
            *(one.match, one.provider, one.date),
            *(one.table, *write_doors(one.doors), one.checked, _metres_cell(one.within_m)),
        )
        for one in choices
    ]


def _open_rows(questions: tuple[Question, ...]) -> list[tuple[str, ...]]:
    """Rows of the possible places of every open question."""
    return [
        (
            *("", question.facility_id, question.name, question.address),
            *(f"{place.lat:.7f}", f"{place.lon:.7f}", place.precision),
            *(place.text, place.provider, place.date),
            *("", "", "", "", _metres_cell(place.within_m)),
        )
        for question in questions
        for place in question.candidates
    ]


def _metres_cell(metres: float | None) -> str:
    """Cell of a distance that may be unknown."""
    return "" if metres is None else f"{metres:.0f}"


def read_review(path: Path, of: str = "") -> ReviewTable:
    """Read a review file after a person's choices: for one table by its name, or for whichever."""
    table = read_table(path, "facility", "facilities")
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise InputDataError(Remark("review_other_file", name=table.name, missing=missing))
    problems = Problems(table)
    choices: dict[tuple[str, str], Choice] = {}
    names = (*COLUMNS, *(column for column in LATER_COLUMNS if column in table.columns))
    lines = zip(*(table.columns[column] for column in names), strict=True)
    for row, line in enumerate(lines):
        cells = dict(zip(names, line, strict=True))
        mark = cells["choose"].casefold()
        if mark in _NO:
            continue
        if mark not in _YES:
            problems.add(row, Remark("review_mark", mark=cells["choose"]))
            continue
        where = Remark("review_where", name=table.name, row=table.locate(row))
        choice = _read_choice(cells, row, problems, where)
        if choice is None:
            continue
        # whose table is not said is of the one that is read
        key = choice.table or of, choice.facility_id
        if key in choices:
            problems.add(row, Remark("review_twice", id=choice.facility_id))
        else:
            choices[key] = choice
    if found := problems.sentences():
        raise InputDataError(Remark("review_unusable", name=table.name), found)
    own: dict[str, Choice] = {}
    others = []
    for choice in choices.values():
        if (of and choice.table not in ("", of)) or choice.facility_id in own:
            others.append(choice)
        else:
            own[choice.facility_id] = choice
    return ReviewTable(own, tuple(others))


def _read_choice(
    cells: Mapping[str, str],
    row: int,
    problems: Problems,
    where: str,
) -> Choice | None:
    """The place a row chooses; None where its numbers or its precision are none."""
    lat, lon = parse_number(cells["lat"]), parse_number(cells["lon"])
    if lat is None or lon is None:
        problems.add(row, Remark("review_no_point", lat=cells["lat"], lon=cells["lon"]))
        return None
    precision = cells["precision"] or "confirmed"
    if precision not in PRECISIONS:
        told = Remark("review_precision", precision=precision, known=list(PRECISIONS))
        problems.add(row, told)
        return None
    doors, fault = read_decided_doors(cells, shapely.Point(lon, lat))
    checked = cells.get("checked", "")
    within = cells.get("within_m", "")
    within_m = parse_number(within)
    fault = fault or find_checked_fault(checked) or find_metres_fault(within, within_m)
    if fault:
        problems.add(row, fault)
        return None
    return Choice(
        facility_id=cells["facility_id"],
        lat=lat,
        lon=lon,
        # a person has looked at a place that was found by its name
        precision="confirmed" if precision == "place" else precision,
        provider=cells["provider"],
        date=cells["date"],
        match=cells["match"],
        name=cells["name"],
        address=cells["address"],
        where=where,
        table=cells.get("table", ""),
        doors=doors,
        checked=checked,
        within_m=within_m,
    )
