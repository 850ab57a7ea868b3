"""Addresses of an extract: what bears a number, what bears a name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.drawn_osm import lonlat, write_osm
from builders.small_addresses import BOX, draw_quarter

from access15.files.store import Store
from access15.sources.streets.addresses import Addresses, read_addresses
from access15.sources.streets.extract import Extract

HIGHWAY = {"highway": "residential", "name": "Via Roma"}
HOUSE = {"addr:housenumber": "1", "addr:street": "Via Roma"}


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_quarter(tmp_path_factory.mktemp("osm") / "nord.osm")


@pytest.fixture(scope="module")
def found(quarter: Path) -> Addresses:
    return read_addresses(quarter, BOX)


def place_of(found: Addresses, number: str) -> tuple[float, float]:
    row = found.houses.number.index(number)
    lon, lat = found.houses.xy[row]
    return float(lon), float(lat)


@pytest.mark.parametrize(
    ("number", "x_m", "y_m"), [("12", 100, 10), ("20", 310, 30), ("22", 370, 30), ("40", 500, 12)]
)
def test_nodes_ways_and_relations_bear_numbers(
    found: Addresses, number: str, x_m: float, y_m: float
) -> None:
    assert place_of(found, number) == pytest.approx(lonlat(x_m, y_m), abs=1e-6)
    assert found.houses.street[found.houses.number.index(number)] == "Via Roma"


def test_a_line_of_numbers_has_its_street_from_the_nodes_that_bear_them(found: Addresses) -> None:
    (line,) = found.lines
    assert (line.kind, line.street, line.numbers) == ("even", "Via Roma", ("30", "", "40"))
    assert line.xy.shape == (3, 2)


def test_streets_quarters_and_the_date(found: Addresses) -> None:
    assert set(found.streets.names) >= {"Via Roma", "Via dei Pini", "Via 1 Maggio"}
    assert found.quarters.names == ("Nord", "Sud")
    assert found.date == "2025-04-03"


def test_the_same_from_the_cache(quarter: Path, tmp_path: Path, found: Addresses) -> None:
    store = Store(tmp_path)
    first = Extract(quarter, (), store=store).list_addresses(BOX)
    again = Extract(quarter, (), store=store).list_addresses(BOX)
    assert list(tmp_path.rglob("*"))
    for one in (first, again):
        assert one.houses.number == found.houses.number
        assert np.array_equal(one.houses.xy, found.houses.xy)
        assert [line.numbers for line in one.lines] == [line.numbers for line in found.lines]
        assert one.streets.names == found.streets.names


def test_what_lies_outside_the_box_is_left_out(quarter: Path) -> None:
    north = read_addresses(quarter, (*lonlat(-100, -100), *lonlat(700, 1_000)))
    assert "5" in north.houses.number  # of Via 1 Maggio
    assert len(north.houses.number) == len(read_addresses(quarter, BOX).houses.number) - 1


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ({"name": "Via Roma - Romstraße", "name:it": "Via Roma", "name:de": "Romstraße"}, 3),
        ({"name": "Via Roma", "alt_name": "Via Vecchia;Stradone"}, 3),
        ({"name": "Via Roma", "old_name": "Via Littoria"}, 1),
        ({"name": "Via Roma", "highway": "construction"}, 0),
        ({"highway": "residential"}, 0),
    ],
)
def test_names_of_today(tmp_path: Path, tags: dict[str, str], names: int) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        {1: (0, 0), 2: (50, 0)},
        {10: ([1, 2], {"highway": "residential", **tags})},
    )
    assert len(read_addresses(path, BOX).streets.names) == names


def test_houses_of_a_relation_of_one_street(tmp_path: Path) -> None:
    path = write_osm(
        tmp_path / "a.osm",
        {1: (0, 0), 2: (50, 0), 3: (20, 10, {"addr:housenumber": "7"})},
        {10: ([1, 2], HIGHWAY)},
        relations={
            1: (
                [(10, "street"), (3, "house", "node")],
                {"type": "associatedStreet", "name": "Via Roma", "addr:city": "Pavia"},
            )
        },
    )
    houses = read_addresses(path, BOX).houses
    assert (houses.number, houses.street, houses.town) == (("7",), ("Via Roma",), ("Pavia",))


def test_nodes_behind_their_ways_and_ids_below_zero(tmp_path: Path) -> None:
    """What an editor writes: the file is read anew, and nothing is lost."""
    path = write_osm(
        tmp_path / "a.osm",
        {1: (0, 0), 2: (50, 0), 3: (20, 10, HOUSE)},
        {10: ([1, 2], HIGHWAY), 11: ([1, 2], {"addr:interpolation": "odd"})},
    )
    text = path.read_text(encoding="utf-8")
    nodes = [line for line in text.splitlines() if "<node" in line or "</node" in line]
    assert nodes
    begin, end = text.index("<way"), text.index("</osm>")
    moved = text[: text.index("<node")] + text[begin:end] + text[text.index("<node") : begin]
    path.write_text(moved + "</osm>", encoding="utf-8")
    assert read_addresses(path, BOX).houses.number == ("1",)
    path.write_text(text.replace('id="3"', 'id="-3"'), encoding="utf-8")
    assert read_addresses(path, BOX).houses.number == ("1",)


def test_broken_pieces_are_left_out(tmp_path: Path) -> None:
    """A way of missing nodes, an outline that crosses itself, a line of one node."""
    path = write_osm(
        tmp_path / "a.osm",
        {1: (0, 0), 2: (50, 0), 3: (50, 50), 4: (0, 50)},
        {
            10: ([1, 99], {**HIGHWAY, "addr:housenumber": "3"}),
            11: ([1, 3, 2, 4, 1], {"building": "yes", **HOUSE}),
            12: ([98, 99], {"addr:interpolation": "even", "addr:street": "Via Roma"}),
        },
    )
    found = read_addresses(path, BOX)
    assert sorted(found.houses.number) == ["1", "3"]
    assert found.lines == ()
