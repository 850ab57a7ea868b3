"""A proposal beside today in one neighbourhood, as a comparison hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from access15.config.proposal import Proposal


@dataclass(frozen=True, eq=False)
class AreaComparison:
    """A proposal beside today in one neighbourhood.

    Parameters
    ----------
    proposal : Proposal
        What changes.
    coverage : DataFrame
        `access15.results.schema.COMPARE`: people covered before and after.
    streets : DataFrame
        `access15.results.schema.COMPARE_STREETS`: who gains and who loses.
    changes : DataFrame
        `access15.results.schema.COMPARE_CHANGES`: every change with its ``status``: ``ok``, why it
        means nothing on these streets (``no_street, no_steps, no_kerb, too_short, too_long``), or
        ``too_far_from_network`` for a facility or bench that no walker can reach; ``metres`` is
        that of a link, of the street closed or of the steps taken away, or how far the nearest is
        where there is none to change; ``street`` names what is changed.
    travel_time_s : mapping of (profile id, target) to ndarray, shape (n_residents,)
        Door-to-door seconds with the proposal; inf when unreachable.
    """

    proposal: Proposal
    coverage: pd.DataFrame
    streets: pd.DataFrame
    changes: pd.DataFrame
    travel_time_s: Mapping[tuple[str, str], NDArray[np.float64]]
