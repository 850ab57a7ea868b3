"""Streets fetched from an Overpass service: kept in the cache, and found again there.

What is kept is raw OpenStreetMap data, as ``.osm.pbf``, so that the same rules as for any other
file apply.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from functools import reduce
from pathlib import Path
from xml.etree import ElementTree

import osmium

from access15.config import Category
from access15.errors import Access15Warning, ConfigError, NetworkDataError, ServiceError
from access15.files import replacing
from access15.remarks import Remark
from access15.results.run import NetworkInfo
from access15.sources.streets.access import WORKING_DAY
from access15.sources.streets.area import StreetArea
from access15.sources.streets.boxes import Box, Clip, format_box, is_box_inside
from access15.sources.streets.cut import cut_areas
from access15.sources.streets.lenient import read_xml
from access15.sources.streets.overpass import OVERPASS_URL, build_query, name_remedy
from access15.sources.streets.plain import write_plain
from access15.sources.streets.read import name_fault, read_extract_box, read_osm_data
from access15.sources.web import Patience, fetch_bytes, name_host, open_session

_FETCHED_FROM = "access15 from "  # begins the header of kept files; the service's host follows
_OLD_DAYS = 180
# Until an answer begins the service works; then it comes at the pace of the line. The box of a
# large town is 100 MB.
PATIENCE = Patience(head_s=200.0, part_s=30.0, total_s=900.0, max_bytes=300_000_000)


def fetch_osm(
    clips: Mapping[str, Clip],
    *,
    cache_dir: Path,
    today: date,
    categories: Iterable[Category],
    overpass_url: str = OVERPASS_URL,
    timeout_s: float = 180.0,
    patience: Patience = PATIENCE,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, Path]:
    """Fetch the streets, backdrop and facilities of some areas and keep them in the cache.

    Each area is kept as soon as it is there, and replaces an earlier one only when it is whole.
    `timeout_s` is how long the service may work on an answer.
    """
    chosen = tuple(categories)
    fetched = {}
    with open_session() as session:
        for area_id, clip in clips.items():
            # one area after the other, because services have few slots for everybody
            target = _cache_file(cache_dir, area_id, clip.padded_box, today)
            query = build_query(clip.padded_box, chosen, timeout_s=timeout_s)
            address = overpass_url.rstrip("/") + "/interpreter"
            answer = fetch_bytes(
                session,
                address,
                form={"data": query},
                patience=patience,
                sleep=sleep,
                remedy=name_remedy(),
            )
            _store(answer, target, clip.padded_box, name_host(overpass_url))
            _forget_older(target, area_id, clip.padded_box)
            fetched[area_id] = target
    return fetched


def read_fetched(
    clips: Mapping[str, Clip],
    *,
    cache_dir: Path,
    today: date,
    crs: str,
    categories: Iterable[Category],
    at: datetime = WORKING_DAY,
) -> dict[str, StreetArea] | None:
    """Read areas from what was fetched earlier, for whichever areas that was.

    A file that is damaged is told and left aside where others hold all areas.
    """
    chosen = tuple(categories)
    boxes, damaged = _read_boxes(cache_dir)
    files = {area_id: _find_newest(boxes, clip) for area_id, clip in clips.items()}
    areas: dict[str, StreetArea] = {}
    # file by file, because several areas may lie in one
    while path := next((file for key, file in files.items() if file and key not in areas), None):
        try:
            data = read_osm_data(path, chosen, at)
        except NetworkDataError as error:
            damaged.append(error.summary)
            del boxes[path]
            files = {key: _find_newest(boxes, clip) for key, clip in clips.items()}
            continue
        here = {key: clips[key] for key, file in files.items() if file == path}
        cut = cut_areas(data, path, here, crs=crs, kind="overpass")
        for area_id, area in cut.items():
            areas[area_id] = replace(area, info=_add_age(area.info, path, today))
    if areas.keys() == clips.keys():
        for summary in damaged:
            remark = Remark("remark_streets_damaged", why=summary)
            warnings.warn(remark, Access15Warning, stacklevel=2)
        return {area_id: areas[area_id] for area_id in clips} or None
    if damaged:
        raise NetworkDataError(
            Remark("kept_streets_unreadable"),
            [Remark("kept_file_damaged", summary=summary) for summary in damaged],
        )
    return None


def _read_boxes(cache_dir: Path) -> tuple[dict[Path, Box | None], list[str]]:
    """Boxes of what was fetched, the newest first, and what is wrong with damaged files."""
    boxes: dict[Path, Box | None] = {}
    damaged = []
    for path in _list_files(cache_dir):
        try:
            boxes[path] = read_extract_box(path)
        except NetworkDataError as error:
            damaged.append(error.summary)
    return boxes, damaged


def describe_fetched(cache_dir: Path, *, today: date) -> str:
    """Say what has been fetched, and when."""
    told = []
    for path in _list_files(cache_dir):
        area_id = path.name.removeprefix("streets-").rsplit("-", 4)[0]
        age = _format_age(_date_of(path), today)
        told.append(Remark("kept_streets_of", area=area_id, age=age))
    return reduce(lambda text, one: Remark("and_next", text=text, next=one), told) if told else ""


def _store(
    answer: bytes,
    target: Path,
    box: Box,
    host: str,
) -> None:
    """Check an answer and keep it, with its box and date, in one step."""
    # 1. A page of a proxy, or of a service that is down, comes as an answer too.
    if b"<osm" not in answer[:1000]:
        opening = answer[:60].decode("utf-8", errors="replace")
        raise ServiceError(
            Remark("answer_no_osm", host=host, opening=opening, remedy=name_remedy())
        )
    # 2. A service that runs out of time says so behind what it had until then.
    if remark := re.search(rb"<remark>\s*(.*?)\s*</remark>", answer[-5000:], re.DOTALL):
        said = remark[1].decode("utf-8", errors="replace")
        raise ServiceError(Remark("service_gave_up", host=host, remark=said, remedy=name_remedy()))
    # 3. Kept only when it can be read again: an earlier file stays where it is until then.
    with replacing(target) as partial:
        try:
            _write_pbf(answer, partial, box, host)
            ways = read_osm_data(partial, ()).ways
        except (RuntimeError, ValueError, NetworkDataError, osmium.InvalidLocationError) as error:
            raise ServiceError(
                Remark(
                    "answer_broken_osm",
                    host=host,
                    reason=name_fault(error),
                    remedy=name_remedy(),
                )
            ) from error
        west, south, east, north = box
        is_inside = (ways.xy >= [west, south]) & (ways.xy <= [east, north])
        # ways elsewhere are an answer to another question
        if not is_inside.all(axis=1).any():
            raise ServiceError(Remark("answer_without_ways", host=host, box=format_box(box)))


def _write_pbf(
    answer: bytes,
    path: Path,
    box: Box,
    host: str,
) -> None:
    """Write an answer as a file that says its box, its service and the date of its data."""
    header = osmium.io.Header()
    header.add_box(osmium.osm.Box(*box))
    header.set("generator", f"{_FETCHED_FROM}{host}")
    if base := re.search(rb'osm_base="([0-9T:Z-]+)"', answer[:2000]):
        header.set("osmosis_replication_timestamp", base[1].decode())

    def write(name: str) -> None:
        """Write the answer object by object, as it came."""
        with osmium.SimpleWriter(name, header=header, overwrite=True) as writer:
            # the order that readers need, whatever that of the answer is
            for kind in (osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION):
                for item in osmium.FileProcessor(osmium.io.FileBuffer(answer, "osm"), kind):
                    writer.add(item)

    try:
        _write_whole(path, write)
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        # one broken object is no reason to refuse the rest; half an answer is
        try:
            objects = read_xml([answer])
        except (ValueError, ElementTree.ParseError):
            raise error from None
        _write_whole(path, lambda name: write_plain(objects, name, header))


def _write_whole(path: Path, write: Callable[[str], object]) -> None:
    """Write a file that osmium writes, through memory where the system has pipes."""
    if sys.platform == "win32":
        write(str(path))
    else:
        path.write_bytes(_catch(path.with_name("pipe.osm.pbf"), write))


def _catch(pipe: Path, write: Callable[[str], object]) -> bytes:
    """Catch in memory what is written to a file.

    osmium's writer ends the whole process where the disk is full; a pipe takes everything.
    """
    os.mkfifo(pipe)
    # each end opened without waiting for the other; ours for writing holds it open until the end
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    holding = os.open(pipe, os.O_WRONLY)
    os.set_blocking(reading, True)
    with os.fdopen(reading, "rb") as file, ThreadPoolExecutor(1) as thread:
        caught = thread.submit(file.read)
        try:
            write(str(pipe))
        finally:
            os.close(holding)
            pipe.unlink()
        return caught.result()


def _cache_file(
    cache_dir: Path,
    area_id: str,
    box: Box,
    today: date,
) -> Path:
    """Name the file of an area: its id, a mark of its box, and the day."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", area_id):
        raise ConfigError(Remark("area_id_no_file_name", id=area_id))
    mark = hashlib.sha256(repr(tuple(round(x, 7) for x in box)).encode()).hexdigest()[:8]
    return cache_dir / f"streets-{area_id}-{mark}-{today.isoformat()}.osm.pbf"


