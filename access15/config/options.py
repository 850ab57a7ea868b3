"""What a person may choose for one run: said once, for every command and public function.

The typed dictionaries name the keyword arguments that functions share (``**options``), and the
options that commands share; a new one is added here, to `Options`, and to `access15.cli.options`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from access15.config.cache import Cache, find_cache
from access15.config.categories import Category, load_categories
from access15.config.model import choose
from access15.config.moments import Moment, parse_moment
from access15.config.profiles import WalkProfile, load_profiles
from access15.config.study import (
    AddedTable,
    FacilitiesSource,
    HeightsSource,
    ObstaclesSource,
    RegisterSource,
    SeatsSource,
    Study,
    find_cutoffs_fault,
)
from access15.errors import ConfigError
from access15.remarks import Remark

if TYPE_CHECKING:
    import networkx as nx

_OF_REGISTER = "register."
_One = TypeVar("_One", WalkProfile, Category)


class SourceOptions(TypedDict, total=False):
    """What every question shares: which streets, who is known to walk, where the cache is."""

    osm: str | Path | None
    graph: nx.Graph | str | Path | None
    walkers: Mapping[str, WalkProfile] | None
    cache: str | Path | None
    no_cache: bool


class StreetOptions(SourceOptions, total=False):
    """What every question about walks shares: the streets, and the heights of the ground."""

    dem: Sequence[str | Path] | None


class TableOptions(SourceOptions, total=False):
    """Which tables of places, read how."""

    facilities: str | Path | None
    add_places: Sequence[str | Path] | None
    replace_categories: Sequence[str] | None
    map_columns: Mapping[str, str] | Sequence[str] | None
    crs: str | Sequence[str] | None
    categories: Mapping[str, Category] | None


class PlaceOptions(TableOptions, StreetOptions, total=False):
    """What every question about places shares."""

    seats: Sequence[str | Path] | None
    obstacles: Sequence[str | Path] | None
    at: str | datetime | None
    offline: bool


class WalkOptions(TypedDict, total=False):
    """Who walks, and how far."""

    profiles: Sequence[str] | None
    cutoffs_min: Sequence[float] | None


class ExtentOptions(WalkOptions, total=False):
    """What decides how far streets are needed: who walks, how far and from where."""

    areas: Sequence[str] | None


class CheckOptions(ExtentOptions, total=False):
    """What changes the files that a study names, and whether they can be used."""

    osm: str | Path | None
    dem: Sequence[str | Path] | None
    facilities: str | Path | None
    add_places: Sequence[str | Path] | None
    replace_categories: Sequence[str] | None
    map_columns: Mapping[str, str] | Sequence[str] | None
    crs: str | Sequence[str] | None
    seats: Sequence[str | Path] | None
    obstacles: Sequence[str | Path] | None
    at: str | datetime | None


class ReviewOptions(TableOptions, total=False):
    """What looking the places of a study over needs."""

    areas: Sequence[str] | None
    offline: bool


class AreaOptions(PlaceOptions, WalkOptions, total=False):
    """What every question about one neighbourhood shares."""


class RunOptions(PlaceOptions, ExtentOptions, total=False):
    """What every question about a whole study shares."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of one run, read; None and empty keep what the study says."""

    walkers: Mapping[str, WalkProfile]
    categories: Mapping[str, Category]
    cache: Cache
    facilities: Path | None = None
    add_places: tuple[Path, ...] = ()
    replace_categories: tuple[str, ...] = ()
    map_columns: Mapping[str, str] = field(default_factory=dict)
    crs: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    cutoffs_min: tuple[float, ...] = ()
    areas: tuple[str, ...] = ()
    osm: Path | None = None
    graph: nx.Graph | Path | None = None
    dem: tuple[Path, ...] = ()
    seats: tuple[Path, ...] = ()
    obstacles: tuple[Path, ...] = ()
    at: Moment | None = None
    offline: bool = False
    no_cache: bool = False

    @property
    def readings(self) -> Path | None:
        """Folder of what was read of extracts; None where they are to be read anew."""
        return None if self.no_cache else self.cache.readings

    def choose_profiles(self, study: Study) -> dict[str, WalkProfile]:
        """Profiles asked for, else the study's."""
        return choose(self.walkers, self.profiles or study.profiles, "profile")

    def apply_to(self, study: Study) -> Study:
        """Study as these options change it, validated again.

        Its profiles stay: a run with fewer walkers is still one of this study, whose claim they are
        measured against.
        """
        changes = self.list_changes(study)
        made = study.changed(**changes) if changes else study
        self.check_systems(made)
        return made

    def check_systems(self, made: Study) -> None:
        """Refuse a coordinate system of places where the changed study adds none."""
        if self.crs and self.facilities is None and not made.facilities.files:
            raise ConfigError(Remark("crs_of_nothing", crs=self.crs[0]))

    def list_changes(self, study: Study) -> dict[str, Any]:
        """Keys of a study that these options change, with their new values."""
        changes: dict[str, Any] = {}
        if self.cutoffs_min:
            changes["cutoffs_min"] = self.cutoffs_min
        if self.areas:
            changes["areas"] = tuple(study.area(area_id) for area_id in self.areas)
        of_places = (self.add_places, self.replace_categories, self.map_columns, self.crs)
        if self.facilities or any(of_places):
            changes["facilities"] = self._change_facilities(study.facilities)
        if self.seats:
            files = study.seats.files if study.seats is not None else ()
            changes["seats"] = SeatsSource(files=tuple(dict.fromkeys([*files, *self.seats])))
        if self.dem:
            changes["heights"] = self.find_heights(study)
        if self.obstacles:
            own = study.obstacles or ObstaclesSource(files=self.obstacles)
            files = tuple(dict.fromkeys([*own.files, *self.obstacles]))
            changes["obstacles"] = own.model_copy(update={"files": files})
        return changes

    def find_heights(self, study: Study | None) -> HeightsSource | None:
        """Height models that were given, else the study's."""
        if self.dem:
            return HeightsSource(files=self.dem)
        return None if study is None else study.heights

    def _change_facilities(self, own: FacilitiesSource) -> FacilitiesSource:
        """Tables of facilities as these options change them."""
        replaced = (*own.replace_categories, *self.replace_categories)
        added = {path: AddedTable(path=path) for path in self.add_places}
        tables = added | {one.path: one for one in own.files}
        order = dict.fromkeys([*(one.path for one in own.files), *added])
        named, general = self._sort_systems(
            [*order, *([self.facilities] if self.facilities else [])]
        )
        made: dict[str, Any] = {
            "files": tuple(_give_system(tables[path], named.get(path), general) for path in order),
            "replace_categories": tuple(dict.fromkeys(replaced)),
            "added_columns": {**own.added_columns, **self.map_columns},
        }
        if self.facilities is not None:
            made |= {
                "file": self.facilities,
                "instead_of": own.instead_of or own.file,
                "may_be_empty": False,
                "crs": named.get(self.facilities) or general or own.crs,
            }
        return own.model_copy(update=made)

    def _sort_systems(self, tables: Sequence[Path]) -> tuple[dict[Path, str], str | None]:
        """Coordinate systems of tables that they are said for, and that of all others."""
        named: dict[Path, str] = {}
        general: list[str] = []
        for text in self.crs:
            name, _, system = text.partition("=")
            hits = [path for path in tables if name in (path.name, str(path))]
            named |= dict.fromkeys(hits, system.strip())
            general += [] if hits else [text.strip()]
        if len(general) > 1:
            raise ConfigError(Remark("crs_of_all_twice", systems=general))
        return named, general[0] if general else None


