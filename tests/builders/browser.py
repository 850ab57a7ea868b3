"""A page opened in Chromium."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from builders.pages import HOSTILE
from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AREAS = ("chiesa_rossa", "forlanini_salomone")
LAPTOP = (1366, 768)
TABLET = (800, 1180)
PHONE = (390, 844)
NASTY = {
    "facility_id": "nasty",
    "name": HOSTILE,
    "address": "\u202e" + HOSTILE,
    "category": "library",
    "lat": 45.4300,
    "lon": 9.1790,
    "precision": "official point",
    "source": HOSTILE,
}


@dataclass
class Opened:
    """A page and everything that went wrong or left the machine while it was open."""

    page: Page
    requests: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


def wait_until_open(page: Page) -> None:
    """Until the page has unpacked what it carries; a browser calls it loaded before that."""
    page.locator("[aria-busy=true]").wait_for(state="detached")
