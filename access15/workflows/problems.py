"""Everything that is wrong with what a command was given, once one thing was found to be wrong.

A command stops at the first reader that refuses its input. Before that is told, all other inputs
are looked at as far as they can still be judged.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from access15.config import Area, Options, Study, build_options
from access15.config.draft import Draft, draft_study
from access15.errors import (
    Access15Error,
    Access15Warning,
    CombinedError,
    ConfigError,
    Gathering,
    InputDataError,
)
from access15.sources.proposals.files import read_proposals
from access15.workflows.compare import check_study
from access15.workflows.given import EVERYTHING, gather_given

# Options that change a study, and the key of it that they need.
_OF_PLACES: Final = ("facilities", "add_places", "replace_categories", "map_columns", "crs")
_CHANGED: Final = {
    **dict.fromkeys(_OF_PLACES, "facilities"),
    **{key: key for key in ("areas", "seats", "obstacles")},
    "dem": "heights",
}
Reader = Callable[[Draft | None], object]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a command was given.

    Parameters
    ----------
    study : Study, str or Path, optional
        The study; None where the command has none.
    options : mapping of str to object
        Options of a run by their keys.
    parts : collection of str
        What of the study the command reads, of `access15.workflows.given.EVERYTHING`.
    readers : sequence of callable
        One for each further input, called with the study as far as it can be used.
    """

    study: Study | str | Path | None = None
    options: Mapping[str, Any]
    parts: Collection[str] = EVERYTHING
    readers: Sequence[Reader] = ()


def gather_problems(found: InputDataError | ConfigError, asked: Asked) -> Access15Error:
    """Put what was found together with everything else that is wrong."""
    all_of = Gathering()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Access15Warning)  # said when they were read before
        _look(asked, all_of)
    known: dict[str, set[str]] = {}
    for one in all_of.errors:
        known.setdefault(one.summary, set()).update(one.problems)
    first = found.errors if isinstance(found, CombinedError) else (found,)
    others = [
        one
        for one in first
        if one.summary not in known or not known[one.summary].issuperset(one.problems)
    ]
    together = [*others, *all_of.errors]
    return together[0] if len(together) == 1 else CombinedError(together)


def _look(asked: Asked, all_of: Gathering) -> None:
    """Look at every input as far as it can be judged."""
    # 1. Options one by one, because the others are wanted where one is wrong.
    parts = [(key, part) for key, value in asked.options.items() for part in _split(key, value)]
    singles = [(key, all_of.read(partial(build_options, **{key: part}))) for key, part in parts]
    usable = {key: asked.options[key] for key, one in singles if one is not None}
    # 2. The study as they change it, and what it names.
    draft = None
    if asked.study is not None:
        draft = draft_study(asked.study, all_of)
    if draft is not None:
        changed = _apply(draft, singles, all_of)
        chosen = build_options(**usable)
        if changed.has("facilities"):
            all_of.read(lambda: chosen.check_systems(changed.study))
        gather_given(changed, chosen, all_of, asked.parts)
    # 3. What the command reads besides, held against the study as it stands.
    for reader in asked.readers:
        all_of.read(partial(reader, draft))


def _split(key: str, value: Any) -> list[Any]:
    """Values of an option that are told apart."""
    return [[one] for one in value] if key == "areas" and value else [value]


def _apply(
    draft: Draft,
    singles: Sequence[tuple[str, Options | None]],
    all_of: Gathering,
) -> Draft:
    """A study as each of the options changes it that can."""
    study, areas = draft.study, tuple[Area, ...]()
    for key, one in singles:
        if one is None or key not in _CHANGED or not draft.has(_CHANGED[key]):
            continue
        found = all_of.read(partial(one.list_changes, study)) or {}
        # neighbourhoods are asked for one by one, of all that there are
        areas += found.pop("areas", ())
        study = study.model_copy(update=found)
    return replace(draft, study=study.model_copy(update={"areas": areas} if areas else {}))


def read_proposals_for(paths: Sequence[Path], options: Mapping[str, Any]) -> Reader:
    """Make what reads files of proposals, and holds them against the study where that is known."""

    def read(draft: Draft | None) -> None:
        all_of = Gathering()
        several = [all_of.read(partial(read_proposals, path)) for path in paths]
        if draft is not None and draft.has("id", "areas"):
            known = [proposal for proposals in several for proposal in proposals or ()]
            asked: Any = options
            all_of.read(lambda: check_study(known, draft.study, asked))
        all_of.check()

    return read
