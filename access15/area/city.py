"""Tables of a whole city, put together from what its tiles found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.coverage import is_known, tabulate_coverage
from access15.area.tiles import TileFindings, TilePlan, TileRules, list_city_targets
from access15.area.walkers import AreaInputs
from access15.config import Grid
from access15.core.change.explain import CAUSES, LIFTED
from access15.results.cells import CellCounts, Cells
from access15.results.people import ALL
from access15.results.schema import ZONES, ZONES_EXPLAIN
from access15.results.stretches import gather_homes

_KEYS = ["profile", "category", "group", "cutoff_min"]


@dataclass(frozen=True, eq=False)
class CityTables:
    """What the tiles found, as tables; see `access15.results.city.CityResult`."""

    zones: pd.DataFrame
    explained: pd.DataFrame
    time_s: dict[tuple[str, str], NDArray[np.float64]]


class CityCounts:
    """Gathers what tiles found, in whatever order they come."""

    def __init__(self, inputs: AreaInputs, rules: TileRules) -> None:
        self._inputs, self._rules = inputs, rules
        self._targets = list_city_targets(inputs)
        self._known = [target for target in self._targets if is_known(inputs, target)]
        self._stretches = gather_homes(inputs.residents)
        shape = (len(rules.profiles), len(self._known))
        n_homes, n_cutoffs = len(inputs.residents), len(inputs.cutoffs_s)
        self._band = np.full((*shape, n_homes), n_cutoffs, dtype=np.uint8)
        self._time_s = np.full((*shape, len(self._stretches)), np.inf)
        self._causes: dict[str, tuple[NDArray[np.float64], ...]] = {}

    def add(self, plan: TilePlan, found: TileFindings) -> None:
        """Put what one tile found where it belongs."""
        self._band[:, :, plan.rows] = found.band
        of_tile = np.unique(self._stretches.stretch[plan.rows])
        self._time_s[:, :, of_tile] = found.time_s
        for i, zone in enumerate(plan.zones):
            self._causes[zone] = (
                found.causes[:, :, i],
                found.people[:, :, i],
                found.people_alone[:, :, i],
            )

    def tabulate(self, near_edge: Mapping[str, bool]) -> CityTables:
        """All tables, once every tile was added."""
        pairs = [(i, j) for i in range(len(self._rules.profiles)) for j in range(len(self._known))]
        profiles = list(self._rules.profiles)
        time_s = {(profiles[i], self._known[j]): self._time_s[i, j] for i, j in pairs}
        return CityTables(self._tabulate_zones(near_edge), self._tabulate_causes(), time_s)

    def count_cells(self, cells: Cells, grid: Grid) -> CellCounts:
        """People of every cell within every cutoff, once every tile was added."""
        inputs, n_cells = self._inputs, len(cells)
        n_cutoffs = len(inputs.cutoffs_s)
        people = inputs.residents[list(inputs.groups)].to_numpy(dtype=np.float64).T

        def count(band: NDArray[np.uint8]) -> NDArray[np.float64]:
            place = band.astype(np.int64) * n_cells + cells.of_home
            n_places = (n_cutoffs + 1) * n_cells
            found = [
                np.bincount(place, weights=of_group, minlength=n_places) for of_group in people
            ]
            # who is within a cutoff is within all that are longer
            by_band = np.stack(found).reshape(len(people), n_cutoffs + 1, n_cells)
            return np.asarray(np.cumsum(by_band, axis=1)[:, :n_cutoffs])

        covered = {
            (profile, target): count(self._band[i, j])
            for i, profile in enumerate(self._rules.profiles)
            for j, target in enumerate(self._known)
        }
        everybody = [np.bincount(cells.of_home, weights=one, minlength=n_cells) for one in people]
        return CellCounts(grid, cells.outlines, np.stack(everybody), covered)

    def _tabulate_zones(self, near_edge: Mapping[str, bool]) -> pd.DataFrame:
        """Coverage, gap, ratio and ranks of every zone."""
        inputs = self._inputs
        times: Any = self  # walks one at a time: all together would take much room
        table = tabulate_coverage(inputs, times, {})
        names = dict(zip(inputs.zones["zone_id"].astype(str), inputs.zones["name"], strict=True))
        table["name"] = table["zone"].map(names | {ALL: ""})
        is_edge = dict(near_edge) | {ALL: any(near_edge.values())}
        table["near_edge"] = table["zone"].map(is_edge).astype(bool)
        table = rank_zones(table)
        if inputs.at is not None:
            table["at"] = inputs.at.strftime("%Y-%m-%d %H:%M")
        return table[ZONES.arrange(table.columns)]

    def _tabulate_causes(self) -> pd.DataFrame:
        """People of every zone by what closes the door."""
        inputs = self._inputs
        rows: list[dict[str, Any]] = []
        for zone in inputs.zones["zone_id"].astype(str):
            homes, people, alone = self._causes[zone]
            same = {
                "study": inputs.study_id,
                "zone": zone,
                "cutoff_min": inputs.cutoffs_min[-1],
                "method": inputs.people_info.join_methods(zone),
                "network": inputs.network_name,
            }
            for i, profile in enumerate(self._rules.explained):
                for j, target in enumerate(self._known):
                    for k, group in enumerate(inputs.groups):
                        head = {**same, "profile": profile, "category": target, "group": group}
                        counts = _list_causes(homes[i, j], people[i, j, k], alone[i, j, k])
                        rows += [{**head, **cells} for cells in counts]
        table = pd.DataFrame(rows, columns=ZONES_EXPLAIN.list_names())
        if inputs.at is not None:
            table["at"] = inputs.at.strftime("%Y-%m-%d %H:%M")
        return table

    def items(self) -> Iterator[tuple[tuple[str, str], NDArray[np.float64]]]:
        """Walks of every profile and target as far as counts ask: the cutoff each is within."""
        within = np.array([*self._inputs.cutoffs_s, np.inf])
        never = np.full(len(self._inputs.residents), np.inf)
        for i, profile in enumerate(self._rules.profiles):
            for target in self._targets:
                if target not in self._known:
                    yield (profile, target), never
                    continue
                yield (profile, target), within[self._band[i, self._known.index(target)]]


def _list_causes(
    homes: NDArray[np.float64],
    people: NDArray[np.float64],
    alone: NDArray[np.float64],
) -> list[dict[str, object]]:
    """Causes that concern anybody, as `access15.area.explain.count_causes` lists them."""
    return [
        {
            "cause": cause,
            "people": float(people[i]),
            "homes": float(homes[i]),
            "people_alone": float(alone[i]),
        }
        for i, cause in enumerate(CAUSES)
        if homes[i] or (cause in LIFTED and alone[i])
    ]


def rank_zones(table: pd.DataFrame) -> pd.DataFrame:
    """Add the place of each zone with people by share and by gap, worst first."""
    is_zone = (table["zone"] != ALL) & (table["people"] > 0)
    some = table[is_zone]
    ranked = table.assign(rank_share=np.nan, rank_gap=np.nan)
    keys: Sequence[str] = _KEYS
    share = some.groupby(list(keys), sort=False)["share"].rank(method="min")
    gap = some.groupby(list(keys), sort=False)["gap_points"].rank(method="min", ascending=False)
    ranked.loc[is_zone, "rank_share"] = share
    ranked.loc[is_zone, "rank_gap"] = gap
    whole = {name: ranked[name].astype("Int64") for name in ("rank_share", "rank_gap")}
    return ranked.assign(**whole)