def _list_files(cache_dir: Path) -> list[Path]:
    """What was fetched, the newest first."""
    named = re.compile(r"streets-[A-Za-z0-9_-]+-[0-9a-f]{8}-\d{4}-\d{2}-\d{2}\.osm\.pbf")
    files = cache_dir.glob("streets-*.osm.pbf") if cache_dir.is_dir() else iter(())
    return sorted(
        (f for f in files if named.fullmatch(f.name) and _is_date(f.name[-18:-8])),
        key=lambda f: (_date_of(f), f.name),
        reverse=True,
    )


def _is_date(text: str) -> bool:
    """Whether a text is a day of the calendar."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _date_of(path: Path) -> date:
    """Day on which a kept file was fetched."""
    return date.fromisoformat(path.name.removesuffix(".osm.pbf")[-10:])


def _format_age(fetched: date, today: date) -> str:
    """Say when something was fetched."""
    return Remark("remark_fetched", date=fetched.isoformat(), n=(today - fetched).days)


def _add_age(
    info: NetworkInfo,
    path: Path,
    today: date,
) -> NetworkInfo:
    """Put the age into the name, and the service where it is not the public one; warn when the age
    is great.
    """
    fetched = _date_of(path)
    with osmium.io.Reader(str(path), osmium.osm.NOTHING) as opened:
        written_by = opened.header().get("generator", "")
    host = written_by.removeprefix(_FETCHED_FROM)
    if host == written_by:
        host = ""  # a file that somebody else put there
    is_other = host not in ("", name_host(OVERPASS_URL))
    source = Remark("remark_from_host", host=host) if is_other else ""
    age = _format_age(fetched, today)
    is_old = (today - fetched).days > _OLD_DAYS
    old = (Remark("remark_old", age=age),) if is_old else ()
    name = Remark("remark_overpass", age=age, source=source)
    return replace(info, name=name, warnings=(*info.warnings, *old))


def _find_newest(boxes: Mapping[Path, Box | None], clip: Clip) -> Path | None:
    """Newest file that covers the padded box, else the newest that covers the area itself."""
    for wanted in (clip.padded_box, clip.core_box):
        for path, box in boxes.items():
            if box is not None and is_box_inside(wanted, box):
                return path
    return None


def _forget_older(
    target: Path,
    area_id: str,
    box: Box,
) -> None:
    """Remove files of the same area that the new one makes needless."""
    named = re.compile(rf"streets-{re.escape(area_id)}-[0-9a-f]{{8}}-[0-9-]{{10}}\.osm\.pbf")
    for path in _list_files(target.parent):
        if path == target or not named.fullmatch(path.name):
            continue
        try:
            old = read_extract_box(path)
        except NetworkDataError:
            old = None  # damaged
        if old is None or is_box_inside(old, box):
            path.unlink(missing_ok=True)
