"""The verdict on proposals as a document: who gains and who loses, by group, walker, destination
and street, with maps, votes and notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from access15.config import Lang
from access15.config.proposal import NEW_HUB, Proposal
from access15.crs import lonlat_xy
from access15.outputs.documents.parts import (
    Document,
    Grid,
    Heading,
    Items,
    Part,
    Picture,
    Pictures,
    Text,
)
from access15.outputs.poster.homes_map import Shade, draw_homes_map
from access15.outputs.words.changes import list_changes
from access15.outputs.words.confidence import write_share
from access15.outputs.words.dates import describe_moment
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.moves import (
    Moves,
    format_gained,
    format_lost,
    format_people,
    read_moves,
)
from access15.outputs.words.numbers import format_cutoff, format_number, format_pace
from access15.outputs.words.sources import list_sources, list_warnings
from access15.outputs.words.streets import rank_streets
from access15.outputs.words.texts import capitalise, clean_text, say
from access15.results.compared import AreaComparison
from access15.results.people import ALL
from access15.results.run import RunResult

# from light to dark, so that they read in grey and without red or green too
_REACHED, _GAINED, _LOST, _FAR = "#9dbad6", "#00695c", "#d9660b", "#3c0f57"
_MOST_STREETS: Final = 10  # that gain, and that lose
_NAME: Final = 60


def build_verdict(
    result: RunResult,
    area_id: str,
    compared: Sequence[AreaComparison],
    lang: Lang,
) -> Document:
    """Put the proposals of a neighbourhood side by side in words, tables and maps."""
    verdict = _Verdict(Findings(result, area_id, lang), compared)
    return Document(
        title=say("verdict_title", verdict.lang, area=verdict.area_name),
        subtitle=verdict.counted(),
        lang=lang,
        created=result.created,
        parts=list(verdict.parts()),
    )


@dataclass(frozen=True, eq=False)
class _Verdict:
    """What is written of one neighbourhood."""

    findings: Findings
    compared: Sequence[AreaComparison]

    @property
    def lang(self) -> Lang:
        """Language of the document."""
        return self.findings.lang

    @property
    def result(self) -> RunResult:
        """The run it is of."""
        return self.findings.result

    @cached_property
    def area_name(self) -> str:
        """Name of the neighbourhood."""
        return clean_text(self.findings.area.area.name, self.lang)

    @cached_property
    def target(self) -> str:
        """Where people looked when they proposed, else the hubs."""
        asked = [one.proposal.category for one in self.compared]
        known = [HUB, *self.result.categories]
        return next((one for one in asked if one in known), HUB)

    @cached_property
    def profile(self) -> str:
        """The pace of the group that headlines are about."""
        return self.result.study.own_profile(self.findings.group)

    @property
    def cutoff(self) -> str:
        """The longest cutoff in words."""
        return format_cutoff(self.findings.last_cutoff_min, self.lang)

    def name_target(self, target: str) -> str:
        """Name a destination."""
        if target == HUB:
            return say("session_target_hub", self.lang)
        return clean_text(self.result.categories[target].label.in_lang(self.lang), self.lang)

    def name_group(self, group: str) -> str:
        """Name a group at the beginning of a line."""
        return capitalise(self.findings.name_groups([group]))

    def pace(self, profile: str) -> str:
        """Whose walk a number is."""
        walker = self.result.profiles[profile]
        who = clean_text(walker.who.in_lang(self.lang), self.lang)
        return say("session_pace_of", self.lang, who=who, pace=format_pace(walker, self.lang))

    def _name_walker(self, profile: str) -> str:
        """A walker and their pace."""
        pace = format_pace(self.result.profiles[profile], self.lang)
        return f"{self.findings.name_profile(profile)} ({pace})"

    def small_pace(self) -> str:
        """The pace of the headline's group inside a sentence."""
        pace = self.pace(self.profile)
        return pace[:1].lower() + pace[1:]

    def counted(self) -> str:
        """Whom every number is of, at which pace, by when."""
        told = say(
            "verdict_counted",
            self.lang,
            who=self.findings.who(),
            target=self.name_target(self.target),
            cutoff=self.cutoff,
            pace=self.pace(self.profile),
        )
        return f"{told} {describe_moment(self.result.at, self.lang)}".strip()

    def moves(self, one: AreaComparison, **asked: str) -> Moves:
        """People of the whole neighbourhood within the longest cutoff."""
        wanted = {
            "profile": self.profile,
            "category": self.target,
            "group": self.findings.group,
            **asked,
        }
        table = one.coverage
        is_asked = (table["zone"] == ALL) & (table["cutoff_min"] == self.findings.last_cutoff_min)
        for column, value in wanted.items():
            is_asked &= table[column] == value
        (row,) = table[is_asked].itertuples()
        return read_moves(row)

    def share(self, moves: Moves, profile: str) -> tuple[str, str]:
        """Shares today and with the proposal."""
        before, after = (
            write_share(self.findings, profile, moves.share(n)) for n in (moves.before, moves.after)
        )
        return before, after

    def cells(self, moves: Moves, profile: str) -> list[str]:
        """Today, with the proposal, gained, lost, shares."""
        return [
            format_people(moves.before, self.lang),
            format_people(moves.after, self.lang),
            format_gained(moves, self.lang),
            format_lost(moves, self.lang),
            " → ".join(self.share(moves, profile)),
        ]

    def heads(self, *first: str) -> list[str]:
        """Heads of a table with `cells`."""
        keys = (
            *first,
            "session_today",
            "session_with",
            "verdict_gained",
            "verdict_lost",
            "verdict_share",
        )
        return [say(key, self.lang) for key in keys]

    def parts(self) -> Iterator[Part]:
        """Everything, in order."""
        yield Heading(say("verdict_all", self.lang))
        yield self._all()
        yield Text(say("verdict_adds_up", self.lang), is_small=True)
        for one in self.compared:
            yield from self._proposal(one)
        yield Heading(say("verdict_sources", self.lang))
        for head, text in list_sources(self.findings):
            yield Text(f"{head}. {text}", is_small=True)
        for text in list_warnings(self.findings):
            yield Text(text, is_small=True)

    def _all(self) -> Grid:
        """A row for each proposal."""
        caption = say(
            "verdict_of",
            self.lang,
            who=capitalise(self.findings.who()),
            target=self.name_target(self.target),
            cutoff=self.cutoff,
            pace=self.small_pace(),
        )
        rows = [
            [
                clean_text(one.proposal.name, self.lang, limit=_NAME),
                *self.cells(self.moves(one), self.profile),
                format_number(one.proposal.votes, self.lang),
                format_number(len(one.proposal.changes), self.lang),
            ]
            for one in self.compared
        ]
        more = [say("session_votes", self.lang), say("session_n_changes", self.lang)]
        return Grid(caption, [*self.heads("verdict_proposal"), *more], rows)

    def _proposal(self, one: AreaComparison) -> Iterator[Part]:
        """All that there is of one proposal."""
        lang, proposal = self.lang, one.proposal
        moves = self.moves(one)
        yield Heading(clean_text(proposal.name, lang, limit=_NAME))
        yield Text(self._say_moves(moves))
        yield Text(say("verdict_votes", lang, n=format_number(proposal.votes, lang)))
        yield Pictures(list(self._maps(one, moves)))
        yield Heading(say("verdict_said", lang), 2)
        yield Heading(say("session_changes", lang), 3)
        yield Items(list_changes(self.findings, one) or [say("session_changes_none", lang)])
        yield Heading(say("session_notes", lang), 3)
        notes = [clean_text(note.text, lang, limit=500) for note in proposal.notes]
        yield Items(notes or [say("session_notes_none", lang)])
        yield from self._tables(one)
        yield from self._streets(one)

    def _say_moves(self, moves: Moves) -> str:
        """One sentence on who gains and who loses."""
        if moves.before is not None and moves.after is not None and not moves.is_moved:
            return say("verdict_same", self.lang, cutoff=self.cutoff)
        before, after = self.share(moves, self.profile)
        return say(
            "verdict_moved",
            self.lang,
            gained=format_gained(moves, self.lang),
            lost=format_lost(moves, self.lang),
            before=before,
            after=after,
        )

    def _tables(self, one: AreaComparison) -> Iterator[Part]:
        """By group, by walker, and other destinations."""
        lang, target, study = self.lang, self.name_target(self.target), self.result.study
        rows = []
        for group in self.findings.groups:
            own = study.own_profile(group)
            if own in self.result.profiles:
                moves = self.moves(one, group=group, profile=own)
                name = f"{self.name_group(group)}: {self._name_walker(own)}"
                rows.append([name, format_number(moves.people, lang), *self.cells(moves, own)])
        caption = say("verdict_by_group", lang, cutoff=self.cutoff, target=target)
        yield Heading(say("verdict_groups", lang), 2)
        yield Grid(caption, self.heads("verdict_group", "verdict_people"), rows)
        group = self.name_group(self.findings.group)
        rows = [
            [
                self._name_walker(key),
                *self.cells(self.moves(one, profile=key), key),
            ]
            for key in self.result.profiles
        ]
        caption = say("verdict_by_walker", lang, cutoff=self.cutoff, target=target, group=group)
        yield Heading(say("verdict_walkers", lang), 2)
        yield Grid(caption, self.heads("verdict_walker"), rows)
        rows = [
            [self.name_target(other), *self.cells(moves, self.profile)]
            for other in (HUB, *self.result.categories)
            if other != self.target and (moves := self.moves(one, category=other)).is_moved
        ]
        if rows:
            caption = say(
                "verdict_kinds", lang, cutoff=self.cutoff, pace=self.small_pace(), group=group
            )
            yield Heading(say("verdict_other", lang), 2)
            yield Grid(caption, self.heads("verdict_kind"), rows)

    def _streets(self, one: AreaComparison) -> Iterator[Part]:
        """Streets that gain and that lose, the most first."""
        lang = self.lang
        ranked = rank_streets(one.streets, self.profile, self.target, self.findings.group, lang)
        if not ranked:
            return
        gaining = [row for row in ranked if row.gained > 0][:_MOST_STREETS]
        losing = sorted((row for row in ranked if row.lost > 0), key=lambda row: -row.lost)
        shown = list(dict.fromkeys([*gaining, *losing[:_MOST_STREETS]]))
        rows = [[row.name, row.write_gained(lang), row.write_lost(lang)] for row in shown]
        caption = say(
            "verdict_streets",
            lang,
            cutoff=self.cutoff,
            pace=self.small_pace(),
            target=self.name_target(self.target),
            group=self.name_group(self.findings.group),
        )
        heads = ("verdict_street", "verdict_gained", "verdict_lost")
        yield Heading(say("verdict_of_streets", lang), 2)
        yield Grid(caption, [say(key, lang) for key in heads], rows)
        if len(ranked) > len(shown):
            n = format_number(len(ranked) - len(shown), lang)
            yield Text(say("verdict_more_streets", lang, n=n), is_small=True)

    def _maps(self, one: AreaComparison, moves: Moves) -> Iterator[Picture]:
        """The homes of today and of the proposal, side by side."""
        lang, area = self.lang, self.findings.area
        cutoff_s = 60.0 * self.findings.last_cutoff_min
        key = self.profile, self.target
        is_home = area.residents[self.findings.group].to_numpy(dtype=np.float64) > 0
        was, now = (
            is_home & (times[key] <= cutoff_s) for times in (area.travel_time_s, one.travel_time_s)
        )
        if not area.is_known(self.target):
            was &= False
        today, kept, new = self._list_places(one.proposal)
        shades = self._shade(moves, is_home, was, now)
        name = clean_text(one.proposal.name, lang, limit=_NAME)
        nothing_new = np.empty((0, 2))
        yield Picture(
            draw_homes_map(area, shades[:2], today, nothing_new),
            caption=say("session_today", lang),
            alt=self._describe_map("verdict_map_alt_today", say("session_today", lang), moves),
        )
        yield Picture(
            draw_homes_map(area, shades[2:], kept, new),
            caption=name,
            alt=self._describe_map("verdict_map_alt", name, moves),
        )

    def _shade(
        self,
        moves: Moves,
        is_home: NDArray[np.bool_],
        was: NDArray[np.bool_],
        now: NDArray[np.bool_],
    ) -> list[Shade]:
        """Two shades of today, four with a proposal."""
        lang = self.lang
        reached, far = say("verdict_map_reached", lang), say("verdict_map_far", lang)
        gained = say("verdict_map_gained", lang, n=format_number(moves.gained, lang))
        lost = say("verdict_map_lost", lang, n=format_number(moves.lost, lang))
        return [
            Shade(reached, _REACHED, was),
            Shade(far, _FAR, is_home & ~was),
            Shade(say("verdict_map_both", lang), _REACHED, was & now),
            Shade(gained, _GAINED, now & ~was, is_large=True),
            Shade(lost, _LOST, was & ~now, is_large=True),
            Shade(far, _FAR, is_home & ~was & ~now),
        ]

    def _describe_map(self, key: str, when: str, moves: Moves) -> str:
        """Say what a map shows."""
        lang = self.lang
        return say(
            key,
            lang,
            area=self.area_name,
            when=when,
            target=self.name_target(self.target),
            cutoff=self.cutoff,
            group=self.name_group(self.findings.group),
            n=format_people(moves.before if key == "verdict_map_alt_today" else moves.after, lang),
            all=format_number(moves.people, lang),
            gained=format_number(moves.gained, lang),
            lost=format_number(moves.lost, lang),
        )

    def _list_places(self, proposal: Proposal) -> list[NDArray[np.float64]]:
        """Where the destination stands today, where it stays, and where it is new [m]."""
        table, stand_in = self.findings.area.facilities, self.result.study.hub_stand_in
        is_asked = table["category"] == self.target
        if self.target == HUB:
            is_asked = table["is_hub"].astype(bool)
        there = table[is_asked & (table["status"] != "not_geocoded") & table.geometry.notna()]
        gone = {one.facility_id for one in proposal.of_kind("move_facility", "remove_facility")}
        kept = there[~there["facility_id"].isin(gone)]
        kinds = {NEW_HUB, stand_in} if self.target == HUB else {self.target}
        ids = set(there["facility_id"])
        new = [
            change.place
            for change in proposal.of_kind("add_facility", "move_facility")
            if change.category in kinds or change.facility_id in ids
        ]
        lonlat = np.array(new, dtype=np.float64).reshape(-1, 2)
        return [
            shapely.get_coordinates(there.geometry.to_numpy()),
            shapely.get_coordinates(kept.geometry.to_numpy()),
            lonlat_xy(lonlat, self.findings.area.network.crs),
        ]
