"""Answers of web services: identified, and bounded in size, time, tries and redirects.

Only a ``ServiceError`` leaves `fetch_bytes`, and only a ``NoAnswerError`` leaves `ask`, whatever
goes wrong on the way.
"""

from __future__ import annotations

import http.client
import io
import queue
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from urllib.parse import urljoin, urlsplit

import requests
import urllib3.exceptions

from access15.errors import ServiceError
from access15.remarks import Remark

MAX_BYTES = 20_000_000
MAX_TRIES = 3
MAX_REDIRECTS = 5
_CONNECT_S = 10.0
_PAUSE_S = 15.0
_MAX_PAUSE_S = 120.0
_DAY_S = 86_400.0
_BUSY = frozenset({429, 500, 502, 503, 504})
_PART = 16_384
_PIECE = 1 << 20
_PACKED = ("gzip", "x-gzip", "deflate")
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Patience:
    """How long a service is waited for, and how much of its answer is taken.

    Parameters
    ----------
    head_s : float
        Until the head of an answer is there [s].
    part_s : float
        For each further 16 kB of it [s].
    total_s : float
        For all of it, redirects included [s].
    max_bytes : int
        Most bytes, unpacked.
    """

    head_s: float
    part_s: float
    total_s: float
    max_bytes: int = MAX_BYTES


@dataclass(frozen=True)
class Answer:
    """An answer of a service; the body is read only where it is a good one."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the service did what was asked."""
        return self.status < 400


class NoAnswerError(Exception):
    """There is no whole answer: the reason, in words that follow the name of the service.

    Parameters
    ----------
    reason : Remark
        The words.
    """

    def __init__(self, reason: Remark) -> None:
        super().__init__(reason)
        self.reason = reason


class SlowError(NoAnswerError):
    """The service takes longer than anybody waits."""


class BadAnswerError(NoAnswerError):
    """The service answers with what cannot be taken."""


def open_session() -> requests.Session:
    """Open a session that says who asks, as services wish."""
    session = requests.Session()
    session.headers["User-Agent"] = (
        f"access15/{version('access15')} (walking times for city planners)"
    )
    session.headers["Client-Identifier"] = "access15"  # what operators of shared bikes ask for
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
    try:
        return urlsplit(url).netloc or url
    except ValueError:
        return url


def fetch_bytes(
    session: requests.Session,
    url: str,
    *,
    patience: Patience,
    sleep: Callable[[float], None],
    remedy: Remark,
    form: Mapping[str, str] | None = None,
) -> bytes:
    """Fetch an answer; a busy service is asked again, after as long as it asks for.

    `remedy` is what a reader can do instead, the end of every error's sentence.
    """
    if not is_web_address(url):
        raise ServiceError(Remark("no_web_address", url=url[:200], remedy=remedy))
    host = name_host(url)
    # 1. Few tries, because a service that is full only gets fuller by those who insist.
    for attempt in range(1, MAX_TRIES + 1):
        # 2. Who gives no answer at all is not asked again: it would take as long once more.
        try:
            answer = ask(session, url, patience=patience, form=form)
        except NoAnswerError as error:
            raise ServiceError(
                Remark("service_no_answer", host=host, reason=error.reason, remedy=remedy)
            ) from error
        if answer.is_good:
            return answer.body
        # 3. Only what means "busy" may be different next time; other refusals are final.
        said = f"{answer.status} {answer.reason}".rstrip()
        pause_s = read_pause_s(answer.headers, _PAUSE_S * attempt)
        if answer.status not in _BUSY:
            raise ServiceError(Remark("service_refused", host=host, said=said, remedy=remedy))
        # 4. The service says how long to wait; nobody sits before a screen for longer than this.
        if pause_s > _MAX_PAUSE_S:
            is_long = pause_s > _DAY_S
            pause = Remark("over_a_day") if is_long else Remark("some_seconds", seconds=pause_s)
            raise ServiceError(
                Remark("service_asks_to_wait", host=host, said=said, pause=pause, remedy=remedy)
            )
        if attempt < MAX_TRIES:
            sleep(pause_s)
    raise ServiceError(
        Remark("service_stays_busy", host=host, said=said, n=MAX_TRIES, remedy=remedy)
    )


def read_pause_s(headers: Mapping[str, str], own_pause_s: float) -> float:
    """Read how long a service asks to wait [s]; `own_pause_s` where it says nothing of use."""
    stated = headers.get("Retry-After", "").strip()
    if stated.isascii() and stated.isdecimal():
        return float(stated)
    try:
        until = parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError, OverflowError):
        return own_pause_s
    if until.tzinfo is None:
        return own_pause_s
    return max(0.0, (until - datetime.now(tz=UTC)).total_seconds())


