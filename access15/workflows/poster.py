"""The paper loop: draw the poster of a neighbourhood, and read the stickers off a photograph of
it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Unpack

import shapely
from pyproj import Transformer

from access15.area.compare import draw_changed_areas
from access15.config import Lang, PlaceOptions, RunOptions, Study, find_headline_group, load_study
from access15.config.proposal import Proposal
from access15.errors import ConfigError
from access15.files import check_inputs_stay, write_text_atomic
from access15.outputs.poster.draw import check_poster_path, draw_poster, find_key_path
from access15.outputs.poster.proposal import PosterPlace, PosterProposal
from access15.outputs.poster.sheet import PaperSize
from access15.outputs.poster.sides import draw_sides
from access15.outputs.words.findings import HUB, headline_group
from access15.outputs.words.texts import clean_text, say
from access15.remarks import Remark
from access15.results.run import RunResult
from access15.sources.proposals.dots import COLOURS
from access15.sources.proposals.files import choose_proposal
from access15.sources.proposals.poster_key import read_poster_key
from access15.sources.proposals.scan import Scan, scan_photo
from access15.sources.proposals.stickers import write_scan
from access15.workflows.compare import compare, read_for_session, set_defaults
from access15.workflows.own_inputs import check_outputs
from access15.workflows.run import Progress, run

_MAX_NAME: Final = 100  # signs of a photograph's name in a proposal's title


@dataclass(frozen=True)
class Drawn:
    """A poster that was drawn.

    Parameters
    ----------
    result : RunResult
        The run it shows.
    files : dict of str to Path
        ``poster``, and ``key`` of a sheet for stickers.
    """

    result: RunResult
    files: dict[str, Path]


def make_poster(
    area: str,
    path: Path,
    *,
    study: Study | str | Path = "milano",
    profile: str | None = None,
    cutoffs_min: Sequence[float] | None = None,
    target: str = HUB,
    size: PaperSize = "A3",
    lang: Lang = "it",
    proposals: Path | None = None,
    proposal: str | None = None,
    side_by_side: bool = False,
    now: datetime | None = None,
    progress: Progress | None = None,
    **options: Unpack[PlaceOptions],
) -> Drawn:
    """Run a study for one neighbourhood and draw its poster, or today and a proposal side by
    side.
    """
    if side_by_side and proposals is None:
        raise ConfigError(Remark("sides_without_proposal"))
    written = [path] if side_by_side else [path, find_key_path(path)]
    check_poster_path(path, has_key=not side_by_side)
    loaded = study if isinstance(study, Study) else load_study(study)
    loaded.area(area)
    loaded = _with_target(loaded, target)
    walker = profile or loaded.own_profile(find_headline_group(loaded.population.groups))
    asked: RunOptions = {
        **options,
        "profiles": [walker],
        "cutoffs_min": cutoffs_min,
        "areas": [area],
    }
    read = () if proposals is None else (proposals,)
    check_outputs(written, study=loaded, options=asked, others=read)
    shown = None
    if proposals is not None:
        given = read_for_session(proposals, area, loaded, asked)
        shown = choose_proposal(given, proposal, proposals.name)
        asked = set_defaults(asked, [shown])
    result = run(loaded, now=now, progress=progress, **asked)
    beside = None if shown is None else _set_beside(result, shown, walker, target, lang)
    asked_of = {"profile": walker, "target": target}
    if side_by_side and beside is not None:
        files = draw_sides(result, area, path, proposal=beside, size=size, lang=lang, **asked_of)
    else:
        files = draw_poster(result, area, path, proposal=beside, size=size, lang=lang, **asked_of)
    return Drawn(result, files)


def _with_target(study: Study, target: str) -> Study:
    """The study, drawing the areas of the target whatever its kind usually is."""
    if target == HUB:
        return study
    if target not in study.categories:
        known = (HUB, *study.categories)
        raise ConfigError(Remark("target_unknown", target=target, study=study.id, known=known))
    return study.changed(draw_areas=(target,))


def _set_beside(
    result: RunResult,
    proposal: Proposal,
    profile: str,
    target: str,
    lang: Lang,
) -> PosterProposal:
    """The proposal as the poster shows it: its places, its areas, and who gains."""
    compared = compare(proposal, study=result.study, result=result)
    table = compared.coverage
    counts = dict(zip(compared.changes["change"], compared.changes["status"] == "ok", strict=True))
    real = proposal.model_copy(
        update={"changes": tuple(one for one in proposal.changes if counts[one.id])}
    )
    is_asked = (table["profile"] == profile) & (table["category"] == target)
    is_headline = (table["zone"] == "all") & (table["group"] == headline_group(result))
    rows = table[is_asked & is_headline].set_index("cutoff_min")
    share, after = float("nan"), tuple[float, ...]()
    if set(result.cutoffs_min) <= set(rows.index):
        share = float(rows.loc[result.cutoffs_min[-1], "share_after"])
        after = tuple(float(rows.loc[cutoff, "after"]) for cutoff in result.cutoffs_min)
    return PosterProposal(
        proposal.id,
        proposal.name,
        share,
        _list_places(result, real, lang),
        tuple(draw_changed_areas(result, proposal, profile=profile, target=target)),
        () if any(map(math.isnan, after)) else after,
        frozenset(one.facility_id for one in real.of_kind("move_facility", "remove_facility")),
    )


def _list_places(
    result: RunResult,
    proposal: Proposal,
    lang: Lang,
) -> tuple[PosterPlace, ...]:
    """Where each change is, and what it is in words."""
    area = result.areas[proposal.area]
    to_degrees = Transformer.from_crs(area.network.crs, "EPSG:4326", always_xy=True)
    table = area.facilities.set_index("facility_id")
    found = []
    for change in proposal.changes:
        kind = say(f"poster_change_{change.kind}", lang)
        old = table.loc[change.facility_id] if change.facility_id in table.index else None
        name = clean_text(change.name if old is None else old["name"], lang)
        place, was = change.place, None
        if old is not None and isinstance(old["geometry"], shapely.Point):
            was = to_degrees.transform(old["geometry"].x, old["geometry"].y)
        if place is None:
            place, was = was, None
        elif change.place_to is not None:
            place = ((place[0] + change.place_to[0]) / 2, (place[1] + change.place_to[1]) / 2)
        if place is not None:
            is_gone = change.kind == "remove_facility"
            found.append(
                PosterPlace(*place, name or kind, kind if name else "", is_gone=is_gone, was=was)
            )
    return tuple(found)


def scan_poster(
    photo: Path,
    key_path: Path,
    output: Path,
    *,
    now: datetime,
) -> Scan:
    """Read the stickers off a photograph of a poster into a file of proposals."""
    check_inputs_stay([output], [photo, key_path])
    key = read_poster_key(key_path)
    found = scan_photo(photo, key)
    # a file's name need not be Unicode
    name = photo.stem.encode("utf-8", "replace").decode("utf-8")[:_MAX_NAME]
    title = say("scan_title", key.lang, name=name)
    notes = {colour: say(f"sticker_{colour}", key.lang) for colour in COLOURS}
    write_text_atomic(
        output,
        write_scan(
            found,
            key,
            title=title,
            notes=notes,
            now=now,
        ),
    )
    return found
