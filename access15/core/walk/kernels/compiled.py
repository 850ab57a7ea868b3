"""What all compiled loops share: how they are compiled, arrays that grow, and ragged answers.

A cached loop is compiled anew only when its own file changes: after a change to what it calls in
another file, delete the ``__pycache__`` folders beside both.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.caching import FunctionCache
from numba.extending import intrinsic

from access15.errors import Access15Warning
from access15.remarks import Remark

# Everything that reading a damaged file of pickled code raises.
_DAMAGE = (
    *(pickle.PickleError, EOFError, ValueError, TypeError, AttributeError, LookupError),
    *(ImportError, OverflowError, RuntimeError, OSError),
)


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile without the interpreter lock, cached on disk where any cache folder is writable.

    Parameters
    ----------
    function : callable
        The loop.

    Returns
    -------
    callable
        Compiled at its first call, once for each combination of types.
    """
    return _compile(function)


def jit_inline(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `jit`, put into its callers: handing on many arrays at every arc costs more than the work.

    Parameters
    ----------
    function : callable
        A step of a loop.

    Returns
    -------
    callable
        Compiled.
    """
    return _compile(function, forceinline=True)


def _compile(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Compile, cached where that is possible."""
    # nobody calls the loops from C: without that wrapper compiling takes a fifth less
    options |= {"nogil": True, "no_cfunc_wrapper": True}
    compiled: Any = numba.njit(**options)(function)
    keep: Any = _Cache
    # numba: "no locator available": read-only install and home
    with contextlib.suppress(RuntimeError):
        compiled._cache = keep(function)  # as `cache=True` does, with a cache that may be damaged
    loop: Callable[..., Any] = compiled
    return loop


class _Cache(FunctionCache):
    """Compiled loops on disk; what is damaged is compiled anew, what cannot be kept is not."""

    _is_told = False  # once, of whichever loop

    def _load_overload(self, *of_what: Any) -> Any:
        """What an earlier run compiled, None where there is nothing that could be read."""
        inherited: Any = super()
        try:
            return inherited._load_overload(*of_what)
        except _DAMAGE:
            self._warn("remark_compiled_damaged")
            with contextlib.suppress(OSError):
                inherited.flush()
            return None

    def _save_overload(self, *of_what: Any) -> None:
        """Keep what was compiled for later runs, where that is possible."""
        inherited: Any = super()
        try:
            inherited._save_overload(*of_what)
        except (OSError, *_DAMAGE):
            self._warn("remark_compiled_not_kept")

    def _warn(self, code: str) -> None:
        """Say once what is wrong with the cache."""
        if not _Cache._is_told:
            _Cache._is_told = True
            told = Remark(code, folder=self.cache_path)
            warnings.warn(told, Access15Warning, stacklevel=2)


def is_cached(compiled: Callable[..., Any]) -> bool:
    """Whether an earlier run left a compiled loop in the cache.

    Parameters
    ----------
    compiled : callable
        From `jit`.

    Returns
    -------
    bool
        False too where no cache folder can be written.
    """
    dispatcher: Any = compiled
    folder = getattr(dispatcher.stats, "cache_path", None)
    if folder is None or not os.path.isdir(folder):  # noqa: PTH112 - core knows no pathlib
        return False
    module = dispatcher.py_func.__module__.rpartition(".")[2]
    start = f"{module}.{dispatcher.py_func.__name__}-"
    names = os.listdir(folder)  # noqa: PTH208 - core knows no pathlib
    return any(name.startswith(start) and name.endswith(".nbi") for name in names)


_TO_READ, _VERY_NEAR, _DATA = 0, 3, 1  # what LLVM's `prefetch` is told


def _write_fetch(_: Any, array: Any, index: Any) -> Any:
    """What `fetch` becomes in a compiled loop."""
    row, number = ir.IntType(8).as_pointer(), ir.IntType(32)

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        rows = context.make_array(signature.args[0])(context, builder, given[0])
        at = builder.bitcast(builder.gep(rows.data, [given[1]]), row)
        how = ir.FunctionType(ir.VoidType(), [row, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [row], how)
        builder.call(prefetch, [at, number(_TO_READ), number(_VERY_NEAR), number(_DATA)])
        return context.get_dummy_value()

    return types.void(array, index), write


# In a loop, `fetch(array, index)` has a row of an array near the processor before it is read, and
# does not wait for it. The index is unsigned; it may lie beyond the array, for nothing is read.
fetch: Any = intrinsic(_write_fetch)


@jit
def grown(array, used, needed):  # type: ignore[no-untyped-def]
    """A larger array that begins with what is used of this one."""
    larger = np.empty(max(2 * len(array), needed), dtype=array.dtype)
    # one by one: a slice is copied no faster, and what numba says of shapes that do not fit takes
    # seconds to compile
    for i in range(used):
        larger[i] = array[i]
    return larger


@jit
def along_s(gap, forward_s, backward_s):  # type: ignore[no-untyped-def]
    """Seconds along an edge over a signed share of it; none to stand still, even where closed."""
    if gap > 0:
        return gap * forward_s
    return -gap * backward_s if gap < 0 else 0.0


@jit
def note_sooner(best_s, seen, n_seen, who, time_s, cutoff_s):  # type: ignore[no-untyped-def]
    """Note who is reached sooner than so far; whoever is reached at all is `seen` once."""
    if time_s <= cutoff_s and time_s < best_s[who]:
        if best_s[who] == np.inf:
            seen[n_seen] = who
            n_seen += 1
        best_s[who] = time_s
    return n_seen


@jit
def hand_over(whom, times_s, offset, group, seen, n_seen, best_s):  # type: ignore[no-untyped-def]
    """Write a group's answers behind those before, and make `best_s` inf again for the next."""
    at = offset[group]
    if at + n_seen > len(whom):
        # as much as the groups to come will need if they are like those so far: to grow by
        # doubling alone would copy, and touch, more memory than the answers take
        per_group = (at + n_seen) // (group + 1)
        room = max(at + n_seen, per_group * (len(offset) - 1) * 5 // 4 + n_seen)
        whom, times_s = grown(whom, at, room), grown(times_s, at, room)
    for i in range(n_seen):
        # only what was touched is reset: a whole array per group would cost more than the search
        who = np.uint64(seen[i])
        whom[at + i] = who
        times_s[at + i] = best_s[who]
        best_s[who] = np.inf
    offset[group + 1] = at + n_seen
    return whom, times_s
