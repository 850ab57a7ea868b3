"""No figure of real streets depends on where the points fall that people are put on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

import access15
from access15.core.reach.spread import street_points
from access15.results.run import LEAST_GAIN
from access15.sources.people import spread

KEYS = ["area", "zone", "profile", "category", "group", "cutoff_min"]
AREA = "chiesa_rossa"


@pytest.mark.real_data
def test_half_a_spacing_moves_nothing(
    milan: access15.Run, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every point of everybody is moved along its street by half a spacing: no share moves by more
    than 0.1 points, no listed fix by three people or a tenth.

    Half a spacing back is half a spacing on, but for the ends of a street.
    """
    monkeypatch.setattr(spread, "street_points", partial(street_points, shift=0.5))
    moved = access15.run("milano", osm=extract, areas=[AREA])
    table = milan.coverage[milan.coverage["area"] == AREA]
    pairs = table.merge(moved.coverage, on=KEYS, suffixes=("", "_moved"))
    assert len(pairs) == len(table) == len(moved.coverage)
    worst = (pairs["share"] - pairs["share_moved"]).abs()
    assert worst.max() <= 0.001, pairs.loc[worst.idxmax(), KEYS].to_dict()
    assert (pairs["people"] == pairs["people_moved"]).all()
    fixes, again = milan.areas[AREA].fixes, moved.areas[AREA].fixes
    assert (fixes["gained_age_65_plus"] >= LEAST_GAIN).all()
    keys = ["profile", "category", "fix_id"]
    both = fixes.merge(again, on=keys, how="outer", suffixes=("", "_moved"))
    gain, gain_moved = (
        both[name].fillna(LEAST_GAIN) for name in ("gained_age_65_plus", "gained_age_65_plus_moved")
    )
    apart = (gain - gain_moved).abs()
    assert (apart <= 3.0 + 0.1 * gain).all(), both[apart > 3.0 + 0.1 * gain][keys]
