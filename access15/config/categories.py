"""Categories of facilities: labels, signs, groups and the OpenStreetMap tags that mean them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from access15.config.model import Label, Model, data_dir, refuse_model, validated_tables
from access15.config.tag_rules import TagRule, read_tag_rule
from access15.errors import ConfigError
from access15.remarks import Remark

_ID = r"^[a-z][a-z0-9_]*$"


class CategoryGroup(Model):
    """What categories serve: health, food, transport."""

    id: str = Field(pattern=_ID)
    label: Label


class Category(Model):
    """A kind of facility.

    `group` names a table of ``category_groups.toml``. `osm_tags` are rules of which one is enough
    (see `access15.config.tag_rules.read_tag_rule`); `osm_areas` are the same for outlines whose
    entrances, not their middles, are the facilities. `need` names what the fifteen-minute score
    asks for: categories of the same need stand in for one another. `draws_areas` is whether
    service areas are drawn; numbers, points and homes left out are there in any case. What
    nobody writes hours of counts as open in the hours `open_when_unstated`, for the reason
    `open_because`; empty where nobody can tell.
    `in_building` is false for what is outdoors, so that nobody enters it by the door of a house
    beside it.
    """

    id: str = Field(pattern=_ID)
    label: Label
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")
    symbol: str = Field(min_length=1, max_length=2)
    group: str = "other"
    osm_tags: tuple[str, ...] = ()
    osm_areas: tuple[str, ...] = ()
    counts_in_score: bool = True
    need: str = Field(default="", pattern=r"^([a-z][a-z0-9_]*)?$")
    draws_areas: bool = True
    open_when_unstated: str = Field(default="", max_length=100)
    open_because: str = ""
    in_building: bool = True
    wemi_platform: bool = False

    @property
    def never_closes(self) -> bool:
        """Whether it stands in the street, open day and night."""
        return self.open_when_unstated == "24/7"

    @property
    def tag_rules(self) -> tuple[TagRule, ...]:
        """`osm_tags`, read."""
        return tuple(read_tag_rule(text) for text in self.osm_tags)

    @property
    def area_rules(self) -> tuple[TagRule, ...]:
        """`osm_areas`, read."""
        return tuple(read_tag_rule(text) for text in self.osm_areas)

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse rules that cannot be read, and a need that nobody asks for."""
        problems: list[Remark] = []
        for text in (*self.osm_tags, *self.osm_areas):
            try:
                read_tag_rule(text)
            except ValueError as error:
                problems.append(error.args[0])
        if bool(self.open_when_unstated) != bool(self.open_because):
            problems.append(Remark("open_without_reason"))
        if self.need and not self.counts_in_score:
            problems.append(Remark("need_without_score", need=self.need))
        if problems:
            raise ValueError(Remark("category_faults", id=self.id, problems=problems))
        return self


def load_category_groups(path: Path | None = None) -> dict[str, CategoryGroup]:
    """Read the groups of categories."""
    return validated_tables(CategoryGroup, path or data_dir() / "category_groups.toml")


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
        If the file is missing or not valid, or a category is of a group that does not exist.
    """
    path = path or data_dir() / "categories.toml"
    categories, groups = validated_tables(Category, path), load_category_groups()
    problems = [
        Remark("category_group_unknown", table=key, group=category.group, known=tuple(groups))
        for key, category in categories.items()
        if category.group not in groups
    ]
    if problems:
        raise ConfigError(refuse_model(Category, path), problems)
    return categories


def list_needs(categories: Mapping[str, Category]) -> dict[str, tuple[str, ...]]:
    """List what the fifteen-minute score asks for."""
    needs: dict[str, tuple[str, ...]] = {}
    for key, category in categories.items():
        if category.counts_in_score:
            need = category.need or key
            needs[need] = (*needs.get(need, ()), key)
    return needs
