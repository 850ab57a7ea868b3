"""What time it is: as somebody says, as ``SOURCE_DATE_EPOCH`` says, or as the clock does.

https://reproducible-builds.org/specs/source-date-epoch/
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import Final

from access15.errors import ConfigError
from access15.remarks import Remark

_VARIABLE: Final = "SOURCE_DATE_EPOCH"
_LATEST_S: Final = 253_402_300_799  # the last second of the year 9999, which dates can hold


def is_clock_fixed(now: datetime | None = None) -> bool:
    """Whether somebody says what time it is, so that two runs write the same bytes."""
    return now is not None or _VARIABLE in os.environ


def find_now(now: datetime | None = None) -> datetime:
    """Find the time of a run, with its zone; what somebody gives comes before the environment."""
    if now is not None:
        if now.tzinfo is None or now.utcoffset() is None:
            raise ConfigError(Remark("now_without_zone", now=now.isoformat()))
        return now
    text = os.environ.get(_VARIABLE)
    if text is None:
        return datetime.now(UTC)
    if not re.fullmatch("[0-9]{1,20}", text) or int(text) > _LATEST_S:
        raise ConfigError(
            Remark("epoch_unreadable", variable=_VARIABLE, text=text[:60], latest=_LATEST_S)
        )
    return datetime.fromtimestamp(int(text), UTC)
