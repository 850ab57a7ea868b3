"""OpenStreetMap tags and what they mean on foot: tables of tags and expectations."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access15.config import load_categories
from access15.core.streets.network import (
    CROSSINGS,
    KERBS,
    ONE_WAY,
    SLOPES,
    SMOOTHNESS,
    SURFACES,
    WHEELCHAIR,
)
from access15.sources.streets.tags import (
    classify_backdrop_area,
    classify_backdrop_line,
    classify_node,
    classify_surface,
    classify_way,
    find_place,
)
from access15.sources.streets.values import parse_incline, parse_length_m, parse_step_count


def tags(text: str) -> dict[str, str]:
    """``"highway=path foot=no"`` as tags."""
    return dict(pair.split("=", 1) for pair in text.split())


WALKABLE = """
highway=footway | highway=path | highway=pedestrian | highway=steps | highway=living_street | highway=residential
highway=primary | highway=primary_link | highway=secondary | highway=secondary_link | highway=tertiary
highway=tertiary_link | highway=unclassified | highway=road | highway=track | highway=bridleway | highway=corridor
highway=elevator | highway=service | highway=service service=parking_aisle | highway=corridor indoor=yes
highway=cycleway | highway=cycleway foot=yes | highway=cycleway foot=designated | highway=cycleway bicycle=designated
highway=platform | railway=platform | public_transport=platform | public_transport=platform area=yes
highway=pedestrian area=yes | highway=footway area=yes | highway=residential oneway=yes
highway=residential foot=unknown | highway=residential access=yes | highway=service access=destination
highway=service access=customers | highway=residential access=unknown
highway=service access=private foot=yes | highway=service access=private foot=designated
highway=service access=private foot=permissive | highway=service access=no foot=official
highway=path access=no foot=destination | highway=service access=private foot=customers
highway=trunk foot=yes | highway=trunk_link foot=designated | highway=trunk foot=permissive
highway=motorway_link foot=yes | highway=busway foot=yes | highway=primary motorroad=yes foot=yes
highway=path;steps | highway=crossing | highway=residential foot=use_sidepath
"""

CLOSED = """
highway=motorway | highway=motorway_link | highway=trunk | highway=trunk_link | highway=trunk foot=unknown
highway=trunk access=yes | highway=busway | highway=bus_guideway | highway=primary motorroad=yes
highway=footway foot=no | highway=path foot=private | highway=residential foot=no | highway=cycleway foot=no
highway=service access=private | highway=service access=no | highway=steps access=no | highway=service access=permit
highway=service access=private foot=no | highway=service access=yes foot=no | highway=trunk foot=no
highway=trunk foot=yes access=private foot=private | highway=path access=military
highway=track access=agricultural | highway=service access=delivery | highway=footway foot=no;private
highway=construction | highway=construction foot=yes | highway=proposed | highway=raceway | highway=abandoned
highway=razed | highway=disused | highway=planned | highway=rest_area | highway=services | highway=bus_stop
highway=no | highway=construction railway=platform | railway=platform access=private | railway=rail
waterway=river | natural=water | building=yes
"""


def listed(text: str) -> list[str]:
    return [part.strip() for line in text.strip().splitlines() for part in line.split("|")]


@pytest.mark.parametrize("text", listed(WALKABLE))
def test_walkable(text: str) -> None:
    assert classify_way(tags(text)) is not None


@pytest.mark.parametrize("text", [*listed(CLOSED), ""])
def test_not_walkable(text: str) -> None:
    assert classify_way(tags(text)) is None


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("highway=steps", "steps", True),
        ("highway=path;steps", "steps", True),
        ("highway=footway", "steps", False),
        ("highway=steps step_count=24", "step_count", 24),
        ("highway=steps", "step_count", 0),
        ("highway=path incline=-8%", "incline", -0.08),
        ("highway=path width=1,5", "width_m", 1.5),
        ("highway=path wheelchair=yes", "wheelchair", WHEELCHAIR.index("yes")),
        ("highway=path wheelchair=designated", "wheelchair", WHEELCHAIR.index("yes")),
        ("highway=path wheelchair=no", "wheelchair", WHEELCHAIR.index("no")),
        ("highway=path wheelchair=limited", "wheelchair", 0),
        ("highway=path", "wheelchair", 0),
        ("highway=path surface=sett", "surface", SURFACES.index("rough")),
        ("highway=path tunnel=yes", "tunnel", True),
        ("highway=path tunnel=building_passage", "tunnel", True),
        ("highway=path tunnel=no", "tunnel", False),
        ("highway=path bridge=viaduct", "bridge", True),
        ("highway=path", "other_level", False),
        ("highway=path tunnel=yes", "other_level", True),
        ("highway=path tunnel=building_passage", "other_level", False),
        ("highway=path tunnel=building_passage covered=yes layer=-1", "other_level", False),
        ("highway=path bridge=yes", "other_level", True),
        ("highway=path bridge=no tunnel=no covered=no indoor=no", "other_level", False),
        ("highway=path layer=-1", "other_level", True),
        ("highway=path layer=0", "other_level", False),
        ("highway=path layer=one", "other_level", False),
        ("highway=corridor level=2", "other_level", True),
        ("highway=corridor level=0;1", "other_level", False),
        ("highway=corridor level=-1;-0.5", "other_level", True),
        ("highway=corridor level=0-2", "other_level", False),
        ("highway=corridor indoor=yes", "other_level", True),
        ("highway=path covered=yes", "other_level", True),
        ("highway=path covered=arcade", "other_level", False),
        ("highway=path", "bridge", False),
        ("highway=path", "level", 0),
        ("highway=path layer=-2", "level", -2),
        ("highway=path layer=-1;-2", "level", -1),
        ("highway=path layer=0;1", "level", 0),
        ("highway=path layer=ground", "level", 0),
        ("highway=path layer=9", "level", 0),
        ("highway=path bridge=yes", "level", 1),
        ("highway=path bridge=yes layer=0", "level", 1),
        ("highway=path bridge=yes layer=3", "level", 3),
        ("highway=path embankment=both", "level", 1),
        ("highway=path embankment=no", "level", 0),
        ("highway=path tunnel=yes", "level", -1),
        ("highway=path tunnel=building_passage", "level", 0),
        ("highway=path cutting=left", "level", -1),
        ("highway=path cutting=yes layer=0", "level", -1),
        ("highway=path", "is_walkway", True),
        ("highway=cycleway", "is_walkway", True),
        ("highway=track", "is_walkway", True),
        ("railway=platform", "is_walkway", True),
        ("railway=platform", "highway", "platform"),
        ("highway=living_street", "is_walkway", False),
        ("highway=service", "is_walkway", False),
        ("highway=trunk foot=yes", "is_walkway", False),
        ("highway=primary lanes=4", "is_wide", True),
        ("highway=primary lanes=3", "is_wide", False),
        ("highway=primary lanes:forward=2 lanes:backward=2", "is_wide", True),
        ("highway=primary oneway=yes lanes=3", "is_wide", True),
        ("highway=primary oneway=yes lanes=2", "is_wide", False),
        ("highway=primary lanes=four", "is_wide", False),
        ("highway=cycleway lanes=4", "is_wide", False),
        ("highway=residential sidewalk=separate", "is_only_crossed", False),
        ("highway=tertiary sidewalk=separate", "is_only_crossed", True),
        ("highway=tertiary sidewalk:left=separate sidewalk:right=yes", "is_only_crossed", False),
        ("highway=secondary foot=use_sidepath", "is_only_crossed", True),
        ("highway=steps conveying=backward", "one_way", ONE_WAY.index("backward")),
        ("highway=footway oneway:foot=-1", "one_way", ONE_WAY.index("backward")),
        ("highway=footway oneway=yes", "one_way", ONE_WAY.index("no")),
        ("highway=path incline=up", "slope", SLOPES.index("up")),
        ("highway=path incline=steep", "slope", SLOPES.index("steep")),
        ("highway=path smoothness=intermediate", "smoothness", SMOOTHNESS.index("good")),
        ("highway=path smoothness=impassable", "smoothness", SMOOTHNESS.index("horrible")),
    ],
)
def test_what_a_way_says(text: str, field: str, expected: object) -> None:
    found = classify_way(tags(text))
    assert found is not None
    assert getattr(found, field) == expected


@pytest.mark.parametrize(
    ("text", "kind", "is_stated"),
    [
        ("highway=footway", "none", False),
        ("highway=residential crossing=zebra", "none", False),
        ("highway=footway footway=crossing", "marked", False),
        ("highway=path path=crossing crossing=unmarked", "unmarked", True),
        ("highway=cycleway cycleway=crossing crossing=traffic_signals", "signals", True),
        ("highway=footway footway=crossing crossing=no", "none", True),
        ("highway=footway footway=crossing crossing=island", "marked", True),
        ("highway=footway footway=crossing crossing:signals=yes", "signals", True),
        (
            "highway=footway footway=crossing crossing:signals=no crossing:markings=no",
            "unmarked",
            True,
        ),
        ("highway=footway footway=crossing crossing:markings=zebra", "marked", True),
        ("highway=footway footway=sidewalk crossing=zebra", "none", False),
    ],
)
def test_crossing_ways(text: str, kind: str, is_stated: bool) -> None:
    found = classify_way(tags(text))
    assert found is not None
    assert (CROSSINGS[found.crossing], found.is_crossing_stated) == (kind, is_stated)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("highway=crossing", "marked"),
        ("highway=crossing crossing=zebra", "marked"),
        ("highway=crossing crossing=marked", "marked"),
        ("highway=crossing crossing=uncontrolled", "marked"),
        ("highway=crossing crossing=yes", "marked"),
        ("highway=crossing crossing=unknown", "marked"),
        ("highway=crossing crossing=island", "marked"),
        ("highway=crossing crossing=unmarked", "unmarked"),
        ("highway=crossing crossing=informal", "unmarked"),
        ("highway=crossing crossing=traffic_signals", "signals"),
        ("highway=crossing crossing=traffic_signals;marked", "signals"),
        ("highway=crossing crossing=toucan", "signals"),
        ("highway=crossing crossing=no", None),
        ("highway=crossing crossing:signals=yes", "signals"),
        ("highway=crossing crossing=uncontrolled crossing:signals=yes", "signals"),
        ("highway=crossing crossing:signals=no", "marked"),
        ("highway=crossing crossing:markings=no", "unmarked"),
        ("highway=crossing crossing=uncontrolled crossing:markings=no", "unmarked"),
        ("highway=crossing crossing=zebra crossing:markings=no", "marked"),
        ("highway=crossing crossing:markings=zebra", "marked"),
        ("highway=traffic_signals", "signals"),
        ("highway=traffic_signals crossing=zebra", "signals"),
        ("highway=traffic_signals crossing=no", None),
        ("highway=crossing;traffic_signals", "signals"),
        ("highway=crossing;stop;give_way crossing=zebra", "marked"),
        ("crossing=zebra", "marked"),
        ("railway=level_crossing crossing=uncontrolled", None),
        ("railway=crossing", None),
        ("railway=tram_crossing highway=crossing", "marked"),
        ("highway=stop", None),
        ("highway=bus_stop", None),
        ("amenity=bench", None),
    ],
)
def test_crossing_nodes(text: str, kind: str | None) -> None:
    found = classify_node(tags(text))
    assert (None if found is None else CROSSINGS[found.crossing]) == kind


@pytest.mark.parametrize(
    ("text", "kerb"),
    [
        ("kerb=raised", "raised"),
        ("kerb=regular", "raised"),
        ("kerb=rolled", "raised"),
        ("kerb=lowered", "flush"),
        ("kerb=flush", "flush"),
        ("kerb=no", "flush"),
        ("barrier=kerb kerb=lowered", "flush"),
        ("barrier=kerb kerb:height=0.1", "raised"),
        ("barrier=kerb kerb:height=2.5cm", "flush"),
        ("kerb=lowered kerb:height=0.03", "raised"),
        ("barrier=stile", "raised"),
        ("barrier=turnstile", "raised"),
        ("barrier=full-height_turnstile", "raised"),
        ("barrier=cycle_barrier", "raised"),
        ("barrier=kissing_gate", "raised"),
        ("barrier=block wheelchair=no", "raised"),
        ("barrier=bollard wheelchair=no", "raised"),
        ("highway=crossing wheelchair=no", "raised"),
        ("highway=crossing kerb=raised", "raised"),
    ],
)
def test_kerbs(text: str, kerb: str) -> None:
    found = classify_node(tags(text))
    assert found is not None
    assert KERBS[found.kerb] == kerb


@pytest.mark.parametrize(
    "text",
    [
        "barrier=kerb",
        "kerb=yes",
        "barrier=bollard",
        "barrier=block",
        "barrier=gate",
        "barrier=kissing_gate wheelchair=yes",
        "highway=bus_stop wheelchair=no",
        "barrier=gate access=yes",
        "barrier=gate access=customers",
        "barrier=lift_gate access=private foot=yes",
        "barrier=bollard access=no foot=designated",
        "access=private",
    ],
)
def test_nodes_that_walkers_need_not_notice(text: str) -> None:
    assert classify_node(tags(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "barrier=gate access=private",
        "barrier=gate access=no",
        "barrier=lift_gate foot=no",
        "barrier=gate foot=private",
        "barrier=wall access=no",
        "barrier=wall",
        "barrier=fence",
        "entrance=yes access=private",
        "door=yes access=no",
        "barrier=gate locked=yes",
        "barrier=swing_gate access=private foot=no",
    ],
)
def test_barriers_that_block(text: str) -> None:
    found = classify_node(tags(text))
    assert found is not None
    assert found.is_blocked


def test_unblocked_barriers_may_still_stop_wheels() -> None:
    found = classify_node(tags("barrier=turnstile access=private foot=yes"))
    assert found is not None
    assert (found.is_blocked, KERBS[found.kerb]) == (False, "raised")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("asphalt", "smooth"),
        ("paved", "smooth"),
        ("paving_stones", "smooth"),
        ("paving_stones:30", "smooth"),
        ("concrete", "smooth"),
        ("concrete:plates", "smooth"),
        ("wood", "smooth"),
        ("metal", "smooth"),
        ("sett", "rough"),
        ("cobblestone", "rough"),
        ("unhewn_cobblestone", "rough"),
        ("cobblestone:flattened", "rough"),
        ("gravel", "unpaved"),
        ("ground", "unpaved"),
        ("dirt", "unpaved"),
        ("grass", "unpaved"),
        ("sand", "soft"),
        ("compacted", "unpaved"),
        ("fine_gravel", "unpaved"),
        ("unpaved", "unpaved"),
        ("asphalt;sett", "rough"),
        ("gravel; asphalt", "unpaved"),
        ("asphalt;moon_dust", "unknown"),
        ("", "unknown"),
        ("cycleway", "unknown"),
        ("Asphalt", "smooth"),
    ],
)
def test_surface(value: str, name: str) -> None:
    assert SURFACES[classify_surface(value)] == name


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("8%", 0.08),
        ("-3 %", -0.03),
        ("3,5%", 0.035),
        ("+10%", 0.1),
        ("5°", math.tan(math.radians(5))),
        ("-5 °", -math.tan(math.radians(5))),
        ("1:12", 1 / 12),
        ("1 : 12.5", 0.08),
        ("0", 0.0),
        ("0%", 0.0),
        ("up", None),
        ("down", None),
        ("yes", None),
        ("steep", None),
        ("8", None),
        ("0.08", None),
        ("%", None),
        ("10%-15%", None),
        ("1:0", None),
        ("300%", None),
        ("90°", None),
        ("", None),
        ("nan%", None),
        ("inf", None),
    ],
)
def test_incline(value: str, expected: float | None) -> None:
    found = parse_incline(value)
    assert math.isnan(found) if expected is None else found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2", 2.0),
        ("1.5", 1.5),
        ("1,5", 1.5),
        ("1.5 m", 1.5),
        ("2m", 2.0),
        ("150 cm", 1.5),
        ("30mm", 0.03),
        ("0", 0.0),
        ("-1", None),
        ("narrow", None),
        ("1.5-2", None),
        ("5'", None),
        ("1e3", None),
        ("999", None),
        ("", None),
    ],
)
def test_length(value: str, expected: float | None) -> None:
    found = parse_length_m(value)
    assert math.isnan(found) if expected is None else found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", 12),
        (" 7 ", 7),
        ("0", 0),
        ("12;14", 0),
        ("about 10", 0),
        ("-3", 0),
        ("12.5", 0),
        ("99999", 0),
        ("٣", 0),
    ],
)
def test_step_count(value: str, expected: int) -> None:
    assert parse_step_count(value) == expected


@given(value=st.text(max_size=12))
def test_no_value_is_too_strange(value: str) -> None:
    keys = (
        "incline",
        "width",
        "step_count",
        "surface",
        "crossing",
        "wheelchair",
        "tunnel",
        "layer",
        "level",
        "footway",
    )
    found = classify_way({"highway": "footway", **dict.fromkeys(keys, value)})
    assert found is not None
    assert abs(found.incline) <= 2 or math.isnan(found.incline)
    assert 0 <= found.width_m <= 200 or math.isnan(found.width_m)
    assert found.surface in range(len(SURFACES))
    classify_node(
        dict.fromkeys(("highway", "crossing", "kerb", "kerb:height", "barrier", "access"), value)
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("building=yes", "buildings"),
        ("building=no", None),
        ("building=roof leisure=park", "buildings"),
        ("natural=water", "water"),
        ("waterway=riverbank", "water"),
        ("landuse=basin", "water"),
        ("leisure=park", "green"),
        ("leisure=garden", "green"),
        ("landuse=grass", "green"),
        ("landuse=village_green", "green"),
        ("natural=wood", "green"),
        ("landuse=residential", None),
        ("natural=cliff", None),
        ("highway=pedestrian", None),
    ],
)
def test_backdrop_areas(text: str, kind: str | None) -> None:
    assert classify_backdrop_area(tags(text)) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("waterway=river", "water"),
        ("waterway=canal", "water"),
        ("waterway=stream tunnel=culvert", None),
        ("waterway=riverbank", None),
        ("railway=rail", "rail"),
        ("railway=tram tunnel=no", "rail"),
        ("railway=subway", "rail"),
        ("railway=subway tunnel=yes", None),
        ("railway=platform", None),
        ("railway=abandoned", None),
        ("highway=residential", None),
    ],
)
def test_backdrop_lines(text: str, kind: str | None) -> None:
    assert classify_backdrop_line(tags(text)) == kind


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("amenity=pharmacy", "pharmacy"),
        ("shop=supermarket", "supermarket"),
        ("amenity=library;post_office", "post_office"),
        ("amenity=post_office shop=supermarket", "supermarket"),
        ("healthcare=doctor", "doctor"),
        ("amenity=clinic", "doctor"),
        ("amenity=clinic healthcare=physiotherapist", None),
        ("amenity=fountain", None),
        ("amenity=fountain drinking_water=yes", "drinking_fountain"),
        ("amenity=fountain drinking_water=no", None),
        ("amenity=toilets", "toilets"),
        ("amenity=toilets access=yes", "toilets"),
        ("amenity=toilets access=customers", None),
        ("amenity=pharmacy access=private", None),
        ("amenity=library access=no", None),
        ("amenity=supermarket access=customers", None),
        ("shop=supermarket access=customers", "supermarket"),
        ("leisure=park", "park"),
        ("leisure=park access=private", None),
        ("leisure=garden", None),
        ("leisure=garden name=Giardino", "park"),
        ("leisure=garden access=yes", "park"),
        ("leisure=garden name=Orto access=private", None),
        ("highway=bus_stop", "surface_stop"),
        ("railway=subway_entrance", "metro_stop"),
        ("amenity=pharmacy_like", None),
        ("shop=pharmacy", None),
        ("", None),
    ],
)
def test_category(text: str, category: str | None) -> None:
    found = find_place(tags(text), load_categories().values())
    assert (found.category if found else None) == category


@pytest.mark.parametrize(
    ("text", "is_entered"),
    [("leisure=park", True), ("leisure=garden name=Giardino", True), ("amenity=library", False)],
)
def test_parks_are_walked_to_by_their_entrances(text: str, is_entered: bool) -> None:
    place = find_place(tags(text), load_categories().values())
    assert place is not None
    assert place.by_entrance == is_entered


def test_rules_do_not_change_their_argument() -> None:
    given_tags: dict[str, Any] = tags(
        "highway=crossing crossing=zebra kerb=lowered barrier=gate access=no"
    )
    before = dict(given_tags)
    classify_node(given_tags)
    classify_way(given_tags)
    assert given_tags == before
