"""Fetching from an Overpass service, played by a stub on this machine."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import osmium
import pytest
from builders.drawn_osm import CRS, box, places, write_osm
from builders.overpass import Answer, Stub, service

from access15.config import load_categories
from access15.errors import Access15Error, ConfigError, NetworkDataError, ServiceError
from access15.sources.streets import fetched
from access15.sources.streets.boxes import Clip
from access15.sources.streets.fetched import describe_fetched, fetch_osm, read_fetched
from access15.sources.streets.overpass import OVERPASS_URL, check_overpass_url
from access15.sources.web import Patience

TODAY = date(2026, 3, 5)
CATEGORIES = list(load_categories().values())
CLIPS = {"a": Clip(box(0, 0, 200, 100), box(-100, -100, 300, 200))}
HEAD = b'<osm version="0.6" generator="Overpass API">'


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def streets(tmp_path: Path) -> bytes:
    """What Overpass would say: relations first, as if it did not sort, with a note and its own
    date.
    """
    nodes = {
        1: (0, 0),
        2: (100, 0),
        3: (200, 0),
        21: (20, 20),
        22: (60, 20),
        23: (60, 60),
        9: (50, 30, {"amenity": "library", "name": "Chiesa Rossa"}),
    }
    ways = {10: ([1, 2, 3], {"highway": "residential"}), 20: ([21, 22, 23, 21], {})}
    relations = {5: ([(20, "outer")], {"type": "multipolygon", "leisure": "park"})}
    path = write_osm(tmp_path / "answer.osm", nodes, ways, relations=relations)
    lines = path.read_text().splitlines()
    ordered = [
        *[x for x in lines if "<relation" in x],
        *[x for x in lines if "<node" in x or "<way" in x],
    ]
    note = '<note>ODbL</note><meta osm_base="2026-03-04T23:59:00Z"/>'
    return "\n".join([lines[0], lines[1], note, *ordered, "</osm>"]).encode()


def fetch(stub: Stub, folder: Path, **more: object) -> dict[str, Path]:
    return fetch_osm(
        CLIPS,
        cache_dir=folder,
        today=TODAY,
        categories=CATEGORIES,
        overpass_url=stub.url,
        sleep=stub.slept.append,
        **more,  # type: ignore[arg-type]
    )


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_fetched_streets_are_read_later(tmp_path: Path, streets: bytes) -> None:
    folder = tmp_path / "cache"
    with service(Answer(streets)) as stub:
        stored = fetch(stub, folder)
    assert files(folder) == [stored["a"].name]
    later = TODAY + timedelta(days=3)
    areas = read_fetched(CLIPS, cache_dir=folder, today=later, crs=CRS, categories=CATEGORIES)
    assert areas is not None
    area = areas["a"]
    assert places(area.network) == {(0, 0), (200, 0)}
    assert area.facilities["facility_id"].tolist() == [
        "osm-node-9",
        "osm-relation-5-e40",
    ]  # the park, by its edge
    assert len(area.backdrop.green) == 1
    assert (area.info.kind, area.info.date, area.info.warnings) == ("overpass", "2026-03-04", ())
    host = stub.url.removeprefix("http://").removesuffix("/api")
    assert area.info.name == f"Overpass, fetched 2026-03-05 (3 days old) from {host}"
    assert (
        describe_fetched(folder, today=TODAY + timedelta(days=1))
        == "a fetched 2026-03-05 (1 day old)"
    )


def test_the_public_service_is_not_named(
    tmp_path: Path, streets: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service(Answer(streets)) as stub:
        monkeypatch.setattr(fetched, "OVERPASS_URL", stub.url)
        fetch(stub, tmp_path)
        areas = read_fetched(CLIPS, cache_dir=tmp_path, today=TODAY, crs=CRS, categories=[])
    assert areas is not None
    assert areas["a"].info.name == "Overpass, fetched 2026-03-05 (0 days old)"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/api",
        "file:///etc/passwd",
        "overpass.example.org",
        "http://",
        "https://:80/api",
        "http://a:b/c",
        "http://me:secret@example.org/api",
        "http://example.org/api?data=x",
        "http://example.org/#x",
        "http://a b.org/",
        "http://example.org/\napi",
        "javascript:alert(1)",
        "http://[::1/api",
        "http://example.org:99999/",
    ],
)
def test_other_services_must_be_plain_addresses(url: str) -> None:
    sentence = f"--service is {url!r}; write an address such as {OVERPASS_URL}"
    with pytest.raises(ConfigError, match=f"^{re.escape(sentence)}$"):
        check_overpass_url(url)


@pytest.mark.parametrize("ending", ["", "/", "/interpreter", "/interpreter/"])
def test_a_service_may_be_named_with_or_without_interpreter(ending: str) -> None:
    assert (
        check_overpass_url(f"https://overpass.example.org:8080/api{ending}")
        == "https://overpass.example.org:8080/api"
    )


def test_request_says_who_asks_and_what_for(tmp_path: Path, streets: bytes) -> None:
    with service(Answer(streets)) as stub:
        fetch(stub, tmp_path / "cache", timeout_s=90)
    [(path, agent, query)] = stub.asked
    assert path == "/api/interpreter"
    assert agent.startswith("access15/")
    west, south, east, north = CLIPS["a"].padded_box
    assert f"[bbox:{south:.7f},{west:.7f},{north:.7f},{east:.7f}]" in query
    assert "[timeout:90]" in query
    for part in (
        'way["highway"];',
        'nwr["amenity"="pharmacy"];',
        'wr["leisure"="park"];',
        "(._;>;);",
        "out body;",
    ):
        assert part in query


def test_old_data_warns(tmp_path: Path, streets: bytes) -> None:
    with service(Answer(streets)) as stub:
        fetch(stub, tmp_path / "cache")
    late = TODAY + timedelta(days=200)
    areas = read_fetched(CLIPS, cache_dir=tmp_path / "cache", today=late, crs=CRS, categories=[])
    assert areas is not None
    assert areas["a"].info.warnings == (
        "the streets were fetched 2026-03-05 (200 days old); run `access15 fetch` for newer ones",
    )


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_busy_service_is_asked_again_when_it_says(
    tmp_path: Path, streets: bytes, status: int
) -> None:
    with service(
        Answer(status=status, headers={"Retry-After": "7"}), Answer(status=status), Answer(streets)
    ) as stub:
        assert fetch(stub, tmp_path / "cache")
    assert stub.slept == [7.0, 30.0]


def test_retry_after_may_be_a_date(tmp_path: Path, streets: bytes) -> None:
    soon = format_datetime(datetime.now(tz=UTC) + timedelta(seconds=40), usegmt=True)
    with service(Answer(status=429, headers={"Retry-After": soon}), Answer(streets)) as stub:
        fetch(stub, tmp_path / "cache")
    assert stub.slept == [pytest.approx(39, abs=3)]


@pytest.mark.parametrize(
    ("answer", "n_asked", "message"),
    [
        (
            Answer(status=429),
            3,
            r"answered 429 Too Many Requests, 3 times; try again later, or give .*--osm FILE",
        ),
        (
            Answer(status=429, headers={"Retry-After": "soon"}),
            3,
            "answered 429 Too Many Requests, 3 times",
        ),
        (
            Answer(status=429, headers={"Retry-After": "3600"}),
            1,
            "answered 429 Too Many Requests and asks to wait 3600 s",
        ),
        (Answer(status=500), 3, "answered 500 Internal Server Error, 3 times; try again later"),
        (Answer(status=400, body=b"parse error"), 1, "answered 400 Bad Request"),
        (Answer(wait_s=0.6), 1, "gave no answer within 0.2 s"),
        (
            Answer(b"<html>busy</html>"),
            1,
            r"answered something else than OpenStreetMap data \('<html>busy</html>'\)",
        ),
        (Answer(b""), 1, "answered something else than OpenStreetMap data"),
        (Answer(b"\x00\xff" * 50), 1, "answered something else than OpenStreetMap data"),
        (
            Answer(HEAD + b"<node id='1' lat='1'"),
            1,
            r"answered broken OpenStreetMap data \(XML parsing error",
        ),
        (
            Answer(HEAD + b'<node id="1" lat="999" lon="1"/></osm>'),
            1,
            "knows no walkable way",
        ),
        (Answer(HEAD + b"</osm>", promised=5000), 1, "broke off in the middle of its answer"),
        (Answer(HEAD + b"</osm>"), 1, r"knows no walkable way in the area \(lon 9\.17\d+ to "),
        (
            Answer(
                HEAD + b"<remark> runtime error: Query timed out after 180 seconds. </remark></osm>"
            ),
            1,
            "gave up: 'runtime error: Query timed out after 180 seconds.'",
        ),
    ],
)
def test_service_that_fails_leaves_the_cache_as_it_was(
    tmp_path: Path, streets: bytes, answer: Answer, n_asked: int, message: str
) -> None:
    folder = tmp_path / "cache"
    with service(Answer(streets)) as stub:
        fetch(stub, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with (
        service(answer) as stub,
        pytest.raises(ServiceError, match=rf"^127\.0\.0\.1:\d+ {message}"),
    ):
        fetch(stub, folder, patience=Patience(5, 5, 0.2 if answer.wait_s else 5))
    assert len(stub.asked) == n_asked
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_no_service_at_all(tmp_path: Path) -> None:
    with service(Answer()) as stub:
        pass
    with pytest.raises(
        ServiceError, match=r"cannot be reached \(ConnectionError\); try again later"
    ):
        fetch(stub, tmp_path / "cache")
    assert files(tmp_path / "cache") == []


def test_impossible_address(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"'nonsense/interpreter' is no http or https address"):
        fetch(Stub("nonsense", [], []), tmp_path / "cache")


def test_new_data_takes_the_place_of_the_old(tmp_path: Path, streets: bytes) -> None:
    folder = tmp_path / "cache"
    with service(Answer(streets)) as stub:
        fetch(stub, folder)
        (folder / "streets-a-00000000-2020-01-01.osm.pbf").write_bytes(b"damaged")
        (folder / "notes.txt").write_text("mine")
        again = fetch_osm(
            CLIPS,
            cache_dir=folder,
            today=TODAY + timedelta(days=9),
            categories=CATEGORIES,
            overpass_url=stub.url,
        )
    assert files(folder) == ["notes.txt", again["a"].name]


def test_larger_area_fetched_earlier_stays_and_serves(tmp_path: Path, streets: bytes) -> None:
    folder = tmp_path / "cache"
    wide = {"a": Clip(box(0, 0, 200, 100), box(-500, -500, 700, 600))}
    with service(Answer(streets)) as stub:
        fetch_osm(wide, cache_dir=folder, today=TODAY, categories=CATEGORIES, overpass_url=stub.url)
        fetch_osm(
            CLIPS,
            cache_dir=folder,
            today=TODAY + timedelta(days=9),
            categories=CATEGORIES,
            overpass_url=stub.url,
        )
    assert len(files(folder)) == 2
    for clips, day in ((wide, "05"), (CLIPS, "14")):
        areas = read_fetched(clips, cache_dir=folder, today=TODAY, crs=CRS, categories=[])
        assert areas is not None
        assert f"fetched 2026-03-{day}" in areas["a"].info.name


def test_any_area_is_served_by_what_covers_it(tmp_path: Path, streets: bytes) -> None:
    folder = tmp_path / "cache"
    with service(Answer(streets)) as stub:
        fetch(stub, folder)
    inside = Clip(box(10, -10, 90, 10), box(-20, -20, 120, 20))
    cut = Clip(box(10, -10, 90, 10), box(-2000, -20, 2120, 20))
    outside = Clip(box(1010, -10, 1090, 10), box(1000, -20, 1120, 20))
    both = read_fetched(
        {"here": inside, "a": CLIPS["a"]}, cache_dir=folder, today=TODAY, crs=CRS, categories=[]
    )
    assert both is not None
    assert list(both) == ["here", "a"]
    padded = read_fetched({"here": cut}, cache_dir=folder, today=TODAY, crs=CRS, categories=[])
    assert padded is not None
    assert "cut by the extract's edge" in padded["here"].info.warnings[0]
    for clips in ({"x": outside}, {"here": inside, "x": outside}, {}):
        assert read_fetched(clips, cache_dir=folder, today=TODAY, crs=CRS, categories=[]) is None


def test_nothing_fetched_is_no_fault(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    assert read_fetched(CLIPS, cache_dir=folder, today=TODAY, crs=CRS, categories=[]) is None
    assert describe_fetched(folder, today=TODAY) == ""
    assert not folder.exists()


def test_damaged_cache_is_told(tmp_path: Path) -> None:
    (tmp_path / "streets-a-00000000-2026-01-01.osm.pbf").write_bytes(b"damaged")
    with pytest.raises(
        NetworkDataError,
        match=r"cannot be read as OpenStreetMap data .*; delete the file, or run `access15 fetch` ",
    ):
        read_fetched(CLIPS, cache_dir=tmp_path, today=TODAY, crs=CRS, categories=[])


def test_cache_that_cannot_be_written_is_told(tmp_path: Path, streets: bytes) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with (
        service(Answer(streets)) as stub,
        pytest.raises(Access15Error, match="nothing could be written there"),
    ):
        fetch(stub, tmp_path / "cache")


def test_area_id_never_becomes_a_path(tmp_path: Path) -> None:
    clips = {"../evil": CLIPS["a"]}
    with pytest.raises(ConfigError, match=r"area id '../evil' cannot be part of a file name"):
        fetch_osm(
            clips,
            cache_dir=tmp_path,
            today=TODAY,
            categories=CATEGORIES,
            overpass_url="http://127.0.0.1:9",
        )


def test_stored_file_states_its_box_and_date(tmp_path: Path, streets: bytes) -> None:
    with service(Answer(streets)) as stub:
        stored = fetch(stub, tmp_path / "cache")["a"]
    with osmium.io.Reader(str(stored)) as reader:
        header = reader.header()
    low, high = header.box().bottom_left, header.box().top_right
    assert (low.lon, low.lat, high.lon, high.lat) == pytest.approx(CLIPS["a"].padded_box, abs=1e-7)
    assert header.get("osmosis_replication_timestamp") == "2026-03-04T23:59:00Z"
