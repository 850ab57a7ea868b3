"""Several fixes together: each alone as it is found alone, and more never help less."""

from __future__ import annotations

import numpy as np
import pytest
from core.change.test_gains import Town, towns
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from access15.core.change.fixes import FIX_KINDS
from access15.core.change.mending import Mending

MENDED = [FIX_KINDS.index(name) for name in ("crossings", "kerbs", "steps")]


def build_mending(town: Town, cutoff_s: float) -> tuple[Mending, np.ndarray]:  # type: ignore[type-arg]
    search = town.walks().fixes
    assert search is not None
    rows = np.unique(town.setting.facilities.owner)
    numbers = np.unique(search.rows.fix)
    numbers = numbers[np.isin(town.fixes.kind[numbers], MENDED)]
    return Mending(town.setting, search, rows, cutoff_s), numbers


@settings(max_examples=60)
@given(town=towns(), cutoff_s=st.sampled_from([30.0, 60.0, 120.0, 240.0]), data=st.data())
def test_together(town: Town, cutoff_s: float, data: st.DataObject) -> None:
    mending, numbers = build_mending(town, cutoff_s)
    assume(len(numbers) > 0)
    none = np.zeros(0, dtype=np.int64)
    today = mending.reach(none)
    time_s, _ = mending.search.walks.nearest(mending.facilities, cutoff_s=cutoff_s)
    assert (today == (time_s <= cutoff_s)).all()
    # each alone, as the search for single fixes finds it
    found = mending.search.gains(mending.facilities, ~today, cutoff_s=cutoff_s)
    for number in numbers.tolist():
        gained = np.flatnonzero(mending.reach(np.array([number])) & ~today)
        assert gained.tolist() == np.sort(found.home[found.fix == number]).tolist()
    # more never help less
    chosen = data.draw(st.permutations(numbers.tolist()))
    reached = today
    for k in range(1, min(len(chosen), 4) + 1):
        now = mending.reach(np.array(sorted(chosen[:k])))
        assert (now >= reached).all()
        reached = now
    # each the best next one
    people = np.ones(len(today))
    greedy = mending.choose_greedily(people, 2, among=numbers)
    counts = [int(mending.reach(np.array([one])).sum()) for one in numbers.tolist()]
    assert (len(greedy) > 0) == (max(counts) > today.sum())
    if len(greedy):
        assert mending.reach(greedy[:1]).sum() == pytest.approx(max(counts))
