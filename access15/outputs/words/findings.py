"""What a run found in one area: numbers by walker, target and group, and what these are called."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from access15.config import Lang, find_headline_group
from access15.core.change.fixes import FIX_PARTS, UNSTABLE
from access15.core.measures.patterns import find_patterns
from access15.outputs.words.facts import HUB, Covered, Gap, Nearest, Target
from access15.outputs.words.texts import clean_text, describe_people, say
from access15.outputs.words.voice import choose_voice
from access15.results.people import ALL
from access15.results.run import LEAST_GAIN, AreaResult, RunResult

__all__ = ["HUB", "PARTS", "Covered", "Findings", "Gap", "Nearest", "Target", "headline_group"]

PARTS: Final = (*FIX_PARTS, UNSTABLE)  # of the fixes
# "65 anni e più in più" is no Italian that anybody says
_ITALIAN_OVER: Final = re.compile(r"(\d+) anni e più")

CoverageKey = tuple[str, str, str, float]  # profile, category, group, cutoff_min


def headline_group(result: RunResult) -> str:
    """Name the group that headlines are about."""
    return find_headline_group(result.study.population.groups)


class Findings:
    """The numbers of one area, and the names of what they are about.

    Parameters
    ----------
    result : RunResult
        A finished run.
    area_id : str
        One of its areas.
    lang : {"it", "en"}
        Language of the names.
    """

    def __init__(
        self,
        result: RunResult,
        area_id: str,
        lang: Lang,
    ) -> None:
        self.result = result
        self.area: AreaResult = result.areas[area_id]
        self.lang = choose_voice(result, lang)

    @cached_property
    def _totals(self) -> dict[str, float]:
        """People of each group."""
        return {group: float(self.area.residents[group].sum()) for group in self.groups}

    @cached_property
    def _covered(self) -> dict[CoverageKey, Covered]:
        """People covered in the whole area."""
        return _read_covered(self.area)

    @cached_property
    def _unknown_hours(self) -> dict[CoverageKey, float]:
        """People who depend on places of unknown hours."""
        return _read_unknown_hours(self.area)

    @cached_property
    def _nearest(self) -> dict[tuple[str, str], Nearest]:
        """How far the nearest facility is."""
        return _read_nearest(self.area)

    @cached_property
    def fixes(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Fixes for the headline's group by profile and category, the best first.

        What is mended, built, looked at, and what hangs on a door follow each other; links that may
        cross what the street data do not show come after all others of their part. Fixes of one
        kind on the same streets are one, the best of them, because what they bring overlaps:
        ``n_places`` says how many there are.
        """
        return _rank_fixes(self.area, self.group)

    @cached_property
    def unknown_tags(self) -> dict[str, set[str]]:
        """Tags of which some on a walker's streets are unknown, by profile."""
        table = self.area.unknown_shares
        some = table[table["share"].astype(float) > 0]
        return {str(name): set(rows["tag"]) for name, rows in some.groupby("profile")}

    @property
    def groups(self) -> list[str]:
        """Group ids, in the study's order."""
        return list(self.result.study.population.groups)

    @property
    def group(self) -> str:
        """The group that headlines are about, as `headline_group` says."""
        return headline_group(self.result)

    @cached_property
    def patterns(self) -> dict[str, str]:
        """The first group that is spread like each: one known by its total only has no pattern of
        its own.
        """
        groups = self.groups
        people = self.area.residents[groups].to_numpy(dtype=np.float64).T
        return {
            group: groups[first]
            for group, first in zip(groups, find_patterns(people).tolist(), strict=True)
        }

    def list_lines(self, *, by_pace: bool) -> list[list[str]]:
        """List the groups whose shares are one finding, each list a line: spread alike and, where
        each walks at its own pace, as quick as one another.
        """
        lines: dict[tuple[str, str], list[str]] = {}
        for group, pattern in self.patterns.items():
            pace = self.result.study.own_profile(group) if by_pace else ""
            lines.setdefault((pattern, pace), []).append(group)
        return list(lines.values())

    def name_groups(self, groups: Sequence[str]) -> str:
        """Name a group, or several that are one finding."""
        labels = self.result.group_labels
        names = [
            clean_text(labels.get(group, {}).get(self.lang, group), self.lang) for group in groups
        ]
        if len(names) == 1:
            return names[0]
        return say("same_pattern", self.lang, groups=", ".join(names))

    @property
    def last_cutoff_min(self) -> float:
        """The longest cutoff [min]."""
        return float(self.result.cutoffs_min[-1])

    def who(self, group: str | None = None) -> str:
        """Name a group inside a sentence."""
        group = group or self.group
        labels = self.result.group_labels.get(group, {})
        label = clean_text(labels.get(self.lang, group), self.lang)
        return describe_people(group, label, self.lang)

    def who_more(self) -> str:
        """Name the headline's group where it is said how many more of them get there."""
        label = self.result.group_labels.get(self.group, {}).get(self.lang, self.group)
        over = _ITALIAN_OVER.fullmatch(label) if self.lang == "it" else None
        return say("who_over", self.lang, age=over[1]) if over else self.who()

    def targets(self) -> list[Target]:
        """List what residents walk to: the nearest hub, each hub where there are several, each
        category.
        """
        by_name = {
            hub: say("target_hub_named", self.lang, name=name)
            for hub, name in self.hub_names().items()
        }
        if len(by_name) == 1:
            hubs = [Target(HUB, label, is_category=False) for label in by_name.values()]
        else:
            hubs = [Target(HUB, say("target_hub", self.lang), is_category=False)]
            hubs += [Target(hub, label, is_category=False) for hub, label in by_name.items()]
        counted = {category for _, category, _, _ in self._covered}
        kinds = [one for one in self.result.categories.values() if one.id in counted]
        return hubs + [
            Target(one.id, one.label.in_lang(self.lang), is_category=True) for one in kinds
        ]

    def hub_targets(self) -> tuple[str, ...]:
        """Targets whose areas are those of the nearest hub, or of what stands in for it."""
        kind = self.result.study.hub_stand_in
        return self.area.area.hubs if kind is None else (kind,)

    def hub_names(self) -> dict[str, str]:
        """Name the area's hubs."""
        frame = self.area.facilities
        named = dict(zip(frame["facility_id"].astype(str), frame["name"], strict=True))
        return {hub: clean_text(named.get(hub), self.lang) or hub for hub in self.area.area.hubs}

    def covered(
        self,
        profile: str,
        target: str,
        group: str | None = None,
    ) -> list[Covered]:
        """People of a group within each cutoff of a target."""
        group = group or self.group
        if target in self.area.area.hubs:
            return self._covered_by_one_hub(profile, target, group)
        found = []
        for cutoff_min in map(float, self.result.cutoffs_min):
            unknown = Covered(cutoff_min, self._totals[group], math.nan)
            one = self._covered.get((profile, target, group, cutoff_min), unknown)
            if self._is_unplaced(profile, target):
                one = Covered(cutoff_min, one.people, math.nan)
            found.append(one)
        return found

    def _is_unplaced(self, profile: str, target: str) -> bool:
        """Whether places are listed and nobody knows where: not zero, but unknown."""
        nearest = self.nearest(profile, target)
        if nearest is None or self.result.at is not None:  # at a moment, none open is a zero
            return False
        return nearest.n_usable == 0 and math.isnan(nearest.at_least_min)

    def _covered_by_one_hub(
        self,
        profile: str,
        hub: str,
        group: str,
    ) -> list[Covered]:
        """The coverage table holds the nearest hub only; each follows from the same times."""
        times_s = self.area.travel_time_s.get((profile, hub))
        weights = self.area.residents[group].to_numpy(dtype=np.float64)
        people = float(weights.sum())
        cutoffs_min = [float(cutoff_min) for cutoff_min in self.result.cutoffs_min]
        if times_s is None or "unknown" in self.list_states(hub):
            return [Covered(cutoff_min, people, math.nan) for cutoff_min in cutoffs_min]
        return [
            Covered(cutoff_min, people, float(weights[times_s <= 60.0 * cutoff_min].sum()))
            for cutoff_min in cutoffs_min
        ]

    def is_known(self, profile: str, target: str) -> bool:
        """Tell whether coverage of a target is known at all."""
        return not math.isnan(self.covered(profile, target)[-1].covered)

    def nearest(self, profile: str, target: str) -> Nearest | None:
        """How far the nearest facility is."""
        return self._nearest.get((profile, target))

    def list_states(self, target: str) -> list[str]:
        """List whether the places of a target are open, those with a certain point."""
        table, hubs = self.area.facilities, self.area.area.hubs
        if "open_at" not in table:
            return []
        is_it = table["category"] == target
        if target == HUB:
            is_it = table["is_hub"].astype(bool)
        elif target in hubs:
            is_it = table["facility_id"] == target
        states = table.loc[is_it & (table["status"] != "not_geocoded"), "open_at"]
        return [str(state) for state in states]

    def unknown_hours(self, profile: str, target: str) -> float:
        """People of the headline's group who get there if places of unknown hours are open too."""
        key = (profile, target, self.group, self.last_cutoff_min)
        return self._unknown_hours.get(key, math.nan)

    def name_profile(self, profile: str) -> str:
        """Name a profile, by its id where the run does not know it."""
        known = self.result.profiles.get(profile)
        if known is None:
            return profile
        return clean_text(known.label.in_lang(self.lang), self.lang)

    def n_uncertain(self, target: str) -> int:
        """Count the facilities of a category that nobody has placed for certain."""
        table = self.area.facilities
        return int(((table["category"] == target) & (table["status"] == "not_geocoded")).sum())

    def gap(self, target: str, group: str | None = None) -> Gap:
        """Set what the usual claim covers of a group beside what the group covers at its own
        pace.
        """
        group = group or self.group
        claim, own = self.result.study.claim, self.result.study.own_profile(group)
        claimed, covered = (self.covered(profile, target, group)[-1] for profile in (claim, own))
        return Gap(group, claim, own, claimed, covered)


