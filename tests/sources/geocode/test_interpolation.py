"""House numbers along a line."""

from __future__ import annotations

import numpy as np
import pytest
from builders.drawn_osm import lonlat
from hypothesis import given
from hypothesis import strategies as st

from access15.sources.geocode.interpolation import interpolate
from access15.sources.streets.addresses import NumberLine


def line(kind: str, *numbers: str, x_m: tuple[float, ...] = ()) -> NumberLine:
    """Nodes along a straight street, 100 m apart unless said."""
    places = x_m or tuple(100.0 * i for i in range(len(numbers)))
    xy = np.array([lonlat(x, 0) for x in places])
    return NumberLine(kind, "Via Roma", "", numbers, xy)


CASES = [
    # kind, numbers of the nodes, asked, metres along the line or None
    ("odd", ("13", "19"), "15", 100 / 3),
    ("odd", ("19", "13"), "15", 200 / 3),
    ("odd", ("13", "19"), "16", None),  # the other side of the street
    ("odd", ("13", "19"), "13", None),  # a house that is known is no house between others
    ("odd", ("13", "19"), "11", None),
    ("odd", ("13", "19"), "21", None),
    ("odd", ("13", "19"), "15/A", None),
    ("odd", ("13", "19"), "15r", None),
    ("even", ("13", "19"), "15", None),  # the line says even, its ends are odd
    ("odd", ("13", "18"), "15", None),
    ("all", ("1", "5"), "2", 25.0),
    ("4", ("1", "9"), "5", 50.0),
    ("4", ("1", "9"), "3", None),
    ("0", ("1", "9"), "5", None),
    ("99999", ("1", "9"), "5", None),
    ("alphabetic", ("10A", "10E"), "10C", 50.0),
    ("alphabetic", ("10", "10B"), "10/A", 50.0),
    ("alphabetic", ("10A", "12E"), "10C", None),
    ("alphabetic", ("10A", "10E"), "10bis", None),
    ("none", ("1", "9"), "5", None),
    ("yes", ("1", "9"), "5", None),
    ("even", ("2", "", "10"), "4", 50.0),
    ("even", ("2", "10", "4"), "8", 75.0),  # up and down again: the first stretch has it
    ("even", ("2", "2"), "2", None),
    ("even", ("", ""), "2", None),
    ("even", ("2", "x"), "4", None),
    ("even", ("2", "10"), "", None),
]


@pytest.mark.parametrize(("kind", "numbers", "asked", "at_m"), CASES)
def test_a_number_lies_between_its_neighbours(
    kind: str, numbers: tuple[str, ...], asked: str, at_m: float | None
) -> None:
    found = interpolate(line(kind, *numbers), asked)
    if at_m is None:
        assert found is None
    else:
        assert found is not None
        assert (found.lon, found.lat) == pytest.approx(lonlat(at_m, 0), abs=1e-6)


@given(
    first=st.integers(1, 500),
    steps=st.integers(2, 60),
    gaps=st.lists(st.floats(1, 200), min_size=1, max_size=4),
    data=st.data(),
)
def test_numbers_stand_in_order_and_never_outside(
    first: int, steps: int, gaps: list[float], data: st.DataObject
) -> None:
    """On a line from west to east that goes through nodes without numbers."""
    last = first + 2 * steps
    places = [0.0, *np.cumsum(gaps).tolist()]
    numbers = (str(first), *[""] * (len(places) - 2), str(last))
    street = line("even" if first % 2 == 0 else "odd", *numbers, x_m=tuple(places))
    asked = sorted(data.draw(st.sets(st.integers(1, steps - 1), min_size=1)))
    found = [interpolate(street, str(first + 2 * k)) for k in asked]
    lons = [one.lon for one in found if one is not None]
    assert len(lons) == len(asked)
    assert lons == sorted(lons)
    assert lonlat(0, 0)[0] <= lons[0]
    assert lons[-1] <= lonlat(places[-1], 0)[0]
    for outside in (first, last, first - 2, last + 2, first + 1):
        assert outside < 0 or interpolate(street, str(outside)) is None
