"""Tables of one neighbourhood: measures of access, and how evenly access is shared."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.area.coverage import is_known, located
from access15.area.demand import measure_demand
from access15.area.walkers import AreaInputs
from access15.core.measures.catchments import MOST_MISSING
from access15.core.measures.coverage import weighted_quantiles
from access15.core.measures.equity import measure_excess, measure_gini, measure_palma, measure_theil
from access15.core.measures.homes import N_RANKED, HomeMeasures, measure_homes
from access15.results.asked import Measured
from access15.results.schema import EQUITY, MEASURES
from access15.results.table import Table
from access15.results.walker import Walker

SCORE = "score"
_QUANTILES = {
    "p10": 0.10,
    "p25": 0.25,
    "median": 0.50,
    "p75": 0.75,
    "p90": 0.90,
}


def measure_access(
    inputs: AreaInputs, walkers: Sequence[Walker], score: Mapping[str, NDArray[np.float64]]
) -> Measured:
    """Everything that is measured of access, home by home and by group.

    `score` holds the fifteen-minute score of the homes by profile.
    """
    demand = measure_demand(inputs, walkers)
    people = inputs.residents[inputs.everybody].to_numpy(dtype=np.float64)
    cutoff_s = inputs.cutoffs_s[-1]

    def measure(task: tuple[Walker, str]) -> HomeMeasures:
        walker, target = task
        rows = located(inputs, target)
        return measure_homes(
            walker.walks.pairs_within(rows, cutoff_s=cutoff_s),
            walker.walks.ranked_s(rows, k=N_RANKED),
            people=people,
            capacity=read_capacity(inputs, rows),
            cutoff_s=cutoff_s,
            demand=None if demand is None else demand.take(rows),
        )

    tasks = [(walker, target) for walker in walkers for target in inputs.targets]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # more threads only take more room
        found = list(pool.map(measure, tasks))
    keys = [(walker.profile.id, target) for walker, target in tasks]
    homes = dict(zip(keys, found, strict=True))
    return Measured(
        homes=homes,
        measures=tabulate_measures(inputs, homes),
        equity=tabulate_equity(inputs, homes, score),
    )


def read_capacity(inputs: AreaInputs, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Capacity of facilities as the table states it."""
    if "capacity" not in inputs.facilities:
        return np.full(len(rows), np.nan)
    texts = inputs.facilities["capacity"].to_numpy(dtype=object)[rows]
    return np.array([float(text) if text else np.nan for text in texts], dtype=np.float64)


def tabulate_measures(
    inputs: AreaInputs, homes: Mapping[tuple[str, str], HomeMeasures]
) -> pd.DataFrame:
    """Measures of access by profile, category, group and measure."""
    rows = []
    # home by home in memory, as quantiles are counted
    everybody = np.ascontiguousarray(inputs.residents[list(inputs.groups)], dtype=np.float64).T
    for (profile, target), measured in homes.items():
        if target in inputs.area.hubs:
            continue
        known = is_known(inputs, target)
        supply = "capacity" if measured.has_capacity else "1 each"
        groups = list(_list_groups(inputs, profile, target))
        for measure in _list_measures(measured):
            said = {
                "measure": measure.name,
                "unit": measure.unit,
                "cutoff_min": inputs.cutoffs_min[-1] if measure.has_cutoff else np.nan,
                "supply": supply if measure.is_shared else "",
            }
            quantiles = weighted_quantiles(measure.values, everybody, tuple(_QUANTILES.values()))
            for (head, people), levels in zip(groups, quantiles, strict=True):
                missing = measure.find_missing(people) if known else np.nan
                is_told = known and not missing > MOST_MISSING
                # what people share is not told where nobody knows how many they are
                is_told = is_told and not (measure.is_shared and inputs.counts_homes)
                found = _sum_up(measure.values, people, levels, is_known=is_told)
                if measure.is_shared:  # facilities over residents, wherever they are
                    found["mean"] = np.nan
                rows.append(
                    {
                        **head,
                        **said,
                        "missing_demand": missing,
                        **found,
                    }
                )
    return _frame_rows(inputs, rows, MEASURES)


def tabulate_equity(
    inputs: AreaInputs,
    homes: Mapping[tuple[str, str], HomeMeasures],
    score: Mapping[str, NDArray[np.float64]],
) -> pd.DataFrame:
    """How evenly access is shared, and who walks too long, by profile, category and group."""
    shared: dict[tuple[str, str], _Shared] = {}
    for (profile, target), measured in homes.items():
        if target in inputs.area.hubs:
            continue
        if is_known(inputs, target):
            nearest_s = measured.ranked_s[:, 0]
            shared[profile, target] = _Shared("gravity", measured.gravity, nearest_s)
        else:
            shared[profile, target] = _Shared("gravity")
    shared |= {(profile, SCORE): _Shared(SCORE, values) for profile, values in score.items()}
    rows = []
    for (profile, target), what in shared.items():
        for head, people in _list_groups(inputs, profile, target):
            indices = _share_out(what.values, people)
            late = _list_excess(what.nearest_s, people, inputs.cutoffs_min[-1])
            rows.append(
                {
                    **head,
                    "shared": what.name,
                    **indices,
                    **late,
                }
            )
    return _frame_rows(inputs, rows, EQUITY)


