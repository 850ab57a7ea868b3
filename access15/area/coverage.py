"""Tables of one neighbourhood: coverage, nearest facilities, and what nobody has mapped."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.area.gap import PaceRange
from access15.area.walkers import AreaInputs, Walker
from access15.core.measures.coverage import count_covered, weighted_median
from access15.core.reach.parts import StreetParts
from access15.core.streets.network import CROSSINGS
from access15.results.gap import add_gap
from access15.results.run import COVERAGE_COLUMNS


def located(inputs: AreaInputs, target: str) -> NDArray[np.int64]:
    """Rows of a target's facilities that have a certain point and, at a moment, are known to be
    open.
    """
    rows = inputs.targets[target]
    return rows[inputs.is_counted[rows]]


def is_known(inputs: AreaInputs, target: str) -> bool:
    """Whether anything is known of a target: a place with a certain point and, at a moment, known
    hours.
    """
    rows = inputs.targets[target]
    return bool((inputs.is_located & np.asarray(inputs.open_at != "unknown"))[rows].any())


def tabulate_coverage(
    inputs: AreaInputs,
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    ranges: Mapping[tuple[str, str], PaceRange],
) -> pd.DataFrame:
    """Coverage by zone, profile, category, group and cutoff, with its range and its gap to the
    claim.
    """
    residents = inputs.residents
    zone_of = residents["zone_id"].to_numpy()
    places = {"all": np.ones(len(residents), dtype=bool)}
    places |= {zone_id: zone_of == zone_id for zone_id in inputs.zones["zone_id"]}
    people = residents[list(inputs.groups)].to_numpy(dtype=np.float64).T
    unknown = np.full((len(inputs.groups), len(inputs.cutoffs_min)), np.nan)
    blocks, counts = [], []
    for (profile, target), time_s in travel_time_s.items():
        if target in inputs.area.hubs:
            continue
        paced = ranges[profile, target]
        known = is_known(inputs, target)
        for zone, here in places.items():
            blocks.append((zone, profile, target, inputs.people_info.tell_method(zone)))
            within = [
                count_covered(walk_s[here], people[:, here], cutoffs_s=inputs.cutoffs_s)
                if known
                else unknown
                for walk_s in (time_s, paced.slower_s, paced.faster_s)
            ]
            counts.append(
                [np.broadcast_to(people[:, here].sum(axis=1)[:, None], unknown.shape), *within]
            )
    keys = pd.DataFrame(blocks, columns=["zone", "profile", "category", "method"])
    whole = keys.loc[keys.index.repeat(unknown.size)].reset_index(drop=True)
    whole = whole.assign(study=inputs.study_id, area=inputs.area.id, network=inputs.network_name)
    whole["group"] = np.tile(
        np.repeat(np.array(inputs.groups, dtype=object), len(inputs.cutoffs_min)), len(keys)
    )
    whole["cutoff_min"] = np.tile(
        np.array(inputs.cutoffs_min, dtype=np.float64), len(inputs.groups) * len(keys)
    )
    total, *within = np.array(counts).transpose(1, 0, 2, 3).reshape(4, -1)
    whole["people"], whole["covered"] = total, within[0]
    for name, covered in zip(("share", "low", "high"), within, strict=True):
        whole[name] = np.divide(covered, total, out=np.full(len(total), np.nan), where=total > 0)
    whole["is_own"] = whole["profile"] == whole["group"].map(inputs.own_profile)
    return add_gap(whole, inputs.claim)[list(COVERAGE_COLUMNS)]


def tabulate_nearest(
    inputs: AreaInputs,
    walkers: list[Walker],
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
) -> pd.DataFrame:
    """Minutes to the nearest facility, and the straight line as the least where streets do not
    lead.
    """
    points = inputs.facilities.geometry.to_numpy()
    older = "age_65_plus" if "age_65_plus" in inputs.groups else "total"
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
                    "n_usable": int(walker.facility_snap.is_snapped[known].sum()),
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
    none = CROSSINGS.index("none")
    crosses = (network.crossing_u != none) | (network.crossing_v != none)
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
            rows.append({"area": inputs.area.id, "profile": profile, "tag": tag, "share": share})
    return pd.DataFrame(rows)
