"""An address that names no town is not taken from the next town's street of that name.

::

    lon 9.0        9.1        9.2
        +----------+ . . . . . . .   Alba: zones of the study west of 9.1, the town up to 9.15,
        |  zones   | Alba | Borgo    then Borgo
        +----------+ . . . . . . .
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from access15.errors import ServiceError
from access15.sources.geocode.cache import AnswerCache
from access15.sources.geocode.candidates import Found
from access15.sources.geocode.gazetteer import Gazetteer
from access15.sources.geocode.home import Home
from access15.sources.geocode.nominatim import Geocoder
from access15.sources.geocode.table import GeocodeOutcome, geocode_facilities
from access15.sources.places.points import Bounds

NOW = datetime(2026, 10, 1, tzinfo=UTC)
BOUNDS = (8.5, 44.5, 9.5, 45.5)
ZONES = shapely.box(9.0, 45.0, 9.1, 45.1)
IN, NEAR, FAR = 9.05, 9.12, 9.18  # in the zones, in their town, in the next one
DECIDE, FOUND = {"to decide": 1}, {"found": 1}


def house(lon: float, town: str, *, road: str = "Via Roma", number: str = "8") -> Found:
    kind = "building" if number else "highway"
    return Found(45.05, lon, f"{road} {number}".strip(), kind, road, number, town)


class Answers(Geocoder):
    """Answers by what is asked; gone after a number of questions."""

    provider, key = "Fake (CC0)", "fake"

    def __init__(self, answers: dict[str, list[Found]], lasts: int = 99) -> None:
        self.answers, self.lasts = answers, lasts
        self.asked: list[str] = []

    def search(self, query: str, bounds: Bounds) -> list[Found]:
        assert bounds == BOUNDS
        if len(self.asked) == self.lasts:
            raise ServiceError("Fake is gone")
        self.asked.append(query)
        return self.answers.get(query, [])


def run(
    folder: Path, addresses: list[str], service: Answers, towns: tuple[str, ...] = ()
) -> GeocodeOutcome:
    n = len(addresses)
    frame = gpd.GeoDataFrame(
        {
            "facility_id": [f"f{i}" for i in range(n)],
            **dict.fromkeys(("name", "source"), ["Sede"] * n),
            "category": ["csrc"] * n,
            "address": addresses,
            "precision": ["none"] * n,
            "status": ["not_geocoded"] * n,
        },
        geometry=[None] * n,
        crs="EPSG:4326",
    )
    with AnswerCache(folder / "answers.sqlite") as cache:
        return geocode_facilities(
            frame,
            geocoder=service,
            gazetteer=Gazetteer(),
            cache=cache,
            bounds=BOUNDS,
            now=NOW,
            review=None,
            home=Home(ZONES, towns),
        )


STUDY_IN_ALBA = "in Borgo: the address names no town, and the study lies in Alba"
OUTSIDE = "outside the study's zones: the address names no town"
# address, answers, the study's towns, how it ends, what the question says
CASES = {
    "the next town": ("Via Roma 8", [house(FAR, "Borgo")], ("Alba",), DECIDE, STUDY_IN_ALBA),
    "the study's town": ("Via Roma 8", [house(NEAR, "Alba")], ("Alba",), FOUND, ""),
    "its town in capitals": ("Via Roma 8", [house(NEAR, "ALBA ")], ("Alba",), FOUND, ""),
    "one of two towns": ("Via Roma 8", [house(FAR, "Borgo")], ("Alba", "Borgo"), FOUND, ""),
    "both towns": (
        "Via Roma 8",
        [house(FAR, "Borgo"), house(NEAR, "Alba")],
        ("Alba",),
        FOUND,
        "",
    ),
    "own street, the next town's house": (
        "Via Roma 8",
        [house(FAR, "Borgo"), house(IN, "Alba", number="")],
        ("Alba",),
        {"street only": 1},
        "",
    ),
    "the next town's street": (
        "Via Roma",
        [house(FAR, "Borgo", number="")],
        ("Alba",),
        DECIDE,
        STUDY_IN_ALBA,
    ),
    "the address names the next town": (
        "Via Roma 8, Borgo",
        [house(FAR, "Borgo")],
        ("Alba",),
        FOUND,
        "",
    ),
    "the address names its own town": (
        "Via Roma 8, Alba",
        [house(FAR, "Borgo")],
        ("Alba",),
        {"nothing found": 1},
        "",
    ),
    "no towns, in the zones": ("Via Roma 8", [house(IN, "Borgo")], (), FOUND, ""),
    "no towns, outside": ("Via Roma 8", [house(FAR, "Borgo")], (), DECIDE, f"in Borgo, {OUTSIDE}"),
    "no town anywhere": ("Via Roma 8", [house(FAR, "")], (), DECIDE, OUTSIDE),
    "an answer without a town": ("Via Roma 8", [house(FAR, "")], ("Alba",), DECIDE, OUTSIDE),
    "without a town in the zones": ("Via Roma 8", [house(IN, "")], ("Alba",), FOUND, ""),
    "learnt from the same answer": (
        "Via Roma 8",
        [house(FAR, "Borgo"), house(IN, "Alba", road="Via Po")],
        (),
        DECIDE,
        STUDY_IN_ALBA,
    ),
    "a neighbouring number of the next town": (
        "Via Roma 8",
        [house(FAR, "Borgo", number="8/B")],
        ("Alba",),
        DECIDE,
        STUDY_IN_ALBA,
    ),
    "a place by its name": (
        "Ospedale Grande",
        [Found(45.05, FAR, "Ospedale Grande", "amenity", "", "", "Borgo")],
        ("Alba",),
        DECIDE,
        STUDY_IN_ALBA,
    ),
}


@pytest.mark.parametrize(
    ("address", "answers", "towns", "counts", "words"), CASES.values(), ids=CASES
)
def test_another_town_is_told_in_words(
    tmp_path: Path,
    address: str,
    answers: list[Found],
    towns: tuple[str, ...],
    counts: dict[str, int],
    words: str,
) -> None:
    asked = address.partition(",")[0]
    service = Answers(dict.fromkeys((asked, address), answers))
    outcome = run(tmp_path, [address], service, towns)
    assert outcome.counts == counts
    labels = [place.text for one in outcome.questions for place in one.candidates]
    assert [label.partition(" (")[2].rstrip(")") for label in labels] == ([words] if words else [])
    assert outcome.n_elsewhere == bool(words)
    if words:
        assert outcome.frame.geometry[0] is None
        assert outcome.frame["geocode_match"][0] == ""


@pytest.mark.parametrize("order", [1, -1])
def test_towns_are_learnt_from_all_addresses(tmp_path: Path, order: int) -> None:
    """In whatever order they stand, and nothing is asked twice."""
    answers = {
        "Via Roma 8": [house(NEAR, "Alba")],
        "Via Po 8": [house(FAR, "Borgo", road="Via Po")],
        "Via Adda 8": [house(IN, "Alba", road="Via Adda")],
    }
    service = Answers(answers)
    outcome = run(tmp_path, list(answers)[::order], service)
    assert outcome.counts == {"found": 2, "to decide": 1}
    assert [one.address for one in outcome.questions] == ["Via Po 8"]
    assert STUDY_IN_ALBA in outcome.questions[0].candidates[0].text
    assert len(service.asked) == len(set(service.asked))


def test_a_house_of_the_own_town_is_looked_for_beyond_the_next_ones(tmp_path: Path) -> None:
    answers = {
        "Via Roma 8/A": [house(FAR, "Borgo", number="8/A")],
        "Via Roma 8": [house(IN, "Alba")],
    }
    outcome = run(tmp_path, ["Via Roma 8/A"], Answers(answers), ("Alba",))
    assert outcome.counts == FOUND
    assert outcome.frame.geometry[0].x == IN


def test_a_service_that_goes_meanwhile(tmp_path: Path) -> None:
    answers = {"Via Roma 8": [house(IN, "Alba")], "Via Po 8": [house(IN, "Alba", road="Via Po")]}
    outcome = run(tmp_path, [*answers, "Via Adda 8"], Answers(answers, lasts=2))
    assert outcome.counts == {"found": 2, "not asked": 1}
    assert outcome.message.startswith("Fake is gone; 1 address was not looked up")
