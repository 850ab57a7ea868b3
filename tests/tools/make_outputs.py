"""Run every command that computes and keep what it writes, to hold two versions of access15 against
each other.

    python tests/tools/make_outputs.py FOLDER [--only NAME ...]

With ACCESS15_SHARED the Milan extract is run too. Then: python tests/tools/compare_outputs.py
BEFORE AFTER
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The clock stands still, so that the moment printed on posters and pages is the same.
FROZEN = """
import importlib, pkgutil, sys
from datetime import UTC, datetime
import access15

class Kind(type):
    def __instancecheck__(cls, one):
        return isinstance(one, datetime)
    def __getattr__(cls, name):
        return getattr(datetime, name)

class Frozen(metaclass=Kind):
    @staticmethod
    def now(zone=None):
        return datetime(2026, 11, 29, 12, 0, tzinfo=UTC).astimezone(zone)

for found in pkgutil.walk_packages(access15.__path__, prefix="access15."):
    if not found.name.endswith("__main__"):
        module = importlib.import_module(found.name)
        if getattr(module, "datetime", None) is datetime:
            module.datetime = Frozen
import runpy
runpy.run_module("access15", run_name="__main__")
"""
PLACE = [9.1760, 45.4350]
FORLANINI = [9.2420, 45.4590]


def make_feature(kind: str, *places: list[float], **properties: object) -> dict[str, object]:
    """Write one change of a proposal as GeoJSON."""
    geometry: dict[str, object] | None = None
    if len(places) == 1:
        geometry = {"type": "Point", "coordinates": places[0]}
    elif places:
        geometry = {"type": "LineString", "coordinates": list(places)}
    return {"type": "Feature", "geometry": geometry, "properties": {"change": kind, **properties}}


PROPOSALS = {
    "chiesa": (
        "chiesa_rossa",
        [
            make_feature("move_facility", PLACE, facility_id="cam-04"),
            make_feature("add_facility", [9.1795, 45.4290], name="Nuovo", category="csrc"),
            make_feature("remove_facility", facility_id="csrc-07"),
            make_feature("add_link", [9.1719, 45.4306], [9.1726, 45.4312]),
            make_feature("close_link", [9.1770, 45.4320]),
            make_feature("remove_steps", [9.1750, 45.4330]),
            make_feature("add_bench", [9.1765, 45.4335]),
        ],
    ),
    "forlanini": (
        "forlanini_salomone",
        [
            make_feature("move_facility", FORLANINI, facility_id="csrc-06"),
            make_feature("add_facility", [9.2450, 45.4570], name="Altro", category="hub"),
        ],
    ),
}


def write_inputs(folder: Path) -> None:
    """Write proposals and points that the commands read."""
    for name, (area, features) in PROPOSALS.items():
        about = {"format": "access15-proposal", "version": 1, "study": "milano", "area": area}
        text = json.dumps({"type": "FeatureCollection", "access15": about, "features": features})
        (folder / f"{name}.geojson").write_text(text, encoding="utf-8")
    points = [
        "id,lat,lon",
        *(f"p{i},{45.425 + i % 7 * 0.002:.4f},{9.170 + i % 5 * 0.003:.4f}" for i in range(35)),
    ]
    (folder / "points.csv").write_text("\n".join(points) + "\n", encoding="utf-8")


def list_commands(extract: Path | None, benches: Path | None) -> dict[str, str]:
    """Command lines by the name of what they write."""
    commands = {"profiles": "profiles", "check": f"check {ROOT / 'data' / 'facilities.csv'}"}
    commands |= list_common("sketch", streets="--offline", single="", seats="")
    if extract is not None and benches is not None:
        osm = f"--osm {extract}"
        seats = f"--seats {benches}"
        commands |= list_common("milan", streets=osm, single=osm, seats=seats)
        commands["milan_seats"] = f"seats --category hub {osm} {seats} -o milan_seats"
        commands["milan_seats_csrc"] = (
            f"seats --category csrc {osm} {seats} --n 4 --limit-m 150 -o milan_seats_csrc"
        )
    return commands


def list_common(name: str, *, streets: str, single: str, seats: str) -> dict[str, str]:
    """Command lines for one source of streets; `single` names it for single questions."""
    walkers = "--profile adult older_adult frail wheelchair" + (" frail_seats" if seats else "")
    every = f"{streets} {seats} {walkers}"
    lines = {
        "run": f"run {streets} --out OUT",
        "run_all": f"run {every} --at 'mar 10:00' --lang en --out OUT",
        "coverage": f"coverage {streets} --cutoff 7 12 --csv OUT.csv",
        "city": f"city milano {streets} --out OUT",
        "compare": f"compare chiesa.geojson forlanini.geojson {every} --out OUT",
        "session": f"session chiesa_rossa {streets} --proposals chiesa.geojson -o OUT.html",
        "isochrone": f"isochrone --facility cam-04 --minutes 5 10 15 --profile frail {single} -o "
        "OUT.geojson",
        "isochrone_streets": f"isochrone --at 45.4350,9.1760 --minutes 9 --streets {single} -o "
        "OUT.gpkg",
        "times": f"times --from 45.4275,9.1748 --to points.csv --profile frail {single} -o OUT.csv",
        "poster": f"poster chiesa_rossa {streets} --size A3 -o OUT.svg",
        "poster_proposal": f"poster chiesa_rossa {streets} --proposal chiesa.geojson --lang en "
        "--size A4 -o OUT.svg",
    }
    return {f"{name}_{what}": line.replace("OUT", f"{name}_{what}") for what, line in lines.items()}


def main() -> int:
    """Run every command in a folder; its streams are kept beside what it writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--only", nargs="+", default=None, help="names of commands, or how they begin"
    )
    given = parser.parse_args()
    shared = os.environ.get("ACCESS15_SHARED")
    data = None if shared is None else Path(shared).resolve() / "data"
    extract = None if data is None else data / "osm" / "milano-2014.osm.pbf"
    benches = None if data is None else data / "milano" / "benches_2025.json"
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    write_inputs(folder)
    failed = 0
    environment = os.environ | {"XDG_CACHE_HOME": str(folder / ".cache"), "COLUMNS": "100"}
    for name, line in list_commands(extract, benches).items():
        if given.only and not any(name.startswith(start) for start in given.only):
            continue
        command = [sys.executable, "-c", FROZEN, *shlex.split(line)]
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, env=environment, check=False
        )
        (folder / f"{name}.out.txt").write_text(done.stdout, encoding="utf-8")
        (folder / f"{name}.err.txt").write_text(done.stderr, encoding="utf-8")
        print(f"{done.returncode} {name}", flush=True)
        failed += done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
