"""``ro-crate-metadata.json``: a run described so that it can be deposited and cited.

The Process Run Crate profile: what was made (the files of the folder), by what (access15, at its
version), from what (inputs by name and fingerprint, which are not in the folder), with which
command. ``run.json`` says more; both come from the same record.
"""

from __future__ import annotations

import shlex
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from rocrate.model import ContextEntity, SoftwareApplication
from rocrate.rocrate import ROCrate

from access15.config import Lang
from access15.outputs.words.texts import clean_text, say, say_or
from access15.results.run import RunResult

CRATE_FILE: Final = "ro-crate-metadata.json"
_PROFILE: Final = "https://w3id.org/ro/wfrun/process/0.5"
_FORMATS: Final = {
    ".csv": "text/csv",
    ".gpkg": "application/geopackage+sqlite3",
    ".html": "text/html",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
}


def build_crate(
    result: RunResult,
    record: dict[str, Any],
    *,
    files: list[str],
    lang: Lang,
) -> dict[str, Any]:
    """Describe a run whose record is that of ``run.json``, and its files."""
    crate = ROCrate()
    crate.name = clean_text(result.study.name, lang)
    crate.description = say("crate_description", lang)
    crate.datePublished = result.created
    crate.root_dataset["license"] = "; ".join(
        dict.fromkeys(str(network["licence"]) for network in record["networks"])
    )
    # 1. What says how to read this.
    profile = crate.add(
        ContextEntity(crate, _PROFILE, {"@type": "CreativeWork", "name": "Process Run Crate"})
    )
    crate.root_dataset["conformsTo"] = profile
    # 2. What was made.
    made = [
        crate.add_file(
            dest_path=quote(name),
            properties={
                "name": name,
                "encodingFormat": _FORMATS[PurePath(name).suffix],
                **_describe_file(name, result, lang),
            },
        )
        for name in files
    ]
    # 3. From what, which lies elsewhere.
    used = [
        crate.add(
            ContextEntity(
                crate,
                f"#input-{quote(one['name'], safe='')}",
                {"@type": "CreativeWork", "name": one["name"], "sha256": one["sha256"]},
            )
        )
        for one in record["inputs"]
    ]
    # 4. By what, and how.
    software = SoftwareApplication(
        crate,
        "#access15",
        {"name": "access15", "softwareVersion": record["versions"]["access15"]},
    )
    crate.add_action(
        crate.add(software),
        identifier="#run",
        object=used,
        result=made,
        properties={
            "name": clean_text(result.study.name, lang),
            "description": shlex.join(record["command"]) or "access15.run",
            "endTime": record["created"],
        },
    )
    described: dict[str, Any] = crate.metadata.generate()
    return described


def _describe_file(name: str, result: RunResult, lang: Lang) -> dict[str, str]:
    """What is in a file, as the index says it."""
    area_id = PurePath(name).stem.removesuffix("_session")
    if area_id in result.areas:
        key = "open_map" if area_id == PurePath(name).stem else "open_session"
        area = clean_text(result.areas[area_id].area.name, lang)
        return {"description": say(key, lang, area=area)}
    about = say_or(f"file_{name}", lang, "")
    return {"description": about} if about else {}
