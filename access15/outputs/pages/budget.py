"""A small chart as SVG text: how far each uncertain thing alone moves each number of the gap.

Every bar has its name and its number beside it, so that it reads without colour.
"""

from __future__ import annotations

import html
from typing import Final

from access15.outputs.words.budget import (
    Mover,
    describe_budget,
    list_movers,
    title_budget,
    title_number,
)
from access15.outputs.words.findings import Findings
from access15.outputs.words.numbers import format_number
from access15.outputs.words.texts import capitalise, say

_WIDTH: Final = 362.0  # that of the longest head, in bold
_NAMES: Final = 190.0  # room for the names of what is uncertain
_VALUES: Final = 34.0  # room for the numbers behind the bars
_FONT: Final = 17.0
_ROW: Final = 22.0
_BAR: Final = 12.0
_HEAD: Final = 30.0
_MOST_ROWS: Final = 4
_INK: Final = "#1a1a1a"
_STRONG, _FAINT = "#4b1173", "#a08bb3"


def draw_budget(findings: Findings, *, identifier: str) -> str:
    """Draw the budget of the headline's numbers; nothing where nothing is known to move them."""
    movers = list_movers(findings)
    if not movers:
        return ""
    parts: list[str] = []
    y = 0.0
    # one scale for all: a point is a point, whether of a share, of a gap or of a ratio
    longest = max(found[0].swing for found in movers.values())
    for number, found in movers.items():
        head = capitalise(title_number(number, findings))
        parts.append(_write((0.0, y + _HEAD - 9.0), head, is_strong=True))
        y += _HEAD
        for i, mover in enumerate(found[:_MOST_ROWS]):
            parts.append(_draw_row(y, mover, longest, findings, is_first=i == 0))
            y += _ROW
    parts.append(_write((0.0, y + 22.0), say("budget_axis", findings.lang)))
    head = (
        '<svg class="budget" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '
        f'{_WIDTH:g} {y + 32.0:g}" '
        f'font-size="{_FONT:g}" aria-labelledby="{identifier}-title {identifier}-desc">'
        f'<title id="{identifier}-title">{html.escape(title_budget(findings))}</title>'
        f'<desc id="{identifier}-desc">{html.escape(describe_budget(findings))}</desc>'
    )
    return head + "".join(parts) + "</svg>"


def _draw_row(y: float, mover: Mover, longest: float, findings: Findings, *, is_first: bool) -> str:
    """Draw one bar with its name and its number."""
    width = (_WIDTH - _NAMES - _VALUES) * mover.swing / longest
    colour = _STRONG if is_first else _FAINT
    base = y + _FONT
    return "".join(
        [
            _write((0.0, base), mover.label, is_strong=is_first),
            f'<rect x="{_NAMES:g}" y="{y + 4.0:.1f}" width="{width:.1f}" height="{_BAR:g}" '
            f'fill="{colour}"/>',
            _write(
                (_NAMES + width + 6.0, base),
                format_number(round(mover.swing), findings.lang),
                is_strong=is_first,
            ),
        ]
    )


def _write(at: tuple[float, float], text: str, *, is_strong: bool = False) -> str:
    """Write a text from a place on."""
    weight = ' font-weight="700"' if is_strong else ""
    escaped = html.escape(text, quote=False)
    return f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" fill="{_INK}"{weight}>{escaped}</text>'
