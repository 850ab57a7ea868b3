"""What a whole city's answer hands to the outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.config import Category, Study, WalkProfile
from access15.results.cells import CellCounts, CellsAsked
from access15.results.people import PeopleInfo
from access15.results.run import NetworkInfo
from access15.results.schema import CITY_CELLS
from access15.results.stretches import gather_homes


@dataclass(frozen=True)
class TileRecord:
    """Provenance of one tile.

    Parameters
    ----------
    name : str
        Column and row of its square.
    zones : tuple of str
        Its zones.
    n_homes : int
        Points where people live.
    fingerprint : str
        Hash of all that its numbers depend on.
    """

    name: str
    zones: tuple[str, ...]
    n_homes: int
    fingerprint: str


@dataclass(frozen=True)
class LostTile:
    """A tile that failed wherever it was tried.

    Parameters
    ----------
    name : str
        Column and row of its square.
    zones : tuple of str
        Its zones, which are not counted.
    reason : str
        What went wrong.
    """

    name: str
    zones: tuple[str, ...]
    reason: str


@dataclass(frozen=True, eq=False)
class CityResult:
    """A finished answer about a whole city.

    Parameters
    ----------
    study : Study
        Its one area holds all zones that were counted.
    quarters : mapping of str to str
        Of each zone the id of the study's own area that it is alone, for ``access15 run --area``.
    profiles, categories : mapping
        Who walks, and where to.
    targets : tuple of str
        Categories, after ``hub`` where the study names hubs.
    group_labels : mapping of str to mapping of str to str
        What each group is called, by language.
    cutoffs_min : tuple of float
        Longest walks, rising [min].
    created : datetime
        Time of the run, with time zone.
    at : datetime, optional
        Local time at which places must be open.
    network_info : NetworkInfo
        Where the streets come from.
    crs : str
        Coordinate system of all shapes.
    n_nodes, n_edges : int
        Size of the streets.
    people_info : PeopleInfo
        How people were put where they live.
    outlines : GeoDataFrame
        ``zone_id, name, geometry, near_edge`` of the zones counted.
    left_out : tuple of (str, str)
        Ids and names of zones that the extract does not cover whole.
    zones : DataFrame
        `schema.ZONES`.
    explained : DataFrame
        `schema.ZONES_EXPLAIN`.
    residents : GeoDataFrame
        Every home, in the order of the zones.
    time_s : mapping of (str, str) to ndarray of float64, shape (n_stretches,)
        Walks from the home in the middle of each stretch, by profile and target; inf beyond the
        longest cutoff, absent where nothing is known [s].
    tiles : tuple of TileRecord
        What was computed on its own.
    cells : CellCounts, optional
        The same by the cells of a grid, where one was asked for.
    n_places : mapping of str to int
        Places of each target that count: those with a point, open where a moment is asked.
    inputs : mapping of str to str
        Hashes of the files used.
    read_files : tuple of Path
        All files that were read.
    stage_s : mapping of str to float
        Seconds per stage; none where the clock is fixed.
    lost : tuple of LostTile
        What failed on every worker of a cluster.
    lost_names : mapping of str to str
        Names of the zones that are not counted for it.
    home_parts : Path, optional
        Folder in which workers have written the homes of every zone already.
    """

    study: Study
    quarters: Mapping[str, str]
    profiles: Mapping[str, WalkProfile]
    categories: Mapping[str, Category]
    targets: tuple[str, ...]
    group_labels: Mapping[str, Mapping[str, str]]
    cutoffs_min: tuple[float, ...]
    created: datetime
    at: datetime | None
    network_info: NetworkInfo
    crs: str
    n_nodes: int
    n_edges: int
    people_info: PeopleInfo
    outlines: gpd.GeoDataFrame
    left_out: tuple[tuple[str, str], ...]
    zones: pd.DataFrame
    explained: pd.DataFrame
    residents: gpd.GeoDataFrame
    time_s: Mapping[tuple[str, str], NDArray[np.float64]]
    tiles: tuple[TileRecord, ...]
    n_places: Mapping[str, int]
    inputs: Mapping[str, str]
    read_files: tuple[Path, ...]
    stage_s: Mapping[str, float] = field(default_factory=dict)
    lost: tuple[LostTile, ...] = ()
    lost_names: Mapping[str, str] = field(default_factory=dict)
    home_parts: Path | None = None
    cells: CellCounts | None = None

    @property
    def groups(self) -> list[str]:
        """Columns of people."""
        return list(self.group_labels)

    @property
    def home_columns(self) -> HomeColumns:
        """What stands beside every stretch."""
        return HomeColumns(tuple(self.profiles), self.targets, tuple(self.groups), self.crs)

    def list_homes(self) -> gpd.GeoDataFrame:
        """Every stretch with its people and the walks from the home in its middle.

        Returns
        -------
        GeoDataFrame
            `schema.CITY_HOMES`.
        """
        return list_homes(self.residents, self.time_s, self.home_columns)

    def split_cells(self) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
        """Every target with all cells, as `schema.CITY_CELLS`; none where no grid was asked for."""
        if self.cells is None:
            return
        study = self.study
        asked = CellsAsked(
            tuple(self.profiles),
            study.claim,
            {group: study.own_profile(group) for group in self.groups},
            tuple(f"{minutes:g}min".replace(".", "_") for minutes in self.cutoffs_min),
        )
        first = self.zones.iloc[0]
        status = self.zones.drop_duplicates("category").set_index("category")["status"]
        more = {"at": first["at"]} if "at" in self.zones else {}
        for target in self.targets:
            rows = self.cells.list_rows(target, asked).assign(
                study=study.id,
                category=target,
                status=status[target],
                method=self.people_info.join_methods(),
                network=first["network"],
                **more,
            )
            names = CITY_CELLS.fill(group=self.groups).arrange(rows.columns)
            yield target, gpd.GeoDataFrame(rows[[*names, "geometry"]])

    def split_homes(self) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
        """Every zone with its stretches; one in which nobody lives has none."""
        return split_homes(self.list_homes(), self.outlines["zone_id"].astype(str))


@dataclass(frozen=True)
class HomeColumns:
    """What stands beside every stretch.

    Parameters
    ----------
    profiles, targets, groups : tuple of str
        Who walks, where to, and columns of people.
    crs : str
        Coordinate system of the homes.
    """

    profiles: tuple[str, ...]
    targets: tuple[str, ...]
    groups: tuple[str, ...]
    crs: str


def list_homes(
    residents: gpd.GeoDataFrame,
    time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    named: HomeColumns,
) -> gpd.GeoDataFrame:
    """List stretches with their people and the walks from the home in the middle of each.

    Parameters
    ----------
    residents : GeoDataFrame
        Homes.
    time_s : mapping of (str, str) to ndarray of float64, shape (n_stretches,)
        As in `CityResult`.
    named : HomeColumns
        Columns of the table.

    Returns
    -------
    GeoDataFrame
        `schema.CITY_HOMES`.
    """
    groups = list(named.groups)
    rows = gather_homes(residents).list_rows(residents, groups)
    columns: dict[str, Any] = {
        name: rows[name] for name in ("resident_id", "zone_id", "street", *groups)
    }
    unknown = np.full(len(rows), np.nan)
    for profile in named.profiles:
        for target in named.targets:
            columns[f"walk_{profile}_{target}_s"] = time_s.get((profile, target), unknown)
    return gpd.GeoDataFrame(columns, geometry=rows.geometry.to_numpy(), crs=named.crs)


def split_homes(
    homes: gpd.GeoDataFrame, zones: Iterable[str]
) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Zones with their stretches; one in which nobody lives has none.

    Parameters
    ----------
    homes : GeoDataFrame
        Of `list_homes`.
    zones : iterable of str
        Which.

    Yields
    ------
    tuple of (str, GeoDataFrame)
        Each zone and its rows.
    """
    zone_of = homes["zone_id"].astype(str).to_numpy()
    for zone in zones:
        yield zone, gpd.GeoDataFrame(homes[zone_of == zone].reset_index(drop=True))
