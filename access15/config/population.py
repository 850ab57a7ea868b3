"""Where the residents of a study come from, as a planner writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from access15.config.model import FilePath, Label, Model
from access15.remarks import Remark

SourceKind = Literal["zones", "layer", "istat", "h3", "raster", "homes"]
Spread = Literal["auto", "buildings", "streets", "centre"]

# Names of groups that need no [population.labels]; any other group is called by its id until it has
# one.
KNOWN_GROUPS: Final[Mapping[str, Label]] = {
    "total": Label(it="tutti i residenti", en="all residents"),
    "homes": Label(it="abitazioni", en="homes"),
    "age_65_plus": Label(it="65 anni e più", en="65 and over"),
    "age_75_plus": Label(it="75 anni e più", en="75 and over"),
    "age_80_plus": Label(it="80 anni e più", en="80 and over"),
    "age_80_plus_living_alone": Label(
        it="80 anni e più che vivono soli", en="80 and over living alone"
    ),
}
# ISTAT's census variables by section, the same codes in 2011 and 2021 ("Basi territoriali e
# variabili censuarie", istat.it/it/archivio/104317): P1 all residents, P14 under 5, P15 5-9 ... P27
# 65-69, P28 70-74, P29 over 74.
ISTAT_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "total": ("P1",),
    "age_65_plus": ("P27", "P28", "P29"),
    "age_75_plus": ("P29",),
}
# days of the censuses whose sections are read: 9 October 2011, 31 December 2021 and 2023
CENSUS_YEARS: Final = (2011, 2021, 2023)
# P14 is "under 5" and each column is five years older, up to P29, "over 74".
_FIRST_AGE_COLUMN, _LAST_AGE_COLUMN, _AGE_STEP = 14, 29, 5
# whom headlines and ranks are about, where the study counts them
_OLDER: Final = "age_65_plus"
_EVERYBODY: Final = "total"
HOMES: Final = "homes"  # the one group of a study without residents: floor area, or street length
_AGE_GROUP = re.compile(r"age_([0-9]+)_plus")
# kinds whose rows are cells of a grid, so small that their middle may stand for their people
_CELL_KINDS: Final = ("h3", "raster")
_GROUP_ID = re.compile(r"[a-z][a-z0-9_]*")
# what tables of residents hold beside the groups
_TAKEN = frozenset(
    {
        "resident_id",
        "zone_id",
        "street",
        "stretch",
        "status",
        "snap_m",
        "area",
        "method",
        "geometry",
        "fid",
    }
)
_ONLY_FOR: Final[Mapping[str, tuple[SourceKind, ...]]] = {
    "zone_column": ("zones",),
    "year_column": ("zones",),
    "layer": ("layer", "istat"),
    "id_column": ("layer", "istat"),
    "sections": ("istat",),
    "cell_column": ("h3",),
}


def list_age_classes(groups: Iterable[str]) -> list[tuple[str, str | None]]:
    """List the classes of age that everybody belongs to exactly one of.

    Each is a group without the next older one: all without 65 and over, those without 80 and over,
    and so on. Other groups are people of these classes.
    """
    ages = {
        int(found[1]): group
        for group in groups
        if (found := _AGE_GROUP.fullmatch(group)) is not None
    }
    nested = ["total", *(ages[age] for age in sorted(ages))]
    return list(zip(nested, [*nested[1:], None], strict=True))


def find_headline_group(groups: Iterable[str]) -> str:
    """Name the group that headlines and ranks are about.

    65 and over; else the first group that is not everybody; else everybody, or the homes.
    """
    named = list(groups)
    if _OLDER in named:
        return _OLDER
    return next((group for group in named if group != _EVERYBODY), _EVERYBODY)


class AroundSource(Model):
    """Residents of the zones around a study, who share its services and are not counted otherwise.

    `file` is a table with a row per zone (`zone_column`, and `year_column` with `year` where it
    holds several years) and the columns of the study's groups; `zones` are the outlines, each named
    by `id_column`. The study's own zones may be among them. `source` names origin and licence.
    """

    file: FilePath
    zone_column: str
    year_column: str | None = None
    year: int | None = None
    zones: FilePath
    id_column: str
    source: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse a year without its column."""
        if (self.year_column is None) != (self.year is None):
            raise ValueError(Remark("around_year_alone"))
        return self


