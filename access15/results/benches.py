"""What the search for missing seats found: a plain record for whoever writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd

from access15.config import Label, WalkProfile
from access15.remarks import Remark


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
        The first columns of `schema.SEATS_SUMMARY`, up to ``method``.
    gaps : GeoDataFrame
        `schema.SEAT_GAPS`, and a straight line between the ends.
    proposals : GeoDataFrame
        `schema.NEW_SEATS`, and the point.
    seats : GeoDataFrame
        `schema.SEATS`: every record, and the point.
    at : datetime, optional
        Local time at which places must be open.
    warnings : tuple of Remark
        What the reader of the streets must know, each once.
    read_files : tuple of Path
        Every file that was, or could have been, read: no output may replace one.
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
    at: datetime | None = None
    warnings: tuple[Remark, ...] = ()
    read_files: tuple[Path, ...] = ()
