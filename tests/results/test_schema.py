"""Every table that a run hands over or writes is what the schema says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from access15 import Run
from access15.outputs.tables.geopackage import build_layers
from access15.outputs.tables.run import (
    RUN_TABLES,
    build_coverage_table,
    build_facilities_table,
    write_tables,
)
from access15.results.schema import TABLES, Table
from access15.testing import assert_table, assert_tables_equal, read_table


def check_run(result: Run, folder: Path) -> None:
    """Frames of a run, layers and files."""
    groups = list(result.study.population.groups)
    for area in result.areas.values():
        for name in (
            "coverage",
            "measures",
            "equity",
            "nearest",
            "unknown_shares",
            "precision_shares",
            "explanations",
            "fixes",
            "service_areas",
            "reached_streets",
        ):
            assert_table(getattr(area, name), name)
        assert_table(area.closed_doors, TABLES["closed_doors"].fill(group=groups))
        if area.seats is not None:
            assert_table(area.seats, "seats")
    assert_table(result.station_spacing, "station_spacing")
    coverage, facilities = build_coverage_table(result), build_facilities_table(result)
    by_layer = {table.layer: table for table in TABLES.values() if table.layer}
    for layer, frame in build_layers(result, coverage, facilities).items():
        table = by_layer[layer]
        is_of_homes = layer in {"residents", "closed_doors"}
        assert_table(frame, table.fill(group=groups) if is_of_homes else table)
    written = write_tables(result, folder)
    for table in RUN_TABLES:
        assert_table(read_table(written[table.files[0]], table), table)
    again = read_table(written["coverage.csv"], "coverage")
    # codes are written in words, and gaps and ratios are of the numbers as they are written
    again, coverage, computed = (
        frame.drop(columns="method") for frame in (again, coverage, result.coverage)
    )
    assert_tables_equal(again, coverage, "coverage", exact=True)
    gaps = ["gap_people", "gap_points", "ratio"]
    assert_tables_equal(again.drop(columns=gaps), computed.drop(columns=gaps), "coverage")


def test_a_run_on_the_sketch(sketch: Run, tmp_path: Path) -> None:
    check_run(sketch, tmp_path)


@pytest.mark.real_data
def test_a_run_on_real_streets(milan: Run, tmp_path: Path) -> None:
    check_run(milan, tmp_path)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_columns_are_described(table: Table) -> None:
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert table.about
    for column in table.columns:
        assert column.about, column.name
        assert column.least < column.most, column.name
        is_number = column.kind in {"number", "whole"}
        assert is_number or not column.unit, column.name
        assert is_number or column.decimals is None, column.name
    assert table.arrange(names) == names


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_units_stand_in_names(table: Table) -> None:
    """What is measured in metres, seconds or minutes says so."""
    endings = {"m": ("_m", "metres"), "s": ("_s",), "min": ("_min", "minutes"), "m²": ("_m2",)}
    for column in table.columns:
        plain = column.name.replace("_<profile>", "").replace("minutes_from", "minutes")
        assert plain.endswith(endings.get(column.unit, "")), f"{table.name}: {column.name}"


def test_an_empty_table_has_its_columns() -> None:
    table = TABLES["compare_streets"]
    assert_table(pd.DataFrame(columns=table.list_names()), table)
