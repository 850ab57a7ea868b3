"""Services on the loopback that do what no service should: each is a script of raw bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain, repeat

Script = Callable[[str], Iterator[bytes]]


@dataclass
class Hostile:
    """A running service: its address, and the opening lines of what it was asked."""

    url: str
    asked: list[str] = field(default_factory=list)


def say(status: str, headers: str = "", body: bytes = b"") -> Script:
    """One whole answer with its right length."""
    length = f"Content-Length: {len(body)}\r\nConnection: close\r\n"
    head = f"HTTP/1.1 {status}\r\n{headers}{length}\r\n".encode("latin-1")
    return lambda _: iter([head + body])


def raw(*parts: bytes) -> Script:
    """Bytes as they are, and the end."""
    return lambda _: iter(parts)


def forever(head: bytes, again: bytes) -> Script:
    """Bytes without end."""
    return lambda _: chain([head], repeat(again))


@contextmanager
def serve_hostile(
    script: Script, *, pause_s: float = 0.0, stays: bool = False
) -> Iterator[Hostile]:
    """Serve a script to everybody who asks, with a pause behind each of its parts; who `stays`
    keeps the line open at the end.
    """
    over = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    service = Hostile(f"http://127.0.0.1:{server.getsockname()[1]}")

    def answer(line: socket.socket) -> None:
        with line, suppress(OSError):
            asked = line.recv(65_536).decode("latin-1")
            if asked.startswith("POST") and asked.endswith("\r\n\r\n"):
                asked += line.recv(65_536).decode("latin-1")  # the form comes behind
            service.asked.append(asked)
            for part in script(asked):
                line.sendall(part)
                if over.wait(pause_s):
                    return
            if stays:
                over.wait(10)

    def listen() -> None:
        with suppress(OSError):
            while True:
                line, _ = server.accept()
                lines.append(line)
                threading.Thread(target=answer, args=(line,), daemon=True).start()

    lines: list[socket.socket] = []
    threading.Thread(target=listen, daemon=True).start()
    try:
        yield service
    finally:
        over.set()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
