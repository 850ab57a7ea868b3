"""The places of a study as somebody looks them over: point, where it comes from, other answers."""

from __future__ import annotations

from dataclasses import dataclass

from access15.results.run import RunResult

PLACED_BY_HAND = "placed by hand"  # provider of a point that somebody put on a map


@dataclass(frozen=True)
class PointCandidate:
    """Where a place may be, as geocoding answered.

    Parameters
    ----------
    lat, lon : float
        Where [degrees].
    precision : str
        How well it fits the address.
    match, provider, date : str
        What was matched, who says so, and when.
    within : str
        How far from the point the place may be [m], as text; empty where that is not known.
    label, doubt : str or Remark
        What was matched, and why it may be in another town; of both is `match`.
    """

    lat: float
    lon: float
    precision: str
    match: str
    provider: str
    date: str
    within: str
    label: str = ""
    doubt: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewedPlace:
    """One place of a study's tables, after geocoding.

    Parameters
    ----------
    facility_id : str
        Its id in the study.
    table, own_id : str
        Name of the table that lists it, and its id there.
    point : tuple of (float, float), optional
        Latitude and longitude [degrees]; None where unknown.
    precision : str
        How well the point is known.
    match, provider, date : str
        Where a looked-up point comes from; empty for one of the table.
    within : str
        How far from the point the place may be [m], as text; empty where that is not known.
    doors : tuple of (str, str)
        Latitude and longitude of the doors that its table gives, or somebody decided on.
    has_own_doors : bool
        Whether its table alone gives doors.
    checked : str
        Day on which somebody looked at it, ISO date; empty where nobody did.
    differs : bool
        Whether point, doors or day are others than in its table.
    ending : str
        How the search for its address ended, as geocoding counts them; empty where there was none.
    street_m : float, optional
        How far the street that its address names goes from the point [m]; of a point that knows no
        more than the street.
    candidates : tuple of PointCandidate
        Other answers, for a person to decide between.
    """

    facility_id: str
    table: str
    own_id: str
    point: tuple[float, float] | None
    precision: str
    match: str
    provider: str
    date: str
    within: str
    doors: tuple[tuple[str, str], ...]
    has_own_doors: bool
    checked: str
    differs: bool
    ending: str
    street_m: float | None
    candidates: tuple[PointCandidate, ...]


@dataclass(frozen=True)
class ReviewRules:
    """What geocoding holds a decision to, so that a page saves nothing that would be refused.

    Parameters
    ----------
    columns : tuple of str
        Header of a review file.
    bounds : tuple of float
        Box that every point must lie in: west, south, east, north [degrees].
    max_door_m : float
        Farthest door from its place [m].
    usable : tuple of str
        Precisions of points that a walk may start from.
    no_door : str
        What stands in place of doors that were taken out.
    """

    columns: tuple[str, ...]
    bounds: tuple[float, float, float, float]
    max_door_m: float
    usable: tuple[str, ...]
    no_door: str


@dataclass(frozen=True, eq=False)
class PlacesReview:
    """The places of a study to be looked over.

    Parameters
    ----------
    result : RunResult
        A run with the points as they are now: what their doors give.
    places : tuple of ReviewedPlace
        Every place of the study's tables, in their order.
    notices : tuple of str
        What to know of the look-up.
    rules : ReviewRules
        What the page keeps to.
    """

    result: RunResult
    places: tuple[ReviewedPlace, ...]
    notices: tuple[str, ...]
    rules: ReviewRules
