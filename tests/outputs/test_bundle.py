"""A run writes what it says beforehand, and replaces nothing that it read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders.run import make_result

from access15.errors import InputDataError
from access15.outputs.bundle import list_run_files, write_run


def test_a_run_writes_what_it_says_beforehand(tmp_path: Path) -> None:
    result = make_result(area_ids=("chiesa_rossa", "forlanini_salomone"))
    files = write_run(result, tmp_path, command=[], aids={})
    assert sorted(files) == sorted(list_run_files(result.study))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(files)
    read = replace(result, read_files=(tmp_path / "coverage.csv",))
    with pytest.raises(InputDataError, match=r"coverage\.csv is read here and would be replaced"):
        write_run(read, tmp_path, command=[], aids={})
