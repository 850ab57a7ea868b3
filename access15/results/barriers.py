"""Barriers on the ways to chosen places, what somebody surveyed of them, and their names."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from access15.config import Label, WalkProfile

# What a surveyor finds, as sheets of barriers and the program call it; "other" is shown and moves
# no figure.
SURVEYED_KINDS: Final = (
    *("kerb_raised", "kerb_flush", "steps", "ramp", "closed", "narrow", "none", "other"),
)
STATES: Final = ("to_survey", "to_do", "in_progress", "removed")
# A barrier is known by its family and place: two of one family so near to each other are one.
FAMILIES: Final = {
    "crossing": "A",
    "kerb": "A",
    "steps": "S",
    "closed": "P",
    "narrow": "P",
    "surface": "P",
    "slope": "P",
}
SAME_PLACE_M: Final = 10.0
_DIGITS: Final = "0123456789bcdefghjkmnpqrstuvwxyz"
_LENGTH: Final = (
    9  # a cell of 5 m: a code names a place for people, its coordinates stand beside it
)
_BITS: Final = 5


def name_place(lat: float, lon: float) -> str:
    """Geohash of a place, nine signs long.

    Examples
    --------
    >>> name_place(45.46427, 9.18951)
    'u0nd9he8e'
    """
    ranges = {True: [-180.0, 180.0], False: [-90.0, 90.0]}
    signs, is_lon = "", True
    for _ in range(_LENGTH):
        number = 0
        for _ in range(_BITS):
            low_high, value = ranges[is_lon], lon if is_lon else lat
            middle = (low_high[0] + low_high[1]) / 2
            is_upper = value >= middle
            low_high[0 if is_upper else 1] = middle
            number = 2 * number + is_upper
            is_lon = not is_lon
        signs += _DIGITS[number]
    return signs


def find_place(code: str) -> tuple[float, float] | None:
    """Latitude and longitude of the middle of a geohash of nine signs; None for any other text.

    Examples
    --------
    >>> lat, lon = find_place("u0nd9he8e")
    >>> round(lat, 4), round(lon, 4)
    (45.4643, 9.1895)
    """
    text = code.strip().lower()
    if len(text) != _LENGTH or any(sign not in _DIGITS for sign in text):
        return None
    ranges, is_lon = {True: [-180.0, 180.0], False: [-90.0, 90.0]}, True
    for sign in text:
        number = _DIGITS.index(sign)
        for bit in reversed(range(_BITS)):
            low_high = ranges[is_lon]
            low_high[0 if number >> bit & 1 else 1] = (low_high[0] + low_high[1]) / 2
            is_lon = not is_lon
    return sum(ranges[False]) / 2, sum(ranges[True]) / 2


@dataclass(frozen=True, kw_only=True)
class Surveyed:
    """What a row of a sheet of barriers says of one, as far as somebody filled it in.

    Parameters
    ----------
    file : str
        The sheet.
    row : int
        Its row there, as a spreadsheet counts.
    code : str
        The barrier's code.
    family : str
        Letter of `FAMILIES`.
    lat, lon : float
        Where it is [degrees].
    kind : str
        One of `SURVEYED_KINDS`; empty where nobody looked.
    height_m, width_m : float
        As measured; NaN where nobody measured [m].
    date : str
        Of the survey, ``2026-05-31``; empty where not written.
    who, photo, note : str
        Who surveyed it, the name of its photograph, and a note.
    state : str
        One of `STATES`; empty where not written.
    cost_eur : float
        What removing it is reckoned to cost; NaN where nobody has reckoned.
    """

    file: str
    row: int
    code: str
    family: str
    lat: float
    lon: float
    kind: str = ""
    height_m: float = math.nan
    width_m: float = math.nan
    date: str = ""
    who: str = ""
    photo: str = ""
    state: str = ""
    cost_eur: float = math.nan
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Barrier:
    """A barrier on the ways to chosen places.

    Parameters
    ----------
    code : str
        Family and place; that of the sheet where one was surveyed.
    kind : str
        One of `access15.core.change.barriers.BARRIER_KINDS`.
    street : str
        Streets where it is; empty where none has a name.
    is_near : bool
        Whether no street there has a name and that is one nearby.
    lat, lon : float
        Where it is [degrees].
    crossing : str
        Of a crossing: unmarked, marked, signals or wide.
    wait_s : float
        What the crossing costs the walker; NaN for other kinds [s].
    kerb : str
        Of a crossing or kerb: raised, flush or unknown.
    length_m, width_m, incline : float
        Of steps and ways, as far as the map knows; else NaN [m], rise over run.
    step_count : int
        Of steps; 0 where nobody has counted them.
    surface : str
        Of a way: its class of ground; empty where not known.
    osm : str
        OpenStreetMap ways, parted by spaces.
    gained, low, high : float
        People whom removing it alone lets in, and the fewest and most of these with any other
        plausible door of a place.
    passing : float
        People on whose way it lies where nothing stops them.
    stake : float
        Of a crossing whose kerbs nobody knows: people who get there no more if they are raised;
        else NaN.
    surveyed : Surveyed, optional
        What somebody wrote down of it.
    """

    code: str
    kind: str
    street: str
    is_near: bool
    lat: float
    lon: float
    crossing: str = ""
    wait_s: float = math.nan
    kerb: str = ""
    length_m: float = math.nan
    width_m: float = math.nan
    incline: float = math.nan
    step_count: int = 0
    surface: str = ""
    osm: str = ""
    gained: float = 0.0
    low: float = 0.0
    high: float = 0.0
    passing: float = 0.0
    stake: float = math.nan
    surveyed: Surveyed | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class BarrierAnswer:
    """Whose ways to which places were looked at, and where the numbers come from.

    Parameters
    ----------
    profile : WalkProfile
        Who walks.
    service, people : Label
        Where to, and who is counted.
    group : str
        Id of who is counted.
    cutoff_min : float
        Longest walk, inclusive [min].
    created : datetime
        When, with time zone.
    source : str
        The streets and their date.
    method : str
        How the residents were put where they live.
    n_people, within : float
        People in all, and within the cutoff as far as anything is known.
    at : datetime, optional
        Moment at which places must be open.
    """

    profile: WalkProfile
    service: Label
    people: Label
    group: str
    cutoff_min: float
    created: datetime
    source: str
    method: str
    n_people: float
    within: float
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class BarrierFindings(BarrierAnswer):
    """The barriers of one neighbourhood on the ways to chosen places; the rest as `BarrierAnswer`.

    Parameters
    ----------
    area_id, area_name : str
        The neighbourhood.
    n_places : int
        Places that count.
    within_free : float
        People within the cutoff if no barrier were left.
    barriers : tuple of Barrier
        The first lets most people in.
    settled : tuple of Surveyed
        What was surveyed and keeps nobody out today: removed, none, or on nobody's way.
    gone : tuple of Surveyed
        What was surveyed and stands on no street of today.
    warnings : tuple of str
        What the reader must know.
    read_files : tuple of Path
        Every file that was read.
    """

    area_id: str
    area_name: str
    n_places: int
    within_free: float
    barriers: tuple[Barrier, ...]
    settled: tuple[Surveyed, ...] = ()
    gone: tuple[Surveyed, ...] = ()
    warnings: tuple[str, ...] = ()
    read_files: tuple[Path, ...] = field(default=(), repr=False)
