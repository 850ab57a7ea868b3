"""Addresses looked up in an extract and a register; the quarter is drawn in
`builders.small_addresses`.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import shapely
from builders.drawn_osm import box, lonlat, write_osm
from builders.small_addresses import BOX, draw_quarter

from access15.config import load_study
from access15.sources.geocode.addresses import parse_address
from access15.sources.geocode.book import AddressBook, Answer
from access15.sources.geocode.candidates import SAME_PLACE_M, choose_candidate
from access15.sources.geocode.home import Home
from access15.sources.geocode.register import Register, RegisterRow
from access15.sources.streets.addresses import NO_ADDRESSES, Addresses, read_addresses
from access15.sources.zones import read_outlines

NORTH = Home(shapely.box(*box(-500, -500, 1_000, 2_000)), ("Milano",))
EVERYWHERE = Home(shapely.box(*BOX), ("Milano",))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Addresses:
    return read_addresses(draw_quarter(tmp_path_factory.mktemp("osm") / "nord.osm"), BOX)


def ask(known: Addresses, text: str, home: Home | None = NORTH) -> Answer:
    return AddressBook(known, "nord.osm", home=home).find(parse_address(text))


# what is asked, how well it is known, where (None: nowhere), whether a person must decide
ANSWERS = [
    ("Via Roma 12", "address", (100, 10), False),
    ("via roma, n. 12", "address", (100, 10), False),
    ("Via Roma 12, Milano", "address", (100, 10), False),
    # barred numbers: one writing or another, never another letter
    ("Via Roma 12/A", "address", (110, 10), False),
    ("Via Roma 12A", "address", (110, 10), False),
    ("Via Roma 12 a", "address", (110, 10), False),
    # red numbers stand elsewhere
    ("Via Roma 12r", "address", (100, 200), False),
    ("Via Roma 12 rosso", "address", (100, 200), False),
    ("Via Roma 12/R", "address", (100, 200), False),
    # areas, and what lies between known numbers
    ("Via Roma 20", "address", (310, 30), False),
    ("Via Roma 22", "address", (370, 30), False),
    ("Via Roma 30", "address", (400, 12), False),
    ("Via Roma 34", "interpolated", (440, 12), False),
    # numerals are names
    ("Via 1 Maggio 5", "address", (150, 510), False),
    ("Via Primo Maggio 5", "address", (150, 510), False),
    ("Viale Papa Giovanni XXIII 7", "address", (150, 710), False),
    # the street alone: a point on it
    ("Via Roma 99", "street", (300, 0), False),
    ("Via Roma", "street", (300, 0), False),
    ("Via 11 Maggio 5", "street", (150, 600), False),
    ("Via dei Pini 3", "street", (200, 150), False),
    # a surname alone may be anybody's: what is found is a question
    ("Via Garibaldi 8", "address", (60, 910), True),
    ("Via G. Verdi 3", "address", (150, 810), False),
    ("Via Roma angolo Via dei Pini", "corner", (200, 0), False),
    # nothing of the kind
    ("Viale Papa Giovanni XXII 7", None, None, False),
    ("Piazza Roma 12", None, None, False),
    ("Via 2 Maggio 5", None, None, False),
    ("Via Romagna 12", None, None, False),
    ("Ospedale Roma", None, None, False),
    ("", None, None, False),
]


@pytest.mark.parametrize(("text", "precision", "place", "is_open"), ANSWERS)
def test_what_an_extract_answers(
    known: Addresses,
    text: str,
    precision: str | None,
    place: tuple[float, float] | None,
    is_open: bool,
) -> None:
    answer = ask(known, text)
    if precision is None or place is None:
        assert answer == Answer()
        return
    (first, *others) = answer.candidates
    assert others == []
    assert (first.precision, answer.is_open) == (precision, is_open)
    assert (first.lon, first.lat) == pytest.approx(lonlat(*place), abs=2e-6)
    assert (first.provider, first.date, first.doubt) == ("nord.osm", "2025-04-03", "")


@pytest.mark.parametrize("text", ["Via Roma 12 bis", "Via Roma 12/B"])
def test_another_letter_is_next_door_and_says_so(known: Addresses, text: str) -> None:
    found = ask(known, text).candidates
    assert {one.precision for one in found} == {"neighbouring number"}
    assert all("12r" not in one.label for one in found)


def test_a_street_says_how_far_the_place_may_be(known: Addresses) -> None:
    (found,) = ask(known, "Via dei Pini 3").candidates
    assert found.within_m == pytest.approx(150, abs=2)
    assert found.label == "Via dei Pini, Nord (± 151 m)"
    line = shapely.LineString([lonlat(200, 0), lonlat(200, 300)])
    assert line.distance(shapely.Point(found.lon, found.lat)) < 1e-7


def test_one_name_in_two_quarters_is_a_question(known: Addresses) -> None:
    """The 12 is mapped in the north alone, and may be asked for in the south."""
    answer = ask(known, "Via Roma 12", EVERYWHERE)
    assert answer.is_open
    assert [one.precision for one in answer.candidates] == ["address", "street"]
    assert [one.label for one in answer.candidates] == [
        "Via Roma 12, Nord",
        "Via Roma, Sud (± 150 m)",
    ]


@pytest.mark.parametrize("text", ["Via Roma 5", "Via Roma"])
def test_both_quarters_are_shown_where_only_the_street_is_known(
    known: Addresses, text: str
) -> None:
    answer = ask(known, text, EVERYWHERE)
    assert answer.is_open
    assert len(answer.candidates) == 2


def test_the_address_may_say_which_quarter(known: Addresses) -> None:
    answer = ask(known, "Via Roma 5, Sud", EVERYWHERE)
    assert [(one.precision, one.doubt) for one in answer.candidates] == [("address", "")]
    assert not answer.is_open


def test_what_lies_elsewhere_is_in_doubt(known: Addresses) -> None:
    """Asked from the south, where no Via dei Pini is; and of a town that nobody knows."""
    south = Home(shapely.box(*box(-500, -6_500, 1_000, -5_500)), ("Milano",))
    (found,) = ask(known, "Via dei Pini 3", south).candidates
    assert found.doubt == "outside the study's zones: the address names no town"
    found = ask(known, "Via dei Pini 3, Atlantide", NORTH).candidates[0]
    assert found.doubt == "none of the data knows 'Atlantide', which the address names"
    assert found.doubt.in_lang("it") == (  # type: ignore[attr-defined]
        "nessuno dei dati conosce «Atlantide», che l'indirizzo nomina"
    )


def test_names_without_a_kind_of_street(known: Addresses) -> None:
    """ "Roma 12" may be a via or a piazza: shown, and left to a person."""
    answer = ask(known, "Roma 12")
    assert answer.is_open
    assert [one.precision for one in answer.candidates] == ["address"]


def draw(
    tmp_path: Path, names: dict[str, float], houses: dict[str, tuple[str, float]]
) -> Addresses:
    """Streets of 100 m from west to east by their name and where they begin, and houses of streets
    by their number.
    """
    nodes: dict[int, tuple[float, float] | tuple[float, float, dict[str, str]]] = {}
    ways = {}
    for i, (name, y) in enumerate(names.items()):
        nodes |= {10 * i + 1: (0, y), 10 * i + 2: (100, y)}
        ways[i + 1] = ([10 * i + 1, 10 * i + 2], {"highway": "residential", "name": name})
    for i, (number, (street, y)) in enumerate(houses.items()):
        nodes[900 + i] = (50, y, {"addr:housenumber": number, "addr:street": street})
    return read_addresses(write_osm(tmp_path / "a.osm", nodes, ways), BOX)


def test_a_street_at_home_goes_before_one_elsewhere_of_that_very_name(tmp_path: Path) -> None:
    """Milan has a Via Antonio Pacinotti, the next town a Via Pacinotti."""
    known = draw(tmp_path, {"Via Antonio Pacinotti": 0, "Via Pacinotti": -6_000}, {})
    (found,) = ask(known, "Via Pacinotti 8").candidates
    assert (found.label, found.doubt) == ("Via Antonio Pacinotti (± 50 m)", "")


def test_what_only_a_house_says_hides_no_street(tmp_path: Path) -> None:
    """Somebody wrote "calle triana" on one house of the Calle Mayor de Triana."""
    houses = {"25": ("calle triana", 700.0), "12": ("Calle Mayor de Triana", 5.0)}
    known = draw(tmp_path, {"Calle Mayor de Triana": 0}, houses)
    answer = ask(known, "Calle Triana 12")
    assert [one.label for one in answer.candidates] == ["Calle Mayor de Triana 12"]
    assert answer.is_open
    (own,) = ask(known, "Calle Triana 25").candidates
    assert own.precision == "address"


def test_a_long_street_may_be_interrupted(tmp_path: Path) -> None:
    """Two parts of one name, 700 m apart: one street where it is 2 km long, two where it is 100 m."""
    nodes = {1: (0, 0), 2: (0, 2_000), 3: (0, 2_700), 4: (0, 2_750)}
    road = {"highway": "residential", "name": "Via Lunga"}
    path = write_osm(tmp_path / "a.osm", nodes, {1: ([1, 2], road), 2: ([3, 4], road)})
    assert len(ask(read_addresses(path, BOX), "Via Lunga", None).candidates) == 1
    short = {**nodes, 1: (0, 1_900)}
    path = write_osm(tmp_path / "b.osm", short, {1: ([1, 2], road), 2: ([3, 4], road)})
    assert len(ask(read_addresses(path, BOX), "Via Lunga", None).candidates) == 2


def test_a_house_beyond_the_border_is_none_of_the_street_at_home(tmp_path: Path) -> None:
    """The street goes on into the next town, which has the number 5 as well."""
    nodes = {
        1: (0, 0),
        2: (0, -900),
        3: (10, -800, {"addr:housenumber": "5", "addr:street": "Via Roma", "addr:city": "Rozzano"}),
    }
    way = ([1, 2], {"highway": "residential", "name": "Via Roma"})
    known = read_addresses(write_osm(tmp_path / "a.osm", nodes, {1: way}), BOX)
    (found,) = ask(known, "Via Roma 5").candidates
    assert found.precision == "street"
    (found,) = ask(known, "Via Roma 5, Rozzano", EVERYWHERE).candidates
    assert found.precision == "address"


REGISTER = "INDIR_TEST_20260801.csv"


def register(*rows: tuple[str, str, float, float]) -> Register:
    """Rows of street, number and metres."""
    made = tuple(
        RegisterRow(street, number, "", *lonlat(x_m, y_m)) for street, number, x_m, y_m in rows
    )
    return Register(made, 0, 0, 0, REGISTER, "2026-08-01")


def test_a_register_answers_where_the_extract_does_not(known: Addresses) -> None:
    book = AddressBook(
        known,
        "nord.osm",
        register(
            ("VIA ROMA", "12", 130, 10),
            ("VIA ROMA", "14", 140, 10),
            ("VIA ROMA", "16", 140, 900),  # at the other end of the quarter
            ("VIA DEI PINI", "3/A", 210, 100),
        ),
        NORTH,
    )
    (house,) = book.find(parse_address("Via Roma 12")).candidates
    assert (house.provider, house.lon) == ("nord.osm", pytest.approx(lonlat(100, 10)[0], abs=1e-6))
    (house,) = book.find(parse_address("Via Roma 14")).candidates
    assert (house.precision, house.provider, house.date) == ("address", REGISTER, "2026-08-01")
    assert book.find(parse_address("Via Roma 16")).candidates[0].precision == "street"
    (house,) = book.find(parse_address("Via dei Pini 3a")).candidates
    assert (house.precision, house.provider) == ("address", REGISTER)
    assert book.n_far == 1


def test_a_register_alone() -> None:
    book = AddressBook(NO_ADDRESSES, "", register(("VIA ROMA", "12", 0, 0)), NORTH)
    (house,) = book.find(parse_address("Via Roma 12")).candidates
    assert (house.precision, house.provider) == ("address", REGISTER)
    (street,) = book.find(parse_address("Via Roma 77")).candidates
    assert street.precision == "street"


def test_a_register_of_two_municipalities_is_a_question() -> None:
    """Both have a Via Roma 12, and the address says no town."""
    rows = register(("VIA ROMA", "12", 0, 0), ("VIA ROMA", "12", 0, 2_000))
    answer = AddressBook(NO_ADDRESSES, "", rows, EVERYWHERE).find(parse_address("Via Roma 12"))
    assert [one.precision for one in answer.candidates] == ["address", "address"]
    chosen, to_decide = choose_candidate(answer.candidates)
    assert (chosen, len(to_decide)) == (None, 2)


def test_the_town_of_a_study_is_that_of_its_houses(known: Addresses) -> None:
    assert AddressBook(known, "nord.osm", home=NORTH).list_towns() == ()


@pytest.mark.real_data
def test_every_house_of_milan_finds_itself(extract: Path) -> None:
    """Or is a question, where another street of the name lies within the city."""
    zones = read_outlines(load_study("milano").population.around.zones, "[zones]")  # type: ignore[union-attr]
    west, south, east, north = zones.bounds
    known = read_addresses(extract, (west, south, east, north))
    book = AddressBook(known, "milano", home=Home(zones, ("Milano",), zones))
    ends: Counter[str] = Counter()
    houses = known.houses
    rows = zip(houses.street, houses.number, houses.xy, strict=True)
    for street, number, (lon, lat) in islice(rows, 0, None, 4):  # all: 795 found, 3 asked
        if not street or not number[0].isdigit() or not shapely.contains_xy(zones, lon, lat):
            continue
        answer = book.find(parse_address(f"{street}, {number}"))
        chosen, to_decide = choose_candidate(answer.candidates)
        if answer.is_open or to_decide or chosen is None:
            ends["asked"] += 1
            continue
        away_m = 111_195 * np.hypot((chosen.lon - lon) * np.cos(np.radians(lat)), chosen.lat - lat)
        is_there = chosen.precision == "address" and away_m <= SAME_PLACE_M
        ends["found" if is_there else "elsewhere"] += 1
    assert ends == {"found": 197}
