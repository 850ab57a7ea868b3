"""Bike stations of any GBFS feed (versions 1 to 3), through autodiscovery, with the last good copy
when it is gone.

General Bikeshare Feed Specification, https://gbfs.org.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import requests

from access15.crs import LONLAT
from access15.errors import InputDataError, ServiceError
from access15.files import write_text_atomic
from access15.sources.json_text import parse_json
from access15.sources.places.points import WORLD_BOUNDS, is_inside, is_number
from access15.sources.web import fetch_bytes, name_host, open_session

REMEDY = "try again later; a run goes on with the stations of the facilities file"
_STATIONS = "station_information"
_MAX_TTL_S = 86_400.0
_MAX_TEXT = 200


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
class StationCopy:
    """Stations of a feed as they were fetched.

    Parameters
    ----------
    path : Path
        The file of the copy.
    url : str
        Autodiscovery address of the feed.
    fetched : datetime
        When, with time zone.
    expires : datetime
        Until when the operator calls them fresh (``ttl``).
    stations : tuple of Station
        In the feed's order.
    n_unusable : int
        Stations without an id or a point on Earth, and repeated ones.
    problem : str
        Why the feed could not be asked this time; empty when it could.
    """

    path: Path
    url: str
    fetched: datetime
    expires: datetime
    stations: tuple[Station, ...]
    n_unusable: int = 0
    problem: str = ""

    def days_old(self, now: datetime) -> int:
        """Age of the copy."""
        return max(0, (now - self.fetched).days)


def fetch_stations(
    url: str,
    *,
    cache_dir: Path,
    now: datetime,
    languages: Sequence[str] = ("it", "en"),
    timeout_s: float = 30.0,
    sleep: Callable[[float], None] = time.sleep,
) -> StationCopy:
    """Fetch the stations of a feed and keep them.

    While the last copy is fresh (the feed's ``ttl``) nothing is asked. When the feed is gone,
    refuses or answers nonsense, the last good copy is given back with the `problem`.
    """
    kept = read_stations(url, cache_dir=cache_dir)
    if kept is not None and kept.fetched <= now < kept.expires:
        return kept
    try:
        with open_session() as session:
            fresh = _ask(session, url, languages, timeout_s, sleep)
    except ServiceError as error:
        if kept is None:
            raise
        return replace(kept, problem=error.summary)
    stations, n_unusable, ttl_s = fresh
    path = _copy_path(url, cache_dir)
    copy = StationCopy(path, url, now, now + timedelta(seconds=ttl_s), stations, n_unusable)
    write_text_atomic(path, _dump(copy))
    return copy


def read_stations(url: str, *, cache_dir: Path) -> StationCopy | None:
    """Read the stations that were fetched last."""
    path = _copy_path(url, cache_dir)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        fetched = datetime.fromisoformat(raw["fetched"])
        expires = datetime.fromisoformat(raw["expires"])
        stations = tuple(Station(**one) for one in raw["stations"])
        if fetched.tzinfo is None or expires.tzinfo is None or not stations:
            return None
        return StationCopy(
            path, str(raw["url"]), fetched, expires, stations, int(raw["n_unusable"])
        )
    # not there, or not written by access15 to its end
    except (OSError, ValueError, TypeError, KeyError):
        return None


def frame_stations(
    copy: StationCopy,
    *,
    category: str,
    operator: str,
) -> gpd.GeoDataFrame:
    """Put stations into a frame of facilities.

    Returns EPSG:4326: ``facility_id`` (``gbfs-<id>``), ``name, category, address, source,
    geometry``.
    """
    date = copy.fetched.date().isoformat()
    source = f"{operator or name_host(copy.url)} GBFS {_STATIONS} ({date})"
    columns = {
        "facility_id": [f"gbfs-{one.id}" for one in copy.stations],
        "name": [one.name for one in copy.stations],
        "category": category,
        "address": [one.address for one in copy.stations],
        "source": source,
    }
    places = np.array([[one.lon, one.lat] for one in copy.stations])
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*places.T), crs=LONLAT)


def _ask(
    session: requests.Session,
    url: str,
    languages: Sequence[str],
    timeout_s: float,
    sleep: Callable[[float], None],
) -> tuple[tuple[Station, ...], int, float]:
    """Stations, number of unusable ones, and seconds that they are fresh."""

    def fetch(address: str) -> Mapping[str, Any]:
        """Fetch one file of the feed."""
        return _read_json(
            fetch_bytes(
                session,
                address,
                timeout_s=timeout_s,
                sleep=sleep,
                remedy=REMEDY,
            ),
            address,
        )

    address = _find_feed(fetch(url), url, languages)
    answer = fetch(address)
    stations, n_unusable = _read_all(answer, address, languages)
    return stations, n_unusable, _ttl_s(answer)


def _read_json(answer: bytes, url: str) -> Mapping[str, Any]:
    """Content of an answer; a ServiceError where it is no GBFS of a version that is known."""
    try:
        found = parse_json(answer.decode("utf-8-sig"), name_host(url), remedy=REMEDY)
    except (UnicodeDecodeError, InputDataError) as error:
        if isinstance(error, InputDataError) and error.problems:
            raise ServiceError(error.summary, error.problems) from error
        opening = answer[:60].decode("utf-8", errors="replace")
        raise ServiceError(
            f"{name_host(url)} answered something else than JSON ({opening!r}); {REMEDY}"
        ) from error
    if not isinstance(found, dict) or not isinstance(found.get("data"), dict):
        raise ServiceError(f"{name_host(url)} answered no GBFS: there is no 'data' in it; {REMEDY}")
    version = str(found.get("version", "1.0"))
    if version.partition(".")[0] not in ("1", "2", "3"):
        raise ServiceError(
            f"{name_host(url)} speaks GBFS {version[:20]!r}; access15 knows versions 1 to 3"
        )
    return found


def _find_feed(
    discovery: Mapping[str, Any],
    url: str,
    languages: Sequence[str],
) -> str:
    """Address of the stations: under a language until version 2, in one list from version 3 on."""
    data = discovery["data"]
    holder = data
    if "feeds" not in data:
        spoken = [language for language in (*languages, *data) if language in data]
        holder = data.get(next(iter(spoken), ""))
    feeds = holder.get("feeds") if isinstance(holder, dict) else None
    for feed in feeds if isinstance(feeds, list) else []:
        is_wanted = isinstance(feed, dict) and feed.get("name") == _STATIONS
        if is_wanted and isinstance(feed.get("url"), str):
            return str(feed["url"])
    raise ServiceError(f"{name_host(url)}: its gbfs.json names no {_STATIONS}; {REMEDY}")


def _read_all(
    answer: Mapping[str, Any],
    url: str,
    languages: Sequence[str],
) -> tuple[tuple[Station, ...], int]:
    """Stations of an answer, each id once, and how many rows are unusable."""
    rows = answer["data"].get("stations")
    if not isinstance(rows, list):
        raise ServiceError(f"{name_host(url)} answered no stations; {REMEDY}")
    stations: dict[str, Station] = {}
    for row in rows:
        station = _read_station(row, languages) if isinstance(row, dict) else None
        if station is not None:
            stations.setdefault(station.id, station)
    if not stations:
        raise ServiceError(
            f"{name_host(url)} answered no usable station among {len(rows)}; {REMEDY}"
        )
    return tuple(stations.values()), len(rows) - len(stations)


def _read_station(row: Mapping[str, Any], languages: Sequence[str]) -> Station | None:
    """A station; None where it has no id or no point on Earth."""
    written = row.get("station_id")
    key = str(written).strip()[:_MAX_TEXT] if isinstance(written, str | int) else ""
    lat, lon = row.get("lat"), row.get("lon")
    if not (key and is_number(lat) and is_number(lon)):
        return None
    is_on_earth = is_inside((lon, lat), WORLD_BOUNDS)
    is_unknown = lat == 0 and lon == 0
    if is_unknown or not is_on_earth:
        return None
    name = _in_language(row.get("name"), languages) or key
    address = _in_language(row.get("address"), languages)
    return Station(key, name, address, float(lat), float(lon))


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


def _ttl_s(answer: Mapping[str, Any]) -> float:
    """Seconds that an answer is fresh, at most a day."""
    ttl = answer.get("ttl")
    return min(max(float(ttl), 0.0), _MAX_TTL_S) if is_number(ttl) else 0.0


def _copy_path(url: str, cache_dir: Path) -> Path:
    """File that holds the copy of a feed."""
    return cache_dir / f"stations-{hashlib.sha256(url.encode()).hexdigest()[:8]}.json"


def _dump(copy: StationCopy) -> str:
    """Text of a copy, as `read_stations` reads it."""
    raw = {
        "url": copy.url,
        "fetched": copy.fetched.isoformat(),
        "expires": copy.expires.isoformat(),
        "n_unusable": copy.n_unusable,
        "stations": [vars(one) for one in copy.stations],
    }
    return json.dumps(raw, ensure_ascii=False, indent=1)
