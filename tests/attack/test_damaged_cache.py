"""Compiled loops on disk that are damaged, or cannot be kept: compiled anew, and said once."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from access15.core.walk.kernels import compiled
from access15.errors import Access15Warning


def add_one(number: int) -> int:
    """A loop that is quick to compile."""
    return number + 1


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numba.core.config.CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compiled._Cache, "_is_told", False)


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_damaged_cache_is_made_anew(tmp_path: Path, ending: str) -> None:
    assert compiled.jit(add_one)(1) == 2
    (damaged,) = tmp_path.rglob(f"*.{ending}")
    damaged.write_bytes(b"no code at all")
    with pytest.warns(Access15Warning, match="is damaged: the search is compiled anew") as told:
        assert compiled.jit(add_one)(1) == 2
    assert len(told) == 1
    again: Any = compiled.jit(add_one)
    assert again(1) == 2
    assert sum(again.stats.cache_hits.values()) == 1


def test_a_full_disk_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("numba.core.caching.IndexDataCacheFile.save", fail)
    with pytest.warns(Access15Warning, match="cannot be written: every run compiles"):
        assert compiled.jit(add_one)(1) == 2
