"""A small chart as SVG text: the share of people within reach against the number of places."""

from __future__ import annotations

import html
from typing import Final

import pandas as pd

from access15.config import Lang
from access15.outputs.words.numbers import format_number, format_share
from access15.outputs.words.texts import say

_WIDTH: Final = 360.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 24.0, 36.0, 56.0
_HEIGHT: Final = 180.0  # of the plot
_ASIDE: Final = 30.0  # from the axis to the first point, whose label needs room
_FONT: Final = 17.0
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_INK, _STRONG, _GRID = "#1a1a1a", "#4b1173", "#c9c6cf"
_MOST_LABELS: Final = 6  # written beside their points; of more, every second, third, ...


def draw_share_curve(curve: pd.DataFrame, lang: Lang, *, title: str, identifier: str) -> str:
    """Draw what each number of places brings, and tell it for those who do not see it."""
    numbers, shares = curve["n_sites"].tolist(), curve["share"].tolist()
    if len(numbers) < 2 or curve["share"].isna().any():  # today alone is no curve
        return ""
    floor, right = _TOP + _HEIGHT, _WIDTH - _RIGHT
    xs = [_LEFT + _ASIDE + (right - _LEFT - 2 * _ASIDE) * n / numbers[-1] for n in numbers]
    ys = [_TOP + _HEIGHT * (1.0 - share) for share in shares]
    parts = [_write((0.0, _FONT), say("sites_curve_share", lang), "start")]
    for tick in _TICKS:
        y = _TOP + _HEIGHT * (1.0 - tick)
        parts.append(
            f'<line x1="{_LEFT:g}" y1="{y:.1f}" x2="{right:g}" y2="{y:.1f}" '
            f'stroke="{_GRID if tick else _INK}"/>'
        )
        parts.append(_write((_LEFT - 6, y + 6), format_number(100 * tick, lang), "end"))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    parts.append(f'<polyline fill="none" stroke="{_STRONG}" stroke-width="4" points="{points}"/>')
    step = -(-len(numbers) // _MOST_LABELS)
    for i, (n, share, x, y) in enumerate(zip(numbers, shares, xs, ys, strict=True)):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{_STRONG}"/>')
        # where places of today move, today and no more places stand above each other
        is_twice = numbers.count(n) > 1
        if (numbers[-1] - n) % step == 0 and n not in numbers[i + 1 :]:
            # each place more adds less: below its points the curve leaves room, not at the floor
            beside = y + 26 if y + 34 < floor and not is_twice else y - 12
            parts.append(_write((x, beside), format_share(share, lang), "middle", is_strong=True))
            parts.append(_write((x, floor + 23), format_number(n, lang), "middle"))
    parts.append(_write(((_LEFT + right) / 2, floor + 45), say("sites_n", lang), "middle"))
    told = "; ".join(
        f"{format_number(n, lang)}: {format_share(share, lang)}"
        for n, share in zip(numbers, shares, strict=True)
    )
    head = (
        '<svg class="curves" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '
        f'{_WIDTH:g} {_TOP + _HEIGHT + _BOTTOM:g}" '
        f'font-size="{_FONT:g}" aria-labelledby="{identifier}-title {identifier}-desc">'
        f'<title id="{identifier}-title">{html.escape(title)}</title>'
        f'<desc id="{identifier}-desc">{html.escape(told)}</desc>'
    )
    return head + "".join(parts) + "</svg>"


def _write(at: tuple[float, float], text: str, anchor: str, *, is_strong: bool = False) -> str:
    """Write a text; its anchor is the place of its start, middle or end."""
    weight = ' font-weight="700"' if is_strong else ""
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="{anchor}" fill="{_INK}"{weight}>'
        f"{html.escape(text, quote=False)}</text>"
    )
