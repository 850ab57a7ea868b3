"""Kill a run of a city at random moments, resume it, and hold what is written against one run that
nobody disturbed, byte by byte.

    python tests/tools/kill_city.py FOLDER [--study milano_city --osm FILE --area nil_1] [--kills 20]

Kills come in rounds of `--at-once`: a run is killed, goes on, is killed again, and the last goes on
to its end. All is done in processes forked from one that has everything loaded, so that a kill
falls into work and not into imports. The last line says how many kills there were.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from access15.workflows.city import run_city

NOW = datetime(2026, 10, 1, 9, 30, tzinfo=UTC)


def read_all(folder: Path) -> dict[str, str]:
    """Every file of a folder that somebody who looks finds, by its hash."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(".")
    }


def begin(run: Callable[[], object]) -> int:
    """Start a run in a process of its own that says nothing."""
    process = os.fork()
    if process:
        return process
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    status = 1
    try:
        run()
        status = 0
    finally:
        os._exit(status)  # nothing of the parent's is to be tidied up here


def find_cpu_s(process: int) -> float:
    """Seconds that a run has worked so far; other work on the machine moves no kill."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_killed(process: int, after_s: float) -> bool:
    """Kill a run once it has worked for some seconds; whether it was still at work."""
    while find_cpu_s(process) < after_s:
        if os.waitpid(process, os.WNOHANG)[0]:
            return False
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def main() -> int:
    """Print a line for each kill; the exit status is 1 as soon as a byte differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--study", default="milano")
    parser.add_argument("--osm", type=Path)
    parser.add_argument("--profile", action="append")
    parser.add_argument("--area", action="append")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--seed", type=int, default=15)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    options: dict[str, Any] = {"osm": asked.osm, "profiles": asked.profile, "areas": asked.area}
    options["offline"] = True

    def make(round_: str) -> Callable[[], object]:
        place = asked.folder / round_
        return lambda: run_city(
            asked.study, now=NOW, grid="square:250", cache=place / "cache", **options
        ).write(place / "out" / "city")

    # 1. Undisturbed: the second time as the others will run, with everything loaded.
    make("first")()
    expected = read_all(asked.folder / "first" / "out")
    _, status, used = os.wait4(begin(make("undisturbed")), 0)
    length_s = used.ru_utime + used.ru_stime
    if status or not expected or read_all(asked.folder / "undisturbed" / "out") != expected:
        return 1
    # 2. Rounds of kills, each resumed by the next run.
    chance, n_kills, n_rounds = random.Random(asked.seed), 0, 0
    while n_kills < asked.kills:
        name = f"round{n_rounds}"
        out, kept = asked.folder / name / "out", asked.folder / name / "cache"
        wanted = min(n_kills + asked.at_once, asked.kills)
        while n_kills < wanted:
            after_s = chance.uniform(0.0, length_s)
            if not is_killed(begin(make(name)), after_s):
                break
            n_kills += 1
            tiles = len([*kept.rglob("*.zip")])
            print(f"kill {n_kills} after {after_s:.2f} of {length_s:.2f} s: {tiles} answers kept")
            if read_all(out) not in ({}, expected):
                print("half a set of files was there")
                return 1
        else:  # all were killed: the last goes on to its end
            os.waitpid(begin(make(name)), 0)
        if read_all(out) != expected:
            print(f"round {n_rounds} differs")
            return 1
        n_rounds += 1
    print(f"{n_kills} kills in {n_rounds} rounds, {len(expected)} files the same to the byte")
    return 0


if __name__ == "__main__":
    sys.exit(main())
