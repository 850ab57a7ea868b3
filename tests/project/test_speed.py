"""What the README says of speed is what was measured."""

from __future__ import annotations

import json

from builders.paths import ROOT
from tools.write_speed import BEGIN, END, OURS, RESULTS, format_table, gather, replace_table

README = (ROOT / "README.md").read_text(encoding="utf-8")
MEASURED = json.loads(RESULTS.read_text(encoding="utf-8"))


def test_the_table_is_that_of_the_last_run() -> None:
    """Run python tests/tools/write_speed.py where this fails."""
    assert README.count(BEGIN) == README.count(END) == 1
    assert replace_table(README, MEASURED) == README


def test_results_say_where_when_and_with_what() -> None:
    assert set(MEASURED) == {"date", "timer", "machine", "versions", "tasks"}
    assert {OURS, "scipy", "networkx", "pandana"} <= set(MEASURED["versions"])
    compared = {
        one["engine"].split(" (")[0] for task in MEASURED["tasks"] for one in task["engines"]
    }
    assert {OURS, "scipy", "networkx", "pandana"} <= compared
    for task in MEASURED["tasks"]:
        own = next(one["ms"] for one in task["engines"] if one["engine"] == OURS)
        for one in task["engines"]:
            assert abs(one["ratio"] - one["ms"] / own) < 0.01 + 0.01 * one["ratio"]


def test_a_run_is_gathered_by_hand() -> None:
    """Two engines; the slow one did a quarter of the task."""
    stats = {"min": 0.002, "rounds": 7}
    bench = {"group": "reach", "options": {"timer": "process_time"}, "stats": stats}
    raw = {
        "datetime": "2026-11-30T17:00:00+00:00",
        "machine_info": {
            "cpu": {"brand_raw": "CPU", "count": 2},
            "system": "Linux",
            "python_version": "3.11.7",
            "versions": {"access15": "0.1.0", "scipy": "1.17.1"},
        },
        "benchmarks": [
            {**bench, "extra_info": {"engine": "scipy (no cutoff)", "share": 0.25}},
            {**bench, "extra_info": {"engine": "access15"}},
            {
                **bench,
                "group": "reach, 1 threads, beside clang",
                "extra_info": {"engine": "access15", "cpu_s": {"access15": 0.011, "clang": 0.01}},
            },
            {
                **bench,
                "group": "growth to 100 nodes: reach",
                "extra_info": {"engine": "access15", "seconds": [0.01, 0.2], "exponent": 1.234},
            },
            {**bench, "group": None, "extra_info": {}},
        ],
    }
    found = gather(raw)
    assert found["timer"] == "CPU time"
    ours, other = found["tasks"][0]["engines"]
    assert (ours["engine"], ours["ms"], ours["ratio"]) == ("access15", 2.0, 1.0)
    assert (other["ms"], other["ratio"], other["rounds"]) == (8.0, 4.0, 7)
    lines = format_table(found).splitlines()
    assert lines[2] == "| task | access15 | scipy 1.17 |"
    assert lines[4] == "| reach | 2.0 | 8.0 (4.0 x, no cutoff) |"
    told = "- reach, beside clang: access15 11.0 ms, clang 10.0 ms (1.10 x)"
    assert told in lines
    assert lines[-1] == "- growth to 100 nodes: reach: 1.23, 200.0 ms"
