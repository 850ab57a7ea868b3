"""Measures of opportunities and of equity on the frames that a network gives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.core.measures import catchments, equity, opportunities
from access15.core.measures.opportunities import HALF_WEIGHT_S
from access15.core.walk.pairs import Pairs
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.workflows.network.asked import read_cutoff_s

Decay = Literal["exponential", "gaussian", "logistic"]
_NEEDED = ("origin", "destination", "minutes")
_DECAYS = ("exponential", "gaussian", "logistic")
_ORDERS = (0, 1, 2)


def count_opportunities(
    times: pd.DataFrame, *, within_min: float, supply: pd.Series | Mapping[Any, float] | None = None
) -> pd.Series:
    """Count what lies within reach of every origin: cumulative opportunities.

    ``A_i = sum_j S_j [t_ij <= c]``; Geurs & van Wee (2004), doi:10.1016/j.jtrangeo.2003.10.005.

    Parameters
    ----------
    times : DataFrame
        From `StreetNetwork.travel_times`: ``origin, destination, minutes``.
    within_min : float
        Longest walk, inclusive [min].
    supply : Series or mapping, optional
        What each destination offers, by its label; without it each counts 1.

    Returns
    -------
    Series
        Sums by origin, in the order of `times`; 0 where nothing is within reach.

    Raises
    ------
    InputDataError
        If columns are missing, the time is none, or a destination has no supply or a negative one.

    Examples
    --------
    >>> import pandas as pd
    >>> import access15
    >>> times = pd.DataFrame(
    ...     {"origin": ["a", "a", "b"], "destination": [1, 2, 2], "minutes": [5.0, 12.0, 20.0]}
    ... )
    >>> access15.count_opportunities(times, within_min=15).to_dict()
    {'a': 2.0, 'b': 0.0}
    """
    cutoff_s = read_cutoff_s(within_min, "within_min")
    asked = _Asked(times)
    found = opportunities.count_opportunities(
        asked.pairs,
        n_homes=len(asked.origins),
        cutoff_s=cutoff_s,
        supply=asked.read_supply(supply),
    )
    return asked.give(found, "opportunities")


def measure_gravity(
    times: pd.DataFrame,
    *,
    decay: Decay = "exponential",
    half_min: float | None = None,
    supply: pd.Series | Mapping[Any, float] | None = None,
    cutoff_min: float | None = None,
) -> pd.Series:
    """Weigh what every origin can reach, the nearer the more: Hansen's gravity index.

    ``A_i = sum_j S_j f(t_ij)``; Hansen (1959), doi:10.1080/01944365908978307. The weight is 1 at
    the door and a half after `half_min`: ``exp(-rate t)`` (Wilson 1971, doi:10.1068/a030001), a
    bell curve (``gaussian``), or an S (``logistic``; half to a hundredth), which falls late and
    then fast.

    Parameters
    ----------
    times : DataFrame
        From `StreetNetwork.travel_times`: ``origin, destination, minutes``.
    decay : {"exponential", "gaussian", "logistic"}
        Form of the weight.
    half_min : float, optional
        Walk after which something counts a half [min]; by default 8.2, as walking trips of the 2009
        US household travel survey fade (Yang & Diez-Roux 2012, doi:10.1016/j.amepre.2012.03.015).
    supply : Series or mapping, optional
        What each destination offers, by its label; without it each counts 1.
    cutoff_min : float, optional
        Longest walk that counts at all, inclusive [min].

    Returns
    -------
    Series
        Index by origin, in the order of `times`; 0 where nothing is within reach.

    Raises
    ------
    InputDataError
        As in `count_opportunities`, or if the form is not known.

    Examples
    --------
    >>> import pandas as pd
    >>> import access15
    >>> times = pd.DataFrame({"origin": ["a"], "destination": [1], "minutes": [6.0]})
    >>> float(access15.measure_gravity(times, half_min=6).round(9)["a"])
    0.5
    """
    if decay not in _DECAYS:
        raise InputDataError(Remark("decay_unknown", value=repr(decay), known=_DECAYS))
    half_s = HALF_WEIGHT_S if half_min is None else read_cutoff_s(half_min, "half_min")
    cutoff_s = read_cutoff_s(cutoff_min)
    asked = _Asked(times)
    weight = _weigh(decay, asked.pairs.time_s, half_s)
    found = opportunities.measure_gravity(
        asked.pairs,
        np.where(asked.pairs.time_s <= cutoff_s, weight, 0.0),
        n_homes=len(asked.origins),
        supply=asked.read_supply(supply),
    )
    return asked.give(found, "gravity")


def measure_2sfca(
    times: pd.DataFrame,
    *,
    people: pd.Series | Mapping[Any, float],
    supply: pd.Series | Mapping[Any, float],
    within_min: float,
) -> pd.Series:
    """Share supply out among everybody within reach of it: two-step floating catchment areas.

    ``R_j = S_j / sum_k P_k [t_kj <= c]``, then ``A_i = sum_j R_j [t_ij <= c]``: Luo & Wang (2003),
    doi:10.1068/b29120.

    Parameters
    ----------
    times : DataFrame
        From `StreetNetwork.travel_times`: ``origin, destination, minutes``.
    people : Series or mapping
        Who shares the supply, by origin.
    supply : Series or mapping
        What each destination offers, by its label.
    within_min : float
        Longest walk, inclusive [min].

    Returns
    -------
    Series
        Supply per person by origin, in the order of `times`; 0 where nothing is within reach.

    Raises
    ------
    InputDataError
        If columns are missing, the time is none, or people or supply are missing or negative.

    Examples
    --------
    >>> import pandas as pd
    >>> import access15
    >>> times = pd.DataFrame(
    ...     {"origin": ["a", "b"], "destination": ["x", "x"], "minutes": [5.0, 9.0]}
    ... )
    >>> share = access15.measure_2sfca(
    ...     times, people={"a": 3, "b": 2}, supply={"x": 10}, within_min=15
    ... )
    >>> share.to_dict()
    {'a': 2.0, 'b': 2.0}
    """
    cutoff_s = read_cutoff_s(within_min, "within_min")
    asked = _Asked(times)
    found = catchments.measure_2sfca(
        asked.pairs,
        people=_read_amounts(people, asked.origins, "people"),
        supply=_read_amounts(supply, asked.destinations, "supply"),
        cutoff_s=cutoff_s,
    )
    return asked.give(found, "supply_per_person")


def measure_equity(
    values: pd.Series,
    people: pd.Series | Mapping[Any, float],
    *,
    rank_by: pd.Series | Mapping[Any, float] | None = None,
    enough: float | None = None,
) -> pd.Series:
    """Measure how evenly something is shared out among people, and who has too little.

    Gini (1921, doi:10.2307/2223319), Theil's T, Palma (2011, doi:10.1111/j.1467-7660.2011.01694.x);
    with `rank_by` the concentration index (Kakwani, Wagstaff & van Doorslaer 1997,
    doi:10.1016/S0304-4076(96)01807-6), with `enough` the family of Foster, Greer and Thorbecke
    (1984, doi:10.2307/1913475).

    Parameters
    ----------
    values : Series
        What each person at a home has, such as opportunities; not negative.
    people : Series or mapping
        How many live there, by the labels of `values`.
    rank_by : Series or mapping, optional
        What people are ordered by from low to high, such as income, by the labels of `values`.
    enough : float, optional
        What is enough, above 0.

    Returns
    -------
    Series
        ``gini``, ``theil``, ``palma``; with `rank_by` ``concentration`` (above 0: those who stand
        high have more); with `enough` ``fgt_0`` (share without enough), ``fgt_1`` (mean gap),
        ``fgt_2``. NaN where there is nobody or nothing to share out.

    Raises
    ------
    InputDataError
        If a label has no number of people or rank, a number is negative, or `enough` is none.

    Examples
    --------
    >>> import pandas as pd
    >>> import access15
    >>> held = pd.Series({"a": 0.0, "b": 1.0})
    >>> found = access15.measure_equity(held, {"a": 3, "b": 1}, enough=1)
    >>> float(found["gini"]), float(found["fgt_0"])
    (0.75, 0.75)
    """
    if not isinstance(values, pd.Series):
        raise InputDataError(Remark("series_kind", what="values", kind=type(values).__name__))
    if enough is not None and not _is_threshold(enough):
        raise InputDataError(Remark("enough_wrong", value=repr(enough)))
    held = _read_amounts(values, values.index, "values")
    counted = _read_amounts(people, values.index, "people")
    found = {
        "gini": equity.measure_gini(held, counted),
        "theil": equity.measure_theil(held, counted),
        "palma": equity.measure_palma(held, counted),
    }
    if rank_by is not None:
        rank = _read_amounts(rank_by, values.index, "rank_by", least=-math.inf)
        found["concentration"] = equity.measure_concentration(held, counted, rank)
    if enough is not None:
        for order in _ORDERS:
            found[f"fgt_{order}"] = equity.measure_fgt(
                held, counted, enough=float(enough), order=order
            )
    return pd.Series(found)


class _Asked:
    """Times of pairs, as the core takes them."""

    def __init__(self, times: pd.DataFrame) -> None:
        columns = list(times.columns) if isinstance(times, pd.DataFrame) else []
        if missing := [name for name in _NEEDED if name not in columns]:
            raise InputDataError(Remark("times_columns", needed=_NEEDED, missing=missing))
        origin, self.origins = pd.factorize(times["origin"])
        destination, self.destinations = pd.factorize(times["destination"])
        time_s = 60.0 * times["minutes"].to_numpy(dtype=np.float64)
        if wrong := [repr(times.index[row]) for row in np.flatnonzero(~(time_s >= 0)).tolist()]:
            rows = [Remark("minutes_of_row", row=row) for row in wrong]
            raise InputDataError(Remark("frame_unfit", what="times"), rows)
        met = np.isfinite(time_s)
        self.pairs = Pairs(destination[met], origin[met], time_s[met])

    def read_supply(
        self, supply: pd.Series | Mapping[Any, float] | None
    ) -> NDArray[np.float64] | None:
        """What each destination offers."""
        return None if supply is None else _read_amounts(supply, self.destinations, "supply")

    def give(self, found: NDArray[np.float64], name: str) -> pd.Series:
        """Values by origin."""
        return pd.Series(found, index=pd.Index(self.origins, name="origin"), name=name)


def _weigh(decay: Decay, time_s: NDArray[np.float64], half_s: float) -> NDArray[np.float64]:
    """Weight of each walk, a half after some seconds."""
    if decay == "exponential":
        return opportunities.decay_exponential(time_s, rate_per_s=math.log(2.0) / half_s)
    if decay == "gaussian":
        return opportunities.decay_gaussian(time_s, width_s=half_s / math.sqrt(2.0 * math.log(2.0)))
    return opportunities.decay_logistic(time_s, midpoint_s=half_s, spread_s=half_s / 3.0)


def _is_threshold(value: object) -> bool:
    """Whether something is a finite number above 0."""
    return isinstance(value, Real) and not isinstance(value, bool) and 0 < float(value) < math.inf


def _read_amounts(
    given: Any, labels: pd.Index | Any, what: str, *, least: float = 0.0
) -> NDArray[np.float64]:
    """Numbers of labels; those that have none, or a wrong one, are named at once."""
    if not isinstance(given, pd.Series | Mapping):
        raise InputDataError(Remark("series_kind", what=what, kind=type(given).__name__))
    series = given if isinstance(given, pd.Series) else pd.Series(dict(given))
    index = pd.Index(labels)
    problems: list[str] = [
        Remark("row_label_twice", row=repr(label))
        for label in series.index[series.index.duplicated()].unique()
    ]
    missing = index.difference(series.index, sort=False)
    problems += [Remark("series_without", row=repr(label)) for label in missing]
    if problems:
        raise InputDataError(Remark("frame_unfit", what=what), problems)
    told = series.reindex(index)
    values = pd.to_numeric(told, errors="coerce").to_numpy(dtype=np.float64)
    for row in np.flatnonzero(~(np.isfinite(values) & (values >= least))).tolist():
        where = {"row": repr(index[row]), "value": repr(told.iloc[row])}
        problems.append(Remark("series_value", **where))
    if problems:
        raise InputDataError(Remark("frame_unfit", what=what), problems)
    return np.asarray(values)
