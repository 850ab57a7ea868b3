"""Which objects of OpenStreetMap are places to sit down."""

from __future__ import annotations

from collections.abc import Mapping

SEAT_KEYS = ("amenity", "bench", "highway", "public_transport", "shelter")
SEAT_FILTERS = ('["amenity"="bench"]', '["bench"="yes"]')  # as an Overpass service is asked


def is_seat(tags: Mapping[str, str]) -> bool:
    """Whether somebody can sit down there: a bench, or a stop or shelter that has one.

    Parameters
    ----------
    tags : mapping of str to str
        OpenStreetMap tags.

    Returns
    -------
    bool
        True for ``amenity=bench``, and for bus stops, platforms and shelters with ``bench=yes``.

    Examples
    --------
    >>> is_seat({"amenity": "bench"}), is_seat({"highway": "bus_stop", "bench": "yes"})
    (True, True)
    >>> is_seat({"highway": "bus_stop", "bench": "no"}), is_seat({"highway": "residential", "bench": "yes"})
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
