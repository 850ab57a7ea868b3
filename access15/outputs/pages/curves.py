"""A small chart as SVG text: share of people covered against minutes, one curve per way of walking.

Every curve has its own line pattern and its name at its end, so that it reads without colour.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from access15.config import Lang
from access15.core.measures.coverage import count_covered
from access15.outputs.words.findings import HUB, Findings
from access15.outputs.words.numbers import format_cutoff, format_number, format_share
from access15.outputs.words.texts import clean_text, say

# of the longest cutoff: streets are there beyond it, and the curves still lie apart
_CURVE_END: Final = 4 / 3
_CURVE_STEP_MIN: Final = 0.25
_WIDTH: Final = 360.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 128.0, 36.0, 56.0  # around the plot; room for ticks and names
_LEAST_HEIGHT: Final = 210.0  # of the plot
_FONT: Final = 17.0
_LINE: Final = 18.0  # from one line of a name to the next
_GAP: Final = 6.0  # between names
_LONGEST_LINE: Final = 10  # characters of a name on one line, where words allow
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_INK: Final = "#1a1a1a"


@dataclass(frozen=True)
class _Stroke:
    """How a line is drawn."""

    colour: str
    width: float
    dashes: str = ""

    def __str__(self) -> str:
        dashed = f' stroke-dasharray="{self.dashes}"' if self.dashes else ""
        return f'stroke="{self.colour}" stroke-width="{self.width:g}"{dashed}'


_OWN: Final = _Stroke("#4b1173", 4)
_OTHERS: Final = (
    _Stroke(_INK, 2.5, "11 4"),
    _Stroke("#6b4a12", 2.5, "2 4"),
    _Stroke("#0b4a5c", 2.5, "11 4 2 4"),
    _Stroke("#5c5f66", 2.5, "5 3"),
    _Stroke(_INK, 2.5, "2 4 2 4 11 4"),
)
_AXIS, _GRID = _Stroke(_INK, 1), _Stroke("#c9c6cf", 1)
_CUTOFF, _LAST_CUTOFF = _Stroke(_INK, 1, "1 3"), _Stroke(_INK, 2)


@dataclass(frozen=True, eq=False)
class Curve:
    """One line of the chart.

    Parameters
    ----------
    label : str
        Its name, plain text.
    shares : ndarray of float64, shape (n_minutes,)
        Share covered at each minute, 0 to 1, never falling.
    is_own : bool
        Whether it is the pace of the people the chart is about: drawn strongest.
    """

    label: str
    shares: NDArray[np.float64]
    is_own: bool


def draw_gap_curves(findings: Findings, *, identifier: str) -> str:
    """Draw the share of the headline's group that gets to a hub, minute by minute, a curve per
    profile.
    """
    lang, result = findings.lang, findings.result
    times_s = findings.area.travel_time_s
    walked = [profile for profile in result.profiles if (profile, HUB) in times_s]
    shown = [profile for profile in walked if findings.is_known(profile, HUB)]
    people = findings.area.residents[findings.group].to_numpy(dtype=np.float64)
    if not shown or not people.sum() > 0:
        return ""
    minutes = _curve_minutes(result.cutoffs_min)
    own = result.study.own_profile(findings.group)
    curves = []
    for profile in shown:
        cutoffs_s = (60.0 * minutes).tolist()
        covered = count_covered(times_s[profile, HUB], people[None], cutoffs_s=cutoffs_s)
        share = covered[0] / people.sum()
        curves.append(Curve(findings.name_profile(profile), share, profile == own))
    area = clean_text(findings.area.area.name, lang)
    return draw_curves(
        curves,
        minutes=minutes,
        cutoffs_min=result.cutoffs_min,
        title=say("curves_title", lang, area=area, who=findings.who()),
        description=" ".join(_describe_curve(findings, profile) for profile in shown),
        people=findings.who(),
        lang=lang,
        identifier=identifier,
    )


def _curve_minutes(cutoffs_min: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Minutes at which the curves are drawn: even steps, and every cutoff."""
    last = cutoffs_min[-1] * _CURVE_END
    even = np.linspace(0.0, last, round(last / _CURVE_STEP_MIN) + 1)
    return np.union1d(even, np.asarray(cutoffs_min, dtype=np.float64))


def _describe_curve(findings: Findings, profile: str) -> str:
    """Say one curve in words, for those who do not see it."""
    lang = findings.lang
    within = say("within", lang).lower()
    told = [
        f"{format_share(one.share, lang)} {within} {format_cutoff(one.cutoff_min, lang)}"
        for one in findings.covered(profile, HUB)
    ]
    return f"{findings.name_profile(profile)}: {', '.join(told)}."


def draw_curves(
    curves: Sequence[Curve],
    *,
    minutes: NDArray[np.float64],
    cutoffs_min: Sequence[float],
    title: str,
    description: str,
    people: str,
    lang: Lang,
    identifier: str,
) -> str:
    """Draw the chart."""
    lines = [_split_name(curve.label) for curve in curves]
    names_height = sum(_LINE * len(one) + _GAP for one in lines)
    frame = _Frame(float(minutes[-1]), max(_LEAST_HEIGHT, names_height))
    strokes = _pick_strokes(curves)
    ends = [frame.y(float(curve.shares[-1])) for curve in curves]
    names = _place_names(lines, ends, _TOP, frame.floor)
    drawn = [
        _draw_line(frame, minutes, curve, stroke)
        for curve, stroke in zip(curves, strokes, strict=True)
    ]
    drawn.sort(key=lambda one: str(_OWN) in one)  # the one the chart is about lies on top
    named = [_draw_name(frame, *pair) for pair in zip(names, strokes, strict=True)]
    head_line = _write((0.0, _FONT), say("curves_share", lang, who=people), "start")
    parts = [head_line, *_draw_axes(frame, cutoffs_min, lang), *drawn, *named]
    head = (
        '<svg class="curves" role="img" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 '
        f'{_WIDTH:g} {frame.total:g}" '
        f'font-size="{_FONT:g}" aria-labelledby="{identifier}-title {identifier}-desc">'
        f'<title id="{identifier}-title">{html.escape(title)}</title>'
        f'<desc id="{identifier}-desc">{html.escape(description)}</desc>'
    )
    return head + "".join(parts) + "</svg>"


