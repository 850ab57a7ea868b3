"""Write what benchmarks measured, and the README's table of it.

    pytest tests/benchmarks --benchmark-only -o addopts= --benchmark-json raw.json
    python tests/tools/write_speed.py raw.json

The first makes ``raw.json`` in one run, all engines beside each other; the second writes
``tests/benchmarks/results.json`` (machine, versions, date, milliseconds and ratios) and the table in
``README.md`` from it. Of several files the first says where and when. Without one the table alone
is written again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
README, RESULTS = ROOT / "README.md", ROOT / "tests" / "benchmarks" / "results.json"
BEGIN = "<!-- speed: written by tests/tools/write_speed.py -->\n"
END = "<!-- speed: end -->\n"
OURS, PEERS = "access15", ("scipy", "networkx", "pandana", "igraph")
TIMERS = {"process_time": "CPU time", "perf_counter": "wall time"}


def gather(raw: dict[str, Any]) -> dict[str, Any]:
    """What a run of pytest-benchmark measured, with ratios to ours."""
    tasks: dict[str, list[dict[str, Any]]] = {}
    for bench in raw["benchmarks"]:
        more = bench["extra_info"]
        if not bench["group"] or "engine" not in more:
            continue
        if "cpu_s" in more:  # measured in turns by the test itself
            tasks[bench["group"]] = [
                {"engine": name, "ms": cpu_s * 1000.0} for name, cpu_s in more["cpu_s"].items()
            ]
            continue
        if "exponent" in more:  # measured by the test itself, at several sizes
            grown = {"engine": more["engine"], "ms": more["seconds"][-1] * 1000.0}
            tasks[bench["group"]] = [grown | {"exponent": round(more["exponent"], 2)}]
            continue
        share = more.get("share", 1.0)
        engine = {"engine": more["engine"], "ms": bench["stats"]["min"] * 1000.0 / share}
        engine |= {"rounds": bench["stats"]["rounds"], "share": share}
        tasks.setdefault(bench["group"], []).append(engine)
    for engines in tasks.values():
        own = next((one["ms"] for one in engines if one["engine"] == OURS), None)
        for one in engines:
            one["ratio"] = None if own is None else round(one["ms"] / own, 2)
            one["ms"] = round(one["ms"], 3)
        engines.sort(key=lambda one: one["ms"])
    machine, timers = raw["machine_info"], {one["options"]["timer"] for one in raw["benchmarks"]}
    cpu = machine.get("cpu", {})
    return {
        "date": raw["datetime"][:10],
        "timer": ", ".join(sorted(TIMERS.get(one, one) for one in timers)),
        "machine": {
            "processor": cpu.get("brand_raw", machine.get("processor", "")),
            "processors": cpu.get("count"),
            "system": machine["system"],
            "python": machine["python_version"],
        },
        "versions": machine["versions"],
        "tasks": [{"task": task, "engines": engines} for task, engines in tasks.items()],
    }


def format_table(results: dict[str, Any]) -> str:
    """Lines of the README: what was measured where, and a row for each task."""
    machine, versions = results["machine"], results["versions"]
    lines = [
        f"Milliseconds ({results['timer']}, the fastest of several rounds) on the Milan extract, all in "
        f"one run on {results['date']}: {machine['processors']} processors ({machine['processor']}), "
        f"Python {machine['python']}. Results are compared before times count; ratios are to access15 "
        "on one thread. Slow engines did a part of the task, scaled up.",
        "",
    ]
    heads = [
        f"{name} {'.'.join(versions[name].split('.')[:2])}" for name in PEERS if name in versions
    ]
    peers = [name for name in PEERS if name in versions]
    lines.append(format_row(["task", OURS, *heads]))
    lines.append(format_row(["---"] * (2 + len(heads))))
    for task in results["tasks"]:
        found = {one["engine"].split(" (")[0]: one for one in task["engines"]}
        if OURS not in found or not set(found) & set(peers):
            continue
        cells = [format_cell(found.get(name)) for name in (OURS, *peers)]
        lines.append(format_row([task["task"], *cells]))
    alone = [one for one in results["tasks"] if ", 1 threads, beside " in one["task"]]
    if alone:
        lines += ["", "The same searches in C, in turns with ours, CPU time on one thread:", ""]
        for one in alone:
            task = one["task"].replace(", 1 threads", "")
            lines.append(f"- {task}: {format_turns(one['engines'])}")
    grown = [one for one in results["tasks"] if "exponent" in one["engines"][0]]
    if grown:
        head = (
            "How CPU time grows with made cities: with which power of the size, and at the largest:"
        )
        lines += ["", head, ""]
        for one in grown:
            (engine,) = one["engines"]
            lines.append(f"- {one['task']}: {engine['exponent']:.2f}, {engine['ms']:,.1f} ms")
    return "\n".join(lines) + "\n"


def format_turns(engines: list[dict[str, Any]]) -> str:
    """Ours and another's milliseconds, and how many times the other's ours are."""
    ours, other = sorted(engines, key=lambda one: one["engine"] != OURS)
    ratio = ours["ms"] / other["ms"]
    return f"access15 {ours['ms']:.1f} ms, {other['engine']} {other['ms']:.1f} ms ({ratio:.2f} x)"


def format_row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def format_cell(measured: dict[str, Any] | None) -> str:
    """Milliseconds, how many times ours they are, and what was not asked."""
    if measured is None:
        return ""
    ms = measured["ms"]
    text = f"{ms:,.1f}" if ms < 100 else f"{ms:,.0f}"
    if measured["engine"] == OURS:
        return text
    ratio = measured["ratio"]
    _, _, less = measured["engine"].rstrip(")").partition(" (")
    told = [f"{ratio:,.1f} x" if ratio < 10 else f"{ratio:,.0f} x", less]
    return f"{text} ({', '.join(filter(None, told))})"


def replace_table(text: str, results: dict[str, Any]) -> str:
    """Text of the README with the table as it must be."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{format_table(results)}{END}{after}"


def main() -> int:
    """Write the file of a run, where one is given, and the table."""
    if sys.argv[1:]:
        runs = [gather(json.loads(Path(one).read_text(encoding="utf-8"))) for one in sys.argv[1:]]
        results = {**runs[0], "tasks": [task for run in runs for task in run["tasks"]]}
        text = json.dumps(results, ensure_ascii=False, indent=1)
        RESULTS.write_text(text + "\n", encoding="utf-8")
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    README.write_text(replace_table(README.read_text(encoding="utf-8"), results), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
