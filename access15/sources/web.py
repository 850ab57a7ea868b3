"""Small answers of web services: identified, bounded in size, time and tries.

Only a ``ServiceError`` leaves, whatever goes wrong on the way.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from urllib.parse import urlsplit

import requests

from access15.errors import ServiceError

MAX_BYTES = 20_000_000
MAX_TRIES = 3
MAX_REDIRECTS = 5
_CONNECT_S = 10.0
_PAUSE_S = 15.0
_MAX_PAUSE_S = 120.0
_BUSY = frozenset({429, 500, 502, 503, 504})
_CHUNK = 65_536


def open_session() -> requests.Session:
    """Open a session that says who asks and follows few redirects."""
    session = requests.Session()
    session.headers["User-Agent"] = (
        f"access15/{version('access15')} (walking times for city planners)"
    )
    session.headers["Client-Identifier"] = "access15"  # what operators of shared bikes ask for
    session.max_redirects = MAX_REDIRECTS
    return session


def is_web_address(url: str) -> bool:
    """Whether an address may be asked for."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port that is no number is only noticed when asked for
    except ValueError:
        return False
    is_plain = "@" not in parts.netloc and not any(sign.isspace() or sign < " " for sign in url)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and is_plain


def name_host(url: str) -> str:
    """Name of the service behind an address, for messages."""
    return urlsplit(url).netloc or url


def fetch_bytes(
    session: requests.Session,
    url: str,
    *,
    timeout_s: float,
    sleep: Callable[[float], None],
    remedy: str,
) -> bytes:
    """Fetch an answer; a busy service is asked again, after as long as it asks for.

    `remedy` is what a reader can do instead, the end of every error's sentence.
    """
    host = name_host(url)
    if not is_web_address(url):
        raise ServiceError(f"{url[:200]!r} is no http or https address; {remedy}")
    problem = ""
    for attempt in range(1, MAX_TRIES + 1):
        try:
            with session.get(url, timeout=(_CONNECT_S, timeout_s), stream=True) as answer:
                if answer.ok:
                    return _read(answer, host, time.monotonic() + timeout_s, remedy)
                problem = f"{host} answered {answer.status_code} {answer.reason}"
                pause_s = read_pause_s(answer, attempt)
        except requests.Timeout as error:
            raise ServiceError(f"{host} gave no answer within {timeout_s:g} s; {remedy}") from error
        except (requests.RequestException, ValueError) as error:
            raise ServiceError(
                f"{host} cannot be reached ({type(error).__name__}); {remedy}"
            ) from error
        if answer.status_code not in _BUSY:
            raise ServiceError(f"{problem}; {remedy}")
        if pause_s > _MAX_PAUSE_S:
            raise ServiceError(f"{problem} and asks to wait {pause_s:.0f} s; {remedy}")
        if attempt < MAX_TRIES:
            sleep(pause_s)
    raise ServiceError(f"{problem}, {MAX_TRIES} times; {remedy}")


def _read(
    answer: requests.Response,
    host: str,
    until_s: float,
    remedy: str,
) -> bytes:
    """Body of an answer that is neither too long nor too slow."""
    parts, n_bytes = [], 0
    for part in answer.iter_content(_CHUNK):
        parts.append(part)
        n_bytes += len(part)
        if n_bytes > MAX_BYTES:
            raise ServiceError(f"{host} answered more than {MAX_BYTES / 1e6:g} MB; {remedy}")
        if time.monotonic() > until_s:
            raise ServiceError(f"{host} was too slow to answer; {remedy}")
    return b"".join(parts)


def read_pause_s(answer: requests.Response, attempt: int) -> float:
    """Read how long to wait [s]: what the service asks for, else longer each time."""
    own_pause_s = _PAUSE_S * attempt
    stated = answer.headers.get("Retry-After", "").strip()
    if stated.isascii() and stated.isdecimal():
        return float(stated)
    try:
        until = parsedate_to_datetime(stated)
    except ValueError:
        return own_pause_s
    if until.tzinfo is None:
        return own_pause_s
    return max(0.0, (until - datetime.now(tz=UTC)).total_seconds())
