"""Where what was fetched is kept between runs: the only place that knows the folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True)
class Cache:
    """What was fetched, what was read of extracts, and the answers of geocoders."""

    fetched: Path
    answers: Path

    @property
    def readings(self) -> Path:
        """Folder of what was read and cut from extracts."""
        return self.fetched / "readings"

    @property
    def tiles(self) -> Path:
        """Folder of what the tiles of cities found."""
        return self.fetched / "tiles"

    def streets(self, study_id: str) -> Path:
        """Folder of a study's fetched streets."""
        return self.fetched / "streets" / study_id

    def stations(self, study_id: str) -> Path:
        """Folder of a study's fetched bike stations."""
        return self.fetched / "stations" / study_id


def find_cache(folder: str | Path | None = None) -> Cache:
    """Find the cache in a folder; by default in the user's own."""
    if folder is not None:
        return Cache(fetched=Path(folder), answers=Path(folder) / "answers.sqlite")
    # Windows would put an author's folder between; the answers have always been without it, what
    # was fetched with it, and both stay where they are
    return Cache(
        fetched=Path(platformdirs.user_cache_dir("access15")),
        answers=Path(platformdirs.user_cache_dir("access15", appauthor=False)) / "answers.sqlite",
    )
