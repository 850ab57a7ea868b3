"""Studies: areas, files and what is asked, as a planner writes them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from access15.config.model import (
    FileId,
    FilePath,
    Label,
    Model,
    data_dir,
    dumped,
    read_toml,
    validated,
)
from access15.config.population import PopulationSource
from access15.errors import ConfigError
from access15.remarks import Remark

LONGEST_CUTOFF_MIN = 120
MAX_CUTOFFS = 60  # every minute of an hour; tables and pages have a row for each
MAX_AREAS = 1000
_PATHS = {
    "facilities": ["file", "files", "instead_of"],
    "zones": ["file"],
    "population": ["file", "sections"],
    "sketch": ["nodes", "segments"],
    "seats": ["files"],
    "obstacles": ["files"],
    "heights": ["files"],
    "address_register": ["file"],
}


ObstacleWord = Literal["kerb", "kerb_raised", "kerb_flush", "barrier", "steps", "narrow"]


class ZoneSource(Model):
    """Outlines of the zones whose residents are counted; `source` names origin and licence."""

    file: FilePath
    source: str = ""
    id_column: str
    name_column: str


class SketchSource(Model):
    """Nodes and segments of an embedded street sketch."""

    nodes: FilePath
    segments: FilePath


class SeatsSource(Model):
    """Layers of places to sit down, beside those OpenStreetMap knows.

    Points in CSV, GeoJSON, GeoPackage or Excel, or what Overpass answers as JSON.
    """

    files: tuple[FilePath, ...] = Field(min_length=1)


class ObstaclesSource(Model):
    """Layers of obstacles that somebody surveyed, such as a town's plan of barriers (PEBA).

    Points or lines in GeoPackage, shapefile or GeoJSON, what Overpass answers as JSON, or a sheet
    of ``access15 peba`` (``.xlsx``) that somebody filled in. `columns` says which of a layer's
    columns hold ``kind``, ``height`` (metres unless a unit is written) and ``source``; `kinds` what
    its words mean: ``kerb``, ``kerb_raised``, ``kerb_flush``, ``barrier``, ``steps`` or ``narrow``.
    """

    files: tuple[FilePath, ...] = Field(min_length=1)
    columns: dict[Literal["kind", "height", "source"], str] = Field(default_factory=dict)
    kinds: dict[str, ObstacleWord] = Field(default_factory=dict)


class HeightsSource(Model):
    """Heights of the ground (a height model), from which the slopes of streets follow.

    GeoTIFFs of one band in any coordinate system, parts of one model or several: of those that know
    a place the finest counts. A slope that the map tells is kept. `source` names origin and
    licence.
    """

    files: tuple[FilePath, ...] = Field(min_length=1)
    source: str = ""


class AddedTable(Model):
    """One table of places beside a study's own: where it lies, in which coordinate system, and
    which of its columns holds what. Its path alone says all of a table that needs no more.
    """

    path: FilePath
    crs: str | None = None
    map: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _from_path(cls, raw: Any) -> Any:
        """A path stands for a table of which nothing else is said."""
        return raw if isinstance(raw, dict | AddedTable) else {"path": raw}


class FacilitiesSource(Model):
    """A table of facilities, tables of others beside it, and which column holds what.

    What `files` list is added to what `file` lists, each place once; of `replace_categories` only
    what `files` list counts. Without `file` the first of `files` stands for it. `columns` says
    which header of `file` holds what, `added_columns` the same for whichever tables have such a
    header, and each of `files` may have a ``map`` and a ``crs`` of its own; `crs` holds for all
    others. `instead_of` is the table whose place `file` takes: kinds that only it lists are
    unknown, not zero. With `may_be_empty` the tables may hold their headers alone: the extract's
    places count then.
    """

    file: FilePath | None = None
    files: tuple[AddedTable, ...] = ()
    replace_categories: tuple[str, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict)
    added_columns: dict[str, str] = Field(default_factory=dict)
    crs: str | None = None
    may_be_empty: bool = False
    instead_of: FilePath | None = None

    @model_validator(mode="after")
    def _check_once(self) -> Self:
        """Refuse a table of which two entries say different things."""
        said: dict[str, AddedTable] = {}
        for one in self.files:
            first = said.setdefault(os.path.normpath(one.path), one)
            if (first.crs, first.map) != (one.crs, one.map):
                raise ValueError(Remark("added_twice", name=one.path.name))
        return self

    @property
    def tables(self) -> tuple[Path, ...]:
        """Every table, the study's own first."""
        added = tuple(one.path for one in self.files)
        return added if self.file is None else (self.file, *added)

    def own_table(self, path: Path) -> FacilitiesSource:
        """The same as it holds for one of the tables, which may have a system and a mapping of its
        own.

        Parameters
        ----------
        path : Path
            One of `tables`.

        Returns
        -------
        FacilitiesSource
            With `crs` and `added_columns` of that table.
        """
        for one in self.files:
            if one.path == path:
                columns = {**self.added_columns, **one.map}
                changes = {"crs": one.crs or self.crs, "added_columns": columns}
                return self.model_copy(update=changes)
        return self

    def alone(self, file: Path) -> FacilitiesSource:
        """The same for one table, in place of all that are named.

        Parameters
        ----------
        file : Path
            The table.

        Returns
        -------
        FacilitiesSource
            It, read as the study's own would be.
        """
        nothing = {
            "files": (),
            "replace_categories": (),
            "instead_of": None,
            "may_be_empty": False,
        }
        return self.model_copy(update={"file": file, **nothing})


