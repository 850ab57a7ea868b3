"""The best benches, crossings, kerbs and steps: a plain record for whoever writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd

from access15.config import Label, WalkProfile
from access15.remarks import Remark


@dataclass(frozen=True, eq=False)
class WorkFindings:
    """Things in the street of one study that bring most people to a service.

    Parameters
    ----------
    study_id, study_name : str
        Of which study.
    work : str
        ``bench``, ``crossing``, ``kerb`` or ``steps``.
    profile : WalkProfile
        Who walks.
    category : str
        Kind of place walked to, or ``hub``.
    service : Label
        Its name.
    people : Label
        Who is counted.
    cutoff_min : float
        Longest walk, inclusive [min].
    share : float, optional
        Share of the people that is asked for.
    created : datetime
        When, with time zone.
    networks : mapping of str to str
        Hash of each neighbourhood's streets, by its id.
    sources : mapping of str to str
        Streets of each neighbourhood, with their date, by its id.
    curve : DataFrame
        `schema.WORK_CURVE`: today, and one thing after another.
    works : GeoDataFrame
        `schema.WORKS`, and the point.
    streets : DataFrame
        `schema.WORK_STREETS`.
    at : datetime, optional
        Local time at which places must be open.
    warnings : tuple of Remark
        What the reader must know, each once.
    read_files : tuple of Path
        Every file that was, or could have been, read: no output may replace one.
    """

    study_id: str
    study_name: str
    work: str
    profile: WalkProfile
    category: str
    service: Label
    people: Label
    cutoff_min: float
    share: float | None
    created: datetime
    networks: Mapping[str, str]
    sources: Mapping[str, str]
    curve: pd.DataFrame
    works: gpd.GeoDataFrame
    streets: pd.DataFrame
    at: datetime | None = None
    warnings: tuple[Remark, ...] = ()
    read_files: tuple[Path, ...] = ()
