"""What a method of a network is asked: which walker, how long, in which direction."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np

from access15.config import LONGEST_CUTOFF_MIN, WalkProfile, find_walker
from access15.config.model import validated
from access15.errors import ConfigError, InputDataError
from access15.remarks import Remark
from access15.workflows.isochrone import sort_minutes

Direction = Literal["towards", "from"]
ProfileLike = str | WalkProfile | Mapping[str, Any]
DEFAULT_PROFILE = "older_adult"
_OWN_SOURCE = "given by the caller"


def choose_walker(known: Mapping[str, WalkProfile], profile: object) -> WalkProfile:
    """Walker of a name, as given, or one of a name (``id``) with some values changed."""
    if isinstance(profile, WalkProfile):
        return profile
    if isinstance(profile, str):
        return find_walker(known, profile)
    if not isinstance(profile, Mapping):
        told = Remark("profile_kind", known=tuple(known), kind=type(profile).__name__)
        raise ConfigError(told)
    changes = {str(key): value for key, value in profile.items()}
    base = find_walker(known, str(changes.get("id", DEFAULT_PROFILE)))
    told_sources = dict.fromkeys(set(changes) - {"id", "sources"}, _OWN_SOURCE)
    values = base.model_dump() | changes
    values["sources"] = {**base.sources, **told_sources, **changes.get("sources", {})}
    try:
        return validated(WalkProfile, values, Remark("profile_named", id=base.id))
    except ConfigError as error:
        raise ConfigError(Remark("profile_changed", id=base.id), error.problems) from None


def read_cutoffs(minutes: object) -> tuple[float, ...]:
    """Minutes in rising order; one number stands for itself."""
    if isinstance(minutes, np.ndarray) and minutes.ndim == 0:
        minutes = minutes.item()
    if isinstance(minutes, Real) and not isinstance(minutes, bool):
        return sort_minutes((float(minutes),))
    if isinstance(minutes, str | bytes | Mapping) or not isinstance(minutes, Iterable):
        raise _refuse_minutes("minutes", minutes)
    given = list(minutes)  # an array, a column of a table or a range as well as a list
    if not all(isinstance(one, Real) and not isinstance(one, bool | np.bool) for one in given):
        raise _refuse_minutes("minutes", minutes)
    return sort_minutes([float(one) for one in given])


def read_cutoff_s(minutes: object, what: str = "cutoff_min") -> float:
    """Longest walk [s]; inf where none is given."""
    if minutes is None:
        return math.inf
    is_number = isinstance(minutes, Real) and not isinstance(minutes, bool)
    if not is_number or not 0 < float(minutes) <= LONGEST_CUTOFF_MIN:  # type: ignore[arg-type]
        raise _refuse_minutes(what, minutes)
    return 60.0 * float(minutes)  # type: ignore[arg-type]


def _refuse_minutes(what: str, value: object) -> InputDataError:
    """What is raised of minutes that are none."""
    return InputDataError(
        Remark("cutoff_wrong", what=what, value=repr(value), most=LONGEST_CUTOFF_MIN)
    )


def check_direction(direction: object) -> bool:
    """Whether walkers come towards the places that are asked about."""
    if direction not in ("towards", "from"):
        raise ConfigError(Remark("direction_wrong", value=repr(direction)))
    return direction == "towards"


def check_count(k: object, what: str = "k") -> int:
    """How many of the nearest."""
    if not isinstance(k, Integral) or isinstance(k, bool) or int(k) < 1:
        raise InputDataError(Remark("count_wrong", what=what, value=repr(k)))
    return int(k)


def read_snap_m(max_snap_m: object, default_m: float) -> float:
    """Farthest street from a point [m]."""
    if max_snap_m is None:
        return default_m
    is_number = isinstance(max_snap_m, Real) and not isinstance(max_snap_m, bool)
    if not is_number or not 0 <= float(max_snap_m) < math.inf:  # type: ignore[arg-type]
        raise InputDataError(Remark("snap_wrong", value=repr(max_snap_m)))
    return float(max_snap_m)  # type: ignore[arg-type]
