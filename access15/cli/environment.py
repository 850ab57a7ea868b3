"""Variables of the environment that libraries read as they are imported, made fit for it.

A library that meets a bad value there ends in the middle of an import, before anything could be
said. A value that no library could use is taken away, and said.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

from access15.remarks import Remark

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
