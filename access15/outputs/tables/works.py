"""The best works in the street as tables, a layer, and proposals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pandas as pd

from access15.config import Lang
from access15.config.proposal import FORMAT, VERSION
from access15.files import check_inputs_stay, staged_outputs
from access15.outputs.tables.cells import write_csv
from access15.outputs.tables.layers import write_layer
from access15.outputs.tables.sites import name_proposal
from access15.outputs.words.numbers import format_count
from access15.results.schema import WORK_CURVE, WORK_STREETS, WORKS
from access15.results.works import WorkFindings

WORK_FILES = (*WORK_CURVE.files, *WORKS.files, *WORK_STREETS.files)
# what a proposal calls each; nobody proposes that waits at a crossing end
_CHANGES: Final = {"bench": "add_bench", "kerb": "add_kerb_ramp", "steps": "remove_steps"}


def write_work_findings(
    findings: WorkFindings,
    folder: Path,
    *,
    lang: Lang = "it",
) -> dict[str, Path]:
    """Write the curve, the works, where the people live, and proposals, all of it or nothing."""
    change = _CHANGES.get(findings.work)
    choices = list(findings.works.groupby(["area", "n_works"], sort=False)) if change else []
    proposals = [name_proposal(str(area), int(n)) for (area, n), _ in choices]
    check_inputs_stay([folder / name for name in (*WORK_FILES, *proposals)], findings.read_files)
    with staged_outputs(folder) as staging:
        names = [
            write_csv(findings.curve, WORK_CURVE, staging),
            write_csv(findings.works, WORKS, staging),
            write_csv(findings.streets, WORK_STREETS, staging),
            WORKS.files[-1],
        ]
        write_layer(findings.works, staging / names[-1], name=WORKS.name, now=findings.created)
        for name, ((area, n), rows) in zip(proposals, choices, strict=True):
            made = _build_proposal(findings, str(area), int(n), pd.DataFrame(rows), lang=lang)
            text = json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False)
            (staging / name).write_text(text + "\n", encoding="utf-8")
            names.append(name)
    return {name: folder / name for name in names}


def _build_proposal(
    findings: WorkFindings,
    area: str,
    n: int,
    rows: pd.DataFrame,
    *,
    lang: Lang,
) -> dict[str, Any]:
    """A choice of works as a file of one proposal (`data/proposal.schema.json`)."""
    number = f"best-{n}"
    name = format_count(f"works_proposal_{findings.work}", n, lang)
    head = {
        "format": FORMAT,
        "version": VERSION,
        "study": findings.study_id,
        "area": area,
        "network": findings.networks[area],
        "created": findings.created.isoformat(timespec="seconds"),
        "profile": findings.profile.id,
        "category": findings.category,
        "cutoffs_min": [findings.cutoff_min],
        "at": None if findings.at is None else findings.at.strftime("%Y-%m-%d %H:%M"),
        "proposals": [{"id": number, "name": name, "votes": 0}],
    }
    features = [
        {
            "type": "Feature",
            "id": f"work-{row['work']}",
            "geometry": {
                "type": "Point",
                "coordinates": [round(row["lon"], 7), round(row["lat"], 7)],
            },
            "properties": {"proposal": number, "change": _CHANGES[findings.work]},
        }
        for row in rows.to_dict("records")
    ]
    head = {key: value for key, value in head.items() if value is not None}
    return {"type": "FeatureCollection", "access15": head, "features": features}
