"""Addresses with more than one possible place: a table that a person edits and gives back."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from access15.errors import InputDataError
from access15.files import replacing
from access15.sources.geocode.candidates import Candidate
from access15.sources.places.checks import PRECISIONS
from access15.sources.places.points import parse_number
from access15.sources.tables.files import read_table
from access15.sources.tables.rows import RawRow, RawTable, RowFault, harmless_text

COLUMNS = (
    *(
        "choose",
        "facility_id",
        "name",
        "address",
        "lat",
        "lon",
        "precision",
        "match",
        "provider",
        "date",
    ),
)
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
    """

    choices: dict[str, Choice]


def write_review(
    questions: tuple[Question, ...], path: Path, *, decided: ReviewTable | None = None
) -> None:
    """Write the open questions for a person: one row per possible place.

    The person puts an ``x`` under ``choose`` in one row of each facility and gives the file back.
    Coordinates may be corrected by hand; set ``precision`` to ``confirmed`` then.
    """
    with replacing(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in (*_decided_rows(decided), *_open_rows(questions)):
            writer.writerow([harmless_text(cell) for cell in row])


def _decided_rows(decided: ReviewTable | None) -> list[tuple[str, ...]]:
    choices = decided.choices.values() if decided else ()
    return [
        (
            *("x", c.facility_id, c.name, c.address),
            *_cells_of_point(c.lat, c.lon, c.precision),
            c.match,
            c.provider,
            c.date,
        )
        for c in choices
    ]


def _open_rows(questions: tuple[Question, ...]) -> list[tuple[str, ...]]:
    return [
        (
            *("", q.facility_id, q.name, q.address),
            *_cells_of_point(p.lat, p.lon, p.precision),
            p.label,
            p.provider,
            p.date,
        )
        for q in questions
        for p in q.candidates
    ]


def _cells_of_point(lat: float, lon: float, precision: str) -> tuple[str, str, str]:
    return f"{lat:.7f}", f"{lon:.7f}", precision


def read_review(path: Path) -> ReviewTable:
    """Read a review file after a person's choices."""
    table = read_table(path)
    missing = [column for column in COLUMNS if column not in table.headers]
    if missing:
        raise InputDataError(
            f"{table.name} is not a review file: it has no column {', '.join(missing)}; "
            "use the one that access15 geocode wrote"
        )
    faults = list(table.faults)
    choices: dict[str, Choice] = {}
    for row in table.rows:
        mark = row.cells["choose"].casefold()
        if mark in _NO:
            continue
        choice = _read_choice(table, row) if mark in _YES else None
        if mark not in _YES:
            faults.append(
                table.fault(row, f"choose is {row.cells['choose']!r}; write x, or leave it empty.")
            )
        elif isinstance(choice, RowFault):
            faults.append(choice)
        elif choice is not None and choice.facility_id in choices:
            what = f"facility {choice.facility_id!r} is chosen twice; keep one x for each facility."
            faults.append(table.fault(row, what))
        elif choice is not None:
            choices[choice.facility_id] = choice
    if faults:
        raise InputDataError(f"{table.name} cannot be used", [fault.sentence for fault in faults])
    return ReviewTable(choices)


def _read_choice(table: RawTable, row: RawRow) -> Choice | RowFault:
    lat, lon = parse_number(row.cells["lat"]), parse_number(row.cells["lon"])
    if lat is None or lon is None:
        given = f"lat is {row.cells['lat']!r} and lon is {row.cells['lon']!r}"
        return table.fault(row, f"{given}, not two numbers; write decimal degrees such as 45.4539.")
    precision = row.cells["precision"] or "confirmed"
    if precision not in PRECISIONS:
        return table.fault(
            row, f"precision {precision!r} is not known; write one of: {', '.join(PRECISIONS)}."
        )
    return Choice(
        facility_id=row.cells["facility_id"],
        lat=lat,
        lon=lon,
        precision="confirmed" if precision == "place" else precision,
        provider=row.cells["provider"],
        date=row.cells["date"],
        match=row.cells["match"],
        name=row.cells["name"],
        address=row.cells["address"],
        where=f"{table.name} {table.row_word} {row.number}",
    )
