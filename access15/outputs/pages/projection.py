"""A projection as polynomials, so that a page can compute it without a library.

Within a neighbourhood a projection is nearly a plane: polynomials of a low degree agree with PROJ
to a thousandth of a millimetre, whatever the coordinate reference systems.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from access15.errors import CrsError
from access15.remarks import Remark

TOLERANCE: Final = 1e-6
_DEGREES: Final = range(2, 10)
_GRID: Final = 24

Projection = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class FittedProjection:
    """Polynomials of two variables, each measured from the middle of a box in half boxes.

    Parameters
    ----------
    middle, half : ndarray of float64, shape (2,)
        Middle of the box and half its sides, in the units that go in.
    origin : ndarray of float64, shape (2,)
        What is added to the polynomials, in the units that come out.
    powers : ndarray of int64, shape (n_terms, 2)
        Exponents of the two variables, term by term.
    terms : ndarray of float64, shape (n_terms, 2)
        Coefficients of both results.
    """

    middle: NDArray[np.float64]
    half: NDArray[np.float64]
    origin: NDArray[np.float64]
    powers: NDArray[np.int64]
    terms: NDArray[np.float64]

    def __call__(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Project points, as the page does."""
        return np.asarray(
            self.origin + _monomials((xy - self.middle) / self.half, self.powers) @ self.terms
        )

    def to_json(self) -> dict[str, Any]:
        """Numbers for the page; ``web/map/decode.js`` evaluates them."""
        return {
            "middle": self.middle.tolist(),
            "half": self.half.tolist(),
            "origin": self.origin.tolist(),
            "powers": self.powers.tolist(),
            "terms": self.terms.tolist(),
        }


def fit_projection(project: Projection, box: tuple[float, float, float, float]) -> FittedProjection:
    """Fit polynomials of the lowest degree that is exact enough."""
    low, high = np.array(box[:2], dtype=np.float64), np.array(box[2:], dtype=np.float64)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 1e-9)
    # Chebyshev's: no swinging at the edges
    nodes = np.cos(np.pi * (np.arange(_GRID) + 0.5) / _GRID)
    fitted_at, tried_at = _grid(nodes), _grid(np.linspace(-1.0, 1.0, _GRID + 7))
    wanted, checked = project(middle + half * fitted_at), project(middle + half * tried_at)
    if not (np.isfinite(wanted).all() and np.isfinite(checked).all()):
        raise CrsError(Remark("projection_empty", box=str(box)))
    origin = np.round(wanted.mean(axis=0))
    for degree in _DEGREES:
        powers = np.array(
            [(i, total - i) for total in range(degree + 1) for i in range(total + 1)],
            dtype=np.int64,
        )
        terms, *_ = np.linalg.lstsq(_monomials(fitted_at, powers), wanted - origin, rcond=None)
        fit = FittedProjection(middle, half, origin, powers, terms)
        if np.abs(fit(middle + half * tried_at) - checked).max() <= TOLERANCE:
            return fit
    raise CrsError(Remark("projection_bent", box=str(box)))


def _grid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cross values with themselves, as points."""
    return np.stack(np.meshgrid(values, values), axis=-1).reshape(-1, 2)


def _monomials(ab: NDArray[np.float64], powers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Multiply the powers of both coordinates."""
    return np.asarray(ab[:, :1] ** powers[:, 0] * ab[:, 1:] ** powers[:, 1])
