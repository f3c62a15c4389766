"""Times of the KST day as they are chosen in forms and files."""

from __future__ import annotations

_KST_SECONDS = 9 * 3600
_DAY_SECONDS = 86_400

#: every half hour
TIMES_OF_DAY = tuple(f"{half // 2:02d}:{half % 2 * 30:02d}" for half in range(48))
#: as an end; a day begins at 00:00
END_OF_DAY = "24:00"


def minute_of(time_of_day: str) -> int:
    hours, minutes = time_of_day.split(":")
    return int(hours) * 60 + int(minutes)


def kst_day_and_minute(second: int) -> tuple[int, int]:
    """Days since 1 January 1970 and the minute of the day, in KST."""
    day, rest = divmod(int(second) + _KST_SECONDS, _DAY_SECONDS)
    return day, rest // 60
