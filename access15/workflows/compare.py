"""Proposals beside today: who gains and who loses, in numbers that the session page shows too."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from access15.area.compare import AreaComparison, compare_area, list_facilities_here
from access15.config import Lang, Study, load_study
from access15.config.proposal import MAX_ID, MAX_PROPOSALS, Proposal
from access15.errors import Access15Warning, InputDataError
from access15.results.run import RunResult
from access15.results.schema import COMPARE, COMPARE_CHANGES, COMPARE_STREETS
from access15.sources.proposals.files import check_proposal, read_proposals
from access15.workflows.run import Progress, run

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, eq=False)
class Comparison:
    """Proposals beside today.

    Parameters
    ----------
    result : RunResult
        Today, of the neighbourhoods that the proposals are about.
    proposals : tuple of AreaComparison
        Each proposal, in the order given.
    """

    result: RunResult
    proposals: tuple[AreaComparison, ...]

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
    def notes(self) -> tuple[str, ...]:
        """What the reader must know: proposals made on other streets, changes that mean nothing on
        these.
        """
        return tuple(note for one in self.proposals for note in _tell_of(one, self.result))

    def write(self, folder: str | Path, *, lang: Lang = "it") -> dict[str, Path]:
        """Write tables, and for each neighbourhood its session page with the proposals in it."""
        from access15.outputs.tables.comparison import write_comparison  # noqa: PLC0415 - folium costs a second

        frames = (
            (COMPARE, self.coverage),
            (COMPARE_STREETS, self.streets),
            (COMPARE_CHANGES, self.changes),
        )
        return write_comparison(
            self.result, [one.proposal for one in self.proposals], frames, Path(folder), lang=lang
        )


def compare(
    proposals: Proposal | str | Path | Sequence[Proposal | str | Path],
    *,
    study: Study | str | Path = "milano",
    osm: str | Path | None = None,
    graph: nx.Graph | str | Path | None = None,
    profiles: Sequence[str] | None = None,
    offline: bool = False,
    seats: Sequence[str | Path] = (),
    facilities: str | Path | None = None,
    cutoffs_min: Sequence[float] | None = None,
    result: RunResult | None = None,
    quiet: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Set proposals beside today.

    Parameters
    ----------
    proposals : Proposal, str or Path, or a sequence of them
        Proposals, or files of them as the session page saves.
    study : Study, str or Path
        The study they are about.
    osm, graph, profiles, offline, seats, facilities
        As for `access15.run`.
    cutoffs_min : sequence of float, optional
        Cutoffs [min]; by default those of the page the proposals were made on, else the study's.
    result : RunResult, optional
        A finished run to compare with, in place of a new one; what stands before it is then not
        looked at.
    quiet : bool
        Do not warn: what the reader must know stands in the notes of what is returned.
    progress : callable, optional
        Called with the name of each stage as it starts.

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
    given = _read_all(
        [proposals] if isinstance(proposals, Proposal | str | Path) else list(proposals)
    )
    loaded = study if isinstance(study, Study) else load_study(study)
    asked = result.study if result is not None else loaded
    _check_study(given, asked)
    if result is None:
        result = run(
            loaded,
            osm=osm,
            graph=graph,
            facilities=facilities,
            profiles=profiles,
            offline=offline,
            seats=seats,
            areas=list(dict.fromkeys(one.area for one in given)),
            at=given[0].at,
            cutoffs_min=cutoffs_min or given[0].cutoffs_min,
            progress=progress,
        )
    check_asked(given, result)
    found = []
    for one in given:
        if progress is not None:
            progress(f"comparing {one.name!r}")
        found.append(compare_area(result, one))
    comparison = Comparison(result, tuple(found))
    for note in () if quiet else comparison.notes:
        warnings.warn(note, Access15Warning, stacklevel=2)
    return comparison


def read_for_session(path: Path, area: str, study: Study | str | Path) -> tuple[Proposal, ...]:
    """Read the proposals that a session page is to open with."""
    found = tuple(_read_all([path]))
    _check_study(found, study if isinstance(study, Study) else load_study(study))
    if others := dict.fromkeys(one.area for one in found if one.area != area):
        raise InputDataError(
            f"{path.name} is of area {', '.join(map(repr, others))}, not {area!r}; name that area"
        )
    return found


def _read_all(given: Sequence[Proposal | str | Path]) -> list[Proposal]:
    """Every proposal, under ids that differ."""
    if not given:
        raise InputDataError(
            "there is no proposal to compare: give a file saved by the session page"
        )
    found: list[Proposal] = []
    for one in given:
        read = [one] if isinstance(one, Proposal) else read_proposals(one)
        stem = "" if isinstance(one, Proposal) else Path(one).stem
        taken = {other.id for other in found}
        for proposal in read:
            proposal_id, n = proposal.id, 2
            while proposal_id in taken:
                tail = f"-{proposal.id}" if n == 2 and stem else f"-{n}"
                proposal_id, n = (
                    f"{(stem or proposal.id)[: MAX_ID - len(tail)]}{tail}"[-MAX_ID:],
                    n + 1,
                )
            taken.add(proposal_id)
            found.append(proposal.model_copy(update={"id": proposal_id}))
    return found


def _check_study(proposals: Sequence[Proposal], study: Study) -> None:
    areas = [area.id for area in study.areas]
    problems = [
        f"proposal {one.name!r} is of study {one.study!r}, not {study.id!r}; name its study with "
        "--study"
        for one in proposals
        if one.study != study.id
    ]
    problems += [
        f"proposal {one.name!r} is of area {one.area!r}, not one of the study's: {', '.join(areas)}"
        for one in proposals
        if one.study == study.id and one.area not in areas
    ]
    for area in areas:
        n = sum(one.area == area for one in proposals)
        if n > MAX_PROPOSALS:
            problems.append(
                f"{n} proposals are of area {area!r}; at most {MAX_PROPOSALS} can stand side by "
                "side"
            )
    if len(moments := dict.fromkeys(one.at for one in proposals)) > 1:
        told = ", ".join(str(at or "any time") for at in moments)
        problems.append(
            f"the proposals count what is open at different moments ({told}); compare those of one "
            "moment"
        )
    if len(cutoffs := dict.fromkeys(one.cutoffs_min for one in proposals if one.cutoffs_min)) > 1:
        told = " and ".join("/".join(f"{minutes:g}" for minutes in one) for one in cutoffs)
        problems.append(
            f"the proposals were made at different minutes ({told}); compare those of the same"
        )
    if problems:
        raise InputDataError("the proposals cannot be compared", problems)


def check_asked(proposals: Sequence[Proposal], result: RunResult) -> None:
    """Refuse proposals that ask for what a run does not have."""
    problems = []
    for one in proposals:
        if one.area not in result.areas:
            problems.append(
                f"proposal {one.name!r} is of area {one.area!r}, which the run does not hold"
            )
            continue
        ids = result.areas[one.area].facilities["facility_id"]
        problems += check_proposal(
            one,
            categories=result.categories,
            facility_ids=ids,
            here=list_facilities_here(result, one.area),
        )
    if problems:
        raise InputDataError("the proposals ask for what the study does not have", problems)


_MEANS_NOTHING = {
    "no_street": "no street lies within 30 m",
    "no_steps": "no steps lie within 30 m",
    "no_kerb": "no raised kerb lies within 30 m",
    "too_short": "both ends are the same place on the streets",
    "too_long": "it is longer than 500 m",
    "too_far_from_network": "no street that any walker of the run can reach lies near enough",
}


def _tell_of(one: AreaComparison, result: RunResult) -> Iterator[str]:
    proposal, area = one.proposal, result.areas[one.proposal.area]
    if proposal.network and proposal.network != area.network_hash:
        yield (
            f"proposal {proposal.name!r} was made on other streets than {area.network_info.name}: "
            "its numbers then and "
            "now may differ"
        )
    if proposal.cutoffs_min and tuple(proposal.cutoffs_min) != tuple(result.cutoffs_min):
        made, now = (
            "/".join(f"{n:g}" for n in minutes)
            for minutes in (proposal.cutoffs_min, result.cutoffs_min)
        )
        yield f"proposal {proposal.name!r} was made at {made} minutes and is counted here at {now}"
    for row in one.changes.itertuples():
        if row.status != "ok":
            why = _MEANS_NOTHING[row.status]
            yield f"proposal {proposal.name!r}, {row.change!r} ({row.kind}) changes nothing: {why}"
