"""How evenly something is shared out among people, and who is left without enough.

Every measure is weighted by people. Homes without people do not count. Values are not negative; a
measure of sharing is NaN (not defined) where nobody lives, where there is nothing to share out (all
values are 0), or where a value is infinite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_NOTHING = 1e-12


def build_lorenz(
    values: NDArray[np.float64], people: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lorenz curve: the share of all that is held by the poorest share of the people.

    Lorenz (1905), doi:10.2307/2276207.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        What each person at a home has, not negative.
    people : ndarray of float64, shape (n,)
        How many live there, not negative.

    Returns
    -------
    people_share : ndarray of float64, shape (m + 1,)
        From 0 to 1, poorest first; m homes have people.
    value_share : ndarray of float64, shape (m + 1,)
        From 0 to 1, convex; NaN where sharing is not defined.

    Raises
    ------
    ValueError
        If a value or a number of people is negative or NaN.

    Examples
    --------
    >>> import numpy as np
    >>> build_lorenz(np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    (array([0. , 0.5, 1. ]), array([0.  , 0.25, 1.  ]))
    """
    values, people = _inhabited(values, people)
    # Poorest first; both shares begin at 0, so that the curve is whole and areas below it are
    # exact.
    order = np.argsort(values, kind="stable")
    counted = np.append(0.0, np.cumsum(people[order]))
    held = np.append(0.0, np.cumsum(people[order] * values[order]))
    is_defined = 0.0 < held[-1] < math.inf
    people_share = counted / counted[-1] if counted[-1] > 0 else counted
    return people_share, held / held[-1] if is_defined else np.full(len(held), np.nan)


def measure_gini(values: NDArray[np.float64], people: NDArray[np.float64]) -> float:
    """Gini index: twice the area between the Lorenz curve and equality, ``1 - 2 integral of L``.

    Gini (1921), doi:10.2307/2223319.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        What each person at a home has, not negative.
    people : ndarray of float64, shape (n,)
        How many live there, not negative.

    Returns
    -------
    float
        From 0 (all have the same) towards 1 (one has all); NaN where sharing is not defined.

    Raises
    ------
    ValueError
        If a value or a number of people is negative or NaN.

    Examples
    --------
    >>> import numpy as np
    >>> measure_gini(np.array([0.0, 1.0]), np.array([3.0, 1.0]))
    0.75
    """
    people_share, value_share = build_lorenz(values, people)
    # trapezia are exact here, because the curve is straight between homes; never below 0 by
    # rounding
    return (
        max(0.0, float(1.0 - 2.0 * np.trapezoid(value_share, people_share)))
        if value_share[-1] > 0
        else math.nan
    )


def measure_theil(values: NDArray[np.float64], people: NDArray[np.float64]) -> float:
    """Theil's T: ``sum of s ln(s / p)`` over homes, s their share of all, p their share of the
    people.

    Theil (1967), Economics and Information Theory; Conceição & Ferreira (2000),
    doi:10.2139/ssrn.228703.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        What each person at a home has, not negative.
    people : ndarray of float64, shape (n,)
        How many live there, not negative.

    Returns
    -------
    float
        From 0 (all have the same) to the logarithm of the people over those at the home that has
        all; NaN where sharing is not defined.

    Raises
    ------
    ValueError
        If a value or a number of people is negative or NaN.

    Examples
    --------
    >>> import numpy as np
    >>> round(measure_theil(np.array([0.0, 1.0]), np.array([1.0, 1.0])), 4)  # ln 2
    0.6931
    """
    values, people = _inhabited(values, people)
    held = people * values
    total = held.sum()
    if not 0.0 < total < math.inf:
        return math.nan
    from scipy.special import rel_entr  # noqa: PLC0415 - who only walks waits for no scipy

    return max(0.0, float(rel_entr(held / total, people / people.sum()).sum()))


