"""Variables of the environment that libraries read as they are imported, made fit for it.

A library that meets a bad value there ends in the middle of an import, before anything could be
said. A value that no library could use is taken away, and said.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from access15.remarks import Remark

# What takes long to import, and questions that are answered at once use in few cases.
_PUT_OFF = {"geopandas", "osmium", "pandas", "pyarrow", "pyogrio", "rapidfuzz", "requests"}
_OF_IMPORTS = {"__class__", "__spec__"}

# What a variable must look like for the library that reads it.
_LOOKS = {
    "COLUMNS": r"[0-9]{1,6}",
    "LINES": r"[0-9]{1,6}",
    "NUMBA_NUM_THREADS": r"[1-9][0-9]{0,4}",
}


def mend_environment() -> Iterator[Remark]:
    """Take away what no library could use, and say so, one sentence each."""
    for name, looks in _LOOKS.items():
        value = os.environ.get(name)
        if value and not re.fullmatch(looks, value):
            del os.environ[name]
            yield Remark("variable_unfit", name=name, value=value[:40])


def spare_linear_algebra() -> None:
    """Import what compiles loops, and not the linear algebra that it looks for meanwhile.

    Our loops multiply no matrices, and a single walk would wait for the import alone longer than
    for its answer. For programs of our own only: in a notebook somebody else's may.
    """
    name = "scipy.linalg.cython_blas"
    if name in sys.modules or "numba.np.arraymath" in sys.modules:
        return
    modules: dict[str, object] = sys.modules  # type: ignore[assignment]
    modules[name] = None  # asked for, it is not there
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        del sys.modules[name]


class _Waiting(ModuleType):
    """A module that is imported when something of it is first asked for."""

    def __getattribute__(self, name: str) -> Any:
        """Import it, unless an import statement alone looks at it."""
        if name not in _OF_IMPORTS:
            self.__class__ = ModuleType  # type: ignore[assignment]
            spec = self.__spec__
            if spec is not None and spec.loader is not None:
                spec.loader.exec_module(self)
        return ModuleType.__getattribute__(self, name)


class _Later(Loader):
    """Makes a module that waits; Python's own (LazyLoader) waits for the second import alone."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Make it as it would be made."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Let it wait."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        module.__class__ = _Waiting


class _PuttingOff:
    """Finds what takes long to import, to be imported when something of it is first asked for."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module is, None of all others."""
        if name not in _PUT_OFF:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Later(spec.loader)
        return spec


def put_imports_off() -> None:
    """Import what takes long when something of it is first asked for, if ever.

    A single walk needs no frame, and pandas with geopandas takes longer to import than the walk.
    For programs of our own only: threads that ask at the same moment might find half of a module.
    """
    sys.meta_path.insert(0, _PuttingOff)
