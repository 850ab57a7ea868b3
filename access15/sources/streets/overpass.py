"""An Overpass service: what it is asked, and how, politely.

OSMnx's own downloader is not used: it repeats refused requests without end, changes how the whole
program looks up host names, and drops tags before the rules can see them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib.metadata import version
from urllib.parse import urlsplit

import requests

from access15.config import Category
from access15.config.tag_rules import TagRule
from access15.errors import ConfigError, ServiceError
from access15.sources.streets.boxes import Box
from access15.sources.streets.seats import SEAT_FILTERS
from access15.sources.streets.tags import (
    BACKDROP_AREA_TAGS,
    LINE_BARRIERS,
    RAIL_LINES,
    WATER_BARRIERS,
)
from access15.sources.web import read_pause_s

OVERPASS_URL = "https://overpass-api.de/api"
_CONNECT_S = 10.0
_MAX_TRIES = 3
_MAX_PAUSE_S = 120.0
_BUSY = frozenset({429, 502, 503, 504})
REMEDY = "try again later, or give an extract with `--osm FILE`"


def check_overpass_url(url: str) -> str:
    """Make sure that an address may be an Overpass service."""
    problem = f"--service is {url!r}; write an address such as {OVERPASS_URL}"
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is no number is only noticed when asked for
    except ValueError:
        raise ConfigError(problem) from None
    is_plain = not (
        parts.query or parts.fragment or "@" in parts.netloc or re.search(r"[\s\x00-\x1f]", url)
    )
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_plain:
        raise ConfigError(problem)
    return url.rstrip("/").removesuffix("/interpreter")


def build_query(
    box: Box,
    categories: Iterable[Category],
    *,
    timeout_s: float,
) -> str:
    """Write the question for an Overpass service."""
    west, south, east, north = box
    areas = {
        (key, value)
        for tags in BACKDROP_AREA_TAGS.values()
        for key, values in tags.items()
        for value in values
    }
    places = {
        _filters(rule)
        for category in categories
        for rule in (*category.tag_rules, *category.area_rules)
    }
    places |= set(SEAT_FILTERS)
    wanted = [
        'way["highway"]',
        'rel["type"="multipolygon"]["highway"]',
        'way["public_transport"="platform"]',
        'way["railway"="platform"]',
        'wr["building"]',
        f'way["waterway"~"^({"|".join(sorted(WATER_BARRIERS))})$"]',
        f'way["barrier"~"^({"|".join(sorted(LINE_BARRIERS))})$"]',
        'way["man_made"="embankment"]',
        'way["natural"="cliff"]',
        f'way["railway"~"^({"|".join(sorted(RAIL_LINES))})$"]',
        *(f'wr["{key}"="{value}"]' for key, value in sorted(areas)),
        *(f"nwr{filters}" for filters in sorted(places)),
    ]
    return (
        f"[out:xml][timeout:{timeout_s:.0f}][bbox:{south:.7f},{west:.7f},{north:.7f},{east:.7f}];\n"
        f"({''.join(f'{line};' for line in wanted)});\n(._;>;);\nout body;"
    )


def _filters(rule: TagRule) -> str:
    """Conditions as the service writes them."""
    parts = []
    for key, value, is_wanted in rule.conditions:
        sign = "=" if is_wanted else "!="
        parts.append(f'["{key}"]' if value == "*" else f'["{key}"{sign}"{value}"]')
    return "".join(parts)


def open_session() -> requests.Session:
    """Open a session that says who asks, as services wish."""
    session = requests.Session()
    program = f"access15/{version('access15')}"
    session.headers["User-Agent"] = f"{program} (walking times for city planners)"
    return session


def ask_overpass(
    session: requests.Session,
    url: str,
    query: str,
    timeout_s: float,
    sleep: Callable[[float], None],
) -> bytes:
    """Answer of the service; busy answers are tried again, after as long as the service asks
    for.
    """
    host, problem = host_of(url), ""
    # 1. Few tries, because a service that is full only gets fuller by those who insist.
    for attempt in range(1, _MAX_TRIES + 1):
        # 2. Who gives no answer at all is not asked again: it would take as long once more.
        try:
            answer = session.post(url, data={"data": query}, timeout=(_CONNECT_S, timeout_s))
        except requests.Timeout as error:
            raise ServiceError(f"{host} gave no answer within {timeout_s:g} s; {REMEDY}") from error
        except (requests.RequestException, ValueError) as error:
            raise ServiceError(
                f"{host} cannot be reached ({type(error).__name__}); {REMEDY}"
            ) from error
        if answer.ok:
            return answer.content
        # 3. Only what means "busy" may be different next time; other refusals are final.
        problem = f"{host} answered {answer.status_code} {answer.reason}"
        pause_s = read_pause_s(answer, attempt)
        if answer.status_code not in _BUSY:
            raise ServiceError(f"{problem}; {REMEDY}")
        # 4. The service says how long to wait; nobody sits before a screen for longer than this.
        if pause_s > _MAX_PAUSE_S:
            raise ServiceError(f"{problem} and asks to wait {pause_s:.0f} s; {REMEDY}")
        if attempt < _MAX_TRIES:
            sleep(pause_s)
    raise ServiceError(f"{problem}, {_MAX_TRIES} times; {REMEDY}")


def host_of(url: str) -> str:
    """Host of an address, or all of it where there is none."""
    return urlsplit(url).netloc or url
