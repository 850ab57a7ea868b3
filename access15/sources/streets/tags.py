"""What OpenStreetMap tags mean to somebody on foot: pure rules, the same for every source of
tags.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

from access15.config import Category
from access15.config.tag_rules import TagCondition, TagRule
from access15.core.streets.network import (
    CROSSINGS,
    KERBS,
    ONE_WAY,
    SLOPES,
    SMOOTHNESS,
    SURFACES,
    WHEELCHAIR,
)
from access15.sources.streets.access import (
    ACCESS_KEYS,
    Pavement,
    find_pavement,
    is_fast,
    is_node_blocked,
    is_only_crossed,
    is_permitted,
    is_way_closed,
)
from access15.sources.streets.values import (
    list_values,
    parse_incline,
    parse_lanes,
    parse_layer,
    parse_length_m,
    parse_step_count,
    parse_storey,
    words,
)

UNKNOWN = 0
NO_CROSSING, UNMARKED, MARKED, SIGNALS, WIDE, LIFT = range(len(CROSSINGS))
FLUSH, RAISED = KERBS.index("flush"), KERBS.index("raised")

# Keys that the rules below look at, for whoever reads a source of tags.
WAY_KEYS = tuple(
    sorted(
        words(
            "highway motorroad railway public_transport man_made footway path cycleway crossing",
            "crossing:signals crossing:markings surface smoothness incline step_count width",
            "wheelchair ramp:wheelchair bridge conveying oneway oneway:foot lanes area",
            "lanes:forward lanes:backward",
            "layer cutting embankment level indoor covered",
            *ACCESS_KEYS,
        )
    )
)
NODE_KEYS = tuple(
    sorted(
        words(
            "highway crossing crossing:signals crossing:markings railway kerb kerb:height",
            "wheelchair",
            *ACCESS_KEYS,
        )
    )
)

# Ways for walkers only (bicycles and tractors aside); all others carry motor traffic.
_WALKWAYS = words(
    "footway path pedestrian steps cycleway track platform corridor bridleway elevator crossing",
    "pier",
)
_CARRIAGEWAYS = words(
    "primary secondary tertiary primary_link secondary_link tertiary_link unclassified",
    "residential living_street service road",
)
_TRUNKS = words("trunk trunk_link")
_ONLY_WITH_PERMISSION = words("motorway motorway_link trunk trunk_link busway bus_guideway escape")
_CLOSED_TO_PUBLIC = words("no private")
_QUIET = words("residential living_street service")
_WIDE_LANES = 4
_WIDE_LANES_ONE_WAY = 3  # half of a divided road of six lanes

_OPEN_AIR = words("no arcade colonnade")  # values of covered that lie at the street

WAY_IN_KEYS = ("entrance", "barrier", "access", "foot", "locked")
WayIn = Literal["main", "entrance", "gate"]
_GATES = words("gate lift_gate swing_gate sliding_gate kissing_gate wicket_gate entrance turnstile")
_NOT_FOR_VISITORS = words("no exit emergency garage service")

_SIGNAL_CROSSINGS = words("traffic_signals traffic_lights signals toucan pelican puffin pegasus")
_UNMARKED_CROSSINGS = words("unmarked informal")
_PAINTED_CROSSINGS = words("marked zebra")

_RAISED_KERBS = words("raised regular rolled")
_FLUSH_KERBS = words("lowered flush no")
MAX_FLUSH_KERB_M = 0.025  # DM 236/89 (Italy): a step of at most 2.5 cm
_STOPS_WHEELS = words("stile turnstile full-height_turnstile kissing_gate cycle_barrier step")

_SURFACES = {
    "smooth": words(
        "asphalt paved paving_stones concrete chipseal wood metal rubber tartan acrylic tiles",
        "brick bricks granite marble plastic glass carpet interlock",
    ),
    "rough": words(
        "sett cobblestone unhewn_cobblestone stone rock grass_paver stepping_stones metal_grid",
        "porfido",
    ),
    "unpaved": words(
        "unpaved gravel fine_gravel pebblestone compacted ground dirt earth grass soil clay salt",
    ),
    "soft": words("sand mud snow ice woodchips shells"),
}
_SMOOTHNESS = {
    "good": words("excellent good intermediate"),
    "bad": words("bad"),
    "very_bad": words("very_bad"),
    "horrible": words("horrible very_horrible impassable"),
}
_EVENNESS = {value: SMOOTHNESS.index(n) for n, values in _SMOOTHNESS.items() for value in values}
_SURFACE = {value: SURFACES.index(name) for name, values in _SURFACES.items() for value in values}
_SLOPE = {value: SLOPES.index(value) for value in SLOPES[1:]}
_WHEELCHAIR = {
    "yes": WHEELCHAIR.index("yes"),
    "designated": WHEELCHAIR.index("yes"),
    "no": WHEELCHAIR.index("no"),
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
    slope, one_way : int
        Index into `SLOPES` and `ONE_WAY`, in the way's direction.
    conveying : bool
        Whether it is an escalator or a moving pavement.
    surface, smoothness, wheelchair : int
        Index into `SURFACES`, `SMOOTHNESS` and `WHEELCHAIR`.
    width_m : float
        Width, NaN when unknown [m].
    tunnel, bridge : bool
        Whether it runs under or over others.
    level : int
        Level it lies on, 0 at the ground, see `find_level`.
    other_level : bool
        Whether no door at the ground opens to it, see `is_other_level`.
    crossing : int
        Index into `CROSSINGS`: what the way itself, drawn across a carriageway, crosses; a lift
        where it is one.
    is_crossing_stated : bool
        Whether the tags name the kind of crossing; else a crossing way is taken for a marked one.
    is_only_crossed : bool
        Whether it is a carriageway that nobody walks along, because its pavement is mapped.
    is_wide : bool
        Whether it is a carriageway of four or more lanes.
    is_quiet : bool
        Whether it is a carriageway that is crossed anywhere.
    pavement : {"unknown", "own", "separate", "none"}
        Where people walk along it.
    is_pavement : bool
        Whether it is itself the pavement of a street.
    is_square : bool
        Whether it is an area to be walked across, not a line.
    """

    highway: str
    is_walkway: bool
    steps: bool
    step_count: int
    incline: float
    slope: int
    one_way: int
    conveying: bool
    surface: int
    smoothness: int
    wheelchair: int
    width_m: float
    tunnel: bool
    bridge: bool
    level: int
    other_level: bool
    crossing: int
    is_crossing_stated: bool
    is_only_crossed: bool
    is_wide: bool
    is_quiet: bool
    pavement: Pavement
    is_pavement: bool
    is_square: bool


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

    Walkable are all streets and paths except motorways, trunks without pavements, busways and
    motor roads (these only with a permission for walkers), what is closed to walkers, and what is
    not there yet or any more. One-way rules matter only where they are for walkers.
    """
    highway = _walkable_class(tags)
    if highway is None or is_way_closed(tags):
        return None
    crossing, is_stated = _crossing_of_way(tags, highway)
    step_count = parse_step_count(tags.get("step_count", ""))
    is_walkway = highway in _WALKWAYS
    is_steps = highway == "steps" or (is_walkway and step_count > 0)
    return WayTags(
        highway=highway,
        is_walkway=is_walkway,
        steps=is_steps,
        step_count=step_count,
        incline=parse_incline(tags.get("incline", "")),
        slope=_SLOPE.get(tags.get("incline", ""), UNKNOWN),
        one_way=_one_way(tags),
        conveying=tags.get("conveying", "no") != "no",
        surface=classify_surface(tags.get("surface", "")),
        smoothness=_EVENNESS.get(tags.get("smoothness", ""), UNKNOWN),
        wheelchair=_wheelchair(tags, is_steps=is_steps),
        width_m=parse_length_m(tags.get("width", "")),
        tunnel=tags.get("tunnel", "no") != "no",
        bridge=tags.get("bridge", "no") != "no",
        level=find_level(tags),
        other_level=is_other_level(tags),
        crossing=crossing,
        is_crossing_stated=is_stated,
        is_only_crossed=is_only_crossed(tags, highway),
        is_wide=not is_walkway and _is_wide(tags),
        is_quiet=highway in _QUIET and not is_fast(tags),
        pavement=find_pavement(tags),
        is_pavement="sidewalk" in (tags.get("footway", ""), tags.get("path", "")),
        is_square=highway in ("pedestrian", "footway") and tags.get("area", "no") == "yes",
    )


def _one_way(tags: Mapping[str, str]) -> int:
    """The only direction in which a way is walked: an escalator's, or one set for walkers."""
    told = tags.get("conveying", "")
    if told not in ("forward", "backward"):
        told = {"yes": "forward", "-1": "backward"}.get(tags.get("oneway:foot", ""), "no")
    return ONE_WAY.index(told)


