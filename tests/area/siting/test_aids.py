"""What one more place and one more bench would bring: as trying them one by one tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import access15
from access15.area.siting import aids as looked
from access15.area.siting.aids import find_aids
from access15.area.siting.candidates import list_corners, put_on_streets
from access15.area.walkers import HUB
from access15.results.aids import NO_AIDS, Aids
from access15.results.run import AreaResult

GROUP, PROFILE, CUTOFF_MIN = "age_65_plus", "older_adult", 15.0


def ask(area: AreaResult) -> Aids:
    return find_aids(area, group=GROUP, profile=PROFILE, cutoff_min=CUTOFF_MIN, max_snap_m=150.0)


def test_no_corner_brings_more(sketch: access15.Run) -> None:
    """Every corner is walked to by itself, as if it were the only place."""
    area = sketch.areas["chiesa_rossa"]
    put = put_on_streets(area, list_corners(area, PROFILE), max_snap_m=150.0)
    walks = area.walkers[PROFILE].walks.ending_at(put.doors)
    people = area.residents[GROUP].to_numpy(dtype=np.float64)
    left = area.travel_time_s[PROFILE, HUB] > 60.0 * CUTOFF_MIN
    gained = [
        float(people[left & (walks.nearest(np.array([row]))[0] <= 60.0 * CUTOFF_MIN)].sum())
        for row in range(len(put))
    ]
    found = ask(area)
    assert found.place is not None
    (site,) = found.place.sites
    assert found.n_corners == len(put)
    assert found.place.gained == found.place.most == pytest.approx(max(gained))
    best = put.points.geometry.iloc[int(np.argmax(gained))]
    assert gained[int(np.argmax(gained))] == pytest.approx(site.gained)
    assert (site.lon, site.lat) == pytest.approx((best.x, best.y), abs=1e-2)
    assert found.bench is None, "the sketch knows of no bench"


def test_nothing_is_looked_for_where_nothing_can_be_said(
    sketch: access15.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = sketch.areas["chiesa_rossa"]
    unknown = area.coverage.assign(covered=np.nan)
    assert ask(replace(area, coverage=unknown)) == NO_AIDS
    fewer = {key: one for key, one in area.walkers.items() if key != PROFILE}
    assert ask(replace(area, walkers=fewer)) == NO_AIDS
    monkeypatch.setattr(looked, "MOST_CORNERS", 3)
    assert ask(area) == NO_AIDS


@pytest.mark.real_data
def test_benches_of_real_neighbourhoods(milan: access15.Run) -> None:
    """Whom benches everywhere bring are those who get there without a need for seats."""
    for area in milan.areas.values():
        bench = ask(area).bench
        assert bench is not None
        assert (bench.profile, bench.rest_every_m) == ("frail", 100.0)
        people = area.residents[GROUP].to_numpy(dtype=np.float64)
        plain = float(people[area.travel_time_s["frail", HUB] <= 60.0 * CUTOFF_MIN].sum())
        assert 0 <= bench.gained <= bench.everywhere
        assert bench.today + bench.everywhere <= plain + 1e-6
        assert bench.anywhere == pytest.approx(plain)
        assert (bench.street == "") == (bench.gained == 0)
