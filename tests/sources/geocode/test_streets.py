"""Streets that addresses name, whichever way either is written."""

from __future__ import annotations

import pytest

from access15.sources.geocode.streets import find_named_streets

NAMES = (
    "",
    "Via Pietro Boifava",
    "Via Zante",
    "Viale Zante",
    "Via Fabrizio De André",
    "Piazza XXV Aprile",
    "Via San Giovanni",
    "VIA SAN GIOVANNI",
    "Ciclabile Naviglio",
)


@pytest.mark.parametrize(
    ("address", "streets"),
    [
        ("Via Boifava, 17", ["Via Pietro Boifava"]),
        ("via P. Boifava 17", ["Via Pietro Boifava"]),
        ("V.le Zante 3", ["Viale Zante"]),
        ("Via Zante, 36", ["Via Zante"]),
        ("Via De André, 9", ["Via Fabrizio De André"]),
        ("via Boifava / via Zante", ["Via Pietro Boifava", "Via Zante"]),
        ("Via S. Giovanni 2", ["Via San Giovanni", "VIA SAN GIOVANNI"]),
        ("Via Ignota 5", []),
        ("Parco Nord", []),
        ("", []),
    ],
)
def test_the_streets_of_an_address(address: str, streets: list[str]) -> None:
    owner, index = find_named_streets(["Parco Nord", address], NAMES)
    assert [NAMES[i] for i in index.tolist()] == streets
    assert owner.tolist() == [1] * len(streets)
