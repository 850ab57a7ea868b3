"""The assertions that others test their tables with say which value breaks which rule."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from builders.tables import make_result

from access15.results.run import RunResult
from access15.testing import assert_table, assert_tables_equal, read_table


@pytest.fixture(scope="module")
def result() -> RunResult:
    return make_result()


@pytest.fixture
def coverage(result: RunResult) -> pd.DataFrame:
    return result.coverage


def test_a_good_table_passes(coverage: pd.DataFrame) -> None:
    assert_table(coverage, "coverage")
    assert_tables_equal(coverage, coverage.copy(), "coverage", exact=True)


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("share", 1.5, "column 'share', row 2: 1.5 is above 1"),
        ("people", -0.5, "column 'people', row 2: -0.5 is below 0"),
        ("people", np.nan, "column 'people', row 2: nan is empty, and must be known"),
        ("covered", np.inf, "column 'covered', row 2: inf has no end"),
        ("zone", 42, "column 'zone', row 2: 42 is no text"),
        ("people", "many", "column 'people', row 2: 'many' is no number"),
        ("is_own", 1, "column 'is_own', row 2: 1 is neither True nor False"),
    ],
)
def test_a_value_out_of_bounds(
    coverage: pd.DataFrame, column: str, value: object, fault: str
) -> None:
    values = coverage[column].tolist()
    values[2] = value
    wrong = coverage.assign(**{column: pd.Series(values, dtype=object)})
    with pytest.raises(AssertionError) as caught:
        assert_table(wrong, "coverage")
    assert str(caught.value) == f"table 'coverage' breaks its rules:\n  {fault}"


def test_a_part_of_a_whole() -> None:
    shares = pd.DataFrame({"area": ["a"], "precision": ["street"], "n": [1.5], "share": [1.0]})
    with pytest.raises(AssertionError, match=r"column 'n', row 0: 1\.5 is no whole number"):
        assert_table(shares, "precision_shares")


def test_columns_missing_unknown_and_astray(coverage: pd.DataFrame) -> None:
    with pytest.raises(AssertionError, match="column 'share' is missing"):
        assert_table(coverage.drop(columns="share"), "coverage")
    with pytest.raises(AssertionError, match=r"columns \['odd'\] are not of this table"):
        assert_table(coverage.assign(odd=1), "coverage")
    with pytest.raises(AssertionError, match="column 'area' stands where 'study' belongs"):
        assert_table(coverage[["area", "study", *coverage.columns[2:]]], "coverage")
    facilities = pd.DataFrame({"minutes_adult": [1.0]})
    with pytest.raises(AssertionError, match="column 'own_<group>' is missing"):
        assert_table(facilities, "facilities")


def test_tables_differ_by_what_is_written(coverage: pd.DataFrame) -> None:
    """People are written to two decimals, cutoffs to six digits."""
    near = coverage.assign(people=coverage["people"] + 0.004)
    assert_tables_equal(near, coverage, "coverage")
    with pytest.raises(AssertionError, match=r"column 'people', row 0: 200.004 is not 200.0"):
        assert_tables_equal(near, coverage, "coverage", exact=True)
    far = coverage.assign(people=coverage["people"] + 0.006)
    with pytest.raises(AssertionError, match=r"column 'people', row 0: 200.006 is not 200.0"):
        assert_tables_equal(far, coverage, "coverage")
    later = coverage.assign(cutoff_min=coverage["cutoff_min"] * 1.0001)
    with pytest.raises(AssertionError, match="column 'cutoff_min', row 0"):
        assert_tables_equal(later, coverage, "coverage")


def test_unknown_is_not_zero(coverage: pd.DataFrame) -> None:
    assert coverage["covered"].isna().any()
    with pytest.raises(AssertionError, match=r"column 'covered', row \d+: 0.0 is not nan"):
        assert_tables_equal(
            coverage.assign(covered=coverage["covered"].fillna(0.0)), coverage, "coverage"
        )


def test_other_columns_and_other_rows(coverage: pd.DataFrame) -> None:
    with pytest.raises(AssertionError, match=r"columns are .*, not "):
        assert_tables_equal(coverage.drop(columns="low"), coverage, "coverage")
    with pytest.raises(AssertionError, match=rf"{len(coverage) - 1} rows, not {len(coverage)}"):
        assert_tables_equal(coverage.iloc[1:], coverage, "coverage")


def test_read_keeps_ids_and_tells_unknown_from_none(tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    path.write_text("area,precision,n,share\n007,,3,\nNA,street,0,inf\n", encoding="utf-8")
    frame = read_table(path, "precision_shares")
    assert frame["area"].tolist() == ["007", "NA"]
    assert frame["precision"].tolist() == ["", "street"]
    assert frame["n"].tolist() == [3, 0]
    assert np.isnan(frame["share"][0])
    assert frame["share"][1] == np.inf
    path.write_text("odd\n1\n", encoding="utf-8")
    with pytest.raises(KeyError, match="table 'precision_shares' has no column 'odd'"):
        read_table(path, "precision_shares")
