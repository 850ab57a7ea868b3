"""Kinds of place under the headings of their groups: health, food, transport."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from access15.config import Category, Lang, load_category_groups
from access15.outputs.words.findings import Target


def group_targets(
    targets: Iterable[Target],
    categories: Mapping[str, Category],
    lang: Lang,
) -> list[tuple[str, list[Target]]]:
    """Put categories under the names of their groups."""
    groups = load_category_groups()
    found: dict[str, list[Target]] = {key: [] for key in groups}
    for target in targets:
        found[categories[target.id].group].append(target)
    return [(groups[key].label.in_lang(lang), kinds) for key, kinds in found.items() if kinds]
