"""Korean Standard Time as a fixed offset: no daylight saving, and Windows has no zone database."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

KST = timezone(timedelta(hours=9), "KST")


def kst_day(moment: datetime) -> date:
    """The day on which the aware ``moment`` falls in Korea."""
    return moment.astimezone(KST).date()
