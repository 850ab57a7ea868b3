"""Studies, walking profiles and categories: what a planner edits, read from TOML and validated.

Minutes and km/h exist here, in the command line and in the outputs only; everything else is in
metres and seconds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from access15.errors import ConfigError

_M = TypeVar("_M", bound=BaseModel)
Lang = Literal["it", "en"]
StepsRule = Literal["plain", "slower", "avoided", "impassable"]
LONGEST_CUTOFF_MIN = 120


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Label(_Model):
    """A text in Italian and in English."""

    it: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_lang(self, lang: Lang) -> str:
        """Text in the language asked for.

        Parameters
        ----------
        lang : {"it", "en"}
            Language.

        Returns
        -------
        str
            The text.
        """
        return self.it if lang == "it" else self.en


class WalkProfile(_Model):
    """How somebody walks: pace, steps, waiting at crossings, kerbs and slopes.

    Every value's origin is in `sources`, keyed by the field's name.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Label
    who: Label
    pace_ms: float = Field(gt=0.1, lt=5.0)
    steps: StepsRule
    steps_factor: float = Field(default=1.0, ge=1.0)
    crossing_signals_s: float = Field(ge=0, le=300)
    crossing_marked_s: float = Field(ge=0, le=300)
    crossing_unmarked_s: float = Field(ge=0, le=300)
    raised_kerb: Literal["passable", "impassable"]
    incline: Literal["ignored", "slower"]
    max_incline: float | None = Field(default=None, gt=0, le=1)
    on_maps: bool = True
    sources: dict[str, str]

    @property
    def pace_kmh(self) -> float:
        """Pace on the flat [km/h]."""
        return self.pace_ms * 3.6

    @model_validator(mode="after")
    def _check(self) -> Self:
        stated = {"pace_ms", "steps", "crossing_signals_s", "raised_kerb", "incline"}
        if missing := stated - set(self.sources):
            raise ValueError(f"profile {self.id!r} states no source for {', '.join(sorted(missing))}")
        if self.steps in ("slower", "avoided") and self.steps_factor <= 1.0:
            raise ValueError(f"profile {self.id!r}: steps = {self.steps!r} needs a steps_factor above 1")
        if self.steps in ("plain", "impassable") and self.steps_factor != 1.0:
            raise ValueError(f"profile {self.id!r}: steps = {self.steps!r} takes no steps_factor")
        return self

    def at_pace(self, speed_ms: float) -> WalkProfile:
        """Copy of this profile at another pace.

        Parameters
        ----------
        speed_ms : float
            Pace on the flat [m/s].

        Returns
        -------
        WalkProfile
            The same walker, faster or slower.

        Raises
        ------
        ConfigError
            If nobody walks at that pace.
        """
        return _validated(WalkProfile, {**self.model_dump(), "pace_ms": speed_ms}, f"profile {self.id!r}")


class Category(_Model):
    """A kind of facility."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Label
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")
    symbol: str = Field(min_length=1, max_length=2)
    osm_tags: tuple[str, ...] = ()
    counts_in_score: bool = True
    wemi_platform: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        for tag in self.osm_tags:
            key, _, value = tag.partition("=")
            if not key or not value:
                raise ValueError(f"category {self.id!r}: OSM tag {tag!r} must be written key=value")
        return self


class ZoneSource(_Model):
    """Outlines of the zones whose residents are counted; `source` names origin and licence."""

    file: Path
    source: str = ""
    id_column: str
    name_column: str


class PopulationSource(_Model):
    """Residents per zone, to be spread along residential streets.

    `groups` maps each group (``total`` is required) to its column in the file; `source` names
    origin and licence.
    """

    file: Path
    source: str = ""
    zone_column: str
    year_column: str | None = None
    year: int | None = None
    groups: dict[str, str]
    labels: dict[str, Label] = {}
    residential_highways: tuple[str, ...] = ("residential", "living_street")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if "total" not in self.groups:
            raise ValueError("[population.groups] must have a 'total'")
        if (self.year_column is None) != (self.year is None):
            raise ValueError("[population] 'year' and 'year_column' go together")
        return self


class SketchSource(_Model):
    """Nodes and segments of an embedded street sketch."""

    nodes: Path
    segments: Path


class FacilitiesSource(_Model):
    """A table of facilities and, where its headers differ, which column holds what."""

    file: Path
    columns: dict[str, str] = {}
    crs: str | None = None


class Area(_Model):
    """A neighbourhood: its zones and the hubs its residents should reach."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1)
    zones: tuple[str, ...] = Field(min_length=1)
    hubs: tuple[str, ...] = Field(min_length=1)


