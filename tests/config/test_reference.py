"""What may be written, told once: every key has a line, schemas accept what access15 accepts."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from builders.command_line import call
from builders.languages import ENGLISH
from hypothesis import given
from hypothesis import strategies as st

from access15.config import data_dir, load_study
from access15.config import study as models
from access15.config.categories import Category
from access15.config.population import AroundSource, PopulationSource
from access15.config.profiles import WalkProfile
from access15.config.reference import (
    STUDY_TABLES,
    build_schema,
    format_reference,
    list_keys,
    load_keys,
)
from access15.config.written import format_value, write_study

KINDS = ("study", "categories", "profiles", "places", "proposal")
# keys of models that others are about to bring
MODELS = {
    "study": models.Study,
    "categories": Category,
    "profiles": WalkProfile,
    "population": PopulationSource,
    "population.around": AroundSource,
    **{
        table: getattr(models, model)
        for table, model in STUDY_TABLES.items()
        if not table.startswith("population")
    },
}


@pytest.mark.parametrize("table", MODELS)
def test_every_key_has_a_line(table: str) -> None:
    missing = set(MODELS[table].model_fields) - set(load_keys()[table])
    assert not missing, f"write a line for {sorted(missing)} into access15/config/keys.toml"


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_schemas(kind: str) -> None:
    schema = build_schema(kind)  # type: ignore[arg-type]
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("study", "studies/milano.toml"),
        ("categories", "categories.toml"),
        ("profiles", "profiles.toml"),
    ],
)
def test_what_comes_with_access15_fits_its_schema(kind: str, file: str) -> None:
    values = tomllib.loads((data_dir() / file).read_text(encoding="utf-8"))
    jsonschema.validate(values, build_schema(kind))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("cutoffs",), [5]),
        (("profiles",), "adult"),
        (("population", "kind"), "houses"),
        (("areas",), []),
    ],
)
def test_schema_of_a_study_refuses(path: tuple[str, ...], value: object) -> None:
    text = (data_dir() / "studies" / "milano.toml").read_text(encoding="utf-8")
    values = tomllib.loads(text)
    place = values
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError, match=r"."):
        jsonschema.validate(values, build_schema("study"))


@pytest.mark.parametrize("kind", KINDS)
def test_command_prints_it(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = call(capsys, "schema", kind)
    assert (printed.code, json.loads(printed.out)) == (0, build_schema(kind))  # type: ignore[arg-type]
    table = call(capsys, "schema", kind, "--table")
    assert (table.code, table.out) == (0, format_reference(kind))  # type: ignore[arg-type]


def test_an_unknown_kind_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "schema", "towns")
    assert done.code == 2
    assert "'towns'" in done.err


def test_lines_of_a_study_stand_in_italian() -> None:
    """Every key of every table of a study, in the same order, without English in it."""
    english, italian = load_keys(), load_keys("it")
    assert list(italian) == [table for table in english if table in MODELS and table in italian]
    assert set(english) - set(italian) == {"categories", "profiles", "places"}
    assert {table: list(keys) for table, keys in italian.items()} == {
        table: list(english[table]) for table in italian
    }
    lines = [line for keys in italian.values() for line in keys.values()]
    assert [line for line in lines if ENGLISH.search(line)] == []


def test_reference_names_every_key_once() -> None:
    rows = [(table, key) for table, key, *_ in list_keys("study")]
    assert len(rows) == len(set(rows)) > 50
    assert ("population", "walks_as") in rows
    assert "| `[zones]` `id_column` | text | yes |" in format_reference("study")


def test_a_written_study_holds_every_key(tmp_path: Path) -> None:
    values = {
        "study": {"id": "a", "name": 'A "b"', "profiles": ["adult"], "categories": ["park"]},
        "facilities": {"file": "p.csv"},
        "zones": {"file": "z.geojson", "id_column": "id", "name_column": "name"},
        "population": {"kind": "homes"},
        "areas": {"id": "a", "name": "A", "zones": ["z"]},
    }
    values["study"]["hub_category"] = "park"
    text = write_study(values, {("study", "name"): "as\nsaid"})
    lines = text.splitlines()
    assert lines[0] == "#:schema ./study.schema.json"
    assert "# Name of the study on pages. Here: as said" in lines
    for table, keys in load_keys().items():
        if table in MODELS and table not in ("categories", "profiles"):
            fields = set(MODELS[table].model_fields) & set(keys)
            written = {line.removeprefix("# ").partition(" = ")[0] for line in lines}
            sections = {name for name in STUDY_TABLES if "." not in name}
            nested = {"around"} if table == "population" else set()
            assert fields - written - sections - nested - {"added_columns", "instead_of"} == set()
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    assert load_study(tmp_path / "study.toml").name == 'A "b"'


@given(
    st.recursive(
        st.one_of(st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=30)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.text(max_size=8), inner, max_size=3),
        ),
        max_leaves=8,
    )
)
def test_values_come_back(value: object) -> None:
    assert tomllib.loads(f"x = {format_value(value)}") == {"x": value}
