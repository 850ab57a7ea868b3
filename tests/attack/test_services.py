"""Services that drip, lie, unfold, lead astray or fall silent: a sentence, and what is known is kept.

The services stand on the loopback; patience is of milliseconds.
"""

from __future__ import annotations

import gzip
import os
import re
import sqlite3
import ssl
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from builders.drawn_osm import CRS, box, write_osm
from builders.geocode import FakeTime
from builders.hostile import Script, forever, raw, say, serve_hostile
from hypothesis import given
from hypothesis import strategies as st

from access15.errors import Access15Warning, ConfigError, NetworkDataError, ServiceError
from access15.sources.geocode.cache import AnswerCache
from access15.sources.geocode.nominatim import NominatimGeocoder
from access15.sources.places.gbfs import _copy_path, fetch_stations, read_stations
from access15.sources.streets.boxes import Clip
from access15.sources.streets.fetched import fetch_osm, read_fetched
from access15.sources.streets.overpass import check_overpass_url
from access15.sources.web import (
    BadAnswerError,
    NoAnswerError,
    Patience,
    SlowError,
    ask,
    fetch_bytes,
    is_web_address,
    open_session,
    read_pause_s,
)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

SHORT = Patience(head_s=0.15, part_s=0.1, total_s=0.3, max_bytes=100_000)
LONG = Patience(head_s=5, part_s=5, total_s=10, max_bytes=100_000)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = "Content-Encoding: gzip\r\n"
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
TODAY = date(2026, 11, 30)
CLIPS = {"a": Clip(box(0, 0, 200, 100), box(-100, -100, 300, 200))}


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def ask_once(url: str, patience: Patience, **more: Any) -> bytes:
    with open_session() as session:
        return ask(session, url, patience=patience, **more).body


# Time
# --------------------------------------------------------------------------------------------------

NEVER_ENDING: dict[str, tuple[Script, float]] = {
    "silent": (raw(), 0.0),
    "head by single bytes": (forever(OK, b"X"), 0.01),
    "headers without end": (forever(OK, b"X: y\r\n"), 0.02),
    "body by single bytes": (forever(OK + b"Content-Length: 90000\r\n\r\n", b" "), 0.01),
    "body without length, by single bytes": (forever(OK + b"\r\n", b" "), 0.01),
    "chunks of one byte": (forever(CHUNKED, b"1\r\n \r\n"), 0.01),
    "chunk without end of its line": (forever(CHUNKED, b"1"), 0.01),
    "trailers without end": (forever(CHUNKED + b"0\r\n", b"X: y\r\n"), 0.01),
    "stops in the middle": (raw(OK + b"Content-Length: 50\r\n\r\n{"), 0.0),
    "packed, by single bytes": (
        forever(OK + GZIP.encode() + b"\r\n" + gzip.compress(b"x")[:9], b""),
        0.01,
    ),
    "continues for ever": (forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), 0.01),
}


@pytest.mark.parametrize(("script", "pause_s"), NEVER_ENDING.values(), ids=NEVER_ENDING)
def test_services_that_never_come_to_an_end(script: Script, pause_s: float) -> None:
    with (
        serve_hostile(script, pause_s=pause_s, stays=True) as service,
        pytest.raises(SlowError, match=r"^gave no answer within 0\.(1|15|3) s$"),
    ):
        ask_once(service.url, SHORT)


def test_steady_but_slow_services_end_at_the_deadline() -> None:
    """16 kB every 20 ms is a sign of life each time, and 100 MB would take minutes."""
    script = forever(OK + b"\r\n", b" " * 16_384)
    patience = Patience(head_s=1, part_s=1, total_s=0.2, max_bytes=10**9)
    with (
        serve_hostile(script, pause_s=0.02) as service,
        pytest.raises(SlowError, match=r"^gave no answer within 0\.2 s$"),
    ):
        ask_once(service.url, patience)


# What comes
# --------------------------------------------------------------------------------------------------