class Study(_Model):
    """Everything a run needs: areas, who walks, which services, from which files."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1)
    countries: str = Field(default="it", pattern=r"^[a-z]{2}(,[a-z]{2})*$")
    crs: str | None = None
    cutoffs_min: tuple[float, ...] = (5.0, 10.0, 15.0)
    profiles: tuple[str, ...] = Field(min_length=1)
    categories: tuple[str, ...] = Field(min_length=1)
    max_snap_m: float = Field(default=150.0, gt=0, le=2000)
    facilities: FacilitiesSource
    zones: ZoneSource
    population: PopulationSource
    sketch: SketchSource | None = None
    areas: tuple[Area, ...] = Field(min_length=1)
    padding_m: float | None = Field(default=None, gt=0, le=20_000)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.cutoffs_min or list(self.cutoffs_min) != sorted(set(self.cutoffs_min)):
            raise ValueError("cutoffs_min must rise and hold no value twice")
        if self.cutoffs_min[0] <= 0 or self.cutoffs_min[-1] > LONGEST_CUTOFF_MIN:
            raise ValueError("cutoffs_min must lie between 0 and 120 minutes")
        ids = [area.id for area in self.areas]
        if len(ids) != len(set(ids)):
            raise ValueError("area ids must differ")
        if "index" in ids:
            raise ValueError(
                "an area cannot be called 'index': its map would replace the index page; choose another id"
            )
        return self

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
        return _validated(Study, {**self.model_dump(), **_dumped(changes)}, f"study {self.id!r}")

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
        known = ", ".join(area.id for area in self.areas)
        raise ConfigError(f"study {self.id!r} has no area {area_id!r}: its areas are {known}")


def data_dir() -> Path:
    """Folder of the data that comes with access15.

    Returns
    -------
    Path
        ``data/`` of the checkout, or the copy inside the installed package.
    """
    packaged = Path(str(resources.files("access15"))) / "data"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parent.parent / "data"


def is_study_name(name: str) -> bool:
    """Whether a study of that name comes with access15.

    Parameters
    ----------
    name : str
        For example ``"milano"``.

    Returns
    -------
    bool
        True for the embedded studies.
    """
    return Path(name).name == name and (data_dir() / "studies" / f"{name}.toml").is_file()


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
    text = str(study)
    path = data_dir() / "studies" / f"{text}.toml" if is_study_name(text) else Path(text)
    if path.suffix.lower() != ".toml" or not path.is_file():
        known = ", ".join(sorted(p.stem for p in (data_dir() / "studies").glob("*.toml")))
        raise ConfigError(f"there is no study {text!r}: give a .toml file or one of: {known}")
    return _validated(Study, _with_absolute_paths(_read_toml(path), path.resolve().parent), str(path))


def load_profiles(path: Path | None = None) -> dict[str, WalkProfile]:
    """Read the walking profiles.

    Parameters
    ----------
    path : Path, optional
        A profiles file; by default the one that comes with access15.

    Returns
    -------
    dict of str to WalkProfile
        Profiles by id, in the file's order.

    Raises
    ------
    ConfigError
        If the file is missing or not valid.
    """
    path = path or data_dir() / "profiles.toml"
    return _validated_tables(WalkProfile, path)


def load_categories(path: Path | None = None) -> dict[str, Category]:
    """Read the categories of facilities.

    Parameters
    ----------
    path : Path, optional
        A categories file; by default the one that comes with access15.

    Returns
    -------
    dict of str to Category
        Categories by id, in the file's order.

    Raises
    ------
    ConfigError
        If the file is missing or not valid.
    """
    path = path or data_dir() / "categories.toml"
    return _validated_tables(Category, path)


def choose(known: Mapping[str, Any], wanted: Sequence[str], what: str) -> dict[str, Any]:
    """Pick named items in the order asked.

    Parameters
    ----------
    known : mapping of str to object
        All there are.
    wanted : sequence of str
        Names asked for.
    what : str
        What they are, for the message.

    Returns
    -------
    dict of str to object
        The items asked for.

    Raises
    ------
    ConfigError
        If a name is not known.
    """
    missing = [f"{what} {name!r} is not known; known are {', '.join(known)}" for name in wanted if name not in known]
    if missing:
        raise ConfigError(f"the study asks for a {what} that does not exist", missing)
    return {name: known[name] for name in wanted}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))  # Windows' Notepad writes the mark
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _with_absolute_paths(raw: dict[str, Any], base: Path) -> dict[str, Any]:
    raw = dict(raw)
    for table, keys in {
        "facilities": ["file"],
        "zones": ["file"],
        "population": ["file"],
        "sketch": ["nodes", "segments"],
    }.items():
        section = raw.get(table)
        if isinstance(section, dict):
            raw[table] = {k: str(base / v) if k in keys and isinstance(v, str) else v for k, v in section.items()}
    return raw


def _validated_tables(model: type[_M], path: Path) -> dict[str, _M]:
    """Every table of a file as a model of that id."""
    found, problems = {}, []
    tables = _read_toml(path)
    for key, table in tables.items():
        if not isinstance(table, dict):
            problems.append(f"{key} = {table!r} stands outside every table; put it under a heading such as [{key}]")
            continue
        try:
            found[key] = _validated(model, {**table, "id": key}, key)
        except ConfigError as error:
            problems += [f"[{key}] {text}" if len(tables) > 1 else text for text in error.problems]
    if problems:
        raise ConfigError(f"{path}: not a valid {model.__name__}", problems)
    return found


def _validated(model: type[_M], raw: dict[str, Any], where: str) -> _M:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(f"{where}: not a valid {model.__name__}", [_sentence(e) for e in error.errors()]) from None


def _dumped(values: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, BaseModel):
            return value.model_dump()
        return [plain(item) for item in value] if isinstance(value, tuple) else value

    return {name: plain(value) for name, value in values.items()}


def _sentence(detail: Any) -> str:
    place = ".".join(str(part) for part in detail["loc"])
    message = str(detail["msg"]).removeprefix("Value error, ")
    if not place:
        return message
    is_table = isinstance(detail["input"], dict)  # which would be printed back whole
    return f"{place}: {message}" if is_table else f"{place}: {message} (found {detail['input']!r})"
