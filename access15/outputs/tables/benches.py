"""Missing seats as tables and layers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from access15.files import check_inputs_stay, staged_outputs
from access15.outputs.tables.cells import write_csv
from access15.outputs.tables.layers import write_layer
from access15.results.benches import SeatFindings
from access15.results.schema import NEW_SEATS, SEAT_GAPS, SEATS, SEATS_SUMMARY
from access15.results.table import Table

SEAT_FILES = (*SEAT_GAPS.files, *NEW_SEATS.files, *SEATS.files, *SEATS_SUMMARY.files)


def write_seat_findings(findings: SeatFindings, folder: Path) -> dict[str, Path]:
    """Write gaps, new benches and every seat, all of it or nothing."""
    check_inputs_stay([folder / name for name in SEAT_FILES], findings.read_files)
    names: list[str] = []
    with staged_outputs(folder) as staging:
        for table, frame in ((SEAT_GAPS, findings.gaps), (NEW_SEATS, findings.proposals)):
            names.append(write_csv(frame, table, staging))
            names.append(_write_geojson(frame, table, staging, findings.created))
        names.append(
            _write_geojson(_leave_out_inf(findings.seats), SEATS, staging, findings.created)
        )
        names.append(write_csv(_build_summary(findings), SEATS_SUMMARY, staging))
    return {name: folder / name for name in names}


def _write_geojson(
    frame: gpd.GeoDataFrame,
    table: Table,
    folder: Path,
    now: datetime,
) -> str:
    """Write a layer of its own and name its file."""
    name = table.files[-1]
    write_layer(frame, folder / name, name=table.name, now=now)
    return name


def _leave_out_inf(seats: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """JSON knows no infinity: a seat without a street has no metres to it."""
    return seats.assign(snap_m=seats["snap_m"].where(seats["snap_m"] < np.inf))


def _build_summary(findings: SeatFindings) -> pd.DataFrame:
    """The summary with who, how far and from which data in every row."""
    table = findings.summary
    if findings.at is not None:
        table = table.assign(at=findings.at.strftime("%Y-%m-%d %H:%M"))
    return table.assign(
        profile=findings.profile.id,
        service=findings.service.en,
        group=findings.group.en,
        limit_m=findings.limit_m,
        cutoff_min=findings.cutoff_min,
        streets=[findings.sources[name] for name in findings.summary["area_name"]],
        date=findings.created.isoformat(timespec="seconds"),
    )
