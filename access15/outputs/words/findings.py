"""What a run found, in plain sentences: zero is said as zero, unknown as unknown."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from access15.config import Lang, find_headline_group
from access15.outputs.words.dates import format_moment
from access15.outputs.words.facts import HUB, Covered, Gap, Nearest, Target
from access15.outputs.words.hours import add_unknown_hours, list_states
from access15.outputs.words.numbers import (
    format_count,
    format_cutoff,
    format_minutes,
    format_number,
    format_share,
)
from access15.outputs.words.texts import clean_text, describe_people, say
from access15.results.run import AreaResult, RunResult

__all__ = ["HUB", "Covered", "Findings", "Gap", "Nearest", "Target", "headline_group"]


def headline_group(result: RunResult) -> str:
    """Name the group that headlines are about."""
    return find_headline_group(result.study.population.groups)


class Findings:
    """The numbers of one area and the sentences that tell them.

    Parameters
    ----------
    result : RunResult
        A finished run.
    area_id : str
        One of its areas.
    lang : {"it", "en"}
        Language of the sentences.
    """

    def __init__(self, result: RunResult, area_id: str, lang: Lang) -> None:
        self.result = result
        self.area: AreaResult = result.areas[area_id]
        self.lang = lang
        whole = self.area.coverage[self.area.coverage["zone"] == "all"]
        keys = ("profile", "category", "group", "cutoff_min", "people", "covered", "low", "high")
        self._covered = {
            (str(profile), str(category), str(group), float(cutoff)): Covered(
                float(cutoff), *map(float, counts)
            )
            for profile, category, group, cutoff, *counts in zip(
                *(whole[key] for key in keys), strict=True
            )
        }
        self._unknown_hours: dict[tuple[str, str, str, float], float] = {}
        if "unknown_hours" in whole:
            hours = (*keys[:4], "unknown_hours")
            self._unknown_hours = {
                (str(profile), str(category), str(group), float(cutoff)): float(more)
                for profile, category, group, cutoff, more in zip(
                    *(whole[key] for key in hours), strict=True
                )
            }
        self._totals = {group: float(self.area.residents[group].sum()) for group in self.groups}
        fixes = pd.DataFrame(self.area.fixes)
        self.fixes = (
            {} if fixes.empty else dict(list(fixes.groupby(["profile", "category"], sort=False)))
        )
        self._nearest = {
            (str(row.profile), str(row.category)): Nearest(
                int(row.n_known),
                int(row.n_usable),
                float(row.nearest_min),
                float(row.median_min),
                float(row.at_least_min),
            )
            for row in self.area.nearest.itertuples()
        }

    @property
    def groups(self) -> list[str]:
        """Group ids, in the study's order."""
        return list(self.result.study.population.groups)

    @property
    def group(self) -> str:
        """The group that headlines are about, as `headline_group` says."""
        return headline_group(self.result)

    @property
    def last_cutoff_min(self) -> float:
        """The longest cutoff [min]."""
        return float(self.result.cutoffs_min[-1])

    def who(self, group: str | None = None) -> str:
        """Name a group inside a sentence."""
        group = group or self.group
        labels = self.result.group_labels.get(group, {})
        return describe_people(
            group, clean_text(labels.get(self.lang, group), self.lang), self.lang
        )

    def targets(self) -> list[Target]:
        """List what residents walk to: the nearest hub, each hub where there are several, each
        category.
        """
        hubs = list(self.area.area.hubs)
        names = self.hub_names()
        targets = [Target(HUB, say("target_hub", self.lang), is_category=False)]
        if len(hubs) == 1:
            targets = [
                Target(
                    HUB, say("target_hub_named", self.lang, name=names[hubs[0]]), is_category=False
                )
            ]
        else:
            targets += [
                Target(h, say("target_hub_named", self.lang, name=names[h]), is_category=False)
                for h in hubs
            ]
        covered = {category for _, category, _, _ in self._covered}
        return targets + [
            Target(category.id, category.label.in_lang(self.lang), is_category=True)
            for category in self.result.categories.values()
            if category.id in covered
        ]

    def hub_names(self) -> dict[str, str]:
        """Name the area's hubs."""
        frame = self.area.facilities
        named = dict(zip(frame["facility_id"].astype(str), frame["name"], strict=True))
        return {hub: clean_text(named.get(hub), self.lang) or hub for hub in self.area.area.hubs}

    def covered(self, profile: str, target: str, group: str | None = None) -> list[Covered]:
        """People of a group within each cutoff of a target."""
        group = group or self.group
        if target in self.area.area.hubs:
            return self._covered_by_one_hub(profile, target, group)
        nearest = self.nearest(profile, target)
        # listed, but nobody knows where: not zero
        is_unplaced = (
            nearest is not None and nearest.n_usable == 0 and math.isnan(nearest.at_least_min)
        )
        is_unplaced = is_unplaced and self.result.at is None  # at a moment, none open is a zero
        found = []
        for cutoff in map(float, self.result.cutoffs_min):
            one = self._covered.get(
                (profile, target, group, cutoff), Covered(cutoff, self._people(group), math.nan)
            )
            found.append(Covered(cutoff, one.people, math.nan) if is_unplaced else one)
        return found

    def _people(self, group: str) -> float:
        return self._totals[group]

    def _covered_by_one_hub(self, profile: str, hub: str, group: str) -> list[Covered]:
        # the coverage table holds the nearest hub only; each single one follows from the same times
        times = self.area.travel_time_s.get((profile, hub))
        weights = self.area.residents[group].to_numpy(dtype=np.float64)
        people = float(weights.sum())
        if "unknown" in list_states(self.area, hub):
            times = None
        return [
            Covered(
                float(c),
                people,
                math.nan if times is None else float(weights[times <= 60.0 * c].sum()),
            )
            for c in self.result.cutoffs_min
        ]

    def is_known(self, profile: str, target: str) -> bool:
        """Tell whether coverage of a target is known at all."""
        return not math.isnan(self.covered(profile, target)[-1].covered)

    def nearest(self, profile: str, target: str) -> Nearest | None:
        """How far the nearest facility is."""
        return self._nearest.get((profile, target))

    def n_uncertain(self, target: str) -> int:
        """Count the facilities of a category that nobody has placed for certain."""
        table = self.area.facilities
        return int(((table["category"] == target) & (table["status"] == "not_geocoded")).sum())

    def describe_unknown(self, profile: str, target: str) -> str:
        """Say why the coverage of a target is unknown."""
        nearest = self.nearest(profile, target)
        if nearest is None or nearest.n_known == 0:
            return say("unknown_none", self.lang)
        places = format_count("n_places", nearest.n_known, self.lang)
        if list_states(self.area, target):
            return say("unknown_hours", self.lang, places=places)
        return say("unknown_uncertain", self.lang, places=places)

    def describe_finding(self, profile: str, target: str) -> str:
        """Say in a few words how well a target is reached within the longest cutoff."""
        if not self.is_known(profile, target):
            return self.add_unknown_hours(
                f"{say('unknown', self.lang)}: {self.describe_unknown(profile, target)}",
                profile,
                target,
            )
        finding = self.add_unknown_hours(self._describe_share(profile, target), profile, target)
        n = self.n_uncertain(target)
        if n == 0:
            return finding
        others = format_count("n_more_places", n, self.lang)
        return say("finding_others", self.lang, finding=finding, others=others)

    def add_unknown_hours(self, finding: str, profile: str, target: str) -> str:
        """Add to a finding what the places of unknown hours would make of it."""
        last = self.covered(profile, target)[-1]
        more = self._unknown_hours.get(
            (profile, target, self.group, self.last_cutoff_min), math.nan
        )
        return add_unknown_hours(finding, more, last.covered, last.people, self.lang)

    def _describe_share(self, profile: str, target: str) -> str:
        share = self.covered(profile, target)[-1].share
        text, nearest = format_share(share, self.lang), self.nearest(profile, target)
        if nearest is None or share > 0:
            return text
        if math.isfinite(nearest.nearest_min):
            return say(
                "zero_nearest",
                self.lang,
                zero=text,
                minutes=format_minutes(nearest.nearest_min, self.lang),
            )
        if math.isfinite(nearest.at_least_min):
            minutes = format_minutes(nearest.at_least_min, self.lang, down=True)
            # a straight line within the cutoff: the streets known may be what is missing
            is_near = nearest.at_least_min <= self.last_cutoff_min
            return say(
                "zero_beyond_map" if is_near else "zero_straight",
                self.lang,
                zero=text,
                minutes=minutes,
            )
        if self.result.at is not None and "open" not in list_states(self.area, target):
            return say(
                "zero_closed", self.lang, zero=text, moment=format_moment(self.result.at, self.lang)
            )
        return say("zero_no_way", self.lang, zero=text)

    def describe_covered(self, profile: str, target: str) -> str:
        """Say how many people of the headline's group are covered within the longest cutoff."""
        if not self.is_known(profile, target):
            return self.describe_finding(profile, target)
        last = self.covered(profile, target)[-1]
        told = say(
            "covered",
            self.lang,
            covered=format_number(last.covered, self.lang),
            people=format_number(last.people, self.lang),
            who=self.who(),
            cutoff=format_cutoff(last.cutoff_min, self.lang),
        )
        return (
            told
            if self.result.at is None
            else f"{told}, {format_moment(self.result.at, self.lang)}"
        )

    def describe_distance(self, profile: str, target: str) -> Iterator[str]:
        """Say how near the nearest home is and how long half of the people need."""
        nearest, last = self.nearest(profile, target), self.covered(profile, target)[-1]
        if nearest is None or not last.covered > 0:
            return
        if math.isfinite(nearest.nearest_min):
            yield say(
                "best_home", self.lang, minutes=format_minutes(nearest.nearest_min, self.lang)
            )
        if math.isfinite(nearest.median_min):
            minutes = format_minutes(nearest.median_min, self.lang)
            yield say("median", self.lang, who=self.who(), minutes=minutes)
        else:
            yield say("median_none", self.lang, who=self.who())

    def gap(self, target: str, group: str | None = None) -> Gap:
        """Set what the usual claim covers of a group beside what the group covers at its own
        pace.
        """
        group = group or self.group
        claim, own = self.result.study.claim, self.result.study.own_profile(group)
        claimed, covered = (self.covered(profile, target, group)[-1] for profile in (claim, own))
        return Gap(group, claim, own, claimed, covered)
