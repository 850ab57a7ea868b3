"""Where the places of a run come from: which tables, and what of them does not count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import geopandas as gpd

MERGED: Final = "merged"  # status of a row that is a place which another row lists
REPLACED: Final = "replaced"  # status of a row whose kind other tables list instead


@dataclass(frozen=True)
class AddedTable:
    """A table of places beside the study's own.

    Parameters
    ----------
    name : str
        File name without folders.
    n_added : int
        Places that no table before it lists.
    n_merged : int
        Places that one lists already.
    """

    name: str
    n_added: int
    n_merged: int


@dataclass(frozen=True, eq=False)
class PlacesInfo:
    """What was done with the tables of places before any street was read.

    Parameters
    ----------
    added : tuple of AddedTable
        Tables beside the study's own, in their order.
    n_replaced : int
        Rows of the study's own table that others stand in for.
    replaced : tuple of str
        Categories that were replaced.
    unlisted : tuple of str
        Categories that only the replaced rows, or the replaced table, list: unknown, not zero.
    instead_of : str
        Name of the table that was replaced as a whole; empty where none was.
    set_aside : GeoDataFrame, optional
        Rows that are not counted, with ``status`` (``merged`` or ``replaced``) and ``merged_into``,
        the id of the place that stands for them; EPSG:4326.
    """

    added: tuple[AddedTable, ...] = ()
    n_replaced: int = 0
    replaced: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    instead_of: str = ""
    set_aside: gpd.GeoDataFrame | None = field(default=None)
