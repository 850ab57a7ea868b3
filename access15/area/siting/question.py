"""What is asked about more places, and what is found of it in one neighbourhood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import geopandas as gpd
import pandas as pd

from access15.core.measures.uncertain import N_DRAWS
from access15.remarks import Remark

Objective = Literal["cover", "average", "worst", "enough"]
OBJECTIVES: tuple[Objective, ...] = get_args(Objective)


@dataclass(frozen=True)
class AskedFloor:
    """At least so many must be within the cutoff.

    Parameters
    ----------
    share : float
        Share of the people.
    group : str
        Who is counted.
    profile : str
        Who walks.
    zone : str
        Where they live; empty for the whole neighbourhood.
    """

    share: float
    group: str
    profile: str
    zone: str = ""


@dataclass(frozen=True, kw_only=True)
class SiteQuestion:
    """What is asked about more places, checked.

    Parameters
    ----------
    category : str
        Kind of place.
    profile : str
        Who walks.
    group : str
        Who is counted.
    own_profile : dict of str to str
        How every group walks.
    cutoff_min : float
        Longest walk, inclusive [min].
    n : int
        How many more places at most.
    objective : {"cover", "average", "worst", "enough"}
        What is sought: most people within the cutoff, the least average walk, the least worst walk,
        or fewest places for `share`.
    share : float, optional
        Share of the people that is enough.
    seconds : float, optional
        How long to look for a proof in one neighbourhood [s].
    n_worlds : int
        In how many drawn worlds every choice is looked at again.
    is_free : bool
        Whether places of today in the neighbourhood may move.
    is_lossless : bool
        Whether nobody may be worse off than today.
    floors : tuple of AskedFloor
        What must be reached besides.
    weights : mapping of str to float, optional
        What each person of a zone counts for; by default 1.
    has_room : bool
        Whether it is asked who finds room: any candidate takes only so many.
    """

    category: str
    profile: str
    group: str
    own_profile: dict[str, str]
    cutoff_min: float
    n: int
    objective: Objective = "cover"
    share: float | None = None
    seconds: float | None = None
    n_worlds: int = N_DRAWS
    is_free: bool = False
    is_lossless: bool = False
    floors: tuple[AskedFloor, ...] = ()
    weights: Mapping[str, float] | None = None
    has_room: bool = False

    @property
    def is_by_reach(self) -> bool:
        """Whether people within the cutoff are counted, and not how long anybody walks."""
        return self.objective in ("cover", "enough")


@dataclass(frozen=True, eq=False)
class AreaSites:
    """What was found in one neighbourhood: rows of `schema.SITE_CURVE` and the other tables; why
    there is nothing, where no choice keeps the rules; and what was left out.
    """

    curve: pd.DataFrame
    sites: gpd.GeoDataFrame
    alternatives: gpd.GeoDataFrame
    streets: pd.DataFrame
    left_out: gpd.GeoDataFrame
    gain_streets: gpd.GeoDataFrame
    faults: tuple[Remark, ...] = field(default=())
    notes: tuple[Remark, ...] = field(default=())
