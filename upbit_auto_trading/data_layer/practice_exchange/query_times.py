"""The times that clients write into queries: sheet 3.5, 3.6 and 4.6."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from upbit_auto_trading.business_logic.domain.errors import InvalidParameter

# fractions are understood and dropped: the formats have whole seconds
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_TIME_OF_DAY = re.compile(r"(\d\d):?(\d\d):?(\d\d)", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(written: str) -> datetime:
    """``2026-11-18T05:20:00Z``, without its zone (UTC), with a space, or with an offset."""
    match = _MOMENT.fullmatch(written)
    if match is None:
        raise InvalidParameter("to", written, "not-a-time")
    day, clock, zone = match.groups()
    try:
        return datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone in (None, 'Z') else zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter("to", written, "not-a-time") from error


def moment_with_zone(written: str) -> datetime:
    """ISO-8601 with its zone, or milliseconds."""
    if written.isascii() and written.isdigit() and len(written) <= 14:
        return _EPOCH + timedelta(milliseconds=int(written))
    match = _MOMENT.fullmatch(written)
    if match is None or match.group(3) is None:
        raise InvalidParameter("time", written, "not-a-time")
    return moment(written)


def time_of_day(written: str) -> time:
    """``HHmmss`` or ``HH:mm:ss``."""
    match = _TIME_OF_DAY.fullmatch(written)
    if match is None:
        raise InvalidParameter("to", written, "not-a-time")
    try:
        hours, minutes, seconds = (int(part) for part in match.groups())
        return time(hours, minutes, seconds)
    except ValueError as error:
        raise InvalidParameter("to", written, "not-a-time") from error
