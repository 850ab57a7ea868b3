"""Proposals beside today: who gains and who loses, in numbers that the session page shows too."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Unpack

import pandas as pd

from access15.area.compare import compare_area, list_facilities_here
from access15.config import (
    COMPARISON_USUAL,
    Lang,
    RunOptions,
    Study,
    load_study,
    parse_comparison_formats,
)
from access15.config.moments import parse_moment
from access15.config.proposal import MAX_ID, MAX_PROPOSALS, Proposal
from access15.errors import Access15Warning, InputDataError
from access15.remarks import Remark
from access15.results.compared import AreaComparison
from access15.results.run import RunResult
from access15.sources.proposals.files import check_proposal, read_proposals
from access15.workflows.run import Progress, run


@dataclass(frozen=True, eq=False)
class Comparison:
    """Proposals beside today.

    Parameters
    ----------
    result : RunResult
        Today, of the neighbourhoods that the proposals are about.
    proposals : tuple of AreaComparison
        Each proposal, in the order given.
    read_files : tuple of Path
        Files of the proposals: no output may replace one.
    """

    result: RunResult
    proposals: tuple[AreaComparison, ...]
    read_files: tuple[Path, ...] = ()

    @property
    def coverage(self) -> pd.DataFrame:
        """People covered before and after, `access15.results.schema.COMPARE`."""
        return pd.concat([one.coverage for one in self.proposals], ignore_index=True)

    @property
    def streets(self) -> pd.DataFrame:
        """Who gains and loses by zone and street, `access15.results.schema.COMPARE_STREETS`."""
        return pd.concat([one.streets for one in self.proposals], ignore_index=True)

    @property
    def changes(self) -> pd.DataFrame:
        """Every change and what became of it, `access15.results.schema.COMPARE_CHANGES`."""
        return pd.concat([one.changes for one in self.proposals], ignore_index=True)

    @property
    def notes(self) -> tuple[Remark, ...]:
        """What the reader must know: proposals made on other streets, changes that mean nothing on
        these.
        """
        return tuple(note for one in self.proposals for note in _list_notes(one, self.result))

    def write(
        self,
        folder: str | Path,
        *,
        lang: Lang = "it",
        formats: str | Iterable[str] = COMPARISON_USUAL,
    ) -> dict[str, Path]:
        """Write for each neighbourhood its session page with the proposals in it; tables (csv) and
        documents that can be edited (docx, pptx) as asked for.
        """
        from access15.outputs.compared import write_comparison  # noqa: PLC0415 - folium costs a second

        return write_comparison(
            self.result,
            self.proposals,
            Path(folder),
            lang=lang,
            formats=parse_comparison_formats(formats),
            read_files=self.read_files,
        )


def compare(
    proposals: Proposal | str | Path | Sequence[Proposal | str | Path],
    *,
    study: Study | str | Path = "milano",
    result: RunResult | None = None,
    quiet: bool = False,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[RunOptions],
) -> Comparison:
    """Set proposals beside today.

    Parameters
    ----------
    proposals : Proposal, str or Path, or a sequence of them
        Proposals, or files of them as the session page saves.
    study : Study, str or Path
        The study they are about.
    result : RunResult, optional
        A finished run to compare with, in place of a new one; `study` and the options are then not
        looked at.
    quiet : bool
        Do not warn: what the reader must know stands in the notes of what is returned.
    now : datetime, optional
        Time of the run, as for `access15.run`.
    progress : callable, optional
        Called with the name of each stage as it starts.
    **options
        As for `access15.run`, except that without ``at`` and ``cutoffs_min`` the proposals are
        compared at the moment and the minutes of the page they were made on, and that ``areas``
        leaves out the proposals of other neighbourhoods.

    Returns
    -------
    Comparison
        Tables and pages.

    Raises
    ------
    InputDataError
        If a file cannot be used, a proposal is of another study, or asks for what the study does
        not have; all problems are listed.
    Access15Error
        If the run fails.

    Warns
    -----
    Access15Warning
        Unless `quiet`, if a proposal was made on other streets, or a change means nothing on these.
    """
    one_or_more = [proposals] if isinstance(proposals, Proposal | str | Path) else list(proposals)
    given = _read_all(one_or_more)
    if result is None:
        loaded = study if isinstance(study, Study) else load_study(study)
        given = _choose_areas(given, loaded, options.get("areas"))
        check_study(given, loaded, options)
        result = run(loaded, now=now, progress=progress, **set_defaults(options, given))
    else:
        check_study(given, result.study, {})
    check_asked(given, result)
    found = []
    for one in given:
        if progress is not None:
            progress(f"comparing {one.name!r}")
        found.append(compare_area(result, one))
    files = tuple(Path(one) for one in one_or_more if not isinstance(one, Proposal))
    comparison = Comparison(result, tuple(found), files)
    for note in () if quiet else comparison.notes:
        warnings.warn(note, Access15Warning, stacklevel=2)
    return comparison


def set_defaults(options: RunOptions, proposals: Sequence[Proposal]) -> RunOptions:
    """Options of a run for some proposals: theirs are the areas, and, where nothing else is asked,
    the moment and the minutes.
    """
    first = proposals[0]
    changed = options.copy()
    changed["areas"] = list(dict.fromkeys(one.area for one in proposals))
    changed["at"] = options.get("at") or first.at
    changed["cutoffs_min"] = options.get("cutoffs_min") or first.cutoffs_min
    return changed


def _choose_areas(
    given: list[Proposal],
    study: Study,
    areas: Sequence[str] | None,
) -> list[Proposal]:
    """Proposals of the neighbourhoods asked for; each must have one."""
    if not areas:
        return given
    wanted = {study.area(area_id).id for area_id in areas}
    if missing := wanted - {one.area for one in given}:
        areas_missing = tuple(map(repr, sorted(missing)))
        raise InputDataError(Remark("no_proposal_of", areas=areas_missing))
    return [one for one in given if one.area in wanted]


def read_for_session(
    path: Path,
    area: str,
    study: Study,
    options: RunOptions,
) -> tuple[Proposal, ...]:
    """Read the proposals that a session page is to open with."""
    found = tuple(_read_all([path]))
    check_study(found, study, options)
    if others := dict.fromkeys(one.area for one in found if one.area != area):
        areas = tuple(map(repr, others))
        raise InputDataError(Remark("proposals_elsewhere", name=path.name, areas=areas, area=area))
    return found


def _read_all(given: Sequence[Proposal | str | Path]) -> list[Proposal]:
    """Every proposal, under ids that differ."""
    if not given:
        raise InputDataError(Remark("no_proposal"))
    found: list[Proposal] = []
    for one in given:
        read = [one] if isinstance(one, Proposal) else read_proposals(one)
        stem = "" if isinstance(one, Proposal) else Path(one).stem
        taken = {other.id for other in found}
        for proposal in read:
            free = _find_free_id(proposal.id, stem, taken)
            taken.add(free)
            found.append(proposal.model_copy(update={"id": free}))
    return found


def _find_free_id(
    proposal_id: str,
    stem: str,
    taken: Collection[str],
) -> str:
    """An id nobody has: a taken one gets its file's name before it, or a number behind it."""
    free, n = proposal_id, 2
    while free in taken:
        tail = f"-{proposal_id}" if n == 2 and stem else f"-{n}"
        head = (stem or proposal_id)[: MAX_ID - len(tail)]
        free = f"{head}{tail}"[-MAX_ID:]
        n += 1
    return free


