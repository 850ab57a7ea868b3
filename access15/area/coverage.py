"""Tables of one neighbourhood: coverage, nearest facilities, and what nobody has mapped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.ranges import ENDS, Ends
from access15.area.walkers import AreaInputs
from access15.area.zones import count_by_zone, mask_zones
from access15.config import find_headline_group
from access15.core.measures.coverage import weighted_median
from access15.core.reach.parts import StreetParts
from access15.core.streets.network import CROSSINGS
from access15.results.gap import add_gap
from access15.results.schema import COVERAGE
from access15.results.walker import Walker

KNOWN: Final = "known"


def located(inputs: AreaInputs, target: str) -> NDArray[np.int64]:
    """Rows of a target's facilities that have a certain point and, at a moment, are known to be
    open.
    """
    rows = inputs.targets[target]
    return rows[inputs.is_counted[rows]]


def is_known(inputs: AreaInputs, target: str) -> bool:
    """Whether anything is known of a target: a place with a certain point and, at a moment, known
    hours.

    Not where all that stand among the streets have no way in: behind a gate that nobody mapped.
    """
    return find_status(inputs, target) == KNOWN


def find_status(inputs: AreaInputs, target: str) -> str:
    """Say whether anything is known of a target, and if not, why."""
    rows = inputs.targets[target]
    if not len(rows):
        return "not_listed"
    rows = rows[inputs.is_located[rows]]
    if not len(rows):
        return "not_located"
    rows = rows[np.asarray(inputs.open_at != "unknown")[rows]]
    if not len(rows):
        return "hours_unknown"
    is_shut_in = inputs.is_among_streets[rows] & ~inputs.is_joined[rows]
    return KNOWN if inputs.is_joined[rows].any() or not is_shut_in.any() else "no_way_in"


def tabulate_coverage(
    inputs: AreaInputs,
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    ends: Mapping[tuple[str, str], Ends],
) -> pd.DataFrame:
    """Coverage by zone, profile, category, group and cutoff, with its range and its gap to the
    claim.
    """
    zones = mask_zones(inputs.residents, inputs.zones)
    people = inputs.residents[list(inputs.groups)].to_numpy(dtype=np.float64).T
    by_zone = {zone: people[:, here] for zone, here in zones.items()}
    total = np.array([everybody.sum(axis=1) for everybody in by_zone.values()])
    shape = (len(zones), len(inputs.groups), len(inputs.cutoffs_min))
    keys, counts = [], []
    for (profile, target), time_s in travel_time_s.items():
        if target in inputs.area.hubs:
            continue
        keys += [(zone, profile, target, inputs.people_info.join_methods(zone)) for zone in zones]
        unknown = np.full(shape, np.nan)
        within = unknown
        ranges: Ends = dict.fromkeys(ENDS, unknown)
        if is_known(inputs, target):
            within = count_by_zone(zones, time_s, by_zone, cutoffs_s=inputs.cutoffs_s)
            ranges = ends.get((profile, target), ranges)
        everybody = np.broadcast_to(total[:, :, None], shape)
        counts.append([everybody, within, *(ranges[name] for name in ENDS)])
    table = _spread_keys(inputs, keys)
    # from (targets, counts, zones, groups, cutoffs) to one long column for each count
    columns = np.array(counts).transpose(1, 0, 2, 3, 4).reshape(2 + len(ENDS), -1)
    for name, column in zip(("people", "covered", *ENDS), columns, strict=True):
        table[name] = column
    nobody = np.full(len(table), np.nan)
    table["share"] = np.divide(columns[1], columns[0], out=nobody, where=columns[0] > 0)
    table["no_range"] = _say_why_no_range(table)
    table["is_own"] = table["profile"] == table["group"].map(inputs.own_profile)
    statuses = {target: find_status(inputs, target) for target in set(table["category"])}
    table["status"] = table["category"].map(statuses)
    return add_gap(table, inputs.claim)[COVERAGE.list_names()]


def _say_why_no_range(table: pd.DataFrame) -> NDArray[np.object_]:
    """Why a share has no range; empty where it has one."""
    is_asked = table["low"].isna()
    reasons = {
        "nobody": is_asked & (table["people"] <= 0),
        "unknown": is_asked & table["covered"].isna(),
        "seats": is_asked,  # all others are drawn
    }
    return np.select(list(reasons.values()), list(reasons), default="").astype(object)


def _spread_keys(inputs: AreaInputs, keys: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    """What each row is about: every zone, profile and target with each group and cutoff."""
    n_groups, n_cutoffs = len(inputs.groups), len(inputs.cutoffs_min)
    named = pd.DataFrame(keys, columns=["zone", "profile", "category", "method"])
    table = named.loc[named.index.repeat(n_groups * n_cutoffs)].reset_index(drop=True)
    groups = np.repeat(np.array(inputs.groups, dtype=object), n_cutoffs)
    table["group"] = np.tile(groups, len(keys))
    table["cutoff_min"] = np.tile(
        np.array(inputs.cutoffs_min, dtype=np.float64), n_groups * len(keys)
    )
    return table.assign(
        study=inputs.study_id,
        area=inputs.area.id,
        network=inputs.network_name,
    )


def tabulate_nearest(
    inputs: AreaInputs,
    walkers: list[Walker],
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
) -> pd.DataFrame:
    """Minutes to the nearest facility, and the straight line as the least where streets do not
    lead.
    """
    points = inputs.facilities.geometry.to_numpy()
    older = find_headline_group(inputs.groups)
    weights = inputs.residents[older].to_numpy(dtype=np.float64)
    homes = shapely.STRtree(inputs.residents.geometry.to_numpy())
    rows = []
    for target, known in inputs.targets.items():
        if target in inputs.area.hubs:
            continue
        placed = located(inputs, target)
        straight_m = np.nan
        if placed.size:
            _, distance_m = homes.query_nearest(
                points[placed], return_distance=True, all_matches=False
            )
            straight_m = float(distance_m.min())
        for walker in walkers:
            time_s = travel_time_s[walker.profile.id, target]
            rows.append(
                {
                    "area": inputs.area.id,
                    "profile": walker.profile.id,
                    "category": target,
                    "n_known": known.size,
                    "n_located": placed.size,
                    "n_usable": int(walker.doors.is_met(len(points))[known].sum()),
                    "nearest_min": float(time_s.min(initial=np.inf)) / 60.0,
                    "median_min": weighted_median(time_s, weights) / 60.0,
                    "at_least_min": straight_m / walker.profile.pace_with_rests_ms / 60.0,
                }
            )
    return pd.DataFrame(rows)


def tabulate_unknown(inputs: AreaInputs, reached: Mapping[str, StreetParts]) -> pd.DataFrame:
    """Share of the streets walked to the hubs whose kerb, incline or surface nobody has mapped.

    Returns ``area, profile, tag, share``; of kerbs the share of the streets that begin or end at a
    crossing; NaN where there is no such street.
    """
    network = inputs.network
    no_street = [CROSSINGS.index("none"), CROSSINGS.index("lift")]
    crosses = ~(np.isin(network.crossing_u, no_street) & np.isin(network.crossing_v, no_street))
    everywhere = np.ones(network.n_edges, dtype=bool)
    asked = {
        "kerb": (crosses, (network.kerb_u == 0) & (network.kerb_v == 0)),
        "incline": (everywhere, np.isnan(network.incline)),
        "surface": (everywhere, network.surface == 0),
    }
    rows = []
    for profile, parts in reached.items():
        metres = parts.length_m(network)
        for tag, (counts, is_unknown) in asked.items():
            total_m = float(metres[counts[parts.edge]].sum())
            unknown_m = float(metres[(counts & is_unknown)[parts.edge]].sum())
            share = unknown_m / total_m if total_m > 0 else np.nan
            rows.append(
                {
                    "area": inputs.area.id,
                    "profile": profile,
                    "tag": tag,
                    "share": share,
                }
            )
    return pd.DataFrame(rows)
