"""Stickers as a file of proposals that the session page opens: a note for each, to be checked by
people.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from pyproj import Transformer
from pyproj.exceptions import CRSError

from access15.config.proposal import FORMAT, MAX_CHANGES, VERSION
from access15.errors import InputDataError
from access15.remarks import Remark
from access15.sources.proposals.poster_key import PosterKey
from access15.sources.proposals.scan import Scan


def write_scan(
    scan: Scan,
    key: PosterKey,
    *,
    title: str,
    notes: Mapping[str, str],
    now: datetime,
) -> str:
    """Write stickers as a proposal with notes: its title, and what a note says by colour."""
    if len(scan.stickers) > MAX_CHANGES:
        n_dots = len(scan.stickers)
        raise InputDataError(Remark("photo_too_many_dots", n_dots=n_dots, most=MAX_CHANGES))
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "access15": {
            "format": FORMAT,
            "version": VERSION,
            "study": key.study,
            "area": key.area,
            "network": key.network,
            "created": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "profile": key.profile,
            "category": key.category,
            "cutoffs_min": list(key.cutoffs_min),
            "proposals": [
                {
                    "id": "a",
                    "name": title,
                    "votes": 0,
                }
            ],
            "results": {
                "poster": {
                    "size": key.size,
                    "proposal": key.proposal,
                    "created": key.created,
                },
                "stickers_beside_the_map": scan.n_outside,
            },
        },
        "features": [
            {
                "type": "Feature",
                "id": f"n{number}",
                "geometry": {"type": "Point", "coordinates": place},
                "properties": {
                    "proposal": "a",
                    "change": "note",
                    "text": notes[sticker.colour],
                    "number": number,
                },
            }
            for number, (sticker, place) in enumerate(
                zip(scan.stickers, _lonlat(scan, key), strict=True), start=1
            )
        ],
    }
    return json.dumps(collection, ensure_ascii=False, indent=1) + "\n"


def _lonlat(scan: Scan, key: PosterKey) -> list[list[float]]:
    """Longitude and latitude of the stickers."""
    xy = np.array([(one.x_m, one.y_m) for one in scan.stickers], dtype=np.float64).reshape(-1, 2)
    try:
        lon, lat = Transformer.from_crs(key.crs, "EPSG:4326", always_xy=True).transform(
            xy[:, 0], xy[:, 1]
        )
    except CRSError as error:
        raise InputDataError(Remark("poster_crs_unknown", crs=key.crs[:60])) from error
    places = np.round(np.column_stack([lon, lat]), 7)
    if not np.isfinite(places).all():
        raise InputDataError(Remark("poster_leads_nowhere"))
    return [[float(x), float(y)] for x, y in places]
