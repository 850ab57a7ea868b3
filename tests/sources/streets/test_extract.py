"""An extract is read once: what is kept answers the same questions to the bit, and no other."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import osmium
import pytest
import shapely
from builders.drawn_osm import CRS, Nodes, Ways, box, write_osm
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from access15.config import load_categories
from access15.errors import Access15Warning, NetworkDataError
from access15.files import store as stores
from access15.files.store import Store
from access15.sources.streets import extract as extracts
from access15.sources.streets.boxes import Clip
from access15.sources.streets.cut import cut_areas
from access15.sources.streets.extract import Extract
from access15.sources.streets.pack import pack, unpack
from access15.sources.streets.read import read_osm_data

KINDS = tuple(load_categories().values())
HERE = {"here": Clip(box(0, 0, 400, 200), box(-500, -500, 900, 700))}
#
#   1 ---- 2 ==== 3      a footway, then steps; 2 is a zebra, 4 a library, 5 a bench, 6-9 a house with
#                        its entrance 6, 10-13 a park that the way 2-12 enters, 14-15 a fence,
#   10-13  6-9           16-19 a square, as a relation of two ways; 20-21 a river
NODES: Nodes = {
    1: (0, 0),
    2: (100, 0, {"highway": "crossing", "crossing": "zebra"}),
    3: (200, 0),
    4: (150, 20, {"amenity": "library", "name": "Biblioteca 'Ò'", "opening_hours": "Mo-Fr 9-17"}),
    5: (50, 5, {"amenity": "bench"}),
    6: (120, 40, {"entrance": "main"}),
    7: (140, 40),
    8: (140, 60),
    9: (120, 60),
    10: (80, 50),
    11: (110, 50),
    12: (110, 90),
    13: (80, 90),
    14: (10, 10),
    15: (60, 10),
    16: (200, 0),
    17: (240, 0),
    18: (240, 40),
    19: (200, 40),
    20: (0, -40),
    21: (300, -40),
}
WAYS: Ways = {
    1: ((1, 2), {"highway": "footway", "name": "Via Uno", "surface": "sett", "incline": "4%"}),
    2: ((2, 3), {"highway": "steps", "step_count": "12", "width": "1.5"}),
    3: ((2, 12), {"highway": "residential", "name": "Via Due", "oneway:foot": "yes"}),
    4: ((6, 7, 8, 9, 6), {"building": "apartments", "building:levels": "5"}),
    5: ((10, 11, 12, 13, 10), {"leisure": "park", "name": "Parco"}),
    6: ((14, 15), {"barrier": "fence"}),
    7: ((16, 17, 18), {}),
    8: ((18, 19, 16), {}),
    9: ((20, 21), {"waterway": "river"}),
    10: ((3, 16, 99), {"highway": "footway"}),  # the node 99 is not in the file
}
RELATIONS = {
    1: (((7, "outer"), (8, "outer")), {"type": "multipolygon", "highway": "pedestrian"}),
    2: (((7, "outer"), (77, "outer")), {"type": "multipolygon", "natural": "water"}),
}


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_TOLD", set())


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_osm(
        tmp_path / "town.osm",
        NODES,
        WAYS,
        relations=RELATIONS,
        bounds=box(-600, -600, 700, 700),
        timestamp="2026-01-02T03:04:05Z",
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "readings")


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> Any:
    """From here on no file is read or cut: what comes was kept."""

    def begin() -> None:
        def fail(*_: object, **__: object) -> None:
            raise AssertionError("the extract was read again")

        monkeypatch.setattr(extracts, "read_osm_data", fail)
        monkeypatch.setattr(extracts, "cut_areas", fail)

    return begin


def cut(path: Path, store: Store | None = None, **other: Any) -> tuple[Any, bytes]:
    """Everything of the areas of an extract, as bytes."""
    asked = {"categories": KINDS, "at": extracts.WORKING_DAY, "clips": HERE, **other}
    extract = Extract(path, asked["categories"], asked["at"], store=store)
    return to_bytes(extract.cut(asked["clips"], CRS))


def to_bytes(areas: Mapping[str, Any]) -> tuple[Any, bytes]:
    plain = {key: extracts._to_plain(one) for key, one in areas.items()}
    return pack(extracts._PlainAreas, extracts._PlainAreas(plain))


def test_what_is_kept_is_what_was_read_to_the_bit(
    town: Path, store: Store, unreadable: Any
) -> None:
    without = cut(town)
    first = cut(town, store)
    unreadable()
    second = cut(town, store)
    assert first == second == without
    values, _ = second
    told = repr(values)  # nothing of the drawing is missing in what was compared
    for word in ("Biblioteca 'Ò'", "Via Uno", "node/5", "remark_cut", "remark_unread"):
        assert word in told or ascii(word)[1:-1] in told


def test_frames_are_the_same_too(town: Path, store: Store) -> None:
    clips = HERE
    new = Extract(town, KINDS).cut(clips, CRS)["here"]
    Extract(town, KINDS, store=store).cut(clips, CRS)
    kept = Extract(town, KINDS, store=store).cut(clips, CRS)["here"]
    assert kept.facilities.equals(new.facilities)
    assert kept.facilities.crs == new.facilities.crs
    assert (kept.facilities.dtypes == new.facilities.dtypes).all()
    for kind in ("water", "green", "rail", "buildings"):
        one, other = getattr(kept.backdrop, kind), getattr(new.backdrop, kind)
        assert one.equals(other)
        assert one.crs == other.crs
    assert kept.homes is not None
    assert len(kept.homes.levels) == 1
    assert kept.ways_in is not None
    assert len(kept.ways_in.xy) == 1


def test_another_box_is_cut_from_what_was_read(
    town: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = {"there": Clip(box(0, 0, 50, 50), box(-50, -50, 150, 150))}
    cut(town, store)
    monkeypatch.setattr(extracts, "read_osm_data", None)  # cannot be called
    assert cut(town, store, clips=clips) == cut_anew(town, clips)


def cut_anew(path: Path, clips: Mapping[str, Clip]) -> tuple[Any, bytes]:
    return to_bytes(cut_areas(read_osm_data(path, KINDS), path, clips, crs=CRS))


def test_other_questions_have_other_answers(town: Path, store: Store) -> None:
    cut(town, store)
    night = datetime.fromisoformat("2025-05-21T23:00")
    for other in ({"categories": KINDS[:1]}, {"categories": ()}, {"at": night}):
        assert cut(town, store, **other) == cut(town, **other)
    assert store.measure()[0] == 2 * 4  # one reading and one cut for each


def test_a_file_rewritten_with_the_same_size_and_time_is_read_anew(
    town: Path, store: Store
) -> None:
    before, status = cut(town, store), town.stat()
    text = town.read_bytes()
    town.write_bytes(text.replace(b"Via Uno", b"Via One"))
    os.utime(town, ns=(status.st_atime_ns, status.st_mtime_ns))
    now = town.stat()
    assert (now.st_size, now.st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    with pytest.warns(Access15Warning, match=r"^town\.osm has changed since it was last read"):
        after = cut(town, store)
    assert after == cut(town) != before
    assert cut(town, store) == after
    assert store.measure()[0] == 2  # the new one took the place of the old


def test_a_large_file_is_hashed_again_only_when_it_was_touched(
    town: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extracts, "_HASHED_ALWAYS_BYTES", 10)
    monkeypatch.setattr(extracts, "_SETTLED_NS", -1)
    before, status = cut(town, store), town.stat()
    hashed: list[object] = []
    digest = extracts.hashlib.file_digest
    monkeypatch.setattr(
        extracts.hashlib, "file_digest", lambda *args: hashed.append(args) or digest(*args)
    )
    assert cut(town, store) == before
    assert hashed == []
    # the same size and time again, which the system's own time gives away
    town.write_bytes(town.read_bytes().replace(b"Via Uno", b"Via One"))
    os.utime(town, ns=(status.st_atime_ns, status.st_mtime_ns))
    with pytest.warns(Access15Warning, match="has changed since it was last read"):
        assert cut(town, store) == cut(town)
    assert len(hashed) > 0


def test_a_file_just_written_is_not_known_by_its_time(
    town: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extracts, "_HASHED_ALWAYS_BYTES", 10)
    cut(town, store)
    assert store.measure()[0] == 2  # a reading and a cut, no hash


def test_other_rules_or_libraries_are_another_reading(
    town: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(town, store)
    for name in extracts.describe_state():
        state = {**extracts.describe_state(), name: "another"}
        monkeypatch.setattr(extracts, "describe_state", lambda state=state: state)
        monkeypatch.setattr(stores, "_TOLD", set())
        with pytest.warns(Access15Warning, match="has changed since it was last read, or access15"):
            cut(town, store)


def test_the_rules_are_all_there_is_to_reading() -> None:
    """Whatever of access15 reading imports stands in the folders whose text is hashed."""
    package = Path(extracts.__file__).parents[2]
    hashed = {package / name for name in extracts._RULES}
    others = {"__init__.py", "errors.py", "files"}  # say what is wrong, and read bytes
    seen, left = set(), [extracts.__name__]
    while left:
        module = sys.modules[left.pop()]
        seen.add(module.__name__)
        named = {getattr(one, "__module__", None) or "" for one in vars(module).values()}
        named |= {one.__name__ for one in vars(module).values() if type(one) is type(sys)}
        left += [
            name
            for name in named - seen
            if name.startswith("access15.") and name in sys.modules and name not in left
        ]
    for name in seen:
        path = Path(str(sys.modules[name].__file__))
        top = package / path.relative_to(package).parts[0]
        assert top in hashed or top.name in others, name


def write_binary(source: Path, target: Path) -> Path:
    """The same objects as a binary file whose header states the box of the town."""
    header = osmium.io.Header()
    west, south, east, north = box(-600, -600, 700, 700)
    header.add_box(
        osmium.osm.Box(osmium.osm.Location(west, south), osmium.osm.Location(east, north))
    )
    with osmium.SimpleWriter(str(target), header=header) as writer:
        for item in osmium.FileProcessor(str(source)):
            writer.add(item)
    return target


def test_what_the_header_excludes_is_refused_unread(
    town: Path, tmp_path: Path, unreadable: Any
) -> None:
    path = write_binary(town, tmp_path / "town.osm.pbf")
    far = {"here": Clip(box(5000, 0, 5100, 100), box(4000, -900, 6000, 900))}
    with pytest.raises(NetworkDataError, match="lies outside the extract") as after:
        cut_anew(path, far)
    unreadable()
    with pytest.raises(NetworkDataError, match="lies outside the extract") as before:
        cut(path, clips=far)
    assert str(before.value) == str(after.value)


def test_of_a_large_file_only_what_lies_near_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A country of two towns 30 km apart, of which one is asked about: what is cut is the same."""
    far = 1000
    moved = {ref + far: (x + 30_000, y, *more) for ref, (x, y, *more) in NODES.items()}
    others = {ref + far: ([n + far for n in refs], tags) for ref, (refs, tags) in WAYS.items()}
    drawn = tuple((ref + far, role) for ref, role in RELATIONS[1][0])
    relations = RELATIONS | {1 + far: (drawn, RELATIONS[1][1])}
    text = write_osm(tmp_path / "text.osm", NODES | moved, WAYS | others, relations=relations)
    path = write_binary(text, tmp_path / "country.osm.pbf")
    whole = Extract(path, KINDS).cut(HERE, CRS)["here"]
    held: list[Any] = []

    def read_and_show(*given: Any, **named: Any) -> Any:
        held.append(read_osm_data(*given, **named))
        return held[-1]

    monkeypatch.setattr(extracts, "read_osm_data", read_and_show)
    monkeypatch.setattr(extracts, "LARGE_BYTES", 0)
    near = Extract(path, KINDS).cut(HERE, CRS)["here"]
    (data,) = held
    assert [len(data.ways.way_id), len(data.places), len(data.seats)] == [5, 3, 1]
    assert len(data.backdrop["buildings"]) == 1
    # what could not be read is told of what lies near, too
    assert whole.info.warnings[1].values != near.info.warnings[1].values
    same = replace(near, info=whole.info)
    assert to_bytes({"here": same}) == to_bytes({"here": whole})


