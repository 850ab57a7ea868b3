"""What atheris found (``fuzz.py``): each ended the process or in a traceback once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# A way called 0 in a relation: libosmium ended the process (segmentation fault).
WAY_ZERO = (
    '<osm version="0.6"><node id="1" lat="45.43" lon="9.17"/><node id="2" lat="45.431" '
    'lon="9.17"/><way id="0"><nd ref="1"/><nd ref="2"/></way><relation id="1"><member type="way" '
    'ref="0" role="outer"/><tag k="type" v="multipolygon"/><tag k="leisure" v="park"/></relation>'
    "</osm>"
)
READ = """
import sys
from pathlib import Path
from access15.config import load_categories
from access15.sources.streets.read import read_osm_data
read_osm_data(Path(sys.argv[1]), list(load_categories().values()))
print("read")
"""


@pytest.mark.parametrize("text", [WAY_ZERO], ids=["way zero"])
def test_what_was_found_in_osm(tmp_path: Path, text: str) -> None:
    """In a process of its own, for a fault would end this one."""
    path = tmp_path / "s.osm"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "read\n"), done.stderr