ZEROS = b"\x00" * 3_000_000
BAD: dict[str, tuple[Script, type[NoAnswerError], str]] = {
    "too long, stated": (say("200 OK", body=b" " * 100_001), BadAnswerError, "answered more than 0.1 MB"),
    "too long, not stated": (forever(OK + b"\r\n", b" " * 65_536), BadAnswerError, "answered more than 0.1 MB"),
    "too long in chunks": (forever(CHUNKED, b"1000\r\n" + b" " * 4096 + b"\r\n"), BadAnswerError, "answered more than 0.1 MB"),
    "absurd length": (raw(OK + b"Content-Length: " + b"9" * 50 + b"\r\n\r\n{}"), BadAnswerError, "answered more than 0.1 MB"),
    "gzip bomb": (say("200 OK", GZIP, gzip.compress(ZEROS)), BadAnswerError, "answered more than 0.1 MB"),
    "deflate bomb": (say("200 OK", "Content-Encoding: deflate\r\n", zlib.compress(ZEROS)), BadAnswerError, "answered more than 0.1 MB"),
    "brotli": (say("200 OK", "Content-Encoding: br\r\n", b"\x8b\x00"), BadAnswerError, "answered in a packing that nobody asked for ('br')"),
    "packed twice": (say("200 OK", "Content-Encoding: gzip, gzip\r\n", gzip.compress(gzip.compress(ZEROS))), BadAnswerError, "answered in a packing that nobody asked for ('gzip, gzip')"),
    "zstd": (say("200 OK", "Content-Encoding: zstd\r\n", b"x"), BadAnswerError, "answered in a packing that nobody asked for ('zstd')"),
    "gzip that is none": (say("200 OK", GZIP, b"{}"), BadAnswerError, "answered with what cannot be unpacked"),
    "gzip cut short": (say("200 OK", GZIP, gzip.compress(b"{}" * 99)[:-9]), BadAnswerError, "answered with what cannot be unpacked to its end"),
    "gzip and more behind": (say("200 OK", GZIP, gzip.compress(b"{}") + b"more"), BadAnswerError, "answered with what cannot be unpacked to its end"),
    "gzip of nothing": (say("200 OK", GZIP), BadAnswerError, "answered with what cannot be unpacked to its end"),
    "cut short": (raw(OK + b"Content-Length: 500\r\n\r\n{}"), BadAnswerError, "broke off in the middle of its answer"),
    "chunks cut short": (raw(CHUNKED + b"10\r\n{}"), BadAnswerError, "broke off in the middle of its answer"),
    "chunk of no size": (raw(CHUNKED + b"zz\r\n{}\r\n"), BadAnswerError, "broke off in the middle of its answer"),
    "negative length": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), NoAnswerError, ""),
    "no HTTP": (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), NoAnswerError, "cannot be reached (ConnectionError)"),
    "hangs up": (raw(), NoAnswerError, "cannot be reached (ConnectionError)"),
    "too many headers": (raw(OK + b"X: y\r\n" * 200 + b"\r\n{}"), NoAnswerError, "cannot be reached (ConnectionError)"),
    "header too long": (raw(OK + b"X: " + b"y" * 100_000 + b"\r\n\r\n{}"), NoAnswerError, "cannot be reached (ConnectionError)"),
    "status of letters": (raw(b"HTTP/1.1 abc OK\r\n\r\n"), NoAnswerError, "cannot be reached (ConnectionError)"),
}  # fmt: skip


@pytest.mark.parametrize(("script", "kind", "words"), BAD.values(), ids=BAD)
def test_answers_that_are_none(script: Script, kind: type[NoAnswerError], words: str) -> None:
    with serve_hostile(script) as service:
        if not words:  # read as if nothing had been said of its length
            assert ask_once(service.url, LONG) == b""
            return
        with pytest.raises(kind, match=f"^{re.escape(words)}$"):
            ask_once(service.url, LONG)