@dataclass(frozen=True)
class _Name:
    """A curve's name, the height of the curve's end, and the height the name stands at."""

    lines: list[str]
    end: float
    centre: float


@dataclass(frozen=True)
class _Frame:
    """Minutes and shares as places on the drawing."""

    end_min: float
    height: float

    @property
    def total(self) -> float:
        """Height of the whole drawing."""
        return _TOP + self.height + _BOTTOM

    @property
    def right(self) -> float:
        """Where the plot ends at the right."""
        return _WIDTH - _RIGHT

    @property
    def floor(self) -> float:
        """Where the plot ends below."""
        return _TOP + self.height

    def x(self, minutes: float) -> float:
        """Place of a minute."""
        return _LEFT + (self.right - _LEFT) * minutes / self.end_min

    def y(self, share: float) -> float:
        """Place of a share."""
        return _TOP + self.height * (1.0 - share)


def _pick_strokes(curves: Sequence[Curve]) -> list[_Stroke]:
    """Strokes of the curves: the strongest for the own pace, for each other one its own pattern."""
    others = (_OTHERS[i % len(_OTHERS)] for i in range(len(curves)))
    return [_OWN if curve.is_own else next(others) for curve in curves]


def _draw_axes(
    frame: _Frame,
    cutoffs_min: Sequence[float],
    lang: Lang,
) -> list[str]:
    """Draw shares at the left, cutoffs from top to bottom, and what the minutes are."""
    parts = []
    for share in _TICKS:
        y = frame.y(share)
        parts.append(_draw_stroke((_LEFT, y), (frame.right, y), _GRID if share else _AXIS))
        parts.append(_write((_LEFT - 6, y + 6), format_number(100 * share, lang), "end"))
    for cutoff_min in cutoffs_min:
        x, is_last = frame.x(cutoff_min), cutoff_min == cutoffs_min[-1]
        stroke = _LAST_CUTOFF if is_last else _CUTOFF
        parts.append(_draw_stroke((x, _TOP), (x, frame.floor + 6), stroke))
        decimals = 0 if float(cutoff_min).is_integer() else 1
        label = format_number(cutoff_min, lang, decimals=decimals)
        parts.append(_write((x, frame.floor + 23), label, "middle", is_strong=is_last))
    below = ((_LEFT + frame.right) / 2, frame.floor + 45)
    parts.append(_write(below, say("curves_axis", lang), "middle"))
    return parts


def _draw_line(
    frame: _Frame,
    minutes: NDArray[np.float64],
    curve: Curve,
    stroke: _Stroke,
) -> str:
    """Draw one curve."""
    points = " ".join(
        f"{frame.x(float(at)):.1f},{frame.y(float(share)):.1f}"
        for at, share in zip(minutes, curve.shares, strict=True)
    )
    return f'<polyline fill="none" {stroke} points="{points}"/>'


def _draw_name(
    frame: _Frame,
    name: _Name,
    stroke: _Stroke,
) -> str:
    """Draw the name of a curve, and a line from its end to the name."""
    top, left = name.centre - _LINE * len(name.lines) / 2, frame.right + 18
    thin = replace(stroke, width=1.5)
    leader = _draw_stroke((frame.right, name.end), (frame.right + 14, name.centre), thin)
    texts = []
    for i, line in enumerate(name.lines):
        base = top + _LINE * i + _FONT * 0.8
        texts.append(_write((left, base), line, "start", is_strong=stroke is _OWN))
    return leader + "".join(texts)


def _split_name(label: str) -> list[str]:
    """Lines of a name, broken between words."""
    lines = [""]
    for word in label.split() or [label]:
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= _LONGEST_LINE or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def _place_names(
    lines: Sequence[list[str]],
    ends: Sequence[float],
    top: float,
    bottom: float,
) -> list[_Name]:
    """Each as near to the end of its curve as the others allow, from top to bottom."""
    heights = [_LINE * len(one) + _GAP for one in lines]
    order = sorted(range(len(ends)), key=lambda i: ends[i])
    centres = [0.0] * len(ends)
    for i in order:
        centres[i] = max(ends[i], top + heights[i] / 2)
        top = centres[i] + heights[i] / 2
    for i in reversed(order):
        centres[i] = min(centres[i], bottom - heights[i] / 2)
        bottom = centres[i] - heights[i] / 2
    return [_Name(*name) for name in zip(lines, ends, centres, strict=True)]


def _draw_stroke(
    start: tuple[float, float],
    end: tuple[float, float],
    stroke: _Stroke,
) -> str:
    """Draw a straight line."""
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {stroke}/>'


def _write(
    at: tuple[float, float],
    text: str,
    anchor: str,
    *,
    is_strong: bool = False,
) -> str:
    """Write a text; its anchor is the place of its start, middle or end."""
    weight = ' font-weight="700"' if is_strong else ""
    escaped = html.escape(text, quote=False)
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="{anchor}" '
        f'fill="{_INK}"{weight}>{escaped}</text>'
    )
