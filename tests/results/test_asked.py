"""What is made for who asks first is made once, and only then."""

from __future__ import annotations

import gc
import pickle
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from builders.tables import make_result

from access15.outputs.tables.run import build_coverage_table
from access15.results.asked import Later


class Stone:
    """Something heavy that a thing is made of."""

    def weigh(self) -> int:
        """Once."""
        return 7


def test_who_asks_meanwhile_gets_the_same() -> None:
    made: list[object] = []
    together = Barrier(4)

    def make() -> object:
        made.append(object())
        return made[-1]

    later = Later(make)

    def ask(_: int) -> object:
        together.wait(timeout=60)
        return later()

    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(ask, range(4)))
    assert len(made) == 1
    assert all(one is made[0] for one in got)


def test_what_it_is_made_of_is_let_go() -> None:
    stone = Stone()
    seen, later = weakref.ref(stone), Later(stone.weigh)
    del stone
    assert seen() is not None
    assert later() == 7
    gc.collect()
    assert seen() is None


def test_a_fault_is_told_to_everybody_who_asks() -> None:
    later = Later(partial(int, "seven"))
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal for int"):
            later()


@pytest.mark.parametrize("is_asked", [False, True])
def test_a_pickle_asks_for_itself(is_asked: bool) -> None:
    later = Later(Stone().weigh)
    if is_asked:
        later()
    assert pickle.loads(pickle.dumps(later))() == 7  # noqa: S301 - our own of a moment ago


def test_coverage_neither_explains_nor_measures() -> None:
    def refuse() -> Any:
        raise AssertionError("nobody asked")

    result = make_result()
    lazy = {"explain": refuse, "measure": refuse, "draw_areas": refuse, "try_doors": refuse}
    areas = {key: replace(area, **lazy) for key, area in result.areas.items()}
    changed = replace(result, areas=areas)
    assert len(build_coverage_table(changed)) == len(result.coverage) > 0
    with pytest.raises(AssertionError, match="nobody asked"):
        changed.complete()
