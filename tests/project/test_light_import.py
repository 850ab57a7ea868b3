"""What importing access15 costs, and that the compiled loops start anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders.drawn_osm import box, lonlat, write_osm

import access15
from access15.cli import start

PACKAGE = Path(access15.__file__).parent
HEAVY = (
    "geopandas",
    "osmnx",
    "osmium",
    "folium",
    "numba",
    "shapely",
    "pandas",
    "matplotlib",
    "segno",
    "cv2",
    "networkx",
    "scipy",
)

UNUSED = {"geopandas", "pandas", "pyarrow", "pyogrio", "rapidfuzz", "rasterio", "requests"}

SEARCH = """
import numpy as np
from access15.core.walk.kernels.arrays import ARC, Doors, Graph
from access15.core.walk.kernels.bounded import reach_many
arcs = np.zeros(1, dtype=ARC)
arcs["cost_s"], arcs["to"] = 5.0, 1
zero, no_way = np.zeros(1), np.full(1, np.inf)
node, nowhere = np.zeros(1, dtype=np.int64), np.full(1, -1, dtype=np.int64)
graph = Graph(np.array([0, 1, 1]), arcs, 1.0, 5.0)
door = Doors(nowhere, zero, zero, node, zero, nowhere, no_way)
offset, nodes, seconds = reach_many(graph, door, 5.0)
print(nodes.tolist(), seconds.tolist())
stats = reach_many.stats
print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""

