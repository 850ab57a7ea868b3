"""The honesty gap of one neighbourhood: the same walks a little slower and faster, and people per
facility.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from access15.area.walkers import AreaInputs
from access15.config import WalkProfile
from access15.core.measures.coverage import count_per_source
from access15.core.seat_walk.walks import build_walks
from access15.core.walk.impedance import build_impedance
from access15.results.run import PACE_RANGE_MS
from access15.results.walker import Walker


@dataclass(frozen=True, eq=False)
class PaceRange:
    """Walks to one target at the two ends of a profile's range of pace.

    Parameters
    ----------
    slower_s, faster_s : ndarray of float64, shape (n_residents,)
        Door-to-door walks; inf beyond the longest cutoff [s].
    """

    slower_s: NDArray[np.float64]
    faster_s: NDArray[np.float64]


def shift_pace(profile: WalkProfile, shift_ms: float) -> WalkProfile:
    """Profile a little slower or faster, everything else as it is; never slower than half its
    pace.
    """
    pace_ms = max(profile.pace_ms + shift_ms, profile.pace_ms / 2)
    return profile.model_copy(update={"pace_ms": pace_ms})


def walk_pace_ranges(inputs: AreaInputs, walkers: list[Walker]) -> dict[tuple[str, str], PaceRange]:
    """Walk again to the nearest hub and to every category, `PACE_RANGE_MS` slower and faster.

    Pace opens and closes no street, so that places stay where they were snapped.
    """
    tasks = [
        (walker, shift_ms) for walker in walkers for shift_ms in (-PACE_RANGE_MS, PACE_RANGE_MS)
    ]
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda task: _walk_shifted(inputs, *task), tasks))
    ranges: dict[tuple[str, str], PaceRange] = {}
    for walker, slower, faster in zip(walkers, found[::2], found[1::2], strict=True):
        ranges |= {
            (walker.profile.id, target): PaceRange(slower[target], faster[target])
            for target in slower
        }
    return ranges


def _walk_shifted(
    inputs: AreaInputs,
    walker: Walker,
    shift_ms: float,
) -> dict[str, NDArray[np.float64]]:
    """Walk to every target a little slower or faster."""
    network, cutoff_s = inputs.network, inputs.cutoffs_s[-1]
    profile = shift_pace(walker.profile, shift_ms)
    asked = {
        t: rows[inputs.is_counted[rows]]
        for t, rows in inputs.targets.items()
        if t not in inputs.area.hubs
    }
    walks = build_walks(
        network,
        profile,
        build_impedance(network, profile),
        homes=walker.resident_snap,
        facilities=walker.doors,
        seats=walker.seat_snap,
    )
    return {target: walks.nearest(rows, cutoff_s=cutoff_s)[0] for target, rows in asked.items()}


def count_per_facility(inputs: AreaInputs, walkers: list[Walker]) -> dict[str, NDArray[np.float64]]:
    """People of each group within the longest cutoff of each facility, by the claim and at their
    own pace.

    Returns ``claim_<group>``, ``own_<group>`` and their difference ``gap_<group>``; NaN for a
    facility that is not on the neighbourhood's streets, and where a profile is not among the
    walkers.
    """
    people = inputs.residents[list(inputs.groups)].to_numpy(dtype=np.float64).T
    asked = {inputs.claim, *inputs.own_profile.values()}
    by_profile = {
        walker.profile.id: _count_for(inputs, walker, people)
        for walker in walkers
        if walker.profile.id in asked
    }
    unknown = np.full((len(people), len(inputs.facilities)), np.nan)
    columns: dict[str, NDArray[np.float64]] = {}
    for row, (group, profile) in enumerate(inputs.own_profile.items()):
        claim, own = (by_profile.get(one, unknown)[row] for one in (inputs.claim, profile))
        columns |= {
            f"own_{group}": own,
            f"claim_{group}": claim,
            f"gap_{group}": claim - own,
        }
    return columns


def _count_for(
    inputs: AreaInputs,
    walker: Walker,
    people: NDArray[np.float64],
) -> NDArray[np.float64]:
    """People of each group within the longest cutoff of each facility, for one walker."""
    n_facilities = len(inputs.facilities)
    pairs = walker.walks.pairs_within(np.arange(n_facilities), cutoff_s=inputs.cutoffs_s[-1])
    counts = count_per_source(pairs.source, pairs.target, people, n_sources=n_facilities)
    return np.where(walker.doors.is_met(n_facilities), counts, np.nan)
