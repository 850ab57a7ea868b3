"""Which objects of OpenStreetMap are places to sit down."""

from __future__ import annotations

from collections.abc import Mapping

SEAT_KEYS = ("amenity", "bench", "highway", "public_transport", "shelter")
SEAT_FILTERS = ('["amenity"="bench"]', '["bench"="yes"]')  # as an Overpass service is asked


def is_seat(tags: Mapping[str, str]) -> bool:
    """Whether somebody can sit down there: a bench, or a stop or shelter that has one.

    Examples
    --------
    >>> is_seat({"amenity": "bench"}), is_seat({"highway": "bus_stop", "bench": "yes"})
    (True, True)
    >>> without = {"highway": "bus_stop", "bench": "no"}
    >>> beside = {"highway": "residential", "bench": "yes"}
    >>> is_seat(without), is_seat(beside)
    (False, False)
    """
    if tags.get("amenity") == "bench":
        return True
    is_stop = (
        tags.get("highway") == "bus_stop"
        or tags.get("amenity") in {"shelter", "bus_station"}
        or "public_transport" in tags
        or tags.get("shelter") == "yes"
    )
    return is_stop and tags.get("bench") == "yes"
