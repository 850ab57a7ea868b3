"""Where a study is at home: an address that names no town is one of its own towns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import shapely

from access15.sources.geocode.addresses import Address, fold
from access15.sources.geocode.candidates import Found


@dataclass(frozen=True)
class Home:
    """What is known of a study's place.

    Parameters
    ----------
    outlines : Polygon or MultiPolygon
        Its zones and those around them, and as far beyond as a house across the street [degrees].
    towns : tuple of str
        Its municipalities, as it states them or as places within its zones are called; empty where
        nothing is known.
    """

    outlines: shapely.Geometry
    towns: tuple[str, ...] = ()

    def is_here(self, found: Found) -> bool:
        """Whether an answer lies in the zones."""
        return bool(shapely.contains_xy(self.outlines, found.lon, found.lat))

    def with_towns(self, answers: Iterable[Found]) -> Home:
        """Home with the towns that a service names for its answers within the zones."""
        named = {fold(one.town): one.town for one in answers if one.town and self.is_here(one)}
        return replace(self, towns=tuple(named[key] for key in sorted(named)))

    def describe_doubt(self, found: Found, address: Address) -> str:
        """Why an answer may be another town's street of that name; empty where it is sure."""
        if address.town:
            return ""
        if self.towns and found.town:
            if fold(found.town) in map(fold, self.towns):
                return ""
            return (
                f"in {found.town}: the address names no town, and the study lies in "
                f"{' and '.join(self.towns)}"
            )
        if self.is_here(found):
            return ""
        where = f"in {found.town}, " if found.town else ""
        return f"{where}outside the study's zones: the address names no town"
