"""Run every notebook from its first cell to its last; nothing is saved."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
TIMEOUT_S = 600


def main() -> int:
    """Print a line per notebook; the exit status is 1 when one fails or there is none."""
    paths = sorted(FOLDER.glob("*.ipynb"))
    if not paths:
        print(f"no notebook in {FOLDER.name}")
        return 1
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(run, paths))
    return 0 if all(done) else 1


def run(path: Path) -> bool:
    """Run one notebook in a kernel of its own; whether every cell worked."""
    begin = time.perf_counter()
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_S,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        print(f"{path.name}: failed\n{error}")
        return False
    print(f"{path.name}: {len(notebook.cells)} cells, {time.perf_counter() - begin:.1f} s")
    return True


if __name__ == "__main__":
    sys.exit(main())
