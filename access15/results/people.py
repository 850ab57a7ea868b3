"""How residents were put where they live, and what that leaves out: handed from sources to outputs
with the people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final, Literal, get_args

import geopandas as gpd
import shapely

CountedOn = Literal["zones", "sections", "polygons", "cells", "homes"]
PutOn = Literal["buildings", "streets", "other_streets", "middle", "centre"]
NoteKind = Literal[
    "outside",
    "no_outline",
    "no_row",
    "no_data",
    "fictitious",
    "no_buildings",
    "levels",
    "no_homes",
    "cells",
    "census_2011",
    "census_2021",
    "census_2023",
]

ALL: Final = "all"
JOIN: Final = " + "

# Ways of putting residents where they live: what was counted and where people were put. The words
# for them are in `access15.outputs.words.people`.
METHODS: Final = (
    *(
        f"{of}_{on}"
        for of, on in product(get_args(CountedOn), get_args(PutOn))
        if of == "cells" or (of != "homes" and on != "centre")
    ),
    *(f"homes_{on}" for on in get_args(PutOn) if on not in {"middle", "centre"}),
    "points",
)


@dataclass(frozen=True)
class PeopleNote:
    """Something the reader must know about the residents, with its numbers.

    Parameters
    ----------
    kind : {"outside", "no_outline", "no_row", "no_data", "fictitious", "no_buildings", "levels",
        "no_homes", "cells", "census_2011", "census_2021", "census_2023"}
        ``outside``: people counted outside every zone of the run. ``no_outline``: people in rows
        without an outline. ``no_row``: sections without a row of counts. ``no_data``: sections of
        municipalities of which the source says nothing. ``fictitious``: people of sections that
        stand for no place. ``census_...``: the day of the count. ``no_buildings``: people
        to be spread over buildings where none is mapped. ``levels``: the share of floor area whose
        storeys are mapped. ``no_homes``: zones in which no home is mapped.
        ``cells``: everybody whom a grid counts, and in how many cells near the zones.
    people : float
        How many people it is about.
    n : int
        How many rows, sections or polygons.
    share : float
        A share, 0 to 1, where there is one to tell.
    names : tuple of str
        Codes of municipalities, where it is about some.
    """

    kind: NoteKind
    people: float = 0.0
    n: int = 0
    share: float = 0.0
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Around:
    """People around a neighbourhood, who share its services and are counted nowhere else.

    Parameters
    ----------
    residents : GeoDataFrame
        One column of people per group, point geometry in the network's CRS.
    known : shapely Geometry
        Land whose residents are known, the neighbourhood's own included, as far as streets were
        read.
    """

    residents: gpd.GeoDataFrame
    known: shapely.Geometry


@dataclass(frozen=True)
class PeopleInfo:
    """How the residents of one neighbourhood were put where they live; shown with every number
    computed on them.

    Parameters
    ----------
    methods : mapping of str to tuple of str
        Methods used in each zone, of `METHODS`, that of most people first.
    notes : tuple of PeopleNote
        What the reader must know.
    outside : mapping of str to float
        People by group whom the source counts outside the zones of the run.
    """

    methods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[PeopleNote, ...] = ()
    outside: Mapping[str, float] = field(default_factory=dict)

    def join_methods(self, zone: str = ALL) -> str:
        """Methods used in a zone, as tables hold them."""
        everywhere = [method for used in self.methods.values() for method in used]
        return JOIN.join(dict.fromkeys(self.methods.get(zone) or everywhere))