def measure_palma(values: NDArray[np.float64], people: NDArray[np.float64]) -> float:
    """Palma ratio: what the best-placed tenth has together, over what the worst-placed 40 % have.

    ``(1 - L(0.9)) / L(0.4)`` of the Lorenz curve; people of a home at a border are split. Palma
    (2011), doi:10.1111/j.1467-7660.2011.01694.x.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        What each person at a home has, not negative.
    people : ndarray of float64, shape (n,)
        How many live there, not negative.

    Returns
    -------
    float
        0.25 where all have the same; inf where the worst-placed 40 % have nothing (less than a
        millionth of a millionth of all, which is rounding); NaN where sharing is not defined.

    Raises
    ------
    ValueError
        If a value or a number of people is negative or NaN.

    Examples
    --------
    >>> import numpy as np
    >>> # 1 of 6 people x 4, over 4 people x 1
    >>> round(measure_palma(np.array([1.0, 4.0]), np.array([4.0, 6.0])), 4)
    1.0
    """
    people_share, value_share = build_lorenz(values, people)
    if math.isnan(value_share[-1]):
        return math.nan
    # a border inside a home splits its people: without that the ratio would jump with every
    # household
    bottom, below_top = np.interp((0.4, 0.9), people_share, value_share)
    return float((1.0 - below_top) / bottom) if bottom > _NOTHING else math.inf


def measure_concentration(
    values: NDArray[np.float64],
    people: NDArray[np.float64],
    rank: NDArray[np.float64],
) -> float:
    """Concentration index: who has how much along a ladder of something else, such as income.

    ``C = 2 / m sum_i p_i x_i R_i - 1``, p shares of people, m their mean, R the share of people
    who stand lower plus half of those who stand alike: Kakwani, Wagstaff & van Doorslaer (1997),
    doi:10.1016/S0304-4076(96)01807-6.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        What each person at a home has, not negative.
    people : ndarray of float64, shape (n,)
        How many live there, not negative.
    rank : ndarray of float64, shape (n,)
        What people are ordered by, lowest first; equal ones stand alike.

    Returns
    -------
    float
        Above 0 where those who stand high have more, below 0 where those who stand low do, 0 where
        neither; the Gini index where people are ordered by the values themselves. NaN where sharing
        is not defined.

    Raises
    ------
    ValueError
        If a value or a number of people is negative or NaN, or a rank is NaN.

    Examples
    --------
    >>> import numpy as np
    >>> held, people = np.array([1.0, 2.0, 3.0]), np.ones(3)
    >>> round(measure_concentration(held, people, np.array([3.0, 2.0, 1.0])), 4)
    -0.2222
    """
    if np.isnan(rank).any():
        raise ValueError("ranks must be numbers")
    is_home = people > 0
    values, people = _inhabited(values, people)
    held = people * values
    total = held.sum()
    if not 0.0 < total < math.inf:
        return math.nan
    _, step = np.unique(rank[is_home], return_inverse=True)
    on_step = np.bincount(step, weights=people)
    below = np.cumsum(on_step) - on_step
    stand = (below + on_step / 2.0)[step] / people.sum()
    return float(2.0 * (held / total * stand).sum() - 1.0)


def measure_fgt(
    values: NDArray[np.float64],
    people: NDArray[np.float64],
    *,
    enough: float,
    order: float,
) -> float:
    """Poverty of any order: the family of Foster, Greer and Thorbecke.

    ``FGT_a = sum_i p_i ((z - x_i) / z)^a`` over those with ``x_i < z``, p shares of people: Foster,
    Greer & Thorbecke (1984), doi:10.2307/1913475. Order 0 is the share without enough, 1 the mean
    gap, 2 weighs the worst-placed more.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        What each person at a home has, not negative; may be inf.
    people : ndarray of float64, shape (n,)
        How many live there, not negative.
    enough : float
        The threshold z, above 0; who has exactly that has enough.
    order : float
        The a, 0 or more.

    Returns
    -------
    float
        From 0 to 1; NaN where nobody lives.

    Raises
    ------
    ValueError
        If a value or a number of people is negative or NaN, the threshold is not above 0, or the
        order is negative.

    Examples
    --------
    >>> import numpy as np
    >>> held, people = np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0])
    >>> [measure_fgt(held, people, enough=2.0, order=a) for a in (0, 1, 2, 3)]
    [0.5, 0.375, 0.3125, 0.28125]
    """
    values, people = _inhabited(values, people)
    _check_threshold(enough)
    if not order >= 0:
        raise ValueError(f"an order of {order} is none: it must be 0 or more")
    everybody = float(people.sum())
    if everybody == 0:
        return math.nan
    is_short = values < enough
    gap = (enough - values[is_short]) / enough
    return float((people[is_short] * gap**order).sum()) / everybody


