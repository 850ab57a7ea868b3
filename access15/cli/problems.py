"""All inputs of a command, so that everything that is wrong with them is told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from access15.cli.options import SHARED
from access15.config import find_walker, is_study_name, load_profiles, parse_grid, split_mapping

if TYPE_CHECKING:
    from access15.config.draft import Draft
    from access15.workflows.problems import Asked, Reader

# What of a study a command reads, where that is not everything.
_PARTS: Mapping[str, set[str]] = {
    "doctor": set(),
    "fetch": {"profiles", "categories", "zones"},
    "geocode": {"facilities", "hubs", "zones", "streets"},
    "isochrone": {"streets", "heights"},
    "times": {"streets", "heights"},
    "nearest": {"streets", "heights"},
}


def list_asked(command: str, given: Mapping[str, Any]) -> Asked:
    """Gather what a command was given, by the names of its parameters."""
    from access15.sources.proposals.files import is_proposal_file
    from access15.workflows.given import EVERYTHING
    from access15.workflows.problems import Asked

    # where a place is asked for, "at" is that place and no moment
    moments = {"at"} if command == "isochrone" else set()
    options = {key: given[key] for key in SHARED if key not in moments and given.get(key)}
    study = given.get("study")
    if command == "city" and not study and not given.get("zones"):
        study = "milano_city"
    parts = set(_PARTS.get(command, EVERYTHING))
    if command == "places":
        parts -= {"hubs"}  # whose points are what is looked for
    is_proposal = command == "check" and is_proposal_file(given["file"])
    if is_proposal:
        study = study or "milano"
    elif command == "check":
        is_study = names_study(given["file"])
        options |= {} if study is None or is_study else {"facilities": given["file"]}
        study = str(given["file"]) if is_study and study is None else study
    if command in ("session", "poster", "report", "peba", "audit"):
        options |= {"areas": [given["area"]]}
    if command in ("seats", "site"):
        options |= {"areas": given["area"]}
    if command in ("seats", "site", "poster", "peba", "audit") and given["profile"]:
        options |= {"profiles": [given["profile"]]}
    if given.get("facility") or given.get("address"):
        parts |= {"facilities", "hubs"}
    if given.get("address"):
        parts |= {"zones"}
    return Asked(study=study, options=options, parts=parts, readers=_list_readers(command, given))


def names_study(file: Path) -> bool:
    """Whether a study is named, by its file or as one that comes with access15."""
    return file.suffix.lower() == ".toml" or is_study_name(str(file))


def _list_readers(command: str, given: Mapping[str, Any]) -> list[Reader]:
    """Make a reader for each input that is no part of the study."""
    from access15.sources.geocode.review import read_review
    from access15.sources.people.weights import read_weights
    from access15.sources.places.candidates import read_candidates
    from access15.sources.places.destinations import read_destinations
    from access15.sources.proposals.files import is_proposal_file
    from access15.sources.proposals.poster_key import read_poster_key
    from access15.sources.proposals.scan import read_photo
    from access15.workflows.geocode import check_register_of, read_table
    from access15.workflows.isochrone import sort_minutes
    from access15.workflows.located import parse_lat_lon
    from access15.workflows.network.asked import check_count, read_cutoff_s
    from access15.workflows.problems import read_proposals_for
    from access15.workflows.session import read_site_candidates
    from access15.workflows.site_question import find_candidate_file

    readers: list[Reader] = []

    def add(name: str, reader: Callable[[Any], object]) -> None:
        if given.get(name) is not None:
            readers.append(lambda _: reader(given[name]))

    proposals = given.get("files") or [one for one in [given.get("proposals")] if one]
    if command == "check" and is_proposal_file(given["file"]):
        proposals = [given["file"]]
    if proposals:
        readers.append(read_proposals_for(proposals, {"at": given.get("at")}))
    for name in ("to", "origins", "points"):
        add(name, read_destinations)
    add("key", read_poster_key)
    add("photo", read_photo)
    if command == "site" and (file := find_candidate_file(given["candidates"])):
        readers.append(lambda _: read_candidates(file))
    if command == "site" and given["weights"] is not None:
        readers.append(lambda draft: read_weights(given["weights"], _list_zones(draft, given)))
    add("grid", parse_grid)
    add("site_candidates", read_site_candidates)
    add("start", lambda text: parse_lat_lon(text, "--from"))
    if command == "isochrone":
        add("at", lambda text: parse_lat_lon(text, "--at"))
        add("minutes", sort_minutes)
    if command == "nearest":
        add("longest", lambda minutes: read_cutoff_s(minutes, "--cutoff"))
        add("count", lambda count: check_count(count, "--count"))
    if given.get("review") is not None and given["review"].exists():
        add("review", read_review)
    if command == "geocode":
        own = split_mapping(given.get("map_columns"))[0]
        readers.append(lambda draft: read_table(given["file"], draft, columns=own))
    if command == "geocode" or given.get("address"):
        register, said = given.get("register"), given.get("map_columns")
        readers.append(lambda draft: check_register_of(draft, register, said))
    if command in ("isochrone", "times", "nearest"):
        add("profile", lambda profile: find_walker(load_profiles(), profile))
    return readers


def _list_zones(draft: Draft | None, given: Mapping[str, Any]) -> list[str]:
    """Zones of the neighbourhoods asked for, as far as they are known."""
    from access15.workflows.site_question import list_zones

    is_known = draft is not None and draft.has("areas")
    return list_zones(draft.study.areas, given["area"]) if draft and is_known else []