def build_options(  # the one place that knows every option
    *,
    facilities: str | Path | None = None,
    add_places: Sequence[str | Path] | None = None,
    replace_categories: Sequence[str] | None = None,
    map_columns: Mapping[str, str] | Sequence[str] | None = None,
    crs: str | Sequence[str] | None = None,
    profiles: Sequence[str] | None = None,
    cutoffs_min: Sequence[float] | None = None,
    areas: Sequence[str] | None = None,
    osm: str | Path | None = None,
    graph: nx.Graph | str | Path | None = None,
    dem: Sequence[str | Path] | None = None,
    seats: Sequence[str | Path] | None = None,
    obstacles: Sequence[str | Path] | None = None,
    at: str | datetime | None = None,
    offline: bool = False,
    no_cache: bool = False,
    walkers: Mapping[str, WalkProfile] | None = None,
    categories: Mapping[str, Category] | None = None,
    cache: str | Path | None = None,
) -> Options:
    """Read the options that somebody gave; those that come with access15 stand in for the rest."""
    known = load_profiles() if walkers is None else _check_ids(walkers, "walkers")
    kinds = load_categories() if categories is None else _check_ids(categories, "categories")
    return Options(
        walkers=known,
        categories=kinds,
        cache=find_cache(cache),
        facilities=Path(facilities) if facilities else None,
        add_places=tuple(dict.fromkeys(Path(path) for path in add_places or ())),
        replace_categories=_split_categories(replace_categories or (), kinds),
        map_columns=split_mapping(map_columns)[0],
        crs=tuple(dict.fromkeys([crs] if isinstance(crs, str) else crs or ())),
        profiles=tuple(dict.fromkeys(profiles or ())),
        cutoffs_min=_rising(cutoffs_min or ()),
        areas=tuple(dict.fromkeys(areas or ())),
        osm=Path(osm) if osm else None,
        graph=Path(graph) if isinstance(graph, str) else graph,
        dem=tuple(dict.fromkeys(Path(path) for path in dem or ())),
        seats=tuple(Path(path) for path in seats or ()),
        obstacles=tuple(Path(path) for path in obstacles or ()),
        at=None if at is None else parse_moment(at),
        offline=offline,
        no_cache=no_cache,
    )