@dataclass(frozen=True)
class Excess:
    """People beyond a cutoff, and by how much.

    Parameters
    ----------
    people : float
        Everybody.
    beyond : float
        Those beyond the cutoff.
    without : float
        Those of them who cannot get there at all, whose excess has no measure.
    mean_s : float
        Mean excess of those beyond who can get there [s]; NaN where there are none.
    gap : float
        Mean excess over the cutoff, everybody counted who can get there (FGT of order 1); NaN where
        there are none.
    squared_gap : float
        Mean of its square, in which the worst-placed weigh more (FGT of order 2).
    """

    people: float
    beyond: float
    without: float
    mean_s: float
    gap: float
    squared_gap: float

    @property
    def share(self) -> float:
        """Share beyond (FGT of order 0); NaN where there is nobody."""
        return self.beyond / self.people if self.people > 0 else math.nan


def measure_excess(
    time_s: NDArray[np.float64],
    people: NDArray[np.float64],
    *,
    cutoff_s: float,
) -> Excess:
    """People beyond a cutoff, and by how much: the family of `measure_fgt`, for walks too long.

    ``FGT_a = sum_i p_i ((t_i - c) / c)^a`` over those with ``t_i > c``; gaps have no upper end.

    Parameters
    ----------
    time_s : ndarray of float64, shape (n,)
        Walks; inf when unreachable [s].
    people : ndarray of float64, shape (n,)
        How many live there, not negative.
    cutoff_s : float
        Longest walk c, inclusive, above 0 [s].

    Returns
    -------
    Excess
        Who cannot get there at all is beyond and counted in ``without``; the means are of the
        others.

    Raises
    ------
    ValueError
        If a value or a number of people is negative or NaN, or the cutoff is not above 0.

    Examples
    --------
    >>> import numpy as np
    >>> walks_s, people = np.array([600.0, 1200.0, np.inf]), np.array([1.0, 1.0, 2.0])
    >>> late = measure_excess(walks_s, people, cutoff_s=900.0)
    >>> late.beyond, late.without, late.mean_s
    (3.0, 2.0, 300.0)
    """
    time_s, people = _inhabited(time_s, people)
    _check_threshold(cutoff_s)
    excess_s = np.maximum(time_s - cutoff_s, 0.0)
    # Who cannot get there at all is beyond, but has no gap: a mean with inf in it says nothing.
    is_measured = np.isfinite(excess_s)
    is_beyond = time_s > cutoff_s
    late = float(people[is_beyond & is_measured].sum())
    measured = float(people[is_measured].sum())
    excess_s, counted = excess_s[is_measured], people[is_measured]
    relative = excess_s / cutoff_s
    # summed by numpy, not by BLAS, whose last digit depends on the number of threads
    return Excess(
        people=float(people.sum()),
        beyond=float(people[is_beyond].sum()),
        without=float(people[~is_measured].sum()),
        mean_s=float((counted * excess_s).sum()) / late if late > 0 else math.nan,
        gap=float((counted * relative).sum()) / measured if measured > 0 else math.nan,
        squared_gap=float((counted * relative**2).sum()) / measured if measured > 0 else math.nan,
    )


def _inhabited(
    values: NDArray[np.float64], people: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Homes with people."""
    if not (values >= 0).all() or not (people >= 0).all():
        raise ValueError("values and people must be numbers from 0 up")
    is_home = people > 0
    return values[is_home], people[is_home]


def _check_threshold(threshold: float) -> None:
    """Refuse a threshold that gaps cannot be told in."""
    if not 0 < threshold < math.inf:
        raise ValueError(
            f"a threshold of {threshold} divides nothing: it must be finite and above 0"
        )
