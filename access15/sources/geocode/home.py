"""Where a study is at home: an address that names no town is one of its own towns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import shapely

from access15.remarks import Remark
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
    zones : Polygon or MultiPolygon, optional
        Its zones and those around them as they are drawn.
    """

    outlines: shapely.Geometry
    towns: tuple[str, ...] = ()
    zones: shapely.Geometry | None = None

    def is_here(self, found: Found) -> bool:
        """Whether an answer lies in the zones."""
        return bool(shapely.contains_xy(self.outlines, found.lon, found.lat))

    def with_towns(self, answers: Iterable[Found]) -> Home:
        """Home with the towns that a service names for its answers within the zones."""
        named = {fold(one.town): one.town for one in answers if one.town and self.is_here(one)}
        return replace(self, towns=tuple(named[key] for key in sorted(named)))

    def judge(self, lonlat: tuple[float, float], town: str, asked: str = "") -> str:
        """Why a place of a town, or of one that is not known, may be another's than that of an
        address, which may name a town of its own; empty where it is sure.
        """
        is_here = bool(shapely.contains_xy(self.outlines, *lonlat))
        if asked and not any(is_same_town(asked, one) for one in self.towns):
            return Remark("geocode_doubt_unknown_town", asked=asked)
        is_own = not town or not self.towns or any(is_same_town(town, one) for one in self.towns)
        if is_own and (is_here or (town and self.towns)):
            return ""
        if town and not is_own:
            return Remark("geocode_doubt_town", town=town, own=_list_towns(self.towns))
        return Remark("geocode_doubt_no_town" if asked else "geocode_doubt_outside")

    def describe_doubt(self, found: Found, address: Address) -> str:
        """Why an answer may be another town's street of that name; empty where it is sure."""
        if address.town:
            return ""
        if self.towns and found.town:
            if fold(found.town) in map(fold, self.towns):
                return ""
            return Remark("geocode_doubt_town", town=found.town, own=_list_towns(self.towns))
        if self.is_here(found):
            return ""
        if found.town:
            return Remark("geocode_doubt_outside_in", town=found.town)
        return Remark("geocode_doubt_outside")


def is_same_town(one: str, other: str) -> bool:
    """Whether two names may mean one town: equal, or one the beginning of the other ("Las Palmas",
    "Las Palmas de Gran Canaria").
    """
    short, long = sorted((fold(one), fold(other)), key=len)
    return bool(short) and (short == long or long.startswith(f"{short} "))


def _list_towns(towns: tuple[str, ...]) -> str:
    """Names of towns, which are the same in any language, with a word between them that is not."""
    first, *rest = towns
    return Remark("geocode_and", one=first, other=_list_towns(tuple(rest))) if rest else first
