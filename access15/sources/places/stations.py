"""What a GBFS feed says of its stations, row by row: where each is, and which are not there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from access15.remarks import Remark
from access15.sources.places.points import WORLD_BOUNDS, is_inside, is_number

_MAX_TEXT = 200
_SAME_PLACE_M = 100.0  # as far as operators move a station without giving it another id
_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True)
class Station:
    """A bike station.

    Parameters
    ----------
    id, name, address : str
        As the operator writes them; address maybe empty.
    lat, lon : float
        WGS 84 [degrees].
    """

    id: str
    name: str
    address: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Stations:
    """Stations of a feed, and what its reader should know.

    Parameters
    ----------
    stations : tuple of Station
        In the feed's order, each id once.
    n_unusable : int
        Rows without an id or a point on Earth, and repeated ones.
    notes : tuple of str
        What is unusual in the feed, a sentence each.
    """

    stations: tuple[Station, ...]
    n_unusable: int
    notes: tuple[str, ...] = ()


def read_rows(rows: Sequence[object], languages: Sequence[str]) -> Stations:
    """Read the rows of ``station_information``."""
    stations: dict[str, Station] = {}
    n_elsewhere = 0
    for row in rows:
        station = _read_station(row, languages) if isinstance(row, dict) else None
        if station is None:
            continue
        first = stations.setdefault(station.id, station)
        if _distance_m(first, station) > _SAME_PLACE_M:
            # one id at two places is a slip of the operator: bikes stand at both
            n_elsewhere += 1
            key = _name_anew(station.id, stations)
            stations[key] = replace(station, id=key)
    notes: tuple[str, ...] = ()
    if n_elsewhere:
        notes = (Remark("remark_stations_elsewhere", n=n_elsewhere),)
    return Stations(tuple(stations.values()), len(rows) - len(stations), notes)


def leave_out(found: Stations, status: Sequence[object]) -> Stations:
    """Stations without those that ``station_status`` says are not installed."""
    told = {_read_id(row.get("station_id")): row for row in status if isinstance(row, dict)}
    # 1. A station that is not installed is planned, or gone: nobody finds a bike there.
    gone = {key for key, row in told.items() if _is_no(row.get("is_installed"))}
    # 2. One that does not rent is there: it may be night, or it may be full.
    paused = {
        key
        for key, row in told.items()
        if _is_no(row.get("is_renting")) and _is_no(row.get("is_returning"))
    }
    kept = tuple(one for one in found.stations if one.id not in gone)
    n_gone = len(found.stations) - len(kept)
    n_paused = sum(one.id in paused for one in kept)
    notes = list(found.notes)
    if n_gone:
        notes.append(Remark("remark_stations_gone", n=n_gone, n_all=len(found.stations)))
    if n_paused:
        notes.append(Remark("remark_stations_paused", n=n_paused))
    return Stations(kept, found.n_unusable, tuple(notes))


def _read_station(row: Mapping[str, Any], languages: Sequence[str]) -> Station | None:
    """A station; None where it has no id or no point on Earth."""
    key = _read_id(row.get("station_id"))
    lat, lon = _read_degrees(row.get("lat")), _read_degrees(row.get("lon"))
    if not key or lat is None or lon is None:
        return None
    is_on_earth = is_inside((lon, lat), WORLD_BOUNDS)
    is_unknown = lat == 0 and lon == 0
    if is_unknown or not is_on_earth:
        return None
    name = _in_language(row.get("name"), languages) or key
    address = _in_language(row.get("address"), languages)
    return Station(key, name, address, lat, lon)


def _read_id(written: object) -> str:
    """Id of a station as text, also where the operator writes a number; empty where it is none."""
    if isinstance(written, float) and written.is_integer():
        written = int(written)
    if isinstance(written, bool) or not isinstance(written, str | int):
        return ""
    is_too_long = isinstance(written, int) and abs(written) >= 10**_MAX_TEXT
    return "" if is_too_long else str(written).strip()[:_MAX_TEXT]


def _read_degrees(written: object) -> float | None:
    """A number of degrees, also where it is written as text."""
    if isinstance(written, str):
        try:
            written = float(written)
        except ValueError:
            return None
    return float(written) if is_number(written) and math.isfinite(written) else None


def _is_no(value: object) -> bool:
    """Whether a feed says no: false, or 0 in version 1; what it does not say is no no."""
    return value is False or (isinstance(value, int) and value == 0)


def _name_anew(key: str, taken: Mapping[str, Station]) -> str:
    """Id with the lowest number behind it that is free."""
    number = 2
    while f"{key}-{number}" in taken:
        number += 1
    return f"{key}-{number}"


def _distance_m(a: Station, b: Station) -> float:
    """Distance of two near stations [m]."""
    narrowing = math.cos(math.radians(a.lat))
    return _METRES_PER_DEGREE * math.hypot(a.lat - b.lat, (a.lon - b.lon) * narrowing)


def _in_language(value: object, languages: Sequence[str]) -> str:
    """A text, or the best of several with their languages, as version 3 writes them."""
    if isinstance(value, list):
        # the first text of a language counts: it is entered last
        records = [one for one in reversed(value) if isinstance(one, dict)]
        texts = {
            str(one.get("language", "")): one["text"]
            for one in records
            if isinstance(one.get("text"), str)
        }
        wanted = [texts[language] for language in languages if language in texts][:1]
        first = list(texts.values())[-1:]
        value = next((text for text in (*wanted, *first) if text), "")
    return " ".join(value.split())[:_MAX_TEXT] if isinstance(value, str) else ""
