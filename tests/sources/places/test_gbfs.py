"""Bike stations of GBFS feeds, played by a stub on this machine."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from access15.config import FacilitiesSource, Study, find_cache, load_categories, load_study
from access15.errors import Access15Warning, ConfigError, ServiceError
from access15.sources import web
from access15.sources.places import gbfs
from access15.sources.places.facilities import read_facilities
from access15.sources.places.gbfs import StationCopy, fetch_stations, frame_stations, read_stations
from access15.workflows.bikes import describe_stations, fetch_bikes, join_stations, read_bikes

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CRS = "EPSG:32632"


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0


@dataclass
class Stub:
    url: str
    asked: list[str]
    agents: list[str]
    slept: list[float]

    def fetch(self, folder: Path, *, now: datetime = NOW, timeout_s: float = 5.0) -> StationCopy:
        return fetch_stations(
            f"{self.url}/gbfs.json",
            cache_dir=folder,
            now=now,
            timeout_s=timeout_s,
            sleep=self.slept.append,
        )


@contextmanager
def service(pages: Callable[[str], dict[str, list[Answer]]]) -> Iterator[Stub]:
    """A service whose pages give their answers in turn, the last one for ever."""
    asked: list[str] = []
    agents: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            agents.append(f"{self.headers['User-Agent']} / {self.headers['Client-Identifier']}")
            answers = book.get(self.path, [Answer(status=404)])
            answer = answers[min(asked.count(self.path), len(answers)) - 1]
            time.sleep(answer.wait_s)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_port}"
    book = pages(url)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Stub(url, asked, agents, [])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def as_json(data: object, *, ttl: object = 60, version: str | None = "2.3") -> bytes:
    head = {"last_updated": 1, "ttl": ttl, "data": data}
    return json.dumps(head if version is None else {**head, "version": version}).encode()


STATIONS = [
    {
        "station_id": "1",
        "name": "Duomo",
        "lat": 45.464,
        "lon": 9.19,
        "address": "Piazza  Duomo",
        "capacity": 24,
    },
    {"station_id": "2", "name": "Cadorna", "lat": 45.468, "lon": 9.176},
]


def version_2(
    *info: Answer, discovery: Answer | None = None, name: str = "it"
) -> Callable[[str], dict[str, list[Answer]]]:
    """A feed of version 2.3 in three languages, each with an address of its own."""

    def pages(url: str) -> dict[str, list[Answer]]:
        data = {
            language: {
                "feeds": [
                    {"name": "system_information", "url": f"{url}/system.json"},
                    {"name": "station_information", "url": f"{url}/{language}/stations.json"},
                ]
            }
            for language in ("de", "en", name)
        }
        return {
            "/gbfs.json": [discovery or Answer(as_json(data))],
            f"/{name}/stations.json": list(info or [Answer(as_json({"stations": STATIONS}))]),
        }

    return pages


def test_version_2_in_the_language_asked_for(tmp_path: Path) -> None:
    with service(version_2()) as stub:
        copy = stub.fetch(tmp_path)
    assert stub.asked == ["/gbfs.json", "/it/stations.json"]
    assert all(
        agent.startswith("access15/") and agent.endswith("planners) / access15")
        for agent in stub.agents
    )
    assert [(s.id, s.name, s.address, s.lat, s.lon) for s in copy.stations] == [
        ("1", "Duomo", "Piazza Duomo", 45.464, 9.19),
        ("2", "Cadorna", "", 45.468, 9.176),
    ]
    assert (copy.fetched, copy.expires, copy.n_unusable, copy.problem) == (
        NOW,
        NOW + timedelta(seconds=60),
        0,
        "",
    )
    assert read_stations(copy.url, cache_dir=tmp_path) == copy
    frame = frame_stations(copy, category="bike_station", operator="BikeMi")
    assert list(frame["facility_id"]) == ["gbfs-1", "gbfs-2"]
    assert set(frame["source"]) == {"BikeMi GBFS station_information (2026-11-22)"}
    assert (frame.geometry.x[0], frame.geometry.y[0]) == (9.19, 45.464)


def test_version_2_without_that_language(tmp_path: Path) -> None:
    with service(version_2(name="fr")) as stub, pytest.raises(ServiceError, match="answered 404"):
        stub.fetch(tmp_path)  # English next, whose page is not there
    assert stub.asked == ["/gbfs.json", "/en/stations.json"]


def test_version_3(tmp_path: Path) -> None:
    """One list of feeds; names are lists of texts with their languages."""
    names = [
        [{"text": "Cathedral", "language": "en"}, {"text": "Duomo", "language": "it"}],
        [{"text": "Dom", "language": "de"}, {"text": "Cathedral", "language": "en"}],
        [{"text": "Dom", "language": "de"}, {"text": "Domo", "language": "eo"}],
        [],
    ]
    rows = [
        {"station_id": str(i), "name": name, "lat": 45.4, "lon": 9.1}
        for i, name in enumerate(names)
    ]

    def pages(url: str) -> dict[str, list[Answer]]:
        feeds = {"feeds": [{"name": "station_information", "url": f"{url}/s"}]}
        return {
            "/gbfs.json": [Answer(as_json(feeds, version="3.0"))],
            "/s": [Answer(as_json({"stations": rows}, version="3.0"))],
        }

    with service(pages) as stub:
        assert [station.name for station in stub.fetch(tmp_path).stations] == [
            "Duomo",
            "Cathedral",
            "Dom",
            "3",
        ]


def test_stations_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    rows = [
        *STATIONS,
        {"station_id": "1", "name": "again", "lat": 45.0, "lon": 9.0},
        {"name": "no id", "lat": 45.0, "lon": 9.0},
        {"station_id": "4", "name": "nowhere"},
        {"station_id": "5", "lat": 0, "lon": 0},
        {"station_id": "6", "lat": 95, "lon": 9},
        {"station_id": "7", "lat": "45.1", "lon": "9.1"},
        {"station_id": "8", "lat": True, "lon": 9},
        {"station_id": " ", "lat": 45, "lon": 9},
        "nonsense",
    ]
    with service(version_2(Answer(as_json({"stations": rows}, ttl="soon")))) as stub:
        copy = stub.fetch(tmp_path)
    assert ([s.id for s in copy.stations], copy.n_unusable) == (["1", "2", "1-2", "7"], 7)
    assert copy.notes == (
        "1 stations have the id of another one elsewhere: they are kept, with a number behind the "
        "id",
    )
    assert copy.expires == NOW  # no ttl that can be understood
    # what is kept is said in the language of who reads it
    kept = read_stations(copy.url, cache_dir=tmp_path)
    assert kept is not None
    assert kept.notes == copy.notes
    assert kept.notes[0].in_lang("it").startswith("stazioni con l'id di un'altra altrove: 1;")


def test_ttl_is_honoured(tmp_path: Path) -> None:
    changed = Answer(as_json({"stations": STATIONS[:1]}, ttl=10**9))
    with service(version_2(Answer(as_json({"stations": STATIONS}, ttl=60)), changed)) as stub:
        stub.fetch(tmp_path)
        assert len(stub.fetch(tmp_path, now=NOW + timedelta(seconds=59.9)).stations) == 2
        assert len(stub.asked) == 2  # nothing was asked again
        later = stub.fetch(tmp_path, now=NOW + timedelta(seconds=60))
        assert (len(later.stations), len(stub.asked)) == (1, 4)
        assert later.expires == later.fetched + timedelta(days=1)  # no feed is fresh for longer
        assert len(stub.fetch(tmp_path, now=NOW - timedelta(days=1)).stations) == 1
        assert len(stub.asked) == 6  # a copy from the future is not fresh


def test_busy_services_are_asked_again_when_they_say(tmp_path: Path) -> None:
    until = format_datetime(datetime.now(tz=UTC) + timedelta(seconds=40), usegmt=True)
    busy = [
        Answer(status=429, headers={"Retry-After": "7"}),
        Answer(status=500, headers={"Retry-After": until}),
        Answer(as_json({"stations": STATIONS})),
    ]
    with service(version_2(*busy)) as stub:
        assert len(stub.fetch(tmp_path).stations) == 2
    assert stub.slept[0] == 7
    assert 30 < stub.slept[1] <= 40


@pytest.mark.parametrize(
    ("answer", "n_asked", "message"),
    [
        (Answer(status=500), 3, r"answered 500 Internal Server Error, 3 times; try again later"),
        (
            Answer(status=429, headers={"Retry-After": "3600"}),
            1,
            r"429 Too Many Requests and asks to wait 3600 s",
        ),
        (Answer(status=403), 1, r"answered 403 Forbidden; try again later"),
        (
            Answer(b"<html>Sorry</html>"),
            1,
            r"answered something else than JSON \('<html>Sorry</html>'\)",
        ),
        (Answer(b"[" * 100_000), 1, r"answered something else than JSON"),
        (Answer(b"[]"), 1, r"answered no GBFS: there is no 'data' in it"),
        (Answer(as_json([])), 1, r"answered no GBFS: there is no 'data' in it"),
        (
            Answer(as_json({"stations": STATIONS}, version="4.0")),
            1,
            r"speaks GBFS '4.0'; access15 knows versions 1 to 3",
        ),
        (Answer(as_json({})), 1, r"answered no stations"),
        (Answer(as_json({"stations": []})), 1, r"answered no usable station among 0"),
        (
            Answer(status=302, headers={"Location": "file:///etc/passwd"}),
            1,
            r"leads to 'file:///etc/passwd', which is no http or https address",
        ),
        (
            Answer(status=302, headers={"Location": "/it/stations.json"}),
            6,
            r"leads from one address to the next, more than 5 times",
        ),
        (Answer(as_json({"stations": STATIONS}), wait_s=1.0), 1, r"gave no answer within 0.3 s"),
    ],
)
def test_without_a_copy_the_fault_is_told(
    tmp_path: Path, answer: Answer, n_asked: int, message: str
) -> None:
    with service(version_2(answer)) as stub:
        with pytest.raises(ServiceError, match=message):
            stub.fetch(tmp_path, timeout_s=0.3)
        assert stub.asked.count("/it/stations.json") == n_asked
    assert list(tmp_path.glob("stations-*")) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "its gbfs.json names no station_information"),
        ({"it": None}, "its gbfs.json names no station_information"),
        (
            {"feeds": [{"name": "station_information"}]},
            "its gbfs.json names no station_information",
        ),
        (
            {"feeds": [{"name": "station_information", "url": "file:///etc/passwd"}]},
            "is no http or https address",
        ),
        (
            {"feeds": [{"name": "station_information", "url": "https://a@b/c"}]},
            "is no http or https address",
        ),
    ],
)
def test_discovery_that_leads_nowhere(tmp_path: Path, data: object, message: str) -> None:
    with (
        service(version_2(discovery=Answer(as_json(data)))) as stub,
        pytest.raises(ServiceError, match=message),
    ):
        stub.fetch(tmp_path)


def test_answers_without_end_are_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gbfs, "Patience", partial(web.Patience, max_bytes=1000))
    with (
        service(version_2(Answer(b" " * 2000))) as stub,
        pytest.raises(ServiceError, match=r"more than 0.001 MB"),
    ):
        stub.fetch(tmp_path)


def test_the_last_good_copy_when_the_feed_is_gone(tmp_path: Path) -> None:
    with service(version_2()) as stub:
        good = stub.fetch(tmp_path)
    late = NOW + timedelta(days=12)
    kept = stub.fetch(tmp_path, now=late)  # nobody listens there any more
    assert kept.stations == good.stations
    assert (kept.fetched, kept.days_old(late)) == (NOW, 12)
    assert kept.problem.startswith("127.0.0.1:")
    assert "cannot be reached" in kept.problem


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"url": "x"}', '{"url":"x","fetched":"2026-01-01","expires":"x"}']
)
def test_damaged_copies_are_no_copies(tmp_path: Path, text: str) -> None:
    with service(version_2()) as stub:
        path = stub.fetch(tmp_path).path
        path.write_text(text, encoding="utf-8")
        told = rf"{re.escape(path.name)}: the bike stations kept there cannot be read and are left"
        with pytest.warns(Access15Warning, match=told):
            assert read_stations(f"{stub.url}/gbfs.json", cache_dir=tmp_path) is None
        with pytest.warns(Access15Warning, match=told):
            assert len(stub.fetch(tmp_path).stations) == 2
        assert read_stations(f"{stub.url}/gbfs.json", cache_dir=tmp_path) is not None


def study_of(url: str) -> Study:
    study = load_study("milano")
    assert study.bikes is not None
    return study.changed(bikes=study.bikes.model_copy(update={"gbfs": f"{url}/gbfs.json"}))


def test_a_study_fetches_and_reads_its_stations() -> None:
    with service(version_2()) as stub:
        study = study_of(stub.url)
        assert read_bikes(study, find_cache()) is None
        said: list[str] = []
        lines = fetch_bikes(study, find_cache(), now=NOW, progress=said.append)
    assert (said, lines[0]) == (
        ["fetching bike stations"],
        "bike stations fetched: BikeMi 2, 2026-11-22 (0 d)",
    )
    copy = read_bikes(study, find_cache())
    assert copy is not None
    assert (
        describe_stations(study, copy, NOW + timedelta(days=3.5))
        == "bike stations fetched: BikeMi 2, 2026-11-22 (3 d)"
    )
    again = fetch_bikes(study, find_cache(), now=NOW + timedelta(days=1), progress=said.append)
    assert again[1].startswith("the feed is gone, its last good copy is kept: 127.0.0.1:")
    assert read_bikes(study.changed(categories=("library",)), find_cache()) is None
    assert fetch_bikes(study.changed(bikes=None), find_cache(), now=NOW, progress=said.append) == []


def test_the_study_names_a_web_address() -> None:
    for wrong in ("file:///etc/passwd", "https://me@host/gbfs.json", "gbfs.json"):
        with pytest.raises(ConfigError, match="gbfs: must be an address that begins with"):
            load_study("milano").changed(bikes={"gbfs": wrong})


@pytest.mark.real_data
def test_the_feed_of_milan_meets_the_official_list(shared_dir: Path) -> None:
    """All 318 stations of May 2026: the forty of the table absorb their twins and stay as they
    are.
    """
    table = pd.read_csv(shared_dir / "data" / "milano" / "bikemi_stations.csv")
    rows = [
        {"station_id": str(row.station_id), "name": row.name, "lat": row.lat, "lon": row.lon}
        for row in table.itertuples(index=False)
    ]
    official = read_facilities(
        load_study("milano").facilities, categories=load_categories(), bounds=None
    )
    with service(version_2(Answer(as_json({"stations": rows})))) as stub:
        study = study_of(stub.url)
        fetch_bikes(study, find_cache(), now=NOW, progress=lambda _: None)
    joined = join_stations(official, study, read_bikes(study, find_cache()), CRS)
    assert isinstance(joined, gpd.GeoDataFrame)
    assert joined["facility_id"].is_unique
    pd.testing.assert_frame_equal(
        joined.iloc[: len(official)][["facility_id", "name", "precision", "source", "status"]],
        official[["facility_id", "name", "precision", "source", "status"]],
        check_dtype=False,
    )
    stations = joined[joined["category"] == "bike_station"]
    assert len(stations) == len(table) == 318
    assert (stations["origin"] == "official").sum() == 40
    assert (
        stations.loc[stations["origin"] == "official", "merged_osm"].str.startswith("gbfs-")
    ).all()
    assert set(stations.loc[stations["origin"] == "feed", "precision"]) == {"operator feed"}


def test_nothing_fetched_changes_nothing() -> None:
    study = load_study("milano")
    source = FacilitiesSource(file=study.facilities.file)
    official = read_facilities(source, categories=load_categories(), bounds=None)
    assert join_stations(official, study, None, CRS) is official
    assert gbfs.name_remedy().startswith("try again later")
