"""Walking profiles: how somebody walks, every value with its source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from access15.config.model import Label, Model, data_dir, validated, validated_tables
from access15.errors import ConfigError
from access15.remarks import Remark

# How many times longer a slope takes than the flat: rise over run in the direction walked, factor.
InclineFactor = tuple[
    Annotated[float, Field(ge=-1.0, le=1.0)], Annotated[float, Field(gt=0.0, le=20.0)]
]
Factor = Literal["impassable"] | Annotated[float, Field(ge=1.0, le=20.0)]
# Values that not every walker has, and whose source must be said where one has them.
_NEED_SOURCE = (
    "rest_every_m",
    "crossing_wide_s",
    "lift_s",
    "incline_up",
    "incline_factors",
    "min_width_m",
    "surface_factors",
    "smoothness_factors",
)
StepsRule = Literal["plain", "slower", "avoided", "impassable"]


class WalkProfile(Model):
    """How somebody walks: pace, steps, waiting at crossings, kerbs, slopes and rests.

    Resting is an average: who rests `rest_s` after every `rest_every_m` needs
    ``rest_s / rest_every_m`` seconds more for each metre, wherever on the way it is walked, so that
    times add up and no answer depends on where a street is cut. With `needs_seat` a place is
    reached only by a way on which no gap between seats is longer than `rest_every_m`.

    `surface_factors` and `smoothness_factors` say how many times longer a way of that kind takes;
    "impassable" is a way that cannot be passed. `incline_up` is how steep a slope is taken to be of
    which a map only says that it goes up or down. `incline_factors` say how many times longer than
    the flat slopes take, as pairs of a slope in the direction walked (0.05 is 5 % up) and a factor,
    evenly in between and as the last beyond them; without them slopes are Tobler's.
    `crossing_wide_s` is for four lanes or more where
    nothing stops cars, `lift_s` for a lift.

    Every value's origin is in `sources`, keyed by the field's name.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Label
    who: Label
    pace_ms: float = Field(gt=0.1, lt=5.0)
    steps: StepsRule
    steps_factor: float = Field(default=1.0, ge=1.0)
    crossing_signals_s: float = Field(ge=0, le=300)
    crossing_marked_s: float = Field(ge=0, le=300)
    crossing_unmarked_s: float = Field(ge=0, le=300)
    crossing_wide_s: float = Field(default=0.0, ge=0, le=300)
    lift_s: float = Field(default=0.0, ge=0, le=600)
    raised_kerb: Literal["passable", "impassable"]
    incline: Literal["ignored", "slower"]
    max_incline: float | None = Field(
        default=None,
        gt=0,
        le=1,
    )
    incline_up: float | None = Field(
        default=None,
        gt=0,
        le=1,
    )
    incline_factors: tuple[InclineFactor, ...] = ()
    min_width_m: float | None = Field(
        default=None,
        gt=0,
        le=5,
    )
    surface_factors: dict[Literal["smooth", "rough", "unpaved", "soft"], Factor] = Field(
        default_factory=dict
    )
    smoothness_factors: dict[Literal["good", "bad", "very_bad", "horrible"], Factor] = Field(
        default_factory=dict
    )
    rest_every_m: float | None = Field(
        default=None,
        ge=10,
        le=5000,
    )
    rest_s: float | None = Field(
        default=None,
        ge=0,
        le=3600,
    )
    needs_seat: bool = False
    on_maps: bool = True
    sources: dict[str, str]

    @property
    def pace_kmh(self) -> float:
        """Pace on the flat [km/h]."""
        return self.pace_ms * 3.6

    @property
    def rest_per_m_s(self) -> float:
        """Seconds of rest for each metre walked [s]; 0 for who does not rest."""
        if self.rest_s is None or self.rest_every_m is None:
            return 0.0
        return self.rest_s / self.rest_every_m

    @property
    def pace_with_rests_ms(self) -> float:
        """Metres on the flat per second, rests included [m/s]."""
        if self.rest_per_m_s == 0:
            return self.pace_ms
        return 1.0 / (1.0 / self.pace_ms + self.rest_per_m_s)

    def ground_factor(self, *, surface: str = "", smoothness: str = "") -> float:
        """How many times longer a way takes that is made of something, or is so even.

        Parameters
        ----------
        surface, smoothness : str
            A class of `SURFACES` or `SMOOTHNESS`.

        Returns
        -------
        float
            At least 1; inf where it cannot be passed.
        """
        told: dict[str, Factor] = dict(self.surface_factors.items())
        told.update(self.smoothness_factors.items())
        factor = told.get(surface or smoothness, 1.0)
        return math.inf if factor == "impassable" else factor

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse values without a source, and what does not go together."""
        stated = {"pace_ms", "steps", "crossing_signals_s", "raised_kerb", "incline"}
        stated |= {name for name in _NEED_SOURCE if getattr(self, name)}
        stated |= {"rest_s"} if self.rest_s is not None else set()
        if missing := stated - set(self.sources):
            raise ValueError(Remark("profile_no_source", id=self.id, names=sorted(missing)))
        if self.steps in ("slower", "avoided") and self.steps_factor <= 1.0:
            raise ValueError(Remark("profile_needs_factor", id=self.id, steps=self.steps))
        if self.steps in ("plain", "impassable") and self.steps_factor != 1.0:
            raise ValueError(Remark("profile_takes_no_factor", id=self.id, steps=self.steps))
        slopes = [slope for slope, _ in self.incline_factors]
        if slopes != sorted(set(slopes)) or (slopes and (0.0, 1.0) not in self.incline_factors):
            raise ValueError(Remark("profile_incline_factors", id=self.id))
        if self.incline_factors and self.incline == "ignored":
            raise ValueError(Remark("profile_incline_ignored", id=self.id))
        if (self.rest_every_m is None) != (self.rest_s is None):
            raise ValueError(Remark("profile_half_a_rest", id=self.id))
        if self.needs_seat and self.rest_every_m is None:
            raise ValueError(Remark("profile_seat_without_gap", id=self.id))
        return self

    def at_pace(self, speed_ms: float) -> WalkProfile:
        """Copy of this profile at another pace.

        Parameters
        ----------
        speed_ms : float
            Pace on the flat [m/s].

        Returns
        -------
        WalkProfile
            The same walker, faster or slower.

        Raises
        ------
        ConfigError
            If nobody walks at that pace.
        """
        values = {**self.model_dump(), "pace_ms": speed_ms}
        return validated(WalkProfile, values, Remark("profile_named", id=self.id))


def load_profiles(path: Path | None = None) -> dict[str, WalkProfile]:
    """Read the walking profiles.

    Parameters
    ----------
    path : Path, optional
        A profiles file; by default the one that comes with access15.

    Returns
    -------
    dict of str to WalkProfile
        Profiles by id, in the file's order.

    Raises
    ------
    ConfigError
        If the file is missing or not valid.
    """
    path = path or data_dir() / "profiles.toml"
    return validated_tables(WalkProfile, path)


def find_walker(known: Mapping[str, WalkProfile], profile: str) -> WalkProfile:
    """Profile of that id."""
    if profile not in known:
        raise ConfigError(Remark("profile_unknown", name=profile, known=tuple(known)))
    return known[profile]
