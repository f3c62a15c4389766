"""Days as users type them, in Korean time: 2026-01-31, 2026.1.31, 20260131; with a time of day where it matters."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from upbit_auto_trading.ui.design.formats import KST
from upbit_auto_trading.utils.bilingual_text import Text

NO_DAY = Text("2026-01-31처럼 날짜로 넣으세요.", "Enter a date such as 2026-01-31.")
_DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?(?:\s+(\d{1,2}):(\d{2}))?")


def parse_moment(text: str) -> datetime | None:
    """The moment in UTC; a day without a time begins at 00:00 KST. None where it is no date."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, tzinfo=KST).astimezone(UTC)
    except ValueError:
        return None


def parse_end(text: str) -> datetime | None:
    """As the end of a range: a day without a time belongs to it as a whole."""
    moment = parse_moment(text)
    return moment + timedelta(days=1) if moment is not None and ":" not in text else moment


def shown_day(moment: datetime) -> str:
    """2026-01-31, with the time of day where it is not midnight."""
    local = moment.astimezone(KST)
    return f"{local:%Y-%m-%d}" if (local.hour, local.minute) == (0, 0) else f"{local:%Y-%m-%d %H:%M}"
