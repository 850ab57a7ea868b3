"""Nominatim through geopy: one polite question at a time, and every failure told in a sentence."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any, Self

from geopy.adapters import AdapterHTTPError, RequestsAdapter
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderRateLimited,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.geocoders import Nominatim
from geopy.location import Location

from access15.errors import ServiceError
from access15.remarks import Remark
from access15.sources.geocode.candidates import Found
from access15.sources.json_text import parse_json
from access15.sources.places.points import Bounds
from access15.sources.web import (
    BadAnswerError,
    NoAnswerError,
    Patience,
    SlowError,
    ask,
    name_host,
    read_pause_s,
)

MIN_INTERVAL_S = 1.0  # Nominatim's usage policy: at most one request a second
MAX_TRIES = 3
LONGEST_PAUSE_S = 120.0  # a service that asks for a longer pause is left alone until another day
_FIRST_PAUSE_S = 2.0
_DAY_S = 86_400.0
_MAX_ANSWERS = 10
_MAX_BYTES = 5_000_000
# Trying again does not help against these.
_REFUSALS = (GeocoderAuthenticationFailure, GeocoderInsufficientPrivileges, GeocoderQueryError)
_TOWN_KEYS = ("city", "town", "village", "municipality", "hamlet")


class Geocoder(ABC):
    """Something that finds places by their address.

    Only a ``ServiceError`` may leave `search`: the service is gone, refuses, or answers nonsense.
    """

    provider: str
    """Whose data it is, with licence; noted with every point."""
    key: str
    """What tells this service from others in the cache."""

    @abstractmethod
    def search(self, query: str, bounds: Bounds) -> list[Found]:
        """Find places for a text."""


class NominatimGeocoder(Geocoder):
    """OpenStreetMap's geocoder, asked politely.

    Parameters
    ----------
    host : str, optional
        Host of the service, with port where needed; by default the public one.
    scheme : str
        ``https`` or ``http``.
    countries : str
        Countries to search in, two letters each, separated by commas.
    contact : str
        Mail address or page of whoever runs this, put into the user agent; welcome for long lists.
    timeout_s : float
        How long to wait for an answer [s].
    offline : bool
        Whether to ask nothing at all; every question is then a ServiceError.
    clock, sleep : callable
        Seconds of a steady clock, and waiting; given by tests.
    """

    provider = "Nominatim, © OpenStreetMap contributors (ODbL)"

    def __init__(
        self,
        *,
        host: str | None = None,
        scheme: str = "https",
        countries: str = "it",
        contact: str = "",
        timeout_s: float = 10.0,
        offline: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        about = "; ".join(
            text for text in ("walking accessibility for city planners", contact) if text
        )
        agent = f"access15/{version('access15')} ({about})"
        domain = {} if host is None else {"domain": host}
        self._nominatim = Nominatim(
            user_agent=agent,
            scheme=scheme,
            timeout=timeout_s,
            adapter_factory=_CheckedAdapter,
            **domain,
        )
        self.key = f"nominatim {self._nominatim.domain} {countries}"
        self._countries = countries.split(",")
        self._timeout_s = timeout_s
        self._offline = offline
        self._clock = clock
        self._sleep = sleep
        self._next_start_s = -math.inf

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to the service."""
        self._nominatim.adapter.session.close()

    def search(self, query: str, bounds: Bounds) -> list[Found]:
        """Ask for a text, at most once a second, again after a pause when the service is busy."""
        if self._offline:
            raise ServiceError(Remark("nominatim_offline"))
        for tries_left in reversed(range(MAX_TRIES)):
            self._wait_for_turn()
            try:
                return self._ask(query, bounds)
            except GeopyError as error:
                pause_s = self._pause_after(error, MAX_TRIES - tries_left)
                if isinstance(error, _REFUSALS) or not tries_left or pause_s > LONGEST_PAUSE_S:
                    raise ServiceError(self._sentence(error, pause_s)) from error
                self._sleep(pause_s)
        raise AssertionError("the last try returns or raises")

    def _wait_for_turn(self) -> None:
        """Wait until the service may be asked again."""
        wait_s = self._next_start_s - self._clock()
        if wait_s > 0:
            self._sleep(wait_s)
        self._next_start_s = self._clock() + MIN_INTERVAL_S

    def _ask(self, query: str, bounds: Bounds) -> list[Found]:
        """Ask once, within the bounds."""
        west, south, east, north = bounds
        locations = self._nominatim.geocode(
            query,
            exactly_one=False,
            limit=_MAX_ANSWERS,
            addressdetails=True,
            language="it",
            country_codes=self._countries,
            viewbox=((south, west), (north, east)),
            bounded=True,
        )
        return [_found(location) for location in locations or []]

    def _pause_after(self, error: GeopyError, n_tries: int) -> float:
        """Seconds to wait before the next try: what the service asks for, else longer each time."""
        asked = error.__cause__
        own_pause_s = _FIRST_PAUSE_S**n_tries
        if not isinstance(asked, AdapterHTTPError):
            return own_pause_s
        return read_pause_s(asked.headers, own_pause_s)

    def _sentence(self, error: GeopyError, pause_s: float) -> Remark:
        """Sentence about a service that could not be asked."""
        what = self._name_fault(error, pause_s)
        return Remark("nominatim_fault", host=self._nominatim.domain, what=what)

    def _name_fault(self, error: GeopyError, pause_s: float) -> Remark:
        """What a service does instead of answering."""
        status = (
            error.__cause__.status_code if isinstance(error.__cause__, AdapterHTTPError) else None
        )
        if isinstance(error, _REFUSALS):
            what = Remark("nominatim_refuses", status=str(status))
        elif pause_s > LONGEST_PAUSE_S:
            minutes = math.ceil(min(pause_s, _DAY_S) / 60)
            code = "nominatim_pauses_longer" if pause_s > _DAY_S else "nominatim_pauses"
            what = Remark(code, minutes=minutes)
        elif isinstance(error, GeocoderRateLimited):
            what = Remark("nominatim_asked_too_much", tries=MAX_TRIES)
        elif status is not None:
            what = Remark("nominatim_out_of_order", status=str(status), tries=MAX_TRIES)
        elif isinstance(error, GeocoderTimedOut):
            seconds = f"{self._timeout_s:g}"
            what = Remark("nominatim_slow", seconds=seconds, tries=MAX_TRIES)
        elif isinstance(error, GeocoderParseError):
            what = Remark("nominatim_nonsense")
        elif isinstance(error, GeocoderUnavailable):
            what = Remark("nominatim_unreachable")
        else:
            what = Remark("nominatim_not_asked", kind=type(error).__name__)
        return what