PUSH = """
import numpy as np
from access15.core.walk.kernels.buckets import WAITING, put
first = np.full(4, -1, dtype=np.int32)
put(np.zeros(1, dtype=WAITING), np.uint64(0), first, 1.0, np.uint64(7), 6.5)
print(first.tolist())
stats = put.stats
print(sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""


def run_python(code: str, *, cwd: Path, env: dict[str, str] | None = None) -> list[str]:
    """Lines printed by a fresh interpreter that sees only the package in `cwd`."""
    fresh = {
        k: v for k, v in os.environ.items() if not k.startswith(("NUMBA_", "PYTHON", "XDG_", "COV"))
    }
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(cwd)!r})\n{code}"],
        cwd=cwd,
        env={**fresh, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("module", ["access15", "access15.config", "access15.errors"])
def test_import_is_light(module: str) -> None:
    """Nothing heavy comes along; osmnx alone would cost three seconds."""
    code = f"import {module}, sys; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    assert run_python(code, cwd=PACKAGE.parent) == ["[]"]


def test_study_loads_light() -> None:
    """Reading studies, profiles and categories needs none of them either."""
    code = (
        "import access15, sys; access15.load_study('milano'); access15.load_profiles(); "
        "access15.load_categories()\n"
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    assert run_python(code, cwd=PACKAGE.parent) == ["[]"]


def test_help_is_light() -> None:
    """Who asks for help waits for no models, and for no command but the one asked about."""
    code = (
        "import sys; sys.argv = ['access15', '--help']\n"
        "from access15.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "loaded = {*HEAVY, 'pydantic', 'access15.config.model', 'access15.cli.run'}\n"
        "print(sorted(loaded & set(sys.modules)))"
    ).replace("HEAVY", repr(HEAVY))
    assert run_python(code, cwd=PACKAGE.parent)[-1] == "[]"


def test_a_single_walk_waits_for_no_linear_algebra() -> None:
    """Commands for single walks compile loops without it; whoever asks for it still has it."""
    code = (
        "import sys\n"
        "from access15.cli.environment import spare_linear_algebra\n"
        "spare_linear_algebra()\n"
        "import access15.workflows.isochrone, access15.workflows.times, access15.workflows.points\n"
        "print('numba.np.arraymath' in sys.modules, 'scipy.linalg' in sys.modules)\n"
        "import scipy.linalg.cython_blas\n"
        "print(scipy.linalg.cython_blas.__name__)"
    )
    assert run_python(code, cwd=PACKAGE.parent) == ["True False", "scipy.linalg.cython_blas"]


def test_what_answers_at_once_ends_at_once() -> None:
    """Nothing is taken down piece by piece, but what waits for the end is called, and all is said."""
    code = (
        "import atexit, sys\n"
        "from access15.cli.start import start\n"
        "class Slow:\n    def __del__(self): print('taken down')\n"
        "kept = Slow()\n"
        "atexit.register(print, 'called')\n"
        "sys.argv = ['access15', 'times', '--help']\n"
        "start()\n"
        "print('never')"
    )
    said = run_python(code, cwd=PACKAGE.parent)
    assert said[0].startswith("Usage: access15 times")
    assert said[-1] == "called"


@pytest.mark.parametrize(
    "words",
    [["isochrone", "--at", "{at}", "--minutes", "5"], ["times", "--from", "{at}", "--to", "{to}"]],
    ids=["isochrone", "times"],
)
def test_a_second_walk_waits_for_no_frames(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once its streets are kept, a single walk is answered without pandas and what reads files."""
    nodes = {i: (100.0 * i, 0.0) for i in range(9)}
    ways = {1: (range(1, 9), {"highway": "footway", "name": "Via Lunga"})}
    osm = write_osm(tmp_path / "town.osm", nodes, ways, bounds=box(-600, -600, 1000, 800))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    here = lonlat(300, 5)
    access15.measure_isochrone(here, minutes=[5], profile="frail", osm=osm)
    (tmp_path / "to.csv").write_text(f"id,lat,lon\na,{here[1]},{here[0]}\n", encoding="utf-8")
    made = tmp_path / ("out.csv" if words[0] == "times" else "out.geojson")
    filled = [one.format(at=f"{here[1]},{here[0]}", to=tmp_path / "to.csv") for one in words]
    argv = ["access15", *filled, "--profile", "frail", "--osm", str(osm), "-o", str(made)]
    code = (
        "import atexit, sys\n"
        "from types import ModuleType\n"
        "from access15.cli.start import start\n"
        "def tell():\n"
        # a module that waits to be imported is of another kind
        "    had = {name for name, one in sys.modules.items() if type(one) is ModuleType}\n"
        f"    print(sorted({UNUSED!r} & had))\n"
        "atexit.register(tell)\n"
        f"sys.argv = {argv!r}\n"
        "start()"
    )
    env = {key: value for key, value in os.environ.items() if key == "NUMBA_CACHE_DIR"}
    said = run_python(
        code, cwd=PACKAGE.parent, env={**env, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    )
    assert said[-1] == "[]"
    assert {"times": ",ok,", "isochrone": "Polygon"}[words[0]] in made.read_text(encoding="utf-8")


def test_what_is_put_off_is_had_when_asked_for() -> None:
    """Imported as ever at the first use, also through one of its parts; others at once."""
    code = (
        "import sys\n"
        "from access15.cli.environment import put_imports_off\n"
        "put_imports_off()\n"
        "import pandas, pandas as pd, geopandas as gpd, json\n"
        "print('pandas.core' in sys.modules, hasattr(json, 'loads'))\n"
        "print(gpd.GeoDataFrame({'a': [1]}, geometry=gpd.points_from_xy([9], [45]))['a'].sum())\n"
        "from pandas.api.types import is_float\n"
        "print(pd is pandas is sys.modules['pandas'], is_float(1.0), 'pandas.core' in sys.modules)\n"
        "try:\n    pd.no_such_thing\nexcept AttributeError as error:\n    print(error)"
    )
    assert run_python(code, cwd=PACKAGE.parent) == [
        "False True",
        "1",
        "True True True",
        "module 'pandas' has no attribute 'no_such_thing'",
    ]


def test_public_names_exist() -> None:
    """Every name that is promised can be had, and dir() lists it."""
    code = (
        "import access15; print([n for n in access15.__all__ if not hasattr(access15, n) or n "
        "not in dir(access15)])"
    )
    assert run_python(code, cwd=PACKAGE.parent) == ["[]"]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A copy of the package, its folders closed against writing, also for root: a file where a
    cache would be.
    """
    root = tmp_path / "site"
    shutil.copytree(PACKAGE, root / "access15", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in [root / "access15", *(p for p in (root / "access15").rglob("*") if p.is_dir())]:
        (folder / "__pycache__").write_text("not a folder")
        folder.chmod(0o555)
    yield root
    for folder in [root / "access15", *(p for p in (root / "access15").rglob("*") if p.is_dir())]:
        folder.chmod(0o755)


def test_kernels_work_where_nothing_can_be_cached(installed: Path, tmp_path: Path) -> None:
    """Read-only install, unwritable home and cache: compiled anew, with the same result."""
    no_folder = tmp_path / "file"
    no_folder.write_text("")
    nowhere = str(no_folder / "cache")
    env = {"HOME": str(no_folder), "XDG_CACHE_HOME": nowhere, "NUMBA_CACHE_DIR": nowhere}
    assert run_python(SEARCH, cwd=installed, env=env) == ["[0, 1] [0.0, 5.0]", "0 1"]


def test_kernels_are_cached_where_possible(installed: Path, tmp_path: Path) -> None:
    """Read-only install, but a cache folder: the second start compiles nothing."""
    env = {"HOME": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "numba")}
    first, second = (run_python(PUSH, cwd=installed, env=env) for _ in range(2))
    assert first[0] == second[0] == "[-1, -1, 0, -1]"
    assert first[1] == "0 1"
    assert second[1] == "1 0"


def test_who_asks_how_far_one_walks_waits_for_no_scipy() -> None:
    """What `isochrone` and `times` import; scipy's part would be a fifth of an answer."""
    modules = "access15.workflows.isochrone, access15.workflows.times, access15.cli.walks"
    code = f"import {modules}, access15.outputs.tables.layers, sys\n"
    # numba itself asks which scipy there is
    code += "parts = {'linalg', 'optimize', 'sparse', 'spatial', 'special', 'stats'}\n"
    code += "print(sorted(part for part in parts if f'scipy.{part}' in sys.modules))"
    assert run_python(code, cwd=PACKAGE.parent) == ["[]"]


@pytest.mark.parametrize(
    ("words", "is_soon_done"),
    [
        pytest.param(["times", "--from", "45.4,9.2"], True, id="the command"),
        pytest.param(["run", "times"], False, id="a study of that name"),
        pytest.param(["city", "--out", "isochrone"], False, id="a folder of that name"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_only_the_command_itself_puts_imports_off(
    monkeypatch: pytest.MonkeyPatch, words: list[str], is_soon_done: bool
) -> None:
    """Its threads might otherwise find half of a module."""
    monkeypatch.setattr(sys, "argv", ["access15", *words])
    assert start._is_soon_done() is is_soon_done
