"""People of zones, sections and polygons put on the buildings or streets where they may live."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import Spread
from access15.core.reach.spread import SPACING_M, spread_total, street_points
from access15.core.streets.network import WalkNetwork
from access15.results.people import PutOn
from access15.sources.streets.buildings import Homes

# Where there is no residential street, people are put along other streets, never along these.
_NOT_HOMES = (
    "steps",
    "footway",
    "path",
    "cycleway",
    "track",
    "service",
    "platform",
    "bridleway",
    "corridor",
)
# A census section ends in the middle of the streets around it: they are its streets too.
BORDER_STREET_M = 20.0
# "auto" trusts mapped buildings where this share of the length of residential streets has one so
# near.
MAPPED_SHARE = 0.75
MAPPED_WITHIN_M = 30.0


class Sites(NamedTuple):
    """Where the people of one outline are put, in what proportions.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        Points [m].
    weight : ndarray of float64, shape (n,)
        Floor area [m2] or length of street [m].
    street : ndarray of int64, shape (n,)
        Row of the street's name in the network, 0 for none.
    edge : ndarray of int64, shape (n,)
        Edge that each point lies on, points of one edge in their order along it; -1 for a point
        that stands for itself.
    put_on : {"buildings", "streets", "other_streets", "middle", "centre"}
        What the points are.
    """

    xy: NDArray[np.float64]
    weight: NDArray[np.float64]
    street: NDArray[np.int64]
    edge: NDArray[np.int64]
    put_on: PutOn


@dataclass(frozen=True, eq=False)
class _Stretches:
    """Stretches of street, each a point."""

    edge: NDArray[np.int64]
    xy: NDArray[np.float64]
    length_m: NDArray[np.float64]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Index of the stretches."""
        return shapely.STRtree(shapely.points(self.xy))

    def within(self, outline: shapely.Geometry) -> NDArray[np.int64]:
        """Stretches in an outline, in their order."""
        return np.sort(self.tree.query(outline, predicate="contains"))

    def mapped(self, homes: Homes | None) -> NDArray[np.bool_]:
        """Whether each stretch has a residential building beside it."""
        is_mapped = np.zeros(len(self.edge), dtype=np.bool_)
        if homes is not None and len(homes.outlines):
            near = homes.outlines_tree.query(
                shapely.points(self.xy), predicate="dwithin", distance=MAPPED_WITHIN_M
            )
            is_mapped[near[0]] = True
        return is_mapped