GOOD: dict[str, tuple[Script, bytes]] = {
    "plain": (say("200 OK", body=b"{}"), b"{}"),
    "gzip": (say("200 OK", GZIP, gzip.compress(b"{}")), b"{}"),
    "x-gzip": (say("200 OK", "Content-Encoding: X-GZIP\r\n", gzip.compress(b"{}")), b"{}"),
    "deflate": (say("200 OK", "Content-Encoding: deflate\r\n", zlib.compress(b"{}")), b"{}"),
    "chunks": (raw(CHUNKED + b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"), b"{}"),
    "gzip in chunks": (
        raw(
            OK + GZIP.encode() + b"Transfer-Encoding: chunked\r\n\r\n",
            *(b"1\r\n%c\r\n" % sign for sign in gzip.compress(b"{}")),
            b"0\r\n\r\n",
        ),
        b"{}",
    ),
    "until it hangs up": (raw(OK + b"\r\n{}"), b"{}"),
    "as large as may be": (say("200 OK", body=b" " * 100_000), b" " * 100_000),
    "nothing": (say("200 OK"), b""),
    "no content": (raw(b"HTTP/1.1 204 No Content\r\n\r\n"), b""),
    "length too small": (raw(OK + b"Content-Length: 1\r\n\r\n{}"), b"{"),
    "identity": (say("200 OK", "Content-Encoding: identity\r\n", b"{}"), b"{}"),
}


@pytest.mark.parametrize(("script", "body"), GOOD.values(), ids=GOOD)
def test_answers_that_are_taken(script: Script, body: bytes) -> None:
    with serve_hostile(script) as service:
        assert ask_once(service.url, LONG) == body
    assert "User-Agent: access15/" in service.asked[0]
    assert "Accept-Encoding: gzip\r\n" in service.asked[0]


# Where it leads
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "data:application/json,{}",
        "javascript:alert(1)",
        "gopher://example.org",
        "http://me:secret@example.org/",
        "http://example.org:99999/",
        "http://[::1/",
        "http://a b/",
    ],
)
def test_redirects_to_what_is_no_web_address(status: int, target: str) -> None:
    with (
        serve_hostile(say(f"{status} Go", f"Location: {target}\r\n")) as service,
        pytest.raises(
            NoAnswerError,
            match=r"^leads to '.*', which is no http or https address$|^cannot be reached \(ValueError\)$",
        ),
    ):
        ask_once(service.url, LONG)
    assert len(service.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_to_another_host_keep_the_question(status: int) -> None:
    with (
        serve_hostile(say("200 OK", body=b"here")) as other,
        serve_hostile(say(f"{status} Go", f"Location: {other.url}/there\r\n")) as service,
    ):
        assert ask_once(service.url, LONG, form={"data": "question"}) == b"here"
    assert other.asked[0].startswith("POST /there HTTP/1.1")
    assert other.asked[0].endswith("data=question")


def test_see_other_is_asked_without_the_question() -> None:
    with (
        serve_hostile(say("200 OK", body=b"here")) as other,
        serve_hostile(say("303 See Other", f"Location: {other.url}/there\r\n")) as service,
    ):
        assert ask_once(service.url, LONG, form={"data": "question"}) == b"here"
    assert other.asked[0].startswith("GET /there HTTP/1.1")


def test_redirects_without_end() -> None:
    with (
        serve_hostile(say("302 Go", "Location: /next\r\n")) as service,
        pytest.raises(
            BadAnswerError, match=r"^leads from one address to the next, more than 5 times$"
        ),
    ):
        ask_once(service.url, LONG)
    assert len(service.asked) == 6


def test_the_body_of_a_redirect_is_not_read() -> None:
    head = b"HTTP/1.1 302 Go\r\nLocation: file:///x\r\n\r\n"
    with (
        serve_hostile(forever(head, b" " * 65_536)) as service,
        pytest.raises(BadAnswerError, match=r"^leads to 'file:///x'"),
    ):
        ask_once(service.url, LONG)


ADDRESSES = {
    "http://example.org": True,
    "https://example.org:8080/api?x=1": True,
    "http://[::1]:80/": True,
    "": False,
    "example.org": False,
    "//example.org": False,
    "file:///etc/passwd": False,
    "file:": False,
    "ftp://example.org": False,
    "http:example.org": False,
    "http:///x": False,
    "http://": False,
    "http://a b": False,
    "http://a\nb": False,
    "http://a\tb": False,
    " http://example.org": False,
    "http://me@example.org": False,
    "http://me:secret@example.org": False,
    "http://example.org:99999": False,
    "http://example.org:-1": False,
    "http://example.org:port": False,
    "http://[::1": False,
    "http://[zz]/": False,
    "data:text/plain,x": False,
    "javascript:alert(1)": False,
}


@pytest.mark.parametrize(("url", "is_one"), ADDRESSES.items())
def test_addresses(url: str, is_one: bool) -> None:
    assert is_web_address(url) == is_one
    if not is_one:
        with (
            requests.Session() as session,
            pytest.raises(ServiceError, match=r"is no http or https address; wait$"),
        ):
            fetch_bytes(session, url, patience=SHORT, sleep=lambda _: None, remedy="wait")


@pytest.mark.parametrize(
    "url", ["http://a..b/", "http://*.x/", "http://xn--/", "http://\ud800/", "http://" + "a" * 300]
)
def test_addresses_that_only_asking_shows_to_be_none(url: str) -> None:
    with pytest.raises(NoAnswerError, match=r"^cannot be reached \("):
        ask_once(url, LONG)


@given(st.text(max_size=40))
def test_any_text_may_stand_for_an_address(text: str) -> None:
    for url in (text, f"http://{text}", f"http://example.org{text}"):
        assert is_web_address(url) in (True, False)
        try:
            check_overpass_url(url)
        except ConfigError as error:
            assert "write an address such as" in error.summary  # noqa: PT017 - both ends are right


PROXIES = ["garbage", "http://", "http://[::1", "http://127.0.0.1:1", "ftp://x", "http://a b:1"]


@pytest.mark.parametrize("proxy", PROXIES)
def test_proxies_of_the_environment_that_are_none(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(NoAnswerError, match=r"^cannot be reached( through the proxy| \()"):
        ask_once("http://service.invalid/", LONG)


def test_certificates_that_are_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with pytest.raises(NoAnswerError, match=r"^cannot be reached \(OSError\)$"):
        ask_once("https://127.0.0.1:9/", LONG)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with (
        serve_hostile(raw(b"HTTP/1.1 400 Plain\r\n\r\n")) as service,
        pytest.raises(NoAnswerError, match=r"^cannot be reached safely \(its certificate"),
    ):
        ask_once(service.url.replace("http:", "https:"), LONG)
    assert ssl.OPENSSL_VERSION


# Who is busy
# --------------------------------------------------------------------------------------------------


def fetch_told(script: Script) -> tuple[str, list[float], int]:
    slept: list[float] = []
    with (
        serve_hostile(script) as service,
        open_session() as session,
        pytest.raises(ServiceError, match=r"; wait$") as told,
    ):
        fetch_bytes(session, service.url, patience=LONG, sleep=slept.append, remedy="wait")
    return told.value.summary.partition(" ")[2], slept, len(service.asked)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 410, 418, 451, 501, 599])
