"""Where a single question is asked: a point, a facility or an address."""

from __future__ import annotations

from datetime import datetime

from access15.config import Options, Study
from access15.config.study import RegisterSource
from access15.errors import InputDataError
from access15.remarks import Remark


def locate(
    study: Study,
    options: Options,
    *,
    at: str | None,
    facility: str | None,
    address: str | None,
    now: datetime,
    register: RegisterSource | None = None,
    service: str = "",
) -> tuple[float, float]:
    """Longitude and latitude of the one place a question is about."""
    if sum(value is not None for value in (at, facility, address)) != 1:
        raise InputDataError(Remark("place_not_clear"))
    if at is not None:
        return parse_lat_lon(at, "--at")
    # who gives a point waits for no reader of addresses and tables
    from access15.workflows.geocode import locate_named  # noqa: PLC0415

    return locate_named(
        study,
        options,
        facility=facility,
        address=address,
        now=now,
        register=register,
        service=service,
    )


def parse_lat_lon(text: str, option: str) -> tuple[float, float]:
    """Read ``LAT,LON``.

    Examples
    --------
    >>> parse_lat_lon("45.4275,9.1748", "--at")
    (9.1748, 45.4275)
    """
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        raise InputDataError(Remark("place_no_numbers", option=option, text=text)) from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise InputDataError(Remark("place_no_degrees", option=option, text=text))
    return lon, lat
