"""Kinds of place of daily life: groups, needs, and what real extracts hold of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

import osmium
import pytest
from builders.osm import read_file

from access15.config import choose, list_needs, load_categories, load_category_groups, load_study
from access15.config.tag_rules import read_tag_rule
from access15.outputs.words.findings import Target
from access15.outputs.words.groups import group_targets

Tags = Mapping[str, str]


def test_every_category_of_the_study_has_a_group_that_people_read() -> None:
    categories, groups = load_categories(), load_category_groups()
    study = choose(categories, load_study("milano").categories, "category")
    assert set(study) == set(categories)
    assert {category.group for category in study.values()} == set(groups) - {"other"}
    order = [category.group for category in study.values()]
    assert order == sorted(order, key=list(groups).index)  # the study lists them group by group


def test_needs_of_the_score() -> None:
    needs = list_needs(load_categories())
    assert needs == {
        "pharmacy": ("pharmacy",),
        "doctor": ("doctor",),
        "supermarket": ("supermarket",),
        "bank": ("bank",),
        "post_office": ("post_office",),
        "meeting_place": ("csrc", "cam", "casa_di_quartiere", "wemi"),
        "library": ("library",),
        "park": ("park",),
        "public_transport": ("surface_stop", "metro_stop"),
    }


def test_targets_stand_under_their_groups() -> None:
    categories = load_categories()
    targets = [
        Target(key, key, is_category=True) for key in ("library", "hospital", "csrc", "pharmacy")
    ]
    assert [
        (name, [one.id for one in kinds])
        for name, kinds in group_targets(targets, categories, "it")
    ] == [
        ("Salute", ["hospital", "pharmacy"]),
        ("Incontro e cultura", ["library", "csrc"]),
    ]
    assert [name for name, _ in group_targets(targets, categories, "en")] == [
        "Health",
        "Meeting and culture",
    ]


def test_rules_of_tags() -> None:
    assert read_tag_rule("amenity=fountain + drinking_water=yes").conditions == (
        ("amenity", "fountain", True),
        ("drinking_water", "yes", True),
    )
    assert read_tag_rule(" name = * ").conditions == (("name", "*", True),)
    assert read_tag_rule("opening_hours=24/7").key == "opening_hours"


# What each category is, said a second time and without the program's own rules; areas are parks.
IS: dict[str, Callable[[Tags], bool]] = {
    "pharmacy": lambda t: "pharmacy" in (t.get("amenity"), t.get("healthcare")),
    "doctor": lambda t: (
        t.get("amenity") == "doctors"
        or t.get("healthcare") in ("doctor", "clinic")
        or (t.get("amenity") == "clinic" and t.get("healthcare") != "physiotherapist")
    ),
    "hospital": lambda t: "hospital" in (t.get("amenity"), t.get("healthcare")),
    "supermarket": lambda t: t.get("shop") == "supermarket",
    "market": lambda t: t.get("amenity") == "marketplace",
    "bakery": lambda t: t.get("shop") == "bakery",
    "bank": lambda t: t.get("amenity") in ("bank", "atm"),
    "post_office": lambda t: t.get("amenity") == "post_office",
    "library": lambda t: t.get("amenity") == "library",
    "place_of_worship": lambda t: t.get("amenity") == "place_of_worship",
    "bench": lambda t: t.get("amenity") == "bench",
    "toilets": lambda t: t.get("amenity") == "toilets" and t.get("access") != "customers",
    "surface_stop": lambda t: t.get("highway") == "bus_stop" or t.get("railway") == "tram_stop",
    "bike_station": lambda t: t.get("amenity") == "bicycle_rental",
    "metro_stop": lambda t: t.get("railway") == "subway_entrance" or t.get("station") == "subway",
    "drinking_fountain": lambda t: (
        t.get("amenity") == "drinking_water"
        or (t.get("amenity") == "fountain" and t.get("drinking_water") == "yes")
    ),
}


def count_nodes(extract: Path) -> Counter[str]:
    """Nodes of each category, straight from the file."""
    counts: Counter[str] = Counter()
    for node in osmium.FileProcessor(str(extract), osmium.osm.NODE).with_filter(
        osmium.filter.EmptyTagFilter()
    ):
        tags = dict(node.tags)
        if tags.get("access") not in ("no", "private"):
            counts.update(key for key, is_it in IS.items() if is_it(tags))
    return counts


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("extract", "some", "parks"),
    [
        (
            "las-palmas-2023.osm.pbf",  # two of the 81 pharmacies are the army's (access=private)
            {
                "pharmacy": 79,
                "doctor": 105,
                "hospital": 16,
                "bank": 178,
                "supermarket": 112,
                "bakery": 74,
                "toilets": 25,
            },
            317,
        ),
        (
            "milano-2014.osm.pbf",
            {"library": 20, "pharmacy": 2, "place_of_worship": 2, "drinking_fountain": 7},
            3,
        ),
    ],
)
def test_places_of_real_extracts(
    shared_dir: Path, extract: str, some: dict[str, int], parks: int
) -> None:
    """Each category holds as many nodes as a count of the file's tags; what is two things at once
    is counted once.
    """
    path = shared_dir / "data" / "osm" / extract
    found = read_file(path, load_categories().values())
    nodes = Counter(place.category for place in found.places if place.kind == "node")
    expected = count_nodes(path)
    double = sum(expected.values()) - sum(nodes[key] for key in IS)
    assert 0 <= double <= 3
    for key in IS:
        assert expected[key] - double <= nodes[key] <= expected[key], key
    assert {key: nodes[key] for key in some} == some
    assert sum(place.category == "park" for place in found.places if place.kind != "node") == parks
