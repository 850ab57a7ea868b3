"""A study as far as its file can be used: what its files lack is told beside its own faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from access15.config.study import Study, list_conflicts, load_study, read_study_table
from access15.errors import ConfigError, Gathering


@dataclass(frozen=True)
class Draft:
    """A study of which some keys cannot be used.

    Parameters
    ----------
    study : Study
        What can be used of it; keys that cannot are None.
    unusable : frozenset of str
        These keys.
    """

    study: Study
    unusable: frozenset[str] = frozenset()

    def has(self, *keys: str) -> bool:
        """Whether all of some keys can be used."""
        return self.unusable.isdisjoint(keys)


def draft_study(study: Study | str | Path, all_of: Gathering) -> Draft | None:
    """Read a study as far as it goes, its faults gathered; None where there is no table to read.

    A key that nobody knows is left out; a part with another fault is not used at all, for what is
    meant by the rest of it is not sure.
    """
    if isinstance(study, Study):
        return Draft(study)
    try:
        return Draft(load_study(study))
    except ConfigError as error:
        found = error
    try:
        raw = read_study_table(study)[1]
    except ConfigError as error:
        all_of.errors.append(error)
        return None
    known: dict[str, Any] = {}
    for key, field in Study.model_fields.items():
        if key in raw:
            known |= _read_part(key, field, raw[key])
        elif not field.is_required():
            known[key] = field.get_default(call_default_factory=True)
    unusable = frozenset(Study.model_fields) - set(known)
    made = Study.model_construct(None, **dict.fromkeys(unusable), **known)
    # keys that are wrong by themselves keep what goes together from being looked at
    conflicts = [one for one in list_conflicts(made, unusable) if one not in found.problems]
    all_of.errors.append(ConfigError(found.summary, (*found.problems, *conflicts)))
    return Draft(made, unusable)


def _read_part(
    key: str,
    field: FieldInfo,
    value: Any,
) -> dict[str, Any]:
    """The value of one key, without what nobody knows in it; nothing where it cannot be used."""
    annotation: Any = Annotated[field.annotation, field]
    kind: TypeAdapter[Any] = TypeAdapter(annotation)
    try:
        return {key: kind.validate_python(value)}
    except ValidationError as error:
        faults = error.errors()
    if any(fault["type"] != "extra_forbidden" for fault in faults):
        return {}
    for fault in faults:
        value = _leave_out(value, fault["loc"])
    try:
        return {key: kind.validate_python(value)}
    except ValidationError:  # what goes together was not looked at before
        return {}


def _leave_out(value: Any, place: Iterable[str | int]) -> Any:
    """A value without what lies at a place in it."""
    first, *others = place
    if isinstance(value, Mapping):
        rest = {key: one for key, one in value.items() if key != first or others}
        return {key: _leave_out(one, others) if key == first else one for key, one in rest.items()}
    return [_leave_out(one, others) if i == first else one for i, one in enumerate(value)]