def _read_rows(
    area: AreaResult, columns: Sequence[str]
) -> Iterator[tuple[CoverageKey, list[float]]]:
    """Numbers of the whole area's rows of coverage, by profile, category, group and cutoff."""
    whole = area.coverage[area.coverage["zone"] == ALL]
    keys = (whole[name] for name in ("profile", "category", "group", "cutoff_min"))
    numbers = (whole[name] for name in columns)
    for profile, category, group, cutoff_min, *row in zip(*keys, *numbers, strict=True):
        key = (str(profile), str(category), str(group), float(cutoff_min))
        yield key, [float(number) for number in row]


def _read_covered(area: AreaResult) -> dict[CoverageKey, Covered]:
    """People covered in the whole area."""
    # in the order of the fields of `Covered`
    ends = ("low", "high", "gap_points", "gap_low", "gap_high", "ratio", "ratio_low", "ratio_high")
    # what places of unknown hours may add: only of a run at a moment
    more = [name for name in ("share_if_open",) if name in area.coverage]
    rows = _read_rows(area, ("people", "covered", *ends, *more))
    return {key: Covered(key[-1], *numbers) for key, numbers in rows}


def _read_unknown_hours(area: AreaResult) -> dict[CoverageKey, float]:
    """People who depend on places of unknown hours; none where the run is of no moment."""
    if "unknown_hours" not in area.coverage:
        return {}
    return {key: more for key, (more,) in _read_rows(area, ("unknown_hours",))}


