"""How certain a share is: worlds drawn from what is not certain, and what moves the number most.

Seven things are uncertain, each in its own way; a world draws all of them at once. The same world
holds for every walker, so that a gap or a ratio between two of them is one of people in one world.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from access15.core.measures.uncertain import (
    AS_IT_IS,
    DENSITY_SIGMA,
    DOUBTFUL_CLASSES,
    MOST_MISSING,
    MOST_TIMES,
    N_DRAWS,
    PACE_RANGE_MS,
    QUANTILES,
    SEED,
)
from access15.core.walk.doors import PlausibleDoors
from access15.core.walk.draws import WalkDraws


@dataclass(frozen=True, eq=False)
class Draws:
    """Many worlds, each a column.

    Parameters
    ----------
    walks : WalkDraws
        What differs for who walks.
    density : ndarray of float64, shape (n_streets, n)
        How many times more people live along each street than on average.
    classes : ndarray of int64, shape (n,)
        Which of `DOUBTFUL_CLASSES` have homes, one bit each; `AS_IT_IS` for what the study says.
    door : ndarray of float64, shape (n_facilities, n)
        Which of its plausible doors each facility has, from 0 up to 1.
    """

    walks: WalkDraws
    density: NDArray[np.float64]
    classes: NDArray[np.int64]
    door: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.classes)

    def only(self, factor: str) -> Draws:
        """The same worlds with one thing drawn, and all else as the run has it.

        Parameters
        ----------
        factor : str
            Of `FACTORS`; any other word leaves nothing drawn.

        Returns
        -------
        Draws
            As many worlds.
        """
        walks, zeros, ones = self.walks, np.zeros(len(self)), np.ones(len(self))
        return Draws(
            walks=WalkDraws(
                pace_shift_ms=walks.pace_shift_ms if factor == "pace" else zeros,
                waits=walks.waits if factor == "waits" else ones,
                rests=walks.rests if factor == "rests" else ones,
                path=walks.path,
                is_missing=walks.is_missing & (factor == "paths"),
            ),
            density=self.density if factor == "people" else np.ones_like(self.density),
            classes=self.classes if factor == "classes" else np.full(len(self), AS_IT_IS),
            door=self.door if factor == "door" else np.zeros_like(self.door),
        )


def build_draws(
    path: NDArray[np.int64],
    *,
    n_streets: int,
    n_facilities: int,
    n: int = N_DRAWS,
) -> Draws:
    """Draw worlds, always the same.

    What is one number for all (pace, waits, rests, classes, the share of missing paths) is a
    scrambled Sobol sequence; what is one number for each of many streets or facilities is a Latin
    hypercube, in which each gets the whole of its range evenly.

    Parameters
    ----------
    path : ndarray of int64, shape (n_edges,)
        Number of each edge among the paths that may be missing, from 0 up; -1 for other edges.
    n_streets : int
        Streets that have a density of their own.
    n_facilities : int
        Facilities, each with a door of its own.
    n : int
        How many worlds; a power of two.

    Returns
    -------
    Draws
        The worlds.

    Examples
    --------
    >>> import numpy as np
    >>> draws = build_draws(np.array([-1]), n_streets=1, n_facilities=1, n=4)
    >>> np.sort(draws.walks.waits).round(1).tolist()
    [0.2, 0.6, 1.4, 1.9]
    >>> draws.only("pace").walks.waits.tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    from scipy.stats import qmc  # noqa: PLC0415 - a third of a second, paid only by whoever draws

    shared = qmc.Sobol(5, scramble=True, rng=np.random.default_rng(SEED)).random(n)
    pace, waits, rests, classes, missing = shared.T
    n_paths = int(path.max(initial=-1)) + 1
    chance = np.random.default_rng(SEED + 1).random((n_paths, n), dtype=np.float32)
    n_sets = 2 ** len(DOUBTFUL_CLASSES)
    return Draws(
        walks=WalkDraws(
            pace_shift_ms=PACE_RANGE_MS * ndtri(pace) / ndtri(QUANTILES[1]),
            waits=MOST_TIMES * waits,
            rests=MOST_TIMES * rests,
            path=path,
            is_missing=chance < MOST_MISSING * missing,
        ),
        density=np.exp(DENSITY_SIGMA * ndtri(_draw_evenly(n_streets, n, SEED + 2))),
        classes=(n_sets * classes).astype(np.int64),
        door=_draw_evenly(n_facilities, n, SEED + 3),
    )