def _wheelchair(tags: Mapping[str, str], *, is_steps: bool) -> int:
    """What is said of wheelchairs; of steps only that they have a ramp lets them pass."""
    if is_steps and tags.get("ramp:wheelchair", "no") not in ("no", "separate"):
        return WHEELCHAIR.index("yes")
    found = _WHEELCHAIR.get(tags.get("wheelchair", ""), UNKNOWN)
    return UNKNOWN if is_steps and found == WHEELCHAIR.index("yes") else found


def _is_wide(tags: Mapping[str, str]) -> bool:
    """Whether a carriageway has four or more lanes, or is a wide half of a divided road."""
    is_one_way = tags.get("oneway", "no") in ("yes", "-1", "true", "1")
    least = _WIDE_LANES_ONE_WAY if is_one_way else _WIDE_LANES
    told = parse_lanes(tags.get("lanes", ""))
    by_direction = [parse_lanes(tags.get(f"lanes:{way}", "")) for way in ("forward", "backward")]
    return (told or sum(by_direction)) >= least


def classify_node(tags: Mapping[str, str]) -> NodeTags | None:
    """Read the tags of a node that lies on ways."""
    crossing = _crossing_of_node(tags)
    kerb = _kerb_of_node(tags)
    is_blocked = is_node_blocked(tags)
    if not (crossing or kerb or is_blocked):
        return None
    return NodeTags(crossing, kerb, is_blocked, _is_across(tags))


