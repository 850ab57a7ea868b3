"""What pages are read with, and text that would be markup."""

from __future__ import annotations

import base64
import json
import zlib
from html.parser import HTMLParser
from typing import Any

HOSTILE = "</script><img src=x onerror=alert(1)><!-- & \u2028 \u2029 'q' \"d\" `b` ${7*7} {{7*7}}"


class Page(HTMLParser):
    """Elements of a page: tag and attributes, and what stands in scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_script = tag == "script" and not attrs

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)

    def handle_endtag(self, _: str) -> None:
        self._in_script = False

    def policy(self) -> dict[str, list[str]]:
        (content,) = [
            str(attrs["content"])
            for tag, attrs in self.elements
            if attrs.get("http-equiv") == "Content-Security-Policy"
        ]
        return {rule.split()[0]: rule.split()[1:] for rule in content.split("; ")}


def read_session_data(text: str) -> dict[str, Any]:
    """The data inside a session page."""
    begin = text.index(">", text.index('id="access15-session-data"')) + 1
    packed = base64.b64decode(text[begin : text.index("</script>", begin)])
    data: dict[str, Any] = json.loads(zlib.decompress(packed))
    return data
