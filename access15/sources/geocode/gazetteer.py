"""Places known without internet: addresses of facilities whose point is known, and corners of
streets.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj

from access15.core.streets.network import WalkNetwork
from access15.sources.geocode.addresses import (
    Address,
    Street,
    StreetMatch,
    fold,
    match_streets,
    parse_address,
    parse_street,
)
from access15.sources.geocode.candidates import Candidate, Precision, sort_by_middle
from access15.sources.geocode.house_numbers import match_numbers
from access15.sources.places.cells import USABLE_PRECISIONS

PROVIDER = "access15 gazetteer"
# A point of these kinds stands at the address itself; a neighbouring number's stands at another
# one.
_AT_THE_ADDRESS = ("official point", "address", "confirmed", "given")
_IN_PART: tuple[StreetMatch, ...] = ("part",)
_DATE = re.compile(r"20\d\d-[01]\d-[0-3]\d")
_DOUBT: dict[StreetMatch, int] = {
    "exact": 0,
    "initials": 1,
    "part": 2,
}


@dataclass(frozen=True)
class KnownAddress:
    """Address of a facility whose point is known.

    Parameters
    ----------
    address : Address
        Its address.
    lat, lon : float
        Its point [degrees].
    label : str
        Its name and address as given.
    name : str
        Its name.
    precision : str
        How well its point is known.
    provider : str
        Where its point comes from.
    """

    address: Address
    lat: float
    lon: float
    label: str
    name: str = ""
    precision: Precision = "given"
    provider: str = PROVIDER

    def to_candidate(self, precision: Precision, date: str) -> Candidate:
        """It as the answer to an address, with the date of its source, else that of the answer."""
        dated = _DATE.search(self.provider)
        own = dated[0] if dated else date
        return Candidate(self.lat, self.lon, precision, self.label, self.provider, own)


@dataclass(frozen=True)
class Gazetteer:
    """What can be looked up without internet.

    Parameters
    ----------
    known : tuple of KnownAddress
        Addresses of facilities.
    streets : tuple of Street
        Names of the streets that have corners.
    corners : tuple of dict of int to tuple of float
        Per street of `streets`: node and its longitude and latitude, for nodes where another
        street begins.
    """

    known: tuple[KnownAddress, ...] = ()
    streets: tuple[Street, ...] = ()
    corners: tuple[dict[int, tuple[float, float]], ...] = ()

    def find(
        self,
        address: Address,
        *,
        date: str,
        name: str = "",
    ) -> list[Candidate]:
        """Look an address up, and the name of the place where no address is known."""
        found = self._find_number(address, date) or self._find_name(name, address, date)
        return found or self._find_corner(address, date)

    def _find_number(self, address: Address, date: str) -> list[Candidate]:
        """Facilities at the house number asked for, or near it in its street."""
        return [
            known.to_candidate(precision, date)
            for known in self.known
            if known.precision in _AT_THE_ADDRESS
            if (precision := _match_known(address, known.address)) is not None
        ]

    def find_alike(self, address: Address, *, date: str) -> list[Candidate]:
        """Facilities at the house number of a street that is called so in part: "De André" where
        "F. De André" is asked for, which may be another's.
        """
        return [
            known.to_candidate("address", date)
            for known in self.known
            if known.precision in _AT_THE_ADDRESS
            if _match_known(address, known.address, _IN_PART) == "address"
        ]

    def _find_name(self, name: str, address: Address, date: str) -> list[Candidate]:
        """Facilities of that very name, unless the address is another than theirs."""
        wanted = fold(name)
        if not wanted:
            return []
        return [
            known.to_candidate(known.precision, date)
            for known in self.known
            if fold(known.name) == wanted and _may_be_at(address, known.address)
        ]

    def _find_corner(self, address: Address, date: str) -> list[Candidate]:
        """Nodes where the two streets of a corner meet, under the surest reading of their names."""
        if address.street is None or address.corner is None:
            return []
        # 1. Both names may mean several streets ("via Meda": Filippo or Giuseppe Meda).
        one = self._streets_like(address.street)
        other = self._streets_like(address.corner)
        # 2. Most of them never meet, and only those that do can be meant.
        meetings: dict[int, list[Candidate]] = defaultdict(list)
        for a, b in itertools.product(one, other):
            if a != b:
                meetings[one[a] + other[b]] += self._meetings(a, b, date)
        # 3. The reading that twists the names least goes first.
        return next((meetings[doubt] for doubt in sorted(meetings) if meetings[doubt]), [])

    def _meetings(
        self,
        a: int,
        b: int,
        date: str,
    ) -> list[Candidate]:
        """Corners of two streets, the one in the middle of the crossing first."""
        shared = sorted(self.corners[a].keys() & self.corners[b].keys())
        places = sort_by_middle([self.corners[a][node] for node in shared])
        label = f"{self.streets[a].text} / {self.streets[b].text}"
        return [Candidate(lat, lon, "corner", label, PROVIDER, date) for lon, lat in places]

    def _streets_like(self, asked: Street) -> dict[int, int]:
        """Streets that a name may mean, with how doubtful that is (0 is sure)."""
        matches = {i: match_streets(asked, street) for i, street in enumerate(self.streets)}
        return {i: _DOUBT[match] for i, match in matches.items() if match is not None}


def build_gazetteer(facilities: gpd.GeoDataFrame, network: WalkNetwork | None = None) -> Gazetteer:
    """Collect what is known without internet."""
    is_known = facilities["precision"].isin(USABLE_PRECISIONS) & facilities.geometry.notna()
    usable = facilities[is_known].to_crs("EPSG:4326")
    sources = usable["source"] if "source" in usable else [""] * len(usable)
    columns = (usable["name"], usable["address"], usable["precision"], sources, usable.geometry)
    known = tuple(
        KnownAddress(
            address=parse_address(text or ""),
            lat=point.y,
            lon=point.x,
            label=", ".join(filter(None, (name, text))),
            name=name or "",
            precision=precision,
            provider=source or PROVIDER,
        )
        for name, text, precision, source, point in zip(*columns, strict=True)
        if text or name
    )
    if network is None:
        return Gazetteer(known)
    corners = _find_corners(network)
    streets = sorted(corners)
    names = [network.street_names[i] for i in streets]
    return Gazetteer(
        known,
        tuple(parse_street(name) or Street("", name) for name in names),
        tuple(corners[i] for i in streets),
    )


def _match_known(
    asked: Address,
    known: Address,
    wanted: Collection[StreetMatch] = ("exact", "initials"),
) -> Precision | None:
    """How well a facility's address answers the one asked for."""
    if not (asked.street and known.street and asked.street.kind and known.street.kind):
        return None
    if fold(asked.town) != fold(known.town):
        return None
    if match_streets(asked.street, known.street) not in wanted:
        return None
    return match_numbers(asked.number, known.number)