def classify_way_in(tags: Mapping[str, str]) -> WayIn | None:
    """Say what a node leads into; None for what visitors do not come in by."""
    if is_node_blocked(tags) or tags.get("access", "") in _CLOSED_TO_PUBLIC:
        return None
    entrance = tags.get("entrance", "no")
    if entrance == "main":
        return "main"
    if entrance not in _NOT_FOR_VISITORS:
        return "entrance"
    return "gate" if tags.get("barrier", "") in _GATES else None


def find_level(tags: Mapping[str, str]) -> int:
    """Level that a way lies on: its layer, else one up on a bridge or an embankment, one down in a
    tunnel or a cutting, else the ground (0). A passage through a building is at the ground.
    """
    layers = [parse_layer(value) for value in list_values(tags.get("layer", ""))]
    if any(layers) and 0 not in layers:
        return min(layers, key=abs)
    is_up = any(tags.get(key, "no") != "no" for key in ("bridge", "embankment"))
    is_down = tags.get("cutting", "no") != "no"
    is_down |= tags.get("tunnel", "no") not in ("no", "building_passage")
    return int(is_up) - int(is_down)


def is_other_level(tags: Mapping[str, str]) -> bool:
    """Whether a way lies where no door at the ground opens to it.

    In a tunnel, on a bridge, inside a building, on another layer or storey, or under a roof. A
    passage through a building is at the ground, and so are arcades, which shops open to.
    """
    if tags.get("tunnel", "") == "building_passage":
        return False
    is_structure = any(tags.get(key, "no") != "no" for key in ("tunnel", "bridge", "indoor"))
    is_roofed = tags.get("covered", "no") not in _OPEN_AIR
    return is_structure or is_roofed or any(_is_off_ground(tags, key) for key in ("layer", "level"))


def _is_off_ground(tags: Mapping[str, str], key: str) -> bool:
    """Whether a layer or storey is named, and the ground is not among those named."""
    storeys = [parse_storey(value) for value in list_values(tags.get(key, ""))]
    known = [storey for storey in storeys if not math.isnan(storey)]
    return bool(known) and 0.0 not in known


def _walkable_class(tags: Mapping[str, str]) -> str | None:
    """Class of a way that walkers may use as far as its class goes; None where they may not."""
    # 1. Of several classes steps count, because they are what somebody may fail at.
    parts = list_values(tags.get("highway", ""))
    highway = "steps" if "steps" in parts else parts[0]
    # 2. Walkways are open, streets too unless they are motor roads, motorways only by permission;
    #    trunks also where they have pavements.
    is_motorroad = tags.get("motorroad", "") == "yes"
    is_street = highway in _CARRIAGEWAYS and not is_motorroad
    is_opened = highway in _CARRIAGEWAYS | _ONLY_WITH_PERMISSION and is_permitted(tags)
    has_pavement = highway in _TRUNKS and not is_motorroad and find_pavement(tags) == "own"
    if highway in _WALKWAYS or is_street or is_opened or has_pavement:
        return highway
    if tags.get("man_made", "") == "pier" and highway == "":
        return "pier"
    # 3. Platforms often bear no class of street, but people walk along them.
    is_platform = "platform" in (tags.get("public_transport", ""), tags.get("railway", ""))
    return "platform" if is_platform and highway in ("", "bus_stop") else None


