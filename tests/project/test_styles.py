"""Style sheets set everything in the tokens of ``styles/tokens.css``: one scale of letters, steps,
corners and colours.
"""

from __future__ import annotations

import colorsys
import re
from pathlib import Path

import pytest
from builders.contrast import contrast

from access15.outputs.pages.offline import read_asset, read_style

STYLES = Path(__file__).parents[2] / "access15" / "web" / "styles"
SHEETS = sorted(
    path.relative_to(STYLES).as_posix()
    for path in STYLES.rglob("*.css")
    if path.name != "tokens.css"
)
SPACED = re.compile(r"(margin|padding)(-[a-z-]+)?|(row-|column-)?gap")
LETTERS = ("font-size", "font-family", "font", "border-radius")
# paper is measured in points, millimetres and shares of the sheet's own letter
LOOSE = re.compile(r"(?<![\w(-])[\d.]+(px|rem|pt|mm)\b|#[0-9a-f]{3,8}\b|hsl\(|system-ui|Arial")


def list_rules(sheet: str) -> list[tuple[bool, str, str]]:
    """Whether each rule is for paper, its property and its value."""
    text = re.sub(r"/\*.*?\*/", "", read_asset(f"styles/{sheet}"), flags=re.DOTALL)
    found, around = [], [sheet == "audit.css"]
    for part in re.findall(r"[^{};]*[{};]", text):
        told = part[:-1].strip()
        if part[-1] == "{":
            around.append(around[-1] or "print" in told or told.startswith("@page"))
        elif ":" in told:
            name, value = told.split(":", 1)
            found.append((around[-1], name.strip(), value.strip()))
        if part[-1] == "}":
            around.pop()
    return found


def list_loose(sheet: str) -> list[str]:
    """Sizes, steps, corners and colours that no token names."""
    loose = []
    for on_paper, name, value in list_rules(sheet):
        if re.search(r"#[0-9a-f]{3,8}\b|hsl\(", value) or (
            name in LETTERS and not on_paper and LOOSE.search(value)
        ):
            loose.append(f"{name}: {value}")
        elif SPACED.fullmatch(name) and not on_paper:
            steps = [float(one) for one in re.findall(r"(?<![\w(.-])([\d.]+)(?:px|rem)\b", value)]
            if any(2 <= one <= 36 or "rem" in value for one in steps):
                loose.append(f"{name}: {value}")
    return loose


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_has_no_sizes_or_colours_of_its_own(sheet: str) -> None:
    assert list_loose(sheet) == []


def test_every_token_is_there_and_used() -> None:
    told = read_style("styles/tokens.css")
    named = set(re.findall(r"(--[\w-]+):", told))
    sheets = "".join(read_asset(f"styles/{sheet}") for sheet in SHEETS)
    sheets += read_asset("templates/session.html.j2")
    used = set(re.findall(r"var\((--[\w-]+)", sheets + told))
    own = set(re.findall(r"(--[\w-]+):", sheets)) | {"--sticker", "--paper-lines"}
    assert used - named - own == set()
    assert named - used == set()


def compare(one: str, other: str) -> float:
    """Contrast of two tokens."""
    colours = []
    for name in (one, other):
        found = re.search(
            rf"--{name}: hsl\((\d+), (\d+)%, (\d+)%\)", read_style("styles/tokens.css")
        )
        assert found is not None
        hue, strength, light = (float(value) for value in found.groups())
        parts = colorsys.hls_to_rgb(hue / 360, light / 100, strength / 100)
        colours.append("#" + "".join(f"{round(255 * part):02x}" for part in parts))
    return contrast(*colours)


@pytest.mark.parametrize("ground", ["paper", "shade"])
@pytest.mark.parametrize("text", ["ink", "quiet", "accent", "accent-dark", "line", "disabled-ink"])
def test_tokens_of_text_are_read_on_tokens_of_grounds(text: str, ground: str) -> None:
    assert compare(text, ground) >= 4.5


def test_what_can_be_pressed_and_what_has_the_focus_stand_out() -> None:
    for border in ("line", "accent"):  # of fields and of buttons
        assert compare(border, "paper") >= 3.0
    for ground in ("paper", "shade", "accent"):  # black around white: one of the two is seen
        assert max(compare("focus", ground), compare("paper", ground)) >= 4.5


def test_a_loose_size_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = "a { padding: 3px; color: #123 } @media print { a { font-size: 9pt; padding: 3px } }"
    monkeypatch.setattr(f"{__name__}.read_asset", lambda _: sheet)
    assert list_loose("x.css") == ["padding: 3px", "color: #123"]