def _may_be_at(asked: Address, known: Address) -> bool:
    """Whether an address says nothing against a facility's own."""
    if asked.street is None or known.street is None:
        return True
    if asked.town and known.town and fold(asked.town) != fold(known.town):
        return False
    if match_streets(asked.street, known.street) is None:
        return False
    is_numbered = bool(asked.number and known.number)
    return not is_numbered or match_numbers(asked.number, known.number) is not None


def _find_corners(network: WalkNetwork) -> dict[int, dict[int, tuple[float, float]]]:
    """Per street index: nodes it shares with another named street, with longitude and latitude."""
    # 1. Each pair of a node and a street that ends there, once; street 0 has no name.
    nodes = np.concatenate([network.edge_u, network.edge_v])
    streets = np.concatenate([network.street, network.street])
    pairs = np.unique(np.column_stack([nodes, streets])[streets > 0], axis=0)
    # 2. A node with more than one street is a corner of each of them.
    n_streets = np.bincount(pairs[:, 0], minlength=network.n_nodes)
    pairs = pairs[n_streets[pairs[:, 0]] > 1]
    to_lonlat = pyproj.Transformer.from_crs(network.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_lonlat.transform(*network.node_xy[pairs[:, 0]].T)
    corners: dict[int, dict[int, tuple[float, float]]] = defaultdict(dict)
    for (node, street), x, y in zip(pairs.tolist(), lon, lat, strict=True):
        corners[street][node] = (float(x), float(y))
    return dict(corners)
