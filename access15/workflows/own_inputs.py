"""No command replaces what it reads: asked of every command before its work begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from access15.config import Study, build_options, list_inputs, load_study
from access15.files import check_inputs_stay


def check_outputs(
    outputs: Iterable[Path],
    *,
    study: Study | str | Path,
    options: Mapping[str, Any],
    others: Iterable[str | Path] = (),
) -> None:
    """Refuse files to write that a run with these options, or one of `others`, reads."""
    loaded = study if isinstance(study, Study) else load_study(study)
    given = map(Path, others)
    check_inputs_stay(outputs, list_inputs(loaded, build_options(**options), given))
