"""Tables of a proposal beside today: people covered, who gains and who loses, and what became of
every change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.zones import mask_zones
from access15.config.proposal import ORIGIN, Change, Proposal
from access15.core.change.changes import ChangedStreets
from access15.core.change.works import name_works
from access15.results.run import AreaResult, RunResult
from access15.results.schema import COMPARE, COMPARE_CHANGES, COMPARE_STREETS


def tabulate_comparison(
    result: RunResult,
    area: AreaResult,
    proposal: Proposal,
    target_rows: Mapping[str, NDArray[np.int64]],
    times: Mapping[tuple[str, str], NDArray[np.float64]],
) -> pd.DataFrame:
    """People of every zone, profile, category, group and cutoff, before and after.

    Returns `access15.results.schema.COMPARE`; NaN where nothing is known of a category.
    """
    zones = mask_zones(area.residents, area.zones)
    groups = result.study.population.groups
    people = {group: area.residents[group].to_numpy(dtype=np.float64) for group in groups}
    keys = [
        "zone",
        "profile",
        "category",
    ]  # once each, whether or not there is one group and cutoff
    today = area.coverage.drop_duplicates(keys).set_index(keys)[["method", "network"]]
    rows: list[dict[str, Any]] = []
    for (profile, target), after_s in times.items():
        before_s = area.travel_time_s[profile, target]
        was_known = area.is_known(target)
        is_known = was_known or len(target_rows[target]) > 0
        for zone, group, cutoff_min in product(zones, groups, result.cutoffs_min):
            here, cutoff_s = zones[zone], 60.0 * cutoff_min
            was, now = here & (before_s <= cutoff_s), here & (after_s <= cutoff_s)
            counts = _count_moves(people[group], was, now)
            if not is_known:
                counts = dict.fromkeys(counts, np.nan)
            if not was_known:
                counts["before"] = np.nan
            method, network = today.loc[(zone, profile, target)]
            rows.append(
                {
                    "zone": zone,
                    "profile": profile,
                    "category": target,
                    "group": group,
                    "is_own": result.study.own_profile(group) == profile,
                    "cutoff_min": cutoff_min,
                    "people": _add_up(people[group], here),
                    **counts,
                    "method": method,
                    "network": network,
                }
            )
    table = pd.DataFrame(rows).assign(
        study=result.study.id,
        area=area.area.id,
        proposal=proposal.id,
        proposal_name=proposal.name,
    )
    table["difference"] = table["after"] - table["before"]
    for when in ("before", "after"):
        table[f"share_{when}"] = table[when] / table["people"].where(table["people"] > 0)
    return table[COMPARE.list_names()]


def _count_moves(
    people: NDArray[np.float64],
    was: NDArray[np.bool_],
    now: NDArray[np.bool_],
) -> dict[str, float]:
    """People within reach before and after, and those who come and go."""
    return {
        "before": _add_up(people, was),
        "after": _add_up(people, now),
        "gained": _add_up(people, now & ~was),
        "lost": _add_up(people, was & ~now),
    }


def _add_up(people: NDArray[np.float64], who: NDArray[np.bool_]) -> float:
    """People one home after the other, in the order in which the page adds them up."""
    return float(np.cumsum(np.where(who, people, 0.0))[-1]) if len(people) else 0.0


def tabulate_streets(
    result: RunResult,
    area: AreaResult,
    proposal: Proposal,
    times: Mapping[tuple[str, str], NDArray[np.float64]],
) -> pd.DataFrame:
    """Who gains and who loses within the longest cutoff, by zone and street."""
    residents = area.residents
    names = dict(zip(area.zones["zone_id"].astype(str), area.zones["name"], strict=True))
    cutoff_min = result.cutoffs_min[-1]
    zone_of = residents["zone_id"].astype(str).to_numpy()
    street_of = residents["street"].fillna("").astype(str).to_numpy()
    tables = []
    for (profile, target), after_s in times.items():
        before_s = area.travel_time_s[profile, target]
        was, now = before_s <= 60.0 * cutoff_min, after_s <= 60.0 * cutoff_min
        if (was == now).all():
            continue
        for group in result.study.population.groups:
            people = residents[group].to_numpy(dtype=np.float64)
            counts = pd.DataFrame(
                {
                    "people": people,
                    "gained": people * (now & ~was),
                    "lost": people * (was & ~now),
                }
            )
            summed = counts.groupby([zone_of, street_of]).sum().rename_axis(["zone", "street"])
            moved = summed[(summed["gained"] > 0) | (summed["lost"] > 0)].reset_index()
            tables.append(
                moved.assign(
                    profile=profile,
                    category=target,
                    group=group,
                )
            )
    if not tables:
        return pd.DataFrame(columns=COMPARE_STREETS.list_names())
    whole = pd.concat(tables, ignore_index=True).assign(
        study=result.study.id,
        area=area.area.id,
        proposal=proposal.id,
        cutoff_min=cutoff_min,
    )
    whole["zone_name"] = whole["zone"].map(names)
    return whole[COMPARE_STREETS.list_names()]


def tabulate_changes(
    result: RunResult,
    proposal: Proposal,
    streets: ChangedStreets,
    placed: Sequence[Change],
    snap_m: Mapping[str, NDArray[np.float64]],
) -> pd.DataFrame:
    """Say what became of every change."""
    row_of = {change.id: row for row, change in enumerate(placed)}
    barriers = result.areas[proposal.area].barriers
    lengths_m, works = _measure_streets(streets), name_works(streets, barriers)
    faults = {fault.id: fault for fault in streets.faults}
    rows = []
    for change in proposal.changes:
        lon, lat = change.place or (np.nan, np.nan)
        lon_to, lat_to = change.place_to or (np.nan, np.nan)
        reached: dict[str, float] = {}
        if change.id in row_of:
            row = row_of[change.id]
            reached = {f"snap_m_{profile}": metres[row] for profile, metres in snap_m.items()}
        status = "ok"
        if change.id in faults:
            status = faults[change.id].code
        elif reached and not np.isfinite(list(reached.values())).any():
            status = "too_far_from_network"
        rows.append(
            {
                "study": result.study.id,
                "area": proposal.area,
                "proposal": proposal.id,
                "change": change.id,
                "kind": change.kind,
                "facility_id": change.facility_id,
                "name": change.name,
                "category": change.category,
                "capacity": np.nan if change.capacity is None else change.capacity,
                "lon": lon,
                "lat": lat,
                "lon_to": lon_to,
                "lat_to": lat_to,
                "street": _name_streets(streets, change.id),
                "work": works.get(change.id, ""),
                "status": status,
                "metres": lengths_m.get(change.id, np.nan),
                **{key: getattr(change, key) for key in ORIGIN},
                **reached,
            }
        )
    return pd.DataFrame(rows, columns=COMPARE_CHANGES.list_names(profile=result.profiles))


def _measure_streets(streets: ChangedStreets) -> dict[str, float]:
    """Metres of every changed street and every link, and of faults how far off they are [m]."""
    length_m = streets.original.length_m
    metres = {one: float(length_m[list(edges)].sum()) for one, edges in streets.edges.items()}
    faults = {fault.id: fault.metres for fault in streets.faults}
    link_m = streets.network.length_m[streets.linked.is_link].tolist()
    return metres | dict(zip(streets.links, link_m, strict=True)) | faults


def _name_streets(streets: ChangedStreets, change_id: str) -> str:
    """Names of the streets a change is about, once each; empty where they have none."""
    original = streets.original
    names = (
        original.street_names[original.street[edge]] for edge in streets.edges.get(change_id, ())
    )
    return " / ".join(dict.fromkeys(name for name in names if name))