def _read_nearest(area: AreaResult) -> dict[tuple[str, str], Nearest]:
    """How far the nearest facility is, by profile and category."""
    return {
        (str(row.profile), str(row.category)): Nearest(
            int(row.n_known),
            int(row.n_usable),
            float(row.nearest_min),
            float(row.median_min),
            float(row.at_least_min),
        )
        for row in area.nearest.itertuples()
    }


def _rank_fixes(area: AreaResult, group: str) -> dict[tuple[str, str], pd.DataFrame]:
    """Fixes that let enough people of a group in, by profile and category, the best first."""
    fixes = pd.DataFrame(area.fixes)
    if fixes.empty:
        return {}
    asked, alike = ["profile", "category"], ["part", "kind", "place"]
    told = fixes[fixes[f"gained_{group}"] >= LEAST_GAIN]
    told = told.assign(
        doubt=told["unseen"] != "",
        part_order=told["part"].map(PARTS.index).astype(int),
        place=[
            _name_place(*names)
            for names in told[["street", "street_to", "fix_id"]].itertuples(index=False)
        ],
    ).sort_values(["part_order", "doubt", "rank"])
    told["n_places"] = told.groupby([*asked, *alike])["fix_id"].transform("size")
    best = told.drop_duplicates([*asked, *alike])
    return dict(list(best.groupby(asked, sort=False)))


def _name_place(street: object, street_to: object, fix_id: object) -> str:
    """What is the same of two fixes on the same streets, whichever end comes first."""
    names = sorted({str(street), str(street_to)} - {""})
    return " / ".join(names) if names else str(fix_id)
