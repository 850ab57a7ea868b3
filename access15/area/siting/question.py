"""What is asked about more places, and what is found of it in one neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from access15.core.measures.uncertain import N_DRAWS


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
    share : float, optional
        Share of the people that is enough.
    seconds : float, optional
        How long to look for a proof in one neighbourhood [s].
    n_worlds : int
        In how many drawn worlds every choice is looked at again.
    """

    category: str
    profile: str
    group: str
    own_profile: dict[str, str]
    cutoff_min: float
    n: int
    share: float | None = None
    seconds: float | None = None
    n_worlds: int = N_DRAWS


@dataclass(frozen=True, eq=False)
class AreaSites:
    """What was found in one neighbourhood: rows of `schema.SITE_CURVE` and the other tables."""

    curve: pd.DataFrame
    sites: gpd.GeoDataFrame
    alternatives: gpd.GeoDataFrame
    streets: pd.DataFrame
    left_out: gpd.GeoDataFrame
    gain_streets: gpd.GeoDataFrame
