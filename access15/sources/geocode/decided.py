"""What a person decided of a place beside its point: its doors, and that somebody looked at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import shapely

from access15.remarks import Remark
from access15.sources.places.doors import find_far, read_pairs
from access15.sources.places.points import WORLD_BOUNDS
from access15.sources.tables.cells import MISSING

NO_DOOR = "none"  # of a place whose table gives a door that is none
DOORS = ("door_lat", "door_lon")
GivenDoor = tuple[str, str]  # latitude and longitude as a table of facilities holds them


def read_decided_doors(
    cells: Mapping[str, str],
    point: shapely.Point,
) -> tuple[tuple[GivenDoor, ...] | None, Remark | None]:
    """Read the doors of one row, and what is wrong with them; None where the table's stay."""
    texts = (cells.get("door_lat", ""), cells.get("door_lon", ""))
    said = [text.casefold() for text in texts]
    if said == [NO_DOOR, NO_DOOR]:
        return (), None
    if all(text in MISSING for text in said):
        return None, None
    found, fault = read_pairs(texts, DOORS, WORLD_BOUNDS)
    fault = fault or find_far(found, point, DOORS)
    return tuple((f"{lat:.7f}", f"{lon:.7f}") for lat, lon in found), fault


def find_metres_fault(text: str, metres: float | None) -> Remark | None:
    """What is wrong with how far from its point a place may be."""
    is_fine = text.casefold() in MISSING if metres is None else metres >= 0
    return None if is_fine else Remark("error_review_within", text=text[:40])


def find_checked_fault(text: str) -> Remark | None:
    """What is wrong with the day on which somebody looked at a place."""
    try:
        is_date = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_date = False
    return None if is_date else Remark("error_review_checked", text=text[:40])


def write_doors(doors: Sequence[GivenDoor] | None) -> tuple[str, str]:
    """Write doors as the cells of a review file."""
    if doors is None:
        return "", ""
    if not doors:
        return NO_DOOR, NO_DOOR
    lats, lons = zip(*doors, strict=True)
    return ";".join(lats), ";".join(lons)
