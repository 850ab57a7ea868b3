"""data/README.md tells the truth about every file beside it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest
from builders.paths import ROOT
from tools.write_columns import replace_columns
from tools.write_keys import BEGIN, END, format_keys

from access15.config import load_categories, load_profiles, load_study
from access15.results.schema import TABLES

DATA = ROOT / "data"
FILES = sorted(
    path.relative_to(DATA).as_posix() for path in DATA.rglob("*") if path.suffix not in {".md", ""}
)
HEADER = ["file", "what", "rows", "source", "licence", "date", "sha256"]


def read_tables() -> list[list[list[str]]]:
    """Tables of the README as rows of cells, without the rules between head and body."""
    text = (DATA / "README.md").read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\|\n)+", text, flags=re.MULTILINE)
    split = [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        for table in tables
    ]
    return [[row for row in table if not set("".join(row)) <= {"-"}] for table in split]


def count_rows(path: Path) -> int:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return sum(1 for _ in csv.DictReader(file))
    if path.suffix == ".json":
        return len(json.loads(path.read_text(encoding="utf-8"))["$defs"])
    if path.suffix == ".geojson":
        return len(json.loads(path.read_text(encoding="utf-8"))["features"])
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return len(table["areas"]) if "areas" in table else len(table)


def test_every_file_is_listed_once() -> None:
    head, *rows = read_tables()[0]
    assert head == HEADER
    assert sorted(row[0] for row in rows) == FILES


@pytest.mark.parametrize("name", FILES)
def test_count_and_hash(name: str) -> None:
    row = next(row for row in read_tables()[0] if row[0] == name)
    assert all(row), f"a cell of {name} is empty"
    path = DATA / name
    now = {"rows": str(count_rows(path)), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    line = " | ".join([*row[:2], now["rows"], *row[3:6], now["sha256"]])
    assert row[2] == now["rows"], f"the line of data/README.md must be: | {line} |"
    assert row[6] == now["sha256"], f"the line of data/README.md must be: | {line} |"


def test_sources_of_the_facilities_add_up() -> None:
    _, *rows = read_tables()[1]
    with (DATA / "facilities.csv").open(encoding="utf-8", newline="") as file:
        sources = [row["source"] for row in csv.DictReader(file)]
    counts = {source: sources.count(source) for source in sources}
    assert sorted(int(row[0]) for row in rows) == sorted(counts.values())
    assert all(sources), "every facility says where it comes from"
    odbl = sum(n for source, n in counts.items() if "ODbL" in source)
    assert odbl == sum(int(row[0]) for row in rows if "ODbL" in row[2])


def test_the_table_of_columns_is_that_of_the_schema() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert replace_columns(text) == text, "run python tests/tools/write_columns.py"
    written = "".join(row[1] for row in read_tables()[-1])
    for table in TABLES.values():
        assert all(f"`{column.name}`" in written for column in table.columns), table.name


def test_the_readme_names_the_hubs() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    for area in load_study().areas:
        for hub in area.hubs:
            assert f"`{hub}`" in text


def test_the_study_asks_for_what_exists() -> None:
    study = load_study()
    assert set(study.profiles) <= set(load_profiles())
    assert set(study.categories) <= set(load_categories())
    assert len(load_profiles()) == 6
    for file in (study.facilities.file, study.zones.file, study.population.need_file()):
        assert file.resolve().is_relative_to(DATA.resolve())


def test_the_reference_of_keys_is_that_of_the_models() -> None:
    text = (DATA / "README.md").read_text(encoding="utf-8")
    assert BEGIN + format_keys() + END in text, "run python tests/tools/write_keys.py"
