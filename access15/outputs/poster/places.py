"""Which facilities stand on the poster, and with which sign: numbers for few of a kind, one letter
for many.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely

from access15.config import Category
from access15.outputs.poster.text import plain_text
from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import say

# residents walk to what stands just beyond the edge of their neighbourhood
_AROUND_M: Final = 250.0
_MANY: Final = 12  # street furniture of which there is more is dots, below bands' minutes and names
_N_DOTS: Final = 2  # forms of dots that one tells apart


@dataclass(frozen=True)
class Place:
    """A facility on the map.

    Parameters
    ----------
    sign : str
        Its number, or the letters of its kind.
    name : str
        Plain text.
    x_m, y_m : float
        Where it is, in the study's CRS [m].
    is_target : bool
        Whether the walk is to it.
    is_numbered : bool
        Whether it has a row of its own in the table.
    dot : int
        Which form of dot stands for it, 0 where it has a sign.
    """

    sign: str
    name: str
    x_m: float
    y_m: float
    is_target: bool
    is_numbered: bool
    dot: int = 0


@dataclass(frozen=True)
class Row:
    """A row of the table beside the map.

    Parameters
    ----------
    sign : str
        Number or letters.
    name : str
        Name of the place, or of the kind with how many there are.
    kind : str
        Kind of a numbered place.
    is_target, is_numbered : bool
        As of the place.
    dot : int
        As of the place.
    """

    sign: str
    name: str
    kind: str
    is_target: bool
    is_numbered: bool
    dot: int = 0


def choose_places(
    findings: Findings,
    target: str,
    bounds_m: tuple[float, float, float, float],
    *,
    rows: int,
    gone: Collection[str] = (),
) -> tuple[list[Place], list[Row]]:
    """Choose what is drawn and listed: targets first, then kinds with few places, each numbered,
    then the rest by kind.
    """
    if target == HUB:  # in a study without hubs, places of one kind
        target = findings.result.study.hub_stand_in or HUB
    # 1. Who gets a row: targets, then all places of a kind as long as there is room.
    here, targets = _split_targets(findings, target, bounds_m, gone)
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in here:
        by_kind.setdefault(str(row["category"]), []).append(row)
    kinds = findings.result.categories
    known = [kind for kind in kinds if kind in by_kind]
    counts = {kind: len(by_kind[kind]) for kind in known}
    few = _numbered_kinds(counts, max(0, rows - len(targets)), kinds)
    numbered = [row for kind in known if kind in few for row in by_kind[kind]]
    signed = [kind for kind in known if kind not in few]
    if len(targets) > rows:  # too many to be numbered: all with the sign of their kind
        by_kind[target] = targets
        signed.insert(0, target)
    else:
        numbered = targets + numbered
    # 2. Numbers in the order of the rows; then kind by kind, one row each.
    target_rows = {id(row) for row in targets}
    places, table = [], []
    for number, row in enumerate(numbered, start=1):
        place = _place(findings, row, str(number), is_target=id(row) in target_rows)
        places.append(place)
        table.append(_row_of_place(findings, row, place))
    dots = _choose_dots({kind: counts[kind] for kind in signed if kind != target}, kinds)
    for kind in signed:
        sign = plain_text(kinds[kind].symbol, findings.lang, limit=2)
        is_target, dot = kind == target, dots.get(kind, 0)
        places += [
            replace(_place(findings, row, sign, is_target=is_target, is_numbered=False), dot=dot)
            for row in by_kind[kind]
        ]
        row_of = _row_of_kind(findings, kind, sign, len(by_kind[kind]), is_target=is_target)
        table.append(replace(row_of, dot=dot))
    return places, table


def _choose_dots(counts: Mapping[str, int], kinds: Mapping[str, Category]) -> dict[str, int]:
    """Forms of dots for the kinds of street furniture that are too many for signs, most first."""
    many = [kind for kind in counts if kinds[kind].never_closes and counts[kind] > _MANY]
    many.sort(key=lambda kind: -counts[kind])
    return {kind: form for form, kind in enumerate(many[:_N_DOTS], start=1)}


def _row_of_place(
    findings: Findings,
    row: Mapping[str, Any],
    place: Place,
) -> Row:
    """A place in the table, with its kind where the name does not say it."""
    kind = _kind_label(findings, row)
    if kind == place.name:
        kind = ""
    return Row(place.sign, place.name, kind, place.is_target, is_numbered=True)


def _row_of_kind(
    findings: Findings,
    kind: str,
    sign: str,
    count: int,
    *,
    is_target: bool,
) -> Row:
    """A kind in the table, with how many places of it there are."""
    lang = findings.lang
    label = plain_text(findings.result.categories[kind].label.in_lang(lang), lang)
    name = say("poster_count", lang, kind=label, n=format_number(count, lang))
    return Row(sign, name, "", is_target, is_numbered=False)


def _split_targets(
    findings: Findings,
    target: str,
    bounds_m: tuple[float, float, float, float],
    gone: Collection[str],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Places in or beside the neighbourhood, and targets anywhere on the map, each by name."""
    area = findings.area
    table = area.facilities
    is_placed = (table["status"] == "ok") & table.geometry.notna()
    table = table[is_placed & ~table["facility_id"].isin(list(gone))]
    points = table.geometry.to_numpy()
    seen = shapely.intersects(shapely.box(*bounds_m), points)
    land = shapely.union_all(area.zones.geometry.to_numpy())
    near = shapely.dwithin(land, points, _AROUND_M)
    is_named = table["facility_id"].isin(_target_ids(findings, target))
    is_target = (is_named | (table["category"] == target)).to_numpy()
    order = np.argsort(table["name"].astype(str).to_numpy(), kind="stable")
    records = table.to_dict("records")
    rows = [i for i in order if seen[i]]
    targets = [records[i] for i in rows if is_target[i]]
    return [records[i] for i in rows if near[i] and not is_target[i]], targets


def _target_ids(findings: Findings, target: str) -> Sequence[str]:
    """Ids of the hubs that are walked to."""
    hubs = findings.area.area.hubs
    return hubs if target == HUB else [hub for hub in hubs if hub == target]


def _numbered_kinds(
    counts: Mapping[str, int],
    rows: int,
    kinds: Mapping[str, Category],
) -> set[str]:
    """Kinds whose every place gets a row, those with few places first, as long as all kinds have at
    least one row.

    What stands in the street (stops, fountains) has names that nobody uses.
    """
    numbered: set[str] = set()
    left = rows - len(counts)
    staying = (kind for kind in counts if not kinds[kind].never_closes)
    for kind in sorted(staying, key=lambda kind: counts[kind]):
        if counts[kind] - 1 > left:
            break
        left -= counts[kind] - 1
        numbered.add(kind)
    return numbered


def _kind_label(findings: Findings, row: Mapping[str, Any]) -> str:
    """What a place is, empty where its category is not known."""
    kind = findings.result.categories.get(str(row["category"]))
    return "" if kind is None else plain_text(kind.label.in_lang(findings.lang), findings.lang)


def _place(
    findings: Findings,
    row: Mapping[str, Any],
    sign: str,
    *,
    is_target: bool,
    is_numbered: bool = True,
) -> Place:
    """A facility on the map; one without a name is called by its kind."""
    name = plain_text(row["name"], findings.lang) or _kind_label(findings, row)
    point = row["geometry"]
    return Place(sign, name, float(point.x), float(point.y), is_target, is_numbered)