def _frame_rows(
    inputs: AreaInputs,
    rows: list[dict[str, Any]],
    table: Table,
) -> pd.DataFrame:
    """Rows with where they are from and, of a run that counts only what is open, when."""
    frame = pd.DataFrame(rows).assign(
        study=inputs.study_id,
        area=inputs.area.id,
        method=inputs.method,
        network=inputs.network_name,
    )
    if inputs.at is not None:
        frame = frame.assign(at=inputs.at.strftime("%Y-%m-%d %H:%M"))
    return frame[table.arrange(frame.columns)]


@dataclass(frozen=True, eq=False)
class _Shared:
    """What homes share, and their walks to the nearest; None is unknown."""

    name: str
    values: NDArray[np.float64] | None = None
    nearest_s: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class _Measure:
    """One column of the homes, and what is said of it."""

    name: str
    unit: str
    values: NDArray[np.float64]
    has_cutoff: bool = True
    least: NDArray[np.float64] | None = None  # of what is shared, were all who may share it known

    @property
    def is_shared(self) -> bool:
        """Whether others have a share of it."""
        return self.least is not None

    def find_missing(self, people: NDArray[np.float64]) -> float:
        """Share by which people whom nobody counted would lower it; NaN where nothing is shared."""
        if self.least is None:
            return np.nan
        told = float((people * self.values).sum())
        if not told > 0:
            return 0.0
        return max(1.0 - float((people * self.least).sum()) / told, 0.0)


def _list_measures(measured: HomeMeasures) -> list[_Measure]:
    """Measures of one walker to one category, with their units."""
    what = "places per 1000 residents" if measured.has_capacity else "facilities per 1000 residents"
    minutes = measured.ranked_s / 60.0
    return [
        *(
            _Measure(name, "min", minutes[:, rank], has_cutoff=False)
            for rank, name in enumerate(("minutes_nearest", "minutes_second", "minutes_third"))
        ),
        _Measure("n_within", "facilities", measured.n_within.astype(np.float64)),
        _Measure("gravity", "facilities at the door", measured.gravity),
        _Measure("2sfca", what, 1000.0 * measured.fca_2s, least=1000.0 * measured.fca_2s_least),
        _Measure("e2sfca", what, 1000.0 * measured.fca_e2s, least=1000.0 * measured.fca_e2s_least),
    ]


def _list_groups(
    inputs: AreaInputs,
    profile: str,
    category: str,
) -> Iterator[tuple[dict[str, Any], NDArray[np.float64]]]:
    """What begins the row of each group, and its people."""
    for group in inputs.groups:
        people = inputs.people[group]
        head = {
            "profile": profile,
            "category": category,
            "group": group,
            "is_own": profile == inputs.own_profile[group],
            "people": float(people.sum()),
        }
        yield head, people


def _sum_up(
    values: NDArray[np.float64],
    people: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    *,
    is_known: bool,
) -> dict[str, float]:
    """Mean over the people for whom there is a finite value, and how many they are; percentiles
    over all.
    """
    if not is_known:
        return dict.fromkeys(("with_value", "mean", *_QUANTILES), np.nan)
    is_finite = np.isfinite(values)
    counted = people[is_finite]
    reached = float(counted.sum())
    is_nobody = not people.sum() > 0
    # summed by numpy, not by BLAS, whose last digit depends on the number of threads
    summed = float((counted * values[is_finite]).sum())
    return {
        "with_value": reached,
        "mean": summed / reached if reached > 0 else np.nan,
        **{
            name: np.nan if is_nobody else value
            for name, value in zip(_QUANTILES, quantiles.tolist(), strict=True)
        },
    }


def _share_out(values: NDArray[np.float64] | None, people: NDArray[np.float64]) -> dict[str, float]:
    """Indices of inequality; None is unknown."""
    indices = {
        "gini": measure_gini,
        "theil": measure_theil,
        "palma": measure_palma,
    }
    return {
        name: np.nan if values is None else index(values, people) for name, index in indices.items()
    }


def _list_excess(
    time_s: NDArray[np.float64] | None,
    people: NDArray[np.float64],
    cutoff_min: float,
) -> dict[str, float]:
    """Who walks longer than the cutoff; None is unknown."""
    names = (
        "beyond_people",
        "beyond_share",
        "unreachable_people",
        "beyond_mean_min",
        "gap",
        "squared_gap",
    )
    if time_s is None:
        return {"cutoff_min": cutoff_min, **dict.fromkeys(names, np.nan)}
    late = measure_excess(time_s, people, cutoff_s=60.0 * cutoff_min)
    values = (
        late.beyond,
        late.share,
        late.without,
        late.mean_s / 60.0,
        late.gap,
        late.squared_gap,
    )
    return {"cutoff_min": cutoff_min, **dict(zip(names, values, strict=True))}