def test_refusals_are_final(status: int) -> None:
    words, slept, n_asked = fetch_told(say(f"{status} No"))
    assert (words, slept, n_asked) == (f"answered {status} No; wait", [], 1)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_busy_services_are_asked_three_times(status: int) -> None:
    words, slept, n_asked = fetch_told(say(f"{status} Busy", "Retry-After: 1\r\n"))
    assert (words, slept, n_asked) == (f"answered {status} Busy, 3 times; wait", [1.0, 1.0], 3)


PAUSES = {
    "7": 7.0,
    " 7 ": 7.0,
    "0": 0.0,
    "315360000": 315_360_000.0,
    "9" * 400: float("inf"),
    "-5": 15.0,
    "1e3": 15.0,
    "soon": 15.0,
    "": 15.0,
    "٧": 15.0,
    "Wed, 21 Oct 2015 07:28:00 GMT": 0.0,
    "Wed, 21 Oct 99999 07:28:00 GMT": 15.0,
    "Wed, 99 Oct 2015 99:28:00 GMT": 15.0,
    "2015-10-21": 15.0,
    "0x10": 15.0,
}


@pytest.mark.parametrize(("stated", "pause_s"), PAUSES.items(), ids=lambda x: str(x)[:20])
def test_pauses_as_services_ask_for_them(stated: str, pause_s: float) -> None:
    assert read_pause_s({"Retry-After": stated}, 15.0) == pause_s
    words, slept, n_asked = fetch_told(
        say("503 Busy", f"Retry-After: {stated}\r\n".encode().decode("latin-1"))
    )
    if pause_s > 120:
        assert words == "answered 503 Busy and asks to wait longer than a day; wait"
        assert (slept, n_asked) == ([], 1)
    else:
        assert n_asked == 3
        assert slept[0] == pause_s