def _crossing_kind(tags: Mapping[str, str]) -> int | None:
    """Kind that crossing tags name; None when they name none."""
    values = set(list_values(tags.get("crossing", "")))
    signals, markings = tags.get("crossing:signals", ""), tags.get("crossing:markings", "")
    if "no" in values:
        return NO_CROSSING
    if signals not in ("", "no") or values & _SIGNAL_CROSSINGS:
        return SIGNALS
    # the newer key says that there is no paint, unless the older one says that there is
    if values & _UNMARKED_CROSSINGS or (markings == "no" and not values & _PAINTED_CROSSINGS):
        return UNMARKED
    return MARKED if values != {""} or markings or signals else None


def _crossing_of_way(tags: Mapping[str, str], highway: str) -> tuple[int, bool]:
    """Crossing that a way itself is, and whether its tags name the kind."""
    if highway == "elevator":
        return LIFT, True
    drawn_as = [tags.get(key, "") for key in ("footway", "path", "cycleway")]
    if highway != "crossing" and "crossing" not in drawn_as:
        return NO_CROSSING, False
    kind = _crossing_kind(tags)
    return (MARKED, False) if kind is None else (kind, True)


def _crossing_of_node(tags: Mapping[str, str]) -> int:
    """Crossing at a node; where rails are crossed there is none of a street."""
    highway = set(list_values(tags.get("highway", "")))
    if "elevator" in highway:
        return LIFT
    is_named = bool(highway & {"crossing", "traffic_signals"})
    is_only_tagged = tags.get("crossing", "") != "" and not tags.get("railway", "")
    if not is_named and not is_only_tagged:
        return NO_CROSSING
    kind = _crossing_kind(tags)
    if kind == NO_CROSSING:
        return NO_CROSSING
    # lights for cars stop cars for walkers too
    return SIGNALS if "traffic_signals" in highway else (kind or MARKED)


def _is_across(tags: Mapping[str, str]) -> bool:
    """Whether a node is where the street is crossed."""
    return "crossing" in tags.get("highway", "") or tags.get("crossing", "") != ""


def _kerb_of_node(tags: Mapping[str, str]) -> int:
    """Whether wheels come over a node: what is said of wheelchairs first, then what was measured,
    then the kind of kerb.
    """
    wheelchair = tags.get("wheelchair", "")
    barrier, kerb = tags.get("barrier", ""), tags.get("kerb", "")
    # a shop on a node of the street says something of the shop, not of the street
    is_on_foot_things = barrier or kerb or _is_across(tags) or tags.get("highway", "") == "elevator"
    if wheelchair == "no" and is_on_foot_things:
        return RAISED
    if barrier in _STOPS_WHEELS and wheelchair not in ("yes", "designated"):
        return RAISED
    height_m = parse_length_m(tags.get("kerb:height", ""))
    if not math.isnan(height_m):
        return RAISED if height_m > MAX_FLUSH_KERB_M else FLUSH
    if kerb in _RAISED_KERBS:
        return RAISED
    return FLUSH if kerb in _FLUSH_KERBS else UNKNOWN


def classify_surface(value: str) -> int:
    """Class of a ``surface`` value."""
    parts = [part.partition(":")[0] for part in list_values(value.lower())]
    found = [_SURFACE.get(part, UNKNOWN) for part in parts]
    return UNKNOWN if UNKNOWN in found else max(found)  # the roughest


def _build_quiet_crossing() -> WayTags:
    """A step off the pavement of a quiet street: on foot only, for its kerbs are not lowered."""
    across = {"highway": "footway", "footway": "crossing", "crossing": "unmarked"}
    found = classify_way({**across, "wheelchair": "no"})
    if found is None:
        raise AssertionError("a footway is walkable")
    return found


QUIET_CROSSING = _build_quiet_crossing()

BackdropKind = Literal["water", "green", "rail", "buildings", "coast"]
BACKDROP_KEYS = ("natural", "waterway", "landuse", "leisure", "building", "railway")
BACKDROP_AREA_TAGS: dict[BackdropKind, dict[str, frozenset[str]]] = {
    "water": {
        "natural": words("water"),
        "waterway": words("riverbank dock"),
        "landuse": words("reservoir basin"),
    },
    "green": {
        "leisure": words("park garden nature_reserve playground golf_course dog_park"),
        "landuse": words(
            "grass forest meadow village_green recreation_ground allotments cemetery orchard",
            "vineyard",
        ),
        "natural": words("wood scrub grassland heath"),
    },
}
WATER_LINES = words("river canal stream")
RAIL_LINES = words("rail light_rail subway tram narrow_gauge")
_MOTORWAYS = words("motorway motorway_link trunk trunk_link")


