"""What would help a neighbourhood most: one more place, and one more bench."""

from __future__ import annotations

from dataclasses import dataclass

from access15.results.prepared import Answer


@dataclass(frozen=True)
class BenchAid:
    """The bench that brings most people to a hub who must sit down on the way.

    Parameters
    ----------
    profile : str
        Who walks.
    rest_every_m : float
        Longest way between two seats [m].
    street : str
        Where it would stand; empty where no single bench brings anybody.
    place : tuple of float, optional
        The same as longitude and latitude [degree]; None where it is nowhere.
    gained : float
        People of the group whom it brings within the cutoff.
    everywhere : float
        People whom benches along every street would bring.
    today : float
        People who get there from seat to seat today.
    anywhere : float
        People who would get there could they sit anywhere, also between a street and a door.
    """

    profile: str
    rest_every_m: float
    street: str
    gained: float
    everywhere: float
    today: float
    place: tuple[float, float] | None = None
    anywhere: float = 0.0


@dataclass(frozen=True)
class Aids:
    """What one more thing would bring, for the group of the headline at its own pace.

    Parameters
    ----------
    place : Answer, optional
        The best place for one more hub; None where it was not looked for, or brings nobody.
    n_corners : int
        Corners that were tried for it; 0 where it was not looked for.
    bench : BenchAid, optional
        None where no source of seats is known, or nobody walks who rests.
    """

    place: Answer | None = None
    n_corners: int = 0
    bench: BenchAid | None = None


NO_AIDS = Aids()
