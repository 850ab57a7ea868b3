"""Grids of cells over a city, as people ask for them: ``h3:9``, ``square:100``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from access15.errors import ConfigError
from access15.remarks import Remark

GridKind = Literal["h3", "square"]
# Smallest and largest size, and what is said of another. Hexagons of resolution 4 have 1,770 km2,
# of 11 they have 0.002 km2; below, a cell is one house, and nobody knows residents that well.
_SIZES: Final[Mapping[str, tuple[int, int, str]]] = {
    "h3": (4, 11, "grid_resolution"),
    "square": (20, 10_000, "grid_side"),
}
_SHOWN: Final = 40


@dataclass(frozen=True)
class Grid:
    """Cells that results are counted in.

    Parameters
    ----------
    kind : {"h3", "square"}
        Hexagons of H3, or squares of the study's coordinate system.
    size : int
        Resolution of the hexagons, or side of the squares [m].
    """

    kind: GridKind
    size: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.size}"


def parse_grid(text: str) -> Grid:
    """Read a grid; everything that is wrong with it is told at once.

    Parameters
    ----------
    text : str
        ``h3:N`` with the resolution N, or ``square:N`` with the side N in whole metres.

    Returns
    -------
    Grid
        The grid.

    Raises
    ------
    ConfigError
        If there is no such kind, or a size that it does not have.

    Examples
    --------
    >>> parse_grid("h3:9")
    Grid(kind='h3', size=9)
    >>> str(parse_grid(" Square : 100 "))
    'square:100'
    """
    name, _, digits = (part.strip() for part in text.lower().partition(":"))
    size = int(digits) if digits.isdecimal() and len(digits) < _SHOWN else None
    kinds = [kind for kind in get_args(GridKind) if kind == name]
    problems: list[Remark] = []
    if not kinds:
        problems.append(Remark("grid_kind", name=name[:_SHOWN]))
    if size is None:
        problems.append(Remark("grid_no_number", size=digits[:_SHOWN]))
    elif kinds:
        least, most, code = _SIZES[name]
        if not least <= size <= most:
            problems.append(Remark(code, size=size, least=least, most=most))
    if problems or size is None:
        raise ConfigError(Remark("grid_unusable", text=text[:_SHOWN]), problems)
    return Grid(kinds[0], size)