@given(st.text(max_size=40))
def test_any_text_may_stand_for_a_pause(text: str) -> None:
    assert read_pause_s({"Retry-After": text}, 15.0) >= 0


# What each service does with it
# --------------------------------------------------------------------------------------------------

POISON: dict[str, bytes] = {
    "nothing": b"",
    "page": b"<html><body>Accedi alla rete</body></html>",
    "half a text": b'{"data": {"stations"',
    "latin letters": b'{"data": "\xe8"}',
    "UTF-16": '{"data": {}}'.encode("utf-16"),
    "zeros": b"\x00" * 500,
    "null": b"null",
    "number": b"12",
    "text": b'"ok"',
    "brackets": b"[" * 100_000,
    "braces": b'{"a":' * 50_000,
    "half a letter": rb'[{"lat": "45", "lon": "9", "display_name": "\ud800"}]',
    "digits": b"[" + b"9" * 10_000 + b"]",
    "infinite": b'[{"lat": 1e999, "lon": 9}]',
    "huge": b'[{"lat": ' + b"9" * 400 + b', "lon": 9}]',
    "entities": b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<osm version="0.6"><node id="1" lat="1" lon="1"><tag k="n" v="&b;"/></node></osm>',
    "ways elsewhere": b'<osm version="0.6"><node id="1" lat="1" lon="1"/><node id="2" lat="1" '
    b'lon="2"/><way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way></osm>',
    "places off the globe": b'<osm version="0.6"><node id="1" lat="1e999" lon="nan"/></osm>',
}


@pytest.mark.parametrize("body", POISON.values(), ids=POISON)
def test_poison_is_never_kept(body: bytes, tmp_path: Path) -> None:
    with serve_hostile(say("200 OK", body=body)) as service:
        with pytest.raises(ServiceError, match=r"^127\.0\.0\.1:\d+ .*; "):
            fetch_osm(
                CLIPS, cache_dir=tmp_path, today=TODAY, categories=[], overpass_url=service.url,
                patience=LONG,
            )  # fmt: skip
        with pytest.raises(ServiceError, match=r"^127\.0\.0\.1:\d+ "):
            fetch_stations(service.url, cache_dir=tmp_path, now=NOW, timeout_s=5)
        time = FakeTime()
        host = service.url.removeprefix("http://")
        with (
            NominatimGeocoder(
                host=host, scheme="http", clock=time.clock, sleep=time.sleep
            ) as asked,
            pytest.raises(ServiceError, match=r"^Nominatim at .* answers with something else than"),
        ):
            asked.search("Via Zante 36", (9.0, 45.0, 10.0, 46.0))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (raw(), "does not answer within 0.1 seconds"),
        (forever(OK, b"X"), "does not answer within 0.1 seconds"),
        (say("200 OK", GZIP, gzip.compress(b" " * 6_000_000)), "answers with something else"),
        (say("302 Go", "Location: file:///x\r\n"), "answers with something else"),
        (say("503 Busy", f"Retry-After: {'9' * 400}\r\n"), "a pause of 1440 minutes or more"),
        (say("503 Busy", "Retry-After: -5\r\n"), r"is out of order \(HTTP 503, 3 tries\)"),
        (say("418 Teapot"), r"is out of order \(HTTP 418, 3 tries\)"),
    ],
)  # fmt: skip
def test_geocoders_that_are_hostile(script: Script, words: str) -> None:
    time = FakeTime()
    timeout_s = 0.1 if "0.1 s" in words else 10.0
    with serve_hostile(script, pause_s=0.005, stays=True) as service:
        host = service.url.removeprefix("http://")
        with (
            NominatimGeocoder(
                host=host, scheme="http", timeout_s=timeout_s, clock=time.clock, sleep=time.sleep
            ) as asked,
            pytest.raises(ServiceError, match=f"^Nominatim at {host} .*{words}"),
        ):
            asked.search("Via Zante 36", (9.0, 45.0, 10.0, 46.0))
    assert all(pause_s >= 0 for pause_s in time.slept_s)


