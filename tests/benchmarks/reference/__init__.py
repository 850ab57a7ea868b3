"""The searches in C, built where a compiler is, for the benchmarks to hold ours against."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from numpy.ctypeslib import as_array, ndpointer
from numpy.typing import NDArray

from access15.core.walk.graph import SearchGraph

COMPILERS = ("clang", "gcc")
_FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-fPIC", "-shared", "-pthread")

_INDPTR = ndpointer(np.int64, flags="C_CONTIGUOUS")
_COSTS = ndpointer(np.float64, flags="C_CONTIGUOUS")
_GRAPH = [_INDPTR, ctypes.c_void_p, ctypes.c_int64, ctypes.c_double, ctypes.c_int64]


def build_reference(compiler: str, folder: Path) -> Reference | None:
    """The searches as a compiler makes them; None where it is not installed."""
    path = shutil.which(compiler)
    if path is None:
        return None
    made = folder / f"search_{compiler}.so"
    source = Path(__file__).with_name("search.c")
    subprocess.run([path, *_FLAGS, "-o", str(made), str(source), "-lm"], check=True)
    return Reference(ctypes.CDLL(str(made)))


class Reference:
    """Reach and nearest in C, on the arrays that the compiled loops search."""

    def __init__(self, library: Any) -> None:
        self._library = library
        rows = [ctypes.POINTER(ctypes.c_void_p)] * 2
        library.reach.argtypes = [
            *_GRAPH,
            *(_INDPTR, ctypes.c_int64, ctypes.c_double, ctypes.c_int64, _INDPTR),
            *rows,
        ]
        library.reach.restype = ctypes.c_int64
        library.nearest.argtypes = [*_GRAPH, _INDPTR, ctypes.c_int64, _COSTS, _INDPTR]
        library.nearest.restype = None
        library.hand_back.argtypes = [ctypes.c_void_p]
        library.hand_back.restype = None

    def reach(
        self, graph: SearchGraph, sources: NDArray[np.int64], cutoff_s: float, threads: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], Any]:
        """How many nodes each source reaches, which, and seconds; hand the last back when done."""
        counts = np.zeros(len(sources), dtype=np.int64)
        nodes, times_s = ctypes.c_void_p(), ctypes.c_void_p()
        n = self._library.reach(
            *_arrays(graph),
            *(sources, len(sources), cutoff_s, threads, counts),
            *(ctypes.byref(nodes), ctypes.byref(times_s)),
        )
        node = as_array(ctypes.cast(nodes, ctypes.POINTER(ctypes.c_int32)), (n,))
        time_s = as_array(ctypes.cast(times_s, ctypes.POINTER(ctypes.c_double)), (n,))
        return counts, node, time_s, (nodes, times_s)

    def hand_back(self, rows: Any) -> None:
        """Free what `reach` found."""
        for one in rows:
            self._library.hand_back(one)

    def nearest(
        self, graph: SearchGraph, sources: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Seconds from every node to the nearest source, and which."""
        cost_s, source = np.empty(graph.n_nodes), np.empty(graph.n_nodes, dtype=np.int64)
        self._library.nearest(*_arrays(graph), sources, len(sources), cost_s, source)
        return cost_s, source


def _arrays(graph: SearchGraph) -> tuple[Any, ...]:
    """A graph as the functions in C take it."""
    n_buckets = 4
    while n_buckets < graph.longest_s / graph.bucket_s + 4.0:
        n_buckets *= 2
    arcs = graph.arcs.ctypes.data_as(ctypes.c_void_p)
    return graph.indptr, arcs, graph.n_nodes, 1.0 / graph.bucket_s, n_buckets
