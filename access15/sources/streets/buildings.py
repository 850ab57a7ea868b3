"""Which mapped buildings people live in, and how much floor each has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.sources.streets.values import list_values, parse_levels, words

# Assumption: the usual height of Italian town blocks, where nobody mapped the storeys
DEFAULT_LEVELS = 4.0

# Kinds of building (OpenStreetMap wiki, Key:building) that are no homes; "yes" and kinds nobody
# knows are homes unless another tag says what they are for. Guests of hotels and patients of
# hospitals are not residents.
_NO_HOMES = words(
    "no hotel commercial industrial kiosk office retail supermarket warehouse shop shops mall bank "
    "restaurant bars",
    "cathedral chapel church kingdom_hall mosque presbytery religious shrine synagogue temple",
    "bakehouse bridge civic clinic college community_centre fire_station government gatehouse "
    "hospital kindergarten",
    "library museum police prison public school toilets train_station transportation university "
    "theatre cinema hall",
    "barn conservatory cowshed farm_auxiliary greenhouse slurry_tank stable sty livestock",
    "grandstand pavilion riding_hall sports_hall sports_centre stadium swimming_pool",
    "allotment_house boathouse hangar hut shed carport garage garages parking",
    "digester service tech_cab transformer_tower water_tower storage_tank silo tank reservoir "
    "substation",
    "bunker castle ruins tower roof tent container construction collapsed demolished abandoned "
    "proposed entrance",
    "arcade station railway bus_station depot factory manufacture works chimney cooling_tower "
    "power",
)
# What a building of no particular kind is used for instead. A shop or a cafe on the ground floor of
# a house is often mapped on the whole house: only uses that fill a building count.
_OTHER_USES: Mapping[str, frozenset[str]] = {
    "amenity": words(
        "school kindergarten college university hospital clinic place_of_worship townhall police "
        "fire_station",
        "prison courthouse library theatre cinema arts_centre community_centre social_centre "
        "marketplace parking",
        "fuel car_wash bus_station ferry_terminal public_building embassy exhibition_centre "
        "conference_centre",
        "events_venue crematorium grave_yard shelter toilets recycling waste_transfer_station "
        "music_school",
        "research_institute ranger_station casino planetarium public_bath",
    ),
    "shop": words(
        "supermarket mall department_store wholesale car car_repair doityourself furniture"
    ),
    "tourism": words("hotel motel hostel museum gallery attraction aquarium theme_park zoo"),
    "leisure": words("sports_centre sports_hall stadium fitness_centre swimming_pool ice_rink"),
    "office": words("government diplomatic"),
    "historic": words(
        "castle monument ruins church fort tower archaeological_site city_gate monastery memorial"
    ),
}
_USED_OTHERWISE = (
    "power",
    "man_made",
    "railway",
    "public_transport",
    "aeroway",
    "military",
    "industrial",
)
BUILDING_KEYS = ("building", "building:levels", *_OTHER_USES, *_USED_OTHERWISE)
# Kinds that say themselves that people live there, whatever else the building holds.
_CERTAIN_HOMES = words(
    "apartments residential house detached semidetached_house semi terrace bungalow dormitory farm "
    "villa annexe",
    "static_caravan houseboat cabin stilt_house tree_house trullo mixed_use",
)


class BuildingTags(NamedTuple):
    """What a building's tags say of the people in it.

    Parameters
    ----------
    is_home : bool
        Whether it is taken for a home.
    levels : float
        Storeys above the ground, NaN when unknown.
    """

    is_home: bool
    levels: float


NO_HOME = BuildingTags(is_home=False, levels=math.nan)


def classify_building(tags: Mapping[str, str]) -> BuildingTags:
    """Read the tags of a building."""
    # A building that says itself that it is a home is one, with a shop in it too; any other is one
    # unless its kind or its use says that it is not.
    kinds = set(list_values(tags.get("building", "no")))
    if not kinds & _CERTAIN_HOMES:
        is_used = any(tags.get(key, "") in values for key, values in _OTHER_USES.items())
        is_used |= any(tags.get(key, "no") != "no" for key in _USED_OTHERWISE)
        if is_used or kinds & _NO_HOMES:
            return NO_HOME
    return BuildingTags(is_home=True, levels=parse_levels(tags.get("building:levels", "")))


@dataclass(frozen=True, eq=False)
class Homes:
    """Residential buildings, in a projected CRS.

    Parameters
    ----------
    outlines : ndarray of shapely polygons, shape (n,)
        Their footprints.
    levels : ndarray of float64, shape (n,)
        Storeys, NaN when unknown.
    """

    outlines: NDArray[np.object_]
    levels: NDArray[np.float64]

    @cached_property
    def floor_area_m2(self) -> NDArray[np.float64]:
        """Footprint times storeys, `DEFAULT_LEVELS` where nobody mapped them, shape (n,) [m2]."""
        levels = np.where(np.isnan(self.levels), DEFAULT_LEVELS, self.levels)
        return np.asarray(shapely.area(self.outlines) * levels)

    @cached_property
    def xy(self) -> NDArray[np.float64]:
        """A point in each building, shape (n, 2) [m]."""
        return np.asarray(shapely.get_coordinates(shapely.point_on_surface(self.outlines)))

    @cached_property
    def points_tree(self) -> shapely.STRtree:
        """Index of `xy`."""
        return shapely.STRtree(shapely.points(self.xy))

    @cached_property
    def outlines_tree(self) -> shapely.STRtree:
        """Index of `outlines`."""
        return shapely.STRtree(self.outlines)


def select_homes(
    outlines: NDArray[np.object_],
    is_home: NDArray[np.bool_],
    levels: NDArray[np.float64],
    box: shapely.Polygon,
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Outlines and storeys of the buildings people live in that touch a box, whole; those without
    an area are left out.
    """
    rows = np.flatnonzero(is_home & (shapely.area(outlines) > 0))
    rows = rows[shapely.intersects(outlines[rows], box)]
    return outlines[rows], levels[rows]
