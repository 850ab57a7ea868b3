"""Homes gathered to the cells of a grid: hexagons of H3, or squares of the streets' coordinate
system. A cell is called the same in every run, wherever the city begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from access15.config import Grid
from access15.crs import LONLAT

if TYPE_CHECKING:
    from access15.results.run import AreaResult


@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of a grid in which homes lie; build with `gather_cells`.

    Parameters
    ----------
    outlines : GeoDataFrame
        ``cell, geometry`` of every cell with homes, in the order of their names.
    of_home : ndarray of int64, shape (n_homes,)
        Row of the cell of each home; a home on a border lies in one of them.
    """

    outlines: gpd.GeoDataFrame
    of_home: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.outlines)


def gather_cells(homes: gpd.GeoSeries, grid: Grid) -> Cells:
    """Find the cell of every home."""
    return _gather_hexagons(homes, grid) if grid.kind == "h3" else _gather_squares(homes, grid)


def _gather_hexagons(homes: gpd.GeoSeries, grid: Grid) -> Cells:
    """Hexagons by their index, drawn as geodesic edges look in the homes' system."""
    from h3.api import basic_int  # noqa: PLC0415 - only who asks for hexagons loads it

    lonlat = homes.to_crs(LONLAT)
    found = [
        basic_int.latlng_to_cell(lat, lon, grid.size)
        for lat, lon in zip(lonlat.y.tolist(), lonlat.x.tolist(), strict=True)
    ]
    cells, of_home = np.unique(np.array(found, dtype=np.uint64), return_inverse=True)
    indexes = cells.tolist()
    rings = [[(lon, lat) for lat, lon in basic_int.cell_to_boundary(cell)] for cell in indexes]
    shapes = gpd.GeoSeries([shapely.Polygon(ring) for ring in rings], crs=LONLAT)
    names = [basic_int.int_to_str(cell) for cell in indexes]
    return _name_cells(names, shapes.to_crs(homes.crs), of_home)


def _gather_squares(homes: gpd.GeoSeries, grid: Grid) -> Cells:
    """Squares by their south-western corner, as the grids of Eurostat are named; what lies on a
    border belongs to the north or east.
    """
    xy = np.column_stack([homes.x, homes.y])
    rows = np.floor(xy / grid.size).astype(np.int64)
    corners, of_home = np.unique(rows, axis=0, return_inverse=True)
    corners = corners * grid.size
    code = CRS.from_user_input(homes.crs).to_epsg()
    system = "" if code is None else f"CRS{code}"
    names = [
        f"{system}RES{grid.size}m{_point(y, 'NS')}{_point(x, 'EW')}" for x, y in corners.tolist()
    ]
    shapes = shapely.box(*corners.T, *(corners + grid.size).T)
    return _name_cells(names, gpd.GeoSeries(shapes, crs=homes.crs), of_home)


def _point(metres: int, letters: str) -> str:
    """A coordinate with the letter of its direction."""
    return f"{letters[metres < 0]}{abs(metres)}"


