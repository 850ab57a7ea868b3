"""Which facilities stand on the poster, and with which sign: numbers for few of a kind, one letter
for many.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from access15.config import Category, Lang
from access15.outputs.poster.text import plain_text
from access15.outputs.words.facts import HUB
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import say

# residents walk to what stands just beyond the edge of their neighbourhood
_AROUND_M: Final = 250.0


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
    """

    sign: str
    name: str
    x_m: float
    y_m: float
    is_target: bool
    is_numbered: bool


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
    """

    sign: str
    name: str
    kind: str
    is_target: bool
    is_numbered: bool


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
    here, targets = _split_targets(findings, target, bounds_m, gone)
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in here:
        by_kind.setdefault(str(row["category"]), []).append(row)
    kinds = findings.result.categories
    known = [kind for kind in kinds if kind in by_kind]
    few = _numbered_kinds(
        {kind: len(by_kind[kind]) for kind in known}, max(0, rows - len(targets)), kinds
    )
    numbered = targets + [row for kind in known if kind in few for row in by_kind[kind]]
    places, table = [], []
    signed_targets = len(targets) > rows  # too many to be numbered: all with the sign of their kind
    for i, row in enumerate(numbered[len(targets) if signed_targets else 0 :], start=1):
        place = _place(
            findings,
            row,
            str(i),
            kinds,
            is_target=any(row is one for one in targets),
            is_numbered=True,
        )
        places.append(place)
        kind = _kind_label(row, kinds, findings.lang)
        table.append(
            Row(
                place.sign,
                place.name,
                kind if kind != place.name else "",
                place.is_target,
                is_numbered=True,
            )
        )
    if signed_targets:
        by_kind[target] = targets
    for kind in [target] * signed_targets + [kind for kind in known if kind not in few]:
        category = kinds[kind]
        is_target = kind == target
        sign = plain_text(category.symbol, findings.lang, limit=2)
        places += [
            _place(findings, row, sign, kinds, is_target=is_target, is_numbered=False)
            for row in by_kind[kind]
        ]
        label = plain_text(category.label.in_lang(findings.lang), findings.lang)
        n = format_number(len(by_kind[kind]), findings.lang)
        table.append(
            Row(
                sign,
                say("poster_count", findings.lang, kind=label, n=n),
                "",
                is_target,
                is_numbered=False,
            )
        )
    return places, table


def _split_targets(
    findings: Findings,
    target: str,
    bounds_m: tuple[float, float, float, float],
    gone: Collection[str],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    area = findings.area
    table = area.facilities[(area.facilities["status"] == "ok") & area.facilities.geometry.notna()]
    table = table[~table["facility_id"].isin(list(gone))]
    points = table.geometry.to_numpy()
    seen = shapely.intersects(shapely.box(*bounds_m), points)
    near = shapely.dwithin(shapely.union_all(area.zones.geometry.to_numpy()), points, _AROUND_M)
    is_target = table["facility_id"].isin(_target_ids(findings, target)) | (
        table["category"] == target
    )
    order = np.argsort(table["name"].astype(str).to_numpy(), kind="stable")
    records, rows = table.to_dict("records"), [i for i in order if seen[i]]
    targets = [records[i] for i in rows if is_target.iloc[i]]
    return [records[i] for i in rows if near[i] and not is_target.iloc[i]], targets


def _target_ids(findings: Findings, target: str) -> Sequence[str]:
    hubs = findings.area.area.hubs
    return hubs if target == HUB else [hub for hub in hubs if hub == target]


def _numbered_kinds(
    counts: Mapping[str, int], rows: int, kinds: Mapping[str, Category]
) -> set[str]:
    """Kinds whose every place gets a row, those with few places first, as long as all kinds have at
    least one row.

    What stands in the street (stops, fountains) has names that nobody uses.
    """
    numbered: set[str] = set()
    left = rows - len(counts)
    for kind in sorted(
        (kind for kind in counts if kinds[kind].has_hours), key=lambda kind: counts[kind]
    ):
        if counts[kind] - 1 > left:
            break
        left -= counts[kind] - 1
        numbered.add(kind)
    return numbered


def _kind_label(row: Mapping[str, Any], kinds: Mapping[str, Category], lang: Lang) -> str:
    kind = kinds.get(str(row["category"]))
    return "" if kind is None else plain_text(kind.label.in_lang(lang), lang)


def _place(
    findings: Findings,
    row: Mapping[str, Any],
    sign: str,
    kinds: Mapping[str, Category],
    *,
    is_target: bool,
    is_numbered: bool,
) -> Place:
    name = plain_text(row["name"], findings.lang) or _kind_label(row, kinds, findings.lang)
    point = row["geometry"]
    return Place(sign, name, float(point.x), float(point.y), is_target, is_numbered)
