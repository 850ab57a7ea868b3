"""What is told of best places, held against the run that they are of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.small_town import write_town

import access15
from access15.area.siting.candidates import list_corners, put_on_streets
from access15.crs import points_xy

CUTOFF_S = 150.0


def test_whom_a_place_serves_and_what_else_would_do(tmp_path: Path) -> None:
    found = access15.site(
        write_town(tmp_path),
        category="csrc",
        cutoff_min=CUTOFF_S / 60.0,
        worlds=0,
        osm=tmp_path / "town.osm",
        offline=True,
    )
    area = found.run.areas["west"]
    site = found.sites[found.sites["area"] == "west"].iloc[0]
    # 1. the same walks, from the corner that stands nearest to what is told
    corners = put_on_streets(area, list_corners(area, "older_adult"), max_snap_m=150.0)
    at = points_xy(found.sites[found.sites["area"] == "west"], area.network.crs)[0]
    row = int(np.argmin(np.hypot(*(corners.xy - at).T)))
    walks = area.walkers["older_adult"].walks.ending_at(corners.doors)
    is_near = walks.nearest(np.array([row]))[0] <= CUTOFF_S
    today_s = area.travel_time_s["older_adult", "csrc"]
    is_new = is_near & (today_s > CUTOFF_S)
    people = area.residents["age_65_plus"].to_numpy()
    assert people[is_new].sum() == pytest.approx(site["gained"])
    # 2. a twentieth of them is nearer than the least that is told, and a twentieth farther
    low_s, high_s = 60.0 * site["today_low_min"], 60.0 * site["today_high_min"]
    total = people[is_new].sum()
    assert people[is_new & (today_s < low_s)].sum() < 0.05 * total
    assert people[is_new & (today_s <= low_s)].sum() >= 0.05 * total - 1e-6
    assert people[is_new & (today_s < high_s)].sum() < 0.95 * total
    assert people[is_new & (today_s <= high_s)].sum() >= 0.95 * total - 1e-6
    # 3. where most of them live, most first
    by_street = area.residents[is_new].groupby("street")["age_65_plus"].sum()
    told = site["serves"].split("; ")
    assert told[0] == by_street.idxmax()
    assert set(told) <= set(by_street.index)
    # 4. who stays out is everybody else beyond the cutoff, at homes of theirs
    out = found.left_out[found.left_out["area"] == "west"]
    assert out["people"].sum() == pytest.approx(people[~is_near & (today_s > CUTOFF_S)].sum())
    every_s = walks.nearest(np.arange(len(corners)))[0]
    another = people[~is_near & (today_s > CUTOFF_S) & (every_s <= CUTOFF_S)].sum()
    assert out["another"].sum() == pytest.approx(another)
    # 5. one more place at either end of a street brings no more than is told of it
    streets = found.gain_streets[found.gain_streets["area"] == "west"]
    assert streets["gained"].max() == pytest.approx(site["gained"])
    assert len(streets) > 0