def classify_backdrop_area(tags: Mapping[str, str]) -> BackdropKind | None:
    """Say how a closed outline is drawn under the streets."""
    if tags.get("building", "no") != "no":
        return "buildings"
    for kind, listed in BACKDROP_AREA_TAGS.items():  # water comes first: ponds lie in parks
        if any(tags.get(key, "") in values for key, values in listed.items()):
            return kind
    return None


def classify_backdrop_line(tags: Mapping[str, str]) -> BackdropKind | None:
    """Say how a line is drawn under the streets; what runs in a tunnel is not."""
    if tags.get("tunnel", "no") != "no":
        return None
    if tags.get("natural", "") == "coastline":
        return "coast"
    if tags.get("waterway", "") in WATER_LINES:
        return "water"
    return "rail" if tags.get("railway", "") in RAIL_LINES else None


# Keys that `classify_barrier` looks at.
BARRIER_KEYS = tuple(
    sorted(
        words(
            "natural waterway landuse building railway highway motorroad barrier man_made",
            "tunnel covered location bridge",
        )
    )
)
WATER_BARRIERS = WATER_LINES | words("ditch drain riverbank dock")
FENCES = words("fence wall hedge city_wall guard_rail jersey_barrier cable_barrier wire_fence")
LINE_BARRIERS = FENCES | words("retaining_wall ditch")
_UNDERGROUND = words("underground underwater")


def classify_barrier(tags: Mapping[str, str]) -> str | None:
    """Say what of `access15.core.streets.barriers.BARRIERS` an object is.

    What runs under the ground stops nobody (a culvert, an underground railway), and who walks
    beneath a bridge passes the rails or the motorway on it. A street in a cutting or on an
    embankment is a matter of levels, see `find_level`.
    """
    is_under = tags.get("tunnel", "no") != "no" or tags.get("location", "") in _UNDERGROUND
    if is_under or tags.get("covered", "no") != "no":
        return None
    return next((kind for kind, is_kind in _BARRIER_RULES if is_kind(tags)), None)


def _is_open_water(tags: Mapping[str, str]) -> bool:
    """Whether it is water, drawn as a line, a bank or a basin."""
    areas = BACKDROP_AREA_TAGS["water"].items()
    is_basin = any(tags.get(key, "") in values for key, values in areas)
    is_line = tags.get("waterway", "") in WATER_BARRIERS
    return is_basin or is_line or tags.get("barrier", "") == "ditch"


def _is_at_ground(tags: Mapping[str, str]) -> bool:
    """Whether what runs there does not run on a bridge."""
    return tags.get("bridge", "no") == "no"


def _is_motorway(tags: Mapping[str, str]) -> bool:
    """Whether nobody crosses it on foot."""
    return tags.get("highway", "") in _MOTORWAYS or tags.get("motorroad", "") == "yes"


def _is_retaining(tags: Mapping[str, str]) -> bool:
    """Whether the ground is higher on one side."""
    is_slope = tags.get("man_made", "") == "embankment" or tags.get("natural", "") == "cliff"
    return is_slope or tags.get("barrier", "") == "retaining_wall"


_BARRIER_RULES: tuple[tuple[str, Callable[[Mapping[str, str]], bool]], ...] = (
    ("water", _is_open_water),
    ("building", lambda tags: tags.get("building", "no") != "no"),
    ("rail", lambda tags: tags.get("railway", "") in RAIL_LINES and _is_at_ground(tags)),
    ("motorway", lambda tags: _is_motorway(tags) and _is_at_ground(tags)),
    ("fence", lambda tags: tags.get("barrier", "") in FENCES),
    ("retaining_wall", _is_retaining),
)


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
    """Whether tags fulfil all conditions of a rule."""
    return all(_holds(tags.get(one.key, ""), one) for one in rule.conditions)


def _holds(value: str, condition: TagCondition) -> bool:
    """Whether a value fulfils a condition; of several values one is enough."""
    if condition.value == "*":
        return value not in ("", "no")
    is_there = condition.value in list_values(value)
    return is_there == condition.is_wanted
