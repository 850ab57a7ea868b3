"""Single fixes ranked by people: parts, doors, and what is not worth telling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from access15.area.fixes import DoorGains, rank_gains
from access15.core.change.fixes import FIX_KINDS, Fixes
from access15.core.change.gains import Gains

PEOPLE = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])  # in six homes


def fixes_of(*kinds: str) -> Fixes:
    """Fixes of some kinds, one edge each."""
    n = len(kinds)
    never = np.zeros(n, dtype=bool)
    numbers = np.array([FIX_KINDS.index(kind) for kind in kinds])
    return Fixes(numbers, np.arange(n), np.arange(n), never, never)


def lets_in(*homes_of_fix: str) -> Gains:
    """Homes that each fix lets in, by their numbers."""
    pairs = [(fix, int(home)) for fix, homes in enumerate(homes_of_fix) for home in homes]
    fix, home = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    return Gains(fix, home, np.full(len(fix), 600.0))


def counted(fixes: Fixes, found: DoorGains) -> list[tuple[int, str, int, float]]:
    """Fix, part, rank and people of each row."""
    people: dict[str, NDArray[np.float64]] = {"total": 2 * PEOPLE, "age_65_plus": PEOPLE}
    table = rank_gains(fixes, found, people, "age_65_plus")
    columns = ("fix", "part", "rank", "gained_age_65_plus")
    return list(zip(*(table[name].tolist() for name in columns), strict=True))


def test_parts_are_ranked_apart_and_fewer_than_three_people_are_not_told() -> None:
    """Fix 2 lets in homes 0 and 0 only: one person of 65 and over, two in all."""
    fixes = fixes_of(
        "crossings", "steps", "kerbs", "missing_link", "mapping_fault", "bridge", "gate"
    )
    found = DoorGains(lets_in("2", "45", "0", "01", "3", "5", "45"))
    assert counted(fixes, found) == [
        (1, "mend", 1, 48.0),
        (0, "mend", 2, 4.0),
        (3, "mend", 3, 3.0),
        (6, "build", 1, 48.0),
        (5, "build", 2, 32.0),
        (4, "look", 1, 8.0),
    ]


def test_ranked_by_who_gets_in_whatever_the_door() -> None:
    """Two doors: fix 0 brings 48 or 4 people, fix 1 brings 8 or 32, fix 2 brings 16 or nobody."""
    fixes = fixes_of("crossings", "crossings", "missing_link")
    found = DoorGains(lets_in("45", "3", "4"), (lets_in("2", "5", ""),))
    assert counted(fixes, found) == [
        (1, "mend", 1, 8.0),
        (0, "mend", 2, 48.0),
        (2, "door", 1, 16.0),
    ]
    people = {"total": PEOPLE, "age_65_plus": PEOPLE}
    table = rank_gains(fixes, found, people, "age_65_plus")
    assert table["gained_low_age_65_plus"].tolist() == [8.0, 4.0, 0.0]
    assert table["gained_high_age_65_plus"].tolist() == [32.0, 48.0, 16.0]


def test_where_there_is_no_other_door_the_range_is_one_number() -> None:
    people = {"total": PEOPLE, "age_65_plus": PEOPLE}
    alone = rank_gains(fixes_of("steps"), DoorGains(lets_in("5")), people, "age_65_plus")
    assert alone["gained_low_total"].tolist() == alone["gained_high_total"].tolist() == [32.0]