class Pair(NamedTuple):
    is_one: bool
    share: float


@dataclass(frozen=True, eq=False)
class Record:
    numbers: NDArray[np.float64]
    small: NDArray[np.uint8]
    flags: NDArray[np.bool_]
    shapes: NDArray[np.object_]
    pairs: tuple[Pair, ...]
    named: Mapping[str, list[int]]
    kind: Literal["a", "b"]
    line: tuple[list[int], NDArray[np.float64]] | None


def draw(dtype: type, **more: Any) -> st.SearchStrategy[Any]:
    return arrays(dtype, st.sampled_from([(0,), (1,), (5,), (3, 2), (0, 2)]), **more)


RECORDS = st.builds(
    Record,
    draw(np.float64),
    draw(np.uint8),
    draw(np.bool_),
    st.lists(st.sampled_from([None, shapely.Point(1, 0.1), shapely.box(0, 0, 1, 2)])).map(
        lambda shapes: np.array([*shapes, None], dtype=object)[:-1]
    ),
    st.lists(st.builds(Pair, st.booleans(), st.floats())).map(tuple),
    st.dictionaries(st.text(), st.lists(st.integers())),
    st.sampled_from(["a", "b"]),
    st.none() | st.tuples(st.lists(st.integers()), draw(np.float64)),
)