def _give_system(table: AddedTable, named: str | None, general: str | None) -> AddedTable:
    """A table with the coordinate system that is said for it, else its own, else that of all."""
    return table.model_copy(update={"crs": named or table.crs or general})


def _check_ids(given: Mapping[str, _One], what: str) -> Mapping[str, _One]:
    """Refuse what stands under another id than its own."""
    wrong = [
        Remark("id_differs", key=key, id=one.id) for key, one in given.items() if key != one.id
    ]
    if wrong:
        raise ConfigError(Remark("ids_differ", what=what), wrong)
    return given


def _split_categories(
    given: Sequence[str],
    known: Mapping[str, Category],
) -> tuple[str, ...]:
    """Ids of categories, of which one text may hold several with commas between them."""
    ids = [part.strip() for text in given for part in text.split(",")]
    wanted = tuple(dict.fromkeys(one for one in ids if one))
    problems = []
    for one in wanted:
        if one not in known:
            from rapidfuzz import process  # noqa: PLC0415 - who names what there is needs no guess

            nearest = process.extractOne(one, list(known))
            guess = Remark("did_you_mean", name=nearest[0]) if nearest else ""
            problems.append(Remark("no_category", name=one[:40], guess=guess))
    if given and not wanted:
        problems.append(Remark("no_category_named"))
    if problems:
        raise ConfigError(Remark("replaced_categories"), problems)
    return wanted


def read_mapping(given: Mapping[str, str] | Sequence[str]) -> dict[str, str]:
    """Which header holds what, from texts such as ``opening_hours=Orario``."""
    if isinstance(given, Mapping):
        return dict(given)
    made: dict[str, str] = {}
    problems = []
    for text in given:
        meaning, is_there, header = (part.strip() for part in text.partition("="))
        if not is_there or not meaning or not header:
            problems.append(Remark("mapping_without_column", text=text[:80]))
        elif made.setdefault(meaning, header) != header:
            problems.append(
                Remark("mapping_twice", meaning=meaning[:40], first=made[meaning], last=header[:80])
            )
    if problems:
        raise ConfigError(Remark("mapping_unusable"), problems)
    return made


def choose_register(
    own: RegisterSource | None,
    file: Path | None,
    map_columns: Mapping[str, str] | Sequence[str] | None,
) -> RegisterSource | None:
    """A study's register of addresses as it is asked for; another file has other columns."""
    columns = split_mapping(map_columns)[1]
    # no column, but said where columns are: the system of x and y
    crs = columns.pop("crs", None)
    if file is not None:
        return RegisterSource(file=file, columns=columns, crs=crs)
    if own is None and (columns or crs):
        raise ConfigError(Remark("register_columns_without"))
    changes = {"columns": {**own.columns, **columns}, "crs": crs or own.crs} if own else {}
    return own and own.model_copy(update=changes)


def split_mapping(
    given: Mapping[str, str] | Sequence[str] | None,
) -> tuple[dict[str, str], dict[str, str]]:
    """Columns of tables of places, and those of the register, called ``register.street``."""
    places, register = {}, {}
    for meaning, header in read_mapping(given or {}).items():
        if meaning.startswith(_OF_REGISTER):
            register[meaning.removeprefix(_OF_REGISTER)] = header
        else:
            places[meaning] = header
    return places, register


def _rising(cutoffs_min: Sequence[float]) -> tuple[float, ...]:
    """Cutoffs in rising order, each once."""
    if fault := find_cutoffs_fault(cutoffs_min):
        raise ConfigError(Remark("given_cutoffs", fault=fault))
    return tuple(sorted({float(minutes) for minutes in cutoffs_min}))
