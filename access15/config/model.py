"""What every configured thing is: a frozen model, read from TOML, with all its faults told at
once.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from access15.config.faults import list_sentences, show_value
from access15.errors import ConfigError
from access15.files import read_input

_M = TypeVar("_M", bound=BaseModel)
_MAX_BYTES = 20_000_000
_TOML_PLACE = re.compile(r"\(at ([^()]*)\)$")
Lang = Literal["it", "en"]
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
        raise ValueError("must not be a device of Windows, which no file can be called there")
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


_MOST_NAME_BYTES = 255  # of one name in a path, as most file systems allow


def _check_path(path: Path) -> Path:
    """Refuse a path that no system could open."""
    if "\x00" in str(path):
        raise ValueError("must not hold a NUL")
    if any(len(os.fsencode(part)) > _MOST_NAME_BYTES for part in path.parts):
        raise ValueError(f"must hold no name of more than {_MOST_NAME_BYTES} bytes")
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
    what: str,
) -> dict[str, Any]:
    """Pick named items in the order asked."""
    missing = [
        f"{what} {name!r} is not known; known are {', '.join(known)}"
        for name in wanted
        if name not in known
    ]
    if missing:
        raise ConfigError(f"the study asks for a {what} that does not exist", missing)
    return {name: known[name] for name in wanted}


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file."""
    try:
        # Windows' Notepad writes the mark
        return tomllib.loads(read_input(path, _MAX_BYTES).decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text; save the file as UTF-8") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not valid TOML: it is nested too deep") from error
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        where = place[1] if place else "end of document"
        raise ConfigError(
            f"{path}: not valid TOML (at {where}); look there for a quotation mark or a bracket "
            "that is missing, a text without quotation marks, or a name that stands twice"
        ) from error
    except ValueError as error:
        raise ConfigError(
            f"{path}: holds a number of more digits than can be read; correct it"
        ) from error


def validated_tables(model: type[_M], path: Path) -> dict[str, _M]:
    """Every table of a file as a model of that id."""
    found, problems = {}, []
    tables = read_toml(path)
    for key, table in tables.items():
        if not isinstance(table, dict):
            problems.append(
                f"{key} = {show_value(table)} stands outside every table; put it under a heading "
                f"such as [{key}]"
            )
            continue
        try:
            found[key] = validated(model, {**table, "id": key}, key)
        except ConfigError as error:
            problems += [f"[{key}] {text}" if len(tables) > 1 else text for text in error.problems]
    if problems:
        raise ConfigError(f"{path}: not a valid {model.__name__}", problems)
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
        raise ConfigError(
            f"{where}: not a valid {model.__name__}", list_sentences(error.errors())
        ) from None


def dumped(values: dict[str, Any]) -> dict[str, Any]:
    """Values with every model in them made plain."""

    def plain(value: Any) -> Any:
        if isinstance(value, BaseModel):
            return value.model_dump()
        return [plain(item) for item in value] if isinstance(value, tuple) else value

    return {name: plain(value) for name, value in values.items()}
