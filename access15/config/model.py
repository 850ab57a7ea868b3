"""What every configured thing is: a frozen model, read from TOML, with all its faults told at
once.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticKnownError

from access15.config.faults import list_sentences, show_value
from access15.errors import ConfigError, name_reason
from access15.files import read_input
from access15.remarks import Remark

_M = TypeVar("_M", bound=BaseModel)
_MAX_BYTES = 20_000_000
_TOML_PLACE = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)$")
# how Python begins to say that a backslash in a text is none of TOML's
_BACKSLASH = ("Unescaped '\\'", "Invalid hex value")
Lang = Literal["it", "en"]
# What a table of each model is called.
_MODELS = {
    "Category": "model_category",
    "CategoryGroup": "model_category_group",
    "AroundSource": "model_residents_around",
    "PopulationSource": "model_residents",
    "ProposalFile": "model_proposal_file",
    "Study": "model_study",
    "WalkProfile": "model_profile",
}
# Names that Windows keeps for devices, whatever ending follows.
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10)),
}


def _refuse_devices(name: str) -> str:
    """Refuse an id that cannot be a file's name everywhere."""
    if name in _DEVICES:
        raise ValueError(Remark("rule_no_device"))
    return name


# An id that names files: never a path, never too long, and the same on every system.
FileId = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60), AfterValidator(_refuse_devices)
]


class Model(BaseModel):
    """A frozen value that knows its fields, all of them."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
    )

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_truth(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse true and false where a number is meant, which Python takes for 1 and 0."""
        several = value if isinstance(value, list | tuple) else (value,)
        if any(isinstance(one, bool) for one in several):
            kinds = set(_list_kinds(cls.model_fields[str(info.field_name)].annotation))
            if kinds & {int, float} and bool not in kinds:
                raise PydanticKnownError("float_type")
        return value


def _list_kinds(annotation: Any) -> Iterator[Any]:
    """Every type that an annotation is put together from."""
    yield annotation
    for part in get_args(annotation):
        yield from _list_kinds(part)


_MOST_NAME_BYTES = 255  # of one name in a path, as most file systems allow


def _check_path(path: Path) -> Path:
    """Refuse a path that no system could open."""
    if "\x00" in str(path):
        raise ValueError(Remark("rule_no_nul"))
    if any(len(os.fsencode(part)) > _MOST_NAME_BYTES for part in path.parts):
        raise ValueError(Remark("rule_name_bytes", most=_MOST_NAME_BYTES))
    return path


# A path as a study names it.
FilePath = Annotated[Path, AfterValidator(_check_path)]


class Label(Model):
    """A text in Italian and in English."""

    it: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_lang(self, lang: Lang) -> str:
        """Text in the language asked for."""
        return self.it if lang == "it" else self.en


def data_dir() -> Path:
    """Folder of the data that comes with access15."""
    packaged = Path(str(resources.files("access15"))) / "data"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "data"


def choose(
    known: Mapping[str, Any],
    wanted: Sequence[str],
    what: Literal["profile", "category"],
) -> dict[str, Any]:
    """Pick named items in the order asked."""
    missing = [name for name in wanted if name not in known]
    if missing and what == "profile":
        problems = [Remark("profile_unknown", name=one, known=tuple(known)) for one in missing]
        raise ConfigError(Remark("study_profile_unknown"), problems)
    if missing:
        problems = [Remark("category_unknown", name=one, known=tuple(known)) for one in missing]
        raise ConfigError(Remark("study_category_unknown"), problems)
    return {name: known[name] for name in wanted}


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file."""
    try:
        # Windows' Notepad writes the mark
        return tomllib.loads(read_input(path, _MAX_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            Remark("path_unreadable", path=path, reason=name_reason(error))
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(Remark("toml_not_utf8", path=path)) from error
    except RecursionError as error:
        raise ConfigError(Remark("toml_too_deep", path=path)) from error
    except tomllib.TOMLDecodeError as error:
        is_path = str(error).startswith(_BACKSLASH)
        code = "toml_backslash" if is_path else "toml_unreadable"
        raise ConfigError(Remark(code, path=path, where=_name_toml_place(error))) from error
    except ValueError as error:
        raise ConfigError(Remark("toml_number_too_long", path=path)) from error


def _name_toml_place(error: tomllib.TOMLDecodeError) -> Remark:
    """Where in a file its TOML is broken."""
    place = _TOML_PLACE.search(str(error))
    if place is None:
        return Remark("toml_end")
    return Remark("toml_place", line=place[1], column=place[2])


def validated_tables(model: type[_M], path: Path) -> dict[str, _M]:
    """Every table of a file as a model of that id."""
    found: dict[str, _M] = {}
    problems: list[str] = []
    tables = read_toml(path)
    for key, table in tables.items():
        if not isinstance(table, dict):
            problems.append(Remark("outside_tables", key=key, value=show_value(table)))
            continue
        try:
            found[key] = validated(model, {**table, "id": key}, key)
        except ConfigError as error:
            is_one = len(tables) == 1
            problems += [
                text if is_one else Remark("error_in_table", table=key, text=text)
                for text in error.problems
            ]
    if problems:
        raise ConfigError(refuse_model(model, path), problems)
    return found


def validated(
    model: type[_M],
    raw: dict[str, Any],
    where: str,
) -> _M:
    """Make a model of plain values."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = list_sentences(error.errors())
        raise ConfigError(refuse_model(model, where), problems) from None


def refuse_model(model: type[BaseModel], where: str | Path) -> Remark:
    """Say that what stands somewhere is not what it should be."""
    return Remark("model_invalid", where=where, model=Remark(_MODELS[model.__name__]))


def dumped(values: dict[str, Any]) -> dict[str, Any]:
    """Values with every model in them made plain."""

    def plain(value: Any) -> Any:
        if isinstance(value, BaseModel):
            return value.model_dump()
        return [plain(item) for item in value] if isinstance(value, tuple) else value

    return {name: plain(value) for name, value in values.items()}
