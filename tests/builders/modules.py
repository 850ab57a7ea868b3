"""A function of the pages' modules, asked in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import access15

WEB = Path(access15.__file__).parent / "web"
_ASK = """
import fs from "node:fs";
const [file, name] = process.argv.slice(1);
const module = await import(file);
const asked = JSON.parse(fs.readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(asked.map((values) => module[name](...values))));
"""


def ask_module(module: str, function: str, asked: list[list[Any]]) -> list[Any]:
    """Call an export of a module once per list of values."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node: is not installed")
    command = [node, "--input-type=module", "-e", _ASK, str(WEB / module), function]
    done = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers
