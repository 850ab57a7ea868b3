"""What every test shares."""

from __future__ import annotations

import functools
import gc
import hashlib
import inspect
import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import hypothesis
import pytest
from filelock import FileLock
from xdist.scheduler import LoadScopeScheduling

import access15
from access15.errors import Access15Error, Access15Warning
from access15.sources.tables.columns import Problems
from tests.builders.languages import MOST_CHECKED, list_english, list_error_texts

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
TESTS = Path(__file__).parent

# Terminals of tests speak as where no language is chosen, whoever runs them.
for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(variable, None)
os.environ["LANG"] = "C.UTF-8"

# HYPOTHESIS_PROFILE=ci looks for new examples, thousands of every property; the default runs a
# hundred, always the same, so that a change is judged by what it changes.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=100, derandomize=True)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# Markers whose tests may skip for want of something, and the variable that forbids it (set in CI to
# 1).
REQUIRED = {
    "real_data": "ACCESS15_REQUIRE_SHARED",
    "browser": "ACCESS15_REQUIRE_BROWSER",
    "node": "ACCESS15_REQUIRE_NODE",
    "qgis": "ACCESS15_REQUIRE_QGIS",
}


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Folder with the real OpenStreetMap and city data; tests that need it skip where it is
    absent.
    """
    value = os.environ.get("ACCESS15_SHARED")
    if not value:
        pytest.skip(
            "real data: set ACCESS15_SHARED to the folder that holds data/osm and data/milano"
        )
    path = Path(value).resolve()
    if not (path / "data" / "osm").is_dir():
        pytest.fail(f"ACCESS15_SHARED={value} holds no data/osm folder")
    return path


@pytest.fixture(scope="session")
def extract(shared_dir: Path) -> Path:
    """The extract of Milan."""
    return shared_dir / "data" / "osm" / "milano-2014.osm.pbf"


@pytest.fixture(scope="session")
def las_palmas_extract(shared_dir: Path) -> Path:
    """The extract of Las Palmas."""
    return shared_dir / "data" / "osm" / "las-palmas-2023.osm.pbf"


@pytest.fixture(scope="session")
def _nothing_fetched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache without streets and stations fetched before, for the runs that tests share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


OnceForAll = Callable[[str, Callable[[], Any]], Any]

# Where a workflow reads a file of OpenStreetMap.
READERS = (
    "access15.sources.streets.extract",
    "access15.sources.streets.survey",
    "builders.osm",
)


@pytest.fixture(scope="session")
def once_for_all(tmp_path_factory: pytest.TempPathFactory) -> OnceForAll:
    """Computes a thing in the worker that asks first; the other workers read it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the one that all workers share

    def give(name: str, compute: Callable[[], Any]) -> Any:
        path = folder / f"{name}.pickle"
        with FileLock(folder / f"{name}.lock"):
            if path.exists():
                return pickle.loads(path.read_bytes())  # noqa: S301 - our own of a moment ago
            thing = compute()
            path.write_bytes(pickle.dumps(thing, protocol=5))
            return thing

    return give


@pytest.fixture(scope="session", autouse=True)
def _real_streets_are_read_once(once_for_all: OnceForAll) -> Iterator[None]:
    """A real file, which takes seconds, is read once for all that ask the same of it or a copy."""
    folder = Path(os.environ.get("ACCESS15_SHARED", "")).resolve() / "data" / "osm"
    if not folder.is_dir():
        yield
        return

    # here, as numba below: half of what this file takes to import
    from access15.sources.streets.read import read_osm_data  # noqa: PLC0415

    sizes = {file.stat().st_size for file in folder.iterdir()}
    kept: dict[str, Any] = {}
    signature = inspect.signature(read_osm_data)

    def read(path: Path, categories: Iterable[Any], *rest: Any, **more: Any) -> Any:
        given = signature.bind(path, tuple(categories), *rest, **more)
        if not path.is_file() or path.stat().st_size not in sizes:
            return read_osm_data(*given.args, **given.kwargs)
        given.apply_defaults()  # asked with a default or without: the same question
        asked = {**given.arguments, "path": hashlib.sha256(path.read_bytes()).hexdigest()}
        key = hashlib.sha256(repr(asked).encode()).hexdigest()
        if key not in kept:
            kept[key] = once_for_all(
                f"streets-{key}", lambda: read_osm_data(*given.args, **given.kwargs)
            )
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        for name in READERS:
            patch.setattr(f"{name}.read_osm_data", read)
        yield


@pytest.fixture(scope="session", autouse=True)
def _loops_are_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A loop that two workers need at once is compiled by one; the other finds it on disk."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    # here, because a worker imports it anyway, and who only lists tests should not wait for it
    from numba.core.compiler_lock import global_compiler_lock  # noqa: PLC0415
    from numba.core.dispatcher import Dispatcher  # noqa: PLC0415

    folder = tmp_path_factory.getbasetemp().parent
    compile_it: Any = Dispatcher.compile
    locks: dict[str, FileLock] = {}

    def compile_alone(loop: Any, signature: Any) -> Any:
        name = f"{loop.py_func.__module__}.{loop.py_func.__qualname__}"
        lock = locks.setdefault(name, FileLock(folder / f"{name}.lock"))
        # numba's own lock first: with a loop that another loop calls, two threads would
        # otherwise each hold the lock that the other waits for
        with global_compiler_lock, lock:
            return compile_it(loop, signature)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Dispatcher, "compile", compile_alone)
        yield


@pytest.fixture
def said_in_italian(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever error, warning or fault of a table a test meets, and did not make itself, is said
    in Italian, too, without English in it.
    """
    met: list[str] = []
    played: list[str] = []
    build_error, build_warning = Access15Error.__init__, Access15Warning.__init__
    list_sentences = Problems.sentences

    def meet_error(error: Access15Error, summary: str, problems: Iterable[str] = ()) -> None:
        build_error(error, summary, problems)
        texts = list_error_texts(error)
        (met if is_ours(sys._getframe(1)) else played).extend(texts)

    def is_ours(maker: FrameType) -> bool:
        """Whether an error is made by the package, not by a test that plays a part of it."""
        return str(maker.f_globals["__name__"]).startswith("access15")

    def meet_warning(warning: Access15Warning, text: str) -> None:
        build_warning(warning, text)
        if is_ours(sys._getframe(1)):
            met.append(text)

    def meet_faults(problems: Problems) -> list[str]:
        found = list_sentences(problems)
        met.extend([*found[:MOST_CHECKED], *problems.notes])
        return found

    monkeypatch.setattr(Problems, "sentences", meet_faults)
    monkeypatch.setattr(Access15Error, "__init__", meet_error)
    monkeypatch.setattr(Access15Warning, "__init__", meet_warning)
    yield
    assert list_english(text for text in met if text not in played) == []


@pytest.fixture(scope="session")
def milan(extract: Path, _nothing_fetched: None, once_for_all: OnceForAll) -> access15.Run:
    """Both neighbourhoods of Milan on real streets: the one run that all tests look at."""

    def compute() -> access15.Run:
        result = access15.run("milano", osm=extract, now=NOW)
        result.complete()  # here, and not in every worker that reads it
        return result

    return once_for_all("milan", compute)


@pytest.fixture(scope="session")
def las_palmas(
    las_palmas_extract: Path,
    _nothing_fetched: None,
    once_for_all: OnceForAll,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, access15.Run]:
    """A study of another town with made-up residents, and its run."""

    def compute() -> tuple[Path, access15.Run]:
        # here, because test_required copies this file to where there are no builders
        from builders.las_palmas import write_study  # noqa: PLC0415

        toml = write_study(tmp_path_factory.mktemp("las_palmas"), las_palmas_extract)
        return toml, access15.run(toml, osm=las_palmas_extract, now=NOW)

    result: tuple[Path, access15.Run] = once_for_all("las_palmas", compute)
    return result


@pytest.fixture(scope="session")
def sketch(_nothing_fetched: None, once_for_all: OnceForAll) -> access15.Run:
    """Chiesa Rossa on the sketch that comes with access15."""
    return once_for_all(
        "sketch",
        lambda: access15.run("milano", areas=["chiesa_rossa"], offline=True, now=NOW),
    )


# Modules that take longest, by the seconds they were seen to take: they begin first, so that at
# the end no worker is left alone with a long one. The first three need neither the run of Milan nor
# its compiled loops, which one worker makes meanwhile: others would wait for it. Those of the
# browser, which wait half of their time, stand between those that compute.
LONGEST = (
    "outputs/poster/test_poster.py",
    "sources/streets/test_broken.py",
    "sources/proposals/test_scan.py",
    "cli/test_cli.py",
    "browser/test_session_drawing.py",
    "workflows/test_run.py",
    "workflows/test_compare.py",
    "browser/test_session_proposals.py",
    "workflows/test_ground.py",
    "web/test_real_neighbourhoods.py",
    "browser/test_session_words.py",
    "attack/test_same_bytes.py",
    "workflows/test_new_towns.py",
    "browser/test_session.py",
    "web/test_core.py",
    "web/test_siting.py",
    "cli/test_site.py",
    "browser/test_pages.py",
    "cli/test_session.py",
    "core/siting/test_center.py",
    "core/walk/test_search.py",
    "browser/test_paper.py",
    "core/change/test_explain.py",
    "core/streets/test_entrances.py",
    "core/reach/test_service_area.py",
    "project/test_required.py",
    "cli/test_all_at_once.py",
    "browser/test_session_hands.py",
    "attack/test_edges.py",
    "project/test_light_import.py",
    "workflows/test_residents.py",
    "workflows/test_city.py",
    "area/siting/test_worlds.py",
    "browser/test_accessibility.py",
    "core/siting/test_ruled.py",
    "workflows/test_works.py",
    "cli/test_language.py",
    "workflows/test_at_a_moment.py",
    "workflows/test_options.py",
    "area/test_measures.py",
    "attack/test_malformed.py",
    "cli/test_check.py",
    "attack/test_services.py",
)


class ByModule(LoadScopeScheduling):  # type: ignore[misc, unused-ignore]
    """Tests of a module stay on one worker: what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::", maxsplit=1)[0]


def pytest_configure() -> None:
    """Listen to interrupts, and to the end of a terminal: who is started in the background, or by
    nohup, ignores them, and so would every command that is stopped here.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    gc.disable()  # a quarter of the seconds that it takes to list tests


def pytest_collection_finish() -> None:
    """Collect garbage from now on, but never look through modules and tests, which stay."""
    gc.freeze()
    gc.enable()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One worker more than processors: pages in a browser wait half of their time."""
    del config
    return (os.cpu_count() or 1) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    """Hand tests to workers module by module, in the order of `pytest_collection_modifyitems`."""
    config.option.loadscopereorder = False
    return ByModule(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let each worker begin to list tests in another folder: in a fresh clone every module is then
    compiled by one of them, and read by those that come to it later.
    """
    report = yield
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker and collector.path == TESTS:
        n_workers = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
        start = len(report.result) * int(worker.removeprefix("gw")) // n_workers
        report.result = [*report.result[start:], *report.result[:start]]
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the run of Milan, on one worker, while the other does what takes longest; then by
    name, the same in all workers.
    """
    first = min((item.path for item in items if uses_milan(item)), default=None)
    items.sort(key=lambda item: (item.path != first, find_rank(item.path), item.path))


@functools.cache
def find_rank(module: Path) -> int:
    """Place of a module among those that take longest."""
    name = module.relative_to(TESTS).as_posix() if module.is_relative_to(TESTS) else ""
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def uses_milan(item: pytest.Item) -> bool:
    """Whether a test looks at the run of Milan."""
    return "milan" in getattr(item, "fixturenames", ())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where what the test needs must be there."""
    report = yield
    for marker, variable in REQUIRED.items():
        is_skip = report.skipped and not hasattr(report, "wasxfail")  # an expected failure did run
        if is_skip and item.get_closest_marker(marker) and os.environ.get(variable) == "1":
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            report.outcome = "failed"
            report.longrepr = f"{variable}=1 forbids to skip this test: {reason}"
    return report