class RegisterSource(Model):
    """A register of addresses: ANNCSU's list of a region, or a town's own, as CSV or zipped CSV.

    `columns` says which header holds ``street``, ``kind`` (of street), ``number``, ``letter``,
    ``colour``, ``town``, ``lon`` and ``lat``, or ``x`` and ``y`` in the coordinate system `crs`;
    ANNCSU's own are known. `date` is the data's; without it the one in the file's name.
    """

    file: FilePath
    columns: dict[str, str] = Field(default_factory=dict)
    crs: str | None = None
    date: str = Field(default="", pattern=r"^(\d{4}-\d{2}-\d{2})?$")
    source: str = ""


class BikesSource(Model):
    """Live feed of bike stations: address of its ``gbfs.json``, and who runs it."""

    gbfs: str = Field(pattern=r"^https?://[^\s@]+$", max_length=500)
    operator: str = ""


class Area(Model):
    """A neighbourhood: its zones and the hubs its residents should reach.

    Without `hubs` the study's `hub_stand_in` says which places stand in for them.
    """

    id: FileId
    name: str = Field(min_length=1)
    zones: tuple[str, ...] = Field(min_length=1)
    hubs: tuple[str, ...] = ()


class StudyTexts(Model):
    """What only this study says.

    `hub` is what its hubs are called on maps, `bike_spacing` its rule for the distance between bike
    stations (without one the distances are not told on the page), `platform` what stands on the
    cards of the kinds that a platform lists (``wemi_platform`` of the categories).
    """

    hub: Label | None = None
    bike_spacing: Label | None = None
    platform: Label | None = None