# Caches
# --------------------------------------------------------------------------------------------------


def damage_with(sql: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.executescript(sql)

    return damage


ROWS = {
    "number for a date": "UPDATE answers SET answered_at = 5",
    "bytes for a date": "UPDATE answers SET answered_at = x'00ff'",
    "date without zone": "UPDATE answers SET answered_at = '2026-01-01'",
    "number for an answer": "UPDATE answers SET answer = 5",
    "bytes for an answer": "UPDATE answers SET answer = x'00ff'",
    "object for an answer": "UPDATE answers SET answer = '{}'",
    "half a text": "UPDATE answers SET answer = '[{'",
    "null": "UPDATE answers SET answer = 'null'",
    "brackets": "UPDATE answers SET answer = printf('%.*c', 50000, '[')",
}


@pytest.mark.parametrize("sql", ROWS.values(), ids=ROWS)
def test_rows_of_the_wrong_kind_are_asked_again(sql: str, tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    with AnswerCache(path) as cache:
        cache.store("p", "q", [{"lat": 1}], now=NOW)
    damage_with(sql)(path)
    with AnswerCache(path) as cache:
        assert cache.find("p", "q", now=NOW) is None
        cache.store("p", "q", [{"lat": 2}], now=NOW)
        assert cache.find("p", "q", now=NOW) == (NOW, [{"lat": 2}])
        assert cache.notice == ""


OTHER_FILES: dict[str, Callable[[Path], Any]] = {
    "text": lambda path: path.write_text("not a database, only words" * 50),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:5000]),
    "zeros within": lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\x00" * 8192),
    "other columns": damage_with("DROP TABLE answers; CREATE TABLE answers (a, b)"),
    "a column more": damage_with("ALTER TABLE answers ADD COLUMN more TEXT"),
    "a view": damage_with("DROP TABLE answers; CREATE VIEW answers AS SELECT 1 AS provider"),
}


@pytest.mark.parametrize("damage", OTHER_FILES.values(), ids=OTHER_FILES)
def test_files_that_are_no_cache_are_set_aside(
    damage: Callable[[Path], Any], tmp_path: Path
) -> None:
    path = tmp_path / "answers.sqlite"
    with AnswerCache(path) as cache:
        cache.store("p", "q", [{"lat": 1}], now=NOW)
    damage(path)
    with AnswerCache(path) as cache:
        assert cache.notice == (
            f"the cache {path} was damaged: it is set aside as answers-damaged-1.sqlite and a new "
            "one begun"
        )
        assert cache.find("p", "q", now=NOW) is None
    with AnswerCache(path) as cache:
        assert cache.notice == ""


