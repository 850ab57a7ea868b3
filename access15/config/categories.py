"""Categories of facilities: labels, signs and the OpenStreetMap tags that mean them."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from access15.config.model import Label, Model, data_dir, validated_tables


class Category(Model):
    """A kind of facility."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Label
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")
    symbol: str = Field(min_length=1, max_length=2)
    osm_tags: tuple[str, ...] = ()
    counts_in_score: bool = True
    wemi_platform: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        for tag in self.osm_tags:
            key, _, value = tag.partition("=")
            if not key or not value:
                raise ValueError(f"category {self.id!r}: OSM tag {tag!r} must be written key=value")
        return self


def load_categories(path: Path | None = None) -> dict[str, Category]:
    """Read the categories of facilities.

    Parameters
    ----------
    path : Path, optional
        A categories file; by default the one that comes with access15.

    Returns
    -------
    dict of str to Category
        Categories by id, in the file's order.

    Raises
    ------
    ConfigError
        If the file is missing or not valid.
    """
    path = path or data_dir() / "categories.toml"
    return validated_tables(Category, path)
