"""Where the next places should go: a plain record for whoever writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd

from access15.config import Category, Label, WalkProfile
from access15.remarks import Remark
from access15.results.run import RunResult


@dataclass(frozen=True)
class SiteFindings:
    """The best places for more of one kind, for one walker and group of people.

    Parameters
    ----------
    study_id, study_name : str
        Of which study.
    profile : WalkProfile
        Who walks.
    category : str
        Kind of place.
    kind : Category
        Its name and sign.
    group : str
        Who is counted.
    people : Label
        Their name.
    cutoff_min : float
        Longest walk, inclusive [min].
    objective : str
        What is sought: ``cover, average, worst, enough``.
    share : float, optional
        Share of the people that is asked for; None where most people are, whatever share they are.
    is_free : bool
        Whether places of today may move.
    has_rules : bool
        Whether a choice must keep rules.
    created : datetime
        When, with time zone.
    networks : mapping of str to str
        Hash of each neighbourhood's streets, by its id.
    sources : mapping of str to str
        Streets of each neighbourhood, with their date, by its id.
    curve : DataFrame
        `schema.SITE_CURVE`: today, and one place after another.
    sites : GeoDataFrame
        `schema.SITES`, and the point.
    alternatives : GeoDataFrame
        `schema.SITE_ALTERNATIVES`, and the point.
    streets : DataFrame
        `schema.SITE_STREETS`.
    left_out : GeoDataFrame
        `schema.SITE_LEFT_OUT`, and a point of each street.
    gain_streets : GeoDataFrame
        `schema.SITE_GAIN_STREETS`, and the lines.
    run : RunResult
        The neighbourhoods of today.
    at : datetime, optional
        Local time at which places must be open.
    warnings : tuple of Remark
        What the reader must know, each once.
    read_files : tuple of Path
        Every file that was, or could have been, read: no output may replace one.
    """

    study_id: str
    study_name: str
    profile: WalkProfile
    category: str
    kind: Category
    group: str
    people: Label
    cutoff_min: float
    objective: str
    share: float | None
    is_free: bool
    has_rules: bool
    created: datetime
    networks: Mapping[str, str]
    sources: Mapping[str, str]
    curve: pd.DataFrame
    sites: gpd.GeoDataFrame
    alternatives: gpd.GeoDataFrame
    streets: pd.DataFrame
    left_out: gpd.GeoDataFrame
    gain_streets: gpd.GeoDataFrame
    run: RunResult
    at: datetime | None = None
    warnings: tuple[Remark, ...] = ()
    read_files: tuple[Path, ...] = ()

    @property
    def service(self) -> Label:
        """Name of the kind of place."""
        return self.kind.label
