"""The boxes of streets that a neighbourhood needs, and whether a source covers them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from access15.errors import NetworkDataError
from access15.remarks import Remark

Box = tuple[float, float, float, float]
CUT = "remark_cut"  # streets around an area end at the edge of what is there


@dataclass(frozen=True)
class Clip:
    """The boxes of a neighbourhood, ``(west, south, east, north)`` in degrees (EPSG:4326).

    Parameters
    ----------
    core_box : tuple of float
        Box of the neighbourhood itself.
    padded_box : tuple of float
        The same, wider by the longest walk.
    """

    core_box: Box
    padded_box: Box


def check_clip(
    clip: Clip,
    extract: Box | None,
    *,
    where: str,
    slack_deg: float,
) -> tuple[Remark, ...]:
    """Make sure that streets reach as far as they are needed."""
    core, padded = clip.core_box, clip.padded_box
    if extract is None:
        raise NetworkDataError(Remark("streets_empty", where=where, area=format_box(core)))
    is_east_or_north = core[0] > extract[2] + slack_deg or core[1] > extract[3] + slack_deg
    if is_east_or_north or core[2] < extract[0] - slack_deg or core[3] < extract[1] - slack_deg:
        raise NetworkDataError(
            Remark("area_outside", where=where, area=format_box(core), extract=format_box(extract))
        )
    if not is_box_inside(core, extract, slack_deg):
        raise NetworkDataError(
            Remark("area_cut", where=where, area=format_box(core), extract=format_box(extract))
        )
    if is_box_inside(padded, extract, slack_deg):
        return ()
    needed, there = format_box(padded), format_box(extract)
    return (Remark(CUT, where=where, needed=needed, extract=there),)


def format_box(box: Box) -> Remark:
    """Write a box in words."""
    west, south, east, north = box
    return Remark("remark_box", west=west, south=south, east=east, north=north)


def is_meeting(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def join_boxes(boxes: Iterable[Box], margin: float) -> Box:
    """Box around some boxes, wider by a margin on every side."""
    west, south, east, north = zip(*boxes, strict=True)
    return (min(west) - margin, min(south) - margin, max(east) + margin, max(north) + margin)


def is_box_inside(
    inner: Box,
    outer: Box,
    slack_deg: float = 1e-6,
) -> bool:
    """Whether a box lies in another."""
    return (
        outer[0] - slack_deg <= inner[0]
        and outer[1] - slack_deg <= inner[1]
        and outer[2] + slack_deg >= inner[2]
        and outer[3] + slack_deg >= inner[3]
    )
