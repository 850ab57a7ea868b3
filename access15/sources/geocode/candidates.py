"""Possible places of an address: what services answer, how well it fits, and which one to take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from access15.sources.geocode.addresses import Address, Street, fold, match_streets, parse_street
from access15.sources.geocode.house_numbers import match_numbers
from access15.sources.places.points import Bounds, is_inside, is_number

Precision = Literal[
    "official point",
    "operator feed",
    "openstreetmap",
    "edge",
    "confirmed",
    "given",
    "address",
    "corner",
    "neighbouring number",
    "interpolated",
    "place",
    "street",
]

SAME_PLACE_M = 150.0  # answers of one rank farther apart than this are for a person to decide
# What is as good stands side by side: a study's own point may be official or somebody's.
_RANKS: Mapping[Precision, int] = {
    **dict.fromkeys(("official point", "operator feed", "openstreetmap", "edge"), 0),
    **dict.fromkeys(("confirmed", "given", "address"), 0),
    "corner": 1,
    "neighbouring number": 2,
    "interpolated": 3,
    "place": 4,
    "street": 5,
}
_EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
# Nominatim's classes of things larger than a place one walks to.
_AREAS = ("place", "boundary", "landuse", "natural", "waterway", "water")


@dataclass(frozen=True)
class Found:
    """One answer of a service, untouched.

    Parameters
    ----------
    lat, lon : float
        Where [degrees].
    label : str
        The service's own words for it.
    kind : str
        OpenStreetMap key of what was found: ``highway``, ``building``, ``amenity``, ``place``, ...
    road, house_number, town : str
        Parts of its address; empty where not known.
    """

    lat: float
    lon: float
    label: str
    kind: str
    road: str = ""
    house_number: str = ""
    town: str = ""


def is_whole(found: Found) -> bool:
    """Whether an answer that was kept is of the right kinds."""
    texts = (found.label, found.kind, found.road, found.house_number, found.town)
    are_numbers = is_number(found.lat) and is_number(found.lon)
    return are_numbers and all(isinstance(text, str) for text in texts)


@dataclass(frozen=True)
class Candidate:
    """A place that an address may mean.

    Parameters
    ----------
    lat, lon : float
        Where [degrees].
    precision : str
        How well it fits: a study's own place keeps the precision of its point.
    label : str
        What was matched.
    provider : str
        Who says so, with licence.
    date : str
        When it was said, ISO date; of data, the date of the data, empty where unknown.
    street : str
        Street and town, to see whether two answers are parts of one street.
    doubt : str
        Why it may be in another town than the address; empty where it is not.
    within_m : float, optional
        How far from the point the place may be [m]; None where that is not known.
    """

    lat: float
    lon: float
    precision: Precision
    label: str
    provider: str
    date: str
    street: str = ""
    doubt: str = ""
    within_m: float | None = None

    @property
    def text(self) -> str:
        """What was matched, and why it may be in another town."""
        return f"{self.label} ({self.doubt})" if self.doubt else self.label


def judge_answer(
    found: Found,
    address: Address,
    *,
    bounds: Bounds,
    provider: str,
    date: str,
) -> Candidate | None:
    """Decide whether an answer fits the address that was asked for, and how well."""
    if not is_inside((found.lon, found.lat), bounds):
        return None
    if address.town and found.town and fold(address.town) != fold(found.town):
        return None
    precision = _precision_of(found, address)
    if precision is None:
        return None
    street = f"{fold(found.road)}, {fold(found.town)}"
    return Candidate(found.lat, found.lon, precision, found.label, provider, date, street)


def _precision_of(found: Found, address: Address) -> Precision | None:
    """How well an answer fits an address; None where it is another street."""
    is_street = found.kind == "highway"
    # 1. A place without a street ("Ospedale Niguarda") is found by its name alone.
    if address.street is None:
        if found.kind in _AREAS:
            return None
        return "street" if is_street else "place"
    # 2. Services answer with what sounds alike: the street must be the one asked for. That of a
    #    street itself is its own name, the first words of its label.
    road = found.road
    if not road and is_street:
        road = found.label.split(",")[0]
    known = parse_street(road) or (Street("", road) if fold(road) else None)
    if known is None or match_streets(address.street, known) is None:
        return None
    # 3. Without the house number of both, all that is known is the street.
    if address.number and found.house_number:
        return match_numbers(address.number, found.house_number) or "street"
    return "street"


def choose_candidate(
    candidates: Sequence[Candidate],
) -> tuple[Candidate | None, tuple[Candidate, ...]]:
    """Take the best candidate, or leave it to a person."""
    if not candidates:
        return None, ()
    # 1. What may be another town's stands against nothing, and is for a person to decide.
    sure = [candidate for candidate in candidates if not candidate.doubt]
    if not sure:
        ranked = sorted(candidates, key=lambda one: _RANKS[one.precision])
        return None, tuple(one for one in ranked if one.precision == ranked[0].precision)
    candidates = sure
    # 2. Only the best rank counts: no street stands against a house.
    ranks = [_RANKS[candidate.precision] for candidate in candidates]
    best = min(ranks)
    first, *others = [one for one, rank in zip(candidates, ranks, strict=True) if rank == best]
    # 3. Answers near each other are one place, and pieces of one street are one street.
    rivals = [other for other in others if measure_distance_m(first, other) > SAME_PLACE_M]
    if first.precision == "street":
        rivals = [other for other in rivals if other.street != first.street]
    # 4. Places far apart, and one found by its name alone, are for a person to decide.
    if rivals or first.precision == "place":
        return None, (first, *rivals)
    return first, ()


def is_sure_house(candidate: Candidate) -> bool:
    """Whether nothing better need be looked for."""
    return candidate.precision != "street" and not candidate.doubt


def measure_distance_m(one: Candidate, other: Candidate) -> float:
    """Distance of two candidates on the globe, by the haversine."""
    lat_1, lat_2 = math.radians(one.lat), math.radians(other.lat)
    half_lat = (lat_2 - lat_1) / 2
    half_lon = math.radians(other.lon - one.lon) / 2
    along_parallel = math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
    root = math.sin(half_lat) ** 2 + along_parallel
    return 2 * _EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, root)))


def sort_by_middle(places: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Longitudes and latitudes sorted by their distance from the middle of all, so that the first
    stands for the crossing.
    """
    several = sorted(places)
    if len(several) < 2:
        return several
    middle = np.mean(several, axis=0)
    shrink = np.cos(np.radians(middle[1]))
    offsets = (np.array(several) - middle) * [shrink, 1.0]
    away = np.hypot(*offsets.T).tolist()
    return [place for _, place in sorted(zip(away, several, strict=True))]
