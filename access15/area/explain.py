"""Why homes of one neighbourhood are out of reach, and which single street fix lets most people
in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.coverage import is_known, located
from access15.area.fixes import Described, DoorGains, tabulate_gains
from access15.area.walkers import HUB, AreaInputs
from access15.config import find_headline_group
from access15.core.change.explain import (
    CAUSES,
    LIFTED,
    Causes,
    LiftedWalks,
    find_causes,
    lift_obstacles,
)
from access15.core.change.fixes import Fixes, find_fixes
from access15.core.change.gains import FixSearch, Gains, Setting, find_moving_doors
from access15.core.change.linked import LinkedStreets, add_links
from access15.core.walk.doors import Doors
from access15.results.asked import Explained
from access15.results.run import LEAST_GAIN
from access15.results.schema import EXPLANATIONS
from access15.results.stretches import gather_homes
from access15.results.walker import Walker

UNKNOWN = "unknown"
_FEWEST_BUILDINGS_KM = 1.0  # per km of street; where buildings are mapped there are dozens


@dataclass(frozen=True, eq=False)
class _Reasons:
    """One walker: causes by target, None where no facility has a certain point, and gains by
    target.
    """

    causes: dict[str, Causes | None]
    gains: dict[str, DoorGains]


def explain_area(
    inputs: AreaInputs,
    walkers: list[Walker],
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    n_within: Mapping[tuple[str, str], NDArray[np.int64]],
) -> Explained:
    """Find the cause for every home beyond the longest cutoff, and the fixes that help most.

    `n_within` counts the places of each target within that cutoff of every home.

    Links are not looked for on a sketch of main streets, where what is missing was never drawn.
    Single fixes are not ranked for who walks from seat to seat: which bench helps most is another
    question (``access15 seats``).
    """
    links, unseen = inputs.links, list_unseen(inputs)
    streets = add_links(inputs.network, links)
    fixes = find_fixes(streets.network, streets.is_link, links.work)
    ground = _prepare(inputs, streets, fixes, are_links_checked=not unseen)
    shown = [walker for walker in walkers if walker.profile.on_maps]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads only take more room
        told = list(
            pool.map(
                lambda walker: _explain(inputs, walker, ground, travel_time_s, n_within), shown
            )
        )
    found = {walker.profile.id: one for walker, one in zip(shown, told, strict=True)}
    causes = {profile: one.causes for profile, one in found.items()}
    return Explained(
        explanations=_tabulate_causes(inputs, causes),
        closed_doors=_tabulate_homes(inputs, causes),
        fixes=tabulate_gains(
            inputs,
            [walker.profile for walker in shown],
            {profile: one.gains for profile, one in found.items()},
            Described(streets, ground.fixes, links, " ".join(unseen)),
        ),
    )


def list_unseen(inputs: AreaInputs) -> list[str]:
    """Kinds of barriers that the street data leave out: no water at all, hardly a building."""
    under, streets_km = inputs.backdrop, float(inputs.network.length_m.sum()) / 1000.0
    is_unseen = {
        "water": not len(under.water),
        "buildings": len(under.buildings) < _FEWEST_BUILDINGS_KM * streets_km,
    }
    return [kind for kind, unseen in is_unseen.items() if unseen]


@dataclass(frozen=True, eq=False)
class _Ground:
    """What all walkers share: streets with the links they lack, places, and facilities by
    target.
    """

    streets: LinkedStreets
    fixes: Fixes
    asked: dict[str, NDArray[np.int64] | None]
    are_links_checked: bool

    def setting(self, walker: Walker) -> Setting:
        """Streets and places as one walker meets them."""
        move = self.streets.move
        return Setting(
            self.streets,
            homes=move(walker.resident_snap),
            facilities=Doors(walker.doors.owner, move(walker.doors.snapped)),
            seats=move(walker.seat_snap),
        )


def _prepare(
    inputs: AreaInputs,
    streets: LinkedStreets,
    fixes: Fixes,
    *,
    are_links_checked: bool,
) -> _Ground:
    """Gather what all walkers share."""
    return _Ground(
        streets=streets,
        fixes=fixes,
        asked={
            target: located(inputs, target) if is_known(inputs, target) else None
            for target in inputs.targets
        },
        are_links_checked=are_links_checked,
    )


def _explain(
    inputs: AreaInputs,
    walker: Walker,
    ground: _Ground,
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]],
    n_within: Mapping[tuple[str, str], NDArray[np.int64]],
) -> _Reasons:
    """Causes and gains of one walker, target by target."""
    cutoff_s, setting = inputs.cutoffs_s[-1], ground.setting(walker)
    pace_ms = max(inputs.claim_pace_ms, walker.profile.pace_ms)
    walks = lift_obstacles(setting, ground.fixes, walker.profile, adult_pace_ms=pace_ms)
    told = _Reasons({}, {})
    for target, rows in ground.asked.items():
        if rows is None:
            told.causes[target] = None
            continue
        is_out = travel_time_s[walker.profile.id, target] > cutoff_s
        lifted_s = _search_lifted(inputs, walks, target, rows)
        causes = find_causes(
            lifted_s,
            is_out=is_out,
            is_snapped=setting.homes.is_snapped,
            cutoff_s=cutoff_s,
            are_links_checked=ground.are_links_checked,
        )
        told.causes[target] = causes
        category = inputs.categories.get(target)
        is_ranked = target == HUB or (category is not None and category.counts_in_score)
        if is_ranked and walks.fixes is not None:
            gained = walks.fixes.gains(rows, is_out, cutoff_s=cutoff_s)
            is_alone = n_within[walker.profile.id, target] <= 1
            people = inputs.people[find_headline_group(inputs.groups)]
            others = try_doors(
                inputs,
                ground.streets,
                walks.fixes,
                gained,
                rows=rows,
                is_alone=is_alone,
                people=people,
            )
            told.gains[target] = DoorGains(gained, others)
    return told


def _search_lifted(
    inputs: AreaInputs,
    walks: LiftedWalks,
    target: str,
    rows: NDArray[np.int64],
    more: NDArray[np.int64] | None = None,
) -> dict[str, NDArray[np.float64]]:
    """Walks from every home with one class of obstacles lifted; `more` are places that are open."""
    cutoff_s, more = inputs.cutoffs_s[-1], np.zeros(0, np.int64) if more is None else more
    asked = np.append(rows, more)
    lifted_s = {
        name: without.nearest(asked, cutoff_s=cutoff_s)[0] for name, without in walks.lifted.items()
    }
    if inputs.at is not None:
        placed = inputs.targets[target]
        placed = np.append(placed[inputs.is_located[placed]], more)
        lifted_s["hours"], _ = walks.base.nearest(placed, cutoff_s=cutoff_s)
    return lifted_s


def explain_with(
    inputs: AreaInputs,
    walker: Walker,
    target: str,
    new: Doors,
    *,
    is_out: NDArray[np.bool_],
    gone: NDArray[np.int64],
) -> Causes:
    """Find the cause for homes that stay beyond the longest cutoff though there are new places,
    whose doors `new` are; facilities whose rows are `gone` are there no more.
    """
    links, unseen = inputs.links, list_unseen(inputs)
    streets = add_links(inputs.network, links)
    fixes = find_fixes(streets.network, streets.is_link, links.work)
    ground = _prepare(inputs, streets, fixes, are_links_checked=not unseen)
    # the new places stand behind those that there are
    setting, n_places = ground.setting(walker), len(inputs.facilities)
    added = Doors(n_places + new.owner, streets.move(new.snapped))
    kept = setting.facilities.take(~np.isin(setting.facilities.owner, gone))
    setting = replace(setting, facilities=kept.join(added))
    pace_ms = max(inputs.claim_pace_ms, walker.profile.pace_ms)
    walks = lift_obstacles(setting, fixes, walker.profile, adult_pace_ms=pace_ms)
    more = n_places + np.unique(new.owner)
    return find_causes(
        _search_lifted(inputs, walks, target, located(inputs, target), more),
        is_out=is_out,
        is_snapped=setting.homes.is_snapped,
        cutoff_s=inputs.cutoffs_s[-1],
        are_links_checked=not unseen,
    )


def try_doors(
    inputs: AreaInputs,
    streets: LinkedStreets,
    fixes: FixSearch,
    gained: Gains,
    *,
    rows: NDArray[np.int64],
    is_alone: NDArray[np.bool_],
    people: NDArray[np.float64],
) -> tuple[Gains, ...]:
    """What the fixes that will be listed bring where one place has another plausible door, one door
    of one place at a time; doors that cannot move a gain are left out.
    """
    # 1. Only fixes that let enough people in with the doors taken are listed.
    is_listed = np.bincount(gained.fix, people[gained.home], fixes.n_fixes) >= LEAST_GAIN
    if not is_listed.any():
        return ()
    # 2. Each door alone in the place of those taken.
    cutoff_s, known = inputs.cutoffs_s[-1], inputs.plausible_doors
    walks_m = cutoff_s * fixes.walks.impedance.pace_ms
    homes_xy = inputs.home_door_xy[is_alone]
    doors = find_moving_doors(inputs.network, known, rows, homes_xy, walks_m=walks_m)
    is_asked = np.isin(known.owner, rows)
    on_pieces = streets.move(known.snapped)
    few = fixes.of_fixes(is_listed)
    found = []
    for door in doors.tolist():
        is_kept = is_asked & known.is_taken & (known.owner != known.owner[door])
        is_kept[door] = True
        with_it = few.ending_at(Doors(known.owner[is_kept], on_pieces.take(is_kept)))
        time_s, _ = with_it.walks.nearest(rows, cutoff_s=cutoff_s)
        found.append(with_it.gains(rows, time_s > cutoff_s, cutoff_s=cutoff_s))
    return tuple(found)


def _tabulate_causes(
    inputs: AreaInputs, found: Mapping[str, Mapping[str, Causes | None]]
) -> pd.DataFrame:
    """People by cause, for every walker, target and group."""
    same = {
        "study": inputs.study_id,
        "area": inputs.area.id,
        "cutoff_min": inputs.cutoffs_min[-1],
        "method": inputs.method,
        "network": inputs.network_name,
    }
    people = inputs.people
    rows = []
    for profile, targets in found.items():
        for target, causes in targets.items():
            if target in inputs.area.hubs:
                continue
            for group, count in people.items():
                here = {
                    **same,
                    "profile": profile,
                    "category": target,
                    "group": group,
                }
                rows += [{**here, **cells} for cells in count_causes(causes, count)]
    return pd.DataFrame(rows, columns=EXPLANATIONS.list_names())


def count_causes(causes: Causes | None, people: NDArray[np.float64]) -> list[dict[str, object]]:
    """People and homes by cause; what concerns nobody has no row."""
    if causes is None:
        return [
            {
                "cause": UNKNOWN,
                "people": np.nan,
                "homes": np.nan,
                "people_alone": np.nan,
            }
        ]
    rows: list[dict[str, object]] = []
    for i, cause in enumerate(CAUSES):
        told = causes.cause == i
        alone = causes.opens[:, i] if cause in LIFTED else told
        if alone.any():
            counts = {"people": float(people[told].sum()), "homes": float(told.sum())}
            rows.append(
                {
                    "cause": cause,
                    **counts,
                    "people_alone": float(people[alone].sum()),
                }
            )
    return rows


def _tabulate_homes(
    inputs: AreaInputs, found: Mapping[str, Mapping[str, Causes | None]]
) -> gpd.GeoDataFrame:
    """Every stretch of homes with what would let it in, for every walker and target."""
    stretches = gather_homes(inputs.residents)
    residents = stretches.list_rows(inputs.residents, list(inputs.groups))
    kept = residents[["resident_id", "zone_id", "street", *inputs.groups]]
    names = np.array([*CAUSES, ""], dtype=object)  # the last stands for -1, within the cutoff
    lists = np.array([_list_names(bits) for bits in range(2 ** len(LIFTED))], dtype=object)
    weights = 2 ** np.arange(len(LIFTED))
    frames = []
    for profile, targets in found.items():
        columns: dict[str, object] = {
            "area": inputs.area.id,
            "profile": profile,
            "cutoff_min": inputs.cutoffs_min[-1],
        }
        for target, causes in targets.items():
            door, opens = f"door_{target}", f"opens_{target}"
            columns[door] = UNKNOWN if causes is None else names[causes.cause[stretches.middle]]
            columns[opens] = ""
            if causes is not None:
                columns[opens] = lists[causes.opens[stretches.middle] @ weights]
        frames.append(pd.concat([kept, pd.DataFrame(columns, index=kept.index)], axis=1))
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"profile": []})
    points = np.tile(residents.geometry.to_numpy(), len(frames))
    return gpd.GeoDataFrame(table, geometry=points, crs=inputs.network.crs)


def _list_names(bits: int) -> str:
    """Names of the obstacles whose bits are set, parted by spaces."""
    return " ".join(name for i, name in enumerate(LIFTED) if bits >> i & 1)