def check_study(
    proposals: Sequence[Proposal],
    study: Study,
    options: RunOptions,
) -> None:
    """Refuse proposals of other studies, or that no common run can show."""
    problems = [*_list_foreign(proposals, study), *_list_too_many(proposals, study)]
    moments = dict.fromkeys(one.at for one in proposals)
    if len(moments) > 1 and not options.get("at"):
        told = tuple(str(at) if at else Remark("remark_any_time") for at in moments)
        problems.append(Remark("moments_differ", moments=told))
    cutoffs = dict.fromkeys(one.cutoffs_min for one in proposals if one.cutoffs_min)
    if len(cutoffs) > 1 and not options.get("cutoffs_min"):
        several = [_format_cutoffs(one) for one in cutoffs]
        problems.append(Remark("minutes_differ", first=several[:-1], last=several[-1]))
    if problems:
        raise InputDataError(Remark("proposals_not_comparable"), problems)


def _list_foreign(proposals: Sequence[Proposal], study: Study) -> Iterator[str]:
    """Proposals of other studies, or of no area of this one."""
    areas = [area.id for area in study.areas]
    for one in proposals:
        if one.study != study.id:
            yield Remark("proposal_foreign", name=one.name, own=one.study, study=study.id)
    for one in proposals:
        if one.study == study.id and one.area not in areas:
            yield Remark("proposal_of_no_area", name=one.name, area=one.area, areas=areas)


def _list_too_many(proposals: Sequence[Proposal], study: Study) -> Iterator[str]:
    """Areas with more proposals than can stand side by side."""
    for area in study.areas:
        n = sum(one.area == area.id for one in proposals)
        if n > MAX_PROPOSALS:
            yield Remark("proposals_too_many", n_all=n, area=area.id, most=MAX_PROPOSALS)


def _format_cutoffs(cutoffs_min: Sequence[float]) -> str:
    """Minutes as ``5/10/15``."""
    return "/".join(f"{minutes:g}" for minutes in cutoffs_min)


def check_asked(proposals: Sequence[Proposal], result: RunResult) -> None:
    """Refuse proposals that ask for what a run does not have."""
    problems: list[str] = []
    for one in proposals:
        if one.area not in result.areas:
            problems.append(Remark("proposal_area_not_run", name=one.name, area=one.area))
            continue
        ids = result.areas[one.area].facilities["facility_id"]
        problems += check_proposal(
            one,
            categories=result.categories,
            facility_ids=ids,
            here=list_facilities_here(result, one.area),
        )
    if problems:
        raise InputDataError(Remark("proposals_ask_too_much"), problems)


def _is_counted_at(made: str | None, at: datetime | None) -> bool:
    """Whether a run's moment is the one a proposal was made for."""
    if made is None or at is None:
        return made is None and at is None
    return parse_moment(made).is_at(at)


def _list_notes(one: AreaComparison, result: RunResult) -> Iterator[Remark]:
    """What the reader of one comparison must know."""
    proposal, area = one.proposal, result.areas[one.proposal.area]
    if proposal.network and proposal.network != area.network_hash:
        yield Remark("remark_other_streets", name=proposal.name, streets=area.network_info.name)
    if proposal.cutoffs_min and tuple(proposal.cutoffs_min) != tuple(result.cutoffs_min):
        made, now = _format_cutoffs(proposal.cutoffs_min), _format_cutoffs(result.cutoffs_min)
        yield Remark("remark_other_minutes", name=proposal.name, made=made, now=now)
    if not _is_counted_at(proposal.at, result.at):
        any_time = Remark("remark_any_time")
        now = any_time if result.at is None else f"{result.at:%Y-%m-%d %H:%M}"
        yield Remark(
            "remark_other_moment", name=proposal.name, made=proposal.at or any_time, now=now
        )
    for row in one.changes.itertuples():
        if row.status != "ok":
            yield Remark(
                "remark_changes_nothing",
                name=proposal.name,
                change=row.change,
                kind=row.kind,
                why=Remark(f"nothing_{row.status}"),
            )