class _CheckedAdapter(RequestsAdapter):  # type: ignore[misc]  # geopy is untyped
    """Adapter that asks with an end in sight and lets only lists of places through."""

    def __init__(self, *, proxies: Any, ssl_context: Any) -> None:
        super().__init__(
            proxies=proxies,
            ssl_context=ssl_context,
            max_retries=0,
        )

    def get_json(
        self,
        url: str,
        *,
        timeout: float,
        headers: Mapping[str, str],
    ) -> list[Mapping[str, Any]]:
        """Places of an answer; GeocoderParseError for any other JSON or none."""
        patience = Patience(timeout, timeout, timeout, _MAX_BYTES)
        try:
            answer = ask(self.session, url, headers=headers, patience=patience)
        except SlowError as error:
            raise GeocoderTimedOut(str(error)) from error
        except BadAnswerError as error:
            raise GeocoderParseError(str(error)) from error
        except NoAnswerError as error:
            raise GeocoderUnavailable(str(error)) from error
        if not answer.is_good:
            raise AdapterHTTPError(
                f"HTTP {answer.status}",
                status_code=answer.status,
                headers=answer.headers,
                text="",
            )
        try:
            text = answer.body.decode("utf-8-sig")
            content = parse_json(text, name_host(url), remedy=Remark("fetch_again"))
        except ValueError as error:  # those of ours for JSON are ValueErrors too
            raise GeocoderParseError(str(error)) from error
        if not isinstance(content, list) or not all(map(_is_place, content)):
            raise GeocoderParseError("not a list of places")
        return content


def _is_place(record: object) -> bool:
    """Whether a record of an answer has a latitude and a longitude on Earth."""
    if not isinstance(record, Mapping):
        return False
    try:
        return abs(float(record["lat"])) <= 90 and abs(float(record["lon"])) <= 180
    except (KeyError, TypeError, ValueError, OverflowError):
        return False


def _found(location: Location) -> Found:
    """An answer of geopy in our words."""
    raw = location.raw
    parts = raw.get("address")
    parts = parts if isinstance(parts, Mapping) else {}
    return Found(
        lat=float(location.latitude),
        lon=float(location.longitude),
        label=str(location.address or ""),
        kind=str(raw.get("class") or raw.get("category") or ""),
        road=str(parts.get("road") or parts.get("pedestrian") or parts.get("square") or ""),
        house_number=str(parts.get("house_number") or ""),
        town=next((str(parts[key]) for key in _TOWN_KEYS if parts.get(key)), ""),
    )
