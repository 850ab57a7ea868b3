"""The honesty gap of one neighbourhood facility by facility."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.area.walkers import AreaInputs
from access15.core.measures.coverage import count_per_source
from access15.results.walker import Walker


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
