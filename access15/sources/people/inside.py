"""How many people a source counts in each zone, before any street is read."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from access15.sources.people.counts import Counted


def sum_inside(counted: Counted, zones: gpd.GeoDataFrame, groups: Sequence[str]) -> pd.DataFrame:
    """Add up the people of every zone, of a row that lies in several by its area.

    On streets a run finds them where homes are; here nobody looked. A row of points is in the first
    zone that holds it. Returns a column for each group, indexed by ``zone_id``.
    """
    people = counted.places[list(groups)].to_numpy(dtype=np.float64)
    zone_ids = zones["zone_id"].to_numpy()
    if counted.counted_on == "zones":
        rows = pd.DataFrame(people, columns=list(groups), index=counted.places["place_id"])
        return rows.loc[zone_ids]
    crs = counted.places.crs if counted.places.crs.is_projected else zones.estimate_utm_crs()
    lands = zones.geometry.to_crs(crs).to_numpy()
    shapes = counted.places.geometry.to_crs(crs).to_numpy()
    zone, place = shapely.STRtree(shapes).query(lands, predicate="intersects")
    if counted.counted_on == "points":
        place, first = np.unique(place, return_index=True)
        zone, share = zone[first], np.ones(len(place))
    else:
        common_m2 = shapely.area(shapely.intersection(lands[zone], shapes[place]))
        share = common_m2 / shapely.area(shapes[place])
    sums = np.zeros((len(lands), len(groups)))
    np.add.at(sums, zone, share[:, None] * people[place])
    return pd.DataFrame(sums, columns=list(groups), index=zone_ids)


def sum_all(counted: Counted, groups: Sequence[str]) -> pd.Series:
    """Add up everybody whom a source counts by group, those far from the zones among them."""
    near = counted.places[list(groups)].sum()
    return near + pd.Series({group: counted.elsewhere.get(group, 0.0) for group in groups})
