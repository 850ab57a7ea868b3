"""Four pages on a neighbourhood that people take home: who is left out and why, what would help,
what is not known, how it was computed.

Every number is one of the run's tables. What does not fit is counted, never dropped in silence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from access15.config import Lang
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
from access15.outputs.documents.report_basis import list_basis
from access15.outputs.documents.report_doubts import list_doubts
from access15.outputs.poster.homes_map import Shade, draw_homes_map
from access15.outputs.words.confidence import write_of_hundred
from access15.outputs.words.dates import describe_moment, format_date
from access15.outputs.words.facts import HUB, Covered
from access15.outputs.words.findings import Findings
from access15.outputs.words.fixes import describe_fix
from access15.outputs.words.left_out import (
    choose_walker,
    count_out,
    describe_left_out,
    name_asked,
)
from access15.outputs.words.numbers import (
    format_count,
    format_number,
    format_pace,
)
from access15.outputs.words.texts import capitalise, clean_text, say
from access15.results.aids import Aids
from access15.results.run import LEAST_GAIN, RunResult

# from light to dark, so that they read in grey and without red or green too
_REACHED, _FAR, _UNSEEN = "#9dbad6", "#3c0f57", "#8a8f99"
_MAP_CM: Final = 12.5
_ASPECT: Final = 1.85  # of the map: wide, so that a page holds the rest too
_NAME: Final = 60
_LARGEST_PT: Final = 11.0  # letters are smaller only where a page would not hold the rest
_MOST_GROUPS: Final = 6
_MOST_CAUSES: Final = 6
_MOST_STREETS: Final = 5
_MOST_HUBS: Final = 4
_MOST_FIXES: Final = 8
_FIXES_EACH: Final = 3  # of one walker
_WORKS: Final = ("mend", "build")


def build_report(result: RunResult, area_id: str, aids: Aids, lang: Lang) -> Document:
    """Put the four pages of a neighbourhood together."""
    report = _Report(Findings(result, area_id, lang), aids)
    voice = report.lang
    return Document(
        title=say("report_title", voice, area=report.values["area"]),
        subtitle=say(
            "report_subtitle",
            voice,
            study=clean_text(result.study.name, voice, limit=_NAME),
            date=format_date(result.created, voice),
        ),
        lang=lang,
        created=result.created,
        parts=tuple(report.list_parts()),
        is_upright=True,
        footer=report.write_footer(),
        body_pt=_LARGEST_PT,
    )


class _Report:
    """What is said of one neighbourhood: its headline group, at the pace of that group."""

    def __init__(self, findings: Findings, aids: Aids) -> None:
        self.findings, self.aids = findings, aids
        self.lang, self.result = findings.lang, findings.result
        self.profile, self.values = choose_walker(findings), name_asked(findings)

    def say(self, key: str, **values: object) -> str:
        """A text with what every page is about."""
        return say(key, self.lang, **self.values, **values)

    def number(self, value: float) -> str:
        """A number in whole people."""
        return format_number(value, self.lang)

    @property
    def covered(self) -> Covered:
        """Who gets to a hub within the longest cutoff."""
        return self.findings.covered(self.profile, HUB)[-1]

    @property
    def n_out(self) -> float:
        """People who are left out, as the difference of what is written; NaN where unknown."""
        return count_out(self.covered)

    def write_footer(self) -> str:
        """Whom every page is of, by when, and from which data."""
        info, year = self.findings.area.network_info, self.result.study.population.year
        unknown = say("date_unknown", self.lang)
        return self.say(
            "report_footer",
            streets=clean_text(info.name, self.lang, limit=40),
            date=clean_text(info.date, self.lang, limit=20) or unknown,
            year=unknown if year is None else year,
            computed=format_date(self.result.created, self.lang),
        )

    def list_parts(self) -> Iterator[Part]:
        """The four pages."""
        yield Heading(self.say("report_h_out"))
        yield from self._list_left_out()
        yield Heading(self.say("report_h_help"), begins_page=True)
        yield from self._list_helps()
        yield Heading(self.say("report_h_unknown"), begins_page=True)
        yield from list_doubts(self.findings, self.profile, self.values)
        yield Heading(self.say("report_h_how"), begins_page=True)
        yield from list_basis(self.findings, self.values)

    # --- who is left out, and why ---

    def _list_left_out(self) -> Iterator[Part]:
        """The question, the number, the map, the groups, the causes, the streets."""
        walker = self.result.profiles[self.profile]
        about = self.say("report_about", pace=format_pace(walker, self.lang))
        yield Text(" ".join(filter(None, (about, self._name_hubs()))))
        moment = describe_moment(self.result.at, self.lang)
        yield from (
            Text(text)
            for text in (moment, describe_left_out(self.findings), self._say_claim())
            if text
        )
        yield Pictures([self._draw_map()])
        rows, n_more = self._list_groups()
        yield Grid(
            self.say("report_groups"),
            [self.say(f"report_col_{key}") for key in ("group", "people", "in", "out", "share")],
            rows,
            widths=(4.6, 1.4, 1.4, 1.6, 2.0),
        )
        yield from self._list_unshown(n_more)
        causes = self.list_causes()
        if causes:
            yield Grid(
                self.say("report_causes"),
                (self.say("report_col_cause"), say("people", self.lang)),
                [
                    (capitalise(say(f"cause_{cause}", self.lang)), self.number(n))
                    for cause, n in causes
                ],
                widths=(4.0, 1.0),
            )
        streets = self._name_streets()
        if streets:
            yield Text(streets)

    def _list_unshown(self, n_more: int) -> Iterator[Text]:
        """Say how many rows there was no room for."""
        if n_more > 0:
            yield Text(self.say("report_more_rows", n=self.number(n_more)), is_small=True)

    def _name_hubs(self) -> str:
        """What a hub is, and which there are; empty where a kind stands in for hubs."""
        names = list(self.findings.hub_names().values())
        if not names or self.result.study.hub_stand_in is not None:
            return ""
        told = ", ".join(clean_text(name, self.lang, limit=_NAME) for name in names[:_MOST_HUBS])
        if len(names) > _MOST_HUBS:
            told += ", …"
        named = capitalise(str(self.values["goal"]))
        return format_count("report_hubs", len(names), self.lang, names=told, named=named)

    def _say_claim(self) -> str:
        """What the usual claim makes of the same people."""
        claim = self.result.study.claim
        claimed, own = self.findings.covered(claim, HUB)[-1].covered, self.covered.covered
        if claim == self.profile or math.isnan(claimed - own):
            return ""
        n = round(claimed) - round(own)
        return self.say(
            "report_claim" if n >= 0 else "report_claim_fewer",
            claim=self.findings.name_profile(claim),
            claimed=self.number(claimed),
            n=self.number(abs(n)),
        )

    def _list_groups(self) -> tuple[list[list[str]], int]:
        """A row for each group at its own pace, and how many more there are."""
        rows = []
        for group in self.findings.groups:
            own = self.result.study.own_profile(group)
            if own not in self.result.profiles:
                continue
            one = self.findings.covered(own, HUB, group)[-1]
            is_known = not math.isnan(one.covered)
            unknown = say("unknown", self.lang)
            name = f"{self.findings.name_groups([group])}: {self.findings.name_profile(own)}"
            rows.append(
                [
                    capitalise(f"{name} ({format_pace(self.result.profiles[own], self.lang)})"),
                    self.number(one.people),
                    self.number(one.covered) if is_known else unknown,
                    self.number(count_out(one)) if is_known else unknown,
                    write_of_hundred(self.findings, own, one.share),
                ]
            )
        return rows[:_MOST_GROUPS], len(rows) - _MOST_GROUPS

    def list_causes(self) -> list[tuple[str, float]]:
        """Causes with the people whom each keeps out, most first; none where nothing is known."""
        table = self.findings.area.explanations
        is_asked = (table["profile"] == self.profile) & (table["category"] == HUB)
        own = table[is_asked & (table["group"] == self.findings.group)]
        pairs = zip(own["cause"].astype(str), own["people"].astype(float), strict=True)
        found = [(cause, n) for cause, n in pairs if n >= 0.5 and cause != "unknown"]
        return sorted(found, key=lambda one: (-one[1], one[0]))[:_MOST_CAUSES]

    def list_streets_out(self) -> pd.Series:
        """People who are left out by the name of their street, most first."""
        table = self.findings.area.closed_doors
        if f"door_{HUB}" not in table or not self.findings.is_known(self.profile, HUB):
            return pd.Series(dtype=np.float64)
        is_out = (table["profile"] == self.profile) & (table[f"door_{HUB}"] != "")
        out = table[is_out & (table["street"] != "")]
        sums = out.groupby("street")[self.findings.group].sum()
        frame = sums[sums >= 0.5].rename("n").reset_index()
        return frame.sort_values(["n", "street"], ascending=[False, True]).set_index("street")["n"]

    def _name_streets(self) -> str:
        """The streets from which most are left out."""
        named = self.list_streets_out()[:_MOST_STREETS]
        if named.empty:
            return ""
        told = (
            f"{clean_text(name, self.lang, limit=_NAME)} ({self.number(n)})"
            for name, n in named.items()
        )
        return self.say("report_streets_out", streets=", ".join(told))

    def _draw_map(self) -> Picture:
        """Homes that get there, and those that do not."""
        area, findings = self.findings.area, self.findings
        is_home = area.residents[findings.group].to_numpy(dtype=np.float64) > 0
        within = f"{self.say('report_map_near')} («{self.values['label']}»)"
        if findings.is_known(self.profile, HUB):
            time_s = area.travel_time_s[self.profile, HUB]
            is_near = time_s <= 60.0 * findings.last_cutoff_min
            shades = [
                Shade(within, _REACHED, is_home & is_near),
                Shade(self.say("report_map_far"), _FAR, is_home & ~is_near),
            ]
        else:
            shades = [Shade(self.say("report_map_unseen"), _UNSEEN, is_home)]
        table, stand_in = area.facilities, self.result.study.hub_stand_in
        is_goal = (
            table["is_hub"].astype(bool) if stand_in is None else table["category"] == stand_in
        )
        there = table[is_goal & (table["status"] == "ok") & table.geometry.notna()]
        places = shapely.get_coordinates(there.geometry.to_numpy())
        n_out = say("unknown", self.lang) if math.isnan(self.n_out) else self.number(self.n_out)
        alt = self.say(
            "report_map_alt",
            out=n_out,
            people=self.number(self.covered.people),
            streets=self._name_streets(),
        )
        return Picture(
            draw_homes_map(area, shades, places, np.empty((0, 2)), least_aspect=_ASPECT),
            caption=self.say("report_map"),
            alt=alt.strip(),
            wide_cm=_MAP_CM,
        )

    # --- what would help ---

    def _list_helps(self) -> Iterator[Part]:
        """A place, works on streets, a bench, what only the pace takes, what to do now."""
        if self.n_out == 0 and self.covered.people > 0:
            yield Text(self.say("report_help_nobody"))
        else:
            yield Text(self.say("report_help_lead"))
        yield Heading(self.say("report_h_place"), 2)
        yield Text(self._say_place())
        yield Heading(self.say("report_h_streets"), 2)
        yield from self._list_works()
        yield Heading(self.say("report_h_bench"), 2)
        yield Text(self._say_bench())
        slow = dict(self.list_causes()).get("pace")
        if slow is not None:
            yield Heading(self.say("report_h_pace"), 2)
            yield Text(self.say("report_pace", n=self.number(slow)))
        yield Heading(self.say("report_h_next"), 2)
        area_id = {"area": self.findings.area.area.id}
        keys = ("report_next_table", "report_next_barriers", "report_next_walk")
        yield Items([say(key, self.lang, **area_id) for key in keys])

    def _say_place(self) -> str:
        """Where one more place brings most people."""
        best, tried = self.aids.place, self.number(self.aids.n_corners)
        if best is None or round(best.gained) == 0:
            key = "report_place_nobody" if self.aids.n_corners else "report_place_unknown"
            return self.say(key, n=tried)
        return self.say(
            "report_place",
            n=tried,
            street=clean_text(best.sites[0].name, self.lang, limit=_NAME),
            gained=self.number(best.gained),
        )

    def list_fixes(self) -> list[tuple[str, dict[Any, Any]]]:
        """Single works by the pace they are for: the headline's first, then what brings most."""
        found: list[tuple[str, dict[Any, Any]]] = []
        for profile in self.result.profiles:
            ranked = self.findings.fixes.get((profile, HUB))
            if ranked is not None:
                works = ranked[ranked["part"].isin(_WORKS)]
                found += [(profile, row) for row in works.to_dict("records")]
        gained = f"gained_{self.findings.group}"
        found.sort(key=lambda one: (one[0] != self.profile, -float(one[1][gained])))
        taken: dict[str, int] = {}
        kept = []
        for profile, row in found:
            taken[profile] = taken.get(profile, 0) + 1
            if taken[profile] <= _FIXES_EACH:
                kept.append((profile, row))
        return kept[:_MOST_FIXES]

    def _list_works(self) -> Iterator[Part]:
        """What mending or building one thing brings, for every pace."""
        fixes = self.list_fixes()
        if not fixes:
            yield Text(self.say("report_fixes_none", n=self.number(LEAST_GAIN)))
            return
        rows = [
            (
                capitalise(describe_fix(row, self.lang)),
                self.findings.name_profile(profile),
                self.write_gained(row),
            )
            for profile, row in fixes
        ]
        yield Grid(
            self.say("report_fixes"),
            [self.say(f"report_col_{key}") for key in ("work", "walker", "gained")],
            rows,
            texts=(0, 1),
            widths=(5.5, 2.0, 1.5),
        )
        yield Text(self.say("report_fixes_range"), is_small=True)

    def write_gained(self, row: dict[Any, Any]) -> str:
        """People whom a work lets in, from the fewest to the most of any door."""
        ends = [
            self.number(float(row[f"gained{end}_{self.findings.group}"]))
            for end in ("_low", "_high")
        ]
        if ends[0] == ends[1]:
            return ends[0]
        return self.say("report_range", low=ends[0], high=ends[1])

    def _say_bench(self) -> str:
        """What benches bring those who must sit down."""
        bench = self.aids.bench
        if bench is None:
            return self.say("report_bench_unknown")
        key = "report_bench"
        if round(bench.everywhere) == 0:
            is_far = round(bench.anywhere - bench.today) == 0
            key = "report_bench_nobody" if is_far else "report_bench_door"
        elif round(bench.gained) == 0:
            key = "report_bench_many"
        values = {**self.values, "label": self.findings.name_profile(bench.profile)}
        return say(
            key,
            self.lang,
            **values,
            metres=self.number(bench.rest_every_m),
            street=clean_text(bench.street, self.lang, limit=_NAME),
            gained=self.number(bench.gained),
            everywhere=self.number(bench.everywhere),
        )
