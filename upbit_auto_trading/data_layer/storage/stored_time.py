"""Times as they are written into files: UTC, ISO-8601, always six decimals, so that texts sort as times do."""

from __future__ import annotations

from datetime import UTC, datetime


def time_to_text(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a stored time needs a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def time_from_text(text: str) -> datetime:
    """Raises ValueError for anything that :func:`time_to_text` did not write."""
    moment = datetime.fromisoformat(text)
    if time_to_text(moment) != text:
        raise ValueError(f"not a stored time: {text}")
    return moment
