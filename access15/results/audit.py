"""Stops of a walk audit: the places whose unknowns move a result most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from access15.results.barriers import BarrierAnswer
from access15.results.run import AreaResult

# What a stop asks somebody to look at, in the order of the sheet.
CHECKS: Final = ("kerb", "steps", "surface", "width", "bench", "door")


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A place to look at.

    Parameters
    ----------
    checks : tuple of str
        What is not known here, of `CHECKS`; the first moves most.
    street : str
        Streets there; empty where none has a name.
    is_near : bool
        Whether no street there has a name and that is one nearby.
    lat, lon : float
        Where it is [degrees].
    xy : tuple of float
        The same in the streets' own metres.
    people : float
        People whose walk within the minutes depends on it.
    is_gain : bool
        Whether that many more get there if it turns out well, rather than fewer if badly.
    place : str
        Of a door: whose.
    """

    checks: tuple[str, ...]
    street: str
    is_near: bool
    lat: float
    lon: float
    xy: tuple[float, float]
    people: float
    is_gain: bool = False
    place: str = ""

    @property
    def geo(self) -> str:
        """The place as a geo URI (RFC 5870), which a telephone opens on its own map."""
        return f"geo:{self.lat:.6f},{self.lon:.6f}"


@dataclass(frozen=True, kw_only=True, eq=False)
class AuditFindings(BarrierAnswer):
    """The stops of one neighbourhood; the rest as `access15.results.barriers.BarrierAnswer`.

    Parameters
    ----------
    study_name : str
        The study.
    area : AreaResult
        The neighbourhood.
    rows : tuple of int
        Rows of the facilities walked to.
    stops : tuple of Stop
        The first moves the result most.
    """

    study_name: str
    area: AreaResult
    rows: tuple[int, ...]
    stops: tuple[Stop, ...]