class PopulationSource(Model):
    """Residents, and how they are put where they live.

    ``kind`` says what `file` is: ``zones``, a table with a row per zone of the study
    (`zone_column`, and `year_column` with `year` where it holds several years); ``layer``, points
    or polygons with counts (GeoPackage, shapefile, GeoJSON, zipped or not; `layer` names one of
    several); ``istat``, the census variables of ISTAT (CSV or XLSX), whose section outlines are in
    `sections` and whose `year` the file's name says, else the study. `id_column` names the rows of
    a layer, or the key that sections and variables share.

    ``h3`` is a table with a row per cell of the H3 grid, `cell_column` its indexes (without it the
    one column that holds nothing else). ``raster`` is a GeoTIFF of people per cell; groups name its
    bands, without them ``total`` is the first.

    `groups` maps each group (``total`` is required) to its column, or to a list of columns to be
    added; without it the groups of ISTAT sections are ``total``, ``age_65_plus`` and
    ``age_75_plus``. ``homes`` needs no file and knows no groups: shares are of homes, weighted by
    the floor area of residential buildings, else by the length of streets with homes.

    Totals of zones, sections and polygons are spread over residential ``buildings``, along
    residential ``streets`` or, ``auto``, over buildings where the extract maps them along the
    streets, else along the streets; ``centre`` puts the people of a cell at its middle; points are
    taken as they are. `source` names
    origin and licence; `around` tells of the zones around, whose people share the services;
    `walks_as` maps a group to the profile its people walk as
    (`Study.own_profile` says what holds for the others).
    """

    kind: SourceKind = "zones"
    file: FilePath | None = None
    source: str = ""
    zone_column: str | None = None
    year_column: str | None = None
    year: int | None = None
    layer: str | None = None
    id_column: str | None = None
    sections: FilePath | None = None
    cell_column: str | None = None
    groups: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    labels: dict[str, Label] = Field(default_factory=dict)
    walks_as: dict[str, str] = Field(default_factory=dict)
    spread: Spread = "auto"
    residential_highways: tuple[str, ...] = ("residential", "living_street")
    around: AroundSource | None = None

    @model_validator(mode="before")
    @classmethod
    def _add_groups(cls, raw: Any) -> Any:
        """ISTAT's variables, and homes, stand for groups that are not stated."""
        if not isinstance(raw, dict) or "groups" in raw:
            return raw
        known = {"istat": dict(ISTAT_GROUPS), "raster": {"total": "1"}, "homes": {HOMES: HOMES}}
        groups = known.get(str(raw.get("kind")))
        return raw if groups is None else {**raw, "groups": groups}

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse what does not go together; all problems at once."""
        groups = self._bad_homes() if self.counts_homes else self._bad_groups()
        problems: list[str] = [*self._misplaced(), *groups, *self._unknown_groups()]
        if self.file is None and not self.counts_homes:
            problems.append(Remark("population_no_file"))
        if self.kind == "zones" and self.zone_column is None:
            problems.append(Remark("population_no_zone_column"))
        if self.kind == "istat" and self.sections is None:
            problems.append(Remark("population_no_sections"))
        if self.spread == "centre" and self.kind not in _CELL_KINDS:
            kinds = _list_kinds(_CELL_KINDS)
            problems.append(Remark("population_centre", kinds=kinds, kind=self.kind))
        if self.kind == "raster" and self.around is not None:
            problems.append(Remark("around_of_raster"))
        if self.kind == "istat":
            problems += self._bad_census()
        if self.kind == "zones" and (self.year_column is None) != (self.year is None):
            problems.append(Remark("population_year_alone"))
        if problems:
            raise ValueError(Remark("population_faults", problems=problems))
        return self

    def _misplaced(self) -> list[str]:
        """Keys that belong to another kind of source."""
        return [
            Remark("population_misplaced", key=name, kinds=_list_kinds(kinds), kind=self.kind)
            for name, kinds in _ONLY_FOR.items()
            if getattr(self, name) is not None and self.kind not in kinds
        ]

    def _bad_census(self) -> list[str]:
        """A year without a census, and ages that its classes do not tell."""
        problems: list[str] = []
        if self.year not in (None, *CENSUS_YEARS):
            problems.append(Remark("census_year", year=self.year, years=CENSUS_YEARS))
        for group in self.groups:
            found = _AGE_GROUP.fullmatch(group)
            if found is None:
                continue
            columns = set(self.columns_of(group))
            expected = _list_columns_from(int(found[1]))
            if not expected:
                problems.append(Remark("census_no_such_age", group=group))
            elif columns <= set(_list_columns_from(0)) and columns != set(expected):
                values = {"columns": self.columns_of(group), "expected": expected}
                problems.append(Remark("census_other_ages", group=group, **values))
        return problems

    def _bad_homes(self) -> list[str]:
        """What a study without residents cannot say of them."""
        problems: list[str] = []
        if self.file is not None or self.around is not None:
            problems.append(Remark("homes_read_no_file"))
        if self.groups != {HOMES: HOMES}:
            problems.append(Remark("homes_know_no_groups"))
        return problems

    def _bad_groups(self) -> list[str]:
        """Groups whose name or columns cannot be used."""
        problems: list[str] = [] if "total" in self.groups else [Remark("groups_no_total")]
        problems += [
            Remark("group_no_id", group=group) for group in self.groups if not _is_group_id(group)
        ]
        problems += [
            Remark("group_no_column", group=group)
            for group in self.groups
            if not _are_different_names(self.columns_of(group))
        ]
        return problems

    def _unknown_groups(self) -> list[str]:
        """Groups that other tables name and nobody counts."""
        problems: list[str] = []
        for table, named in (("walks_as", self.walks_as), ("labels", self.labels)):
            unknown = [repr(group) for group in named if group not in self.groups]
            if unknown:
                values = {"table": table, "unknown": unknown, "groups": list(self.groups)}
                problems.append(Remark("groups_unknown", **values))
        return problems

    def list_unasked(self) -> list[str]:
        """List the groups of which nothing says as whom they walk: their names are free, and
        `walks_as` does not name them.
        """
        return [
            group
            for group in self.groups
            if group not in KNOWN_GROUPS and group not in self.walks_as
        ]

    def need_file(self) -> Path:
        """File that counts residents, where there is one."""
        if self.file is None:
            raise ValueError(Remark("kind_has_no_file", kind=self.kind))
        return self.file

    @property
    def counts_homes(self) -> bool:
        """Whether no residents are known, and shares are of homes."""
        return self.kind == "homes"

    @property
    def everybody(self) -> str:
        """The group that all others are part of."""
        return HOMES if self.counts_homes else _EVERYBODY

    @property
    def file_name(self) -> str:
        """Name of the file that counts residents; empty where none does."""
        return "" if self.file is None else self.file.name

    def columns_of(self, group: str) -> tuple[str, ...]:
        """Columns whose counts add up to a group."""
        columns = self.groups[group]
        return (columns,) if isinstance(columns, str) else columns

    def label_of(self, group: str) -> Label:
        """Name of a group in Italian and English."""
        return self.labels.get(group) or KNOWN_GROUPS.get(group) or Label(it=group, en=group)

    @property
    def sections_name(self) -> str:
        """Name of the file of the sections' outlines; empty where there is none."""
        return self.sections.name if self.sections else ""

    @property
    def files(self) -> dict[str, Path]:
        """Files it is read from, by what they are; the parts of a shapefile that hold its data are
        among them.
        """
        named: dict[str, Path] = {}
        if self.file is not None:
            named[Remark("at_hand_residents")] = self.file
        if self.sections:
            named[Remark("at_hand_sections")] = self.sections
        if self.around:
            named[Remark("at_hand_residents_around")] = self.around.file
            named[Remark("at_hand_zones_around")] = self.around.zones
        parts = {
            Remark("at_hand_part", what=what, suffix=suffix): path.with_suffix(suffix)
            for what, path in named.items()
            if path.suffix.lower() == ".shp"
            for suffix in (".dbf", ".prj")
            if path.with_suffix(suffix).is_file()
        }
        return named | parts


def _list_kinds(kinds: Sequence[str]) -> str:
    """Kinds of which one is asked for, in quotes."""
    quoted = list(map(repr, kinds))
    return reduce(lambda first, last: Remark("either", first=first, last=last), quoted)


def _list_columns_from(age: int) -> tuple[str, ...]:
    """Columns of census sections that count people of an age and older; none where no class of age
    begins there.
    """
    if age % _AGE_STEP:
        return ()
    first = _FIRST_AGE_COLUMN + age // _AGE_STEP
    return tuple(f"P{i}" for i in range(first, _LAST_AGE_COLUMN + 1))


def _are_different_names(columns: tuple[str, ...]) -> bool:
    """Whether columns are named, each once."""
    return bool(columns) and all(columns) and len(set(columns)) == len(columns)


def _is_group_id(group: str) -> bool:
    """Whether a text can be the name of a group, and of a column."""
    is_free = group not in _TAKEN and group != HOMES and not group.startswith("score_")
    return bool(_GROUP_ID.fullmatch(group)) and is_free