@dataclass(frozen=True, eq=False)
class Ground:
    """Streets and buildings of a neighbourhood, as ground to put people on; in the network's CRS.

    Parameters
    ----------
    network : WalkNetwork
        The streets.
    homes : Homes, optional
        Residential buildings; None where the source of the streets maps none.
    reach : shapely Polygon
        Box within which streets were read.
    interest : shapely Polygon
        Box that holds everything people are to be spread in.
    highways : tuple of str
        OpenStreetMap highway classes people live on.
    spacing_m : float
        Longest stretch of street that one point of people stands for [m].
    """

    network: WalkNetwork
    homes: Homes | None
    reach: shapely.Polygon
    interest: shapely.Polygon
    highways: tuple[str, ...]
    spacing_m: float = SPACING_M

    @cached_property
    def residential(self) -> _Stretches:
        """Stretches of residential street."""
        return self._find_stretches(self._has_class(self.highways))

    @cached_property
    def others(self) -> _Stretches:
        """Stretches of streets somebody may live on where there is no residential one."""
        return self._find_stretches(~self._has_class(_NOT_HOMES))

    def _find_stretches(self, is_used: NDArray[np.bool_]) -> _Stretches:
        """Stretches of some streets; in tunnels, on bridges and other levels no door opens."""
        is_used = is_used & ~self.network.other_level
        points = street_points(self.network, is_used, self.interest, spacing_m=self.spacing_m)
        return _Stretches(*points)

    @cached_property
    def _residential_mapped(self) -> NDArray[np.bool_]:
        """Whether each stretch of residential street has a building beside it."""
        return self.residential.mapped(self.homes)

    @cached_property
    def _others_mapped(self) -> NDArray[np.bool_]:
        """Whether each stretch of other streets has a building beside it."""
        return self.others.mapped(self.homes)

    def _is_mapped(self, put_on: PutOn) -> NDArray[np.bool_]:
        """Whether each stretch of residential, or of other, streets has a building beside it."""
        return self._residential_mapped if put_on == "streets" else self._others_mapped

    def _has_class(self, highways: tuple[str, ...]) -> NDArray[np.bool_]:
        """Whether each edge is of one of some classes of street."""
        codes = [i for i, name in enumerate(self.network.highway_names) if name in highways]
        return np.isin(self.network.highway, codes)

    def find_homes(self, outline: shapely.Geometry) -> NDArray[np.int64]:
        """Residential buildings whose inner point lies in an outline."""
        if self.homes is None or not len(self.homes.outlines):
            return np.zeros(0, dtype=np.int64)
        return np.sort(self.homes.points_tree.query(outline, predicate="contains"))

    def find_sites(
        self,
        outline: shapely.Geometry,
        spread: Spread,
        *,
        border_m: float = 0.0,
    ) -> Sites:
        """Choose where the people of an outline are put."""
        if spread == "centre":
            return self._at_middle(outline, "centre")
        # 1. Streets that people live on; where there are none, any that is no path or the like.
        wide = outline.buffer(border_m) if border_m else outline
        put_on: PutOn = "streets"
        found = self.residential
        rows = found.within(wide)
        if not len(rows):
            put_on = "other_streets"
            found = self.others
            rows = found.within(wide)
        length_m = found.length_m[rows]
        # 2. Buildings are better, unless so few are mapped that most people would be put wrong.
        if spread != "streets" and self.homes is not None:
            inside = self.find_homes(outline)
            mapped_m = length_m[self._is_mapped(put_on)[rows]].sum()
            is_enough = spread == "buildings" or mapped_m >= MAPPED_SHARE * length_m.sum()
            if len(inside) and is_enough:
                return self._at_homes(self.homes, inside)
        # 3. With neither, all stand in the middle: nobody is lost.
        if not len(rows):
            return self._at_middle(outline, "middle")
        edge = found.edge[rows]
        return Sites(found.xy[rows], length_m, self.network.street[edge], edge, put_on)

    def _at_middle(self, outline: shapely.Geometry, put_on: PutOn) -> Sites:
        """All people of an outline at one point inside it; a cell's is on a street by name."""
        middle = outline.representative_point()
        xy = np.array([[middle.x, middle.y]])
        nowhere = np.zeros(1, dtype=np.int64)
        street = self.name_streets(xy) if put_on == "centre" else nowhere
        return Sites(xy, np.ones(1), street, nowhere - 1, put_on)

    def _at_homes(self, homes: Homes, rows: NDArray[np.int64]) -> Sites:
        """People at the doors of buildings, by floor area."""
        xy = self.find_doors(homes.outlines[rows])
        alone = np.full(len(rows), -1)
        return Sites(xy, homes.floor_area_m2[rows], self.name_streets(xy), alone, "buildings")

    def find_doors(self, outlines: NDArray[np.object_]) -> NDArray[np.float64]:
        """Where buildings come nearest to a street or path: nobody maps all doors, and walks begin
        outside.
        """
        rows, tree = self._near
        if not len(rows):
            return np.asarray(shapely.get_coordinates(shapely.point_on_surface(outlines)))
        nearest = rows[tree.query_nearest(outlines, all_matches=False)[1]]
        ways_out = shapely.shortest_line(outlines, self.network.lines[nearest])
        starts = shapely.get_coordinates(ways_out)[::2]  # each line has two points
        return np.asarray(starts)

    def name_streets(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Nearest street with a name.

        Returns row in the network's `street_names`; 0 where no street has a name.
        """
        rows, tree = self._named
        if not len(rows):
            return np.zeros(len(xy), dtype=np.int64)
        nearest = tree.query_nearest(shapely.points(xy), all_matches=False)
        return np.asarray(self.network.street[rows[nearest[1]]])

    @cached_property
    def _near(self) -> tuple[NDArray[np.int64], shapely.STRtree]:
        """Streets and paths around everybody, and their index."""
        rows = np.flatnonzero(shapely.intersects(self.network.lines, self.interest))
        return rows, shapely.STRtree(self.network.lines[rows])

    @cached_property
    def _named(self) -> tuple[NDArray[np.int64], shapely.STRtree]:
        """Those with a name."""
        near, _ = self._near
        rows = near[self.network.street[near] > 0]
        return rows, shapely.STRtree(self.network.lines[rows])


@dataclass(frozen=True, eq=False)
class SpreadPeople:
    """People of many outlines, each at points.

    Parameters
    ----------
    points : DataFrame
        ``place`` (row of the outline), ``x``, ``y``, ``street`` (its name), ``edge`` (-1 for a
        point that stands for itself) and one column per group.
    put_on : list of str
        What the people of each outline were put on.
    """

    points: pd.DataFrame
    put_on: list[PutOn]


def spread_people(
    ground: Ground,
    outlines: NDArray[np.object_],
    people: pd.DataFrame,
    *,
    spread: Spread,
    border_m: float = 0.0,
) -> SpreadPeople:
    """Spread the people of outlines over the ground; the total of each is preserved exactly.

    An outline that reaches beyond the streets that were read keeps, by area, its people there
    without a point: so far away no zone of the study lies.
    """
    # 1. Where the people of each outline may stand, in what proportions.
    counts = people.to_numpy(dtype=np.float64)
    chosen = [ground.find_sites(outline, spread, border_m=border_m) for outline in outlines]
    # 2. Each group's total is divided exactly. What lies beyond the streets that were read takes
    #    its share as one more site, which gets no point.
    parts = []
    for totals, outline, sites in zip(counts, outlines, chosen, strict=True):
        weight = sites.weight
        if not ground.reach.covers(outline):
            share = ground.reach.intersection(outline).area / outline.area
            weight = np.append(weight / weight.sum() * share, 1.0 - share)
        shares = np.column_stack([spread_total(total, weight) for total in totals])
        parts.append(shares[: len(sites.xy)])
    # 3. All outlines together; the empty arrays in front stand for no outline at all.
    divided = np.concatenate([np.zeros((0, counts.shape[1])), *parts])
    xy = np.concatenate([np.zeros((0, 2)), *(sites.xy for sites in chosen)])
    none = np.zeros(0, dtype=np.int64)
    street = np.concatenate([none, *(sites.street for sites in chosen)])
    names = np.array(ground.network.street_names, dtype=object)
    n_sites = [len(sites.xy) for sites in chosen]
    points = pd.DataFrame(divided, columns=list(people.columns), dtype=np.float64)
    points.insert(0, "place", np.repeat(np.arange(len(chosen)), n_sites))
    points.insert(1, "x", xy[:, 0])
    points.insert(2, "y", xy[:, 1])
    points.insert(3, "street", names[street])
    points.insert(4, "edge", np.concatenate([none, *(sites.edge for sites in chosen)]))
    return SpreadPeople(points, [sites.put_on for sites in chosen])
