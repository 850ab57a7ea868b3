"""What closes the door, made up: for tests of outputs, never for proving numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.results.asked import Explained, Later
from access15.results.schema import EXPLANATIONS, FIXES

GAINS = (40.0, 12.0, 3.0, 0.2)  # people of every group that the four made-up fixes let in


def make_explained(
    area_id: str,
    residents: gpd.GeoDataFrame,
    times: Mapping[tuple[str, str], NDArray[np.float64]],
    *,
    groups: Sequence[str],
    cutoff_min: float,
    hubs: Sequence[str] = (),
    unknown: Sequence[str] = (),
) -> Later[Explained]:
    """What `access15.results.run.AreaResult` is explained by: far homes need a nearer place, the
    others another pace.
    """
    same = {
        "study": "milano",
        "area": area_id,
        "cutoff_min": cutoff_min,
        "method": "made up",
        "network": "sketch",
    }
    rows: list[dict[str, object]] = []
    doors: dict[str, dict[str, object]] = {}
    fixes: list[dict[str, object]] = []
    for (profile, target), time_s in times.items():
        beyond = time_s > 60.0 * cutoff_min
        cause = np.where(
            beyond, np.where(time_s > 90.0 * cutoff_min, "distance", "pace"), ""
        ).astype(object)
        columns = doors.setdefault(
            profile, {"area": area_id, "profile": profile, "cutoff_min": cutoff_min}
        )
        columns[f"door_{target}"] = "unknown" if target in unknown else cause
        columns[f"opens_{target}"] = np.where(cause == "pace", "pace", "").astype(object)
        if target in hubs:
            continue
        for group in groups:
            people = residents[group].to_numpy(dtype=np.float64)
            here = {**same, "profile": profile, "category": target, "group": group}
            if target in unknown:
                rows.append(
                    {
                        **here,
                        "cause": "unknown",
                        "people": np.nan,
                        "homes": np.nan,
                        "people_alone": np.nan,
                    }
                )
                continue
            for name in ("pace", "distance"):
                own = cause == name
                if own.any():
                    counts = {
                        "people": people[own].sum(),
                        "people_alone": people[own].sum(),
                        "homes": float(own.sum()),
                    }
                    rows.append({**here, "cause": name, **counts})
        if target == "hub":
            fixes += _make_fixes({**same, "profile": profile, "category": target}, groups)
    kept = residents[["resident_id", "zone_id", "street", *groups]].reset_index(drop=True)
    frames = [
        pd.concat([kept, pd.DataFrame(columns, index=kept.index)], axis=1)
        for columns in doors.values()
    ]
    table = pd.concat(frames, ignore_index=True)
    middle = shapely.get_coordinates(residents.geometry.to_numpy()).mean(axis=0)
    shapes = [
        shapely.MultiLineString([[middle + 50.0 * i, middle + 50.0 * i + [20.0, 10.0]]])
        for i in range(len(fixes))
    ]
    make = partial(
        Explained,
        explanations=pd.DataFrame(rows, columns=EXPLANATIONS.list_names()),
        closed_doors=gpd.GeoDataFrame(
            table, geometry=np.tile(residents.geometry.to_numpy(), len(frames)), crs=residents.crs
        ),
        fixes=gpd.GeoDataFrame(
            pd.DataFrame(fixes, columns=FIXES.list_names(group=groups)),
            geometry=shapes,
            crs=residents.crs,
        ),
    )
    return Later(make)


def _make_fixes(same: dict[str, object], groups: Sequence[str]) -> list[dict[str, object]]:
    unlike = [
        {
            "kind": "missing_link",
            "street": "Via A",
            "street_to": "",
            "length_m": 23.2,
            "unseen": "water",
        },
        {"kind": "crossings", "street": "Via B / Via C", "crossing": "signals", "delay_s": 20.0},
        {"kind": "steps", "street": "Via <D>", "is_near": True, "length_m": 8.0, "step_count": 12},
        {"kind": "kerbs", "street": "Via E"},
    ]
    plain = {
        "part": "mend",
        "street_to": "",
        "is_near": False,
        "crossing": "",
        "delay_s": np.nan,
        "length_m": np.nan,
        "step_count": 0,
        "detour_m": np.nan,
        "unseen": "",
        "osm": "way/1",
        "homes": 2,
        "lat": 45.4,
        "lon": 9.2,
        "lat_to": np.nan,
        "lon_to": np.nan,
    }
    return [
        {
            **plain,
            **same,
            **own,
            "rank": i + 1,
            "fix_id": f"f{i}",
            **{f"gained_{group}": n for group in groups},
        }
        for i, (own, n) in enumerate(zip(unlike, GAINS, strict=True))
    ]
