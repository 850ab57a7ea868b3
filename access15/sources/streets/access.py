"""Who may go where on foot: the tags that open, close, or open for some hours only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from access15.config.moments import Moment
from access15.sources.opening_hours import find_state
from access15.sources.streets.values import list_values, parse_speed_kmh, words

# Without a moment that somebody asks for, walkers set out at ten on a working day: the third
# Wednesday of May, which is a holiday nowhere.
WORKING_DAY = datetime.fromisoformat("2025-05-21T10:00")

ACCESS_KEYS = tuple(
    sorted(
        words(
            "foot access foot:conditional access:conditional barrier locked entrance door highway",
            "disused abandoned construction demolished razed proposed sac_scale via_ferrata_scale",
            "golf route sidewalk sidewalk:both sidewalk:left sidewalk:right tunnel maxspeed",
        )
    )
)

# Values of foot that allow walkers whatever access says, and values that deny them.
PERMITS = words("yes designated permissive official public destination customers")
_DENIES_FOOT = words("no private permit")
_DENIES_ALL = words(
    "no private permit residents military delivery emergency psv agricultural forestry"
)
_GONE = words("disused abandoned construction demolished razed proposed")
_IS_NOT_GONE = words("no minor")
_HARD_PATHS = words("alpine_hiking demanding_alpine_hiking difficult_alpine_hiking")
# People walk round what bars vehicles: what access says there is said to drivers.
_BARS_VEHICLES = words(
    "lift_gate swing_gate bollard rising_bollard block jersey_barrier chain planter log bump_gate",
    "height_restrictor cattle_grid toll_booth bus_trap sump_buster",
)
_WALLS = words("wall fence retaining_wall city_wall")
_BESIDE_PAVEMENT = words(
    "primary secondary tertiary primary_link secondary_link tertiary_link trunk trunk_link"
)
_HAS_PAVEMENT = words("both left right yes")
_MAX_QUIET_KMH = 50.0  # the usual limit in towns

Pavement = Literal["unknown", "own", "separate", "none"]


def choose_time(moment: Moment | None) -> datetime:
    """When the streets are walked: the same day for every run that asks for the same weekday."""
    return WORKING_DAY if moment is None else moment.days(WORKING_DAY.date())[0]


def is_way_closed(tags: Mapping[str, str]) -> bool:
    """Whether walkers are kept out of a way, or there is no way to be walked any more."""
    is_gone = any(not set(list_values(tags.get(key, "no"))) <= _IS_NOT_GONE for key in _GONE)
    is_hard = tags.get("sac_scale", "") in _HARD_PATHS or "via_ferrata_scale" in tags
    is_for_carts = tags.get("golf", "") == "cartpath" and not is_permitted(tags)
    is_ferry = tags.get("route", "") == "ferry"  # waits and fares are not modelled
    return (
        is_gone
        or is_hard
        or is_for_carts
        or is_ferry
        or is_foot_denied(tags)
        or _is_fast_tunnel(tags)
    )


def is_node_blocked(tags: Mapping[str, str]) -> bool:
    """Whether nobody passes a node: a closed gate or door, a wall."""
    if is_permitted(tags):
        return False
    barrier = tags.get("barrier", "no")
    if barrier in _BARS_VEHICLES:
        return is_denied(tags.get("foot", ""), _DENIES_FOOT)
    is_wall = barrier in _WALLS and tags.get("entrance", "no") == "no"
    is_locked = barrier != "no" and tags.get("locked", "no") == "yes"
    is_door = any(tags.get(key, "no") != "no" for key in ("barrier", "entrance", "door"))
    return is_wall or is_locked or (is_door and is_foot_denied(tags))


def is_permitted(tags: Mapping[str, str]) -> bool:
    """Whether walkers are allowed whatever else is said."""
    return bool(set(list_values(tags.get("foot", ""))) & PERMITS)


def is_foot_denied(tags: Mapping[str, str]) -> bool:
    """Whether access tags keep walkers out."""
    if is_permitted(tags):
        return False
    is_kept_out = is_denied(tags.get("access", ""), _DENIES_ALL)
    return is_denied(tags.get("foot", ""), _DENIES_FOOT) or is_kept_out


def is_denied(value: str, denials: frozenset[str]) -> bool:
    """Whether all of the values that a tag lists are denials."""
    return set(list_values(value)) <= denials


def find_pavement(tags: Mapping[str, str]) -> Pavement:
    """Where people walk along a street: on its own pavement, or on one mapped apart."""
    keys = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
    told = {value for key in keys for value in list_values(tags.get(key, ""))}
    if told & _HAS_PAVEMENT:
        return "own"
    if "separate" in told or tags.get("foot", "") == "use_sidepath":
        return "separate"
    return "none" if told & words("no none") else "unknown"


def is_only_crossed(tags: Mapping[str, str], highway: str) -> bool:
    """Whether a carriageway is crossed on foot but not walked along: its pavement is mapped."""
    return highway in _BESIDE_PAVEMENT and find_pavement(tags) == "separate"


def _is_fast_tunnel(tags: Mapping[str, str]) -> bool:
    """Whether a way is a tunnel for fast cars, without a pavement."""
    is_fast = parse_speed_kmh(tags.get("maxspeed", "")) > _MAX_QUIET_KMH
    is_tunnel = tags.get("tunnel", "no") not in ("no", "building_passage")
    return is_tunnel and is_fast and find_pavement(tags) == "none" and not is_permitted(tags)


def is_fast(tags: Mapping[str, str]) -> bool:
    """Whether cars go faster than in most streets of a town."""
    return parse_speed_kmh(tags.get("maxspeed", "")) > _MAX_QUIET_KMH


def apply_hours(tags: Mapping[str, str], at: datetime) -> Mapping[str, str]:
    """Tags as they hold at a moment: ``foot:conditional`` and ``access:conditional`` evaluated.

    Examples
    --------
    >>> park = {"foot": "no", "foot:conditional": "yes @ (06:00-22:00)"}
    >>> apply_hours(park, WORKING_DAY)["foot"]
    'yes'
    """
    changed = dict(tags)
    for key in ("access", "foot"):
        condition = tags.get(f"{key}:conditional", "")
        # of several the last one that holds counts
        for value, hours in _split_conditions(condition):
            if find_state(hours, at, country=None, is_named_day=False) == "open":
                changed[key] = value
    return changed


def _split_conditions(text: str) -> list[tuple[str, str]]:
    """Values and hours of ``no @ (22:00-06:00); yes @ (Sa 08:00-12:00)``."""
    parts, depth, part = [], 0, ""
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == ";" and depth <= 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    found = []
    for one in [*parts, part]:
        value, at, hours = one.partition("@")
        if at:
            found.append((value.strip(), hours.strip().removeprefix("(").removesuffix(")")))
    return found