@settings(max_examples=30)
@given(RECORDS)
def test_records_come_back(record: Record) -> None:
    values, raw = pack(Record, record)
    back = unpack(Record, json.loads(json.dumps(values)), raw)
    again = pack(Record, back)
    assert (json.dumps(again[0]), again[1]) == (json.dumps(values), raw)
    assert back.numbers.shape == record.numbers.shape
    assert [type(one) for one in back.pairs] == [Pair] * len(record.pairs)
    assert back.shapes.tolist() == record.shapes.tolist()


@settings(max_examples=30)
@given(RECORDS, st.data())
def test_records_of_other_values_are_refused(record: Record, data: st.DataObject) -> None:
    values, raw = pack(Record, record)
    at = data.draw(st.integers(0, len(values) - 1))
    values[at] = data.draw(st.sampled_from(["x", 3.5, True, [10**9, 5], [-8, 1], [0, 10**12]]))
    with pytest.raises((ValueError, TypeError, AttributeError, OverflowError)):
        unpack(Record, values, raw)


def list_streets(network: Any, land: Any) -> list[bytes]:
    """Streets that touch some land, as bytes, in an order of their own."""
    return sorted(shapely.to_wkb(network.lines[shapely.intersects(network.lines, land)]))


def test_a_question_nearby_finds_the_streets_of_the_one_before(
    town: Path, store: Store, unreadable: Any
) -> None:
    """Single questions share boxes: the streets are those of an own box, and so is what is said."""
    Extract(town, KINDS, store=store).cut_streets(Clip(box(0, 0, 9, 9), box(-9, -9, 99, 99)), CRS)
    alone = Extract(town, KINDS).cut(HERE, CRS)["here"]
    unreadable()
    found = Extract(town, KINDS, store=store).cut_streets(HERE["here"], CRS)
    land = shapely.box(*shapely.total_bounds(alone.network.lines))
    assert list_streets(found.network, land) == list_streets(alone.network, land)
    assert found.info == alone.info
    assert found.seats == alone.seats
    whole = found.network.node_xy.base
    while isinstance(whole, np.ndarray):
        whole = whole.base
    assert isinstance(whole, memoryview) or sys.platform == "win32"
    assert found.network.edge_u.ctypes.data % 8 == 0


def test_streets_alone_are_refused_as_areas_are(town: Path, store: Store) -> None:
    away = Clip(box(5000, 0, 5100, 50), box(5000, 0, 5100, 50))
    with pytest.raises(NetworkDataError, match="lies outside the extract") as told:
        Extract(town, KINDS).cut({"here": away}, CRS)
    with pytest.raises(NetworkDataError, match="lies outside the extract") as said:
        Extract(town, KINDS, store=store).cut_streets(away, CRS)
    assert str(said.value) == str(told.value)
    empty = Clip(box(-590, -590, -580, -580), box(-595, -595, -570, -570))
    with pytest.raises(NetworkDataError, match="area 'here'"):
        Extract(town, KINDS, store=store).cut_streets(empty, CRS)
