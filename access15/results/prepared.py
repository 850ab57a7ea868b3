"""What a session page is given beside its run: places to choose among, and answers found before."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Site:
    """A place that could be, as a proposal would put it there.

    Parameters
    ----------
    name : str
        What it is called, or the streets it stands at; may be empty.
    lon, lat : float
        Where, in EPSG:4326 with seven decimals [degrees].
    gained : float
        People whom it adds to those of the places before it; nan where nobody asked.
    """

    name: str
    lon: float
    lat: float
    gained: float = float("nan")


@dataclass(frozen=True)
class Answer:
    """The best choice of several more places of one kind, for one group at one pace.

    Parameters
    ----------
    profile, category, group : str
        Who walks, where to, who is counted.
    cutoff_min : float
        Longest walk, inclusive [min].
    gained : float
        People whom the places bring within it, with those of today.
    most : float
        People whom no choice of as many brings: `gained`, where that is proven.
    sites : tuple of Site
        Where; each adds most to those before.
    """

    profile: str
    category: str
    group: str
    cutoff_min: float
    gained: float
    most: float
    sites: tuple[Site, ...]


@dataclass(frozen=True)
class SessionSites:
    """What the session page knows of more places.

    Parameters
    ----------
    given : tuple of Site
        Places to choose among; none where every corner is one.
    answers : tuple of Answer
        For two more places, and more.
    bench : tuple of float, optional
        Where one more bench brings most people of the headline's group to a hub, longitude and
        latitude [degree]; None where it was not looked for, or brings nobody.
    """

    given: tuple[Site, ...] = ()
    answers: tuple[Answer, ...] = ()
    bench: tuple[float, float] | None = None


NO_SITES = SessionSites()
