"""Proposals from the files that session pages save and people write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from access15.config.model import validated
from access15.config.proposal import (
    FORMAT,
    MAX_CHANGES,
    MAX_FILE_BYTES,
    MAX_NOTES,
    MAX_PROPOSALS,
    ORIGIN,
    VERSION,
    AddFacilityFeature,
    Change,
    Feature,
    LinkFeature,
    MoveFacilityFeature,
    Note,
    NoteFeature,
    Proposal,
    ProposalFile,
    ProposalHead,
    RemoveFacilityFeature,
    SetDoorFeature,
)
from access15.errors import ConfigError, InputDataError, name_reason
from access15.remarks import Remark
from access15.sources.json_text import read_json_file


def is_proposal_file(path: Path) -> bool:
    """Whether a file says of itself that it holds proposals, whatever else is wrong with it."""
    if path.suffix.lower() not in (".geojson", ".json") or not path.is_file():
        return False
    try:
        raw = _read_json(path)
    except InputDataError:
        return False
    head = raw.get("access15") if isinstance(raw, dict) else None
    return isinstance(head, dict) and head.get("format") == FORMAT


def read_proposals(path: str | Path) -> tuple[Proposal, ...]:
    """Read every proposal of a file.

    Parameters
    ----------
    path : str or Path
        GeoJSON as `access15.config.proposal.ProposalFile` describes it.

    Returns
    -------
    tuple of Proposal
        In the file's order, at least one.

    Raises
    ------
    InputDataError
        If it cannot be read or is no file of proposals; all problems are listed.
    """
    path = Path(path)
    raw = _read_json(path)
    _check_head(path, raw)
    try:
        file = validated(ProposalFile, raw, path.name)
    except ConfigError as error:
        problems = [_in_words(problem, raw) for problem in error.problems]
        raise InputDataError(Remark("proposals_unusable", name=path.name), problems) from None
    heads = file.access15.proposals or (ProposalHead(id="a", name=path.stem[:200] or "a"),)
    problems = list(_check_parts(heads, file.features))
    if problems:
        raise InputDataError(Remark("proposals_unusable", name=path.name), problems)
    return tuple(_proposal(file, head, is_first=i == 0) for i, head in enumerate(heads))


def read_proposal(path: str | Path, proposal_id: str | None = None) -> Proposal:
    """Read one proposal of a file.

    Parameters
    ----------
    path : str or Path
        GeoJSON, as for `read_proposals`.
    proposal_id : str, optional
        Which, by id or name; not needed where the file holds one.

    Returns
    -------
    Proposal
        That one.

    Raises
    ------
    InputDataError
        If the file cannot be used, holds several and none is named, or has no such one.
    """
    return choose_proposal(read_proposals(path), proposal_id, Path(path).name)


def choose_proposal(
    found: Sequence[Proposal],
    wanted: str | None,
    where: str,
) -> Proposal:
    """Choose one of several proposals."""
    known = [f"{one.id!r} ({one.name!r})" for one in found]
    with_id = [one for one in found if one.id == wanted]
    meant = with_id or [one for one in found if wanted in (None, one.name)]
    if len(meant) == 1:
        return meant[0]
    if wanted is None:
        several = {"n_proposals": len(found), "known": known}
        raise InputDataError(Remark("proposals_several", where=where, **several))
    if meant:
        several = {"n_proposals": len(meant), "known": known}
        raise InputDataError(Remark("proposals_of_a_name", where=where, name=wanted, **several))
    raise InputDataError(Remark("proposals_without_it", where=where, wanted=wanted, known=known))


def _read_json(path: Path) -> Any:
    """Content of a JSON file of reasonable size, whose text can be written again."""
    try:
        size, most = path.stat().st_size / 1e6, MAX_FILE_BYTES / 1e6
    except OSError as error:
        raise InputDataError(
            Remark("path_unreadable", path=str(path), reason=name_reason(error))
        ) from error
    if size > most:
        raise InputDataError(Remark("proposals_too_large", name=path.name, size=size, most=most))
    return read_json_file(path, remedy=Remark("proposals_from_session"))


def _check_head(path: Path, raw: Any) -> None:
    """Say plainly what another file is, before its details are looked at."""
    head = raw.get("access15") if isinstance(raw, dict) else None
    if (
        not isinstance(raw, dict)
        or raw.get("type") != "FeatureCollection"
        or not isinstance(head, dict)
    ):
        raise InputDataError(Remark("proposals_no_head", name=path.name, format=FORMAT))
    if head.get("format") != FORMAT:
        other = repr(head.get("format"))
        raise InputDataError(
            Remark("proposals_other_format", name=path.name, other=other, format=FORMAT)
        )
    if type(head.get("version")) is not int or head["version"] != VERSION:
        other = repr(head.get("version"))
        raise InputDataError(
            Remark("proposals_other_version", name=path.name, other=other, version=VERSION)
        )


def _in_words(problem: str, raw: dict[str, Any]) -> str:
    """Name a feature by its number and id, as people find it in the file."""
    if not isinstance(problem, Remark) or "where" not in problem.values:
        return problem
    head, *parts = str(problem.values["where"]).split(".")
    if head != "features" or not parts or not parts[0].isdigit():
        return problem
    number = int(parts[0])
    feature = raw["features"][number]
    feature_id = feature.get("id") if isinstance(feature, dict) else None
    name = f" ({feature_id!r})" if isinstance(feature_id, str | int) else ""
    where = Remark("feature_at", n=number + 1, name=name)
    inside = ".".join(part for part in parts[1:] if part not in _TAGS)
    if not inside:
        return Remark(problem.code, **{**problem.values, "where": where})
    within = Remark("error_at", where=where, text=inside)
    return Remark(problem.code, **{**problem.values, "where": within})


_TAGS = (
    "add_facility",
    "move_facility",
    "remove_facility",
    "set_door",
    "add_link",
    "place",
    "note",
)


def _check_parts(heads: tuple[ProposalHead, ...], features: tuple[Feature, ...]) -> Iterator[str]:
    """What is wrong with the proposals of a file as a whole, one sentence each."""
    ids = [head.id for head in heads]
    for double in dict.fromkeys(one for one in ids if ids.count(one) > 1):
        yield Remark("proposal_id_twice", id=double)
    for number, feature in enumerate(features, start=1):
        named = feature.properties.proposal
        if named is not None and named not in ids:
            yield Remark("proposal_stray", number=number, proposal=named, known=ids)
    for head in heads:
        own = [
            feature for feature in features if _belongs(feature, head, is_first=head is heads[0])
        ]
        n_notes = sum(isinstance(feature, NoteFeature) for feature in own)
        for n, most, code in (
            (len(own) - n_notes, MAX_CHANGES, "proposal_too_many_changes"),
            (n_notes, MAX_NOTES, "proposal_too_many_notes"),
        ):
            if n > most:
                yield Remark(code, id=head.id, n=n, most=most)
    if len(heads) > MAX_PROPOSALS:
        yield Remark("proposals_in_file_too_many", n=len(heads), most=MAX_PROPOSALS)


def _belongs(
    feature: Feature,
    head: ProposalHead,
    *,
    is_first: bool,
) -> bool:
    """Whether a feature is part of a proposal; the first takes those that name none."""
    named = feature.properties.proposal
    return named == head.id or (named is None and is_first)


def _proposal(
    file: ProposalFile,
    head: ProposalHead,
    *,
    is_first: bool,
) -> Proposal:
    """One proposal of a file, its changes and notes named apart."""
    own = [
        (i, one)
        for i, one in enumerate(file.features, start=1)
        if _belongs(one, head, is_first=is_first)
    ]
    features = [one for _, one in own]
    named = list(zip(_name_all(own), features, strict=True))
    changes = [_change(one, name) for name, one in named if not isinstance(one, NoteFeature)]
    said = [(name, one) for name, one in named if isinstance(one, NoteFeature)]
    return Proposal(
        id=head.id,
        name=head.name,
        study=file.access15.study,
        area=file.access15.area,
        network=file.access15.network,
        at=file.access15.at,
        cutoffs_min=file.access15.cutoffs_min,
        profile=file.access15.profile,
        category=file.access15.category,
        votes=head.votes,
        changes=tuple(changes),
        notes=tuple(
            Note(
                id=name,
                place=one.geometry.coordinates,
                text=one.properties.text,
                number=rank,
            )
            for rank, (name, one) in enumerate(said, start=1)
        ),
    )


def _name_all(features: list[tuple[int, Feature]]) -> Iterator[str]:
    """Ids of features, made to differ; those without one are named by their number in the file."""
    taken: set[str] = set()
    for number, feature in features:
        name = wanted = f"feature {number}" if feature.id is None else str(feature.id)
        n = 2
        while name in taken:
            name, n = f"{wanted} ({n})", n + 1
        taken.add(name)
        yield name


def _change(feature: Any, name: str) -> Change:
    """A feature as the change it asks for."""
    values: dict[str, Any] = {"id": name, "kind": feature.properties.change}
    values |= {key: getattr(feature.properties, key) or "" for key in ORIGIN}
    if isinstance(feature, LinkFeature):
        values |= {
            "place": feature.geometry.coordinates[0],
            "place_to": feature.geometry.coordinates[1],
        }
    elif feature.geometry is not None:
        values["place"] = feature.geometry.coordinates
    if isinstance(feature, MoveFacilityFeature | RemoveFacilityFeature | SetDoorFeature):
        values["facility_id"] = feature.properties.facility_id
    if isinstance(feature, AddFacilityFeature):
        one = feature.properties
        values |= {
            "name": one.name,
            "category": one.category,
            "capacity": one.capacity,
        }
    return Change(**values)


def check_proposal(
    proposal: Proposal,
    *,
    categories: Iterable[str],
    facility_ids: Iterable[str],
    here: Iterable[str],
) -> list[str]:
    """Say what a proposal asks for that a neighbourhood does not have."""
    kinds = list(categories)
    known, near = set(facility_ids), set(here)
    touched: dict[str, str] = {}  # facility to the change that touches it
    problems: list[str] = []
    for change in proposal.changes:
        where = Remark("proposal_change", name=proposal.name, change=change.id)
        if change.kind == "add_facility" and change.category not in (*kinds, "hub"):
            problems.append(
                Remark("proposal_category", where=where, category=change.category, known=kinds)
            )
        if change.kind in ("move_facility", "remove_facility", "set_door"):
            about = {"where": where, "facility": change.facility_id}
            if change.facility_id not in known:
                problems.append(Remark("proposal_no_facility", **about))
            elif change.facility_id not in near:
                problems.append(Remark("proposal_facility_elsewhere", **about))
            if change.facility_id in touched:
                other = touched[change.facility_id]
                problems.append(Remark("proposal_changed_twice", other=other, **about))
            touched.setdefault(change.facility_id, change.id)
    return problems
