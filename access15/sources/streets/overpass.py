"""An Overpass service: what it is asked, and how, politely.

OSMnx's own downloader is not used: it repeats refused requests without end, changes how the whole
program looks up host names, and drops tags before the rules can see them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from access15.config import Category
from access15.config.tag_rules import TagRule
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.sources.streets.boxes import Box
from access15.sources.streets.seats import SEAT_FILTERS
from access15.sources.streets.tags import (
    BACKDROP_AREA_TAGS,
    LINE_BARRIERS,
    RAIL_LINES,
    WATER_BARRIERS,
)
from access15.sources.web import is_web_address

OVERPASS_URL = "https://overpass-api.de/api"


def name_remedy() -> Remark:
    """What somebody can do whose service does not answer."""
    return Remark("try_later_or_extract")


def check_overpass_url(url: str) -> str:
    """Make sure that an address may be an Overpass service."""
    if not is_web_address(url) or re.search("[?#]", url):
        raise ConfigError(Remark("service_no_address", url=url, example=OVERPASS_URL))
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
        'way["natural"="coastline"]',
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
