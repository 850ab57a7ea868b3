"""What is asked about the next places, as somebody writes it, checked and read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from access15.area.siting.question import OBJECTIVES, AskedFloor, SiteQuestion
from access15.config import Area, Options, Study, choose, find_headline_group
from access15.core.measures.uncertain import N_DRAWS
from access15.errors import ConfigError
from access15.remarks import Remark
from access15.sources.people.weights import read_weights

MOST_SITES = 20
STREETS = "streets"
ENOUGH = 0.9  # the share that is enough, where nobody says another
EACH = "each"  # the name of a floor for every zone
_OF_CATEGORY = "category:"
_ZONE, _GROUP = "zone:", "group:"
_SHARE = re.compile(r"\d{0,3}[.,]?\d{1,9}")


@dataclass(frozen=True, kw_only=True)
class WrittenQuestion:
    """What is asked, as it is written; the fields are the parameters of `access15.site`."""

    category: str
    n: int | None
    objective: str
    share: float | None
    group: str
    profile: str
    cutoff_min: float
    candidates: str | Path
    seconds: float | None
    worlds: int
    free_existing: bool
    no_losers: bool
    floors: Mapping[str, float] | Sequence[str]
    weights: Path | None

    @property
    def n_most(self) -> int:
        """How many more places at most."""
        if self.n is not None:
            return self.n
        return MOST_SITES if self.objective == "enough" else 1

    @property
    def kinds(self) -> list[str]:
        """Categories whose places are candidates; none where they are corners or in a file."""
        text = str(self.candidates)
        if not text.startswith(_OF_CATEGORY):
            return []
        return [one.strip() for one in text.removeprefix(_OF_CATEGORY).split(",")]


def find_candidate_file(candidates: str | Path) -> Path | None:
    """File of the candidates, where they are in one."""
    is_other = str(candidates) == STREETS or str(candidates).startswith(_OF_CATEGORY)
    return None if is_other else Path(candidates)


def list_site_inputs(candidates: str | Path, weights: str | Path | None) -> list[Path]:
    """Files that a question names beside the study."""
    file = find_candidate_file(candidates)
    return [*([] if file is None else [file]), *([] if weights is None else [Path(weights)])]


def choose_walker(study: Study, group: str | None, profile: str | None) -> tuple[str, str]:
    """Who is counted, and who walks, where nobody says."""
    counted = group or find_headline_group(study.population.groups)
    own = {one: study.own_profile(one) for one in study.population.groups}
    return counted, profile or own.get(counted, study.claim)


def build_question(written: WrittenQuestion, study: Study, options: Options) -> SiteQuestion:
    """Check what is asked, and read it.

    Raises
    ------
    ConfigError
        If something does not exist or means nothing; all such problems are listed.
    InputDataError
        If the file of weights cannot be used.
    """
    choose(options.walkers, [written.profile], "profile")
    floors = _Floors(written, study, options)
    problems = [*_list_problems(written, study, options), *floors.problems]
    if len(problems) == 1:
        raise ConfigError(problems[0])
    if problems:
        raise ConfigError(Remark("sites_unfit"), problems)
    share = written.share
    if written.objective == "enough" and share is None:
        share = ENOUGH
    weights, zones = written.weights, list_zones(study.areas, options.areas)
    return SiteQuestion(
        category=written.category,
        profile=written.profile,
        group=written.group,
        own_profile={one: study.own_profile(one) for one in study.population.groups},
        cutoff_min=float(written.cutoff_min),
        n=written.n_most,
        objective=next(one for one in OBJECTIVES if one == written.objective),
        share=share,
        seconds=written.seconds,
        n_worlds=written.worlds,
        is_free=written.free_existing,
        is_lossless=written.no_losers,
        floors=tuple(floors.read),
        weights=None if weights is None else read_weights(weights, zones),
    )


def list_zones(areas: Sequence[Area], asked: Sequence[str] | None) -> list[str]:
    """Zones of the neighbourhoods asked for, of all where none is named."""
    return [zone for one in areas if not asked or one.id in asked for zone in one.zones]


def _list_problems(written: WrittenQuestion, study: Study, options: Options) -> Iterator[Remark]:
    """What does not exist, and what means nothing."""
    known = list(options.categories)
    for kind in (written.category, *written.kinds):
        if kind not in options.categories:
            yield Remark("sites_category_unknown", category=kind, known=known)
    if written.category in written.kinds:
        yield Remark("sites_category_own", category=written.category)
    if written.group not in study.population.groups:
        groups = tuple(study.population.groups)
        yield Remark("sites_group_unknown", group=written.group, groups=groups)
    least = 0 if written.free_existing else 1
    if not least <= written.n_most <= MOST_SITES:
        yield Remark("sites_too_many", asked=written.n_most, least=least, most=MOST_SITES)
    if written.seconds is not None and not 0 < written.seconds < np.inf:
        yield Remark("sites_seconds_odd", seconds=written.seconds)
    if not 0 <= written.worlds <= N_DRAWS:
        yield Remark("sites_worlds_odd", worlds=written.worlds, most=N_DRAWS)
    yield from _list_odd_rules(written)


def _list_odd_rules(written: WrittenQuestion) -> Iterator[Remark]:
    """What does not go together."""
    objective, share = written.objective, written.share
    if objective not in OBJECTIVES:
        yield Remark("sites_objective_unknown", objective=objective, known=OBJECTIVES)
    if share is not None and not 0 < share <= 1:
        yield Remark("sites_share_odd", share=share)
    if share is not None and objective in ("average", "worst"):
        yield Remark("sites_share_idle", objective=objective)
    if written.no_losers and not written.free_existing:
        yield Remark("sites_no_losers_idle")
    if written.weights is not None and objective == "worst":
        yield Remark("sites_weights_idle")


class _Floors:
    """Floors as they are written, read; and what is wrong with them."""

    def __init__(self, written: WrittenQuestion, study: Study, options: Options) -> None:
        self._written, self._study = written, study
        self._zones = list_zones(study.areas, options.areas)
        self._groups = list(study.population.groups)
        self.problems, self.read = list[Remark](), list[AskedFloor]()
        named = set[str]()
        for name, share in self._part(written.floors):
            if name in named:
                self.problems.append(Remark("sites_floor_twice", name=name))
            named.add(name)
            self._take(name, share)

    def _part(self, given: Mapping[str, float] | Sequence[str]) -> Iterator[tuple[str, float]]:
        """Names with their shares."""
        if isinstance(given, Mapping):
            yield from ((name, float(share)) for name, share in given.items())
            return
        for text in given:
            name, _, share = (one.strip() for one in text.rpartition("="))
            if not name or not _SHARE.fullmatch(share):
                self.problems.append(Remark("sites_floor_unread", text=text[:80]))
                continue
            yield name, float(share.replace(",", "."))

    def _take(self, name: str, share: float) -> None:
        """Read one floor."""
        if not 0 < share <= 1:
            self.problems.append(Remark("sites_floor_odd", name=name, share=share))
            return
        written = self._written
        zones = [one for one in self._zones if name in (one, _ZONE + one)]
        groups = [one for one in self._groups if name in (one, _GROUP + one)]
        if name == EACH and not zones and not groups:
            zones = self._zones
        if zones and groups:
            self.problems.append(Remark("sites_floor_either", name=name))
        if not zones and not groups:
            known = {"zones": self._zones[:20], "groups": self._groups}
            self.problems.append(Remark("sites_floor_unknown", name=name, **known))
        for zone in zones:
            self.read.append(AskedFloor(share, written.group, written.profile, zone))
        for group in groups:
            self.read.append(AskedFloor(share, group, self._study.own_profile(group)))