def _draw_evenly(n_rows: int, n: int, seed: int) -> NDArray[np.float64]:
    """Numbers between 0 and 1, each row one from each of n equal parts, in any order."""
    if n_rows == 0:
        return np.zeros((0, n))
    from scipy.stats import qmc  # noqa: PLC0415 - as above

    cube = qmc.LatinHypercube(n_rows, rng=np.random.default_rng(seed))
    return np.ascontiguousarray(cube.random(n).T)


def open_doors(doors: PlausibleDoors, door: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which doors facilities have in each world.

    Every choice is as likely as another: the doors that the run takes, all together, or one of the
    others instead.

    Parameters
    ----------
    doors : PlausibleDoors
        Doors, sorted by facility.
    door : ndarray of float64, shape (n_facilities, n)
        `Draws.door`.

    Returns
    -------
    ndarray of bool, shape (n_doors, n)
        Whether each is a door.

    Examples
    --------
    >>> import numpy as np
    >>> from access15.core.walk.snap import Snapped
    >>> three = Snapped(np.arange(3), np.zeros(3), np.zeros(3))
    >>> owner, is_taken = np.zeros(3, dtype=np.int64), np.array([True, False, False])
    >>> doors = PlausibleDoors(owner, three, is_taken, np.zeros((3, 2)), owner)
    >>> open_doors(doors, np.array([[0.0, 0.4, 0.9]])).tolist()
    [[True, False, False], [False, True, False], [False, False, True]]
    """
    owner, is_other = doors.owner, ~doors.is_taken
    n_choices = 1 + np.bincount(owner[is_other], minlength=len(door))
    chosen = np.floor(door * n_choices[:, None]).astype(np.int64)
    # the others of a facility are its choices 1, 2, ..., counted in their order
    before = np.cumsum(is_other)
    first = np.searchsorted(owner, owner)
    number = np.where(is_other, before - before[first] + is_other[first], 0)
    return np.asarray(chosen[owner] == number[:, None])


def find_range(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of the range that holds nine worlds of ten.

    Parameters
    ----------
    values : ndarray of float64, shape (..., n)
        A number in every world; NaN where a world has none.

    Returns
    -------
    low, high : ndarray of float64, shape (...)
        5 % and 95 % quantiles, interpolated; NaN where more than one world of twenty has none.

    Examples
    --------
    >>> import numpy as np
    >>> [float(end) for end in find_range(np.arange(101.0))]
    [5.0, 95.0]
    """
    n_none = np.isnan(values).sum(axis=-1)
    is_known = n_none <= values.shape[-1] / 20.0
    ends = np.full((2, *values.shape[:-1]), np.nan)
    full = is_known & (n_none == 0)
    ends[:, full] = np.quantile(values[full], QUANTILES, axis=-1)
    some = is_known & (n_none > 0)
    ends[:, some] = np.nanquantile(values[some], QUANTILES, axis=-1)
    return ends[0], ends[1]


def measure_budget(swings: Mapping[str, float]) -> dict[str, float]:
    """What part each factor has in moving a number: the square of its swing beside those of all.

    Parameters
    ----------
    swings : mapping of str to float
        High minus low of the number where only that factor is drawn.

    Returns
    -------
    dict of str to float
        Parts from 0 to 1 that add up to 1; all 0 where nothing moves, all NaN where a swing is
        unknown.

    Examples
    --------
    >>> measure_budget({"people": 4.0, "pace": 3.0, "waits": 0.0})
    {'people': 0.64, 'pace': 0.36, 'waits': 0.0}
    """
    squares = {factor: swing * swing for factor, swing in swings.items()}
    total = sum(squares.values())
    return {factor: square / total if total != 0 else 0.0 for factor, square in squares.items()}
