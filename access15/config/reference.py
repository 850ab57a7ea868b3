"""What a planner may write, for editors and for readers: JSON Schemas, and the same as tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from access15.config.categories import Category
from access15.config.profiles import WalkProfile
from access15.config.proposal import ProposalFile
from access15.config.study import Study
from access15.remarks import Lang

SchemaKind = Literal["study", "categories", "profiles", "places", "proposal"]
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
# tables of a study, by the model that says what stands in them
STUDY_TABLES: Final[Mapping[str, str]] = {
    "facilities": "FacilitiesSource",
    "facilities.files": "AddedTable",
    "zones": "ZoneSource",
    "population": "PopulationSource",
    "population.around": "AroundSource",
    "sketch": "SketchSource",
    "seats": "SeatsSource",
    "obstacles": "ObstaclesSource",
    "heights": "HeightsSource",
    "address_register": "RegisterSource",
    "bikes": "BikesSource",
    "texts": "StudyTexts",
    "areas": "Area",
}
_KINDS: Final = {"string": "text", "number": "number", "integer": "whole number"}
_OTHER_KINDS: Final = {"boolean": "true or false", "array": "list", "object": "table"}


@cache
def load_keys(lang: Lang = "en") -> Mapping[str, Mapping[str, str]]:
    """Read the one line of every key, by table; in Italian of those that stand in a study."""
    file = (
        resources.files("access15") / "config" / ("keys.toml" if lang == "en" else "keys.it.toml")
    )
    return tomllib.loads(file.read_text(encoding="utf-8"))


def build_schema(kind: SchemaKind) -> dict[str, Any]:
    """Describe what may be written as a JSON Schema.

    Parameters
    ----------
    kind : {"study", "categories", "profiles", "places", "proposal"}
        A study, the files of categories and of profiles, a row of a table of places, a file of
        proposals.

    Returns
    -------
    dict of str to Any
        JSON Schema, draft 2020-12; every key has a description.

    Examples
    --------
    >>> sorted(build_schema("places")["properties"])[:3]
    ['address', 'capacity', 'category']
    """
    if kind == "study":
        return _head(_describe_study())
    if kind == "places":
        return _head(_describe_places())
    if kind == "proposal":
        return _head(_unwrapped(ProposalFile.model_json_schema()))
    model = Category if kind == "categories" else WalkProfile
    return _head(_describe_tables(_unwrapped(model.model_json_schema()), kind))


def _head(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that says in which dialect it is."""
    return {"$schema": _DIALECT, **schema}


def _unwrapped(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema whose descriptions, docstrings of models, stand on one line each."""
    for model in (schema, *schema.get("$defs", {}).values()):
        if "description" in model:
            model["description"] = " ".join(model["description"].split())
    return schema


def _describe_study() -> dict[str, Any]:
    """Schema of a study, each key with its line."""
    schema = _unwrapped(Study.model_json_schema())
    _add_lines(schema, "study")
    for table, model in STUDY_TABLES.items():
        _add_lines(schema["$defs"][model], table)
    # a table that needs no more is its path alone
    files = schema["$defs"]["FacilitiesSource"]["properties"]["files"]
    files["items"] = {"anyOf": [{"type": "string", "format": "path"}, files["items"]]}
    return schema


def _describe_tables(schema: dict[str, Any], kind: str) -> dict[str, Any]:
    """Schema of a file of tables, each called by its id."""
    _add_lines(schema, kind)
    definitions = schema.pop("$defs", {})
    schema["properties"].pop("id")
    schema["required"] = [key for key in schema["required"] if key != "id"]
    return {
        "title": kind.capitalize(),
        "type": "object",
        "additionalProperties": schema,
        "$defs": definitions,
    }


def _describe_places() -> dict[str, Any]:
    """Schema of a row of a table of places."""
    columns = load_keys()["places"]
    numbers = {"lat", "lon", "x", "y"}
    return {
        "title": "Places",
        "description": "A row of a table of places; other columns are kept as text.",
        "type": "object",
        "properties": {
            name: {"type": "number" if name in numbers else "string", "description": line}
            for name, line in columns.items()
        },
        "required": ["name", "category"],
        "additionalProperties": True,
    }


def _add_lines(schema: dict[str, Any], table: str) -> None:
    """Put the line of every key into a schema."""
    lines = load_keys()[table]
    for key, value in schema["properties"].items():
        value["description"] = lines[key]


def list_keys(kind: SchemaKind) -> Iterator[tuple[str, str, str, bool, str]]:
    """List every key: its table, its name, what it holds, whether it is needed, and its line."""
    schema = build_schema(kind)
    definitions = schema.get("$defs", {})
    if kind in ("categories", "profiles"):
        schema = schema["additionalProperties"]
    tables = {"": schema}
    if kind == "proposal":
        tables |= definitions
    if kind == "study":
        tables |= {table: definitions[model] for table, model in STUDY_TABLES.items()}
    for table, one in tables.items():
        needed = one.get("required", [])
        for key, value in one.get("properties", {}).items():
            line = " ".join(str(value.get("description", "")).split())
            yield table, key, _name_kind(value, definitions), key in needed, line


def _name_kind(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """What a key holds, in words."""
    if "$ref" in value:
        return _name_kind(definitions[value["$ref"].rpartition("/")[2]], definitions)
    if "enum" in value or "const" in value:
        values = value.get("enum", [value.get("const")])
        return ", ".join(f"`{one}`" for one in values)
    if "anyOf" in value:
        kinds = [
            _name_kind(one, definitions) for one in value["anyOf"] if one.get("type") != "null"
        ]
        return " or ".join(dict.fromkeys(kinds))
    kind = str(value.get("type", ""))
    return (_KINDS | _OTHER_KINDS).get(kind, "any value")


def format_reference(kind: SchemaKind) -> str:
    """Write what may be written as a Markdown table."""
    rows = ["| key | holds | needed | what it is |", "|---|---|---|---|"]
    for table, key, holds, is_needed, line in list_keys(kind):
        name = f"`[{table}]` `{key}`" if table else f"`{key}`"
        text = line.replace("|", "\\|")
        rows.append(f"| {name} | {holds} | {'yes' if is_needed else ''} | {text} |")
    return "\n".join(rows) + "\n"
