"""The papers beside the code agree with it, and no file holds what must not be published."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from builders.paths import ROOT

from access15.outputs.tables.run import LAYERS_FILE, RUN_TABLES

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# written so that this file does not find itself
HOSTS = re.compile(
    "|".join(
        [r"py[p]i\.org", r"python[h]osted\.org", r"np[m]js\.(?:org|com)", r"deb\.[d]ebian\.org"]
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.$}])/(?:wor[k]|roo[t]|hom[e]/(?!somebody))/?[A-Za-z]\w*/")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def list_files() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no git checkout here: {done.stderr.strip()}")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "pattern", [HOSTS, MACHINE_PATHS], ids=["registry hosts", "paths of a machine"]
)
def test_no_file_holds(pattern: re.Pattern[str]) -> None:
    found = []
    for path in list_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("CITATION.cff", r"^version: (.+)$"), ("publiccode.yml", r'^softwareVersion: "(.+)"$')],
)
def test_versions_agree(name: str, pattern: str) -> None:
    assert re.findall(pattern, read(name), flags=re.MULTILINE) == [PROJECT["version"]]


def test_changelog_has_its_headings() -> None:
    headings = re.findall(r"^#+ (.+)$", read("CHANGELOG.md"), flags=re.MULTILINE)
    assert headings[0] == "Changelog"
    assert "[Unreleased]" in headings
    assert "Changed results" in headings


def test_constraints_pin_every_dependency_exactly() -> None:
    lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    pinned = {normalise(line.split("==")[0]) for line in lines}
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["test"], *extras["notebooks"]]
    tools = re.findall(r"pip\" install .*notebooks\]' (.+)$", read(".ci/run"), flags=re.MULTILINE)[
        0
    ].split()
    names = {
        normalise(re.split(r"[<>=!~\[; ]", requirement)[0]) for requirement in [*wanted, *tools]
    }
    assert names - pinned == set()


def normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_readme_of_the_results_names_every_file() -> None:
    text = read("maps/README.md")
    bundle = read("access15/outputs/bundle.py")
    pages = re.findall(r'"([a-z_]+\.(?:html|json))"', bundle)
    tables = [file for table in RUN_TABLES for file in table.files]
    for name in {*pages, *tables, LAYERS_FILE}:
        assert f"`{name}`" in text, name


def drop_remarks(block: str) -> list[str]:
    """Lines of commands or code, without what is said beside them."""
    return [re.split(r"   +(?=\S)|  # ", line.lstrip())[0].rstrip() for line in block.splitlines()]


def test_italian_readme_says_the_same() -> None:
    """Commands, files, pictures, links and figures are those of the English page."""
    italian, english = read("README.it.md"), read("README.md")
    fences = r"^```\w*\n(.+?)^```"
    blocks = re.findall(fences, english, flags=re.DOTALL | re.MULTILINE)
    drawing = next(block for block in blocks if "──" in block)
    benchmark = next(block for block in blocks if "tests/benchmarks" in block)
    wanted = [block for block in blocks if block not in (drawing, benchmark)]
    told = re.findall(fences, italian, flags=re.DOTALL | re.MULTILINE)
    assert [drop_remarks(block) for block in told] == [drop_remarks(block) for block in wanted]
    first_column = r"^\| (`[^|]+`) \|"
    rows = re.findall(first_column, english, flags=re.MULTILINE)
    assert rows == re.findall(first_column, italian, flags=re.MULTILINE)[: len(rows)]
    pictures = r"\]\((maps/gallery/\S+)\)"
    assert re.findall(pictures, italian) == re.findall(pictures, english)
    ranges = r"\((\d+-\d+)\)"
    assert re.findall(ranges, italian) == re.findall(ranges, english)
