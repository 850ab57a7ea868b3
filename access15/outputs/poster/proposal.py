"""What a poster shows of a proposal beside today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import shapely
from pyproj import Transformer

from access15.outputs.poster.sheet import MapScale
from access15.outputs.poster.text import plain_text
from access15.outputs.words.findings import Findings

LETTERS: Final = "ABCDEFGHIJ"


@dataclass(frozen=True)
class PosterPlace:
    """A place that a proposal changes.

    Parameters
    ----------
    lon, lat : float
        Where it is with the proposal, or was [degrees].
    name, kind : str
        Its name, and what happens to it in words.
    is_gone : bool
        Whether nothing is there with the proposal.
    was : tuple of (float, float), optional
        Longitude and latitude from where it moves [degrees].
    """

    lon: float
    lat: float
    name: str
    kind: str
    is_gone: bool = False
    was: tuple[float, float] | None = None


@dataclass(frozen=True)
class PosterProposal:
    """What a poster shows of a proposal.

    Parameters
    ----------
    id, name : str
        Id and name of the proposal.
    covered_share_after : float
        Share of the headline's group that gets there within the longest cutoff, 0 to 1; NaN where
        unknown.
    places : tuple of PosterPlace
        What it adds, moves and takes away.
    service_areas : tuple of shapely geometry
        Ground from which the target is then reached, one per cutoff, in the study's CRS [m]; the
        last is drawn as an outline over today's bands.
    covered_after : tuple of float
        People of the headline's group that then get there, one per cutoff; empty where unknown.
    gone : frozenset of str
        Facility ids that are no longer where they are today; they are drawn as `places` say.
    """

    id: str
    name: str
    covered_share_after: float
    places: tuple[PosterPlace, ...] = ()
    service_areas: tuple[shapely.Geometry, ...] = ()
    covered_after: tuple[float, ...] = ()
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True)
class NewPlace:
    """A place that a proposal changes, as it is drawn.

    Parameters
    ----------
    sign : str
        Its letter.
    name, kind : str
        Plain text: its name, and what happens to it.
    x_m, y_m : float
        Where, in the study's CRS [m].
    is_gone : bool
        Whether nothing is there with the proposal.
    was_m : tuple of (float, float), optional
        From where it moves, in the study's CRS [m].
    """

    sign: str
    name: str
    kind: str
    x_m: float
    y_m: float
    is_gone: bool = False
    was_m: tuple[float, float] | None = None


def list_new_places(
    findings: Findings,
    scale: MapScale,
    proposal: PosterProposal | None,
) -> list[NewPlace]:
    """Bring the places of a proposal onto a map, each with its letter."""
    if proposal is None or not proposal.places:
        return []
    to_crs = Transformer.from_crs("EPSG:4326", findings.area.network.crs, always_xy=True)
    west, south, east, north = scale.bounds_m
    found: list[NewPlace] = []
    for place in proposal.places:
        x, y = to_crs.transform(place.lon, place.lat)
        if not (west < x < east and south < y < north):
            continue
        was = None if place.was is None else to_crs.transform(*place.was)
        if was is not None and not (west < was[0] < east and south < was[1] < north):
            was = None
        sign = LETTERS[len(found)] if len(found) < len(LETTERS) else "+"
        name = plain_text(place.name, findings.lang)
        kind = plain_text(place.kind, findings.lang)
        found.append(NewPlace(sign, name, kind, float(x), float(y), place.is_gone, was))
    return found
