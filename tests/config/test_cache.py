"""The cache: one place that knows where, the user's own folder unless another is named."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from access15.config import find_cache


def test_own_cache_belongs_to_access15(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        platformdirs,
        "user_cache_dir",
        lambda name, appauthor=None: str(tmp_path / ("author" if appauthor is None else "") / name),
    )
    cache = find_cache()
    assert cache.answers == tmp_path / "access15" / "answers.sqlite"
    assert cache.streets("milano") == tmp_path / "author" / "access15" / "streets" / "milano"
    assert cache.stations("milano") == tmp_path / "author" / "access15" / "stations" / "milano"


def test_all_is_kept_in_a_folder_that_is_named(tmp_path: Path) -> None:
    for folder in (tmp_path, str(tmp_path)):
        cache = find_cache(folder)
        assert cache.answers == tmp_path / "answers.sqlite"
        assert cache.streets("milano") == tmp_path / "streets" / "milano"
        assert cache.stations("milano") == tmp_path / "stations" / "milano"
