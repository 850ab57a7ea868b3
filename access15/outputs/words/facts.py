"""What findings are made of: people covered, targets, the nearest facility."""

from __future__ import annotations

import math
from dataclasses import dataclass

HUB = "hub"


@dataclass(frozen=True)
class Covered:
    """People of one group within one cutoff.

    Parameters
    ----------
    cutoff_min : float
        The cutoff [min].
    people : float
        How many live in the area.
    covered : float
        How many of them get there in time; NaN where unknown.
    low, high : float
        Range of the share, 0 to 1; NaN where unknown.
    gap_points, gap_low, gap_high : float
        Percentage points to what the claim covers, and their range; NaN where unknown.
    ratio, ratio_low, ratio_high : float
        Covered over what the claim covers, and its range; NaN where unknown.
    """

    cutoff_min: float
    people: float
    covered: float
    low: float = math.nan
    high: float = math.nan
    gap_points: float = math.nan
    gap_low: float = math.nan
    gap_high: float = math.nan
    ratio: float = math.nan
    ratio_low: float = math.nan
    ratio_high: float = math.nan
    share_if_open: float = math.nan

    @property
    def share(self) -> float:
        """Covered over people, 0 to 1; NaN where unknown or where nobody lives."""
        return self.covered / self.people if self.people > 0 else math.nan


@dataclass(frozen=True)
class Target:
    """What residents walk to.

    Parameters
    ----------
    id : str
        ``"hub"`` for the nearest hub, a hub's facility id, or a category id.
    label : str
        Its name in the language of the output.
    is_category : bool
        Whether it is a category.
    """

    id: str
    label: str
    is_category: bool


@dataclass(frozen=True)
class Nearest:
    """How far the nearest facility of a target is.

    Parameters
    ----------
    n_known, n_usable : int
        Facilities in the tables, and those on this area's network.
    nearest_min, median_min : float
        Walk of the best-placed home and of the median resident [min].
    at_least_min : float
        Straight line from the nearest home, at the walker's pace [min].
    """

    n_known: int
    n_usable: int
    nearest_min: float
    median_min: float
    at_least_min: float


@dataclass(frozen=True)
class Gap:
    """One group's way to one target: by the usual claim, and at their own pace.

    Parameters
    ----------
    group : str
        Group of people.
    claim_profile, own_profile : str
        Whose walk is claimed for them, and as whom they walk.
    claim, own : Covered
        People within the longest cutoff; NaN where unknown or where the profile is not in the run.
    """

    group: str
    claim_profile: str
    own_profile: str
    claim: Covered
    own: Covered

    @property
    def people(self) -> float:
        """People whom the claim counts and their own pace does not; negative the other way, NaN
        where unknown.
        """
        return self.claim.covered - self.own.covered

    @property
    def whole_people(self) -> float:
        """The same in whole people, as the difference of the two numbers as they are written."""
        return (
            math.nan
            if math.isnan(self.people)
            else float(round(self.claim.covered) - round(self.own.covered))
        )

    @property
    def is_known(self) -> bool:
        """Whether both sides are known and somebody lives there."""
        return not math.isnan(self.people) and self.own.people > 0
