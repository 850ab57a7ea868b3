"""What OpenStreetMap tags mean to somebody on foot: pure rules, the same for every source of
tags.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from access15.config import Category
from access15.config.tag_rules import TagCondition, TagRule
from access15.core.streets.network import CROSSINGS, KERBS, SURFACES, WHEELCHAIR
from access15.sources.streets.values import parse_incline, parse_length_m, parse_step_count

UNKNOWN = 0
NO_CROSSING, UNMARKED, MARKED, SIGNALS = range(len(CROSSINGS))
FLUSH, RAISED = KERBS.index("flush"), KERBS.index("raised")

WAY_KEYS = (
    "highway",
    "foot",
    "access",
    "motorroad",
    "railway",
    "public_transport",
    "footway",
    "path",
    "cycleway",
    "crossing",
    "crossing:signals",
    "crossing:markings",
    "surface",
    "incline",
    "step_count",
    "width",
    "wheelchair",
    "tunnel",
    "bridge",
)
NODE_KEYS = (
    "highway",
    "crossing",
    "crossing:signals",
    "crossing:markings",
    "railway",
    "barrier",
    "access",
    "foot",
    "kerb",
    "kerb:height",
    "wheelchair",
)

# Ways for walkers only (bicycles and tractors aside); all others carry motor traffic.
_WALKWAYS = frozenset(
    {
        "footway",
        "path",
        "pedestrian",
        "steps",
        "cycleway",
        "track",
        "platform",
        "corridor",
        "bridleway",
        "elevator",
    }
    | {"crossing"}
)
_CARRIAGEWAYS = frozenset(
    {
        "primary",
        "secondary",
        "tertiary",
        "primary_link",
        "secondary_link",
        "tertiary_link",
        "unclassified",
    }
    | {"residential", "living_street", "service", "road"}
)
_ONLY_WITH_PERMISSION = frozenset(
    {"motorway", "motorway_link", "trunk", "trunk_link", "busway", "bus_guideway", "escape"}
)
_PERMITS = frozenset(
    {"yes", "designated", "permissive", "official", "public", "destination", "customers"}
)
_CLOSED_TO_PUBLIC = frozenset({"no", "private"})
_DENIES_FOOT = frozenset({"no", "private"})
_DENIES_ALL = frozenset({"no", "private", "permit", "residents", "military"})

_SIGNAL_CROSSINGS = frozenset(
    {"traffic_signals", "traffic_lights", "signals", "toucan", "pelican", "puffin", "pegasus"}
)
_UNMARKED_CROSSINGS = frozenset({"unmarked", "informal"})
_PAINTED_CROSSINGS = frozenset({"marked", "zebra"})

_RAISED_KERBS = frozenset({"raised", "regular", "rolled"})
_FLUSH_KERBS = frozenset({"lowered", "flush", "no"})
_MAX_FLUSH_KERB_M = 0.025  # DM 236/89 (Italy): a step of at most 2.5 cm
_STOPS_WHEELS = frozenset(
    {"stile", "turnstile", "full-height_turnstile", "kissing_gate", "cycle_barrier", "step"}
)

_SURFACE_CLASS = {
    "smooth": "asphalt paved paving_stones concrete chipseal wood metal rubber tartan acrylic "
    "tiles brick bricks "
    "granite marble plastic glass carpet interlock",
    "rough": "sett cobblestone unhewn_cobblestone stone rock grass_paver stepping_stones "
    "metal_grid porfido",
    "unpaved": "unpaved gravel fine_gravel pebblestone compacted ground dirt earth grass sand mud "
    "soil woodchips "
    "clay shells snow ice salt",
}
_SURFACE = {
    value: SURFACES.index(name)
    for name, values in _SURFACE_CLASS.items()
    for value in values.split()
}


class WayTags(NamedTuple):
    """What a way's tags say; codes index the classes of `access15.core.streets.network`.

    Parameters
    ----------
    highway : str
        Class of the way; ``platform`` for platforms of trains and buses too.
    is_walkway : bool
        Whether it is for walkers (False: a carriageway).
    steps : bool
        Whether it is a flight of steps.
    step_count : int
        Number of steps, 0 when unknown.
    incline : float
        Rise over run in the way's direction, NaN when unknown.
    surface, wheelchair : int
        Index into `SURFACES` and `WHEELCHAIR`.
    width_m : float
        Width, NaN when unknown [m].
    tunnel, bridge : bool
        Whether it runs under or over others.
    crossing : int
        Index into `CROSSINGS`: what the way itself, drawn across a carriageway, crosses.
    is_crossing_stated : bool
        Whether the tags name the kind of crossing; else a crossing way is taken for a marked one.
    """

    highway: str
    is_walkway: bool
    steps: bool
    step_count: int
    incline: float
    surface: int
    wheelchair: int
    width_m: float
    tunnel: bool
    bridge: bool
    crossing: int
    is_crossing_stated: bool


class NodeTags(NamedTuple):
    """What a node's tags do to whoever walks through it.

    Parameters
    ----------
    crossing, kerb : int
        Index into `CROSSINGS` and `KERBS`.
    is_blocked : bool
        Whether nobody may pass (a gate with private access, for example).
    is_kerb_across : bool
        Whether the kerb belongs to crossing the street, not to walking along it.
    """

    crossing: int
    kerb: int
    is_blocked: bool
    is_kerb_across: bool


def classify_way(tags: Mapping[str, str]) -> WayTags | None:
    """Read the tags of a way.

    Walkable are all streets and paths except motorways, trunks, busways and motor roads (these
    only with a permission for walkers), ways that deny walkers (``foot=no``), private ways without
    a permission for walkers, and what is not there yet or any more. One-way rules do not matter.
    """
    highway = _walkable_class(tags)
    if highway is None or is_foot_denied(tags):
        return None
    crossing, is_stated = _crossing_of_way(tags, highway)
    return WayTags(
        highway=highway,
        is_walkway=highway in _WALKWAYS,
        steps=highway == "steps",
        step_count=parse_step_count(tags.get("step_count", "")),
        incline=parse_incline(tags.get("incline", "")),
        surface=classify_surface(tags.get("surface", "")),
        wheelchair=_classify_wheelchair(tags.get("wheelchair", "")),
        width_m=parse_length_m(tags.get("width", "")),
        tunnel=tags.get("tunnel", "no") != "no",
        bridge=tags.get("bridge", "no") != "no",
        crossing=crossing,
        is_crossing_stated=is_stated,
    )


def classify_node(tags: Mapping[str, str]) -> NodeTags | None:
    """Read the tags of a node that lies on ways."""
    crossing = _crossing_of_node(tags)
    kerb = _kerb_of_node(tags)
    is_blocked = tags.get("barrier", "no") != "no" and is_foot_denied(tags)
    if not (crossing or kerb or is_blocked):
        return None
    return NodeTags(crossing, kerb, is_blocked, _is_across(tags))


def is_foot_denied(tags: Mapping[str, str]) -> bool:
    """Whether access tags keep walkers out."""
    foot = tags.get("foot", "")
    return foot in _DENIES_FOOT or (tags.get("access", "") in _DENIES_ALL and foot not in _PERMITS)


def _walkable_class(tags: Mapping[str, str]) -> str | None:
    parts = [part.strip() for part in tags.get("highway", "").split(";")]
    highway = "steps" if "steps" in parts else parts[0]
    is_permitted = tags.get("foot", "") in _PERMITS
    if highway in _WALKWAYS:
        return highway
    if highway in _CARRIAGEWAYS:
        return highway if is_permitted or tags.get("motorroad", "") != "yes" else None
    if highway in _ONLY_WITH_PERMISSION:
        return highway if is_permitted else None
    is_platform = (
        tags.get("public_transport", "") == "platform" or tags.get("railway", "") == "platform"
    )
    return "platform" if is_platform and highway in ("", "bus_stop") else None


def _crossing_kind(tags: Mapping[str, str]) -> int | None:
    """Kind that crossing tags name; None when they name none."""
    values = {value.strip() for value in tags.get("crossing", "").split(";")}
    signals, markings = tags.get("crossing:signals", ""), tags.get("crossing:markings", "")
    if "no" in values:
        return NO_CROSSING
    if signals not in ("", "no") or values & _SIGNAL_CROSSINGS:
        return SIGNALS
    if values & _UNMARKED_CROSSINGS or (markings == "no" and not values & _PAINTED_CROSSINGS):
        return UNMARKED
    return MARKED if values != {""} or markings or signals else None


def _crossing_of_way(tags: Mapping[str, str], highway: str) -> tuple[int, bool]:
    is_crossing = highway == "crossing" or "crossing" in (
        tags.get("footway", ""),
        tags.get("path", ""),
        tags.get("cycleway", ""),
    )
    if not is_crossing:
        return NO_CROSSING, False
    kind = _crossing_kind(tags)
    return (MARKED, False) if kind is None else (kind, True)


def _crossing_of_node(tags: Mapping[str, str]) -> int:
    highway = {value.strip() for value in tags.get("highway", "").split(";")}
    if not highway & {"crossing", "traffic_signals"} and (
        tags.get("railway", "") or not tags.get("crossing", "")
    ):
        return NO_CROSSING  # neither, or where rails are crossed
    kind = _crossing_kind(tags)
    if kind == NO_CROSSING:
        return NO_CROSSING
    return SIGNALS if "traffic_signals" in highway else (kind or MARKED)


def _is_across(tags: Mapping[str, str]) -> bool:
    return "crossing" in tags.get("highway", "") or tags.get("crossing", "") != ""


def _kerb_of_node(tags: Mapping[str, str]) -> int:
    wheelchair, barrier, kerb = (
        tags.get("wheelchair", ""),
        tags.get("barrier", ""),
        tags.get("kerb", ""),
    )
    is_on_foot_things = barrier or kerb or _is_across(tags) or tags.get("highway", "") == "elevator"
    if wheelchair == "no" and is_on_foot_things:
        return RAISED
    if barrier in _STOPS_WHEELS and wheelchair not in ("yes", "designated"):
        return RAISED
    height_m = parse_length_m(tags.get("kerb:height", ""))
    if not math.isnan(height_m):
        return RAISED if height_m > _MAX_FLUSH_KERB_M else FLUSH
    if kerb in _RAISED_KERBS:
        return RAISED
    return FLUSH if kerb in _FLUSH_KERBS else UNKNOWN


def classify_surface(value: str) -> int:
    """Class of a ``surface`` value."""
    parts = [
        _SURFACE.get(part.strip().partition(":")[0], UNKNOWN) for part in value.lower().split(";")
    ]
    return UNKNOWN if UNKNOWN in parts else max(parts)


def _classify_wheelchair(value: str) -> int:
    if value in ("yes", "designated"):
        return WHEELCHAIR.index("yes")
    return WHEELCHAIR.index("no") if value == "no" else UNKNOWN


BackdropKind = Literal["water", "green", "rail", "buildings", "motorways"]
BACKDROP_KEYS = ("natural", "waterway", "landuse", "leisure", "building", "railway")
BACKDROP_AREA_TAGS: dict[BackdropKind, dict[str, frozenset[str]]] = {
    "green": {
        "leisure": frozenset(
            {"park", "garden", "nature_reserve", "playground", "golf_course", "dog_park"}
        ),
        "landuse": frozenset(
            {"grass", "forest", "meadow", "village_green", "recreation_ground", "allotments"}
        )
        | frozenset({"cemetery", "orchard", "vineyard"}),
        "natural": frozenset({"wood", "scrub", "grassland", "heath"}),
    },
    "water": {
        "natural": frozenset({"water"}),
        "waterway": frozenset({"riverbank", "dock"}),
        "landuse": frozenset({"reservoir", "basin"}),
    },
}
WATER_LINES = frozenset({"river", "canal", "stream"})
RAIL_LINES = frozenset({"rail", "light_rail", "subway", "tram", "narrow_gauge"})
_MOTORWAYS = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})


def classify_backdrop_area(tags: Mapping[str, str]) -> BackdropKind | None:
    """Say how a closed outline is drawn under the streets."""
    if tags.get("building", "no") != "no":
        return "buildings"
    for kind in ("water", "green"):
        if any(tags.get(key, "") in values for key, values in BACKDROP_AREA_TAGS[kind].items()):
            return kind
    return None


def classify_backdrop_line(tags: Mapping[str, str]) -> BackdropKind | None:
    """Say how an open line is drawn under the streets; what runs in a tunnel is not."""
    if tags.get("tunnel", "no") != "no":
        return None
    if tags.get("waterway", "") in WATER_LINES:
        return "water"
    if tags.get("railway", "") in RAIL_LINES:
        return "rail"
    is_motorway = tags.get("highway", "") in _MOTORWAYS or tags.get("motorroad", "") == "yes"
    return "motorways" if is_motorway else None


def find_category(tags: Mapping[str, str], categories: Iterable[Category]) -> str | None:
    """Find the category that an object belongs to."""
    found = find_place(tags, categories)
    return None if found is None else found.category


class PlaceTags(NamedTuple):
    """What an object is to whoever walks to it.

    Parameters
    ----------
    category : str
        Category id.
    by_entrance : bool
        Whether people walk to the entrances of its outline, not to its middle.
    """

    category: str
    by_entrance: bool


def find_place(tags: Mapping[str, str], categories: Iterable[Category]) -> PlaceTags | None:
    """Find the category that an object belongs to, and how it is walked to."""
    if tags.get("access", "") in _CLOSED_TO_PUBLIC:
        return None
    for category in categories:
        if any(_keeps(tags, rule) for rule in category.tag_rules):
            return PlaceTags(category.id, by_entrance=False)
        if any(_keeps(tags, rule) for rule in category.area_rules):
            return PlaceTags(category.id, by_entrance=True)
    return None


def _keeps(tags: Mapping[str, str], rule: TagRule) -> bool:
    return all(_holds(tags.get(one.key, ""), one) for one in rule.conditions)


def _holds(value: str, condition: TagCondition) -> bool:
    if condition.value == "*":
        return value not in ("", "no")
    return (condition.value in (part.strip() for part in value.split(";"))) == condition.is_wanted
