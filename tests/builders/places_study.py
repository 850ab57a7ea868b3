"""The drawn town with places of every kind of doubt, in two tables, to be looked over."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builders.drawn_osm import lonlat
from builders.geocode import FakeTime, Reply, nominatim_place, reply_places, serve
from builders.small_town import write_town

from access15.config import build_options, load_study
from access15.errors import Access15Warning
from access15.results.review import PlacesReview
from access15.sources.geocode.nominatim import NominatimGeocoder
from access15.workflows.geocode import LookUp
from access15.workflows.review import look_over
from access15.workflows.run import Clock

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
HOSTILE = "=<b>Bar</b>, \"Sport\";'x'"
ELMS = [(120.0, 60.0), (330.0, 340.0)]  # two houses of one address


def write_study(folder: Path) -> Path:
    """Write ``town.toml`` with ``places.csv``, whose second hub has no point, and ``mine.csv``,
    whose places have no ids; the path of its TOML.
    """
    toml = write_town(folder)
    hall_lon, hall_lat = lonlat(15, 30)
    lib_lon, lib_lat = lonlat(210.123, 150.456)
    door_lon, door_lat = lonlat(201, 150)
    rows = [
        "facility_id,name,category,address,lat,lon,precision,source,door_lat,door_lon,telefono",
        f"hall-west,Casa ovest,csrc,Via west 1,{hall_lat!r},{hall_lon!r},official point,Comune,,,1",
        "hall-east,Casa est,csrc,Via est 1,,,none,Comune,,,2",
        f'street,Solo via,csrc,"Viale di mezzo, 7",{lib_lat!r},{lib_lon!r},street,Comune,,,3',
        f"door,Con la porta,csrc,Via porta 2,{lib_lat!r},{lib_lon!r},official point,Comune,"
        f"{door_lat:.7f},{door_lon:.7f},4",
    ]
    (folder / "places.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    quoted = HOSTILE.replace('"', '""')
    mine = [
        "name,category,address",
        'Due olmi,csrc,"Via degli Olmi, 5"',
        f'"{quoted}",csrc,"Via dei Pini, 3"',
        "Senza via,csrc,di fronte al mercato",
    ]
    (folder / "mine.csv").write_text("\n".join([*mine, ""]), encoding="utf-8")
    text = toml.read_text(encoding="utf-8")
    file = 'file = "places.csv"'
    toml.write_text(text.replace(file, f'{file}, files = ["mine.csv"]'), encoding="utf-8")
    return toml


def answer(text: str) -> Reply:
    """What the service knows."""
    if "Pini" in text:
        lon, lat = lonlat(222, 111)
        return reply_places(nominatim_place(lat, lon, road="Via dei Pini", number="3", town=""))
    if "Olmi" in text:
        spots = [lonlat(*place) for place in ELMS]
        return reply_places(
            *(
                nominatim_place(lat, lon, road="Via degli Olmi", number="5", town="")
                for lon, lat in spots
            )
        )
    return Reply("[]")


def with_service(act: Callable[[str], Any]) -> Any:
    """Call something with the address of a service that answers as `answer` does, at once."""
    with pytest.MonkeyPatch.context() as patch, serve(answer) as service:
        time = FakeTime()
        polite = partial(NominatimGeocoder, clock=time.clock, sleep=time.sleep)
        patch.setattr("access15.sources.geocode.nominatim.NominatimGeocoder", polite)
        patch.setenv("NO_PROXY", "127.0.0.1")
        return act(f"http://{service.host}")


def look(toml: Path, cache: Path, **more: Any) -> PlacesReview:
    """Look the study's places over, with its drawn streets."""
    options = build_options(osm=toml.with_name("town.osm"), cache=cache, no_cache=True)
    study = options.apply_to(load_study(toml))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Access15Warning)  # that mine.csv has no ids, and so on
        found: PlacesReview = with_service(
            lambda service: look_over(
                study,
                options,
                asked=LookUp(now=NOW, service=service),
                clock=Clock.start(NOW, None),
                **more,
            )
        )
    return found
