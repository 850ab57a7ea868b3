"""Bike stations of any GBFS feed (versions 1 to 3), through autodiscovery, with the last good copy
when it is gone.

General Bikeshare Feed Specification, https://gbfs.org.
"""

from __future__ import annotations

import hashlib
import json
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import geopandas as gpd
import numpy as np
import requests

from access15.crs import LONLAT
from access15.errors import Access15Warning, InputDataError, ServiceError
from access15.files import read_input, write_text_atomic
from access15.remarks import Remark, read_remark, write_remark
from access15.sources.json_text import parse_json
from access15.sources.places.points import WORLD_BOUNDS, is_inside, is_number
from access15.sources.places.stations import Station, Stations, leave_out, read_rows
from access15.sources.web import MAX_BYTES, Patience, fetch_bytes, name_host, open_session

_STATIONS = "station_information"
_MAX_TTL_S = 86_400.0
_STATUS = "station_status"
# what stands in the data of addresses that are given instead
_OTHER_FEEDS = {
    "versions": "feed_versions",
    "bikes": "feed_bikes",
    "vehicles": "feed_vehicles",
    "stations": "feed_status",
    "regions": "feed_regions",
    "system_id": "feed_system",
}


def name_remedy() -> Remark:
    """What somebody can do whose feed does not answer."""
    return Remark("try_later_or_table")


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
    notes : tuple of str
        What is unusual in the feed, a sentence each.
    problem : str
        Why the feed could not be asked this time; empty when it could.
    """

    path: Path
    url: str
    fetched: datetime
    expires: datetime
    stations: tuple[Station, ...]
    n_unusable: int = 0
    notes: tuple[str, ...] = ()
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
    found, ttl_s = fresh
    path = _copy_path(url, cache_dir)
    copy = StationCopy(
        path,
        url,
        now,
        now + timedelta(seconds=ttl_s),
        found.stations,
        found.n_unusable,
        found.notes,
    )
    write_text_atomic(path, _dump(copy))
    return copy


def read_stations(url: str, *, cache_dir: Path) -> StationCopy | None:
    """Read the stations that were fetched last; a copy that is damaged is told and left aside."""
    path = _copy_path(url, cache_dir)
    try:
        copy = _read_copy(path)
    except FileNotFoundError:
        return None
    # cannot be read, or not written by access15 to its end
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        copy = None
    if copy is None:
        warnings.warn(Remark("remark_stations_damaged", name=path), Access15Warning, stacklevel=2)
    return copy


def _read_copy(path: Path) -> StationCopy | None:
    """Read a copy; None, or one of many errors, where it is none."""
    raw = json.loads(read_input(path, MAX_BYTES).decode("utf-8"))
    stations = tuple(Station(**one) for one in raw["stations"])
    # older copies hold sentences
    notes = tuple(one if isinstance(one, str) else read_remark(one) for one in raw.get("notes", ()))
    fetched = datetime.fromisoformat(raw["fetched"])
    expires = datetime.fromisoformat(raw["expires"])
    are_dates = fetched.tzinfo is not None and expires.tzinfo is not None
    # without stations and without a word why, it is no copy
    if not (are_dates and all(map(_is_whole, stations)) and (stations or notes)):
        return None
    n_unusable = int(raw["n_unusable"])
    return StationCopy(path, str(raw["url"]), fetched, expires, stations, n_unusable, notes)


def _is_whole(station: Station) -> bool:
    """Whether what a copy says of a station is of the right kind."""
    texts = (station.id, station.name, station.address)
    are_texts = all(isinstance(text, str) for text in texts)
    are_numbers = is_number(station.lat) and is_number(station.lon)
    return are_texts and are_numbers and is_inside((station.lon, station.lat), WORLD_BOUNDS)


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
    places = np.array([[one.lon, one.lat] for one in copy.stations]).reshape(-1, 2)
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*places.T), crs=LONLAT)


def _ask(
    session: requests.Session,
    url: str,
    languages: Sequence[str],
    timeout_s: float,
    sleep: Callable[[float], None],
) -> tuple[Stations, float]:
    """Stations, and seconds that they are fresh."""

    def fetch(address: str) -> Mapping[str, Any]:
        """Fetch one file of the feed."""
        return _read_json(
            fetch_bytes(
                session,
                address,
                patience=Patience(timeout_s, timeout_s, timeout_s),
                sleep=sleep,
                remedy=name_remedy(),
            ),
            address,
        )

    # 1. The address may be that of the stations itself.
    first = fetch(url)
    feeds = {_STATIONS: url}
    if not _is_information(first["data"]):
        feeds = _find_feeds(first, url, languages)
        first = fetch(feeds[_STATIONS])
    found = _read_all(first, feeds[_STATIONS], languages)
    # 2. Whether a station stands there, another file says. Without it all are taken to stand.
    if _STATUS in feeds:
        try:
            status = fetch(feeds[_STATUS])["data"].get("stations")
        except ServiceError as error:
            told = Remark("stations_installed_unknown", reason=error.summary)
            found = replace(found, notes=(*found.notes, told))
        else:
            found = leave_out(found, status if isinstance(status, list) else [])
    return found, _ttl_s(first)


def _is_information(data: Mapping[str, Any]) -> bool:
    """Whether an answer is ``station_information`` itself: its stations have places."""
    rows = data.get("stations")
    return isinstance(rows, list) and any(isinstance(row, dict) and "lat" in row for row in rows)


def _read_json(answer: bytes, url: str) -> Mapping[str, Any]:
    """Content of an answer; a ServiceError where it is no GBFS of a version that is known."""
    host = name_host(url)
    try:
        found = parse_json(answer.decode("utf-8-sig"), host, remedy=name_remedy())
    except (UnicodeDecodeError, InputDataError) as error:
        if isinstance(error, InputDataError) and error.problems:
            raise ServiceError(error.summary, error.problems) from error
        opening = answer[:60].decode("utf-8", errors="replace")
        raise ServiceError(
            Remark("answer_no_json", host=host, opening=opening, remedy=name_remedy())
        ) from error
    if not isinstance(found, dict) or not isinstance(found.get("data"), dict):
        raise ServiceError(Remark("answer_no_gbfs", host=host, remedy=name_remedy()))
    version = str(found.get("version", "1.0"))
    if version.partition(".")[0] not in ("1", "2", "3"):
        raise ServiceError(Remark("gbfs_version_unknown", host=host, version=version[:20]))
    return found


def _find_feeds(
    discovery: Mapping[str, Any],
    url: str,
    languages: Sequence[str],
) -> dict[str, str]:
    """Addresses by name: under a language until version 2, in one list from version 3 on."""
    data = discovery["data"]
    holder = data
    if "feeds" not in data:
        spoken = [language for language in (*languages, *data) if language in data]
        # a language may be there and name nothing
        holder = next((data[one] for one in spoken if isinstance(data[one], dict)), None)
    feeds = holder.get("feeds") if isinstance(holder, dict) else None
    found: dict[str, str] = {}
    for feed in feeds if isinstance(feeds, list) else []:
        name, address = (feed.get("name"), feed.get("url")) if isinstance(feed, dict) else (0, 0)
        if isinstance(name, str) and isinstance(address, str):
            # some write the address relative to that of gbfs.json
            found.setdefault(name, _join(url, address))
    if _STATIONS not in found:
        host = name_host(url)
        raise ServiceError(
            Remark("feed_other", host=host, text=_say_other(data), remedy=name_remedy())
        )
    return found


def _join(url: str, address: str) -> str:
    """Full address of a feed."""
    try:
        return urljoin(url, address)
    except ValueError:
        return address


def _say_other(data: Mapping[str, Any]) -> Remark:
    """What an address leads to that names no stations."""
    for key, what in _OTHER_FEEDS.items():
        if key in data:
            return Remark("feed_leads_elsewhere", what=Remark(what))
    return Remark("feed_without_stations", feed=_STATIONS)


def _read_all(
    answer: Mapping[str, Any],
    url: str,
    languages: Sequence[str],
) -> Stations:
    """Stations of an answer."""
    rows = answer["data"].get("stations")
    if not isinstance(rows, list):
        raise ServiceError(Remark("answer_no_stations", host=name_host(url), remedy=name_remedy()))
    found = read_rows(rows, languages)
    if not found.stations:
        host = name_host(url)
        raise ServiceError(
            Remark("answer_no_usable_station", host=host, n=len(rows), remedy=name_remedy())
        )
    return found


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
        "notes": [write_remark(one) for one in copy.notes],
        "stations": [vars(one) for one in copy.stations],
    }
    return json.dumps(raw, ensure_ascii=False, indent=1)
