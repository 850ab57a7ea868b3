"""Grids as people ask for them."""

from __future__ import annotations

import pytest

from access15.config import Grid, parse_grid
from access15.errors import ConfigError

pytestmark = pytest.mark.usefixtures("said_in_italian")


@pytest.mark.parametrize(
    ("text", "grid"),
    [
        ("h3:9", Grid("h3", 9)),
        (" H3 : 11", Grid("h3", 11)),
        ("square:20", Grid("square", 20)),
        ("Square:10000", Grid("square", 10_000)),
    ],
)
def test_grids_are_read(text: str, grid: Grid) -> None:
    assert parse_grid(text) == grid
    assert parse_grid(str(grid)) == grid


KIND = r"'hex' is no kind of grid; write h3:9 \(hexagons of H3\) or square:100"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hex:9", KIND),
        ("hex:wide", rf"(?s){KIND}.*'wide' is no size; a whole number stands after the colon"),
        ("", r"(?s)'' is no kind of grid.*'' is no size"),
        ("h3", "'' is no size"),
        ("h3:9.5", "'9.5' is no size"),
        ("h3:-1", "'-1' is no size"),
        ("h3:12", "resolution 12 does not do; of hexagons of H3 it is 4 to 11"),
        ("h3:3", "resolution 3 does not do"),
        ("square:19", "side 19 does not do; of squares it is 20 to 10000 metres"),
        ("square:10001", "side 10001 does not do"),
        ("square:" + "9" * 60, "'9{40}' is no size"),
        ("h3:9:1", "'9:1' is no size"),
    ],
)
def test_what_is_wrong_is_told_at_once(text: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        parse_grid(text)
