"""Addresses and corners found without internet.

Streets of the tests (metres; node numbers; A = Via Boifava, B = Via dei Missaglia, C = Viale dei
Missaglia, D = Via Pietro Verri, no name = footpath):

        3                 7
        |B                |C
  0--A--1--A--2-----A-----6--A--8
        |B    |(no name)  |C
        4     5           9--D--10
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from builders.run import make_network

from access15.config import FacilitiesSource, data_dir, load_categories
from access15.core.streets.network import WalkNetwork, build_network
from access15.sources.geocode.addresses import parse_address
from access15.sources.geocode.gazetteer import PROVIDER, build_gazetteer
from access15.sources.places.facilities import read_facilities

TODAY = "2026-10-01"
CRS = "EPSG:32632"
ORIGIN = np.array([513_000.0, 5_030_000.0])


@pytest.fixture
def network() -> WalkNetwork:
    xy = [
        (0, 0),
        (100, 0),
        (200, 0),
        (100, 100),
        (100, -100),
        (200, -100),
        (600, 0),
        (600, 100),
        (700, 0),
        (600, -100),
    ]
    edges = {
        "Via Pietro Boifava": [(0, 1), (1, 2), (2, 6), (6, 8)],
        "Via dei Missaglia": [(3, 1), (1, 4)],
        "Viale dei Missaglia": [(7, 6), (6, 9)],
        "Via Pietro Verri": [(9, 10)],
        "": [(2, 5)],
    }
    names = ("", *(name for name in edges if name))
    ends = np.array([pair for pairs in edges.values() for pair in pairs])
    return build_network(
        crs=CRS,
        node_xy=ORIGIN + np.array([*xy, (700, -100)], dtype=np.float64),
        edge_u=ends[:, 0],
        edge_v=ends[:, 1],
        street_names=names,
        street=np.array([names.index(name) for name, pairs in edges.items() for _ in pairs]),
    )


def facilities(rows: list[tuple[str, str, float]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "name": [f"Sede {i}" for i in range(len(rows))],
            "address": [r[0] for r in rows],
            "precision": [r[1] for r in rows],
        },
        geometry=[shapely.Point(9.2 + r[2], 45.46) for r in rows],
        crs="EPSG:4326",
    )


NOBODY = facilities([])


def node_lonlat(network: WalkNetwork, node: int) -> tuple[float, float]:
    (point,) = gpd.GeoSeries([shapely.Point(network.node_xy[node])], crs=CRS).to_crs("EPSG:4326")
    return point.x, point.y


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("via Boifava / via dei Missaglia", 1),
        ("Via dei Missaglia angolo Via P. Boifava", 1),
        ("via Boifava / viale dei Missaglia", 6),
        ("Via Pietro Boifava e v.le dei Missaglia", 6),
        ("Viale dei Missaglia / via Verri", 9),
    ],
)
def test_corner_is_the_node_where_both_streets_meet(
    network: WalkNetwork, text: str, node: int
) -> None:
    (found,) = build_gazetteer(NOBODY, network).find(parse_address(text), date=TODAY)
    assert (found.lon, found.lat) == pytest.approx(node_lonlat(network, node), abs=1e-9)
    assert (found.precision, found.provider, found.date) == ("corner", PROVIDER, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "via Boifava / via Verri",
        "via Boifava / via Zante",
        "via Boifava",
        "via Boifava / via Boifava",
        "Ospedale",
        "",
    ],
)
def test_streets_that_do_not_meet_have_no_corner(network: WalkNetwork, text: str) -> None:
    assert build_gazetteer(NOBODY, network).find(parse_address(text), date=TODAY) == []


def test_corner_named_without_its_kind_is_left_open(network: WalkNetwork) -> None:
    """ "Missaglia" alone is a via and a viale: both corners are given, for a person to decide."""
    found = build_gazetteer(NOBODY, network).find(
        parse_address("via Boifava ang. Missaglia"), date=TODAY
    )
    assert {(place.lon, place.lat) for place in found} == {
        node_lonlat(network, 1),
        node_lonlat(network, 6),
    }


def test_streets_that_meet_in_several_nodes_give_the_middle_one_first() -> None:
    """Two carriageways of A cross B:  3--A--0--A--4,  5--A--1--A--6,  7--A--2--A--8, B through 0,
    1, 2.
    """
    xy = [(0, 0), (0, 30), (0, 90), *((x, y) for y in (0, 30, 90) for x in (-50, 50))]
    ends = np.array([(0, 1), (1, 2), (3, 0), (0, 4), (5, 1), (1, 6), (7, 2), (2, 8)])
    network = build_network(
        crs=CRS,
        node_xy=ORIGIN + np.array(xy, dtype=np.float64),
        edge_u=ends[:, 0],
        edge_v=ends[:, 1],
        street_names=("", "Viale Famagosta", "Via Boffalora"),
        street=np.array([2, 2, 1, 1, 1, 1, 1, 1]),
    )
    found = build_gazetteer(NOBODY, network).find(
        parse_address("v.le Famagosta / via Boffalora"), date=TODAY
    )
    assert len(found) == 3
    assert (found[0].lon, found[0].lat) == pytest.approx(node_lonlat(network, 1), abs=1e-9)


def test_known_address() -> None:
    gazetteer = build_gazetteer(facilities([("Via Zante, 36", "official point", 0.0)]))
    (found,) = gazetteer.find(parse_address("v. Zante 36 portineria"), date=TODAY)
    assert (found.lon, found.lat, found.precision) == (9.2, 45.46, "address")
    assert found.label == "Sede 0, Via Zante, 36"
    (near,) = gazetteer.find(parse_address("Via Zante 36/B"), date=TODAY)
    assert near.precision == "neighbouring number"


@pytest.mark.parametrize(
    ("known", "precision", "asked"),
    [
        ("Via Zante, 36", "official point", "Via Zante 38"),
        ("Via Zante, 36", "official point", "Via Zante"),
        ("Via Zante, 36", "official point", "Viale Zante 36"),
        ("Via Zante, 36", "street", "Via Zante 36"),
        ("Via Zante, 36", "neighbouring number", "Via Zante 36"),
        ("Via Zante, 36", "openstreetmap", "Via Zante 36"),
        ("Via Vincenzo Monti, 20", "official point", "Via Monti 20"),
        ("Via Roma 1, Segrate", "official point", "Via Roma 1"),
        ("Via Pio XII, 5", "official point", "Via Pio X 5"),
        ("Via Papa Pio 12, 5", "official point", "Via Papa Pio 12, 7"),
        ("Via Papa Giovanni XXIII, 5", "official point", "Via Papa Giovanni XIII 5"),
        ("Via Umberto I, 92", "official point", "Via Umberto II 92"),
        ("Via Zante, 12", "official point", "Via Zante 12 rosso"),
        ("Via Zante, 12/R", "official point", "Via Zante 12"),
        ("Via Zante, 12r", "official point", "Via Zante 12/A"),
        ("Via A, 3", "official point", "Via B 3"),
        ("Via A, 3", "official point", "Via Alfa 3"),
        ("Via Emilia, 7", "official point", "Via Emilia km 7"),
        ("Via Emilia km 7", "official point", "Via Emilia 7"),
        ("Via Zante, 12", "official point", "Via Zante snc"),
        ("Via Zante, 12", "official point", "Piazza Zante 12"),
        ("Via Roma 1", "official point", "Via Roma 1, Segrate"),
        ("", "official point", ""),
    ],
)
def test_what_is_not_surely_the_same_is_not_found(known: str, precision: str, asked: str) -> None:
    gazetteer = build_gazetteer(facilities([(known, precision, 0.0)]))
    assert gazetteer.find(parse_address(asked), date=TODAY) == []


@pytest.mark.parametrize(
    ("known", "asked", "precision"),
    [
        ("Via Pio XII, 5", "Via Pio 12, 5", "address"),
        ("Via XXV Aprile 3", "via 25 aprile, 3", "address"),
        ("Viale Giuseppe Verdi 7", "V.le G. Verdi n. 7", "address"),
        ("Piazza Sant'Ambrogio 2", "P.zza S. Ambrogio, 2", "address"),
        ("Via De André 9", "via de andre' 9, 20142", "address"),
        ("Via Zante, 12r", "Via Zante 12 rosso", "address"),
        ("Via Zante, 12", "Via Zante 12 nero", "address"),
        ("Via Zante, 12/A", "Via Zante 12", "neighbouring number"),
        ("Via Zante, 12", "Via Zante 12 bis", "neighbouring number"),
        ("Via Zante, 12-14", "Via Zante 14", "address"),
    ],
)
def test_the_same_house_in_other_signs(known: str, asked: str, precision: str) -> None:
    gazetteer = build_gazetteer(facilities([(known, "official point", 0.0)]))
    (found,) = gazetteer.find(parse_address(asked), date=TODAY)
    assert (found.precision, found.label) == (precision, f"Sede 0, {known}")


def test_default_facilities_and_sketch() -> None:
    source = FacilitiesSource(file=Path(data_dir() / "facilities.csv"))
    known = read_facilities(source, categories=load_categories(), bounds=None)
    gazetteer = build_gazetteer(known, make_network("chiesa_rossa"))
    (corner,) = gazetteer.find(parse_address("via Boifava / via dei Missaglia"), date=TODAY)
    assert (corner.lat, corner.lon) == pytest.approx((45.42689, 9.17739), abs=1e-7)
    assert corner.label == "Via Pietro Boifava / Via dei Missaglia"
    (hub,) = gazetteer.find(parse_address("V. De Andrè 9"), date=TODAY)
    assert (hub.lat, hub.lon) == pytest.approx((45.422761, 9.174380), abs=1e-7)


def test_a_place_is_found_by_its_name_unless_its_address_is_another() -> None:
    gazetteer = build_gazetteer(facilities([("Via Zante 36", "official point", 0.0)]))
    for text in ("", "Via Zante 36", "via Zante"):
        (found,) = gazetteer.find(parse_address(text), date=TODAY, name="SEDE 0")
        assert (found.precision, found.label) in (
            ("official point", "Sede 0, Via Zante 36"),
            ("address", "Sede 0, Via Zante 36"),
        )
    for text in ("Via Zante 38", "Via Mecenate 36"):
        assert gazetteer.find(parse_address(text), date=TODAY, name="Sede 0") == []
    assert gazetteer.find(parse_address(""), date=TODAY, name="Sede") == []


def test_a_name_in_part_is_only_alike() -> None:
    gazetteer = build_gazetteer(facilities([("Via De Andr\u00e9, 9", "official point", 0.0)]))
    asked = parse_address("via F. De Andr\u00e9 9")
    assert gazetteer.find(asked, date=TODAY) == []
    (found,) = gazetteer.find_alike(asked, date=TODAY)
    assert found.precision == "address"
    assert gazetteer.find_alike(parse_address("via F. De Andr\u00e9 11"), date=TODAY) == []
