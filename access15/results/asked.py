"""What of a neighbourhood is computed when somebody asks: who asks for less waits for less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

import geopandas as gpd
import pandas as pd

if TYPE_CHECKING:
    from access15.core.measures.homes import HomeMeasures

T = TypeVar("T")


class Later(Generic[T]):
    """Something that is made once, for who asks first; threads that ask meanwhile wait.

    What it is made of is let go once it is there.

    Parameters
    ----------
    make : callable
        Makes it.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._made: list[T] = []
        self._lock = Lock()

    def __call__(self) -> T:
        """Make it, or hand over what was made.

        Returns
        -------
        object
            The same for everybody.
        """
        with self._lock:
            if self._make is not None:
                self._made.append(self._make())
                self._make = None
        return self._made[0]

    def __getstate__(self) -> dict[str, object]:
        """All but the lock, which is this process's own."""
        return {"_make": self._make, "_made": self._made}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._lock = Lock()


@dataclass(frozen=True, eq=False)
class Explained:
    """What closes the door in one neighbourhood; the frames of `access15.results.run.AreaResult`.

    Parameters
    ----------
    explanations : DataFrame
        People by cause.
    closed_doors : GeoDataFrame
        Homes and what would let them in.
    fixes : GeoDataFrame
        Single street fixes, ranked.
    """

    explanations: pd.DataFrame
    closed_doors: gpd.GeoDataFrame
    fixes: gpd.GeoDataFrame


@dataclass(frozen=True, eq=False)
class Measured:
    """Measures of access in one neighbourhood; as in `access15.results.run.AreaResult`.

    Parameters
    ----------
    homes : dict of (profile id, target) to HomeMeasures
        Home by home.
    measures : DataFrame
        By group.
    equity : DataFrame
        How evenly access is shared.
    """

    homes: Mapping[tuple[str, str], HomeMeasures]
    measures: pd.DataFrame
    equity: pd.DataFrame
