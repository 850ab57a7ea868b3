"""A service on the loopback that answers as told, and a clock that only moves when somebody
sleeps.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Reply:
    """What the service answers to one request."""

    body: str | bytes = "[]"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False


@dataclass
class Service:
    """A running service and what it was asked."""

    host: str
    requests: list[tuple[dict[str, str], dict[str, str]]]

    @property
    def queries(self) -> list[str]:
        """Texts it was asked for, in order."""
        return [params["q"] for params, _ in self.requests]


@dataclass
class FakeTime:
    """Seconds that pass only while sleeping."""

    now_s: float = 1000.0
    slept_s: list[float] = field(default_factory=list)

    def clock(self) -> float:
        """Present second."""
        return self.now_s

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept_s.append(seconds)
        self.now_s += seconds


@contextmanager
def serve(answer: Sequence[Reply] | Callable[[str], Reply]) -> Iterator[Service]:
    """Run a service that gives the replies in turn (the last one again and again) or by the text
    asked.
    """
    requests: list[tuple[dict[str, str], dict[str, str]]] = []
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            params = dict(parse_qsl(urlsplit(self.path).query))
            requests.append((params, {key.lower(): value for key, value in self.headers.items()}))
            reply = (
                answer(params["q"])
                if callable(answer)
                else answer[min(len(requests), len(answer)) - 1]
            )
            if reply.hangs:
                over.wait(30)
                return
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            for key, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
            }.items():
                self.send_header(key, value)
            for key, value in reply.headers.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Service(f"127.0.0.1:{server.server_port}", requests)
    finally:
        over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def nominatim_place(
    lat: float,
    lon: float,
    *,
    road: str = "",
    number: str = "",
    town: str = "Milano",
    kind: str = "building",
    name: str = "",
) -> dict[str, object]:
    """One place in the service's own words."""
    parts = {"house_number": number, "road": road, "city": town, "country": "Italia"}
    address = {key: value for key, value in parts.items() if value}
    return {
        "place_id": 1,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0",
        "lat": str(lat),
        "lon": str(lon),
        "class": kind,
        "type": "yes",
        "addresstype": kind,
        "display_name": name or ", ".join(text for text in (number, road, town) if text),
        "address": address,
    }


def reply_places(*places: dict[str, object]) -> Reply:
    """Reply with places."""
    return Reply(json.dumps(list(places)))