def test_a_folder_or_a_pipe_in_the_place_of_the_cache(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, why in ((tmp_path / "folder", "folder"), (pipe, "pipe")):
        with AnswerCache(path) as cache:
            assert f"cannot be used (it is a {why}, not a file): answers are kept" in cache.notice
            cache.store("p", "q", [], now=NOW)
            assert cache.find("p", "q", now=NOW) == (NOW, [])


def test_a_cache_that_another_run_holds_is_read(tmp_path: Path) -> None:
    path = tmp_path / "answers.sqlite"
    with AnswerCache(path) as cache:
        cache.store("p", "q", [{"lat": 1}], now=NOW)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with AnswerCache(path, busy_s=0.01) as cache:
            assert "cannot be used (database is locked)" in cache.notice
            assert cache.find("p", "q", now=NOW) == (NOW, [{"lat": 1}])
            cache.store("p", "r", [], now=NOW)
            assert cache.find("p", "r", now=NOW) == (NOW, [])


@pytest.mark.parametrize(
    "station",
    [
        '{"id": 1, "name": "a", "address": "", "lat": 45, "lon": 9}',
        '{"id": "1", "name": null, "address": "", "lat": 45, "lon": 9}',
        '{"id": "1", "name": "a", "address": "", "lat": "45", "lon": 9}',
        '{"id": "1", "name": "a", "address": "", "lat": NaN, "lon": 9}',
        '{"id": "1", "name": "a", "address": "", "lat": 95, "lon": 9}',
        '{"id": "1", "name": "a", "address": "", "lat": true, "lon": 9}',
        '{"id": "1", "more": 2}',
        "5",
        "[" * 50_000,
    ],
)
def test_kept_stations_of_the_wrong_kind(station: str, tmp_path: Path) -> None:
    path = _copy_path("http://x/gbfs.json", tmp_path)
    stamp = f'"fetched": "{NOW.isoformat()}", "expires": "{NOW.isoformat()}"'
    path.write_text(f'{{"url": "x", {stamp}, "n_unusable": 0, "stations": [{station}]}}')
    with pytest.warns(
        Access15Warning, match=f"^{path}: .* delete the file and run `access15 fetch`"
    ):
        assert read_stations("http://x/gbfs.json", cache_dir=tmp_path) is None


def keep_streets(folder: Path, day: str) -> Path:
    """Streets of the area, kept as if fetched on a day."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0)}
    ways = {10: ([1, 2, 3], {"highway": "residential"})}
    streets = write_osm(folder / "answer.osm", nodes, ways).read_bytes()
    with serve_hostile(say("200 OK", body=streets)) as service:
        kept = fetch_osm(
            CLIPS, cache_dir=folder / "kept", today=date.fromisoformat(day), categories=[],
            overpass_url=service.url, patience=LONG,
        )  # fmt: skip
    return kept["a"]


def test_damaged_streets_are_left_aside_where_others_are_kept(tmp_path: Path) -> None:
    good = keep_streets(tmp_path, "2026-11-01")
    newer = good.with_name(good.name.replace("2026-11-01", "2026-11-20"))
    newer.write_bytes(good.read_bytes()[:-20])  # its head is whole, its body is not
    headless = good.with_name(good.name.replace("2026-11-01", "2026-11-21"))
    headless.write_bytes(b"damaged")
    strange = good.with_name(good.name.replace("2026-11-01", "2026-99-99"))
    strange.write_bytes(b"no day of the calendar")
    with pytest.warns(Access15Warning, match=r"delete the file, or run `access15 fetch`") as told:
        areas = read_fetched(CLIPS, cache_dir=good.parent, today=TODAY, crs=CRS, categories=[])
    assert areas is not None
    assert "fetched 2026-11-01" in areas["a"].info.name
    assert sorted(str(one.message).partition(": ")[0] for one in told) == [
        str(newer),
        str(headless),
    ]


def test_streets_that_are_all_damaged_are_named(tmp_path: Path) -> None:
    good = keep_streets(tmp_path, "2026-11-01")
    good.write_bytes(good.read_bytes()[:-20])
    with pytest.raises(
        NetworkDataError, match=r"^the streets kept for this study cannot be"
    ) as told:
        read_fetched(CLIPS, cache_dir=good.parent, today=TODAY, crs=CRS, categories=[])
    (problem,) = told.value.problems
    assert problem.startswith(f"{good}: cannot be read as OpenStreetMap data")
    assert problem.endswith("; delete the file, or run `access15 fetch` again")
