"""Streets of a network that addresses name, as people write them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from access15.sources.geocode.addresses import Street, match_streets, parse_address, parse_street

_RANKS = ("exact", "initials", "part")


def find_named_streets(
    addresses: Sequence[str], street_names: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Streets that each address names, both at a corner; only those that match best.

    Returns rows of addresses, rising, and indices into the names.
    """
    # by their last word, which is the surname and must be whole: a city has thousands of streets
    known: dict[str, list[tuple[int, Street]]] = {}
    for i, name in enumerate(street_names):
        street = parse_street(name)
        if street is not None and street.words:
            known.setdefault(street.words[-1], []).append((i, street))
    seen: dict[Street, list[int]] = {}
    owner, index = [], []
    for row, text in enumerate(addresses):
        address = parse_address(text)
        for asked in (address.street, address.corner):
            if asked is None:
                continue
            if asked not in seen:
                surname = asked.words[-1] if asked.words else ""
                seen[asked] = _find_best(asked, known.get(surname, []))
            index += seen[asked]
            owner += [row] * len(seen[asked])
    return np.array(owner, dtype=np.int64), np.array(index, dtype=np.int64)


def _find_best(asked: Street, known: Sequence[tuple[int, Street]]) -> list[int]:
    """Streets that match best; several may bear one name in different spellings."""
    found: dict[str, list[int]] = {}
    for i, street in known:
        if match := match_streets(asked, street):
            found.setdefault(match, []).append(i)
    return next((found[rank] for rank in _RANKS if rank in found), [])