class Study(Model):
    """Everything a run needs: areas, who walks, which services, from which files.

    `towns` are its municipalities, where addresses lie that name none; without it what lies in the
    zones is sure, and a person decides about the rest. `claim_profile` names the profile whose walk
    is what is usually claimed for everybody; see `claim`. `draw_areas` names the categories whose
    service areas are drawn; without it each category's own ``draws_areas`` decides. `hub_category`
    names the kind of place whose nearest one stands in for the hub where areas name no hubs; see
    `hub_stand_in`.
    """

    id: FileId
    name: str = Field(min_length=1)
    countries: str = Field(default="it", pattern=r"^[a-z]{2}(,[a-z]{2})*$")
    towns: tuple[str, ...] = ()
    crs: str | None = None
    cutoffs_min: tuple[float, ...] = (5.0, 10.0, 15.0)
    profiles: tuple[str, ...] = Field(min_length=1)
    claim_profile: str | None = None
    categories: tuple[str, ...] = Field(min_length=1)
    draw_areas: tuple[str, ...] | None = None
    hub_category: str | None = None
    max_snap_m: float = Field(
        default=150.0,
        gt=0,
        le=2000,
    )
    facilities: FacilitiesSource
    zones: ZoneSource
    population: PopulationSource
    sketch: SketchSource | None = None
    seats: SeatsSource | None = None
    obstacles: ObstaclesSource | None = None
    heights: HeightsSource | None = None
    address_register: RegisterSource | None = None
    bikes: BikesSource | None = None
    texts: StudyTexts = StudyTexts()
    areas: tuple[Area, ...] = Field(min_length=1)
    padding_m: float | None = Field(
        default=None,
        gt=0,
        le=20_000,
    )
    _file: Path | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse what does not go together; all problems at once."""
        if problems := list(list_conflicts(self)):
            raise ValueError(Remark("rule_together", problems=problems))
        return self

    @property
    def file(self) -> Path | None:
        """File it was read from; None of a study made in memory."""
        return self._file

    def list_files(self) -> list[Path]:
        """List every file that the study names.

        Returns
        -------
        list of Path
            Facilities, zones, residents with all their parts, sketch, seats, obstacles, heights and
            the register of addresses.
        """
        places = self.facilities
        files = [*places.tables, self.zones.file, *self.population.files.values()]
        if places.instead_of is not None:
            files.append(places.instead_of)
        if self.sketch is not None:
            files += [self.sketch.nodes, self.sketch.segments]
        if self.address_register is not None:
            files.append(self.address_register.file)
        for layers in (self.seats, self.obstacles, self.heights):
            if layers is not None:
                files += layers.files
        return files

    @property
    def claim(self) -> str:
        """Profile whose walk is usually claimed for everybody: `claim_profile`, else the study's
        first.
        """
        return self.claim_profile or self.profiles[0]

    @property
    def hub_stand_in(self) -> str | None:
        """Kind of place whose nearest one stands in for the hub where no area names hubs:
        `hub_category`, else the first of `categories`.
        """
        if any(area.hubs for area in self.areas):
            return None
        return self.hub_category or self.categories[0]

    def own_profile(self, group: str) -> str:
        """Profile that a group's people walk as.

        Parameters
        ----------
        group : str
            Group of people.

        Returns
        -------
        str
            What ``[population.walks_as]`` says of the group. Of a group it does not name: the
            claim's profile for ``total``, which holds adults too, and for any other group the
            study's first profile that is not the claim's, if it has one.
        """
        if group in self.population.walks_as:
            return self.population.walks_as[group]
        others = [profile for profile in self.profiles if profile != self.claim]
        return others[0] if others and group != "total" else self.claim

    @property
    def cutoffs_s(self) -> tuple[float, ...]:
        """Cutoffs [s], rising."""
        return tuple(60.0 * minutes for minutes in self.cutoffs_min)

    def changed(self, **changes: Any) -> Study:
        """Copy with other values, validated again.

        Parameters
        ----------
        **changes : Any
            Fields and their new values.

        Returns
        -------
        Study
            The changed study.

        Raises
        ------
        ConfigError
            If the new values are not valid.
        """
        values = {**self.model_dump(), **dumped(changes)}
        made = validated(Study, values, Remark("study_named", id=self.id))
        made._file = self._file
        return made

    def asking(self, categories: Iterable[str]) -> Study:
        """Copy that asks about these kinds of place alone, and draws no service area.

        What stands in for hubs is asked about with them, as the study would mean nothing without.

        Parameters
        ----------
        categories : iterable of str
            Kinds of place.

        Returns
        -------
        Study
            The changed study.

        Raises
        ------
        ConfigError
            If there is none of them.
        """
        stand_in = self.hub_stand_in
        kinds = dict.fromkeys([*categories, *filter(None, [stand_in])])
        return self.changed(categories=tuple(kinds), draw_areas=(), hub_category=stand_in)

    def area(self, area_id: str) -> Area:
        """Area of that id.

        Parameters
        ----------
        area_id : str
            Identifier in the study file.

        Returns
        -------
        Area
            The neighbourhood.

        Raises
        ------
        ConfigError
            If the study has no such area.
        """
        for area in self.areas:
            if area.id == area_id:
                return area
        known = [area.id for area in self.areas]
        raise ConfigError(Remark("area_unknown", study=self.id, area=area_id, known=known))


def list_conflicts(study: Study, unusable: Collection[str] = ()) -> Iterator[Remark]:
    """Say what does not go together, as far as it can be judged; unusable keys are None."""
    if study.cutoffs_min is not None:
        yield from _list_cutoff_faults(study.cutoffs_min)
    if study.categories is not None:
        unasked = [key for key in study.draw_areas or () if key not in study.categories]
        if unasked:
            yield Remark("draw_areas_unasked", names=_quoted(unasked))
    if study.areas is not None:
        yield from _list_area_faults([area.id for area in study.areas])
        if "hub_category" not in unusable:
            yield from _list_hub_faults(study)
    known = study.profiles
    if study.claim_profile is not None and known is not None and study.claim_profile not in known:
        yield Remark("claim_profile_unknown", name=study.claim_profile, known=known)


def _list_hub_faults(study: Study) -> Iterator[Remark]:
    """Areas without hubs beside others that name some, and hubs where a kind stands in for them."""
    without = [area.id for area in study.areas if not area.hubs]
    stand_in, kinds = study.hub_category, study.categories
    if stand_in is None and 0 < len(without) < len(study.areas):
        yield Remark("hubs_missing", areas=_quoted(without))
    if stand_in is not None and len(without) < len(study.areas):
        yield Remark("hubs_twice", category=stand_in)
    if stand_in is not None and kinds is not None and stand_in not in kinds:
        yield Remark("hub_category_unasked", category=stand_in)


def _list_cutoff_faults(cutoffs_min: tuple[float, ...]) -> Iterator[Remark]:
    """Minutes that do not rise, or that nobody walks."""
    is_rising = list(cutoffs_min) == sorted(set(cutoffs_min))
    if not cutoffs_min or (not is_rising and len(cutoffs_min) <= MAX_CUTOFFS):
        found = [f"{minutes:g}" for minutes in cutoffs_min]
        yield Remark("cutoffs_not_rising", found=found or Remark("list_empty"))
    if fault := find_cutoffs_fault(cutoffs_min):
        yield Remark("study_cutoffs", fault=fault)


def find_cutoffs_fault(cutoffs_min: Sequence[float]) -> str:
    """Say which minutes nobody walks, or that they are too many; empty where all is well."""
    if len(cutoffs_min) > MAX_CUTOFFS:
        return Remark("too_many_values", n=len(cutoffs_min), most=MAX_CUTOFFS)
    wrong = [f"{minutes:g}" for minutes in cutoffs_min if not 0 < minutes <= LONGEST_CUTOFF_MIN]
    if not wrong:
        return ""
    return Remark("minutes_nobody_walks", minutes=wrong, most=LONGEST_CUTOFF_MIN)


def _list_area_faults(ids: list[str]) -> Iterator[Remark]:
    """Ids that are too many, stand twice, or that files of the outputs bear."""
    if len(ids) > MAX_AREAS:
        yield Remark("too_many_areas", n=len(ids), most=MAX_AREAS)
    if doubles := [area_id for area_id, n in Counter(ids).items() if n > 1]:
        yield Remark("area_ids_twice", ids=_quoted(doubles))
    if "index" in ids:
        yield Remark("area_called_index")
    if taken := [area_id for area_id in ids if area_id.endswith(("_session", "_compare"))]:
        yield Remark("area_ids_taken", ids=_quoted(taken))


def _quoted(names: list[str]) -> list[str]:
    """Names in quotes."""
    return [repr(name) for name in names]


def is_study_name(name: str) -> bool:
    """Whether a study of that name comes with access15."""
    return name in _list_study_names()


def _list_study_names() -> list[str]:
    """Names of the studies that come with access15."""
    return sorted(path.stem for path in (data_dir() / "studies").glob("*.toml"))


def load_study(study: str | Path = "milano") -> Study:
    """Read a study by name or from a TOML file.

    Parameters
    ----------
    study : str or Path
        ``"milano"``, the study that comes with access15, or the path of a ``.toml`` file. Paths
        inside the file are relative to it.

    Returns
    -------
    Study
        The validated study, with absolute paths.

    Raises
    ------
    ConfigError
        If there is no such study or it is not valid; all problems are listed.
    """
    path, raw = read_study_table(study)
    made = validated(Study, raw, str(path))
    made._file = path.resolve()
    return made


def read_study_table(study: str | Path) -> tuple[Path, dict[str, Any]]:
    """Find the file of a study, and read what stands in it."""
    text = str(study)
    path = data_dir() / "studies" / f"{text}.toml" if is_study_name(text) else Path(text)
    try:
        is_there = path.suffix.lower() == ".toml" and path.is_file()
    except OSError:  # a name that is too long, a folder that is closed
        is_there = False
    if not is_there:
        raise ConfigError(Remark("study_unknown", name=text, known=_list_study_names()))
    return path, _with_absolute_paths(read_toml(path), path.resolve().parent)


def _with_absolute_paths(raw: dict[str, Any], base: Path) -> dict[str, Any]:
    """Paths of a study file, which are relative to it, made absolute."""
    made = dict(raw)
    for table, keys in _PATHS.items():
        section = raw.get(table)
        if isinstance(section, dict):
            made[table] = _make_absolute(base, section, keys)
    population = made.get("population")
    around = population.get("around") if isinstance(population, dict) else None
    if isinstance(around, dict):
        made["population"]["around"] = _make_absolute(base, around, ["file", "zones"])
    return made


def _make_absolute(
    base: Path,
    section: dict[str, Any],
    keys: list[str],
) -> dict[str, Any]:
    """A table of a study file with the paths under some keys made absolute."""
    return {key: _under(base, value) if key in keys else value for key, value in section.items()}


def _under(base: Path, value: Any) -> Any:
    """A path or a list of paths, under a folder; what is neither is left to be refused."""
    if isinstance(value, list):
        return [_under(base, one) for one in value]
    if isinstance(value, dict):  # a table with its path
        return _make_absolute(base, value, ["path"])
    return str(base / value) if isinstance(value, str) else value
