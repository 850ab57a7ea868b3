"""Residents counted on points or polygons of any layer."""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from access15.config import PopulationSource
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.people.counts import Counted, add_up, describe_columns, shorten
from access15.sources.vector_layers import NO_CRS, keep_polygons, list_columns, read_layer

_POINT, _MULTIPOINT = 0, 4


def read_counted_layer(source: PopulationSource) -> Counted:
    """Read a layer of points or polygons with counts of people."""
    frame = read_layer(source.need_file(), source.layer, what="points", where="[population]")
    problems: list[str] = [Remark(NO_CRS)] if frame.crs is None else []
    groups = {group: source.columns_of(group) for group in source.groups}
    counted = [column for several in groups.values() for column in several]
    ids = [source.id_column] if source.id_column else []
    needed = dict.fromkeys([*ids, *counted])
    columns = list_columns(frame)
    if missing := [repr(column) for column in needed if column not in columns]:
        problems.append(
            Remark("counts_no_columns", missing=missing, columns=describe_columns(columns))
        )
    if not len(frame):
        problems.append(Remark("counts_nothing"))
    unusable = Remark("counts_unusable", file=str(source.file))
    if problems:
        raise InputDataError(unusable, problems)
    place_ids = _ids(frame, source.id_column)
    names = place_ids.map(
        lambda i: f"{source.id_column} {i}" if source.id_column else Remark("in_feature", n=i)
    )
    problems += [
        Remark("layer_repeated", where=names[i]) for i in frame.index[place_ids.duplicated()]
    ]
    people, bad = add_up(frame, groups, names.iloc.__getitem__)
    kind, places, unfit = _shapes(frame, names)
    if problems := [*problems, *bad, *unfit]:
        raise InputDataError(unusable, shorten(problems))
    people = people.assign(place_id=place_ids)
    layer = gpd.GeoDataFrame(people, geometry=places, crs=frame.crs)
    return Counted(kind, layer.reset_index(drop=True))


def _ids(frame: gpd.GeoDataFrame, column: str | None) -> pd.Series:
    """What rows are called: a column of the layer, else their numbers."""
    if column is None:
        return pd.Series([str(i) for i in range(1, len(frame) + 1)], index=frame.index)
    return frame[column].map(
        lambda value: str(int(value)) if isinstance(value, float) and value % 1 == 0 else value
    )


def _shapes(
    frame: gpd.GeoDataFrame, names: pd.Series
) -> tuple[Literal["points", "polygons"], NDArray[np.object_], list[str]]:
    """What the rows are drawn as, and what is wrong with them."""
    # 1. A collection of one point is that point.
    shapes = frame.geometry.to_numpy().copy()
    kinds = shapely.get_type_id(shapes)
    single = (kinds == _MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    is_point = (shapely.get_type_id(shapes) == _POINT) & ~shapely.is_empty(shapes)
    is_lost = (kinds == -1) | shapely.is_empty(shapes)
    problems: list[str] = [
        Remark("layer_no_geometry", where=names.iloc[i]) for i in np.flatnonzero(is_lost)
    ]
    # 2. Most rows say what the layer is; the others are mistakes.
    if is_point.sum() > (~is_lost).sum() / 2:
        others = np.flatnonzero(~is_point & ~is_lost)
        problems += [
            Remark("layer_two_kinds", where=names.iloc[i], kind=shapes[i].geom_type) for i in others
        ]
        return "points", shapes, problems
    areas = keep_polygons(shapes)
    others = np.flatnonzero(shapely.is_empty(areas) & ~is_lost)
    problems += [
        Remark("layer_no_area", where=names.iloc[i], kind=shapes[i].geom_type) for i in others
    ]
    return "polygons", areas, problems