def ask(
    session: requests.Session,
    url: str,
    *,
    patience: Patience,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Ask once, by GET, or by POST where there is a form."""
    # 1. A socket's time-out begins anew with every byte, and looking up a name has none at all:
    #    the asking is done beside, and this side stops waiting when it has had enough.
    until_s = time.monotonic() + patience.total_s
    call = _Call(session, url, form, headers, patience)
    threading.Thread(target=call.run, daemon=True).start()
    allowance_s = patience.head_s
    try:
        # 2. Whoever sends something is waited for, but not for single bytes, and not for ever.
        while (news := call.wait(min(allowance_s, until_s - time.monotonic()))) is None:
            allowance_s = patience.part_s
    except queue.Empty:
        is_late = time.monotonic() >= until_s
        limit_s = patience.total_s if is_late else allowance_s
        raise SlowError(Remark("slow_answer", limit=limit_s)) from None
    finally:
        call.is_over = True
    if isinstance(news, NoAnswerError):
        raise news
    return news


class _Call:
    """One question, asked in a thread of its own, that tells what it gets."""

    def __init__(
        self,
        session: requests.Session,
        url: str,
        form: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        patience: Patience,
    ) -> None:
        self.is_over = False  # nobody waits any more
        self._session = session
        self._url = url
        self._form = form
        self._headers = {"Accept-Encoding": "gzip", **(headers or {})}
        self._patience = patience
        self._news: queue.SimpleQueue[Answer | NoAnswerError | None] = queue.SimpleQueue()

    def wait(self, most_s: float) -> Answer | NoAnswerError | None:
        """Wait for the end; None for a sign of life, ``queue.Empty`` where there is none."""
        return self._news.get(timeout=max(0.0, most_s))

    def run(self) -> None:
        """Ask, and tell how it ended."""
        news: Answer | NoAnswerError = NoAnswerError(Remark("service_not_asked"))
        try:
            news = self._follow()
        except NoAnswerError as error:
            news = error
        except requests.Timeout:
            news = SlowError(Remark("slow_answer", limit=self._patience.head_s))
        except requests.exceptions.SSLError:
            news = NoAnswerError(Remark("service_not_safe"))
        except (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL):
            news = NoAnswerError(Remark("service_behind_proxy"))
        except (
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            http.client.HTTPException,
            OSError,
            ValueError,
        ) as error:
            news = NoAnswerError(Remark("service_not_reached", reason=type(error).__name__))
        finally:
            self._news.put(news)

    def _follow(self) -> Answer:
        """Answer at the end of all redirects."""
        url, form = self._url, self._form
        for _ in range(MAX_REDIRECTS + 1):
            with self._send(url, form) as reply:
                target = self._session.get_redirect_target(reply)
                if target is None:
                    self._news.put(None)
                    body = self._read(reply) if reply.status_code < 400 else b""
                    return Answer(reply.status_code, reply.reason or "", reply.headers, body)
            url = urljoin(url, target)
            if not is_web_address(url):
                raise BadAnswerError(Remark("service_leads_astray", url=url[:200]))
            if reply.status_code == 303:  # what came of the question stands there
                form = None
        raise BadAnswerError(Remark("service_leads_around", n=MAX_REDIRECTS))

    def _send(self, url: str, form: Mapping[str, str] | None) -> requests.Response:
        """Head of the answer to one request."""
        method = "GET" if form is None else "POST"
        request = requests.Request(method, url, data=form, headers=self._headers)
        prepared = self._session.prepare_request(request)
        # not through the session, which reads the body of a redirect, however long
        return self._session.get_adapter(url).send(
            prepared,
            timeout=(min(_CONNECT_S, self._patience.head_s), self._patience.head_s),
            **self._session.merge_environment_settings(url, {}, True, None, None),  # noqa: FBT003
        )

    def _read(self, reply: requests.Response) -> bytes:
        """Body of an answer, unpacked, that is not too long."""
        too_long = BadAnswerError(Remark("answer_too_long", most=self._patience.max_bytes / 1e6))
        stated = reply.headers.get("Content-Length", "")
        if stated.isdecimal() and len(stated) > len(str(self._patience.max_bytes)):
            raise too_long
        body = io.BytesIO()
        for piece in _unpack(self._list_parts(reply), reply.headers.get("Content-Encoding", "")):
            body.write(piece)
            if body.tell() > self._patience.max_bytes:
                raise too_long
        return body.getvalue()

    def _list_parts(self, reply: requests.Response) -> Iterator[bytes]:
        """Parts of a body as they come."""
        try:
            while part := reply.raw.read(_PART, decode_content=False):
                if self.is_over:
                    return
                self._news.put(None)
                yield part
        except urllib3.exceptions.ReadTimeoutError:
            raise SlowError(Remark("slow_answer", limit=self._patience.head_s)) from None
        except (urllib3.exceptions.HTTPError, http.client.HTTPException) as error:
            raise BadAnswerError(Remark("answer_broken_off")) from error


def _unpack(parts: Iterator[bytes], packing: str) -> Iterator[bytes]:
    """Unpack a body in pieces of bounded size: a few bytes may unfold into gigabytes."""
    packing = packing.strip().lower()
    if packing in ("", "identity"):
        yield from parts
        return
    if packing not in _PACKED:
        raise BadAnswerError(Remark("answer_packing_unasked", packing=packing[:20]))
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for part in parts:
            packed = part
            while packed:
                yield unpacker.decompress(packed, _PIECE)
                packed = unpacker.unconsumed_tail
    except zlib.error as error:
        raise BadAnswerError(Remark("answer_not_unpacked")) from error
    if not unpacker.eof or unpacker.unused_data:
        raise BadAnswerError(Remark("answer_cut"))
