"""What the search for missing seats found: a plain record for whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import pandas as pd

from access15.config import Label, WalkProfile


@dataclass(frozen=True)
class SeatFindings:
    """Missing seats of one study, for one walker, service and group of people.

    Parameters
    ----------
    study_name : str
        Of which study.
    profile : WalkProfile
        Who walks.
    service : Label
        Where to.
    group : Label
        Who is counted.
    limit_m : float
        Longest gap between seats, inclusive [m].
    cutoff_min : float
        Longest walk, inclusive [min].
    created : datetime
        When, with time zone.
    sources : dict of str to str
        Streets of each neighbourhood, with their date, by its name.
    summary : DataFrame
        ``area, area_name, people, within_plain, within_seats, within_proposed`` (people within the
        cutoff without a need of seats, from seat to seat, and with the new seats), ``n_seats`` (on
        the streets) and ``method`` of how people were put where they live.
    gaps : GeoDataFrame
        Worst first: ``area, rank, street, near, far, gap_m, people_alone`` (who would arrive but
        for this gap alone), ``people_together`` (who lacks seats elsewhere too), ``lat, lon`` of
        the end towards the service, ``lat_to, lon_to`` of the other, and a straight line between
        them.
    proposals : GeoDataFrame
        In the order of building: ``area, order, step`` (seats of one step are of use together),
        ``street, lat, lon, gained`` (people reconnected by this seat, those before it being there),
        ``total``, and the point.
    seats : GeoDataFrame
        ``area, seat_id, source, status, same_as, snap_m`` and the point: every record.
    """

    study_name: str
    profile: WalkProfile
    service: Label
    group: Label
    limit_m: float
    cutoff_min: float
    created: datetime
    sources: dict[str, str]
    summary: pd.DataFrame
    gaps: gpd.GeoDataFrame
    proposals: gpd.GeoDataFrame
    seats: gpd.GeoDataFrame
