"""What a table is made of: columns with a type, a unit, decimals and what may stand in them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, product
from typing import Final, Literal

Kind = Literal["text", "number", "whole", "yes/no"]

GEOMETRY: Final = "geometry"  # the column of shapes, beside those that a table lists
_PLACE = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Column:
    """One column, or, where the name holds a place such as ``<profile>``, one for each.

    Parameters
    ----------
    name : str
        As in the file; ``minutes_<profile>`` stands for ``minutes_adult``, ``minutes_frail``, ...
    kind : {"text", "number", "whole", "yes/no"}
        What its values are.
    about : str
        What it says.
    unit : str
        Of numbers; empty where they have none.
    decimals : int, optional
        In files of text; without it six significant digits.
    is_padded : bool
        Whether zeros at the end are written.
    least, most : float
        What a number may be.
    may_be_empty : bool
        Whether it may be unknown: empty in files of text, NULL in layers, NaN in frames.
    may_be_inf : bool
        Whether it may have no end: what cannot be reached.
    is_optional : bool
        Whether there are tables without this column.
    codes : str
        Of texts: what the codes that frames hold are about; files hold the words for them.
    """

    name: str
    kind: Kind
    about: str
    unit: str = ""
    decimals: int | None = None
    is_padded: bool = True
    least: float = -math.inf
    most: float = math.inf
    may_be_empty: bool = False
    may_be_inf: bool = False
    is_optional: bool = False
    codes: str = ""

    @cached_property
    def places(self) -> tuple[str, ...]:
        """What the name leaves open, such as ``profile``."""
        return tuple(_PLACE.findall(self.name))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Names that this column stands for."""
        parts = _PLACE.split(self.name)[::2]
        return re.compile(".+".join(re.escape(part) for part in parts))

    def fill(self, values: Mapping[str, str]) -> Column:
        """The same column with what its name leaves open put in."""
        return replace(self, name=_PLACE.sub(lambda place: values[place[1]], self.name))


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, and where it is written.

    Parameters
    ----------
    name : str
        What it is called here.
    about : str
        What a row is.
    columns : tuple of Column
        In the order in which they are written.
    files : tuple of str
        Files that hold it.
    layer : str
        Its layer in a GeoPackage; empty where there is none.
    package : str
        That GeoPackage.
    geometry : str
        Kind of shapes in layers; empty where there is none.
    is_open : bool
        Whether other columns may stand beside these, in any order.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    files: tuple[str, ...] = ()
    layer: str = ""
    package: str = "results.gpkg"
    geometry: str = ""
    is_open: bool = False

    def find(self, name: str) -> Column | None:
        """Column that a name stands for: the very name before any pattern, the longest first."""
        if name in self._exact or name == GEOMETRY:
            return self._exact.get(name)
        fitting = (column for column in self._patterns if column.pattern.fullmatch(name))
        return next(fitting, None)

    def __getitem__(self, name: str) -> Column:
        column = self.find(name)
        if column is None:
            raise KeyError(f"table {self.name!r} has no column {name!r}")
        return column

    def arrange(self, names: Iterable[str]) -> list[str]:
        """Names that the table holds, in its order; columns of patterns as they come."""
        held = [name for name in names if self.find(name) is not None]
        return sorted(held, key=lambda name: self._rank[self[name].name])

    def fill(self, **values: Iterable[str]) -> Table:
        """The same table with a column for each profile, group or target in place of a pattern.

        Patterns that stand side by side and leave the same open take turns: ``own_total, gap_total,
        own_age_65_plus, gap_age_65_plus``.
        """
        columns: list[Column] = []
        for places, block in groupby(self.columns, key=lambda column: column.places):
            if not places or not set(places) <= set(values):
                columns += block
                continue
            side_by_side = list(block)
            for chosen in product(*(values[place] for place in places)):
                put_in = dict(zip(places, chosen, strict=True))
                columns += [column.fill(put_in) for column in side_by_side]
        return replace(self, columns=tuple(columns))

    def list_names(self, **values: Iterable[str]) -> list[str]:
        """Names of the columns that are always there, patterns filled."""
        columns = self.fill(**values).columns
        return [one.name for one in columns if not one.is_optional and not one.places]

    @cached_property
    def _exact(self) -> dict[str, Column]:
        """Columns whose name leaves nothing open."""
        return {column.name: column for column in self.columns if not column.places}

    @cached_property
    def _patterns(self) -> Sequence[Column]:
        """The others, those that say most first."""
        open_ones = [column for column in self.columns if column.places]
        return sorted(open_ones, key=lambda column: len(column.pattern.pattern), reverse=True)

    @cached_property
    def _rank(self) -> dict[str, int]:
        """Place of each column in the order; patterns that stand side by side share theirs."""
        rank: dict[str, int] = {}
        was_open = False
        for column in self.columns:
            is_open = bool(column.places)
            rank[column.name] = max(rank.values(), default=-1) + (not (is_open and was_open))
            was_open = is_open
        return rank