def _name_cells(names: list[str], shapes: gpd.GeoSeries, of_home: NDArray[np.int64]) -> Cells:
    """Cells in the order of their names."""
    order = np.argsort(np.array(names, dtype=object), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    cells = [names[i] for i in order.tolist()]
    outlines = gpd.GeoDataFrame({"cell": cells}, geometry=shapes.to_numpy()[order], crs=shapes.crs)
    return Cells(outlines, place[of_home.ravel()])


@dataclass(frozen=True, eq=False)
class CellCounts:
    """People of every cell, and how many of them are within each cutoff.

    Parameters
    ----------
    grid : Grid
        Which cells.
    outlines : GeoDataFrame
        As `Cells.outlines`.
    people : ndarray of float64, shape (n_groups, n_cells)
        Everybody.
    covered : mapping of (str, str) to ndarray of float64, shape (n_groups, n_cutoffs, n_cells)
        Those within, by profile and target; absent where nothing is known of the target.
    """

    grid: Grid
    outlines: gpd.GeoDataFrame
    people: NDArray[np.float64]
    covered: Mapping[tuple[str, str], NDArray[np.float64]]

    def list_rows(self, target: str, asked: CellsAsked) -> gpd.GeoDataFrame:
        """Every cell at every pace for one target, groups and cutoffs side by side: the columns of
        `schema.CITY_CELLS` that begin with a number of it, and ``cell, profile``.
        """
        n_cells = len(self.outlines)
        claimed = self._find(asked.claim, target, len(asked.cutoffs))
        parts = []
        for profile in asked.profiles:
            covered = self._find(profile, target, len(asked.cutoffs))
            columns: dict[str, Any] = {"cell": self.outlines["cell"].to_numpy()}
            columns["profile"] = np.full(n_cells, profile, dtype=object)
            for i, (group, own) in enumerate(asked.own.items()):
                columns[f"people_{group}"] = self.people[i]
                columns[f"is_own_{group}"] = np.full(n_cells, profile == own)
                for j, cutoff in enumerate(asked.cutoffs):
                    beside = _set_beside(self.people[i], covered[i, j], claimed[i, j])
                    columns |= {f"{key}_{group}_{cutoff}": n for key, n in beside.items()}
            parts.append(pd.DataFrame(columns))
        shapes = np.tile(self.outlines.geometry.to_numpy(), len(parts))
        rows = pd.concat(parts, ignore_index=True)
        return gpd.GeoDataFrame(rows, geometry=shapes, crs=self.outlines.crs)

    def _find(self, profile: str, target: str, n_cutoffs: int) -> NDArray[np.float64]:
        """Those within, NaN where it is not known."""
        unknown = np.full((len(self.people), n_cutoffs, len(self.outlines)), np.nan)
        return self.covered.get((profile, target), unknown)


def count_area_cells(
    area: AreaResult, grid: Grid, groups: list[str], cutoffs_min: tuple[float, ...]
) -> CellCounts:
    """Count the people of one neighbourhood of a run by cells.

    Counts of people are whole 2**-20ths, so that the cells add up to the neighbourhood to the bit.
    """
    cells = gather_cells(area.residents.geometry, grid)
    people = area.residents[groups].to_numpy(dtype=np.float64).T

    def count(is_counted: NDArray[np.bool_]) -> NDArray[np.float64]:
        weights = np.where(is_counted, people, 0.0)
        n_cells = len(cells)
        return np.stack(
            [np.bincount(cells.of_home, weights=one, minlength=n_cells) for one in weights]
        )

    covered = {
        (profile, target): np.stack(
            [count(time_s <= 60.0 * minutes) for minutes in cutoffs_min], axis=1
        )
        for (profile, target), time_s in area.travel_time_s.items()
        if target not in area.area.hubs and area.is_known(target)
    }
    everybody = count(np.ones(len(area.residents), dtype=bool))
    return CellCounts(grid, cells.outlines, everybody, covered)


@dataclass(frozen=True)
class CellsAsked:
    """What the rows of cells are asked for.

    Parameters
    ----------
    profiles : tuple of str
        Who walks.
    claim : str
        Whose walk is claimed for everybody.
    own : mapping of str to str
        Of each group the profile that it walks as.
    cutoffs : tuple of str
        How columns name the longest walks, rising.
    """

    profiles: tuple[str, ...]
    claim: str
    own: Mapping[str, str]
    cutoffs: tuple[str, ...]


def _set_beside(
    people: NDArray[np.float64],
    covered: NDArray[np.float64],
    claimed: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """Numbers of one group beside what is claimed, as `access15.results.gap.add_gap` has them."""

    def divide(top: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
        nothing = np.full(len(top), np.nan)
        return np.asarray(np.divide(top, below, out=nothing, where=below > 0))

    share = divide(covered, people)
    return {
        "covered": covered,
        "share": share,
        "gap_people": claimed - covered,
        "gap_points": 100.0 * (divide(claimed, people) - share),
        "ratio": divide(covered, claimed),
    }
